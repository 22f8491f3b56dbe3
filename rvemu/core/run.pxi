# Running: one hart until something must be looked at, and the turns that the harts take.

cdef enum:                  # why the machine stopped running
    STOP_REQUESTED          # somebody asked for it, or Python raised
    STOP_EVENT              # the next event is due
    STOP_LIMIT              # the cycle asked for is reached
    STOP_SLICE              # time to look at the host
    STOP_IDLE               # every hart waits, until `idle_until`: paced, so the host should wait as well
    STOP_STUCK              # every hart waits, and nothing will ever come

cdef extern from *:
    """
    #define RV_NEVER (~0ULL)
    """
    const u64 NEVER "RV_NEVER"


# ---- one hart

cdef void begin(Hart *h, i64 budget) noexcept nogil:
    """Give the hart a budget of cycles, from the machine's present cycle on."""
    h.left = budget
    h.cycle_end = h.m.cycle + budget
    if not h.stopped & COUNTER_IR: h.instret_end = h.minstret + budget


cdef void settle(Hart *h) noexcept nogil:
    """Take the hart's counters back into the machine's."""
    h.m.cycle = h.cycle_end - h.left
    if not h.stopped & COUNTER_IR: h.minstret = h.instret_end - h.left


cdef inline void charge_trapped(Hart *h) noexcept nogil:
    """An instruction that traps costs its cycle, but does not retire."""
    h.left -= 1
    h.instret_end -= 1
    h.trapped += 1


cdef void raise_exception(Hart *h) noexcept nogil:
    h.watch_passed = 0
    charge_trapped(h)
    enter_trap(h, h.cause, h.tval, False)
    catch_trap(h, h.cause, False)


cdef void raise_illegal(Hart *h) noexcept nogil:
    """Raise an illegal-instruction exception, with the bits of the instruction fetched anew for xtval."""
    cdef u32 low = 0, high = 0
    cdef u64 bits = 0
    if fetch_half(h, h.pc, &low):
        bits = low
        if low & 3 == 3 and fetch_half(h, h.pc + 2, &high): bits |= <u64>high << 16
    h.cause = CAUSE_ILLEGAL_INSTRUCTION
    h.tval = bits
    raise_exception(h)


cdef void look(Hart *h) noexcept nogil:
    """See what a change of privilege, CSRs or interrupt lines means: take an interrupt, switch contexts."""
    cdef int interrupt
    h.check = False
    update_timer(h, h.cycle_end - h.left)
    if h.counting: count_events(h, h.left)
    interrupt = chosen_interrupt(h)
    while interrupt >= 0:
        enter_trap(h, interrupt, 0, True)
        catch_trap(h, interrupt, True)
        interrupt = chosen_interrupt(h) if h.counting else -1       # taking it may have made a counter overflow
    if h.counting: find_overflow(h)
    h.check = False
    select_contexts(h)


cdef void change_context(Hart *h) noexcept nogil:
    """Go on at h.pc after a trap or a return, without leaving the handlers if nothing else is to be looked at."""
    cdef JumpEntry *e
    h.leave = LEAVE_NEXT
    look(h)
    if h.left <= 0 or deadline(h) != h.deadline or h.overflow_cycle < h.cycle_end:
        h.check = True
        return
    h.m.dropped = False
    e = &h.jump[(h.pc >> 1) & (JUMP_SIZE - 1)]
    if likely(e.pc == h.pc): CHAIN(h, e.op, h.left)


cdef void step_block(Hart *h) noexcept nogil:
    """Run from h.pc, through linked blocks, until the hart leaves its handlers."""
    cdef Machine *m = h.m
    cdef Op **patch = h.patch
    cdef u64 flushes = m.arena_flushes
    cdef bint stale = h.leave == LEAVE_STALE
    cdef Op *t
    h.patch = NULL
    h.leave = LEAVE_NEXT
    t = passed_breakpoint(h) if unlikely(h.step_over) else NULL
    if t == NULL: t = lookup(h)
    h.step_over = False
    m.dropped = False
    if t == NULL:
        h.leave = LEAVE_TRAP
        if fetch_trigger(h, h.pc, 0, True):
            h.cause = CAUSE_BREAKPOINT
            h.tval = h.pc
        return
    if m.arena_flushes == flushes and t != h.scratch:
        if patch != NULL: patch[0] = t
        elif stale and t != h.op:
            h.op.fn = op_forward
            h.op.imm = <i64>t
    if t.n > h.left: t = cut(h, t, h.left)
    ENTER(h, t, h.left - t.n)


