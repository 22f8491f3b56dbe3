"""Register numbers and ABI names. Source: RISC-V ABIs specification, "Register Convention"."""

from __future__ import annotations

X_NAMES = (
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2",
    "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5",
    "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7",
    "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
)  # fmt: skip
"""ABI name of each integer register, x0 first."""

F_NAMES = (
    "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7",
    "fs0", "fs1", "fa0", "fa1", "fa2", "fa3", "fa4", "fa5",
    "fa6", "fa7", "fs2", "fs3", "fs4", "fs5", "fs6", "fs7",
    "fs8", "fs9", "fs10", "fs11", "ft8", "ft9", "ft10", "ft11",
)  # fmt: skip
"""ABI name of each floating-point register, f0 first."""

X_NUMBERS = {
    **{name: number for number, name in enumerate(X_NAMES)},
    **{f"x{number}": number for number in range(32)},
    "fp": 8,
}
"""Number of the integer register that has this ABI name, `x` name, or alias."""

F_NUMBERS = {
    **{name: number for number, name in enumerate(F_NAMES)},
    **{f"f{number}": number for number in range(32)},
}
"""Number of the floating-point register that has this ABI name or `f` name."""
