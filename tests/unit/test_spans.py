"""Spans and segments: where they start and end, what they share, what is found in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import qualcode as qc
from qualcode import errors

TEXT = "Before. We share one\nbudget. 🙂 After; we SHARE one  budget."


def document(text: str = TEXT) -> qc.Document:
    return qc.Document(id="a", text=text)


def whole(text: str = TEXT) -> qc.Segment:
    return qc.Segment.whole(document(text))


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 2), (-3, -1)])
def test_no_span_is_empty_reversed_or_negative(start: int, end: int) -> None:
    with pytest.raises(errors.SpanError, match=f"span {start}–{end}") as raised:
        qc.Span(start, end)
    assert isinstance(raised.value, ValueError)


@pytest.mark.parametrize(
    ("one", "other", "overlap", "gap", "contains"),
    [
        ((0, 5), (0, 5), 5, 0, True),
        ((0, 5), (3, 8), 2, 0, False),
        ((0, 8), (3, 5), 2, 0, True),
        ((0, 5), (5, 8), 0, 0, False),
        ((0, 5), (7, 8), 0, 2, False),
        ((7, 8), (0, 5), 0, 2, False),
    ],
)
def test_what_two_spans_share(
    one: tuple[int, int], other: tuple[int, int], overlap: int, gap: int, contains: bool
) -> None:
    a, b = qc.Span(*one), qc.Span(*other)
    assert a.overlap(b) == b.overlap(a) == overlap
    assert a.gap(b) == b.gap(a) == gap
    assert a.contains(b) is contains
    assert a.length == one[1] - one[0]


def test_spans_are_sorted_by_start_and_then_end() -> None:
    spans = [qc.Span(2, 3), qc.Span(0, 9), qc.Span(0, 2)]
    assert sorted(spans) == [qc.Span(0, 2), qc.Span(0, 9), qc.Span(2, 3)]


def test_a_span_must_lie_within_its_text() -> None:
    with pytest.raises(errors.SpanError, match="document 'a': span 0–99 ends after the text"):
        qc.Segment(document(), qc.Span(0, 99))
    assert qc.Segment(document(), qc.Span(0, len(TEXT))).quote == TEXT


def test_offsets_count_code_points() -> None:
    text = "e\u0301🙂👨‍👩‍👧\r\nb"
    segment = qc.Segment(document(text), qc.Span(2, 3))
    assert segment.quote == "🙂"
    assert qc.Segment(document(text), qc.Span(3, 8)).quote == "👨‍👩‍👧"
    assert qc.Segment(document(text), qc.Span(8, 10)).quote == "\r\n"


def test_a_text_without_anything_has_no_segment() -> None:
    with pytest.raises(errors.SpanError, match="'a' has no text"):
        whole("")


def test_finding_ignores_case_and_white_space_unless_told() -> None:
    found = whole().find_all("we share one budget")
    assert [each.quote for each in found] == ["We share one\nbudget", "we SHARE one  budget"]
    assert whole().find("we share one budget", occurrence=2).start == found[1].start
    assert [each.start for each in whole().find_all("We share", exact=True)] == [8]
    assert whole().find_all("one budget", exact=True) == ()


def test_finding_says_how_often_it_occurs() -> None:
    with pytest.raises(errors.NotFoundError, match="'xyz' does not occur in document 'a'"):
        whole().find("xyz")
    with pytest.raises(errors.NotFoundError, match="'after' occurs once"):
        whole().find("after", occurrence=2)
    with pytest.raises(errors.NotFoundError, match=r"occurs 2 times.*occurrence 0"):
        whole().find("share", occurrence=0)
    with pytest.raises(errors.SpanError, match="nothing to find"):
        whole().find("  \n")


def test_finding_stays_within_the_segment() -> None:
    part = whole().part(8, 20)
    assert part.quote == "We share one"
    with pytest.raises(errors.NotFoundError, match="between 8 and 20"):
        part.find("budget")
    assert part.find("share").span == qc.Span(11, 16)


def test_a_part_lies_within_its_segment() -> None:
    part = whole().part(8, 20)
    assert part.part(3, 8).quote == "share"
    with pytest.raises(errors.SpanError, match="ends after the text, which has 12"):
        part.part(3, 13)


def test_context_stops_at_the_ends_of_the_text() -> None:
    segment = whole("abcdef").part(2, 4)
    assert segment.context(1) == ("b", "e")
    assert segment.context() == ("ab", "ef")


def test_segments_are_a_sequence_with_views() -> None:
    other = qc.Document(id="b", text="Trust.")
    segments = qc.segment([document("One budget. Two."), other], unit="sentence")
    assert [each.quote for each in segments] == ["One budget.", "Two.", "Trust."]
    assert isinstance(segments[:2], qc.Segments)
    assert [each.quote for each in segments.of("b")] == ["Trust."]
    assert segments.of(other) == segments.of("b")
    assert [each.quote for each in segments.containing("BUDGET")] == ["One budget."]
    assert repr(segments) == "<3 segments of 2 documents>"
    frame = segments.to_frame()
    assert list(frame.columns) == ["document", "start", "end", "speaker", "quote"]
    assert frame["start"].tolist() == [0, 12, 0]
    assert qc.Segments().to_frame().empty


def test_the_speaker_is_no_part_of_what_a_segment_is() -> None:
    span = qc.Span(0, 3)
    assert qc.Segment(document(), span, "ANA") == qc.Segment(document(), span)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("a", 2),
        (0, "2"),
        (True, 2),
        (0.5, 3.9),
        (0.0, 3.0),
        (None, 3),
        (0, 2**31),
        (-(10**5000), 3),
    ],
    ids=lambda each: repr(each)[:10] if not isinstance(each, int) or abs(each) < 10**9 else "large",
)
def test_what_is_no_span_is_refused(start: Any, end: Any) -> None:
    with pytest.raises(errors.SpanError, match=r"start|end"):
        qc.Span(start, end)


def test_numpy_integers_become_plain_ones() -> None:
    span = qc.Span(np.int32(0), np.uint8(5))  # type: ignore[arg-type]
    assert [type(each) for each in (span.start, span.end)] == [int, int]
    assert span == qc.Span(0, 5)
