# Machine code for x86-64: the encoder, and a template for each op that has one.
#
# In compiled code rdi is the hart and rdx the budget, as in the handlers. Ten guest registers live in host registers,
# all others in the hart; rax, rcx and rsi are scratch. A template's result equals its handler's, flags included; what
# has no template leaves for the handler, which comes back at the next op.

cdef enum:                  # host registers
    RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15

cdef enum:                  # opcodes with a register as first operand; 0x0f and prefixes in front
    X_ADD = 0x03
    X_OR = 0x0b
    X_AND = 0x23
    X_SUB = 0x2b
    X_XOR = 0x33
    X_CMP = 0x3b
    X_MOVSXD = 0x63
    X_TEST = 0x85
    X_MOV_TO = 0x89         # to memory
    X_MOV = 0x8b
    X_LEA = 0x8d
    X_IMUL = 0x0faf
    X_MOVZX8 = 0x0fb6
    X_MOVZX16 = 0x0fb7
    X_MOVSX8 = 0x0fbe
    X_MOVSX16 = 0x0fbf
    X_POPCNT = 0xf30fb8
    X_TZCNT = 0xf30fbc
    X_LZCNT = 0xf30fbd
    X_CMOVE = 0x0f44
    X_CMOVNE = 0x0f45
    X_CMOVL = 0x0f4c
    X_CMOVG = 0x0f4f
    X_CMOVB = 0x0f42
    X_CMOVA = 0x0f47

cdef enum:                  # the digit of the group 81: an operation with an immediate
    I_ADD = 0
    I_OR = 1
    I_AND = 4
    I_SUB = 5
    I_XOR = 6
    I_CMP = 7

cdef enum:                  # of the group C1: shifts
    I_ROR = 1
    I_SHL = 4
    I_SHR = 5
    I_SAR = 7

cdef enum:                  # conditions
    CC_O = 0
    CC_B = 2
    CC_AE = 3
    CC_E = 4
    CC_NE = 5
    CC_A = 7
    CC_S = 8
    CC_P = 10
    CC_NP = 11
    CC_L = 12
    CC_GE = 13

cdef enum:                  # pp of a VEX prefix
    VEX_66 = 1
    VEX_F3 = 2
    VEX_F2 = 3


# ---- the encoder

cdef inline void put8(Jit *j, int byte) noexcept nogil:
    j.next[0] = <u8>byte
    j.next += 1


cdef inline void put32(Jit *j, i64 value) noexcept nogil:
    (<any32 *>j.next)[0] = <u32>value
    j.next += 4


cdef inline void put64(Jit *j, u64 value) noexcept nogil:
    (<any64 *>j.next)[0] = value
    j.next += 8


cdef inline void opcode(Jit *j, int w, int code, int reg, int index, int base, bint bytes_) noexcept nogil:
    """Prefixes and opcode; `bytes_`: byte registers are named, so that 4 to 7 mean spl to dil."""
    cdef int rex = 0x40 | w << 3 | (reg >> 3) << 2 | (index >> 3) << 1 | base >> 3
    if code > 0xffff: put8(j, code >> 16)
    if rex != 0x40 or (bytes_ and reg >= 4): put8(j, rex)
    if code > 0xff: put8(j, 0x0f)
    put8(j, code)


cdef inline void rr(Jit *j, int w, int code, int reg, int rm) noexcept nogil:
    """`code` between registers; `reg` is the one that opcodes call reg."""
    opcode(j, w, code, reg, 0, rm, False)
    put8(j, 0xc0 | (reg & 7) << 3 | (rm & 7))


cdef void modrm(Jit *j, int reg, int base, i64 disp) noexcept nogil:
    """The operands `reg` and [base + disp]."""
    cdef bint short = -128 <= disp < 128
    put8(j, (0x40 if short else 0x80) | (reg & 7) << 3 | (base & 7))
    if base & 7 == RSP: put8(j, 0x24)
    if short: put8(j, <int>disp)
    else: put32(j, disp)


cdef inline void rm(Jit *j, int w, int code, int reg, int base, i64 disp) noexcept nogil:
    opcode(j, w, code, reg, 0, base, False)
    modrm(j, reg, base, disp)


cdef inline void indexed(Jit *j, int w, int code, int reg, int base, int index, int scale) noexcept nogil:
    """The operands `reg` and [base + (index << scale)]."""
    opcode(j, w, code, reg, index, base, False)
    sib(j, reg, base, index, scale, 0)


cdef void sib(Jit *j, int reg, int base, int index, int scale, i64 disp) noexcept nogil:
    """The operands `reg` and [base + (index << scale) + disp]."""
    cdef bint short = -128 <= disp < 128
    put8(j, (0x44 if short else 0x84) | (reg & 7) << 3)
    put8(j, scale << 6 | (index & 7) << 3 | (base & 7))
    if short: put8(j, <int>disp)
    else: put32(j, disp)


cdef inline void vex(Jit *j, int map_, int pp, int w, int reg, int v) noexcept nogil:
    """The prefix of three bytes, where neither index nor base is above 7."""
    put8(j, 0xc4)
    put8(j, (0 if reg & 8 else 0x80) | 0x60 | map_)
    put8(j, w << 7 | (~v & 15) << 3 | pp)


cdef inline void ri(Jit *j, int w, int digit, int reg, i64 imm) noexcept nogil:
    """An operation of group 81 on a register."""
    opcode(j, w, 0x83 if -128 <= imm < 128 else 0x81, 0, 0, reg, False)
    put8(j, 0xc0 | digit << 3 | (reg & 7))
    if -128 <= imm < 128: put8(j, <int>imm)
    else: put32(j, imm)


cdef inline void mi(Jit *j, int w, int digit, int base, i64 disp, i64 imm) noexcept nogil:
    """An operation of group 81 on memory."""
    rm(j, w, 0x83 if -128 <= imm < 128 else 0x81, digit, base, disp)
    if -128 <= imm < 128: put8(j, <int>imm)
    else: put32(j, imm)


cdef inline void shift(Jit *j, int w, int digit, int reg, int amount) noexcept nogil:
    if amount == 0: return
    opcode(j, w, 0xc1, 0, 0, reg, False)
    put8(j, 0xc0 | digit << 3 | (reg & 7))
    put8(j, amount)


cdef inline void unary(Jit *j, int w, int digit, int reg) noexcept nogil:
    """Group F7: 2 not, 3 neg, 4 mul, 5 imul, 6 div, 7 idiv."""
    opcode(j, w, 0xf7, 0, 0, reg, False)
    put8(j, 0xc0 | digit << 3 | (reg & 7))


cdef void constant(Jit *j, int reg, u64 value) noexcept nogil:
    if value == 0:
        rr(j, 0, 0x31, reg, reg)
    elif value <= 0xffffffffu:
        opcode(j, 0, 0xb8 | (reg & 7), 0, 0, reg, False)
        put32(j, <i64>value)
    elif <i64>value == <i32>value:
        opcode(j, 1, 0xc7, 0, 0, reg, False)
        put8(j, 0xc0 | (reg & 7))
        put32(j, <i64>value)
    else:
        opcode(j, 1, 0xb8 | (reg & 7), 0, 0, reg, False)
        put64(j, value)


cdef inline void push(Jit *j, int reg) noexcept nogil: opcode(j, 0, 0x50 | (reg & 7), 0, 0, reg, False)
cdef inline void pop(Jit *j, int reg) noexcept nogil: opcode(j, 0, 0x58 | (reg & 7), 0, 0, reg, False)


cdef inline u8 *jump(Jit *j, u8 *target) noexcept nogil:
    """`jmp`; return where its distance stands."""
    put8(j, 0xe9)
    put32(j, target - (j.next + 4))
    return j.next - 4


