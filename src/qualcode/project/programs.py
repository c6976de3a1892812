"""Projects of other programs, from the files that these keep and export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from qualcode.errors import StudyError
from qualcode.io.codebooks.codebook_file import load_codebook
from qualcode.io.exchange.programs.coding_table import Texts, named_texts, read_coding_table
from qualcode.io.exchange.programs.qualcoder import read_qualcoder_project
from qualcode.io.exchange.programs.rqda import read_rqda_project
from qualcode.io.exchange.programs.taguette import read_taguette_database
from qualcode.io.raw.sheets import TABLES
from qualcode.io.readers.documents import read_documents
from qualcode.model.checks import (
    check_choice,
    check_items,
    check_path,
    check_text,
    check_text_mapping,
)
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.texts.documents import Document
from qualcode.model.texts.offsets import UNITS
from qualcode.project.studies import Imported, import_study

__all__ = ["read_codings", "read_qualcoder", "read_rqda", "read_taguette"]

TextsLike = str | Path | Iterable[Document] | Mapping[str, str]


def read_taguette(
    path: str | Path,
    *,
    project: str | int | None = None,
    texts: TextsLike | None = None,
    name: str | None = None,
    coder: str = "project",
) -> Imported:
    r"""Read a project of Taguette: its database, or the highlights that it exported as CSV or XLSX.

    A database has everything: documents, tags, highlights, and who made each when. The export has the
    words of highlights without their places, which are then looked for in the texts. Accounts and
    passwords are not read.

    Parameters
    ----------
    path : str or Path
        A database (``.sqlite3``, ``.db``), or a table of highlights (``.csv``, ``.xlsx``).
    project : str or int, optional
        Its name or number, where a database holds several.
    texts : str, Path, iterable of Document, or mapping of str to str, optional
        For a table, where highlights are looked for; see `read_codings`.
    name : str, optional
        The project's name; that in the file when not given.
    coder : str, default "project"
        Who imports it, and coded what the file names nobody for.

    Returns
    -------
    Imported
        The project, in memory, and what became of everything in the file.

    Raises
    ------
    StudyError
        When it is no file of Taguette, or holds several projects and none is chosen.

    Examples
    --------
    >>> highlights = "id,document,tag,content\n1,Interview 1,Trust,I trust Joan.\n"
    >>> _ = Path("highlights.csv").write_text(highlights)
    >>> report = read_taguette("highlights.csv", texts={"Interview 1": "I trust Joan. We left."})
    >>> report.project.assignments[0].segment.span
    Span(start=0, end=13)
    """
    file = check_path(path, what="path", error=StudyError)
    if file.suffix.lower() in TABLES:
        if project is not None:
            raise StudyError(f"{file}: project= is for a database; a table has one project")
        study = read_coding_table(file, texts=_texts(texts), program="taguette")
    else:
        if texts is not None:
            raise StudyError(f"{file}: texts= is for a table; a database has its texts")
        study = read_taguette_database(file, project=project)
    return import_study(study, name=name, coder=coder)


def read_qualcoder(
    path: str | Path, *, name: str | None = None, coder: str = "project"
) -> Imported:
    """Read a project of QualCoder, of its versions 2 to 4 (databases v8 to v17).

    Texts, codes and categories, codings with memos, cases, variables, annotations and the journal become
    the project's; coded pictures and recordings, graphs and stored queries are listed.

    Parameters
    ----------
    path : str or Path
        The folder ``NAME.qda``, the database ``data.qda`` in it, or a ZIP archive of the folder.
    name, coder
        As for `read_taguette`.

    Returns
    -------
    Imported
        The project, in memory, and what became of everything in the file.

    Raises
    ------
    StudyError
        When it is no project of QualCoder, or damaged.
    """
    study = read_qualcoder_project(check_path(path, what="path", error=StudyError))
    return import_study(study, name=name, coder=coder)


def read_rqda(path: str | Path, *, name: str | None = None, coder: str = "project") -> Imported:
    """Read a project of RQDA, the package for R.

    What was deleted in RQDA, which keeps it in the file, is left out and listed. Offsets in some of its files
    are one letter off, or count line ends otherwise: each coding is put where its words stand, and how many
    had to be moved is listed.

    Parameters
    ----------
    path : str or Path
        The file, ``NAME.rqda``.
    name, coder
        As for `read_taguette`.

    Returns
    -------
    Imported
        The project, in memory, and what became of everything in the file.

    Raises
    ------
    StudyError
        When it is no project of RQDA, or damaged.
    """
    study = read_rqda_project(check_path(path, what="path", error=StudyError))
    return import_study(study, name=name, coder=coder)


def read_codings(
    path: str | Path,
    *,
    texts: TextsLike | None = None,
    columns: Mapping[str, str] | None = None,
    codebook: str | Path | Codebook | None = None,
    hierarchy: str | None = None,
    offsets: str | None = None,
    encoding: str | None = None,
    name: str | None = None,
    coder: str = "project",
) -> Imported:
    r"""Read a table of coded segments, as ATLAS.ti, Dedoose, MAXQDA, NVivo and Taguette export it.

    Parameters
    ----------
    path : str or Path
        CSV or a spreadsheet, with a row for each segment, or for each code on it.
    texts : str, Path, iterable of Document, or mapping of str to str, optional
        The texts that were coded: a file or folder, documents, or texts by the name that the table has
        for them. Each segment is put where its words stand; where that is several places or none, it is
        listed. Without texts, the segments of each document become its text, which is listed too.
    columns : mapping of str to str, optional
        The heads of columns that qualcode does not know, such as ``{"quote": "Ausschnitt"}``; the keys are
        document, code, quote, start, end, range, paragraph, coder, time, memo, weight, colour, group,
        number and id.
    codebook : Codebook, path or str, optional
        Where the codes are defined; by its names, codes whose names hold commas are told apart in a cell.
    hierarchy : str, optional
        What parts a code's name from those of the codes above it, such as ``"::"``.
    offsets : {"code point", "utf-16", "utf-8"}, optional
        What start and end count, where the table has them; what fits the words when not given.
    encoding : str, optional
        Of CSV; UTF-8, or what a byte order mark says, when not given.
    name, coder
        As for `read_taguette`.

    Returns
    -------
    Imported
        The project, in memory, and what became of every row.

    Raises
    ------
    StudyError
        When there is no column of codes, or neither words nor texts.

    Examples
    --------
    >>> table = "Document name;Code;Segment\nInterview 1;Trust;I trust Joan.\nInterview 1;Trust;We left.\n"
    >>> _ = Path("segments.csv").write_text(table)
    >>> report = read_codings("segments.csv", texts={"Interview 1": "I trust Joan. We left. We left."})
    >>> print(report.losses)
    loss: coding 'We left.': row 3, code 'Trust': 'We left.' stands 2 times in
        document 'interview-1', at 14–22, 23–31: say which with start and end
    """
    file = check_path(path, what="path", error=StudyError)
    if columns is not None:
        columns = check_text_mapping(columns, what="columns", error=StudyError)
    if offsets is not None:
        check_choice(offsets, UNITS, what="offsets", error=StudyError)
    for given, what in ((encoding, "encoding"), (hierarchy, "hierarchy")):
        if given is not None:
            check_text(given, what=what, error=StudyError, empty=False)
    study = read_coding_table(
        file,
        texts=_texts(texts),
        columns=columns,
        codebook=None if codebook is None else load_codebook(codebook),
        encoding=encoding,
        offsets=offsets,
        hierarchy=hierarchy,
    )
    return import_study(study, name=name, coder=coder)


def _texts(given: Any) -> Texts | None:
    """Return texts that were given as a file, a folder, documents or plain texts by name."""
    if given is None:
        return None
    if isinstance(given, str | Path):
        return Texts(tuple(read_documents(given)))
    if isinstance(given, Mapping) and not all(
        isinstance(each, Document) for each in given.values()
    ):
        plain = check_text_mapping(given, what="texts", error=StudyError)
        return named_texts(plain)
    documents = given.values() if isinstance(given, Mapping) else given
    return Texts(check_items(documents, Document, what="texts", error=StudyError))
