"""What desktop programs report as agreement, reproduced under names that say whose it is.

Use these to compare with a program's output. For a study of your own, use the other measures:
these leave out chance, or uncoded text, or count long segments as many decisions.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeAlias, Unpack

import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_number, shown
from qualcode.stats.agreement.agreement_intervals import IntervalOptions, by_document
from qualcode.stats.agreement.alpha_kernels import alpha_kernel
from qualcode.stats.agreement.continua import (
    Coded,
    Continuum,
    Stretch,
    check_segments,
    labels_of,
    pieces,
    read_continua,
    require_no_overlap,
)
from qualcode.stats.agreement.estimating import estimate, number
from qualcode.stats.agreement.measure_kernel import Estimates, chance_corrected
from qualcode.stats.agreement.measure_registry import MEASURES, Reference, measure
from qualcode.stats.agreement.measures import HOLSTI_1969
from qualcode.stats.agreement.paired_kernels import table_estimates
from qualcode.stats.agreement.ratings import FloatArray, IntArray, Ratings
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.unitizing import KRIPPENDORFF_2016
from qualcode.stats.arguments import check_count

__all__ = [
    "atlasti_c_alpha",
    "atlasti_cu_alpha",
    "atlasti_holsti",
    "maxqda_kappa",
    "nvivo_kappa",
    "nvivo_percent_agreement",
]

NVIVO = Reference("NVivo help", "Coding comparison query, percentage agreement and Kappa")

Spans: TypeAlias = Sequence[tuple[int, int]]


@measure(
    "NVivo percentage agreement",
    "(characters both coded + characters neither coded) / characters",
    NVIVO,
    lowest=0.0,
    takes="text",
)
def nvivo_percent_agreement(a: Spans, b: Spans, length: int) -> AgreementResult:
    """Return what NVivo's coding comparison calls agreement, for one code in one document.

    Parameters
    ----------
    a, b : sequence of (start, end)
        Where each coder put the code, in characters, half-open; overlaps count once.
    length : int
        The number of characters of the document.

    Raises
    ------
    StatisticsError
        When a span is empty or outside the document.

    Examples
    --------
    >>> nvivo_percent_agreement([(0, 100)], [(50, 150), (200, 250)], 1000).value
    0.85
    """
    table = _character_table(a, b, length)
    observed = float(np.trace(table) / length) if length else None
    reason = None if length else "the document is empty"
    return _result("nvivo_percent_agreement", observed, observed, None, length, 2, reason)


@measure(
    "NVivo Kappa",
    "(po - pe) / (1 - pe) over characters coded or not, as Cohen's κ",
    NVIVO,
    takes="text",
)
def nvivo_kappa(a: Spans, b: Spans, length: int) -> AgreementResult:
    """Return what NVivo's coding comparison calls Kappa, for one code in one document.

    Where both coders coded nothing, or everything, NVivo shows 1; here that is undefined.

    Parameters
    ----------
    a, b : sequence of (start, end)
        Where each coder put the code, in characters, half-open; overlaps count once.
    length : int
        The number of characters of the document.

    Examples
    --------
    >>> round(nvivo_kappa([(0, 100)], [(50, 150), (200, 250)], 1000).value, 4)
    0.3182
    """
    estimates = table_estimates(_character_table(a, b, length), np.eye(2))
    undefined = (
        "both coders coded nothing, or everything: agreement cannot be told from chance"
        if length
        else "the document is empty"
    )
    return _from_estimates("nvivo_kappa", estimates, length, 2, undefined)


@measure(
    "MAXQDA kappa",
    "(po - pe) / (1 - pe), po = segments the other coder has too / segments, pe = 1 / codes",
    Reference("MAXQDA manual", "Intercoder agreement on the level of segments"),
    takes="text",
)
def maxqda_kappa(
    a: Sequence[Stretch],
    b: Sequence[Stretch],
    *,
    n_codes: int | None = None,
    overlap: float = 0.9,
) -> AgreementResult:
    """Return Brennan and Prediger's κ over segments matched by overlap, as MAXQDA does.

    Every segment of either coder is a case; it agrees if the other coder has a segment with the
    same code that overlaps enough. Text that neither coded does not count.

    Parameters
    ----------
    a, b : sequence of (start, end, code)
        The coded segments of each coder.
    n_codes : int, optional
        The number of codes that could have been given, by default those that were. Chance
        agreement is one over it, so that one code alone has no κ.
    overlap : float, default 0.9
        The least overlap of two segments, as a share of the longer.

    Examples
    --------
    >>> ann = [(0, 50, "trust"), (60, 90, "roles"), (100, 140, "aims")]
    >>> ben = [(0, 48, "trust"), (60, 90, "aims"), (101, 140, "aims")]
    >>> round(maxqda_kappa(ann, ben, n_codes=4).value, 4)
    0.5556
    """
    a, b = check_segments(a, what="a"), check_segments(b, what="b")
    observed, cases = _matched(a, b, overlap)
    used = len({code for _, _, code in (*a, *b)})
    codes = used if n_codes is None else check_count(n_codes, what="n_codes")
    if codes < used:
        raise StatisticsError(f"n_codes is {codes}, but the coders gave {used} different codes")
    if observed is None:
        return _result("maxqda_kappa", None, None, None, cases, codes, "no coder coded a segment")
    estimates = chance_corrected(np.array(observed), np.array(1 / codes))
    return _from_estimates(
        "maxqda_kappa",
        estimates,
        cases,
        codes,
        "with one code, chance agreement is 1: give the number of codes that could have been "
        "given with n_codes=…",
    )


@measure(
    "ATLAS.ti Holsti index",
    "2 M / (N1 + N2) over coded segments",
    HOLSTI_1969,
    lowest=0.0,
    takes="text",
)
def atlasti_holsti(
    a: Sequence[Stretch], b: Sequence[Stretch], *, overlap: float = 1.0
) -> AgreementResult:
    """Return Holsti's index over coded segments: twice the matches over all segments.

    Parameters
    ----------
    a, b : sequence of (start, end, code)
        The coded segments of each coder.
    overlap : float, default 1.0
        The least overlap of two segments with the same code, as a share of the longer; by
        default they must be the same.

    Examples
    --------
    >>> atlasti_holsti([(0, 9, "trust"), (9, 20, "roles")], [(0, 9, "trust")]).value
    0.6666666666666666
    """
    a, b = check_segments(a, what="a"), check_segments(b, what="b")
    observed, cases = _matched(a, b, overlap)
    codes = len({code for _, _, code in (*a, *b)})
    reason = None if cases else "no coder coded a segment"
    return _result("atlasti_holsti", observed, observed, None, cases, codes, reason)


@measure(
    "ATLAS.ti c-α (binary)",
    "Krippendorff's nominal α over characters: coded, or not coded",
    KRIPPENDORFF_2016,
    takes="text",
)
def atlasti_c_alpha(
    continua: Continuum | Sequence[Continuum],
    lengths: int | Sequence[int],
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return whether coders found the same text relevant, as ATLAS.ti's binary c-α.

    Each character is a unit, so that one disagreement about a long segment counts as many; uα of
    `unitizing_alpha` has segments as units.

    Parameters
    ----------
    continua : mapping or sequence, or a sequence of them
        For each coder, the segments ``(start, end, code)`` of a document; or, with a sequence of
        lengths, such for each document. None where a coder did not code a document.
    lengths : int or sequence of int
        The number of characters of each document.
    **options
        An interval, see `IntervalOptions`; clusters are the documents.

    Examples
    --------
    >>> round(atlasti_c_alpha([[(0, 10, "a")], [(0, 8, "b")]], 20).value, 4)
    0.803
    """
    documents, sizes = read_continua(continua, lengths)
    return _over_characters("atlasti_c_alpha", documents, sizes, ("not coded", "coded"), options)


