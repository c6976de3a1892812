"""Findings of a synthesis: sources, directions, contradictions, and what people judge of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import qualcode as qc
from qualcode.errors import CycleError, NotFoundError, ProjectError, StatisticsError, StoreError
from qualcode.model.review.cerqual import COMPONENTS, Judged, misfits


@pytest.fixture
def project() -> qc.Project:
    """Return three reviews on trust and money: they differ on trust, and one says both of money."""
    codes = [
        qc.Code("trust", attributes={"direction": "supports"}),
        qc.Code("distrust", attributes={"direction": "constrains"}),
        qc.Code("budget", attributes={"direction": "either"}),
        qc.Code("grew"),
        qc.Code("shrank"),
    ]
    rollup = qc.Rollup(
        "factors",
        domains=[qc.Domain("trust", "All", themes=["ties", "money"])],
        themes=[
            qc.Theme("ties", codes=["trust", "distrust"]),
            qc.Theme("money", codes=["budget"]),
            qc.Theme("rest", codes=[]),
        ],
    )
    book = qc.Codebook(
        "study", codes=codes, rollups=[rollup],
        attributes={"direction": ["supports", "constrains", "either"]},
    )  # fmt: skip
    made = qc.Project.new("Study", codebook=book)
    made.add_case("early", name="Early reviews")
    for id, cases in (("a", "early"), ("b", "early"), ("c", ())):
        made.add_document("Trust helps. Money grew here. It shrank there.", id=id, cases=cases)
    rows = [
        ("a", "trust", "Trust helps."), ("b", "distrust", "Trust helps."),
        ("c", "budget", "Money grew here."), ("c", "grew", "Money grew here."),
        ("c", "budget", "It shrank there."), ("c", "shrank", "It shrank there."),
        ("a", "budget", "Money grew here."), ("a", "grew", "Money grew here."),
    ]  # fmt: skip
    for document, code, words in rows:
        made.assign(made.locate(words, document=document), code, coder="ana")
    return made


def test_directions_are_by_the_attribute_of_codes(project: qc.Project) -> None:
    found = project.review().findings("factors")
    ties, money = found
    assert dict(ties.directions) == {"a": "supports", "b": "constrains"}
    assert (ties.direction, ties.is_contradicted) == ("mixed", True)
    # A domain may have the id of a code.
    assert [(node.level, node.id) for node in ties.above] == [("domain", "trust")]
    # "either" leaves open which way a coding points.
    assert dict(money.directions) == {"a": "not stated", "c": "not stated"}
    assert [each.id for each in found.contradictions] == ["ties"]
    assert [node.id for node in found.without] == ["rest"]
    assert "1 contradiction: ties" in str(found)


def test_directions_are_by_codes_on_the_same_segment(project: qc.Project) -> None:
    said = {"grew": "supports", "shrank": "constrains"}
    found = project.review().findings("factors", directions=said)
    assert dict(found["money"].directions) == {"a": "supports", "c": "mixed"}
    assert not found["money"].is_contradicted
    assert [each.quote for each in found.quotes("money", direction="constrains")] == [
        "It shrank there."
    ]
    assert len(found.quotes("money", source="c")) == 2
    assert found["ties"].direction == "not stated"


def test_sources_may_be_cases(project: qc.Project) -> None:
    found = project.review().findings("factors", of="case")
    assert dict(found["ties"].directions) == {"early": "mixed"}
    assert found.named("early") == "Early reviews"
    frame = found.sources_frame()
    assert frame.loc[0, ["finding", "source_name", "segments"]].tolist() == [
        "ties", "Early reviews", 2,
    ]  # fmt: skip


def test_directions_that_say_nothing_are_refused(project: qc.Project) -> None:
    review = project.review()
    with pytest.raises(StatisticsError, match="no code has the attribute 'tone'"):
        review.findings("factors", directions="tone")
    with pytest.raises(StatisticsError, match=r"'grow', which is no code.*'grew'"):
        review.findings("factors", directions={"grow": "supports"})
    with pytest.raises(StatisticsError, match="the direction of 'grew' must be one of 'supports'"):
        review.findings("factors", directions={"grew": "up"})
    with pytest.raises(NotFoundError, match="no finding on 'tie'"):
        review.findings("factors")["tie"]


# GRADE-CERQual. Levels of published judgements; the reasons are ours.

PUBLISHED = [
    # Lewin et al. 2018, Implementation Science 13(Suppl 1), 10, doi:10.1186/s13012-017-0689-2, table 3
    (("moderate", "none", "none", "minor"), "high"),
    # Munabi-Babigumira et al. 2017, Cochrane Library, doi:10.1002/14651858.CD011558.pub2
    (("none", "none", "moderate", "moderate"), "low"),
    (("moderate", "none", "serious", "moderate"), "very low"),
]


@pytest.mark.parametrize(("levels", "overall"), PUBLISHED)
def test_published_judgements_raise_no_warning(levels: tuple[str, ...], overall: str) -> None:
    parts = {name: Judged(level, "why") for name, level in zip(COMPONENTS, levels, strict=True)}
    assert misfits({**parts, "overall": Judged(overall, "why")}) == ()


def test_what_departs_from_the_guidance_is_told() -> None:
    none = {name: Judged("none") for name in COMPONENTS}
    assert misfits({**none, "overall": Judged("high")}) == ()
    assert misfits({**none, "overall": Judged("low", "why")}) == (
        "overall is low with no concern in the components",
    )
    one = {**none, "coherence": Judged("minor", "why")}
    assert misfits({**one, "overall": Judged("low", "why")}) == (
        "overall is low with so few concerns in the components",
    )
    serious = {**none, "adequacy": Judged("serious")}
    assert misfits({**serious, "overall": Judged("high")}) == (
        "adequacy of data is serious without a reason",
        "overall is high in spite of serious concerns: adequacy of data",
    )
    assert misfits({"overall": Judged("high")})[0].startswith("overall is judged without")


def test_judgements_are_kept_by_coder_and_component(project: qc.Project) -> None:
    review = project.review()
    review.judge("ties", {"methods": ("minor", "few"), "overall": ("low", "thin")}, coder="ana")
    review.judge("ties", {"methods": ("minor", "unclear"), "overall": "high"}, coder="ben")
    row = review.findings("factors").summary()["ties"]
    assert row.judged == {"methods": Judged("minor", "few; unclear")}
    assert row.coders == ("ana", "ben")
    assert "overall: ana judges low, ben judges high" in row.warnings
    before = len(project.log)
    review.judge("ties", {"methods": ("minor", "few")}, coder="ana")
    assert len(project.log) == before, "what stands so already is not logged again"
    project.add_coder("eve", kind="consensus")
    review.judge("ties", {"overall": ("moderate", "talked over")}, coder="eve")
    row = review.findings("factors").summary()["ties"]
    assert row.judged["overall"] == Judged("moderate", "talked over")
    of_ben = review.findings("factors").summary(coders="ben")["ties"]
    assert of_ben.judged["overall"] == Judged("high")
    review.judge("ties", {"overall": None}, coder="eve")
    assert "overall" not in review.findings("factors").summary()["ties"].judged
    project.undo()
    assert "overall" in review.findings("factors").summary()["ties"].judged


def test_judgements_that_are_given_are_shown_and_not_logged(project: qc.Project) -> None:
    before = len(project.log)
    made = project.review().findings("factors").summary({"ties": {"overall": ("low", "thin")}})
    assert made["ties"].judged["overall"].level == "low"
    assert len(project.log) == before
    frame = made.to_frame().set_index("id")
    assert frame.loc["ties", ["overall", "overall_reason", "source_ids"]].tolist() == [
        "low", "thin", "a, b",
    ]  # fmt: skip
    assert "confidence in 1 of 2 findings is judged" in str(made)


def test_wrong_judgements_are_refused_as_a_whole(project: qc.Project) -> None:
    review, before = project.review(), len(project.log)
    for wrong, told in (
        ({"method": "minor"}, "must be one of 'methods'"),
        ({"methods": "low"}, "methods of 'ties' must be one of 'none'"),
        ({"overall": "none"}, "overall of 'ties' must be one of 'high'"),
        ({"methods": 3}, "is a level, or a level and a reason"),
    ):
        with pytest.raises(ProjectError, match=told):
            review.judge("ties", {"adequacy": "none", **wrong}, coder="ana")
    with pytest.raises(NotFoundError):
        review.judge_all("factors", {"ties": {"overall": "low"}, "tie": {"overall": "low"}})
    with pytest.raises(NotFoundError):
        review.judge("unassigned", {"overall": "low"})
    assert len(project.log) == before


def test_links_have_the_sources_behind_them(project: qc.Project) -> None:
    review = project.review()
    review.link("trust", "supports", "budget", sources=["a", "case:early"], note="Said so.")
    review.link("trust", "supports", "budget", sources="b")
    review.link("budget", "affects", "trust")
    shown = review.diagram("factors")
    assert [each.sources for each in shown] == [("a", "case:early", "b"), ()]
    assert [len(each) for each in shown.loops] == [2]
    assert "1 link without a source" in str(shown)
    review.unlink("trust", "supports", "budget", sources="a")
    assert review.diagram("factors").items[0].sources == ("case:early", "b")
    project.withdraw("b", reason="asked to")
    assert review.diagram("factors").items[0].sources == ("case:early",)
    project.reinstate("b")
    themes = review.diagram("factors", level="theme")
    assert [(each.source.id, each.type, each.target.id) for each in themes] == [
        ("ties", "supports", "money"), ("money", "affects", "ties"),
    ]  # fmt: skip
    review.unlink("budget", "affects", "trust")
    assert len(review.diagram("factors")) == 1


def test_sources_follow_codes_that_are_merged(project: qc.Project) -> None:
    review = project.review()
    review.link("trust", "supports", "budget", sources="a")
    review.link("distrust", "supports", "budget", sources="b")
    with project.revise() as book:
        book.merge("distrust", into="trust")
    (link,) = review.diagram("factors")
    assert link.sources == ("a", "b")


def test_wrong_links_are_refused(project: qc.Project) -> None:
    review, before = project.review(), len(project.log)
    with pytest.raises(NotFoundError, match="there is no document or case 'z'"):
        review.link("trust", "supports", "budget", sources="z")
    with pytest.raises(NotFoundError, match="there is no case 'late'"):
        review.link("trust", "supports", "budget", sources="case:late")
    with pytest.raises(NotFoundError, match="'tust'"):
        review.link("tust", "supports", "budget")
    assert len(project.log) == before
    review.link("trust", "precedes", "budget")
    review.link("budget", "precedes", "grew")
    with pytest.raises(CycleError, match="would close a circle"):
        review.link("grew", "precedes", "trust")
    with pytest.raises(NotFoundError, match="does not stand behind it; there are none"):
        review.unlink("trust", "precedes", "budget", sources="a")


def test_the_evidence_table_has_ratings_and_quotes(project: qc.Project) -> None:
    table = project.review().evidence_table("factors", ratings={"a": "high"}, quotes=1)
    frame = table.to_frame().set_index("id")
    assert frame.loc["ties", ["supports", "constrains", "ratings"]].tolist() == [
        "a", "b", "1 high, 1 not rated",
    ]  # fmt: skip
    assert frame.loc["ties", "quotes"] == "“Trust helps.” (a)"
    with pytest.raises(StatisticsError, match="'z', which is no document"):
        project.review().evidence_table("factors", ratings={"z": "high"})


def test_a_past_state_is_asked_as_it_was(project: qc.Project) -> None:
    review = project.review()
    review.judge("ties", {"overall": ("low", "thin")}, coder="ana")
    moment = project.log.heads()[0]
    review.judge("ties", {"overall": ("high", "thick")}, coder="ana")
    then = project.at(moment).review().findings("factors").summary()["ties"]
    assert then.judged["overall"].level == "low"
    assert not hasattr(project.at(moment).review(), "judge")


@pytest.mark.parametrize("end", [".csv", ".md", ".docx"])
def test_files_are_written(project: qc.Project, tmp_path: Path, end: str) -> None:
    if end == ".docx":
        pytest.importorskip("docx")
    review = project.review()
    review.link("trust", "supports", "budget", sources="a")
    found = review.findings("factors")
    judged = found.summary({"ties": {"overall": ("low", "thin | *few*")}})
    for number, each in enumerate(
        (found, judged, found.evidence_table(), review.narrative("factors"), review.diagram())
    ):
        path = qc.write_synthesis(each, tmp_path / f"{number}{end}")
        assert path.stat().st_size > 50
        with pytest.raises(StoreError, match="already"):
            qc.write_synthesis(each, path)
    if end == ".md":
        assert r"low: thin \| \*few\*" in (tmp_path / "1.md").read_text()
        narrative = (tmp_path / "3.md").read_text()
        assert "## All" in narrative
        assert "### ties" in narrative
        assert "- trust (supports): a" in narrative
    with pytest.raises(StoreError, match=r"ends with \.csv"):
        qc.write_synthesis(found, tmp_path / "found.html")


def test_a_judgement_made_twice_at_once_is_a_conflict(project: qc.Project, tmp_path: Path) -> None:
    project.save(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    for folder, level in (("one", "low"), ("two", "high")):
        with qc.Project.open(tmp_path / folder) as copy:
            copy.review().judge("ties", {"overall": (level, "why")}, coder="ana")
    whole = qc.merge(tmp_path / "one", tmp_path / "two").project
    (conflict,) = whole.conflicts
    assert conflict.target == "finding:theme ties in factors"
    assert "low (why)" in str(conflict)
    whole.resolve(conflict, take=next(each for each in conflict.values if each[0] == "low"))
    assert not whole.conflicts
    row = whole.review().findings("factors").summary()["ties"]
    assert row.judged["overall"] == Judged("low", "why")


def test_blind_copies_have_no_judgements_of_others(project: qc.Project, tmp_path: Path) -> None:
    project.review().judge("ties", {"overall": ("low", "thin")}, coder="ana")
    project.add_coder("ben")
    project.save(tmp_path / "study")
    blind = project.blind("ben", tmp_path / "blind")
    assert blind.state.review.judgements == ()


def test_another_project_brings_its_judgements_and_sources(
    project: qc.Project, tmp_path: Path
) -> None:
    review = project.review()
    review.judge("ties", {"overall": ("low", "thin")}, coder="ana")
    review.link("trust", "supports", "budget", sources=["a", "case:early"])
    other = qc.Project.new("Other", codebook=project.codebook)
    other.save(tmp_path / "other")
    project.save(tmp_path / "one")
    whole = qc.merge(tmp_path / "other", tmp_path / "one").project
    row = whole.review().findings("factors").summary()["ties"]
    assert row.judged["overall"] == Judged("low", "thin")
    assert whole.review().diagram("factors").items[0].sources == ("a", "case:early")


def test_an_erased_source_is_behind_nothing(project: qc.Project, tmp_path: Path) -> None:
    project.review().link("trust", "supports", "budget", sources=["a", "b"])
    project.save(tmp_path / "study")
    project.erase("a", reason="asked to")
    assert project.review().diagram("factors").items[0].sources == ("b",)
    with qc.Project.open(tmp_path / "study") as opened:
        assert opened.review().diagram("factors").items[0].sources == ("b",)


def test_a_script_that_runs_again_judges_once(tmp_path: Path) -> None:
    def script() -> int:
        with qc.Project.open_or_create(tmp_path / "study", codebook="collaboration") as project:
            project.add_document("We trust them.", id="a")
            review = project.review()
            review.judge("roles", {"overall": ("low", "thin")}, coder="ana")
            review.judge("roles", {"overall": ("high", "thick")}, coder="ana")
            review.link("trust", "supports", "clear-aims", sources="a")
            review.unlink("trust", "supports", "clear-aims", sources="a")
            return len(project.log)

    assert script() == script()
