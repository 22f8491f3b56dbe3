"""The constants that the fli instructions load.

Source: unprivileged manual, "Load-Immediate Instructions".
"""

from __future__ import annotations

import struct

FLI_CONSTANTS = (
    "-0x1p+0", "min", "0x1p-16", "0x1p-15", "0x1p-8", "0x1p-7", "0x1p-4", "0x1p-3",
    "0x1p-2", "0x1.4p-2", "0x1.8p-2", "0x1.cp-2", "0x1p-1", "0x1.4p-1", "0x1.8p-1", "0x1.cp-1",
    "0x1p+0", "0x1.4p+0", "0x1.8p+0", "0x1.cp+0", "0x1p+1", "0x1.4p+1", "0x1.8p+1", "0x1p+2",
    "0x1p+3", "0x1p+4", "0x1p+7", "0x1p+8", "0x1p+15", "0x1p+16", "inf", "nan",
)  # fmt: skip
"""Each by its number, as objdump writes it from binutils 2.41 on; `min` is the least positive normal number."""

_FORMATS = {16: ("<e", 10), 32: ("<f", 23), 64: ("<d", 52)}


def fli_register(width: int, number: int) -> int:
    """Return what the f register holds after fli of the format of `width` bits: the constant, NaN-boxed."""
    code, frac_bits = _FORMATS[width]
    bits = 1 << frac_bits if FLI_CONSTANTS[number] == "min" else _encoding(code, FLI_CONSTANTS[number])
    return bits | (1 << 64) - (1 << width)


def _encoding(code: str, text: str) -> int:
    """Return the constant in the format; infinity where it is too large, as 2**16 is for half precision."""
    try:
        encoded = struct.pack(code, float.fromhex(text))
    except OverflowError:
        encoded = struct.pack(code, float("inf"))
    return int.from_bytes(encoded, "little")
