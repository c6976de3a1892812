"""Suggestions, which assign nothing, and the log of what people made of them.

A suggestion is kept apart from assignments. What is kept of it is a verdict: that a person accepted,
rejected or changed it, with everything that they were shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, get_args, overload

import attrs
import msgspec

from qualcode.errors import SuggestionError
from qualcode.model.checks import (
    Check,
    Raised,
    check_choice,
    check_items,
    check_kind,
    check_label,
    check_number,
    check_optional_text,
    check_text,
    check_whole,
    is_missing,
    settle,
    shown,
)
from qualcode.model.codebooks.codes import Code
from qualcode.model.later import Later
from qualcode.model.readable import Card, Readable
from qualcode.model.texts.segments import Segment
from qualcode.model.texts.spans import LARGEST_OFFSET, Span
from qualcode.model.times import time_shown, time_text, with_moments

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "VERDICT_WORDS",
    "Explanation",
    "Fingerprint",
    "NearRow",
    "NearSegment",
    "PatternMatch",
    "PhraseMatch",
    "Shown",
    "Suggestion",
    "Term",
    "Verdict",
    "Verdicts",
    "as_shown",
    "verdict_from_record",
    "verdict_record",
]

Status = Literal["cold", "learning", "usable"]
Kind = Literal["accepted", "rejected", "edited"]
_GLANCE = 120
KINDS: tuple[Kind, ...] = ("accepted", "rejected", "edited")


def _check_number(value: object, *, what: str, error: Raised) -> float:
    if type(value) is float and value - value == 0:  # finite
        return value
    return check_number(value, what=what, error=error)


def _check_place(value: Term | NearSegment | PatternMatch | Verdict) -> None:
    """Check where something stands, which is plain most of the time."""
    start, end = value.start, value.end
    plain = type(start) is int and type(end) is int
    if not plain or not 0 <= start < end <= LARGEST_OFFSET:
        span = Span(start, end)
        object.__setattr__(value, "start", span.start)
        object.__setattr__(value, "end", span.end)


def _settle(value: object, checks: Mapping[str, Check], where: str) -> None:
    settle(value, checks, where=where, error=SuggestionError)


def _glance(quote: str) -> str:
    """Return as much of a quote as is read at a glance."""
    return quote if len(quote) <= _GLANCE else quote[: _GLANCE - 1].rstrip() + "…"


@attrs.frozen
class Term:
    """Words that speak for a code.

    Parameters
    ----------
    start, end : int
        Where they stand: code points, half-open, in the document (in the segment's own text where no
        document is known).
    text : str
        The words.
    weight : float
        What they add to the log odds of the code.
    """

    start: int
    end: int
    text: str
    weight: float

    def __attrs_post_init__(self) -> None:
        _check_place(self)
        _settle(self, {"text": check_text, "weight": _check_number}, "a term")


@attrs.frozen
class NearSegment:
    """A segment like this one that a person gave the code to.

    Parameters
    ----------
    document : str
        Id of its document.
    start, end : int
        Code points, half-open.
    quote : str
        Its text.
    similarity : float
        How alike the texts are, 1 for the same.
    """

    document: str
    start: int
    end: int
    quote: str
    similarity: float

    def __attrs_post_init__(self) -> None:
        _check_place(self)
        checks: Mapping[str, Check] = {
            "document": check_text,
            "quote": check_text,
            "similarity": _check_number,
        }
        _settle(self, checks, "a near segment")


@attrs.frozen
class NearRow:
    """A segment like this one that a person gave the code to, where no project is known.

    Parameters
    ----------
    row : int
        Its place in the data that was learned from.
    similarity : float
        How alike the texts are, 1 for the same.
    """

    row: int
    similarity: float


AnyNear = TypeVar("AnyNear", NearSegment, NearRow)


@attrs.frozen
class PhraseMatch:
    """A phrase of the codebook that the segment resembles.

    Parameters
    ----------
    text : str
        The phrase.
    part : str
        Where it stands: name, definition, include or examples.
    similarity : float
        How alike the texts are.
    """

    text: str
    part: str
    similarity: float

    def __attrs_post_init__(self) -> None:
        checks: Mapping[str, Check] = {
            "text": check_text,
            "part": check_text,
            "similarity": _check_number,
        }
        _settle(self, checks, "a phrase")


@attrs.frozen
class PatternMatch:
    """Words that one of the code's own keywords or patterns, or a search, found.

    Parameters
    ----------
    start, end : int
        Where they stand in the document: code points, half-open.
    text : str
        The words.
    pattern : str
        What found them, as it is written in the codebook.
    """

    start: int
    end: int
    text: str
    pattern: str

    def __attrs_post_init__(self) -> None:
        _check_place(self)
        _settle(self, {"text": check_text, "pattern": check_text}, "a match")


@attrs.frozen
class Explanation(Later, Generic[AnyNear]):
    """Why a code is suggested for a segment; but for `why`, all of it quoted from real text.

    That of a suggestion is made when it is first looked at, from what the suggester knew then. A suggester
    on plain text knows a near segment by its row in what it learned from, and a project by its place.

    Parameters
    ----------
    matches : tuple of PatternMatch
        What keywords, patterns or a search found.
    terms : tuple of Term
        Words of the segment, the weightiest first.
    nearest : tuple of NearSegment, or of NearRow on plain text
        Segments that people coded so, the most similar first.
    phrase : PhraseMatch or None
        The phrase of the codebook that is most like the segment.
    why : str
        What an assistant says for it, in its own words.

    Examples
    --------
    >>> str(Explanation(terms=(Term(3, 8, "trust", 1.2),)))
    'words: trust'
    """

    matches: tuple[PatternMatch, ...] = ()
    terms: tuple[Term, ...] = ()
    nearest: tuple[AnyNear, ...] = ()
    phrase: PhraseMatch | None = None
    why: str = ""

    def __attrs_post_init__(self) -> None:
        checks: Mapping[str, Check] = {
            "why": check_label,
            "matches": partial(check_items, kind=PatternMatch),
            "terms": partial(check_items, kind=Term),
            "nearest": _check_nearest,
            "phrase": partial(_check_or_none, kind=PhraseMatch),
        }
        _settle(self, checks, "an explanation")

    def __str__(self) -> str:
        told = []
        if self.matches:
            told.append("found: " + ", ".join(dict.fromkeys(each.text for each in self.matches)))
        if self.terms:
            told.append("words: " + ", ".join(dict.fromkeys(each.text for each in self.terms)))
        if self.phrase is not None:
            told.append(f"{self.phrase.part}: “{self.phrase.text}”")
        near: NearSegment | NearRow | None = self.nearest[0] if self.nearest else None
        if isinstance(near, NearSegment):
            told.append(f"coded so: “{_glance(near.quote)}” ({near.document})")
        if self.why:
            told.append(self.why)
        return "; ".join(told)


@attrs.frozen
class Fingerprint:
    """What a suggestion came from: the first digits of three SHA-256 digests.

    Parameters
    ----------
    model : str
        Of everything that the suggester had learned.
    codebook : str
        Of the codebook's text, as it learned it.
    data : str
        Of the segments and decisions that it learned from.
    """

    model: str
    codebook: str
    data: str

    def __attrs_post_init__(self) -> None:
        checks = dict.fromkeys(("model", "codebook", "data"), check_text)
        _settle(self, checks, "a fingerprint")

    def __str__(self) -> str:
        return f"{self.model}-{self.codebook}-{self.data}"


@attrs.frozen(kw_only=True)
class Shown:
    """What is shown of a code that is suggested for a segment, and what it came from.

    Parameters
    ----------
    rank : int
        1 for the best code of the segment.
    score : float
        What it is ranked by; comparable only with suggestions of the same fingerprint.
    probability : float or None
        How often such a suggestion was right; None where that is not known well enough.
    status : {"cold", "learning", "usable"}
        How much is known of the code: no example, few, enough in two documents or more.
    explanation : Explanation
        Why.
    reason : str or None
        Why there is no probability.
    suggester : str
        The name of what proposes.
    fingerprint : Fingerprint
        What it came from.
    """

    rank: int
    score: float
    probability: float | None
    status: Status
    explanation: Explanation[NearSegment] = attrs.field(repr=False)
    reason: str | None = attrs.field(default=None, repr=False)
    suggester: str
    fingerprint: Fingerprint = attrs.field(repr=False)


def as_shown(shown: Shown) -> dict[str, Any]:
    """Return by name what is shown of a suggestion, whatever else is held beside it."""
    return {each.name: getattr(shown, each.name) for each in attrs.fields(Shown)}


@attrs.frozen(kw_only=True)
class Suggestion(Card, Shown):
    """A code that is proposed for a segment. Nothing is assigned by it.

    Parameters
    ----------
    segment : Segment
        The segment.
    code : Code
        The code.
    rank, score, probability, status, explanation, reason, suggester, fingerprint
        See `Shown`.
    """

    segment: Segment
    code: Code = attrs.field(repr=lambda code: repr(code.id))

    def __attrs_post_init__(self) -> None:
        _settle(self, _SUGGESTION_CHECKS, "a suggestion")

    @property
    def origin(self) -> str:
        """What an assignment made of it keeps for ever as its origin."""
        return f"suggestion:{self.suggester}@{self.fingerprint.model}"

    def __str__(self) -> str:
        return f"{self._head}: “{_glance(self.segment.quote)}” [{self.explanation}]"

    @property
    def _head(self) -> str:
        sure = "" if self.probability is None else f" ({self.probability:.0%})"
        return f"{self.rank}. {self.code.name}{sure}"

    @property
    def _words(self) -> str:
        return self.segment.quote

    @property
    def _notes(self) -> tuple[str, ...]:
        return (str(self.explanation),)


@attrs.frozen(kw_only=True)
class Verdict(Card, Shown):
    """What a person made of a suggestion, with everything that they were shown.

    Parameters
    ----------
    kind : {"accepted", "rejected", "edited"}
        Edited means that another code, or another stretch of text, was assigned instead.
    coder : str
        Who.
    time : str, date or datetime
        When, in UTC; kept in ISO 8601.
    revision : str or None
        Id of the codebook revision that was the newest then.
    document : str
        Id of the document.
    start, end : int
        The suggested segment: code points, half-open.
    code : str
        Id of the suggested code.
    rank, score, probability, status, explanation, reason, suggester, fingerprint
        As it was shown; see `Shown`.
    became : tuple of (int, int, str) or None
        Start, end and code that were assigned; None for a rejection.
    memo : str
        What the person noted.
    """

    kind: Kind
    coder: str
    time: str
    revision: str | None
    document: str
    start: int
    end: int
    code: str
    became: tuple[int, int, str] | None = None
    memo: str = ""

    @property
    def _head(self) -> str:
        place = f"{self.document} {self.start}–{self.end}"
        return f"{self.kind}: {self.code} for {place}, {self.coder}, {time_shown(self.time)}"

    @property
    def _notes(self) -> list[str]:
        told = []
        if self.became is not None and self.kind == "edited":
            start, end, code = self.became
            told.append(f"assigned instead: {code} to {start}–{end}")
        return [*told, str(self.explanation), *([f"memo: {self.memo}"] if self.memo else [])]

    def __attrs_post_init__(self) -> None:
        _settle(self, _VERDICT_CHECKS, "a verdict")
        _check_place(self)
        if (self.became is None) != (self.kind == "rejected"):
            raise SuggestionError(
                f"the verdict {self.kind!r} on {self.code!r} in document {self.document!r} must "
                f"{'not ' if self.kind == 'rejected' else ''}say what was assigned (became)"
            )

    @classmethod
    def on(
        cls,
        suggestion: Suggestion,
        kind: Kind,
        *,
        coder: str,
        time: str,
        revision: str | None,
        became: tuple[int, int, str] | None = None,
        memo: str = "",
    ) -> Verdict:
        """Return the verdict on a suggestion."""
        check_kind(suggestion, Suggestion, what="suggestion", error=SuggestionError)
        return cls(
            kind=kind,
            coder=coder,
            time=time,
            revision=revision,
            document=suggestion.segment.document.id,
            start=suggestion.segment.start,
            end=suggestion.segment.end,
            code=suggestion.code.id,
            became=became,
            memo=memo,
            **as_shown(suggestion) | {"explanation": suggestion.explanation.looked_at()},
        )


def _check_nearest(value: object, *, what: str, error: Raised) -> tuple[object, ...]:
    if isinstance(value, tuple) and value and all(type(each) is NearRow for each in value):
        return value
    return check_items(value, NearSegment, what=what, error=error)


def _check_or_none(value: object, *, kind: type[object], what: str, error: Raised) -> object:
    return None if is_missing(value) else check_kind(value, kind, what=what, error=error)


def _check_probability(value: object, *, what: str, error: Raised) -> float | None:
    return (
        None if is_missing(value) else check_number(value, what=what, error=error, least=0, most=1)
    )


def _check_time(value: object, *, what: str, error: Raised) -> str:
    # A verdict that is only compared with others has no time.
    return "" if isinstance(value, str) and not value else time_text(value, what=what, error=error)


def _check_became(value: object, *, what: str, error: Raised) -> tuple[int, int, str] | None:
    if is_missing(value):
        return None
    if not isinstance(value, tuple | list) or len(value) != 3:
        raise error(f"{what} must be (start, end, code) or None, not {shown(value)}")
    span = Span(value[0], value[1])
    return span.start, span.end, check_text(value[2], what=f"{what}: the code", error=error)


_SHOWN_CHECKS: Mapping[str, Check] = {
    "rank": partial(check_whole, least=1),
    "score": _check_number,
    "probability": _check_probability,
    "status": partial(check_choice, choices=get_args(Status)),
    "explanation": partial(check_kind, kind=Explanation),
    "reason": check_optional_text,
    "suggester": check_text,
    "fingerprint": partial(check_kind, kind=Fingerprint),
}
_SUGGESTION_CHECKS: Mapping[str, Check] = {
    "segment": partial(check_kind, kind=Segment),
    "code": partial(check_kind, kind=Code),
    **_SHOWN_CHECKS,
}
_VERDICT_CHECKS: Mapping[str, Check] = {
    "kind": partial(check_choice, choices=KINDS),
    "coder": check_text,
    "time": _check_time,
    "revision": check_optional_text,
    "document": check_text,
    "code": check_text,
    **_SHOWN_CHECKS,
    "became": _check_became,
    "memo": check_label,
}


VERDICT_WORDS = ("explanation", "reason", "memo")
"""What of a verdict are words, which may quote the documents."""
_OF_EVENT = ("coder", "time", "revision", "document")
_UNSAID = {"reason": None, "became": None, "memo": "", "probability": None}


def _verdicts(value: Iterable[Verdict] | None) -> tuple[Verdict, ...]:
    return check_items(value, Verdict, what="verdicts", error=SuggestionError)


def verdict_record(verdict: Verdict) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a verdict says, and the words in it; who, when and where belong to its event."""
    record = {
        name: value
        for name, value in msgspec.to_builtins(verdict).items()
        if name not in _OF_EVENT and value != _UNSAID.get(name, ...)
    }
    words = {name: record.pop(name) for name in VERDICT_WORDS if name in record}
    if not words["explanation"]["why"]:
        del words["explanation"]["why"]  # as in logs that are older than it
    return record, words