cdef inline u64 deadline(Hart *h) noexcept nogil:
    """Return the tick at which the supervisor timer fires, or NEVER."""
    return h.csr[CSR_stimecmp] if h.csr[CSR_menvcfg] & MENVCFG_STCE else NEVER


cdef void run_hart(Hart *h) noexcept nogil:
    """Run the hart until its budget ends, its turn is over, or Python is needed."""
    fp_host_begin(h)
    h.patch = NULL
    h.leave = LEAVE_NEXT
    while True:
        if h.check:
            look(h)
            h.patch = NULL
            h.leave = LEAVE_NEXT
            if unlikely(h.caught): break
            if deadline(h) != h.deadline or h.overflow_cycle < h.cycle_end: break   # the budget is another
        if h.left <= 0: break
        step_block(h)
        if h.leave <= LEAVE_STALE: continue
        if h.leave == LEAVE_TRAP: raise_exception(h)
        elif h.leave == LEAVE_ILLEGAL: raise_illegal(h)
        else: break
        h.leave = LEAVE_NEXT
        if unlikely(h.caught): break
    fp_host_end(h)


# ---- device accesses: the only way into Python

cdef void call_device(Hart *h) noexcept nogil:
    """Do the access that the hart left for, and complete the instruction, or raise its access fault."""
    cdef Op *op = h.op
    cdef bint reads = h.leave == LEAVE_READ
    cdef u64 value = 0 if reads else store_value(h, op) & (ALL_ONES >> (64 - 8 * h.width))
    cdef bint refused
    h.m.cycle = h.cycle_end - h.left
    h.m.accesses += 1
    if h.m.accesses >= SLICE_ACCESSES: h.m.slice_cycle = h.m.cycle
    refused = not device_access(h, reads, &value)
    if refused:
        if unlikely(h.fetch_key & PROFILE_KEY):
            count_exit(h, op, 1)
            count_exit(h, op + 1, -1)
        h.cause = CAUSE_LOAD_ACCESS_FAULT if reads else CAUSE_STORE_AMO_ACCESS_FAULT
        raise_exception(h)
        return
    if h.counting: count(h, EVENT_DEVICE, 1)
    if reads: finish_load(h, op, value)
    h.pc += op.size
    h.left -= 1
    h.watch_passed = 0


cdef void serve(Hart *h) noexcept nogil:
    """Act on what the hart left its handlers for."""
    if h.leave == LEAVE_READ or h.leave == LEAVE_WRITE:
        call_device(h)
    elif h.leave == LEAVE_WATCH:
        h.m.cycle = h.cycle_end - h.left
        call_watchers(h)
        h.watch_passed |= 1 << h.watch_part
    elif h.leave == LEAVE_BREAK:
        h.m.cycle = h.cycle_end - h.left
        h.break_pc = h.pc
        call_break(h)
        h.step_over = True
    elif h.leave == LEAVE_STORED:
        h.m.cycle = h.cycle_end - h.left
        call_mailbox(h)
    elif h.leave == LEAVE_WAIT:
        h.waiting = True
        end_turn(h.m)
    elif h.leave == LEAVE_YIELD:
        end_turn(h.m)
    h.leave = LEAVE_NEXT
    if unlikely(h.caught):
        h.m.cycle = h.cycle_end - h.left
        call_caught(h)


# ---- turns

cdef u64 next_random(Machine *m) noexcept nogil:
    """xorshift64*, the source of seeded turns."""
    m.seed ^= m.seed >> 12
    m.seed ^= m.seed << 25
    m.seed ^= m.seed >> 27
    return m.seed * 0x2545f4914f6cdd1du


cdef void end_turn(Machine *m) noexcept nogil:
    m.harts[m.turn].reservation = NO_RESERVATION
    m.turn_left = 0


cdef void next_turn(Machine *m) noexcept nogil:
    """Give the turn to the next hart; a seed varies which one that is and how long it lasts."""
    m.turn_left = m.quantum
    if m.seed == 0:
        m.turn = m.turn + 1 if m.turn + 1 < m.hart_count else 0
        return
    m.turn = <u32>(next_random(m) % m.hart_count)
    m.turn_left = m.quantum / 2 + next_random(m) % m.quantum
    if m.turn_left < 100: m.turn_left = 100


