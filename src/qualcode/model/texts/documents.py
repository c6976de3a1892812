"""Documents, the cases they are about, and the typed variables of both."""

from __future__ import annotations

import hashlib
import math
import os
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from qualcode.errors import DocumentError, DuplicateError, NotFoundError, did_you_mean
from qualcode.model.checks import (
    Check,
    Raised,
    check_flag,
    check_items,
    check_kind,
    check_label,
    check_mapping,
    check_optional_text,
    check_text,
    check_texts,
    is_missing,
    listed,
    looked_up,
    plain_scalar,
    settle,
    shown,
)
from qualcode.model.ids import check_id, fold, is_id, unique_slug
from qualcode.model.mappings import Frozen
from qualcode.model.readable import Readable, card
from qualcode.model.texts.originals import Original
from qualcode.model.texts.speakers import Speaker, Speakers
from qualcode.model.texts.structure import Structure
from qualcode.model.texts.turns import find_turns
from qualcode.model.times import optional_time

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Case",
    "Document",
    "Heard",
    "Registry",
    "Value",
    "cases_labelled",
    "check_types",
    "check_value",
    "check_variables",
    "plain_value",
    "read_value",
    "type_name",
]

Value = str | int | float | bool | date
"""What a variable of a document or case may hold."""

_TYPE_NAMES: tuple[tuple[type, str], ...] = (
    # bool before int: in Python every bool is an int.
    (bool, "true or false"),
    (int, "whole number"),
    (float, "number"),
    (date, "date"),
    (str, "text"),
)


T = TypeVar("T", "Case", "Document")

_LARGEST = 2**63  # what a line of JSON can hold


def type_name(value: Value) -> str:
    """Return the name of a variable's type, as files and messages use it.

    Examples
    --------
    >>> type_name(True), type_name(3), type_name("north")
    ('true or false', 'whole number', 'text')
    """
    for kind, name in _TYPE_NAMES:
        if isinstance(value, kind):
            return name
    raise DocumentError(f"{shown(value)} cannot be a variable's value")


def check_value(value: object, *, what: str, error: Raised = DocumentError) -> Value | None:
    """Return the value of a variable as files can hold it; None for what is missing.

    Raises
    ------
    QualcodeError
        When it is neither text, nor a number, nor a date, nor true or false, or no file can hold it.

    Examples
    --------
    >>> from datetime import datetime
    >>> check_value(datetime(2026, 1, 31), what="seen"), check_value(float("nan"), what="age")
    (datetime.date(2026, 1, 31), None)
    """
    if type(value) is str:
        return check_text(value, what=what, error=error)
    value = plain_scalar(value)
    if is_missing(value):
        return None
    if isinstance(value, datetime):
        midnight = value.time().isoformat() == "00:00:00"
        return date(value.year, value.month, value.day) if midnight else value.isoformat()
    if isinstance(value, bool | date):
        return value
    if isinstance(value, str):
        return check_text(value, what=what, error=error)
    if isinstance(value, int):
        if not -_LARGEST <= value < _LARGEST:
            raise error(f"{what} has more than 64 bits, which no file can hold: pass it as text")
        return int(value)
    if not isinstance(value, float):
        raise error(
            f"{what} holds {shown(value)}; variables hold text, numbers, dates, or true and false"
        )
    if math.isinf(value):
        raise error(f"{what} is infinite, which no file can hold")
    return float(value)


def plain_value(value: Value | None) -> Any:
    """Return a variable's value as JSON holds it; a date says that it is one."""
    return {"date": value.isoformat()} if isinstance(value, date) else value


def read_value(value: Any) -> Any:
    """Return the value that JSON holds.

    Raises
    ------
    DocumentError
        When it is an object that is no date.
    """
    if not isinstance(value, dict):
        return value
    try:
        return date.fromisoformat(value["date"])
    except (KeyError, TypeError, ValueError) as error:
        raise DocumentError(f"{value!r} is no date of the form {{'date': 'YYYY-MM-DD'}}") from error


def check_variables(
    variables: Mapping[str, Value | None] | None, *, where: str
) -> Mapping[str, Value]:
    """Return variables as a frozen mapping; ``None`` and NaN mean "not known" and are left out.

    Raises
    ------
    DocumentError
        For a name that is not text or is empty, and for a value that variables do not have.
    """
    kept: dict[str, Value] = {}
    given = check_mapping(variables, what=f"{where}: variables", error=DocumentError)
    for name, each in given.items():
        name = check_text(
            name, what=f"{where}: a variable's name", error=DocumentError, empty=False
        )
        value = check_value(each, what=f"{where}: variable {name!r}")
        if value is not None:
            kept[name] = value
    return Frozen(dict(sorted(kept.items())))


def _frozen_variables(value: Mapping[str, Value | None] | None) -> Mapping[str, Value]:
    return check_variables(value, where="a document or case")


def _text_or_path(value: object, *, what: str, error: Raised) -> str | None:
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    return check_optional_text(value, what=what, error=error)


_NO_STRUCTURE = Structure()


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
class Case:
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
class Document:
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
    structure: Structure = _NO_STRUCTURE
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

    def spoken(self, start: int, end: int) -> tuple[Speaker | None, ...]:
        """Return whose turns a stretch shares text with, once for each turn; None where nobody is named."""
        turns = self.speakers.turns
        first = bisect_right(turns, start, key=lambda turn: turn.end)
        last = bisect_left(turns, end, key=lambda turn: turn.start)
        return self.voices[first:last]

    @cached_property
    def voices(self) -> tuple[Speaker | None, ...]:
        """Whose turn each is, in order; None where nobody is named."""
        named = {turn.name: self.speakers.of(turn.name) for turn in self.speakers.turns}
        return tuple(named[turn.name] if turn.name else None for turn in self.speakers.turns)

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return f"<Document {self.id}: {len(self.text)} code points>"

    def __str__(self) -> str:
        return "\n".join([self._head, *self._notes, "", self._beginning])

    def _repr_html_(self) -> str:
        return card(self._head, self._beginning, self._notes)

    @property
    def _head(self) -> str:
        name = "" if self.name == self.id else f", {self.name}"
        return f"{self.id}{name}: {len(self.text):,} characters"

    @property
    def _notes(self) -> list[str]:
        told = [f"{name}: {value}" for name, value in self.variables.items()]
        return [", ".join(told)] if told else []

    @property
    def _beginning(self) -> str:
        return self.text if len(self.text) <= _GLANCE else f"{self.text[:_GLANCE]} …"


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
        return pd.DataFrame(columns)

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
