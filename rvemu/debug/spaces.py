"""Symbols by address space: which image an address belongs to depends on the mode and the page table of the hart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rvemu.debug.dwarf import LineSpan
from rvemu.debug.inlines import Body
from rvemu.debug.pagetable import PTE_BYTES, PTE_LEAF, PTE_V, entries, leaf_address, scheme_of
from rvemu.debug.sources import Sources
from rvemu.debug.symbols import SymbolTable
from rvemu.errors import RvemuError
from rvemu.harts import HartView
from rvemu.isa.modes import M, S, U
from rvemu.machine import Machine
from rvemu.memory import page_parts

_ASID = 0xFFFF << 44
_COMPARED_BYTES = 32
"""So many bytes of code around an address tell whether a user program is the one that runs."""

_FILE_LINE = re.compile(r"(?P<file>[^:]+):(?P<line>[0-9]+)")
_OFFSET = re.compile(r"(?P<name>.+?)\s*(?P<sign>[+-])\s*(?P<offset>0x[0-9a-fA-F]+|[0-9]+)")


class SymbolError(RvemuError):
    """A symbol, a line or an address space is not there."""


@dataclass(frozen=True)
class View:
    """From where an address is looked at: privilege mode and satp."""

    priv: int
    satp: int

    @classmethod
    def of(cls, hart: HartView) -> View:
        """Return the view of a hart."""
        return cls(hart.priv, hart.csr.get("satp", 0))


def translate(machine: Machine, view: View, va: int) -> int | None:
    """Return the physical address of a virtual one, without regard to rights; None where it is not mapped."""
    scheme = None if view.priv == M else scheme_of(view.satp)
    if scheme is None:
        return va
    if not scheme.canonical(va):
        return None

    def entry_at(pa: int) -> int:
        return int.from_bytes(machine.ram.read(pa, PTE_BYTES), "little") if machine.ram.contains(pa, PTE_BYTES) else 0

    for level, _, pte in entries(scheme, view.satp, va, entry_at):
        if not pte & PTE_V:
            return None
        if pte & PTE_LEAF:
            return leaf_address(pte, level, va)
    return None


def read(machine: Machine, view: View, va: int, size: int) -> bytes | None:
    """Return memory as a view has it, without regard to rights; None where it is not mapped to RAM."""
    data = b""
    for at, part in page_parts(va, size):
        pa = translate(machine, view, at)
        if pa is None or not machine.ram.contains(pa, part):
            return None
        data += machine.ram.read(pa, part)
    return data


@dataclass(frozen=True)
class Space:
    """An address space that an image is tied to.

    Attributes:
        kind: "any", "machine" (M-mode), "kernel" (S-mode), "user" or "satp".
        name: of the user program.
        satp: the page table; the ASID does not count.
    """

    kind: str
    name: str = ""
    satp: int = 0

    @classmethod
    def parse(cls, text: str) -> Space:
        """Return the space of a text: `kernel`, `machine`, `any`, `user NAME` or `user:NAME`, `satp=VALUE`.

        Raises:
            SymbolError: it is none of them.
        """
        kind, _, rest = re.sub(r"[\s:=]+", " ", text.strip()).partition(" ")
        if kind in ("any", "kernel", "machine") and not rest:
            return cls(kind)
        if kind == "user":
            return cls(kind, name=rest)
        if kind == "satp" and re.fullmatch(r"0x[0-9a-fA-F]+|[0-9]+", rest):
            return cls(kind, satp=int(rest, 0))
        raise SymbolError(f"{text}: no address space (any, kernel, machine, user NAME, satp VALUE)")

    def holds(self, view: View) -> bool:
        """Tell whether a view may be one of this space; which user program it is of is for the images to tell."""
        match self.kind:
            case "any":
                return True
            case "satp":
                return view.priv != M and view.satp & ~_ASID == self.satp & ~_ASID
            case _:
                return view.priv == {"machine": M, "kernel": S, "user": U}[self.kind]

    def __str__(self) -> str:
        return {"user": f"user {self.name}".strip(), "satp": f"satp {self.satp:#x}"}.get(self.kind, self.kind)


@dataclass(frozen=True)
class Image:
    """A file's symbols, tied to an address space."""

    table: SymbolTable
    space: Space

    @property
    def name(self) -> str:
        """The file."""
        return self.table.name

    def belongs(self, machine: Machine, view: View, va: int) -> bool:
        """Tell whether an address seen from a view is one of this image."""
        return self.space.holds(view) and (self.space.kind != "user" or self.is_loaded(machine, view, va))

    def is_loaded(self, machine: Machine, view: View, va: int) -> bool:
        """Tell whether memory at an address holds what the file has there, as far as that is mapped."""
        linked = va - self.table.offset & ~(_COMPARED_BYTES - 1)
        for part in self.table.parts:
            first, last = max(part.va, linked), min(part.va + len(part.data), linked + _COMPARED_BYTES)
            if first < last:
                present = read(machine, view, first + self.table.offset, last - first)
                return present is None or present == bytes(part.data[first - part.va : last - part.va])
        return not self.table.parts

    def linked(self, pa: int) -> int | None:
        """Return the address that the file has for a physical one, moved as its symbols are."""
        for part in self.table.parts:
            if 0 <= pa - self.table.offset - part.pa < part.size:
                return pa - part.pa + part.va
        return None


