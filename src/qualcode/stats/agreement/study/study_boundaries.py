"""Where coders let one stretch of a text end and another begin: their boundaries between units."""

from __future__ import annotations

from typing import Unpack

import numpy as np

from qualcode.errors import StatisticsError
from qualcode.stats.agreement.agreement_intervals import IntervalOptions
from qualcode.stats.agreement.boundary_measures import boundary_agreement
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.study.coding_table import Flags
from qualcode.stats.agreement.study.study_ratings import StudyRatings

__all__ = ["boundaries_of"]


def boundaries_of(
    study: StudyRatings, present: Flags, *, max_move: int, **options: Unpack[IntervalOptions]
) -> AgreementResult:
    """Return how alike coders cut their texts.

    Parameters
    ----------
    study : StudyRatings
        Who is compared, on which units of which documents.
    present : array of bool, shape (coders, units, nodes)
        What is on each unit. A boundary lies where that changes from one unit to the next.
    max_move, **options
        As for `boundary_agreement`.
    """
    if study.unit == "segment":
        raise StatisticsError(
            "unit='segment': boundaries lie between units of the text, whoever coded what; compare "
            "by sentence, turn, paragraph, line or character"
        )
    return boundary_agreement(list(_lengths(study, present).values()), max_move=max_move, **options)


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
