"""Zabha: the atomic memory operations on bytes and halfwords, and with Zacas their compare-and-swap."""

from rvemu.isa.insns.row import Insn

ZABHA = "Byte and Halfword Atomic Memory Operation Instructions"
AMO_ASM = "rd, rs2, (rs1)"
FUNCT3 = {8: "000", 16: "001"}


def amo(name: str, funct5: str, width: int, value: str) -> Insn:
    """Return the row of an AMO on `width` bits, which stores `value`."""
    encoding = f"{funct5} aq rl rs2 rs1 {FUNCT3[width]} rd 0101111"
    return Insn(name, encoding, "Zabha", f"rd = amo_{width}(rs1, {value})", ZABHA, asm=AMO_ASM)


def amocas(name: str, width: int) -> Insn:
    """Return the row of a compare-and-swap on `width` bits; rs3 is rd as a source."""
    return Insn(name, f"00101 aq rl rs2 rs1 {FUNCT3[width]} rd/rs3 0101111", "Zabha&Zacas",
                f"rd = amo_{width}(rs1, rs2 if u{width}(old) == u{width}(rs3) else old)", ZABHA, asm=AMO_ASM)


INSNS = (
    amo("amoswap.b", "00001", 8,  "rs2"),
    amo("amoadd.b",  "00000", 8,  "old + rs2"),
    amo("amoxor.b",  "00100", 8,  "old ^ rs2"),
    amo("amoand.b",  "01100", 8,  "old & rs2"),
    amo("amoor.b",   "01000", 8,  "old | rs2"),
    amo("amomin.b",  "10000", 8,  "min_s(old, s8(rs2))"),
    amo("amomax.b",  "10100", 8,  "max_s(old, s8(rs2))"),
    amo("amominu.b", "11000", 8,  "min_u(u8(old), u8(rs2))"),
    amo("amomaxu.b", "11100", 8,  "max_u(u8(old), u8(rs2))"),
    amocas("amocas.b", 8),
    amo("amoswap.h", "00001", 16, "rs2"),
    amo("amoadd.h",  "00000", 16, "old + rs2"),
    amo("amoxor.h",  "00100", 16, "old ^ rs2"),
    amo("amoand.h",  "01100", 16, "old & rs2"),
    amo("amoor.h",   "01000", 16, "old | rs2"),
    amo("amomin.h",  "10000", 16, "min_s(old, s16(rs2))"),
    amo("amomax.h",  "10100", 16, "max_s(old, s16(rs2))"),
    amo("amominu.h", "11000", 16, "min_u(u16(old), u16(rs2))"),
    amo("amomaxu.h", "11100", 16, "max_u(u16(old), u16(rs2))"),
    amocas("amocas.h", 16),
)
