"""A: atomic instructions (Zalrsc and Zaamo)."""

from rvemu.isa.insns.row import Insn

LRSC = "Load-Reserved/Store-Conditional Instructions"
AMO = "Atomic Memory Operations"
LR_ASM = "rd, (rs1)"
AMO_ASM = "rd, rs2, (rs1)"

INSNS = (
    Insn("lr.w",      "00010 aq rl 00000 rs1 010 rd 0101111", "A", "do lr_w", LRSC, asm=LR_ASM),
    Insn("sc.w",      "00011 aq rl rs2 rs1 010 rd 0101111", "A", "do sc_w", LRSC, asm=AMO_ASM),
    Insn("amoswap.w", "00001 aq rl rs2 rs1 010 rd 0101111", "A", "rd = amo_32(rs1, rs2)", AMO, asm=AMO_ASM),
    Insn("amoadd.w",  "00000 aq rl rs2 rs1 010 rd 0101111", "A",
         "rd = amo_32(rs1, old + rs2)", AMO, asm=AMO_ASM),
    Insn("amoxor.w",  "00100 aq rl rs2 rs1 010 rd 0101111", "A",
         "rd = amo_32(rs1, old ^ rs2)", AMO, asm=AMO_ASM),
    Insn("amoand.w",  "01100 aq rl rs2 rs1 010 rd 0101111", "A",
         "rd = amo_32(rs1, old & rs2)", AMO, asm=AMO_ASM),
    Insn("amoor.w",   "01000 aq rl rs2 rs1 010 rd 0101111", "A",
         "rd = amo_32(rs1, old | rs2)", AMO, asm=AMO_ASM),
    Insn("amomin.w",  "10000 aq rl rs2 rs1 010 rd 0101111", "A",
         "rd = amo_32(rs1, min_s(old, s32(rs2)))", AMO, asm=AMO_ASM),
    Insn("amomax.w",  "10100 aq rl rs2 rs1 010 rd 0101111", "A",
         "rd = amo_32(rs1, max_s(old, s32(rs2)))", AMO, asm=AMO_ASM),
    Insn("amominu.w", "11000 aq rl rs2 rs1 010 rd 0101111", "A",
         "rd = amo_32(rs1, min_u(u32(old), u32(rs2)))", AMO, asm=AMO_ASM),
    Insn("amomaxu.w", "11100 aq rl rs2 rs1 010 rd 0101111", "A",
         "rd = amo_32(rs1, max_u(u32(old), u32(rs2)))", AMO, asm=AMO_ASM),
    Insn("lr.d",      "00010 aq rl 00000 rs1 011 rd 0101111", "A", "do lr_d", LRSC, asm=LR_ASM),
    Insn("sc.d",      "00011 aq rl rs2 rs1 011 rd 0101111", "A", "do sc_d", LRSC, asm=AMO_ASM),
    Insn("amoswap.d", "00001 aq rl rs2 rs1 011 rd 0101111", "A", "rd = amo_64(rs1, rs2)", AMO, asm=AMO_ASM),
    Insn("amoadd.d",  "00000 aq rl rs2 rs1 011 rd 0101111", "A",
         "rd = amo_64(rs1, old + rs2)", AMO, asm=AMO_ASM),
    Insn("amoxor.d",  "00100 aq rl rs2 rs1 011 rd 0101111", "A",
         "rd = amo_64(rs1, old ^ rs2)", AMO, asm=AMO_ASM),
    Insn("amoand.d",  "01100 aq rl rs2 rs1 011 rd 0101111", "A",
         "rd = amo_64(rs1, old & rs2)", AMO, asm=AMO_ASM),
    Insn("amoor.d",   "01000 aq rl rs2 rs1 011 rd 0101111", "A",
         "rd = amo_64(rs1, old | rs2)", AMO, asm=AMO_ASM),
    Insn("amomin.d",  "10000 aq rl rs2 rs1 011 rd 0101111", "A",
         "rd = amo_64(rs1, min_s(old, rs2))", AMO, asm=AMO_ASM),
    Insn("amomax.d",  "10100 aq rl rs2 rs1 011 rd 0101111", "A",
         "rd = amo_64(rs1, max_s(old, rs2))", AMO, asm=AMO_ASM),
    Insn("amominu.d", "11000 aq rl rs2 rs1 011 rd 0101111", "A",
         "rd = amo_64(rs1, min_u(old, rs2))", AMO, asm=AMO_ASM),
    Insn("amomaxu.d", "11100 aq rl rs2 rs1 011 rd 0101111", "A",
         "rd = amo_64(rs1, max_u(old, rs2))", AMO, asm=AMO_ASM),
)