@measure(
    "ATLAS.ti cu-α",
    "Krippendorff's nominal α over characters that coders labelled",
    KRIPPENDORFF_2016,
    takes="text",
)
def atlasti_cu_alpha(
    continua: Continuum | Sequence[Continuum],
    lengths: int | Sequence[int],
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return whether coders gave the same code to what they coded, as ATLAS.ti's cu-α.

    Each character is a unit; a character counts if two coders coded it.

    Parameters
    ----------
    continua : mapping or sequence, or a sequence of them
        For each coder, the segments ``(start, end, code)`` of a document, not overlapping each
        other (codes of one semantic domain exclude each other); or, with a sequence of lengths,
        such for each document.
    lengths : int or sequence of int
        The number of characters of each document.
    **options
        An interval, see `IntervalOptions`; clusters are the documents.

    Examples
    --------
    >>> ann, ben = [(0, 10, "a"), (12, 20, "b")], [(0, 10, "a"), (12, 16, "b"), (16, 20, "a")]
    >>> round(atlasti_cu_alpha([ann, ben], 20).value, 4)
    0.5139
    """
    documents, sizes = read_continua(continua, lengths)
    require_no_overlap(documents)
    return _over_characters("atlasti_cu_alpha", documents, sizes, labels_of(documents), options)


def _character_table(a: Spans, b: Spans, length: int) -> FloatArray:
    """Return characters coded by both, by the first, by the second, and by neither."""
    length = check_count(length, what="length")
    coders = [
        [(start, end, 1) for start, end, *_ in check_segments(spans, what=what, width=2)]
        for spans, what in ((a, "a"), (b, "b"))
    ]
    read_continua([coders], [length])
    cuts, given = pieces(coders, float(length), {1: 1})
    sizes = np.diff(cuts)
    first, second = given
    cells = [(first * second), (first * (1 - second)), ((1 - first) * second)]
    both, only_a, only_b = (float(cell @ sizes) for cell in cells)
    return np.array([[both, only_a], [only_b, length - both - only_a - only_b]])


def check_overlap(overlap: object) -> None:
    """Check how much of the longer two segments must share."""
    if not 0 < check_number(overlap, what="overlap", error=StatisticsError) <= 1:
        raise StatisticsError(
            f"overlap is {shown(overlap)}, but must be a share above 0, at most 1"
        )


def _matched(
    a: Sequence[Stretch], b: Sequence[Stretch], overlap: float
) -> tuple[float | None, int]:
    """Return the share of segments that the other coder has too, and their number."""
    check_overlap(overlap)
    agreeing = 0
    for code in {code for _, _, code in a} & {code for _, _, code in b}:
        first = np.array([(start, end) for start, end, label in a if label == code], dtype=float)
        second = np.array([(start, end) for start, end, label in b if label == code], dtype=float)
        shared = np.minimum.outer(first[:, 1], second[:, 1])
        shared -= np.maximum.outer(first[:, 0], second[:, 0])
        longer = np.maximum.outer(np.ptp(first, axis=1), np.ptp(second, axis=1))
        same = (shared > 0) & (shared >= overlap * longer)
        agreeing += int(same.any(axis=1).sum() + same.any(axis=0).sum())
    cases = len(a) + len(b)
    return (agreeing / cases if cases else None), cases


def _over_characters(
    name: str,
    documents: Sequence[Coded],
    sizes: Sequence[float],
    categories: tuple[Hashable, ...],
    options: IntervalOptions,
) -> AgreementResult:
    """Return nominal α over characters; what a coder left uncoded is a category or missing."""
    coders = list(dict.fromkeys(coder for document in documents for coder in document))
    binary = name == "atlasti_c_alpha"
    position: dict[Hashable, int] = {label: at for at, label in enumerate(categories, start=1)}
    columns: list[IntArray] = [np.empty((len(coders), 0), dtype=np.int32)]
    for document, size in zip(documents, sizes, strict=True):
        if binary:
            position = {label: 1 for segments in document.values() for _, _, label in segments}
        cuts, given = pieces(list(document.values()), size, position)
        block = np.full((len(coders), int(size)), -1, dtype=np.int32)
        rows = [coders.index(coder) for coder in document]
        block[rows] = np.repeat(given, np.diff(cuts).astype(int), axis=1) - (0 if binary else 1)
        columns.append(block)
    ratings = Ratings(np.concatenate(columns, axis=1), categories)
    document_of = np.repeat(np.arange(len(sizes)), [int(size) for size in sizes])
    kernel = alpha_kernel(ratings, "nominal")
    return estimate(name, kernel, by_document(options, document_of, len(sizes)))


def _from_estimates(
    name: str, estimates: Estimates, n_units: int, n_categories: int, undefined: str
) -> AgreementResult:
    value = number(estimates.value)
    return _result(
        name,
        value,
        number(estimates.observed),
        number(estimates.expected),
        n_units,
        n_categories,
        undefined if value is None else None,
    )


def _result(
    name: str,
    value: float | None,
    observed: float | None,
    expected: float | None,
    n_units: int,
    n_categories: int,
    reason: str | None = None,
) -> AgreementResult:
    return AgreementResult(
        measure=name,
        value=value,
        observed=observed,
        expected=expected,
        n_units=n_units,
        n_coders=2,
        n_categories=n_categories,
        reference=str(MEASURES[name].reference),
        reason=reason,
    )
