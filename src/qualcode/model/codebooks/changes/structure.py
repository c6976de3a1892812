"""Changes to the codebook around its codes: adopting, links, rollups, description, reverting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Self

import attrs

from qualcode.errors import ChangeError, did_you_mean
from qualcode.model.checks import Check, check_kind, check_label, check_text, check_texts, listed
from qualcode.model.codebooks.changes.base import Change, Record, subject
from qualcode.model.codebooks.changes.codes import named_record
from qualcode.model.codebooks.codebook import Codebook, check_allowed
from qualcode.model.codebooks.codes import Link
from qualcode.model.codebooks.draft import Draft
from qualcode.model.codebooks.records import (
    codebook_from_record,
    codebook_record,
    link_from_record,
    link_record,
    rollup_from_record,
    rollup_record,
)
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.said import Said, said

__all__ = ["Adopt", "Describe", "DropRollup", "LinkCodes", "Revert", "SetRollup", "UnlinkCodes"]


def _allowed(attributes: Mapping[str, Iterable[str]] | None) -> Mapping[str, tuple[str, ...]]:
    return check_allowed(attributes, what="describe: attributes", error=ChangeError)


@attrs.frozen
class Adopt(Change):
    """Take over a whole codebook: the root of every history."""

    kind: ClassVar[str] = "adopt"
    verb: ClassVar[str] = "adopted"
    checks: ClassVar[Mapping[str, Check]] = {"codebook": partial(check_kind, kind=Codebook)}
    codebook: Codebook

    def check(self, draft: Draft) -> None:
        if draft.codes:
            raise ChangeError("a codebook is adopted once, at the root of the history")

    def make(self, draft: Draft) -> None:
        draft.adopt(self.codebook)

    @property
    def touched(self) -> tuple[str, ...]:
        return tuple(self.codebook.codes)

    def record(self) -> Record:
        return {"codebook": codebook_record(self.codebook, decisions=True)}

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Self:
        return cls(codebook_from_record(record["codebook"]))

    @property
    def sentence(self) -> str:
        return Said("adopt-n", what=self.codebook.id, n=len(self.codebook))


@attrs.frozen
class _LinkChange(Change):
    checks: ClassVar[Mapping[str, Check]] = {"link": partial(check_kind, kind=Link)}
    link: Link

    @property
    def touched(self) -> tuple[str, ...]:
        return (self.link.source, self.link.target)

    def meaning(self, code: Callable[[str], str]) -> Any:
        ends = {"source": code(self.link.source), "target": code(self.link.target)}
        return attrs.evolve(self, link=attrs.evolve(self.link, **ends))

    @property
    def _key(self) -> tuple[str, str, str]:
        return self.link.source, self.link.type, self.link.target

    def record(self) -> Record:
        return {"link": link_record(self.link)}

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Self:
        return cls(link_from_record(record["link"]))

    def said(self) -> tuple[str, Record]:
        return "link", link_record(self.link)

    @classmethod
    def heard(cls, id: str, said: Record) -> Self:
        return cls(link_from_record(said))

    @property
    def sentence(self) -> str:
        return said(f"code.{self.kind}", what=" ".join(self._key))


@attrs.frozen
class LinkCodes(_LinkChange):
    """Link two codes by a typed, directed relation."""

    kind: ClassVar[str] = "link"
    verb: ClassVar[str] = "linked"

    def check(self, draft: Draft) -> None:
        for end in (self.link.source, self.link.target):
            draft.live(end, "link")
        if self._key in draft.links:
            raise ChangeError(f"{self}: that link exists already")

    def make(self, draft: Draft) -> None:
        source, target = draft.standing(self.link.source), draft.standing(self.link.target)
        if source != target:
            link = attrs.evolve(self.link, source=source, target=target)
            draft.links.setdefault((source, link.type, target), link)
        draft.note(f"link:{' '.join(self._key)}", "there", True)
        draft.touch()

    def is_made(self, draft: Draft) -> bool:
        known = draft.links.get(self._key)
        return known is not None and known.note == self.link.note

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.link.source, self.link.target)


@attrs.frozen
class UnlinkCodes(_LinkChange):
    """Remove a link between two codes."""

    kind: ClassVar[str] = "unlink"
    verb: ClassVar[str] = "unlinked"

    def check(self, draft: Draft) -> None:
        if self._key not in draft.links:
            raise ChangeError(f"{self}: there is no such link")

    def make(self, draft: Draft) -> None:
        source, target = draft.standing(self.link.source), draft.standing(self.link.target)
        draft.links.pop((source, self.link.type, target), None)
        draft.note(f"link:{' '.join(self._key)}", "there", False)
        draft.touch()


@attrs.frozen
class SetRollup(Change):
    """Define a rollup, or define it anew."""

    kind: ClassVar[str] = "set-rollup"
    verb: ClassVar[str] = "rollup set"
    checks: ClassVar[Mapping[str, Check]] = {"rollup": partial(check_kind, kind=Rollup)}
    rollup: Rollup

    def check(self, draft: Draft) -> None:
        # A code whose addition was undone is known, but it is nobody's to name.
        there = {id: code for id, code in draft.codes.items() if code.status != "reverted"}
        self.rollup.check(there)

    def make(self, draft: Draft) -> None:
        rollup = self.rollup
        named = {id for theme in rollup.themes for id in (*theme.codes, *theme.subtrees)}
        for id in sorted(named):
            into = draft.standing(id) if id in draft.codes else id
            if into != id and draft.is_news(subject(id), "status"):
                # Its author had not seen that the code was merged meanwhile.
                lines = {each: {each, *draft.above(each)} for each in (into, id)}
                rollup = rollup.replacing({id: ()}, into, lines)
        draft.rollups[rollup.id] = rollup
        draft.note(f"rollup:{rollup.id}", "definition", self.rollup)
        draft.touch()

    def meaning(self, code: Callable[[str], str]) -> SetRollup:
        themes = [
            attrs.evolve(
                theme,
                codes=tuple(map(code, theme.codes)),
                subtrees=tuple(map(code, theme.subtrees)),
            )
            for theme in self.rollup.themes
        ]
        return SetRollup(attrs.evolve(self.rollup, themes=themes))

    def is_made(self, draft: Draft) -> bool:
        return draft.rollups.get(self.rollup.id) == self.rollup

    def record(self) -> Record:
        return {"rollup": {"id": self.rollup.id, **rollup_record(self.rollup)}}

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Self:
        return cls(rollup_from_record(*named_record(record["rollup"], cls.kind)))

    def said(self) -> tuple[str, Record]:
        return f"rollup:{self.rollup.id}", {"rollup": rollup_record(self.rollup)}

    @classmethod
    def heard(cls, id: str, said: Record) -> Self:
        return cls(rollup_from_record(id, said["rollup"]))

    @property
    def sentence(self) -> str:
        return Said("set-the-rollup", what=self.rollup.id)


@attrs.frozen
class DropRollup(Change):
    """Remove a rollup."""

    kind: ClassVar[str] = "drop-rollup"
    verb: ClassVar[str] = "rollup dropped"
    checks: ClassVar[Mapping[str, Check]] = {"rollup": check_text}
    rollup: str

    def check(self, draft: Draft) -> None:
        if self.rollup not in draft.rollups:
            raise ChangeError(
                f"there is no rollup {self.rollup!r}.{did_you_mean(self.rollup, draft.rollups)}"
            )

    def make(self, draft: Draft) -> None:
        draft.rollups.pop(self.rollup, None)
        draft.note(f"rollup:{self.rollup}", "definition", None)
        draft.touch()

    def said(self) -> tuple[str, Record]:
        return f"rollup:{self.rollup}", {}

    @classmethod
    def heard(cls, id: str, said: Record) -> Self:
        return cls(id)

    @property
    def sentence(self) -> str:
        return Said("drop-the-rollup", what=self.rollup)


@attrs.frozen
class Describe(Change):
    """Change the codebook's own name, description or declared attributes."""

    kind: ClassVar[str] = "describe"
    verb: ClassVar[str] = "described"
    checks: ClassVar[Mapping[str, Check]] = {"name": check_label, "description": check_label}
    name: str
    description: str
    attributes: Mapping[str, tuple[str, ...]] = attrs.field(
        factory=dict,
        converter=_allowed,
        hash=False,
    )

    def check(self, draft: Draft) -> None:
        for code in draft.codes.values():
            Codebook.check_attributes_of(code.id, code.attributes, self.attributes)

    def make(self, draft: Draft) -> None:
        draft.name, draft.description = self.name or draft.id, self.description
        draft.attributes = self.attributes
        for field in ("name", "description", "attributes"):
            draft.note("codebook", field, getattr(self, field))
        draft.touch()

    def is_made(self, draft: Draft) -> bool:
        now = (draft.name, draft.description, draft.attributes)
        return now == (self.name, self.description, self.attributes)

    @property
    def sentence(self) -> str:
        return Said("describe-codebook")


@attrs.frozen
class Revert(Change):
    """Undo earlier revisions, keeping all later work; reverting a revert makes them again.

    Parameters
    ----------
    revisions : tuple of str
        Ids of what is undone.
    """

    kind: ClassVar[str] = "revert"
    verb: ClassVar[str] = "reverted"
    checks: ClassVar[Mapping[str, Check]] = {"revisions": check_texts}
    revisions: tuple[str, ...] = attrs.field(converter=listed)

    @property
    def revision(self) -> str:
        """Id of the first of them."""
        return self.revisions[0]

    def check(self, draft: Draft) -> None:
        raise ChangeError("a revert needs the history: use History.append")

    def make(self, draft: Draft) -> None:
        """Write nothing: what is reverted is left out when the log is folded."""

    @classmethod
    def heard(cls, id: str, said: Record) -> Self:
        return cls(said.get("undone", said["of"]))

    @property
    def sentence(self) -> str:
        return Said("revert", what=tuple(each[:12] for each in self.revisions))
