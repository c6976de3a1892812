"""What machines propose, and what people make of it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import qualcode as qc
from qualcode.cli import main
from qualcode.model.codebooks.changes import Redefine
from qualcode.model.coding.proposals import Machine, ProposedChange, ProposedCoding

TEXT = "ANA: Since May we share one budget.\nBEN: We trust them. We trust them a lot."


@pytest.fixture
def project() -> qc.Project:
    codes = [qc.Code("pooled-budget", "Pooled budget"), qc.Code("trust"), qc.Code("faith")]
    made = qc.Project.new("Study", codebook=qc.Codebook("study", codes=codes), coder="ana")
    made.add_document(TEXT, id="int-03")
    return made


def propose(project: qc.Project, **given: object) -> ProposedCoding | ProposedChange:
    said = {"quote": "we share one budget", "code": "pooled-budget", "coder": "robot", **given}
    return project.propose("int-03", **said)  # type: ignore[arg-type]


def test_a_proposal_counts_for_nothing_until_a_person_accepts_it(project: qc.Project) -> None:
    before = project.rollup().to_frame()
    proposal = propose(project, why="one pot")
    assert project.rollup().to_frame().equals(before)
    assert not len(project.assignments)
    (assigned,) = project.accept(proposal, coder="ana")
    assert (assigned.coder, assigned.segment.quote) == ("ana", "we share one budget")
    assert assigned.origin.startswith("suggestion:robot@")
    (verdict,) = project.verdicts
    assert (verdict.kind, verdict.explanation.why) == ("accepted", "one pot")
    assert project.proposals[0].outcome == "accepted"


def test_quotes_are_found_by_the_rule_of_search_or_refused_with_what_is_nearest(
    project: qc.Project,
) -> None:
    assert propose(project, quote="WE  share\none budget").segment is not None
    with pytest.raises(qc.QualcodeError, match=r"nearest passage is 'ANA: Since May we share one"):
        propose(project, quote="we share our budget")
    with pytest.raises(qc.QualcodeError, match="no sentence there shares a word"):
        propose(project, quote="zzz")
    with pytest.raises(qc.QualcodeError, match="in 2 places"):
        propose(project, quote="we trust them", code="trust")
    made = propose(project, quote="we trust them", code="trust", context="we trust them a lot")
    assert made.segment is not None
    assert made.segment.start == TEXT.index("We trust them a lot")


def test_the_same_is_logged_once_and_not_again_after_it_was_rejected(project: qc.Project) -> None:
    first = propose(project)
    events = len(project.log)
    assert propose(project, why="said otherwise").id == first.id
    assert len(project.log) == events
    project.reject(first, coder="ana", memo="not money")
    with pytest.raises(qc.QualcodeError, match=r"ana rejected this on .*: not money"):
        propose(project, coder="another-robot")
    assert len(project.log) == events + 1


def test_persons_assign_and_machines_do_not_decide(project: qc.Project) -> None:
    proposal = propose(project)
    project.add_coder("ben")
    with pytest.raises(qc.QualcodeError, match="'ben' is a person"):
        propose(project, coder="ben")
    with project.propose_revision(coder="robot") as codebook:
        codebook.retire("faith")
    for each in (proposal, project.proposals[1]):
        with pytest.raises(qc.QualcodeError, match="it takes a person to decide"):
            project.accept(each, coder="robot")
    assert len(project.proposals.open) == 2


def test_a_code_of_its_own_is_proposed_and_put_on_the_passage(project: qc.Project) -> None:
    proposal = propose(project, code="One pot", definition="money of all")
    assert isinstance(proposal, ProposedChange)
    assert "one-pot" not in project.codebook
    (assigned,) = project.accept(proposal, coder="ana", memo="good")
    assert project.codebook["one-pot"].definition == "money of all"
    assert (assigned.code.id, assigned.segment.quote) == ("one-pot", "we share one budget")
    assert project.history.head.reason == "good"


def test_changes_are_proposed_together_and_made_as_one_step(project: qc.Project) -> None:
    with project.propose_revision(coder="robot", why="two meanings") as codebook:
        codebook.split("trust", {"calm": None, "deep": None})
    with project.propose_revision(coder="robot", why="one meaning") as codebook:
        codebook.merge("faith", into="trust")
    assert len(project.codebook) == 3
    split, merge = project.proposals
    assert (split.what, merge.what) == ("split", "merge")
    project.reject(merge, coder="ana")
    project.accept(split, coder="ana")
    assert {"calm", "deep"} <= {code.id for code in project.codebook}
    assert "two meanings" in project.history.head.reason
    project.undo()
    assert project.proposals[0].outcome == "open"
    assert len(project.codebook) == 3


def test_a_change_that_does_not_fit_is_refused_when_proposed_and_when_accepted(
    project: qc.Project,
) -> None:
    with (
        pytest.raises(qc.QualcodeError),
        project.propose_revision(coder="robot") as codebook,
    ):
        codebook.merge("nothing", into="trust")
    assert not len(project.proposals)
    with project.propose_revision(coder="robot") as codebook:
        codebook.redefine("faith", definition="new")
    with project.revise(reason="same") as codebook:
        codebook.merge("faith", into="trust")
    state = project.state
    with pytest.raises(qc.QualcodeError):
        project.accept(project.proposals[0], coder="ana")
    assert project.state == state


def test_changes_and_memos_are_edited(project: qc.Project) -> None:
    with project.propose_revision(coder="robot") as codebook:
        codebook.redefine("trust", definition="its own")
    memo = project.propose_memo("code:trust", "look", coder="robot")
    change = Redefine("trust", {"definition": "mine"})
    proposal = project.proposals[0]
    assert isinstance(proposal, ProposedChange)
    project.edit_proposal(proposal, change=change, coder="ana")
    project.edit_proposal(memo, text="look twice", coder="ana")
    assert project.codebook["trust"].definition == "mine"
    assert project.memos[0].text == "look twice"
    assert [each.outcome for each in project.proposals] == ["edited", "edited"]
    with pytest.raises(qc.QualcodeError, match="nothing is edited"):
        project.edit_proposal(proposal, coder="ana")


def test_what_it_came_from_is_kept(project: qc.Project, tmp_path: Path) -> None:
    machine = Machine(client="desk 1.0", model="m-7", prompts="abc")
    propose(project, machine=machine)
    project.disclose("int-03", coder="robot", machine=machine)
    project.disclose("int-03", coder="robot", machine=machine)
    project.save(tmp_path / "study")
    again = qc.Project.open(tmp_path / "study")
    assert again.proposals[0].machine == machine
    assert again.state == project.state
    (told,) = again.disclosures
    assert (told.document, told.characters, told.pseudonymised) == ("int-03", len(TEXT), False)
    assert again.proposals.to_frame()["model"].tolist() == ["m-7"]


def test_a_proposal_goes_with_its_document_and_follows_a_correction(project: qc.Project) -> None:
    propose(project)
    project.propose_memo("document:int-03", "look", coder="robot")
    project.correct("int-03", TEXT.replace("Since May", "Since last May"), reason="heard again")
    (coding, _) = project.proposals
    assert isinstance(coding, ProposedCoding)
    assert coding.segment.quote == "we share one budget"
    project.withdraw("int-03", reason="consent")
    assert not len(project.proposals)
    project.reinstate("int-03")
    assert len(project.proposals) == 2


def test_a_blind_copy_has_no_proposals(project: qc.Project, tmp_path: Path) -> None:
    propose(project)
    project.save(tmp_path / "study")
    copy = project.blind("ben", tmp_path / "copy")
    assert not len(copy.proposals)
    united = qc.merge(tmp_path / "study", tmp_path / "copy").project
    assert len(united.proposals) == 1


def test_proposals_are_taken_over_from_another_project(project: qc.Project) -> None:
    propose(project)
    made = propose(project, code="One pot")
    project.reject(made, coder="ana")
    other = qc.Project.new("Other", codebook=qc.Codebook("other"), coder="zoe")
    united = qc.merge(other, project).project
    assert [each.outcome for each in united.proposals] == ["open", "rejected"]


def test_listed_by_what_was_made_of_them(project: qc.Project) -> None:
    propose(project)
    project.propose_memo("project", "look", coder="robot")
    listed = project.proposals
    assert len(listed.codings) == 1
    assert listed.where(what="memo")[0].what == "memo"
    assert listed[listed[0].id[:6]].id == listed[0].id
    with pytest.raises(qc.QualcodeError, match="outcome"):
        listed.where(outcome="maybe")
    with pytest.raises(qc.QualcodeError):
        listed["nothing"]
    assert "1 open" in repr(listed[:1])


def test_what_a_machine_did_is_described(project: qc.Project, tmp_path: Path) -> None:
    machine = Machine(client="desk 1.0", model="m-7", prompts="abc123")
    project.assign(project.locate("Since May we share one budget."), "pooled-budget", coder="ben")
    project.finish("int-03", coder="ben")
    project.disclose("int-03", coder="robot", machine=machine, pseudonymised=True)
    made = propose(project, machine=machine)
    propose(project, quote="We trust them a lot", code="trust", machine=machine)
    propose(project, quote="We trust them a lot", code="A lot", machine=machine)
    project.accept(made, coder="ana")
    told = qc.report.methods(project.proposals)
    assert "m-7, desk 1.0, instructions abc123" in told
    assert "2 codings and 1 change or memo" in told
    assert "accepted 1, rejected none and edited none of these, and 2 not decided about" in told
    assert "1 document (76 characters) was opened, with names replaced" in qc.report.methods(
        project.disclosures
    )
    page = project.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "The part of assistants" in page
    assert "proposals of “robot” and what was coded in the same documents before them agree" in page


def test_proposals_are_compared_with_blind_coding_only(project: qc.Project) -> None:
    with pytest.raises(qc.QualcodeError, match="has proposed no coding"):
        project.proposal_study("robot", unit="sentence")
    project.assign(project.locate("Since May we share one budget."), "pooled-budget", coder="ben")
    project.finish("int-03", coder="ben")
    proposal = propose(project)
    study = project.proposal_study("robot", unit="sentence")
    assert study.coders == ("ben", "robot")
    assert study.agreement().value == 1.0
    # What somebody codes because of the proposal is not compared.
    project.accept(proposal, coder="ben")
    assert project.proposal_study("robot", unit="sentence").agreement().value == 1.0
    assert study.recipe.run(project).agreement() == study.agreement()


def test_proposed_codings_go_through_a_review_table(project: qc.Project, tmp_path: Path) -> None:
    propose(project, why="one pot")
    propose(project, quote="We trust them a lot", code="trust")
    assert project.write_proposals(tmp_path / "review.csv") == 2
    table = pd.read_csv(tmp_path / "review.csv", dtype=str, keep_default_na=False)
    table["verdict"] = ["accept", "reject"]
    table.to_csv(tmp_path / "review.csv", index=False)
    project.apply_review(tmp_path / "review.csv", coder="ana")
    assert [each.outcome for each in project.proposals] == ["accepted", "rejected"]
    assert project.verdicts[0].explanation.why == "one pot"


def test_the_command_lists_and_decides(project: qc.Project, tmp_path: Path) -> None:
    first = propose(project)
    made = propose(project, code="One pot")
    folder = str(tmp_path / "study")
    project.save(folder)
    run = CliRunner()
    listed = run.invoke(main, ["proposals", folder])
    assert (
        f"{first.segment.document.id} {first.segment.start}–{first.segment.end}: " in listed.output
    )
    assert first.id in listed.output
    assert made.id in listed.output
    bad = run.invoke(main, ["proposals", folder, "--accept", first.id, "--reject", "zzz"])
    assert bad.exit_code != 0
    assert qc.Project.open(folder).state == project.state
    done = run.invoke(
        main, ["proposals", folder, "--accept", first.id[:8], "--reject", made.id, "--coder", "ben"]
    )
    assert "1 accepted, 1 rejected" in done.output
    again = run.invoke(main, ["proposals", folder, "--all", "--json"])
    assert [each["outcome"] for each in json.loads(again.output)] == ["accepted", "rejected"]
    assert "nothing that was proposed" in run.invoke(main, ["proposals", folder]).output
