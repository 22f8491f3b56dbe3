# The second tier: blocks that run often become machine code, entered and left under the ABI of the handlers.
#
# A compiled block is a block whose first op has machine code as its handler. Its body begins BODY bytes later, where
# other compiled code jumps to: there the guest registers are in host registers already, and the budget is checked.
# Whatever the code cannot do itself it leaves to the op's handler; the next op is then entered by a handler of its own,
# which comes back into the code. So every way out, every trap and every stop is the interpreter's.
#
# Code memory is mapped twice, to be written and to be executed. When it is full all of it is dropped.

cdef enum:
    BODY = 8                # from the code that handlers enter to the body
    STALE = 24              # from there back to the code that a dropped block's body jumps to
    MOST_SPAN = 2048        # bytes that a group of accesses may reach over
    MOST_CODE = 40_000      # bytes that a block may take

cdef enum:                  # the ways out of a template
    OUT_LOAD                # rax is an address that the TLB does not know
    OUT_STORE
    OUT_HANDLER             # the op's handler does it, or its exact form where it has one


# ---- leaving templates

cdef void way_out(Jit *j, Op *op, int cc, int kind) noexcept nogil:
    """Leave for `kind` if the host's condition holds."""
    cdef WayOut *out = &j.out[j.out_count]
    out.site = jump_if(j, cc, j.next)
    out.op = op
    out.kind = kind
    j.out_count += 1


cdef void emit_way_out(Jit *j, WayOut *out) noexcept nogil:
    cdef int exact = 1 if op_info[out.op.id].flags & FLAG_HOST else 0
    aim(out.site, j.next)
    if out.kind == OUT_STORE and is_access(out.op) and (j.again == j.body or out.site < j.again):
        emit_try_beside(j, out)
    constant(j, RSI, <u64>out.op)
    if out.kind == OUT_HANDLER:
        constant(j, RCX, <u64>handler_of[out.op.id + exact])
        jump(j, j.to_handler)
    elif op_info[out.op.id].effects & (EFFECT_LOAD | EFFECT_STORE) == (EFFECT_LOAD | EFFECT_STORE):
        jump(j, j.to_slow_amo)
    else:
        jump(j, j.to_slow_store if out.kind == OUT_STORE else j.to_slow_load)


cdef void emit_try_beside(Jit *j, WayOut *out) noexcept nogil:
    """Go back with what `beside` finds, if it does and the store is aligned."""
    cdef u8 *misaligned = NULL
    if out.op.width > 1:
        put8(j, 0xa8)                               # test al, width - 1
        put8(j, out.op.width - 1)
        misaligned = jump_ahead(j, CC_NE)
    call(j, j.beside)
    jump_if(j, CC_E, out.site + 4)
    if misaligned != NULL: land(j, misaligned)


cdef void emit_handler(Jit *j, Op *op) noexcept nogil:
    """Leave for the op's handler in any case."""
    if op_info[op.id].effects & EFFECT_F: j.boxed &= ~(<u32>1 << op.rd)
    constant(j, RSI, <u64>op)
    constant(j, RCX, <u64>handler_of[op.id])
    jump(j, j.to_handler)


cdef void leave_by(Jit *j, Op *op) noexcept nogil:
    """Go on with whatever the op's handler is now; what it takes of the budget has been charged."""
    constant(j, RSI, <u64>op)
    jump(j, j.to_op)


cdef void emit_return(Jit *j, Op *op, int k) noexcept nogil:
    """Let whoever goes on with `op`, the block's op `k`, come back to its compiled code."""
    cdef int n
    op.fn = <Handler><void *>(j.next + j.executed)
    call(j, j.load_registers)
    if j.remembers: emit_whole(j, False)
    for n in range(j.kept_at[k]): rm(j, 0, PD << 16 | 0x0f10, FIRST_XMM + n, RDI, f_offset(j.kept_f[n]))
    jump(j, j.start_of[k])


# ---- links between blocks

cdef inline bint is_compiled(Jit *j, Op *t) noexcept nogil:
    return <u64>t.fn - <u64>(j.code + j.executed) < j.size


cdef inline u8 *body_of(Jit *j, Op *t) noexcept nogil:
    return <u8 *>t.fn - j.executed + BODY


