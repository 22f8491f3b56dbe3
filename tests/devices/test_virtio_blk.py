"""virtio block device and its drive, against the specification and the file on the host."""

import os
import struct

import pytest
from devices.driver import BASE, F_VERSION_1, NEEDS_RESET, Driver
from devices.fakes import Rig, quiet_lines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rvemu.devices.virtio.blk import VirtioBlk
from rvemu.devices.virtio.drive import Drive
from rvemu.devices.virtio.mmio import VirtioMmio
from rvemu.errors import DriveError
from rvemu.memory import Ram

IN, OUT, FLUSH, GET_ID = 0, 1, 4, 8
OK, IOERR, UNSUPP = 0, 1, 2
F_RO, F_FLUSH = 1 << 5, 1 << 9
SECTORS = 64


def header(command, sector=0):
    return struct.pack("<IIQ", command, 0, sector)


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "disk.img"
    path.write_bytes(b"".join(bytes([sector]) * 512 for sector in range(SECTORS)))
    return path


@pytest.fixture
def open_drive():
    drives = []

    def open_one(*args, **options):
        drives.append(Drive(*args, **options))
        return drives[-1]

    yield open_one
    for drive in drives:
        drive.close()


def make_disk(rig, drive, serial=""):
    ram, (irq,) = Ram(BASE, 16 << 20), quiet_lines(1)
    slot = rig(lambda machine: VirtioMmio(VirtioBlk(drive, serial), irq, ram, machine, machine))
    slot.ram = ram
    return slot


@pytest.fixture
def disk(rig, image, open_drive):
    return make_disk(rig, open_drive(str(image)))


@pytest.fixture
def driver(disk):
    return Driver(disk, disk.ram).start()


def test_configuration(disk):
    config = bytes(disk.read(0x100 + offset, 1) for offset in range(64))
    capacity, size_max, seg_max = struct.unpack_from("<QII", config)
    assert (capacity, size_max, seg_max) == (SECTORS, 0, 254)
    assert struct.unpack_from("<I", config, 20) == (512,)
    assert disk.read(0x08) == 2


def test_features(disk):
    assert Driver(disk, disk.ram).offered() & 0xFFFF == 1 << 2 | 1 << 6 | F_FLUSH


def test_reading_returns_the_sectors(driver):
    length, data = driver.request(header(IN, 5), 1024, 1)
    assert length == 1025
    assert data == bytes([5]) * 512 + bytes([6]) * 512 + bytes([OK])


def test_writing_changes_the_file(driver, image):
    data = os.urandom(1024)
    assert driver.request(header(OUT, 62), data, 1) == (1, bytes([OK]))
    assert image.read_bytes()[62 * 512 :] == data
    assert image.read_bytes()[: 62 * 512] == b"".join(bytes([sector]) * 512 for sector in range(62))


def test_framing_does_not_matter(driver, image):
    """The device must not make assumptions on message framing: header and data come in odd pieces."""
    request = header(OUT, 1) + b"q" * 512
    assert driver.request(request[:3], request[3:20], request[20:], 1) == (1, bytes([OK]))
    assert image.read_bytes()[512:1024] == b"q" * 512
    assert driver.request(header(IN, 1)[:10], header(IN, 1)[10:], 100, 413) == (513, b"q" * 512 + bytes([OK]))


def test_a_large_transfer_in_many_buffers(rig, tmp_path, open_drive):
    content = os.urandom(6 << 20)
    path = tmp_path / "large.img"
    path.write_bytes(content)
    disk = make_disk(rig, open_drive(str(path)))
    driver = Driver(disk, disk.ram, num=256).start()
    buffers = [41 * 512] * 150
    length, data = driver.request(header(IN, 3), *buffers, 1, indirect=True)
    assert length == 150 * 41 * 512 + 1
    assert data == content[3 * 512 : (3 + 150 * 41) * 512] + bytes([OK])
    new = os.urandom(150 * 41 * 512)
    pieces = [new[start : start + 21_000] for start in range(0, len(new), 21_000)]
    assert driver.request(header(OUT, 7), *pieces, 1, indirect=True) == (1, bytes([OK]))
    assert path.read_bytes() == content[: 7 * 512] + new + content[7 * 512 + len(new) :]


@pytest.mark.parametrize(("sector", "size"), [
    (SECTORS, 512), (SECTORS - 1, 1024), (2**64 - 1, 512), (2**55, 512), (0, 511), (0, 513), (0, 1),
])
def test_a_transfer_outside_the_drive_or_of_part_of_a_sector_is_an_io_error(driver, image, sector, size):
    before = image.read_bytes()
    assert driver.request(header(IN, sector), size, 1) == (0, bytes(size) + bytes([IOERR]))
    assert driver.request(header(OUT, sector), bytes(size), 1) == (1, bytes([IOERR]))
    assert image.read_bytes() == before


