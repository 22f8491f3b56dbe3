# Trap entry, interrupt selection, and the system instructions.

cdef void enter_trap(Hart *h, u64 cause, u64 tval, bint interrupt) noexcept nogil:
    """Take a trap at h.pc: to S-mode where it is delegated and comes from no higher mode, else to M-mode."""
    cdef u64 delegated = h.csr[CSR_mideleg] if interrupt else h.csr[CSR_medeleg]
    cdef u64 value = cause | (<u64>interrupt << 63), vector
    cdef u32 from_priv = h.priv
    if unlikely(h.counting): count(h, EVENT_INTERRUPTS if interrupt else EVENT_EXCEPTIONS, 1)
    if h.priv <= 1 and cause < 64 and (delegated >> cause) & 1:
        h.csr[CSR_sepc] = h.pc
        h.csr[CSR_scause] = value
        h.csr[CSR_stval] = tval
        h.mstatus = merge(h.mstatus, (h.mstatus & MSTATUS_SIE) << 4, MSTATUS_SPIE)
        h.mstatus &= ~(MSTATUS_SPP | MSTATUS_SIE | MSTATUS_SPELP)
        h.mstatus |= <u64>h.priv << 8 | <u64>h.elp << 23
        change_mode(h, 1)
        vector = h.csr[CSR_stvec]
    else:
        h.csr[CSR_mepc] = h.pc
        h.csr[CSR_mcause] = value
        h.csr[CSR_mtval] = tval
        h.mstatus = merge(h.mstatus, (h.mstatus & MSTATUS_MIE) << 4, MSTATUS_MPIE)
        h.mstatus &= ~(MSTATUS_MPP | MSTATUS_MIE | MSTATUS_MPELP)
        h.mstatus |= <u64>h.priv << 11 | <u64>h.elp << 41
        change_mode(h, 3)
        vector = h.csr[CSR_mtvec]
    h.elp = False
    vector = (vector & ~<u64>3) + (4 * cause if interrupt and vector & 1 else 0)
    record_trap(h, value, tval, from_priv, h.cycle_end - h.left)
    if unlikely(h.m.profiling): enter_node(h, vector, h.pc, h.left, True)
    h.pc = vector
    h.check = True


cdef int chosen_interrupt(Hart *h) noexcept nogil:
    """Return the interrupt to take now, by the manual's order of priority, or -1."""
    cdef u64 ready = pending_bits(h) & h.csr[CSR_mie], machine, supervisor
    if ready == 0: return -1
    machine = ready & ~h.csr[CSR_mideleg]
    supervisor = ready & h.csr[CSR_mideleg]
    if h.priv == 3 and not h.mstatus & MSTATUS_MIE: machine = 0
    if h.priv == 3 or (h.priv == 1 and not h.mstatus & MSTATUS_SIE): supervisor = 0
    return first_interrupt(machine if machine else supervisor)


cdef inline bint observed(Machine *m) noexcept nogil:
    """Whether somebody wants to hear of traps and returns, so that the handlers must be left for them."""
    return m.retired != NULL or m.catching or m.profiling


cdef void do_ecall(Hart *h, Op *op, i64 b) noexcept nogil:
    cdef u64 cause = CAUSE_ENVIRONMENT_CALL_FROM_U_MODE + h.priv
    if unlikely(observed(h.m)):
        trap(h, op, b, cause, 0)
        return
    h.pc = h.m.pcs[op - h.m.ops]
    h.left = b + op.n
    h.watch_passed = 0
    charge_trapped(h)
    enter_trap(h, cause, 0, False)
    change_context(h)


cdef void do_ebreak(Hart *h, Op *op, i64 b) noexcept nogil:
    trap(h, op, b, CAUSE_BREAKPOINT, h.m.pcs[op - h.m.ops])


cdef void do_misaligned(Hart *h, Op *op, i64 b) noexcept nogil:
    """JAL to a target that is no multiple of 4, where no compressed instructions are."""
    trap(h, op, b, CAUSE_INSTRUCTION_ADDRESS_MISALIGNED, h.m.pcs[op - h.m.ops] + <u64>op.imm)


cdef void do_jalr_aligned(Hart *h, Op *op, i64 b) noexcept nogil:
    """JALR where no compressed instructions are."""
    cdef u64 target = (h.x[op.rs1] + <u64>op.imm) & ~<u64>1
    if target & 2:
        trap(h, op, b, CAUSE_INSTRUCTION_ADDRESS_MISALIGNED, target)
        return
    h.x[op.rd] = op.aux
    JUMP(h, target, b)


