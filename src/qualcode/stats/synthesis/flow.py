"""The flow of records through a review, as PRISMA 2020 draws it: numbers that must reconcile.

Page MJ, McKenzie JE, Bossuyt PM, et al. (2021). The PRISMA 2020 statement. BMJ 372, n71.
https://doi.org/10.1136/bmj.n71
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import FlowError, did_you_mean
from qualcode.model.asking import question
from qualcode.model.checks import check_mapping, check_whole, shown
from qualcode.model.mappings import Frozen
from qualcode.model.recipe import Answer
from qualcode.model.review.screening import STAGES
from qualcode.model.state import State
from qualcode.stats.synthesis.screening import DIFFERING, OPEN, screening

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BOXES", "Flow", "prisma_flow", "review_flow"]

BOXES: Mapping[str, str] = Frozen(
    {
        "previous_studies": "studies of the previous version",
        "previous_reports": "reports of the previous version",
        "database_results": "records from databases",
        "register_results": "records from registers",
        "website_results": "records from websites",
        "organisation_results": "records from organisations",
        "citations_results": "records from citation searching",
        "other_results": "records from other sources",
        "duplicates": "duplicates removed before screening",
        "excluded_automatic": "records removed by automation before screening",
        "excluded_other": "records removed for other reasons before screening",
        "records_screened": "records screened",
        "records_excluded": "records excluded",
        "dbr_sought_reports": "reports sought",
        "dbr_notretrieved_reports": "reports not retrieved",
        "dbr_assessed": "reports assessed",
        "dbr_excluded": "reports excluded",
        "other_sought_reports": "reports sought from other sources",
        "other_notretrieved_reports": "reports from other sources not retrieved",
        "other_assessed": "reports from other sources assessed",
        "other_excluded": "reports from other sources excluded",
        "new_studies": "new studies included",
        "new_reports": "reports of new studies included",
        "total_studies": "studies included",
        "total_reports": "reports included",
    }
)  # fmt: skip
"""The boxes of the flow, by the names that the R package PRISMA2020 gives them."""

_LISTS = {
    "database_results": "databases", "register_results": "registers", "dbr_excluded": "reasons",
    "other_excluded": "other_reasons",
}  # fmt: skip
_OTHER = ("website_results", "organisation_results", "citations_results", "other_results")

_SUMS: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("database_results", "register_results"),
        ("duplicates", "excluded_automatic", "excluded_other"),
        ("records_screened",),
    ),
    (("records_screened",), ("records_excluded",), ("dbr_sought_reports",)),
    (("dbr_sought_reports",), ("dbr_notretrieved_reports",), ("dbr_assessed",)),
    (_OTHER, (), ("other_sought_reports",)),
    (("other_sought_reports",), ("other_notretrieved_reports",), ("other_assessed",)),
    (
        ("dbr_assessed", "other_assessed"), ("dbr_excluded", "other_excluded"), ("new_reports",),
    ),
    (("new_reports", "previous_reports"), (), ("total_reports",)),
    (("new_studies", "previous_studies"), (), ("total_studies",)),
)  # fmt: skip
"""What has to add up: what goes in, what goes out, and what is left."""

_MAY_LACK = frozenset(
    (
        "register_results", "excluded_automatic", "excluded_other", "previous_studies", "previous_reports",
        "other_assessed", "other_excluded", "other_notretrieved_reports", "dbr_notretrieved_reports", *_OTHER,
    )
)  # fmt: skip
"""Boxes of arms that not every review has: where one is not given, it is taken as not there."""


@attrs.frozen(eq=False)
class Flow(Answer):
    """The flow of records, reports and studies through a review.

    Records are entries that searches found, reports the documents that they lead to, studies what reports
    are about: three units, which are never added up with one another.

    Parameters
    ----------
    boxes : mapping of str to int
        How many, by the names in `BOXES`; what is not known is not there.
    databases, registers, reasons, other_reasons : mapping of str to int
        What searched databases and registers brought, and why reports were excluded, one by one.
    open : mapping of str to int
        Of a review that goes on, how many records still wait, by stage.
    marks : mapping of str to str
        How a number came about, where it is not simply stated.
    """

    _figure = "qualcode.report.plot.prisma:prisma_flow"
    _print_columns = ("box", "what", "n", "mark")

    boxes: Mapping[str, int]
    databases: Mapping[str, int] = attrs.field(factory=dict)
    registers: Mapping[str, int] = attrs.field(factory=dict)
    reasons: Mapping[str, int] = attrs.field(factory=dict)
    other_reasons: Mapping[str, int] = attrs.field(factory=dict)
    open: Mapping[str, int] = attrs.field(factory=dict)
    marks: Mapping[str, str] = attrs.field(factory=dict)

    def __getitem__(self, box: str) -> int | None:
        """Return the number in a box; None where it is not known."""
        if box not in BOXES:
            raise FlowError(f"the flow has no box {shown(box)}.{did_you_mean(box, BOXES)}")
        return self.boxes.get(box)

    def __len__(self) -> int:
        return len(self.boxes)

    def __iter__(self) -> Iterator[str]:
        return iter(self.boxes)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The boxes of the main arm whose numbers are not known."""
        main = [*BOXES][2:4] + [*BOXES][8:17] + ["new_studies", "new_reports"]
        return tuple(each for each in main if each not in self.boxes and each not in _MAY_LACK)

    @property
    def _print_title(self) -> str:
        lines = ["Flow of a review (PRISMA 2020)"]
        if self.unknown:
            lines.append(f"Not known: {', '.join(BOXES[each] for each in self.unknown)}")
        for stage, number in self.open.items():
            lines.append(f"Still open at {stage}: {number:,}")
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each box that is known, and for each database, register and reason in it.

        Columns: box (its name), what (in words), n, mark (how the number came about, where that is said).
        """
        import pandas as pd

        rows: list[tuple[str, str, int, str]] = []
        for box, what in BOXES.items():
            if box in self.boxes:
                rows.append((box, what, self.boxes[box], self.marks.get(box, "")))
            part = _LISTS.get(box)
            for name, number in (getattr(self, part) if part else {}).items():
                rows.append((box, f"{what}: {name}", number, ""))
        return pd.DataFrame(rows, columns=["box", "what", "n", "mark"])


@question("prisma_flow", called="function")
def prisma_flow(
    boxes: Mapping[str, Any] | pd.DataFrame, *, marks: Mapping[str, str] | None = None
) -> Flow:
    """Return the flow of a review from its numbers, if they reconcile.

    Parameters
    ----------
    boxes : mapping or pandas.DataFrame
        The number in each box, by the names in `BOXES`. Of databases, registers and excluded reports a
        mapping of names to numbers may stand instead. What is not known is left out. A frame has the columns
        ``data`` or ``box`` and ``n``, as the R package PRISMA2020 writes them; and ``part`` where a row is
        one database, register or reason, and ``mark``.
    marks : mapping of str to str, optional
        How numbers came about, by box, such as ``"counted from the references"``.

    Raises
    ------
    FlowError
        For a box that there is not, what is no number, and numbers that do not reconcile: all of those, each
        with what it would have to be.

    Examples
    --------
    >>> flow = prisma_flow({
    ...     "database_results": {"Medline": 500, "Embase": 178}, "register_results": 22, "duplicates": 167,
    ...     "records_screened": 533, "records_excluded": 398, "dbr_sought_reports": 135,
    ...     "dbr_assessed": 135, "dbr_excluded": {"no review": 60, "no adults": 33}, "new_reports": 42,
    ... })
    >>> flow["database_results"], flow["dbr_excluded"], flow["new_studies"]
    (678, 93, None)
    >>> prisma_flow({"records_screened": 100, "records_excluded": 60, "dbr_sought_reports": 50})
    Traceback (most recent call last):
        ...
    qualcode.errors.FlowError: the flow does not reconcile: records screened (100) - records excluded (60) ...
    """
    given = _numbers(boxes)
    lists: dict[str, dict[str, int]] = {}
    known: dict[str, int] = {}
    for box, said in given.items():
        if box not in BOXES:
            raise FlowError(
                f"the flow has no box {shown(box)}; it has {', '.join(BOXES)}.{did_you_mean(str(box), BOXES)}"
            )
        if isinstance(said, Mapping):
            if box not in _LISTS:
                raise FlowError(
                    f"{box} is one number; only {', '.join(_LISTS)} can be told one by one"
                )
            lists[_LISTS[box]] = {
                str(name): _number(number, f"{box}, {name}") for name, number in said.items()
            }
            known[box] = sum(lists[_LISTS[box]].values())
        else:
            known[box] = _number(said, box)
    noted = {**_marks(boxes), **check_mapping(marks or {}, what="marks", error=FlowError)}
    flow = Flow(
        {box: known[box] for box in BOXES if box in known},
        **{part: lists.get(part, {}) for part in _LISTS.values()},  # type: ignore[arg-type]
        marks=dict(noted),
    )
    odd = [*_misfits(flow)]
    if odd:
        raise FlowError(f"the flow does not reconcile: {'; '.join(odd)}")
    return flow


def _numbers(boxes: Any) -> Mapping[Any, Any]:
    if isinstance(boxes, Mapping):
        return boxes
    columns = getattr(boxes, "columns", ())
    name = next((each for each in ("box", "data") if each in columns), None)
    if name is None or "n" not in columns:
        raise FlowError(
            f"the flow is a mapping of boxes to numbers, or a frame with 'box' and 'n', not {shown(boxes)}"
        )
    known = boxes[boxes["n"].notna() & boxes[name].isin([*BOXES])]
    parts = known["part"].fillna("") if "part" in columns else [""] * len(known)
    made: dict[str, Any] = {}
    for box, part, n in zip(known[name], parts, known["n"], strict=True):
        if part:
            made.setdefault(str(box), {})[str(part)] = n
        else:
            made[str(box)] = n
    return made


def _marks(boxes: Any) -> dict[str, str]:
    """Return how numbers of a frame came about, by box: of several in a box, what is said first."""
    columns = getattr(boxes, "columns", ())
    if "mark" not in columns or "box" not in columns:
        return {}
    told = boxes[boxes["mark"].notna()].drop_duplicates("box")
    return {str(box): str(mark) for box, mark in zip(told["box"], told["mark"], strict=True)}


def _number(said: object, what: str) -> int:
    if isinstance(said, float) and said.is_integer():
        said = int(said)
    return check_whole(said, what=what, error=FlowError, least=0)


def _misfits(flow: Flow) -> Iterator[str]:
    """Say what does not add up, of what is known."""
    boxes = flow.boxes
    for into, out, left in _SUMS:
        terms = [*into, *out]
        there = [each for each in terms if each in boxes]
        lacking = [each for each in terms if each not in boxes and each not in _MAY_LACK]
        if left[0] not in boxes or not any(each in boxes for each in into):
            continue
        found = sum(boxes[each] for each in into if each in boxes)
        found -= sum(boxes[each] for each in out if each in boxes)
        told = " ".join(
            f"{'-' if each in out else '+'} {BOXES[each]} ({boxes[each]:,})" for each in there
        ).removeprefix("+ ")
        wanted = boxes[left[0]]
        if not lacking and found != wanted:
            yield (
                f"{told} is {found:,}, and {BOXES[left[0]]} is {wanted:,}, {abs(found - wanted):,} "
                f"{'less' if wanted < found else 'more'}"
            )
        elif lacking and found < wanted:
            yield f"{told} is {found:,}, and {BOXES[left[0]]} is {wanted:,}, which is more"
    for unit in ("new", "total", "previous"):
        studies, reports = boxes.get(f"{unit}_studies"), boxes.get(f"{unit}_reports")
        if studies is not None and reports is not None and reports < studies:
            yield (
                f"{unit} studies are {studies:,}, and their reports {reports:,}: each study has one at least"
            )


@question("review().prisma")
def review_flow(
    state: State, *, more: Mapping[str, Any] | None = None, studies: int | None = None
) -> Flow:
    """Return the flow of a review from what was found and decided in it.

    Parameters
    ----------
    state : State
        The review.
    more : mapping, optional
        Boxes that the log does not know, such as those of a previous version.
    studies : int, optional
        How many studies the included reports are about.

    Raises
    ------
    FlowError
        When what is given does not reconcile with what was decided.
    """
    held = state.review.screening
    rows = screening(state).rows
    counted = {each.id for each in rows}
    boxes: dict[str, Any] = {}
    main = {id for id, each in held.searches.items() if each.kind in ("database", "register")}
    for kind, box in (("database", "database_results"), ("register", "register_results")):
        brought = _by_source(state, kind)
        if brought:
            boxes[box] = brought
    for kind, box in zip(("website", "organisation", "citations", "other"), _OTHER, strict=True):
        # PRISMA has no box for duplicates in this arm: what a database brought as well is counted there.
        brought = _by_source(state, kind, counted)
        if brought:
            boxes[box] = sum(brought.values())
    arms = {
        "dbr": [each for each in rows if held.found[each.id] in main],
        "other": [each for each in rows if held.found[each.id] not in main],
    }
    if arms["dbr"]:
        same = sum(1 for id in held.records if held.found[id] in main and id not in counted)
        boxes |= {"duplicates": same, "records_screened": len(arms["dbr"])}
        out = sum(each.outcomes[STAGES[0]] == "exclude" for each in arms["dbr"])
        boxes["records_excluded"] = out
    waiting = {
        stage: sum(each.outcomes.get(stage) in (OPEN, DIFFERING) for each in rows)
        for stage in STAGES
    }
    if not waiting[STAGES[0]]:
        for arm, own in arms.items():
            boxes |= _reports(arm, own, whole=not waiting[STAGES[1]])
    if rows and not any(waiting.values()):
        boxes["new_reports"] = sum(each.is_included for each in rows)
    if studies is not None:
        boxes["new_studies"] = studies
    flow = prisma_flow({**boxes, **(more or {})})
    return attrs.evolve(flow, open={stage: number for stage, number in waiting.items() if number})


def _by_source(state: State, kind: str, among: Collection[str] | None = None) -> dict[str, int]:
    """Return how many records each source of a kind brought, of all or among some."""
    held = state.review.screening
    found: dict[str, int] = {}
    for id, search in held.found.items():
        each = held.searches[search]
        if each.kind == kind and (among is None or id in among):
            found[each.source] = found.get(each.source, 0) + 1
    return found


def _reports(arm: str, rows: list[Any], *, whole: bool) -> dict[str, Any]:
    """Return the boxes of the full texts of an arm; what is left open is not known."""
    sought = [each for each in rows if STAGES[1] in each.outcomes]
    if not rows:
        return {}
    if arm == "other":
        # What other sources brought was chosen by hand; what its abstract already excluded was not sought.
        sought = rows
    boxes: dict[str, Any] = {f"{arm}_sought_reports": len(sought)}
    if whole:
        missed = sum(each.outcome == "not-retrieved" for each in sought)
        out: dict[str, int] = {}
        for each in sought:
            if each.outcome == "exclude":
                out[each.reason or "title and abstract"] = (
                    out.get(each.reason or "title and abstract", 0) + 1
                )
        boxes |= {
            f"{arm}_notretrieved_reports": missed, f"{arm}_assessed": len(sought) - missed,
            f"{arm}_excluded": out,
        }  # fmt: skip
    return boxes
