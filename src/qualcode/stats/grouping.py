"""Documents and cases by the value of a variable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.documents import Case, Document, Value
from qualcode.model.state import State

__all__ = ["NOT_KNOWN", "variable_groups"]

NOT_KNOWN = "(not known)"
"""The group of documents or cases without the variable."""


def variable_groups(
    state: State, variable: str, *, of: Literal["document", "case"] = "document"
) -> Mapping[Value, npt.NDArray[np.bool_]]:
    """Return for each value of a variable which documents, or cases, have it.

    A document has its own value or, where it has none, those of the cases it belongs to, which may be
    several.

    Returns
    -------
    dict
        Masks by value, in order; what has no value comes last, as `NOT_KNOWN`.

    Raises
    ------
    StatisticsError
        When nothing has the variable.
    """
    found = [
        tuple(dict.fromkeys(values)) or (NOT_KNOWN,)
        for values in (
            [_document_values(state, each, variable) for each in state.documents.values()]
            if of == "document"
            else [_own_value(each, variable) for each in state.cases.values()]
        )
    ]
    distinct: set[Value] = {value for values in found for value in values}
    known = sorted(distinct - {NOT_KNOWN}, key=lambda value: (str(type(value)), value))
    if not known:
        holders: list[Document | Case] = [*state.documents.values(), *state.cases.values()]
        names = {name for each in holders for name in each.variables}
        raise StatisticsError(
            f"no {of} has a variable {variable!r}.{did_you_mean(variable, names)}"
        )
    order: list[Value] = [*known, *([NOT_KNOWN] if NOT_KNOWN in distinct else [])]
    return {
        value: np.array([value in values for values in found], dtype=np.bool_) for value in order
    }


def _own_value(holder: Document | Case, variable: str) -> list[Value]:
    return [holder.variables[variable]] if variable in holder.variables else []


def _document_values(state: State, document: Document, variable: str) -> list[Value]:
    cases = (value for case in document.cases for value in _own_value(state.cases[case], variable))
    return _own_value(document, variable) or list(cases)
