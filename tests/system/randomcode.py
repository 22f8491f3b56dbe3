"""Random programs that keep going: instructions of every row, with traps and timer interrupts handled and survived.

Whatever such a program does is a pure function of its start, so that every way to run it must end in the same state.
"""

from __future__ import annotations

from random import Random
from typing import Any

from isa.asm import encode

from rvemu.isa.csrs import CSRS
from rvemu.isa.fields import Format, Operand, parse
from rvemu.isa.insns import INSNS, Insn
from rvemu.machine import Machine

HANDLER, PROGRAM, DATA, SAVE, TABLES = 0x8000_0000, 0x8001_0000, 0x8002_0000, 0x8003_0000, 0x8004_0000
PROGRAM_SIZE = 0x4000
MTIMECMP, MTIME = 0x200_4000, 0x200_BFF8
MODES = ("M", "S", "U", "S-paged", "U-paged")

_MPIE, _FS, _MIE = 1 << 7, 3 << 13, 1 << 3
_MCOUNTEREN_ALL, _MENVCFG_ALL = 0xFFFF_FFFF, 0xF1 | 1 << 61 | 1 << 63
_PTE_LINK, _PTE_LEAF, _PTE_U, _PTE_WRITE = 0x01, 0xCF, 0x10, 0x04  # V; V R W X A D; U; W
_LEAVES = TABLES + 0x2000
_VARIED = DATA + 0x5_0000
"""Where programs with paging store to the page-table entries of what they load from and store to."""

_SP, _CODE_BASE, _DATA_BASES, _SELF, _DEVICE = 2, 7, (8, 10), 9, 11
_TARGETS, _SHORT_TARGETS = (5, 6, *range(12, 30)), (12, 13, 14, 15)
_COMPRESSED_BASE = (8, 9, 10, 11)
_KEPT_CSRS = (
    "mstatus", "mtvec", "mscratch", "mie", "mideleg", "medeleg", "menvcfg", "satp", "mcounteren",
    *(f"pmpcfg{n}" for n in range(16)), *(f"pmpaddr{n}" for n in range(16)),
)  # fmt: skip
"""What a program may not write, or its handler would be lost."""
_CSR_NUMBERS: list[int] = [csr.number for csr in CSRS if csr.name not in _KEPT_CSRS]

_HANDLER = """
    csrrw x31, mscratch, x31
    sd x30, 0(x31)
    sd x29, 8(x31)
    csrrs x30, mcause, x0
    blt x30, x0, {interrupt}
    addi x30, x30, -1
    beq x30, x0, {restart}
    addi x30, x30, -11
    beq x30, x0, {restart}
    csrrs x30, mepc, x0
    addi x30, x30, 4
    csrrw x0, mepc, x30
out:
    ld x30, 0(x31)
    ld x29, 8(x31)
    csrrw x31, mscratch, x31
    mret
interrupt:
    csrrs x30, time, x0
    addi x30, x30, 5
    csrrw x0, stimecmp, x30
    addi x30, x30, 3
    ld x29, 40(x31)
    sd x30, 0(x29)
restart:
    ld x30, 16(x31)
    addi x30, x30, 1
    sd x30, 16(x31)
    addi x29, x0, 1445
    mul x30, x30, x29
    slli x30, x30, 52
    srli x30, x30, 50
    ld x29, 24(x31)
    add x30, x30, x29
    csrrw x0, mepc, x30
    lui x30, 2
    addi x30, x30, -2048
    csrrc x0, mstatus, x30
    ld x30, 32(x31)
    csrrs x0, mstatus, x30
    ld x2, 48(x31)
    ld x7, 56(x31)
    ld x8, 64(x31)
    ld x9, 72(x31)
    ld x10, 80(x31)
    ld x11, 88(x31)
    ld x30, 96(x31)
    ld x29, 104(x31)
    sd x30, 0(x29)
    addi x30, x30, 1024
    sd x30, 8(x29)
    addi x30, x30, 1024
    sd x30, 16(x29)
    addi x30, x30, 1024
    sd x30, 24(x29)
    jal x0, {out}
"""
"""Skips what traps; after an interrupt or a fetch that faults goes on somewhere in the program, which it maps again."""


