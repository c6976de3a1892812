"""Two corrections of one text, made at once, as one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import attrs

from qualcode.errors import CorrectionError
from qualcode.model.texts.corrections.correction import Correction
from qualcode.model.texts.corrections.tokens import cuts_word

__all__ = ["MergedText", "check_clean", "merge_texts"]

_Edit = tuple[int, int, str]
"""What is replaced of the text before, from where to where, and by what."""
_SHOWN = 30


@attrs.frozen
class MergedText:
    """What two corrections of one text come to.

    Parameters
    ----------
    text : str
        With the changes of both; where both changed the same words differently, as they were before.
    overlaps : tuple of (int, int)
        Where that is, in the text before: code points, half-open, and empty where both put something in.
    """

    text: str = attrs.field(repr=False)
    overlaps: tuple[tuple[int, int], ...]

    @property
    def is_clean(self) -> bool:
        """Whether the two touch nowhere."""
        return not self.overlaps


def merge_texts(before: str, one: str, other: str) -> MergedText:
    """Unite two corrections of one text.

    They go together where they change different words, or the same ones alike.

    Parameters
    ----------
    before : str
        The text that both had before them.
    one, other : str
        What each made of it; in which order makes no difference.

    Examples
    --------
    >>> merge_texts("We share one budgte.", "We share one budget.", "We do share one budgte.").text
    'We do share one budget.'
    >>> before = "They said: we trust them."
    >>> merge_texts(before, "They said: we trusted them.", "They said: we hope.").overlaps
    ((14, 24),)
    """
    sides = [_edits(Correction.between(before, text)) for text in (one, other)]
    parts: list[str] = []
    overlaps: list[tuple[int, int]] = []
    done = 0
    for first, last, found in _touching(before, *sides):
        ours, theirs = found
        if ours and theirs and ours != theirs:
            overlaps.append((first, last))
            continue
        for start, end, words in ours or theirs:
            parts += before[done:start], words
            done = end
    return MergedText("".join([*parts, before[done:]]), tuple(overlaps))


def check_clean(merged: MergedText, before: str) -> str:
    """Return the text that two corrections come to.

    Raises
    ------
    CorrectionError
        When both changed the same words differently; the words are named.
    """
    if merged.is_clean:
        return merged.text
    quotes = [
        before[start:end] or before[max(start - _SHOWN // 2, 0) : start + _SHOWN // 2]
        for start, end in merged.overlaps
    ]
    shown = ", ".join(
        f"“{each[:_SHOWN]}{'…' if len(each) > _SHOWN else ''}”" for each in quotes[:3]
    )
    more = f" and {len(quotes) - 3} more" if len(quotes) > 3 else ""
    raise CorrectionError(f"both changed the same words, each differently: {shown}{more}")


def _edits(made: Correction) -> list[_Edit]:
    """Return what a correction replaces, in order."""
    found: list[_Edit] = []
    old = new = 0
    ends = [[len(made.old), len(made.new), 0]]
    for i, j, size in [*made.blocks.tolist(), *ends]:
        if i > old or j > new:
            found.append((old, i, made.new[new:j]))
        old, new = i + size, j + size
    return found


def _touching(
    before: str, ours: list[_Edit], theirs: list[_Edit]
) -> Iterator[tuple[int, int, tuple[list[_Edit], list[_Edit]]]]:
    """Yield stretches of whole words that are changed, with what each side changes there."""
    waiting = deque(
        sorted(
            (*_whole_words(before, edit), side, edit)
            for side, own in enumerate((ours, theirs))
            for edit in own
        )
    )
    while waiting:
        first, last, side, edit = waiting.popleft()
        found: tuple[list[_Edit], list[_Edit]] = ([], [])
        found[side].append(edit)
        while waiting and waiting[0][0] <= last:
            _, end, side, edit = waiting.popleft()
            last = max(last, end)
            found[side].append(edit)
        yield first, last, found


def _whole_words(text: str, edit: _Edit) -> tuple[int, int]:
    start, end, _ = edit
    while cuts_word(text, start):
        start -= 1
    while cuts_word(text, end):
        end += 1
    return start, end
