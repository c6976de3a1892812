"""Rollups: which codes make a theme, which themes make a domain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

import attrs

from qualcode.errors import RollupError, did_you_mean
from qualcode.model.checks import (
    Check,
    check_flag,
    check_items,
    check_label,
    check_optional_text,
    check_text,
    check_texts,
    listed,
    settle,
)
from qualcode.model.ids import check_id

__all__ = ["UNASSIGNED", "Domain", "Rollup", "Theme"]

UNASSIGNED = "unassigned"
"""Id of the row for what rolls up to nothing; no theme or domain may have it."""


def _settle(value: Theme | Domain, kind: str, checks: Mapping[str, Check]) -> None:
    object.__setattr__(value, "id", check_id(value.id, what=kind, error=RollupError))
    if value.id == UNASSIGNED:
        raise RollupError(
            f"{kind} id {UNASSIGNED!r} is taken by the row for what rolls up to nothing"
        )
    settle(value, checks, where=f"{kind} {value.id!r}", error=RollupError)
    if not value.name:
        object.__setattr__(value, "name", value.id)


@attrs.frozen
class Theme:
    """An interpretive level above codes.

    Parameters
    ----------
    id, name : str
        Id unique among the rollup's themes, and a label for people.
    codes : iterable of str
        Ids of codes that belong to it by themselves.
    subtrees : iterable of str
        Ids of codes that belong to it with everything below them, now and later.
    """

    id: str
    name: str = ""
    codes: tuple[str, ...] = attrs.field(default=(), converter=listed)
    subtrees: tuple[str, ...] = attrs.field(default=(), converter=listed)

    def __attrs_post_init__(self) -> None:
        checks = {"name": check_label, "codes": check_texts, "subtrees": check_texts}
        _settle(self, "theme", checks)


@attrs.frozen
class Domain:
    """A group of themes.

    Parameters
    ----------
    id, name : str
        Id unique among the rollup's domains, and a label for people.
    themes : iterable of str
        Ids of its themes; a theme may belong to several domains.
    """

    id: str
    name: str = ""
    themes: tuple[str, ...] = attrs.field(default=(), converter=listed)

    def __attrs_post_init__(self) -> None:
        _settle(self, "domain", {"name": check_label, "themes": check_texts})


def _themes(value: Iterable[Theme] | None) -> tuple[Theme, ...]:
    advice = "pass qc.Theme(id, codes=[…])"
    return check_items(value, Theme, what="a rollup's themes", error=RollupError, advice=advice)


def _domains(value: Iterable[Domain] | None) -> tuple[Domain, ...]:
    advice = "pass qc.Domain(id, themes=[…])"
    return check_items(value, Domain, what="a rollup's domains", error=RollupError, advice=advice)


@attrs.frozen
class Rollup:
    """A mapping of codes to themes to domains.

    It is written out (`themes` and `domains`), or it follows the codebook: by a free attribute
    (`attribute`: a theme for each value), or by the code tree (`tree`: a domain for each root, a theme
    for each code below a root). What follows the codebook includes codes added later.

    Parameters
    ----------
    id, name : str
        Id unique in the codebook, and a label for people.
    themes : iterable of Theme
        Which codes make which theme.
    domains : iterable of Domain
        Which themes make which domain; may be empty.
    attribute : str or None
        Name of the free attribute to roll up by.
    tree : bool, default False
        Roll up along the code tree.

    Raises
    ------
    RollupError
        When an id is used twice, a domain names a theme that does not exist, or more than one way of
        rolling up is given.

    Examples
    --------
    >>> Rollup(
    ...     "factors",
    ...     themes=[Theme("roles", codes=["role-clarity"])],
    ...     domains=[Domain("relationships", themes=["roles"])],
    ... ).domains[0].themes
    ('roles',)
    """

    id: str
    name: str = ""
    themes: tuple[Theme, ...] = attrs.field(default=(), converter=_themes)
    domains: tuple[Domain, ...] = attrs.field(default=(), converter=_domains)
    attribute: str | None = None
    tree: bool = False

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "id", check_id(self.id, what="rollup", error=RollupError))
        checks = {"name": check_label, "attribute": check_optional_text, "tree": check_flag}
        settle(self, checks, where=f"rollup {self.id!r}", error=RollupError)
        if not self.name:
            object.__setattr__(self, "name", self.id)
        if sum((bool(self.themes or self.domains), self.attribute is not None, self.tree)) > 1:
            raise RollupError(
                f"rollup {self.id!r}: give themes and domains, or an attribute, or tree: one of the three",
                at=("rollups", self.id),
            )
        _check_unique(self.id, "theme", [theme.id for theme in self.themes])
        _check_unique(self.id, "domain", [domain.id for domain in self.domains])
        known = {theme.id for theme in self.themes}
        for domain in self.domains:
            for number, theme in enumerate(domain.themes):
                if theme not in known:
                    raise RollupError(
                        f"rollup {self.id!r}: domain {domain.id!r} names the theme {theme!r}, which "
                        f"does not exist.{did_you_mean(theme, known)}",
                        at=("rollups", self.id, "domains", domain.id, "themes", number),
                    )

    def check(self, codes: Collection[str]) -> None:
        """Check that every code the rollup names is among `codes`.

        Raises
        ------
        RollupError
            For the first one that is not.
        """
        for theme in self.themes:
            for field, ids in (("codes", theme.codes), ("subtrees", theme.subtrees)):
                for number, code in enumerate(ids):
                    if code not in codes:
                        raise RollupError(
                            f"rollup {self.id!r}: theme {theme.id!r} names the code {code!r}, which "
                            f"does not exist.{did_you_mean(code, codes)}",
                            at=("rollups", self.id, "themes", theme.id, field, number),
                        )

    def replacing(
        self,
        sources: Mapping[str, Collection[str]],
        into: str,
        lines: Mapping[str, Collection[str]],
    ) -> Rollup:
        """Return the rollup after codes were merged into another.

        The target takes the place of its sources, unless it has a place of its own: then its place
        decides, since a merge says that the sources were the target all along. What was below a
        source was not merged, and stays in its themes.

        Parameters
        ----------
        sources : mapping of str to collection of str
            The codes merged, and what stood directly below each of them.
        into : str
            The code that stands for them now.
        lines : mapping of str to collection of str
            For each of these codes, itself and all that stood above it.
        """

        def holds(theme: Theme, code: str) -> bool:
            return code in theme.codes or not {*lines[code]}.isdisjoint(theme.subtrees)

        placed = any(holds(theme, into) for theme in self.themes)

        def replaced(theme: Theme) -> Theme:
            named = {*theme.subtrees}
            takes = not placed and any(holds(theme, source) for source in sources)
            codes = [into if takes and code in sources else code for code in theme.codes]
            if named & {*lines[into]} or (takes and named & sources.keys()):
                # What stood between a source and the target does not come to stand below it.
                onward = {
                    source: [into, *(code for code in below if code in lines[into])]
                    for source, below in sources.items()
                }
                subtrees = [each for code in theme.subtrees for each in onward.get(code, [code])]
            else:
                # With its subtree, the target would bring more than stood here.
                held = [source for source in sources if named & {*lines[source]}]
                left = [code for code in theme.subtrees if code not in sources]
                subtrees = [*left, *(code for source in held for code in sources[source])]
                codes += [into] if takes else []
            codes = [code for code in codes if code not in sources]
            return attrs.evolve(
                theme, codes=list(dict.fromkeys(codes)), subtrees=list(dict.fromkeys(subtrees))
            )

        return attrs.evolve(self, themes=[replaced(theme) for theme in self.themes])

    def with_parts(self, source: str, parts: Iterable[str]) -> Rollup:
        """Return the rollup after a code was split: its parts stand wherever it stands itself."""
        added = tuple(parts)

        def extended(ids: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(dict.fromkeys((*ids, *added))) if source in ids else ids

        themes = [
            attrs.evolve(theme, codes=extended(theme.codes), subtrees=extended(theme.subtrees))
            for theme in self.themes
        ]
        return attrs.evolve(self, themes=themes)

    @classmethod
    def by_attribute(cls, attribute: str, *, id: str = "", name: str = "") -> Rollup:
        """Return a rollup with a theme for each value of a free attribute, such as ``direction``."""
        attribute = check_text(attribute, what="attribute", error=RollupError)
        chosen = check_label(id, what="id", error=RollupError) or attribute
        label = check_label(name, what="name", error=RollupError)
        return cls(chosen, label or f"By {attribute}", attribute=attribute)

    @classmethod
    def by_tree(cls, *, id: str = "tree", name: str = "By the code tree") -> Rollup:
        """Return a rollup along the code tree: roots are domains, the codes below them themes."""
        return cls(id, name, tree=True)


def _check_unique(rollup: str, kind: str, ids: list[str]) -> None:
    for id, times in Counter(ids).items():
        if times > 1:
            raise RollupError(
                f"rollup {rollup!r}: {kind} id {id!r} is used twice",
                at=("rollups", rollup, f"{kind}s", id),
            )
