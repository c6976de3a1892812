"""Making a project of a study that a reader found in another program's file."""

from __future__ import annotations

import secrets
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
import numpy as np

from qualcode.errors import ProjectError
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.exchange.study import Codings, ElementCount, Study, elements_frame, joined_memos
from qualcode.io.store.originals import Originals
from qualcode.model.checks import check_kind
from qualcode.model.log.rows import Events
from qualcode.model.texts.originals import ORIGINALS
from qualcode.project.editing import Clock, now
from qualcode.project.importing import Item, items_frame
from qualcode.project.losing import record_losses
from qualcode.project.project import Project
from qualcode.project.recording import Tokens

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Imported", "import_study", "report_lines"]


_WIDTH = 80


@attrs.frozen(eq=False, repr=False)
class Imported:
    """A project made of another program's file, and what became of everything in the file.

    Parameters
    ----------
    project : Project
        In memory; ``save`` with a path puts it in a folder.
    program : str
        The program that the file comes from.
    elements : tuple of ElementCount
        For each kind of element, how many were read, kept, carried and lost.
    losses : Losses
        What is not in the project, or may be wrong, one by one.
    remarks : tuple of str
        How the file was read: how positions were counted there, for example, and what tells so.
    items : tuple of Item
        Where it was read into a project that was there already: what became of each thing that changed.
    dry_run : bool
        Whether that only tells what would become of it, and the project is as it was.
    """

    project: Project
    program: str
    elements: tuple[ElementCount, ...]
    losses: Losses
    remarks: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    dry_run: bool = False

    def __repr__(self) -> str:
        return f"<Imported from {self.program}: {self.project.name!r}, {self.losses!r}>"

    def __str__(self) -> str:
        head = f"{self.project.name} (from {self.program})"
        lines = report_lines(self.elements, self.remarks)
        items = [f"  {each}" for each in self.items]
        told = ["a dry run: nothing was changed"] if self.dry_run else []
        return "\n".join([head, *lines, *items, str(self.losses), *told])

    def items_frame(self) -> pd.DataFrame:
        """Return a row for each thing that a second reading changed, or left: as `Merge.items_frame` does."""
        return items_frame(self.items)

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each kind of element: element, read, kept, carried, lost."""
        return elements_frame(self.elements)


def report_lines(elements: Iterable[ElementCount], remarks: Iterable[str]) -> list[str]:
    """Return what a report says of elements and of how they were read, line by line."""
    listed = list(elements)
    width = max((len(each.element) for each in listed), default=0)
    rows = [
        f"  {each.element:<{width}}  {each.read:>8,} read, {each.kept:,} kept"
        + (f", {each.carried:,} carried" if each.carried else "")
        + (f", {each.lost:,} lost" if each.lost else "")
        for each in listed
    ]
    told = (
        textwrap.fill(each, _WIDTH, initial_indent="  ", subsequent_indent="    ")
        for each in remarks
    )
    return [*rows, *told]


def import_study(
    study: Study,
    *,
    name: str | None = None,
    coder: str = "project",
    originals: Originals | None = None,
    clock: Clock = now,
    tokens: Tokens = secrets.token_hex,
) -> Imported:
    """Make a project of a study.

    Parameters
    ----------
    study : Study
        What a reader found.
    name : str, optional
        The project's name; the study's when not given.
    coder : str, default "project"
        Who imports it, and does what the file names nobody for.
    originals : Originals, optional
        Where the files are that the study carries.
    clock, tokens : callable, optional
        As for `qualcode.Project.new`.

    Examples
    --------
    >>> import qualcode as qc
    >>> from qualcode.io.exchange.study import StudyCoding
    >>> study = Study(
    ...     name="Wards",
    ...     program="taguette",
    ...     codebook=qc.Codebook("wards", codes=[qc.Code("trust")]),
    ...     documents=[qc.Document(id="a", text="We trust them.")],
    ...     codings=[StudyCoding("a", 0, 8, "trust", time="2026-01-31")],
    ... )
    >>> report = import_study(study)
    >>> print(report)
    Wards (from taguette)
      document         1 read, 1 kept
      code             1 read, 1 kept
      coding           1 read, 1 kept
    nothing was lost
    >>> report.project.assignments[0].origin
    'import:taguette'
    """
    check_kind(study, Study, what="study", error=ProjectError)
    project = Project.new(
        name or study.name, codebook=study.codebook, coder=coder, clock=clock, tokens=tokens
    )
    if originals is not None:
        project._recorder.originals = project._recorder.originals.with_those_of([originals])
    with project._step(coder):
        for each in study.coders:
            project.add_coder(each.id, name=each.name, kind=each.kind)
        for case in study.cases:
            project.add_case(case.id, name=case.name, variables=case.variables)
        project._add_documents(study.documents, coder=coder, orders=study.orders)
        for name, codes in study.sets.items():
            project.set_codes(name, codes)
        for name, documents in study.groups.items():
            project.save_view(name, documents=documents)
        _write_memos(project, study)
        repeated = assign_codings(project, study.codings, origin=f"import:{study.program}")
        record_losses(project, study.program, study.losses + repeated, coder=project.author)
        # Last, for what it had seen is what the file said when a later one is read.
        carry(project, study)
    return Imported(project, study.program, study.elements, study.losses + repeated, study.remarks)


def _write_memos(project: Project, study: Study) -> None:
    # One writer after the other: events of one author need not name what all others did between them.
    for memo in sorted(study.memos, key=lambda each: each.coder):
        said = {"made": memo.time, "id": memo.id}
        fields = {name: value for name, value in said.items() if value}
        who = project._doing(memo.coder or None)
        project._record("memo", memo.target, fields, {"text": memo.text}, coder=who)


def carry(project: Project, study: Study) -> None:
    """Keep beside a project what a study has no place for in it."""
    for each in study.carried:
        words = {ORIGINALS: [original.plain() for original in each.originals], **each.fields}
        project._record(
            "carry", each.target, {"program": study.program}, words, coder=project.author
        )


def assign_codings(project: Project, codings: Codings, *, origin: str) -> Losses:
    """Assign what was coded elsewhere, each code once on a segment by one coder, and say what was united.

    Parameters
    ----------
    project : Project
        It has the documents, codes and coders.
    codings : Codings
        What was coded.
    origin : str
        Where it comes from.
    """
    if not codings:
        return Losses()
    author = project.author
    events = Events.from_rows(
        document=codings.document,
        start=codings.start,
        end=codings.end,
        code=codings.code,
        coder=[each or author for each in codings.coder],
        time=[project._time()] * len(codings),
        origin=[origin] * len(codings),
        weight=codings.weight,
        retracted=np.zeros(len(codings), dtype=np.bool_),
        memo=codings.memo,
        made=codings.made,
    )
    project._check_scale(events)
    once, losses = _once(events)
    for each in once.coders:
        project._doing(each)
    project._record_rows(once)
    return losses


def _once(events: Events) -> tuple[Events, Losses]:
    """Return each assignment once, with the memos of its repetitions, and say how many there were."""
    order, new = events.placed
    if new.all():
        return events, Losses()
    first = order[new][np.cumsum(new) - 1]
    memos, made = dict(events.memos), dict(events.made)
    weight = events.weight.copy()
    unlike = 0
    told: dict[int, list[str | None]] = {}
    for row, at in zip(order[~new].tolist(), first[~new].tolist(), strict=True):
        told.setdefault(at, [memos.get(at)]).append(memos.pop(row, None))
        if row in made:
            made[at] = min(made.get(at, made[row]), made.pop(row))
        if np.isnan(weight[at]):
            weight[at] = weight[row]
        elif not np.isnan(weight[row]) and weight[row] != weight[at]:
            unlike += 1
    for at, several in told.items():
        if (memo := joined_memos(several)) is not None:
            memos[at] = memo
    united = attrs.evolve(events, memos=memos, made=made, weight=weight).take(np.sort(order[new]))
    losses = [
        Loss(
            "note",
            "coding",
            reason="the same code on the same segment by the same coder, so it is there once",
            count=int((~new).sum()),
        )
    ]
    if unlike:
        reason = "the weights of one coding differ; the first is kept"
        losses.append(Loss("loss", "weight", reason=reason, count=unlike))
    return united, Losses(losses)