cdef inline u8 *jump_if(Jit *j, int cc, u8 *target) noexcept nogil:
    put8(j, 0x0f)
    put8(j, 0x80 | cc)
    put32(j, target - (j.next + 4))
    return j.next - 4


cdef inline u8 *jump_ahead(Jit *j, int cc) noexcept nogil:
    """A short conditional jump (-1: `jmp`) to where `land` says."""
    put8(j, 0xeb if cc < 0 else 0x70 | cc)
    put8(j, 0)
    return j.next - 1


cdef inline void land(Jit *j, u8 *site) noexcept nogil:
    site[0] = <u8>(j.next - (site + 1))


cdef inline void aim(u8 *site, u8 *target) noexcept nogil:
    """Let the jump whose distance stands at `site` lead to `target`."""
    (<any32 *>site)[0] = <u32>(target - (site + 4))


cdef inline void call(Jit *j, u8 *target) noexcept nogil:
    put8(j, 0xe8)
    put32(j, target - (j.next + 4))


# ---- guest registers

cdef i8 host_of[33]         # the host register of a guest register, or -1

cdef void init_host_of() noexcept:
    cdef int *guests = [15, 14, 10, 13, 11, 12, 2, 8, 9, 16]
    cdef int *hosts = [RBX, RBP, R8, R9, R10, R11, R12, R13, R14, R15]
    cdef int k
    for k in range(33): host_of[k] = -1
    for k in range(10): host_of[guests[k]] = hosts[k]


cdef extern from *:
    const i64 F_OFFSET "offsetof(struct __pyx_t_5rvemu_5_core_Hart, f)"
    const i64 RTLB_OFFSET "offsetof(struct __pyx_t_5rvemu_5_core_Hart, rtlb)"
    const i64 WTLB_OFFSET "offsetof(struct __pyx_t_5rvemu_5_core_Hart, wtlb)"
    const i64 GROUP_OFFSET "offsetof(struct __pyx_t_5rvemu_5_core_Hart, group_page)"
    const i64 WHOLE_OFFSET "offsetof(struct __pyx_t_5rvemu_5_core_Hart, whole)"
    const i64 DATA_NOW_OFFSET "offsetof(struct __pyx_t_5rvemu_5_core_Hart, data_now)"
    const i64 GUARDED_OFFSET "offsetof(struct __pyx_t_5rvemu_5_core_DataContext, guarded)"
    const i64 RAM_OFFSET "offsetof(struct __pyx_t_5rvemu_5_core_Machine, ram)"
    const i64 CODE_GRANULES_OFFSET "offsetof(struct __pyx_t_5rvemu_5_core_Machine, code_granules)"
    const i64 TABLE_GRANULES_OFFSET "offsetof(struct __pyx_t_5rvemu_5_core_Machine, table_granules)"
    const i64 TOUCHED_OFFSET "offsetof(struct __pyx_t_5rvemu_5_core_Machine, touched)"
    const i64 TOUCHED_REGIONS_OFFSET "offsetof(struct __pyx_t_5rvemu_5_core_Machine, touched_regions)"
    const i64 CSR_OFFSET "offsetof(struct __pyx_t_5rvemu_5_core_Hart, csr)"
    const i64 JUMP_OFFSET "offsetof(struct __pyx_t_5rvemu_5_core_Hart, jump)"


cdef inline i64 x_offset(int g) noexcept nogil: return 8 * g
cdef inline i64 f_offset(int g) noexcept nogil: return F_OFFSET + 8 * g


cdef void sync_in(Jit *j) noexcept nogil:
    cdef int g
    for g in range(32):
        if host_of[g] >= 0: rm(j, 1, X_MOV, host_of[g], RDI, x_offset(g))


cdef void sync_out(Jit *j) noexcept nogil:
    cdef int g
    for g in range(32):
        if host_of[g] >= 0: rm(j, 1, X_MOV_TO, host_of[g], RDI, x_offset(g))


cdef void fetch(Jit *j, int w, int reg, int g) noexcept nogil:
    """Let host register `reg` be guest register `g`."""
    if g == 0: rr(j, 0, 0x31, reg, reg)
    elif host_of[g] < 0: rm(j, w, X_MOV, reg, RDI, x_offset(g))
    elif host_of[g] != reg: rr(j, w, X_MOV, reg, host_of[g])


cdef inline int source(Jit *j, int g, int scratch) noexcept nogil:
    """Return a host register that holds guest register `g`: its own, or `scratch`."""
    if g and host_of[g] >= 0: return host_of[g]
    fetch(j, 1, scratch, g)
    return scratch


cdef inline void operate(Jit *j, int w, int code, int reg, int g) noexcept nogil:
    """`reg` = `reg` `code` guest register `g`."""
    if g == 0:
        rr(j, 0, 0x31, RSI, RSI)
        rr(j, w, code, reg, RSI)
    elif host_of[g] >= 0: rr(j, w, code, reg, host_of[g])
    else: rm(j, w, code, reg, RDI, x_offset(g))


cdef inline int target(Op *op) noexcept nogil:
    """Return where the result may be computed, if that is written last only."""
    return host_of[op.rd] if host_of[op.rd] >= 0 else RAX


cdef inline void result(Jit *j, Op *op, int reg) noexcept nogil:
    """Let rd be host register `reg`."""
    if op.rd == 32: return
    if host_of[op.rd] < 0: rm(j, 1, X_MOV_TO, reg, RDI, x_offset(op.rd))
    elif host_of[op.rd] != reg: rr(j, 1, X_MOV, host_of[op.rd], reg)


cdef inline void result32(Jit *j, Op *op, int reg) noexcept nogil:
    """Let rd be the low 32 bits of host register `reg`, sign-extended."""
    rr(j, 1, X_MOVSXD, target(op), reg)
    result(j, op, target(op))


# ---- templates: integers

cdef void emit_constant(Jit *j, Op *op, u64 value, int scratch) noexcept nogil:
    """rd = value, by way of `scratch` where rd has no host register."""
    cdef int d = host_of[op.rd] if host_of[op.rd] >= 0 else scratch
    constant(j, d, value)
    result(j, op, d)


cdef void emit_binary(Jit *j, Op *op, int code, bint commutes) noexcept nogil:
    """rd = rs1 `code` rs2."""
    cdef int d = target(op), a = op.rs1, b = op.rs2
    if host_of[op.rd] < 0 and op.rd == a and code < 0x40:
        rm(j, 1, code - 2, source(j, b, RAX), RDI, x_offset(a))
        return
    if b and host_of[b] == d and a != b:
        if commutes: a, b = b, a
        else: d = RAX
    fetch(j, 1, d, a)
    operate(j, 1, code, d, b)
    result(j, op, d)


cdef void emit_add(Jit *j, Op *op) noexcept nogil:
    cdef int d = host_of[op.rd], a = host_of[op.rs1], b = host_of[op.rs2]
    if d >= 0 and a >= 0 and b >= 0 and d != a and d != b: indexed(j, 1, X_LEA, d, a, b, 0)
    else: emit_binary(j, op, X_ADD, True)


cdef void emit_binary32(Jit *j, Op *op, int code) noexcept nogil:
    fetch(j, 0, RAX, op.rs1)
    operate(j, 0, code, RAX, op.rs2)
    result32(j, op, RAX)


cdef void emit_immediate(Jit *j, Op *op, int digit, i64 imm) noexcept nogil:
    """rd = rs1 `digit` imm."""
    cdef int d = target(op), a = host_of[op.rs1]
    if host_of[op.rd] < 0 and op.rd == op.rs1:
        mi(j, 1, digit, RDI, x_offset(op.rd), imm)
        return
    if digit == I_ADD and a >= 0 and a != d:
        rm(j, 1, X_LEA, d, a, imm)
    else:
        fetch(j, 1, d, op.rs1)
        ri(j, 1, digit, d, imm)
    result(j, op, d)


