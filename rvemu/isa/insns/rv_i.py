"""RV64I, the base integer instruction set."""

from rvemu.isa.insns.row import Insn

REG_IMM = "Integer Register-Immediate Instructions"
REG_REG = "Integer Register-Register Operations"
JUMP = "Unconditional Jumps"
BRANCH = "Conditional Branches"
MEMORY = "Load and Store Instructions"
FENCE = "Memory Ordering Instructions"
SYSTEM = "Environment Call and Breakpoints"

INSNS = (
    Insn("lui",    "imm[31:12] rd 0110111",                        "I", "rd = imm", REG_IMM),
    Insn("auipc",  "imm[31:12] rd 0010111",                        "I", "rd = pc + imm", REG_IMM),
    Insn("jal",    "imm[20|10:1|11|19:12] rd 1101111",             "I", "rd = link; jump(pc + imm)", JUMP),
    Insn("jalr",   "imm[11:0] rs1 000 rd 1100111",                 "I",
         "rd = link; jump((rs1 + imm) & ~1)", JUMP),
    Insn("beq",    "imm[12|10:5] rs2 rs1 000 imm[4:1|11] 1100011", "I",
         "if rs1 == rs2: jump(pc + imm)", BRANCH),
    Insn("bne",    "imm[12|10:5] rs2 rs1 001 imm[4:1|11] 1100011", "I",
         "if rs1 != rs2: jump(pc + imm)", BRANCH),
    Insn("blt",    "imm[12|10:5] rs2 rs1 100 imm[4:1|11] 1100011", "I",
         "if s64(rs1) < s64(rs2): jump(pc + imm)", BRANCH),
    Insn("bge",    "imm[12|10:5] rs2 rs1 101 imm[4:1|11] 1100011", "I",
         "if s64(rs1) >= s64(rs2): jump(pc + imm)", BRANCH),
    Insn("bltu",   "imm[12|10:5] rs2 rs1 110 imm[4:1|11] 1100011", "I",
         "if rs1 < rs2: jump(pc + imm)", BRANCH),
    Insn("bgeu",   "imm[12|10:5] rs2 rs1 111 imm[4:1|11] 1100011", "I",
         "if rs1 >= rs2: jump(pc + imm)", BRANCH),
    Insn("lb",     "imm[11:0] rs1 000 rd 0000011",                 "I", "rd = load_i8(rs1 + imm)", MEMORY),
    Insn("lh",     "imm[11:0] rs1 001 rd 0000011",                 "I", "rd = load_i16(rs1 + imm)", MEMORY),
    Insn("lw",     "imm[11:0] rs1 010 rd 0000011",                 "I", "rd = load_i32(rs1 + imm)", MEMORY),
    Insn("ld",     "imm[11:0] rs1 011 rd 0000011",                 "I", "rd = load_i64(rs1 + imm)", MEMORY),
    Insn("lbu",    "imm[11:0] rs1 100 rd 0000011",                 "I", "rd = load_u8(rs1 + imm)", MEMORY),
    Insn("lhu",    "imm[11:0] rs1 101 rd 0000011",                 "I", "rd = load_u16(rs1 + imm)", MEMORY),
    Insn("lwu",    "imm[11:0] rs1 110 rd 0000011",                 "I", "rd = load_u32(rs1 + imm)", MEMORY),
    Insn("sb",     "imm[11:5] rs2 rs1 000 imm[4:0] 0100011",       "I", "store_8(rs1 + imm, rs2)", MEMORY),
    Insn("sh",     "imm[11:5] rs2 rs1 001 imm[4:0] 0100011",       "I", "store_16(rs1 + imm, rs2)", MEMORY),
    Insn("sw",     "imm[11:5] rs2 rs1 010 imm[4:0] 0100011",       "I", "store_32(rs1 + imm, rs2)", MEMORY),
    Insn("sd",     "imm[11:5] rs2 rs1 011 imm[4:0] 0100011",       "I", "store_64(rs1 + imm, rs2)", MEMORY),
    Insn("addi",   "imm[11:0] rs1 000 rd 0010011",                 "I", "rd = rs1 + imm", REG_IMM),
    Insn("slti",   "imm[11:0] rs1 010 rd 0010011",                 "I", "rd = s64(rs1) < s64(imm)", REG_IMM),
    Insn("sltiu",  "imm[11:0] rs1 011 rd 0010011",                 "I", "rd = rs1 < imm", REG_IMM),
    Insn("xori",   "imm[11:0] rs1 100 rd 0010011",                 "I", "rd = rs1 ^ imm", REG_IMM),
    Insn("ori",    "imm[11:0] rs1 110 rd 0010011",                 "I", "rd = rs1 | imm", REG_IMM),
    Insn("andi",   "imm[11:0] rs1 111 rd 0010011",                 "I", "rd = rs1 & imm", REG_IMM),
    Insn("slli",   "000000 shamt[5:0] rs1 001 rd 0010011",         "I", "rd = rs1 << shamt", REG_IMM),
    Insn("srli",   "000000 shamt[5:0] rs1 101 rd 0010011",         "I", "rd = rs1 >> shamt", REG_IMM),
    Insn("srai",   "010000 shamt[5:0] rs1 101 rd 0010011",         "I", "rd = s64(rs1) >> shamt", REG_IMM),
    Insn("add",    "0000000 rs2 rs1 000 rd 0110011",               "I", "rd = rs1 + rs2", REG_REG),
    Insn("sub",    "0100000 rs2 rs1 000 rd 0110011",               "I", "rd = rs1 - rs2", REG_REG),
    Insn("sll",    "0000000 rs2 rs1 001 rd 0110011",               "I", "rd = rs1 << (rs2 & 63)", REG_REG),
    Insn("slt",    "0000000 rs2 rs1 010 rd 0110011",               "I", "rd = s64(rs1) < s64(rs2)", REG_REG),
    Insn("sltu",   "0000000 rs2 rs1 011 rd 0110011",               "I", "rd = rs1 < rs2", REG_REG),
    Insn("xor",    "0000000 rs2 rs1 100 rd 0110011",               "I", "rd = rs1 ^ rs2", REG_REG),
    Insn("srl",    "0000000 rs2 rs1 101 rd 0110011",               "I", "rd = rs1 >> (rs2 & 63)", REG_REG),
    Insn("sra",    "0100000 rs2 rs1 101 rd 0110011",               "I",
         "rd = s64(rs1) >> (rs2 & 63)", REG_REG),
    Insn("or",     "0000000 rs2 rs1 110 rd 0110011",               "I", "rd = rs1 | rs2", REG_REG),
    Insn("and",    "0000000 rs2 rs1 111 rd 0110011",               "I", "rd = rs1 & rs2", REG_REG),
    Insn("addiw",  "imm[11:0] rs1 000 rd 0011011",                 "I", "rd = s32(rs1 + imm)", REG_IMM),
    Insn("slliw",  "0000000 shamt[4:0] rs1 001 rd 0011011",        "I", "rd = s32(rs1 << shamt)", REG_IMM),
    Insn("srliw",  "0000000 shamt[4:0] rs1 101 rd 0011011",        "I",
         "rd = s32(u32(rs1) >> shamt)", REG_IMM),
    Insn("sraiw",  "0100000 shamt[4:0] rs1 101 rd 0011011",        "I", "rd = s32(rs1) >> shamt", REG_IMM),
    Insn("addw",   "0000000 rs2 rs1 000 rd 0111011",               "I", "rd = s32(rs1 + rs2)", REG_REG),
    Insn("subw",   "0100000 rs2 rs1 000 rd 0111011",               "I", "rd = s32(rs1 - rs2)", REG_REG),
    Insn("sllw",   "0000000 rs2 rs1 001 rd 0111011",               "I",
         "rd = s32(rs1 << (rs2 & 31))", REG_REG),
    Insn("srlw",   "0000000 rs2 rs1 101 rd 0111011",               "I",
         "rd = s32(u32(rs1) >> (rs2 & 31))", REG_REG),
    Insn("sraw",   "0100000 rs2 rs1 101 rd 0111011",               "I",
         "rd = s32(rs1) >> (rs2 & 31)", REG_REG),
    # The rd and rs1 fields of a fence are reserved, and ignored.
    Insn("fence",  "fm pred succ rs1 000 rd 0001111",              "I", "do fence", FENCE, asm="pred, succ"),
    Insn("ecall",  "000000000000 00000 000 00000 1110011",         "I", "do ecall", SYSTEM),
    Insn("ebreak", "000000000001 00000 000 00000 1110011",         "I", "do ebreak", SYSTEM),
)
