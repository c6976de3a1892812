"""What a comparison of shown with blind decisions says, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qualcode.suggest.judging.anchoring import Anchoring, Share

__all__ = ["sentences"]


def sentences(found: Anchoring) -> Iterator[str]:
    """Yield what was found, sentence by sentence.

    Parameters
    ----------
    found : Anchoring
        What was found.
    """
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
