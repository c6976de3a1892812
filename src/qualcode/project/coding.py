"""Coding a project: assigning and retracting, and deciding about suggestions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualcode.errors import AssignmentError, SuggestionError
from qualcode.io.review_table import read_review_table
from qualcode.io.tables import events_from_frame, read_assignment_table
from qualcode.model.assignments import Assignment
from qualcode.model.events import Events, check_origin
from qualcode.model.segments import Segment
from qualcode.model.suggestions import Kind, Suggestion, Verdict
from qualcode.project.deciding import Decision, Review, decide, review
from qualcode.project.editing import Editing
from qualcode.project.pending import Key

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Coding"]


class Coding(Editing):
    """A project that codes are assigned in."""

    def assign(
        self,
        segment: Segment | tuple[str, int, int],
        code: str,
        *,
        coder: str,
        memo: str | None = None,
        weight: float | None = None,
        origin: str = "hand",
    ) -> Assignment:
        """Put a code on a segment; doing it twice is doing it once.

        Parameters
        ----------
        segment : Segment, or (document id, start, end)
            Any span of any length; overlapping is fine.
        code : str
            Id or name of a live, codable code.
        coder : str
            Who assigns.
        memo : str, optional
            A note on this assignment.
        weight : float, optional
            A weight, such as an intensity.
        origin : str, default "hand"
            ``"hand"``, ``"import"`` or ``"suggestion"``, with a detail behind a colon if there is one. An
            assignment that stands keeps its own.

        Raises
        ------
        AssignmentError
            When the code is not in use or only groups others, or the segment is of another project.
        SpanError
            When the span is empty, reversed or outside the text.
        NotFoundError
            When there is no such code or document.
        """
        placed = self._own(segment)
        assigned = self._state.codebook.assignable(code)
        check_origin(origin)
        if weight is not None and not abs(weight) < float("inf"):
            raise AssignmentError(f"weight {weight!r} is no finite number")
        self._know(coder)
        key = (placed.document.id, placed.start, placed.end, assigned.id, coder)
        time = self._time()
        known = self._log.standing(placed.document.id).get(key)
        kept_memo = memo if memo is not None else (known[0] if known else None)
        kept_weight = weight if weight is not None else (known[1] if known else None)
        # Where an assignment came from stays true whatever is noted on it later.
        origin = known[2] if known else origin
        if known != (kept_memo, kept_weight, origin):
            self._log.add(
                key, time=time, revision=self._state.head, origin=origin, memo=kept_memo,
                weight=kept_weight,
            )  # fmt: skip
            self._stale = True
        return Assignment(
            placed, assigned, coder, time, origin, assigned.id, kept_memo, kept_weight
        )

    def retract(self, segment: Segment | tuple[str, int, int], code: str, *, coder: str) -> None:
        """Take back an assignment; the log keeps that it was there.

        Raises
        ------
        AssignmentError
            When this coder has no such assignment.
        """
        placed = self._own(segment)
        wanted = self._state.codebook[code].id
        place = (placed.document.id, placed.start, placed.end, coder)
        keys: list[Key] = [
            key
            for key in self._log.standing(placed.document.id)
            if (*key[:3], key[4]) == place and self._state.codebook.resolve(key[3], place) == wanted
        ]
        if not keys:
            raise AssignmentError(
                f"{coder!r} has not assigned {wanted!r} to {placed.start}–{placed.end} of document "
                f"{placed.document.id!r}, so it cannot be retracted"
            )
        for key in keys:
            self._log.add(key, time=self._time(), revision=self._state.head, retracted=True)
        self._stale = True

    def assign_frame(
        self, frame: pd.DataFrame, *, coder: str | None = None, origin: str = "import"
    ) -> int:
        """Assign all rows of a data frame, or none.

        Parameters
        ----------
        frame : pandas.DataFrame
            Columns document, start, end (code points, half-open) and code (id or name); optionally
            coder, memo, weight, and quote, which is then checked against the text.
        coder : str, optional
            For all rows, when there is no column coder.
        origin : str, default "import"
            Where they come from.

        Returns
        -------
        int
            How many assignments are new; those that stand already are not made again.

        Raises
        ------
        AssignmentError
            When a row does not fit; the first such rows are named, and nothing is assigned.
        """
        check_origin(origin)
        events = events_from_frame(
            frame,
            self.documents,
            self.codebook,
            coder=coder,
            origin=origin,
            time=self._time(),
            revision=self.state.head,
        )
        before = self._log.events
        both = Events.concatenate([before, events]) if len(before) else events
        fresh = both.first_of_their_kind(len(before))
        for each in events.coders:
            self._know(each)
        self._log.extend(both.take(fresh))
        self._stale = True
        return len(fresh)

    def assign_csv(
        self, path: str | Path, *, coder: str | None = None, origin: str = "import"
    ) -> int:
        """Assign all rows of a CSV file, or none; columns as for `assign_frame`."""
        return self.assign_frame(read_assignment_table(path), coder=coder, origin=origin)

    # Suggestions

    def accept(
        self, suggestions: Suggestion | Iterable[Suggestion], *, coder: str, memo: str = ""
    ) -> tuple[Assignment, ...]:
        """Assign what was suggested, and log that it was accepted, by whom, and what was shown.

        Parameters
        ----------
        suggestions : Suggestion or iterable of Suggestion
            One, or many in bulk: all are accepted, or none.
        coder : str
            The person who accepts. The assignments are theirs, with a suggestion as their origin for ever.
        memo : str
            A note, also on the assignments.

        Raises
        ------
        SuggestionError
            When the coder is a machine.
        AssignmentError
            When a code can no longer be assigned.
        """
        return self._decide(suggestions, "accepted", coder=coder, memo=memo)

    def reject(
        self, suggestions: Suggestion | Iterable[Suggestion], *, coder: str, memo: str = ""
    ) -> None:
        """Log that suggestions were rejected: they are not shown again.

        What the coder had accepted before is taken back. Parameters as for `accept`.
        """
        self._decide(suggestions, "rejected", coder=coder, memo=memo)

    def edit(
        self,
        suggestion: Suggestion,
        *,
        coder: str,
        code: str | None = None,
        segment: Segment | tuple[str, int, int] | None = None,
        memo: str = "",
    ) -> Assignment:
        """Assign another code, or to another segment, than was suggested, and log it.

        Parameters
        ----------
        suggestion : Suggestion
            What was shown.
        coder : str
            The person who decides.
        code : str, optional
            Id or name of the code to assign instead.
        segment : Segment, or (document id, start, end), optional
            What to assign it to instead.
        memo : str
            A note, also on the assignment.

        Raises
        ------
        SuggestionError
            When neither differs from the suggestion, or the coder is a machine.
        """
        if code is None and segment is None:
            raise SuggestionError(
                "nothing is edited: give another code or another segment, or accept the suggestion"
            )
        return self._decide(
            suggestion, "edited", coder=coder, memo=memo, code=code, segment=segment
        )[0]

    def apply_review(self, path: str | Path, *, coder: str, memo: str = "") -> Review:
        """Accept, reject and edit what a review table says; see `Suggestions.write`.

        A table can be read again after more of it was filled in: what the coder decided just so is not logged
        twice. What they decided otherwise before is replaced, and what was assigned for it is taken back.

        Parameters
        ----------
        path : str or Path
            A CSV or XLSX file that was written with `Suggestions.write`, and filled in.
        coder : str
            The person who decided.
        memo : str
            A note for rows that have none of their own.

        Raises
        ------
        SuggestionError
            When the file cannot be read, rows do not fit, or the coder is a machine; nothing is changed then.
        """
        rows = read_review_table(path, self.documents, self.codebook)
        time = self._time()
        outcome, verdicts = review(self, rows, coder=coder, time=time, own=self._own, memo=memo)
        self._log_verdicts(verdicts, coder)
        return outcome

    def _decide(
        self, suggestions: Suggestion | Iterable[Suggestion], kind: Kind, *, coder: str, **how: Any
    ) -> tuple[Assignment, ...]:
        given = [suggestions] if isinstance(suggestions, Suggestion) else suggestions
        decisions = [Decision(suggestion=each, kind=kind, **how) for each in given]
        verdicts, assigned, _ = decide(
            self, decisions, coder=coder, time=self._time(), own=self._own
        )
        self._log_verdicts(verdicts, coder)
        return assigned

    def _log_verdicts(self, verdicts: tuple[Verdict, ...], coder: str) -> None:
        self._know(coder)
        self._set(verdicts=(*self.verdicts, *verdicts))
