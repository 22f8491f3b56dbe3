"""Zawrs: wait on reservation set."""

from rvemu.isa.insns.row import Insn

ZAWRS = "Wait-on-Reservation-Set Instructions"

INSNS = (
    Insn("wrs.nto", "000000001101 00000 000 00000 1110011", "Zawrs", "do wrs_nto", ZAWRS),
    Insn("wrs.sto", "000000011101 00000 000 00000 1110011", "Zawrs", "do wrs_sto", ZAWRS),
)
