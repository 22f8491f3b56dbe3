"""Commands about devices: where they are, what they hold, which interrupts they drive, and virtqueues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from rvemu.debug.devicestate import due, find_device, interrupt_of, registers, seconds, summary, told
from rvemu.debug.explain import csr_field, regions, size_text
from rvemu.debug.interrupts import interrupts, short_name, sources
from rvemu.debug.virtqueues import ChainSeen, QueueSeen, is_virtio, queues
from rvemu.isa.modes import MODE_NAMES
from rvemu.monitor.answers import Answer, Table
from rvemu.monitor.harts import checked_hart
from rvemu.monitor.registry import CommandError, Count, Kind, command
from rvemu.monitor.session import Session
from rvemu.monitor.words import Lines, Together, WordTable


def _device_names(session: Session, typed: str) -> Sequence[str]:
    return [name for name, _, _ in session.machine.bus.devices() if name.startswith(typed)]


DeviceName = Annotated[str, Kind("DEVICE", lambda session, text: text, _device_names)]


@command("devices", group="devices", aliases=("peripherals",), examples=("devices",))
def devices(session: Session) -> Answer:
    """List the devices: name, address, PLIC source, and what they are."""
    rows = [
        (name, f"{base:#x}", interrupt_of(name), summary(session.machine, device))
        for name, base, device in session.machine.bus.devices()
    ]
    return Table(("device", "address", "irq", "what"), rows, frozenset({"irq"}),
                 {"device": "class:symbol", "address": "class:address"}, "`dev NAME` shows what one holds")  # fmt: skip


@command("map", group="devices", aliases=("mtree",), examples=("map",))
def map_(session: Session) -> Answer:
    """Show the physical address space: what answers where."""
    rows = [(f"{base:x}-{base + size - 1:x}", size_text(size), name)
            for name, base, size in regions(session.machine)]  # fmt: skip
    return Table(("addresses", "size", "what"), rows, frozenset({"size"}), {"addresses": "class:address"})


@command("dev", group="devices", aliases=("device",), examples=("dev uart", "dev plic", "dev clint"))
def dev(session: Session, name: DeviceName) -> Answer:
    """Show what a device holds: its state in words, and its registers; reading them here changes nothing.

    Of arrays, elements that are 0 are left out. A register without a value keeps nothing of what is written.
    """
    device = _device(session, name)
    machine = session.machine
    base = next(at for known, at, _ in machine.bus.devices() if known == name)
    lines = [("class:heading", f"{name} at {base:#x}: {summary(machine, device)}")]
    lines += [("", text) for text in told(machine, device)]
    held = list(registers(device))
    rows = [(f"{each.offset:#x}", each.name, each.access, _number(each.value, each.width), each.help) for each in held]
    table = WordTable(("offset", "register", "", "value", "what"), rows, frozenset({"offset", "value"}),
                      {"offset": "class:address", "register": "class:register", "value": "class:number"})
    data = {
        "name": name, "address": base, "what": summary(machine, device), "state": [text for _, text in lines[1:]],
        "registers": [{"name": each.name, "offset": each.offset, "value": each.value} for each in held],
    }  # fmt: skip
    return Together([Lines(lines), table], data)


def _number(value: int | None, width: int) -> str:
    return "-" if value is None else f"{value:#0{min(2 * width, 8) + 2}x}"


def _device(session: Session, name: str) -> Any:
    device = find_device(session.machine, name)
    if device is None:
        raise CommandError(f"{name}: no such device ({', '.join(_device_names(session, ''))})")
    return device


@command("irq", group="devices", aliases=("pic",), examples=("irq", "irq 0"))
def irq(session: Session, hart: Count | None = None) -> Answer:
    """Show the interrupts of a hart and the PLIC's sources, and for each why it is taken or is not."""
    number = session.hart_number if hart is None else checked_hart(session, hart)
    view = session.machine.harts[number]
    bits = ", ".join(f"mstatus.{name} {csr_field(view, 'mstatus', name)}" for name in ("MIE", "SIE"))
    waiting = ", waiting in WFI" if view.waiting else ""
    head = Lines([("class:heading", f"hart {number}: {MODE_NAMES[view.priv]}-mode{waiting}, {bits}")])
    delegated = view.csr.get("mideleg", 0)
    rows = [
        (short_name(each.interrupt), _yes(each.pending), _yes(each.enabled), "S" if delegated >> each.interrupt & 1
         else "M", each.words)
        for each in interrupts(session.machine, number)
    ]  # fmt: skip
    own = WordTable(("interrupt", "pending", "enabled", "to", "why"), rows, styles={"interrupt": "class:register"})
    outside = _sources(session)
    return Together([head, own, outside], {"hart": number, "interrupts": own.json(), "sources": outside.json()})


