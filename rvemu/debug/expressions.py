"""Expressions of the monitor and of conditions: registers, CSRs and their fields, symbols, memory, arithmetic.

    $a0 + 8    sp    mstatus.MPP    *(u32*)(sp + 4)    main + 0x10    a0 == 3 && priv == 1    @cycle

Values are 64-bit unsigned; comparisons, division and right shifts are unsigned, `-` in front is two's complement.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Protocol

from rvemu.errors import RvemuError

MASK = (1 << 64) - 1
MEMORY_TYPES = {"u8": (1, False), "u16": (2, False), "u32": (4, False), "u64": (8, False),
                "i8": (1, True), "i16": (2, True), "i32": (4, True), "i64": (8, True)}  # fmt: skip
"""Bytes and signedness of the types that `*(TYPE*)address` takes."""


class ExpressionError(RvemuError):
    """The text is no expression, or it has no value here."""


class Scope(Protocol):
    """Where names and memory get their values."""

    def name(self, name: str) -> int | None:
        """Return the value of a register, CSR, symbol or variable; None where there is none."""

    def field(self, csr: str, field: str) -> int | None:
        """Return the value of a field of a CSR; None where there is none."""

    def read(self, va: int, size: int) -> bytes | None:
        """Return memory as loads of the current hart would see it; None where it is not mapped to RAM."""


Evaluator = Callable[[Scope], int]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>0[xX][0-9a-fA-F_]+|0[bB][01_]+|[0-9][0-9_]*)"
    r"|(?P<name>[$@]?[A-Za-z_][A-Za-z0-9_$]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?)"
    r"|(?P<symbol>'[^']+')"
    r"|(?P<operator><<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^~!<>()]))"
)
_BINARY: tuple[dict[str, Callable[[int, int], int]], ...] = (
    {"||": lambda a, b: int(bool(a) or bool(b))},
    {"&&": lambda a, b: int(bool(a) and bool(b))},
    {"|": operator.or_},
    {"^": operator.xor},
    {"&": operator.and_},
    {"==": operator.eq, "!=": operator.ne},
    {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge},
    {"<<": lambda a, b: a << b if b < 64 else 0, ">>": lambda a, b: a >> b if b < 64 else 0},
    {"+": operator.add, "-": operator.sub},
    {"*": operator.mul, "/": operator.floordiv, "%": operator.mod},
)
"""Binary operators, from those that bind least to those that bind most."""


def evaluate(text: str, scope: Scope) -> int:
    """Return the value of an expression.

    Raises:
        ExpressionError: in one line that names what is wrong.
    """
    return compile_expression(text)(scope)


def compile_expression(text: str) -> Evaluator:
    """Return a function that evaluates the expression; conditions are compiled once and evaluated often.

    Raises:
        ExpressionError: it is malformed.
    """
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text.strip()
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(self._text):
            token = _TOKEN.match(self._text, at)
            if token is None:
                raise ExpressionError(f"{self._text!r}: {self._text[at:].lstrip()[:1]!r} is not understood")
            assert token.lastgroup is not None
            self._tokens.append((token.lastgroup, token[token.lastgroup]))
            at = token.end()
        self._next = 0

    def _peek(self, ahead: int = 0) -> str:
        at = self._next + ahead
        return self._tokens[at][1] if at < len(self._tokens) else ""

    def _take(self, expected: str = "") -> tuple[str, str]:
        if self._next >= len(self._tokens):
            wanted = repr(expected) if expected else "a value"
            raise ExpressionError(f"{self._text!r}: it ends where {wanted} should be")
        kind, token = self._tokens[self._next]
        if expected and token != expected:
            raise ExpressionError(f"{self._text!r}: {token!r} stands where {expected!r} should be")
        self._next += 1
        return kind, token

    def whole(self) -> Evaluator:
        value = self._binary(0)
        if self._peek():
            raise ExpressionError(f"{self._text!r}: {self._peek()!r} is left over")
        return lambda scope: value(scope) & MASK

    def _binary(self, level: int) -> Evaluator:
        if level == len(_BINARY):
            return self._unary()
        left = self._binary(level + 1)
        while self._peek() in _BINARY[level]:
            sign = self._take()[1]
            left = self._combine(_BINARY[level][sign], left, self._binary(level + 1))
        return left

    def _combine(self, act: Callable[[int, int], int], left: Evaluator, right: Evaluator) -> Evaluator:
        def value(scope: Scope) -> int:
            try:
                return act(left(scope), right(scope)) & MASK
            except ZeroDivisionError:
                raise ExpressionError(f"{self._text!r}: division by zero") from None

        return value

    def _unary(self) -> Evaluator:
        match self._peek():
            case "-":
                self._take()
                operand = self._unary()
                return lambda scope: -operand(scope) & MASK
            case "~":
                self._take()
                operand = self._unary()
                return lambda scope: ~operand(scope) & MASK
            case "!":
                self._take()
                operand = self._unary()
                return lambda scope: int(not operand(scope))
            case "*":
                self._take()
                return self._memory()
            case "(":
                self._take()
                inner = self._binary(0)
                self._take(")")
                return inner
            case _:
                return self._atom()

    def _memory(self) -> Evaluator:
        size, signed = 8, False
        if self._peek() == "(" and self._peek(1) in MEMORY_TYPES:
            self._take()
            size, signed = MEMORY_TYPES[self._take()[1]]
            self._take("*")
            self._take(")")
        address = self._unary()

        def value(scope: Scope) -> int:
            va = address(scope)
            data = scope.read(va, size)
            if data is None:
                raise ExpressionError(f"{va:#x}: no RAM is mapped there")
            return int.from_bytes(data, "little", signed=signed) & MASK

        return value

    def _atom(self) -> Evaluator:
        kind, token = self._take()
        if kind == "number":
            number = int(token.replace("_", ""), 0) if token[:1] == "0" and len(token) > 1 and not token.isdigit() \
                else int(token.replace("_", ""))  # fmt: skip
            return lambda scope: number & MASK
        if kind == "operator":
            raise ExpressionError(f"{self._text!r}: {token!r} stands where a value should be")
        return _lookup(token.strip("'").removeprefix("$"))


def _lookup(name: str) -> Evaluator:
    csr, dot, field = name.partition(".")

    def value(scope: Scope) -> int:
        found = scope.name(name)
        if found is None and dot:
            found = scope.field(csr, field)
        if found is None:
            raise ExpressionError(f"{name}: no such register, CSR field or symbol")
        return found

    return value
