"""Looking for words, codings, and what was done, over all documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from qualcode.errors import SuggestionError
from qualcode.model.checks import check_choice
from qualcode.model.log.event import Event
from qualcode.model.log.rows import format_time
from qualcode.model.log.telling import told
from qualcode.model.said import Said
from qualcode.model.texts.segments import Segment
from qualcode.project.view import View
from qualcode.serve.matching import matches
from qualcode.serve.refusals import Refusal
from qualcode.serve.showing import coding_of, told_to_page
from qualcode.serve.sight import Sight, made_by
from qualcode.suggest.finding.searching import find

__all__ = ["all_codings", "history", "search"]

_HOW = ("words", "part", "regex")
_MOST = 1_000
_AROUND = 60
_LINE = 80


def search(
    view: View,
    sight: Sight,
    words: str,
    *,
    how: str = "words",
    match_case: bool = False,
    most: int = 200,
) -> dict[str, Any]:
    """Return where words stand in the texts, with what is around and which codes are on them.

    Parameters
    ----------
    view : View
        The project.
    sight : Sight
        Which codes may be shown.
    words : str
        What to look for.
    how : {"words", "part", "regex"}
        Whole words, where ``*`` stands for any letters; words that hold it; or a regular expression.
    match_case : bool, default False
        Whether upper and lower case differ.
    most : int, default 200
        How many are returned; the total is told.
    """
    try:
        check_choice(how, _HOW, what="how", error=SuggestionError)
        found = list(_places(view, words, how=how, ignore_case=not match_case))
    except SuggestionError as error:
        raise Refusal(str(error), status=400, kind="Search") from error
    shown = found[: min(most, _MOST)]
    return {"total": len(found), "hits": list(_hits(view, sight, shown))}


def _places(
    view: View, words: str, *, how: str, ignore_case: bool
) -> Iterator[tuple[str, int, int]]:
    """Yield where words stand: document, start and end."""
    if how == "regex":
        texts = [each.text for each in view.documents.values()]
        found = matches(words, texts, ignore_case=ignore_case)
        for id, places in zip(view.documents, found, strict=True):
            yield from ((id, start, end) for start, end in places)
        return
    whole = (Segment.whole(each) for each in view.documents.values() if len(each))
    for segment, here in find(
        whole, text=words, whole_word=how == "words", ignore_case=ignore_case
    ):
        yield from ((segment.document.id, match.start, match.end) for match in here)


def _hits(
    view: View, sight: Sight, places: Iterable[tuple[str, int, int]]
) -> Iterator[dict[str, Any]]:
    known: dict[str, Any] = {}
    for document, start, end in places:
        if document not in known:
            known[document] = sight.assignments(view, document)
        rows = known[document]
        on = np.unique(rows.code[(rows.start < end) & (rows.end > start)])
        segment = view.segment(document, start, end)
        before, after = segment.context(_AROUND)
        yield {
            "document": document,
            "start": start,
            "end": end,
            "quote": segment.quote,
            "before": before,
            "after": after,
            "codes": [rows.codes[number] for number in on.tolist()],
        }


def all_codings(
    view: View,
    sight: Sight,
    *,
    code: str | None = None,
    coder: str | None = None,
    first: int = 0,
    most: int = _MOST,
) -> dict[str, Any]:
    """Return the codings of all documents, or those of a code or a coder, with their words.

    Parameters
    ----------
    view : View
        The project.
    sight : Sight
        What may be shown.
    code, coder : str, optional
        Whose codings.
    first : int, default 0
        How many are left out, which the page has.
    most : int, default 1000
        How many are returned; the total is told.
    """
    rows = sight.assignments(view)
    kept = np.ones(len(rows), dtype=np.bool_)
    if code is not None:
        view.codebook[code]  # refuses what there is not
        kept &= rows.code == rows.codes.index(code)
    if coder is not None:
        kept &= made_by(rows, coder)
    found = np.flatnonzero(kept)
    return {
        "total": len(found),
        "codings": [
            {
                "document": each.segment.document.id,
                "quote": each.segment.quote,
                "coding": coding_of(each),
            }
            for each in rows.take(found[first : first + min(most, _MOST)])
        ],
    }


# What was done


def history(view: View, sight: Sight, *, before: str = "~", most: int = 100) -> dict[str, Any]:
    """Return what was done last, the latest first: events and rows of coding.

    Parameters
    ----------
    view : View
        The project.
    sight : Sight
        What of it may be told.
    before : str
        A time; only what was done before it is returned.
    most : int, default 100
        How many.
    """
    most = min(most, _MOST)
    done = [
        *islice(_events(view, sight, before), most),
        *islice(_rows(view, sight, before), most),
    ]
    done.sort(key=lambda each: each["time"], reverse=True)
    return {"done": done[:most]}


def _events(view: View, sight: Sight, before: str) -> Iterator[dict[str, Any]]:
    log = view.log
    off, hidden = log.switches.off, log.hidden.events
    number = {at: number for number, at in enumerate(log.revisions, start=1)}
    for at in reversed(log.positions):
        event = log.timeline.events[at]
        if event.kind == "seal" or event.time >= before or not sight.shows(event):
            continue
        yield {
            "id": event.short,
            "time": event.time,
            "coder": event.author,
            "action": event.kind,
            "target": "" if at in hidden else event.target,
            **_told(view, event, number.get(at), is_hidden=at in hidden),
            "reason": "" if at in hidden else event.reason,
            "revision": number.get(at),
            "undone": event.id in off,
        }


def _told(view: View, event: Event, revision: int | None, *, is_hidden: bool) -> dict[str, Any]:
    if is_hidden:
        return told_to_page(Said("about-withdrawn"))
    return told_to_page(told(event) if revision is None else view.history.sentence(revision))


def _rows(view: View, sight: Sight, before: str) -> Iterator[dict[str, Any]]:
    rows, book = view.log.rows, view.codebook
    for at in np.argsort(rows.time, kind="stable")[::-1].tolist():
        time = format_time(int(rows.time[at]))
        coder, id = rows.coders[rows.coder[at]], rows.documents[rows.document[at]]
        document = view.documents.get(id)
        if document is None or time >= before:
            continue
        if coder != sight.coder and not sight.is_open(view, id):
            continue
        start, end = int(rows.start[at]), int(rows.end[at])
        code = rows.codes[rows.code[at]]
        name = book.codes[code].name if code in book.codes else code
        quote = " ".join(document.text[start:end].split())[:_LINE]
        yield {
            "id": None,
            "time": time,
            "coder": coder,
            "action": "retract" if rows.retracted[at] else "assign",
            "target": f"segment:{id}:{start}-{end}",
            **told_to_page(Said("quoted", code=name, quote=quote)),
            "reason": "",
            "revision": None,
            "undone": False,
        }
