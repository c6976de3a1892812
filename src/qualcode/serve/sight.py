"""What a coder is shown of a project: everything, or when blind only what they came to on their own."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import numpy as np

from qualcode.model.coding.assignments import Assignments
from qualcode.model.coding.memos import Memo
from qualcode.model.log.event import Event
from qualcode.model.log.rows import Flags
from qualcode.model.log.timeline import CODEBOOK, SWITCHES
from qualcode.project.view import View
from qualcode.serve.refusals import Refusal

__all__ = ["Sight", "made_by"]

_SHARED = CODEBOOK | {
    "add-case", "add-document", "begin", "correct", "join", "leave", "reinstate", "set", "withdraw",
}  # fmt: skip
"""The kinds of event that everybody codes with: codebook, texts, cases and variables."""


@attrs.frozen
class Sight:
    """What a coder may see.

    Parameters
    ----------
    coder : str or None
        Who looks; nobody yet where it is None.
    blind : bool, default False
        Whether others' work in a document is hidden until the coder has finished it.
    """

    coder: str | None = None
    blind: bool = False

    def is_open(self, view: View, document: str) -> bool:
        """Tell whether what others did in a document may be seen."""
        return not self.blind or self.has_finished(view, document)

    def has_finished(self, view: View, document: str) -> bool:
        """Tell whether the coder has finished a document."""
        return document in view.finished.get(self.coder or "", ())

    def assignments(self, view: View, document: str | None = None) -> Assignments:
        """Return the assignments that may be seen, of all documents or of one."""
        rows = view.assignments
        if document is not None:
            return self.of_document(view, rows, document)
        return self._seen(view, rows, np.ones(len(rows), dtype=np.bool_))

    def of_document(self, view: View, rows: Assignments, document: str) -> Assignments:
        """Return those of some assignments that are in a document and may be seen."""
        return self._seen(view, rows, rows.document == _number(view, document))

    def _seen(self, view: View, rows: Assignments, seen: Flags) -> Assignments:
        if self.blind:
            shown = np.array([self.is_open(view, id) for id in view.documents] or [False])
            seen = seen & (made_by(rows, self.coder) | shown[rows.document])
        return rows if seen.all() else rows.take(seen)

    def memos(self, view: View) -> Iterable[Memo]:
        """Return the memos that may be seen."""
        if not self.blind:
            return view.memos
        return [each for each in view.memos if each.coder == self.coder]

    def finished(self, view: View, document: str) -> list[str]:
        """Return who finished a document, as far as it may be seen."""
        coders = [id for id, own in view.finished.items() if document in own]
        return coders if self.is_open(view, document) else [id for id in coders if id == self.coder]

    def part(self, view: View) -> View:
        """Return the project as it may be counted: when blind, without any assignment of others."""
        return view.restricted(coders=self.coder) if self.blind and self.coder else view

    def refuse_blind(self, what: str) -> None:
        """Refuse what shows everybody's work to who is blind.

        Raises
        ------
        Refusal
            When the coder is.
        """
        if self.blind:
            raise Refusal(
                f"{self.coder!r} works blind, and {what} would show what others coded",
                status=403,
                kind="Blind",
            )

    def shows(self, event: Event) -> bool:
        """Tell whether an event of the log may be seen."""
        if not self.blind or event.author == self.coder:
            return True
        return event.kind in _SHARED and event.kind not in SWITCHES


def made_by(rows: Assignments, coder: str | None) -> Flags:
    """Tell of each assignment whether a coder made it."""
    number = rows.coders.index(coder) if coder in rows.coders else -1
    made: Flags = rows.coder == number
    return made


def _number(view: View, document: str) -> int:
    view.documents[document]  # refuses what there is not
    return next(at for at, id in enumerate(view.documents) if id == document)
