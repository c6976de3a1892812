"""Tests, intervals and networks of co-occurrence, against what plain counting gives."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.reference import pairs
from tests.reference.coded import carried_by_line, coded_project
from tests.reference.states import place

import qualcode as qc
from qualcode.errors import NotFoundError, StatisticsError
from qualcode.stats.coefficients import COEFFICIENTS
from qualcode.stats.pairs.association import association
from qualcode.stats.pairs.exact_tests import false_discovery
from qualcode.stats.pairs.odds import odds_ratio_interval
from qualcode.stats.uncertainty.intervals import jackknife_interval

LINES = {
    "d1": ["ab", "ab", "a", "c", "", "b"],
    "d2": ["c", "abc", "", "ab", "c"],
    "d3": ["b", "a", "", "c"],
    "d4": ["ac", "", "b", "ab", "", "d"],
}
ANY = ("a", "b")


@pytest.fixture(scope="module")
def project() -> qc.Project:
    return coded_project(LINES, themes={"one": "ad", "two": "b", "three": "cd"})


def row(frame: Any, a: str, b: str) -> Any:
    found = frame[(frame["a"] == a) & (frame["b"] == b)]
    assert len(found) == 1
    return found.iloc[0]


# Tests


lines_of_three = st.dictionaries(
    st.sampled_from(["x", "y", "z"]),
    st.lists(st.sampled_from(["", "a", "b", "c", "ab", "bc", "abc"]), min_size=1, max_size=5),
    min_size=1,
)


@settings(max_examples=25)
@given(lines_of_three)
def test_within_documents_equals_listing_every_placement(lines: dict[str, list[str]]) -> None:
    project = coded_project({**lines, "last": ["abc"]}, themes={"ab": "ab", "c": "c"})
    for level, sets in (("code", {"a": "a", "b": "b"}), ("theme", {"ab": "ab", "c": "c"})):
        met = project.cooccurrence("line", level=level)  # type: ignore[arg-type]
        found = met.test("within-document", n_resamples=4000, random_state=3)
        here = row(found.to_frame(), *sets)
        margins, observed = [], 0
        for each in [*lines.values(), ["abc"]]:
            one, two = (carried_by_line(each, codes) for codes in sets.values())
            margins.append((len(one), len(two), len(each)))
            observed += len(one & two)
        chances = pairs.count_chances(margins)
        assert here["both"] == observed
        assert here["expected"] == pytest.approx(
            float(sum(count * chance for count, chance in chances.items()))
        )
        if len(chances) == 1:
            assert here["reason"] == "no other count is possible with these margins"
            continue
        for column, p in (
            ("p_greater", sum(ch for count, ch in chances.items() if count >= observed)),
            ("p_less", sum(ch for count, ch in chances.items() if count <= observed)),
        ):
            error = np.sqrt(float(p * (1 - p)) / found.n_resamples)
            assert here[column] == pytest.approx(float(p), abs=4.5 * error + 1e-3)


def test_each_coders_reading_keeps_its_own_totals() -> None:
    # Ana has code a everywhere, ben has b: nothing could be elsewhere in a reading.
    project = coded_project({"d": ["a|b", "a|b", "a|b"]}, coders=("ana", "ben"))
    both = project.cooccurrence("line", same_coder=True)
    assert (both.n_units, both.both("a", "b")) == (6, 0)
    found = both.test("within-document", random_state=1)
    assert found.reason.tolist() == ["no other count is possible with these margins"]
    # Without regard to coders they are on every line.
    either = project.cooccurrence("line").test("hypergeometric")
    assert either.reason.tolist() == ["one of the codes is on every unit"]


@settings(max_examples=25)
@given(lines_of_three)
def test_hypergeometric_is_fishers_test_on_sets_of_units(lines: dict[str, list[str]]) -> None:
    project = coded_project({**lines, "last": ["abc", ""]})
    every = [line for each in [*lines.values(), ["abc", ""]] for line in each]
    met = project.cooccurrence("line")
    found = met.test("hypergeometric")
    frame = found.to_frame()
    assert (frame["mc_error"].dropna() == 0).all()
    for a, b in combinations("abc", 2):
        one, two = carried_by_line(every, a), carried_by_line(every, b)
        both, only_a, only_b, rest = pairs.cells(one, two, len(every))
        here = row(frame, a, b)
        assert here["expected"] == pytest.approx(len(one) * len(two) / len(every))
        if here["reason"]:
            assert len(one) == len(every) or len(two) == len(every)
            continue
        table = [[both, only_a], [only_b, rest]]
        assert here["p"] == pytest.approx(stats.fisher_exact(table).pvalue)
        assert here["p_greater"] == pytest.approx(stats.fisher_exact(table, "greater").pvalue)
        chances = pairs.count_chances([(len(one), len(two), len(every))])
        spread = float(sum(ch * count**2 for count, ch in chances.items())) - here["expected"] ** 2
        assert here["z"] == pytest.approx((both - here["expected"]) / spread**0.5)
    assert frame["q"].tolist() == pytest.approx(false_discovery(frame["p"]).tolist(), nan_ok=True)


def with_same_margins(table: Any, document: list[int] | None) -> list[Any]:
    """Every table of zeros and ones with the totals of a table, by document where one is given."""
    shape = table.shape
    groups = [0] * shape[1] if document is None else document
    found = []
    for rows in product(
        *(combinations(range(shape[1]), int(total)) for total in table.sum(axis=1))
    ):
        other = np.zeros(shape, dtype=int)
        for at, columns in enumerate(rows):
            other[at, list(columns)] = 1
        if (other.sum(axis=0) != table.sum(axis=0)).any():
            continue
        inside = [np.array(groups) == group for group in set(groups)]
        if all((other[:, g].sum(axis=1) == table[:, g].sum(axis=1)).all() for g in inside):
            found.append(other)
    return found


@pytest.mark.parametrize("null", ["fixed-margins", "fixed-margins-within-document"])
def test_fixed_margins_equal_listing_every_table(null: Any) -> None:
    lines = {"d1": ["ab", "ab", "c", "ac"], "d2": ["b", "c", "abc"]}
    every = [line for each in lines.values() for line in each]
    table = np.array([[letter in line for line in every] for letter in "abc"], dtype=int)
    document = [0] * 4 + [1] * 3 if null.endswith("document") else None
    tables = with_same_margins(table, document)
    found = coded_project(lines).cooccurrence("line").test(null, n_resamples=3000, random_state=2)
    for first, second in combinations(range(3), 2):
        drawn = np.array([(other[first] & other[second]).sum() for other in tables])
        both = (table[first] & table[second]).sum()
        here = row(found.to_frame(), "abc"[first], "abc"[second])
        p = float(np.mean(drawn >= both))
        assert here["both"] == both
        assert here["expected"] == pytest.approx(drawn.mean(), abs=0.05)
        assert here["p_greater"] == pytest.approx(p, abs=0.05)


def test_nodes_that_share_a_code_are_not_tested(project: qc.Project) -> None:
    met = project.cooccurrence("line", level="theme", rollup="r")
    for null in ("hypergeometric", "within-document", "fixed-margins"):
        found = met.test(null, n_resamples=50, random_state=1)  # type: ignore[arg-type]
        shared = row(found.to_frame(), "one", "three")
        assert shared["reason"] == "both hold d, so they meet wherever that is"
        assert np.isnan(
            shared[["z", "p_greater", "p_less", "p", "q", "mc_error"]].astype(float)
        ).all()
        assert found.n_tested == 2


def test_a_test_is_repeated_by_its_seed(project: qc.Project) -> None:
    met = project.cooccurrence("line")
    for null in ("within-document", "fixed-margins"):
        one, two, other = (
            met.test(null, n_resamples=60, random_state=seed)  # type: ignore[arg-type]
            for seed in (1, 1, 2)
        )
        assert one.to_frame().equals(two.to_frame())
        assert not one.to_frame().equals(other.to_frame())
        assert one.seed == 1


def test_what_is_adjusted_can_be_chosen(project: qc.Project) -> None:
    met = project.cooccurrence("line")
    every = met.test("within-document", random_state=1)
    one = met.test("within-document", pairs=[("b", "a")], alternative="greater", random_state=1)
    assert (one.a.tolist(), one.b.tolist()) == (["b"], ["a"])
    assert one.q.tolist() == one.p.tolist() == one.p_greater.tolist()
    assert one.p_greater[0] == row(every.to_frame(), "a", "b")["p_greater"]
    cautious = met.test("within-document", fdr="by", random_state=1)
    assert (cautious.q[cautious.reason == ""] >= every.q[every.reason == ""]).all()
    # A two-sided p-value is twice a share of the randomisations, and so is its error.
    half, m = every.p / 2, every.n_resamples
    assert every.mc_error.tolist() == pytest.approx(
        (2 * np.sqrt(half * (1 - half) / m)).tolist(), nan_ok=True
    )


def test_caveats_say_what_a_null_leaves_out(project: qc.Project) -> None:
    def said(within: Any, null: Any, **options: Any) -> str:
        found = project.cooccurrence(**place(within)).test(null, random_state=1, **options)
        return " / ".join(text.split(":")[0] for text in found.caveats)

    segments = "units are coded segments, which exist because they carry a code"
    independent = "units of one document are taken as independent"
    assert said("line", "within-document") == ""
    assert said("line", "hypergeometric") == independent
    assert said("document", "hypergeometric") == ""
    assert said("segment", "within-document") == segments
    assert said("segment", "fixed-margins-within-document") == ""
    assert said("segment", "hypergeometric") == f"{segments} / {independent}"
    too_few = said("line", "within-document", n_resamples=10)
    assert too_few.startswith("1023 randomisations") or too_few == ""
    few = project.cooccurrence("line").test("fixed-margins", n_resamples=20, random_state=1)
    assert few.caveats[-1].startswith("20 randomisations give no p-value below 0.095")


def test_stretches_in_dense_parts_are_a_caveat() -> None:
    codebook = qc.Codebook("b", codes=map(qc.Code, "abc"))
    both, dense = qc.Project.new("S", codebook=codebook), qc.Project.new("D", codebook=codebook)
    text = "x\n" * 20
    for id in ("d1", "d2", "d3"):
        for each in (both, dense):
            each.add_document(text, id=id)
        for code, start in (("a", 2), ("b", 4), ("c", 6)):
            both.assign((id, start, start + 8), code, coder="ana")
        for at, code in enumerate("abcbca"):
            dense.assign((id, 2 * (at // 2), 2 * (at // 2) + 1), code, coder="ana")
    told = [
        any("stretches over several units" in each for each in project.cooccurrence("line").test(
            random_state=1).caveats)
        for project in (both, dense)
    ]  # fmt: skip
    assert told == [True, False]


def test_tests_that_are_not_defined_are_refused(project: qc.Project) -> None:
    overlap, document = project.cooccurrence(meeting="overlap"), project.cooccurrence("document")
    inside, near = project.cooccurrence(meeting="contained"), project.cooccurrence("line", gap=0)
    for call in (
        lambda: overlap.test("hypergeometric"),
        lambda: inside.test("hypergeometric"),
        lambda: near.test("hypergeometric"),
        lambda: overlap.test("within-document"),
        lambda: overlap.test("fixed-margins"),
        lambda: overlap.odds_ratios(),
    ):
        with pytest.raises(
            StatisticsError, match="overlapping, contained and neighbouring units have no test"
        ):
            call()
    for null in ("density", "rotation", "within-document", "fixed-margins-within-document"):
        with pytest.raises(StatisticsError, match="a document is one unit"):
            document.test(null)  # type: ignore[arg-type]
    assert document.test("fixed-margins", n_resamples=20, random_state=1).n_resamples == 20
    met = project.cooccurrence("line")
    with pytest.raises(StatisticsError, match="Did you mean 'within-document'"):
        met.test("within-documents")  # type: ignore[arg-type]
    with pytest.raises(StatisticsError, match="alternative must be one of"):
        met.test(alternative="more")  # type: ignore[arg-type]
    with pytest.raises(NotFoundError, match="nothing was counted for 'z'"):
        met.test(pairs=[("a", "z")])


@pytest.mark.parametrize("within", ["line", "segment", "overlap", "document", "case"])
def test_nothing_coded_gives_empty_results(within: Any) -> None:
    project = coded_project({"d": ["", ""], "e": [""]})
    met = project.cooccurrence(**place(within))
    assert met.to_frame(measures="all").empty
    assert met.association().jaccard.shape == (0, 0)
    assert met.network(random_state=1).to_frame().empty
    if within in ("line", "segment"):
        assert met.test("within-document", random_state=1).to_frame().empty
        assert met.test("fixed-margins", n_resamples=2, random_state=1).to_frame().empty
        assert met.odds_ratios().to_frame().empty


# Coefficients and intervals


def test_all_coefficients_are_those_of_the_counts(project: qc.Project) -> None:
    met = project.cooccurrence("line")
    own = np.diagonal(met.counts)
    table = association(met.counts, own[:, None], own, met.n_units)
    whole = met.association()
    frame = met.to_frame(measures="all", min_count=0)
    assert frame.columns.tolist()[6:] == [*COEFFICIENTS, "reason"]
    for name in COEFFICIENTS:
        assert np.array_equal(whole.value(name), table.value(name), equal_nan=True)
        assert np.array_equal(met.matrix(name).to_numpy(), table.value(name), equal_nan=True)
        at = [met.at(id) for id in frame["a"]], [met.at(id) for id in frame["b"]]
        assert np.array_equal(frame[name], table.value(name)[at], equal_nan=True)
    with pytest.raises(NotFoundError, match="Did you mean 'jaccard'"):
        met.matrix("jacard")


def test_a_coefficient_without_a_value_has_a_reason() -> None:
    project = coded_project({"x": ["ab", "a"], "y": ["abc", "a"]})
    frame = project.cooccurrence("document").to_frame(measures=("npmi", "phi"))
    every, some = row(frame, "a", "b"), row(frame, "a", "c")
    assert every["reason"] == (
        "npmi: both codes are on every unit; phi: one of the codes is on every unit"
    )
    assert some["reason"] == "phi: one of the codes is on every unit"
    assert some["npmi"] == 0.0
    assert set(project.cooccurrence("line").to_frame()["reason"]) == {""}


@pytest.mark.parametrize("method", ["exact", "haldane"])
def test_odds_ratios_are_those_of_the_counts(project: qc.Project, method: Any) -> None:
    met = project.cooccurrence("line")
    found = met.odds_ratios(method, min_count=1)
    frame = found.to_frame()
    assert list(frame) == ["a", "b", "both", "odds_ratio", "low", "high", "reason", "note"]
    for here in frame.to_dict("records"):
        own = (met.both(here[end], here[end]) for end in ("a", "b"))
        plain = odds_ratio_interval(here["both"], *own, met.n_units, method=method)
        assert (here["odds_ratio"], here["low"], here["high"]) == pytest.approx(
            (float(plain.value), float(plain.low), float(plain.high))
        )
        assert here["note"].startswith("" if here["reason"] else "units of one document are taken")
    whole = project.cooccurrence("document").odds_ratios(method).to_frame()
    assert set(whole["note"]) <= {""}, "documents are independent of each other"


def test_intervals_say_for_which_pairs_documents_are_too_few() -> None:
    codebook = qc.Codebook("b", codes=map(qc.Code, ("common", "other", "rare")))
    project = qc.Project.new("S", codebook=codebook)
    for number in range(20):
        id = f"d{number}"
        project.add_document("x\n" * 40, id=id)
        for code, lines in (
            ("common", range(0, 10 + number % 3)),
            ("other", range(8, 20 + number % 4)),
            ("rare", [0, 30] if number % 4 == 0 else []),
        ):
            for line in lines:
                project.assign((id, 2 * line, 2 * line + 1), code, coder="ana")
    met = project.cooccurrence("line")
    found = {(row["a"], row["b"]): row for row in met.intervals().to_frame().to_dict("records")}
    assert found["common", "other"]["note"] == ""
    assert found["common", "rare"]["reason"] == ""
    assert "a code on 1.2% of the units" in found["common", "rare"]["note"]
    drawn = met.intervals(method="bootstrap", random_state=1, n_resamples=50).to_frame()
    assert drawn["note"].iloc[0].startswith("percentiles cover too seldom")
    few = project.restricted(documents=list(project.documents)[:9]).cooccurrence("line").intervals()
    assert few.note[list(zip(few.a, few.b, strict=True)).index(("common", "other"))].startswith(
        "9 documents are few"
    )


@pytest.mark.parametrize(
    "options",
    [
        {"unit": "line"},
        {"unit": "segment"},
        {"meeting": "overlap"},
        {"meeting": "overlap", "gap": 3},
        {"meeting": "overlap", "min_overlap": 0.5},
        {"meeting": "contained"},
        {"unit": "line", "gap": 0},
        {"unit": "document"},
        {"unit": "line", "same_coder": True},
        {"meeting": "overlap", "same_coder": True},
        {"unit": "line", "gap": 1, "same_coder": True},
        {"unit": "line", "level": "theme", "rollup": "r"},
    ],
    ids=str,
)
def test_intervals_leave_out_whole_documents(options: dict[str, Any]) -> None:
    lines = {id: [f"{line}|{line[:1]}" for line in each] for id, each in LINES.items()}
    project = coded_project(lines, themes={"one": "ad", "two": "bc"}, coders=("ana", "ben"))
    met = project.cooccurrence(**options)
    found = met.intervals("dice", min_count=1)
    frame = found.to_frame()
    assert not frame.empty
    without = [
        project.restricted(documents=[id for id in LINES if id != one]).cooccurrence(**options)
        for one in LINES
    ]
    for here in frame.to_dict("records"):
        left = []
        for each in without:
            known = {node.id for node in each.nodes}
            a, b = here["a"], here["b"]
            n_a, n_b = (each.both(id, id) if id in known else 0 for id in (a, b))
            both = each.both(a, b) if {a, b} <= known else 0
            left.append(float(association(both, n_a, n_b, each.n_units).dice))
        assert here["dice"] == pytest.approx(met.matrix("dice").loc[here["a"], here["b"]])
        if here["reason"]:
            assert np.isnan(here["low"])
            continue
        n = len(left)
        error = np.sqrt((n - 1) / n * np.sum((np.array(left) - np.mean(left)) ** 2))
        bounds = jackknife_interval(left, here["dice"], scale="logit")
        assert here["standard_error"] == pytest.approx(error)
        assert (here["low"], here["high"]) == pytest.approx((bounds.low, bounds.high))
    assert found.n_clusters == 4


def test_cases_are_the_clusters_where_they_are_the_units() -> None:
    cases = {"d1": ["p"], "d2": ["p"], "d3": ["q"], "d4": ["r"]}
    project = coded_project(LINES, cases=cases)
    met = project.cooccurrence("case")
    found = met.intervals("jaccard")
    assert (met.n_units, found.n_clusters) == (3, 3)
    with pytest.raises(StatisticsError, match="a case is one unit"):
        met.test("within-document")


def test_an_interval_that_is_undefined_says_why(project: qc.Project) -> None:
    alone = project.restricted(documents="d1").cooccurrence("line").intervals("jaccard")
    assert set(alone.reason) == {"fewer than two clusters: the spread between clusters is unknown"}
    assert np.isnan(alone.low).all()
    for measure in ("g_squared", "x_squared"):
        with pytest.raises(StatisticsError, match="measures how much evidence there is"):
            project.cooccurrence("line").intervals(measure)


def test_a_bootstrap_is_repeated_by_its_seed(project: qc.Project) -> None:
    met = project.cooccurrence("line")
    options: dict[str, Any] = {"method": "bootstrap", "n_resamples": 200, "random_state": 5}
    one, two = met.intervals("phi", **options), met.intervals("phi", **options)
    assert one.to_frame().equals(two.to_frame())
    assert (one.n_resamples, one.seed) == (200, 5)
    known = one.reason == ""
    assert known.any()
    assert ((one.low <= one.value) & (one.value <= one.high))[known].all()


# Networks


def test_a_network_has_backbone_centralities_and_stable_communities() -> None:
    # Two pairs of codes that always go together, in every document; a fifth is on its own.
    each = ["ab", "ab", "cd", "cd", "e"]
    project = coded_project(dict.fromkeys(("x", "y", "z"), each))
    met = project.cooccurrence("line")
    found = met.network(random_state=1, n_resamples=20)
    assert found.communities.groups == (("a", "b"), ("c", "d"), ("e",))
    assert found.communities.agreement.tolist() == [1.0] * 20
    frame = found.to_frame().set_index("id")
    assert frame.loc[["a", "b", "c", "d"], "stability"].tolist() == [1.0] * 4
    assert np.isnan(frame.loc["e", "stability"])
    assert frame.loc["a", ["name", "count", "degree", "strength"]].tolist() == ["a", 6, 1, 6.0]
    assert found.edges()[["a", "b", "count", "weight"]].to_numpy().tolist() == [
        ["a", "b", 6, 6.0], ["c", "d", 6, 6.0]
    ]  # fmt: skip
    # An end with one edge has nothing to compare it with.
    assert found.edges()["p"].tolist() == [1.0, 1.0]
    assert found.backbone.number_of_edges() == 0
    assert found.backbone.number_of_nodes() == 5
    assert frame["reason"].tolist() == [
        "it is alone in its community" if id == "e" else "" for id in frame.index
    ]


def test_the_backbone_is_a_graph_of_the_edges_in_it() -> None:
    # One pair meets far more often than its codes meet any other.
    each = ["ab"] * 20 + ["ac", "ad", "bc", "bd", "cd"]
    found = coded_project({"x": each, "y": each}).cooccurrence("line").network(random_state=1)
    kept = found.edges().query("backbone")
    assert kept[["a", "b"]].to_numpy().tolist() == [["a", "b"]]
    assert list(found.backbone.edges) == [("a", "b")]
    assert found.backbone.edges["a", "b"]["p"] == found.graph.edges["a", "b"]["p"]


@pytest.mark.parametrize("measure", ["count", "jaccard", "npmi"])
@pytest.mark.parametrize("within", ["line", "overlap"])
def test_a_network_is_weighted_by_its_measure(
    project: qc.Project, measure: str, within: Any
) -> None:
    met = project.cooccurrence(**place(within))
    one, two = (met.network(measure, random_state=3, n_resamples=15) for _ in range(2))
    assert one.to_frame().equals(two.to_frame())
    matrix = met.matrix(measure)
    for a, b, weight in one.graph.edges(data="weight"):
        assert weight == pytest.approx(matrix.loc[a, b])
    edges = {frozenset(edge) for edge in one.graph.edges}
    assert edges == {
        frozenset(pair) for pair in combinations(matrix.index, 2) if matrix.loc[pair] > 0
    }
    assert {*one.edges()["backbone"]} <= {True, False}


def test_a_network_without_samples_has_no_stability(project: qc.Project) -> None:
    for found in (
        project.cooccurrence("line").network(n_resamples=0, random_state=1),
        project.restricted(documents="d1").cooccurrence("line").network(random_state=1),
    ):
        assert found.n_resamples == 0
        assert found.to_frame()["stability"].isna().all()
        assert set(found.to_frame()["reason"]) == {"no bootstrap samples were drawn"}
    with pytest.raises(StatisticsError, match="odds ratio can be infinite"):
        project.cooccurrence("line").network("odds_ratio")
    with pytest.raises(StatisticsError, match="an edge has no direction"):
        project.cooccurrence(meeting="contained").network()


def test_near_each_other_by_one_coder_adds_up_over_coders() -> None:
    project = qc.Project.new("p", codebook=qc.Codebook("b", codes=[qc.Code("a"), qc.Code("b")]))
    project.add_document("x" * 100, id="d")
    for start in (0, 5):
        project.assign(("d", start, start + 3), "a", coder="one")
    project.assign(("d", 0, 10), "b", coder="one")
    project.assign(("d", 50, 60), "a", coder="two")
    for start in (50, 55):
        project.assign(("d", start, start + 3), "b", coder="two")
    met = project.cooccurrence(meeting="overlap", coders=["one", "two"], same_coder=True)
    assert [met.both(*pair) for pair in (("a", "a"), ("b", "b"), ("a", "b"))] == [3, 3, 2]
    alone = [project.cooccurrence(meeting="overlap", coders=[coder]) for coder in ("one", "two")]
    assert sum(each.both("a", "b") for each in alone) == 2
