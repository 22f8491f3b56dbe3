"""virtio entropy device, deterministic."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from rvemu.devices.state import octets, word
from rvemu.devices.virtio.backend import Backend
from rvemu.devices.virtio.queue import Chain

_MAX_REQUEST = 1 << 16
"""Bytes that one request gets at most; a driver asks again."""
_BLOCK = 32


@dataclass
class RngState:
    """Key of the stream and the number of its next block."""

    key: bytearray = field(default_factory=bytearray, metadata=octets(_BLOCK))
    block: int = word(64)


class VirtioRng(Backend):
    """Entropy from a seed: block n of the stream is SHA-256(key, n), and every request starts a new block.

    Source: Virtual I/O Device specification 1.2, "Entropy Device".
    """

    device_id, kind, queue_sizes = 4, "rng", (256,)
    state: RngState

    def __init__(self, seed: int) -> None:
        super().__init__(RngState(bytearray(hashlib.sha256(str(seed).encode()).digest())))

    def handle(self, queue: int, chain: Chain, features: int) -> int:
        """Fill the writable part with the next bytes of the stream."""
        size = min(chain.writable_bytes, _MAX_REQUEST)
        chain.write(0, b"".join(self._next_block() for _ in range(0, size, _BLOCK))[:size])
        return size

    def _next_block(self) -> bytes:
        state = self.state
        number = state.block.to_bytes(8, "little")
        state.block = state.block + 1 & (1 << 64) - 1
        return hashlib.sha256(state.key + number).digest()
