"""What each measure is called, what it computes, and who defined it; the documentation reads this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, TypeVar, cast

import attrs

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.asking import question
from qualcode.model.checks import shown

__all__ = ["MEASURES", "Measure", "MeasureLike", "Reference", "measure", "measure_of_ratings"]

Takes = Literal["ratings", "text"]


@attrs.frozen
class Reference:
    """A publication: authors and year, title and place, and its DOI if it has one."""

    authors: str
    title: str
    doi: str | None = None

    def __str__(self) -> str:
        end = f", doi:{self.doi}" if self.doi else ""
        return f"{self.authors}, {self.title}{end}"


@attrs.frozen
class Measure:
    """A measure of agreement: one of `MEASURES`, or one of your own, made by `own_measure`.

    It can be given wherever the name of a measure can.

    Parameters
    ----------
    name : str
        The name of the function.
    title : str
        What papers call it.
    formula : str
        What it computes, in one line; po and pe are agreement observed and expected by chance.
    reference : Reference or str
        Where it is defined.
    lowest : float
        The least value it can take.
    function : callable
        The function that computes it.
    takes : {"ratings", "text"}
        Whether it takes ratings of units, or what coders marked in a text.
    """

    name: str
    title: str
    formula: str
    reference: Reference | str
    lowest: float
    function: Callable[..., Any]
    takes: Takes


MeasureLike: TypeAlias = str | Measure
"""The name of a measure, or a `Measure`."""

_TABLE: dict[str, Measure] = {}
MEASURES: Mapping[str, Measure] = MappingProxyType(_TABLE)
"""Every measure by the name of its function, with title, formula and reference."""

Function = TypeVar("Function", bound=Callable[..., Any])


def measure(
    title: str,
    formula: str,
    reference: Reference,
    *,
    lowest: float = float("-inf"),
    takes: Takes = "ratings",
) -> Callable[[Function], Function]:
    """Enter the function below into `MEASURES`."""

    def enter(function: Function) -> Function:
        name, asked = function.__name__, cast(Function, question()(function))
        _TABLE[name] = Measure(name, title, formula, reference, lowest, asked, takes)
        return asked

    return enter


def measure_of_ratings(measure: MeasureLike) -> Measure:
    """Return a measure that takes ratings of units, by its name or as it is given.

    Parameters
    ----------
    measure : str or Measure
        A name of `MEASURES`, or a measure.

    Raises
    ------
    StatisticsError
        When there is none of the name, or it does not take ratings of units.
    """
    known = [each.name for each in MEASURES.values() if each.takes == "ratings"]
    if isinstance(measure, str) and measure in MEASURES:
        measure = MEASURES[measure]
    if isinstance(measure, Measure):
        if measure.takes == "ratings":
            return measure
        raise StatisticsError(
            f"{measure.name} takes what coders marked in a text, not ratings of units; of ratings "
            f"there are {', '.join(known)}"
        )
    if not isinstance(measure, str):
        raise StatisticsError(
            f"measure: there is none called {shown(measure)}; there are {', '.join(known)}"
        )
    raise StatisticsError(
        f"there is no measure {measure!r}; there are {', '.join(known)}.{did_you_mean(measure, known)}"
    )
