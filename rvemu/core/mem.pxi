# Loads and stores: what the handlers do on a TLB miss, and how a hart leaves its handlers.

cdef enum:                  # why the hart left the handlers
    LEAVE_NEXT              # go on at pc
    LEAVE_STALE             # `op` begins a block that was dropped: go on at pc, and forward `op` there
    LEAVE_TRAP              # the instruction at pc raises `cause`, `tval`
    LEAVE_ILLEGAL           # the instruction at pc is illegal
    LEAVE_READ              # `op` loads `width` bytes from the device at `pa`
    LEAVE_WRITE             # `op` stores to the device at `pa`
    LEAVE_WATCH             # `op` is about to access watched RAM at `pa`
    LEAVE_BREAK             # the instruction at pc has a breakpoint
    LEAVE_STORED            # a store to a mailbox at `pa` has been done
    LEAVE_WAIT              # WFI
    LEAVE_YIELD             # the rest of the turn is given up

cdef enum:
    ACCESS_FETCH = 0
    ACCESS_LOAD = 1
    ACCESS_STORE = 3
    ACCESS_CACHE = 4        # cbo.clean, cbo.flush, cbo.inval: any permission will do
    ACCESS_SHADOW_LOAD = 5  # sspopchk; shadow-stack instructions fault as stores do
    ACCESS_SHADOW_STORE = 6 # sspush and ssamoswap

cdef enum:
    WATCH_LOAD = 1
    WATCH_STORE = 2
    WATCH_MAILBOX = 4       # tohost: leave after the store


cdef inline void stop_at(Hart *h, Op *op, i64 b, int why) noexcept nogil:
    """Leave the handlers before `op`."""
    left_before(h, op + 1 if why == LEAVE_READ or why == LEAVE_WRITE else op)
    h.pc = h.m.pcs[op - h.m.ops]
    h.left = b + op.n
    h.leave = why


cdef inline void stop_after(Hart *h, Op *op, i64 b, int why) noexcept nogil:
    """Leave the handlers with `op` done."""
    left_before(h, op + 1)
    h.pc = h.m.pcs[op - h.m.ops] + op.size
    h.left = b + op.n - 1
    h.leave = why


cdef inline void resume(Hart *h, Op *op, i64 b) noexcept nogil:
    """Go on behind `op`, unless it dropped what the block is made of or changed what governs it."""
    if unlikely(h.m.dropped or h.check):
        stop_after(h, op, b, LEAVE_NEXT)
    else:
        GO(h, op + 1, b)


cdef void trap(Hart *h, Op *op, i64 b, u64 cause, u64 tval) noexcept nogil:
    """Let `op` raise an exception."""
    h.cause = cause
    h.tval = tval
    stop_at(h, op, b, LEAVE_TRAP)


cdef inline void refused(Hart *h, Op *op, i64 b, u64 cause) noexcept nogil:
    """Let `op` raise the access fault `cause` at the address translated last."""
    trap(h, op, b, cause, h.tval)


cdef void illegal(Hart *h, Op *op, i64 b) noexcept nogil:
    """Let `op` raise an illegal-instruction exception; the loop finds its bits for xtval."""
    stop_at(h, op, b, LEAVE_ILLEGAL)


cdef extern from *:
    """
    typedef uint64_t rv_any64 __attribute__((aligned(1)));
    typedef uint32_t rv_any32 __attribute__((aligned(1)));
    typedef uint16_t rv_any16 __attribute__((aligned(1)));
    """
    ctypedef u64 any64 "rv_any64"           # at any address: C promises nothing for the plain ones there
    ctypedef u32 any32 "rv_any32"
    ctypedef u16 any16 "rv_any16"


cdef inline u64 read_host(u8 *p, u32 width) noexcept nogil:
    if width == 8: return (<any64 *>p)[0]
    if width == 4: return (<any32 *>p)[0]
    if width == 2: return (<any16 *>p)[0]
    return p[0]


