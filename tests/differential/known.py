"""Differences that are explained: each is a choice that the manual leaves open, or a fault of QEMU 7.2.

A row forgives single words only, so that whatever a known difference leads to is a mismatch again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from differential.differences import Difference

_ADUE, _SD = 1 << 61, 1 << 63
_BREAKPOINT, _LOAD_ACCESS_FAULT, _STORE_ACCESS_FAULT = 3, 5, 7


@dataclass(frozen=True)
class Known:
    """A known difference: why, and which words it covers."""

    why: str
    covers: Callable[[Difference], bool]


KNOWN = (
    Known(
        "Svadu: QEMU 7.2 has no menvcfg.ADUE, and always updates A and D bits.",
        lambda d: d.name == "menvcfg" and d.ours ^ d.theirs == _ADUE,
    ),
    Known(
        'Physical Memory Attributes: "AMOs ... raise a store/AMO access-fault exception"; where there is no RAM, QEMU '
        "runs an AMO as a load and a store, and reports the load.",
        lambda d: d.name in ("cause", "scause") and d.mnemonic.startswith("amo")
        and (d.ours, d.theirs) == (_STORE_ACCESS_FAULT, _LOAD_ACCESS_FAULT),
    ),
    Known(
        "Machine Trap Value Register: mtval is the address of the portion of a misaligned access that faulted; where "
        "there is no RAM, QEMU splits it, and gives an address below the access.",
        lambda d: d.name in ("tval", "stval") and d.cause in (_LOAD_ACCESS_FAULT, _STORE_ACCESS_FAULT)
        and 0 < d.ours - d.theirs < 8 and d.theirs % 2 == 0,
    ),
    Known(
        'Extension Context Status: FS is dirty when "the state has been modified", fflags included; QEMU 7.2 forgets '
        "it for instructions that write flags and no f register.",
        lambda d: d.name in ("mstatus", "status") and d.ours ^ d.theirs in (_SD | 1 << 13, _SD | 1 << 14)
        and bool(d.ours & _SD),
    ),
    Known(
        "Machine Trap Value Register: of an illegal instruction it may be 0; QEMU 7.2 does so for sinval.vma.",
        lambda d: d.name in ("tval", "stval") and d.mnemonic == "sinval.vma" and not d.theirs
        and d.ours == d.instruction,
    ),
    Known(
        "Machine Trap Value Register: a breakpoint's mtval may be 0 or the address; QEMU 7.2 writes 0 for ebreak.",
        lambda d: d.name in ("tval", "stval") and "ebreak" in d.mnemonic and d.cause == _BREAKPOINT and not d.theirs,
    ),
    Known(
        'Counter-Enable Registers: they are 32-bit registers; QEMU 7.2 keeps 64 bits.',
        lambda d: d.name in ("mcounteren", "scounteren") and d.ours == d.theirs & 0xFFFF_FFFF,
    ),
    Known(
        'Supervisor Exception Program Counter: "the low bit of sepc (sepc[0]) is always zero"; QEMU 7.2 keeps what is '
        "written, and ignores it.",
        lambda d: d.name == "sepc" and d.ours == d.theirs & ~1,
    ),
)


AVOIDED = (
    "medeleg bit 0: exceptions that cannot occur should be read-only zero, and with C no jump is misaligned; "
    "QEMU 7.2 keeps it.",
    "ctzw of a register whose low word is 0: the manual says 32; QEMU 7.2 counts on into the high word.",
    "sfence.w.inval and sfence.inval.ir in U-mode: the manual wants an illegal instruction; QEMU 7.2 "
    "executes them.",
    "csrrs and csrrc of a read-only CSR with a register that holds 0: the manual wants an illegal "
    "instruction, as rs1 is not x0; QEMU 7.2 looks at the value.",
    "An SC that fails at a misaligned address or at one that faults: the manual wants misaligned ones to "
    "trap; QEMU 7.2 compares the address with the reservation first, and only writes 1.",
    "menvcfg.PBMTE = 0: the manual then reserves the PBMT bits; QEMU 7.2 does not ask it. Nor does it "
    "fault on PBMT = 3, nor, with Svnapot, on the reserved bits 60:54.",
    "A NAPOT entry that is reserved, with A or D clear: no step of the manual's algorithm writes an entry "
    "that faults; QEMU 7.2 sets A and D first.",
    "MPRV = 1 when mret or sret leaves M-mode: the manual clears it; QEMU 7.2 keeps it.",
    "MPRV = 1 and a store to a page that M-mode fetches from: the manual translates and protects it as in "
    "the mode of MPP; QEMU 7.2 has one TLB for both, and takes the rights of the fetch, after any fence too.",
    "menvcfg.STCE = 0 and a write of stimecmp: mip.STIP is software's then; QEMU 7.2 clears it.",
    "Bits 6:5 of a pmpcfg field, and W without R: reserved, and WARL; ours never keeps them, QEMU 7.2 does.",
    "Bits 63:54 of a pmpaddr: the register holds bits 55:2 of an address; QEMU 7.2 keeps what is written.",
    "A TOR entry whose pmpaddr is 0: it matches no address; QEMU 7.2 takes the one below 0 for its end.",
    "A PMP boundary inside a page of code: QEMU 7.2 asks the PMP once for a page of code.",
    "A misaligned access across a page at a PMP boundary: it may be checked whole, as QEMU does, or in "
    "parts, as ours.",
    "An AMO that no RAM answers, where access faults are delegated: QEMU 7.2 reports another cause (see "
    "KNOWN), and so may go to another mode.",
    "Addresses of QEMU's PCIe windows, which ours has not: QEMU answers there.",
    'mhpmcounter3 to mhpmcounter31: "all counters should be implemented", if only as read-only 0; QEMU 7.2 has none '
    "with pmu-num=0.",
    "WFI with nothing pending: waits, or ends at once; both are right.",
)
"""Differences that lead to others, so that no program meets them; the generator says where it goes around each."""


def explained(difference: Difference) -> bool:
    """Tell whether some row of KNOWN covers a difference."""
    return any(known.covers(difference) for known in KNOWN)