cdef void emit_addiw(Jit *j, Op *op) noexcept nogil:
    cdef int a = host_of[op.rs1]
    if op.imm == 0 and op.rs1:
        if a >= 0: rr(j, 1, X_MOVSXD, target(op), a)
        else: rm(j, 1, X_MOVSXD, target(op), RDI, x_offset(op.rs1))
        result(j, op, target(op))
        return
    if a >= 0:
        rm(j, 0, X_LEA, RAX, a, op.imm)
    else:
        fetch(j, 0, RAX, op.rs1)
        ri(j, 0, I_ADD, RAX, op.imm)
    result32(j, op, RAX)


cdef void emit_shift_immediate(Jit *j, Op *op, int digit, int amount) noexcept nogil:
    cdef int d = target(op)
    fetch(j, 1, d, op.rs1)
    shift(j, 1, digit, d, amount)
    result(j, op, d)


cdef void emit_shift_immediate32(Jit *j, Op *op, int digit, int amount) noexcept nogil:
    fetch(j, 0, RAX, op.rs1)
    shift(j, 0, digit, RAX, amount)
    result32(j, op, RAX)


cdef void emit_shift(Jit *j, Op *op, int pp, int w) noexcept nogil:
    """By the BMI2 forms with three operands: VEX_66 shlx, VEX_F2 shrx, VEX_F3 sarx."""
    cdef int a = source(j, op.rs1, RAX), b = source(j, op.rs2, RCX), d = target(op) if w else RAX
    put8(j, 0xc4)
    put8(j, (0 if d & 8 else 0x80) | 0x40 | (0 if a & 8 else 0x20) | 2)
    put8(j, w << 7 | (~b & 15) << 3 | pp)
    put8(j, 0xf7)
    put8(j, 0xc0 | (d & 7) << 3 | (a & 7))
    if w: result(j, op, d)
    else: result32(j, op, RAX)


cdef void emit_rotate(Jit *j, Op *op, int digit, int w) noexcept nogil:
    fetch(j, 0, RCX, op.rs2)
    fetch(j, w, RAX, op.rs1)
    opcode(j, w, 0xd3, 0, 0, RAX, False)
    put8(j, 0xc0 | digit << 3)
    if w: result(j, op, RAX)
    else: result32(j, op, RAX)


cdef void compare(Jit *j, Op *op) noexcept nogil:
    """Set the host's flags for rs1 against rs2."""
    cdef int a = source(j, op.rs1, RAX)
    if op.rs2 == 0: rr(j, 1, X_TEST, a, a)
    else: operate(j, 1, X_CMP, a, op.rs2)


cdef void emit_flag(Jit *j, Op *op, int cc) noexcept nogil:
    """rd = whether the host's condition holds."""
    put8(j, 0x0f)
    put8(j, 0x90 | cc)
    put8(j, 0xc0)
    rr(j, 0, X_MOVZX8, target(op), RAX)
    result(j, op, target(op))


cdef void emit_set(Jit *j, Op *op, int cc) noexcept nogil:
    compare(j, op)
    emit_flag(j, op, cc)


cdef void emit_set_immediate(Jit *j, Op *op, int cc) noexcept nogil:
    ri(j, 1, I_CMP, source(j, op.rs1, RAX), op.imm)
    emit_flag(j, op, cc)


cdef void emit_shift_add(Jit *j, Op *op, int scale, bint word) noexcept nogil:
    """rd = (rs1 << scale) + rs2, with rs1 zero-extended from 32 bits for `word`."""
    cdef int a = RAX, b
    if word: fetch(j, 0, RAX, op.rs1)
    else: a = source(j, op.rs1, RAX)
    b = source(j, op.rs2, RCX)
    indexed(j, 1, X_LEA, target(op), b, a, scale)
    result(j, op, target(op))


cdef void emit_inverted(Jit *j, Op *op, int code) noexcept nogil:
    """rd = rs1 `code` ~rs2."""
    fetch(j, 1, RAX, op.rs2)
    unary(j, 1, 2, RAX)
    operate(j, 1, code, RAX, op.rs1)
    result(j, op, RAX)


cdef void emit_unary(Jit *j, Op *op, int code, int w) noexcept nogil:
    """rd = `code` of rs1, by an instruction that reads one register and writes another."""
    rr(j, w, code, target(op), source(j, op.rs1, RAX))
    result(j, op, target(op))


cdef void emit_byte_unary(Jit *j, Op *op, int code) noexcept nogil:
    fetch(j, 1, RAX, op.rs1)
    rr(j, 1, code, RAX, RAX)
    result(j, op, RAX)


cdef void emit_choice(Jit *j, Op *op, int code) noexcept nogil:
    """rd = rs2 where the conditional move `code` moves after comparing rs1 with rs2, else rs1."""
    cdef int b = source(j, op.rs2, RCX)
    fetch(j, 1, RAX, op.rs1)
    rr(j, 1, X_CMP, RAX, b)
    rr(j, 1, code, RAX, b)
    result(j, op, RAX)


cdef void emit_zero_if(Jit *j, Op *op, int code) noexcept nogil:
    """rd = rs1, or 0 where the conditional move `code` moves after testing rs2."""
    cdef int b
    rr(j, 0, 0x31, RSI, RSI)
    b = source(j, op.rs2, RCX)
    fetch(j, 1, RAX, op.rs1)
    rr(j, 1, X_TEST, b, b)
    rr(j, 1, code, RAX, RSI)
    result(j, op, RAX)


cdef void emit_bit(Jit *j, Op *op, int code, int digit) noexcept nogil:
    """rd = rs1 with the bit that rs2 names changed: bts, btr, btc; by an immediate where `code` is 0."""
    if code: fetch(j, 1, RCX, op.rs2)
    fetch(j, 1, RAX, op.rs1)
    if code:
        rr(j, 1, code, RCX, RAX)
    else:
        opcode(j, 1, 0x0fba, 0, 0, RAX, False)
        put8(j, 0xc0 | digit << 3)
        put8(j, <int>op.imm & 63)
    result(j, op, RAX)


cdef void emit_extract(Jit *j, Op *op) noexcept nogil:
    """rd = bit imm of rs1."""
    fetch(j, 1, RAX, op.rs1)
    shift(j, 1, I_SHR, RAX, <int>op.imm & 63)
    ri(j, 0, I_AND, RAX, 1)
    result(j, op, RAX)


cdef void emit_multiply_high(Jit *j, Op *op, int digit) noexcept nogil:
    rr(j, 1, X_MOV, RSI, RDX)
    fetch(j, 1, RCX, op.rs2)
    fetch(j, 1, RAX, op.rs1)
    unary(j, 1, digit, RCX)
    rr(j, 1, X_MOV, RAX, RDX)
    rr(j, 1, X_MOV, RDX, RSI)
    result(j, op, RAX)


cdef void emit_divide(Jit *j, Op *op, int w, bint signed_, bint remainder) noexcept nogil:
    """Division never traps: by zero the quotient is all ones; by -1 it is the negated dividend."""
    cdef u8 *by_zero
    cdef u8 *by_minus_one = NULL
    cdef u8 *done
    cdef u8 *also_done = NULL
    fetch(j, w, RCX, op.rs2)
    fetch(j, w, RAX, op.rs1)
    rr(j, 1, X_MOV, RSI, RDX)
    rr(j, w, X_TEST, RCX, RCX)
    by_zero = jump_ahead(j, CC_E)
    if signed_:
        ri(j, w, I_CMP, RCX, -1)
        by_minus_one = jump_ahead(j, CC_E)
        opcode(j, w, 0x99, 0, 0, 0, False)         # cdq, cqo
        unary(j, w, 7, RCX)
    else:
        rr(j, 0, 0x31, RDX, RDX)
        unary(j, w, 6, RCX)
    if remainder: rr(j, w, X_MOV, RAX, RDX)
    done = jump_ahead(j, -1)
    if signed_:
        land(j, by_minus_one)
        if remainder: rr(j, 0, 0x31, RAX, RAX)
        else: unary(j, w, 3, RAX)
        also_done = jump_ahead(j, -1)
    land(j, by_zero)
    if not remainder: constant(j, RAX, ALL_ONES)
    land(j, done)
    if signed_: land(j, also_done)
    rr(j, 1, X_MOV, RDX, RSI)
    if w: result(j, op, RAX)
    else: result32(j, op, RAX)


