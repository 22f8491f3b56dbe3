"""Round trips of traps: M to M, U to S, page faults: rvemu's engines against QEMU, a JSON line each."""

from run import claim

claim("trap", "syscall", "syscall-sv39", "fault")
