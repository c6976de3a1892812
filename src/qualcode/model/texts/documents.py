"""Documents, the cases they are about, and the typed variables of both."""

from __future__ import annotations

import hashlib
import os
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from qualcode.errors import DocumentError, DuplicateError, NotFoundError, SpanError, did_you_mean
from qualcode.model.checks import (
    Check,
    Raised,
    check_flag,
    check_items,
    check_kind,
    check_label,
    check_optional_text,
    check_text,
    check_texts,
    check_whole,
    listed,
    looked_up,
    settle,
)
from qualcode.model.ids import check_id, fold, is_id, unique_slug
from qualcode.model.readable import Card, Readable, named
from qualcode.model.texts.folded_text import Folded
from qualcode.model.texts.originals import Original
from qualcode.model.texts.spans import LARGEST_OFFSET, Span
from qualcode.model.texts.speakers import Speaker, Speakers
from qualcode.model.texts.structure import NO_STRUCTURE, Structure
from qualcode.model.texts.turns import find_turns
from qualcode.model.texts.variables import (
    Value,
    check_value,
    check_variables,
    plain_value,
    read_value,
    type_name,
)
from qualcode.model.times import optional_time, with_moments

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Case",
    "Document",
    "Heard",
    "Registry",
    "Segment",
    "Value",
    "cases_labelled",
    "check_types",
    "check_value",
    "check_variables",
    "plain_value",
    "read_value",
    "type_name",
]

T = TypeVar("T", "Case", "Document")


def _frozen_variables(value: Mapping[str, Value | None] | None) -> Mapping[str, Value]:
    return check_variables(value, where="a document or case")


def _text_or_path(value: object, *, what: str, error: Raised) -> str | None:
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    return check_optional_text(value, what=what, error=error)


def _original(value: object, *, what: str, error: Raised) -> Original | None:
    return None if value is None else check_kind(value, Original, what=what, error=error)


def _structure(value: object, *, what: str, error: Raised) -> Structure:
    return check_kind(value, Structure, what=what, error=error)


def _speaking(value: object, *, what: str, error: Raised) -> Speakers | None:
    return None if value is None else check_kind(value, Speakers, what=what, error=error)


def _heard(value: object, *, what: str, error: Raised) -> Heard | None:
    return None if value is None else check_kind(value, Heard, what=what, error=error)


_DOCUMENT_CHECKS: Mapping[str, Check] = {
    "text": check_text,
    "name": check_label,
    "cases": check_texts,
    "source": _text_or_path,
    "time": optional_time,
    "revision": check_optional_text,
    "structure": _structure,
    "original": _original,
    "speaking": _speaking,
    "heard": _heard,
}


@attrs.frozen(kw_only=True)
class Case(Card):
    """What documents are about: a participant, a site, a reviewed study.

    Parameters
    ----------
    id : str
        Readable and unique among the project's cases.
    name : str
        A label for people; the id when not given.
    variables : mapping
        Typed attributes: text, numbers, dates, true and false.
    """

    id: str
    name: str = ""
    variables: Mapping[str, Value] = attrs.field(
        factory=dict, converter=_frozen_variables, hash=False
    )

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "id", check_id(self.id, what="case", error=DocumentError))
        where = f"case {self.id!r}"
        settle(self, {"name": check_label}, where=where, error=DocumentError)
        if not self.name:
            object.__setattr__(self, "name", self.id)

    @property
    def _head(self) -> str:
        return f"case {named(self.id, self.name)}"

    @property
    def _notes(self) -> list[str]:
        return _told_variables(self.variables)


def _told_variables(variables: Mapping[str, Value]) -> list[str]:
    told = [f"{name}: {value}" for name, value in variables.items()]
    return [", ".join(told)] if told else []


_GLANCE = 400
"""How many characters of a text are shown at a glance."""


