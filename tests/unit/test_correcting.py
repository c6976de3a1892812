"""Correcting texts in a project: what moves along, what waits, and what comes back."""

from pathlib import Path

import pytest

import qualcode as qc
from qualcode import Code, Codebook
from qualcode.errors import CorrectionError, NotFoundError, SpanError
from qualcode.report.methods import methods

OLD = "We share one budgte and one room. Nobody else does. We trust them. Then we meet on Mondays."
NEW = "We share one budget and one room. Nobody else does. Then we meet on Mondays."
MONEY, TRUST, MONDAYS = (
    (OLD.index(words), OLD.index(words) + len(words))
    for words in ("We share one budgte and one room.", "We trust them.", "we meet on Mondays.")
)


@pytest.fixture
def project() -> qc.Project:
    book = Codebook("study", codes=[Code("money"), Code("trust"), Code("part"), Code("rest")])
    made = qc.Project.new("Study", codebook=book)
    made.add_document(OLD, id="a")
    made.assign(("a", *MONEY), "money", coder="ana", memo="mind the budget")
    made.assign(("a", *TRUST), "trust", coder="ana")
    made.assign(("a", *MONDAYS), "money", coder="ben")
    made.add_memo(qc.Segment(made.documents["a"], qc.Span(*TRUST)), "hm", coder="ana")
    return made


def coded(project: qc.View) -> list[tuple[str, str, str]]:
    return [(each.segment.quote, each.code.id, each.coder) for each in project.assignments]


def test_segments_move_with_the_text(project: qc.Project) -> None:
    before = project.log.heads()[-1]
    effect = project.correct("a", NEW, coder="cy", reason="errata")
    assert effect.counts == {"kept": 1, "changed": 1, "quarantined": 1}
    assert coded(project) == [
        ("We share one budget and one room.", "money", "ana"),
        ("we meet on Mondays.", "money", "ben"),
    ]
    assert project.assignments[0].memo == "mind the budget"
    assert project.state.reworded[("a", 0, 33)] == "We share one budgte and one room."
    (waiting,) = project.quarantine
    assert (waiting.quote, waiting.assignments) == ("We trust them.", (("trust", "ana"),))
    assert waiting.memos == (project.memos[0].id,)
    assert project.memos[0].target == "document:a"
    past = project.at(before)
    assert past.documents["a"].text == OLD
    assert coded(past)[1] == ("We trust them.", "trust", "ana")
    assert not past.quarantine
    (made,) = project.corrections
    assert (made.coder, made.reason, made.before, made.after) == ("cy", "errata", OLD, NEW)


def test_what_waits_is_placed_by_a_person(project: qc.Project) -> None:
    project.correct("a", NEW)
    project.place(project.quarantine[0], (34, 40), coder="ben", reason="it means this")
    assert not project.quarantine
    assert coded(project)[1] == ("Nobody", "trust", "ana")
    assert project.memos[0].target == "segment:a:34-40"
    project.undo()
    assert len(project.quarantine) == 1
    project.place(project.quarantine[0].id, None, coder="ben")
    assert not project.quarantine
    assert "trust" not in {code for _, code, _ in coded(project)}


def test_a_correction_that_is_taken_back_leaves_everything_as_it_was(project: qc.Project) -> None:
    before, memos = coded(project), project.memos
    with project.revise(coder="ana") as cb:
        cb.split("trust", {"part": lambda each: True, "rest": lambda each: False})
    assert coded(project)[1] == ("We trust them.", "part", "ana")
    project.correct("a", NEW)
    project.place(project.quarantine[0], (0, 8))
    assert coded(project)[0] == ("We share", "part", "ana")
    project.assign(("a", 0, 8), "rest", coder="ben")
    project.correct("a", OLD, reason="it was right")
    assert [each for each in coded(project) if each[1] != "rest"] == [
        before[0], ("We trust them.", "part", "ana"), before[2],
    ]  # fmt: skip
    assert ("We share", "rest", "ben") in coded(project)
    assert project.memos == memos


def test_a_correction_is_undone_and_done_again(project: qc.Project) -> None:
    before = coded(project)
    project.correct("a", NEW)
    after = coded(project)
    project.undo()
    assert (project.documents["a"].text, coded(project)) == (OLD, before)
    project.redo()
    assert (project.documents["a"].text, coded(project)) == (NEW, after)


def test_nothing_is_recorded_for_nothing(project: qc.Project) -> None:
    known = len(project.log)
    assert project.correct("a", OLD).places == 0
    assert str(project.correct("a", NEW, dry_run=True)).startswith("a: ")
    assert len(project.log) == known
    assert project.documents["a"].text == OLD


def test_what_was_corrected_is_saved_and_read(project: qc.Project, tmp_path: Path) -> None:
    project.correct("a", NEW, reason="errata")
    project.save(tmp_path / "study")
    again = qc.Project.open(tmp_path / "study")
    assert again.state == project.state
    assert again.quarantine == project.quarantine
    assert qc.check_folder(tmp_path / "study") == []
    assert len(list((tmp_path / "study" / "texts").glob("a.*.txt"))) == 2


def test_who_coded_the_old_text_meanwhile_has_it_moved_too(
    project: qc.Project, tmp_path: Path
) -> None:
    project.save(tmp_path / "one")
    mine, hers = qc.Project.open(tmp_path / "one"), qc.Project.open(tmp_path / "one")
    mine.correct("a", "Now. " + OLD, coder="ana")
    mine.save()
    hers.assign(("a", 3, 8), "trust", coder="ben")
    hers.save()
    both = qc.Project.open(tmp_path / "one")
    assert ("share", "trust", "ben") in coded(both)


