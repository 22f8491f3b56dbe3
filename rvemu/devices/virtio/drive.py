"""Drive: a raw disk image on the host."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import weakref

from rvemu.errors import DriveError

SECTOR = 512
_CHUNK = 1 << 16
_MOST_VIEWS = os.sysconf("SC_IOV_MAX")
"""Bytes of the unit in which a snapshot=on drive keeps what was written."""


class Drive:
    """A raw image file or block device, in sectors of 512 bytes.

    A writable image is locked for this process alone, others are shared among readers. With `snapshot` the
    file is only read, and what the guest writes stays in memory and is forgotten in the end. A last sector
    that the file holds only in part reads as if zeros followed.

    Attributes:
        path: as given.
        readonly: the guest may not write.
        sectors: capacity.
    """

    def __init__(self, path: str, readonly: bool = False, snapshot: bool = False) -> None:
        self.path, self.readonly, self.snapshot = path, readonly, snapshot
        self._overlay: dict[int, bytearray] = {}
        writable = not readonly and not snapshot
        try:
            self._fd = os.open(path, (os.O_RDWR if writable else os.O_RDONLY) | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            what = "written" if writable and error.errno in (errno.EACCES, errno.EROFS) else "opened"
            hint = "readonly=on or snapshot=on" if what == "written" else "an image file"
            raise DriveError(f"{path}: cannot be {what}: {error.strerror} ({hint})") from error
        self._close = weakref.finalize(self, os.close, self._fd)
        try:
            self._check_kind()
            self._lock(writable)
            self._size = os.lseek(self._fd, 0, os.SEEK_END)
        except BaseException:
            self.close()
            raise
        self.sectors = -(-self._size // SECTOR)

    def _check_kind(self) -> None:
        mode = os.fstat(self._fd).st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISBLK(mode):
            raise DriveError(f"{self.path}: no disk image (a regular file or block device)")

    def _lock(self, writable: bool) -> None:
        try:
            fcntl.flock(self._fd, (fcntl.LOCK_EX if writable else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DriveError(f"{self.path}: in use by another machine (readonly=on or snapshot=on in both)") \
                from error
        except OSError as error:
            raise DriveError(f"{self.path}: cannot be locked: {error.strerror} (a file system with flock)") \
                from error

    def close(self) -> None:
        """Close the file and release its lock; a drive that nobody holds any more does so by itself."""
        self._close()

    def read_sectors(self, sector: int, count: int) -> bytes:
        """Return `count` sectors.

        Raises:
            OSError: the host cannot read the file.
        """
        start, size = sector * SECTOR, count * SECTOR
        if not self._overlay:
            return self._pread(start, size)
        data = bytearray(self._pread(start, size))
        for chunk, offset, position, part in _chunks(start, size):
            if chunk in self._overlay:
                data[position : position + part] = self._overlay[chunk][offset : offset + part]
        return bytes(data)

    def read_into(self, sector: int, views: list[memoryview]) -> None:
        """Fill the views, which are whole sectors together, with what the drive holds from `sector` on.

        Raises:
            OSError: the host cannot read the file.
        """
        if self._overlay:
            data = memoryview(self.read_sectors(sector, sum(map(len, views)) // SECTOR))
            for view in views:
                view[:], data = data[: len(view)], data[len(view) :]
            return
        start = sector * SECTOR
        for first in range(0, len(views), _MOST_VIEWS):
            start += self._fill(views[first : first + _MOST_VIEWS], start)

    def _fill(self, views: list[memoryview], start: int) -> int:
        """Read once into all of them, and return their bytes; where the file gives fewer, one after the other."""
        size = sum(map(len, views))
        if os.preadv(self._fd, views, start) < size:
            for view in views:
                view[:] = self._pread(start, len(view))
                start += len(view)
        return size

    def _pread(self, start: int, size: int) -> bytes:
        data = os.pread(self._fd, size, start)
        while len(data) < size:
            more = os.pread(self._fd, size - len(data), start + len(data))
            if not more:
                return data.ljust(size, b"\0")
            data += more
        return data

    def write_sectors(self, sector: int, data: bytes) -> None:
        """Store whole sectors.

        Raises:
            OSError: the host cannot write the file.
        """
        start = sector * SECTOR
        if not self.snapshot:
            view = memoryview(data)
            while view:
                written = os.pwrite(self._fd, view, start)
                view, start = view[written:], start + written
            return
        for chunk, offset, position, part in _chunks(start, len(data)):
            if chunk not in self._overlay:
                self._overlay[chunk] = bytearray(self._pread(chunk * _CHUNK, _CHUNK))
            self._overlay[chunk][offset : offset + part] = data[position : position + part]

    def flush(self) -> None:
        """Make what was written survive a crash of the host.

        Raises:
            OSError: the host cannot do so.
        """
        if not self.snapshot and not self.readonly:
            os.fdatasync(self._fd)


def _chunks(start: int, size: int) -> list[tuple[int, int, int, int]]:
    """Return (chunk, offset in it, position in the range, bytes) for each chunk that a range touches."""
    parts, position = [], 0
    while position < size:
        chunk, offset = divmod(start + position, _CHUNK)
        part = min(_CHUNK - offset, size - position)
        parts.append((chunk, offset, position, part))
        position += part
    return parts
