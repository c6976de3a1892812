"""Two processes work in one project at once, and each has what it did."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.store.crashing import ended, forked
from tests.store.faults import dead_at, faulty
from tests.torture.counting import Found, folder
from tests.torture.deeds import begun, session

import qualcode as qc
from qualcode.errors import LockedError

DEEDS = 24
CALLS = 300
WHO = ("ana", "eve")


def at_once(runs: int, seed: int) -> Found:
    """Let two processes work at once, so many times; in every other run one of them is killed."""
    found = Found("pairs", seed)
    random = Random(seed)
    for number in range(runs):
        with folder() as place:
            _once(found, place / "study", number, random)
    return found


def _once(found: Found, study: Path, number: int, random: Random) -> None:
    begun(study)
    drawn = [[random.randrange(8) for _ in range(DEEDS)] for _ in range(2)]
    call = random.randrange(1, CALLS) if number % 2 else 0
    same = random.random() < 0.5
    started = [
        _start(study, number, each, WHO[each * (not same)], drawn[each], call * (each == 1))
        for each in range(2)
    ]
    done = []
    for reader, child in started:
        with os.fdopen(reader, "rb") as said:
            answers = said.read()
        status = ended(child)
        done.append(answers.count(b"x"))
        found.counts["refused for a moment"] += answers.count(b"L")
        found.counts["refreshes"] += answers.count(b"r")
        if b"M" in answers:
            found.fault(f"run {number}: refreshing lost what was done")
        found.counts["killed"] += status == 9
        if status not in (0, 9):
            found.fault(f"run {number}: a process failed by itself ({status})")
    found.counts["runs"] += 1
    found.counts["deeds told to be kept"] += sum(done)
    left = labels(qc.Project.open(study))
    for each in range(2):
        told = {label(each, at) for at in range(done[each])}
        own = {name for name in left if name.startswith(f"p{each}-")}
        more = own - told
        found.counts["kept"] += len(told & own)
        if told - own or len(more) > (1 if call and each == 1 else 0):
            found.fault(f"run {number}, process {each}: lost {told - own}, more {more}")
    found.faults += [f"run {number}: {each}" for each in qc.check_folder(study)]


def _start(
    study: Path, number: int, each: int, coder: str, deeds: list[int], call: int
) -> tuple[int, int]:
    reader, writer = os.pipe()

    def work() -> None:
        project = session(study, 2 * number + each, autosave=True)
        for at, deed in enumerate(deeds):
            _do(project, deed, label(each, at), coder, lambda: os.write(writer, b"L"))
            os.write(writer, b"x")
            if deed % 4 == 3 and _refreshed(project, lambda: os.write(writer, b"L")):
                # Everything that was there before it asked is here, and so is its own.
                seen = {name for name in labels(project) if name.startswith(f"p{each}-")}
                own = {label(each, told) for told in range(at + 1)}
                os.write(writer, b"r" if own <= seen else b"M")

    def dying() -> None:
        with faulty(dead_at(call)):
            work()

    child = forked(dying if call else work)
    os.close(writer)
    return reader, child


def _refreshed(project: qc.Project, refused: Callable[[], object]) -> bool:
    try:
        project.refresh()
    except LockedError:
        refused()
        return False
    return True


def label(process: int, deed: int) -> str:
    return f"p{process}-{deed}"


def _do(
    project: qc.Project, deed: int, label: str, coder: str, refused: Callable[[], object]
) -> None:
    """Leave something under a name in the project; what was refused is in memory, and saved later."""
    try:
        if deed == 0:
            project.add_document(f"Text of {label}.", id=label, coder=coder)
        elif deed == 1:
            project.add_memo("project", label, coder=coder)
        elif deed == 2:
            with project.revise(coder=coder, reason="more") as cb:
                cb.add(label)
        elif deed == 3:
            text = project.documents["a"].text
            project.correct("a", f"{text} {label}.", coder=coder)
            project.add_memo("document:a", label, coder=coder)
        else:
            project.assign(("b", 3, 9), "trust", coder=coder, memo=label)
    except LockedError:
        refused()
        _save_when_free(project)


def _save_when_free(project: qc.Project) -> None:
    while True:
        try:
            return project.save()
        except LockedError:
            time.sleep(0.01)


def labels(project: qc.Project) -> set[str]:
    """Return all names that something was left under."""
    rows = project.state.events
    return {
        *project.documents,
        *project.codebook.codes,
        *(memo.text for memo in project.memos),
        *rows.memos.values(),
    }
