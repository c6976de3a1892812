"""Withdrawing documents and cases."""

from __future__ import annotations

from pathlib import Path

import pytest

import qualcode as qc
from qualcode.errors import NotFoundError, ProjectError, WithdrawnError
from qualcode.model.coding.suggestions import Explanation, Fingerprint, NearSegment, Suggestion
from qualcode.report import write_html, write_tables
from qualcode.report.describing.wording import conflicting

WORD = "Quirrelbaum"


@pytest.fixture
def project() -> qc.Project:
    book = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("money")])
    project = qc.Project.new("Study", codebook=book, coder="ana")
    project.add_documents({"kept-1": "We trust them. One budget.", "kept-2": "No."}, cases="north")
    project.add_document(
        f"I trust {WORD}. We share.", id="gone-7", name=WORD, variables={"who": WORD}, cases="joan"
    )
    project.add_document("I said so too.", id="gone-8", cases="joan")
    project.set_variables("case:joan", alias=WORD)
    for document in ("kept-1", "gone-7"):
        project.assign((document, 0, 8), "trust", memo=f"on {document}")
        project.finish(document)
    memo = project.add_memo("document:gone-7", f"{WORD} again")
    project.add_memo(f"memo:{memo.id}", f"as {WORD} said")
    project.add_memo("segment:gone-7:0-7", WORD)
    project.save_view("some", documents=["kept-1", "gone-7"])
    project.correct("gone-7", f"I do trust {WORD}. We share.", reason=WORD)
    return project


def shown(project: qc.View) -> str:
    """Everything that frames and views of a project say."""
    frames = [
        project.documents.to_frame(), project.cases.to_frame(), project.memos.to_frame(),
        project.assignments.to_frame(), project.quarantine.to_frame(),
        project.corrections.to_frame(), project.history.to_frame(), project.conflicts.to_frame(),
        project.rollup(count="documents").to_frame(), project.state.log.to_frame(),
        project.worklist().to_frame(), project.coder_frame() if hasattr(project, "coder_frame") else "",
    ]  # fmt: skip
    state = project.state
    return "\n".join(
        [*(each if isinstance(each, str) else each.to_csv() for each in frames),
         repr((state.finished, state.views, state.verdicts, state.adjudications))]
    )  # fmt: skip


def test_what_is_withdrawn_is_named_nowhere_but_where_it_says_so(project: qc.Project) -> None:
    assert WORD in shown(project)
    withdrawn = project.withdraw("gone-7", coder="ana", reason="consent withdrawn 3 May")
    assert (withdrawn.target, withdrawn.documents) == ("document:gone-7", 1)
    told = shown(project)
    assert told.count("gone-7") == 2  # the event that withdraws it: its target, and in words
    project.withdraw("case:joan", coder="ana")
    assert list(project.documents) == ["kept-1", "kept-2"]
    assert list(project.cases) == ["north"]
    assert WORD not in shown(project)
    for state in (project.at(revision=1), project.at(project.log.heads()[0])):
        assert WORD not in shown(state)
        assert list(state.documents) == ["kept-1", "kept-2"]
    assert [each.document for each in project.corrections] == []
    assert [each.target for each in project.withdrawals] == ["document:gone-7", "case:joan"]
    assert len(project.withdrawals.to_frame()) == 2


def test_counts_are_those_of_a_project_that_never_had_it(project: qc.Project) -> None:
    book = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("money")])
    never = qc.Project.new("Study", codebook=book, coder="ana")
    never.add_documents({"kept-1": "We trust them. One budget.", "kept-2": "No."}, cases="north")
    never.assign(("kept-1", 0, 8), "trust", memo="on kept-1")
    never.finish("kept-1")
    project.withdraw("case:joan")
    for count in ("documents", "segments", "cases", "assignments", "coders"):
        assert project.rollup(count=count).to_frame().equals(never.rollup(count=count).to_frame())


def test_to_reinstate_brings_everything_back(project: qc.Project) -> None:
    before = project.state
    project.withdraw("case:joan", coder="ana")
    project.withdraw("case:joan", coder="ana")
    project.reinstate("case:joan", coder="ana", reason="asked again")
    assert project.state == before
    assert len(project.withdrawals) == 0
    with pytest.raises(NotFoundError, match="is not withdrawn"):
        project.reinstate("case:joan")
    project.withdraw("gone-8")
    project.undo()
    assert project.state == before
    project.redo()
    assert "gone-8" not in project.documents


def test_nothing_can_be_done_with_what_is_withdrawn(project: qc.Project) -> None:
    project.withdraw("case:joan")
    before = len(project.log)
    with pytest.raises(WithdrawnError, match="document 'gone-7' was withdrawn"):
        project.assign(("gone-7", 0, 3), "trust")
    with pytest.raises(WithdrawnError):
        project.add_document("New.", id="gone-7")
    with pytest.raises(WithdrawnError, match="case 'joan'"):
        project.add_document("New.", id="new", cases="joan")
    with pytest.raises(WithdrawnError):
        project.add_case("joan")
    with pytest.raises(WithdrawnError):
        project.join("kept-1", "joan")
    with pytest.raises(WithdrawnError):
        project.add_memo("document:gone-7", "again")
    assert len(project.log) == before


def test_wrong_things_are_refused(project: qc.Project) -> None:
    with pytest.raises(NotFoundError, match="no document has the id 'gone-9'"):
        project.withdraw("gone-9")
    with pytest.raises(NotFoundError, match="no case"):
        project.withdraw("case:jane")
    with pytest.raises(ProjectError, match="give the id of a document"):
        project.withdraw("code:trust")
    with pytest.raises(ProjectError, match="what"):
        project.withdraw(7)  # type: ignore[arg-type]
    with pytest.raises(ProjectError, match="what"):
        project.reinstate(None)  # type: ignore[arg-type]


