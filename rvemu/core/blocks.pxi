# Translated code: decoding blocks, finding them, linking them, cutting them, dropping them.
#
# A block is a run of ops, decoded once, that ends with links. It is keyed by (pc, physical page, mode), where mode
# holds privilege, the class of mstatus.FS, that of frm, and whether landing pads are enabled or one is expected. Blocks
# link to each other directly only inside a page.

cdef enum:
    PAGE_END = 0xffe        # an instruction that begins here may reach into the next page


cdef inline u8 no_x0(u8 rd) noexcept nogil:
    return rd if rd else 32


# ---- ends of blocks

cdef inline void CHAIN(Hart *h, Op *t, i64 b) noexcept nogil:
    """Enter the block at `t` if the budget holds for all of it: the one check of the hot path."""
    b -= t.n
    if unlikely(b < 0): op_stop(h, t, b)
    else: GO(h, t, b)


cdef inline void JUMP(Hart *h, u64 target, i64 b) noexcept nogil:
    """Go on at a virtual address by way of the jump cache."""
    cdef JumpEntry *e = &h.jump[(target >> 1) & (JUMP_SIZE - 1)]
    if likely(e.pc == target):
        CHAIN(h, e.op, b)
    else:
        leave_for(h, target, b)


cdef void leave_for(Hart *h, u64 target, i64 b) noexcept nogil:
    h.pc = target
    h.left = b
    h.leave = LEAVE_NEXT


cdef void op_stop(Hart *h, Op *t, i64 b) noexcept nogil:
    """The budget ends inside block `t`: leave before it."""
    leave_for(h, h.m.pcs[t - h.m.ops], b + t.n)


cdef void op_link(Hart *h, Op *op, i64 b) noexcept nogil:
    """A successor not linked yet: imm is its pc, aux the place to put its block."""
    leave_for(h, <u64>op.imm, b)
    h.patch = <Op **>op.aux


cdef void op_far(Hart *h, Op *op, i64 b) noexcept nogil:
    """A successor in another page: imm is its pc."""
    JUMP(h, <u64>op.imm, b)


cdef void op_goto(Hart *h, Op *op, i64 b) noexcept nogil:
    """Fall through to the next block in the page."""
    CHAIN(h, <Op *>op.imm, b)


cdef void op_end(Hart *h, Op *op, i64 b) noexcept nogil:
    """The end of a block used once: imm is the pc."""
    leave_for(h, <u64>op.imm, b)


cdef void op_dirty(Hart *h, Op *op, i64 b) noexcept nogil:
    """The floating-point state has been written for the first time: imm is the pc."""
    h.mstatus |= MSTATUS_FS
    h.check = True
    leave_for(h, <u64>op.imm, b)


cdef void op_misaligned_branch(Hart *h, Op *op, i64 b) noexcept nogil:
    """A taken branch to no multiple of 4, where no compressed instructions are: imm is the target, aux its pc."""
    leave_for(h, op.aux, b + 1)
    h.leave = LEAVE_TRAP
    h.cause = CAUSE_INSTRUCTION_ADDRESS_MISALIGNED
    h.tval = <u64>op.imm


cdef void op_stale(Hart *h, Op *op, i64 b) noexcept nogil:
    """The block that began here was dropped: what its entry took of the budget is given back."""
    leave_for(h, h.m.pcs[op - h.m.ops], b + op.n)
    h.leave = LEAVE_STALE
    h.op = op


cdef void op_forward(Hart *h, Op *op, i64 b) noexcept nogil:
    """The block that began here was dropped, and imm is the one translated in its place."""
    cdef Op *t = <Op *>op.imm
    if t.fn == op_forward:
        t = <Op *>t.imm
        op.imm = <i64>t
    CHAIN(h, t, b + op.n)


# ---- decoding

cdef void link(Machine *m, Op *stub, u64 target, u64 page, Op **field, bint once) noexcept nogil:
    """Let `field` lead to `target`, by a stub that finds it."""
    stub.n = 0
    stub.imm = <i64>target
    stub.aux = <u64>field
    if once: stub.fn = op_end
    elif target & ~<u64>PAGE_MASK == page and target & PAGE_MASK != PAGE_END: stub.fn = op_link
    else: stub.fn = op_far
    field[0] = stub


