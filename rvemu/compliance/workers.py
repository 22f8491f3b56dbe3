"""Worker processes: several tests at once, of which none can take the others down."""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from rvemu.compliance.outcome import ERROR, Job, Outcome
from rvemu.compliance.trial import run_test

GRACE_SECONDS = 15.0
"""What a worker has beyond the time limit of its test, which may run twice."""
Run = Callable[[Job], Outcome]


def run_jobs(
    jobs: Sequence[Job], workers: int, run: Run = run_test, grace: float = GRACE_SECONDS
) -> Generator[Outcome, None, None]:
    """Yield the outcome of each job as it comes; at most `workers` run at a time.

    Each process is started afresh, not forked, so that a crash or a hang of one leaves all else as it was: its
    test is an error, and another process takes over.

    Args:
        run: what a worker does with a job: a function that can be imported.
        grace: host seconds before a worker that does not answer is killed, beyond twice its job's timeout.
    """
    pending, crew = deque(jobs), list[_Worker]()
    try:
        while pending or crew:
            while pending and len(crew) < workers:
                crew.append(_Worker.started(run))
                crew[-1].take(pending.popleft(), grace)
            yield from _harvest(crew, pending, grace)
    finally:
        for worker in crew:
            worker.end()


def _harvest(crew: list[_Worker], pending: deque[Job], grace: float) -> Iterator[Outcome]:
    """Wait for workers; yield what they found, and give them the next jobs or let them go."""
    patience = max(0.0, min(worker.deadline for worker in crew) - time.monotonic())
    ready = wait([worker.pipe for worker in crew], patience)
    for worker in list(crew):
        outcome = worker.answer() if worker.pipe in ready else worker.overdue()
        if outcome is None:
            continue
        if worker.alive and pending:
            worker.take(pending.popleft(), grace)
        else:
            worker.end()
            crew.remove(worker)
        yield outcome


@dataclass
class _Worker:
    process: SpawnProcess
    pipe: Connection
    job: Job | None = None
    began: float = 0.0
    deadline: float = 0.0
    alive: bool = True

    @classmethod
    def started(cls, run: Run) -> _Worker:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, run), daemon=True)
        process.start()
        theirs.close()
        return cls(process, ours)

    def take(self, job: Job, grace: float) -> None:
        self.job, self.began = job, time.monotonic()
        self.deadline = self.began + 2 * job.timeout + grace
        with suppress(OSError):  # it has died; the end of its pipe says so
            self.pipe.send(job)

    def answer(self) -> Outcome | None:
        try:
            outcome = self.pipe.recv()
        except (EOFError, OSError):
            self.alive = False
            self.process.join(GRACE_SECONDS)
            return self._error(f"the worker died ({_how(self.process.exitcode)})")
        assert isinstance(outcome, Outcome)
        return outcome

    def overdue(self) -> Outcome | None:
        if time.monotonic() < self.deadline:
            return None
        self.alive = False
        return self._error(f"the worker hung ({time.monotonic() - self.began:.0f} s without an answer)")

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()

    def _error(self, reason: str) -> Outcome:
        assert self.job is not None
        return Outcome(self.job.path, ERROR, reason, seconds=time.monotonic() - self.began)


def _how(status: int | None) -> str:
    if status is not None and status < 0:
        return signal.Signals(-status).name
    return f"exit status {status}"


def serve(pipe: Connection, run: Run) -> None:
    """Answer jobs until the other end is gone; Ctrl-C is for the parent, which ends the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_guarded(run, job))


def _guarded(run: Run, job: Job) -> Outcome:
    """A fault of ours in one test is an error of that test."""
    try:
        return run(job)
    except Exception as error:
        text = " ".join(f"{type(error).__name__}: {error}".split())
        return Outcome(job.path, ERROR, f"our own fault: {text}")