def verdict_from_record(
    record: Mapping[str, Any], *, document: str, coder: str, time: str, revision: str | None
) -> Verdict:
    """Return the verdict that a record describes.

    Raises
    ------
    SuggestionError
        When it describes none.
    """
    if "evidence" in record:
        # What an explanation was called in logs that were written before it got this name.
        record = {**record, "explanation": record["evidence"]}
    whole = {
        "probability": None, **record, "document": document, "coder": coder, "time": time,
        "revision": revision,
    }  # fmt: skip
    try:
        return msgspec.convert(whole, Verdict)
    except msgspec.ValidationError as error:
        raise SuggestionError(f"the verdict cannot be read: {error}") from error


@attrs.frozen(repr=False)
class Verdicts(Readable, Sequence[Verdict]):
    """The log of verdicts, in order.

    Parameters
    ----------
    items : tuple of Verdict
        The verdicts.
    """

    items: tuple[Verdict, ...] = attrs.field(default=(), converter=_verdicts)

    @overload
    def __getitem__(self, index: int) -> Verdict: ...
    @overload
    def __getitem__(self, index: slice) -> Verdicts: ...
    def __getitem__(self, index: int | slice) -> Verdict | Verdicts:
        return Verdicts(self.items[index]) if isinstance(index, slice) else self.items[index]

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        counts = Counter(each.kind for each in self)
        told = ", ".join(f"{counts[kind]} {kind}" for kind in KINDS if counts[kind])
        return f"<{len(self)} verdicts{f': {told}' if told else ''}>"

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each verdict.

        Columns: verdict, coder, time, document, start, end (code points, half-open), code, became (the code
        that was assigned), probability, rank, status, explanation (in words), suggester, fingerprint, memo.
        """
        import pandas as pd

        columns = (
            "verdict", "coder", "time", "document", "start", "end", "code", "became", "probability",
            "rank", "status", "explanation", "suggester", "fingerprint", "memo",
        )  # fmt: skip
        frame = pd.DataFrame(
            [
                (
                    each.kind,
                    each.coder,
                    each.time,
                    each.document,
                    each.start,
                    each.end,
                    each.code,
                    each.became[2] if each.became else None,
                    each.probability,
                    each.rank,
                    each.status,
                    str(each.explanation),
                    each.suggester,
                    str(each.fingerprint),
                    each.memo,
                )
                for each in self
            ],
            columns=list(columns),
        )
        return with_moments(frame)
