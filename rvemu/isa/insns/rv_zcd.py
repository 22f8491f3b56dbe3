"""Zcd: compressed double-precision loads and stores (what C brings together with D)."""

from rvemu.isa.insns.row import Insn

STACK = "Stack-Pointer-Based Loads and Stores"
MEMORY = "Register-Based Loads and Stores"

INSNS = (
    Insn("c.fld",   "001 uimm[5:3] rs1' uimm[7:6] rd' 00",  "Zcd", "= fld rd', uimm(rs1')", MEMORY),
    Insn("c.fsd",   "101 uimm[5:3] rs1' uimm[7:6] rs2' 00", "Zcd", "= fsd rs2', uimm(rs1')", MEMORY),
    Insn("c.fldsp", "001 uimm[5] rd uimm[4:3|8:6] 10",      "Zcd", "= fld rd, uimm(x2)", STACK),
    Insn("c.fsdsp", "101 uimm[5:3|8:6] rs2 10",             "Zcd", "= fsd rs2, uimm(x2)", STACK),
)
