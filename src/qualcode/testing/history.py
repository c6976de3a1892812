"""Strategies for histories: a codebook is adopted, then changed in every way there is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from qualcode.errors import ChangeError
from qualcode.model.codebooks import changes
from qualcode.model.codebooks.changes import Change
from qualcode.model.codebooks.codebook import Codebook, Place
from qualcode.model.codebooks.codes import Code, Link
from qualcode.model.codebooks.themes import Domain, Rollup, Theme
from qualcode.model.fold.history import History
from qualcode.testing.codebook import ATTRIBUTES, LINK_TYPES, code_id, codebooks, free_name
from qualcode.testing.picks import Picks, steps

__all__ = ["KINDS", "Clock", "change_of_kind", "histories", "weighted"]

_NAMES = ("Trust", "Shared aims", "信任 🙂", "null", "Élan", "a: b", "1.5")
_FIELDS: Sequence[Mapping[str, object]] = (
    {"definition": "what it means now"},
    {"include": ["first", "second\nline"], "exclude": []},
    {"examples": "“we share one budget”", "memos": ["note"]},
    {"keywords": ["trust*", "rely on"]},
    {"patterns": [[{"LOWER": "rely"}, {"LOWER": {"IN": ["on", "upon"]}}], [{"LOWER": "faith"}]]},
    {"keywords": "trust", "patterns": []},
    {"codable": False},
    {"codable": True},
    {"attributes": {}},
    {"attributes": {"direction": "+"}},
)
_COLOURS = ("#112233", None, "#aabbcc")
_CODERS = ("ana", "ben")

Places = Mapping[str, Sequence[Place]]
"""For a code that can be split, the assignments there are to decide about."""


class Clock:
    """A clock that is a minute later each time it is read, the same in every run.

    Parameters
    ----------
    minutes : int
        Where it begins.
    """

    def __init__(self, minutes: int = 0) -> None:
        self._minutes = minutes

    def __call__(self) -> datetime:
        """Return the time."""
        self._minutes += 1
        return datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(minutes=self._minutes)

    def skewed(self, minutes: int) -> Clock:
        """Return another clock that goes on from here, so many minutes off."""
        return Clock(self._minutes + minutes)

    def stamp(self) -> str:
        """Return the time in ISO 8601."""
        return self().strftime("%Y-%m-%dT%H:%M:%SZ")


def _live(codebook: Codebook) -> list[Code]:
    return list(codebook)


def _codable(codebook: Codebook) -> list[Code]:
    return [code for code in codebook if code.codable]


def _leaves(codebook: Codebook) -> list[Code]:
    return [code for code in codebook if not codebook.children(code.id)]


def _add(codebook: Codebook, picks: Picks, places: Places) -> Change | None:
    number = 0
    while code_id(number) in codebook.codes:
        number += 1
    parent = picks.one([None, *(code.id for code in codebook)])
    declared = dict(picks.one([{}, {"direction": "supports"}])) if codebook.attributes else {}
    name = free_name(picks.one([code_id(number), *_NAMES]), parent, list(codebook))
    return changes.Add(
        Code(code_id(number), name, parent=parent, attributes=declared, codable=not picks.chance())
    )


def _rename(codebook: Codebook, picks: Picks, places: Places) -> Change | None:
    if not (live := _live(codebook)):
        return None
    code = picks.one(live)
    others = [other for other in live if other.id != code.id]
    return changes.Rename(code.id, free_name(picks.one(_NAMES), code.parent, others))


def _redefine(codebook: Codebook, picks: Picks, places: Places) -> Change | None:
    if not (live := _live(codebook)):
        return None
    fields = picks.one(_FIELDS)
    if "attributes" in fields and codebook.attributes not in ({}, ATTRIBUTES):
        return None
    return changes.Redefine(picks.one(live).id, fields)


def _recolour(codebook: Codebook, picks: Picks, places: Places) -> Change | None:
    live = _live(codebook)
    return changes.Recolour(picks.one(live).id, picks.one(_COLOURS)) if live else None


def _move(codebook: Codebook, picks: Picks, places: Places) -> Change | None:
    if not (live := _live(codebook)):
        return None
    code = picks.one(live)
    below = {code.id, *(each.id for each in codebook.descendants(code.id))}
    parents = [None, *(each.id for each in live if each.id not in below)]
    return changes.Move(code.id, picks.one(parents))


def _reorder(codebook: Codebook, picks: Picks, places: Places) -> Change | None:
    order = [code.id for code in codebook]
    if len(order) < 2:
        return None
    order.insert(0, order.pop(1 + picks.below(len(order) - 1)))
    return changes.Reorder(order)


def _merge(codebook: Codebook, picks: Picks, places: Places) -> Change | None:
    if not (targets := _codable(codebook)):
        return None
    into = picks.one(targets)
    others = [code.id for code in codebook if code.id != into.id]
    return changes.Merge(picks.some(others, most=2), into.id) if others else None


def _split(codebook: Codebook, picks: Picks, places: Places) -> Change | None:
    leaves = [code for code in _leaves(codebook) if code.codable]
    if len(_codable(codebook)) < 3 or not leaves:
        return None
    code = picks.one([code for code in leaves if places.get(code.id)] or leaves)
    others = [each.id for each in _codable(codebook) if each.id != code.id]
    parts = picks.some(others, least=2, most=3)
    return changes.Split(code.id, parts, _decisions(code.id, parts, picks, places))


def _decisions(code: str, parts: Sequence[str], picks: Picks, places: Places) -> dict[Place, str]:
    # One part more than there are stands for leaving it undecided.
    choices = [*parts, None]
    chosen = {place: picks.one(choices) for place in places.get(code, ())}
    return {place: part for place, part in chosen.items() if part is not None}


def _decide(codebook: Codebook, picks: Picks, places: Places) -> Change | None:
    split = [code for code in codebook.codes.values() if code.status == "split"]
    if not split:
        return None
    code = picks.one(split)
    decisions = _decisions(code.id, code.parts, picks, places)
    return changes.Decide(code.id, decisions) if decisions else None


def _retire(codebook: Codebook, picks: Picks, places: Places) -> Change | None:
    leaves = _leaves(codebook)
    return changes.Retire(picks.one(leaves).id) if leaves else None


def _restore(codebook: Codebook, picks: Picks, places: Places) -> Change | None:
    retired = [code.id for code in codebook.codes.values() if code.status == "retired"]
    return changes.Restore(picks.one(retired)) if retired else None


def _link(codebook: Codebook, picks: Picks, places: Places) -> Change | None:
    live = [code.id for code in codebook]
    if len(live) < 2:
        return None
    source = picks.one(live)
    target = picks.one([code for code in live if code != source])
    return changes.LinkCodes(Link(source, picks.one(LINK_TYPES), target, picks.one(("", "seen"))))


def _unlink(codebook: Codebook, picks: Picks, places: Places) -> Change | None:
    return changes.UnlinkCodes(picks.one(codebook.links)) if codebook.links else None


def _set_rollup(codebook: Codebook, picks: Picks, places: Places) -> Change | None:
    ids = list(codebook.codes)
    if not ids:
        return None
    themes = [
        Theme("theme-1", codes=picks.some(ids)),
        Theme("theme-2", codes=picks.some(ids), subtrees=picks.some(ids, most=1)),
    ]
    # Both domains hold the second theme.
    domains = [Domain("domain-1", themes=["theme-1", "theme-2"]), Domain("d2", themes=["theme-2"])]
    id = picks.one(["rollup-1", "rollup-2"])
    return changes.SetRollup(Rollup(id, themes=themes, domains=domains[: picks.below(3)]))


def _drop_rollup(codebook: Codebook, picks: Picks, places: Places) -> Change | None:
    return changes.DropRollup(picks.one(list(codebook.rollups))) if codebook.rollups else None


def _describe(codebook: Codebook, picks: Picks, places: Places) -> Change | None:
    return changes.Describe(picks.one(_NAMES), picks.one(("", "a\nb")), codebook.attributes)


_MAKERS: dict[str, Callable[[Codebook, Picks, Places], Change | None]] = {
    "add": _add,
    "rename": _rename,
    "redefine": _redefine,
    "move": _move,
    "recolour": _recolour,
    "merge": _merge,
    "split": _split,
    "decide": _decide,
    "retire": _retire,
    "restore": _restore,
    "link": _link,
    "unlink": _unlink,
    "set-rollup": _set_rollup,
    "drop-rollup": _drop_rollup,
    "reorder": _reorder,
    "describe": _describe,
}
KINDS = (*_MAKERS, "revert")
"""The kinds of change that histories are made of, after the adoption."""


# What later work builds on, and undoing it, comes more often than what changes a label.
_OFTEN = {"add": 2, "merge": 3, "split": 3, "revert": 2}


def weighted(kinds: Collection[str]) -> list[str]:
    """Return kinds of change in order, some several times, to choose from."""
    return [kind for kind in KINDS if kind in kinds for _ in range(_OFTEN.get(kind, 1))]


def change_of_kind(kind: str, history: History, picks: Picks, places: Places) -> Change | None:
    """Return a change of a kind that fits the codebook, or None when there is none.

    Whether it fits in every respect only the history can tell: two codes may come to have one name.
    """
    if kind != "revert":
        return _MAKERS[kind](history.codebook, picks, places)
    if len(history) < 2:
        return None
    return changes.Revert(history[2 + picks.below(len(history) - 1)].id)


@st.composite
def histories(
    draw: st.DrawFn,
    *,
    codebooks: st.SearchStrategy[Codebook] | None = None,
    max_changes: int = 8,
    kinds: Collection[str] = KINDS,
) -> History:
    """Return a strategy for histories: a codebook adopted, then valid changes of every kind.

    Parameters
    ----------
    codebooks : strategy, optional
        For the codebook that is adopted; `codebooks` when not given.
    max_changes : int
        How many changes at the most. What does not fit the codebook as it then stands is left out.
    kinds : collection of str
        Kinds of change, such as ``"rename"`` or ``"revert"``; all when not given.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=20)
    ... @given(histories(kinds=("add", "rename", "merge")))
    ... def test_no_code_is_ever_lost(history):
    ...     assert set(history.at(1).codes) <= set(history.codebook.codes)
    >>> test_no_code_is_ever_lost()
    """
    clock = Clock()
    adopted = draw(_CODEBOOKS if codebooks is None else codebooks)
    history = History.start(adopted, coder="ana", time=clock.stamp())
    places = [("a", 0, 1, "ana"), ("a", 0, 1, "ben"), ("b", 2, 5, "ana")]
    for step in draw(steps(weighted(kinds), max_size=max_changes)):
        picks = step.picks
        coder = picks.one(_CODERS)
        change = change_of_kind(step.kind, history, picks, dict.fromkeys(adopted.codes, places))
        if change is None:
            continue
        try:
            history = history.append(change, coder=coder, time=clock.stamp(), reason=step.kind)
        except ChangeError:
            continue
    return history


# The parameter of `histories` hides the name.
_CODEBOOKS = codebooks()
