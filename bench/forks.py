"""Fork, exec, exit and wait in the demo kernel: rvemu's engines against QEMU, a JSON line each."""

from run import claim

claim("forks")
