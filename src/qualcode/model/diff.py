"""The difference between two codebooks, by kind of change; ids decide what is a rename."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, overload

import attrs

from qualcode.errors import ChangeError
from qualcode.model.changes import (
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
from qualcode.model.codebook import Codebook

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Diff", "diff"]

_VERBS = {
    "add": "added",
    "rename": "renamed",
    "move": "moved",
    "merge": "merged",
    "split": "split",
    "decide": "decided",
    "redefine": "redefined",
    "recolour": "recoloured",
    "retire": "retired",
    "restore": "restored",
    "link": "linked",
    "unlink": "unlinked",
    "set-rollup": "rollup set",
    "drop-rollup": "rollup dropped",
    "describe": "described",
    "reorder": "reordered",
}


@attrs.frozen
class Diff(Sequence[Change]):
    """What turns one codebook into another: changes in the order in which they can be applied.

    Examples
    --------
    >>> from qualcode.model.codes import Code
    >>> old = Codebook("study", codes=[Code("trust"), Code("faith")])
    >>> new = Codebook("study", codes=[Code("trust", name="Trust"), Code("faith")])
    >>> print(diff(old, new))
    renamed: rename trust to 'Trust'
    """

    changes: tuple[Change, ...] = attrs.field(converter=tuple[Change, ...])

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
        return "\n".join(f"{_VERBS[change.kind]}: {change}" for change in self.changes)

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each change: kind, codes, change."""
        import pandas as pd

        rows = [(_VERBS[each.kind], ", ".join(each.touched), str(each)) for each in self.changes]
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
    missing = [code for code in old if code.id not in new.codes]
    if missing and not retire_missing:
        raise ChangeError(
            f"codes {', '.join(code.id for code in missing)} are gone; a code is retired, never removed"
        )
    changes = [
        *_described(old, new),
        *_restored(old, new),
        *_added(old, new),
        *_edited(old, new),
        *_merged(old, new),
        *_split(old, new),
    ]
    retired = {code.id for code in missing} | {
        code.id for code in old if code.id in new.codes and new.codes[code.id].status == "retired"
    }
    # Children before parents, since a code with live codes below it cannot be retired.
    changes += [
        Retire(code.id)
        for code in sorted(old, key=lambda code: len(old.ancestors(code.id)), reverse=True)
        if code.id in retired
    ]
    return Diff((*changes, *_arranged(_apply(old, changes), new)))


def _apply(codebook: Codebook, changes: list[Change]) -> Codebook:
    for change in changes:
        codebook = change.apply(codebook)
    return codebook


def _described(old: Codebook, new: Codebook) -> Iterator[Change]:
    described = Describe(new.name, new.description, new.attributes)
    if described != Describe(old.name, old.description, old.attributes):
        yield described


def _restored(old: Codebook, new: Codebook) -> Iterator[Change]:
    for code in new:
        if code.id in old.codes and not old.codes[code.id].is_live:
            yield Restore(code.id)


def _added(old: Codebook, new: Codebook) -> Iterator[Change]:
    waiting = [code for code in new.codes.values() if code.id not in old.codes]
    placed = set(old.codes)
    # Parents first, whatever the order in the file.
    while waiting:
        ready = [code for code in waiting if code.parent is None or code.parent in placed]
        for code in ready:
            yield Add(attrs.evolve(code, status="live", merged_into=None, parts=()))
        placed.update(code.id for code in ready)
        waiting = [code for code in waiting if code.id not in placed]


def _edited(old: Codebook, new: Codebook) -> Iterator[Change]:
    """Yield renames, moves and redefinitions, ordered so that no name clashes on the way."""
    renames: list[Change] = []
    for after in new:
        before = old.codes.get(after.id)
        if before is None:
            continue
        # What a merge or split moved is told by the merge or split.
        followed = before.parent is not None and not _is_live(new, before.parent)
        if after.parent != before.parent and not followed:
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


def _is_live(codebook: Codebook, code: str) -> bool:
    return code in codebook.codes and codebook.codes[code].is_live


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


def _arranged(now: Codebook, new: Codebook) -> Iterator[Change]:
    """Yield changes of links, rollups and order, seen from where the other changes lead."""
    yield from (UnlinkCodes(link) for link in now.links if link not in new.links)
    yield from (LinkCodes(link) for link in new.links if link not in now.links)
    yield from (DropRollup(id) for id in now.rollups if id not in new.rollups)
    yield from (
        SetRollup(rollup) for id, rollup in new.rollups.items() if now.rollups.get(id) != rollup
    )
    order = tuple(code.id for code in new)
    current = [code.id for code in now]
    if sorted(order) == sorted(current) and list(order) != current:
        yield Reorder(order)
