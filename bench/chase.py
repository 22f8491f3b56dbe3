"""Pointer chase over 64 MiB, bare metal: rvemu against QEMU."""

from measure import bare_metal, interleaved, report

report("chase", interleaved(5, bare_metal("chase")))
