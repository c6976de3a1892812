"""Tests of groups and trends that respect documents: laws, slow twins, and how often they err."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import NotFoundError, StatisticsError
from qualcode.stats import (
    chi_squared_tests,
    family_wise,
    fisher_exact,
    strength_bounds,
    trend_tests,
)

Table = tuple[np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def interviews() -> qc.Project:
    return qc.load_project("partnership-interviews")


@st.composite
def nested(draw: st.DrawFn) -> Table:
    """Documents of two or three groups, each with units and how many of them carry a code."""
    groups = draw(st.integers(2, 3))
    documents = draw(
        st.lists(
            st.tuples(st.integers(0, groups - 1), st.integers(1, 6), st.integers(0, 6)),
            min_size=groups + 2,
            max_size=12,
        ).map(lambda rows: [*((g, 3, 1) for g in range(groups)), *rows])
    )
    carrying, units = np.zeros((len(documents), groups, 1)), np.zeros((len(documents), groups))
    for at, (group, size, count) in enumerate(documents):
        units[at, group], carrying[at, group, 0] = size, min(count, size)
    return carrying, units


def slow_rao_scott(carrying: np.ndarray, units: np.ndarray) -> tuple[float, float, float]:
    """Compute X², the trace of the design effects, and ν₁ from the definition, document by document."""
    counts, sizes = carrying.sum(axis=0), units.sum(axis=0)
    n, clusters, groups = sizes.sum(), len(units), len(sizes)
    p, own = counts.sum() / n, counts / sizes
    pearson = sum((counts[g] - p * sizes[g]) ** 2 / (sizes[g] * p * (1 - p)) for g in range(groups))
    seen = np.zeros((groups, groups))
    for x, m in zip(carrying, units, strict=True):
        z = x - m * own
        z = z - sizes / n * z.sum()
        seen += np.outer(z, z)
    seen *= clusters / (clusters - groups)
    if_independent = p * (1 - p) * (np.diag(sizes) - np.outer(sizes, sizes) / n)
    effects = np.linalg.solve(if_independent[:-1, :-1], seen[:-1, :-1])
    trace = float(np.trace(effects))
    return float(pearson), trace, trace**2 / float(np.trace(effects @ effects))


@given(nested())
@settings(max_examples=60)
def test_it_is_the_statistic_of_the_definition(table: Table) -> None:
    from scipy import stats

    carrying, units = table
    found = chi_squared_tests(carrying, units)
    if found.reason[0]:
        assert np.isnan(found.p[0])
        return
    pearson, trace, df = slow_rao_scott(carrying[:, :, 0], units)
    assert found.naive[0] == pytest.approx(pearson)
    assert found.statistic[0] == pytest.approx(pearson / trace)
    assert found.df[0] == pytest.approx(df)
    free = len(units) - units.shape[1]
    assert found.p[0] == pytest.approx(stats.f.sf(pearson / trace, df, df * free))
    table_of = np.stack(
        [carrying.sum(axis=0)[:, 0], units.sum(axis=0) - carrying.sum(axis=0)[:, 0]]
    )
    scipys = stats.chi2_contingency(table_of, correction=False)
    assert found.naive[0] == pytest.approx(scipys.statistic)
    assert found.naive_p[0] == pytest.approx(scipys.pvalue)
    assert strength_bounds(carrying, units, 0.95)[0][0] == pytest.approx(
        stats.contingency.association(table_of.astype(int), method="cramer")
    )


@given(nested(), st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_groups_and_documents_does_not_matter(table: Table, random) -> None:  # type: ignore[no-untyped-def]
    carrying, units = table
    rows = random.sample(range(len(units)), len(units))
    columns = random.sample(range(units.shape[1]), units.shape[1])
    again = chi_squared_tests(carrying[rows][:, columns], units[rows][:, columns])
    assert chi_squared_tests(carrying, units).p == pytest.approx(again.p, nan_ok=True)
    # To look for what is absent is the same question.
    absent = chi_squared_tests(units[:, :, None] - carrying, units)
    assert chi_squared_tests(carrying, units).p == pytest.approx(absent.p, nan_ok=True)


@given(nested())
@settings(max_examples=30)
def test_a_trend_over_two_groups_is_the_test_of_both(table: Table) -> None:
    carrying, units = table[0][:, :2], table[1][:, :2]
    there = units.any(axis=1)
    carrying, units = carrying[there], units[there]
    both = chi_squared_tests(carrying, units)
    tests, slope = trend_tests(carrying, units, np.array([1.0, 3.0]))
    assert tests.p == pytest.approx(both.p, nan_ok=True)
    assert tests.naive**2 == pytest.approx(both.naive, nan_ok=True)
    shares = carrying.sum(axis=0)[:, 0] / units.sum(axis=0)
    assert slope[0] == pytest.approx((shares[1] - shares[0]) / 2)


def simulated(rng: np.random.Generator, *, crossed: bool) -> Table:
    """400 codes on 16 documents of some 30 units, which differ among each other and not between groups."""
    sizes = rng.poisson(30, size=16) + 1
    chance = rng.beta(1.8, 4.2, size=(16, 400))
    units, carrying = np.zeros((16, 2)), np.zeros((16, 2, 400))
    for group in range(2):
        own = np.arange(16) % 2 == group
        there = np.ones(16, dtype=bool) if crossed else own
        units[there, group] = sizes[there]
        carrying[there, group] = rng.binomial(sizes[there, None], chance[there])
    return carrying, units


@pytest.mark.parametrize("crossed", [False, True])
def test_where_groups_do_not_differ_it_seldom_says_so(crossed: bool) -> None:
    carrying, units = simulated(np.random.default_rng(4), crossed=crossed)
    found = chi_squared_tests(carrying, units)
    assert 0.01 < np.mean(found.p < 0.05) < 0.08
    tests, _ = trend_tests(carrying, units, np.array([0.0, 1.0]))
    assert 0.01 < np.mean(tests.p < 0.05) < 0.08
    if not crossed:
        assert np.mean(found.naive_p < 0.05) > 0.2, "as if units were independent, it often does"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
@settings(max_examples=50)
def test_holm_rejects_what_its_steps_reject(values: list[float]) -> None:
    adjusted = family_wise(values)
    for alpha in (0.01, 0.05, 0.3):
        rejected = np.zeros(len(values), dtype=bool)
        for rank, at in enumerate(np.argsort(values, kind="stable")):
            if values[at] > alpha / (len(values) - rank):
                break
            rejected[at] = True
        assert (adjusted <= alpha + 1e-12).tolist() == rejected.tolist() or np.isclose(
            np.array(values)[:, None] * np.arange(1, len(values) + 1), alpha
        ).any()
    assert (adjusted >= values).all()


# Of a project


def test_documents_as_units_are_tested_by_fisher(interviews: qc.Project) -> None:
    found = interviews.group_tests("wave")
    assert found.test == "fisher"
    frame = found.to_frame().set_index("id")
    counts, units = found.counts, found.units
    at = [node.id for node in found.nodes].index("resident-voice")
    p = fisher_exact(counts[0, at], units[0], counts[:, at].sum(), units.sum())
    assert frame.loc["resident-voice", "p"] == pytest.approx(float(p))
    assert interviews.group_tests("wave", test="pearson").p == pytest.approx(
        found.tests.naive_p, nan_ok=True
    )


def test_a_test_that_takes_units_for_independent_is_refused(interviews: qc.Project) -> None:
    with pytest.raises(StatisticsError, match="takes units for independent"):
        interviews.group_tests("wave", unit="turn", test="fisher")
    with pytest.raises(StatisticsError, match="compares two groups, and there are 3"):
        interviews.group_tests("site", test="fisher")
    with pytest.raises(StatisticsError, match="the groups of 'wave' are"):
        interviews.group_tests("wave", reference="first")
    with pytest.raises(StatisticsError, match="no document has a variable 'wav'"):
        interviews.group_tests("wav")
    with pytest.raises(StatisticsError, match="give 'document', 'case', or a list"):
        interviews.group_tests("wave", cluster="documents")
    with pytest.raises(NotFoundError):
        interviews.group_tests("wave", cluster=["nobody"])


def test_shares_are_those_of_the_prevalence(interviews: qc.Project) -> None:
    for by in ("site", "speaker.role"):
        found = interviews.group_tests(by, unit="turn", level="theme")
        shares = interviews.prevalence(by=by, unit="turn", level="theme").shares
        for group, row in zip(found.groups, found.shares, strict=True):
            assert row == pytest.approx(shares[group].value)


def test_documents_of_a_case_stand_together(interviews: qc.Project) -> None:
    alone = interviews.group_tests("wave", unit="turn")
    paired = interviews.group_tests("wave", unit="turn", cluster=["sian-prosser"])
    assert (alone.cluster, alone.n_clusters) == ("document", 12)
    assert (paired.cluster, paired.n_clusters) == ("case", 11)
    assert (alone.counts == paired.counts).all()
    by_setting = interviews.group_tests("setting", unit="turn")
    assert (by_setting.cluster, by_setting.n_clusters) == ("case", 3)
    assert set(by_setting.reason) == {
        "no group has two documents or more: how documents differ is not known"
    }


def test_differences_are_against_the_reference(interviews: qc.Project) -> None:
    found = interviews.group_tests("site", unit="turn", reference="south")
    frame = found.contrasts_frame()
    assert set(frame["group"]) == {"east", "north"}
    row = frame[(frame["id"] == "trust") & (frame["group"] == "north")].iloc[0]
    at = [node.id for node in found.nodes].index("trust")
    north, south = (found.shares[found.groups.index(each), at] for each in ("north", "south"))
    assert row["difference"] == pytest.approx(north - south)
    assert row["ratio"] == pytest.approx(north / south)
    assert row["low"] < row["difference"] < row["high"]


def test_results_are_asked_again_and_of_the_past(interviews: qc.Project) -> None:
    found = interviews.at(revision=3).group_tests(
        "site", unit="turn", coders=["ana"], correction="bh"
    )
    assert found.recipe is not None
    assert found.recipe.run(interviews) == found
    told = qc.report.methods(found)
    assert "Rao and Scott's correction" in told
    assert "Benjamini–Hochberg" in told
    trend = interviews.trends("wave", unit="turn", steps={1: 0, 2: 6}, correction="none")
    assert trend.recipe is not None
    assert trend.recipe.run(interviews) == trend
    assert trend.slope * 6 == pytest.approx(interviews.trends("wave", unit="turn").slope)
    assert "steps 1: 0 and 2: 6" in qc.report.methods(trend)
    with pytest.raises(StatisticsError, match="no step for 2"):
        interviews.trends("wave", steps={1: 0})


# Units and codes as a frame


def test_a_frame_has_every_unit_and_what_is_on_it(interviews: qc.Project) -> None:
    long = interviews.unit_frame(unit="turn", level="theme")
    wide = interviews.unit_frame(unit="turn", level="theme", wide=True)
    shares = interviews.prevalence(unit="turn", level="theme")
    ids = [node.id for node in shares.nodes]
    assert len(long) == len(wide) * len(ids)
    counts = shares.shares[None].count
    assert long.groupby("code", sort=False)["present"].sum().loc[ids].tolist() == counts.tolist()
    assert wide[ids].sum().tolist() == counts.tolist()
    texts = [
        interviews.documents[id].text[a:b] for id, a, b in wide[["document", "start", "end"]].values
    ]
    assert texts == [each.quote for each in interviews.segments(unit="turn")]
    assert wide.groupby("document")["unit"].max().sum() == len(wide)
    assert set(long["wave"]) == {1, 2}


def test_a_frame_says_what_belongs_together(interviews: qc.Project) -> None:
    paired = interviews.unit_frame(unit="document", cluster=["sian-prosser"], variables="wave")
    cluster = paired.drop_duplicates("document").set_index("document")["cluster"]
    assert cluster["int-05"] == cluster["int-12"]
    assert cluster.nunique() == 11
    with pytest.raises(StatisticsError, match="give units of documents"):
        interviews.unit_frame(unit="case")
    with pytest.raises(StatisticsError, match="there is no code 'trus'"):
        interviews.unit_frame(unit="turn", codes="trus")
    with pytest.raises(StatisticsError, match="has a variable 'wav'"):
        interviews.unit_frame(unit="turn", variables="wav")


def test_the_variance_of_a_slope_is_that_of_estimating_equations(interviews: qc.Project) -> None:
    """Against statsmodels: robust standard errors of a linear model with independent working correlation."""
    smf = pytest.importorskip("statsmodels.formula.api")
    found = interviews.trends("wave", unit="turn", level="theme")
    frame = interviews.unit_frame(unit="turn", level="theme", variables="wave")
    for at, node in enumerate(found.nodes):
        fitted = smf.gee("present ~ wave", "cluster", frame[frame["code"] == node.id]).fit()
        assert found.slope[at] == pytest.approx(fitted.params["wave"])
        # 12 documents, less one for each wave.
        expected = fitted.params["wave"] / (fitted.bse["wave"] * np.sqrt(12 / 10))
        assert found.tests.statistic[at] == pytest.approx(expected)
