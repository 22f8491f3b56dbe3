"""What a machine is made of: every option of `Machine`, checked, and the texts in which users write them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rvemu.errors import ConfigError

MAX_HARTS = 64
TIER_UP, MAX_TIER_UP = 8, 255
CODE_CACHE = 64 << 20
MIN_CODE_CACHE, MAX_CODE_CACHE = 64 << 10, 1 << 30
MIN_QUANTUM, MAX_QUANTUM = 100, 1 << 40
VIRTIO_SLOTS = 8
FIXED_EPOCH_NS = 1_735_689_600 * 10**9
"""The goldfish RTC at CYCLE 0 unless asked otherwise: 2025-01-01 00:00 UTC."""

ENGINES = ("auto", "interp", "jit")
CLOCKS = ("virtual", "paced")

_SIZE_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_SWITCH = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}
_RAM_BASE = 0x8000_0000
_WORD = 1 << 64
_PA_BITS = 56


def parse_number(subject: str, text: str) -> int:
    """Return the number that `text` writes in decimal, or in hex, octal or binary with 0x, 0o or 0b.

    Raises:
        ConfigError: it is no number, below 0, or of more than 64 bits; the line starts with `subject`.
    """
    try:
        number = int(text, 0)
    except ValueError:
        number = -1
    if number < 0:
        raise ConfigError(f"{subject}: {text!r} is no number (a decimal or 0x... one, not below 0)")
    if number >= _WORD:
        raise ConfigError(f"{subject}: {text[:20]!r}... is too large (below 2 ** 64)")
    return number


def parse_size(subject: str, text: str, *, unit: str = "") -> int:
    """Return the bytes that `text` means: a number and K, M, G or T, as `128M`.

    Args:
        unit: the suffix meant where `text` has none; "" for bytes.
    Raises:
        ConfigError: it is no size; the line starts with `subject`.
    """
    digits, suffix = text, unit
    if text[-1:].upper() in _SIZE_UNITS and not text.lower().startswith("0x"):
        digits, suffix = text[:-1], text[-1].upper()
    try:
        number = parse_number(subject, digits)
    except ConfigError:
        raise ConfigError(f"{subject}: {text!r} is no size (a number with K, M, G or T, as 128M)") from None
    return number * _SIZE_UNITS.get(suffix, 1)


def parse_switch(subject: str, text: str) -> bool:
    """Return what `on` or `off` says.

    Raises:
        ConfigError: it is neither; the line starts with `subject`.
    """
    try:
        return _SWITCH[text.lower()]
    except KeyError:
        raise ConfigError(f"{subject}: {text!r} is neither on nor off") from None


def split_properties(text: str) -> list[tuple[str, str | None]]:
    """Split QEMU's `name=value,name,...`; a doubled comma is a comma of the value."""
    parts = [part.replace("\0", ",") for part in text.replace(",,", "\0").split(",")]
    words = [part.partition("=") for part in parts]
    return [(name, value if equals else None) for name, equals, value in words]


@dataclass(frozen=True)
class DriveSpec:
    """A raw disk image for virtio-blk.

    Attributes:
        path: the host file.
        readonly: the guest cannot write, and the file is opened so.
        snapshot: writes stay in memory and are lost at the end.
        slot: virtio-mmio slot, or None for the next free one.
    """

    path: str
    readonly: bool = False
    snapshot: bool = False
    slot: int | None = None


def drive_of(properties: dict[str, str], slot: int | None = None) -> DriveSpec:
    """Return the drive that the properties file, format, readonly (or read-only) and snapshot describe.

    Raises:
        ConfigError: a property is unknown or its value is not to be had.
    """
    properties = dict(properties)
    path = properties.pop("file", "")
    if not path:
        raise ConfigError("drive: no file is named (FILE[,readonly=on][,snapshot=on])")
    image_format = properties.pop("format", "raw")
    if image_format != "raw":
        raise ConfigError(f"drive {path}: format {image_format!r} is not supported (raw)")
    switches = {"readonly": "off", "snapshot": "off"}
    for name, value in properties.items():
        known = name.replace("-", "")
        if known not in switches:
            raise ConfigError(f"drive {path}: unknown property {name!r} (format, readonly, snapshot)")
        switches[known] = value
    flags = {name: parse_switch(f"drive {path}: {name}", value) for name, value in switches.items()}
    return DriveSpec(path, slot=slot, **flags)


def parse_drive(text: str) -> DriveSpec:
    """Return the drive that `FILE[,format=raw][,readonly=on][,snapshot=on]` describes.

    Raises:
        ConfigError: a property is unknown or its value is not to be had.
    """
    (first, value), *rest = split_properties(text)
    properties = {} if first == "file" else {"file": first if value is None else f"{first}={value}"}
    named = rest if properties else [(first, value), *rest]
    return drive_of(properties | {name: "on" if given is None else given for name, given in named})


