"""One row of the instruction table."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Insn:
    """An instruction: encoding as drawn in the manual (bit 31 or 15 first), and what it does in one line.

    Attributes:
        name: mnemonic, lower case.
        encoding: tokens from the highest bit down: binary digits, or operand fields (see `isa.fields`).
        ext: the extension that brings it: `Zbb|Zbkb` where either does, `Zcb&M` where it takes both.
        semantics: one statement in the language that docs/howto/instruction.md describes; for a compressed
            row `= ` and the base instruction it stands for.
        section: title of the section of the unprivileged or privileged manual.
        asm: operand text for the disassembler where it differs from the field order of the format.
        host: host floating-point expression of the fast path, for rows with an exact routine.
        refines: the row of which this encoding is a strict subset, such as prefetch.r of ori.
    """

    name: str
    encoding: str
    ext: str
    semantics: str
    section: str
    asm: str | None = None
    host: str | None = None
    refines: str | None = None

    @property
    def ways(self) -> tuple[tuple[str, ...], ...]:
        """The sets of extensions that bring it, any one of which is enough."""
        return tuple(tuple(way.split("&")) for way in self.ext.split("|"))

    def present(self, exts: Collection[str]) -> bool:
        """Tell whether harts with these extensions have it."""
        return any(all(name in exts for name in way) for way in self.ways)
