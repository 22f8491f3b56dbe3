"""Sequential reads of a virtio-blk disk in Linux: rvemu's engines against QEMU, a JSON line each."""

from run import claim

claim("disk", "disk-cached")