cdef inline bint only_computes(Op *op) noexcept nogil:
    """Whether writing rd is all that it does."""
    cdef OpInfo *info = &op_info[op.id]
    return info.kind == KIND_PLAIN and info.effects == EFFECT_X and info.flags == 0


cdef bint emit_integer(Jit *j, Op *op) noexcept nogil:
    """Emit the template of an op that only computes; False where it has none."""
    cdef int id = op.id
    if op.rd == 32 and only_computes(op): return True
    if id == ID_li: emit_constant(j, op, <u64>op.imm, RAX)
    elif id == ID_mv:
        result(j, op, source(j, op.rs1, RAX))
    elif id == ID_addi: emit_immediate(j, op, I_ADD, op.imm)
    elif id == ID_add: emit_add(j, op)
    elif id == ID_sub: emit_binary(j, op, X_SUB, False)
    elif id == ID_and: emit_binary(j, op, X_AND, True)
    elif id == ID_or: emit_binary(j, op, X_OR, True)
    elif id == ID_xor: emit_binary(j, op, X_XOR, True)
    elif id == ID_andi:
        if op.imm == 255: emit_byte_unary(j, op, X_MOVZX8)
        else: emit_immediate(j, op, I_AND, op.imm)
    elif id == ID_ori: emit_immediate(j, op, I_OR, op.imm)
    elif id == ID_xori: emit_immediate(j, op, I_XOR, op.imm)
    elif id == ID_slli: emit_shift_immediate(j, op, I_SHL, <int>op.imm)
    elif id == ID_srli: emit_shift_immediate(j, op, I_SHR, <int>op.imm)
    elif id == ID_srai: emit_shift_immediate(j, op, I_SAR, <int>op.imm)
    elif id == ID_sll: emit_shift(j, op, VEX_66, 1)
    elif id == ID_srl: emit_shift(j, op, VEX_F2, 1)
    elif id == ID_sra: emit_shift(j, op, VEX_F3, 1)
    elif id == ID_slt: emit_set(j, op, CC_L)
    elif id == ID_sltu: emit_set(j, op, CC_B)
    elif id == ID_slti: emit_set_immediate(j, op, CC_L)
    elif id == ID_sltiu: emit_set_immediate(j, op, CC_B)
    elif id == ID_addw: emit_binary32(j, op, X_ADD)
    elif id == ID_subw: emit_binary32(j, op, X_SUB)
    elif id == ID_addiw: emit_addiw(j, op)
    elif id == ID_slliw: emit_shift_immediate32(j, op, I_SHL, <int>op.imm)
    elif id == ID_srliw: emit_shift_immediate32(j, op, I_SHR, <int>op.imm)
    elif id == ID_sraiw: emit_shift_immediate32(j, op, I_SAR, <int>op.imm)
    elif id == ID_sllw: emit_shift(j, op, VEX_66, 0)
    elif id == ID_srlw: emit_shift(j, op, VEX_F2, 0)
    elif id == ID_sraw: emit_shift(j, op, VEX_F3, 0)
    elif id == ID_mul: emit_binary(j, op, X_IMUL, True)
    elif id == ID_mulw: emit_binary32(j, op, X_IMUL)
    elif id == ID_mulh: emit_multiply_high(j, op, 5)
    elif id == ID_mulhu: emit_multiply_high(j, op, 4)
    elif id == ID_div: emit_divide(j, op, 1, True, False)
    elif id == ID_divu: emit_divide(j, op, 1, False, False)
    elif id == ID_rem: emit_divide(j, op, 1, True, True)
    elif id == ID_remu: emit_divide(j, op, 1, False, True)
    elif id == ID_divw: emit_divide(j, op, 0, True, False)
    elif id == ID_divuw: emit_divide(j, op, 0, False, False)
    elif id == ID_remw: emit_divide(j, op, 0, True, True)
    elif id == ID_remuw: emit_divide(j, op, 0, False, True)
    else: return emit_bits(j, op)
    return True


cdef bint emit_bits(Jit *j, Op *op) noexcept nogil:
    """The same for Zba, Zbb, Zbs, Zicond."""
    cdef int id = op.id
    if id == ID_sh1add: emit_shift_add(j, op, 1, False)
    elif id == ID_sh2add: emit_shift_add(j, op, 2, False)
    elif id == ID_sh3add: emit_shift_add(j, op, 3, False)
    elif id == ID_add_uw: emit_shift_add(j, op, 0, True)
    elif id == ID_sh1add_uw: emit_shift_add(j, op, 1, True)
    elif id == ID_sh2add_uw: emit_shift_add(j, op, 2, True)
    elif id == ID_sh3add_uw: emit_shift_add(j, op, 3, True)
    elif id == ID_slli_uw:
        fetch(j, 0, RAX, op.rs1)
        shift(j, 1, I_SHL, RAX, <int>op.imm)
        result(j, op, RAX)
    elif id == ID_andn: emit_inverted(j, op, X_AND)
    elif id == ID_orn: emit_inverted(j, op, X_OR)
    elif id == ID_xnor: emit_inverted(j, op, X_XOR)
    elif id == ID_clz: emit_unary(j, op, X_LZCNT, 1)
    elif id == ID_ctz: emit_unary(j, op, X_TZCNT, 1)
    elif id == ID_cpop: emit_unary(j, op, X_POPCNT, 1)
    elif id == ID_clzw: emit_unary(j, op, X_LZCNT, 0)
    elif id == ID_ctzw: emit_unary(j, op, X_TZCNT, 0)
    elif id == ID_cpopw: emit_unary(j, op, X_POPCNT, 0)
    elif id == ID_sext_b: emit_byte_unary(j, op, X_MOVSX8)
    elif id == ID_sext_h: emit_unary(j, op, X_MOVSX16, 1)
    elif id == ID_zext_h: emit_unary(j, op, X_MOVZX16, 0)
    elif id == ID_rev8:
        fetch(j, 1, RAX, op.rs1)
        opcode(j, 1, 0x0fc8, 0, 0, RAX, False)
        result(j, op, RAX)
    elif id == ID_min: emit_choice(j, op, X_CMOVG)
    elif id == ID_max: emit_choice(j, op, X_CMOVL)
    elif id == ID_minu: emit_choice(j, op, X_CMOVA)
    elif id == ID_maxu: emit_choice(j, op, X_CMOVB)
    elif id == ID_rol: emit_rotate(j, op, 0, 1)
    elif id == ID_ror: emit_rotate(j, op, 1, 1)
    elif id == ID_rolw: emit_rotate(j, op, 0, 0)
    elif id == ID_rorw: emit_rotate(j, op, 1, 0)
    elif id == ID_rori: emit_shift_immediate(j, op, I_ROR, <int>op.imm)
    elif id == ID_roriw: emit_shift_immediate32(j, op, I_ROR, <int>op.imm)
    elif id == ID_bset: emit_bit(j, op, 0x0fab, 0)
    elif id == ID_bclr: emit_bit(j, op, 0x0fb3, 0)
    elif id == ID_binv: emit_bit(j, op, 0x0fbb, 0)
    elif id == ID_bseti: emit_bit(j, op, 0, 5)
    elif id == ID_bclri: emit_bit(j, op, 0, 6)
    elif id == ID_binvi: emit_bit(j, op, 0, 7)
    elif id == ID_bexti: emit_extract(j, op)
    elif id == ID_bext:
        emit_shift(j, op, VEX_F2, 1)
        emit_low_bit(j, op)
    elif id == ID_czero_eqz: emit_zero_if(j, op, X_CMOVE)
    elif id == ID_czero_nez: emit_zero_if(j, op, X_CMOVNE)
    else: return False
    return True


