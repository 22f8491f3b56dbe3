"""Linux from reset to userspace and power-off: rvemu's engines against QEMU, a JSON line each."""

from run import claim

claim("linux", "linux-4")
