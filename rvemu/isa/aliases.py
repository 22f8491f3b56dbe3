"""Assembler aliases: the mnemonics under which GNU objdump 2.40 shows special cases of the rows."""

from __future__ import annotations

Condition = dict[str, int | str]
"""What an alias asks of the operands: a value, or the name of the operand that must be equal."""

Alias = tuple[str, Condition, str | None]
"""Mnemonic, condition, and operand text (None: that of the row)."""

CYCLE, TIME, INSTRET, FFLAGS, FRM, FCSR = 0xC00, 0xC01, 0xC02, 0x001, 0x002, 0x003
ALL_ACCESSES, READ_WRITE, TSO = 15, 3, 8

ALIASES: dict[str, tuple[Alias, ...]] = {
    "addi": (
        ("nop", {"rd": 0, "rs1": 0, "imm": 0}, ""),
        ("li", {"rs1": 0}, "rd, imm"),
        ("mv", {"imm": 0}, "rd, rs1"),
        ("add", {}, None),
    ),
    "addiw": (("sext.w", {"imm": 0}, "rd, rs1"), ("addw", {}, None)),
    "xori": (("not", {"imm": -1}, "rd, rs1"), ("xor", {}, None)),
    "ori": (("or", {}, None),),
    "andi": (("zext.b", {"imm": 255}, "rd, rs1"), ("and", {}, None)),
    "sltiu": (("seqz", {"imm": 1}, "rd, rs1"),),
    "slli": (("sll", {}, None),),
    "srli": (("srl", {}, None),),
    "srai": (("sra", {}, None),),
    "slliw": (("sllw", {}, None),),
    "srliw": (("srlw", {}, None),),
    "sraiw": (("sraw", {}, None),),
    "sub": (("neg", {"rs1": 0}, "rd, rs2"),),
    "subw": (("negw", {"rs1": 0}, "rd, rs2"),),
    "slt": (("sltz", {"rs2": 0}, "rd, rs1"), ("sgtz", {"rs1": 0}, "rd, rs2")),
    "sltu": (("snez", {"rs1": 0}, "rd, rs2"),),
    "jal": (("j", {"rd": 0}, "target"), ("jal", {"rd": 1}, "target")),
    "jalr": (
        ("ret", {"rd": 0, "rs1": 1, "imm": 0}, ""),
        ("jr", {"rd": 0, "imm": 0}, "rs1"),
        ("jr", {"rd": 0}, "imm(rs1)"),
        ("jalr", {"rd": 1, "imm": 0}, "rs1"),
        ("jalr", {"rd": 1}, "imm(rs1)"),
        ("jalr", {"imm": 0}, "rd, rs1"),
    ),
    "beq": (("beqz", {"rs2": 0}, "rs1, target"),),
    "bne": (("bnez", {"rs2": 0}, "rs1, target"),),
    "blt": (("bltz", {"rs2": 0}, "rs1, target"), ("bgtz", {"rs1": 0}, "rs2, target")),
    "bge": (("blez", {"rs1": 0}, "rs2, target"), ("bgez", {"rs2": 0}, "rs1, target")),
    "fence": (
        ("fence.tso", {"fm": TSO, "pred": READ_WRITE, "succ": READ_WRITE}, ""),
        ("fence", {"pred": ALL_ACCESSES, "succ": ALL_ACCESSES}, ""),
    ),
    "sfence.vma": (("sfence.vma", {"rs1": 0, "rs2": 0}, ""), ("sfence.vma", {"rs2": 0}, "rs1")),
    "csrrw": (
        ("unimp", {"rd": 0, "csr": CYCLE, "rs1": 0}, ""),
        ("fsflags", {"rd": 0, "csr": FFLAGS}, "rs1"),
        ("fsflags", {"csr": FFLAGS}, "rd, rs1"),
        ("fsrm", {"rd": 0, "csr": FRM}, "rs1"),
        ("fsrm", {"csr": FRM}, "rd, rs1"),
        ("fscsr", {"rd": 0, "csr": FCSR}, "rs1"),
        ("fscsr", {"csr": FCSR}, "rd, rs1"),
        ("csrw", {"rd": 0}, "csr, rs1"),
    ),
    "csrrs": (
        ("rdcycle", {"csr": CYCLE, "rs1": 0}, "rd"),
        ("rdtime", {"csr": TIME, "rs1": 0}, "rd"),
        ("rdinstret", {"csr": INSTRET, "rs1": 0}, "rd"),
        ("frflags", {"csr": FFLAGS, "rs1": 0}, "rd"),
        ("frrm", {"csr": FRM, "rs1": 0}, "rd"),
        ("frcsr", {"csr": FCSR, "rs1": 0}, "rd"),
        ("csrr", {"rs1": 0}, "rd, csr"),
        ("csrs", {"rd": 0}, "csr, rs1"),
    ),
    "csrrc": (("csrc", {"rd": 0}, "csr, rs1"),),
    "csrrwi": (
        ("fsflagsi", {"csr": FFLAGS}, "rd, zimm"),
        ("fsrmi", {"csr": FRM}, "rd, zimm"),
        ("csrw", {"rd": 0}, "csr, zimm"),
        ("csrrw", {}, None),
    ),
    "csrrsi": (("csrs", {"rd": 0}, "csr, zimm"), ("csrrs", {}, None)),
    "csrrci": (("csrc", {"rd": 0}, "csr, zimm"), ("csrrc", {}, None)),
    "fsgnj.s": (("fmv.s", {"rs2": "rs1"}, "fd, fs1"),),
    "fsgnjn.s": (("fneg.s", {"rs2": "rs1"}, "fd, fs1"),),
    "fsgnjx.s": (("fabs.s", {"rs2": "rs1"}, "fd, fs1"),),
    "fsgnj.h": (("fmv.h", {"rs2": "rs1"}, "fd, fs1"),),
    "fsgnjn.h": (("fneg.h", {"rs2": "rs1"}, "fd, fs1"),),
    "fsgnjx.h": (("fabs.h", {"rs2": "rs1"}, "fd, fs1"),),
    "fsgnj.d": (("fmv.d", {"rs2": "rs1"}, "fd, fs1"),),
    "fsgnjn.d": (("fneg.d", {"rs2": "rs1"}, "fd, fs1"),),
    "fsgnjx.d": (("fabs.d", {"rs2": "rs1"}, "fd, fs1"),),
    "add.uw": (("zext.w", {"rs2": 0}, "rd, rs1"),),
    "rori": (("ror", {}, None),),
    "roriw": (("rorw", {}, None),),
    "bclri": (("bclr", {}, None),),
    "bexti": (("bext", {}, None),),
    "binvi": (("binv", {}, None),),
    "bseti": (("bset", {}, None),),
    # Compressed rows read as their base instruction, but for the HINTs.
    "c.nop": (("nop", {"imm": 0}, ""), ("c.nop", {}, None)),
    "c.addi": (("add", {}, "rd, rs1, imm"),),
    "c.li": (("c.li", {"rd": 0}, None),),
    "c.lui": (("c.lui", {"rd": 0}, None),),
    "c.srli": (("c.srli64", {"shamt": 0}, "rd'"),),
    "c.srai": (("c.srai64", {"shamt": 0}, "rd'"),),
    "c.slli": (("c.slli64", {"shamt": 0}, "rd"), ("c.slli", {"rd": 0}, None)),
    "c.mv": (("c.mv", {"rd": 0}, None), ("mv", {}, None)),
    "c.add": (("c.add", {"rd": 0}, None),),
    **{f"c.mop.{n}": ((f"c.mop.{n}", {}, ""),) for n in (3, *range(7, 16, 2))},     # but Zicfiss's two
}
"""For each row, the aliases that the disassembler prefers to its own name; the first that fits is taken."""
