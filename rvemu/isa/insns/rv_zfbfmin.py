"""Rows of the Zfbfmin extension: conversions between BF16 and single precision."""

from __future__ import annotations

from rvemu.isa.insns.row import Insn

ZFBFMIN = "Zfbfmin - Scalar BF16 Converts"

INSNS = (
    Insn("fcvt.bf16.s", "0100010 01000 rs1 rm rd 1010011", "Zfbfmin", "fd = f32_to_bf16(fs1)", ZFBFMIN),
    Insn("fcvt.s.bf16", "0100000 00110 rs1 rm rd 1010011", "Zfbfmin", "fd = bf16_to_f32(fs1)", ZFBFMIN),
)
