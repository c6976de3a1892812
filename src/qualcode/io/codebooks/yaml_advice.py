"""What a YAML parser complains of, in the words of people who write codebooks."""

from __future__ import annotations

import re

__all__ = ["advice_on", "number_as_key"]

_ADVICE = (
    (
        r"mapping values are not allowed",
        "a colon with a space behind it stands in a text: put the text in quotes, as in "
        'definition: "Use for: partners"; or the line is indented further than the one above it',
    ),
    (
        r"'\\t' that cannot start",
        "a tab stands where the line is indented: indent with spaces",
    ),
    (
        r"found a tab|tab character",
        "a tab stands where the line is indented: indent with spaces",
    ),
    (
        r"'[@`%|>&*!?]' that cannot start|'[`@%]'",
        "a text begins with a sign that YAML keeps for itself: put the text in quotes",
    ),
    (
        r"found unexpected end of stream",
        "a quotation mark is opened and never closed: close it, or put the whole text in quotes of the "
        "other kind",
    ),
    (
        r"unknown escape character",
        "a backslash in double quotes begins a special sign: use single quotes",
    ),
    (
        r"could not find expected ':'|while scanning a simple key",
        "a line has no colon: write 'field: value', or indent a text that goes on further than its field",
    ),
    (
        r"undefined alias|undefined anchor|scanning an (?:alias|anchor)|expected alphabetic or numeric",
        "a text begins with * or &, which YAML keeps for itself: put the text in quotes",
    ),
    (
        r"could not determine a constructor|scanning a tag|found undefined tag",
        "a text begins with !, which YAML keeps for itself: put the text in quotes",
    ),
    (
        r"expected ',' or|flow (?:sequence|mapping)",
        "a bracket is opened and not closed: close it, or put a text that begins with a bracket in quotes",
    ),
    (
        r"expected <block end>|did not find expected|expected the node content",
        "the line is not indented as those beside it: fields of one code begin in one column, with spaces; "
        "or a text goes on behind its closing quotation mark: put all of it in quotes",
    ),
)  # fmt: skip
_NUMBER = re.compile(r"\s*([-+]?(?:\d[\d_]*)?\.?\d[\d_]*(?:e[-+]?\d+)?)\s*:", re.IGNORECASE)


def advice_on(problem: str) -> str:
    """Return what to do about a parser's complaint; empty where nothing is known.

    Examples
    --------
    >>> advice_on("mapping values are not allowed here")[:52]
    'a colon with a space behind it stands in a text: put'
    """
    return next((advice for pattern, advice in _ADVICE if re.search(pattern, problem)), "")


def number_as_key(line: str) -> str:
    """Return the number that a line has for its id, without quotes; empty where it has none.

    Examples
    --------
    >>> number_as_key("  1.10: {name: Money}"), number_as_key("  trust:")
    ('1.10', '')
    """
    found = _NUMBER.match(line)
    return found[1] if found else ""
