"""Writing queries: as the call that makes one, and as the text that is read back as the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from qualcode.model.mappings import Frozen

__all__ = ["FLAGS", "KEYWORDS", "as_call", "as_words", "quoted"]

# How tightly each form binds; what binds less tightly than its place needs stands in brackets.
_LIFTED, _OR, _AND, _NOT, _RELATED, _NARROWED, _ATOM = range(7)

FLAGS = {"a": re.ASCII, "i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
"""The flags of a regular expression, as they are written behind it."""

KEYWORDS = {"coder": "by", "variables": "where"}
"""The criteria that are written otherwise than `where` has them."""

_BARE = re.compile(r"[^\W\d_](?:[\w.-]*\w)?\Z")
_VALUES = frozenset(["true", "false", "none"])


def as_words(query: Any) -> str:
    """Return a query as `parse_query` reads it.

    A function cannot be read from a text; where there is one, its name stands in angle brackets.
    """
    text: str = query.visit(_Words())[0]
    return text


def as_call(query: Any) -> str:
    """Return a query as the call that makes it."""
    text: str = query.visit(_Call())
    return text


def quoted(text: str) -> str:
    """Return a text in quotes, as both languages have it."""
    return json.dumps(text, ensure_ascii=False)


def _word(text: str) -> str:
    return text if _BARE.match(text) and text.casefold() not in _VALUES else quoted(text)


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _word(value)
    return value.isoformat() if isinstance(value, date) else repr(value)


def _pattern(pattern: re.Pattern[str]) -> str:
    flags = "".join(letter for letter, flag in FLAGS.items() if pattern.flags & flag)
    return f"regex({quoted(pattern.pattern)}{f', {flags}' if flags else ''})"


def _function(function: Any) -> str:
    return f"<{str(getattr(function, '__name__', type(function).__name__)).strip('<>')}>"


def _unit(unit: Any) -> str:
    if isinstance(unit, re.Pattern):
        return _pattern(unit)
    return unit if isinstance(unit, str) else _function(unit)


class _Words:
    """Writes queries as text: each visit returns the text, and how tightly it binds."""

    def _at_least(self, query: Any, level: int) -> str:
        text, own = query.visit(self)
        return text if own >= level else f"({text})"

    def both(self, query: Any) -> tuple[str, int]:
        left, right = self._at_least(query.left, _AND), self._at_least(query.right, _NOT)
        return f"{left} and {right}", _AND

    def either(self, query: Any) -> tuple[str, int]:
        left, right = self._at_least(query.left, _OR), self._at_least(query.right, _AND)
        return f"{left} or {right}", _OR

    def negation(self, query: Any) -> tuple[str, int]:
        return f"not {self._at_least(query.query, _NOT)}", _NOT

    def narrowed(self, query: Any) -> tuple[str, int]:
        criterion = query.criterion.visit(self)[0]
        return f"{self._at_least(query.query, _NARROWED)} {criterion}", _NARROWED

    def as_of(self, query: Any) -> tuple[str, int]:
        moment = query.revision if isinstance(query.revision, int) else quoted(query.revision)
        return f"{self._at_least(query.query, _NARROWED)} at({moment})", _NARROWED

    def within(self, query: Any) -> tuple[str, int]:
        return f"{self._at_least(query.query, _LIFTED)} within {_unit(query.unit)}", _LIFTED

    def every(self, query: Any) -> tuple[str, int]:
        return f"units({_unit(query.unit)})", _ATOM

    def related(self, query: Any) -> tuple[str, int]:
        left, right = (
            self._at_least(query.query, _RELATED),
            self._at_least(query.other, _NARROWED),
        )
        distance = "" if query.distance is None else f" within {query.distance}"
        return f"{left} {query.how} {right}{distance}", _RELATED

    def named(self, query: Any) -> tuple[str, int]:
        return f"query({_word(query.name)})", _ATOM

    def criterion(self, query: Any) -> tuple[str, int]:
        name = getattr(query, "name", "all")
        return ("all" if name == "all" else self._criterion(query)), _ATOM

    def _criterion(self, query: Any) -> str:
        given, name = query.given, KEYWORDS.get(query.name, query.name)
        if isinstance(given, re.Pattern):
            return _pattern(given)
        if name == "test":
            return f"test({_function(given)})"
        if isinstance(given, Mapping):
            return f"{name}({', '.join(f'{_word(each)}={_value(value)}' for each, value in given.items())})"
        told = given if isinstance(given, tuple) else (given,)
        # What is looked for in texts, and times, are always quoted; ids where they have to be.
        write = quoted if name in ("text", "since", "until") else _word
        below = "" if query.descendants else ", descendants=false"
        return f"{name}({', '.join(map(write, told))}{below})"


_METHODS = {"overlaps": "overlaps", "inside": "inside", "followed by": "followed_by"}
_SHORT = {"coder": "by", "speaker": "speaker", "role": "role", "text": "text"}


class _Call:
    """Writes queries as the call that makes them."""

    def both(self, query: Any) -> str:
        return f"({query.left.visit(self)} & {query.right.visit(self)})"

    def either(self, query: Any) -> str:
        return f"({query.left.visit(self)} | {query.right.visit(self)})"

    def negation(self, query: Any) -> str:
        return f"~{query.query.visit(self)}"

    def _asked(self, query: Any) -> str:
        """Return what a method is called on: the sign before a query binds less tightly."""
        text: str = query.visit(self)
        return f"({text})" if text.startswith("~") else text

    def narrowed(self, query: Any) -> str:
        given, name = query.criterion.given, query.criterion.name
        before = self._asked(query.query)
        listed = given if isinstance(given, tuple) else (given,)
        if name in _SHORT and listed:
            return f"{before}.{_SHORT[name]}({', '.join(map(_made, listed))})"
        if name == "variables":
            return f"{before}.where({_made(given)})"
        return f"{before}.narrowed({_arguments(query.criterion)})"

    def as_of(self, query: Any) -> str:
        return f"{self._asked(query.query)}.at({query.revision!r})"

    def within(self, query: Any) -> str:
        return f"{self._asked(query.query)}.within({_made(query.unit)})"

    def every(self, query: Any) -> str:
        return f"units({_made(query.unit)})"

    def related(self, query: Any) -> str:
        distance = "" if query.distance is None else f", within={query.distance}"
        method = _METHODS[query.how]
        return f"{self._asked(query.query)}.{method}({query.other.visit(self)}{distance})"

    def named(self, query: Any) -> str:
        return f"query({query.name!r})"

    def criterion(self, query: Any) -> str:
        name = getattr(query, "name", "all")
        if name == "all":
            return "where()"
        if name == "code" and query.given != ():
            told = query.given if isinstance(query.given, tuple) else (query.given,)
            below = "" if query.descendants else ", descendants=False"
            return f"code({', '.join(map(repr, told))}{below})"
        return f"where({_arguments(query)})"


def _arguments(criterion: Any) -> str:
    below = "" if criterion.descendants else ", descendants=False"
    return f"{criterion.name}={_made(criterion.given)}{below}"


def _made(value: Any) -> str:
    """Return a value as the expression that makes it."""
    if isinstance(value, Frozen):
        return repr(dict(value))
    if isinstance(value, re.Pattern):
        flags = value.flags & ~re.UNICODE
        return f"re.compile({value.pattern!r}{f', {flags}' if flags else ''})"
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    return repr(value)
