"""Agreement between coders: how far they code alike, how sure that is, and where they differ.

Every measure takes ratings of shape (coders, units), returns an `AgreementResult`, and takes the
keywords of `IntervalOptions` for an interval. `MEASURES` lists them with formula and source.
"""

from qualcode.stats.agreement.agreement_intervals import IntervalOptions, MeasureOptions
from qualcode.stats.agreement.boundary_measures import boundary_similarity
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
from qualcode.stats.agreement.distances import WEIGHTS, jaccard_distance, masi_distance
from qualcode.stats.agreement.double_coding import SampleSize, sample_size
from qualcode.stats.agreement.measure_registry import MEASURES, Measure, Reference
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
from qualcode.stats.agreement.program_measures import (
    atlasti_c_alpha,
    atlasti_cu_alpha,
    atlasti_holsti,
    maxqda_kappa,
    nvivo_kappa,
    nvivo_percent_agreement,
)
from qualcode.stats.agreement.ratings import Ratings
from qualcode.stats.agreement.result import AgreementResult, CodeAgreement, StudySummary
from qualcode.stats.agreement.unitizing import UnitizingResult, unitizing_alpha

__all__ = [
    "MEASURES",
    "WEIGHTS",
    "AgreementResult",
    "CodeAgreement",
    "CodeDiagnostics",
    "Continuum",
    "Disagreements",
    "IntervalOptions",
    "LeaveOneOut",
    "Measure",
    "MeasureOptions",
    "Ratings",
    "Reference",
    "SampleSize",
    "Stretch",
    "StudySummary",
    "UnitDisagreement",
    "UnitizingResult",
    "atlasti_c_alpha",
    "atlasti_cu_alpha",
    "atlasti_holsti",
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
    "jaccard_distance",
    "krippendorff_alpha",
    "leave_one_coder_out",
    "light_kappa",
    "masi_distance",
    "maxqda_kappa",
    "nvivo_kappa",
    "nvivo_percent_agreement",
    "percent_agreement",
    "randolph_kappa",
    "sample_size",
    "scott_pi",
    "unitizing_alpha",
]
