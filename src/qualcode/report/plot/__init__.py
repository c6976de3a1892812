"""Figures of results.

Each function takes a result, draws it on the axes given as ``ax=`` or on a figure of its own, and returns
the axes: ``qc.report.plot.rollup(result).figure.savefig("rollup.png")``. Those of several panels return the
figure. Nothing is shown, and the same result gives the same figure, in a style of its own. Colours can be
told apart by colour-blind readers and in grey, what matters is never said by colour alone, and `alt_text`
says in words what axes show. Needs the extra ``plots``.
"""

from qualcode.report.plot.bars_and_cells import evidence, rollup
from qualcode.report.plot.coders import by_document, by_pair, difference
from qualcode.report.plot.course import codebook_life, saturation
from qualcode.report.plot.curve import needed
from qualcode.report.plot.drawing import alt_text
from qualcode.report.plot.forest import agreement
from qualcode.report.plot.groups import correspondence, crosstab, prevalence
from qualcode.report.plot.learning_panels import learning_curves
from qualcode.report.plot.pairs import cooccurrence, network
from qualcode.report.plot.settings import sensitivity
from qualcode.report.plot.suggester_panels import suggester
from qualcode.report.plot.texts import portrait, portraits

__all__ = [
    "agreement",
    "alt_text",
    "by_document",
    "by_pair",
    "codebook_life",
    "cooccurrence",
    "correspondence",
    "crosstab",
    "difference",
    "evidence",
    "learning_curves",
    "needed",
    "network",
    "portrait",
    "portraits",
    "prevalence",
    "rollup",
    "saturation",
    "sensitivity",
    "suggester",
]
