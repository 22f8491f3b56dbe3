"""`rvemu qemu`: the options of qemu-system-riscv64, one row of a table for each, made into a `RunRequest`.

Source: QEMU documentation, "Invocation"; the options are those that people's Makefiles use.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rvemu.cli.qemu_cpu import isa_of_cpu
from rvemu.cli.request import RunRequest
from rvemu.config import (
    VIRTIO_SLOTS,
    DriveSpec,
    MachineConfig,
    drive_of,
    parse_address,
    parse_number,
    parse_size,
    parse_switch,
    split_properties,
)
from rvemu.errors import ConfigError

VERSION = "7.2.0"
"""The QEMU whose options these are; Makefiles compare it."""

_BUS = "virtio-mmio-bus."
_MACHINE_PROPERTIES = {"accel": "tcg", "usb": "off", "aclint": "off", "aia": "none", "graphics": "off"}
"""Properties of -machine virt that are accepted, each with the one value that says what is so anyway."""


@dataclass
class Request:
    """What the options seen so far ask for.

    Attributes:
        machine: fields of `MachineConfig`.
        run: fields of `RunRequest`.
        drives: properties of the drives that wait for a device, by id.
        attached: drives with a device, in order.
        snapshot: every drive keeps its writes in memory.
        rng_sources: ids of the -object rng-... given.
    """

    machine: dict[str, Any] = field(default_factory=lambda: {"rng_slot": None})
    run: dict[str, Any] = field(default_factory=dict)
    drives: dict[str, dict[str, str]] = field(default_factory=dict)
    attached: list[DriveSpec] = field(default_factory=list)
    snapshot: bool = False
    rng_sources: set[str] = field(default_factory=set)


Apply = Callable[[Request, str], None]


@dataclass(frozen=True)
class Option:
    """A row of the table.

    Attributes:
        name: with its dash.
        value: what stands after it, for the help; "" where it takes nothing.
        help: one line.
        apply: notes the option in a request.
    """

    name: str
    value: str
    help: str
    apply: Apply


OPTIONS: dict[str, Option] = {}


def option(*names: str, value: str = "", help: str) -> Callable[[Apply], Apply]:
    """Enter the function into the table under each of `names`."""

    def enter(apply: Apply) -> Apply:
        OPTIONS.update({name: Option(name, value, help, apply) for name in names})
        return apply

    return enter


def run_qemu(arguments: Sequence[str]) -> int:
    """Run the machine that QEMU's options describe, or print what -version or -help ask for.

    Raises:
        RvemuError: an option is not supported, or the machine cannot be had.
    """
    words = [_single_dash(word) for word in arguments]
    if "-version" in words:
        print(version_text())
        return 0
    if "-help" in words or "-h" in words:
        print(help_text())
        return 0
    from rvemu.cli.execute import execute

    return execute(translate(arguments))


def translate(arguments: Sequence[str]) -> RunRequest:
    """Return what QEMU's options ask for.

    Raises:
        ConfigError: an option, property or value is not supported.
    """
    request = Request()
    words = iter(arguments)
    for word in words:
        row = _row(word)
        value = next(words, None) if row.value else ""
        if value is None:
            raise ConfigError(f"{row.name}: its value is missing ({row.name} {row.value})")
        row.apply(request, value)
    return _finish(request)


def version_text() -> str:
    """Return what `--version` prints: a first line that QEMU's users parse."""
    from rvemu.cli.info import version

    return f"QEMU emulator version {VERSION} (rvemu {version()})"


def help_text() -> str:
    """Return what `-help` prints: each option at the start of a line, as QEMU has it."""
    rows = [f"{' '.join((row.name, row.value)).rstrip():32} {row.help}" for row in OPTIONS.values()]
    return "\n".join([version_text(), "usage: rvemu qemu [options]", "", *rows])


def _single_dash(word: str) -> str:
    return word[1:] if word.startswith("--") else word


def _row(word: str) -> Option:
    name = _single_dash(word)
    if not name.startswith("-") or name == "-":
        raise ConfigError(f"{word}: unexpected argument (a disk: -drive file={word},format=raw,if=virtio)")
    if name not in OPTIONS:
        nearest = difflib.get_close_matches(name, OPTIONS, n=1, cutoff=0.0)[0]
        raise ConfigError(f"{word}: this option of QEMU is not supported (the nearest that is: {nearest})")
    return OPTIONS[name]


