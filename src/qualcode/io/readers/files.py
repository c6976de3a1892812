"""Documents from files: each is read by the reader for its kind, and what became of it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from qualcode.errors import DocumentError, QualcodeError
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.raw.decoding import read_bytes
from qualcode.io.readers.added import FileReport
from qualcode.io.readers.finding import Found, find_files
from qualcode.io.readers.registry import File, Read, Reader, Readers, list_readers, read_as_held
from qualcode.model.checks import check_text, check_texts, is_missing, shown
from qualcode.model.ids import unique_slug
from qualcode.model.texts.documents import Document, Value, check_variables
from qualcode.model.texts.originals import Original
from qualcode.model.texts.speakers import Speakers
from qualcode.model.texts.structure import Structure
from qualcode.model.texts.turns import find_turns

__all__ = [
    "LARGEST_ORIGINAL",
    "Keeper",
    "SpeakersGiven",
    "Variables",
    "documents_from_files",
    "read_documents",
]

Variables = Mapping[str, Value | None] | Callable[[Path], Mapping[str, Value | None]] | None
SpeakersGiven = Mapping[str, str | None] | str | None
"""Labels with the names of speakers, or a pattern that finds labels."""


LARGEST_ORIGINAL = 1 << 26
"""How many bytes a file may have that is kept as it was, where nothing else is said."""


@attrs.frozen
class Keeper:
    """Puts by the files that documents are read from, where the documents do not hold all there is to them.

    Parameters
    ----------
    put : callable
        Takes what a file holds, and its name.
    most : int
        How many bytes a file may have that is put by.
    """

    put: Callable[[bytes, str], Original]
    most: int

    def __call__(
        self, path: Path, data: bytes, reads: list[Read]
    ) -> tuple[Original | None, Loss | None]:
        """Put a file by; return what is known of it, and what is told where it is too large."""
        if len(reads) == 1 and reads[0].text.encode("utf-8") == data:
            return None, None
        if len(data) > self.most:
            told = f"has {len(data):,} bytes, and up to {self.most:,} are kept (originals=)"
            return None, Loss("note", "original file", name=path.name, reason=told)
        return self.put(data, path.name), None


def read_documents(
    source: str | Path | Iterable[str | Path],
    *,
    variables: Variables = None,
    cases: str | Iterable[str] = (),
    encoding: str | None = None,
    reader: Reader | str | None = None,
    speakers: SpeakersGiven = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Document]:
    """Read documents from files; a document's id is made from its file's name.

    Parameters
    ----------
    source : str, Path, or several
        A file, a folder, or a glob such as ``"interviews/*.txt"`` (``**`` goes into folders).
    variables : mapping or callable
        Variables for every document, or a function of the file's path that returns them.
    cases : str or iterable of str
        Ids of cases for every document.
    encoding : str, optional
        Of the files; found by what they hold when not given.
    reader : Reader or str, optional
        Reads the files, instead of the one for their kind.
    speakers : mapping or str, optional
        Labels with the names of speakers, None for what is no label; or a regular expression for labels.
    progress : callable, optional
        Called with how many files are read, and of how many.

    Raises
    ------
    DocumentError
        When nothing is found or nothing can be read, and for a file that was named itself and cannot.
    """
    return documents_from_files(
        source,
        variables=variables,
        cases=cases,
        encoding=encoding,
        reader=reader,
        speakers=speakers,
        progress=progress,
    )[0]


def documents_from_files(
    source: str | Path | Iterable[str | Path],
    *,
    variables: Variables = None,
    cases: str | Iterable[str] = (),
    encoding: str | None = None,
    reader: Reader | str | None = None,
    speakers: SpeakersGiven = None,
    progress: Callable[[int, int], None] | None = None,
    keep: Keeper | None = None,
    relative_to: str | Path | None = None,
) -> tuple[list[Document], list[FileReport]]:
    """Read documents from files, and tell what became of each file; parameters as `read_documents`.

    Parameters
    ----------
    keep : Keeper, optional
        Puts the files by as they are.
    relative_to : str or Path, optional
        A folder from which on paths are kept.

    Raises
    ------
    DocumentError
        When nothing is found or nothing can be read, and for a file that was named itself and cannot.
    """
    belonging = check_texts(cases, what="cases", error=DocumentError)
    if not (progress is None or callable(progress)):
        raise DocumentError(f"progress must be a function, not {shown(progress)}")
    if not (is_missing(variables) or isinstance(variables, Mapping) or callable(variables)):
        raise DocumentError(
            f"variables must be a mapping of names to values here, not {shown(variables)}"
        )
    if encoding is not None:
        encoding = check_text(encoding, what="encoding", error=DocumentError)
    if not (reader is None or isinstance(reader, Reader | str)):
        raise DocumentError(f"reader must be a Reader or the name of one, not {shown(reader)}")
    if not (speakers is None or isinstance(speakers, Mapping | str)):
        raise DocumentError(
            "speakers must map labels to names, or be a regular expression for labels, not "
            f"{shown(speakers)}"
        )
    reading = _Reading(list_readers(), reader, encoding)
    found = find_files(source)
    documents: list[Document] = []
    reports: list[FileReport] = []
    ids: set[str] = set()
    for number, each in enumerate(found, start=1):
        report, reads, data = reading.read(each)
        original, missed = (
            (None, None) if keep is None or not reads else keep(each.path, data, reads)
        )
        if missed is not None:
            report = attrs.evolve(report, losses=report.losses + Losses([missed]))
        own = []
        for read in reads:
            name = read.name or each.path.stem
            id = unique_slug(name, ids, default="document")
            ids.add(id)
            given = variables(each.path) if callable(variables) else variables
            said = _speakers(read, speakers)
            others = [part for part in read.structure if part.kind != "turn"]
            own.append(
                Document(
                    id=id,
                    text=read.text,
                    name=name,
                    variables=_together(read.variables, given),
                    cases=belonging,
                    source=_kept_path(each.path, relative_to),
                    # Kept, so that a version of qualcode that finds more changes no result.
                    structure=Structure((*others, *said.turns)),
                    speaking=attrs.evolve(said, turns=()) if said else None,
                    original=original,
                )
            )
        documents += own
        reports.append(attrs.evolve(report, documents=tuple(document.id for document in own)))
        if progress is not None:
            progress(number, len(found))
    if not documents and reports:
        raise DocumentError(_nothing(reports))
    return documents, reports


def _kept_path(path: Path, folder: str | Path | None) -> str:
    """Return what a project keeps of where a file lay."""
    if folder is not None and path.is_relative_to(folder):
        path = path.relative_to(folder)
    return path.as_posix()


def _together(found: Mapping[str, Any], given: Any) -> Any:
    """Return the variables that a file tells with those given for it, which win."""
    if not found:
        return given
    return {**found, **check_variables(given, where="variables")}


def _speakers(read: Read, given: SpeakersGiven) -> Speakers:
    """Return who speaks in what was read: as the file says, as was said, or as is found."""
    if not given:
        return find_turns(read.text, read.structure)
    others = Structure(part for part in read.structure if part.kind != "turn")
    if isinstance(given, str):
        return find_turns(read.text, others, pattern=given)
    named = read.structure.of("turn")
    if not named:
        return find_turns(read.text, others, labels=given)
    known = {label.casefold(): name for label, name in given.items()}
    renamed = (
        attrs.evolve(each, name=known.get(each.name.casefold(), each.name) or "") for each in named
    )
    return find_turns(read.text, Structure((*others, *renamed)))


def _nothing(reports: list[FileReport]) -> str:
    if len(reports) == 1:
        return f"{reports[0].file}: {reports[0].reason}"
    told = "\n".join(f"  {each.file}: {each.reason}" for each in reports[:10])
    more = f"\n  and {len(reports) - 10} more" if len(reports) > 10 else ""
    return f"none of these {len(reports)} files can be added:\n{told}{more}"


@attrs.frozen
class _Reading:
    """Reads files one by one, and says what became of each.

    Parameters
    ----------
    readers : Readers
        Those there are.
    chosen : Reader, str or None
        The one that was asked for.
    encoding : str or None
        The one that was said.
    """

    readers: Readers
    chosen: Reader | str | None
    encoding: str | None

    def read(self, found: Found) -> tuple[FileReport, list[Read], bytes]:
        file = found.path.as_posix()
        if found.reason:
            return FileReport(file, "not read", reason=found.reason), [], b""
        try:
            reader = self._reader(found)
            if reader is None:
                return FileReport(file, "not read", reason=self._unknown(found)), [], b""
            data = read_bytes(found.path)
            holds = File(found.path, data, self.encoding)
            if self.chosen is None:
                reads, reader = read_as_held(holds, reader, self.readers)
            else:
                reads = reader.read(holds)
        except QualcodeError as error:
            if found.named:
                raise
            reason = str(error).removeprefix(f"{found.path}: ")
            return FileReport(file, "failed", reason=reason), [], b""
        kept = [read for read in reads if read.text.strip()]
        losses = sum((read.losses for read in reads), reads[0].losses[:0]) if reads else None
        report = FileReport(
            file,
            "added" if kept else "empty",
            reader=reader.name,
            encoding=next((read.encoding for read in reads), ""),
            reason="" if kept else ("is empty" if not data else "holds no text"),
        )
        return (attrs.evolve(report, losses=losses) if losses else report), kept, data

    def _reader(self, found: Found) -> Reader | None:
        if isinstance(self.chosen, str):
            chosen: Reader | None = self.readers[self.chosen]
        else:
            chosen = self.chosen
        if chosen is not None and (
            found.named or not chosen.suffixes or found.path.name.lower().endswith(chosen.suffixes)
        ):
            return chosen
        reader = self.readers.of(found.path)
        if reader is None and found.named:
            raise DocumentError(f"{found.path}: {self._unknown(found)}")
        return reader

    def _unknown(self, found: Found) -> str:
        kinds = ", ".join(self.readers.suffixes)
        return (
            f"files of kind {found.path.suffix!r} are not read; {kinds} are. Save it as one of these, or "
            "pass reader="
        )
