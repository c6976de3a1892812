"""Decisions of other programs: what screeners decided in Rayyan, Covidence and ASReview."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, overload

import attrs

from qualcode.errors import DocumentError
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.references.records import Records, read_records
from qualcode.model.checks import check_choice, check_label, check_path
from qualcode.model.readable import Readable, many
from qualcode.model.review.records import Record

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PROGRAMS", "ForeignDecision", "ForeignDecisions", "read_decisions"]

_TITLES, _TEXTS = "title-abstract", "full-text"
_RAYYAN = re.compile(r"RAYYAN-INCLUSION:\s*\{(.*?)\}", re.DOTALL)
_RAYYAN_PAIR = re.compile(r'"([^"]+)"\s*=>\s*"([^"]*)"')
_RAYYAN_REASONS = re.compile(r"RAYYAN-EXCLUSION-REASONS:\s*(.*?)\s*(?:\||$)", re.DOTALL)
_RAYYAN_LABELS = re.compile(r"RAYYAN-LABELS:\s*(.*?)\s*(?:\||$)", re.DOTALL)
_RAYYAN_NOTES = re.compile(r'"([^"]+)"\s*=>\s*\[(.*?)\]', re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_RAYYAN_SAYS = {"included": "include", "excluded": "exclude", "maybe": "maybe"}
_COVIDENCE_FILE = re.compile(r"_(included|excluded|irrelevant|select|screen)_csv_", re.IGNORECASE)
_COVIDENCE_REASON = re.compile(r"exclusion reason:\s*([^;]+)", re.IGNORECASE)
_COVIDENCE_SAYS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "irrelevant": ((_TITLES, "exclude"),),
    "select": ((_TITLES, "include"),),
    "excluded": ((_TITLES, "include"), (_TEXTS, "exclude")),
    "included": ((_TITLES, "include"), (_TEXTS, "include")),
    "screen": (),
}
"""What it means to be in each of Covidence's lists."""
_ASREVIEW_LABELS = (
    "asreview_label", "included", "label_included", "included_label", "final_included", "label",
)  # fmt: skip
_ASREVIEW_NOTES = ("asreview_note", "exported_notes_1", "exported_notes")
_ASREVIEW_SAYS = {"1": "include", "1.0": "include", "0": "exclude", "0.0": "exclude"}
_UNDECIDED = ("", "-1", "-1.0", "nan", "none", "undecided")


@attrs.frozen
class ForeignDecision:
    """What one coder decided on one record in another program.

    Parameters
    ----------
    record : Record
        The record as that program wrote it.
    coder : str
        Who decided, as that program calls them.
    stage : {"title-abstract", "full-text"}
        At which stage.
    decision : {"include", "exclude", "maybe"}
        What was decided.
    reason, note : str
        Why it is excluded, and what else was said.
    """

    record: Record
    coder: str
    stage: str
    decision: str
    reason: str = ""
    note: str = ""


@attrs.frozen(repr=False)
class ForeignDecisions(Readable, Sequence[ForeignDecision]):
    """Decisions as another program exported them, in the order of its file.

    Parameters
    ----------
    program : str
        Which one.
    items : tuple of ForeignDecision
        The decisions.
    losses : Losses
        What did not come along: records on which nothing was decided, and what cannot be read.
    """

    program: str
    items: tuple[ForeignDecision, ...]
    losses: Losses
    _print_columns = ("title", "coder", "stage", "decision", "reason")
    _instead = "review.screening() has what is decided, once they are in a project"

    @overload
    def __getitem__(self, index: int) -> ForeignDecision: ...
    @overload
    def __getitem__(self, index: slice) -> ForeignDecisions: ...
    def __getitem__(self, index: int | slice) -> ForeignDecision | ForeignDecisions:
        if isinstance(index, slice):
            return attrs.evolve(self, items=self.items[index])
        return self.items[index]

    def __iter__(self) -> Iterator[ForeignDecision]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"<{many(len(self), 'decision')} of {self.program} by {', '.join(self.coders) or 'nobody'}>"

    @property
    def coders(self) -> tuple[str, ...]:
        """Who decided, as the program calls them."""
        return tuple(dict.fromkeys(each.coder for each in self.items))

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each decision: title, coder, stage, decision, reason, note, where."""
        import pandas as pd

        rows = [
            (
                each.record.title, each.coder, each.stage, each.decision, each.reason, each.note,
                each.record.where,
            )
            for each in self.items
        ]  # fmt: skip
        names = ["title", "coder", "stage", "decision", "reason", "note", "where"]
        return pd.DataFrame(rows, columns=names)


def read_decisions(
    path: str | Path,
    program: str | None = None,
    *,
    coder: str = "",
    stage: str = _TITLES,
    encoding: str | None = None,
) -> ForeignDecisions:
    r"""Read what screeners decided in another program from what it exports.

    Parameters
    ----------
    path : str or path
        Rayyan's export (CSV or RIS, with decisions), one of Covidence's lists (CSV), or ASReview's dataset
        (CSV).
    program : {"rayyan", "covidence", "asreview"}, optional
        Which one it is from; told by its columns when not given.
    coder : str, optional
        Who decided, where the file does not say: needed for ASReview. Covidence exports what reviewers came
        to together; its coder is ``"covidence"`` when not given.
    stage : {"title-abstract", "full-text"}, default "title-abstract"
        At which stage, where the file does not say. Covidence's lists do: what is in *excluded* was included
        by title and abstract.
    encoding : str, optional
        What the file is encoded in; found by what the bytes tell when not given.

    Raises
    ------
    DocumentError
        When the file cannot be read, is of none of these programs, or does not say who decided and `coder`
        does not either.

    Examples
    --------
    >>> import qualcode as qc
    >>> _ = Path("articles.csv").write_text(
    ...     'key,title,authors,notes\n1,Working together,"Okoye, B.",'
    ...     '"RAYYAN-INCLUSION: {""Ana""=>""Excluded"", ""Ben""=>""Maybe""} | '
    ...     'RAYYAN-EXCLUSION-REASONS: wrong population"\n')
    >>> print(qc.read_decisions("articles.csv"))
    2 decisions of rayyan by Ana, Ben
    title             coder  stage           decision  reason
    Working together  Ana    title-abstract  exclude   wrong population
    Working together  Ben    title-abstract  maybe
    """
    path = check_path(path, what="path", error=DocumentError)
    check_choice(stage, (_TITLES, _TEXTS), what="stage", error=DocumentError)
    coder = check_label(coder, what="coder", error=DocumentError)
    records = read_records(path, encoding=encoding)
    if program is None:
        program = _told(records, path)
    check_choice(program, PROGRAMS, what="program", error=DocumentError)
    decided: list[ForeignDecision] = []
    lost: list[Loss] = []
    for record in records:
        found, fault = PROGRAMS[program](record, coder, stage)
        decided += found
        if fault:
            lost.append(Loss("loss", "decision", id=record.where, name=record.title, reason=fault))
        elif not found:
            lost.append(
                Loss("note", "record", record.where, record.title, "nothing was decided on it")
            )
    kept = Losses(each for each in records.losses if each.element != "columns") + Losses(lost)
    return ForeignDecisions(program, tuple(decided), kept)


def _told(records: Records, path: Path) -> str:
    """Return the program that a file is from, by what its records say."""
    columns = {name.casefold() for each in records for name in each.raw}
    if any(_RAYYAN.search(_notes(each)) for each in records):
        return "rayyan"
    if "covidence #" in columns:
        return "covidence"
    if columns.intersection(_ASREVIEW_LABELS):
        return "asreview"
    raise DocumentError(
        f"{path}: says no decisions that are known: neither notes with RAYYAN-INCLUSION, nor a column "
        "'Covidence #', nor one of ASReview (asreview_label, included). Export it with decisions"
    )


def _notes(record: Record) -> str:
    """Return a record's notes, in whatever kind of file it was."""
    return " ".join(
        text
        for name, texts in record.raw.items()
        if name.casefold() in ("notes", "note", "n1")
        for text in texts
    )


