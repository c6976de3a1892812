"""Who speaks in a place: the speakers of the turns that it is a part of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from qualcode.model.checks import Raised, check_texts, shown
from qualcode.model.ids import fold
from qualcode.model.texts.documents import Document
from qualcode.model.texts.places import Places
from qualcode.model.texts.segmenters import by_turn
from qualcode.model.texts.segments import Segment

__all__ = ["only_speaker", "speaker_names", "spoken_by", "turn_speakers"]

Flags = npt.NDArray[np.bool_]


def speaker_names(speaker: object, *, error: Raised) -> frozenset[str]:
    """Return names of speakers in the form in which they are compared.

    Raises
    ------
    QualcodeError
        When there is none, or one is empty.
    """
    names = frozenset(map(fold, check_texts(speaker, what="speaker", error=error)))
    if not names or "" in names:
        raise error(f"speaker is {shown(speaker)}: give the name of one, as turns have it")
    return names


def turn_speakers(segment: Segment, turns: Sequence[Segment]) -> set[str | None]:
    """Return who speaks in a segment, None among them where nobody is named.

    Parameters
    ----------
    segment : Segment
        A stretch of a document.
    turns : sequence of Segment
        The turns of that document, in order.
    """
    first = bisect_right(turns, segment.start, key=lambda turn: turn.end)
    meeting = set()
    for turn in turns[first:]:
        if turn.start >= segment.end:
            break
        meeting.add(turn.speaker)
    return meeting


def only_speaker(segment: Segment, turns: Sequence[Segment]) -> str | None:
    """Return the one who speaks all through a segment; None where there are several, or nobody is named."""
    if segment.speaker is not None:
        return segment.speaker
    speakers = turn_speakers(segment, turns)
    return speakers.pop() if len(speakers) == 1 else None


def spoken_by(
    places: Places,
    names: frozenset[str],
    documents: Mapping[str, Document],
    said: Iterable[str | None] = (),
) -> Flags:
    """Tell in which places only some speak: each turn that a place shares text with is one of theirs.

    Parameters
    ----------
    places : Places
        Where; documents are numbered in the order of `documents`.
    names : frozenset of str
        From `speaker_names`.
    documents : mapping of str to Document
        The documents.
    said : iterable of str or None
        For each place the speaker that it names itself, where it does; nothing where none does.
    """
    turns = [
        (at, turn.start, turn.end, turn.speaker is not None and fold(turn.speaker) in names)
        for at, document in enumerate(documents.values())
        for turn in by_turn(document)
    ]
    table = np.array(turns, dtype=np.int64).reshape(-1, 4)
    stride = 1 + max(int(table[:, 2].max(initial=0)), int(places.end.max(initial=0)))
    line = table[:, 0] * stride
    # Turns are in order and apart from each other, so those that a place meets are one stretch of them.
    first = np.searchsorted(line + table[:, 2], places.document * stride + places.start, "right")
    last = np.searchsorted(line + table[:, 1], places.document * stride + places.end, "left")
    theirs = np.concatenate([[0], np.cumsum(table[:, 3])])
    found: Flags = (last > first) & (theirs[last] - theirs[first] == last - first)
    for at, speaker in enumerate(said):
        if speaker is not None:
            found[at] = fold(speaker) in names
    return found
