"""What a virtio device is apart from its transport: an identity, features, configuration and requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from rvemu.devices.virtio.queue import Chain


@dataclass
class Stateless:
    """The state of a device that keeps nothing."""


class Backend:
    """The request logic of one virtio device.

    Attributes:
        device_id: virtio device ID; 0 is a slot without a device.
        kind: the name of the device in listings and error texts.
        queue_sizes: the largest size of each of its virtqueues.
        features: feature bits of this device type; the transport adds its own.
        state: dataclass instance of its guest-visible state.
    """

    device_id: ClassVar[int] = 0
    kind: ClassVar[str] = "absent"
    queue_sizes: ClassVar[tuple[int, ...]] = ()
    features: int = 0

    def __init__(self, state: Any = None) -> None:
        self.state: Any = Stateless() if state is None else state

    def config(self) -> bytes:
        """Return the device's configuration space."""
        return b""

    def handle(self, queue: int, chain: Chain, features: int) -> int:
        """Serve one request and return how many of its first writable bytes were filled.

        Args:
            queue: index of the virtqueue.
            chain: the request's buffers.
            features: the bits that the driver has accepted.
        Raises:
            BusError: the request is malformed beyond an answer; the device then needs a reset.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Give back what the device holds of the host."""
