"""Proposals: what a machine would have people do, logged with what it saw; none counts until accepted.

A proposal of a coding is a suggestion like any other, and is decided about in the same way. What else is
proposed is a change of the codebook, or a memo.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

import attrs
import msgspec

from qualcode.errors import NotFoundError, SuggestionError, did_you_mean
from qualcode.model.checks import check_choice, check_label, looked_up, settle
from qualcode.model.codebooks.changes import KINDS, Change
from qualcode.model.codebooks.codes import texts
from qualcode.model.coding.suggestions import Fingerprint, Kind, Suggestion, Verdict
from qualcode.model.log.event import Event
from qualcode.model.readable import Readable, card
from qualcode.model.texts.segments import Segment
from qualcode.model.times import with_moments

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CODING",
    "MEMO",
    "Answer",
    "Disclosure",
    "Disclosures",
    "Machine",
    "Proposal",
    "Proposals",
    "Proposed",
    "ProposedChange",
    "ProposedCoding",
    "ProposedMemo",
    "proposed_by",
    "proposed_said",
]

CODING, MEMO = "coding", "memo"
"""What is proposed, where it is no change of the codebook."""

Outcome = Literal["open", "accepted", "rejected", "edited"]
OUTCOMES: tuple[Outcome, ...] = ("open", "accepted", "rejected", "edited")


@attrs.frozen
class Machine:
    """What a machine's proposals came from, as far as it can be told.

    Parameters
    ----------
    client : str
        The program that asked, with its version, such as ``"claude-desktop 1.4"``.
    model : str
        The model that it says it is.
    prompts : str
        The first digits of the SHA-256 of the instructions that it was given here.
    """

    client: str = ""
    model: str = ""
    prompts: str = ""

    def __attrs_post_init__(self) -> None:
        checks = dict.fromkeys(("client", "model", "prompts"), check_label)
        settle(self, checks, where="a machine", error=SuggestionError)

    def __str__(self) -> str:
        return ", ".join(each for each in (self.model, self.client) if each) or "unknown"


@attrs.frozen(kw_only=True)
class Proposed:
    """What an event says that is proposed, in the texts and by the ids that are in force.

    Parameters
    ----------
    id : str
        Short id of its event.
    what : str
        ``"coding"``, ``"memo"``, or the kind of the change; of several, the last.
    coder, time, revision, why
        Who proposes it, when, knowing which revision of the codebook, and for which reason.
    machine, fingerprint
        What it came from.
    document, start, end : optional
        The passage that it is about.
    is_lost : bool
        Whether its passage was corrected so that its place is not certain.
    code : str or None
        Of a coding, the code's id.
    changes : tuple of Change
        What is to be changed of the codebook, together.
    target, text : str
        Of a memo, what it is on, and what it says.
    """

    id: str
    what: str
    coder: str
    time: str
    revision: str | None
    why: str
    machine: Machine
    fingerprint: Fingerprint
    document: str | None = None
    start: int = 0
    end: int = 0
    is_lost: bool = False
    code: str | None = None
    changes: tuple[Change, ...] = ()
    target: str = ""
    text: str = ""

    @property
    def content(self) -> str:
        """What tells it from others, whichever event says it."""
        return repr(attrs.evolve(self, id="", revision=None))


def proposed_said(
    proposed: Proposed, quote: str = ""
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return the target, fields and words of the event that makes a proposal.

    Parameters
    ----------
    proposed : Proposed
        What is proposed.
    quote : str
        The words of its passage, as lines of the log hold them.
    """
    fields: dict[str, Any] = {
        "what": proposed.what,
        "machine": msgspec.to_builtins(proposed.machine),
        "fingerprint": msgspec.to_builtins(proposed.fingerprint),
    }
    words: dict[str, Any] = {"why": proposed.why}
    target = proposed.target
    if proposed.changes:
        # What is proposed need not be there, so nothing is about it yet.
        target = "codebook"
        contents = [(each.kind, *each.content()) for each in proposed.changes]
        fields["changes"] = [[kind, about, said] for kind, about, said, _ in contents]
        words["changes"] = [own for *_, own in contents]
    if proposed.document is not None:
        # What is about a passage goes when its document goes.
        target = f"document:{proposed.document}"
        fields |= {"start": proposed.start, "end": proposed.end}
        words["quote"] = quote
    if proposed.code is not None:
        fields["code"] = proposed.code
    if proposed.what == MEMO:
        words["text"] = proposed.text
    return target, fields, words


