# What CSRs do beyond keeping a word. `left` is the budget left before the instruction that asks:
# every counter is its end value minus that.
#
# The constants come from isa/csrs.py through the generator; a helper get_<name> or set_<name> serves the row that
# names it. A write that may change privilege, translation, interrupts or FP state sets h.check.

cdef inline bint extension_on(Machine *m, int extension) noexcept nogil:
    return (m.extensions >> extension) & 1


cdef inline u64 merge(u64 old, u64 new, u64 mask) noexcept nogil:
    return (old & ~mask) | (new & mask)


cdef u64 get_zero(Hart *h, i64 left) noexcept nogil: return 0
cdef void set_ignored(Hart *h, u64 v, i64 left) noexcept nogil: pass
cdef u64 get_mhartid(Hart *h, i64 left) noexcept nogil: return h.id
cdef u64 get_misa(Hart *h, i64 left) noexcept nogil: return h.m.misa


# ---- floating point

cdef void fp_state_written(Hart *h) noexcept nogil:
    h.mstatus |= MSTATUS_FS
    h.check = True


cdef u64 get_fflags(Hart *h, i64 left) noexcept nogil:
    fp_fold(h)
    return h.fflags


cdef void set_fflags(Hart *h, u64 v, i64 left) noexcept nogil:
    fp_fold(h)
    h.fflags = v & 0x1f
    fp_state_written(h)


cdef u64 get_frm(Hart *h, i64 left) noexcept nogil: return h.frm


cdef void set_frm(Hart *h, u64 v, i64 left) noexcept nogil:
    h.frm = v & 7
    fp_set_rm(h)
    fp_state_written(h)


cdef u64 get_fcsr(Hart *h, i64 left) noexcept nogil:
    return (<u64>h.frm << 5) | get_fflags(h, left)


cdef void set_fcsr(Hart *h, u64 v, i64 left) noexcept nogil:
    set_fflags(h, v, left)
    set_frm(h, v >> 5, left)


# ---- status

cdef u64 get_mstatus(Hart *h, i64 left) noexcept nogil:
    if h.mstatus & MSTATUS_FS == MSTATUS_FS: return h.mstatus | MSTATUS_SD
    return h.mstatus


cdef void write_status(Hart *h, u64 v, u64 mask) noexcept nogil:
    """Change these bits. What only the next trap or return reads is nothing to look at, nor are interrupts let in
    while none is pending."""
    cdef u64 old = h.mstatus, changed, quiet = MSTATUS_SIE | MSTATUS_MIE | MSTATUS_SPIE | MSTATUS_MPIE | MSTATUS_SPP
    if not extension_on(h.m, EXT_Zicfilp): mask &= ~(MSTATUS_SPELP | MSTATUS_MPELP)
    h.mstatus = merge(old, v, mask)
    changed = old ^ h.mstatus
    if not h.mstatus & MSTATUS_MPRV: quiet |= MSTATUS_MPP
    if changed & ~quiet or h.triggers_set or h.counting: h.check = True
    elif changed & h.mstatus & (MSTATUS_SIE | MSTATUS_MIE) and pending_bits(h) & h.csr[CSR_mie]: h.check = True


cdef void set_mstatus(Hart *h, u64 v, i64 left) noexcept nogil:
    if v & MSTATUS_MPP == 2 << 11: v = merge(v, h.mstatus, MSTATUS_MPP)      # no hypervisor mode
    write_status(h, v, MSTATUS_WRITABLE)


cdef u64 get_sstatus(Hart *h, i64 left) noexcept nogil:
    return get_mstatus(h, left) & (SSTATUS_WRITABLE | MSTATUS_SD | MSTATUS_UXL)


cdef void set_sstatus(Hart *h, u64 v, i64 left) noexcept nogil:
    write_status(h, v, SSTATUS_WRITABLE)


# ---- interrupts

