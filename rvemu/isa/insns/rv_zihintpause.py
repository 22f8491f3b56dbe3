"""Zihintpause: the pause hint, a fence with an empty successor set."""

from rvemu.isa.insns.row import Insn

INSNS = (
    Insn("pause", "0000 0001 0000 00000 000 00000 0001111", "Zihintpause", "do pause",
         "\"Zihintpause\" Extension for Pause Hint", refines="fence"),
)
