"""What co-occurrence would be by chance: null models by randomisation, seeded.

Three questions, three null models. `rotation_null` asks whether two codes meet more often than if the
pattern of each had begun elsewhere in the same documents: it keeps that a code comes in stretches, on
many units in a row and then on none. `within_document_null` asks whether two codes meet more often than
if each had been put on other units of the same documents: it keeps how often each code is in each
document, so that codes do not seem related because the same documents talk about both.
`fixed_margin_null` also keeps how many codes each unit carries, which matters where units are
segments that exist because they were coded.

With all margins fixed, every coefficient of `qualcode.stats.pairs.association` rises with the count of
units that carry both, so a p-value here is a p-value for all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.model.asking import question
from qualcode.model.recipe import Answer
from qualcode.stats.arguments import (
    check_count,
    check_one_of,
    check_progress,
    check_resamples,
    label_names,
    numbers,
)
from qualcode.stats.kernels import pair_counts
from qualcode.stats.kernels.blocks import as_columns, check_ids, first_of_runs
from qualcode.stats.pairs.exact_tests import false_discovery
from qualcode.stats.pairs.placements import LANE, Incidence, crossings
from qualcode.stats.uncertainty.resampling import RandomState, as_generator, seed_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "NullModel",
    "density_null",
    "fixed_margin_null",
    "rotation_null",
    "within_document_null",
]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

_ITSELF = "a code beside itself"
# Codes that meet so many times as often in all as by chance are on units coded with unequal density.
_UNEVEN = 1.2
_RIGID = "no other count is possible with these margins"
_ALIKE = (
    "too few other codes tell where coding is dense, so that it cannot be told from codes that go together: "
    "test with null='rotation' where coding is even, or with more codes"
)

# What is more has no table that fits into memory.
_MOST_CODES = 100_000
_MOST_UNITS = 100_000_000


@attrs.frozen(eq=False)
class NullModel(Answer):
    """Counts of pairs beside what chance would make of them.

    Parameters
    ----------
    observed : array of int64, n_codes × n_codes
        Units that carry both codes.
    expected, sd : array of float
        Mean and standard deviation under the null model.
    p_greater, p_less, p_two_sided : array of float
        The probability, if chance alone were at work, of a count at least as large, at least as
        small, and twice the smaller of the two. Estimated as (b + 1)/(m + 1), so never 0. NaN where
        `reason` says why.
    reason : array of str
        Why a pair is not tested; empty where it is.
    n_resamples : int
        m, the number of randomisations.
    null : str
        Which null model.
    within_documents : bool
        Whether each code kept its total in each document, or over all of them only.
    n_trades : int or None
        How often each code traded units between one table and the next; None where codes were put on
        units without trading.
    seed : int or None
        The seed, where one was given.
    """

    _instead = "project.cooccurrence(…).test(…).plot() draws the tests of codes"

    observed: Longs
    expected: Floats
    sd: Floats
    p_greater: Floats
    p_less: Floats
    p_two_sided: Floats
    reason: NDArray[np.object_]
    n_resamples: int
    null: str
    within_documents: bool
    n_trades: int | None
    seed: int | None = None

    @property
    def z(self) -> Floats:
        """The standardised effect size: how many standard deviations from the expected count."""
        tested = self.reason == ""
        away = self.observed - self.expected
        z: Floats = np.divide(away, self.sd, out=np.full(away.shape, np.nan), where=tested)
        return z

    def monte_carlo_error(self, p: ArrayLike, *, two_sided: bool = False) -> Floats:
        """Return the standard error that a p-value has because randomisations were drawn.

        A two-sided p-value is twice a share of them, and so is its error.
        """
        share = np.asarray(p, dtype=np.float64) / (2 if two_sided else 1)
        error: Floats = np.sqrt(share * (1 - share) / self.n_resamples)
        return 2 * error if two_sided else error

    def to_frame(self, labels: Sequence[str] | None = None, *, adjust: str = "bh") -> pd.DataFrame:
        """Return a frame with a row for each pair of codes.

        Parameters
        ----------
        labels : sequence of str, optional
            The codes' names; their positions otherwise.
        adjust : {"bh", "by"}
            How the column ``q`` (the two-sided p-value, adjusted) keeps the false discovery rate
            over the pairs tested; see `qualcode.stats.false_discovery`.
        """
        import pandas as pd

        n_codes = len(self.observed)
        names = label_names(labels, n_codes)
        check_one_of(adjust, ("bh", "by"), what="adjust")
        first, second = np.triu_indices(n_codes, 1)
        p = self.p_two_sided[first, second]
        return pd.DataFrame(
            {
                "a": names[first],
                "b": names[second],
                "observed": self.observed[first, second],
                "expected": self.expected[first, second],
                "sd": self.sd[first, second],
                "z": self.z[first, second],
                "p_greater": self.p_greater[first, second],
                "p_less": self.p_less[first, second],
                "p": p,
                "mc_error": self.monte_carlo_error(p, two_sided=True),
                "q": false_discovery(p, method=adjust),
                "reason": self.reason[first, second],
            }
        )


@question()
def within_document_null(
    unit: ArrayLike,
    code: ArrayLike,
    n_codes: int,
    *,
    document: ArrayLike,
    n_resamples: int = 1000,
    random_state: RandomState = None,
) -> NullModel:
    """Compare pair counts with codes put on other units of the same documents.

    The two codes of a pair are put, independently of each other, on as many units of each document
    as they have there, all choices being equally likely.

    Parameters
    ----------
    unit, code : array of int
        The rows: which unit carries which code. Repeated rows count once.
    n_codes : int
        The number of codes.
    document : array of int, one for each unit
        The document of each unit, those without codes included: its length is the number of units.
    n_resamples : int, default 1000
        How many randomisations at least; the result says how many there were.
    random_state : int or numpy.random.Generator
        The seed.

    Returns
    -------
    NullModel
        `expected` and `sd` are exact (sums over documents of hypergeometric moments); the p-values
        are estimates. Pairs that can have one count only are not tested.

    Raises
    ------
    StatisticsError
        When the columns do not fit together.

    References
    ----------
    The test that randomisation carries out is the exact conditional test of independence given the
    document: Agresti 1992, doi:10.1214/ss/1177011454, section 4; `stratified_hypergeometric` gives
    the p-value it tends to. How few placements give many permutations: `qualcode.stats.pairs.placements`.

    Examples
    --------
    >>> unit, code = [0, 0, 1, 1, 2, 3, 6], [0, 1, 0, 1, 2, 2, 2]
    >>> null = within_document_null(unit, code, 3, document=[0, 0, 0, 0, 0, 0, 1], random_state=1)
    >>> int(null.observed[0, 1]), round(float(null.expected[0, 1]), 3), null.n_resamples
    (2, 0.667, 1023)
    >>> bool(abs(null.p_greater[0, 1] - 1 / 15) < 0.03)
    True
    """
    n_codes, n_resamples = (
        check_count(n_codes, what="n_codes", most=_MOST_CODES),
        check_resamples(n_resamples),
    )
    incidence, documents = _incidence(unit, code, n_codes, document)
    counts = pair_counts(*_by_unit(incidence), n_codes)
    mean, variance = _moments(incidence, documents)
    # The actual placement is one of them.
    n_placements = LANE * math.ceil(math.sqrt(n_resamples + 1) / LANE)
    at_least, at_most = crossings(incidence, counts, n_placements, as_generator(random_state))
    return _null(
        counts, mean, np.sqrt(variance), at_least, at_most, n_placements**2,
        "each code on other units of its documents", True, None, seed_of(random_state),
    )  # fmt: skip


def rotation_null(
    unit: ArrayLike,
    code: ArrayLike,
    n_codes: int,
    *,
    document: ArrayLike,
    n_resamples: int = 1000,
    random_state: RandomState = None,
) -> NullModel:
    """Compare pair counts with the codes' patterns moved on within the same documents.

    In each document, all units of a code move on by the same number of units, those beyond its end to
    its beginning; by how much is drawn for each code and document. So each code keeps how much of each
    document it is on and how that hangs together: stretches stay stretches. Where codes come in
    stretches, neighbouring units are not independent, and to put a code on any units finds far too
    many pairs that meet.

    Parameters
    ----------
    unit, code, n_codes, document, n_resamples, random_state
        As for `within_document_null`; the units of a document are numbered in the order of its text.

    Returns
    -------
    NullModel
        `expected` and `sd` are exact, over all rotations; the p-values are estimates. Pairs whose count
        no rotation changes are not tested.

    Notes
    -----
    A document of n units has n rotations only: a single short one cannot show much.

    References
    ----------
    Toroidal shifts: Lotwick & Silverman 1982, doi:10.1111/j.2517-6161.1982.tb01221.x; Harms &
    Chiaromonte 2003, rotation of sequences of behaviour. The variance follows from the codes' power
    spectra (Wiener–Khinchin).

    Examples
    --------
    >>> unit, code = [2, 3, 4, 3, 4, 5], [0, 0, 0, 1, 1, 1]
    >>> null = rotation_null(unit, code, 2, document=[0] * 12, random_state=1)
    >>> int(null.observed[0, 1]), float(null.expected[0, 1]), round(float(null.sd[0, 1]), 3)
    (2, 0.75, 1.01)
    """
    incidence, documents = _incidence(unit, code, n_codes, document)
    n_resamples = check_resamples(n_resamples)
    counts = pair_counts(*_by_unit(incidence), n_codes)
    mean, _ = _moments(incidence, documents)
    n_placements = LANE * math.ceil(math.sqrt(n_resamples + 1) / LANE)
    at_least, at_most = crossings(
        incidence, counts, n_placements, as_generator(random_state), rotated=True
    )
    return _null(
        counts, mean, _rotation_sd(incidence, documents), at_least, at_most, n_placements**2,
        "each code's pattern begun elsewhere in its documents", True, None, seed_of(random_state),
    )  # fmt: skip


def density_null(
    unit: ArrayLike,
    code: ArrayLike,
    n_codes: int,
    *,
    document: ArrayLike,
    n_resamples: int = 1000,
    random_state: RandomState = None,
    progress: Callable[[int, int], None] | None = None,
) -> NullModel:
    """Compare pair counts with what keeps how densely each part of a document is coded.

    Codes come in stretches, which `rotation_null` keeps. And some parts of a document are coded with
    many codes, others with none, so that codes meet without having to do with each other. Where that
    is so (all codes together meet more than 1.2 times as often as they would by chance) a pair must
    also stand out against `fixed_margin_null` within documents, which keeps how many codes each unit
    carries: of the two p-values it has the larger.

    Parameters
    ----------
    unit, code, n_codes, document, n_resamples, random_state
        As for `rotation_null`.
    progress : callable, optional
        As for `fixed_margin_null`.

    Returns
    -------
    NullModel
        With `expected` and `sd` of the null that gives the larger two-sided p-value. `n_trades` is None
        where rotation was enough. Two codes alone that meet more often than by rotation are not tested:
        it may be that they go together, or that some parts are coded more densely.

    References
    ----------
    A test of one hypothesis or another, each at level α, rejects where both do: Berger 1982,
    doi:10.1080/00401706.1982.10487790.

    Examples
    --------
    >>> unit, code = [2, 3, 4, 3, 4, 5], [0, 0, 0, 1, 1, 1]
    >>> density_null(unit, code, 2, document=[0] * 12, random_state=1).null
    'patterns begun elsewhere in the documents, and fixed totals of codes and units'
    """
    rng = as_generator(random_state)
    turned = rotation_null(
        unit, code, n_codes, document=document, n_resamples=n_resamples, random_state=rng
    )
    pairs = np.triu_indices(n_codes, 1)
    if turned.observed[pairs].sum() <= _UNEVEN * turned.expected[pairs].sum():
        return attrs.evolve(turned, seed=seed_of(random_state))
    fixed = fixed_margin_null(
        unit, code, n_codes, document=document, n_resamples=n_resamples, random_state=rng,
        progress=progress,
    )  # fmt: skip
    larger = fixed.p_two_sided >= turned.p_two_sided
    rigid = fixed.reason == _RIGID
    return NullModel(
        turned.observed,
        np.where(larger, fixed.expected, turned.expected),
        np.where(larger, fixed.sd, turned.sd),
        np.maximum(turned.p_greater, fixed.p_greater),
        np.maximum(turned.p_less, fixed.p_less),
        np.maximum(turned.p_two_sided, fixed.p_two_sided),
        np.where(turned.reason == "", np.where(rigid, _ALIKE, fixed.reason), turned.reason),
        min(turned.n_resamples, fixed.n_resamples),
        "patterns begun elsewhere in the documents, and fixed totals of codes and units",
        True,
        fixed.n_trades,
        seed_of(random_state),
    )


@question()
def fixed_margin_null(
    unit: ArrayLike,
    code: ArrayLike,
    n_codes: int,
    *,
    n_units: int | None = None,
    document: ArrayLike | None = None,
    n_resamples: int = 1000,
    n_trades: int = 10,
    random_state: RandomState = None,
    progress: Callable[[int, int], None] | None = None,
) -> NullModel:
    """Compare pair counts with tables in which every code and every unit keep their totals.

    The curveball algorithm: two codes put the units that only one of them has into a pot and draw
    as many out again as each put in. All codes trade at once, in random pairs.

    Parameters
    ----------
    unit, code : array of int
        The rows: which unit carries which code. Repeated rows count once.
    n_codes : int
        The number of codes.
    n_units : int, optional
        The number of units. Those without codes take part in no trade.
    document : array of int, one for each unit, optional
        When given, units are traded within their document only, so a code's total in each document
        is kept too.
    n_resamples : int, default 1000
        How many randomised tables.
    n_trades : int, default 10
        How often each code trades between one table and the next; ten are the five trades for each
        row that Strona et al. recommend.
    random_state : int or numpy.random.Generator
        The seed.
    progress : callable, optional
        Called with the number of tables done and to do.

    Returns
    -------
    NullModel
        Pairs whose count never changed are not tested.

    Notes
    -----
    The tables are drawn by Besag and Clifford's parallel method: from the actual table `n_trades`
    trades back to a common root (a trade undoes as likely as it does), and from there anew for each
    table. So the actual table is as likely as any of them if the null hypothesis holds, and the
    p-values are valid even if the trades were too few to forget the root.

    References
    ----------
    Strona et al. 2014, doi:10.1038/ncomms5114; all pairs at once: Carstens, Berger & Strona 2018,
    doi:10.1016/j.mex.2018.06.018. Besag & Clifford 1989, doi:10.1093/biomet/76.4.633.

    Examples
    --------
    >>> unit, code = [0, 0, 1, 1, 2, 3, 4, 5], [0, 1, 0, 1, 2, 2, 0, 1]
    >>> null = fixed_margin_null(unit, code, 3, n_resamples=199, random_state=1)
    >>> int(null.observed[0, 1]), bool(null.expected[0, 1] < 2)
    (2, True)
    """
    n_codes, n_resamples = (
        check_count(n_codes, what="n_codes", most=_MOST_CODES),
        check_resamples(n_resamples),
    )
    n_trades, progress = check_count(n_trades, what="n_trades", least=1), check_progress(progress)
    if n_units is not None:
        n_units = check_count(n_units, what="n_units", most=_MOST_UNITS)
    within = document is not None
    if document is None:
        units = numbers(unit, what="unit", ndim=1, whole=True)
        known = int(units.max(initial=-1)) + 1
        document = np.zeros(known if n_units is None else n_units, dtype=np.int64)
    incidence, documents = _incidence(unit, code, n_codes, document)
    rng = as_generator(random_state)
    held = np.zeros((n_codes, incidence.n_units), dtype=np.bool_)
    held[incidence.code, incidence.unit] = True
    counts = _count(held)
    for _ in range(n_trades):
        _trade(held, documents, rng)
    total = np.zeros(counts.shape)
    squares = total.copy()
    at_least = np.ones(counts.shape, dtype=np.int64)
    at_most = at_least.copy()
    for done in range(1, n_resamples + 1):
        table = held.copy()
        for _ in range(n_trades):
            _trade(table, documents, rng)
        drawn = _count(table)
        total += drawn
        squares += drawn.astype(np.float64) ** 2
        at_least += drawn >= counts
        at_most += drawn <= counts
        if progress is not None:
            progress(done, n_resamples)
    mean = total / n_resamples
    variance = (
        np.maximum(squares / n_resamples - mean**2, 0) * n_resamples / max(1, n_resamples - 1)
    )
    # Where no drawn count differs from another, rounding must not pass for a spread.
    sd = np.where(squares * n_resamples == total**2, 0.0, np.sqrt(variance))
    return _null(
        counts, mean, sd, at_least, at_most, n_resamples + 1,
        "fixed totals of codes and units", within, n_trades, seed_of(random_state),
    )  # fmt: skip


def _incidence(
    unit: ArrayLike, code: ArrayLike, n_codes: int, document: ArrayLike
) -> tuple[Incidence, Longs]:
    """Return, with units numbered by document, the distinct rows and each unit's document."""
    units, codes = as_columns(unit=unit, code=code)
    (of_unit,) = as_columns(document=document)
    check_ids("unit", units, of_unit.size)
    check_ids("code", codes, n_codes)
    order = np.argsort(of_unit, kind="stable")
    documents = np.unique(of_unit[order], return_inverse=True)[1].astype(np.int64)
    position = np.empty(order.size, dtype=np.int64)
    position[order] = np.arange(order.size)
    size = np.bincount(documents)
    low = np.cumsum(size) - size
    key = np.sort(codes.astype(np.int64) * of_unit.size + position[units])
    key = key[first_of_runs(key)]
    code_of, unit_of = np.divmod(key, max(1, of_unit.size))
    where = documents[unit_of]
    found = Incidence(unit_of, code_of, low[where], size[where], of_unit.size, n_codes)
    return found, documents


