"""The colours of the monitor, for dark and for light terminals."""

from __future__ import annotations

import os

from prompt_toolkit.output.color_depth import ColorDepth
from prompt_toolkit.styles import Style

_DARK = {
    "address": "ansibrightblue",
    "symbol": "ansibrightyellow",
    "register": "ansibrightcyan",
    "changed": "ansibrightred bold",
    "mnemonic": "ansibrightgreen",
    "number": "ansibrightmagenta",
    "string": "ansiyellow",
    "comment": "#909090",
    "heading": "bold",
    "note": "#909090",
    "error": "ansibrightred",
    "good": "ansibrightgreen",
    "zero": "#707070",
    "prompt": "ansibrightgreen bold",
    "bottom-toolbar": "noreverse bg:#303030 #d0d0d0",
    "auto-suggestion": "#707070",
}
_LIGHT = {
    "address": "ansiblue",
    "symbol": "#875f00",
    "register": "#005f87",
    "changed": "ansired bold",
    "mnemonic": "#005f00",
    "number": "ansimagenta",
    "string": "#875f00",
    "comment": "#606060",
    "heading": "bold",
    "note": "#606060",
    "error": "ansired bold",
    "good": "#005f00",
    "zero": "#909090",
    "prompt": "ansiblue bold",
    "bottom-toolbar": "noreverse bg:#d8d8d8 #202020",
    "auto-suggestion": "#909090",
}
_LIGHT_BACKGROUNDS = ("7", "15")


def style(theme: str) -> Style:
    """Return the styles of "dark" or "light"."""
    return Style.from_dict(_LIGHT if theme == "light" else _DARK)


def guessed_theme() -> str:
    """Return the theme that the terminal asks for by COLORFGBG; dark where it says nothing."""
    background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    return "light" if background in _LIGHT_BACKGROUNDS else "dark"


def wants_colours() -> bool:
    """Whether colours are wanted: NO_COLOR, where it is set and not empty, says that they are not."""
    return not os.environ.get("NO_COLOR")


def depth(colours: bool) -> ColorDepth | None:
    """Return the colours to use: none, or as many as the terminal has."""
    return None if colours else ColorDepth.DEPTH_1_BIT
