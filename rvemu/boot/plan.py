"""Where everything goes before reset: firmware, kernel, initrd, device tree, and the ROM that starts it.

Sources: OpenSBI, docs/firmware/fw_jump.md and fw_dynamic.md; QEMU's `virt` machine for the addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from rvemu.boot.elf import Elf, Segment
from rvemu.boot.fdt import Fdt, build, patch
from rvemu.boot.image import Guest, read_file, read_guest, shown
from rvemu.boot.rom import reset_rom
from rvemu.errors import LoadError
from rvemu.fdtnode import FdtNode

_KIB, _MIB, _GIB = 1 << 10, 1 << 20, 1 << 30
KERNEL_OFFSET = 2 * _MIB
"""Where fw_jump enters the kernel, from the start of RAM."""
FW_JUMP_DTB_OFFSET, FW_JUMP_DTB_ROOM = 34 * _MIB, 2 * _MIB
"""Where fw_jump copies the device tree, from the start of RAM."""
INITRD_MAX_OFFSET = 128 * _MIB
DTB_LIMIT = 3 * _GIB
"""A device tree lies below this address, so that firmware with 32-bit pointers can read it."""
DTB_ALIGNMENTS = (2 * _MIB, 4 * _KIB)
"""The second is for RAM too small for the first."""
DTB_ROOM = 16 * _KIB
"""What firmware may add to the device tree in place."""
_HTIF_BYTES = 8


@dataclass(frozen=True)
class BootConfig:
    """What is to be booted, as the user said it.

    Attributes:
        ram_base, ram_size: RAM, in bytes.
        bios: None (unset), "default", "none", or a path.
        default_bios: path of the bundled firmware.
        tree: returns the machine's device tree, given (start, end) of the initrd or None.
        kernel, initrd, dtb: paths.
        append: the kernel's command line, for `dtb`; `tree` knows it already.
        load_addr: physical address for a kernel that does not name its own.
        rng_seed: for `dtb`; `tree` knows it already.
    """

    ram_base: int
    ram_size: int
    default_bios: str
    tree: Callable[[tuple[int, int] | None], FdtNode]
    bios: str | None = None
    kernel: str | None = None
    initrd: str | None = None
    append: str = ""
    dtb: str | None = None
    load_addr: int | None = None
    rng_seed: bytes = b""


@dataclass(frozen=True)
class Region:
    """Bytes of RAM that something takes: `data` first, then zeros up to `size`."""

    name: str
    pa: int
    size: int
    data: bytes | memoryview = field(repr=False)

    @property
    def end(self) -> int:
        """Physical address behind the last byte."""
        return self.pa + self.size

    def __str__(self) -> str:
        return f"{self.pa:#x}-{self.end - 1:#x}"


@dataclass(frozen=True)
class BootPlan:
    """What the machine does at reset: apply `zeros` and `writes`, put `rom` at `ROM_BASE`, start there.

    Attributes:
        regions: what lies where, in the order it was placed.
        entry_pc: where the reset ROM jumps to, in M-mode.
        dtb, dtb_pa: the device tree and its physical address.
        initrd: (start, end) of physical addresses, or None.
        tohost, fromhost: physical addresses of the HTIF words of the program, or None.
        elfs: those loaded, moved to where they are; the kernel first.
    """

    regions: tuple[Region, ...]
    entry_pc: int
    dtb: bytes = field(repr=False)
    dtb_pa: int
    rom: bytes = field(repr=False)
    initrd: tuple[int, int] | None
    tohost: int | None
    fromhost: int | None
    elfs: tuple[Elf, ...]

    @property
    def writes(self) -> list[tuple[int, bytes | memoryview]]:
        """(pa, data) of everything that is loaded."""
        return [(region.pa, region.data) for region in self.regions if len(region.data)]

    @property
    def zeros(self) -> list[tuple[int, int]]:
        """(pa, size) of what is to be zero, such as the BSS."""
        tails = ((region.pa + len(region.data), region.size - len(region.data)) for region in self.regions)
        return [(pa, size) for pa, size in tails if size]

    @property
    def htif(self) -> bool:
        """Whether the program talks to the host by HTIF."""
        return self.tohost is not None

    def symbols(self) -> dict[str, int]:
        """Return the symbols of the kernel and of the firmware; the kernel's where both have one."""
        return {name: value for elf in reversed(self.elfs) for name, value in elf.symbols().items()}


def plan(config: BootConfig) -> BootPlan:
    """Return where everything goes.

    Raises:
        LoadError: a file is unusable, lies outside RAM, or overlaps another.
    """
    return _Planner(config).plan()


@dataclass(frozen=True)
class _Placed:
    """A firmware or kernel with the address of its first instruction."""

    entry: int
    elf: Elf | None


