"""The compiled core: harts, address translation, translated blocks and turns.

The parts in core/ are one translation unit, so that the C compiler can inline and tail-call across them. Python is
entered only between blocks, for device accesses and watched RAM.
"""

cimport cython
from cpython.buffer cimport PyBUF_READ
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.memoryview cimport PyMemoryView_FromMemory
from libc.string cimport memcpy, memset

from rvemu.errors import BusError, ConfigError

include "core/hostmemory.pxi"
include "core/arith.pxi"
include "core/crypto.pxi"
include "core/fp.pxi"
include "core/fp_half.pxi"
include "core/fp_additional.pxi"
include "core/handlers.pxi"
include "core/pairs.pxi"
include "core/decode.pxi"
include "core/csrs.pxi"
include "core/csr.pxi"
include "core/counters.pxi"
include "core/mem.pxi"
include "core/mmu.pxi"
include "core/trigger.pxi"
include "core/debug.pxi"
include "core/profile.pxi"
include "core/trap.pxi"
include "core/jit_x64.pxi"
include "core/jit.pxi"
include "core/blocks.pxi"
include "core/commits.pxi"
include "core/run.pxi"

cdef extern from *:
    """
    #ifdef RVEMU_TRAMPOLINE
    #define RV_IS_DEBUG 1
    #else
    #define RV_IS_DEBUG 0
    #endif
    """
    const bint IS_DEBUG "RV_IS_DEBUG"

STOP_REASONS = {
    STOP_REQUESTED: "requested",
    STOP_EVENT: "event",
    STOP_LIMIT: "limit",
    STOP_SLICE: "slice",
    STOP_IDLE: "idle",
    STOP_STUCK: "stuck",
}
NEVER_CYCLE = NEVER
DEBUG_BUILD = IS_DEBUG
COMPILES = can_compile()

OP_NAMES = op_names()

init_handlers()
init_op_info()
init_aes()
init_sm4()
init_pairs()
init_host_of()
init_groups()


def pairs_executed():
    """Return {(first op, second op): times it was executed in a row}; a profiling build counts them."""
    if not IS_PROFILE: raise ConfigError("pairs: this build does not count them (RVEMU_PROFILE=1)")
    found = {}
    for i in range(ID_COUNT):
        for k in range(ID_COUNT):
            if pair_counts[i * MAX_IDS + k]: found[OP_NAMES[i], OP_NAMES[k]] = pair_counts[i * MAX_IDS + k]
    return found


cdef bint device_access(Hart *h, bint reads, u64 *value) noexcept nogil:
    """Ask the bus; False where it refuses. What goes wrong in Python stops the machine and is raised there."""
    with gil:
        core = <Core>h.m.owner
        try:
            if reads:
                value[0] = core.bus.read(h.pa, h.width)
            else:
                core.bus.write(h.pa, h.width, value[0])
        except BusError:
            return False
        except BaseException as error:
            core.fail(error)
        return True


cdef void call_watchers(Hart *h) noexcept nogil:
    with gil:
        core = <Core>h.m.owner
        try:
            kinds = "r" * ((h.access & WATCH_LOAD) != 0) + "w" * ((h.access & WATCH_STORE) != 0)
            pa = None if h.watch_part == PART_VIRTUAL else h.pa
            core.on_watch(h.id, h.tval, pa, h.width, kinds)
        except BaseException as error:
            core.fail(error)


cdef void call_break(Hart *h) noexcept nogil:
    with gil:
        core = <Core>h.m.owner
        try:
            core.on_break(h.id)
        except BaseException as error:
            core.fail(error)


cdef void call_caught(Hart *h) noexcept nogil:
    cdef u32 caught = h.caught
    h.caught = 0
    with gil:
        core = <Core>h.m.owner
        try:
            if caught & CAUGHT_CSR: core.on_csr(h.id, h.caught_csr)
            if caught & CAUGHT_RETURN: core.on_return(h.id)
            if caught & CAUGHT_TRAP: core.on_trap(h.id, h.caught_cause)
        except BaseException as error:
            core.fail(error)


cdef void call_mailbox(Hart *h) noexcept nogil:
    with gil:
        core = <Core>h.m.owner
        try:
            core.on_mailbox()
        except BaseException as error:
            core.fail(error)


