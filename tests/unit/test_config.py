"""Options of a machine, and the texts that stand for them."""

from __future__ import annotations

import pytest

from rvemu.config import (
    MAX_HARTS,
    DriveSpec,
    MachineConfig,
    parse_drive,
    parse_number,
    parse_size,
    parse_switch,
    split_properties,
)
from rvemu.errors import ConfigError

KIB, MIB, GIB, TIB = (1 << shift for shift in (10, 20, 30, 40))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("128M", 128 * MIB),
        ("4k", 4 * KIB),
        ("2G", 2 * GIB),
        ("8T", 8 * TIB),
        ("0x1000", 4096),
        ("1_024K", MIB),
        ("4096", 4096),
    ],
)
def test_a_size_is_a_number_and_a_suffix(text, size):
    assert parse_size("memory", text) == size


def test_a_size_without_suffix_is_in_the_unit_of_its_option():
    assert parse_size("-m", "256", unit="M") == 256 * MIB
    assert parse_size("-m", "1G", unit="M") == GIB


@pytest.mark.parametrize("text", ["", "M", "12Q", "-1M", "1.5G", "12MB", "0x", "M128", "1 2"])
def test_a_bad_size_is_refused_in_one_line(text):
    with pytest.raises(
        ConfigError, match=r"^memory: '.*' is no size \(a number with K, M, G or T, as 128M\)$"
    ):
        parse_size("memory", text)


@pytest.mark.parametrize(("text", "number"), [("10", 10), ("0x8000_0000", 1 << 31), ("0b101", 5), ("0", 0)])
def test_a_number_is_decimal_or_has_a_prefix(text, number):
    assert parse_number("--seed", text) == number


@pytest.mark.parametrize("text", ["", "-1", "ten", "0xg", "1.0"])
def test_a_bad_number_is_refused(text):
    with pytest.raises(ConfigError, match="^--seed: .* is no number"):
        parse_number("--seed", text)


@pytest.mark.parametrize("text", [str(1 << 64), "0x" + "f" * 5000])
def test_a_number_of_more_than_64_bits_is_refused(text):
    with pytest.raises(ConfigError, match="^--seed: .* is too large"):
        parse_number("--seed", text)


@pytest.mark.parametrize(
    ("text", "value"), [("on", True), ("off", False), ("ON", True), ("true", True), ("no", False)]
)
def test_a_switch_is_on_or_off(text, value):
    assert parse_switch("--hugepages", text) is value


def test_another_switch_is_refused():
    with pytest.raises(ConfigError, match="^--hugepages: 'maybe' is neither on nor off$"):
        parse_switch("--hugepages", "maybe")


def test_a_doubled_comma_belongs_to_the_value():
    assert split_properties("file=a,,b,readonly=on,x") == [("file", "a,b"), ("readonly", "on"), ("x", None)]


@pytest.mark.parametrize(
    ("text", "drive"),
    [
        ("fs.img", DriveSpec("fs.img")),
        ("fs.img,format=raw", DriveSpec("fs.img")),
        ("fs.img,readonly=on", DriveSpec("fs.img", readonly=True)),
        ("fs.img,readonly", DriveSpec("fs.img", readonly=True)),
        ("fs.img,snapshot=on,readonly=off", DriveSpec("fs.img", snapshot=True)),
        ("file=fs.img,read-only=on", DriveSpec("fs.img", readonly=True)),
        ("a,,b.img", DriveSpec("a,b.img")),
        ("k=v.img,snapshot=on", DriveSpec("k=v.img", snapshot=True)),
    ],
)
def test_a_drive_is_a_file_with_properties(text, drive):
    assert parse_drive(text) == drive


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "drive: no file is named"),
        (",readonly=on", "drive: no file is named"),
        ("a.img,format=qcow2", "drive a.img: format 'qcow2' is not supported (raw)"),
        ("a.img,cache=none", "drive a.img: unknown property 'cache'"),
        ("a.img,readonly=perhaps", "drive a.img: readonly: 'perhaps' is neither on nor off"),
    ],
)
def test_a_bad_drive_is_refused(text, complaint):
    with pytest.raises(ConfigError) as caught:
        parse_drive(text)
    assert str(caught.value).startswith(complaint)


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("harts", 0, "harts: 0 are not supported (1 to 64)"),
        ("harts", MAX_HARTS + 1, "harts: 65 are not supported (1 to 64)"),
        ("quantum", 99, "quantum: 99 cycles are too few (at least 100)"),
        ("quantum", (1 << 40) + 1, "quantum: 1099511627777 cycles are too many (at most 1099511627776)"),
        ("seed", 1 << 64, "seed: 18446744073709551616 is out of range (0 to 2 ** 64 - 1)"),
        ("rng_seed", -1, "rng_seed: -1 is out of range (0 to 2 ** 64 - 1)"),
        ("memory", 1 << 56, "memory: 72057594037927936 bytes do not fit 56-bit physical addresses (less)"),
        ("engine", "tcg", "engine: 'tcg' is not known (auto, interp, jit)"),
        ("tier_up", 0, "tier-up: 0 executions are not supported (1 to 255)"),
        ("code_cache", 4096, "code cache: 4096 bytes are not supported (64K to 1G)"),
        ("clock", "fast", "clock: 'fast' is not known (virtual, paced)"),
        ("rng_slot", 8, "virtio-rng: no virtio-mmio slot 8 (0 to 7)"),
    ],
)
def test_a_value_out_of_range_is_refused(option, value, complaint):
    with pytest.raises(ConfigError) as caught:
        MachineConfig(**{option: value})
    assert str(caught.value) == complaint


def slots(*drives: DriveSpec, rng_slot: int | None = 7) -> dict[int, str]:
    """Return the path of the drive in each slot."""
    config = MachineConfig(drives=drives, rng_slot=rng_slot)
    return {slot: drive.path for slot, drive in config.drive_slots()}


def test_drives_take_the_lowest_free_slots_in_order():
    assert slots(DriveSpec("a"), DriveSpec("b", slot=0), DriveSpec("c")) == {1: "a", 0: "b", 2: "c"}


def test_a_slot_is_given_once():
    with pytest.raises(ConfigError, match="^drive b: virtio-mmio slot 3 is taken by a"):
        slots(DriveSpec("a", slot=3), DriveSpec("b", slot=3))
    with pytest.raises(ConfigError, match="^drive a: virtio-mmio slot 7 is taken by virtio-rng"):
        slots(DriveSpec("a", slot=7))


def test_a_slot_must_exist():
    with pytest.raises(ConfigError, match="^a: no virtio-mmio slot 8"):
        slots(DriveSpec("a", slot=8))


def test_every_slot_can_have_a_drive_where_there_is_no_rng():
    assert len(slots(*(DriveSpec(str(number)) for number in range(8)), rng_slot=None)) == 8
    with pytest.raises(ConfigError, match="^drive 7: no virtio-mmio slot is left"):
        slots(*(DriveSpec(str(number)) for number in range(8)))
