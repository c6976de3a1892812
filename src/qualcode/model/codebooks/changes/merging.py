"""Merging codes and splitting them, without rewriting any assignment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

import attrs

from qualcode.errors import ChangeError
from qualcode.model.checks import Check, check_text, check_texts, listed
from qualcode.model.codebooks.changes.base import Change, CodeChange, Record, subject
from qualcode.model.codebooks.changes.codes import codable
from qualcode.model.codebooks.codebook import Place, check_decisions
from qualcode.model.codebooks.draft import Draft
from qualcode.model.codebooks.records import decisions_from_record, decisions_record
from qualcode.model.said import Said

__all__ = ["Decide", "Merge", "Split"]


def _frozen(decisions: Mapping[Place, str]) -> Mapping[Place, str]:
    return check_decisions(decisions, what="decisions", error=ChangeError)


@attrs.frozen
class Merge(Change):
    """Let one code stand for others; their assignments are read as its own, none is rewritten."""

    kind: ClassVar[str] = "merge"
    verb: ClassVar[str] = "merged"
    checks: ClassVar[Mapping[str, Check]] = {"sources": check_texts, "into": check_text}
    sources: tuple[str, ...] = attrs.field(converter=listed)
    into: str

    def check(self, draft: Draft) -> None:
        target = draft.live(self.into, "merge into")
        if not self.sources:
            raise ChangeError(f"nothing to merge into {self.into!r}: name at least one source")
        if self.into in self.sources or len(set(self.sources)) < len(self.sources):
            raise ChangeError(
                f"cannot merge {', '.join(self.sources)} into {self.into!r}: a code twice"
            )
        for source in self.sources:
            draft.live(source, "merge")
        if not target.codable:
            raise ChangeError(
                f"cannot merge into {self.into!r}: it is not codable; redefine it as codable first"
            )
        _check_moved(draft, _moved(draft, self.sources, self.into), self.sources)

    def make(self, draft: Draft) -> None:
        into = draft.standing(self.into)
        # Merged into each other at the same time, or into what was merged on: the first holds.
        sources = tuple(dict.fromkeys(each for each in self.sources if each != into))
        for source in self.sources:
            if source == into:
                taken = "the first merge holds"
                draft.clash("merge circle", subject(source), "status", [subject(self.into)], taken)
            draft.note(subject(source), "status", ("merged", self.into))
        if not sources:
            return
        moved = _moved(draft, sources, into)
        if draft.rollups:
            _merge_rollups(draft, sources, into)
        for id, parent in moved.items():
            draft.set(id, parent=parent)
        for source in sources:
            draft.set(source, status="merged", merged_into=into, parent=None, parts=())
        if draft.links:
            _merge_links(draft, sources, into)

    @property
    def touched(self) -> tuple[str, ...]:
        return self.sources

    def meaning(self, code: Callable[[str], str]) -> Merge:
        return Merge(tuple(map(code, self.sources)), code(self.into))

    def is_made(self, draft: Draft) -> bool:
        sources = [draft.codes.get(id) for id in self.sources]
        return bool(sources) and all(
            each is not None and each.merged_into == self.into for each in sources
        )

    @property
    def needs(self) -> tuple[str, ...]:
        return (*self.sources, self.into, codable(self.into))

    @property
    def ends(self) -> tuple[str, ...]:
        return self.sources

    def said(self) -> tuple[str, Record]:
        return subject(self.into), {"sources": list(self.sources)}

    @classmethod
    def heard(cls, id: str, said: Record) -> Self:
        return cls(said["sources"], id)

    @property
    def sentence(self) -> str:
        return Said("merge", what=self.sources, into=self.into)


def _moved(draft: Draft, sources: tuple[str, ...], into: str) -> dict[str, str | None]:
    """Return the new parent of each code that a merge moves."""
    above = set(draft.above(into))
    moved: dict[str, str | None] = {}
    for source in sources:
        for child in draft.below(source):
            # What stands between a source and the target moves up too, or it would be its own ancestor.
            moved[child] = _outside(draft, child, sources) if child in above else into
    moved[into] = _outside(draft, into, sources)
    return {
        id: parent
        for id, parent in moved.items()
        if id not in sources and draft.codes[id].parent != parent
    }


def _outside(draft: Draft, id: str, sources: tuple[str, ...]) -> str | None:
    """Return the nearest ancestor of a code that is none of the sources."""
    parent = draft.codes[id].parent
    while parent in sources:
        parent = draft.codes[parent].parent
    return parent


def _check_moved(draft: Draft, moved: Mapping[str, str | None], leaving: tuple[str, ...]) -> None:
    """Refuse to bring codes of one name together under one parent."""
    live = [draft.codes[id] for id in moved if draft.codes[id].is_live]
    together: dict[tuple[str | None, str], str] = {}
    for code in live:
        parent = moved[code.id]
        draft.check_name(code.name, parent, code.id, without=(*leaving, *moved))
        other = together.setdefault((parent, code.name), code.id)
        if other != code.id:
            raise ChangeError(
                f"codes {other!r} and {code.id!r} would both be named {code.name!r} under the same parent: "
                "rename one, or merge them"
            )


def _merge_rollups(draft: Draft, sources: tuple[str, ...], into: str) -> None:
    place = {id: number for number, id in enumerate(draft.codes)}
    below = {
        source: [
            id
            for id in sorted(draft.all_below(source), key=place.__getitem__)
            if draft.codes[id].parent in sources and id not in sources
        ]
        for source in sources
    }
    lines = {id: {id, *draft.above(id)} for id in (into, *sources)}
    for id, rollup in draft.rollups.items():
        draft.rollups[id] = rollup.replacing(below, into, lines)
    draft.touch()


def _merge_links(draft: Draft, sources: tuple[str, ...], into: str) -> None:
    def end(id: str) -> str:
        return into if id in sources else id

    links = {}
    for link in draft.links.values():
        key = (end(link.source), link.type, end(link.target))
        if key[0] != key[2] and key not in links:
            links[key] = attrs.evolve(link, source=key[0], target=key[2])
    draft.links = links
    draft.touch()


@attrs.frozen
class Split(CodeChange):
    """Divide a code's assignments among parts, by explicit decisions; the undecided stay listed.

    The parts are codes that exist already, so that reverting the split loses nothing that was coded
    with them since. An assignment without a decision stays with the split code.
    """

    kind: ClassVar[str] = "split"
    verb: ClassVar[str] = "split"
    checks: ClassVar[Mapping[str, Check]] = {**CodeChange.checks, "parts": check_texts}
    parts: tuple[str, ...] = attrs.field(converter=listed)
    decisions: Mapping[Place, str] = attrs.field(factory=dict, converter=_frozen, hash=False)

    def check(self, draft: Draft) -> None:
        code = draft.live(self.code, "split")
        if len(set(self.parts)) < 2 or self.code in self.parts:
            raise ChangeError(f"{self.code!r} must be split into at least two other codes")
        for part in self.parts:
            if not draft.live(part, f"split {self.code!r} into").codable:
                raise ChangeError(f"cannot split {self.code!r} into {part!r}: it is not codable")
        if any(child.id not in self.parts for child in draft.children(self.code)):
            draft.refuse_children(code, "split")
        _check_moved(draft, self._moved(draft), (self.code,))
        _check_decided(self.code, self.parts, self.decisions)

    def _moved(self, draft: Draft) -> dict[str, str | None]:
        parent = draft.codes[self.code].parent
        return {part: parent for part in self.parts if draft.codes[part].parent == self.code}

    def make(self, draft: Draft) -> None:
        for part, parent in self._moved(draft).items():
            draft.set(part, parent=parent)
        draft.set(self.code, status="split", parts=self.parts, merged_into=None)
        for id, rollup in draft.rollups.items():
            draft.rollups[id] = rollup.with_parts(self.code, self.parts)
        draft.note(subject(self.code), "status", ("split", *self.parts))
        _decide(draft, self.code, self.decisions)

    def meaning(self, code: Callable[[str], str]) -> Split:
        decisions = {place: code(part) for place, part in self.decisions.items()}
        return Split(code(self.code), tuple(map(code, self.parts)), decisions)

    def is_made(self, draft: Draft) -> bool:
        code = draft.codes.get(self.code)
        return code is not None and code.status == "split" and code.parts == self.parts

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.code, *self.parts, *map(codable, self.parts))

    @property
    def ends(self) -> tuple[str, ...]:
        return (self.code,)

    def record(self) -> Record:
        return {
            "code": self.code,
            "parts": list(self.parts),
            "decisions": decisions_record(self.decisions),
        }

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Self:
        return cls(**{**record, "decisions": decisions_from_record(record["decisions"])})

    @property
    def sentence(self) -> str:
        return Said("split-decided", what=self.code, parts=self.parts, n=len(self.decisions))


def _check_decided(code: str, parts: tuple[str, ...], decisions: Mapping[Place, str]) -> None:
    for place, part in decisions.items():
        if part not in parts:
            raise ChangeError(
                f"{code!r} was split into {', '.join(parts)}; {part!r} is none of them "
                f"(decided for document {place[0]!r}, {place[1]}–{place[2]})"
            )


def _decide(draft: Draft, code: str, decisions: Mapping[Place, str]) -> None:
    # A split code has decisions from its split on, even when there are none yet.
    draft.decisions.setdefault(code, {}).update(decisions)
    draft.touch()
    if draft.registers is not None:
        for place, part in decisions.items():
            draft.note(subject(code), f"decision {':'.join(map(str, place))}", part)


@attrs.frozen
class Decide(CodeChange):
    """Say to which part of a split code some of its assignments belong."""

    kind: ClassVar[str] = "decide"
    verb: ClassVar[str] = "decided"
    decisions: Mapping[Place, str] = attrs.field(converter=_frozen, hash=False)

    def check(self, draft: Draft) -> None:
        if self.code not in draft.codes or draft.codes[self.code].status != "split":
            raise ChangeError(f"cannot decide about {self.code!r}: it is not a split code")
        _check_decided(self.code, draft.codes[self.code].parts, self.decisions)

    def make(self, draft: Draft) -> None:
        _decide(draft, self.code, self.decisions)

    def meaning(self, code: Callable[[str], str]) -> Decide:
        decisions = {place: code(part) for place, part in self.decisions.items()}
        return Decide(code(self.code), decisions)

    def is_made(self, draft: Draft) -> bool:
        decided = draft.decisions.get(self.code, {})
        return all(decided.get(place) == part for place, part in self.decisions.items())

    @property
    def needs(self) -> tuple[str, ...]:
        return ()

    def record(self) -> Record:
        return {"code": self.code, "decisions": decisions_record(self.decisions)}

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Self:
        return cls(**{**record, "decisions": decisions_from_record(record["decisions"])})

    @property
    def sentence(self) -> str:
        return Said("decide-n", n=len(self.decisions), what=self.code)
