"""Keys of the prompt besides those of every line editor."""

from __future__ import annotations

from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent


def bindings() -> KeyBindings:
    """Return Ctrl-A C, which goes to the guest's console, and Ctrl-A X, which quits."""
    keys = KeyBindings()

    @keys.add("c-a", "c")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(result="continue")

    @keys.add("c-a", "x")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(result="quit")

    return keys
