"""Zknd, Zkne, Zknh: AES decryption and encryption, SHA-2."""

from rvemu.isa.insns.row import Insn

ZKND = "Zknd: NIST Suite: AES Decryption"
ZKNE = "Zkne: NIST Suite: AES Encryption"
ZKNH = "Zknh: NIST Suite: Hash Function Instructions"
RESERVED = "!=11,12,13,14,15"

INSNS = (
    Insn("aes64ds",    "0011101 rs2 rs1 000 rd 0110011",   "Zknd", "rd = aes64ds(rs1, rs2)", ZKND),
    Insn("aes64dsm",   "0011111 rs2 rs1 000 rd 0110011",   "Zknd", "rd = unmixed_columns(aes64ds(rs1, rs2))", ZKND),
    Insn("aes64im",    "001100000000 rs1 001 rd 0010011",  "Zknd", "rd = unmixed_columns(rs1)", ZKND),
    Insn("aes64es",    "0011001 rs2 rs1 000 rd 0110011",   "Zkne", "rd = aes64es(rs1, rs2)", ZKNE),
    Insn("aes64esm",   "0011011 rs2 rs1 000 rd 0110011",   "Zkne", "rd = mixed_columns(aes64es(rs1, rs2))", ZKNE),
    Insn("aes64ks1i",  f"00110001 rnum{RESERVED} rs1 001 rd 0010011", "Zknd|Zkne", "rd = aes64ks1i(rs1, rnum)", ZKNE,
         asm="rd, rs1, rnum"),
    Insn("aes64ks2",   "0111111 rs2 rs1 000 rd 0110011",   "Zknd|Zkne", "rd = aes64ks2(rs1, rs2)", ZKNE),
    Insn("sha256sig0", "0001000 00010 rs1 001 rd 0010011", "Zknh",
         "rd = s32(rorw(rs1, 7) ^ rorw(rs1, 18) ^ u32(rs1) >> 3)", ZKNH),
    Insn("sha256sig1", "0001000 00011 rs1 001 rd 0010011", "Zknh",
         "rd = s32(rorw(rs1, 17) ^ rorw(rs1, 19) ^ u32(rs1) >> 10)", ZKNH),
    Insn("sha256sum0", "0001000 00000 rs1 001 rd 0010011", "Zknh",
         "rd = rorw(rs1, 2) ^ rorw(rs1, 13) ^ rorw(rs1, 22)", ZKNH),
    Insn("sha256sum1", "0001000 00001 rs1 001 rd 0010011", "Zknh",
         "rd = rorw(rs1, 6) ^ rorw(rs1, 11) ^ rorw(rs1, 25)", ZKNH),
    Insn("sha512sig0", "0001000 00110 rs1 001 rd 0010011", "Zknh", "rd = ror(rs1, 1) ^ ror(rs1, 8) ^ rs1 >> 7", ZKNH),
    Insn("sha512sig1", "0001000 00111 rs1 001 rd 0010011", "Zknh", "rd = ror(rs1, 19) ^ ror(rs1, 61) ^ rs1 >> 6", ZKNH),
    Insn("sha512sum0", "0001000 00100 rs1 001 rd 0010011", "Zknh",
         "rd = ror(rs1, 28) ^ ror(rs1, 34) ^ ror(rs1, 39)", ZKNH),
    Insn("sha512sum1", "0001000 00101 rs1 001 rd 0010011", "Zknh",
         "rd = ror(rs1, 14) ^ ror(rs1, 18) ^ ror(rs1, 41)", ZKNH),
)
