"""How a conclusion moves when one choice at a time is made differently."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import NotFoundError, StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_flag
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.model.values import ByValue
from qualcode.stats.arguments import check_function, check_list, check_unit, check_variable
from qualcode.stats.conclusions import Conclusion, Finding, Quantity, Ranking
from qualcode.stats.counting.grouping import variable_groups
from qualcode.stats.counting.policies import POLICIES, Count, Policy, policy_of
from qualcode.stats.counting.speaking import is_of_speakers, speaker_values, value_of
from qualcode.stats.counting.units import Unit

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sensitivity", "Setting", "sensitivity"]


@attrs.frozen(eq=False)
class Setting(ByValue):
    """What a conclusion comes to when one choice is made differently.

    Parameters
    ----------
    varied : {"base", "coder", "count", "unit", "leave out"}
        Which choice.
    setting : str
        How it was made.
    documents, assignments : int
        How much material that leaves.
    finding : Finding
        What was found.
    value : float or None
        The number to compare: what was found or, for rankings, the rank correlation with the base.
    difference : float or None
        `value` less that of the base.
    holds : bool or None
        Whether the conclusion holds; None where that cannot be told.
    reason : str or None
        Why there is no value.
    """

    varied: str
    setting: str
    documents: int
    assignments: int
    finding: Finding
    value: float | None
    difference: float | None
    holds: bool | None
    reason: str | None


@attrs.frozen(eq=False)
class Sensitivity(CountedResult):
    """A conclusion beside what it would be had one choice been made differently.

    Parameters
    ----------
    conclusion : Conclusion
        What was concluded.
    state : State
        What it was concluded from.
    base : Setting
        The conclusion as stated.
    settings : tuple of Setting
        The same with one thing changed in each.
    left_out : str or None
        The variable whose values were left out, one at a time.
    """

    _figure = "qualcode.report.plot.settings:sensitivity"

    conclusion: Conclusion
    state: State = attrs.field(repr=False)
    base: Setting = attrs.field(repr=False)
    settings: tuple[Setting, ...] = attrs.field(repr=False)
    left_out: str | None = None

    @property
    def held(self) -> tuple[Setting, ...]:
        """The settings in which the conclusion holds."""
        return tuple(each for each in self.settings if each.holds is True)

    @property
    def failed(self) -> tuple[Setting, ...]:
        """The settings in which it does not hold."""
        return tuple(each for each in self.settings if each.holds is False)

    @property
    def untold(self) -> tuple[Setting, ...]:
        """The settings in which nobody can tell: nothing was found, or no bound was stated."""
        return tuple(each for each in self.settings if each.holds is None)

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each setting, the conclusion as stated first.

        Columns: varied, setting, documents, assignments (what the setting leaves), value, difference,
        order (of rankings: the first ones by id), holds, reason. The value of a ranking is its rank
        correlation with the base, Kendall's τ_b, over all that is ranked.
        """
        import pandas as pd

        ranking = self.conclusion if isinstance(self.conclusion, Ranking) else None
        rows = [
            (
                each.varied,
                each.setting,
                each.documents,
                each.assignments,
                each.value,
                each.difference,
                ranking.order(each.finding) if ranking else None,
                each.holds,
                each.reason,
            )
            for each in (self.base, *self.settings)
        ]
        columns = [
            "varied", "setting", "documents", "assignments", "value", "difference", "order", "holds",
            "reason",
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=columns, dtype=object).astype(
            {
                "documents": "int64",
                "assignments": "int64",
                "value": "float64",
                "difference": "float64",
            }
        )
        return frame if ranking else frame.drop(columns="order")


@question(unsaid=("look",))
def sensitivity(
    state: State,
    conclusion: Conclusion | Callable[[Any], float | None],
    *,
    coders: str | Iterable[str] | None = None,
    each_coder: bool = True,
    counts: Iterable[Count] | None = None,
    units: Iterable[Unit] | None = None,
    leave_out: str | None = None,
    look: Callable[[State], Any] | None = None,
) -> Sensitivity:
    """Return how a conclusion moves, one choice at a time being made differently.

    Parameters
    ----------
    state : State
        The project's content.
    conclusion : Conclusion or callable
        A conclusion of `qualcode.stats.conclusions`, or a function that takes what `look` makes and
        returns a number.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.
    each_coder : bool, default True
        Look at each coder alone; for an agreement, at the coders without each in turn.
    counts : iterable of str or Policy, optional
        Counting policies to try, where the conclusion uses one; all but weights when not given.
    units : iterable of str, regular expression or callable, optional
        Units to try, where it uses one; the conclusion's own list when not given.
    leave_out : str, optional
        A variable of documents or cases: leave out the documents with each of its values in turn.
        Those without the variable are a group of their own, ``"(not known)"``. Or ``"speaker"``,
        ``"role"`` and so on: leave out what each group says.
    look : callable, optional
        Makes of a state what functions take; the state itself when not given.

    Raises
    ------
    StatisticsError
        When the conclusion cannot be drawn from the state as it is, for counts or units of a
        conclusion that uses none, and for a variable that nothing has.

    Notes
    -----
    Where less material leaves a conclusion undefined, its row says why. An error in the conclusion
    itself, such as a code that does not exist, is raised.

    References
    ----------
    The value of a ranking: Kendall 1945, doi:10.1093/biomet/33.3.239 (τ_b).
    """
    check_flag(each_coder, what="each_coder", error=StatisticsError)
    if not isinstance(conclusion, Conclusion):
        check_function(conclusion, what="conclusion")
    if counts is not None:
        counts = _counts(counts)
    if units is not None:
        units = _units(units)
    if leave_out is not None:
        leave_out = check_variable(leave_out, what="leave_out")
    if look is not None:
        check_function(look, what="look")
    state = state.counting(coders)
    stated = conclusion if isinstance(conclusion, Conclusion) else Quantity(conclusion)
    asked = stated.reading(look) if look is not None and isinstance(stated, Quantity) else stated
    base = asked.find(state)
    settings = [
        *(_by_coder(asked, state, base) if each_coder else ()),
        *_by_count(asked, state, base, counts),
        *_by_unit(asked, state, base, units),
        *(_by_value(asked, state, base, leave_out) if leave_out is not None else ()),
    ]
    return Sensitivity(
        stated, state, _setting("base", "as stated", asked, state, base, base), tuple(settings),
        leave_out,
    )  # fmt: skip


