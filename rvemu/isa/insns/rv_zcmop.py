"""Zcmop: compressed may-be-operations, which do nothing until a later extension gives one of them a meaning."""

from rvemu.isa.insns.row import Insn

ZCMOP = "\"Zcmop\" Compressed May-Be-Operations Extension"

SHADOW_STACK = {1: "= sspush x1", 5: "= sspopchk x5"}
"""Those that Zicfiss defines, as c.sspush and c.sspopchk. Without it, or not enabled, they do nothing either."""

INSNS = tuple(
    Insn(f"c.mop.{n}", f"011 0 0 {n >> 1:03b} 1 00000 01", "Zcmop", SHADOW_STACK.get(n, "= addi x0, x0, 0"), ZCMOP)
    for n in range(1, 16, 2)
)
