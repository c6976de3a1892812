"""What desktop programs report on a study of two coders, under names that say whose it is.

They look at what the coders marked, so that the study's unit plays no part: NVivo and ATLAS.ti's α
count characters, MAXQDA and Holsti's index count coded segments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.stats.agreement.continua import Stretch
from qualcode.stats.agreement.program_measures import (
    atlasti_c_alpha,
    atlasti_cu_alpha,
    atlasti_holsti,
    check_overlap,
    maxqda_kappa,
    nvivo_kappa,
    nvivo_percent_agreement,
)
from qualcode.stats.agreement.result import AgreementResult, OfStudy, StudySummary
from qualcode.stats.agreement.study.coding_table import SETS
from qualcode.stats.agreement.study.study_ratings import StudyRatings
from qualcode.stats.arguments import check_count, check_one_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "AtlastiCode",
    "AtlastiComparison",
    "MaxqdaCode",
    "MaxqdaComparison",
    "NvivoCell",
    "NvivoComparison",
    "atlasti_comparison",
    "maxqda_comparison",
    "nvivo_comparison",
]


@attrs.frozen
class NvivoCell:
    """One code in one document, as a row of NVivo's coding comparison.

    Parameters
    ----------
    code, document : str
        Ids.
    characters : int
        The document's length, which NVivo calls its size.
    agreement : float
        Share of the characters that both coders coded, or neither.
    kappa : float or None
        Cohen's κ over the characters; None for the `reason` given.
    shown : float
        What NVivo shows as Kappa: 1 where both coders coded nothing, or everything.
    reason : str or None
        Why there is no κ.
    """

    code: str
    document: str
    characters: int
    agreement: float
    kappa: float | None
    shown: float
    reason: str | None


@attrs.frozen
class NvivoComparison(OfStudy):
    """NVivo's coding comparison query for two coders: a cell for each code in each document.

    Parameters
    ----------
    coders : tuple of str
        Who was compared.
    cells : tuple of NvivoCell
        The table by code and document.
    study : StudySummary
        On what.
    """

    _says = "Agreement by code and document, as NVivo gives it"
    _figure = "qualcode.report.plot.two_coders:program_comparison"

    coders: tuple[str, ...]
    cells: tuple[NvivoCell, ...] = attrs.field(repr=False)
    study: StudySummary = attrs.field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each code and document; columns as in `NvivoCell`."""
        return _frame(self.cells, NvivoCell)

    def averages(self, by: Literal["code", "document"] | None = None) -> pd.DataFrame:
        """Return the averages that NVivo's help makes in a spreadsheet.

        Parameters
        ----------
        by : {"code", "document"}, optional
            What to average for each of; everything together when not given.

        Returns
        -------
        DataFrame
            Columns: weighting (``"equal"``: every cell counts alike; ``"size"``: each counts as many
            times as its document has characters), agreement, shown (the mean of what NVivo shows as
            Kappa), kappa (the mean of the κ that are defined) and undefined (the number that are not,
            each of which NVivo counts as 1).
        """
        import pandas as pd

        frame = self.to_frame()
        groups: list[tuple[dict[str, Any], pd.DataFrame]] = [({}, frame)]
        if by is not None:
            check_one_of(by, ("code", "document"), what="by")
            groups = [({by: name}, cells) for name, cells in frame.groupby(by, sort=False)]
        rows = [
            {**of, **_averages(cells, weighting)}
            for of, cells in groups
            for weighting in ("equal", "size")
        ]
        return pd.DataFrame(rows)


@attrs.frozen
class MaxqdaCode:
    """One code in MAXQDA's table of agreement on segments.

    Parameters
    ----------
    code : str
        Its id.
    agreements, disagreements, total : int
        Coded segments of both coders which the other has too, which not, and all.
    percent : float or None
        Agreements as a share of all, from 0 to 100; None where nobody coded it.
    """

    code: str
    agreements: int
    disagreements: int
    total: int
    percent: float | None


