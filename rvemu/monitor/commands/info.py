"""`info`, gdb's and QEMU's word for looking: its subjects are commands of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from rvemu.monitor import registry
from rvemu.monitor.answers import Answer
from rvemu.monitor.registry import CommandError, Kind, Rest, command
from rvemu.monitor.session import Session

SUBJECTS = {
    "all-registers": "regs", "b": "breakpoints", "break": "breakpoints", "cpus": "harts", "display": "display",
    "float": "fregs", "frame": "context", "mem": "vmmap", "mtree": "map", "pic": "irq", "program": "context",
    "proc": "context", "qtree": "devices", "r": "regs", "reg": "regs", "registers": "regs", "s": "bt", "source": "list",
    "stack": "bt", "status": "context", "threads": "harts", "version": "help", "watchpoints": "breakpoints",
}  # fmt: skip
"""Subjects whose command has another name."""


def _subjects(session: Session, typed: str) -> Sequence[str]:
    shown = [entry.name.removeprefix("info-") for entry in registry.commands()]
    return sorted(word for word in {*SUBJECTS, *shown} if word.startswith(typed))


Subject = Annotated[str, Kind("SUBJECT", lambda session, text: text, _subjects)]


@command("info", group="monitor", aliases=("i",), examples=("info break", "info threads"))
def info(session: Session, subject: Subject, rest: Rest = "") -> Answer | None:
    """Show a subject of gdb's or QEMU's `info`: break, registers, threads, mem, pic; else any command's name."""
    known = registry.words()
    words = (f"info-{subject}", SUBJECTS.get(subject, subject))
    name = next((word for word in words if word in known), None)
    if subject in ("args", "locals"):
        raise CommandError(f"info {subject}: variables of C are for GDB, by --gdb (`regs`, `x` and `telescope` show "
                           "registers and memory)")  # fmt: skip
    if name is None:
        raise CommandError(f"info {subject}: nothing is known of that (`help` lists the commands)")
    entry = registry.find(name)
    if entry.moves or entry.name in ("continue", "quit"):
        raise CommandError(f"info {subject}: that is nothing to look at (`{name}` without info)")
    return session.execute(f"{name} {rest}".strip())