cdef inline void write_host(u8 *p, u32 width, u64 value) noexcept nogil:
    if width == 8: (<any64 *>p)[0] = value
    elif width == 4: (<any32 *>p)[0] = <u32>value
    elif width == 2: (<any16 *>p)[0] = <u16>value
    else: p[0] = <u8>value


cdef Watch *watch_at(Machine *m, u64 pa, u32 width, int kinds) noexcept nogil:
    """Return the first watch of one of `kinds` that the access touches, or NULL."""
    cdef int k
    if not m.watched[(pa - m.base) >> PAGE_BITS]:
        return NULL
    for k in range(m.watch_count):
        if m.watch[k].kind & kinds and pa + width > m.watch[k].pa and pa < m.watch[k].pa + m.watch[k].size:
            return &m.watch[k]
    return NULL


cdef inline bint watched(Hart *h, Op *op, i64 b, u32 width, int kind, u32 part=1) noexcept nogil:
    """Leave for a watch on RAM at h.pa, once; the access is then done when `op` runs again.

    An access across two pages has part 0 and part 1, any other is its own part 1.
    """
    if likely(not h.m.watched[(h.pa - h.m.base) >> PAGE_BITS]) or watch_at(h.m, h.pa, width, kind) == NULL:
        if part: h.watch_passed = 0
        return False
    if h.watch_passed >> part & 1 and h.watch_pc == h.m.pcs[op - h.m.ops]:
        if part: h.watch_passed = 0
        return False
    h.width = width
    h.access = kind
    h.watch_part = part
    stop_at(h, op, b, LEAVE_WATCH)
    h.watch_pc = h.pc
    return True


cdef void device(Hart *h, Op *op, i64 b, int why) noexcept nogil:
    """Leave for a device access at h.pa; where a device cannot be asked so, it is an access fault."""
    h.op = op
    h.width = op.width
    stop_at(h, op, b, why)


cdef void slow_load(Hart *h, Op *op, i64 b, u64 va) noexcept nogil:
    """A load that the TLB does not know, is misaligned, watched, or goes to a device."""
    if data_trigger(h, op, b, va, op.width, TRIGGER_LOAD): return
    if va & (op.width - 1):
        misaligned_load(h, op, b, va)
        return
    if not translate(h, va, op.width, ACCESS_LOAD):
        stop_at(h, op, b, LEAVE_TRAP)
        return
    if h.host == NULL:
        device(h, op, b, LEAVE_READ)
        return
    if h.in_ram:
        if watched(h, op, b, op.width, WATCH_LOAD): return
        if h.cacheable: fill_read(h, va)
    finish_load(h, op, read_host(h.host, op.width))
    resume(h, op, b)


cdef void slow_store(Hart *h, Op *op, i64 b, u64 va) noexcept nogil:
    """A store that the TLB does not know, is misaligned, guarded, watched, or goes to a device."""
    cdef TlbEntry *e = guarded_slot(h.data_now, va)
    cdef u64 offset = va + e.addend - <u64>h.m.ram
    if data_trigger(h, op, b, va, op.width, TRIGGER_STORE): return
    if va & (op.width - 1):
        misaligned_store(h, op, b, va)
        return
    if e.tag == va & ~<u64>PAGE_MASK and is_guarded(h.m, offset >> PAGE_BITS):
        h.pa = h.m.base + offset
        if likely(is_beside(h.m, h.pa)):
            write_host(h.m.ram + offset, op.width, store_value(h, op))
            mark_touched(h.m, offset >> PAGE_BITS)
            GO(h, op + 1, b)
            return
        h.watch_passed = 0
        store_ram(h.m, h.pa, op.width, store_value(h, op))
        stored(h, op, b)
        return
    if not translate(h, va, op.width, ACCESS_STORE):
        stop_at(h, op, b, LEAVE_TRAP)
        return
    if not h.in_ram:
        if h.host != NULL:
            refused(h, op, b, CAUSE_STORE_AMO_ACCESS_FAULT)
        else:
            device(h, op, b, LEAVE_WRITE)
        return
    if watched(h, op, b, op.width, WATCH_STORE): return
    if h.cacheable: fill_write(h, va)
    store_ram(h.m, h.pa, op.width, store_value(h, op))
    stored(h, op, b)


