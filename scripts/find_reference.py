"""Write the index of the reference: public names by the question they answer, with what each does.

``python scripts/find_reference.py`` writes ``docs/reference/index.md``. A test compares the page, and that no
public name of a project, of qualcode or of a study is missing.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "index.md"

HEAD = """\
# Reference

By what you want to do or to know, under the names that you type. `project` is a project or a past state of
one, `study` what `project.study(…)` returns, and `qc` is qualcode (`import qualcode as qc`). What a question
returns prints as a table, and has `to_frame()`, mostly `plot()`, and `qc.report.methods(…)` for the words in
a paper.

"""

FOOT = """\
## Page by page

```{toctree}
:maxdepth: 1

project
documents
readers
references
exchange
codebook
assignments
rollups
statistics
agreement
suggester
reporting
review
forms
command-line
page-server
page-keys
scale
testing
errors
```
"""

QUESTIONS: dict[str, str] = {
    "How do I begin, keep and open a project?": """
        qc.Project project.new project.open project.open_or_create project.create project.save
        project.path project.name project.author project.is_saved project.is_behind project.refresh
        project.as_coder qc.load_project qc.list_projects qc.check_folder qc.repair_folder
        project.backup qc.restore qc.inspect_file""",
    "How do I add documents, cases and variables?": """
        project.add_documents project.add_document project.add_survey project.add_case project.join
        project.leave project.set_variables project.documents project.cases project.locate
        project.segment project.segments project.unit_frame project.read_original qc.read_documents
        qc.read_survey qc.list_readers qc.by_regex qc.by_spacy""",
    "How do I bring in search results?": """
        review.import_records review.duplicates review.confirm_duplicates review.keep_apart
        review.import_decisions qc.read_records qc.read_decisions qc.ForeignDecisions
        qc.ForeignDecision qc.write_records qc.Record qc.Records qc.stats.synthesis.find_duplicates""",
    "How do I say who speaks?": """
        project.set_speakers project.speakers project.speakers_frame qc.find_turns qc.Speaker
        qc.Speakers qc.DocumentSpeakers""",
    "How do I build and change a codebook?": """
        qc.Codebook qc.Code qc.Theme qc.Domain qc.Rollup qc.load_codebook qc.list_codebooks
        qc.read_codebook qc.write_codebook project.codebook project.revise project.preview
        project.rename project.revert project.apply_codebook project.history qc.diff qc.changes
        project.set_codes project.code_sets""",
    "How do I code?": """
        project.assign project.assign_csv project.assign_frame project.retract project.autocode
        project.accept project.confirm project.assignments project.set_scale project.scale
        project.finish project.unfinish project.finished project.progress""",
    "What is left to do?": """
        project.worklist project.unresolved project.stale project.quarantine project.conflicts
        project.disagreements project.recode project.recoding project.finish_decided project.resolve
        project.settle project.place""",
    "How do I write memos, a journal and summaries of cases?": """
        project.add_memo project.edit_memo project.withdraw_memo project.memos project.memos_on
        project.journal project.write_journal project.summarise project.withdraw_summary
        project.summaries project.summary_history project.framework project.read_framework
        qc.write_framework""",
    "How do I ask for passages?": """
        project.find project.keywords_in_context project.compare qc.report.quotes
        qc.report.write_quotes qc.query qc.where qc.code qc.units qc.parse_query project.save_query
        project.queries project.drop_query project.save_view project.view project.views
        project.drop_view project.restricted""",
    "How do I count?": """
        project.rollup project.prevalence project.evidence project.crosstab project.words qc.rollup
        qc.crosstab qc.evidence qc.prevalence qc.scan_assignments qc.study qc.saturation""",
    "How do I compare groups, speakers and waves?": """
        project.crosstab project.prevalence project.group_differences project.group_tests
        project.trends project.trajectories project.correspondence project.similarity
        project.epistemic_networks""",
    "What meets, and in which order?": """
        project.cooccurrence project.sequences project.stanzas project.proximity project.portraits
        qc.cooccurrence qc.sequences qc.stanzas""",
    "How far do coders agree, and how is a consensus reached?": """
        project.study study.agreement study.per_code study.by_pair study.by_document study.at_level
        study.by_level study.difference study.diagnostics study.unitizing study.boundaries
        study.where_and_what study.negotiated study.disagreements study.leave_one_coder_out
        study.nvivo study.atlasti study.maxqda project.adjudicate project.adjudications
        project.adopt_agreed project.apply_adjudication project.blind""",
    "Have I seen enough, and does my conclusion hold?": """
        project.saturation project.meaning_saturation project.sensitivity qc.conclusions""",
    "How do I let a machine suggest?": """
        project.suggester project.load_suggester project.suggest project.accept project.edit
        project.reject project.verdicts project.apply_review project.propose project.propose_memo
        project.propose_revision project.proposals project.proposal_study project.write_proposals
        project.edit_proposal project.disclose project.disclosures qc.evaluate_suggester
        qc.Suggestion qc.Verdict qc.suggest""",
    "How do I report?": """
        project.report project.plot qc.report.methods qc.write_docx qc.write_tables
        qc.report.joint_display qc.report.write_joint_display project.write_csv qc.report""",
    "How do I work with others?": """
        qc.merge project.sharing_copy project.blind project.add_coder project.set_kind
        project.coders project.conflicts project.withheld""",
    "How do I exchange with other programs?": """
        qc.read_refi qc.write_refi qc.read_qualcoder qc.read_taguette qc.read_rqda qc.read_rock
        qc.write_rock project.read_parquet project.write_parquet qc.read_webannotation
        qc.write_webannotation qc.read_doccano qc.read_labelstudio qc.read_qualitative_coding
        qc.read_codings qc.Losses qc.Loss project.import_losses qc.ImportLoss qc.Imported
        qc.Inspected qc.Positions""",
    "How do I undo, and look back?": """
        project.undo project.redo project.steps project.undone project.step project.at project.log
        project.revert project.lost project.set_aside project.take_up project.written_steps""",
    "How do I correct texts, and protect people?": """
        project.correct project.corrections project.text_edits project.has_unapplied_edits
        project.adopt project.find_names project.pseudonymise qc.read_key project.withdraw
        project.reinstate project.withdrawals project.erase""",
    "What are the values?": """
        qc.Document qc.Case qc.Segment qc.Segments qc.Span qc.Structure qc.Part qc.Assignment
        qc.Assignments qc.Coder qc.Memo qc.Summary qc.Link qc.History qc.Revision qc.View
        project.caption project.state project.to_frame qc.Survey qc.SurveyProject qc.Original""",
    "How do I bring reviews together?": """
        project.review review.findings review.evidence_table review.narrative review.diagram
        review.judge review.judge_all review.link review.unlink qc.write_synthesis""",
    "How do I appraise, and extract?": """
        review.appraise review.appraisal review.reconcile_appraisal review.write_appraisal
        review.read_appraisal review.rated review.sensitivity review.extract review.extraction
        review.reconcile_extraction review.write_extraction review.read_extraction qc.Instrument
        qc.read_instrument qc.list_instruments qc.Template qc.read_template qc.list_templates""",
    "How do I extend it?": """
        qc.Reader qc.Read qc.File qc.FileReport qc.Added qc.segment qc.stats qc.testing qc.scale
        qc.errors qc.QualcodeError""",
}


ROOMS = (
    "qualcode.stats.agreement",
    "qualcode.stats.counting",
    "qualcode.stats.synthesis",
    "qualcode.stats",
)
"""Whose names the reference has without the modules that they come from."""


def _found(name: str) -> Any:
    """Return what a name stands for."""
    import qualcode as qc
    from qualcode.project.reviewing.review import Review
    from qualcode.stats.agreement import Study

    start, *rest = name.split(".")
    thing: Any = {"qc": qc, "project": qc.Project, "study": Study, "review": Review}[start]
    for part in rest:
        thing = getattr(thing, part)
    return thing


def _target(thing: Any) -> tuple[str, str]:
    """Return the role and the full name by which the reference knows a thing."""
    if inspect.ismodule(thing):
        return "mod", thing.__name__
    inner = getattr(thing, "fget", None) or getattr(thing, "func", None) or thing
    inner = inspect.unwrap(getattr(inner, "__func__", inner))
    kind = "class" if inspect.isclass(inner) else "meth" if "." in inner.__qualname__ else "func"
    if kind == "meth" and inner is not thing and not callable(thing):
        kind = "attr"
    home = next(
        (room for room in ROOMS if inner.__module__.startswith(f"{room}.")), inner.__module__
    )
    return kind, f"{home}.{inner.__qualname__}"


def _row(name: str) -> str:
    thing = _found(name)
    role, target = _target(thing)
    first = (inspect.getdoc(thing) or "").partition("\n\n")[0]
    told = " ".join(first.split()).replace("|", "\\|")
    return f"| {{py:{role}}}`{name} <{target}>` | {told} |"


def page() -> str:
    """Return the page."""
    parts = [HEAD]
    for question, names in QUESTIONS.items():
        rows = "\n".join(_row(name) for name in names.split())
        parts.append(f"## {question}\n\n| Name | |\n|---|---|\n{rows}\n\n")
    return "".join(parts) + FOOT


def public() -> Iterator[str]:
    """Yield the names that the page must have: of a project, of qualcode."""
    qualcode = import_module("qualcode")
    for name in dir(qualcode.Project):
        if not name.startswith("_"):
            yield f"project.{name}"
    for name in qualcode.__all__:
        if not name.startswith("_"):
            yield f"qc.{name}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
