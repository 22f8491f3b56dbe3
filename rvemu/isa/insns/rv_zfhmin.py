"""Rows of the Zfhmin extension: half-precision loads, stores, moves and conversions between formats.

Zfbfmin has those that only move 16 bits as well.
"""

from __future__ import annotations

from rvemu.isa.insns.row import Insn

LOAD_STORE = "Half-Precision Load and Store Instructions"
CONVERT_MOVE = "Half-Precision Conversion and Move Instructions"

INSNS = (
    Insn("flh",       "imm[11:0] rs1 001 rd 0000111",           "Zfhmin|Zfbfmin", "fd = load_f16(rs1 + imm)",
         LOAD_STORE),
    Insn("fsh",       "imm[11:5] rs2 rs1 001 imm[4:0] 0100111", "Zfhmin|Zfbfmin", "store_16(rs1 + imm, fs2)",
         LOAD_STORE),
    Insn("fcvt.s.h",  "0100000 00010 rs1 rm rd 1010011",        "Zfhmin",         "fd = f16_to_f32(fs1)",
         CONVERT_MOVE),
    Insn("fcvt.h.s",  "0100010 00000 rs1 rm rd 1010011",        "Zfhmin",         "fd = f32_to_f16(fs1)",
         CONVERT_MOVE),
    Insn("fcvt.d.h",  "0100001 00010 rs1 rm rd 1010011",        "Zfhmin&D",       "fd = f16_to_f64(fs1)",
         CONVERT_MOVE),
    Insn("fcvt.h.d",  "0100010 00001 rs1 rm rd 1010011",        "Zfhmin&D",       "fd = f64_to_f16(fs1)",
         CONVERT_MOVE),
    Insn("fmv.x.h",   "1110010 00000 rs1 000 rd 1010011",       "Zfhmin|Zfbfmin", "rd = f16_to_bits(fs1)",
         CONVERT_MOVE),
    Insn("fmv.h.x",   "1111010 00000 rs1 000 rd 1010011",       "Zfhmin|Zfbfmin", "fd = f16_from_bits(rs1)",
         CONVERT_MOVE),
)
