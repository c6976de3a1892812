"""Commands on other programs' files, as a user runs them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.unit.test_cli import ran, refused
from tests.unit.test_program_texts import ROCK, TASKS, TEXT, annotation
from tests.unit.test_programs import Tables, database, qualcoder, rqda, taguette

import qualcode as qc
from qualcode.cli import main
from qualcode.errors import StudyError
from qualcode.project.formats import FORMATS, format_of

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_import_makes_a_project_and_says_what_is_lost(here: Path) -> None:
    told = ran("import", "programs/homes.qda", "homes", "--name", "Damp homes")
    assert told.startswith("homes: Damp homes (from qualcoder)\n  document ")
    assert "loss: coded region of a picture: has no place in a project of texts" in told
    project = qc.Project.open("homes")
    assert (project.name, len(project.assignments)) == ("Damp homes", 5)
    assert "exists already: name a new folder" in refused("import", "programs/homes.qda", "homes")


def test_the_help_of_export_names_every_format_that_is_written() -> None:
    told = ran("export", "--help")
    assert [name for name, each in FORMATS.items() if each.write and name not in told] == []


def test_inspect_writes_nothing(here: Path) -> None:
    before = sorted(here.rglob("*"))
    value = json.loads(ran("inspect", "programs/homes.sqlite3", "--json"))
    assert (value["name"], value["program"], len(value["losses"])) == ("Damp homes", "taguette", 1)
    assert {"element": "coding", "read": 5, "kept": 5, "carried": 0, "lost": 0} in value["elements"]
    assert sorted(here.rglob("*")) == before


def test_a_table_is_imported_with_its_texts_and_codebook(here: Path) -> None:
    Path("segments.csv").write_text("document,codes,quote\n01-maria,Trust,I trust Joan\n")
    Path("codes.csv").write_text("id,name\nt1,Trust\n")
    ran("import", "segments.csv", "study", "--texts", "interviews", "--codebook", "codes.csv")
    assert [each.code.id for each in qc.Project.open("study").assignments] == ["t1"]
    assert "--codebook means nothing for QualCoder" in refused(
        "inspect", "programs/homes.qda", "--codebook", "codes.csv"
    )


def test_export_writes_for_another_program(here: Path) -> None:
    ran("import", "programs/homes.qda", "homes")
    told = ran("export", "homes", "out", "--to", "rock")
    assert told.startswith("out: 5 assignments\nloss: 5 × span: ROCK codes whole lines")
    assert sorted(each.name for each in Path("out").iterdir()) == [
        "01-maria--ana.rock",
        "01-maria--ben.rock",
        "02-joan.rock",
        "03-samir.rock",
        "cases.rock",
        "codes.rock",
    ]
    value = json.loads(ran("export", "homes", "web/a.jsonld", "--to", "webannotation", "--json"))
    assert value["assignments"] == 5
    assert ran("export", "homes", "a.csv", "--to", "csv") == "a.csv: 5 assignments\n"
    assert "is read and not written" in refused("export", "homes", "x", "--to", "rqda")
    assert "no format 'rok'" in refused("export", "homes", "x", "--to", "rok")
    assert "Did you mean 'rock'" in refused("export", "homes", "x", "--to", "rok")


def test_the_format_of_a_file_is_found(tmp_path: Path) -> None:
    def put(name: str, data: bytes | str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    places = {
        "taguette": database(tmp_path / "a.db", taguette()),
        "rqda": database(tmp_path / "b.db", rqda()),
        "qualcoder": database(tmp_path / "c.db", qualcoder()),
        "rock": put("a.rock", ROCK),
        "labelstudio": put("a.json", json.dumps(TASKS)),
        "doccano": put("a.jsonl", json.dumps({"text": TEXT, "label": []}) + "\n" + "{}"),
        "webannotation": put("b.json", json.dumps([annotation()])),
        "codings": put("a.csv", "document,code,quote\n"),
        "qualitative-coding": put("qc/settings.yaml", "corpus_dir: corpus\n").parent,
    }
    assert {name: format_of(path).name for name, path in places.items()} == {
        name: name for name in places
    }
    assert set(places) <= set(FORMATS)
    with pytest.raises(StudyError, match="looks like no format that is known"):
        format_of(put("a.bin", b"\0\1"))
    with pytest.raises(StudyError, match="no such file or folder"):
        format_of(tmp_path / "absent")


def test_a_database_is_known_by_its_tables_wherever_it_names_them(tmp_path: Path) -> None:
    long = " ".join(f"column_{number}" for number in range(40))
    first: Tables = {f"other_{number}": (long, []) for number in range(200)}
    path = database(tmp_path / "large.sqlite3", first | taguette())
    assert b"TABLE highlights" not in path.read_bytes()[: 1 << 16]
    before = path.read_bytes()
    assert format_of(path).name == "taguette"
    assert "(from taguette)" in ran("inspect", str(path), "--project", "Homes")
    assert (path.read_bytes(), [*tmp_path.iterdir()]) == (before, [path])
    path.with_name("large.sqlite3-wal").write_bytes(b"more")
    with pytest.raises(StudyError, match="was not closed"):
        format_of(path)


def test_a_later_export_is_read_into_the_project(here: Path) -> None:
    ran("import", "programs/homes.qdpx", "homes")
    there = qc.read_refi("programs/homes.qdpx").project
    code = next(iter(there.codebook))
    there.rename(f"code:{code.id}", "Persons")
    qc.write_refi(there, "later.qdpx")
    changed = f"later.qdpx: code Persons → {code.id}: changed"
    assert changed in ran("import", "later.qdpx", "homes", "--update", "--dry-run")
    assert qc.Project.open("homes").codebook.codes[code.id].name == code.name
    assert changed in ran("import", "later.qdpx", "homes", "--update")
    assert qc.Project.open("homes").codebook.codes[code.id].name == "Persons"
    assert "go with --update" in refused("import", "later.qdpx", "new", "--dry-run")
    assert "merge that with the first" in refused(
        "import", "programs/homes.qda", "homes", "--update"
    )


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (("export", "study", "-"), b"\xef\xbb\xbfdocument,start,end"),
        (("export", "study", "-", "--to", "nvivo"), b"PK"),
        (("rollup", "study", "--csv", "-"), b"\xef\xbb\xbflevel,id"),
        (("cooccur", "study", "--unit", "document", "--csv", "-"), b"\xef\xbb\xbf"),
        (("names", "study", "--output", "-"), b"\xef\xbb\xbfname,pseudonym"),
        (("quotes", "study", "--code", "trust", "-o", "-"), b"# Quotes"),
        (("adjudicate", "study", "--table", "-"), b"\xef\xbb\xbfdocument,before"),
        (
            ("autocode", "study", "trust", "--text", "they", "--output", "-"),
            b"\xef\xbb\xbfdocument",
        ),
        (("backup", "study", "-"), b"PK"),
    ],
)
def test_a_dash_stands_for_standard_output(
    words: tuple[str, ...], begins: bytes, here: Path
) -> None:
    ran("import", "programs/homes.qda", "study")
    before = sorted(each for each in here.rglob("*") if "study" not in each.parts)
    result = CliRunner().invoke(main, [*words, "--json"])
    assert result.exit_code == 0, result.output
    assert result.stdout_bytes.startswith(begins)
    json.loads(result.stderr)
    assert sorted(each for each in here.rglob("*") if "study" not in each.parts) == before


def test_a_folder_cannot_go_to_standard_output(here: Path) -> None:
    ran("import", "programs/homes.qda", "study")
    assert "is a folder of files" in refused("export", "study", "-", "--to", "rock")


def test_long_work_tells_how_far_it_has_come(here: Path) -> None:
    told: list[tuple[int, int]] = []
    project = qc.read_refi("programs/homes.qdpx", progress=lambda *n: told.append(n)).project
    assert told[-1][0] == told[-1][1] > 0
    told.clear()
    qc.write_refi(project, "out.qdpx", progress=lambda *n: told.append(n))
    assert told == sorted(told)
    assert (told[0], told[-1]) == ((1, 3), (3, 3))
