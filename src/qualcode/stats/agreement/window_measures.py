"""Errors of a segmentation against a reference: Pk and WindowDiff, by a window that slides over the text."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import permutations
from typing import Literal, TypeAlias, Unpack

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.checks import looked_up
from qualcode.stats.agreement.agreement_intervals import IntervalOptions, Settings, by_document
from qualcode.stats.agreement.boundary_measures import Segmentation, read_boundaries
from qualcode.stats.agreement.estimating import estimate_of_texts
from qualcode.stats.agreement.measure_kernel import Estimates
from qualcode.stats.agreement.measure_registry import Reference, measure
from qualcode.stats.agreement.ratings import FloatArray, IntArray
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.unit_sums import divide
from qualcode.stats.arguments import MOST, check_count, check_list, check_one_of

__all__ = ["WindowError", "pk", "window_diff", "window_errors"]

WindowError: TypeAlias = Literal["window_diff", "pk"]
"""Which error of a segmentation: WindowDiff or Pk."""
_ERRORS: tuple[WindowError, ...] = ("window_diff", "pk")


@measure(
    "WindowDiff",
    "windows with another number of boundaries than the reference has there / windows",
    Reference(
        "Pevzner and Hearst (2002)",
        "A critique and improvement of an evaluation metric for text segmentation, Computational "
        "Linguistics 28",
        "10.1162/089120102317341756",
    ),
    lowest=0.0,
    takes="text",
)
def window_diff(
    hypothesis: Segmentation, reference: Segmentation, *, window: int | None = None
) -> AgreementResult:
    """Return WindowDiff of a segmentation against a reference: an error, 0 where both are alike.

    Parameters
    ----------
    hypothesis, reference : sequence of int, or sequence of set
        As for `boundary_similarity`; types of boundary do not count.
    window : int, optional
        How many units a window reaches; half the mean length of the reference's segments, rounded to the
        nearest (halves to the even number), and 2 at the least, when not given.

    References
    ----------
    Pevzner and Hearst (2002), doi:10.1162/089120102317341756; as computed by segeval 2.0.

    Examples
    --------
    >>> round(window_diff([2, 3, 6], [2, 2, 7]).value, 4)
    0.2222
    """
    return _of_one("window_diff", hypothesis, reference, window)


@measure(
    "Pk",
    "windows whose ends lie in one segment of one segmentation and not of the other / windows",
    Reference(
        "Beeferman, Berger and Lafferty (1999)",
        "Statistical models for text segmentation, Machine Learning 34",
        "10.1023/A:1007506220214",
    ),
    lowest=0.0,
    takes="text",
)
def pk(
    hypothesis: Segmentation, reference: Segmentation, *, window: int | None = None
) -> AgreementResult:
    """Return Pk of a segmentation against a reference: an error, 0 where both are alike.

    Parameters
    ----------
    hypothesis, reference, window
        As for `window_diff`.

    References
    ----------
    Beeferman, Berger and Lafferty (1999), doi:10.1023/A:1007506220214; as computed by segeval 2.0.

    Examples
    --------
    >>> round(pk([2, 3, 6], [2, 2, 7]).value, 4)
    0.2222
    """
    return _of_one("pk", hypothesis, reference, window)


def window_errors(
    texts: Sequence[Mapping[str, Segmentation | None] | Sequence[Segmentation | None]],
    *,
    measure: WindowError = "window_diff",
    reference: Hashable = None,
    window: int | None = None,
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return WindowDiff or Pk of several coders on several texts.

    Windows, and those that differ, are added up over pairs of coders and texts before dividing.

    Parameters
    ----------
    texts : sequence of mapping or of sequence
        As for `boundary_agreement`.
    measure : {"window_diff", "pk"}, default "window_diff"
        Which error.
    reference : hashable, optional
        The coder whose segmentation is right. When not given, each coder in turn is the reference of each
        other, since neither error is the same both ways.
    window : int, optional
        As for `window_diff`; of each text by its own reference when not given.
    **options
        An interval, see `IntervalOptions`; by text, and a jackknife by default where there are two.

    Raises
    ------
    StatisticsError
        When the reference segmented none of the texts.

    Examples
    --------
    >>> texts = [{"Ann": [2, 3, 6], "Ben": [2, 2, 7]}, {"Ann": [4, 4], "Ben": [8]}]
    >>> round(window_errors(texts, reference="Ann", interval=None).value, 3)
    0.267
    """
    check_one_of(measure, _ERRORS, what="measure")
    window = None if window is None else check_count(window, what="window", least=1)
    documents = [_read(text) for text in check_list(texts, what="texts", of="segmentations")]
    coders = {coder for document in documents for coder in document}
    if reference is not None and reference not in coders:
        raise StatisticsError(
            f"reference={looked_up(reference)}: there are segmentations by {sorted(map(str, coders))}"
        )
    settings = Settings.read(by_document(options, np.arange(len(documents)), len(documents)))
    sums = np.array([_document_sums(each, measure, reference, window) for each in documents])
    sums = sums.reshape(-1, 4)
    reason = None
    if not sums[:, 0].any():
        reason = "no text was segmented by two coders"
    elif not sums[:, 3].any():
        reason = "every window is as long as its text: give a shorter one with window=…"
    return estimate_of_texts(
        measure,
        _Error(),
        sums,
        settings,
        n_coders=len(coders),
        n_categories=1,
        reason=reason,
        weighting=_said(reference, window),
    )