cdef void choose_form(Hart *h, Op *op, u64 pc) noexcept nogil:
    """Pick the handler for an op: special forms, and the exact one where the host's rounding does not fit."""
    cdef int frm = (h.fetch_key >> 4) & 3
    if unlikely(h.fetch_key & KEY_LANDING) and op.id == ID_jalr and op.rs1 not in (1, 5, 7):
        op.id = ID_jalr_landing
    if unlikely(not extension_on(h.m, EXT_Zca)):
        if op.id == ID_jal and op.imm & 2: op.id = ID_misaligned
        elif op.id == ID_jalr: op.id = ID_jalr_aligned
    if op.id == ID_auipc or op.id == ID_lui or (op.id == ID_addi and op.rs1 == 0):
        if op.id == ID_auipc: op.imm += <i64>pc
        op.id = ID_li
    elif op.id == ID_addi and op.imm == 0:
        op.id = ID_mv
    elif op.id == ID_add and op.rs1 == 0:
        op.id = ID_mv
        op.rs1 = op.rs2
    elif op.id == ID_jal and op.rd == 32:
        op.id = ID_j
    elif op.id == ID_jalr and op.rd == 32:
        op.id = ID_jr
    elif op_info[op.id].flags & FLAG_HOST and not fp_on_host(op, frm):
        op.id += 1
    if unlikely(h.fetch_key & PROFILE_KEY): op.id = <u16>profiled_form(op)
    op.fn = handler_of[op.id]


cdef inline bint is_fused_multiply(int id) noexcept nogil:
    return id in (ID_fmadd_d, ID_fmsub_d, ID_fnmsub_d, ID_fnmadd_d, ID_fmadd_s, ID_fmsub_s, ID_fnmsub_s, ID_fnmadd_s)


cdef inline bint fp_on_host(Op *op, int frm) noexcept nogil:
    """Whether the host computes `op` exactly as the manual says, under the class `frm` of rounding modes."""
    if not FP_HOST or (is_fused_multiply(op.id) and not fp_has_fma()): return False
    return not op_info[op.id].flags & FLAG_ROUNDS or (op.aux == 7 and frm < 2) or (op.aux == 0 and frm == 0)


cdef int decode_op(Hart *h, u32 w, u64 pc, Op *op) noexcept nogil:
    """Fill `op` for the instruction word `w` at `pc`, and return its kind."""
    cdef int id, fs = (h.fetch_key >> 2) & 3
    op.size = 4 if w & 3 == 3 else 2
    op.aux = 0
    op.imm = 0
    id = decode_wide(w, op, h.m.extensions) if op.size == 4 else decode_compressed(w, op, h.m.extensions)
    if unlikely(h.fetch_key & KEY_EXPECTED):
        id = ID_lpad_expected if id == ID_lpad and pc & 3 == 0 else ID_no_lpad
    elif id < 0 or (op_info[id].flags & FLAG_FP and fs == 0):
        id = ID_illegal
    if unlikely(fetch_trigger(h, pc, op.size, False)): id = ID_trigger
    if unlikely(breaks_here(h, pc)): id = ID_break
    op.id = id
    op.width = op_info[id].width
    h.m.pcs[op - h.m.ops] = pc
    choose_form(h, op, pc)
    return op_info[op.id].kind


cdef Op *finish_block(Hart *h, Op *op, u64 pc, u64 page, int kind, bint once) noexcept nogil:
    """Put the links behind the last op, which is at `pc`; return the op after all."""
    cdef Machine *m = h.m
    cdef u64 next = pc + op.size, offset = <u64>op.imm
    if kind == KIND_BRANCH:
        link(m, op + 1, pc + offset, page, <Op **>&op.imm, once)
        if offset & 2 and not extension_on(m, EXT_Zca):
            op[1].fn = op_misaligned_branch
            op[1].aux = pc
        link(m, op + 2, next, page, <Op **>&op.aux, once)
        return op + 3
    if kind == KIND_JAL:
        op.aux = next
        link(m, op + 1, pc + offset, page, <Op **>&op.imm, once)
        return op + 2
    if kind == KIND_JALR: op.aux = next
    op += 1
    op.n = 0
    op.fn = op_end
    op.imm = <i64>next
    if kind == KIND_DIRTY: op.fn = op_dirty
    elif kind == KIND_PLAIN and not once:
        op.fn = op_goto
        link(m, op + 1, next, page, <Op **>&op.imm, False)
        return op + 2
    return op + 1


