"""What the events of duplicates make: pairs of records that are one, and pairs that are kept apart.

What people say of a pair is a register of it; what the rule tied when records were imported stands beside it,
so that no person's word is ever in conflict with the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

from qualcode.model.log.event import Event
from qualcode.model.review.ties import IdPair, Ties

__all__ = ["DUPLICATES", "RULE", "SAME", "TIE_KINDS", "Tying", "pair_target", "tie_event"]

DUPLICATES = "duplicates"
"""What ties are about, as events name it."""

RULE = "rule"
"""By what a pair was tied where no person said so."""

SAME = "same"
"""The register of a pair that says whether both are one."""

_PAIR = "duplicates:"


class Tying:
    """What ties records, growing event by event."""

    def __init__(self) -> None:
        self.rule: dict[IdPair, None] = {}
        self.said: dict[IdPair, bool] = {}
        self._events = 0
        self._known: tuple[tuple[int, int], Mapping[str, str]] = (0, 0), {}

    def content(self, records: Collection[str]) -> Ties:
        """Return what ties the records that there are."""
        return Ties(frozenset(self.rule), dict(self.said)).among(records)

    def duplicates(self, records: Collection[str]) -> Mapping[str, str]:
        """Return for each duplicate the record that stands for it; kept until a tie or a record is added."""
        now = self._events, len(records)
        if self._known[0] != now:
            self._known = now, self.content(records).duplicates([*records])
        return self._known[1]


class _Reviewed(Protocol):
    tying: Tying


class _Fold(Protocol):
    """What of the fold these functions need."""

    review: _Reviewed

    def _is_off(self, event: Event) -> bool: ...
    def _note(self, target: str, field: str, value: Any, at: int) -> None: ...


def pair_target(pair: IdPair) -> str:
    """Return what a person's word on a pair is about, as registers name it.

    Examples
    --------
    >>> pair_target(("okoye-2021-7a8d67c7", "sato-2020-1d3f0a2b"))
    'duplicates:okoye-2021-7a8d67c7 sato-2020-1d3f0a2b'
    """
    return f"{_PAIR}{pair[0]} {pair[1]}"


def tie_event(
    target: str, field: str, value: Any
) -> tuple[str, dict[str, Any], dict[str, Any]] | None:
    """Return the event that sets what a person says of a pair, its kind, fields and words.

    None for a register of something else.

    Examples
    --------
    >>> tie_event("duplicates:a b", "same", False)
    ('tie-records', {'pairs': [['a', 'b']], 'same': False}, {})
    """
    if not target.startswith(_PAIR):
        return None
    return "tie-records", {"pairs": [target.removeprefix(_PAIR).split(" ")], SAME: value}, {}


def _tie(fold: _Fold, event: Event, at: int) -> None:
    if fold._is_off(event):
        return
    held = fold.review.tying
    held._events += 1
    for first, second in event.fields["pairs"]:
        pair = first, second
        if event.fields.get("by") == RULE:
            held.rule[pair] = None
            continue
        same = event.fields[SAME]
        held.said[pair] = same
        fold._note(pair_target(pair), SAME, same, at)


TIE_KINDS: Mapping[str, Callable[[Any, Event, int], None]] = {"tie-records": _tie}
"""What each kind of event of duplicates does."""