cdef inline bint is_guarded(Machine *m, u64 page) noexcept nogil:
    """Whether the page of RAM holds code or page tables."""
    return (m.code_granules[page] | m.table_granules[page]) != 0


cdef inline bint is_beside(Machine *m, u64 pa) noexcept nogil:
    """Whether nothing hangs on a granule of RAM, in a guarded page or not."""
    cdef u64 page = (pa - m.base) >> PAGE_BITS, granule = (pa & PAGE_MASK) >> GRANULE_BITS
    return not (m.code_granules[page] | m.table_granules[page]) >> granule & 1


cdef inline void stored(Hart *h, Op *op, i64 b) noexcept nogil:
    """Go on behind a store to RAM at h.pa, or stop there when it hit a mailbox."""
    if unlikely(watch_at(h.m, h.pa, op.width, WATCH_MAILBOX) != NULL):
        stop_after(h, op, b, LEAVE_STORED)
    else:
        resume(h, op, b)


cdef void store_ram(Machine *m, u64 pa, u32 width, u64 value) noexcept nogil:
    """Store to RAM at `pa`, inside a 64-byte granule, with what hangs on these bytes dropped."""
    cdef u64 page = (pa - m.base) >> PAGE_BITS
    cdef bint in_use = not is_beside(m, pa)
    if in_use: before_write(m, pa, width)
    write_host(m.ram + (pa - m.base), width, value)
    mark_touched(m, page)
    if in_use: after_write(m, pa, width)


cdef void zero_block(Machine *m, u64 pa) noexcept nogil:
    """Store zeros to the 64-byte granule of RAM at `pa`."""
    cdef u64 page = (pa - m.base) >> PAGE_BITS
    cdef bint guarded = is_guarded(m, page)
    if guarded: before_write(m, pa, 64)
    memset(m.ram + (pa - m.base), 0, 64)
    mark_touched(m, page)
    if guarded: after_write(m, pa, 64)


cdef inline u8 *inside_page(Hart *h, TlbEntry *tlb, u64 va, u32 width) noexcept nogil:
    """Return the host address of a misaligned access that stays in a page which the TLB knows, or NULL."""
    cdef TlbEntry *e = tlb_slot(h, tlb, va)
    if e.tag != va & ~<u64>PAGE_MASK or (va & PAGE_MASK) + width > PAGE_SIZE: return NULL
    return <u8 *>(va + e.addend)


cdef void misaligned_load(Hart *h, Op *op, i64 b, u64 va) noexcept nogil:
    """A misaligned load from RAM; both pages are translated before anything is read."""
    cdef u32 width = op.width, first = width, k
    cdef u64 raw = 0
    cdef u8 *p = inside_page(h, h.rtlb, va, width)
    if likely(p != NULL):
        finish_load(h, op, read_host(p, width))
        GO(h, op + 1, b)
        return
    if (va & PAGE_MASK) + width > PAGE_SIZE:
        first = <u32>(PAGE_SIZE - (va & PAGE_MASK))
    if not translate(h, va, first, ACCESS_LOAD):
        stop_at(h, op, b, LEAVE_TRAP)
        return
    if h.host == NULL:
        refused(h, op, b, CAUSE_LOAD_ACCESS_FAULT)
        return
    if h.in_ram and watched(h, op, b, first, WATCH_LOAD, first == width): return
    p = h.host
    if first < width:
        if not translate(h, va + first, width - first, ACCESS_LOAD):
            stop_at(h, op, b, LEAVE_TRAP)
            return
        if h.host == NULL:
            refused(h, op, b, CAUSE_LOAD_ACCESS_FAULT)
            return
        if h.in_ram and watched(h, op, b, width - first, WATCH_LOAD): return
    elif h.cacheable and h.in_ram:
        fill_read(h, va)
    for k in range(first):
        raw |= <u64>p[k] << (8 * k)
    for k in range(first, width):
        raw |= <u64>h.host[k - first] << (8 * k)
    finish_load(h, op, raw)
    resume(h, op, b)