cdef inline u8 *cached_body(Jit *j, Op *t) noexcept nogil:
    """Where compiled code goes that finds `t` in the jump cache."""
    if j.size and is_compiled(j, t): return body_of(j, t) + j.executed
    return j.to_cached + j.executed


cdef inline Op *linked(Op *op, bint aux) noexcept nogil:
    """Where a link of the op leads: its imm, or its aux."""
    return <Op *>op.aux if aux else <Op *>op.imm


cdef void follow(Hart *h, Op *op, i64 b, u64 where) noexcept nogil:
    """Leave a compiled block by a link of `op` that is not made yet; `where` is the jump to make it with."""
    cdef Jit *j = &h.m.jit
    cdef Op *t = linked(op, where & 1)
    if is_compiled(j, t): aim(j.code + (where >> 1), body_of(j, t))
    CHAIN(h, t, b)


cdef void enter_cached(Hart *h, Op *entry, i64 b) noexcept nogil:
    """Go on from compiled code with a block of the jump cache that was not compiled when it came there."""
    cdef JumpEntry *e = <JumpEntry *>entry
    e.body = cached_body(&h.m.jit, e.op)
    CHAIN(h, e.op, b)


cdef void leave_to(Hart *h, Op *target, i64 b) noexcept nogil:
    """Leave compiled code for a pc that the jump cache does not know."""
    leave_for(h, <u64>target, b)


cdef void emit_jump_cache(Jit *j) noexcept nogil:
    """Go on at the pc in rax, whose entry in the jump cache is at rcx."""
    rm(j, 1, X_CMP, RAX, RCX, 0)
    jump_if(j, CC_NE, j.to_leave)
    rm(j, 0, 0xff, 4, RCX, 16)                      # jmp [rcx + 16]


cdef void emit_far(Jit *j, u64 pc) noexcept nogil:
    """Go on in another page."""
    constant(j, RAX, pc)
    rm(j, 1, X_MOV, RCX, RDI, JUMP_OFFSET)
    ri(j, 1, I_ADD, RCX, <i64>(((pc >> 1) & (JUMP_SIZE - 1)) * sizeof(JumpEntry)))
    emit_jump_cache(j)


cdef void emit_indirect(Jit *j, Op *op) noexcept nogil:
    """JALR."""
    emit_address(j, op, op.imm)
    ri(j, 1, I_AND, RAX, -2)
    if op.rd != 32: emit_constant(j, op, op.aux, RCX)
    rr(j, 0, X_MOV, RCX, RAX)
    shift(j, 0, I_SHL, RCX, 4)
    ri(j, 0, I_AND, RCX, (JUMP_SIZE - 1) * sizeof(JumpEntry))
    rm(j, 1, X_ADD, RCX, RDI, JUMP_OFFSET)
    emit_jump_cache(j)


cdef void exit_by(Jit *j, u8 *site, Op *op, int aux) noexcept nogil:
    """Let the jump at `site` leave the block by a link of `op`: its imm, or its aux."""
    cdef Exit *exit = &j.exits[j.exit_count]
    exit.site = site
    exit.op = op
    exit.aux = aux
    j.exit_count += 1


cdef void emit_next_round(Jit *j, u8 *site) noexcept nogil:
    """Let the jump at `site` lead to the block's next round: the first again if somebody has come back into it."""
    if not j.remembers or site > j.again:
        aim(site, j.again)
        return
    aim(site, j.next)
    mi(j, 0, I_CMP, RDI, WHOLE_OFFSET, 0)
    jump_if(j, CC_E, j.body)
    jump(j, j.again)


cdef void emit_exit(Jit *j, Exit *exit) noexcept nogil:
    cdef Op *t = linked(exit.op, exit.aux)
    if t == j.first:
        emit_next_round(j, exit.site)
        return
    if is_compiled(j, t):
        aim(exit.site, body_of(j, t))
        return
    aim(exit.site, j.next)
    if t.fn == op_far:
        emit_far(j, <u64>t.imm)
    elif t.n == 0 and t.fn != op_link:
        leave_by(j, t)
    else:
        constant(j, RSI, <u64>exit.op)
        constant(j, RCX, <u64>(exit.site - j.code) << 1 | <u64>exit.aux)
        jump(j, j.to_follow)


