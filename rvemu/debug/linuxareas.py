"""What Linux uses its virtual addresses for.

Source: Linux, Documentation/arch/riscv/vm-layout.rst.
"""

from __future__ import annotations

from bisect import bisect_right

LINUX_SYMBOL = "linux_banner"
"""Where the symbols know this one, they are those of a Linux kernel."""

_TOP = ((0xFFFF_FFFF_0000_0000, "modules, BPF"), (0xFFFF_FFFF_8000_0000, "kernel"))

AREAS: dict[str, tuple[tuple[int, str], ...]] = {
    "Sv39": (
        (0xFFFF_FFC4_FEA0_0000, "fixmap"),
        (0xFFFF_FFC4_FF00_0000, "PCI I/O"),
        (0xFFFF_FFC5_0000_0000, "vmemmap"),
        (0xFFFF_FFC6_0000_0000, "vmalloc"),
        (0xFFFF_FFD6_0000_0000, "linear map"),
        (0xFFFF_FFF7_0000_0000, "KASAN"),
        *_TOP,
    ),
    "Sv48": (
        (0xFFFF_8D7F_FEA0_0000, "fixmap"),
        (0xFFFF_8D7F_FF00_0000, "PCI I/O"),
        (0xFFFF_8D80_0000_0000, "vmemmap"),
        (0xFFFF_8F80_0000_0000, "vmalloc"),
        (0xFFFF_AF80_0000_0000, "linear map"),
        (0xFFFF_EF80_0000_0000, "KASAN"),
        *_TOP,
    ),
    "Sv57": (
        (0xFF1B_FFFF_FEA0_0000, "fixmap"),
        (0xFF1B_FFFF_FF00_0000, "PCI I/O"),
        (0xFF1C_0000_0000_0000, "vmemmap"),
        (0xFF20_0000_0000_0000, "vmalloc"),
        (0xFF60_0000_0000_0000, "linear map"),
        (0xFFDF_0000_0000_0000, "KASAN"),
        *_TOP,
    ),
}
"""First address and name of each area of the kernel, by address."""


def area(scheme: str, va: int) -> str:
    """Return the area that an address is in; "" below all of them."""
    areas = AREAS.get(scheme, ())
    place = bisect_right(areas, va, key=lambda each: each[0]) - 1
    return areas[place][1] if place >= 0 else ""
