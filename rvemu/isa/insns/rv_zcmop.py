"""Zcmop: compressed may-be-operations, which do nothing until a later extension gives one of them a meaning."""

from rvemu.isa.insns.row import Insn

ZCMOP = "\"Zcmop\" Compressed May-Be-Operations Extension"

INSNS = tuple(
    Insn(f"c.mop.{n}", f"011 0 0 {n >> 1:03b} 1 00000 01", "Zcmop", "= addi x0, x0, 0", ZCMOP)
    for n in range(1, 16, 2)
)
