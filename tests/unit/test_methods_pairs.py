"""Methods paragraphs of tests, intervals, networks, sequences, stanzas and group comparisons."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import metadata
from typing import Any

import numpy as np
import pytest

import qualcode as qc
from qualcode.report.methods import methods
from qualcode.stats.coefficients import COEFFICIENTS
from qualcode.stats.pairs.pair_intervals import counts_intervals

Asked = Callable[[qc.View], Any]


@pytest.fixture(scope="module")
def everything() -> qc.View:
    return qc.load_project("partnership-interviews")


@pytest.fixture(scope="module")
def interviews(everything: qc.View) -> qc.View:
    return everything.restricted(coders=["ana", "ben"])


def sentences(result: object) -> str:
    """Return the paragraph alone, without references and code."""
    return methods(result).partition("\n\n")[0]


def code_of(result: object) -> str:
    return methods(result, code=True).rpartition("\n\nCode: ")[2]


NAMED = [("trust", "communication"), ("power", "trust")]
ASKED: dict[str, Asked] = {
    "test": lambda view: view.cooccurrence("turn").test(random_state=1),
    "test, exact": lambda view: view.cooccurrence("turn").test("hypergeometric"),
    "test of named pairs": lambda view: view.cooccurrence("turn").test(
        "hypergeometric", pairs=NAMED, alternative="greater", fdr="by"
    ),
    "test, fixed margins": lambda view: view.cooccurrence("segment", level="theme").test(
        "fixed-margins", n_resamples=30, random_state=2, alternative="less"
    ),
    "test, fixed margins within documents": lambda view: view.cooccurrence(
        "paragraph", level="domain", same_coder=True
    ).test("fixed-margins-within-document", n_resamples=30, random_state=3),
    "intervals": lambda view: view.cooccurrence("turn").intervals(),
    "intervals, bootstrap": lambda view: view.cooccurrence("turn").intervals(
        "lift", method="bootstrap", min_count=3, confidence=0.9, n_resamples=40, random_state=5
    ),
    "intervals of named pairs": lambda view: view.cooccurrence("turn").intervals(
        "phi", pairs=NAMED, confidence=0.5
    ),
    "intervals of all pairs": lambda view: view.cooccurrence(meeting="overlap", gap=3).intervals(
        "dice", min_count=0
    ),
    "intervals of segments inside others": lambda view: view.cooccurrence(meeting="contained").intervals(),
    "intervals of named pairs inside others": lambda view: view.cooccurrence(
        meeting="contained", level="theme"
    ).intervals("inclusion", pairs=[("ties", "steering"), ("steering", "ties")]),
    "intervals of neighbours": lambda view: view.cooccurrence("sentence", gap=1).intervals(
        min_count=3
    ),
    "intervals by case": lambda view: view.cooccurrence("case", level="theme").intervals(),
    "odds ratios": lambda view: view.cooccurrence("document", level="domain").odds_ratios(),
    "odds ratios, quick": lambda view: view.cooccurrence("turn").odds_ratios(
        "haldane", min_count=5, confidence=0.8
    ),
    "network": lambda view: view.cooccurrence("turn").network(n_resamples=10, random_state=1),
    "network of themes": lambda view: view.cooccurrence(meeting="overlap", gap=5, level="theme").network(
        "phi", min_count=2, alpha=0.5, resolution=1.5, n_resamples=0, random_state=2
    ),
    "sequences": lambda view: view.sequences(),
    "sequences of themes": lambda view: view.sequences(
        unit="sentence", lag=2, level="theme", uncoded="skip"
    ),
    "sequences within a range": lambda view: view.sequences(lag=(1, 3)),
    "intervals of sequences within a range": lambda view: view.sequences(lag=(2, 3)).intervals(),
    "sequences by a pattern": lambda view: view.sequences(unit=re.compile(r"[^.!?]+")),
    "intervals of sequences": lambda view: view.sequences().intervals(min_count=2),
    "intervals of all sequences": lambda view: view.sequences(level="domain").intervals(
        "phi", method="bootstrap", min_count=0, n_resamples=40, random_state=6
    ),
    "stanzas": lambda view: view.stanzas(),
    "stanzas by speaker": lambda view: view.stanzas(window=2, by="speaker"),
    "stanzas by variable": lambda view: view.stanzas(level="theme", by="sector"),
    "epistemic": lambda view: view.epistemic_networks(level="theme"),
    "epistemic by wave": lambda view: view.epistemic_networks(
        by="wave", level="theme", window=2, n_resamples=50, random_state=3
    ),
    "epistemic within clusters": lambda view: view.epistemic_networks(
        by="speaker", contrast=("MO HADDAD", "INGRID VOSS"), rotation="svd",
        window="conversation", n_axes=1, n_resamples=20, random_state=3,
    ),
    "groups": lambda view: view.group_differences(by="sector", n_resamples=50, random_state=3),
    "groups, all regroupings": lambda view: view.restricted(
        documents=["int-01", "int-02", "int-03", "int-04"]
    ).group_differences(by="site", level="theme", unit="turn"),
    "groups of pairs": lambda view: view.group_differences(
        "cooccurrence", by="role", unit="sentence", level="theme", measure="phi", same_coder=True,
        min_count=3, n_resamples=50, random_state=4,
    ),
    "groups of overlaps": lambda view: view.group_differences(
        "cooccurrence", by="role", meeting="overlap", gap=4, min_count=8, n_resamples=20, random_state=4
    ),
    "groups of least overlaps": lambda view: view.group_differences(
        "cooccurrence", by="role", meeting="overlap", min_overlap=0.5, min_count=8, n_resamples=20,
        random_state=4,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_the_code_computes_it_again(name: str, everything: qc.View, interviews: qc.View) -> None:
    result = ASKED[name](interviews)
    repeated = eval(code_of(result), {"project": everything, "re": re})
    assert repeated.to_frame().equals(result.to_frame())
    assert methods(repeated, code=True) == methods(result, code=True)


@pytest.mark.parametrize("name", ASKED)
def test_the_material_the_version_and_complete_references_are_there(
    name: str, interviews: qc.View
) -> None:
    result = ASKED[name](interviews)
    text = methods(result)
    state = interviews.state
    documents = 4 if "all regroupings" in name else len(state.documents)
    for said in (
        f"The material was {documents} documents of the project “Partnership interviews”",
        "2 coders (ana and ben)",
        f"as of revision {len(state.history)} ({state.head};",
        f"Computed with qualcode {qc.__version__}",
    ):
        assert said in text
    drawn, network = "random_state=" in code_of(result), "network" in name
    assert (f" NumPy {np.__version__}" in text) == drawn
    assert (f" and networkx {metadata.version('networkx')}." in text) == network
    if "reference" in text.lower():
        cited = text.rpartition("\n\n")[2].removeprefix("References: ").removeprefix("Reference: ")
        for reference in cited.removesuffix(".").split("; "):
            # Authors (year), title …, and where it has one a DOI or an address.
            assert re.match(r"[\w\s,.ñá-]+ \((18|19|20)\d\d\), \w.{15,}", reference), reference
    assert not {"nan", "NaN", "None"} & set(re.findall(r"\w+", text))
    assert not re.search(r"\b1 \w+s\b(?! between)", text.partition("\n\n")[0]), text


CHOICES: dict[str, tuple[Asked, dict[str, tuple[Asked, str]]]] = {
    "test": (
        lambda view: view.cooccurrence("turn", level="theme").test("rotation", random_state=1),
        {
            "density": (
                lambda view: view.cooccurrence("turn", level="theme").test(
                    n_resamples=50, random_state=1
                ),
                "in which stretches, and how densely it was coded",
            ),
            "null": (
                lambda view: view.cooccurrence("turn", level="theme").test(
                    "fixed-margins-within-document", n_resamples=50, random_state=1
                ),
                "on how many units of each document each theme was and how many themes each unit "
                "carried",
            ),
            "margins": (
                lambda view: view.cooccurrence("turn", level="theme").test(
                    "fixed-margins", n_resamples=50, random_state=1
                ),
                "keeping on how many units each theme was and how many themes each unit carried, "
                "the rest being random in 50 randomisations ("
                "curveball, 10 trades of each theme between one table and the next; seed 1)",
            ),
            "exact": (
                lambda view: view.cooccurrence("turn", level="theme").test("hypergeometric"),
                "keeping on how many units each theme was. This is Fisher's exact test",
            ),
            "seed": (
                lambda view: view.cooccurrence("turn", level="theme").test("rotation", random_state=2),
                " randomisations (seed 2). One-sided",
            ),
            "generator": (
                lambda view: view.cooccurrence("turn", level="theme").test(
                    "rotation", random_state=np.random.default_rng(1)
                ),
                " randomisations (seed not recorded). One-sided",
            ),
            "resamples": (
                lambda view: view.cooccurrence("turn", level="theme").test(
                    "fixed-margins", n_resamples=51, random_state=1
                ),
                "51 randomisations ("
                "curveball, 10 trades of each theme between one table and the next; seed 1)",
            ),
            "alternative": (
                lambda view: view.cooccurrence("turn", level="theme").test(
                    alternative="less", random_state=1
                ),
                "met less often than chance would have it",
            ),
            "correction": (
                lambda view: view.cooccurrence("turn", level="theme").test(fdr="by", random_state=1),
                "false discovery rates (Benjamini–Yekutieli) over the",
            ),
            "unit": (
                lambda view: view.cooccurrence("sentence", level="theme").test(random_state=1),
                "A unit was a sentence",
            ),
            "coders": (
                lambda view: view.cooccurrence("turn", level="theme", same_coder=True).test(
                    random_state=1
                ),
                "units of each coder's reading of a document",
            ),
            "revision": (
                lambda view: view.at(revision=4).cooccurrence("turn", level="theme").test(
                    random_state=1
                ),
                "as of revision 4",
            ),
        },
    ),
    "intervals": (
        lambda view: view.cooccurrence("turn").intervals(),
        {
            "measure": (
                lambda view: view.cooccurrence("turn").intervals("dice"),
                f"Dice = {COEFFICIENTS['dice'].formula} was computed",
            ),
            "method": (
                lambda view: view.cooccurrence("turn").intervals(
                    method="bootstrap", n_resamples=40, random_state=8
                ),
                "percentiles of 40 bootstrap samples of 12 whole documents, seed 8",
            ),
            "confidence": (
                lambda view: view.cooccurrence("turn").intervals(confidence=0.9),
                "90 % intervals took whole documents",
            ),
            "threshold": (
                lambda view: view.cooccurrence("turn").intervals(min_count=4),
                "pairs of codes that met at least 4 times",
            ),
            "twice": (
                lambda view: view.cooccurrence("turn").intervals(min_count=2),
                "pairs of codes that met at least twice",
            ),
            "pairs": (
                lambda view: view.cooccurrence("turn").intervals(pairs=NAMED[:1]),
                "1 pair of codes that had been named (trust–communication)",
            ),
            "cases": (
                lambda view: view.cooccurrence("case").intervals(),
                "took whole cases as the units of sampling (delete-one jackknife over 15 cases",
            ),
        },
    ),
    "network": (
        lambda view: view.cooccurrence("turn").network(n_resamples=5, random_state=1),
        {
            "measure": (
                lambda view: view.cooccurrence("turn").network(
                    "npmi", n_resamples=5, random_state=1
                ),
                "weighed Normalised pointwise mutual information = log₂ lift / −log₂(a/n), where that "
                "was above 0",
            ),
            "threshold": (
                lambda view: view.cooccurrence("turn").network(
                    min_count=3, n_resamples=5, random_state=1
                ),
                "joined two codes that met at least 3 times",
            ),
            "alpha": (
                lambda view: view.cooccurrence("turn").network(
                    alpha=0.2, n_resamples=5, random_state=1
                ),
                "with a probability below 0.2 had one of their ends",
            ),
            "resolution": (
                lambda view: view.cooccurrence("turn").network(
                    resolution=1.4, n_resamples=5, random_state=1
                ),
                "(resolution 1.4, seed 1)",
            ),
            "samples": (
                lambda view: view.cooccurrence("turn").network(n_resamples=6, random_state=1),
                "sought again in 6 bootstrap samples of whole documents",
            ),
            "no samples": (
                lambda view: view.cooccurrence("turn").network(n_resamples=0, random_state=1),
                "They were not sought again in samples of the documents.",
            ),
        },
    ),
    "sequences": (
        lambda view: view.sequences(),
        {
            "lag": (lambda view: view.sequences(lag=3), "a unit and the one 3 units after it"),
            "lags": (
                lambda view: view.sequences(lag=(1, 3)),
                "a unit and those from 1 to 3 units after it, as far as there were any in the same",
            ),
            "uncoded": (
                lambda view: view.sequences(uncoded="skip"),
                "Units that carried none of the codes were passed over.",
            ),
            "unit": (lambda view: view.sequences(unit="sentence"), "A unit was a sentence"),
            "level": (
                lambda view: view.sequences(level="domain"),
                "each of 5 domains of the rollup “Themes by domain”",
            ),
        },
    ),
    "stanzas": (
        lambda view: view.stanzas(),
        {
            "window": (lambda view: view.stanzas(window=2), "a window of 2 units"),
            "unit": (lambda view: view.stanzas(unit="line"), "A unit was a line"),
            "speaker": (
                lambda view: view.stanzas(by="speaker"),
                "A connection counted for the speaker of the unit that ends the window (COLM FAIRLEY: "
                "14 units;",
            ),
            "variable": (
                lambda view: view.stanzas(by="sector"),
                "for each value of the variable sector (health: 85 units;",
            ),
        },
    ),
    "groups": (
        lambda view: view.group_differences(by="sector", n_resamples=20, random_state=1),
        {
            "variable": (
                lambda view: view.group_differences(by="site", n_resamples=20, random_state=1),
                "values of the variable site (east: 4 documents; north: 4 documents;",
            ),
            "unit": (
                lambda view: view.group_differences(
                    by="sector", unit="turn", n_resamples=20, random_state=1
                ),
                "A unit was a turn",
            ),
            "resamples": (
                lambda view: view.group_differences(by="sector", n_resamples=21, random_state=1),
                "21 random regroupings of whole documents (seed 1;",
            ),
            "seed": (
                lambda view: view.group_differences(by="sector", n_resamples=20, random_state=2),
                "20 random regroupings of whole documents (seed 2;",
            ),
            "statistic": (
                lambda view: view.group_differences(
                    "cooccurrence", by="sector", unit="turn", min_count=8, n_resamples=20,
                    random_state=1,
                ),
                "Whether Jaccard = a / (a + b + c) differed",
            ),
            "threshold": (
                lambda view: view.group_differences(
                    "cooccurrence", by="sector", unit="turn", min_count=9, n_resamples=20,
                    random_state=1,
                ),
                "pairs of codes that met at least 9 times.",
            ),
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "choice"), [(kind, choice) for kind, each in CHOICES.items() for choice in each[1]]
)
def test_another_choice_makes_another_paragraph(
    kind: str, choice: str, interviews: qc.View
) -> None:
    base, others = CHOICES[kind]
    asked, said = others[choice]
    before, after = sentences(base(interviews)), sentences(asked(interviews))
    assert said in after, after
    assert said not in before


def test_a_seed_that_nobody_gave_is_drawn_and_said(interviews: qc.View) -> None:
    asked = interviews.cooccurrence("turn", level="theme")
    found = asked.test("rotation")
    assert found.seed is not None
    assert f" randomisations (seed {found.seed}). One-sided" in sentences(found)
    assert f"random_state={found.seed}" in code_of(found)
    again = asked.test("rotation", random_state=found.seed)
    assert found.to_frame().equals(again.to_frame())


# The numbers are those of the result


def test_a_test_says_how_many_pairs_and_how_exactly(interviews: qc.View) -> None:
    result = ASKED["test"](interviews)
    text = methods(result)
    count = len(result.of.nodes)
    assert f"all {count * (count - 1) // 2} pairs of {count} codes" in text
    assert f"In all, there were {result.of.n_units} units." in text
    assert f"over the {result.n_tested} pairs tested" in text
    worst = max(result.mc_error[~(result.mc_error != result.mc_error)])
    assert f"Their Monte Carlo standard error was {worst:.4f} at the most." in text
    for caveat in result.caveats:
        assert caveat in text
    left = len(result.a) - result.n_tested
    assert f"For {left} there was no test: {next(filter(None, result.reason))}." in text
    assert "doi:10.2202/1544-6115.1585" in text
    assert "doi:10.1111/j.2517-6161.1995.tb02031.x" in text
    exact = methods(ASKED["test of named pairs"](interviews))
    assert (
        "tested for 2 pairs of codes that had been named (trust–communication and power–trust)"
        in exact
    )
    assert (
        "One-sided p-values were adjusted to false discovery rates (Benjamini–Yekutieli)" in exact
    )
    assert "doi:10.1111/j.1466-8238.2012.00789.x" in exact
    assert "doi:10.1214/aos/1013699998" in exact
    assert "seed" not in exact
    assert "randomisation" not in exact
    curveball = methods(ASKED["test, fixed margins"](interviews))
    assert (
        "30 randomisations (curveball, 10 trades of each theme between one table and the next; seed 2)"
        in curveball
    )
    assert "doi:10.1038/ncomms5114" in curveball
    assert "doi:10.1093/biomet/76.4.633" in curveball


def test_an_interval_says_of_what_and_how(interviews: qc.View) -> None:
    result = ASKED["intervals, bootstrap"](interviews)
    text = methods(result)
    for said in (
        f"Lift = {COEFFICIENTS['lift'].formula}",
        f"for the {len(result.a)} pairs of codes that met at least 3 times",
        "90 % intervals",
        "percentiles of 40 bootstrap samples of 12 whole documents, seed 5), cut off at 0.",
        "doi:10.1145/253260.253327",
        "doi:10.1017/CBO9780511802843",
    ):
        assert said in text
    ratios = methods(ASKED["odds ratios"](interviews))
    assert "by conditional maximum likelihood with the exact interval" in ratios
    assert "95 % intervals took units as independent." in ratios
    assert "Cornfield (1956)" in ratios
    quick = methods(ASKED["odds ratios, quick"](interviews))
    assert "with half a unit added to each cell" in quick
    assert "doi:10.1093/biomet/43.3-4.461" in quick
    ordered = methods(ASKED["intervals of sequences"](interviews))
    assert "ordered pairs of codes that came one after the other at least twice" in ordered
    assert "A transition was a unit and the unit after it in the same document" in ordered
    every = methods(ASKED["intervals of all sequences"](interviews))
    assert "for all 25 ordered pairs of 5 domains of the rollup" in every


def test_intervals_of_somebodys_own_counts_have_a_paragraph(interviews: qc.View) -> None:
    met = interviews.cooccurrence("turn")
    first, second = met.pairs(NAMED)
    found = counts_intervals(
        "something of my own", {"a": ["trust"], "b": ["communication"], "both": [3]},
        met.places.cluster_counts(first[:1], second[:1]), "jaccard",
        method="jackknife", confidence=0.95, n_resamples=1, random_state=None,
    )  # fmt: skip
    text = methods(found, code=True)
    assert "1 pair of codes that had been named (trust–communication)" in text
    assert "delete-one jackknife over 12 documents" in text
    assert "Code:" not in text


def test_a_network_says_what_it_is_made_of(interviews: qc.View) -> None:
    result = ASKED["network"](interviews)
    text = methods(result)
    edges = result.edges()
    found = result.communities
    for said in (
        f"A network was made of {len(result.of.nodes)} codes.",
        f"there were {len(edges)} edges",
        f"(disparity filter): {int(edges['backbone'].sum())} of them",
        f"{len(found.groups)} communities, modularity {found.modularity:.3f}",
        f"the adjusted Rand index with them was {found.agreement.mean():.3f} on average",
        "doi:10.1073/pnas.0808904106",
        "doi:10.1016/j.socnet.2010.03.006",
        "doi:10.1088/1742-5468/2008/10/P10008",
        "doi:10.1007/BF01908075",
    ):
        assert said in text
    assert "doi:10.1007/BF01908075" not in methods(ASKED["network of themes"](interviews))
    one = interviews.restricted(documents=["int-01"]).cooccurrence("turn").network(random_state=1)
    assert "They were not sought again in samples of the documents." in methods(one)


def test_sequences_say_what_a_transition_is(interviews: qc.View) -> None:
    result = ASKED["sequences"](interviews)
    text = methods(result)
    assert f"there were {result.n_transitions} transitions" in text
    assert f"How often each of {len(result.nodes)} codes came after each" in text
    assert f"The order as a whole was not tested: {result.overall_reason}." in text
    for doi in ("10.1037/0033-2909.91.2.393", "10.2307/2529686", "10.1098/rsta.1900.0019"):
        assert f"doi:{doi}" in text
    project = qc.Project.new("Single", codebook=qc.Codebook("b", codes=map(qc.Code, "ab")))
    project.add_document("A b. A b. A a. B b.", id="d")
    for start, code in ((0, "a"), (5, "b"), (10, "a"), (15, "b")):
        project.assign(("d", start, start + 2), code, coder="ana")
    whole = project.sequences(unit="sentence")
    assert whole.overall is not None
    said = methods(whole)
    assert f"The order as a whole: likelihood ratio {whole.overall.lr_chi2:.3f} on" in said
    assert "1 document of the project “Single”" in said
    assert "made by 1 coder (ana)" in said
    assert "there was 1 transition" in methods(project.sequences(unit="sentence", lag=3))
    nothing = methods(project.restricted(origin="suggestion").sequences(unit="sentence"))
    assert "made by 0 coders, with the codebook" in nothing


def test_stanzas_say_whose_connections(interviews: qc.View) -> None:
    result = ASKED["stanzas"](interviews)
    text = methods(result)
    assert (
        f"Connections of {len(result.nodes)} codes were counted within a window of 4 units" in text
    )
    assert f"In all, there were {result.n_units[0]} units." in text
    assert "doi:10.18608/jla.2017.43.7" in text
    assert "doi:10.18608/jla.2016.33.3" in text


def test_a_comparison_says_what_was_regrouped(interviews: qc.View) -> None:
    result = ASKED["groups, all regroupings"](interviews)
    text = methods(result)
    assert f"all {result.differences.n_resamples} ways to regroup whole documents" in text
    assert "seed" not in text
    assert "Phipson" not in text
    assert "Benjamini and Hochberg (1995)" in text
    pairs = methods(ASKED["groups of pairs"](interviews))
    assert "tested for" in pairs
    assert "each coder's reading of a unit was a unit of its own" in pairs
    assert "doi:10.2202/1544-6115.1585" in pairs


def test_what_has_no_value_is_said_to_be_left_out_and_cases_stay_together() -> None:
    project = qc.Project.new("Cases", codebook=qc.Codebook("b", codes=map(qc.Code, "ab")))
    for number in range(1, 6):
        site = {"site": "north" if number < 3 else "south"}
        project.add_case(f"c{number}", variables=site if number < 5 else {})
        project.add_document(f"Text {number}.", id=f"d{number}", cases=[f"c{number}"])
        project.assign((f"d{number}", 0, 4), "ab"[number % 2], coder="ana")
    text = methods(project.group_differences(by="site"))
    assert "(north: 2 cases; south: 2 cases)" in text
    assert "all 6 ways to regroup whole cases" in text
    assert "1 document without a value of site was left out." in text
    by_case = methods(project.group_differences(by="site", unit="case"))
    assert "1 case without a value of site was left out." in by_case
