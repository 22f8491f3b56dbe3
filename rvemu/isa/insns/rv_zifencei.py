"""Zifencei: instruction-fetch fence."""

from rvemu.isa.insns.row import Insn

INSNS = (
    # imm, rs1 and rd are reserved for finer-grain fences, and ignored.
    Insn("fence.i", "imm[11:0] rs1 001 rd 0001111", "Zifencei", "do fence_i",
         "\"Zifencei\" Extension for Instruction-Fetch Fence", asm=""),
)
