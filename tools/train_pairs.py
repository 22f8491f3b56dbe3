"""Pick the superinstructions: run guests on a profiling build, and write tools/pairs.txt.

Usage, with a build made by `RVEMU_PROFILE=1 python setup.py build_ext --inplace`:

    python tools/train_pairs.py [--count N] GUEST...

A GUEST is `KERNEL[,option=value...]` with options of rvemu.Machine, and `cycles=N`, `drive=FILE` (left as it is) and
`shell=LINE`, typed at the first `$ `. Each guest weighs the same, however long it runs, so that the list serves
the mix.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from rvemu._core import pairs_executed
from rvemu.machine import Machine
from tools.ops import Op, collect_ops

PAIRS = Path(__file__).parent / "pairs.txt"
HEADER = "# Superinstructions: pairs of ops, most frequent first, picked by tools/train_pairs.py over a mix.\n"
FIRST_KINDS = ("alu", "load", "store")
SECOND_KINDS = (*FIRST_KINDS, "branch", "jal", "jalr")


def _usable(pair: tuple[str, str], ops: dict[str, Op]) -> bool:
    return ops[pair[0]].kind in FIRST_KINDS and ops[pair[1]].kind in SECOND_KINDS


def _run(guest: str) -> None:
    kernel, *options = guest.split(",")
    values = dict(option.split("=", 1) for option in options)
    cycles, line = int(values.pop("cycles", "300000000")), values.pop("shell", None)
    drives = [values.pop("drive") + ",snapshot=on"] if "drive" in values else []
    machine = Machine(kernel=kernel, drives=drives, **values)
    if line is not None:
        machine.expect(b"$ ")
        machine.console.send(line.encode() + b"\n")
    print(guest, machine.run(cycles))


def main() -> None:
    """Run every guest and write the most frequent pairs."""
    parser = argparse.ArgumentParser(description="pick the superinstructions")
    parser.add_argument("--count", type=int, default=250)
    parser.add_argument("guests", nargs="+")
    arguments = parser.parse_args()
    ops = {op.name: op for op in collect_ops()}
    share: Counter[tuple[str, str]] = Counter()
    before: Counter[tuple[str, str]] = Counter()
    for guest in arguments.guests:
        _run(guest)
        now = Counter(pairs_executed())
        fresh = {pair: count for pair, count in (now - before).items() if _usable(pair, ops)}
        for pair, count in fresh.items():
            share[pair] += count / sum(fresh.values())
        before = now
    chosen = sorted(share.items(), key=lambda item: (-item[1], item[0]))[: arguments.count]
    print(f"{len(chosen)} pairs, {sum(weight for _, weight in chosen) / len(arguments.guests):.1%} of all that follow")
    PAIRS.write_text(HEADER + "".join(f"{first} {second}\n" for (first, second), _ in chosen))


if __name__ == "__main__":
    main()
