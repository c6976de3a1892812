"""Krippendorff's uα family: agreement of coders who chose their own segments of a text.

A continuum (the text of a document) is cut by each coder into labelled segments and the gaps
between them. The coefficients compare, length by length, what the coders put there:

- uα: segments, gaps and labels together;
- binary ``|uα``: only whether text was coded or not;
- cuα: only the labels, where both coders coded;
- (k)uα: one label against the others, where both coders coded.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, Unpack

import attrs
import numpy as np

from qualcode.stats.agreement.agreement_intervals import (
    IntervalOptions,
    Settings,
    Uncertainty,
    by_document,
    resampled,
)
from qualcode.stats.agreement.continua import (
    Coded,
    Continuum,
    labels_of,
    pieces,
    read_continua,
    require_no_overlap,
)
from qualcode.stats.agreement.estimating import code_rows, number, within
from qualcode.stats.agreement.measure_kernel import Estimates, PerCategory, chance_corrected
from qualcode.stats.agreement.measure_registry import MEASURES, Reference, measure
from qualcode.stats.agreement.ratings import FloatArray
from qualcode.stats.agreement.result import AgreementResult, CodeAgreement, OfStudy, StudySummary
from qualcode.stats.agreement.unit_sums import divide

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["UnitizingResult", "unitizing_alpha"]

KRIPPENDORFF_2016 = Reference(
    "Krippendorff, Mathet, Bouvry and Widlöcher (2016)",
    "On the reliability of unitizing textual continua: further developments, Quality & Quantity 50",
    "10.1007/s11135-015-0266-1",
)

Coefficient: TypeAlias = Literal["u", "|u", "cu"]

_NAMES: dict[Coefficient, str] = {"u": "u_alpha", "|u": "binary_alpha", "cu": "cu_alpha"}


@attrs.frozen
class UnitizingResult(OfStudy):
    """Krippendorff's four coefficients of free segmentation.

    In all of them `n_units` is the number of continua that two coders coded.

    Parameters
    ----------
    u_alpha : AgreementResult
        uα: where segments are and how they are labelled.
    binary_alpha : AgreementResult
        ``|uα``: where text is coded at all; low when coders disagree about boundaries.
    cu_alpha : AgreementResult
        cuα: how the text that both coded is labelled; low when they disagree about labels. Its
        `codes` hold (k)uα, the reliability of each label.
    study : StudySummary or None
        What was compared, where the segments are those of a study.
    """

    _says = "Agreement on where codes begin and end"
    _figure = "qualcode.report.plot.estimates:estimate"

    u_alpha: AgreementResult
    binary_alpha: AgreementResult
    cu_alpha: AgreementResult
    study: StudySummary | None = attrs.field(default=None, repr=False)

    @property
    def per_code(self) -> pd.DataFrame:
        """(k)uα of each label, and its share of the coded length."""
        return self.cu_alpha.per_code

    def to_frame(self) -> pd.DataFrame:
        """Return the coefficients as a frame of three rows."""
        import pandas as pd

        results = (self.u_alpha, self.binary_alpha, self.cu_alpha)
        return pd.concat([result.to_frame() for result in results], ignore_index=True)


@measure(
    "Krippendorff's uα, |uα, cuα and (k)uα",
    "1 - (ℓ.. - Σ_c ℓ_cc) / (ℓ.. - Σ_c ε_cc)",
    KRIPPENDORFF_2016,
    takes="text",
)
def unitizing_alpha(
    continua: Continuum | Sequence[Continuum],
    lengths: float | Sequence[float],
    **options: Unpack[IntervalOptions],
) -> UnitizingResult:
    """Return the agreement of coders who segmented and labelled the same continua.

    Parameters
    ----------
    continua : mapping or sequence, or a sequence of them
        For each coder, the segments ``(start, end, label)`` of a continuum, half-open and not
        overlapping each other; or, with a sequence of lengths, a sequence of such continua, one
        for each document. A coder who did not code a document has None there, or no entry; one
        who found nothing to code has no segments.
    lengths : float or sequence of float
        The length of the continuum, or of each.
    **options
        An interval, see `IntervalOptions`. The clusters are the documents, so ``clusters`` is
        not to be given; with two documents or more there is a jackknife by default.

    Raises
    ------
    StatisticsError
        When segments of one coder overlap, are empty, or lie outside the continuum.

    References
    ----------
    Krippendorff, Mathet, Bouvry and Widlöcher (2016), doi:10.1007/s11135-015-0266-1.

    Examples
    --------
    >>> result = unitizing_alpha(
    ...     {"Ann": [(0, 4, "trust"), (6, 10, "roles")], "Ben": [(0, 5, "trust")]}, 12
    ... )
    >>> round(result.u_alpha.value, 4), result.cu_alpha.reason
    (0.4088, "all text that two coders coded is labelled 'trust'")
    """
    documents, sizes = read_continua(continua, lengths)
    require_no_overlap(documents)
    n = len(documents)
    settings = Settings.read(by_document(options, np.arange(n), n))
    labels = labels_of(documents)
    sums = np.zeros((len(documents), _Family(labels, "u").width))
    for row, document, size in zip(sums, documents, sizes, strict=True):
        row[:] = _document_sums(document, size, labels)
    n_coders = len({coder for document in documents for coder in document})

    def result(which: Coefficient) -> AgreementResult:
        return _result(_Family(labels, which), sums, n_coders, settings)

    return UnitizingResult(result("u"), result("|u"), result("cu"))


def _document_sums(document: Coded, length: float, labels: tuple[Hashable, ...]) -> FloatArray:
    """Return the sums of one continuum, as `_Family` takes them; nothing without two coders."""
    family = _Family(labels, "u")
    m = len(document)
    if m < 2:
        return np.zeros(family.width)
    position = {label: index for index, label in enumerate(labels, start=1)}
    cuts, given = pieces(list(document.values()), length, position)
    sizes = np.diff(cuts)
    counts = np.stack([(given == label).sum(axis=0) for label in range(len(labels) + 1)])
    meet = (counts * sizes) @ counts.T - np.diag(counts @ sizes)
    # How much of each piece the other coders coded, on average.
    others = ((given > 0).sum(axis=0) - 1) * sizes / (m - 1)
    squares, coded_squares = np.zeros(len(labels) + 1), np.zeros(len(labels))
    squares[0] = ((given == 0) * sizes).sum()
    shared = np.append(0.0, np.cumsum(others))
    for segments in document.values():
        for start, end, label in segments:
            squares[position[label]] += (end - start) ** 2
            first, last = np.searchsorted(cuts, [start, end])
            coded_squares[position[label] - 1] += (shared[last] - shared[first]) ** 2
    return np.hstack([1.0, (meet / (m - 1)).ravel(), squares, coded_squares])


@attrs.frozen
class _Family:
    """One of the coefficients, on rows of sums over continua.

    A row has: whether two coders coded the continuum; the observed coincidences ℓ of labels, the
    gap φ first; Q, the squared lengths of segments by label (lengths, for φ); and Q*, the squared
    lengths of segments in text that others coded.
    """

    labels: tuple[Hashable, ...]
    which: Coefficient

    @property
    def width(self) -> int:
        k = len(self.labels)
        return 1 + (k + 1) ** 2 + (k + 1) + k

    def _matrices(self, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the coincidences and the squared lengths of this coefficient."""
        k = len(self.labels) + 1
        meet = sums[..., 1 : 1 + k * k].reshape(*sums.shape[:-1], k, k)
        squares = sums[..., 1 + k * k : 1 + k * k + k]
        if self.which == "cu":
            return meet[..., 1:, 1:], sums[..., 1 + k * k + k :]
        if self.which == "u":
            return meet, squares
        # Coded or not: labels fall into one, and segments stay what they are.
        fold = np.zeros((k, 2))
        fold[0, 0] = 1
        fold[1:, 1] = 1
        return fold.T @ meet @ fold, squares @ fold

    def paired(self, sums: FloatArray) -> FloatArray:
        """Return the number of units that were rated by two coders or more."""
        return sums[..., 0]

    def estimates(self, sums: FloatArray) -> Estimates:
        """Return the measure for each row of sums."""
        meet, squares = self._matrices(sums)
        total = meet.sum(axis=(-2, -1))
        agreeing = np.trace(meet, axis1=-2, axis2=-1)
        expected = np.trace(_expected(meet, squares), axis1=-2, axis2=-1)
        return chance_corrected(divide(agreeing, total), divide(expected, total))

    def undefined(self, sums: FloatArray) -> str:
        """Return why the measure is undefined although some units were rated twice."""
        meet, _ = self._matrices(sums)
        lengths = meet.sum(axis=-1)
        if self.which == "cu" and lengths.sum() == 0:
            return "no text was coded by two coders"
        if self.which == "cu":
            return (
                "all text that two coders coded is labelled "
                f"{self.labels[int(np.argmax(lengths))]!r}"
            )
        if lengths[0] == lengths.sum():
            return "no coder coded anything"
        return "every coder coded all text in one piece with one label"

    def per_category(self, sums: FloatArray) -> PerCategory:
        """Return (k)uα of each label."""
        meet, squares = self._matrices(sums)
        expected = _expected(meet, squares)
        lengths = meet.sum(axis=-1)
        observed = divide(np.diagonal(meet), lengths)
        chance = divide(np.diagonal(expected), expected.sum(axis=-1))
        return PerCategory(
            self.labels,
            chance_corrected(observed, chance),
            observed,
            divide(lengths, lengths.sum()),
        )


