"""Documents from files, globs and frames; typed variables; what is refused."""

from __future__ import annotations

import copy
import hashlib
import pickle
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import qualcode as qc
from qualcode import errors
from qualcode.io.raw.decoding import read_text
from qualcode.io.readers.documents import (
    documents_from_frame,
    documents_from_texts,
    read_documents,
)
from qualcode.model.ids import slug, unique_slug
from qualcode.model.texts.documents import Registry, check_types, check_variables, type_name


@pytest.fixture
def project() -> qc.Project:
    return qc.Project.new("Study")


# Texts


def test_a_text_is_kept_exactly(project: qc.Project, tmp_path: Path) -> None:
    text = "\ufeffe\u0301 ﬁ\r\n\r\t🙂\x00 \u2028"
    assert project.add_document(text, id="a").text == text
    (tmp_path / "b.txt").write_bytes("e\u0301\r\n\rﬁ\n".encode())
    assert read_text(tmp_path / "b.txt") == "e\u0301\r\n\rﬁ\n"


def test_the_checksum_is_that_of_the_text_in_utf_8() -> None:
    document = qc.Document(id="a", text="信任")
    assert document.checksum == hashlib.sha256("信任".encode()).hexdigest()
    assert repr(document) == "<Document a: 2 code points>"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"\xef\xbb\xbfcaf\xc3\xa9", "utf-8"),
        (b"\xef\xbb\xbfcaf\xc3\xa9", "utf-8-sig"),
        ("café".encode("utf-16"), "utf-16"),
        (b"caf\xe9", "cp1252"),
        (b"caf\xe9", "latin-1"),
    ],
)
def test_files_are_decoded_and_a_byte_order_mark_is_no_text(
    tmp_path: Path, data: bytes, encoding: str
) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    assert read_text(tmp_path / "a.txt", encoding=encoding) == "café"


def test_a_file_in_another_encoding_names_line_and_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\ntwo\ncaf\xe9")
    with pytest.raises(
        errors.DocumentError, match=r"a\.txt, line 3: byte 11 \(0xe9\) is not utf-8"
    ):
        read_text(path)
    with pytest.raises(errors.DocumentError, match="there is no encoding 'utf-9'"):
        read_text(path, encoding="utf-9")
    with pytest.raises(errors.DocumentError, match="cannot be read"):
        read_text(tmp_path / "missing.txt")


def test_half_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(errors.DocumentError, match="code point 1 is half of a surrogate pair"):
        qc.Document(id="a", text="a\ud83d")
    with pytest.raises(errors.DocumentError, match="text must be text, not b"):
        qc.Document(id="a", text=b"abc")  # type: ignore[arg-type]


# Files


