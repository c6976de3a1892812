"""Who speaks where, as a table of turns tells it of documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, ClassVar

import attrs

from qualcode.errors import DocumentError, NotFoundError
from qualcode.model.texts.documents import Document
from qualcode.model.texts.speakers import Speaker, Speakers
from qualcode.model.texts.structure import Part, Structure
from qualcode.scale.sources.catalogue import Catalogue
from qualcode.scale.sources.listed import Listed

__all__ = ["TurnTable", "heard_in"]

_COLUMNS = ("document", "start", "end", "speaker", "role", "case")


@attrs.frozen(eq=False)
class TurnTable(Catalogue):
    """The turns of documents: where each is, and who speaks."""

    things: ClassVar[str] = "turns"
    key: ClassVar[str] = "document"
    own: ClassVar[frozenset[str]] = frozenset(_COLUMNS)

    def of(self, ids: Sequence[str]) -> Any:
        """Return the turns of some documents as an Arrow table."""
        return self.chosen(ids, [name for name in _COLUMNS if name in self.names])


def heard_in(
    documents: Sequence[Any], columns: Mapping[str, list[Any]], where: str
) -> list[Listed | Document]:
    """Return documents with the turns that a table tells of them.

    Parameters
    ----------
    documents : sequence of Document or Listed
        All of them have turns in the table.
    columns : mapping
        By name, the values of ``document`` (ids), ``start``, ``end`` (code points, half-open), ``speaker``
        and, where there are such, ``role`` and ``case`` of the speaker.
    where : str
        What the table is called in messages.

    Raises
    ------
    DocumentError
        When turns overlap, end before they start or after their text, or have a role that is none.
    NotFoundError
        For a document that has no turn in the table.
    """
    turns: dict[str, list[Part]] = {}
    people: dict[str, dict[str, Speaker]] = {}
    blank = [None] * len(columns["document"])
    told = (columns.get(name, blank) for name in _COLUMNS)
    for id, start, end, speaker, role, case in zip(*told, strict=True):
        turns.setdefault(id, []).append(Part("turn", start, end, name=speaker or ""))
        if speaker:
            known = people.setdefault(id, {}).get(speaker, Speaker(speaker))
            if any(
                given is not None and before not in (None, given)
                for given, before in ((role, known.role), (case, known.case))
            ):
                raise DocumentError(
                    f"{where}: {speaker!r} has two roles or cases in document {id!r}: give one of each"
                )
            people[id][speaker] = Speaker(speaker, role=role or known.role, case=case or known.case)
    return [_heard(each, turns.get(each.id), people.get(each.id, {}), where) for each in documents]


def _heard(
    document: Any, turns: list[Part] | None, people: Mapping[str, Speaker], where: str
) -> Listed | Document:
    if turns is None:
        raise NotFoundError(
            f"{where}: document {document.id!r} has no turn there: give all turns, and for a text without "
            "speakers one turn without a speaker"
        )
    turns = sorted(turns, key=lambda turn: turn.start)
    for one, other in pairwise(turns):
        if one.end > other.start:
            raise DocumentError(
                f"{where}: turns {one.start}–{one.end} and {other.start}–{other.end} of document "
                f"{document.id!r} overlap: a code point is in one turn at the most"
            )
    said = Speakers(tuple(people.values()), tuple(turns), sure=1.0)
    if isinstance(document, Document):
        return attrs.evolve(document, structure=Structure(tuple(turns)), speaking=said)
    known: Listed = attrs.evolve(document, speakers=said)
    return known
