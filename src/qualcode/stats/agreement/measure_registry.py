"""What each measure is called, what it computes, and who defined it; the documentation reads this."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar, cast

import attrs

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.asking import question
from qualcode.model.checks import shown

__all__ = ["MEASURES", "Measure", "Reference", "measure", "measure_of_ratings"]

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
    """A measure of agreement.

    Parameters
    ----------
    name : str
        The name of the function.
    title : str
        What papers call it.
    formula : str
        What it computes, in one line; po and pe are agreement observed and expected by chance.
    reference : Reference
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
    reference: Reference
    lowest: float
    function: Callable[..., Any]
    takes: Takes


MEASURES: dict[str, Measure] = {}
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
        MEASURES[name] = Measure(name, title, formula, reference, lowest, asked, takes)
        return asked

    return enter


def measure_of_ratings(name: str) -> Callable[..., Any]:
    """Return the function of a measure that takes ratings of units.

    Raises
    ------
    StatisticsError
        When there is none of the name.
    """
    known = [each.name for each in MEASURES.values() if each.takes == "ratings"]
    if not isinstance(name, str):
        raise StatisticsError(
            f"measure: there is none called {shown(name)}; there are {', '.join(known)}"
        )
    if name in known:
        function: Callable[..., Any] = MEASURES[name].function
        return function
    if name in MEASURES:
        raise StatisticsError(
            f"{name} takes what coders marked in a text, not ratings of units; of ratings there "
            f"are {', '.join(known)}"
        )
    raise StatisticsError(
        f"there is no measure {name!r}; there are {', '.join(known)}.{did_you_mean(name, known)}"
    )
