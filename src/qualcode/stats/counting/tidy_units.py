"""Units and codes as a tidy frame, with what belongs together, for models that other libraries fit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_flag, check_texts
from qualcode.model.codebooks.hierarchy import Membership, lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.state import State
from qualcode.model.texts.documents import Document, Value
from qualcode.stats.arguments import check_unit
from qualcode.stats.counting.belonging import Cluster, Longs, lots
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.meeting import OnUnits, of_level, on_units
from qualcode.stats.counting.units import Coding, Unit
from qualcode.stats.counting.variable_values import own_values, variable_names
from qualcode.stats.kernels.blocks import as_flags

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["unit_frame"]


def unit_frame(
    state: State,
    *,
    unit: Unit,
    codes: Iterable[str] | str | None = None,
    level: str = "code",
    rollup: str | Rollup | None = None,
    variables: Iterable[str] | str | None = None,
    cluster: Cluster = "document",
    coders: Iterable[str] | str | None = None,
    wide: bool = False,
) -> pd.DataFrame:
    """Return a row for each unit and code, for models that take into account which units belong together.

    Parameters
    ----------
    state : State
        The project's content.
    unit : str, regular expression or callable
        As for `qualcode.stats.prevalence`; not cases.
    codes : iterable of str, optional
        Ids of the nodes of the level; all that anything carries when not given.
    level : {"code", "theme", "domain"}, default "code"
        Which nodes.
    rollup : str or Rollup, optional
        For themes and domains.
    variables : iterable of str, optional
        Variables of documents, or else of their cases; all that there are when not given.
    cluster : {"document", "case"} or iterable of str, default "document"
        As for `qualcode.stats.group_tests`.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.
    wide : bool, default False
        One row for each unit and a column for each code instead.

    Returns
    -------
    DataFrame
        Columns: cluster, document, unit (its number in the document, from 1), start, end, length (code
        points), speaker, role, code and present (0 or 1), or with ``wide`` one for each code; then one for
        each variable, None where it is not known.

    Raises
    ------
    StatisticsError
        When units are cases, or a node or variable does not exist.
    """
    import pandas as pd

    check_flag(wide, what="wide", error=StatisticsError)
    if check_unit(unit) == "case":
        raise StatisticsError(
            "unit='case': give units of documents; cases are told by variables and cluster="
        )
    state = state.counting(coders)
    nodes, membership = of_level(lay_over(state.find_rollup(rollup), state.codebook), level)
    coded = Coded.of(state)
    on = on_units(coded, membership, unit)
    present = _present(on, membership)
    chosen = _chosen([each.id for each in nodes], present, codes, level)
    frame = _units(coded, on.coding, lots(state, cluster))
    told = _told(state, on.coding, variables)
    if wide:
        columns = {nodes[at].id: present[:, at] for at in chosen}
        return pd.concat([frame, pd.DataFrame(columns), pd.DataFrame(told, dtype=object)], axis=1)
    size = len(chosen)
    long = frame.loc[np.repeat(np.arange(len(frame)), size)].reset_index(drop=True)
    long["code"] = np.tile(np.array([nodes[at].id for at in chosen], dtype=object), len(frame))
    long["present"] = present[:, chosen].ravel()
    for name, values in told.items():
        long[name] = np.repeat(np.array(values, dtype=object), size)
    return long.infer_objects()


def _present(on: OnUnits, membership: Membership) -> npt.NDArray[np.int8]:
    """Return which unit carries which node, units × nodes."""
    present = np.zeros((on.coding.n_units, membership.shape[1]), dtype=np.int8)
    at, node = np.nonzero(as_flags(membership[on.coded.code[on.coding.row]]))
    present[on.coding.unit[at], node] = 1
    return present


def _units(coded: Coded, coding: Coding, lot: Longs) -> pd.DataFrame:
    """Return where each unit is, who speaks there, and what it belongs to."""
    import pandas as pd

    segments = coding.segments(coded)
    first = np.searchsorted(coding.document, np.arange(len(coded.documents)))
    return pd.DataFrame(
        {
            "cluster": lot[coding.document],
            "document": [each.document.id for each in segments],
            "unit": np.arange(coding.n_units) - first[coding.document] + 1,
            "start": [each.start for each in segments],
            "end": [each.end for each in segments],
            "length": [each.end - each.start for each in segments],
            "speaker": [each.speaker for each in segments],
            "role": [each.role for each in segments],
        }
    )


def _told(
    state: State, coding: Coding, variables: Iterable[str] | str | None
) -> dict[str, list[Value | None]]:
    """Return for each unit the values of variables of its document."""
    own = {
        name: [_value(state, each, name) for each in state.documents.values()]
        for name in _names(state, variables)
    }
    return {name: [values[at] for at in coding.document.tolist()] for name, values in own.items()}


def _chosen(
    ids: list[str], present: npt.NDArray[np.int8], codes: Iterable[str] | str | None, level: str
) -> list[int]:
    """Return the numbers of the nodes asked for, or of all that anything carries."""
    if codes is None:
        return [int(at) for at in np.flatnonzero(present.any(axis=0))]
    given = check_texts(codes, what="codes", error=StatisticsError)
    unknown = [each for each in given if each not in ids]
    if unknown:
        raise StatisticsError(f"codes: there is no {level} {unknown[0]!r}")
    return [ids.index(each) for each in given]


def _names(state: State, variables: Iterable[str] | str | None) -> tuple[str, ...]:
    there = variable_names(state)
    if variables is None:
        return there
    given = check_texts(variables, what="variables", error=StatisticsError)
    unknown = [each for each in given if each not in there]
    if unknown:
        raise StatisticsError(f"variables: no document or case has a variable {unknown[0]!r}")
    return given


def _value(state: State, document: Document, name: str) -> Value | None:
    """Return the value of a document, or of its first case that has one."""
    held = own_values(document, name)
    for case in document.cases:
        held = held or own_values(state.cases[case], name)
    return held[0] if held else None
