"""Floating point (n-body, matrix product), bare metal: rvemu against QEMU."""

from measure import bare_metal, interleaved, report

report("fp", interleaved(5, bare_metal("fp")))
