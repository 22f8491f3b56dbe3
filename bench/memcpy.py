"""Copies of 32 MiB: rvemu's engines against QEMU, a JSON line each."""

from run import claim

claim("memcpy", "memcpy-sv39")
