"""The difference between two codebooks, by kind of change; ids decide what is a rename."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, overload

import attrs

from qualcode.errors import ChangeError
from qualcode.model.checks import check_flag, check_items, check_kind
from qualcode.model.codebooks.changes import (
    MEANING,
    Add,
    Change,
    Decide,
    Describe,
    DropRollup,
    LinkCodes,
    Merge,
    Move,
    Recolour,
    Redefine,
    Rename,
    Reorder,
    Restore,
    Retire,
    SetRollup,
    Split,
    UnlinkCodes,
)
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code
from qualcode.model.codebooks.ordering import Path
from qualcode.model.readable import Readable, many

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Diff", "diff"]


def _changes(value: Iterable[Change]) -> tuple[Change, ...]:
    return check_items(value, Change, what="a difference's changes", error=ChangeError)


@attrs.frozen
class Diff(Readable, Sequence[Change]):
    """What turns one codebook into another: changes in the order in which they can be applied.

    Examples
    --------
    >>> from qualcode.model.codebooks.codes import Code
    >>> old = Codebook("study", codes=[Code("trust"), Code("faith")])
    >>> new = Codebook("study", codes=[Code("trust", name="Trust"), Code("faith")])
    >>> print(diff(old, new))
    renamed: rename trust to 'Trust'
    """

    changes: tuple[Change, ...] = attrs.field(converter=_changes)

    @property
    def caption(self) -> str:
        """How many changes there are."""
        return many(len(self), "change")

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Change]: ...
    def __getitem__(self, index: int | slice) -> Change | Sequence[Change]:
        return self.changes[index]

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def of(self, kind: str) -> tuple[Change, ...]:
        """Return the changes of one kind, such as ``"rename"``."""
        return tuple(change for change in self.changes if change.kind == kind)

    def __str__(self) -> str:
        if not self.changes:
            return "no difference"
        return "\n".join(f"{change.verb}: {change}" for change in self.changes)

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each change: kind, codes, change."""
        import pandas as pd

        rows = [(each.verb, ", ".join(each.touched), str(each)) for each in self.changes]
        return pd.DataFrame(rows, columns=["kind", "codes", "change"])


def diff(old: Codebook, new: Codebook, *, retire_missing: bool = False) -> Diff:
    """Return the changes from one codebook to another.

    Parameters
    ----------
    old, new : Codebook
        The codebooks to compare. Codes are the same when their ids are.
    retire_missing : bool, default False
        Take a live code that `new` does not have for retired: so it is when people delete a code from
        a codebook file. Otherwise a missing code is an error, since a history never forgets one.

    Raises
    ------
    ChangeError
        When `new` lacks a code of `old`, and for what no change can do.
    """
    check_kind(old, Codebook, what="the codebook to compare", error=ChangeError)
    check_kind(new, Codebook, what="the codebook to compare with", error=ChangeError)
    check_flag(retire_missing, what="retire_missing", error=ChangeError)
    missing = [code.id for code in old if code.id not in new.codes]
    if missing and not retire_missing:
        raise ChangeError(f"codes {', '.join(missing)} are gone; a code is retired, never removed")
    path = Path(old)
    path.take(
        [
            *_described(old, new),
            *_restored(old, new),
            *_added(old, new),
            *_edited(old, new),
            *_linked(old, new),
            *_merged(old, new),
            *_split(old, new),
            *_retired(old, new, missing),
        ]
    )
    path.take(_left_over(path.codebook, new))
    path.take(_reordered(path.codebook, new))
    return Diff(path.changes)


def _described(old: Codebook, new: Codebook) -> Iterator[Change]:
    described = Describe(new.name, new.description, new.attributes)
    if described != Describe(old.name, old.description, old.attributes):
        yield described


def _changed(old: Codebook, new: Codebook) -> Iterator[tuple[Code, Code]]:
    """Yield each code that both have, as it was and as it is, where it is not the same."""
    for after in new.codes.values():
        before = old.codes.get(after.id)
        if before is None:
            continue
        if _follows(before, after, new):
            before = attrs.evolve(before, parent=after.parent)
        if before != after:
            yield before, after


def _follows(before: Code, after: Code, new: Codebook) -> bool:
    """Tell whether a code has another place because of a merge or a split, which tells it."""
    above = new.codes.get(before.parent or "")
    return after.status == "merged" or (above is not None and above.status in ("merged", "split"))


def _restored(old: Codebook, new: Codebook) -> Iterator[Change]:
    for before, _ in _changed(old, new):
        if not before.is_live:
            yield Restore(before.id)


def _standing_in(new: Codebook) -> set[str]:
    """Return the codes that others were merged into or split into."""
    return {id for code in new.codes.values() for id in (code.merged_into, *code.parts) if id}


