# Sdtrig: triggers that raise a breakpoint exception before an instruction, a load or a store at a matching address.
#
# Loads and stores are compared on their slow paths only: a page on which a trigger may match is kept out of the TLBs
# of the modes in which it is armed. Instructions are compared when their block is decoded; the block's key tells
# blocks with triggers in them apart, and a change of a trigger drops them all.
#
# Triggers do not fire where the trap handler's own CSRs would be overwritten: in M-mode with MIE clear, and in S-mode
# with SIE clear while breakpoints are delegated. Source: debug specification, "Native Triggers".

cdef enum:
    TRIGGER_LOAD = 1 << 0           # bits of tdata1 that mcontrol and mcontrol6 share
    TRIGGER_STORE = 1 << 1
    TRIGGER_EXECUTE = 1 << 2
    TRIGGER_CHAIN = 1 << 11
    MCONTROL_HIT = 1 << 20
    MCONTROL6_HIT0 = 1 << 22
    TRIGGER_KINDS = 7
    TRIGGER_COMMON = 0xfdf          # chain, match, m, s, u, execute, store, load

cdef enum:                          # tdata1.type
    TYPE_MCONTROL = 2
    TYPE_MCONTROL6 = 6

cdef enum:                          # tdata1.match; 8 more: where it would not match
    MATCH_EQUAL = 0
    MATCH_NAPOT = 1
    MATCH_GE = 2
    MATCH_LT = 3
    MATCH_MASK_LOW = 4
    MATCH_MASK_HIGH = 5
    MATCH_NOT = 8


# ---- matching

cdef inline u32 match_of(u64 tdata1) noexcept nogil:
    return <u32>(tdata1 >> 7) & 15


cdef inline u64 napot_mask(u64 tdata2) noexcept nogil:
    """Return ones for the low bits that a NAPOT match does not look at."""
    return tdata2 ^ (tdata2 + 1)


cdef bint value_matches(u32 match, u64 value, u64 tdata2) noexcept nogil:
    cdef u64 high = tdata2 >> 32, low = <u32>tdata2
    if match == MATCH_EQUAL: return value == tdata2
    if match == MATCH_NAPOT: return ((value ^ tdata2) & ~napot_mask(tdata2)) == 0
    if match == MATCH_GE: return value >= tdata2
    if match == MATCH_LT: return value < tdata2
    if match == MATCH_MASK_LOW: return value & high == low
    return (value >> 32) & high == low


cdef bint address_matches(u64 tdata1, u64 tdata2, u64 va, u32 width) noexcept nogil:
    """Whether the address of one of the bytes matches."""
    cdef u32 match = match_of(tdata1), k
    for k in range(width):
        if value_matches(match & 7, va + k, tdata2): return not match & MATCH_NOT
    return (match & MATCH_NOT) != 0


cdef bint size_matches(u64 tdata1, u32 width) noexcept nogil:
    cdef u32 size = <u32>(tdata1 >> 16) & 7
    if tdata1 >> 60 != TYPE_MCONTROL6 or size == 0: return True
    return width == (8 if size == 5 else 1 << (size - 1))


cdef inline u64 mode_bit(Hart *h) noexcept nogil:
    """The bit of tdata1 that enables a trigger in the present mode: m, s or u."""
    return 8 << h.priv


cdef bint trigger_fires(Hart *h, u64 kinds, u64 va, u32 width, bint mark=True) noexcept nogil:
    """Whether an access of one of `kinds` fires a trigger; those that do are marked as hit where `mark` says so."""
    cdef int k, first = 0, n
    cdef bint chained = True
    cdef u64 tdata1
    for k in range(TRIGGER_COUNT):
        tdata1 = h.tdata1[k]
        chained = (chained and tdata1 & kinds and tdata1 & mode_bit(h) and size_matches(tdata1, width)
                   and address_matches(tdata1, h.tdata2[k], va, width if width else 1))
        if tdata1 & TRIGGER_CHAIN: continue
        if chained:
            for n in range(first, k + 1 if mark else first):
                h.tdata1[n] |= MCONTROL6_HIT0 if h.tdata1[n] >> 60 == TYPE_MCONTROL6 else MCONTROL_HIT
            return True
        first = k + 1
        chained = True
    return False


cdef inline bint data_trigger(Hart *h, Op *op, i64 b, u64 va, u32 width, u64 kinds) noexcept nogil:
    """Leave before a load or store at `va` where a debugger's watch or a trigger says so."""
    if likely(not h.data_looked_at): return False
    va = transformed(h, va)
    if virtual_watch(h, op, b, va, width, kinds): return True
    if not h.data_triggers or not trigger_fires(h, kinds, va, width): return False
    trap(h, op, b, CAUSE_BREAKPOINT, va)
    return True


