"""Zbkb: bit manipulation for cryptography. What it shares with Zbb stands there."""

from rvemu.isa.insns.row import Insn

ZBKB = "Zbkb: Bit-manipulation for Cryptography"

INSNS = (
    Insn("pack",  "0000100 rs2 rs1 100 rd 0110011",  "Zbkb", "rd = u32(rs1) | rs2 << 32", ZBKB),
    Insn("packh", "0000100 rs2 rs1 111 rd 0110011",  "Zbkb", "rd = u8(rs1) | u8(rs2) << 8", ZBKB),
    Insn("packw", "0000100 rs2 rs1 100 rd 0111011",  "Zbkb", "rd = s32(u16(rs1) | rs2 << 16)", ZBKB),
    Insn("brev8", "011010000111 rs1 101 rd 0010011", "Zbkb", "rd = brev8(rs1)", ZBKB),
)
