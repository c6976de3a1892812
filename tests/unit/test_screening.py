"""Records of searches and what people decide on them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

import qualcode as qc
from qualcode.errors import FlowError, NotFoundError, ProjectError, StatisticsError, SuggestionError

CRITERIA = {
    "include": {"a review": "of several studies"},
    "exclude": ["no review", "wrong population"],
}
FOUND = [
    qc.Record(title=f"Study {at}", authors=("Okoye, B.",), year=2000 + at, abstract=f"About {at}.")
    for at in range(10)
]


@pytest.fixture
def project() -> qc.Project:
    project = qc.Project.new("Partnerships", coder="ana")
    project.review(question="Does it help?", criteria=CRITERIA).add_records(FOUND, source="Medline")
    return project


def test_records_are_in_no_count_of_documents(project: qc.Project) -> None:
    project.add_document("We share one budget.", id="d")
    assert len(project.review().records) == 10
    assert list(project.documents) == ["d"]
    assert project.rollup(count="documents").base == 1


def test_what_is_there_is_not_added_again_and_two_copies_agree_on_ids(project: qc.Project) -> None:
    review, before = project.review(), len(project.log)
    ids = review.add_records(FOUND[:3], source="Embase")
    assert len(project.log) == before
    other = qc.Project.new("Elsewhere", coder="ben").review()
    assert other.add_records(FOUND[:3], source="Embase") == ids


def test_a_record_passes_two_stages_and_a_maybe_goes_on(project: qc.Project) -> None:
    review = project.review()
    one, two, three, *rest = review.records
    review.screen(one, "include")
    review.screen(two, "maybe", note="abstract unclear")
    review.screen(three, "exclude")
    counts = review.screening().counts()
    assert counts["title-abstract"] == {
        "records": 10,
        "exclude": 1,
        "include": 1,
        "maybe": 1,
        "open": 7,
    }
    assert counts["full-text"] == {"records": 2, "open": 2}
    review.screen(one, "include", stage="full-text")
    review.screen(two, "not-retrieved", stage="full-text")
    found = review.screening()
    assert [each.id for each in found.included] == [one]
    assert found[two].outcome == "not-retrieved"
    assert [each.record for each in found.waiting("ana")] == rest


def test_reasons_are_the_criteria_and_needed_at_the_full_text(project: qc.Project) -> None:
    review = project.review()
    one = next(iter(review.records))
    review.screen(one, "include")
    with pytest.raises(ProjectError, match="needs a reason"):
        review.screen(one, "exclude", stage="full-text")
    with pytest.raises(
        NotFoundError, match="no criterion of exclusion is called 'wrong populaton'"
    ):
        review.screen(one, "exclude", reason="wrong populaton")
    review.screen(one, "exclude", reason="Wrong Population", stage="full-text")
    assert review.screening().reasons() == {"wrong population": 1}
    with pytest.raises(ProjectError, match=f"{one}.*wrong population"):
        project.review(criteria={"exclude": ["no review"]})
    assert review.criteria.exclude[1].name == "wrong population"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"record": "nobody-1999"}, NotFoundError),
        ({"decision": "yes"}, ProjectError),
        ({"stage": "abstract"}, ProjectError),
        ({"decision": "not-retrieved"}, ProjectError),
        ({"decision": "include", "reason": "no review"}, ProjectError),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_logged(
    project: qc.Project, given: dict[str, str], error: type[Exception]
) -> None:
    review, before = project.review(), len(project.log)
    said = {"record": next(iter(review.records)), "decision": "exclude", **given}
    with pytest.raises(error):
        review.screen(**said)
    with pytest.raises(error, match="row 2"):
        review.screen_frame(
            pd.DataFrame([{**said, **dict.fromkeys(given), "decision": None}, said])
        )
    assert len(project.log) == before


def test_a_table_of_decisions_is_taken_whole_or_not_at_all(project: qc.Project) -> None:
    review = project.review()
    table = pd.DataFrame({"record": list(review.records), "decision": ["include", "exclude"] * 5})
    with pytest.raises(NotFoundError, match="row 11"):
        review.screen_frame(
            pd.concat([table, pd.DataFrame({"record": ["x"], "decision": ["include"]})])
        )
    assert review.screening().counts()["title-abstract"] == {"records": 10, "open": 10}
    assert review.screen_frame(table, coder="ben") == 10
    assert review.screening().counts()["title-abstract"]["include"] == 5
    project.undo()
    assert review.screening().counts()["title-abstract"]["open"] == 10


def test_a_sampled_second_screener_disagreement_and_consensus(project: qc.Project) -> None:
    review = project.review()
    ids = list(review.records)
    for at, id in enumerate(ids):
        review.screen(id, "include" if at % 2 else "exclude")
    drawn = review.sample("ben", share=0.35, random_state=4)
    assert len(drawn) == 4
    assert drawn == review.sample("ben", share=0.35, random_state=4)
    waiting = review.screening().waiting("ben")
    assert [each.record for each in waiting if each.why == "second"] == list(drawn)
    for id in drawn:
        review.screen(id, "include", coder="ben")
    found = review.screening()
    assert not [each for each in found.waiting("ben") if each.why == "second"]
    odd = [each.id for each in found.disagreements]
    assert odd == [id for id in drawn if ids.index(id) % 2 == 0]
    assert found.agreement()["title-abstract"].percent.value == 1 - len(odd) / 4
    with pytest.raises(ProjectError, match="'ben' is a person"):
        review.agree(coder="ben")
    with pytest.raises(ProjectError, match="do not differ"):
        review.agree(decisions={ids[1]: "include"})
    left = review.agree(decisions=dict.fromkeys(odd, "exclude: no review"))
    assert left == 0
    assert all(review.screening()[id].outcome == "exclude" for id in odd)
    # What each of them decided stays, and a consensus is nobody who agrees with others.
    assert review.screening().agreement().coders == ("ana", "ben")


def test_agreement_is_that_of_the_published_table() -> None:
    """BMJ Open Quality, Table 2: 26 of 28 decisions alike, 56.38 % expected, κ .836."""
    project = qc.Project.new("28", coder="ana")
    review = project.review()
    ids = review.add_records([qc.Record(title=f"Study {at}") for at in range(28)])
    # 8 and 18 alike: each included 9, so that (81 + 361) / 784 are expected.
    said = [("include", "include")] * 8 + [("exclude", "exclude")] * 18
    said += [("include", "exclude"), ("exclude", "include")]
    for id, (ana, ben) in zip(ids, said, strict=True):
        review.screen(id, ana, stage="title-abstract", coder="ana")
        review.screen(id, ben, stage="title-abstract", coder="ben")
    found = review.screening().agreement()["title-abstract"]
    assert found.percent.value == pytest.approx(26 / 28)
    assert found.result.expected == pytest.approx(0.5638, abs=5e-5)
    assert found.result.value == pytest.approx(0.8363, abs=5e-5)
    with pytest.raises(StatisticsError, match="no two coders"):
        qc.Project.new("1", coder="ana").review().screening().agreement()


def test_it_is_saved_past_states_are_kept_and_a_script_can_be_run_again(tmp_path: Path) -> None:
    def script() -> None:
        with qc.Project.open_or_create(tmp_path / "study", coder="ana") as project:
            review = project.review(question="Why?", criteria=CRITERIA)
            ids = review.add_records(FOUND, source="Medline", file="a.ris")
            review.screen(ids[0], "include")
            review.screen(ids[1], "exclude", reason="no review")
            review.sample("ben", random_state=1)

    script()
    project = qc.Project.open(tmp_path / "study")
    before = len(project.log)
    assert project.state == qc.Project.open(tmp_path / "study").state
    script()
    project = qc.Project.open(tmp_path / "study")
    assert len(project.log) == before
    events = [each.id for each in project.log.timeline.events if each.kind == "screen"]
    then = project.at(events[0]).review()
    assert then.screening().counts()["title-abstract"]["include"] == 1
    assert "exclude" not in then.screening().counts()["title-abstract"]


def test_two_screeners_apart_are_united_and_a_conflict_of_one_is_listed(tmp_path: Path) -> None:
    with qc.Project.create(tmp_path / "a", coder="ana") as project:
        ids = project.review().add_records(FOUND[:2], source="Medline")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    for folder, coder, decision in (("a", "ana", "include"), ("b", "ben", "exclude")):
        with qc.Project.open(tmp_path / folder) as project, project.as_coder(coder):
            project.review().screen(ids[0], decision)
            project.review().screen(ids[1], decision, coder="cleo", stage="title-abstract")
    merged = qc.merge(tmp_path / "a", tmp_path / "b").project
    found = merged.review().screening()
    assert {(each.coder, each.decision) for each in found[ids[0]].decisions} == {
        ("ana", "include"), ("ben", "exclude"),
    }  # fmt: skip
    assert [each.target for each in merged.conflicts] == [f"record:{ids[1]}"]


def test_a_project_that_never_was_a_copy_is_taken_over(project: qc.Project) -> None:
    review = project.review()
    one = next(iter(review.records))
    review.screen(one, "include")
    review.sample("ben", random_state=2)
    other = qc.merge(qc.Project.new("Other", coder="cleo"), project).project
    assert other.review().records == review.records
    assert other.review().criteria == review.criteria
    assert other.review().screening()[one].outcomes == review.screening()[one].outcomes


def test_the_flow_follows_from_the_log(project: qc.Project) -> None:
    review = project.review()
    ids = list(review.records)
    assert review.prisma()["records_screened"] == 10
    assert review.prisma()["dbr_sought_reports"] is None  # nobody has decided yet
    for at, id in enumerate(ids):
        review.screen(id, "exclude" if at < 6 else "maybe")
    for id, decision, reason in (
        (ids[6], "include", ""), (ids[7], "include", ""), (ids[8], "exclude", "no review"),
        (ids[9], "not-retrieved", ""),
    ):  # fmt: skip
        assert review.prisma()["new_reports"] is None
        review.screen(id, decision, reason=reason, stage="full-text")
    flow = review.prisma(more={"new_studies": 1, "previous_reports": 3, "total_reports": 5})
    assert dict(flow.boxes) == {
        "previous_reports": 3, "database_results": 10, "duplicates": 0, "records_screened": 10,
        "records_excluded": 6, "dbr_sought_reports": 4, "dbr_notretrieved_reports": 1, "dbr_assessed": 3,
        "dbr_excluded": 1, "new_studies": 1, "new_reports": 2, "total_reports": 5,
    }  # fmt: skip
    assert flow.reasons == {"no review": 1}
    with pytest.raises(FlowError, match="reports included is 4"):
        review.prisma(more={"previous_reports": 3, "total_reports": 4})


def test_records_of_other_sources_have_an_arm_of_their_own(project: qc.Project) -> None:
    review = project.review()
    (id,) = review.add_records(
        [qc.Record(title="Found by hand")], source="references", kind="citations"
    )
    for each in review.records:
        review.screen(each, "include" if each == id else "exclude")
    review.screen(id, "include", stage="full-text")
    flow = review.prisma()
    assert flow["citations_results"] == flow["other_sought_reports"] == flow["other_assessed"] == 1
    assert flow["records_screened"] == flow["records_excluded"] == 10
    assert flow["new_reports"] == 1


def test_an_order_is_learned_and_decides_nothing(project: qc.Project) -> None:
    review = project.review()
    with pytest.raises(SuggestionError, match="one of each kind"):
        review.order()
    titles = ["trust in partnership", "soil and rain", "partnership of agencies", "rain on soil"]
    ids = review.add_records([qc.Record(title=each) for each in titles])
    review.screen(ids[0], "include")
    review.screen(ids[1], "exclude")
    before = len(project.log)
    order = review.order()
    assert next(each.id for each in order) == ids[2]
    assert {each.id for each in order} == set(review.records) - set(ids[:2])
    assert len(project.log) == before
    rule = order.stopping()
    assert (rule.screened, rule.total, rule.found, rule.is_met) == (2, 14, 1, False)
    for each in order:
        review.screen(each.id, "exclude")
    assert review.order().stopping().is_met


def test_a_late_search_of_thousands_is_screened_in_reasonable_steps(tmp_path: Path) -> None:
    found = [
        qc.Record(title=f"Study {at}", abstract="word " * 40, number=at) for at in range(1_200)
    ]
    with qc.Project.create(tmp_path / "study", coder="ana") as project:
        ids = project.review().add_records(found, source="Embase")
        project.review().screen_frame(pd.DataFrame({"record": ids, "decision": "exclude"}))
    opened = qc.Project.open(tmp_path / "study")
    assert [each.kind for each in opened.log.timeline.events].count("add-records") == 3
    assert opened.review().prisma()["records_excluded"] == 1_200


def test_a_table_in_a_file_is_taken_whole_and_errors_name_the_row(
    project: qc.Project, tmp_path: Path
) -> None:
    review = project.review()
    rows = [f"{id},include," for id in review.records]
    (tmp_path / "good.csv").write_text("\n".join(["Record,Decision,Coder", *rows, "x,,"]))
    (tmp_path / "bad.csv").write_text("\n".join(["record,decision,coder", *rows, "x,include,"]))
    with pytest.raises(NotFoundError, match=r"bad\.csv, row 12: there is no record 'x'"):
        review.read_screening(tmp_path / "bad.csv", coder="ben")
    (tmp_path / "odd.csv").write_text("record,verdict\nx,include")
    with pytest.raises(ProjectError, match="no column 'decision'"):
        review.read_screening(tmp_path / "odd.csv")
    assert review.read_screening(tmp_path / "good.csv", coder="ben") == 10
    assert {each.coder for row in review.screening() for each in row.decisions} == {"ben"}


def test_the_command_line_screens_by_tables_and_draws_the_flow(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from qualcode.cli import main

    def run(*words: str) -> str:
        done = CliRunner().invoke(main, list(words))
        assert done.exit_code == 0, done.output
        return done.output

    with qc.Project.create(tmp_path / "study", coder="ana") as project:
        project.review().add_records(FOUND, source="Medline")
    study, table = str(tmp_path / "study"), tmp_path / "open.csv"
    run("records", "screening", study, "--for", "ana", "--csv", str(table))
    filled = pd.read_csv(table).assign(decision="exclude")
    filled.to_csv(table, index=False)
    assert "10 decisions" in run("records", "screen", study, str(table), "--by", "ana")
    assert "exclude" in run("records", "screening", study)
    run("records", "flow", study, "--output", str(tmp_path / "flow.svg"))
    assert "Records excluded (n = 10)" in " ".join((tmp_path / "flow.svg").read_text().split())
