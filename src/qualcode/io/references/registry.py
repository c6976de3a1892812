"""The kinds of files that records are read from: which file is of which, by its name and how it begins."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path

import attrs

from qualcode.errors import DocumentError, QualcodeError, did_you_mean
from qualcode.io.raw.sheets import TABLES
from qualcode.io.references.file import Found, ReferenceFile
from qualcode.model.checks import looked_up

__all__ = ["FORMATS", "Format", "find_format", "read_as"]


@attrs.frozen
class Format:
    """A kind of file that records are read from.

    Parameters
    ----------
    name : str
        What it is called, for ``format=``.
    suffixes : tuple of str
        How the names of such files end.
    reads : str
        What it reads, in words.
    function : str
        What reads it, as ``"module:function"`` of this room; imported when the first file is read.
    begins : str
        A pattern of a line that such files have near their beginning. It tells apart what has one ending.
    """

    name: str
    suffixes: tuple[str, ...]
    reads: str
    function: str = attrs.field(repr=False)
    begins: str = ""

    @property
    def reader(self) -> Callable[[ReferenceFile], Found]:
        """What reads it."""
        module, _, name = self.function.partition(":")
        found: Callable[[ReferenceFile], Found] = getattr(
            importlib.import_module(f"qualcode.io.references.{module}"), name
        )
        return found


FORMATS = (
    Format("ris", (".ris", ".txt", ".enw"), "RIS, which most databases and reference managers write",
           "tagged:read_ris", r"\s*TY  -"),
    Format("nbib", (".nbib", ".txt", ".medline"), "PubMed or MEDLINE, as PubMed exports it",
           "tagged:read_nbib", r"PMID *-"),
    Format("wos", (".txt", ".ciw"), "the plain text of Web of Science", "tagged:read_wos", r"(?:FN|PT) \S"),
    Format("bibtex", (".bib", ".bibtex"), "BibTeX and BibLaTeX", "bibtex:read_bibtex"),
    Format("csl", (".json",), "CSL-JSON", "csl:read_csl"),
    Format("zotero", (".rdf",), "RDF of Zotero", "zotero:read_zotero"),
    Format("endnote", (".xml",), "XML of EndNote", "endnote:read_endnote"),
    Format("table", tuple(each for each in TABLES if each != ".txt"),
           "tables of Scopus, Web of Science, Embase, PubMed and others", "table:read_table"),
)  # fmt: skip
"""Every kind, in the order in which they are tried."""

_LOOKED_AT = 20_000


def find_format(path: Path, data: bytes, said: str | None = None) -> Format:
    """Return the kind of a file: the one that was said, or that its name and beginning tell.

    Raises
    ------
    DocumentError
        When there is no such kind, or nothing tells it.
    """
    names = [each.name for each in FORMATS]
    if said is not None:
        if said not in names:
            raise DocumentError(
                f"there is no format {looked_up(said)} of references; there are {', '.join(names)}."
                f"{did_you_mean(said, names)}"
            )
        return FORMATS[names.index(said)]
    named = [each for each in FORMATS if path.suffix.lower() in each.suffixes]
    if not named:
        ends = ", ".join(dict.fromkeys(end for each in FORMATS for end in each.suffixes))
        raise DocumentError(
            f"{path}: records are read from files that end with {ends}; say with format=… what it is "
            f"({', '.join(names)})"
        )
    # A file may end as one kind and be another: PubMed's are called .txt, and some managers call all .ris.
    if any(each.begins for each in named):
        beginning = data[:_LOOKED_AT].decode("latin-1").replace("\0", "").removeprefix("ï»¿")
        told = [
            each for each in FORMATS
            if each.begins and re.search(rf"^{each.begins}", beginning, re.MULTILINE)
        ]  # fmt: skip
        return next((each for each in told if each in named), (told or named)[0])
    return named[0]


def read_as(format: Format, file: ReferenceFile) -> Found:
    """Return what a file of a kind holds.

    Raises
    ------
    DocumentError
        When it is not what it should be.
    MissingExtraError
        When what reads it is not installed.
    """
    try:
        return format.reader(file)
    except QualcodeError:
        raise
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:
        raise DocumentError(
            f"{file.path}: cannot be read as {format.name} ({type(error).__name__}: {str(error)[:200]}); it "
            "may be damaged, or of another kind than its name says"
        ) from error