cdef enum:
    KIND_DIRTY = 16         # the first write of FP state while mstatus.FS is clean


cdef inline int kind_here(Hart *h, Op *op, int kind) noexcept nogil:
    """An op that dirties clean FP state ends its block."""
    if op_info[op.id].flags & FLAG_DIRTIES and (h.fetch_key >> 2) & 3 == 1: return KIND_DIRTY
    return kind


cdef void fuse_pairs(Op *op, int n) noexcept nogil:
    """Let the first op of each listed pair do the work of both; the second stays in place for whoever needs it."""
    cdef int k = 0, index
    if IS_PROFILE: return
    while k + 1 < n:
        index = pair_index[op[k].id * ID_COUNT + op[k + 1].id]
        if index == 0:
            k += 1
            continue
        op[k].fn = paired(&op[k], index)
        k += 2


cdef inline Handler paired(Op *op, int index) noexcept nogil:
    """The handler of pair `index` for the op and the next one, with the first's result forwarded if that is used."""
    return pair_handler[index][1 if op.rd == op[1].rs1 else 2 if op.rd == op[1].rs2 else 0]


cdef inline bint room_in_arena(Machine *m) noexcept nogil:
    return m.op_count + MAX_BLOCK + 4 <= m.op_limit and m.block_count < m.block_limit


cdef Op *build(Hart *h, u64 pc, u64 pa, u64 second_pa) noexcept nogil:
    """Translate the block at `pc`, which is in RAM at `pa`, and enter it in the tables.

    With `second_pa` it is the one instruction that crosses into the page there.
    """
    cdef Machine *m = h.m
    cdef Op *first
    cdef Op *op
    cdef u8 *code = m.ram + (pa - m.base)
    cdef u64 page = pc & ~<u64>PAGE_MASK, at = pc
    cdef u32 w
    cdef int n = 0, k, kind
    if not room_in_arena(m): flush_code(m)
    first = op = m.ops + m.op_count
    while True:
        w = (<u16 *>(code + (at - pc)))[0]
        if second_pa: w |= <u32>(<u16 *>(m.ram + (second_pa - m.base)))[0] << 16
        elif w & 3 == 3: w |= <u32>(<u16 *>(code + (at - pc) + 2))[0] << 16
        kind = kind_here(h, op, decode_op(h, w, at, op))
        n += 1
        if kind != KIND_PLAIN or n == MAX_BLOCK or (at + op.size) & PAGE_MASK == PAGE_END or second_pa: break
        if (at + op.size) & PAGE_MASK == 0: break
        at += op.size
        op += 1
    at += op.size
    op = finish_block(h, op, at - op.size, page, kind, False)
    for k in range(n): first[k].n = <u8>(n - k)
    fuse_pairs(first, n)
    if unlikely(h.fetch_key & PROFILE_KEY):
        first.fn = op_counted
    elif m.jit.size:
        first.fn = op_warm
        m.heat[first - m.ops] = 0
    m.op_count = <u32>(op - m.ops)
    m.translations += 1
    enter_block(h, first, pc, pa, second_pa, <u32>(at - pc))
    return first


cdef Op *build_once(Hart *h, u32 w, u64 pa) noexcept nogil:
    """Decode the one instruction `w` at h.pc where nothing may be kept: in ROM, or a page that PMP splits.

    It stands at `pa` in RAM, or elsewhere with `pa` 0.
    """
    cdef Op *op = h.scratch
    cdef int kind = kind_here(h, op, decode_op(h, w, h.pc, op))
    count_once(h, pa)
    op.n = 1
    finish_block(h, op, h.pc, 0, kind, True)
    return op


cdef Op *cut(Hart *h, Op *t, i64 n) noexcept nogil:
    """Copy the first `n` ops of the block `t`, unfused, so that it ends exactly there."""
    cdef Machine *m = h.m
    cdef Op *op = h.scratch
    cdef u64 first = t - m.ops, k
    count_cut(h, t, n)
    for k in range(<u64>n):
        op[k] = t[k]
        op[k].fn = handler_of[op[k].id]
        op[k].n = <u8>(n - k)
        m.pcs[op + k - m.ops] = m.pcs[first + k]
    op[n].fn = op_end
    op[n].imm = <i64>m.pcs[first + n]
    op[n].n = 0
    return op


