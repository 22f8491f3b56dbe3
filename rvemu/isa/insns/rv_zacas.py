"""Zacas: atomic compare-and-swap. rd is a source too, the value to compare with: rs3 names it as such."""

from rvemu.isa.insns.row import Insn

ZACAS = "Word/Doubleword/Quadword CAS (AMOCAS.W/D/Q) Instructions"
AMO_ASM = "rd, rs2, (rs1)"

INSNS = (
    Insn("amocas.w", "00101 aq rl rs2 rs1 010 rd/rs3 0101111", "Zacas",
         "rd = amo_32(rs1, rs2 if u32(old) == u32(rs3) else old)", ZACAS, asm=AMO_ASM),
    Insn("amocas.d", "00101 aq rl rs2 rs1 011 rd/rs3 0101111", "Zacas",
         "rd = amo_64(rs1, rs2 if old == rs3 else old)", ZACAS, asm=AMO_ASM),
    Insn("amocas.q", "00101 aq rl rs2[4:1] 0 rs1 100 rd/rs3[4:1] 0 0101111", "Zacas",
         "do amocas_q", ZACAS, asm=AMO_ASM),
)
