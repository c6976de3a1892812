"""Flows of reviews, stopping rules, work saved and covered areas, as printed or computed elsewhere."""

from __future__ import annotations

import pandas as pd
import pytest

from qualcode.errors import FlowError, StatisticsError
from qualcode.stats.synthesis.covered_area import covered_area
from qualcode.stats.synthesis.flow import prisma_flow
from qualcode.stats.synthesis.stopping import ordering_loss, stopping_rule, work_saved
from qualcode.stats.synthesis.votes import vote_count

WHOLE = {
    "database_results": 2600, "register_results": 140, "duplicates": 410, "excluded_automatic": 75,
    "excluded_other": 55, "records_screened": 2200, "records_excluded": 1840, "dbr_sought_reports": 360,
    "dbr_notretrieved_reports": 25, "dbr_assessed": 335,
    "dbr_excluded": {"a": 78, "b": 61, "c": 44, "d": 39, "e": 16, "f": 12},
    "website_results": 12, "organisation_results": 8, "citations_results": 10,
    "other_sought_reports": 30, "other_notretrieved_reports": 3, "other_assessed": 27,
    "other_excluded": {"a": 5, "b": 4, "c": 3}, "new_reports": 100, "previous_reports": 28,
    "previous_studies": 10, "total_reports": 128,
}  # fmt: skip


def test_a_flow_with_every_box_reconciles_and_one_off_by_one_does_not() -> None:
    """The invented example of the R package PRISMA2020's companion prisma-flow (BSD-3)."""
    flow = prisma_flow(WHOLE)
    assert flow["dbr_excluded"] == 250
    frame = flow.to_frame()
    assert frame[frame.what == "reports excluded: a"].n.tolist() == [78]
    singles = [box for box, number in WHOLE.items() if isinstance(number, int)]
    for box in singles:
        if box != "previous_studies":
            with pytest.raises(FlowError, match="does not reconcile"):
                prisma_flow({**WHOLE, box: WHOLE[box] + 1})  # type: ignore[operator]


@pytest.mark.parametrize(
    "boxes",
    [
        {"database_results": 678, "register_results": 22, "duplicates": 167, "records_screened": 533,
         "records_excluded": 398, "dbr_sought_reports": 135, "dbr_notretrieved_reports": 0,
         "dbr_assessed": 135, "dbr_excluded": 93, "new_reports": 42},
        {"database_results": 162, "duplicates": 23, "records_screened": 139, "records_excluded": 25,
         "dbr_sought_reports": 114, "dbr_notretrieved_reports": 4, "dbr_assessed": 110, "dbr_excluded": 88,
         "new_reports": 22},
    ],
)  # fmt: skip
def test_printed_flows_that_reconcile(boxes: dict[str, int]) -> None:
    assert dict(prisma_flow(boxes).boxes) == boxes


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        (
            {"register_results": 2, "database_results": 3888, "excluded_automatic": 400,
             "excluded_other": 50, "duplicates": 673, "records_screened": 2765},
            r"is 2,767, and records screened is 2,765, 2 less",
        ),
        ({"database_results": 1000, "duplicates": 0, "records_screened": 1027}, "27 more"),
    ],
)  # fmt: skip
def test_printed_flows_that_do_not(boxes: dict[str, int], said: str) -> None:
    with pytest.raises(FlowError, match=said):
        prisma_flow(boxes)


def test_what_is_not_known_is_absent_and_said() -> None:
    flow = prisma_flow({"records_screened": 16_422, "new_reports": 36})
    assert flow["duplicates"] is None
    assert "reports assessed" in str(flow)
    assert set(flow.to_frame().box) == {"records_screened", "new_reports"}
    for bad in ({"screened": 3}, {"records_screened": -1}, {"records_screened": {"a": 1}}):
        with pytest.raises(FlowError):
            prisma_flow(bad)


@pytest.mark.parametrize(
    ("labels", "total", "p"),
    [
        ([1] * 95 + [0] * 400, 1_000, 0.029794),
        ([1] * 95 + [0] * 100, 1_000, 0.49429),
        ([0] * 30, 100, 0.7),
        ([0, 1] * 50, 100, 0.0),
    ],
)
def test_the_stopping_rule_of_callaghan_2020(labels: list[int], total: int, p: float) -> None:
    """As computed by the authors' buscarpy (MIT)."""
    found = stopping_rule(labels, total)
    assert found.p == pytest.approx(p, abs=5e-6)
    assert found.is_met == (p < 0.05)


