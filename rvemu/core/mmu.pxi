# Address translation, physical memory protection, and the TLBs with all that keeps them invisible.
#
# Translation behaves as if there were no TLB. Granules of 64 bytes that hold page-table entries in use are guarded
# like those that hold translated code: their pages stay out of every write TLB, and a store to one drops what was
# derived from it. So sfence.vma has nothing left to do.

cdef enum:
    PTE_V = 1 << 0
    PTE_R = 1 << 1
    PTE_W = 1 << 2
    PTE_X = 1 << 3
    PTE_U = 1 << 4
    PTE_A = 1 << 6
    PTE_D = 1 << 7

cdef enum:
    PMP_R = 1
    PMP_W = 2
    PMP_X = 4
    PMP_L = 0x80

cdef extern from *:
    """
    #define RV_PTE_N (1ULL << 63)
    #define RV_PTE_PBMT (3ULL << 61)
    #define RV_PBMT_IO (2ULL << 61)
    #define RV_PTE_RESERVED (0x7fULL << 54)
    #define RV_PPN_MASK ((1ULL << 44) - 1)
    #define RV_ALL_ONES (~0ULL)
    #define RV_TABLE_MANY (1ULL << 8)
    #define RV_WRITERS_MANY (1ULL << 63)
    """
    const u64 PTE_N "RV_PTE_N"
    const u64 PTE_PBMT "RV_PTE_PBMT"
    const u64 PBMT_IO "RV_PBMT_IO"
    const u64 PTE_RESERVED "RV_PTE_RESERVED"
    const u64 PPN_MASK "RV_PPN_MASK"
    const u64 ALL_ONES "RV_ALL_ONES"
    const u64 NO_RESERVATION "RV_ALL_ONES"
    const u64 TABLE_MANY "RV_TABLE_MANY"
    const u64 WRITERS_MANY "RV_WRITERS_MANY"


# ---- physical memory protection

cdef bint pmp_range(Hart *h, int k, u64 *first, u64 *last) noexcept nogil:
    """Set the addresses that PMP entry `k` matches; False where it matches none."""
    cdef u64 address = h.pmpaddr[k], low
    cdef int mode = (h.pmpcfg[k] >> 3) & 3
    if mode == 0: return False
    if mode == 1:
        low = h.pmpaddr[k - 1] << 2 if k else 0
        if low >= address << 2: return False
        first[0] = low
        last[0] = (address << 2) - 1
    elif mode == 2:
        first[0] = address << 2
        last[0] = (address << 2) + 3
    else:
        low = address ^ (address + 1)           # ones up to and with the lowest zero
        first[0] = (address & ~low) << 2
        last[0] = ((address | low) << 2) | 3
    return True


cdef void pmp_lockdown_verdict(u8 cfg, Segment *segment) noexcept nogil:
    """Set what an entry allows under mseccfg.MML: a rule is for M-mode only, for S and U only, or shared."""
    cdef u8 rights = cfg & (PMP_R | PMP_W | PMP_X)
    cdef bint locked = cfg & PMP_L
    if locked and rights == PMP_R | PMP_W | PMP_X:
        segment.machine = segment.other = PMP_R
    elif rights & (PMP_R | PMP_W) != PMP_W:
        segment.machine = rights if locked else 0
        segment.other = 0 if locked else rights
    elif locked:
        segment.machine = PMP_R | PMP_X if rights & PMP_X else PMP_X
        segment.other = PMP_X
    else:
        segment.machine = PMP_R | PMP_W
        segment.other = PMP_R | PMP_W if rights & PMP_X else PMP_R


cdef void pmp_verdict(Hart *h, int k, Segment *segment) noexcept nogil:
    """Set what entry `k` (-1: none matches) allows in each mode."""
    cdef u64 security = h.csr[CSR_mseccfg]
    if k < 0:
        segment.other = 0
        segment.machine = PMP_R | PMP_W if security & MSECCFG_MML else PMP_R | PMP_W | PMP_X
        if security & MSECCFG_MMWP: segment.machine = 0
    elif security & MSECCFG_MML:
        pmp_lockdown_verdict(h.pmpcfg[k], segment)
    else:
        segment.other = h.pmpcfg[k] & 7
        segment.machine = segment.other if h.pmpcfg[k] & PMP_L else PMP_R | PMP_W | PMP_X


