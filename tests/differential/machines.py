"""The two machines: each runs the image of a batch and gives back the memory that it left."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from differential import layout as at
from differential.rows import COMMON, ISA

from rvemu.machine import Machine

QEMU = "qemu-system-riscv64"
SECONDS = 30
"""Longer than any case takes, on a busy host too."""
_QUANTUM = 1 << 40
"""Longer than any batch: the end of a turn would end reservations."""
_HARTS = 2
"""With one hart, QEMU runs an AMO as a load and a store, and reports faults of the load."""
_CPU = (
    "rv64,h=false,x-smaia=true,x-ssaia=true,v=false,pmu-num=0,marchid=0,mimpid=0,zba=true,zbb=true,zbc=true,zbs=true,zbkb=true,zbkc=true,"
    "zbkx=true,zknd=true,zkne=true,zknh=true,zksed=true,zksh=true,sstc=true,svinval=true,svnapot=true,svpbmt=true,"
    f"Zfh={str('Zfh' in COMMON).lower()},Zfhmin={str('Zfhmin' in COMMON).lower()}"
)


class MachineFailedError(Exception):
    """A machine did not come to the end of a batch; `reached` is the index of the case where it stays."""

    def __init__(self, text: str, memory: Any) -> None:
        super().__init__(text)
        self.reached = _reached(memory)


def _reached(memory: Any) -> int:
    return (int(memory[(at.GLOBALS - at.RAM_BASE) // 8]) - at.CASES) // at.BLOCK_SIZE


def have_qemu() -> bool:
    """Tell whether QEMU is installed."""
    return shutil.which(QEMU) is not None


@contextmanager
def qemu(image: bytes) -> Iterator[Any]:
    """Start QEMU on an image; yield a function that waits for its end, and returns its memory as an array."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "memory")
        path.write_bytes(image)
        backend = f"memory-backend-file,id=ram,mem-path={path},size={len(image)},share=on"
        command = [
            QEMU, "-M", "virt,memory-backend=ram", "-m", f"{len(image)}b", "-object", backend, "-cpu", _CPU,
            "-smp", str(_HARTS), "-bios", "none", "-display", "none", "-serial", "none", "-monitor", "none",
        ]  # fmt: skip
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            def memory() -> Any:
                said = _wait(process, path)
                left = _words(path.read_bytes())
                if process.returncode:
                    raise MachineFailedError(f"QEMU: {said.decode()}", left)
                return left

            try:
                yield memory
            finally:
                process.kill()


def _wait(process: subprocess.Popen[bytes], path: Path) -> bytes:
    """Wait for the end of QEMU, as long as it gets from case to case; return what it says."""
    seen = None
    while True:
        try:
            return process.communicate(timeout=SECONDS)[0]
        except subprocess.TimeoutExpired:
            memory = _words(path.read_bytes())
            if _reached(memory) == seen:
                raise MachineFailedError("QEMU does not end", memory) from None
            seen = _reached(memory)


def rvemu(image: bytes, cycles: int, isa: str = ISA, **options: Any) -> Any:
    """Run an image on a machine of ours and return its memory as an array of doublewords."""
    with Machine(len(image), bios="none", isa=isa, quantum=_QUANTUM, **options) as machine:
        machine.write(at.RAM_BASE, image)
        machine.harts[0].pc = at.RAM_BASE
        stop = machine.run(cycles)
        memory = _words(machine.memory.tobytes())
        if stop.kind != "poweroff":
            raise MachineFailedError(f"rvemu does not end: {stop}", memory)
        return memory


def _words(data: bytes) -> Any:
    return np.frombuffer(data, dtype="<u8")