@pytest.fixture
def interviews(tmp_path: Path) -> Path:
    for name, text in {
        "02 Ben.txt": "two",
        "01 Ana.txt": "one",
        "notes.md": "three",
        "deep/er/x.txt": "four",
        "table.csv": "no",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_files_come_sorted_with_ids_from_their_names(interviews: Path) -> None:
    found = read_documents(interviews / "*.txt")
    assert [(each.id, each.name, each.text) for each in found] == [
        ("01-ana", "01 Ana", "one"),
        ("02-ben", "02 Ben", "two"),
    ]
    assert found[0].source == (interviews / "01 Ana.txt").as_posix()


@pytest.mark.parametrize(
    ("source", "ids"),
    [
        ("", ["01-ana", "02-ben", "notes"]),
        ("**/*.txt", ["01-ana", "02-ben", "x"]),
        ("notes.md", ["notes"]),
        (["*.md", "01*.txt", "notes.md"], ["notes", "01-ana"]),
    ],
)
def test_folders_globs_and_several_of_them(interviews: Path, source: Any, ids: list[str]) -> None:
    given = (
        [interviews / each for each in source] if isinstance(source, list) else interviews / source
    )
    assert [each.id for each in read_documents(given)] == ids


def test_files_with_one_name_in_two_folders_get_two_ids(interviews: Path) -> None:
    (interviews / "x.txt").write_text("five", encoding="utf-8")
    found = read_documents([interviews / "x.txt", interviews / "deep" / "er" / "x.txt"])
    assert [each.id for each in found] == ["x", "x-2"]


def test_what_is_no_text_file_is_refused(interviews: Path) -> None:
    (interviews / "plan.pptx").write_bytes(b"PK")
    with pytest.raises(errors.DocumentError, match=r"files of kind '\.pptx' are not read"):
        read_documents(interviews / "plan.pptx")
    with pytest.raises(errors.DocumentError, match=r"no file matches '.*\*\.doc'"):
        read_documents(interviews / "*.doc")


def test_nothing_of_a_folder_is_passed_over_in_silence(
    project: qc.Project, interviews: Path
) -> None:
    (interviews / "99 bad.txt").write_bytes(b"\xff\xfe\xff")
    (interviews / "98 empty.txt").write_bytes(b" \n")
    (interviews / "plan.pptx").write_bytes(b"PK")
    (interviews / ".hidden").write_bytes(b"x")
    added = project.add_documents(interviews)
    assert [each.id for each in added] == ["01-ana", "02-ben", "notes"]
    assert {Path(each.file).name: each.status for each in added.files} == {
        ".hidden": "not read",
        "01 Ana.txt": "added",
        "02 Ben.txt": "added",
        "98 empty.txt": "empty",
        "99 bad.txt": "failed",
        "deep": "not read",
        "notes.md": "added",
        "plan.pptx": "not read",
        "table.csv": "failed",
    }
    reasons = {Path(each.file).name: each.reason for each in added.left_out}
    assert reasons["98 empty.txt"] == "holds no text"
    assert (
        reasons["99 bad.txt"].startswith("cannot be read as utf-16")
        or "utf-16" in reasons["99 bad.txt"]
    )
    assert reasons["deep"].endswith("/**/*")
    assert "'.pptx' are not read" in reasons["plan.pptx"]
    assert added.counts == {"not read": 3, "added": 3, "empty": 1, "failed": 2}
    frame = added.to_frame()
    assert list(frame["status"]) == [each.status for each in added.files]
    assert repr(added).startswith("<3 documents added; 6 files left out")
    assert all(len(line) <= 80 for line in str(added).splitlines() if " " in line.strip())
    again = project.add_documents(interviews)
    assert (again, again.counts["there already"]) == ((), 3)
    assert pickle.loads(pickle.dumps(added)).files == copy.deepcopy(added).files == added.files


def test_a_file_that_is_named_must_be_readable(project: qc.Project, interviews: Path) -> None:
    (interviews / "99 bad.txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(errors.DocumentError, match="99 bad"):
        project.add_documents([interviews / "99 bad.txt", interviews / "01 Ana.txt"])
    (interviews / "empty.txt").write_text("")
    with pytest.raises(errors.DocumentError, match=r"empty\.txt: is empty"):
        project.add_documents(interviews / "empty.txt")
    assert len(project.documents) == 0


def test_a_folder_of_which_nothing_can_be_read_says_why(
    project: qc.Project, tmp_path: Path
) -> None:
    (tmp_path / "a.docx").write_text("Text.")
    (tmp_path / "b.vtt").write_text("Text.")
    with pytest.raises(
        errors.DocumentError, match=r"(?s)none of these 2 files.*a\.docx: is no Word.*b\.vtt"
    ):
        project.add_documents(tmp_path)


def test_progress_is_told(project: qc.Project, interviews: Path) -> None:
    told: list[tuple[int, int]] = []
    project.add_documents(interviews, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


# Frames


def answers() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "answer": ["We share.", None, "We do not."],
            "person": ["p1", "p2", "p1"],
            "age": [40, 50, None],
            "remote": [True, False, None],
            "when": [pd.Timestamp("2026-01-05"), pd.Timestamp("2026-01-06"), pd.NaT],
        }
    )


@pytest.mark.parametrize("nullable", [False, True])
def test_rows_of_a_frame_become_documents(project: qc.Project, nullable: bool) -> None:
    frame = answers().convert_dtypes() if nullable else answers()
    project.add_documents(frame, text="answer", cases="person")
    assert list(project.documents) == ["row-1", "row-3"]
    first, last = project.documents.values()
    assert dict(first.variables) == {"age": 40, "remote": True, "when": date(2026, 1, 5)}
    assert dict(last.variables) == {}
    assert (first.cases, last.cases) == (("p1",), ("p1",))
    assert list(project.cases) == ["p1"]


def test_columns_are_chosen(project: qc.Project) -> None:
    frame = answers().assign(label=["A", "B", "C"])
    project.add_documents(frame, text="answer", id="label", variables="age")
    assert list(project.documents) == ["a", "c"]
    assert [document.name for document in project.documents.values()] == ["A", "C"]
    assert dict(project.documents["a"].variables) == {"age": 40}


def test_of_where_files_lay_is_kept_what_comes_after_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "wave-1"
    folder.mkdir()
    (folder / "joan.txt").write_text("We met.", encoding="utf-8")
    project = qc.Project.new("s", coder="ana")
    (added,) = project.add_documents(folder, relative_to=tmp_path)
    assert added.source == "wave-1/joan.txt"
    project = qc.Project.new("s", coder="ana")
    (added,) = project.add_documents(folder, relative_to=tmp_path / "elsewhere")
    assert added.source == (folder / "joan.txt").as_posix()


def test_a_frame_added_again_is_skipped_row_by_row(project: qc.Project) -> None:
    assert len(project.add_documents(answers(), text="answer")) == 2
    assert project.add_documents(answers(), text="answer", existing="skip") == ()
    more = pd.concat([answers(), pd.DataFrame({"answer": ["New."]})], ignore_index=True)
    added = project.add_documents(more, text="answer", existing="skip")
    assert [document.id for document in added] == ["row-4"]
    changed = answers().assign(answer=["Other.", "", "Else."])
    with pytest.raises(errors.DuplicateError, match="'row-1' is there already with another text"):
        project.add_documents(changed, text="answer", existing="skip")


def test_what_is_wrong_with_a_frame_is_said(project: qc.Project) -> None:
    with pytest.raises(errors.DocumentError, match=r"no column 'text'.*it has answer, person"):
        project.add_documents(answers())
    with pytest.raises(errors.DocumentError, match="Did you mean 'answer'"):
        project.add_documents(answers(), text="anwser")
    with pytest.raises(
        errors.DocumentError, match="row 1 of the frame: 'age' must be text, not 40"
    ):
        project.add_documents(answers(), text="age")
    with pytest.raises(errors.DocumentError, match="names of columns"):
        project.add_documents(answers(), text="answer", variables={"site": "north"})
    with pytest.raises(errors.DocumentError, match="mapping of names to values"):
        project.add_documents({"a": "text"}, variables=["site"])
    assert len(project.documents) == 0


# Variables


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("north", "north"),
        (3, 3),
        (True, True),
        (2.5, 2.5),
        (date(2026, 1, 5), date(2026, 1, 5)),
        (datetime(2026, 1, 5), date(2026, 1, 5)),
        (datetime(2026, 1, 5, 9, 30), "2026-01-05T09:30:00"),
        (np.int32(3), 3),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (np.str_("x"), "x"),
        (pd.Timestamp("2026-01-05"), date(2026, 1, 5)),
    ],
)
def test_values_keep_their_type(given: Any, kept: Any) -> None:
    value = check_variables({"v": given}, where="here")["v"]
    assert value == kept
    assert type(value) is type(kept)


