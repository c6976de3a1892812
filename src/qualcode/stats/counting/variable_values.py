"""Values of variables: which of them something has, and in which order they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from qualcode.model.state import State
from qualcode.model.texts.documents import Case, Document, Value

__all__ = ["Holder", "document_values", "in_order", "natural_order", "own_values", "variable_names"]


class Holder(Protocol):
    """What has variables: a document, a case, or a row that stands for one."""

    @property
    def variables(self) -> Mapping[str, Value]:
        """Their values by name."""
        ...


class Belonging(Holder, Protocol):
    """What belongs to cases: a document, or a row that stands for one."""

    @property
    def cases(self) -> tuple[str, ...]:
        """Ids of the cases."""
        ...


def in_order(state: State, values: Iterable[Value], variable: str) -> tuple[Value, ...]:
    """Return values of a variable in the project's order for it, or else by size and spelling."""
    given = {label: at for at, label in enumerate(state.orders.get(variable, ()))}
    return tuple(
        sorted(
            values,
            key=lambda value: (
                given.get(str(value), len(given)),
                natural_order(value),
            ),
        )
    )


def natural_order(value: object) -> Any:
    """Return what to sort a value by, so that numbers in texts count as numbers.

    Examples
    --------
    >>> sorted(["wave 10", "wave 9", 2.5, 2, 3], key=natural_order)
    [2, 2.5, 3, 'wave 9', 'wave 10']
    """
    if isinstance(value, int | float):
        return "", value
    if not isinstance(value, str):
        return type(value).__name__, value if isinstance(value, date) else str(value)
    parts = re.split(r"(\d+)", value)
    return "str", [(int(part), "") if at % 2 else (0, part) for at, part in enumerate(parts)], value


def variable_names(state: State) -> tuple[str, ...]:
    """Return the names of the variables that a document or a case has, those of documents first."""
    holders: list[Document | Case] = [*state.documents.values(), *state.cases.values()]
    return tuple(dict.fromkeys(name for each in holders for name in each.variables))


def own_values(holder: Holder, variable: str) -> list[Value]:
    """Return the value that a document or case has itself, if it has one: blank text is none.

    Parameters
    ----------
    holder : Document, Case or anything with variables
        What may have it.
    variable : str
        The name of the variable.
    """
    value = holder.variables.get(variable)
    return [] if value is None or (isinstance(value, str) and not value.strip()) else [value]


def document_values(
    document: Belonging, cases: Mapping[str, Holder], variable: str
) -> tuple[Value, ...]:
    """Return the value that a document has itself or, where it has none, those of its cases, each once.

    Parameters
    ----------
    document : Document or anything with variables and cases
        What may have it.
    cases : mapping of str to Case
        The cases by id, as far as they are known.
    variable : str
        The name of the variable.
    """
    of_cases = (
        value for id in document.cases if id in cases for value in own_values(cases[id], variable)
    )
    return tuple(dict.fromkeys(own_values(document, variable) or of_cases))
