"""Whether a code is used later for other text than at first.

Coders change their minds about what a code means, often without noticing. Text that was given the code
early is compared with text that was given it late. A code is expected to look different in different
documents; so the question is whether early and late *documents* differ more than documents put in any
other order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from qualcode.errors import StatisticsError
from qualcode.model.recipe import Answer
from qualcode.stats.groups.proportions import Proportions, proportions_by
from qualcode.stats.pairs.exact_tests import false_discovery
from qualcode.stats.uncertainty.resampling import RandomState, as_generator, seed_of
from qualcode.suggest.bench.coded_texts import CodedTexts
from qualcode.suggest.bench.telling_words import TellingWord, TextsWith, telling_words
from qualcode.suggest.bench.texts import Encoded, TextSpace

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CodeDrift", "Drift", "find_drift"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Documents of a code that are put in other orders; a random sample of more.
_DOCUMENTS = 2000
_ORDERS_AT_ONCE = 500
_WORDS = 5


@frozen
class CodeDrift:
    """One code, early and late.

    Parameters
    ----------
    code : str
        The code's id.
    n_uses, n_documents : int
        Segments that have it, and their documents.
    n_early, n_late : int
        Of the segments, those in the earlier and in the later documents.
    distance : float or None
        One minus the cosine of the mean text of the two; None where `reason` says why.
    expected : float or None
        The mean distance when the documents are put in any order.
    p : float or None
        How often so large a distance, or a larger one, comes about in any order: (b + 1)/(m + 1).
    q : float or None
        The false discovery rate over the codes tested, if this one and all with a lower p are called
        drifting.
    background : float or None
        The distance, between the same documents, of all that was coded otherwise. Where it is as large,
        what people talk about has changed, not the use of the code.
    came, went : tuple of TellingWord
        Words of late uses that set them apart from early ones, and of early uses from late ones.
    reason : str or None
        Why the code is not tested.
    """

    code: str
    n_uses: int
    n_documents: int
    n_early: int = 0
    n_late: int = 0
    distance: float | None = None
    expected: float | None = None
    p: float | None = None
    q: float | None = None
    background: float | None = None
    came: tuple[TellingWord, ...] = ()
    went: tuple[TellingWord, ...] = ()
    reason: str | None = None


@frozen(eq=False)
class Drift(Sequence[CodeDrift], Answer):
    """The drift of each code, in the order of the codebook.

    Parameters
    ----------
    codes : tuple of CodeDrift
        The codes.
    shares : mapping of int to Proportions
        The share of segments with each code in each stretch of time, numbered from 1.
    n_resamples : int
        In how many orders the documents were put.
    seed : int or None
        The seed, where one was given.
    names : mapping of str to str
        What people call each code.
    """

    _says = "Codes whose use changed, the least likely by chance first"
    _figure = "qualcode.report.plot.suggestions:drift"

    codes: tuple[CodeDrift, ...]
    shares: dict[int, Proportions] = field(repr=False)
    n_resamples: int
    seed: int | None = None
    names: Mapping[str, str] = field(factory=dict, repr=False, hash=False)

    def name_of(self, code: str) -> str:
        """Return what people call a code: its id, where nothing else is known."""
        return self.names.get(code, code)

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, place: int) -> CodeDrift: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[CodeDrift, ...]: ...

    def __getitem__(self, place: int | slice) -> CodeDrift | tuple[CodeDrift, ...]:
        return self.codes[place]

    def monte_carlo_error(self, p: float) -> float:
        """Return the standard error that a p-value has because orders were drawn.

        Parameters
        ----------
        p : float
            The p-value.
        """
        return float(np.sqrt(p * (1 - p) / self.n_resamples))

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each code, the least likely by chance first.

        Columns: code, uses, documents, early, late, distance, expected, p, mc_error, q, background, came,
        went, reason.
        """
        import pandas as pd

        frame = pd.DataFrame(
            [
                {
                    "code": code.code,
                    "uses": code.n_uses,
                    "documents": code.n_documents,
                    "early": code.n_early,
                    "late": code.n_late,
                    "distance": code.distance,
                    "expected": code.expected,
                    "p": code.p,
                    "mc_error": None if code.p is None else self.monte_carlo_error(code.p),
                    "q": code.q,
                    "background": code.background,
                    "came": ", ".join(word.text for word in code.came),
                    "went": ", ".join(word.text for word in code.went),
                    "reason": code.reason,
                }
                for code in self.codes
            ]
        )
        return frame.sort_values("p", kind="stable", ignore_index=True)

    def shares_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each stretch of time and code: how often it is used.

        Columns: period, code, count (segments with it), total, share, low, high, standard_error,
        n_clusters (documents), reason.
        """
        import pandas as pd

        ids = [code.code for code in self.codes]
        frames = []
        for period, found in self.shares.items():
            frame = found.to_frame(ids).rename(columns={"label": "code"})
            frame.insert(0, "period", period)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)


def find_drift(
    data: CodedTexts,
    space: TextSpace,
    time: ArrayLike,
    *,
    min_uses: int = 10,
    min_documents: int = 8,
    periods: int = 4,
    n_resamples: int = 1000,
    random_state: RandomState = 0,
) -> Drift:
    """Test for each code whether its early and late uses differ in their text.

    Parameters
    ----------
    data : CodedTexts
        The segments. Only those that somebody decided about count.
    space : TextSpace
        The vocabulary, to compare text by words and topics (and by the user's own vectors).
    time : array, segments or segments × codes
        When each segment was coded, or each code put on it: numbers, or dates. What is before what is all
        that counts.
    min_uses, min_documents : int, default 10 and 8
        A code with fewer segments or documents is not tested. Six documents can be halved in ten ways
        only, so that no order of them would be unlikely.
    periods : int, default 4
        Into how many stretches of equally many documents the time is cut for shares.
    n_resamples : int, default 1000
        In how many orders the documents are put.
    random_state : int or numpy.random.Generator, default 0
        The seed.

    Raises
    ------
    StatisticsError
        When `time` does not fit the data, is missing where it is needed, or a number makes no sense.

    Notes
    -----
    A document's time is that of the first use of the code in it. Early are the first documents with, as
    nearly as possible, half of the uses; documents of the same time stay together. The mean text is the
    mean of the segments' words and topics, each of length one. Of a code in more than 2000 documents, so
    many are drawn.

    The test asks whether documents could come in any order. If they were chosen by time (one site after
    the other), they could not, and `background` tells: text changes with the documents.

    References
    ----------
    Phipson B, Smyth GK (2010). Permutation p-values should never be zero. Statistical Applications in
    Genetics and Molecular Biology 9(1), 39. doi:10.2202/1544-6115.1585
    """
    if min(min_uses, n_resamples) < 1 or min(min_documents, periods) < 2:
        raise StatisticsError(
            f"min_uses={min_uses}, min_documents={min_documents}, periods={periods} and "
            f"n_resamples={n_resamples}: uses and resamples must be at least 1, documents and periods 2"
        )
    rows = np.flatnonzero(data.coded)
    if not rows.size:
        raise StatisticsError("no segment is coded: there is no use of a code to compare")
    assigned = np.asarray(data.assigned[rows].toarray(), bool)
    when = _times(time, data)[rows]
    if (when[assigned] < 0).any():
        row, code = np.argwhere((when < 0) & assigned)[0].tolist()
        raise StatisticsError(
            f"time is missing for {data.codebook[code].id!r} on segment {rows[row]}: give the time of "
            "every use"
        )
    texts = [data.texts[row] for row in rows]
    # Numbered by name, so that the order of the rows decides nothing.
    names = np.array([data.documents[row] for row in rows])
    document = np.unique(names, return_inverse=True)[1].astype(np.int64)
    encoded = space.encode(texts)
    rng = as_generator(random_state)
    found = [
        _drift(
            text.id,
            texts,
            encoded,
            document,
            assigned[:, code],
            when[:, code],
            (min_uses, min_documents, n_resamples),
            rng,
        )
        for code, text in enumerate(data.codebook)
    ]
    adjusted = false_discovery([np.nan if each["p"] is None else each["p"] for each in found])
    codes = tuple(
        CodeDrift(**each, q=None if np.isnan(q) else float(q))
        for each, q in zip(found, adjusted, strict=True)
    )
    shares = _shares(assigned, document, when, periods)
    return Drift(codes, shares, n_resamples, seed_of(random_state))


def _times(time: ArrayLike, data: CodedTexts) -> Longs:
    """Return the rank of each time, segments × codes; -1 where there is none."""
    given = np.asarray(time)
    shape = data.assigned.shape
    if given.shape not in (shape, shape[:1]):
        raise StatisticsError(
            f"time has the shape {given.shape}: give one for each of {shape[0]} segments, or for each "
            f"segment and code {shape}"
        )
    if given.dtype.kind not in "iufM":
        raise StatisticsError(
            f"time has the type {given.dtype}: give numbers, or dates as datetime64"
        )
    missing = np.isnat(given) if given.dtype.kind == "M" else np.isnan(given)
    rank = np.unique(given, return_inverse=True)[1].reshape(given.shape)
    rank = np.where(missing, -1, rank)
    return np.broadcast_to(rank if rank.ndim == 2 else rank[:, None], shape)


def _first(when: Longs, document: Longs, n_documents: int) -> Longs:
    """Return the earliest time of each document, -1 where it has none."""
    never = np.iinfo(np.int64).max
    first = np.full(n_documents, never)
    np.minimum.at(first, document, when)
    return np.where(first == never, -1, first)


def _drift(
    code: str,
    texts: list[str],
    encoded: Encoded,
    document: Longs,
    has: Bools,
    when: Longs,
    limits: tuple[int, int, int],
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Return the fields of a code's drift, but the false discovery rate."""
    min_uses, min_documents, n_resamples = limits
    numbers, sizes = np.unique(document[has], return_counts=True)
    found: dict[str, Any] = {
        "code": code,
        "n_uses": int(sizes.sum()),
        "n_documents": numbers.size,
        "p": None,
    }
    if found["n_uses"] < min_uses or numbers.size < min_documents:
        return found | {
            "reason": f"{found['n_uses']} segments in {numbers.size} documents have the code, and "
            f"{min_uses} in {min_documents} are needed"
        }
    if numbers.size > _DOCUMENTS:
        numbers = np.sort(rng.choice(numbers, _DOCUMENTS, replace=False))
    uses = np.flatnonzero(has & np.isin(document, numbers))
    place = np.searchsorted(numbers, document[uses])
    orders = _Orders.of(place, _first(when[uses], place, numbers.size))
    if orders is None:
        return found | {"reason": "all documents with the code were coded at the same time"}
    gram = _products(encoded, uses, place)
    early = orders.early(np.argsort(orders.time, kind="stable")[None, :])
    distance = float(_distances(gram, early)[0])
    drawn = np.concatenate([_distances(gram, half) for half in orders.drawn(n_resamples, rng)])
    # Rounding must not decide between orders that are equally far apart.
    p = (1 + np.count_nonzero(drawn >= distance - 1e-12)) / (1 + n_resamples)
    is_early = early[0][place].astype(bool)
    sooner = TextsWith.of(texts[row] for row in uses[is_early])
    later = TextsWith.of(texts[row] for row in uses[~is_early])
    others = np.flatnonzero(~has & np.isin(document, numbers))
    return found | {
        "n_early": sooner.n,
        "n_late": later.n,
        "distance": distance,
        "expected": float(drawn.mean()),
        "p": float(p),
        "background": _background(
            encoded, others, np.searchsorted(numbers, document[others]), early
        ),
        "came": telling_words(later, sooner, most=_WORDS),
        "went": telling_words(sooner, later, most=_WORDS),
    }


@frozen(eq=False)
class _Orders:
    """Orders of documents, each cut into an early and a late part.

    Parameters
    ----------
    sizes : array of int
        How many uses each document has.
    time : array of int
        When each was coded.
    ends : array of int
        How many of the first documents can be the early ones: those of one time stay together.
    """

    sizes: Longs
    time: Longs
    ends: Longs

    @classmethod
    def of(cls, place: Longs, time: Longs) -> _Orders | None:
        ends = np.flatnonzero(np.diff(np.sort(time))) + 1
        return cls(np.bincount(place), time, ends) if ends.size else None

    def early(self, order: Longs) -> Floats:
        """Return 1 for the documents that are early in each order, orders × documents."""
        total = np.cumsum(self.sizes[order], axis=1)[:, self.ends - 1]
        cut = self.ends[np.abs(2 * total - self.sizes.sum()).argmin(axis=1)]
        early = np.zeros(order.shape)
        np.put_along_axis(early, order, np.arange(order.shape[1]) < cut[:, None], axis=1)
        return early

    def drawn(self, n: int, rng: np.random.Generator) -> Iterator[Floats]:
        """Yield the early documents of random orders, some orders at a time."""
        for start in range(0, n, _ORDERS_AT_ONCE):
            own = np.tile(np.arange(self.sizes.size), (min(_ORDERS_AT_ONCE, n - start), 1))
            yield self.early(rng.permuted(own, axis=1))


def _products(encoded: Encoded, rows: Longs, place: Longs) -> Floats:
    """Return the inner products of the documents' summed texts: the mean of words, topics and vectors."""
    total = sparse.csr_matrix((np.ones(rows.size), (place, np.arange(rows.size))))
    some = encoded.rows(rows)
    terms = total @ some.terms
    parts = [(terms @ terms.T).toarray()]
    for dense in (some.topics, some.vectors):
        if dense is not None:
            summed = total @ dense
            parts.append(summed @ summed.T)
    return np.asarray(sum(parts) / len(parts), np.float64)


def _distances(gram: Floats, early: Floats) -> Floats:
    """Return one minus the cosine of the mean texts of early and of late documents."""
    late = 1 - early
    product = early @ gram
    across = (product * late).sum(axis=1)
    lengths = (product * early).sum(axis=1) * ((late @ gram) * late).sum(axis=1)
    return np.asarray(1 - across / np.sqrt(np.maximum(lengths, 1e-300)), np.float64)


def _background(encoded: Encoded, rows: Longs, place: Longs, early: Floats) -> float | None:
    """Return the distance between the same documents of all that was coded otherwise."""
    half = early[0][place].astype(bool)
    if half.all() or not half.any():
        return None
    gram = _products(encoded, rows, half.astype(np.int64))
    return float(_distances(gram, np.array([[1.0, 0.0]]))[0])


def _shares(assigned: Bools, document: Longs, when: Longs, periods: int) -> dict[int, Proportions]:
    """Return the share of segments with each code in stretches of equally many documents."""
    row, code = np.nonzero(when >= 0)
    time = _first(when[row, code], document[row], int(document.max()) + 1)
    known = np.flatnonzero(time >= 0)
    order = known[np.argsort(time[known], kind="stable")]
    # Documents of one time stay together, in the stretch of the middle one of them.
    ordered = time[order]
    first, last = np.searchsorted(ordered, ordered), np.searchsorted(ordered, ordered, "right")
    period = 1 + (first + last) * periods // (2 * max(1, order.size))
    carrying = np.zeros((time.size, assigned.shape[1]))
    np.add.at(carrying, document, assigned)
    units = np.bincount(document, minlength=time.size)
    return proportions_by(
        carrying[order], units[order], period.tolist(), order=range(1, periods + 1)
    )
