"""Ids: readable slugs, unique for ever, safe as file names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, MutableMapping

from qualcode.errors import QualcodeError
from qualcode.model.checks import shown

__all__ = ["MARK", "check_id", "fold", "is_device", "is_id", "slug", "unique_slug"]

_ID = re.compile(r"[^\W_](?:[\w.-]*[^\W_])?\Z")
# What some systems take for a device, with any ending and in any case, so that no file can have the name.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³])(?:\.|\Z)", re.IGNORECASE)
MARK = "#"
"""What stands behind an id that two people gave to different things at once; nobody chooses it."""
_TAG = re.compile(r"[0-9a-f]{6}\Z")
_MAX_LENGTH = 100
# File names have at most 255 bytes, and a letter of another script takes three or four.
_MAX_BYTES = 200
_MADE_BYTES = 150


def fold(name: str) -> str:
    """Return the form in which names are compared: NFC, case folded, spaces trimmed."""
    if name.isascii():
        return name.strip().lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).strip().casefold())


def slug(name: str) -> str:
    """Make an id from a name: lower case, words joined by hyphens; letters of any script stay.

    Examples
    --------
    >>> slug("Role clarity & trust")
    'role-clarity-trust'
    >>> slug("Élan vital")
    'élan-vital'
    """
    words = re.findall(r"[^\W_]+", fold(name))
    # Short enough for a number to be put behind it.
    made = "-".join(words).encode()[:_MADE_BYTES].decode(errors="ignore")
    return made[: _MAX_LENGTH - 10].rstrip("-")


def unique_slug(
    name: str,
    taken: Container[str],
    *,
    default: str,
    numbers: MutableMapping[str, int] | None = None,
) -> str:
    """Make an id from a name, with a number behind it when the plain one is taken or names a device.

    Parameters
    ----------
    name : str
        The name.
    taken : container of str
        The ids that there are.
    default : str
        What the id is made of where the name has no letters.
    numbers : mapping of str to int, optional
        Where to look on from, for ids that are never free again: of ten thousand things of one name, all
        numbers up to the next would be tried for each.

    Examples
    --------
    >>> unique_slug("Trust", {"trust"}, default="code"), unique_slug("Con", (), default="code")
    ('trust-2', 'con-2')
    """
    base = slug(name) or default
    candidate, number = base, 2 if numbers is None else numbers.get(base, 2)
    while candidate in taken or is_device(candidate):
        candidate, number = f"{base}-{number}", number + 1
    if numbers is not None:
        numbers[base] = number
    return candidate


def is_device(name: str) -> bool:
    """Tell whether some systems keep a name for a device, so that no file can have it."""
    return bool(_DEVICE.match(name))


def is_id(value: str) -> bool:
    """Tell whether a text may be an id.

    One that two people gave to different things at once has `MARK` and six digits behind it: see
    `qualcode.model.log.letters`.
    """
    plain, mark, tag = value.rpartition(MARK)
    if mark and _TAG.match(tag):
        value = plain
    return (
        bool(_ID.match(value))
        and len(value) <= _MAX_LENGTH
        and ".." not in value
        and (
            value.isascii()
            or (len(value.encode()) <= _MAX_BYTES and value == unicodedata.normalize("NFC", value))
        )
    )


def check_id(
    value: object, *, what: str, error: type[QualcodeError], names_file: bool = False
) -> str:
    """Return `value` if it may be an id: letters, digits, ``.``, ``_`` and ``-``.

    Ids name files in the store and keys in YAML, so they hold neither spaces nor slashes, begin and
    end with a letter or digit, and are at most 100 characters or 200 bytes long.

    Parameters
    ----------
    value : object
        What was passed.
    what : str
        What it is the id of, to begin the message with.
    error : type
        What is raised.
    names_file : bool, default False
        Whether a file is named so: then it is none of the names that some systems keep for devices,
        such as ``con``.

    Raises
    ------
    QualcodeError
        Of the given kind, naming the value and the rule.
    """
    if not isinstance(value, str):
        raise error(f"{what} id {shown(value)} is not text: pass text, in quotes")
    if type(value) is not str:
        value = str.__str__(value)
    if is_id(value) and not (names_file and is_device(value)):
        return value
    if value != unicodedata.normalize("NFC", value):
        raise error(f"{what} id {value!r} is not in Unicode form NFC: retype it, or normalise it")
    if names_file and is_device(value):
        raise error(
            f"{what} id {value!r} is not usable: some systems keep this name for a device and cannot "
            "store a file of that name; choose another"
        )
    raise error(
        f"{what} id {value!r} is not usable: an id has letters, digits, '.', '_' and '-', begins "
        f"and ends with a letter or digit, and has at most {_MAX_LENGTH} characters or {_MAX_BYTES} bytes"
    )
