"""The project: the one object that changes, and the one that talks to a store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from qualcode.errors import ChangeError, ProjectError
from qualcode.io import shipped
from qualcode.io.codebook_file import load_codebook, read_codebook
from qualcode.io.store.reading import read_folder, take_back
from qualcode.io.store.stamps import Stamp
from qualcode.io.store.writing import unapplied_edits, write_folder
from qualcode.model.assignments import Assignments
from qualcode.model.codebook import Codebook
from qualcode.model.diff import Diff, diff
from qualcode.model.documents import Registry
from qualcode.model.events import Events
from qualcode.model.history import History, Revision
from qualcode.model.state import State
from qualcode.project.adding import Adding
from qualcode.project.coding import Coding
from qualcode.project.editing import Clock, now, timestamp
from qualcode.project.revising import Revising

__all__ = ["Project", "load_project"]


class Project(Adding, Coding):
    """Documents, a codebook that keeps changing, and what coders assigned.

    Make one with `Project.create`, open one with `Project.open`. Nothing is written before `save`.

    Examples
    --------
    >>> from qualcode import Code
    >>> project = Project.new("Study", codebook=Codebook("study", codes=[Code("trust")]))
    >>> project.add_document("We trust them. They trust us.", id="a")
    <Document a: 29 code points>
    >>> for sentence in project.segments(by="sentence"):
    ...     _ = project.assign(sentence, "trust", coder="ana")
    >>> project.rollup(count="segments")["trust"]
    2
    """

    def __init__(
        self,
        state: State,
        *,
        path: Path | None = None,
        saved: State | None = None,
        stamps: Mapping[str, Stamp] | None = None,
        clock: Clock = now,
    ) -> None:
        super().__init__(state, clock=clock)
        self.path = path
        self._saved = saved
        self._stamps = dict(stamps or {})
        self._applied: bytes | None = None

    # Making and opening

    @classmethod
    def new(
        cls,
        name: str,
        *,
        codebook: str | Path | Codebook | None = None,
        coder: str = "project",
        clock: Clock = now,
    ) -> Project:
        """Return a project in memory only; `save` with a path puts it in a folder.

        Parameters
        ----------
        name : str
            A label for people.
        codebook : Codebook, path or str, optional
            A codebook, a codebook file, or the name of a shipped codebook; it becomes the root of the
            history. Without one the project begins with an empty codebook.
        coder : str, default "project"
            Who adopts the codebook.
        clock : callable, optional
            Returns the time that is recorded; for scripts whose output shall be the same each time.
        """
        adopted = Codebook("codebook", name=name) if codebook is None else load_codebook(codebook)
        state = State(
            name=name,
            history=History.start(adopted, coder=coder, time=timestamp(clock)),
            documents=Registry(what="document"),
            cases=Registry(what="case"),
            coders={},
            events=Events.empty(),
        )
        return cls(state, clock=clock)

    @classmethod
    def create(
        cls,
        path: str | Path,
        *,
        name: str | None = None,
        codebook: str | Path | Codebook | None = None,
        coder: str = "project",
        clock: Clock = now,
    ) -> Project:
        """Make a project in a new folder, and save it; parameters as for `new`.

        Raises
        ------
        ProjectError
            When the folder exists and holds anything.
        """
        folder = Path(path)
        if folder.is_dir():
            take_back(folder)  # what an interrupted attempt left
        if folder.exists() and not (folder.is_dir() and _is_empty(folder)):
            raise ProjectError(
                f"{folder}: exists already and is not empty. Open it with Project.open, or choose "
                "another folder"
            )
        project = cls.new(name or folder.name, codebook=codebook, coder=coder, clock=clock)
        project.save(folder)
        return project

    @classmethod
    def open(cls, path: str | Path, *, clock: Clock = now) -> Project:
        """Open a project's folder.

        Raises
        ------
        StoreError
            When it is no project, is damaged, or was written by a newer version.
        """
        folder = Path(path)
        opened = read_folder(folder)
        return cls(
            opened.state,
            path=folder.absolute(),
            saved=opened.state,
            stamps=opened.stamps,
            clock=clock,
        )

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
            When it cannot be written, someone else has written since, or the codebook file holds
            edits that were not applied. The folder is then as it was.
        """
        folder, saved, stamps = self.path, self._saved, self._stamps
        # Absolute, so that the project is found again wherever the script goes meanwhile.
        if path is not None and Path(path).absolute() != folder:
            folder, saved, stamps = Path(path).absolute(), None, {}
        if folder is None:
            raise ProjectError(
                "the project is in memory only: say where to save it, save('folder')"
            )
        state = self.state
        self._stamps = write_folder(
            folder, state, saved=saved, stamps=stamps, applied=self._applied
        )
        self.path, self._saved = folder, state

    @property
    def is_saved(self) -> bool:
        """Whether the folder holds all there is."""
        return self._saved is self.state

    # The codebook

    @contextmanager
    def revise(self, *, coder: str, reason: str = "") -> Iterator[Revising]:
        """Change the codebook in a block that takes effect as a whole, or not at all.

        Parameters
        ----------
        coder : str
            Who changes it.
        reason : str
            Why.

        Yields
        ------
        Revising
            With a method for each kind of change.
        """
        state = self.state

        def read(codebook: Codebook) -> Assignments:
            return Assignments.read(state.events.standing(), state.documents, codebook)

        revising = Revising(self.history, read, coder=coder, reason=reason, time=self._time())
        yield revising
        _check_mentions(state, revising.codebook)
        self._know(coder)
        self._set(history=revising.history)

    def revert(self, revision: int | str, *, coder: str, reason: str = "") -> Revision:
        """Undo an earlier revision without losing later work, and return the revision that does."""
        with self.revise(coder=coder, reason=reason) as cb:
            cb.revert(revision)
        return self.history.head

    def apply_codebook(
        self, edited: str | Path | Codebook | None = None, *, coder: str, reason: str = ""
    ) -> Diff:
        """Turn an edited codebook into revisions.

        Parameters
        ----------
        edited : path or Codebook, optional
            The project's own codebook file when not given. Ids decide what is a rename; a code that is
            gone is retired.
        coder : str
            Who edited it.
        reason : str
            Why.

        Returns
        -------
        Diff
            The changes made.
        """
        base, applied = self.codebook, self._applied
        if edited is None:
            if self.path is None or self._saved is None:
                raise ProjectError("the project is in memory only, so it has no codebook file")
            # Whoever edited the file saw what was saved, not what was changed here since.
            edited, base = self.path / "codebook.yaml", self._saved.codebook
            applied = edited.read_bytes() if edited.exists() else None
        codebook = edited if isinstance(edited, Codebook) else read_codebook(edited)
        found = diff(base, codebook, retire_missing=True)
        with self.revise(coder=coder, reason=reason) as cb:
            for change in found:
                cb.apply(change)
        self._applied = applied
        return found

    @property
    def has_unapplied_edits(self) -> bool:
        """Whether the codebook file was edited since it was last saved or applied."""
        return self.path is not None and unapplied_edits(self.path, self.codebook)


def load_project(name: str) -> Project:
    """Return a shipped project, in memory: to change and keep it, save it to a folder of your own.

    Raises
    ------
    NotFoundError
        When none has that name.
    """
    opened = read_folder(shipped.project_path(name))
    return Project(opened.state)


def _is_empty(folder: Path) -> bool:
    # A folder that git or the desktop has put something hidden into is a fresh one all the same.
    return all(each.name.startswith(".") for each in folder.iterdir())


def _check_mentions(state: State, codebook: Codebook) -> None:
    """Refuse to lose a code, by reverting its addition, that a memo or a verdict is about."""
    gone = state.codebook.codes.keys() - codebook.codes.keys()
    for memo in state.memos:
        if memo.target.removeprefix("code:") in gone and memo.target.startswith("code:"):
            raise ChangeError(
                f"there is a memo on {memo.target.removeprefix('code:')!r} (by {memo.coder}), which would "
                "be gone; retire it instead"
            )
    for verdict in state.verdicts:
        for code in gone.intersection((verdict.code, *(verdict.became or ())[2:])):
            raise ChangeError(
                f"{verdict.coder} {verdict.kind} a suggestion of {code!r}, which would be gone; retire it "
                "instead"
            )
