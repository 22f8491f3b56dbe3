"""Zicbom: cache-block management."""

from rvemu.isa.insns.row import Insn

CBM = "Cache Block Management Instructions"

INSNS = (
    Insn("cbo.inval", "000000000000 rs1 010 00000 0001111", "Zicbom", "do cbo_inval", CBM, asm="(rs1)"),
    Insn("cbo.clean", "000000000001 rs1 010 00000 0001111", "Zicbom", "do cbo_clean", CBM, asm="(rs1)"),
    Insn("cbo.flush", "000000000010 rs1 010 00000 0001111", "Zicbom", "do cbo_flush", CBM, asm="(rs1)"),
)
