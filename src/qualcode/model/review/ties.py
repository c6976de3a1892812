"""Which records are one: pairs that were said to be the same, and pairs that were said not to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

import attrs

__all__ = ["IdPair", "Ties", "groups_of", "in_order"]

IdPair: TypeAlias = tuple[str, str]


def in_order(first: str, second: str) -> IdPair:
    """Return a pair of ids so that it is the same whichever is named first."""
    return (first, second) if first <= second else (second, first)


def groups_of(
    ids: Sequence[str], same: Iterable[IdPair], apart: Iterable[IdPair] = ()
) -> tuple[tuple[str, ...], ...]:
    """Return the groups of ids that are one, each in the order of the ids; who is alone is in none.

    What is the same as something is the same as what that is the same as, unless both were said to be
    different: then the pair that comes later ties nothing.

    Parameters
    ----------
    ids : sequence of str
        What there is.
    same : iterable of (str, str)
        Pairs that are one, those that count more before others. Ids that are not among `ids` are passed over.
    apart : iterable of (str, str)
        Pairs that are never in one group.

    Examples
    --------
    >>> groups_of("abcd", [("a", "b"), ("b", "c")])
    (('a', 'b', 'c'),)
    >>> groups_of("abcd", [("a", "b"), ("b", "c")], apart=[("a", "c")])
    (('a', 'b'),)
    """
    place = {id: at for at, id in enumerate(ids)}
    members = {id: [id] for id in ids}
    root = {id: id for id in ids}
    foes: dict[str, set[str]] = {id: set() for id in ids}
    for one, other in apart:
        if one in place and other in place:
            foes[one].add(other)
            foes[other].add(one)
    for one, other in same:
        if one not in place or other not in place or root[one] == root[other]:
            continue
        small, large = sorted((root[one], root[other]), key=lambda each: len(members[each]))
        if any(root[foe] == large for foe in foes[small]):
            continue
        for each in members[small]:
            root[each] = large
        members[large] += members.pop(small)
        foes[large] |= foes.pop(small)
    found = (sorted(each, key=place.__getitem__) for each in members.values() if len(each) > 1)
    return tuple(sorted(map(tuple, found), key=lambda each: place[each[0]]))


@attrs.frozen
class Ties:
    """What ties records that are one publication, as of one moment.

    Parameters
    ----------
    rule : frozenset of (str, str)
        Pairs of ids that the rule tied when they were imported.
    said : mapping of (str, str) to bool
        What people said: whether both are one. That goes before the rule.

    Examples
    --------
    >>> ties = Ties(frozenset({("a", "b"), ("b", "c")}), {("b", "c"): False})
    >>> ties.groups("abc"), ties.duplicates("abc")
    ((('a', 'b'),), {'b': 'a'})
    """

    rule: frozenset[IdPair] = frozenset()
    said: Mapping[IdPair, bool] = attrs.field(factory=dict, hash=False)

    @property
    def same(self) -> tuple[IdPair, ...]:
        """The pairs that are one, those of people first."""
        by_people = sorted(pair for pair, same in self.said.items() if same)
        return (*by_people, *sorted(self.rule.difference(self.said)))

    @property
    def apart(self) -> tuple[IdPair, ...]:
        """The pairs that people keep apart."""
        return tuple(sorted(pair for pair, same in self.said.items() if not same))

    def groups(self, ids: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """Return the groups of records that are one; see `groups_of`."""
        return groups_of(ids, self.same, self.apart) if self.rule or self.said else ()

    def duplicates(self, ids: Sequence[str]) -> dict[str, str]:
        """Return for each duplicate the record that stands for it, which is the first of its group."""
        return {each: group[0] for group in self.groups(ids) for each in group[1:]}

    def among(self, ids: Collection[str]) -> Ties:
        """Return what ties some records only."""
        return Ties(
            frozenset(pair for pair in self.rule if _holds(ids, pair)),
            {pair: same for pair, same in self.said.items() if _holds(ids, pair)},
        )


def _holds(ids: Collection[str], pair: IdPair) -> bool:
    """Tell whether both of a pair are among some ids."""
    return pair[0] in ids and pair[1] in ids
