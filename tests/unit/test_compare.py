"""`rvemu compare`: logs written by hand, as Spike would write them."""

from __future__ import annotations

import resource

import pytest
from isa.asm import encode
from unit.elf_files import Phdr, elf_file

from rvemu.cli import main

BASE = 0x8000_0000
TIMER = 1 << 63 | 7


def commit(pc, text, *writes, hart=0, priv=3):
    """Return the line of the instruction `text` at BASE + pc."""
    return f"core{hart:4}: {priv} 0x{BASE + pc:016x} (0x{encode(text):08x})" + "".join(f" {x}" for x in writes) + "\n"


def x(number, value):
    return f"x{number:<2} 0x{value:016x}"


def mem(address, data=None):
    return f"mem 0x{address:016x}" + ("" if data is None else f" 0x{data:016x}")


PLAIN = [commit(4 * n, "addi x5, x5, 1", x(5, n)) for n in range(40)]
READ_TIME = "csrrs x6, time, x0"
HANDLER = [
    commit(0x100, "csrrs x7, mcause, x0", x(7, TIMER)),
    commit(0x104, "sd x7, 0(x2)", mem(BASE + 0x1000, TIMER)),
    commit(0x108, "mret", "c768_mstatus 0x0000000a00000080"),
]


@pytest.fixture
def compare(tmp_path, capsys):
    """Give what compares two lists of lines, and returns the exit status and what was said."""

    def run(a, b, *options):
        for name, lines in (("a", a), ("b", b)):
            (tmp_path / name).write_text("".join(lines))
        status = main(["compare", str(tmp_path / "a"), str(tmp_path / "b"), *options])
        out, err = capsys.readouterr()
        return status, out + err

    return run


def test_equal_logs_have_no_divergence(compare):
    assert compare(PLAIN, PLAIN) == (0, "40 commits, no divergence\n")


def test_the_first_difference_comes_with_context_and_state(compare):
    other = [*PLAIN[:20], commit(80, "addi x5, x5, 1", x(5, 99)), *PLAIN[21:]]
    status, said = compare(PLAIN, other, "--context", "2")
    assert status == 1
    assert said.splitlines() == [
        "divergence after 20 commits in common: x5",
        f"      {PLAIN[18].rstrip()}",
        f"      {PLAIN[19].rstrip()}",
        f"  A   {PLAIN[20].rstrip()}",
        *(f"  A + {line.rstrip()}" for line in PLAIN[21:23]),
        f"  B   {other[20].rstrip()}",
        *(f"  B + {line.rstrip()}" for line in PLAIN[21:23]),
        "A: line 21, 0x80000050: add\tt0,t0,1",
        "B: line 21, 0x80000050: add\tt0,t0,1",
        "before: x5   A 0x0000000000000013  B 0x0000000000000013",
    ]


def test_places_have_the_names_of_the_program(compare, tmp_path):
    program = tmp_path / "program"
    program.write_bytes(elf_file(Phdr(BASE, bytes(256)), symbols=[("start", BASE), ("loop", BASE + 76)]))
    other = [*PLAIN[:20], commit(200, "addi x5, x5, 1", x(5, 20))]
    _, said = compare(PLAIN, other, "--elf", str(program))
    assert "A: line 21, 0x80000050 <loop+0x4>: add" in said
    assert compare(["junk\n", PLAIN[7], *PLAIN], PLAIN, "--elf", str(program), "--from", "loop", "--prefix")[0] == 0


