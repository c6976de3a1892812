"""What could not be kept when a file was read or written: as data, so that it can be judged."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

import attrs

from qualcode.errors import DocumentError
from qualcode.model.checks import (
    check_choice,
    check_items,
    check_kind,
    check_label,
    check_whole,
    settle,
)
from qualcode.model.readable import Readable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SEVERITIES", "Loss", "Losses", "formulas_lost"]

SEVERITIES = ("note", "loss", "damage")
"""How grave: nothing that is coded is concerned; something is missing; what was read may be wrong."""

_WIDTH = 80


def _check_severity(value: object, *, what: str, error: Any) -> str:
    return check_choice(value, SEVERITIES, what=what, error=error)


def _check_count(value: object, *, what: str, error: Any) -> int:
    return check_whole(value, what=what, error=error, least=1)


_CHECKS: dict[str, Any] = {
    "severity": _check_severity,
    "element": check_label,
    "id": check_label,
    "name": check_label,
    "reason": check_label,
    "count": _check_count,
}


@attrs.frozen
class Loss:
    """One thing, or several of a kind, that did not come along.

    Parameters
    ----------
    severity : {"note", "loss", "damage"}
        ``"note"`` where nothing that is coded is concerned, ``"loss"`` where something is missing,
        ``"damage"`` where what was read may be wrong.
    element : str
        What it is, such as ``"comment"`` or ``"picture"``.
    id : str
        Its id in the file, where it has one.
    name : str
        Its name, or its first words.
    reason : str
        Why it is not kept.
    count : int, default 1
        How many of them there are.

    Examples
    --------
    >>> loss = Loss("loss", "footnote", name="Meant is the park.", reason="stands outside the text")
    >>> print(loss)
    loss: footnote 'Meant is the park.': stands outside the text
    """

    severity: str
    element: str
    id: str = ""
    name: str = ""
    reason: str = ""
    count: int = 1

    def __attrs_post_init__(self) -> None:
        settle(self, _CHECKS, where="a loss", error=DocumentError)

    def __str__(self) -> str:
        number = f"{self.count} × " if self.count > 1 else ""
        own = "".join(
            [f" {self.id}" if self.id else "", f" {_short(self.name)!r}" if self.name else ""]
        )
        because = f": {self.reason}" if self.reason else ""
        return f"{self.severity}: {number}{self.element}{own}{because}"


def _short(name: str) -> str:
    return textwrap.shorten(name, 40, placeholder=" …") or name[:40]


def _items(value: Iterable[Loss]) -> tuple[Loss, ...]:
    return check_items(value, Loss, what="losses", error=DocumentError)


@attrs.frozen(repr=False)
class Losses(Readable, Sequence[Loss]):
    """What did not come along, in the order found; those of several files add up.

    Examples
    --------
    >>> one = Losses([Loss("loss", "picture", count=2, reason="has no text")])
    >>> both = one + Losses([Loss("note", "page header", name="confidential")])
    >>> len(both), both.total
    (2, 3)
    >>> print(both)
    loss: 2 × picture: has no text
    note: page header 'confidential'
    >>> print(Losses())
    nothing was lost
    """

    items: tuple[Loss, ...] = attrs.field(default=(), converter=_items)

    @overload
    def __getitem__(self, index: int) -> Loss: ...
    @overload
    def __getitem__(self, index: slice) -> Losses: ...
    def __getitem__(self, index: int | slice) -> Loss | Losses:
        return Losses(self.items[index]) if isinstance(index, slice) else self.items[index]

    def __iter__(self) -> Iterator[Loss]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __add__(self, other: Losses) -> Losses:
        check_kind(other, Losses, what="what is added", error=DocumentError)
        return Losses((*self.items, *other.items))

    @property
    def total(self) -> int:
        """How many things were lost."""
        return sum(each.count for each in self.items)

    def __repr__(self) -> str:
        return f"<{self.total} losses of {len({each.element for each in self.items})} kinds>"

    def __str__(self) -> str:
        if not self.items:
            return "nothing was lost"
        return "\n".join(
            textwrap.fill(str(each), _WIDTH, subsequent_indent="    ") for each in self.items
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each loss: severity, element, id, name, reason, count."""
        import pandas as pd

        names = [field.name for field in attrs.fields(Loss)]
        return pd.DataFrame(
            [[getattr(each, name) for name in names] for each in self.items], columns=names
        )


def formulas_lost(cells: Collection[str]) -> Losses:
    """Return the loss of cells of a spreadsheet whose formulas have no result in the file."""
    if not cells:
        return Losses()
    reason = "has no result in the file: open it in a spreadsheet program and save it anew"
    return Losses([Loss("loss", "formula", name=", ".join(cells), reason=reason, count=len(cells))])
