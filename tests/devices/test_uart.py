"""16550A, against the PC16550D data sheet, and what Linux, OpenSBI and xv6 expect of it."""

import pytest
from devices.fakes import quiet_lines

from rvemu.devices.uart import REFILL_TICKS, TIMEOUT_TICKS, Uart16550
from rvemu.errors import BusError, SnapshotError

RBR = THR = DLL = 0
IER = DLM = 1
IIR = FCR = 2
LCR, MCR, LSR, MSR, SCR = 3, 4, 5, 6, 7

RDI, THRI, RLSI, MSI = 1, 2, 4, 8                       # IER bits
NO_INT, IS_MSI, IS_THRI, IS_RDI, IS_CTI, IS_RLSI = 0x1, 0x0, 0x2, 0x4, 0xC, 0x6
FIFO_ON, FIFO_ID = 0x01, 0xC0
DR, OE, THRE, TEMT = 0x01, 0x02, 0x20, 0x40
LOOP = 0x10


@pytest.fixture
def uart(rig):
    (irq,), sent = quiet_lines(1), bytearray()
    uart = rig(lambda machine: Uart16550(irq, machine, machine, sent.extend))
    uart.irq, uart.sent = irq, sent
    uart.get = lambda offset: uart.read(offset, 1)
    uart.put = lambda offset, value: uart.write(offset, value, 1)
    return uart


def interrupt(uart):
    """Return the interrupt identification, and check that the line agrees with it."""
    level = uart.irq.level
    identification = uart.get(IIR) & 0x0F
    assert level == (identification != NO_INT)
    return identification


def drain(uart):
    data = bytearray()
    while uart.get(LSR) & DR:
        data.append(uart.get(RBR))
    return bytes(data)


def test_a_byte_goes_out_at_once_and_thr_is_empty_again(uart):
    for byte in b"ok\n\x00\xff":
        assert uart.get(LSR) == THRE | TEMT
        uart.put(THR, byte)
    assert uart.sent == b"ok\n\x00\xff"


def test_wider_accesses_use_the_low_byte(uart):
    uart.write(THR, 0x4142_4344, 4)
    assert uart.sent == b"D"
    assert uart.read(LSR - 1, 4) == uart.get(MCR)


@pytest.mark.parametrize(("offset", "widths"), [(0, "1, 2, 4"), (2, "1, 2"), (5, "1"), (8, "1, 2, 4")])
def test_eight_bytes_are_refused(uart, offset, widths):
    with pytest.raises(BusError, match=rf"no 8-byte read at offset {offset:#x} \(widths: {widths}\)"):
        uart.read(offset, 8)


def test_dlab_shows_the_divisor_latches(uart):
    uart.put(IER, RDI)
    uart.put(LCR, 0x83)
    uart.put(DLL, 0x12)
    uart.put(DLM, 0x34)
    assert (uart.get(DLL), uart.get(DLM)) == (0x12, 0x34)
    uart.put(LCR, 0x03)
    assert (uart.get(RBR), uart.get(IER)) == (0, RDI)
    assert uart.sent == b""


@pytest.mark.parametrize(("offset", "bits"), [(IER, 0x0F), (LCR, 0xFF), (MCR, 0x1F), (SCR, 0xFF)])
def test_registers_keep_the_bits_that_exist(uart, offset, bits):
    for value in (0xFF, 0xAA, 0x55, 0):
        uart.put(offset, value)
        assert uart.get(offset) == value & bits


# Receiving

def test_input_is_ready_at_once_and_comes_in_order(uart):
    uart.device.receive(b"ab")
    uart.device.receive(b"c")
    assert uart.get(LSR) & DR
    uart.put(FCR, FIFO_ON)
    uart.machine.advance_ticks(REFILL_TICKS)
    assert drain(uart) == b"abc"
    assert not uart.get(LSR) & DR
    assert uart.get(RBR) == 0