@attrs.frozen
class Heard:
    """Whose words count.

    Parameters
    ----------
    speakers : frozenset of str or None
        Names or aliases, folded; anybody's when None.
    roles : frozenset of str or None
        Roles that they have; any when None.
    also : tuple of Heard
        By which else they count.
    """

    speakers: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    also: tuple[Heard, ...] = ()

    @classmethod
    def of(cls, speakers: Iterable[str] | None, roles: Iterable[str] | None) -> Heard:
        """Return whose words count, of names as they are written."""
        return cls(
            None if speakers is None else frozenset(map(fold, speakers)),
            None if roles is None else frozenset(roles),
        )

    def __and__(self, other: Heard) -> Heard:
        """Return whose words count by both."""
        if other == self:
            return self
        return Heard(self.speakers, self.roles, also=(*self.also, other))

    def includes(self, speaker: Speaker | None) -> bool:
        """Tell whether the words of somebody count; nobody who is named is nobody who is asked for."""
        if speaker is None:
            return False
        if self.roles is not None and speaker.role not in self.roles:
            return False
        labels = map(fold, (speaker.name, *speaker.aliases))
        if self.speakers is not None and self.speakers.isdisjoint(labels):
            return False
        return all(each.includes(speaker) for each in self.also)


@attrs.frozen(kw_only=True, repr=False)
class Document(Card):
    """One text with its variables; the text is kept exactly as given.

    Parameters
    ----------
    id : str
        Readable, unique in the project, used as the file's name in the store.
    text : str
        Never normalised: offsets into it stay true for ever.
    name : str
        A label for people; the id when not given.
    variables : mapping
        Typed attributes: text, numbers, dates, true and false.
    cases : str or iterable of str
        Ids of the cases the document belongs to; several are allowed.
    source : str, path or None
        Where the text came from, such as a path, as given.
    time : str, date, datetime or None
        When it was added, in UTC; kept in ISO 8601.
    revision : str or None
        Id of the codebook revision that was the newest when it was added.
    structure : Structure
        Headings, paragraphs, tables, pages, cues and turns, where a reader found them.
    speaking : Speakers or None
        What is kept of its speakers, where that was found or said once; see `speakers`.
    heard : Heard or None
        Whose words count, where it was asked for those of some speakers only.
    original : Original or None
        The file it was read from, where that is kept beside the project; see `Project.read_original`.

    Examples
    --------
    >>> document = Document(id="a", text="We share one budget.", variables={"site": "north"})
    >>> len(document.text), document.variables["site"]
    (20, 'north')
    """

    id: str
    text: str
    name: str = ""
    variables: Mapping[str, Value] = attrs.field(
        factory=dict, converter=_frozen_variables, hash=False
    )
    cases: tuple[str, ...] = attrs.field(default=(), converter=listed)
    source: str | None = None
    time: str | None = None
    revision: str | None = None
    structure: Structure = NO_STRUCTURE
    speaking: Speakers | None = None
    original: Original | None = None
    heard: Heard | None = attrs.field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        id = check_id(self.id, what="document", error=DocumentError, names_file=True)
        object.__setattr__(self, "id", id)
        settle(self, _DOCUMENT_CHECKS, where=f"document {self.id!r}", error=DocumentError)
        if len(set(self.cases)) != len(self.cases):
            raise DocumentError(f"document {self.id!r} names a case twice: {', '.join(self.cases)}")
        if self.structure.parts:
            self.structure.check_within(len(self.text), where=f"document {self.id!r}")
        if not self.name:
            object.__setattr__(self, "name", self.id)

    @property
    def checksum(self) -> str:
        """SHA-256 of the text in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @cached_property
    def speakers(self) -> Speakers:
        r"""Who speaks, found by the whole document, with what is doubtful.

        Examples
        --------
        >>> interview = Document(id="a", text="ANA: We share one budget.\nBEN: Since when?")
        >>> list(interview.speakers), interview.speakers["ANA"].words
        (['ANA', 'BEN'], 4)
        """
        found = find_turns(self.text, self.structure)
        return found if self.speaking is None else found.with_said(self.speaking)

    @property
    def heard_length(self) -> int:
        """How many code points it has of those whose words count."""
        if self.heard is None:
            return len(self.text)
        own = zip(self.speakers.turns, self.voices, strict=True)
        return sum(turn.length for turn, speaker in own if self.heard.includes(speaker))

    def find(self, text: str, *, occurrence: int = 1, exact: bool = False) -> Segment:
        """Return where words stand in the text.

        Parameters
        ----------
        text, occurrence, exact
            As for `Segment.find`.

        Raises
        ------
        NotFoundError
            When they do not stand there so often.

        Examples
        --------
        >>> Document(id="a", text="Before. We share one budget.").find("one budget").start
        17
        """
        return Segment.whole(self).find(text, occurrence=occurrence, exact=exact)

    def find_all(self, text: str, *, exact: bool = False) -> tuple[Segment, ...]:
        """Return every place where words stand in the text, in order; see `find`.

        Parameters
        ----------
        text, exact
            As for `Segment.find`.
        """
        return Segment.whole(self).find_all(text, exact=exact)

    def spoken(self, start: int, end: int) -> tuple[Speaker | None, ...]:
        """Return whose turns a stretch shares text with, once for each turn; None where nobody is named."""
        turns = self.speakers.turns
        first = bisect_right(turns, start, key=lambda turn: turn.end)
        last = bisect_left(turns, end, key=lambda turn: turn.start)
        return self.voices[first:last]

    @cached_property
    def voices(self) -> tuple[Speaker | None, ...]:
        """Whose turn each is, in order; None where nobody is named."""
        return self.speakers.voices

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return f"<Document {self.id}: {len(self.text)} code points>"

    def __str__(self) -> str:
        return "\n".join([self._head, *self._notes, "", self._words])

    @property
    def _head(self) -> str:
        return f"{named(self.id, self.name)}: {len(self.text):,} characters"

    @property
    def _notes(self) -> list[str]:
        return _told_variables(self.variables)

    @property
    def _words(self) -> str:
        return self.text if len(self.text) <= _GLANCE else f"{self.text[:_GLANCE]} …"


@attrs.frozen
class Segment(Card):
    r"""A span of a document, of any length; segments may overlap.

    Parameters
    ----------
    document : Document
        The document it lies in.
    span : Span
        Code points, 0-based, half-open.
    speaker : str or None
        Who speaks, where a segmenter found it; else whoever speaks all through it.

    Raises
    ------
    SpanError
        When the span ends after the text.

    Examples
    --------
    >>> whole = Segment.whole(Document(id="a", text="Before. We share one budget. After."))
    >>> part = whole.find("we share one budget")
    >>> part.quote, part.span.start
    ('We share one budget', 8)
    >>> part.context(4)
    ('re. ', '. Af')
    >>> said = Document(id="b", text="I: Is it ours?\nR: We share one budget.")
    >>> budget = Segment.whole(said).find("one budget")
    >>> budget.speaker, budget.role, Segment.whole(said).speaker
    ('R', 'participant', None)
    """

    document: Document = attrs.field(repr=lambda document: repr(document.id))
    span: Span
    _speaker: str | None = attrs.field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        if type(self.document) is not Document:
            check_kind(self.document, Document, what="a segment's document", error=SpanError)
        if type(self.span) is not Span:
            advice = "pass qc.Span(start, end)"
            check_kind(self.span, Span, what="a segment's span", error=SpanError, advice=advice)
        if self._speaker is not None:
            said = check_optional_text(self._speaker, what="a segment's speaker", error=SpanError)
            object.__setattr__(self, "_speaker", said)
        if self.span.end > len(self.document.text):
            self.span.check_within(len(self.document.text), where=f"document {self.document.id!r}")

    @classmethod
    def whole(cls, document: Document) -> Segment:
        """Return the segment that is the whole document.

        Raises
        ------
        SpanError
            When the document's text is empty.
        """
        check_kind(document, Document, what="document", error=SpanError)
        if not document.text:
            raise SpanError(f"document {document.id!r} has no text, so it has no segment")
        return cls(document, Span(0, len(document.text)))

    @property
    def speaker(self) -> str | None:
        """Who speaks all through it; None where there are several, or nobody is named."""
        if self._speaker is not None:
            return self._speaker
        spoken = self.document.spoken(self.start, self.end)
        names = {None if each is None else each.name for each in spoken}
        return names.pop() if len(names) == 1 else None

    @property
    def named_speaker(self) -> str | None:
        """The speaker that a segmenter found in it, if one did."""
        return self._speaker

    @property
    def role(self) -> str | None:
        """The role of whoever speaks: ``"interviewer"`` or ``"participant"``; None as for `speaker`.

        Several who have the same role have it together.
        """
        if self._speaker is not None:
            known = self.document.speakers.of(self._speaker)
            return None if known is None else known.role
        spoken = self.document.spoken(self.start, self.end)
        roles = {None if each is None else each.role for each in spoken}
        return roles.pop() if len(roles) == 1 else None

    @property
    def quote(self) -> str:
        """The text of the segment, exactly as it stands in the document."""
        return self.document.text[self.span.start : self.span.end]

    def __str__(self) -> str:
        return f"{self._head}: “{self.quote}”"

    @property
    def _words(self) -> str:
        return self.quote

    @property
    def _head(self) -> str:
        speaker = f", {self.speaker}" if self.speaker else ""
        return f"{self.document.id} {self.start}–{self.end}{speaker}"

    @property
    def start(self) -> int:
        """Where it starts, in code points from the start of the document."""
        return self.span.start

    @property
    def end(self) -> int:
        """Where it ends, in code points from the start of the document; not included."""
        return self.span.end

    def context(self, width: int = 60) -> tuple[str, str]:
        """Return up to `width` code points of text before and after the segment."""
        width = check_whole(width, what="width", error=SpanError, least=0)
        text = self.document.text
        return text[max(0, self.start - width) : self.start], text[self.end : self.end + width]

    def part(self, start: int, end: int) -> Segment:
        """Return a part of this segment; offsets count code points from its own start.

        Raises
        ------
        SpanError
            When the part is empty or ends after the segment.
        """
        part = Span(start, end).check_within(
            self.span.length, where=f"segment of {self.document.id!r}"
        )
        return Segment(
            self.document, Span(self.start + part.start, self.start + part.end), self._speaker
        )

    def find(self, text: str, *, occurrence: int = 1, exact: bool = False) -> Segment:
        """Return where `text` stands in this segment.

        Parameters
        ----------
        text : str
            The words looked for. Differences of case, of white space (line breaks included), of Unicode
            form, and between apostrophes or hyphens that look alike, do not matter.
        occurrence : int, default 1
            Which one, counted from 1.
        exact : bool, default False
            Compare letter by letter instead.

        Raises
        ------
        NotFoundError
            When it does not stand there so often.
        """
        occurrence = check_whole(
            occurrence, what="occurrence", error=SpanError, most=LARGEST_OFFSET
        )
        found = self.find_all(text, exact=exact)
        if not 1 <= occurrence <= len(found):
            times = {0: "does not occur", 1: "occurs once"}.get(
                len(found), f"occurs {len(found)} times"
            )
            whole = len(self.quote) == len(self.document.text)
            where = "" if whole else f" between {self.start} and {self.end}"
            asked = "" if occurrence == 1 else f"; occurrence {occurrence} was asked for"
            raise NotFoundError(f"{text!r} {times} in document {self.document.id!r}{where}{asked}")
        return found[occurrence - 1]

    def find_all(self, text: str, *, exact: bool = False) -> tuple[Segment, ...]:
        """Return every place where `text` stands in this segment, in order; see `find`."""
        text = check_text(text, what="the text looked for", error=SpanError)
        exact = check_flag(exact, what="exact", error=SpanError)
        if not text.strip():
            raise SpanError("nothing to find: the text looked for is empty")
        quote = self.quote
        folded = Folded(quote) if exact else _folded(quote)
        wanted = re.escape(text)
        if not exact:
            wanted = r"\s+".join(map(re.escape, Folded.of(text).text.split()))
        found: list[Segment] = []
        last = 0
        for match in re.finditer(wanted, folded.text):
            start, end = folded.place(*match.span())
            # Half of a character that stands for two is the whole character, and found once.
            if start >= last:
                found.append(self.part(start, end))
                last = end
        return tuple(found)


@lru_cache(8)  # of one long text, many quotes are looked for one after the other
def _folded(text: str) -> Folded:
    return Folded.of(text)


class Registry(Readable, Mapping[str, T]):
    """Documents or cases by id, in the order they were added.

    Looking up an id that is not there raises `NotFoundError` with what was perhaps meant.
    """

    __slots__ = ("_items", "_what")

    def __init__(self, items: Iterable[T] = (), *, what: str) -> None:
        self._what = what
        self._items: dict[str, T] = {}
        for item in self._checked(items):
            if item.id in self._items:
                raise DuplicateError(f"there are two {what}s with the id {item.id!r}")
            self._items[item.id] = item

    def _checked(self, items: Iterable[T]) -> tuple[T, ...]:
        kind: Any = Case if self._what == "case" else Document
        return check_items(items, kind, what=f"the {self._what}s", error=DocumentError)

    def __getitem__(self, key: str) -> T:
        if isinstance(key, str) and key in self._items:
            return self._items[key]
        raise NotFoundError(
            f"no {self._what} has the id {looked_up(key)}.{did_you_mean(key, self._items)}"
        )

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Registry):
            return NotImplemented
        return list(self._items.items()) == list(other._items.items())

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self)} {self._what}s>"

    def _print_rows(self, most: int) -> tuple[pd.DataFrame, int]:
        first = Registry([*self._items.values()][:most], what=self._what)
        frame = first.to_frame().drop(columns=["source", "time"], errors="ignore")
        return frame, len(self)

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each document or case, in the order added.

        Columns: id, name; of documents also characters (how many), cases (ids), source, time; then one for
        each variable, by its name (``variable.NAME`` where a column is called so already), None where
        there is no value.
        """
        import pandas as pd

        items: list[Any] = list(self._items.values())
        columns: dict[str, list[Any]] = {
            "id": [each.id for each in items],
            "name": [each.name for each in items],
        }
        if self._what == "document":
            columns["characters"] = [len(each.text) for each in items]
            columns["cases"] = [list(each.cases) for each in items]
            columns["source"] = [each.source for each in items]
            columns["time"] = [each.time for each in items]
        own = frozenset(columns)
        for name in dict.fromkeys(name for each in items for name in each.variables):
            values = [each.variables.get(name) for each in items]
            columns[f"variable.{name}" if name in own else name] = values
        frame = pd.DataFrame(columns)
        return with_moments(frame) if "time" in own else frame

    def only(self, ids: Iterable[str]) -> Registry[T]:
        """Return a registry with only these, in its own order."""
        wanted = set(check_texts(ids, what=f"ids of {self._what}s", error=DocumentError))
        return Registry((item for id, item in self._items.items() if id in wanted), what=self._what)

    def with_items(self, items: Iterable[T], *, replace: bool = False) -> Registry[T]:
        """Return a registry with `items` added, or, when `replace`, put in place of their namesakes."""
        replace = check_flag(replace, what="replace", error=DocumentError)
        changed: Registry[T] = Registry(what=self._what)
        changed._items = dict(self._items)
        for item in self._checked(items):
            if (item.id in changed._items) != replace:
                problem = (
                    "is not there to be replaced"
                    if replace
                    else "exists already; give this one another id, or leave it out"
                )
                raise DuplicateError(f"{self._what} {item.id!r} {problem}")
            changed._items[item.id] = item
        return changed