# ---- compiling a block

cdef inline int condition(int id) noexcept nogil:
    if id == ID_beq: return CC_E
    if id == ID_bne: return CC_NE
    if id == ID_blt: return CC_L
    if id == ID_bge: return CC_GE
    if id == ID_bltu: return CC_B
    return CC_AE


cdef void emit_end(Jit *j, Op *op) noexcept nogil:
    """The last op of a block, if it jumps."""
    cdef int kind = op_info[op.id].kind
    if kind == KIND_BRANCH:
        compare(j, op)
        exit_by(j, jump_if(j, condition(op.id), j.next), op, 0)
        exit_by(j, jump(j, j.next), op, 1)
    elif op.id == ID_jal or op.id == ID_j:
        if op.rd != 32: emit_constant(j, op, op.aux, RAX)
        exit_by(j, jump(j, j.next), op, 0)
    else:
        emit_indirect(j, op)


cdef inline bint jumps(Op *op) noexcept nogil:
    """Whether it is a jump or branch that has a template."""
    return op_info[op.id].kind == KIND_BRANCH or op.id in (ID_jal, ID_j, ID_jalr, ID_jr)


cdef bint emit_op(Jit *j, Hart *h, Op *op) noexcept nogil:
    """Emit the op's template, or leave for its handler; return whether some way comes back behind it."""
    cdef int ways = j.out_count
    if op.id in (ID_fence, ID_lpad, ID_prefetch_i, ID_prefetch_r, ID_prefetch_w): return False
    if emit_integer(j, op) or emit_memory(j, op) or emit_floating(j, op, j.frm): return j.out_count > ways
    if emit_csr(j, h, op): return False
    emit_handler(j, op)
    return True


# ---- groups: several accesses by one base register that nothing changes in between
#
# The first looks up the page for all of them, and the others need no more than where that is. Nobody comes back into
# the midst of a group: whatever leaves there goes on with handlers to its end. So the translation is as it was.
# A loop of nothing else remembers its groups' pages from round to round, for as long as nobody leaves.

cdef inline bint is_access(Op *op) noexcept nogil:
    """Whether it is a load or store that has a template, and may be one of a group."""
    return op.rs1 != 0 and op.id in (
        ID_lb, ID_lh, ID_lw, ID_ld, ID_lbu, ID_lhu, ID_lwu, ID_sb, ID_sh, ID_sw, ID_sd, ID_flw, ID_fld, ID_fsw, ID_fsd)


cdef inline bint stores(Op *op) noexcept nogil:
    return op_info[op.id].effects & EFFECT_STORE != 0


cdef bint joins(Group *group, Op *op) noexcept nogil:
    """Let the group hold the access too; False where alignment or distance forbids."""
    cdef i64 low = min(group.low, op.imm), high = max(group.low + group.span, op.imm + op.width)
    cdef u32 width = max(group.width, op.width)
    if high - low > MOST_SPAN or (group.low - low) & (group.width - 1) or (op.imm - low) & (op.width - 1): return False
    if low != group.low and (group.low - low) & (width - 1): return False
    group.low = low
    group.span = <u32>(high - low)
    group.width = width
    group.writes = group.writes or stores(op)
    return True


cdef void plan_group(Jit *j, Op *first, int k) noexcept nogil:
    """Make a group of the access `k` and all that follow it and may join; of one alone in a loop only."""
    cdef Op *op = first + k
    cdef Group *group = &j.groups[j.group_count]
    cdef int base = op.rs1, n
    group.low = op.imm
    group.span = group.width = op.width
    group.writes = stores(op)
    group.last = <u8>k
    for n in range(k, first.n):
        op = first + n
        if is_access(op):
            if n > k and op.rs1 == base and j.group_of[n] < 0 and joins(group, op):
                j.group_of[n] = <i8>j.group_count
                group.last = <u8>n
        elif not may_stand_in_group[op.id]:
            break
        if op_info[op.id].effects & EFFECT_X and op.rd == base: break
    group.is_one = group.last == k
    if group.is_one and not j.remembers: return
    j.group_of[k] = <i8>j.group_count
    j.leads[k] = True
    j.group_count += 1


