"""Tasks in which processes die while they save. Run as a script: it forks those that die.

It has no threads, so forking is safe, and the library is imported only once.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.store.faults import dead_at, faulty
from tests.store.making import (
    change_everything,
    clock,
    codebook,
    contents,
    made,
    opened,
    private,
    step,
)

import qualcode as qc

KEPT = {".gitignore", "lock", "cache", "copies.json"}


def forked(work: Callable[[], object]) -> int:
    """Start a process that does some work."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return child


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def stray(folder: Path) -> list[str]:
    return sorted({name.split("/")[0] for name in private(folder)} - KEPT)


def whole_steps(project: qc.Project) -> bool:
    """Tell whether a project holds what a number of steps make, each whole."""
    number = len(project.documents)
    done = {
        "assignments": [each.segment.document.id for each in project.assignments],
        "memos": [memo.target.removeprefix("document:") for memo in project.memos],
        "suggestions": [each.segment.document.id for each in project.state.verdicts],
    }
    steps = [f"d{each}" for each in range(number)]
    reasons = [each.reason for each in project.history][1:]
    return all(each == steps for each in done.values()) and reasons == [
        f"step {each}" for each in range(number)
    ]


def killed(base: Path) -> dict[str, Any]:
    """Kill a process 36 times while it saves one step after the other."""
    folder = base / "study"
    qc.Project.create(folder, codebook=codebook(), name="Study", clock=clock)

    def work() -> None:
        project = qc.Project.open(folder, clock=clock)
        while True:
            step(project)
            project.save()

    pauses = random.Random(20261122)
    bad, interrupted = [], 0
    for number in range(36):
        child = forked(work)
        time.sleep(0.01 + 0.05 * pauses.random())
        os.kill(child, signal.SIGKILL)
        ended(child)
        interrupted += "journal.json" in private(folder) or "pending" in private(folder)
        if not whole_steps(qc.Project.open(folder)) or qc.check_folder(folder):
            bad.append(number)
    last = qc.Project.open(folder, clock=clock)
    step(last)
    last.save()
    return {"kills": 36, "bad": bad, "interrupted": interrupted, "stray": stray(folder)}


def dying(folder: Path, number: int) -> int:
    """Save a changed project in a process that dies at a call; return how it ended."""
    made(folder)

    def work() -> None:
        project = opened(folder)
        change_everything(project)
        with faulty(dead_at(number)):
            project.save()

    return ended(forked(work))


def each_call(base: Path) -> dict[str, Any]:
    """Let a process die at each call of a save in turn."""
    made(base / "old")
    made(base / "new")
    project = opened(base / "new")
    change_everything(project)
    project.save()
    old, new = contents(base / "old"), contents(base / "new")
    outcomes, strays = [], set()
    number, status = 1, 9
    while status == 9:
        folder = base / "try"
        status = dying(folder, number)
        again = qc.Project.open(folder, clock=clock)
        found = contents(folder)
        outcomes.append("old" if found == old else "new" if found == new else f"mixed at {number}")
        if number % 4 == 0:
            step(again)
            again.save()
            strays.update(stray(folder))
        shutil.rmtree(folder)
        number += 1
    return {"outcomes": outcomes, "stray": sorted(strays)}


def last_call_with_a_journal(base: Path) -> int:
    """Return the last call of a save before which dying leaves something to put back."""
    made(base / "count")
    project = opened(base / "count")
    change_everything(project)
    with faulty(lambda count, kind: None) as calls:
        project.save()
    for number in range(len(calls), 0, -1):
        dying(base / "search", number)
        found = "journal.json" in private(base / "search")
        shutil.rmtree(base / "search")
        if found:
            return number
    raise AssertionError("no save leaves a journal")


def putting_back(base: Path) -> dict[str, Any]:
    """Let a process die just before it commits, and the next one at each call of putting back."""
    made(base / "old")
    old = contents(base / "old")
    last = last_call_with_a_journal(base)
    bad, deaths = [], 0
    number, status = 1, 9
    while status == 9:
        folder = base / "try"
        dying(folder, last)

        def work(folder: Path = folder, number: int = number) -> None:
            with faulty(dead_at(number)):
                qc.Project.open(folder)

        status = ended(forked(work))
        deaths += status == 9
        qc.Project.open(folder)
        if contents(folder) != old or qc.check_folder(folder):
            bad.append(number)
        shutil.rmtree(folder)
        number += 1
    return {"deaths": deaths, "bad": bad}


def creation(base: Path) -> dict[str, Any]:
    """Let a process die at each call of creating a project, and create it again."""
    bad, deaths = [], 0
    number, status = 1, 9
    while status == 9:
        folder = base / "try"

        def create(folder: Path = folder) -> None:
            qc.Project.create(folder, codebook=codebook(), clock=clock)

        def work(folder: Path = folder, number: int = number) -> None:
            with faulty(dead_at(number)):
                create(folder)

        status = ended(forked(work))
        deaths += status == 9
        if not (folder / "project.json").exists() or "journal.json" in private(folder):
            create()
        if qc.Project.open(folder).name != "try" or qc.check_folder(folder):
            bad.append(number)
        shutil.rmtree(folder)
        number += 1
    return {"deaths": deaths, "bad": bad}


def reading(base: Path) -> dict[str, Any]:
    """Open a project again and again while another process saves it."""
    folder = base / "study"
    qc.Project.create(folder, codebook=codebook(), clock=clock)

    def work() -> None:
        project = qc.Project.open(folder, clock=clock)
        while True:
            step(project)
            project.save()
            time.sleep(0.02)

    child = forked(work)
    bad, openings = [], set()
    end = time.monotonic() + 2
    try:
        while time.monotonic() < end:
            found = qc.Project.open(folder)
            counts = {
                len(found.documents),
                len(found.state.events),
                len(found.memos),
                len(found.history) - 1,
            }
            openings.add(len(found.documents))
            if len(counts) != 1:
                bad.append(sorted(counts))
    finally:
        os.kill(child, signal.SIGKILL)
        ended(child)
    return {"openings": len(openings), "bad": bad}


