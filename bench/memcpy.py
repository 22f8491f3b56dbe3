"""memcpy of 32 MiB, bare metal: rvemu against QEMU."""

from measure import bare_metal, interleaved, report

report("memcpy", interleaved(5, bare_metal("memcpy")))
