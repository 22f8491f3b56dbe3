"""Host-target interface: the two memory words by which bare programs print and exit."""

from __future__ import annotations

from collections.abc import Callable

from rvemu.errors import BusError
from rvemu.memory import Ram

_SYS_WRITE, _SYS_EXIT = 64, 93
_EBADF, _EFAULT, _ENOSYS = 9, 14, 38
_MAX_WRITE = 1 << 20
"""Bytes that one proxied write prints at most; it returns how many there were."""
_DEV_SYSCALL, _DEV_CONSOLE = 0, 1
_CMD_PUTCHAR = 1
_MASK64 = (1 << 64) - 1


class Htif:
    """HTIF: a store to `tohost` is a command, answered in `fromhost`.

    A word is device << 56 | command << 48 | payload. Device 0: an odd payload exits with payload >> 1, an
    even one is the address of a system call {number, arguments ...}. Device 1, command 1 prints a byte.

    Source: riscv-isa-sim, fesvr/htif.cc, fesvr/syscall.cc and fesvr/device.cc.
    """

    def __init__(self, ram: Ram, tohost_pa: int, fromhost_pa: int | None, sink: Callable[[bytes], None],
                 on_exit: Callable[[int], None]) -> None:
        self._ram, self._tohost_pa, self._fromhost_pa = ram, tohost_pa, fromhost_pa
        self._sink, self._on_exit = sink, on_exit

    def tohost_written(self) -> None:
        """Act on the command in tohost and clear it; call this after each store to its 8 bytes."""
        word = self._load(self._tohost_pa)
        if word == 0:
            return
        self._ram.write(self._tohost_pa, bytes(8))
        device, command, payload = word >> 56, word >> 48 & 0xFF, word & 0xFFFF_FFFF_FFFF
        if device == _DEV_SYSCALL and payload & 1:
            self._on_exit(payload >> 1)
        elif device == _DEV_SYSCALL:
            self._proxy(payload)
        elif device == _DEV_CONSOLE and command == _CMD_PUTCHAR:
            self._sink(bytes([payload & 0xFF]))

    def _load(self, pa: int) -> int:
        return int.from_bytes(self._ram.read(pa, 8), "little")

    def _proxy(self, pa: int) -> None:
        """Serve the system call block at `pa`; a block outside RAM is not answered."""
        if not self._ram.contains(pa, 64):
            return
        number, *args = (self._load(pa + 8 * index) for index in range(4))
        if number == _SYS_EXIT:
            self._on_exit(args[0] & 0xFFFF_FFFF)
            return
        result = self._write(*args) if number == _SYS_WRITE else -_ENOSYS
        self._ram.write(pa, (result & _MASK64).to_bytes(8, "little"))
        if self._fromhost_pa is not None:
            self._ram.write(self._fromhost_pa, (1).to_bytes(8, "little"))

    def _write(self, descriptor: int, pa: int, size: int) -> int:
        """Print bytes of RAM for descriptor 1 or 2; return their number or a negative error number."""
        if descriptor not in (1, 2):
            return -_EBADF
        size = min(size, _MAX_WRITE)
        try:
            self._sink(self._ram.read(pa, size))
        except BusError:
            return -_EFAULT
        return size