@pytest.mark.parametrize("name", ["time", "mip"])
def test_counters_of_time_explain_themselves_and_what_follows(compare, name):
    def log(now):
        return [
            *PLAIN,
            commit(200, f"csrrs x6, {name}, x0", x(6, now)),
            commit(204, "sd x6, 8(x2)", mem(BASE + 0x2008, now)),
            commit(208, "addi x6, x0, 1", x(6, 1)),
            commit(212, "lw x7, 8(x2)", x(7, now), mem(BASE + 0x2008)),
            commit(216, "csrrw x0, mscratch, x7", f"c832_mscratch 0x{now:016x}"),
            commit(220, "csrrs x8, mscratch, x0", x(8, now)),
            commit(224, "sd x0, 8(x2)", mem(BASE + 0x2008, 0)),
            *PLAIN,
        ]

    status, said = compare(log(5), log(6))
    assert status == 0
    assert said.startswith("explained: a counter was read (1 times, first at line 41 of A)\n")
    assert "explained: follows from an explained difference (4 times" in said
    assert compare(log(5), log(6), "--ignore-csr", "cycle")[0] == 1


def test_a_pair_of_registers_carries_what_a_counter_explains(compare):
    def log(now):
        return [commit(0, "csrrs x11, time, x0", x(11, now)), commit(4, "csrrs x13, time, x0", x(13, now)),
                commit(8, "amocas.q x10, x12, (x2)", x(10, 0), x(11, 0), mem(BASE + 16), mem(BASE + 16, 1),
                       mem(BASE + 24, now)),
                commit(12, "amocas.q x14, x10, (x2)", x(14, 1), x(15, now), mem(BASE + 16)),
                commit(16, "addi x6, x15, 0", x(6, now))]  # fmt: skip

    assert compare(log(5), log(6))[0] == 0
    assert compare(log(5)[2:], log(6)[2:])[0] == 1


@pytest.mark.parametrize(("text", "width"), [
    ("lb x7, 0(x2)", 1), ("lhu x7, 0(x2)", 2), ("lw x7, 0(x2)", 4), ("c.lw x8, 0(x9)", 4), ("ld x7, 0(x2)", 8),
    ("lr.w x7, (x2)", 4), ("lr.d x7, (x2)", 8), ("amoadd.w x7, x0, (x2)", 4), ("amoswap.b x7, x0, (x2)", 1),
    ("amocas.q x10, x12, (x2)", 16), ("flh f7, 0(x2)", 2), ("fld f7, 0(x2)", 8), ("sspopchk x1", 8),
])  # fmt: skip
@pytest.mark.parametrize("last", [True, False], ids=["the last byte", "the one behind"])
def test_a_difference_in_memory_explains_what_loads_it(compare, text, width, last):
    register = "f7" if text.startswith("f") else "x7"

    def log(now):
        store = f"mem 0x{BASE + width - last:016x} 0x{now:02x}"
        return [commit(0, READ_TIME, x(6, now)), commit(4, "sb x6, 0(x3)", store), commit(8, "addi x6, x0, 1", x(6, 1)),
                commit(12, text, f"{register}  0x{now:016x}", mem(BASE))]  # fmt: skip

    assert compare(log(5), log(6))[0] == (0 if last else 1)


def test_what_was_made_equal_again_explains_nothing(compare):
    def log(now, later):
        return [commit(0, READ_TIME, x(6, now)), commit(4, "addi x6, x0, 1", x(6, 1)),
                commit(8, "addi x7, x6, 1", x(7, later))]  # fmt: skip

    assert compare(log(5, 2), log(6, 2))[0] == 0
    assert compare(log(5, 2), log(6, 3))[0] == 1


def test_a_timer_interrupt_in_one_log_is_named(compare):
    status, said = compare([*PLAIN[:9], *HANDLER, *PLAIN[9:]], PLAIN)
    assert status == 0
    assert "explained: machine timer interrupt taken by A only (1 times, first at line 10 of A)" in said
    assert compare(PLAIN, [*PLAIN[:9], *HANDLER, *PLAIN[9:]])[0] == 0


def test_another_interrupt_is_a_divergence(compare):
    handler = [commit(0x100, "csrrs x7, mcause, x0", x(7, 1 << 63 | 11)), *HANDLER[1:]]
    assert compare([*PLAIN[:9], *handler, *PLAIN[9:]], PLAIN)[0] == 1


