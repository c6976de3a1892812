"""The shared stacker: the default suggester, a scikit-learn estimator on texts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted

from qualcode.stats.uncertainty.resampling import RandomState
from qualcode.suggest.bench.coded_texts import CodedTexts, CodeText
from qualcode.suggest.bench.scoring import Scoring, one_thread
from qualcode.suggest.stacker.fitted import FittedStack, read_blocks
from qualcode.suggest.stacker.fitting import Reading, fit_stack, read_text
from qualcode.suggest.stacker.next_to_code import next_to_code
from qualcode.suggest.stacker.saving import load_fitted, save_fitted

__all__ = ["SharedStacker"]

Floats = NDArray[np.float64]


class SharedStacker(Scoring):
    """Suggests codes for segments from a codebook and from what was coded so far, without a model.

    Parameters
    ----------
    codebook : sequence of CodeText, optional
        What the codebook says of each code. Without it, codes are columns without a name.
    context : bool, default True
        Whether neighbouring segments of the same document count.
    n_topics : int, default 64
        How many topics the vocabulary is summed up in, at the most.
    encode : callable, optional
        Takes a list of texts and gives an array with a row for each: sentence embeddings of the user's own,
        for one more base score. Nothing is ever downloaded.
    block_size : int, default 2048
        How many segments are scored together; bounds the memory.
    scorer : callable, optional
        Takes a list of texts and the codes, and gives an array of scores, texts × codes, for one more base
        score: a reranker of the user's own, or ``LanguageModel(complete).scores``.

    Attributes
    ----------
    fitted_ : FittedStack
        Everything that was learned.
    n_codes_ : int

    Examples
    --------
    >>> texts = ["We trust our partners.", "Money is short.", "They trust us.", "No money, no staff."]
    >>> codes = [CodeText("trust", "Trust"), CodeText("money", "Lack of money")]
    >>> model = SharedStacker(codes)
    >>> _ = model.fit(texts, [[1, 0], [0, 1], [1, 0], [0, 1]], groups=["a", "a", "b", "b"])
    >>> model.score_codes(["There is a lot of trust here."]).argmax()
    np.int64(0)
    """

    fitted_: FittedStack
    n_codes_: int

    def __init__(
        self,
        codebook: Sequence[CodeText] | None = None,
        *,
        context: bool = True,
        n_topics: int = 64,
        encode: Callable[[list[str]], Any] | None = None,
        block_size: int = 2048,
        scorer: Callable[[list[str], Sequence[CodeText]], Any] | None = None,
    ) -> None:
        self.codebook = codebook
        self.context = context
        self.n_topics = n_topics
        self.encode = encode
        self.block_size = block_size
        self.scorer = scorer

    def fit(
        self,
        X: Sequence[str] | CodedTexts,
        Y: Any = None,
        groups: Sequence[object] | None = None,
        coded: ArrayLike | None = None,
        rules: Any = None,
    ) -> SharedStacker:
        """Learn from coded segments, and read those that are not coded yet.

        Fitting again after more coding reads no text again; the result is the same as of a first fit.

        Parameters
        ----------
        X : sequence of str, or CodedTexts
            All segments of the project, in the order of their documents; or coded texts with a codebook of
            their own, which then say the rest too.
        Y : array or sparse matrix of bool, segments × codes
            The codes on each segment.
        groups : sequence, optional
            The document of each segment. Default: each is a document of its own.
        coded : array of bool, optional
            Which segments were coded. Default: all.
        rules : array or sparse matrix of bool, optional
            Hits of the codes' own patterns, segments × codes.
        """
        data = X if isinstance(X, CodedTexts) else self._data(X, Y, groups, coded, rules)
        with one_thread():
            known: Reading | None = getattr(self, "_reading", None)
            reading = read_text(data, n_topics=self.n_topics, encode=self.encode, known=known)
            self._reading = reading
            self.fitted_ = fit_stack(data, reading, context=self.context, scorer=self.scorer)
        self.n_codes_ = len(data.codebook)
        return self

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the text that was read: a copy that only suggests needs none, and it may be large."""
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_reading"}

    def _data(self, X: Sequence[str], Y: Any, groups: Any, coded: Any, rules: Any) -> CodedTexts:
        n_codes = Y.shape[1] if hasattr(Y, "shape") else np.shape(Y)[1]
        codebook = self.codebook
        if codebook is None:
            codebook = [CodeText(str(i), "") for i in range(n_codes)]
        labels: Sequence[object] = range(len(X)) if groups is None else groups
        return CodedTexts(X, [str(label) for label in labels], Y, codebook, coded, rules)

    def score_blocks(
        self, rows: Iterable[tuple[str, object]], rules: Any = None
    ) -> Iterator[tuple[int, Floats]]:
        """Yield the place of the first segment of each block, and the block's scores, in bounded memory.

        Parameters
        ----------
        rows : iterable of (text, document)
            The segments; those of a document next to each other, in its order.
        rules : CSR matrix of bool, optional
            Hits of the codes' own patterns.
        """
        check_is_fitted(self)
        for block in read_blocks(rows, self.block_size):
            n = block.inner.stop - block.inner.start
            own = None if rules is None else rules[block.start : block.start + n]
            with one_thread():
                score = self.fitted_.score_block(block, own)
            yield block.start, score

    def next_to_code(
        self,
        X: Sequence[str],
        n: int,
        groups: Sequence[object] | None = None,
        *,
        strategy: str = "uncertainty",
        random_state: RandomState = 0,
    ) -> NDArray[np.int64]:
        """Return which of some segments to code next, the most wanted first.

        Parameters
        ----------
        X : sequence of str
            The segments that are not coded yet.
        n : int
            How many are wanted.
        groups : sequence, optional
            The document of each segment.
        strategy, random_state
            See `qualcode.suggest.stacker.next_to_code.next_to_code`.
        """
        score = self.score_codes(X, groups)
        return next_to_code(
            self.fitted_,
            self.fitted_.space.encode(X),
            score,
            n,
            strategy=strategy,
            random_state=random_state,
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write what was learned to a file: arrays and JSON, safe to read.

        Parameters
        ----------
        path : str or path
            The file.
        """
        check_is_fitted(self)
        save_fitted(self.fitted_, path)

    @classmethod
    def load(
        cls, path: str | os.PathLike[str], *, encode: Callable[[list[str]], Any] | None = None
    ) -> SharedStacker:
        """Return a suggester that was saved.

        Parameters
        ----------
        path : str or path
            The file.
        encode : callable, optional
            The encoder that it was fitted with, if it was.
        """
        fitted = load_fitted(path, encode=encode)
        model = cls(
            fitted.codebook,
            context="context" in fitted.stack.scaling,
            n_topics=fitted.space.directions.shape[1],
            encode=encode,
        )
        model.fitted_, model.n_codes_ = fitted, len(fitted.codebook)
        return model

    def predict_proba(
        self, X: Sequence[str], groups: Sequence[object] | None = None, rules: Any = None
    ) -> Floats:
        """Return the best estimate of each code's probability, segments × codes.

        Whether it may be called a probability is told by ``fitted_.trust.reason``: None when it may.

        Parameters
        ----------
        X : sequence of str
            The segments.
        groups : sequence, optional
            The document of each segment.
        rules : array or sparse matrix of bool, optional
            Hits of the codes' own patterns.
        """
        return self.fitted_.calibration(self.score_codes(X, groups, rules))

    def predict(
        self, X: Sequence[str], groups: Sequence[object] | None = None, rules: Any = None
    ) -> NDArray[np.bool_]:
        """Return the codes expected to be worth assigning: those above the cut that is best for F1.

        Parameters
        ----------
        X : sequence of str
            The segments.
        groups : sequence, optional
            The document of each segment.
        rules : array or sparse matrix of bool, optional
            Hits of the codes' own patterns.
        """
        return np.asarray(self.predict_proba(X, groups, rules) >= self.fitted_.cuts, bool)
