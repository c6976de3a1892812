"""A study of agreement: what was compared, and every question that can be asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Unpack

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.asking import question
from qualcode.model.checks import check_number, check_text, looked_up
from qualcode.model.codebooks.hierarchy import LEVELS, Node
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.counted import Counted
from qualcode.model.recipe import Answer
from qualcode.model.state import State
from qualcode.stats.agreement._intervals import IntervalOptions, MeasureOptions
from qualcode.stats.agreement.diagnostics import (
    CodeDiagnostics,
    code_diagnostics,
    leave_one_coder_out,
)
from qualcode.stats.agreement.distances import Distance
from qualcode.stats.agreement.planning import SampleSize, check_width, sample_size
from qualcode.stats.agreement.ratings import Ratings
from qualcode.stats.agreement.registry import measure_of_ratings
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.study.boundaries import boundaries_of
from qualcode.stats.agreement.study.frames import disputed_units, per_code, summary, units
from qualcode.stats.agreement.study.levels import by_level, nodes_at
from qualcode.stats.agreement.study.merging import what_if
from qualcode.stats.agreement.study.programs import (
    AtlastiComparison,
    MaxqdaComparison,
    NvivoComparison,
    atlasti_comparison,
    maxqda_comparison,
    nvivo_comparison,
)
from qualcode.stats.agreement.study.table import (
    POOLED,
    SETS,
    CoverageFrom,
    Flags,
    Table,
    Uncoded,
    labels_in,
    set_ratings,
)
from qualcode.stats.agreement.unitizing import UnitizingResult, unitizing_alpha
from qualcode.stats.arguments import check_confidence, check_count, check_one_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["THRESHOLDS", "Study"]

ALPHA = "krippendorff_alpha"
THRESHOLDS = (0.667, 0.8)
"""Krippendorff's: the least α for tentative conclusions, and the least for firm ones."""

_CHOSEN = "this study compares chosen codes only: make it without codes=… to see it at other levels"


