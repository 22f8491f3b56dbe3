"""virtio: the mmio transport, the virtqueue, and a file for each device."""