cdef void emit_low_bit(Jit *j, Op *op) noexcept nogil:
    """rd = rd & 1."""
    if host_of[op.rd] >= 0: ri(j, 0, I_AND, host_of[op.rd], 1)
    else: mi(j, 1, I_AND, RDI, x_offset(op.rd), 1)


# ---- templates: memory

cdef void emit_address(Jit *j, Op *op, i64 offset) noexcept nogil:
    """rax = rs1 + offset"""
    cdef int a = host_of[op.rs1]
    if a >= 0 and offset:
        rm(j, 1, X_LEA, RAX, a, offset)
    else:
        fetch(j, 1, RAX, op.rs1)
        if offset: ri(j, 1, I_ADD, RAX, offset)


cdef void emit_probe(Jit *j, Op *op, u32 width, bint write, int out) noexcept nogil:
    """rcx = the TLB's entry for the virtual address in rax, rsi = its page."""
    rr(j, 0, X_MOV, RCX, RAX)
    shift(j, 0, I_SHR, RCX, 8)
    ri(j, 0, I_AND, RCX, <i64>j.tlb_mask)
    rr(j, 1, X_MOV, RSI, RAX)
    ri(j, 1, I_AND, RSI, -PAGE_SIZE | <i64>(width - 1))
    rm(j, 1, X_ADD, RCX, RDI, WTLB_OFFSET if write else RTLB_OFFSET)
    rm(j, 1, X_CMP, RSI, RCX, 0)
    way_out(j, op, CC_NE, out)


cdef void emit_beside(Jit *j, Machine *m) noexcept nogil:
    """Let rcx be what `emit_probe` finds, for a store to rax in a guarded page but beside all that is guarded in it.

    That is `is_beside`. The answer is in the flags (equal: it is so), and all but rcx and rsi is as it was. What is
    found holds for these bytes only, so that no loop may remember it.
    """
    cdef u8 *otherwise = j.next
    ri(j, 1, I_CMP, RSP, 0)
    emit_beside_end(j)
    j.beside = j.next
    rr(j, 1, X_MOV, RCX, RAX)
    shift(j, 1, I_SHR, RCX, PAGE_BITS)
    ri(j, 0, I_AND, RCX, GUARDED_SIZE - 1)
    shift(j, 0, I_SHL, RCX, 4)
    rm(j, 1, X_ADD, RCX, RDI, DATA_NOW_OFFSET)
    ri(j, 1, I_ADD, RCX, GUARDED_OFFSET)
    push(j, RDX)
    push(j, RCX)
    rr(j, 1, X_MOV, RSI, RAX)
    ri(j, 1, I_AND, RSI, -PAGE_SIZE)
    rm(j, 1, X_CMP, RSI, RCX, 0)
    jump_if(j, CC_NE, otherwise)
    constant(j, RDX, <u64>m)
    rr(j, 1, X_MOV, RSI, RAX)
    rm(j, 1, X_ADD, RSI, RCX, 8)
    rm(j, 1, X_SUB, RSI, RDX, RAM_OFFSET)
    shift(j, 1, I_SHR, RSI, PAGE_BITS)              # rsi: number of the page in RAM
    rm(j, 1, X_MOV, RCX, RDX, CODE_GRANULES_OFFSET)
    indexed(j, 1, X_MOV, RCX, RCX, RSI, 3)
    rm(j, 1, X_MOV, RDX, RDX, TABLE_GRANULES_OFFSET)
    indexed(j, 1, X_OR, RCX, RDX, RSI, 3)
    jump_if(j, CC_E, otherwise)                     # nothing is guarded any more
    rr(j, 1, X_MOV, RDX, RAX)
    shift(j, 1, I_SHR, RDX, GRANULE_BITS)
    rr(j, 1, 0x0fa3, RDX, RCX)                      # bt rcx, rdx
    jump_if(j, CC_B, otherwise)
    constant(j, RDX, <u64>m)
    rm(j, 1, X_MOV, RCX, RDX, TOUCHED_OFFSET)
    emit_mark(j, RCX, RSI)
    rm(j, 1, X_MOV, RCX, RDX, TOUCHED_REGIONS_OFFSET)
    shift(j, 1, I_SHR, RSI, REGION_BITS)
    emit_mark(j, RCX, RSI)
    emit_whole(j, False)
    rr(j, 0, X_CMP, RAX, RAX)
    emit_beside_end(j)


cdef void emit_beside_end(Jit *j) noexcept nogil:
    pop(j, RCX)
    pop(j, RDX)
    put8(j, 0xc3)


cdef inline void emit_mark(Jit *j, int base, int index) noexcept nogil:
    """byte [base + index] = 1"""
    indexed(j, 0, 0xc6, 0, base, index, 0)
    put8(j, 1)


cdef void emit_whole(Jit *j, bint value) noexcept nogil:
    """Note whether each group's page is known for a later round."""
    rm(j, 0, 0xc7, 0, RDI, WHOLE_OFFSET)
    put32(j, value)


cdef inline i64 page_offset(int group) noexcept nogil: return GROUP_OFFSET + sizeof(TlbEntry) * group
cdef inline i64 addend_offset(int group) noexcept nogil: return page_offset(group) + 8


cdef i64 emit_access(Jit *j, Op *op, bint write) noexcept nogil:
    """Let rax, plus host register j.index if there is one, plus the result be the host address of a load or store."""
    cdef int k = <int>(op - j.first), number = j.group_of[k]
    j.index = -1
    if number < 0:
        emit_address(j, op, op.imm)
        emit_probe(j, op, op.width, write, OUT_STORE if write else OUT_LOAD)
        rm(j, 1, X_ADD, RAX, RCX, 8)
        return 0
    if j.leads[k]:
        if j.again == j.body: emit_page(j, op)
        else: emit_same_page(j, op)
    rm(j, 1, X_MOV, RAX, RDI, addend_offset(number))
    j.index = host_of[op.rs1]
    if j.index < 0: rm(j, 1, X_ADD, RAX, RDI, x_offset(op.rs1))
    return op.imm


cdef void emit_page(Jit *j, Op *op) noexcept nogil:
    """Look up the page of the group that the access leads; leave for the handler if it is not in one page."""
    cdef int number = j.group_of[op - j.first], out = OUT_HANDLER
    cdef Group *group = &j.groups[number]
    emit_address(j, op, group.low)
    if group.span > group.width:
        rr(j, 0, X_MOV, RSI, RAX)
        ri(j, 0, I_AND, RSI, PAGE_MASK)
        ri(j, 0, I_CMP, RSI, <i64>PAGE_SIZE - group.span)
        way_out(j, op, CC_A, OUT_HANDLER)
    if group.is_one: out = OUT_STORE if group.writes else OUT_LOAD
    emit_probe(j, op, group.width, group.writes, out)
    rm(j, 1, X_MOV, RAX, RCX, 8)
    if j.remembers: rm(j, 1, X_MOV_TO, RSI, RDI, page_offset(number))
    rm(j, 1, X_MOV_TO, RAX, RDI, addend_offset(number))


cdef void emit_same_page(Jit *j, Op *op) noexcept nogil:
    """Go away to look the group's page up if it is not that of the round before; there it may be misaligned."""
    cdef int number = j.group_of[op - j.first]
    cdef Group *group = &j.groups[number]
    cdef Miss *miss = &j.misses[j.miss_count]
    emit_address(j, op, group.low)
    rm(j, 1, X_XOR, RAX, RDI, page_offset(number))
    ri(j, 1, I_CMP, RAX, <i64>PAGE_SIZE - group.span)
    miss.site = jump_if(j, CC_A, j.next)
    miss.back = j.next
    miss.op = op
    j.miss_count += 1


