"""The laws of assigning: once is enough, what is taken back is gone, tables say all there is."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.reference import states

import qualcode as qc
from qualcode import errors
from qualcode.model.log.columns import _sorting, by_place
from qualcode.model.log.rows import Events, format_time, parse_times
from qualcode.model.texts.segmenters import SEGMENTERS, segment
from qualcode.testing import assignments, documents, projects, texts
from qualcode.testing.project import Plan, plans
from qualcode.testing.variants import in_reverse, logged_twice

COLUMNS = ["document", "start", "end", "code", "coder", "weight", "memo", "quote"]


def placed(view: qc.View) -> list[tuple[Any, ...]]:
    return [(*each.place, each.code.id, each.memo, each.weight) for each in view.assignments]


@settings(max_examples=100)
@given(projects())
def test_what_is_read_is_what_the_log_says(project: qc.Project) -> None:
    read = [states.Row(*each.place[:3], each.code.id, each.coder) for each in project.assignments]
    assert len(read) == len(set(read)), "each assignment once"
    assert set(read) == states.read(project.state)
    order = [list(project.documents).index(row.document) for row in read]
    keys = [(at, row.start, row.end) for at, row in zip(order, read, strict=True)]
    assert keys == sorted(keys), "in document order"


@settings(max_examples=60)
@given(projects(), st.data())
def test_assigning_again_is_assigning_once(project: qc.Project, data: Any) -> None:
    mine = [each for each in project.assignments if each.code.is_live and each.code.codable]
    if not mine:
        return
    each = data.draw(st.sampled_from(mine))
    before = placed(project)
    for _ in range(2):
        project.assign(each.segment, each.code.id, coder=each.coder)
    assert placed(project) == before
    events = len(project.state.events)
    project.assign(each.segment, each.code.id, coder=each.coder)
    assert len(project.state.events) == events, "nothing new is logged"


@settings(max_examples=80)
@given(projects(), st.data())
def test_what_is_retracted_is_gone_and_nothing_else(project: qc.Project, data: Any) -> None:
    if not len(project.assignments):
        return
    each = data.draw(st.sampled_from(project.assignments))
    rest = [row for row in placed(project) if row[:5] != (*each.place, each.code.id)]
    project.retract(each.segment, each.code.id, coder=each.coder)
    assert placed(project) == rest
    with pytest.raises(errors.AssignmentError, match="has not assigned"):
        project.retract(each.segment, each.code.id, coder=each.coder)


@settings(max_examples=60)
@given(projects(), st.data())
def test_what_is_refused_changes_nothing(project: qc.Project, data: Any) -> None:
    before, head = placed(project), project.state.head
    filled = [id for id, document in project.documents.items() if document.text]
    assume(filled)  # a correction may have left nothing of the only text
    document = data.draw(st.sampled_from(filled))
    length = len(project.documents[document])
    codable = [code.id for code in project.codebook if code.codable]
    code = data.draw(st.sampled_from([*codable, "no-such-code"]))
    start = data.draw(st.integers(-2, length + 2))
    end = data.draw(st.integers(-2, length + 2).filter(lambda end: end <= start or end > length))
    with pytest.raises((errors.SpanError, errors.NotFoundError)):
        project.assign((document, start, end), code, coder="new coder")
    out_of_use = [id for id, c in project.codebook.codes.items() if not (c.is_live and c.codable)]
    for other in out_of_use:
        with pytest.raises(errors.AssignmentError):
            project.assign((document, 0, 1), other, coder="new coder")
    assert (placed(project), project.state.head) == (before, head)
    assert "new coder" not in project.coders


@settings(max_examples=60)
@given(projects())
def test_the_log_twice_and_in_another_order_reads_the_same(project: qc.Project) -> None:
    rows = {each[:5] for each in placed(project)}
    assert {each[:5] for each in placed(logged_twice(project))} == rows
    assert {each[:5] for each in placed(in_reverse(project))} == rows


# Queries


@settings(max_examples=80)
@given(projects(), st.data())
def test_a_query_and_its_opposite_share_out_everything(project: qc.Project, data: Any) -> None:
    rows = project.assignments
    if not len(rows):
        return
    each = data.draw(st.sampled_from(rows))
    asked = {
        "code": each.code.id,
        "coder": each.coder,
        "document": each.segment.document.id,
        "text": re.compile(re.escape(each.segment.quote)),
        "since": each.time,
        "until": each.time,
        "also": each.code.id,
        "origin": each.origin.partition(":")[0],
    }
    names = data.draw(st.lists(st.sampled_from(sorted(asked)), min_size=1, unique=True))
    queries = [qc.where(**{name: asked[name]}) for name in names]
    together = qc.where(**{name: asked[name] for name in names})
    found = [rows.mask(query) for query in queries]
    assert (rows.mask(together) == np.logical_and.reduce(found)).all()
    assert each in list(rows.where(together))
    assert (rows.mask(~(~together)) == rows.mask(together)).all()
    assert len(rows.where(together)) + len(rows.where(~together)) == len(rows)
    either = queries[0] | queries[-1]
    assert (rows.mask(either) == (found[0] | found[-1])).all()


@settings(max_examples=60)
@given(projects())
def test_a_code_with_its_descendants_is_the_union_of_each_alone(project: qc.Project) -> None:
    rows = project.assignments
    for code in project.codebook:
        below = project.codebook.descendants(code.id, all=True)
        alone = [rows.where(code=each.id, descendants=False) for each in (code, *below)]
        whole = rows.where(code=code.id)
        assert sorted(a.place for part in alone for a in part) == sorted(a.place for a in whole)


@settings(max_examples=60)
@given(projects())
def test_slices_and_objects_agree_with_the_columns(project: qc.Project) -> None:
    rows = project.assignments
    assert list(rows) == [rows[at] for at in range(len(rows))]
    assert list(rows[1:]) == list(rows)[1:]
    assert list(rows[::-1][::-1]) == list(rows)
    for at, each in enumerate(rows):
        assert each.segment.document.id == tuple(project.documents)[rows.document[at]]
        assert (each.segment.start, each.segment.end) == (rows.start[at], rows.end[at])
        assert each.code.id == rows.codes[rows.code[at]]
        assert (
            each.segment.quote == each.segment.document.text[each.segment.start : each.segment.end]
        )
    distinct = {each.place[:3] for each in rows}
    assert len(rows.segments()) == len(distinct) == len(set(rows.segment.tolist()))


# Tables


def emptied(project: qc.Project) -> qc.Project:
    """The same documents and codebook, without any assignment."""
    copy = qc.Project.new("Copy", codebook=project.codebook)
    copy.add_documents({id: document.text for id, document in project.documents.items()})
    return copy


def assignable(project: qc.Project) -> qc.Assignments:
    """What can be assigned as it reads: codes that are split or retired cannot."""
    usable = [code.is_live and code.codable for code in project.codebook.codes.values()]
    return project.assignments.take(np.array(usable, dtype=np.bool_)[project.assignments.code])


@settings(max_examples=60)
@given(projects(changes=("add", "rename", "move", "merge", "retire")))
def test_a_frame_of_assignments_makes_them_again(project: qc.Project) -> None:
    rows = assignable(project)
    frame = rows.to_frame()
    copy = emptied(project)
    assert copy.assign_frame(frame) == len(rows)
    assert copy.assign_frame(frame) == 0
    pd.testing.assert_frame_equal(copy.assignments.to_frame()[COLUMNS], frame[COLUMNS])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


@settings(max_examples=50)
@given(projects(changes=("add", "merge")))
def test_a_csv_file_of_assignments_makes_them_again(folder: Path, project: qc.Project) -> None:
    rows = assignable(project)
    project.write_csv(folder / "codings.csv", rows)
    copy = emptied(project)
    assert copy.assign_csv(folder / "codings.csv") == len(rows)
    pd.testing.assert_frame_equal(copy.assignments.to_frame()[COLUMNS], rows.to_frame()[COLUMNS])


@settings(max_examples=60)
@given(assignments(), st.data())
def test_any_assignments_can_be_taken_into_a_project(rows: qc.Assignments, data: Any) -> None:
    project = qc.Project.new("Copy", codebook=rows.codebook)
    project.add_documents({id: document.text for id, document in rows.documents.items()})
    frame = rows.to_frame().sample(frac=1.0, random_state=data.draw(st.integers(0, 9)))
    assert project.assign_frame(frame) == len(rows)
    assert {each.place for each in project.assignments} == {each.place for each in rows}


# Segments


@settings(max_examples=150)
@given(texts(), st.sampled_from(sorted(SEGMENTERS)))
def test_units_are_in_order_apart_from_each_other_and_trimmed(text: str, by: str) -> None:
    document = qc.Document(id="a", text=text)
    units = segment([document], unit=by)
    for unit in units:
        assert unit.quote == text[unit.start : unit.end]
        assert by == "document" or unit.quote == unit.quote.strip()
    for one, other in pairwise(units):
        assert one.end <= other.start
    left = set(range(len(text))) - {at for unit in units for at in range(unit.start, unit.end)}
    if by in ("paragraph", "sentence", "line", "document"):
        assert not "".join(text[at] for at in sorted(left)).strip(), "only white space is left out"


@settings(max_examples=150)
@given(texts())
def test_line_ends_of_another_system_make_the_same_units(text: str) -> None:
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    for by in ("paragraph", "sentence", "line", "turn"):
        quotes = [
            [
                (unit.speaker, unit.quote.replace("\r\n", "\n"))
                for unit in segment([qc.Document(id="a", text=each)], unit=by)
            ]
            for each in (unix, unix.replace("\n", "\r\n"))
        ]
        assert quotes[0] == quotes[1], by


@settings(max_examples=100)
@given(documents(min_size=1), st.data())
def test_what_is_found_stands_there(document: qc.Document, data: Any) -> None:
    whole = segment([document], unit="document")[0]
    start = data.draw(st.integers(0, len(document) - 1))
    end = data.draw(st.integers(start + 1, len(document)))
    part = whole.part(start, end)
    before, behind = part.context(5)
    assert document.text[max(0, start - 5) : end + 5] == before + part.quote + behind
    if part.quote.strip():
        exact = whole.find_all(part.quote, exact=True)
        assert all(each.quote == part.quote for each in exact)
        assert any(each.overlap(part.span) for each in (found.span for found in exact))
        found = whole.find_all(part.quote)
        # A letter without the mark that follows it is another letter, in whichever form both are written.
        if end == len(document) or not unicodedata.combining(document.text[end]):
            assert {each.span for each in exact} <= {each.span for each in found} or found


# The log


@settings(max_examples=60)
@given(plans(max_steps=12))
def test_the_log_only_grows(plan: Plan) -> None:
    before: Events | None = None
    for project in plan.play():
        events = project.log.rows  # what was undone stays in it, and is out of force
        if before is not None:
            assert events.take(np.arange(len(before))) == before
        before = events


@given(st.integers(-(10**15), 4 * 10**15))
def test_times_are_written_and_read_to_the_microsecond(moment: int) -> None:
    assert parse_times([format_time(moment)]).tolist() == [moment]


@settings(max_examples=200)
@given(st.data())
def test_rows_are_in_the_one_stable_order_whatever_is_said_of_it(data: Any) -> None:
    """Packed into one number or not, with a hint or a wrong one, sorted in pieces or whole."""
    count = data.draw(st.integers(0, 40))
    highest = data.draw(st.sampled_from([1, 3, 2**14, 2**31 - 1]))
    column = st.lists(st.integers(0, highest), min_size=count, max_size=count)
    place = [np.array(data.draw(column), dtype=np.int32) for _ in range(5)]
    document, start, end, code, coder = place
    rows = SimpleNamespace(document=document, start=start, end=end, code=code, coder=coder)
    keys = list(zip(*(each.tolist() for each in place), strict=True))
    expected = sorted(range(count), key=keys.__getitem__)
    hint = data.draw(st.none() | st.permutations(range(count)) | st.just(expected))
    order, new = by_place(rows, None if hint is None else np.array(hint, dtype=np.intp))
    assert order.tolist() == expected
    assert new.tolist() == [
        not at or keys[row] != keys[expected[at - 1]] for at, row in enumerate(expected)
    ]


@pytest.mark.parametrize("bits", [8, 45, 50, 62])
def test_many_rows_are_sorted_in_pieces(bits: int) -> None:
    """So many that number and row do not go into one where there are more than a few bits."""
    key = np.random.default_rng(bits).integers(0, 1 << bits, 1 << 15)
    key[::7] = key[0]
    assert np.array_equal(_sorting(key, bits), np.argsort(key, kind="stable"))
