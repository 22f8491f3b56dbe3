"""Backtraces: by DWARF call frame information, by the code of prologues, by frame pointers; and across traps.

Sources: DWARF 5, "Call Frame Information"; RISC-V ABIs specification, "Frame Pointer Convention"; for traps, the
code of the handler tells where it saves what; xv6, kernel/proc.h (struct trapframe) for its user registers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rvemu.debug.pagetable import scheme_of
from rvemu.debug.prologue import RA, S0, SP, Prologue, scan
from rvemu.debug.spaces import Location, Symbols, View, read, translate
from rvemu.isa.modes import M, S, U
from rvemu.isa.regs import X_NAMES, X_NUMBERS
from rvemu.machine import Machine

TP = 4
_CALLEE_SAVED = frozenset({SP, 3, TP, S0, 9, *range(18, 28)})
_MAX_FRAME_BYTES = 1 << 20
_SPP, _MPP = 8, 11


@dataclass(frozen=True)
class Frame:
    """A function that has not returned yet.

    Attributes:
        pc: its next instruction; behind the call, but for the innermost frame and those that a trap interrupted.
        sp: its stack pointer.
        view: mode and page table that it runs under.
        location: symbol and image.
        line: source file and line.
        how: what told the frame: "pc", "cfi", "prologue", "frame pointer", "trap", or "return
            address", which is a guess where nothing is known of the code.
    """

    pc: int
    sp: int | None
    view: View
    location: Location | None
    line: tuple[str, int] | None
    how: str


@dataclass
class _State:
    """Where the unwinding has come to: registers are there as far as they are known.

    Attributes:
        exact: whether pc is the next instruction, and not the one behind a call.
    """

    pc: int
    x: dict[int, int]
    view: View
    exact: bool
    how: str


def backtrace(machine: Machine, symbols: Symbols, number: int, limit: int = 64) -> list[Frame]:
    """Return the frames of a hart, the innermost first."""
    hart = machine.harts[number]
    x = {register: hart.x[register] for register in range(1, 32)}
    state: _State | None = _State(hart.pc, x, View.of(hart), True, "pc")
    unwinder = _Unwinder(machine, symbols, number)
    frames: list[Frame] = []
    while state is not None and len(frames) < limit:
        location = unwinder.location(state)
        line = None if location is None else location.line
        if location is not None and not state.exact:
            location = replace(location, offset=location.offset + 1, va=location.va + 1)
        frames.append(Frame(state.pc, state.x.get(SP), state.view, location, line, state.how))
        state = unwinder.caller(state, len(frames))
    return frames


class _Unwinder:
    def __init__(self, machine: Machine, symbols: Symbols, number: int) -> None:
        self._machine, self._symbols, self._hart = machine, symbols, machine.harts[number]

    def location(self, state: _State) -> Location | None:
        """Return where a frame is; the call counts, since the instruction behind it may be another function's."""
        return self._symbols.at(state.pc if state.exact else state.pc - 1, state.view)

    def _word(self, view: View, va: int) -> int | None:
        data = None if va % 8 else read(self._machine, view, va, 8)
        return None if data is None else int.from_bytes(data, "little")

    def _mapped(self, view: View, va: int) -> bool:
        pa = translate(self._machine, view, va)
        return not va & 1 and pa is not None and self._machine.ram.contains(pa, 2)

    # One frame

    def caller(self, state: _State, depth: int) -> _State | None:
        """Return the caller's state, or that of what a trap interrupted; None at the end.

        Args:
            depth: 1 for the innermost frame.
        """
        location = self.location(state)
        found = None if location is None else self._by_dwarf(state, location)
        if found is None and location is not None:
            prologue = self._prologue(state, location)
            if depth == 1 and state.pc - location.offset == self._vector(state.view):
                return self._just_trapped(state, prologue)
            if prologue.is_trap_handler:
                return self._interrupted(state, prologue, depth)
            found = self._by_prologue(state, prologue)
        if found is None:
            found = self._by_frame_pointer(state)
        if found is None and location is None and depth == 1:
            found = self._restored(state, state.x[SP], {}, "return address")
        if location is not None and location.va - location.offset == location.image.table.entry:
            return None
        if found is None or (found.pc, found.x.get(SP)) == (state.pc, state.x.get(SP)):
            return None
        if not self._mapped(found.view, found.pc):
            return self._left_by_jump(state, found.pc, depth)
        return found if self._stack_grows(state, found) else None

    def _stack_grows(self, state: _State, found: _State) -> bool:
        before, after = state.x.get(SP), found.x.get(SP)
        if before is None or after is None:
            return False
        return after > before or (after == before and state.exact)

    def _by_dwarf(self, state: _State, location: Location) -> _State | None:
        dwarf = location.image.table.dwarf
        row = None if dwarf is None else dwarf.frame_row(location.va - location.image.table.offset)
        if row is None or row.cfa[0] not in state.x:
            return None
        return self._restored(state, state.x[row.cfa[0]] + row.cfa[1], row.saved, "cfi")

    def _restored(self, state: _State, cfa: int, saved: dict[int, int | None], how: str) -> _State | None:
        """Return the caller's state, given the frame address and the offsets of saved registers from it."""
        cfa &= (1 << 64) - 1
        x = {register: value for register, value in state.x.items() if register in _CALLEE_SAVED}
        if RA not in saved and state.exact:
            x[RA] = state.x.get(RA, 0)
        for register, offset in saved.items():
            value = None if offset is None else self._word(state.view, cfa + offset)
            if value is not None:
                x[register] = value
            else:
                x.pop(register, None)
        x[SP] = cfa
        back = x.get(RA)
        return None if not back else _State(back, x, state.view, False, how)

    def _prologue(self, state: _State, location: Location) -> Prologue:
        # Where a page is mapped twice, the code is read where the hart executes it.
        at = state.pc if state.exact else state.pc - 1
        return scan(lambda va, size: read(self._machine, state.view, va, size), at - location.offset, at)

    def _by_prologue(self, state: _State, prologue: Prologue) -> _State | None:
        if RA not in prologue.saved and not state.exact:
            return None
        if prologue.frame_pointer is not None and (prologue.moved or prologue.broken):
            cfa = state.x.get(S0, 0) - prologue.frame_pointer
        elif SP in state.x and not prologue.moved and not prologue.broken:
            cfa = state.x[SP] + prologue.depth
        else:
            return None
        saved: dict[int, int | None] = dict(prologue.saved)
        saved.pop(SP, None)
        return self._restored(state, cfa, saved, "prologue")

    def _by_frame_pointer(self, state: _State) -> _State | None:
        """ra and the caller's s0 lie right below where s0 points."""
        frame, sp = state.x.get(S0), state.x.get(SP)
        if frame is None or sp is None or frame % 16 or not sp < frame <= sp + _MAX_FRAME_BYTES:
            return None
        return self._restored(state, frame, {RA: -8, S0: -16}, "frame pointer")

    # Traps

    def _vector(self, view: View) -> int:
        return self._hart.csr.get("mtvec" if view.priv == M else "stvec", 0) & ~3

    def _just_trapped(self, state: _State, prologue: Prologue) -> _State | None:
        """The hart is in the handler itself, so that the CSRs still tell of this trap."""
        csr, machine = self._hart.csr, state.view.priv == M
        priv = csr["mstatus"] >> _MPP & 3 if machine else csr["sstatus"] >> _SPP & 1
        found = self._interrupted(state, prologue, 1) if prologue.is_trap_handler else None
        x = found.x if found is not None else {} if prologue.moved else {**state.x, SP: state.x[SP] + prologue.depth}
        view = View(priv, csr.get("satp", 0) if machine or found is None or priv else found.view.satp)
        return _State(csr["mepc" if machine else "sepc"], x, view, True, "trap")

    def _interrupted(self, state: _State, prologue: Prologue, depth: int) -> _State | None:
        """Return the state that a trap interrupted, given how its handler has saved it so far."""
        sp, view = state.x.get(SP), state.view
        level = "m" if view.priv == M else "s"
        if not prologue.saved or sp is None or prologue.broken:
            return self._user(state, depth <= 2)
        cfa = sp + prologue.depth
        x = {register: value for register, value in state.x.items() if register in _CALLEE_SAVED}
        saved = {**prologue.saved, **({} if prologue.interrupted_sp is None else {SP: prologue.interrupted_sp})}
        x[SP] = cfa
        for register, offset in saved.items():
            value = self._word(view, cfa + offset)
            if value is not None and (register != SP or prologue.moved):
                x[register] = value
        epc = self._slot(view, cfa, prologue, level + "epc")
        status = self._slot(view, cfa, prologue, level + "status")
        priv = view.priv if status is None else status >> _MPP & 3 if level == "m" else status >> _SPP & 1
        satp = self._hart.csr.get("satp", 0) if level == "m" else view.satp
        pc = self._hart.csr[level + "epc"] if epc is None else epc
        return _State(pc, x, View(priv, satp), True, "trap")

    def _slot(self, view: View, cfa: int, prologue: Prologue, csr: str) -> int | None:
        return self._word(view, cfa + prologue.csrs[csr]) if csr in prologue.csrs else None

    def _left_by_jump(self, state: _State, back: int, depth: int) -> _State | None:
        """The return address is none of this address space: a handler that was jumped to, ra still being the user's."""
        if state.view.priv != S or scheme_of(state.view.satp) is None:
            return None
        found = self._user(state, depth == 1)
        return found if found is not None and found.x.get(RA) == back else None

    def _user(self, state: _State, fresh: bool) -> _State | None:
        """Return the user program's state that the kernel has saved elsewhere, or pc alone.

        Args:
            fresh: whether the kernel has come no further than its first function, which saves sepc.
        """
        if state.view.priv != S:
            return None
        epc = self._hart.csr["sepc"]
        process = self._xv6_process(state)
        if process is None:
            return _State(epc, {}, View(U, state.view.satp), True, "trap")
        view, frame, members, kernel = process
        x = {
            X_NUMBERS[name]: value
            for name, offset in members.items()
            if name in X_NAMES and (value := self._word(kernel, frame + offset)) is not None
        }
        if not (fresh and self._mapped(view, epc)):
            saved = self._word(kernel, frame + members["epc"]) if "epc" in members else None
            epc = epc if saved is None else saved
        return _State(epc, x, view, True, "trap")

    def _xv6_process(self, state: _State) -> tuple[View, int, dict[str, int], View] | None:
        """Return the user's view, address and members of the trapframe, and the kernel's view, of xv6's process."""
        cpus = self._symbols.find("cpus", state.view)
        if cpus is None or TP not in state.x:
            return None
        tables = [image.table for image in self._symbols.images if image.table.dwarf is not None]
        for table in tables:
            assert table.dwarf is not None
            cpu, proc, frame = (table.dwarf.structure(name) for name in ("cpu", "proc", "trapframe"))
            if cpu is None or proc is None or frame is None:
                continue
            current = cpus + state.x[TP] * cpu[0] + cpu[1].get("proc", 0)
            view = View(S, state.view.satp)
            where = self._word(view, current)
            if not where or not {"pagetable", "trapframe"} <= proc[1].keys():
                continue
            root = self._word(view, where + proc[1]["pagetable"])
            saved = self._word(view, where + proc[1]["trapframe"])
            if root and saved:
                return View(U, 8 << 60 | root >> 12), saved, frame[1], view
        return None