def test_it_holds_for_what_others_did_without_knowing(project: qc.Project, tmp_path: Path) -> None:
    project.save(tmp_path / "mine")
    project.save(tmp_path / "hers")
    mine = qc.Project.open(tmp_path / "mine")
    hers = qc.Project.open(tmp_path / "hers")
    mine.withdraw("case:joan", coder="ana")
    hers.assign(("gone-8", 0, 6), "money", coder="ben")
    hers.add_document(f"{WORD}, once more.", id="gone-9", cases="joan", coder="ben")
    hers.assign(("kept-2", 0, 2), "money", coder="ben")
    mine.save()
    hers.save()
    both = qc.merge(tmp_path / "hers", tmp_path / "mine").project
    assert list(both.documents) == ["kept-1", "kept-2"]
    assert [each.segment.document.id for each in both.assignments] == ["kept-1", "kept-2"]
    assert WORD not in shown(both)
    assert len(both.conflicts) == 0
    both.save(tmp_path / "both")
    assert qc.check_folder(tmp_path / "both") == []
    opened = qc.Project.open(tmp_path / "both")
    assert opened.state == both.state
    opened.reinstate("case:joan", coder="ana")
    assert len(opened.documents) == 5
    assert len(opened.assignments) == 4


def test_what_is_taken_over_brings_nothing_back(project: qc.Project, tmp_path: Path) -> None:
    project.withdraw("gone-7", coder="ana")
    project.withdraw("case:joan", coder="ana")
    other = qc.Project.new(
        "Other", codebook=qc.Codebook("o", codes=[qc.Code("trust")]), coder="cem"
    )
    other.add_document(f"I trust {WORD}. We share.", id="x-1", cases="south")
    other.add_document("Something else of hers.", id="x-2", cases="joan")
    other.add_document("Others.", id="x-3", cases="south")
    for document in ("x-1", "x-2", "x-3"):
        other.assign((document, 0, 6), "trust", memo=document)
        other.add_memo(f"document:{document}", f"about {document}")
    made = qc.merge(project, other)
    assert list(made.project.documents) == ["kept-1", "kept-2", "x-3"]
    assert {each.segment.document.id for each in made.project.assignments} == {"kept-1", "x-3"}
    assert WORD not in shown(made.project)
    assert "about x-1" not in shown(made.project)
    left = {each.theirs for each in made.items if each.note == "it was withdrawn here"}
    assert left == {"x-1", "joan"}
    assert list(other.documents) == ["x-1", "x-2", "x-3"]


def test_explanations_of_verdicts_quote_nothing_of_it(project: qc.Project) -> None:
    near = tuple(
        NearSegment(document=document, start=0, end=4, quote=quote, similarity=0.5)
        for document, quote in (("gone-7", WORD), ("kept-1", "We t"))
    )
    project.accept(
        Suggestion(
            segment=qc.Segment(project.documents["kept-2"], qc.Span(0, 2)),
            code=project.codebook["trust"],
            rank=1,
            score=0.5,
            probability=None,
            status="cold",
            explanation=Explanation(nearest=near),
            reason=None,
            suggester="s",
            fingerprint=Fingerprint("a", "b", "c"),
        )
    )
    assert [len(each.explanation.nearest) for each in project.state.verdicts] == [2]
    project.withdraw("gone-7")
    (verdict,) = project.state.verdicts
    assert [each.document for each in verdict.explanation.nearest] == ["kept-1"]
    assert WORD not in repr(verdict)


def test_reports_say_that_something_was_withdrawn(project: qc.Project) -> None:
    project.withdraw("case:joan")
    told = " ".join(conflicting(project.state.unsettled))
    assert "1 withdrawal of consent, of 2 documents, is on record" in told


@pytest.mark.parametrize(("take", "back"), [("ben", True), ("ana", False), ("shown", False)])
def test_withdrawn_by_one_and_reinstated_by_another_at_once(
    project: qc.Project, tmp_path: Path, take: str, back: bool
) -> None:
    project.withdraw("gone-8", coder="ana")
    project.add_coder("ben")
    project.save(tmp_path / "mine")
    project.save(tmp_path / "his")
    mine, his = (qc.Project.open(tmp_path / name) for name in ("mine", "his"))
    his.reinstate("gone-8", coder="ben")
    mine.reinstate("gone-8", coder="ana")
    mine.withdraw("gone-8", coder="ana")
    mine.save()
    his.save()
    both = qc.merge(tmp_path / "mine", tmp_path / "his").project
    assert "gone-8" not in both.documents
    (conflict,) = both.conflicts
    assert (conflict.kind, conflict.target) == ("withdrawn and reinstated", "document:gone-8")
    both.resolve(conflict, take=take, coder="ana")
    assert ("gone-8" in both.documents) == back
    assert len(both.conflicts) == 0


def test_nothing_that_is_written_has_a_word_of_it(project: qc.Project, tmp_path: Path) -> None:
    def written() -> bytes:
        folder = tmp_path / str(len(project.log))
        write_tables(project, folder)
        write_html(project, folder / "page.html")
        project.write_csv(folder / "all.csv")
        return b"".join(path.read_bytes() for path in folder.iterdir())

    assert WORD.encode() in written()
    project.withdraw("case:joan", coder="ana")
    told = written()
    assert WORD.encode() not in told
    assert b"gone-7" not in told
