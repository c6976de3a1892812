"""The disk fails at each call of a script that saves by itself, once for a moment and once for good."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

from tests.store.faults import Fault, broken_from, faulty, full_at, full_from
from tests.torture.counting import Found, folder
from tests.torture.deeds import begun, differing, drawn, session, take, told

import qualcode as qc
from qualcode.errors import QualcodeError, StoreError
from qualcode.testing.picks import Step

STEPS = 12


def broken_at(number: int) -> Fault:
    """Let one call fail, as if the disk could not be read there."""

    def fault(count: int, kind: str) -> None:
        if count == number:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    return fault


FAULTS: dict[str, Callable[[int], Fault]] = {
    "full for a moment": full_at,
    "full": full_from,
    "broken for a moment": broken_at,
    "broken": broken_from,
}


def failing(runs: int, seed: int) -> Found:
    """Let as many calls fail, the next of each script in turn, with each kind of fault in turn.

    A call that says that it failed has done nothing or all on the disk; what was done before it is there; and
    once the disk is well again, the same project saves everything.
    """
    found = Found("disks", seed)
    random = Random(seed)
    while found.counts["fault points"] < runs:
        steps = drawn(random, STEPS)
        number = 1
        while found.counts["fault points"] < runs and _fail(found, steps, number):
            number += 1
        found.counts["scripts"] += 1
    return found


def _fail(found: Found, steps: list[Step], number: int) -> bool:
    """Let a script fail at a call; return whether it comes to that call."""
    name = list(FAULTS)[(number + found.counts["scripts"]) % len(FAULTS)]
    where = f"script {found.counts['scripts']}, call {number} ({name})"
    with folder() as place:
        study = place / "study"
        begun(study)
        project, twin = session(study, 0, autosave=True), session(study, 0, autosave=False)
        at = 0
        failed = False
        with faulty(FAULTS[name](number)) as calls:
            while at < len(steps) and not failed:
                with suppress(StoreError):
                    take(project, steps[at])
                    at += 1
                    continue
                failed = True
        if len(calls) < number:
            return False
        found.counts["fault points"] += 1
        found.counts[f"at {calls[number - 1]}"] += 1
        found.counts["failed calls that were told"] += failed
        try:
            _compare(found, where, study, project, twin, steps, at, failed)
        except QualcodeError as error:
            found.fault(f"{where}: {error}")
    return True


def _compare(
    found: Found, where: str, study: Path, project: qc.Project, twin: qc.Project,
    steps: list[Step], done: int, failed: bool,
) -> None:  # fmt: skip
    for step in steps[:done]:
        take(twin, step)
    before = told(twin)
    for step in steps[done : done + failed]:
        take(twin, step)
    after = told(twin)
    left = told(qc.Project.open(study))
    if left not in (before, after):
        found.fault(f"{where}: on the disk is neither: {differing(left, (before, after))}")
    if told(project) != after:
        found.fault(f"{where}: not in memory: {differing(told(project), (after,))}")
    project.save()
    if told(qc.Project.open(study)) != after:
        found.fault(f"{where}: not saved afterwards")
    found.faults += [f"{where}: {each}" for each in qc.check_folder(study)]
