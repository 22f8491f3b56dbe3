"""Signatures, as Spike writes them: expected lines are Spike's own for the same program."""

from __future__ import annotations

import pytest
from isa.asm import encode
from unit.elf_files import Phdr, elf_file

from rvemu.cli import main
from rvemu.compliance.signature import signature_text
from rvemu.machine import RAM_BASE

TOHOST, SIGNATURE = RAM_BASE + 0x1000, RAM_BASE + 0x2000
PASS = ("auipc x5, 1", "addi x6, x0, 1", "sd x6, 0(x5)", "jal x0, .+0")
TWENTY = bytes(range(20))
SPIKE = {
    1: "".join(f"{n:02x}\n" for n in range(20)),
    4: "03020100\n07060504\n0b0a0908\n0f0e0d0c\n13121110\n",
    8: "0706050403020100\n0f0e0d0c0b0a0908\n0000000013121110\n",
    16: "0f0e0d0c0b0a09080706050403020100\n00000000000000000000000013121110\n",
}


@pytest.fixture
def guest(tmp_path):
    """Give what makes a program that passes, with these symbols, and returns its path."""

    def make(symbols, lines=PASS):
        code = b"".join(encode(line).to_bytes(4, "little") for line in lines)
        phdrs = Phdr(RAM_BASE, code), Phdr(TOHOST, bytes(16)), Phdr(SIGNATURE, TWENTY + b"\xff" * 12)
        names = [("tohost", TOHOST), ("fromhost", TOHOST + 8), *symbols.items()]
        (tmp_path / "guest").write_bytes(elf_file(*phdrs, entry=RAM_BASE, symbols=names))
        return str(tmp_path / "guest")

    return make


BOTH = {"begin_signature": SIGNATURE, "end_signature": SIGNATURE + 20}


@pytest.mark.parametrize("granularity", SPIKE)
def test_the_last_granule_comes_first_byte_last_and_is_padded(granularity):
    assert signature_text(TWENTY, granularity) == SPIKE[granularity]


@pytest.mark.parametrize(("words", "granularity"), [([], 16), (["+signature-granularity=4"], 4),
                                                    (["--signature-granularity", "8"], 8)])
def test_plus_arguments_write_it_when_the_guest_ends(guest, tmp_path, words, granularity):
    assert main(["run", guest(BOTH), f"+signature={tmp_path / 'out'}", *words]) == 0
    assert (tmp_path / "out").read_text() == SPIKE[granularity]


@pytest.mark.parametrize(("lines", "written"), [("continue", True), ("stepi 2", False)])
def test_a_run_that_begins_in_the_monitor_writes_it_too(guest, tmp_path, capfd, lines, written):
    (tmp_path / "script").write_text(lines + "\n")
    words = ["--batch", "-x", str(tmp_path / "script"), f"+signature={tmp_path / 'out'}"]
    assert main(["run", guest(BOTH), *words]) == 0
    assert (tmp_path / "out").exists() == written
    assert ("no signature written" in capfd.readouterr().err) != written
    assert not written or (tmp_path / "out").read_text() == SPIKE[16]


@pytest.mark.parametrize("missing", BOTH)
def test_a_guest_without_one_is_refused_before_it_runs(guest, tmp_path, capfd, missing):
    symbols = {name: value for name, value in BOTH.items() if name != missing}
    assert main(["run", guest(symbols), f"+signature={tmp_path / 'out'}"]) == 2
    assert capfd.readouterr().err.startswith(f"rvemu: +signature: the guest has no symbol {missing} (")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("symbols", "words", "said"), [
    (BOTH | {"end_signature": SIGNATURE - 1}, [], "is below begin_signature"),
    (BOTH, ["+signature-granularity=0"], "0 bytes in a line"),
    (BOTH, ["+signature-granularity=x"], "no number"),
])
def test_what_makes_no_sense_is_refused_in_one_line(guest, tmp_path, capfd, symbols, words, said):
    assert main(["run", guest(symbols), f"+signature={tmp_path / 'out'}", *words]) == 2
    error = capfd.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_signature_outside_ram_is_refused(guest, tmp_path, capfd):
    symbols = {"begin_signature": 16, "end_signature": 32}
    assert main(["run", guest(symbols), f"+signature={tmp_path / 'out'}"]) == 2
    assert "+signature" in capfd.readouterr().err


def test_no_signature_is_written_where_the_guest_did_not_end(guest, tmp_path, capfd):
    path = guest(BOTH, ["jal x0, .+0"])
    assert main(["run", path, "--max-cycles", "100", f"+signature={tmp_path / 'out'}"]) == 124
    assert "did not end by HTIF" in capfd.readouterr().err
    assert not (tmp_path / "out").exists()
