"""Where everything stands in the memory of a batch: the runtime, pools of values, and a block for each case.

Both machines get the same image at RAM_BASE, run it until it powers them off, and are compared word by word.
"""

from __future__ import annotations

RAM_BASE = 0x8000_0000
RUNTIME = RAM_BASE + 0x1000
GLOBALS = RAM_BASE + 0x2000
"""The block of the case that runs, and the end of the last block."""
X_POOL, F_POOL = RAM_BASE + 0x4000, RAM_BASE + 0x6000
POOL_WORDS, WINDOW_WORDS = 512, 32
"""A round starts with 32 words in a row from each pool, at one of 512 places."""
S_HANDLER = RAM_BASE + 0x8000
S_RETURN = 0x100
"""The trap handler of S-mode: an `ecall` at every vector; and an `sret` so far behind it."""
CASES = RAM_BASE + 0x1_0000

BLOCK_SIZE = 0x1_0000
SETUP, CODE, DATA, RESULTS, TABLES = 0x400, 0x1000, 0x3000, 0x6000, 0xA000
CODE_SIZE, DATA_SIZE, RESULT_SIZE, TABLES_SIZE = DATA - CODE, RESULTS - DATA, 0x800, BLOCK_SIZE - TABLES
MAX_ROUNDS = (TABLES - RESULTS) // RESULT_SIZE
"""A block, in the order of its parts: header, setup code, program, data, a result for each round, page tables."""

ROUNDS, ROUND, SEED, END, CODE_VA, STVEC, SAVED, TRAPS, RESULT, RETIRED_FROM, RETIRED = (
    0x00, 0x08, 0x10, 0x18, 0x20, 0x28, 0x30, 0x58, 0x60, 0x68, 0x70,
)  # fmt: skip
"""Words of the header; RETIRED counts the instructions of the program itself, where minstret counts instructions."""
NOT_COMPARED = (RETIRED_FROM, RETIRED)
FIXED = 0x80
FIXED_REGISTERS = (2, 8, 9, 10, 11, 31)
"""Registers that a round starts with at values of the case's own: addresses, and how often it may branch back."""
CONSTANTS = 0x100
"""Values that the setup code loads."""

RESULT_X, RESULT_F, RESULT_CSR, TRAP_LOG = 0x000, 0x0F8, 0x1F8, 0x400
TRAP_SIZE = 32
LOGGED_TRAPS = (RESULT_SIZE - TRAP_LOG) // TRAP_SIZE
MAX_TRAPS = LOGGED_TRAPS - 4
"""A trap is logged as mcause, mepc, mtval and mstatus; one into S-mode also as scause, sepc, stval and 0."""

RESULT_CSRS = (
    "mstatus", "mie", "mip", "mideleg", "medeleg", "mcounteren", "menvcfg", "mtvec", "scounteren", "senvcfg",
    "stvec", "sscratch", "sepc", "scause", "stval", "satp", "stimecmp", "pmpcfg0", "pmpcfg2",
    *(f"pmpaddr{n}" for n in range(16)), "fcsr",
)  # fmt: skip
"""CSRs in the order in which a result holds them."""
ALL = (1 << 64) - 1
