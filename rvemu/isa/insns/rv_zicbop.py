"""Zicbop: cache-block prefetch, hints within the encoding of ori with rd = x0."""

from rvemu.isa.insns.row import Insn

PREFETCH = "Cache Block Prefetch Instructions"
ASM = "imm(rs1)"

INSNS = (
    Insn("prefetch.i", "imm[11:5] 00000 rs1 110 00000 0010011", "Zicbop",
         "nop", PREFETCH, asm=ASM, refines="ori"),
    Insn("prefetch.r", "imm[11:5] 00001 rs1 110 00000 0010011", "Zicbop",
         "nop", PREFETCH, asm=ASM, refines="ori"),
    Insn("prefetch.w", "imm[11:5] 00011 rs1 110 00000 0010011", "Zicbop",
         "nop", PREFETCH, asm=ASM, refines="ori"),
)
