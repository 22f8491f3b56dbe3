"""The reset ROM: the first instructions of every hart, and what they hand to the firmware.

It passes a0 = hart ID, a1 = device tree, a2 = `fw_dynamic_info` and jumps to the entry, in M-mode; the same
bytes as QEMU's `virt` machine has. Source: OpenSBI, "OpenSBI Firmware with Dynamic Information".
"""

from __future__ import annotations

import struct

ROM_BASE = 0x1000

_RESET_VECTOR = (
    0x00000297,  # auipc t0, 0
    0x02828613,  # addi  a2, t0, 40      fw_dynamic_info
    0xF1402573,  # csrr  a0, mhartid
    0x0202B583,  # ld    a1, 32(t0)      device tree
    0x0182B283,  # ld    t0, 24(t0)      entry
    0x00028067,  # jr    t0
)
FW_DYNAMIC_MAGIC = 0x4942534F
FW_DYNAMIC_VERSION = 2
FW_DYNAMIC_NEXT_MODE_S = 1


def reset_rom(entry_pc: int, dtb_pa: int, next_addr: int) -> bytes:
    """Return the bytes at `ROM_BASE`: the reset vector, its two addresses, and `fw_dynamic_info`.

    Args:
        entry_pc: where every hart goes on.
        dtb_pa: the device tree.
        next_addr: what a dynamic firmware enters in S-mode, on hart 0 first; 0 where there is no kernel.
    """
    options, boot_hart = 0, 0
    info = (FW_DYNAMIC_MAGIC, FW_DYNAMIC_VERSION, next_addr, FW_DYNAMIC_NEXT_MODE_S, options, boot_hart)
    return struct.pack("<6I8Q", *_RESET_VECTOR, entry_pc, dtb_pa, *info)