def test_a_branch_on_time_may_part_the_logs_for_a_while(compare):
    def log(now, *between):
        return [commit(0, READ_TIME, x(6, now)), commit(4, "beq x6, x0, .+8"), *between, *PLAIN]

    assert compare(log(0), log(1, commit(8, "addi x9, x0, 1", x(9, 1))))[0] == 0
    assert compare([commit(4, "beq x6, x0, .+8"), *PLAIN], [*log(1)[1:2], commit(8, "c.nop"), *PLAIN])[0] == 1


def test_a_store_conditional_may_fail_in_one_log(compare):
    def log(failed, *writes):
        conditional = commit(0, "sc.w x6, x7, (x8)", x(6, failed), *writes)
        return [*PLAIN, conditional, commit(4, "addi x9, x6, 0", x(9, failed))]

    status, said = compare(log(1), log(0, f"mem 0x{BASE + 64:016x} 0x00000001"))
    assert status == 0
    assert "explained: a reservation ended in one of them, as it may (" in said


def test_the_start_is_found_and_what_a_boot_rom_left_is_explained(compare):
    def log(left, *rom):
        return [commit(0x900, "addi x12, x0, 1", x(12, left)), *rom, PLAIN[0],
                commit(4, "addi x13, x12, 0", x(13, left)), *PLAIN[1:]]  # fmt: skip

    a, b = log(1), log(2, commit(0x904, "addi x14, x0, 7", x(14, 7)))
    assert compare(a, b)[0] == 1
    assert compare(a, b, "--from", hex(BASE))[0] == 0
    assert compare(a, b, "--from", "0x1234")[0] == 2


def test_a_log_that_ends_is_a_divergence_unless_a_prefix_is_asked_for(compare):
    status, said = compare(PLAIN, PLAIN[:30])
    assert (status, "B   (ends)" in said) == (1, True)
    assert compare(PLAIN, PLAIN[:30], "--prefix") == (0, "B ends here; the other goes on\n30 commits, no divergence\n")


def test_one_hart_is_compared_alone(compare):
    second = [line.replace("core   0", "core   1") for line in PLAIN]
    woven = [line for pair in zip(PLAIN, second, strict=True) for line in pair]
    assert compare(woven, [*second, *PLAIN])[0] == 1
    assert compare(woven, [*second, *PLAIN], "--hart", "1") == (0, "40 commits, no divergence\n")


@pytest.mark.parametrize("lines", [[], ["no commit\n"], ["\0" * 100]])
def test_what_is_no_log_is_refused(compare, lines):
    assert compare(PLAIN, lines)[0] == 2


@pytest.mark.parametrize("options", [["--ignore-csr", "tim"], ["--elf", "/nonexistent"], ["--from", "x"]])
def test_wrong_options_are_one_line(compare, options):
    status, said = compare(PLAIN, PLAIN, *options)
    assert (status, said.count("\n")) == (2, 1)


def test_a_missing_log_is_refused(capsys):
    assert main(["compare", "/nonexistent/a", "/nonexistent/b"]) == 2
    assert capsys.readouterr().err.startswith("rvemu: /nonexistent/a: no such file")


def test_long_logs_take_no_memory_and_little_time(tmp_path, capsys):
    """A million lines a second and more, where they are equal; the last one differs."""
    block = "".join(PLAIN) * 2500
    for name, last in (("a", 1), ("b", 2)):
        with open(tmp_path / name, "w", encoding="ascii") as file:
            for _ in range(20):
                file.write(block)
            file.write(commit(0x800, "addi x5, x0, 1", x(5, last)))
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, resource.getrusage(resource.RUSAGE_SELF)
    assert main(["compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 1
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert "after 2000000 commits in common: x5" in capsys.readouterr().out
    assert after.ru_maxrss - before < 64 << 10
    assert after.ru_utime - start.ru_utime < 4