cdef u64 pending_bits(Hart *h) noexcept nogil:
    """mip as the hart sees it: what software set, what devices assert, and the supervisor timer."""
    cdef u64 bits = h.mip | h.lines
    if h.csr[CSR_menvcfg] & MENVCFG_STCE: bits = merge(bits, <u64>h.stip << 5, 1 << 5)
    return bits


cdef u64 ticks(Hart *h, i64 left) noexcept nogil:
    return (h.cycle_end - left) / h.m.ticks_divisor


cdef void update_timer(Hart *h, u64 cycle) noexcept nogil:
    h.stip = <u128>h.csr[CSR_stimecmp] * h.m.ticks_divisor <= cycle


cdef u64 get_mip(Hart *h, i64 left) noexcept nogil:
    update_timer(h, h.cycle_end - left)
    count_events(h, left)
    return pending_bits(h)


cdef inline u64 interrupts(Hart *h, u64 bits) noexcept nogil:
    """The bits of them that the hart has."""
    return bits if extension_on(h.m, EXT_Sscofpmf) else bits & ~INTERRUPT_LCOFI


cdef void set_mip(Hart *h, u64 v, i64 left) noexcept nogil:
    """STIP is read-only while stimecmp makes it."""
    cdef u64 mask = interrupts(h, INTERRUPTS_S)
    if h.csr[CSR_menvcfg] & MENVCFG_STCE: mask &= ~<u64>(1 << 5)
    h.mip = merge(h.mip, v, mask)
    h.check = True


cdef u64 get_sip(Hart *h, i64 left) noexcept nogil: return get_mip(h, left) & h.csr[CSR_mideleg]


cdef void set_sip(Hart *h, u64 v, i64 left) noexcept nogil:
    h.mip = merge(h.mip, v, (1 << 1 | INTERRUPT_LCOFI) & h.csr[CSR_mideleg])
    h.check = True


cdef void set_mie(Hart *h, u64 v, i64 left) noexcept nogil:
    h.csr[CSR_mie] = v & interrupts(h, INTERRUPTS_ALL)
    h.check = True


cdef u64 get_sie(Hart *h, i64 left) noexcept nogil: return h.csr[CSR_mie] & h.csr[CSR_mideleg]


cdef void set_sie(Hart *h, u64 v, i64 left) noexcept nogil:
    h.csr[CSR_mie] = merge(h.csr[CSR_mie], v, h.csr[CSR_mideleg])
    h.check = True


cdef void set_medeleg(Hart *h, u64 v, i64 left) noexcept nogil:
    """Exceptions that cannot occur are not delegated either; with compressed instructions no jump is misaligned."""
    cdef u64 mask = EXCEPTIONS_DELEGABLE
    if extension_on(h.m, EXT_Zca): mask &= ~(<u64>1 << CAUSE_INSTRUCTION_ADDRESS_MISALIGNED)
    if not (extension_on(h.m, EXT_Zicfilp) or extension_on(h.m, EXT_Zicfiss)): mask &= ~(<u64>1 << CAUSE_SOFTWARE_CHECK)
    h.csr[CSR_medeleg] = v & mask
    h.check = True                                  # triggers depend on who handles breakpoints


cdef void set_mideleg(Hart *h, u64 v, i64 left) noexcept nogil:
    h.csr[CSR_mideleg] = v & interrupts(h, INTERRUPTS_S)
    h.check = True


cdef void set_stimecmp(Hart *h, u64 v, i64 left) noexcept nogil:
    h.csr[CSR_stimecmp] = v
    h.check = True


# ---- translation and environment

cdef void set_satp(Hart *h, u64 v, i64 left) noexcept nogil:
    """Take the value if its mode exists; otherwise the write has no effect at all, so that guests can probe."""
    cdef u64 mode = v >> 60
    if mode == 0 or mode == SATP_SV39 or (mode == SATP_SV48 and extension_on(h.m, EXT_Sv48)) or (
            mode == SATP_SV57 and extension_on(h.m, EXT_Sv57)):
        h.csr[CSR_satp] = v
        h.check = True


