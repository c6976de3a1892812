"""Sources: the documents and cases that a review extracts from and appraises, by one way to name them."""

from __future__ import annotations

from collections.abc import Iterable

from qualcode.errors import NotFoundError, ProjectError, did_you_mean
from qualcode.model.checks import check_text, looked_up

__all__ = ["source_name", "source_target"]


def source_target(given: object, documents: Iterable[str], cases: Iterable[str]) -> str:
    """Return a source as events name it.

    Parameters
    ----------
    given : str
        Its id: of a document or, where no document has it, of a case; ``"case:ID"`` and ``"document:ID"``
        say which.
    documents, cases : iterable of str
        The ids there are.

    Raises
    ------
    NotFoundError
        When there is none.

    Examples
    --------
    >>> source_target("23", ["23"], ["23"]), source_target("case:23", ["23"], ["23"])
    ('document:23', 'case:23')
    """
    id = check_text(given, what="source", error=ProjectError, empty=False)
    held = {"document": list(documents), "case": list(cases)}
    for kind, known in held.items():
        if id in known:
            return f"{kind}:{id}"
    kind, _, rest = id.partition(":")
    if kind in held:
        if rest in held[kind]:
            return id
        raise NotFoundError(
            f"there is no {kind} {looked_up(rest)}.{did_you_mean(rest, held[kind])}"
        )
    everything = [*held["document"], *held["case"]]
    raise NotFoundError(
        f"there is no document or case {looked_up(id)}.{did_you_mean(id, everything)}"
    )


def source_name(target: str) -> str:
    """Return the id by which people name a source: a case with what it is.

    Examples
    --------
    >>> source_name("document:23"), source_name("case:north")
    ('23', 'case:north')
    """
    return target.removeprefix("document:")
