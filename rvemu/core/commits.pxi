# Recording: what each retired instruction wrote, and Spike's commit log of it.
#
# While `m.retired` is set, harts run by run_recorded, one instruction at a time: same blocks, same turns, same events.
# What an instruction writes comes from the instruction table, as the EFFECT_* bits of its op.

cdef enum:
    MAX_RETIRED = 16384     # records that are handed over together

cdef enum:                  # CSRs that the log names in place of, or besides, the one that was written
    FFLAGS = 0x001
    FRM = 0x002
    SSTATUS = 0x100
    SIE = 0x104
    SIP = 0x144
    MSTATUS = 0x300
    MIE = 0x304
    MVIP = 0x309
    PMPADDR0 = 0x3b0
    MHPMCOUNTER3 = 0xb03
    MHPMCOUNTER31 = 0xb1f
    SEIP_BIT = 1 << 9


# ---- running

cdef void run_recorded(Hart *h) noexcept nogil:
    """run_hart and serve, with every instruction that retires recorded."""
    cdef Machine *m = h.m
    cdef u64 trapped
    fp_host_begin(h)
    h.leave = LEAVE_NEXT
    m.retiring = False
    while m.retired_count < MAX_RETIRED - MAX_BLOCK:
        if h.check:
            look(h)
            if h.caught or deadline(h) != h.deadline: break
        if h.left <= 0: break
        record_block(h)
        if h.leave == LEAVE_TRAP: raise_exception(h)
        elif h.leave == LEAVE_ILLEGAL: raise_illegal(h)
        elif h.leave != LEAVE_NEXT: break
        h.leave = LEAVE_NEXT
        if h.caught: break
    fp_host_end(h)
    trapped = h.trapped
    serve(h)
    if m.retiring and h.trapped == trapped: finish_record(h, h.op, &m.retired[m.retired_count])
    if m.retired_count >= MAX_RETIRED - MAX_BLOCK: call_recorder(m)


cdef void record_block(Hart *h) noexcept nogil:
    """Run the block at h.pc as far as it goes on from op to op."""
    cdef Machine *m = h.m
    cdef Op *t = passed_breakpoint(h) if h.step_over else NULL
    cdef u64 flushes = m.arena_flushes
    cdef int k, n
    if t == NULL: t = lookup(h)
    h.step_over = False
    m.dropped = False
    if t == NULL:
        h.leave = LEAVE_TRAP
        if fetch_trigger(h, h.pc, 0, True):
            h.cause = CAUSE_BREAKPOINT
            h.tval = h.pc
        return
    n = t.n
    for k in range(n):
        record_op(h, t + k)
        if h.leave != LEAVE_NEXT or h.check or m.dropped or m.arena_flushes != flushes or h.left <= 0: return
        if k + 1 < n and h.pc != m.pcs[t + k + 1 - m.ops]: return


cdef void record_op(Hart *h, Op *op) noexcept nogil:
    """Run the one instruction `op`, with a budget of 1, and record it if it retires."""
    cdef Machine *m = h.m
    cdef Retired *r = &m.retired[m.retired_count]
    cdef i64 rest = h.left - 1
    cdef bint floating = op_info[op.id].flags & FLAG_FP
    cdef u64 flags = 0
    begin_record(h, op, r)
    if floating:
        fp_fold(h)
        flags, h.fflags = h.fflags, 0
    h.left = 1
    h.cycle_end -= rest
    h.instret_end -= rest
    h.patch = NULL
    h.leave = LEAVE_NEXT
    if op.n > 1: op = cut(h, op, 1)
    elif unlikely(h.fetch_key & PROFILE_KEY): count_last(h, op)
    ENTER(h, op, 0)
    if floating:
        fp_fold(h)
        if h.fflags: name_csr(r, FFLAGS, h.fflags | flags)
        h.fflags |= flags
    m.retiring = h.leave == LEAVE_READ or h.leave == LEAVE_WRITE
    if h.left == 0: finish_record(h, op, r)
    h.left += rest
    h.cycle_end += rest
    h.instret_end += rest


# ---- a record