cdef void misaligned_store(Hart *h, Op *op, i64 b, u64 va) noexcept nogil:
    """A misaligned store to RAM; both pages are translated before anything is written."""
    cdef u32 width = op.width, first = width, k
    cdef u64 value = store_value(h, op), pa
    cdef u8 *p = inside_page(h, h.wtlb, va, width)
    if likely(p != NULL):
        write_host(p, width, value)
        GO(h, op + 1, b)
        return
    if (va & PAGE_MASK) + width > PAGE_SIZE:
        first = <u32>(PAGE_SIZE - (va & PAGE_MASK))
    if not translate(h, va, first, ACCESS_STORE):
        stop_at(h, op, b, LEAVE_TRAP)
        return
    if not h.in_ram:
        refused(h, op, b, CAUSE_STORE_AMO_ACCESS_FAULT)
        return
    if watched(h, op, b, first, WATCH_STORE, first == width): return
    pa = h.pa
    if first < width:
        if not translate(h, va + first, width - first, ACCESS_STORE):
            stop_at(h, op, b, LEAVE_TRAP)
            return
        if not h.in_ram:
            refused(h, op, b, CAUSE_STORE_AMO_ACCESS_FAULT)
            return
        if watched(h, op, b, width - first, WATCH_STORE): return
    elif h.cacheable:
        fill_write(h, va)
    for k in range(first):
        store_ram(h.m, pa + k, 1, value >> (8 * k))
    for k in range(first, width):
        store_ram(h.m, h.pa + k - first, 1, value >> (8 * k))
    if watch_at(h.m, h.pa, width - first, WATCH_MAILBOX) == NULL: h.pa = pa
    stored(h, op, b)


cdef inline u64 sign_extended(u64 raw, u32 width) noexcept nogil:
    cdef int unused = 64 - 8 * <int>width
    return <u64>(<i64>(raw << unused) >> unused)


cdef void slow_amo(Hart *h, Op *op, i64 b, u64 va) noexcept nogil:
    """An AMO that the write TLB does not know. Devices take none.

    Misaligned ones trap, but with Zama16b those inside an aligned 16-byte granule do not.
    """
    cdef u64 old
    if data_trigger(h, op, b, va, op.width, TRIGGER_LOAD | TRIGGER_STORE): return
    if va & (op.width - 1) and not (extension_on(h.m, EXT_Zama16b) and (va & 15) + op.width <= 16):
        trap(h, op, b, CAUSE_STORE_AMO_ADDRESS_MISALIGNED, transformed(h, va))
        return
    if not translate(h, va, op.width, ACCESS_STORE):
        stop_at(h, op, b, LEAVE_TRAP)
        return
    if not h.in_ram:
        refused(h, op, b, CAUSE_STORE_AMO_ACCESS_FAULT)
        return
    if watched(h, op, b, op.width, WATCH_LOAD | WATCH_STORE): return
    if h.cacheable: fill_write(h, va)
    old = sign_extended(read_host(h.host, op.width), op.width)
    store_ram(h.m, h.pa, op.width, amo_value(h, op, old))
    h.x[op.rd] = old
    stored(h, op, b)