@pytest.mark.parametrize("nothing", [None, float("nan"), np.nan, pd.NA, pd.NaT, np.float64("nan")])
def test_what_is_not_known_is_left_out(nothing: Any) -> None:
    assert dict(check_variables({"v": nothing, "w": 1}, where="here")) == {"w": 1}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"v": [1, 2]}, r"variable 'v' holds \[1, 2\] \(list\)"),
        ({"v": np.array([1, 2])}, "\\(ndarray\\)"),
        ({"v": float("inf")}, "is infinite"),
        ({"": 1}, "must be text that is not empty"),
        ({3: 1}, "must be text, not 3"),
    ],
)
def test_other_values_are_refused(given: Any, message: str) -> None:
    with pytest.raises(errors.DocumentError, match=message):
        check_variables(given, where="here")


def test_a_variable_is_of_one_type_throughout() -> None:
    def having(value: Any) -> qc.Document:
        return qc.Document(id=f"d-{slug(str(value))}", text="x", variables={"v": value})

    check_types([having(1), having(2.5), having(3)])
    with pytest.raises(
        errors.DocumentError, match="'v' is whole number in 'd-1' but true or false"
    ):
        check_types([having(1), having(True)])
    assert type_name(date(2026, 1, 5)) == "date"
    with pytest.raises(errors.DocumentError, match="\\(set\\) cannot be a variable's value"):
        type_name({1})  # type: ignore[arg-type]


