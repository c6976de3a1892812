"""Figures of results.

Each function takes a result, draws it on the axes given as ``ax=`` or on a figure of its own, and returns
the axes: ``qc.report.plot.rollup(result).figure.savefig("rollup.png")``. Those of several panels return the
figure. Nothing is shown, and the same result gives the same figure, in a style of its own. Colours can be
told apart by colour-blind readers and in grey, what matters is never said by colour alone, and `alt_text`
says in words what axes show. Needs the extra ``plots``.
"""

from qualcode.report.plot.appraisals import (
    appraisal,
    appraisal_bars,
    form_agreement,
    rating_sensitivity,
)
from qualcode.report.plot.bars_and_cells import evidence, rollup
from qualcode.report.plot.coders import by_document, by_pair, difference, negotiation
from qualcode.report.plot.correspondence_map import correspondence
from qualcode.report.plot.course import (
    accumulation,
    codebook_life,
    meaning_saturation,
    new_information,
    saturation,
)
from qualcode.report.plot.covered_area import covered_area
from qualcode.report.plot.curve import needed
from qualcode.report.plot.dark import dark
from qualcode.report.plot.differences import group_differences, stanzas
from qualcode.report.plot.drawing import alt_text
from qualcode.report.plot.epistemic import epistemic_space
from qualcode.report.plot.estimates import (
    documents_needed,
    estimate,
    proportions,
    richness,
)
from qualcode.report.plot.factor_diagram import factor_diagram
from qualcode.report.plot.forest import agreement, agreement_by_level
from qualcode.report.plot.group_lines import group_tests, trajectories, trends
from qualcode.report.plot.groups import crosstab, prevalence
from qualcode.report.plot.learning_panels import learning_curves
from qualcode.report.plot.nearness import proximity
from qualcode.report.plot.order import positions, sequences
from qualcode.report.plot.pair_rows import pair_intervals, pair_tests
from qualcode.report.plot.pairs import cooccurrence, network
from qualcode.report.plot.prisma import prisma_flow
from qualcode.report.plot.settings import sensitivity
from qualcode.report.plot.shape import dendrogram, similarity, similarity_map
from qualcode.report.plot.suggester_panels import suggester
from qualcode.report.plot.suggestions import anchoring, beside_people, drift
from qualcode.report.plot.texts import portrait, portraits
from qualcode.report.plot.tree import code_tree, treemap
from qualcode.report.plot.two_coders import diagnostics, program_comparison
from qualcode.report.plot.votes import effect_directions, harvest
from qualcode.report.plot.who import progress, speakers
from qualcode.report.plot.word_rows import keyness, words

__all__ = [
    "accumulation",
    "agreement",
    "agreement_by_level",
    "alt_text",
    "anchoring",
    "appraisal",
    "appraisal_bars",
    "beside_people",
    "by_document",
    "by_pair",
    "code_tree",
    "codebook_life",
    "cooccurrence",
    "correspondence",
    "covered_area",
    "crosstab",
    "dark",
    "dendrogram",
    "diagnostics",
    "difference",
    "documents_needed",
    "drift",
    "effect_directions",
    "epistemic_space",
    "estimate",
    "evidence",
    "factor_diagram",
    "form_agreement",
    "group_differences",
    "group_tests",
    "harvest",
    "keyness",
    "learning_curves",
    "meaning_saturation",
    "needed",
    "negotiation",
    "network",
    "new_information",
    "pair_intervals",
    "pair_tests",
    "portrait",
    "portraits",
    "positions",
    "prevalence",
    "prisma_flow",
    "program_comparison",
    "progress",
    "proportions",
    "proximity",
    "rating_sensitivity",
    "richness",
    "rollup",
    "saturation",
    "sensitivity",
    "sequences",
    "similarity",
    "similarity_map",
    "speakers",
    "stanzas",
    "suggester",
    "trajectories",
    "treemap",
    "trends",
    "words",
]
