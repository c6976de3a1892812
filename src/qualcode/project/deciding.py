"""What a person makes of suggestions: accept, reject, edit. Only then is there an assignment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from qualcode.errors import SuggestionError
from qualcode.io.store.rows import abridged
from qualcode.io.tables.review_table import ReviewedRow, read_review_table
from qualcode.model.checks import check_kind, check_label, shown
from qualcode.model.coding.assignments import Assignment
from qualcode.model.coding.suggestions import Kind, Suggestion, Verdict, verdict_record
from qualcode.model.texts.segments import Segment
from qualcode.project.coding import Coding

__all__ = ["Deciding", "Decision", "Review", "check_person", "decide", "review", "verdict_said"]

Place = Segment | tuple[str, int, int]


@attrs.frozen(kw_only=True)
class Decision:
    """What is decided about one suggestion.

    Parameters
    ----------
    suggestion : Suggestion
        What it is about.
    kind : {"accepted", "rejected", "edited"}
        How.
    code, segment : optional
        For an edited suggestion: what is assigned instead.
    memo : str
        A note.
    """

    suggestion: Suggestion
    kind: Kind
    code: str | None = None
    segment: Place | None = None
    memo: str = ""


@attrs.frozen(kw_only=True)
class Review:
    """What came of a review table.

    Parameters
    ----------
    accepted, rejected, edited : int
        How many suggestions were decided so.
    undecided : int
        How many rows have no verdict.
    known : int
        How many rows say what the same coder had decided before; they are not logged again.
    retracted : int
        How many assignments were taken back, because the coder had accepted before what is rejected or
        edited now.
    """

    accepted: int
    rejected: int
    edited: int
    undecided: int
    known: int
    retracted: int


class Deciding(Coding):
    """A project in which suggestions are decided about."""

    def accept(
        self,
        suggestions: Suggestion | Iterable[Suggestion],
        *,
        coder: str | None = None,
        memo: str = "",
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
        self,
        suggestions: Suggestion | Iterable[Suggestion],
        *,
        coder: str | None = None,
        memo: str = "",
    ) -> None:
        """Log that suggestions were rejected: they are not shown again.

        What the coder had accepted before is taken back. Parameters as for `accept`.
        """
        self._decide(suggestions, "rejected", coder=coder, memo=memo)

    def edit(
        self,
        suggestion: Suggestion,
        *,
        coder: str | None = None,
        code: str | None = None,
        segment: Place | None = None,
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
        check_kind(
            suggestion,
            Suggestion,
            what="suggestion",
            error=SuggestionError,
            advice="give one of those that suggest or autocode returned",
        )
        if code is not None:
            self._recorder.fold.draft.assignable(code)
        return self._decide(
            suggestion, "edited", coder=coder, memo=memo, code=code, segment=segment
        )[0]

    def apply_review(self, path: str | Path, *, coder: str | None = None, memo: str = "") -> Review:
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
        memo = check_label(memo, what="memo", error=SuggestionError)
        rows = read_review_table(path, self.documents, self.codebook)
        who, time = self._who(coder), self._time()
        with self._step(who):
            outcome, verdicts = review(self, rows, coder=who, time=time, own=self._own, memo=memo)
            self._log_verdicts(verdicts, who)
        return outcome

    def _decide(
        self,
        suggestions: Suggestion | Iterable[Suggestion],
        kind: Kind,
        *,
        coder: str | None,
        memo: str,
        code: str | None = None,
        segment: Place | None = None,
    ) -> tuple[Assignment, ...]:
        memo = check_label(memo, what="memo", error=SuggestionError)
        given: Any = [suggestions] if isinstance(suggestions, Suggestion) else suggestions
        if not isinstance(given, Iterable) or getattr(given, "ndim", 1) == 0:
            raise SuggestionError(
                f"{shown(given)} is no suggestion: give one of those that suggest or autocode returned"
            )
        decisions = [
            Decision(suggestion=each, kind=kind, code=code, segment=segment, memo=memo)
            for each in given
        ]
        who = self._who(coder)
        with self._step(who):
            verdicts, assigned, _ = decide(
                self, decisions, coder=who, time=self._time(), own=self._own
            )
            self._log_verdicts(verdicts, who)
        return assigned

    def _log_verdicts(self, verdicts: tuple[Verdict, ...], coder: str) -> None:
        who = self._doing(coder)
        for verdict in verdicts:
            text = self._document(verdict.document).text
            fields, words = verdict_said(verdict, text)
            self._record("verdict", f"document:{verdict.document}", fields, words, coder=who)


def verdict_said(verdict: Verdict, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the event of a verdict says: fields and words.

    Parameters
    ----------
    verdict : Verdict
        The verdict.
    text : str
        The text of the document that it is about.
    """
    fields, words = verdict_record(verdict)
    words["quote"] = abridged(text[verdict.start : verdict.end])
    return fields, words


def decide(
    project: Coding,
    decisions: Sequence[Decision],
    *,
    coder: str,
    time: str,
    own: Callable[[Place], Segment],
) -> tuple[tuple[Verdict, ...], tuple[Assignment, ...], int]:
    """Return the verdicts on suggestions, what was assigned, and how many assignments were taken back.

    What the coder decided otherwise before is replaced, and what was assigned for it is taken back.

    Parameters
    ----------
    project : Coding
        The project.
    decisions : sequence of Decision
        What is decided: all of it takes effect, or nothing.
    coder, time : str
        Who, and when.
    own : callable
        Returns the project's own segment of a place.

    Raises
    ------
    SuggestionError
        When a machine decides, or something given is no suggestion; nothing is assigned then.
    """
    # All are looked at before the first is assigned, so that one that does not fit leaves no half.
    verdicts = _verdicts(project, decisions, coder=coder, time=time, own=own)
    made = tuple(
        project.assign(
            (verdict.document, start, end),
            code,
            coder=coder,
            memo=each.memo or None,
            origin=each.suggestion.origin,
        )
        for each, verdict in zip(decisions, verdicts, strict=True)
        for start, end, code in ([verdict.became] if verdict.became else [])
    )
    return verdicts, made, _take_back(project, verdicts, coder)


