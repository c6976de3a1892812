"""Methods paragraphs: they say what the result says, cite, and their code computes it again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest

import qualcode as qc
from qualcode import errors
from qualcode.report.describing import Description, describe
from qualcode.report.methods import methods
from qualcode.stats import agreement, saturation
from qualcode.stats.conclusions import Agreement, Quantity, Ranking, Share, Together
from qualcode.stats.groups.differences import group_differences
from qualcode.stats.groups.proportions import proportions
from qualcode.stats.order import sequences
from qualcode.stats.pairs import exact_tests, network_measures, nulls, odds
from qualcode.stats.uncertainty.resampling import cluster_bounds

RATINGS = [
    ["a", "a", "b", "b", None, "a", "b", "a", "b"],
    ["a", "b", "b", "b", "a", "a", "b", "b", "a"],
]
CLUSTERS = [0, 0, 0, 1, 1, 1, 2, 2, 2]


@pytest.fixture(scope="module")
def interviews() -> qc.View:
    return qc.load_project("partnership-interviews")


@pytest.fixture(scope="module")
def reviews() -> qc.View:
    return qc.load_project("collaboration-reviews")


def code_of(paragraph: str) -> str:
    return paragraph.rpartition("\n\nCode: ")[2]


def again(code: str, project: qc.View) -> Any:
    """Run the code of a paragraph, as a script would that has the project."""
    names = {
        "project": project, "re": re, "Ranking": Ranking, "Together": Together, "Share": Share,
        "Agreement": Agreement, "Rollup": qc.Rollup, "Theme": qc.Theme,
    }  # fmt: skip
    return eval(code, names)


# What a project counts


def test_a_rollup_says_what_was_counted_on_what(reviews: qc.View) -> None:
    text = methods(reviews.rollup("factors", count="documents"))
    assert text == (
        "For each domain, each theme and each code of the rollup “Factors by domain”, documents were "
        "counted: a document counted once, however often the codes were in it. What counted for a "
        "theme was the union of what counted for its codes, and for a domain the union over its "
        "themes. The material was 36 documents of the project “Collaboration reviews” with 680 "
        "assignments of 133 codes to 454 distinct segments, made by 1 coder (qualcode), with the "
        f"codebook as of revision 1 ({reviews.state.head}; 144 live codes). Counted was the coding by "
        "a person (qualcode) in 36 documents. Of the 36 documents counted in all, 29 belonged to a "
        "domain of the rollup; what rolled up to nothing was counted in a row of its own. Shares were of "
        f"the 36 documents there were. Computed with qualcode {qc.__version__}."
    )


PROJECT_RESULTS: dict[str, Callable[[qc.View], Any]] = {
    "rollup": lambda view: view.rollup("direction", count="characters"),
    "rollup as of": lambda view: view.at(revision=5).rollup(),
    "rollup by tree": lambda view: view.rollup("tree"),
    "rollup of one's own": lambda view: view.rollup(
        qc.Rollup("mine", themes=[qc.Theme("soft", codes=["trust"])])
    ),
    "rollup restricted": lambda view: view.restricted(
        coders=["ana"], documents=["int-01", "int-02"]
    ).rollup(),
    "crosstab": lambda view: view.crosstab("sector", level="theme", count="documents"),
    "evidence": lambda view: view.evidence(of="case"),
    "cooccurrence": lambda view: view.cooccurrence("sentence"),
    "cooccurrence with a gap": lambda view: view.cooccurrence(
        meeting="overlap", gap=10, level="theme", same_coder=True
    ),
    "cooccurrence with a least overlap": lambda view: view.cooccurrence(
        meeting="overlap", min_overlap=20
    ),
    "cooccurrence inside": lambda view: view.cooccurrence(meeting="contained", level="theme"),
    "cooccurrence of neighbours": lambda view: view.cooccurrence("turn", gap=1, same_coder=True),
    "cooccurrence by a pattern": lambda view: view.cooccurrence(re.compile(r"\w+[.!?]")),
    "prevalence": lambda view: view.prevalence(unit="case", level="theme", interval="wilson"),
    "prevalence by": lambda view: view.prevalence(
        unit="sentence", by="sector", interval="bootstrap", n_resamples=20, random_state=3
    ),
    "saturation": lambda view: view.saturation(random_state=1, n_orders=20),
    "saturation by creation": lambda view: view.saturation(
        new_at="creation", random_state=1, n_orders=20, base=5, threshold=0.1
    ),
}


@pytest.mark.parametrize("name", PROJECT_RESULTS)
def test_the_code_of_a_result_of_a_project_computes_it_again(
    name: str, interviews: qc.View
) -> None:
    result = PROJECT_RESULTS[name](interviews)
    repeated = again(code_of(methods(result, code=True)), interviews)
    assert type(repeated) is type(result)
    assert repeated.to_frame().equals(result.to_frame())
    assert methods(repeated, code=True) == methods(result, code=True)
    assert names_numpy(result) == ("random_state=" in code_of(methods(result, code=True)))


def names_numpy(result: object) -> bool:
    return f" and NumPy {np.__version__}." in methods(result)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"unit": "turn"}, "A unit was a turn, which carried"),
        ({"meeting": "overlap"}, "where their segments shared at least one code point;"),
        ({"meeting": "overlap", "gap": 1}, "overlapped or lay at most 1 code point apart;"),
        ({"meeting": "overlap", "min_overlap": 20}, "shared at least 20 code points;"),
        ({"meeting": "overlap", "min_overlap": 0.5}, "shared at least 50 % of the shorter one;"),
        ({"meeting": "contained"}, "that lay inside a segment of the other (or were the same)"),
        ({"unit": "turn", "gap": 2}, "units of a document with at most 2 others between them;"),
    ],
)
def test_where_codes_met_is_said(options: Any, said: str, interviews: qc.View) -> None:
    text = methods(interviews.cooccurrence(**options))
    assert said in text
    assert ("For each ordered pair" in text) == (options.get("meeting") == "contained")


def test_undecided_assignments_and_unknown_values_are_not_passed_over(
    interviews: qc.View, reviews: qc.View
) -> None:
    assert "2 assignments of split codes were not yet given" in methods(
        interviews.rollup(coders=["ana", "consensus"])
    )
    text = methods(reviews.crosstab("evidence_quality"))
    assert "(critically low and high)" in text
    assert "What had no value of evidence_quality was counted in a column of its own." in text


# Agreement


STUDIES: dict[str, Callable[[qc.View], Any]] = {
    "alpha": lambda view: view.study(unit="sentence", coders=["ana", "ben"]).agreement(),
    "kappa of one code": lambda view: view.study(
        unit="turn", coders=["ana", "ben"]
    ).agreement("cohen_kappa", of="trust", interval="bootstrap", n_resamples=50, random_state=4),
    "chosen codes, pooled": lambda view: view.study(
        unit="paragraph", coders=["ana", "ben"], codes=["trust", "power"], uncoded="missing"
    ).agreement("gwet_ac1", of="pooled", clusters=None),
    "themes, with coverage": lambda view: view.at(revision=4).study(
        unit="document", level="theme", coders=["ana", "ben"],
        coverage={"ana": ["int-01", "int-02", "int-03"], "ben": ["int-01", "int-03"]},
    ).agreement(distance="jaccard"),
    "a rollup of one's own": lambda view: view.study(
        unit="turn", level="theme", coders=["ana", "ben"],
        rollup=qc.Rollup("mine", themes=[qc.Theme("soft", codes=["trust"])]),
    ).agreement(),
    "a rollup by attribute": lambda view: view.study(
        unit="turn", level="theme", coders=["ana", "ben"], rollup="direction"
    ).agreement(),
    "characters": lambda view: view.restricted(documents=["int-01", "int-02"]).study(
        unit="character", coders=["ana", "ben"], codes=["trust"]
    ).agreement("percent_agreement", of="trust"),
}  # fmt: skip


@pytest.mark.parametrize("name", STUDIES)
def test_the_code_of_an_agreement_computes_it_again(name: str, interviews: qc.View) -> None:
    result = STUDIES[name](interviews)
    repeated = again(code_of(methods(result, code=True)), interviews)
    assert repeated == result
    assert methods(repeated) == methods(result)
    assert names_numpy(result) == ("random_state=" in code_of(methods(result, code=True)))


def test_an_agreement_says_what_was_compared(interviews: qc.View) -> None:
    result = STUDIES["alpha"](interviews)
    text = methods(result)
    interval = result.interval
    for said in (
        "Agreement between 2 coders (ana and ben) was measured on the 9 documents",
        "the set of codes on a unit, among the 21 codes they had used",
        "A unit was a sentence, which carried every code with a segment that shared a code point",
        "there were 673 units",
        "A coder had covered a document that they had marked as finished.",
        "counted as the decision that nothing applied",
        "δ² being the MASI distance between sets",
        f"It was {result.value:.3f} (observed agreement {result.observed:.3f}",
        f"95 % interval was {interval.low:.3f} to {interval.high:.3f} (delete-one jackknife over 9",
        "doi:10.1080/19312450709336664",
        "Passonneau (2006)",
        "doi:10.1214/aos/1176345462",
    ):
        assert said in text


def test_an_agreement_says_what_else_was_chosen(interviews: qc.View) -> None:
    pooled = methods(STUDIES["chosen codes, pooled"](interviews))
    assert "among" not in pooled
    assert "each of the 2 codes (trust and power) whether it was on a unit" in pooled
    assert "left uncoded counted as missing" in pooled
    assert "pairs of unit and code" in pooled
    assert "No interval was computed." in pooled
    themes = methods(STUDIES["themes, with coverage"](interviews))
    assert "was stated (ana: 3 documents; ben: 2 documents)" in themes
    assert "themes they had used of the rollup domains" in themes
    assert "Jaccard distance" in themes
    kappa = methods(STUDIES["kappa of one code"](interviews))
    assert "percentiles of 50 bootstrap samples of 9 whole documents, seed 4" in kappa


@pytest.mark.parametrize("name", [
    name for name, each in agreement.MEASURES.items()
    if each.function.__module__.endswith("agreement.measures")
])  # fmt: skip
def test_every_measure_of_ratings_has_a_paragraph_and_code(name: str) -> None:
    ratings = RATINGS
    if name == "gwet_ac2":
        # Its weights need an order, which the letters have not.
        ratings = [[{"a": 1, "b": 2}.get(label or "") for label in coder] for coder in RATINGS]
    result = agreement.MEASURES[name].function(ratings, clusters=CLUSTERS)
    text = methods(result, code=True)
    assert agreement.MEASURES[name].title in text
    assert str(agreement.MEASURES[name].reference) in text
    names = {name: agreement.MEASURES[name].function, "ratings": ratings, "clusters": CLUSTERS}
    assert eval(code_of(text), names) == result


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"weights": "linear", "categories": ["a", "b"]}, "with linear weights"),
        ({"weights": [[1, 0.5], [0.5, 1]]}, "a table of weights"),
        ({"weights": None}, "Cohen's κ: "),
        ({"interval": "analytic"}, "published standard error, 8 units taken as independent"),
        (
            {"interval": "unit-bootstrap", "n_resamples": 20, "random_state": 5},
            "percentiles of 20 bootstrap samples of single units, taken as independent, seed 5",
        ),
        (
            {
                "interval": "bootstrap",
                "clusters": CLUSTERS,
                "n_resamples": 20,
                "random_state": None,
            },
            "seed not recorded",
        ),
    ],
)
def test_choices_of_a_measure_are_said(options: dict[str, Any], said: str) -> None:
    if "random_state" in options and options["random_state"] is None:
        options = {**options, "random_state": np.random.default_rng(1)}
    result = agreement.cohen_kappa(RATINGS, **options)
    text = methods(result)
    if result.interval is None and "interval" in options:
        pytest.fail(f"no interval: {result.interval_reason}")
    assert said in text


def test_no_number_has_its_reason_and_no_invented_one() -> None:
    result = agreement.krippendorff_alpha([["a", "a"], ["a", "a"]], clusters=[0, 1])
    text = methods(result)
    assert result.reason is not None
    assert f"It was undefined: {result.reason}." in text
    assert "There was no interval: there is no value." in text
    assert "nan" not in text.lower()


def test_free_segmentation_and_programs_are_described(interviews: qc.View) -> None:
    text = methods(interviews.study(unit="sentence", coders=["ana", "ben"]).unitizing())
    assert "uα was 0.423" in text
    assert "cuα was undefined" in text
    labelled = agreement.unitizing_alpha(
        {"ana": [(0, 4, "x"), (6, 9, "y")], "ben": [(0, 5, "x"), (6, 9, "y")]}, 10
    )
    assert "and their labels" in methods(labelled)
    cut = methods(agreement.boundary_similarity([1, 2], [2, 1], max_move=1), code=True)
    assert "at 2 places where there could have been a boundary" in cut
    assert "no boundary counting as moved" in cut
    assert cut.endswith("Code: boundary_similarity(a, b, max_move=1)")
    nvivo = agreement.nvivo_kappa([(0, 4)], [(0, 5)], 10)
    assert "NVivo help" in methods(nvivo, code=True)
    assert methods(nvivo, code=True).endswith("Code: nvivo_kappa(a, b, 10)")


# Sensitivity


CONCLUSIONS: dict[str, Callable[[qc.View], Any]] = {
    "ranking": lambda view: view.sensitivity(
        Ranking("domains", level="domain", top=2), leave_out="sector"
    ),
    "together": lambda view: view.sensitivity(
        Together("trust", "communication", unit="sentence", at_least=1),
        units=["paragraph", re.compile(r"\w+[.!?]")],
    ),
    "together by a pattern": lambda view: view.sensitivity(
        Together("trust", "communication", unit=re.compile(r"[^.!?]+")),
        each_coder=False,
        units=[],
    ),
    "agreement": lambda view: view.sensitivity(
        Agreement(unit="turn", coders=("ana", "ben"), of="trust", at_least=0.6)
    ),
    "share": lambda view: view.sensitivity(Share("trust", at_most=0.5), counts=["segments"]),
}


@pytest.mark.parametrize("name", CONCLUSIONS)
def test_the_code_of_a_sensitivity_computes_it_again(name: str, interviews: qc.View) -> None:
    result = CONCLUSIONS[name](interviews)
    repeated = again(code_of(methods(result, code=True)), interviews)
    assert repeated.to_frame().equals(result.to_frame())
    assert methods(repeated) == methods(result)


def test_a_sensitivity_says_where_the_conclusion_held(reviews: qc.View) -> None:
    ranking = Ranking("factors", level="domain", count="documents")
    text = methods(reviews.sensitivity(ranking, leave_out="evidence_quality"))
    for said in (
        "the order of the 3 most frequent domains of factors, by documents",
        "(critically low: 2 documents; high: 1 document; (not known): 33 documents)",
        "It held in 4 of 7 settings where that could be told, and did not hold in: by assignments; "
        "by coders; without evidence_quality: (not known).",
        "It was undefined in: by cases (there are no cases).",
        "went from 0.667 (without evidence_quality: (not known)) to 1.000",
        "doi:10.1093/biomet/33.3.239",
    ):
        assert said in text


def test_a_number_without_a_bound_only_moves(interviews: qc.View) -> None:
    text = methods(interviews.sensitivity(lambda view: len(view.assignments)), code=True)
    assert "No bound was stated within which it would hold." in text
    assert "from 281 (consensus alone) to 395 (ana alone), 396 as stated" in text
    assert text.endswith("sensitivity(…)")

    def codings(view: qc.View) -> int:
        return len(view.assignments)

    named = interviews.sensitivity(Quantity(codings, at_most=2000))
    assert methods(named, code=True).endswith("sensitivity(codings)")
    assert "It held in all 3 settings." in methods(named)


# Results on tables


def test_results_on_tables_say_what_they_rest_on() -> None:
    counts = np.array([[[4, 2, 0], [2, 3, 1], [0, 1, 2]]] * 4)
    unit, code = np.repeat(np.arange(6), 2), np.array([0, 1, 0, 1, 0, 2, 1, 2, 0, 1, 0, 2])
    documents = [{"a", "b"}, {"a"}, {"a", "c"}, {"b"}]
    shares = proportions(
        [[3, 0], [1, 2], [4, 0]], [5, 5, 8], interval="bootstrap", n_resamples=20, random_state=2
    )
    # The result, and what its paragraph has to say.
    found: list[tuple[object, tuple[str, ...]]] = [
        (shares, ("share of 18 units", "20 bootstrap samples of 3 whole documents, seed 2")),
        (exact_tests.hypergeometric_test([3, 0], 4, [4, 0], 8),
         ("1 of 2 pairs of codes", "Veech (2013)", "one of the codes is on no unit")),
        (odds.odds_ratio_interval(3, 4, 4, 8), ("exact interval", "1 pair of codes")),
        (odds.odds_ratio_interval(3, 4, 4, 8, method="haldane"), ("Haldane (1956)",)),
        (exact_tests.stratified_hypergeometric([3, 6], [3, 6], [6, 8], [12, 12]),
         ("9 units carried both codes", "Agresti (1992)")),
        (exact_tests.stratified_hypergeometric([0], [0], [1], [4]), ("there was no p-value",)),
        (nulls.within_document_null(unit, code, 3, document=[0] * 3 + [1] * 3, random_state=1),
         ("on as many other units of each document", "seed 1", "Phipson", "and NumPy ")),
        (nulls.fixed_margin_null(unit, code, 3, n_resamples=19, random_state=7),
         ("(curveball, 10 trades of each code", "so that each code and each unit kept its total",
          "19 randomisations", "seed 7", "doi:10.1038/ncomms5114")),
        (nulls.fixed_margin_null(unit, code, 3, document=[0] * 3 + [1] * 3, n_resamples=19,
                                 n_trades=7, random_state=7),
         ("(curveball, 7 trades of each code", "so that each code, in each document, and each")),
        (group_differences(np.divide, [[[9], [8], [1], [2]], [[10]] * 4], list("aabb")),
         ("a, 2 documents and b, 2 documents", "all 6 ways")),
        (group_differences(
            np.divide, [[[9], [8], [1], [2]], [[10]] * 4], list("aabb"), n_resamples=5,
            random_state=9,
        ), ("5 random regroupings of whole documents (seed 9;",)),
        (network_measures.communities(network_measures.network(counts[0], "abc"), random_state=1),
         ("Louvain", "resolution 1, seed 1")),
        (network_measures.community_stability(counts, "abc", n_resamples=5, random_state=1),
         ("5 bootstrap samples of whole documents", "Hubert and Arabie")),
        (network_measures.communities(network_measures.network(np.eye(2, dtype=int), "ab")), ("no edges",)),
        (sequences.lag_sequential([[3, 1], [2, 4]]), ("10 transitions between 2 codes at lag 1",)),
        (saturation.accumulation(documents, n_orders=20, random_state=3),
         ("20 random orders", "seed 3")),
        (saturation.accumulation([]), ("no accumulation curve: there are no documents",)),
        (saturation.guest_saturation([20, 9, 5, 3, 4, 3, 1, 0]), ("(6+2)", "1 new code")),
        (saturation.guest_saturation([2, 2]), ("It was not reached",)),
        (saturation.chao2(documents), ("by Chao2 in its classic form as", "Chao (1987)")),
        (saturation.jackknife_1(documents), ("by first-order jackknife as 3.8",)),
        (saturation.jackknife_2(documents), ("no interval", "Smith and van Belle")),
        (saturation.chao2([]), ("as undefined (there are no documents)",)),
        (saturation.coverage(documents), ("cover 90 %",)),
        (saturation.ice(documents), ("by ICE as", "Lee and Chao (1994)")),
        (saturation.ace([1, 1, 2, 9]), ("4 codes had been found, the number", "by ACE as")),
        (saturation.good_turing([1, 1, 2, 6]), ("cover 80 % of all that is said", "Esty (1983)")),
        (saturation.documents_needed(documents, n_resamples=9, random_state=2),
         ("after so many more documents", "seed 2", "Chao, Colwell, Lin and Gotelli (2009)")),
        (saturation.documents_needed([]), ("was undefined: there are no documents",)),
        (saturation.coverage([{"a"}]), ("was undefined",)),
    ]  # fmt: skip
    for result, said in found:
        text = methods(result, code=True)
        for each in said:
            assert each in text, (type(result).__name__, each, text)
        assert "nan" not in re.findall(r"\b\w+\b", text)
        assert "Code: " in text


def test_seeds_and_samples_are_with_the_interval() -> None:
    carrying, units = [[3], [1], [4], [2]], [[5], [5], [8], [4]]
    bounds = cluster_bounds(
        np.divide, [carrying, units], method="bootstrap", n_resamples=50, random_state=6
    )
    assert (bounds.n_resamples, bounds.seed) == (50, 6)
    assert (cluster_bounds(np.divide, [carrying, units]).seed) is None


# What there is no paragraph for


@attrs.frozen
class Tally:
    """A result that somebody else made."""

    count: int


def test_what_has_no_paragraph_can_be_given_one() -> None:
    with pytest.raises(errors.StatisticsError, match=r"no methods paragraph for a Tally; .*Rollup"):
        methods(Tally(3))

    describe.register(
        Tally, lambda tally: Description([f"{tally.count} were counted."], ["Somebody (2020)"])
    )
    assert methods(Tally(3), code=True) == (
        f"3 were counted. Computed with qualcode {qc.__version__}.\n\nReference: Somebody (2020)."
    )
