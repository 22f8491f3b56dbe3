"""Zicboz: cache-block zero."""

from rvemu.isa.insns.row import Insn

INSNS = (
    Insn("cbo.zero", "000000000100 rs1 010 00000 0001111", "Zicboz", "do cbo_zero",
         "Cache Block Zero Instructions", asm="(rs1)"),
)