cdef inline void load_reserved(Hart *h, Op *op, i64 b) noexcept nogil:
    """LR: load, and reserve these bytes until the end of the turn."""
    cdef u64 va = h.x[op.rs1]
    if data_trigger(h, op, b, va, op.width, TRIGGER_LOAD): return
    if va & (op.width - 1):
        trap(h, op, b, CAUSE_LOAD_ADDRESS_MISALIGNED, transformed(h, va))
        return
    if not translate(h, va, op.width, ACCESS_LOAD):
        stop_at(h, op, b, LEAVE_TRAP)
        return
    if not h.in_ram:
        refused(h, op, b, CAUSE_LOAD_ACCESS_FAULT)
        return
    if watched(h, op, b, op.width, WATCH_LOAD): return
    h.x[op.rd] = sign_extended(read_host(h.host, op.width), op.width)
    h.reservation = h.pa
    h.reservation_width = op.width
    resume(h, op, b)


cdef inline void store_conditional(Hart *h, Op *op, i64 b) noexcept nogil:
    """SC: store if the reservation holds; faults come first, as for any store."""
    cdef u64 va = h.x[op.rs1]
    cdef bint holds
    if data_trigger(h, op, b, va, op.width, TRIGGER_STORE): return
    if va & (op.width - 1):
        trap(h, op, b, CAUSE_STORE_AMO_ADDRESS_MISALIGNED, transformed(h, va))
        return
    if not translate(h, va, op.width, ACCESS_STORE):
        stop_at(h, op, b, LEAVE_TRAP)
        return
    if not h.in_ram:
        refused(h, op, b, CAUSE_STORE_AMO_ACCESS_FAULT)
        return
    if watched(h, op, b, op.width, WATCH_STORE): return
    holds = h.reservation == h.pa and h.reservation_width == op.width
    h.reservation = NO_RESERVATION
    if holds: store_ram(h.m, h.pa, op.width, h.x[op.rs2])
    h.x[op.rd] = not holds
    if holds: stored(h, op, b)
    else: resume(h, op, b)


cdef void do_lr_w(Hart *h, Op *op, i64 b) noexcept nogil: load_reserved(h, op, b)
cdef void do_lr_d(Hart *h, Op *op, i64 b) noexcept nogil: load_reserved(h, op, b)
cdef void do_sc_w(Hart *h, Op *op, i64 b) noexcept nogil: store_conditional(h, op, b)
cdef void do_sc_d(Hart *h, Op *op, i64 b) noexcept nogil: store_conditional(h, op, b)


cdef void do_amocas_q(Hart *h, Op *op, i64 b) noexcept nogil:
    """AMOCAS.Q: compare 16 bytes with the pair from rd on, and swap with the pair from rs2 on; x0 is a pair of zeros."""
    cdef u64 va = h.x[op.rs1]
    cdef u64 low = h.x[op.imm], high = h.x[op.imm + 1] if op.imm else 0
    cdef u64 *memory
    cdef bint equal
    if data_trigger(h, op, b, va, 16, TRIGGER_LOAD | TRIGGER_STORE): return
    if va & 15:
        trap(h, op, b, CAUSE_STORE_AMO_ADDRESS_MISALIGNED, transformed(h, va))
        return
    if not translate(h, va, 16, ACCESS_STORE):
        stop_at(h, op, b, LEAVE_TRAP)
        return
    if not h.in_ram:
        refused(h, op, b, CAUSE_STORE_AMO_ACCESS_FAULT)
        return
    if watched(h, op, b, 16, WATCH_LOAD | WATCH_STORE): return
    memory = <u64 *>h.host
    equal = memory[0] == low and memory[1] == high
    low = memory[0]
    high = memory[1]
    if equal:
        store_ram(h.m, h.pa, 8, h.x[op.rs2])
        store_ram(h.m, h.pa + 8, 8, h.x[op.rs2 + 1] if op.rs2 else 0)
    if op.imm:
        h.x[op.imm] = low
        h.x[op.imm + 1] = high
    h.x[32] = equal                     # for a recording
    if equal: stored(h, op, b)
    else: resume(h, op, b)


# ---- shadow stacks

cdef enum:                  # xtval of a software-check exception
    SHADOW_STACK_FAULT = 3


