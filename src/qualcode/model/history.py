"""The history of a codebook: a hash chain of revisions, of which the codebook is the fold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs
import msgspec

from qualcode.errors import (
    ChangeError,
    CodebookError,
    DuplicateError,
    HistoryError,
    NotFoundError,
    QualcodeError,
)
from qualcode.model.changes import Adopt, Change, Revert, change_record
from qualcode.model.codebook import Codebook

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["History", "Revision"]

SHORT = 12
_encode = msgspec.json.Encoder(order="sorted").encode


@attrs.frozen
class Revision:
    """One codebook change: what, by whom, when, why, and after which other.

    Parameters
    ----------
    change : Change
        What was changed.
    coder : str
        Who changed it.
    time : str
        When, in UTC (ISO 8601).
    reason : str
        Why.
    parent : str or None
        Id of the revision before; None for the root.
    """

    change: Change
    coder: str
    time: str
    reason: str
    parent: str | None
    id: str = attrs.field(init=False, repr=lambda id: id[:SHORT])

    def __attrs_post_init__(self) -> None:
        content = {
            "parent": self.parent,
            "coder": self.coder,
            "time": self.time,
            "reason": self.reason,
            "change": change_record(self.change),
        }
        object.__setattr__(self, "id", hashlib.sha256(_encode(content)).hexdigest())

    @property
    def short(self) -> str:
        """The first twelve characters of the id, by which events name the revision they follow."""
        return self.id[:SHORT]


@attrs.frozen
class History:
    """An append-only log of revisions, numbered from 1, the adopted codebook.

    Parameters
    ----------
    revisions : iterable of Revision
        From the root on.

    Raises
    ------
    HistoryError
        When the first is not the adoption of a codebook, a revision does not name the one before it
        as its parent, or a change does not fit.

    Examples
    --------
    >>> from qualcode.model.changes import Add
    >>> from qualcode.model.codes import Code
    >>> history = History.start(Codebook("study"), coder="ana", time="2026-01-01T00:00:00Z")
    >>> history = history.append(Add(Code("trust")), coder="ana", time="2026-01-02T00:00:00Z")
    >>> len(history), list(history.codebook.codes), list(history.at(1).codes)
    (2, ['trust'], [])
    """

    revisions: tuple[Revision, ...] = attrs.field(converter=tuple[Revision, ...], repr=False)
    codebook: Codebook = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.revisions or not isinstance(self.revisions[0].change, Adopt):
            raise HistoryError("a history begins with the codebook it adopts", revision=1)
        parents: dict[str | None, int] = {}
        for number, revision in enumerate(self.revisions, start=1):
            expected = self.revisions[number - 2].id if number > 1 else None
            if revision.parent in parents:
                raise HistoryError(
                    f"the history forks: revisions {parents[revision.parent]} and {number} "
                    f"({revision.change}) both follow the same one. Keep the lines of one branch, then "
                    "apply the other branch's codebook to it (qualcode codebook apply)",
                    revision=number,
                )
            if revision.parent != expected:
                raise HistoryError(
                    f"the chain breaks at revision {number} ({revision.change}): it follows "
                    f"{(revision.parent or 'nothing')[:SHORT]}, but the one before it is "
                    f"{(expected or 'nothing')[:SHORT]}; a line was changed, moved or removed",
                    revision=number,
                )
            parents[revision.parent] = number
        object.__setattr__(self, "codebook", self._fold(len(self.revisions)))

    @classmethod
    def start(
        cls, codebook: Codebook, *, coder: str, time: str, reason: str = "adopted"
    ) -> History:
        """Return the history that begins with a codebook."""
        return cls((Revision(Adopt(codebook), coder, time, reason, None),))

    # Reading

    def __getitem__(self, revision: int | str) -> Revision:
        """Return a revision given by number (negative from the end) or the start of its id."""
        return self.revisions[self.number(revision) - 1]

    def __iter__(self) -> Iterator[Revision]:
        return iter(self.revisions)

    def __len__(self) -> int:
        return len(self.revisions)

    @property
    def head(self) -> Revision:
        """The newest revision."""
        return self.revisions[-1]

    def number(self, revision: int | str) -> int:
        """Return the number of a revision given by number (negative from the end) or start of its id.

        Raises
        ------
        NotFoundError
            When there is none, or the start of the id is that of several.
        """
        if isinstance(revision, int):
            if not 1 <= abs(revision) <= len(self):
                raise NotFoundError(
                    f"there is no revision {revision}; there are revisions 1 to {len(self)}"
                )
            return revision if revision > 0 else len(self) + 1 + revision
        numbered = enumerate(self.revisions, start=1)
        found = [number for number, each in numbered if each.id.startswith(revision)]
        if len(found) != 1 or not revision:
            problem = "several revisions have" if found else "no revision has"
            raise NotFoundError(f"{problem} an id that starts with {revision!r}")
        return found[0]

    def at(self, revision: int | str) -> Codebook:
        """Return the codebook as of a revision, given by number or start of its id."""
        return self._fold(self.number(revision))

    def before(self, time: str) -> int:
        """Return the number of the newest revision made at or before a time (UTC, ISO 8601).

        Raises
        ------
        NotFoundError
            When the history began later.
        """
        numbered = enumerate(self.revisions, start=1)
        found = [number for number, each in numbered if each.time <= time]
        if not found:
            raise NotFoundError(
                f"at {time} there was no codebook yet: the history begins at {self.revisions[0].time}"
            )
        return found[-1]

    def upto(self, revision: int | str) -> History:
        """Return the history as it was when a revision was the newest."""
        return History(self.revisions[: self.number(revision)])

    def log(self) -> pd.DataFrame:
        """Return a frame with a row for each revision: number, time, coder, kind, change, reason, id."""
        import pandas as pd

        active = set(self._active(len(self)))
        rows = [
            (
                number,
                each.time,
                each.coder,
                each.change.kind,
                self.describe(number),
                each.reason,
                number not in active,
                each.short,
            )
            for number, each in enumerate(self.revisions, start=1)
        ]
        columns = ["revision", "time", "coder", "kind", "change", "reason", "reverted", "id"]
        return pd.DataFrame(rows, columns=columns)

    def describe(self, revision: int | str) -> str:
        """Return in a few words what a revision changed."""
        change = self[revision].change
        if isinstance(change, Revert):
            target = self.number(change.revision)
            return f"revert revision {target} ({self[target].change})"
        return str(change)

    # Folding

    def _active(self, count: int) -> list[int]:
        """Return the numbers of the first `count` revisions whose changes are in force."""
        reverted: set[int] = set()
        for number in range(count, 0, -1):
            change = self[number].change
            if isinstance(change, Revert) and number not in reverted:
                # A revert that is itself reverted has been taken out before we get here.
                reverted.add(self._target(number, change))
        return [number for number in range(1, count + 1) if number not in reverted]

    def _target(self, number: int, change: Revert) -> int:
        for earlier in range(1, number):
            if self[earlier].id == change.revision:
                return earlier
        raise HistoryError(
            f"revision {number} reverts {change.revision[:SHORT]}, which does not come before it",
            revision=number,
        )

    def _fold(self, count: int) -> Codebook:
        codebook = Codebook("empty")
        for number in self._active(count):
            change = self[number].change
            if isinstance(change, Revert):
                continue
            try:
                codebook = change.apply(codebook)
            except (ChangeError, CodebookError, DuplicateError, NotFoundError) as error:
                raise HistoryError(
                    f"revision {number} ({change}) does not fit: {error}", revision=number
                ) from error
        return codebook

    # Writing

    def append(self, change: Change, *, coder: str, time: str, reason: str = "") -> History:
        """Return the history with one more revision.

        Raises
        ------
        ChangeError
            When the change does not fit the codebook, or a revert would leave a later change without
            what it builds on.
        """
        revision = Revision(change, coder, time, reason, self.head.id)
        if isinstance(change, Revert):
            return self._reverted(revision, change)
        try:
            codebook = change.apply(self.codebook)
        except ChangeError:
            raise
        except QualcodeError as error:
            raise ChangeError(f"cannot {change}: {error}") from error
        return self._grown(revision, codebook)

    def _reverted(self, revision: Revision, change: Revert) -> History:
        target = self.number(change.revision)
        if target == 1:
            raise ChangeError(
                "the adopted codebook cannot be reverted: it is the root of the history"
            )
        if target not in self._active(len(self)):
            raise ChangeError(f"revision {target} ({self.describe(target)}) is reverted already")
        try:
            return History((*self.revisions, revision))
        except HistoryError as error:
            raise ChangeError(
                f"cannot revert revision {target} ({self.describe(target)}): {error}. "
                "Revert that one first"
            ) from error

    def _grown(self, revision: Revision, codebook: Codebook) -> History:
        # Built without replaying: the codebook of the longer history is already known.
        grown = History.__new__(History)
        object.__setattr__(grown, "revisions", (*self.revisions, revision))
        object.__setattr__(grown, "codebook", codebook)
        return grown
