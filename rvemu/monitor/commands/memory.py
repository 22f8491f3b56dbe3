"""Commands that show memory, look for bytes in it, and change it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated

from rvemu.memory import ADDRESSES, PAGE_SIZE, page_parts
from rvemu.monitor.answers import Answer, Fragments, Table, Text
from rvemu.monitor.commands.settings import File
from rvemu.monitor.examining import examine, next_instruction, place_of
from rvemu.monitor.formats import string_text
from rvemu.monitor.harts import hart_number, looking_at
from rvemu.monitor.hexdump import HexDump
from rvemu.monitor.peeking import read, region_place, spans, string, write
from rvemu.monitor.registry import Address, CommandError, Count, Kind, Rest, Word, choice, command
from rvemu.monitor.searching import next_bytes, search, size_of
from rvemu.monitor.session import Session, next_word
from rvemu.monitor.telescope import telescope

_SHOWN_MATCHES, _SHOWN_DIFFERENCES = 32, 8
_MOST_BYTES = 1 << 20


def _words(session: Session, typed: str) -> Sequence[str]:
    return ["--device"] if typed.startswith("-") else session.names(typed)


Examinable = Annotated[str, Kind("ADDRESS", lambda session, text: text, _words, rest=True)]
Physical = Annotated[str, choice("--phys")]


@command(
    "x", group="memory", examples=("x/4xg sp", "x/3i pc", "x/s a0", "x/8ub main + 16", "x/-5i pc"), slash=True,
    goes_on=True,
)
def examine_memory(session: Session, form: str, address: Examinable = "") -> Answer:
    """Show memory in gdb's formats; without an address, and with Enter, go on behind what was shown.

    FMT is a count, a letter (x d u o t hexadecimal to binary, c character, s string, i instruction, a address with
    symbol, f floating point) and a size (b 1, h 2, w 4, g 8 bytes); what is left out stays as it was. A negative
    count shows what is before the address. Devices are not read, as that may change them, unless --device follows it.
    """
    return examine(session, "x", form, address)


@command("xp", group="memory", examples=("xp/4xw 0x80000000", "xp/wx 0x10000000 --device"), slash=True, goes_on=True)
def examine_physical(session: Session, form: str, address: Examinable = "") -> Answer:
    """Show physical memory in gdb's formats, like x."""
    return examine(session, "xp", form, address)


@command("hexdump", group="memory", aliases=("hd", "xxd"), examples=("hexdump sp 64", "hexdump 0x80000000 256 --phys"),
         goes_on=True)  # fmt: skip
def hexdump(session: Session, address: Address | None = None, size: Count = 128, physical: Physical = "") -> Answer:
    """Show memory as bytes and characters; without an address, and with Enter, go on behind what was shown."""
    place = place_of(session)
    if address is None:
        address, size, physical = place.dump or (session.hart.x[2], size, physical)
    if size > _MOST_BYTES:
        raise CommandError(f"hexdump: {size} bytes are too many (up to {_MOST_BYTES}; save writes them to a file)")
    data, error = _read_some(session, address, size, bool(physical))
    place.dump = (address + len(data)) % ADDRESSES, size, physical
    return HexDump(address, data, error)


def _read_some(session: Session, address: int, size: int, physical: bool) -> tuple[bytes, str]:
    """Return memory up to what cannot be read, and why that cannot."""
    data = b""
    try:
        for at, part in page_parts(address, size):
            data += read(session, at, part, physical)
    except CommandError as error:
        if not data:
            raise
        return data, str(error)
    return data, ""


@command("telescope", group="memory", aliases=("tel", "dereference"), examples=("telescope", "telescope s0 16"))
def telescope_memory(session: Session, address: Address | None = None, words: Count = 8) -> Answer:
    """Show words of memory, from sp on or an address, and follow those that are pointers; name symbols and strings."""
    return telescope(session, session.hart.x[2] if address is None else address, words)


@command(
    "search", group="memory", aliases=("find",), slash=True,
    examples=('search "Linux version"', "search/g 0x8020000000001234", "search hex:d00dfeed 0x80000000 0x81000000"),
)  # fmt: skip
def search_memory(session: Session, form: str, pattern: Rest) -> Answer:
    """Find bytes, PATTERN [START END]: a "string", hex:00ff, or a value whose size /b /h /w /g gives.

    All of RAM is searched, by physical address; from START to before END, virtual addresses of the current hart.
    """
    wanted, rest = next_bytes(session, pattern, size_of(form, None))
    if not wanted:
        raise CommandError("search: nothing to look for")
    start, end = _search_range(session, rest)
    found = list(islice(search(session, wanted, start, end, not rest), _SHOWN_MATCHES + 1))
    note = f"only the first {_SHOWN_MATCHES} are shown" if len(found) > _SHOWN_MATCHES else ""
    rows = [_match(session, at, len(wanted), not rest) for at in found[:_SHOWN_MATCHES]]
    return Table(("address", "place", "bytes"), rows, styles={"address": "class:address", "place": "class:symbol"},
                 note=note, empty="not found")  # fmt: skip


def _search_range(session: Session, text: str) -> tuple[int, int]:
    """Return START and END as they are given, or those of RAM."""
    start, end = next_word(text)
    if not start:
        return session.machine.ram.base, session.machine.ram.base + session.machine.ram.size
    if not end:
        raise CommandError("search: START needs END (search PATTERN START END)")
    return session.evaluate(start), session.evaluate(end)


