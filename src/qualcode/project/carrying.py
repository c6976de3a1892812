"""Keeping beside a project what a later file has no place for in it, instead of what an earlier one had."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qualcode.io.exchange.study import Carried, Study
from qualcode.model.log.event import SHORT, Event
from qualcode.model.texts.originals import ORIGINALS
from qualcode.project.matching import MATCHED, Matched

__all__ = ["carry_instead"]


def carry_instead(matched: Matched, study: Study, told: Mapping[str, Any], *, coder: str) -> None:
    """Carry what a later file holds, in the place of what was carried of the study before.

    Parameters
    ----------
    matched : Matched
        The project, which is up to date otherwise, the later file, and what is what.
    study : Study
        What the later file holds.
    told : mapping
        What the project says otherwise, for the next time.
    coder : str
        Who does it.
    """
    recorder = matched.project._recorder
    carries = [recorder.timeline.events[at] for at in recorder.fold.carried]
    for each in study.carried:
        if "frame" in each.fields:
            said, before = _frame(matched, each, carries)
            besides = told
        else:
            said, before = _source(matched, each, carries)
            besides = {}
        if not said:
            continue
        words = {ORIGINALS: [original.plain() for original in each.originals], **said}
        if len(before) == 1 and _plain(before[0].words) == _plain(words):
            continue
        words.update({name: value for name, value in besides.items() if value})
        fields: dict[str, Any] = {"program": study.program}
        if before:
            fields["instead"] = [event.id[:SHORT] for event in before]
        target = matched.named(each.target)
        matched.project._record("carry", target, fields, words, coder=coder)


def _frame(
    matched: Matched, each: Carried, carries: list[Event]
) -> tuple[dict[str, Any], list[Event]]:
    """Return what is to be known of the project's element, and what was carried in its place."""
    ids = {matched.named(target): guid for target, guid in each.fields["ids"].items()}
    before = [event for event in carries if not ids.keys().isdisjoint(event.words.get("ids", ()))]
    earlier: dict[str, str] = {}
    for event in before:
        earlier.update(event.words["ids"])
    # A thing that is gone there and stays here keeps its GUID, and is written as if it were new.
    things = {
        target: guid for target, guid in earlier.items() if target.partition(":")[0] in MATCHED
    }
    gone = [
        event
        for event in carries
        if any(
            f"document:{id}" in earlier and f"document:{id}" not in ids
            for id in event.words.get("texts", ())
        )
    ]
    made = {matched.named(target): told for target, told in each.fields["made"].items()}
    return {**each.fields, "ids": {**things, **ids}, "made": made}, [*before, *gone]


def _source(
    matched: Matched, each: Carried, carries: list[Event]
) -> tuple[dict[str, Any], list[Event]]:
    """Return what is to be known of a source, and what was carried in its place; nothing if that stays."""
    texts: list[str | None] = []
    for id in each.fields["texts"]:
        ours = None if id is None else matched.id("document", id)
        texts.append(ours)
        here = None if ours is None else matched.project.documents.get(ours)
        if id is not None and (here is None or here.text != matched.later.documents[id].text):
            return {}, []  # its positions are those of another text: what was carried before fits
    before = [
        event
        for event in carries
        if event.words.get("source") == each.fields["source"]
        or any(id in event.words.get("texts", ()) for id in texts if id is not None)
    ]
    return {**each.fields, "texts": texts}, before


def _plain(words: Any) -> Any:
    """Return what is carried as it reads when it was written, less what is told of the project with it."""
    if isinstance(words, Mapping):
        told = ("kept", "without")
        return {name: _plain(value) for name, value in words.items() if name not in told}
    return [_plain(each) for each in words] if isinstance(words, list | tuple) else words
