"""A script that saves by itself is killed, and started again on what it left, over and over."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.store.crashing import ended, forked
from tests.store.faults import dead_at, faulty
from tests.torture.counting import Found, folder
from tests.torture.deeds import begun, differing, drawn, session, take, told

import qualcode as qc
from qualcode.testing.picks import Step

STEPS = 60
AGAIN = 12
"""After how many kills another project is begun."""
CALLS = 500
SECONDS = 0.25


def killed(runs: int, seed: int, *, by_clock: bool = True) -> Found:
    """Kill a script so many times: at a call that changes a file, or, every other time, by the clock.

    Kept must be all that it was told is kept, and of what it was at when it died all or nothing.
    """
    found = Found("kills", seed)
    random = Random(seed)
    number = 0
    with folder() as place:
        study = place / "study"
        while found.counts["kills"] < runs:
            if number % AGAIN == 0:
                shutil.rmtree(study, ignore_errors=True)
                begun(study)
            twin = session(study, number, autosave=False)
            steps = drawn(random, STEPS)
            clocked = by_clock and number % 2 == 1
            pause = random.random() * SECONDS if clocked else None
            call = 0 if clocked else random.randrange(1, CALLS)
            done = _run_and_kill(found, study, number, steps, call, pause)
            _compare(found, study, twin, number, steps, done)
            number += 1
    return found


def _run_and_kill(
    found: Found, study: Path, number: int, steps: list[Step], call: int, pause: float | None
) -> int:
    """Return of how many steps a process said that they are done before it was killed."""
    reader, writer = os.pipe()

    def work() -> None:
        project = session(study, number, autosave=True)
        for step in steps:
            take(project, step)
            os.write(writer, b"x")

    child = forked(work if pause is not None else _dying(work, call))
    os.close(writer)
    if pause is not None:
        time.sleep(pause)
        os.kill(child, signal.SIGKILL)
    done = 0
    while got := os.read(reader, 1 << 16):
        done += len(got)
    os.close(reader)
    status = ended(child)
    if status in (9, -signal.SIGKILL):
        found.counts["kills"] += 1
        found.counts["by the clock" if pause is not None else "at a call"] += 1
    elif status:
        found.fault(f"run {number}: the script failed by itself")
    return done


def _dying(work: Callable[[], object], call: int) -> Callable[[], object]:
    def dying() -> None:
        with faulty(dead_at(call)):
            work()

    return dying


def _compare(
    found: Found, study: Path, twin: qc.Project, number: int, steps: list[Step], done: int
) -> None:
    """Hold what a dead process left against what a living one would have after as many steps."""
    for step in steps[:done]:
        take(twin, step)
    before = told(twin)
    for step in steps[done : done + 1]:
        take(twin, step)
    after = told(twin)
    left = told(qc.Project.open(study))
    found.counts["steps told to be kept"] += done
    found.counts["kept"] += done
    if left == after and left != before:
        found.counts["kept although not told yet"] += 1
    elif left != before:
        found.counts["kept"] -= done
        kind = steps[done].kind if done < len(steps) else "end"
        found.fault(f"run {number}, step {done} ({kind}): {differing(left, (before, after))}")
    found.faults += [f"run {number}: {each}" for each in qc.check_folder(study)]
