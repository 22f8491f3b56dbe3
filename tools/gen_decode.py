"""The decoder as Cython text: from an instruction word to the fields of an op.

Rows are sorted into buckets by the bits that all of a major opcode (or compressed quadrant) fix; inside a bucket the
more specific row comes first, so that one that refines another is taken while its extension is on.
"""

from __future__ import annotations

from rvemu.isa.config import EXTENSIONS, PROPERTIES
from rvemu.isa.fields import Operand, parse
from rvemu.isa.insns import INSNS, Insn
from rvemu.isa.syntax import expansion
from tools.ops import ENDS, Op

PLACES = {"rd": "rd", "rs1": "rs1", "rs2": "rs2", "rs3": "imm", "imm": "imm", "shamt": "imm", "zimm": "imm",
          "rnum": "imm", "bs": "imm", "constant": "imm", "csr": "aux", "rm": "aux"}  # fmt: skip
"""Where the handlers expect each operand; what is not here (aq, rl, pred ...) has no meaning to them."""

KINDS = {"branch": "KIND_BRANCH", "jal": "KIND_JAL", "jalr": "KIND_JALR"}
DO_KINDS = {
    **dict.fromkeys(("jalr_aligned", "jalr_landing", "call", "call_register"), "KIND_JALR"),
    **dict.fromkeys(ENDS, "KIND_ENDS"),
}
"""How a block treats ops, by their kind and by the helper that they call."""


def _extract(operand: Operand) -> str:
    """The operand of the word `w`, as an expression."""
    parts = []
    for piece in operand.pieces:
        bits = f"((w >> {piece.src}) & {(1 << piece.width) - 1:#x}u)"
        parts.append(f"(<u64>{bits} << {piece.lo})" if piece.lo else f"<u64>{bits}")
    value = " | ".join(parts)
    if operand.signed:
        return f"<i64>(({value}) << {64 - operand.width}) >> {64 - operand.width}"
    return f"({value}) + {operand.base}" if operand.base else value


def _assign(place: str, value: str, float_rd: bool) -> str:
    if place == "rd" and not float_rd:
        return f"op.rd = no_x0(<u8>({value}))"
    ctype = {"imm": "i64", "aux": "u64"}.get(place, "u8")
    return f"op.{place} = <{ctype}>({value})"


def _writes_float(row: Insn) -> bool:
    return row.semantics.startswith("fd =")


def _base_assignments(row: Insn) -> list[str]:
    return [
        _assign(PLACES[operand.name], _extract(operand), _writes_float(row))
        for operand in parse(row).operands
        if operand.name in PLACES
    ]


def _target(row: Insn) -> tuple[Insn, list[str]]:
    """The base row that `row` decodes to, and the statements that fill the op."""
    stands_for = expansion(row)
    if stands_for is None:
        return row, _base_assignments(row)
    lines = []
    for name, source in stands_for.operands.items():
        value = str(source) if isinstance(source, int) else _extract(parse(row).operand(source))
        lines.append(_assign(PLACES[name], value, _writes_float(stands_for.base)))
    return stands_for.base, lines


def _present(row: Insn) -> str:
    """Whether the extensions that are `on` bring the row."""
    ways = [" & ".join(f"on >> EXT_{name}" for name in way) for way in row.ways]
    return f"{ways[0] if len(ways) == 1 else '(' + ' | '.join(ways) + ')'} & 1"


def _test(row: Insn) -> str:
    form = parse(row)
    tests = [f"w & {form.mask:#x}u == {form.match:#x}u", _present(row)]
    tests += [f"w & {c.mask:#x}u != {c.excluded:#x}u" for c in form.conditions]
    return " and ".join(tests)


def _case(row: Insn, indent: str) -> str:
    base, lines = _target(row)
    ident = base.name.replace(".", "_")
    body = "".join(f"{indent}    {line}\n" for line in [*lines, f"return ID_{ident}"])
    return f"{indent}if {_test(row)}:\n{body}"


def _buckets(rows: list[Insn], shift: int, bits: int) -> dict[int | None, list[Insn]]:
    """Rows by the value of the bits at `shift`; under None if any of them leaves these bits open."""
    selector = ((1 << bits) - 1) << shift
    if any(parse(row).mask & selector != selector for row in rows):
        return {None: rows}
    found: dict[int | None, list[Insn]] = {}
    for row in rows:
        found.setdefault(parse(row).match >> shift & ((1 << bits) - 1), []).append(row)
    return found


def _nest(rows: list[Insn], levels: list[tuple[int, int]], indent: str) -> str:
    if not levels or len(rows) < 3:
        specific = sorted(rows, key=lambda row: -parse(row).mask.bit_count())
        return "".join(_case(row, indent) for row in specific)
    (shift, bits), text = levels[0], ""
    for k, (value, group) in enumerate(sorted(_buckets(rows, shift, bits).items(), key=str)):
        if value is None:
            return _nest(group, levels[1:], indent)
        word = "if" if k == 0 else "elif"
        text += f"{indent}{word} (w >> {shift}) & {(1 << bits) - 1:#x}u == {value:#x}:\n"
        text += _nest(group, levels[1:], indent + "    ")
    return text


def _function(name: str, rows: list[Insn], levels: list[tuple[int, int]]) -> str:
    head = f"cdef int {name}(u32 w, Op *op, u64 on) noexcept nogil:\n"
    return head + _nest(rows, levels, "    ") + "    return -1\n\n"


def _tables(ops: list[Op]) -> str:
    lines = []
    for op in ops:
        kind = KINDS.get(op.kind) or DO_KINDS.get(op.text, "KIND_PLAIN")
        flags = [name for name, holds in (("FLAG_FP", op.floating), ("FLAG_DIRTIES", op.dirties)) if holds]
        if op.kind == "fp":
            flags += ["FLAG_HOST", "FLAG_ROUNDS"] if op.rounds else ["FLAG_HOST"]
        info = f"op_info[ID_{op.ident}]"
        lines.append(f"    {info}.kind = {kind}; {info}.width = {op.width}; {info}.flags = {' | '.join(flags) or 0}\n")
        lines.append(f"    {info}.effects = {' | '.join(op.effects) or 0}\n")
    return (
        "cdef OpInfo op_info[ID_COUNT]\ncdef void init_op_info() noexcept:\n" + "".join(lines)
    )


def decoder(ops: list[Op]) -> str:
    """Return the extension numbers, the two decoding functions, and the table of what each op is."""
    names = [name for name in EXTENSIONS if name not in PROPERTIES]
    assert len(names) <= 64, "Machine.extensions has a bit for each"
    exts = "cdef enum:\n" + "".join(f"    EXT_{name} = {k}\n" for k, name in enumerate(names))
    wide = [row for row in INSNS if parse(row).size == 4]
    narrow = [row for row in INSNS if parse(row).size == 2]
    return (
        exts
        + "\nEXTENSION_BITS = {" + ", ".join(f'"{name}": {k}' for k, name in enumerate(names)) + "}\n\n"
        + _function("decode_wide", wide, [(2, 5), (12, 3)])
        + _function("decode_compressed", narrow, [(0, 2), (13, 3)])
        + _tables(ops)
    )
