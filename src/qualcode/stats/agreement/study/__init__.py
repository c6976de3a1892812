"""Agreement studies: what is compared is said first, then by which measure.

`agreement_study` says which coders, which codes (or themes, or domains), cut into which units, over
which documents, and what a unit means that a coder left uncoded. The `Study` it returns answers how
far the coders agree, about which codes, where they do not, and what would help.
"""

from qualcode.stats.agreement.result import StudySummary
from qualcode.stats.agreement.study.agreement_course import AgreementCourse
from qualcode.stats.agreement.study.agreement_difference import AgreementDifference
from qualcode.stats.agreement.study.coding_table import POOLED, SETS, Uncoded
from qualcode.stats.agreement.study.compared import THRESHOLDS, Compared
from qualcode.stats.agreement.study.making import agreement_study
from qualcode.stats.agreement.study.negotiation import Negotiation
from qualcode.stats.agreement.study.program_comparisons import (
    AtlastiComparison,
    MaxqdaComparison,
    NvivoComparison,
)
from qualcode.stats.agreement.study.recoding import recoding
from qualcode.stats.agreement.study.study import Study
from qualcode.stats.agreement.study.study_agreement import StudyAgreement
from qualcode.stats.agreement.study.study_ratings import StudyRatings

__all__ = [
    "POOLED",
    "SETS",
    "THRESHOLDS",
    "AgreementCourse",
    "AgreementDifference",
    "AtlastiComparison",
    "Compared",
    "MaxqdaComparison",
    "Negotiation",
    "NvivoComparison",
    "Study",
    "StudyAgreement",
    "StudyRatings",
    "StudySummary",
    "Uncoded",
    "agreement_study",
    "recoding",
]
