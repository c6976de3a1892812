"""Writing a project's folder: only what is new, all or nothing."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path, PurePosixPath
from typing import Self

import attrs
import msgspec
from filelock import FileLock, Timeout

from qualcode.errors import LockedError, StoreError
from qualcode.io.store import layout
from qualcode.io.store.cache import clear_cache
from qualcode.io.store.copies import Home, Note, begin_session, read_notes, write_notes
from qualcode.io.store.heads import heads_line, heads_name
from qualcode.io.store.journal import Write, add_flushed, commit, cut, put_back
from qualcode.io.store.lines import parts_of, read_bytes
from qualcode.io.store.locking import lock_of, locked
from qualcode.io.store.logfile import EVENT, Fault, read_log_file
from qualcode.io.store.opened import Opened
from qualcode.io.store.originals import Originals, originals_of
from qualcode.io.store.packs import packed_names, text_writes, without
from qualcode.io.store.reading import PATIENCE, private_folder, read_head
from qualcode.io.store.recording import Pending, Recording
from qualcode.io.store.rewriting import Rewriting
from qualcode.io.store.text_views import TextEdit, TextViews, stray_views
from qualcode.io.store.texts import kept_texts, stray_packed, versions
from qualcode.io.store.view import CodebookView, codebook_heads, view_text
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.collecting import no_garbage_collected
from qualcode.model.fold.fold import fold
from qualcode.model.ids import MARK
from qualcode.model.log.event import Event, digest, words_digest
from qualcode.model.log.log import Log
from qualcode.model.log.rows import Events
from qualcode.model.log.timeline import CODEBOOK, TEXTS, Timeline

__all__ = ["Store"]

_log = logging.getLogger(__name__)

_OF_TEXTS = (f"{layout.TEXTS}/", f"{layout.DOCUMENTS}/")
_HELD_BACK = b',"withheld":true}\n'
_PART = 50_000
"""Lines that are in memory at once while they are written."""
_SEAL = b'"kind":"seal"'
_ERASED, _PSEUDONYMISED = b"erase ", b"pseudonymise "
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
        self._homes = dict(opened.homes)
        saved_here = bool(opened.sizes) and source is None
        self._originals = set(originals_of(opened.timeline)) if saved_here else set[str]()
        self._kept: set[str] | None = None
        """The texts that are kept, by paths of files of their own; not looked for yet where it is None."""
        self._packed: set[str] = set()
        """Those of them that only packs keep."""
        self._views = None if path is None else TextViews(path)
        self._rewritten = _rewritten(path)
        self._old = opened.old
        self._is_new = source is not None or not (opened.sizes or opened.old)
        if saved_here and path is not None:
            # What another process erased meanwhile is not to be written again.
            self._look_for_texts(path)
        timeline = opened.timeline
        # What the codebook's file shows, or would if nobody had edited it.
        self._shown = codebook_heads(Log(timeline, opened.rows, len(timeline)))
        # What is made of format 1 is the same in every copy, whatever was done there before it is saved.
        self._migrated = dict(timeline.heads()) if self._old else {}
        self._sessions: dict[str, FileLock] = {}
        self._lock: FileLock | None = None

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
        return CodebookView.read(self.codebook_file).base(log, self._shown)

    def has_edits(self, log: Log) -> bool:
        """Tell whether the codebook's file was edited."""
        return CodebookView.read(self.codebook_file).is_edited(log, self._shown)

    def is_as_known(self) -> bool:
        """Tell whether the files of the log are those that this process knows."""
        assert self.path is not None
        sizes = {
            path.name: path.stat().st_size for path in (self.path / layout.LOG).glob("*.jsonl")
        }
        return sizes == self._sizes

    # The texts' files

    def text_edits(self, recording: Recording, only: str | None = None) -> tuple[TextEdit, ...]:
        """Return the texts that were edited outside, of all documents or of one."""
        if self._views is None or self._is_new:
            return ()
        return self._views.edits(recording.log.timeline, recording.documents, only=only)

    def adopted(self, edit: TextEdit) -> None:
        """Take note that an edit is part of the history, so that its file may be made anew."""
        assert self._views is not None
        self._views.adopted(edit)

    # Saving

    @no_garbage_collected()
    def save(
        self,
        recording: Recording,
        *,
        applied: bytes | None = None,
        wait: float = 0.0,
        partly: bool = False,
        rewritten: Rewriting | None = None,
        shown: Log | None = None,
    ) -> None:
        """Write what is new in a project since it was last saved.

        Parameters
        ----------
        recording : Recording
            The project's log.
        applied : bytes or None
            The codebook's file as it was when its edits were made part of the history.
        wait : float, default 0
            Seconds to wait for another process that is writing.
        partly : bool, default False
            Whether to look only at views of texts that changed, which takes no longer where there are many.
        rewritten : Rewriting, optional
            What takes the place of what is saved already; the project is to be opened anew then.
        shown : Log, optional
            The log as it is rewritten: what texts and the codebook's file are to show.

        Raises
        ------
        LockedError
            When another process is writing, or has written what is to be rewritten.
        StoreError
            When the codebook's file holds edits not yet applied, or the disk is full or not writable.
            Nothing is written then.
        """
        root = self.path
        assert root is not None
        log, pending = recording.log, recording.pending()
        if not self._is_new:
            read_head(root)
            if (
                not pending
                and rewritten is None
                and not self._old
                and CodebookView.read(root / layout.CODEBOOK).is_current(log)
                and not self._text_writes(root, recording)
            ):
                return
        private = private_folder(root)
        with locked(private, wait=wait):
            put_back(root, private)
            self._refuse_pseudonymised(root)
            targets = {name: self._target(root, name, recording) for name in pending}
            writes = self._writes(root, recording, applied, pending, targets, partly=partly)
            self._add_originals(writes, root, log.timeline, recording.originals)
            if rewritten is not None:
                assert shown is not None
                clear_cache(private)  # it may hold what goes
                kind = _ERASED if rewritten.words is None else _PSEUDONYMISED
                _note_rewriting(private / layout.REWRITTEN, kind)
                self._rewritten = _rewritten(root)
                self._rewrite(writes, root, rewritten, shown)
            if writes:
                commit(root, private, writes)
            self._note(root, recording, pending, targets, autosave=False)
            if rewritten is not None:
                self._note_rewritten(root, rewritten, pending)
            for session in self._sessions.values():
                session.release()
            self._sessions.clear()
        if self._old:
            _sweep_folders(root, self._old)
        for name in pending:
            recording.saved(name)
        if rewritten is None:
            self._packed = self._packed_then(log.timeline, writes)
        self._kept = set(versions(log.timeline.events))
        assert self._views is not None
        self._views.written(log.timeline, recording.documents, self._packed)
        self._originals |= set(originals_of(log.timeline))
        recording.originals.also_in(root)
        self._shown = codebook_heads(log)
        if self._source is not None:
            recording.begin_new_logs()
            self._homes.clear()
        self._is_new, self._source, self._old = False, None, ()

    def rewrite(self, recording: Recording, rewritten: Rewriting, log: Log) -> tuple[str, ...]:
        """Write what is new, and put what was rewritten in the place of what is there, all or nothing.

        Parameters
        ----------
        recording : Recording
            The project's log, with the event that rewrites.
        rewritten : Rewriting
            What takes the place of what is saved.
        log : Log
            The log as it is then.

        Returns
        -------
        tuple of str
            The files that changed or went, below the folder.

        Raises
        ------
        LockedError
            When another process is writing, or has written what is to be rewritten.
        StoreError
            When the disk does not allow it.
        """
        assert self.path is not None
        gone = self._gone(self.path, rewritten, log)
        packs = self._packs_rewritten(self.path, rewritten, log)
        self.save(recording, wait=PATIENCE, rewritten=rewritten, shown=log)
        files = [f"{layout.LOG}/{name}" for name in rewritten.files]
        return (*files, *gone, *packs)

    def _rewrite(
        self, writes: dict[str, Write], root: Path, rewritten: Rewriting, shown: Log
    ) -> None:
        sizes = {path.name: path.stat().st_size for path in (root / layout.LOG).glob("*.jsonl")}
        if any(self._sizes.get(file, -1) != size for file, size in sizes.items()):
            raise LockedError(f"{root}: another process saved it meanwhile; do it again")
        for file, data in rewritten.files.items():
            name = f"{layout.LOG}/{file}"
            writes[name] = Write(data + (writes[name].whole if name in writes else b""))
        # Texts are those of the log as it is now to be, and not as this process has known it.
        for name in [each for each in writes if each.startswith(_OF_TEXTS)]:
            del writes[name]
        timeline = shown.timeline
        self._look_for_texts(root)
        assert self._views is not None
        writes.update(self._missing_texts(timeline))
        writes.update(
            self._views.writes(timeline, fold(shown).documents, self._packed_then(timeline, writes))
        )
        writes.update(self._packs_rewritten(root, rewritten, shown))
        self._add_head(writes, root, shown)
        writes.update({name: Write(None) for name in self._gone(root, rewritten, shown)})
        view, words = CodebookView.read(root / layout.CODEBOOK), rewritten.words
        changed = any(event.kind in CODEBOOK and event.id in rewritten.left for event in shown)
        if changed or (words is not None and view.exists):
            writes[layout.CODEBOOK] = Write(view_text(_codebook_of(shown), shown, view, words))

    def _gone(self, root: Path, rewritten: Rewriting, log: Log) -> list[str]:
        """Return the files that hold texts or originals which no event names any more."""
        texts = [name for name in rewritten.gone if name.startswith(f"{layout.TEXTS}/")]
        ids = {_named_after(name) for name in texts}
        ids -= {_named_after(name) for name in versions(log.timeline.events)}
        views = [
            name
            for path in (root / layout.DOCUMENTS).glob("*.txt")
            # Also where somebody edited it: what it quotes was erased all the same.
            if _named_after(name := f"{layout.DOCUMENTS}/{path.name}") in ids
            or _kept_as(name) in texts
        ]
        views += stray_views(root, log.timeline)
        # Nobody can tell what damaged lines are about.
        views += [f"{layout.ASIDE}/{path.name}" for path in (root / layout.ASIDE).glob("*.jsonl")]
        return sorted({*(each for each in rewritten.gone if (root / each).exists()), *views})

    def _packs_rewritten(self, root: Path, rewritten: Rewriting, log: Log) -> dict[str, Write]:
        """Return the packs without the texts that no event names any more."""
        return without(root, rewritten.gone | stray_packed(root, log.timeline))

    def _note_rewritten(
        self, root: Path, rewritten: Rewriting, pending: Mapping[str, Pending]
    ) -> None:
        """Note that this copy goes on with the files that it rewrote."""
        private = private_folder(root)
        notes = read_notes(private)
        for log, home in self._homes.items():
            if home.file in rewritten.files and log not in pending:
                notes[home.file] = Note.of(root / layout.LOG / home.file, home.head)
        write_notes(private, notes)

    def _target(self, root: Path, log: str, recording: Recording) -> tuple[str, int | None]:
        """Return the file that lines of a log go to, and where in it; None begins a new one."""
        home = self._homes.get(log)
        if home is not None and home.is_unchanged(root / layout.LOG / home.file):
            return home.file, home.end
        pending = recording.pending()[log]
        if any(isinstance(each, bytes) and each.endswith(_HELD_BACK) for each in pending.lines):
            # Never in the place of the file that has it all.
            digits = hashlib.sha256(b"".join(pending.whole())).hexdigest()[:8]
            log = f"{log}.withheld-{digits}"
        file = layout.log_file(log)
        while file in self._sizes or (root / layout.LOG / file).exists():
            file = layout.log_file(f"{log}-{recording.token()}")
        return file, None

    def _writes(
        self,
        root: Path,
        recording: Recording,
        applied: bytes | None,
        pending: Mapping[str, Pending],
        targets: Mapping[str, tuple[str, int | None]],
        *,
        partly: bool,
    ) -> dict[str, Write]:
        log = recording.log
        writes: dict[str, Write] = {}
        if self._is_new and (root / layout.PROJECT).exists():
            raise StoreError(
                f"{root}: there is a project already: open it, or choose another folder"
            )
        if self._is_new:
            writes[layout.ATTRIBUTES] = Write(layout.GIT_ATTRIBUTES.encode())
        elif self._old:
            writes[layout.ATTRIBUTES] = Write(
                _with_attributes(read_bytes(root / layout.ATTRIBUTES))
            )
        if self._source is not None:
            self._copy(writes)
        writes.update(self._text_writes(root, recording, partly=partly))
        self._add_head(writes, root, log)
        for name, each in pending.items():
            file, offset = targets[name]
            parts = self._parts(file, name, each, recording, offset is None)
            # What is not very much is read again before any file is touched, the rest as it is written.
            soon = [*islice(parts, 2)]
            writes[f"{layout.LOG}/{file}"] = Write(chain(soon, parts), offset)
        for name in pending:
            migrated = name in self._migrated
            known = self._migrated if migrated else None
            writes[heads_name(targets[name][0])] = Write(_heads_now(log.timeline, known))
        for name in self._old:
            writes.setdefault(name, Write(None))
        self._add_codebook(writes, root, log, applied)
        if self._is_new:
            for name in writes:
                if (root / name).exists():
                    raise _in_the_way(root / name)
        return writes

    def _parts(
        self, file: str, log: str, pending: Pending, recording: Recording, begins: bool
    ) -> Iterator[bytes]:
        """Yield what is to be written of a log, sealing what has no seal yet, and having read it again."""
        timeline = recording.log.timeline
        held = 0 if begins else pending.held
        blocks = chain(pending.blocks(), recording.sealing(log))
        for part in _gathered(blocks):
            _check_readable(file, part, timeline)
            lines = part[held:]
            if begins and any(line.startswith(EVENT) for line in lines):
                lines, begins = _with_start(lines, timeline), False
            held = max(held - len(part), 0)
            yield b"".join(lines)

    def _note(
        self,
        root: Path,
        recording: Recording,
        pending: Mapping[str, Pending],
        targets: Mapping[str, tuple[str, int | None]],
        *,
        autosave: bool,
    ) -> None:
        """Note what was written, or is about to be where a project saves by itself."""
        notes = read_notes(private_folder(root))
        for log in pending:
            file, head = targets[log][0], recording.head_of(log)
            path = root / layout.LOG / file
            self._homes[log] = home = Home.of(path, head)
            self._sizes[file] = home.end
            if head:
                notes[file] = Note.of(path, head, autosave=autosave)
        write_notes(private_folder(root), notes)

    def files(self, recording: Recording) -> dict[str, bytes]:
        """Return the files of the log with all there is, what is not saved yet in files of its own.

        Raises
        ------
        StoreError
            When a file was changed or is gone since it was read.
        """
        root = self.path if self._source is None else self._source
        found = {} if root is None else {f: self._saved(root, f) for f in self._sizes}
        for log, each in recording.pending().items():
            lines = _with_start(each.whole(), recording.log.timeline)
            found[f"{layout.log_file(log)} (not saved)"] = b"".join(lines)
        return found

    def log_parts(self, recording: Recording) -> Iterator[tuple[str, bytes]]:
        """Yield the lines of the log part by part, each with the name of its file; all rows are sealed.

        Raises
        ------
        StoreError
            When a file was changed or is gone since it was read.
        """
        root = self.path if self._source is None else self._source
        for file, size in sorted(self._sizes.items()) if root is not None else ():
            assert root is not None
            for part in parts_of(root / layout.LOG / file, size):
                yield file, part
        for log, each in recording.pending().items():
            file = f"{layout.log_file(log)} (not saved)"
            for part in self._parts(file, log, each, recording, True):
                yield file, part

    def _saved(self, root: Path, file: str) -> bytes:
        """Return as much of a file as this process knows of."""
        size = self._sizes[file]
        data = read_bytes(root / layout.LOG / file)[:size]
        if len(data) < size:
            raise StoreError(
                f"{root / layout.LOG / file}: was changed or is gone since the project was opened"
            )
        return data

    def _copy(self, writes: dict[str, Write]) -> None:
        """Take along what another folder holds of this project."""
        assert self._source is not None
        for file in self._sizes:
            writes[f"{layout.LOG}/{file}"] = Write(self._saved(self._source, file))
            heads = read_bytes(self._source / heads_name(file))
            if heads:
                writes[heads_name(file)] = Write(heads)
        if self._sizes and (self._source / layout.CODEBOOK).exists():
            writes[layout.CODEBOOK] = Write(read_bytes(self._source / layout.CODEBOOK))

    def _text_writes(
        self, root: Path, recording: Recording, *, partly: bool = False
    ) -> dict[str, Write]:
        """Return what keeps the versions of texts that no file keeps yet, and shows those in force."""
        assert self._views is not None
        timeline = recording.log.timeline
        if self._kept is None:
            self._look_for_texts(root)
        writes = self._missing_texts(timeline)
        if writes and not self._kept and not (self._is_new or self._old):
            # The project is from before versions were kept apart, and git does not know of their folder.
            told = read_bytes(root / layout.ATTRIBUTES)
            if f"{layout.TEXTS}/".encode() not in told:
                writes[layout.ATTRIBUTES] = Write(_with_attributes(told))
        writes |= self._views.writes(
            timeline,
            recording.documents,
            self._packed_then(timeline, writes),
            everywhere=not partly,
            is_new=self._is_new,
        )
        return writes

    def _add_head(self, writes: dict[str, Write], root: Path, log: Log) -> None:
        """Say which project it is, and by its format that there are packs, once there are."""
        begun = self._is_new or bool(self._old)
        if _has_packs(writes):
            _tell_git(writes, root, layout.GIT_PACKS)
            if begun or read_head(root).format < layout.FORMAT:
                writes[layout.PROJECT] = Write(_head(log, layout.FORMAT))
        elif begun:
            writes[layout.PROJECT] = Write(_head(log, layout.UNPACKED))

    def _look_for_texts(self, root: Path) -> None:
        """Take note of the texts that files of the project's folder keep."""
        own = set[str]() if self._is_new else kept_texts(root)
        packed = set[str]() if self._is_new else packed_names(root)
        self._kept, self._packed = own | packed, packed - own

    def _missing_texts(self, timeline: Timeline) -> dict[str, Write]:
        """Return what keeps the versions of texts that no file keeps yet."""
        assert self._kept is not None
        return text_writes(
            (name, timeline.texts[sha])
            for name, sha in versions(timeline.events).items()
            if name not in self._kept
        )

    def _packed_then(self, timeline: Timeline, writes: Mapping[str, Write]) -> set[str]:
        """Return the texts that only packs will keep once some files are written."""
        assert self._kept is not None
        return self._packed | (versions(timeline.events).keys() - self._kept - writes.keys())

    def _add_originals(
        self, writes: dict[str, Write], root: Path, timeline: Timeline, held: Originals
    ) -> None:
        """Take original files along; one that is nowhere is no reason not to save all else."""
        fresh = {}
        for name, original in originals_of(timeline).items():
            path = None if name in self._originals else held.path_of(original)
            if path is not None and not (root / name).exists():
                fresh[name] = Write(None, of=path)
        if not fresh:
            return
        writes.update(fresh)
        _tell_git(writes, root, layout.GIT_ORIGINALS)

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
        if view.touched and not view.mixed and read_bytes(path) != applied:
            nothing_new = codebook_heads(log) == self._shown
            if nothing_new and not self._old:
                return  # edits wait to be applied, and there is nothing new to be shown
            if not view.is_edited(log, self._shown):
                writes[layout.CODEBOOK] = Write(view_text(_codebook_of(log), log, view))
                return
            if nothing_new:
                return
            raise StoreError(
                f"{path}: it holds edits that are not yet part of the history, and saving would overwrite "
                "them. Apply them first (qualcode codebook apply), or remove the file to discard them"
            )
        if view.mixed:
            _log.info("%s: a merge made it of several, and it is made anew from the log", path)
        writes[layout.CODEBOOK] = Write(view_text(_codebook_of(log), log, view))

    # What another process rewrote

    @property
    def is_outdated(self) -> bool:
        """Whether another process erased something from the folder since it was read."""
        return self.path is not None and _rewritten(self.path) != self._rewritten

    def _refuse_pseudonymised(self, root: Path) -> None:
        """Refuse to write names into a folder from which another process took them meanwhile."""
        now = _rewritten(root)
        if now != self._rewritten and now.startswith(_PSEUDONYMISED):
            raise StoreError(
                f"{root}: names were replaced in it since it was opened here, and what is in memory still "
                "has them: nothing of it was written. Open the project again, and do again what was not saved"
            )

    # Saving by itself

    def append(self, recording: Recording) -> None:
        """Write what was done just now, so that it is on the disk before the call returns.

        It waits for another process that writes: that takes a moment, and a script shall not end by it.

        Raises
        ------
        LockedError
            When another process writes for long.
        StoreError
            When the disk does not allow it.
        """
        root = self.path
        assert root is not None
        recording.seal_but_last()
        pending = {log: each for log, each in recording.pending().items() if each.is_news}
        if not pending:
            return
        # What goes to several files, or to a new one, has to get there as a whole.
        if len(pending) > 1 or not self._append(root, *next(iter(pending.items())), recording):
            self.save(recording, wait=PATIENCE, partly=True)

    def _append(self, root: Path, log: str, pending: Pending, recording: Recording) -> bool:
        """Add lines to the file that this process writes; return whether they could go there."""
        home = self._homes.get(log)
        lines = pending.whole()[pending.held :]
        content = b"".join(lines)
        if home is None or any(b'"kind":"%s"' % kind.encode() in content for kind in TEXTS):
            return False  # a text is a file of its own
        if b'"originals":[' in content:
            return False  # so is an original
        if sum(_SEAL not in line for line in lines) > 1:
            return False  # torn, one line is nothing, and several are half of what was done
        path = root / layout.LOG / home.file
        try:
            if not self._append_to(home, path, content, log, recording.head_of(log)):
                return False
        except StoreError:
            raise
        except OSError as error:
            raise StoreError(
                f"{path}: cannot be written to: {error.strerror or error}. What was done before is "
                "saved; make room or allow writing"
            ) from error
        recording.saved(log)
        return True

    def _append_to(self, home: Home, path: Path, content: bytes, log: str, head: str) -> bool:
        """Add to a file, having said that this process goes on with it; return whether it may."""
        private = private_folder(path.parent.parent)
        if self._lock is None:
            layout.make_private(private)
            self._lock = lock_of(private)
        with locked(private, wait=PATIENCE, signed=False, lock=self._lock):
            put_back(path.parent.parent, private)
            self._refuse_pseudonymised(path.parent.parent)
            if not home.is_unchanged(path):
                return False
            if log not in self._sessions:
                try:
                    self._sessions[log] = begin_session(private, home.file)
                except Timeout:
                    return False  # another process goes on with that file
                notes = read_notes(private)
                notes[home.file] = Note.of(path, home.head, autosave=True)
                if not write_notes(private, notes, flush=True):
                    # Nobody who finds half a line later would know that it is nothing.
                    self._sessions.pop(log).release()
                    return False
            try:
                add_flushed(path, content, home.end)
            except BaseException:
                # Half a line must not be taken for what somebody else wrote.
                with suppress(OSError):
                    cut(path, home.end)
                with suppress(OSError):
                    self._homes[log] = attrs.evolve(home, size=path.stat().st_size)
                raise
            self._homes[log] = home = Home.of(path, head)
            self._sizes[home.file] = home.end
        return True


