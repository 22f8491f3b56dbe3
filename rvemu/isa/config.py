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
    "Zic64b": (),
    "Zicbom": (),
    "Zicbop": (),
    "Zicboz": (),
    "Ziccamoa": (),
    "Ziccamoc": (),
    "Ziccid": (),
    "Ziccif": (),
    "Zicclsm": (),
    "Ziccrse": (),
    "Zicfilp": ("Zicsr",),
    "Zicfiss": ("Zicsr", "Zimop", "A"),
    "Zicntr": ("Zicsr",),
    "Zicond": (),
    "Zicsr": (),
    "Zifencei": (),
    "Zihintntl": (),
    "Zihintpause": (),
    "Zihpm": ("Zicsr",),
    "Zimop": (),
    "Za128rs": (),
    "Za64rs": ("Za128rs",),
    "Zabha": ("A",),
    "Zacas": ("A",),
    "Zama16b": (),
    "Zawrs": ("A",),
    "Zfa": ("F",),
    "Zfbfmin": ("F",),
    "Zfh": ("Zfhmin",),
    "Zfhmin": ("F",),
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
    "Zkr": ("Zicsr",),
    "Zksed": (),
    "Zksh": (),
    "Zkt": (),
    "S": ("U", "Zicsr"),
    "Sdtrig": ("Zicsr",),
    "Smcntrpmf": ("Zicntr",),
    "Smepmp": (),
    "Smmpm": ("Zicsr",),
    "Smnpm": ("Zicsr",),
    "Smstateen": ("Ssstateen",),
    "Ssccptr": (),
    "Sscofpmf": ("Zihpm",),
    "Sscounterenw": (),
    "Ssnpm": (),
    "Sspm": ("Smnpm",),
    "Ssstateen": (),
    "Ssstrict": (),
    "Sstc": (),
    "Sstvala": (),
    "Sstvecd": (),
    "Ssu64xl": (),
    "Supm": ("Ssnpm",),
    "Sv39": (),
    "Sv48": ("Sv39",),
    "Sv57": ("Sv48",),
    "Svade": (),
    "Svadu": (),
    "Svbare": (),
    "Svinval": (),
    "Svnapot": (),
    "Svpbmt": (),
    "Svvptc": (),
    "U": (),
}
"""Each supported extension, in the manual's canonical order, with those that it depends on."""

PROPERTIES = {
    "Zic64b": "cbo.zero takes 64 bytes, and the device tree says so",
    "Ziccamoa": "RAM takes every instruction of A",
    "Ziccamoc": "RAM takes every instruction of Zacas, amocas.q included",
    "Ziccid": "a store drops what was decoded from its bytes, and no fence is needed to fetch the new ones",
    "Ziccif": "harts take turns between instructions, so that no fetch sees half a store",
    "Zicclsm": "RAM takes misaligned loads and stores, across pages too",
    "Ziccrse": "a reservation ends with the turn, and any LR/SC loop fits into one many times",
    "Za128rs": "follows from Za64rs",
    "Za64rs": "a reservation is the aligned 4 or 8 bytes of its LR",
    "Zihintntl": "its hints are operations on x0 that do nothing",
    "Zkt": "every instruction takes one cycle, whatever its operands",
    "Ssccptr": "page tables are read from any RAM",
    "Sscounterenw": "every bit of scounteren can be written",
    "Sspm": "the environment of S-mode controls it through Smnpm",
    "Ssstrict": "what is no row and no CSR of the tables is an illegal instruction",
    "Sstvala": "stval takes the address of every fault and the bits of every illegal instruction",
    "Sstvecd": "stvec has all bits but one of MODE's, which stays 0",
    "Ssu64xl": "UXL is always 2",
    "Supm": "the environment of U-mode controls it through Ssnpm",
    "Sv39": "always there",
    "Svbare": "satp has the mode Bare",
    "Svvptc": "translation follows page tables at every store, and no fence is needed",
    "U": "always there",
}
"""Extensions that the core need not ask for, and why: they bring no instruction and no CSR."""

ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    "G": ("I", "M", "A", "F", "D", "Zicsr", "Zifencei"),
    "B": ("Zba", "Zbb", "Zbs"),
    "Zk": ("Zbkb", "Zbkc", "Zbkx", "Zknd", "Zkne", "Zknh", "Zkr", "Zkt"),
    "Zkn": ("Zbkb", "Zbkc", "Zbkx", "Zknd", "Zkne", "Zknh"),
    "Zks": ("Zbkb", "Zbkc", "Zbkx", "Zksed", "Zksh"),
}
"""Names that only stand for other extensions."""

_RVA20U64 = "I M A F D C Zicsr Zicntr Ziccif Ziccrse Ziccamoa Za128rs Zicclsm"
_RVA22U64 = _RVA20U64 + " Zihpm Za64rs Zihintpause Zba Zbb Zbs Zic64b Zicbom Zicbop Zicboz Zfhmin Zkt"
_RVA23U64 = _RVA22U64 + " V Zvfhmin Zvbb Zvkt Zihintntl Zicond Zimop Zcmop Zcb Zfa Zawrs Supm"
_RVA20S64 = " Zifencei Svbare Svade Ssccptr Sstvecd Sstvala"
_RVA22S64 = _RVA20S64 + " Sscounterenw Svpbmt Svinval"
_RVA23S64 = _RVA22S64 + " Svnapot Sstc Sscofpmf Ssnpm Ssu64xl H Ssstateen"