cdef inline bint leads_back(Machine *m, Op *first, Op **link) noexcept nogil:
    """Whether a link leads to the block itself; it is made, if it was not yet."""
    if link[0].fn == op_link and <u64>link[0].imm == m.pcs[first - m.ops]: link[0] = first
    return link[0] == first


cdef bint follows_itself(Machine *m, Op *first) noexcept nogil:
    """Whether the block is a loop."""
    cdef Op *op = first + first.n - 1
    cdef bint branches = op_info[op.id].kind == KIND_BRANCH
    if not branches and op.id != ID_jal and op.id != ID_j: return False
    return leads_back(m, first, <Op **>&op.imm) or (branches and leads_back(m, first, <Op **>&op.aux))


cdef bint accesses_only(Op *first) noexcept nogil:
    """Whether nothing but accesses in the block can do something to memory or translation."""
    cdef int k
    for k in range(first.n - 1):
        if not (is_access(first + k) or may_stand_in_group[first[k].id]): return False
    return True


cdef void plan_groups(Jit *j, Op *first, bint loop) noexcept nogil:
    cdef int k
    memset(j.group_of, 0xff, sizeof(j.group_of))
    memset(j.leads, 0, sizeof(j.leads))
    j.group_count = 0
    j.remembers = loop and accesses_only(first)
    for k in range(first.n):
        if j.group_count < MAX_GROUPS and j.group_of[k] < 0 and is_access(first + k): plan_group(j, first, k)
    if j.group_count == 0: j.remembers = False


cdef bint inside_group(Jit *j, int k) noexcept nogil:
    """Whether some group has begun before op `k`, and goes on there or behind."""
    cdef int n, number
    for n in range(k):
        number = j.group_of[n]
        if number >= 0 and j.leads[n] and j.groups[number].last >= k: return True
    return False


cdef bint may_stand_in_group[ID_COUNT]

cdef void init_groups() noexcept:
    """Ops with a template that does nothing to memory or translation may stand between accesses of a group."""
    cdef Jit j
    cdef Op ops[2]
    cdef u8 room[4096]
    cdef int id
    memset(&j, 0, sizeof(j))
    memset(ops, 0, sizeof(ops))
    memset(j.group_of, 0xff, sizeof(j.group_of))
    j.first = ops
    for id in range(ID_COUNT):
        memset(j.xmm_of, 0xff, sizeof(j.xmm_of))
        j.next = room
        j.out_count = j.kept = 0
        ops[0].id = <u16>id
        ops[0].rd, ops[0].rs1, ops[0].rs2 = 10, 11, 12
        ops[0].aux = 1 if op_info[id].flags & FLAG_ROUNDS == 0 else 0
        if op_info[id].kind == KIND_PLAIN and op_info[id].width == 0:
            may_stand_in_group[id] = emit_integer(&j, ops) or emit_floating(&j, ops, 0)


cdef inline void emit_charge(Jit *j, Op *first) noexcept nogil:
    """Take the block's instructions off the budget."""
    ri(j, 1, I_SUB, RDX, first.n)


cdef void emit_ops(Jit *j, Hart *h, Op *first) noexcept nogil:
    """Emit the ops of the block, one after the other, and where it goes from there.

    Whoever has left in the first round or a later one comes back into the first.
    """
    cdef int k
    cdef Op *op = first
    cdef bint returns = False
    for k in range(first.n):
        if j.again == j.body:
            j.start_of[k] = j.next
            j.kept_at[k] = <u8>j.kept
        if returns and not inside_group(j, k):
            j.returns[k] = True
            returns = False
        op = first + k
        if jumps(op): emit_end(j, op)
        elif emit_op(j, h, op): returns = True
    if op_info[op.id].kind == KIND_PLAIN:
        if op[1].fn == op_goto: exit_by(j, jump(j, j.next), op + 1, 0)
        else: leave_by(j, op + 1)