def test_two_corrections_at_once_are_listed(project: qc.Project, tmp_path: Path) -> None:
    project.save(tmp_path / "one")
    mine, hers = qc.Project.open(tmp_path / "one"), qc.Project.open(tmp_path / "one")
    mine.correct("a", "Now. " + OLD, coder="ana")
    mine.save()
    hers.correct("a", OLD + " Then.", coder="ben")
    hers.save()
    both = qc.Project.open(tmp_path / "one")
    (conflict,) = both.conflicts
    assert (conflict.target, conflict.field) == ("document:a", "text")
    assert ("We trust them.", "trust", "ana") in coded(both)


def test_what_does_not_fit_is_refused(project: qc.Project) -> None:
    with pytest.raises(NotFoundError, match="'b'"):
        project.correct("b", NEW)
    with pytest.raises(CorrectionError, match="text"):
        project.correct("a", 3)  # type: ignore[arg-type]
    project.correct("a", NEW)
    with pytest.raises(SpanError):
        project.place(project.quarantine[0], (0, 500))
    with pytest.raises(CorrectionError, match="no place"):
        project.place(project.quarantine[0], "here")  # type: ignore[arg-type]
    with pytest.raises(NotFoundError, match="nothing in the quarantine"):
        project.place("a:0-1@00000000", None)
    assert len(project.quarantine) == 1


def test_every_report_says_what_waits_in_the_quarantine(project: qc.Project) -> None:
    project.correct("a", NEW)
    waiting = project.quarantine
    assert len(waiting) > 0
    told = f"{len(waiting)} passage"
    for result in (
        project.rollup("tree"), project.progress(),
    ):  # fmt: skip
        assert told in methods(result)
        assert "in the quarantine" in methods(result)
    for each in waiting:
        project.place(each, None)
    assert "quarantine" not in methods(project.rollup("tree"))


LONG, SHORT = "We really trust them now and ever.", "We trust them now and ever."


def two_passages(*codes: str) -> qc.Project:
    """Return a project with two passages that become one when "really" goes."""
    made = qc.Project.new("x", codebook=Codebook("s", codes=[Code("t"), Code("u")]), coder="ana")
    made.add_document(LONG, id="d")
    first, second = codes or ("t", "t")
    made.assign(("d", 3, 20), first, memo="M1", weight=3)
    made.assign(("d", 10, 20), second, memo="M2", weight=2)
    return made


def told(project: qc.View) -> list[tuple[str, str, str | None]]:
    return [(each.segment.quote, each.code.id, each.memo) for each in project.assignments]


def test_passages_that_come_together_are_one_assignment_with_both_memos() -> None:
    project = two_passages()
    before = project.assignments
    effect = project.correct("d", SHORT)
    assert str(effect).endswith(
        "1 kept, 1 changed within, 0 quarantined; 2 joined on the same words"
    )
    assert effect.joined == 2
    assert effect.to_frame()["joined"].tolist() == [True, True]
    assert told(project) == [("trust them", "t", "M1\nM2")]
    assert project.assignments[0].weight == 3
    assert project.state.reworded == {("d", 3, 13): "really trust them\ntrust them"}
    project.correct("d", LONG)
    assert project.assignments == before


def test_passages_of_other_codes_that_come_together_stay_apart() -> None:
    project = two_passages("t", "u")
    project.correct("d", SHORT)
    assert told(project) == [("trust them", "t", "M1"), ("trust them", "u", "M2")]


def test_what_was_retracted_takes_nothing_with_it_that_comes_to_its_place() -> None:
    project = two_passages()
    project.retract(("d", 10, 20), "t")
    project.correct("d", SHORT)
    assert told(project) == [("trust them", "t", "M1")]
    assert project.state.reworded == {("d", 3, 13): "really trust them"}


def test_who_sees_what_was_joined_retracts_or_changes_all_of_it(tmp_path: Path) -> None:
    project = two_passages()
    project.correct("d", SHORT)
    project.assign(("d", 3, 13), "t", memo="new")
    assert told(project) == [("trust them", "t", "new")]
    project.save(tmp_path / "p")
    project = qc.Project.open(tmp_path / "p")
    assert told(project) == [("trust them", "t", "new")]
    project.retract(("d", 3, 13), "t")
    assert told(project) == []


def test_passages_placed_on_the_same_words_are_one_assignment_with_all_memos(
    tmp_path: Path,
) -> None:
    text = "I trust Joan. We meet on Mondays. They pay us well."
    project = qc.Project.new("x", codebook=Codebook("s", codes=[Code("t")]), coder="ana")
    project.add_document(text, id="d")
    project.assign(("d", 0, 13), "t", memo="M1")
    project.assign(("d", 34, 51), "t", memo="M2")
    project.correct("d", "We meet on Mondays.")
    project.assign(("d", 0, 7), "t", memo="M3")
    assert len(project.quarantine) == 2
    while project.quarantine:
        project.place(project.quarantine[0], (0, 7))
    assert [memo and sorted(memo.split("\n")) for _, _, memo in told(project)] == [
        ["M1", "M2", "M3"]
    ]
    project.save(tmp_path / "p")
    assert told(qc.Project.open(tmp_path / "p")) == told(project)
    project.correct("d", text)
    assert sorted(str(memo) for _, _, memo in told(project)) == ["M1", "M2", "M3"]
