"""Changes to single codes: add, rename, redefine, recolour, move, reorder, retire, restore."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, Self

import attrs

from qualcode.errors import ChangeError, DuplicateError, did_you_mean
from qualcode.model.checks import (
    Check,
    check_kind,
    check_mapping,
    check_optional_text,
    check_text,
    check_texts,
    listed,
    looked_up,
    shown,
)
from qualcode.model.codebooks.changes.base import Change, CodeChange, Record, subject
from qualcode.model.codebooks.codes import CODE_CHECKS, Code, check_colour
from qualcode.model.codebooks.draft import Draft
from qualcode.model.codebooks.patterns import as_patterns, check_patterns, plain
from qualcode.model.codebooks.records import code_from_record, code_record
from qualcode.model.mappings import Frozen
from qualcode.model.said import Said

__all__ = [
    "MEANING",
    "Add",
    "Move",
    "Recolour",
    "Redefine",
    "Rename",
    "Reorder",
    "Restore",
    "Retire",
]

MEANING = (
    "definition",
    "include",
    "exclude",
    "examples",
    "counterexamples",
    "keywords",
    "patterns",
    "codable",
    "attributes",
    "memos",
)
"""The fields of a code that say what it means."""


def named_record(record: Any, kind: str) -> tuple[str, dict[str, Any]]:
    """Return the id in a record, and the rest of it."""
    if not (isinstance(record, Mapping) and "id" in record):
        raise ChangeError(f"the change {kind!r} needs a mapping with an id, not {shown(record)}")
    return record["id"], {name: value for name, value in record.items() if name != "id"}


def codable(code: str) -> str:
    """Return how `Change.needs` says that a code must be codable."""
    return f"{code} codable"


@attrs.frozen
class Add(Change):
    """Add a code."""

    kind: ClassVar[str] = "add"
    verb: ClassVar[str] = "added"
    checks: ClassVar[Mapping[str, Check]] = {"code": partial(check_kind, kind=Code)}
    code: Code

    def check(self, draft: Draft) -> None:
        if self.code.parent is not None:
            draft.live(self.code.parent, f"put {self.code.id!r} below")
        if not self.code.is_live:
            raise ChangeError(
                f"cannot add {self.code.id!r} as {self.code.status}: a new code is live"
            )
        if self.code.id in draft.codes:
            raise DuplicateError(
                f"code id {self.code.id!r} exists already ({draft.codes[self.code.id].status}); ids are "
                "never used again"
            )
        if "#" in self.code.id:
            raise ChangeError(
                f"cannot add {self.code.id!r}: '#' marks codes that were added by two people at once"
            )
        draft.check_name(self.code.name, self.code.parent, self.code.id)
        draft.check_attributes(self.code.id, self.code.attributes)

    def make(self, draft: Draft) -> None:
        parent = self.code.parent
        if parent is not None:
            parent = draft.standing(parent) if parent in draft.codes else None
        code = self.code if parent == self.code.parent else attrs.evolve(self.code, parent=parent)
        draft.put(code)
        who = subject(code.id)
        if draft.registers is not None:
            draft.note(who, "name", code.name)
            draft.note(who, "parent", self.code.parent)
            draft.note(who, "status", "live")
            for field in MEANING:
                draft.note(who, field, getattr(code, field))

    @property
    def touched(self) -> tuple[str, ...]:
        return (self.code.id,)

    def meaning(self, code: Callable[[str], str]) -> Add:
        parent = self.code.parent
        return self if parent is None else Add(attrs.evolve(self.code, parent=code(parent)))

    def is_made(self, draft: Draft) -> bool:
        return draft.codes.get(self.code.id) == self.code

    @property
    def needs(self) -> tuple[str, ...]:
        return () if self.code.parent is None else (self.code.parent,)

    def record(self) -> Record:
        return {"code": {"id": self.code.id, **code_record(self.code)}}

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Self:
        return cls(code_from_record(*named_record(record["code"], cls.kind)))

    def said(self) -> tuple[str, Record]:
        return subject(self.code.id), code_record(self.code)

    @classmethod
    def heard(cls, id: str, said: Record) -> Self:
        return cls(code_from_record(id, said))


@attrs.frozen
class Rename(CodeChange):
    """Give a code another name; its id stays."""

    kind: ClassVar[str] = "rename"
    verb: ClassVar[str] = "renamed"
    checks: ClassVar[Mapping[str, Check]] = {**CodeChange.checks, "name": check_text}
    name: str

    def check(self, draft: Draft) -> None:
        code = draft.live(self.code, "rename")
        renamed = attrs.evolve(code, name=self.name)
        draft.check_name(renamed.name, code.parent, code.id)

    def make(self, draft: Draft) -> None:
        draft.set(self.code, name=self.name)
        draft.note(subject(self.code), "name", self.name)

    @property
    def sets(self) -> tuple[str, ...]:
        return ("name",)

    def is_held(self, code: Code) -> bool:
        return code.name == self.name

    @property
    def sentence(self) -> str:
        return Said("rename", what=self.code, name=self.name)


def _redefinition(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    kept: dict[str, Any] = {}
    given = check_mapping(fields, what="the fields to redefine", error=ChangeError)
    for name, value in given.items():
        if name not in MEANING:
            raise ChangeError(
                f"redefine cannot set {looked_up(name)}; it sets {', '.join(MEANING)}."
                f"{did_you_mean(name, MEANING)}"
            )
        what = f"redefine: {name}"
        if name == "patterns":
            value = as_patterns(value)
            check_patterns(value, what, at=())
        else:
            value = CODE_CHECKS[name](value, what=what, error=ChangeError)
        kept[name] = dict(value) if isinstance(value, Mapping) else value
    return Frozen(kept)


@attrs.frozen
class Redefine(CodeChange):
    """Change what a code means: definition, criteria, examples, rules, attributes, codable, memos."""

    kind: ClassVar[str] = "redefine"
    verb: ClassVar[str] = "redefined"
    fields: Mapping[str, Any] = attrs.field(converter=_redefinition, hash=False)

    def check(self, draft: Draft) -> None:
        code = draft.live(self.code, "redefine")
        redefined = attrs.evolve(code, **self.fields)
        draft.check_attributes(code.id, redefined.attributes)

    def make(self, draft: Draft) -> None:
        draft.set(self.code, **self.fields)
        for name, value in self.fields.items():
            draft.note(subject(self.code), name, value)

    @property
    def sets(self) -> tuple[str, ...]:
        return tuple(self.fields)

    def is_held(self, code: Code) -> bool:
        return all(getattr(code, name) == value for name, value in self.fields.items())

    @property
    def ends(self) -> tuple[str, ...]:
        return (codable(self.code),) if self.fields.get("codable") is False else ()

    def said(self) -> tuple[str, Record]:
        return subject(self.code), plain(self.fields)

    @classmethod
    def heard(cls, id: str, said: Record) -> Self:
        return cls(id, said)

    @property
    def sentence(self) -> str:
        return Said("redefine-fields", what=self.code, fields=tuple(self.fields))


@attrs.frozen
class Recolour(CodeChange):
    """Give a code another colour, or none."""

    kind: ClassVar[str] = "recolour"
    verb: ClassVar[str] = "recoloured"
    checks: ClassVar[Mapping[str, Check]] = {**CodeChange.checks, "colour": check_colour}
    colour: str | None

    def check(self, draft: Draft) -> None:
        attrs.evolve(draft.live(self.code, "recolour"), colour=self.colour)

    def make(self, draft: Draft) -> None:
        draft.set(self.code, colour=self.colour)
        draft.note(subject(self.code), "colour", self.colour)

    @property
    def sets(self) -> tuple[str, ...]:
        return ("colour",)

    def is_held(self, code: Code) -> bool:
        return code.colour == self.colour


@attrs.frozen
class Move(CodeChange):
    """Put a code, with all below it, under another parent, or at the root."""

    kind: ClassVar[str] = "move"
    verb: ClassVar[str] = "moved"
    checks: ClassVar[Mapping[str, Check]] = {**CodeChange.checks, "parent": check_optional_text}
    parent: str | None

    def check(self, draft: Draft) -> None:
        code = draft.live(self.code, "move")
        if self.parent is not None:
            draft.live(self.parent, f"move {self.code!r} below")
            if self.code in (self.parent, *draft.above(self.parent)):
                raise ChangeError(
                    f"cannot move {self.code!r} below {self.parent!r}, which is part of it"
                )
        draft.check_name(code.name, self.parent, code.id)

    def make(self, draft: Draft) -> None:
        parent, who = self.parent, subject(self.code)
        draft.note(who, "parent", parent)
        if parent is not None:
            parent = draft.standing(parent)
            path = (parent, *draft.above(parent))
            if self.code in path:
                # Somebody moved the new parent below this code at the same time: the first holds.
                between = map(subject, path[: path.index(self.code)])
                draft.clash("move circle", who, "parent", between, "the first move holds")
                return
        draft.set(self.code, parent=parent)

    def meaning(self, code: Callable[[str], str]) -> Move:
        return Move(code(self.code), None if self.parent is None else code(self.parent))

    @property
    def sets(self) -> tuple[str, ...]:
        return ("parent",)

    def is_held(self, code: Code) -> bool:
        return code.parent == self.parent

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.code,) if self.parent is None else (self.code, self.parent)

    @property
    def sentence(self) -> str:
        if self.parent:
            return Said("move-below", what=self.code, parent=self.parent)
        return Said("move-to-root", what=self.code)


@attrs.frozen
class Reorder(Change):
    """Put the live codes in another order."""

    kind: ClassVar[str] = "reorder"
    verb: ClassVar[str] = "reordered"
    checks: ClassVar[Mapping[str, Check]] = {"order": check_texts}
    order: tuple[str, ...] = attrs.field(converter=listed)

    def check(self, draft: Draft) -> None:
        live = [id for id, code in draft.codes.items() if code.is_live]
        if sorted(self.order) != sorted(live):
            raise ChangeError("a new order must name every live code exactly once")

    def make(self, draft: Draft) -> None:
        draft.reorder(self.order)
        draft.note("codebook", "order", self.order)

    def meaning(self, code: Callable[[str], str]) -> Reorder:
        return Reorder(map(code, self.order))

    def is_made(self, draft: Draft) -> bool:
        return [id for id, each in draft.codes.items() if each.is_live] == list(self.order)

    @property
    def sentence(self) -> str:
        return Said("reorder-codes")


@attrs.frozen
class Retire(CodeChange):
    """Take a code out of use; its assignments stay and are still counted."""

    kind: ClassVar[str] = "retire"
    verb: ClassVar[str] = "retired"

    def check(self, draft: Draft) -> None:
        draft.refuse_children(draft.live(self.code, "retire"), "retire")

    def make(self, draft: Draft) -> None:
        draft.set(self.code, status="retired", merged_into=None, parts=())
        draft.note(subject(self.code), "status", "retired")

    @property
    def sets(self) -> tuple[str, ...]:
        return ("status",)

    def is_made(self, draft: Draft) -> bool:
        code = draft.codes.get(self.code)
        return code is not None and code.status == "retired"

    @property
    def ends(self) -> tuple[str, ...]:
        return (self.code,)


@attrs.frozen
class Restore(CodeChange):
    """Bring a retired code back into use."""

    kind: ClassVar[str] = "restore"
    verb: ClassVar[str] = "restored"

    def check(self, draft: Draft) -> None:
        if self.code not in draft.codes:
            raise ChangeError(
                f"cannot restore {self.code!r}: no code has that id."
                f"{did_you_mean(self.code, draft.codes)}"
            )
        code = draft.codes[self.code]
        if code.status != "retired":
            how = {
                "merged": "revert its merge",
                "split": "revert its split",
                "reverted": "revert what reverted its addition",
            }.get(code.status, "it is in use")
            raise ChangeError(f"cannot restore {self.code!r}: it is {code.status}; {how}")
        if code.parent is not None:
            draft.live(code.parent, f"restore {self.code!r} below")
        draft.check_name(code.name, code.parent, code.id)

    def make(self, draft: Draft) -> None:
        draft.set(self.code, status="live", merged_into=None, parts=())
        draft.note(subject(self.code), "status", "live")

    @property
    def needs(self) -> tuple[str, ...]:
        return ()
