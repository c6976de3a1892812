"""Projects to save, break and open again; the same bytes in every run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import qualcode as qc

MOMENT = "2026-03-01T09:00:00Z"


def clock() -> datetime:
    return datetime(2026, 3, 1, 9, tzinfo=UTC)


def tokens(seed: str) -> Callable[[int], str]:
    """Return what gives characters that look random, the same in each run."""
    count = 0

    def token(size: int) -> str:
        nonlocal count
        count += 1
        return hashlib.sha256(f"{seed} {count}".encode()).hexdigest()[: 2 * size]

    return token


def opened(folder: Path, seed: str = "again") -> qc.Project:
    """Open a project to do the same in each run."""
    return qc.Project.open(folder, clock=clock, tokens=tokens(seed))


def log(folder: Path, coder: str) -> Path:
    """Return the one file of a coder's log."""
    (path,) = (folder / "log").glob(f"{coder}.*.jsonl")
    return path


def codebook() -> qc.Codebook:
    return qc.Codebook(
        "study",
        name="Study",
        codes=[
            qc.Code("people", name="People", codable=False),
            qc.Code("trust", name="Trust", parent="people"),
            qc.Code("money", name="Money", definition="What it costs, and who pays."),
        ],
    )


def made(folder: Path) -> qc.Project:
    """Make a project that has a file of every kind, and save it."""
    project = qc.Project.create(
        folder, name="Study", codebook=codebook(), clock=clock, tokens=tokens("made")
    )
    project.add_document(
        "We trust them.\r\nThey trust us 🤝, mostly.",
        id="a",
        variables={"site": "north", "seen": date(2026, 2, 1)},
        cases=["north"],
    )
    project.add_document("Money is short. Nobody decides.", id="b", variables={"site": "south"})
    project.assign(("a", 0, 14), "trust", coder="ana", memo="first", weight=0.5)
    project.assign(("b", 0, 15), "money", coder="ana")
    project.assign(("b", 0, 15), "trust", coder="ben")
    project.retract(("b", 0, 15), "trust", coder="ben")
    project.add_memo("code:trust", "Too wide?", coder="ana")
    project.reject(project.autocode("money", text="nobody"), coder="ana")
    with project.revise(coder="ana", reason="first reading") as cb:
        cb.add("time", name="Time")
    project.save()
    return project


def change_everything(project: qc.Project) -> None:
    """Change something in every file of a project, and add files of every kind that can be added."""
    project.add_document("A third one.", id="c", cases=["south"])
    project.add_document("A fourth one.", id="d")
    project.set_variables("a", site="north-east")
    project.assign(("c", 0, 5), "time", coder="ana")
    project.assign(("c", 2, 7), "time", coder="cem")
    project.retract(("a", 0, 14), "trust", coder="ana")
    project.add_memo("document:c", "Short.", coder="ana")
    project.add_memo("project", "Nearly done.", coder="cem")
    project.reject(project.autocode("trust", text="third"), coder="cem")
    with project.revise(coder="ben", reason="second reading") as cb:
        cb.rename("money", "Means")
        cb.add("hope", name="Hope", parent="people")


def step(project: qc.Project) -> None:
    """Take one of many steps of equal kind: a document, an assignment, a memo, a revision."""
    number = len(project.documents)
    project.add_document(f"Text {number}: we trust.", id=f"d{number}")
    project.assign((f"d{number}", 0, 4), "trust", coder="ana")
    project.add_memo(f"document:d{number}", "Read.", coder="ana")
    project.reject(project.autocode("money", text="text", documents=f"d{number}"), coder="ana")
    with project.revise(coder="ana", reason=f"step {number}") as cb:
        cb.redefine("trust", definition=f"As of step {number}.")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a project but those that are nobody else's business."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {".qualcode", ".git"} & set(path.parts)
    }


def private(folder: Path) -> set[str]:
    """Return the files and folders that only this machine needs."""
    inside = folder / ".qualcode"
    return {path.relative_to(inside).as_posix() for path in inside.rglob("*")}
