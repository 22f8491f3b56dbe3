"""The GDB server under raw packets: what GDB's documentation says of each, and what course graders send."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import suppress

import pytest
from debug.gdb import DEMO, Client, Guest, Served
from harness import CODE, DATA, PTE_A, PTE_R, PTE_V, PTE_X, make_hart
from isa.asm import encode

from rvemu.debug.gdb.packets import PACKET_SIZE, Framer, Packet, framed
from rvemu.debug.gdb.requests import answer
from rvemu.debug.gdb.stub import Stub
from rvemu.errors import ConfigError

LOOP = ("addi x5, x5, 1", "sd x5, 0(x6)", "ld x8, 0(x6)", "addi x7, x7, 2", "jal x0, -16")
PC, X5, X7, SATP = 32, 5, 7, 65 + 0x180
SYMBOLS = {
    fields[2]: int(fields[0], 16)
    for line in subprocess.run(
        ["riscv64-unknown-elf-nm", DEMO], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    if len(fields := line.split()) == 3
}


def looping(harts: int = 1) -> Served:
    """Return a machine whose harts all run LOOP, each storing to a word of its own."""
    hart = make_hart(harts=harts, quantum=100)
    hart.put(*LOOP)
    for number, view in enumerate(hart.machine.harts):
        view.pc, view.x[6] = CODE, DATA + 64 * number
    return Served(hart.machine)


@pytest.fixture
def served() -> Iterator[Served]:
    with looping() as served:
        yield served


@pytest.fixture
def client(served: Served) -> Iterator[Client]:
    with Client(served.port) as client:
        yield client


def reason(reply: bytes) -> dict[str, str]:
    """Return the pairs of a stop reply, with its signal under "signal"."""
    assert reply[:1] == b"T"
    pairs = [pair.partition(":")[::2] for pair in reply[3:].decode().split(";") if pair]
    return {"signal": str(int(reply[1:3], 16)), **dict(pairs)}


def test_a_grader_breaks_continues_and_interrupts() -> None:
    """As MIT's gradelib does it: no acknowledgements, `Z1,addr,1` and `c` at once, a search for `$T05`."""
    with Guest("qemu", "-nographic", "-S", "-gdb", "tcp::0") as guest:
        with socket.create_connection(("127.0.0.1", guest.port), 30) as connection:
            for data in (b"Z1,%x,1" % SYMBOLS["main"], b"c"):
                connection.sendall(b"$%s#%02x" % (data, sum(data) & 0xFF))
            said = b""
            while not re.search(rb"\$T05[^#]*#[0-9a-f]{2}", said):
                said += connection.recv(4096)
            assert said.startswith(b"+$OK#9a+")
            connection.sendall(b"$c#63")
            guest.output_until(b"press a key for the shell")
            connection.sendall(b"\x03")
            said = b""
            while b"$T02" not in said:
                said += connection.recv(4096)
        guest.output_until(b" passed, 0 failed")


def test_registers_are_read_and_written_by_number(client: Client) -> None:
    values = client.ask(b"g")
    assert len(values) == 33 * 16
    assert bytes.fromhex(values[-16:].decode()) == CODE.to_bytes(8, "little")
    assert client.ask(b"P5=" + b"efcdab8967452301") == b"OK"
    assert client.word(X5) == 0x0123_4567_89AB_CDEF
    assert client.ask(b"G" + values) == b"OK"
    assert client.ask(b"g") == values
    assert client.ask(b"P%x=%s" % (33 + 10, b"000000000000f03f")) == b"OK"
    assert client.word(33 + 10) == 0x3FF0_0000_0000_0000
    assert client.ask(b"P%x=0000000000000080" % (65 + 0x340)) == b"OK"
    assert client.word(65 + 0x340) == 1 << 63
    assert client.ask(b"P%x=0100000000000000" % (65 + 0xF14)) == b"E16"
    assert client.ask(b"pffff") == b"E16"
    assert client.ask(b"P%x=0200000000000000" % (65 + 4096)) == b"E16"
    assert client.ask(b"P%x=0100000000000000" % (65 + 4096)) == b"OK"
    assert client.word(65 + 4096) == 1