def assemble(text: str) -> bytes:
    """Return the code of lines of four-byte instructions; `name:` is a label, `{name}` the way to it."""
    lines = [line.strip() for line in text.strip().splitlines()]
    labels: dict[str, int] = {}
    code: list[str] = []
    for line in lines:
        if line.endswith(":"):
            labels[line[:-1]] = 4 * len(code)
        else:
            code.append(line)
    words = []
    for number, line in enumerate(code):
        targets = {name: f".{place - 4 * number:+d}" for name, place in labels.items()}
        words.append(encode(line.format(**targets)))
    return b"".join(word.to_bytes(4, "little") for word in words)


def random_words(random: Random, size: int) -> bytes:
    """Return `size` bytes of instructions of all rows alike."""
    code = bytearray()
    while len(code) < size:
        insn = random.choice(INSNS)
        word = _random_word(insn, random)
        if word is not None:
            code += word.to_bytes(parse(insn).size, "little")
    return bytes(code[:size])


def random_loops(random: Random, size: int) -> bytes:
    """Return `size` bytes of short loops that walk through memory by even and uneven steps, into pages of all kinds."""
    code = b""
    while len(code) < size:
        body = [_random_step(random) for _ in range(random.randrange(2, 10))]
        body += ["addi x16, x16, -1", f"bne x16, x0, .-{4 * len(body) + 4}"]
        page, offset = random.randrange(2, 16, 2), random.choice((8, 8, 1)) * random.randrange(-20, 10)
        begin = [f"lui x8, {(DATA >> 13) + page // 2}", "slli x8, x8, 1", f"addi x8, x8, {offset}"]
        code += assemble("\n".join((*begin, f"addi x16, x0, {random.randrange(1, 40)}", *body)))
    return code[:size]


def _random_step(random: Random) -> str:
    base, register = random.choice((*_DATA_BASES, *_DATA_BASES, _SP, _SELF)), random.choice((*_SHORT_TARGETS, 17, 18))
    kind, offset = random.randrange(8), random.choice((0, 0, 8, 16, 24, 3, -8, 2040, -2048))
    if kind < 3:
        op = random.choice(("lb", "lbu", "lh", "lhu", "lw", "lwu", "ld", "sb", "sh", "sw", "sd"))
        return f"{op} x{register}, {offset}(x{base})"
    if kind == 3:
        return f"{random.choice(('flw', 'fld', 'fsw', 'fsd'))} f{register}, {offset}(x{base})"
    if kind < 6:
        return f"addi x{base}, x{base}, {random.choice((1, -1, 2, 4, 8, 8, -8, 16, 64, 520, -1040, 2040))}"
    if kind == 6:
        return f"{random.choice(('add', 'xor', 'sltu', 'mulhu'))} x{register}, x{register}, x{random.randrange(12, 19)}"
    return f"fmadd.d f{register}, f13, f14, f{random.randrange(12, 19)}, rne"


def _random_word(insn: Insn, random: Random) -> int | None:
    """Return a word of this row with operands that keep the program alive, or None where they do not fit."""
    form = parse(insn)
    word = form.match
    for operand in form.operands:
        try:
            word = word & ~operand.mask | operand.insert(_random_operand(insn, form, operand, random))
        except ValueError:
            return None
    return word if form.matches(word) else None


def _random_operand(insn: Insn, form: Format, operand: Operand, random: Random) -> int:
    """Return a value for an operand: mostly harmless, so that addresses stay near what is mapped."""
    short, name = operand.width == 3, operand.name.rstrip("'")
    if name in ("rd", "rs1", "rs2", "rs3"):
        return _random_register(insn, name, short, random)
    if name == "csr":
        return random.choice(_CSR_NUMBERS)
    if name == "rm":
        return random.choice((0, 1, 2, 3, 4, 7, 7, 7, 7))
    if insn.name == "jal":
        return random.randrange(-1024, 1024) * 2
    if name == "imm" and operand.width == 12 and operand.scale == 1 and random.random() < 0.7:
        return random.randrange(-32, 32) * 8
    return int(operand.extract(random.getrandbits(32) & operand.mask))


def _random_register(insn: Insn, name: str, short: bool, random: Random) -> int:
    if name == "rd":
        return int(random.choice(_SHORT_TARGETS if short else _TARGETS))
    if name == "rs1" and short:
        return random.choice(_COMPRESSED_BASE)
    if name == "rs1" and insn.name in ("jalr", "c.jr", "c.jalr"):
        return _CODE_BASE
    if name == "rs1" and ("(rs1" in insn.semantics or insn.name[:3] in ("lr.", "sc.", "cbo")):
        return random.choice((*_DATA_BASES, *_DATA_BASES, _SP, _SELF, _DEVICE))
    return random.choice((*_SHORT_TARGETS, 8, 9)) if short else random.randrange(32)


