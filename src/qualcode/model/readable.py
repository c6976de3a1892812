"""What has rows is printed as a table that fits a terminal, and shown as one in a notebook.

`str` is for people: a caption that says what is shown, the first rows, and how many more there are. Frames
(`to_frame`) are for scripts and hold everything.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence, Sized
from datetime import datetime
from importlib import import_module
from io import StringIO
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import attrs
from markupsafe import Markup

from qualcode.errors import StatisticsError
from qualcode.model.times import time_shown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Card", "Readable", "card", "many", "named", "shown_width", "table_text", "wrapped"]

WIDTH = 80
"""Characters of a line of what is printed."""

MOST = 20
"""Rows that are printed; a notebook shows three times as many."""

_NARROWEST = 12
"""Columns of text are not cut shorter than this to make room for others."""

_GAP = 2
_LARGE = 1e6
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def many(count: int, one: str, more: str | None = None) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> many(1, "document"), many(1048, "document"), many(2, "analysis", "analyses")
    ('1 document', '1,048 documents', '2 analyses')
    """
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def named(id: str, name: str) -> str:
    """Return how a thing is told: by its id, and its name where that is another.

    Examples
    --------
    >>> named("int-01", "Ruth Adeyemi"), named("ana", "ana")
    ('int-01, Ruth Adeyemi', 'ana')
    """
    return id if name == id else f"{id}, {name}"


class Readable:
    """Something with rows; classes say what they show by a caption, and which columns of their frame.

    Examples
    --------
    >>> import pandas as pd
    >>> class Fruit(Readable):
    ...     @property
    ...     def caption(self):
    ...         return "Fruit in the basket"
    ...     def to_frame(self):
    ...         return pd.DataFrame({"name": ["apple", "pear"], "count": [3, 1], "note": [None, None]})
    >>> print(Fruit())
    Fruit in the basket
    name   count
    apple      3
    pear       1
    """

    __slots__ = ()
    _print_columns: ClassVar[tuple[str, ...]] = ()
    """The columns that are shown, in this order; those that hold anything, where a class names none."""

    @property
    def caption(self) -> str:
        """What is shown, in words."""
        told = repr(self)
        if told.startswith("<") or not isinstance(self, Sized):
            return told.strip("<>")
        # A tuple or mapping with a table: how many of what.
        noun = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(self).__name__).lower()
        return f"{len(self):,} {noun.removesuffix('s') if len(self) == 1 else noun}"

    _figure: ClassVar[str] = ""
    """The function that draws it, as ``module:name``; what is drawn does not know who draws it."""

    _instead: ClassVar[str] = "to_frame() gives it to a library of your own"
    """What to plot where there is no figure for it."""

    def plot(self, **options: Any) -> Any:
        """Draw it by the fitting function of `qualcode.report.plot`, and return the axes.

        Parameters
        ----------
        **options
            As for that function, such as ``ax``.

        Raises
        ------
        StatisticsError
            When there is no figure for it.
        """
        if not self._figure:
            raise StatisticsError(f"there is no figure for {type(self).__name__}: {self._instead}")
        module, _, name = self._figure.partition(":")
        return getattr(import_module(module), name)(self, **options)

    def _print_rows(self, most: int) -> tuple[pd.DataFrame, int]:
        """Return a frame of the first rows, and how many rows there are."""
        frame: pd.DataFrame = self.to_frame()  # type: ignore[attr-defined]  # what is readable has one
        return frame.head(most), len(frame)

    def __str__(self) -> str:
        columns, shown, rows = self._print_layout(MOST)
        kept = _fitting(columns, WIDTH)
        lines = [wrapped(self.caption)]
        if kept and shown:
            lines.append(_aligned(columns[:kept], WIDTH))
        hidden = [each.head for each in columns[kept:]] if shown else []
        return "\n".join([*lines, *_left_out(shown, rows, hidden)])

    def _repr_html_(self) -> str:
        columns, shown, rows = self._print_layout(3 * MOST)
        caption = Markup("<br>").join(self.caption.splitlines())
        parts = [Markup("<figcaption>{}</figcaption>").format(caption)]
        if columns and shown:
            parts.append(_html_table(columns))
        parts += [Markup("<p>{}</p>").format(line) for line in _left_out(shown, rows, ())]
        return Markup("<figure>{}</figure>").format(Markup().join(parts))

    def _print_layout(self, most: int) -> tuple[list[_Column], int, int]:
        """Return the columns, of how many rows they are, and how many there are."""
        frame, rows = self._print_frame(most)
        columns = [
            _Column.of(str(head), frame.iloc[:, at].tolist())
            for at, head in enumerate(frame.columns)
        ]
        return columns, len(frame), rows

    def _print_frame(self, most: int) -> tuple[pd.DataFrame, int]:
        """Return the first rows with the columns that are shown, and how many rows there are."""
        frame, rows = self._print_rows(most)
        if frame.index.name is not None:
            frame = frame.reset_index()
        frame.columns.name = None
        if self._print_columns:
            frame = frame[[name for name in self._print_columns if name in frame.columns]]
        elif len(frame):
            frame = frame[[name for at, name in enumerate(frame.columns) if _holds(frame, at)]]
        if rows == 1 and len(frame.columns) > 3:
            frame = _upright(frame)
        return frame, rows


