"""Rows of the F extension: single-precision floating point.

A `rm` field says that the instruction rounds; `host` is the expression that the fast path computes on the
host's own FPU. The exact routines are in core/fp.pxi.
"""

from __future__ import annotations

from rvemu.isa.insns.row import Insn

LOAD_STORE = "Single-Precision Load and Store Instructions"
COMPUTE = "Single-Precision Floating-Point Computational Instructions"
CONVERT_MOVE = "Single-Precision Floating-Point Conversion and Move Instructions"
COMPARE = "Single-Precision Floating-Point Compare Instructions"
CLASSIFY = "Single-Precision Floating-Point Classify Instruction"

INSNS = (
    Insn("flw",       "imm[11:0] rs1 010 rd 0000111",             "F", "fd = load_f32(rs1 + imm)",
         LOAD_STORE),
    Insn("fsw",       "imm[11:5] rs2 rs1 010 imm[4:0] 0100111",   "F", "store_32(rs1 + imm, fs2)",
         LOAD_STORE),
    Insn("fmadd.s",   "rs3 00 rs2 rs1 rm rd 1000011",             "F", "fd = f32_madd(fs1, fs2, fs3)",
         COMPUTE, host="fma(fs1, fs2, fs3)"),
    Insn("fmsub.s",   "rs3 00 rs2 rs1 rm rd 1000111",             "F", "fd = f32_msub(fs1, fs2, fs3)",
         COMPUTE, host="fma(fs1, fs2, -fs3)"),
    Insn("fnmsub.s",  "rs3 00 rs2 rs1 rm rd 1001011",             "F", "fd = f32_nmsub(fs1, fs2, fs3)",
         COMPUTE, host="fma(-fs1, fs2, fs3)"),
    Insn("fnmadd.s",  "rs3 00 rs2 rs1 rm rd 1001111",             "F", "fd = f32_nmadd(fs1, fs2, fs3)",
         COMPUTE, host="fma(-fs1, fs2, -fs3)"),
    Insn("fadd.s",    "0000000 rs2 rs1 rm rd 1010011",            "F", "fd = f32_add(fs1, fs2)",
         COMPUTE, host="fs1 + fs2"),
    Insn("fsub.s",    "0000100 rs2 rs1 rm rd 1010011",            "F", "fd = f32_sub(fs1, fs2)",
         COMPUTE, host="fs1 - fs2"),
    Insn("fmul.s",    "0001000 rs2 rs1 rm rd 1010011",            "F", "fd = f32_mul(fs1, fs2)",
         COMPUTE, host="fs1 * fs2"),
    Insn("fdiv.s",    "0001100 rs2 rs1 rm rd 1010011",            "F", "fd = f32_div(fs1, fs2)",
         COMPUTE, host="fs1 / fs2"),
    Insn("fsqrt.s",   "0101100 00000 rs1 rm rd 1010011",          "F", "fd = f32_sqrt(fs1)",
         COMPUTE, host="sqrt(fs1)"),
    Insn("fsgnj.s",   "0010000 rs2 rs1 000 rd 1010011",           "F", "fd = f32_sgnj(fs1, fs2)",
         CONVERT_MOVE),
    Insn("fsgnjn.s",  "0010000 rs2 rs1 001 rd 1010011",           "F", "fd = f32_sgnjn(fs1, fs2)",
         CONVERT_MOVE),
    Insn("fsgnjx.s",  "0010000 rs2 rs1 010 rd 1010011",           "F", "fd = f32_sgnjx(fs1, fs2)",
         CONVERT_MOVE),
    Insn("fmin.s",    "0010100 rs2 rs1 000 rd 1010011",           "F", "fd = f32_min(fs1, fs2)", COMPUTE),
    Insn("fmax.s",    "0010100 rs2 rs1 001 rd 1010011",           "F", "fd = f32_max(fs1, fs2)", COMPUTE),
    Insn("fcvt.w.s",  "1100000 00000 rs1 rm rd 1010011",          "F", "rd = f32_to_i32(fs1)", CONVERT_MOVE),
    Insn("fcvt.wu.s", "1100000 00001 rs1 rm rd 1010011",          "F", "rd = f32_to_u32(fs1)", CONVERT_MOVE),
    Insn("fcvt.l.s",  "1100000 00010 rs1 rm rd 1010011",          "F", "rd = f32_to_i64(fs1)", CONVERT_MOVE),
    Insn("fcvt.lu.s", "1100000 00011 rs1 rm rd 1010011",          "F", "rd = f32_to_u64(fs1)", CONVERT_MOVE),
    Insn("fcvt.s.w",  "1101000 00000 rs1 rm rd 1010011",          "F", "fd = i32_to_f32(rs1)",
         CONVERT_MOVE, host="<float><i32>rs1"),
    Insn("fcvt.s.wu", "1101000 00001 rs1 rm rd 1010011",          "F", "fd = u32_to_f32(rs1)",
         CONVERT_MOVE, host="<float><u32>rs1"),
    Insn("fcvt.s.l",  "1101000 00010 rs1 rm rd 1010011",          "F", "fd = i64_to_f32(rs1)",
         CONVERT_MOVE, host="<float><i64>rs1"),
    Insn("fcvt.s.lu", "1101000 00011 rs1 rm rd 1010011",          "F", "fd = u64_to_f32(rs1)",
         CONVERT_MOVE, host="<float><u64>rs1"),
    Insn("fmv.x.w",   "1110000 00000 rs1 000 rd 1010011",         "F", "rd = f32_to_bits(fs1)", CONVERT_MOVE),
    Insn("fmv.w.x",   "1111000 00000 rs1 000 rd 1010011",         "F", "fd = f32_from_bits(rs1)",
         CONVERT_MOVE),
    Insn("feq.s",     "1010000 rs2 rs1 010 rd 1010011",           "F", "rd = f32_eq(fs1, fs2)",
         COMPARE, host="fs1 == fs2"),
    Insn("flt.s",     "1010000 rs2 rs1 001 rd 1010011",           "F", "rd = f32_lt(fs1, fs2)",
         COMPARE, host="fs1 < fs2"),
    Insn("fle.s",     "1010000 rs2 rs1 000 rd 1010011",           "F", "rd = f32_le(fs1, fs2)",
         COMPARE, host="fs1 <= fs2"),
    Insn("fclass.s",  "1110000 00000 rs1 001 rd 1010011",         "F", "rd = f32_classify(fs1)", CLASSIFY),
)
