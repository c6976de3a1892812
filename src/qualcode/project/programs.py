"""Projects of other programs, from the files that these keep and export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from qualcode.errors import StudyError
from qualcode.io.codebooks.codebook_file import load_codebook
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.exchange.programs.annotation_json import (
    read_doccano_json,
    read_labelstudio_json,
)
from qualcode.io.exchange.programs.coding_table import Texts, named_texts, read_coding_table
from qualcode.io.exchange.programs.qualcoder import read_qualcoder_project
from qualcode.io.exchange.programs.qualitative_coding import read_qualitative_coding_project
from qualcode.io.exchange.programs.rock import read_rock_files
from qualcode.io.exchange.programs.rock_writing import rock_files
from qualcode.io.exchange.programs.rqda import read_rqda_project
from qualcode.io.exchange.programs.taguette import read_taguette_database
from qualcode.io.exchange.programs.web_annotation import (
    annotations_of,
    as_json,
    read_annotations,
    text_files,
)
from qualcode.io.raw.sheets import TABLES
from qualcode.io.readers.documents import read_documents
from qualcode.model.checks import (
    check_choice,
    check_items,
    check_kind,
    check_path,
    check_text,
    check_text_mapping,
)
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.texts.documents import Document
from qualcode.model.texts.offsets import UNITS
from qualcode.project.studies import Imported, import_study
from qualcode.project.view import View

__all__ = [
    "read_codings",
    "read_doccano",
    "read_labelstudio",
    "read_qualcoder",
    "read_qualitative_coding",
    "read_rock",
    "read_rqda",
    "read_taguette",
    "read_webannotation",
    "write_rock",
    "write_webannotation",
]

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


def read_rock(path: str | Path, *, name: str | None = None, coder: str = "project") -> Imported:
    r"""Read files of ROCK, the Reproducible Open Coding Kit.

    Each file becomes a document, with a line for each utterance; codes are put on whole lines, since ROCK
    has no spans within them. Identifiers of utterances are kept as parts of the document. Files that have
    one text become one document.

    Parameters
    ----------
    path : str or Path
        A file, or a folder of ``.rock`` files.
    name, coder
        As for `read_taguette`.

    Returns
    -------
    Imported
        The project, in memory, and what became of everything in the files.

    Examples
    --------
    >>> _ = Path("one.rock").write_text("[[coderId=ana]]\nI trust Joan. [[people>trust]]\n")
    >>> project = read_rock("one.rock").project
    >>> [(each.segment.quote, each.code.id, each.coder) for each in project.assignments]
    [('I trust Joan.', 'trust', 'ana')]
    """
    study = read_rock_files(check_path(path, what="path", error=StudyError))
    return import_study(study, name=name, coder=coder)


def read_labelstudio(
    path: str | Path,
    *,
    text: str | None = None,
    offsets: str | None = None,
    name: str | None = None,
    coder: str = "project",
) -> Imported:
    """Read an export of Label Studio, JSON or JSON-MIN: a document for each task, a code for each label.

    Labels on stretches of a text become codings, choices codings of the whole document, free text memos.
    Predictions are no codings, and are listed with relations and everything on pictures and sound.

    Parameters
    ----------
    path : str or Path
        The file.
    text : str, optional
        The key of a task's text; ``"text"`` or the only text when not given.
    offsets : {"code point", "utf-16", "utf-8"}, optional
        What offsets count; what fits the words beside them when not given, else UTF-16 units, which
        browsers count.
    name, coder
        As for `read_taguette`.

    Returns
    -------
    Imported
        The project, in memory, and what became of everything in the file.
    """
    file = _checked(path, offsets)
    if text is not None:
        check_text(text, what="text", error=StudyError, empty=False)
    study = read_labelstudio_json(file, text=text, offsets=offsets)
    return import_study(study, name=name, coder=coder)


def read_doccano(
    path: str | Path,
    *,
    offsets: str | None = None,
    name: str | None = None,
    coder: str = "project",
) -> Imported:
    r"""Read an export of doccano, JSON or JSON in lines: a document for each text, a code for each label.

    Parameters
    ----------
    path : str or Path
        The file.
    offsets : {"code point", "utf-16", "utf-8"}, optional
        What offsets count; code points when not given, as in doccano.
    name, coder
        As for `read_taguette`.

    Returns
    -------
    Imported
        The project, in memory, and what became of everything in the file.

    Examples
    --------
    >>> _ = Path("doccano.jsonl").write_text('{"id": 1, "text": "We left.", "label": [[0, 2, "Who"]]}\n')
    >>> read_doccano("doccano.jsonl").project.assignments[0].segment.quote
    'We'
    """
    study = read_doccano_json(_checked(path, offsets), offsets=offsets)
    return import_study(study, name=name, coder=coder)


def read_qualitative_coding(
    path: str | Path, *, name: str | None = None, coder: str = "project"
) -> Imported:
    """Read a project of qualitative-coding, the command-line program: codes are put on whole lines.

    Parameters
    ----------
    path : str or Path
        The project's folder, or its ``settings.yaml``.
    name, coder
        As for `read_taguette`.

    Returns
    -------
    Imported
        The project, in memory, and what became of everything in it.
    """
    study = read_qualitative_coding_project(check_path(path, what="path", error=StudyError))
    return import_study(study, name=name, coder=coder)


def read_webannotation(
    path: str | Path,
    *,
    texts: TextsLike | None = None,
    name: str | None = None,
    coder: str = "project",
) -> Imported:
    """Read annotations in the W3C's Web Annotation Data Model, as Hypothesis and others export them.

    What an annotation tags becomes its code, what it says a memo. Its place is told by position, by its
    words with those before and after them, or by both, which are then compared.

    Parameters
    ----------
    path : str or Path
        A collection, a page or a list of annotations in JSON-LD, or one in each line.
    texts : str, Path, iterable of Document, or mapping of str to str, optional
        What is annotated, by the address that the annotations have for it, or its last part; files beside
        the annotations that they name when not given. Nothing is fetched.
    name, coder
        As for `read_taguette`.

    Returns
    -------
    Imported
        The project, in memory, and what became of every annotation.
    """
    study = read_annotations(check_path(path, what="path", error=StudyError), texts=_texts(texts))
    return import_study(study, name=name, coder=coder)


def write_rock(project: View, folder: str | Path) -> Losses:
    r"""Write the texts and codings in ROCK: a file for each document and coder, and one for the codes.

    Parameters
    ----------
    project : View
        A project, or a past state of one.
    folder : str or Path
        A new or empty folder.

    Returns
    -------
    Losses
        What ROCK has no place for: it codes whole lines, and has no memos.

    Raises
    ------
    StudyError
        When the folder holds anything, or cannot be written.

    Examples
    --------
    >>> from qualcode import Code, Codebook, Project
    >>> project = Project.new("Homes", codebook=Codebook("homes", codes=[Code("trust")]))
    >>> _ = project.add_document("I trust Joan.", id="a")
    >>> _ = project.assign(("a", 0, 13), "trust", coder="ana")
    >>> print(write_rock(project, "rock"))
    nothing was lost
    >>> Path("rock/a.rock").read_text()
    'I trust Joan. [[coderId=ana]] [[trust]]\n'
    """
    check_kind(project, View, what="project", error=StudyError)
    files, losses = rock_files(
        project.documents, project.cases, project.assignments, project.codebook
    )
    target = check_path(folder, what="folder", error=StudyError)
    _write(target, {name: text.encode("utf-8") for name, text in files.items()})
    return losses + _left(
        project,
        "ROCK has no place for it",
        "memo",
        "summary of a case",
        "judgement of a finding",
        "entry of a form",
    )


def write_webannotation(project: View, path: str | Path) -> Losses:
    """Write codings as annotations in the W3C's Web Annotation Data Model, with the texts beside them.

    Each assignment is an annotation that tags a stretch of a text, told by its position in code points and by
    its words with 32 letters before and after them.

    Parameters
    ----------
    project : View
        A project, or a past state of one.
    path : str or Path
        A file such as ``annotations.jsonld`` in a new or empty folder, in which the texts are put, too.

    Returns
    -------
    Losses
        What annotations have no place for.

    Raises
    ------
    StudyError
        When the folder holds anything, or cannot be written.
    """
    check_kind(project, View, what="project", error=StudyError)
    target = check_path(path, what="path", error=StudyError)
    if not target.suffix:
        raise StudyError(f"{target}: name a file, such as {target.name}/annotations.jsonld")
    held, losses = annotations_of(project.name, project.assignments, project.codebook)
    files = dict(text_files(project.documents))
    _write(target.parent, {**files, target.name: as_json(held)})
    reason = "an annotation has no place for it"
    return losses + _left(
        project,
        reason,
        "memo",
        "case",
        "summary of a case",
        "judgement of a finding",
        "entry of a form",
        "variable",
    )


def _left(project: View, reason: str, *elements: str) -> Losses:
    """Return what is in a project besides codings."""
    numbers = {
        "memo": len(project.memos),
        "case": len(project.cases),
        "summary of a case": len(project.summaries),
        "judgement of a finding": len(project.state.review.judgements),
        "entry of a form": len(project.state.review.entries),
        "variable": sum(len(each.variables) for each in project.documents.values()),
    }
    return Losses(
        Loss("loss", element, reason=reason, count=numbers[element])
        for element in elements
        if numbers[element]
    )


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder that is new or empty."""
    try:
        if folder.is_dir() and any(folder.iterdir()):
            raise StudyError(f"{folder}: holds something already: name a new folder")
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(data)
    except OSError as error:
        raise StudyError(f"{folder}: cannot be written: {error.strerror or error}") from error


def _checked(path: Any, offsets: str | None) -> Path:
    if offsets is not None:
        check_choice(offsets, UNITS, what="offsets", error=StudyError)
    return check_path(path, what="path", error=StudyError)


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