def test_what_may_be_missed_shrinks_as_more_is_screened_in_vain() -> None:
    missed = [
        stopping_rule([1] * 95 + [0] * each, 1_000).missed_at_most for each in (300, 500, 700, 905)
    ]
    assert missed == sorted(missed, reverse=True)  # type: ignore[type-var]
    assert missed[-1] == 0
    with pytest.raises(StatisticsError):
        stopping_rule([1, 0], 1)


def test_work_saved_and_loss() -> None:
    """Cohen et al. (2006) define the first; the second has the values of ASReview's insights (Apache-2.0)."""
    assert work_saved([1] * 19 + [0] * 60 + [1] + [0] * 20) == pytest.approx(0.76)
    assert [ordering_loss(each) for each in ([1, 0], [0, 1], [1, 0, 1])] == [0, 1, 0.5]
    for useless in ([1, 1], [0, 0]):
        with pytest.raises(StatisticsError):
            ordering_loss(useless)


def test_covered_areas_of_published_matrices() -> None:
    """Three studies in five reviews of R's junoR, 8 inclusions: 41.667 %. Of 14 and 6, 43: 41.4 %."""
    eight = {"1": "a b", "2": "a c", "3": "a", "4": "b", "5": "c b"}
    assert covered_area({name: said.split() for name, said in eight.items()}).cca == pytest.approx(
        41.667, abs=5e-4
    )
    cells = [[1] + [0] * 5 for _ in range(14)]
    for at in range(29):
        cells[at % 14][1 + at // 14] = 1
    found = covered_area(pd.DataFrame(cells))
    assert (found.n_inclusions, found.n_studies) == (43, 14)
    assert found.cca == pytest.approx(41.4, abs=0.05)


def test_covered_areas_that_are_undefined_are_refused() -> None:
    for bad in (
        {"a": ["one"]},
        pd.DataFrame({"a": [1, 0], "b": [1, 0]}),
        pd.DataFrame({"a": ["maybe"], "b": [1]}),
    ):
        with pytest.raises(StatisticsError):
            covered_area(bad)
    # A study that appeared after a review is no chance that it missed.
    apart = covered_area(pd.DataFrame({"a": [1, 1, "-"], "b": [1, 0, 1]}))
    assert apart.cca == pytest.approx(100 * (4 - 3) / (6 - 3 - 1))


def test_votes_of_published_counts() -> None:
    """Hilton Boon and Thomson (2020): housing condition, 9 of 9, p .0039. Three against one: .625."""
    nine = pd.DataFrame({"source": range(9), "outcome": "housing", "direction": "improved"})
    found = vote_count(nine)["housing"]
    assert found.p == pytest.approx(0.0039, abs=5e-5)
    assert found.low == pytest.approx(0.701, abs=5e-4)
    assert found.high == pytest.approx(1)
    four = pd.DataFrame(
        {"source": range(4), "outcome": "cost", "direction": ["worse"] * 3 + ["improved"]}
    )
    assert vote_count(four)["cost"].p == pytest.approx(0.625)


def test_votes_go_by_direction_and_mixed_ones_leave_the_test() -> None:
    effects = pd.DataFrame(
        {
            "source": list("aaabbcde"),
            "outcome": "x",
            "direction": [*["benefit"] * 4, "harm", "no effect", "too little", "harm"],
        }
    )
    found = vote_count(effects)
    assert dict(found["x"].counts) == {"benefit": 1, "harm": 1, "mixed": 1, "none": 1, "unclear": 1}
    assert (found["x"].n, found["x"].share) == (2, 0.5)
    with pytest.raises(StatisticsError, match=r"row 2.*by direction alone"):
        vote_count(effects.assign(direction=["benefit", "not significant"] * 4))
    with pytest.raises(StatisticsError, match="is no direction"):
        vote_count(effects.assign(direction="up"))
    assert vote_count(effects.assign(direction="up"), directions={"up": "benefit"})["x"].n == 5
    with pytest.raises(StatisticsError, match="column 'outcome'"):
        vote_count(effects.drop(columns="outcome"))
