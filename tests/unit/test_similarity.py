"""Similarity, clusters and maps: laws, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import NotFoundError, StatisticsError
from qualcode.stats import classical_scaling, linked, smacof, stress
from qualcode.stats.shape.clusterings import _cut


@pytest.fixture(scope="module")
def interviews() -> qc.View:
    return qc.load_project("partnership-interviews")


def test_codes_are_alike_as_they_meet(interviews: qc.View) -> None:
    similar = interviews.similarity("code", unit="turn", measure="ochiai")
    met = interviews.cooccurrence("turn")
    assert similar.matrix().equals(met.matrix("ochiai"))
    assert similar.counted == met.counted
    assert (np.diagonal(similar.values) == 1).all()


@pytest.mark.parametrize("of", ["document", "case", "speaker", "role"])
def test_profiles_are_compared_as_scipy_compares_them(interviews: qc.View, of: str) -> None:
    from scipy.spatial.distance import cdist

    counts = interviews.evidence(of=of, level="code").to_frame()
    counts = counts[counts.any(axis=1)]
    counts = counts.loc[:, counts.any()]
    for measure, name in {"cosine": "cosine", "bray_curtis": "braycurtis"}.items():
        similar = interviews.similarity(of, measure=measure)
        assert list(similar.ids) == counts.index.tolist()
        assert similar.values == pytest.approx(1 - cdist(counts, counts, name))
    by_presence = interviews.similarity(of, measure="jaccard")
    assert by_presence.values == pytest.approx(1 - cdist(counts > 0, counts > 0, "jaccard"))


def test_codes_by_profile_are_the_columns(interviews: qc.View) -> None:
    similar = interviews.similarity("code", measure="cosine", unit="case")
    counts = interviews.evidence(of="case", level="code").to_frame()[list(similar.ids)].to_numpy()
    lengths = np.linalg.norm(counts, axis=0)
    assert similar.values == pytest.approx(counts.T @ counts / np.outer(lengths, lengths))
    assert similar.unit == "case"


def test_what_has_nothing_is_left_out_and_said() -> None:
    codes = [qc.Code("a"), qc.Code("b"), qc.Code("c")]
    project = qc.Project.new("Study", codebook=qc.Codebook("s", codes=codes), coder="ana")
    for at, said in enumerate(["ab", "ac", "abc", ""]):
        project.add_document("Some words.", id=f"d{at}")
        for code in said:
            project.assign((f"d{at}", 0, 4), code)
    similar = project.similarity("document")
    assert similar.left_out == ("d3",)
    assert similar.to_frame()["similarity"].round(3).tolist() == [0.667, 0.667, 0.333]
    told = qc.report.methods(similar)
    assert "1 document without a similarity was left out" in told
    # On every document, a is like nothing by φ, which compares where a code is with where it is not.
    coded = project.restricted(documents=["d0", "d1", "d2"])
    by_phi = coded.similarity("code", unit="document", measure="phi")
    assert by_phi.left_out == ("a",)
    with pytest.raises(
        StatisticsError, match="needs 3 codes that can be compared, and there are 2"
    ):
        by_phi.clusters()


def test_past_states_have_the_similarity_of_then(interviews: qc.View) -> None:
    then = interviews.at(revision=3).similarity("document", measure="cosine")
    assert then.ids != interviews.similarity("document", measure="cosine").ids or not np.allclose(
        then.values, interviews.similarity("document", measure="cosine").values
    )
    one = interviews.similarity("code", unit="turn", coders="ana")
    assert one.counted.named == ("ana",)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"measure": "lift"}, "measure='lift' has no greatest value of 1"),
        ({"measure": "jacard"}, "Did you mean 'jaccard'"),
        ({"of": "theme"}, "of must be one of"),
        ({"meeting": "contained"}, "likeness has no direction"),
        ({"of": "document", "unit": "turn"}, "unit says where codes meet, and of='document'"),
        ({"measure": "cosine", "gap": 1}, "gap says where codes meet, and 'cosine' compares counts"),
        ({"of": "case", "same_coder": True}, "same_coder says where codes meet"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(
    interviews: qc.View, options: dict[str, Any], message: str
) -> None:
    with pytest.raises((StatisticsError, NotFoundError), match=message):
        interviews.similarity(**options)


def test_clusters_do_not_depend_on_the_order_of_documents(interviews: qc.View) -> None:
    ids = list(interviews.documents)
    similar = interviews.similarity("document", measure="cosine")
    turned = interviews.restricted(documents=ids[::-1]).similarity("document", measure="cosine")
    one, other = (each.clusters(4, n_resamples=0) for each in (similar, turned))
    assert {frozenset(group) for group in one.groups} == {frozenset(g) for g in other.groups}
    assert one.tree[:, 2] == pytest.approx(other.tree[:, 2])


def test_the_number_of_clusters_is_that_of_the_best_silhouette(interviews: qc.View) -> None:
    found = interviews.similarity("document", measure="cosine").clusters(n_resamples=0)
    assert found.chosen_by[found.n_clusters] == max(found.chosen_by.values())
    assert found.silhouette.mean() == pytest.approx(found.chosen_by[found.n_clusters])
    assert found.reason == "no samples were asked for"
    assert np.isnan(found.stability).all()
    assert sorted(found.order.tolist()) == list(range(12))
    assert sum(found.groups, ()) == tuple(found.to_frame()["id"])
    with pytest.raises(StatisticsError, match="n_clusters must be at most 12"):
        interviews.similarity("document").clusters(13)


def test_what_is_the_same_everywhere_is_stable() -> None:
    codes = [qc.Code(each) for each in "abcd"]
    project = qc.Project.new("Study", codebook=qc.Codebook("s", codes=codes), coder="ana")
    for at in range(6):
        project.add_document("One. Two.", id=f"d{at}")
        for start, code in ((0, "a"), (0, "b"), (5, "c"), (5, "d")):
            project.assign((f"d{at}", start, start + 4), code)
    found = project.similarity("code", unit="sentence").clusters(random_state=1)
    assert [set(group) for group in found.groups] == [{"a", "b"}, {"c", "d"}]
    assert found.stability.tolist() == [1, 1]
    assert found.cophenetic == pytest.approx(1)
    drawn = project.similarity("code", unit="sentence").map(random_state=1)
    assert drawn.congruence == pytest.approx(1)
    assert np.abs(drawn.spread).max() < 1e-6


def test_one_document_says_nothing_of_others(interviews: qc.View) -> None:
    alone = interviews.restricted(documents=["int-01"]).similarity("code", unit="turn")
    found = alone.clusters(2, random_state=1)
    assert found.n_resamples == 0
    assert found.reason == "there are too few documents to draw samples of"
    assert alone.map(random_state=1).reason == found.reason
    assert "Their stability is not known" in qc.report.methods(found)


squares = st.integers(4, 9).flatmap(
    lambda n: st.lists(
        st.lists(st.floats(-5, 5, width=16), min_size=2, max_size=2), min_size=n, max_size=n
    )
)


@given(squares)
@settings(max_examples=40)
def test_a_plane_is_its_own_map(points: list[list[float]]) -> None:
    from scipy.spatial.distance import pdist, squareform

    given_points = np.array(points)
    apart = squareform(pdist(given_points))
    made, explained = classical_scaling(apart)
    assert pdist(made) == pytest.approx(pdist(given_points), abs=1e-5)
    if apart.any():
        assert explained == pytest.approx(1)
        assert stress(apart, made) < 1e-5
    from scipy.cluster.hierarchy import cut_tree

    tree = linked(apart, "average")
    for k in range(1, len(points) + 1):
        own, theirs = _cut(tree, k), cut_tree(tree, n_clusters=k)[:, 0]
        assert len(set(own.tolist())) == k
        # Of steps at one height, any may be undone first.
        if len(np.unique(tree[:, 2])) == len(tree):
            assert len({*zip(own.tolist(), theirs.tolist(), strict=True)}) == k


def test_smacof_never_ends_with_more_stress_than_it_began() -> None:
    rng = np.random.default_rng(1)
    for _ in range(5):
        apart = rng.random((8, 8))
        apart = np.triu(apart, 1) + np.triu(apart, 1).T
        begin, _ = classical_scaling(apart)

        def raw(at: np.ndarray, apart: np.ndarray = apart) -> float:
            from scipy.spatial.distance import pdist, squareform

            return float(((pdist(at) - squareform(apart)) ** 2).sum())

        assert raw(smacof(apart, begin)) <= raw(begin)


def test_methods_say_what_was_done(interviews: qc.View) -> None:
    similar = interviews.similarity("code", unit="turn")
    told = qc.report.methods(similar.clusters(random_state=1))
    assert "200 bootstrap samples of whole documents (seed 1)" in told
    assert "Hennig (2007)" in told
    assert "A unit was a turn" in told
    told = qc.report.methods(interviews.similarity("case", measure="cosine").map(random_state=2))
    assert "the cosine of the angle between their profiles" in told
    assert "whole cases (seed 2), each of those that were drawn at least once" in told
    assert "scikit-learn" in told
