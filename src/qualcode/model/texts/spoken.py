"""Who speaks in places: the speakers of the turns that each of them is a part of."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.checks import Raised, check_texts, shown
from qualcode.model.ids import fold
from qualcode.model.texts.documents import Document, Heard
from qualcode.model.texts.places import Places
from qualcode.model.texts.speakers import Speaker

__all__ = ["NOBODY", "SEVERAL", "Speech", "speaker_names", "spoken_by"]

Flags = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]

NOBODY = -1
"""The label of a place in which no turn is, or one whose speaker is not named."""
SEVERAL = -2
"""The label of a place in which speakers have different ones."""


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


@attrs.frozen(eq=False)
class Speech:
    """The turns of some documents, in order and apart from each other.

    Parameters
    ----------
    document, start, end : array of int64, shape (n_turns,)
        Where; documents are numbered in their order.
    speakers : tuple of Speaker or None
        Whose turn each is.
    """

    document: Longs
    start: Longs
    end: Longs
    speakers: tuple[Speaker | None, ...] = attrs.field(repr=False)

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Speech:
        """Return the turns of documents."""
        rows: list[tuple[int, int, int]] = []
        said: list[Speaker | None] = []
        for at, document in enumerate(documents):
            turns = document.speakers.turns
            rows += [(at, turn.start, turn.end) for turn in turns]
            said += document.voices
        table = np.array(rows, dtype=np.int64).reshape(-1, 3)
        return cls(table[:, 0], table[:, 1], table[:, 2], tuple(said))

    def labels(
        self, places: Places, label: Callable[[Speaker], Hashable | None]
    ) -> tuple[Longs, tuple[Hashable, ...]]:
        """Return for each place what all who speak in it have in common.

        Parameters
        ----------
        places : Places
            Where; documents are numbered as these are.
        label : callable
            Returns something about a speaker, such as the role; None where it is not known.

        Returns
        -------
        labels : array of int64, shape (n_places,)
            Numbers into `values`; or `NOBODY`, also where it is known of no one who speaks there, or
            `SEVERAL`.
        values : tuple
            What labels there are, in the order in which they come.
        """
        number: dict[Hashable, int] = {}
        found = np.full(len(self.speakers), NOBODY, dtype=np.int64)
        for at, speaker in enumerate(self.speakers):
            value = None if speaker is None else label(speaker)
            if value is not None:
                found[at] = number.setdefault(value, len(number))
        first, last = self.met(places)
        changes = np.concatenate([[0], np.cumsum(found[1:] != found[:-1])]) if len(found) else found
        labels = np.full(len(places), NOBODY, dtype=np.int64)
        there = np.flatnonzero(last > first)
        one, other = first[there], last[there] - 1
        labels[there] = np.where(changes[other] == changes[one], found[one], SEVERAL)
        return labels, tuple(number)

    def all_of(self, places: Places, theirs: Callable[[Speaker], bool]) -> Flags:
        """Tell in which places only some speak: each turn that a place shares text with is theirs."""
        own = [each is not None and theirs(each) for each in self.speakers]
        first, last = self.met(places)
        total = np.concatenate([[0], np.cumsum(np.array(own, dtype=np.int64))])
        found: Flags = (last > first) & (total[last] - total[first] == last - first)
        return found

    def met(self, places: Places) -> tuple[Longs, Longs]:
        """Return for each place the first turn that shares text with it, and the one behind the last."""
        stride = 1 + max(int(self.end.max(initial=0)), int(places.end.max(initial=0)))
        line = self.document * stride
        # Turns are in order and apart from each other, so those that a place meets are one stretch of them.
        first = np.searchsorted(line + self.end, places.document * stride + places.start, "right")
        last = np.searchsorted(line + self.start, places.document * stride + places.end, "left")
        return first, last


def spoken_by(
    places: Places,
    heard: Heard,
    documents: Mapping[str, Document],
    said: Iterable[str | None] = (),
) -> Flags:
    """Tell in which places only some speak: each turn that a place shares text with is one of theirs.

    Parameters
    ----------
    places : Places
        Where; documents are numbered in the order of `documents`.
    heard : Heard
        Who.
    documents : mapping of str to Document
        The documents.
    said : iterable of str or None
        For each place the speaker that it names itself, where it does; nothing where none does.
    """
    each = list(documents.values())
    found = Speech.of(each).all_of(places, heard.includes)
    for at, name in enumerate(said):
        if name is not None:
            speaker = each[places.document[at]].speakers.of(name) or Speaker(name)
            found[at] = heard.includes(speaker)
    return found
