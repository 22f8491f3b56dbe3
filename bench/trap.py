"""Round trips of ecall and mret within M-mode: nanoseconds for each, rvemu against QEMU."""

from measure import bare_metal, interleaved, median, report

TRIPS = 9 * 500_000
"""The long guest makes ten times 500 000 round trips, the short one 500 000."""

figures = interleaved(5, bare_metal("trap"))
nanoseconds = {f"{name}_ns": median([second / TRIPS * 1e9 for second in values]) for name, values in figures.items()}
report("trap", figures, **nanoseconds)
