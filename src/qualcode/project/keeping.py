"""A project and its folder: saving, refreshing, rewriting, backing up."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import attrs

from qualcode.errors import ProjectError
from qualcode.io.store.backups import Backup, write_backup
from qualcode.io.store.opened import Opened
from qualcode.io.store.reading import PATIENCE, read_folder
from qualcode.io.store.remains import Remainder, remains_of
from qualcode.io.store.repairing import SetAside, read_set_aside
from qualcode.io.store.rewriting import Plan, rewriting
from qualcode.io.store.uniting import united
from qualcode.io.store.writing import Store
from qualcode.model.checks import check_path
from qualcode.model.log.log import Log
from qualcode.project.editing import Clock, now
from qualcode.project.erasing import Rewrote
from qualcode.project.recording import Recorder
from qualcode.project.whole import Whole

__all__ = ["Keeping"]


class Keeping(Whole):
    """A project that is kept in a folder, or in memory until it is saved to one."""

    def __init__(
        self,
        recorder: Recorder,
        *,
        store: Store | None = None,
        clock: Clock = now,
        outdated: bool = False,
    ) -> None:
        super().__init__(recorder, clock=clock)
        self._store = store if store is not None else Store.nowhere()
        self._autosave = False
        self._applied: bytes | None = None
        self._outdated = outdated

    def _recorded(self) -> None:
        if self._autosave:
            self._store.append(self._recorder)
            if self._store.is_outdated:
                self._take_out_again()

    @property
    def path(self) -> Path | None:
        """The project's folder; None for one in memory only."""
        return self._store.path

    def save(self, path: str | Path | None = None) -> None:
        """Write what is new to the project's folder, all or nothing.

        Parameters
        ----------
        path : str or Path, optional
            A new folder to save to, from then on the project's own; for a project made in memory,
            or for a copy.

        Raises
        ------
        StoreError
            When it cannot be written, or the codebook file holds edits that were not applied. The folder is
            then as it was.
        """
        self._save(path)

    def _save(self, path: str | Path | None = None, *, wait: float = 0.0) -> None:
        store = self._store
        # Absolute, so that the project is found again wherever the script goes meanwhile.
        folder = None
        if path is not None:
            folder = Path(os.path.abspath(check_path(path, what="path", error=ProjectError)))
        if folder is not None and folder != store.path:
            store = store.copied_to(folder)
        if store.path is None:
            raise ProjectError(
                "the project is in memory only: say where to save it, save('folder')"
            )
        if self._outdated and self._store.path is None:
            self._erase_again()
            store = self._store.copied_to(store.path)
        store.save(self._recorder, applied=self._applied, wait=wait)
        self._store = store
        if self._outdated or store.is_outdated:
            self._take_out_again()

    def _take_out_again(self) -> None:
        """Take out of the folder what was erased, and came back with what was just saved."""
        self._reopen()
        self._erase_again()

    def _refuse_outdated(self) -> None:
        """Refuse to copy what other copies brought back."""
        if self._outdated:
            raise ProjectError(
                "other copies brought back what was erased, and a copy would hold it: save the project first"
            )

    def refresh(self) -> int:
        """Save what was done here, and take over what others have put into the folder meanwhile.

        So two processes, or a script and a page, can work on one project: each has what the other did as soon
        as it asks. Nobody overwrites anything, since each adds to files of its own; what both changed at once
        and does not go together is in `conflicts`. What was done here can be undone as before.

        Returns
        -------
        int
            How many events are new here; 0 where nothing was changed, which takes no time.

        Raises
        ------
        ProjectError
            When the project is in memory only, or in the midst of a step.
        LockedError
            When another process writes for long.
        StoreError
            When it cannot be saved, or what others wrote cannot be read.

        Examples
        --------
        >>> import qualcode as qc
        >>> one = qc.Project.create("both", codebook=qc.Codebook("study"), coder="ana")
        >>> two = qc.Project.open("both")
        >>> document = two.add_document("We trust them.", id="a", coder="ben")
        >>> two.save()
        >>> one.refresh() > 0, list(one.documents), one.refresh()
        (True, ['a'], 0)
        """
        if self._store.path is None:
            raise ProjectError("the project is in memory only, so nobody else can change it")
        if self._open is not None:
            raise ProjectError(
                "in the midst of a step nothing can be taken over: end the block first"
            )
        self._save(wait=PATIENCE)
        if self._store.is_as_known():
            return 0
        before = self._recorder.timeline
        steps, undone = self._steps[:], self._undone[:]
        self._reopen()
        after = self._recorder.timeline
        self._steps += (step.moved(before, after) for step in steps)
        self._undone += (step.moved(before, after) for step in undone)
        return sum(event.id not in before.position for event in after.events)

    def _reopen(self) -> None:
        """Take over what the folder holds now; all of this project is saved."""
        folder = self._store.path
        assert folder is not None
        opened = read_folder(folder)
        self._begin_again(opened, Store(folder, opened))

    def _begin_again(self, opened: Opened, store: Store) -> None:
        before = self._recorder
        self._recorder = Recorder.of(opened, before.token_of, before.originals)
        self._store, self._outdated = store, opened.outdated
        self._steps.clear()
        self._undone.clear()

    def _folder(self) -> Path | None:
        """Return the project's folder; nothing for one in memory only."""
        return self._store.path

    def _up_to_date(self) -> None:
        """Save a project in a folder, and take over what others saved meanwhile."""
        if self._store.path is not None:
            if self.has_unapplied_edits:
                raise ProjectError(
                    f"{self._store.codebook_file}: it holds edits that are not part of the history yet: "
                    "apply them first (qualcode codebook apply), or remove the file to discard them"
                )
            self.save()
            self._reopen()
        elif self._outdated:
            self._erase_again()

    def _rewrite(
        self,
        plan: Callable[[Log], Plan],
        kind: str,
        fields: Mapping[str, Any],
        words: Mapping[str, Any],
        *,
        coder: str,
        dry_run: bool = False,
    ) -> Rewrote:
        """Rewrite lines of the log, and say so by an event, all or nothing."""
        recorder, store = self._recorder, self._store
        recorder.seal()
        made = rewriting(store.files(recorder), plan, lambda: recorder.token_of(8))
        if dry_run:
            return Rewrote(len(made.left))
        mark = recorder.mark()
        event = ""
        try:
            if made.left or fields:
                said = {**fields, "left": dict(made.left)}
                who = self._doing(coder)
                event = recorder.event(kind, "", said, words, coder=who, time=self._time()).short
            after = {name: made.of(data) for name, data in store.files(recorder).items()}
            texts = {**recorder.timeline.texts, **made.texts}
            whole = united([after], texts)
            if store.path is None:
                ended = attrs.evolve(whole, logs=dict(recorder.ends))
                self._begin_again(ended, Store.nowhere())
                return Rewrote(len(made.left), (), event)
            log = Log(whole.timeline, whole.rows, len(whole.timeline))
            files = store.rewrite(recorder, made, log)
        except BaseException:
            recorder.back_to(mark)
            raise
        self._reopen()
        return Rewrote(len(made.left), files, event)

    def _remains(self, files: Collection[str], added: Collection[str]) -> tuple[Remainder, ...]:
        """Return what is outside the folder and may still hold what was erased."""
        if self._store.path is None:
            return ()
        return remains_of(self._store.path, files, added)

    def backup(self, path: str | Path) -> Backup:
        """Write the whole project into one new file, and read it back; `qualcode.restore` undoes it.

        Parameters
        ----------
        path : str or Path
            A file that does not exist yet.

        Raises
        ------
        ProjectError
            When the project is not in a folder, or not all of it is saved.
        StoreError
            When the project's folder is damaged, or the file exists or cannot be written.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.Project.create("to-keep", codebook=qc.Codebook("study"), coder="ana")
        >>> backup = project.backup("to-keep.zip")
        >>> backup.files
        5
        """
        target = check_path(path, what="path", error=ProjectError)
        if self._store.path is None:
            raise ProjectError("the project is in memory only: save it to a folder first")
        if not self.is_saved:
            raise ProjectError(
                f"not all that was done is saved, and a backup would lack it: save {self._store.path} first"
            )
        return write_backup(self._store.path, target)

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """The lines that repairs of the folder set aside, as it keeps them; `lost` says what it lacks now."""
        return () if self._store.path is None else read_set_aside(self._store.path)

    @property
    def is_behind(self) -> bool:
        """Whether others put something into the folder that is not here yet; `refresh` takes it over."""
        return self._store.path is not None and not self._store.is_as_known()

    @property
    def is_saved(self) -> bool:
        """Whether the folder holds all there is."""
        return self._store.path is not None and not self._recorder.has_news and not self._outdated

    @property
    def has_unapplied_edits(self) -> bool:
        """Whether the codebook file was edited since it was last saved or applied."""
        return self._store.path is not None and self._store.has_edits(self.log)
