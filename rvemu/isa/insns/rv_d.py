"""Rows of the D extension: double-precision floating point.

A `rm` field says that the instruction rounds; `host` is the expression that the fast path computes on the
host's own FPU. The exact routines are in core/fp.pxi.
"""

from __future__ import annotations

from rvemu.isa.insns.row import Insn

LOAD_STORE = "Double-Precision Load and Store Instructions"
COMPUTE = "Double-Precision Floating-Point Computational Instructions"
CONVERT_MOVE = "Double-Precision Floating-Point Conversion and Move Instructions"
COMPARE = "Double-Precision Floating-Point Compare Instructions"
CLASSIFY = "Double-Precision Floating-Point Classify Instruction"

INSNS = (
    Insn("fld",       "imm[11:0] rs1 011 rd 0000111",             "D", "fd = load_f64(rs1 + imm)",
         LOAD_STORE),
    Insn("fsd",       "imm[11:5] rs2 rs1 011 imm[4:0] 0100111",   "D", "store_64(rs1 + imm, fs2)",
         LOAD_STORE),
    Insn("fmadd.d",   "rs3 01 rs2 rs1 rm rd 1000011",             "D", "fd = f64_madd(fs1, fs2, fs3)",
         COMPUTE, host="fma(fs1, fs2, fs3)"),
    Insn("fmsub.d",   "rs3 01 rs2 rs1 rm rd 1000111",             "D", "fd = f64_msub(fs1, fs2, fs3)",
         COMPUTE, host="fma(fs1, fs2, -fs3)"),
    Insn("fnmsub.d",  "rs3 01 rs2 rs1 rm rd 1001011",             "D", "fd = f64_nmsub(fs1, fs2, fs3)",
         COMPUTE, host="fma(-fs1, fs2, fs3)"),
    Insn("fnmadd.d",  "rs3 01 rs2 rs1 rm rd 1001111",             "D", "fd = f64_nmadd(fs1, fs2, fs3)",
         COMPUTE, host="fma(-fs1, fs2, -fs3)"),
    Insn("fadd.d",    "0000001 rs2 rs1 rm rd 1010011",            "D", "fd = f64_add(fs1, fs2)",
         COMPUTE, host="fs1 + fs2"),
    Insn("fsub.d",    "0000101 rs2 rs1 rm rd 1010011",            "D", "fd = f64_sub(fs1, fs2)",
         COMPUTE, host="fs1 - fs2"),
    Insn("fmul.d",    "0001001 rs2 rs1 rm rd 1010011",            "D", "fd = f64_mul(fs1, fs2)",
         COMPUTE, host="fs1 * fs2"),
    Insn("fdiv.d",    "0001101 rs2 rs1 rm rd 1010011",            "D", "fd = f64_div(fs1, fs2)",
         COMPUTE, host="fs1 / fs2"),
    Insn("fsqrt.d",   "0101101 00000 rs1 rm rd 1010011",          "D", "fd = f64_sqrt(fs1)",
         COMPUTE, host="sqrt(fs1)"),
    Insn("fsgnj.d",   "0010001 rs2 rs1 000 rd 1010011",           "D", "fd = f64_sgnj(fs1, fs2)",
         CONVERT_MOVE),
    Insn("fsgnjn.d",  "0010001 rs2 rs1 001 rd 1010011",           "D", "fd = f64_sgnjn(fs1, fs2)",
         CONVERT_MOVE),
    Insn("fsgnjx.d",  "0010001 rs2 rs1 010 rd 1010011",           "D", "fd = f64_sgnjx(fs1, fs2)",
         CONVERT_MOVE),
    Insn("fmin.d",    "0010101 rs2 rs1 000 rd 1010011",           "D", "fd = f64_min(fs1, fs2)", COMPUTE),
    Insn("fmax.d",    "0010101 rs2 rs1 001 rd 1010011",           "D", "fd = f64_max(fs1, fs2)", COMPUTE),
    Insn("fcvt.s.d",  "0100000 00001 rs1 rm rd 1010011",          "D", "fd = f64_to_f32(fs1)",
         CONVERT_MOVE, host="<float>fs1"),
    Insn("fcvt.d.s",  "0100001 00000 rs1 rm rd 1010011",          "D", "fd = f32_to_f64(fs1)",
         CONVERT_MOVE, host="<double>fs1"),
    Insn("fcvt.w.d",  "1100001 00000 rs1 rm rd 1010011",          "D", "rd = f64_to_i32(fs1)", CONVERT_MOVE),
    Insn("fcvt.wu.d", "1100001 00001 rs1 rm rd 1010011",          "D", "rd = f64_to_u32(fs1)", CONVERT_MOVE),
    Insn("fcvt.l.d",  "1100001 00010 rs1 rm rd 1010011",          "D", "rd = f64_to_i64(fs1)", CONVERT_MOVE),
    Insn("fcvt.lu.d", "1100001 00011 rs1 rm rd 1010011",          "D", "rd = f64_to_u64(fs1)", CONVERT_MOVE),
    Insn("fcvt.d.w",  "1101001 00000 rs1 rm rd 1010011",          "D", "fd = i32_to_f64(rs1)",
         CONVERT_MOVE, host="<double><i32>rs1"),
    Insn("fcvt.d.wu", "1101001 00001 rs1 rm rd 1010011",          "D", "fd = u32_to_f64(rs1)",
         CONVERT_MOVE, host="<double><u32>rs1"),
    Insn("fcvt.d.l",  "1101001 00010 rs1 rm rd 1010011",          "D", "fd = i64_to_f64(rs1)",
         CONVERT_MOVE, host="<double><i64>rs1"),
    Insn("fcvt.d.lu", "1101001 00011 rs1 rm rd 1010011",          "D", "fd = u64_to_f64(rs1)",
         CONVERT_MOVE, host="<double><u64>rs1"),
    Insn("fmv.x.d",   "1110001 00000 rs1 000 rd 1010011",         "D", "rd = f64_to_bits(fs1)", CONVERT_MOVE),
    Insn("fmv.d.x",   "1111001 00000 rs1 000 rd 1010011",         "D", "fd = f64_from_bits(rs1)",
         CONVERT_MOVE),
    Insn("feq.d",     "1010001 rs2 rs1 010 rd 1010011",           "D", "rd = f64_eq(fs1, fs2)",
         COMPARE, host="fs1 == fs2"),
    Insn("flt.d",     "1010001 rs2 rs1 001 rd 1010011",           "D", "rd = f64_lt(fs1, fs2)",
         COMPARE, host="fs1 < fs2"),
    Insn("fle.d",     "1010001 rs2 rs1 000 rd 1010011",           "D", "rd = f64_le(fs1, fs2)",
         COMPARE, host="fs1 <= fs2"),
    Insn("fclass.d",  "1110001 00000 rs1 001 rd 1010011",         "D", "rd = f64_classify(fs1)", CLASSIFY),
)
