"""C types of the core: no logic here but what a C macro must say."""

ctypedef unsigned char u8
ctypedef signed char i8
ctypedef unsigned short u16
ctypedef short i16
ctypedef unsigned int u32
ctypedef int i32
ctypedef unsigned long long u64
ctypedef long long i64

cdef extern from *:
    """
    typedef __int128 rv_i128;
    typedef unsigned __int128 rv_u128;
    #define RV_LIKELY(x) __builtin_expect(!!(x), 1)
    #define RV_UNLIKELY(x) __builtin_expect(!!(x), 0)

    /* Go on with `op`. A release build jumps (the call is the last act of a handler, so gcc makes it a tail call);
       the debug build hands `op` back to a loop, because without optimisation a call would grow the stack. */
    #define RV_CALL(h, op, budget) \
        ((h)->m->enter ? (h)->m->enter((h), (op), (budget)) : (op)->fn((h), (op), (budget)))
    #ifdef RVEMU_TRAMPOLINE
    #define RV_GO(h, op, budget) ((h)->next_op = (op), (h)->next_budget = (budget), (void)0)
    #define RV_ENTER(h, op, budget) do { \
        (h)->next_op = (op); (h)->next_budget = (budget); \
        while ((h)->next_op) { void *now = (h)->next_op; (h)->next_op = 0; \
            RV_COUNT_PAIR(h, now); \
            RV_CALL((h), ((typeof(op))now), (h)->next_budget); } } while (0)
    #else
    #define RV_GO(h, op, budget) (op)->fn((h), (op), (budget))
    #define RV_ENTER(h, op, budget) RV_CALL((h), (op), (budget))
    #endif

    /* A profiling build (RVEMU_PROFILE) counts the pairs of ops that follow each other, for tools/train_pairs.py. */
    #define RV_MAX_IDS 512
    #ifdef RVEMU_PROFILE
    static unsigned long long rv_pair_counts[RV_MAX_IDS * RV_MAX_IDS];
    static void *rv_last;
    static int rv_last_id;
    #define RV_IS_PROFILE 1
    #define RV_COUNT_PAIR(h, op) do { \
        int id = ((struct __pyx_t_5rvemu_5_core_Op *)(op))->id; \
        if ((char *)rv_last + sizeof(struct __pyx_t_5rvemu_5_core_Op) == (char *)(op)) \
            rv_pair_counts[rv_last_id * RV_MAX_IDS + id]++; \
        rv_last = (op); rv_last_id = id; } while (0)
    #else
    static unsigned long long rv_pair_counts[1];
    #define RV_IS_PROFILE 0
    #define RV_COUNT_PAIR(h, op) (void)0
    #endif

    #include <string.h>
    static inline float rv_f32(unsigned long long bits) {
        unsigned word = (unsigned)bits; float f; memcpy(&f, &word, 4); return f; }
    static inline double rv_f64(unsigned long long bits) { double d; memcpy(&d, &bits, 8); return d; }
    static inline unsigned rv_f32_bits(float f) { unsigned word; memcpy(&word, &f, 4); return word; }
    static inline unsigned long long rv_f64_bits(double d) { unsigned long long b; memcpy(&b, &d, 8); return b; }
    """
    ctypedef long long i128 "rv_i128"
    ctypedef unsigned long long u128 "rv_u128"
    bint likely "RV_LIKELY"(bint) noexcept nogil
    bint unlikely "RV_UNLIKELY"(bint) noexcept nogil
    void GO "RV_GO"(Hart *h, Op *op, i64 budget) noexcept nogil
    void ENTER "RV_ENTER"(Hart *h, Op *op, i64 budget) noexcept nogil
    const bint IS_PROFILE "RV_IS_PROFILE"
    const int MAX_IDS "RV_MAX_IDS"
    u64 *pair_counts "rv_pair_counts"
    float f32_value "rv_f32"(u64 bits) noexcept nogil
    double f64_value "rv_f64"(u64 bits) noexcept nogil
    u32 bits_of_f32 "rv_f32_bits"(float value) noexcept nogil
    u64 bits_of_f64 "rv_f64_bits"(double value) noexcept nogil

