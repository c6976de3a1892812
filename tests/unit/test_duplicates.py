"""Which records are one publication: the rule, and the laws of groups."""

from __future__ import annotations

import os
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import attrs
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.model.review.ties import groups_of, in_order
from qualcode.stats.synthesis import find_duplicates
from qualcode.stats.synthesis.record_likeness import plain, prepare

ids = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8, unique=True)
pairs = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")).filter(
        lambda pair: pair[0] != pair[1]
    ),
    max_size=10,
)


@given(ids=ids, same=pairs, apart=pairs)
@settings(max_examples=100, deadline=None)
def test_groups_part_the_ids_and_hold_no_pair_that_is_apart(
    ids: list[str], same: list[tuple[str, str]], apart: list[tuple[str, str]]
) -> None:
    groups = groups_of(ids, same, apart)
    grouped = [id for group in groups for id in group]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) <= set(ids)
    never = {in_order(*pair) for pair in apart}
    for group in groups:
        assert len(group) > 1
        assert list(group) == sorted(group, key=ids.index)
        assert never.isdisjoint(in_order(*pair) for pair in combinations(group, 2))


@given(ids=ids, same=pairs)
@settings(max_examples=60, deadline=None)
def test_without_any_apart_groups_are_what_hangs_together(
    ids: list[str], same: list[tuple[str, str]]
) -> None:
    reach = {id: {id} for id in ids}
    for _ in ids:
        for one, other in same:
            if one in reach and other in reach:
                reach[one] = reach[other] = reach[one] | reach[other]
    expected = {frozenset(each) for each in reach.values() if len(each) > 1}
    found = {frozenset(each) for each in groups_of(ids, same)}
    assert {id for each in found for id in each} == {id for each in expected for id in each}
    assert groups_of(ids, list(reversed(same))) == groups_of(ids, same)


TRUST = qc.Record(
    title="Trust among partners: a qualitative study of seven sites",
    authors=["Okoye, Ben", "Sato, K."],
    year=2019,
    journal="Journal of Invented Health",
    volume="12",
    issue="3",
    pages="221-228",
    doi="10.1234/jih.12",
    abstract="Partners who trust each other share more. " * 5,
)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "TRUST AMONG PARTNERS - a qualitative study of seven sites."},
        {"authors": ["Okoye B", "Sato K"], "journal": "J Inv Health"},
        {"pages": "221-8", "doi": ""},
        {"volume": "12 (Suppl 1)", "issue": ""},
        {"doi": "", "abstract": "", "issue": ""},
        {"year": 2020, "authors": ["Ben Okoye", "K. Sato"]},
    ],
)
def test_what_is_written_otherwise_is_one(change: dict[str, object]) -> None:
    found = find_duplicates([TRUST, attrs.evolve(TRUST, **change)])
    assert [group.ids for group in found.groups] == [("1", "2")]
    assert found.kept == ("1",)


@pytest.mark.parametrize(
    "change",
    [
        {
            "title": "Money among partners: a survey",
            "authors": ["Berg, J."],
            "pages": "300",
            "abstract": "",
        },
        {"pages": "301-309", "abstract": "Another abstract of the same congress altogether. " * 5},
        {"doi": "10.1234/jih.99", "pages": "900", "volume": "40", "abstract": ""},
    ],
)
def test_a_number_or_a_title_alone_makes_none_one(change: dict[str, object]) -> None:
    assert not find_duplicates([TRUST, attrs.evolve(TRUST, **change)]).groups


def test_near_duplicates_are_left_to_a_person_and_what_they_say_holds() -> None:
    near = attrs.evolve(TRUST, doi="", pages="301", abstract="", volume="", issue="")
    records = {"a": TRUST, "b": near}
    found = find_duplicates(records)
    assert not found.groups
    assert [each.ids for each in found.to_confirm] == [("a", "b")]
    assert found.to_confirm[0].differ == ("pages",)
    assert find_duplicates(records, same=[("a", "b")]).groups[0].ids == ("a", "b")
    parted = find_duplicates(records, apart=[("b", "a")])
    assert not parted.groups
    assert not parted.to_confirm


def test_what_people_keep_apart_is_never_one() -> None:
    records = dict(zip("abc", [TRUST] * 3, strict=True))
    assert find_duplicates(records).count == 2
    found = find_duplicates(records, apart=[("a", "c")])
    assert [each.ids for each in found.groups] == [("a", "b")]
    assert not found.to_confirm  # that c is not a is known, and b is a


def test_a_group_says_what_its_records_say_together() -> None:
    thin = attrs.evolve(TRUST, abstract="", issue="", doi="", keywords=["trust"], pmid="7")
    (group,) = find_duplicates({"thin": thin, "full": TRUST}).groups
    assert group.kept == "thin"
    assert (group.record.abstract, group.record.pmid) == (TRUST.abstract, "7")
    assert (group.origins["abstract"], group.origins["pmid"]) == ("full", "thin")


def test_records_without_title_are_compared_by_their_numbers() -> None:
    bare = attrs.evolve(TRUST, title="")
    found = find_duplicates([TRUST, bare, qc.Record(), qc.Record()])
    assert not found.groups
    assert [each.ids for each in found.to_confirm] == [("1", "2")]


@given(order=st.permutations(range(5)))
@settings(max_examples=20, deadline=None)
def test_the_order_of_records_makes_no_other_groups(order: list[int]) -> None:
    other = attrs.evolve(
        TRUST, title="Money among partners: a survey of budgets", doi="10.1234/m", pages="9"
    )
    records = [
        TRUST,
        attrs.evolve(TRUST, doi=""),
        other,
        attrs.evolve(other, pages="9-10"),
        qc.Record(title="x"),
    ]
    found = find_duplicates({str(at): records[at] for at in order})
    assert {frozenset(each.ids) for each in found.groups} == {frozenset("01"), frozenset("23")}


def test_none_and_one() -> None:
    assert find_duplicates([]).count == 0
    assert repr(find_duplicates([TRUST])) == (
        "<0 of 1 record are duplicates; 1 publication, 0 pairs to be confirmed>"
    )
    assert len(find_duplicates([]).to_frame()) == len(find_duplicates([]).merged_frame()) == 0


def test_forms() -> None:
    assert plain("H<sub>2</sub>O &  Straße_1") == "h 2 o strasse 1"
    assert prepare(qc.Record(authors=["Okoye B.Sato K. L."])).families == ("okoye", "sato")


def test_the_labelled_set_of_asysd() -> None:
    where = os.environ.get("QUALCODE_ASYSD")
    if not where:
        pytest.skip("QUALCODE_ASYSD names no copy of ASySD's labelled_test_set.csv")
    records = qc.read_records(Path(where), encoding="latin-1")
    truth = pd.read_csv(where, encoding="latin-1", dtype=str)["source"] == "duplicate"
    found = find_duplicates(records)
    members: defaultdict[str, list[bool]] = defaultdict(list)
    root = {id: group.kept for group in found.groups for id in group.ids}
    for number, is_duplicate in enumerate(truth, start=1):
        members[root.get(str(number), str(number))].append(bool(is_duplicate))
    # A group keeps one record: if it has none that is unique, one of its duplicates was missed.
    lost = sum(max(0, each.count(False) - 1) for each in members.values())
    missed = sum(all(each) for each in members.values())
    assert 1 - missed / truth.sum() >= 0.99
    assert 1 - lost / (~truth).sum() >= 0.998
