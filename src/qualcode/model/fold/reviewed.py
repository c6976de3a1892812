"""What the events of a review make: each kind of event by a small function, asked for by the fold.

A judgement is a register of its finding, component and coder; a source behind a link one of its link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from qualcode.model.fold.filled import FORM_KINDS
from qualcode.model.fold.screened import SCREENING_KINDS, Screening, screening_event
from qualcode.model.fold.tied import TIE_KINDS, Tying, tie_event
from qualcode.model.log.event import Event
from qualcode.model.log.letters import Letters
from qualcode.model.review.cerqual import Judged, Judgement
from qualcode.model.review.content import LinkKey, ReviewContent
from qualcode.model.review.entries import Entry, EntryKey

__all__ = [
    "REVIEW_KINDS",
    "Reviewed",
    "backed_field",
    "backing_target",
    "finding_target",
    "judged_field",
    "review_event",
]


class _Fold(Protocol):
    """What of the fold these functions need."""

    letters: Letters
    out: set[str]
    review: Reviewed

    def _is_off(self, event: Event) -> bool: ...
    def _meant(self, target: str, at: int) -> str: ...
    def _note(self, target: str, field: str, value: Any, at: int) -> None: ...


class Reviewed:
    """What the reviewers of a project decided, growing event by event."""

    def __init__(self) -> None:
        self.judgements: dict[tuple[str, str, str, str, str], Judgement] = {}
        self.link_sources: dict[LinkKey, dict[str, None]] = {}
        self.forms: dict[str, Mapping[str, Any]] = {}
        self.entries: dict[EntryKey, Entry] = {}
        self.screening = Screening()
        self.tying = Tying()

    def content(self) -> ReviewContent:
        """Return it as it stands."""
        sources = {link: tuple(ids) for link, ids in self.link_sources.items() if ids}
        judged, filled = tuple(self.judgements.values()), tuple(self.entries.values())
        screened = self.screening.content()
        ties = self.tying.content(screened.records)
        return ReviewContent(judged, sources, dict(self.forms), filled, screened, ties)


def finding_target(level: str, node: str, rollup: str) -> str:
    """Return what a judgement is about, as events name it.

    Examples
    --------
    >>> finding_target("theme", "trust", "factors"), finding_target("code", "trust", "")
    ('finding:theme trust in factors', 'finding:code trust')
    """
    return f"finding:{level} {node}" + (f" in {rollup}" if rollup else "")


def backing_target(link: LinkKey) -> str:
    """Return what the sources of a link are about, as events name it.

    Examples
    --------
    >>> backing_target(("trust", "supports", "sharing"))
    'backing:trust supports sharing'
    """
    return f"backing:{' '.join(link)}"


def judged_field(component: str, coder: str) -> str:
    """Return the register of a finding that a coder's judgement sets."""
    return f"{component} by {coder}"


def backed_field(source: str) -> str:
    """Return the register of a link that says whether a source stands behind it."""
    return f"source {source}"


def review_event(
    target: str, field: str, value: Any
) -> tuple[str, dict[str, Any], dict[str, Any]] | None:
    """Return the event that sets a register of a review, its kind, fields and words; None for another's.

    Examples
    --------
    >>> review_event("finding:theme trust in factors", "overall by ana", ("low", "few"))[1:]
    ({'level': 'theme', 'node': 'trust', 'rollup': 'factors', 'component': 'overall', 'coder': 'ana',
    'judged': 'low'}, {'reason': 'few'})
    """
    kind, _, what = target.partition(":")
    if kind == "finding":
        level, _, named = what.partition(" ")
        node, _, rollup = named.partition(" in ")
        component, _, coder = field.partition(" by ")
        judged, reason = value or (None, "")
        fields = {
            "level": level, "node": node, **({"rollup": rollup} if rollup else {}),
            "component": component, "coder": coder, "judged": judged,
        }  # fmt: skip
        return "judge", fields, {"reason": reason} if reason else {}
    if kind == "backing":
        source, *type, end = what.split(" ")
        link = [source, " ".join(type), end]
        return "back-link", {"link": link, "sources": [field.partition(" ")[2]], "there": value}, {}
    return tie_event(target, field, value) or screening_event(target, field, value)


def _judge(fold: _Fold, event: Event, at: int) -> None:
    if fold._is_off(event):
        return
    said = event.fields
    level, node, rollup = said["level"], said["node"], said.get("rollup", "")
    if level == "code":
        node = fold.letters.meant("code", node, at)
    component, coder, judged = said["component"], said["coder"], said["judged"]
    key = level, node, rollup, component, coder
    held = fold.review.judgements
    held.pop(key, None)
    reason = event.words.get("reason", "")
    if judged is not None:
        held[key] = Judgement(
            level, node, rollup, component, Judged(judged, reason), coder, event.time, event.short
        )
    value = None if judged is None else (judged, reason)
    fold._note(finding_target(level, node, rollup), judged_field(component, coder), value, at)


def _back_link(fold: _Fold, event: Event, at: int) -> None:
    if fold._is_off(event):
        return
    source, type, target = event.fields["link"]
    link = fold.letters.meant("code", source, at), type, fold.letters.meant("code", target, at)
    held = fold.review.link_sources.setdefault(link, {})
    for each in event.fields["sources"]:
        meant = fold._meant(each, at)
        id = meant.removeprefix("document:")
        if event.fields["there"] and meant not in fold.out:
            held[id] = None
        else:
            held.pop(id, None)
        fold._note(backing_target(link), backed_field(meant), event.fields["there"], at)


REVIEW_KINDS: Mapping[str, Callable[[Any, Event, int], None]] = {
    "judge": _judge,
    "back-link": _back_link,
    **FORM_KINDS,
    **SCREENING_KINDS,
    **TIE_KINDS,
}
"""What each kind of event of a review does."""
