"""Suggesting codes for the segments of a project, by a suggester that has learned. It never assigns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs
import numpy as np

from qualcode.errors import SuggestionError
from qualcode.model.asking import question
from qualcode.model.checks import check_flag, check_kind
from qualcode.model.state import State
from qualcode.model.texts.segments import Segment
from qualcode.stats.arguments import check_progress
from qualcode.suggest.asking.project_suggester import ProjectSuggester
from qualcode.suggest.asking.showing import Hidden, Showing, batches, place_of, with_neighbours
from qualcode.suggest.asking.shown_suggestions import Suggestions

__all__ = ["check_asked", "suggest"]

# Segments between two reports of progress; a document is never cut.
_BATCH = 200


@question()
def suggest(
    state: State,
    suggester: ProjectSuggester,
    segments: Iterable[Segment] | None = None,
    *,
    documents: str | Iterable[str] | None = None,
    coded: bool = False,
    again: bool = False,
    top: int = 3,
    precision: float | None = None,
    recall: float | None = None,
    explain: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Suggestions:
    """Return suggestions for segments; see `View.suggest`.

    Parameters
    ----------
    state : State
        The project to suggest for.
    suggester, segments, documents, coded, again, top, precision, recall, explain, progress
        See `View.suggest`.
    """
    from qualcode.suggest.bench.scoring import Scoring

    check_kind(
        suggester,
        ProjectSuggester,
        what="suggester",
        error=SuggestionError,
        advice="make one with project.suggester().fit()",
    )
    check_asked(coded, again, explain, top, precision, recall)
    progress = check_progress(progress)
    learned = suggester.ready()
    rows = suggester.units(state, segments, documents)
    decided = {*learned.places.values()}
    asked = np.array(
        [segments is not None or coded or place_of(each) not in decided for each in rows], bool
    )
    rows, asked = with_neighbours(rows, asked)
    if not rows:
        return Suggestions((), reason=_nothing_left(suggester))
    hidden = Hidden(
        suggester.own_assignments(state), learned.codes, rows, () if again else state.verdicts
    )
    limit = len(learned.codes) if recall is not None else top
    # Others know nothing of room beside what is shown, and promise for as many codes as are asked for.
    more: dict[str, Any] = {"top": top, "room": hidden.most}
    if not isinstance(suggester.model, Scoring):
        more = {"top": top + hidden.most}
    showing = Showing(learned, suggester.state, state, suggester.name, hidden)
    parts = []
    for batch in batches(rows, _BATCH):
        some = rows[batch]
        texts = [each.quote for each in some]
        found = suggester.model.suggest(
            texts,
            [each.document.id for each in some],
            learned.rules.hits(texts) if learned.rules else None,
            **more,
            precision=precision,
            recall=recall,
            explain=explain,
        )
        parts.append(showing.suggestions(found, some, asked[batch], limit))
        if progress is not None:
            progress(batch.stop, len(rows))
    return attrs.evolve(
        parts[0],
        items=tuple(each for part in parts for each in part.items),
        abstained=tuple(each for part in parts for each in part.abstained),
    )


def check_asked(
    coded: bool, again: bool, explain: bool, top: int, precision: float | None, recall: float | None
) -> None:
    """Refuse what is no way to be asked for suggestions; see `View.suggest`."""
    from qualcode.suggest.bench.shortlists import check_top
    from qualcode.suggest.bench.trust import check_share

    for name, flag in (("coded", coded), ("again", again), ("explain", explain)):
        check_flag(flag, what=name, error=SuggestionError)
    check_top(top)
    for name, share in (("precision", precision), ("recall", recall)):
        if share is not None:
            check_share(share, name)


def _nothing_left(suggester: ProjectSuggester) -> str:
    how = {
        "stated": "named in complete=…",
        "finished": "marked as finished",
        "assigned": "without a mark that says so, taken for coded to its end",
    }[suggester.complete_from]
    return (
        "there is nothing to suggest for: every segment has a code, or is in a document that is "
        f"{how}, so that it was found to have none; coded=True asks for these too"
    )