def _note_rewriting(path: Path, kind: bytes) -> None:
    """Note by what the log is rewritten, before anything is."""
    try:
        path.write_bytes(kind + str(time.time_ns()).encode())
    except OSError as error:
        raise StoreError(
            f"{path}: nothing was saved: {error.strerror or error}. The project on disk is as it was; make "
            "room or allow writing, and do it again"
        ) from error


def _rewritten(root: Path | None) -> bytes:
    """Return by what the log was rewritten last on this machine; nothing where it never was."""
    return b"" if root is None else read_bytes(private_folder(root) / layout.REWRITTEN)


def _named_after(text: str) -> str:
    """Return the id of the document that a file of a text is called after, as it was added."""
    return PurePosixPath(text).name.rsplit(".", 2)[0].partition(MARK)[0]


def _kept_as(view: str) -> str:
    """Return the file that keeps the version which a view shows."""
    return f"{layout.TEXTS}/{_named_after(view)}.{view.rsplit('.', 2)[1]}.txt"


def _sweep_folders(root: Path, names: Iterable[str]) -> None:
    """Take away folders of an earlier format that are empty now."""
    for folder in {(root / name).parent for name in names} - {root, root / layout.DOCUMENTS}:
        with suppress(OSError):
            folder.rmdir()


def _codebook_of(log: Log) -> Codebook:
    """Return the codebook that a log makes."""
    return fold(log, codebook_only=True).draft.codebook()


