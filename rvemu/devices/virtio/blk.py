"""virtio block device."""

from __future__ import annotations

import struct

from rvemu.devices.virtio.backend import Backend
from rvemu.devices.virtio.drive import SECTOR, Drive
from rvemu.devices.virtio.queue import Chain
from rvemu.errors import BusError

VIRTIO_BLK_F_SEG_MAX = 1 << 2
VIRTIO_BLK_F_RO = 1 << 5
VIRTIO_BLK_F_BLK_SIZE = 1 << 6
VIRTIO_BLK_F_FLUSH = 1 << 9

VIRTIO_BLK_T_IN, VIRTIO_BLK_T_OUT, VIRTIO_BLK_T_FLUSH, VIRTIO_BLK_T_GET_ID = 0, 1, 4, 8
VIRTIO_BLK_S_OK, VIRTIO_BLK_S_IOERR, VIRTIO_BLK_S_UNSUPP = 0, 1, 2

_QUEUE_SIZE = 256
_HEADER = struct.Struct("<IIQ")
_ID_BYTES = 20
_SLICE_SECTORS = 2048
"""Sectors that go between drive and RAM at once: 1 MiB."""


class VirtioBlk(Backend):
    """A disk on a drive; the drive's content belongs to the host and is no part of the state.

    Source: Virtual I/O Device specification 1.2, "Block Device".
    """

    device_id, kind, queue_sizes = 2, "blk", (_QUEUE_SIZE,)

    def __init__(self, drive: Drive, serial: str = "") -> None:
        super().__init__()
        self.drive = drive
        self._serial = serial.encode()[:_ID_BYTES]
        self.features = VIRTIO_BLK_F_SEG_MAX | VIRTIO_BLK_F_BLK_SIZE | VIRTIO_BLK_F_FLUSH
        if drive.readonly:
            self.features |= VIRTIO_BLK_F_RO
        self._commands = {
            VIRTIO_BLK_T_IN: self._in, VIRTIO_BLK_T_OUT: self._out,
            VIRTIO_BLK_T_FLUSH: self._flush, VIRTIO_BLK_T_GET_ID: self._get_id,
        }

    def config(self) -> bytes:
        """Return capacity, seg_max and blk_size, and 0 for fields whose features are not offered."""
        size_max, seg_max = 0, _QUEUE_SIZE - 2  # header and status take a descriptor each
        return struct.pack("<QIIII", self.drive.sectors, size_max, seg_max, 0, SECTOR).ljust(60, b"\0")

    def close(self) -> None:
        """Close the drive."""
        self.drive.close()

    def handle(self, queue: int, chain: Chain, features: int) -> int:
        """Serve one request: header, data, and a status byte at the end."""
        header = chain.read(0, _HEADER.size)
        if len(header) < _HEADER.size or chain.writable_bytes < 1:
            raise BusError("virtio-blk: a request has no header or no status byte")
        command, _, sector = _HEADER.unpack(header)
        try:
            status, written = self._commands.get(command, self._unsupported)(chain, sector, features)
        except OSError:
            status, written = VIRTIO_BLK_S_IOERR, 0
        last = chain.writable_bytes - 1
        chain.write(last, bytes([status]))
        return written + 1 if written == last else written

    def _sectors(self, sector: int, size: int) -> range:
        """Return the sectors of a transfer.

        Raises:
            OSError: they are not whole ones, or the drive does not have them.
        """
        if size % SECTOR or sector + size // SECTOR > self.drive.sectors:
            raise OSError("a transfer is outside the drive")
        return range(sector, sector + size // SECTOR)

    def _in(self, chain: Chain, sector: int, features: int) -> tuple[int, int]:
        size = chain.writable_bytes - 1
        for first, count in _slices(self._sectors(sector, size)):
            self.drive.read_into(first, chain.to_fill((first - sector) * SECTOR, count * SECTOR))
        return VIRTIO_BLK_S_OK, size

    def _out(self, chain: Chain, sector: int, features: int) -> tuple[int, int]:
        if self.drive.readonly:
            return VIRTIO_BLK_S_IOERR, 0
        for first, count in _slices(self._sectors(sector, chain.readable_bytes - _HEADER.size)):
            offset = _HEADER.size + (first - sector) * SECTOR
            self.drive.write_sectors(first, chain.read(offset, count * SECTOR))
        if not features & VIRTIO_BLK_F_FLUSH:
            self.drive.flush()  # a driver that cannot flush is promised a write-through cache
        return VIRTIO_BLK_S_OK, 0

    def _flush(self, chain: Chain, sector: int, features: int) -> tuple[int, int]:
        self.drive.flush()
        return VIRTIO_BLK_S_OK, 0

    def _get_id(self, chain: Chain, sector: int, features: int) -> tuple[int, int]:
        size = min(_ID_BYTES, chain.writable_bytes - 1)
        chain.write(0, self._serial.ljust(_ID_BYTES, b"\0")[:size])
        return VIRTIO_BLK_S_OK, size

    def _unsupported(self, chain: Chain, sector: int, features: int) -> tuple[int, int]:
        return VIRTIO_BLK_S_UNSUPP, 0


def _slices(sectors: range) -> list[tuple[int, int]]:
    """Cut a range of sectors into (first, count) pieces of bounded size."""
    return [(first, min(_SLICE_SECTORS, sectors.stop - first))
            for first in range(sectors.start, sectors.stop, _SLICE_SECTORS)]