cdef int pmp_match(Hart *h, u64 pa) noexcept nogil:
    """Return the entry of highest priority that matches the byte at `pa`, or -1."""
    cdef int k
    cdef u64 first = 0, last = 0
    for k in range(PMP_COUNT):
        if pmp_range(h, k, &first, &last) and first <= pa <= last: return k
    return -1


cdef void pmp_rebuild(Hart *h) noexcept nogil:
    """Cut the address space into segments of one verdict each, after a change of pmpcfg or pmpaddr."""
    cdef u64 starts[MAX_SEGMENTS]
    cdef u64 first = 0, last = 0, value
    cdef int count = 1, k, j
    starts[0] = 0
    for k in range(PMP_COUNT):
        if not pmp_range(h, k, &first, &last): continue
        starts[count] = first
        count += 1
        if last != ALL_ONES:
            starts[count] = last + 1
            count += 1
    for k in range(1, count):
        value = starts[k]
        j = k
        while j > 0 and starts[j - 1] > value:
            starts[j] = starts[j - 1]
            j -= 1
        starts[j] = value
    h.segment_count = 0
    h.last_segment = 0
    for k in range(count):
        if k + 1 < count and starts[k + 1] == starts[k]: continue
        h.segments[h.segment_count].first = starts[k]
        h.segments[h.segment_count].last = starts[k + 1] - 1 if k + 1 < count else ALL_ONES
        pmp_verdict(h, pmp_match(h, starts[k]), &h.segments[h.segment_count])
        h.segment_count += 1
    empty_contexts(h)
    h.check = True


cdef bint pmp_allows_split(Hart *h, u64 pa, u32 width, u32 need, u32 priv) noexcept nogil:
    """The verdict on an access that more than one segment holds: the first matching entry must match all of it."""
    cdef u64 first = 0, last = 0
    cdef Segment verdict
    cdef int k
    for k in range(PMP_COUNT):
        if pmp_range(h, k, &first, &last) and first < pa + width and last >= pa:
            if first > pa or last < pa + width - 1: return False
            pmp_verdict(h, k, &verdict)
            return ((verdict.machine if priv == 3 else verdict.other) & need) == need
    return False                    # never: a border between two verdicts belongs to an entry that matches


cdef bint pmp_allows(Hart *h, u64 pa, u32 width, u32 need, u32 priv) noexcept nogil:
    """Tell whether PMP allows the access; h.cacheable becomes whether the verdict holds for the whole page."""
    cdef Segment *segment = &h.segments[h.last_segment]
    cdef int k
    if pa < segment.first or pa > segment.last:
        for k in range(h.segment_count):
            if pa <= h.segments[k].last: break
        h.last_segment = k
        segment = &h.segments[k]
    if unlikely(width - 1 > segment.last - pa):
        h.cacheable = False
        return pmp_allows_split(h, pa, width, need, priv)
    h.cacheable = (pa & ~<u64>PAGE_MASK) >= segment.first and (pa | PAGE_MASK) <= segment.last
    return ((segment.machine if priv == 3 else segment.other) & need) == need


# ---- the page-table walk

cdef u64 page_fault(int access) noexcept nogil:
    if access == ACCESS_FETCH: return CAUSE_INSTRUCTION_PAGE_FAULT
    return CAUSE_LOAD_PAGE_FAULT if access == ACCESS_LOAD else CAUSE_STORE_AMO_PAGE_FAULT


cdef u64 access_fault(int access) noexcept nogil:
    if access == ACCESS_FETCH: return CAUSE_INSTRUCTION_ACCESS_FAULT
    return CAUSE_LOAD_ACCESS_FAULT if access == ACCESS_LOAD else CAUSE_STORE_AMO_ACCESS_FAULT