def autosaved(base: Path) -> dict[str, Any]:
    """Kill a process 20 times that saves by itself, and count what it had acknowledged."""
    folder = base / "study"
    pauses = random.Random(20261201)
    lost, bad, tails = [], [], 0
    made(folder)
    for number in range(20):
        before = summary(qc.Project.open(folder))
        reader, writer = os.pipe()

        def work(number: int = number, writer: int = writer) -> None:
            project = qc.Project.open_or_create(folder, coder="ana", autosave=True)
            deeds = random.Random(number)
            for done in range(100_000):
                one_of_many(project, deeds, number, done)
                os.write(writer, b"x")

        child = forked(work)
        os.close(writer)
        while not os.read(reader, 1):
            pass
        time.sleep(0.15 * pauses.random())
        os.kill(child, signal.SIGKILL)
        ended(child)
        acknowledged = 1
        while got := os.read(reader, 1 << 16):
            acknowledged += len(got)
        os.close(reader)
        expected = expected_after(before, number, acknowledged)
        after = summary(qc.Project.open(folder))
        tails += any(not line.startswith(b'{"n":') for line in last_lines(folder))
        if after not in (expected, expected_after(before, number, acknowledged + 1)):
            lost.append((number, acknowledged))
        if qc.check_folder(folder):
            bad.append(number)
    last = qc.Project.open(folder, clock=clock)
    step(last)
    last.save()
    unsealed = [line for line in last_lines(folder) if not line.startswith(b'{"n":')]
    return {"lost": lost, "bad": bad, "tails": tails, "unsealed": len(unsealed)}


def last_lines(folder: Path) -> list[bytes]:
    return [path.read_bytes().splitlines()[-1] for path in (folder / "log").iterdir()]


def one_of_many(project: qc.Project, deeds: random.Random, number: int, done: int) -> None:
    """Do one of many things, each of which leaves one more thing to count."""
    match deeds.randrange(12):
        case 0:
            project.add_document(f"Text {number} {done}.", id=f"d-{number}-{done}")
        case 1:
            project.add_memo("project", f"Memo {number} {done}.", coder="ben")
        case 2:
            with project.revise(reason="more") as cb:
                cb.add(f"c-{number}-{done}")
        case _:
            project.assign(("a", 0, 1 + done % 30), "trust", coder=f"k{number}.{done // 30}")


def expected_after(before: dict[str, int], number: int, acknowledged: int) -> dict[str, int]:
    """Return what there is after so many deeds of a process."""
    found = dict(before)
    deeds = random.Random(number)
    for _ in range(acknowledged):
        drawn = deeds.randrange(12)
        found[{0: "documents", 1: "memos", 2: "revisions"}.get(drawn, "assignments")] += 1
    return found


def summary(project: qc.Project) -> dict[str, int]:
    return {
        "documents": len(project.documents),
        "memos": len(project.memos),
        "revisions": len(project.history),
        "assignments": len(project.assignments),
    }


SECRET = "Zanzibar"


def with_a_secret(folder: Path) -> qc.Project:
    """Make a project with a document to be erased, which everything is said about."""
    project = made(folder)
    project.add_document(f"{SECRET} is mine. {SECRET}!", id="s", name=SECRET, cases=[SECRET])
    project.assign(("s", 0, 8), "trust", coder="ana", memo=SECRET)
    project.assign(("a", 0, 8), "money", coder="ben")
    project.add_memo("document:s", f"on {SECRET}", coder="cem")
    with project.revise(reason="examples") as cb:
        cb.redefine("trust", examples=[f"{SECRET} is mine", "We trust them"])
    project.save()
    return project


def holding(folder: Path, word: str) -> list[str]:
    """Return the files that hold a word, private ones included."""
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if (path.is_file() and word.encode() in path.read_bytes()) or word in path.name
    ]


def erasing(base: Path) -> dict[str, Any]:
    """Let a process die at each call of an erasure in turn."""
    return rewriting(base, lambda project: project.erase(f"case:{SECRET}"))


def pseudonymising(base: Path) -> dict[str, Any]:
    """Let a process die at each call of a pseudonymisation in turn."""
    return rewriting(base, lambda project: project.pseudonymise({SECRET: "P4"}))


def rewriting(base: Path, deed: Callable[[qc.Project], object]) -> dict[str, Any]:
    outcomes, left = [], []
    number, status = 1, 9
    while status == 9:
        folder = base / "try"
        with_a_secret(folder)

        def work(folder: Path = folder, number: int = number) -> None:
            project = opened(folder)
            with faulty(dead_at(number)):
                deed(project)

        status = ended(forked(work))
        again = qc.Project.open(folder, clock=clock)
        held = holding(folder, SECRET)
        if qc.check_folder(folder):
            outcomes.append(f"broken at {number}")
        elif "s" in again.documents and again.documents["s"].text.startswith(SECRET):
            outcomes.append("old")
        else:
            outcomes.append("new")
            left += held
        shutil.rmtree(folder)
        number += 1
    return {"outcomes": outcomes, "left": left}


TASKS = {
    "erasing": erasing,
    "pseudonymising": pseudonymising,
    "autosaved": autosaved,
    "killed": killed,
    "each-call": each_call,
    "putting-back": putting_back,
    "creation": creation,
    "reading": reading,
}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](Path(sys.argv[2]))))
