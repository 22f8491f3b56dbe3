"""C: compressed instructions, integer forms (Zca). Each stands for one base instruction.

HINTs (such as c.li with rd = x0, or a shift by 0) are legal, and execute as the base instruction that they
expand to. What the manual calls reserved is left out by a condition on a field, and is illegal.
"""

from rvemu.isa.insns.row import Insn

STACK = "Stack-Pointer-Based Loads and Stores"
MEMORY = "Register-Based Loads and Stores"
CONTROL = "Control Transfer Instructions"
CONSTANT = "Integer Constant-Generation Instructions"
REG_IMM = "Integer Register-Immediate Operations"
REG_REG = "Integer Register-Register Operations"
NOP = "NOP Instruction"
BREAKPOINT = "Breakpoint Instruction"

INSNS = (
    Insn("c.addi4spn", "000 nzuimm[5:4|9:6|2|3] rd' 00",           "C", "= addi rd', x2, nzuimm", REG_IMM,
         asm="rd', x2, nzuimm"),
    Insn("c.lw",       "010 uimm[5:3] rs1' uimm[2|6] rd' 00",      "C", "= lw rd', uimm(rs1')", MEMORY),
    Insn("c.ld",       "011 uimm[5:3] rs1' uimm[7:6] rd' 00",      "C", "= ld rd', uimm(rs1')", MEMORY),
    Insn("c.sw",       "110 uimm[5:3] rs1' uimm[2|6] rs2' 00",     "C", "= sw rs2', uimm(rs1')", MEMORY),
    Insn("c.sd",       "111 uimm[5:3] rs1' uimm[7:6] rs2' 00",     "C", "= sd rs2', uimm(rs1')", MEMORY),
    Insn("c.nop",      "000 imm[5] 00000 imm[4:0] 01",             "C", "= addi x0, x0, imm", NOP),
    Insn("c.addi",     "000 imm[5] rd/rs1!=0 imm[4:0] 01",         "C", "= addi rd, rs1, imm", REG_IMM),
    Insn("c.addiw",    "001 imm[5] rd/rs1!=0 imm[4:0] 01",         "C", "= addiw rd, rs1, imm", REG_IMM),
    Insn("c.li",       "010 imm[5] rd imm[4:0] 01",                "C", "= addi rd, x0, imm", CONSTANT),
    Insn("c.addi16sp", "011 nzimm[9] 00010 nzimm[4|6|8:7|5] 01",   "C", "= addi x2, x2, nzimm", REG_IMM,
         asm="x2, nzimm"),
    Insn("c.lui",      "011 nzimm[17] rd!=2 nzimm[16:12] 01",      "C", "= lui rd, nzimm", CONSTANT),
    Insn("c.srli",     "100 shamt[5] 00 rd'/rs1' shamt[4:0] 01",   "C", "= srli rd', rs1', shamt", REG_IMM),
    Insn("c.srai",     "100 shamt[5] 01 rd'/rs1' shamt[4:0] 01",   "C", "= srai rd', rs1', shamt", REG_IMM),
    Insn("c.andi",     "100 imm[5] 10 rd'/rs1' imm[4:0] 01",       "C", "= andi rd', rs1', imm", REG_IMM),
    Insn("c.sub",      "100 0 11 rd'/rs1' 00 rs2' 01",             "C", "= sub rd', rs1', rs2'", REG_REG),
    Insn("c.xor",      "100 0 11 rd'/rs1' 01 rs2' 01",             "C", "= xor rd', rs1', rs2'", REG_REG),
    Insn("c.or",       "100 0 11 rd'/rs1' 10 rs2' 01",             "C", "= or rd', rs1', rs2'", REG_REG),
    Insn("c.and",      "100 0 11 rd'/rs1' 11 rs2' 01",             "C", "= and rd', rs1', rs2'", REG_REG),
    Insn("c.subw",     "100 1 11 rd'/rs1' 00 rs2' 01",             "C", "= subw rd', rs1', rs2'", REG_REG),
    Insn("c.addw",     "100 1 11 rd'/rs1' 01 rs2' 01",             "C", "= addw rd', rs1', rs2'", REG_REG),
    Insn("c.j",        "101 imm[11|4|9:8|10|6|7|3:1|5] 01",        "C", "= jal x0, imm", CONTROL),
    Insn("c.beqz",     "110 imm[8|4:3] rs1' imm[7:6|2:1|5] 01",    "C", "= beq rs1', x0, imm", CONTROL),
    Insn("c.bnez",     "111 imm[8|4:3] rs1' imm[7:6|2:1|5] 01",    "C", "= bne rs1', x0, imm", CONTROL),
    Insn("c.slli",     "000 shamt[5] rd/rs1 shamt[4:0] 10",        "C", "= slli rd, rs1, shamt", REG_IMM),
    Insn("c.lwsp",     "010 uimm[5] rd!=0 uimm[4:2|7:6] 10",       "C", "= lw rd, uimm(x2)", STACK),
    Insn("c.ldsp",     "011 uimm[5] rd!=0 uimm[4:3|8:6] 10",       "C", "= ld rd, uimm(x2)", STACK),
    Insn("c.jr",       "100 0 rs1!=0 00000 10",                    "C", "= jalr x0, 0(rs1)", CONTROL),
    Insn("c.mv",       "100 0 rd rs2!=0 10",                       "C", "= add rd, x0, rs2", REG_REG),
    Insn("c.ebreak",   "100 1 00000 00000 10",                     "C", "= ebreak", BREAKPOINT),
    Insn("c.jalr",     "100 1 rs1!=0 00000 10",                    "C", "= jalr x1, 0(rs1)", CONTROL),
    Insn("c.add",      "100 1 rd/rs1 rs2!=0 10",                   "C", "= add rd, rs1, rs2", REG_REG),
    Insn("c.swsp",     "110 uimm[5:2|7:6] rs2 10",                 "C", "= sw rs2, uimm(x2)", STACK),
    Insn("c.sdsp",     "111 uimm[5:3|8:6] rs2 10",                 "C", "= sd rs2, uimm(x2)", STACK),
)