cdef bint near_trigger(Hart *h, u64 va) noexcept nogil:
    """Whether a load or store in the page of `va` may match, so that it must be compared each time."""
    cdef u64 apart
    cdef int k
    for k in range(TRIGGER_COUNT):
        if not h.tdata1[k] & (TRIGGER_LOAD | TRIGGER_STORE): continue
        if match_of(h.tdata1[k]) > MATCH_NAPOT: return True
        apart = (va ^ h.tdata2[k]) & ~<u64>PAGE_MASK
        if match_of(h.tdata1[k]) == MATCH_NAPOT: apart &= ~napot_mask(h.tdata2[k])
        if apart == 0: return True
    return False


cdef inline bint fetch_trigger(Hart *h, u64 pc, u32 size, bint mark) noexcept nogil:
    """Whether the instruction of `size` bytes at `pc` fires a trigger; 0 bytes: it cannot be fetched."""
    return h.fetch_key >> TRIGGER_KEY_SHIFT and trigger_fires(h, TRIGGER_EXECUTE, pc, size, mark)


cdef void do_trigger(Hart *h, Op *op, i64 b) noexcept nogil:
    """In place of an instruction that a trigger matches."""
    cdef u64 pc = h.m.pcs[op - h.m.ops]
    trigger_fires(h, TRIGGER_EXECUTE, pc, op.size)
    trap(h, op, b, CAUSE_BREAKPOINT, pc)


cdef u64 armed_kinds(Hart *h) noexcept nogil:
    """The accesses that triggers look at in the present mode."""
    cdef u64 kinds = 0
    cdef int k
    if not h.triggers_set: return 0
    if h.priv == 3 and not h.mstatus & MSTATUS_MIE: return 0
    if h.priv == 1 and h.csr[CSR_medeleg] & 1 << CAUSE_BREAKPOINT and not h.mstatus & MSTATUS_SIE: return 0
    for k in range(TRIGGER_COUNT):
        if h.tdata1[k] & mode_bit(h): kinds |= h.tdata1[k] & TRIGGER_KINDS
    return kinds


# ---- the CSRs

cdef u64 legal_tdata1(Hart *h, u64 v) noexcept nogil:
    """What tdata1 keeps of `v`: address matches before the access, with no action but the exception."""
    cdef u64 kept = v & TRIGGER_COMMON | v >> 60 << 60
    cdef u32 match = match_of(v), size = <u32>(v >> 16) & 7
    if v >> 60 == TYPE_MCONTROL6:
        kept |= v & MCONTROL6_HIT0
        if size < 4 or size == 5: kept |= v & 7 << 16
    elif v >> 60 == TYPE_MCONTROL:
        kept |= v & MCONTROL_HIT
        if match & 7 == MATCH_NAPOT: match = MATCH_EQUAL            # maskmax is 0
    else:
        return TDATA1_DISABLED
    if match in (6, 7, 10, 11, 14, 15): match = MATCH_EQUAL
    if h.csr[CSR_tselect] == TRIGGER_COUNT - 1: kept &= ~<u64>TRIGGER_CHAIN
    return merge(kept, <u64>match << 7, 15 << 7)


cdef void set_trigger(Hart *h, u64 tdata1, u64 tdata2) noexcept nogil:
    """Change the selected trigger, and forget what was translated without it."""
    cdef u64 index = h.csr[CSR_tselect], kinds = h.tdata1[index] | tdata1, bits = ALL_ONES >> 1
    if match_of(tdata1) & 7 == MATCH_NAPOT and tdata2 & bits == bits: tdata2 &= ~<u64>(<u64>1 << 62)
    h.tdata1[index] = tdata1
    h.tdata2[index] = tdata2
    if kinds & TRIGGER_EXECUTE: flush_code(h.m)
    update_triggers(h)
    empty_contexts(h)
    h.check = True


cdef void update_triggers(Hart *h) noexcept nogil:
    """See which accesses any trigger looks at."""
    cdef int k
    h.triggers_set = False
    for k in range(TRIGGER_COUNT):
        if h.tdata1[k] & TRIGGER_KINDS: h.triggers_set = True


cdef void reset_triggers(Hart *h) noexcept nogil:
    cdef int k
    for k in range(TRIGGER_COUNT):
        if h.tdata1[k] & TRIGGER_EXECUTE: flush_code(h.m)
        h.tdata1[k] = TDATA1_DISABLED
        h.tdata2[k] = 0
    h.triggers_set = False


cdef u64 get_tdata1(Hart *h, i64 left) noexcept nogil: return h.tdata1[h.csr[CSR_tselect]]
cdef u64 get_tdata2(Hart *h, i64 left) noexcept nogil: return h.tdata2[h.csr[CSR_tselect]]
cdef u64 get_tinfo(Hart *h, i64 left) noexcept nogil: return TINFO


cdef void set_tselect(Hart *h, u64 v, i64 left) noexcept nogil:
    if v < TRIGGER_COUNT: h.csr[CSR_tselect] = v


cdef void set_tdata1(Hart *h, u64 v, i64 left) noexcept nogil:
    set_trigger(h, legal_tdata1(h, v), h.tdata2[h.csr[CSR_tselect]])


cdef void set_tdata2(Hart *h, u64 v, i64 left) noexcept nogil:
    set_trigger(h, h.tdata1[h.csr[CSR_tselect]], v)
