"""Beyond one machine: tables of assignments, counted where they are by the kernels that count projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualcode._faces import face

if TYPE_CHECKING:
    from qualcode.scale.asked.coders_compared import study as study
    from qualcode.scale.asked.connected import TableStanzas as TableStanzas
    from qualcode.scale.asked.connected import stanzas as stanzas
    from qualcode.scale.asked.followed import TableSequences as TableSequences
    from qualcode.scale.asked.followed import sequences as sequences
    from qualcode.scale.asked.questions import cooccurrence as cooccurrence
    from qualcode.scale.asked.questions import crosstab as crosstab
    from qualcode.scale.asked.questions import evidence as evidence
    from qualcode.scale.asked.questions import rollup as rollup
    from qualcode.scale.asked.results import Material as Material
    from qualcode.scale.asked.results import TableCooccurrence as TableCooccurrence
    from qualcode.scale.asked.results import TableCrosstab as TableCrosstab
    from qualcode.scale.asked.results import TableEvidence as TableEvidence
    from qualcode.scale.asked.results import TablePrevalence as TablePrevalence
    from qualcode.scale.asked.results import TableRollup as TableRollup
    from qualcode.scale.asked.saturated import TableSaturation as TableSaturation
    from qualcode.scale.asked.saturated import saturation as saturation
    from qualcode.scale.asked.shares import prevalence as prevalence
    from qualcode.scale.asked.table_study import TableStudy as TableStudy
    from qualcode.scale.made.cutting import autocode as autocode
    from qualcode.scale.made.cutting import units as units
    from qualcode.scale.made.generated import write_answers as write_answers
    from qualcode.scale.made.suggested import suggest as suggest
    from qualcode.scale.made.suggested import suggestions_of as suggestions_of
    from qualcode.scale.sources.catalogue import CaseTable as CaseTable
    from qualcode.scale.sources.table import AssignmentTable as AssignmentTable
    from qualcode.scale.sources.table import DocumentTable as DocumentTable
    from qualcode.scale.sources.table import scan_assignments as scan_assignments
    from qualcode.scale.sources.turn_table import TurnTable as TurnTable
    from qualcode.scale.steps.plan import Part as Part
    from qualcode.scale.steps.plan import Plan as Plan
    from qualcode.scale.steps.plan import finish as finish
    from qualcode.scale.steps.plan import merge as merge
    from qualcode.scale.steps.plan import partial as partial

_HOMES = {
    "AssignmentTable": "sources.table",
    "CaseTable": "sources.catalogue",
    "DocumentTable": "sources.table",
    "Material": "asked.results",
    "Part": "steps.plan",
    "Plan": "steps.plan",
    "TableCooccurrence": "asked.results",
    "TableCrosstab": "asked.results",
    "TableEvidence": "asked.results",
    "TablePrevalence": "asked.results",
    "TableRollup": "asked.results",
    "TableSaturation": "asked.saturated",
    "TableSequences": "asked.followed",
    "TableStanzas": "asked.connected",
    "TableStudy": "asked.table_study",
    "TurnTable": "sources.turn_table",
    "autocode": "made.cutting",
    "cooccurrence": "asked.questions",
    "crosstab": "asked.questions",
    "evidence": "asked.questions",
    "finish": "steps.plan",
    "merge": "steps.plan",
    "partial": "steps.plan",
    "prevalence": "asked.shares",
    "rollup": "asked.questions",
    "saturation": "asked.saturated",
    "scan_assignments": "sources.table",
    "sequences": "asked.followed",
    "stanzas": "asked.connected",
    "study": "asked.coders_compared",
    "suggest": "made.suggested",
    "suggestions_of": "made.suggested",
    "units": "made.cutting",
    "write_answers": "made.generated",
}
__all__ = sorted(_HOMES)

__getattr__, __dir__ = face(__name__, _HOMES)
