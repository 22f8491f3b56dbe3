"""ISA strings: which extensions the harts have, parsed from and written in the manual's notation.

Source: unprivileged manual, "ISA Extension Naming Conventions".
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from rvemu.errors import ConfigError

EXTENSIONS: dict[str, tuple[str, ...]] = {
    "I": (),
    "M": (),
    "A": (),
    "F": ("Zicsr",),
    "D": ("F",),
    "C": ("Zca",),
    "Zicbom": (),
    "Zicbop": (),
    "Zicboz": (),
    "Zicntr": ("Zicsr",),
    "Zicond": (),
    "Zicsr": (),
    "Zifencei": (),
    "Zihintntl": (),
    "Zihintpause": (),
    "Zihpm": ("Zicsr",),
    "Zimop": (),
    "Zabha": ("A",),
    "Zacas": ("A",),
    "Zama16b": (),
    "Zawrs": ("A",),
    "Zca": (),
    "Zcb": ("Zca",),
    "Zcd": ("Zca", "D"),
    "Zcmop": ("Zca",),
    "Zba": (),
    "Zbb": (),
    "Zbc": (),
    "Zbkb": (),
    "Zbkc": (),
    "Zbkx": (),
    "Zbs": (),
    "Zknd": (),
    "Zkne": (),
    "Zknh": (),
    "Zksed": (),
    "Zksh": (),
    "Zkt": (),
    "S": ("U", "Zicsr"),
    "Sdtrig": ("Zicsr",),
    "Smmpm": ("Zicsr",),
    "Smnpm": ("Zicsr",),
    "Ssnpm": (),
    "Sspm": ("Smnpm",),
    "Sstc": (),
    "Supm": ("Ssnpm",),
    "Svade": (),
    "Svadu": (),
    "Svinval": (),
    "Svnapot": (),
    "Svpbmt": (),
    "U": (),
}
"""Each supported extension, in the manual's canonical order, with those that it depends on."""

PROPERTIES = {
    "Zihintntl": "its hints are operations on x0 that do nothing",
    "Sspm": "the environment of S-mode controls it through Smnpm",
    "Supm": "the environment of U-mode controls it through Ssnpm",
    "Zkt": "every instruction takes one cycle, whatever its operands",
    "U": "always there",
}
"""Extensions that the core need not ask for, and why: they bring no instruction and no CSR."""

ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    "G": ("I", "M", "A", "F", "D", "Zicsr", "Zifencei"),
    "B": ("Zba", "Zbb", "Zbs"),
    "Zkn": ("Zbkb", "Zbkc", "Zbkx", "Zknd", "Zkne", "Zknh"),
    "Zks": ("Zbkb", "Zbkc", "Zbkx", "Zksed", "Zksh"),
}
"""Names that only stand for other extensions."""

_BY_LOWER_NAME = {name.lower(): name for name in (*EXTENSIONS, *ABBREVIATIONS)}
_PRIVILEGE_MODES = ("S", "U")

_VERSION = r"(?:[0-9]++(?:p[0-9]++)?+)?+"
_LETTER = rf"(?!z|x|s[a-z][a-z])([a-z]){_VERSION}"
_SEGMENT = re.compile(rf"((?:{_LETTER})*+)(?:([a-z][a-z0-9]*?[a-z]){_VERSION})?")
"""What stands between two underscores: single letters, then at most one longer name."""


@dataclass(frozen=True)
class IsaConfig:
    """The ISA of every hart of a machine.

    Attributes:
        names: extensions as the manual spells them, in canonical order; S and U are always among them.
    """

    names: tuple[str, ...]

    base = "rv64i"
    """The base ISA, as device trees name it in `riscv,isa-base`."""

    def has(self, name: str) -> bool:
        """Tell whether the harts have the extension that the manual calls `name`."""
        return name in self.names

    @property
    def extensions(self) -> list[str]:
        """Extensions in lower case, as device trees list them in `riscv,isa-extensions`."""
        return [name.lower() for name in self.names if name not in _PRIVILEGE_MODES]

    @property
    def isa_string(self) -> str:
        """The canonical ISA string, as device trees give it in `riscv,isa`."""
        letters = "".join(name for name in self.extensions if len(name) == 1)
        return "_".join(["rv64" + letters, *(name for name in self.extensions if len(name) > 1)])


def parse_isa(text: str) -> IsaConfig:
    """Return the configuration that an ISA string such as `rv64gc_zba_zbb` stands for.

    Letter case does not matter, version numbers are accepted and change nothing, what an extension depends on
    comes with it. Svadu is on unless Svade is named.

    Raises:
        ConfigError: not an RV64I string, or an extension that is unknown or not supported.
    """
    named = _named_extensions(text)
    names = _closure(named)
    if "I" not in names:
        raise ConfigError(f"isa: {text!r} lacks the base ISA (rv64i or rv64g, then extensions)")
    if {"Svade", "Svadu"} <= names:
        raise ConfigError(f"isa: {text!r} has both svade and svadu (one of them)")
    if "Svade" not in names:
        names.add("Svadu")
    _complete_compressed(names, text)
    return IsaConfig(tuple(name for name in EXTENSIONS if name in names))


def _named_extensions(text: str) -> set[str]:
    match = re.fullmatch(r"rv([0-9]+)([a-z].*)", text.lower())
    if match is None:
        raise ConfigError(f"isa: {text!r} is no ISA string (one such as rv64gc_zba_zbb)")
    if match[1] != "64":
        raise ConfigError(f"isa: {text!r} has XLEN {match[1]} (rv64)")
    named: set[str] = set()
    for segment in match[2].split("_"):
        parts = _SEGMENT.fullmatch(segment) if segment else None
        if parts is None:
            raise ConfigError(f"isa: {text!r} has {segment or '_'!r} where no extension is (rv64gc_zba_zbb)")
        letters = [letter[1] for letter in re.finditer(_LETTER, parts[1])]
        for name in letters + ([parts[3]] if parts[3] else []):
            named.update(_supported(name, text))
    return named


def _supported(name: str, text: str) -> tuple[str, ...]:
    if name == "e":
        raise ConfigError(f"isa: {text!r} has the base ISA e (rv64i)")
    if name not in _BY_LOWER_NAME:
        near = difflib.get_close_matches(name, _BY_LOWER_NAME, cutoff=0.6) if len(name) > 1 else []
        right = f"near it: {' '.join(near)}" if near else f"supported: {' '.join(_BY_LOWER_NAME)}"
        raise ConfigError(f"isa: extension {name} of {text!r} is unknown or not supported ({right})")
    spelled = _BY_LOWER_NAME[name]
    return ABBREVIATIONS.get(spelled, (spelled,))


def _closure(named: set[str]) -> set[str]:
    names: set[str] = set()
    pending = [*named, "S"]
    while pending:
        name = pending.pop()
        if name not in names:
            names.add(name)
            pending.extend(EXTENSIONS[name])
    return names


def _complete_compressed(names: set[str], text: str) -> None:
    """Make C and Zca with Zcd imply each other.

    Source: unprivileged manual, "Zc* Overview": on RV64, C is Zca, and with D also Zcd.
    """
    if "C" in names and "D" in names:
        names.add("Zcd")
    if "Zca" in names and "C" not in names:
        if "D" in names and "Zcd" not in names:
            raise ConfigError(f"isa: {text!r} has D and Zca without Zcd (c, or zca and zcd)")
        names.add("C")


DEFAULT = IsaConfig(tuple(name for name in EXTENSIONS if name != "Svade"))
"""Everything implemented, with hardware updates of A and D bits (Svadu)."""