cdef u64 legal_envcfg(Hart *h, u64 old, u64 v, u64 mask) noexcept nogil:
    """Return what a write of `v` makes of menvcfg or senvcfg, as far as the two have the same fields."""
    if v & ENVCFG_CBIE == 2 << 4: v = merge(v, old, ENVCFG_CBIE)             # reserved
    if v & ENVCFG_PMM == ENVCFG_PMM_RESERVED: v = merge(v, old, ENVCFG_PMM)
    if not extension_on(h.m, EXT_Zicfilp): mask &= ~ENVCFG_LPE
    if not extension_on(h.m, EXT_Zicfiss): mask &= ~ENVCFG_SSE
    if not extension_on(h.m, EXT_Zicboz): mask &= ~ENVCFG_CBZE
    if not extension_on(h.m, EXT_Zicbom): mask &= ~(ENVCFG_CBIE | ENVCFG_CBCFE)
    return merge(old, v, mask)


cdef void set_menvcfg(Hart *h, u64 v, i64 left) noexcept nogil:
    cdef u64 mask = MENVCFG_WRITABLE, old = h.csr[CSR_menvcfg]
    if not extension_on(h.m, EXT_Smnpm): mask &= ~ENVCFG_PMM
    if not extension_on(h.m, EXT_Svadu): mask &= ~MENVCFG_ADUE
    if not extension_on(h.m, EXT_Svpbmt): mask &= ~MENVCFG_PBMTE
    if not extension_on(h.m, EXT_Sstc): mask &= ~MENVCFG_STCE
    h.csr[CSR_menvcfg] = legal_envcfg(h, old, v, mask)
    if not h.csr[CSR_menvcfg] & ENVCFG_SSE: h.csr[CSR_senvcfg] &= ~ENVCFG_SSE
    if (old ^ h.csr[CSR_menvcfg]) & (MENVCFG_ADUE | MENVCFG_PBMTE | ENVCFG_SSE): empty_contexts(h)
    update_landing(h)


cdef void set_senvcfg(Hart *h, u64 v, i64 left) noexcept nogil:
    """senvcfg.SSE is read-only zero while menvcfg.SSE is."""
    cdef u64 mask = SENVCFG_WRITABLE
    if not extension_on(h.m, EXT_Ssnpm): mask &= ~ENVCFG_PMM
    if not h.csr[CSR_menvcfg] & ENVCFG_SSE: mask &= ~ENVCFG_SSE
    h.csr[CSR_senvcfg] = legal_envcfg(h, h.csr[CSR_senvcfg], v, mask)
    update_landing(h)


cdef void update_landing(Hart *h) noexcept nogil:
    """See in which modes xLPE is set, so that indirect jumps must land on an LPAD."""
    h.landing = 0
    if h.csr[CSR_senvcfg] & ENVCFG_LPE: h.landing |= 1 << 0
    if h.csr[CSR_menvcfg] & ENVCFG_LPE: h.landing |= 1 << 1
    if h.csr[CSR_mseccfg] & MSECCFG_MLPE: h.landing |= 1 << 3
    h.check = True


# ---- physical memory protection

cdef u64 get_pmpcfg(Hart *h, int number) noexcept nogil:
    return (<u64 *>&h.pmpcfg[4 * number])[0]


cdef inline bint pmp_locked(Hart *h, int k) noexcept nogil:
    """Whether writes to the entry are ignored; mseccfg.RLB lifts the locks."""
    return h.pmpcfg[k] & PMP_L and not h.csr[CSR_mseccfg] & MSECCFG_RLB


cdef inline bint pmp_lets_machine_execute(u8 cfg) noexcept nogil:
    """Whether it is an executable rule, M-mode-only or a locked Shared-Region, as mseccfg.MML reads it."""
    cdef u8 rights = cfg & (PMP_R | PMP_W | PMP_X)
    if not cfg & PMP_L or rights == PMP_R | PMP_W | PMP_X: return False
    return rights & PMP_X or rights == PMP_W


