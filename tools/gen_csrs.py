"""The CSR table as Cython text: indices of the stored ones, and the two switches that read and write them."""

from __future__ import annotations

from rvemu.isa import csrs as table
from rvemu.isa.causes import INTERRUPT_PRIORITY, Cause
from rvemu.isa.csrs import CSRS, Csr


def _constants() -> str:
    """The masks of isa/csrs.py and the causes, under their own names."""
    values = {name: value for name, value in vars(table).items() if isinstance(value, int) and name.isupper()}
    values |= {f"CAUSE_{cause.name}": int(cause) for cause in Cause}
    defines = "".join(f"    #define RV_{name} {value:#x}ULL\n" for name, value in values.items())
    names = "".join(f'    const u64 {name} "RV_{name}"\n' for name in values)
    return f'cdef extern from *:\n    """\n{defines}    """\n{names}\n'


def _first_interrupt() -> str:
    """The choice between interrupts that are ready."""
    lines = [f"    if ready & {1 << interrupt:#x}: return {int(interrupt)}\n" for interrupt in INTERRUPT_PRIORITY]
    return "cdef inline int first_interrupt(u64 ready) noexcept nogil:\n" + "".join(lines) + "    return -1\n"


def _present(csr: Csr) -> str:
    """Whether one of the extensions that bring it is on."""
    bits = " | ".join(f"h.m.extensions >> EXT_{name}" for name in csr.extensions)
    return f"({bits}) & 1"


def _indices(stored: list[Csr]) -> str:
    lines = [f"    CSR_{csr.name} = {k}\n" for k, csr in enumerate(stored)]
    return "cdef enum:\n" + "".join(lines) + f"    CSR_COUNT = {len(stored)}\n\n"


def _resets() -> str:
    """Reset what is stored."""
    lines = [f"    h.csr[CSR_{csr.name}] = {csr.reset:#x}u\n" for csr in CSRS if csr.stored and csr.reset]
    return "cdef void reset_csrs(Hart *h) noexcept nogil:\n    memset(h.csr, 0, sizeof(h.csr))\n" + "".join(lines)


def _switch(signature: str, lines: list[str]) -> str:
    body = "".join(f"    {'if' if k == 0 else 'elif'} {line}\n" for k, line in enumerate(lines))
    return f"cdef {signature} noexcept nogil:\n{body}"


def _get(csr: Csr) -> str:
    value = f"get_{csr.get}(h, left)" if csr.get else f"h.csr[CSR_{csr.name}]"
    return f"number == {csr.number:#x}: return {value}"


def _set(csr: Csr) -> str:
    if csr.set:
        return f"number == {csr.number:#x}: set_{csr.set}(h, v, left)"
    kept, taken = f"h.csr[CSR_{csr.name}] & {~csr.mask & (1 << 64) - 1:#x}u", f"v & {csr.mask:#x}u"
    return f"number == {csr.number:#x}: h.csr[CSR_{csr.name}] = ({kept}) | ({taken})"


def _plain() -> str:
    """Tell compiled code which CSRs are no more than a word with a mask."""
    plain = [csr for csr in CSRS if csr.stored and csr.get is None and csr.set in (None, "mepc", "sepc")]
    return (
        _switch("int stored_csr(u32 number)", [f"number == {c.number:#x}: return CSR_{c.name}" for c in plain])
        + "    return -1\n"
        + _switch("u64 stored_mask(u32 number)", [f"number == {c.number:#x}: return {c.mask:#x}u" for c in plain])
        + "    return 0\n"
    )


def csrs() -> str:
    """Return storage indices, reset, existence test, and the read and write switches."""
    stored = [csr for csr in CSRS if csr.stored]
    helpers = "".join(
        f"cdef u64 get_pmp{part}{n}(Hart *h, i64 left) noexcept nogil: return get_pmp{part}(h, {n})\n"
        f"cdef void set_pmp{part}{n}(Hart *h, u64 v, i64 left) noexcept nogil: set_pmp{part}(h, {n}, v)\n"
        for part, numbers in (("cfg", (0, 2)), ("addr", range(16)))
        for n in numbers
    )
    helpers += "".join(
        f"cdef u64 get_hpmcounter{n}(Hart *h, i64 left) noexcept nogil: return get_hpmcounter(h, {n}, left)\n"
        f"cdef void set_mhpmcounter{n}(Hart *h, u64 v, i64 left) noexcept nogil: set_mhpmcounter(h, {n}, v, left)\n"
        f"cdef void set_mhpmevent{n}(Hart *h, u64 v, i64 left) noexcept nogil: set_mhpmevent(h, {n}, v, left)\n"
        for n in range(3, 32)
    )
    exists = [f"number == {csr.number:#x}: return {_present(csr)}" for csr in CSRS]
    return (
        _constants()
        + _first_interrupt()
        + _indices(stored)
        + _resets()
        + helpers
        + _switch("bint csr_exists(Hart *h, u32 number)", exists)
        + "    return False\n"
        + _switch("u64 csr_get(Hart *h, u32 number, i64 left)", [_get(csr) for csr in CSRS])
        + "    return 0\n"
        + _switch("void csr_set(Hart *h, u32 number, u64 v, i64 left)", [_set(c) for c in CSRS if not c.read_only])
        + _plain()
    )