cdef enum:
    PAGE_BITS = 12
    PAGE_SIZE = 4096
    PAGE_MASK = 4095
    GRANULE_BITS = 6        # 64 bytes: the unit in which code and page tables are watched for stores
    JUMP_SIZE = 4096        # entries of a jump cache
    FETCH_SIZE = 256        # entries of a fetch TLB
    GUARDED_SIZE = 64       # guarded pages whose translations a context keeps
    FILL_LOG = 256          # TLB fills remembered, so that a sparse TLB is emptied without touching all of it
    DATA_CONTEXTS = 8       # TLB pairs a hart keeps, one per (satp, privilege, SUM, MXR, PMM)
    FETCH_CONTEXTS = 16     # jump caches a hart keeps, one per (satp, privilege, FS, frm class, landing pads)
    MAX_GROUPS = 8          # groups of accesses in a compiled block
    MAX_BLOCK = 64          # instructions in a block
    SCRATCH_OPS = 72        # ops a hart has for blocks that are used once
    SLICE_ACCESSES = 20000  # device accesses after which a slice ends early: they take host time, not cycles
    PMP_COUNT = 16
    TRIGGER_COUNT = 4
    MAX_BREAKS = 65536
    TRAP_RECORDS = 32
    MAX_WATCHES = 64
    TRIGGER_KEY_SHIFT = 16  # the part of a block's key that says whose triggers are in it
    MAX_SEGMENTS = 34
    MAX_LEVELS = 5
    REGION_BITS = 9         # pages in a region of `touched`, as a power of two
    NO_KEY = 0xff           # of a context that was never used

ctypedef void (*Handler)(Hart *, Op *, i64) noexcept nogil

cdef struct Op:             # 32 bytes: one decoded instruction, or the link that ends a block
    Handler fn
    i64 imm                 # immediate; branches and jumps: Op * of the taken successor
    u64 aux                 # return address, CSR instruction bits; branches: Op * of the fall-through
    u8 rd                   # 32 in place of x0
    u8 rs1
    u8 rs2
    u8 n                    # instructions from here to the end of the block, this one included
    u16 id                  # which row of the instruction table
    u8 size                 # bytes of the instruction
    u8 width                # bytes of its memory access

cdef enum:
    KIND_PLAIN
    KIND_BRANCH
    KIND_JAL
    KIND_JALR
    KIND_ENDS               # leaves the handlers by itself

cdef enum:
    FLAG_FP = 1             # illegal while mstatus.FS is Off
    FLAG_DIRTIES = 2        # makes mstatus.FS Dirty
    FLAG_HOST = 4           # uses the host's floating point; the next id is its exact form
    FLAG_ROUNDS = 8         # and so needs the rounding mode that the host has set

cdef enum:                  # bits of a block's key above privilege, FS and frm; at most one of them is set
    LANDING_SHIFT = 6
    KEY_LANDING = 1 << 6    # landing pads are enabled
    KEY_EXPECTED = 1 << 7   # and the first instruction must be one

cdef enum:                  # what an instruction writes, for whoever records it
    EFFECT_X = 1            # rd
    EFFECT_F = 2            # fd
    EFFECT_LOAD = 4
    EFFECT_STORE = 8
    EFFECT_CONDITIONAL = 16 # the store happens only where rd is 0 afterwards
    EFFECT_ZERO = 32        # zeros a cache block
    EFFECT_CSR = 64
    EFFECT_STATUS = 128     # mstatus, as trap returns do

cdef struct OpInfo:
    u8 kind
    u8 width
    u8 flags
    u8 effects

cdef struct TlbEntry:
    u64 tag                 # virtual page; all ones: empty
    u64 addend              # host address minus virtual address

cdef struct JumpEntry:
    u64 pc                  # all ones: empty
    Op *op
    u8 *body                # where compiled code goes on
    u64 unused              # 32 bytes an entry

cdef struct DataContext:    # what loads and stores see under one (satp, privilege, SUM, MXR, PMM)
    u64 satp
    u32 key
    u32 serial              # for reuse in the order of last use
    TlbEntry *read
    TlbEntry *write
    u32 read_fills
    u32 write_fills
    bint guards             # something is in `guarded`
    TlbEntry guarded[GUARDED_SIZE]  # pages whose stores the TLB must not know
    u16 read_log[FILL_LOG]
    u16 write_log[FILL_LOG]