cdef inline bint is_shadow_stack(u64 pte) noexcept nogil:
    """Tell whether a leaf entry maps a shadow-stack page: W alone, which is reserved without menvcfg.SSE."""
    return pte & (PTE_R | PTE_W | PTE_X) == PTE_W


cdef bint shadow_permitted(Hart *h, u64 pte, int access) noexcept nogil:
    """The rules where the access or the page is one of shadow stacks.

    What no operating system can mend is an access fault. A read-only page may be one to copy on write.
    Source: privileged manual, "Shadow Stack Memory Protection".
    """
    if is_shadow_stack(pte) and (access >= ACCESS_SHADOW_LOAD or access == ACCESS_LOAD): return True
    if pte & (PTE_R | PTE_W | PTE_X) != PTE_R: h.cause = access_fault(access)
    return False


cdef bint permitted(Hart *h, u64 pte, int access, u32 priv) noexcept nogil:
    """Tell whether a leaf entry lets this mode make this access; h.cause is changed where it is no page fault."""
    cdef bint readable = (pte & PTE_R) != 0 or (h.mstatus & MSTATUS_MXR and pte & PTE_X)
    if pte & PTE_U:
        if priv == 1 and (access == ACCESS_FETCH or not h.mstatus & MSTATUS_SUM): return False
    elif priv == 0:
        return False
    if unlikely(access >= ACCESS_SHADOW_LOAD or is_shadow_stack(pte)): return shadow_permitted(h, pte, access)
    if access == ACCESS_FETCH: return (pte & PTE_X) != 0
    if access == ACCESS_LOAD: return readable
    if access == ACCESS_CACHE: return readable or (pte & PTE_W) != 0
    return (pte & PTE_W) != 0


cdef inline bint malformed_leaf(Hart *h, u64 pte, int level) noexcept nogil:
    """Tell whether a leaf uses what is reserved or not enabled, or is a misaligned superpage."""
    if pte & PTE_PBMT:
        if not h.csr[CSR_menvcfg] & MENVCFG_PBMTE or pte & PTE_PBMT == PTE_PBMT: return True
    if pte & PTE_N:
        if level or not extension_on(h.m, EXT_Svnapot) or (pte >> 10) & 15 != 8: return True
    return (pte >> 10) & ((<u64>1 << 9 * level) - 1) != 0


cdef bint walk(Hart *h, u64 satp, u32 priv, u64 va, int access) noexcept nogil:
    """Set h.pa to what `va` maps to, with A and D bits updated; False with h.cause set where it faults.

    The entries used are left in h.walk_pte. Source: privileged manual, "Virtual Address Translation Process".
    """
    cdef Machine *m = h.m
    cdef int levels = <int>(satp >> 60) - 5, level, bits = 12 + 9 * levels
    cdef u64 table = (satp & PPN_MASK) << 12, pte_pa, pte, need, span
    h.walk_levels = 0
    h.cause = page_fault(access)
    if <u64>(<i64>(va << (64 - bits)) >> (64 - bits)) != va: return False
    for level in range(levels - 1, -1, -1):
        pte_pa = table + ((va >> (12 + 9 * level)) & 511) * 8
        if pte_pa - m.base > m.size - 8 or not pmp_allows(h, pte_pa, 8, PMP_R, 1):
            h.cause = access_fault(access)
            return False
        pte = (<u64 *>(m.ram + (pte_pa - m.base)))[0]
        if not pte & PTE_V or pte & PTE_RESERVED: return False
        if pte & (PTE_R | PTE_W) == PTE_W and (pte & PTE_X or not h.csr[CSR_menvcfg] & ENVCFG_SSE): return False
        h.walk_pte[h.walk_levels] = pte_pa
        h.walk_level[h.walk_levels] = <u8>level
        h.walk_levels += 1
        if pte & (PTE_R | PTE_W | PTE_X): break
        if pte & (PTE_D | PTE_A | PTE_U | PTE_N | PTE_PBMT): return False
        table = ((pte >> 10) & PPN_MASK) << 12
    else:
        return False
    if malformed_leaf(h, pte, level) or not permitted(h, pte, access, priv): return False
    need = PTE_A | PTE_D if access == ACCESS_STORE or access == ACCESS_SHADOW_STORE else PTE_A
    if pte & need != need and not h.csr[CSR_menvcfg] & MENVCFG_ADUE: return False
    if unlikely(access >= ACCESS_SHADOW_LOAD) and pte & PTE_PBMT == PBMT_IO:
        h.cause = access_fault(access)              # not idempotent
        return False
    if pte & need != need:
        if not pmp_allows(h, pte_pa, 8, PMP_R | PMP_W, 1):
            h.cause = access_fault(access)
            return False
        set_accessed(m, pte_pa, pte | need)
    span = (<u64>1 << (12 + 9 * level)) - 1
    if pte & PTE_N: span = 0xffff
    h.pa = (((pte >> 10) & PPN_MASK) << 12 & ~span) | (va & span)
    return True


