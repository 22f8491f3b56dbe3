"""Where a Linux boot spends its instructions: every one counted, by call path, into a flame graph.

    python examples/linux_boot_profile.py Image initrd.cpio boot.svg [System.map]

System.map, or what /proc/kallsyms prints, names the kernel's functions; without it they are named by page.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rvemu import Machine
from rvemu.debug.flame import flame_graph
from rvemu.debug.profile import Profile
from rvemu.debug.symbols import SymbolTable

UNTIL = b"Run /init as init process"
SHOWN = 20


class Unnamed:
    """A table without symbols."""

    def at(self, va: int) -> None:
        """Name nothing."""


def main(image: str, initrd: str, out: str, symbols: str | None = None) -> None:
    """Boot until init starts, write the graph, and print the functions that took most."""
    with Machine("256M", kernel=image, initrd=initrd, append="console=ttyS0") as machine:
        machine.profile(True)
        machine.expect(UNTIL, max_cycles=20_000_000_000)
        profile = Profile.of(machine, SymbolTable.load(symbols) if symbols else Unnamed())
        Path(out).write_text(flame_graph(profile.root, f"Linux to init: {profile.instructions:,} instructions"))
        for function in profile.functions()[:SHOWN]:
            print(f"{function.own:>14,} {100 * function.own / profile.instructions:5.1f} %  {function.name}")


if __name__ == "__main__":
    main(*sys.argv[1:])
