"""What can be asked of a project, as it is or as it was."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from qualcode.errors import (
    AssignmentError,
    ChangeError,
    HistoryError,
    NotFoundError,
    SpanError,
    did_you_mean,
)
from qualcode.io.tables.assignment_files import write_assignment_table
from qualcode.io.tables.review_table import write_review_table
from qualcode.model.checks import (
    check_kind,
    check_named,
    check_text,
    check_whole,
    looked_up,
    plain_scalar,
    shown,
)
from qualcode.model.codebooks.changes import Change, Revert
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.adjudications import Adjudications
from qualcode.model.coding.assignments import Assignments
from qualcode.model.coding.memos import Coders, Memo, Memos, check_target, segment_target
from qualcode.model.coding.proposals import Disclosures, Proposals
from qualcode.model.coding.queries import Query
from qualcode.model.coding.query_parsing import parse_query
from qualcode.model.coding.suggestions import Verdicts
from qualcode.model.coding.summaries import Summaries
from qualcode.model.correction_list import Corrections, corrections
from qualcode.model.fold.history import History
from qualcode.model.fold.quarantine import Quarantine
from qualcode.model.import_losses import ImportLoss
from qualcode.model.log.log import Log
from qualcode.model.log.registers import Conflicts
from qualcode.model.log.withdrawals import Withdrawals
from qualcode.model.proposal_list import proposals
from qualcode.model.readable import Readable, many
from qualcode.model.state import State
from qualcode.model.texts.documents import (
    Case,
    Document,
    Registry,
    Value,
    check_variables,
    plain_value,
    read_value,
)
from qualcode.model.texts.segmenters import Segmenter, cut
from qualcode.model.texts.segments import Segment, Segments
from qualcode.model.texts.spans import Span
from qualcode.model.texts.speakers import DocumentSpeakers
from qualcode.project.comparing import Comparison, Order, compare
from qualcode.project.questions import Questions
from qualcode.project.review_questions import ReviewQuestions
from qualcode.project.suggesting import Suggesting
from qualcode.project.worklist import Worklist, stale_assignments, worklist_of
from qualcode.stats.counting.found import Found, find

if TYPE_CHECKING:
    import pandas as pd

    from qualcode.stats.conclusions import Conclusion
    from qualcode.stats.conclusions.sensitivity_analysis import Sensitivity
    from qualcode.stats.counting.policies import Count
    from qualcode.stats.counting.units import Unit

__all__ = ["Preview", "View", "memo_target", "narrowed", "revision_key", "variables_record"]

_MOST_REVISIONS = 10**9


@attrs.frozen
class Preview:
    """What a codebook change would touch.

    Parameters
    ----------
    change : Change
        The change.
    assignments, segments, documents, coders : int
        How many distinct ones carry the codes it touches.
    codes : tuple of str
        Ids of these codes.
    """

    change: Change = attrs.field(repr=str)
    assignments: int
    segments: int
    documents: int
    coders: int
    codes: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.change}: touches {many(self.assignments, 'assignment')}, "
            f"{many(self.segments, 'segment')}, {many(self.documents, 'document')}, "
            f"{many(self.coders, 'coder')}"
        )


class View(Readable, Questions, Suggesting):
    """A project at one moment, for reading; what `Project.at` returns.

    Every question that can be asked of a project can be asked of a view.
    """

    _figure = "qualcode.report.plot.texts:portraits"

    def __init__(self, state: State) -> None:
        self._state = state

    @property
    def caption(self) -> str:
        """What the project holds, and which revision of the codebook it is at."""
        parts = [f"{len(self.documents):,} documents", f"{len(self.cases):,} cases"]
        parts += [f"{len(self.codebook):,} codes", f"{len(self.assignments):,} assignments"]
        newest = self.history.head
        why = f": {textwrap.shorten(newest.reason, 60)}" if newest.reason else ""
        lines = [
            f"{self.name}: {', '.join(parts)}",
            f"revision {len(self.history)} of the codebook, {newest.time[:10]}, {newest.coder}{why}",
        ]
        lines += str(self.state.unsettled).splitlines()
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each coder who did anything.

        Columns: coder, kind, documents (coded), finished (documents), assignments.
        """
        people = self.progress().by_coder()
        did = (people["documents"] > 0) | (people["finished"] > 0)
        columns = ["coder", "kind", "documents", "finished", "assignments"]
        return people.loc[did, columns].reset_index(drop=True)

    @property
    def state(self) -> State:
        """The content, as the statistics take it."""
        return self._state

    def __eq__(self, other: object) -> bool:
        """Tell whether both show the same content; a project itself is only equal to itself."""
        if type(self) is not View or type(other) is not View:
            return self is other if isinstance(other, View) else NotImplemented
        return self.state == other.state

    __hash__ = None  # type: ignore[assignment]

    @property
    def name(self) -> str:
        """The project's name."""
        return self.state.name

    @property
    def documents(self) -> Registry[Document]:
        """The documents by id, in the order added."""
        return self.state.documents

    @property
    def cases(self) -> Registry[Case]:
        """The cases by id, in the order added."""
        return self.state.cases

    @property
    def coders(self) -> Coders:
        """The coders by id."""
        return Coders(self.state.coders)

    @property
    def speakers(self) -> DocumentSpeakers:
        """Who speaks in each of the documents, to be checked."""
        return DocumentSpeakers((id, each.speakers) for id, each in self.documents.items())

    def speakers_frame(self) -> pd.DataFrame:
        """Return `speakers` as a frame."""
        return self.speakers.to_frame()

    @property
    def history(self) -> History:
        """The revisions of the codebook."""
        return self.state.history

    @property
    def codebook(self) -> Codebook:
        """The codebook as it stands."""
        return self.state.codebook

    @property
    def assignments(self) -> Assignments:
        """The assignments that stand, read through the codebook; narrow them with ``.where(…)``."""
        return self.state.assignments

    @property
    def unresolved(self) -> Assignments:
        """Assignments of split codes that nobody has yet given to a part."""
        return self.state.unresolved

    @property
    def memos(self) -> Memos:
        """All memos but those on single assignments, in the order written."""
        return Memos(self.state.memos)

    @property
    def summaries(self) -> Summaries:
        """The summaries of cases and themes, in the order written; see `framework`."""
        return Summaries(self.state.summaries)

    @property
    def verdicts(self) -> Verdicts:
        """What people made of suggestions, in order; suggestions nobody decided about leave no trace."""
        return Verdicts(self.state.verdicts)

    @property
    def proposals(self) -> Proposals:
        """What machines proposed, in order, with what people made of it; see `Project.propose`."""
        return proposals(self.state)

    @property
    def disclosures(self) -> Disclosures:
        """Which documents were opened to which programs, in order."""
        return Disclosures(self.state.disclosures)

    def memos_on(self, target: str | Segment | Memo) -> Memos:
        """Return the memos on one thing, named as `Project.add_memo` takes it.

        Raises
        ------
        ProjectError
            When nothing can be called so.
        NotFoundError
            When there is no such code or revision.
        """
        wanted = memo_target(target)
        kind, _, id = wanted.partition(":")
        if kind == "code":
            wanted = f"code:{self.codebook[id].id}"
        elif kind == "revision":
            number = int(id) if id.isdigit() and len(id) < 10 else id
            wanted = f"revision:{self.history[number].short}"
        return Memos(memo for memo in self.memos if memo.target == wanted)

    def journal(self) -> pd.DataFrame:
        """Return the project's journal: time, coder, text, links (ids of memos) and memo (its own id)."""
        import pandas as pd

        rows = [
            (memo.time, memo.coder, memo.text, list(memo.links), memo.id)
            for memo in sorted(self.memos_on("journal"), key=lambda memo: memo.time)
        ]
        return pd.DataFrame(rows, columns=["time", "coder", "text", "links", "memo"])

    @property
    def log(self) -> Log:
        """Everything that was done, in the order that every copy agrees on; see ``.to_frame()``."""
        return self.state.log

    @property
    def withheld(self) -> int:
        """In a blind copy, how many events of others are here without what they did; see `Project.blind`."""
        return self.state.log.withheld

    @property
    def lost(self) -> tuple[int, int]:
        """How many events and how many rows of coding were damaged and set aside by a repair."""
        return self.state.log.lost

    @property
    def conflicts(self) -> Conflicts:
        """What was changed in two copies at once and does not go together."""
        return Conflicts(self.state.conflicts)

    @property
    def quarantine(self) -> Quarantine:
        """The passages whose place in a corrected text is not certain; see `Project.place`."""
        return self.state.quarantine

    @property
    def corrections(self) -> Corrections:
        """The corrections of texts, in the order that every copy agrees on; see `Project.correct`."""
        return corrections(self.state)

    @property
    def import_losses(self) -> tuple[ImportLoss, ...]:
        """How much the files held that were read and the project could not take over, by kind.

        Examples
        --------
        >>> from pathlib import Path
        >>> import qualcode as qc
        >>> html = "<p>We share one budget.</p><img src='map.png'><img src='pier.png'>"
        >>> _ = Path("talk.html").write_text(html)
        >>> project = qc.Project.new("Study")
        >>> _ = project.add_documents("talk.html")
        >>> print(*project.import_losses)
        loss: 2 × picture (html)
        """
        return self.state.import_losses

    @property
    def withdrawals(self) -> Withdrawals:
        """What was withdrawn, when and why; see `Project.withdraw`."""
        return self.state.log.hidden.withdrawals

    @property
    def adjudications(self) -> Adjudications:
        """What a consensus decided where coders differed; see `Project.adjudicate`."""
        return Adjudications(self.state.adjudications)

    @property
    def finished(self) -> Mapping[str, frozenset[str]]:
        """For each coder, the documents that they read to the end."""
        return self.state.finished

    @property
    def code_sets(self) -> Mapping[str, tuple[str, ...]]:
        """Named groups of codes, as ids."""
        return self.state.code_sets

    @property
    def scale(self) -> Mapping[float, str]:
        """What weights mean, by label; empty where any weight may be given."""
        return self.state.scale

    @property
    def views(self) -> tuple[str, ...]:
        """Names of the narrowings that were saved."""
        return tuple(self.state.views)

    @property
    def queries(self) -> Mapping[str, Query]:
        """The queries that were saved by name; in any other, ``query(name)`` stands for one of them."""
        return {name: parse_query(text) for name, text in self.state.queries.items()}

    def find(self, query: Query | str) -> Found:
        """Return the passages that fit a query.

        Parameters
        ----------
        query : Query or str
            A query (see `qualcode.code`, `qualcode.where`) or its text (see `qualcode.parse_query`).

        Returns
        -------
        Found
            The coded segments or, where the query is put within units, these units; with who speaks there,
            and the codes. The assignments that fit are ``restricted(where=query).assignments``.

        Raises
        ------
        QueryError
            When the query cannot be read, or combines what cannot be combined.
        NotFoundError
            When it asks for what the project does not have.
        """
        return find(self.state, query)

    def view(self, name: str) -> View:
        """Return the project narrowed as it was saved under a name; see `Project.save_view`.

        Raises
        ------
        NotFoundError
            When none is saved under the name.
        """
        views = self.state.views
        if not isinstance(name, str) or name not in views:
            guess = did_you_mean(name, views) if isinstance(name, str) else ""
            raise NotFoundError(f"no view has the name {looked_up(name)}.{guess}")
        return narrowed(self, views[name])

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.name!r}: {len(self.documents)} documents, "
            f"{len(self.codebook)} codes, {len(self.assignments)} assignments, "
            f"revision {len(self.history)}>"
        )

    # What is to be done

    def worklist(self) -> Worklist:
        """Return what waits to be done, each item with the call that settles it.

        Open conflicts; assignments of split codes that nobody has given to a part; assignments made before
        the code's meaning changed; documents that a coder has begun and not finished; documents without a
        code or without text; codes without definition or example, never used, or used once.
        """
        return worklist_of(self.state)

    def stale(self, code: str | None = None, *, coder: str | None = None) -> Assignments:
        """Return the assignments made by coders who had not seen the code as it is defined now.

        Parameters
        ----------
        code : str, optional
            Id or name; all codes when not given.
        coder : str, optional
            Whose; everybody's when not given.
        """
        rows = stale_assignments(self.state)
        if code is not None:
            rows = rows.where(code=self.codebook[code].id)
        return rows if coder is None else rows.where(coder=coder)

    def compare(self, code: str, *, order: Order = "time") -> Comparison:
        """Return the segments of a code side by side, each with what the code meant to who coded it.

        Parameters
        ----------
        code : str
            Id or name; what was merged into it is there too.
        order : {"time", "document", "coder"}, default "time"
            From the first that was coded to the last; as in the texts; or one coder after the other.
        """
        return compare(self.state, code, order=order)

    # Segments

    def review(self) -> ReviewQuestions:
        """Return the review that the project is about, to be asked for findings, links and evidence."""
        return ReviewQuestions(self)

    def segments(
        self,
        unit: str | re.Pattern[str] | Segmenter = "paragraph",
        *,
        documents: str | Iterable[str] | None = None,
    ) -> Segments:
        """Cut documents into units.

        Parameters
        ----------
        unit : str, regular expression or callable, default "paragraph"
            ``"paragraph"``, ``"sentence"``, ``"line"``, ``"turn"``, ``"document"``, a compiled regular
            expression, or a callable that takes a document and yields spans.
        documents : str or iterable of str, optional
            Ids of the documents to cut; all when not given.
        """
        return cut(self.documents, unit, only=documents)

    def segment(self, document: str, start: int | None = None, end: int | None = None) -> Segment:
        """Return a segment by offsets (code points, half-open), or the whole document without them."""
        found = self.documents[document]
        if start is None and end is None:
            return Segment.whole(found)
        first = 0 if start is None else check_whole(start, what="start", error=SpanError)
        last = len(found) if end is None else check_whole(end, what="end", error=SpanError)
        return Segment(found, Span(first, last))

    def locate(self, quote: str, *, document: str | None = None) -> Segment:
        """Return the segment where words stand, if that is one place.

        Parameters
        ----------
        quote : str
            The words, whatever their white space and case; see `Segment.find`.
        document : str, optional
            The id of the document that they stand in; all are searched when not given.

        Raises
        ------
        SpanError
            When they stand nowhere, or in several places, which are named.

        Examples
        --------
        >>> from qualcode import Project
        >>> project = Project.new("Study")
        >>> _ = project.add_document("We share one budget. We trust them.", id="int-01")
        >>> print(project.locate("share one  budget"))
        int-01 3–19: “share one budget”
        """
        searched = self.documents.values() if document is None else [self.documents[document]]
        found = [place for each in searched for place in Segment.whole(each).find_all(quote)]
        if len(found) == 1:
            return found[0]
        where = f"document {document!r}" if document is not None else "any document"
        if not found:
            raise SpanError(f"{looked_up(quote)} does not stand in {where}")
        places = ", ".join(f"{each.document.id} {each.start}–{each.end}" for each in found[:5])
        more = ", …" if len(found) > 5 else ""
        raise SpanError(
            f"{looked_up(quote)} stands in {len(found)} places, {places}{more}: give more of the words "
            "around it, or its document or offsets"
        )

    # Statistics, beside those of Questions

    def sensitivity(
        self,
        conclusion: Conclusion | Callable[[View], float | None],
        *,
        coders: str | Iterable[str] | None = None,
        each_coder: bool = True,
        counts: Iterable[Count] | None = None,
        units: Iterable[Unit] | None = None,
        leave_out: str | None = None,
    ) -> Sensitivity:
        """Return how a conclusion moves when one choice at a time is made differently.

        Parameters
        ----------
        conclusion : Conclusion or callable
            A `Ranking`, `Together`, `Agreement`, `Share` or `Quantity` of
            `qualcode.stats.conclusions`, or a function that takes a view and returns a number.
        coders : str or iterable of str, optional
            Ids of the coders who count; see `Questions`.
        each_coder : bool, default True
            Look at each coder alone; for an agreement, at the coders without each in turn.
        counts : iterable of str, optional
            Counting policies to try, where the conclusion uses one; all but weights when not given.
        units : iterable of str, regular expression or callable, optional
            Units to try, where it uses one; the conclusion's own list when not given.
        leave_out : str, optional
            A variable: leave out the documents with each of its values in turn, and those without.
        """
        from qualcode.stats.conclusions.sensitivity_analysis import sensitivity

        return sensitivity(
            self.state, conclusion, coders=coders, each_coder=each_coder, counts=counts, units=units,
            leave_out=leave_out, look=View,
        )  # fmt: skip

    # Parts and history

    def restricted(
        self,
        *,
        coders: str | Iterable[str] | None = None,
        documents: str | Iterable[str] | None = None,
        origin: str | Iterable[str] | None = None,
        speakers: str | Iterable[str] | None = None,
        roles: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> View:
        """Return the project with some assignments only, or some documents only.

        Parameters
        ----------
        coders : str or iterable of str, optional
            Ids of the coders whose assignments stay; all when not given.
        documents : str or iterable of str, optional
            Ids of the documents that stay; all when not given.
        origin : str or iterable of str, optional
            Where the assignments that stay come from. ``["hand", "import"]`` leaves out whatever a suggester
            proposed, in every statistic.
        speakers : str or iterable of str, optional
            Names or aliases of those whose words stay; everybody's when not given.
        roles : {"interviewer", "participant"} or iterable of str, optional
            The roles of those whose words stay, so that ``roles="participant"`` leaves the interviewers'
            words out of every count and of what it is a share of: an assignment stays where only they
            speak in its segment; a document, turn, sentence or other unit where they speak in it at all.
        where : Query or str, optional
            The query that the assignments fit which stay. Documents, cases and who has finished what stay as
            they are, so that shares of documents are still of all.
        """
        named = {"coders": coders, "documents": documents, "origin": origin, "speakers": speakers}
        for name, given in {**named, "roles": roles}.items():
            if given is not None:
                check_named(given, what=name)
        return View(
            self.state.restricted(
                coders=coders,
                documents=documents,
                origin=origin,
                speakers=speakers,
                roles=roles,
                where=where,
            )
        )

    def at(
        self,
        moment: int | str | None = None,
        *,
        revision: int | str | None = None,
        time: str | date | None = None,
    ) -> View:
        """Return the project as of a codebook revision, of an event, or of a time.

        As of a revision means: as long as it was the newest. What was done by somebody who knew a later
        one is not there.

        Parameters
        ----------
        moment : int or str
            The number of a revision; or the start of the id of any event, for what its author saw.
        revision : int or str
            Number of a revision (negative from the end), or the start of its id.
        time : str, date or datetime
            In ISO 8601 and UTC, included.

        Raises
        ------
        NotFoundError
            When there is no such revision or event, or no codebook yet at that time.
        """
        if moment is not None:
            moment = revision_key(moment, what="moment")
        if revision is not None:
            revision = revision_key(revision, what="revision")
        return View(self.state.at(moment, revision=revision, time=time))

    def preview(self, change: Change) -> Preview:
        """Return what a codebook change would touch, without making it.

        Raises
        ------
        ChangeError
            When the change cannot be made.
        """
        check_kind(
            change,
            Change,
            what="change",
            error=ChangeError,
            advice="make one of qualcode.changes, such as Retire('trust')",
        )
        # Appending checks that the change fits; the longer history is thrown away.
        self.history.append(change, coder="preview", time=self.history.head.time)
        touched = change.touched
        if isinstance(change, Revert):
            reverted = (self.history[id].change.touched for id in change.revisions)
            touched = tuple(code for codes in reverted for code in codes)
        rows = _carrying(self.assignments, touched)
        if not len(rows):
            # Reverting a merge touches what now stands under the target.
            rows = _carrying(self.assignments, touched, assigned=True)
        return Preview(
            change,
            assignments=len(rows),
            segments=len(np.unique(rows.segment)),
            documents=len(np.unique(rows.document)),
            coders=len(np.unique(rows.coder)),
            codes=touched,
        )

    # Writing out

    def report(self, path: str | Path = "report.html", **options: Any) -> Path:
        """Write the report: one HTML file that a supervisor can read without a network.

        Parameters
        ----------
        path : str or Path, default "report.html"
            The file to write.
        **options
            As for `qualcode.report.write_html`, such as ``rollups``, ``by`` and ``coders``.

        Returns
        -------
        Path
            The file.

        Examples
        --------
        >>> import qualcode as qc
        >>> qc.load_project("partnership-interviews").report("interviews.html", by=["site"]).name
        'interviews.html'
        """
        # A report knows projects, and not the other way round.
        written: Path = import_module("qualcode.report").write_html(self, path, **options)
        return written

    def write_proposals(self, path: str | Path, *, replace: bool = False) -> int:
        """Write the proposed codings that nobody decided about as a review table; see `Project.apply_review`.

        Parameters
        ----------
        path : str or Path
            A file that ends with ``.csv`` or ``.xlsx`` (extra ``xlsx``).
        replace : bool, default False
            Whether a file that is there may be overwritten, with the verdicts in it.

        Returns
        -------
        int
            How many there are.

        Raises
        ------
        SuggestionError
            When the file is there already or cannot be written.
        """
        return write_review_table(
            self.proposals.open.codings, path, codebook=self.codebook, replace=replace
        )

    def write_csv(self, path: str | Path, assignments: Assignments | None = None) -> None:
        """Write assignments, all when none are given, as a table: CSV, or what `path` ends with.

        Parameters
        ----------
        path : str or Path
            XLSX (extra ``xlsx``) or Parquet (extra ``parquet``) where it ends so, else CSV.
        assignments : Assignments, optional
            Some of the project's; all when not given.
        """
        if assignments is not None:
            check_kind(assignments, Assignments, what="assignments", error=AssignmentError)
        write_assignment_table(self.assignments if assignments is None else assignments, path)


def revision_key(value: object, *, what: str) -> int | str:
    """Return what names a revision: its number, or the start of an id.

    Raises
    ------
    HistoryError
        When it is neither; a boolean is no number.
    """
    value = plain_scalar(value)
    if isinstance(value, str):
        return check_text(value, what=what, error=HistoryError, empty=False)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _MOST_REVISIONS:
        raise HistoryError(
            f"{what} must be the number of a revision, or the start of an id, not {shown(value)}"
        )
    return value


def memo_target(target: str | Segment | Memo) -> str:
    """Return the target of a memo as the log has it."""
    if isinstance(target, Segment):
        return segment_target(target)
    return f"memo:{target.id}" if isinstance(target, Memo) else check_target(target)


def variables_record(variables: Mapping[str, Value | None]) -> dict[str, object]:
    """Return values of variables as a saved view holds them."""
    checked = check_variables(variables, where="variables")
    return {name: plain_value(value) for name, value in checked.items()}


def narrowed(view: View, record: Mapping[str, Any]) -> View:
    """Return a project narrowed as a saved view says.

    Parameters
    ----------
    view : View
        The project.
    record : mapping
        ``coders``, ``documents``, ``origin``, ``speakers`` and ``roles`` as for `View.restricted`, and
        ``variables``: values that a document, or a case of it, has.
    """
    names = ("coders", "documents", "origin", "speakers", "roles")
    options = {name: record[name] for name in names if name in record}
    if "variables" in record:
        wanted = {name: read_value(value) for name, value in record["variables"].items()}
        fitting = [id for id in view.documents if _fits(view, id, wanted)]
        chosen = options.get("documents")
        options["documents"] = [id for id in fitting if chosen is None or id in chosen]
    # A narrowing may leave nothing, which nobody who narrows by hand can mean.
    return View(view.state.restricted(**options))


def _fits(view: View, id: str, wanted: Mapping[str, object]) -> bool:
    document = view.documents[id]
    of_cases = [view.cases[case].variables for case in document.cases]
    return all(
        any(each.get(name) == value for each in (document.variables, *of_cases))
        for name, value in wanted.items()
    )


def _carrying(rows: Assignments, codes: tuple[str, ...], *, assigned: bool = False) -> Assignments:
    """Return the assignments of some codes, as they are read or as they were assigned."""
    if assigned:
        chosen = np.array([code in codes for code in rows.rows.codes], dtype=np.bool_)
        column = rows.rows.code
    else:
        chosen = np.array([code in codes for code in rows.codes], dtype=np.bool_)
        column = rows.code
    return rows.take(chosen[column] if len(chosen) else np.zeros(len(rows), dtype=np.bool_))