def test_without_fifo_one_byte_is_ready_at_a_time(uart):
    uart.device.receive(b"ab")
    assert drain(uart) == b"a"
    uart.machine.advance_ticks(REFILL_TICKS - 1)
    assert drain(uart) == b""
    uart.machine.advance_ticks(1)
    assert drain(uart) == b"b"


def test_more_than_the_fifo_waits_until_it_was_drained(uart):
    text = bytes(range(1, 101))
    uart.put(FCR, FIFO_ON)
    uart.device.receive(text)
    parts = []
    while part := drain(uart):
        parts.append(part)
        uart.machine.advance_ticks(REFILL_TICKS)
    assert b"".join(parts) == text
    assert [len(part) for part in parts] == [16] * 6 + [4]


def test_input_never_overruns(uart):
    uart.put(FCR, FIFO_ON)
    uart.device.receive(bytes(1000))
    assert not uart.get(LSR) & OE


@pytest.mark.parametrize(("bits", "level"), [(0x00, 1), (0x40, 4), (0x80, 8), (0xC0, 14)])
def test_data_interrupt_comes_at_the_trigger_level(uart, bits, level):
    uart.put(FCR, FIFO_ON | bits)
    uart.put(IER, RDI)
    uart.device.receive(bytes(level - 1))
    assert interrupt(uart) == NO_INT
    uart.device.receive(b"x")
    assert interrupt(uart) == IS_RDI
    uart.get(RBR)
    assert interrupt(uart) == NO_INT


def test_fewer_bytes_interrupt_by_timeout_until_one_is_read(uart):
    uart.put(FCR, FIFO_ON | 0x80)
    uart.put(IER, RDI)
    uart.device.receive(b"ab")
    uart.machine.advance_ticks(TIMEOUT_TICKS - 1)
    assert interrupt(uart) == NO_INT
    uart.machine.advance_ticks(1)
    assert interrupt(uart) == IS_CTI
    assert uart.get(RBR) == ord("a")
    assert interrupt(uart) == NO_INT
    uart.machine.advance_ticks(TIMEOUT_TICKS)
    assert interrupt(uart) == IS_CTI
    assert uart.get(RBR) == ord("b")
    uart.machine.advance_ticks(TIMEOUT_TICKS)
    assert interrupt(uart) == NO_INT


def test_a_byte_read_in_time_does_not_time_out(uart):
    uart.put(FCR, FIFO_ON | 0x80)
    uart.put(IER, RDI)
    uart.device.receive(b"a")
    uart.machine.advance_ticks(TIMEOUT_TICKS - 1)
    assert uart.get(RBR) == ord("a")
    uart.machine.advance_ticks(TIMEOUT_TICKS)
    assert interrupt(uart) == NO_INT


def test_without_fifo_data_interrupts_at_once(uart):
    uart.put(IER, RDI)
    uart.device.receive(b"a")
    assert interrupt(uart) == IS_RDI


def test_disabled_interrupts_do_not_show(uart):
    uart.device.receive(b"a")
    uart.put(THR, 0)
    assert interrupt(uart) == NO_INT


def test_clearing_the_fifo_lets_outside_input_arrive_again(uart):
    uart.put(FCR, FIFO_ON)
    uart.device.receive(b"early input, longer than a FIFO")
    uart.put(FCR, FIFO_ON | 0x06)
    assert not uart.get(LSR) & DR
    uart.machine.advance_ticks(REFILL_TICKS)
    first = drain(uart)
    uart.machine.advance_ticks(REFILL_TICKS)
    assert first + drain(uart) == b"early input, longer than a FIFO"


def test_switching_the_fifo_clears_it(uart):
    uart.put(FCR, FIFO_ON)
    uart.device.receive(b"abc")
    uart.put(FCR, 0)
    assert not uart.get(LSR) & DR
    uart.machine.advance_ticks(REFILL_TICKS)
    assert drain(uart) == b"a"


# Sending interrupts

def test_enabling_the_thr_interrupt_asserts_it_and_reading_iir_ends_it(uart):
    uart.put(IER, THRI)
    assert interrupt(uart) == IS_THRI
    assert interrupt(uart) == NO_INT