def test_memory_is_binary_safe_and_written_whole_or_not_at_all(client: Client) -> None:
    data = bytes(range(256)) * 4
    at = DATA + 0x1000 - 100
    body = b"".join(b"}" + bytes((byte ^ 0x20,)) if byte in b"#$}" else bytes((byte,)) for byte in data)
    assert client.ask(b"X%x,%x:%s" % (at, len(data), body)) == b"OK"
    assert client.ask(b"m%x,%x" % (at, len(data))) == data.hex().encode()
    assert client.ask(b"M%x,2:aa55" % at) == b"OK"
    assert client.ask(b"m%x,3" % at) == b"aa5502"
    assert client.ask(b"X%x,0:" % at) == b"OK"
    assert client.ask(b"X%x,3:ab" % at) == b"E16"
    end = 0x8100_0000
    assert client.ask(b"M%x,4:01020304" % (end - 2)) == b"E0e"
    assert client.ask(b"m%x,2" % (end - 2)) == b"0000"
    assert client.ask(b"m1000,4") == b"00000000"
    assert client.ask(b"M1000,1:00") == b"E0e"
    assert client.ask(b"m10000000,1") == b"E0e"
    assert client.ask(b"m%x,4" % ((1 << 64) - 2)) == b"E0e"


def test_threads_are_harts() -> None:
    with looping(3) as served, Client(served.port) as client:
        assert client.ask(b"qfThreadInfo") == b"m1,2,3"
        assert client.ask(b"qsThreadInfo") == b"l"
        assert client.ask(b"T3") == b"OK"
        assert client.ask(b"T4") == b"E03"
        assert client.ask(b"Hg3") == b"OK"
        assert client.ask(b"P7=2a00000000000000") == b"OK"
        assert (served.machine.harts[2].x[7], served.machine.harts[0].x[7]) == (42, 0)
        assert client.ask(b"qC") == b"QC3"
        assert client.ask(b"Hg9") == b"E03"
        assert bytes.fromhex(client.ask(b"qThreadExtraInfo,2").decode()) == b"hart 1: M-mode"
        listed = ET.fromstring(client.ask(b"qXfer:threads:read::0,fff")[1:])
        assert [thread.get("id") for thread in listed] == ["1", "2", "3"]


def test_the_target_description_names_every_csr_once(client: Client) -> None:
    text, offset = b"", 0
    while (piece := client.ask(b"qXfer:features:read:target.xml:%x,3ff" % offset))[:1] == b"m":
        text += piece[1:]
        offset = len(text)
    target = ET.fromstring(text + piece[1:])
    numbers = {register.get("name"): int(register.get("regnum") or 0) for register in target.iter("reg")}
    assert (numbers["zero"], numbers["t6"], numbers["pc"], numbers["ft0"], numbers["ft11"]) == (0, 31, 32, 33, 64)
    assert (numbers["fflags"], numbers["satp"], numbers["mhartid"], numbers["priv"]) == (66, 449, 3925, 4161)
    assert len(set(numbers.values())) == len(numbers)
    assert len(client.ask(b"qXfer:memory-map:read::0,fff")) > 100
    assert client.ask(b"qXfer:features:read:other.xml:0,fff") == b""


def test_stops_tell_their_reason(client: Client) -> None:
    assert client.ask(b"vMustReplyEmpty") == b""
    assert b"swbreak+" in client.ask(b"qSupported:swbreak+;hwbreak+")
    assert client.ask(b"Z0,%x,4" % (CODE + 12)) == b"OK"
    stop = reason(client.ask(b"vCont;c"))
    assert (stop["signal"], stop["thread"], stop["swbreak"]) == ("5", "1", "")
    assert client.word(PC) == CODE + 12
    assert client.ask(b"z0,%x,4" % (CODE + 12)) == b"OK"
    assert client.ask(b"Z1,%x,4" % CODE) == b"OK"
    assert "hwbreak" in reason(client.ask(b"vCont;c:1"))
    assert client.ask(b"z1,%x,4" % CODE) == b"OK"


@pytest.mark.parametrize(
    ("kind", "word", "behind"), [(2, "watch", CODE + 8), (3, "rwatch", CODE + 12), (4, "awatch", CODE + 8)]
)
def test_watchpoints_are_told_behind_the_access(client: Client, kind: int, word: str, behind: int) -> None:
    assert client.ask(b"Z%d,%x,2" % (kind, DATA + 4)) == b"OK"
    stop = reason(client.ask(b"c"))
    assert int(stop[word], 16) == DATA + 4
    assert client.word(PC) == behind
    assert client.ask(b"m%x,1" % DATA) == b"01"
    assert client.ask(b"z%d,%x,2" % (kind, DATA + 4)) == b"OK"
    client.send(b"c")
    client.socket.sendall(b"\x03")
    assert reason(client.receive())["signal"] == "2"


def test_one_hart_steps_while_another_stands_at_a_breakpoint() -> None:
    with looping(2) as served, Client(served.port) as client:
        for at, text in ((CODE + 0x100, "addi x7, x7, 1"), (CODE + 0x104, "jal x0, 0")):
            assert client.ask(b"M%x,4:%s" % (at, encode(text).to_bytes(4, "little").hex().encode())) == b"OK"
        assert client.ask(b"Z1,%x,4" % (CODE + 0x100)) == b"OK"
        assert reason(client.ask(b"c%x" % (CODE + 0x100)))["thread"] == "1"
        first, second = served.machine.harts
        for steps in range(1, 4):
            assert reason(client.ask(b"vCont;s:2"))["thread"] == "2"
            assert second.pc == CODE + 4 * steps
        assert (first.x[7], first.pc, second.x[5]) == (1, CODE + 0x104, 1)


