"""16550A UART: the console."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rvemu.devices.base import Clock, Device, EventPort, IrqLine, Register
from rvemu.devices.state import flag, octets, word
from rvemu.fdtnode import FdtNode

FIFO_SIZE = 16
REFILL_TICKS = 1000
"""Ticks from the read that empties the receive FIFO to the arrival of the input that waits: 0.1 ms."""
TIMEOUT_TICKS = 400
"""Ticks without a read after which received bytes below the trigger level interrupt all the same."""
ROOM_BYTES = 1 << 16
"""Input from the host is taken while less than this waits."""
_MAX_PENDING = 1 << 40

_REFILL, _TIMEOUT = 0, 1
_BYTES = tuple(bytes([value]) for value in range(256))
_TRIGGER_LEVELS = (1, 4, 8, 14)

IER_RDI, IER_THRI, IER_RLSI, IER_MSI = 0x01, 0x02, 0x04, 0x08
IIR_MSI, IIR_NO_INT, IIR_THRI, IIR_RDI, IIR_RLSI, IIR_CTI = 0x00, 0x01, 0x02, 0x04, 0x06, 0x0C
IIR_FIFO_ENABLED = 0xC0
FCR_ENABLE, FCR_CLEAR_RCVR, FCR_TRIGGER = 0x01, 0x02, 0xC0
LCR_DLAB = 0x80
MCR_DTR, MCR_RTS, MCR_OUT1, MCR_OUT2, MCR_LOOP = 0x01, 0x02, 0x04, 0x08, 0x10
LSR_DR, LSR_OE, LSR_THRE, LSR_TEMT = 0x01, 0x02, 0x20, 0x40
MSR_TERI, MSR_CTS, MSR_DSR, MSR_RI, MSR_DCD = 0x04, 0x10, 0x20, 0x40, 0x80

_LSR_IDLE = LSR_THRE | LSR_TEMT
_LSR_READY = _LSR_IDLE | LSR_DR
_LINES_UP = MSR_CTS | MSR_DSR | MSR_DCD
"""The modem inputs of a terminal that is there."""


@dataclass
class UartState:
    """Guest-visible state of the UART, and the outside input that waits for room in the receive FIFO.

    Attributes:
        thr_irq: the transmitter-empty interrupt is asserted; enabling or writing THR sets it.
        iir_read: the driver has read IIR since the reset.
        timeout: bytes below the trigger level have waited too long.
        looped: the receive FIFO holds bytes that the guest sent itself.
        refilling: the event that refills the receive FIFO is scheduled.
        msr_delta: bits 3:0 of MSR.
    """

    rx_fifo: bytearray = field(default_factory=bytearray, metadata=octets(FIFO_SIZE))
    pending: bytearray = field(default_factory=bytearray, metadata=octets(_MAX_PENDING))
    ier: int = word(4)
    fcr: int = word(8)
    lcr: int = word(8)
    mcr: int = word(5, MCR_OUT2)
    scr: int = word(8)
    dll: int = word(8, 12)
    dlm: int = word(8)
    msr_delta: int = word(4)
    overrun: bool = flag()
    thr_irq: bool = flag()
    iir_read: bool = flag()
    timeout: bool = flag()
    looped: bool = flag()
    refilling: bool = flag()


def _byte(offset: int, name: str, access: str, help: str, bank: str = "") -> Register:
    # QEMU's virt also takes wider accesses and uses their low byte; guests written against it rely on that.
    return Register(offset, name, access, help, 1, (1, 2, 4), bank=bank)


class Uart16550(Device):
    """16550A UART with FIFOs of 16 bytes; a byte that is sent goes out at once.

    Outside input waits until the receive FIFO has been drained: nothing is lost to speed. The host keeps what
    there is no `room` for; what Python types is taken whole.
    Clearing the receive FIFO makes what it held arrive again later, so that input given before the guest
    set up its driver is not lost either.

    Source: PC16550D data sheet, "Registers".
    """

    compatible, size, state_type = "ns16550a", 0x100, UartState
    registers = (
        _byte(0, "RBR", "R", "receiver buffer: takes a byte from the receive FIFO", "DLAB=0"),
        _byte(0, "THR", "W", "transmitter holding register: sends a byte", "DLAB=0"),
        _byte(0, "DLL", "RW", "divisor latch, bits 7:0", "DLAB=1"),
        _byte(1, "IER", "RW", "enables: 0 data, 1 THR empty, 2 line status, 3 modem status", "DLAB=0"),
        _byte(1, "DLM", "RW", "divisor latch, bits 15:8", "DLAB=1"),
        _byte(2, "IIR", "R", "highest interrupt pending; reading ends the THR-empty interrupt"),
        _byte(2, "FCR", "W", "bit 0 FIFOs on, 1 clear receive, 2 clear transmit, 7:6 trigger level"),
        _byte(3, "LCR", "RW", "frame format; bit 7 DLAB selects the divisor latches"),
        _byte(4, "MCR", "RW", "modem outputs; bit 4 loops outputs back to inputs"),
        _byte(5, "LSR", "R", "0 data ready, 1 overrun, 5 THR empty, 6 transmitter empty"),
        _byte(6, "MSR", "R", "modem inputs 7:4 and their changes 3:0, which reading clears"),
        _byte(7, "SCR", "RW", "scratch"),
    )
    state: UartState

    def __init__(self, irq: IrqLine, clock: Clock, events: EventPort, sink: Callable[[bytes], None]) -> None:
        super().__init__(UartState())
        self._irq, self._clock, self._events, self._sink = irq, clock, events, sink
        self.refresh()

    # Receiving

    def receive(self, data: bytes) -> None:
        """Append outside input; the guest gets it as fast as it drains the FIFO."""
        self.state.pending += data
        if not self.state.refilling and not self.state.looped:
            self._fill()

    @property
    def room(self) -> int:
        """How many bytes of input should be taken from the host now; far more than the guest takes in a slice."""
        return max(ROOM_BYTES - len(self.state.pending), 0)

    def _capacity(self) -> int:
        return FIFO_SIZE if self.state.fcr & FCR_ENABLE else 1

    def _fill(self) -> None:
        """Move waiting input into the free part of the receive FIFO; a looped line hears nothing outside."""
        state = self.state
        room = self._capacity() - len(state.rx_fifo)
        if room > 0 and state.pending and not state.mcr & MCR_LOOP:
            state.rx_fifo += state.pending[:room]
            del state.pending[:room]
            self._restart_timeout()
            self._update_irq()

    def _refill_later(self) -> None:
        """Schedule the next input once the receive FIFO is empty."""
        state = self.state
        if not state.rx_fifo:
            state.looped = False
            if state.pending and not state.refilling:
                state.refilling = True
                self._schedule(REFILL_TICKS, _REFILL)

    def _restart_timeout(self) -> None:
        self.state.timeout = False
        if 0 < len(self.state.rx_fifo) < self._trigger_level():
            self._schedule(TIMEOUT_TICKS, _TIMEOUT)

    def _schedule(self, ticks: int, tag: int) -> None:
        self._events.schedule(self._clock.cycle_of_tick(self._clock.ticks + ticks), tag)

    def _trigger_level(self) -> int:
        return _TRIGGER_LEVELS[self.state.fcr >> 6] if self.state.fcr & FCR_ENABLE else 1

    def on_event(self, tag: int) -> None:
        """Let waiting input arrive, or bytes in the receive FIFO time out."""
        if tag == _REFILL:
            self.state.refilling = False
            self._fill()
        else:
            self.state.timeout = 0 < len(self.state.rx_fifo) < self._trigger_level()
            self._update_irq()

    def peek_rbr(self) -> int:
        """Return the oldest byte in the receive FIFO, 0 if it is empty, and leave it there."""
        return self.state.rx_fifo[0] if self.state.rx_fifo else 0

    def read_rbr(self) -> int:
        """Take the oldest byte from the receive FIFO, 0 if it is empty."""
        state = self.state
        if not state.rx_fifo:
            return 0
        value = state.rx_fifo.pop(0)
        self._restart_timeout()
        self._refill_later()
        self._update_irq()
        return value

    def _clear_rx_fifo(self) -> None:
        state = self.state
        if not state.looped:
            state.pending[:0] = state.rx_fifo
        state.rx_fifo.clear()
        state.timeout = False
        self._refill_later()

    # Sending

    def write_thr(self, value: int) -> None:
        """Send a byte; THR is empty again at once, which asserts its interrupt."""
        state = self.state
        if state.mcr & MCR_LOOP:
            self._loop_back(value)
        else:
            self._sink(_BYTES[value])
        if not state.thr_irq:
            state.thr_irq = True
            self._update_irq()

    def _loop_back(self, value: int) -> None:
        state = self.state
        if len(state.rx_fifo) < self._capacity():
            state.looped = True
            state.rx_fifo.append(value)
            self._restart_timeout()
        else:
            state.overrun = True
        self._update_irq()

    # Interrupts

    def _interrupt(self) -> int:
        """Return the identification of the highest interrupt that is enabled and pending."""
        state = self.state
        ier = state.ier
        if ier & IER_RLSI and state.overrun:
            return IIR_RLSI
        if ier & IER_RDI and state.timeout:
            return IIR_CTI
        if ier & IER_RDI and len(state.rx_fifo) >= self._trigger_level():
            return IIR_RDI
        if ier & IER_THRI and state.thr_irq:
            return IIR_THRI
        if ier & IER_MSI and state.msr_delta:
            return IIR_MSI
        return IIR_NO_INT

    def _update_irq(self) -> None:
        self._irq.set_level(self._interrupt() != IIR_NO_INT)

    def refresh(self) -> None:
        """Select the registers that DLAB shows, and recompute the interrupt line."""
        self.select_bank("DLAB=1" if self.state.lcr & LCR_DLAB else "DLAB=0")
        self._update_irq()

    def write_ier(self, value: int) -> None:
        """Enable interrupts; switching on the THR-empty interrupt asserts it, for THR is empty."""
        state = self.state
        if not value & IER_THRI:
            state.thr_irq = False
        elif not state.ier & IER_THRI:
            state.thr_irq = True
        state.ier = value & 0x0F
        self._update_irq()

    def peek_iir(self) -> int:
        """Return the highest interrupt, and let it be."""
        return self._interrupt() | (IIR_FIFO_ENABLED if self.state.fcr & FCR_ENABLE else 0)

    def read_iir(self) -> int:
        """Return the highest interrupt; if that is THR empty, it is over."""
        shown = self.peek_iir()
        self.state.iir_read = True
        if shown & 0x0F == IIR_THRI:
            self.state.thr_irq = False
            self._update_irq()
        return shown

    # Control and status

    def write_fcr(self, value: int) -> None:
        """Switch the FIFOs on or off, which clears them, or clear them, or set the trigger level."""
        state = self.state
        switched = (value ^ state.fcr) & FCR_ENABLE
        if switched or value & FCR_CLEAR_RCVR:
            self._clear_rx_fifo()
        state.fcr = value & (FCR_ENABLE | FCR_TRIGGER) if value & FCR_ENABLE else 0
        self._restart_timeout()
        self._update_irq()

    def write_lcr(self, value: int) -> None:
        """Set the frame format, which a console has none of, and DLAB."""
        self.state.lcr = value
        self.refresh()

    def peek_lsr(self) -> int:
        """Return the line status, and let the overrun be."""
        status = _LSR_READY if self.state.rx_fifo else _LSR_IDLE
        return status | (LSR_OE if self.state.overrun else 0)

    def read_lsr(self) -> int:
        """Return the line status; reading clears the overrun.

        It also ends the THR-empty interrupt of a driver that has never read IIR, which by the data sheet nothing but
        IIR would end: xv6 before 2023 is one, and would be interrupted for ever.
        """
        state = self.state
        status = _LSR_READY if state.rx_fifo else _LSR_IDLE
        if state.thr_irq and not state.iir_read:
            state.thr_irq = False
            self._update_irq()
        if state.overrun:
            state.overrun = False
            self._update_irq()
            status |= LSR_OE
        return status

    def _modem_inputs(self) -> int:
        """Return bits 7:4 of MSR: a terminal that is ready, or in loopback the modem outputs."""
        mcr = self.state.mcr
        if not mcr & MCR_LOOP:
            return _LINES_UP
        pairs = ((MCR_RTS, MSR_CTS), (MCR_DTR, MSR_DSR), (MCR_OUT1, MSR_RI), (MCR_OUT2, MSR_DCD))
        return sum(status for control, status in pairs if mcr & control)

    def write_mcr(self, value: int) -> None:
        """Set the modem outputs and loopback; inputs that change by that leave their trace in MSR."""
        state = self.state
        before = self._modem_inputs()
        state.mcr = value & 0x1F
        after = self._modem_inputs()
        changed = before ^ after
        rising_ring = after & MSR_RI  # TERI is set by the trailing edge only
        state.msr_delta |= (changed & ~rising_ring) >> 4
        self._refill_later()
        self._update_irq()

    def peek_msr(self) -> int:
        """Return the modem status, and let the change bits be."""
        return self._modem_inputs() | self.state.msr_delta

    def read_msr(self) -> int:
        """Return the modem status; reading clears the change bits."""
        status = self.peek_msr()
        if self.state.msr_delta:
            self.state.msr_delta = 0
            self._update_irq()
        return status

    def fdt_node(self, base: int, irq: int = 0) -> FdtNode:
        """Return the node of the UART."""
        node = self._node_with_irq("serial", base, irq)
        node.props["clock-frequency"] = 3686400
        return node
