"""What may be typed next: commands, then what each argument's kind proposes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from rvemu.errors import RvemuError
from rvemu.monitor import registry
from rvemu.monitor.registry import Command
from rvemu.monitor.script import FILTERS
from rvemu.monitor.session import Session, next_word, split_command

_NAME = re.compile(r"[$\w.]*$")
_FILTER = re.compile(r"\s\|\s*(\w*)$")


def completions(session: Session, text: str) -> tuple[int, Sequence[str]]:
    """Return where the word begins that is being typed at the end of `text`, and what it may become."""
    if bar := _FILTER.search(text):
        return bar.start(1), [name for name in FILTERS if name.startswith(bar[1])]
    begun = text.lstrip()
    if not re.search(r"[\s/]", begun):
        return len(text) - len(begun), _command_words(session, begun)
    word, _, rest = split_command(begun)
    if text[-1].isspace() and rest:
        rest += " "
    try:
        entry = registry.find(session.aliases.get(word, word).split()[0])
    except RvemuError:
        return len(text), []
    return _of_argument(session, entry, text, rest)


def _command_words(session: Session, begun: str) -> Sequence[str]:
    """Return the commands that begin so, or else their other names."""
    names = [*(entry.name for entry in registry.commands()), *session.aliases]
    found = sorted(name for name in names if name.startswith(begun))
    return found or [word for word in registry.words() if word.startswith(begun)]


def _of_argument(session: Session, entry: Command, text: str, rest: str) -> tuple[int, Sequence[str]]:
    """Complete the argument of a command that the end of the line is in."""
    arguments = list(entry.arguments)
    while arguments and not (arguments[0].kind.rest or arguments[0].many):
        word, after = next_word(rest)
        if not after and not rest[-1:].isspace():
            break
        if not word:
            break
        arguments, rest = arguments[1:], after
        if not after:
            break
    if not arguments:
        return len(text), []
    return _propose(session, arguments[0], text)


def _propose(session: Session, argument: registry.Argument, text: str) -> tuple[int, Sequence[str]]:
    """Return what a kind proposes: for the whole word typed, or for the name at its end."""
    whole = re.search(r"\S*$", text)
    name = _NAME.search(text)
    assert whole is not None
    assert name is not None
    found = argument.kind.complete(session, whole[0])
    if found or whole.start() == name.start():
        return whole.start(), found
    return name.start(), argument.kind.complete(session, name[0])


class SessionCompleter(Completer):
    """The same for prompt_toolkit."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Yield what the word before the cursor may become."""
        text = document.text_before_cursor
        start, words = completions(self._session, text)
        for word in words[:200]:
            yield Completion(word, start - len(text))