def _by_unit(incidence: Incidence) -> tuple[Longs, Longs]:
    order = np.argsort(incidence.unit, kind="stable")
    return incidence.unit[order], incidence.code[order]


def _moments(incidence: Incidence, documents: Longs) -> tuple[Floats, Floats]:
    """Return mean and variance of the pair counts: hypergeometric, summed over documents."""
    size = np.bincount(documents).astype(np.float64)[:, None]
    cell = documents[incidence.unit] * incidence.n_codes + incidence.code
    own = np.bincount(cell, minlength=len(size) * incidence.n_codes).astype(np.float64)
    own = own.reshape(len(size), incidence.n_codes)
    mean = own.T @ (own / size)
    spread = own * (size - own)
    variance = spread.T @ (spread / (size**2 * np.maximum(size - 1, 1)))
    return mean, variance


def _rotation_sd(incidence: Incidence, documents: Longs) -> Floats:
    """Return the standard deviation of the pair counts over all rotations, summed over documents.

    The counts of a pair over the rotations of a document of n units have the spectrum A·B̄, so their
    variance is the sum of |A|²|B|² / n² over the frequencies but zero.
    """
    variance = np.zeros((incidence.n_codes, incidence.n_codes))
    size = np.bincount(documents)
    order = np.argsort(documents[incidence.unit], kind="stable")
    where, unit, code = (
        each[order] for each in (documents[incidence.unit], incidence.unit, incidence.code)
    )
    low = np.cumsum(size) - size
    starts = np.flatnonzero(np.diff(where, prepend=-1))
    ends = np.append(starts[1:], where.size)[: starts.size]
    for start, stop in zip(starts.tolist(), ends.tolist(), strict=True):
        here = int(where[start])
        present, local = np.unique(code[start:stop], return_inverse=True)
        pattern = np.zeros((present.size, int(size[here])))
        pattern[local, unit[start:stop] - low[here]] = 1
        power = np.abs(np.fft.fft(pattern)[:, 1:]) ** 2 / size[here]
        variance[np.ix_(present, present)] += power @ power.T
    # Rounding must not pass for a spread.
    return np.sqrt(np.where(variance > 1e-9, variance, 0.0))


