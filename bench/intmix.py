"""Integer mix (recursion, sorting, hashing, a bytecode machine, strings), bare metal: rvemu against QEMU."""

from measure import bare_metal, interleaved, report

report("intmix", interleaved(5, bare_metal("intmix")))
