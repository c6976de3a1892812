"""The order in which records are best screened next: learned from what was decided, and deciding nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from qualcode._extras import require
from qualcode.errors import SuggestionError
from qualcode.model.asking import question
from qualcode.model.readable import many
from qualcode.model.recipe import Answer
from qualcode.model.review.records import Record
from qualcode.model.review.screening import STAGES
from qualcode.model.state import State
from qualcode.stats.synthesis.screening import GOES_ON, OPEN, RecordScreened, screening
from qualcode.stats.synthesis.stopping import StoppingRule, stopping_rule

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Ordered", "RecordOrder", "record_order"]


@attrs.frozen
class Ordered:
    """A record that is still open, with its place in the order.

    Parameters
    ----------
    id : str
        Its id.
    record : Record
        The record.
    score : float
        How much it is like what was let through: only its order says anything.
    """

    id: str
    record: Record
    score: float


@attrs.frozen(eq=False)
class RecordOrder(Answer):
    """The records that nobody has decided on, those first that are most like what was let through.

    Parameters
    ----------
    rows : tuple of Ordered
        In that order.
    decided : tuple of bool
        Whether each record that was decided on goes on, in the order decided.
    total : int
        How many records there are.
    """

    _instead = "it is a list to work through: print it"
    _print_columns = ("place", "record", "year", "title")

    rows: tuple[Ordered, ...] = attrs.field(repr=False)
    decided: tuple[bool, ...] = attrs.field(repr=False)
    total: int

    def __iter__(self) -> Iterator[Ordered]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def stopping(self, *, target: float = 0.95, confidence: float = 0.95) -> StoppingRule:
        """Return whether screening may stop, had it gone in this order so far; see `stopping_rule`.

        Parameters
        ----------
        target : float, default 0.95
            The share of relevant records that is to be found.
        confidence : float, default 0.95
            One minus the level of the test.
        """
        return stopping_rule(self.decided, self.total, target=target, confidence=confidence)

    @property
    def _print_title(self) -> str:
        return (
            f"Order of {many(len(self), 'open record')}, learned from {many(len(self.decided), 'decision')} "
            f"({sum(self.decided):,} let through)"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each open record: place, record (id), year, authors, title, score."""
        import pandas as pd

        rows = [
            (
                at,
                each.id,
                each.record.year,
                "; ".join(each.record.authors),
                each.record.title,
                each.score,
            )
            for at, each in enumerate(self.rows, start=1)
        ]
        columns = ["place", "record", "year", "authors", "title", "score"]
        return pd.DataFrame(rows, columns=columns)


@question("review().order")
def record_order(state: State) -> RecordOrder:
    """Return the open records of a review in the order in which they are best screened.

    A logistic regression on words and pairs of words (tf-idf) of title and abstract, balanced between what
    was let through and what was not, learns from all decisions at the stage of title and abstract.

    Parameters
    ----------
    state : State
        The review.

    Raises
    ------
    SuggestionError
        Before one record at least is let through and one excluded.
    MissingExtraError
        When scikit-learn is not installed (extra ``suggest``).
    """
    rows = screening(state).rows
    stage = STAGES[0]
    done = [each for each in rows if each.outcomes[stage] in (*GOES_ON, "exclude")]
    done.sort(key=_decided_at)
    waiting = [each for each in rows if each.outcomes[stage] == OPEN]
    passed = tuple(each.outcomes[stage] in GOES_ON for each in done)
    if len(set(passed)) < 2:
        raise SuggestionError(
            "an order is learned from what was let through and what was excluded: decide on one of each "
            "kind at least"
        )
    scores = _scores(done, passed, waiting)
    # Where two are alike, the one imported first comes first.
    order = np.argsort(-scores, kind="stable")
    ordered = [Ordered(waiting[at].id, waiting[at].record, float(scores[at])) for at in order]
    return RecordOrder(tuple(ordered), passed, len(rows))


def _decided_at(row: RecordScreened) -> str:
    return max(each.time for each in row.decisions if each.stage == STAGES[0])


def _scores(
    done: Sequence[RecordScreened], passed: Sequence[bool], waiting: Sequence[RecordScreened]
) -> np.ndarray:
    text = require("sklearn.feature_extraction.text", extra="suggest")
    linear = require("sklearn.linear_model", extra="suggest")
    if not waiting:
        return np.zeros(0)
    words = text.TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b"
    )
    try:
        known = words.fit_transform([each.record.text for each in (*done, *waiting)])
    except ValueError:  # no record has a word
        return np.zeros(len(waiting))
    model = linear.LogisticRegression(class_weight="balanced", max_iter=1000)
    model.fit(known[: len(done)], np.array(passed))
    found: np.ndarray = model.decision_function(known[len(done) :])
    return found