cdef void set_accessed(Machine *m, u64 pte_pa, u64 pte) noexcept nogil:
    """Write back an entry with A or D set: nothing that was derived from it changes, unless it is also code."""
    cdef u64 page = (pte_pa - m.base) >> PAGE_BITS
    if m.code_granules[page]: drop_code(m, page, granule_mask(pte_pa, 8))
    (<u64 *>(m.ram + (pte_pa - m.base)))[0] = pte
    mark_touched(m, page)


cdef inline void mark_touched(Machine *m, u64 page) noexcept nogil:
    m.touched[page] = 1
    m.touched_regions[page >> REGION_BITS] = 1


cdef inline u64 transformed(Hart *h, u64 va) noexcept nogil:
    """The effective address of a load or store with its masked bits ignored: sign-extended, or zero where bare."""
    if likely(h.masked_bits == 0): return va
    if h.satp_data: return <u64>(<i64>(va << h.masked_bits) >> h.masked_bits)
    return va << h.masked_bits >> h.masked_bits


cdef bint translate(Hart *h, u64 va, u32 width, int access) noexcept nogil:
    """Set h.pa, h.host, h.in_ram and h.cacheable for an access; False with h.cause where it faults.

    `width` bytes lie in one page. h.tval is the address with the bits that pointer masking ignores replaced. h.host is NULL where neither RAM nor ROM answers.
    """
    cdef Machine *m = h.m
    cdef u64 satp = h.satp_fetch if access == ACCESS_FETCH else h.satp_data
    cdef u32 priv = h.priv if access == ACCESS_FETCH else h.priv_data
    cdef u32 need = PMP_X if access == ACCESS_FETCH else PMP_R if access == ACCESS_LOAD else PMP_W
    if access != ACCESS_FETCH: va = transformed(h, va)
    h.tval = va
    h.walk_levels = 0
    if satp == 0:
        h.pa = va
    elif not walk(h, satp, priv, va, access):
        return False
    if not pmp_allows(h, h.pa, width, need, priv) and not (
            access == ACCESS_CACHE and pmp_allows(h, h.pa, width, PMP_R, priv)):
        h.cause = access_fault(access)
        return False
    h.in_ram = h.pa - m.base <= m.size - width
    if likely(h.in_ram):
        h.host = m.ram + (h.pa - m.base)
        if access != ACCESS_FETCH and m.watched[(h.pa - m.base) >> PAGE_BITS]: h.cacheable = False
        if h.data_looked_at and access != ACCESS_FETCH and (near_watch(m, va) or near_trigger(h, va)):
            h.cacheable = False
    else:
        h.host = m.rom + (h.pa - m.rom_base) if h.pa - m.rom_base <= m.rom_size - width else NULL
        h.cacheable = False
    return True


