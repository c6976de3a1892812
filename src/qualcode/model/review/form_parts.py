"""What instruments and templates have in common: they are forms whose fields are filled in for a source."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from qualcode.errors import ProjectError, did_you_mean
from qualcode.model.checks import check_mapping, check_text, looked_up, plain_scalar, shown

__all__ = [
    "check_fields",
    "check_list",
    "check_slug",
    "check_unique",
    "field_key",
    "pairs_once",
    "text_of",
]

_SLUG = re.compile(r"[^\W_](?:[\w.-]*[^\W_])?\Z")


def check_slug(value: object, *, what: str) -> str:
    """Return an id of a form or of a field: letters, digits, dots, hyphens and underscores.

    Raises
    ------
    ProjectError
        When it is none.
    """
    id = check_text(field_key(value), what=what, error=ProjectError, empty=False)
    if not _SLUG.match(id):
        raise ProjectError(
            f"{what} must be of letters, digits, '.', '-' and '_', not {shown(value)}: it is how scripts "
            "and tables name it; the words for people are its name or text"
        )
    return id


def field_key(value: object) -> Any:
    """Return the id that is meant by a key: a whole number is written as one.

    Examples
    --------
    >>> field_key(9), field_key("9a")
    ('9', '9a')
    """
    value = plain_scalar(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def check_fields(given: object, known: Collection[str], *, what: str) -> Mapping[str, Any]:
    """Return what a file or script says of something, which names nothing but what is known.

    Raises
    ------
    ProjectError
        When it is no mapping, or names something else.
    """
    said = check_mapping(given, what=what, error=ProjectError)
    for name in said:
        if name not in known:
            raise ProjectError(
                f"{what}: {looked_up(name)} is not known; there are {', '.join(known)}."
                f"{did_you_mean(str(name), known)}"
            )
    return said


def check_list(given: object, *, what: str) -> list[Any]:
    """Return what a file or script lists; nothing for None.

    Raises
    ------
    ProjectError
        When it is no list.
    """
    if given is None:
        return []
    if not isinstance(given, list | tuple):
        raise ProjectError(f"{what} must be a list, not {shown(given)}")
    return list(given)


def check_unique(ids: Iterable[str], *, what: str) -> None:
    """Refuse ids of which one is there twice.

    Raises
    ------
    ProjectError
        When one is.
    """
    seen: set[str] = set()
    for id in ids:
        if id in seen:
            raise ProjectError(f"{what}: there are two called {id!r}; give each an id of its own")
        seen.add(id)


def pairs_once(given: object, *, what: str) -> dict[str, Any]:
    """Return what is said of fields, by id, from a mapping or pairs; None where it is taken back.

    Raises
    ------
    ProjectError
        When it is neither, or says something of one field twice.

    Examples
    --------
    >>> pairs_once({1: "yes", "2": "no"}, what="answers")
    {'1': 'yes', '2': 'no'}
    """
    if isinstance(given, Mapping):
        pairs = list(given.items())
    elif given is None:
        pairs = []
    elif isinstance(given, list | tuple) and all(
        isinstance(each, list | tuple) and len(each) == 2 for each in given
    ):
        pairs = [(each[0], each[1]) for each in given]
    else:
        raise ProjectError(f"{what} must be a mapping (dict) or pairs, not {shown(given)}")
    found: dict[str, Any] = {}
    for key, value in pairs:
        id = check_text(field_key(key), what=f"{what}: each name", error=ProjectError)
        if id in found:
            raise ProjectError(f"{what}: {id!r} is answered twice; keep one of the answers")
        found[id] = value
    return found


def text_of(said: Mapping[str, Any], name: str, *, what: str) -> str:
    """Return a text that something may have; empty where it has none.

    Raises
    ------
    ProjectError
        When it is no text.
    """
    value = said.get(name)
    return "" if value is None else check_text(value, what=f"{what}: {name}", error=ProjectError)