cdef void set_pmpcfg(Hart *h, int number, u64 v) noexcept nogil:
    cdef int k
    cdef u8 cfg
    cdef u64 security = h.csr[CSR_mseccfg]
    for k in range(4 * number, 4 * number + 8):
        cfg = <u8>v & 0x9f
        v >>= 8
        if pmp_locked(h, k): continue
        if security & MSECCFG_MML:
            if pmp_lets_machine_execute(cfg) and not security & MSECCFG_RLB: continue
        elif cfg & (PMP_R | PMP_W) == PMP_W:
            cfg &= ~PMP_W                                                    # reserved
        h.pmpcfg[k] = cfg
    pmp_rebuild(h)


cdef u64 get_pmpaddr(Hart *h, int k) noexcept nogil: return h.pmpaddr[k]


cdef bint pmpaddr_locked(Hart *h, int k) noexcept nogil:
    """Whether the entry is locked, or is the lower bound of a locked TOR entry."""
    if pmp_locked(h, k): return True
    return k + 1 < PMP_COUNT and pmp_locked(h, k + 1) and h.pmpcfg[k + 1] & 0x18 == 8


cdef void set_pmpaddr(Hart *h, int k, u64 v) noexcept nogil:
    if pmpaddr_locked(h, k): return
    h.pmpaddr[k] = v & PMPADDR_WRITABLE
    pmp_rebuild(h)


cdef bint pmp_any_locked(Hart *h) noexcept nogil:
    cdef int k
    for k in range(PMP_COUNT):
        if h.pmpcfg[k] & PMP_L: return True
    return False


cdef void set_mseccfg(Hart *h, u64 v, i64 left) noexcept nogil:
    """MML and MMWP stay set until reset; RLB stays clear while any entry is locked."""
    cdef u64 old = h.csr[CSR_mseccfg], mask = 0
    if extension_on(h.m, EXT_Zkr): mask |= MSECCFG_USEED | MSECCFG_SSEED
    if extension_on(h.m, EXT_Smepmp): mask |= MSECCFG_SMEPMP
    if extension_on(h.m, EXT_Smmpm): mask |= ENVCFG_PMM
    if extension_on(h.m, EXT_Zicfilp): mask |= MSECCFG_MLPE
    if not old & MSECCFG_RLB and pmp_any_locked(h): mask &= ~MSECCFG_RLB
    if v & ENVCFG_PMM == ENVCFG_PMM_RESERVED: mask &= ~ENVCFG_PMM
    h.csr[CSR_mseccfg] = merge(old, v | (old & (MSECCFG_MML | MSECCFG_MMWP)), mask)
    update_landing(h)
    pmp_rebuild(h)


# ---- entropy source

cdef inline u64 mix(u64 value) noexcept nogil:
    """Scramble a counter, as SplitMix64 does."""
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu
    return value ^ (value >> 31)


cdef u64 get_seed(Hart *h, i64 left) noexcept nogil:
    """Entropy is always there, and comes from the machine's seed: a run can be repeated."""
    return SEED_ES16 | (mix(h.entropy) & 0xffff)


cdef void set_seed(Hart *h, u64 v, i64 left) noexcept nogil:
    """Wipe what was read; the value written means nothing."""
    h.entropy += 0x9e3779b97f4a7c15u


cdef inline bint seed_on(Hart *h) noexcept nogil:
    """Whether mseccfg lets the present mode poll the entropy source."""
    if h.priv == 3: return True
    return (h.csr[CSR_mseccfg] & (MSECCFG_SSEED if h.priv == 1 else MSECCFG_USEED)) != 0


# ---- trap handling

cdef void set_mepc(Hart *h, u64 v, i64 left) noexcept nogil: h.csr[CSR_mepc] = v & ~misaligned_bits(h)
cdef void set_sepc(Hart *h, u64 v, i64 left) noexcept nogil: h.csr[CSR_sepc] = v & ~misaligned_bits(h)


cdef inline u64 misaligned_bits(Hart *h) noexcept nogil:
    """The low bits that no instruction address has: IALIGN is 16 with compressed instructions, else 32."""
    return 1 if extension_on(h.m, EXT_Zca) else 3


