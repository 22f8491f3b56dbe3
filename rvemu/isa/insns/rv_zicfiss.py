"""Zicfiss: shadow stacks, within may-be-operations, which they stay where menvcfg and senvcfg do not enable them.

Its compressed forms, c.sspush x1 and c.sspopchk x5, are the rows c.mop.1 and c.mop.5.
"""

from rvemu.isa.insns.row import Insn

PUSH = "Push to the Shadow Stack"
POP = "Pop from the Shadow Stack"
READ = "Read ssp into a Register"
SWAP = "Atomic Swap from a Shadow Stack Location"
AMO_ASM = "rd, rs2, (rs1)"

INSNS = (
    Insn("sspush",      "1100111 00 rs2[2] 01 00000 100 00000 1110011", "Zicfiss", "do sspush", PUSH,
         refines="mop.rr.7"),
    Insn("sspopchk",    "110011011100 00 rs1[2] 01 100 00000 1110011", "Zicfiss", "do sspopchk", POP,
         refines="mop.r.28"),
    Insn("ssrdp",       "110011011100 00000 100 rd!=0 1110011", "Zicfiss", "do ssrdp", READ, refines="mop.r.28"),
    Insn("ssamoswap.w", "01001 aq rl rs2 rs1 010 rd 0101111", "Zicfiss", "do ssamoswap_w", SWAP, asm=AMO_ASM),
    Insn("ssamoswap.d", "01001 aq rl rs2 rs1 011 rd 0101111", "Zicfiss", "do ssamoswap_d", SWAP, asm=AMO_ASM),
)