def proposed_by(event: Event, revision: str | None) -> Proposed:
    """Return what an event proposes, as its author wrote it.

    Raises
    ------
    QualcodeError
        When it proposes nothing that can be.
    """
    said, words = event.fields, event.words
    what = said["what"]
    changes = zip(said.get("changes", ()), words.get("changes", ()), strict=True)
    kind, _, id = event.target.partition(":")
    return Proposed(
        id=event.short,
        what=what,
        coder=event.author,
        time=event.time,
        revision=revision,
        why=words.get("why", ""),
        machine=Machine(**said.get("machine", {})),
        fingerprint=Fingerprint(**said["fingerprint"]),
        document=id if kind == "document" and "start" in said else None,
        start=said.get("start", 0),
        end=said.get("end", 0),
        code=said.get("code"),
        changes=tuple(
            KINDS[each].heard(about.partition(":")[2], {**fields, **own})
            for (each, about, fields), own in changes
        ),
        target=event.target if what == MEMO else "",
        text=words.get("text", ""),
    )


@attrs.frozen(kw_only=True)
class Answer:
    """What a person made of a proposal that is no coding.

    Parameters
    ----------
    proposal : str
        Its id.
    kind : {"accepted", "rejected", "edited"}
        How it was decided.
    coder, time : str
        Who, and when.
    memo : str
        What the person noted.
    """

    proposal: str
    kind: Kind
    coder: str
    time: str
    memo: str = ""


class _Decided:
    """What every proposal can be asked."""

    __slots__ = ()

    if TYPE_CHECKING:
        decided: tuple[Verdict | Answer, ...]

    @property
    def outcome(self) -> Outcome:
        """``"open"``, or what was decided about it last."""
        return self.decided[-1].kind if self.decided else "open"


@attrs.frozen(kw_only=True)
class ProposedCoding(_Decided, Suggestion):
    """A code that a machine proposes for a passage: a suggestion that was logged.

    Parameters
    ----------
    id : str
        What it is called: the short id of its event.
    coder, time : str
        The machine that proposes it, and when, in UTC.
    machine : Machine
        What it came from.
    decided : tuple of Verdict
        What people made of it, in order.
    segment, code, rank, score, probability, status, explanation, reason, suggester, fingerprint
        As for any `Suggestion`; what the machine says for it is in the explanation.
    """

    id: str
    coder: str
    time: str
    machine: Machine = attrs.field(repr=False)
    decided: tuple[Verdict, ...] = attrs.field(default=(), repr=False)

    @property
    def what(self) -> str:
        """What is proposed: ``"coding"``."""
        return CODING

    @property
    def why(self) -> str:
        """What the machine says for it."""
        return self.explanation.why

    @property
    def told(self) -> str:
        """What is proposed, in words."""
        return f"code it {self.code.id}"