cdef void emit_miss(Jit *j, Miss *miss) noexcept nogil:
    aim(miss.site, j.next)
    emit_page(j, miss.op)
    jump(j, miss.back)


cdef inline void host_access(Jit *j, int w, int code, int reg, i64 disp, bint bytes_) noexcept nogil:
    """`code` with the operands `reg` and where `emit_access` has found the host address."""
    opcode(j, w, code, reg, max(j.index, 0), RAX, bytes_)
    if j.index < 0: modrm(j, reg, RAX, disp)
    else: sib(j, reg, RAX, j.index, 0, disp)


cdef inline int load_opcode(int id) noexcept nogil:
    if id == ID_lw: return X_MOVSXD
    if id == ID_lbu: return X_MOVZX8
    if id == ID_lb: return X_MOVSX8
    if id == ID_lhu: return X_MOVZX16
    if id == ID_lh: return X_MOVSX16
    return X_MOV


cdef void emit_load(Jit *j, Op *op) noexcept nogil:
    cdef i64 disp = emit_access(j, op, False)
    if op.rd == 32: return
    host_access(j, op.id != ID_lwu, load_opcode(op.id), target(op), disp, False)
    result(j, op, target(op))


cdef void emit_store(Jit *j, Op *op) noexcept nogil:
    cdef i64 disp = emit_access(j, op, True)
    cdef int b = source(j, op.rs2, RCX)
    if op.width == 2: put8(j, 0x66)
    host_access(j, op.width == 8, 0x88 if op.width == 1 else X_MOV_TO, b, disp, op.width == 1)


cdef void emit_box(Jit *j, int fd) noexcept nogil:
    """The high half of a boxed f32."""
    rm(j, 0, 0xc7, 0, RDI, f_offset(fd) + 4)
    put32(j, -1)


cdef bint emit_memory(Jit *j, Op *op) noexcept nogil:
    """Emit the template of a load, store or AMO; False where it has none."""
    cdef int id = op.id
    if id in (ID_lb, ID_lh, ID_lw, ID_ld, ID_lbu, ID_lhu, ID_lwu): emit_load(j, op)
    elif id in (ID_sb, ID_sh, ID_sw, ID_sd): emit_store(j, op)
    else: return emit_amo(j, op)
    return True


cdef bint emit_amo(Jit *j, Op *op) noexcept nogil:
    cdef int id = op.id, code, w = op.width == 8
    if id == ID_amoswap_w or id == ID_amoswap_d: code = 0
    elif id == ID_amoadd_w or id == ID_amoadd_d: code = X_ADD
    elif id == ID_amoand_w or id == ID_amoand_d: code = X_AND
    elif id == ID_amoor_w or id == ID_amoor_d: code = X_OR
    elif id == ID_amoxor_w or id == ID_amoxor_d: code = X_XOR
    else: return False
    emit_address(j, op, 0)
    emit_probe(j, op, op.width, True, OUT_STORE)
    rm(j, 1, X_ADD, RAX, RCX, 8)
    rm(j, 1, X_MOV if w else X_MOVSXD, RCX, RAX, 0)
    if code == 0:
        fetch(j, 1, RSI, op.rs2)
    elif op.rs2 == 0:
        rr(j, 0, 0x31, RSI, RSI)
        if code != X_AND: rr(j, 1, X_MOV, RSI, RCX)
    else:
        rr(j, 1, X_MOV, RSI, RCX)
        operate(j, 1, code, RSI, op.rs2)
    rm(j, w, X_MOV_TO, RSI, RAX, 0)
    result(j, op, RCX)
    return True


# ---- templates: CSRs that are no more than a word

cdef int plain_csr(Hart *h, u32 number, bint writes) noexcept nogil:
    """Return the place of a CSR that the present mode may access so whatever other state says, or -1."""
    if number < 0x100 or ((number >> 8) & 3) > h.priv or number >> 2 == SSTATEEN0 >> 2: return -1
    if (writes and (number >> 10 == 3 or h.m.catching & CAUGHT_CSR)) or not csr_exists(h, number): return -1
    return stored_csr(number)


cdef bint emit_csr(Jit *j, Hart *h, Op *op) noexcept nogil:
    """Emit the template of an access to such a CSR; False where it is another."""
    cdef int id = op.id, place
    cdef u64 mask
    cdef bint immediate = id in (ID_csrrwi, ID_csrrsi, ID_csrrci), replaces = id in (ID_csrrw, ID_csrrwi), writes
    if not (immediate or id in (ID_csrrw, ID_csrrs, ID_csrrc)): return False
    writes = replaces or (op.imm != 0 if immediate else op.rs1 != 0)
    place = plain_csr(h, <u32>op.aux, writes)
    mask = stored_mask(<u32>op.aux)
    if op.aux == MEPC or op.aux == SEPC: mask &= ~misaligned_bits(h)
    if place < 0 or <i64>mask < -128 or <i64>mask >= 0: return False
    rm(j, 1, X_MOV, RAX, RDI, CSR_OFFSET + 8 * place)
    if writes:
        if immediate: constant(j, RCX, <u64>op.imm)
        else: fetch(j, 1, RCX, op.rs1)
        if id == ID_csrrc or id == ID_csrrci:
            unary(j, 1, 2, RCX)
            rr(j, 1, X_AND, RCX, RAX)
        elif not replaces:
            rr(j, 1, X_OR, RCX, RAX)
        if mask != ALL_ONES:
            rr(j, 1, X_MOV, RSI, RAX)
            ri(j, 1, I_AND, RCX, <i64>mask)
            ri(j, 1, I_AND, RSI, <i64>~mask)
            rr(j, 1, X_OR, RCX, RSI)
        rm(j, 1, X_MOV_TO, RCX, RDI, CSR_OFFSET + 8 * place)
    result(j, op, RAX)
    return True


# ---- templates: floating point, on the host's FPU under the guest's rounding mode and flags
#
# Within a block, floating-point registers that were read or written stand in host registers as well. Every write goes
# to the hart at once, so no way out has anything to save; a way back loads them anew.

cdef enum:
    PS = 0xf3               # prefix of scalar single, and of scalar double
    PD = 0xf2
    FIRST_XMM = 2           # 0 and 1 are scratch
    MOST_KEPT = 14


cdef inline void vex_rr(Jit *j, int map_, int pp, int w, int code, int reg, int v, int rm) noexcept nogil:
    """`code` between registers: reg = v `code` rm."""
    put8(j, 0xc4)
    put8(j, (0 if reg & 8 else 0x80) | 0x40 | (0 if rm & 8 else 0x20) | map_)
    put8(j, w << 7 | (~v & 15) << 3 | pp)
    put8(j, code)
    put8(j, 0xc0 | (reg & 7) << 3 | (rm & 7))


cdef inline int pp_of(int prefix) noexcept nogil:
    return VEX_F2 if prefix == PD else VEX_F3


cdef inline void f_copy(Jit *j, int to, int from_) noexcept nogil:
    """movaps"""
    if to != from_: rr(j, 0, 0x0f28, to, from_)


cdef inline int f_keep(Jit *j, int f) noexcept nogil:
    """Return the host register that shall hold register `f` from now on, or -1 where none is free."""
    if j.xmm_of[f] >= 0: return j.xmm_of[f]
    if j.kept == MOST_KEPT: return -1
    j.xmm_of[f] = <i8>(FIRST_XMM + j.kept)
    j.kept_f[j.kept] = <u8>f
    j.kept += 1
    return j.xmm_of[f]


