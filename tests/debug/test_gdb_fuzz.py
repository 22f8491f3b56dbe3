"""The GDB port under 10 000 packets of which most are wrong: it goes on serving."""

from __future__ import annotations

import random
import socket
import threading

from debug.gdb import DEMO, Client, Served

from rvemu.machine import Machine

PACKETS, BATCH, SEED = 10_000, 50, 20
WORDS = (
    b"g", b"G", b"p", b"P", b"m", b"M", b"X", b"c", b"C05", b"s", b"S05", b"?", b"!", b"D", b"H", b"Hg", b"Hc", b"T",
    b"Z", b"Z0,", b"Z1,", b"Z2,", b"Z4,", b"z", b"z0,", b"R", b"vCont", b"vCont?", b"vCont;", b"vCont;s:", b"vCont;c:",
    b"vCont;r", b"vAttach;1", b"vMustReplyEmpty", b"qSupported:", b"qXfer:features:read:target.xml:",
    b"qXfer:threads:read::", b"qXfer:memory-map:read::", b"qRcmd,", b"qC", b"qCRC:", b"qAttached", b"qfThreadInfo",
    b"qThreadExtraInfo,", b"qSymbol::", b"Qqemu.PhyMemMode:", b"QStartNoAckMode", b"vKill", b"vRun;", b"b", b"",
)  # fmt: skip
PIECES = (
    b"0", b"1", b"2", b"-1", b"ff", b"1041", b"80200000", b"80000000", b"1000", b"10000000", b"ffffffffffffffff",
    b"7fffffffffffffff", b"10000000000000000", b",", b";", b":", b"=", b"p1.1", b"4", b"2000", b"\xff", b"}", b"\0",
)  # fmt: skip


def body(chance: random.Random) -> bytes:
    """Return what may stand in a packet: a word and pieces, or bytes of any kind."""
    if chance.random() < 0.1:
        return chance.randbytes(chance.randrange(60))
    word = chance.choice(WORDS) + b"".join(chance.choices(PIECES, k=chance.randrange(6)))
    return word if not word.startswith(b"vKill") or chance.random() < 0.01 else b"vKil"


def packet(chance: random.Random) -> bytes:
    """Return a packet, now and then with a wrong checksum, cut, too long, or with something between."""
    data = body(chance)
    framed = b"$" + data + b"#%02x" % (sum(data) & 0xFF)
    match chance.randrange(40):
        case 0:
            return framed[: chance.randrange(len(framed) + 1)]
        case 1:
            return framed[:-2] + b"zz"
        case 2:
            return b"$" + b"m" * 20_000 + framed
        case 3:
            return chance.choice((b"+", b"-", b"\x03", b"#", b"$")) + framed
    return framed


def drain(connection: socket.socket) -> None:
    """Take whatever comes, until the other side is gone."""
    try:
        while connection.recv(1 << 16):
            pass
    except OSError:
        return


def test_ten_thousand_packets() -> None:
    chance = random.Random(SEED)
    machine = Machine(kernel=DEMO, harts=2, memory="16M")
    with Served(machine, monitor=lambda hart, line: f"{hart} {line}") as served:
        for _ in range(PACKETS // BATCH):
            with socket.create_connection(("127.0.0.1", served.port), 60) as connection:
                reader = threading.Thread(target=drain, args=(connection,))
                reader.start()
                for _ in range(BATCH):
                    connection.sendall(packet(chance))
                connection.sendall(b"\x03")
                connection.shutdown(chance.choice((socket.SHUT_WR, socket.SHUT_RDWR)))
                reader.join(60)
                assert not reader.is_alive()
        with Client(served.port) as client:
            assert client.ask(b"?")[:3] == b"T05"
            assert len(client.ask(b"g")) == 33 * 16
            assert client.ask(b"QStartNoAckMode") == b"OK"
