import gzip
import os
import struct
import subprocess
import tracemalloc
import zlib
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.elf_files import Phdr, elf_file

from rvemu.boot import image
from rvemu.boot.image import read_file, read_guest
from rvemu.errors import LoadError

RAM = 0x8000_0000
packed = partial(gzip.compress, mtime=0)
ELF = elf_file(Phdr(RAM, b"code", mem_size=0x100))


def linux_image(size=128, *, text_offset=0x20_0000, image_size=0x1000, flags=0, first=b"MZ\0\0\0\0\0\0"):
    # Linux, boot-image-header.rst: code0, code1, text_offset, image_size, flags, version, res1, res2, magic,
    # magic2.
    numbers = struct.pack("<QQQIIQ", text_offset, image_size, flags, 2, 0, 0)
    return (first + numbers + b"RISCV\0\0\0RSC\x05").ljust(size, b"\0")


@pytest.fixture
def write(tmp_path):
    def write(data, name="guest"):
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return write


def refusal(path, function=read_guest):
    with pytest.raises(LoadError) as error:
        function(path)
    line = str(error.value)
    assert "\n" not in line
    assert line.endswith(")")
    return line


@pytest.mark.parametrize("pack", [bytes, packed], ids=["plain", "gzip"])
@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (ELF, "ELF"),
        (linux_image(), "Image"),
        (b"\x13\0\0\0" * 9, "raw"),
        (b"\x13", "raw"),
        (b"MZ" * 40, "raw"),
    ],
)
def test_a_guest_is_told_by_its_magic_also_when_it_is_packed(write, pack, data, kind):
    guest = read_guest(write(pack(data)))
    assert (guest.kind, guest.data) == (kind, data)
    assert (guest.elf is not None) == (kind == "ELF")


def test_the_header_of_an_image_says_where_and_how_large_it_is(write):
    guest = read_guest(write(linux_image(text_offset=0x40_0000, image_size=0x1_2345)))
    assert (guest.text_offset, guest.mem_size) == (0x40_0000, 0x1_2345)


def test_an_image_takes_at_least_the_bytes_of_its_file(write):
    assert read_guest(write(linux_image(size=200, image_size=0))).mem_size == 200


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"MZ\0\0zimg" + bytes(16) + b"zstd", "EFI zboot"),
        (b"\x28\xb5\x2f\xfd" + bytes(60), "zstd"),
        (b"\xfd7zXZ\0" + bytes(60), "xz file"),
        (b"BZh91AY&SY" + bytes(60), "bzip2"),
        (b"\xd0\x0d\xfe\xed" + bytes(60), "--dtb"),
        (bytes(56) + b"ARM\x64" + bytes(60), "arm64"),
        (bytes(0x202) + b"HdrS" + bytes(60), "bzImage"),
        (linux_image(flags=1), "big-endian Linux Image"),
        (linux_image()[:60], "truncated Linux Image"),
        (ELF[:4] + b"\x01" + ELF[5:], "ELF32"),
        (ELF[:70], "truncated"),
        (b"", "empty file"),
        (packed(b""), "empty file in gzip"),
        (packed(ELF)[:-9], "truncated gzip"),
        (packed(ELF)[:-8] + bytes(8), "damaged gzip"),
        (b"\x1f\x8b", "truncated gzip"),
    ],
)
def test_what_cannot_be_entered_is_refused_by_name(write, data, word):
    path = write(data)
    line = refusal(path)
    assert line.startswith(f"{path}: ")
    assert word in line


def test_packed_kinds_that_are_refused_are_refused_inside_gzip_too(write):
    assert "xz file" in refusal(write(packed(b"\xfd7zXZ\0")))


@pytest.mark.parametrize("function", [read_guest, read_file])
@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("", "no such file"),
        ("/nonexistent/guest", "no such file"),
        ("/", "a directory"),
        ("/dev/null", "device"),
        ("a\0b", "null byte"),
        ("a\nb", "'a\\nb': no such file"),
    ],
)
def test_a_path_that_is_no_file_is_refused_in_one_line(function, path, word):
    assert word in refusal(path, function)


def test_an_unreadable_file_is_refused(write, monkeypatch):
    path = write(b"code")

    def refuse(*args):
        raise PermissionError(13, os.strerror(13), path)

    monkeypatch.setattr("builtins.open", refuse)
    assert refusal(path) == f"{path}: permission denied (a readable file)"


def test_other_files_are_read_as_they_are(write):
    initramfs = packed(b"initramfs")
    assert read_file(write(initramfs)) == initramfs


def test_a_pipe_is_read_to_its_end(tmp_path):
    reader, writer = os.pipe()
    os.write(writer, ELF)
    os.close(writer)
    assert read_guest(f"/dev/fd/{reader}").kind == "ELF"
    os.close(reader)


def test_too_large_files_are_refused_before_they_are_read(tmp_path):
    path = str(tmp_path / "sparse")
    with open(path, "wb") as file:
        file.truncate(2 << 30)
    assert "2147483648 bytes are too many (at most 1073741824)" in refusal(path, partial(read_guest, ram_size=4096))
    assert "2147483648 bytes are too many (at most 4096)" in refusal(path, partial(read_file, max_bytes=4096))


def test_an_endless_pipe_is_refused():
    with subprocess.Popen(["cat", "/dev/zero"], stdout=subprocess.PIPE) as process:
        refuse = partial(read_file, max_bytes=100_000)
        assert "too many bytes (at most 100000)" in refusal(f"/dev/fd/{process.stdout.fileno()}", refuse)
        process.kill()


@pytest.mark.parametrize(("first", "limit"), [(b"", 4096), (ELF, 8192)], ids=["raw", "ELF"])
def test_what_unpacks_to_more_than_ram_is_refused_before_it_is_unpacked(write, monkeypatch, first, limit):
    monkeypatch.setattr(image, "_MAX_ELF_BYTES", 8192)
    read = partial(read_guest, ram_size=4096)
    assert f"unpacks to more than {limit} bytes" in refusal(write(packed(first.ljust(limit + 1, b"\0"))), read)
    assert len(read(write(packed(first.ljust(limit, b"\0")))).data) == limit


def test_a_file_that_unpacks_to_gigabytes_takes_no_such_memory(write):
    zeros = zlib.compressobj(1, zlib.DEFLATED, 31)
    bomb = b"".join(zeros.compress(bytes(1 << 20)) for _ in range(256)) + zeros.flush()
    tracemalloc.start()
    assert "unpacks to more" in refusal(write(bomb), partial(read_guest, ram_size=1 << 20))
    assert tracemalloc.get_traced_memory()[1] < len(bomb) + (8 << 20)
    tracemalloc.stop()


@settings(deadline=None)
@given(
    st.sampled_from([ELF, packed(ELF), linux_image(), b"MZ\0\0zimg"]),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=4),
    st.integers(0, 200),
)
def test_a_damaged_guest_is_read_or_refused_in_one_line(tmp_path_factory, data, changes, end):
    damaged = bytearray(data)
    for offset, byte in changes:
        damaged[offset % len(damaged)] = byte
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(damaged[:end])
    line = ""
    try:
        read_guest(str(path))
    except LoadError as error:
        line = str(error)
    assert "\n" not in line
