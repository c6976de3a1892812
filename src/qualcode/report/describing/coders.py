"""Descriptions of agreement by pair of coders, by document, and of two studies compared."""

from __future__ import annotations

from qualcode.model.readable import many
from qualcode.report.describing.agreement import (
    agreement_interval,
    agreement_value,
    measure_said,
    rated,
)
from qualcode.report.describing.inference import p_value
from qualcode.report.describing.intervals import (
    interval_method,
    interval_references,
    interval_software,
)
from qualcode.report.describing.references import CAMPBELL_2013, KENDALL_1945, WOLTER_2007
from qualcode.report.describing.study import on_study
from qualcode.report.describing.wording import Description, describe, listed, number, per_cent
from qualcode.stats.agreement import (
    AgreementCourse,
    AgreementDifference,
    Negotiation,
    PairwiseAgreement,
)
from qualcode.stats.uncertainty.intervals import Interval

__all__: list[str] = []


@describe.register
def _pairwise(result: PairwiseAgreement) -> Description:
    first = result.pairs[0]
    known = [each.value for each in result.pairs if each.value is not None]
    cluster = "document" if result.study else "cluster"
    made = next((each.interval for each in result.pairs if each.interval is not None), None)
    undefined = len(result.pairs) - len(known)
    return Description(
        (
            *(on_study(result.study) if result.study else _coders_of(result)),
            f"The measure was {measure_said(first)}. It was computed for each of the "
            f"{many(len(result.pairs), 'pair')} of coders, on the units that both had rated.",
            f"It lay between {number(min(known))} and {number(max(known))}." if known else "",
            f"It was undefined for {many(undefined, 'pair')}." if undefined else "",
            f"{per_cent(made.confidence)} intervals are of single pairs ({interval_method(made, cluster)})."
            if made
            else "",
        ),
        [first.reference, *(interval_references(made.method) if made else ())],
        interval_software(made),
    )


def _coders_of(result: PairwiseAgreement) -> tuple[str, ...]:
    units = max(each.n_units for each in result.pairs)
    return (
        f"The ratings of {many(len(result.coders), 'coder')} were compared pair by pair, on up to "
        f"{many(units, 'unit')}.",
    )


@describe.register
def _course(result: AgreementCourse) -> Description:
    by = (
        "in the order in which the compared coders last coded in them"
        if result.order == "time"
        else "in the order of the project"
    )
    if result.tau is None or result.p is None:
        trend = f"No trend was computed: {result.reason}."
    else:
        trend = (
            f"Kendall's τ-b between that order and the values was {number(result.tau)} "
            f"(p = {p_value(result.p)}, two-sided), each document counting alike."
        )
    return Description(
        (
            *on_study(result.study),
            f"The measure was {measure_said(result.overall)}. It was computed in each of the "
            f"{many(len(result.documents), 'document')} alone, {by}, and over all up to each.",
            trend,
            f"Over all documents: {agreement_value(result.overall)}",
            agreement_interval(result.overall, "document"),
        ),
        [
            result.overall.reference,
            *([] if result.tau is None else [KENDALL_1945]),
            *(
                interval_references(result.overall.interval.method)
                if result.overall.interval
                else ()
            ),
        ],
        interval_software(result.overall.interval),
    )


@describe.register
def _difference(result: AgreementDifference) -> Description:
    sentences = ["Agreement in two studies was compared. Of the first:", *rated(result.first)]
    sentences += ["Of the second:", *rated(result.second)]
    sentences += [
        f"The measure was {measure_said(result.first)}.",
        agreement_value(result.first, "In the first study it"),
        agreement_value(result.second, "In the second study it"),
        f"{_documents(result)}",
    ]
    found = result.interval
    if result.value is None:
        sentences.append(f"The difference was undefined: {result.reason}.")
    elif found is None:
        sentences.append(
            f"The difference was {number(result.value)}. There was no interval: {result.interval_reason}."
        )
    else:
        sentences.append(
            f"The difference was {number(result.value)} ({per_cent(found.confidence)} interval "
            f"{number(found.low)} to {number(found.high)}; {interval_method(found, 'document')}); documents "
            "in both studies were left out or drawn for both at once."
        )
    strata = [result.shared, result.first_only, result.second_only]
    return Description(
        sentences,
        [
            result.first.reference,
            *(interval_references(found.method) if found else ()),
            *([WOLTER_2007] if found and sum(map(bool, strata)) > 1 else []),
        ],
        interval_software(found),
    )


def _documents(result: AgreementDifference) -> str:
    told = [
        f"{many(count, 'document')} {where}"
        for count, where in (
            (result.shared, "in both"),
            (result.first_only, "in the first alone"),
            (result.second_only, "in the second alone"),
        )
        if count
    ]
    return f"Two coders had rated {' and '.join(told)}." if told else ""


@describe.register
def _negotiation(result: Negotiation) -> Description:
    coded, agreed, decided = (
        int(each.sum()) for each in (result.coded, result.agreed, result.decided)
    )
    first = _share(result.before, result.before_interval)
    last, left = _share(result.after, result.after_interval), coded - agreed - decided
    told = [
        f"On {many(coded, 'unit')} any of them had put a code; before they talked all had the same on "
        f"{agreed:,}{first}. They settled {many(decided, 'unit')} more in the name of {result.consensus}, "
        "each decision being logged with what every coder had had, so that "
        f"{agreed + decided:,} are agreed or settled{last}; {many(left, 'unit')} stayed open."
    ]
    if decided:
        told.append(
            "Decisions gave what had been had by "
            + listed(f"{coder} in {count:,}" for coder, count in result.upheld.items())
            + f", and what nobody had had in {result.neither:,}."
        )
    return Description(
        (
            *on_study(result.study),
            *told,
            f"Before they talked, the measure was {measure_said(result.independent)}.",
            agreement_value(result.independent),
            agreement_interval(result.independent, "document"),
        ),
        [CAMPBELL_2013, result.independent.reference],
        interval_software(result.independent.interval),
    )


def _share(share: float | None, interval: Interval) -> str:
    """Return a share in brackets, with its interval if it has one."""
    if share is None:
        return ""
    if interval.reason is not None:
        return f" ({per_cent(share)})"
    ends = f"{per_cent(interval.low)} to {per_cent(interval.high)}"
    return f" ({per_cent(share)}; {per_cent(interval.confidence)} interval by document {ends})"
