"""Whatever is done to a project is done, or refused by an error that names the argument.

A deed that is refused leaves the project as it was: nothing is recorded, and it is saved and opened equal.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pandas as pd
import pytest
from tests.laws.entries import FUNCTIONS, Entry, refused

import qualcode as qc
from qualcode.io.tables.review_table import write_review_table
from qualcode.model.codebooks import changes
from qualcode.model.coding.suggestions import Explanation, Fingerprint, Suggestion
from qualcode.testing.odd import ODD

CODES = [qc.Code("a", name="A"), qc.Code("b", parent="a"), qc.Code("c"), qc.Code("e")]
ROLLUP = qc.Rollup("r", themes=[qc.Theme("t", codes=["a"])])
BOOK = qc.Codebook("book", codes=CODES, rollups=[ROLLUP], links=[qc.Link("a", "supports", "c")])
TEXT = "We share one budget. They do not."
ROWS = pd.DataFrame({"document": ["d"], "start": [0], "end": [2], "code": ["a"], "coder": ["ana"]})
PLACE = ("d", 0, 2, "ana")


def made() -> qc.Project:
    """Return a project with something of everything that can be changed."""
    digits = random.Random(1)
    project = qc.Project.new(
        "study",
        codebook=BOOK,
        coder="ana",
        clock=lambda: datetime(2026, 1, 31, tzinfo=UTC),
        tokens=lambda number: digits.randbytes(number).hex(),
    )
    with project.revise() as codebook:
        codebook.add("g")
    for id in ("d", "f"):
        project.add_document(TEXT, id=id, variables={"site": "north", "n": 1}, cases="k")
    project.add_case("l")
    project.add_coder("ben")
    project.assign(("d", 0, 2), "a", memo="why")
    project.assign(("d", 3, 8), "c")
    project.finish("d")
    project.add_memo("code:a", "note")
    project.propose_memo("code:a", "look at it again", coder="robot")
    project.set_codes("few", ["a"])
    project.save_view("north", variables={"site": "north"})
    project.rename("document:d", "First")
    project.rename("document:d", "Second")
    project.undo()
    return project


def proposed(project: qc.Project) -> Suggestion:
    return Suggestion(
        segment=qc.Segment(project.documents["d"], qc.Span(9, 12)),
        code=project.codebook["c"],
        rank=1,
        score=0.5,
        probability=None,
        status="cold",
        explanation=Explanation(),
        reason=None,
        suggester="s",
        fingerprint=Fingerprint("a", "b", "c"),
    )


Deed = Callable[..., Any]


def named(name: str) -> Callable[[qc.Project], Deed]:
    return lambda project: getattr(project, name)


def revising(name: str) -> Callable[[qc.Project], Deed]:
    """Return a change of the codebook in a block, as a deed."""

    def of(project: qc.Project) -> Deed:
        def change(**given: Any) -> None:
            with project.revise(coder="ana") as codebook:
                getattr(codebook, name)(**given)

        return change

    return of


def block(project: qc.Project) -> Deed:
    def revise(**given: Any) -> None:
        with project.revise(**given) as codebook:
            codebook.add("z")

    return revise


def proposing(project: qc.Project) -> Deed:
    def propose(**given: Any) -> None:
        with project.propose_revision(**given) as codebook:
            codebook.retire("e")

    return propose


def acting(project: qc.Project) -> Deed:
    def act(coder: Any) -> None:
        with project.as_coder(coder):
            project.add_document("x", id="x")

    return act


def saving(project: qc.Project) -> Deed:
    def save(path: Any) -> None:
        own = project._store
        try:
            project.save(path)
        finally:
            project._store = own

    return save


MEMO = made().memos[0]
WHO = {"coder": "zoe"}
DEEDS: list[tuple[str, Callable[[qc.Project], Deed], dict[str, Any], dict[str, str]]] = [
    (
        "add_document", named("add_document"),
        {"text": "x", "id": "n", "name": "N", "variables": {"site": "x"}, "cases": ["k", "new"],
         "source": "x.txt", **WHO},
        {"cases": "case", "source": "source|path"},
    ),
    (
        "add_documents", named("add_documents"),
        {"source": {"q": "t"}, "variables": {"site": "x"}, "cases": ["new"], "text": "text", "id": None,
         "encoding": "utf-8", "existing": "skip", "progress": None, **WHO},
        {"cases": "case", "source": "source|text|column|frame|file|id|match"},
    ),
    ("add_case", named("add_case"),
     {"id": "n", "name": "N", "variables": {"site": "x"}, "documents": ["d"], **WHO}, {}),
    ("join", named("join"), {"documents": ["d"], "case": "l", **WHO}, {}),
    ("leave", named("leave"), {"documents": ["d"], "case": "k", **WHO}, {}),
    ("set_variables", named("set_variables"),
     {"target": "d", "variables": {"site": "z"}, **WHO}, {"target": "target|document|case|id"}),
    ("set_variables by name", lambda project: lambda site: project.set_variables("d", site=site),
     {"site": "z"}, {}),
    ("finish", named("finish"), {"documents": ["f"], **WHO}, {}),
    ("unfinish", named("unfinish"), {"documents": ["d"], "coder": "ana"}, {}),
    (
        "assign", named("assign"),
        {"segment": ("f", 0, 2), "code": "a", "memo": "m", "weight": 2, "origin": "hand",
         "in_vivo": False, **WHO},
        {"segment": "segment|document|span|offset", "code": "code|in_vivo"},
    ),
    ("assign in vivo", lambda project: lambda **given: project.assign(("f", 0, 8), **given),
     {"in_vivo": True, "memo": "m", "weight": 2, **WHO}, {"in_vivo": "in_vivo|code"}),
    *[
        (f"assign at {part}",
         lambda project, part=part: lambda **given: project.assign(
             tuple({"document": "f", "start": 0, "end": 2, **given}.values()), "a"),
         {part: base}, {part: "segment|document|span|start|end|offset"})
        for part, base in (("document", "f"), ("start", 0), ("end", 2))
    ],
    ("assign_frame", named("assign_frame"),
     {"frame": ROWS.assign(document="f"), "origin": "import", **WHO}, {"frame": "frame|table"}),
    ("assign_csv", named("assign_csv"),
     {"path": "rows.csv", "origin": "import", **WHO}, {"path": "path|read|file|table"}),
    ("retract", named("retract"), {"segment": ("d", 0, 2), "code": "a", "coder": "ana"},
     {"segment": "segment|document|span|offset", "coder": "coder|assigned"}),
    ("recode", lambda project: lambda assignment=None, **given: project.recode(
        project.assignments[0] if assignment is None else assignment, **given),
     {"code": "e", "coder": "ana"}, {"coder": "coder|by 'ana'"}),
    ("recode what", named("recode"), {"assignment": None, "code": "e"}, {}),
    ("accept", named("accept"), {"suggestions": None, "memo": "m", **WHO}, {}),
    ("reject", named("reject"), {"suggestions": None, "memo": "m", **WHO}, {}),
    ("edit", named("edit"), {"suggestion": None, "code": "e", "segment": None, "memo": "m", **WHO},
     {"segment": "segment|document|span|offset", "code": "code|nothing is edited"}),
    ("propose", named("propose"),
     {"document": "d", "quote": "share one", "code": "c", "why": "w", "coder": "robot",
      "context": "share one budget", "definition": "", "machine": None},
     {"context": "context|stand", "quote": "quote|stand"}),
    ("propose_memo", named("propose_memo"),
     {"target": "code:a", "text": "look", "why": "w", "coder": "robot", "machine": None}, {}),
    ("propose_revision", proposing, {"coder": "robot", "why": "w", "machine": None}, {}),
    ("edit_proposal", lambda project: lambda proposal=None, **given: project.edit_proposal(
        project.proposals[0] if proposal is None else proposal, **given),
     {"text": "other", "change": None, "memo": "m", **WHO}, {"text": "text|change", "change": "text|change"}),
    ("apply_review", named("apply_review"), {"path": "review.csv", "memo": "m", **WHO},
     {"path": "path|table|read"}),
    ("autocode", named("autocode"),
     {"code": "a", "text": "share", "regex": None, "pattern": None, "speaker": None, "unit": "sentence",
      "documents": ["d"], "again": False, "language": "en", "pipeline": None},
     {"text": "text|look for", "regex": "regex|regular|search", "unit": "unit|segmenter"}),
    ("revise", block, {"reason": "why", **WHO}, {}),
    ("revert", named("revert"), {"revision": 2, "reason": "why", **WHO}, {"revision": "revision|revert"}),
    ("apply_codebook", named("apply_codebook"),
     {"edited": attrs.evolve(BOOK, name="Other"), "reason": "why", **WHO},
     {"edited": "edited|codebook|path|read"}),
    ("rename", named("rename"), {"target": "document:d", "name": "New", **WHO},
     {"target": "target|document|renamed"}),
    ("rename a code", named("rename"), {"target": "code:a", "name": "New", **WHO},
     {"target": "target|document|renamed"}),
    ("set_kind", named("set_kind"), {"id": "ben", "kind": "machine", **WHO}, {}),
    ("add_coder", named("add_coder"), {"id": "eve", "name": "E", "kind": "person", **WHO}, {}),
    ("add_memo", named("add_memo"), {"target": "code:a", "text": "new", "links": [MEMO.id], **WHO},
     {"links": "link|memo"}),
    ("edit_memo", named("edit_memo"), {"memo": MEMO.id, "text": "new", **WHO}, {}),
    ("withdraw", named("withdraw"), {"what": "d", "reason": "why", **WHO},
     {"what": "what|document|withdrawn"}),
    ("withdraw_memo", named("withdraw_memo"), {"memo": MEMO.id, "reason": "why", **WHO}, {}),
    ("write_journal", named("write_journal"), {"text": "new", "links": [MEMO.id], **WHO},
     {"links": "link|memo"}),
    ("set_codes", named("set_codes"), {"name": "other", "codes": ["a"], **WHO}, {}),
    ("set_scale", named("set_scale"), {"labels": {1: "some", 2: "much"}, **WHO}, {}),
    ("save_view", named("save_view"),
     {"name": "other", "coders": ["ana"], "documents": ["d"], "origin": ["hand"],
      "variables": {"site": "north"}, **WHO}, {}),
    ("drop_view", named("drop_view"), {"name": "north", **WHO}, {"name": "name|view"}),
    ("as_coder", acting, {"coder": "ben"}, {}),
    ("undo", named("undo"), {"reason": "why", "coder": "ana"},
     # A project that was opened anew has no step.
     {"coder": "coder|step", "reason": "reason|no step"}),
    ("redo", named("redo"), {"reason": "why", "coder": "ana"}, {"coder": "coder|redo"}),
    ("save", saving, {"path": "saved"}, {"path": "path|folder|saved|project already"}),
    ("write_csv", named("write_csv"), {"path": "all.csv", "assignments": None},
     {"path": "path|written"}),
    # What is done to the codebook
    ("cb.add", revising("add"),
     {"id": "z", "name": "Z", "parent": "a", "definition": "x", "include": "x", "exclude": "x",
      "examples": ["x"], "keywords": ["x"], "patterns": [], "colour": "#aabbcc",
      "codable": True, "attributes": {"n": "1"}}, {"parent": "code"}),
    ("cb.rename", revising("rename"), {"code": "a", "name": "New"}, {}),
    ("cb.redefine", revising("redefine"), {"code": "a", "definition": "new"}, {}),
    ("cb.recolour", revising("recolour"), {"code": "a", "colour": "#aabbcc"}, {}),
    ("cb.move", revising("move"), {"code": "c", "parent": "a"}, {"parent": "code"}),
    ("cb.reorder", revising("reorder"), {"codes": ["g", "e", "c", "a", "b"]}, {}),
    ("cb.retire", revising("retire"), {"code": "e"}, {}),
    ("cb.restore", lambda project: lambda code: _restore(project, code), {"code": "e"}, {}),
    ("cb.merge", revising("merge"), {"sources": ["e"], "into": "c"},
     {"into": "into|target|code", "sources": "source|code"}),
    ("cb.split", revising("split"), {"code": "c", "parts": {"x1": None, "x2": qc.where(text="share")}},
     {"parts": "part|code|split"}),
    ("cb.decide", lambda project: lambda **given: _decide(project, **given),
     {"code": "c", "parts": {"a": qc.where(text="share")}}, {"parts": "part|split|code"}),
    ("cb.link", revising("link"), {"source": "e", "type": "supports", "target": "c", "note": "x"},
     {"source": "source|code", "target": "target|code"}),
    ("cb.unlink", revising("unlink"), {"source": "a", "type": "supports", "target": "c"},
     {"source": "source|link|code", "target": "target|link|code", "type": "link"}),
    ("cb.set_rollup", revising("set_rollup"), {"rollup": attrs.evolve(ROLLUP, name="Other")}, {}),
    ("cb.drop_rollup", revising("drop_rollup"), {"rollup": "r"}, {}),
    ("cb.describe", revising("describe"), {"name": "New", "description": "x"}, {}),
    ("cb.revert", revising("revert"), {"revision": 2}, {"revision": "revision|revert"}),
    ("cb.apply", revising("apply"), {"change": changes.Retire("e")}, {}),
]  # fmt: skip


def _restore(project: qc.Project, code: Any) -> None:
    with project.revise(coder="ana") as codebook:
        codebook.retire("e")
        codebook.restore(code)


def _decide(project: qc.Project, code: Any, parts: Any) -> None:
    with project.revise(coder="ana") as codebook:
        codebook.split("c", {"a": None, "e": None})
        codebook.decide(code, parts)


def stands(project: qc.Project) -> Any:
    """Return what tells whether anything was recorded, quickly."""
    recorder = project._recorder
    return (
        [event.id for event in recorder.timeline.events],
        len(recorder.coding.events),
        {log: list(lines) for log, lines in recorder._unsaved.items()},
        tuple(recorder.fold.coders),
        tuple(recorder.fold.draft.codes),
        project._steps,
        project._undone,
        project._open,
        project.author,
        project._unnamed,
    )


def put_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the files that deeds read where they are run."""
    monkeypatch.chdir(folder)
    (folder / "x").mkdir(exist_ok=True)
    ROWS.assign(document="f").to_csv(folder / "rows.csv", index=False)
    project = made()
    review = folder / "review.csv"
    write_review_table([proposed(project)], review, codebook=project.codebook, replace=True)
    table = pd.read_csv(review, dtype=str, keep_default_na=False)
    table.assign(verdict="accepted").to_csv(review, index=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what is written by mistake does no harm."""
    put_files(tmp_path, monkeypatch)
    return tmp_path


class Trying:
    """Deeds tried on one project, made anew after one that was done."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Take a fresh project."""
        self.project = made()
        self.before = stands(self.project)

    def entry(self, at: int) -> Entry:
        label, deed, base, words = DEEDS[at]
        given = dict(base)
        for name in ("suggestions", "suggestion"):
            if name in given:
                given[name] = proposed(self.project)
        if label == "recode what":
            given["assignment"] = self.project.assignments[0]
        return Entry(label, deed(self.project), given, words)

    def attempt(self, at: int, given: dict[str, Any], odd: str) -> bool:
        """Try a deed; return whether it was refused, having seen that the project is as it was."""
        was_refused, _ = refused(self.entry(at), given, odd)
        if was_refused:
            assert stands(self.project) == self.before, (odd, DEEDS[at][0])
        else:
            self.begin()
        return was_refused


@pytest.mark.parametrize("at", range(len(DEEDS)), ids=[each[0] for each in DEEDS])
def test_an_odd_argument_is_taken_or_refused_by_name(folder: Path, at: int) -> None:
    trying = Trying()
    entry = trying.entry(at)
    entry.call(**entry.base)
    trying.begin()
    for name in entry.base:
        for odd, make in ODD.items():
            if not (isinstance(value := make(), type) and name in FUNCTIONS):
                trying.attempt(at, {name: value}, odd)


def test_two_odd_arguments_are_taken_or_refused_by_name(folder: Path) -> None:
    chance = random.Random(7)
    trying = Trying()
    several = [at for at, each in enumerate(DEEDS) if len(each[2]) > 1]
    for _ in range(1_500):
        at = chance.choice(several)
        names = chance.sample(sorted(DEEDS[at][2]), 2)
        odd = {name: chance.choice(sorted(ODD)) for name in names}
        given = {name: ODD[each]() for name, each in odd.items()}
        if not any(isinstance(each, type) for each in given.values()):
            trying.attempt(at, given, str(odd))


def test_what_is_refused_leaves_nothing_behind(folder: Path) -> None:
    chance = random.Random(11)
    trying = Trying()
    project = trying.project
    project.save("kept")
    before, trying.before = project.state, stands(project)
    refusals = 0
    while refusals < 300:
        at = chance.randrange(len(DEEDS))
        name = chance.choice(sorted(DEEDS[at][2]))
        value = ODD[odd := chance.choice(sorted(ODD))]()
        if isinstance(value, type) or DEEDS[at][0] in ("save", "write_csv"):
            continue
        if trying.attempt(at, {name: value}, odd):
            refusals += 1
            assert project.state == before
        else:
            # Done after all: go on with the project as it was saved.
            project = trying.project = qc.Project.open("kept")
            trying.before = stands(project)
    project.save()
    assert qc.Project.open("kept").state == before


@pytest.mark.parametrize("deed", range(len(DEEDS)), ids=[each[0] for each in DEEDS])
def test_a_coder_who_differs_in_case_only_is_refused_before_anything_is_done(
    folder: Path, deed: int
) -> None:
    trying = Trying()
    if "coder" in DEEDS[deed][2] and trying.attempt(deed, {"coder": "ANA"}, "ANA"):
        return
    assert "coder" not in DEEDS[deed][2]


HOW = {"name": "n", "codebook": BOOK, "coder": "ana"}
MAKING = [
    Entry("new", qc.Project.new, HOW, {"codebook": "codebook|read"}),
    Entry(
        "create",
        lambda path, **given: qc.Project.create(path, **given),
        {"path": "made", **HOW},
        {"path": "path|folder|file", "codebook": "codebook|read"},
    ),
    Entry("open", qc.Project.open, {"path": "kept"}, {"path": "path|project|folder"}),
    Entry(
        "open_or_create",
        lambda path, **given: qc.Project.open_or_create(path, **given),
        {"path": "made", "autosave": True, **HOW},
        {"path": "path|folder|file", "codebook": "codebook|read"},
    ),
    Entry("load_project", qc.load_project, {"name": "collaboration-reviews"}),
    Entry("check_folder", qc.check_folder, {"root": "kept"}, {"root": "path|folder|project|root"}),
]


@pytest.mark.parametrize("entry", MAKING, ids=[each.label for each in MAKING])
def test_odd_ways_to_a_project_are_refused_by_name(
    folder: Path,
    entry: Entry,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made().save("kept")
    for name in entry.base:
        for odd, make in ODD.items():
            monkeypatch.chdir(tmp_path_factory.mktemp("odd"))
            if "path" not in entry.base or entry.label in ("open", "check_folder"):
                monkeypatch.chdir(folder)
            refused(entry, {name: make()}, odd)
