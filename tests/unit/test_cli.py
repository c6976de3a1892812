"""The command line, used as a user uses it."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

import qualcode as qc
from qualcode.cli import main, shared
from qualcode.cli.finding import NOTHING_FITS
from qualcode.cli.refusing import in_options

TEXT = "We share one budget.\n\nAnd nobody minds who pays. We trust them.\n"
CODEBOOK = """\
format: qualcode-codebook/1
id: study
name: Study
codes:
  trust: {name: Trust}
  money: {name: Money, definition: Funds.}
  never: {name: Never used}
rollups:
  main:
    name: Main
    domains: {all: {name: All of it, themes: [soft, hard]}}
    themes: {soft: {name: Soft, codes: [trust]}, hard: {name: Hard, codes: [money, never]}}
"""
CODINGS = """\
document,start,end,code,coder,quote
one,0,20,money,ana,We share one budget.
one,22,48,Money,ben,
one,49,63,trust,ana,We trust them.
two,0,20,money,ana,
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder, the current one, with two texts, a codebook and codings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("QUALCODE_CODER", raising=False)
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "book.yaml").write_text(CODEBOOK, encoding="utf-8")
    (tmp_path / "codings.csv").write_text(CODINGS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def study(folder: Path) -> Path:
    """Return a project with two documents and four assignments, made by commands."""
    ran("init", "study", "--name", "A study", "--codebook", "book.yaml", "--coder", "ana")
    ran("add", "study", "one.txt", "--variable", "site=north")
    ran("add", "study", "two.txt", "--variable", "site=south")
    ran("assign", "study", "codings.csv")
    return folder / "study"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def ran(*words: str) -> str:
    """Run a command that must succeed; return what it printed."""
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*words: str) -> str:
    """Run a command that must be refused; return its one line, and check that it is one."""
    result = run(*words)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def commands(group: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(group, click.Group):
        for name, command in group.commands.items():
            yield from commands(command, (*words, name))
    else:
        yield words


# The command as a whole


@pytest.mark.parametrize("words", list(commands(main)), ids=" ".join)
def test_every_command_has_help_with_examples(words: tuple[str, ...]) -> None:
    text = ran(*words, "--help")
    assert f"  qualcode {' '.join(words)}" in text.partition("Examples:")[2]
    if words not in {("serve",), ("mcp",)}:  # which answer to a page, and to an assistant
        assert "--json" in text


def test_help_starts_fast_and_in_a_process_of_its_own() -> None:
    script = (
        "import sys\n"
        "from qualcode.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit as end: assert not end.code\n"
        "slow = {'pandas', 'numpy', 'jinja2', 'scipy'} & set(sys.modules)\n"
        "sys.exit(f'imported {slow}' if slow else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Qualitative coding" in done.stdout
    assert "qualcode demo" in done.stdout


def test_version() -> None:
    assert ran("--version") == f"qualcode, version {qc.__version__}\n"


def test_a_terminal_without_unicode_gets_plain_bars(study: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from qualcode.cli import main; main()", "rollup", str(study)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "60"},
    )
    assert done.returncode == 0, done.stderr
    assert b"####" in done.stdout
    assert done.stdout.isascii()


def test_an_error_is_one_line_on_stderr_and_status_1(folder: Path) -> None:
    assert "no such folder or file" in refused("rollup", "stduy")
    assert "Did you mean 'collaboration-reviews'" in refused("status", "collaboration-review")
    assert "no qualcode project here" in refused("check", str(folder))
    (folder / "bad.txt").write_bytes(b"caf\xe9")
    ran("init", "study")
    assert "byte 3 (0xe9)" in refused("add", "study", "bad.txt", "--encoding", "utf-8")
    assert len(qc.Project.open("study").documents) == 0


@pytest.mark.parametrize(
    ("words", "told", "typed"),
    [
        (("add",), "leave encoding= out, or encoding='cp1252'", "leave --encoding out, or --encoding cp1252"),
        (("add",), "or existing='skip', originals=False", "or --skip-existing, --no-originals"),
        (("docx",), "write over it with replace=True", "write over it with --replace"),
        (("import",), "say which, as columns={'code': …}", "say which, as --column code=…"),
        (("survey",), "open=['why', 'how then']", '--open why --open "how then"'),
        (("export",), "3.5 (float), replace=True", "3.5, replace=True"),
        (("add",), "no variable 'encoding=x'", "no variable 'encoding=x'"),
        (("adjudicate",), "another, or say that it is one with set_kind('a', 'consensus')", "another"),
        (("autocode",), "give text, regex, pattern or speaker", "give --text, --regex or --speaker"),
        (("quotes",), "one of query, code= and theme=", "one of query, --code and --theme"),
        (("framework", "export"), "replace=True; x_replace=True", "--replace; x_replace=True"),
        (("rollup",), "ask for find(where=…), where=…", "ask for find(where=…), --where …"),
        (("rollup",), "project.withdrawals says", "qualcode withdraw PROJECT says"),
    ],
)  # fmt: skip
def test_what_the_library_says_names_the_option_to_type(
    words: tuple[str, ...], told: str, typed: str
) -> None:
    command: click.Command = main
    for word in words:
        assert isinstance(command, click.Group)
        command = command.commands[word]
    assert in_options(told, command) == typed


def test_refusals_say_nothing_of_python(study: Path) -> None:
    (study.parent / "tags.csv").write_text("Etikett;Ausschnitt\nx;We\n", encoding="utf-8")
    ran("docx", "study", "out.docx")
    told = [
        refused("docx", "study", "out.docx"),
        refused("init", "study"),
        refused("assign", "study", "words that are nowhere", "trust"),
        refused("import", "tags.csv", "new"),
        refused("framework", "export", "study", "matrix.odt"),
        refused("rollup", "study", "--role", "interviewer"),
    ]
    python = re.compile(r"\w=[\[{('\"\w]|\(str\)|\w\(\)|\bTrue\b|Project\.|read_\w")
    assert [each for each in told if python.search(each.replace("=interviewer", ""))] == []
    assert "--replace" in told[0]
    assert "--column code=" in told[3]
    assert "qualcode speakers PROJECT" in told[-1]


def test_wrong_usage_is_status_2() -> None:
    assert run("rollup").exit_code == 2
    assert run("nothing").exit_code == 2
    assert run("codebook", "diff", "a", "b", "c").exit_code == 2
    assert run("codebook", "diff", "a", "b", "--from", "1").exit_code == 2
    assert run("assign", "study").exit_code == 2


def test_an_unwritable_place_is_said(study: Path) -> None:
    assert "cannot be written" in refused("rollup", "study", "--csv", "nowhere/table.csv")
    assert "cannot be written" in refused("export", "study", "nowhere/table.csv")
    Path("taken").write_text("")
    assert "cannot be made" in refused("report", "study", "--output", "taken")


# Projects


def test_init_makes_a_project_and_refuses_to_overwrite_one(folder: Path) -> None:
    assert ran("init", "new") == (
        "new: made the project 'new' with 0 codes\nnext: qualcode add new interviews/\n"
    )
    assert json.loads(ran("init", "other", "--codebook", "collaboration", "--json"))["codes"] > 100
    assert "not empty" in refused("init", "new")
    assert "no codebook named 'colaboration'" in refused("init", "x", "--codebook", "colaboration")
    assert not (folder / "x").exists()


def test_add_reads_files_with_typed_variables_and_cases(folder: Path) -> None:
    ran("init", "study")
    output = ran(
        "add", "study", "*.txt", "--case", "north", "--case", "n1",
        "--variable", "site=north", "--variable", "wave=2", "--variable", "share=0.5",
        "--variable", "paid=true", "--variable", "day=2026-03-01", "--variable", 'number="007"',
        "--variable", "code=007", "--variable", "odd=2026-13-01",
    )  # fmt: skip
    assert output.startswith("study: added 2 documents; there are 2\n")
    document = qc.Project.open("study").documents["one"]
    assert {name: type(value).__name__ for name, value in document.variables.items()} == {
        "site": "str", "wave": "int", "share": "float", "paid": "bool", "day": "date",
        "number": "str", "code": "str", "odd": "str",
    }  # fmt: skip
    assert document.variables["number"] == document.variables["code"] == "007"
    assert document.cases == ("north", "n1")


def test_add_twice_is_refused_or_skipped(folder: Path) -> None:
    ran("init", "study")
    ran("add", "study", "one.txt")
    assert "added 0 documents; there are 1" in ran("add", "study", "one.txt")
    other = ("add", "study", "one.txt", "two.txt", "--variable", "site=north")
    assert "exists already" in refused(*other)
    told = json.loads(ran(*other, "--skip-existing", "--json"))
    assert told["added"] == ["two"]
    assert [(each["file"], each["status"]) for each in told["files"]] == [
        ("one.txt", "there already"),
        ("two.txt", "added"),
    ]
    assert "no file matches 'three.txt'" in refused("add", "study", "three.txt")
    assert run("add", "study", "two.txt", "--variable", "site").exit_code == 2


def test_add_reads_other_encodings(folder: Path) -> None:
    (folder / "latin.txt").write_bytes("café".encode("cp1252"))
    ran("init", "study")
    ran("add", "study", "latin.txt", "--encoding", "cp1252")
    assert qc.Project.open("study").documents["latin"].text == "café"


def test_add_tells_what_it_left_out(folder: Path) -> None:
    talks = folder / "talks"
    talks.mkdir()
    (talks / "a.vtt").write_text("WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000\nYes.\n")
    (talks / "b.docx").write_text("no Word")
    (talks / "c.txt").write_text("")
    ran("init", "study")
    said = ran("add", "study", "talks")
    assert "study: added 1 document; there are 1" in said
    assert "not added: talks/b.docx: is no Word document (.docx), or was cut off" in said
    assert "not added: talks/c.txt: is empty" in said
    rows = [line.split() for line in said.splitlines()]
    assert ["talks/a.vtt", "added", "vtt", "–", "1", "note"] in rows
    assert ["talks/b.docx", "failed"] in rows


def test_what_some_say_is_counted(folder: Path) -> None:
    (folder / "talk.txt").write_text("I: Who?\nR: Me.\nI: When?\nR: Now.")
    ran("init", "study", "--codebook", "collaboration", "--coder", "ana")
    ran("add", "study", "talk.txt")
    with qc.Project.open("study") as project:
        for turn in project.segments(unit="turn"):
            project.assign(turn, "trust", coder="ana")
    said = json.loads(ran("rollup", "study", "--role", "participant", "--json"))
    assert said["rows"][-1]["count"] == 2
    assert said["counted"]["where"] == ["role(participant)"]
    assert "participant" in ran("rollup", "study", "--by", "role", "--level", "code")
    assert "nobody called 'Eve'" in refused("cooccur", "study", "--speaker", "Eve")


def test_speakers_are_listed_and_said(folder: Path) -> None:
    (folder / "talk.txt").write_text("Ada: Who?\nRuth: Me.\nAda: When?\nRuth: Now.\nNote: left.")
    ran("init", "study")
    ran("add", "study", "talk.txt", "one.txt")
    assert "nobody found" in ran("speakers", "study")
    ran("speakers", "study", "talk", "--role", "Ada=interviewer", "--case", "Ruth=ruth")
    found = json.loads(ran("speakers", "study", "talk", "--json"))
    assert [(each["speaker"], each["role"], each["case"]) for each in found] == [
        ("Ada", "interviewer", None),
        ("Ruth", None, "ruth"),
    ]
    ran("speakers", "study", "talk", "--label", "Ruth=R.", "--label", "Ada=")
    assert qc.Project.open("study").documents["talk"].speakers["R."].case == "ruth"
    assert "name the documents" in run("speakers", "study", "--label", "A=B").output
    assert "nobody called 'Eve'" in refused(
        "speakers", "study", "talk", "--role", "Eve=interviewer"
    )
    assert "of the form NAME=VALUE" in run("speakers", "study", "--role", "Ada").output


class Terminal(io.StringIO):
    """What somebody looks at."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(shared.sys, "stderr", terminal)
    with shared.progress("Reading") as advance:
        assert advance is not None
        for done in (1, 2, 3):
            advance(done, 3)
    assert "Reading" in terminal.getvalue()
    assert "100%" in terminal.getvalue()
    monkeypatch.setattr(shared.sys, "stderr", io.StringIO())
    with shared.progress("Reading") as advance:
        assert advance is None


@pytest.mark.parametrize(
    ("words", "label"),
    [
        (("add", "study", "two.txt", "--skip-existing"), "Reading"),
        (("report", "study"), "Writing"),
        (("tables", "study", "tables.xlsx"), "Writing"),
        (("docx", "study", "out.docx"), "Writing"),
        (("export", "study", "out.csv"), "Writing"),
        (("export", "study", "out.rock", "--to", "rock"), "Writing"),
        (("inspect", "one.txt"), "Reading"),
        (("merge", "study", "study", "--dry-run"), "Merging"),
        (("backup", "study", "out.zip"), "Writing"),
        (("check", "study"), "Checking"),
    ],
)  # fmt: skip
def test_long_commands_show_on_a_terminal_that_they_go_on(
    study: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], label: str
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(shared, "sys", SimpleNamespace(stderr=terminal, stdout=sys.stdout))
    printed = ran(*words)
    assert label in terminal.getvalue()
    assert label not in printed


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (("docx", "study", "-"), b"PK"),
        (("tables", "study", "-"), b"PK"),
        (("report", "study", "--output", "-"), b"<!doctype html>"),
        (("framework", "export", "study", "-"), b"\xef\xbb\xbfcase"),
        (("export", "study", "-"), b"\xef\xbb\xbfdocument"),
    ],
)
def test_a_file_goes_to_standard_output(study: Path, words: tuple[str, ...], begins: bytes) -> None:
    (study.parent / "three.txt").write_text("Three.", encoding="utf-8")
    ran("add", "study", "three.txt", "--case", "north")
    before = {*study.parent.rglob("*")}
    result = run(*words)
    assert result.exit_code == 0, result.output
    assert result.stdout_bytes[: len(begins)].lower() == begins.lower()
    assert result.stderr.strip(), "what there is to say is said beside it"
    assert {*study.parent.rglob("*")} == before


def test_a_terminal_is_not_given_what_it_cannot_show(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "sys", SimpleNamespace(stderr=sys.stderr, stdout=Terminal()))
    assert "is nothing for a terminal to show" in refused("docx", "study", "-")


def test_status_says_what_there_is(study: Path) -> None:
    text = ran("status", "study")
    assert "documents    2, 0 without a code" in text
    assert "assignments  4 (ana 3, ben 1)" in text
    assert "undecided" not in text
    value = json.loads(ran("status", "study", "--json"))
    assert value["name"] == "A study"
    assert (value["documents"], value["segments"], value["assignments"]) == (2, 4, 4)
    assert value["rollups"] == ["main"]
    assert "36, 0 without" in ran("status", "collaboration-reviews")


def test_status_names_what_waits(study: Path) -> None:
    project = qc.Project.open(study)
    with project.revise(coder="ana", reason="test") as cb:
        cb.split("money", {"cash": qc.where(document="two"), "kind": None})
    project.save()
    edited = (study / "codebook.yaml").read_text().replace("name: Trust", "name: Faith")
    (study / "codebook.yaml").write_text(edited)
    text = ran("status", "study")
    assert "undecided    2 assignments" in text
    assert "qualcode codebook apply study" in text


def test_check_names_file_and_line(study: Path) -> None:
    assert ran("check", "study") == "study: no problems\n"
    assert ran("check", "collaboration-reviews") == "collaboration-reviews: no problems\n"
    (log,) = [each for each in (study / "log").glob("ana.*") if '"quote"' in each.read_text()]
    lines = log.read_text().splitlines(keepends=True)
    number = next(at for at, line in enumerate(lines) if '"code":"trust"' in line)
    lines[number] = lines[number].replace("trust", "turst")
    log.write_text("".join(lines))
    result = run("check", "study")
    assert result.exit_code == 1
    assert f"study/log/{log.name}:{number + 1}: " in result.stdout
    problems = json.loads(run("check", "study", "--json").stdout)
    assert (f"log/{log.name}", number + 1) in {(each["file"], each["line"]) for each in problems}


# Coding


def test_assign_imports_all_rows_or_none(study: Path) -> None:
    before = len(qc.Project.open(study).assignments)
    Path("more.csv").write_text("document,start,end,code\none,0,5,trust\none,0,500,trust\n")
    assert "more.csv: 1 rows cannot be assigned, so none was: row 3: 0–500 is no span" in refused(
        "assign", "study", "more.csv", "--coder", "cy"
    )
    assert len(qc.Project.open(study).assignments) == before
    Path("more.csv").write_text("document,start,end,code\none,0,5,trust\n")
    assert "say who assigned" in refused("assign", "study", "more.csv")
    assert ran("assign", "study", "more.csv", "--coder", "cy") == (
        "study: 1 new assignment; there are 5\n"
    )
    assert json.loads(ran("assign", "study", "codings.csv", "--json")) == {
        "assigned": 0, "assignments": 5,
    }  # fmt: skip


def test_export_and_assign_are_each_others_inverse(study: Path) -> None:
    assert ran("export", "study", "out.csv") == "out.csv: 4 assignments\n"
    ran("init", "copy", "--codebook", "book.yaml")
    ran("add", "copy", "one.txt", "two.txt")
    ran("assign", "copy", "out.csv")
    ran("export", "copy", "again.csv")

    def places(file: str) -> list[list[str]]:
        return [line.split(",")[:6] for line in Path(file).read_text().splitlines()]

    assert places("again.csv") == places("out.csv")
    assert json.loads(ran("export", "study", "out.csv", "--at", "1", "--json"))["assignments"] == 4


def test_a_shipped_project_is_not_changed_in_place(folder: Path) -> None:
    message = refused("add", "collaboration-reviews", "one.txt")
    assert "Save a copy of your own" in message
    assert "save('my-copy')" in message


# Codebooks


def test_show_takes_a_project_a_file_or_a_name(study: Path) -> None:
    tree = ran("codebook", "show", "study")
    assert (
        tree == ran("codebook", "show", "book.yaml") == ran("codebook", "show", "study", "--tree")
    )
    assert tree.splitlines()[0] == "Trust (trust)"
    assert "Motivation and purpose" in ran("codebook", "show", "collaboration")
    assert "Motivation and purpose" in ran("codebook", "show", "collaboration-reviews")
    assert "Funds." in ran("codebook", "show", "study", "--markdown")
    record = json.loads(ran("codebook", "show", "study", "--json"))
    assert record["codes"]["money"]["definition"] == "Funds."
    assert "Did you mean 'collaboration'" in refused("codebook", "show", "colaboration")


def test_an_edited_codebook_becomes_revisions_and_can_be_reverted(study: Path) -> None:
    file = study / "codebook.yaml"
    file.write_text(file.read_text().replace("name: Trust", "name: Faith"))
    assert ran("codebook", "diff", "study", "study/codebook.yaml") == (
        "renamed: rename trust to 'Faith'\n"
    )
    assert "edited" in ran("status", "study")
    assert "rename trust" in ran(
        "codebook", "apply", "study", "--coder", "ana", "--reason", "their word"
    )
    assert ran("check", "study") == "study: no problems\n"
    assert ran("codebook", "diff", "study") == "renamed: rename trust to 'Faith'\n"
    assert ran("codebook", "diff", "study", "--from", "2", "--to", "-1") == "no difference\n"
    log = ran("codebook", "log", "study")
    assert "rename trust to 'Faith'" in log
    assert "their word" in log
    assert "Trust" in ran("codebook", "show", "study", "--at", "1")
    made = json.loads(
        ran("codebook", "revert", "study", "2", "--coder", "ben", "--reason", "no", "--json")
    )
    assert made["revision"] == 3
    assert "(reverted) rename trust" in ran("codebook", "log", "study")
    revisions = json.loads(ran("codebook", "log", "study", "--json"))
    assert [each["reverted"] for each in revisions] == [False, True, False]
    assert "reverted already" in refused(
        "codebook", "revert", "study", "2", "--coder", "ben", "--reason", "no"
    )


def test_a_codebook_from_elsewhere_can_be_applied(study: Path) -> None:
    Path("new.yaml").write_text(CODEBOOK.replace("Never used", "Unused"))
    changes = json.loads(
        ran("codebook", "apply", "study", "new.yaml", "--coder", "ana", "--reason", "r", "--json")
    )
    assert [each["kind"] for each in changes] == ["renamed"]
    assert ran("codebook", "apply", "study", "new.yaml", "--coder", "ana", "--reason", "r") == (
        "no difference\n"
    )


def test_the_coder_may_come_from_the_environment(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUALCODE_CODER", "dee")
    Path("new.yaml").write_text(CODEBOOK.replace("Never used", "Unused"))
    ran("codebook", "apply", "study", "new.yaml", "--reason", "r")
    assert qc.Project.open(study).history.head.coder == "dee"


def test_codebooks_can_be_compared_by_name(folder: Path) -> None:
    assert "added: add means-test" in ran("codebook", "diff", "collaboration", "integrated-care")
    assert json.loads(ran("codebook", "diff", "book.yaml", "book.yaml", "--json")) == []
    assert "no such folder" in refused("codebook", "diff", "book.yam")


# Statistics


def test_rollup_prints_a_tree(study: Path) -> None:
    lines = ran("rollup", "study", "--count", "documents").splitlines()
    assert lines[0] == "Main: 2 of 2 documents"
    assert [line.split("  ")[0] for line in lines[1:2]] == ["All of it"]
    assert any(line.strip().startswith("Trust") and "50%" in line for line in lines)
    assert ran("rollup", "study", "--rollup", "main").startswith("Main: 4 of 4 segments")


def test_rollup_as_json_is_what_the_library_counts(study: Path) -> None:
    value = json.loads(ran("rollup", "study", "--json"))
    result = qc.Project.open(study).rollup()
    assert (value["rollup"], value["count"], value["base"]) == ("main", "segments", 4)
    counted = {(row["level"], row["id"]): row["count"] for row in value["rows"]}
    assert counted["code", "money"] == result["money"] == 3
    assert counted["domain", "all"] == result["all"] == 4
    themes = json.loads(ran("rollup", "study", "--level", "theme", "--json"))
    assert {row["level"] for row in themes["rows"]} == {"theme", "total"}
    assert "no level 'themes'" in refused("rollup", "study", "--level", "themes")
    assert "no counting policy" in refused("rollup", "study", "--count", "docs")


def test_passages_that_fit_are_printed(study: Path) -> None:
    query = "code(money) and not code(trust) within paragraph"
    assert ran("find", "study", query).splitlines() == [
        "one 0–20  money",
        "  We share one budget.",
        "",
        "two 0–20  money",
        "  We share one budget.",
        "",
        "2 passages in 2 documents",
        "Counted: all coders ana and ben in 2 documents",
    ]
    assert ran("find", "study", query, "--count") == "2\n"
    value = json.loads(ran("find", "study", query, "--json", "--coder", "ana"))
    assert value["query"] == query
    assert value["counted"]["named"] == ["ana"]
    assert [row["quote"] for row in value["passages"]] == ["We share one budget."] * 2
    assert value["passages"][0]["codes"] == ["money"]
    none = run("find", "study", "code(never)", "--count")
    assert (none.exit_code, none.output) == (NOTHING_FITS, "0\n")
    assert "expected, at 10" in refused("find", "study", "code(money")


def test_only_what_fits_is_counted(study: Path) -> None:
    value = json.loads(ran("rollup", "study", "--where", "code(money) by(ben)", "--json"))
    assert value["counted"]["where"] == ["code(money) by(ben)"]
    assert value["base"] == 1
    told = ran("cooccur", "study", "--unit", "paragraph", "--where", "by(ana)")
    assert told.endswith("only what fits by(ana)\n")
    assert json.loads(
        ran("cooccur", "study", "--unit", "document", "--where", "by(ana)", "--json")
    )["pairs"]
    ran("report", "study", "--where", "code(trust)", "--output", "out")
    assert "only what fits code(trust)" in Path("out/report.html").read_text("utf-8")
    found = json.loads(
        ran("autocode", "study", "never", "--query", "units(sentence) text(budget)", "--json")
    )
    assert len(found["suggestions"]) == 2


def test_rollup_by_a_variable(study: Path) -> None:
    lines = ran("rollup", "study", "--by", "site", "--level", "code").splitlines()
    assert lines[0].split() == ["name", "north", "south", "total"]
    assert "Money           2      1      3" in lines
    found = json.loads(ran("rollup", "study", "--by", "site", "--json"))
    assert found["counted"]["persons"] == ["ana", "ben"]
    assert found["rows"][0] == {
        "domain": "all",
        "name": "All of it",
        "north": 3,
        "south": 1,
        "total": 4,
    }
    assert "Did you mean 'site'" in refused("rollup", "study", "--by", "sight")


def test_named_coders_are_counted(study: Path) -> None:
    assert ran("rollup", "study", "--coder", "ben").endswith(
        "Counted: as named, ben in 1 document; nobody in 1\n"
    )
    both = json.loads(ran("rollup", "study", "--coder", "ben", "--coder", "ana", "--json"))
    assert both["counted"]["named"] == ["ana", "ben"]
    assert ran("cooccur", "study", "--coder", "ben").startswith("0 pairs")
    ran("report", "study", "--coder", "ben", "--output", "ben")
    assert "as named, ben in 1 document" in Path("ben/report.html").read_text(encoding="utf-8")
    assert "no coder has the id 'bem'" in refused("rollup", "study", "--coder", "bem")
    assert "counted      persons ana and ben in 2 documents" in ran("status", "study")


def test_rollup_and_pairs_as_csv(study: Path) -> None:
    assert ran("rollup", "study", "--csv", "r.csv").startswith("r.csv: ")
    assert Path("r.csv").read_text("utf-8-sig").startswith("level,id,name,count,share,under\n")
    told = ran("cooccur", "study", "--unit", "document", "--csv", "c.csv")
    assert told == "c.csv: 1 pair\nCounted: persons ana and ben in 2 documents\n"
    assert Path("c.csv").read_text().splitlines()[1].startswith("trust,money,Trust,Money,1,1,2,2")


def test_any_past_state_can_be_counted(study: Path) -> None:
    project = qc.Project.open(study)
    with project.revise(coder="ana", reason="test") as cb:
        cb.merge(["trust"], into="money")
    project.save()
    now, then = (json.loads(ran("rollup", "study", "--json", *at)) for at in ((), ("--at", "1")))
    assert "trust" not in {row["id"] for row in now["rows"]}
    assert "trust" in {row["id"] for row in then["rows"]}
    head = project.history[1].id[:8]
    assert json.loads(ran("rollup", "study", "--json", "--at", head)) == then
    assert "there is no revision 7" in refused("rollup", "study", "--at", "7")


def test_cooccur_prints_the_strongest_pairs(study: Path) -> None:
    text = ran("cooccur", "study", "--unit", "document")
    assert text.startswith("1 pair of codes meet in documents (2 in all)")
    assert "Trust" in text.splitlines()[-2]
    assert text.splitlines()[-1] == "Counted: persons ana and ben in 2 documents"
    value = json.loads(ran("cooccur", "study", "--unit", "document", "--json"))
    assert (value["unit"], value["units"], value["pairs"][0]["both"]) == ("document", 2, 1)
    assert json.loads(ran("cooccur", "study", "--unit", "segment", "--json"))["pairs"] == []
    near = ran("cooccur", "study", "--meeting", "overlap", "--gap", "1", "--same-coder")
    assert near.startswith("0 pairs")
    for how in (
        ["--meeting", "overlap", "--min-overlap", "0.5"],
        ["--meeting", "contained"],
        ["--unit", "sentence", "--gap", "1"],
    ):
        assert "pair" in ran("cooccur", "study", *how)
    wrong = run("cooccur", "study", "--meeting", "overlap", "--min-overlap", "half")
    assert (wrong.exit_code, "neither a number" in wrong.output) == (2, True)
    assert "--min-overlap 3.5: give" in refused(
        "cooccur", "study", "--meeting", "overlap", "--min-overlap", "3.5"
    )
    many = ran(
        "cooccur", "collaboration-reviews", "--unit", "document", "--level", "theme",
        "--rollup", "factors", "--measure", "npmi", "--min", "5", "--top", "3",
    )  # fmt: skip
    assert "the 3 strongest by npmi" in many
    assert len(many.splitlines()) == 6
    assert "no coefficient" in refused("cooccur", "study", "--measure", "nothing")
    assert "Did you mean 'paragraph'" in refused("cooccur", "study", "--unit", "paragraf")


def test_what_is_not_defined_is_null_in_json(study: Path) -> None:
    Path("one-code.csv").write_text("document,start,end,code,coder\ntwo,0,20,trust,ana\n")
    ran("assign", "study", "one-code.csv")
    pairs = json.loads(ran("cooccur", "study", "--unit", "document", "--json"))["pairs"]
    assert pairs[0]["both"] == 2  # each code on each document: nothing to compare with chance
    assert pairs[0]["npmi"] is None
    assert "–" in ran("cooccur", "study", "--unit", "document")


# Reports


def test_report_writes_a_page_and_tables(study: Path) -> None:
    text = ran("report", "study", "--by", "site", "--unit", "paragraph", "--count", "segments")
    assert text.splitlines()[0] == "report/report.html: open it in a browser"
    page = Path("report/report.html").read_text(encoding="utf-8")
    assert '"by":["site"]' in page
    assert "of the 4 paragraphs" in page
    files = json.loads(ran("report", "study", "--output", "r2", "--rollup", "tree", "--json"))[
        "files"
    ]
    assert "r2/tables/rollup-tree.csv" in files
    assert all(Path(file).is_file() for file in files)
    assert "Did you mean 'main'" in refused("report", "study", "--rollup", "mian")


def test_a_cell_of_the_matrix_is_shown_by_case_and_theme(study: Path) -> None:
    (study.parent / "three.txt").write_text("They trust the council.", encoding="utf-8")
    ran("add", "study", "three.txt", "--case", "north")
    ran("assign", "study", "They trust the council", "trust", "--coder", "ana")
    shown = ran("framework", "show", "study", "north", "Soft")
    assert shown.splitlines()[0] == "north, Soft"
    assert "“They trust the council”" in shown
    half = run("framework", "show", "study", "north")
    assert (half.exit_code, "or say --case north" in half.output) == (2, True)


def test_a_worklist_names_the_commands_that_settle_it(study: Path) -> None:
    book = study / "codebook.yaml"
    book.write_text(book.read_text("utf-8").replace("Funds.", "Funds and time."), encoding="utf-8")
    told = ran("worklist", "study")
    assert "qualcode codebook apply study\n" in told
    assert 'qualcode codebook redefine study trust --definition "…"' in told
    assert "project." not in told
    assert "cb." not in told
    rows = json.loads(ran("worklist", "study", "--kind", "never used", "--json"))
    assert [each["command"] for each in rows] == [
        "qualcode codebook retire study never, or qualcode codebook merge study never INTO"
    ]
    assert rows[0]["call"].startswith("cb.retire('never')")


def test_codings_are_not_written_as_what_the_name_says_and_they_are_not(study: Path) -> None:
    assert "written as CSV, .xlsx or .parquet, and not as .docx" in refused(
        "export", "study", "x.docx"
    )
    assert not Path("x.docx").exists()


def test_a_text_is_no_table_of_codings(folder: Path) -> None:
    told = refused("import", "one.txt", "new")
    assert "one column: if it is a text, qualcode add" in told


def test_demo_does_the_main_job(folder: Path) -> None:
    text = ran("demo", "--output", "out")
    project = qc.load_project("collaboration-reviews")
    for id in ("factors", "impacts"):
        result = project.rollup(id, count="documents")
        head = f"{result.hierarchy.rollup.name}: {result.rolled_up} of 36 documents"
        assert head in text
        for node in result.hierarchy.nodes:
            if node.level == "domain" and node.id != "unassigned":
                line = next(each for each in text.splitlines() if each.startswith(f"{node.name} "))
                assert f" {result.of(node.id)} " in line
    strongest = project.cooccurrence("document").to_frame().iloc[0]
    assert f"{strongest['both']}" in next(
        line for line in text.splitlines() if line.startswith("Shared vision  ")
    )
    written = {path.relative_to("out").as_posix() for path in Path("out").rglob("*.*")}
    assert {"report.html", "tables/crosstab-factors.csv", "tables/evidence-impacts.csv"} <= written
    assert max(map(len, text.splitlines())) <= 100
    assert "16422" in next(
        line for line in text.splitlines() if line.startswith("records_screened")
    )
    assert {"flow.png", "diagram.png"} <= written


def test_demo_is_the_same_each_time(folder: Path) -> None:
    outputs = [ran("demo", "--output", name) for name in ("a", "b")]
    assert outputs[0].replace("a/", "b/") == outputs[1]
    for path in sorted(Path("a").rglob("*.*")):
        assert path.read_bytes() == (Path("b") / path.relative_to("a")).read_bytes()


def test_the_big_demo_counts_and_leaves_a_script_that_counts_the_same(folder: Path) -> None:
    pytest.importorskip("pyarrow", reason="needs the extra parquet")
    text = ran("demo", "--big", "--answers", "300", "--output", "big")
    assert "everything coded: 300 documents" in text
    done = subprocess.run(
        [sys.executable, "count.py"], cwd="big", check=True, capture_output=True, text=True
    )
    assert "everything coded: 300 documents" in done.stdout
    assert "already" in refused("demo", "--big", "--answers", "300", "--output", "big")


def test_demo_as_json(folder: Path) -> None:
    value: dict[str, Any] = json.loads(ran("demo", "--json"))
    assert set(value) == {"rollups", "pairs", "files"}
    assert set(value["rollups"]) == {"factors", "impacts"}
    assert value["files"][0] == "qualcode-demo/report.html"


# What was done, and saying more


def test_the_whole_log_is_a_table(study: Path) -> None:
    ran("variables", "study", "one", "site=east", "--coder", "cy")
    lines = ran("log", "study").splitlines()
    assert lines[0].split() == ["time", "(UTC)", "coder", "kind", "what", "reason", "event"]
    assert any("add the document one" in line for line in lines)
    (row,) = json.loads(ran("log", "study", "--kind", "set", "--coder", "cy", "--json"))
    assert (row["coder"], row["target"], row["what"]) == (
        "cy",
        "document:one",
        "one: site = 'east'",
    )
    both = json.loads(ran("log", "study", "--kind", "adopt", "--kind", "add-document", "--json"))
    assert [each["kind"] for each in both] == ["adopt", "add-document", "add-document"]
    assert both[0]["revision"] == 1
    assert json.loads(ran("log", "study", "--coder", "ben", "--json"))[-1]["rows"] == 1
    assert ran("log", "study", "--kind", "merge") == "nothing of that kind was done\n"
    assert "Did you mean 'ana'" in refused("log", "study", "--coder", "anna")
    assert "Did you mean 'rename'" in refused("log", "study", "--kind", "renamed")
    before = json.loads(ran("log", "study", "--at", row["event"], "--json"))
    assert before[-1]["event"] == row["event"]


def test_past_states_are_named_by_number_id_and_time(study: Path) -> None:
    ran("variables", "study", "one", "site=east")
    project = qc.Project.open(study)
    with project.revise(coder="ana", reason="test") as cb:
        cb.add("later")
    project.save()
    assert "later" not in ran("codebook", "show", "study", "--at", "1")
    assert "later" not in ran("codebook", "show", "study", "--at", project.history[1].short)
    assert "later" in ran("codebook", "show", "study", "--at", "9999-01-01")
    now = project.history.head.time
    assert "later" in ran("codebook", "show", "study", "--at", now)
    assert "no codebook yet" in refused("codebook", "show", "study", "--at", "2001-01-01")
    assert "is not a time in ISO 8601" in refused("codebook", "show", "study", "--at", "2026-13-45")
    assert "no event has an id" in refused("codebook", "show", "study", "--at", "zz")


def test_documents_are_finished_by_a_coder(study: Path) -> None:
    assert ran("finish", "study", "one", "two", "--coder", "ben") == (
        "study: ben has finished 2 of 2 documents\n"
    )
    assert "finished     2 by ben" in ran("status", "study")
    told = json.loads(ran("finish", "study", "two", "--coder", "ben", "--take-back", "--json"))
    assert told == {"coder": "ben", "finished": ["one"]}
    assert "Did you mean 'one'" in refused("finish", "study", "onne", "--coder", "ben")
    ran("finish", "study", "one")
    assert qc.Project.open(study).finished["ana"] == {"one"}, "without a coder it is the author"


def test_things_get_other_names(study: Path) -> None:
    assert ran("rename", "study", "one", "Maria") == "study: one is now 'Maria'\n"
    ran("rename", "study", "project", "Another study")
    ran("rename", "study", "code:trust", "Confidence", "--coder", "ben")
    ran("rename", "study", "coder:ana", "Ana Lim")
    project = qc.Project.open(study)
    assert project.documents["one"].name == "Maria"
    assert (project.name, project.coders["ana"].name) == ("Another study", "Ana Lim")
    assert (project.codebook["trust"].name, project.history.head.coder) == ("Confidence", "ben")
    assert "no document has the id" in refused("rename", "study", "three", "x")


def test_variables_are_shown_set_and_removed(study: Path) -> None:
    assert ran("variables", "study", "one") == "site=north\n"
    told = ran("variables", "study", "one", "wave=2", "paid=true", "site=", "--coder", "ben")
    assert told == "paid=true\nwave=2\n"
    value = json.loads(ran("variables", "study", "one", "day=2026-11-22", "--json"))
    assert value == {"day": "2026-11-22", "paid": True, "wave": 2}
    qc_project = qc.Project.open(study)
    qc_project.add_case("north")
    qc_project.save()
    assert ran("variables", "study", "case:north", "size=3") == "size=3\n"
    assert ran("variables", "study", "case:north", "size=") == "case:north has no variables\n"
    assert "'wave' is" in refused("variables", "study", "two", "wave=second")
    assert run("variables", "study", "one", "wave").exit_code == 2


def test_memos_are_written_edited_withdrawn_and_listed(study: Path) -> None:
    made = json.loads(ran("memo", "add", "study", "code:trust", "Too wide?", "--json"))
    other = json.loads(
        ran(
            "memo",
            "add",
            "study",
            "journal",
            "Met.",
            "--link",
            made["id"],
            "--coder",
            "ben",
            "--json",
        )
    )
    assert (other["target"], other["links"]) == ("journal", [made["id"]])
    ran("memo", "edit", "study", made["id"], "Settled.")
    listed = ran("memo", "list", "study")
    assert "  Settled.\n" in listed
    assert f"  see {made['id']}" in listed
    assert "Met." not in ran("memo", "list", "study", "code:trust")
    assert "is withdrawn" in ran("memo", "withdraw", "study", made["id"], "--reason", "wrong")
    assert ran("memo", "list", "study", "code:trust") == "no memos\n"
    assert [each["id"] for each in json.loads(ran("memo", "list", "study", "--json"))] == [
        other["id"]
    ]
    assert "or it was withdrawn" in refused("memo", "edit", "study", made["id"], "Again.")


def test_conflicts_are_counted_and_listed(study: Path) -> None:
    assert ran("conflicts", "study") == "study: no conflicts\n"
    assert "conflicts" not in ran("status", "study")
    shutil.copytree(study, "clone", ignore=shutil.ignore_patterns(".qualcode"))
    ran("variables", "study", "one", "site=east", "--coder", "ana")
    ran("variables", "clone", "one", "site=west", "--coder", "ben")
    for file in Path("clone").glob("log/*.jsonl"):
        if not (study / "log" / file.name).exists():
            shutil.copy(file, study / "log")
    assert "conflicts    1; to see them: qualcode conflicts study" in ran("status", "study")
    text = ran("conflicts", "study")
    assert "document:one: both set" in text
    assert "east" in text
    assert "west" in text
    (found,) = json.loads(ran("conflicts", "study", "--json"))
    assert sorted(found["values"]) == ["east", "west"]
    assert {each["coder"] for each in found["events"]} == {"ana", "ben"}
    shown = qc.Project.open(study).documents["one"].variables["site"]
    ran("variables", "study", "one", f"site={shown}", "--coder", "ana")
    assert ran("conflicts", "study") == "study: no conflicts\n", "who saw both settled it"


def test_status_says_who_the_author_is(study: Path) -> None:
    assert "author       ana" in ran("status", "study")
    value = json.loads(ran("status", "study", "--json"))
    assert (value["author"], value["conflicts"]) == ("ana", 0)


def test_documents_are_withdrawn_listed_and_brought_back(study: Path) -> None:
    told = ran("withdraw", "study", "one", "--reason", "consent withdrawn", "--coder", "ana")
    assert "document:one is withdrawn; 1 document out of every result" in told
    assert "withdrawn    1;" in ran("status", "study")
    (listed,) = json.loads(ran("withdraw", "study", "--json"))
    assert (listed["target"], listed["reason"]) == ("document:one", "consent withdrawn")
    assert "was withdrawn" in refused("finish", "study", "one", "--coder", "ana")
    assert "is back" in ran("reinstate", "study", "one")
    assert ran("withdraw", "study") == "nothing was withdrawn\n"
    assert "is not withdrawn" in refused("reinstate", "study", "one")


def test_a_project_is_backed_up_and_restored(study: Path) -> None:
    made = json.loads(ran("backup", "study", "study.zip", "--json"))
    assert made["file"] == "study.zip"
    assert "exists already" in refused("backup", "study", "study.zip")
    assert "as it was backed up" in ran("restore", "study.zip", "again")
    told = ran("status", "again").replace("worklist again", "worklist study")
    assert told == ran("status", "study")
    assert "not empty" in refused("restore", "study.zip", "again")
