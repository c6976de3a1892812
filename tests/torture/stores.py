"""Every file of a project is altered: opening names it, or reads what was there, and nothing else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import attrs
from tests.store.crashing import ended, forked
from tests.store.faults import faulty
from tests.store.making import made, opened, step
from tests.torture.counting import Found, folder
from tests.torture.deeds import session, told
from tests.torture.mutations import mutated

import qualcode as qc
from qualcode.errors import QualcodeError
from qualcode.io.store import cache
from qualcode.io.store.journal import JOURNAL
from qualcode.model.state import State

FORMAT_1 = Path(__file__).parents[1] / "data" / "format1" / "project"
EDITABLE = "codebook.yaml"
"""What people may edit, so that it can say something else than the log, and be refused when saving."""


def settled(study: Path) -> None:
    """Make a project with a file of every kind, the copies for quicker reading among them."""
    project = made(study)
    project.correct("b", "Money is scarce. Nobody decides.", coder="ana", reason="errata")
    project.correct("a", "We trust them, mostly.", coder="ben")
    project.save()
    qc.Project.open(study)


def interrupted(study: Path) -> None:
    """Make one in which a save died right before it was complete."""
    settled(study)
    journal = study / ".qualcode" / JOURNAL

    def fault(count: int, kind: str) -> None:
        if kind == "unlink" and journal.exists():
            os._exit(9)

    def work() -> None:
        project = opened(study)
        step(project)
        project.set_variables("a", site="south")
        with faulty(fault):
            project.save()

    assert ended(forked(work)) == 9
    assert journal.exists()


def unsealed(study: Path) -> None:
    """Make one that a script left which saved by itself and died."""
    settled(study)

    def work() -> None:
        project = session(study, 1, autosave=True)
        for end in range(3, 9):
            project.assign(("b", 0, end), "trust")
        os._exit(9)

    assert ended(forked(work)) == 9


def mended(study: Path) -> None:
    """Make one that was damaged and repaired, so that it has lines for what is lost, and lines set aside."""
    settled(study)
    for path in (study / "log").glob("ana.*.jsonl"):
        data = path.read_bytes()
        path.write_bytes(
            data.replace(b'"start":0,"end":14', b'"start":1,"end":14').replace(b"wide?", b"wild?")
        )
    assert qc.repair_folder(study) is not None


def of_format_1(study: Path) -> None:
    shutil.copytree(FORMAT_1, study)


MAKERS: dict[str, Callable[[Path], None]] = {
    "settled": settled,
    "interrupted": interrupted,
    "unsealed": unsealed,
    "mended": mended,
    "format 1": of_format_1,
}


@attrs.define
class Base:
    """A project whose files are altered, one at a time, and put back.

    Format 1 had no digests, but for the texts and the codebook's history: what is altered there is told where
    it makes no sense. So it is with rows that no event has sealed yet, for as long as nobody did.
    """

    root: Path
    files: dict[Path, bytes]
    state: State
    said: dict[str, object]
    old: bool

    @classmethod
    def made(cls, root: Path, make: Callable[[Path], None]) -> Base:
        make(root)
        files = _files(root)
        project = qc.Project.open(root)
        base = cls(root, files, project.state, told(project), make is of_format_1)
        base.put_back()
        return base

    def put_back(self) -> None:
        """Let every file be as it was, the same file if it can be."""
        now = _files(self.root)
        for path in now.keys() - self.files.keys():
            path.unlink()
        for path, data in self.files.items():
            if now.get(path) != data:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)

    def vouches_for(self, path: Path, data: bytes) -> bool:
        """Tell whether some digest is of what was altered."""
        whole = self.files[path]
        sealed = whole[: whole.find(b"\n", whole.rfind(b'\n{"n":') + 1) + 1]
        rows_only = path.suffix == ".jsonl" and whole != sealed and data.startswith(sealed)
        return not self.old and not rows_only

    def names(self) -> list[Path]:
        """Return what is altered: all but what says nothing, such as a lock."""
        silent = ("lock", ".gitignore")
        return [
            path
            for path in self.files
            if path.name not in silent and "sessions" not in path.parts and self.files[path]
        ]


def _files(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@contextmanager
def bases() -> Iterator[list[Base]]:
    """Make one project of each kind; copies for quicker reading are kept however small they are."""
    worth, cache._WORTH_IT = cache._WORTH_IT, 0
    try:
        with folder() as place:
            yield [Base.made(place / name.replace(" ", "-"), make) for name, make in MAKERS.items()]
    finally:
        cache._WORTH_IT = worth


def altered(runs: int, seed: int) -> Found:
    """Alter as many files, of each project in turn."""
    found = Found("store", seed)
    random = Random(seed)
    with bases() as made:
        found.counts["files"] = sum(len(base.names()) for base in made)
        for number in range(runs):
            base = made[number % len(made)]
            path = random.choice(base.names())
            data = mutated(base.files[path], random)
            for told_of in tried(found, base, path, data):
                found.fault(f"run {number}, {path.relative_to(base.root.parent)}: {told_of}")
    return found


def tried(found: Found, base: Base, path: Path, data: bytes) -> list[str]:
    """Put bytes in the place of a file, look what comes of it, and put the file back."""
    path.write_bytes(data)
    found.counts["altered"] += 1
    try:
        return _outcome(found, base, path, base.vouches_for(path, data))
    except Exception as error:
        return [f"{type(error).__name__}: {str(error)[:200]}"]
    finally:
        base.put_back()


def _outcome(found: Found, base: Base, path: Path, vouched: bool) -> list[str]:
    try:
        project = qc.Project.open(base.root)
    except QualcodeError as error:
        if base.old and path.name not in str(error):
            found.counts["refused, of format 1, naming another place"] += 1
            return []
        found.counts["refused by name"] += 1
        faults = [] if path.name in str(error) else [f"not named: {str(error)[:300]}"]
        try:
            if not qc.check_folder(base.root):
                faults.append("refused, and check finds nothing")
        except QualcodeError:
            pass
        return faults
    qc.check_folder(base.root)
    str(project.text_edits), str(project.set_aside)
    if project.state != base.state or told(project) != base.said:
        if not vouched:
            found.counts["altered where nothing has a digest"] += 1
            return []
        return ["reads something else without a word"]
    found.counts["read the same"] += 1
    return _gone_on_with(found, base, path, project)


def _gone_on_with(found: Found, base: Base, path: Path, project: qc.Project) -> list[str]:
    """Work on in a project one file of which says something odd that reading it did not need."""
    if path.name == EDITABLE:
        with suppress(QualcodeError):
            project.apply_codebook(coder="ana")
        project = qc.Project.open(base.root)
    if path.parent.name == "documents":
        with suppress(QualcodeError):
            found.counts["adopted"] += len(project.adopt(coder="ana"))
    long = [each.id for each in project.documents.values() if len(each) > 1]
    project.assign((long[0], 0, 2), "trust", coder="zoe")
    try:
        project.save()
    except QualcodeError as error:
        found.counts["refused when saving"] += 1
        return [] if path.name in str(error) else [f"when saving, not named: {str(error)[:300]}"]
    if told(qc.Project.open(base.root)) != told(project):
        return ["what was saved then reads something else"]
    found.counts["gone on with"] += 1
    return []
