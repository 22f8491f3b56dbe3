"""Svinval: fine-grained address-translation cache invalidation."""

from rvemu.isa.insns.row import Insn

SVINVAL = "\"Svinval\" Extension for Fine-Grained Address-Translation Cache Invalidation"

INSNS = (
    Insn("sinval.vma",      "0001011 rs2 rs1 000 00000 1110011",     "Svinval", "do sinval_vma", SVINVAL),
    Insn("sfence.w.inval",  "0001100 00000 00000 000 00000 1110011", "Svinval", "do sfence_w_inval", SVINVAL),
    Insn("sfence.inval.ir", "0001100 00001 00000 000 00000 1110011", "Svinval",
         "do sfence_inval_ir", SVINVAL),
)
