"""PRISMA 2020, ENTREQ and SWiM as lists to fill: each item in words of our own, with what the log says on it.

Page et al. (2021), doi:10.1136/bmj.n71; Tong, Flemming, McInnes, Oliver and Craig (2012),
doi:10.1186/1471-2288-12-181; Campbell et al. (2020), doi:10.1136/bmj.l6890.
"""

from __future__ import annotations

from contextlib import suppress

from qualcode.errors import StatisticsError
from qualcode.model.readable import many
from qualcode.model.review.cerqual import OVERALL
from qualcode.model.state import State
from qualcode.report.describing import describe
from qualcode.report.describing.wording import listed
from qualcode.report.page.checklists import (
    Checklist,
    Item,
    Known,
    Part,
    coders_said,
    derivation_said,
    quotes_said,
    software_said,
    themes_said,
)
from qualcode.stats.synthesis.flow import review_flow
from qualcode.stats.synthesis.screening import screening

__all__ = ["REVIEW_CHECKLISTS", "is_review"]


def is_review(state: State) -> bool:
    """Tell whether a project holds a review of evidence: records, appraisals, or judgements of findings."""
    held = state.review
    return bool(held.screening.records or held.entries or held.judgements)


def _question(known: Known) -> str:
    return known.state.review.screening.question


def _criteria(known: Known) -> str:
    criteria = known.state.review.screening.criteria
    return "; ".join(
        f"{kind}: {'; '.join(map(str, held))}"
        for kind, held in (("include", criteria.include), ("exclude", criteria.exclude))
        if held
    )


def _sources(known: Known) -> str:
    found: dict[str, list[str]] = {}
    for each in known.state.review.screening.searches.values():
        found.setdefault(f"{each.source} ({each.kind})", []).append(each.date or "no date given")
    return "; ".join(
        f"{source}, {', '.join(dict.fromkeys(dates))}" for source, dates in found.items()
    )


def _selection(known: Known) -> str:
    if not known.state.review.screening.records:
        return ""
    result = screening(known.state)
    told = [*describe(result).sentences]
    with suppress(StatisticsError):  # where no two screened the same record
        told += describe(result.agreement()).sentences
    return " ".join(told)


def _flow(known: Known) -> str:
    if not known.state.review.screening.records:
        return ""
    flow = review_flow(known.state)
    return "; ".join(f"{each.what} {each.n:,}" for each in flow.to_frame().itertuples())


def _forms(known: Known, kind: str) -> str:
    """Say which instruments or templates were filled in, by whom, and for how many sources."""
    told = []
    for target, said in known.state.review.forms.items():
        entries = [each for each in known.state.review.entries if each.form == target]
        if target.startswith(f"{kind}:") and entries:
            coders = listed(sorted({each.coder for each in entries}), most=6)
            sources = len({each.source for each in entries})
            told.append(f"{said.get('name', target)}: {many(sources, 'source')} by {coders}")
    return "; ".join(told)


def _appraisal(known: Known) -> str:
    return _forms(known, "instrument")


def _extraction(known: Known) -> str:
    return _forms(known, "template")


def _certainty(known: Known) -> str:
    judged = [each for each in known.state.review.judgements if each.component == OVERALL]
    if not judged:
        return ""
    coders = listed(sorted({each.coder for each in judged}), most=6)
    return f"GRADE-CERQual: {many(len({e.finding for e in judged}), 'finding')} judged by {coders}"


def _included(known: Known) -> str:
    found = len(screening(known.state).included) if known.state.review.screening.records else 0
    return many(found, "report") if found else ""


