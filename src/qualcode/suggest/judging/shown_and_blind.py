"""What was accepted after being shown beside what was coded blind: shares, contrasts, and their reading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import field, frozen

from qualcode.model.readable import Readable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Anchoring", "Contrast", "Share"]


@frozen
class Share:
    """A share of pairs, with its interval by documents.

    Parameters
    ----------
    n : int
        How many pairs.
    value : float or None
        The share that got the code; None without pairs.
    low, high : float or None
        The interval; None where `reason` says why.
    reason : str or None
        Why there is no interval, or no share.
    """

    n: int
    value: float | None
    low: float | None
    high: float | None
    reason: str | None


@frozen
class Contrast:
    """Shown pairs beside blind ones.

    Parameters
    ----------
    label : str
        Which pairs: all, a bin of probabilities, a coder, or those of low or high probability.
    shown, blind : Share
        What became of each, as they are.
    covered : float or None
        The share of the shown pairs for which there are blind ones as likely; the difference is about
        these. None without shown pairs.
    expected : float or None
        The share of blind pairs that got the code, had they been as likely as the shown ones.
    difference : float or None
        How much more often a shown pair got the code than a blind one as likely.
    low, high : float or None
        Its interval, by documents.
    reason : str or None
        Why there is no difference, or no interval.
    """

    label: str
    shown: Share
    blind: Share
    covered: float | None = None
    expected: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str | None = None


@frozen
class Anchoring(Readable):
    """What was accepted after being shown beside what was coded blind.

    Parameters
    ----------
    overall : Contrast
        All pairs.
    bins : tuple of Contrast
        By what was claimed, the least likely first.
    coders : tuple of Contrast
        By who decided on the shown pairs; empty where that is not told.
    unlikely : Contrast
        Shown pairs of low probability. Accepting many more of them than are assigned blind is relying too
        much on the suggester.
    likely : Contrast
        Shown pairs of high probability. Accepting fewer of them than are assigned blind is relying too
        little on it.
    confidence : float
        Of the intervals.
    """

    _figure = "qualcode.report.plot.suggestions:anchoring"

    overall: Contrast
    bins: tuple[Contrast, ...] = field(repr=False)
    coders: tuple[Contrast, ...] = field(repr=False)
    unlikely: Contrast = field(repr=False)
    likely: Contrast = field(repr=False)
    confidence: float

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for all pairs, each bin, unlikely and likely pairs, and each coder.

        Columns: of, label, shown, accepted, accepted_low, accepted_high, blind, assigned, assigned_low,
        assigned_high, covered, expected, difference, low, high, reason.
        """
        import pandas as pd

        groups = [
            ("all", (self.overall,)),
            ("probability", self.bins),
            ("reliance", (self.unlikely, self.likely)),
            ("coder", self.coders),
        ]
        return pd.DataFrame(
            [
                {
                    "of": of,
                    "label": each.label,
                    "shown": each.shown.n,
                    "accepted": each.shown.value,
                    "accepted_low": each.shown.low,
                    "accepted_high": each.shown.high,
                    "blind": each.blind.n,
                    "assigned": each.blind.value,
                    "assigned_low": each.blind.low,
                    "assigned_high": each.blind.high,
                    "covered": each.covered,
                    "expected": each.expected,
                    "difference": each.difference,
                    "low": each.low,
                    "high": each.high,
                    "reason": each.reason,
                }
                for of, rows in groups
                for each in rows
            ]
        )

    def __str__(self) -> str:
        """Return the reading in plain words."""
        return " ".join(_sentences(self))


def _sentences(found: Anchoring) -> Iterator[str]:
    """Yield what was found, sentence by sentence."""
    overall, level = found.overall, f"{found.confidence:.0%} interval"
    shown, blind = overall.shown, overall.blind
    if not shown.n:
        yield "No suggestion was shown, so nothing can be said about anchoring."
        return
    yield f"{shown.n} suggestions were shown, and {_percent(shown, level)} were accepted."
    if not blind.n:
        yield "No pair was coded blind, so it cannot be told how many would have been assigned anyway."
        return
    yield f"Of {blind.n} pairs that were coded blind, {_percent(blind, level)} got the code."
    if overall.difference is None or overall.expected is None:
        yield f"They cannot be compared: {overall.reason}."
        return
    yield f"Had these been as likely as those shown, it would have been {overall.expected:.0%}:"
    points = 100 * overall.difference
    way = "more" if points >= 0 else "less"
    if overall.low is None or overall.high is None:
        yield f"{abs(points):.0f} points {way} often accepted when shown (no interval: {overall.reason})."
    else:
        chance = "which may be chance" if overall.low <= 0 <= overall.high else "more than chance"
        yield (
            f"{abs(points):.0f} points {way} often accepted when shown ({level} {100 * overall.low:.0f} "
            f"to {100 * overall.high:.0f} points), {chance}."
        )
    if overall.covered is not None and overall.covered < 1:
        yield (
            f"This is about {overall.covered:.0%} of the shown pairs; for the others none as likely was "
            "coded blind."
        )
    unlikely, likely = found.unlikely, found.likely
    if unlikely.shown.value is not None:
        yield (
            f"Of {unlikely.shown.n} unlikely suggestions ({unlikely.label}) {unlikely.shown.value:.0%} "
            f"were accepted{_beside(unlikely.blind.value, 'got the code')}."
        )
    if likely.shown.value is not None:
        missing = None if likely.blind.value is None else 1 - likely.blind.value
        yield (
            f"Of {likely.shown.n} likely suggestions ({likely.label}) {1 - likely.shown.value:.0%} "
            f"were rejected{_beside(missing, 'did not get the code')}."
        )
    yield "This is the effect of showing only if nothing else differs between the pairs."


def _percent(share: Share, level: str) -> str:
    if share.low is None or share.high is None:
        return f"{share.value:.0%}"
    return f"{share.value:.0%} ({level} {share.low:.0%} to {share.high:.0%})"


def _beside(value: float | None, what: str) -> str:
    return "" if value is None else f"; of such pairs coded blind, {value:.0%} {what}"