cdef bint peek(Hart *h, u64 va, u64 *pa) noexcept nogil:
    """Find where a load of `va` would go, for a debugger: nothing of the guest's state changes."""
    cdef u64 satp = h.satp_data, table = (satp & PPN_MASK) << 12, at, pte, span
    cdef int level = <int>(satp >> 60) - 6
    va = transformed(h, va)
    pa[0] = va
    if satp == 0: return True
    while level >= 0:
        at = table + ((va >> (12 + 9 * level)) & 511) * 8 - h.m.base
        if at > h.m.size - 8: return False
        pte = (<u64 *>(h.m.ram + at))[0]
        if not pte & PTE_V: return False
        table = ((pte >> 10) & PPN_MASK) << 12
        if pte & (PTE_R | PTE_W | PTE_X):
            span = 0xffff if pte & PTE_N else (<u64>1 << (12 + 9 * level)) - 1
            pa[0] = (table & ~span) | (va & span)
            return True
        level -= 1
    return False


# ---- TLB contexts

cdef void empty_tlb(TlbEntry *tlb, u64 entries, u16 *log, u32 *fills) noexcept nogil:
    cdef u32 k
    if fills[0] <= FILL_LOG:
        for k in range(fills[0]): tlb[log[k]].tag = ALL_ONES
    else:
        memset(tlb, 0xff, entries * sizeof(TlbEntry))
    fills[0] = 0


cdef void empty_data(Hart *h, DataContext *context) noexcept nogil:
    if context.key == NO_KEY: return
    if context.guards: memset(context.guarded, 0xff, sizeof(context.guarded))
    context.guards = False
    empty_tlb(context.read, h.m.tlb_entries, context.read_log, &context.read_fills)
    empty_tlb(context.write, h.m.tlb_entries, context.write_log, &context.write_fills)


cdef void empty_fetch(FetchContext *context) noexcept nogil:
    if not context.filled: return
    memset(context.jump, 0xff, JUMP_SIZE * sizeof(JumpEntry))
    memset(context.pages, 0xff, FETCH_SIZE * sizeof(TlbEntry))
    context.filled = False


cdef void empty_contexts(Hart *h) noexcept nogil:
    """Forget every translation of the hart."""
    cdef int k
    for k in range(DATA_CONTEXTS): empty_data(h, &h.data[k])
    for k in range(FETCH_CONTEXTS): empty_fetch(&h.fetch[k])
    h.m.dropped = True


cdef void empty_all(Machine *m) noexcept nogil:
    """Forget every translation of every hart."""
    cdef u32 k
    m.flushes += 1
    for k in range(m.hart_count): empty_contexts(&m.harts[k])


cdef DataContext *data_context(Hart *h, u64 satp, u32 key) noexcept nogil:
    """Return the TLBs for this key: those kept from last time, or the longest unused ones, emptied."""
    cdef int k, oldest = 0
    cdef DataContext *context = h.data_of[key & 3]
    if context != NULL and context.key == key and context.satp == satp: return context
    for k in range(DATA_CONTEXTS):
        context = &h.data[k]
        if context.key == key and context.satp == satp: return context
        if context.serial < h.data[oldest].serial: oldest = k
    context = &h.data[oldest]
    context.satp = satp
    context.key = key
    empty_data(h, context)
    return context


cdef FetchContext *fetch_context(Hart *h, u64 satp, u32 key) noexcept nogil:
    """Return the jump cache for this key, as `data_context` does the TLBs."""
    cdef int k, oldest = 0
    cdef FetchContext *context = h.fetch_of[key & 3]
    if context != NULL and context.key == key and context.satp == satp: return context
    for k in range(FETCH_CONTEXTS):
        context = &h.fetch[k]
        if context.key == key and context.satp == satp: return context
        if context.serial < h.fetch[oldest].serial: oldest = k
    context = &h.fetch[oldest]
    empty_fetch(context)
    context.satp = satp
    context.key = key
    return context


