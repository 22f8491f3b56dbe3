"""Every row of the instruction table, on words of all kinds, against what the manual says of it.

The reference here is written from the manual and the models of the other test files, and compares everything that
an instruction could change: a row that it does not know fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from random import Random

import pytest
from harness import CODE, DATA, HANDLER, MSTATUS_FS_DIRTY, TestHart
from isa.fp_eval import FP_ROWS, operand_files
from isa.fp_oracle import FORMATS as FLOATS
from isa.fp_oracle import expected as fp_expected
from isa.fp_oracle import random_float
from isa.models import CORNERS, INT_MIN, MAX, WORD_MAX, Model, signed, word
from isa.test_a import result as amo_result
from isa.test_i import BRANCHES, REGISTER_IMMEDIATE, REGISTER_REGISTER, SHIFT_IMMEDIATE, SHIFT_IMMEDIATE_WORD
from isa.test_m import MODELS as MULTIPLY_DIVIDE
from isa.test_zacas import compare_and_swap
from isa.test_zb import REGISTER_REGISTER as ZB_REGISTER_REGISTER
from isa.test_zb import SHIFT_IMMEDIATE as ZB_SHIFT_IMMEDIATE
from isa.test_zb import UNARY as ZB_UNARY
from isa.test_zb import rotate_left
from isa.test_zimop import ONE_SOURCE as MOP_R
from isa.test_zimop import TWO_SOURCES as MOP_RR
from isa.test_zk import AES, HASHES, SM4, key_schedule_1
from isa.words import sample

from rvemu.isa.causes import Cause
from rvemu.isa.decode import decode
from rvemu.isa.fields import parse
from rvemu.isa.insns import INSNS, Insn

Operands = dict[str, int]

CSRS = ("mscratch", "mepc", "sepc", "mcause", "mtval", "fcsr")
MSCRATCH = 0x340
WINDOW = 0x3000
"""Bytes of memory from DATA on, inside which all addresses lie."""
SUPERVISOR, MACHINE = 1, 3


@dataclass
class State:
    """What an instruction reads and may change."""

    pc: int
    x: list[int]
    f: list[int]
    memory: bytearray
    csr: dict[str, int]
    priv: int = MACHINE
    retired: int = 1

    def load(self, pa: int, size: int) -> int:
        """Return an unsigned number from memory."""
        return int.from_bytes(self.memory[pa - DATA : pa - DATA + size], "little")

    def store(self, pa: int, size: int, value: int) -> None:
        """Put the low bytes of a number into memory."""
        self.memory[pa - DATA : pa - DATA + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")

    def set_x(self, number: int, value: int) -> None:
        """Write an x register."""
        if number:
            self.x[number] = value & MAX

    def trap(self, cause: Cause, tval: int) -> None:
        """Enter the handler in M-mode."""
        self.csr |= {"mepc": self.pc, "mcause": cause, "mtval": tval}
        self.pc, self.priv, self.retired = HANDLER, MACHINE, 0


COMPUTE: dict[str, Model] = REGISTER_REGISTER | MULTIPLY_DIVIDE | ZB_REGISTER_REGISTER | MOP_RR | AES | {
    "czero.eqz": lambda a, b: a if b else 0,
    "czero.nez": lambda a, b: 0 if b else a,
}
COMPUTE_IMMEDIATE: dict[str, Model] = {
    **REGISTER_IMMEDIATE, **SHIFT_IMMEDIATE, **SHIFT_IMMEDIATE_WORD, **ZB_SHIFT_IMMEDIATE,
    "roriw": lambda a, shamt: word(rotate_left(a, -shamt, 32)),
    "aes64ks1i": key_schedule_1,
}  # fmt: skip
UNARY = ZB_UNARY | MOP_R | HASHES
LOADS = {"lb": (1, True), "lh": (2, True), "lw": (4, True), "ld": (8, False),
         "lbu": (1, False), "lhu": (2, False), "lwu": (4, False)}  # fmt: skip
STORES = {"sb": 1, "sh": 2, "sw": 4, "sd": 8}
FLOAT_LOADS, FLOAT_STORES = {"flh": "h", "flw": "s", "fld": "d"}, {"fsh": 2, "fsw": 4, "fsd": 8}
AMO_SIZES = {"b": 1, "h": 2, "w": 4, "d": 8, "q": 16}
SHADOW_SWAPS = ("ssamoswap.w", "ssamoswap.d")
"""Accesses of M-mode to a shadow stack, which it cannot have."""
CSR_WRITES: dict[str, Callable[[int, int], int]] = {
    "csrrw": lambda old, value: value,
    "csrrs": lambda old, value: old | value,
    "csrrc": lambda old, value: old & ~value,
}
NOTHING_TO_SEE = frozenset({
    "fence", "fence.i", "pause", "wrs.nto", "wrs.sto", "prefetch.i", "prefetch.r", "prefetch.w",
    "lpad", "sspush", "sspopchk", "cbo.inval", "cbo.clean", "cbo.flush",
    "sfence.vma", "sinval.vma", "sfence.w.inval", "sfence.inval.ir", "wfi",
})  # fmt: skip
"""What one hart in M-mode cannot tell from a no-op; wfi, where an interrupt is pending that is enabled."""


def compressed(base: str, **fields: str | int) -> tuple[str, dict[str, str | int]]:
    """Return what a compressed row expands to: a base row, its operands each a number or a field's name."""
    return base, fields


