"""What a machine proposes, and what a person makes of it; a machine decides nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import SequenceMatcher
from heapq import nlargest
from typing import Any

import attrs
import msgspec

from qualcode.errors import NotFoundError, SuggestionError
from qualcode.io.store.rows import abridged
from qualcode.model.checks import (
    check_flag,
    check_kind,
    check_label,
    check_text,
    check_texts,
    shown,
)
from qualcode.model.codebooks.changes import Add, Change, Revert, checked
from qualcode.model.codebooks.codes import Code
from qualcode.model.codebooks.draft import Draft
from qualcode.model.coding.assignments import Assignment
from qualcode.model.coding.proposals import (
    CODING,
    MEMO,
    Machine,
    Proposal,
    Proposed,
    ProposedChange,
    ProposedCoding,
    ProposedMemo,
    proposed_said,
)
from qualcode.model.coding.suggestions import Fingerprint, Kind, Suggestion
from qualcode.model.ids import slug
from qualcode.model.log.event import Event
from qualcode.model.texts.documents import Document, Segment
from qualcode.model.texts.segmenters import by_sentence
from qualcode.project.deciding import Deciding, check_person
from qualcode.project.noting import Noting
from qualcode.project.revising import Revising
from qualcode.project.trying import Trial
from qualcode.project.view import memo_target

__all__ = ["Proposing", "nearest_passage", "quoted_places"]

_DIGITS = 12
_LOOKED_AT = 30
"""Sentences that are compared letter by letter: those that share most words."""


class Proposing(Deciding, Noting):
    """A project in which machines propose, and people decide."""

    def propose(
        self,
        document: str | Segment,
        *,
        code: str,
        quote: str = "",
        why: str = "",
        coder: str,
        context: str = "",
        definition: str = "",
        machine: Machine | None = None,
    ) -> ProposedCoding | ProposedChange:
        """Log that a machine proposes a code for a passage. Nothing is assigned by it; see `accept`.

        Proposing the same again logs nothing and returns what there is.

        Parameters
        ----------
        document : str or Segment
            Id of the document; or the passage itself, which needs no quote.
        quote : str
            The words of the passage, as they stand there but for white space, case and the look of quotation
            marks and hyphens; see `Segment.find`.
        code : str
            Id or name of the code. One that is not in the codebook becomes the proposal of a code, which
            who accepts it puts on the passage.
        why : str
            What speaks for it.
        coder : str
            The machine's id; one that is not known yet is added as a machine.
        context : str
            More of the words around the quote, where it stands in several places.
        definition : str
            What a code that is not there yet would mean.
        machine : Machine, optional
            The program, the model and its instructions, as far as they are known.

        Returns
        -------
        ProposedCoding or ProposedChange
            What was logged.

        Raises
        ------
        SuggestionError
            When the coder is a person; when the quote stands nowhere in the document (the nearest passage is
            named then) or in several places; or when a person rejected the same before.
        NotFoundError
            When there is no such document.
        AssignmentError
            When the code can no longer be assigned.

        Examples
        --------
        >>> from qualcode import Code, Codebook, Project
        >>> book = Codebook("study", codes=[Code("pooled-budget", "Pooled budget")])
        >>> project = Project.new("Study", codebook=book, coder="ana")
        >>> _ = project.add_document("Since May we share one budget.", id="int-03")
        >>> proposal = project.propose(
        ...     "int-03", quote="we share one budget", code="pooled-budget", coder="assistant", why="one"
        ... )
        >>> len(project.assignments), project.proposals
        (0, <1 proposals: 1 open>)
        >>> (assigned,) = project.accept(proposal, coder="ana")
        >>> assigned.coder, project.proposals[0].outcome
        ('ana', 'accepted')
        """
        who = self._machine(coder)
        quote = check_label(quote, what="quote", error=SuggestionError)
        context = check_label(context, what="context", error=SuggestionError)
        if isinstance(document, Segment):
            segment = self._own(document)
        else:
            segment = self._quoted(document, quote, context)
        code = check_text(code, what="code", error=SuggestionError, empty=False)
        definition = check_label(definition, what="definition", error=SuggestionError)
        known = self._known_code(code)
        proposed = attrs.evolve(
            self._proposed(who, why, machine, segment.document),
            document=segment.document.id,
            start=segment.start,
            end=segment.end,
            code=None if known is None else known.id,
        )
        if known is None:
            change = Add(Code(slug(code), code, definition=definition))
            checked(change, Draft(self.codebook))
            proposed = attrs.evolve(proposed, what="add", changes=(change,))
        made = self._propose(proposed, abridged(segment.quote))
        assert isinstance(made, ProposedCoding | ProposedChange)
        return made

    @contextmanager
    def propose_revision(
        self, *, coder: str, why: str = "", machine: Machine | None = None
    ) -> Iterator[Revising]:
        """Log what a machine would change of the codebook; nothing is changed by it.

        What is done in the block is one proposal. It is checked against the codebook as it is.

        Parameters
        ----------
        coder, why, machine
            As for `propose`.

        Yields
        ------
        Revising
            With a method for each kind of change, as for `Project.revise`.

        Raises
        ------
        SuggestionError
            When the coder is a person, or a person rejected the same before.
        ChangeError
            When a change does not fit.

        Examples
        --------
        >>> from qualcode import Code, Codebook, Project
        >>> book = Codebook("study", codes=[Code("trust"), Code("faith")])
        >>> project = Project.new("Study", codebook=book, coder="ana")
        >>> with project.propose_revision(coder="assistant", why="one meaning") as cb:
        ...     cb.merge("faith", into="trust")
        >>> len(project.codebook), print(project.proposals[0])
        merge faith into trust [assistant: one meaning]
        (2, None)
        """
        proposed = self._proposed(self._machine(coder), why, machine)
        drafting = _Drafting(self.state)
        yield Revising(drafting)
        if drafting.changes:
            what = drafting.changes[-1].kind
            self._propose(attrs.evolve(proposed, what=what, changes=tuple(drafting.changes)))

    def propose_memo(
        self,
        target: str | Segment,
        text: str,
        *,
        coder: str,
        why: str = "",
        machine: Machine | None = None,
    ) -> ProposedMemo:
        """Log that a machine proposes a memo; there is none until a person accepts it.

        Parameters
        ----------
        target, text
            As for `add_memo`.
        coder, why, machine
            As for `propose`.

        Raises
        ------
        SuggestionError
            When the coder is a person, or a person rejected the same before.
        NotFoundError
            When there is no such thing.
        """
        proposed = self._proposed(self._machine(coder), why, machine)
        text = check_text(text, what="text", error=SuggestionError, empty=False)
        target = self._memo_on(target)
        made = self._propose(attrs.evolve(proposed, what=MEMO, target=target, text=text))
        assert isinstance(made, ProposedMemo)
        return made

    def disclose(
        self,
        documents: str | Iterable[str],
        *,
        coder: str,
        machine: Machine | None = None,
        pseudonymised: bool = False,
    ) -> None:
        """Log that documents are opened to a program, which may pass their text on; once for each text.

        Parameters
        ----------
        documents : str or iterable of str
            Their ids.
        coder, machine
            As for `propose`.
        pseudonymised : bool, default False
            Whether names are replaced before.

        Raises
        ------
        SuggestionError
            When the coder is a person.
        NotFoundError
            When there is no such document, or it was withdrawn.

        Examples
        --------
        >>> from qualcode import Codebook, Project
        >>> project = Project.new("Study", codebook=Codebook("study"), coder="ana")
        >>> _ = project.add_document("We trust them.", id="a")
        >>> project.disclose("a", coder="assistant")
        >>> project.disclosures[0].characters
        14
        """
        proposed = self._proposed(self._machine(coder), "", machine)
        check_flag(pseudonymised, what="pseudonymised", error=SuggestionError)
        machine, told = proposed.machine, msgspec.to_builtins(proposed.machine)
        with self._step_or_nothing(proposed.coder):
            for id in check_texts(documents, what="documents", error=SuggestionError):
                document = self._document(id)
                now = id, machine, proposed.coder, document.checksum, pseudonymised
                if any(
                    (each.document, each.machine, each.coder, each.version, each.pseudonymised)
                    == now
                    for each in self._recorder.fold.disclosures
                ):
                    continue
                fields = {
                    "machine": told,
                    "characters": len(document.text),
                    "version": document.checksum,
                    "pseudonymised": pseudonymised,
                }
                self._by_machine("disclose", f"document:{id}", fields, {}, proposed.coder)

    def _by_machine(
        self,
        kind: str,
        target: str,
        fields: Mapping[str, Any],
        words: Mapping[str, Any],
        coder: str,
    ) -> Event:
        """Record an event of a machine, which is added where nobody is called so yet."""
        with self._step(coder):
            if coder not in self._recorder.fold.coders:
                self.add_coder(coder, kind="machine")
            return self._record(kind, target, fields, words, coder=coder)

    # What a person makes of it

    def accept(
        self,
        suggestions: Suggestion | Proposal | Iterable[Suggestion | Proposal],
        *,
        coder: str | None = None,
        memo: str = "",
    ) -> tuple[Assignment, ...]:
        """Do what was suggested or proposed, and log that it was accepted, by whom, and what was shown.

        Parameters
        ----------
        suggestions : Suggestion, Proposal, or several
            One, or many in bulk: all are accepted, or none.
        coder : str
            The person who accepts. What is done is theirs; assignments have the suggestion as their origin.
        memo : str
            A note, also on the assignments; of a change of the codebook, its reason.

        Raises
        ------
        SuggestionError
            When the coder is a machine.
        AssignmentError, ChangeError
            When a code can no longer be assigned, or a change no longer fits.
        """
        return self._answered(suggestions, "accepted", coder, memo)

    def reject(
        self,
        suggestions: Suggestion | Proposal | Iterable[Suggestion | Proposal],
        *,
        coder: str | None = None,
        memo: str = "",
    ) -> None:
        """Log that suggestions or proposals were rejected: they are not shown again, nor proposed again.

        What the coder had assigned for a suggestion before is taken back. Parameters as for `accept`.
        """
        self._answered(suggestions, "rejected", coder, memo)

    def edit_proposal(
        self,
        proposal: ProposedChange | ProposedMemo,
        *,
        change: Change | None = None,
        text: str | None = None,
        coder: str | None = None,
        memo: str = "",
    ) -> None:
        """Make another change, or write another memo, than was proposed, and log it; of a coding, see `edit`.

        Parameters
        ----------
        proposal : ProposedChange or ProposedMemo
            What was proposed.
        change : Change, optional
            What to change of the codebook instead.
        text : str, optional
            What the memo says instead.
        coder, memo
            As for `accept`.

        Raises
        ------
        SuggestionError
            When what takes its place is not given, or the coder is a machine.
        """
        if isinstance(proposal, ProposedMemo) and text is not None:
            proposal = attrs.evolve(proposal, text=text)
        elif isinstance(proposal, ProposedChange) and change is not None:
            proposal = attrs.evolve(proposal, changes=(change,))
        else:
            raise SuggestionError(
                f"nothing is edited of {shown(proposal)}: give the change to make instead, or the memo's "
                "text; edit() is for what is suggested for a passage"
            )
        self._answered(proposal, "edited", coder, memo)

    def _answered(
        self, given: Any, kind: Kind, coder: str | None, memo: str
    ) -> tuple[Assignment, ...]:
        memo = check_label(memo, what="memo", error=SuggestionError)
        is_list = isinstance(given, Iterable) and getattr(given, "ndim", 1) != 0
        items = list(given) if is_list else [given]
        others = [each for each in items if isinstance(each, ProposedChange | ProposedMemo)]
        rest = [each for each in items if not isinstance(each, ProposedChange | ProposedMemo)]
        made: list[Assignment] = []
        who = self._who(coder)
        with self._step_or_nothing(who):
            if rest:
                made += self._decide(rest if is_list else given, kind, coder=who, memo=memo)
            for each in others:
                made += self._answer(each, kind, who, memo)
        return tuple(made)

    def _answer(
        self, proposal: ProposedChange | ProposedMemo, kind: Kind, who: str, memo: str
    ) -> tuple[Assignment, ...]:
        check_person(self, who)
        if proposal.id not in self._recorder.fold.proposals:
            raise NotFoundError(f"this project has no proposal {proposal.id!r}")
        fields, words = {"kind": kind}, {"memo": memo} if memo else {}
        target = f"proposal:{proposal.id}"
        if self._did("answer", target, fields, words, coder=who) is not None:
            return ()
        made: tuple[Assignment, ...] = ()
        if kind != "rejected":
            made = self._carry_out(proposal, who, memo)
        self._record("answer", target, fields, words, coder=self._doing(who))
        return made

    def _carry_out(
        self, proposal: ProposedChange | ProposedMemo, who: str, memo: str
    ) -> tuple[Assignment, ...]:
        if isinstance(proposal, ProposedMemo):
            self.add_memo(proposal.target, proposal.text, coder=who)
            return ()
        reason = memo or f"Proposed by {proposal.coder}{f': {proposal.why}' * bool(proposal.why)}"
        with self.revise(coder=who, reason=reason) as codebook:
            for change in proposal.changes:
                codebook.apply(change)
        (*_, last) = proposal.changes
        if proposal.segment is None or not isinstance(last, Add):
            return ()
        own = self._own(proposal.segment)
        return (
            self.assign(own, last.code.id, coder=who, memo=memo or None, origin=proposal.origin),
        )

    # Whether it may be proposed

    def _machine(self, coder: str) -> str:
        """Return the id of a machine, or of nobody yet."""
        who = self._who(check_text(coder, what="coder", error=SuggestionError, empty=False))
        known = self._recorder.fold.coders.get(who)
        if known is not None and known.kind != "machine":
            raise SuggestionError(
                f"{who!r} is a {known.kind}, and proposals are a machine's: give the machine an id of its "
                "own as coder"
            )
        return who

    def _quoted(self, document: str, quote: str, context: str) -> Segment:
        """Return the one passage that a quote names."""
        if not quote.strip():
            raise SuggestionError("the quote is blank: give the words of the passage")
        text = self._document(document)
        found = quoted_places(text, quote, context)
        if not found and context.strip() and not text.find_all(context):
            raise SuggestionError(
                f"the context {shown(context)} does not stand in document {document!r}; "
                f"{_nearest(text, context)}"
            )
        if not found:
            raise SuggestionError(
                f"the quote {shown(quote)} does not stand in document {document!r}, word for word; "
                f"{_nearest(text, quote)}"
            )
        if len(found) > 1:
            told = ", ".join(f"{each.start}–{each.end}" for each in found[:5])
            raise SuggestionError(
                f"the quote {shown(quote)} stands in {len(found)} places of document {document!r} ({told}): "
                "give as context more of the words around the one that is meant"
            )
        return found[0]

    def _known_code(self, key: str) -> Code | None:
        try:
            code = self._recorder.fold.draft.find(key)
        except NotFoundError:
            return None
        return self.codebook.assignable(self.codebook.resolve(code.id))

    def _memo_on(self, target: str | Segment) -> str:
        if isinstance(target, Segment):
            self._own(target)
        return self._existing(memo_target(target))

    def _proposed(
        self, who: str, why: str, machine: Machine | None, document: Document | None = None
    ) -> Proposed:
        """Return a proposal that says who makes it, and nothing yet of what."""
        if machine is None:
            machine = Machine()
        check_kind(machine, Machine, what="machine", error=SuggestionError)
        return Proposed(
            id="",
            what=CODING,
            coder=who,
            time=self._time(),
            revision=self.history.head.short,
            why=check_label(why, what="why", error=SuggestionError),
            machine=machine,
            fingerprint=Fingerprint(
                model=_digest(who, machine.client, machine.model, machine.prompts),
                codebook=self.history.head.short[:_DIGITS],
                data=_digest("" if document is None else document.checksum),
            ),
        )

    def _propose(self, proposed: Proposed, quote: str = "") -> Proposal:
        """Log a proposal, unless it is there; refuse what a person rejected."""
        target, fields, words = proposed_said(proposed, quote)
        same = [each for each in self.proposals if _is_same(each, proposed)]
        for each in same:
            if each.outcome == "rejected":
                last = each.decided[-1]
                note = f": {last.memo}" if last.memo else ""
                raise SuggestionError(
                    f"{last.coder} rejected this on {last.time[:10]}{note} (proposal {each.id}); propose "
                    "something else"
                )
        own = [each for each in same if each.coder == proposed.coder]
        if own:
            return own[-1]
        event = self._by_machine("propose", target, fields, words, proposed.coder)
        return self.proposals[event.short]


class _Drafting(Trial):
    """Takes down what would be changed of a codebook."""

    def __call__(self, change: Change) -> None:
        """Take down a change, unless all is so already."""
        if isinstance(change, Revert):
            self.revert(change.revisions[0])
        super().__call__(change)

    def revert(self, revision: int | str) -> None:
        """Refuse to propose that a revision be reverted: what then stands is for people to see first."""
        raise SuggestionError(
            f"that revision {revision!r} be reverted cannot be proposed: propose the opposite change"
        )


def quoted_places(document: Document, quote: str, context: str) -> list[Segment]:
    """Return where a quote stands in a document or, where a context is given, within that.

    Parameters
    ----------
    document : Document
        Where to look.
    quote, context : str
        The words, and more of those around them; nothing for no context.
    """
    whole = Segment.whole(document)
    around = whole.find_all(context) if context.strip() else (whole,)
    return [each for place in around for each in place.find_all(quote)]


def nearest_passage(document: Document, quote: str) -> Segment | None:
    """Return the sentence of a document that is most like some words; None where none shares a word.

    Parameters
    ----------
    document : Document
        Where to look.
    quote : str
        The words.
    """
    words = set(quote.casefold().split())
    shared = [
        (len(words.intersection(each.quote.casefold().split())), each)
        for each in (Segment(document, span) for span in by_sentence(document))
    ]
    near = nlargest(_LOOKED_AT, (each for each in shared if each[0]), key=lambda each: each[0])
    return max(
        (each for _, each in near),
        key=lambda each: SequenceMatcher(None, each.quote, quote, autojunk=False).ratio(),
        default=None,
    )


def _nearest(document: Document, quote: str) -> str:
    near = nearest_passage(document, quote)
    if near is None:
        return "no sentence there shares a word with it"
    return f"the nearest passage is {near.quote!r} ({near.start}–{near.end})"


def _is_same(each: Proposal, proposed: Proposed) -> bool:
    """Tell whether two proposals come to the same, whoever makes them, and why."""
    if isinstance(each, ProposedMemo):
        return (each.target, each.text) == (proposed.target, proposed.text)
    place = None
    if each.segment is not None:
        place = each.segment.document.id, each.segment.start, each.segment.end
    if place != (proposed.document and (proposed.document, proposed.start, proposed.end)):
        return False
    if isinstance(each, ProposedCoding):
        return each.code.id == proposed.code
    return each.changes == proposed.changes


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_DIGITS]
