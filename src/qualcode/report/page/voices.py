"""Who speaks in the segments of a page, as numbers that its script can filter by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from qualcode.model.texts.documents import Document, Heard
from qualcode.model.texts.places import Places
from qualcode.model.texts.speakers import Speaker
from qualcode.model.texts.spoken import Speech

__all__ = ["Voices", "voices_of"]

UNNAMED = -1
"""Stands for whoever has a turn without a name."""


@attrs.frozen
class Voices:
    """Who speaks where.

    Parameters
    ----------
    speakers : tuple of Speaker
        Everybody who is told from the others, by name, aliases and role.
    there : list of list of int
        For each document who of them speaks in it.
    together : list of list of int
        Each set of speakers that is found in some segment; -1 stands for a turn without a name.
    segment : list of int
        For each segment the number of its set.
    """

    speakers: tuple[Speaker, ...]
    there: list[list[int]]
    together: list[list[int]]
    segment: list[int]

    def plain(self) -> dict[str, Any]:
        """Return what the page's script reads."""
        names = dict.fromkeys(each.name for each in self.speakers)
        roles = dict.fromkeys(each.role for each in self.speakers if each.role)
        return {
            "speakers": [each.name for each in self.speakers],
            "there": self.there,
            "together": self.together,
            "names": [self._choice(each, Heard.of([each], None).includes) for each in names],
            "roles": [self._choice(each, Heard.of(None, [each]).includes) for each in roles],
        }

    def _choice(self, label: str, theirs: Callable[[Speaker], bool]) -> dict[str, Any]:
        return {"label": label, "of": [at for at, one in enumerate(self.speakers) if theirs(one)]}


def voices_of(documents: Iterable[Document], places: Places) -> Voices:
    """Return who speaks in each of some places.

    Parameters
    ----------
    documents : iterable of Document
        The documents.
    places : Places
        Where; documents are numbered as these are.
    """
    known: dict[tuple[Any, ...], int] = {}
    speakers: list[Speaker] = []

    def number(speaker: Speaker | None) -> int:
        if speaker is None:
            return UNNAMED
        key = (speaker.name, speaker.aliases, speaker.role)
        if key not in known:
            known[key] = len(speakers)
            speakers.append(speaker)
        return known[key]

    documents = tuple(documents)
    there = [[number(each) for each in one.speakers.items_] for one in documents]
    speech = Speech.of(documents)
    turns = [number(each) for each in speech.speakers]
    together: dict[tuple[int, ...], int] = {}
    first, last = speech.met(places)
    segment = [
        together.setdefault(tuple(sorted(set(turns[one:other]))), len(together))
        for one, other in zip(first.tolist(), last.tolist(), strict=True)
    ]
    return Voices(tuple(speakers), there, [list(each) for each in together], segment)