cdef struct FetchContext:   # what fetches see under one (satp, privilege, FS, frm class, landing pads)
    u64 satp
    u32 key
    u32 serial
    bint filled
    JumpEntry *jump
    TlbEntry *pages         # tag: virtual page, addend: physical page

cdef struct Segment:        # a range of physical addresses under one PMP verdict
    u64 first
    u64 last
    u8 machine              # R=1 W=2 X=4 for M-mode, and for S and U
    u8 other

cdef struct Block:
    u64 pc
    u64 pa
    u64 second_pa           # physical address of the second half of an instruction that crosses a page, or 0
    u32 key
    u32 op                  # index in the arena
    u32 bytes
    u32 next_in_page        # chain of the blocks of a physical page, + 1
    u32 next_in_second
    u32 next_in_bucket

cdef struct TrapRecord:     # a trap that was taken, `count` times
    u64 cycle               # the first time
    u64 cause               # as in xcause
    u64 epc
    u64 tval
    u32 from_priv
    u32 to_priv
    u64 count

cdef struct CallNode:       # a call path of a profile
    u64 pc                  # where the function was entered
    u64 count               # instructions executed in it, not in those that it called
    u32 parent
    u32 child               # first of a list by `sibling`; 0: none
    u32 sibling

cdef struct CallFrame:
    u64 back                # where it returns to
    u32 node                # what it returns to
    bint trap

cdef struct Execution:      # of the instruction at `pc`, which stands at physical address `pa`
    u64 pc
    u64 pa
    u64 count

cdef struct Hart:
    u64 x[33]               # x[32] is where writes to x0 go
    TlbEntry *rtlb
    TlbEntry *wtlb
    u64 tlb_mask            # (entries - 1) * sizeof(TlbEntry)
    JumpEntry *jump
    u64 f[33]
    Machine *m
    Op *next_op             # trampoline build only
    i64 next_budget
    # where and why the hart left the handlers
    u64 pc
    i64 left                # budget that is left
    Op **patch              # link to fill with the block at pc, or NULL
    int leave               # LEAVE_*
    u64 cause
    u64 tval
    Op *op                  # the op of a device access
    u64 pa                  # result of a translation, or where a device access goes
    u8 *host                # host address of `pa`, or NULL where no RAM is
    bint in_ram             # `pa` is in RAM: it may be written, executed and cached
    bint cacheable          # the translation may enter a TLB
    u32 width               # bytes of a device access or a watched one
    int access              # WATCH_LOAD or WATCH_STORE
    u32 watch_part          # which part of an access across two pages: 0, or 1 for the last or only one; 2: virtual
    u32 watch_passed        # bits of the parts of the access at watch_pc that have been reported
    u64 watch_pc
    bint step_over          # the breakpoint at break_pc has been reported
    u64 break_pc
    u32 caught              # CAUGHT_*: what is to be reported
    u32 caught_csr
    u64 caught_cause        # as in xcause
    int walk_levels         # page-table entries that the last walk used, root first
    u64 walk_pte[MAX_LEVELS]
    u8 walk_level[MAX_LEVELS]
    # counters: value = end - budget left
    u64 cycle_end
    u64 instret_end
    u64 deadline            # of the supervisor timer, as the budget was computed
    u64 cycle_offset        # mcycle - CYCLE
    u64 minstret            # while the hart does not run, or while minstret is stopped
    u64 mcycle_frozen
    u64 hpmcounter[32]      # as of the marks
    u64 marked_cycle        # CYCLE, and instructions retired, up to which events were counted
    u64 marked_retired
    u64 entropy             # counter of the entropy source
    u64 executed            # statistics: cycles spent on instructions, and those that trapped
    u64 trapped
    # architectural state
    u32 id
    u32 priv
    u64 mstatus
    u64 lines               # mip bits driven by devices
    u64 mip                 # mip bits that software writes
    u64 fflags
    u32 frm
    bint elp                # LP_EXPECTED: the next instruction must be an LPAD
    bint stip               # stimecmp has been reached
    bint waiting            # in WFI
    u64 reservation         # physical address, or all ones
    u32 reservation_width
    u64 csr[128]            # the stored CSRs, by CSR_* index
    u8 pmpcfg[PMP_COUNT]
    u64 pmpaddr[PMP_COUNT]
    u64 tdata1[TRIGGER_COUNT]
    u64 tdata2[TRIGGER_COUNT]
    # derived state
    u64 hpm_active          # which of hpmcounter count something, in some mode
    u64 stopped             # COUNTER_CY, COUNTER_IR: the counter stands still, in the present mode
    u64 overflow_cycle      # no counter overflows before, or NEVER
    bint counting           # a change of privilege mode concerns the counters
    bint check              # privilege, interrupts, translation or FP state may have changed
    u32 landing             # bit n: landing pads are enabled in privilege mode n
    u64 satp_data           # satp of loads and stores, 0: bare
    u32 priv_data
    bint triggers_set       # there is a trigger in some mode
    bint data_triggers      # in this mode one looks at loads or stores
    bint data_looked_at     # a trigger or a debugger's watch looks at loads or stores
    u32 masked_bits         # high address bits of loads and stores that pointer masking ignores
    u64 satp_fetch
    u32 fetch_key
    Segment segments[MAX_SEGMENTS]
    int segment_count
    int last_segment
    DataContext data[DATA_CONTEXTS]
    FetchContext fetch[FETCH_CONTEXTS]
    DataContext *data_now
    FetchContext *fetch_now
    DataContext *data_of[4]         # the latest of each privilege mode
    FetchContext *fetch_of[4]
    u32 serial
    Op *scratch
    TrapRecord traps[TRAP_RECORDS]      # the latest, in a ring; for debuggers only
    u32 trap_count
    # profile
    u32 node                # of m.nodes: the present call path
    u32 frame_count
    u64 charged             # `executed`, as it was last charged to a node
    CallFrame *frames
    u32 cut_from            # index of the block that the scratch ops were cut from, or 0
    u32 cut_end             # index of the first op that was cut off
    TlbEntry group_page[MAX_GROUPS] # in compiled code: where a group of accesses finds its page
    bint whole              # compiled code has come to each group of the loop it is in, and nothing has happened since
    u64 once_pa             # where in RAM the instruction stands that runs from no block, or 0