cdef void emit_block(Jit *j, Hart *h, Op *first) noexcept nogil:
    """Emit the block, then its ways out.

    A loop of one block is emitted twice: the later rounds begin with what the first has left, floating-point values in
    host registers, and the pages that accesses have found.
    """
    cdef int k
    cdef u8 *stop = NULL
    cdef bint loop = follows_itself(h.m, first)
    memset(j.xmm_of, 0xff, sizeof(j.xmm_of))
    memset(j.returns, 0, sizeof(j.returns))
    j.kept = j.miss_count = 0
    j.boxed = j.narrow = 0
    j.again = j.body
    plan_groups(j, first, loop)
    if j.remembers: emit_whole(j, True)
    emit_ops(j, h, first)
    if loop and (j.kept or j.remembers):
        j.again = j.next
        emit_charge(j, first)
        stop = jump_if(j, CC_S, j.next)
        emit_ops(j, h, first)
    for k in range(j.miss_count): emit_miss(j, &j.misses[k])
    for k in range(j.out_count): emit_way_out(j, &j.out[k])
    for k in range(1, first.n):
        if j.returns[k]: emit_return(j, first + k, k)
    for k in range(j.exit_count): emit_exit(j, &j.exits[k])
    if stop != NULL: aim(stop, j.next)              # where the caller lets the first round stop, too


cdef void compile_block(Hart *h, Op *first) noexcept nogil:
    """Let machine code be the handler of a block's first op.

    It begins with what a dropped block does, and with the way in for handlers, which have charged the budget.
    """
    cdef Jit *j = &h.m.jit
    cdef u8 *entry
    cdef u8 *over
    cdef u8 *stop
    if j.end - j.next < MOST_CODE: drop_compiled(h.m)
    entry = <u8 *>((<u64>j.next + STALE + 15) & ~<u64>15)
    j.next = entry - STALE
    emit_charge(j, first)
    leave_by(j, first)
    j.next = entry
    call(j, j.load_registers)
    over = jump_ahead(j, -1)
    j.next = entry + BODY
    j.first = first
    j.body = j.next
    j.out_count = j.exit_count = 0
    emit_charge(j, first)
    stop = jump_if(j, CC_S, j.next)
    land(j, over)
    emit_block(j, h, first)
    aim(stop, j.next)
    constant(j, RSI, <u64>first)
    jump(j, j.to_stop)
    first.fn = <Handler><void *>(entry + j.executed)
    j.compiled += 1


cdef void op_warm(Hart *h, Op *op, i64 b) noexcept nogil:
    """In place of the first op of a block that is not compiled: count how often it runs."""
    cdef Machine *m = h.m
    cdef u8 *heat = &m.heat[op - m.ops]
    if heat[0] < m.jit.threshold: heat[0] += 1
    if heat[0] < m.jit.threshold or m.jit.size == 0:
        first_handler(op)(h, op, b)
        return
    m.jit.frm = (h.fetch_key >> 4) & 3
    compile_block(h, op)
    op.fn(h, op, b)


cdef inline Handler first_handler(Op *op) noexcept nogil:
    """The handler that the interpreter has for a block's first op: of a pair, or its own."""
    cdef int index = pair_index[op.id * ID_COUNT + op[1].id] if op.n > 1 and not IS_PROFILE else 0
    return paired(op, index) if index else handler_of[op.id]


# ---- dropping code

cdef void drop_body(Machine *m, Op *t) noexcept nogil:
    """Let compiled code that jumps to the body of `t` go to what stands in its place."""
    cdef Jit *j = &m.jit
    cdef u8 *body
    if j.size == 0 or not is_compiled(j, t): return
    body = body_of(j, t)
    body[0] = 0xe9
    aim(body + 1, body - BODY - STALE)


cdef void drop_compiled(Machine *m) noexcept nogil:
    """Drop all machine code: its memory is full, or the blocks go. Blocks that remain are counted anew."""
    cdef u32 k, n
    cdef Op *first
    for k in range(m.block_count):
        first = &m.ops[m.blocks[k].op]
        if not is_compiled(&m.jit, first): continue
        for n in range(first.n): first[n].fn = handler_of[first[n].id]
        fuse_pairs(first, first.n)
        first.fn = op_warm
        m.heat[first - m.ops] = 0
    for n in range(m.hart_count):
        for k in range(FETCH_CONTEXTS): empty_fetch(&m.harts[n].fetch[k])
    m.jit.next = m.jit.start
    m.jit.flushes += 1


# ---- the code that all blocks share