def _said(reference: Hashable, window: int | None) -> str:
    """Return in words how long windows are, and what is right."""
    reach = (
        "a window of half the mean segment of the reference"
        if window is None
        else f"a window of {window} unit{'s' if window > 1 else ''}"
    )
    right = "each coder" if reference is None else str(reference)
    of = " of each other" if reference is None else ""
    return f"{reach}, {right} being the reference{of}"


def _of_one(
    name: WindowError, hypothesis: Segmentation, reference: Segmentation, window: int | None
) -> AgreementResult:
    both = {
        "hypothesis": check_list(hypothesis, what="hypothesis", of="lengths"),
        "the second": check_list(reference, what="reference", of="lengths"),
    }
    return window_errors([both], measure=name, reference="the second", window=window)


@attrs.frozen
class _Error:
    """An error on rows of sums over texts: compared or not, places, windows that differ, and windows."""

    def paired(self, sums: FloatArray) -> FloatArray:
        """Return the number of texts that were segmented by two coders or more."""
        return sums[..., 0]

    def estimates(self, sums: FloatArray) -> Estimates:
        """Return the error for each row of sums."""
        value = divide(sums[..., 2], sums[..., 3])
        nothing = np.full_like(value, np.nan)
        return Estimates(value, nothing, nothing)


def _read(
    text: Mapping[str, Segmentation | None] | Sequence[Segmentation | None],
) -> dict[Hashable, IntArray]:
    """Return by coder how many boundaries lie before each unit of a text.

    Lengths are added up at once: sets of boundaries for each place of a long text would take a hundred times
    as long.
    """
    given = (
        dict(text)
        if isinstance(text, Mapping)
        else dict(enumerate(check_list(text, what="texts: each", of="segmentations")))
    )
    lengths = {coder: _lengths(each) for coder, each in given.items() if each is not None}
    found: dict[Hashable, IntArray] = {}
    if any(each is None for each in lengths.values()):
        for coder, places in read_boundaries(text).items():
            found[coder] = np.cumsum([0, *(bool(place) for place in places)])
        return found
    for coder, each in lengths.items():
        assert each is not None
        before = np.zeros(int(each.sum()), dtype=np.int64)
        before[np.cumsum(each)[:-1]] = 1
        found[coder] = np.cumsum(before)
    if len({each.size for each in found.values()}) > 1:
        read_boundaries(text)  # which says what is wrong
    return found


def _lengths(segmentation: Segmentation) -> IntArray | None:
    """Return the lengths of segments, where they are such."""
    try:
        lengths = np.asarray(segmentation)
    except (TypeError, ValueError, OverflowError):
        return None
    fine = lengths.ndim == 1 and lengths.size and lengths.dtype.kind in "iu" and lengths.min() > 0
    return lengths if fine and lengths.sum() < MOST else None


def _document_sums(
    document: Mapping[Hashable, IntArray],
    measure: WindowError,
    reference: Hashable,
    window: int | None,
) -> list[float]:
    """Return the sums of one text, as `_Error` takes them; nothing without a reference and another."""
    pairs = [
        (hypothesis, right)
        for hypothesis, right in permutations(document, 2)
        if reference is None or right == reference
    ]
    differing = windows = 0
    for hypothesis, right in pairs:
        wrong, count = _compared(document[hypothesis], document[right], measure, window)
        differing, windows = differing + wrong, windows + count
    places = len(next(iter(document.values()))) - 1 if pairs else 0
    return [float(bool(pairs)), float(places), float(differing), float(windows)]


def _compared(
    first: IntArray, second: IntArray, measure: WindowError, window: int | None
) -> tuple[int, int]:
    """Return how many windows differ, and how many there are."""
    units = len(second)
    if window is None:
        window = max(2, round(units / (int(second[-1]) + 1) / 2))
    if window >= units:
        return 0, 0
    inside = first[window:] - first[:-window], second[window:] - second[:-window]
    differs = (
        inside[0] != inside[1] if measure == "window_diff" else (inside[0] > 0) != (inside[1] > 0)
    )
    return int(differs.sum()), len(differs)
