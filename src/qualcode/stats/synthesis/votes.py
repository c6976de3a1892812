"""Effects told narratively: in which direction each source points, and votes counted by direction.

McKenzie JE, Brennan SE (2019). Synthesizing and presenting findings using other methods. Cochrane Handbook
for Systematic Reviews of Interventions, chapter 12. Boon MH, Thomson H (2021). The effect direction plot
revisited. Research Synthesis Methods 12, 29–33. https://doi.org/10.1002/jrsm.1458
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs

from qualcode.errors import NotFoundError, StatisticsError, did_you_mean
from qualcode.model.asking import question
from qualcode.model.checks import check_choice, check_mapping, check_number, looked_up, shown
from qualcode.model.readable import many
from qualcode.model.recipe import Answer

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EFFECTS", "Effect", "OutcomeVotes", "Votes", "vote_count"]

EffectDirection: TypeAlias = Literal["benefit", "harm", "mixed", "none", "unclear"]
EFFECTS: tuple[EffectDirection, ...] = ("benefit", "harm", "mixed", "none", "unclear")
"""In which direction a source points for an outcome; by its direction alone and never by its significance."""

_WORDS: Mapping[str, EffectDirection] = {
    **{each: each for each in EFFECTS},
    "improved": "benefit", "positive": "benefit", "worse": "harm", "worsened": "harm", "negative": "harm",
    "no effect": "none", "no-effect": "none", "no change": "none", "conflicting": "mixed",
    "too little evidence": "unclear", "limited-evidence": "unclear", "too little": "unclear",
}  # fmt: skip
_BY_SIGNIFICANCE = ("significant", "n.s.", "ns", "p<", "p <", "p=")
_SHARE = 0.7


@attrs.frozen
class Effect:
    """In which direction one source points for one outcome.

    Parameters
    ----------
    source : str
        The source.
    outcome : str
        The outcome.
    direction : str
        One of `EFFECTS`: what seven in ten of its single effects say at least, or ``"mixed"``.
    effects : int
        How many single effects it reports.
    quality : str
        How it is rated, where that is said.
    size : float or None
        How many people it is about, where that is said.
    """

    source: str
    outcome: str
    direction: EffectDirection
    effects: int = 1
    quality: str = ""
    size: float | None = None


@attrs.frozen
class OutcomeVotes:
    """The votes for one outcome.

    Parameters
    ----------
    outcome : str
        The outcome.
    counts : mapping of str to int
        How many sources point in each direction.
    p : float or None
        Two-sided exact binomial test (sign test) of benefits against harms; None without either.
    low, high : float or None
        Ends of the interval of the share of benefits (Wilson).
    """

    outcome: str
    counts: Mapping[str, int] = attrs.field(hash=False)
    p: float | None
    low: float | None
    high: float | None

    @property
    def n(self) -> int:
        """How many sources point in one direction: benefits and harms, without mixed ones."""
        return self.counts["benefit"] + self.counts["harm"]

    @property
    def share(self) -> float | None:
        """The share of benefits among these; None without any."""
        return self.counts["benefit"] / self.n if self.n else None


@attrs.frozen(eq=False)
class Votes(Answer):
    """Votes counted by direction, for each outcome.

    Parameters
    ----------
    rows : tuple of OutcomeVotes
        A row for each outcome, in order of appearance.
    effects : tuple of Effect
        What each source says of each outcome.
    confidence : float
        Of the intervals.
    """

    _figure = "qualcode.report.plot.votes:effect_directions"
    _print_columns = (
        "outcome",
        "benefit",
        "harm",
        "mixed",
        "none",
        "unclear",
        "share",
        "low",
        "high",
        "p",
    )

    rows: tuple[OutcomeVotes, ...] = attrs.field(repr=False)
    effects: tuple[Effect, ...] = attrs.field(repr=False)
    confidence: float

    def __iter__(self) -> Iterator[OutcomeVotes]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, outcome: str) -> OutcomeVotes:
        """Return the votes for an outcome.

        Raises
        ------
        NotFoundError
            When there is no such outcome.
        """
        for each in self.rows:
            if each.outcome == outcome:
                return each
        names = [each.outcome for each in self.rows]
        raise NotFoundError(
            f"there is no outcome {looked_up(outcome)}.{did_you_mean(outcome, names)}"
        )

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources, in order of appearance."""
        return tuple(dict.fromkeys(each.source for each in self.effects))

    @property
    def _print_title(self) -> str:
        return (
            f"Votes by direction: {many(len(self), 'outcome')}, {many(len(self.sources), 'source')}; share "
            f"of benefits with its {self.confidence:.0%} interval and sign test"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each outcome.

        Columns: outcome, a number of sources for each direction, n (benefits and harms), share, low, high, p.
        """
        import pandas as pd

        rows = [
            [
                each.outcome, *(each.counts[name] for name in EFFECTS), each.n, each.share, each.low,
                each.high, each.p,
            ]
            for each in self.rows
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["outcome", *EFFECTS, "n", "share", "low", "high", "p"])


@question("vote_count", called="function")
def vote_count(
    effects: pd.DataFrame,
    *,
    directions: Mapping[str, str] | None = None,
    confidence: float = 0.95,
) -> Votes:
    """Count votes by direction: for each outcome, how many sources found a benefit, and how many a harm.

    A source with several effects on an outcome points where seven in ten of those that say anything do, and
    is mixed otherwise. Mixed sources, and those without an effect or too little evidence, are counted and
    leave the test. Whether an effect was significant is no direction: the share of significant results says
    how large studies were. Sources are not exchangeable, so that p is a description and no proof.

    Parameters
    ----------
    effects : pandas.DataFrame
        Columns ``source``, ``outcome`` and ``direction``; ``quality`` and ``n`` where there are such. A row
        for each effect.
    directions : mapping of str to str, optional
        What words of the column mean, of `EFFECTS`; those of the shipped templates are known.
    confidence : float, default 0.95
        Of the intervals.

    Raises
    ------
    StatisticsError
        When a column is missing, a direction is not known, or is said by significance.

    Examples
    --------
    >>> import pandas as pd
    >>> effects = pd.DataFrame({
    ...     "source": list("abcd"), "outcome": "housing", "direction": ["improved"] * 3 + ["worse"],
    ... })
    >>> votes = vote_count(effects)["housing"]
    >>> votes.n, votes.share, votes.p
    (4, 0.75, 0.625)
    """
    for name in ("source", "outcome", "direction"):
        if name not in getattr(effects, "columns", ()):
            raise StatisticsError(
                f"effects need a column {name!r}: a row says what a source found of an outcome"
            )
    level = check_number(confidence, what="confidence", error=StatisticsError, least=0, most=1)
    meant = _meanings(directions)
    single: dict[tuple[str, str], list[EffectDirection]] = {}
    about: dict[tuple[str, str], tuple[str, float | None]] = {}
    for number, row in enumerate(
        effects.astype(object).where(effects.notna(), None).to_dict("records"), 1
    ):
        key = str(row["outcome"]), str(row["source"])
        single.setdefault(key, []).append(_direction(row["direction"], meant, number))
        size = row.get("n")
        about[key] = (str(row.get("quality") or ""), None if size is None else float(size))
    found = tuple(
        Effect(source, outcome, _common(said), len(said), *about[outcome, source])
        for (outcome, source), said in single.items()
    )
    outcomes = dict.fromkeys(each.outcome for each in found)
    return Votes(tuple(_votes(each, found, level) for each in outcomes), found, level)


def _meanings(directions: Mapping[str, str] | None) -> dict[str, EffectDirection]:
    meant = dict(_WORDS)
    for word, means in check_mapping(
        directions or {}, what="directions", error=StatisticsError
    ).items():
        what = check_choice(means, EFFECTS, what=f"the meaning of {word!r}", error=StatisticsError)
        meant[str(word).strip().lower()] = next(each for each in EFFECTS if each == what)
    return meant


def _direction(said: object, meant: Mapping[str, EffectDirection], number: int) -> EffectDirection:
    word = str(said if said is not None else "").strip().lower()
    if word in meant:
        return meant[word]
    if any(each in word for each in _BY_SIGNIFICANCE):
        raise StatisticsError(
            f"row {number}: {shown(said)} tells whether an effect was significant, and votes are counted by "
            "direction alone: say whether it was a benefit or a harm"
        )
    raise StatisticsError(
        f"row {number}: {shown(said)} is no direction; there are {', '.join(EFFECTS)}, or say by directions= "
        f"what it means.{did_you_mean(word, meant)}"
    )


def _common(said: list[EffectDirection]) -> EffectDirection:
    """Return where most of a source's effects point."""
    telling = [each for each in said if each != "unclear"]
    if not telling:
        return "unclear"
    for each in ("benefit", "harm", "none"):
        if telling.count(each) >= _SHARE * len(telling):
            return each
    return "mixed"


def _votes(outcome: str, effects: tuple[Effect, ...], confidence: float) -> OutcomeVotes:
    from scipy.stats import binomtest

    own = [each.direction for each in effects if each.outcome == outcome]
    counts: dict[str, int] = {each: own.count(each) for each in EFFECTS}
    n = counts["benefit"] + counts["harm"]
    if not n:
        return OutcomeVotes(outcome, counts, None, None, None)
    test: Any = binomtest(counts["benefit"], n)
    interval = test.proportion_ci(confidence, method="wilson")
    return OutcomeVotes(
        outcome, counts, float(test.pvalue), float(interval.low), float(interval.high)
    )
