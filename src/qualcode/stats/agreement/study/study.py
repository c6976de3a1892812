"""A study of agreement: what was compared, and every question that can be asked of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, Unpack

import attrs

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.codebooks.hierarchy import LEVELS, lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.stats.agreement.agreement_intervals import IntervalOptions, MeasureOptions
from qualcode.stats.agreement.diagnostics import disagreements
from qualcode.stats.agreement.distances import Distance
from qualcode.stats.agreement.double_coding import SampleSize, check_width, sample_size
from qualcode.stats.agreement.estimating import result_row
from qualcode.stats.agreement.measure_registry import MeasureLike
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.study.coding_table import (
    POOLED,
    SETS,
    labels_in,
)
from qualcode.stats.agreement.study.levels import levels_of, nodes_at
from qualcode.stats.agreement.study.measuring import ALPHA
from qualcode.stats.agreement.study.merged_codes import what_if
from qualcode.stats.agreement.study.program_comparisons import (
    AtlastiComparison,
    MaxqdaComparison,
    NvivoComparison,
    atlasti_comparison,
    maxqda_comparison,
    nvivo_comparison,
)
from qualcode.stats.agreement.study.study_agreement import StudyAgreement
from qualcode.stats.agreement.study.study_boundaries import boundaries_of
from qualcode.stats.agreement.unitizing import UnitizingResult, unitizing_alpha
from qualcode.stats.arguments import check_confidence, check_count, check_one_of, check_whole_texts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Study"]

_CHOSEN = "this study compares chosen codes only: make it without codes=… to see it at other levels"


@attrs.frozen(eq=False, repr=False)
class Study(StudyAgreement):
    """Coders compared on the same units, as `agreement_study` makes it, and what can be asked of them.

    Its fields are those of `StudyRatings`.
    """

    _figure = "qualcode.report.plot.forest:agreement"

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

    @property
    def _print_title(self) -> str:
        return repr(self).strip("<>")

    # The units

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each unit, in the order of documents.

        Columns: document, start, end (code points, half-open), quote, and one for each coder with the ids
        of what they gave to the unit, as a list; None where they did not decide about it.
        """
        import pandas as pd

        labels = labels_in(self.ratings_of(SETS))
        columns = ["document", "start", "end", "quote", *self.coders]
        rows = [
            (
                segment.document.id, segment.start, segment.end, segment.quote,
                *(None if each is None else sorted(each) for each in labels[:, at]),
            )
            for at, segment in enumerate(self.table.segments)
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)

    # Where and what

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
        nodes = self.nodes if of is None else (self.nodes[self.number(of)],)
        continua = self.table.continua(nodes, label=of or "coded")
        check_whole_texts(self.state.documents.values())
        lengths = [len(self.state.documents[document]) for document in continua]
        found = unitizing_alpha(list(continua.values()), lengths, **options)
        return attrs.evolve(found, study=self.summary(of or SETS))

    @question()
    def boundaries(
        self,
        of: str = SETS,
        *,
        measure: Literal["boundary_similarity", "window_diff", "pk"] = "boundary_similarity",
        reference: str | None = None,
        max_move: int = 2,
        window: int | None = None,
        **options: Unpack[IntervalOptions],
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
        measure : {"boundary_similarity", "window_diff", "pk"}
            Or an error against a reference, 0 where both cut alike: WindowDiff or Pk.
        reference : str, optional
            Of the errors: the coder who is right; each in turn when not given.
        window : int, optional
            Of the errors: how many units a window reaches; as for `window_diff` when not given.
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
        self.check_of(of)
        if of == POOLED:
            raise StatisticsError(
                f"of={of!r}: pooled codes have no boundaries; ask for {SETS!r} or for one code"
            )
        nodes = slice(None) if of == SETS else [self.number(of)]
        result = boundaries_of(
            self, self.present[:, :, nodes], measure=measure, reference=reference, max_move=max_move,
            window=window, **options,
        )  # fmt: skip
        return attrs.evolve(result, study=self.summary(of))

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
        other = self.rollup if rollup is None else self.state.find_rollup(rollup)
        nodes = nodes_at(lay_over(other, self.state.codebook), level, self.table.codes)
        return attrs.evolve(self, nodes=nodes, rollup=other)

    def by_level(
        self,
        measure: MeasureLike = ALPHA,
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
        import pandas as pd

        rows = []
        for level, rollup in levels_of(self.state, rollups):
            row: dict[str, Any] = {"rollup": rollup and rollup.id, "level": level}
            try:
                seen = self.at_level(level, rollup)
            except StatisticsError as error:
                rows.append({**row, "nodes": 0, "reason": str(error)})
                continue
            result = seen.agreement(measure, of=of, **options)
            rows.append({**row, "nodes": len(seen.nodes), **result_row(result)})
        columns = ["rollup", "level", "nodes", "value", "low", "high", "observed", "reason"]
        return pd.DataFrame(rows, columns=columns)

    # What is behind it, and what would help

    def disagreements(self, *, of: str = SETS, top: int | None = 20) -> pd.DataFrame:
        """Return the units behind the disagreement, the most disputed first.

        Columns: document, start, end, quote, a column for each coder with the codes they gave, and
        share (what the unit adds to the observed disagreement).
        """
        self.check_of(of)
        if of == POOLED:
            raise StatisticsError(
                f"of={of!r}: pooled codes have no single unit; ask for 'sets' or for one code"
            )
        import pandas as pd

        ratings = self.ratings_of(of)
        labels = labels_in(ratings)
        rows = []
        distance = "masi" if of == SETS else "nominal"
        for unit in disagreements(ratings, distance=distance, top=top).units:
            at = int(str(unit.unit))
            segment = self.table.segments[at]
            rows.append(
                {
                    "document": segment.document.id,
                    "start": segment.start,
                    "end": segment.end,
                    "quote": segment.quote,
                    **{coder: _shown(labels[who, at]) for who, coder in enumerate(self.coders)},
                    "share": unit.share,
                }
            )
        columns = ["document", "start", "end", "quote", *self.coders, "share"]
        return pd.DataFrame(rows, columns=columns)

    def what_if(
        self, *, top: int = 10, distance: str | Distance = "masi", confidence: float = 0.95
    ) -> pd.DataFrame:
        """Return which merge of two codes would raise agreement, and by how much.

        Only pairs are looked at that coders confuse: one gave the one where another gave the other.
        The gain is the change of Krippendorff's α on the sets; its interval is the
        delete-one-document jackknife of the change itself.

        Parameters
        ----------
        top : int, default 10
            How many pairs to try, those confused most often.
        distance : str or callable, default "masi"
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
        return what_if(self, top, distance, check_confidence(confidence))

    @question()
    def plan(
        self,
        width: float,
        *,
        measure: MeasureLike = ALPHA,
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


def _shown(rating: Any) -> str:
    """Return a rating as a table shows it."""
    if rating is None:
        return "(not coded by this coder)"
    if isinstance(rating, frozenset):
        return ", ".join(sorted(rating)) or "–"
    return "yes" if rating else "no"