class Card:
    """A single thing: what it is, words of a text, and what else is said of it.

    Examples
    --------
    >>> class Fruit(Card):
    ...     _head = "An apple"
    ...     _notes = ("ripe: yes", "from the garden")
    >>> print(Fruit())
    An apple
      ripe: yes
      from the garden
    """

    __slots__ = ()

    @property
    def _head(self) -> str:
        """What it is, in a line."""
        raise NotImplementedError

    @property
    def _words(self) -> str:
        """Words of a text."""
        return ""

    @property
    def _notes(self) -> Sequence[str]:
        """What else is said of it, each in lines of its own."""
        return ()

    def __str__(self) -> str:
        told = [f"“{self._words}”", *self._notes] if self._words else self._notes
        below = (textwrap.indent(wrapped(each, WIDTH - 2), "  ") for each in told)
        return "\n".join([wrapped(self._head), *below])

    def _repr_html_(self) -> str:
        return card(self._head, self._words, self._notes)


def _holds(frame: pd.DataFrame, at: int) -> bool:
    """Tell whether a column holds anything."""
    return any(_cell(value) not in ("", "–") for value in frame.iloc[:, at])


def _upright(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one long row as rows of name and value."""
    import pandas as pd

    return pd.DataFrame(
        {"what": [*frame.columns], "value": [_cell(value) for value in frame.iloc[0]]}
    )


def card(caption: str, quote: str = "", notes: Iterable[str] = ()) -> Markup:
    """Return as HTML what has no rows: a caption, words of a text, and what is said of them."""
    parts = [Markup("<figcaption>{}</figcaption>").format(caption)]
    if quote:
        style = Markup(' style="white-space: pre-wrap"')
        parts.append(Markup("<blockquote{}>{}</blockquote>").format(style, quote))
    parts += [Markup("<p>{}</p>").format(note) for note in notes]
    return Markup("<figure>{}</figure>").format(Markup().join(parts))


def _left_out(shown: int, rows: int, columns: Sequence[str]) -> list[str]:
    more = []
    if rows > shown and rows > 1:
        more.append(f"{rows - shown:,} more row{'s' if rows - shown > 1 else ''}")
    if columns:
        more.append(f"{len(columns)} more column{'s' if len(columns) > 1 else ''}")
    return [f"… {' and '.join(more)}: to_frame() has all"] if more else []


def wrapped(text: str, width: int = WIDTH) -> str:
    """Return a text whose lines are as wide as what is printed at most."""
    return "\n".join(
        textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
        for line in text.splitlines()
    )


def table_text(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, width: int = 100
) -> str:
    """Return rows as an aligned table: numbers at the right, long texts cut to fit.

    Parameters
    ----------
    columns : sequence of str
        Heads of the columns.
    rows : iterable of sequence
        Their cells; None and NaN are shown as a dash.
    width : int, default 100
        How many characters a line has at the most, as far as texts can be cut.

    Examples
    --------
    >>> print(table_text(["code", "documents"], [["trust", 12], ["roles", 3]]))
    code   documents
    trust         12
    roles          3
    """
    listed = [list(row) for row in rows]
    return _aligned(
        [_Column.of(head, [row[at] for row in listed]) for at, head in enumerate(columns)], width
    )


@attrs.frozen
class _Column:
    """A column as it is shown."""

    head: str
    cells: list[str]
    number: bool
    whole: bool
    """Whether nothing of it is cut: half a number is another number, and half a time none."""

    @classmethod
    def of(cls, head: str, values: Sequence[object]) -> _Column:
        known = [value for value in values if not _missing(value)]
        number = bool(values) and all(isinstance(value, Real) for value in known)
        whole = all(isinstance(value, float) and value.is_integer() for value in known)
        if number and known and whole:
            values = [value if _missing(value) else int(value) for value in values]  # type: ignore[call-overload]
        moments = bool(known) and all(_is_moment(value) for value in known)
        if moments and "UTC" not in head:
            head += " (UTC)"
        return cls(head, [*map(_cell, values)], number, number or moments)

    @property
    def widest(self) -> int:
        """How many columns of a terminal it takes when nothing is cut."""
        return max(map(shown_width, (self.head, *self.cells)))

    @property
    def least(self) -> int:
        """How many it takes at the least."""
        return self.widest if self.whole else min(self.widest, _NARROWEST)


def _fitting(columns: Sequence[_Column], width: int) -> int:
    """Return how many of the first columns fit side by side when texts are cut; one at the least."""
    taken = 0
    for at, column in enumerate(columns):
        taken += column.least + (_GAP if at else 0)
        if taken > width:
            return max(at, 1)
    return len(columns)


def _aligned(columns: Sequence[_Column], width: int) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, show_edge=False)
    widths = _widths(columns, width)
    for column, own in zip(columns, widths, strict=True):
        side: Literal["right", "left"] = "right" if column.number else "left"
        table.add_column(
            Text(column.head), justify=side, no_wrap=True, overflow="ellipsis", width=own
        )
    for row in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*map(Text, row))
    whole = sum(widths) + _GAP * (len(widths) - 1)
    console = Console(file=StringIO(), width=whole, color_system=None)
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def _widths(columns: Sequence[_Column], width: int) -> list[int]:
    """Return how wide each column is: all that it needs, or as the widest texts can be cut to."""
    widths = [column.widest for column in columns]
    spare = width - sum(widths) - _GAP * (len(widths) - 1)
    while spare < 0:
        long = [at for at, column in enumerate(columns) if widths[at] > column.least]
        if not long:
            break
        widths[max(long, key=widths.__getitem__)] -= 1
        spare += 1
    return widths


def _missing(value: object) -> bool:
    if value is None:
        return True
    differs: Any = value != value  # NaN and NaT differ from themselves; NA cannot tell
    return str(differs) in ("True", "<NA>")


def _is_moment(value: object) -> bool:
    """Tell whether something is a time, as such or as the log writes one."""
    return isinstance(value, datetime) or (
        isinstance(value, str) and _MOMENT.fullmatch(value) is not None
    )


def _cell(value: object) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(_cell, value))
    if _missing(value):
        return "–"
    if type(value).__name__ in ("bool", "bool_"):  # NumPy's too, which is slow to import
        return "yes" if value else "no"
    if isinstance(value, float):
        return (f"{value:.3f}" if abs(value) < _LARGE else f"{value:.4g}").replace("-", "−")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if _is_moment(value):
        return time_shown(str(value), zone=False)
    return " ".join(str(value).split())


def shown_width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    from rich.cells import cell_len

    return cell_len(text)


def _html_table(columns: Sequence[_Column]) -> Markup:
    # What is whole does not break within a cell, as what is printed is not cut.
    styles = [
        Markup(' style="text-align: {}{}"').format(
            "right" if each.number else "left", "; white-space: nowrap" if each.whole else ""
        )
        for each in columns
    ]
    heads = Markup().join(
        Markup('<th scope="col"{}>{}</th>').format(style, each.head)
        for style, each in zip(styles, columns, strict=True)
    )
    body = Markup().join(
        Markup("<tr>{}</tr>").format(
            Markup().join(
                Markup("<td{}>{}</td>").format(style, cell)
                for style, cell in zip(styles, row, strict=True)
            )
        )
        for row in zip(*(each.cells for each in columns), strict=True)
    )
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(heads, body)
