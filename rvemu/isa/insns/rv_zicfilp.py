"""Zicfilp: landing pads, within the encoding of auipc with rd = x0."""

from rvemu.isa.insns.row import Insn

INSNS = (
    # What it checks where a landing pad is expected is in core/trap.pxi; anywhere else it does nothing.
    Insn("lpad", "imm[31:12] 00000 0010111", "Zicfilp", "nop", "Landing Pad Instruction", refines="auipc"),
)