cdef void call_recorder(Machine *m) noexcept nogil:
    """Hand over the instructions recorded so far."""
    with gil:
        core = <Core>m.owner
        count, m.retired_count = m.retired_count, 0
        try:
            core.on_retired(PyMemoryView_FromMemory(<char *>m.retired, count * sizeof(Retired), PyBUF_READ))
        except BaseException as error:
            core.fail(error)


@cython.final
@cython.no_gc_clear     # __dealloc__ needs `mappings`; cycles are broken at the machine
cdef class Core:
    """All harts of a machine, over one RAM.

    Attributes:
        bus: answers `read(pa, width)` and `write(pa, width, value)` for addresses outside RAM; raises BusError.
        on_watch: called as on_watch(hart, va, pa, width, kinds) before an access to watched RAM, or with pa None to
            watched virtual addresses; kinds is "r", "w" or "rw".
        on_mailbox: called after a store to a mailbox.
        on_break: called as on_break(hart) before an instruction that has a breakpoint.
        on_trap: called as on_trap(hart, cause) after a trap was taken; cause is as in xcause.
        on_return: called as on_return(hart) after MRET and SRET.
        on_csr: called as on_csr(hart, number) after a CSR instruction that wrote.
    """

    cdef Machine m
    cdef tuple mappings     # not a list: the cycle collector would empty it before __dealloc__
    cdef object ram_owner, rom_owner, error
    cdef public object bus, on_watch, on_mailbox, on_break, on_trap, on_return, on_csr
    cdef object on_retired

    def __cinit__(self, ram not None, u64 base, rom not None, u64 rom_base, u32 harts, extensions, u64 misa,
                  u64 tlb_entries=16384, u64 arena_bytes=1 << 26, u64 quantum=10_000, u64 seed=0, u64 entropy=0,
                  u64 code_bytes=0, u8 tier_up=8):
        cdef unsigned char[::1] ram_bytes = ram
        cdef const unsigned char[::1] rom_bytes = rom
        cdef u32 k
        self.mappings = ()
        self.ram_owner, self.rom_owner = ram, rom
        self.m.owner = <void *>self
        self.m.ram, self.m.base, self.m.size = &ram_bytes[0], base, ram_bytes.shape[0]
        self.m.rom, self.m.rom_base, self.m.rom_size = <u8 *>&rom_bytes[0], rom_base, rom_bytes.shape[0]
        for name in extensions:
            if name in EXTENSION_BITS: self.m.extensions |= <u64>1 << <int>EXTENSION_BITS[name]
        self.m.misa = misa
        self.m.quantum, self.m.seed, self.m.entropy = quantum, seed, entropy
        self.m.ticks_divisor = 100 * harts
        self.m.hart_count = harts
        self.m.event_cycle = NEVER
        self.m.step_hart = -1
        self.m.breaks = <u64 *>self._map(MAX_BREAKS * sizeof(u64))
        if tlb_entries < 8 or tlb_entries & (tlb_entries - 1) or tlb_entries > 65536:
            raise ConfigError(f"tlb: {tlb_entries} entries (a power of two from 8 to 65536)")
        self.m.tlb_entries = tlb_entries
        self._map_pages()
        self._map_arena(max(arena_bytes, 1 << 16), harts)
        if code_bytes: start_jit(&self.m, code_bytes, tier_up)
        self.m.harts = <Hart *>self._map(harts * sizeof(Hart))
        for k in range(harts): self._make_hart(k)
        self.reset()

    def __dealloc__(self):
        self._unmap()

    cdef void _unmap(self):
        for address, size in self.mappings:
            rv_unmap(<void *><u64>address, <u64>size)
        self.mappings = ()
        end_jit(&self.m)

    def release(self):
        """Give all memory back to the host; what is left has no harts and no RAM."""
        self._unmap()
        self.m.hart_count = self.m.node_count = 0
        self.m.retired = NULL
        self.m.entries = NULL
        self.m.executions = NULL
        self.m.pages = self.m.size = 0
        self.m.watch_count = 0

    cdef int _check_open(self) except -1:
        if self.m.hart_count == 0: raise ConfigError("machine: it is closed (a new one)")
        return 0

    cdef void *_map(self, u64 size) except NULL:
        cdef void *p = rv_map(size)
        if p == NULL: raise ConfigError(f"memory: the host cannot map {size} bytes for the core (a smaller machine)")
        self.mappings += ((<u64>p, size),)
        return p

    cdef int _map_pages(self) except -1:
        """Make the arrays that hold something for each page of RAM."""
        cdef u64 pages = self.m.size >> PAGE_BITS
        self.m.pages = pages
        self.m.code_granules = <u64 *>self._map(pages * sizeof(u64))
        self.m.table_granules = <u64 *>self._map(pages * sizeof(u64))
        self.m.table_use = <u64 *>self._map(pages * sizeof(u64))
        self.m.writers = <u64 *>self._map(pages * sizeof(u64))
        self.m.page_blocks = <u32 *>self._map(pages * sizeof(u32))
        self.m.second_blocks = <u32 *>self._map(pages * sizeof(u32))
        self.m.touched = <u8 *>self._map(pages)
        self.m.touched_regions = <u8 *>self._map((pages >> REGION_BITS) + 1)
        self.m.watched = <u8 *>self._map(pages)
        return 0

    cdef int _map_arena(self, u64 size, u32 harts) except -1:
        """Make the arena of ops, their pcs, and the tables of blocks; each hart's scratch ops come first."""
        cdef u64 ops = size // sizeof(Op), buckets = 1024
        self.m.first_op = self.m.op_count = harts * SCRATCH_OPS
        self.m.op_limit = <u32>(ops + self.m.first_op)
        self.m.ops = <Op *>self._map(self.m.op_limit * sizeof(Op))
        self.m.pcs = <u64 *>self._map(self.m.op_limit * sizeof(u64))
        self.m.heat = <u8 *>self._map(self.m.op_limit)
        self.m.block_limit = <u32>(ops // 4)
        self.m.blocks = <Block *>self._map(self.m.block_limit * sizeof(Block))
        while buckets < self.m.block_limit: buckets *= 2
        self.m.bucket_mask = <u32>(buckets - 1)
        self.m.buckets = <u32 *>self._map(buckets * sizeof(u32))
        return 0

    cdef int _make_hart(self, u32 k) except -1:
        cdef Hart *h = &self.m.harts[k]
        cdef int c
        h.m, h.id = &self.m, k
        h.tlb_mask = (self.m.tlb_entries - 1) * sizeof(TlbEntry)
        h.scratch = self.m.ops + k * SCRATCH_OPS
        for c in range(DATA_CONTEXTS):
            h.data[c].key = NO_KEY
            h.data[c].guards = True
            h.data[c].read = <TlbEntry *>self._map(self.m.tlb_entries * sizeof(TlbEntry))
            h.data[c].write = <TlbEntry *>self._map(self.m.tlb_entries * sizeof(TlbEntry))
            h.data[c].read_fills = h.data[c].write_fills = FILL_LOG + 1
        for c in range(FETCH_CONTEXTS):
            h.fetch[c].key = NO_KEY
            h.fetch[c].jump = <JumpEntry *>self._map(JUMP_SIZE * sizeof(JumpEntry))
            h.fetch[c].pages = <TlbEntry *>self._map(FETCH_SIZE * sizeof(TlbEntry))
            h.fetch[c].filled = True
        return 0

    def reset(self):
        """Put every hart into its reset state, at the reset ROM; time goes on."""
        cdef u32 k
        for k in range(self.m.hart_count): self._reset_hart(&self.m.harts[k])
        self.m.turn = self.m.hart_count - 1
        self.m.turn_left = 0

    cdef void _reset_hart(self, Hart *h):
        memset(h.x, 0, sizeof(h.x))
        memset(h.f, 0, sizeof(h.f))
        memset(h.pmpcfg, 0, sizeof(h.pmpcfg))
        memset(h.pmpaddr, 0, sizeof(h.pmpaddr))
        reset_csrs(h)
        h.mstatus = MSTATUS_UXL_64 | MSTATUS_SXL_64
        if not extension_on(h.m, EXT_Svadu): h.csr[CSR_menvcfg] = 0
        if not extension_on(h.m, EXT_Zkr): h.csr[CSR_mseccfg] = 0
        reset_triggers(h)
        h.trap_count = 0
        h.priv = 3
        h.pc = self.m.rom_base
        h.mip = h.fflags = h.frm = 0
        h.waiting = h.elp = False
        update_landing(h)
        h.reservation = NO_RESERVATION
        h.reservation_width = 0
        memset(h.hpmcounter, 0, sizeof(h.hpmcounter))
        h.minstret = h.mcycle_frozen = 0
        h.cycle_offset = 0 - self.m.cycle
        h.entropy = mix(self.m.entropy + h.id)
        follow_counters(h)
        pmp_rebuild(h)

    def fail(self, error):
        """Stop the machine; `run` raises `error`."""
        self.error = error
        self.m.stop_requested = True

    def stop(self):
        """Let `run` return "requested" as soon as the running instruction is done."""
        self.m.stop_requested = True

    def run(self, u64 stop_cycle, u64 slice_cycle):
        """Run until CYCLE `stop_cycle`, and return why the machine stopped: a value of STOP_REASONS.

        The GIL is released. "slice" is returned at CYCLE `slice_cycle`, or before it where the guest is busy with
        devices; "event" when `event_cycle` is reached.
        """
        cdef int reason
        self._check_open()
        self.m.stop_cycle = stop_cycle
        self.m.slice_cycle = slice_cycle
        self.m.accesses = 0
        self.m.stop_requested = False
        with nogil:
            own_code(&self.m)
            reason = run_machine(&self.m)
            if self.m.retired_count: call_recorder(&self.m)
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        return STOP_REASONS[reason]

    def record(self, on_retired):
        """Let `on_retired(records)` be called with what instructions did, in order, or None: with nothing more.

        `records` is a read-only memoryview of Retired structs, which is valid during the call only.
        """
        self._check_open()
        if on_retired is not None and self.m.retired == NULL:
            self.m.retired = <Retired *>self._map(MAX_RETIRED * sizeof(Retired))
        elif on_retired is None and self.m.retired != NULL:
            rv_unmap(self.m.retired, MAX_RETIRED * sizeof(Retired))
            self.mappings = tuple([each for each in self.mappings if each[0] != <u64>self.m.retired])
            self.m.retired = NULL
        self.on_retired = on_retired

    @property
    def cycle(self):
        """CYCLE: of the running instruction in a callback, else of the next one."""
        return self.m.cycle

    @cycle.setter
    def cycle(self, u64 value):
        self.m.cycle = value

    @property
    def event_cycle(self):
        """The cycle at which `run` returns "event"."""
        return self.m.event_cycle

    @event_cycle.setter
    def event_cycle(self, u64 value):
        self.m.event_cycle = value

    @property
    def idle_until(self):
        """After "idle": the cycle of the next event or timer, or NEVER_CYCLE."""
        return self.m.idle_until

    @property
    def paced(self):
        """Whether `run` returns "idle" where every hart waits, in place of skipping to the next event."""
        return self.m.paced

    @paced.setter
    def paced(self, bint value):
        self.m.paced = value

    @property
    def turn(self):
        """(hart, cycles left of its turn, state of the seeded order)."""
        cdef u64 spent = self.m.cycle - self.m.turn_start if self.m.running != NULL else 0
        return self.m.turn, self.m.turn_left - min(spent, self.m.turn_left), self.m.seed

    @turn.setter
    def turn(self, value):
        self.m.turn, self.m.turn_left, self.m.seed = value

    @property
    def counters(self):
        """What the core did, for statistics: no part of the machine's state."""
        cdef u32 k
        return {
            "blocks": self.m.translations,
            "arena_flushes": self.m.arena_flushes,
            "compiled": self.m.jit.compiled,
            "code_flushes": self.m.jit.flushes,
            "tlb_flushes": self.m.flushes,
            "instructions": sum(self.m.harts[k].executed - self.m.harts[k].trapped for k in range(self.m.hart_count)),
        }

    def set_line(self, u32 hart, int bit, bint level):
        """Drive an interrupt line of a hart: a bit of its mip."""
        cdef Hart *h = self._synced(hart)
        h.lines = (h.lines & ~(<u64>1 << bit)) | (<u64>level << bit)
        h.check = True

    def written(self, u64 pa, u64 size):
        """Something other than a hart is about to write RAM: drop what hangs on these bytes."""
        cdef u64 end = pa + size, part, page
        cdef u32 k
        if self.m.pages == 0: return
        own_code(&self.m)
        for k in range(self.m.hart_count): self.m.harts[k].reservation = NO_RESERVATION
        while pa < end:
            part = min(end - pa, PAGE_SIZE - (pa & PAGE_MASK))
            page = (pa - self.m.base) >> PAGE_BITS
            before_write(&self.m, pa, part)
            mark_touched(&self.m, page)
            pa += part

    def touched_pages(self):
        """Return the numbers, in order, of all pages of RAM that may hold something other than zeros."""
        cdef u64 region, page
        pages = []
        for region in range((self.m.pages + (1 << REGION_BITS) - 1) >> REGION_BITS):
            if not self.m.touched_regions[region]: continue
            for page in range(region << REGION_BITS, min(self.m.pages, (region + 1) << REGION_BITS)):
                if self.m.touched[page]: pages.append(page)
        return pages

    def watch(self, ranges):
        """Watch RAM: `ranges` is a list of (pa, size, kinds), kinds a string of "r", "w" and "m" for a mailbox.

        Raises:
            ConfigError: there are more than 16, or one is not in RAM.
        """
        cdef u64 page
        if len(ranges) > 16: raise ConfigError(f"watch: {len(ranges)} ranges of RAM (at most 16)")
        for k in range(self.m.watch_count): self._mark_watched(k, 0)
        self.m.watch_count = 0
        for pa, size, kinds in ranges:
            if not (self.m.base <= pa and 0 < size and pa + size <= self.m.base + self.m.size):
                raise ConfigError(f"watch: {pa:#x} is not in RAM")
            self.m.watch[self.m.watch_count].pa = pa
            self.m.watch[self.m.watch_count].size = size
            self.m.watch[self.m.watch_count].kind = (
                ("r" in kinds) * WATCH_LOAD | ("w" in kinds) * WATCH_STORE | ("m" in kinds) * WATCH_MAILBOX)
            self.m.watch_count += 1
        for k in range(self.m.watch_count): self._mark_watched(k, 1)
        empty_all(&self.m)

    cdef void _mark_watched(self, int k, u8 value):
        cdef u64 first = self.m.watch[k].pa - self.m.base
        memset(&self.m.watched[first >> PAGE_BITS], value,
               ((first + self.m.watch[k].size - 1) >> PAGE_BITS) - (first >> PAGE_BITS) + 1)

    def watch_virtual(self, ranges):
        """Watch virtual addresses: `ranges` is a list of (va, size, kinds), kinds a string of "r" and "w".

        Raises:
            ConfigError: there are more than 64.
        """
        if len(ranges) > MAX_WATCHES: raise ConfigError(f"watch: {len(ranges)} ranges (at most {MAX_WATCHES})")
        for k, (va, size, kinds) in enumerate(ranges):
            self.m.va_watch[k].pa, self.m.va_watch[k].size = va, size
            self.m.va_watch[k].kind = ("r" in kinds) * WATCH_LOAD | ("w" in kinds) * WATCH_STORE
        self.m.va_watch_count = len(ranges)
        self._look_again()

    def break_at(self, pcs):
        """Call on_break before each instruction at one of these virtual addresses; they replace those of before.

        Raises:
            ConfigError: there are more than 65536.
        """
        cdef u32 k
        self._check_open()
        if len(pcs) > MAX_BREAKS: raise ConfigError(f"break: {len(pcs)} addresses (at most {MAX_BREAKS})")
        for k, pc in enumerate(sorted(pcs)): self.m.breaks[k] = pc
        self.m.break_count = len(pcs)
        flush_code(&self.m)
        self._look_again()

    def catch_events(self, bint traps, bint returns, csrs):
        """Call on_trap, on_return, and on_csr for writes to the CSRs with these numbers."""
        memset(self.m.caught_csrs, 0, sizeof(self.m.caught_csrs))
        for number in csrs: self.m.caught_csrs[<u32>number >> 6] |= <u64>1 << (<u32>number & 63)
        if csrs: flush_code(&self.m)                    # what writes them may be compiled
        self.m.catching = traps * CAUGHT_TRAP | returns * CAUGHT_RETURN | (len(csrs) > 0) * CAUGHT_CSR

    @property
    def compiles(self):
        """Whether blocks that run often become machine code."""
        return self.m.jit.size != 0

    def step(self, hart):
        """Let `run` return "limit" as soon as this hart has executed an instruction; None: no more."""
        self.m.step_hart = -1 if hart is None else <i64>hart
        self.m.stepped = False

    def recent_traps(self, u32 hart):
        """Return the latest traps, the last one last: (cycle, cause, epc, tval, from mode, to mode, times)."""
        cdef Hart *h = self._synced(hart)
        cdef u32 k
        cdef TrapRecord *r
        found = []
        for k in range(h.trap_count - min(h.trap_count, TRAP_RECORDS), h.trap_count):
            r = &h.traps[k & (TRAP_RECORDS - 1)]
            found.append((r.cycle, r.cause, r.epc, r.tval, r.from_priv, r.to_priv, r.count))
        return found

    def profile(self, bint on):
        """Begin to count from nothing, or stop counting."""
        cdef u32 k
        cdef Hart *h
        self._check_open()
        if on:
            self._map_profile()
            self.m.node_count = 1
            memset(&self.m.nodes[0], 0, sizeof(CallNode))
            gather_executions(&self.m)
            memset(self.m.executions, 0, (1 << EXECUTION_BITS) * sizeof(Execution))
            self.m.execution_count = 0
            for k in range(self.m.hart_count):
                h = &self.m.harts[k]
                h.node = h.frame_count = 0
                h.charged = h.executed
        self.m.profiling = on
        self._look_again()

    cdef int _map_profile(self) except -1:
        cdef u32 k
        if self.m.nodes != NULL: return 0
        self.m.nodes = <CallNode *>self._map(MAX_NODES * sizeof(CallNode))
        self.m.entries = <u64 *>self._map(self.m.op_limit * sizeof(u64))
        self.m.exits = <u64 *>self._map(self.m.op_limit * sizeof(u64))
        self.m.executions = <Execution *>self._map((1 << EXECUTION_BITS) * sizeof(Execution))
        for k in range(self.m.hart_count):
            self.m.harts[k].frames = <CallFrame *>self._map(MAX_FRAMES * sizeof(CallFrame))
        return 0

    def profile_paths(self):
        """Return the call paths as a list of (pc of the function, index of the caller's path, instructions).

        The first is the root, its own caller. Instructions are those executed in the function itself.
        """
        cdef u32 k
        for k in range(self.m.hart_count):
            if self.m.profiling and self.m.running == NULL:
                self.m.nodes[self.m.harts[k].node].count += self.m.harts[k].executed - self.m.harts[k].charged
                self.m.harts[k].charged = self.m.harts[k].executed
        return [(self.m.nodes[k].pc, self.m.nodes[k].parent, self.m.nodes[k].count) for k in range(self.m.node_count)]

    def profile_executions(self):
        """Return {(pc, physical address): times the instruction there was executed}, without ROM's."""
        cdef u32 k
        gather_executions(&self.m)
        return {
            (self.m.executions[k].pc, self.m.executions[k].pa): self.m.executions[k].count
            for k in range(1 << EXECUTION_BITS if self.m.executions != NULL else 0) if self.m.executions[k].count
        }

    @property
    def stepped(self):
        """Whether the hart that `step` named has executed an instruction."""
        return bool(self.m.stepped)

    cdef void _look_again(self):
        """Let every hart see what is watched now; a running block ends."""
        cdef u32 k
        empty_all(&self.m)
        for k in range(self.m.hart_count): self.m.harts[k].check = True

    def translate(self, u32 hart, u64 va):
        """Return the physical address that `va` has for loads of the hart, or None; A and D bits stay as they are."""
        cdef u64 pa = 0
        cdef Hart *h = self._synced(hart)
        select_contexts(h)
        return pa if peek(h, va, &pa) else None

    # ---- registers

    cdef Hart *_synced(self, u32 hart) except NULL:
        """The hart, with counters that can be read."""
        if hart >= self.m.hart_count: raise IndexError(hart)
        cdef Hart *h = &self.m.harts[hart]
        if self.m.running != h: begin(h, 0)
        if h.counting: count_events(h, h.left)
        return h

    def get_x(self, u32 hart, u32 number):
        """Return integer register `number` (0 to 31)."""
        if number > 31: raise IndexError(number)
        return self._synced(hart).x[number]

    def set_x(self, u32 hart, u32 number, u64 value):
        """Set integer register `number`; x0 stays 0."""
        if number > 31: raise IndexError(number)
        if number: self._synced(hart).x[number] = value

    def get_f(self, u32 hart, u32 number):
        """Return the 64 bits of floating-point register `number` (0 to 31)."""
        if number > 31: raise IndexError(number)
        return self._synced(hart).f[number]

    def set_f(self, u32 hart, u32 number, u64 value):
        """Set the 64 bits of floating-point register `number`."""
        if number > 31: raise IndexError(number)
        self._synced(hart).f[number] = value

    def get_pc(self, u32 hart):
        """Return the address of the next instruction."""
        return self._synced(hart).pc

    def set_pc(self, u32 hart, u64 value):
        """Set the address of the next instruction; bit 0 is ignored."""
        self._synced(hart).pc = value & ~<u64>1

    def get_priv(self, u32 hart):
        """Return the privilege mode: 0 U, 1 S, 3 M."""
        return self._synced(hart).priv

    def set_priv(self, u32 hart, u32 value):
        """Set the privilege mode: 0 U, 1 S, 3 M."""
        if value not in (0, 1, 3): raise ValueError(value)
        change_mode(self._synced(hart), value)
        self._synced(hart).check = True

    def get_waiting(self, u32 hart):
        """Whether the hart is in WFI."""
        return self._synced(hart).waiting

    def get_csr(self, u32 hart, u32 number):
        """Return a CSR as M-mode would read it.

        Raises:
            KeyError: it does not exist.
        """
        cdef Hart *h = self._synced(hart)
        if not csr_exists(h, number): raise KeyError(number)
        host_fp_reset()                                 # Python's own flags are not the guest's
        return csr_get(h, number, h.left)

    def set_csr(self, u32 hart, u32 number, u64 value):
        """Write a CSR as M-mode would; the counters then have exactly that value.

        Raises:
            KeyError: it does not exist, or is read-only.
        """
        cdef Hart *h = self._synced(hart)
        if not csr_exists(h, number) or number >> 10 == 3: raise KeyError(number)
        host_fp_reset()
        csr_set(h, number, value, h.left + 1)
        if self.m.running != h and not h.stopped & COUNTER_IR: h.minstret = h.instret_end
        host_fp_reset()

    # ---- the whole state

    def hart_state(self, u32 hart):
        """Return the architectural state of a hart as plain values."""
        cdef Hart *h = self._synced(hart)
        cdef int k
        return {
            "x": [h.x[k] for k in range(32)],
            "f": [h.f[k] for k in range(32)],
            "pc": h.pc,
            "priv": h.priv,
            "mstatus": h.mstatus,
            "mip": h.mip,
            "lines": h.lines,
            "fflags": h.fflags,
            "frm": h.frm,
            "elp": bool(h.elp),
            "waiting": bool(h.waiting),
            "reservation": h.reservation,
            "reservation_width": h.reservation_width,
            "minstret": get_minstret(h, h.left),
            "cycle_offset": h.cycle_offset,
            "mcycle_frozen": h.mcycle_frozen,
            "hpmcounter": [h.hpmcounter[k] for k in range(3, 32)],
            "entropy": h.entropy,
            "csr": [h.csr[k] for k in range(CSR_COUNT)],
            "pmpcfg": [h.pmpcfg[k] for k in range(PMP_COUNT)],
            "pmpaddr": [h.pmpaddr[k] for k in range(PMP_COUNT)],
            "tdata1": [h.tdata1[k] for k in range(TRIGGER_COUNT)],
            "tdata2": [h.tdata2[k] for k in range(TRIGGER_COUNT)],
        }

    def set_hart_state(self, u32 hart, state):
        """Take back what `hart_state` returned; `cycle` must be set before."""
        cdef Hart *h = self._synced(hart)
        cdef int k
        for k in range(32): h.x[k], h.f[k] = state["x"][k], state["f"][k]
        for k in range(CSR_COUNT): h.csr[k] = state["csr"][k]
        for k in range(PMP_COUNT): h.pmpcfg[k], h.pmpaddr[k] = state["pmpcfg"][k], state["pmpaddr"][k]
        for k in range(TRIGGER_COUNT): h.tdata1[k], h.tdata2[k] = state["tdata1"][k], state["tdata2"][k]
        update_triggers(h)
        flush_code(&self.m)
        h.x[0] = 0
        h.pc, h.priv, h.mstatus = state["pc"], state["priv"], state["mstatus"]
        h.mip, h.lines, h.fflags, h.frm = state["mip"], state["lines"], state["fflags"], state["frm"]
        h.waiting, h.elp = state["waiting"], state["elp"]
        update_landing(h)
        h.reservation, h.reservation_width = state["reservation"], state["reservation_width"]
        h.minstret, h.cycle_offset, h.mcycle_frozen = state["minstret"], state["cycle_offset"], state["mcycle_frozen"]
        h.entropy = state["entropy"]
        for k in range(3, 32): h.hpmcounter[k] = state["hpmcounter"][k - 3]
        mark_counters(h, h.left)
        follow_counters(h)
        pmp_rebuild(h)
