"""An agreement study: what is compared, before by which measure.

A `Study` says which coders, which codes (or themes, or domains), cut into which units, over which
documents, and what a unit that a coder left uncoded means. The measures of
`qualcode.stats.agreement` then work on the table that it makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.assignments import Assignments
from qualcode.model.hierarchy import Node, lay_over
from qualcode.model.rollups import UNASSIGNED, Rollup
from qualcode.model.segments import Segment
from qualcode.model.state import State
from qualcode.stats.agreement import (
    MEASURES,
    AgreementResult,
    StudySummary,
    UnitizingResult,
    code_diagnostics,
    disagreements,
    leave_one_coder_out,
    unitizing_alpha,
)
from qualcode.stats.units import Within, code_units

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Study", "agreement_study"]

Flags = npt.NDArray[np.bool_]
Uncoded = Literal["decision", "missing"]
POOLED = "pooled"
SETS = "sets"


@attrs.frozen(eq=False)
class Study:
    """Units × coders × codes: which coder put which code on which unit.

    Parameters
    ----------
    state : State
        The project's content.
    coders : tuple of str
        Who is compared.
    nodes : tuple of Node
        The codes, themes or domains compared.
    unit : str
        What a unit is.
    documents : tuple of str
        Documents that at least two of the coders covered, in order.
    present : array of bool, shape (coders, units, nodes)
        Whether the coder put the code on the unit.
    rated : array of bool, shape (coders, units)
        Whether the coder decided about the unit at all.
    clusters : array of int, shape (units,)
        The document of each unit, as a number into `documents`.
    uncoded : {"decision", "missing"}
        What a unit means that a coder left uncoded in a document that they covered.
    rollup : Rollup
        Along which the nodes are.
    chosen : bool
        Whether the nodes were named, and not all that anybody used.
    coverage : mapping of str to tuple of str, or None
        The documents that coders covered, where that was stated.
    """

    state: State = attrs.field(repr=False)
    coders: tuple[str, ...]
    nodes: tuple[Node, ...] = attrs.field(repr=False)
    unit: str
    documents: tuple[str, ...] = attrs.field(repr=False)
    present: Flags = attrs.field(repr=False)
    rated: Flags = attrs.field(repr=False)
    clusters: npt.NDArray[np.int64] = attrs.field(repr=False)
    uncoded: Uncoded
    rollup: Rollup = attrs.field(repr=False)
    chosen: bool = attrs.field(repr=False)
    coverage: Mapping[str, tuple[str, ...]] | None = attrs.field(repr=False)
    _labels: Sequence[Segment] = attrs.field(repr=False, alias="labels")
    _rows: Assignments = attrs.field(repr=False, alias="rows")

    @property
    def n_units(self) -> int:
        """How many units are compared."""
        return len(self.clusters)

    @cached_property
    def _position(self) -> dict[str, int]:
        return {node.id: at for at, node in enumerate(self.nodes)}

    # Tables of ratings

    def ratings(self, of: str = SETS) -> npt.NDArray[np.object_]:
        """Return the ratings as a table of shape (coders, units), None where there is none.

        Parameters
        ----------
        of : str, default "sets"
            ``"sets"``: each rating is the frozenset of the codes on the unit. The id of a code, theme
            or domain: whether it is on the unit. ``"pooled"``: that of all of them, one after the
            other, so that there are units × codes columns.
        """
        if of == SETS:
            return self._sets(self.present)
        if of == POOLED:
            columns = [self._binary(at) for at in range(len(self.nodes))]
            return np.concatenate(columns, axis=1)
        if of not in self._position:
            raise StatisticsError(
                f"of={of!r}: compare {SETS!r}, {POOLED!r}, or one of the {len(self.nodes)} "
                f"{self.nodes[0].level}s.{did_you_mean(of, [SETS, POOLED, *self._position])}"
            )
        return self._binary(self._position[of])

    def _binary(self, node: int) -> npt.NDArray[np.object_]:
        table = self.present[:, :, node].astype(object)
        table[~self.rated] = None
        return table

    def _sets(self, present: Flags) -> npt.NDArray[np.object_]:
        ids = np.array([node.id for node in self.nodes], dtype=object)
        # Few distinct sets occur, so each is made once.
        flat = present.reshape(-1, present.shape[2])
        distinct, which = np.unique(flat, axis=0, return_inverse=True)
        sets = np.empty(len(distinct), dtype=object)
        sets[:] = [frozenset(ids[row].tolist()) for row in distinct]
        table: npt.NDArray[np.object_] = sets[which.ravel()].reshape(self.rated.shape)
        table[~self.rated] = None
        return table

    # Agreement

    def agreement(
        self, measure: str = "krippendorff_alpha", *, of: str = SETS, **options: Any
    ) -> AgreementResult:
        """Return the coders' agreement by one measure, with an interval by document.

        Parameters
        ----------
        measure : str, default "krippendorff_alpha"
            Its name in `qualcode.stats.agreement.MEASURES`.
        of : str, default "sets"
            What is compared, as for `ratings`. Sets of codes are compared by Krippendorff's α with
            the MASI distance unless ``level`` says otherwise, and by other measures as equal or not.
        **options
            What the measure takes, such as ``weights`` or ``interval``; without ``interval`` it is the
            delete-one-document jackknife.
        """
        if measure not in MEASURES:
            raise StatisticsError(
                f"there is no measure {measure!r}; there are {', '.join(MEASURES)}."
                f"{did_you_mean(measure, MEASURES)}"
            )
        if measure == "krippendorff_alpha" and of == SETS:
            options = {"level": "masi", **options}
        result: AgreementResult = MEASURES[measure].function(
            self.ratings(of), **{"clusters": self._clusters(of), **options}
        )
        return attrs.evolve(result, study=self._summary(of, options))

    def _summary(self, of: str, options: Mapping[str, Any]) -> StudySummary:
        level = self.nodes[0].level
        return StudySummary(
            project=self.state.name,
            provenance=self.state.provenance,
            revision=f"{len(self.state.history)} ({self.state.head})",
            coders=self.coders,
            level=level,
            rollup=None if level == "code" else self.rollup.id,
            nodes=tuple(node.id for node in self.nodes),
            chosen=self.chosen,
            unit=self.unit,
            documents=len(self.documents),
            units=self.n_units,
            coverage=self.coverage,
            uncoded=self.uncoded,
            of=of,
            options={name: _written(option) for name, option in options.items()},
        )

    def _clusters(self, of: str) -> npt.NDArray[np.int64]:
        return np.tile(self.clusters, len(self.nodes)) if of == POOLED else self.clusters

    def per_code(self, measure: str = "krippendorff_alpha", **options: Any) -> pd.DataFrame:
        """Return a frame with a row for each code: whether coders agree that it is on the unit.

        Columns: id, name, value, low, high, observed, units (how many units each coder put it on),
        reason (why the value is undefined); for two coders also positive_agreement,
        negative_agreement, prevalence_index, bias_index and pabak.
        """
        import pandas as pd

        rows = []
        for at, node in enumerate(self.nodes):
            result = self.agreement(measure, of=node.id, **options)
            row = {
                "id": node.id,
                "name": node.name,
                "value": result.value,
                "low": result.interval.low if result.interval else None,
                "high": result.interval.high if result.interval else None,
                "observed": result.observed,
                "units": tuple(int(count) for count in self.present[:, :, at].sum(axis=1)),
                "reason": result.reason or result.interval_reason,
            }
            if len(self.coders) == 2:
                row |= self._two_coders(at)
            rows.append(row)
        return pd.DataFrame(rows)

    def _two_coders(self, node: int) -> dict[str, float | None]:
        names = (
            "positive_agreement",
            "negative_agreement",
            "prevalence_index",
            "bias_index",
            "pabak",
        )
        if not self.present[:, :, node].any():
            return dict.fromkeys(names)
        found = code_diagnostics(self._binary(node))
        return {name: getattr(found, name) for name in names}

    def where_and_what(self, **options: Any) -> dict[str, AgreementResult]:
        """Split the disagreement into where and what.

        Returns
        -------
        dict
            ``"where"``: α on whether a unit is coded at all. ``"what"``: α (MASI) on the sets of
            codes, over the units that two coders or more coded with something. ``"both"``: α (MASI)
            on everything.
        """
        coded = self.present.any(axis=2)
        where = coded.astype(object)
        where[~self.rated] = None
        what = self._sets(self.present)
        what[~coded] = None
        alpha = MEASURES["krippendorff_alpha"].function
        options = {"clusters": self.clusters, **options}
        return {
            "where": alpha(where, **options),
            "what": alpha(what, level="masi", **options),
            "both": self.agreement(**options),
        }

    def unitizing(self, of: str | None = None, **options: Any) -> UnitizingResult:
        """Return Krippendorff's coefficients of free segmentation, of the spans as coded.

        Parameters
        ----------
        of : str, optional
            Id of a code: its spans alone. Without it any code counts as coded, and labels are not
            compared, since here codes may overlap.
        **options
            An interval, as the measures take it; documents are the continua.
        """
        nodes = self.nodes if of is None else (self.nodes[self._position[of]],)
        rows = self._rows.take(_carries(self._rows, nodes))
        numbers = {id: at for at, id in enumerate(self.state.documents)}
        continua = []
        for document in self.documents:
            here = rows.document == numbers[document]
            continua.append(
                {
                    coder: [(start, end, of or "coded") for start, end in _union(rows, here, coder)]
                    for coder in self.coders
                    if self._covered(coder, document)
                }
            )
        lengths = [len(self.state.documents[document]) for document in self.documents]
        return unitizing_alpha(continua, lengths, **options)

    def _covered(self, coder: str, document: str) -> bool:
        units = self.clusters == self.documents.index(document)
        return bool(self.rated[self.coders.index(coder)][units].any())

    # Who and which

    def disagreements(self, *, of: str = SETS, top: int | None = 20) -> pd.DataFrame:
        """Return the units behind the disagreement, the most disputed first.

        Columns: document, start, end, quote, a column for each coder with the codes they gave, and
        share (what the unit adds to the observed disagreement).
        """
        import pandas as pd

        table = self._one_table(of)
        level = "masi" if of == SETS else "nominal"
        found = disagreements(table, level=level, top=top)
        rows = []
        for unit in found.units:
            at = int(str(unit.unit))
            segment = self._labels[at]
            given = {coder: _shown(table[number, at]) for number, coder in enumerate(self.coders)}
            rows.append(
                {
                    "document": segment.document.id,
                    "start": segment.start,
                    "end": segment.end,
                    "quote": segment.quote,
                    **given,
                    "share": unit.share,
                }
            )
        columns = ["document", "start", "end", "quote", *self.coders, "share"]
        return pd.DataFrame(rows, columns=columns)

    def _one_table(self, of: str) -> npt.NDArray[np.object_]:
        if of == POOLED:
            raise StatisticsError(
                "pooled codes have no single unit; ask for 'sets' or for one code"
            )
        return self.ratings(of)

    def leave_one_coder_out(
        self, measure: str = "krippendorff_alpha", *, of: str = SETS, **options: Any
    ) -> pd.DataFrame:
        """Return a frame with the measure without each coder in turn, and what it gains."""
        if measure == "krippendorff_alpha" and of == SETS:
            options = {"level": "masi", **options}
        left = leave_one_coder_out(
            self.ratings(of), measure, **{"clusters": self._clusters(of), **options}
        )
        frame = left.to_frame()
        return frame.assign(coder=list(self.coders))

    def what_if(self, *, top: int = 10, **options: Any) -> pd.DataFrame:
        """Return which merge of two codes would raise agreement, and by how much.

        Only pairs are looked at that coders confuse: one gave the one where another gave the other.
        The gain is the change of Krippendorff's α (MASI) on the sets; its interval is the
        delete-one-document jackknife of the change itself.

        Columns: a, b, confused (units), value, gain, low, high, reason.
        """
        import pandas as pd

        rows = []
        for first, second, confused in self._confusions()[:top]:
            rows.append(
                {
                    "a": self.nodes[first].id,
                    "b": self.nodes[second].id,
                    "confused": confused,
                    **self._gain(first, second, **options),
                }
            )
        columns = ["a", "b", "confused", "value", "gain", "low", "high", "reason"]
        frame = pd.DataFrame(rows, columns=columns)
        return frame.sort_values(["gain", "confused"], ascending=False, ignore_index=True)

    def _confusions(self) -> list[tuple[int, int, int]]:
        """Return pairs of codes with the number of units on which coders exchange them."""
        counts = np.zeros((len(self.nodes), len(self.nodes)), dtype=np.int64)
        for one, other in combinations(range(len(self.coders)), 2):
            both = self.rated[one] & self.rated[other]
            only_one = (self.present[one] & ~self.present[other])[both].astype(np.int64)
            only_other = (self.present[other] & ~self.present[one])[both].astype(np.int64)
            counts += only_one.T @ only_other
        counts += counts.T
        pairs = [
            (first, second, int(counts[first, second]))
            for first, second in combinations(range(len(self.nodes)), 2)
            if counts[first, second]
        ]
        return sorted(pairs, key=lambda pair: -pair[2])

    def _gain(self, first: int, second: int, **options: Any) -> dict[str, Any]:
        from qualcode.stats.intervals import jackknife_interval

        merged = self.present.copy()
        merged[:, :, first] |= merged[:, :, second]
        merged[:, :, second] = False
        options = {"level": "masi", **options}
        alpha = MEASURES["krippendorff_alpha"].function
        before, after = self._sets(self.present), self._sets(merged)

        def change(units: Flags) -> tuple[float | None, float | None]:
            new = alpha(after[:, units], **options).value
            old = alpha(before[:, units], **options).value
            return new, None if new is None or old is None else new - old

        everything = np.ones(self.n_units, dtype=np.bool_)
        value, gain = change(everything)
        if gain is None:
            return {"value": value, "gain": None, "low": None, "high": None,
                    "reason": "α is undefined"}  # fmt: skip
        without = [change(self.clusters != each)[1] for each in np.unique(self.clusters)]
        interval = jackknife_interval([np.nan if each is None else each for each in without], gain)
        found = interval.reason is None
        return {
            "value": value,
            "gain": gain,
            "low": interval.low if found else None,
            "high": interval.high if found else None,
            "reason": interval.reason,
        }


def _written(option: Any) -> str:
    """Return an option of a measure as a script has it."""
    if option is None or isinstance(option, str | int | float):
        return repr(option)
    return getattr(option, "__name__", "…")


def _shown(rating: Any) -> str:
    """Return a rating as a table shows it."""
    if rating is None:
        return "(not coded by this coder)"
    if isinstance(rating, frozenset):
        return ", ".join(sorted(rating)) or "–"
    return "yes" if rating else "no"


def _carries(rows: Assignments, nodes: Iterable[Node]) -> Flags:
    held = frozenset().union(*(node.codes for node in nodes))
    return np.array([code in held for code in rows.codes], dtype=np.bool_)[rows.code]


def _union(rows: Assignments, here: Flags, coder: str) -> list[tuple[int, int]]:
    """Return the stretches of a document that a coder coded, overlaps joined."""
    if coder not in rows.coders:
        return []
    mine = here & (rows.coder == rows.coders.index(coder))
    joined: list[tuple[int, int]] = []
    for start, end in zip(rows.start[mine].tolist(), rows.end[mine].tolist(), strict=True):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def agreement_study(
    state: State,
    *,
    unit: Within,
    coders: Iterable[str] | None = None,
    level: str = "code",
    rollup: str | Rollup | None = None,
    codes: Iterable[str] | None = None,
    coverage: Mapping[str, Iterable[str]] | None = None,
    uncoded: Uncoded = "decision",
) -> Study:
    """Say what is compared, for measuring agreement.

    Parameters
    ----------
    state : State
        The project's content.
    unit : str, regular expression or callable
        ``"segment"`` (spans as coded: coders meet only where theirs are identical), ``"sentence"``,
        ``"paragraph"``, ``"turn"``, ``"line"``, ``"document"``, ``"character"``, or a segmenter. There
        is no default, because agreement depends on it.
    coders : iterable of str, optional
        Ids; all persons who assigned anything when not given. Machines must be named.
    level : {"code", "theme", "domain"}, default "code"
        What is compared.
    rollup : str or Rollup, optional
        For themes and domains.
    codes : iterable of str, optional
        Ids of the nodes of that level to compare; all that were used when not given.
    coverage : mapping of str to iterable of str, optional
        Which documents each coder read. When not given, those in which they assigned anything: a
        coder who read a document and found nothing in it must be named here.
    uncoded : {"decision", "missing"}, default "decision"
        Whether a unit that a coder left uncoded, in a document that they covered, is a decision that
        no code applies, or not known.

    Raises
    ------
    StatisticsError
        When fewer than two coders remain, or no document was covered by two.
    NotFoundError
        For a coder, document or code that does not exist.
    """
    if uncoded not in ("decision", "missing"):
        raise StatisticsError(f"uncoded={uncoded!r}: it is a 'decision', or 'missing'")
    rows = state.assignments
    chosen = _compared(state, rows, coders)
    covered = _coverage(state, rows, chosen, coverage)
    shared = _shared_documents(state, covered)
    kept = rows.take(
        np.isin(
            rows.document, [number for number, id in enumerate(state.documents) if id in shared]
        )
        & np.array([coder in chosen for coder in rows.coders], dtype=np.bool_)[rows.coder]
    )
    nodes = _nodes(state, kept, level, rollup, codes)
    narrowed = attrs.evolve(state, documents=state.documents.only(shared))
    if unit == "character":
        present, clusters, labels = _by_character(narrowed, kept, chosen, nodes)
    else:
        present, clusters, labels = _by_unit(narrowed, kept, chosen, nodes, unit)
    read = np.array([[document in covered[coder] for document in shared] for coder in chosen])
    rated = read[:, clusters]
    if uncoded == "missing":
        rated = rated & present.any(axis=2)
    return Study(
        state, chosen, nodes, unit if isinstance(unit, str) else getattr(unit, "pattern", repr(unit)),
        shared, present, rated, clusters, uncoded,
        rollup=state.rollup(rollup), chosen=codes is not None,
        coverage=_stated(state, covered, coverage), labels=labels, rows=kept,
    )  # fmt: skip


def _compared(state: State, rows: Assignments, coders: Iterable[str] | None) -> tuple[str, ...]:
    if coders is None:
        active = {rows.coders[number] for number in np.unique(rows.coder).tolist()}
        chosen = tuple(
            id for id, coder in state.coders.items() if id in active and coder.kind == "person"
        )
    else:
        chosen = state.coder_ids(coders)
    if len(set(chosen)) < 2:
        raise StatisticsError(
            f"agreement needs two coders or more; there is {', '.join(chosen) or 'none'}"
        )
    return chosen


def _coverage(
    state: State,
    rows: Assignments,
    coders: tuple[str, ...],
    coverage: Mapping[str, Iterable[str]] | None,
) -> dict[str, set[str]]:
    ids = tuple(state.documents)
    covered: dict[str, set[str]] = {}
    for coder in coders:
        if coverage is not None and coder in coverage:
            covered[coder] = {state.documents[document].id for document in coverage[coder]}
        elif coder in rows.coders:
            mine = rows.document[rows.coder == rows.coders.index(coder)]
            covered[coder] = {ids[number] for number in np.unique(mine).tolist()}
        else:
            covered[coder] = set()
    return covered


def _stated(
    state: State, covered: Mapping[str, set[str]], coverage: Mapping[str, Iterable[str]] | None
) -> dict[str, tuple[str, ...]] | None:
    """Return the coverage that was stated, in the order of the documents."""
    if coverage is None:
        return None
    return {
        coder: tuple(id for id in state.documents if id in documents)
        for coder, documents in covered.items()
        if coder in coverage
    }


def _shared_documents(state: State, covered: Mapping[str, set[str]]) -> tuple[str, ...]:
    shared = tuple(
        id for id in state.documents if sum(id in documents for documents in covered.values()) > 1
    )
    if not shared:
        counts = ", ".join(f"{coder} {len(documents)}" for coder, documents in covered.items())
        raise StatisticsError(
            f"no document was covered by two of the coders (they covered: {counts})"
        )
    return shared


def _nodes(
    state: State,
    rows: Assignments,
    level: str,
    rollup: str | Rollup | None,
    codes: Iterable[str] | None,
) -> tuple[Node, ...]:
    hierarchy = lay_over(state.rollup(rollup), state.codebook)
    nodes = hierarchy.level(level)
    if codes is not None:
        return tuple(hierarchy.node(id, level) for id in codes)
    used = {rows.codes[number] for number in np.unique(rows.code).tolist()}
    found = tuple(node for node in nodes if node.id != UNASSIGNED and node.codes & used)
    if not found:
        raise StatisticsError(f"the coders used no {level} that could be compared")
    return found


def _by_unit(
    state: State, rows: Assignments, coders: tuple[str, ...], nodes: tuple[Node, ...], unit: Within
) -> tuple[Flags, npt.NDArray[np.int64], Sequence[Segment]]:
    if unit == "case":
        raise StatisticsError("coders code documents, not cases: compare within documents or less")
    # Rows count into all documents; the study's own come first in order, so map the numbers.
    rows = Assignments.read(rows.rows, state.documents, state.codebook)
    coding = code_units(state, unit, rows)
    number = {coder: at for at, coder in enumerate(coders)}
    who = np.array([number.get(coder, -1) for coder in rows.coders])[rows.coder]
    present = np.zeros((len(coders), coding.n_units, len(nodes)), dtype=np.bool_)
    for at, node in enumerate(nodes):
        carrying = _carries(rows, [node])[coding.row]
        present[who[coding.row[carrying]], coding.unit[carrying], at] = True
    labels = [_as_segment(state, label) for label in coding.labels]
    position = {id: at for at, id in enumerate(state.documents)}
    clusters = np.array([position[label.document.id] for label in labels], dtype=np.int64)
    return present, clusters, labels


def _as_segment(state: State, label: Segment | str) -> Segment:
    return label if isinstance(label, Segment) else Segment.whole(state.documents[label])


def _by_character(
    state: State, rows: Assignments, coders: tuple[str, ...], nodes: tuple[Node, ...]
) -> tuple[Flags, npt.NDArray[np.int64], Sequence[Segment]]:
    rows = Assignments.read(rows.rows, state.documents, state.codebook)
    lengths = np.array([len(document) for document in state.documents.values()], dtype=np.int64)
    offset = np.cumsum(lengths) - lengths
    number = {coder: at for at, coder in enumerate(coders)}
    present = np.zeros((len(coders), int(lengths.sum()), len(nodes)), dtype=np.bool_)
    for at, node in enumerate(nodes):
        for row in np.flatnonzero(_carries(rows, [node])).tolist():
            shift = offset[rows.document[row]]
            who = number[rows.coders[rows.coder[row]]]
            present[who, shift + rows.start[row] : shift + rows.end[row], at] = True
    clusters = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    return present, clusters, _Characters(state, offset)


class _Characters(Sequence[Segment]):
    """Each code point of the documents as a segment, made when looked at."""

    def __init__(self, state: State, offset: npt.NDArray[np.int64]) -> None:
        self._documents = list(state.documents.values())
        self._offset = offset

    def __len__(self) -> int:
        return sum(len(document) for document in self._documents)

    def __getitem__(self, index: int) -> Segment:  # type: ignore[override]
        at = int(np.searchsorted(self._offset, index, side="right")) - 1
        start = index - int(self._offset[at])
        return Segment.whole(self._documents[at]).part(start, start + 1)
