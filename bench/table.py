"""From what the emulators used to figures, ratios and verdicts: as a table, as JSON and as a plot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

from measure import Emulator, Spread, Usage
from rows import Bar, Row

Figures = dict[str, list[Usage]]


@dataclass(frozen=True)
class Measured:
    """What one row gave.

    Attributes:
        portions: how much work each run of an emulator did.
        work, idle: what each emulator used with the work and without it, a usage for each round.
    """

    row: Row
    portions: dict[str, int]
    work: Figures
    idle: Figures

    def seconds(self, name: str) -> list[float]:
        """Return an emulator's CPU seconds for a portion of work, start-up subtracted, one for each round."""
        idle = Spread.of([used.cpu_seconds for used in self.idle[name]]).median if self.idle else 0.0
        return [max(used.cpu_seconds - idle, 1e-9) / self.portions[name] for used in self.work[name]]

    def ratio(self, name: str, rival: str) -> Spread | None:
        """Return how many times as fast as the rival an emulator is, round by round."""
        if rival not in self.work:
            return None
        ours, theirs = self.seconds(name), self.seconds(rival)
        return Spread.of([b / a for a, b in zip(ours, theirs, strict=True)])

    def instructions(self) -> int:
        """Return how many instructions a portion is, by an engine that counts; 0 where there is none."""
        for name, runs in self.work.items():
            count = runs[0].instructions
            if count is not None:
                idle = (self.idle[name][0].instructions or 0) if self.idle else 0
                return (count - idle) // self.portions[name]
        return 0

    def figure(self, name: str) -> float:
        """Return the row's figure of an emulator, in the row's unit."""
        seconds = Spread.of(self.seconds(name)).median
        match self.row.unit:
            case "ns":
                return seconds * 1e9 / self.row.each
            case "GB/s":
                return self.row.each / seconds / 1e9
            case "MIPS":
                return self.instructions() / seconds / 1e6
            case _:
                return seconds

    def peak_mib(self, name: str) -> float:
        """Return the most memory that a run of an emulator had."""
        return max(used.peak_mib for used in self.work[name])

    def json(self, engines: Sequence[Emulator]) -> dict[str, Any]:
        """Return all of it as plain values."""
        result: dict[str, Any] = {
            "title": self.row.title, "unit": self.row.unit, "instructions": self.instructions(), "emulators": {},
        }  # fmt: skip
        for name in self.work:
            result["emulators"][name] = {
                "figure": _digits(self.figure(name)),
                "portions": self.portions[name],
                "cpu_seconds": Spread.of(self.seconds(name)).digits(),
                "startup_seconds": Spread.of([used.cpu_seconds for used in self.idle[name]]).digits()
                if self.idle
                else None,
                "peak_mib": _digits(self.peak_mib(name)),
            }
        for engine in engines:
            for rival in ("qemu", "icount"):
                ratio = self.ratio(engine.name, rival)
                if ratio is not None:
                    result["emulators"][engine.name][f"times_{rival}"] = ratio.digits()
            result["emulators"][engine.name]["verdict"] = verdict(self, engine, engines)
        return result


def _digits(number: float) -> float:
    return float(f"{number:.4g}")


def bar_of(row: Row, engine: Emulator, engines: Sequence[Emulator]) -> Bar:
    """Return what is asked of an engine: of the fastest the row's bar, of the interpreter its own."""
    if engine is engines[-1]:
        return row.bar
    return row.interp_bar or Bar() if engine.name == "interp" else Bar()


def verdict(measured: Measured, engine: Emulator, engines: Sequence[Emulator]) -> str:
    """Return, in words, whether an engine meets what is asked of it; "" where nothing is."""
    row, bar = measured.row, bar_of(measured.row, engine, engines)
    ratio, words = measured.ratio(engine.name, "qemu"), []
    if ratio is not None and bar.floor is not None:
        if bar.goal is not None and ratio.median >= bar.goal:
            words.append("goal met")
        else:
            words.append("floor met" if ratio.median >= bar.floor else "floor NOT met")
    if row.limit is not None and engine is engines[-1]:
        figure = measured.figure(engine.name)
        within = figure <= row.limit if row.unit == "ns" else figure >= row.limit
        words.append(f"{row.limit:g} {row.unit} {'met' if within else 'NOT met'}")
    return ", ".join(words)


HEADINGS = ("row", "engine", "figure", "QEMU", "icount", "unit", "x QEMU", "quartiles", "x icount", "floor", "goal", "")


