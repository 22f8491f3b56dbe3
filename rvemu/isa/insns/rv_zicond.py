"""Zicond: integer conditional operations."""

from rvemu.isa.insns.row import Insn

ZICOND = "\"Zicond\" Extension for Integer Conditional Operations"

INSNS = (
    Insn("czero.eqz", "0000111 rs2 rs1 101 rd 0110011", "Zicond", "rd = 0 if rs2 == 0 else rs1", ZICOND),
    Insn("czero.nez", "0000111 rs2 rs1 111 rd 0110011", "Zicond", "rd = 0 if rs2 != 0 else rs1", ZICOND),
)
