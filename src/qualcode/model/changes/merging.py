"""Merging codes and splitting them, without rewriting any assignment."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import attrs

from qualcode.errors import ChangeError
from qualcode.model.changes.base import Change, CodeChange, live_code, refuse_children
from qualcode.model.checks import Check, check_text, check_texts, listed
from qualcode.model.codebook import Codebook, Place, check_decisions
from qualcode.model.codes import Code, Link
from qualcode.model.rollups import Rollup

__all__ = ["Decide", "Merge", "Split"]


def _frozen(decisions: Mapping[Place, str]) -> Mapping[Place, str]:
    return check_decisions(decisions, what="decisions", error=ChangeError)


@attrs.frozen
class Merge(Change):
    """Let one code stand for others; their assignments are read as its own, none is rewritten."""

    kind: ClassVar[str] = "merge"
    checks: ClassVar[Mapping[str, Check]] = {"sources": check_texts, "into": check_text}
    sources: tuple[str, ...] = attrs.field(converter=listed)
    into: str

    def apply(self, codebook: Codebook) -> Codebook:
        target = live_code(codebook, self.into, "merge into")
        if not self.sources:
            raise ChangeError(f"nothing to merge into {self.into!r}: name at least one source")
        if self.into in self.sources or len(set(self.sources)) < len(self.sources):
            raise ChangeError(
                f"cannot merge {', '.join(self.sources)} into {self.into!r}: a code twice"
            )
        sources = [live_code(codebook, source, "merge") for source in self.sources]
        if not target.codable:
            raise ChangeError(
                f"cannot merge into {self.into!r}: it is not codable; redefine it as codable first"
            )
        return attrs.evolve(
            codebook,
            codes=self._codes(codebook, target, sources),
            links=self._links(codebook),
            rollups=self._rollups(codebook),
        )

    def _codes(self, codebook: Codebook, target: Code, sources: list[Code]) -> dict[str, Code]:
        codes = dict(codebook.codes)
        above = {each.id for each in codebook.ancestors(self.into)}
        for code in codebook.codes.values():
            if code.parent in self.sources:
                # What stands between a source and the target moves up too, or it would be its own
                # ancestor.
                codes[code.id] = attrs.evolve(
                    code,
                    parent=_outside(codebook, code, self.sources)
                    if code.id in above
                    else self.into,
                )
        codes[target.id] = attrs.evolve(target, parent=_outside(codebook, target, self.sources))
        for source in sources:
            codes[source.id] = attrs.evolve(
                source, status="merged", merged_into=self.into, parent=None
            )
        return codes

    def _rollups(self, codebook: Codebook) -> list[Rollup]:
        below = {
            source: [
                code.id
                for code in codebook.descendants(source, all=True)
                if code.parent in self.sources and code.id not in self.sources
            ]
            for source in self.sources
        }
        lines = {
            id: {id, *(code.id for code in codebook.ancestors(id))}
            for id in (self.into, *self.sources)
        }
        return [each.replacing(below, self.into, lines) for each in codebook.rollups.values()]

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


def _outside(codebook: Codebook, code: Code, sources: tuple[str, ...]) -> str | None:
    """Return the nearest ancestor of a code that is none of the sources."""
    parent = code.parent
    while parent in sources:
        parent = codebook.codes[parent].parent
    return parent


@attrs.frozen
class Split(CodeChange):
    """Divide a code's assignments among parts, by explicit decisions; the undecided stay listed.

    The parts are codes that exist already, so that reverting the split loses nothing that was coded
    with them since. An assignment without a decision stays with the split code.
    """

    kind: ClassVar[str] = "split"
    checks: ClassVar[Mapping[str, Check]] = {**CodeChange.checks, "parts": check_texts}
    parts: tuple[str, ...] = attrs.field(converter=listed)
    decisions: Mapping[Place, str] = attrs.field(factory=dict, converter=_frozen, hash=False)

    def apply(self, codebook: Codebook) -> Codebook:
        code = live_code(codebook, self.code, "split")
        if len(set(self.parts)) < 2 or self.code in self.parts:
            raise ChangeError(f"{self.code!r} must be split into at least two other codes")
        for part in self.parts:
            if not live_code(codebook, part, f"split {self.code!r} into").codable:
                raise ChangeError(f"cannot split {self.code!r} into {part!r}: it is not codable")
        children = [child for child in codebook.children(self.code) if child.id not in self.parts]
        if children:
            refuse_children(codebook, code, "split")
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
    decided = MappingProxyType({**known, **decisions})
    return attrs.evolve(codebook, decisions={**codebook.decisions, code: decided})


@attrs.frozen
class Decide(CodeChange):
    """Say to which part of a split code some of its assignments belong."""

    kind: ClassVar[str] = "decide"
    decisions: Mapping[Place, str] = attrs.field(converter=_frozen, hash=False)

    def apply(self, codebook: Codebook) -> Codebook:
        if self.code not in codebook.codes or codebook.codes[self.code].status != "split":
            raise ChangeError(f"cannot decide about {self.code!r}: it is not a split code")
        return _decided(codebook, self.code, self.decisions)

    def __str__(self) -> str:
        return f"decide {len(self.decisions)} assignments of {self.code}"
