"""What must stay because something is about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from qualcode.errors import ChangeError
from qualcode.model.log.coding import in_force
from qualcode.model.log.event import Event
from qualcode.project.recording import Recorder, RowRange

__all__ = ["check_mentions"]


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
    for memo in recorder.fold.memos.values():
        if memo.target in gone and not any(id.startswith(memo.id) for id in undone):
            raise ChangeError(
                f"there is a memo on {memo.target.partition(':')[2]!r} (by {memo.coder}), which would be "
                "gone; retire it instead"
            )
    for verdict in recorder.fold.verdicts:
        for code in codes.intersection((verdict.code, *(verdict.became or ())[2:])):
            raise ChangeError(
                f"{verdict.coder} {verdict.kind} a suggestion of {code!r}, which would be gone; retire it "
                "instead"
            )