cdef void select_contexts(Hart *h) noexcept nogil:
    """Point the hart at the TLBs and the jump cache of its present mode; nothing is flushed for a change of mode."""
    cdef u64 satp = h.csr[CSR_satp] if h.csr[CSR_satp] >> 60 else 0
    cdef u64 kinds
    cdef u32 priv = h.priv, fs = <u32>(h.mstatus >> 13) & 3, key, pointer_mask
    key = priv | (fs_class(fs) << 2) | (frm_class(h.frm) << 4)
    key |= (h.landing >> priv & 1) << (LANDING_SHIFT + h.elp)
    kinds = armed_kinds(h)
    h.data_triggers = (kinds & (TRIGGER_LOAD | TRIGGER_STORE)) != 0
    h.data_looked_at = h.data_triggers or h.m.va_watch_count != 0
    if kinds & TRIGGER_EXECUTE: key |= (h.id + 1) << TRIGGER_KEY_SHIFT
    if h.m.break_count: key |= BREAK_KEY
    if h.m.profiling: key |= PROFILE_KEY
    h.fetch_key = key
    h.satp_fetch = 0 if priv == 3 else satp
    if h.fetch_now == NULL or h.fetch_now.key != key or h.fetch_now.satp != h.satp_fetch:
        h.fetch_now = h.fetch_of[key & 3] = fetch_context(h, h.satp_fetch, key)
        h.serial += 1
        h.fetch_now.serial = h.serial
        h.jump = h.fetch_now.jump
    if priv == 3 and h.mstatus & MSTATUS_MPRV: priv = <u32>(h.mstatus >> 11) & 3
    h.priv_data = priv
    h.satp_data = 0 if priv == 3 else satp
    pointer_mask = pointer_masking(h, priv)
    h.masked_bits = 0 if pointer_mask == 0 else 7 if pointer_mask == 2 else 16
    key = priv | (pointer_mask << 4) | (<u32>h.data_looked_at << 6)
    if h.satp_data: key |= <u32>((h.mstatus >> 18) & 3) << 2
    if h.data_now == NULL or h.data_now.key != key or h.data_now.satp != h.satp_data:
        h.data_now = h.data_of[key & 3] = data_context(h, h.satp_data, key)
        h.serial += 1
        h.data_now.serial = h.serial
        h.rtlb = h.data_now.read
        h.wtlb = h.data_now.write


cdef inline u32 pointer_masking(Hart *h, u32 priv) noexcept nogil:
    """The PMM field that governs loads and stores of this mode: 0 none, 2 for 7 bits, 3 for 16."""
    if priv == 3: return <u32>((h.csr[CSR_mseccfg] & ENVCFG_PMM) >> 32)
    if h.mstatus & MSTATUS_MXR: return 0
    return <u32>((h.csr[CSR_menvcfg if priv == 1 else CSR_senvcfg] & ENVCFG_PMM) >> 32)


cdef inline u32 fs_class(u32 fs) noexcept nogil:
    """Off, clean (Initial counts as clean), dirty: what a block must know of mstatus.FS."""
    return 0 if fs == 0 else 2 if fs == 3 else 1


cdef inline u32 frm_class(u32 frm) noexcept nogil:
    """Nearest-even, another mode that the host has too, or one that it has not."""
    return 0 if frm == 0 else 1 if frm < 4 else 2


# ---- filling TLBs

cdef inline TlbEntry *tlb_slot(Hart *h, TlbEntry *tlb, u64 va) noexcept nogil:
    return <TlbEntry *>(<u8 *>tlb + ((va >> 8) & h.tlb_mask))


cdef inline TlbEntry *guarded_slot(DataContext *context, u64 va) noexcept nogil:
    return &context.guarded[(va >> PAGE_BITS) & (GUARDED_SIZE - 1)]


cdef void fill_read(Hart *h, u64 va) noexcept nogil:
    cdef TlbEntry *e = tlb_slot(h, h.rtlb, va)
    guard_walk(h)
    e.tag = va & ~<u64>PAGE_MASK
    e.addend = <u64>h.host - va
    if h.data_now.read_fills < FILL_LOG: h.data_now.read_log[h.data_now.read_fills] = <u16>(e - h.rtlb)
    if h.data_now.read_fills <= FILL_LOG: h.data_now.read_fills += 1