class _Planner:
    """Places one thing after the other; `self.regions` is what is taken so far."""

    def __init__(self, config: BootConfig) -> None:
        self.config = config
        self.ram_end = config.ram_base + config.ram_size
        self.regions: list[Region] = []

    def plan(self) -> BootPlan:
        kernel_guest = self._read(self.config.kernel)
        bios_guest = self._read(self._bios_path(kernel_guest))
        bios = self._place(bios_guest, self.config.ram_base) if bios_guest else None
        kernel = self._place(kernel_guest, self._kernel_pa(kernel_guest)) if kernel_guest else None
        first = bios or kernel
        entry_pc = first.entry if first else self.config.ram_base
        initrd = self._place_initrd()
        dtb = self._dtb(initrd)
        dtb_pa = self._place_dtb(dtb)
        elfs = tuple(placed.elf for placed in (kernel, bios) if placed and placed.elf)
        return BootPlan(
            regions=tuple(self.regions),
            entry_pc=entry_pc,
            dtb=dtb,
            dtb_pa=dtb_pa,
            rom=reset_rom(entry_pc, dtb_pa, kernel.entry if kernel else 0),
            initrd=initrd,
            tohost=self._htif_word(elfs, "tohost"),
            fromhost=self._htif_word(elfs, "fromhost"),
            elfs=elfs,
        )

    def _read(self, path: str | None) -> Guest | None:
        """Read kernel or firmware; an ELF that has no address of its own is moved to the start of RAM."""
        guest = None if path is None else read_guest(path, self.config.ram_size)
        if guest and guest.elf and guest.elf.linked_at_zero:
            return replace(guest, elf=guest.elf.moved(self.config.ram_base))
        return guest

    def _bios_path(self, kernel: Guest | None) -> str | None:
        bios = self.config.bios
        if bios is None:
            elf = kernel.elf if kernel else None
            bios = "none" if elf and elf.covers(self.config.ram_base) else "default"
        return {"none": None, "default": self.config.default_bios}.get(bios, bios)

    def _kernel_pa(self, kernel: Guest) -> int:
        if self.config.load_addr is not None:
            if kernel.elf is not None:
                raise LoadError(f"{kernel.name}: ELF file, not movable by --load-addr (a raw image)")
            return self.config.load_addr
        return self.config.ram_base + (kernel.text_offset if kernel.kind == "Image" else KERNEL_OFFSET)

    def _place(self, guest: Guest, pa: int) -> _Placed:
        """Take what `guest` needs, at `pa` unless it is an ELF."""
        if guest.elf is None:
            self._take(Region(guest.name, pa, guest.mem_size, guest.data))
            return _Placed(pa, None)
        for segment in map(self._without_headers, guest.elf.segments):
            if segment.mem_size:
                self._take(Region(guest.name, segment.pa, segment.mem_size, segment.data))
        return _Placed(guest.elf.entry, guest.elf)

    def _without_headers(self, segment: Segment) -> Segment:
        """Drop ELF headers in front of RAM: `ld -Ttext=0x80000000` maps them to the page before."""
        front = self.config.ram_base - segment.pa
        if front <= 0 or not segment.header_bytes or any(segment.data[segment.header_bytes : front]):
            return segment
        return segment.without(front)

    def _place_initrd(self) -> tuple[int, int] | None:
        path = self.config.initrd
        if path is None:
            return None
        data, base = read_file(path, self.config.ram_size), self.config.ram_base
        pa = base + min(self.config.ram_size // 2, INITRD_MAX_OFFSET)
        copy = Region("fw_jump's device tree", base + FW_JUMP_DTB_OFFSET, FW_JUMP_DTB_ROOM, b"")
        for taken in sorted((*self.regions, copy), key=lambda region: region.pa):
            if taken.pa < pa + len(data) and pa < taken.end:
                pa = _align_up(taken.end, 4 * _KIB)
        self._take(Region(shown(path), pa, len(data), data))
        return pa, pa + len(data)

    def _dtb(self, initrd: tuple[int, int] | None) -> bytes:
        config = self.config
        if config.dtb is None:
            return build(Fdt(config.tree(initrd)))
        return patch(
            read_file(config.dtb, config.ram_size),
            shown(config.dtb),
            memory=(config.ram_base, config.ram_size),
            bootargs=config.append,
            initrd=initrd,
            rng_seed=config.rng_seed,
        )

    def _place_dtb(self, dtb: bytes) -> int:
        """Take the highest free place below the limit at which the device tree is aligned."""
        size = len(dtb) + DTB_ROOM
        top = min(self.ram_end, DTB_LIMIT)
        name = shown(self.config.dtb) if self.config.dtb else "device tree"
        places = [
            Region(name, (top - size) // alignment * alignment, size, dtb)
            for alignment in DTB_ALIGNMENTS
        ]
        free = (place for place in places if place.pa > self.config.ram_base and self._rival(place) is None)
        place = next(free, places[-1])
        self._take(place)
        return place.pa

    def _rival(self, region: Region) -> Region | None:
        return next((x for x in self.regions if x.pa < region.end and region.pa < x.end), None)

    def _take(self, region: Region) -> None:
        base, end = self.config.ram_base, self.ram_end
        if region.pa < base or region.end > end:
            ram = f"RAM, {base:#x}-{end - 1:#x}"
            raise LoadError(f"{region.name}: {region} is outside {ram} (an image for it, or more with -m)")
        rival = self._rival(region)
        if rival is not None:
            raise LoadError(f"{region.name}: {region} overlaps {rival.name}, {rival} (images that lie apart)")
        self.regions.append(region)

    def _htif_word(self, elfs: tuple[Elf, ...], symbol: str) -> int | None:
        """Return the first that is a whole, aligned word of RAM."""
        words: Iterator[int | None] = (elf.symbol_pa(symbol) for elf in elfs)
        return next((pa for pa in words if pa is not None and self._is_word(pa)), None)

    def _is_word(self, pa: int) -> bool:
        return pa % _HTIF_BYTES == 0 and self.config.ram_base <= pa <= self.ram_end - _HTIF_BYTES


def _align_up(number: int, alignment: int) -> int:
    return -(-number // alignment) * alignment