def test_a_driver_that_never_reads_iir_ends_the_thr_interrupt_by_reading_lsr(uart):
    uart.put(IER, THRI)
    uart.put(THR, ord("x"))
    assert uart.irq.level
    uart.get(LSR)
    assert not uart.irq.level
    uart.put(THR, ord("y"))
    assert interrupt(uart) == IS_THRI
    uart.put(THR, ord("z"))
    uart.get(LSR)
    assert uart.irq.level


def test_writing_thr_asserts_the_interrupt_again(uart):
    uart.put(IER, THRI)
    uart.get(IIR)
    uart.put(THR, ord("x"))
    assert interrupt(uart) == IS_THRI
    assert interrupt(uart) == NO_INT


def test_enabling_again_asserts_again_but_only_on_a_change(uart):
    uart.put(IER, THRI)
    uart.get(IIR)
    uart.put(IER, THRI | RDI)
    assert interrupt(uart) == NO_INT
    uart.put(IER, 0)
    assert interrupt(uart) == NO_INT
    uart.put(IER, THRI)
    assert interrupt(uart) == IS_THRI


def test_disabling_the_thr_interrupt_ends_it(uart):
    uart.put(IER, THRI)
    uart.put(IER, 0)
    assert not uart.irq.level


def test_reading_iir_ends_only_an_interrupt_that_it_names(uart):
    uart.put(IER, THRI | RDI)
    uart.device.receive(b"a")
    assert interrupt(uart) == IS_RDI
    uart.get(RBR)
    assert interrupt(uart) == IS_THRI


def test_iir_names_the_highest_interrupt_first(uart):
    uart.put(IER, RDI | THRI | RLSI | MSI)
    uart.put(MCR, LOOP)                                  # modem inputs change
    uart.put(THR, 1)
    uart.put(THR, 2)                                     # overruns the one byte
    assert interrupt(uart) == IS_RLSI
    assert uart.get(LSR) & OE
    assert interrupt(uart) == IS_RDI
    assert uart.get(RBR) == 1
    assert interrupt(uart) == IS_THRI
    assert interrupt(uart) == IS_MSI
    assert uart.get(MSR) & 0x0F
    assert interrupt(uart) == NO_INT
    assert not uart.get(LSR) & OE


def test_iir_tells_that_the_fifos_are_on(uart):
    assert uart.get(IIR) == NO_INT
    uart.put(FCR, FIFO_ON)
    assert uart.get(IIR) == FIFO_ID | NO_INT


# Loopback and modem lines

def test_loopback_brings_sent_bytes_back_and_nothing_out(uart):
    uart.put(FCR, FIFO_ON)
    uart.put(MCR, LOOP)
    for byte in b"loop":
        uart.put(THR, byte)
    assert drain(uart) == b"loop"
    assert uart.sent == b""


def test_the_17th_looped_byte_overruns(uart):
    uart.put(FCR, FIFO_ON)
    uart.put(MCR, LOOP)
    for byte in range(16):
        uart.put(THR, byte)
    assert not uart.get(LSR) & OE
    uart.put(THR, 16)
    assert uart.get(LSR) & OE
    assert drain(uart) == bytes(range(16))


def test_outside_input_waits_while_looped(uart):
    uart.put(FCR, FIFO_ON)
    uart.put(MCR, LOOP)
    uart.device.receive(b"outside")
    uart.put(THR, ord("x"))
    uart.machine.advance_ticks(10 * REFILL_TICKS)
    assert drain(uart) == b"x"
    uart.put(MCR, 0)
    uart.machine.advance_ticks(REFILL_TICKS)
    assert drain(uart) == b"outside"


def test_looped_bytes_are_lost_when_the_fifo_is_cleared(uart):
    uart.put(FCR, FIFO_ON)
    uart.put(MCR, LOOP)
    uart.put(THR, ord("x"))
    uart.put(MCR, 0)
    uart.put(FCR, FIFO_ON | 0x02)
    uart.machine.advance_ticks(REFILL_TICKS)
    assert drain(uart) == b""


