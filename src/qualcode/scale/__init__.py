"""Beyond one machine: tables of assignments, counted where they are by the kernels that count projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualcode._faces import face

if TYPE_CHECKING:
    from qualcode.scale.catalogue import CaseTable as CaseTable
    from qualcode.scale.coders_compared import study as study
    from qualcode.scale.connected import TableStanzas as TableStanzas
    from qualcode.scale.connected import stanzas as stanzas
    from qualcode.scale.cutting import autocode as autocode
    from qualcode.scale.cutting import units as units
    from qualcode.scale.followed import TableSequences as TableSequences
    from qualcode.scale.followed import sequences as sequences
    from qualcode.scale.generated import write_answers as write_answers
    from qualcode.scale.plan import Part as Part
    from qualcode.scale.plan import Plan as Plan
    from qualcode.scale.plan import finish as finish
    from qualcode.scale.plan import merge as merge
    from qualcode.scale.plan import partial as partial
    from qualcode.scale.questions import cooccurrence as cooccurrence
    from qualcode.scale.questions import crosstab as crosstab
    from qualcode.scale.questions import evidence as evidence
    from qualcode.scale.questions import rollup as rollup
    from qualcode.scale.results import Material as Material
    from qualcode.scale.results import TableCooccurrence as TableCooccurrence
    from qualcode.scale.results import TableCrosstab as TableCrosstab
    from qualcode.scale.results import TableEvidence as TableEvidence
    from qualcode.scale.results import TablePrevalence as TablePrevalence
    from qualcode.scale.results import TableRollup as TableRollup
    from qualcode.scale.saturated import TableSaturation as TableSaturation
    from qualcode.scale.saturated import saturation as saturation
    from qualcode.scale.shares import prevalence as prevalence
    from qualcode.scale.suggested import suggest as suggest
    from qualcode.scale.suggested import suggestions_of as suggestions_of
    from qualcode.scale.table import AssignmentTable as AssignmentTable
    from qualcode.scale.table import DocumentTable as DocumentTable
    from qualcode.scale.table import scan_assignments as scan_assignments
    from qualcode.scale.table_study import TableStudy as TableStudy
    from qualcode.scale.turn_table import TurnTable as TurnTable

_HOMES = {
    "AssignmentTable": "table",
    "CaseTable": "catalogue",
    "DocumentTable": "table",
    "Material": "results",
    "Part": "plan",
    "Plan": "plan",
    "TableCooccurrence": "results",
    "TableCrosstab": "results",
    "TableEvidence": "results",
    "TablePrevalence": "results",
    "TableRollup": "results",
    "TableSaturation": "saturated",
    "TableSequences": "followed",
    "TableStanzas": "connected",
    "TableStudy": "table_study",
    "TurnTable": "turn_table",
    "autocode": "cutting",
    "cooccurrence": "questions",
    "crosstab": "questions",
    "evidence": "questions",
    "finish": "plan",
    "merge": "plan",
    "partial": "plan",
    "prevalence": "shares",
    "rollup": "questions",
    "saturation": "saturated",
    "scan_assignments": "table",
    "sequences": "followed",
    "stanzas": "connected",
    "study": "coders_compared",
    "suggest": "suggested",
    "suggestions_of": "suggested",
    "units": "cutting",
    "write_answers": "generated",
}
__all__ = sorted(_HOMES)

__getattr__, __dir__ = face(__name__, _HOMES)