cdef u32 fetched_word(Hart *h) noexcept nogil:
    """Return the bits of the instruction at h.pc, which has just been fetched."""
    cdef TlbEntry *page = &h.fetch_now.pages[(h.pc >> PAGE_BITS) & (FETCH_SIZE - 1)]
    cdef u8 *p
    cdef u32 low = 0, high = 0
    if page.tag == h.pc & ~<u64>PAGE_MASK and h.pc & PAGE_MASK != PAGE_END:
        p = h.m.ram + ((page.addend | (h.pc & PAGE_MASK)) - h.m.base)
        low = (<u16 *>p)[0]
        return low | <u32>(<u16 *>(p + 2))[0] << 16 if low & 3 == 3 else low
    fetch_half(h, h.pc, &low)
    if low & 3 == 3: fetch_half(h, h.pc + 2, &high)
    return low | high << 16


cdef void begin_record(Hart *h, Op *op, Retired *r) noexcept nogil:
    """Fill in what is known before the instruction runs; what it is about to overwrite among it."""
    cdef u8 effects = op_info[op.id].effects
    r.cycle = h.cycle_end - h.left
    r.pc = h.pc
    r.hart = <u16>h.id
    r.priv = <u8>h.priv
    r.word = fetched_word(h)
    r.csr[0] = r.csr[1] = r.csr[2] = 0
    r.data = 0
    r.width = op.width
    if effects & (EFFECT_LOAD | EFFECT_STORE | EFFECT_ZERO):
        r.address = h.x[op.rs1]
        if not effects & (EFFECT_LOAD | EFFECT_STORE) == (EFFECT_LOAD | EFFECT_STORE): r.address += <u64>op.imm
        if effects & EFFECT_ZERO: r.address = transformed(h, r.address) & ~<u64>63
        elif effects & (EFFECT_LOAD | EFFECT_CONDITIONAL): r.data = h.x[op.rs2]
        elif effects & EFFECT_STORE: r.data = store_value(h, op)
        r.csr_value[0] = h.x[op.imm & 31]               # what a compare-and-swap compares with
        if op.width == 16: r.csr_value[1] = h.x[op.rs2 + 1] if op.rs2 else 0
    elif effects & EFFECT_CSR:
        r.address = get_mip(h, h.left)
    r.value = h.mstatus


cdef void finish_record(Hart *h, Op *op, Retired *r) noexcept nogil:
    """Fill in what the instruction did; it has retired."""
    cdef u8 effects = op_info[op.id].effects
    cdef bint was_dirty = r.value & MSTATUS_FS == MSTATUS_FS
    if effects & EFFECT_CSR and writes_csr(r.word): name_csr_written(h, <u32>op.aux, r)
    if effects & EFFECT_STATUS or (not was_dirty and h.mstatus & MSTATUS_FS == MSTATUS_FS):
        name_csr(r, MSTATUS, get_mstatus(h, h.left))
    if effects & EFFECT_CONDITIONAL and not conditional_stored(h, op, r, effects): effects &= ~EFFECT_STORE
    elif effects & EFFECT_STORE and effects & EFFECT_LOAD and not effects & EFFECT_CONDITIONAL:
        r.data = amo_stored(h, op, r.data)
    if effects & EFFECT_CSR: r.address = 0
    r.rd = op.rd
    r.value = h.f[op.rd] if effects & EFFECT_F else h.x[op.rd]
    if op.rd == 32: effects &= ~EFFECT_X
    elif op.width == 16: r.csr_value[0] = h.x[op.rd + 1]
    r.effects = effects & (EFFECT_X | EFFECT_F | EFFECT_LOAD | EFFECT_STORE | EFFECT_ZERO)
    h.m.retired_count += 1


cdef bint conditional_stored(Hart *h, Op *op, Retired *r, u8 effects) noexcept nogil:
    """Whether SC, which leaves 0 in rd, or a compare-and-swap, which leaves there what it loaded, has stored."""
    if not effects & EFFECT_LOAD: return h.x[op.rd] == 0
    if op.width == 16: return h.x[32] != 0                                   # as do_amocas_q leaves it
    return (h.x[op.rd] ^ r.csr_value[0]) & (ALL_ONES >> (64 - 8 * op.width)) == 0


cdef u64 amo_stored(Hart *h, Op *op, u64 operand) noexcept nogil:
    """Return what an AMO stored, which has loaded rd and had `operand` in rs2."""
    cdef u64 kept = h.x[op.rs2], old = h.x[op.rd]
    h.x[op.rs2] = operand
    operand = amo_value(h, op, old)
    h.x[op.rs2] = kept
    return operand