# ---- the tables of blocks

cdef inline u32 bucket_of(Machine *m, u64 pc, u64 pa, u32 key) noexcept nogil:
    cdef u64 hashed = (pc ^ ((pa >> PAGE_BITS) << 20) ^ (<u64>key << 50)) * 0x9e3779b97f4a7c15u
    return <u32>(hashed >> 40) & m.bucket_mask


cdef void enter_block(Hart *h, Op *op, u64 pc, u64 pa, u64 second_pa, u32 size) noexcept nogil:
    cdef Machine *m = h.m
    cdef u64 page = (pa - m.base) >> PAGE_BITS, in_first = size, second_page
    cdef u32 bucket = bucket_of(m, pc, pa, h.fetch_key), id
    cdef Block *block = &m.blocks[m.block_count]
    m.block_count += 1
    id = m.block_count
    block.pc = pc
    block.pa = pa
    block.second_pa = second_pa
    block.key = h.fetch_key
    block.op = <u32>(op - m.ops)
    block.bytes = size
    block.next_in_bucket = m.buckets[bucket]
    m.buckets[bucket] = id
    block.next_in_page = m.page_blocks[page]
    m.page_blocks[page] = id
    if second_pa:
        in_first = 2
        second_page = (second_pa - m.base) >> PAGE_BITS
        block.next_in_second = m.second_blocks[second_page]
        m.second_blocks[second_page] = id
        guard_code(m, second_page, 1)
    guard_code(m, page, granule_mask(pa, in_first))


cdef void guard_code(Machine *m, u64 page, u64 mask) noexcept nogil:
    guard_page(m, page)
    m.code_granules[page] |= mask


cdef Op *find_block(Hart *h, u64 pc, u64 pa, u64 second_pa) noexcept nogil:
    cdef Machine *m = h.m
    cdef u32 id = m.buckets[bucket_of(m, pc, pa, h.fetch_key)]
    cdef Block *block
    while id:
        block = &m.blocks[id - 1]
        if block.pc == pc and block.pa == pa and block.key == h.fetch_key and block.second_pa == second_pa:
            return m.ops + block.op
        id = block.next_in_bucket
    return NULL


cdef void unlink_block(u32 *head, Block *blocks, u32 id, int chain) noexcept nogil:
    """Take block `id` out of a chain: 0 its bucket, 1 its page, 2 its second page."""
    cdef u32 *place = head
    cdef Block *block
    while place[0] != id:
        block = &blocks[place[0] - 1]
        if chain == 0: place = &block.next_in_bucket
        elif chain == 1: place = &block.next_in_page
        else: place = &block.next_in_second
    block = &blocks[id - 1]
    place[0] = block.next_in_bucket if chain == 0 else block.next_in_page if chain == 1 else block.next_in_second


cdef void drop_block(Machine *m, u32 id) noexcept nogil:
    cdef Block *block = &m.blocks[id - 1]
    drop_body(m, &m.ops[block.op])
    m.ops[block.op].fn = op_stale
    unlink_block(&m.buckets[bucket_of(m, block.pc, block.pa, block.key)], m.blocks, id, 0)
    unlink_block(&m.page_blocks[(block.pa - m.base) >> PAGE_BITS], m.blocks, id, 1)
    if block.second_pa:
        unlink_block(&m.second_blocks[(block.second_pa - m.base) >> PAGE_BITS], m.blocks, id, 2)


cdef inline u64 block_granules(Block *block) noexcept nogil:
    return granule_mask(block.pa, 2 if block.second_pa else block.bytes)


cdef void drop_code(Machine *m, u64 page, u64 mask) noexcept nogil:
    """Drop the blocks that have bytes in these granules of the page."""
    cdef u32 id = m.page_blocks[page], next
    cdef u64 kept = 0
    m.dropped = True
    while id:
        next = m.blocks[id - 1].next_in_page
        if block_granules(&m.blocks[id - 1]) & mask: drop_block(m, id)
        else: kept |= block_granules(&m.blocks[id - 1])
        id = next
    while mask & 1 and m.second_blocks[page]: drop_block(m, m.second_blocks[page])
    if m.second_blocks[page]: kept |= 1
    m.code_granules[page] = kept


