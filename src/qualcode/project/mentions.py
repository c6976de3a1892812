"""What must stay because something is about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import numpy as np

from qualcode.errors import ChangeError
from qualcode.model.fold.coding_rows import in_force
from qualcode.model.log.event import SHORT, Event
from qualcode.project.recording import Recorder, RowRange
from qualcode.project.steps import Step

__all__ = ["check_mentions", "check_there"]


def check_mentions(
    recorder: Recorder,
    events: Iterable[Event],
    undone: Collection[str] = (),
    rows: Iterable[RowRange] = (),
) -> None:
    """Refuse to take away a code or document that an assignment, a memo or a verdict is about.

    Parameters
    ----------
    recorder : Recorder
        The log.
    events : iterable of Event
        What is to be undone.
    undone : collection of str
        Ids of events that are undone with them.
    rows : iterable of RowRange
        Rows of coding that are undone with them.

    Raises
    ------
    ChangeError
        When something would be left without what it is about.
    """
    codes = _added(events := list(events), "add")
    documents = _added(events, "add-document")
    if codes or documents:
        _check_coded(recorder, codes, documents, rows)
        _check_noted(recorder, codes, documents, undone)
    gone = {target for event in events if (target := _thing(event)) and event.kind != "add"}
    if gone:
        _check_said(recorder, gone, {*undone, *(event.id for event in events)})


def check_there(recorder: Recorder, step: Step, undone: Iterable[Step]) -> None:
    """Refuse to do again what is about something whose addition stays undone.

    Parameters
    ----------
    recorder : Recorder
        The log.
    step : Step
        What is to be done again.
    undone : iterable of Step
        What was done before it, and stays undone.

    Raises
    ------
    ChangeError
        When it is.
    """
    timeline = recorder.timeline
    events = (timeline.events[timeline.position[id]] for each in undone for id in each.events)
    gone = {target for event in events if (target := _thing(event))}
    own = [timeline.events[timeline.position[id]] for id in step.events]
    about = {target for event in own for target in _about(event)} | _coded(recorder, step.rows)
    for target in sorted(gone & about):
        raise ChangeError(f"the addition of {target} is undone: redo that first")


def _coded(recorder: Recorder, ranges: Iterable[RowRange]) -> set[str]:
    """Return what rows of coding are about."""
    rows = recorder.log.rows
    about: set[str] = set()
    for block, first, end in ranges:
        for row in np.flatnonzero(rows.block == block)[first:end].tolist():
            about |= {
                f"document:{rows.documents[rows.document[row]]}",
                f"code:{rows.codes[rows.code[row]]}",
            }
    return about


def _thing(event: Event) -> str:
    """Return what an event adds, or nothing."""
    if event.kind == "memo":
        return f"memo:{event.short}"
    return event.target if event.kind in ("add", "add-document", "add-case", "form") else ""


def _about(event: Event) -> Iterator[str]:
    """Yield what an event says something of, besides what it adds."""
    kind, _, id = event.target.partition(":")
    if kind == "segment":
        yield f"document:{id.rpartition(':')[0]}"
    elif _thing(event) != event.target:
        yield event.target
    if "case" in event.fields:
        yield f"case:{event.fields['case']}"
    for case in event.fields.get("cases", ()) if event.kind == "add-document" else ():
        yield f"case:{case}"
    for memo in event.fields.get("links", ()) if event.kind == "memo" else ():
        yield f"memo:{memo}"
    if event.kind == "verdict":
        yield f"code:{event.fields['code']}"
    if event.kind == "fill":
        yield event.fields["form"]
        yield from (f"document:{id}" for had in event.fields.get("had", {}).values() for id in had)
    if event.kind == "summarise":
        yield from (f"document:{id}" for id in event.fields["had"])
        if event.fields["level"] == "code":
            yield f"code:{event.fields['node']}"


def _check_said(recorder: Recorder, gone: set[str], undone: Collection[str]) -> None:
    """Refuse to take away a document, case or memo of which something else that stays says more."""
    off = recorder.log.switches.off
    for event in recorder.timeline.events:
        if event.id not in off and event.id not in undone and gone.intersection(_about(event)):
            raise ChangeError(
                f"cannot take back the addition of {', '.join(sorted(gone.intersection(_about(event))))}: "
                f"{event.author} said more of it since ({event.kind} {event.target})"
            )


def _added(events: list[Event], kind: str) -> set[str]:
    return {event.target.partition(":")[2] for event in events if event.kind == kind}


def _check_coded(
    recorder: Recorder, codes: set[str], documents: set[str], without: Iterable[RowRange]
) -> None:
    # What was retracted counts too: the log keeps it, and has to be read.
    rows = in_force(recorder.log, recorder.fold, without=without)
    used = codes & {rows.codes[at] for at in set(rows.code.tolist())}
    if used:
        raise ChangeError(
            f"cannot revert the addition of {', '.join(sorted(used))}: assignments carry it, or carried it "
            "once, and it would be gone; retire it instead"
        )
    coded = documents & {rows.documents[at] for at in set(rows.document.tolist())}
    if coded:
        raise ChangeError(
            f"cannot take back the addition of {', '.join(sorted(coded))}: it is coded, or was once"
        )


def _check_noted(
    recorder: Recorder, codes: set[str], documents: set[str], undone: Collection[str]
) -> None:
    gone = {f"code:{id}" for id in codes} | {f"document:{id}" for id in documents}
    by_now = {id[:SHORT] for id in undone}
    for memo in recorder.fold.memos.values():
        if memo.target in gone and memo.id not in by_now:
            raise ChangeError(
                f"there is a memo on {memo.target.partition(':')[2]!r} (by {memo.coder}), which would be "
                "gone; retire it instead"
            )
    for summary in recorder.fold.summaries.values():
        if summary.level == "code" and summary.node in codes and summary.id not in by_now:
            raise ChangeError(
                f"there is a summary of {summary.node!r} in the case {summary.case!r} (by {summary.coder}), "
                "which would be gone; retire the code instead"
            )
    for verdict in recorder.fold.verdicts:
        for code in codes.intersection((verdict.code, *(verdict.became or ())[2:])):
            raise ChangeError(
                f"{verdict.coder} {verdict.kind} a suggestion of {code!r}, which would be gone; retire it "
                "instead"
            )
