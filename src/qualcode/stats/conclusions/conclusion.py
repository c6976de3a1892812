"""What every conclusion has: a sentence, what it comes to, and whether it holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from numbers import Real
from typing import Any, ClassVar, TypeAlias

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_number, check_text, shown
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.state import State
from qualcode.stats.arguments import check_function
from qualcode.stats.counting.policies import Count
from qualcode.stats.counting.units import Unit

__all__ = ["Bounded", "Conclusion", "Finding", "Quantity", "Variation", "active_coders"]

Variation: TypeAlias = "tuple[str, Conclusion, State]"
"""A setting in words, with the conclusion and the material that it changes."""


@attrs.frozen
class Finding:
    """What a conclusion comes to on some material.

    Parameters
    ----------
    value : float or None
        A number; None where it is undefined, for the `reason` given, and for rankings.
    statement : str
        What was found, in words.
    reason : str or None
        Why nothing was found.
    counts : mapping of str to int
        The counts behind a ranking, by id; in the order of the rollup.
    """

    value: float | None
    statement: str
    reason: str | None = None
    counts: Mapping[str, float] = attrs.field(factory=dict, hash=False, repr=False)

    @classmethod
    def nothing(cls, reason: str) -> Finding:
        """Return the finding that nothing can be found, and why."""
        return cls(None, f"undefined: {reason}", reason)


@attrs.frozen(kw_only=True)
class Conclusion:
    """What all conclusions share.

    Parameters
    ----------
    name : str, optional
        A label for people; the `sentence` stands in for it.
    """

    name: str = ""

    def __attrs_post_init__(self) -> None:
        check_text(self.name, what="name", error=StatisticsError)

    units: ClassVar[tuple[str, ...]] = ()
    """The units to try where none are named."""

    @property
    def title(self) -> str:
        """The name, or else the sentence."""
        return self.name or self.sentence

    @property
    def sentence(self) -> str:
        """What is concluded, in words."""
        raise NotImplementedError

    def find(self, state: State) -> Finding:
        """Return what the conclusion comes to on a state."""
        raise NotImplementedError

    def value(self, found: Finding, base: Finding) -> tuple[float | None, str | None]:
        """Return the number that shows how far a finding is from the base, or why there is none."""
        return found.value, found.reason

    def holds(self, found: Finding, base: Finding) -> bool | None:
        """Tell whether a finding supports the conclusion; None where that cannot be told."""
        raise NotImplementedError

    @property
    def counted(self) -> Count | None:
        """The counting policy that it uses, if any."""
        return None

    @property
    def cut(self) -> Unit | None:
        """The unit that it uses, if any."""
        return None

    def counting(self, count: Count) -> Conclusion:
        """Return the same conclusion by another counting policy."""
        raise StatisticsError(f"no counting policy is used by {self.title!r}: give counts=()")

    def cutting(self, unit: Unit) -> Conclusion:
        """Return the same conclusion with another unit."""
        raise StatisticsError(f"no unit is used by {self.title!r}: give units=()")

    def by_coder(self, state: State) -> Iterator[Variation]:
        """Yield, for each coder who is counted, what to look at with that coder alone."""
        coders = active_coders(state.counting())
        if len(coders) > 1:
            for coder in coders:
                yield f"{coder} alone", self, state.restricted(coders=coder)


@attrs.frozen(kw_only=True)
class Bounded(Conclusion):
    """A conclusion about a number.

    Parameters
    ----------
    at_least, at_most : float, optional
        The conclusion holds while the number is within them, both included. Without either, only
        how the number moves is told.
    """

    at_least: float | None = None
    at_most: float | None = None

    def __attrs_post_init__(self) -> None:
        for name in ("at_least", "at_most"):
            if (bound := getattr(self, name)) is not None:
                check_number(bound, what=name, error=StatisticsError)
        super().__attrs_post_init__()

    def holds(self, found: Finding, base: Finding) -> bool | None:
        """Tell whether the number is within the bounds."""
        if found.value is None or (self.at_least is None and self.at_most is None):
            return None
        low = -math.inf if self.at_least is None else self.at_least
        high = math.inf if self.at_most is None else self.at_most
        return low <= found.value <= high

    def _found(self, value: float | None, reason: str | None) -> Finding:
        if value is None or math.isnan(value):
            return Finding.nothing(reason or "there is no number")
        number = float(value)
        # Counts are written as counts, other numbers with their decimals.
        digits = 0 if number.is_integer() and abs(number) > 1 else 3
        return Finding(number, f"{self._subject} is {number:,.{digits}f}")

    @property
    def _subject(self) -> str:
        raise NotImplementedError

    @property
    def sentence(self) -> str:
        """What is concluded, in words."""
        bounds = [
            f"{words} {bound:g}"
            for words, bound in (("at least", self.at_least), ("at most", self.at_most))
            if bound is not None
        ]
        return f"{self._subject} is {' and '.join(bounds)}" if bounds else self._subject


@attrs.frozen
class Quantity(Bounded):
    """Any number that can be computed from a project.

    Parameters
    ----------
    function : callable
        Takes a view of the project and returns a number, or None where there is none.

    Examples
    --------
    >>> Quantity(lambda view: len(view.assignments), name="assignments", at_least=100).sentence
    'assignments is at least 100'
    """

    function: Callable[[Any], float | None]

    def __attrs_post_init__(self) -> None:
        check_function(self.function, what="function")
        super().__attrs_post_init__()
        if not self.name:
            given = getattr(self.function, "__name__", "")
            object.__setattr__(self, "name", given if given.isidentifier() else "the number")

    @property
    def _subject(self) -> str:
        return self.name

    def reading(self, look: Callable[[State], Any]) -> Quantity:
        """Return the quantity with a function that takes a state, which `look` makes a view of."""
        function = self.function
        return attrs.evolve(self, function=lambda state: function(look(state)))

    def find(self, state: State) -> Finding:
        """Return what the function returns."""
        value = self.function(state)
        if value is not None and not isinstance(value, Real | np.number | np.bool_):
            raise StatisticsError(
                f"{self.name} returned {value!r}, a {type(value).__name__}: it must return a number, "
                "or None where there is none"
            )
        return self._found(None if value is None else float(value), "the function gave no number")


def check_rollup(rollup: object) -> None:
    """Check that something is a rollup, the id of one, or nothing."""
    if rollup is not None and not isinstance(rollup, str | Rollup):
        raise StatisticsError(
            f"rollup must be the id of a rollup, or a Rollup, not {shown(rollup)}"
        )


def active_coders(state: State) -> tuple[str, ...]:
    """Return the ids of the coders who assigned anything that counts in a state."""
    rows = state.assignments
    active = {rows.coders[number] for number in np.unique(rows.coder).tolist()}
    return tuple(id for id in state.coders if id in active)