@attrs.frozen(kw_only=True)
class ProposedChange(_Decided):
    """What a machine would change of the codebook: a new code, a merge, a split, a definition, a grouping.

    Parameters
    ----------
    id, coder, time, machine
        As for `ProposedCoding`.
    changes : tuple of Change
        What would be changed, together.
    segment : Segment or None
        The passage that made it necessary; a new code is put on it by who accepts.
    why : str
        What the machine says for it.
    fingerprint : Fingerprint
        What it came from.
    decided : tuple of Answer
        What people made of it, in order.
    """

    id: str
    coder: str
    time: str
    machine: Machine = attrs.field(repr=False)
    changes: tuple[Change, ...]
    segment: Segment | None = None
    why: str = ""
    fingerprint: Fingerprint = attrs.field(repr=False)
    decided: tuple[Answer, ...] = attrs.field(default=(), repr=False)

    @property
    def what(self) -> str:
        """The kind of change: ``"add"``, ``"merge"``, …; of several, the last."""
        return self.changes[-1].kind

    @property
    def told(self) -> str:
        """What is proposed, in words."""
        return ", ".join(map(str, self.changes))

    @property
    def origin(self) -> str:
        """What an assignment made of it keeps for ever as its origin."""
        return f"suggestion:{self.coder}@{self.fingerprint.model}"

    def __str__(self) -> str:
        where = "" if self.segment is None else f" for “{self.segment.quote}”"
        return f"{self.told}{where} {_by(self)}"

    def _repr_html_(self) -> str:
        return card(self.told, "" if self.segment is None else self.segment.quote, [self.why])


@attrs.frozen(kw_only=True)
class ProposedMemo(_Decided):
    """A memo that a machine proposes.

    Parameters
    ----------
    id, coder, time, machine, why, fingerprint, decided
        As for `ProposedChange`.
    target, text : str
        What it is on, and what it says.
    """

    id: str
    coder: str
    time: str
    machine: Machine = attrs.field(repr=False)
    target: str
    text: str
    why: str = ""
    fingerprint: Fingerprint = attrs.field(repr=False)
    decided: tuple[Answer, ...] = attrs.field(default=(), repr=False)

    @property
    def what(self) -> str:
        """What is proposed: ``"memo"``."""
        return MEMO

    @property
    def told(self) -> str:
        """What is proposed, in words."""
        return f"memo on {self.target}: {self.text}"

    def __str__(self) -> str:
        return f"{self.told} {_by(self)}"

    def _repr_html_(self) -> str:
        return card(f"Memo on {self.target}", self.text, [self.why])


Proposal = ProposedCoding | ProposedChange | ProposedMemo


def _by(proposal: ProposedChange | ProposedMemo) -> str:
    """Return who proposes, and why where they said so."""
    return f"[{proposal.coder}: {proposal.why}]" if proposal.why else f"[{proposal.coder}]"


