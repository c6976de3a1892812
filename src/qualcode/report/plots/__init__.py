"""Figures of results: bars of a rollup, an evidence heat map, agreement by code, sensitivity, a suggester.

Each function returns a matplotlib figure and shows nothing: ``figure.savefig("rollup.png")``. The
same result gives the same figure, in a style of its own. Colours can be told apart by colour-blind
readers, and what matters is never said by colour alone. Needs the extra ``plots``.
"""

from qualcode.report.plots.agreement import plot_agreement
from qualcode.report.plots.counts import plot_evidence, plot_rollup
from qualcode.report.plots.learning import plot_learning_curves
from qualcode.report.plots.needed import plot_needed
from qualcode.report.plots.sensitivity import plot_sensitivity
from qualcode.report.plots.suggester import plot_suggester

__all__ = [
    "plot_agreement",
    "plot_evidence",
    "plot_learning_curves",
    "plot_needed",
    "plot_rollup",
    "plot_sensitivity",
    "plot_suggester",
]