cdef void fill_write(Hart *h, u64 va) noexcept nogil:
    """Let stores to this page hit, unless it holds code or page tables: then only its translation is kept."""
    cdef Machine *m = h.m
    cdef u64 page = (h.pa - m.base) >> PAGE_BITS
    cdef TlbEntry *e = tlb_slot(h, h.wtlb, va)
    guard_walk(h)
    if is_guarded(m, page): e = guarded_slot(h.data_now, va)
    e.tag = va & ~<u64>PAGE_MASK
    e.addend = <u64>h.host - va
    if is_guarded(m, page):
        h.data_now.guards = True
        return
    if h.data_now.write_fills < FILL_LOG: h.data_now.write_log[h.data_now.write_fills] = <u16>(e - h.wtlb)
    if h.data_now.write_fills <= FILL_LOG: h.data_now.write_fills += 1
    mark_touched(m, page)
    note_writer(m, page, ((<u64>h.id << 19) | (<u64>(h.data_now - h.data) << 16) | <u64>(e - h.wtlb)) + 1)


cdef inline TlbEntry *writer_entry(Machine *m, u64 place, u64 page) noexcept nogil:
    """Return the write TLB entry at `place` if it still maps `page`, else NULL."""
    cdef u64 where = place - 1
    cdef TlbEntry *e = m.harts[where >> 19].data[(where >> 16) & 7].write + (where & 0xffff)
    if e.tag != ALL_ONES and e.tag + e.addend == <u64>m.ram + (page << PAGE_BITS): return e
    return NULL


cdef void note_writer(Machine *m, u64 page, u64 place) noexcept nogil:
    """Remember that a write TLB maps the page: two places are known exactly, more are searched for."""
    cdef u64 both = m.writers[page], one, two
    if both & WRITERS_MANY: return
    one = both & 0x7fffffff
    two = both >> 31
    if one == place or two == place: return
    if one == 0 or writer_entry(m, one, page) == NULL: m.writers[page] = (two << 31) | place
    elif two == 0 or writer_entry(m, two, page) == NULL: m.writers[page] = (place << 31) | one
    else: m.writers[page] = WRITERS_MANY


cdef void unmap_writers(Machine *m, u64 page) noexcept nogil:
    """Take the page out of every write TLB, under every alias."""
    cdef u64 both = m.writers[page], k, target = <u64>m.ram + (page << PAGE_BITS)
    cdef TlbEntry *e
    cdef DataContext *context
    cdef u32 n, c
    m.writers[page] = 0
    if not both & WRITERS_MANY:
        for k in range(2):
            if both & 0x7fffffff:
                e = writer_entry(m, both & 0x7fffffff, page)
                if e != NULL: e.tag = ALL_ONES
            both >>= 31
        return
    for n in range(m.hart_count):
        for c in range(DATA_CONTEXTS):
            context = &m.harts[n].data[c]
            if context.key == NO_KEY or context.write_fills == 0: continue
            for k in range(m.tlb_entries):
                e = &context.write[k]
                if e.tag != ALL_ONES and e.tag + e.addend == target: e.tag = ALL_ONES


cdef void guard_page(Machine *m, u64 page) noexcept nogil:
    """Let stores to the page come by the slow path from now on."""
    if m.writers[page]: unmap_writers(m, page)


cdef inline u64 granule_mask(u64 pa, u64 size) noexcept nogil:
    """The granules of a page that [pa, pa + size) touches, as bits; it does not leave the page."""
    cdef u64 first = (pa & PAGE_MASK) >> GRANULE_BITS, last = ((pa + size - 1) & PAGE_MASK) >> GRANULE_BITS
    return (ALL_ONES >> (63 - (last - first))) << first


