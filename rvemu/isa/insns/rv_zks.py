"""Zksed, Zksh: the SM4 block cipher, the SM3 hash."""

from rvemu.isa.insns.row import Insn

ZKSED = "Zksed: ShangMi Suite: SM4 Block Cipher Instructions"
ZKSH = "Zksh: ShangMi Suite: SM3 Hash Function Instructions"

INSNS = (
    Insn("sm4ed", "bs 11000 rs2 rs1 000 rd 0110011",  "Zksed", "rd = sm4ed(rs1, rs2, bs)", ZKSED,
         asm="rd, rs1, rs2, bs"),
    Insn("sm4ks", "bs 11010 rs2 rs1 000 rd 0110011",  "Zksed", "rd = sm4ks(rs1, rs2, bs)", ZKSED,
         asm="rd, rs1, rs2, bs"),
    Insn("sm3p0", "0001000 01000 rs1 001 rd 0010011", "Zksh",  "rd = s32(rs1 ^ rolw(rs1, 9) ^ rolw(rs1, 17))", ZKSH),
    Insn("sm3p1", "0001000 01001 rs1 001 rd 0010011", "Zksh",  "rd = s32(rs1 ^ rolw(rs1, 15) ^ rolw(rs1, 23))", ZKSH),
)