cdef inline bint writes_csr(u32 word) noexcept nogil:
    """Whether a CSR instruction writes its CSR: CSRRW always, the others unless rs1 or the immediate is 0."""
    return (word >> 12) & 3 == 1 or (word >> 15) & 31 != 0


cdef void name_csr(Retired *r, u32 number, u64 value) noexcept nogil:
    """Add a CSR to the record, in the order of numbers, once."""
    cdef int k = 0, n
    while k < 3 and r.csr[k] and r.csr[k] < number: k += 1
    if k == 3: return
    if r.csr[k] != number:
        for n in range(2, k, -1):
            r.csr[n] = r.csr[n - 1]
            r.csr_value[n] = r.csr_value[n - 1]
    r.csr[k] = <u16>number
    r.csr_value[k] = value


cdef void name_csr_written(Hart *h, u32 number, Retired *r) noexcept nogil:
    """Name what a write of the CSR `number` has changed, as Spike does: views by the registers behind them.

    Source: riscv-isa-sim, riscv/csrs.cc: log_write and the unlogged_write of each class.
    """
    cdef int k
    if number == FCSR:
        name_csr(r, FFLAGS, csr_get(h, FFLAGS, h.left))
        name_csr(r, FRM, csr_get(h, FRM, h.left))
    elif number == SSTATUS:
        name_csr(r, MSTATUS, get_mstatus(h, h.left))
    elif number == SIE:
        name_csr(r, SIE, get_sie(h, h.left))
        name_csr(r, MIE, h.csr[CSR_mie])
    elif number == MIP or number == SIP:
        name_csr(r, MIP, get_mip(h, h.left))
        name_csr(r, MVIP, virtual_pending(h, r.address))
    elif PMPADDR0 <= number < PMPADDR0 + PMP_COUNT:
        k = number - PMPADDR0
        if not pmpaddr_locked(h, k): name_csr(r, number, csr_get(h, number, h.left))
    elif not MHPMCOUNTER3 <= number <= MHPMCOUNTER31:
        name_csr(r, number, csr_get(h, number, h.left))


cdef inline u64 virtual_pending(Hart *h, u64 before) noexcept nogil:
    """mvip as Spike shows it in the midst of a write of mip: SEIP is the new one, SSIP and STIP those of before."""
    cdef u64 aliased = 1 << 1 if h.csr[CSR_menvcfg] & MENVCFG_STCE else 1 << 1 | 1 << 5
    return (h.mip & SEIP_BIT) | (before & aliased)


# ---- Spike's text

cdef extern from *:
    """
    static const char rv_digits[] = "0123456789abcdef";
    static inline char *rv_hex(char *p, unsigned long long value, int digits) {
        *p++ = '0'; *p++ = 'x';
        for (int k = digits - 1; k >= 0; k--) { p[k] = rv_digits[value & 15]; value >>= 4; }
        return p + digits; }
    static inline char *rv_decimal(char *p, unsigned value) {
        char text[12]; int n = 0;
        do { text[n++] = '0' + value % 10; value /= 10; } while (value);
        while (n) *p++ = text[--n];
        return p; }
    """
    char *hexadecimal "rv_hex"(char *p, u64 value, int digits) noexcept nogil
    char *decimal "rv_decimal"(char *p, unsigned int value) noexcept nogil

cdef enum:
    LINE_BYTES = 320        # the longest line without a block of zeros
    ZERO_BYTES = 64 * 28    # what such a block adds


cdef char *hart_and_word(char *p, Retired *r) noexcept nogil:
    """`core   0: 3 0x0000000080000000 (0x00000297)`."""
    memcpy(p, b"core   ", 7)
    p = decimal(p + (7 if r.hart < 10 else 6), r.hart)
    p[0], p[1], p[2], p[3] = c":", c" ", c"0" + r.priv, c" "
    p = hexadecimal(p + 4, r.pc, 16)
    p[0], p[1] = c" ", c"("
    p = hexadecimal(p + 2, r.word, 8 if r.word & 3 == 3 else 4)
    p[0] = c")"
    return p + 1


