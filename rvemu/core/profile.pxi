# Exact profiles: instructions by call path, and executions of each instruction. While it is on, blocks have a key of
# their own, in which calls and returns keep a shadow stack, and the first op of a block counts its entries.
#
# A call path is a node of a tree: the function entered, and the path it was entered from. What a hart executes is
# charged to its node whenever that changes. Traps enter a node as calls do, and xRET leaves it; a return to somewhere
# that the stack does not know, as at a switch of threads, starts a path anew.
#
# Executions are kept as differences over the ops of the arena: a block entered, a block left before one of its ops.

cdef enum:
    PROFILE_KEY = 1 << 14   # of a block that counts
    MAX_NODES = 1 << 20
    MAX_FRAMES = 1 << 14
    EXECUTION_BITS = 20
    MAX_EXECUTIONS = 700_000
    SEARCHED_FRAMES = 64    # a return that skips more frames than this is a switch

cdef inline u64 executed_now(Hart *h, i64 left) noexcept nogil:
    """Instructions that the hart has executed, with `left` of its budget left."""
    return h.executed + (h.cycle_end - left - h.m.turn_start)


cdef inline void charge_node(Hart *h, i64 left) noexcept nogil:
    cdef u64 now = executed_now(h, left)
    h.m.nodes[h.node].count += now - h.charged
    h.charged = now


cdef u32 child_node(Machine *m, u32 parent, u64 pc) noexcept nogil:
    """Return the node for `pc` entered from `parent`; the parent itself when there is no room."""
    cdef u32 id = m.nodes[parent].child
    while id:
        if m.nodes[id].pc == pc: return id
        id = m.nodes[id].sibling
    if m.node_count == MAX_NODES: return parent
    id = m.node_count
    m.node_count += 1
    m.nodes[id].pc = pc
    m.nodes[id].parent = parent
    m.nodes[id].child = 0
    m.nodes[id].count = 0
    m.nodes[id].sibling = m.nodes[parent].child
    m.nodes[parent].child = id
    return id


cdef void enter_node(Hart *h, u64 pc, u64 back, i64 left, bint trap) noexcept nogil:
    """A call of `pc`, or a trap to it, that comes back to `back`."""
    charge_node(h, left)
    if h.frame_count == MAX_FRAMES: h.frame_count = 0
    h.frames[h.frame_count].node = h.node
    h.frames[h.frame_count].back = back
    h.frames[h.frame_count].trap = trap
    h.frame_count += 1
    h.node = child_node(h.m, h.node, pc)


cdef void leave_node(Hart *h, u64 pc, i64 left, bint trap) noexcept nogil:
    """A return to `pc`; a handler may return behind the instruction that trapped."""
    cdef u32 k, searched = SEARCHED_FRAMES if h.frame_count > SEARCHED_FRAMES else h.frame_count
    cdef CallFrame *frame
    charge_node(h, left)
    for k in range(searched):
        frame = &h.frames[h.frame_count - 1 - k]
        if frame.trap == trap and (pc == frame.back or (trap and pc - frame.back <= 4)):
            h.node = frame.node
            h.frame_count -= k + 1
            return
    h.frame_count = 0
    h.node = child_node(h.m, 0, pc)


# ---- ops in place of jumps

cdef inline bint is_link(u32 reg) noexcept nogil:
    """Whether it is a register for return addresses: ra or t0."""
    return reg == 1 or reg == 5


cdef inline int profiled_form(Op *op) noexcept nogil:
    """Return the op for a jump while a profile is taken."""
    if op.id == ID_jal and is_link(op.rd): return ID_call
    if op.id == ID_jalr or op.id == ID_jr or op.id == ID_jalr_aligned: return ID_call_register
    return op.id


cdef void do_call(Hart *h, Op *op, i64 b) noexcept nogil:
    """JAL that keeps a return address."""
    cdef u64 target = h.m.pcs[op - h.m.ops] + <u64>op.imm
    h.x[op.rd] = op.aux
    enter_node(h, target, op.aux, b, False)
    JUMP(h, target, b)


