"""The description of a comparison of groups of documents or cases."""

from __future__ import annotations

from qualcode.model.readable import many
from qualcode.report.describing.inference import (
    RATES,
    RATES_REFERENCE,
    left_out,
    number_tested,
    regrouping_software,
    regroupings,
)
from qualcode.report.describing.references import PHIPSON_SMYTH_2010
from qualcode.report.describing.units import along, at_least, by_whom, cut_unit, where_met
from qualcode.report.describing.wording import Description, describe, material, unresolved
from qualcode.stats.groups.comparison import GroupComparison

__all__: list[str] = []


@describe.register
def _comparison(result: GroupComparison) -> Description:
    state, found, level = result.state, result.differences, result.level
    of_pairs = result.statistic == "cooccurrence"
    one, more = (f"pair of {level}s", f"pairs of {level}s") if of_pairs else (level, f"{level}s")
    sizes = "; ".join(
        f"{group}: {many(size, result.cluster)}"
        for group, size in zip(found.groups, found.n_clusters, strict=True)
    )
    return Description(
        (
            f"Whether {_compared(result)} differed between values of the variable {result.by} ({sizes}) "
            f"was tested for {number_tested(found.reason, one, more)}{along(level, result.rollup)}"
            + (f" that met {at_least(result.min_count)}." if of_pairs else "."),
            where_met(result) if of_pairs else f"A unit was {cut_unit(result.unit or 'document')}.",
            by_whom(result.same_coder, level) if of_pairs else "",
            "The spread between groups (the greatest value less the least) was compared with that under "
            f"{regroupings(found, f'whole {result.cluster}s')}.",
            f"{RATES['bh'][0].upper()}{RATES['bh'][1:]} over those tested.",
            left_out(found.reason, "test"),
            _unknown(result),
            material(state),
            unresolved(state),
        ),
        [
            *([result.coefficient.reference] if result.coefficient else []),
            *([] if found.exact else [PHIPSON_SMYTH_2010]),
            RATES_REFERENCE["bh"],
        ],
        regrouping_software(found),
    )


def _compared(result: GroupComparison) -> str:
    known = result.coefficient
    if known is None:
        return "the share of units that carried it"
    return f"{known.label} = {known.formula}"


def _unknown(result: GroupComparison) -> str:
    if not result.left_out:
        return ""
    unit = "case" if result.unit == "case" else "document"
    were = "was" if result.left_out == 1 else "were"
    return f"{many(result.left_out, unit)} without a value of {result.by} {were} left out."
