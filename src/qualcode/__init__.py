"""Qualitative coding as a library: documents, a living codebook, assignments, rollups, statistics.

Names are imported when they are first used, so ``import qualcode`` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualcode._faces import face

if TYPE_CHECKING:
    from qualcode import errors as errors
    from qualcode import report as report
    from qualcode import scale as scale
    from qualcode import stats as stats
    from qualcode import suggest as suggest
    from qualcode import testing as testing
    from qualcode.errors import QualcodeError as QualcodeError
    from qualcode.io.codebooks.codebook_file import load_codebook as load_codebook
    from qualcode.io.codebooks.codebook_file import read_codebook as read_codebook
    from qualcode.io.codebooks.codebook_file import write_codebook as write_codebook
    from qualcode.io.exchange.losses import Loss as Loss
    from qualcode.io.exchange.losses import Losses as Losses
    from qualcode.io.exchange.refi.positions import Positions as Positions
    from qualcode.io.forms import read_instrument as read_instrument
    from qualcode.io.forms import read_template as read_template
    from qualcode.io.readers.added import Added as Added
    from qualcode.io.readers.added import FileReport as FileReport
    from qualcode.io.readers.files import read_documents as read_documents
    from qualcode.io.readers.registry import File as File
    from qualcode.io.readers.registry import Read as Read
    from qualcode.io.readers.registry import Reader as Reader
    from qualcode.io.readers.registry import list_readers as list_readers
    from qualcode.io.shipped import list_codebooks as list_codebooks
    from qualcode.io.shipped import list_instruments as list_instruments
    from qualcode.io.shipped import list_projects as list_projects
    from qualcode.io.shipped import list_templates as list_templates
    from qualcode.io.store.checking import check_folder as check_folder
    from qualcode.io.store.repairing import repair_folder as repair_folder
    from qualcode.io.tables.framework_sheet import write_framework as write_framework
    from qualcode.model.codebooks import changes as changes
    from qualcode.model.codebooks.codebook import Codebook as Codebook
    from qualcode.model.codebooks.codes import Code as Code
    from qualcode.model.codebooks.codes import Link as Link
    from qualcode.model.codebooks.diff import diff as diff
    from qualcode.model.codebooks.themes import Domain as Domain
    from qualcode.model.codebooks.themes import Rollup as Rollup
    from qualcode.model.codebooks.themes import Theme as Theme
    from qualcode.model.coding.assignments import Assignment as Assignment
    from qualcode.model.coding.assignments import Assignments as Assignments
    from qualcode.model.coding.memos import Coder as Coder
    from qualcode.model.coding.memos import Memo as Memo
    from qualcode.model.coding.queries import code as code
    from qualcode.model.coding.queries import query as query
    from qualcode.model.coding.queries import units as units
    from qualcode.model.coding.queries import where as where
    from qualcode.model.coding.query_parsing import parse_query as parse_query
    from qualcode.model.coding.suggestions import Suggestion as Suggestion
    from qualcode.model.coding.suggestions import Verdict as Verdict
    from qualcode.model.coding.summaries import Summary as Summary
    from qualcode.model.fold.history import History as History
    from qualcode.model.fold.history import Revision as Revision
    from qualcode.model.import_losses import ImportLoss as ImportLoss
    from qualcode.model.review.instruments import Instrument as Instrument
    from qualcode.model.review.templates import Template as Template
    from qualcode.model.texts.documents import Case as Case
    from qualcode.model.texts.documents import Document as Document
    from qualcode.model.texts.originals import Original as Original
    from qualcode.model.texts.segmenters import by_regex as by_regex
    from qualcode.model.texts.segmenters import by_spacy as by_spacy
    from qualcode.model.texts.segmenters import segment as segment
    from qualcode.model.texts.segments import Segment as Segment
    from qualcode.model.texts.segments import Segments as Segments
    from qualcode.model.texts.spans import Span as Span
    from qualcode.model.texts.speakers import DocumentSpeakers as DocumentSpeakers
    from qualcode.model.texts.speakers import Speaker as Speaker
    from qualcode.model.texts.speakers import Speakers as Speakers
    from qualcode.model.texts.structure import Part as Part
    from qualcode.model.texts.structure import Structure as Structure
    from qualcode.model.texts.turns import find_turns as find_turns
    from qualcode.project.inspecting import Inspected as Inspected
    from qualcode.project.inspecting import inspect_file as inspect_file
    from qualcode.project.merging import merge as merge
    from qualcode.project.programs import read_codings as read_codings
    from qualcode.project.programs import read_doccano as read_doccano
    from qualcode.project.programs import read_labelstudio as read_labelstudio
    from qualcode.project.programs import read_qualcoder as read_qualcoder
    from qualcode.project.programs import read_qualitative_coding as read_qualitative_coding
    from qualcode.project.programs import read_rock as read_rock
    from qualcode.project.programs import read_rqda as read_rqda
    from qualcode.project.programs import read_taguette as read_taguette
    from qualcode.project.programs import read_webannotation as read_webannotation
    from qualcode.project.programs import write_rock as write_rock
    from qualcode.project.programs import write_webannotation as write_webannotation
    from qualcode.project.project import Project as Project
    from qualcode.project.project import load_project as load_project
    from qualcode.project.pseudonymising import read_key as read_key
    from qualcode.project.refi import read_refi as read_refi
    from qualcode.project.refi import write_refi as write_refi
    from qualcode.project.restoring import restore as restore
    from qualcode.project.studies import Imported as Imported
    from qualcode.project.surveying import Survey as Survey
    from qualcode.project.surveys import SurveyProject as SurveyProject
    from qualcode.project.surveys import read_survey as read_survey
    from qualcode.project.view import View as View
    from qualcode.report.document import write_docx as write_docx
    from qualcode.report.synthesis import write_synthesis as write_synthesis
    from qualcode.report.tables import write_tables as write_tables
    from qualcode.scale.asked.coders_compared import study as study
    from qualcode.scale.asked.connected import stanzas as stanzas
    from qualcode.scale.asked.followed import sequences as sequences
    from qualcode.scale.asked.questions import cooccurrence as cooccurrence
    from qualcode.scale.asked.questions import crosstab as crosstab
    from qualcode.scale.asked.questions import evidence as evidence
    from qualcode.scale.asked.questions import rollup as rollup
    from qualcode.scale.asked.saturated import saturation as saturation
    from qualcode.scale.asked.shares import prevalence as prevalence
    from qualcode.scale.sources.table import scan_assignments as scan_assignments
    from qualcode.stats import conclusions as conclusions
    from qualcode.suggest.judging.project_evaluation import evaluate_suggester as evaluate_suggester

__version__ = "0.1.0"

_HOMES = {
    "Added": "io.readers.added",
    "Assignment": "model.coding.assignments",
    "Assignments": "model.coding.assignments",
    "Case": "model.texts.documents",
    "Code": "model.codebooks.codes",
    "Codebook": "model.codebooks.codebook",
    "Coder": "model.coding.memos",
    "Document": "model.texts.documents",
    "DocumentSpeakers": "model.texts.speakers",
    "Domain": "model.codebooks.themes",
    "File": "io.readers.registry",
    "FileReport": "io.readers.added",
    "History": "model.fold.history",
    "ImportLoss": "model.import_losses",
    "Imported": "project.studies",
    "Inspected": "project.inspecting",
    "Link": "model.codebooks.codes",
    "Loss": "io.exchange.losses",
    "Losses": "io.exchange.losses",
    "Memo": "model.coding.memos",
    "Original": "model.texts.originals",
    "Part": "model.texts.structure",
    "Positions": "io.exchange.refi.positions",
    "Project": "project.project",
    "QualcodeError": "errors",
    "Read": "io.readers.registry",
    "Reader": "io.readers.registry",
    "Revision": "model.fold.history",
    "Rollup": "model.codebooks.themes",
    "Segment": "model.texts.segments",
    "Segments": "model.texts.segments",
    "Span": "model.texts.spans",
    "Speaker": "model.texts.speakers",
    "Speakers": "model.texts.speakers",
    "Structure": "model.texts.structure",
    "Suggestion": "model.coding.suggestions",
    "Summary": "model.coding.summaries",
    "Survey": "project.surveying",
    "SurveyProject": "project.surveys",
    "Theme": "model.codebooks.themes",
    "Verdict": "model.coding.suggestions",
    "View": "project.view",
    "by_regex": "model.texts.segmenters",
    "by_spacy": "model.texts.segmenters",
    "code": "model.coding.queries",
    "check_folder": "io.store.checking",
    "repair_folder": "io.store.repairing",
    "diff": "model.codebooks.diff",
    "evaluate_suggester": "suggest.judging.project_evaluation",
    "find_turns": "model.texts.turns",
    "list_codebooks": "io.shipped",
    "list_instruments": "io.shipped",
    "list_templates": "io.shipped",
    "read_instrument": "io.forms",
    "read_template": "io.forms",
    "Instrument": "model.review.instruments",
    "Template": "model.review.templates",
    "list_projects": "io.shipped",
    "list_readers": "io.readers.registry",
    "load_codebook": "io.codebooks.codebook_file",
    "load_project": "project.project",
    "inspect_file": "project.inspecting",
    "merge": "project.merging",
    "parse_query": "model.coding.query_parsing",
    "query": "model.coding.queries",
    "read_codebook": "io.codebooks.codebook_file",
    "read_documents": "io.readers.files",
    "ForeignDecision": "io.references.decisions",
    "ForeignDecisions": "io.references.decisions",
    "read_decisions": "io.references.decisions",
    "read_records": "io.references.records",
    "Records": "io.references.records",
    "write_records": "io.references.writing",
    "Record": "model.review.records",
    "write_webannotation": "project.programs",
    "write_framework": "io.tables.framework_sheet",
    "write_docx": "report.document",
    "write_synthesis": "report.synthesis",
    "write_tables": "report.tables",
    "write_rock": "project.programs",
    "read_webannotation": "project.programs",
    "read_rock": "project.programs",
    "read_qualitative_coding": "project.programs",
    "read_labelstudio": "project.programs",
    "read_doccano": "project.programs",
    "read_taguette": "project.programs",
    "read_rqda": "project.programs",
    "read_qualcoder": "project.programs",
    "read_codings": "project.programs",
    "read_refi": "project.refi",
    "read_key": "project.pseudonymising",
    "restore": "project.restoring",
    "read_survey": "project.surveys",
    "cooccurrence": "scale.asked.questions",
    "crosstab": "scale.asked.questions",
    "evidence": "scale.asked.questions",
    "prevalence": "scale.asked.shares",
    "rollup": "scale.asked.questions",
    "saturation": "scale.asked.saturated",
    "sequences": "scale.asked.followed",
    "stanzas": "scale.asked.connected",
    "study": "scale.asked.coders_compared",
    "scan_assignments": "scale.sources.table",
    "segment": "model.texts.segmenters",
    "units": "model.coding.queries",
    "where": "model.coding.queries",
    "write_codebook": "io.codebooks.codebook_file",
    "write_refi": "project.refi",
}
_MODULES = {
    "changes": "model.codebooks.changes",
    "conclusions": "stats.conclusions",
    "errors": "errors",
    "report": "report",
    "scale": "scale",
    "stats": "stats",
    "suggest": "suggest",
    "testing": "testing",
}

__all__ = ["__version__", *sorted([*_HOMES, *_MODULES])]

__getattr__, _names = face(__name__, _HOMES, modules=_MODULES)


def __dir__() -> list[str]:
    return list(__all__)