cdef void do_call_register(Hart *h, Op *op, i64 b) noexcept nogil:
    """JALR: a call, a return, both, or neither. Source: unprivileged manual, the hints on return-address stacks."""
    cdef u64 target = (h.x[op.rs1] + <u64>op.imm) & ~<u64>1
    if unlikely(target & misaligned_bits(h)):
        trap(h, op, b, CAUSE_INSTRUCTION_ADDRESS_MISALIGNED, target)
        return
    h.x[op.rd] = op.aux
    if is_link(op.rs1) and op.rs1 != op.rd: leave_node(h, target, b, False)
    if is_link(op.rd): enter_node(h, target, op.aux, b, False)
    JUMP(h, target, b)


# ---- executions

cdef void op_counted(Hart *h, Op *op, i64 b) noexcept nogil:
    """In place of the first op of a block."""
    h.m.entries[op - h.m.ops] += 1
    handler_of[op.id](h, op, b)


cdef void count_exit(Hart *h, Op *op, i64 by) noexcept nogil:
    """The block is left with `op` not executed any more (`by` 1), or is not after all (-1)."""
    if op >= h.m.ops + h.m.first_op:
        h.m.exits[op - h.m.ops] += <u64>by
    elif h.cut_from and h.cut_from + (op - h.scratch) < h.cut_end:
        h.m.exits[h.cut_from + (op - h.scratch)] += <u64>by
        h.m.exits[h.cut_end] -= <u64>by
    elif h.once_pa and op == h.scratch:
        add_executions(h.m, h.m.pcs[op - h.m.ops], h.once_pa, 0 - <u64>by)


cdef inline void left_before(Hart *h, Op *op) noexcept nogil:
    if unlikely(h.fetch_key & PROFILE_KEY): count_exit(h, op, 1)


cdef inline void count_cut(Hart *h, Op *t, i64 n) noexcept nogil:
    """The first `n` ops of the block `t` are about to be executed, from a copy."""
    h.cut_from = 0
    h.once_pa = 0
    if likely(not h.fetch_key & PROFILE_KEY) or t < h.m.ops + h.m.first_op: return
    h.cut_from = <u32>(t - h.m.ops)
    h.cut_end = <u32>(h.cut_from + n)
    h.m.entries[h.cut_from] += 1
    h.m.exits[h.cut_end] += 1


cdef void count_last(Hart *h, Op *op) noexcept nogil:
    """The last op of a block is about to be executed alone, in its place; one that begins a block counts itself."""
    if op >= h.m.ops + h.m.first_op and op.fn != op_counted: h.m.entries[op - h.m.ops] += 1


cdef inline void count_once(Hart *h, u64 pa) noexcept nogil:
    """The instruction at h.pc, which stands at `pa` in RAM (0: elsewhere), is about to be executed from no block."""
    h.cut_from = 0
    h.once_pa = pa
    if unlikely(h.fetch_key & PROFILE_KEY) and pa: add_executions(h.m, h.pc, pa, 1)


cdef void add_executions(Machine *m, u64 pc, u64 pa, u64 count) noexcept nogil:
    """Add to the executions of the instruction at `pc`, which stands at `pa`; lost when the table is full."""
    cdef u64 at = ((pc ^ (pa << 20)) * 0x9e3779b97f4a7c15u) >> (64 - EXECUTION_BITS)
    if count == 0: return
    while m.executions[at].pa and (m.executions[at].pc != pc or m.executions[at].pa != pa):
        at = (at + 1) & ((1 << EXECUTION_BITS) - 1)
    if m.executions[at].pa == 0:
        if m.execution_count == MAX_EXECUTIONS: return
        m.execution_count += 1
        m.executions[at].pc = pc
        m.executions[at].pa = pa
    m.executions[at].count += count


cdef void gather_executions(Machine *m) noexcept nogil:
    """Take what the ops of the arena have counted into the table."""
    cdef u32 k, n, op
    cdef u64 running
    cdef Block *block
    if m.entries == NULL: return
    for k in range(m.block_count):
        block = &m.blocks[k]
        if not block.key & PROFILE_KEY: continue
        running = 0
        for n in range(m.ops[block.op].n):
            op = block.op + n
            running += m.entries[op] - m.exits[op]
            m.entries[op] = 0
            m.exits[op] = 0
            add_executions(m, m.pcs[op], block.pa + (m.pcs[op] - block.pc), running)
        m.exits[block.op + m.ops[block.op].n] = 0