def machine_with(seed: int, mode: str, *, harts: int = 1, code: bytes | None = None, **options: Any) -> Machine:
    """Return a machine whose harts are about to run the random program `seed`, or `code`, in `mode`."""
    random = Random(f"{seed} {mode}")
    machine = Machine("16M", harts=harts, bios="none", **options)
    machine.write(HANDLER, assemble(_HANDLER))
    machine.write(PROGRAM, random_words(random, PROGRAM_SIZE) if code is None else code)
    machine.write(DATA, random.randbytes(0x2000))
    _write_tables(machine, mode)
    for hart in range(harts):
        _start(machine, hart, mode, random)
    return machine


def shuffle_pages(machine: Machine, mode: str, random: Random) -> None:
    """With paging, let neighbours among the pages of data be no neighbours in RAM, and some be missing or read-only."""
    for start in (DATA, _VARIED):
        entries = [_leaf(start + 4096 * page, mode) for page in range(16)]
        random.shuffle(entries)
        entries = [entry & ~random.choice((0, 0, 0, 0, _PTE_WRITE, 1)) for entry in entries]
        machine.write(_LEAVES + 8 * (start >> 12 & 511), b"".join(entry.to_bytes(8, "little") for entry in entries))


def _start(machine: Machine, number: int, mode: str, random: Random) -> None:
    hart, save = machine.harts[number], SAVE + 256 * number
    priv = {"M": 3, "S": 1, "U": 0}[mode[0]]
    varied = _LEAVES + (_VARIED >> 12 & 511) * 8 if mode.endswith("paged") else DATA + 0x2FF0
    bases = (DATA + 0x800, PROGRAM + 0x2000, _VARIED, PROGRAM + 0x1800, varied, MTIME)
    mapped = (_leaf(PROGRAM, mode), _LEAVES + (PROGRAM >> 12 & 511) * 8)
    saved = (0, 0, number, PROGRAM, priv << 11 | _MPIE | _FS, MTIMECMP + 8 * number, *bases, *mapped)
    machine.write(save, b"".join(value.to_bytes(8, "little") for value in saved))
    for register in range(1, 32):
        hart.x[register] = random.choice((0, 1, (1 << 64) - 1, 1 << 63, random.getrandbits(64), random.getrandbits(31)))
        hart.f[register] = random.choice((0, 0x3FF0 << 48, ~0 << 32 | random.getrandbits(32), random.getrandbits(64)))
    for register, value in zip((_SP, _CODE_BASE, 8, 9, 10, 11), bases, strict=True):
        hart.x[register] = value
    csrs = {
        "pmpaddr0": (1 << 54) - 1, "pmpcfg0": 0x1F, "mtvec": HANDLER, "mscratch": save, "menvcfg": _MENVCFG_ALL,
        "senvcfg": 0xF1, "mcounteren": _MCOUNTEREN_ALL, "scounteren": _MCOUNTEREN_ALL, "stimecmp": 5,
        "mie": 0xA0, "mstatus": _FS | _MIE,
    }  # fmt: skip
    for name, value in csrs.items():
        hart.csr[name] = value
    if mode.endswith("paged"):
        hart.csr["satp"] = 8 << 60 | TABLES >> 12
    machine.bus.write(MTIMECMP + 8 * number, 8, 8)
    hart.priv, hart.pc = priv, PROGRAM


def _leaf(pa: int, mode: str) -> int:
    return pa >> 12 << 10 | _PTE_LEAF | (_PTE_U if mode[0] == "U" else 0)


def _write_tables(machine: Machine, mode: str) -> None:
    """Map, one to one and by pages of 4 KiB, 2 MiB of RAM and of the CLINT."""
    for leaves, base, middle in (
        (_LEAVES, 0x8000_0000, TABLES + 0x1000),
        (TABLES + 0x4000, 0x200_0000, TABLES + 0x3000),
    ):
        entries = (_leaf(base + 4096 * page, mode) for page in range(512))
        machine.write(leaves, b"".join(entry.to_bytes(8, "little") for entry in entries))
        for table, index, target in ((middle, base >> 21 & 511, leaves), (TABLES, base >> 30, middle)):
            machine.write(table + 8 * index, (target >> 12 << 10 | _PTE_LINK).to_bytes(8, "little"))
