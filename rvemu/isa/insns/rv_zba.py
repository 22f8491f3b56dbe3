"""Zba: address generation."""

from rvemu.isa.insns.row import Insn

ZBA = "Zba: Address generation"

INSNS = (
    Insn("add.uw",    "0000100 rs2 rs1 000 rd 0111011",       "Zba", "rd = u32(rs1) + rs2", ZBA),
    Insn("sh1add",    "0010000 rs2 rs1 010 rd 0110011",       "Zba", "rd = (rs1 << 1) + rs2", ZBA),
    Insn("sh2add",    "0010000 rs2 rs1 100 rd 0110011",       "Zba", "rd = (rs1 << 2) + rs2", ZBA),
    Insn("sh3add",    "0010000 rs2 rs1 110 rd 0110011",       "Zba", "rd = (rs1 << 3) + rs2", ZBA),
    Insn("sh1add.uw", "0010000 rs2 rs1 010 rd 0111011",       "Zba", "rd = (u32(rs1) << 1) + rs2", ZBA),
    Insn("sh2add.uw", "0010000 rs2 rs1 100 rd 0111011",       "Zba", "rd = (u32(rs1) << 2) + rs2", ZBA),
    Insn("sh3add.uw", "0010000 rs2 rs1 110 rd 0111011",       "Zba", "rd = (u32(rs1) << 3) + rs2", ZBA),
    Insn("slli.uw",   "000010 shamt[5:0] rs1 001 rd 0011011", "Zba", "rd = u32(rs1) << shamt", ZBA),
)