def test_outside_input_does_not_mix_with_looped_bytes(uart):
    uart.put(FCR, FIFO_ON)
    uart.put(MCR, LOOP)
    uart.put(THR, ord("x"))
    uart.put(MCR, 0)
    uart.device.receive(b"outside")
    uart.put(FCR, FIFO_ON | 0x02)
    uart.machine.advance_ticks(REFILL_TICKS)
    assert drain(uart) == b"outside"


@pytest.mark.parametrize(("outputs", "inputs"), [
    (0x1, 0x20), (0x2, 0x10), (0x4, 0x40), (0x8, 0x80), (0xF, 0xF0),
])
def test_loopback_connects_modem_outputs_to_inputs(uart, outputs, inputs):
    uart.put(MCR, LOOP | outputs)
    assert uart.get(MSR) & 0xF0 == inputs


def test_the_terminal_is_there(uart):
    assert uart.get(MSR) == 0xB0                         # DCD, DSR, CTS


def test_modem_status_keeps_changes_until_it_is_read(uart):
    uart.put(MCR, LOOP | 0x0F)
    uart.get(MSR)
    uart.put(MCR, LOOP | 0x0B)                           # OUT1 falls: trailing edge of RI
    assert uart.get(MSR) == 0xB4
    assert uart.get(MSR) == 0xB0
    uart.put(MCR, LOOP | 0x0F)                           # a rising RI leaves no trace
    assert uart.get(MSR) == 0xF0


def test_linux_autoconfig_finds_a_16550a(uart):
    """The accesses of autoconfig() and autoconfig_16550a() in Linux, drivers/tty/serial/8250/8250_port.c."""
    uart.put(IER, 0)
    assert uart.get(IER) & 0x0F == 0
    uart.put(IER, 0x0F)
    assert uart.get(IER) & 0x0F == 0x0F
    uart.put(IER, 0)
    saved = uart.get(MCR)
    uart.put(MCR, LOOP | 0x0A)
    assert uart.get(MSR) & 0xF0 == 0x90
    uart.put(MCR, saved)
    uart.put(LCR, 0xBF)
    uart.put(2, 0)                                       # EFR
    uart.put(LCR, 0)
    uart.put(FCR, FIFO_ON)
    assert uart.get(IIR) >> 6 == 3
    uart.put(LCR, 0x80)
    assert uart.get(2) != 0                              # no EFR: not a 16650
    uart.put(LCR, 0)
    uart.put(FCR, FIFO_ON | 0x20)                        # no 64-byte FIFO: not a 16750
    assert uart.get(IIR) >> 5 & 7 == 6
    uart.put(IER, 0x40)                                  # no UUE: not an XScale
    assert uart.get(IER) & 0x40 == 0


def test_linux_finds_no_transmitter_bug(uart):
    """serial8250_do_startup() wants THRI again after IIR was read and IER toggled."""
    found = []
    for _ in range(2):
        uart.put(IER, THRI)
        found.append(uart.get(IIR) & 0x0F)
        uart.put(IER, 0)
    assert found == [IS_THRI, IS_THRI]


def test_xv6_sends_by_one_interrupt_a_byte(uart):
    uart.put(FCR, FIFO_ON | 0x06)
    uart.put(IER, RDI | THRI)
    for byte in b"init: starting sh\n":
        assert interrupt(uart) == IS_THRI
        uart.put(THR, byte)
    assert uart.sent == b"init: starting sh\n"


@pytest.mark.parametrize(("name", "value"), [
    ("rx_fifo", bytes(17)), ("rx_fifo", "abc"), ("ier", 16), ("lcr", -1), ("overrun", 1), ("mcr", 32.0),
])
def test_impossible_saved_state_is_refused(name, value):
    machine_free = quiet_lines(1)[0]
    uart = Uart16550(machine_free, None, None, bytearray().extend)
    saved = uart.save()
    with pytest.raises(SnapshotError, match=name):
        uart.restore({**saved, name: value})
    assert uart.save() == saved
