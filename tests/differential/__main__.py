"""Differential testing by hand; docs/howto/differential.md says how."""

from __future__ import annotations

import argparse
import sys

from differential.campaign import Campaign


def main() -> int:
    """Run as many batches as it takes; print each mismatch, minimised, and what did not run; return 1 if any."""
    parser = argparse.ArgumentParser(prog="differential", description="Compare rvemu with QEMU on random programs.")
    parser.add_argument("--seed", default="1", help="names the batches: the same seed, the same programs (1)")
    parser.add_argument("--instructions", type=float, default=1e7, help="how many the programs execute (1e7)")
    parser.add_argument("--cases", type=int, default=500, help="cases in a batch (500)")
    parser.add_argument("--batch", type=int, default=0, help="number of the first batch (0)")
    parser.add_argument("--engine", default="auto", help="rvemu's execution engine (auto)")
    parser.add_argument("--tier-up", type=int, default=1, help="executions of a block before jit compiles it (1)")
    parser.add_argument("--most", type=int, default=5, help="stop after so many mismatches or endless cases (5)")
    asked = parser.parse_args()
    campaign = Campaign(asked.seed, cases=asked.cases, engine=asked.engine, tier_up=asked.tier_up)
    for number in campaign.batches(int(asked.instructions), asked.batch):
        print(f"batch {asked.seed}/{number}: {campaign}", file=sys.stderr)
        if len(campaign.failed) + len(campaign.not_run) >= asked.most:
            break
    for seed, why in campaign.not_run.items():
        print(f"case {seed!r} not run: {why}")
    for seed in campaign.one_of_each()[: asked.most]:
        print(campaign.explain(seed), end="\n\n")
    print(campaign)
    return 1 if campaign.failed or campaign.not_run else 0


if __name__ == "__main__":
    sys.exit(main())
