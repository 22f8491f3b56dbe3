"""Handlers and superinstruction pairs, as Cython text."""

from __future__ import annotations

import re
from collections.abc import Callable

from rvemu.isa.fli import FLI_CONSTANTS, fli_register
from tools.ops import Op

C_TYPES = {1: "u8", 2: "u16", 4: "u32", 8: "u64"}
SIGNED = {"i8": "<i64><i8>", "i16": "<i64><i16>", "i32": "<i64><i32>"}
BOXES = {"f16": "0xffffffffffff0000u", "f32": "0xffffffff00000000u"}
SIGNATURE = "(Hart *h, Op *op, i64 b) noexcept nogil"


def _pointer(op: str) -> str:
    return op if op == "op" else f"&{op}"


def _operands(text: str, op: str) -> str:
    """Replace operand names by what they are in the hart, for the op that the text `op` names."""
    table = {
        "rs1": f"h.x[{op}.rs1]",
        "rs2": f"h.x[{op}.rs2]",
        "rs3": f"h.x[{op}.imm]",
        "imm": f"<u64>{op}.imm",
        "shamt": f"{op}.imm",
        "rnum": f"<u64>{op}.imm",
        "bs": f"<u64>{op}.imm",
        "constant": f"<u64>{op}.imm",
        "fs1": f"h.f[{op}.rs1]",
        "fs2": f"h.f[{op}.rs2]",
        "fs3": f"h.f[{op}.imm & 31]",
        "pc": f"h.m.pcs[{_pointer(op)} - h.m.ops]",
    }
    text = re.sub(r"\bu(8|16|32)\(", r"zext\1(", text)
    names = r"\b(rs1|rs2|rs3|imm|shamt|rnum|bs|constant|fs1|fs2|fs3|pc)\b"
    return re.sub(names, lambda match: table[match[1]], text)


class _Body:
    """The statements of one handler: declarations first, as Cython wants them."""

    def __init__(self) -> None:
        self.declared: list[str] = []
        self.lines: list[str] = []

    def text(self) -> str:
        return "".join(f"    {line}\n" for line in self.declared + self.lines)


def _widened(kind: str, value: str) -> str:
    """A raw loaded value as the 64 bits that the register gets."""
    if kind in BOXES:
        return f"<u64>({value}) | {BOXES[kind]}"
    return f"<u64>{SIGNED.get(kind, '')}({value})"


def _probe(body: _Body, array: str, op: str, offset: str, width: int, slow: str, k: int) -> None:
    """Look the address up in a TLB; leave for `slow` where it is not there or not aligned."""
    body.declared += [f"cdef u64 va{k}", f"cdef TlbEntry *e{k}"]
    body.lines += [
        f"va{k} = h.x[{op}.rs1]{offset}",
        f"e{k} = <TlbEntry *>(<u8 *>h.{array} + ((va{k} >> 8) & h.tlb_mask))",
        f"if unlikely((va{k} & (~<u64>PAGE_MASK | {width - 1})) != e{k}.tag):",
        f"    {slow}(h, {_pointer(op)}, b, va{k}); return",
    ]


def _straight(body: _Body, row: Op, op: str, k: int) -> str | None:
    """Statements of an op that goes on to the next one; return the expression its rd got, where there is one."""
    if row.kind == "alu":
        return f"<u64>({_operands(row.text, op)})"
    if row.kind == "load":
        _probe(body, "rtlb", op, f" + <u64>{op}.imm", row.width, "slow_load", k)
        value = _widened(row.text, f"(<{C_TYPES[row.width]} *>(va{k} + e{k}.addend))[0]")
        if not row.loads_float:
            return value
        body.lines.append(f"h.f[{op}.rd] = {value}")
    elif row.kind == "store":
        _probe(body, "wtlb", op, f" + <u64>{op}.imm", row.width, "slow_store", k)
        ctype = C_TYPES[row.width]
        body.lines.append(f"(<{ctype} *>(va{k} + e{k}.addend))[0] = <{ctype}>{_operands(row.text, op)}")
    return None


def _ending(body: _Body, row: Op, op: str) -> None:
    """Statements of an op that ends its block."""
    if row.kind == "branch":
        body.lines += [
            f"if {_operands(row.text, op)}: CHAIN(h, <Op *>{op}.imm, b)",
            f"else: CHAIN(h, <Op *>{op}.aux, b)",
        ]
    elif row.kind == "jal":
        if row.text:
            body.lines.append(f"h.x[{op}.rd] = {op}.aux")
        body.lines.append(f"CHAIN(h, <Op *>{op}.imm, b)")
    else:
        body.declared.append("cdef u64 target")
        body.lines.append(f"target = (h.x[{op}.rs1] + <u64>{op}.imm) & ~<u64>1")
        if row.text:
            body.lines.append(f"h.x[{op}.rd] = {op}.aux")
        body.lines.append("JUMP(h, target, b)")


