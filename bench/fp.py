"""Double precision (n-body, matrix product): rvemu's engines against QEMU, a JSON line each."""

from run import claim

claim("fp", "fp-sv39")
