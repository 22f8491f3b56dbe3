"""Random cases: `case(seed, base)` depends on the two alone, and but for addresses on the seed only."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from random import Random

from differential import layout as at
from differential.program import Case, Ins, Item
from differential.rows import BASES, EXTENSIONS, KINDS, ROWS, WILD, legal, random_ins, random_word
from differential.spaces import RIGHTS, mapped, pmp
from isa.asm import encode as encode_line

from rvemu.isa.csrs import CSRS
from rvemu.isa.decode import length
from rvemu.isa.fields import parse
from rvemu.isa.insns import Insn
from rvemu.isa.syntax import ROWS as BY_NAME

Code = tuple[Ins, ...]
encode = cache(encode_line)

_GOOD, _SCRATCH, _FUEL = 8, 30, 31


class Writer:
    """Writes the items of one program.

    Attributes:
        random: where all choices come from.
        mode: 3 M, 1 S, 0 U.
        drops: whether the program may go to a lower mode.
        mprv: whether loads and stores are those of another mode than M.
        aligned: whether loads and stores are aligned.
        delegates: whether access faults may be delegated.
        safe: whether the page of register 8 can be read and written.
        stce: whether stimecmp makes interrupts.
    """

    def __init__(self, random: Random, profile: str, mode: int, length: int) -> None:
        self.random, self.mode, self.length = random, mode, length
        self.drops, self.mprv = profile == "modes", mode == 3 and profile in ("paging", "pmp")
        self.aligned = profile == "pmp"
        self.safe = profile != "pmp" and not (mode == 3 and profile in _PRIVILEGED)
        self.stce = self.drops and random.random() < 0.5
        self.delegates = profile in ("modes", "pmp")
        self.number = 0

    def program(self, weights: dict[str, int]) -> tuple[Item, ...]:
        """Return `length` items of random kinds."""
        kinds = self.random.choices(list(weights), list(weights.values()), k=self.length)
        items = []
        for self.number, kind in enumerate(kinds):
            items.append(Item(self.number, _WRITERS[kind](self)))
        return tuple(items)

    def ahead(self) -> int:
        """Return the number of an item not far behind this one."""
        return self.number + self.random.randrange(1, 12)

    def compute(self) -> Code:
        """An instruction from registers to a register."""
        insn = self.random.choice(KINDS["compute"])
        if insn.name == "ctzw":                                # QEMU 7.2 counts on where the low word is 0
            source = self.random.randrange(32)
            return (
                Ins(encode(f"lui x{_SCRATCH}, 0x80000")), Ins(encode(f"or x{_SCRATCH}, x{_SCRATCH}, x{source}")),
                random_ins(self.random, insn, _SCRATCH),
            )  # fmt: skip
        return (random_ins(self.random, insn),)

    def float(self) -> Code:
        """A floating-point instruction."""
        return (random_ins(self.random, self.random.choice(KINDS["float"])),)

    def access(self) -> Code:
        """A load or store in the data pages, or rarely at the wild address."""
        insn = self.random.choice(KINDS["access"])
        base = self.random.choice(BASES) if self.random.random() < 0.93 else WILD
        if "rs1'" in insn.encoding and base == 2:
            base = 8
        if self.aligned:            # of what crosses a page, QEMU asks the PMP as a whole, which is as good
            return (random_ins(self.random, insn, base, 8, always=True),)
        return (random_ins(self.random, insn, base, self.random.choice((1, 2, 4, 8, 8, 8))),)

    def atomic(self) -> Code:
        """An atomic instruction at some address in the data pages, mostly aligned."""
        insn = self.random.choice(KINDS["atomic"])
        if insn.name.startswith(("lr.", "sc.")):
            return self.reservation()
        return (*self._address(), random_ins(self.random, insn, _SCRATCH))

    def _address(self) -> Code:
        base = self.random.choice(BASES)
        if self.random.random() < 0.07 and not self.delegates:      # QEMU 7.2 takes AMOs there for loads
            base = WILD
        step = 8 if self.aligned else self.random.choice((1, 4, 8, 8, 8, 8))
        offset = self.random.randrange(-2048 // step, 2048 // step) * step
        return (Ins(encode(f"addi x{_SCRATCH}, x{base}, {offset}")),)

    def reservation(self) -> Code:
        """A load-reserved, little or nothing, and a store-conditional there or nearby; or a load-reserved alone."""
        random = self.random
        width = random.choice("wd")
        reserve = random_ins(random, BY_NAME[f"lr.{width}"], _SCRATCH)
        if random.random() < 0.2 or not self.safe:
            return (*self._address(), reserve)
        offset = random.randrange(-100, 100) * 8
        between = [random_ins(random, BY_NAME[name]) for name in random.choices(("addi", "xor", "sub", "sltu"), k=3)]
        between = [ins for ins in between if ins.word >> 7 & 31 != _SCRATCH][: random.randrange(4)]
        move = Ins(encode(f"addi x{_SCRATCH}, x{_SCRATCH}, {random.choice((8, -8))}"))
        return (
            Ins(encode(f"addi x{_SCRATCH}, x{_GOOD}, {offset}")),
            *((reserve,) if reserve.word >> 7 & 31 != _SCRATCH else ()),
            *between,
            *((move,) if random.random() < 0.1 else ()),
            random_ins(random, BY_NAME[f"sc.{width}"], _SCRATCH),
        )  # fmt: skip

    def jump(self) -> Code:
        """A branch or jump ahead."""
        insn = self.random.choice(KINDS["jump"])
        if insn.name in ("jalr", "c.jr", "c.jalr"):
            return self._indirect(insn)
        return (self._direct(insn, self.ahead()),)

    def _direct(self, insn: Insn, target: int) -> Ins:
        word, immediate = random_word(self.random, insn), parse(insn).operand("imm")
        return Ins(word & ~immediate.mask, parse(insn).size, target, immediate)

    def _indirect(self, insn: Insn) -> Code:
        auipc = Ins(encode(f"auipc x{_SCRATCH}, 0"))
        immediate = parse(BY_NAME["jalr"]).operand("imm")
        if insn.name == "jalr":
            word = random_word(self.random, insn, _SCRATCH) & ~immediate.mask
            return auipc, Ins(word, 4, self.ahead(), immediate, 4)
        move = Ins(encode(f"addi x{_SCRATCH}, x{_SCRATCH}, 0"), 4, self.ahead(), immediate, 4)
        return auipc, move, random_ins(self.random, insn, _SCRATCH)

    def loop(self) -> Code:
        """A branch back, which is passed over once the fuel is spent."""
        names = ("beq", "bne", "blt", "bge", "bltu", "bgeu", "c.bnez", "c.beqz", "jal", "c.j")
        back = max(0, self.number - self.random.randrange(1, 16))
        end = Ins(encode(f"bge x0, x{_FUEL}, .+0") & ~parse(BY_NAME["bge"]).operand("imm").mask, 4, self.number + 1,
                  parse(BY_NAME["bge"]).operand("imm"))  # fmt: skip
        return (
            Ins(encode(f"addi x{_FUEL}, x{_FUEL}, -1")), end, self._direct(BY_NAME[self.random.choice(names)], back),
        )  # fmt: skip

    def constant(self) -> Code:
        """A corner value in a register."""
        random = self.random
        register = random.choice((12, 13, 14, 15, 5, 6, 7))
        form = random.randrange(3)
        if form == 0:
            return (Ins(encode(f"addi x{register}, x0, {random.choice((0, 1, -1, -2048, 2047, 63, 64))}")),)
        if form == 1:
            upper = random.choice((0x80000, 0x7FFFF, 0xFFFFF, 1, random.getrandbits(20)))
            return (Ins(encode(f"lui x{register}, {upper}")),)
        return (
            Ins(encode(f"addi x{register}, x0, {random.choice((1, -1))}")),
            Ins(encode(f"slli x{register}, x{register}, {random.randrange(64)}")),
        )

    def system(self) -> Code:
        """An environment call or a breakpoint, which traps, or a fence."""
        name = self.random.choice(("ecall", "ebreak", "c.ebreak", "fence", "fence.i", "fence", "pause", "c.addi16sp"))
        insn = BY_NAME[name]
        if name == "c.addi16sp":
            return Ins(encode("c.addi16sp x2, 64"), 2), Ins(encode("c.addi16sp x2, -64"), 2)
        if name == "fence":
            return (Ins(encode("fence iorw, iorw") & ~0xFF0_0000 | self.random.getrandbits(8) << 20),)
        return (Ins(parse(insn).match, parse(insn).size),)

    def illegal(self) -> Code:
        """A word that is no instruction of ours."""
        while True:
            word = self.random.getrandbits(32)
            if self.random.random() < 0.7:
                insn = self.random.choice(ROWS)
                form = parse(insn)
                word = random_word(self.random, insn) ^ 1 << self.random.randrange(2, 8 * form.size)
            if word & 0x1F != 0x1F and not legal(word):
                size = length(word)
                return (Ins(word & (1 << 8 * size) - 1, size),)

    def float_csr(self) -> Code:
        """An access to fcsr or its fields."""
        random = self.random
        name, csr = random.choice(("csrrw", "csrrs", "csrrc")), random.choice(("fflags", "fflags", "frm", "fcsr"))
        rd = random.choice((0, 5, 12, 13))
        if random.random() < 0.5:
            return (Ins(encode(f"{name} x{rd}, {csr}, x{random.choice((0, 5, 6, 12, 14))}")),)
        limit = 5 if csr == "frm" else 32
        return (Ins(encode(f"{name}i x{rd}, {csr}, {random.randrange(limit)}")),)


    def csr_read(self) -> Code:
        """A read of any CSR; of those that count, only whether it traps counts."""
        if self.random.random() < 0.1:
            return (Ins(encode(f"csrrs x0, {self.random.choice(_COUNTING)}, x0")),)
        name = self.random.choice(_READ)
        return (Ins(encode(f"csrrs x{self.random.choice((0, 5, 6, 12))}, {name}, x0")),)

    def csr_write(self) -> Code:
        """A write of any bits to a CSR that no bits can do harm in."""
        op, name = self.random.choice(("csrrw", "csrrs", "csrrc")), self.random.choice(_FREE)
        rd, rs1 = self.random.choice((0, 5, 6, 12)), self.random.randrange(32)
        if name in _UNREAD:
            op, rd = "csrrw", 0
        if name in _READ_ONLY:          # QEMU 7.2 lets csrrs and csrrc write no bits, whatever rs1 is
            op = "csrrw"
        return (Ins(encode(f"{op} x{rd}, {name}, x{rs1}")),)

    def csr_bits(self) -> Code:
        """A write of chosen bits to a CSR that others of its bits could do harm in."""
        random = self.random
        op = random.choice(("csrrw", "csrrs", "csrrc"))
        names = {"mie": 0xAAA, "mip": 0x222, "sie": 0x222, "sip": 0x222, "mideleg": 0x222, "sstatus": 0x122}
        name = random.choice((*names, "medeleg", "mstatus", "mstatus", "sstatus", "senvcfg", "menvcfg",
                              *(["stimecmp"] * self.stce)))
        if name in ("mstatus", "sstatus") or name not in names:
            return self._special_bits(name)
        value = random.getrandbits(11) & names[name]
        return (
            Ins(encode(f"addi x{_SCRATCH}, x0, {value}")),
            Ins(encode(f"{op} x{random.choice((0, 12))}, {name}, x{_SCRATCH}")),
        )  # fmt: skip

    def _special_bits(self, name: str) -> Code:
        random, op = self.random, self.random.choice(("csrrs", "csrrc"))
        if name == "medeleg":
            upper, lower = random.choice((0, 0xA, 0xB, 0x8, 0x2)), random.getrandbits(9) & ~3
            op = "csrrw"
        elif name in ("mstatus", "sstatus"):
            upper, lower = random.getrandbits(11) & 0x7E0, random.choice((0, 0, 2, 0x20, 0x80, 0xA2))
        elif name == "stimecmp":
            upper, lower, op = 0, random.choice((0, 0x7FF)), "csrrc"
        else:
            upper, lower = 0, 1
        return (
            Ins(encode(f"lui x{_SCRATCH}, {upper}")),
            Ins(encode(f"addi x{_SCRATCH}, x{_SCRATCH}, {lower}")),
            Ins(encode(f"{op} x0, {name}, x{_SCRATCH}")),
        )

    def pmp_csr(self) -> Code:
        """A write of a PMP CSR, the entry that lets all through left out."""
        random = self.random
        if random.random() < 0.5:
            return (
                Ins(encode(f"srli x{_SCRATCH}, x{random.randrange(32)}, 10")),
                Ins(encode(f"csrrw x{random.choice((0, 12))}, pmpaddr{random.randrange(15)}, x{_SCRATCH}")),
            )
        config = random.choice((0, 2, 3)) << 3 | random.choice(RIGHTS)
        return (
            Ins(encode(f"addi x{_SCRATCH}, x0, {config}")),
            Ins(encode(f"slli x{_SCRATCH}, x{_SCRATCH}, {8 * random.randrange(8)}")),
            Ins(encode(f"csrrw x{random.choice((0, 12))}, pmpcfg0, x{_SCRATCH}")),
        )

    def translation(self) -> Code:
        """A change of what translates: MPP under MPRV, or a satp that takes another ASID or is refused."""
        random = self.random
        if self.mode == 3:
            op = random.choice(("csrrs", "csrrc"))
            return (
                Ins(encode(f"addi x{_SCRATCH}, x0, 1")), Ins(encode(f"slli x{_SCRATCH}, x{_SCRATCH}, 11")),
                Ins(encode(f"{op} x0, mstatus, x{_SCRATCH}")),
            )  # fmt: skip
        refused = random.random() < 0.5
        value, place = (random.choice((1, 2, 5, 7, 11, 15)), 60) if refused else (1, random.randrange(44, 60))
        start = Ins(encode(f"addi x{_SCRATCH}, x0, {value}")), Ins(encode(f"slli x{_SCRATCH}, x{_SCRATCH}, {place}"))
        return *start, Ins(encode(f"{'csrrw' if refused else random.choice(('csrrs', 'csrrc'))} x0, satp, x{_SCRATCH}"))

    def _put_target(self) -> Code:
        immediate = parse(BY_NAME["addi"]).operand("imm")
        move = encode(f"addi x{_SCRATCH}, x{_SCRATCH}, 0")
        return Ins(encode(f"auipc x{_SCRATCH}, 0")), Ins(move, 4, self.ahead(), immediate, 4)

    def _end_of_mprv(self) -> Code:
        return Ins(encode(f"lui x{_SCRATCH}, 0x20")), Ins(encode(f"csrrc x0, mstatus, x{_SCRATCH}"))

    def trap_return(self) -> Code:
        """A return from a trap that was not, to an instruction ahead, in some mode; MPRV ends."""
        if self.mode == 0:
            return (Ins(encode(self.random.choice(("mret", "sret")))),)
        if self.mode == 1:
            op = self.random.choice(("csrrs", "csrrs", "csrrs", "csrrc"))
            return (
                *self._put_target(), Ins(encode(f"csrrw x0, sepc, x{_SCRATCH}")),
                Ins(encode(f"addi x{_SCRATCH}, x0, 0x100")), Ins(encode(f"{op} x0, sstatus, x{_SCRATCH}")),
                Ins(encode("sret")),
            )  # fmt: skip
        back = self.random.choice((3, 3, 3, 1, 0, 2))
        return (
            *self._end_of_mprv(), *self._put_target(), Ins(encode(f"csrrw x0, mepc, x{_SCRATCH}")),
            Ins(encode(f"addi x{_SCRATCH}, x0, 3")), Ins(encode(f"slli x{_SCRATCH}, x{_SCRATCH}, 11")),
            Ins(encode(f"csrrc x0, mstatus, x{_SCRATCH}")),
            Ins(encode(f"addi x{_SCRATCH}, x0, {back}")), Ins(encode(f"slli x{_SCRATCH}, x{_SCRATCH}, 11")),
            Ins(encode(f"csrrs x0, mstatus, x{_SCRATCH}")), Ins(encode("mret")),
        )  # fmt: skip

    def fence(self) -> Code:
        """A fence of address translation."""
        names = ("sfence.vma", "sinval.vma")
        if self.mode and not self.drops:
            names += ("sfence.w.inval", "sfence.inval.ir")      # QEMU 7.2 lets U-mode execute them
        name = self.random.choice(names)
        return (random_ins(self.random, BY_NAME[name]),)

    def table(self) -> Code:
        """A change of bits of a page-table entry of the data, and the fence that it needs."""
        bits, entry = 1 << self.random.randrange(11), self.random.choice((0, 16, 56, 64, 72))
        bits = bits - 0x1000 if bits == 0x800 else bits
        return (
            Ins(encode(f"ld x{_SCRATCH}, {entry}(x11)")),
            Ins(encode(f"xori x{_SCRATCH}, x{_SCRATCH}, {bits}")),
            Ins(encode(f"sd x{_SCRATCH}, {entry}(x11)")),
            Ins(encode("sfence.vma x0, x0")),
        )

    def modify(self) -> Code:
        """Code that exchanges an instruction just ahead with another, and executes it; from M-mode, MPRV ends."""
        random = self.random
        if self.mode == 3 and self.mprv:            # QEMU 7.2 stores to a page that M-mode fetches from with M's rights
            return self.compute()
        mine, other = (
            random_ins(random, random.choice(_EXCHANGED)) for _ in range(2)
        )
        return (
            *(self._end_of_mprv() if self.mode == 3 else ()),
            Ins(encode(f"auipc x{_SCRATCH}, 0")),
            Ins(encode(f"lw x12, 24(x{_SCRATCH})")),
            Ins(encode(f"lw x13, 32(x{_SCRATCH})")),
            Ins(encode(f"sw x12, 32(x{_SCRATCH})")),
            Ins(encode(f"sw x13, 24(x{_SCRATCH})")),
            Ins(encode("fence.i")),
            mine, Ins(encode("jal x0, .+8")), other,
        )  # fmt: skip


_EXCHANGED = [insn for insn in KINDS["compute"] if parse(insn).size == 4 and insn.name != "ctzw"]
_COUNTING = ("cycle", "time", "instret", "mcycle", "minstret")
_DIFFERENT = ("menvcfg", "tselect", "tdata1", "tdata2", "tdata3", "mcountinhibit",
              *(f"mhpmcounter{n}" for n in range(3, 32)))  # fmt: skip
_UNREAD = ("sepc", "mepc", "stval", "mtval", "scause", "scounteren", "mcounteren", "misa")
"""What is compared, but differs in ways that are known, and so would spread."""
_READ = [
    csr.name for csr in CSRS if csr.ext in EXTENSIONS and csr.name not in (*_COUNTING, *_DIFFERENT, *_UNREAD)
]
_FREE = ("sscratch", "scause", "stval", "scounteren", "mcounteren", "mtval", "mcause", "fcsr", "fflags", "sepc", "mepc",
         "frm", "mhartid", "misa", "mvendorid")  # fmt: skip
_READ_ONLY = ("mhartid", "mvendorid")

_WRITERS: dict[str, Callable[[Writer], Code]] = {
    name: getattr(Writer, name)
    for name in ("compute", "float", "access", "atomic", "jump", "loop", "constant", "system", "illegal", "float_csr",
                 "csr_read", "csr_write", "csr_bits", "trap_return", "fence", "table", "modify",
                 "pmp_csr", "translation")
}
_WEIGHTS = {
    "integer": {"compute": 60, "constant": 6, "access": 14, "atomic": 4, "jump": 8, "loop": 3, "system": 1,
                "illegal": 1},
    "float": {"compute": 10, "constant": 2, "float": 60, "access": 12, "jump": 5, "loop": 3, "float_csr": 6},
    "memory": {"compute": 15, "constant": 3, "access": 50, "atomic": 20, "jump": 5, "loop": 3, "system": 2},
    "traps": {"compute": 30, "float": 5, "access": 20, "atomic": 5, "jump": 8, "loop": 3, "system": 6, "illegal": 10,
              "float_csr": 4},
    "modes": {"compute": 20, "float": 5, "access": 20, "atomic": 4, "jump": 8, "loop": 3, "system": 4, "illegal": 2,
              "csr_read": 8, "csr_write": 10, "csr_bits": 10, "pmp_csr": 3, "trap_return": 2, "fence": 2, "modify": 3},
    "paging": {"compute": 10, "float": 3, "access": 50, "atomic": 10, "jump": 5, "loop": 3, "system": 2, "csr_bits": 3,
               "fence": 3, "table": 6, "translation": 3, "modify": 2},
    "pmp": {"compute": 10, "float": 3, "access": 50, "atomic": 10, "jump": 5, "loop": 3, "system": 2, "csr_bits": 3,
            "modify": 2},
}  # fmt: skip
_PRIVILEGED = ("modes", "paging", "pmp")

_MPP, _FS = 11, 13


@lru_cache(4)
def _plan(seed: str) -> tuple[str, Writer, tuple[Item, ...]]:
    """Return the profile, the mode and the program of a case, which do not depend on its place."""
    random = Random(f"{seed} program")
    profile = random.choice(list(_WEIGHTS))
    mode = random.choice((3, 1, 1, 0, 0)) if profile in _PRIVILEGED else random.choice((3, 3, 1, 0))
    writer = Writer(random, profile, mode, random.randrange(20, 250))
    return profile, writer, writer.program(_WEIGHTS[profile])


def case(seed: str, base: int) -> Case:
    """Return the case that `seed` names, for a block at `base`."""
    random = Random(seed)
    profile, writer, items = _plan(seed)
    mode = writer.mode
    fs = 3 if profile == "modes" else random.choice((3, 3, 3, 3, 1, 2, 0)) if profile != "float" else 3
    status = mode << _MPP | fs << _FS
    csrs = [*QUIET, ("fcsr", random.getrandbits(5) | random.choice((0, 0, 1, 2, 3, 4, 4, 5, 7)) << 5)]
    code, data, wild, entries = None, base + at.DATA, random.choice(_WILD), base + at.CODE
    stvec, tables = at.S_HANDLER, b""
    if profile == "paging":
        user = mode == 0 if mode != 3 else random.random() < 0.6
        space = mapped(random, base, user, mode != 3)
        code, data, wild, entries = space.code, space.data, space.alias, space.entries
        stvec, tables = space.stvec, space.tables
        csrs += [("satp", space.satp), ("menvcfg", 3 << 61)]     # QEMU 7.2 does not ask PBMTE
    if profile == "pmp":
        csrs += pmp(random, base)
    if profile in _PRIVILEGED:
        status |= random.getrandbits(2) << 18
        if mode == 3:
            status |= writer.mprv << 17
        else:
            status |= random.choice((0, 1, 2, 3, 4, 5, 6, 7) if profile == "modes" else (0, 0, 2)) << 20
        csrs += [
            ("medeleg", random.choice((0, 0xB1FC, random.getrandbits(16) & 0xB1FC))),
            ("mideleg", random.choice((0, 0x222, random.getrandbits(10)) ) & 0x222),
        ]
    if profile == "modes":
        csrs += _interrupts(random, writer.stce)
        status |= random.choice((0, 2, 0x80, 0x82))
    csrs += [("stvec", stvec | (random.random() < 0.2)), ("mstatus", status)]
    fixed = (
        data + 0x800 + random.randrange(0x100) * 16,
        data + 0x1000 + random.randrange(0x38, 0x48) * 16,
        data + 0x1000 + 8 * random.randrange(-128, 128) if profile == "pmp" else
        data + 0x1000 + random.choice((-1, -2, -3, -4, -7, 1, 2, 4, 0x800, random.randrange(-2048, 2048))),
        wild, entries, random.randrange(2, 12),
    )  # fmt: skip
    return Case(
        items, tuple(csrs), fixed, random.randbytes(at.DATA_SIZE), start=random.randrange(0, 0xC00) & ~1,
        code_va=code, stvec=stvec, tables=tables, seed=random.getrandbits(64),
    )  # fmt: skip


def _interrupts(random: Random, stce: bool) -> list[tuple[str, int]]:
    """Return what makes interrupts pending and enables them."""
    return [
        ("mie", random.getrandbits(12) & 0xAAA),
        ("menvcfg", 1 << 61 | stce << 63 | random.getrandbits(1)),
        ("mip", random.choice((0, 0, random.getrandbits(10) & 0x222))),
        ("mcounteren", random.getrandbits(3)),
        ("scounteren", random.getrandbits(3)),
    ]


_WILD = (1 << 50, 1 << 63, at.ALL & ~0xFFF, 0x4_0000_0000_0000, 0x5555_5555_5555_5555, (1 << 63) - 8)
QUIET = (
    ("satp", 0), ("mie", 0), ("medeleg", 0), ("mideleg", 0), ("mip", 0), ("stvec", at.S_HANDLER), ("sscratch", 0),
    ("sepc", 0), ("scause", 0), ("stval", 0), ("scounteren", 7), ("mcounteren", 7), ("menvcfg", 1 << 61),
    ("senvcfg", 0), ("stimecmp", at.ALL),
)  # fmt: skip
"""The state of CSRs that a case starts with where it asks for no other."""
