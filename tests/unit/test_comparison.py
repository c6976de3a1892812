"""Group differences, against every regrouping of whole documents or cases."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from tests.reference.coded import carried_by_line, coded_project

from qualcode.errors import StatisticsError

LINES = {
    "d1": ["ab", "ab", "a", ""],
    "d2": ["a", "ab", ""],
    "d3": ["b", "a", "", "b"],
    "d4": ["", "b", "b", "ab"],
    "d5": ["", "b"],
}
SITE = {"d1": "north", "d2": "north", "d3": "south", "d4": "south", "d5": "south"}


def by_site(names: dict[str, str]) -> dict[str, dict[str, str]]:
    return {id: {"site": names[site]} for id, site in SITE.items()}


def share(ids: list[str], code: str) -> float:
    lines = [line for id in ids for line in LINES[id]]
    return len(carried_by_line(lines, code)) / len(lines)


def jaccard(ids: list[str], pair: str) -> float:
    lines = [line for id in ids for line in LINES[id]]
    one, two = (carried_by_line(lines, code) for code in pair)
    return len(one & two) / len(one | two)


@pytest.mark.parametrize(
    ("statistic", "plain", "label"), [("prevalence", share, "a"), ("cooccurrence", jaccard, "ab")]
)
def test_p_equals_listing_every_regrouping(statistic: Any, plain: Any, label: str) -> None:
    project = coded_project(LINES, variables=by_site({"north": "north", "south": "south"}))
    found = project.group_differences(statistic, by="site", unit="line")
    frame = found.to_frame()
    own = frame[frame["id"] == "a"] if statistic == "prevalence" else frame
    here = own.iloc[0]
    assert here["site=north"] == pytest.approx(plain(["d1", "d2"], label))
    assert here["site=south"] == pytest.approx(plain(["d3", "d4", "d5"], label))
    spreads = [
        abs(plain(list(order[:2]), label) - plain(list(order[2:]), label))
        for order in permutations(LINES)
    ]
    assert here["spread"] == pytest.approx(abs(here["site=north"] - here["site=south"]))
    assert here["p"] == pytest.approx(np.mean(np.array(spreads) >= here["spread"] - 1e-12))
    assert (found.differences.exact, found.cluster, found.left_out) == (True, "document", 0)
    assert here["mc_error"] == 0


@pytest.mark.parametrize("statistic", ["prevalence", "cooccurrence"])
def test_names_of_groups_do_not_matter(statistic: Any) -> None:
    one, other = (
        coded_project(LINES, variables=by_site(names)).group_differences(
            statistic, by="site", unit="line"
        )
        for names in ({"north": "n", "south": "s"}, {"north": "z", "south": "a"})
    )
    columns = ["spread", "p", "q"]
    assert np.allclose(one.to_frame()[columns], other.to_frame()[columns])
    assert np.allclose(one.to_frame()[["site=n", "site=s"]], other.to_frame()[["site=z", "site=a"]])


def test_documents_of_a_case_stay_together() -> None:
    cases = {"d1": ["p"], "d2": ["p"], "d3": ["q"], "d4": ["q", "r"], "d5": ["s"]}
    site = {"p": "north", "q": "south", "r": "south", "s": "north"}
    project = coded_project(
        LINES,
        cases=cases,
        case_variables={**{case: {"site": name} for case, name in site.items()}},
    )
    found = project.group_differences(by="site", unit="line")
    # d3 and d4 share q, so there are three clusters: two in the north, one in the south.
    assert found.cluster == "case"
    assert found.differences.n_clusters == (2, 1)
    assert found.differences.n_resamples == 3
    frame = found.to_frame().set_index("id")
    assert frame.loc["a", "site=north"] == pytest.approx(share(["d1", "d2", "d5"], "a"))
    assert frame.loc["a", "site=south"] == pytest.approx(share(["d3", "d4"], "a"))


def test_a_case_without_the_variable_joins_nothing() -> None:
    cases = {id: ["team"] for id in LINES}
    project = coded_project(
        LINES, cases=cases, variables=by_site({"north": "n", "south": "s"}),
        case_variables={"team": {"size": 3}},
    )  # fmt: skip
    assert project.group_differences(by="site").differences.n_clusters == (2, 3)


def test_cases_can_be_the_units() -> None:
    cases = {"d1": ["p"], "d2": ["q"], "d3": ["r"], "d4": ["r"], "d5": ["s"]}
    site = {"p": "north", "q": "north", "r": "south"}
    project = coded_project(
        LINES, cases=cases, case_variables={case: {"site": name} for case, name in site.items()}
    )
    found = project.group_differences(by="site", unit="case")
    assert found.to_frame().set_index("id").loc["b", ["site=north", "site=south"]].tolist() == [
        1,
        1,
    ]
    assert (found.cluster, found.left_out, found.differences.n_clusters) == ("case", 1, (2, 1))


def test_what_is_not_known_is_left_out_and_counted() -> None:
    variables = {id: {"site": site} for id, site in SITE.items() if id != "d5"}
    found = coded_project(LINES, variables=variables).group_differences(by="site", unit="line")
    assert found.left_out == 1
    assert found.differences.n_clusters == (2, 2)
    whole = found.to_frame().set_index("id")
    assert whole.loc["b", "site=south"] == pytest.approx(share(["d3", "d4"], "b"))


def test_comparisons_that_mean_nothing_are_refused() -> None:
    project = coded_project(
        LINES,
        cases={"d1": ["p", "q"]},
        case_variables={"p": {"site": "n"}, "q": {"site": "s"}},
        variables={"d2": {"year": 2020}},
    )
    with pytest.raises(StatisticsError, match="'d1' belongs to cases whose 'site' is 'n', 's'"):
        project.group_differences(by="site")
    with pytest.raises(StatisticsError, match="no document has a variable 'sight'"):
        project.group_differences(by="sight")
    with pytest.raises(StatisticsError, match="'prevalence', 'cooccurrence'"):
        project.group_differences("agreement", by="year")  # type: ignore[arg-type]
    one = project.group_differences(by="year").to_frame()
    assert set(one["reason"]) == {"there is one group only"}
    with pytest.raises(StatisticsError, match="nothing to compare by 'year'"):
        coded_project({"d": [""]}, variables={"d": {"year": 1}}).group_differences(by="year")
