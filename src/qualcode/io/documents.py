"""Documents from files, globs and data frames."""

from __future__ import annotations

import glob
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualcode.errors import DocumentError, did_you_mean
from qualcode.model.checks import is_missing
from qualcode.model.documents import Document, Value
from qualcode.model.ids import unique_slug

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "documents_from_frame",
    "documents_from_texts",
    "gather_documents",
    "read_documents",
    "read_text",
]

SUFFIXES = (".txt", ".md")
Variables = Mapping[str, Value | None] | Callable[[Path], Mapping[str, Value | None]] | None


def read_text(path: Path, *, encoding: str = "utf-8") -> str:
    """Return a file's text exactly, line ends included; a byte order mark is not part of it.

    Raises
    ------
    DocumentError
        When the file cannot be read, or is not in this encoding; then the byte is named.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {error.strerror or error}") from error
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DocumentError(
            f"{path}, line {line}: byte {error.start} ({data[error.start]:#04x}) is not {encoding}; say "
            "in which encoding the file is, for example encoding='cp1252' or 'utf-16'"
        ) from error
    except LookupError as error:
        raise DocumentError(f"there is no encoding {encoding!r}") from error


def find_files(source: str | Path | Iterable[str | Path]) -> list[Path]:
    """Return the files that a path, a folder, a glob or several of them stand for, sorted.

    Raises
    ------
    DocumentError
        When nothing is found, or a file is not of a kind that is read.
    """
    given = [source] if isinstance(source, str | Path) else list(source)
    found: list[Path] = []
    for each in given:
        path = Path(each)
        if path.is_dir():
            matches = sorted(
                inside for inside in path.iterdir() if inside.suffix.lower() in SUFFIXES
            )
        elif path.exists():
            matches = [path]
        else:
            matches = [Path(name) for name in sorted(glob.glob(str(each), recursive=True))]
            matches = [match for match in matches if match.is_file()]
        if not matches:
            raise DocumentError(f"no file matches {str(each)!r} (looked from {Path.cwd()})")
        found += matches
    for path in found:
        if path.suffix.lower() not in SUFFIXES:
            raise DocumentError(
                f"{path}: files of kind {path.suffix!r} are not read; {', '.join(SUFFIXES)} are. "
                "Save it as plain text"
            )
    return list(dict.fromkeys(found))


def read_documents(
    source: str | Path | Iterable[str | Path],
    *,
    variables: Variables = None,
    cases: Iterable[str] = (),
    encoding: str = "utf-8",
    progress: Callable[[int, int], None] | None = None,
) -> list[Document]:
    """Read documents from files; a document's id is made from its file's name.

    Parameters
    ----------
    source : str, Path, or several
        A file, a folder, or a glob such as ``"interviews/*.txt"`` (``**`` goes into folders).
    variables : mapping or callable
        Variables for every document, or a function of the file's path that returns them.
    cases : iterable of str
        Ids of cases for every document.
    encoding : str, default "utf-8"
        Of the files.
    progress : callable, optional
        Called with how many files are read, and of how many.

    Raises
    ------
    DocumentError
        When nothing is found or a file cannot be read.
    """
    documents: list[Document] = []
    ids: set[str] = set()
    paths = find_files(source)
    for number, path in enumerate(paths, start=1):
        id = unique_slug(path.stem, ids, default="document")
        ids.add(id)
        documents.append(
            Document(
                id=id,
                text=read_text(path, encoding=encoding),
                name=path.stem,
                variables=variables(path) if callable(variables) else variables,
                cases=tuple(cases),
                source=path.as_posix(),
            )
        )
        if progress is not None:
            progress(number, len(paths))
    return documents


def documents_from_texts(
    texts: Mapping[str, str],
    *,
    variables: Mapping[str, Value | None] | None = None,
    cases: Iterable[str] = (),
) -> list[Document]:
    """Return documents from a mapping of ids to texts."""
    return [
        Document(id=id, text=text, variables=variables, cases=tuple(cases))
        for id, text in texts.items()
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
        One row for each document. Rows without a text are left out.
    text : str
        Name of the column with the texts.
    id : str, optional
        Name of the column that ids are made from; without it they are ``row-1``, ``row-2``, …
    cases : str or iterable of str
        Names of columns that hold ids of cases.
    variables : iterable of str, optional
        Names of the columns that become variables; without it, all that have no other use.
    taken : collection of str
        Ids that are in use.

    Raises
    ------
    DocumentError
        When a column does not exist, or a text is not text.
    """
    case_columns = [cases] if isinstance(cases, str) else list(cases)
    used = [text, *([id] if id else []), *case_columns]
    chosen = (
        [name for name in frame.columns if name not in used]
        if variables is None
        else list(variables)
    )
    for name in (*used, *chosen):
        if name not in frame.columns:
            known = [str(column) for column in frame.columns]
            raise DocumentError(
                f"the frame has no column {name!r}; it has {', '.join(known)}."
                f"{did_you_mean(str(name), known)}"
            )
    documents: list[Document] = []
    ids: set[str] = set(taken)
    for number, row in enumerate(frame.to_dict("records"), start=1):
        if is_missing(row[text]):
            continue
        if not isinstance(row[text], str):
            raise DocumentError(
                f"row {number} of the frame: {text!r} holds {row[text]!r}, which is not text"
            )
        label = str(row[id]) if id else f"row-{number}"
        document_id = unique_slug(label, ids, default=f"row-{number}")
        ids.add(document_id)
        documents.append(
            Document(
                id=document_id,
                text=row[text],
                name=label.strip() or document_id,
                variables={str(name): _plain(row[name]) for name in chosen},
                cases=tuple(
                    dict.fromkeys(
                        str(row[name]) for name in case_columns if not is_missing(row[name])
                    )
                ),
            )
        )
    return documents


def _plain(value: Any) -> Any:
    """Return a cell as a variable's value: NumPy and pandas scalars as plain Python ones."""
    if is_missing(value):
        return None
    if hasattr(value, "to_pydatetime"):
        return value.to_pydatetime()
    return value.item() if type(value).__module__ == "numpy" else value


def gather_documents(
    source: Any,
    *,
    variables: Variables | Iterable[str],
    cases: str | Iterable[str],
    text: str,
    id: str | None,
    encoding: str,
    taken: Collection[str],
    progress: Callable[[int, int], None] | None,
) -> list[Document]:
    """Return documents from files, a mapping of ids to texts, or a data frame.

    Parameters are those of `qualcode.Project.add_documents`; `taken` are the ids in use.

    Raises
    ------
    DocumentError
        When one cannot be made, or `variables` do not go with the source.
    """
    labels = (cases,) if isinstance(cases, str) else tuple(cases)
    if hasattr(source, "columns"):
        if isinstance(variables, Mapping) or callable(variables):
            raise DocumentError("for a data frame, variables are the names of columns")
        return documents_from_frame(
            source, text=text, id=id, cases=labels, taken=() if id else taken,
            variables=(variables,) if isinstance(variables, str) else variables,
        )  # fmt: skip
    if not (variables is None or isinstance(variables, Mapping) or callable(variables)):
        raise DocumentError(
            f"variables must be a mapping of names to values here, not {variables!r}"
        )
    if isinstance(source, Mapping):
        if callable(variables):
            raise DocumentError("a function that returns variables goes with files, not with texts")
        return documents_from_texts(source, variables=variables, cases=labels)
    return read_documents(
        source, variables=variables, cases=labels, encoding=encoding, progress=progress
    )
