"""Zicsr: control and status register instructions."""

from rvemu.isa.insns.row import Insn

CSR = "CSR Instructions"

INSNS = (
    Insn("csrrw",  "csr rs1 001 rd 1110011",  "Zicsr", "do csrrw", CSR, asm="rd, csr, rs1"),
    Insn("csrrs",  "csr rs1 010 rd 1110011",  "Zicsr", "do csrrs", CSR, asm="rd, csr, rs1"),
    Insn("csrrc",  "csr rs1 011 rd 1110011",  "Zicsr", "do csrrc", CSR, asm="rd, csr, rs1"),
    Insn("csrrwi", "csr zimm 101 rd 1110011", "Zicsr", "do csrrwi", CSR, asm="rd, csr, zimm"),
    Insn("csrrsi", "csr zimm 110 rd 1110011", "Zicsr", "do csrrsi", CSR, asm="rd, csr, zimm"),
    Insn("csrrci", "csr zimm 111 rd 1110011", "Zicsr", "do csrrci", CSR, asm="rd, csr, zimm"),
)
