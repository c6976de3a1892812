"""A correction of a text: what the old and the new text have in common, and where spans go."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import CorrectionError
from qualcode.model.checks import check_items, check_mapping, check_text
from qualcode.model.texts.corrections.aligning import align
from qualcode.model.texts.corrections.placing import Placement, Placer
from qualcode.model.texts.spans import Span

__all__ = ["Correction", "follow"]

_RULE = 1


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@attrs.frozen(eq=False, repr=False, slots=False)
class Correction:
    """Two versions of a text, and which stretches of the one are in the other.

    Make one with `Correction.between`, or with `from_data` from what was stored. The two differ in nothing:
    where spans go follows from the stretches alone, not from how they were found, so every machine and
    every version of this library moves a span to the same place.

    Parameters
    ----------
    old, new : str
        The texts.
    blocks : array of int, shape (k, 3)
        Stretches that are the same: where they begin in the old text and in the new, and their length.
    pinned : array of int, shape (k, 2)
        What is certain of each, from where to where in the old text (the first may be the greater: then
        nothing is); -1 where no certain place is near.

    Raises
    ------
    CorrectionError
        When a stretch is not the same in both texts, or they overlap or are out of order.

    Examples
    --------
    >>> old = "We share one budgte. We trust them."
    >>> made = Correction.between(old, "We share one budget. We do trust them.")
    >>> made.place(Span(0, 8)).outcome
    'kept'
    >>> moved = made.place(Span(0, 20))
    >>> moved.outcome, moved.quote, moved.new_quote
    ('changed', 'We share one budgte.', 'We share one budget.')
    """

    old: str
    new: str
    blocks: NDArray[np.int64]
    pinned: NDArray[np.int64]

    def __attrs_post_init__(self) -> None:
        fault = _fault(self.old, self.new, self.blocks, self.pinned)
        if fault:
            raise CorrectionError(f"this is no correction of the text: {fault}")

    @classmethod
    def between(cls, old: str, new: str) -> Correction:
        """Return the correction of one text to another.

        Its work grows as n log n, whatever the texts are. Where they have much repetition in common, what
        they share is found coarsely, and more spans remain to be placed by a person.
        """
        old = check_text(old, what="the old text", error=CorrectionError)
        new = check_text(new, what="the new text", error=CorrectionError)
        return cls(old, new, *align(old, new))

    @property
    def changes(self) -> int:
        """In how many places the texts differ."""
        return len(self._placer.gaps)

    @cached_property
    def checksums(self) -> tuple[str, str]:
        """SHA-256 of both texts in UTF-8, in hexadecimal."""
        return _checksum(self.old), _checksum(self.new)

    @cached_property
    def _placer(self) -> Placer:
        return Placer(self.old, self.new, self.blocks, self.pinned)

    def place(self, span: Span) -> Placement:
        """Return where a span of the old text is in the new.

        Raises
        ------
        SpanError
            When it ends after the old text.
        """
        return self.place_all([span])[0]

    def place_all(self, spans: Iterable[Span]) -> tuple[Placement, ...]:
        """Return where spans of the old text are in the new, in their order; see `place`."""
        given = check_items(spans, Span, what="spans", error=CorrectionError)
        for span in given:
            span.check_within(len(self.old), where="the old text")
        return self._placer.place_all(given)

    def around(self, span: Span) -> Span | None:
        """Return what stands in the new text where a span was, as widely as it may be; None for nothing."""
        return self._placer.around(span.check_within(len(self.old), where="the old text"))

    def inverse(self) -> Correction:
        """Return the correction that leads back.

        What a span was before is not to be had from it where words were changed: see `follow`.
        """
        shift = np.where(self.pinned >= 0, self.blocks[:, 1:2] - self.blocks[:, 0:1], 0)
        return Correction(self.new, self.old, self.blocks[:, [1, 0, 2]], self.pinned + shift)

    # As data

    def to_data(self) -> dict[str, Any]:
        """Return the correction as JSON can hold it, without a word of the texts.

        ``blocks`` has five numbers for each stretch that is the same: how much is skipped before it in the
        old text and in the new, its length, and the two bounds of what is certain, from its start on (-1
        for none).

        Examples
        --------
        >>> Correction.between("one two", "one new two").to_data()["blocks"]
        [0, 0, 4, 0, 0, 0, 4, 3, 3, 3]
        """
        starts, sizes = self.blocks[:, :2], self.blocks[:, 2:]
        skipped = starts.copy()
        skipped[1:] -= starts[:-1] + sizes[:-1]
        inner = np.where(self.pinned >= 0, self.pinned - starts[:, :1], -1)
        return {
            "rule": _RULE,
            "old": self.checksums[0],
            "new": self.checksums[1],
            "blocks": np.hstack([skipped, sizes, inner]).ravel().tolist(),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any], old: str, new: str) -> Correction:
        """Return the correction that was stored, of the same texts.

        Raises
        ------
        CorrectionError
            When the data are of other texts, of a newer version of the library, or damaged.
        """
        given = check_mapping(data, what="a correction", error=CorrectionError)
        if given.get("rule") != _RULE:
            raise CorrectionError(
                f"a correction has the rule {given.get('rule')!r}, which this version of qualcode does not "
                "know: upgrade qualcode (pip install --upgrade qualcode)"
            )
        for name, text in (("old", old), ("new", new)):
            if given.get(name) != _checksum(text):
                raise CorrectionError(
                    f"a correction is of another {name} text: it names the checksum {given.get(name)!r}, "
                    f"the text has {_checksum(text)!r}"
                )
        rows = _rows(given.get("blocks"))
        steps = rows[:, :2] + rows[:, 2:3]
        starts = np.cumsum(steps, axis=0) - rows[:, 2:3]
        pinned = np.where(rows[:, 3:] >= 0, rows[:, 3:] + starts[:, :1], -1)
        return cls(old, new, np.hstack([starts, rows[:, 2:3]]), pinned)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Correction):
            return NotImplemented
        return (
            self.old == other.old
            and self.new == other.new
            and np.array_equal(self.blocks, other.blocks)
            and np.array_equal(self.pinned, other.pinned)
        )

    def __hash__(self) -> int:
        return hash(self.checksums)

    def __repr__(self) -> str:
        return f"<Correction of {len(self.old)} code points in {self.changes} places>"


_PER_BLOCK = 5


def _rows(numbers: object) -> NDArray[np.int64]:
    """Return the stored numbers, five in a row; what they say is checked when the correction is made."""
    if not isinstance(numbers, list) or len(numbers) % _PER_BLOCK:
        raise CorrectionError("a correction's blocks must be a list of five whole numbers for each")
    if not all(type(each) is int and -1 <= each < 2**31 for each in numbers):
        raise CorrectionError("a correction's blocks hold what is no whole number from -1 on")
    return np.array(numbers, dtype=np.int64).reshape(-1, _PER_BLOCK)


def _fault(old: str, new: str, blocks: NDArray[np.int64], pinned: NDArray[np.int64]) -> str:
    if blocks.shape != (len(pinned), 3) or pinned.shape != (len(blocks), 2):
        return "blocks need three numbers each and two bounds"
    starts, sizes = blocks[:, :2], blocks[:, 2]
    ends = starts + sizes[:, None]
    first = np.vstack([np.zeros((1, 2), np.int64), ends])
    last = np.vstack([starts, [[len(old), len(new)]]])
    if (sizes <= 0).any() or (first > last).any():
        return "its blocks are empty, overlap, are out of order or end after the text"
    if len(blocks) and (first[1:-1] == last[1:-1]).all(axis=1).any():
        return "two of its blocks are one"
    some = pinned[:, 0] >= 0
    within = ((starts[:, :1] <= pinned) & (pinned <= ends[:, :1])).all(axis=1)
    if (some & ~within).any() or (~some & (pinned[:, 1] >= 0)).any():
        return "what is certain of a block lies outside it"
    for i, j, size in blocks.tolist():
        if old[i : i + size] != new[j : j + size]:
            return f"from {i} on the old text has other words than the new from {j} on"
    return ""


def follow(corrections: Sequence[Correction], spans: Iterable[Span]) -> tuple[Placement, ...]:
    """Return where spans of a text are after several corrections of it, one after another.

    Each span goes on from where the correction before placed it; what one of them left uncertain stays so.
    Corrections that lead back to a text which was there before are left out together with what they take
    back. So a correction that is reverted leaves every span exactly as it was, whatever became of it in
    between.

    Parameters
    ----------
    corrections : sequence of Correction
        Each of the text that the one before made.
    spans : iterable of Span
        In the old text of the first.

    Raises
    ------
    CorrectionError
        When there is no correction, or one is of another text than the one before made.

    Examples
    --------
    >>> there = Correction.between("We do trust them.", "They pay.")
    >>> back = Correction.between("They pay.", "We do trust them.")
    >>> [each.outcome for each in follow([there], [Span(3, 11)])]
    ['quarantined']
    >>> [(each.outcome, each.new) for each in follow([there, back], [Span(3, 11)])]
    [('kept', Span(start=3, end=11))]
    """
    steps = check_items(corrections, Correction, what="corrections", error=CorrectionError)
    given = check_items(spans, Span, what="spans", error=CorrectionError)
    if not steps:
        raise CorrectionError("there is no correction to follow: the spans are where they were")
    for number, (one, other) in enumerate(pairwise(steps), 2):
        if one.checksums[1] != other.checksums[0]:
            raise CorrectionError(
                f"correction {number} is of another text than the one before made"
            )
    for span in given:
        span.check_within(len(steps[0].old), where="the old text")
    straight = _straight(steps)
    placed = tuple(Placement.unmoved(span, steps[0].old) for span in given)
    for step in straight:
        placed = _further(step, placed)
    return placed


def _straight(steps: Sequence[Correction]) -> list[Correction]:
    """Return the corrections without those that lead back, and what they take back."""
    kept: list[Correction] = []
    for step in steps:
        if step.checksums[0] == step.checksums[1]:
            continue
        kept.append(step)
        for at, each in enumerate(kept):
            if each.checksums[0] == step.checksums[1]:
                del kept[at:]
                break
    return kept


def _further(step: Correction, placed: Sequence[Placement]) -> tuple[Placement, ...]:
    known = [each.new for each in placed if each.new is not None]
    moved = iter(step.place_all(known))
    return tuple(
        each.then(next(moved)) if each.new is not None else each.lost_in(step.new, step.around)
        for each in placed
    )
