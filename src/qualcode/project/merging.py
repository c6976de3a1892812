"""Merging projects: copies of one project, and projects that never were one."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import ProjectError
from qualcode.io.store.originals import Originals
from qualcode.io.store.uniting import united
from qualcode.model.checks import check_flag, shown
from qualcode.model.log.event import Event
from qualcode.model.log.registers import Conflicts
from qualcode.model.log.timeline import CODEBOOK, SWITCHES
from qualcode.model.readable import Readable
from qualcode.project.editing import Clock, now
from qualcode.project.importing import Item, import_project, items_frame
from qualcode.project.project import Project
from qualcode.project.recording import Recorder, Tokens

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Merge", "Side", "merge"]

_NOUNS = {
    "add-document": "documents",
    "add-case": "cases",
    "add-coder": "coders",
    "memo": "memos",
    "verdict": "verdicts",
    **dict.fromkeys(CODEBOOK, "revisions"),
}
COUNTED = ("documents", "cases", "coders", "revisions", "rows", "memos", "verdicts", "others")


@attrs.frozen
class Side:
    """What one of the projects brought that no other had.

    Parameters
    ----------
    name : str
        The folder, or the project's name.
    brought : mapping of str to int
        How many documents, cases, coders, revisions of the codebook, rows of coding (made or taken back),
        memos, verdicts, and other events.
    conflicts : int
        How many conflicts were open in it already.
    unapplied : bool
        Whether its codebook's file holds edits that are not part of its history: those are not taken over.
    """

    name: str
    brought: Mapping[str, int]
    conflicts: int = 0
    unapplied: bool = False

    def __str__(self) -> str:
        told = [
            f"{count:,} {_TOLD.get(noun, (noun.removesuffix('s'), noun))[count != 1]}"
            for noun, count in self.brought.items()
            if count
        ]
        text = f"{self.name} brought {', '.join(told) or 'nothing that the others lack'}"
        if self.unapplied:
            text += "; edits of its codebook.yaml are not part of its history and were left: apply them there"
        return text


_TOLD = {
    "rows": ("row of coding", "rows of coding"),
    "others": ("other event", "other events"),
}


@attrs.frozen(eq=False)
class Merge(Readable):
    """What a merge made.

    Parameters
    ----------
    made : Project or None
        The whole, in memory; None where it was a dry run.
    sides : tuple of Side
        What each of the projects brought.
    items : tuple of Item
        Where projects were merged that never were one: what became of each thing that was taken over.
    found : Conflicts
        The conflicts that are open in the whole.
    """

    made: Project | None = attrs.field(repr=False)
    sides: tuple[Side, ...]
    items: tuple[Item, ...] = attrs.field(default=(), repr=False)
    found: Conflicts = attrs.field(default=Conflicts(), repr=False)

    @property
    def project(self) -> Project:
        """The whole, in memory; ``save`` with a path puts it in a folder.

        Raises
        ------
        ProjectError
            When it was a dry run.
        """
        if self.made is None:
            raise ProjectError("this was a dry run, which makes no project: merge without dry_run")
        return self.made

    @property
    def conflicts(self) -> Conflicts:
        """What the sides changed differently, and nobody has settled; see `Project.resolve`."""
        return self.found

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each side.

        Columns: side, and of what no other had: documents, cases, coders, revisions, rows, memos, verdicts,
        others.
        """
        import pandas as pd

        rows = [(each.name, *(each.brought[noun] for noun in COUNTED)) for each in self.sides]
        return pd.DataFrame(rows, columns=["side", *COUNTED])

    def items_frame(self) -> pd.DataFrame:
        """Return a row for each thing that was taken over of a project that never was one with the first.

        Columns: side, what, theirs (its id there), ours (its id in the whole), how, note.
        """
        return items_frame(self.items)

    def __str__(self) -> str:
        lines = [str(side) for side in self.sides]
        counts = Counter((each.side, each.what, each.how) for each in self.items)
        lines += [
            f"  {side}: {count} {what}{'' if count == 1 else 's'} {how}"
            for (side, what, how), count in counts.items()
        ]
        lines += [f"  {each}" for each in self.items if each.note]
        number = len(self.conflicts)
        lines.append(f"{number} open conflict{'' if number == 1 else 's'}")
        if self.made is None:
            lines.append("a dry run: nothing was merged")
        return "\n".join(lines)


