"""The kinds of codebook change: values that turn one codebook into the next.

Each change is a frozen value with a ``kind`` (its name in files), a pure ``apply``, and a record.
Reverting is not among them: the history replays without the reverted revision (`qualcode.model.history`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, cast

import attrs

from qualcode.errors import ChangeError, did_you_mean
from qualcode.model import records
from qualcode.model.codebook import Codebook, Place
from qualcode.model.codes import Code, Link, texts
from qualcode.model.rollups import Rollup

__all__ = [
    "Add",
    "Adopt",
    "Change",
    "Decide",
    "Describe",
    "DropRollup",
    "LinkCodes",
    "Merge",
    "Move",
    "Recolour",
    "Redefine",
    "Rename",
    "Reorder",
    "Restore",
    "Retire",
    "Revert",
    "SetRollup",
    "Split",
    "UnlinkCodes",
    "change_from_record",
    "change_record",
]

_REDEFINABLE = (
    "definition",
    "include",
    "exclude",
    "examples",
    "counterexamples",
    "codable",
    "attributes",
    "memos",
)


def _live(codebook: Codebook, id: str, doing: str) -> Code:
    if id not in codebook.codes:
        raise ChangeError(
            f"cannot {doing} {id!r}: no code has that id.{did_you_mean(id, codebook.codes)}"
        )
    code = codebook.codes[id]
    if code.status == "merged":
        raise ChangeError(
            f"cannot {doing} {id!r}: it was merged into {code.merged_into!r}; change that one, or "
            "revert the merge"
        )
    if code.status == "split":
        raise ChangeError(
            f"cannot {doing} {id!r}: it was split into {', '.join(code.parts)}; change those, or "
            "revert the split"
        )
    if code.status == "retired":
        raise ChangeError(f"cannot {doing} {id!r}: it is retired; restore it first")
    return code


def _without_children(codebook: Codebook, code: Code, doing: str) -> None:
    children = codebook.children(code.id)
    if children:
        raise ChangeError(
            f"cannot {doing} {code.id!r}: {len(children)} codes stand below it "
            f"({', '.join(child.id for child in children[:5])}); move, merge or retire them first"
        )


class Change:
    """A codebook change; its subclasses are the kinds."""

    kind: ClassVar[str]

    def apply(self, codebook: Codebook) -> Codebook:
        """Return the codebook after the change.

        Raises
        ------
        ChangeError
            When the change does not fit the codebook.
        """
        raise NotImplementedError

    @property
    def touched(self) -> tuple[str, ...]:
        """Ids of the codes whose assignments or meaning the change concerns."""
        raise NotImplementedError

    def __str__(self) -> str:
        return f"{self.kind} {', '.join(self.touched)}"


@attrs.frozen
class Adopt(Change):
    """Take over a whole codebook: the root of every history."""

    kind: ClassVar[str] = "adopt"
    codebook: Codebook

    def apply(self, codebook: Codebook) -> Codebook:
        if codebook.codes:
            raise ChangeError("a codebook is adopted once, at the root of the history")
        return self.codebook

    @property
    def touched(self) -> tuple[str, ...]:
        return tuple(self.codebook.codes)

    def __str__(self) -> str:
        return f"adopt {self.codebook.id} ({len(self.codebook)} codes)"


@attrs.frozen
class Add(Change):
    """Add a code."""

    kind: ClassVar[str] = "add"
    code: Code

    def apply(self, codebook: Codebook) -> Codebook:
        if self.code.parent is not None:
            _live(codebook, self.code.parent, f"put {self.code.id!r} below")
        if not self.code.is_live:
            raise ChangeError(
                f"cannot add {self.code.id!r} as {self.code.status}: a new code is live"
            )
        return codebook.with_code(self.code)

    @property
    def touched(self) -> tuple[str, ...]:
        return (self.code.id,)


@attrs.frozen
class Rename(Change):
    """Give a code another name; its id stays."""

    kind: ClassVar[str] = "rename"
    code: str
    name: str

    def apply(self, codebook: Codebook) -> Codebook:
        code = _live(codebook, self.code, "rename")
        return codebook.with_changed(attrs.evolve(code, name=self.name))

    @property
    def touched(self) -> tuple[str, ...]:
        return (self.code,)

    def __str__(self) -> str:
        return f"rename {self.code} to {self.name!r}"


def _redefinition(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in fields.items():
        if name not in _REDEFINABLE:
            raise ChangeError(
                f"redefine cannot set {name!r}; it sets {', '.join(_REDEFINABLE)}."
                f"{did_you_mean(name, _REDEFINABLE)}"
            )
        if name in ("include", "exclude", "examples", "counterexamples", "memos"):
            value = texts(value)
        kept[name] = dict(value) if isinstance(value, Mapping) else value
    return MappingProxyType(kept)


@attrs.frozen
class Redefine(Change):
    """Change what a code means: definition, criteria, examples, attributes, codable, memos."""

    kind: ClassVar[str] = "redefine"
    code: str
    fields: Mapping[str, Any] = attrs.field(converter=_redefinition, hash=False)

    def apply(self, codebook: Codebook) -> Codebook:
        code = _live(codebook, self.code, "redefine")
        return codebook.with_changed(attrs.evolve(code, **self.fields))

    @property
    def touched(self) -> tuple[str, ...]:
        return (self.code,)

    def __str__(self) -> str:
        return f"redefine {self.code} ({', '.join(self.fields)})"


@attrs.frozen
class Recolour(Change):
    """Give a code another colour, or none."""

    kind: ClassVar[str] = "recolour"
    code: str
    colour: str | None

    def apply(self, codebook: Codebook) -> Codebook:
        code = _live(codebook, self.code, "recolour")
        return codebook.with_changed(attrs.evolve(code, colour=self.colour))

    @property
    def touched(self) -> tuple[str, ...]:
        return (self.code,)


@attrs.frozen
class Move(Change):
    """Put a code, with all below it, under another parent, or at the root."""

    kind: ClassVar[str] = "move"
    code: str
    parent: str | None

    def apply(self, codebook: Codebook) -> Codebook:
        code = _live(codebook, self.code, "move")
        if self.parent is not None:
            _live(codebook, self.parent, f"move {self.code!r} below")
            if self.parent in (self.code, *(each.id for each in codebook.descendants(self.code))):
                raise ChangeError(
                    f"cannot move {self.code!r} below {self.parent!r}, which is part of it"
                )
        return codebook.with_changed(attrs.evolve(code, parent=self.parent))

    @property
    def touched(self) -> tuple[str, ...]:
        return (self.code,)

    def __str__(self) -> str:
        return f"move {self.code} " + (f"below {self.parent}" if self.parent else "to the root")


@attrs.frozen
class Reorder(Change):
    """Put the live codes in another order."""

    kind: ClassVar[str] = "reorder"
    order: tuple[str, ...] = attrs.field(converter=tuple)

    def apply(self, codebook: Codebook) -> Codebook:
        live = [code.id for code in codebook]
        if sorted(self.order) != sorted(live):
            raise ChangeError("a new order must name every live code exactly once")
        others = [code for code in codebook.codes.values() if not code.is_live]
        return attrs.evolve(codebook, codes=[*(codebook.codes[id] for id in self.order), *others])

    @property
    def touched(self) -> tuple[str, ...]:
        return ()

    def __str__(self) -> str:
        return "reorder the codes"


@attrs.frozen
class Merge(Change):
    """Let one code stand for others; their assignments are read as its own, none is rewritten."""

    kind: ClassVar[str] = "merge"
    sources: tuple[str, ...] = attrs.field(converter=texts)
    into: str

    def apply(self, codebook: Codebook) -> Codebook:
        target = _live(codebook, self.into, "merge into")
        if not self.sources:
            raise ChangeError(f"nothing to merge into {self.into!r}: name at least one source")
        if self.into in self.sources or len(set(self.sources)) < len(self.sources):
            raise ChangeError(
                f"cannot merge {', '.join(self.sources)} into {self.into!r}: a code twice"
            )
        sources = [_live(codebook, source, "merge") for source in self.sources]
        if not target.codable:
            raise ChangeError(
                f"cannot merge into {self.into!r}: it is not codable; redefine it as codable first"
            )
        return attrs.evolve(
            codebook,
            codes=self._codes(codebook, target, sources),
            links=self._links(codebook),
            rollups=[each.replacing(self.sources, self.into) for each in codebook.rollups.values()],
        )

    def _codes(self, codebook: Codebook, target: Code, sources: list[Code]) -> dict[str, Code]:
        codes = dict(codebook.codes)
        # A target below one of its sources moves up to where that source stood.
        parent = target.parent
        while parent in self.sources:
            parent = codebook.codes[parent].parent
        for code in codebook.codes.values():
            if code.parent in self.sources:
                codes[code.id] = attrs.evolve(code, parent=self.into)
        codes[target.id] = attrs.evolve(target, parent=parent)
        for source in sources:
            codes[source.id] = attrs.evolve(
                source, status="merged", merged_into=self.into, parent=None
            )
        return codes

    def _links(self, codebook: Codebook) -> tuple[Link, ...]:
        def end(id: str) -> str:
            return self.into if id in self.sources else id

        moved = (
            attrs.evolve(link, source=end(link.source), target=end(link.target))
            for link in codebook.links
            if end(link.source) != end(link.target)
        )
        return tuple(dict.fromkeys(moved))

    @property
    def touched(self) -> tuple[str, ...]:
        return self.sources

    def __str__(self) -> str:
        return f"merge {', '.join(self.sources)} into {self.into}"


@attrs.frozen
class Split(Change):
    """Divide a code's assignments among parts, by explicit decisions; the undecided stay listed.

    The parts are codes that exist already, so that reverting the split loses nothing that was coded
    with them since. An assignment without a decision stays with the split code.
    """

    kind: ClassVar[str] = "split"
    code: str
    parts: tuple[str, ...] = attrs.field(converter=texts)
    decisions: Mapping[Place, str] = attrs.field(
        factory=dict, converter=lambda given: MappingProxyType(dict(given)), hash=False
    )

    def apply(self, codebook: Codebook) -> Codebook:
        code = _live(codebook, self.code, "split")
        if len(set(self.parts)) < 2 or self.code in self.parts:
            raise ChangeError(f"{self.code!r} must be split into at least two other codes")
        for part in self.parts:
            if not _live(codebook, part, f"split {self.code!r} into").codable:
                raise ChangeError(f"cannot split {self.code!r} into {part!r}: it is not codable")
        children = [child for child in codebook.children(self.code) if child.id not in self.parts]
        if children:
            _without_children(codebook, code, "split")
        moved = [
            attrs.evolve(codebook.codes[part], parent=code.parent)
            for part in self.parts
            if codebook.codes[part].parent == self.code
        ]
        source = attrs.evolve(code, status="split", parts=self.parts)
        after = attrs.evolve(
            codebook.with_changed(source, *moved),
            rollups=[each.with_parts(self.code, self.parts) for each in codebook.rollups.values()],
        )
        return _decided(after, self.code, self.decisions)

    @property
    def touched(self) -> tuple[str, ...]:
        return (self.code,)

    def __str__(self) -> str:
        return f"split {self.code} into {', '.join(self.parts)} ({len(self.decisions)} decided)"


def _decided(codebook: Codebook, code: str, decisions: Mapping[Place, str]) -> Codebook:
    parts = codebook.codes[code].parts
    for place, part in decisions.items():
        if part not in parts:
            raise ChangeError(
                f"{code!r} was split into {', '.join(parts)}; {part!r} is none of them "
                f"(decided for document {place[0]!r}, {place[1]}–{place[2]})"
            )
    known = codebook.decisions.get(code, {})
    return attrs.evolve(codebook, decisions={**codebook.decisions, code: {**known, **decisions}})


@attrs.frozen
class Decide(Change):
    """Say to which part of a split code some of its assignments belong."""

    kind: ClassVar[str] = "decide"
    code: str
    decisions: Mapping[Place, str] = attrs.field(
        converter=lambda given: MappingProxyType(dict(given)), hash=False
    )

    def apply(self, codebook: Codebook) -> Codebook:
        if self.code not in codebook.codes or codebook.codes[self.code].status != "split":
            raise ChangeError(f"cannot decide about {self.code!r}: it is not a split code")
        return _decided(codebook, self.code, self.decisions)

    @property
    def touched(self) -> tuple[str, ...]:
        return (self.code,)

    def __str__(self) -> str:
        return f"decide {len(self.decisions)} assignments of {self.code}"


@attrs.frozen
class Retire(Change):
    """Take a code out of use; its assignments stay and are still counted."""

    kind: ClassVar[str] = "retire"
    code: str

    def apply(self, codebook: Codebook) -> Codebook:
        code = _live(codebook, self.code, "retire")
        _without_children(codebook, code, "retire")
        return codebook.with_changed(attrs.evolve(code, status="retired"))

    @property
    def touched(self) -> tuple[str, ...]:
        return (self.code,)


@attrs.frozen
class Restore(Change):
    """Bring a retired code back into use."""

    kind: ClassVar[str] = "restore"
    code: str

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
            _live(codebook, code.parent, f"restore {self.code!r} below")
        return codebook.with_changed(attrs.evolve(code, status="live"))

    @property
    def touched(self) -> tuple[str, ...]:
        return (self.code,)


@attrs.frozen
class LinkCodes(Change):
    """Link two codes by a typed, directed relation."""

    kind: ClassVar[str] = "link"
    link: Link

    def apply(self, codebook: Codebook) -> Codebook:
        for end in (self.link.source, self.link.target):
            _live(codebook, end, "link")
        if self.link in codebook.links:
            raise ChangeError(f"{self}: that link exists already")
        return attrs.evolve(codebook, links=(*codebook.links, self.link))

    @property
    def touched(self) -> tuple[str, ...]:
        return (self.link.source, self.link.target)

    def __str__(self) -> str:
        return f"link {self.link.source} {self.link.type} {self.link.target}"


@attrs.frozen
class UnlinkCodes(Change):
    """Remove a link between two codes."""

    kind: ClassVar[str] = "unlink"
    link: Link

    def apply(self, codebook: Codebook) -> Codebook:
        if self.link not in codebook.links:
            raise ChangeError(f"{self}: there is no such link")
        kept = tuple(link for link in codebook.links if link != self.link)
        return attrs.evolve(codebook, links=kept)

    @property
    def touched(self) -> tuple[str, ...]:
        return (self.link.source, self.link.target)

    def __str__(self) -> str:
        return f"unlink {self.link.source} {self.link.type} {self.link.target}"


@attrs.frozen
class SetRollup(Change):
    """Define a rollup, or define it anew."""

    kind: ClassVar[str] = "set-rollup"
    rollup: Rollup

    def apply(self, codebook: Codebook) -> Codebook:
        return attrs.evolve(codebook, rollups={**codebook.rollups, self.rollup.id: self.rollup})

    @property
    def touched(self) -> tuple[str, ...]:
        return ()

    def __str__(self) -> str:
        return f"set the rollup {self.rollup.id}"


@attrs.frozen
class DropRollup(Change):
    """Remove a rollup."""

    kind: ClassVar[str] = "drop-rollup"
    rollup: str

    def apply(self, codebook: Codebook) -> Codebook:
        if self.rollup not in codebook.rollups:
            raise ChangeError(
                f"there is no rollup {self.rollup!r}.{did_you_mean(self.rollup, codebook.rollups)}"
            )
        kept = {id: each for id, each in codebook.rollups.items() if id != self.rollup}
        return attrs.evolve(codebook, rollups=kept)

    @property
    def touched(self) -> tuple[str, ...]:
        return ()

    def __str__(self) -> str:
        return f"drop the rollup {self.rollup}"


@attrs.frozen
class Describe(Change):
    """Change the codebook's own name, description or declared attributes."""

    kind: ClassVar[str] = "describe"
    name: str
    description: str
    attributes: Mapping[str, tuple[str, ...]] = attrs.field(
        factory=dict,
        converter=lambda given: MappingProxyType(
            {name: texts(each) for name, each in given.items()}
        ),
        hash=False,
    )

    def apply(self, codebook: Codebook) -> Codebook:
        return attrs.evolve(
            codebook, name=self.name, description=self.description, attributes=self.attributes
        )

    @property
    def touched(self) -> tuple[str, ...]:
        return ()

    def __str__(self) -> str:
        return "describe the codebook"