def _trade(held: Flags, documents: Longs, rng: np.random.Generator) -> None:
    """Let all codes trade units in random pairs, within documents."""
    half = len(held) // 2
    order = rng.permutation(len(held))
    one, two = order[:half], order[half : 2 * half]
    ours, theirs = held[one], held[two]
    differ = np.flatnonzero(ours ^ theirs)
    pair, unit = np.divmod(differ, max(1, held.shape[1]))
    # Sorted by pot, then by chance; the lowest bit carries whose unit it was.
    pot = pair * (int(documents.max(initial=0)) + 1) + documents[unit]
    free = 62 - int(pot.max(initial=0)).bit_length()
    chance = rng.integers(0, 2**free, differ.size)
    drawn = np.sort((((pot << free) | chance) << 1) | theirs.ravel()[differ])
    second = (drawn & 1).astype(np.bool_)
    ours.ravel()[differ] = ~second
    theirs.ravel()[differ] = second
    held[one], held[two] = ours, theirs


def _count(held: Flags) -> Longs:
    unit, code = np.nonzero(held.T)
    return pair_counts(unit, code, len(held))


def _null(
    observed: Longs, expected: Floats, sd: Floats, at_least: Longs, at_most: Longs,
    n_tables: int, null: str, within_documents: bool, n_trades: int | None, seed: int | None,
) -> NullModel:  # fmt: skip
    """Turn counts of tables, the actual one among them, into p-values."""
    reason = np.full(observed.shape, "", dtype=object)
    reason[sd == 0] = _RIGID
    np.fill_diagonal(reason, _ITSELF)
    tested = reason == ""
    greater = np.where(tested, at_least / n_tables, np.nan)
    less = np.where(tested, at_most / n_tables, np.nan)
    both = np.minimum(1.0, 2 * np.minimum(greater, less))
    return NullModel(
        observed, expected, sd, greater, less, both, reason, n_tables - 1, null, within_documents,
        n_trades, seed,
    )  # fmt: skip
