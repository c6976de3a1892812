"""The project: the one object that changes, and the one that talks to a store."""

from __future__ import annotations

import os
import secrets
import shutil
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import attrs

from qualcode.errors import ProjectError
from qualcode.io import shipped
from qualcode.io.codebooks.codebook_file import load_codebook, read_codebook
from qualcode.io.store.originals import Originals
from qualcode.io.store.reading import read_folder, take_back
from qualcode.io.store.repairing import repair_folder
from qualcode.io.store.text_views import TextEdit
from qualcode.io.store.uniting import united
from qualcode.io.store.withholding import blinded
from qualcode.io.store.writing import Store
from qualcode.model.checks import check_flag, check_named, check_path, check_text
from qualcode.model.codebooks.changes import Adopt
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.diff import Diff, diff
from qualcode.model.coding.memos import Coder
from qualcode.model.fold.history import Revision
from qualcode.model.log.rows import Events
from qualcode.model.log.timeline import Timeline
from qualcode.model.readable import many
from qualcode.model.said import Said
from qualcode.model.texts.replacing import Replacing
from qualcode.project.again import Earlier
from qualcode.project.columnar import Columnar
from qualcode.project.editing import Clock, now, timestamp
from qualcode.project.importing import Item, import_project
from qualcode.project.pseudonymising import Pseudonymised, key_place
from qualcode.project.recording import Recorder, Tokens
from qualcode.project.reviewing.review import Review
from qualcode.project.revising import Revising, Writer
from qualcode.project.sharing import Chosen, Stripping, names_in
from qualcode.project.worklist import Task, Worklist

__all__ = ["Project", "Shared", "load_project"]


_SHOWN = 5


@attrs.frozen(eq=False)
class Shared:
    """A copy that was made to be shared.

    Parameters
    ----------
    project : Project
        The copy.
    replaced : Pseudonymised or None
        Where names were replaced.
    left : tuple of Item
        What was left out that was in use.
    """

    project: Project
    replaced: Pseudonymised | None = attrs.field(repr=False)
    left: tuple[Item, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.project.path}: {many(len(self.project.documents), 'document')}"]
        if self.replaced is not None:
            lines[0] += ", and no name in any byte of it"
            lines.append(str(self.replaced))
        return "\n".join([*lines, *map(str, self.left)])