def cases_labelled(
    cases: Registry[Case], labels: Iterable[str]
) -> tuple[Registry[Case], dict[str, str]]:
    """Find the cases that labels stand for, and make those that do not exist yet.

    Parameters
    ----------
    cases : Registry
        The cases there are.
    labels : iterable of str
        Ids or names. The id of a new case is its label, if that can be an id, or made from it.

    Returns
    -------
    cases : Registry
        With the new ones.
    ids : dict of str to str
        The id for each label.
    """
    ids: dict[str, str] = {}
    named = {case.name: case.id for case in cases.values()}
    new: dict[str, Case] = {}
    for label in dict.fromkeys(labels):
        ids[label] = label if label in cases else named.get(label, "")
        if not ids[label]:
            taken = {*cases, *new}
            usable = is_id(label) and label not in taken
            ids[label] = label if usable else unique_slug(label, taken, default="case")
            new[ids[label]] = Case(id=ids[label], name=label)
    return cases.with_items(new.values()), ids


def check_types(items: Iterable[Document | Case]) -> None:
    """Check that each variable has one type throughout; whole and other numbers go together.

    Raises
    ------
    DocumentError
        For a variable that is of one type here and of another there.
    """
    seen: dict[str, tuple[str, str]] = {}
    for item in items:
        for name, value in item.variables.items():
            kind = type_name(value)
            first, where = seen.setdefault(name, (kind, item.id))
            if kind != first and {kind, first} != {"whole number", "number"}:
                raise DocumentError(
                    f"variable {name!r} is {first} in {where!r} but {kind} in {item.id!r} ({value!r}): "
                    "give it the same type everywhere"
                )
