"""Databases of other programs: what is in them arrives, what does not is listed, and no password is read."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import StudyError
from qualcode.io.exchange.programs.taguette import TextOf
from qualcode.io.raw.databases import Database

FILES = next(
    (
        each
        for each in (Path(__file__).parents[at] / "shared/refi/files" for at in (3, 4))
        if each.exists()
    ),
    Path("absent"),
)
real = pytest.mark.skipif(
    not FILES.exists(), reason="the real files of other programs are not here"
)

Tables = dict[str, tuple[str, list[tuple[Any, ...]]]]


def database(path: Path, tables: Tables) -> Path:
    """Write a SQLite database with tables of columns and rows."""
    connection = sqlite3.connect(path)
    for name, (columns, rows) in tables.items():
        connection.execute(f"CREATE TABLE {name} ({columns.replace(' ', ', ')})")
        marks = ", ".join("?" * len(columns.split()))
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    connection.commit()
    connection.close()
    return path


# Taguette

PAGE = "<h2>Caf\u00e9</h2>\n<p>We trust them. \U0001f91d</p><p>They <b>trust</b> us.<br>Money &amp; time.</p>"


def taguette(**tables: Any) -> Tables:
    shown = "Caf\u00e9\nWe trust them. \U0001f91dThey trust us.Money & time."

    def at(words: str) -> tuple[int, int]:
        start = len(shown[: shown.index(words)].encode())
        return start, start + len(words.encode())

    return {
        "projects": ("id name description", [(1, "Homes", "Second round."), (2, "Other", "")]),
        "users": ("login hashed_password email", [("ana", "bcrypt:secret", "ana@x.org")]),
        "documents": (
            "id name description filename created project_id contents",
            [
                (1, "Interview 1", "Recorded.", "one.docx", "", 1, PAGE),
                (2, "x", "", "", "", 2, "<p>x</p>"),
            ],
        ),
        "tags": (
            "id project_id path description",
            [(1, 1, "trust", "Reliance."), (2, 1, "money", "")],
        ),
        "highlights": (
            "id document_id start_offset end_offset snippet",
            [
                (1, 1, *at("trust us"), "<p><b>trust</b> us</p>"),
                (2, 1, *at("Money"), "Money"),
                (3, 1, *at("Caf\u00e9"), ""),
                (4, 2, 0, 1, "x"),
            ],
        ),
        "highlight_tags": ("highlight_id tag_id", [(1, 1), (1, 2), (2, 2), (4, 1)]),
        "commands": (
            "id date user_login project_id document_id payload",
            [
                (
                    1,
                    "2026-01-31 10:00:00",
                    "ana",
                    1,
                    1,
                    '{"type": "highlight_add", "highlight_id": 1}',
                ),
                (2, "2026-01-31 10:00:00", "ana", 1, 1, "no json"),
            ],
        ),
        **tables,
    }


def test_taguette_is_read(tmp_path: Path) -> None:
    report = qc.read_taguette(database(tmp_path / "t.sqlite3", taguette()), project="Homes")
    project = report.project
    assert project.name == "Homes"
    document = project.documents["interview-1"]
    assert document.text == "Caf\u00e9\nWe trust them. \U0001f91d\nThey trust us.\nMoney & time."
    assert document.source == "one.docx"
    assert document.structure.kinds == {"heading": 1, "paragraph": 2}
    found = [(each.segment.quote, each.code.id, each.coder) for each in project.assignments]
    assert found == [
        ("trust us", "trust", "ana"),
        ("trust us", "money", "ana"),
        ("Money", "money", "project"),
    ]
    assert project.codebook["trust"].definition == "Reliance."
    assert [(memo.target, memo.text) for memo in project.memos] == [
        ("document:interview-1", "Recorded."),
        ("segment:interview-1:0-4", "highlighted, without a tag"),
        ("project", "Second round."),
    ]
    assert str(report.losses).startswith("note: highlight")
    rows = {row["element"]: row["read"] for row in report.to_frame().to_dict("records")}
    assert (rows["coding"], rows["highlight"], rows["coder"]) == (3, 3, 1)


def test_taguette_with_several_projects_asks_which(tmp_path: Path) -> None:
    path = database(tmp_path / "t.sqlite3", taguette())
    with pytest.raises(
        StudyError, match=r"holds 2 projects: 'Homes' \(1\), 'Other' \(2\); say which"
    ):
        qc.read_taguette(path)
    with pytest.raises(StudyError, match="no project 'homes'; it has 'Homes'"):
        qc.read_taguette(path, project="homes")
    other = qc.read_taguette(path, project=2)
    assert list(other.project.documents) == ["x"]
    assert "its code is not in the file" in str(other.losses)


@settings(max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            ["a", "\u00e9", "\U0001f91d", "<p>", "</p>", "<br>", "\n", "&amp;", "<b>", "</b>", " "]
        )
    )
)
def test_every_byte_of_a_page_has_its_letter(pieces: list[str]) -> None:
    page = TextOf("".join(pieces))
    starts = page.starts.tolist()
    assert len(starts) == len(page.text) + 1
    assert starts == sorted(starts)
    for at, letter in enumerate(page.text):
        assert starts[at + 1] - starts[at] in (0, len(letter.encode()))


def test_highlights_of_taguette_are_placed_by_their_words(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text(
        "id,document,tag,content\n1,one.txt,Trust,We  trust them.\n2,one.txt,Money,We left.\n"
        "3,two.txt,Money,x\n"
    )
    texts = {"one.txt": "We trust them. We left. We left."}
    report = qc.read_taguette(tmp_path / "h.csv", texts=texts)
    assert [(each.segment.span.start, each.code.name) for each in report.project.assignments] == [
        (0, "Trust")
    ]
    assert sorted((loss.severity, loss.element, loss.count) for loss in report.losses) == [
        ("loss", "coding", 1), ("loss", "coding", 1), ("note", "document", 1),
    ]  # fmt: skip
    reasons = [loss.reason for loss in report.losses]
    assert any("stands 2 times in document 'one', at 15–23, 24–32" in each for each in reasons)


# QualCoder

TEXT = "We trust them. They trust us."


def qualcoder(version: str = "v8", **tables: Any) -> Tables:
    return {
        "project": (
            "databaseversion date memo about codername",
            [(version, "", "Round two.", "", "ana")],
        ),
        "source": (
            "id name fulltext mediapath memo owner date",
            [
                (1, "one.txt", TEXT, "/docs/one.docx", "Recorded.", "ana", "2026-01-31 10:00:00"),
                (2, "clip.mp3", None, "/audio/clip.mp3", "", "ana", ""),
            ],
        ),
        "code_cat": (
            "catid name owner date memo supercatid",
            [
                (1, "People", "", "", "Those.", None),
                (2, "Trust", "", "", "", 1),
                (3, "a", "", "", "", 4),
                (4, "b", "", "", "", 3),
            ],
        ),
        "code_name": (
            "cid name memo catid owner date color",
            [(1, "Trust", "Reliance.", 2, "", "", "#FF0000"), (2, "Lost", "", 99, "", "", "red")],
        ),
        "code_text": (
            "ctid cid fid seltext pos0 pos1 owner date memo important",
            [
                (1, 1, 1, "trust", 3, 8, "ana", "2026-01-31 10:00:00", "Note.", 1),
                (2, 1, 1, "They", 16, 20, "ben", "", "", None),
                (3, 9, 1, "We", 0, 2, "ben", "", "", None),
                (4, 1, 1, "nowhere", 0, 2, "ben", "", "", None),
            ],
        ),
        "cases": ("caseid name memo owner date", [(1, "Maria", "Moved.", "ana", "")]),
        "case_text": (
            "caseid fid pos0 pos1 owner date memo",
            [(1, 1, 0, 14, "", "", ""), (1, 7, 0, 1, "", "", "")],
        ),
        "attribute_type": (
            "name memo caseOrFile valuetype",
            [("age", "", "case", "numeric"), ("site", "", "file", "character")],
        ),
        "attribute": (
            "attrid name attr_type value id",
            [(1, "age", "case", "31", 1), (2, "site", "file", "007", 1)],
        ),
        "annotation": ("anid fid pos0 pos1 memo owner date", [(1, 1, 0, 2, "Who?", "ana", "")]),
        "journal": (
            "jid name jentry date owner",
            [(1, "Day 1", "Began.", "2026-01-31 10:00:00", "ana")],
        ),
        "code_image": ("imid", [(1,), (2,)]),
        **tables,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "homes.qda").mkdir()
    database(tmp_path / "homes.qda" / "data.qda", qualcoder())
    return tmp_path / "homes.qda"


def test_qualcoder_is_read(folder: Path) -> None:
    report = qc.read_qualcoder(folder)
    project = report.project
    assert project.name == "homes"
    assert {code.id: (code.name, code.parent, code.codable) for code in project.codebook} == {
        "people": ("People", None, False),
        "trust": ("Trust", "people", False),
        "a": ("a", None, False),
        "b": ("b", "a", False),
        "trust-2": ("Trust", "trust", True),
        "lost": ("Lost", None, True),
    }
    assert project.codebook["trust-2"].colour == "#FF0000"
    found = [(each.segment.quote, each.coder, each.memo) for each in project.assignments]
    assert found == [
        ("We", "ben", None),
        ("trust", "ana", "important\nNote."),
        ("They", "ben", None),
    ]
    document = project.documents["one"]
    assert (document.name, document.source, document.cases) == ("one.txt", "one.docx", ("maria",))
    assert dict(document.variables) == {"site": "007"}
    assert dict(project.cases["maria"].variables) == {"age": 31}
    assert {memo.target for memo in project.memos} == {
        "project", "document:one", "case:maria", "segment:one:0-2", "journal",
    }  # fmt: skip
    told = {(loss.severity, loss.element): loss.count for loss in report.losses}
    assert told["loss", "recording, picture or PDF"] == 1
    assert told["loss", "coding"] == 1
    assert told["damage", "coding"] == 1
    assert told["loss", "coded region of a picture"] == 2
    assert told["loss", "part of a case"] == 1
    assert "'They' " not in str(report.losses)
    assert "stand 1 letter earlier" in str(report.losses).replace("\n    ", " ")


def test_qualcoder_is_read_from_an_archive_and_a_database_alone(
    folder: Path, tmp_path: Path
) -> None:
    whole = qc.read_qualcoder(folder).project
    with zipfile.ZipFile(tmp_path / "homes_backup.zip", "w") as archive:
        archive.write(folder / "data.qda", "homes.qda/data.qda")
    for path in (tmp_path / "homes_backup.zip", folder / "data.qda"):
        found = qc.read_qualcoder(path).project
        assert found.name in ("homes", "homes_backup")
        assert [str(each.segment) for each in found.assignments] == [
            str(each.segment) for each in whole.assignments
        ]


def test_a_newer_version_with_codes_below_codes_is_read_and_told(tmp_path: Path) -> None:
    names = ("cid name memo catid owner date color supercid", [(1, "Trust", "", None, "", "", "", None),
             (2, "Of staff", "", None, "", "", "", 1)])  # fmt: skip
    for version, told in (("v17", 0), ("v18", 1)):
        path = database(tmp_path / f"{version}.qda", qualcoder(version, code_name=names))
        report = qc.read_qualcoder(path)
        assert report.project.codebook["of-staff"].parent == "trust-2"
        assert sum(loss.element == "project" for loss in report.losses) == told


# RQDA


def rqda(**tables: Any) -> Tables:
    return {
        "project": (
            "databaseversion memo about",
            [("0.2.2", "Round two.", "RQDA qualitative data")],
        ),
        "source": (
            "name id file memo owner date status",
            [
                ("one", 1, TEXT, "", "ana", "Sat Jan 31 10:00:00 2026", 1),
                ("gone", 2, "x", "", "", "", 0),
            ],
        ),
        "freecode": (
            "name memo owner id status color",
            [
                ("Trust", "Reliance.", "ana", 1, 1, None),
                ("Old", "", "", 2, 0, None),
                ("Both", "", "", 3, 1, None),
            ],
        ),
        "codecat": (
            "name catid memo status",
            [("People", 1, "", 1), ("Money", 2, "", 1), ("Gone", 3, "", 0)],
        ),
        "treecode": ("cid catid status", [(1, 1, 1), (3, 1, 1), (3, 2, 1), (1, 2, 0), (1, 3, 1)]),
        "coding": (
            "cid fid seltext selfirst selend status owner date memo",
            [
                (1, 1, "trust", 3.0, 8.0, 1, "ana", "Sat Jan 31 10:00:00 2026", "Note."),
                (1, 1, "They", 16.0, 20.0, 1, "ana", "", ""),  # one place late
                (3, 1, "trust  us.", 20.0, 29.0, 1, "ana", "", ""),  # white space differs
                (3, 1, "us.", 0.0, 3.0, 1, "ana", "", ""),  # found elsewhere
                (3, 1, "We", 0.0, 2.0, 0, "ana", "", ""),  # deleted
                (2, 1, "We", 0.0, 2.0, 1, "ana", "", ""),  # its code was deleted
                (1, 7, "We", 0.0, 2.0, 1, "ana", "", ""),
            ],  # its source is gone
        ),
        "cases": ("name memo owner date id status", [("Maria", "", "", "", 1, 1)]),
        "caselinkage": ("caseid fid selfirst selend status", [(1, 1, 0.0, 29.0, 1)]),
        "caseAttr": ("variable value caseID status", [("age", "31", 1, 1), ("age", "9", 1, 0)]),
        "attributes": ("name class status", [("age", "numeric", 1)]),
        "annotation": (
            "fid position annotation owner date status",
            [(1, 3.0, "Who?", "ana", "", 1)],
        ),
        "journal": ("name journal owner date status", [("Day 1", "Began.", "ana", "", 1)]),
        "filecat": ("name catid status", [("Round 1", 1, 1)]),
        "treefile": ("fid catid status", [(1, 1, 1)]),
        **tables,
    }


def test_rqda_is_read_and_what_was_deleted_is_not(tmp_path: Path) -> None:
    report = qc.read_rqda(database(tmp_path / "homes.rqda", rqda()))
    project = report.project
    found = [(each.segment.quote, each.code.name) for each in project.assignments]
    assert found == [("trust", "Trust"), ("They", "Trust"), ("trust us.", "Both"), ("us.", "Both")]
    assert list(project.documents) == ["one"]
    assert {code.name: code.parent for code in project.codebook} == {
        "People": None, "Money": None, "Trust": "people", "Both": "people",
    }  # fmt: skip
    assert {name: tuple(ids) for name, ids in project.code_sets.items()} == {
        "People": ("both",),
        "Money": ("both",),
    }
    assert project.documents["one"].cases == ("maria",)
    assert dict(project.documents["one"].variables) == {"group Round 1": True}
    assert dict(project.cases["maria"].variables) == {"age": 31}
    told = str(report.losses).replace("\n    ", " ")
    assert "2 × coding 'We': its code is" not in told
    assert told.count("its code is not in the file") == 1
    assert told.count("its document is not in the file") == 1
    assert "note: coding 'They': its words stand 1 letter earlier than its offsets" in told
    assert (
        "note: coding 'trust us.': its words in the file differ from the text in white space"
        in told
    )
    assert "note: coding 'us.': its words stand 26 letters later" in told
    assert "note: document 'gone': was deleted in RQDA" in told


# Files that are none, or made to harm


READERS = {
    "taguette": (qc.read_taguette, taguette, "projects"),
    "qualcoder": (qc.read_qualcoder, qualcoder, "source"),
    "rqda": (qc.read_rqda, rqda, "freecode"),
}


@pytest.mark.parametrize("kind", READERS)
def test_a_file_that_is_none_is_said_to_be(tmp_path: Path, kind: str) -> None:
    read, tables, needed = READERS[kind]
    path = tmp_path / "a.db"
    with pytest.raises(StudyError, match=r"a\.db: cannot be read: No such file"):
        read(path)
    path.write_bytes(b"")
    with pytest.raises(StudyError, match=r"a\.db: is no database of SQLite.*it is empty"):
        read(path)
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StudyError, match=r"a\.db: is no database of SQLite"):
        read(path)
    path.unlink()
    made = tables()
    del made[needed]
    with pytest.raises(StudyError, match=rf"has no table '{needed}', so it is no project of"):
        read(database(path, made))
    path.unlink()
    columns, _ = tables()[needed]
    without = " ".join(columns.split()[1:]).replace("name", "nom")
    with pytest.raises(StudyError, match=rf"table '{needed}': has no column"):
        read(database(path, {**tables(), needed: (without, [])}))


@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=25)
@given(cut=st.floats(0.02, 0.98), flip=st.integers(0, 255))
def test_a_damaged_file_is_read_or_refused_clearly(kind: str, cut: float, flip: int) -> None:
    import tempfile

    read, tables, _ = READERS[kind]
    with tempfile.TemporaryDirectory() as folder:
        path = database(Path(folder) / "a.db", tables())
        data = path.read_bytes()
        at = int(len(data) * cut)
        for damaged in (data[:at], data[:at] + bytes([flip]) * 64 + data[at + 64 :]):
            path.write_bytes(damaged)
            with contextlib.suppress(StudyError):
                read(path, **({"project": 1} if kind == "taguette" else {}))
        assert [each.name for each in Path(folder).iterdir()] == ["a.db"]


def test_a_database_that_was_not_closed_is_refused(tmp_path: Path) -> None:
    path = database(tmp_path / "a.db", rqda())
    (tmp_path / "a.db-wal").write_bytes(b"x")
    with pytest.raises(StudyError, match=r"was not closed, changes are still in a\.db-wal"):
        qc.read_rqda(path)


def test_passwords_cannot_be_read(tmp_path: Path) -> None:
    path = database(tmp_path / "a.db", taguette())
    with Database(path, where="a.db", program="Taguette") as base:
        assert list(base.rows("users", "login")) == [("ana",)]
        with pytest.raises(StudyError, match="prohibited"):
            list(base.rows("users", "hashed_password"))
    report = qc.read_taguette(path, project=1)
    report.project.save(tmp_path / "saved")
    everything = b"".join(
        each.read_bytes() for each in (tmp_path / "saved").rglob("*") if each.is_file()
    )
    assert b"secret" not in everything
    assert b"ana@x.org" not in everything


def test_what_is_computed_while_reading_is_not_read(tmp_path: Path) -> None:
    made = rqda()
    del made["source"]
    path = database(tmp_path / "a.db", made)
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE VIEW source AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) "
        "SELECT id, 'x' AS name, 'x' AS file FROM n"
    )
    connection.commit()
    connection.close()
    with pytest.raises(StudyError, match="has no table 'source'"):
        qc.read_rqda(path)


def test_a_folder_or_archive_without_a_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"has no data\.qda inside"):
        qc.read_qualcoder(tmp_path)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("other.txt", "x")
    with pytest.raises(StudyError, match=r"holds 0 files data\.qda"):
        qc.read_qualcoder(tmp_path / "a.zip")


def test_reading_changes_nothing(folder: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*")}
    folder.chmod(0o555)
    qc.read_qualcoder(folder)
    folder.chmod(0o755)
    assert {path: path.read_bytes() for path in folder.rglob("*")} == before


# Real files


@real
def test_a_real_project_of_taguette() -> None:
    report = qc.read_taguette(FILES / "taguette-ndporter.sqlite3")
    project = report.project
    assert (len(project.documents), len(project.codebook.codes), len(project.assignments)) == (
        10,
        6,
        24,
    )
    assert [(loss.severity, loss.count) for loss in report.losses] == [("note", 2)]
    assert project.rollup(count="segments")["interesting"] == 2
    assert set(project.coders) == {"project", "admin"}


@real
def test_a_real_project_of_qualcoder(tmp_path: Path) -> None:
    shutil.copytree(FILES / "qualcoder-3.6.qda", tmp_path / "study.qda")
    report = qc.read_qualcoder(tmp_path / "study.qda")
    project = report.project
    assert (len(project.documents), len(project.assignments)) == (30, 753)
    assert (len(project.codebook.codes), sum(code.codable for code in project.codebook)) == (
        285,
        230,
    )
    assert not report.losses
    assert project.rollup(count="segments").to_frame()["count"].max() == 694


@real
def test_a_real_table_of_atlasti() -> None:
    book = qc.read_codebook(FILES / "atlas-codebook.csv")
    assert len(book.codes) == 465
    report = qc.read_codings(FILES / "atlas-quotation.csv", codebook=book)
    assert {loss.severity for loss in report.losses} == {"note"}
    assert len(report.project.assignments) == 1465
    without = qc.read_codings(FILES / "atlas-quotation.csv")
    frame = without.to_frame().set_index("element")
    assert frame.loc["coding", "read"] == 1465
    assert all(
        "cannot be told apart" in loss.reason for loss in without.losses if loss.severity == "loss"
    )
