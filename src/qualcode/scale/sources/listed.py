"""Documents and cases as tables list them: with their variables, and text only where asked for."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal, TypeAlias

import attrs

from qualcode.errors import DocumentError, did_you_mean
from qualcode.model.checks import shown
from qualcode.model.texts.documents import Document, Value, read_value
from qualcode.model.texts.speakers import Speaker, Speakers

__all__ = [
    "CASES_NO_VARIABLES",
    "JSON",
    "NO_VARIABLES",
    "Listed",
    "Reads",
    "cases_in",
    "cases_of",
    "documents_of",
    "listed_rows",
    "no_variable",
]


_NOBODY = Speakers()

Reads: TypeAlias = Literal["nothing", "lengths", "texts"]
"""What is read of documents beside their ids, cases and variables."""


@attrs.frozen
class Listed:
    """A document without its text, or a case: what counting asks of it that cuts nothing.

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
    speakers : Speakers
        Who speaks in it, and where; nobody where that is not told.
    """

    id: str
    cases: tuple[str, ...] = ()
    variables: Mapping[str, Value] = attrs.field(factory=dict, hash=False)
    heard_length: int = 0
    speakers: Speakers = _NOBODY

    @property
    def voices(self) -> tuple[Speaker | None, ...]:
        """Whose turn each is, in order; None where nobody is named."""
        return self.speakers.voices

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
        points), ``cases`` (lists of ids), ``variables`` (JSON objects) and variables.
    whole : bool
        Whether their texts are wanted.

    Raises
    ------
    DocumentError
        When texts are wanted of documents that have none here.
    """
    found = listed_rows(columns, key="document", own=NO_VARIABLES)
    if not whole:
        return found
    texts = columns.get("text")
    if texts is None or None in texts:
        lacking = found[texts.index(None)].id if texts is not None else None
        where = "" if lacking is None else f" (document {lacking!r} has none)"
        raise DocumentError(
            f"what is counted is cut from texts, and the table of documents has no text{where}: give it "
            "a column 'text'"
        )
    return [
        Document(id=each.id, text=text, cases=each.cases, variables=each.variables)
        for each, text in zip(found, texts, strict=True)
    ]


def cases_of(columns: Mapping[str, list[Any]]) -> list[Listed]:
    """Return the cases of a table's columns: their ids (``case``), and their variables."""
    return listed_rows(columns, key="case", own=CASES_NO_VARIABLES)


def listed_rows(
    columns: Mapping[str, list[Any]], *, key: str, own: Collection[str]
) -> list[Listed]:
    """Return the documents or cases of a table's columns, without texts.

    Parameters
    ----------
    columns : mapping
        As for `documents_of`.
    key : str
        The column of their ids.
    own : collection of str
        Names of columns that are no variables.
    """
    ids = columns[key]
    names = [name for name in columns if name not in own]
    rows = zip(*(columns[name] for name in names), strict=True) if names else ((),) * len(ids)
    variables: list[dict[str, Value]] = [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in rows
    ]
    for each, id, told in zip(variables, ids, columns.get(JSON, ()), strict=JSON in columns):
        each |= _read(told, f"{key} {id!r}")
    lengths = columns.get("length") or [0] * len(ids)
    if None in ids:
        raise DocumentError(f"a row of the table of {key}s has no {key}: each needs its id")
    cases = _cases(columns.get("cases"), len(ids))
    for id, belongs in zip(ids, cases, strict=True):
        if None in belongs:
            raise DocumentError(f"document {id!r} belongs to a case without an id: leave it out")
    return [
        Listed(*each)
        for each in zip(ids, cases, variables, (each or 0 for each in lengths), strict=True)
    ]


JSON = "variables"
"""The column in which all variables are, as a JSON object, where they have no columns of their own."""
NO_VARIABLES = frozenset({"document", "text", "length", "cases", JSON})
"""The columns of documents that are no variables."""
CASES_NO_VARIABLES = frozenset({"case", JSON})
"""The columns of cases that are no variables."""


def _read(told: object, where: str) -> dict[str, Value]:
    """Return the variables of a JSON object."""
    if told is None:
        return {}
    try:
        held = json.loads(told) if isinstance(told, str) else None
    except ValueError:
        held = None
    if not isinstance(held, dict):
        raise DocumentError(
            f"{where}: the column {JSON!r} holds {shown(told)}, not a JSON object of variables: give each "
            "variable a column of its own"
        )
    return {name: value for name, each in held.items() if (value := read_value(each)) is not None}


def cases_in(given: Iterable[Any]) -> tuple[str, ...]:
    """Return the distinct cases of a column of documents."""
    values = [*given]
    return tuple(dict.fromkeys(case for own in _cases(values, len(values)) for case in own))


def _cases(given: Iterable[Any] | None, n: int) -> list[tuple[str, ...]]:
    """Return the cases of each document; a single one may stand without a list around it."""
    if given is None:
        return [()] * n
    return [
        () if each is None else (_case(each),) if isinstance(each, str) else (*dict.fromkeys(each),)
        for each in given
    ]


def _case(id: str) -> str:
    # Dask makes text of lists in frames of pandas, and each list would be a case.
    if id.startswith("[") and id.endswith("]"):
        raise DocumentError(
            f"the cases of a document are {shown(id)}, which is the text of a list: give lists, or for "
            "frames of Dask read them from Parquet or set dataframe.convert-string to False"
        )
    return id


def no_variable(
    variable: str, known: Iterable[str] = (), *, of: Literal["document", "case"] = "document"
) -> str:
    """Return the message that nothing has a variable."""
    table = "documents, or of that of their cases" if of == "document" else "cases"
    return (
        f"no {of} has a variable {variable!r}: it has to be a column of the table of {table}, "
        f"scan_assignments(…, documents=…, cases=…){did_you_mean(variable, known)}"
    )
