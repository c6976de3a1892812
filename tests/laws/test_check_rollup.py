"""`check_rollup` catches counting that is wrong, and says so on the smallest project."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import qualcode as qc
from qualcode import errors
from qualcode.model.codebooks.hierarchy import LEVELS
from qualcode.testing import LawBroken, check_rollup
from qualcode.testing.counting import COUNTS, read_counts

Counts = dict[Any, Any]

DAG = qc.Rollup(
    "dag",
    themes=[
        qc.Theme("soft", codes=["trust", "aims"]),
        qc.Theme("hard", codes=["budget", "aims"]),
    ],
    domains=[qc.Domain("all", themes=["soft", "hard"]), qc.Domain("some", themes=["hard"])],
)


def counted(view: qc.View, count: Any = "segments") -> Counts:
    result = view.rollup(DAG, count=count)
    return {
        (node.level, node.id): result.of(node.id, node.level) for node in result.hierarchy.nodes
    }


def summing_children(view: qc.View) -> Counts:
    """Adds up codes to themes and themes to domains, so that what two carry counts twice."""
    counts = counted(view)
    nodes = view.rollup(DAG).hierarchy.nodes
    for level, below in (("theme", "code"), ("domain", "theme")):
        for node in nodes:
            if node.level == level:
                counts[level, node.id] = sum(counts[below, child] for child in node.children)
    return counts


def counting_a_shared_code_twice(view: qc.View) -> Counts:
    """Right for themes; domains add up themes, and some codes are in two of them."""
    counts = counted(view)
    for node in view.rollup(DAG).hierarchy.level("domain"):
        counts["domain", node.id] = sum(counts["theme", child] for child in node.children)
    return counts


def counting_rows(view: qc.View) -> Counts:
    """Counts assignments and calls them segments: what two coders agree on counts twice."""
    return counted(view, "assignments")


def counting_the_log(view: qc.View) -> Counts:
    """Counts events, those of other documents' codes and those made again included."""
    events = view.state.events
    return {
        (node.level, node.id): sum(
            events.codes[code] in node.codes for code in events.code.tolist()
        )
        for node in view.rollup(DAG).hierarchy.nodes
    }


def leaving_out_what_rolls_up_to_nothing(view: qc.View) -> Counts:
    return {
        key: count
        for key, count in counted(view).items()
        if key[1] != "unassigned" and key[0] == "theme"
    }


def going_by_names(view: qc.View) -> Counts:
    names = {code.name for code in view.codebook}
    return {key: count if key[1] in names else 0 for key, count in counted(view).items()}


def telling_only_whether_there_is_any(view: qc.View) -> Counts:
    """Right as long as there is only one."""
    return {key: min(count, 1) for key, count in counted(view).items()}


def counting_only_the_first_document(view: qc.View) -> Counts:
    first = next(iter(view.documents), None)
    kept = [each for each in view.assignments if each.segment.document.id == first]
    return {
        (node.level, node.id): len({each.place[:3] for each in kept if each.code.id in node.codes})
        for node in view.rollup(DAG).hierarchy.nodes
    }


WRONG: list[tuple[Callable[[qc.View], Counts], set[str], int]] = [
    (summing_children, {"union"}, 1),
    (counting_a_shared_code_twice, {"union"}, 1),
    (counting_rows, {"duplicates", "union"}, 1),
    (counting_the_log, {"duplicates", "union"}, 1),
    (leaving_out_what_rolls_up_to_nothing, {"unassigned"}, 1),
    (going_by_names, {"names"}, 1),
    (telling_only_whether_there_is_any, {"partitions", "union"}, 2),
    (counting_only_the_first_document, {"order", "partitions"}, 1),
]


