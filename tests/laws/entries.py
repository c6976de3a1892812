"""What the laws about wrong arguments have in common: entry points, and how one is called wrongly."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs

import qualcode as qc
from qualcode.testing.odd import ODD

__all__ = ["Entry", "check_refusal", "method", "refused"]


FUNCTIONS = frozenset(
    [
        "by",
        "conclusion",
        "distance",
        "look",
        "progress",
        "statistic",
        "unit",
        "units",
        "variables",
        "weights",
        "words",
    ]
)
"""Arguments that may be functions of one's own."""


@attrs.frozen
class Entry:
    """A public function, and arguments that it accepts.

    Parameters
    ----------
    label : str
        How it is called.
    call : callable
        It.
    base : mapping
        Arguments that are accepted, by name.
    words : mapping
        For an argument, what the message may call it instead of by its name, as a regular expression.
    """

    label: str
    call: Callable[..., Any]
    base: Mapping[str, Any]
    words: Mapping[str, str] = attrs.field(factory=dict)


def method(value: Any, name: str, words: Mapping[str, str] | None = None, /, **base: Any) -> Entry:
    """Return a method of a value as an entry point."""
    label = f"{type(value).__name__}.{name}"
    return Entry(label, getattr(value, name), base, words or {})


def refused(entry: Entry, given: Mapping[str, Any], odd: str) -> tuple[bool, Any]:
    """Call an entry point; return whether it refuses, by a message that names one of the odd arguments."""
    try:
        return False, entry.call(**{**entry.base, **given})
    except qc.QualcodeError as error:
        told = str(error)
        told.encode()  # a message can be printed
        words = (
            rf"{entry.words.get(name, name.rstrip('s'))}|\b{re.escape(name)}\b" for name in given
        )
        assert re.search("|".join(words), told), (odd, told)
        assert len(told) < 2_000
        return True, None


def check_refusal(entry: Entry, name: str, odd: str) -> Any:
    """Call an entry point with one odd argument; return what it returns, or None if it refuses."""
    value = ODD[odd]()
    if isinstance(value, type) and name in FUNCTIONS:
        return None  # what a function that is passed raises itself is not for the library to say
    return refused(entry, {name: value}, odd)[1]
