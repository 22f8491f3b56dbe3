# Counters: mcycle, minstret, and the 29 programmable ones with their overflow interrupt.
#
# Nothing is counted while instructions run. CYCLE and the instructions retired follow from the budget that is left, so
# a counter is brought up to date where it is looked at, where the privilege mode changes, and where the budget ends; the
# budget ends where the next counter may overflow.

# ---- mcycle and minstret

cdef u64 get_mcycle(Hart *h, i64 left) noexcept nogil:
    if h.stopped & COUNTER_CY: return h.mcycle_frozen
    return h.cycle_end - left + h.cycle_offset


cdef void set_mcycle(Hart *h, u64 v, i64 left) noexcept nogil:
    """The next instruction reads what was written."""
    h.mcycle_frozen = v
    h.cycle_offset = v - (h.cycle_end - (left - 1))


cdef u64 get_minstret(Hart *h, i64 left) noexcept nogil:
    if h.stopped & COUNTER_IR: return h.minstret
    return h.instret_end - left


cdef void set_minstret(Hart *h, u64 v, i64 left) noexcept nogil:
    h.minstret = v
    h.instret_end = v + (left - 1)


cdef u64 get_cycle(Hart *h, i64 left) noexcept nogil: return get_mcycle(h, left)
cdef u64 get_instret(Hart *h, i64 left) noexcept nogil: return get_minstret(h, left)
cdef u64 get_time(Hart *h, i64 left) noexcept nogil: return ticks(h, left)


# ---- what stops and filters them

cdef inline u64 filter_bit(u32 priv) noexcept nogil:
    """The bit of mhpmevent, mcyclecfg and minstretcfg that inhibits counting in the mode."""
    return HPMEVENT_MINH if priv == 3 else HPMEVENT_SINH if priv == 1 else HPMEVENT_UINH


cdef u64 stopped_counters(Hart *h) noexcept nogil:
    cdef u64 stopped = h.csr[CSR_mcountinhibit], bit = filter_bit(h.priv)
    if h.csr[CSR_mcyclecfg] & bit: stopped |= COUNTER_CY
    if h.csr[CSR_minstretcfg] & bit: stopped |= COUNTER_IR
    return stopped


cdef void follow_counters(Hart *h) noexcept nogil:
    """Derive what counts, and where, from the CSRs and the mode."""
    cdef u64 active = 0
    cdef int n
    for n in range(3, 32):
        if h.csr[CSR_mhpmevent3 + n - 3] & HPMEVENT_EVENT: active |= <u64>1 << n
    h.hpm_active = active & ~h.csr[CSR_mcountinhibit]
    h.stopped = stopped_counters(h)
    h.counting = h.hpm_active != 0 or (h.csr[CSR_mcyclecfg] | h.csr[CSR_minstretcfg]) != 0
    find_overflow(h)


cdef void change_counting(Hart *h, u64 *setting, u64 v, i64 left) noexcept nogil:
    """Write a setting of the counters; the write itself still counts as the old one says."""
    cdef u64 cycles = get_mcycle(h, left - 1), retired = get_minstret(h, left - 1)
    count_events(h, left - 1)
    setting[0] = v
    follow_counters(h)
    set_mcycle(h, cycles, left)
    set_minstret(h, retired, left)
    h.check = True


cdef void set_mcountinhibit(Hart *h, u64 v, i64 left) noexcept nogil:
    change_counting(h, &h.csr[CSR_mcountinhibit], v & COUNTERS, left)


cdef void set_mcyclecfg(Hart *h, u64 v, i64 left) noexcept nogil:
    change_counting(h, &h.csr[CSR_mcyclecfg], v & COUNTER_FILTER, left)


cdef void set_minstretcfg(Hart *h, u64 v, i64 left) noexcept nogil:
    change_counting(h, &h.csr[CSR_minstretcfg], v & COUNTER_FILTER, left)


cdef void change_mode(Hart *h, u32 priv) noexcept nogil:
    """Go to a privilege mode; what was counted up to here belongs to the old one."""
    cdef u64 cycles, retired
    if likely(not h.counting):
        h.priv = priv
        return
    cycles = get_mcycle(h, h.left)
    retired = get_minstret(h, h.left)
    count_events(h, h.left)
    h.priv = priv
    h.stopped = stopped_counters(h)
    set_mcycle(h, cycles, h.left + 1)
    set_minstret(h, retired, h.left + 1)


