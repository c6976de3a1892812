"""Suggestions for the page: what assistants proposed, and what was learned from the coding so far."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qualcode.errors import MissingExtraError, SuggestionError
from qualcode.model.coding.suggestions import Suggestion
from qualcode.project.view import View
from qualcode.serve.showing import place_of

if TYPE_CHECKING:
    from qualcode.suggest.asking.project_suggester import ProjectSuggester

__all__ = ["Suggested", "suggestion_data"]

_MOST = 5_000
_TOP = 3

Key = tuple[str, int, int, str]


class Suggested:
    """What is suggested, and what of it a page was shown.

    Parameters
    ----------
    look : callable
        Returns the project as the suggester may learn from it: when blind, without others' coding.
    """

    def __init__(self, look: Callable[[], View]) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._suggester: ProjectSuggester | None = None
        self._place = ""
        self._shown: OrderedDict[Key, Suggestion] = OrderedDict()

    def ask(self, document: str) -> list[Suggestion]:
        """Return what is suggested for what is not decided about in a document.

        Raises
        ------
        SuggestionError
            When nothing was coded yet that could be learned from.
        MissingExtraError
            When scikit-learn is not installed.
        """
        # Before the lock: who holds it never waits for the project.
        view = self._look()
        view.documents[document]  # refuses what there is not, before anything is learned
        with self._lock:
            found: list[Suggestion] = list(view.proposals.open.where(document=document).codings)
            try:
                suggester = self._learned(view)
            except (MissingExtraError, SuggestionError):
                # What an assistant proposed can be decided about all the same.
                if not found:
                    raise
            else:
                found += view.suggest(suggester, documents=document, top=_TOP)
            for each in found:
                self._shown[_key(each)] = each
            while len(self._shown) > _MOST:
                self._shown.popitem(last=False)
        return found

    def find(self, document: str, start: int, end: int, code: str) -> Suggestion | None:
        """Return what was suggested, as it was shown; asked anew where the server was started since."""
        key = (document, start, end, code)
        if key not in self._shown:
            self.ask(document)
        return self._shown.get(key)

    def _learned(self, view: View) -> ProjectSuggester:
        if self._suggester is None:
            self._suggester = view.suggester()
        if self._place != place_of(view):
            self._suggester.project = view
            self._suggester.fit()
            self._place = place_of(view)
        return self._suggester


def _key(each: Suggestion) -> Key:
    return each.segment.document.id, each.segment.start, each.segment.end, each.code.id


def suggestion_data(each: Suggestion) -> dict[str, Any]:
    """Return a suggestion as the page gets it, with what speaks for it."""
    why = each.explanation
    return {
        "id": ":".join(map(str, _key(each))),
        "document": each.segment.document.id,
        "start": each.segment.start,
        "end": each.segment.end,
        "quote": each.segment.quote,
        "code": each.code.id,
        "rank": each.rank,
        "score": each.score,
        "probability": each.probability,
        "status": each.status,
        "reason": each.reason,
        "suggester": each.suggester,
        "told": [part for part in str(why).split("; ") if part],
        "words": [
            *([term.start, term.end] for term in why.terms),
            *([match.start, match.end] for match in why.matches),
        ],
        "near": [
            {
                "document": near.document,
                "start": near.start,
                "end": near.end,
                "quote": near.quote,
                "similarity": near.similarity,
            }
            for near in why.nearest
        ],
    }
