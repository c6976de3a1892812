"""Strategies for codebooks and rollups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from hypothesis import strategies as st

from qualcode.model.codebook import Codebook
from qualcode.model.codes import Code, Link
from qualcode.model.ids import fold
from qualcode.model.rollups import Domain, Rollup, Theme
from qualcode.testing.text import names, phrases

__all__ = ["ATTRIBUTES", "LINK_TYPES", "code_id", "codebooks", "free_name", "rollups"]

_IDS = ("trust", "roles", "budget", "aims", "Öffnung", "信任", "x.1_b", "yes", "1.5", "null")
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


def _some_texts() -> st.SearchStrategy[list[str]]:
    return st.lists(phrases(), max_size=2)


def _code_fields() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "parent": st.integers(0, 7),
            "grouping": st.integers(0, 5).map(lambda number: number == 5),
            "name": st.just("") | names(),
        },
        optional={
            "definition": phrases(),
            "include": _some_texts(),
            "exclude": _some_texts(),
            "examples": _some_texts(),
            "counterexamples": _some_texts(),
            "colour": st.sampled_from(["#4477aa", "#000000", "#FFeeDD"]),
            "attributes": st.sampled_from(ATTRIBUTES["direction"]).map(
                lambda value: {"direction": value}
            ),
            "memos": _some_texts(),
        },
    )


def _code(fields: dict[str, Any], before: Sequence[Code]) -> Code:
    # The root is one choice more than the codes that are there to stand below.
    parents = [None, *(code.id for code in before)]
    parent = parents[fields.pop("parent") % len(parents)]
    # One code at least can be assigned.
    codable = not (fields.pop("grouping") and before)
    id = code_id(len(before))
    name = free_name(fields.pop("name") or id, parent, before)
    return Code(id, name, parent=parent, codable=codable, **fields)


@st.composite
def codebooks(
    draw: st.DrawFn,
    *,
    min_codes: int = 1,
    max_codes: int = 6,
    min_rollups: int = 0,
    max_rollups: int = 2,
) -> Codebook:
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
    >>> from hypothesis import find
    >>> print(find(codebooks(), lambda codebook: len(codebook) == 2).tree())
    trust
    roles
    """
    codes: list[Code] = []
    for fields in draw(st.lists(_code_fields(), min_size=min_codes, max_size=max_codes)):
        codes.append(_code(dict(fields), codes))
    links: list[Link] = []
    if len(codes) > 1:
        ends = st.sampled_from([code.id for code in codes])
        pairs = st.tuples(ends, ends, st.sampled_from(LINK_TYPES), st.just("") | phrases())
        links = [
            Link(source, type, target, note)
            for source, target, type, note in draw(st.lists(pairs, max_size=2))
            if source != target
        ]
    codebook = Codebook(
        "study",
        draw(st.just("") | names()),
        draw(st.just("") | phrases()),
        codes=codes[::-1] if draw(st.integers(0, 4)) == 4 else codes,
        links=dict.fromkeys(links),
        attributes=ATTRIBUTES if any(code.attributes for code in codes) else {},
    )
    drawn = draw(st.lists(rollups(codebook=codebook), min_size=min_rollups, max_size=max_rollups))
    numbered = [
        attrs.evolve(rollup, id=f"rollup-{number}") for number, rollup in enumerate(drawn, 1)
    ]
    return attrs.evolve(codebook, rollups=numbered)


def rollups(
    *, codebook: Codebook, max_themes: int = 4, max_domains: int = 3
) -> st.SearchStrategy[Rollup]:
    """Return a strategy for rollups of a codebook, trees and others.

    A code may be in several themes and a theme in several domains; codes are given by themselves or
    with all below them; some codes and themes roll up to nothing, some themes hold nothing. Rollups
    that follow the code tree, or an attribute, are among them.

    Parameters
    ----------
    codebook : Codebook
        Whose codes they name.
    max_themes, max_domains : int
        How many at the most, when they are written out.

    Examples
    --------
    >>> from hypothesis import find
    >>> book = Codebook("study", codes=[Code("trust"), Code("budget")])
    >>> rollup = find(rollups(codebook=book), lambda rollup: len(rollup.domains) == 2)
    >>> [domain.id for domain in rollup.domains]
    ['domain-1', 'domain-2']
    """
    kinds = [_written_out(codebook, max_themes, max_domains), st.just(Rollup.by_tree())]
    if any("direction" in code.attributes for code in codebook.codes.values()):
        kinds.append(st.just(Rollup.by_attribute("direction")))
    return st.one_of(kinds)


@st.composite
def _written_out(draw: st.DrawFn, codebook: Codebook, max_themes: int, max_domains: int) -> Rollup:
    ids = list(codebook.codes)
    some = st.lists(st.sampled_from(ids), max_size=3, unique=True) if ids else st.just([])
    parts = draw(st.lists(st.tuples(some, some, st.just("") | names()), max_size=max_themes))
    themes = [
        Theme(f"theme-{number}", name, codes=codes, subtrees=subtrees)
        for number, (codes, subtrees, name) in enumerate(parts, 1)
    ]
    domains: list[Domain] = []
    if themes:
        held = st.lists(st.sampled_from([theme.id for theme in themes]), max_size=3, unique=True)
        domains = [
            Domain(f"domain-{number}", name, inside)
            for number, (inside, name) in enumerate(
                draw(st.lists(st.tuples(held, st.just("") | names()), max_size=max_domains)), 1
            )
        ]
    return Rollup("factors", draw(st.just("") | names()), themes=themes, domains=domains)
