"""Documents as a table names them: with their cases and variables, and text only where asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from qualcode.errors import DocumentError
from qualcode.model.texts.documents import Document, Value

__all__ = ["NO_VARIABLES", "Listed", "documents_of"]


@attrs.frozen
class Listed:
    """A document without its text: what counting asks of it that cuts nothing.

    Parameters
    ----------
    id : str
        Its id.
    cases : tuple of str
        Ids of the cases it belongs to.
    variables : mapping
        Its variables.
    heard_length : int
        How many code points it has; 0 where that is not known.
    """

    id: str
    cases: tuple[str, ...] = ()
    variables: Mapping[str, Value] = attrs.field(factory=dict, hash=False)
    heard_length: int = 0

    @property
    def heard(self) -> None:
        """Whose words count: everybody's."""

    def __len__(self) -> int:
        return self.heard_length


def documents_of(columns: Mapping[str, list[Any]], *, whole: bool) -> list[Listed] | list[Document]:
    """Return the documents of a table's columns.

    Parameters
    ----------
    columns : mapping
        By name, the values of ``document`` (ids) and, where there are such, of ``text``, ``length`` (code
        points), ``cases`` (lists of ids) and variables.
    whole : bool
        Whether their texts are wanted.

    Raises
    ------
    DocumentError
        When texts are wanted of documents that have none here.
    """
    ids = columns["document"]
    cases = _cases(columns.get("cases"), len(ids))
    names = [name for name in columns if name not in NO_VARIABLES]
    rows = zip(*(columns[name] for name in names), strict=True) if names else ((),) * len(ids)
    variables: list[Mapping[str, Value]] = [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in rows
    ]
    texts = columns.get("text")
    if not whole:
        lengths = columns.get("length") or [0] * len(ids)
        return [
            Listed(*each)
            for each in zip(ids, cases, variables, (each or 0 for each in lengths), strict=True)
        ]
    if texts is None or None in texts:
        lacking = ids[texts.index(None)] if texts is not None else None
        where = "" if lacking is None else f" (document {lacking!r} has none)"
        raise DocumentError(
            f"what is counted is cut from texts, and the table of documents has no text{where}: give it "
            "a column 'text'"
        )
    return [
        Document(id=id, text=text, cases=own, variables=values)
        for id, text, own, values in zip(ids, texts, cases, variables, strict=True)
    ]


NO_VARIABLES = frozenset({"document", "text", "length", "cases"})
"""The columns of documents that are no variables."""


def _cases(given: Iterable[Any] | None, n: int) -> list[tuple[str, ...]]:
    """Return the cases of each document; a single one may stand without a list around it."""
    if given is None:
        return [()] * n
    return [
        () if each is None else (each,) if isinstance(each, str) else tuple(dict.fromkeys(each))
        for each in given
    ]
