"""Taking over the screening of another project: its records, criteria and decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import attrs

from qualcode.model.fold.screened import REVIEW, decided_field, record_target, screening_event
from qualcode.model.fold.tied import DUPLICATES, RULE, SAME
from qualcode.model.review.screening import ScreeningContent
from qualcode.project.whole import Whole

__all__ = ["take_records"]


class _Taking(Protocol):
    """What of an import this needs."""

    whole: Whole
    other: Whole
    who: str
    coder: dict[str, str]

    def say(self, what: str, theirs: str, ours: str, how: str, note: str = "") -> None: ...


def take_records(taking: _Taking) -> None:
    """Take over the records of searches, what was asked of them, and what was decided on them."""
    screened = taking.other.state.review.screening
    _asked(taking, screened)
    _found(taking, screened)
    _tied(taking)
    _decided(taking, screened)


def _asked(taking: _Taking, screened: ScreeningContent) -> None:
    held = taking.whole._recorder.fold.review.screening
    for name, theirs, ours in (
        ("question", screened.question, held.question),
        ("criteria", screened.criteria.said() if screened.criteria else {}, held.criteria.said()),
    ):
        if not theirs:
            continue
        if getattr(held, name):
            differs = theirs != ours
            note = f"this project has another {name}" if differs else ""
            taking.say(name, name, name, "kept" if differs else "matched", note)
        else:
            _record(taking, "set-review", REVIEW, {}, {name: theirs})
            taking.say(name, name, name, "added")


def _found(taking: _Taking, screened: ScreeningContent) -> None:
    held = taking.whole._recorder.fold.review.screening
    for search in screened.searches.values():
        ids = [id for id, found in screened.found.items() if found == search.id]
        new = [id for id in ids if id not in held.records]
        if new:
            fields = {**attrs.asdict(search), "ids": new}
            words = {"records": [screened.records[id].fields() for id in new]}
            _record(taking, "add-records", f"search:{search.id}", fields, words)
        how = "added" if new else "matched"
        taking.say("search", search.id, search.id, how, f"{len(new):,} records" if new else "")


def _tied(taking: _Taking) -> None:
    held = taking.whole._recorder.fold.review.tying
    theirs = taking.other.state.review.ties
    by_rule = [pair for pair in sorted(theirs.rule) if pair not in held.rule]
    for pairs, said in (
        (by_rule, {SAME: True, "by": RULE}),
        (
            [pair for pair in theirs.said if theirs.said[pair] and pair not in held.said],
            {SAME: True},
        ),
        ([pair for pair in theirs.apart if pair not in held.said], {SAME: False}),
    ):
        if pairs:
            fields = {"pairs": [list(pair) for pair in pairs], **said}
            _record(taking, "tie-records", DUPLICATES, fields, {})
            taking.say("duplicates", f"{len(pairs):,} pairs", "", "added")
    for pair, same in theirs.said.items():
        if held.said.get(pair, same) is not same:
            taking.say("duplicates", " ".join(pair), " ".join(pair), "kept", "said otherwise here")


def _decided(taking: _Taking, screened: ScreeningContent) -> None:
    for each in screened.decisions.values():
        coder = taking.coder.get(each.coder, each.coder)
        told = f"{each.record}, {each.stage}"
        there = taking.whole._recorder.fold.review.screening.decisions.get(each.record, {}).get(
            (each.stage, coder)
        )
        if there is not None:
            differs = (there.decision, there.reason) != (each.decision, each.reason)
            note = f"decided there: {each.decision}" if differs else ""
            taking.say("decision", told, each.record, "kept" if differs else "matched", note)
            continue
        said = screening_event(
            record_target(each.record),
            decided_field(each.stage, taking.whole._doing(coder)),
            (each.decision, each.reason, each.note),
        )
        assert said is not None
        _record(taking, said[0], record_target(each.record), *said[1:], coder=coder, time=each.time)
        taking.say("decision", told, each.record, "added")
    for sample in screened.samples.values():
        fields = {**attrs.asdict(sample), "records": list(sample.records)}
        fields["coder"] = taking.whole._doing(taking.coder.get(sample.coder, sample.coder))
        _record(taking, "sample-records", REVIEW, fields, {})


def _record(
    taking: _Taking,
    kind: str,
    target: str,
    fields: Mapping[str, Any],
    words: Mapping[str, Any],
    *,
    coder: str = "",
    time: str = "",
) -> None:
    whole = taking.whole
    event = whole._recorder.event(
        kind, target, fields, words, coder=coder or taking.who, time=time or whole._time()
    )
    whole._note(event)