cdef bint reach_shadow_stack(Hart *h, Op *op, i64 b, u64 va, int access, u64 kinds) noexcept nogil:
    """Find the RAM of an access to a shadow stack; False where it traps: without translation there is none.

    PMP must let it both read and write, which is to let it write: no rule grants W without R.
    """
    if data_trigger(h, op, b, va, op.width, kinds): return False
    if va & (op.width - 1):
        trap(h, op, b, CAUSE_STORE_AMO_ADDRESS_MISALIGNED, transformed(h, va))
        return False
    if h.satp_data == 0:
        trap(h, op, b, CAUSE_STORE_AMO_ACCESS_FAULT, transformed(h, va))
        return False
    if not translate(h, va, op.width, access):
        stop_at(h, op, b, LEAVE_TRAP)
        return False
    if not h.in_ram:
        refused(h, op, b, CAUSE_STORE_AMO_ACCESS_FAULT)
        return False
    return True


cdef inline bint shadow_stack_on(Hart *h) noexcept nogil:
    """xSSE: whether this mode has a shadow stack. Source: privileged manual, "Shadow Stack"."""
    return h.priv < 3 and envcfg_allows(h, ENVCFG_SSE)


cdef void do_sspush(Hart *h, Op *op, i64 b) noexcept nogil:
    """Store a link register below the top of the shadow stack, which grows downwards."""
    cdef u64 va = h.csr[CSR_ssp] - 8
    if not shadow_stack_on(h):
        GO(h, op + 1, b)
        return
    if not reach_shadow_stack(h, op, b, va, ACCESS_SHADOW_STORE, TRIGGER_STORE): return
    if watched(h, op, b, 8, WATCH_STORE): return
    store_ram(h.m, h.pa, 8, h.x[op.rs2])
    h.csr[CSR_ssp] = va
    stored(h, op, b)


cdef void do_sspopchk(Hart *h, Op *op, i64 b) noexcept nogil:
    """Take the top of the shadow stack off, if it is what the link register holds."""
    if not shadow_stack_on(h):
        GO(h, op + 1, b)
        return
    if not reach_shadow_stack(h, op, b, h.csr[CSR_ssp], ACCESS_SHADOW_LOAD, TRIGGER_LOAD): return
    if watched(h, op, b, 8, WATCH_LOAD): return
    if read_host(h.host, 8) != h.x[op.rs1]:
        trap(h, op, b, CAUSE_SOFTWARE_CHECK, SHADOW_STACK_FAULT)
        return
    h.csr[CSR_ssp] += 8
    resume(h, op, b)


cdef void do_ssrdp(Hart *h, Op *op, i64 b) noexcept nogil:
    h.x[op.rd] = h.csr[CSR_ssp] if shadow_stack_on(h) else 0
    GO(h, op + 1, b)


cdef inline void shadow_swap(Hart *h, Op *op, i64 b) noexcept nogil:
    """SSAMOSWAP, which M-mode may use too: it reaches a shadow stack by MPRV."""
    cdef u64 va = h.x[op.rs1], old
    if not envcfg_allows(h, ENVCFG_SSE):
        illegal(h, op, b)
        return
    if not reach_shadow_stack(h, op, b, va, ACCESS_SHADOW_STORE, TRIGGER_LOAD | TRIGGER_STORE): return
    if watched(h, op, b, op.width, WATCH_LOAD | WATCH_STORE): return
    old = read_host(h.host, op.width)
    store_ram(h.m, h.pa, op.width, h.x[op.rs2])
    h.x[op.rd] = <u64><i64><i32>old if op.width == 4 else old
    stored(h, op, b)


cdef void do_ssamoswap_w(Hart *h, Op *op, i64 b) noexcept nogil: shadow_swap(h, op, b)
cdef void do_ssamoswap_d(Hart *h, Op *op, i64 b) noexcept nogil: shadow_swap(h, op, b)
