"""Values of a closed question: of one type throughout the column, missing ones missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import attrs

from qualcode.errors import DocumentError
from qualcode.io.tables.frames import cell_label
from qualcode.model.checks import is_missing, plain_scalar
from qualcode.model.texts.documents import Value, check_value, type_name

__all__ = ["Missing", "Values", "check_order", "values_of"]

_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,17})", re.ASCII)
_POINT = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d{1,20})?", re.ASCII)
_COMMA = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:,\d{1,20})?", re.ASCII)
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(?:,\d{3})+", re.ASCII)  # "1,000" may be one or a thousand
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@attrs.frozen
class Missing:
    """What says that there is no answer: an empty cell, and these.

    Parameters
    ----------
    tokens : frozenset of str
        As a cell shows them; numbers are the same however they are written.

    Examples
    --------
    >>> missing = Missing(frozenset({"NA", "99"}))
    >>> missing(" "), missing("NA"), missing(99.0), missing("99,0"), missing("no"), missing("099")
    (True, True, True, True, False, False)
    >>> Missing(frozenset({"-99"}))("−99")
    True
    """

    tokens: frozenset[str]
    _numbers: frozenset[Decimal] = attrs.field(init=False, repr=False, eq=False)

    @_numbers.default
    def _numbers_told(self) -> frozenset[Decimal]:
        exact = map(_exact, self.tokens)
        return frozenset(number for number in exact if number is not None)

    def __call__(self, cell: Any) -> bool:
        """Tell whether a cell says so."""
        if is_missing(cell):
            return True
        cell = plain_scalar(cell)
        if isinstance(cell, str):
            return not cell.strip() or self._says(cell.strip())
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return self._says(cell_label(cell, what="a cell") or "")
        return False

    def _says(self, shown: str) -> bool:
        return shown in self.tokens or (bool(self._numbers) and _exact(shown) in self._numbers)


@attrs.frozen
class Values:
    """The values of a column.

    Parameters
    ----------
    values : tuple
        None where there is none.
    type : str
        As `qualcode.model.texts.documents.type_name` has it; empty where all are missing.
    mixed : str
        What the column holds, where it is text only because of that.
    """

    values: tuple[Value | None, ...]
    type: str = ""
    mixed: str = ""


def values_of(
    cells: Sequence[Any],
    rows: Sequence[int],
    *,
    missing: Missing,
    where: str,
    texts: bool = True,
    comma: bool = False,
) -> Values:
    """Return the values of a column, all of one type.

    Texts that are all whole numbers without zeros before them, all numbers, all dates (``2026-01-31``),
    or all true and false become such; where they differ, all stay text.

    Parameters
    ----------
    cells : sequence
        What the column holds.
    rows : sequence of int
        The numbers of the rows, for messages.
    missing : Missing
        Tells what is no answer.
    where : str
        The column, for messages.
    texts : bool, default True
        Whether texts become what they all look like.
    comma : bool, default False
        Whether numbers in texts may have a decimal comma.

    Raises
    ------
    DocumentError
        When a cell holds what no variable can.

    Examples
    --------
    >>> empty = Missing(frozenset())
    >>> values_of(["3", "", "12"], [2, 3, 4], missing=empty, where="age").values
    (3, None, 12)
    >>> values_of(["007", "12"], [2, 3], missing=empty, where="zip").values
    ('007', '12')
    >>> values_of(["often", 3], [2, 3], missing=empty, where="use").mixed
    'text and whole number'
    """
    plain = [
        None if missing(cell) else check_value(_told(cell), what=f"{where}, row {row}")
        for cell, row in zip(cells, rows, strict=True)
    ]
    known = [each for each in plain if each is not None]
    kinds = {type_name(each) for each in known}
    if not kinds:
        return Values(tuple(plain))
    if kinds <= {"whole number", "number"}:
        return _numbers(plain)
    if texts and kinds <= {"text", "number", "whole number"}:
        read = _reading([each for each in known if isinstance(each, str)], comma=comma)
        made = [read(each) if read and isinstance(each, str) else each for each in plain]
        if read and (len(kinds) == 1 or not _others(made)):
            return _numbers(made)
    mixed = " and ".join(sorted(kinds)) if len(kinds) > 1 else ""
    if not mixed:
        return Values(tuple(plain), kinds.pop())
    return Values(tuple(None if each is None else str(each) for each in plain), "text", mixed)


def check_order(
    values: Sequence[Value | None], order: Sequence[str], rows: Sequence[int], *, where: str
) -> None:
    """Check that an order of categories names every value.

    Raises
    ------
    DocumentError
        When it does not, naming the row.
    """
    known = set(order)
    for value, row in zip(values, rows, strict=True):
        if value is not None and str(value) not in known:
            raise DocumentError(
                f"{where}, row {row}: {value!r} is not among its ordered categories, {', '.join(order)}: "
                "name it in orders=, say with missing= that it is no answer, or mend the cell"
            )


def _told(cell: Any) -> Any:
    cell = plain_scalar(cell)
    return str(cell) if isinstance(cell, time | timedelta) else cell


def _numbers(plain: Sequence[Value | None]) -> Values:
    """Return numbers as whole ones where all are whole; what is none stays as it is."""
    known = [each for each in plain if each is not None]
    kind = type_name(known[0])
    if kind not in ("number", "whole number"):
        return Values(tuple(plain), kind)
    if all(float(each).is_integer() for each in known):  # type: ignore[arg-type]
        return Values(
            tuple(None if each is None else int(each) for each in plain),  # type: ignore[arg-type]
            "whole number",
        )
    return Values(
        tuple(None if each is None else float(each) for each in plain),  # type: ignore[arg-type]
        "number",
    )


def _others(values: Sequence[Value | None]) -> bool:
    """Tell whether there is anything but numbers."""
    known = {type_name(each) for each in values if each is not None}
    return not known <= {"number", "whole number"}


def _exact(text: str) -> Decimal | None:
    """Return the number that a text can only be, with a decimal point or comma; otherwise None."""
    shown = _typed(text)
    if _POINT.fullmatch(shown):
        return Decimal(shown)
    if _COMMA.fullmatch(shown) and not _THOUSANDS.fullmatch(shown):
        return Decimal(shown.replace(",", "."))
    return None


def _typed(text: str) -> str:
    """Return a text as a number is typed: programs that set type write −99 with a minus, not a hyphen."""
    return text.strip().replace("\N{MINUS SIGN}", "-")


def _number(text: str, comma: bool) -> float | int:
    shown = _typed(text)
    if _WHOLE.fullmatch(shown):
        return int(shown)
    return float(shown.replace(",", ".") if comma else shown)


def _reading(texts: Sequence[str], *, comma: bool) -> Callable[[str], Value] | None:
    """Return what makes values of all these texts; None where they stay text."""
    shown = [*map(_typed, texts)]
    commas = [each for each in shown if "," in each] if comma else []
    form = _COMMA if commas else _POINT
    thousands = bool(commas) and all(_THOUSANDS.fullmatch(each) for each in commas)
    if not thousands and all(form.fullmatch(each) for each in shown):
        return lambda text: _number(text, comma)
    if all(each.casefold() in ("true", "false") for each in shown):
        return lambda text: text.strip().casefold() == "true"
    if all(_DATE.fullmatch(each) for each in shown):
        try:
            for each in shown:
                date.fromisoformat(each)
        except ValueError:
            return None
        return lambda text: date.fromisoformat(text.strip())
    return None
