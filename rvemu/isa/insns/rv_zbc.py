"""Zbc: carry-less multiplication, and Zbkc, which is a part of it."""

from rvemu.isa.insns.row import Insn

ZBC = "Zbc: Carry-less multiplication"

INSNS = (
    Insn("clmul",  "0000101 rs2 rs1 001 rd 0110011", "Zbc|Zbkc", "rd = clmul(rs1, rs2)", ZBC),
    Insn("clmulr", "0000101 rs2 rs1 010 rd 0110011", "Zbc",      "rd = clmulr(rs1, rs2)", ZBC),
    Insn("clmulh", "0000101 rs2 rs1 011 rd 0110011", "Zbc|Zbkc", "rd = clmulh(rs1, rs2)", ZBC),
)
