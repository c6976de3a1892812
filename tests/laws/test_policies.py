"""The laws of counting policies: however the documents are divided, the counts are the same."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import policies as oracle

import qualcode as qc
from qualcode.errors import DuplicateDocumentError, QualcodeError, StatisticsError
from qualcode.model.codebooks.hierarchy import Hierarchy, lay_over
from qualcode.model.state import State
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.grouped import (
    count_groups,
    finish_groups,
    merge_groups,
    partial_groups,
)
from qualcode.stats.counting.grouping import NOT_KNOWN, variable_groups
from qualcode.stats.counting.partials import Added, Partial, Present, merged
from qualcode.stats.counting.policies import (
    POLICIES,
    Count,
    DocumentThings,
    Policy,
    Units,
    policy_of,
)
from qualcode.stats.counting.rollup import evidence_counts, evidence_partial
from qualcode.testing import LawBroken, check_rollup, codebooks, projects, rollups


def by_coder(coded: Coded) -> Any:
    return coded.coder


def initial(document: qc.Document) -> list[str]:
    return [document.id[0]]


READINGS = Units("readings", how="a document counted once a coder", unit=by_coder, by_coder=True)
INITIALS = DocumentThings("initials", how="an initial counted once", thing=initial)
EVERY = (*POLICIES.values(), READINGS, INITIALS)

some_projects = projects(codebooks=codebooks(min_codes=2), min_documents=1)
data = st.data()


def asked(draw: Any, project: qc.Project, policy: Policy) -> tuple[State, Hierarchy]:
    """Return a project as a policy counts it, perhaps of some coders only, and a rollup of it."""
    known = sorted(project.coders)
    coders = draw.draw(st.none() | st.sets(st.sampled_from(known), min_size=1)) if known else None
    state = project.state.counting(coders, persons=policy.persons)
    written = rollups(codebook=project.codebook).filter(lambda each: each.attribute is None)
    return state, lay_over(draw.draw(written), project.codebook)


def divided(draw: Any, coded: Coded) -> tuple[Coded, ...]:
    """Return parts of whole documents, some of them empty perhaps."""
    n = len(coded.documents)
    if draw.draw(st.booleans()):
        return coded.cut(sorted(draw.draw(st.lists(st.integers(0, n), max_size=4))))
    return coded.split(draw.draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)))


@settings(max_examples=120)
@given(some_projects, st.sampled_from(EVERY), data)
def test_parts_count_what_the_whole_does(project: qc.Project, policy: Policy, data: Any) -> None:
    state, hierarchy = asked(data, project, policy)
    membership, coded = hierarchy.membership, Coded.of(state)
    parts = [policy.partial(each, membership) for each in divided(data, coded)]
    found = policy.finish(policy.merge(data.draw(st.permutations(parts))), membership)
    rows = list(state.assignments)
    wanted = [oracle.count(rows, set(node.codes), policy.name) for node in hierarchy.nodes]
    assert found.nodes.tolist() == wanted
    assert found.base == oracle.base(state, policy.name)
    if policy.name == "weight":
        assert found.unweighted == oracle.unweighted(rows)
    assert found == policy.count(coded, membership)


@settings(max_examples=60)
@given(some_projects, st.sampled_from(EVERY), data)
def test_merging_takes_any_order_and_refuses_a_document_twice(
    project: qc.Project, policy: Policy, data: Any
) -> None:
    state, hierarchy = asked(data, project, policy)
    parts = [policy.partial(each, hierarchy.membership) for each in divided(data, Coded.of(state))]
    whole = policy.merge(parts)
    assert policy.merge(data.draw(st.permutations(parts))) == whole, "commutative"
    at = data.draw(st.integers(1, len(parts)))
    first, rest = policy.merge(parts[:at]), parts[at:]
    assert policy.merge([first, *rest]) == whole, "associative"
    if rest:
        assert policy.merge([first, policy.merge(rest)]) == whole, "associative"
    assert pickle.loads(pickle.dumps(whole)) == whole
    id = data.draw(st.sampled_from(whole.documents))
    twice = next(each for each in parts if id in each.documents)
    with pytest.raises(DuplicateDocumentError, match="more than one part") as caught:
        policy.merge([whole, twice])
    assert id in caught.value.documents
    assert isinstance(caught.value, QualcodeError)


@settings(max_examples=60)
@given(some_projects, st.sampled_from(EVERY), data)
def test_parts_may_come_from_projects_of_their_own(
    project: qc.Project, policy: Policy, data: Any
) -> None:
    state, hierarchy = asked(data, project, policy)
    ids = list(state.documents)
    first = data.draw(st.sets(st.sampled_from(ids), max_size=len(ids)))
    parts = [
        policy.partial(Coded.of(state.restricted(documents=each)), hierarchy.membership)
        for each in (sorted(first), sorted(set(ids) - first))
        if each
    ]
    found = policy.finish(policy.merge(parts), hierarchy.membership)
    whole = policy.count(Coded.of(state), hierarchy.membership)
    assert found.nodes.tolist() == whole.nodes.tolist()


@settings(max_examples=80)
@given(some_projects, st.sampled_from(EVERY), data)
def test_parts_of_a_crosstab_count_what_the_whole_does(
    project: qc.Project, policy: Policy, data: Any
) -> None:
    state, hierarchy = asked(data, project, policy)
    holders = [*state.documents.values(), *(state.cases[c] for d in state.documents.values()
               for c in d.cases)]  # fmt: skip
    variables = sorted({name for each in holders for name in each.variables})
    if not variables:
        return
    variable = data.draw(st.sampled_from(variables))
    groups, membership = variable_groups(state, variable), hierarchy.membership
    of_cases = any(variable in case.variables for case in state.cases.values())
    cases = {
        value: {
            id
            for id, case in state.cases.items()
            if case.variables.get(variable) == (None if value == NOT_KNOWN else value)
        }
        for value in groups
    }
    coded = Coded.of(state)
    n = len(coded.documents)
    label = np.array(data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
    parts = [
        partial_groups(
            policy, part, membership, {value: mask[label == at] for value, mask in groups.items()}
        )
        for at, part in enumerate(coded.split(label))
    ]
    whole = merge_groups(policy, data.draw(st.permutations(parts)))
    narrowed = cases if of_cases else None
    within, total = finish_groups(policy, whole, membership, cases=narrowed)
    assert (within, total) == count_groups(policy, coded, membership, groups, cases=narrowed)
    rows = list(state.assignments)
    for at, node in enumerate(hierarchy.nodes):
        assert total.nodes[at] == oracle.count(rows, set(node.codes), policy.name)
        wanted = oracle.columns(state, variable, set(node.codes), policy.name)
        for value, number in wanted.items():
            column = NOT_KNOWN if value is None else value
            assert within[column].nodes[at] == number
    coders = state.restrictions[-1].coders if state.names_coders else None
    if hierarchy.nodes and not state.names_coders and coders is None:
        table = project.crosstab(variable, rollup=hierarchy.rollup, count=policy)
        top = [at for at, node in enumerate(hierarchy.nodes) if node in table.nodes]
        for column, value in enumerate(table.values):
            assert table.counts[:, column].tolist() == within[value].nodes[top].tolist()


@settings(max_examples=40)
@given(some_projects, data)
def test_parts_of_the_evidence_are_its_rows(project: qc.Project, data: Any) -> None:
    state, hierarchy = asked(data, project, POLICIES["segments"])
    membership, coded = hierarchy.membership, Coded.of(state)
    parts = [evidence_partial(each, membership) for each in divided(data, coded)]
    whole = merged(data.draw(st.permutations(parts)))
    assert whole.kinds == {"segments": "by document"}
    found = evidence_counts(whole, coded.ids)
    assert (
        found.tolist() == evidence_counts(evidence_partial(coded, membership), coded.ids).tolist()
    )
    rows = list(state.assignments)
    for at, id in enumerate(coded.ids):
        inside = [each for each in rows if each.segment.document.id == id]
        wanted = [oracle.count(inside, set(node.codes), "segments") for node in hierarchy.nodes]
        assert found[at].tolist() == wanted


def test_every_name_is_in_the_table() -> None:
    names, own = get_args(Count)
    assert set(get_args(names)) == set(POLICIES)
    assert own is Policy
    assert all(name == policy.name for name, policy in POLICIES.items())


def test_the_page_and_the_table_agree() -> None:
    page = Path("docs/definitions/counts.md").read_text(encoding="utf-8")
    told = [line.split("|") for line in page.splitlines() if line.startswith('| `"')]
    assert {cells[1].strip(' `"'): cells[3].strip() for cells in told} == {
        name: policy.share for name, policy in POLICIES.items()
    }


def test_presence_stays_small_for_a_million_cases() -> None:
    """Packed bits, a byte for eight codes."""
    membership = np.ones((200, 1), dtype=np.bool_)
    bits = np.zeros((1000, 25), dtype=np.uint8)
    one = Present(tuple(map(str, range(1000))), bits)
    assert Present.joined([one, one]).bits.nbytes == 25_000
    assert membership.shape[0] == 8 * bits.shape[1]


# What is refused


def test_what_does_not_add_up_is_refused() -> None:
    one = Partial("pages", ("a",), {"nodes": Added(np.array([1]))})
    wider = Partial("pages", ("b",), {"nodes": Added(np.array([1, 2]))})
    other = Partial("lines", ("b",), {"nodes": Added(np.array([1]))})
    held = Partial("pages", ("b",), {"more": Added(np.array([1]))})
    present = [Present(("x",), np.zeros((1, width), dtype=np.uint8)) for width in (1, 2)]
    for parts, told in (
        ([one, wider], "same codebook and rollup"),
        ([one, other], "pages and lines do not add up"),
        ([one, held], "hold different arrays"),
        ([], "there are no partial counts"),
        ([1], "each of type Partial|must be a Partial"),
    ):
        with pytest.raises(StatisticsError, match=told):
            merged(parts)  # type: ignore[arg-type]
    with pytest.raises(StatisticsError, match="different numbers of codes"):
        Present.joined(present)
    with pytest.raises(StatisticsError, match="finish them by the policy 'pages'"):
        POLICIES["segments"].finish(one, np.ones((1, 1), dtype=np.bool_))


def test_many_repeated_documents_are_named_in_part() -> None:
    ids = tuple(f"d{number}" for number in range(9))
    part = Partial("pages", ids, {"nodes": Added(np.array([1]))})
    with pytest.raises(DuplicateDocumentError, match="'d4' and 4 more are in more") as caught:
        merged([part, part])
    assert caught.value.documents == ids


@pytest.fixture
def project() -> qc.Project:
    return qc.load_project("partnership-interviews")


def test_a_policy_says_what_is_wrong_with_its_function(project: qc.Project) -> None:
    for unit in (lambda coded: [1], lambda coded: coded.weight):
        with pytest.raises(StatisticsError, match="odd: unit returned"):
            project.rollup(count=Units("odd", how="?", unit=unit))
    for thing in (lambda document: "north", lambda document: [1], lambda document: None):
        with pytest.raises(StatisticsError, match=r"odd: thing returned .* for document"):
            project.rollup(count=DocumentThings("odd", how="?", thing=thing))  # type: ignore[arg-type, return-value]
    with pytest.raises(StatisticsError, match="unit must be a function"):
        Units("odd", how="?", unit=3)  # type: ignore[arg-type]
    with pytest.raises(StatisticsError, match="name"):
        Units("", how="?", unit=by_coder)
    with pytest.raises(StatisticsError, match="give a number, 0 or more, for each"):
        Coded.of(project.state).split([0])


def test_units_may_have_any_numbers(project: qc.Project) -> None:
    wanted = project.rollup(count=READINGS).counts.tolist()
    for factor, dtype in ((1 << 60, np.int64), (1 << 30, np.int64), ((1 << 64) - 1, np.uint64)):
        huge = np.array([0, 1, factor // 2, factor], dtype=dtype)
        odd = Units("odd", how="?", unit=lambda coded, huge=huge: huge[coded.coder])  # type: ignore[misc]
        assert project.rollup(count=odd).counts.tolist() == wanted
    empty = qc.Project.new("Nothing", coder="ana")
    for policy in EVERY:
        assert empty.rollup(count=policy).total == 0


def test_a_policy_keeps_off_the_librarys_names(project: qc.Project) -> None:
    with pytest.raises(StatisticsError, match="give your policy another name"):
        project.rollup(count=Units("segments", how="?", unit=by_coder))
    assert policy_of(POLICIES["cases"]) is policy_of("cases")


def test_a_policy_of_ones_own_goes_wherever_a_name_goes(
    project: qc.Project, tmp_path: Path
) -> None:
    result = project.rollup(count=READINGS)
    assert result.count == "readings"
    assert result.total == len({(each.place[0], each.coder) for each in result.state.assignments})
    assert f"everything coded: {result.total} readings" in str(result)
    assert "readings were counted: a document counted once a coder." in qc.report.methods(result)
    assert result.recipe is not None
    assert result.recipe.run(project) == result
    assert pickle.loads(pickle.dumps(result)) == result
    table = project.crosstab("site", count=INITIALS)
    assert table.totals.max() == 1
    ranked = qc.stats.conclusions.Ranking(count=READINGS)
    assert ranked.sentence.endswith("by readings")
    again = project.sensitivity(ranked, counts=[INITIALS, "documents"], each_coder=False)
    assert [each.setting for each in again.settings] == ["initials", "documents"]
    page = qc.report.write_html(project, tmp_path / "page.html", count=READINGS)
    assert "Bars count distinct readings" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("policy", [READINGS, INITIALS], ids=lambda policy: policy.name)
def test_a_policy_of_ones_own_can_be_held_to_the_laws(policy: Policy) -> None:
    check_rollup(policy, max_examples=25)


def test_the_laws_find_a_policy_that_counts_wrong() -> None:
    rows = Units("rows", how="?", unit=lambda coded: np.arange(len(coded)))
    with pytest.raises(LawBroken, match="policy 'rows' breaks the law 'duplicates'"):
        check_rollup(rows)
    with pytest.raises(StatisticsError, match="no things that a union counts once"):
        check_rollup(POLICIES["weight"])