PRISMA = Checklist(
    "PRISMA 2020: systematic reviews",
    "Page, McKenzie, Bossuyt et al. (2021), BMJ 372, n71",
    "10.1136/bmj.n71",
    (
        Part("Title, abstract, introduction", (
            Item("1", "Title", "It says that this is a systematic review"),
            Item("2", "Abstract", "Its own checklist is filled in"),
            Item("3", "Rationale", "Why the review is made, given what is known"),
            Item("4", "Objectives", "What it asks", _question),
        )),
        Part("Methods", (
            Item("5", "Eligibility", "What was included and excluded, and how studies were grouped",
                 _criteria),
            Item("6", "Sources", "What was searched or asked, and when last", _sources),
            Item("7", "Search strategy", "The full search of each source, with its limits"),
            Item("8", "Selection", "How many screened, whether apart, and with which tools", _selection),
            Item("9", "Data collection", "How many extracted, whether apart, and what was asked of authors",
                 _extraction),
            Item("10a", "Outcomes", "For which outcomes data were sought, and which results"),
            Item("10b", "Other data", "What else was sought, and what was assumed where it was missing"),
            Item("11", "Risk of bias", "With which instruments sources were appraised, and by how many",
                 _appraisal),
            Item("12", "Effect measures", "Which were used for each outcome"),
            Item("13a", "Which studies", "How it was decided which study went into which synthesis"),
            Item("13b", "Preparation", "How data were made ready"),
            Item("13c", "Display", "How results were tabulated or drawn"),
            Item("13d", "Synthesis", "How results were brought together, and why so", derivation_said),
            Item("13e", "Heterogeneity", "How causes of differences were explored"),
            Item("13f", "Sensitivity", "How robust the results are"),
            Item("14", "Reporting bias", "How missing results were looked for"),
            Item("15", "Certainty", "How confidence in the evidence was judged", _certainty),
        )),
        Part("Results", (
            Item("16a", "Selection", "What was found, screened and included, as a flow", _flow),
            Item("16b", "Excluded studies", "Which seemed to fit and were left out, and why", _selection),
            Item("17", "Characteristics", "Each included study, with its reference", _included),
            Item("18", "Risk of bias", "How each study was rated", _appraisal),
            Item("19", "Single results", "For each study the result and its precision"),
            Item("20a", "About each synthesis", "What its studies are like, and how they are rated"),
            Item("20b", "Statistics", "The result of each, with its precision and heterogeneity"),
            Item("20c", "Heterogeneity", "What was found about its causes"),
            Item("20d", "Sensitivity", "What was found about robustness"),
            Item("21", "Reporting bias", "What was found about missing results"),
            Item("22", "Certainty", "The confidence in each result", _certainty),
        )),
        Part("Discussion and other", (
            Item("23a", "Interpretation", "What the results mean beside other evidence"),
            Item("23b", "Limits of evidence", "What limits the studies"),
            Item("23c", "Limits of the review", "What limits how it was made"),
            Item("23d", "Implications", "For practice, policy and research"),
            Item("24a", "Registration", "Where and under which number, or that it was not"),
            Item("24b", "Protocol", "Where it is, or that there was none"),
            Item("24c", "Amendments", "What was changed from what was planned"),
            Item("25", "Support", "Who paid, and what part they had"),
            Item("26", "Interests", "What authors declare"),
            Item("27", "Availability", "Where data, code and forms are", software_said),
        )),
    ),
)  # fmt: skip

ENTREQ = Checklist(
    "ENTREQ: syntheses of qualitative research",
    "Tong, Flemming, McInnes, Oliver and Craig (2012), BMC Medical Research Methodology 12, 181",
    "10.1186/1471-2288-12-181",
    (
        Part("Introduction and methods", (
            Item("1", "Aim", "The question", _question),
            Item("2", "Methodology", "Which kind of synthesis, and why that one"),
            Item("3", "Approach to searching", "Whether planned to find all, or until nothing new came"),
            Item("4", "Inclusion", "By which criteria", _criteria),
            Item("5", "Sources", "What was searched, and when", _sources),
            Item("6", "Search strategy", "The searches themselves"),
            Item("7", "Screening", "How records were screened, and by how many", _selection),
        )),
        Part("Literature found", (
            Item("8", "Characteristics", "What the included studies are like", _included),
            Item("9", "Selection results", "How many were screened, and why which were left out", _flow),
        )),
        Part("Appraisal", (
            Item("10", "Why appraised", "For which reason, and what of"),
            Item("11", "Instruments", "With which ones", _appraisal),
            Item("12", "Process", "Whether by several on their own, and how they agreed", _appraisal),
            Item("13", "Results", "How sources were rated, and what came of that", _appraisal),
        )),
        Part("Synthesis", (
            Item("14", "Extraction", "Which parts were analysed, and how they were taken out", _extraction),
            Item("15", "Software", "Which was used", software_said),
            Item("16", "Reviewers", "Who coded and analysed", coders_said),
            Item("17", "Coding", "How, such as line by line", derivation_said),
            Item("18", "Comparison", "How studies were compared with one another"),
            Item("19", "Derivation", "Whether themes came from the data or were there before",
                 derivation_said),
            Item("20", "Quotes", "Whose words stand behind which finding", quotes_said),
            Item("21", "Output", "What the synthesis adds beyond the studies", themes_said),
        )),
    ),
)  # fmt: skip

SWIM = Checklist(
    "SWiM: synthesis without meta-analysis",
    "Campbell, McKenzie, Sowden et al. (2020), BMJ 368, l6890",
    "10.1136/bmj.l6890",
    (
        Part("Methods", (
            Item("1", "Grouping", "How studies were grouped for the synthesis, and why"),
            Item("2", "Metric", "Which standard measure was used for each outcome, and how it was reached"),
            Item("3", "Method", "How effects were brought together, and why not pooled"),
            Item("4", "Priority", "Which results counted first, such as those of better rated studies",
                 _appraisal),
            Item("5", "Heterogeneity", "How differences between studies were looked into"),
            Item("6", "Certainty", "How confidence in the results was judged", _certainty),
            Item("7", "Display", "How results are drawn and tabulated"),
        )),
        Part("Results and discussion", (
            Item("8", "Results", "For each comparison what was found, with how many studies and how sure"),
            Item("9", "Limits", "What the way of synthesis cannot answer"),
        )),
    ),
)  # fmt: skip

REVIEW_CHECKLISTS = (PRISMA, ENTREQ, SWIM)
