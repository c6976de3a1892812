"""The description of a sensitivity analysis."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from qualcode.model.readable import many
from qualcode.report.describing.references import KENDALL_1945
from qualcode.report.describing.wording import (
    Description,
    describe,
    listed,
    material,
    plain,
    unresolved,
)
from qualcode.stats.agreement.measure_registry import measure_of_ratings
from qualcode.stats.coefficients import coefficient
from qualcode.stats.conclusions import Agreement, Conclusion, Ranking, Together
from qualcode.stats.conclusions.conclusion import Bounded
from qualcode.stats.conclusions.sensitivity_analysis import Sensitivity, Setting

__all__: list[str] = []

_HOLDS_RANKING = (
    "It was taken to hold where everything that came before something else in the conclusion as "
    "stated still came before it, among the first ones and between them and the rest."
)


@describe.register
def _sensitivity(result: Sensitivity) -> Description:
    conclusion, state = result.conclusion, result.state
    return Description(
        (
            "How far a conclusion depended on choices was tested by making one choice at a time "
            f"differently. The conclusion was: {conclusion.sentence}. As stated, it came to: "
            f"{result.base.finding.statement}.",
            _varied(result),
            _rule(conclusion),
            _verdict(result),
            _range(result),
            material(state),
            unresolved(state),
        ),
        _references(conclusion),
    )


def _varied(result: Sensitivity) -> str:
    parts = []
    for varied, group in groupby(result.settings, key=lambda each: each.varied):
        settings = list(group)
        names = [each.setting for each in settings]
        if varied == "coder":
            parts.append(f"by coder ({listed(names)})")
        elif varied == "count":
            parts.append(f"by other counting policies ({listed(names)})")
        elif varied == "unit":
            parts.append(f"with other units ({listed(names)})")
        else:
            left = "; ".join(
                f"{each.setting.partition(': ')[2]}: "
                f"{many(len(result.state.documents) - each.documents, 'document')}"
                for each in settings
            )
            parts.append(
                f"leaving out the documents with each value of {result.left_out} in turn ({left})"
            )
    return f"It was drawn again {listed(parts)}." if parts else "No other choice was tried."


def _rule(conclusion: Conclusion) -> str:
    if isinstance(conclusion, Ranking):
        return _HOLDS_RANKING
    if isinstance(conclusion, Bounded) and conclusion.at_least is conclusion.at_most is None:
        return "No bound was stated within which it would hold."
    return "It was taken to hold where the number was within what was stated."


def _verdict(result: Sensitivity) -> str:
    total = len(result.settings)
    if not result.held and not result.failed:
        return _undefined(result.untold)
    told = len(result.held) + len(result.failed)
    held = (
        f"It held in {'all' if told == len(result.held) else f'{len(result.held)} of'} "
        f"{many(told, 'setting')}"
    )
    if told < total:
        held += " where that could be told"
    if result.failed:
        held += f", and did not hold in: {_named(result.failed)}"
    as_stated = {
        True: "",
        None: " As stated, it could not be told.",
        False: " As stated, it did not hold.",
    }
    return " ".join(
        part
        for part in (f"{held}.{as_stated[result.base.holds]}", _undefined(result.untold))
        if part
    )


def _undefined(settings: Iterable[Setting]) -> str:
    why = [f"{_name(each)} ({each.reason})" for each in settings if each.reason is not None]
    return f"It was undefined in: {'; '.join(why)}." if why else ""


def _range(result: Sensitivity) -> str:
    found = [(each.value, _name(each)) for each in result.settings if each.value is not None]
    if not found:
        return ""
    (low, low_name), (high, high_name) = min(found), max(found)
    what = "The number"
    stated = ""
    if isinstance(result.conclusion, Ranking):
        what = "The rank correlation with the conclusion as stated (Kendall's τ_b)"
    elif result.base.value is not None:
        stated = f", {plain(result.base.value)} as stated"
    if low == high:
        return f"{what} was {plain(low)} in all of them{stated}."
    ends = f"{plain(low)} ({low_name}) to {plain(high)} ({high_name})"
    return f"{what} went from {ends}{stated}."


def _named(settings: Iterable[Setting]) -> str:
    return "; ".join(_name(each) for each in settings)


def _name(setting: Setting) -> str:
    if setting.varied == "count":
        return f"by {setting.setting}"
    if setting.varied == "unit":
        return f"by {setting.setting}"
    if setting.varied == "leave out":
        return f"without {setting.setting}"
    return setting.setting


def _references(conclusion: Conclusion) -> list[str]:
    if isinstance(conclusion, Ranking):
        return [KENDALL_1945]
    if isinstance(conclusion, Together):
        return [coefficient(conclusion.measure).reference]
    if isinstance(conclusion, Agreement):
        return [str(measure_of_ratings(conclusion.measure).reference)]
    return []