EXPANSIONS = {
    "c.addi4spn": compressed("addi", rd="rd'", rs1=2, imm="nzuimm"),
    "c.lw": compressed("lw", rd="rd'", rs1="rs1'", imm="uimm"),
    "c.ld": compressed("ld", rd="rd'", rs1="rs1'", imm="uimm"),
    "c.fld": compressed("fld", rd="rd'", rs1="rs1'", imm="uimm"),
    "c.sw": compressed("sw", rs2="rs2'", rs1="rs1'", imm="uimm"),
    "c.sd": compressed("sd", rs2="rs2'", rs1="rs1'", imm="uimm"),
    "c.fsd": compressed("fsd", rs2="rs2'", rs1="rs1'", imm="uimm"),
    "c.nop": compressed("addi", rd=0, rs1=0, imm=0),
    **{f"c.mop.{n}": compressed("addi", rd=0, rs1=0, imm=0) for n in (3, 7, 9, 11, 13, 15)},
    "c.mop.1": compressed("sspush", rs2=1),
    "c.mop.5": compressed("sspopchk", rs1=5),
    "c.addi": compressed("addi", rd="rd", rs1="rd", imm="imm"),
    "c.addiw": compressed("addiw", rd="rd", rs1="rd", imm="imm"),
    "c.li": compressed("addi", rd="rd", rs1=0, imm="imm"),
    "c.addi16sp": compressed("addi", rd=2, rs1=2, imm="nzimm"),
    "c.lui": compressed("lui", rd="rd", imm="nzimm"),
    "c.srli": compressed("srli", rd="rd'", rs1="rd'", shamt="shamt"),
    "c.srai": compressed("srai", rd="rd'", rs1="rd'", shamt="shamt"),
    "c.slli": compressed("slli", rd="rd", rs1="rd", shamt="shamt"),
    "c.andi": compressed("andi", rd="rd'", rs1="rd'", imm="imm"),
    **{f"c.{name}": compressed(name, rd="rd'", rs1="rd'", rs2="rs2'")
       for name in ("sub", "xor", "or", "and", "subw", "addw")},
    **{f"c.{name}": compressed(name, rd="rd'", rs1="rs1'", imm="uimm") for name in ("lbu", "lhu", "lh")},
    **{f"c.{name}": compressed(name, rs2="rs2'", rs1="rs1'", imm="uimm") for name in ("sb", "sh")},
    **{f"c.{name}": compressed(name, rd="rd'", rs1="rd'") for name in ("sext.b", "sext.h", "zext.h")},
    "c.zext.b": compressed("andi", rd="rd'", rs1="rd'", imm=255),
    "c.zext.w": compressed("add.uw", rd="rd'", rs1="rd'", rs2=0),
    "c.not": compressed("xori", rd="rd'", rs1="rd'", imm=-1),
    "c.mul": compressed("mul", rd="rd'", rs1="rd'", rs2="rs2'"),
    "c.j": compressed("jal", rd=0, imm="imm"),
    "c.beqz": compressed("beq", rs1="rs1'", rs2=0, imm="imm"),
    "c.bnez": compressed("bne", rs1="rs1'", rs2=0, imm="imm"),
    "c.lwsp": compressed("lw", rd="rd", rs1=2, imm="uimm"),
    "c.ldsp": compressed("ld", rd="rd", rs1=2, imm="uimm"),
    "c.fldsp": compressed("fld", rd="rd", rs1=2, imm="uimm"),
    "c.swsp": compressed("sw", rs2="rs2", rs1=2, imm="uimm"),
    "c.sdsp": compressed("sd", rs2="rs2", rs1=2, imm="uimm"),
    "c.fsdsp": compressed("fsd", rs2="rs2", rs1=2, imm="uimm"),
    "c.jr": compressed("jalr", rd=0, rs1="rs1", imm=0),
    "c.jalr": compressed("jalr", rd=1, rs1="rs1", imm=0),
    "c.mv": compressed("add", rd="rd", rs1=0, rs2="rs2"),
    "c.add": compressed("add", rd="rd", rs1="rd", rs2="rs2"),
    "c.ebreak": compressed("ebreak"),
}  # fmt: skip


