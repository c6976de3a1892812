"""What finds a code in text by rule: keywords, and patterns of tokens as spaCy's Matcher reads them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from qualcode.errors import CodebookError

__all__ = ["Pattern", "as_patterns", "check_keywords", "check_patterns", "pattern_text", "plain"]

Pattern = tuple[Mapping[str, Any], ...]
"""One token after the other, each as what its attributes must be; read-only all the way down."""

_LARGEST = 2**63  # what a line of JSON can hold


def as_patterns(value: Any) -> tuple[Pattern, ...]:
    """Return patterns in a form that cannot be changed; what is no pattern stays for the check to find.

    Examples
    --------
    >>> as_patterns([[{"LOWER": {"IN": ["on", "upon"]}}]])[0][0]["LOWER"]["IN"]
    ('on', 'upon')
    """
    return () if value is None else cast("tuple[Pattern, ...]", _fixed(value))


def _fixed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return MappingProxyType({key: _fixed(each) for key, each in value.items()})
    return tuple(map(_fixed, value)) if isinstance(value, list | tuple) else value


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
        if not isinstance(keyword, str):
            problem = "no text: put it in quotes"
        elif not (seen := {each for each in keyword if each.isprintable() and each != " "}):
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
        raise CodebookError(f"{where}: patterns is {plain(patterns)!r}, not a list: {form}", at=at)
    for number, pattern in enumerate(patterns):
        shown = f"{where}: pattern {number + 1} is {plain(pattern)!r}"
        here = (*at, number)
        if not isinstance(pattern, tuple) or not pattern:
            raise CodebookError(f"{shown}, not a list of tokens: {form}", at=here)
        for token in pattern:
            if not isinstance(token, Mapping):
                raise CodebookError(
                    f"{shown}, in which {plain(token)!r} is no token: {form}", at=here
                )
            if (odd := _not_json(token)) is not None:
                raise CodebookError(
                    f"{shown}, in which {odd[0]!r} is no {odd[1]} that a file can keep: put it in quotes",
                    at=here,
                )


def _not_json(value: Any) -> tuple[Any, str] | None:
    """Return the first key or value that JSON does not know, and which of the two it is."""
    if isinstance(value, Mapping):
        keys = [(key, "key") for key in value if not isinstance(key, str)]
        return next(iter(keys), None) or _not_json(tuple(value.values()))
    if isinstance(value, tuple):
        return next((odd for each in value if (odd := _not_json(each)) is not None), None)
    if isinstance(value, int):
        return None if -_LARGEST <= value < _LARGEST else (value, "value")
    if isinstance(value, float):
        return None if math.isfinite(value) else (value, "value")
    return None if value is None or isinstance(value, str) else (value, "value")