def _match(session: Session, address: int, size: int, physical: bool) -> tuple[str, str, str]:
    place = "" if physical and session.hart.csr.get("satp", 0) >> 60 else session.describe(address)
    pa = address if physical else next(spans(session, address, 1)).pa
    data, _ = _read_some(session, address, max(size, 32), physical)
    shown = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in data[:32])
    return f"{address:#x}", place or region_place(session, pa), shown


@command(
    "write", group="memory", aliases=("poke",), slash=True,
    examples=("write sp 0x13 0 0 0", 'write a0 "hello\\0"', "write/w sp 1 2"),
)  # fmt: skip
def write_memory(session: Session, form: str, address: Address, values: Rest) -> Answer:
    """Write values or "strings" to RAM; values are bytes, or of the size that /h /w /g gives."""
    data = _all_bytes(session, values, size_of(form, 1))
    write(session, address, data)
    return _written(session, len(data), address)


def _all_bytes(session: Session, text: str, size: int | None) -> bytes:
    data = b""
    while text:
        piece, text = next_bytes(session, text, size)
        data += piece
    return data


def _written(session: Session, size: int, address: int, physical: bool = False) -> Text:
    symbol = "" if physical else session.describe(address)
    pieces: Fragments = [("", f"{size} bytes written at "), ("class:address", f"{address:#x}")]
    if symbol:
        pieces.append(("class:symbol", f" <{symbol}>"))
    return Text([*pieces, ("", "\n")], {"address": address, "size": size})


@command("fill", group="memory", aliases=("memset",), examples=("fill sp 64 0", "fill/w 0x80400000 4096 0xdeadbeef"),
         slash=True)  # fmt: skip
def fill(session: Session, form: str, address: Address, size: Count, value: Word, physical: Physical = "") -> Answer:
    """Write a value again and again, until so many bytes of RAM are full."""
    pattern, _ = next_bytes(session, value, size_of(form, 1))
    _check_size(session, size)
    write(session, address, (pattern * (size // len(pattern) + 1))[:size], bool(physical))
    return _written(session, size, address, bool(physical))


def _check_size(session: Session, size: int) -> None:
    if size > session.machine.ram.size:
        raise CommandError(f"{size} bytes: more than there is RAM ({session.machine.ram.size})")


@command(
    "load", group="memory", aliases=("restore",),
    examples=("load initrd.img 0x84000000 --phys", "load patch.bin main"),
)  # fmt: skip
def load(session: Session, file: File, address: Address, physical: Physical = "") -> Answer:
    """Write a file's bytes to RAM."""
    try:
        data = Path(file).expanduser().read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    write(session, address, data, bool(physical))
    return _written(session, len(data), address, bool(physical))


@command(
    "save", group="memory", aliases=("dump", "memsave"),
    examples=("save stack.bin sp 4096", "save ram.bin 0x80000000 65536 --phys"),
)  # fmt: skip
def save(session: Session, file: File, address: Address, size: Count, physical: Physical = "") -> Answer:
    """Write memory to a file."""
    _check_size(session, size)
    data = read(session, address, size, bool(physical))
    try:
        Path(file).expanduser().write_bytes(data)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    return Text.of(f"{size} bytes saved to {file}", data={"file": file, "size": size})


@command("compare", group="memory", aliases=("cmp",), examples=("compare sp 0x80400000 64",))
def compare(session: Session, one: Address, other: Address, size: Count, physical: Physical = "") -> Answer:
    """Compare two ranges of memory and show the first differences."""
    _check_size(session, size)
    first, second = (read(session, address, size, bool(physical)) for address in (one, other))
    different = [at for at in range(size) if first[at] != second[at]] if first != second else []
    rows = [(f"{at:#x}", f"{one + at:#x}", f"{first[at]:02x}", f"{other + at:#x}", f"{second[at]:02x}")
            for at in different[:_SHOWN_DIFFERENCES]]  # fmt: skip
    return Table(("offset", "at", "byte", "and at", "other byte"), rows, empty=f"equal: {size} bytes",
                 styles={"at": "class:address", "and at": "class:address"},
                 note=f"{len(different)} of {size} bytes differ")  # fmt: skip


# Spike's words, whose addresses are hexadecimal, behind the number of a hart if they are virtual


def _spike_address(session: Session, words: str) -> tuple[int, int | None]:
    """Return the address, and the hart; None where it is physical, as it is for Spike without a hart."""
    first, rest = next_word(words)
    text = rest or first
    number = int(text, 16) if re.fullmatch(r"[0-9][0-9a-fA-F]*", text) else session.evaluate(text)
    return number, hart_number(session, first) if rest else None


@command("mem", group="memory", examples=("mem 80000000", "mem 0 80000000"))
def mem(session: Session, words: Rest) -> Answer:
    """Show 8 bytes of memory, [HART] ADDRESS, as Spike does: physical without a hart, bare numbers hexadecimal."""
    address, number = _spike_address(session, words)
    with looking_at(session, number):
        value = int.from_bytes(read(session, address, 8, number is None), "little")
    return Text.of(f"{value:#018x}", "class:number", value)


@command("str", group="memory", examples=("str 80000000", "str 0 80000000"))
def spike_string(session: Session, words: Rest) -> Answer:
    """Show a string, [HART] ADDRESS, as Spike does: physical without a hart, bare numbers hexadecimal."""
    address, number = _spike_address(session, words)
    with looking_at(session, number):
        data, _ = string(session, address, PAGE_SIZE, number is None)
    return Text.of(string_text(data), "class:string", data.decode("utf-8", "backslashreplace"))


@command("insn", group="memory", examples=("insn", "insn 1"))
def insn(session: Session, hart: Word = "") -> Answer:
    """Show the instruction that a hart executes next."""
    with looking_at(session, hart_number(session, hart) if hart else None):
        return next_instruction(session)
