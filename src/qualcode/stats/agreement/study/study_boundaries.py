"""Where coders let one stretch of a text end and another begin: their boundaries between units."""

from __future__ import annotations

from typing import Literal, Unpack

import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.checks import looked_up
from qualcode.stats.agreement.agreement_intervals import IntervalOptions
from qualcode.stats.agreement.boundary_measures import boundary_agreement
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.study.coding_table import Flags
from qualcode.stats.agreement.study.study_ratings import StudyRatings
from qualcode.stats.agreement.window_measures import window_errors
from qualcode.stats.arguments import check_one_of

__all__ = ["boundaries_of"]


def boundaries_of(
    study: StudyRatings,
    present: Flags,
    *,
    measure: Literal["boundary_similarity", "window_diff", "pk"],
    reference: str | None,
    max_move: int,
    window: int | None,
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return how alike coders cut their texts.

    Parameters
    ----------
    study : StudyRatings
        Who is compared, on which units of which documents.
    present : array of bool, shape (coders, units, nodes)
        What is on each unit. A boundary lies where that changes from one unit to the next.
    measure, reference, max_move, window, **options
        As for `Study.boundaries`.
    """
    if study.unit == "segment":
        raise StatisticsError(
            "unit='segment': boundaries lie between units of the text, whoever coded what; compare "
            "by sentence, turn, paragraph, line or character"
        )
    check_one_of(measure, ("boundary_similarity", "window_diff", "pk"), what="measure")
    texts = list(_lengths(study, present).values())
    if measure == "boundary_similarity":
        if reference is not None or window is not None:
            raise StatisticsError(
                "reference and window go with measure='window_diff' or 'pk': boundary similarity is the same "
                "both ways"
            )
        return boundary_agreement(texts, max_move=max_move, **options)
    if reference is not None and reference not in study.coders:
        raise StatisticsError(
            f"reference={looked_up(reference)}: the study compares {', '.join(study.coders)}"
        )
    return window_errors(texts, measure=measure, reference=reference, window=window, **options)


def _lengths(study: StudyRatings, present: Flags) -> dict[str, dict[str, list[int]]]:
    """Return for each document, and each coder who covered it, how many units stretches have."""
    changes = (present[:, 1:] != present[:, :-1]).any(axis=2)
    lengths: dict[str, dict[str, list[int]]] = {}
    for at, document in enumerate(study.documents):
        # Units are in the order of documents, so those of one are a stretch.
        first, last = np.searchsorted(study.clusters, [at, at + 1]).tolist()
        if first < last:
            lengths[document] = {
                coder: _between(changes[who, first : last - 1])
                for who, coder in enumerate(study.coders)
                if study.table.read[who, at]
            }
    return lengths


def _between(change: Flags) -> list[int]:
    """Return the lengths of the stretches of units between which something changes."""
    ends = np.flatnonzero(np.append(change, True)) + 1
    lengths: list[int] = np.diff(ends, prepend=0).tolist()
    return lengths
