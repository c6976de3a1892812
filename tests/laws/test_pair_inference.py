"""What must hold of tests, intervals and group differences whatever was coded."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference.states import place

import qualcode as qc
from qualcode.model.texts.documents import Registry
from qualcode.testing import codebooks, projects
from qualcode.testing.variants import in_reverse, logged_twice

some_projects = projects(codebooks=codebooks(min_codes=2), max_steps=15)
places = st.sampled_from(["segment", "sentence", "overlap", "document"])
readers = st.booleans()


def by_pair(frame: pd.DataFrame) -> pd.DataFrame:
    """Index by pair, whichever of the two comes first."""
    pairs = [tuple(sorted(pair)) for pair in zip(frame["a"], frame["b"], strict=True)]
    return frame.drop(columns=["a", "b"]).set_index(pd.Index(pairs)).sort_index()


def alike(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    one, other = by_pair(one), by_pair(other)
    numbers = one.select_dtypes("number").columns
    return (
        one.index.equals(other.index)
        and np.allclose(one[numbers], other[numbers], equal_nan=True)
        and one["reason"].tolist() == other["reason"].tolist()
    )


@settings(max_examples=40)
@given(some_projects, places, readers)
def test_the_order_and_the_log_of_documents_do_not_matter(
    project: qc.Project, within: Any, same_coder: bool
) -> None:
    met = project.cooccurrence(**place(within), same_coder=same_coder)
    if not met.nodes:
        return
    for variant in (in_reverse(project), logged_twice(project)):
        other = variant.cooccurrence(**place(within), same_coder=same_coder)
        assert alike(met.intervals("dice").to_frame(), other.intervals("dice").to_frame())
        if within == "overlap":
            continue
        assert alike(met.test("hypergeometric").to_frame(), other.test("hypergeometric").to_frame())
        assert alike(met.odds_ratios("haldane").to_frame(), other.odds_ratios("haldane").to_frame())
        if within != "document":
            one, two = (
                by_pair(each.test("within-document", n_resamples=1, random_state=1).to_frame())
                for each in (met, other)
            )
            for exact in ("both", "expected", "z"):
                assert np.allclose(one[exact], two[exact], equal_nan=True)


@settings(max_examples=40)
@given(some_projects, places, readers)
def test_p_values_and_intervals_stay_in_their_range(
    project: qc.Project, within: Any, same_coder: bool
) -> None:
    met = project.cooccurrence(**place(within), same_coder=same_coder)
    if not met.nodes:
        return
    bounds = met.intervals("jaccard", min_count=0).to_frame()
    known = bounds[bounds["reason"] == ""]
    assert ((known["low"] >= 0) & (known["low"] <= known["jaccard"] + 1e-12)).all()
    assert ((known["high"] <= 1) & (known["high"] >= known["jaccard"] - 1e-12)).all()
    assert bounds.loc[bounds["reason"] != "", ["low", "high"]].isna().all(axis=None)
    if within == "overlap":
        return
    nulls: list[Any] = ["hypergeometric", "fixed-margins"]
    for null in [*nulls, "within-document"][: 2 if within == "document" else 3]:
        frame = met.test(null, n_resamples=20, random_state=1).to_frame()
        tested, rest = frame[frame["reason"] == ""], frame[frame["reason"] != ""]
        for column in ("p_greater", "p_less", "p", "q"):
            assert ((tested[column] > 0) & (tested[column] <= 1 + 1e-12)).all()
            assert rest[column].isna().all()
        assert (tested["q"] >= tested["p"] - 1e-12).all()
        assert (tested["p_greater"] + tested["p_less"] > 1 - 1e-12).all()


@settings(max_examples=40)
@given(some_projects, places)
def test_a_theme_is_tested_as_the_union_of_its_codes(project: qc.Project, within: Any) -> None:
    """Themes that hold one code each are those codes; a theme of two is what merging them gives."""
    codes = [code.id for code in project.codebook if code.codable]
    if len(codes) < 3 or within == "overlap":
        return
    one, two, *rest = codes
    alone = [qc.Theme(f"t-{at}", codes=[code]) for at, code in enumerate(rest)]
    pair = qc.Rollup("pair", themes=[qc.Theme("both", codes=[one, two]), *alone])
    single = qc.Rollup("single", themes=[qc.Theme(f"s-{code}", codes=[code]) for code in codes])
    found = project.cooccurrence(**place(within), level="code").test("hypergeometric").to_frame()
    as_themes = project.cooccurrence(**place(within), level="theme", rollup=single).test(
        "hypergeometric"
    )
    renamed = as_themes.to_frame()
    for end in ("a", "b"):
        renamed[end] = renamed[end].str.removeprefix("s-")
    inside = found["a"].isin(codes) & found["b"].isin(codes)
    columns = ["both", "expected", "p_greater", "p_less", "p"]
    ours, theirs = (by_pair(each)[columns] for each in (found[inside], renamed))
    assert ours.index.equals(theirs.index)
    assert np.allclose(ours, theirs, equal_nan=True)
    met = project.cooccurrence(**place(within), level="theme", rollup=pair)
    if any(node.id == "both" for node in met.nodes):
        plain = project.cooccurrence(**place(within))
        carried = {node.id for node in plain.nodes} & {one, two}
        union = {unit for code in carried for unit in plain.units(code, code)}
        assert set(met.units("both", "both")) == union
        assert met.both("both", "both") == len(union)


def grouped(project: qc.View, names: tuple[str, str]) -> qc.View:
    """Return the project with every other document in the same one of two groups."""
    documents = [
        attrs.evolve(document, variables={**document.variables, "half": names[at % 2]})
        for at, document in enumerate(project.documents.values())
    ]
    return qc.View(attrs.evolve(project.state, documents=Registry(documents, what="document")))


@settings(max_examples=30)
@given(some_projects, st.sampled_from(["prevalence", "cooccurrence"]))
def test_renaming_groups_changes_no_p_value(project: qc.Project, statistic: Any) -> None:
    labels = ["id"] if statistic == "prevalence" else ["a", "b"]
    met = project.cooccurrence("sentence")
    if not (met.nodes if statistic == "prevalence" else len(met.to_frame())):
        return
    found = []
    for names in (("one", "two"), ("zwei", "eins")):
        view = grouped(project, names)
        compared = view.group_differences(statistic, by="half", unit="sentence")
        found.append(compared.to_frame().set_index(labels)[["spread", "p", "q"]].sort_index())
    assert np.allclose(*found, equal_nan=True)
