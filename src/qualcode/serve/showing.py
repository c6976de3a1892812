"""A project, its documents and its codings as the page gets them. Offsets are code points, half-open."""

from __future__ import annotations

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import attrs
import msgspec
import numpy as np

from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code
from qualcode.model.coding.assignments import Assignment, Assignments
from qualcode.model.coding.memos import Coder, Memo, segment_place
from qualcode.model.log.rows import Flags, format_time
from qualcode.model.said import Said
from qualcode.model.texts.documents import Document, Value
from qualcode.project.view import View
from qualcode.report.page.colours import code_colours
from qualcode.serve.sight import Sight, made_by

__all__ = [
    "Coding", "Place", "Texts", "coding_id", "coding_of", "codings", "document_data", "memo_data", "place_of",
    "project_data", "target_place", "told_to_page", "version_of",
]  # fmt: skip

Place = tuple[int, int]
"""Where a coding begins and ends."""

_VERSION = 12
_MOST_TEXTS = 8
"""So many texts are kept as they are sent."""

_encode = msgspec.json.Encoder().encode


class Coding(msgspec.Struct, frozen=True):
    """An assignment in one document.

    Parameters
    ----------
    id : str
        What the page calls it by: the same as long as neither its text nor its code changes.
    start, end : int
        Code points, half-open.
    code, coder : str
        Ids.
    memo : str or None
        A note.
    weight : float or None
        A weight.
    time, origin : str
        When, and where it came from.
    stale : bool
        Whether it was made before its code's meaning changed.
    """

    id: str
    start: int
    end: int
    code: str
    coder: str
    memo: str | None
    weight: float | None
    time: str
    origin: str
    stale: bool


def place_of(view: View) -> str:
    """Return the place in the log: two moments with the same place have the same content."""
    log = view.log
    # The log of a folder only grows, so its length and its end tell. Digested, they do not tell who is blind
    # how much others did.
    last = log.timeline.events[log.count - 1].id if log.count else ""
    return hashlib.sha256(f"{log.count} {last} {len(log.rows)}".encode()).hexdigest()[:16]


def version_of(document: Document) -> str:
    """Return what tells versions of a text apart."""
    return _digest(document.text)[:_VERSION]


@lru_cache(1 << 12)
def _digest(text: str) -> str:
    # Of a text that is asked for again and again: that of the document itself is made anew each time.
    return hashlib.sha256(text.encode()).hexdigest()


# Codings


def coding_id(start: int, end: int, code: str, coder: str) -> str:
    """Return what the page calls an assignment by; a code's id holds no colon."""
    return f"{start}:{end}:{code}:{coder}"


def coding_of(made: Assignment, *, stale: bool = False) -> Coding:
    """Return an assignment as the page gets it."""
    start, end, code = made.segment.start, made.segment.end, made.code.id
    return Coding(
        coding_id(start, end, code, made.coder), start, end, code, made.coder, made.memo, made.weight,
        made.time, made.origin, stale,
    )  # fmt: skip


def codings(
    view: View, document: str, sight: Sight, places: set[Place] | None = None
) -> dict[str, Coding]:
    """Return the assignments in a document that may be seen, by id, in the order of the text.

    Parameters
    ----------
    view : View
        The project.
    document : str
        Its id.
    sight : Sight
        What may be seen.
    places : set of (int, int), optional
        Only those that begin and end so.
    """
    stale = {each.id for each in _read(sight.of_document(view, view.stale(), document))}
    found = {}
    rows = sight.assignments(view, document)
    if places is not None:
        bounds = zip(rows.start.tolist(), rows.end.tolist(), strict=True)
        rows = rows.take(np.array([each in places for each in bounds], dtype=np.bool_))
    for each in _read(rows):
        if each.id in stale:
            each = msgspec.structs.replace(each, stale=True)
        found[each.id] = each
    return found


def _read(assignments: Assignments) -> Iterator[Coding]:
    """Yield assignments as the page gets them, read column by column: there may be thousands."""
    rows = assignments.rows
    memos = rows.memos
    columns = zip(
        rows.start.tolist(),
        rows.end.tolist(),
        _named(assignments.codes, assignments.code),
        _named(rows.coders, rows.coder),
        rows.weight.tolist(),
        map(_time, rows.when.tolist()),
        _named(rows.origins, rows.origin),
        strict=True,
    )
    for row, (start, end, code, coder, weight, time, origin) in enumerate(columns):
        id = coding_id(start, end, code, coder)
        weight = None if weight != weight else weight
        yield Coding(id, start, end, code, coder, memos.get(row), weight, time, origin, False)


def _named(names: Sequence[str], numbers: np.ndarray[Any, Any]) -> Iterable[str]:
    return map(names.__getitem__, numbers.tolist())


# Most rows of an import have one time.
_time = lru_cache(1 << 14)(format_time)


# Documents


