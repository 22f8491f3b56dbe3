"""Guest programs that tests compile, with the compiler that built the bundled ones."""

from __future__ import annotations

import subprocess
from pathlib import Path

CROSS = "riscv64-unknown-elf-"

CODE = """
#include "twice.h"
static int shared;
volatile int sink;
__attribute__((noinline)) int leaf(int x) { return x * 3; }
__attribute__((noinline)) static int helper(int x)
{
\tshared += twice(x);
\treturn leaf(shared) + 1;
}
__attribute__((noinline)) int middle(int x)
{
\tint array[20];
\tfor (int i = 0; i < 20; i++)
\t\tarray[i] = helper(x + i);
\tsink = array[x];
\treturn array[3];
}
__attribute__((noreturn)) void start(void)
{
\tsink = middle(4);
\tfor (;;)
\t\t;
}
"""
HEADER = """
static inline int twice(int x)
{
\tx += 7;
\treturn x * 2;
}
"""
ENTRY = """
.section .entry, "ax"
.globl _entry
_entry:
\tlla sp, stack_top
\tli s0, 0
\tcall start
.bss
.balign 16
.globl stack_top
.space 32768
stack_top:
"""
SCRIPT = """
ENTRY(_entry)
SECTIONS { . = BASE; .text : { *(.entry) *(.text*) } .data : { *(.data*) } .bss : { *(.bss*) } }
"""


def build(folder: Path, *flags: str, base: int = 0x8000_0000, name: str = "program", code: str = CODE,
          entry: str = ENTRY) -> Path:
    """Compile and link a program; return its path."""
    (folder / "twice.h").write_text(HEADER)
    (folder / f"{name}.c").write_text(code)
    (folder / f"{name}-entry.S").write_text(entry)
    (folder / f"{name}.ld").write_text(SCRIPT.replace("BASE", hex(base)))
    command = [
        f"{CROSS}gcc", "-march=rv64imac_zicsr", "-mabi=lp64", "-mcmodel=medany", "-nostdlib", "-static", "-O1",
        "-ffreestanding", "-Wl,--build-id=none,--no-warn-rwx-segments", *flags, "-T", f"{name}.ld",
        f"{name}-entry.S", f"{name}.c", "-o", f"{name}.elf",
    ]  # fmt: skip
    subprocess.run(command, cwd=folder, check=True)
    return folder / f"{name}.elf"


def tool(name: str, *words: str, text: str = "") -> str:
    """Return what one of binutils' programs prints."""
    return subprocess.run([CROSS + name, *words], input=text, capture_output=True, text=True, check=True).stdout
