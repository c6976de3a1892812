"""AMSTAR 2 (Shea et al. 2017, BMJ 358, j4008): the published rule for the overall rating.

Examples with their ratings are from other people's appraisals: those of the tests of the scoring application
InfinityBowman/amstar2-checklist-scoring-app (MIT), and table 3 of a review in BMJ Paediatrics Open. All
published rows, of which only some follow the rule, are read where they lie beside the project.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

import qualcode as qc
from qualcode.errors import ProjectError
from qualcode.model.review.instrument_items import Rating

AMSTAR = qc.read_instrument("amstar2")
APPRAISALS = Path(__file__).parents[2] / ".." / "shared" / "synthesis" / "amstar2-published.csv"
_MEANT = {"NA": "NM"}
"""In the published tables what does not apply is there was no meta-analysis."""


def rated(letters: str) -> Rating:
    answers = [_MEANT.get(each, each) for each in letters.split()]
    return AMSTAR.rate(dict(zip(range(1, 17), answers, strict=True)))


@pytest.mark.parametrize(
    ("weak", "rating"),
    [
        ((), "high"),
        ((1,), "high"),
        ((1, 5), "moderate"),
        ((14, 16), "moderate"),
        ((2,), "low"),
        ((15,), "low"),
        ((2, 1, 3, 5), "low"),
        ((2, 4), "critically low"),
    ],
)
def test_the_cases_of_the_scoring_application(weak: tuple[int, ...], rating: str) -> None:
    answers = {each: "no" if each in weak else "yes" for each in range(1, 17)}
    assert AMSTAR.rate(answers).computed == rating


def test_a_partial_yes_and_no_meta_analysis_are_no_weaknesses() -> None:
    answers: dict[int, str] = dict.fromkeys(range(1, 17), "yes")
    answers |= dict.fromkeys((2, 4, 7, 8, 9), "partial yes")
    answers |= dict.fromkeys((11, 12, 15), "no meta-analysis")
    assert AMSTAR.rate(answers).computed == "high"


def test_what_is_not_answered_is_refused_and_not_taken_for_no() -> None:
    with pytest.raises(ProjectError, match="1 of 16 items are not answered: 16"):
        AMSTAR.rate(dict.fromkeys(range(1, 16), "yes"))


@pytest.mark.parametrize(
    ("letters", "rating"),
    [
        ("Y Y N Y Y Y Y Y Y Y NA NA Y Y NA Y", "high"),  # Amissah [26]
        ("Y Y N Y Y Y Y Y Y N NA NA Y Y NA N", "moderate"),  # Amissah [25]
        ("Y N N Y Y Y N Y Y N Y N N N Y Y", "critically low"),  # Alshaikh
    ],
)
def test_rows_of_a_published_table(letters: str, rating: str) -> None:
    assert rated(letters).computed == rating


@pytest.mark.skipif(not APPRAISALS.exists(), reason="../shared has no published appraisals")
def test_twelve_of_thirty_three_published_ratings_follow_the_rule() -> None:
    follows: Counter[str] = Counter()
    with APPRAISALS.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        answers = {id: _MEANT.get(said := row[f"i{id}"], said) for id in range(1, 17)}
        found = AMSTAR.rate(answers, recorded=row["published"])
        assert found.computed == row["rule"].lower()
        assert len(found.critical) == int(row["critical_no"])
        assert len(found.other) == int(row["noncritical_no"])
        follows["follows" if not found.differs else "differs"] += 1
    assert follows == {"follows": 12, "differs": 21}