def _expected(meet: FloatArray, squares: FloatArray) -> FloatArray:
    """Return the expected coincidences ε_ck = ℓ.. (ℓ_c ℓ_k - [c = k] Q_c) / (ℓ..² - ΣQ)."""
    lengths = meet.sum(axis=-1)
    total = lengths.sum(axis=-1)
    products = lengths[..., :, None] * lengths[..., None, :]
    products -= squares[..., None] * np.eye(squares.shape[-1])
    free = total * total - squares.sum(axis=-1)
    expected: FloatArray = products * divide(total, free)[..., None, None]
    return expected


def _result(
    family: _Family, sums: FloatArray, n_coders: int, settings: Settings
) -> AgreementResult:
    total = sums.sum(axis=0)
    n_units = int(family.paired(total))
    value = observed = expected = None
    reason = None if n_units else "no continuum was coded by two coders"
    codes: tuple[CodeAgreement, ...] = ()
    uncertainty = Uncertainty()
    if reason is None:
        estimates = family.estimates(total)
        value, observed = number(estimates.value), number(estimates.observed)
        expected = number(estimates.expected)
        codes = code_rows(family.per_category(total)) if family.which == "cu" else ()
        if value is None:
            reason = family.undefined(total)
    if settings.method is not None:
        uncertainty = (
            Uncertainty(reason="there is no value")
            if value is None
            else resampled(family, sums, settings)
        )
    return AgreementResult(
        measure=f"unitizing_alpha.{_NAMES[family.which]}",
        value=value,
        observed=observed,
        expected=expected,
        n_units=n_units,
        n_coders=n_coders,
        n_categories=len(family.labels),
        reference=str(MEASURES["unitizing_alpha"].reference),
        se=uncertainty.se,
        interval=within(uncertainty.interval),
        reason=reason,
        interval_reason=uncertainty.reason,
        codes=codes,
        replicates=uncertainty.replicates,
    )