@attrs.frozen
class Revert(Change):
    """Undo an earlier revision: the history replays without it, keeping all later work."""

    kind: ClassVar[str] = "revert"
    revision: str

    def apply(self, codebook: Codebook) -> Codebook:
        raise ChangeError("a revert needs the history: use History.append")

    @property
    def touched(self) -> tuple[str, ...]:
        return ()

    def __str__(self) -> str:
        return f"revert {self.revision[:12]}"


_KINDS: dict[str, type[Change]] = {kind.kind: kind for kind in Change.__subclasses__()}

# Fields that are not plain text are written and read by their own functions.
_WRITERS: dict[type, Any] = {
    Codebook: lambda codebook: records.codebook_record(codebook, decisions=True),
    Code: lambda code: {"id": code.id, **records.code_record(code)},
    Link: records.link_record,
    Rollup: lambda rollup: {"id": rollup.id, **records.rollup_record(rollup)},
}


def change_record(change: Change) -> dict[str, Any]:
    """Return a change as a record: its kind and its fields."""
    record: dict[str, Any] = {"kind": change.kind}
    for field in attrs.fields(type(change)):
        value = getattr(change, field.name)
        if field.name == "decisions":
            value = records.decisions_record(value)
        elif type(value) in _WRITERS:
            value = _WRITERS[type(value)](value)
        elif isinstance(value, tuple):
            value = list(value)
        elif isinstance(value, Mapping):
            value = {
                name: list(each) if isinstance(each, tuple) else each
                for name, each in value.items()
            }
        record[field.name] = value
    return record


