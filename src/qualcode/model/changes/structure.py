"""Changes to the codebook around its codes: adopting, links, rollups, description, reverting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import ClassVar

import attrs

from qualcode.errors import ChangeError, did_you_mean
from qualcode.model.changes.base import Change, live_code
from qualcode.model.checks import Check, check_kind, check_label, check_text
from qualcode.model.codebook import Codebook, check_allowed
from qualcode.model.codes import Link
from qualcode.model.rollups import Rollup

__all__ = ["Adopt", "Describe", "DropRollup", "LinkCodes", "Revert", "SetRollup", "UnlinkCodes"]


def _allowed(attributes: Mapping[str, Iterable[str]] | None) -> Mapping[str, tuple[str, ...]]:
    return check_allowed(attributes, what="describe: attributes", error=ChangeError)


@attrs.frozen
class Adopt(Change):
    """Take over a whole codebook: the root of every history."""

    kind: ClassVar[str] = "adopt"
    checks: ClassVar[Mapping[str, Check]] = {"codebook": partial(check_kind, kind=Codebook)}
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
class LinkCodes(Change):
    """Link two codes by a typed, directed relation."""

    kind: ClassVar[str] = "link"
    checks: ClassVar[Mapping[str, Check]] = {"link": partial(check_kind, kind=Link)}
    link: Link

    def apply(self, codebook: Codebook) -> Codebook:
        for end in (self.link.source, self.link.target):
            live_code(codebook, end, "link")
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
    checks: ClassVar[Mapping[str, Check]] = {"link": partial(check_kind, kind=Link)}
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
    checks: ClassVar[Mapping[str, Check]] = {"rollup": partial(check_kind, kind=Rollup)}
    rollup: Rollup

    def apply(self, codebook: Codebook) -> Codebook:
        return attrs.evolve(codebook, rollups={**codebook.rollups, self.rollup.id: self.rollup})

    def __str__(self) -> str:
        return f"set the rollup {self.rollup.id}"


@attrs.frozen
class DropRollup(Change):
    """Remove a rollup."""

    kind: ClassVar[str] = "drop-rollup"
    checks: ClassVar[Mapping[str, Check]] = {"rollup": check_text}
    rollup: str

    def apply(self, codebook: Codebook) -> Codebook:
        if self.rollup not in codebook.rollups:
            raise ChangeError(
                f"there is no rollup {self.rollup!r}.{did_you_mean(self.rollup, codebook.rollups)}"
            )
        kept = {id: each for id, each in codebook.rollups.items() if id != self.rollup}
        return attrs.evolve(codebook, rollups=kept)

    def __str__(self) -> str:
        return f"drop the rollup {self.rollup}"


@attrs.frozen
class Describe(Change):
    """Change the codebook's own name, description or declared attributes."""

    kind: ClassVar[str] = "describe"
    checks: ClassVar[Mapping[str, Check]] = {"name": check_label, "description": check_label}
    name: str
    description: str
    attributes: Mapping[str, tuple[str, ...]] = attrs.field(
        factory=dict,
        converter=_allowed,
        hash=False,
    )

    def apply(self, codebook: Codebook) -> Codebook:
        return attrs.evolve(
            codebook, name=self.name, description=self.description, attributes=self.attributes
        )

    def __str__(self) -> str:
        return "describe the codebook"


@attrs.frozen
class Revert(Change):
    """Undo an earlier revision: the history replays without it, keeping all later work."""

    kind: ClassVar[str] = "revert"
    checks: ClassVar[Mapping[str, Check]] = {"revision": check_text}
    revision: str

    def apply(self, codebook: Codebook) -> Codebook:
        raise ChangeError("a revert needs the history: use History.append")

    def __str__(self) -> str:
        return f"revert {self.revision[:12]}"