cdef u8 *emit_way_to(Jit *j, void *function) noexcept nogil:
    """Leave compiled code for a function of the core: (h, rsi, budget, rcx)."""
    cdef u8 *at = j.next
    sync_out(j)
    constant(j, RAX, <u64>function)
    rr(j, 0, 0xff, 4, RAX)                          # jmp rax
    return at


cdef u8 *emit_slow_way(Jit *j, void *function) noexcept nogil:
    """The same with the address of a memory access, which is in rax, as the fourth argument."""
    cdef u8 *at = j.next
    rr(j, 1, X_MOV, RCX, RAX)
    emit_way_to(j, function)
    return at


cdef void emit_enter(Jit *j) noexcept nogil:
    """Call the handler of an op from C: compiled code keeps none of the registers that C expects kept."""
    cdef int k
    cdef int *kept = [RBX, RBP, R12, R13, R14, R15]
    for k in range(6): push(j, kept[k])
    ri(j, 1, I_SUB, RSP, 8)
    rm(j, 0, 0xff, 2, RSI, 0)                       # call [rsi]
    ri(j, 1, I_ADD, RSP, 8)
    for k in range(5, -1, -1): pop(j, kept[k])
    put8(j, 0xc3)


cdef void emit_shared(Jit *j, Machine *m) noexcept nogil:
    j.load_registers = j.next
    sync_in(j)
    put8(j, 0xc3)
    j.to_handler = j.next
    sync_out(j)
    rr(j, 0, 0xff, 4, RCX)                          # jmp rcx
    j.to_op = j.next
    sync_out(j)
    rm(j, 0, 0xff, 4, RSI, 0)                       # jmp [rsi]
    j.to_cached = j.next
    rr(j, 1, X_MOV, RSI, RCX)
    emit_way_to(j, <void *>enter_cached)
    j.to_leave = j.next
    rr(j, 1, X_MOV, RSI, RAX)
    emit_way_to(j, <void *>leave_to)
    j.to_stop = emit_way_to(j, <void *>op_stop)
    j.to_follow = emit_way_to(j, <void *>follow)
    j.to_slow_load = emit_slow_way(j, <void *>slow_load)
    j.to_slow_store = emit_slow_way(j, <void *>slow_store)
    j.to_slow_amo = emit_slow_way(j, <void *>slow_amo)
    emit_beside(j, m)


cdef bint map_code(u64 size, void **writable, void **executable) noexcept nogil:
    """Map code memory twice; False where the host lacks what templates use, or does not let code be executed."""
    return not IS_PROFILE and rv_jit_host() and rv_map_code(size, writable, executable)


cdef bint can_compile():
    """Whether this build compiles on this host."""
    cdef void *writable = NULL
    cdef void *executable = NULL
    if not map_code(4096, &writable, &executable): return False
    rv_unmap(writable, 4096)
    rv_unmap(executable, 4096)
    return True


cdef bint start_jit(Machine *m, u64 size, u8 threshold) noexcept nogil:
    """Map code memory and emit what all blocks share; False where the host cannot."""
    cdef Jit *j = &m.jit
    cdef void *writable = NULL
    cdef void *executable = NULL
    cdef u8 *enter
    if not map_code(size, &writable, &executable): return False
    j.code = j.next = <u8 *>writable
    j.executed = <u8 *>executable - <u8 *>writable
    j.size = size
    j.end = j.code + size
    j.threshold = threshold
    j.process = getpid()
    j.tlb_mask = (m.tlb_entries - 1) * sizeof(TlbEntry)
    enter = j.next
    emit_enter(j)
    emit_shared(j, m)
    j.start = j.next
    m.enter = <Handler><void *>(enter + j.executed)
    return True


cdef void own_code(Machine *m) noexcept nogil:
    """After a fork the child takes code memory of its own: what it has is its parent's too."""
    cdef u64 size = m.jit.size
    cdef u8 threshold = m.jit.threshold
    if size == 0 or m.jit.process == getpid(): return
    drop_compiled(m)
    end_jit(m)
    start_jit(m, size, threshold)


cdef void end_jit(Machine *m) noexcept nogil:
    if m.jit.size == 0: return
    rv_unmap(m.jit.code, m.jit.size)
    rv_unmap(m.jit.code + m.jit.executed, m.jit.size)
    m.jit.size = 0
    m.enter = NULL
