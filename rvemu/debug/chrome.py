"""A trace as a file for chrome://tracing and ui.perfetto.dev: harts as tracks, calls and traps as nested slices.

Source: "Trace Event Format", JSON array format: B and E begin and end a slice, i is an instant, M names a track; ts is
in microseconds. A cycle counts as a nanosecond.
"""

from __future__ import annotations

import json
from typing import Any

from rvemu.debug.names import Names, describe
from rvemu.debug.trace import Event, Records, TraceFile, columns, merged
from rvemu.isa.modes import MODE_NAMES

_SEARCHED = 64
"""A return that would skip more slices than this is none of theirs."""


class ChromeFile(TraceFile):
    """Writes such a file."""

    slices = True

    def __init__(self, path: str, names: Names, harts: int) -> None:
        super().__init__(path)
        self._names = names
        self._stacks: list[list[tuple[int, bool]]] = [[] for _ in range(harts)]
        self._cycle = 0
        self.write("[\n" + json.dumps({"ph": "M", "name": "process_name", "pid": 0, "args": {"name": "rvemu"}}))
        for hart in range(harts):
            self._put("M", "thread_name", hart, args={"name": f"hart {hart}"})

    def _put(self, phase: str, name: str, hart: int, **more: Any) -> None:
        self.write(",\n" + json.dumps({"ph": phase, "name": name, "pid": 0, "tid": hart, **more}))

    def take(self, records: Records, events: list[Event]) -> None:
        """Write slices for events, and instants for instructions."""
        for item in merged(records, events):
            if isinstance(item, Event):
                self._take(item)
                continue
            cycle, hart, mode, pc, where, what, told = columns(item, self._names)
            self._cycle = cycle
            self._put("i", what, hart, ts=cycle / 1000, s="t", args={"pc": f"{pc:#x} {where}", "mode": mode,
                                                                     "wrote": told})  # fmt: skip

    def _take(self, event: Event) -> None:
        self._cycle = event.cycle
        if event.returns:
            self._leave(event)
        else:
            self._enter(event)

    def _enter(self, event: Event) -> None:
        trap = event.kinds[0] != "call"
        target = describe(self._names, event.target, event.hart)
        args = {"from": describe(self._names, event.pc, event.hart), "pc": f"{event.pc:#x}",
                "mode": MODE_NAMES[event.mode]}  # fmt: skip
        if trap:
            args |= {"handler": target, "to": MODE_NAMES[event.to]}
        self._put("B", event.text if trap else target, event.hart, ts=event.cycle / 1000, cat=event.kinds[0], args=args)
        self._stacks[event.hart].append((event.back, trap))

    def _leave(self, event: Event) -> None:
        """End the slice that goes on here, and those inside it; a handler may return behind what trapped."""
        stack, trap = self._stacks[event.hart], event.kinds[:1] != ("call",)
        for depth, (back, was_trap) in enumerate(reversed(stack[-_SEARCHED:]), 1):
            if was_trap == trap and (event.target == back or (trap and 0 <= event.target - back <= 4)):
                self._end(event.hart, depth)
                return
        innermost = next((depth for depth, each in enumerate(reversed(stack), 1) if each[1]), 0)
        if trap:
            self._end(event.hart, innermost)

    def _end(self, hart: int, count: int) -> None:
        for _ in range(count):
            self._stacks[hart].pop()
            self.write(",\n" + json.dumps({"ph": "E", "pid": 0, "tid": hart, "ts": self._cycle / 1000}))

    def close(self) -> None:
        """End what is open, and close the file."""
        for hart, stack in enumerate(self._stacks):
            self._end(hart, len(stack))
        self.write("\n]\n")
        super().close()
