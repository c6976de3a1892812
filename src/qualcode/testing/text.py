"""Strategies for texts and documents: the ones that break offsets, line ends and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from hypothesis import strategies as st

from qualcode.model.texts.documents import Document, Value
from qualcode.testing.picks import Picks, numbers

__all__ = ["documents", "phrases", "texts", "variables"]

# Simple ones first: that is where shrinking ends.
_PIECES = (
    "a",
    " ",
    "b",
    "We share one budget.",
    ". ",
    "\n",
    "\n\n",
    "ANA: ",
    "\nBEN: ",
    "Dr. Who asked, e.g. why?",
    "Who? Me! … ",
    "\t",
    # Line ends of other systems, and white space that is not ASCII
    "\r\n",
    "\r\n\r\n",
    "\r",
    "\x85",
    "\u2028",
    "\u00a0",
    "\n \t\n",
    # A byte order mark, combining marks, what changes its length with its case
    "\ufeff",
    "e\u0301",
    "\u0308",
    "ﬁß",
    "İ",
    # Beyond the basic plane, and one sign made of several code points
    "🙂",
    "👩‍👩‍👧‍👦",
    "👍🏽",
    "🇳🇴",
    "𝔘",
    # Other scripts and directions
    "信任。",
    "ثقة",
    "विश्वास",
    "Ελπίδα",
    "\u200f",
    "\u200b",
    '"quoted", and; split',
)

# What YAML, CSV and JSON might take for something else, and plain words.
_PHRASES = (
    "trust",
    "Shared aims",
    "we share one budget, and the staff",
    "yes",
    "null",
    "~",
    "1.50",
    "2026-01-01",
    "- dash",
    "key: value",
    "# comment",
    "it's “quoted”",
    '"',
    "%",
    "[a, b]",
    "{}",
    "*star &and !bang",
    "| pipe",
    "two\nlines",
    "a\n\n  indented\nend",
    "tab\there",
    "é e\u0301 ﬁ",
    "信任 🙂",
    "a\r\nb",
    "back\\slash\\n",
    "x" * 130,
    "one word after another until the line is longer than a file likes its lines to be, and then some",
)

_VALUES: Mapping[str, Sequence[Value]] = {
    "site": ("north", "south", "Ålesund 🙂", "null", " spaced\n"),
    "wave": (1, 0, -3, 2**40),
    "score": (0.5, 0.1 + 0.2, -0.0, 1e300, 5e-324),
    "remote": (True, False),
    "held": (date(2026, 1, 5), date.min, date.max),
}


def texts(*, min_size: int = 0, max_size: int = 120) -> st.SearchStrategy[str]:
    r"""Return a strategy for texts as they come in, with all that makes offsets difficult.

    Emoji, combining marks, line ends of every system, byte order marks, other scripts, sentences,
    speaker turns, blank lines.

    Parameters
    ----------
    min_size, max_size : int
        Length in code points.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(texts(), lambda text: "\r\n" in text)
    '\r\n'
    """
    piece = st.sampled_from(_PIECES) | st.characters(codec="utf-8")
    return st.lists(piece, max_size=max(8, max_size // 8)).map(
        lambda pieces: "".join(pieces).ljust(min_size, "a")[:max_size]
    )


def phrases() -> st.SearchStrategy[str]:
    """Return a strategy for short texts with something in them, such as definitions and memos."""
    spoken = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
    return st.sampled_from(_PHRASES) | spoken.filter(lambda text: bool(text.strip()))


def variables() -> st.SearchStrategy[Mapping[str, Value]]:
    """Return a strategy for variables: any of five, each always of the same type."""
    return numbers().map(lambda drawn: _variables(Picks(drawn)))


def _variables(picks: Picks) -> dict[str, Value]:
    chosen = {name: picks.one((None, *values)) for name, values in _VALUES.items()}
    return {name: value for name, value in chosen.items() if value is not None}


def documents(
    *,
    ids: st.SearchStrategy[str] | None = None,
    min_size: int = 0,
    max_size: int = 120,
    cases: Sequence[str] = (),
) -> st.SearchStrategy[Document]:
    """Return a strategy for documents, with difficult texts and typed variables.

    Parameters
    ----------
    ids : strategy, optional
        For their ids.
    min_size, max_size : int
        Length of the text in code points.
    cases : sequence of str
        Ids of cases they may belong to.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=20)
    ... @given(documents(min_size=1))
    ... def test_a_whole_document_is_quoted_exactly(document):
    ...     assert document.text.encode().decode() == document.text
    >>> test_a_whole_document_is_quoted_exactly()
    """
    return st.builds(
        _document,
        id=st.sampled_from(["a", "interview-2", "Größe.3_b", "信任"]) if ids is None else ids,
        text=texts(min_size=min_size, max_size=max_size),
        rest=numbers(16),
        cases=st.just(tuple(cases)),
    )


def _document(*, id: str, text: str, rest: bytes, cases: Sequence[str]) -> Document:
    picks = Picks(rest)
    return Document(
        id=id,
        text=text,
        cases=picks.some(cases, least=0) if cases else (),
        name=picks.one(("", "Interview with “Ana” 🙂", "null", "信任: a/b")),
        source=picks.one((None, "interviews/a b.txt")),
        variables=_variables(picks),
    )