cdef void guard_walk(Hart *h) noexcept nogil:
    """Guard the page-table entries that the last walk, for h.tval, used: something is about to be derived from them."""
    cdef Machine *m = h.m
    cdef int k, level
    cdef u64 page, bit, use
    for k in range(h.walk_levels):
        page = (h.walk_pte[k] - m.base) >> PAGE_BITS
        bit = granule_mask(h.walk_pte[k], 8)
        level = h.walk_level[k]
        use = <u64>(level + 1)
        if level == 0: use |= h.tval & ~<u64>0x1fffff
        if m.table_use[page] != use:
            m.table_use[page] = use if m.table_granules[page] == 0 else TABLE_MANY
        if not m.table_granules[page] & bit:
            if m.table_granules[page] == 0: guard_page(m, page)
            m.table_granules[page] |= bit


# ---- dropping what was derived from bytes that change

cdef void drop_va(Machine *m, u64 va, bint executable) noexcept nogil:
    """Forget the translation of one 4 KiB page in every hart."""
    cdef u32 n, c, start = <u32>(va >> 1) & (JUMP_SIZE - 1)
    cdef Hart *h
    cdef TlbEntry *e
    cdef FetchContext *context
    for n in range(m.hart_count):
        h = &m.harts[n]
        for c in range(DATA_CONTEXTS):
            if h.data[c].satp == 0: continue
            if h.data[c].key >> 4:                  # the page may stand there under several addresses
                empty_data(h, &h.data[c])
                continue
            e = tlb_slot(h, h.data[c].read, va)
            if e.tag == va: e.tag = ALL_ONES
            e = tlb_slot(h, h.data[c].write, va)
            if e.tag == va: e.tag = ALL_ONES
            e = guarded_slot(&h.data[c], va)
            if e.tag == va: e.tag = ALL_ONES
        if not executable: continue
        for c in range(FETCH_CONTEXTS):
            context = &h.fetch[c]
            if context.satp == 0 or not context.filled: continue
            e = &context.pages[(va >> PAGE_BITS) & (FETCH_SIZE - 1)]
            if e.tag == va: e.tag = ALL_ONES
            memset(&context.jump[start], 0xff, (PAGE_SIZE / 2) * sizeof(JumpEntry))
            context.jump[((va - 2) >> 1) & (JUMP_SIZE - 1)].pc = ALL_ONES    # may cross into this page
    m.dropped = True


cdef void drop_entry(Machine *m, u64 page, u64 pte_pa) noexcept nogil:
    """A page-table entry that was in use is about to change: forget what came from it."""
    cdef u64 pte = (<u64 *>(m.ram + (pte_pa - m.base)))[0], use = m.table_use[page]
    if not pte & PTE_V: return                      # nothing is derived from an invalid entry
    if use & TABLE_MANY or use & 0xf != 1:
        empty_all(m)
    else:
        drop_va(m, (use & ~<u64>0xfff) + (((pte_pa >> 3) & 511) << 12), (pte & PTE_X) != 0)


cdef void before_write(Machine *m, u64 pa, u64 size) noexcept nogil:
    """Drop code and translations that come from [pa, pa + size), which lies in one page and is about to change."""
    cdef u64 page = (pa - m.base) >> PAGE_BITS, mask = granule_mask(pa, size), entry
    if m.code_granules[page] & mask: drop_code(m, page, mask)
    if not m.table_granules[page] & mask: return
    entry = pa & ~<u64>7
    while entry < pa + size:
        if m.table_granules[page] & granule_mask(entry, 8): drop_entry(m, page, entry)
        entry += 8


cdef void after_write(Machine *m, u64 pa, u64 size) noexcept nogil:
    """Stop guarding granules in which no valid page-table entry is left, so that a freed page is plain RAM again."""
    cdef u64 page = (pa - m.base) >> PAGE_BITS, granule = pa & ~<u64>63, valid
    cdef u64 *entries
    cdef int k
    if not m.table_granules[page]: return
    while granule < pa + size:
        entries = <u64 *>(m.ram + (granule - m.base))
        valid = 0
        for k in range(8): valid |= entries[k]
        if not valid & PTE_V: m.table_granules[page] &= ~granule_mask(granule, 64)
        granule += 64