def test_a_breakpoint_lifted_for_one_harts_step_still_stops_the_others() -> None:
    with looping(2) as served, Client(served.port) as client:
        assert client.ask(b"Z0,%x,4" % (CODE + 4)) == b"OK"
        assert reason(client.ask(b"c"))["thread"] == "1"
        assert client.ask(b"z0,%x,4" % (CODE + 4)) == b"OK"
        assert reason(client.ask(b"vCont;s:2"))["thread"] == "1"
        assert (served.machine.harts[0].x[5], served.machine.harts[0].pc) == (2, CODE + 4)


@pytest.mark.parametrize(("actions", "thread", "pc"), [
    ("s:2;c", "2", None), ("s:2;c:1", "2", None), ("c:1;s:2", "2", None), ("c:2;s", "1", CODE + 8),
    ("c:2", "1", CODE + 4), ("s:2", "1", CODE + 4), ("C05:2;S05:1", "1", CODE + 8),
])  # fmt: skip
def test_each_thread_has_its_action(actions: str, thread: str, pc: int | None) -> None:
    with looping(2) as served, Client(served.port) as client:
        assert client.ask(b"Z0,%x,4" % (CODE + 4)) == b"OK"
        assert reason(client.ask(b"c"))["thread"] == "1"
        assert client.ask(b"z0,%x,4" % (CODE + 4)) == b"OK"
        assert reason(client.ask(b"vCont;" + actions.encode()))["thread"] == thread
        first, second = served.machine.harts
        assert (second if thread == "2" else first).pc == (pc or CODE + 4)


def test_range_steps_end_where_the_range_does(client: Client) -> None:
    assert client.ask(b"vCont?") == b"vCont;c;C;s;S;r"
    assert reason(client.ask(b"vCont;r%x,%x:1" % (CODE, CODE + 12)))["signal"] == "5"
    assert (client.word(PC), client.word(X7)) == (CODE + 12, 0)
    assert reason(client.ask(b"s"))["20"] == (CODE + 16).to_bytes(8, "little").hex()
    assert reason(client.ask(b"S05;%x" % CODE))["thread"] == "1"
    assert client.word(PC) == CODE + 4


def test_acknowledgements_until_they_are_given_up(client: Client) -> None:
    client.socket.sendall(b"$qC#00")
    assert client.socket.recv(100) == b"-"
    client.socket.sendall(b"$qC#b4")
    assert client.socket.recv(100) == b"+$QC1#c5"
    client.socket.sendall(b"-")
    assert client.socket.recv(100) == b"$QC1#c5"
    client.socket.sendall(b"+$QStartNoAckMode#b0")
    assert client.socket.recv(100) == b"+$OK#9a"
    client.socket.sendall(b"$qC#b4")
    assert client.socket.recv(100) == b"$QC1#c5"


def test_a_client_that_drops_leaves_the_machine_running(served: Served) -> None:
    with Client(served.port) as client:
        client.ask(b"Z0,%x,4" % CODE)
        client.ask(b"c")
    with Client(served.port) as client:
        first = client.word(X5)
        assert len(served.machine.points) == 0
        assert first > 1
        assert client.ask(b"D") == b"OK"
    with Client(served.port) as client:
        assert client.word(X5) >= first


def test_who_looks_and_leaves_does_not_start_a_halted_machine(served: Served) -> None:
    with Client(served.port) as client:
        assert client.ask(b"?")[:3] == b"T05"
    with Client(served.port) as client:
        assert client.word(X5) == 0


def test_the_extended_protocol_restarts_and_attaches_again(client: Client) -> None:
    assert client.ask(b"!") == b"OK"
    client.ask(b"s")
    assert client.ask(b"D;1") == b"OK"
    assert client.ask(b"vAttach;1")[:3] == b"T05"
    assert client.ask(b"vKill;1") == b"OK"
    client.send(b"R00")
    assert client.word(PC) == 0x1000
    assert client.ask(b"vRun;")[:3] == b"T05"


def test_packets_are_answered_while_the_machine_runs(client: Client) -> None:
    client.send(b"c")
    assert client.ask(b"m%x,4" % CODE) != b""
    first = client.word(X5)
    while client.word(X5) == first:
        pass
    assert client.ask(b"?")[:3] == b"T05"
    stopped = client.word(X5)
    assert client.word(X5) == stopped