@attrs.frozen
class MaxqdaComparison(OfStudy):
    """MAXQDA's intercoder agreement on segments for two coders.

    Parameters
    ----------
    coders : tuple of str
        Who was compared.
    kappa : AgreementResult
        Brennan and Prediger's κ over all codes.
    codes : tuple of MaxqdaCode
        The table by code.
    overlap : float
        How much of the longer segment two that agree must share.
    n_codes : int
        Among how many codes chance was taken to choose.
    study : StudySummary
        On what.
    """

    _says = "Agreement by code, as MAXQDA gives it"
    _figure = "qualcode.report.plot.two_coders:program_comparison"

    coders: tuple[str, ...]
    kappa: AgreementResult
    codes: tuple[MaxqdaCode, ...] = attrs.field(repr=False)
    overlap: float
    n_codes: int
    study: StudySummary = attrs.field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each code; columns as in `MaxqdaCode`."""
        return _frame(self.codes, MaxqdaCode)


@attrs.frozen
class AtlastiCode:
    """One code in ATLAS.ti's intercoder agreement; None where `reason` says why."""

    code: str
    holsti: float | None
    c_alpha: float | None
    reason: str | None


@attrs.frozen
class AtlastiComparison(OfStudy):
    """ATLAS.ti's intercoder agreement for two coders, with the study's codes as one domain.

    Parameters
    ----------
    coders : tuple of str
        Who was compared.
    holsti : AgreementResult
        Holsti's index over all coded segments.
    c_alpha : AgreementResult
        Binary c-α: whether the same text was coded with any of the codes.
    cu_alpha : AgreementResult
        cu-α: whether text that both coded has the same code. Undefined where a coder put two codes on
        the same text, because the codes of a semantic domain exclude each other.
    codes : tuple of AtlastiCode
        Holsti's index and binary c-α of each code.
    overlap : float
        How much of the longer segment two must share to match, for Holsti's index.
    study : StudySummary
        On what.
    """

    _says = "Agreement by code, as ATLAS.ti gives it"
    _figure = "qualcode.report.plot.two_coders:program_comparison"

    coders: tuple[str, ...]
    holsti: AgreementResult
    c_alpha: AgreementResult
    cu_alpha: AgreementResult
    codes: tuple[AtlastiCode, ...] = attrs.field(repr=False)
    overlap: float
    study: StudySummary = attrs.field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each code; columns as in `AtlastiCode`."""
        return _frame(self.codes, AtlastiCode)


def nvivo_comparison(study: StudyRatings) -> NvivoComparison:
    """Return NVivo's coding comparison query on a study of two coders."""
    first, second = _two_coders(study, "NVivo")
    spans = study.table.spans(study.nodes)
    cells = []
    for node in study.nodes:
        for document in study.documents:
            size = len(study.state.documents[document])
            marked = spans[document, first, node.id], spans[document, second, node.id]
            agreement = nvivo_percent_agreement(*marked, size)
            kappa = nvivo_kappa(*marked, size)
            shown = 1.0 if kappa.value is None else kappa.value
            cells.append(
                NvivoCell(
                    node.id, document, size, float(agreement), kappa.value, shown, kappa.reason
                )
            )
    return NvivoComparison((first, second), tuple(cells), study.summary(SETS))


def maxqda_comparison(study: StudyRatings, overlap: float, n_codes: int | None) -> MaxqdaComparison:
    """Return MAXQDA's intercoder agreement on the segments of a study of two coders."""
    check_overlap(overlap)
    if n_codes is not None:
        n_codes = check_count(n_codes, what="n_codes", least=1)
    coders = _two_coders(study, "MAXQDA")
    first, second = (_in_a_row(study, coder) for coder in coders)
    total = len(study.nodes) if n_codes is None else n_codes
    codes = []
    for node in study.nodes:
        one = maxqda_kappa(
            _of_code(first, node.id), _of_code(second, node.id), n_codes=total, overlap=overlap
        )
        agreeing = round((one.observed or 0.0) * one.n_units)
        share = None if one.observed is None else 100 * one.observed
        codes.append(MaxqdaCode(node.id, agreeing, one.n_units - agreeing, one.n_units, share))
    kappa = maxqda_kappa(first, second, n_codes=total, overlap=overlap)
    return MaxqdaComparison(coders, kappa, tuple(codes), overlap, total, study.summary(SETS))


