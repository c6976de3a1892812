"""Writing a project's folder: only what is new, all or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

from qualcode.errors import StoreError
from qualcode.io.store import layout
from qualcode.io.store.copies import Note, may_continue, read_notes, write_notes
from qualcode.io.store.heads import heads_line, heads_name
from qualcode.io.store.journal import Write, commit, put_back
from qualcode.io.store.lines import read_bytes
from qualcode.io.store.locking import locked
from qualcode.io.store.logfile import read_log_file
from qualcode.io.store.reading import Opened, private_folder, read_head
from qualcode.io.store.view import CodebookView, view_text
from qualcode.model.codebook import Codebook
from qualcode.model.events import Events
from qualcode.model.log.event import Event
from qualcode.model.log.log import Log
from qualcode.model.log.timeline import Timeline

if TYPE_CHECKING:
    from qualcode.project.recording import Recorder

__all__ = ["Store"]

_EVENT = b'{"n":'
_decoder = msgspec.json.Decoder(Event)
_encode = msgspec.json.Encoder().encode


class Store:
    """A project's folder, as this process knows it.

    Parameters
    ----------
    path : Path or None
        The folder; None for a project in memory only.
    opened : Opened
        What was read.
    source : Path or None
        Where the saved part of the log lies, when it is another folder.
    """

    def __init__(self, path: Path | None, opened: Opened, *, source: Path | None = None) -> None:
        self.path = path
        self._source = source
        self._sizes = dict(opened.sizes)
        self._files = dict(opened.files)
        saved_here = bool(opened.sizes) and source is None
        self._texts = set(_texts(opened.timeline)) if saved_here else set[str]()
        self._looked_at = len(opened.timeline) if saved_here else 0
        self._old = opened.old
        self._is_new = source is not None or not (opened.sizes or opened.old)

    @classmethod
    def nowhere(cls) -> Self:
        """Return the store of a project that is in memory only."""
        return cls(None, Opened(Timeline(), Events.empty()))

    @classmethod
    def within(cls, source: Path, opened: Opened) -> Self:
        """Return the store of a project in memory whose log lies in a folder that is not its own."""
        return cls(None, opened, source=source)

    def copied_to(self, folder: Path) -> Store:
        """Return a store for a copy in another folder."""
        copy = Store(folder, Opened(Timeline(), Events.empty()))
        copy._source = self.path if self._source is None else self._source
        copy._sizes = dict(self._sizes)
        return copy

    # The codebook's file

    @property
    def codebook_file(self) -> Path:
        """The view of the codebook that people may edit."""
        assert self.path is not None
        return self.path / layout.CODEBOOK

    def codebook_before(self, log: Log) -> Codebook:
        """Return the codebook that the codebook's file was made from."""
        return CodebookView.read(self.codebook_file).base(log)

    def has_edits(self, log: Log) -> bool:
        """Tell whether the codebook's file was edited."""
        return CodebookView.read(self.codebook_file).is_edited(log)

    # Saving

    def save(self, recorder: Recorder, *, applied: bytes | None = None) -> None:
        """Write what is new in a project since it was last saved.

        Parameters
        ----------
        recorder : Recorder
            The project's log, all rows sealed.
        applied : bytes or None
            The codebook's file as it was when its edits were made part of the history.

        Raises
        ------
        LockedError
            When another process is writing.
        StoreError
            When the codebook's file holds edits not yet applied, or the disk is full or not writable.
            Nothing is written then.
        """
        root = self.path
        assert root is not None
        log = recorder.log
        if not self._is_new:
            read_head(root)
            current = CodebookView.read(root / layout.CODEBOOK).is_current(log)
            if current and not any(recorder.unsaved.values()) and not self._old:
                return
        private = private_folder(root)
        with locked(private):
            put_back(root, private)
            writes = self._writes(root, recorder, log, applied)
            if writes:
                commit(root, private, writes)
            self._saved(root, recorder, writes)

    def _writes(
        self, root: Path, recorder: Recorder, log: Log, applied: bytes | None
    ) -> dict[str, Write]:
        writes: dict[str, Write] = {}
        if self._is_new:
            if (root / layout.PROJECT).exists():
                raise StoreError(f"{root}: there is a project already; open it with Project.open")
            writes[layout.ATTRIBUTES] = Write(layout.GIT_ATTRIBUTES.encode())
        if self._is_new or self._old:
            writes[layout.PROJECT] = Write(_head(log))
            writes[layout.ATTRIBUTES] = Write(layout.GIT_ATTRIBUTES.encode())
        if self._source is not None:
            self._copy(writes)
        self._add_texts(writes, log)
        heads = heads_line(log.timeline.heads())
        for name, lines in recorder.unsaved.items():
            if lines:
                file, write = self._lines(root, name, lines, recorder)
                _check_readable(file, lines, write)
                writes[f"{layout.LOG}/{file}"] = self._onto_copy(writes, file, write)
                writes[heads_name(file)] = Write(heads)
        for name in self._old:
            writes.setdefault(name, Write(None))
        self._add_codebook(writes, root, log, applied)
        if self._is_new:
            for name in writes:
                if (root / name).exists():
                    raise _in_the_way(root / name)
        return writes

    def _onto_copy(self, writes: Mapping[str, Write], file: str, write: Write) -> Write:
        copied = writes.get(f"{layout.LOG}/{file}")
        if copied is None or copied.content is None:
            return write
        return Write(copied.content + (write.content or b""))

    def _copy(self, writes: dict[str, Write]) -> None:
        """Take along what another folder holds of this project."""
        assert self._source is not None
        for file, size in self._sizes.items():
            data = read_bytes(self._source / layout.LOG / file)[:size]
            if len(data) < size:
                raise StoreError(
                    f"{self._source / layout.LOG / file}: was changed or is gone since the project was opened"
                )
            writes[f"{layout.LOG}/{file}"] = Write(data)
            heads = read_bytes(self._source / heads_name(file))
            if heads:
                writes[heads_name(file)] = Write(heads)
        if self._sizes and (self._source / layout.CODEBOOK).exists():
            writes[layout.CODEBOOK] = Write(read_bytes(self._source / layout.CODEBOOK))

    def _add_texts(self, writes: dict[str, Write], log: Log) -> None:
        for name, sha in _texts(log.timeline).items():
            if name not in self._texts or (self._old and name not in writes):
                writes[name] = Write(log.timeline.texts[sha].encode("utf-8"))

    def _lines(
        self, root: Path, log: str, lines: list[bytes], recorder: Recorder
    ) -> tuple[str, Write]:
        """Return the file that lines of a log go to, and what is written there."""
        content = b"".join(lines)
        known = self._files.get(log)
        if known is not None:
            file, size = known
            note = read_notes(private_folder(root)).get(file)
            if may_continue(note, root / layout.LOG / file):
                return file, Write(content, offset=size)
        if log not in self._files or known is not None:
            file = self._free_file(root, log, recorder)
            self._files[log] = file, 0
            return file, Write(_with_start(lines, recorder.timeline))
        raise AssertionError("unreachable")

    def _free_file(self, root: Path, log: str, recorder: Recorder) -> str:
        """Return a name for a new file; a fork of a log gets one of its own."""
        file = layout.log_file(log)
        if file not in self._sizes and not (root / layout.LOG / file).exists():
            return file
        while True:
            file = layout.log_file(f"{log}-{recorder.token()}")
            if not (root / layout.LOG / file).exists():
                return file

    def _add_codebook(
        self, writes: dict[str, Write], root: Path, log: Log, applied: bytes | None
    ) -> None:
        """Write the codebook's file where it is not that of the log, but never over anybody's edits."""
        path = root / layout.CODEBOOK
        copied = writes.get(layout.CODEBOOK)
        if copied is not None:
            view = CodebookView.read(self._source / layout.CODEBOOK) if self._source else None
            if view is not None and view.is_current(log):
                return
            del writes[layout.CODEBOOK]
        view = CodebookView.read(path)
        if self._is_new and view.exists:
            raise _in_the_way(path)
        if view.is_current(log) and not view.touched:
            return
        if view.exists and read_bytes(path) != applied and view.is_edited(log):
            if view.is_current(log):
                return  # edits wait to be applied, and nothing new has to be shown
            raise StoreError(
                f"{path}: it holds edits that are not yet part of the history, and saving would overwrite "
                "them. Apply them first (qualcode codebook apply), or remove the file to discard them"
            )
        writes[layout.CODEBOOK] = Write(view_text(recorder_codebook(log), log, view))

    def _saved(self, root: Path, recorder: Recorder, writes: Mapping[str, Write]) -> None:
        """Note what was written."""
        notes = read_notes(private_folder(root))
        ends = dict(recorder.ends.values())
        for log, lines in recorder.unsaved.items():
            if lines:
                file = self._files[log][0]
                path = root / layout.LOG / file
                size = path.stat().st_size
                self._files[log] = file, size
                self._sizes[file] = size
                if log in ends:
                    notes[file] = Note.of(path, ends[log])
        write_notes(private_folder(root), notes)
        recorder.unsaved.clear()
        self._texts |= set(_texts(recorder.timeline))
        self._looked_at = len(recorder.timeline)
        if self._source is not None:
            recorder.begin_new_logs()
            self._files.clear()
        self._is_new, self._source, self._old = False, None, ()

    # Saving by itself

    def append(self, recorder: Recorder) -> None:
        """Write what was done just now, so that it is on the disk before the call returns.

        Raises
        ------
        StoreError
            When the disk does not allow it.
        """
        root = self.path
        assert root is not None
        new_text = any(
            name not in self._texts for name in _texts(recorder.timeline, self._looked_at)
        )
        known = [log for log, lines in recorder.all_unsaved().items() if lines]
        if new_text or any(log not in self._files for log in known):
            recorder.seal()
            self.save(recorder)
            return
        private = private_folder(root)
        with locked(private):
            notes = read_notes(private)
            for log in known:
                file, size = self._files[log]
                path = root / layout.LOG / file
                if not may_continue(notes.get(file), path):
                    recorder.seal()
                    break
                content = b"".join(recorder.take_unsaved(log))
                try:
                    with open(path, "r+b") as target:
                        target.seek(size)
                        target.write(content)
                        target.flush()
                        os.fsync(target.fileno())
                except OSError as error:
                    raise StoreError(
                        f"{path}: cannot be written to: {error.strerror or error}. What was done before is "
                        "saved; make room or allow writing"
                    ) from error
                self._files[log] = file, size + len(content)
                self._sizes[file] = size + len(content)
                head = next(head for name, head in recorder.ends.values() if name == log)
                notes[file] = Note.of(path, head, autosave=True)
            else:
                write_notes(private, notes)
                self._looked_at = len(recorder.timeline)
                return
        self.save(recorder)