def _tell_git(writes: dict[str, Write], root: Path, line: str) -> None:
    """Add a line to what git is told, where it is not told so yet."""
    said = (writes.get(layout.ATTRIBUTES) or Write(read_bytes(root / layout.ATTRIBUTES))).whole
    if line.encode() not in said:
        writes[layout.ATTRIBUTES] = Write(said + line.encode())


def _has_packs(writes: Mapping[str, Write]) -> bool:
    """Tell whether a pack of texts is among what is written."""
    return any(
        name.startswith(f"{layout.TEXTS}/") and name.endswith(".jsonl") and write.content
        for name, write in writes.items()
    )


def _head(log: Log, format: int) -> bytes:
    begin = next((event for event in log if event.kind == "begin"), None)
    project = str(begin.fields.get("project", "")) if begin is not None else ""
    head = layout.ProjectFile(format=format, project=project)
    return msgspec.json.format(msgspec.json.encode(head)) + b"\n"


def _with_attributes(old: bytes) -> bytes:
    """Return what git is told, keeping what somebody added to what it was told before."""
    own = old.replace(b"\r\n", b"\n")
    for told in (layout.GIT_ATTRIBUTES_1, layout.GIT_ATTRIBUTES_2):
        own = own.replace(told.encode(), b"")
    # Of several lines that fit a file, git follows the last.
    return layout.GIT_ATTRIBUTES.encode() + own


