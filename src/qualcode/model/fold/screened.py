"""What the events of screening make: records of searches, criteria, decisions and samples.

A question and criteria are registers of the review; a decision one of its record, stage and coder. Records
have ids that follow from what they say, so the same ones brought twice are there once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import attrs

from qualcode.model.log.event import Event
from qualcode.model.review.criteria import Criteria
from qualcode.model.review.records import Record
from qualcode.model.review.screening import Sample, Screened, ScreeningContent, Search, search_of

__all__ = [
    "REVIEW",
    "SCREENING_KINDS",
    "Screening",
    "decided_field",
    "record_target",
    "screening_event",
]

REVIEW = "review"
"""What question and criteria are about, as events name it."""


class Screening:
    """What was searched and decided, growing event by event."""

    def __init__(self) -> None:
        self.question = ""
        self.criteria = Criteria()
        self.searches: dict[str, Search] = {}
        self.records: dict[str, Record] = {}
        self.found: dict[str, str] = {}
        self.decisions: dict[str, dict[tuple[str, str], Screened]] = {}
        """For each record what was decided, by stage and coder."""
        self.samples: dict[tuple[str, str], Sample] = {}

    def content(self) -> ScreeningContent:
        """Return it as it stands; what is about records whose import was undone is out of sight."""
        there = self.records
        return ScreeningContent(
            self.question, self.criteria, dict(self.searches), dict(there), dict(self.found),
            {
                (record, *key): each
                for record, decided in self.decisions.items()
                if record in there
                for key, each in decided.items()
            },
            {
                key: attrs.evolve(each, records=tuple(one for one in each.records if one in there))
                for key, each in self.samples.items()
            },
        )  # fmt: skip


class _Reviewed(Protocol):
    screening: Screening


class _Fold(Protocol):
    """What of the fold these functions need."""

    review: _Reviewed

    def _is_off(self, event: Event) -> bool: ...
    def _note(self, target: str, field: str, value: Any, at: int) -> None: ...


def record_target(record: str) -> str:
    """Return what a decision is about, as events name it.

    Examples
    --------
    >>> record_target("okoye-2021-5b3b4d22")
    'record:okoye-2021-5b3b4d22'
    """
    return f"record:{record}"


def decided_field(stage: str, coder: str) -> str:
    """Return the register of a record that a coder's decision sets."""
    return f"{stage} by {coder}"


def screening_event(
    target: str, field: str, value: Any
) -> tuple[str, dict[str, Any], dict[str, Any]] | None:
    """Return the event that sets a register of screening, its kind, fields and words; None for another's.

    Examples
    --------
    >>> screening_event("record:okoye-2021", "full-text by ana", ("exclude", "no review", ""))
    ('screen', {'stage': 'full-text', 'coder': 'ana', 'decision': 'exclude'}, {'criterion': 'no review'})
    """
    if target == REVIEW:
        return "set-review", {}, {field: value}
    if target.startswith("record:"):
        stage, _, coder = field.partition(" by ")
        decision, reason, note = value or (None, "", "")
        words = {"criterion": reason, "note": note}
        fields = {"stage": stage, "coder": coder, "decision": decision}
        return "screen", fields, {name: text for name, text in words.items() if text}
    return None


def _set_review(fold: _Fold, event: Event, at: int) -> None:
    if fold._is_off(event):
        return
    if "question" in event.words:
        fold.review.screening.question = event.words["question"]
        fold._note(REVIEW, "question", event.words["question"], at)
    if "criteria" in event.words:
        fold.review.screening.criteria = Criteria.of(event.words["criteria"])
        fold._note(REVIEW, "criteria", event.words["criteria"], at)


def _add_records(fold: _Fold, event: Event, at: int) -> None:
    if fold._is_off(event):
        return
    held = fold.review.screening
    search = search_of(event.fields)
    held.searches[search.id] = search
    for id, said in zip(event.fields["ids"], event.words["records"], strict=True):
        held.records.setdefault(id, Record.from_fields(said))
        held.found.setdefault(id, search.id)


def _screen(fold: _Fold, event: Event, at: int) -> None:
    if fold._is_off(event):
        return
    said, words = event.fields, event.words
    record = event.target.partition(":")[2]
    stage, coder, decision = said["stage"], said["coder"], said["decision"]
    held = fold.review.screening.decisions.setdefault(record, {})
    held.pop((stage, coder), None)
    reason, note = words.get("criterion", ""), words.get("note", "")
    if decision is not None:
        held[stage, coder] = Screened(record, stage, coder, decision, reason, note, event.time)
    value = None if decision is None else (decision, reason, note)
    fold._note(event.target, decided_field(stage, coder), value, at)


def _sample(fold: _Fold, event: Event, at: int) -> None:
    if fold._is_off(event):
        return
    said = event.fields
    key = said["stage"], said["coder"]
    before = fold.review.screening.samples.get(key)
    # What two people drew for one coder without knowing of each other is for that coder to do.
    records = dict.fromkeys((*(before.records if before else ()), *said["records"]))
    fold.review.screening.samples[key] = Sample(*key, tuple(records), said["among"], said["seed"])


SCREENING_KINDS: Mapping[str, Callable[[Any, Event, int], None]] = {
    "set-review": _set_review,
    "add-records": _add_records,
    "screen": _screen,
    "sample-records": _sample,
}
"""What each kind of event of screening does."""