@dataclass(frozen=True)
class Location:
    """Where an address is.

    Attributes:
        name, offset, size: the symbol, the distance to its beginning, and its bytes.
        image: whose symbol it is.
        va: the address as the image has it; another one where its page is mapped a second time.
    """

    name: str
    offset: int
    size: int
    image: Image
    va: int

    def __str__(self) -> str:
        return f"{self.name}+{self.offset:#x}" if self.offset else self.name

    @property
    def line(self) -> tuple[str, int] | None:
        """Source file and line."""
        return self.image.table.line(self.va)


class Symbols:
    """The symbols of a machine: those of the loaded guest and firmware, and those added.

    Attributes:
        sources: the source files that the line tables name.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.sources = Sources()
        self._added: list[Image] = []
        self._loaded: list[Image] = []
        self._elfs: tuple[object, ...] = ()

    @property
    def images(self) -> list[Image]:
        """All images, those added last first."""
        elfs = self._machine.elfs
        if elfs is not self._elfs:
            spaces = [Space("kernel"), Space("machine")] if len(elfs) > 1 else [Space("any")]
            self._loaded = [
                Image(SymbolTable.of_guest(elf), space) for elf, space in zip(elfs, spaces, strict=False)
            ]
            self._elfs = elfs
        return [*reversed(self._added), *self._loaded]

    def add(self, path: str, space: str | Space = "any", offset: int = 0) -> Image:
        """Read the symbols of a file; a file added again in the same space replaces what it was.

        Raises:
            RvemuError: the file has no symbols, or there is no such space.
        """
        place = space if isinstance(space, Space) else Space.parse(space)
        if place.kind == "user" and not place.name:
            place = Space("user", path.rpartition("/")[2].removeprefix("_"))
        image = Image(SymbolTable.load(path, offset), place)
        same = (image.name, place)
        self._added = [each for each in self._added if (each.name, each.space) != same] + [image]
        return image

    def view(self, hart: int | View = 0) -> View:
        """Return the view of a hart given by number."""
        return hart if isinstance(hart, View) else View.of(self._machine.harts[hart])

    def _ordered(self, view: View, va: int | None = None) -> list[Image]:
        """Return images, first those of the view; user programs that are not running are left out, if `va` tells."""
        images = self.images
        near = [image for image in images if image.belongs(self._machine, view, 0 if va is None else va)]
        far = [image for image in images if image not in near]
        if va is not None:
            users = [image for image in far if image.space.kind == "user"]
            if view.priv == U or len(users) > 1:
                far = [image for image in far if image not in users]
        return near + far

    def at(self, va: int, hart: int | View = 0) -> Location | None:
        """Return the symbol that an address is in, as a hart or a view has it.

        Where no image has the address, its page may be mapped a second time, as a trampoline is, or before
        translation is on: then its physical address counts.
        """
        view = self.view(hart)
        for image in self._ordered(view, va):
            found = image.table.at(va)
            if found is not None:
                return Location(*found, image, va)
        pa = translate(self._machine, view, va)
        for image in () if pa is None else self.images:
            assert pa is not None
            linked = image.linked(pa)
            if linked is not None and image.space.kind in ("any", "kernel", "machine"):
                found = image.table.at(linked)
                if found is not None:
                    return Location(*found, image, linked)
        return None

    def find(self, name: str, hart: int | View = 0) -> int | None:
        """Return the value of a symbol, of equal names the one that a hart or a view would mean."""
        found = (image.table.find(name) for image in self._ordered(self.view(hart)))
        return next((value for value in found if value is not None), None)

    def finds(self, name: str, hart: int | View = 0) -> list[tuple[int, Image]]:
        """Return every value of a symbol, with the image that has it."""
        found = ((image.table.find(name), image) for image in self._ordered(self.view(hart)))
        return [(value, image) for value, image in found if value is not None]

    def describe(self, va: int, hart: int | View = 0) -> str:
        """Return an address as `main+0x10`; "" where no symbol has it."""
        found = self.at(va, hart)
        return "" if found is None else str(found)

    @property
    def has_lines(self) -> bool:
        """Whether any image has a line table."""
        return any(image.table.dwarf is not None and image.table.dwarf.has_lines for image in self.images)

    def line(self, va: int, hart: int | View = 0) -> tuple[str, int] | None:
        """Return the source file and line of the instruction at an address."""
        if not self.has_lines:
            return None
        found = self.at(va, hart)
        if found is not None:
            return found.line
        lines = (image.table.line(va) for image in self._ordered(self.view(hart), va))
        return next((line for line in lines if line is not None), None)

    def span(self, va: int, hart: int | View = 0) -> LineSpan | None:
        """Return the instructions around an address that are of one source line."""
        if not self.has_lines:
            return None
        found = self.at(va, hart)
        if found is not None:
            span = found.image.table.span(found.va)
            return None if span is None else span.moved(va - found.va)
        spans = (image.table.span(va) for image in self._ordered(self.view(hart), va))
        return next((span for span in spans if span is not None), None)

    def bodies(self, va: int, hart: int | View = 0) -> tuple[Body, ...]:
        """Return the function that an address is in, and inwards each call inlined into it; () where none is known."""
        found = self.at(va, hart) if self.has_lines else None
        return () if found is None else found.image.table.bodies(found.va)

    def begins(self, prefix: str) -> list[str]:
        """Return the names of all images that begin so."""
        return sorted({name for image in self.images for name in image.table.begins(prefix)})

    def addresses(self, file: str, line: int, hart: int | View = 0) -> list[int]:
        """Return where the code of a source line begins, or of the next line with code.

        Raises:
            SymbolError: no image has such a file, or no code so far down in it.
        """
        known = False
        for image in self._ordered(self.view(hart)):
            found = image.table.addresses(file, line)
            if found:
                return found
            known = known or bool(image.table.lines_of(file).matching(file))
        wrong = f"no code at line {line} or below" if known else "no such source file (one compiled with -g)"
        raise SymbolError(f"{file}: {wrong}")

    def resolve_all(self, text: str, hart: int | View = 0) -> list[int]:
        """Return every address that `file.c:123`, `symbol` or `symbol+4` stands for.

        Raises:
            SymbolError: it stands for nothing.
        """
        text = text.strip()
        place = _FILE_LINE.fullmatch(text)
        if place is not None:
            return self.addresses(place["file"], int(place["line"]), hart)
        found = self.find(text, hart)
        if found is not None:
            return [found]
        moved = _OFFSET.fullmatch(text)
        if moved is not None and (found := self.find(moved["name"], hart)) is not None:
            distance = int(moved["offset"], 0)
            return [found + (distance if moved["sign"] == "+" else -distance) & (1 << 64) - 1]
        raise SymbolError(f"{text}: no such symbol (`symbols PATTERN` lists them; FILE:LINE is one as well)")

    def resolve(self, text: str, hart: int | View = 0) -> int:
        """Return the first address that `file.c:123`, `symbol` or `symbol+4` stands for.

        Raises:
            SymbolError: it stands for nothing.
        """
        return self.resolve_all(text, hart)[0]
