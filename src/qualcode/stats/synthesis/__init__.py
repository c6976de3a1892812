"""What a synthesis of studies comes to: which records are one, what is found, and how sound its sources are.

`findings` returns for each theme the sources behind it, and which way each of them points; their summary, the
evidence behind them and a narrative skeleton are made of that. `factor_links` has what bears on what.
`appraisal` and `extraction` return what reviewers filled in, and `rating_sensitivity` what ratings change
of the findings. `screening` has what was decided on records, `prisma_flow` the flow through a review,
`stopping_rule` whether enough was screened, `covered_area` how far reviews rest on the same studies, and
`vote_count` in which direction effects point.
"""

from qualcode.stats.synthesis.appraisal import BY, Appraisal, Appraised, By, appraisal
from qualcode.stats.synthesis.covered_area import BANDS, CoveredArea, covered_area
from qualcode.stats.synthesis.directions import DIRECTIONS, Direction
from qualcode.stats.synthesis.duplicates import (
    DuplicateGroup,
    Duplicates,
    NearDuplicates,
    find_duplicates,
)
from qualcode.stats.synthesis.evidence_table import EvidenceRow, EvidenceTable, evidence_table
from qualcode.stats.synthesis.extraction import Extracted, Extraction, extraction
from qualcode.stats.synthesis.factor_links import FactorLink, FactorLinks, factor_links
from qualcode.stats.synthesis.filled import Cell, Differing, FormDisagreements
from qualcode.stats.synthesis.finding import Finding
from qualcode.stats.synthesis.findings import Findings, findings
from qualcode.stats.synthesis.flow import BOXES, Flow, prisma_flow, review_flow
from qualcode.stats.synthesis.form_agreement import FieldAgreement, FormAgreement, form_agreement
from qualcode.stats.synthesis.narrative import Narrative, Part, PartKind, narrative
from qualcode.stats.synthesis.rating_sensitivity import (
    Conclusion,
    RatingSensitivity,
    Subset,
    rating_sensitivity,
)
from qualcode.stats.synthesis.screening import (
    RecordScreened,
    ScreeningAgreement,
    ScreeningResult,
    StageAgreement,
    Waiting,
    outcome_of,
    screening,
)
from qualcode.stats.synthesis.stopping import StoppingRule, ordering_loss, stopping_rule, work_saved
from qualcode.stats.synthesis.summary import SummaryOfFindings, SummaryRow, summary_of_findings
from qualcode.stats.synthesis.votes import EFFECTS, Effect, OutcomeVotes, Votes, vote_count

__all__ = [
    "BANDS",
    "BOXES",
    "BY",
    "DIRECTIONS",
    "EFFECTS",
    "Appraisal",
    "Appraised",
    "By",
    "Cell",
    "Conclusion",
    "CoveredArea",
    "Differing",
    "Direction",
    "DuplicateGroup",
    "Duplicates",
    "Effect",
    "EvidenceRow",
    "EvidenceTable",
    "Extracted",
    "Extraction",
    "FactorLink",
    "FactorLinks",
    "FieldAgreement",
    "Finding",
    "Findings",
    "Flow",
    "FormAgreement",
    "FormDisagreements",
    "Narrative",
    "NearDuplicates",
    "OutcomeVotes",
    "Part",
    "PartKind",
    "RatingSensitivity",
    "RecordScreened",
    "ScreeningAgreement",
    "ScreeningResult",
    "StageAgreement",
    "StoppingRule",
    "Subset",
    "SummaryOfFindings",
    "SummaryRow",
    "Votes",
    "Waiting",
    "appraisal",
    "covered_area",
    "evidence_table",
    "extraction",
    "factor_links",
    "find_duplicates",
    "findings",
    "form_agreement",
    "narrative",
    "ordering_loss",
    "outcome_of",
    "prisma_flow",
    "rating_sensitivity",
    "review_flow",
    "screening",
    "stopping_rule",
    "summary_of_findings",
    "vote_count",
    "work_saved",
]


def __dir__() -> list[str]:
    return list(__all__)
