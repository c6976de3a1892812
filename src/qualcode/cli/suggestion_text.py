"""Suggestions, and how good they are, as text for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.cli.shared import records, width
from qualcode.model.readable import many

if TYPE_CHECKING:
    import pandas as pd

    import qualcode as qc
    from qualcode.model.coding.suggestions import Suggestion
    from qualcode.suggest.asking.project_suggester import ProjectSuggester
    from qualcode.suggest.asking.shown_suggestions import Suggestions
    from qualcode.suggest.judging.human import BesideHumans, Estimate
    from qualcode.suggest.judging.project_evaluation import SuggesterEvaluation
    from qualcode.suggest.stacker.doubts import Doubts

__all__ = [
    "by_segment",
    "doubts_text",
    "drift_text",
    "evaluation_text",
    "learned_from",
    "learned_text",
    "remarks",
    "segments_text",
    "suggestions_text",
]

# Beyond that, a quote says no more in a line of a terminal.
_QUOTE = 300


def learned_from(suggester: ProjectSuggester) -> dict[str, Any]:
    """Return whose decisions a suggester learns, as plain values."""
    return {
        "counted": attrs.asdict(suggester.counted),
        "complete_from": suggester.complete_from,
    }


def learned_text(suggester: ProjectSuggester) -> str:
    """Return whose decisions a suggester learns, and which documents it takes as coded to their end."""
    documents = {
        "stated": "those that were named",
        "finished": "those marked as finished",
        "assigned": "all in which anything is coded, for nobody has marked one as finished",
    }
    counted = str(suggester.counted).removeprefix("Counted: ")
    return f"Learned from: {counted}\nCoded to the end: {documents[suggester.complete_from]}"


# Suggestions


def suggestions_text(found: Suggestions, limit: int, *, promised: str = "") -> str:
    """Return suggestions for the first segments as a table, and what is to be known of all."""
    groups = list(by_segment(found))
    rows = [
        _row(each, first=number == 0)
        for group in groups[:limit]
        for number, each in enumerate(group)
    ]
    lines = [_table(["document", "segment", "code", "probability", "why"], rows)] if rows else []
    if len(groups) > limit:
        lines.append(
            f"… and suggestions for {many(len(groups) - limit, 'more segment')}: --output FILE writes "
            f"all, --limit {len(groups)} prints them"
        )
    return "\n".join([*lines, *remarks(found, promised=promised)])


def by_segment(found: Iterable[Suggestion]) -> Iterator[list[Suggestion]]:
    """Yield the suggestions of each segment."""
    for _, group in groupby(
        found, key=lambda each: (each.segment.document.id, each.segment.start, each.segment.end)
    ):
        yield list(group)


def _row(each: Suggestion, *, first: bool) -> list[object]:
    sure = "–" if each.probability is None else f"{each.probability:.0%}"
    shown = [each.segment.document.id, each.segment.quote[:_QUOTE]] if first else ["", ""]
    return [*shown, each.code.name, sure, str(each.explanation)[:_QUOTE]]


def remarks(found: Suggestions, *, promised: str = "") -> Iterator[str]:
    """Yield what is promised of suggestions, why there are none, and why there are no percentages."""
    promise = found.promise
    if promise is not None and promise.threshold is None:
        yield f"a {promised} of {promise.wanted:.0%} is not promised: {promise.reason}"
    elif promise is not None:
        yield (
            f"a {promised} of {promise.wanted:.0%} is promised: on documents left out it was "
            f"{promise.observed:.0%}, its bound {promise.bound:.0%}"
        )
    if found.reason is not None and (promise is None or promise.reason != found.reason):
        yield _as_options(found.reason)
    ranked = Counter(each.reason for each in found if each.reason not in (None, found.reason))
    for reason, count in ranked.most_common():
        yield f"{many(count, 'suggestion')}: {reason}"
    silent = Counter(each.reason for each in found.abstained)
    for reason, count in silent.most_common(3):
        yield f"nothing for {many(count, 'segment')}: {reason}"


def _as_options(reason: str) -> str:
    """Return a reason with the arguments that it names as options of the command line."""
    return reason.replace("coded=True", "--coded").replace("complete=…", "--complete")


def segments_text(chosen: qc.Segments) -> str:
    """Return segments as a table."""
    rows = [[each.document.id, each.start, each.end, each.quote[:_QUOTE]] for each in chosen]
    return _table(["document", "start", "end", "segment"], rows)


def doubts_text(found: Doubts) -> str:
    """Return doubtful decisions as a table."""
    rows: list[list[object]] = [
        [
            each.segment.document.id,
            each.segment.quote[:_QUOTE],
            each.code.name,
            "yes" if each.assigned else "no",
            f"{each.score:.2f}",
        ]
        for each in found
    ]
    return _table(["document", "segment", "code", "coded so", "expected"], rows)


# Drift and evaluation


def drift_text(codes: pd.DataFrame) -> str:
    """Return which codes are used otherwise than at first as a table, the least likely by chance first."""
    tested = codes[codes["reason"].isna()]
    head = f"Early against late uses of {many(len(tested), 'code')}, in the order of coding"
    if len(tested) < len(codes):
        head += f"; {len(codes) - len(tested)} more are used too little"
    if tested.empty:
        return head
    rows: list[list[object]] = [
        [
            row["code"],
            f"{row['early']} / {row['late']}",
            *(f"{row[name]:.3f}" for name in ("distance", "expected", "p", "q")),
            row["came"],
            row["went"],
        ]
        for row in records(tested)
    ]
    heads = ["code", "early / late", "distance", "by chance", "p", "q", "came", "went"]
    return f"{head}\n{_table(heads, rows)}"


def evaluation_text(found: SuggesterEvaluation) -> str:
    """Return what a suggester did on documents that it had not seen, and what people do."""
    return "\n\n".join(_parts(found))


def _parts(found: SuggesterEvaluation) -> Iterator[str]:
    yield _frame_text(
        "On documents not learned from, means over splits",
        found.to_frame(),
        {
            "unit": "unit",
            "budget": "budget",
            "method": "method",
            "macro_f1": "macro-F1",
            "precision_at_1": "P@1",
            "recall_at_3": "R@3",
            "map": "MAP",
            "map_cold": "cold MAP",
            "calibration_error": "ECE",
            "n_splits": "splits",
            "n_test": "judged on",
        },
    )
    yield _frame_text(
        "Promises: the share of splits in which each was given, and in which it was broken",
        found.promises_frame(),
        {
            "unit": "unit",
            "budget": "budget",
            "kind": "promise",
            "wanted": "wanted",
            "given": "given",
            "broken": "broken",
            "attained": "attained",
        },
    )
    if found.agreement is not None:
        title = "Agreement: Krippendorff's α, mean over pairs, with its interval by documents"
        yield f"{title}\n{_agreement_text(found.agreement)}"
    if "agreement" in found.reasons:
        yield f"Agreement: {found.reasons['agreement']}"
    yield f"Anchoring: {found.anchoring or found.reasons['anchoring']}"


def _frame_text(title: str, frame: pd.DataFrame, columns: dict[str, str]) -> str:
    there = {name: head for name, head in columns.items() if name in frame}
    rows = [[_rounded(name, row[name]) for name in there] for row in records(frame)]
    return f"{title}\n{_table(list(there.values()), rows) if rows else 'no split could be made'}"


def _rounded(name: str, value: Any) -> Any:
    """Return a count as a whole number, and a wish as it was asked for."""
    if not isinstance(value, float):
        return value
    return round(value) if name.startswith("n_") else f"{value:g}" if name == "wanted" else value


def _agreement_text(found: BesideHumans) -> str:
    heads = ["code", "segments", "people", "suggester with people", "difference"]
    rows: list[list[object]] = [
        [
            each.code or "all codes",
            each.n_segments,
            *(_with_interval(part) for part in (each.human, each.model, each.difference)),
        ]
        for each in (found.overall, *found.codes)
    ]
    return _table(heads, rows)


def _with_interval(found: Estimate) -> str:
    if found.value is None:
        return "–"
    interval = "" if found.low is None else f" [{found.low:.2f}, {found.high:.2f}]"
    return f"{found.value:.2f}{interval}".replace("-", "−")


def _table(heads: list[str], rows: list[list[object]]) -> str:
    from qualcode.report import table_text

    return table_text(heads, rows, width=width())
