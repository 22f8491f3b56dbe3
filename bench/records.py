"""Records, strings and calls: rvemu's engines against QEMU, a JSON line each."""

from run import claim

claim("records", "records-sv39")