def _added(old: Codebook, new: Codebook) -> Iterator[Change]:
    for code in new.codes.values():
        if code.id not in old.codes:
            codable = code.codable or code.id in _standing_in(new)
            yield Add(
                attrs.evolve(code, status="live", merged_into=None, parts=(), codable=codable)
            )


def _edited(old: Codebook, new: Codebook) -> Iterator[Change]:
    renames: list[Change] = []
    for before, after in _changed(old, new):
        if after.parent != before.parent:
            yield Move(after.id, after.parent)
        if after.name != before.name:
            renames.append(Rename(after.id, after.name))
        fields = {
            name: getattr(after, name)
            for name in MEANING
            if getattr(after, name) != getattr(before, name)
        }
        if fields:
            yield Redefine(after.id, fields)
        if after.colour != before.colour:
            yield Recolour(after.id, after.colour)
    yield from renames


def _linked(old: Codebook, new: Codebook) -> Iterator[Change]:
    """Yield the links that no merge makes out of others, as long as there are all their codes."""
    known = {(link.source, link.type, link.target) for link in old.links}
    onward = {id: new.resolve(id) for id in old.codes if id in new.codes}
    known |= {(onward.get(a, a), type, onward.get(b, b)) for a, type, b in known}
    for link in new.links:
        if (link.source, link.type, link.target) not in known:
            yield LinkCodes(link)


def _merged(old: Codebook, new: Codebook) -> Iterator[Change]:
    sources: dict[str, list[str]] = {}
    for code in new.codes.values():
        if code.merged_into and not (code.id in old.codes and old.codes[code.id].merged_into):
            sources.setdefault(code.merged_into, []).append(code.id)
    # A code that is merged on itself comes after what was merged into it.
    for into in sorted(sources, key=lambda id: _merge_depth(new, id), reverse=True):
        yield Merge(tuple(sources[into]), into)


def _merge_depth(codebook: Codebook, code: str) -> int:
    depth, at = 0, codebook.codes[code]
    while at.merged_into:
        depth, at = depth + 1, codebook.codes[at.merged_into]
    return depth


def _split(old: Codebook, new: Codebook) -> Iterator[Change]:
    for code in new.codes.values():
        if code.status != "split":
            continue
        decisions = new.decisions.get(code.id, {})
        before = old.codes.get(code.id)
        if before is None or before.status != "split":
            yield Split(code.id, code.parts, decisions)
            continue
        known = old.decisions.get(code.id, {})
        fresh = {place: part for place, part in decisions.items() if known.get(place) != part}
        if fresh:
            yield Decide(code.id, fresh)


def _retired(old: Codebook, new: Codebook, missing: list[str]) -> Iterator[Change]:
    changed = {after.id for _, after in _changed(old, new)}
    retired = [
        code.id
        for code in new.codes.values()
        if code.status == "retired" and (code.id in changed or code.id not in old.codes)
    ]

    def depth(id: str) -> int:
        return len((old if id in old.codes else new).ancestors(id))

    # Children before parents, since a code with live codes below it cannot be retired.
    for id in sorted([*missing, *retired], key=depth, reverse=True):
        yield Retire(id)


def _left_over(now: Codebook, new: Codebook) -> Iterator[Change]:
    """Yield changes of places, links and rollups, seen from where the other changes lead."""
    for code in new:
        if now.codes[code.id].parent != code.parent:
            yield Move(code.id, code.parent)
        if now.codes[code.id].codable and not code.codable:
            # It was to be assigned as long as others were merged into it.
            yield Redefine(code.id, {"codable": False})
    have, want = ({attrs.astuple(link): link for link in book.links} for book in (now, new))
    yield from (UnlinkCodes(link) for key, link in have.items() if key not in want)
    yield from (LinkCodes(link) for key, link in want.items() if key not in have)
    kept = [id for id in now.rollups if id in new.rollups]
    wanted = list(new.rollups)
    # The first is the default, so their order counts; what is set anew goes to the end.
    again: set[str] = set()
    if [*kept, *(id for id in wanted if id not in kept)] != wanted:
        same = next(at for at, id in enumerate(wanted) if kept[at : at + 1] != [id])
        again = {*wanted[same:]}
    yield from (DropRollup(id) for id in now.rollups if id not in wanted or id in again)
    for id, rollup in new.rollups.items():
        if id in again or now.rollups.get(id) != rollup:
            yield SetRollup(rollup)


def _reordered(now: Codebook, new: Codebook) -> Iterator[Change]:
    order = [code.id for code in new]
    current = [code.id for code in now]
    if sorted(order) == sorted(current) and order != current:
        yield Reorder(order)
