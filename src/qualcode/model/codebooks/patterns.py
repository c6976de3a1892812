"""What finds a code in text by rule: keywords, and patterns of tokens as spaCy's Matcher reads them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, cast

from qualcode.errors import CodebookError
from qualcode.model.checks import is_missing, shown
from qualcode.model.mappings import Frozen

__all__ = ["Pattern", "as_patterns", "check_keywords", "check_patterns", "pattern_text", "plain"]

Pattern = tuple[Mapping[str, Any], ...]
"""One token after the other, each as what its attributes must be; read-only all the way down."""

_LARGEST = 2**63  # what a line of JSON can hold
_DEEPEST = 20


def as_patterns(value: Any) -> tuple[Pattern, ...]:
    """Return patterns in a form that cannot be changed; what is no pattern stays for the check to find.

    Examples
    --------
    >>> as_patterns([[{"LOWER": {"IN": ["on", "upon"]}}]])[0][0]["LOWER"]["IN"]
    ('on', 'upon')
    """
    return () if is_missing(value) else cast("tuple[Pattern, ...]", _fixed(value))


def _fixed(value: Any, depth: int = 0) -> Any:
    if depth > _DEEPEST:  # a list may hold itself
        raise CodebookError(f"patterns are nested more than {_DEEPEST} deep")
    if isinstance(value, Mapping):
        return Frozen({key: _fixed(each, depth + 1) for key, each in value.items()})
    if isinstance(value, list | tuple):
        return tuple(_fixed(each, depth + 1) for each in value)
    return value


def plain(value: Any) -> Any:
    """Return a value with lists for tuples and dicts for mappings, as files and spaCy have them.

    Examples
    --------
    >>> plain(as_patterns([[{"LOWER": {"IN": ["on", "upon"]}}]]))
    [[{'LOWER': {'IN': ['on', 'upon']}}]]
    """
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def pattern_text(pattern: Pattern) -> str:
    """Return a pattern in one line, as JSON.

    Examples
    --------
    >>> pattern_text(({"LOWER": "rely"}, {"LOWER": {"IN": ("on", "upon")}}))
    '[{"LOWER": "rely"}, {"LOWER": {"IN": ["on", "upon"]}}]'
    """
    return json.dumps(plain(pattern), ensure_ascii=False)


def check_keywords(keywords: tuple[str, ...], where: str, *, at: tuple[str | int, ...]) -> None:
    """Refuse keywords that nothing, or everything, would match.

    Raises
    ------
    CodebookError
        Naming `where`, and below `at` the place in the list.
    """
    for number, keyword in enumerate(keywords):
        if not (seen := {each for each in keyword if each.isprintable() and each != " "}):
            problem = "empty"
        elif seen == {"*"}:
            problem = "nothing but stars, and would match every word: give some letters"
        else:
            continue
        raise CodebookError(f"{where}: the keyword {keyword!r} is {problem}", at=(*at, number))


def check_patterns(patterns: tuple[Pattern, ...], where: str, *, at: tuple[str | int, ...]) -> None:
    """Refuse what is no list of patterns, each a list of mappings with values that JSON knows.

    Raises
    ------
    CodebookError
        Naming `where`, and below `at` the place in the list.
    """
    form = 'write a pattern as a list of tokens, such as [{"LOWER": "rely"}, {"LOWER": "on"}]'
    if not isinstance(patterns, tuple):
        raise CodebookError(
            f"{where}: patterns is {shown(plain(patterns))}, not a list: {form}", at=at
        )
    for number, pattern in enumerate(patterns):
        told = f"{where}: pattern {number + 1} is {shown(plain(pattern))}"
        here = (*at, number)
        if not isinstance(pattern, tuple) or not pattern:
            raise CodebookError(f"{told}, not a list of tokens: {form}", at=here)
        for token in pattern:
            if not isinstance(token, Mapping):
                raise CodebookError(
                    f"{told}, in which {shown(plain(token))} is no token: {form}", at=here
                )
            if (odd := _not_json(token)) is not None:
                raise CodebookError(
                    f"{told}, in which {odd[0]!r} is no {odd[1]} that a file can keep: put it in quotes",
                    at=here,
                )


def _not_json(value: Any) -> tuple[Any, str] | None:
    """Return the first key or value that JSON does not know, and which of the two it is."""
    if isinstance(value, Mapping):
        keys = [(key, "key") for key in value if not isinstance(key, str) or not _is_whole(key)]
        return next(iter(keys), None) or _not_json(tuple(value.values()))
    if isinstance(value, tuple):
        return next((odd for each in value if (odd := _not_json(each)) is not None), None)
    if isinstance(value, int):
        return None if -_LARGEST <= value < _LARGEST else (value, "value")
    if isinstance(value, float):
        return None if math.isfinite(value) else (value, "value")
    if isinstance(value, str):
        return None if value.isascii() or _is_whole(value) else (value, "value")
    return None if value is None else (value, "value")


def _is_whole(text: str) -> bool:
    """Tell whether a text holds no half of a surrogate pair."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
