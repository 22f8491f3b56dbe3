"""Zbs: single-bit instructions."""

from rvemu.isa.insns.row import Insn

ZBS = "Zbs: Single-bit instructions"

INSNS = (
    Insn("bclr",  "0100100 rs2 rs1 001 rd 0110011",       "Zbs", "rd = rs1 & ~bit(rs2)", ZBS),
    Insn("bext",  "0100100 rs2 rs1 101 rd 0110011",       "Zbs", "rd = (rs1 >> (rs2 & 63)) & 1", ZBS),
    Insn("binv",  "0110100 rs2 rs1 001 rd 0110011",       "Zbs", "rd = rs1 ^ bit(rs2)", ZBS),
    Insn("bset",  "0010100 rs2 rs1 001 rd 0110011",       "Zbs", "rd = rs1 | bit(rs2)", ZBS),
    Insn("bclri", "010010 shamt[5:0] rs1 001 rd 0010011", "Zbs", "rd = rs1 & ~bit(shamt)", ZBS),
    Insn("bexti", "010010 shamt[5:0] rs1 101 rd 0010011", "Zbs", "rd = (rs1 >> shamt) & 1", ZBS),
    Insn("binvi", "011010 shamt[5:0] rs1 001 rd 0010011", "Zbs", "rd = rs1 ^ bit(shamt)", ZBS),
    Insn("bseti", "001010 shamt[5:0] rs1 001 rd 0010011", "Zbs", "rd = rs1 | bit(shamt)", ZBS),
)
