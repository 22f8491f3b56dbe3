# What a debugger on the host asks for: breakpoints, watched virtual addresses, traps and CSR writes to hear of, steps.
#
# None of it shows in the guest's state, and none costs anything while it is not asked for. A breakpoint is an op in
# place of the instruction's, in blocks of a key of their own; watched pages are kept out of the TLBs.

cdef enum:
    CAUGHT_TRAP = 1         # a trap was taken
    CAUGHT_RETURN = 2       # MRET or SRET
    CAUGHT_CSR = 4          # a CSR instruction wrote h.caught_csr

cdef enum:
    BREAK_KEY = 1 << 15     # of a block that may hold breakpoints
    PART_VIRTUAL = 2        # of h.watch_passed: reported by its virtual address


# ---- breakpoints

cdef bint is_breakpoint(Machine *m, u64 pc) noexcept nogil:
    cdef u32 low = 0, high = m.break_count, middle
    while low < high:
        middle = (low + high) >> 1
        if m.breaks[middle] < pc: low = middle + 1
        else: high = middle
    return low < m.break_count and m.breaks[low] == pc


cdef inline bint breaks_here(Hart *h, u64 pc) noexcept nogil:
    """Whether the instruction being decoded is one to stop before."""
    return h.fetch_key & BREAK_KEY and not h.step_over and is_breakpoint(h.m, pc)


cdef void do_break(Hart *h, Op *op, i64 b) noexcept nogil:
    """In place of an instruction that has a breakpoint."""
    stop_at(h, op, b, LEAVE_BREAK)


cdef Op *passed_breakpoint(Hart *h) noexcept nogil:
    """Return the instruction at h.pc alone, if it is the one whose breakpoint has just been reported, or NULL."""
    cdef Op *op = NULL
    if h.break_pc == h.pc: op = fetch_once(h)
    else: h.step_over = False
    return op


# ---- virtual addresses

cdef bint virtual_watch(Hart *h, Op *op, i64 b, u64 va, u32 width, u64 kinds) noexcept nogil:
    """Leave for a watch on virtual addresses, once; the access is then done when `op` runs again."""
    cdef Machine *m = h.m
    cdef u32 k
    for k in range(m.va_watch_count):
        if (m.va_watch[k].kind & kinds and va + width - 1 >= m.va_watch[k].pa
                and va <= m.va_watch[k].pa + m.va_watch[k].size - 1):
            if h.watch_passed >> PART_VIRTUAL & 1 and h.watch_pc == m.pcs[op - m.ops]: return False
            h.tval = va
            h.width = width
            h.access = <int>kinds
            h.watch_part = PART_VIRTUAL
            stop_at(h, op, b, LEAVE_WATCH)
            h.watch_pc = h.pc
            return True
    return False


cdef bint near_watch(Machine *m, u64 va) noexcept nogil:
    """Whether a virtual watch reaches into the page of `va`."""
    cdef u64 first = va & ~<u64>PAGE_MASK, last = va | PAGE_MASK
    cdef u32 k
    for k in range(m.va_watch_count):
        if last >= m.va_watch[k].pa and first <= m.va_watch[k].pa + m.va_watch[k].size - 1: return True
    return False


# ---- traps, returns, CSR writes

cdef inline void record_trap(Hart *h, u64 cause, u64 tval, u32 from_priv, u64 cycle) noexcept nogil:
    """Remember a trap that has been taken from h.pc; one of the last four again only counts."""
    cdef u32 k, count = h.trap_count
    cdef TrapRecord *record
    for k in range(1, 5):
        if k > count: break
        record = &h.traps[(count - k) & (TRAP_RECORDS - 1)]
        if record.epc == h.pc and record.cause == cause and record.tval == tval:
            record.count += 1
            return
    record = &h.traps[count & (TRAP_RECORDS - 1)]
    h.trap_count = count + 1
    record.cycle = cycle
    record.cause = cause
    record.epc = h.pc
    record.tval = tval
    record.count = 1
    record.from_priv = from_priv
    record.to_priv = h.priv


cdef inline void catch_trap(Hart *h, u64 cause, bint interrupt) noexcept nogil:
    if unlikely(h.m.catching & CAUGHT_TRAP):
        h.caught |= CAUGHT_TRAP
        h.caught_cause = cause | <u64>interrupt << 63


cdef inline void catch_return(Hart *h) noexcept nogil:
    h.caught |= h.m.catching & CAUGHT_RETURN


cdef inline bint catch_csr(Hart *h, u32 number) noexcept nogil:
    """Whether a write of the CSR, which has been done, is to be reported."""
    if likely(not h.m.catching & CAUGHT_CSR) or not h.m.caught_csrs[number >> 6] >> (number & 63) & 1: return False
    h.caught |= CAUGHT_CSR
    h.caught_csr = number
    return True
