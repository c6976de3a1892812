"""Whatever is passed is accepted, or refused by an error that names the argument and says what to pass.

To walk more entry points, add them to `ENTRIES`: a label, what is called with keyword arguments, and
arguments that are accepted. Each argument is replaced by every odd value in turn.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pandas as pd
import pytest
from tests.laws.entries import Entry, check_refusal, method

import qualcode as qc
from qualcode.io.codebooks.codebook_file import load_codebook, read_codebook, write_codebook
from qualcode.io.readers.documents import (
    documents_from_frame,
    documents_from_texts,
    gather_documents,
    read_documents,
)
from qualcode.io.shipped import codebook_path, project_path
from qualcode.io.tables.assignment_files import read_assignment_table, write_assignment_table
from qualcode.io.tables.assignment_tables import events_from_frame
from qualcode.io.tables.reading import read_cells
from qualcode.io.tables.review_table import read_review_table, write_review_table
from qualcode.model.checks import is_missing
from qualcode.model.codebooks import changes, records
from qualcode.model.codebooks.changes import change_from_record
from qualcode.model.codebooks.diff import diff
from qualcode.model.codebooks.hierarchy import lay_over
from qualcode.model.coding.assignments import Assignments
from qualcode.model.coding.memos import check_target, segment_target
from qualcode.model.coding.suggestions import (
    Explanation,
    Fingerprint,
    NearSegment,
    PatternMatch,
    PhraseMatch,
    Suggestion,
    Term,
    Verdict,
    Verdicts,
)
from qualcode.model.texts.documents import Registry, check_variables
from qualcode.model.times import as_moment
from qualcode.testing.odd import ODD

CODES = [qc.Code("a", name="A"), qc.Code("b", parent="a"), qc.Code("c")]
THEME = qc.Theme("t", codes=["a"])
ROLLUP = qc.Rollup("r", themes=[THEME], domains=[qc.Domain("d", themes=["t"])])
BOOK = qc.Codebook("book", codes=CODES, rollups=[ROLLUP], links=[qc.Link("a", "supports", "c")])
TEXT = "We share one budget. They do not."
DOCUMENT = qc.Document(id="d", text=TEXT, variables={"site": "north"})
SEGMENT = qc.Segment(DOCUMENT, qc.Span(0, 20), "ANA")
REGISTRY: Registry[Any] = Registry([DOCUMENT], what="document")
TERM, PRINT = Term(0, 2, "We", 1.0), Fingerprint("a", "b", "c")
MATCH, NEAR = PatternMatch(0, 2, "We", "we"), NearSegment("d", 0, 2, "We", 0.5)
PHRASE = PhraseMatch("share", "name", 0.5)
SUGGESTION = Suggestion(
    segment=SEGMENT,
    code=BOOK["a"],
    rank=1,
    score=0.5,
    probability=None,
    status="cold",
    explanation=Explanation(),
    reason=None,
    suggester="s",
    fingerprint=PRINT,
)
VERDICT = Verdict.on(
    SUGGESTION, "accepted", coder="ana", time="2026-01-31", revision=None, became=(0, 2, "a")
)
FRAME = pd.DataFrame({"text": ["x", "y"], "pid": [1.0, 2.0], "site": ["n", "s"]})
ROWS = pd.DataFrame({"document": ["d"], "start": [0], "end": [2], "code": ["a"], "coder": ["ana"]})
PLACE = ("d", 0, 2, "ana")

read_frame = partial(events_from_frame, origin="import", time="2026-01-05T09:00:00Z")


def fields(value: Any) -> dict[str, Any]:
    return {
        field.alias: getattr(value, field.name) for field in attrs.fields(type(value)) if field.init
    }


def made(value: Any, **words: str) -> Entry:
    """Return the constructor of a value as an entry point."""
    return Entry(type(value).__name__, type(value), fields(value), words)


def lookup(value: Any) -> list[Entry]:
    kind = type(value).__name__
    return [
        Entry(f"{kind}[key]", lambda key: value[key], {"key": "d"}, {"key": "id|name"}),
        Entry(f"key in {kind}", lambda key: key in value, {"key": "d"}),
    ]


ENTRIES: list[Entry] = [
    made(qc.Span(0, 5)),
    method(qc.Span(0, 5), "overlap", other=qc.Span(0, 2)),
    method(qc.Span(0, 5), "contains", other=qc.Span(0, 2)),
    method(qc.Span(0, 5), "gap", other=qc.Span(0, 2)),
    made(SEGMENT),
    Entry("Segment.whole", qc.Segment.whole, {"document": DOCUMENT}),
    method(SEGMENT, "context", width=3),
    method(SEGMENT, "part", start=0, end=2),
    method(SEGMENT, "find", {"text": "text|occurs? "}, text="share", occurrence=1, exact=True),
    method(SEGMENT, "find_all", text="share", exact=True),
    Entry("Segments", qc.Segments, {"items": [SEGMENT]}, {"items": "segments"}),
    method(qc.Segments([SEGMENT]), "of", document="d"),
    method(qc.Segments([SEGMENT]), "containing", text="share"),
    Entry(
        "segment", qc.segment, {"documents": [DOCUMENT], "unit": "sentence"}, {"unit": "segmenter"}
    ),
    Entry("by_regex", qc.by_regex, {"pattern": "share"}),
    Entry("by_spacy", qc.by_spacy, {"pipeline": "en"}),
    *[made(code) for code in CODES],
    made(BOOK.links[0]),
    made(THEME),
    made(ROLLUP.domains[0]),
    made(ROLLUP),
    Entry("Rollup.by_tree", qc.Rollup.by_tree, {"id": "tree", "name": "Tree"}),
    Entry(
        "Rollup.by_attribute", qc.Rollup.by_attribute, {"attribute": "x", "id": "i", "name": "n"}
    ),
    made(BOOK),
    *lookup(BOOK),
    method(BOOK, "children", code="a", all=True),
    method(BOOK, "descendants", code="a", all=True),
    method(BOOK, "ancestors", code="b"),
    method(BOOK, "resolve", code="a", place=PLACE),
    method(BOOK, "assignable", {"key": "id|name"}, key="a"),
    method(BOOK, "tree", all=True),
    method(BOOK, "with_code", code=qc.Code("z")),
    Entry(
        "diff",
        diff,
        {"old": BOOK, "new": BOOK, "retire_missing": True},
        {"old": "codebook", "new": "codebook"},
    ),
    Entry("lay_over", lay_over, {"rollup": ROLLUP, "codebook": BOOK}),
    method(lay_over(ROLLUP, BOOK), "level", level="theme"),
    method(lay_over(ROLLUP, BOOK), "node", {"id": "rollup"}, id="t", level="theme"),
    made(DOCUMENT),
    made(qc.Case(id="k")),
    Entry(
        "check_variables",
        lambda variables: check_variables(variables, where="here"),
        {"variables": {"x": 1}},
    ),
    Entry(
        "variable",
        lambda value: check_variables({"x": value}, where="here"),
        {"value": 1},
        {"value": "variable"},
    ),
    *lookup(REGISTRY),
    Entry(
        "Registry",
        lambda items: Registry(items, what="document"),
        {"items": [DOCUMENT]},
        {"items": "documents|id"},
    ),
    method(REGISTRY, "only", ids=["d"]),
    method(REGISTRY, "get", key="d"),
    method(
        REGISTRY,
        "with_items",
        {"items": "documents", "replace": "replace|exists"},
        items=[DOCUMENT],
        replace=True,
    ),
    made(qc.Coder("ana", "Ana", "person")),
    made(qc.Memo("document:d", "note", "ana", "2026-01-31T10:00:00Z")),
    Entry("check_target", check_target, {"target": "project"}),
    Entry("segment_target", segment_target, {"segment": SEGMENT}),
    Entry("as_moment", as_moment, {"value": "2026-01-31"}, {"value": "time"}),
    Entry(
        "where",
        qc.where,
        {
            "code": "a",
            "descendants": True,
            "coder": "ana",
            "document": "d",
            "variables": {"site": "north"},
            "since": "2026-01-31",
            "until": "2026-01-31",
            "text": "x",
            "speaker": "x",
            "also": "a",
            "origin": "hand",
            "test": bool,
        },
    ),
    Entry("parse_query", qc.parse_query, {"text": "all"}, {"text": "query"}),
    Entry(
        "code",
        lambda codes, descendants: qc.code(codes, descendants=descendants),
        {"codes": "a", "descendants": True},
    ),
    Entry("units", qc.units, {"unit": "turn"}),
    Entry("query", qc.query, {"name": "x"}),
    method(qc.code("a"), "within", unit="turn"),
    method(qc.code("a"), "overlaps", {"other": "other query"}, other=qc.code("b")),
    method(qc.code("a"), "inside", {"other": "other query"}, other=qc.code("b")),
    method(qc.code("a"), "followed_by", {"other": "other query"}, other=qc.code("b"), within=3),
    method(qc.code("a"), "at", revision=1),
    Entry("by", lambda coder: qc.code("a").by(coder), {"coder": "ana"}),
    Entry("speaker", lambda speaker: qc.code("a").speaker(speaker), {"speaker": "ana"}),
    Entry("text", lambda text: qc.code("a").text(text), {"text": "x"}),
    Entry(
        "where of a query", lambda variables: qc.code("a").where(variables), {"variables": {"x": 1}}
    ),
    made(TERM),
    made(NEAR),
    made(PHRASE),
    made(MATCH),
    made(Explanation((MATCH,), (TERM,), (NEAR,), PHRASE)),
    made(PRINT),
    made(SUGGESTION),
    made(VERDICT, start="span", end="span", became="span|became"),
    Entry("Verdicts", Verdicts, {"items": [VERDICT]}, {"items": "verdicts"}),
    # Changes
    made(changes.Add(qc.Code("z"))),
    made(changes.Rename("a", "B")),
    made(changes.Redefine("a", {"definition": "x"}), fields="field|redefine"),
    Entry(
        "Redefine fields",
        lambda **given: changes.Redefine("a", given),
        {name: getattr(CODES[0], name) for name in changes.MEANING},
    ),
    made(changes.Recolour("a", "#aabbcc")),
    made(changes.Move("a", "c")),
    made(changes.Reorder(["a", "b", "c"])),
    made(changes.Retire("a")),
    made(changes.Restore("a")),
    made(changes.Merge(["a"], "c")),
    made(changes.Split("a", ["b", "c"], {PLACE: "b"})),
    made(changes.Decide("a", {PLACE: "b"})),
    made(changes.Adopt(BOOK)),
    made(changes.LinkCodes(BOOK.links[0])),
    made(changes.UnlinkCodes(BOOK.links[0])),
    made(changes.SetRollup(ROLLUP)),
    made(changes.DropRollup("r")),
    made(changes.Describe("a", "b", {"x": ["y"]})),
    made(changes.Revert("a")),
    Entry(
        "change_from_record",
        change_from_record,
        {"record": {"kind": "move", **changes.Move("a", "c").record()}},
        {"record": "change"},
    ),
    Entry(
        "codebook_from_record",
        records.codebook_from_record,
        {"record": records.codebook_record(BOOK)},
        {"record": "codebook"},
    ),
    # Files and frames
    Entry(
        "documents_from_texts",
        documents_from_texts,
        {"texts": {"a": "b"}, "variables": {"x": 1}, "cases": ["k"]},
        {"texts": "text|id"},
    ),
    Entry(
        "documents_from_frame",
        documents_from_frame,
        {"frame": FRAME, "text": "text", "id": "pid", "cases": ["site"], "variables": ["site"]},
        {"text": "column", "id": "column", "cases": "column", "variables": "column"},
    ),
    Entry(
        "a text of a frame",
        lambda cell: documents_from_frame(
            pd.DataFrame({"text": [cell]}, dtype=object), text="text"
        ),
        {"cell": "x"},
        {"cell": "row 1"},
    ),
    Entry(
        "an id of a frame",
        lambda cell: documents_from_frame(
            pd.DataFrame({"t": ["x"], "i": pd.Series([cell], dtype=object)}), text="t", id="i"
        ),
        {"cell": "x"},
        {"cell": "row 1"},
    ),
    Entry(
        "a variable of a frame",
        lambda cell: documents_from_frame(
            pd.DataFrame({"t": ["x"], "i": pd.Series([cell], dtype=object)}), text="t"
        ),
        {"cell": "x"},
        {"cell": "variable 'i'"},
    ),
    Entry(
        "a column of a frame",
        lambda name: documents_from_frame(
            pd.DataFrame([["x", "y"]], columns=pd.Index(["t", name], dtype=object)), text="t"
        ),
        {"name": "x"},
        {"name": "column|name"},
    ),
    Entry(
        "gather_documents",
        gather_documents,
        {
            "source": {"a": "b"},
            "variables": {"x": 1},
            "cases": ["k"],
            "text": "text",
            "id": None,
            "encoding": "utf-8",
            "taken": (),
            "progress": None,
        },
        {"source": "source|text|column|frame|file"},
    ),
    Entry(
        "events_from_frame",
        read_frame,
        {
            "frame": ROWS,
            "documents": REGISTRY,
            "codebook": BOOK,
            "coder": "ana",
        },
        {"frame": "frame|table"},
    ),
    *[
        Entry(
            f"{column} of assignments",
            lambda cell, column=column: read_frame(
                ROWS.assign(**{column: pd.Series([cell], dtype=object)}), REGISTRY, BOOK, coder=None
            ),
            {"cell": "x"},
            {"cell": "row 1"},
        )
        for column in (*ROWS.columns, "memo", "weight", "quote", "time", "origin")
    ],
    Entry("load_codebook", load_codebook, {"given": "collaboration"}, {"given": "codebook|read"}),
    Entry("codebook_path", codebook_path, {"name": "collaboration"}),
    Entry("project_path", project_path, {"name": "collaboration-reviews"}),
]

RUNS = [
    pytest.param(entry, name, id=f"{at}-{entry.label}-{name}")
    for at, entry in enumerate(ENTRIES)
    for name in entry.base
]


def check_kept(value: Any) -> None:
    """Check that what was accepted is written as JSON, and read as what it was."""
    if isinstance(value, qc.Code):
        record = through_json(records.code_record(value))
        assert records.code_from_record(value.id, record) == value
    elif isinstance(value, qc.Codebook):
        record = through_json(records.codebook_record(value, decisions=True))
        assert records.codebook_from_record(record) == value
    elif isinstance(value, changes.Change):
        again = change_from_record(through_json({"kind": value.kind, **value.record()}))
        assert again == value
        assert again.record() == value.record()
    elif attrs.has(type(value)):
        for field in fields(value).values():
            if isinstance(field, str):
                assert type(field) is str
                field.encode()
            assert not is_missing(field) or field is None


def through_json(record: Any) -> Any:
    return json.loads(json.dumps(record, allow_nan=False))


@pytest.mark.parametrize(("entry", "name"), RUNS)
def test_odd_arguments_are_kept_or_refused_by_name(entry: Entry, name: str) -> None:
    for odd in ODD:
        check_kept(check_refusal(entry, name, odd))


def test_the_arguments_that_entries_start_from_are_accepted() -> None:
    for entry in ENTRIES:
        if "cell" not in entry.base and not entry.label.endswith("[key]"):
            entry.call(**entry.base)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what is written by mistake does no harm."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("Text.")
    write_codebook(BOOK, tmp_path / "book.yaml")
    return tmp_path


@pytest.mark.parametrize("odd", ODD)
def test_odd_paths_are_refused_by_name(folder: Path, odd: str) -> None:
    empty = qc.Project.new("x", codebook=BOOK).assignments
    assert isinstance(empty, Assignments)
    calls: list[Entry] = [
        Entry(
            "read_documents",
            read_documents,
            {
                "source": "a.txt",
                "variables": {"x": 1},
                "cases": "k",
                "encoding": "utf-8",
                "progress": None,
            },
        ),
        Entry("read_codebook", read_codebook, {"path": "book.yaml"}),
        Entry("write_codebook", write_codebook, {"codebook": BOOK, "path": "other.yaml"}),
        Entry(
            "read_assignment_table",
            read_assignment_table,
            {"path": "rows.csv"},
            {"path": "path|read"},
        ),
        Entry(
            "write_assignment_table",
            write_assignment_table,
            {"assignments": empty, "path": "rows.csv"},
            {"path": "path|written"},
        ),
        Entry(
            "write_review_table",
            write_review_table,
            {"suggestions": [SUGGESTION], "path": "r.csv", "codebook": BOOK, "replace": True},
            {"path": "path|table"},
        ),
        Entry(
            "read_review_table",
            read_review_table,
            {"path": "r.csv", "documents": REGISTRY, "codebook": BOOK},
            {"path": "path|table"},
        ),
    ]
    write_assignment_table(empty, "rows.csv")
    write_review_table([SUGGESTION], "r.csv", codebook=BOOK)
    assert read_cells(folder / "r.csv", needed=["code"], error=qc.QualcodeError).rows
    for entry in calls:
        entry.call(**entry.base)
        for name in entry.base:
            words = {"source": "source|match|kind", "path": "path|read|written|table|line"}
            named = attrs.evolve(entry, words={**words, **entry.words})
            check_refusal(named, name, odd)
