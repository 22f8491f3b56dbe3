"""What GDB is told of the harts: their registers with GDB's numbers, and the documents that it reads.

Source: GDB documentation, "Target Descriptions" and "RISC-V Features".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rvemu.harts import HartView
from rvemu.isa.csrs import CSRS
from rvemu.isa.modes import MODE_NAMES
from rvemu.isa.regs import F_NAMES, X_NAMES

PC, FIRST_F, FIRST_CSR, PRIV = 32, 33, 65, 65 + 4096
"""Numbers of registers, as GDB itself counts them; x0 is 0."""
CORE_REGISTERS = 33
"""Registers in `g` and `G`: x0 to x31 and pc."""
REGISTER_BYTES = 8
_POINTERS = {"ra": "code_ptr", "sp": "data_ptr", "gp": "data_ptr", "tp": "data_ptr", "s0": "data_ptr"}


@dataclass(frozen=True)
class Register:
    """A register: where it stands in the description, and how it is reached.

    Attributes:
        write: raises KeyError or ValueError where the register does not take the value.
    """

    name: str
    feature: str
    kind: str
    read: Callable[[HartView], int]
    write: Callable[[HartView, int], None]


def registers_of(hart: HartView) -> dict[int, Register]:
    """Return the registers that a hart has, by GDB's number."""
    found = {number: _x(number, name) for number, name in enumerate(X_NAMES)}
    found[PC] = Register("pc", "cpu", "code_ptr", lambda hart: hart.pc, _set_pc)
    if "fcsr" in hart.csr:
        found |= {FIRST_F + number: _f(number, name) for number, name in enumerate(F_NAMES)}
    found |= {FIRST_CSR + csr.number: _csr(csr.number, csr.name) for csr in CSRS
              if csr.number in hart.csr and csr.name != "seed"}  # fmt: skip
    found[PRIV] = Register("priv", "virtual", "int", lambda hart: hart.priv, _set_priv)
    return found


def _x(number: int, name: str) -> Register:
    return Register(name, "cpu", _POINTERS.get(name, "int"), lambda hart: hart.x[number],
                    lambda hart, value: hart.x.__setitem__(number, value))  # fmt: skip


def _f(number: int, name: str) -> Register:
    return Register(name, "fpu", "ieee_double", lambda hart: hart.f[number],
                    lambda hart, value: hart.f.__setitem__(number, value))  # fmt: skip


def _csr(number: int, name: str) -> Register:
    feature = "fpu" if name in ("fflags", "frm", "fcsr") else "csr"
    return Register(name, feature, "int", lambda hart: hart.csr[number],
                    lambda hart, value: hart.csr.__setitem__(number, value))  # fmt: skip


def _set_pc(hart: HartView, value: int) -> None:
    hart.pc = value & ~1


def _set_priv(hart: HartView, value: int) -> None:
    hart.priv = value


def target_description(registers: dict[int, Register]) -> str:
    """Return target.xml.

    With the OS ABI of Linux, which many builds of GDB take by default, it would step by breakpoints of its own
    behind the instruction, and so miss what an ECALL does.
    """
    features = []
    for feature in ("cpu", "fpu", "csr", "virtual"):
        rows = "".join(
            f'<reg name="{register.name}" bitsize="64" regnum="{number}" type="{register.kind}"'
            f'{group(feature)}/>\n'
            for number, register in registers.items() if register.feature == feature
        )  # fmt: skip
        if rows:
            features.append(f'<feature name="org.gnu.gdb.riscv.{feature}">\n{rows}</feature>\n')
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE target SYSTEM "gdb-target.dtd">\n<target>\n'
        f"<architecture>riscv:rv64</architecture>\n<osabi>none</osabi>\n{''.join(features)}</target>\n"
    )


def group(feature: str) -> str:
    """Return the attribute that keeps a feature's registers out of, or in, `info registers` and its kin."""
    return {"fpu": ' group="float"', "csr": ' group="csr"'}.get(feature, "")


def memory_map() -> str:
    """Return the memory map: all of it may be RAM.

    GDB's addresses are virtual: a page of ROM or of nothing at a physical address says nothing of them, and GDB
    refuses addresses that are in no region.
    """
    half = 1 << 63
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE memory-map PUBLIC "+//IDN gnu.org//DTD GDB Memory Map V1.0//EN"\n'
        '"http://sourceware.org/gdb/gdb-memory-map.dtd">\n<memory-map>\n'
        f'<memory type="ram" start="0x0" length="{half:#x}"/>\n'
        f'<memory type="ram" start="{half:#x}" length="{half:#x}"/>\n</memory-map>\n'
    )


def thread_list(harts: Sequence[HartView]) -> str:
    """Return the threads: one for each hart."""
    rows = "".join(
        f'<thread id="{hart.id + 1:x}" core="{hart.id}" name="hart {hart.id}">{state_of(hart)}</thread>\n'
        for hart in harts
    )
    return f'<?xml version="1.0"?>\n<threads>\n{rows}</threads>\n'


def state_of(hart: HartView) -> str:
    """Return what `info threads` shows of a hart."""
    return f"{MODE_NAMES[hart.priv]}-mode{', in WFI' if hart.waiting else ''}"
