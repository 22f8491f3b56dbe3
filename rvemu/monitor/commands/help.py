"""Commands about commands."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from rvemu.monitor import registry
from rvemu.monitor.answers import Answer, Fragments, Text
from rvemu.monitor.registry import GROUPS, Command, Kind, command
from rvemu.monitor.session import Session


def _command_words(session: Session, typed: str) -> Sequence[str]:
    return [word for word in registry.words() if word.startswith(typed)]


CommandName = Annotated[str, Kind("COMMAND", lambda session, text: text, _command_words)]


@command("help", group="monitor", aliases=("h", "?", "man"), examples=("help", "help break"))
def help_(session: Session, name: CommandName = "") -> Answer:
    """List the commands, or tell all about one of them."""
    if not name:
        return _overview()
    if name in GROUPS and name not in registry.words():
        return _list([entry for entry in registry.commands() if entry.group == name])
    return Page(registry.find(name))


def _overview() -> Text:
    pieces: Fragments = []
    data: dict[str, list[str]] = {}
    for group in GROUPS:
        names = [entry.name for entry in registry.commands() if entry.group == group]
        if names:
            data[group] = names
            pieces += [("class:heading", f"{group:14}"), ("", _wrapped(names, 14, 78))]
    pieces.append(("class:note", "help COMMAND tells more, apropos WORD searches, tutorial shows the way\n"))
    return Text(pieces, data)


def _wrapped(names: Sequence[str], indent: int, width: int) -> str:
    rows: list[str] = [""]
    for name in names:
        if len(rows[-1]) + len(name) + indent > width:
            rows.append("")
        rows[-1] += name + " "
    return ("\n" + " " * indent).join(row.rstrip() for row in rows) + "\n"


def _list(entries: Sequence[Command]) -> Text:
    pieces: Fragments = []
    for entry in entries:
        pieces += [("class:mnemonic", f"{entry.name:13} "), ("", _shortened(entry.help, 65) + "\n")]
    return Text(pieces or [("class:note", "none\n")], {entry.name: entry.help for entry in entries})


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3].rstrip() + "..."


@dataclass(frozen=True)
class Page:
    """All that is known of a command."""

    entry: Command

    def fragments(self, width: int) -> Fragments:
        """Return usage, text, aliases and examples."""
        entry = self.entry
        pieces: Fragments = [("class:mnemonic", textwrap.fill(entry.usage, width, subsequent_indent="    ") + "\n")]
        paragraphs = [textwrap.fill(" ".join(part.split()), width - 1) for part in entry.details.split("\n\n")]
        pieces.append(("", "\n".join(paragraphs) + "\n"))
        if entry.aliases:
            pieces += [("class:heading", "also  "), ("", ", ".join(entry.aliases) + "\n")]
        for example in entry.examples:
            pieces += [("class:heading", "e.g.  "), ("", example + "\n")]
        return pieces

    def json(self) -> Any:
        """Return the same by name."""
        entry = self.entry
        return {
            "name": entry.name, "usage": entry.usage, "aliases": list(entry.aliases), "help": entry.details,
            "examples": list(entry.examples), "group": entry.group,
        }  # fmt: skip


@command("apropos", group="monitor", examples=("apropos memory",))
def apropos(session: Session, word: registry.Rest) -> Answer:
    """List the commands whose name or help has a word."""
    wanted = word.lower()
    return _list([
        entry for entry in registry.commands()
        if wanted in " ".join((entry.name, *entry.aliases, entry.details, entry.group)).lower()
    ])  # fmt: skip


_TUTORIAL = (
    ("stepi", "executes one instruction; Enter repeats it; `nexti` steps over calls"),
    ("step", "the same, or where the program was compiled with -g one source line; `next` steps over calls"),
    ("break main", "stops before main; `break main if a0 == 1` only where that is true"),
    ("continue", "runs; Ctrl-C, or Ctrl-A C, comes back, Ctrl-A C goes to the guest again"),
    ("finish", "runs until the function returns, and shows what it returned"),
    ("print mstatus.MPP", "shows any expression of registers, CSR fields, symbols, memory"),
    ("display sp", "shows one at every stop"),
    ("watch *(u32*)sp", "stops where memory changes, and shows the old and new value"),
    ("catch trap page_fault", "stops after such traps; also irq, csr, priv, sbi, syscall"),
    ("breakpoints", "lists all these; `delete 1` takes one away"),
    ("harts", "lists the harts; `hart 1` chooses one"),
    ("help step | grep step", "`| less`, `| head 5`, `> FILE` and `--json` also stand behind a line"),
    ("py hex(hart.pc)", "is Python with the machine as m"),
    ("help", "lists the commands, Tab completes, Ctrl-R searches the history"),
)


@command("tutorial", group="monitor", examples=("tutorial",))
def tutorial(session: Session) -> Answer:
    """Show in a dozen lines how to use the monitor."""
    pieces: Fragments = [("class:heading", "Try these, in this order:\n")]
    for line, text in _TUTORIAL:
        pieces += [("class:mnemonic", f"{line}\n"), ("", f"    {text}\n")]
    return Text(pieces, dict(_TUTORIAL))