cdef struct Retired:        # a retired instruction and what it wrote; Python sees it as debug.trace.RETIRED
    u64 cycle
    u64 pc
    u64 value               # of rd or fd
    u64 address             # virtual, of the load, the store or both
    u64 data                # stored
    u64 csr_value[3]        # where width is 16, and there is no CSR: the upper halves of value and data
    u16 csr[3]              # CSRs written, in the order of their numbers; 0: none
    u16 hart
    u32 word                # the instruction's bits
    u8 priv
    u8 effects              # EFFECT_X to EFFECT_ZERO, of those that took place
    u8 rd
    u8 width                # bytes of the load or store

cdef struct WayOut:         # of a template, to be emitted behind the block
    u8 *site                # the jump there
    Op *op
    int kind                # OUT_*

cdef struct Exit:           # a link from a block to the next
    u8 *site
    Op *op
    int aux                 # in the op's aux, not in its imm

cdef struct Miss:           # where the first access of a group finds another page than in the round before
    u8 *site                # the jump away
    u8 *back
    Op *op

cdef struct Group:          # accesses of a block by one base register, in one page
    i64 low                 # the least offset
    u32 span                # bytes from there to the end of the last one
    u32 width               # of the widest
    bint writes
    bint is_one             # one access
    u8 last                 # the last op of it

