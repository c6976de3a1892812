"""Correcting texts: what was said of them moves along, and what is not certain a person places."""

from __future__ import annotations

from collections.abc import Iterable

from qualcode.errors import CorrectionError, ProjectError
from qualcode.model.checks import check_flag, check_kind, check_label, check_text, shown
from qualcode.model.coding.memos import segment_place
from qualcode.model.correction_list import Effect
from qualcode.model.fold.quarantine import Quarantined
from qualcode.model.texts.corrections import Candidate, Correction
from qualcode.model.texts.documents import Document
from qualcode.model.texts.spans import Span
from qualcode.project.editing import Editing

__all__ = ["Correcting"]


class Correcting(Editing):
    """A project whose texts can be corrected."""

    def correct(
        self,
        document: str,
        text: str,
        *,
        coder: str | None = None,
        reason: str = "",
        dry_run: bool = False,
    ) -> Effect:
        """Correct the text of a document; assignments, memos, verdicts and decisions move along.

        A passage whose own words changed keeps its place, and the words as they were (`State.reworded`). One
        whose place is not certain goes to the quarantine with everything that hangs on it, until a person
        places it; it is never moved or dropped silently. Past states have the old text. A correction can be
        taken back after any later work, by `undo` or by correcting back to the text before: then every
        passage is exactly where it was.

        Parameters
        ----------
        document : str
            Id of the document.
        text : str
            The text as it shall be.
        coder : str, optional
            Who corrects it; the project's author when not given.
        reason : str
            Why.
        dry_run : bool, default False
            Only return what it would do.

        Returns
        -------
        Effect
            What becomes of each passage that is coded or has a memo.

        Raises
        ------
        NotFoundError
            When there is no such document.

        Examples
        --------
        >>> from qualcode import Code, Codebook, Project
        >>> project = Project.new("Study", codebook=Codebook("study", codes=[Code("money")]))
        >>> _ = project.add_document("We share one budgte. We meet on Mondays.", id="a")
        >>> _ = project.assign(("a", 0, 20), "money", coder="ana")
        >>> print(project.correct("a", "We share one budget. We meet on Mondays.", coder="ana"))
        a: 1 place changed; of 1 passage 0 kept, 1 changed within, 0 quarantined
        >>> project.assignments[0].segment.quote
        'We share one budget.'
        """
        known = self._document(document)
        text = check_text(text, what="text", error=CorrectionError)
        reason = check_label(reason, what="reason", error=ProjectError)
        made = Correction.between(known.text, text)
        effect = Effect(known.id, made.changes, made.place_all(self._passages(known)))
        if not check_flag(dry_run, what="dry_run", error=ProjectError):
            self._record_correction(known, made, coder, reason)
        return effect

    def _record_correction(
        self, document: Document, made: Correction, coder: str | None, reason: str
    ) -> None:
        target = f"document:{document.id}"
        sha = made.checksums[1]
        fields = {"sha256": sha, "length": len(made.new), "correction": made.to_data()}
        if self._did("correct", target, fields, coder=self._who(coder)) is not None:
            return
        if made.old == made.new and not self._is_open(target, "text"):
            return
        self._recorder.timeline.texts[sha] = made.new
        words = {"reason": reason} if reason else {}
        self._record("correct", target, fields, words, coder=self._doing(coder))

    def _passages(self, document: Document) -> list[Span]:
        """Return the passages of a document that are coded or have a memo, in order."""
        rows = self.assignments
        own = rows.document == list(rows.documents).index(document.id)
        spans = set(zip(rows.start[own].tolist(), rows.end[own].tolist(), strict=True))
        for memo in self.memos:
            if memo.target.startswith("segment:"):
                id, start, end = segment_place(memo.target)
                if id == document.id:
                    spans.add((start, end))
        return [Span(start, end) for start, end in sorted(spans)]

    def place(
        self,
        passage: Quarantined | str,
        where: Candidate | Span | tuple[int, int] | None,
        *,
        coder: str | None = None,
        reason: str = "",
    ) -> None:
        """Say where a passage of the quarantine is in the text in force; all that hangs on it moves there.

        Parameters
        ----------
        passage : Quarantined or str
            From `quarantine`, or its id.
        where : Candidate, Span, (start, end) or None
            One of its candidates, or code points in the text in force, half-open; None where it is not in
            the text any more. Then what hangs on it stays in the log and in past states, is counted nowhere,
            and is no longer listed.
        coder : str, optional
            Who says so; the project's author when not given.
        reason : str
            Why.

        Raises
        ------
        NotFoundError
            When nothing in the quarantine is called so.
        SpanError
            When the place is not in the text.
        """
        reason = check_label(reason, what="reason", error=ProjectError)
        if isinstance(passage, str):
            passage = self.quarantine[passage]
        check_kind(
            passage,
            Quarantined,
            what="passage",
            error=CorrectionError,
            advice="take it from project.quarantine",
        )
        passage = self.quarantine[passage.id]
        known = self._document(passage.document)
        to = None if where is None else _as_span(where)
        if to is not None:
            to.check_within(len(known.text), where=f"document {known.id!r}")
        fields = {
            "version": passage.version,
            "start": passage.span.start,
            "end": passage.span.end,
            "in": known.checksum,
            "to": None if to is None else [to.start, to.end],
        }
        words = {"reason": reason} if reason else {}
        self._record("place", f"document:{known.id}", fields, words, coder=self._doing(coder))


def _as_span(where: object) -> Span:
    if isinstance(where, Candidate):
        return where.span
    if isinstance(where, Span):
        return where
    if isinstance(where, Iterable) and not isinstance(where, str):
        given = list(where)
        if len(given) == 2:
            return Span(*given)
    raise CorrectionError(
        f"{shown(where)} is no place: give one of the passage's candidates, (start, end), or None where it "
        "is not in the text any more"
    )
