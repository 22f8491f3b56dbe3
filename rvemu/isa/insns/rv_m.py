"""M: integer multiplication and division."""

from rvemu.isa.insns.row import Insn

MULTIPLY = "Multiplication Operations"
DIVIDE = "Division Operations"

INSNS = (
    Insn("mul",    "0000001 rs2 rs1 000 rd 0110011", "M", "rd = rs1 * rs2", MULTIPLY),
    Insn("mulh",   "0000001 rs2 rs1 001 rd 0110011", "M", "rd = mulh(rs1, rs2)", MULTIPLY),
    Insn("mulhsu", "0000001 rs2 rs1 010 rd 0110011", "M", "rd = mulhsu(rs1, rs2)", MULTIPLY),
    Insn("mulhu",  "0000001 rs2 rs1 011 rd 0110011", "M", "rd = mulhu(rs1, rs2)", MULTIPLY),
    Insn("div",    "0000001 rs2 rs1 100 rd 0110011", "M", "rd = divs(rs1, rs2)", DIVIDE),
    Insn("divu",   "0000001 rs2 rs1 101 rd 0110011", "M", "rd = divu(rs1, rs2)", DIVIDE),
    Insn("rem",    "0000001 rs2 rs1 110 rd 0110011", "M", "rd = rems(rs1, rs2)", DIVIDE),
    Insn("remu",   "0000001 rs2 rs1 111 rd 0110011", "M", "rd = remu(rs1, rs2)", DIVIDE),
    Insn("mulw",   "0000001 rs2 rs1 000 rd 0111011", "M", "rd = s32(rs1 * rs2)", MULTIPLY),
    Insn("divw",   "0000001 rs2 rs1 100 rd 0111011", "M", "rd = divw(rs1, rs2)", DIVIDE),
    Insn("divuw",  "0000001 rs2 rs1 101 rd 0111011", "M", "rd = divuw(rs1, rs2)", DIVIDE),
    Insn("remw",   "0000001 rs2 rs1 110 rd 0111011", "M", "rd = remw(rs1, rs2)", DIVIDE),
    Insn("remuw",  "0000001 rs2 rs1 111 rd 0111011", "M", "rd = remuw(rs1, rs2)", DIVIDE),
)
