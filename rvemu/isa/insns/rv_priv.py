"""Privileged instructions: trap return, wait for interrupt, supervisor memory-management fence."""

from rvemu.isa.insns.row import Insn

TRAP_RETURN = "Trap-Return Instructions"

INSNS = (
    Insn("sret",       "0001000 00010 00000 000 00000 1110011", "S", "do sret", TRAP_RETURN),
    Insn("mret",       "0011000 00010 00000 000 00000 1110011", "Zicsr", "do mret", TRAP_RETURN),
    Insn("wfi",        "0001000 00101 00000 000 00000 1110011", "Zicsr", "do wfi", "Wait for Interrupt"),
    Insn("sfence.vma", "0001001 rs2 rs1 000 00000 1110011",     "S", "do sfence_vma",
         "Supervisor Memory-Management Fence Instruction"),
)
