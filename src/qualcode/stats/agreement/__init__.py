"""Agreement between coders: how far they code alike, how sure that is, and where they differ.

`agreement_study` says what is compared in a project. Every measure takes ratings of shape (coders, units),
returns an `AgreementResult`, and takes the keywords of `IntervalOptions` for an interval. `MEASURES` lists
them with formula and source; `own_measure` makes one of your own.
"""

from qualcode.stats.agreement.agreement_intervals import IntervalOptions, MeasureOptions
from qualcode.stats.agreement.boundary_measures import (
    Segmentation,
    boundary_agreement,
    boundary_similarity,
)
from qualcode.stats.agreement.continua import Continuum, Stretch
from qualcode.stats.agreement.diagnostics import (
    CodeDiagnostics,
    Disagreements,
    LeaveOneOut,
    UnitDisagreement,
    code_diagnostics,
    disagreements,
    leave_one_coder_out,
)
from qualcode.stats.agreement.distances import (
    WEIGHTS,
    Distance,
    Weights,
    jaccard_distance,
    masi_distance,
)
from qualcode.stats.agreement.double_coding import SampleSize, sample_size
from qualcode.stats.agreement.measure_registry import MEASURES, Measure, MeasureLike, Reference
from qualcode.stats.agreement.measures import (
    brennan_prediger,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    holsti,
    krippendorff_alpha,
    light_kappa,
    percent_agreement,
    randolph_kappa,
    scott_pi,
)
from qualcode.stats.agreement.own_measures import own_measure
from qualcode.stats.agreement.pairwise import PairwiseAgreement, pairwise_agreement
from qualcode.stats.agreement.program_measures import (
    atlasti_c_alpha,
    atlasti_cu_alpha,
    atlasti_holsti,
    maxqda_kappa,
    nvivo_kappa,
    nvivo_percent_agreement,
)
from qualcode.stats.agreement.ratings import Ratings, RatingsLike
from qualcode.stats.agreement.result import AgreementResult, CodeAgreement, OfStudy, StudySummary
from qualcode.stats.agreement.score_kernels import Form
from qualcode.stats.agreement.score_measures import intraclass_correlation, lin_concordance
from qualcode.stats.agreement.study import (
    POOLED,
    SETS,
    THRESHOLDS,
    AgreementCourse,
    AgreementDifference,
    AtlastiComparison,
    Compared,
    MaxqdaComparison,
    Negotiation,
    NvivoComparison,
    Study,
    StudyAgreement,
    StudyRatings,
    Uncoded,
    agreement_study,
    recoding,
)
from qualcode.stats.agreement.unitizing import UnitizingResult, unitizing_alpha
from qualcode.stats.agreement.window_measures import (
    WindowError,
    pk,
    window_diff,
    window_errors,
)

__all__ = [
    "MEASURES",
    "POOLED",
    "SETS",
    "THRESHOLDS",
    "WEIGHTS",
    "AgreementCourse",
    "AgreementDifference",
    "AgreementResult",
    "AtlastiComparison",
    "CodeAgreement",
    "CodeDiagnostics",
    "Compared",
    "Continuum",
    "Disagreements",
    "Distance",
    "Form",
    "IntervalOptions",
    "LeaveOneOut",
    "MaxqdaComparison",
    "Measure",
    "MeasureLike",
    "MeasureOptions",
    "Negotiation",
    "NvivoComparison",
    "OfStudy",
    "PairwiseAgreement",
    "Ratings",
    "RatingsLike",
    "Reference",
    "SampleSize",
    "Segmentation",
    "Stretch",
    "Study",
    "StudyAgreement",
    "StudyRatings",
    "StudySummary",
    "Uncoded",
    "UnitDisagreement",
    "UnitizingResult",
    "Weights",
    "WindowError",
    "agreement_study",
    "atlasti_c_alpha",
    "atlasti_cu_alpha",
    "atlasti_holsti",
    "boundary_agreement",
    "boundary_similarity",
    "brennan_prediger",
    "code_diagnostics",
    "cohen_kappa",
    "conger_kappa",
    "disagreements",
    "fleiss_kappa",
    "gwet_ac1",
    "gwet_ac2",
    "holsti",
    "intraclass_correlation",
    "jaccard_distance",
    "krippendorff_alpha",
    "leave_one_coder_out",
    "light_kappa",
    "lin_concordance",
    "masi_distance",
    "maxqda_kappa",
    "nvivo_kappa",
    "nvivo_percent_agreement",
    "own_measure",
    "pairwise_agreement",
    "percent_agreement",
    "pk",
    "randolph_kappa",
    "recoding",
    "sample_size",
    "scott_pi",
    "unitizing_alpha",
    "window_diff",
    "window_errors",
]


def __dir__() -> list[str]:
    return list(__all__)
