"""Zimop: may-be-operations, which write 0 until a later extension gives one of them a meaning."""

from rvemu.isa.insns.row import Insn

ZIMOP = "\"Zimop\" May-Be-Operations Extension"


def one_source(n: int) -> Insn:
    """Return mop.r.n, whose number is in bits 30, 27:26 and 21:20."""
    encoding = f"1 {n >> 4:b} 00 {n >> 2 & 3:02b} 0111 {n & 3:02b} rs1 100 rd 1110011"
    return Insn(f"mop.r.{n}", encoding, "Zimop", "rd = 0", ZIMOP)


def two_sources(n: int) -> Insn:
    """Return mop.rr.n, whose number is in bits 30 and 27:26."""
    return Insn(f"mop.rr.{n}", f"1 {n >> 2:b} 00 {n & 3:02b} 1 rs2 rs1 100 rd 1110011", "Zimop", "rd = 0", ZIMOP)


INSNS = (*map(one_source, range(32)), *map(two_sources, range(8)))
