"""Strategies for codebooks and rollups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
from hypothesis import strategies as st

from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code, Link
from qualcode.model.codebooks.themes import Domain, Rollup, Theme
from qualcode.model.ids import fold
from qualcode.testing.picks import Picks, numbers
from qualcode.testing.text import phrases

__all__ = ["ATTRIBUTES", "LINK_TYPES", "code_id", "codebooks", "free_name", "rollups"]

_IDS = ("trust", "roles", "budget", "aims", "Öffnung", "信任", "x.1_b", "yes", "1.5", "null")
_COLOURS = (None, "#4477aa", "#000000", "#FFeeDD")
_KEYWORDS = (
    "trust*",
    "rely on",
    "rely * on",
    "Straße",
    "信任",
    "co-op",
    "null",
    "# x: y",
    "two\nlines",
)
_PATTERNS: Sequence[Sequence[Mapping[str, object]]] = (
    ({"LOWER": "rely"}, {"LOWER": {"IN": ["on", "upon"]}}),
    ({"LOWER": "null"}, {}, {"LENGTH": {">=": 3, "==": 4}, "OP": "?"}),
    ({"TEXT": {"REGEX": "^[a-z]: #{2,}\n'x\""}, "_": {"?": True, ": x": None, "1": 0.5}},),
    ({"LOWER": {"NOT_IN": ["信任 🙂", "- a", ""]}},) * 3,
)
LINK_TYPES = ("supports", "constrains", "=>")
ATTRIBUTES = {"direction": ("supports", "constrains", "+")}
"""The attribute that generated codebooks declare, with its values."""


def code_id(number: int) -> str:
    """Return the id of the code with a number, counted from 0."""
    return _IDS[number] if number < len(_IDS) else f"code-{number}"


def free_name(name: str, parent: str | None, codes: Sequence[Code]) -> str:
    """Return the name, with a number behind it when a live code under the parent has it already."""
    taken = {fold(code.name) for code in codes if code.is_live and code.parent == parent}
    free, number = name, 2
    while fold(free) in taken:
        free, number = f"{name} {number}", number + 1
    return free


def _code(picks: Picks, before: Sequence[Code], words: Sequence[str]) -> Code:
    """Return one more code; one of them at least can be assigned."""
    id = code_id(len(before))
    parent = picks.one([None, *(code.id for code in before)])
    codable = not (picks.chance() and before)
    name = free_name(picks.one([id, *(" ".join(word.split()) for word in words)]), parent, before)
    direction = picks.one([None, *ATTRIBUTES["direction"]])
    return Code(
        id,
        name,
        picks.one(["", *words]),
        parent=parent,
        codable=codable,
        colour=picks.one(_COLOURS),
        attributes={"direction": direction} if direction else {},
        include=picks.some(words, least=0),
        exclude=picks.some(words, least=0, most=1),
        examples=picks.some(words, least=0, most=1),
        counterexamples=picks.some(words, least=0, most=1),
        memos=picks.some(words, least=0, most=1),
        # A phrase may be nothing but stars, which are no keyword.
        keywords=picks.some((*_KEYWORDS, *(f"{word}s" for word in words)), least=0, most=2),
        patterns=picks.some(_PATTERNS, least=0, most=2),
    )


def codebooks(
    *, min_codes: int = 1, max_codes: int = 6, min_rollups: int = 0, max_rollups: int = 2
) -> st.SearchStrategy[Codebook]:
    """Return a strategy for codebooks: forests of codes, with links, attributes and rollups.

    Some codes only group others; parents may come after their children.

    Parameters
    ----------
    min_codes, max_codes : int
        How many codes; the first can always be assigned.
    min_rollups, max_rollups : int
        How many rollups; see `rollups`.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=20)
    ... @given(codebooks(min_codes=2))
    ... def test_the_tree_shows_every_code(codebook):
    ...     assert len(codebook.tree().splitlines()) == len(codebook)
    >>> test_the_tree_shows_every_code()
    """
    return st.builds(
        _codebook,
        words=st.lists(phrases(), max_size=3, unique=True),
        codes=st.lists(numbers(24), min_size=min_codes, max_size=max_codes),
        links=st.lists(numbers(), max_size=2),
        rollups=st.lists(_PARTS, min_size=min_rollups, max_size=max_rollups),
        rest=numbers(),
    )


def _codebook(
    *,
    words: list[str],
    codes: list[bytes],
    links: list[bytes],
    rollups: list[tuple[int, list[bytes], list[bytes]]],
    rest: bytes,
) -> Codebook:
    made: list[Code] = []
    for each in codes:
        made.append(_code(Picks(each), made, words))
    picks = Picks(rest)
    codebook = Codebook(
        "study",
        picks.one(["", *(" ".join(word.split()) for word in words)]),
        picks.one(["", *words]),
        codes=made[::-1] if picks.chance() else made,
        links=dict.fromkeys(_link(Picks(each), made, words) for each in links if len(made) > 1),
        attributes=ATTRIBUTES if any(code.attributes for code in made) else {},
    )
    numbered = [
        attrs.evolve(_rollup(codebook, *parts), id=f"rollup-{number}")
        for number, parts in enumerate(rollups, 1)
    ]
    return attrs.evolve(codebook, rollups=numbered)


def _link(picks: Picks, codes: Sequence[Code], words: Sequence[str]) -> Link:
    source, target = picks.some([code.id for code in codes], least=2, most=2)
    return Link(source, picks.one(LINK_TYPES), target, picks.one(["", *words]))


def rollups(*, codebook: Codebook) -> st.SearchStrategy[Rollup]:
    """Return a strategy for rollups of a codebook, trees and others.

    A code may be in several themes and a theme in several domains; codes are given by themselves or
    with all below them; some codes and themes roll up to nothing, some themes hold nothing. Rollups
    that follow the code tree, or an attribute, are among them.

    Parameters
    ----------
    codebook : Codebook
        Whose codes they name.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> book = Codebook("study", codes=[Code("trust"), Code("budget")])
    >>> @settings(max_examples=20)
    ... @given(rollups(codebook=book))
    ... def test_a_rollup_names_codes_that_exist(rollup):
    ...     rollup.check(book.codes)
    >>> test_a_rollup_names_codes_that_exist()
    """
    return _PARTS.map(lambda parts: _rollup(codebook, *parts))


_PARTS = st.tuples(
    st.integers(0, 5), st.lists(numbers(), max_size=4), st.lists(numbers(), max_size=3)
)


def _rollup(codebook: Codebook, kind: int, themes: list[bytes], domains: list[bytes]) -> Rollup:
    if kind == 5:
        return Rollup.by_tree()
    if kind == 4 and any("direction" in code.attributes for code in codebook.codes.values()):
        return Rollup.by_attribute("direction")
    made = []
    for number, each in enumerate(themes, 1):
        picks, ids = Picks(each), list(codebook.codes)
        codes = picks.some(ids, least=0)
        made.append(
            Theme(f"theme-{number}", codes=codes, subtrees=picks.some(ids, least=0, most=1))
        )
    held = [theme.id for theme in made]
    return Rollup(
        "factors",
        themes=made,
        domains=[
            Domain(f"domain-{number}", themes=Picks(each).some(held, least=0))
            for number, each in enumerate(domains if made else [], 1)
        ],
    )