def cells(measured: Measured, engine: Emulator, engines: Sequence[Emulator]) -> tuple[str, ...]:
    """Return the table's line of a row and an engine."""
    bar, row = bar_of(measured.row, engine, engines), measured.row
    ratio, icount = measured.ratio(engine.name, "qemu"), measured.ratio(engine.name, "icount")
    rivals = [f"{measured.figure(name):.4g}" if name in measured.work else "-" for name in ("qemu", "icount")]
    return (
        row.name, engine.name, f"{measured.figure(engine.name):.4g}", *rivals, row.unit,
        f"{ratio.median:.2f}" if ratio else "-", f"{ratio.low:.2f}-{ratio.high:.2f}" if ratio else "-",
        f"{icount.median:.2f}" if icount else "-",
        *(f"{wanted:g}" if wanted is not None else "-" for wanted in (bar.floor, bar.goal)),
        verdict(measured, engine, engines),
    )  # fmt: skip


def aligned(lines: Iterable[Sequence[str]]) -> str:
    """Return the lines as a table: names on the left, numbers on the right."""
    rows = list(lines)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    last = len(widths) - 1

    def cell(column: int, text: str) -> str:
        return text.ljust(widths[column]) if column in (0, 1, last) else text.rjust(widths[column])

    return "\n".join("  ".join(cell(column, text) for column, text in enumerate(row)).rstrip() for row in rows)


def table(results: Sequence[Measured], engines: Sequence[Emulator]) -> str:
    """Return the table of all rows."""
    return aligned([HEADINGS, *(cells(measured, engine, engines) for measured in results for engine in engines)])


# The plot

_LEFT, _WIDTH, _LINE, _TOP, _RIGHT = 130, 640, 22, 40, 70
_LEAST, _MOST = -4, 4
_COLOURS = ("#7a9cc6", "#2c5f9e", "#8a5fb0")


def plot(results: Sequence[Measured], engines: Sequence[Emulator]) -> str:
    """Return an SVG plot: a bar for each row and engine, from QEMU's speed (1) on a logarithmic axis."""
    shown = [measured for measured in results if "qemu" in measured.work]
    step = _LINE * len(engines) + 8
    height = _TOP + step * len(shown) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + _RIGHT}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{_LEFT + _WIDTH + _RIGHT}" height="{height}" fill="white"/>',
        _text(_LEFT, 16, "speed against QEMU TCG in the same run (more is better); red: floor, dashed: goal"),
    ]
    for power in range(_LEAST, _MOST + 1):
        x = _x(2.0**power)
        colour = "#444" if power == 0 else "#ddd"
        parts.append(f'<line x1="{x:.1f}" y1="{_TOP - 8}" x2="{x:.1f}" y2="{height - 24}" stroke="{colour}"/>')
        parts.append(_text(x, height - 8, f"{2.0**power:g}", "middle"))
    for number, measured in enumerate(shown):
        parts += _bars(measured, engines, _TOP + number * step)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bars(measured: Measured, engines: Sequence[Emulator], top: int) -> Iterable[str]:
    yield _text(_LEFT - 8, top + 14, measured.row.name, "end")
    for number, engine in enumerate(engines):
        ratio = measured.ratio(engine.name, "qemu")
        assert ratio is not None
        y, x, one = top + number * _LINE, _x(ratio.median), _x(1)
        yield (f'<rect x="{min(x, one):.1f}" y="{y}" width="{abs(x - one):.1f}" height="{_LINE - 6}" '
               f'fill="{_COLOURS[number % len(_COLOURS)]}"/>')  # fmt: skip
        middle = y + (_LINE - 6) / 2
        yield (f'<line x1="{_x(ratio.low):.1f}" y1="{middle}" x2="{_x(ratio.high):.1f}" y2="{middle}" '
               'stroke="black" stroke-width="1.5"/>')  # fmt: skip
        yield _text(max(x, one) + 6, y + 13, f"{ratio.median:.2f} {engine.name}")
    bottom = top + _LINE * len(engines) - 4
    for wanted, dashes in ((measured.row.bar.floor, "none"), (measured.row.bar.goal, "3,2")):
        if wanted is not None:
            yield (f'<line x1="{_x(wanted):.1f}" y1="{top - 2}" x2="{_x(wanted):.1f}" y2="{bottom}" '
                   f'stroke="#c03030" stroke-width="2" stroke-dasharray="{dashes}"/>')  # fmt: skip


def _x(ratio: float) -> float:
    power = min(max(log2(ratio), _LEAST), _MOST)
    return _LEFT + (power - _LEAST) / (_MOST - _LEAST) * _WIDTH


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}">{escaped}</text>'
