"""Losses and the structure of documents: values that add up, print, and become tables and JSON."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import DocumentError
from qualcode.io.exchange.losses import SEVERITIES
from qualcode.model.texts.structure import read_structure

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=60)
LOSSES = st.builds(
    qc.Loss, st.sampled_from(SEVERITIES), WORDS, WORDS, WORDS, WORDS, st.integers(1, 9)
)


@given(st.lists(LOSSES, max_size=5), st.lists(LOSSES, max_size=5))
def test_losses_add_up(one: list[qc.Loss], other: list[qc.Loss]) -> None:
    both = qc.Losses(one) + qc.Losses(other)
    assert both == qc.Losses([*one, *other])
    assert both.total == qc.Losses(one).total + qc.Losses(other).total
    assert len(both.to_frame()) == len(both)
    assert pickle.loads(pickle.dumps(both)) == copy.deepcopy(both) == both
    assert both[: len(one)] == qc.Losses(one)


def test_losses_are_printed_in_80_columns() -> None:
    losses = qc.Losses([qc.Loss("loss", "footnote", "f1", "words " * 30, "outside " * 20, 3)])
    assert all(len(line) <= 80 for line in str(losses).splitlines())
    assert str(losses).startswith("loss: 3 × footnote f1 'words words")
    assert repr(losses) == "<3 losses of 1 kinds>"
    assert list(losses.to_frame().columns) == [
        "severity",
        "element",
        "id",
        "name",
        "reason",
        "count",
    ]


@pytest.mark.parametrize(
    "wrong", [{"severity": "grave"}, {"count": 0}, {"count": True}, {"element": 3}]
)
def test_what_is_no_loss_is_told(wrong: dict[str, Any]) -> None:
    with pytest.raises(DocumentError, match=next(iter(wrong))):
        qc.Loss(**{"severity": "loss", "element": "picture", **wrong})


PARTS = st.builds(
    lambda kind, start, length, name, level, begins, ends: qc.Part(
        kind, start, start + length, name, level, begins, ends
    ),
    st.sampled_from(["heading", "turn", "of my own"]),
    st.integers(0, 50),
    st.integers(0, 50),
    WORDS,
    st.none() | st.integers(0, 9),
    st.none() | st.floats(0, 1e6),
    st.none() | st.floats(0, 1e6),
)


@given(st.lists(PARTS, max_size=6))
def test_a_structure_is_read_as_it_was_written(parts: list[qc.Part]) -> None:
    structure = qc.Structure(parts)
    assert sorted(read_structure(structure.plain()).parts, key=repr) == sorted(
        structure.parts, key=repr
    )
    assert sum(structure.kinds.values()) == len(structure) == len(structure.to_frame())
    assert pickle.loads(pickle.dumps(structure)) == structure


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: qc.Part("turn", 5, 3), "ends at 3, before its start 5"),
        (lambda: qc.Part("turn", -1, 3), "must be offsets, not -1"),
        (lambda: qc.Part("", 0, 3), "kind must be text that is not empty"),
        (lambda: qc.Part("turn", 0, 3, begins=float("nan")), "times must be seconds"),
        (lambda: qc.Part("page", 0, 3, level="one"), "level must be a whole number"),  # type: ignore[arg-type]
        (lambda: read_structure({"turn": 3}), "this is no structure"),
        (
            lambda: qc.Document(
                id="a", text="abc", structure=qc.Structure([qc.Part("turn", 0, 9)])
            ),
            "document 'a': a turn ends at 9, after the text, which has 3 code points",
        ),
    ],
)
def test_what_is_no_structure_is_told(make: Any, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        make()


def test_units_by_the_structure() -> None:
    text = "Front.\n\nOne\n\nFirst.\n\nTwo\n\nA\tB"
    structure = qc.Structure(
        [
            qc.Part("heading", 8, 11, level=1),
            qc.Part("heading", 21, 24, level=1),
            qc.Part("paragraph", 0, 6),
            qc.Part("paragraph", 13, 19),
            qc.Part("row", 26, 29),
            qc.Part("cue", 13, 19, name="ANA"),
        ]
    )
    document = qc.Document(id="a", text=text, structure=structure)

    def units(by: str) -> list[str]:
        return [each.quote for each in qc.segment([document], unit=by)]

    assert units("heading") == ["Front.", "One\n\nFirst.", "Two\n\nA\tB"]
    assert units("paragraph") == ["Front.", "One", "First.", "Two", "A\tB"]
    assert units("row") == ["A\tB"]
    assert units("page") == units("chapter") == [text]
    assert [each.speaker for each in qc.segment([document], unit="cue")] == ["ANA"]
