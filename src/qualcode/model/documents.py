"""Documents, the cases they are about, and the typed variables of both."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, TypeVar

import attrs

from qualcode.errors import DocumentError, DuplicateError, NotFoundError, did_you_mean
from qualcode.model.ids import check_id, is_id, unique_slug

__all__ = [
    "Case",
    "Document",
    "Registry",
    "Value",
    "cases_labelled",
    "check_types",
    "check_variables",
    "is_missing",
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
    raise DocumentError(f"{value!r} cannot be a variable's value: it is a {type(value).__name__}")


def is_missing(value: object) -> bool:
    """Tell whether a value says that nothing is known: None, NaN, and what pandas has for them."""
    # Without pandas, which need not be loaded; its NA cannot be compared, not even with itself.
    return (
        value is None
        or type(value).__name__ in ("NAType", "NaTType")
        or (isinstance(value, float) and math.isnan(value))
    )


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
        For a name that is not text or is empty, and for a value of a type that variables do not have.
    """
    kept: dict[str, Value] = {}
    for name, given in (variables or {}).items():
        if not isinstance(name, str) or not name.strip():
            raise DocumentError(
                f"{where}: a variable's name must be text that is not empty, not {name!r}"
            )
        # NumPy scalars come from data frames; .item() gives the plain Python value.
        value: Any = given
        if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
            value = value.item()
        if is_missing(value):
            continue
        if isinstance(value, datetime):
            value = value.date() if value.time().isoformat() == "00:00:00" else value.isoformat()
        if isinstance(value, float) and math.isinf(value):
            raise DocumentError(f"{where}: variable {name!r} is infinite, which no file can hold")
        try:
            type_name(value)
        except DocumentError as error:
            raise DocumentError(
                f"{where}: variable {name!r} holds {value!r}, a {type(value).__name__}; "
                "variables hold text, numbers, dates, or true and false"
            ) from error
        kept[name] = value
    return MappingProxyType(dict(sorted(kept.items())))


def _frozen_variables(value: Mapping[str, Value | None] | None) -> Mapping[str, Value]:
    return check_variables(value, where="variables")


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
        check_id(self.id, what="case", error=DocumentError)
        if not self.name:
            object.__setattr__(self, "name", self.id)


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
    cases : tuple of str
        Ids of the cases the document belongs to; several are allowed.
    source : str or None
        Where the text came from, such as a path, as given.
    time : str or None
        When it was added, in UTC (ISO 8601).
    revision : str or None
        Id of the codebook revision that was the newest when it was added.

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
    cases: tuple[str, ...] = attrs.field(default=(), converter=tuple[str, ...])
    source: str | None = None
    time: str | None = None
    revision: str | None = None

    def __attrs_post_init__(self) -> None:
        check_id(self.id, what="document", error=DocumentError)
        if not isinstance(self.text, str):
            raise DocumentError(
                f"document {self.id!r}: its text is a {type(self.text).__name__}, not str"
            )
        try:
            self.text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise DocumentError(
                f"document {self.id!r}: code point {error.start} is half of a surrogate pair, which "
                "no text file can hold; decode the source again with the right encoding"
            ) from error
        if len(set(self.cases)) != len(self.cases):
            raise DocumentError(f"document {self.id!r} names a case twice: {', '.join(self.cases)}")
        if not self.name:
            object.__setattr__(self, "name", self.id)

    @property
    def checksum(self) -> str:
        """SHA-256 of the text in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return f"<Document {self.id}: {len(self.text)} code points>"


class Registry(Mapping[str, T]):
    """Documents or cases by id, in the order they were added.

    Looking up an id that is not there raises `NotFoundError` with what was perhaps meant.
    """

    __slots__ = ("_items", "_what")

    def __init__(self, items: Iterable[T] = (), *, what: str) -> None:
        self._what = what
        self._items: dict[str, T] = {}
        for item in items:
            if item.id in self._items:
                raise DuplicateError(f"there are two {what}s with the id {item.id!r}")
            self._items[item.id] = item

    def __getitem__(self, key: str) -> T:
        try:
            return self._items[key]
        except KeyError:
            raise NotFoundError(
                f"no {self._what} has the id {key!r}.{did_you_mean(str(key), self._items)}"
            ) from None

    def __contains__(self, key: object) -> bool:
        return key in self._items

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

    def only(self, ids: Iterable[str]) -> Registry[T]:
        """Return a registry with only these, in its own order."""
        wanted = set(ids)
        return Registry((item for id, item in self._items.items() if id in wanted), what=self._what)

    def with_items(self, items: Iterable[T], *, replace: bool = False) -> Registry[T]:
        """Return a registry with `items` added, or, when `replace`, put in place of their namesakes."""
        changed: Registry[T] = Registry(what=self._what)
        changed._items = dict(self._items)
        for item in items:
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