def _verdicts(
    project: Coding,
    decisions: Sequence[Decision],
    *,
    coder: str,
    time: str,
    own: Callable[[Place], Segment],
) -> tuple[Verdict, ...]:
    _check(project, [each.suggestion for each in decisions], coder)
    return tuple(
        Verdict.on(
            each.suggestion,
            each.kind,
            coder=coder,
            time=time,
            revision=project.history.head.short,
            became=None if each.kind == "rejected" else _assigned(project, each, own),
            memo=each.memo,
        )
        for each in decisions
    )


def _assigned(
    project: Coding, decision: Decision, own: Callable[[Place], Segment]
) -> tuple[int, int, str]:
    given = decision.suggestion
    segment = own(given.segment if decision.segment is None else decision.segment)
    return segment.start, segment.end, _standing(project, decision.code or given.code.id)


def _check(project: Coding, given: list[Suggestion], coder: str) -> None:
    for each in given:
        if not isinstance(each, Suggestion):
            raise SuggestionError(
                f"{shown(each)} is no suggestion: give one of those that suggest or autocode returned"
            )
    check_person(project, coder)


def check_person(project: Coding, coder: str) -> None:
    """Refuse that a machine decides.

    Raises
    ------
    SuggestionError
        When the coder is one.
    """
    known = project.coders.get(coder)
    if known is not None and known.kind == "machine":
        raise SuggestionError(
            f"{coder!r} is a machine, and a machine proposes: it takes a person to decide"
        )


def _standing(project: Coding, code: str) -> str:
    """Return the code that now stands for one, which may have been merged away since it was suggested."""
    codebook = project.codebook
    return codebook.assignable(codebook.resolve(codebook[code].id)).id


# Review tables


def review(
    project: Coding,
    rows: Iterable[ReviewedRow],
    *,
    coder: str,
    time: str,
    own: Callable[[Place], Segment],
    memo: str = "",
) -> tuple[Review, tuple[Verdict, ...]]:
    """Return what came of the rows of a review table, and the new verdicts, having carried them out.

    What the coder decided just so before is passed over: a table can be filled in and read bit by bit.

    Parameters
    ----------
    project : Coding
        The project.
    rows : iterable of ReviewedRow
        From `read_review_table`.
    coder, time, memo : str
        Who, when, and a note for rows that have none.
    own : callable
        Returns the project's own segment of a place.
    """
    listed = list(rows)
    decisions = [
        Decision(
            suggestion=row.suggestion,
            kind=row.verdict,
            code=row.new_code,
            segment=row.new_segment,
            memo=row.memo or memo,
        )
        for row in listed
        if row.verdict is not None
    ]
    newest = {
        _shown(verdict): _now(project, verdict)
        for verdict in project.verdicts
        if verdict.coder == coder
    }
    wanted = _verdicts(project, decisions, coder=coder, time=time, own=own)
    fresh = [
        each
        for each, verdict in zip(decisions, wanted, strict=True)
        if newest.get(_shown(verdict)) != _now(project, verdict)
    ]
    verdicts, _, retracted = decide(project, fresh, coder=coder, time=time, own=own)
    count = [verdict.kind for verdict in verdicts].count
    outcome = Review(
        accepted=count("accepted"),
        rejected=count("rejected"),
        edited=count("edited"),
        undecided=len(listed) - len(decisions),
        known=len(decisions) - len(fresh),
        retracted=retracted,
    )
    return outcome, verdicts


def _shown(verdict: Verdict) -> tuple[object, ...]:
    """Return what tells one suggestion from another."""
    return (
        verdict.document, verdict.start, verdict.end, verdict.code, verdict.suggester, verdict.fingerprint
    )  # fmt: skip


def _now(project: Coding, verdict: Verdict) -> Verdict:
    """Return a verdict without its moment, with the code that now stands for what was assigned."""
    became = verdict.became
    if became is not None:
        became = (*became[:2], project.codebook.resolve(became[2]))
    return attrs.evolve(verdict, time="", revision=None, became=became)


def _take_back(project: Coding, verdicts: Iterable[Verdict], coder: str) -> int:
    """Retract what stands only because of decisions that were replaced, and return how many that are."""
    new = {_shown(each)[:4]: _outcome(project, each) for each in verdicts}
    old = {
        _shown(each)[:4]: _outcome(project, each)
        for each in project.verdicts
        if each.coder == coder and _shown(each)[:4] in new
    }
    lost = {each for each in old.values() if each is not None} - set(new.values())
    if not lost:
        return 0
    standing = [
        each
        for each in project.assignments.where(coder=coder, origin="suggestion")
        if (*each.place[:3], each.code.id) in lost
    ]
    for each in standing:
        project.retract(each.segment, each.code.id, coder=coder)
    return len(standing)


def _outcome(project: Coding, verdict: Verdict) -> tuple[str, int, int, str] | None:
    """Return what was assigned for a verdict, with the code that now stands for it."""
    if verdict.became is None:
        return None
    start, end, code = verdict.became
    return verdict.document, start, end, project.codebook.resolve(code)