# ---- the programmable counters

cdef u64 retired_instructions(Hart *h, i64 left) noexcept nogil:
    """How many the hart has retired since it was made, whatever minstret says."""
    cdef u64 count = h.executed - h.trapped
    return count + (h.cycle_end - left - h.m.turn_start) if h.m.running == h else count


cdef void mark_counters(Hart *h, i64 left) noexcept nogil:
    """Let counting begin here."""
    h.marked_cycle = h.cycle_end - left
    h.marked_retired = retired_instructions(h, left)


cdef inline bint counts(Hart *h, int n, u64 event) noexcept nogil:
    """Whether counter `n` counts the event in the present mode."""
    cdef u64 setting = h.csr[CSR_mhpmevent3 + n - 3]
    return (h.hpm_active >> n) & 1 and setting & HPMEVENT_EVENT == event and not setting & filter_bit(h.priv)


cdef void count(Hart *h, u64 event, u64 times) noexcept nogil:
    """Let an event have happened so often; a counter that overflows asks for an interrupt, once."""
    cdef int n
    for n in range(3, 32):
        if not counts(h, n, event): continue
        h.hpmcounter[n] += times
        if h.hpmcounter[n] >= times or not extension_on(h.m, EXT_Sscofpmf): continue
        if h.csr[CSR_mhpmevent3 + n - 3] & HPMEVENT_OF: continue
        h.csr[CSR_mhpmevent3 + n - 3] |= HPMEVENT_OF
        h.mip |= INTERRUPT_LCOFI
        h.check = True


cdef void count_events(Hart *h, i64 left) noexcept nogil:
    """Bring the programmable counters up to the cycle that `left` stands for."""
    cdef u64 cycle = h.marked_cycle, retired = h.marked_retired
    mark_counters(h, left)
    if h.hpm_active:
        count(h, EVENT_CYCLES, h.marked_cycle - cycle)
        count(h, EVENT_RETIRED, h.marked_retired - retired)


cdef u64 next_overflow(Hart *h, u64 event) noexcept nogil:
    """Return the first CYCLE at which a counter of the event, one in each cycle at most, can overflow, or NEVER."""
    cdef u64 least = NEVER
    cdef int n
    if not extension_on(h.m, EXT_Sscofpmf): return NEVER
    for n in range(3, 32):
        if counts(h, n, event) and not h.csr[CSR_mhpmevent3 + n - 3] & HPMEVENT_OF:
            least = min(least, 0 - h.hpmcounter[n] - 1)
    return h.marked_cycle + least + 1 if least < NEVER - 1 - h.marked_cycle else NEVER


cdef void find_overflow(Hart *h) noexcept nogil:
    """Find where the budget must end."""
    h.overflow_cycle = NEVER
    if h.hpm_active: h.overflow_cycle = min(next_overflow(h, EVENT_CYCLES), next_overflow(h, EVENT_RETIRED))


cdef u64 get_hpmcounter(Hart *h, int n, i64 left) noexcept nogil:
    count_events(h, left)
    return h.hpmcounter[n]


cdef void set_mhpmcounter(Hart *h, int n, u64 v, i64 left) noexcept nogil:
    count_events(h, left - 1)
    h.hpmcounter[n] = v
    h.check = True


cdef void set_mhpmevent(Hart *h, int n, u64 v, i64 left) noexcept nogil:
    """An event that does not exist is no event; without Sscofpmf there are no flags."""
    cdef u64 event = v & ~(HPMEVENT_OF | COUNTER_FILTER), flags = v & (HPMEVENT_OF | COUNTER_FILTER)
    if event > EVENT_DEVICE: event = 0
    if not extension_on(h.m, EXT_Sscofpmf): flags = 0
    change_counting(h, &h.csr[CSR_mhpmevent3 + n - 3], flags | event, left)


cdef u64 get_scountovf(Hart *h, i64 left) noexcept nogil:
    """The OF bits of all mhpmevent; below M-mode those of mcounteren."""
    cdef u64 bits = 0
    cdef int n
    count_events(h, left)
    for n in range(3, 32):
        if h.csr[CSR_mhpmevent3 + n - 3] & HPMEVENT_OF: bits |= <u64>1 << n
    return bits if h.priv == 3 else bits & h.csr[CSR_mcounteren]
