"""Integer mix (recursion, sorting, hashing, bytecode, text): rvemu's engines against QEMU, a JSON line each."""

from run import claim

claim("intmix", "intmix-sv39")