def test_variables_cannot_be_changed_from_outside() -> None:
    given = {"site": "north"}
    document = qc.Document(id="a", text="x", variables=given)
    given["site"] = "south"
    assert document.variables["site"] == "north"
    with pytest.raises(TypeError):
        document.variables["site"] = "east"  # type: ignore[index]


# Ids and registries


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Role clarity & trust", "role-clarity-trust"),
        ("  Élan—vital! ", "élan-vital"),
        ("E\u0301lan", "élan"),
        ("信任 2", "信任-2"),
        ("🙂", ""),
        ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
    ],
)
def test_slugs(name: str, made: str) -> None:
    assert slug(name) == made


def test_slugs_stay_short_enough_for_file_names() -> None:
    long = slug("信" * 300)
    assert len(f"{unique_slug('信' * 300, [long], default='x')}.txt".encode()) < 255
    project = qc.Project.new("x")
    for text in ("text", "another", "text"):
        project.add_document(text, name="word " * 100)
    assert len(project.documents) == 2, "the same text under the same name is the same document"


@pytest.mark.parametrize(
    "id", ["", "a b", "a/b", "-a", "a.", "..", "a..b", "x" * 101, "信" * 80, "e\u0301", "a\n"]
)
def test_what_may_not_be_an_id(id: str) -> None:
    with pytest.raises(errors.DocumentError, match="document id"):
        qc.Document(id=id, text="x")


def test_ids_that_differ_only_in_case_would_be_one_file(project: qc.Project) -> None:
    project.add_document("x", id="Ana")
    with pytest.raises(errors.DuplicateError, match="'ana' differs from 'Ana' only in case"):
        project.add_document("y", id="ana")
    with pytest.raises(errors.DuplicateError, match="only in case"):
        project.add_documents({"ben": "1", "BEN": "2"})
    assert list(project.documents) == ["Ana"]


def test_a_registry_suggests_what_was_meant() -> None:
    registry = Registry([qc.Document(id="interview-1", text="x")], what="document")
    with pytest.raises(errors.NotFoundError, match=r"no document has the id 'interview-2'.*-1"):
        registry["interview-2"]
    assert registry.get("interview-2") is None
    assert repr(registry) == "<1 documents>"
    with pytest.raises(errors.DuplicateError, match="two documents with the id 'a'"):
        Registry([qc.Document(id="a", text="x")] * 2, what="document")
    with pytest.raises(errors.DuplicateError, match="is not there to be replaced"):
        registry.with_items([qc.Document(id="a", text="x")], replace=True)


def test_a_document_names_each_case_once() -> None:
    with pytest.raises(errors.DocumentError, match="names a case twice"):
        qc.Document(id="a", text="x", cases=("c", "c"))


# What is passed by mistake


def test_a_lone_text_is_one_case() -> None:
    assert qc.Document(id="a", text="x", cases="P12").cases == ("P12",)
    assert qc.Document(id="a", text="x", cases=None).cases == ()
    (read,) = documents_from_texts({"a": "x"}, cases="P12")
    assert read.cases == ("P12",)


def test_a_text_given_for_a_path_is_told() -> None:
    project = qc.Project.new("x", codebook=qc.Codebook("b", codes=[qc.Code("a")]))
    with pytest.raises(errors.DocumentError, match=r"source: .*add_document takes it"):
        project.add_documents("We trust them. " * 99)


