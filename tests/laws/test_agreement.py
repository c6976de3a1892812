"""The laws of agreement on projects; those on tables of ratings are in tests/unit/test_agreement_*."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.reference import agreement as reference

import qualcode as qc
from qualcode.model.codebooks.themes import UNASSIGNED
from qualcode.model.texts.documents import Registry
from qualcode.stats.agreement import AgreementResult, masi_distance, percent_agreement
from qualcode.stats.agreement.study import Study, agreement_study
from qualcode.testing import codebooks, projects

units = st.sampled_from(["segment", "sentence", "line", "document", "character"])
uncoded = st.sampled_from(["decision", "missing"])
measures = st.sampled_from(["krippendorff_alpha", "percent_agreement", "gwet_ac1", "cohen_kappa"])
two_coders = projects(codebooks=codebooks(min_codes=2), max_coders=2, max_steps=20)
data = st.data()


def comparable(project: qc.Project) -> dict[str, Any]:
    """Return the coders and coverage that make everything comparable, where there is something.

    The coders are named, for some may be machines, which are compared where somebody says so; the author
    of the project codes nothing, and neither do assistants, which propose.
    """
    coders = [
        coder
        for coder in project.coders
        if coder not in ("project", "assistant", "other-assistant")
    ]
    assume(len(coders) > 1 and len(project.assignments))
    return {"coders": coders, "coverage": {coder: list(project.documents) for coder in coders}}


def same(one: AgreementResult, other: AgreementResult) -> None:
    assert (one.value is None) == (other.value is None), (one.reason, other.reason)
    if one.value is not None:
        assert one.value == pytest.approx(other.value, abs=1e-9)
    assert (one.n_units, one.n_coders) == (other.n_units, other.n_coders)


def in_other_order(project: qc.Project) -> Any:
    documents = Registry(reversed(list(project.documents.values())), what="document")
    return attrs.evolve(project.state, documents=documents)


@settings(max_examples=60)
@given(two_coders, units, uncoded, measures)
def test_the_order_of_coders_and_documents_does_not_matter(
    project: qc.Project, unit: Any, uncoded: Any, measure: str
) -> None:
    compared = comparable(project)
    study = project.study(unit=unit, **compared, uncoded=uncoded)
    turned = agreement_study(
        in_other_order(project), unit=unit, coders=study.coders[::-1],
        coverage=compared["coverage"], uncoded=uncoded,
    )  # fmt: skip
    same(study.agreement(measure), turned.agreement(measure))
    same(study.agreement(measure, of="pooled"), turned.agreement(measure, of="pooled"))
    for node in study.nodes:
        same(study.agreement(measure, of=node.id), turned.agreement(measure, of=node.id))


@settings(max_examples=60)
@given(two_coders, units, uncoded, data)
def test_what_codes_are_called_does_not_matter(
    project: qc.Project, unit: Any, uncoded: Any, data: Any
) -> None:
    compared = comparable(project)
    codes = [code.id for code in project.codebook if code.codable]
    assume(all(each.code.id in codes for each in project.assignments))
    other = dict(zip(codes, data.draw(st.permutations(codes)), strict=True))
    relabelled = qc.Project.new("Relabelled", codebook=project.codebook)
    for document in project.documents.values():
        relabelled.add_document(document.text, id=document.id)
    for coder in compared["coders"]:
        relabelled.add_coder(coder)
    for each in project.assignments:
        place = (each.segment.document.id, each.segment.start, each.segment.end)
        relabelled.assign(place, other[each.code.id], coder=each.coder)
    one = project.study(unit=unit, **compared, uncoded=uncoded)
    two = relabelled.study(unit=unit, **compared, uncoded=uncoded)
    same(one.agreement(), two.agreement())
    same(one.agreement("percent_agreement"), two.agreement("percent_agreement"))
    for node in one.nodes:
        same(one.agreement(of=node.id), two.agreement(of=other[node.id]))


@settings(max_examples=60)
@given(two_coders, units, uncoded)
def test_a_coder_agrees_with_a_copy(project: qc.Project, unit: Any, uncoded: Any) -> None:
    assume(len(project.assignments))
    coder = project.assignments[0].coder
    codable = {code.id for code in project.codebook if code.codable}
    mine = project.assignments.where(coder=coder)
    assume(all(each.code.id in codable for each in mine))
    for each in list(mine):
        project.assign(each.segment, each.code.id, coder="copy")
    # Said, for accepting a suggestion covers no document, and some may be marked as finished.
    read = {each.segment.document.id for each in mine}
    study = project.study(
        unit=unit, coders=[coder, "copy"], coverage=dict.fromkeys((coder, "copy"), read),
        uncoded=uncoded,
    )  # fmt: skip
    shared = study.agreement("percent_agreement")
    assume(shared.n_units)  # what is coded may be white space that is part of no sentence
    assert shared.value == 1
    for of in ("sets", "pooled", *(node.id for node in study.nodes)):
        result = study.agreement(of=of)
        assert result.value == pytest.approx(1) if result.value is not None else result.reason
    assert not len(study.disagreements())
    assert not len(study.what_if())


@settings(max_examples=60)
@given(two_coders, units)
def test_uncoded_text_counts_exactly_where_the_study_says_so(
    project: qc.Project, unit: Any
) -> None:
    compared = comparable(project)
    decided = project.study(unit=unit, **compared)
    assert all(rating is not None for rating in decided.ratings().ravel())
    missing = project.study(unit=unit, **compared, uncoded="missing")
    for one, other in zip(decided.ratings().ravel(), missing.ratings().ravel(), strict=True):
        assert other == (one or None)
    for node in decided.nodes:
        ratings = missing.ratings(node.id)
        assert (ratings == None).tolist() == (missing.ratings() == None).tolist()  # noqa: E711


@settings(max_examples=60)
@given(two_coders, units, uncoded)
def test_merging_codes_never_lowers_percent_agreement(
    project: qc.Project, unit: Any, uncoded: Any
) -> None:
    compared = comparable(project)
    study = project.study(unit=unit, **compared, uncoded=uncoded)
    before = study.agreement("percent_agreement").value
    for first, second in combinations([node.id for node in study.nodes], 2):
        table = study.ratings()
        for at, rating in enumerate(table.flat):
            if rating is not None and second in rating:
                table.flat[at] = rating - {second} | {first}
        after = percent_agreement(table).value
        assert (before is None) == (after is None)
        assert before is None or after is None or after >= before - 1e-12


@settings(max_examples=60)
@given(two_coders, uncoded)
def test_characters_equal_the_oracle(project: qc.Project, uncoded: Any) -> None:
    compared = comparable(project)
    study = project.study(unit="character", **compared, uncoded=uncoded)
    table = characters(project, study.coders)
    if uncoded == "missing":
        table = [[given or None for given in coder] for coder in table]
    assert study.ratings().tolist() == table
    expected = reference.alpha(table, masi_distance)
    found = study.agreement()
    assert (found.value is None) == (expected is None)
    if expected is not None:
        assert found.value == pytest.approx(expected)


def characters(project: qc.Project, coders: Iterable[str]) -> list[list[frozenset[str] | None]]:
    """Return the set of codes that each coder put on each character, one by one."""
    given: list[list[frozenset[str] | None]] = []
    for coder in coders:
        given.append([])
        for document in project.documents.values():
            for at in range(len(document.text)):
                here = {
                    each.code.id
                    for each in project.assignments
                    if each.coder == coder
                    and each.segment.document.id == document.id
                    and each.segment.start <= at < each.segment.end
                }
                given[-1].append(frozenset(here))
    return given


@settings(max_examples=60)
@given(projects(codebooks=codebooks(min_rollups=1), max_coders=2, max_steps=20), units, uncoded)
def test_a_level_is_the_union_of_what_it_holds(
    project: qc.Project, unit: Any, uncoded: Any
) -> None:
    compared = comparable(project)
    study = project.study(unit=unit, **compared, uncoded=uncoded)
    codes = [node.id for node in study.nodes]
    tree = project.rollup("tree").hierarchy
    for level in ("theme", "domain"):
        nodes = [node for node in tree.level(level) if node.id != UNASSIGNED]
        if not any(node.codes & set(codes) for node in nodes):
            continue
        seen = study.at_level(level, "tree")
        alone = project.study(unit=unit, **compared, uncoded=uncoded, level=level, rollup="tree")
        equal(seen, alone)
        for at, node in enumerate(seen.nodes):
            held = [codes.index(code) for code in node.codes if code in codes]
            union = study.present[:, :, held].any(axis=2)
            assert seen.present[:, :, at].tolist() == union.tolist()


def equal(one: Study, other: Study) -> None:
    assert one.nodes == other.nodes
    assert one.ratings().tolist() == other.ratings().tolist()
    assert one.agreement() == other.agreement()
