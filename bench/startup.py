"""From `rvemu run` to the guest's power-off, of a guest that does next to nothing: seconds of CPU."""

from measure import BENCH, have_qemu, interleaved, qemu, report, rvemu, usage

GUEST = str(BENCH / "trap-1.elf")

tasks = {"rvemu": lambda: usage(rvemu(GUEST)).cpu_seconds}
if have_qemu():
    tasks["qemu"] = lambda: usage(qemu("-bios", "none", "-kernel", GUEST)).cpu_seconds
report("startup", interleaved(5, tasks))
