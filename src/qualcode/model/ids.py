"""Ids: readable slugs, unique for ever, safe as file names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from qualcode.errors import QualcodeError
from qualcode.model.checks import shown

__all__ = ["MARK", "check_id", "fold", "is_id", "slug", "unique_slug"]

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


def unique_slug(name: str, taken: Container[str], *, default: str) -> str:
    """Make an id from a name, with a number behind it when the plain one is taken or names a device.

    Examples
    --------
    >>> unique_slug("Trust", {"trust"}, default="code"), unique_slug("Con", (), default="code")
    ('trust-2', 'con-2')
    """
    base = slug(name) or default
    candidate, number = base, 2
    while candidate in taken or _DEVICE.match(candidate):
        candidate, number = f"{base}-{number}", number + 1
    return candidate


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
        and not _DEVICE.match(value)
        and (
            value.isascii()
            or (len(value.encode()) <= _MAX_BYTES and value == unicodedata.normalize("NFC", value))
        )
    )


def check_id(value: object, *, what: str, error: type[QualcodeError]) -> str:
    """Return `value` if it may be an id: letters, digits, ``.``, ``_`` and ``-``.

    Ids name files in the store and keys in YAML, so they hold neither spaces nor slashes, begin and
    end with a letter or digit, are at most 100 characters or 200 bytes long, and are no names that some
    systems keep for devices, such as ``con``.

    Raises
    ------
    QualcodeError
        Of the given kind, naming the value and the rule.
    """
    if not isinstance(value, str):
        raise error(f"{what} id {shown(value)} is not text: pass text, in quotes")
    if type(value) is not str:
        value = str.__str__(value)
    if is_id(value):
        return value
    if value != unicodedata.normalize("NFC", value):
        raise error(f"{what} id {value!r} is not in Unicode form NFC: retype it, or normalise it")
    if _DEVICE.match(value):
        raise error(
            f"{what} id {value!r} is not usable: some systems keep this name for a device and cannot "
            "store a file of that name; choose another"
        )
    raise error(
        f"{what} id {value!r} is not usable: an id has letters, digits, '.', '_' and '-', begins "
        f"and ends with a letter or digit, and has at most {_MAX_LENGTH} characters or {_MAX_BYTES} bytes"
    )