@attrs.frozen(repr=False)
class Proposals(Readable, Sequence[Proposal]):
    """What machines proposed, in order, with what was made of it.

    Parameters
    ----------
    items : tuple of Proposal
        The proposals.
    lost : int
        How many more there are whose passage was corrected so that its place is not certain, or whose code
        is gone.
    """

    items: tuple[Proposal, ...] = ()
    lost: int = 0

    @overload
    def __getitem__(self, index: int | str) -> Proposal: ...
    @overload
    def __getitem__(self, index: slice) -> Proposals: ...
    def __getitem__(self, index: int | str | slice) -> Proposal | Proposals:
        if isinstance(index, slice):
            return Proposals(self.items[index])
        if not isinstance(index, str):
            return self.items[index]
        found = [each for each in self.items if each.id.startswith(index)]
        if not index or len(found) != 1:
            known = [each.id for each in self.items]
            raise NotFoundError(
                f"{len(found) if index else 'no'} proposals have an id that begins with "
                f"{looked_up(index)}.{did_you_mean(index, known)}"
            )
        return found[0]

    def __iter__(self) -> Iterator[Proposal]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        counts = Counter(each.outcome for each in self)
        told = ", ".join(f"{counts[each]} {each}" for each in OUTCOMES if counts[each])
        lost = f"; {self.lost} more whose passage or code is gone" if self.lost else ""
        return f"<{len(self)} proposals{f': {told}' if told else ''}{lost}>"

    @property
    def open(self) -> Proposals:
        """Those that nobody decided about."""
        return self.where(outcome="open")

    @property
    def codings(self) -> tuple[ProposedCoding, ...]:
        """Those of codes for passages, which are suggestions."""
        return tuple(each for each in self if isinstance(each, ProposedCoding))

    def where(
        self,
        *,
        what: str | Iterable[str] | None = None,
        outcome: str | None = None,
        coder: str | Iterable[str] | None = None,
        document: str | Iterable[str] | None = None,
    ) -> Proposals:
        """Return the proposals that meet every condition.

        Parameters
        ----------
        what : str or iterable of str, optional
            ``"coding"``, ``"memo"``, or kinds of change: ``"add"``, ``"merge"``, ….
        outcome : {"open", "accepted", "rejected", "edited"}, optional
            What was made of them.
        coder, document : str or iterable of str, optional
            Ids.
        """
        if outcome is not None:
            check_choice(outcome, what="outcome", error=SuggestionError, choices=OUTCOMES)
        wanted = [None if each is None else set(texts(each)) for each in (what, coder, document)]

        def kept(each: Proposal) -> bool:
            place = getattr(each, "segment", None)
            is_in = None if place is None else place.document.id
            return (outcome is None or each.outcome == outcome) and all(
                some is None or own in some
                for own, some in zip((each.what, each.coder, is_in), wanted, strict=True)
            )

        return Proposals(tuple(each for each in self if kept(each)))

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each proposal.

        Columns: id, what, outcome, coder, time, document, start, end (code points, half-open), quote,
        proposal (in words), why, client, model, decided_by, memo (of who decided last).
        """
        import pandas as pd

        columns = [
            "id", "what", "outcome", "coder", "time", "document", "start", "end", "quote", "proposal",
            "why", "client", "model", "decided_by", "memo",
        ]  # fmt: skip
        frame = pd.DataFrame([_row(each) for each in self], columns=columns)
        return with_moments(frame.astype({"start": "Int64", "end": "Int64"}))


def _row(each: Proposal) -> tuple[Any, ...]:
    place = getattr(each, "segment", None)
    where = (
        (None, None, None, None)
        if place is None
        else (place.document.id, place.start, place.end, place.quote)
    )
    last = each.decided[-1] if each.decided else None
    return (
        each.id, each.what, each.outcome, each.coder, each.time, *where, each.told, each.why,
        each.machine.client, each.machine.model, last and last.coder, last and last.memo,
    )  # fmt: skip


# What leaves the machine


@attrs.frozen(kw_only=True)
class Disclosure:
    """That a document was opened to a program, which may pass it on.

    Parameters
    ----------
    document : str
        Its id.
    machine : Machine
        The program, and the model.
    coder, time : str
        For which coder, and when, in UTC.
    version : str
        The checksum of its text.
    characters : int
        How many code points it could read at the most.
    pseudonymised : bool
        Whether names were replaced before.
    """

    document: str
    machine: Machine
    coder: str
    time: str
    version: str = attrs.field(repr=False)
    characters: int
    pseudonymised: bool

    def __str__(self) -> str:
        how = ", pseudonymised" if self.pseudonymised else ""
        return (
            f"{self.document} ({self.characters:,} characters{how}) to {self.machine}, {self.time}"
        )


@attrs.frozen(repr=False)
class Disclosures(Readable, Sequence[Disclosure]):
    """Which documents were opened to which programs, in order.

    Parameters
    ----------
    items : tuple of Disclosure
        The disclosures.
    """

    items: tuple[Disclosure, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Disclosure: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Disclosure]: ...
    def __getitem__(self, index: int | slice) -> Disclosure | Sequence[Disclosure]:
        return self.items[index]

    def __iter__(self) -> Iterator[Disclosure]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __str__(self) -> str:
        return "\n".join(map(str, self.items)) or "nothing was opened to a program"

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each: document, client, model, coder, time, characters, pseudonymised."""
        import pandas as pd

        columns = ["document", "client", "model", "coder", "time", "characters", "pseudonymised"]
        rows = [
            (
                each.document, each.machine.client, each.machine.model, each.coder, each.time,
                each.characters, each.pseudonymised,
            )
            for each in self
        ]  # fmt: skip
        return with_moments(pd.DataFrame(rows, columns=columns))
