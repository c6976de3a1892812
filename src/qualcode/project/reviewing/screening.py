"""Bringing in records of searches, and deciding on them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import NotFoundError, ProjectError, did_you_mean
from qualcode.io.criteria_file import read_criteria
from qualcode.io.tables.reading import read_cells
from qualcode.model.checks import (
    check_choice,
    check_items,
    check_label,
    check_number,
    check_path,
    check_text,
    check_whole,
    shown,
)
from qualcode.model.fold.screened import REVIEW, decided_field, record_target
from qualcode.model.fold.screened import Screening as Screened
from qualcode.model.ids import slug
from qualcode.model.review.criteria import Criteria
from qualcode.model.review.records import Record
from qualcode.model.review.screening import (
    SOURCES,
    STAGES,
    Search,
    check_decision,
    check_stage,
    record_id,
)
from qualcode.project.editing import Editing
from qualcode.project.screening_questions import ScreeningQuestions
from qualcode.stats.synthesis.filled import is_consensus
from qualcode.stats.synthesis.screening import screening

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Screening"]

_NEEDED = ("record", "decision")
_AT_ONCE = 500
"""Records of one event: a line of the log stays a few megabytes long, whatever a search finds."""


class Screening(ScreeningQuestions):
    """A review whose records are screened."""

    _project: Editing

    @property
    def _held(self) -> Screened:
        """What the log says so far, without a state being made of it for each call."""
        return self._project._recorder.fold.review.screening

    # What the review asks

    def describe(
        self,
        *,
        question: str | None = None,
        criteria: str | Path | Mapping[str, Any] | Criteria | None = None,
        coder: str | None = None,
    ) -> None:
        """Say what the review asks and what it takes in; what is not given stays as it is.

        Parameters
        ----------
        question : str, optional
            What it asks.
        criteria : str, Path, mapping or Criteria, optional
            A YAML file with ``include`` and ``exclude``, or what such a file says: lists of names, or
            mappings of names to texts. Exclusions name one of them as their reason.
        coder : str, optional
            Who says so; the project's author when not given.

        Raises
        ------
        ProjectError
            When these are no criteria, or a decision names one that would be gone.
        """
        words: dict[str, Any] = {}
        if question is not None:
            words["question"] = check_text(question, what="question", error=ProjectError)
        if criteria is not None:
            read = read_criteria(criteria)
            self._check_kept(read)
            words["criteria"] = read.said()
        held = {"question": self.question, "criteria": self.criteria.said()}
        project = self._project
        who = project._who(coder)
        for name, said in words.items():
            if project._did("set-review", REVIEW, {}, {name: said}, coder=who) is not None:
                continue
            if said != held[name] or project._is_open(REVIEW, name):
                project._record("set-review", REVIEW, {}, {name: said}, coder=project._doing(who))

    def _check_kept(self, criteria: Criteria) -> None:
        for each in self.state.review.screening.decisions.values():
            if each.reason and each.reason not in {one.name for one in criteria.exclude}:
                raise ProjectError(
                    f"record {each.record!r} is excluded for {each.reason!r} by {each.coder}, and these "
                    "criteria have no such reason: keep it, or decide anew first"
                )

    # Records

    def add_records(
        self,
        records: Iterable[Record],
        *,
        source: str = "script",
        kind: str = "database",
        file: str = "",
        date: str = "",
        coder: str | None = None,
    ) -> tuple[str, ...]:
        """Add what a search found; records that are there already are not added again.

        Parameters
        ----------
        records : iterable of Record
            What it found. One without a title is kept, too.
        source : str, default "script"
            What was searched, such as ``"Medline"``.
        kind : {"database", "register", "website", "organisation", "citations", "other"}
            What kind of source that is, as PRISMA 2020 tells them apart.
        file, date : str
            The file it came in, and when the search was made.
        coder : str, optional
            Who adds them; the project's author when not given.

        Returns
        -------
        tuple of str
            The ids of all of them, in order.

        Raises
        ------
        ProjectError
            For a kind of source that there is not, and for what is no record.

        Examples
        --------
        >>> import qualcode as qc
        >>> review = qc.Project.new("Partnerships", coder="ana").review()
        >>> found = [qc.Record(title="Working together", authors=["Okoye, B."], year=2021)]
        >>> review.add_records(found, source="Medline") == review.add_records(found, source="Medline")
        True
        >>> len(review.records)
        1
        """
        given = check_items(tuple(records), Record, what="records", error=ProjectError)
        check_choice(kind, SOURCES, what="kind", error=ProjectError)
        name = check_label(source, what="source", error=ProjectError)
        ids = [record_id(each) for each in given]
        digest = hashlib.sha256("\n".join(ids).encode()).hexdigest()[:8]
        search = Search(
            f"{slug(name) or 'search'}-{digest}", name, kind,
            check_text(file, what="file", error=ProjectError),
            check_text(date, what="date", error=ProjectError), len(ids),
        )  # fmt: skip
        # Two entries of one file that say the same in every word are one record.
        new = {
            id: each for id, each in zip(ids, given, strict=True) if id not in self._held.records
        }
        project = self._project
        who = project._who(coder)
        with project._step(who):
            for at in range(0, len(new), _AT_ONCE):
                part = dict([*new.items()][at : at + _AT_ONCE])
                fields = {**attrs.asdict(search), "ids": [*part]}
                words = {"records": [each.fields() for each in part.values()]}
                target = f"search:{search.id}"
                if project._did("add-records", target, fields, words, coder=who) is None:
                    project._record("add-records", target, fields, words, coder=project._doing(who))
        return tuple(ids)

    # Decisions

    def screen(
        self,
        record: str,
        decision: str | None,
        *,
        reason: str = "",
        note: str = "",
        stage: str = STAGES[0],
        coder: str | None = None,
    ) -> None:
        """Decide on a record: include or exclude it, or leave it for the next stage as a maybe.

        What a coder decides anew takes the place of what they decided before.

        Parameters
        ----------
        record : str
            Its id.
        decision : {"include", "exclude", "maybe", "not-retrieved"} or None
            What is decided; ``"not-retrieved"`` of a full text that could not be had. None takes a decision
            back.
        reason : str
            Of an exclusion, one of the criteria's; needed at the full text.
        note : str
            What else is to be said.
        stage : {"title-abstract", "full-text"}, default "title-abstract"
            At which stage.
        coder : str, optional
            Who decides; the project's author when not given. A consensus decides where others differ.

        Raises
        ------
        NotFoundError
            When there is no such record, or no such criterion.
        ProjectError
            When that cannot be decided there.

        Examples
        --------
        >>> import qualcode as qc
        >>> review = qc.Project.new("P", coder="ana").review(criteria={"exclude": ["no review"]})
        >>> (id,) = review.add_records([qc.Record(title="Working together")])
        >>> review.screen(id, "include")
        >>> review.screen(id, "exclude", reason="no review", stage="full-text")
        >>> review.screening()[id].outcomes
        {'title-abstract': 'include', 'full-text': 'exclude'}
        """
        self._decide(self._checked(record, decision, reason, note, stage), coder)

    def screen_frame(
        self, frame: pd.DataFrame, *, stage: str = STAGES[0], coder: str | None = None
    ) -> int:
        """Decide on many records at once: all rows of a table, or none when one of them is wrong.

        Parameters
        ----------
        frame : pandas.DataFrame
            Columns: record (id) and decision; reason, note, stage and coder where there are such. Rows
            without a decision are passed over.
        stage, coder : str
            For rows that do not say theirs, as for `screen`.

        Returns
        -------
        int
            How many rows had a decision.

        Raises
        ------
        ProjectError, NotFoundError
            For the first row that is wrong, with its number.
        """
        for name in _NEEDED:
            if name not in frame.columns:
                raise ProjectError(
                    f"the table has no column {name!r}; it has {', '.join(map(str, frame.columns))}"
                )
        plain = frame.astype(object).where(frame.notna(), None).to_dict("records")
        rows = ((f"row {number}", row) for number, row in enumerate(plain, start=1))
        return self._screen_rows(rows, stage, coder)

    def read_screening(
        self, path: str | Path, *, stage: str = STAGES[0], coder: str | None = None
    ) -> int:
        """Take the decisions of a table in a file, all of them or none; see `screen_frame`.

        Parameters
        ----------
        path : str or Path
            CSV or a spreadsheet, with the columns of `screen_frame`.
        stage, coder : str
            For rows that do not say theirs, as for `screen`.

        Returns
        -------
        int
            How many rows had a decision.

        Raises
        ------
        ProjectError, NotFoundError
            When it cannot be read, and for the first row that is wrong, with file and row.
        """
        file = check_path(path, what="path", error=ProjectError)
        cells = read_cells(file, needed=_NEEDED, error=ProjectError)
        rows = ((f"{cells.where}, row {number}", row) for number, row in cells.rows)
        return self._screen_rows(rows, stage, coder)

    def _screen_rows(
        self, rows: Iterable[tuple[str, Mapping[Any, Any]]], stage: str, coder: str | None
    ) -> int:
        decided = []
        for where, row in rows:
            if not row["decision"]:
                continue
            try:
                said = self._checked(
                    str(row["record"]), row["decision"], row.get("reason") or "",
                    row.get("note") or "", row.get("stage") or stage,
                )  # fmt: skip
            except (ProjectError, NotFoundError) as error:
                raise type(error)(f"{where}: {error}") from error
            decided.append((said, row.get("coder") or coder))
        with self._project._step(self._project._who(coder)):
            for said, who in decided:
                self._decide(said, who)
        return len(decided)

    def sample(
        self,
        coder: str,
        *,
        share: float = 0.1,
        stage: str = "title-abstract",
        random_state: int,
        by: str | None = None,
    ) -> tuple[str, ...]:
        """Draw records for a second coder to screen as well; the draw is logged, and the same for everybody.

        Parameters
        ----------
        coder : str
            Who screens them too.
        share : float, default 0.1
            Which share of the records that have come to the stage, from 0 to 1; the number is rounded up.
        stage : {"title-abstract", "full-text"}, default "title-abstract"
            At which stage.
        random_state : int
            What they are drawn by.
        by : str, optional
            Who draws; the project's author when not given.

        Returns
        -------
        tuple of str
            Ids of the records drawn, in the order imported.

        Raises
        ------
        ProjectError
            When no record has come to the stage, or that is no share.
        """
        part = check_number(share, what="share", error=ProjectError, least=0, most=1)
        seed = check_whole(random_state, what="random_state", error=ProjectError, least=0)
        check_stage(stage)
        there = [each.id for each in screening(self.state) if stage in each.outcomes]
        if not there:
            raise ProjectError(f"no record has come to stage {stage!r} yet")
        number = -int(-len(there) * part // 1)
        # By a digest of each, so that records that are found later do not change who is drawn of the others.
        drawn = set(
            sorted(there, key=lambda id: hashlib.sha256(f"{seed} {id}".encode()).digest())[:number]
        )
        project = self._project
        who, second = project._who(by), project._who(coder)
        before = self._held.samples.get((stage, second))
        known = before.records if before else ()
        new = [id for id in there if id in drawn and id not in known]
        fields = {
            "stage": stage, "coder": second, "among": len(there), "seed": seed, "records": new,
        }  # fmt: skip
        with project._step(who):
            if new and project._did("sample-records", REVIEW, fields, coder=who) is None:
                project._doing(second)
                project._record("sample-records", REVIEW, fields, coder=project._doing(who))
        return tuple(id for id in there if id in drawn)

    def agree(self, *, coder: str = "consensus", decisions: Mapping[str, str] | None = None) -> int:
        """Record what a consensus decides on records on which screeners differ.

        What each of them decided stays.

        Parameters
        ----------
        coder : str, default "consensus"
            Id of the consensus, which is added where there is none of the name.
        decisions : mapping of str to str, optional
            By record, what was agreed on at the stage at which screeners differ; ``"exclude: REASON"`` names
            the reason.

        Returns
        -------
        int
            On how many records screeners still differ.

        Raises
        ------
        ProjectError
            When the coder is a person, or screeners do not differ on a record.
        """
        project = self._project
        who = project._who(coder)
        if who in self.state.coders and not is_consensus(self.state, who):
            raise ProjectError(
                f"{who!r} is a person, whose own decisions stay: name a consensus, such as "
                "coder='consensus'"
            )
        differing = {each.id: each.stage for each in screening(self.state).disagreements}
        checked = []
        for record, said in (decisions or {}).items():
            if record not in differing:
                raise ProjectError(f"screeners do not differ on record {record!r}")
            decision, _, reason = str(said).partition(":")
            checked.append(
                self._checked(record, decision.strip(), reason.strip(), "", differing[record])
            )
        with project._step(project._who(None)):
            if who not in self.state.coders:
                project.add_coder(who, kind="consensus")
            for each in checked:
                self._decide(each, who)
        return len(screening(self.state).disagreements)

    def _checked(
        self,
        record: object,
        decision: object,
        reason: object,
        note: object,
        stage: object,
    ) -> _Decided:
        held = self._held
        if record not in held.records:
            raise NotFoundError(
                f"there is no record {shown(record)} among the {len(held.records):,} of the review."
                f"{did_you_mean(str(record), held.records)}"
            )
        id = str(record)
        kept = self._project._recorder.fold.review.tying.duplicates(held.records).get(id)
        if kept is not None:
            raise ProjectError(
                f"record {id!r} is a duplicate of {kept!r}: decide on that one, or say with "
                f"review.keep_apart({kept!r}, {id!r}) that it is another"
            )
        at = check_stage(stage)
        if decision is None:
            return _Decided(id, at, None, "", "")
        said = check_decision(decision, f"record {id!r}")
        why = check_text(reason, what=f"reason of {id!r}", error=ProjectError).strip()
        if why and said != "exclude":
            raise ProjectError(f"record {id!r}: a reason is for exclusions; put it into the note")
        if why and held.criteria.exclude:
            why = held.criteria.reason(why)
        if said == "exclude" and at == STAGES[-1] and not why:
            raise ProjectError(
                f"record {id!r}: an exclusion at the full text needs a reason, for the flow counts them: "
                f"{', '.join(repr(each.name) for each in held.criteria.exclude) or 'any'}"
            )
        if said == "not-retrieved" and at != STAGES[-1]:
            raise ProjectError(f"record {id!r}: only a full text can be 'not-retrieved'")
        return _Decided(id, at, said, why, check_text(note, what="note", error=ProjectError))

    def _decide(self, said: _Decided, coder: str | None) -> None:
        project = self._project
        who = project._who(coder)
        target = record_target(said.record)
        fields = {"stage": said.stage, "coder": who, "decision": said.decision}
        words = {"criterion": said.reason, "note": said.note}
        words = {name: text for name, text in words.items() if text}
        if project._did("screen", target, fields, words, coder=who) is not None:
            return
        decided = self._held.decisions.get(said.record, {})
        known = decided.get((said.stage, who))
        before = known and (known.decision, known.reason, known.note)
        value = None if said.decision is None else (said.decision, said.reason, said.note)
        if before != value or project._is_open(target, decided_field(said.stage, who)):
            project._record("screen", target, fields, words, coder=project._doing(who))


@attrs.frozen
class _Decided:
    """A decision, checked."""

    record: str
    stage: str
    decision: str | None
    reason: str
    note: str
