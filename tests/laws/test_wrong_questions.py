"""Whatever is asked of a project is answered, or refused by an error that names the argument."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tests.laws.entries import Entry, check_refusal, method, refused

import qualcode as qc
from qualcode.model.codebooks import changes
from qualcode.testing.odd import ODD

CODES = [qc.Code("a", name="A", attributes={"x": "u"}), qc.Code("b", parent="a"), qc.Code("c")]
ROLLUP = qc.Rollup(
    "r",
    themes=[qc.Theme("t", codes=["a"]), qc.Theme("v", codes=["b", "c"])],
    domains=[qc.Domain("d", themes=["t", "v"])],
)
BOOK = qc.Codebook("book", codes=CODES, rollups=[ROLLUP])
TEXT = (
    "ANA: We share one budget. They do not.\nBEN: Nobody asked us. We paid.\n\nANA: So it goes. On."
)
AMONG = {
    "unit": "unit|segmenter",
    "units": "unit|segmenter",
    "by": "variable|by",
}


def made() -> qc.Project:
    """Return a small project with everything in it that can be asked about."""
    project = qc.Project.new("study", codebook=BOOK, coder="ana")
    for number, site in enumerate(["north", "south", "north", "south"]):
        project.add_document(
            TEXT, id=f"d{number}", variables={"site": site, "n": number}, cases=f"k{number % 2}"
        )
    for coder, shift in (("ana", 0), ("ben", 1)):
        for number in range(4):
            for at, code in enumerate(("a", "b", "c", "a")):
                start = 5 + 17 * ((at + number * shift) % 4)
                project.assign((f"d{number}", start, start + 16), code, coder=coder, weight=1 + at)
        project.finish(["d0", "d1", "d2", "d3"], coder=coder)
    project.set_codes("few", ["a", "b"])
    project.save_view("north", variables={"site": "north"})
    return project


def questions(project: qc.Project) -> list[Entry]:
    level, rollup, coders = {"level": "code"}, {"rollup": "r"}, {"coders": ["ana", "ben"]}
    along: dict[str, Any] = {**level, **rollup, **coders}
    resampled = {"confidence": 0.9, "n_resamples": 5, "random_state": 1}
    ask = project
    met = ask.cooccurrence("paragraph")
    study = ask.study(unit="segment")
    rolled = ask.rollup("r")
    alike = ask.similarity("document", measure="cosine")
    return [
        method(ask, "progress", **coders),
        method(ask, "rollup", {"rollup": "rollup|attribute"}, count="segments", **rollup, **coders),
        method(ask, "crosstab", variable="site", count="segments", **along),
        method(ask, "evidence", of="document", **along),
        method(
            ask, "cooccurrence", AMONG, unit="sentence", meeting=None, gap=1, min_overlap=None,
            same_coder=True, **along
        ),
        Entry(
            "cooccurrence of overlaps",
            lambda **given: ask.cooccurrence(meeting="overlap", **given),
            {"gap": 1},
        ),
        Entry(
            "cooccurrence of shares",
            lambda **given: ask.cooccurrence(meeting="overlap", **given),
            {"min_overlap": 0.5},
        ),
        method(ask, "sequences", AMONG, unit="sentence", lag=1, uncoded="keep", **along),
        Entry(
            "lags",
            lambda first, last: ask.sequences(unit="sentence", lag=(first, last)),
            {"first": 1, "last": 2},
            {"first": "lag", "last": "lag"},
        ),
        method(
            ask, "similarity", AMONG, of="code", measure="jaccard", unit="sentence", meeting=None, gap=1,
            min_overlap=None, same_coder=True, **along, where="all",
        ),
        method(
            alike, "clusters", n_clusters=2, linkage="average", n_resamples=3, random_state=1
        ),
        method(alike, "map", scaling="classical", n_dimensions=2, n_resamples=3, random_state=1),
        method(
            ask, "correspondence", {**AMONG, "by": "variable|by|map"}, by="document", n_resamples=3,
            random_state=1, **along, where="all",
        ),
        method(
            ask, "proximity", AMONG, unit="sentence", codes=["a", "b"], confidence=0.9, n_resamples=3,
            random_state=1, **along, where="all",
        ),
        method(ask, "portraits", AMONG, parts=3, by="site", confidence=0.9, **along, where="all"),
        method(
            ask, "words", {**AMONG, "words": "words"}, by="site", words=None, without=["we"], **rollup,
            **coders, where="all",
        ),
        method(
            ask.words(by="site"), "keyness", {"group": "group", "reference": "group|compare"}, group="north",
            reference="south", formula="dunning", min_count=1, confidence=0.9,
        ),
        method(ask.words(by="site"), "to_frame", top=3, min_count=1),
        method(
            ask, "keywords_in_context", {"codes": "code"}, keywords=["we"], width=9, codes=["a"], **coders
        ),
        method(ask, "stanzas", AMONG, unit="sentence", window=2, by="site", **along),
        method(
            ask, "epistemic_networks",
            {**AMONG, "network": "variable|network", "cluster": "cluster|case"},
            network="document", by="site", contrast=["north", "south"], rotation="svd", unit="sentence",
            window=2, cluster="document", n_axes=1, confidence=0.9, n_resamples=5, random_state=1, **along,
        ),
        method(
            ask, "group_differences", AMONG, statistic="prevalence", by="site", unit="sentence",
            n_resamples=5, random_state=1, **along,
        ),
        Entry(
            "group_differences of pairs",
            lambda **given: ask.group_differences("cooccurrence", by="site", **given),
            {"measure": "jaccard", "same_coder": False, "unit": "segment", "min_count": 1,
             "min_overlap": None, "gap": None, "n_resamples": 5, "random_state": 1},
            {**AMONG, "same_coder": "same_coder|nothing to compare"},
        ),
        method(
            ask, "prevalence", AMONG, unit="document", by="site", interval="bootstrap", **along, **resampled
        ),
        method(
            ask, "saturation", order=["d0", "d1", "d2", "d3"], new_at="use", base=1, run=1, threshold=0.1,
            n_orders=5, confidence=0.9, random_state=1, **along,
        ),
        method(ask, "meaning_saturation", AMONG, by="site", share=0.5, rollup="r", **coders),
        method(
            ask, "study", AMONG, unit="sentence", codes=["a", "b"], coverage={"ana": ["d0"]},
            uncoded="decision", **along,
        ),
        method(
            ask, "sensitivity", {"leave_out": "variable", "conclusion": "conclusion|counts="},
            conclusion=qc.conclusions.Ranking(rollup="r"), each_coder=True,
            counts=["segments", "documents"], leave_out="site", **coders,
        ),
        method(
            ask, "sensitivity", {**AMONG, "conclusion": "conclusion|units="},
            conclusion=qc.conclusions.Together("a", "c", unit="sentence"),
            units=["sentence"],
        ),
        method(ask, "restricted", **coders, documents=["d0"], origin=["hand"], where="all"),
        method(ask, "find", query="all"),
        Entry("at", lambda moment: ask.at(moment), {"moment": 1}, {"moment": "moment|revision|event"}),
        Entry("at revision", lambda revision: ask.at(revision=revision), {"revision": 1}),
        Entry("at time", lambda time: ask.at(time=time), {"time": "2999-01-31"}, {"time": "time|at 2"}),
        method(ask, "segments", {"unit": "segmenter"}, unit="sentence", documents=["d0"]),
        method(ask, "segment", {"start": "span|start", "end": "span|end"}, document="d0", start=0, end=9),
        method(ask, "preview", change=changes.Retire("c")),
        method(ask, "view", {"name": "view"}, name="north"),
        method(ask, "memos_on", target="code:a"),
        # What the answers are asked
        method(rolled, "of", {"id": "rollup|id|level"}, id="t", level="theme"),
        method(rolled, "share", {"id": "rollup|id|level"}, id="t", level="theme"),
        method(rolled, "assignments", {"id": "rollup|id|level"}, id="t", level="theme"),
        method(rolled, "segments", {"id": "rollup|id|level"}, id="t", level="theme"),
        Entry("RollupResult[id]", lambda id: rolled[id], {"id": "t"}, {"id": "rollup|id"}),
        method(ask.evidence(), "to_frame", presence=True),
        method(ask.progress(), "finished_by", document="d0"),
        method(met, "at", {"id": "id|code|level"}, id="a"),
        method(met, "both", {"first": "id|code", "second": "id|code"}, first="a", second="c"),
        method(met, "units", {"first": "id|code", "second": "id|code"}, first="a", second="c"),
        method(met, "matrix", measure="jaccard"),
        method(met, "to_frame", measures=["jaccard"], min_count=1),
        method(met, "pairs", pairs=[("a", "c")], min_count=1),
        method(
            met, "test", null="within-document", pairs=[("a", "c")], alternative="greater", fdr="bh",
            n_resamples=5, random_state=1, progress=None,
        ),
        Entry(
            "test without documents",
            lambda **given: met.test("fixed-margins", **given),
            {"n_resamples": 5, "random_state": 1, "progress": None},
        ),
        method(met, "odds_ratios", method="exact", pairs=[("a", "c")], min_count=1, confidence=0.9),
        method(
            met, "intervals", measure="jaccard", method="bootstrap", pairs=[("a", "c")], min_count=1,
            **resampled,
        ),
        method(met, "to_graph", measure="count", min_count=1),
        method(
            met, "network", measure="count", min_count=1, alpha=0.5, resolution=1.0, n_resamples=5,
            random_state=1,
        ),
        method(
            ask.sequences(unit="sentence"), "intervals", measure="yule_q", method="bootstrap", min_count=1,
            **resampled,
        ),
        method(ask.sequences(unit="sentence"), "to_frame", min_count=1),
        method(ask.stanzas(unit="sentence", window=2), "to_frame", min_count=1),
        method(ask.stanzas(unit="sentence", window=2, by="site"), "to_graph", group="north"),
        method(study, "ratings", of="a"),
        method(study, "agreement", measure="krippendorff_alpha", of="a", interval="bootstrap", **resampled),
        Entry(
            "probability_below",
            lambda threshold, **given: study.probability_below(threshold, **given),
            {"threshold": 0.8, "measure": "krippendorff_alpha", "of": "a", **resampled},
            {"n_resamples": "n_resamples|replicate"},
        ),
        method(
            study.agreement(interval="bootstrap", **resampled), "probability_below", threshold=0.5
        ),
        method(study, "per_code", measure="cohen_kappa", interval="bootstrap", **resampled),
        method(study, "diagnostics", code="a"),
        method(study, "where_and_what", interval="bootstrap", **resampled),
        method(study, "unitizing", of="a", interval="bootstrap", **resampled),
        method(
            ask.study(unit="sentence"), "boundaries", of="a", max_move=2, interval="bootstrap", **resampled
        ),
        method(study, "at_level", level="theme", rollup="r"),
        method(study, "by_level", measure="krippendorff_alpha", of="sets", rollups=["r"]),
        method(study, "disagreements", of="a", top=3),
        method(study, "leave_one_coder_out", measure="krippendorff_alpha", of="a"),
        method(study, "what_if", top=2, distance="masi", confidence=0.9),
        method(study, "plan", width=0.1, measure="cohen_kappa", of="a", confidence=0.9),
        method(study, "maxqda", overlap=0.9, n_codes=4),
        method(study, "atlasti", overlap=0.9),
        method(study.nvivo(), "averages", by="code"),
    ]  # fmt: skip


ENTRIES = questions(made())

RUNS = [
    pytest.param(entry, name, id=f"{at}-{entry.label}-{name}")
    for at, entry in enumerate(ENTRIES)
    for name in entry.base
]


@pytest.mark.parametrize(("entry", "name"), RUNS)
def test_odd_arguments_are_taken_or_refused_by_name(entry: Entry, name: str) -> None:
    for odd in ODD:
        check_refusal(entry, name, odd)


def test_the_questions_that_entries_start_from_are_answered() -> None:
    for entry in ENTRIES:
        entry.call(**entry.base)


def test_two_odd_arguments_are_taken_or_refused_by_name() -> None:
    chance = random.Random(5)
    several = [entry for entry in ENTRIES if len(entry.base) > 1]
    for _ in range(1_500):
        entry = chance.choice(several)
        odd = {name: chance.choice(sorted(ODD)) for name in chance.sample(sorted(entry.base), 2)}
        given = {name: ODD[each]() for name, each in odd.items()}
        if not any(isinstance(each, type) for each in given.values()):
            refused(entry, given, str(odd))
