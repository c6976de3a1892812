"""The values of REFI-QDA: what is written in attributes, and what it means here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime

from qualcode.errors import QualcodeError
from qualcode.io.raw.decoding import decode
from qualcode.io.raw.elements import FORBIDDEN
from qualcode.model.ids import fold, is_device, is_id, unique_slug
from qualcode.model.texts.documents import Value
from qualcode.model.times import as_moment

__all__ = [
    "FARTHEST",
    "GUID",
    "PROGRAMS",
    "Names",
    "as_colour",
    "as_line",
    "as_moment_or_none",
    "as_value",
    "as_whole",
    "guid_key",
    "is_true",
    "program_of",
    "text_of",
]

PROGRAMS = {
    "qualcoder": "qualcoder",
    "qualcode": "qualcode",
    "atlas": "atlasti",
    "dedoose": "dedoose",
    "f4": "f4analyse",
    "maxqda": "maxqda",
    "nvivo": "nvivo",
    "quirkos": "quirkos",
    "taguette": "taguette",
    "transana": "transana",
    "webqda": "webqda",
}
"""By a part of what files name as their origin, the program."""

_HEX = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
GUID = re.compile(rf"(?:{_HEX}|\{{{_HEX}\}})\Z")
"""A GUID as the schema has it, with or without braces."""
FARTHEST = 1 << 40
_WHITE = re.compile(r"\s+")
_COLOUR = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")


def text_of(data: bytes, where: str) -> str:
    """Return the text of a file, which the standard has in UTF-8; in another encoding, it is found.

    Raises
    ------
    DocumentError
        When no encoding fits.
    """
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        with suppress(UnicodeDecodeError):
            return data.decode("utf-8-sig")
    return decode(data, where=where).text


def program_of(origin: str) -> str:
    """Return the program that made a file, in one short word; ``refi`` for one that is not known.

    Examples
    --------
    >>> program_of("NVivo for Windows 12.6"), program_of("ATLAS.ti 8.4.0"), program_of("")
    ('nvivo', 'atlasti', 'refi')
    """
    said = origin.lower()
    return next((name for part, name in PROGRAMS.items() if part in said), "refi")


def guid_key(guid: str) -> str:
    """Return the form in which GUIDs are compared, whatever their case and braces."""
    return guid.strip().strip("{}").lower()


def is_true(value: str) -> bool:
    """Tell whether a boolean of XML is true; one that is not given is."""
    return value.strip().lower() not in ("false", "0")


def as_whole(value: str) -> int | None:
    """Return a whole number; None for what is none, or more than any text has letters."""
    try:
        number = int(value)
    except ValueError:
        return None
    return number if -FARTHEST < number < FARTHEST else None


def as_colour(value: str) -> str | None:
    """Return a colour as ``#rrggbb``; None where there is none.

    Examples
    --------
    >>> as_colour("#F0a"), as_colour("red")
    ('#FF00aa', None)
    """
    found = _COLOUR.match(value.strip())
    if not found:
        return None
    digits = found[1]
    return f"#{digits}" if len(digits) == 6 else "#" + "".join(each * 2 for each in digits)


def as_moment_or_none(value: str) -> int | None:
    """Return a time in microseconds since 1970 in UTC; None for what is none."""
    if not value:
        return None
    try:
        if value[19:] == "Z":
            # As nearly all are written: whole seconds in UTC.
            return int(datetime.fromisoformat(value).timestamp()) * 1_000_000
        return as_moment(value.strip())
    except ValueError:
        return None
    except QualcodeError:
        return None


def as_line(name: str) -> str:
    """Return a name in one line, without white space at its ends; as it is where it is that already."""
    if name == name.strip() and "\n" not in name:
        return name
    return _WHITE.sub(" ", FORBIDDEN.sub("", name)).strip()


def as_value(tag: str, text: str) -> Value | None:
    """Return the value of a variable; None where nothing is said.

    Raises
    ------
    ValueError
        When it is not of the type that the element names.
    """
    said = text.strip()
    if tag == "TextValue":
        return text or None
    if not said:
        return None
    if tag == "BooleanValue":
        return is_true(said)
    if tag == "IntegerValue":
        return int(said)
    if tag == "FloatValue":
        return float(said)
    if tag == "DateValue":
        return date.fromisoformat(said[:10])
    return said  # a date with its time is text here


class Names:
    """Makes ids and labels of names, each once.

    Parameters
    ----------
    default : str
        What an id is made of where there is no name.
    exact : bool, default False
        Whether labels that differ in case are two.
    own : iterable of str
        Ids that the file itself says things have, which are made of no name.
    """

    def __init__(self, default: str, *, exact: bool = False, own: Iterable[str] = ()) -> None:
        self._default, self._exact = default, exact
        self._free = {fold(id) for id in own if is_id(id) and not is_device(id)}
        self._taken = set(self._free)
        self._numbers: dict[str, int] = {}

    def id_for(self, name: str, own: str = "") -> str:
        """Return the id that a thing has by the file, or one made of its name, that no other has."""
        if own and fold(own) in self._free:
            self._free.remove(fold(own))
            return own
        made = unique_slug(name, self._taken, default=self._default, numbers=self._numbers)
        self._taken.add(fold(made))
        return made

    def label_for(self, name: str) -> str:
        """Return a name with a number behind it where another has it."""
        label, number = name, self._numbers.get(name, 2)
        while self._form(label) in self._taken:
            label, number = f"{name} ({number})", number + 1
        self._numbers[name] = number
        self._taken.add(self._form(label))
        return label

    def _form(self, label: str) -> str:
        return label if self._exact else fold(label)