def atlasti_comparison(study: StudyRatings, overlap: float) -> AtlastiComparison:
    """Return ATLAS.ti's intercoder agreement on a study of two coders."""
    check_overlap(overlap)
    coders = _two_coders(study, "ATLAS.ti")
    first, second = (_in_a_row(study, coder) for coder in coders)
    codes = []
    for node in study.nodes:
        holsti = atlasti_holsti(
            _of_code(first, node.id), _of_code(second, node.id), overlap=overlap
        )
        binary = atlasti_c_alpha(*_by_document(study, node.id), interval=None)
        codes.append(
            AtlastiCode(node.id, holsti.value, binary.value, holsti.reason or binary.reason)
        )
    continua, lengths = _by_document(study)
    binary = atlasti_c_alpha(continua, lengths)
    try:
        labels = atlasti_cu_alpha(continua, lengths)
    except StatisticsError as error:
        # Codes that overlap are no mistake of the caller's, but there is no cu-α of them.
        labels = attrs.evolve(
            binary, measure="atlasti_cu_alpha", value=None, observed=None, expected=None,
            n_units=0, n_categories=len(study.nodes), se=None, interval=None, codes=(),
            reason=str(error),
        )  # fmt: skip
    holsti = atlasti_holsti(first, second, overlap=overlap)
    return AtlastiComparison(
        coders, holsti, binary, labels, tuple(codes), overlap, study.summary(SETS)
    )


def _two_coders(study: StudyRatings, program: str) -> tuple[str, ...]:
    if len(study.coders) != 2:
        raise StatisticsError(
            f"{program} compares two coders, and this study has {', '.join(study.coders)}: name two "
            "of them with coders=…"
        )
    return study.coders


def _in_a_row(study: StudyRatings, coder: str) -> list[Stretch]:
    """Return the coded segments of a coder, the documents laid one after the other."""
    lengths = [len(study.state.documents[document]) for document in study.documents]
    offset = dict(zip(study.documents, np.cumsum([0, *lengths]).tolist(), strict=False))
    return [
        (offset[document] + start, offset[document] + end, node)
        for (document, who, node), spans in study.table.spans(study.nodes).items()
        for start, end in spans
        if who == coder
    ]


def _of_code(segments: list[Stretch], code: str) -> list[Stretch]:
    return [segment for segment in segments if segment[2] == code]


def _by_document(
    study: StudyRatings, code: str | None = None
) -> tuple[list[dict[str, list[Stretch]]], list[int]]:
    """Return what the coders marked in each document, with one code or all, and its length."""
    continua: dict[str, dict[str, list[Stretch]]] = {}
    for (document, coder, node), spans in study.table.spans(study.nodes).items():
        marked = continua.setdefault(document, {}).setdefault(coder, [])
        if code in (None, node):
            marked += [(start, end, node) for start, end in spans]
    return list(continua.values()), [len(study.state.documents[id]) for id in continua]


def _averages(cells: pd.DataFrame, weighting: str) -> dict[str, Any]:
    defined = cells[cells["reason"].isna()]
    return {
        "weighting": weighting,
        "agreement": _mean(cells, "agreement", weighting),
        "shown": _mean(cells, "shown", weighting),
        "kappa": _mean(defined, "kappa", weighting),
        "undefined": len(cells) - len(defined),
    }


def _mean(cells: pd.DataFrame, column: str, weighting: str) -> float | None:
    if not len(cells):
        return None
    weights = cells["characters"] if weighting == "size" else None
    return float(np.average(cells[column].astype(float), weights=weights))


def _frame(rows: tuple[attrs.AttrsInstance, ...], kind: type[attrs.AttrsInstance]) -> pd.DataFrame:
    import pandas as pd

    columns = [field.name for field in attrs.fields(kind)]
    return pd.DataFrame([attrs.asdict(row) for row in rows], columns=columns)