@attrs.frozen(eq=False, repr=False)
class Study(Answer):
    """Coders compared on the same units, as `agreement_study` makes it.

    Parameters
    ----------
    state : State
        The project's content.
    table : Table
        Which coder put which code on which unit.
    nodes : tuple of Node
        The codes, themes or domains compared.
    unit : str
        What a unit is.
    uncoded : {"decision", "missing"}
        What a unit means that a coder left uncoded in a document that they covered.
    rollup : Rollup
        Along which the nodes are.
    chosen : bool
        Whether the nodes were named, and not all that anybody used.
    coverage : mapping of str to tuple of str, or None
        The documents that coders covered, where that was stated.
    coverage_from : mapping of str to {"stated", "finished", "assigned"}
        How it is known of each coder what they covered: it was stated; they marked what they finished;
        or, where they marked nothing, they are taken to have covered what they assigned anything in.
    named : bool
        Whether the coders were named, and are not all persons there are.
    """

    state: State
    table: Table
    nodes: tuple[Node, ...]
    unit: str
    uncoded: Uncoded
    rollup: Rollup
    chosen: bool
    coverage: Mapping[str, tuple[str, ...]] | None
    coverage_from: Mapping[str, CoverageFrom]
    named: bool

    def __repr__(self) -> str:
        return (
            f"<Study of {', '.join(self.coders)} on {len(self.nodes)} {self.level}s: "
            f"{self.n_units} units ({self.unit}) in {len(self.documents)} documents, "
            f"uncoded is {'a decision' if self.uncoded == 'decision' else 'missing'}{self._shown}>"
        )

    @property
    def _shown(self) -> str:
        n = self.accepted_alike
        return f"; {n} of the codes were accepted by two coders from one suggestion" if n else ""

    @cached_property
    def accepted_alike(self) -> int:
        """How many codes on a stretch of text two coders or more accepted from the same suggestion.

        There they agree with what they were shown, which says little of how they would have coded without.
        ``project.restricted(origin=["hand", "import"]).study(…)`` compares what people coded by themselves.
        """
        rows = self.table.rows
        shown = np.array(
            [origin.startswith("suggestion") for origin in rows.rows.origins], np.bool_
        )
        kept = np.flatnonzero(shown[rows.rows.origin]) if len(rows) else np.zeros(0, np.int64)
        places = np.column_stack(
            [rows.document[kept], rows.start[kept], rows.end[kept], rows.code[kept],
             rows.rows.origin[kept], rows.coder[kept]]
        )  # fmt: skip
        coders = np.unique(np.unique(places, axis=0)[:, :-1], axis=0, return_counts=True)[1]
        return int((coders > 1).sum())

    @property
    def coders(self) -> tuple[str, ...]:
        """Who is compared."""
        return self.table.coders

    @property
    def counted(self) -> Counted:
        """Who is compared, in how many documents, and who is left out for being no person."""
        if self.named:
            return Counted("named", named=self.coders, by_named=len(self.documents))
        left_out = self.state.counting(persons=True).counted.left_out
        return Counted(
            "persons", persons=self.coders, by_persons=len(self.documents), left_out=left_out
        )

    @property
    def documents(self) -> tuple[str, ...]:
        """Documents that at least two of the coders covered, in order."""
        return self.table.documents

    @property
    def level(self) -> str:
        """``"code"``, ``"theme"`` or ``"domain"``: what is compared."""
        return self.nodes[0].level

    @property
    def clusters(self) -> npt.NDArray[np.int64]:
        """The document of each unit, as a number into `documents`, shape (units,)."""
        return self.table.clusters

    @property
    def n_units(self) -> int:
        """How many units are compared."""
        return len(self.table.clusters)

    @cached_property
    def present(self) -> Flags:
        """Whether the coder put the node on the unit, shape (coders, units, nodes)."""
        return self.table.present(self.nodes)

    @cached_property
    def rated(self) -> Flags:
        """Whether the coder decided about the unit at all, shape (coders, units)."""
        read = self.table.read[:, self.clusters]
        return read & self.present.any(axis=2) if self.uncoded == "missing" else read

    # Tables of ratings

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each unit, in the order of documents.

        Columns: document, start, end (code points, half-open), quote, and one for each coder with the ids
        of what they gave to the unit, as a list; None where they did not decide about it.
        """
        return units(self, self._ratings(SETS))

    def ratings(self, of: str = SETS) -> npt.NDArray[np.object_]:
        """Return the ratings as a table of shape (coders, units), None where there is none.

        Parameters
        ----------
        of : str, default "sets"
            ``"sets"``: each rating is the frozenset of the codes on the unit. The id of a code, theme
            or domain: whether it is on the unit. ``"pooled"``: that of all of them, one after the
            other, so that there are units × codes columns.
        """
        return labels_in(self._ratings(of))

    def _ratings(self, of: str) -> Ratings:
        self._check_of(of)
        if of == SETS:
            return set_ratings(self.present, self.rated, [node.id for node in self.nodes])
        if of == POOLED:
            return self._yes_or_no(np.concatenate(list(np.moveaxis(self.present, 2, 0)), axis=1))
        return self._yes_or_no(self.present[:, :, self._number(of)])

    def _yes_or_no(self, present: Flags) -> Ratings:
        rated = np.tile(self.rated, present.shape[1] // max(1, self.n_units))
        return Ratings(np.where(rated, present, -1).astype(np.int8), (False, True))

    def _number(self, of: str) -> int:
        self._check_of(of, also=())
        return [node.id for node in self.nodes].index(of)

    def _check_of(self, of: object, *, also: tuple[str, ...] = (SETS, POOLED)) -> None:
        ids = [node.id for node in self.nodes]
        if not isinstance(of, str) or of not in (*also, *ids):
            known = f"{SETS!r}, {POOLED!r}, or one" if also else "one"
            raise StatisticsError(
                f"of={looked_up(of)}: compare {known} of the {len(ids)} {self.level}s."
                f"{did_you_mean(of, [*also, *ids])}"
            )

    def _clusters(self, of: str) -> npt.NDArray[np.int64]:
        return np.tile(self.clusters, len(self.nodes)) if of == POOLED else self.clusters

    # How far coders agree

    @question()
    def agreement(
        self, measure: str = ALPHA, *, of: str = SETS, **options: Unpack[MeasureOptions]
    ) -> AgreementResult:
        """Return the coders' agreement by one measure, with an interval by document.

        Parameters
        ----------
        measure : str, default "krippendorff_alpha"
            Its name in `qualcode.stats.agreement.MEASURES`; one that takes ratings of units.
        of : str, default "sets"
            What is compared, as for `ratings`. Sets of codes are compared by Krippendorff's α with
            the MASI distance unless ``level`` says otherwise, and by other measures as equal or not.
        **options
            What the measure takes, such as ``weights`` or ``interval``; without ``interval`` it is the
            delete-one-document jackknife.
        """
        function = measure_of_ratings(measure)
        self._check_of(of)
        result: AgreementResult = function(
            self._ratings(of),
            **{"clusters": self._clusters(of), **_with_masi(measure, of, options)},
        )
        return attrs.evolve(result, study=summary(self, of))

    def probability_below(
        self,
        *thresholds: float,
        measure: str = ALPHA,
        of: str = SETS,
        **options: Unpack[MeasureOptions],
    ) -> dict[float, float]:
        """Return how probable it is that agreement lies below each threshold, by a bootstrap.

        Parameters
        ----------
        *thresholds : float
            Krippendorff's .667 and .8 when none is given.
        measure, of
            As for `agreement`.
        **options
            What the measure takes, above all ``random_state`` and ``n_resamples``; documents are
            drawn.

        Raises
        ------
        StatisticsError
            When the measure is undefined, or the documents show no spread.
        """
        thresholds = tuple(
            check_number(each, what="threshold", error=StatisticsError) for each in thresholds
        )
        options = {"interval": "bootstrap", **options}
        result = self.agreement(measure, of=of, **options)
        return {each: result.probability_below(each) for each in thresholds or THRESHOLDS}

    def per_code(self, measure: str = ALPHA, **options: Unpack[MeasureOptions]) -> pd.DataFrame:
        """Return a frame with a row for each code: whether coders agree that it is on the unit.

        Columns: id, name, units (how many each coder put it on), value, low, high, observed, reason
        (why the value, or else its interval, is undefined); for two coders also positive_agreement,
        negative_agreement, prevalence_index, bias_index and pabak.
        """
        return per_code(self, measure, **options)

    @question()
    def diagnostics(self, code: str) -> CodeDiagnostics:
        """Return two coders' agreement on one code, theme or domain, taken apart.

        Raises
        ------
        StatisticsError
            When there are not two coders.
        """
        check_text(code, what="code", error=StatisticsError)
        ratings = self._yes_or_no(self.present[:, :, self._number(code)])
        return attrs.evolve(code_diagnostics(ratings), code=code, study=summary(self, code))

    @question()
    def where_and_what(self, **options: Unpack[IntervalOptions]) -> dict[str, AgreementResult]:
        """Split the disagreement into where and what.

        Parameters
        ----------
        **options
            An interval, as the measures take it.

        Returns
        -------
        dict
            ``"where"``: α on whether a unit is coded at all. ``"what"``: α (MASI) on the sets of
            codes, over the units that two coders or more coded with something. ``"both"``: α (MASI)
            on everything.
        """
        coded = np.asarray(self.present.any(axis=2))
        alpha = measure_of_ratings(ALPHA)
        sets = set_ratings(self.present, coded, [node.id for node in self.nodes])
        shared = {"clusters": self.clusters, **options}
        where = alpha(self._yes_or_no(coded), **shared)
        what = alpha(sets, level="masi", **shared)
        return {
            "where": attrs.evolve(where, study=summary(self, SETS, part="where")),
            "what": attrs.evolve(what, study=summary(self, SETS, part="what")),
            "both": self.agreement(**options),
        }

    @question()
    def unitizing(
        self, of: str | None = None, **options: Unpack[IntervalOptions]
    ) -> UnitizingResult:
        """Return Krippendorff's coefficients of free segmentation, of the spans as coded.

        Parameters
        ----------
        of : str, optional
            Id of a code: its spans alone. Without it any code counts as coded, and labels are not
            compared, since here codes may overlap.
        **options
            An interval, as the measures take it; documents are the continua.
        """
        nodes = self.nodes if of is None else (self.nodes[self._number(of)],)
        continua = self.table.continua(nodes, label=of or "coded")
        lengths = [len(self.state.documents[document]) for document in continua]
        found = unitizing_alpha(list(continua.values()), lengths, **options)
        return attrs.evolve(found, study=summary(self, of or SETS))

    @question()
    def boundaries(
        self, of: str = SETS, *, max_move: int = 2, **options: Unpack[IntervalOptions]
    ) -> AgreementResult:
        """Return how alike coders cut the text: boundary similarity, near misses counting half.

        A coder's boundary lies between two neighbouring units of a document where what they put on the
        one is not what they put on the other. Which code it was does not matter, nor what `uncoded`
        means; two coders who cut alike and label differently agree.

        Parameters
        ----------
        of : str, default "sets"
            ``"sets"``: a boundary is where the set of codes changes. The id of a code, theme or
            domain: where that begins or ends.
        max_move : int, default 2
            How many places between units a boundary may be spread over to count as moved, and not as
            missed: 2 allows one unit off.
        **options
            An interval, as the measures take it; documents are what is left out or drawn.

        Raises
        ------
        StatisticsError
            When the units of the study are coded segments.
        """
        self._check_of(of)
        if of == POOLED:
            raise StatisticsError(
                f"of={of!r}: pooled codes have no boundaries; ask for {SETS!r} or for one code"
            )
        nodes = slice(None) if of == SETS else [self._number(of)]
        result = boundaries_of(self, self.present[:, :, nodes], max_move=max_move, **options)
        return attrs.evolve(result, study=summary(self, of))

    # Other levels

    @question()
    def at_level(self, level: str, rollup: str | Rollup | None = None) -> Study:
        """Return the same study with codes, themes or domains compared.

        Parameters
        ----------
        level : {"code", "theme", "domain"}
            What is compared.
        rollup : str or Rollup, optional
            For themes and domains; the study's own when not given.

        Raises
        ------
        StatisticsError
            When the study compares chosen codes only, or nothing that was used is on the level.
        """
        if self.chosen:
            raise StatisticsError(_CHOSEN)
        check_one_of(level, LEVELS, what="level")
        other = self.rollup if rollup is None else self.state.rollup(rollup)
        nodes = nodes_at(self.state, level, other, self.table.codes)
        return attrs.evolve(self, nodes=nodes, rollup=other)

    def by_level(
        self,
        measure: str = ALPHA,
        *,
        of: str = SETS,
        rollups: Iterable[str | Rollup] | None = None,
        **options: Unpack[MeasureOptions],
    ) -> pd.DataFrame:
        """Return agreement on the codes, and on the themes and domains of each rollup.

        Parameters
        ----------
        measure, of, **options
            As for `agreement`.
        rollups : iterable of str or Rollup, optional
            Along which; all rollups of the codebook, and the code tree where codes have parents,
            when not given.

        Returns
        -------
        DataFrame
            Columns: rollup (None for codes), level, nodes (how many are compared), value, low, high,
            observed, reason.
        """
        if self.chosen:
            raise StatisticsError(_CHOSEN)
        return by_level(self, measure, of, rollups, **options)

    # What is behind it, and what would help

    def disagreements(self, *, of: str = SETS, top: int | None = 20) -> pd.DataFrame:
        """Return the units behind the disagreement, the most disputed first.

        Columns: document, start, end, quote, a column for each coder with the codes they gave, and
        share (what the unit adds to the observed disagreement).
        """
        self._check_of(of)
        if of == POOLED:
            raise StatisticsError(
                f"of={of!r}: pooled codes have no single unit; ask for 'sets' or for one code"
            )
        return disputed_units(self, self._ratings(of), "masi" if of == SETS else "nominal", top)

    def leave_one_coder_out(
        self, measure: str = ALPHA, *, of: str = SETS, **options: Unpack[MeasureOptions]
    ) -> pd.DataFrame:
        """Return a frame with the measure without each coder in turn, and what it gains."""
        measure_of_ratings(measure)
        self._check_of(of)
        asked: dict[str, Any] = {
            "clusters": self._clusters(of), **_with_masi(measure, of, options)
        }  # fmt: skip
        left = leave_one_coder_out(self._ratings(of), measure, **asked)
        return left.to_frame().assign(coder=list(self.coders))

    def what_if(
        self, *, top: int = 10, level: str | Distance = "masi", confidence: float = 0.95
    ) -> pd.DataFrame:
        """Return which merge of two codes would raise agreement, and by how much.

        Only pairs are looked at that coders confuse: one gave the one where another gave the other.
        The gain is the change of Krippendorff's α on the sets; its interval is the
        delete-one-document jackknife of the change itself.

        Parameters
        ----------
        top : int, default 10
            How many pairs to try, those confused most often.
        level : str or callable, default "masi"
            The distance of two sets.
        confidence : float, default 0.95
            The level of the interval.

        Returns
        -------
        DataFrame
            Columns: a, b, confused (units), value (after the merge), gain, low, high, reason; the
            greatest gain first.
        """
        top = check_count(top, what="top")
        return what_if(self, top, level, check_confidence(confidence))

    @question()
    def plan(
        self,
        width: float,
        *,
        measure: str = ALPHA,
        of: str = SETS,
        **options: Unpack[MeasureOptions],
    ) -> SampleSize:
        """Return how many documents to code twice for an interval of a width, with this as a pilot.

        Parameters
        ----------
        width : float
            The distance from the lower to the upper end of the interval wanted.
        measure, of, **options
            As for `agreement`.
            ``confidence``, .95 by default, is the level of the interval that is planned.
        """
        check_width(width)
        confidence = check_confidence(options.pop("confidence", 0.95))
        pilot = self.agreement(measure, of=of, **options)
        return sample_size(width, pilot=pilot, confidence=confidence)

    # What desktop programs would report

    @question()
    def nvivo(self) -> NvivoComparison:
        """Return what NVivo's coding comparison query reports for the two coders."""
        return nvivo_comparison(self)

    @question()
    def maxqda(self, *, overlap: float = 0.9, n_codes: int | None = None) -> MaxqdaComparison:
        """Return what MAXQDA's intercoder agreement on segments reports for the two coders."""
        return maxqda_comparison(self, overlap, n_codes)

    @question()
    def atlasti(self, *, overlap: float = 1.0) -> AtlastiComparison:
        """Return what ATLAS.ti's intercoder agreement reports for the two coders."""
        return atlasti_comparison(self, overlap)


def _with_masi(measure: str, of: str, options: MeasureOptions) -> dict[str, Any]:
    """Return options of a measure, with the distance by which a study compares sets."""
    return {"level": "masi", **options} if measure == ALPHA and of == SETS else dict(options)