class Project(Columnar):
    """Documents, a codebook that keeps changing, and what coders assigned.

    Make one with `Project.create`, open one with `Project.open`, or let `Project.open_or_create` do what
    is needed, for scripts that are run again. Nothing is written before `save`, unless it is asked to save by
    itself.

    Examples
    --------
    >>> from qualcode import Code
    >>> project = Project.new("Study", codebook=Codebook("study", codes=[Code("trust")]))
    >>> project.add_document("We trust them. They trust us.", id="a")
    <Document a: 29 code points>
    >>> for sentence in project.segments(unit="sentence"):
    ...     _ = project.assign(sentence, "trust", coder="ana")
    >>> project.rollup(count="segments")["trust"]
    2
    """

    # It changes, so it is told by which one it is.
    __hash__ = object.__hash__  # type: ignore[assignment]

    # Making and opening

    @classmethod
    def new(
        cls,
        name: str,
        *,
        codebook: str | Path | Codebook | None = None,
        coder: str = "project",
        clock: Clock = now,
        tokens: Tokens = secrets.token_hex,
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
            Who adopts the codebook, and does what is done without saying who.
        clock : callable, optional
            Returns the time that is recorded; for scripts whose output shall be the same each time.
        tokens : callable, optional
            Returns the random hexadecimal digits by which logs and their texts are told apart, twice as many
            as the number it is given; for such scripts too.
        """
        name = check_text(name, what="name", error=ProjectError, empty=False)
        author = Coder(coder).id
        adopted = Codebook("codebook", name=name) if codebook is None else load_codebook(codebook)
        recorder = Recorder(Timeline(), Events.empty(), tokens=tokens)
        time = timestamp(clock)
        fields = {"project": tokens(8), "author": author}
        recorder.event("begin", "project", fields, {"name": name}, coder=author, time=time)
        recorder.change(Adopt(adopted), coder=author, time=time, reason="adopted")
        return cls(recorder, clock=clock)

    @classmethod
    def create(
        cls,
        path: str | Path,
        *,
        name: str | None = None,
        codebook: str | Path | Codebook | None = None,
        coder: str = "project",
        clock: Clock = now,
        tokens: Tokens = secrets.token_hex,
    ) -> Project:
        """Make a project in a new folder, and save it; parameters as for `new`.

        Raises
        ------
        ProjectError
            When the folder exists and holds anything.
        """
        folder = check_path(path, what="path", error=ProjectError)
        if folder.is_dir():
            take_back(folder)  # what an interrupted attempt left
        if folder.exists() and not (folder.is_dir() and _is_empty(folder)):
            raise ProjectError(
                f"{folder}: exists already and is not empty: open what is there, or choose another folder"
            )
        project = cls.new(
            # "." has no name of its own.
            Path(os.path.abspath(folder)).name if name is None else name,
            codebook=codebook,
            coder=coder,
            clock=clock,
            tokens=tokens,
        )
        project.save(folder)
        return project

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        repair: bool = False,
        autosave: bool = False,
        clock: Clock = now,
        tokens: Tokens = secrets.token_hex,
    ) -> Project:
        """Open a project's folder.

        Parameters
        ----------
        path : str or Path
            The folder.
        repair : bool, default False
            Whether to set aside damaged lines of the log, where it does not open with them; a warning says
            what was. See `qualcode.repair_folder`.
        autosave : bool, default False
            Whether each call is on the disk before it returns.
        clock, tokens : callable, optional
            As for `new`.

        Raises
        ------
        StoreError
            When it is no project, is damaged, or was written by a newer version.
        """
        folder = check_path(path, what="path", error=ProjectError)
        if check_flag(repair, what="repair", error=ProjectError):
            repaired = repair_folder(folder)
            if repaired is not None:
                warnings.warn(f"{folder}: was damaged. {repaired}", stacklevel=2)
        check_flag(autosave, what="autosave", error=ProjectError)
        opened = read_folder(folder)
        folder = folder.absolute()
        project = cls(
            Recorder.of(opened, tokens, Originals([folder])),
            store=Store(folder, opened),
            clock=clock,
            outdated=opened.outdated,
        )
        project._autosave = autosave
        return project

    @classmethod
    def open_or_create(
        cls,
        path: str | Path,
        *,
        name: str | None = None,
        codebook: str | Path | Codebook | None = None,
        coder: str = "project",
        autosave: bool = False,
        clock: Clock = now,
        tokens: Tokens = secrets.token_hex,
    ) -> Project:
        """Open a project, or make it where there is none: for a script that is run again and again.

        Use it in a ``with`` statement: leaving it saves. What an earlier run did is not done twice, and what
        was retracted, reverted or withdrawn since stays so. A script that died half-way and is started
        again ends where it would have ended.

        Parameters
        ----------
        path : str or Path
            The folder.
        name, codebook, coder
            As for `new`, where the project is made; `coder` does what is done without saying who.
        autosave : bool, default False
            Whether each call is on the disk before it returns.
        clock, tokens : callable, optional
            As for `new`.

        Examples
        --------
        >>> from qualcode import Code
        >>> book = Codebook("study", codes=[Code("trust")])
        >>> for run in (1, 2):
        ...     with Project.open_or_create("study", codebook=book, coder="ana") as project:
        ...         document = project.add_document("We trust them.", id="a")
        ...         assignment = project.assign((document.id, 0, 8), "trust")
        >>> len(Project.open("study").assignments)
        1
        """
        folder = check_path(path, what="path", error=ProjectError)
        check_flag(autosave, what="autosave", error=ProjectError)
        if folder.is_dir():
            take_back(folder)
        if folder.is_dir() and not _is_empty(folder):
            project = cls.open(folder, clock=clock, tokens=tokens)
        else:
            project = cls.create(
                folder, name=name, codebook=codebook, coder=coder, clock=clock, tokens=tokens
            )
        project._author = Coder(coder).id if coder != "project" else None
        project._earlier = Earlier(project.log, project._recorder.coding.events)
        project._autosave = autosave
        return project

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Save; when the block failed, what was completed is saved too, and the error says so."""
        if error is None:
            self.save()
            self._tell_left()
            return
        try:
            self.save()
        except Exception as problem:
            error.add_note(f"What was done before this error could not be saved: {problem}")
        else:
            error.add_note(
                f"What was done before this error is saved in {self.path}; run the script again to go on."
            )

    def _tell_left(self) -> None:
        if self._earlier is None:
            return
        retracted, off = len(self._earlier.left), len(self._left_off())
        parts = []
        if retracted:
            noun = "assignment that was" if retracted == 1 else "assignments that were"
            parts.append(f"{retracted} {noun} retracted")
        if off:
            noun = "change that was" if off == 1 else "changes that were"
            parts.append(f"{off} {noun} undone, reverted or withdrawn")
        if parts:
            warnings.warn(
                f"{' and '.join(parts)} since an earlier run of this script stay so; to do them again, open "
                "the project with Project.open and do them there",
                stacklevel=3,
            )

    def _left_off(self) -> set[str]:
        """Return the events of earlier runs that this run repeated, and that others took back since."""
        assert self._earlier is not None
        matched = self._earlier.matched
        own = {id for event in matched.values() for id in event.fields.get("of", ())}
        off = {id for id in matched if id in self.log.switches.off and id not in own}
        withdrawn = {event.target for event in matched.values() if event.kind == "withdraw-memo"}
        memos = self._recorder.fold.memos
        return off | {
            event.id
            for event in matched.values()
            if event.kind == "memo"
            and event.short not in memos
            and f"memo:{event.short}" not in withdrawn
        }

    def blind(self, coders: str | Iterable[str], path: str | Path) -> Project:
        """Make a copy in which some coders work without seeing what the others coded, noted and decided.

        It has the texts, the codebook, cases, variables and what these coders did themselves. Assignments,
        memos, summaries, verdicts and finished marks of all others are withheld: the copy holds that
        something was done there, so that its log stays one with this one, and not what. Unite both again with
        `qualcode.merge`, git, or by putting the files of their logs together.

        Parameters
        ----------
        coders : str or iterable of str
            Ids of those whose own work stays; they need not be known yet.
        path : str or Path
            A new folder.

        Returns
        -------
        Project
            The copy.

        Notes
        -----
        What the codebook says stays, as everybody codes with it: also the examples of codes, and which
        assignments the split of a code gave to which part.

        Examples
        --------
        >>> import qualcode as qc
        >>> book = qc.Codebook("study", codes=[qc.Code("trust")])
        >>> project = qc.Project.create("study", codebook=book, coder="ana")
        >>> document = project.add_document("We trust them.", id="a")
        >>> assignment = project.assign(("a", 0, 8), "trust", coder="ana")
        >>> copy = project.blind("ben", "for-ben")
        >>> len(copy.assignments), copy.withheld
        (0, 1)
        >>> assignment = copy.assign(("a", 3, 8), "trust", coder="ben")
        >>> whole = qc.merge(project, copy).project
        >>> len(whole.assignments), whole.withheld
        (2, 0)
        """
        chosen = check_named(coders, what="coders", error=ProjectError)
        keep = frozenset(Coder(each).id for each in chosen)
        folder = check_path(path, what="path", error=ProjectError)
        self._refuse_outdated()
        self._recorder.seal()
        texts = self._recorder.timeline.texts
        whole = united([self._store.files(self._recorder)], texts)
        made = united([blinded(whole.unsaved, keep)], texts)
        recorder = Recorder.of(made, self._recorder.token_of, self._recorder.originals)
        copy = type(self)(recorder, clock=self._clock)
        copy.save(folder)
        return copy

    def sharing_copy(
        self,
        path: str | Path,
        *,
        names: Mapping[str, str] | None = None,
        inflections: Mapping[str, Iterable[str]] | None = None,
        ignore_case: bool = True,
        memos: str | Iterable[str] = (),
        variables: str | Iterable[str] = (),
        key: str | Path | None = None,
        coder: str | None = None,
    ) -> Shared:
        """Make a copy for an archive or a colleague: as the project is now, with what you choose to share.

        It is a project of its own, with a log that begins anew. It has the documents, cases, coders, codes in
        use with what the codebook says, assignments with their times and origins, verdicts, decisions and
        finished marks. It has no withdrawn or erased material, no earlier versions of texts or codes, no
        original files, nothing of where files lay; and no memos, reasons or variables but those that are
        chosen. This project stays as it is.

        Parameters
        ----------
        path : str or Path
            A new folder.
        names : mapping of str to str, optional
            Names and pseudonyms, as for `pseudonymise`. When the copy is written, every byte of every file is
            searched for the names, and the copy is removed if one is found.
        inflections, ignore_case
            As for `pseudonymise`.
        memos : str or iterable of str
            Which memos go along, by what they are on: ``"assignment"``, ``"case"``, ``"code"``, ``"coder"``,
            ``"document"``, ``"journal"``, ``"project"``, ``"revision"``, ``"segment"``, ``"verdict"``;
            ``"reason"``, the reasons of decisions; and ``"summary"``, the summaries of the framework matrix.
            Or ``"all"``.
        variables : str or iterable of str
            Which variables go along; or ``"all"``. Views and queries that need others are left out.
        key : str or Path, optional
            A new file for names and pseudonyms, in neither of the folders.
        coder : str, optional
            Who makes it; the project's author when not given.

        Returns
        -------
        Shared
            The copy, where names were replaced, and what was left out.

        Raises
        ------
        ProjectError
            When a name is found in the copy, which is removed then; when the folder exists; or for a choice
            that there is not.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.Project.new("Study", codebook=qc.Codebook("study", codes=[qc.Code("trust")]))
        >>> _ = project.add_document("I trust Joan.", id="02-joan", variables={"age": 51, "site": "north"})
        >>> _ = project.assign(("02-joan", 0, 13), "trust", coder="ana", memo="ask Joan again")
        >>> shared = project.sharing_copy("to-share", names={"Joan": "P4"}, variables=["site"])
        >>> document = shared.project.documents["02-P4"]
        >>> document.text, dict(document.variables), shared.project.assignments[0].memo
        ('I trust P4.', {'site': 'north'}, None)
        """
        folder = Path(os.path.abspath(check_path(path, what="path", error=ProjectError)))
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            raise ProjectError(f"{folder}: exists already and is not empty: choose another folder")
        self._refuse_outdated()
        chosen = Chosen.of(memos, variables)
        replacing = None if names is None else Replacing(names, inflections, ignore_case)
        place = None
        if key is not None and replacing is not None:
            place = key_place(key, replacing, [each for each in (folder, self.path) if each])
        self._recorder.seal()
        # What this copy says of its log is for nobody: its present goes into the copy that is made.
        whole = united([self._store.files(self._recorder)], self._recorder.timeline.texts)
        work = type(self)(Recorder.of(whole, self._recorder.token_of), clock=self._clock)
        work._rewrite(lambda log: Stripping(log, chosen), "erase", {}, {}, coder=self.author)
        replaced = None
        if replacing is not None:
            replaced = work.pseudonymise(
                replacing.names,
                inflections=replacing.inflections,
                ignore_case=ignore_case,
                key=place,
            )
        made = type(self).new(
            work.name, codebook=_in_use(work.codebook), coder=self._who(coder), clock=self._clock,
            tokens=self._recorder.token_of,
        )  # fmt: skip
        items = import_project(
            made, work, name=work.name, codes={}, coders={}, coder=coder, as_copy=True
        )
        made.save(folder)
        found = list(names_in(folder, replacing)) if replacing is not None else []
        if found:
            shutil.rmtree(folder)
            told = "; ".join(found[:_SHOWN]) + ("; …" if len(found) > _SHOWN else "")
            raise ProjectError(f"{folder}: still held names, so the copy was removed: {told}")
        return Shared(made, replaced, tuple(each for each in items if each.how == "left"))

    # The codebook

    def review(
        self,
        *,
        question: str | None = None,
        criteria: str | Path | Mapping[str, Any] | None = None,
    ) -> Review:
        """Return the review that the project is about: records, screening, appraisals, findings, links.

        It holds nothing of its own: what is decided in it becomes events of the project, and asked for again
        it gives the same. The review of a past state, `Project.at`, can be asked but not changed.

        Parameters
        ----------
        question : str, optional
            What the review asks; what it was, when not given.
        criteria : str, Path or mapping, optional
            What it takes in: a YAML file with ``include`` and ``exclude``, or what such a file says.

        Raises
        ------
        ProjectError
            When these are no criteria.

        Examples
        --------
        >>> review = load_project("collaboration-reviews").review()
        >>> review.findings("factors")["roles"].direction
        'mixed'
        """
        review = Review(self)
        if question is not None or criteria is not None:
            review.describe(question=question, criteria=criteria)
        return review

    @contextmanager
    def revise(self, *, coder: str | None = None, reason: str = "") -> Iterator[Revising]:
        """Change the codebook in a block that takes effect as a whole, or not at all.

        Parameters
        ----------
        coder : str, optional
            Who changes it; the project's author when not given.
        reason : str
            Why.

        Yields
        ------
        Revising
            With a method for each kind of change.
        """
        reason = check_text(reason, what="reason", error=ProjectError)
        who = self._who(coder)
        with self._step_or_nothing(who) as doing:
            before = doing.mark
            writer = Writer(
                self._recorder,
                self._note,
                self._earlier,
                self._code,
                coder=who,
                time=self._time(),
                reason=reason,
            )
            yield Revising(writer)
            if doing.mark != before:
                self._doing(who)

    def revert(
        self, revision: int | str, *, coder: str | None = None, reason: str = ""
    ) -> Revision:
        """Undo an earlier revision without losing later work, and return the revision that does."""
        with self.revise(coder=coder, reason=reason) as cb:
            cb.revert(revision)
        return self.history.head

    def apply_codebook(
        self,
        edited: str | Path | Codebook | None = None,
        *,
        coder: str | None = None,
        reason: str = "",
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
            if self.path is None:
                raise ProjectError("the project is in memory only, so it has no codebook file")
            # Whoever edited the file saw what it was made from, not what was changed since.
            edited, base = self._store.codebook_file, self._store.codebook_before(self.log)
            applied = edited.read_bytes() if edited.exists() else None
        codebook = edited if isinstance(edited, Codebook) else read_codebook(edited)
        found = diff(base, codebook, retire_missing=True)
        with self.revise(coder=coder, reason=reason) as cb:
            for change in found:
                cb.apply(change)
        self._applied = applied
        return found

    def worklist(self) -> Worklist:
        """Return what waits to be done, each item with the call that settles it; see `View.worklist`."""
        edits = [
            Task("edits", f"document:{edit.document}", str(edit), _call(edit))
            for edit in self.text_edits
        ]
        if self.has_unapplied_edits:
            told = Said("codebook-edited")
            call = "project.apply_codebook(coder=…, reason=…)"
            edits.append(Task("edits", "codebook", told, call))
        return Worklist((*edits, *super().worklist()))


def load_project(name: str) -> Project:
    """Return a shipped project, in memory: to change and keep it, save it to a folder of your own.

    Raises
    ------
    NotFoundError
        When none has that name.
    """
    folder = shipped.project_path(name)
    opened = read_folder(folder)
    recorder = Recorder.of(opened, secrets.token_hex, Originals([folder]))
    return Project(recorder, store=Store.within(folder, opened))


def _call(edit: TextEdit) -> str:
    """Return the call that settles an edit of a text, or what has to be done before there is one."""
    return edit.fault or f"project.adopt({edit.document!r}, coder=…, reason=…)"


def _in_use(book: Codebook) -> Codebook:
    """Return a codebook with the codes in use; links and rollups are taken over with what is coded."""
    return Codebook(
        book.id,
        name=book.name,
        description=book.description,
        attributes=book.attributes,
        codes=list(book),
    )


def _is_empty(folder: Path) -> bool:
    # A folder that git or the desktop has put something hidden into is a fresh one all the same.
    return all(each.name.startswith(".") for each in folder.iterdir())
