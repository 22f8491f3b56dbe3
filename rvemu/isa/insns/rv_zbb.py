"""Zbb: basic bit manipulation."""

from rvemu.isa.insns.row import Insn

ZBB = "Zbb: Basic bit-manipulation"

INSNS = (
    Insn("andn",   "0100000 rs2 rs1 111 rd 0110011",        "Zbb|Zbkb", "rd = rs1 & ~rs2", ZBB),
    Insn("orn",    "0100000 rs2 rs1 110 rd 0110011",        "Zbb|Zbkb", "rd = rs1 | ~rs2", ZBB),
    Insn("xnor",   "0100000 rs2 rs1 100 rd 0110011",        "Zbb|Zbkb", "rd = ~(rs1 ^ rs2)", ZBB),
    Insn("clz",    "0110000 00000 rs1 001 rd 0010011",      "Zbb",      "rd = clz(rs1)", ZBB),
    Insn("ctz",    "0110000 00001 rs1 001 rd 0010011",      "Zbb",      "rd = ctz(rs1)", ZBB),
    Insn("cpop",   "0110000 00010 rs1 001 rd 0010011",      "Zbb",      "rd = cpop(rs1)", ZBB),
    Insn("clzw",   "0110000 00000 rs1 001 rd 0011011",      "Zbb",      "rd = clzw(rs1)", ZBB),
    Insn("ctzw",   "0110000 00001 rs1 001 rd 0011011",      "Zbb",      "rd = ctzw(rs1)", ZBB),
    Insn("cpopw",  "0110000 00010 rs1 001 rd 0011011",      "Zbb",      "rd = cpop(u32(rs1))", ZBB),
    Insn("max",    "0000101 rs2 rs1 110 rd 0110011",        "Zbb",      "rd = max_s(rs1, rs2)", ZBB),
    Insn("maxu",   "0000101 rs2 rs1 111 rd 0110011",        "Zbb",      "rd = max_u(rs1, rs2)", ZBB),
    Insn("min",    "0000101 rs2 rs1 100 rd 0110011",        "Zbb",      "rd = min_s(rs1, rs2)", ZBB),
    Insn("minu",   "0000101 rs2 rs1 101 rd 0110011",        "Zbb",      "rd = min_u(rs1, rs2)", ZBB),
    Insn("sext.b", "0110000 00100 rs1 001 rd 0010011",      "Zbb",      "rd = s8(rs1)", ZBB),
    Insn("sext.h", "0110000 00101 rs1 001 rd 0010011",      "Zbb",      "rd = s16(rs1)", ZBB),
    Insn("zext.h", "0000100 00000 rs1 100 rd 0111011",      "Zbb",      "rd = u16(rs1)", ZBB, refines="packw"),
    Insn("rol",    "0110000 rs2 rs1 001 rd 0110011",        "Zbb|Zbkb", "rd = rol(rs1, rs2)", ZBB),
    Insn("ror",    "0110000 rs2 rs1 101 rd 0110011",        "Zbb|Zbkb", "rd = ror(rs1, rs2)", ZBB),
    Insn("rori",   "011000 shamt[5:0] rs1 101 rd 0010011",  "Zbb|Zbkb", "rd = ror(rs1, shamt)", ZBB),
    Insn("rolw",   "0110000 rs2 rs1 001 rd 0111011",        "Zbb|Zbkb", "rd = rolw(rs1, rs2)", ZBB),
    Insn("rorw",   "0110000 rs2 rs1 101 rd 0111011",        "Zbb|Zbkb", "rd = rorw(rs1, rs2)", ZBB),
    Insn("roriw",  "0110000 shamt[4:0] rs1 101 rd 0011011", "Zbb|Zbkb", "rd = rorw(rs1, shamt)", ZBB),
    Insn("orc.b",  "001010000111 rs1 101 rd 0010011",       "Zbb",      "rd = orc_b(rs1)", ZBB),
    Insn("rev8",   "011010111000 rs1 101 rd 0010011",       "Zbb|Zbkb", "rd = rev8(rs1)", ZBB),
)