def _cell(record: Record, *names: str) -> str:
    """Return what the first of some columns that there is says."""
    by_name = {name.casefold(): texts for name, texts in record.raw.items()}
    return next((" ".join(by_name[name]).strip() for name in names if name in by_name), "")


_Said = tuple[list[ForeignDecision], str]


def _of_rayyan(record: Record, coder: str, stage: str) -> _Said:
    notes = _notes(record)
    found = _RAYYAN.search(notes)
    if found is None:
        return [], ""
    reasons = _RAYYAN_REASONS.search(notes)
    labels = _RAYYAN_LABELS.search(notes)
    told = {
        who: "; ".join(_QUOTED.findall(said))
        for who, said in _RAYYAN_NOTES.findall(notes.partition("USER-NOTES:")[2])
    }
    decided: list[ForeignDecision] = []
    for who, said in _RAYYAN_PAIR.findall(found[1]):
        decision = _RAYYAN_SAYS.get(said.casefold())
        if decision is None:
            if said.casefold() not in _UNDECIDED:
                return [], f"Rayyan says {said!r}, which is no decision"
            continue
        # Rayyan lists the reasons of a record and not whose they are: they are of all who exclude it.
        first, *others = _listed(reasons[1]) if reasons and decision == "exclude" else [""]
        also = f"also: {', '.join(others)}" if others else ""
        marked = f"labels: {labels[1]}" if labels and labels[1] else ""
        note = "; ".join(filter(None, (told.get(who, ""), also, marked)))
        decided.append(ForeignDecision(record, who, stage, decision, first, note))
    return decided, ""


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()] or [""]


def _of_covidence(record: Record, coder: str, stage: str) -> _Said:
    told = _COVIDENCE_FILE.search(record.file)
    if told is None:
        return [], (
            "the file's name does not say which list it is: keep Covidence's, as review_1_excluded_csv_2.csv"
        )
    notes = _cell(record, "notes")
    reason = _COVIDENCE_REASON.search(notes)
    who = coder or "covidence"
    return [
        ForeignDecision(
            record, who, at, decision,
            reason[1].strip() if reason and decision == "exclude" else "",
            "" if reason else notes,
        )
        for at, decision in _COVIDENCE_SAYS[told[1].lower()]
    ], ""  # fmt: skip


def _of_asreview(record: Record, coder: str, stage: str) -> _Said:
    label = _cell(record, *_ASREVIEW_LABELS).casefold()
    if label in _UNDECIDED:
        return [], ""
    if label not in _ASREVIEW_SAYS:
        return [], f"ASReview says {label!r}, which is neither 1 nor 0"
    if not coder:
        raise DocumentError(
            f"{record.file}: ASReview does not say who decided: name them with coder='ana'"
        )
    note = _cell(record, *_ASREVIEW_NOTES)
    return [ForeignDecision(record, coder, stage, _ASREVIEW_SAYS[label], note=note)], ""


PROGRAMS: Mapping[str, Callable[[Record, str, str], _Said]] = {
    "rayyan": _of_rayyan,
    "covidence": _of_covidence,
    "asreview": _of_asreview,
}
"""The programs whose decisions are read, and what reads those on a record."""
