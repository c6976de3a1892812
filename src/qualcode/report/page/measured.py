"""How far coders agree, and how much of what there is to find was found: for a page, with their pictures."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

import attrs

from qualcode.errors import MissingExtraError, StatisticsError
from qualcode.model.codebooks.hierarchy import lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.state import State
from qualcode.report.methods import methods
from qualcode.report.page.choosing import unit_name
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.study import agreement_study
from qualcode.stats.counting.units import Unit
from qualcode.stats.saturation import Saturation, saturation

__all__ = ["Agreed", "CodeAgreed", "Curve", "Measured", "Saturated", "agreed", "saturated"]

T = TypeVar("T")


@attrs.frozen
class Measured:
    """What could not be measured says why.

    Parameters
    ----------
    reason : str
        Why there is no result; empty where there is one.
    methods : str
        The paragraph on how it was computed.
    """

    reason: str = ""
    methods: str = ""


@attrs.frozen
class CodeAgreed:
    """Agreement on one code: the measure, its interval, units by coder, and why it is undefined."""

    id: str
    name: str
    value: float | None
    low: float | None
    high: float | None
    units: tuple[int, ...]
    reason: str


@attrs.frozen
class Agreed(Measured):
    """How far coders agree.

    Parameters
    ----------
    unit : str
        Of what they decided.
    levels : tuple of (str, AgreementResult)
        Codes, themes, domains: the sets that coders gave to units.
    codes : tuple of CodeAgreed
        Each code for itself.
    coders : tuple of str
        Who was compared.
    """

    unit: str = ""
    levels: tuple[tuple[str, AgreementResult], ...] = ()
    codes: tuple[CodeAgreed, ...] = ()
    coders: tuple[str, ...] = ()


@attrs.frozen
class Curve:
    """A line with its band, as points of a drawing of 600 by 220 units.

    Parameters
    ----------
    line, expected, band : str
        What was found in the order of coding; the mean over other orders; and between which ends.
    ticks_x, ticks_y : tuple of (float, str)
        Where numbers stand along the axes.
    """

    line: str
    expected: str
    band: str
    ticks_x: tuple[tuple[float, str], ...]
    ticks_y: tuple[tuple[float, str], ...]


@attrs.frozen
class Saturated(Measured):
    """How much of what there is to find was found."""

    result: Saturation | None = None
    curve: Curve | None = None


def _told(measure: Callable[[], T]) -> T | str:
    try:
        return measure()
    except (StatisticsError, MissingExtraError) as error:
        return str(error)


def agreed(state: State, rollup: Rollup, unit: Unit) -> Agreed:
    """Return how far the persons agree who coded the same documents, for codes, themes and domains."""
    people = [each for each in state.coders.values() if each.kind == "person"]
    if not state.names_coders and len(people) < 2:
        return Agreed(reason="One person coded, so there is nobody to agree with.")
    found = _told(lambda: _agreement(state.uncounted, rollup, unit))
    return Agreed(reason=found) if isinstance(found, str) else found


def _agreement(state: State, rollup: Rollup, unit: Unit) -> Agreed:
    study = agreement_study(state, unit=unit, rollup=rollup)
    overall = study.agreement()
    levels = [("codes", overall)]
    there = {node.level for node in lay_over(rollup, state.codebook).nodes}
    for level in ("theme", "domain"):
        if level not in there:
            continue
        found = _told(lambda level=level: study.at_level(level, rollup).agreement())  # type: ignore[misc]
        if not isinstance(found, str):
            levels.append((f"{level}s", found))
    codes = tuple(
        CodeAgreed(
            str(row["id"]),
            str(row["name"]),
            _number(row["value"]),
            _number(row["low"]),
            _number(row["high"]),
            tuple(row["units"]),
            row["reason"] if isinstance(row["reason"], str) else "",
        )
        for row in study.per_code().to_dict("records")
    )
    return Agreed("", methods(overall), unit_name(unit), tuple(levels), codes, study.coders)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, float) and not math.isnan(value) else None


def saturated(state: State, random_state: int) -> Saturated:
    """Return how much of what there is to find was found, in the order in which it was coded."""
    found = _told(lambda: saturation(state, random_state=random_state))
    if isinstance(found, str):
        return Saturated(reason=found)
    return Saturated("", methods(found), found, _curve(found))


def _curve(found: Saturation) -> Curve:
    n, most = len(found.documents), float(max(found.curve.high.max(), 1))

    def x(at: int) -> float:
        return round(40 + 550 * at / max(1, n), 1)

    def y(value: float) -> float:
        return round(190 - 175 * value / most, 1)

    def points(values: list[float]) -> str:
        return " ".join(f"{x(at)},{y(value)}" for at, value in enumerate(values, start=1))

    low, high = found.curve.low.tolist(), found.curve.high.tolist()
    back = [f"{x(at)},{y(low[at - 1])}" for at in range(n, 0, -1)]
    return Curve(
        points(found.curve.observed.tolist()),
        points(found.curve.expected.tolist()),
        f"{points(high)} {' '.join(back)}",
        tuple((x(at), str(at)) for at in _ticks(n) if at),
        tuple((y(value), str(value)) for value in _ticks(int(most))),
    )


def _ticks(most: int) -> list[int]:
    """Return about five round numbers from 0 on."""
    rough = max(most, 1) / 4
    power = 10 ** math.floor(math.log10(rough)) if rough >= 1 else 1
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough)
    return list(range(0, most + 1, int(step)))
