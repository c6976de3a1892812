"""The same project told differently: in another order, in parts, by others, under other names."""

from __future__ import annotations

from typing import Any, Literal

import attrs
import numpy as np

from qualcode.model.codebooks.changes import Rename
from qualcode.model.log.rows import Events
from qualcode.model.state import State
from qualcode.model.texts.documents import Registry
from qualcode.project.view import View

__all__ = [
    "by_another_coder",
    "every_other_assignment",
    "every_other_document",
    "in_reverse",
    "logged_twice",
    "renamed",
    "with_all_codes_at_once",
    "with_events",
]

_RENAMED = 12


def with_events(state: State, events: Events, **changes: Any) -> View:
    """Return a project with other events."""
    return View(attrs.evolve(state, events=events, **changes))


def every_other_document(view: View, which: Literal["first", "second"]) -> View:
    """Return one of two projects that share out the documents, with all that is coded in them."""
    return View(view.state.restricted(documents=list(view.documents)[which == "second" :: 2]))


def every_other_assignment(view: View) -> View:
    """Return the project without every second assignment."""
    events = view.state.events.standing()
    return with_events(view.state, events.take(np.arange(0, len(events), 2)))


def with_all_codes_at_once(view: View) -> View:
    """Return the project with the segment of the first assignment, and every code on it."""
    events = view.state.events.standing()
    codes = tuple(code.id for code in view.codebook if code.codable and code.status == "live")
    if len(events) and codes:
        events = events.take(np.zeros(len(codes), dtype=np.int64))
        events = attrs.evolve(events, codes=codes, code=np.arange(len(codes), dtype=np.int32))
    return with_events(view.state, events)


def in_reverse(view: View) -> View:
    """Return the project with documents, assignments and coders in the opposite order."""
    events = view.state.events.standing()
    return with_events(
        view.state,
        events.take(np.arange(len(events))[::-1].copy()),
        documents=Registry(reversed(list(view.documents.values())), what="document"),
        coders=dict(reversed(list(view.coders.items()))),
    )


def logged_twice(view: View) -> View:
    """Return the project with each assignment made twice by the same coder."""
    events = view.state.events.standing()
    return with_events(view.state, Events.concatenate([events, events]))


def by_another_coder(view: View) -> View:
    """Return the project with each assignment, as it reads now, made by another coder too."""
    rows = view.state.counting().assignments
    copied = attrs.evolve(
        rows.rows,
        # What was decided about a split was decided for each coder apart.
        code=rows.code,
        codes=rows.codes,
        coder=np.zeros_like(rows.coder),
        coders=("somebody-else",),
    )
    return with_events(view.state, Events.concatenate([view.state.events.standing(), copied]))


def renamed(view: View) -> View:
    """Return the project with other names for codes that are in use, a few if they are many."""
    history, rows = view.history, view.assignments
    used = [rows.codes[number] for number in np.unique(rows.code).tolist()]
    for id in [id for id in used if view.codebook.codes[id].is_live][:_RENAMED]:
        change = Rename(id, f"another name for {id}")
        history = history.append(change, coder="somebody-else", time=history.head.time)
    return View(attrs.evolve(view.state, history=history))
