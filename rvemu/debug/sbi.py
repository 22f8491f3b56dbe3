"""Names of the SBI's extensions. Source: RISC-V Supervisor Binary Interface Specification 2.0."""

from __future__ import annotations

EXTENSIONS = {
    0: "legacy-set-timer", 1: "legacy-console-putchar", 2: "legacy-console-getchar", 3: "legacy-clear-ipi",
    4: "legacy-send-ipi", 5: "legacy-remote-fence-i", 6: "legacy-remote-sfence-vma",
    7: "legacy-remote-sfence-vma-asid", 8: "legacy-shutdown",
    0x10: "base", 0x54494D45: "time", 0x735049: "ipi", 0x52464E43: "rfence", 0x48534D: "hsm", 0x53525354: "srst",
    0x504D55: "pmu", 0x4442434E: "dbcn", 0x53555350: "susp", 0x43505043: "cppc", 0x4E41434C: "nacl", 0x535441: "sta",
}  # fmt: skip
"""Name of each extension by its EID, which a7 holds at the ecall."""
EIDS = {name: eid for eid, name in EXTENSIONS.items()}
"""EID of each extension by name."""