class Texts:
    """Documents as pages get them, but for what changes while they are coded: made once for each version."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Document, dict[str, msgspec.Raw]]] = OrderedDict()

    def of(self, view: View, id: str) -> dict[str, msgspec.Raw]:
        """Return the text of a document, with its paragraphs, sentences and speakers."""
        document = view.documents[id]
        known = self._known.get(id)
        if known is None or not _is_same_text(known[0], document):
            made = {name: msgspec.Raw(_encode(value)) for name, value in _structure(view, id)}
            known = self._known[id] = document, made
            if len(self._known) > _MOST_TEXTS:
                self._known.popitem(last=False)
        return known[1]


def _is_same_text(one: Document, other: Document) -> bool:
    """Tell whether documents read alike; an undo makes all of them anew, of the same text."""
    return one is other or (one.text, one.structure, one.speaking) == (
        other.text, other.structure, other.speaking,
    )  # fmt: skip


def _structure(view: View, id: str) -> Iterator[tuple[str, Any]]:
    document = view.documents[id]
    yield "text", document.text
    yield "paragraphs", _spans(view, id, "paragraph")
    yield "sentences", _spans(view, id, "sentence")
    turns = zip(document.speakers.turns, document.voices, strict=True)
    yield (
        "speakers",
        [
            {"start": turn.start, "end": turn.end, "name": voice.name, "role": voice.role}
            for turn, voice in turns
            if voice is not None
        ],
    )


def document_data(view: View, id: str, sight: Sight) -> dict[str, Any]:
    """Return what is known of a document beside its text and codings."""
    document = view.documents[id]
    return {
        "id": id,
        "name": document.name,
        "version": version_of(document),
        "variables": _variables(document.variables),
        "cases": list(document.cases),
        "finished": sight.finished(view, id),
        "mine": sight.has_finished(view, id),
        "memos": _memos(view, sight).get(f"document:{id}", []),
    }


def _spans(view: View, document: str, unit: str) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in view.segments(unit, documents=document)]


def target_place(target: str) -> tuple[str | None, int | None, int | None]:
    """Return the document, start and end of what something is about; None for what it does not have."""
    kind, _, id = target.partition(":")
    if kind == "segment":
        return segment_place(target)
    return (id if kind == "document" else None), None, None


def told_to_page(told: str) -> dict[str, Any]:
    """Return a sentence as the page gets it: in English, and as what it is about, for other languages."""
    return {"told": str(told), "said": told.data if isinstance(told, Said) else None}


def memo_data(memo: Memo) -> dict[str, Any]:
    """Return a memo as the page gets it."""
    _, start, end = target_place(memo.target)
    return {
        "id": memo.id,
        "target": memo.target,
        "text": memo.text,
        "coder": memo.coder,
        "time": memo.time,
        "start": start,
        "end": end,
    }


def _variables(variables: Mapping[str, Value | None]) -> dict[str, Any]:
    """Return variables as JSON has them, a date as its text."""
    return {
        name: value if isinstance(value, str | int | float | None) else value.isoformat()
        for name, value in variables.items()
    }


# The project


def project_data(view: View, sight: Sight) -> dict[str, Any]:
    """Return what the page shows beside a text: team, codebook, documents."""
    rows = sight.assignments(view)
    own = made_by(rows, sight.coder)
    memos = _memos(view, sight)
    return {
        "id": view.log.timeline.project,
        "name": view.name,
        "me": sight.coder,
        "blind": sight.blind,
        "withheld": view.withheld,
        "coders": [attrs.asdict(each) for each in _team(view, sight)],
        "codes": [
            {**each, "memos": memos.get(f"code:{each['id']}", [])}
            for each in _codes(view.codebook, rows, own)
        ],
        "documents": [
            {
                "id": id,
                "name": document.name,
                "length": len(document),
                "version": version_of(document),
                "codings": count,
                "own": mine,
                "finished": sight.finished(view, id),
                "mine": sight.has_finished(view, id),
                "cases": list(document.cases),
                "variables": _variables(document.variables),
                "memos": memos.get(f"document:{id}", []),
            }
            for (id, document), count, mine in zip(
                view.documents.items(),
                _counted(rows.document, len(view.documents)),
                _counted(rows.document[own], len(view.documents)),
                strict=True,
            )
        ],
        "scale": list(view.scale.items()),
        "conflicts": len(view.conflicts),
    }


def _memos(view: View, sight: Sight) -> Mapping[str, list[dict[str, Any]]]:
    """Return the memos by what they are about; those on passages with those on their document."""
    found: dict[str, list[dict[str, Any]]] = {}
    for memo in sight.memos(view):
        document, *_ = target_place(memo.target)
        about = memo.target if document is None else f"document:{document}"
        found.setdefault(about, []).append(memo_data(memo))
    return found


def _team(view: View, sight: Sight) -> Iterable[Coder]:
    known = list(view.coders.values())
    if sight.coder is not None and sight.coder not in view.coders:
        known.append(Coder(sight.coder))
    return known


def _counted(numbers: np.ndarray[Any, Any], most: int) -> list[int]:
    return [int(each) for each in np.bincount(numbers, minlength=most)]


def _codes(book: Codebook, rows: Assignments, own: Flags) -> list[dict[str, Any]]:
    colours = code_colours(book)
    counts = Counter(rows.code.tolist())
    mine = Counter(rows.code[own].tolist())
    numbers = {id: number for number, id in enumerate(rows.codes)}
    return [
        {
            **_said(code),
            "colour": colours[code.id],
            "own_colour": code.colour,
            "path": [each.name for each in reversed(list(book.ancestors(code.id)))],
            "depth": len(book.ancestors(code.id)),
            "count": counts[numbers[code.id]],
            "own": mine[numbers[code.id]],
        }
        for root in book.children(all=True)
        for code in (root, *book.descendants(root.id, all=True))
        if code.status != "reverted"
    ]


def _said(code: Code) -> dict[str, Any]:
    return {
        "id": code.id,
        "name": code.name,
        "parent": code.parent,
        "definition": code.definition,
        "include": list(code.include),
        "exclude": list(code.exclude),
        "examples": list(code.examples),
        "counterexamples": list(code.counterexamples),
        "keywords": list(code.keywords),
        "codable": code.codable,
        "status": code.status,
        "merged_into": code.merged_into,
        "parts": list(code.parts),
    }