def _sources(session: Session) -> WordTable:
    found = sources(session.machine)
    busy = [each for each in found if each.level or each.enabled or each.words != "quiet"]
    rows = [(each.source, each.device, "high" if each.level else "low", _yes(each.pending), each.priority, each.words)
            for each in busy]  # fmt: skip
    note = f"{len(found) - len(busy)} other sources are quiet and enabled nowhere" if len(busy) < len(found) else ""
    columns = ("source", "device", "line", "pending", "priority", "why")
    return WordTable(columns, rows, frozenset({"source", "priority"}), {"device": "class:symbol"}, note,
                     "no source of the PLIC is enabled or asks")


def _yes(value: bool) -> str:
    return "yes" if value else "-"


@command("mtime", group="devices", aliases=("timers",), examples=("mtime",))
def mtime(session: Session) -> Answer:
    """Show the machine's time, and when the timers of each hart ring."""
    machine = session.machine
    device = _device(session, "clint")
    lines = [("class:heading", f"mtime {machine.clock.ticks} ({seconds(machine.clock.ticks)}), cycle {machine.cycle}")]
    for hart in machine.harts:
        lines.append(("", f"hart {hart.id}: mtimecmp {due(machine, device.state.mtimecmp[hart.id])}"))
        if csr_field(hart, "menvcfg", "STCE"):
            lines.append(("", f"hart {hart.id}: stimecmp {due(machine, hart.csr['stimecmp'])}"))
    return Lines(lines)


@command("virtq", group="devices", examples=("virtq", "virtq virtio0"))
def virtq(session: Session, name: DeviceName | None = None) -> Answer:
    """Show virtqueues: where they are, how far driver and device have come, and each chain that is outstanding.

    A chain is in flight with the cycle of its completion, or the device has not been told of it. Descriptors are
    followed up to the first that breaks the rules, which is named.
    """
    machine = session.machine
    names = [name] if name is not None else _device_names(session, "virtio")
    lines: list[tuple[str, str]] = []
    data = []
    for each in names:
        device = _device(session, each)
        if not is_virtio(device):
            raise CommandError(f"{each}: it has no virtqueues (a virtio device)")
        found = list(queues(machine, device))
        if not found and name is None:
            continue
        count = f"{len(found)} queue{'s' * (len(found) != 1)}"
        lines.append(("class:heading", f"{each}: {summary(machine, device)}, {count}"))
        for queue in found:
            lines += _queue_lines(queue, machine.cycle)
            data.append({"device": each, **_queue_data(queue)})
    return Lines(lines or [("class:note", "no virtio device has queues")], data)


def _queue_lines(queue: QueueSeen, now: int) -> Iterator[tuple[str, str]]:
    state = queue.state
    if not state.ready:
        yield "", f"  queue {queue.number}: not ready"
        return
    yield "", f"  queue {queue.number}: size {state.num}, descriptors {state.desc:#x}, available {state.avail:#x}, " \
              f"used {state.used:#x}"  # fmt: skip
    silent = "; the driver wants no interrupt" if queue.silent else ""
    yield "", f"  available: driver at {queue.offered}, device at {queue.taken}; used: {queue.used}{silent}"
    if queue.wrong:
        yield "class:error", f"  {queue.wrong}"
    for chain in queue.chains:
        yield "class:number", f"  chain {chain.head}: {_when(chain, now)}"
        for each in chain.descriptors:
            following = "" if each.following is None else f", then {each.following}"
            kind = f" ({each.flags})" if each.flags else ""
            yield "", f"    {each.index}: {each.size} bytes at {each.address:#x}{kind}{following}"
            if each.wrong:
                yield "class:error", f"    {each.index}: {each.wrong}"


def _when(chain: ChainSeen, now: int) -> str:
    if chain.cycle is None:
        return "available, but the device has not been notified of it"
    return f"in flight, complete at cycle {chain.cycle} (in {chain.cycle - now})"


def _queue_data(queue: QueueSeen) -> dict[str, Any]:
    state = queue.state
    chains = [
        {"head": chain.head, "cycle": chain.cycle, "descriptors": [vars(each) for each in chain.descriptors]}
        for chain in queue.chains
    ]
    return {
        "queue": queue.number, "ready": state.ready, "size": state.num, "desc": state.desc, "avail": state.avail,
        "used": state.used, "offered": queue.offered, "taken": queue.taken, "used_index": queue.used,
        "chains": chains, "wrong": queue.wrong,
    }  # fmt: skip