PROFILES = {
    "rva20u64": tuple(_RVA20U64.split()),
    "rva20s64": tuple((_RVA20U64 + _RVA20S64).split()),
    "rva22u64": tuple(_RVA22U64.split()),
    "rva22s64": tuple((_RVA22U64 + _RVA22S64).split()),
    "rva23u64": tuple(_RVA23U64.split()),
    "rva23s64": tuple((_RVA23U64 + _RVA23S64).split()),
}
"""The profiles that an ISA string may begin with, and the extensions that each makes mandatory.

Left out are Sv39 and the Ss1p11 to Ss1p13 of the S profiles, which all harts have, and the parts of Sha that come
with H. Source: RISC-V Profiles, "RVA20 Profiles" and "RVA22 Profiles"; RVA23 Profile.
"""

_BY_LOWER_NAME = {name.lower(): name for name in (*EXTENSIONS, *ABBREVIATIONS)}
_PRIVILEGE_MODES = ("S", "U")
_PAGE_TABLES = ("Sv39", "Sv48", "Sv57")
"""The modes of satp, each with those before it; a string that names none means all."""

_VERSION = r"(?:[0-9]++(?:p[0-9]++)?+)?+"
_LETTER = rf"(?!z|x|s[a-z][a-z]|sv[0-9])([a-z]){_VERSION}"
_SEGMENT = re.compile(rf"((?:{_LETTER})*+)(?:(sv[0-9]{{2}}|[a-z][a-z0-9]*?[a-z]){_VERSION})?")
"""What stands between two underscores: single letters, then at most one longer name."""

_PROFILE = re.compile(r"(rv[a-z][a-z0-9]*)(?:_(.*))?", re.DOTALL)
"""A profile and the extensions that it does not have; base ISAs have a digit in place of the second letter."""


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
        """Extensions in lower case, as device trees list them in `riscv,isa-extensions`.

        What goes without saying is left out: the privilege modes, and the page tables where the harts have all.
        """
        unsaid = _PRIVILEGE_MODES + _PAGE_TABLES if self.has("Sv57") else _PRIVILEGE_MODES
        return [name.lower() for name in self.names if name not in unsaid]

    @property
    def mmu_type(self) -> str:
        """The deepest page tables, as device trees name them in `mmu-type`."""
        return "riscv," + max(name.lower() for name in self.names if name in _PAGE_TABLES)

    @property
    def isa_string(self) -> str:
        """The canonical ISA string, as device trees give it in `riscv,isa`."""
        letters = "".join(name for name in self.extensions if len(name) == 1)
        return "_".join(["rv64" + letters, *(name for name in self.extensions if len(name) > 1)])


def parse_isa(text: str) -> IsaConfig:
    """Return the configuration that an ISA string such as `rv64gc_zba_zbb` or `rva22s64_zacas` stands for.

    Letter case does not matter, version numbers are accepted and change nothing, what an extension depends on
    comes with it. Svadu is on unless Svade is named; the S profiles name it. Sv57 is on unless Sv39
    or Sv48 is named.

    Raises:
        ConfigError: not an RV64I string or profile, or an extension that is unknown or not supported.
    """
    named = _named_extensions(text)
    names = _closure(named if named & set(_PAGE_TABLES) else named | {"Sv57"})
    if "I" not in names:
        raise ConfigError(f"isa: {text!r} lacks the base ISA (rv64i or rv64g, then extensions)")
    if {"Svade", "Svadu"} <= names:
        raise ConfigError(f"isa: {text!r} has both svade and svadu (one of them)")
    if "Svade" not in names:
        names.add("Svadu")
    _complete_compressed(names, text)
    return IsaConfig(tuple(name for name in EXTENSIONS if name in names))


def _named_extensions(text: str) -> set[str]:
    profile = _PROFILE.fullmatch(text.lower())
    if profile is not None:
        return _of_profile(profile[1], text) | (set() if profile[2] is None else _in_segments(profile[2], text))
    match = re.fullmatch(r"rv([0-9]+)([a-z].*)", text.lower())
    if match is None:
        raise ConfigError(f"isa: {text!r} is no ISA string (one such as rv64gc_zba_zbb)")
    if match[1] != "64":
        raise ConfigError(f"isa: {text!r} has XLEN {match[1]} (rv64)")
    return _in_segments(match[2], text)


def _of_profile(profile: str, text: str) -> set[str]:
    if profile not in PROFILES:
        raise ConfigError(f"isa: {text!r} begins with no known profile (rv64gc or {' '.join(PROFILES)})")
    lacking = [name.lower() for name in PROFILES[profile] if name not in EXTENSIONS]
    if lacking:
        raise ConfigError(f"isa: profile {profile} of {text!r} needs {' '.join(lacking)} (not supported)")
    return set(PROFILES[profile])


def _in_segments(extensions: str, text: str) -> set[str]:
    named: set[str] = set()
    for segment in extensions.split("_"):
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