@pytest.mark.parametrize(
    ("wrong", "laws", "most"), WRONG, ids=lambda each: getattr(each, "__name__", "")
)
def test_wrong_counting_is_caught_on_the_smallest_project(
    wrong: Callable[[qc.View], Counts], laws: set[str], most: int
) -> None:
    with pytest.raises(LawBroken) as raised:
        check_rollup(wrong, rollup=DAG)
    broken = raised.value
    assert broken.law in laws
    assert len(broken.view.assignments) <= most
    assert str(broken).startswith(f"{wrong.__name__} breaks the law {broken.law!r}: ")
    assert "counted: segments, along rollup 'dag'" in str(broken)
    for each in broken.view.assignments:
        assert f"{each.segment.document.id} {each.segment.start}–{each.segment.end}" in str(broken)
    assert isinstance(broken, errors.QualcodeError)
    assert isinstance(broken, AssertionError)
    assert broken.__context__ is None, "the report stands alone"
    assert not hasattr(broken, "__notes__")


@pytest.mark.parametrize("count", COUNTS)
def test_right_counting_passes_by_every_policy(count: Any) -> None:
    check_rollup(lambda view: counted(view, count), rollup=DAG, count=count, max_examples=25)


@pytest.mark.parametrize(
    "rollup",
    [DAG, qc.Rollup.by_tree(), qc.Rollup.by_attribute("mood"), qc.Rollup("empty")],
    ids=lambda rollup: rollup.id,
)
def test_the_library_counts_right_along_any_rollup(rollup: qc.Rollup) -> None:
    check_rollup(rollup, max_examples=10)


def test_the_codebooks_first_rollup_is_counted_along_unless_told() -> None:
    check_rollup(lambda view: view.rollup(), max_examples=25)
    check_rollup(lambda view: view.rollup("tree"), rollup="tree", max_examples=10)


# What may be returned


def as_series(view: qc.View) -> pd.Series[int]:
    return pd.Series({key[1]: count for key, count in counted(view).items() if key[0] == "theme"})


def as_frame(view: qc.View) -> pd.DataFrame:
    return view.rollup(DAG).to_frame()


def as_frame_without_levels(view: qc.View) -> pd.DataFrame:
    frame = view.rollup(DAG).to_frame()
    return frame[frame["level"] == "domain"].drop(columns="level")


def as_mapping_with_totals(view: qc.View) -> Counts:
    result = view.rollup(DAG)
    return {**counted(view), "total": result.total, "rolled-up": np.int64(result.rolled_up)}


@pytest.mark.parametrize(
    "counting", [as_series, as_frame, as_frame_without_levels, as_mapping_with_totals]
)
def test_counts_may_come_in_many_forms(counting: Callable[[qc.View], Any]) -> None:
    check_rollup(counting, rollup=DAG, max_examples=20)


def test_wrong_totals_are_caught() -> None:
    with pytest.raises(LawBroken, match="the total 'total' is counted"):
        check_rollup(lambda view: {**counted(view), "total": 3}, rollup=DAG)


def test_ids_that_levels_share_stand_for_the_highest_that_is_counted() -> None:
    book = qc.Codebook("b", codes=[qc.Code("people"), qc.Code("trust", parent="people")])
    view = qc.View(qc.Project.new("x", codebook=book).state)
    hierarchy = view.rollup("tree").hierarchy
    read = read_counts({"people": 3, "unassigned": 0}, hierarchy, "f")
    assert read == {("domain", "people"): 3, ("domain", "unassigned"): 0}
    read = read_counts({"trust": 1, ("theme", "people"): 2}, hierarchy, "f")
    assert {key for key in read if key[0] != "code"} >= {("theme", "trust"), ("theme", "people")}
    assert LEVELS[0] not in {level for level, _ in read}


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        ({"sfot": 1}, "f counts 'sfot', which is no domain.*Did you mean 'soft'"),
        ({"soft": "1"}, "f counts '1' for 'soft', which is no number"),
        ({"soft": float("nan")}, "which is no number"),
    ],
)
def test_what_is_no_count_is_refused(returned: Counts, message: str) -> None:
    def f(view: qc.View) -> Counts:
        return returned

    with pytest.raises(errors.StatisticsError, match=message):
        check_rollup(f, rollup=DAG, max_examples=5)


