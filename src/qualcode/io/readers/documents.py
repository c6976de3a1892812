"""Documents from whatever they come in: files, mappings of ids to texts, data frames."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualcode.errors import DocumentError, did_you_mean
from qualcode.io.readers.added import FileReport
from qualcode.io.readers.files import (
    Keeper,
    SpeakersGiven,
    Variables,
    documents_from_files,
    read_documents,
)
from qualcode.io.readers.registry import Reader
from qualcode.io.tables.frames import cell_label, cell_text, check_frame, named_columns
from qualcode.model.checks import (
    check_mapping,
    check_text,
    check_texts,
    shown,
)
from qualcode.model.ids import unique_slug
from qualcode.model.texts.documents import Document, Value

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "COLUMN",
    "documents_from_frame",
    "documents_from_texts",
    "gather_documents",
    "ordered_columns",
    "read_documents",
]


COLUMN = "column "
"""How the source of a document begins that came from a frame: the name of the column follows."""


def documents_from_texts(
    texts: Mapping[str, str],
    *,
    variables: Mapping[str, Value | None] | None = None,
    cases: str | Iterable[str] = (),
) -> list[Document]:
    """Return documents from a mapping of ids to texts.

    Raises
    ------
    DocumentError
        When an id, a text or something else is not what it must be.
    """
    belonging = check_texts(cases, what="cases", error=DocumentError)
    given = check_mapping(texts, what="the texts by id", error=DocumentError)
    return [
        Document(id=id, text=text, variables=variables, cases=belonging)
        for id, text in given.items()
    ]


def documents_from_frame(
    frame: pd.DataFrame,
    *,
    text: str,
    id: str | None = None,
    cases: str | Iterable[str] = (),
    variables: Iterable[str] | None = None,
    taken: Collection[str] = (),
) -> list[Document]:
    """Return a document for each row of a data frame, such as open answers of a survey.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row for each document. Rows whose text is missing or blank are no answers and are left out.
    text : str
        Name of the column with the texts.
    id : str, optional
        Name of the column that ids are made from; without it they are ``row-1``, ``row-2``, … A number
        is its digits, so that 1.0 becomes ``1``.
    cases : str or iterable of str
        Names of columns that hold ids of cases.
    variables : iterable of str, optional
        Names of the columns that become variables; without it, all that have no other use.
    taken : collection of str
        Ids that are in use.

    Raises
    ------
    DocumentError
        When a column does not exist, a text is not text, or a row has no id or that of another row; rows
        are counted from 1.
    """
    frame = check_frame(frame, error=DocumentError)
    names = named_columns(frame, error=DocumentError)
    if isinstance(text, list | tuple):
        raise DocumentError(
            f"text names one column, not several: {shown(text)}. Several open questions of each respondent "
            "are added by add_survey(frame, open=[…], id=…)"
        )
    text = check_text(text, what="text (the name of a column)", error=DocumentError)
    if id is not None:
        id = check_text(id, what="id (the name of a column)", error=DocumentError)
    case_columns = check_texts(cases, what="cases (names of columns)", error=DocumentError)
    used = [text, *([] if id is None else [id]), *case_columns]
    chosen = (
        [name for name in names if name not in used]
        if variables is None
        else check_texts(variables, what="variables (names of columns)", error=DocumentError)
    )
    for name in (*used, *chosen):
        if name not in names:
            raise DocumentError(
                f"the frame has no column {name!r}; it has {', '.join(names)}."
                f"{did_you_mean(name, names)}"
            )
    documents: list[Document] = []
    ids: set[str] = set(taken)
    rows: dict[str, int] = {}
    cells = frame.set_axis(names, axis="columns").to_dict("records")
    for number, row in enumerate(cells, start=1):
        where = f"row {number} of the frame"
        answer = cell_text(row[text], what=f"{where}: {text!r}", error=DocumentError)
        if answer is None:
            continue
        label = f"row-{number}" if id is None else _row_id(row[id], id, number, rows)
        document_id = unique_slug(label, ids, default=f"row-{number}")
        ids.add(document_id)
        labels = (
            cell_label(row[name], what=f"{where}: {name!r}", error=DocumentError)
            for name in case_columns
        )
        documents.append(
            Document(
                id=document_id,
                text=answer,
                name=label,
                variables={name: row[name] for name in chosen},
                cases=tuple(dict.fromkeys(each for each in labels if each is not None)),
                source=f"{COLUMN}{text}",
            )
        )
    return documents


def ordered_columns(source: Any, names: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the categories, in order, of a frame's columns that are ordered categoricals.

    Parameters
    ----------
    source : object
        Nothing but a frame has any.
    names : collection of str
        The columns that become variables.
    """
    if not hasattr(source, "dtypes") or not hasattr(source, "columns"):
        return {}
    kinds = {str(name): kind for name, kind in zip(source.columns, source.dtypes, strict=True)}
    return {
        name: tuple(str(label) for label in kind.categories.tolist())
        for name, kind in kinds.items()
        if name in names and getattr(kind, "ordered", False) and hasattr(kind, "categories")
    }


def _row_id(value: Any, column: str, number: int, rows: dict[str, int]) -> str:
    where = f"row {number} of the frame"
    label = cell_label(value, what=f"{where}: {column!r}", error=DocumentError)
    if label is None:
        raise DocumentError(
            f"{where} has no id in {column!r}: give it one, or leave id= out to have ids made"
        )
    first = rows.setdefault(label, number)
    if first != number:
        raise DocumentError(
            f"rows {first} and {number} of the frame have the same id {label!r} in {column!r}: make ids "
            "unique, or leave id= out to have ids made"
        )
    return label


def gather_documents(
    source: Any,
    *,
    variables: Variables | Iterable[str],
    cases: str | Iterable[str],
    text: str,
    id: str | None,
    encoding: str | None,
    taken: Collection[str],
    progress: Callable[[int, int], None] | None,
    reader: Reader | str | None = None,
    speakers: SpeakersGiven = None,
    keep: Keeper | None = None,
    relative_to: str | Path | None = None,
) -> tuple[list[Document], list[FileReport]]:
    """Return documents from files, a mapping of ids to texts, or a data frame; and what became of files.

    Parameters are those of `qualcode.Project.add_documents`; `taken` are the ids in use.

    Raises
    ------
    DocumentError
        When one cannot be made, or `variables` do not go with the source.
    """
    labels = check_texts(cases, what="cases", error=DocumentError)
    if hasattr(source, "columns"):
        if isinstance(variables, Mapping) or callable(variables):
            raise DocumentError("for a data frame, variables are the names of columns")
        return documents_from_frame(
            source, text=text, id=id, cases=labels, taken=() if id else taken,
            variables=variables,
        ), []  # fmt: skip
    if not (variables is None or isinstance(variables, Mapping) or callable(variables)):
        raise DocumentError(
            f"variables must be a mapping of names to values here, not {shown(variables)}"
        )
    if isinstance(source, Mapping):
        if callable(variables):
            raise DocumentError("a function that returns variables goes with files, not with texts")
        return documents_from_texts(source, variables=variables, cases=labels), []
    return documents_from_files(
        source,
        variables=variables,
        cases=labels,
        encoding=encoding,
        reader=reader,
        speakers=speakers,
        progress=progress,
        keep=keep,
        relative_to=relative_to,
    )