def _finish(request: Request) -> RunRequest:
    if request.drives:
        name = next(iter(request.drives))
        raise ConfigError(f"-drive: no device uses {name} (-device virtio-blk-device,drive={name})")
    drives = [replace(drive, snapshot=drive.snapshot or request.snapshot) for drive in request.attached]
    return RunRequest(config=MachineConfig(drives=tuple(drives), **request.machine), **request.run)


def properties_of(name: str, text: str, first: str) -> dict[str, str]:
    """Return the properties that `text` gives to option `name`.

    Args:
        first: the property that a first word without an equals sign means.
    Raises:
        ConfigError: another word lacks its value.
    """
    properties: dict[str, str] = {}
    for place, (word, value) in enumerate(split_properties(text)):
        if value is not None:
            properties[word] = value
        elif place == 0 and first:
            properties[first] = word
        else:
            raise ConfigError(f"{name}: property {word!r} lacks its value ({word}=...)")
    return properties


def _only(name: str, properties: dict[str, str], known: Sequence[str]) -> None:
    for word in properties:
        if word not in known:
            nearest = difflib.get_close_matches(word, known, n=1, cutoff=0.0)[0]
            raise ConfigError(f"{name}: property {word!r} is not supported (the nearest that is: {nearest})")


def _one_of(name: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise ConfigError(f"{name}: {value!r} is not supported ({', '.join(known)})")


def _slot(properties: dict[str, str]) -> int | None:
    bus = properties.get("bus")
    if bus is None:
        return None
    if not bus.startswith(_BUS):
        raise ConfigError(f"-device: no bus {bus!r} ({_BUS}0 to {_BUS}{VIRTIO_SLOTS - 1})")
    return parse_number("-device: bus", bus.removeprefix(_BUS))


@option("-machine", "-M", value="virt[,...]", help="the machine; only virt")
def _machine(request: Request, value: str) -> None:
    properties = properties_of("-machine", value, "type")
    _only("-machine", properties, ["type", "dumpdtb", *_MACHINE_PROPERTIES])
    _one_of("-machine", properties.pop("type", "virt"), ["virt"])
    if "dumpdtb" in properties:
        request.run["dump_dtb"] = properties.pop("dumpdtb")
    for name, given in properties.items():
        _one_of(f"-machine: {name}", given, [_MACHINE_PROPERTIES[name]])


@option("-cpu", value="rv64[,ext=on|off]", help="the harts' extensions")
def _cpu(request: Request, value: str) -> None:
    request.machine["isa"] = isa_of_cpu(properties_of("-cpu", value, "model"))


@option("-smp", value="N", help="number of harts")
def _smp(request: Request, value: str) -> None:
    properties = properties_of("-smp", value, "cpus")
    _only("-smp", properties, ["cpus", "sockets", "cores", "threads", "maxcpus"])
    numbers = {name: parse_number(f"-smp: {name}", text) for name, text in properties.items()}
    product = numbers.get("sockets", 1) * numbers.get("cores", 1) * numbers.get("threads", 1)
    request.machine["harts"] = numbers.get("cpus", product)


@option("-m", value="SIZE", help="RAM, in MiB without a suffix")
def _memory(request: Request, value: str) -> None:
    properties = properties_of("-m", value, "size")
    _only("-m", properties, ["size"])
    request.machine["memory"] = parse_size("-m", properties["size"], unit="M")


def _copy(target: str) -> Apply:
    def apply(request: Request, value: str) -> None:
        request.machine[target] = value

    return apply


option("-bios", value="default|none|FILE", help="firmware")(_copy("bios"))
option("-kernel", value="FILE", help="kernel")(_copy("kernel"))
option("-initrd", value="FILE", help="initial RAM file system")(_copy("initrd"))
option("-append", value="TEXT", help="kernel command line")(_copy("append"))
option("-dtb", value="FILE", help="device tree")(_copy("dtb"))


@option("-drive", value="file=FILE,if=none,format=raw,id=ID", help="disk image for a -device, or if=virtio")
def _drive(request: Request, value: str) -> None:
    properties = properties_of("-drive", value, "file")
    interface, name = properties.pop("if", "virtio"), properties.pop("id", "")
    _one_of("-drive: if", interface, ["none", "virtio"])
    _one_of("-drive: media", properties.pop("media", "disk"), ["disk"])
    drive = drive_of(properties)
    if interface == "virtio":
        request.attached.append(drive)
    elif not name or name in request.drives:
        raise ConfigError(f"-drive: {drive.path} needs an id of its own (id=x0)")
    else:
        request.drives[name] = properties


@option("-device", value="DEVICE,...", help="virtio-blk-device,drive=ID or virtio-rng-device")
def _device(request: Request, value: str) -> None:
    properties = properties_of("-device", value, "driver")
    driver = properties.pop("driver", "")
    if driver not in _DEVICES:
        later = "not supported yet" if driver == "virtio-net-device" else "not supported"
        nearest = difflib.get_close_matches(driver, _DEVICES, n=1, cutoff=0.0)[0]
        raise ConfigError(f"-device: {driver!r} is {later} (the nearest that is: {nearest})")
    _DEVICES[driver](request, properties)


def _block_device(request: Request, properties: dict[str, str]) -> None:
    _only("-device virtio-blk-device", properties, ["drive", "bus", "id"])
    name = properties.get("drive", "")
    if name not in request.drives:
        raise ConfigError(f"-device virtio-blk-device: no drive {name!r} (the id of a -drive before it)")
    request.attached.append(drive_of(request.drives.pop(name), _slot(properties)))


def _rng_device(request: Request, properties: dict[str, str]) -> None:
    _only("-device virtio-rng-device", properties, ["rng", "bus", "id"])
    source = properties.get("rng")
    if source is not None and source not in request.rng_sources:
        raise ConfigError(f"-device virtio-rng-device: no object {source!r} (the id of an -object before it)")
    slot = _slot(properties)
    request.machine["rng_slot"] = VIRTIO_SLOTS - 1 if slot is None else slot


_DEVICES = {"virtio-blk-device": _block_device, "virtio-rng-device": _rng_device}


@option("-object", value="rng-builtin|rng-random,id=ID", help="entropy; always the seeded source of rvemu")
def _object(request: Request, value: str) -> None:
    properties = properties_of("-object", value, "type")
    _one_of("-object", properties.get("type", ""), ["rng-builtin", "rng-random"])
    _only("-object", properties, ["type", "id", "filename"])
    request.rng_sources.add(properties.get("id", ""))


@option("-global", value="virtio-mmio.force-legacy=on|off", help="virtio-mmio version 1 (on) or 2 (off)")
def _global(request: Request, value: str) -> None:
    name, _, given = value.partition("=")
    _one_of("-global", name, ["virtio-mmio.force-legacy"])
    request.machine["virtio_legacy"] = parse_switch("-global virtio-mmio.force-legacy", given)


@option("-snapshot", help="keep every drive's writes in memory")
def _snapshot(request: Request, value: str) -> None:
    request.snapshot = True


@option("-nographic", help="console on the terminal, which it always is; Ctrl-A X quits")
def _nographic(request: Request, value: str) -> None:
    request.run["escapes"] = True


@option("-serial", value="mon:stdio|stdio", help="the console, on the terminal")
def _serial(request: Request, value: str) -> None:
    _one_of("-serial", value, ["mon:stdio", "stdio"])
    if value == "mon:stdio":
        request.run["escapes"] = True


@option("-no-reboot", help="a reset ends the run")
def _no_reboot(request: Request, value: str) -> None:
    request.run["no_reboot"] = True


def _accept(name: str, *known: str) -> Apply:
    return lambda request, value: _one_of(name, value, known)


option("-monitor", value="none", help="QEMU's monitor; there is none")(
    _accept("-monitor", "none", "/dev/null")
)
option("-display", value="none", help="graphics; there are none")(_accept("-display", "none"))
option("-accel", value="tcg", help="QEMU's engine; rvemu uses its own")(_accept("-accel", "tcg"))
option("-name", value="TEXT", help="a name for the machine; not used")(lambda request, value: None)


def _later(name: str) -> Apply:
    def refuse(request: Request, value: str) -> None:
        raise ConfigError(f"{name}: this option of QEMU is not supported yet (a command line without it)")

    return refuse


@option("-gdb", value="tcp:[HOST]:PORT", help="GDB server; HOST: 127.0.0.1")
def _gdb(request: Request, value: str) -> None:
    address, *settings = value.split(",")
    kind, _, where = address.partition(":")
    _one_of("-gdb", kind, ["tcp"])
    for setting in settings:
        _one_of("-gdb", setting, ["server", "server=on", "nowait", "wait=off"])
    request.run["gdb"] = parse_address("-gdb", where)


@option("-s", help="-gdb tcp::1234")
def _gdb_at_1234(request: Request, value: str) -> None:
    _gdb(request, "tcp::1234")


@option("-S", help="wait for GDB before the first instruction")
def _halted(request: Request, value: str) -> None:
    request.run["halted"] = True


option("-netdev", value="user,id=ID", help="network; not supported yet")(_later("-netdev"))


@option("-version", help="show the version")
@option("-help", "-h", help="show this text")
def _shown(request: Request, value: str) -> None:
    """Both are seen before any other option."""