def _amo(row: Op) -> str:
    """An AMO on RAM that the write TLB knows; the value to store is computed from `old`."""
    body = _Body()
    ctype, signed = C_TYPES[row.width], C_TYPES[row.width].replace("u", "i")
    _probe(body, "wtlb", "op", "", row.width, "slow_amo", 0)
    body.declared += [f"cdef {ctype} *p", "cdef u64 old"]
    body.lines += [
        f"p = <{ctype} *>(va0 + e0.addend)",
        f"old = <u64><i64><{signed}>p[0]",
        f"p[0] = <{ctype}>({_operands(row.text, 'op')})",
        "h.x[op.rd] = old",
        "GO(h, op + 1, b)",
    ]
    return body.text()


class _FloatTypes:
    """Operand and result types of a floating-point row, read off the name of its routine."""

    def __init__(self, row: Op) -> None:
        match = re.fullmatch(r"([rf])d = (\w+)\((.*)\)", row.text)
        assert match, row.text
        self.routine = match[2]
        self.arguments = [argument.strip() for argument in match[3].split(",")]
        self.source = self.routine.split("_")[0]
        converted = re.fullmatch(r"\w+_to_(f32|f64|[iu]\d\d|bits)", self.routine)
        self.result = "int" if match[1] == "r" else converted[1] if converted else self.source
        if self.routine.endswith("_from_bits"):
            self.result = self.source


def _exact(row: Op) -> str:
    """The handler that calls the exact routine, with the rounding mode where the row rounds."""
    types, body = _FloatTypes(row), _Body()
    arguments = ["h"] + [_operands(name, "op") for name in types.arguments]
    if row.rounds:
        body.declared.append("cdef int rm = <int>op.aux")
        body.lines += [
            "if rm == 7: rm = <int>h.frm",
            "if unlikely(rm > 4):",
            "    illegal(h, op, b); return",
        ]
        arguments.append("rm")
    target = "h.x[op.rd]" if types.result == "int" else "h.f[op.rd]"
    body.lines += [f"{target} = {types.routine}({', '.join(arguments)})", "GO(h, op + 1, b)"]
    return body.text()


def _host(row: Op) -> str:
    """The handler that uses the host's floating point, and leaves NaN results and bad boxes to the exact one."""
    types, body = _FloatTypes(row), _Body()
    assert row.row is not None
    assert row.row.host is not None
    expression, exact = row.row.host, f"op_{row.ident}_exact(h, op, b); return"
    suffix = {"f32": "s", "f64": "d"}[types.source if types.source[0] == "f" else types.result]
    expression = re.sub(r"\b(fma|sqrt)\(", lambda match: f"host_{match[1]}_{suffix}(", expression)
    if types.source == "f32":
        boxes = " & ".join(_operands(name, "op") for name in types.arguments)
        body.lines += [f"if unlikely((({boxes}) >> 32) != 0xffffffffu):", f"    {exact}"]
    view = {"f32": "f32_value", "f64": "f64_value"}.get(types.source)
    for name in ("fs1", "fs2", "fs3"):
        expression = re.sub(rf"\b{name}\b", f"{view}({_operands(name, 'op')})", expression)
    if types.source[0] != "f":
        expression = re.sub(r"\brs1\b", "h.x[op.rs1]", expression)
    if types.result == "int":
        body.lines += [f"h.x[op.rd] = <u64>({expression})", "GO(h, op + 1, b)"]
        return body.text()
    ctype = {"f32": "float", "f64": "double"}[types.result]
    body.declared.append(f"cdef {ctype} r")
    body.lines.append(f"r = {expression}")
    if types.source[0] == "f":
        body.lines += ["if unlikely(r != r):", f"    {exact}"]
    boxed = f"<u64>bits_of_f32(r) | {BOXES['f32']}" if types.result == "f32" else "bits_of_f64(r)"
    body.lines += [f"h.f[op.rd] = {boxed}", "GO(h, op + 1, b)"]
    return body.text()


def _handler(row: Op) -> str:
    if row.kind == "amo":
        return _amo(row)
    if row.kind == "exact":
        return _exact(row)
    if row.kind == "fp":
        return _host(row)
    body = _Body()
    if row.kind in ("branch", "jal", "jalr"):
        _ending(body, row, "op")
    elif row.kind == "do":
        body.lines.append(f"do_{row.text}(h, op, b)")
    else:
        value = _straight(body, row, "op", 0)
        if value is not None:
            body.lines.append(f"h.x[op.rd] = {value}")
        body.lines.append("GO(h, op + 1, b)")
    return body.text()


def _load_case(op: Op) -> str:
    return f"h.{'f' if op.loads_float else 'x'}[op.rd] = {_widened(op.text, f'<{C_TYPES[op.width]}>raw')}"


def _value_case(op: Op) -> str:
    return f"return <u64>({_operands(op.text, 'op')})"


def _switch(ops: list[Op], case: Callable[[Op], str]) -> str:
    """A line for each op, chosen by `op.id`; gcc makes a switch of it."""
    return "".join(f"    {'elif' if k else 'if'} op.id == ID_{op.ident}: {case(op)}\n" for k, op in enumerate(ops))


