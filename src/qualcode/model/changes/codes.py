"""Changes to single codes: add, rename, redefine, recolour, move, reorder, retire, restore."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar

import attrs

from qualcode.errors import ChangeError, did_you_mean
from qualcode.model.changes.base import Change, CodeChange, live_code, refuse_children
from qualcode.model.checks import (
    Check,
    check_kind,
    check_mapping,
    check_optional_text,
    check_text,
    check_texts,
    listed,
    looked_up,
)
from qualcode.model.codebook import Codebook
from qualcode.model.codes import CODE_CHECKS, Code, check_colour
from qualcode.model.patterns import as_patterns, check_patterns

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


@attrs.frozen
class Add(Change):
    """Add a code."""

    kind: ClassVar[str] = "add"
    checks: ClassVar[Mapping[str, Check]] = {"code": partial(check_kind, kind=Code)}
    code: Code

    def apply(self, codebook: Codebook) -> Codebook:
        if self.code.parent is not None:
            live_code(codebook, self.code.parent, f"put {self.code.id!r} below")
        if not self.code.is_live:
            raise ChangeError(
                f"cannot add {self.code.id!r} as {self.code.status}: a new code is live"
            )
        return codebook.with_code(self.code)

    @property
    def touched(self) -> tuple[str, ...]:
        return (self.code.id,)


@attrs.frozen
class Rename(CodeChange):
    """Give a code another name; its id stays."""

    kind: ClassVar[str] = "rename"
    checks: ClassVar[Mapping[str, Check]] = {**CodeChange.checks, "name": check_text}
    name: str

    def apply(self, codebook: Codebook) -> Codebook:
        code = live_code(codebook, self.code, "rename")
        return codebook.with_changed(attrs.evolve(code, name=self.name))

    def __str__(self) -> str:
        return f"rename {self.code} to {self.name!r}"


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
    return MappingProxyType(kept)


@attrs.frozen
class Redefine(CodeChange):
    """Change what a code means: definition, criteria, examples, rules, attributes, codable, memos."""

    kind: ClassVar[str] = "redefine"
    fields: Mapping[str, Any] = attrs.field(converter=_redefinition, hash=False)

    def apply(self, codebook: Codebook) -> Codebook:
        code = live_code(codebook, self.code, "redefine")
        return codebook.with_changed(attrs.evolve(code, **self.fields))

    def __str__(self) -> str:
        return f"redefine {self.code} ({', '.join(self.fields)})"


@attrs.frozen
class Recolour(CodeChange):
    """Give a code another colour, or none."""

    kind: ClassVar[str] = "recolour"
    checks: ClassVar[Mapping[str, Check]] = {**CodeChange.checks, "colour": check_colour}
    colour: str | None

    def apply(self, codebook: Codebook) -> Codebook:
        code = live_code(codebook, self.code, "recolour")
        return codebook.with_changed(attrs.evolve(code, colour=self.colour))


@attrs.frozen
class Move(CodeChange):
    """Put a code, with all below it, under another parent, or at the root."""

    kind: ClassVar[str] = "move"
    checks: ClassVar[Mapping[str, Check]] = {**CodeChange.checks, "parent": check_optional_text}
    parent: str | None

    def apply(self, codebook: Codebook) -> Codebook:
        code = live_code(codebook, self.code, "move")
        if self.parent is not None:
            live_code(codebook, self.parent, f"move {self.code!r} below")
            if self.parent in (self.code, *(each.id for each in codebook.descendants(self.code))):
                raise ChangeError(
                    f"cannot move {self.code!r} below {self.parent!r}, which is part of it"
                )
        return codebook.with_changed(attrs.evolve(code, parent=self.parent))

    def __str__(self) -> str:
        return f"move {self.code} " + (f"below {self.parent}" if self.parent else "to the root")


@attrs.frozen
class Reorder(Change):
    """Put the live codes in another order."""

    kind: ClassVar[str] = "reorder"
    checks: ClassVar[Mapping[str, Check]] = {"order": check_texts}
    order: tuple[str, ...] = attrs.field(converter=listed)

    def apply(self, codebook: Codebook) -> Codebook:
        live = [code.id for code in codebook]
        if sorted(self.order) != sorted(live):
            raise ChangeError("a new order must name every live code exactly once")
        others = [code for code in codebook.codes.values() if not code.is_live]
        return attrs.evolve(codebook, codes=[*(codebook.codes[id] for id in self.order), *others])

    def __str__(self) -> str:
        return "reorder the codes"


@attrs.frozen
class Retire(CodeChange):
    """Take a code out of use; its assignments stay and are still counted."""

    kind: ClassVar[str] = "retire"

    def apply(self, codebook: Codebook) -> Codebook:
        code = live_code(codebook, self.code, "retire")
        refuse_children(codebook, code, "retire")
        return codebook.with_changed(attrs.evolve(code, status="retired"))


@attrs.frozen
class Restore(CodeChange):
    """Bring a retired code back into use."""

    kind: ClassVar[str] = "restore"

    def apply(self, codebook: Codebook) -> Codebook:
        if self.code not in codebook.codes:
            raise ChangeError(
                f"cannot restore {self.code!r}: no code has that id."
                f"{did_you_mean(self.code, codebook.codes)}"
            )
        code = codebook.codes[self.code]
        if code.status != "retired":
            how = {"merged": "revert its merge", "split": "revert its split"}.get(
                code.status, "it is in use"
            )
            raise ChangeError(f"cannot restore {self.code!r}: it is {code.status}; {how}")
        if code.parent is not None:
            live_code(codebook, code.parent, f"restore {self.code!r} below")
        return codebook.with_changed(attrs.evolve(code, status="live"))