def expand(name: str, operands: Operands) -> tuple[str, Operands]:
    """Return the base row and its operands that the manual says a compressed instruction stands for."""
    base, fields = EXPANSIONS[name]
    return base, {field: operands[of] if isinstance(of, str) else of for field, of in fields.items()}


def execute(state: State, name: str, size: int, operands: Operands) -> None:
    """Do to the state what the manual says that the instruction does."""
    if name in EXPANSIONS:
        name, operands = expand(name, operands)
    following = state.pc + size
    if name in SHADOW_SWAPS:
        address = state.x[operands["rs1"]]
        misaligned = address % AMO_SIZES[name[-1]] != 0
        state.trap(Cause.STORE_AMO_ADDRESS_MISALIGNED if misaligned else Cause.STORE_AMO_ACCESS_FAULT, address)
        return
    if name in TRAPS_AND_RETURNS:
        TRAPS_AND_RETURNS[name](state)
        return
    target = _jump(state, name, following, operands)
    if target is None and name not in NOTHING_TO_SEE:
        next(act for act in (_compute, _access, _atomic, _float, _system) if act(state, name, operands))
    state.pc = (following if target is None else target) & MAX


def _jump(state: State, name: str, following: int, o: Operands) -> int | None:
    """Return where a jump or a branch goes, after its link is written; None for any other row."""
    if name in BRANCHES:
        return state.pc + o["imm"] if BRANCHES[name](state.x[o["rs1"]], state.x[o["rs2"]]) else following
    if name == "jal":
        state.set_x(o["rd"], following)
        return state.pc + o["imm"]
    if name == "jalr":
        target = state.x[o["rs1"]] + o["imm"] & MAX - 1
        state.set_x(o["rd"], following)
        return target
    return None


def _compute(state: State, name: str, o: Operands) -> bool:
    x = state.x
    if name in COMPUTE:
        value = COMPUTE[name](x[o["rs1"]], x[o["rs2"]])
    elif name in COMPUTE_IMMEDIATE:
        value = COMPUTE_IMMEDIATE[name](x[o["rs1"]], next(o[of] for of in ("shamt", "imm", "rnum") if of in o))
    elif name in UNARY:
        value = UNARY[name](x[o["rs1"]])
    elif name in SM4:
        value = SM4[name](x[o["rs1"]], x[o["rs2"]], o["bs"])
    elif name in ("lui", "auipc"):
        value = o["imm"] + (state.pc if name == "auipc" else 0)
    elif name == "ssrdp":
        value = 0
    else:
        return False
    state.set_x(o["rd"], value)
    return True


