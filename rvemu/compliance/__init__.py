"""Runs of test programs that tell their verdict by HTIF, as riscv-tests do: `rvemu test`."""
