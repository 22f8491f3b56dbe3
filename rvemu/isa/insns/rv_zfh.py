"""Rows of the Zfh extension: half-precision floating point. What Zfhmin has of it is in rv_zfhmin.py."""

from __future__ import annotations

from rvemu.isa.insns.row import Insn

COMPUTE = "Half-Precision Computational Instructions"
CONVERT_MOVE = "Half-Precision Conversion and Move Instructions"
COMPARE = "Half-Precision Floating-Point Compare Instructions"
CLASSIFY = "Half-Precision Floating-Point Classify Instruction"

INSNS = (
    Insn("fmadd.h",   "rs3 10 rs2 rs1 rm rd 1000011",         "Zfh", "fd = f16_madd(fs1, fs2, fs3)", COMPUTE),
    Insn("fmsub.h",   "rs3 10 rs2 rs1 rm rd 1000111",         "Zfh", "fd = f16_msub(fs1, fs2, fs3)", COMPUTE),
    Insn("fnmsub.h",  "rs3 10 rs2 rs1 rm rd 1001011",         "Zfh", "fd = f16_nmsub(fs1, fs2, fs3)", COMPUTE),
    Insn("fnmadd.h",  "rs3 10 rs2 rs1 rm rd 1001111",         "Zfh", "fd = f16_nmadd(fs1, fs2, fs3)", COMPUTE),
    Insn("fadd.h",    "0000010 rs2 rs1 rm rd 1010011",        "Zfh", "fd = f16_add(fs1, fs2)", COMPUTE),
    Insn("fsub.h",    "0000110 rs2 rs1 rm rd 1010011",        "Zfh", "fd = f16_sub(fs1, fs2)", COMPUTE),
    Insn("fmul.h",    "0001010 rs2 rs1 rm rd 1010011",        "Zfh", "fd = f16_mul(fs1, fs2)", COMPUTE),
    Insn("fdiv.h",    "0001110 rs2 rs1 rm rd 1010011",        "Zfh", "fd = f16_div(fs1, fs2)", COMPUTE),
    Insn("fsqrt.h",   "0101110 00000 rs1 rm rd 1010011",      "Zfh", "fd = f16_sqrt(fs1)", COMPUTE),
    Insn("fsgnj.h",   "0010010 rs2 rs1 000 rd 1010011",       "Zfh", "fd = f16_sgnj(fs1, fs2)", CONVERT_MOVE),
    Insn("fsgnjn.h",  "0010010 rs2 rs1 001 rd 1010011",       "Zfh", "fd = f16_sgnjn(fs1, fs2)", CONVERT_MOVE),
    Insn("fsgnjx.h",  "0010010 rs2 rs1 010 rd 1010011",       "Zfh", "fd = f16_sgnjx(fs1, fs2)", CONVERT_MOVE),
    Insn("fmin.h",    "0010110 rs2 rs1 000 rd 1010011",       "Zfh", "fd = f16_min(fs1, fs2)", COMPUTE),
    Insn("fmax.h",    "0010110 rs2 rs1 001 rd 1010011",       "Zfh", "fd = f16_max(fs1, fs2)", COMPUTE),
    Insn("fcvt.w.h",  "1100010 00000 rs1 rm rd 1010011",      "Zfh", "rd = f16_to_i32(fs1)", CONVERT_MOVE),
    Insn("fcvt.wu.h", "1100010 00001 rs1 rm rd 1010011",      "Zfh", "rd = f16_to_u32(fs1)", CONVERT_MOVE),
    Insn("fcvt.l.h",  "1100010 00010 rs1 rm rd 1010011",      "Zfh", "rd = f16_to_i64(fs1)", CONVERT_MOVE),
    Insn("fcvt.lu.h", "1100010 00011 rs1 rm rd 1010011",      "Zfh", "rd = f16_to_u64(fs1)", CONVERT_MOVE),
    Insn("fcvt.h.w",  "1101010 00000 rs1 rm rd 1010011",      "Zfh", "fd = i32_to_f16(rs1)", CONVERT_MOVE),
    Insn("fcvt.h.wu", "1101010 00001 rs1 rm rd 1010011",      "Zfh", "fd = u32_to_f16(rs1)", CONVERT_MOVE),
    Insn("fcvt.h.l",  "1101010 00010 rs1 rm rd 1010011",      "Zfh", "fd = i64_to_f16(rs1)", CONVERT_MOVE),
    Insn("fcvt.h.lu", "1101010 00011 rs1 rm rd 1010011",      "Zfh", "fd = u64_to_f16(rs1)", CONVERT_MOVE),
    Insn("feq.h",     "1010010 rs2 rs1 010 rd 1010011",       "Zfh", "rd = f16_eq(fs1, fs2)", COMPARE),
    Insn("flt.h",     "1010010 rs2 rs1 001 rd 1010011",       "Zfh", "rd = f16_lt(fs1, fs2)", COMPARE),
    Insn("fle.h",     "1010010 rs2 rs1 000 rd 1010011",       "Zfh", "rd = f16_le(fs1, fs2)", COMPARE),
    Insn("fclass.h",  "1110010 00000 rs1 001 rd 1010011",     "Zfh", "rd = f16_classify(fs1)", CLASSIFY),
)
