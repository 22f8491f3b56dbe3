"""HTIF, against what Spike's fesvr and the riscv-tests environments do."""

import struct

import pytest

from rvemu.devices.htif import Htif
from rvemu.memory import Ram

BASE = 0x8000_0000
TOHOST, FROMHOST, BLOCK, TEXT = BASE + 0x1000, BASE + 0x1040, BASE + 0x2000, BASE + 0x3000
PUTCHAR = 1 << 56 | 1 << 48


class Host:
    """RAM with an HTIF, and what it heard."""

    def __init__(self, fromhost=FROMHOST):
        self.ram, self.out, self.exits = Ram(BASE, 0x10000), bytearray(), []
        self.htif = Htif(self.ram, TOHOST, fromhost, self.out.extend, self.exits.append)

    def store(self, word):
        self.ram.write(TOHOST, struct.pack("<Q", word))
        self.htif.tohost_written()

    def load(self, pa):
        return struct.unpack("<q", self.ram.read(pa, 8))[0]

    def call(self, *block):
        self.ram.write(BLOCK, struct.pack("<8Q", *block, *[0] * (8 - len(block))))
        self.store(BLOCK)
        return self.load(BLOCK)


@pytest.fixture
def host():
    return Host()


@pytest.mark.parametrize(("word", "code"), [(1, 0), (5 << 1 | 1, 5), (1337 << 1 | 1, 1337)])
def test_an_odd_word_exits_with_its_upper_bits_and_is_cleared(host, word, code):
    host.store(word)
    assert host.exits == [code]
    assert host.load(TOHOST) == 0


def test_zero_does_nothing(host):
    host.store(0)
    assert host.exits == []
    assert host.load(FROMHOST) == 0


def test_putchar_prints_one_byte(host):
    for byte in b"hi\n\xff":
        host.store(PUTCHAR | byte)
    assert host.out == b"hi\n\xff"
    assert host.load(TOHOST) == 0


def test_proxied_write_prints_and_answers(host):
    host.ram.write(TEXT, b"CoreMark 1.0\n")
    assert host.call(64, 1, TEXT, 13) == 13
    assert host.out == b"CoreMark 1.0\n"
    assert (host.load(TOHOST), host.load(FROMHOST)) == (0, 1)


def test_proxied_exit_exits(host):
    host.call(93, 3)
    assert host.exits == [3]


@pytest.mark.parametrize(("block", "error"), [
    ((64, 0, TEXT, 1), 9), ((64, 7, TEXT, 1), 9), ((64, 1, 0, 8), 14), ((64, 1, 2**64 - 1, 8), 14),
    ((64, 1, TEXT, 2**63), 14), ((63, 0, TEXT, 1), 38), ((2**64 - 1,), 38),
])
def test_bad_calls_answer_with_an_error_number(host, block, error):
    assert host.call(*block) == -error
    assert host.load(FROMHOST) == 1
    assert host.out == b""


@pytest.mark.parametrize("word", [2, 0x1000, BASE + 0x10000 - 8, 0xFFFF_FFFF_FFFE, 1 << 56, 2 << 56 | 65,
                                  (1 << 64) - 1])
def test_commands_that_mean_nothing_are_cleared_and_ignored(host, word):
    host.store(word)
    assert (host.exits, bytes(host.out), host.load(TOHOST)) == ([], b"", 0)


def test_a_program_without_fromhost_is_served_too():
    host = Host(fromhost=None)
    host.ram.write(TEXT, b"x")
    assert host.call(64, 1, TEXT, 1) == 1
    assert host.out == b"x"