# ---- landing pads: blocks are keyed by ELP, so an LPAD that is expected is another op than one that is not

cdef enum:                  # xtval of a software-check exception
    LANDING_PAD_FAULT = 2


cdef void do_jalr_landing(Hart *h, Op *op, i64 b) noexcept nogil:
    """JALR that must land on an LPAD: its base register is none of x1, x5 and x7, and xLPE is set."""
    cdef u64 target = (h.x[op.rs1] + <u64>op.imm) & ~<u64>1
    if target & misaligned_bits(h):
        trap(h, op, b, CAUSE_INSTRUCTION_ADDRESS_MISALIGNED, target)
        return
    h.x[op.rd] = op.aux
    if unlikely(h.m.profiling) and is_link(op.rd): enter_node(h, target, op.aux, b, False)
    h.elp = True
    h.check = True
    leave_for(h, target, b)


cdef void do_lpad_expected(Hart *h, Op *op, i64 b) noexcept nogil:
    """LPAD at a multiple of 4 while one is expected: its label must be 0, or that in bits 31:12 of x7."""
    if op.imm != 0 and (<u64>op.imm ^ h.x[7]) & 0xfffff000u:
        landing_pad_fault(h, op, b)
        return
    h.elp = False
    h.check = True
    stop_after(h, op, b, LEAVE_NEXT)


cdef void do_no_lpad(Hart *h, Op *op, i64 b) noexcept nogil:
    """Whatever else is found where an LPAD is expected."""
    landing_pad_fault(h, op, b)


cdef inline void landing_pad_fault(Hart *h, Op *op, i64 b) noexcept nogil:
    trap(h, op, b, CAUSE_SOFTWARE_CHECK, LANDING_PAD_FAULT)


cdef void do_illegal(Hart *h, Op *op, i64 b) noexcept nogil:
    illegal(h, op, b)


cdef void return_to(Hart *h, Op *op, i64 b, u32 priv, u64 pc, u64 pelp) noexcept nogil:
    """The common end of MRET and SRET; `pelp` is the bit of mstatus that holds the previous ELP."""
    if priv != 3: h.mstatus &= ~MSTATUS_MPRV
    catch_return(h)
    h.elp = (h.mstatus & pelp) != 0 and h.landing >> priv & 1
    h.mstatus &= ~pelp
    h.check = True
    stop_after(h, op, b, LEAVE_NEXT)
    change_mode(h, priv)
    if unlikely(h.m.profiling): leave_node(h, pc, h.left, True)
    h.pc = pc
    if likely(not observed(h.m)): change_context(h)


cdef void do_mret(Hart *h, Op *op, i64 b) noexcept nogil:
    cdef u32 priv = <u32>(h.mstatus >> 11) & 3
    if h.priv < 3:
        illegal(h, op, b)
        return
    h.mstatus = merge(h.mstatus, (h.mstatus & MSTATUS_MPIE) >> 4, MSTATUS_MIE) | MSTATUS_MPIE
    h.mstatus &= ~MSTATUS_MPP
    return_to(h, op, b, priv, h.csr[CSR_mepc], MSTATUS_MPELP)


cdef void do_sret(Hart *h, Op *op, i64 b) noexcept nogil:
    cdef u32 priv = <u32>(h.mstatus >> 8) & 1
    if h.priv < 1 or (h.priv == 1 and h.mstatus & MSTATUS_TSR):
        illegal(h, op, b)
        return
    h.mstatus = merge(h.mstatus, (h.mstatus & MSTATUS_SPIE) >> 4, MSTATUS_SIE) | MSTATUS_SPIE
    h.mstatus &= ~MSTATUS_SPP
    return_to(h, op, b, priv, h.csr[CSR_sepc], MSTATUS_SPELP)


cdef void do_wfi(Hart *h, Op *op, i64 b) noexcept nogil:
    """Wait. U-mode may not (its bounded time limit is 0), nor S-mode under mstatus.TW."""
    if h.priv == 0 or (h.priv == 1 and h.mstatus & MSTATUS_TW):
        illegal(h, op, b)
    else:
        stop_after(h, op, b, LEAVE_WAIT)