def _slow_path_helpers(ops: list[Op]) -> str:
    """What the slow paths of loads, stores and AMOs ask about the op they serve."""

    def of_kind(kind: str) -> list[Op]:
        return [op for op in ops if op.kind == kind]

    return (
        "cdef void finish_load(Hart *h, Op *op, u64 raw) noexcept nogil:\n"
        + _switch(of_kind("load"), _load_case)
        + "cdef u64 store_value(Hart *h, Op *op) noexcept nogil:\n"
        + _switch(of_kind("store"), _value_case)
        + "    return 0\n"
        + "cdef u64 amo_value(Hart *h, Op *op, u64 old) noexcept nogil:\n"
        + _switch(of_kind("amo"), _value_case)
        + "    return 0\n"
    )


def _fli_tables() -> str:
    """What the fli instructions of each format load, by the number of the constant."""
    numbers = range(len(FLI_CONSTANTS))
    tables = {f"fli_f{width}": [f"{fli_register(width, k):#x}u" for k in numbers] for width in (16, 32, 64)}
    code = [f"    static const unsigned long long {name}[] = {{{', '.join(row)}}};\n" for name, row in tables.items()]
    return (
        'cdef extern from *:\n    """\n' + "".join(code) + '    """\n'
        + "".join(f"    const u64 {name}[{len(FLI_CONSTANTS)}]\n" for name in tables)
    )


def handlers(ops: list[Op]) -> str:
    """Return the handlers of all ops, the table of them, and what slow paths need to know of each."""
    parts = [_fli_tables(), "\ncdef enum:\n"]
    parts += [f"    ID_{op.ident} = {k}\n" for k, op in enumerate(ops)]
    parts += [f"    ID_COUNT = {len(ops)}\n\n"]
    parts += [f"cdef void op_{op.ident}{SIGNATURE}:\n{_handler(op)}" for op in ops]
    parts.append(_slow_path_helpers(ops))
    names = ", ".join(f'"{op.name}"' for op in ops)
    parts.append(f"cdef tuple op_names(): return ({names})\n")
    parts.append("cdef Handler handler_of[ID_COUNT]\ncdef void init_handlers() noexcept:\n")
    parts += [f"    handler_of[ID_{op.ident}] = op_{op.ident}\n" for op in ops]
    return "".join(parts)


def _uses(row: Op, name: str) -> bool:
    text = {"load": "rs1", "jalr": "rs1"}.get(row.kind, row.text)
    return re.search(rf"\b{name}\b", text + (" rs1" if row.kind == "store" else "")) is not None


def _pair(first: Op, second: Op, forwarded: str | None) -> str:
    """One handler for two ops; `forwarded` names the operand of the second that is the result of the first."""
    body = _Body()
    value = _straight(body, first, "op", 0)
    if value is not None:
        if forwarded:
            body.declared.append("cdef u64 t")
            body.lines += [f"t = {value}", "h.x[op.rd] = t"]
        else:
            body.lines.append(f"h.x[op.rd] = {value}")
    start = len(body.lines)
    if second.kind in ("branch", "jal", "jalr"):
        _ending(body, second, "op[1]")
    else:
        value = _straight(body, second, "op[1]", 1)
        if value is not None:
            body.lines.append(f"h.x[op[1].rd] = {value}")
        body.lines.append("GO(h, op + 2, b)")
    if forwarded:
        body.lines[start:] = [line.replace(f"h.x[op[1].{forwarded}]", "t") for line in body.lines[start:]]
    return body.text()


def pairs(ops: list[Op], listing: str) -> str:
    """Return the superinstructions of the pairs that `listing` names, one pair of op names a line."""
    by_name = {op.name: op for op in ops}
    parts: list[str] = []
    table: list[str] = []
    listed = [line.split() for line in listing.splitlines() if line and not line.startswith("#")]
    for k, (one, two) in enumerate(listed):
        first, second = by_name[one], by_name[two]
        name = f"op_{first.ident}__{second.ident}"
        parts.append(f"cdef void {name}{SIGNATURE}:\n{_pair(first, second, None)}")
        table.append(f"    pair_index[ID_{first.ident} * ID_COUNT + ID_{second.ident}] = {k + 1}\n")
        table.append(f"    pair_handler[{k + 1}][0] = {name}\n")
        for way, operand in ((1, "rs1"), (2, "rs2")):
            forwards = first.kind in ("alu", "load") and not first.loads_float and _uses(second, operand)
            if forwards:
                parts.append(f"cdef void {name}_{operand}{SIGNATURE}:\n{_pair(first, second, operand)}")
            table.append(f"    pair_handler[{k + 1}][{way}] = {name}{'_' + operand if forwards else ''}\n")
    parts.append(f"cdef u16 pair_index[ID_COUNT * ID_COUNT]\ncdef Handler pair_handler[{len(listed) + 1}][3]\n")
    parts.append("cdef void init_pairs() noexcept:\n" + "".join(table or ["    pass\n"]))
    return "".join(parts)
