"""ROCK, Web Annotations, Label Studio, doccano and qualitative-coding: read, and written where we write."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import StudyError
from qualcode.testing import projects

Row = tuple[str, int, int, str, str]


def rows(project: qc.View) -> list[Row]:
    return sorted(
        (each.segment.document.id, each.segment.start, each.segment.end, each.code.id, each.coder)
        for each in project.assignments
    )


def texts(project: qc.View) -> dict[str, str]:
    return {id: each.text for id, each in project.documents.items()}


# ROCK

ROCK = """\
---
ROCK_codes:
  - id: people
    label: People
    description: Who is meant.
    children:
      - id: trust
        label: Trust in them
ROCK_attributes:
  - caseId: m1
    age: 31
---
# transcribed in May
[[cid=m1]] [[coderId=ana]]
[[uid=73xk2q07]] We trust them. [[people>trust]]
---<<paragraph_break>>---
They left. [[money]] [[severity||5]] [[why||No rent.]]

Nothing here.
---paragraph-break---
"""


def test_rock_is_read(tmp_path: Path) -> None:
    (tmp_path / "one.rock").write_text(ROCK, encoding="utf-8")
    report = qc.read_rock(tmp_path / "one.rock")
    project = report.project
    assert project.documents["one"].text == "\nWe trust them.\n\nThey left.\n\nNothing here.\n"
    found = [
        (each.segment.quote, each.code.id, each.coder, each.memo, each.weight)
        for each in project.assignments
    ]
    assert found == [
        ("We trust them.", "trust", "ana", None, None),
        ("They left.", "money", "ana", None, None),
        ("They left.", "severity", "ana", None, 5),
        ("They left.", "why", "ana", "No rent.", None),
    ]
    assert {code.id: (code.name, code.parent) for code in project.codebook} == {
        "people": ("People", None),
        "trust": ("Trust in them", "people"),
        "money": ("money", None),
        "severity": ("severity", None),
        "why": ("why", None),
    }
    assert project.codebook["people"].definition == "Who is meant."
    assert project.documents["one"].cases == ("m1",)
    assert dict(project.cases["m1"].variables) == {"age": 31}
    parts = [(part.kind, part.name) for part in project.documents["one"].structure.parts]
    assert ("utterance", "73xk2q07") in parts
    assert ("section", "paragraph_break") in parts
    assert [(loss.severity, loss.element) for loss in report.losses] == [("note", "comment")]


def test_what_relates_codes_is_no_coding(tmp_path: Path) -> None:
    (tmp_path / "a.rock").write_text("We left. [[x]] [[x->y||causes]]\n")
    report = qc.read_rock(tmp_path / "a.rock")
    assert rows(report.project) == [("a", 0, 8, "x", "project")]
    assert [(loss.element, loss.count) for loss in report.losses] == [("edge of a network", 1)]


def test_files_of_one_text_are_one_document(tmp_path: Path) -> None:
    (tmp_path / "a--ana.rock").write_text("We left. [[coderId=ana]] [[x]]\n")
    (tmp_path / "a--ben.rock").write_text("We left. [[coderId=ben]] [[y]]\n")
    project = qc.read_rock(tmp_path).project
    assert rows(project) == [("a", 0, 8, "x", "ana"), ("a", 0, 8, "y", "ben")]


def test_rock_without_files_or_with_broken_yaml(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"has no file that ends with \.rock"):
        qc.read_rock(tmp_path)
    (tmp_path / "a.rock").write_text("---\ncodes: [a\n---\nWe left. [[x]]\n---\nunclosed\n")
    report = qc.read_rock(tmp_path / "a.rock")
    assert "above line 3 of a.rock is no YAML" in str(report.losses).replace("\n    ", " ")
    assert report.project.documents["a"].text == "We left.\n---\nunclosed"


@st.composite
def lined(draw: st.DrawFn) -> qc.Project:
    """Return a project in which whole lines are coded."""
    book = qc.Codebook(
        "study",
        codes=[qc.Code("people", name="People"), qc.Code("trust", parent="people", name="Trust: “in” 'them'"),
               qc.Code("m-1", name="Money", definition="Funds:\nall.")],
    )  # fmt: skip
    project = qc.Project.new("study", codebook=book)
    words = st.text(st.sampled_from("ab é🤝.-> "), max_size=8).filter(
        lambda each: not each.startswith("-")
    )
    for number in range(draw(st.integers(1, 3))):
        lines = [f"{number}", *draw(st.lists(words, max_size=5))]
        text = "\n".join(lines)
        project.add_document(text, id=f"d{number}", cases=[])
        at = 0
        for line in lines:
            if line.strip() and draw(st.booleans()):
                for code in draw(st.sets(st.sampled_from(["people", "trust", "m-1"]), max_size=2)):
                    coder = draw(st.sampled_from(["ana", "ben"]))
                    project.assign((f"d{number}", at, at + len(line)), code, coder=coder)
            at += len(line) + 1
    return project


@settings(max_examples=25)
@given(lined())
def test_rock_gives_back_what_is_coded_by_lines(project: qc.Project) -> None:
    with tempfile.TemporaryDirectory() as folder:
        losses = qc.write_rock(project, Path(folder, "one"))
        back = qc.read_rock(Path(folder, "one")).project
        again = qc.write_rock(back, Path(folder, "two"))
        files = [
            {each.name: each.read_bytes() for each in Path(folder, name).iterdir()}
            for name in ("one", "two")
        ]
    assert texts(back) == texts(project)
    assert rows(back) == rows(project)
    assert {code.id: (code.name, code.parent) for code in back.codebook} == {
        code.id: (code.name, code.parent) for code in project.codebook
    }
    assert not losses
    assert not again
    assert files[0] == files[1]


def test_a_case_of_rock_holds_up_to_the_next_and_sections_up_to_theirs(tmp_path: Path) -> None:
    (tmp_path / "a.rock").write_text(
        "[[cid=1]]\n---<<Rent>>---\nWe trust them. [[trust||low]]\n---<<>>---\n[[cid=2]]\n"
        "I do not. [[trust||2]]\n---turn-break---\nNever.\n---<<Rent>>---\nThe end.\n"
    )
    report = qc.read_rock(tmp_path / "a.rock")
    (document,) = report.project.documents.values()
    assert [(s.name, s.case) for s in document.speakers.values()] == [("1", "1"), ("2", "2")]
    said = {each.segment.quote: each.segment.speaker for each in report.project.assignments}
    assert said == {"We trust them.": "1", "I do not.": "2"}
    sections = [
        (part.name, document.text[part.start : part.end])
        for part in document.structure.of("section")
    ]
    assert sections == [
        ("Rent", "We trust them.\n\n\nI do not.\n\nNever."), ("", "\nI do not.\n\nNever.\n\nThe end."),
        ("turn-break", "Never.\n\nThe end."), ("Rent", "The end."),
    ]  # fmt: skip
    assert not report.losses
    assert not qc.write_rock(report.project, tmp_path / "out")
    again = qc.read_rock(tmp_path / "out").project
    assert again.documents["a"].structure == document.structure
    assert again.documents["a"].speaking == document.speaking
    assert [(a.memo, a.weight) for a in again.assignments] == [("low", None), (None, 2)]


@pytest.mark.parametrize(
    "line", ["[" * 60_000, "[[a " * 20_000, "[[" + "]" * 60_000, "[[a]] " * 20_000]
)
def test_lines_of_brackets_alone_take_no_time(line: str, tmp_path: Path) -> None:
    (tmp_path / "a.rock").write_text(f"We left. {line}\n")
    began = time.monotonic()
    qc.read_rock(tmp_path / "a.rock")
    assert time.monotonic() - began < 10


def test_rock_has_one_case_on_a_line(tmp_path: Path) -> None:
    project = qc.Project.new("study")
    project.add_case("m1")
    project.add_case("m2")
    project.add_document("We left.", id="a", cases=["m1", "m2"])
    losses = qc.write_rock(project, tmp_path / "out")
    assert [(each.element, each.count) for each in losses] == [("case of a document", 1)]
    assert qc.read_rock(tmp_path / "out").project.documents["a"].cases == ("m1",)


def test_what_rock_has_no_place_for_is_listed(tmp_path: Path) -> None:
    book = qc.Codebook(
        "study",
        codes=[qc.Code("élan", name="Élan"), qc.Code("x"), qc.Code("old", status="retired")],
    )
    project = qc.Project.new("study", codebook=book)
    project.add_document(
        "# We trust them.\nThey left.\r\nAll [[of]] them.", id="a", variables={"site": "n"}
    )
    project.add_document(" \n", id="b")
    project.assign(("a", 2, 10), "élan", coder="ana", memo="Why?", weight=2)
    project.assign(("a", 0, 27), "x", coder="ana")
    project.add_memo("project", "Round two.")
    losses = qc.write_rock(project, tmp_path / "out")
    told = {(loss.severity, loss.element): loss.count for loss in losses}
    assert told == {
        ("loss", "span"): 2,
        ("loss", "memo on a coding"): 1,
        ("note", "coding"): 1,
        ("damage", "line"): 2,
        ("loss", "carriage return"): 1,
        ("loss", "document"): 1,
        ("loss", "variable of a document"): 1,
        ("loss", "code out of use"): 1,
        ("note", "id of a code"): 1,
        ("loss", "memo"): 1,
    }
    with pytest.raises(StudyError, match="holds something already"):
        qc.write_rock(project, tmp_path / "out")


# Web Annotations


@settings(max_examples=20)
@given(projects())
def test_annotations_give_back_every_coding(project: qc.Project) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "out", "annotations.jsonld")
        losses = qc.write_webannotation(project, path)
        if not project.assignments:
            return
        report = qc.read_webannotation(path)
        back = report.project
        names = {each.name: each.id for each in back.documents.values()}
        written = [
            (
                names[each.segment.document.id],
                each.segment.start,
                each.segment.end,
                each.coder,
            )
            for each in project.assignments
        ]
        found = [
            (each.segment.document.id, each.segment.start, each.segment.end, each.coder)
            for each in back.assignments
        ]
        assert sorted(found) == sorted(written)
        assert {each.code.id for each in back.assignments} == {
            each.code.id for each in project.assignments
        }
        memos = sorted(
            each.memo.strip() for each in project.assignments if each.memo and each.memo.strip()
        )
        assert sorted(each.memo or "" for each in back.assignments if each.memo) == memos
        quotes = [each.segment.quote for each in back.assignments]
        assert sorted(quotes) == sorted(each.segment.quote for each in project.assignments)
    weights = sum(each.weight is not None for each in project.assignments)
    assert sum(loss.count for loss in losses if loss.element == "weight") == weights


TEXT = "We trust them. 🤝 They trust us. We trust them."


def annotation(**more: Any) -> dict[str, Any]:
    return {
        "id": "urn:1", "type": "Annotation", "motivation": "tagging",
        "creator": {"name": "Ana"}, "created": "2026-01-31T10:00:00Z",
        "body": [{"type": "TextualBody", "purpose": "tagging", "value": "Trust"},
                 {"type": "TextualBody", "purpose": "commenting", "value": "Why?"}],
        "target": {"source": "https://example.org/one.txt",
                   "selector": {"type": "TextPositionSelector", "start": 17, "end": 31}},
        **more,
    }  # fmt: skip


def read(folder: Path, held: Any, **how: Any) -> Any:
    (folder / "a.jsonld").write_text(json.dumps(held), encoding="utf-8")
    return qc.read_webannotation(folder / "a.jsonld", **{"texts": {"one.txt": TEXT}, **how})


@pytest.mark.parametrize(
    "wrap",
    [
        lambda each: each,
        lambda each: [each],
        lambda each: {"type": "AnnotationPage", "items": [each]},
        lambda each: {"type": "AnnotationCollection", "first": {"items": [each]}},
        lambda each: {"total": 1, "rows": [each]},
        lambda each: {"@graph": [each]},
    ],
)
def test_annotations_are_found_in_whatever_holds_them(tmp_path: Path, wrap: Any) -> None:
    project = read(tmp_path, wrap(annotation())).project
    assert [
        (each.segment.quote, each.code.name, each.coder, each.memo) for each in project.assignments
    ] == [("They trust us.", "Trust", "Ana", "Why?")]


def quoted(**more: str) -> dict[str, Any]:
    return {"type": "TextQuoteSelector", "exact": "We trust them.", **more}


@pytest.mark.parametrize(
    ("selector", "start"),
    [
        ([quoted(prefix="trust us. ")], 32),
        ([quoted(suffix=" 🤝 They")], 0),
        ([{"type": "TextPositionSelector", "start": 33, "end": 47}, quoted()], 32),  # UTF-16 units
        ([{"type": "TextPositionSelector", "start": 0, "end": 14}, quoted()], 0),
        ([{"type": "RangeSelector", "refinedBy": quoted(prefix="us. ")}], 32),
        ([{"type": "Choice", "items": [quoted(prefix="us. ")]}], 32),
    ],
)
def test_places_are_told_by_position_and_by_quote(
    tmp_path: Path, selector: Any, start: int
) -> None:
    held = annotation(target={"source": "one.txt", "selector": selector})
    found = [each.segment.start for each in read(tmp_path, held).project.assignments]
    assert found == [start]


def test_what_cannot_be_placed_is_listed(tmp_path: Path) -> None:
    held = [
        annotation(target={"source": "one.txt", "selector": [quoted()]}),
        annotation(
            target={"source": "one.txt", "selector": [{"type": "XPathSelector", "value": "/p"}]}
        ),
        annotation(target={"source": "two.txt", "selector": [quoted()]}),
        annotation(target="one.txt"),
    ]
    report = read(tmp_path, held)
    assert [each.segment.quote for each in report.project.assignments] == [TEXT]
    told = str(report.losses).replace("\n    ", " ")
    assert "its quote stands 2 times with these words around it in document 'one'" in told
    assert "its place is told by XPathSelector, which is not read" in told
    assert "its text is not there" in told


def test_annotations_without_tags_are_memos(tmp_path: Path) -> None:
    held = [
        annotation(body="A thought."),
        {**annotation(), "body": [], "target": {"source": "one.txt"}},
        {
            "id": "h1",
            "user": "acct:ana@hypothes.is",
            "text": "Good.",
            "tags": ["Trust"],
            "uri": "x/one.txt",
            "target": [{"source": "x/one.txt", "selector": [quoted(suffix=" 🤝")]}],
        },
    ]
    project = read(tmp_path, held).project
    assert [(memo.target, memo.text) for memo in project.memos] == [
        ("segment:one:17-31", "A thought."),
        ("document:one", "highlighted"),
    ]
    assert [(each.coder, each.memo) for each in project.assignments] == [("Ana", "Good.")]


def test_files_outside_of_the_folder_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "in").mkdir()
    for source in (
        "../secret.txt",
        "file:///etc/hostname",
        str(tmp_path / "secret.txt"),
        "https://x.org/a.txt",
    ):
        with pytest.raises(StudyError, match="none of the texts that are annotated is there"):
            read(tmp_path / "in", annotation(target={"source": source}), texts=None)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[1, 2]", b"\xff\xfe\x00", b'{"a": ' * 3000, b"[" * 100_000, b"null"]
)
@pytest.mark.parametrize("read_it", [qc.read_webannotation, qc.read_labelstudio, qc.read_doccano])
def test_what_is_no_such_file_is_said(tmp_path: Path, data: bytes, read_it: Any) -> None:
    (tmp_path / "a.json").write_bytes(data)
    with pytest.raises(StudyError, match=r"a\.json"):
        read_it(tmp_path / "a.json")
    with pytest.raises(StudyError, match=r"b\.json: cannot be read"):
        read_it(tmp_path / "b.json")


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "x"}\n{"text": \n')
    with pytest.raises(StudyError, match=r"a\.jsonl, line 2: is not JSON"):
        qc.read_doccano(tmp_path / "a.jsonl")


# Label Studio


def label(start: int, end: int, name: str, **more: Any) -> dict[str, Any]:
    value = {"start": start, "end": end, "labels": [name], **more}
    return {"id": "r1", "type": "labels", "from_name": "label", "to_name": "text", "value": value}


TASKS: list[dict[str, Any]] = [
    {
        "id": 7,
        "data": {"text": TEXT, "site": "north", "age": 31},
        "annotations": [
            {
                "completed_by": {"id": 1, "username": "ana"}, "created_at": "2026-01-31T10:00:00Z",
                "result": [
                    label(3, 8, "Trust", text="trust"),
                    label(18, 22, "Who", text="They"),  # UTF-16 units, as the words prove
                    label(18, 22, "Who"),  # and without words what browsers count
                    {"type": "choices", "value": {"choices": ["good"]}},
                    {"type": "textarea", "value": {"text": ["A note."]}},
                    {"type": "relation", "from_id": "a", "to_id": "b"},
                    {"type": "rectanglelabels", "value": {"x": 1}},
                    {"type": "labels", "value": {"start": "/p[1]", "labels": ["x"]}},
                ],
            },
            {"completed_by": 2, "was_cancelled": True, "result": [label(0, 2, "x")]},
            {"completed_by": 2, "result": [label(0, 2, "Who")]},
        ],
        "predictions": [{"result": [label(0, 2, "x")]}],
    },
    {"id": 8, "data": {"image": "x.png"}, "annotations": []},
]  # fmt: skip


def test_labelstudio_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(TASKS))
    report = qc.read_labelstudio(tmp_path / "a.json")
    project = report.project
    found = [(each.segment.quote, each.code.name, each.coder) for each in project.assignments]
    assert found == [
        ("We", "Who", "annotator 2"),
        (TEXT, "good", "ana"),
        ("trust", "Trust", "ana"),
        ("They", "Who", "ana"),
    ]
    assert dict(project.documents["task-7"].variables) == {"site": "north", "age": 31}
    assert [memo.text for memo in project.memos] == ["A note."]
    told = {loss.element for loss in report.losses if loss.severity == "loss"}
    assert told == {"relation", "annotation of type rectanglelabels", "coding", "task"}
    notes = {loss.element for loss in report.losses if loss.severity == "note"}
    assert notes == {"annotation", "prediction", "coding"}


def test_labelstudios_short_form_and_dialogues_are_read(tmp_path: Path) -> None:
    short = [
        {
            "text": TEXT,
            "id": 1,
            "annotator": 3,
            "label": [{"start": 3, "end": 8, "text": "trust", "labels": ["T"]}],
        }
    ]
    (tmp_path / "a.json").write_text(json.dumps(short))
    assert rows(qc.read_labelstudio(tmp_path / "a.json").project) == [
        ("task-1", 3, 8, "t", "annotator 3")
    ]
    turns = [
        {
            "id": 1,
            "data": {"dialogue": [{"author": "I", "text": "How?"}, {"author": "P", "text": "So."}]},
        }
    ]
    (tmp_path / "a.json").write_text(json.dumps(turns))
    assert texts(qc.read_labelstudio(tmp_path / "a.json").project) == {"task-1": "I: How?\nP: So."}
    with pytest.raises(StudyError, match="no task has a text: say under which key"):
        qc.read_labelstudio(tmp_path / "a.json", text="absent")


# doccano


def test_doccano_is_read(tmp_path: Path) -> None:
    lines = [
        {"id": 1, "text": TEXT, "label": [[17, 21, "Who"]], "site": "north", "Comments": ["Odd."]},
        {
            "id": 2,
            "text": "We left.",
            "entities": [{"id": 1, "label": "Who", "start_offset": 0, "end_offset": 2}],
            "relations": [{"id": 1}],
        },
        {"id": 3, "text": "Fine.", "label": ["positive"]},
        {"id": 4, "text": ""},
        {"id": 5, "text": "x", "label": [[0, 9, "Who"]]},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    report = qc.read_doccano(tmp_path / "a.jsonl")
    found = [(each.segment.quote, each.code.name) for each in report.project.assignments]
    assert found == [("They", "Who"), ("We", "Who"), ("Fine.", "positive")]
    assert dict(report.project.documents["document-1"].variables) == {"site": "north"}
    assert [memo.text for memo in report.project.memos] == ["Odd."]
    assert {loss.element: loss.count for loss in report.losses} == {
        "document": 1,
        "coding": 1,
        "relation": 1,
    }


# qualitative-coding


@pytest.fixture
def qc_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "homes"
    (folder / "corpus" / "round1").mkdir(parents=True)
    (folder / "memos").mkdir()
    (folder / "settings.yaml").write_text(
        "qc_version: 1.5.0\ncorpus_dir: corpus\ncodebook: codebook.yaml\n"
    )
    (folder / "codebook.yaml").write_text(
        "- people:\n  - trust\n  - staff:\n    - nurses\n- money\n"
    )
    (folder / "corpus" / "round1" / "one.txt").write_text("We trust them.\nThey left.\n")
    (folder / "memos" / "2026-01-31.md").write_text("Began.")
    connection = sqlite3.connect(folder / "qualitative_coding.sqlite3")
    tables = {
        "document": ("file_path file_hash", [("round1/one.txt", ""), ("gone.txt", "")]),
        "document_index": (
            "id name document_id",
            [(1, "paragraphs", "round1/one.txt"), (2, "paragraphs", "gone.txt")],
        ),
        "location": ("id start_line end_line document_index_id", [(1, 0, 2, 1), (2, 0, 1, 2)]),
        "coded_line_location_association": (
            "coded_line_id location_id",
            [(1, 1), (2, 1), (3, 2), (4, 1)],
        ),
        "code": ("name", [("trust",), ("new",)]),
        "coder": ("name", [("ana",)]),
        "coded_line": (
            "id line coder_id code_id",
            [
                (1, 0, "ana", "trust"),
                (2, 1, "ana", "new"),
                (3, 0, "ana", "new"),
                (4, 9, "ana", "new"),
            ],
        ),
    }
    for name, (columns, held) in tables.items():
        connection.execute(f"CREATE TABLE {name} ({columns.replace(' ', ', ')})")
        connection.executemany(
            f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns.split()))})", held
        )
    connection.commit()
    connection.close()
    return folder


def test_qualitative_coding_is_read(qc_folder: Path) -> None:
    for path in (qc_folder, qc_folder / "settings.yaml"):
        report = qc.read_qualitative_coding(path)
        found = [
            (each.segment.quote, each.code.id, each.coder) for each in report.project.assignments
        ]
        assert found == [("We trust them.", "trust", "ana"), ("They left.", "new", "ana")]
    assert {code.id: code.parent for code in report.project.codebook} == {
        "people": None, "trust": "people", "staff": "people", "nurses": "staff", "money": None, "new": None,
    }  # fmt: skip
    assert [(memo.target, memo.text) for memo in report.project.memos] == [("journal", "Began.")]
    assert {loss.element: loss.severity for loss in report.losses} == {
        "document": "loss",
        "coding": "loss",
    }


def test_a_project_from_before_version_1_is_read(qc_folder: Path) -> None:
    (qc_folder / "qualitative_coding.sqlite3").unlink()
    codes = qc_folder / "codes" / "round1"
    codes.mkdir(parents=True)
    (codes / "one.txt.ana.codes").write_text("trust, new\n\n\nlate\n")
    (codes / "gone.txt.ana.codes").write_text("trust\n")
    report = qc.read_qualitative_coding(qc_folder)
    found = [(each.segment.quote, each.code.id, each.coder) for each in report.project.assignments]
    assert found == [("We trust them.", "trust", "ana"), ("We trust them.", "new", "ana")]
    assert {loss.element: loss.count for loss in report.losses} == {"document": 1, "coding": 1}


def test_settings_that_lead_outside_are_refused(qc_folder: Path) -> None:
    (qc_folder / "settings.yaml").write_text("corpus_dir: ../..\n")
    with pytest.raises(StudyError, match=r"names '\.\./\.\.', which lies outside of the project"):
        qc.read_qualitative_coding(qc_folder)
    (qc_folder / "settings.yaml").write_text("corpus_dir: [\n")
    with pytest.raises(StudyError, match=r"settings\.yaml: is no valid YAML"):
        qc.read_qualitative_coding(qc_folder)
    (qc_folder / "settings.yaml").unlink()
    with pytest.raises(StudyError, match=r"has no settings\.yaml"):
        qc.read_qualitative_coding(qc_folder)