cdef void do_pause(Hart *h, Op *op, i64 b) noexcept nogil: stop_after(h, op, b, LEAVE_YIELD)
cdef void do_wrs_sto(Hart *h, Op *op, i64 b) noexcept nogil: stop_after(h, op, b, LEAVE_YIELD)


cdef void do_wrs_nto(Hart *h, Op *op, i64 b) noexcept nogil:
    """Harts take turns, so the store waited for can only come when this turn is over."""
    if h.priv < 3 and h.mstatus & MSTATUS_TW:
        illegal(h, op, b)
    else:
        stop_after(h, op, b, LEAVE_YIELD)


cdef void do_fence(Hart *h, Op *op, i64 b) noexcept nogil: GO(h, op + 1, b)
cdef void do_fence_i(Hart *h, Op *op, i64 b) noexcept nogil: stop_after(h, op, b, LEAVE_NEXT)


cdef inline void fence_translation(Hart *h, Op *op, i64 b, bint virtual_memory) noexcept nogil:
    """Nothing to do where it is legal: translation follows the page tables at every store to them."""
    if h.priv < 1 or (virtual_memory and h.priv == 1 and h.mstatus & MSTATUS_TVM):
        illegal(h, op, b)
    else:
        GO(h, op + 1, b)


cdef void do_sfence_vma(Hart *h, Op *op, i64 b) noexcept nogil: fence_translation(h, op, b, True)
cdef void do_sinval_vma(Hart *h, Op *op, i64 b) noexcept nogil: fence_translation(h, op, b, True)
cdef void do_sfence_w_inval(Hart *h, Op *op, i64 b) noexcept nogil: fence_translation(h, op, b, False)
cdef void do_sfence_inval_ir(Hart *h, Op *op, i64 b) noexcept nogil: fence_translation(h, op, b, False)


cdef bint envcfg_allows(Hart *h, u64 bits) noexcept nogil:
    """Whether menvcfg and senvcfg let the present mode use a cache-block instruction."""
    if h.priv < 3 and not h.csr[CSR_menvcfg] & bits: return False
    return h.priv >= 1 or (h.csr[CSR_senvcfg] & bits) != 0


cdef inline bint block_trigger(Hart *h, Op *op, i64 b) noexcept nogil:
    """Cache-block instructions match as stores to each byte of the block."""
    return data_trigger(h, op, b, h.x[op.rs1] & ~<u64>63, 64, TRIGGER_STORE)


cdef inline void manage_block(Hart *h, Op *op, i64 b, u64 bits) noexcept nogil:
    """CBO.CLEAN, FLUSH, INVAL: caches are coherent here, so only the permission checks remain."""
    if not envcfg_allows(h, bits):
        illegal(h, op, b)
    elif block_trigger(h, op, b):
        return
    elif not translate(h, h.x[op.rs1], 1, ACCESS_CACHE):
        stop_at(h, op, b, LEAVE_TRAP)
    elif not h.in_ram:
        refused(h, op, b, CAUSE_STORE_AMO_ACCESS_FAULT)
    else:
        resume(h, op, b)


cdef void do_cbo_clean(Hart *h, Op *op, i64 b) noexcept nogil: manage_block(h, op, b, ENVCFG_CBCFE)
cdef void do_cbo_flush(Hart *h, Op *op, i64 b) noexcept nogil: manage_block(h, op, b, ENVCFG_CBCFE)
cdef void do_cbo_inval(Hart *h, Op *op, i64 b) noexcept nogil: manage_block(h, op, b, ENVCFG_CBIE)


cdef void do_cbo_zero(Hart *h, Op *op, i64 b) noexcept nogil:
    """Store zeros to the 64-byte block that holds the address."""
    cdef u64 va = h.x[op.rs1]
    if not envcfg_allows(h, ENVCFG_CBZE):
        illegal(h, op, b)
        return
    if block_trigger(h, op, b): return
    if not translate(h, va & ~<u64>63, 64, ACCESS_STORE):
        h.tval = transformed(h, va)
        stop_at(h, op, b, LEAVE_TRAP)
        return
    if not h.in_ram:
        trap(h, op, b, CAUSE_STORE_AMO_ACCESS_FAULT, transformed(h, va))
        return
    if watched(h, op, b, 64, WATCH_STORE): return
    zero_block(h.m, h.pa)
    resume(h, op, b)
