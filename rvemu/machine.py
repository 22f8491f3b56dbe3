"""The machine: harts, bus, devices and device tree from a configuration, and the loop that runs them."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rvemu._core import NEVER_CYCLE, Core
from rvemu.board import RAM_BASE, ROM_BASE, ROM_SIZE, Board
from rvemu.boot.plan import BootConfig, BootPlan, plan
from rvemu.config import DriveSpec, MachineConfig, bundled, parse_drive, parse_size
from rvemu.devices.htif import Htif
from rvemu.errors import ConfigError, RvemuError
from rvemu.guestconsole import GuestConsole, Search
from rvemu.harts import HartView
from rvemu.isa.config import DEFAULT, IsaConfig, parse_isa
from rvemu.memory import PAGE_SIZE, Ram, page_parts
from rvemu.points import Access, Breakpoint, Breakpoints, Catchpoint, Point, Points, TrapTaken, Watchpoint
from rvemu.schedule import EventQueue, MachineClock

if TYPE_CHECKING:
    from rvemu.boot.elf import Elf
    from rvemu.console import Host

SLICE_CYCLES = 10_000_000
"""The host is looked at this often; what the guest does never depends on it."""


@dataclass(frozen=True)
class StopReason:
    """Why the machine stopped.

    Attributes:
        kind: "poweroff", "reset", "fail", "htif", "limit", "timeout", "stuck", "interrupted", "expected", "step",
            "breakpoint" or "stopped".
        hart: the hart whose turn it was.
        pc: its next instruction.
        cycle: CYCLE.
        code: exit code of the guest, where it gave one.
        point: the breakpoint, watchpoint or catchpoint that stopped it.
    """

    kind: str
    hart: int
    pc: int
    cycle: int
    code: int | None = None
    point: Point | None = None


class ExpectError(RvemuError):
    """The output waited for did not come; `stop` says why the machine stopped."""

    def __init__(self, pattern: object, stop: StopReason, tail: bytes) -> None:
        super().__init__(f"console: no {pattern!r} by cycle {stop.cycle} ({stop.kind}; last output {tail!r})")
        self.stop = stop


class Machine:
    """A whole computer.

    Attributes:
        config: what it was made from.
        harts: its harts.
        console: its serial console.
        bus: its devices by address.
        recorder: who gets the instructions that retire; set by `record`.
        dtb: its device tree as the guest gets it; empty while nothing is loaded.
    """

    def __init__(
        self,
        memory: str | int = "128M",
        *,
        drives: list[str | DriveSpec] | tuple[str | DriveSpec, ...] = (),
        tlb_entries: int = 16384,
        arena_bytes: int = 64 << 20,
        **options: Any,
    ) -> None:
        """Make a machine; every further option is one of `MachineConfig`, under its name.

        Args:
            memory: bytes, or a size such as "128M".
            drives: disk images: a path with options as in `--drive`, or a DriveSpec.
            tlb_entries: size of each TLB, a power of two; the guest cannot tell.
            arena_bytes: memory for translated code; the guest cannot tell.
        Raises:
            RvemuError: an option or a file cannot be had.
        """
        if isinstance(memory, str):
            memory = parse_size("memory", memory, unit="M")
        specs = tuple(parse_drive(drive) if isinstance(drive, str) else drive for drive in drives)
        self._build(MachineConfig(memory=memory, drives=specs, **options), tlb_entries, arena_bytes)

    @classmethod
    def from_config(cls, config: MachineConfig) -> Machine:
        """Return the machine that `config` describes, with its guest loaded."""
        machine = cls.__new__(cls)
        machine._build(config, 16384, 64 << 20)
        return machine

    def _build(self, config: MachineConfig, tlb_entries: int, arena_bytes: int) -> None:
        self.config = config
        self.isa: IsaConfig = parse_isa(config.isa) if config.isa else DEFAULT
        self.ram = Ram(RAM_BASE, config.memory, hugepages=config.hugepages)
        self._rom = bytearray(ROM_SIZE)
        self._core = Core(
            self.ram.buffer, RAM_BASE, self._rom, ROM_BASE, config.harts, self.isa.names, _misa(self.isa),
            tlb_entries=tlb_entries, arena_bytes=arena_bytes, quantum=config.quantum, seed=config.seed,
            entropy=_entropy(config.rng_seed),
            code_bytes=0 if config.engine == "interp" else config.code_cache, tier_up=config.tier_up,
        )  # fmt: skip
        if config.engine == "jit" and not self._core.compiles:
            raise ConfigError("engine jit: this host does not let machine code be made (--engine interp)")
        self.ram.on_write(self._core.written)
        self.harts = [HartView(self._core, hart) for hart in range(config.harts)]
        self.clock = MachineClock(self._core, config.harts)
        self._events = EventQueue(self._core, NEVER_CYCLE)
        self.console = GuestConsole()
        self._board = Board(
            config, self.isa, self._core, self.ram, self.clock, self._events, self.console, self._on_exit
        )
        self.bus = self._board.bus
        self._core.bus, self._core.on_mailbox = self.bus, self._mailbox
        self.points = Points(self._core, self.harts, self._watched_bytes, self._halt_at)
        self.breakpoints = Breakpoints(self.points, self._resolve)
        self._halted: tuple[str, Point | None] | None = None
        self._stepping: int | None = None
        self.recorder: Callable[[memoryview], None] | None = None
        self._htif: Htif | None = None
        self._exit: tuple[str, int] | None = None
        self._running = False
        self._plan: BootPlan | None = None
        self._initial = {name: device.save() for name, _, device in self.bus.devices()}
        self.dtb = b""
        if config.kernel is not None or config.bios not in (None, "none"):
            self._boot(plan(self._boot_config(config.kernel)))

    def close(self) -> None:
        """Give back what the machine holds of the host: its memory, the locks on its drives; it runs no more."""
        for _, _, device in self.bus.devices():
            device.close()
        self._core.release()
        self.ram.release()

    def __enter__(self) -> Machine:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # Loading

    def _boot_config(self, kernel: str | None) -> BootConfig:
        config = self.config
        return BootConfig(
            ram_base=RAM_BASE, ram_size=config.memory, default_bios=bundled("sbi.bin"),
            tree=lambda initrd: self._board.tree(config.append, initrd), bios=config.bios, kernel=kernel,
            initrd=config.initrd, append=config.append, dtb=config.dtb, load_addr=config.load_addr,
            rng_seed=self._board.rng_seed(),
        )  # fmt: skip

    def load(self, path: str) -> None:
        """Load a kernel by the rules of the command line, and reset the machine.

        Raises:
            LoadError: the file is foreign or does not fit; nothing has changed.
        """
        boot = plan(self._boot_config(path))
        self.reset()
        self._boot(boot)

    def _boot(self, boot: BootPlan) -> None:
        self._plan, self.dtb = boot, boot.dtb
        for pa, size in boot.zeros:
            self._clear(pa, size)
        for pa, data in boot.writes:
            self.ram.write(pa, data)
        self._rom[:] = boot.rom.ljust(ROM_SIZE, b"\0")
        self._htif = None
        if boot.tohost is not None:
            self._htif = Htif(self.ram, boot.tohost, boot.fromhost, self.console.put,
                              lambda code: self._on_exit("htif", code))
        self.points.mailbox = None if boot.tohost is None else (boot.tohost, 8)
        self.points.refresh()

    def _clear(self, pa: int, size: int) -> None:
        """Zero RAM, without touching what has never been written."""
        chunk = bytes(1 << 20)
        while size:
            part = min(size, len(chunk))
            if self.ram.memory(pa, part) != chunk[:part]:
                self.ram.write(pa, chunk[:part])
            pa, size = pa + part, size - part

    def reset(self) -> None:
        """Reset harts and devices and load the guest again; the rest of RAM, disks, time and typed input stay."""
        self._exit = None
        self._events.clear()
        typed = self._board.uart.state.pending
        for name, _, device in self.bus.devices():
            device.restore(self._initial[name])
        self._core.reset()
        if typed:
            self._board.uart.receive(bytes(typed))
        if self._plan is not None:
            self._boot(self._plan)

    # Running

    def _on_exit(self, kind: str, code: int) -> None:
        self._exit = ("poweroff" if kind == "off" else kind, code)
        self._core.stop()

    def stop(self) -> None:
        """Let `run` return "stopped" behind the running instruction; for callbacks and other threads."""
        self._halt("stopped")

    def _halt(self, kind: str, point: Point | None = None) -> None:
        self._halted = self._halted or (kind, point)
        self._core.stop()

    def _halt_at(self, point: Point) -> None:
        self._halt("breakpoint", point)

    def stop_reason(self, kind: str, code: int | None = None, point: Point | None = None) -> StopReason:
        """Return a StopReason of this kind for the present state."""
        hart = self._core.turn[0]
        return StopReason(kind, hart, self.harts[hart].pc, self.cycle, code, point)

    def run(
        self, max_cycles: int | None = None, *, timeout: float | None = None, host: Host | None = None
    ) -> StopReason:
        """Run until the guest ends, or a limit is reached; the GIL is released.

        Args:
            max_cycles: stop after this many cycles.
            timeout: stop after this many seconds of host time.
            host: owner of the console while the machine runs; without one, input comes by `console.send` only.
        Raises:
            RvemuError: it is running: in another thread, or this is a callback.
        """
        if self._running:
            raise RvemuError("machine: it is running already (one run at a time)")
        self._running = True
        limit = NEVER_CYCLE if max_cycles is None else min(self.cycle + max_cycles, NEVER_CYCLE - 1)
        deadline = None if timeout is None else time.monotonic() + timeout
        self._core.paced = self.config.clock == "paced" and host is not None
        previous = self.console.on_output
        if host is not None:
            self.console.on_output = host.write
        try:
            return self._run(limit, deadline, host)
        finally:
            self.console.on_output = previous
            self._running, self._halted = False, None

    def _run(self, limit: int, deadline: float | None, host: Host | None) -> StopReason:
        while True:
            if self._exit is not None:
                return self.stop_reason(*self._exit)
            if self._halted is not None:
                return self.stop_reason(self._halted[0], point=self._halted[1])
            if host is not None:
                if host.quit_requested:
                    return self.stop_reason("interrupted")
                if data := host.poll(self._board.uart.room):
                    self.console.send(data)
            if deadline is not None and time.monotonic() >= deadline:
                return self.stop_reason("timeout")
            kind = self._run_slice(limit)
            if kind == "limit" and self._exit is None and self._halted is None:
                return self.stop_reason("limit")
            if kind == "idle":
                self._sleep(host, deadline)
            elif kind == "stuck" and not self._may_hear(host, deadline):
                return self.stop_reason("stuck")
            elif kind == "step" and self._exit is None and self._halted is None:
                return self.stop_reason(kind)

    def step(self, hart: int = 0, max_cycles: int | None = None, *, host: Host | None = None) -> StopReason:
        """Run the machine in its normal order until the hart has executed an instruction, or has trapped at it.

        Args:
            max_cycles: stop after this many cycles, if the hart has not had its turn by then.
            host: as for `run`.
        """
        self._stepping = hart
        self._core.step(hart)
        try:
            return self.run(max_cycles, host=host)
        finally:
            self._stepping = None
            self._core.step(None)

    def _run_slice(self, limit: int) -> str:
        """Run to the end of a slice, with the events that fall due; return what ended it."""
        slice_end = self.cycle + SLICE_CYCLES
        while True:
            kind = self._core.run(limit, slice_end)
            if self._core.stepped:
                if self._after_step():
                    return "step"
            elif kind != "event":
                return kind
            if self._exit is not None or self._halted is not None:
                return "requested"
            if self._events.run_due():
                return "requested"

    def _after_step(self) -> bool:
        """An instruction has been executed that was waited for: look at what it changed; tell if `step` is done."""
        comparing = self.points.comparing
        if comparing:
            self.points.compare()
        done = self._stepping is not None and not comparing
        self._core.step(self._stepping)
        return done

    def _sleep(self, host: Host | None, deadline: float | None) -> None:
        """Every hart waits: sleep until the next event, and let CYCLE be where the time slept has come to."""
        assert host is not None
        start, target = self.cycle, self._core.idle_until
        seconds = None if target == NEVER_CYCLE else (target - start) / self.config.harts / 1e9
        if deadline is not None:
            left = max(deadline - time.monotonic(), 0.0)
            seconds = left if seconds is None else min(seconds, left)
        listen = self._board.uart.room > 0
        if seconds is None and (host.at_end or not listen):
            self._core.paced = False
            return
        began = time.monotonic_ns()
        cut_short = host.wait(seconds, listen=listen)
        slept = start + (time.monotonic_ns() - began) * self.config.harts
        expired = deadline is not None and time.monotonic() >= deadline
        self._core.cycle = min(slept, target) if cut_short or expired or target == NEVER_CYCLE else target

    def _may_hear(self, host: Host | None, deadline: float | None) -> bool:
        """Nothing inside the machine will ever wake it: wait for input, if there may be any."""
        if host is None or host.at_end or not self._board.uart.room:
            return False
        host.wait(None if deadline is None else max(deadline - time.monotonic(), 0.0))
        return True

    def record(self, call: Callable[[memoryview], None] | None) -> None:
        """Let `call(records)` be called with what the instructions that retire write, in order; None ends that.

        Running costs nothing more while nobody asks; it is some 30 times slower while somebody does, and does the same.

        Args:
            call: gets a read-only buffer of `Retired` structs (_core.pxd) every few thousand instructions, and
                at the end of `run`; it is valid during the call only.
        """
        self._core.record(call)
        self.recorder = call

    def expect(self, pattern: bytes | re.Pattern[bytes], max_cycles: int | None = None,
               timeout: float | None = None) -> bytes:
        """Run until the console's output has `pattern`, and return the output up to its end.

        The machine stops with the byte that completes the first match; where a match of a regular expression is
        longer than 1 KiB, perhaps some output later. Output that nobody reads is kept up to a megabyte.

        Raises:
            ExpectError: the machine stopped before that.
        """
        search, previous = Search(self.console, pattern), self.console.on_output

        def look(data: bytes) -> None:
            if previous is not None:
                previous(data)
            if search.arrived(len(data)):
                self._halt("expected")

        self.console.on_output = look
        try:
            there = search.end() is not None
            stop = self.stop_reason("expected") if there else self.run(max_cycles, timeout=timeout)
        finally:
            self.console.on_output = previous
        end = search.end()
        if end is None:
            raise ExpectError(pattern, stop, self.console.output[-80:])
        return self.console.take_until(end)

    # Looking

    @property
    def cycle(self) -> int:
        """CYCLE: of the running instruction in a callback, else of the next one."""
        return self._core.cycle

    @property
    def instret(self) -> int:
        """Instructions retired by all harts since the machine was made, whatever the guest does to minstret."""
        return self._core.counters["instructions"]

    @property
    def memory(self) -> Any:
        """RAM: numpy uint8, shape (bytes of RAM,), read-only, without a copy."""
        return self.ram.view

    def write(self, pa: int, data: bytes) -> None:
        """Write RAM at a physical address.

        Raises:
            BusError: not all of it is RAM.
        """
        self.ram.write(pa, data)

    @property
    def counters(self) -> dict[str, int]:
        """What the engine did so far, for statistics: no part of the machine's state."""
        return self._core.counters

    def symbols(self) -> dict[str, int]:
        """Return the symbols of the loaded guest and firmware."""
        return {} if self._plan is None else self._plan.symbols()

    @property
    def elfs(self) -> tuple[Elf, ...]:
        """The ELF files that are loaded, moved to where they are; the kernel before the firmware."""
        return () if self._plan is None else self._plan.elfs

    def on_access(
        self, address: int | str, size: int, call: Callable[[Access], object], kinds: str = "rw"
    ) -> Watchpoint:
        """Let `call(access)` be called before each load ("r") or store ("w") of a hart to RAM at `address`.

        Args:
            address: physical address, or a symbol of a loaded ELF.
            size: in bytes.
        Raises:
            ConfigError: no such symbol, not in RAM, or more than 16 ranges.
        """
        point = Watchpoint(address=self._resolve(address), size=size, kinds=kinds, call=call)
        self.points.add(point)
        return point

    def on_trap(self, call: Callable[[TrapTaken], object], causes: Iterable[int] = ()) -> Catchpoint:
        """Let `call(trap)` be called after each trap, or after those with one of these xcause values."""
        point = Catchpoint(kind="trap", causes=frozenset(causes), call=call)
        self.points.add(point)
        return point

    def on_pc(self, where: int | str, call: Callable[[HartView], object]) -> Breakpoint:
        """Let `call(hart)` be called before each instruction at a virtual address or symbol."""
        return self.breakpoints.add(where, call)

    def _resolve(self, where: int | str) -> int:
        """Return the address that a number or a symbol stands for."""
        if isinstance(where, int):
            return where
        found = self.symbols().get(where)
        if found is None:
            raise ConfigError(f"{where}: no such symbol (one of the loaded ELF)")
        return found

    def read_virtual(self, hart: int, va: int, size: int) -> bytes | None:
        """Return memory as loads of the hart would see it; None where an address is mapped to neither RAM nor ROM."""
        data = b""
        for at, part in page_parts(va, size):
            pa = self.harts[hart].translate(at)
            found = None if pa is None else self.read_physical(pa, part)
            if found is None:
                return None
            data += found
        return data

    def read_physical(self, pa: int, size: int) -> bytes | None:
        """Return memory at a physical address; None where not all of it is RAM, or ROM."""
        if self.ram.contains(pa, size):
            return self.ram.read(pa, size)
        if 0 <= pa - ROM_BASE <= ROM_SIZE - size:
            return bytes(self._rom[pa - ROM_BASE : pa - ROM_BASE + size])
        return None

    def _watched_bytes(self, hart: int, address: int, size: int, virtual: bool) -> bytes | None:
        return self.read_virtual(hart, address, size) if virtual else self.ram.read(address, size)

    def recent_traps(self, hart: int) -> list[tuple[int, int, int, int, int, int, int]]:
        """Return the latest traps of a hart, the last one last.

        Each is (CYCLE, cause as in xcause, epc, tval, mode it came from, mode that took it, how often in a row).
        """
        return self._core.recent_traps(hart)

    def profile(self, on: bool) -> None:
        """Begin to count call paths and executions from nothing, or stop; the guest cannot tell."""
        self._core.profile(on)

    def call_paths(self) -> list[tuple[int, int, int]]:
        """Return the profile's call paths: (pc of the function, index of the caller's path, instructions).

        The first is the root, its own caller; instructions are those of the function itself.
        """
        return self._core.profile_paths()

    def executions(self) -> dict[tuple[int, int], int]:
        """Return how often the profile saw each instruction executed, by (pc, physical address)."""
        return self._core.profile_executions()

    def _mailbox(self) -> None:
        assert self._htif is not None
        self._htif.tohost_written()

    def state(self) -> dict[str, Any]:
        """Return all guest-visible state but RAM, as plain values."""
        return {
            "cycle": self.cycle,
            "turn": list(self._core.turn),
            "harts": [self._core.hart_state(hart) for hart in range(self.config.harts)],
            "devices": {name: device.save() for name, _, device in self.bus.devices()},
            "events": self._events.save(),
        }

    def _pages(self) -> Iterator[tuple[int, memoryview]]:
        """Yield (number, contents) of each page of RAM that is not all zeros."""
        blank = bytes(PAGE_SIZE)
        for page in self._core.touched_pages():
            contents = self.ram.memory(RAM_BASE + page * PAGE_SIZE, PAGE_SIZE)
            if contents != blank:
                yield page, contents

    def state_hash(self) -> str:
        """Return the SHA-256 of all guest-visible state: harts, devices, and RAM by pages that are not zero."""
        state = json.dumps(self.state(), sort_keys=True, separators=(",", ":"), default=bytes.hex)
        total = hashlib.sha256(state.encode())
        for page, contents in self._pages():
            total.update(page.to_bytes(8, "little") + hashlib.sha256(contents).digest())
        return total.hexdigest()


def _entropy(rng_seed: int) -> int:
    """Return the 64 bits from which the harts' entropy sources start."""
    return int.from_bytes(hashlib.sha256(f"seed {rng_seed}".encode()).digest()[:8], "little")


def _misa(isa: IsaConfig) -> int:
    """MXL 2, and a bit for each single-letter extension; B stands for Zba, Zbb and Zbs together."""
    letters = [name for name in isa.names if len(name) == 1]
    if all(isa.has(name) for name in ("Zba", "Zbb", "Zbs")):
        letters.append("B")
    return 2 << 62 | sum(1 << (ord(name) - ord("A")) for name in letters)
