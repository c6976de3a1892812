"""Stretches of speech with speaker and time, written as a transcript with its cues and turns."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from qualcode.io.readers.writing import Writing

__all__ = ["Said", "write_speech"]


@attrs.frozen
class Said:
    """What somebody says between two times.

    Parameters
    ----------
    text : str
        The words.
    speaker : str or None
        Who says it; ``""`` for somebody who is not named, None where the speaker before goes on.
    begins, ends : float or None
        Seconds.
    cue : int
        Stretches with the same number are one cue.
    """

    text: str
    speaker: str | None = None
    begins: float | None = None
    ends: float | None = None
    cue: int = 0


def write_speech(said: Iterable[Said], writing: Writing) -> None:
    """Add speech to a document: a line for each cue, with the speaker's name where it changes.

    What one speaker says in a row is one turn. A cue in which several speak is as many.
    """
    cue: list[Said] = []
    spans: list[tuple[int, int]] = []
    speaker: str | None = None
    turn: tuple[int, float | None] | None = None
    end = 0

    def end_cue() -> None:
        if spans:
            who = next((each.speaker for each in cue if each.speaker), speaker) or ""
            writing.part(
                "cue", spans[0][0], spans[-1][1], name=who, begins=cue[0].begins, ends=cue[0].ends
            )

    for each in said:
        if not each.text.strip():
            continue
        changed = each.speaker is not None and (each.speaker != speaker or each.speaker == "")
        if cue and (changed or each.cue != cue[0].cue):
            end_cue()
            cue, spans = [], []
        if changed and turn is not None:
            writing.part("turn", turn[0], end, name=speaker or "", begins=turn[1])
        if changed:
            speaker, turn = each.speaker, None
        writing.gap("\n")
        if changed:
            writing.put(f"{speaker}: " if speaker else ">> ")
        place = writing.put(each.text.strip())
        end = place[1]
        if turn is None and speaker is not None:
            turn = (place[0], each.begins)
        cue.append(each)
        spans.append(place)
    end_cue()
    if turn is not None:
        writing.part("turn", turn[0], end, name=speaker or "", begins=turn[1])
