"""Zbkx: crossbar permutations."""

from rvemu.isa.insns.row import Insn

ZBKX = "Zbkx: Crossbar permutations"

INSNS = (
    Insn("xperm4", "0010100 rs2 rs1 010 rd 0110011", "Zbkx", "rd = xperm4(rs1, rs2)", ZBKX),
    Insn("xperm8", "0010100 rs2 rs1 100 rd 0110011", "Zbkx", "rd = xperm8(rs1, rs2)", ZBKX),
)