def test_arguments_that_name_nothing_are_refused() -> None:
    with pytest.raises(errors.StatisticsError, match="count='words' is no counting policy"):
        check_rollup(counted, rollup=DAG, count="words")  # type: ignore[arg-type]
    with pytest.raises(errors.StatisticsError, match="'factors' of which codebook"):
        check_rollup(counted, rollup="factors")


def test_what_the_function_raises_is_not_caught() -> None:
    def broken(view: qc.View) -> Counts:
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine") as raised:
        check_rollup(broken, rollup=DAG, max_examples=5)
    (note,) = raised.value.__notes__
    assert note == "Raised on the project with\ndocuments:\n  d1: 'a'\nassignments:\n  (none)"


# A project of one's own


@pytest.fixture
def project() -> qc.Project:
    book = qc.Codebook("study", codes=[qc.Code(id) for id in ("trust", "aims", "budget", "other")])
    made = qc.Project.new("Study", codebook=book)
    made.add_documents({f"d{number}": "We share one budget. Since May." for number in range(4)})
    for number, code in enumerate(["trust", "aims", "budget", "other", "aims", "trust"]):
        made.assign((f"d{number % 4}", number, number + 5), code, coder="ana")
        made.assign((f"d{number % 4}", number, number + 5), code, coder="ben")
    return made


def test_a_project_of_ones_own_is_checked_whole_and_cut_down(project: qc.Project) -> None:
    def wrong_about_aims_by_ben(view: qc.View) -> Counts:
        counts = counted(view)
        segments = {
            e.place[:3] for e in view.assignments if e.code.id == "aims" and e.coder == "ben"
        }
        counts["code", "aims"] += len(segments) > 1
        return counts

    with pytest.raises(LawBroken) as raised:
        check_rollup(wrong_about_aims_by_ben, project=project, rollup=DAG, max_examples=1)
    left = [(each.code.id, each.coder) for each in raised.value.view.assignments]
    assert left == [("aims", "ben")] * 2
    assert "d1 1–6 'e sha': aims, by ben" in str(raised.value)


def test_samples_of_ones_own_project_find_what_it_does_not_hold_itself(project: qc.Project) -> None:
    """The project has no segment with two codes; samples of its codes and documents have."""
    with pytest.raises(LawBroken, match="breaks the law 'union'") as raised:
        check_rollup(summing_children, project=project, rollup=DAG)
    assert set(raised.value.view.documents) == set(project.documents)
    assert set(raised.value.view.codebook.codes) == set(project.codebook.codes)


def test_a_rollup_that_does_not_fit_the_project_is_refused(project: qc.Project) -> None:
    strange = qc.Rollup("strange", themes=[qc.Theme("t", codes=["no-such-code"])])
    with pytest.raises(errors.RollupError, match="no-such-code"):
        check_rollup(strange, project=project)
    check_rollup(DAG, project=project, max_examples=5)


def test_the_same_seed_finds_the_same() -> None:
    def found(random_state: Any) -> str:
        with pytest.raises(LawBroken) as raised:
            check_rollup(counting_rows, rollup=DAG, random_state=random_state)
        return str(raised.value)

    assert found(3) == found(3)
    assert found(np.random.default_rng(1)) == found(np.random.default_rng(1))


def test_long_reports_are_cut() -> None:
    book = qc.Codebook("study", codes=[qc.Code(id) for id in ("trust", "aims", "budget")])
    project = qc.Project.new("Study", codebook=book)
    project.add_document("x" * 200, id="long")
    for at in range(30):
        project.assign(("long", at, at + 100), "trust", coder="ana")

    def wrong(view: qc.View) -> Counts:
        soft = view.rollup(DAG, count="assignments").of("soft", "theme")
        return {"soft": soft + (len(view.assignments) > 12)}

    with pytest.raises(LawBroken, match="… and 1 more") as raised:
        check_rollup(wrong, project=project, rollup=DAG, count="assignments")
    assert max(map(len, str(raised.value).splitlines())) < 160
