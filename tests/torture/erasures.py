"""A process that erases a document, or replaces a name, dies meanwhile: all of it is gone, or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.store.crashing import ended, forked
from tests.store.faults import dead_at, faulty
from tests.torture.counting import Found, folder
from tests.torture.deeds import begun, differing, drawn, session, take, told

import qualcode as qc

SECRET = "Zebulon"
STEPS = 12
AGAIN = 20
"""After how many deaths another project is begun."""

Deed = Callable[[qc.Project], object]
DEEDS: dict[str, Deed] = {
    "erase": lambda project: project.erase("zebulon-1", coder="ana"),
    "pseudonymise": lambda project: project.pseudonymise({SECRET: "Person"}, coder="ana"),
}


def erased(runs: int, seed: int) -> Found:
    """Let as many processes die while they erase, or replace a name, and look for it in what they leave."""
    found = Found("erasures", seed)
    random = Random(seed)
    with folder() as place:
        calls: dict[str, int] = {}
        for number in range(runs):
            if number % AGAIN == 0:
                shutil.rmtree(place / "base", ignore_errors=True)
                _begin(place / "base", random)
                calls = {name: _calls(place, name) for name in DEEDS}
            name = [*DEEDS][number % len(DEEDS)]
            # One more than there are: some live on to the end.
            _die(found, place, number, name, random.randint(1, calls[name] + 1))
    return found


def _begin(base: Path, random: Random) -> None:
    """Make a project in which a name stands in all that can hold one."""
    begun(base)
    project = session(base, 0, autosave=False)
    # Before the name is there, since a code made of its words, say, is not of its document.
    for step in drawn(random, STEPS):
        take(project, step)
    text = f"I: Who is {SECRET}?\nR: {SECRET} is the one we trust."
    project.add_document(text, id="zebulon-1", name=f"Talk with {SECRET}")
    code = next(each.id for each in project.codebook if each.codable and each.is_live)
    project.assign(("zebulon-1", 3, 17), code, coder="ben", memo=f"{SECRET} again")
    project.save()


def _calls(place: Path, name: str) -> int:
    """Return how many calls change a file while it is done."""
    study = place / "counted"
    shutil.copytree(place / "base", study)
    project = session(study, 1, autosave=False)
    with faulty(lambda count, kind: None) as calls:
        DEEDS[name](project)
    shutil.rmtree(study)
    return len(calls)


def _die(found: Found, place: Path, number: int, name: str, call: int) -> None:
    base, study = place / "base", place / "study"
    shutil.rmtree(study, ignore_errors=True)
    shutil.copytree(base, study)
    before = told(qc.Project.open(base))

    def work() -> None:
        project = session(study, number + 1, autosave=False)
        with faulty(dead_at(call)):
            DEEDS[name](project)

    status = ended(forked(work))
    found.counts["runs"] += 1
    found.counts["deaths"] += status == 9
    if status not in (0, 9):
        found.fault(f"run {number}, {name}, call {call}: the process failed by itself")
        return
    _look(found, study, f"run {number}, {name}, call {call}", before, name)


def _look(found: Found, study: Path, where: str, before: dict[str, object], name: str) -> None:
    left = told(qc.Project.open(study))
    if left == before:
        found.counts["as before"] += 1
        DEEDS[name](session(study, 9_999, autosave=False))
    else:
        found.counts["done"] += 1
    after = told(qc.Project.open(study))
    if left not in (before, after):
        found.fault(f"{where}: neither: {differing(left, (before, after))}")
    holding = [each.name for each in _files(study) if SECRET.lower() in _text(each)]
    if holding:
        found.fault(f"{where}: {SECRET!r} still stands in {holding[:5]}")
    found.faults += [f"{where}: {each}" for each in qc.check_folder(study)]


def _files(study: Path) -> list[Path]:
    return [each for each in study.rglob("*") if each.is_file()]


def _text(file: Path) -> str:
    return f"{file.name}\n{file.read_bytes().decode(errors='replace')}".lower()
