"""Pointer chase over 64 MiB: rvemu's engines against QEMU, a JSON line each."""

from run import claim

claim("chase", "chase-sv39")