@dataclass(frozen=True, kw_only=True)
class MachineConfig:
    """Every option of a machine, checked as far as that goes without touching a file.

    Attributes:
        memory: bytes of RAM.
        harts: number of harts.
        kernel: guest image, or None.
        bios: "default", "none", a firmware file, or None: the kernel decides.
        initrd: initramfs file, or None.
        append: kernel command line.
        dtb: device-tree blob used in place of the machine's own, or None.
        drives: disk images, in order.
        rng_slot: virtio-mmio slot of the entropy device, or None for no such device.
        virtio_legacy: the virtio-mmio slots speak version 1.
        isa: ISA string; "" is everything implemented.
        engine: "interp", "jit", or "auto": jit where the host lets code be made and executed.
        tier_up: executions of a block before it is compiled, 1 to 255.
        code_cache: bytes of memory for machine code.
        seed: varies order and length of the harts' turns; 0 is plain round robin.
        quantum: cycles in a hart's turn.
        rng_seed: seed of virtio-rng, of the seed CSR and of the device tree's rng-seed.
        hugepages: let the host back RAM with huge pages.
        clock: "virtual" skips idle time, "paced" sleeps through it.
        load_addr: physical address of a raw kernel, or None for RAM base + 2 MiB.
        rtc_epoch_ns: time of the goldfish RTC at CYCLE 0, in ns since 1970.
    Raises:
        ConfigError: a value is out of range.
    """

    memory: int = 128 << 20
    harts: int = 1
    kernel: str | None = None
    bios: str | None = None
    initrd: str | None = None
    append: str = ""
    dtb: str | None = None
    drives: tuple[DriveSpec, ...] = ()
    rng_slot: int | None = VIRTIO_SLOTS - 1
    virtio_legacy: bool = False
    isa: str = ""
    engine: str = "auto"
    tier_up: int = TIER_UP
    code_cache: int = CODE_CACHE
    seed: int = 0
    quantum: int = 10_000
    rng_seed: int = 0
    hugepages: bool = True
    clock: str = "virtual"
    load_addr: int | None = None
    rtc_epoch_ns: int = FIXED_EPOCH_NS

    def __post_init__(self) -> None:
        if not 1 <= self.harts <= MAX_HARTS:
            raise ConfigError(f"harts: {self.harts} are not supported (1 to {MAX_HARTS})")
        if self.quantum < MIN_QUANTUM:
            raise ConfigError(f"quantum: {self.quantum} cycles are too few (at least {MIN_QUANTUM})")
        if self.quantum > MAX_QUANTUM:
            raise ConfigError(f"quantum: {self.quantum} cycles are too many (at most {MAX_QUANTUM})")
        for name, seed in (("seed", self.seed), ("rng_seed", self.rng_seed)):
            if not 0 <= seed < _WORD:
                raise ConfigError(f"{name}: {seed} is out of range (0 to 2 ** 64 - 1)")
        if self.memory > (1 << _PA_BITS) - _RAM_BASE:
            raise ConfigError(f"memory: {self.memory} bytes do not fit 56-bit physical addresses (less)")
        _require("engine", self.engine, ENGINES)
        if not 1 <= self.tier_up <= MAX_TIER_UP:
            raise ConfigError(f"tier-up: {self.tier_up} executions are not supported (1 to {MAX_TIER_UP})")
        if not MIN_CODE_CACHE <= self.code_cache <= MAX_CODE_CACHE:
            raise ConfigError(f"code cache: {self.code_cache} bytes are not supported (64K to 1G)")
        _require("clock", self.clock, CLOCKS)
        list(self.drive_slots())

    def drive_slots(self) -> Iterator[tuple[int, DriveSpec]]:
        """Yield each drive with its virtio-mmio slot: the one it asks for, or else the lowest free one.

        Raises:
            ConfigError: two devices ask for one slot, a slot does not exist, or there are too few.
        """
        taken = {} if self.rng_slot is None else {self.rng_slot: "virtio-rng"}
        for drive in self.drives:
            if drive.slot is not None:
                _claim(taken, drive.slot, drive.path)
        _check_slots(taken)
        free = (slot for slot in range(VIRTIO_SLOTS) if slot not in taken)
        for drive in self.drives:
            slot = drive.slot if drive.slot is not None else next(free, None)
            if slot is None:
                raise ConfigError(f"drive {drive.path}: no virtio-mmio slot is left ({VIRTIO_SLOTS} in all)")
            yield slot, drive


def _require(subject: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ConfigError(f"{subject}: {value!r} is not known ({', '.join(choices)})")


def _claim(taken: dict[int, str], slot: int, name: str) -> None:
    if slot in taken:
        raise ConfigError(f"drive {name}: virtio-mmio slot {slot} is taken by {taken[slot]} (another slot)")
    taken[slot] = name


def _check_slots(taken: dict[int, str]) -> None:
    for slot, name in taken.items():
        if not 0 <= slot < VIRTIO_SLOTS:
            raise ConfigError(f"{name}: no virtio-mmio slot {slot} (0 to {VIRTIO_SLOTS - 1})")


def bundled(name: str) -> str:
    """Return the path of a guest image that comes with the package, as `demo.elf`."""
    return str(Path(__file__).parent / "firmware" / name)


def parse_address(subject: str, text: str) -> tuple[str, int]:
    """Return host and port of `[HOST:]PORT`; without a host it is the loopback.

    Raises:
        ConfigError: it is no such text.
    """
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdecimal() or int(port) > 0xFFFF:
        raise ConfigError(f"{subject}: {text!r} is no address ([HOST:]PORT, as 1234 or localhost:1234)")
    return host.removeprefix("[").removesuffix("]") or "127.0.0.1", int(port)