def _counts(counts: object) -> tuple[Count, ...]:
    alone = isinstance(counts, str | Policy)
    given = (counts,) if alone else check_list(counts, what="counts", of="counting policies")
    for each in given:
        policy_of(each)
    return given


def _units(units: object) -> tuple[Unit, ...]:
    alone = isinstance(units, str | re.Pattern) or callable(units)
    given = (units,) if alone else check_list(units, what="units", of="units")
    return tuple(check_unit(each, also=("overlap", "contained", "character")) for each in given)


def _by_coder(conclusion: Conclusion, state: State, base: Finding) -> Iterator[Setting]:
    for setting, changed, narrowed in conclusion.by_coder(state):
        found = _find_in_part(changed, narrowed)
        yield _setting("coder", setting, changed, narrowed, found, base)


def _by_count(
    conclusion: Conclusion, state: State, base: Finding, counts: Iterable[Count] | None
) -> Iterator[Setting]:
    if counts is None:
        # What nobody weighed ranks nothing, so weights are tried where they are named.
        tried: list[Any] = [name for name, policy in POLICIES.items() if policy.distinct]
        counts = tried if conclusion.counted is not None else ()
    for count in counts:
        if conclusion.counted is None or policy_of(count) != policy_of(conclusion.counted):
            changed = conclusion.counting(count)
            name = policy_of(count).name
            yield _setting("count", name, changed, state, changed.find(state), base)


def _by_unit(
    conclusion: Conclusion, state: State, base: Finding, units: Iterable[Unit] | None
) -> Iterator[Setting]:
    for unit in conclusion.units if units is None else units:
        if unit != conclusion.cut:
            changed = conclusion.cutting(unit)
            name = unit if isinstance(unit, str) else getattr(unit, "pattern", repr(unit))
            yield _setting("unit", name, changed, state, changed.find(state), base)


def _by_value(
    conclusion: Conclusion, state: State, base: Finding, variable: str
) -> Iterator[Setting]:
    for value, narrowed in _without_each(state, variable):
        found = _find_in_part(conclusion, narrowed)
        yield _setting("leave out", f"{variable}: {value}", conclusion, narrowed, found, base)


def _without_each(state: State, variable: str) -> Iterator[tuple[Value, State]]:
    """Yield each value of a variable, or group of speakers, with what there is without it."""
    if is_of_speakers(state, variable):
        told = value_of(state.cases, variable)
        for value in speaker_values(state, variable):
            yield value, state.spoken_by(lambda who, left=value: told(who) != left)[1]  # type: ignore[misc]
        return
    ids = list(state.documents)
    for value, having in variable_groups(state, variable).items():
        kept = [id for id, out in zip(ids, having.tolist(), strict=True) if not out]
        yield value, state.restricted(documents=kept)


def _find_in_part(conclusion: Conclusion, narrowed: State) -> Finding:
    """Return what is found in a part of the material, which may be too little to find anything."""
    if not len(narrowed.assignments):
        return Finding.nothing("nothing is left that is coded")
    try:
        return conclusion.find(narrowed)
    except (StatisticsError, NotFoundError) as error:
        return Finding.nothing(str(error))


def _setting(
    varied: str, setting: str, conclusion: Conclusion, state: State, found: Finding, base: Finding
) -> Setting:
    value, reason = conclusion.value(found, base)
    start, _ = conclusion.value(base, base)
    moved = None if value is None or start is None else value - start
    return Setting(
        varied=varied,
        setting=setting,
        documents=len(state.documents),
        assignments=len(state.assignments),
        finding=found,
        value=value,
        # Two infinite values have no difference.
        difference=None if moved is None or math.isnan(moved) else moved,
        holds=conclusion.holds(found, base),
        reason=reason,
    )
