"""QEMU's `-cpu rv64,ext=on|off` as an ISA string."""

from __future__ import annotations

import difflib

from rvemu.config import parse_switch
from rvemu.errors import ConfigError
from rvemu.isa.config import ABBREVIATIONS, DEFAULT, EXTENSIONS, IsaConfig

_MODELS = ("rv64", "max")
_ALWAYS = ("mmu", "pmp", "sv39")
"""QEMU's properties for what every hart here has."""
_MEANS = {name: (name,) for name in EXTENSIONS} | ABBREVIATIONS | {"C": ("C", "Zca")}
_BY_LOWER_NAME = {name.lower(): names for name, names in _MEANS.items()}


def isa_of_cpu(properties: dict[str, str]) -> str:
    """Return the ISA string of everything implemented, with the extensions named turned on or off.

    What depends on an extension goes with it.

    Raises:
        ConfigError: the model or an extension is not supported.
    """
    properties = dict(properties)
    model = properties.pop("model", "rv64")
    if model not in _MODELS:
        raise ConfigError(f"-cpu: {model!r} is not supported ({', '.join(_MODELS)})")
    names = set(DEFAULT.names)
    for name, value in properties.items():
        _turn(names, name, parse_switch(f"-cpu: {name}", value))
    return IsaConfig(tuple(name for name in EXTENSIONS if name in names)).isa_string


def _turn(names: set[str], name: str, on: bool) -> None:
    known = _BY_LOWER_NAME.get(name.lower())
    if name in _ALWAYS and on:
        return
    if name in _ALWAYS or known is None:
        _refuse(name)
        return
    if {"Svade", "Svadu"} & set(known):  # one of the two ways to keep A and D bits, always
        names -= {"Svade", "Svadu"}
        names.add("Svadu" if on == ("Svadu" in known) else "Svade")
    elif on:
        names.update(known)
    else:
        for extension in known:
            _drop(names, extension)


def _drop(names: set[str], extension: str) -> None:
    names.discard(extension)
    for name in EXTENSIONS:
        if name in names and extension in EXTENSIONS[name]:
            _drop(names, name)


def _refuse(name: str) -> None:
    if name in _ALWAYS:
        raise ConfigError(f"-cpu: {name} cannot be turned off (on)")
    nearest = difflib.get_close_matches(name.lower(), _BY_LOWER_NAME, n=1, cutoff=0.0)[0]
    raise ConfigError(f"-cpu: extension {name!r} is not supported (the nearest that is: {nearest})")