cdef char *register_text(char *p, char kind, u32 number, u64 value, int digits) noexcept nogil:
    """` x5  0x0000000000000001`."""
    p[0], p[1] = c" ", kind
    p = decimal(p + 2, number)
    if number < 10:
        p[0] = c" "
        p += 1
    p[0] = c" "
    return hexadecimal(p + 1, value, digits)


cdef char *memory_text(char *p, u64 address) noexcept nogil:
    """` mem 0x0000000080001000`."""
    memcpy(p, b" mem ", 5)
    return hexadecimal(p + 5, address, 16)


cdef char *accesses_text(char *p, Retired *r) noexcept nogil:
    """The loads, then the stores with their data: 16 bytes are two stores, a block of zeros is 64 of a byte."""
    cdef int k
    if r.effects & EFFECT_LOAD: p = memory_text(p, r.address)
    if r.effects & EFFECT_STORE:
        p = store_text(p, r.address, r.data, min(r.width, 8))
        if r.width == 16: p = store_text(p, r.address + 8, r.csr_value[1], 8)
    if r.effects & EFFECT_ZERO:
        for k in range(64): p = store_text(p, r.address + k, 0, 1)
    return p


cdef char *store_text(char *p, u64 address, u64 data, int width) noexcept nogil:
    """` mem 0x0000000080001000 0x01`."""
    p = memory_text(p, address)
    p[0] = c" "
    return hexadecimal(p + 1, data, 2 * width)


@cython.final
cdef class CommitFormat:
    """Writes records as Spike's commit log does, byte for byte.

    Args:
        names: the names of CSRs, by their numbers.
        flen: bits of a floating-point register.

    Source: riscv-isa-sim, riscv/execute.cc, commit_log_print_insn.
    """

    cdef list _names
    cdef int _digits

    def __init__(self, names, int flen):
        self._names = [names.get(number, "unknown").encode() for number in range(4096)]
        self._digits = flen // 4

    def lines(self, const u8[::1] records):
        """Return the lines for a buffer of records."""
        cdef Py_ssize_t count = records.shape[0] // <Py_ssize_t>sizeof(Retired), size = count * LINE_BYTES, k
        cdef const Retired *r
        cdef char *start
        cdef char *p
        if count == 0: return b""
        r = <const Retired *>&records[0]
        for k in range(count): size += ZERO_BYTES if r[k].effects & EFFECT_ZERO else 0
        text = PyBytes_FromStringAndSize(NULL, size)
        p = start = PyBytes_AS_STRING(text)
        for k in range(count): p = self._line(p, <Retired *>&r[k])
        return text[:p - start]

    cdef char *_line(self, char *p, Retired *r) except NULL:
        p = hart_and_word(p, r)
        p = self._registers(p, r) if r.csr[0] else self._register(p, r)
        p = accesses_text(p, r)
        p[0] = c"\n"
        return p + 1

    cdef char *_registers(self, char *p, Retired *r) except NULL:
        """The register and the CSRs, in the order of Spike's keys: number first, then x, f, CSR."""
        cdef bint pending = (r.effects & (EFFECT_X | EFFECT_F)) != 0
        cdef int k
        for k in range(3):
            if not r.csr[k]: break
            if pending and r.rd <= r.csr[k]:
                p = self._register(p, r)
                pending = False
            p = self._csr(p, r.csr[k], r.csr_value[k])
        return self._register(p, r) if pending else p

    cdef char *_register(self, char *p, Retired *r) except NULL:
        """The register, if there is one, or the pair of them."""
        if r.effects & EFFECT_F: return register_text(p, c"f", r.rd, r.value, self._digits)
        if r.effects & EFFECT_X:
            p = register_text(p, c"x", r.rd, r.value, 16)
            if r.width == 16: p = register_text(p, c"x", r.rd + 1, r.csr_value[0], 16)
        return p

    cdef char *_csr(self, char *p, u32 number, u64 value) except NULL:
        """` c768_mstatus 0x8000000a00006000`."""
        cdef bytes name = self._names[number]
        p[0], p[1] = c" ", c"c"
        p = decimal(p + 2, number)
        p[0] = c"_"
        memcpy(p + 1, PyBytes_AS_STRING(name), len(name))
        p += 1 + len(name)
        p[0] = c" "
        return hexadecimal(p + 1, value, 16)