# ---- access by instructions

cdef enum:                  # CSRs that an access must treat apart
    MIP = 0x344
    MEPC = 0x341
    SEPC = 0x141
    SATP = 0x180
    STIMECMP = 0x14D
    FCSR = 0x003
    SSP = 0x011
    SEED = 0x015
    SENVCFG = 0x10A
    SSTATEEN0 = 0x10C
    CYCLE = 0xC00

cdef inline bint counter_on(Hart *h, u32 number) noexcept nogil:
    """Whether mcounteren and scounteren let the present mode read the counter."""
    cdef u64 bit = <u64>1 << (number & 31)
    if h.priv < 3 and not h.csr[CSR_mcounteren] & bit: return False
    return h.priv >= 1 or (h.csr[CSR_scounteren] & bit) != 0


cdef inline bint state_on(Hart *h, u64 enables, u64 bit) noexcept nogil:
    """Whether a mstateen lets the present mode access the state of one of its bits."""
    return h.priv == 3 or not extension_on(h.m, EXT_Smstateen) or (enables & bit) != 0


cdef bint csr_allowed(Hart *h, u32 number, bint writes) noexcept nogil:
    """Whether an access by the present mode is legal."""
    if ((number >> 8) & 3) > h.priv or (writes and number >> 10 == 3): return False
    if not csr_exists(h, number): return False
    if number <= FCSR: return (h.mstatus & MSTATUS_FS) != 0
    if number >> 5 == CYCLE >> 5: return counter_on(h, number)
    if number == SSP: return envcfg_allows(h, ENVCFG_SSE)
    if number == SEED: return writes and seed_on(h)
    if number == SENVCFG: return state_on(h, h.csr[CSR_mstateen0], MSTATEEN0_ENVCFG)
    if number >> 2 == SSTATEEN0 >> 2: return state_on(h, h.csr[CSR_mstateen0 + (number & 3)], MSTATEEN_SE)
    if number == SATP: return not (h.priv == 1 and h.mstatus & MSTATUS_TVM)
    if number == STIMECMP and h.priv < 3:
        return (h.csr[CSR_menvcfg] & MENVCFG_STCE) != 0 and (h.csr[CSR_mcounteren] & 2) != 0
    return True


cdef inline void access_csr(Hart *h, Op *op, i64 b, u64 operand, int how, bint writes) noexcept nogil:
    """CSRRW (how 0), CSRRS (1) and CSRRC (2)."""
    cdef u32 number = <u32>op.aux
    cdef u64 old, kept
    if not csr_allowed(h, number, writes):
        illegal(h, op, b)
        return
    old = csr_get(h, number, b + op.n)
    if writes:
        kept = h.mip if number == MIP else old      # lines from outside take no part in a read-modify-write
        csr_set(h, number, operand if how == 0 else kept | operand if how == 1 else kept & ~operand, b + op.n)
    h.x[op.rd] = old
    if writes and catch_csr(h, number): stop_after(h, op, b, LEAVE_NEXT)
    else: resume(h, op, b)


cdef void do_csrrw(Hart *h, Op *op, i64 b) noexcept nogil: access_csr(h, op, b, h.x[op.rs1], 0, True)
cdef void do_csrrs(Hart *h, Op *op, i64 b) noexcept nogil: access_csr(h, op, b, h.x[op.rs1], 1, op.rs1 != 0)
cdef void do_csrrc(Hart *h, Op *op, i64 b) noexcept nogil: access_csr(h, op, b, h.x[op.rs1], 2, op.rs1 != 0)
cdef void do_csrrwi(Hart *h, Op *op, i64 b) noexcept nogil: access_csr(h, op, b, <u64>op.imm, 0, True)
cdef void do_csrrsi(Hart *h, Op *op, i64 b) noexcept nogil: access_csr(h, op, b, <u64>op.imm, 1, op.imm != 0)
cdef void do_csrrci(Hart *h, Op *op, i64 b) noexcept nogil: access_csr(h, op, b, <u64>op.imm, 2, op.imm != 0)