def merge(
    *sources: str | Path | Project,
    codes: Mapping[str, str | None] | None = None,
    coders: Mapping[str, str] | None = None,
    coder: str | None = None,
    dry_run: bool = False,
    clock: Clock = now,
    tokens: Tokens = secrets.token_hex,
) -> Merge:
    """Merge projects: whatever any of them holds is in the result, or listed in it.

    Copies of one project unite by their logs: everything that was done in any of them is done in the whole,
    and every past state of each can be asked for. Which is named first, and how often, does not matter. What
    two changed differently is a conflict, and can be settled later.

    A project that never was one with the first is taken over into it: documents are matched by their text,
    cases and coders by id, codes by what `codes` says, by id or by name. What coders assigned, noted
    and decided stays theirs, at their times. `Merge.items` says what became of each thing.

    Parameters
    ----------
    *sources : str, Path or Project
        Folders, or projects. None of them is changed, but that what a project coded last is sealed, as saving
        it does.
    codes : mapping of str to str, optional
        For projects that never were one: codes there by id or name, and which code here each of them is;
        None where it is another code, whatever its id and name.
    coders : mapping of str to str, optional
        For such projects: ids of coders there, and who they are here.
    coder : str, optional
        Who merges such projects; the first project's author when not given.
    dry_run : bool, default False
        Say what would come of it, and make no project.
    clock, tokens : callable, optional
        As for `Project.new`.

    Raises
    ------
    ProjectError
        When nothing is given, or something that is no project.
    StoreError, HistoryError
        When a folder cannot be opened.

    Examples
    --------
    >>> import shutil
    >>> import qualcode as qc
    >>> book = qc.Codebook("study", codes=[qc.Code("trust")])
    >>> with qc.Project.open_or_create("mine", codebook=book, coder="ana") as mine:
    ...     document = mine.add_document("We trust them.", id="a")
    >>> _ = shutil.copytree("mine", "hers")
    >>> with qc.Project.open("hers") as hers, hers.as_coder("ben"):
    ...     assignment = hers.assign(("a", 0, 8), "trust")
    >>> merged = qc.merge("mine", "hers")
    >>> print(merged)
    mine brought nothing that the others lack
    hers brought 1 coder, 1 row of coding
    0 open conflicts
    >>> merged.project.save("both")
    >>> len(qc.Project.open("both").assignments)
    1
    """
    check_flag(dry_run, what="dry_run", error=ProjectError)
    if not sources:
        raise ProjectError("there is nothing to merge: give folders or projects")
    projects = [_opened(each) for each in sources]
    names = _names(sources, projects)
    groups = _groups(projects)
    first, *others = ([projects[at] for at in group] for group in groups)
    whole = _united(first, clock, tokens)
    items: list[Item] = []
    for group, members in zip(groups[1:], others, strict=True):
        items += import_project(
            whole, _united(members, clock, tokens), name=names[group[0]], codes=codes or {},
            coders=coders or {}, coder=coder,
        )  # fmt: skip
    if not others and (codes or coders):
        raise ProjectError(
            "codes and coders are for projects that never were one; these are copies of one project, whose "
            "codes and coders are the same already"
        )
    sides = tuple(_side(projects, at, name) for at, name in enumerate(names))
    return Merge(None if dry_run else whole, sides, tuple(items), whole.conflicts)


def _opened(source: object) -> Project:
    if isinstance(source, Project):
        project = source
    elif isinstance(source, str | Path):
        project = Project.open(source)
    else:
        raise ProjectError(f"{shown(source)} is no project: give a folder or a Project")
    project._recorder.seal()
    return project


def _names(sources: Iterable[object], projects: list[Project]) -> list[str]:
    """Return what each side is called: no two of them alike."""
    names: list[str] = []
    for source, project in zip(sources, projects, strict=True):
        name = project.name if isinstance(source, Project) else Path(str(source)).as_posix()
        count = sum(each == name or each.startswith(f"{name} (") for each in names)
        names.append(f"{name} ({count + 1})" if count else name)
    return names


def _groups(projects: list[Project]) -> list[list[int]]:
    """Return which projects are copies of one: those that have a beginning in common."""
    groups: list[tuple[set[str], list[int]]] = []
    for number, project in enumerate(projects):
        begun, members = _beginnings(project), [number]
        rest = []
        for other, theirs in groups:
            if begun & other:
                begun, members = begun | other, theirs + members
            else:
                rest.append((other, theirs))
        groups = [*rest, (begun, sorted(members))]
    return sorted(members for _, members in groups)


def _beginnings(project: Project) -> set[str]:
    return {event.id for event in project.log if event.kind == "begin"}


def _united(projects: list[Project], clock: Clock, tokens: Tokens) -> Project:
    """Return copies of one project as one, in memory."""
    texts = {
        sha: text for project in projects for sha, text in project._recorder.timeline.texts.items()
    }
    made = united((each._store.files(each._recorder) for each in projects), texts)
    originals = Originals().with_those_of(each._recorder.originals for each in projects)
    recorder = Recorder(
        made.timeline, made.rows, unsaved=made.unsaved, originals=originals, tokens=tokens
    )
    return Project(recorder, clock=clock, outdated=made.outdated)


def _side(projects: list[Project], at: int, name: str) -> Side:
    project = projects[at]
    others = {
        event.id
        for number, each in enumerate(projects)
        if number != at
        for event in each.log
        if not event.withheld
    }
    brought: dict[str, Any] = dict.fromkeys(COUNTED, 0)
    for event in project.log:
        if event.id not in others and not event.withheld:
            brought["rows"] += event.rows
            brought[_noun(event)] += event.kind != "seal"
    return Side(name, brought, len(project.conflicts), project.has_unapplied_edits)


def _noun(event: Event) -> str:
    return "others" if event.kind in SWITCHES else _NOUNS.get(event.kind, "others")