cdef int f_source(Jit *j, int prefix, int f, int scratch) noexcept nogil:
    """Return a host register that holds register `f`."""
    cdef int xmm
    if j.xmm_of[f] >= 0 and (prefix == PS or not j.narrow >> f & 1): return j.xmm_of[f]
    xmm = f_keep(j, f)
    if xmm < 0: xmm = scratch
    rm(j, 0, PD << 16 | 0x0f10, xmm, RDI, f_offset(f))
    j.narrow &= ~(<u32>1 << f)
    return xmm


cdef inline int f_target(Jit *j, int f) noexcept nogil:
    """Return where the result for register `f` may be computed."""
    cdef int xmm = f_keep(j, f)
    return xmm if xmm >= 0 else 0


cdef void f_note(Jit *j, int prefix, int f) noexcept nogil:
    """Register `f` has been written: remember what that says of its box."""
    cdef u32 bit = <u32>1 << f
    if prefix == PS:
        j.boxed |= bit
        j.narrow |= bit
    else:
        j.boxed &= ~bit
        j.narrow &= ~bit


cdef void f_write(Jit *j, int prefix, int xmm, int f) noexcept nogil:
    """Let register `f` be `xmm`, which `f_target` gave."""
    rm(j, 0, prefix << 16 | 0x0f11, xmm, RDI, f_offset(f))
    if prefix == PS and not j.boxed >> f & 1: emit_box(j, f)
    f_note(j, prefix, f)


cdef void f_unbox(Jit *j, Op *op, int prefix, int f) noexcept nogil:
    """Leave for the exact form where an operand is no boxed f32; the way back says nothing of it."""
    if prefix == PD or j.boxed >> f & 1: return
    mi(j, 0, I_CMP, RDI, f_offset(f) + 4, -1)
    way_out(j, op, CC_NE, OUT_HANDLER)


cdef inline void f_test(Jit *j, int prefix, int code, int a, int b) noexcept nogil:
    """ucomis (code 0x2e) or comis (0x2f)."""
    rr(j, 0, (0x660f00 if prefix == PD else 0x0f00) | code, a, b)


cdef inline void f_no_nan(Jit *j, Op *op, int prefix, int xmm) noexcept nogil:
    """Leave for the exact form where the result is a NaN."""
    f_test(j, prefix, 0x2e, xmm, xmm)
    way_out(j, op, CC_P, OUT_HANDLER)


cdef void emit_arithmetic(Jit *j, Op *op, int prefix, int code) noexcept nogil:
    cdef int a, b, d
    f_unbox(j, op, prefix, op.rs1)
    if op.rs2 != op.rs1: f_unbox(j, op, prefix, op.rs2)
    a = f_source(j, prefix, op.rs1, 0)
    b = f_source(j, prefix, op.rs2, 1)
    d = f_target(j, op.rd)
    vex_rr(j, 1, pp_of(prefix), 0, code, d, a, b)
    f_no_nan(j, op, prefix, d)
    f_write(j, prefix, d, op.rd)


cdef void emit_root(Jit *j, Op *op, int prefix) noexcept nogil:
    cdef int a, d
    f_unbox(j, op, prefix, op.rs1)
    a = f_source(j, prefix, op.rs1, 0)
    d = f_target(j, op.rd)
    vex_rr(j, 1, pp_of(prefix), 0, 0x51, d, a, a)
    f_no_nan(j, op, prefix, d)
    f_write(j, prefix, d, op.rd)


cdef void emit_fused(Jit *j, Op *op, int prefix, int code) noexcept nogil:
    """vf(n)madd231, vf(n)msub231: the addend is the destination."""
    cdef int third = <int>op.imm & 31, a, b, c, d
    f_unbox(j, op, prefix, op.rs1)
    if op.rs2 != op.rs1: f_unbox(j, op, prefix, op.rs2)
    f_unbox(j, op, prefix, third)
    c = f_source(j, prefix, third, 0)
    a = f_source(j, prefix, op.rs1, 1)
    if j.xmm_of[op.rs2] < 0 and j.kept == MOST_KEPT:
        fused_from_hart(j, op, prefix, code, a, c)
        return
    b = f_source(j, prefix, op.rs2, 1)
    d = f_target(j, op.rd)
    if d == c or (d != a and d != b):
        f_copy(j, d, c)
        vex_rr(j, 2, VEX_66, prefix == PD, code, d, a, b)
    else:
        f_copy(j, 0, c)
        vex_rr(j, 2, VEX_66, prefix == PD, code, 0, a, b)
        f_copy(j, d, 0)
    f_no_nan(j, op, prefix, d)
    f_write(j, prefix, d, op.rd)


cdef void fused_from_hart(Jit *j, Op *op, int prefix, int code, int a, int c) noexcept nogil:
    """The same with rs2 in the hart: no host register is free."""
    cdef int d
    f_copy(j, 0, c)
    vex(j, 2, VEX_66, prefix == PD, 0, a)
    put8(j, code)
    modrm(j, 0, RDI, f_offset(op.rs2))
    f_no_nan(j, op, prefix, 0)
    d = f_target(j, op.rd)
    f_copy(j, d, 0)
    f_write(j, prefix, d, op.rd)


cdef void emit_compare(Jit *j, Op *op, int prefix, int cc) noexcept nogil:
    """flt and fle, the other way round: unordered is then neither; comis raises the flag for quiet NaNs too."""
    cdef int a, b
    f_unbox(j, op, prefix, op.rs1)
    if op.rs2 != op.rs1: f_unbox(j, op, prefix, op.rs2)
    a = f_source(j, prefix, op.rs1, 0)
    b = f_source(j, prefix, op.rs2, 1)
    f_test(j, prefix, 0x2f, b, a)
    emit_flag(j, op, cc)


cdef void emit_equal(Jit *j, Op *op, int prefix) noexcept nogil:
    cdef int a, b
    f_unbox(j, op, prefix, op.rs1)
    if op.rs2 != op.rs1: f_unbox(j, op, prefix, op.rs2)
    a = f_source(j, prefix, op.rs1, 0)
    b = f_source(j, prefix, op.rs2, 1)
    f_test(j, prefix, 0x2e, a, b)
    put8(j, 0x0f)
    put8(j, 0x90 | CC_NP)
    put8(j, 0xc1)                                   # setnp cl
    put8(j, 0x0f)
    put8(j, 0x90 | CC_E)
    put8(j, 0xc0)                                   # sete al
    rr(j, 0, 0x21, RCX, RAX)
    rr(j, 0, X_MOVZX8, target(op), RAX)
    result(j, op, target(op))


cdef void f_bits(Jit *j, int prefix, int reg, int f) noexcept nogil:
    """Let host register `reg` be the bits of register `f`."""
    cdef int w = prefix == PD
    if j.xmm_of[f] >= 0 and not (w and j.narrow >> f & 1): rr(j, w, 0x660f7e, j.xmm_of[f], reg)
    else: rm(j, w, X_MOV, reg, RDI, f_offset(f))


cdef void f_write_bits(Jit *j, int prefix, int reg, int f) noexcept nogil:
    """Let register `f` be the bits in host register `reg`."""
    cdef int w = prefix == PD, xmm = f_keep(j, f)
    rm(j, w, X_MOV_TO, reg, RDI, f_offset(f))
    if prefix == PS and not j.boxed >> f & 1: emit_box(j, f)
    if xmm >= 0: rr(j, w, 0x660f6e, xmm, reg)
    f_note(j, prefix, f)


