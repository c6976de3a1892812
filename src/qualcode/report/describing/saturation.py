"""Descriptions of saturation: of a project, and of each estimate alone."""

from __future__ import annotations

import math

from qualcode.model.readable import many
from qualcode.report.describing.intervals import seeded
from qualcode.report.describing.references import (
    CHAO_1987,
    CHAO_2009,
    CHAO_2014,
    CHAO_JOST_2012,
    CHAO_LEE_1992,
    COLWELL_2004,
    ESTY_1983,
    GOOD_1953,
    GUEST_2020,
    HELTSHE_FORRESTER_1983,
    HENNINK_2017,
    LEE_CHAO_1994,
    SMITH_VAN_BELLE_1984,
)
from qualcode.report.describing.units import along
from qualcode.report.describing.wording import (
    Description,
    about,
    describe,
    drawn_by,
    number,
    per_cent,
)
from qualcode.stats.saturation import (
    AccumulationCurve,
    Coverage,
    DocumentsNeeded,
    GuestSaturation,
    MeaningSaturation,
    Richness,
    SaturationCourse,
)

__all__: list[str] = []

_RICHNESS = {
    "ACE": CHAO_LEE_1992,
    "Chao2": CHAO_1987,
    "ICE": LEE_CHAO_1994,
    "first-order jackknife": HELTSHE_FORRESTER_1983,
    "second-order jackknife": SMITH_VAN_BELLE_1984,
}


@describe.register
def _saturation(result: SaturationCourse) -> Description:
    curve, guest = result.curve, result.guest
    richness = (result.chao2, result.ice, result.jackknife_1, result.jackknife_2)
    references = [
        COLWELL_2004,
        GUEST_2020,
        *(_RICHNESS[each.method.partition(", ")[0]] for each in richness),
        CHAO_JOST_2012,
        *describe(result.needed).references,
    ]
    new = (
        "A code was new in the first document it had been put on."
        if result.new_at == "use"
        else "A code was new in the document that was being coded when the codebook got it, as the "
        "project's history has it."
    )
    return Description(
        (
            f"Saturation was looked at over {many(len(result.codes), result.level)} in "
            f"{many(len(result.documents), 'document')}, in the order {_order(result.documents)}.",
            new.replace("code", result.level, 1),
            *_curve_sentences(curve),
            *describe(guest).sentences,
            _estimates(*richness),
            *describe(result.coverage).sentences,
            *describe(result.needed).sentences,
            *about(result),
        ),
        references,
        _software(curve),
    )


def _order(documents: tuple[str, ...]) -> str:
    return ", ".join(documents) if len(documents) <= 12 else f"{documents[0]} to {documents[-1]}"


@describe.register
def _curve(result: AccumulationCurve) -> Description:
    return Description(
        _curve_sentences(result),
        [COLWELL_2004],
        _software(result),
    )


def _curve_sentences(curve: AccumulationCurve) -> tuple[str, ...]:
    if curve.reason is not None:
        return (f"There was no accumulation curve: {curve.reason}.",)
    return (
        f"After {many(len(curve.documents), 'document')}, {many(int(curve.observed[-1]), 'code')} "
        "had been found; the curve of codes found was set beside its exact mean over all orders of "
        f"the documents, and the band that held {per_cent(curve.confidence)} of "
        f"{many(curve.n_orders, 'random order')} document by document ({seeded(curve.seed)}).",
    )


def _software(curve: AccumulationCurve) -> tuple[str, ...]:
    return drawn_by(None if curve.reason is not None else curve.n_orders)


@describe.register
def _guest(result: GuestSaturation) -> Description:
    if result.reached is not None:
        at = int((result.last == result.reached + result.run).argmax())
        said = (
            f"It was reached after {many(result.reached, 'document')} ({result.notation}), the run "
            f"after them having brought {many(int(result.new[at]), 'new code')} "
            f"({per_cent(float(result.share[at]))})."
        )
    else:
        said = f"It was not reached: {result.reason}."
    return Description(
        (
            "Saturation by run length was taken as reached where a run of "
            f"{many(result.run, 'document')} had brought new codes of at most "
            f"{per_cent(result.threshold)} of the {many(result.base_codes, 'code')} of the first "
            f"{many(result.base, 'document')}.",
            said,
        ),
        [GUEST_2020],
    )


