"""What can stand in for the shared stacker: here, any function from text to codes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from qualcode.errors import NotFoundError, SuggestionError, did_you_mean
from qualcode.model.coding.suggestions import Explanation, NearRow, Status
from qualcode.model.values import ByValue
from qualcode.suggest.bench.coded_texts import CodedTexts, CodeText
from qualcode.suggest.bench.scoring import calibrate, digest_of, statuses_of
from qualcode.suggest.bench.trust import Calibration, Trust
from qualcode.suggest.standins.classifier import StandIn

__all__ = ["CallableSuggester", "FittedCallable"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@frozen(eq=False)
class FittedCallable(ByValue):
    """What is known of a function that gives codes.

    Parameters
    ----------
    codebook, statuses, trust, calibration
        See `qualcode.suggest.bench.scored.Scored`.
    score : callable
        From a list of texts to scores, segments × codes.
    fingerprint : str
        A digest of its name, its version, and what it was judged by.
    """

    codebook: tuple[CodeText, ...]
    statuses: tuple[Status, ...] = field(repr=False)
    trust: Trust
    calibration: Calibration = field(repr=False)
    score: Callable[[list[str]], Floats] = field(repr=False)
    fingerprint: str

    def known(self, texts: Sequence[str]) -> Bools:
        """Return that every text may be known.

        Parameters
        ----------
        texts : sequence of str
            Segments.
        """
        return np.ones(len(texts), bool)

    def explain(self, text: str, codes: Sequence[int]) -> tuple[Explanation[NearRow] | None, ...]:
        """Return that nothing is known of the reasons.

        Parameters
        ----------
        text : str
            The segment's text.
        codes : sequence of int
            Places in the codebook.
        """
        return (None,) * len(codes)


class CallableSuggester(StandIn):
    """Suggests codes by a function: a rule, a spaCy pipeline, a language model of the user's own.

    It learns nothing. `fit` calls it on the segments of documents coded from beginning to end, to see how
    often it is right. It repeats itself only if the function does; its fingerprint tells of the function no
    more than the name and the version that are given here.

    Parameters
    ----------
    function : callable
        Takes a text, and returns the id of a code, several ids, a mapping of ids to scores from 0 to 1, or
        None; or a spaCy ``Doc``, whose ``cats`` are then the scores.
    name : str, optional
        What it is called. Default: the function's own name.
    version : str, optional
        To be changed whenever the function does.
    batch : bool, default False
        Whether the function takes a list of texts, and returns as many answers.
    block_size : int, default 2048
        How many segments are scored together, and so how long that list is at the most.

    Attributes
    ----------
    fitted_ : FittedCallable
        What is known of it.

    Examples
    --------
    >>> texts, trust = ["We trust them.", "It rained."], CodeText("trust", "Trust")
    >>> data = CodedTexts(texts, ["a", "b"], [[1], [0]], [trust])
    >>> def rule(text):
    ...     return "trust" if "trust" in text else None
    >>> model = CallableSuggester(rule, version="1").fit(data)
    >>> model.suggest(["They trust us.", "Yes."]).codes
    ('trust',)
    """

    fitted_: FittedCallable

    def __init__(
        self,
        function: Callable[[Any], Any],
        *,
        name: str | None = None,
        version: str = "",
        batch: bool = False,
        block_size: int = 2048,
    ) -> None:
        self.function = function
        self.name = name
        self.version = version
        self.batch = batch
        self.block_size = block_size

    def fit(self, data: CodedTexts) -> CallableSuggester:
        """See how often the function is right.

        Parameters
        ----------
        data : CodedTexts
            What was coded, and the codes that the function can give.

        Raises
        ------
        NotFoundError
            When the function gives a code that is not in the codebook.
        SuggestionError
            When it gives anything else that is no score.
        """
        own = getattr(self.function, "__name__", type(self.function).__name__)
        name = str(own if self.name is None else self.name)
        places = {code.id: i for i, code in enumerate(data.codebook)}
        function, batch = self.function, self.batch

        def score(texts: list[str]) -> Floats:
            answers = _batch(function, texts, name) if batch else map(function, texts)
            found = np.zeros((len(texts), len(places)))
            for row, (text, answer) in enumerate(zip(texts, answers, strict=True)):
                for code, value in _given(answer, text, name).items():
                    found[row, _place(code, text, name, places)] = _share(value, code, text, name)
            return found

        trust = self._trust(data, score)
        self.fitted_ = FittedCallable(
            data.codebook,
            statuses_of(data),
            trust,
            calibrate(trust),
            score,
            digest_of(data, name, self.version),
        )
        return self


def _batch(function: Callable[[Any], Any], texts: list[str], name: str) -> list[Any]:
    answers = function(texts)
    if isinstance(answers, str | Mapping) or not isinstance(answers, Iterable):
        raise SuggestionError(
            f"{name} was given {len(texts)} texts and returned {answers!r}: return a list with an answer for "
            "each, or leave out batch=True"
        )
    listed = list(answers)
    if len(listed) != len(texts):
        raise SuggestionError(
            f"{name} was given {len(texts)} texts and returned {len(listed)} answers: return one for each"
        )
    return listed


def _given(answer: Any, text: str, name: str) -> Mapping[Any, Any]:
    """Return what a function gave for a text as a mapping of codes to scores."""
    if answer is None:
        return {}
    if isinstance(answer, str):
        return {answer: 1.0}
    answer = getattr(answer, "cats", answer)
    if isinstance(answer, Mapping):
        return answer
    if isinstance(answer, Iterable):
        return dict.fromkeys(answer, 1.0)
    raise SuggestionError(
        f"{name} returned {answer!r} for the text {text!r}: return the id of a code, several ids, a mapping "
        "of ids to scores from 0 to 1, or None"
    )


def _place(code: Any, text: str, name: str, places: Mapping[str, int]) -> int:
    place = places.get(code) if isinstance(code, str) else None
    if place is None:
        hint = did_you_mean(code, places) if isinstance(code, str) else " Ids are strings."
        raise NotFoundError(
            f"{name} returned {code!r} for the text {text!r}, which is no code that can be suggested.{hint}"
        )
    return place


def _share(value: Any, code: str, text: str, name: str) -> float:
    number = float(value) if isinstance(value, Real | np.bool_) else math.nan
    if not 0 <= number <= 1:
        raise SuggestionError(
            f"{name} returned the score {value!r} of {code!r} for the text {text!r}: scores are numbers from "
            "0 to 1"
        )
    return number
