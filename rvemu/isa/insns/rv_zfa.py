"""Rows of the Zfa extension: additional floating-point instructions. Its moves are for RV32, and for RV64 with Q."""

from __future__ import annotations

from rvemu.isa.insns.row import Insn

LOAD_IMMEDIATE = "Load-Immediate Instructions"
MINIMUM_MAXIMUM = "Minimum and Maximum Instructions"
ROUND = "Round-to-Integer Instructions"
MODULAR = "Modular Convert-to-Integer Instruction"
COMPARE = "Comparison Instructions"

INSNS = (
    Insn("fli.s",       "1111000 00001 constant 000 rd 1010011",  "Zfa",     "fd = f32_fli(constant)",
         LOAD_IMMEDIATE, asm="fd, constant"),
    Insn("fminm.s",     "0010100 rs2 rs1 010 rd 1010011",         "Zfa",     "fd = f32_minm(fs1, fs2)",
         MINIMUM_MAXIMUM),
    Insn("fmaxm.s",     "0010100 rs2 rs1 011 rd 1010011",         "Zfa",     "fd = f32_maxm(fs1, fs2)",
         MINIMUM_MAXIMUM),
    Insn("fround.s",    "0100000 00100 rs1 rm rd 1010011",        "Zfa",     "fd = f32_round(fs1)", ROUND),
    Insn("froundnx.s",  "0100000 00101 rs1 rm rd 1010011",        "Zfa",     "fd = f32_round_exact(fs1)", ROUND),
    Insn("fleq.s",      "1010000 rs2 rs1 100 rd 1010011",         "Zfa",     "rd = f32_leq(fs1, fs2)", COMPARE),
    Insn("fltq.s",      "1010000 rs2 rs1 101 rd 1010011",         "Zfa",     "rd = f32_ltq(fs1, fs2)", COMPARE),
    Insn("fli.d",       "1111001 00001 constant 000 rd 1010011",  "Zfa&D",   "fd = f64_fli(constant)",
         LOAD_IMMEDIATE, asm="fd, constant"),
    Insn("fminm.d",     "0010101 rs2 rs1 010 rd 1010011",         "Zfa&D",   "fd = f64_minm(fs1, fs2)",
         MINIMUM_MAXIMUM),
    Insn("fmaxm.d",     "0010101 rs2 rs1 011 rd 1010011",         "Zfa&D",   "fd = f64_maxm(fs1, fs2)",
         MINIMUM_MAXIMUM),
    Insn("fround.d",    "0100001 00100 rs1 rm rd 1010011",        "Zfa&D",   "fd = f64_round(fs1)", ROUND),
    Insn("froundnx.d",  "0100001 00101 rs1 rm rd 1010011",        "Zfa&D",   "fd = f64_round_exact(fs1)", ROUND),
    Insn("fleq.d",      "1010001 rs2 rs1 100 rd 1010011",         "Zfa&D",   "rd = f64_leq(fs1, fs2)", COMPARE),
    Insn("fltq.d",      "1010001 rs2 rs1 101 rd 1010011",         "Zfa&D",   "rd = f64_ltq(fs1, fs2)", COMPARE),
    Insn("fli.h",       "1111010 00001 constant 000 rd 1010011",  "Zfa&Zfh", "fd = f16_fli(constant)",
         LOAD_IMMEDIATE, asm="fd, constant"),
    Insn("fminm.h",     "0010110 rs2 rs1 010 rd 1010011",         "Zfa&Zfh", "fd = f16_minm(fs1, fs2)",
         MINIMUM_MAXIMUM),
    Insn("fmaxm.h",     "0010110 rs2 rs1 011 rd 1010011",         "Zfa&Zfh", "fd = f16_maxm(fs1, fs2)",
         MINIMUM_MAXIMUM),
    Insn("fround.h",    "0100010 00100 rs1 rm rd 1010011",        "Zfa&Zfh", "fd = f16_round(fs1)", ROUND),
    Insn("froundnx.h",  "0100010 00101 rs1 rm rd 1010011",        "Zfa&Zfh", "fd = f16_round_exact(fs1)", ROUND),
    Insn("fleq.h",      "1010010 rs2 rs1 100 rd 1010011",         "Zfa&Zfh", "rd = f16_leq(fs1, fs2)", COMPARE),
    Insn("fltq.h",      "1010010 rs2 rs1 101 rd 1010011",         "Zfa&Zfh", "rd = f16_ltq(fs1, fs2)", COMPARE),
    Insn("fcvtmod.w.d", "1100001 01000 rs1 001 rd 1010011",       "Zfa&D",   "rd = f64_to_i32_modular(fs1)",
         MODULAR, asm="rd, fs1, rtz"),
)
