"""A codebook being changed: what `Codebook` is, but mutable, so that each change costs next to nothing.

Changes check themselves against a draft and write into it. Writing never fails: what two people did at once
is written as far as it goes together, and what does not is noted as a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from qualcode.errors import ChangeError, CodebookError, did_you_mean
from qualcode.model.codebooks.codebook import Codebook, Place
from qualcode.model.codebooks.codes import Code, Link, as_checked
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.ids import fold
from qualcode.model.log.registers import Registers

__all__ = ["Draft"]

LinkKey = tuple[str, str, str]

_STATUS = ("status", "merged_into", "parts")
_PLAIN = frozenset(("name", "colour", "parent", *_STATUS))
"""The fields of a code whose values need no converting."""


class Draft:
    """A codebook that changes in place.

    Parameters
    ----------
    codebook : Codebook, optional
        Where it begins; an empty one when not given.
    registers : Registers, optional
        Where it notes who wrote what, when that matters: when things were done at once.
    """

    def __init__(
        self, codebook: Codebook | None = None, *, registers: Registers | None = None
    ) -> None:
        self.id, self.name, self.description = "empty", "empty", ""
        self.attributes: Mapping[str, tuple[str, ...]] = {}
        self.codes: dict[str, Code] = {}
        self.links: dict[LinkKey, Link] = {}
        self.rollups: dict[str, Rollup] = {}
        self.decisions: dict[str, dict[Place, str]] = {}
        self.registers = registers
        self.at = -1
        """Position of the event that is being written."""
        self._below: dict[str | None, dict[str, None]] = {}
        self._named: dict[str, dict[str, None]] = {}
        self._reverted: set[str] = set()
        self._codebook: Codebook | None = None
        if codebook is not None:
            self.adopt(codebook)
            self._codebook = codebook

    def adopt(self, codebook: Codebook) -> None:
        """Take over all that a codebook has and the draft has not."""
        self.id, self.name, self.description = codebook.id, codebook.name, codebook.description
        self.attributes = codebook.attributes
        for code in codebook.codes.values():
            if code.id not in self.codes:
                self.put(code)
        self.links.update({_key(link): link for link in codebook.links})
        self.rollups.update(codebook.rollups)
        self.decisions.update({id: dict(each) for id, each in codebook.decisions.items()})
        self._codebook = None

    def codebook(self) -> Codebook:
        """Return the codebook as it stands."""
        if self._codebook is None:
            self._codebook = Codebook.trusted(
                id=self.id,
                name=self.name,
                description=self.description,
                codes=dict(self.codes),
                links=tuple(self.links.values()),
                rollups=dict(self.rollups),
                attributes=self.attributes,
                decisions={id: dict(each) for id, each in self.decisions.items()},
            )
        return self._codebook

    # Looking up

    def find(self, key: str) -> Code:
        """Return the code with this id or, if there is exactly one live one, this name; see `Codebook`."""
        if not isinstance(key, str):
            return self.codebook()[key]  # which says what is wrong with it
        if key in self.codes:
            return self.codes[key]
        named = [id for id in self._named.get(fold(key), ()) if self.codes[id].is_live]
        if len(named) == 1:
            return self.codes[named[0]]
        return self.codebook()[key]

    def assignable(self, key: str) -> Code:
        """Return the code with this id or name, if it can be assigned; see `Codebook.assignable`."""
        code = self.find(key)
        return code if code.is_live and code.codable else self.codebook().assignable(code.id)

    def live(self, id: str, doing: str) -> Code:
        """Return a live code, or refuse what was to be done with it, saying what to do instead."""
        if not isinstance(id, str) or id not in self.codes:
            raise ChangeError(
                f"cannot {doing} {id!r}: no code has that id.{did_you_mean(id, self.codes)}"
            )
        code = self.codes[id]
        if code.is_live:
            return code
        raise ChangeError(f"cannot {doing} {id!r}: {_instead(code)}")

    def children(self, id: str | None) -> list[Code]:
        """Return the live codes directly below a code, or the roots."""
        return [self.codes[child] for child in self._below.get(id, ()) if self.codes[child].is_live]

    def below(self, id: str | None) -> tuple[str, ...]:
        """Return the ids of all codes directly below a code, in use or not."""
        return tuple(self._below.get(id, ()))

    def all_below(self, id: str) -> Iterator[str]:
        """Yield the ids of all codes below a code, at any depth."""
        waiting = list(self._below.get(id, ()))
        while waiting:
            child = waiting.pop()
            yield child
            waiting.extend(self._below.get(child, ()))

    def above(self, id: str) -> tuple[str, ...]:
        """Return the ids of the codes above a code, nearest first."""
        ids: list[str] = []
        at = self.codes[id].parent
        while at is not None:
            ids.append(at)
            at = self.codes[at].parent
        return tuple(ids)

    def standing(self, id: str) -> str:
        """Return the code that stands for one after merges."""
        while (onward := self.codes[id].merged_into) is not None:
            id = onward
        return id

    # Rules

    def refuse_children(self, code: Code, doing: str) -> None:
        """Refuse what cannot be done to a code that has live codes below it."""
        if children := self.children(code.id):
            noun = "code" if len(children) == 1 else "codes"
            raise ChangeError(
                f"cannot {doing} {code.id!r}: {len(children)} {noun} below it "
                f"({', '.join(child.id for child in children[:5])}); move, merge or retire them first"
            )

    def check_name(
        self, name: str, parent: str | None, id: str, without: Iterable[str] = ()
    ) -> None:
        """Check that no other live code has this name under this parent.

        Parameters
        ----------
        name, parent, id : str
            Of the code that is to have it.
        without : iterable of str
            Codes that will have left by then.

        Raises
        ------
        CodebookError
            When one has.
        """
        for other in self._named.get(fold(name), ()):
            code = self.codes[other]
            if other != id and code.is_live and code.parent == parent and other not in without:
                raise CodebookError(
                    f"codes {other!r} and {id!r} are both named {name!r} under the same parent: rename "
                    "one, or merge them",
                    at=("codes", id, "name"),
                )

    def check_attributes(self, id: str, attributes: Mapping[str, str]) -> None:
        """Check that a code's attributes have values that the codebook allows."""
        Codebook.check_attributes_of(id, attributes, self.attributes)

    # Writing

    def put(self, code: Code) -> None:
        """Add a code, or put it in the place of the one with the same id."""
        old = self.codes.get(code.id)
        if old is None or old.parent != code.parent:
            if old is not None:
                self._below[old.parent].pop(code.id)
            self._below.setdefault(code.parent, {})[code.id] = None
        if old is None or old.name != code.name:
            if old is not None:
                self._named[fold(old.name)].pop(code.id)
            self._named.setdefault(fold(code.name), {})[code.id] = None
        self.codes[code.id] = code
        self._codebook = None

    def set(self, id: str, **fields: Any) -> None:
        """Change fields of a code."""
        if id in self._reverted:
            fields = {name: value for name, value in fields.items() if name not in _STATUS}
        if fields.get("name") == "":
            fields["name"] = id
        # What changes say of them is what codes hold.
        plain = fields.keys() <= _PLAIN
        code = self.codes[id]
        self.put(as_checked(code, fields) if plain else attrs.evolve(code, **fields))

    def revert(self, id: str) -> None:
        """Take a code's addition back: whatever else is done with it, it keeps only its id."""
        self.set(id, status="reverted", merged_into=None, parts=())
        self._reverted.add(id)

    def revive(self, id: str) -> None:
        """Let a code live again whose addition was taken back, for somebody else added it too."""
        self._reverted.discard(id)
        self.set(id, status="live")

    def reorder(self, order: Iterable[str]) -> None:
        """Put some codes first, in this order, and the others behind them as they stood."""
        listed = [id for id in order if id in self.codes]
        self.codes = {id: self.codes[id] for id in dict.fromkeys((*listed, *self.codes))}
        self._below, self._named = {}, {}
        for code in self.codes.values():
            self._below.setdefault(code.parent, {})[code.id] = None
            self._named.setdefault(fold(code.name), {})[code.id] = None
        self._codebook = None

    def touch(self) -> None:
        """Note that something other than a code has changed."""
        self._codebook = None

    def note(self, target: str, field: str, value: Any) -> None:
        """Note that the event being written sets something, for the conflicts."""
        if self.registers is not None:
            self.registers.write(target, field, value, self.at)

    def is_news(self, target: str, field: str) -> bool:
        """Tell whether whoever is writing had not seen what was set last."""
        return self.registers is not None and self.registers.apart(
            self.registers.last(target, field), self.at
        )

    def clash(self, kind: str, target: str, field: str, others: Iterable[str], taken: str) -> None:
        """Note that what is being written does not go with what earlier events wrote of others."""
        if self.registers is None:
            return
        earlier = (self.registers.last(other, field) for other in others)
        positions = {self.at, *(at for at in earlier if at is not None)}
        self.registers.met(kind, target, field, positions, taken, at=self.at)

    def namesakes(self) -> Iterator[tuple[Code, ...]]:
        """Yield live codes that have one name under one parent, as undoing and uniting can bring about."""
        for ids in self._named.values():
            if len(ids) < 2:
                continue
            beside: dict[str | None, list[Code]] = {}
            for id in ids:
                if self.codes[id].is_live:
                    beside.setdefault(self.codes[id].parent, []).append(self.codes[id])
            yield from (tuple(codes) for codes in beside.values() if len(codes) > 1)


def _key(link: Link) -> LinkKey:
    return link.source, link.type, link.target


def _instead(code: Code) -> str:
    if code.status == "merged":
        return f"it was merged into {code.merged_into!r}; change that one, or revert the merge"
    if code.status == "split":
        return f"it was split into {', '.join(code.parts)}; change those, or revert the split"
    if code.status == "reverted":
        return "its addition was reverted; revert that, or add another under a new id"
    return "it is retired; restore it first"