@describe.register
def _richness(result: Richness) -> Description:
    name = result.method.partition(", ")[0]
    return Description(
        [_estimates(result)],
        [_RICHNESS[name]],
    )


def _estimates(*results: Richness) -> str:
    """Return a sentence on one estimate of the number of codes, or several."""
    first = results[0]
    where = f" in {many(first.n_documents, 'document')}" if first.n_documents else ""
    found = (
        f"Where {many(first.observed, 'code')} had been found{where}, the number there are, found or not, "
        "was estimated"
    )
    return f"{found} {'; '.join(_estimate(each) for each in results)}."


def _estimate(result: Richness) -> str:
    name, _, form = result.method.partition(", ")
    by = f"by {name}{f' in its {form} form' if form else ''}"
    if result.reason is not None:
        return f"{by} as undefined ({result.reason})"
    if math.isnan(result.low):
        return f"{by} as {number(result.value, 1)} (no interval: {result.uncertainty_reason})"
    return (
        f"{by} as {number(result.value, 1)} ({per_cent(result.confidence)} log-normal interval "
        f"{number(result.low, 1)} to {number(result.high, 1)})"
    )


@describe.register
def _coverage(result: Coverage) -> Description:
    if result.reason is not None:
        said = f"The coverage of the codes found was undefined: {result.reason}."
    else:
        said = (
            f"The {many(result.observed, 'code')} found were estimated to cover "
            f"{per_cent(result.value)} of all incidences of a code in a document, those of codes not "
            "found included."
        )
    if result.n_segments:
        said = (
            f"The {many(result.observed, 'code')} found were estimated to cover {per_cent(result.value)} of "
            f"all that is said, by {many(result.n_segments, 'coding')} of segments "
            f"({per_cent(result.confidence)} interval {per_cent(result.low)} to {per_cent(result.high)})."
        )
        return Description([said], [GOOD_1953, ESTY_1983])
    return Description([said], [CHAO_JOST_2012])


@describe.register
def _needed(result: DocumentsNeeded) -> Description:
    if result.reason is not None:
        return Description(
            [f"How many more documents it would take was undefined: {result.reason}."],
            [CHAO_2009],
        )
    told = "; ".join(
        f"{per_cent(share)}: {number(more, 0)} ({number(low, 0)} to {number(high, 0)})"
        for share, more, low, high in zip(
            result.shares.tolist(), result.more.tolist(), result.low.tolist(), result.high.tolist(),
            strict=True,
        )
    )  # fmt: skip
    return Description(
        [
            f"Of the {number(result.estimated, 1)} codes that Chao2 estimates, shares would have been met "
            f"after so many more documents (with {per_cent(result.confidence)} intervals from "
            f"{many(result.n_resamples, 'set')} of {many(result.n_documents, 'document')} drawn from what "
            f"those coded tell, {seeded(result.seed)}; 100 % is all but half a code): {told}."
        ],
        [CHAO_2009, CHAO_2014],
        drawn_by(result.n_resamples),
    )


@describe.register
def _meaning(result: MeaningSaturation) -> Description:
    whose = "" if result.by is None else f", for each value of {result.by} apart"
    groups = "; ".join(
        (f"{group}: " if result.by is not None else "")
        + f"after {saturated:,} of {many(documents, 'document')} {per_cent(result.share)} of the "
        f"{many(codes, 'code')} met in all, after {last:,} all"
        for group, documents, codes, saturated, last in zip(
            result.groups,
            *(result.codes_frame()[name] for name in ("documents", "codes", "saturated", "last")),
            strict=True,
        )
    )
    frame = result.to_frame()
    rare = int((frame["after"] < 2).sum())
    return Description(
        (
            f"Code and meaning saturation were looked at{whose}, documents being taken in the order in which "
            f"they were coded. Codes had been met {groups}.",
            f"For each of {many(len(result.nodes), result.level)}{along(result.level, result.rollup)} "
            "meaning was taken as saturated after the last document that brought a new side of it, sides "
            f"being the codes below it; this was after {int(frame['saturated'].min())} to "
            f"{int(frame['saturated'].max())} documents.",
            f"For {rare:,} of these fewer than two documents with it came after that, so that there was "
            "little chance to see more."
            if rare
            else "",
            *about(result),
        ),
        [HENNINK_2017, CHAO_1987, CHAO_JOST_2012],
    )
