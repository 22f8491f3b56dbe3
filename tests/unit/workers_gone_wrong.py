"""What workers do in tests: functions that another process can import."""

from __future__ import annotations

import os
import signal
import time

from rvemu.compliance.outcome import PASSED, Job, Outcome


def by_name(job: Job) -> Outcome:
    """Die, hang, raise or pass, as the job's path says."""
    match job.path:
        case "dies":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "leaves":
            os._exit(9)
        case "hangs":
            time.sleep(600)
        case "raises":
            raise ZeroDivisionError("of ours")
    return Outcome(job.path, PASSED, seconds=float(os.getpid()))