def test_looking_changes_no_state() -> None:
    hart = make_hart()
    leaf = hart.map_page(0x4000, flags=PTE_V | PTE_R)
    hart.put(*LOOP)
    stub, before = Stub(hart.machine, None), hart.machine.state_hash()
    answer(stub, b"P3=0000000000000000")
    for number in range(65 + 4097):
        answer(stub, b"p%x" % number)
    for packet in (b"g", b"m4000,8", b"m%x,1000" % CODE, b"?", b"qfThreadInfo", b"qXfer:threads:read::0,fff"):
        assert answer(stub, packet)
    assert hart.read_word(leaf) & PTE_A == 0
    assert hart.machine.state_hash() == before


def test_a_page_that_can_only_be_executed_is_shown() -> None:
    hart = make_hart()
    hart.map_page(0x4000, flags=PTE_V | PTE_X | PTE_A)
    hart.write(DATA, b"code")
    hart.priv = 1
    stub = Stub(hart.machine, None)
    assert answer(stub, b"m4000,4") == b"code".hex().encode()
    assert answer(stub, b"m%x,4" % DATA) == b"E0e"
    assert answer(stub, b"Qqemu.PhyMemMode:1") == b"OK"
    assert answer(stub, b"m%x,4" % DATA) == b"code".hex().encode()


def test_monitor_lines_go_to_the_monitor_with_the_hart() -> None:
    hart = make_hart(harts=2)

    def monitor(number: int, line: str) -> str:
        if line == "wrong":
            raise ConfigError("wrong: no such command")
        return f"{number}: {line}\n"

    stub = Stub(hart.machine, monitor)
    answer(stub, b"Hg2")
    said = answer(stub, b"qRcmd," + b"look here".hex().encode())
    assert said is not None
    assert bytes.fromhex(said.decode()) == b"1: look here\n"
    assert answer(stub, b"qRcmd," + b"wrong".hex().encode()) == b"wrong: no such command\n".hex().encode()


def test_long_text_of_the_monitor_comes_in_packets_that_fit() -> None:
    text = "".join(f"line {number}\n" for number in range(3000))
    with Served(make_hart().machine, monitor=lambda hart, line: text) as served, Client(served.port) as client:
        client.send(b"qRcmd," + b"long".hex().encode())
        said = b""
        while (reply := client.receive())[:1] == b"O":
            assert len(reply) < PACKET_SIZE
            said += bytes.fromhex(reply[1:].decode())
        assert len(reply) < PACKET_SIZE
        assert said + bytes.fromhex(reply.decode()) == text.encode()


def test_framing_survives_garbage_cuts_and_oversize() -> None:
    framer = Framer()
    assert framer.feed(b"xyz+$m0,1#fa$g#67\x03-")[1:] == [Packet(b"g", True), b"\x03", b"-"]
    assert framer.feed(b"$m12") == []
    assert framer.feed(b"$g#") == []
    assert framer.feed(b"67") == [Packet(b"g", True)]
    assert not any(item.good for item in framer.feed(b"$" + b"x" * (PACKET_SIZE + 1)) if isinstance(item, Packet))
    assert framer.feed(b"#00$g#67")[-1] == Packet(b"g", True)
    data = bytes(range(256))
    assert framer.feed(framed(data)) == [Packet(data, True)]


def test_the_guests_end_is_told_and_a_kill_ends_the_run() -> None:
    with Guest("run", "--gdb", "0", "--append", "selfcheck=auto", "--halted") as guest, Client(guest.port) as client:
        client.send(b"c")
        assert client.receive() == b"W00"
        assert guest.wait() == 0
    with Guest("run", "--gdb", "0", "--halted") as guest, Client(guest.port) as client:
        client.send(b"k")
        assert guest.wait() == 0


def test_a_signal_ends_the_run_with_a_client_attached() -> None:
    with Guest("run", "--gdb", "0", "--halted") as guest, Client(guest.port) as client:
        assert client.ask(b"?")[:3] == b"T05"
        guest.process.send_signal(signal.SIGINT)
        assert guest.wait() == 130


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run([sys.executable, "-m", "rvemu", "run", "--gdb", str(port)],
                              capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert done.returncode == 2
    assert f"gdb: 127.0.0.1:{port}: address already in use" in done.stderr


def test_waiting_for_nobody_is_refused() -> None:
    done = subprocess.run([sys.executable, "-m", "rvemu", "run", "--halted"],
                          capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert (done.returncode, "--gdb PORT" in done.stderr) == (2, True)


def test_a_client_that_never_reads_does_not_stop_the_machine() -> None:
    with looping() as served:
        with Client(served.port) as client:
            client.socket.settimeout(0.2)
            with suppress(TimeoutError):
                for _ in range(4000):
                    client.socket.sendall(b"$m80000000,1f00#82" * 10)
        with Client(served.port) as client:
            assert client.ask(b"qC") == b"QC1"
