"""Descriptions of what a suggester showed, and of what people made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from qualcode.model.coding.suggestions import KINDS, Status, Suggestion, Verdict, Verdicts
from qualcode.model.readable import many
from qualcode.report.describing.suggester import LEARNING_SOFTWARE, PEDREGOSA_2011
from qualcode.report.describing.wording import Description, describe, listed, per_cent
from qualcode.suggest.asking.autocoding import FOUND
from qualcode.suggest.asking.shown_suggestions import Suggestions

__all__: list[str] = []


@describe.register
def _suggestions(result: Suggestions) -> Description:
    learned = result.reason != FOUND
    return Description(
        (
            _shown(result),
            _silent(result),
            _promise(result),
            _percentages(result) if result.items else "",
            f"Of their codes, {_statuses(result)}." if result.items and learned else "",
            "Nothing was assigned by this.",
        ),
        [PEDREGOSA_2011] if learned else [],
        software=LEARNING_SOFTWARE[:1] if learned else (),
    )


def _shown(result: Suggestions) -> str:
    if not result.items:
        return "No code was suggested."
    segments = {(each.segment.document.id, each.segment.span) for each in result}
    documents = {document for document, _ in segments}
    most = max(Counter((x.segment.document.id, x.segment.span) for x in result).values())
    by = _named(result) if result.reason != FOUND else "A search"
    return (
        f"{by} made {many(len(result), 'suggestion')} of "
        f"{many(len({each.code.id for each in result}), 'code')} for "
        f"{many(len(segments), 'segment')} of {many(len(documents), 'document')}, at most {most} for a "
        "segment."
    )


def _named(found: Iterable[Suggestion | Verdict]) -> str:
    """Return the suggesters, each with what it had learned."""
    sources: dict[str, dict[str, None]] = {}
    for each in found:
        sources.setdefault(each.suggester, {})[str(each.fingerprint)] = None
    said = [
        f"“{name}” (fingerprint of model, codebook and data: {listed(prints, most=4)})"
        for name, prints in sources.items()
    ]
    return f"The suggester{'s' if len(said) > 1 else ''} {listed(said)}"


def _silent(result: Suggestions) -> str:
    count = len(result.abstained)
    if not count:
        return ""
    reasons = Counter(each.reason for each in result.abstained).most_common()
    if len(reasons) == 1:
        return f"For {many(count, 'segment')} there was none: {reasons[0][0]}."
    parts = "; ".join(f"{reason} ({n:,})" for reason, n in reasons[:4])
    more = f"; other reasons ({sum(n for _, n in reasons[4:]):,})" if len(reasons) > 4 else ""
    return f"For {many(count, 'segment')} there was none: {parts}{more}."


def _promise(result: Suggestions) -> str:
    promise = result.promise
    if promise is None:
        return "" if result.reason == FOUND else "No precision or recall was promised."
    wanted = per_cent(promise.wanted)
    if promise.threshold is None or promise.observed is None or promise.bound is None:
        return f"A {promise.kind} of {wanted} was asked for and could not be promised: {promise.reason}."
    return (
        f"Shown was what keeps a promised {promise.kind} of {wanted}: on documents left out "
        f"{per_cent(promise.observed)} was reached, and the bound that the promise rests on was "
        f"{per_cent(promise.bound)} (n = {promise.n:,})."
    )


def _percentages(result: Suggestions) -> str:
    known = [each.probability for each in result if each.probability is not None]
    if not known:
        why = result.reason or next((each.reason for each in result if each.reason), None)
        return f"The suggestions had ranks and no probabilities{f': {why}' if why else ''}."
    span = per_cent(round(min(known), 2))
    if max(known) > min(known):
        span = f"{span} to {per_cent(round(max(known), 2))}"
    few = f" for {len(known):,} of them" if len(known) < len(result) else ""
    return f"Their probabilities, which rest on documents left out, were {span}{few}."


def _statuses(result: Suggestions) -> str:
    of = {each.code.id: each.status for each in result}
    counts = Counter(of.values())
    words: dict[Status, str] = {
        "usable": "had five examples or more in two documents or more",
        "learning": "had fewer examples",
        "cold": "had none",
    }
    return listed(f"{counts[key]:,} {words[key]}" for key in words if counts[key])


@describe.register
def _verdicts(result: Verdicts) -> Description:
    if not result.items:
        return Description(("Nobody decided about a suggestion.",))
    last = {(each.document, each.start, each.end, each.code, each.coder): each for each in result}
    changed = len(result) - len(last)
    by_coder: dict[str, list[Verdict]] = {}
    for each in last.values():
        by_coder.setdefault(each.coder, []).append(each)
    first, latest = min(each.time for each in result)[:10], max(each.time for each in result)[:10]
    when = f"on {first}" if first == latest else f"from {first} to {latest}"
    apart = "; ".join(f"{coder} {_counted(by_coder[coder])}" for coder in sorted(by_coder))
    return Description(
        (
            f"{_named(result)} made {many(len(last), 'suggestion')} about which "
            f"{many(len(by_coder), 'coder')} ({listed(sorted(by_coder), most=8)}) decided {when}.",
            f"They {_counted(last.values())} of these{f' ({apart})' if len(by_coder) > 1 else ''}.",
            f"{many(changed, 'earlier verdict')} had been changed." if changed else "",
            "Suggestions that nobody decided about were not counted.",
        )
    )


def _counted(verdicts: Iterable[Verdict]) -> str:
    counts = Counter(each.kind for each in verdicts)
    return listed(f"{kind} {counts[kind] or 'none'}" for kind in KINDS)