@pytest.mark.parametrize("command", [2, 3, 5, 9, 10, 11, 13, 0xFFFF_FFFF])
def test_other_commands_are_unsupported(driver, command):
    assert driver.request(header(command), 1) == (1, bytes([UNSUPP]))


def test_get_id(rig, image, open_drive):
    disk = make_disk(rig, open_drive(str(image)), serial="a serial number that is too long")
    driver = Driver(disk, disk.ram).start()
    assert driver.request(header(GET_ID), 20, 1) == (21, b"a serial number that" + bytes([OK]))


def test_flush_syncs_the_file_before_it_completes(driver, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fdatasync", synced.append)
    driver.request(header(OUT), bytes(512), 1)
    assert synced == []
    assert driver.request(header(FLUSH), 1) == (1, bytes([OK]))
    assert len(synced) == 1


def test_every_write_is_synced_for_a_driver_that_cannot_flush(disk, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fdatasync", synced.append)
    Driver(disk, disk.ram).start(F_VERSION_1).request(header(OUT), bytes(512), 1)
    assert len(synced) == 1


@pytest.mark.parametrize("call", ["preadv", "pwrite", "fdatasync"])
def test_a_failing_file_is_an_io_error(driver, monkeypatch, call):
    def fail(*args):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, call, fail)
    data = {"preadv": (512, 1), "pwrite": (bytes(512), 1), "fdatasync": (1,)}[call]
    command = {"preadv": IN, "pwrite": OUT, "fdatasync": FLUSH}[call]
    _, written = driver.request(header(command), *data)
    assert written[-1] == IOERR
    monkeypatch.undo()
    assert driver.request(header(IN, 9), 512, 1) == (513, bytes([9]) * 512 + bytes([OK]))


@pytest.mark.parametrize("buffers", [(header(IN),), (header(IN)[:15], 513), (header(OUT), bytes(512)), (1,)])
def test_a_request_without_header_or_status_needs_a_reset(driver, disk, buffers):
    driver.add(*buffers)
    driver.notify()
    disk.machine.advance(1_000_000)
    assert disk.read(0x70) & NEEDS_RESET


@pytest.mark.parametrize("snapshot", [False, True])
def test_a_readonly_drive_says_so_and_refuses_writes(rig, image, open_drive, snapshot):
    disk = make_disk(rig, open_drive(str(image), readonly=True, snapshot=snapshot))
    driver = Driver(disk, disk.ram)
    assert driver.offered() & F_RO
    before = image.read_bytes()
    driver.start()
    assert driver.request(header(OUT), b"x" * 512, 1) == (1, bytes([IOERR]))
    assert driver.request(header(FLUSH), 1) == (1, bytes([OK]))
    assert driver.request(header(IN), 512, 1)[1] == before[:512] + bytes([OK])
    assert image.read_bytes() == before


def test_a_snapshot_drive_keeps_writes_in_memory(rig, image, open_drive):
    before = image.read_bytes()
    disk = make_disk(rig, open_drive(str(image), snapshot=True))
    driver = Driver(disk, disk.ram).start()
    driver.request(header(OUT, 3), b"new" * 512, 1)
    driver.request(header(FLUSH), 1)
    _, data = driver.request(header(IN, 2), 5 * 512, 1)
    assert data[:-1] == before[1024:1536] + b"new" * 512 + before[6 * 512 : 7 * 512]
    assert image.read_bytes() == before


@settings(derandomize=True, deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(command=st.sampled_from([IN, OUT, FLUSH, GET_ID, 7]),
       sector=st.integers(0, 80) | st.integers(0, 2**64 - 1),
       readable=st.sampled_from([0, 512, 1024, 1, 40 * 512]),
       writable=st.sampled_from([0, 1, 20, 513, 1025, 40 * 512]),
       cut=st.integers(0, 16), short=st.booleans())
def test_any_request_gets_a_status_or_needs_a_reset(image, command, sector, readable, writable, cut, short):
    drive = Drive(str(image), snapshot=True)
    disk = make_disk(lambda make: Rig(make, renew=False), drive)
    driver = Driver(disk, disk.ram).start()
    request = header(command, sector)[: cut if short else 16] + bytes(readable)
    head = driver.add(request[:cut], request[cut:], *([writable] if writable else []))
    driver.notify()
    disk.machine.advance(1_000_000)
    if disk.read(0x70) & NEEDS_RESET:
        assert not writable or len(request) < 16
    else:
        ((used, length),) = driver.used_elements()
        assert used == head
        assert length <= writable
        assert driver.written(head)[-1] in (OK, IOERR, UNSUPP)
    drive.close()


# The drive itself

def test_a_drive_keeps_what_is_written_across_chunks(tmp_path, open_drive):
    path = tmp_path / "d.img"
    content = bytearray(os.urandom(512 * 512))
    path.write_bytes(content)
    drive = open_drive(str(path), snapshot=True)
    for sector, count in ((127, 2), (0, 1), (200, 200), (511, 1)):
        data = os.urandom(512 * count)
        drive.write_sectors(sector, data)
        content[sector * 512 : sector * 512 + len(data)] = data
    assert drive.read_sectors(0, 512) == content
    assert drive.read_sectors(126, 5) == content[126 * 512 : 131 * 512]


def test_a_last_partial_sector_reads_as_if_zeros_followed(tmp_path, open_drive):
    path = tmp_path / "odd.img"
    path.write_bytes(b"x" * 700)
    drive = open_drive(str(path))
    assert drive.sectors == 2
    assert drive.read_sectors(0, 2) == b"x" * 700 + bytes(324)


def read_into(drive: Drive, sector: int, sizes: list[int]) -> bytes:
    """Return what the drive puts into buffers of these sizes, one after the other."""
    buffers = [bytearray(b"?" * size) for size in sizes]
    drive.read_into(sector, [memoryview(buffer) for buffer in buffers])
    return b"".join(buffers)


@pytest.mark.parametrize("snapshot", [False, True])
@pytest.mark.parametrize("sizes", [[1024], [100, 400, 524], [1] * 2048])
def test_sectors_are_read_into_buffers_of_any_size(tmp_path, open_drive, sizes, snapshot):
    path = tmp_path / "d.img"
    content = bytearray(os.urandom(16 * 512))
    path.write_bytes(content)
    drive = open_drive(str(path), snapshot=snapshot)
    drive.write_sectors(5, b"new!" * 128)
    content[5 * 512 : 6 * 512] = b"new!" * 128
    assert read_into(drive, 4, sizes) == content[4 * 512 :][: sum(sizes)]


def test_what_the_file_does_not_have_is_zeros_in_every_buffer(tmp_path, open_drive):
    path = tmp_path / "odd.img"
    path.write_bytes(b"x" * 700)
    assert read_into(open_drive(str(path)), 0, [600, 200, 224]) == b"x" * 700 + bytes(324)


def test_short_reads_and_writes_of_the_host_are_continued(image, open_drive, monkeypatch):
    drive = open_drive(str(image))
    pread, pwrite = os.pread, os.pwrite
    monkeypatch.setattr(os, "pread", lambda fd, size, at: pread(fd, min(size, 100), at))
    monkeypatch.setattr(os, "pwrite", lambda fd, data, at: pwrite(fd, data[:100], at))
    drive.write_sectors(1, b"y" * 1024)
    assert drive.read_sectors(0, 4) == bytes(512) + b"y" * 1024 + bytes([3]) * 512
    monkeypatch.setattr(os, "preadv", lambda fd, views, at: 0)
    assert read_into(drive, 1, [1000, 24]) == b"y" * 1024


@pytest.mark.parametrize(("first", "second"), [({}, {}), ({}, {"readonly": True}), ({"snapshot": True}, {})])
def test_an_image_that_is_written_belongs_to_one_machine(image, open_drive, first, second):
    open_drive(str(image), **first)
    with pytest.raises(DriveError, match=r"disk\.img: in use by another machine \(.*\)$"):
        open_drive(str(image), **second)


def test_readers_share_an_image_and_a_closed_drive_is_free(image, open_drive):
    open_drive(str(image), readonly=True)
    open_drive(str(image), snapshot=True)
    other = image.with_name("other.img")
    other.write_bytes(bytes(512))
    Drive(str(other)).close()
    open_drive(str(other))


def test_errors_are_one_line(tmp_path, open_drive):
    for path in (tmp_path / "missing.img", tmp_path):
        with pytest.raises(DriveError, match=rf"^{path}: .* \(.*\)$"):
            open_drive(str(path), readonly=True)


def test_a_pipe_is_no_image_and_does_not_hang(tmp_path, open_drive):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DriveError, match="no disk image"):
        open_drive(str(tmp_path / "pipe"))


def test_a_drive_that_nobody_holds_gives_up_its_lock(image, open_drive):
    drive = Drive(str(image))
    assert drive.sectors == SECTORS
    del drive
    open_drive(str(image))


def test_an_image_that_cannot_be_written_is_refused(image, open_drive, monkeypatch):
    def open_for_root_too(path, flags):
        assert flags & os.O_RDWR
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", open_for_root_too)
    with pytest.raises(DriveError, match=r"cannot be written: .* \(readonly=on or snapshot=on\)"):
        open_drive(str(image))
