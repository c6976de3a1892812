"""Finding everything broken in a project's folder, with file and line.

Opening stops at the first damage it meets. Checking goes on: it reads each file by itself, and says
of each line what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs
import msgspec

from qualcode.errors import HistoryError, QualcodeError, StoreError
from qualcode.io.codebooks import codebook_file
from qualcode.io.store import layout
from qualcode.io.store.journal import JOURNAL
from qualcode.io.store.lines import read_bytes
from qualcode.io.store.originals import original_faults
from qualcode.io.store.packs import read_packs
from qualcode.io.store.reading import (
    Read,
    check_rows,
    laid_out,
    private_folder,
    read_head,
    read_logs,
)
from qualcode.io.store.rewriting import texts_of
from qualcode.io.store.rows import QuotedRow, quotes_there, texts_by_document
from qualcode.io.store.text_views import TextViews
from qualcode.io.store.texts import is_as_named, text_faults, versions
from qualcode.io.store.view import CodebookView
from qualcode.model.checks import check_path
from qualcode.model.codebooks.diff import diff
from qualcode.model.fold.fold import Fold, fold
from qualcode.model.log.event import Event
from qualcode.model.log.log import Log
from qualcode.model.log.timeline import TEXTS

__all__ = ["Problem", "check_folder", "stray_files"]

_rows = msgspec.json.Decoder(QuotedRow)


@attrs.frozen
class Problem:
    """A broken invariant.

    Parameters
    ----------
    file : str
        Path below the project's folder.
    line : int or None
        Counted from 1; None where the whole file is meant.
    message : str
        What is wrong.
    waits : bool
        Whether nothing is damaged: a text was edited outside, and the edit waits to be adopted.
    """

    file: str
    line: int | None
    message: str
    waits: bool = False

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{where}: {self.message}"


def check_folder(root: str | Path) -> list[Problem]:
    """Return every broken invariant of a project's folder; none is good.

    Checked are: that each file can be read; that no event or row of the log was altered, cut off or
    removed; what each event points to; each row's document, offsets, code and quote; texts against their
    checksums; that the codebook's file says what the log says; and that no save was left unfinished.

    Raises
    ------
    StoreError
        When the folder is no project, or one of a newer format.
    """
    root = check_path(root, what="root", error=StoreError)
    head = read_head(root)
    found = _old_format(root) if head.format < layout.UNPACKED else _problems(root)
    return list(dict.fromkeys(found))


def _old_format(root: Path) -> Iterator[Problem]:
    from qualcode.io.store.migrating import migrated

    try:
        opened = migrated(root, read_head(root))
        fold(Log(opened.timeline, opened.rows, len(opened.timeline)))
    except QualcodeError as error:
        yield _located(root, str(error))


def _located(root: Path, message: str) -> Problem:
    """Return the problem that an error of reading describes, whose message begins with the place."""
    told = message.replace(f"{root}/", "")
    found = re.match(r"([\w@+%./-]+\.\w+)(?:, line (\d+))?: (.*)", told, re.DOTALL)
    if found is None:
        return Problem(layout.PROJECT, None, told)
    return Problem(found[1], int(found[2]) if found[2] else None, found[3])


def _problems(root: Path) -> Iterator[Problem]:
    if (private_folder(root) / JOURNAL).exists():
        yield Problem(
            layout.PRIVATE, None, "a save was interrupted: open the project to take it back"
        )
    read = read_logs(root)
    for name, fault in read.faults:
        yield Problem(name, fault.line, fault.message)
    yield from _log_strays(root)
    if not read.chains.events:
        yield Problem(layout.LOG, None, "is missing or empty: the project has no codebook")
        return
    added = [event for event in read.chains.events.values() if event.kind in TEXTS]
    broken = False
    for name, fault in text_faults(root, added):
        broken = True
        yield Problem(name, fault.line, fault.message)
    erased = any(event.erased for event in read.chains.events.values())
    for problem in _text_strays(root, added):
        if erased:  # whoever copies files of an older copy over these brings it back
            told = f"{problem.message}: look whether it is one that was erased, and delete it"
            problem = attrs.evolve(problem, message=told)
        yield problem
    yield from _views(root, added)
    if broken or read.faults:
        return  # what builds on them cannot be judged
    yield from _content(root, read)


def stray_files(root: Path) -> list[str]:
    """Return the files in a project's folders that are none of its own, such as an editor's backups.

    Raises
    ------
    StoreError
        When the log cannot be read.
    """
    events = read_logs(root).chains.events.values()
    added = [event for event in events if event.kind in TEXTS]
    originals = {name for event in events for name in texts_of(event)}
    found = [each.file for each in (*_log_strays(root), *_text_strays(root, added))]
    found += [each.file for each in _views(root, added)]
    found += [
        name
        for path in sorted((root / layout.ORIGINALS).glob("*"))
        if (name := f"{layout.ORIGINALS}/{path.name}") not in originals
    ]
    return found


def _log_strays(root: Path) -> Iterator[Problem]:
    for path in sorted((root / layout.LOG).glob("*")):
        if path.suffix != ".jsonl":
            yield Problem(
                f"{layout.LOG}/{path.name}", None, "is no file of the log (AUTHOR.COPY.jsonl)"
            )


def _text_strays(root: Path, added: Iterable[Event]) -> Iterator[Problem]:
    named = versions(added)
    lost = (root / layout.ASIDE).is_dir()  # its event may have been set aside by a repair
    for path in sorted((root / layout.TEXTS).glob("*")):
        if path.suffix == ".jsonl":
            continue
        if f"{layout.TEXTS}/{path.name}" not in named and not (lost and is_as_named(path)):
            yield Problem(f"{layout.TEXTS}/{path.name}", None, "is no text that the log names")
    for each in () if lost else read_packs(root).all():
        if each.name not in named:
            told = f"holds {each.name.partition('/')[2]}, which is no text that the log names"
            yield Problem(each.pack, each.line, told)


def _content(root: Path, read: Read) -> Iterator[Problem]:
    """Yield what is wrong with what the events say, all of them being whole."""
    try:
        laid = laid_out(root, read)
    except HistoryError as error:
        yield _at_event(read, error)
        return
    log = Log(laid.timeline, laid.rows, len(laid.timeline))
    try:
        made = fold(log)
    except HistoryError as error:
        yield _at_event(read, error)
        return
    try:
        check_rows(root, laid.timeline, laid.rows, laid.unsealed)
    except StoreError as error:
        yield _located(root, str(error))
    for name, message in original_faults(root, laid.timeline):
        yield Problem(name, None, message)
    yield from _quotes(root, read, made)
    yield from _memos(read, made)
    for edit in TextViews(root).edits(made.timeline, made.documents):
        told = str(edit).removeprefix(f"{edit.file}: ")
        how = "" if edit.fault else "; adopt it (qualcode correct --adopt), or remove the file"
        yield Problem(edit.file, None, told + how, waits=True)
    yield from _codebook(root, log)


def _at_event(read: Read, error: HistoryError) -> Problem:
    """Return the problem with an event, which the message names by the start of its id."""
    found = re.search(r"event ([0-9a-f]{12})", str(error))
    for id, (file, number) in read.chains.homes.items():
        if found is not None and id.startswith(found[1]):
            return Problem(f"{layout.LOG}/{file.path.name}", file.lines[number], str(error))
    return Problem(layout.LOG, None, str(error))


def _quotes(root: Path, read: Read, made: Fold) -> Iterator[Problem]:
    """Yield the rows whose quote is not what the text says there."""
    texts = texts_by_document(made.timeline)
    for file in read.files:
        data = read_bytes(file.path)[: file.size]
        name = f"{layout.LOG}/{file.path.name}"
        for number, line in enumerate(data.split(b"\n"), start=1):
            if not line.startswith(b'{"document":'):
                continue
            row = _rows.decode(line)
            there = quotes_there(row, texts)
            if there and row.quote not in there:
                yield Problem(
                    name,
                    number,
                    f"the quote does not match the text at {row.start}–{row.end} of document "
                    f"{row.document!r}: the line has {row.quote!r}, the text {there[0]!r}",
                )


def _memos(read: Read, made: Fold) -> Iterator[Problem]:
    known = {
        "code": made.draft.codes,
        "document": {**made.documents, **made.withdrawn},
        "case": made.cases,
        "coder": made.coders,
        "memo": {*made.memos, *(event.short for event in made.timeline.events if event.withheld)},
    }
    if any(event.is_lost for event in made.timeline.events):
        return  # a repair keeps memos on what is lost: it may come back
    for memo in made.memos.values():
        kind, _, id = memo.target.partition(":")
        gone = kind in known and id not in known[kind]  # type: ignore[operator]
        if kind == "revision":
            gone = not any(event.startswith(id) for event in made.timeline.position)
        if gone:
            problem = _at_event(read, HistoryError(f"event {memo.id}"))
            message = f"the memo is about {memo.target!r}, which does not exist"
            yield attrs.evolve(problem, message=message)


def _views(root: Path, added: Iterable[Event]) -> Iterator[Problem]:
    """Yield what is not as it was made in the folder of texts to be read and edited."""
    known = {".gitignore"}
    for view in TextViews(root).read(added):
        known.add(view.file.partition("/")[2])
        if view.is_strange:
            yield Problem(view.file, None, "is no text that the log names")
    for path in sorted((root / layout.DOCUMENTS).glob("*")):
        if path.name not in known:
            yield Problem(f"{layout.DOCUMENTS}/{path.name}", None, "is no text (ID.VERSION.txt)")


def _codebook(root: Path, log: Log) -> Iterator[Problem]:
    name = layout.CODEBOOK
    view = CodebookView.read(root / name)
    if not view.exists:
        yield Problem(name, None, "is missing; saving the project writes it again")
        return
    if view.mixed or not view.touched:
        return  # it is made anew by the next save
    try:
        edited = codebook_file.read_codebook(root / name)
        for change in diff(view.base(log), edited, retire_missing=True):
            message = f"differs from the history ({change}): apply it (qualcode codebook apply)"
            yield Problem(name, None, message)
    except QualcodeError as error:
        yield _located(root, str(error))