def test_a_path_is_a_source() -> None:
    assert qc.Document(id="a", text="x", source=Path("in") / "a.txt").source == str(
        Path("in") / "a.txt"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 7), ("name", "\ud800"), ("source", b"x"), ("cases", 3), ("cases", [1]), ("text", None),
        ("variables", [1]), ("time", "soon"), ("revision", 1),
    ],
)  # fmt: skip
def test_a_field_of_another_type_is_named(field: str, value: Any) -> None:
    with pytest.raises(errors.DocumentError, match=field):
        qc.Document(**{"id": "a", "text": "x", field: value})


@pytest.mark.parametrize(
    "value", [2**63, -(2**63) - 1, 10**30, float("inf"), b"x", "\ud800", [1], 1j]
)
def test_values_that_no_file_can_hold_are_refused(value: Any) -> None:
    with pytest.raises(errors.DocumentError, match="variable 'v'"):
        check_variables({"v": value}, where="here")
    assert check_variables({"v": 2**63 - 1, "w": -(2**63)}, where="here")["v"] == 2**63 - 1


def test_ids_of_a_frame_stay_whole() -> None:
    frame = pd.DataFrame(
        {"text": ["a", "b", None, " ", "c"], "pid": [1.0, 2.0, np.nan, np.nan, 30.0]}
    )
    found = documents_from_frame(frame, text="text", id="pid", cases="pid")
    assert [(each.id, each.name, each.cases) for each in found] == [
        (id, id, (id,)) for id in ("1", "2", "30")
    ]


def test_a_missing_or_repeated_id_of_a_frame_names_its_row() -> None:
    frame = pd.DataFrame({"text": ["a", "b", "c"], "pid": ["x", None, "x"]})
    with pytest.raises(errors.DocumentError, match="row 2 of the frame has no id in 'pid'"):
        documents_from_frame(frame, text="text", id="pid")
    with pytest.raises(
        errors.DocumentError, match="rows 1 and 2 of the frame have the same id 'x'"
    ):
        documents_from_frame(frame.dropna(), text="text", id="pid")
    assert [each.id for each in documents_from_frame(frame, text="text")] == [
        "row-1", "row-2", "row-3"
    ]  # fmt: skip


def test_columns_of_a_frame_have_names() -> None:
    numbered = pd.DataFrame([["x", 3]])
    (found,) = documents_from_frame(numbered, text="0")
    assert dict(found.variables) == {"1": 3}
    with pytest.raises(errors.DocumentError, match="more than one column '1'"):
        documents_from_frame(pd.DataFrame([["x", 1, 2]], columns=["t", 1, "1"]), text="t")
    with pytest.raises(errors.DocumentError, match="no name but nan"):
        documents_from_frame(pd.DataFrame([["x", 1]], columns=["t", np.nan]), text="t")


def test_open_questions_can_be_added_one_after_the_other() -> None:
    frame = pd.DataFrame(
        [["R1", 24, "Tea", "Noise"], ["R2", 54, "Milk", None]],
        columns=["ID", "Age", "Likes", "Dislikes"],
    )
    project = qc.Project.new("S")
    for _ in range(2):  # as a script that is run again
        project.add_documents(frame[["ID", "Age", "Likes"]], text="Likes", id="ID")
        project.add_documents(frame[["ID", "Age", "Dislikes"]], text="Dislikes", id="ID")
    assert {each.id: each.text for each in project.documents.values()} == {
        "r1": "Tea",
        "r2": "Milk",
        "r1-dislikes": "Noise",
    }
    assert project.documents["r1-dislikes"].source == "column Dislikes"
    changed = frame.assign(Likes=["Coffee", "Milk"])
    with pytest.raises(errors.DuplicateError, match="there already with another text"):
        project.add_documents(changed[["ID", "Age", "Likes"]], text="Likes", id="ID")


def test_who_adds_a_document_is_checked_though_it_is_there_already() -> None:
    project = qc.Project.new("Study", coder="ana")
    project.add_document("One text.", id="a")
    for coder in ("", 7):
        with pytest.raises(qc.QualcodeError):
            project.add_document("One text.", id="a", coder=coder)  # type: ignore[arg-type]
    assert len(project.documents) == 1
