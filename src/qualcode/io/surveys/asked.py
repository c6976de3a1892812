"""What is asked of a survey's table: which column is what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from qualcode.errors import DocumentError, DuplicateError
from qualcode.io.surveys.columns import Missing
from qualcode.io.tables.frames import cell_label
from qualcode.model.checks import (
    check_label,
    check_mapping,
    check_optional_text,
    check_text,
    check_texts,
    check_whole,
    is_missing,
)
from qualcode.model.ids import is_id

__all__ = ["NO_ANSWER", "Asked", "ask"]

NO_ANSWER = ("NA", "N/A", "#N/A", "NaN", "NULL", "null")
"""What programs write into a cell where there is no answer."""


@attrs.frozen(kw_only=True)
class Asked:
    """What is asked of a table.

    Parameters
    ----------
    open : mapping of str to str
        The columns of open questions, with a short name for each; empty where it is to be made.
    id : str or None
        The column of ids.
    variables : mapping of str to str, or None
        The columns of closed questions with the names of their variables; None for all others.
    orders : mapping of str to tuple of str
        Categories in order, by column.
    missing : callable
        Returns for a column what is no answer in it.
    heads : int or None
        How many rows of heads there are.
    """

    open: Mapping[str, str]
    id: str | None = None
    variables: Mapping[str, str] | None = None
    orders: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    missing: Mapping[str, frozenset[str]] = attrs.field(factory=dict)
    missing_in_all: frozenset[str] = frozenset(NO_ANSWER)
    heads: int | None = None

    def is_missing_in(self, column: str) -> Missing:
        """Return what tells that a column has no answer."""
        return Missing(self.missing.get(column, self.missing_in_all))


def ask(
    *,
    open: object,
    id: object,
    variables: object,
    orders: object,
    missing: object,
    heads: object,
) -> Asked:
    """Return what is asked, checked; parameters as for `qualcode.Project.add_survey`.

    Raises
    ------
    DocumentError
        When an argument is not what it must be.
    """
    rows = None
    if not is_missing(heads):
        rows = check_whole(heads, what="heads", error=DocumentError, least=1)
    tokens, by_column = _missing(missing)
    return Asked(
        open=_short_names(open),
        id=check_optional_text(id, what="id (the name of a column)", error=DocumentError),
        variables=_variables(variables),
        orders=_lists(orders, what="orders"),
        missing=by_column,
        missing_in_all=tokens,
        heads=rows,
    )


def _spaced(name: object, what: str) -> str:
    return " ".join(check_text(name, what=what, error=DocumentError).split())


def _variables(given: object) -> dict[str, str] | None:
    if is_missing(given):
        return None
    if isinstance(given, Mapping):
        return {
            check_text(name, what="variables: a column", error=DocumentError): check_label(
                each, what=f"variables: the name of {name!r}", error=DocumentError
            )
            for name, each in given.items()
        }
    texts = check_texts(given, what="variables (names of columns)", error=DocumentError)
    return dict.fromkeys(texts, "")


def _lists(given: object, *, what: str) -> dict[str, tuple[str, ...]]:
    found = check_mapping(given, what=what, error=DocumentError)
    return {
        _spaced(name, f"{what}: a column"): tuple(_shown(each, f"{what}: {name!r}"))
        for name, each in found.items()
    }


def _shown(values: Any, what: str) -> list[str]:
    """Return values as cells show them."""
    listed = [values] if isinstance(values, str) or not isinstance(values, Iterable) else [*values]
    labels = [cell_label(each, what=what, error=DocumentError) for each in listed]
    if isinstance(values, Mapping | bytes) or None in labels:
        raise DocumentError(f"{what} must be a list of texts or numbers, none of them empty")
    return [each for each in labels if each is not None]


def _missing(given: object) -> tuple[frozenset[str], dict[str, frozenset[str]]]:
    if isinstance(given, Mapping):
        found = _lists(given, what="missing")
        return frozenset(NO_ANSWER), {name: frozenset(each) for name, each in found.items()}
    if is_missing(given):
        return frozenset(NO_ANSWER), {}
    return frozenset(_shown(given, "missing")), {}


def _short_names(open: object) -> dict[str, str]:
    """Return the open questions with a short name for each; empty where it is to be made.

    Raises
    ------
    DocumentError
        When there are none, or one is not what it must be.
    """
    if isinstance(open, Mapping):
        found = check_mapping(open, what="open", error=DocumentError)
        named = {
            check_label(name, what="open: a column", error=DocumentError): check_label(
                short, what=f"open: the short name of {name!r}", error=DocumentError
            )
            for name, short in found.items()
        }
        for name, short in named.items():
            if short and not is_id(short):
                raise DocumentError(
                    f"open: the short name {short!r} of {name!r} becomes part of ids: letters, digits, '.', "
                    "'_' and '-', without spaces"
                )
        if len({*named.values()} - {""}) < len([each for each in named.values() if each]):
            raise DuplicateError("open: two questions have the same short name: give each its own")
    else:
        named = dict.fromkeys(check_texts(open, what="open", error=DocumentError), "")
    if not named:
        raise DocumentError(
            "open: name at least one column with an open question, as open=['why']; a table without any has "
            "nothing to code"
        )
    return named