cdef void flush_code(Machine *m) noexcept nogil:
    """Drop all translated code: the arena is full."""
    cdef u32 k, n
    gather_executions(m)
    for k in range(m.block_count):
        m.page_blocks[(m.blocks[k].pa - m.base) >> PAGE_BITS] = 0
        m.code_granules[(m.blocks[k].pa - m.base) >> PAGE_BITS] = 0
        if m.blocks[k].second_pa:
            m.second_blocks[(m.blocks[k].second_pa - m.base) >> PAGE_BITS] = 0
            m.code_granules[(m.blocks[k].second_pa - m.base) >> PAGE_BITS] = 0
    memset(m.buckets, 0, (m.bucket_mask + 1) * sizeof(u32))
    m.block_count = 0
    m.op_count = m.first_op
    m.arena_flushes += 1
    m.jit.next = m.jit.start
    for n in range(m.hart_count):
        for k in range(FETCH_CONTEXTS): empty_fetch(&m.harts[n].fetch[k])


# ---- finding the block at h.pc

cdef bint fetch_half(Hart *h, u64 va, u32 *half) noexcept nogil:
    """Fetch 16 bits by way of a translation of their own; False where it faults."""
    if not translate(h, va, 2, ACCESS_FETCH): return False
    if h.host == NULL:
        h.cause = CAUSE_INSTRUCTION_ACCESS_FAULT
        return False
    half[0] = (<u16 *>h.host)[0]
    return True


cdef Op *fetch_once(Hart *h) noexcept nogil:
    """Fetch and decode one instruction that cannot be kept; NULL where the fetch faults."""
    cdef u32 low = 0, high = 0
    cdef u64 pa
    if not fetch_half(h, h.pc, &low): return NULL
    pa = h.pa if h.in_ram else 0
    if low & 3 == 3 and not fetch_half(h, h.pc + 2, &high): return NULL
    return build_once(h, low | (high << 16), pa)


cdef Op *fetch_crossing(Hart *h, u64 pa) noexcept nogil:
    """The block of an instruction that begins in the last two bytes of its page."""
    cdef u32 low = (<u16 *>(h.m.ram + (pa - h.m.base)))[0], high = 0
    cdef Op *t
    if low & 3 != 3:
        t = find_block(h, h.pc, pa, 0)
        return t if t != NULL else build(h, h.pc, pa, 0)
    if not fetch_half(h, h.pc + 2, &high): return NULL
    if not (h.in_ram and h.cacheable): return build_once(h, low | (high << 16), pa)
    guard_walk(h)
    t = find_block(h, h.pc, pa, h.pa)
    return t if t != NULL else build(h, h.pc, pa, h.pa)


cdef Op *lookup(Hart *h) noexcept nogil:
    """Return the block at h.pc; NULL with h.cause and h.tval set where the fetch faults."""
    cdef u64 pc = h.pc, pa
    cdef JumpEntry *e = &h.jump[(pc >> 1) & (JUMP_SIZE - 1)]
    cdef TlbEntry *page = &h.fetch_now.pages[(pc >> PAGE_BITS) & (FETCH_SIZE - 1)]
    cdef Op *t
    if likely(e.pc == pc and e.op.fn != op_stale and e.op.fn != op_forward): return e.op
    if page.tag == pc & ~<u64>PAGE_MASK:
        pa = page.addend | (pc & PAGE_MASK)
    else:
        if not translate(h, pc, 2, ACCESS_FETCH): return NULL
        if not (h.in_ram and h.cacheable): return fetch_once(h)
        guard_walk(h)
        pa = h.pa
        page.tag = pc & ~<u64>PAGE_MASK
        page.addend = pa & ~<u64>PAGE_MASK
        h.fetch_now.filled = True
    if pc & PAGE_MASK == PAGE_END:
        t = fetch_crossing(h, pa)
        if t == NULL or t == h.scratch: return t
    else:
        t = find_block(h, pc, pa, 0)
        if t == NULL: t = build(h, pc, pa, 0)
    h.fetch_now.filled = True
    e.pc = pc
    e.op = t
    e.body = cached_body(&h.m.jit, t)
    return t