cdef void count_waiting(Hart *h) noexcept nogil:
    """Count the cycles of a hart that has no budget."""
    begin(h, 0)
    count_events(h, 0)


cdef bint wakes(Hart *h, u64 cycle) noexcept nogil:
    """Whether a waiting hart has an interrupt pending that it enabled, taken or not."""
    update_timer(h, cycle)
    if h.counting: count_waiting(h)
    return (pending_bits(h) & h.csr[CSR_mie]) != 0


cdef u64 timer_cycle(Hart *h) noexcept nogil:
    """Return the first cycle at which the supervisor timer fires, or NEVER."""
    cdef u128 cycle = <u128>deadline(h) * h.m.ticks_divisor
    return <u64>cycle if cycle <= NEVER else NEVER


cdef u64 next_wake(Machine *m) noexcept nogil:
    """Every hart waits: return the cycle of the next event or timer that may wake one."""
    cdef u64 cycle = m.event_cycle, at
    cdef Hart *h
    cdef u32 k
    for k in range(m.hart_count):
        h = &m.harts[k]
        if h.csr[CSR_mie] & 1 << 5:
            at = timer_cycle(h)
            if at > m.cycle and at < cycle: cycle = at
        if h.csr[CSR_mie] & INTERRUPT_LCOFI and h.counting: cycle = min(cycle, next_overflow(h, EVENT_CYCLES))
    return cycle


cdef bint all_wait(Machine *m) noexcept nogil:
    cdef u32 k
    for k in range(m.hart_count):
        if not m.harts[k].waiting: return False
        if wakes(&m.harts[k], m.cycle):
            m.harts[k].waiting = False
            m.harts[k].check = True
            return False
    return True


cdef u64 budget_of(Machine *m, Hart *h) noexcept nogil:
    """Return the cycles until the turn, the slice or the limit ends, an event is due, or the hart's timer fires."""
    cdef u64 until = m.cycle + m.turn_left, at
    if m.event_cycle < until: until = m.event_cycle
    if m.stop_cycle < until: until = m.stop_cycle
    if m.slice_cycle < until: until = m.slice_cycle
    at = timer_cycle(h)
    if at > m.cycle and at < until: until = at
    if h.overflow_cycle > m.cycle and h.overflow_cycle < until: until = h.overflow_cycle
    if unlikely(m.step_hart == h.id) and until > m.cycle + 1: until = m.cycle + 1
    return until - m.cycle


cdef void run_turn(Machine *m, Hart *h) noexcept nogil:
    """Run one hart for its budget, or as far as it gets."""
    cdef u64 spent
    cdef i64 budget = <i64>budget_of(m, h)
    cdef bint stepping = m.step_hart == h.id
    m.turn_start = m.cycle
    h.deadline = deadline(h)
    h.check = True
    begin(h, budget)
    m.running = h
    if m.retired == NULL:
        run_hart(h)
        serve(h)
    else:
        run_recorded(h)
    settle(h)
    m.running = NULL
    spent = m.cycle - m.turn_start
    h.executed += spent
    if unlikely(stepping) and spent: m.stepped = True
    if m.turn_left: m.turn_left -= spent
    if m.turn_left == 0: end_turn(m)


cdef int idle(Machine *m) noexcept nogil:
    """Every hart waits: skip to the next event, or say why not. Return -1 to go on."""
    cdef u64 cycle = next_wake(m)
    if cycle == NEVER and not m.paced: return STOP_STUCK
    if cycle > m.stop_cycle: cycle = m.stop_cycle
    if m.paced:
        m.idle_until = cycle
        return STOP_IDLE
    m.cycle = cycle
    return -1


cdef int run_machine(Machine *m) noexcept nogil:
    """Run turns until there is a reason to stop, and return it."""
    cdef Hart *h
    cdef int reason
    while True:
        if m.stop_requested: return STOP_REQUESTED
        if m.cycle >= m.event_cycle: return STOP_EVENT
        if m.cycle >= m.stop_cycle or m.stepped: return STOP_LIMIT
        if m.cycle >= m.slice_cycle: return STOP_SLICE
        if m.turn_left == 0:
            if all_wait(m):
                reason = idle(m)
                if reason >= 0: return reason
                continue
            next_turn(m)
        h = &m.harts[m.turn]
        if h.waiting and not wakes(h, m.cycle):
            m.turn_left = 0
            continue
        h.waiting = False
        run_turn(m, h)