def change_from_record(record: Mapping[str, Any]) -> Change:
    """Return the change that a record describes.

    Raises
    ------
    ChangeError
        For a kind that is not known, or fields that do not fit it.
    """
    kind = _KINDS.get(str(record.get("kind")))
    if kind is None:
        raise ChangeError(
            f"{record.get('kind')!r} is no kind of change; there are {', '.join(_KINDS)}. "
            "A newer version of qualcode may have written it"
        )
    fields = {name: value for name, value in record.items() if name != "kind"}
    known = {field.name for field in attrs.fields(cast("Any", kind))}
    if set(fields) != known:
        raise ChangeError(
            f"a change of kind {kind.kind!r} has the fields {', '.join(sorted(known))}, "
            f"not {', '.join(sorted(fields))}"
        )
    return kind(**{name: _read(kind, name, value) for name, value in fields.items()})


def _read(kind: type[Change], name: str, value: Any) -> Any:
    if name == "decisions":
        return records.decisions_from_record(value)
    if kind is Adopt:
        return records.codebook_from_record(value)
    if kind is Add:
        return records.code_from_record(value["id"], {k: v for k, v in value.items() if k != "id"})
    if kind in (LinkCodes, UnlinkCodes):
        return records.link_from_record(value)
    if kind is SetRollup:
        return records.rollup_from_record(
            value["id"], {k: v for k, v in value.items() if k != "id"}
        )
    return value