def _texts(timeline: Timeline, first: int = 0) -> dict[str, str]:
    """Return the files of texts that the events from some position on name, with their SHA-256."""
    return {
        layout.text_file(event.target.partition(":")[2], event.fields["sha256"]): event.fields[
            "sha256"
        ]
        for event in timeline.events[first:]
        if event.kind == "add-document"
    }


def recorder_codebook(log: Log) -> Codebook:
    """Return the codebook that a log makes."""
    from qualcode.model.log.fold import fold

    return fold(log, codebook_only=True).draft.codebook()


def _head(log: Log) -> bytes:
    begin = next((event for event in log if event.kind == "begin"), None)
    project = str(begin.fields.get("project", "")) if begin is not None else ""
    head = layout.ProjectFile(format=layout.FORMAT, project=project)
    return msgspec.json.format(msgspec.json.encode(head)) + b"\n"


def _with_start(lines: Iterable[bytes], timeline: Timeline) -> bytes:
    """Return the lines of a new file, the first event of which says what it follows."""
    listed = list(lines)
    for number, line in enumerate(listed):
        if line.startswith(_EVENT):
            event = _decoder.decode(line)
            whole = timeline.events[timeline.position[event.id]]
            if whole.prev:
                shown = msgspec.structs.replace(event, prev=whole.prev, log=whole.log)
                listed[number] = _encode(shown) + b"\n"
            break
    return b"".join(listed)


def _check_readable(file: str, lines: list[bytes], write: Write) -> None:
    """Read what is about to be written: what no open would take must not get onto the disk."""
    content = write.content or b""
    found = read_log_file(Path(file), content, "")
    if found.faults:
        fault = found.faults[0]
        raise StoreError(
            f"nothing was saved: what would be written to {file} could not be read again (line "
            f"{fault.line}: {fault.message})"
        )


def _in_the_way(path: Path) -> StoreError:
    return StoreError(
        f"{path}: there is such a file already, which this project did not write. Nothing was saved: "
        "move the file away, or save to another folder"
    )
