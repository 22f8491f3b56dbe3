"""Zcb: simple code-size saving instructions. Each stands for one base instruction."""

from rvemu.isa.insns.row import Insn

ZCB = "Zcb: Simple code-size saving instructions"

INSNS = (
    Insn("c.lbu",    "100 0 00 rs1' uimm[0|1] rd' 00",     "Zcb",     "= lbu rd', uimm(rs1')", ZCB),
    Insn("c.lhu",    "100 0 01 rs1' 0 uimm[1] rd' 00",     "Zcb",     "= lhu rd', uimm(rs1')", ZCB),
    Insn("c.lh",     "100 0 01 rs1' 1 uimm[1] rd' 00",     "Zcb",     "= lh rd', uimm(rs1')", ZCB),
    Insn("c.sb",     "100 0 10 rs1' uimm[0|1] rs2' 00",    "Zcb",     "= sb rs2', uimm(rs1')", ZCB),
    Insn("c.sh",     "100 0 11 rs1' 0 uimm[1] rs2' 00",    "Zcb",     "= sh rs2', uimm(rs1')", ZCB),
    Insn("c.zext.b", "100 1 11 rd'/rs1' 11 000 01",        "Zcb",     "= andi rd', rs1', 255", ZCB),
    Insn("c.sext.b", "100 1 11 rd'/rs1' 11 001 01",        "Zcb&Zbb", "= sext.b rd', rs1'", ZCB),
    Insn("c.zext.h", "100 1 11 rd'/rs1' 11 010 01",        "Zcb&Zbb", "= zext.h rd', rs1'", ZCB),
    Insn("c.sext.h", "100 1 11 rd'/rs1' 11 011 01",        "Zcb&Zbb", "= sext.h rd', rs1'", ZCB),
    Insn("c.zext.w", "100 1 11 rd'/rs1' 11 100 01",        "Zcb&Zba", "= add.uw rd', rs1', x0", ZCB),
    Insn("c.not",    "100 1 11 rd'/rs1' 11 101 01",        "Zcb",     "= xori rd', rs1', -1", ZCB),
    Insn("c.mul",    "100 1 11 rd'/rs1' 10 rs2' 01",       "Zcb&M",   "= mul rd', rs1', rs2'", ZCB),
)
