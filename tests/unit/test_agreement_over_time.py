"""One coder twice, and coders before and after they talked: what the log knows of both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np
import pytest

import qualcode as qc
from qualcode.errors import NotFoundError, StatisticsError
from qualcode.stats.agreement import cohen_kappa, krippendorff_alpha

TEXT = "One here. Two here. Three here. Four here."


def new() -> qc.Project:
    book = qc.Codebook("study", codes=[qc.Code(id) for id in ("trust", "money", "hope")])
    start = datetime(2026, 1, 1, 10, tzinfo=UTC)
    days = count()
    clock = lambda: start + timedelta(days=next(days))  # noqa: E731
    project = qc.Project.new("Study", codebook=book, coder="ana", clock=clock)
    for id in ("a", "b", "c"):
        project.add_document(TEXT, id=id)
    return project


@pytest.fixture
def recoded() -> tuple[qc.Project, str]:
    """Ana codes three documents, and two of them anew; return the project and the moment in between."""
    project = new()
    sentences = project.segments(unit="sentence")
    first = ["trust", "money", "trust", "hope"] * 3
    for segment, code in zip(sentences, first, strict=True):
        project.assign(segment, code)
    moment = max(str(each.time) for each in project.assignments)
    second = ["trust", "trust", "trust", "hope", "money", "money", "trust", "hope"]
    for segment, old, code in zip(sentences, first, second, strict=False):
        project.retract(segment, old)
        project.assign(segment, code)
    return project, moment


def test_documents_coded_anew_are_compared(recoded: tuple[qc.Project, str]) -> None:
    project, moment = recoded
    study = project.recoding("ana", time=moment, unit="sentence")
    assert study.documents == ("a", "b")
    assert study.coders == ("ana (earlier)", "ana (later)")
    ratings = [[next(iter(each)) for each in row] for row in study.ratings()]
    assert ratings[0] == ["trust", "money", "trust", "hope"] * 2
    assert ratings[1] == ["trust", "trust", "trust", "hope", "money", "money", "trust", "hope"]
    assert study.agreement("cohen_kappa").value == cohen_kappa(ratings).value
    told = qc.report.methods(study.agreement())
    assert "Agreement of one coder with themselves (ana, at(time='" in told
    again = study.recipe
    assert again is not None
    assert again.run(project).agreement().value == study.agreement().value


def test_documents_can_be_named(recoded: tuple[qc.Project, str]) -> None:
    project, moment = recoded
    study = project.recoding("ana", time=moment, unit="sentence", documents=["a", "c"])
    assert study.documents == ("a", "c")
    frame = study.by_document("percent_agreement", order="document").to_frame()
    assert frame["value"].tolist() == [0.75, 1.0]


def test_coding_that_still_stands_is_no_second_opinion(recoded: tuple[qc.Project, str]) -> None:
    project, _ = recoded
    now = max(str(each.time) for each in project.assignments)
    with pytest.raises(StatisticsError, match="coded nothing anew: of the 3 documents"):
        project.recoding("ana", time=now, unit="sentence")
    with pytest.raises(NotFoundError):
        project.recoding("ben", time=now, unit="sentence")


def test_other_coders_play_no_part(recoded: tuple[qc.Project, str]) -> None:
    project, moment = recoded
    before = project.recoding("ana", time=moment, unit="sentence").agreement().value
    project.assign(("a", 0, 9), "hope", coder="ben")
    assert project.recoding("ana", time=moment, unit="sentence").agreement().value == before


def test_a_text_that_was_corrected_is_not_compared(recoded: tuple[qc.Project, str]) -> None:
    project, moment = recoded
    project.correct("a", TEXT.replace("One", "Once"))
    with pytest.raises(StatisticsError, match="the text of document 'a' is another now"):
        project.recoding("ana", time=moment, unit="sentence", documents=["a", "b"])


# Before and after discussion


@pytest.fixture
def settled() -> qc.Project:
    project = new()
    given = {
        "ana": {"a": ["trust", "money", "hope", None], "b": ["trust", "money", "hope", "trust"]},
        "ben": {"a": ["trust", "trust", "hope", None], "b": ["money", "money", "trust", None]},
    }
    sentences = project.segments(unit="sentence")
    for coder, documents in given.items():
        for at, code in enumerate(code for codes in documents.values() for code in codes):
            if code is not None:
                project.assign(sentences[at], code, coder=coder)
        for id in documents:
            project.finish(id, coder=coder)
    project.adjudicate(sentences[1], "money", by="ana")  # as ana had it
    project.adjudicate(sentences[4], "money", by="ana")  # as ben had it
    project.adjudicate(sentences[6], "money", by="ben")  # as nobody had it
    return project


def test_what_was_settled_is_counted_with_what_was_agreed(settled: qc.Project) -> None:
    found = settled.study(unit="sentence", coders=["ana", "ben"]).negotiated()
    assert found.coded.tolist() == [3, 4]
    assert found.agreed.tolist() == [2, 1]
    assert found.decided.tolist() == [1, 2]
    assert (found.before, found.after) == (3 / 7, 6 / 7)
    assert found.upheld == {"ana": 1, "ben": 1}
    assert found.neither == 1
    assert found.to_frame()["open"].tolist() == [0, 1]
    told = qc.report.methods(found)
    assert "They settled 3 units more in the name of consensus" in told
    assert "by ana in 1 and ben in 1, and what nobody had had in 1" in told


def test_changing_ones_mind_afterwards_is_no_agreement_before(settled: qc.Project) -> None:
    first = settled.study(unit="sentence", coders=["ana", "ben"]).negotiated()
    alpha = settled.study(unit="sentence", coders=["ana", "ben"]).agreement().value
    assert first.independent.value == alpha
    sentence = settled.segments(unit="sentence")[1]
    settled.retract(sentence, "trust", coder="ben")
    settled.assign(sentence, "money", coder="ben")
    later = settled.study(unit="sentence", coders=["ana", "ben"])
    assert later.agreement().value != alpha
    assert later.negotiated().independent.value == alpha
    assert later.negotiated().before == first.before


def test_what_is_before_is_krippendorffs(settled: qc.Project) -> None:
    study = settled.study(unit="sentence", coders=["ana", "ben"])
    by_hand = krippendorff_alpha(study.ratings(), distance="masi").value
    assert study.negotiated().independent.value == pytest.approx(by_hand)
    assert np.isclose(study.negotiated(measure="percent_agreement").independent.value, 4 / 8)
    with pytest.raises(StatisticsError, match="coders settle segments"):
        settled.study(unit="character", coders=["ana", "ben"]).negotiated()


def test_without_decisions_nothing_changes(settled: qc.Project) -> None:
    found = settled.study(unit="sentence", coders=["ana", "ben"]).negotiated("panel")
    assert found.before == found.after
    assert "settled 0 units" in qc.report.methods(found)