cdef struct Jit:
    u8 *code                # code memory, as it is written
    u64 size                # 0: nothing is compiled
    i64 executed            # added to an address there: where it is executed
    u8 *start               # behind what all blocks share
    u8 *next
    u8 *end
    int process             # whose code memory it is
    u8 threshold            # executions of a block before it is compiled
    u64 tlb_mask
    u8 *load_registers
    u8 *to_handler
    u8 *to_op
    u8 *to_cached
    u8 *to_leave
    u8 *to_stop
    u8 *to_follow
    u8 *to_slow_load
    u8 *to_slow_store
    u8 *to_slow_amo
    u8 *beside
    # the block that is being compiled
    Op *first
    u8 *body
    int frm                 # class of its rounding modes
    u8 *again               # where it goes on if it follows itself
    u8 *start_of[MAX_BLOCK] # the code of each op
    bint returns[MAX_BLOCK] # some way leads back to there
    u8 kept_at[MAX_BLOCK]   # floating-point registers that stood in host registers there
    i8 group_of[MAX_BLOCK]  # the group of an access, or -1
    bint leads[MAX_BLOCK]   # it is the first of its group
    Group groups[MAX_GROUPS]
    int group_count
    bint remembers          # it is a loop, and goes by the pages of the round before
    int index               # the host register that an access adds to rax, or -1
    Miss misses[MAX_GROUPS]
    int miss_count
    i8 xmm_of[32]           # the host register of a floating-point register, or -1
    u8 kept_f[16]           # those that have one, in order
    int kept
    u32 boxed               # floating-point registers known to hold a boxed f32
    u32 narrow              # those of which the host register has the low half only
    WayOut out[9 * MAX_BLOCK]
    int out_count
    Exit exits[4]
    int exit_count
    # statistics
    u64 compiled
    u64 flushes

cdef struct Watch:
    u64 pa
    u64 size
    int kind                # WATCH_*

cdef struct Machine:
    u8 *ram
    u64 base
    u64 size
    u8 *rom
    u64 rom_base
    u64 rom_size
    u64 extensions          # bits of the extensions that are on
    u64 misa
    u64 entropy             # seed of the entropy sources
    # time and turns
    u64 cycle
    u64 stop_cycle
    u64 event_cycle
    u64 slice_cycle
    u32 accesses            # device accesses in this slice
    u64 ticks_divisor       # cycles per tick of mtime
    u64 quantum
    u64 turn_left
    u64 turn_start          # CYCLE at which the budget being spent began
    u32 turn
    u64 seed                # 0: plain order and length
    bint paced
    bint stop_requested
    bint dropped            # code or translations were dropped: the running block must be left
    u64 idle_until          # all harts wait: where the next event is
    u32 hart_count
    Hart *harts
    Hart *running           # whose budget is being spent, or NULL
    void *owner             # the Core object
    # RAM page by page
    u64 *code_granules      # bitmap of the 64-byte granules that hold translated code
    u64 *table_granules     # bitmap of the granules that hold page-table entries in use
    u64 *table_use          # what the page serves as a page table: virtual base, level + 1, TABLE_MANY
    u64 *writers            # where the page stands in write TLBs: two places, or WRITERS_MANY
    u8 *touched             # may have been written: a page not marked is still zero
    u8 *touched_regions     # the same by regions of 512 pages
    u8 *watched             # accesses leave for Python
    u64 pages
    # translated code
    Op *ops
    u64 *pcs                # guest pc of each op
    u8 *heat                # executions of each block's first op, while it is not compiled
    Jit jit
    Handler enter           # calls the handler of an op, which may be compiled, or NULL
    u32 op_count
    u32 op_limit
    u32 first_op            # the arena proper begins behind the scratch ops
    Block *blocks
    u32 block_count
    u32 block_limit
    u32 *buckets
    u32 bucket_mask
    u32 *page_blocks        # first block of a physical page, + 1
    u32 *second_blocks
    Watch watch[16]
    int watch_count
    # what a debugger asked for
    u64 *breaks             # pcs in order
    u32 break_count
    Watch va_watch[MAX_WATCHES]     # `pa` is a virtual address here
    u32 va_watch_count
    u32 catching            # CAUGHT_*
    u64 caught_csrs[64]     # bitmap of CSR numbers
    i64 step_hart           # stop when this hart has executed an instruction; -1: none
    bint stepped
    # profile
    bint profiling
    CallNode *nodes
    u32 node_count
    u64 *entries            # by op of the arena: a block begun there
    u64 *exits              # a block left before it
    Execution *executions
    u32 execution_count
    u64 tlb_entries
    # retired instructions, while they are recorded
    Retired *retired        # or NULL
    u32 retired_count
    bint retiring           # the one behind the last waits for its device
    # statistics
    u64 flushes             # of all translations of addresses
    u64 arena_flushes
    u64 translations        # blocks decoded
