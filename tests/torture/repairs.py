"""Logs are damaged and repaired: nothing is lost on the way, and a whole copy brings all back."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.store.making import change_everything, made, step
from tests.torture.counting import Found, folder
from tests.torture.deeds import told
from tests.torture.mutations import mutated
from tests.torture.stores import unsealed

import qualcode as qc
from qualcode.errors import QualcodeError
from qualcode.io.store.damaged_lines import read_event
from qualcode.io.store.repairing import Repair, read_set_aside

REFUSED = "the lines with which the project begins are damaged"


def grown(study: Path) -> None:
    """Make a project of several authors, with rows under many seals, undone ones among them."""
    project = made(study)
    change_everything(project)
    project.save()
    project.correct("b", "Money is scarce. Nobody decides.", coder="ana")
    for _ in range(3):
        step(project)
    project.save()
    for end in range(2, 8):
        project.assign(("a", 0, end), "trust", coder="zoe")
    project.undo(coder="zoe")
    project.save()


MAKERS: dict[str, Callable[[Path], None]] = {"grown": grown, "unsealed": unsealed}


def _line_out(data: bytes, random: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[random.randrange(len(lines))]
    return b"".join(lines)


def _letter(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    changed[random.randrange(len(data))] = random.randrange(32, 127)
    return bytes(changed)


WAYS = (mutated, _line_out, _letter, _letter)


def repaired(runs: int, seed: int) -> Found:
    """Damage as many copies of two projects, each in one to three places of its log and heads."""
    found = Found("repairs", seed)
    random = Random(seed)
    with folder() as place:
        wholes = []
        for name, make in MAKERS.items():
            make(place / name)
            wholes.append(place / name)
        for number in range(runs):
            whole = random.choice(wholes)
            damaged = place / "copy" / "study"
            shutil.rmtree(place / "copy", ignore_errors=True)
            shutil.copytree(whole, damaged)
            files = [*sorted((damaged / "log").iterdir()), *sorted((damaged / "heads").iterdir())]
            for _ in range(random.choice((1, 1, 1, 2, 3))):
                path = random.choice(files)
                if path.read_bytes():
                    path.write_bytes(random.choice(WAYS)(path.read_bytes(), random))
            found.counts["damaged"] += 1
            try:
                _tried(found, number, whole, damaged)
            except Exception as error:
                found.fault(f"run {number}: {type(error).__name__}: {str(error)[:300]}")
    return found


def _tried(found: Found, number: int, whole: Path, damaged: Path) -> None:
    before = _files(damaged)
    try:
        done = qc.repair_folder(damaged)
    except QualcodeError as error:
        found.counts["refused, for the beginning is lost"] += 1
        if REFUSED not in str(error):
            found.fault(f"run {number}: refused: {str(error)[:300]}")
        if _files(damaged) != before:
            found.fault(f"run {number}: refused, and not left as it was")
        return
    if done is None:
        found.counts["no damage that matters"] += 1
        return
    found.counts["repaired"] += 1
    found.counts["lines set aside"] += len(done.lines)
    found.counts["events lost"] += done.lost[0]
    found.counts["rows lost"] += done.lost[1]
    for fault in _faults(done, before, whole, damaged):
        found.fault(f"run {number}: {fault}")
    project = qc.Project.open(damaged)
    for each in range(1, len(project.history) + 1):
        told(project.at(revision=each))  # type: ignore[arg-type]
    project.add_memo("project", "gone on with", coder="ana")
    project.save()
    if qc.repair_folder(damaged) is not None:
        found.fault(f"run {number}: repaired again")
    united = qc.merge(whole, damaged).project
    if united.lost != (0, 0):
        # Nothing can tell such an id in damaged heads from one of an event that is lost.
        found.counts["never was: an id that only damage made"] += 1
    elif (now := _said(united)) != (then := _said(qc.Project.open(whole))):
        parts = [name for name in then if now[name] != then[name]]
        found.fault(f"run {number}: united with the whole copy, it has other {', '.join(parts)}")
    else:
        found.counts["brought back by a whole copy"] += 1


def _faults(done: Repair, before: dict[str, bytes], whole: Path, damaged: Path) -> list[str]:
    """Return what is wrong with a repair at once."""
    faults = []
    problems = [each for each in qc.check_folder(damaged) if each.file != "codebook.yaml"]
    if problems:
        faults.append(f"check finds {problems[0]}")
    with zipfile.ZipFile(done.backup.path) as archive:
        if any(archive.read(name) != data for name, data in before.items()):
            faults.append("the file beside it is not what was there")
    done.backup.path.unlink()
    after = _files(damaged)
    kept = {line for data in after.values() for line in data.splitlines()}
    there = {event.id for line in kept if (event := read_event(line)) is not None}
    aside = [(each.file, each.line) for each in read_set_aside(damaged)]
    # A line that stood there twice is set aside once.
    texts = {each.text for each in read_set_aside(damaged)}
    for name, data in before.items():
        for number, line in enumerate(data.splitlines(), start=1):
            event = read_event(line)
            known = (
                line in kept
                or line.decode(errors="backslashreplace") in texts
                or (event is not None and event.id in there)
            )
            if line.strip() and not known and (name, number) not in aside:
                faults.append(f"{name}, line {number} is nowhere")
    sound = {event.id: event for event in qc.Project.open(whole).log}
    faults += [
        f"event {event.id} is none of the project's"
        for event in qc.Project.open(damaged).log
        if event.is_whole and (event.id not in sound or event.words != sound[event.id].words)
    ]
    return faults


def _files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in ("log", "heads")
        for path in sorted((root / folder).iterdir())
    }


def _said(project: qc.Project) -> dict[str, object]:
    memos = sorted(memo.text for memo in project.memos if memo.text != "gone on with")
    rows = sorted(map(str, project.assignments))
    return {
        "coding": rows,
        "memos": memos,
        "documents": dict(project.documents),
        "codebook": project.codebook,
        "verdicts": len(project.verdicts),
    }
