"""A text that was edited outside is told of, and becomes a correction when it is adopted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.making import opened
from tests.store.test_texts import view, views

import qualcode as qc
from qualcode.cli.app import main
from qualcode.errors import CorrectionError, NotFoundError

EDITED = "Money is scarce. Nobody decides."


@pytest.fixture
def edited(project: qc.Project, folder: Path) -> Path:
    """The file of a text, with other words in it."""
    path = view(folder, "b")
    path.write_bytes(EDITED.encode())
    return path


def test_an_edit_is_told_everywhere(project: qc.Project, folder: Path, edited: Path) -> None:
    again = opened(folder)
    (edit,) = again.text_edits
    assert (edit.document, edit.text, edit.what, edit.fault) == ("b", EDITED, "words", "")
    assert again.documents["b"].text == project.documents["b"].text
    (task,) = again.worklist().of("edits")
    assert (task.about, task.call) == ("document:b", "project.adopt('b', coder=…, reason=…)")
    (problem,) = qc.check_folder(folder)
    assert (problem.file, problem.waits) == (f"documents/{edited.name}", True)
    told = CliRunner().invoke(main, ["status", str(folder)]).output
    assert f"documents/{edited.name}: was edited outside" in told
    assert "qualcode correct" in told


@pytest.mark.parametrize("autosave", [False, True])
def test_an_adopted_edit_is_a_correction(
    project: qc.Project, folder: Path, edited: Path, autosave: bool
) -> None:
    with qc.Project.open_or_create(folder, coder="ana", autosave=autosave) as again:
        (effect,) = again.adopt("b", reason="the transcriber's slip")
        assert effect.counts == {"kept": 0, "changed": 1, "quarantined": 0}
        assert again.documents["b"].text == EDITED
        assert again.text_edits == ()
        assert again.adopt() == ()
    assert not edited.exists()
    assert EDITED in views(folder).values()
    assert qc.check_folder(folder) == []
    (made,) = opened(folder).corrections
    assert (made.coder, made.reason) == ("ana", "the transcriber's slip")
    assert [each.segment.quote for each in opened(folder).assignments][1] == "Money is scarce."


def test_it_is_what_correct_does(project: qc.Project, folder: Path, edited: Path) -> None:
    adopting = opened(folder)
    correcting = opened(folder)
    told = adopting.adopt("b", coder="ana", reason="x", dry_run=True)
    assert adopting.log == correcting.log
    assert told == (correcting.correct("b", EDITED, coder="ana", reason="x"),)
    assert adopting.adopt("b", coder="ana", reason="x") == told
    assert adopting.state == correcting.state


def test_an_edit_of_an_older_version_is_united_with_what_was_corrected(
    project: qc.Project, folder: Path, edited: Path
) -> None:
    project.correct("b", "Money is short. Nobody really decides.", coder="ana")
    project.save()
    assert len([each for each in views(folder) if each.startswith("b.")]) == 2
    project.adopt(coder="ben")
    project.save()
    assert project.documents["b"].text == "Money is scarce. Nobody really decides."
    assert [text for name, text in views(folder).items() if name.startswith("b.")] == [
        project.documents["b"].text
    ]


def test_both_files_of_a_text_are_adopted(project: qc.Project, folder: Path, edited: Path) -> None:
    project.correct("b", "Money is short. Nobody really decides.", coder="ana")
    project.save()
    (newer,) = {*(folder / "documents").glob("b.*.txt")} - {edited}
    newer.write_bytes(b"Money is short. Nobody really decides anything.")
    project.adopt(coder="ben")
    project.save()
    assert project.documents["b"].text == "Money is scarce. Nobody really decides anything."
    assert qc.check_folder(folder) == []


def test_what_was_corrected_otherwise_is_refused_and_nothing_adopted(
    project: qc.Project, folder: Path, edited: Path
) -> None:
    view(folder, "a").write_bytes(b"Other.")
    project.correct("b", "Money is dear. Nobody decides.", coder="ana")
    project.save()
    before = project.state
    with pytest.raises(CorrectionError, match=rf"{edited.name}.*corrected since.*“short”"):
        project.adopt(coder="ben")
    assert project.state == before
    assert edited.read_bytes() == EDITED.encode()
    project.save()
    assert qc.Project.open(folder).state == before
    project.adopt("a", coder="ben")
    assert project.documents["a"].text == "Other."


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<<<<<<< HEAD\nMoney.\n=======\nNone.\n>>>>>>> other\n", "line 1 is a mark of a merge conflict"),
        (b"Money is short.\n>>>>>>> other\n", "line 2 is a mark of a merge conflict"),
        (b"Caf\xe9.", r"it is no UTF-8 \(byte 4\)"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_named_and_never_adopted(
    project: qc.Project, folder: Path, data: bytes, said: str
) -> None:
    path = view(folder, "b")
    path.write_bytes(data)
    before = project.state
    with pytest.raises(CorrectionError, match=said):
        project.adopt(coder="ana")
    (edit,) = project.text_edits
    assert edit.fault
    (problem,) = qc.check_folder(folder)
    assert edit.fault in str(problem)
    project.add_memo("project", "x", coder="ana")
    project.save()
    assert path.read_bytes() == data
    path.unlink()
    project.save()
    assert qc.Project.open(folder).state.documents == before.documents
    assert qc.check_folder(folder) == []


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (lambda data: data.replace(b"\r\n", b"\n"), "line ends"),
        (lambda data: data.replace(b"\r\n", b"\r"), "line ends"),
        (lambda data: b"\xef\xbb\xbf" + data, "the byte order mark"),
        (lambda data: data + b"\r\n", "the last line end"),
        (lambda data: data + b"\n", "the last line end"),
        (lambda data: b"\xef\xbb\xbf" + data.replace(b"\r\n", b"\n"), "the byte order mark and line ends"),
        (lambda data: data.replace(b"\r\n", b"\n") + b"\n", "line ends and the last line end"),
        (lambda data: data.replace(b"\r\n", b"\n") + b"!", "words"),
        (lambda data: b"", "words"),
    ],
)  # fmt: skip
def test_what_programs_change_by_themselves_is_called_so(
    project: qc.Project, folder: Path, edit: object, what: str
) -> None:
    path = view(folder, "a")
    path.write_bytes(edit(path.read_bytes()))  # type: ignore[operator]
    (found,) = project.text_edits
    assert found.what == what
    assert ("by themselves" in str(found)) == (what != "words")
    quote = project.assignments[0].segment.quote
    project.adopt(coder="ana")
    project.save()
    assert project.documents["a"].text == found.text
    if what != "words":
        assert project.assignments[0].segment.quote == quote
    assert qc.check_folder(folder) == []


def test_a_document_that_is_not_there_is_no_document_without_edits(
    project: qc.Project, edited: Path
) -> None:
    with pytest.raises(NotFoundError, match="Did you mean 'b'"):
        project.adopt("bb")
    assert project.adopt("a") == ()


def test_a_text_edited_back_is_no_edit(project: qc.Project, folder: Path, edited: Path) -> None:
    edited.write_text(project.documents["b"].text, encoding="utf-8")
    assert project.text_edits == ()
    assert qc.check_folder(folder) == []


def test_a_file_that_holds_what_is_in_force_is_no_edit(
    project: qc.Project, folder: Path, edited: Path
) -> None:
    """As where somebody died after adopting it, and before it was made anew."""
    project.correct("b", EDITED, coder="ana")
    assert project.text_edits == ()
    project.save()
    assert not edited.exists()


def test_on_the_command_line(project: qc.Project, folder: Path, edited: Path) -> None:
    run = CliRunner().invoke
    study = str(folder)
    told = run(main, ["correct", study, "--adopt", "--dry-run", "--json"])
    assert json.loads(told.output)[0]["changed"] == 1
    told = run(main, ["correct", study, "b", "--adopt", "--coder", "ana", "--reason", "slip"])
    assert told.output == (
        f"{study}: b: 1 place changed; of 1 passage 0 kept, 1 changed within, 0 quarantined\n"
    )
    told = run(main, ["correct", study, "--adopt"])
    assert told.output == (
        f"{study}: no text was edited; the files to edit are in {study}/documents\n"
    )
    for wrong in ([], ["b"], ["b", __file__, "--adopt"]):
        assert run(main, ["correct", study, *wrong]).exit_code == 2


LETTERS = st.text(st.sampled_from("ab \r\n\ufeff🤝é<>="), max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.lists(st.tuples(st.sampled_from("ab"), LETTERS | st.binary(max_size=8)), max_size=5)
)
def test_any_edits_in_a_row(quick: Path, edits: list[tuple[str, str | bytes]]) -> None:
    """Whatever is written into the files, the project is what it was until an edit is adopted."""
    folder = quick / f"study-{len([*quick.iterdir()])}"
    project = qc.Project.create(folder, coder="ana")
    project.add_documents({"a": "One a b.\r\nTwo.", "b": ""})
    project.save()
    for document, written in edits:
        path = view(folder, document)
        data = written.encode() if isinstance(written, str) else written
        path.write_bytes(data)
        before = project.documents[document].text
        project.save()
        assert path.read_bytes() == data
        again = qc.Project.open(folder)
        assert again.state == project.state
        found = again.text_edits
        assert [edit.document for edit in found] == ([] if data == before.encode() else [document])
        if any(edit.fault for edit in found):
            with pytest.raises(CorrectionError):
                project.adopt()
            path.unlink()
        else:
            project.adopt()
            assert project.documents[document].text.encode() == data
        project.save()
        assert view(folder, document).read_bytes() == project.documents[document].text.encode()
        assert qc.check_folder(folder) == []