cdef void emit_sign(Jit *j, Op *op, int prefix, int how) noexcept nogil:
    """fsgnj (how 0), fsgnjn (1), fsgnjx (2)."""
    cdef int w = prefix == PD, last = 63 if w else 31, a, d
    f_unbox(j, op, prefix, op.rs1)
    if op.rs2 != op.rs1: f_unbox(j, op, prefix, op.rs2)
    if op.rs1 == op.rs2 and how == 0:
        a = f_source(j, prefix, op.rs1, 0)
        d = f_target(j, op.rd)
        f_copy(j, d, a)
        f_write(j, prefix, d, op.rd)
        return
    f_bits(j, prefix, RAX, op.rs1)
    f_bits(j, prefix, RCX, op.rs2)
    if how == 1: unary(j, w, 2, RCX)
    shift(j, w, I_SHR, RCX, last)
    shift(j, w, I_SHL, RCX, last)
    if how < 2:
        shift(j, w, I_SHL, RAX, 1)
        shift(j, w, I_SHR, RAX, 1)
    rr(j, w, X_XOR, RAX, RCX)
    f_write_bits(j, prefix, RAX, op.rd)


cdef void emit_from_integer(Jit *j, Op *op, int prefix, int w, bint unsigned_) noexcept nogil:
    cdef int a = RAX, d = f_target(j, op.rd)
    if unsigned_: fetch(j, 0, RAX, op.rs1)
    else: a = source(j, op.rs1, RAX)
    rr(j, 0, 0x0f57, d, d)                          # xorps: the result depends on nothing older
    rr(j, 1 if unsigned_ else w, prefix << 16 | 0x0f2a, d, a)
    f_write(j, prefix, d, op.rd)


cdef bint emit_to_integer(Jit *j, Op *op, int prefix, int w, int frm) noexcept nogil:
    """The host's answer to what does not fit is the least integer: that is left to the exact form."""
    cdef int code
    if op.aux == 1: code = 0x0f2c
    elif (op.aux == 7 and frm < 2) or (op.aux == 0 and frm == 0): code = 0x0f2d
    else: return False
    f_unbox(j, op, prefix, op.rs1)
    rr(j, w, prefix << 16 | code, RAX, f_source(j, prefix, op.rs1, 0))
    ri(j, w, I_CMP, RAX, 1)
    way_out(j, op, CC_O, OUT_HANDLER)
    if w: result(j, op, RAX)
    else: result32(j, op, RAX)
    return True


cdef void emit_convert(Jit *j, Op *op, int from_, int to) noexcept nogil:
    """Between f32 and f64."""
    cdef int a, d
    f_unbox(j, op, from_, op.rs1)
    a = f_source(j, from_, op.rs1, 0)
    d = f_target(j, op.rd)
    vex_rr(j, 1, pp_of(from_), 0, 0x5a, d, a, a)
    f_no_nan(j, op, to, d)
    f_write(j, to, d, op.rd)


cdef bint emit_move(Jit *j, Op *op) noexcept nogil:
    """Between integer and floating-point registers."""
    if op.id == ID_fmv_x_d or op.id == ID_fmv_x_w:
        f_bits(j, PD if op.id == ID_fmv_x_d else PS, RAX, op.rs1)
        if op.id == ID_fmv_x_d: result(j, op, RAX)
        else: result32(j, op, RAX)
    elif op.id == ID_fmv_d_x: f_write_bits(j, PD, source(j, op.rs1, RAX), op.rd)
    elif op.id == ID_fmv_w_x: f_write_bits(j, PS, source(j, op.rs1, RAX), op.rd)
    else: return False
    return True


cdef bint emit_float_access(Jit *j, Op *op) noexcept nogil:
    """Emit the template of a floating-point load or store; False where it has none."""
    cdef int id = op.id, prefix = PD if id == ID_fld or id == ID_fsd else PS, xmm
    cdef i64 disp
    if id == ID_fld or id == ID_flw:
        disp = emit_access(j, op, False)
        xmm = f_target(j, op.rd)
        host_access(j, 0, prefix << 16 | 0x0f10, xmm, disp, False)
        f_write(j, prefix, xmm, op.rd)
    elif id == ID_fsd or id == ID_fsw:
        disp = emit_access(j, op, True)
        xmm = f_source(j, prefix, op.rs2, 0)
        host_access(j, 0, prefix << 16 | 0x0f11, xmm, disp, False)
    else: return False
    return True


cdef bint emit_floating(Jit *j, Op *op, int frm) noexcept nogil:
    """Emit the template of a floating-point op; False where it has none. `frm` is the class of rounding modes."""
    cdef int id = op.id
    if id == ID_fadd_d: emit_arithmetic(j, op, PD, 0x58)
    elif id == ID_fmul_d: emit_arithmetic(j, op, PD, 0x59)
    elif id == ID_fsub_d: emit_arithmetic(j, op, PD, 0x5c)
    elif id == ID_fdiv_d: emit_arithmetic(j, op, PD, 0x5e)
    elif id == ID_fadd_s: emit_arithmetic(j, op, PS, 0x58)
    elif id == ID_fmul_s: emit_arithmetic(j, op, PS, 0x59)
    elif id == ID_fsub_s: emit_arithmetic(j, op, PS, 0x5c)
    elif id == ID_fdiv_s: emit_arithmetic(j, op, PS, 0x5e)
    elif id == ID_fsqrt_d: emit_root(j, op, PD)
    elif id == ID_fsqrt_s: emit_root(j, op, PS)
    elif id == ID_fmadd_d: emit_fused(j, op, PD, 0xb9)
    elif id == ID_fmsub_d: emit_fused(j, op, PD, 0xbb)
    elif id == ID_fnmsub_d: emit_fused(j, op, PD, 0xbd)
    elif id == ID_fnmadd_d: emit_fused(j, op, PD, 0xbf)
    elif id == ID_fmadd_s: emit_fused(j, op, PS, 0xb9)
    elif id == ID_fmsub_s: emit_fused(j, op, PS, 0xbb)
    elif id == ID_fnmsub_s: emit_fused(j, op, PS, 0xbd)
    elif id == ID_fnmadd_s: emit_fused(j, op, PS, 0xbf)
    elif id == ID_feq_d: emit_equal(j, op, PD)
    elif id == ID_feq_s: emit_equal(j, op, PS)
    elif id == ID_flt_d: emit_compare(j, op, PD, CC_A)
    elif id == ID_flt_s: emit_compare(j, op, PS, CC_A)
    elif id == ID_fle_d: emit_compare(j, op, PD, CC_AE)
    elif id == ID_fle_s: emit_compare(j, op, PS, CC_AE)
    elif id == ID_fsgnj_d: emit_sign(j, op, PD, 0)
    elif id == ID_fsgnjn_d: emit_sign(j, op, PD, 1)
    elif id == ID_fsgnjx_d: emit_sign(j, op, PD, 2)
    elif id == ID_fsgnj_s: emit_sign(j, op, PS, 0)
    elif id == ID_fsgnjn_s: emit_sign(j, op, PS, 1)
    elif id == ID_fsgnjx_s: emit_sign(j, op, PS, 2)
    elif id == ID_fcvt_d_w: emit_from_integer(j, op, PD, 0, False)
    elif id == ID_fcvt_d_wu: emit_from_integer(j, op, PD, 0, True)
    elif id == ID_fcvt_d_l: emit_from_integer(j, op, PD, 1, False)
    elif id == ID_fcvt_s_w: emit_from_integer(j, op, PS, 0, False)
    elif id == ID_fcvt_s_wu: emit_from_integer(j, op, PS, 0, True)
    elif id == ID_fcvt_s_l: emit_from_integer(j, op, PS, 1, False)
    elif id == ID_fcvt_w_d: return emit_to_integer(j, op, PD, 0, frm)
    elif id == ID_fcvt_l_d: return emit_to_integer(j, op, PD, 1, frm)
    elif id == ID_fcvt_w_s: return emit_to_integer(j, op, PS, 0, frm)
    elif id == ID_fcvt_l_s: return emit_to_integer(j, op, PS, 1, frm)
    elif id == ID_fcvt_s_d: emit_convert(j, op, PD, PS)
    elif id == ID_fcvt_d_s: emit_convert(j, op, PS, PD)
    else: return emit_float_access(j, op) or emit_move(j, op)
    return True