def _access(state: State, name: str, o: Operands) -> bool:
    if name not in {*LOADS, *STORES, *FLOAT_LOADS, *FLOAT_STORES}:
        return False
    pa = state.x[o["rs1"]] + o["imm"]
    if name in LOADS:
        size, is_signed = LOADS[name]
        value = state.load(pa, size)
        state.set_x(o["rd"], signed(value, 8 * size) if is_signed else value)
    elif name in FLOAT_LOADS:
        fmt = FLOATS[FLOAT_LOADS[name]]
        state.f[o["rd"]] = fmt.box(state.load(pa, fmt.width // 8))
    elif name in STORES:
        state.store(pa, STORES[name], state.x[o["rs2"]])
    else:
        state.store(pa, FLOAT_STORES[name], state.f[o["rs2"]])
    return True


def _atomic(state: State, name: str, o: Operands) -> bool:
    """AMOs; LR; and SC, which fails where no LR came before it."""
    kind, _, width = name.partition(".")
    if not kind.startswith("amo") and kind not in ("lr", "sc"):
        return False
    pa, size = state.x[o["rs1"]], AMO_SIZES[width]
    old = state.load(pa, size)
    if kind == "sc":
        state.set_x(o["rd"], 1)
        return True
    if kind == "amocas":
        _compare_and_swap(state, pa, size, o)
        return True
    if kind != "lr":
        state.store(pa, size, amo_result(kind, old, state.x[o["rs2"]], 8 * size))
    state.set_x(o["rd"], signed(old, 8 * size))
    return True


def _compare_and_swap(state: State, pa: int, size: int, o: Operands) -> None:
    """AMOCAS: the quadword one has pairs of registers, of which x0 and x1 are zeros, and are not written."""
    pairs = size == 16
    old, expected, new = state.load(pa, size), _source(state, o["rd"], pairs), _source(state, o["rs2"], pairs)
    state.store(pa, size, compare_and_swap(old, expected, new, 8 * size))
    if not pairs:
        state.set_x(o["rd"], signed(old, 8 * size))
    elif o["rd"]:
        state.set_x(o["rd"], old)
        state.set_x(o["rd"] + 1, old >> 64)


def _source(state: State, number: int, pair: bool) -> int:
    return state.x[number] | (state.x[number + 1] << 64 if pair and number else 0)


def _float(state: State, name: str, o: Operands) -> bool:
    if name not in FP_ROWS:
        return False
    destination, files = operand_files(name)
    sources = [o[file] if file in o else getattr(state, file)[o[f"rs{number}"]] for number, file in enumerate(files, 1)]
    rounding = o.get("rm", 7)
    value, flags = fp_expected(name, sources, state.csr["fcsr"] >> 5 if rounding == 7 else rounding)
    if destination == "x":
        state.set_x(o["rd"], value)
    else:
        state.f[o["rd"]] = value
    state.csr["fcsr"] |= flags
    return True


def _system(state: State, name: str, o: Operands) -> bool:
    if name == "cbo.zero":
        state.store(state.x[o["rs1"]] & ~63, 64, 0)
        return True
    old = state.csr["mscratch"]
    value = o["zimm"] if name.endswith("i") else state.x[o["rs1"]]
    state.csr["mscratch"] = CSR_WRITES[name.removesuffix("i")](old, value) & MAX
    state.set_x(o["rd"], old)
    return True


def _return(state: State, epc: str, priv: int) -> None:
    state.pc, state.priv = state.csr[epc], priv


TRAPS_AND_RETURNS: dict[str, Callable[[State], None]] = {
    "ecall": lambda state: state.trap(Cause.ENVIRONMENT_CALL_FROM_M_MODE, 0),
    "ebreak": lambda state: state.trap(Cause.BREAKPOINT, state.pc),
    "mret": lambda state: _return(state, "mepc", MACHINE),
    "sret": lambda state: _return(state, "sepc", SUPERVISOR),
}
MSTATUS = MSTATUS_FS_DIRTY | MACHINE << 11 | SUPERVISOR << 8
"""FS dirty, MPP = M, SPP = S, interrupts off."""


def cases(insn: Insn) -> Iterator[tuple[int, Operands, State]]:
    """Yield words of the row with their operands and a state in which they do not fault."""
    random, form = Random(insn.name), parse(insn)
    for sampled in sample(insn):
        bits = sampled
        if "csr" in insn.encoding.split():
            bits = bits & ~form.operand("csr").mask | form.operand("csr").insert(MSCRATCH)
        decoded = decode(bits)
        assert decoded is not None
        operands = decoded.operands
        state = state_at_random(random, memory=reaches_memory(insn), aligned=is_atomic(insn))
        if operands.get("rm") in (5, 6) or (reaches_memory(insn) and operands.get("rs1") == 0):
            continue
        if insn.name.startswith("amocas") and random.getrandbits(1):
            _expect_what_is_there(state, AMO_SIZES[insn.name[-1]], operands)
        yield bits, operands, state


def _expect_what_is_there(state: State, size: int, operands: Operands) -> None:
    """Put into memory what AMOCAS compares it with."""
    state.store(state.x[operands["rs1"]], size, _source(state, operands["rd"], size == 16))


def is_atomic(insn: Insn) -> bool:
    """Tell whether it is of A or one of the extensions that have more of these."""
    return not {"A", "Zabha", "Zacas"}.isdisjoint(name for way in insn.ways for name in way)


def reaches_memory(insn: Insn) -> bool:
    """Tell whether its base register must hold an address."""
    name = EXPANSIONS[insn.name][0] if insn.name in EXPANSIONS else insn.name
    return name in {*LOADS, *STORES, *FLOAT_LOADS, *FLOAT_STORES} or is_atomic(insn) or name.startswith("cbo.")


def state_at_random(random: Random, memory: bool, aligned: bool) -> State:
    """Return a state; with `memory` all x registers hold addresses, multiples of 16 if `aligned`."""
    middle = DATA + WINDOW // 2

    def value() -> int:
        if memory:
            return middle + random.randrange(0, 1024, 16 if aligned else 1)
        return random.choice((random.choice(CORNERS), random.getrandbits(64)))

    csr = dict.fromkeys(CSRS, 0) | {"mepc": 0x8000_0122, "sepc": 0x8000_0124}
    csr |= {"mscratch": random.choice((random.getrandbits(64), INT_MIN, WORD_MAX))}
    csr["fcsr"] = random.randrange(5) << 5 | random.getrandbits(5)
    floats = [random_float(random, FLOATS[random.choice("hsd")]) for _ in range(32)]
    return State(CODE, [0, *(value() for _ in range(31))], floats, bytearray(random.randbytes(WINDOW)), csr)


def put(hart: TestHart, state: State) -> None:
    """Bring the hart into the state."""
    for number in range(1, 32):
        hart.x[number] = state.x[number]
    for number in range(32):
        hart.f[number] = state.f[number]
    hart.set(**state.csr)
    hart.set(mstatus=MSTATUS, mideleg=2, mie=2, mip=2)          # an interrupt that ends wfi, but is not taken
    hart.write(DATA, bytes(state.memory))
    hart.priv = state.priv


def state_of(hart: TestHart, retired: int) -> State:
    """Return the state that the hart is in."""
    csr = {name: hart.csr[name] for name in CSRS}
    memory = bytearray(hart.read(DATA, WINDOW))
    return State(hart.pc, list(hart.x), list(hart.f), memory, csr, hart.priv, hart.csr["minstret"] - retired)


@pytest.mark.parametrize("insn", INSNS, ids=lambda insn: insn.name)
def test_a_row_does_what_the_manual_says_and_nothing_else(hart: TestHart, insn: Insn) -> None:
    count = 0
    for bits, operands, before in cases(insn):
        put(hart, before)
        wanted = deepcopy(before)
        execute(wanted, insn.name, parse(insn).size, operands)
        retired, cycle = hart.csr["minstret"], hart.machine.cycle
        hart.run1(bits)
        assert state_of(hart, retired) == wanted, f"{bits:#x} {operands}"
        assert hart.machine.cycle == cycle + 1
        count += 1
    assert count > 0


def test_the_reference_expands_exactly_the_compressed_rows() -> None:
    assert set(EXPANSIONS) == {insn.name for insn in INSNS if insn.name.startswith("c.")}