def _gathered(blocks: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
    """Yield the lines of many blocks at once, and never a part of one."""
    part: list[bytes] = []
    for block in blocks:
        part += block
        if len(part) >= _PART:
            yield part
            part = []
    if part:
        yield part


def _heads_now(timeline: Timeline, known: Mapping[str, str] | None) -> Iterator[bytes]:
    """Yield what a copy knows when it is written, all rows having their seals then."""
    yield heads_line(timeline.heads() if known is None else known)


def _with_start(lines: Iterable[bytes], timeline: Timeline) -> list[bytes]:
    """Return the lines of a new file, the first event of which says what it follows."""
    listed = list(lines)
    for number, line in enumerate(listed):
        if line.startswith(EVENT):
            event = _decoder.decode(line)
            whole = timeline.events[timeline.position[event.id]]
            if whole.prev:
                shown = msgspec.structs.replace(event, prev=whole.prev, log=whole.log)
                listed[number] = _encode(shown) + b"\n"
            break
    return listed


def _check_readable(file: str, lines: Iterable[bytes], timeline: Timeline) -> None:
    """Read what is about to be written: what no open would take must not get onto the disk."""
    found = read_log_file(Path(file), b"".join(lines), columns=False)
    faults = list(found.faults)
    for event, line in zip(found.events, found.lines, strict=True):
        made = timeline.events[timeline.position[event.id]]
        event.prev, event.log = made.prev, made.log
        if (
            event.is_whole
            and not event.erased
            and (digest(event) != event.id or words_digest(event.words, event.salt) != event.wd)
        ):
            faults.append(Fault(line, "it has another digest than when it was made"))
    if faults:
        raise StoreError(
            f"nothing was saved: what would be written to {file} could not be read again (line "
            f"{faults[0].line}: {faults[0].message})"
        )


def _in_the_way(path: Path) -> StoreError:
    return StoreError(
        f"{path}: there is such a file already, which this project did not write. Nothing was saved: "
        "move the file away, or save to another folder"
    )
