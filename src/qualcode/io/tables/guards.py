"""The apostrophe before texts that a spreadsheet program would take for formulas, numbers or dates."""

from __future__ import annotations

import re

__all__ = ["guarded", "guarded_formula", "is_taken_for_other", "unguarded"]

_DIGITS = r"[\d\s.,:/%$€£¥()+\-]"
_WORDS = r"(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|e|am|pm)(?![a-z])"
# What spreadsheet programs take for a formula, a number, a date or a truth value, with or without
# apostrophes before it: so taking away the one that was put there gives back what was.
_TAKEN_FOR_OTHER = re.compile(
    rf"['\s]*[=+\-@＝＋－＠]|'*[\t\r\n]|'*(?:true|false)\Z|'*(?=.*\d)(?:{_DIGITS}|{_WORDS})+\Z",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def is_taken_for_other(text: str) -> bool:
    """Tell whether a spreadsheet program takes a text for a formula, a number, a date or a truth value."""
    return bool(_TAKEN_FOR_OTHER.match(text))


def guarded(text: str) -> str:
    """Return a text with an apostrophe before it, where it would be taken for something else.

    Examples
    --------
    >>> guarded("=1+1"), guarded("007"), guarded("trust")
    ("'=1+1", "'007", 'trust')
    """
    return f"'{text}" if is_taken_for_other(text) else text


def guarded_formula(text: str) -> str:
    """Return a text with an apostrophe before it, where it would be run as a formula.

    For tables that statistics programs read too: there ``007`` stays what it is.

    Examples
    --------
    >>> guarded_formula("=1+1"), guarded_formula("007")
    ("'=1+1", '007')
    """
    return f"'{text}" if _FORMULA.match(text) or unguarded(text) != text else text


def unguarded(text: str) -> str:
    """Return a text without the apostrophe that keeps it from being taken for something else.

    Examples
    --------
    >>> unguarded("'=1+1"), unguarded("'007"), unguarded("'tis")
    ('=1+1', '007', "'tis")
    """
    return text[1:] if text.startswith("'") and is_taken_for_other(text[1:]) else text
