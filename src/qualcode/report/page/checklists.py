"""COREQ and SRQR as lists to fill: each item in words of our own, with what the project says on it.

Numbers, domains and what is asked for are those of the published lists, whose wording is not free:
COREQ, Tong, Sainsbury and Craig (2007), doi:10.1093/intqhc/mzm042, table 1; SRQR, O'Brien, Harris, Beckman,
Reed and Cook (2014), doi:10.1097/ACM.0000000000000388, table 1.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from qualcode.model.readable import many
from qualcode.model.state import State
from qualcode.report.describing.wording import listed
from qualcode.report.page.measured import Agreed, Saturated
from qualcode.report.page.method import Method

__all__ = [
    "CHECKLISTS",
    "Answered",
    "Checklist",
    "Item",
    "Known",
    "Part",
    "answers",
    "coders_said",
    "derivation_said",
    "quotes_said",
    "software_said",
    "themes_said",
]


@attrs.frozen
class Known:
    """What a project knows of itself that a checklist asks for."""

    state: State
    method: Method
    agreed: Agreed
    saturated: Saturated


Fill = Callable[[Known], str]


@attrs.frozen
class Item:
    """One item of a checklist: its number and topic, what it asks for, and what the project can say on it."""

    number: str
    topic: str
    asks: str
    fill: Fill | None = None
    section: str = ""


@attrs.frozen
class Part:
    """A domain or section of a checklist."""

    title: str
    items: tuple[Item, ...]


@attrs.frozen
class Checklist:
    """A checklist for reports of qualitative research, with the publication that it is from."""

    title: str
    source: str
    doi: str
    parts: tuple[Part, ...]


@attrs.frozen
class Answered:
    """An item with what the project says on it; empty where the author has to write it."""

    item: Item
    said: str

    @property
    def section(self) -> str:
        """The section of the report that says more, as its id."""
        return self.item.section if self.said else ""


def answers(checklist: Checklist, known: Known) -> tuple[tuple[Part, tuple[Answered, ...]], ...]:
    """Return the parts of a checklist with their items, filled where the project can."""
    return tuple(
        (
            part,
            tuple(Answered(item, item.fill(known) if item.fill else "") for item in part.items),
        )
        for part in checklist.parts
    )


# What a project can say


def coders_said(known: Known) -> str:
    """Say who coded."""
    people = [row for row in known.method.coders if row.kind == "person" and row.assignments]
    if not people:
        return ""
    each = listed(f"{row.name} ({many(row.documents, 'document')})" for row in people)
    told = f"{many(len(people), 'person')} coded: {each}."
    others = [f"{row.name} ({row.kind})" for row in known.method.coders if row.kind != "person"]
    return f"{told} Besides: {listed(others)}." if others else told


def _tree(known: Known) -> str:
    live = [code for code in known.state.codebook if code.is_live]
    defined = sum(bool(code.definition) for code in live)
    rollups = known.state.codebook.rollups.values()
    told = f"{many(len(live), 'code')}, {defined:,} of them defined"
    return (
        f"{told}; codes go to themes by: {listed(each.name for each in rollups)}."
        if rollups
        else f"{told}."
    )


def derivation_said(known: Known) -> str:
    """Say where codes and themes came from."""
    adopted = known.method.revisions[0].told if known.method.revisions else ""
    changed = listed(f"{number:,} {said}" for said, number in known.method.changed)
    if not changed:
        return f"The codebook was adopted ({adopted}) and not changed since." if adopted else ""
    return f"Of the codebook that was adopted first, in the course of coding: {changed}."


def _sample(known: Known) -> str:
    state = known.state
    if not state.documents:
        return ""
    told = many(len(state.documents), "document")
    return f"{told} of {many(len(state.cases), 'case')}." if state.cases else f"{told}."


def _variables(known: Known) -> str:
    names = sorted(
        {name for each in known.state.documents.values() for name in each.variables}
        | {name for each in known.state.cases.values() for name in each.variables}
    )
    return f"Known of documents and cases: {listed(names)}." if names else ""


def _saturation(known: Known) -> str:
    found = known.saturated.result
    if found is None:
        return ""
    reached = found.guest.reached
    if reached is None:
        return f"By the run-length rule saturation was not reached: {found.guest.reason}."
    return f"By the run-length rule saturation was reached after {many(reached, 'document')}."


def software_said(known: Known) -> str:
    """Say what held the data."""
    return "Coding was kept, and all numbers computed, with qualcode."


def quotes_said(known: Known) -> str:
    """Say whose words stand behind the findings."""
    n = known.state.assignments.n_segments
    return f"Each number leads to its segments, {n:,} in all, each with its document." if n else ""


def themes_said(known: Known) -> str:
    """Say which themes there are."""
    n = sum(len(each.themes) for each in known.state.codebook.rollups.values())
    return (
        f"{many(n, 'theme')} with the number of documents and segments that carry each."
        if n
        else ""
    )


def _minor(known: Known) -> str:
    rare = [code for code in known.state.codebook if code.is_live and code.codable]
    return f"All {many(len(rare), 'code')} are listed, the rare ones too." if rare else ""


def _trustworthy(known: Known) -> str:
    parts = []
    if known.agreed.levels:
        value = known.agreed.levels[0][1].value
        if value is not None:
            parts.append(f"coders were compared (Krippendorff's α {value:.2f})")
    if known.method.decided:
        parts.append(f"{many(known.method.decided, 'decision')} made in the name of a consensus")
    if known.method.memos or known.method.journal:
        parts.append(f"{many(known.method.memos + known.method.journal, 'memo')} kept")
    parts.append(f"the log of {many(known.method.events, 'event')} says who did what, when and why")
    told = "; ".join(parts)
    return f"{told[0].upper()}{told[1:]}."


def _processing(known: Known) -> str:
    method = known.method
    parts = [
        (method.corrections, f"{many(len(method.corrections), 'correction')} of texts"),
        (method.pseudonymised, f"names replaced {many(method.pseudonymised, 'time')}"),
        (method.withdrawn, f"{many(method.withdrawn, 'withdrawal')}"),
        (method.erased, f"{many(method.erased, 'erasure')}"),
    ]
    told = listed(text for number, text in parts if number)
    return f"In the log: {told}." if told else ""


def _analysis(known: Known) -> str:
    return " ".join(filter(None, [coders_said(known), derivation_said(known)]))


def _limits(known: Known) -> str:
    return "What is undecided, left out, or came from machines is counted in its section."


COREQ = Checklist(
    "COREQ: interviews and focus groups",
    "Tong, Sainsbury and Craig (2007), International Journal for Quality in Health Care 19(6), 349–357",
    "10.1093/intqhc/mzm042",
    (
        Part("Research team and reflexivity", (
            Item("1", "Interviewer", "Who led the interviews or groups"),
            Item("2", "Credentials", "What degrees and titles the researchers hold"),
            Item("3", "Occupation", "What their work was at the time"),
            Item("4", "Gender", "Their gender"),
            Item("5", "Experience", "What experience and training they had for this"),
            Item("6", "Relationship", "Whether researchers and participants knew each other before"),
            Item("7", "What participants knew",
                 "What they were told of the interviewer and the reasons for the study"),
            Item("8", "Characteristics",
                 "What about the interviewer may have mattered: interests, assumptions, reasons"),
        )),
        Part("Study design", (
            Item("9", "Methodology", "On which methodology and theory the study rests"),
            Item("10", "Sampling", "How participants were selected"),
            Item("11", "Approach", "How they were approached"),
            Item("12", "Sample size", "How many took part", _sample, "documents"),
            Item("13", "Non-participation", "How many declined or dropped out, and why"),
            Item("14", "Setting", "Where the data were collected"),
            Item("15", "Others present", "Who else was there"),
            Item("16", "Sample described", "What is known of those who took part", _variables, "documents"),
            Item("17", "Guide", "Which questions or guide were used, and whether these were tried out"),
            Item("18", "Repeats", "Whether interviews were repeated, and how often"),
            Item("19", "Recording", "Whether sound or pictures were recorded"),
            Item("20", "Field notes", "Whether notes were taken, during or after"),
            Item("21", "Duration", "How long interviews or groups took"),
            Item("22", "Saturation", "Whether and how it was considered", _saturation, "saturation"),
            Item("23", "Transcripts", "Whether they went back to participants"),
        )),
        Part("Analysis and findings", (
            Item("24", "Coders", "How many people coded", coders_said, "method"),
            Item("25", "Coding tree", "How the codes are organised", _tree, "codebook"),
            Item("26", "Derivation",
                 "Whether themes came from the data or were there before", derivation_said, "method"),
            Item("27", "Software", "Which one held the data", software_said, "method"),
            Item("28", "Participant checking", "Whether participants commented on the findings"),
            Item("29", "Quotes",
                 "Whether they stand behind the findings, each with its source", quotes_said, "codebook"),
            Item("30", "Consistency", "Whether data and findings agree"),
            Item("31", "Major themes", "Whether they are presented clearly", themes_said, "themes"),
            Item("32", "Minor themes", "Whether rare and deviating cases are discussed", _minor, "codebook"),
        )),
    ),
)  # fmt: skip

SRQR = Checklist(
    "SRQR: qualitative research in general",
    "O’Brien, Harris, Beckman, Reed and Cook (2014), Academic Medicine 89(9), 1245–1251",
    "10.1097/ACM.0000000000000388",
    (
        Part("Title and abstract", (
            Item("S1", "Title", "It says the topic, and that the study is qualitative or how it went about"),
            Item("S2", "Abstract", "Background, aim, methods, results and conclusions in short"),
        )),
        Part("Introduction", (
            Item("S3", "Problem", "What it is, why it matters, and what is known of it"),
            Item("S4", "Question", "The aim of the study and what it asks"),
        )),
        Part("Methods", (
            Item("S5", "Approach", "The approach, the theory and the paradigm, with reasons"),
            Item("S6", "Researchers", "What they bring with them, and how that may matter to the study"),
            Item("S7", "Context", "The setting and what is particular about it, with reasons"),
            Item("S8", "Sampling",
                 "How and why participants, documents or events were selected, and when that ended",
                 _saturation, "saturation"),
            Item("S9", "Ethics", "Approval by a board, consent, and confidentiality"),
            Item("S10", "Collection",
                 "Which data were collected, how, over what time, and what changed on the way"),
            Item("S11", "Instruments", "Guides, questionnaires and devices, and whether these changed"),
            Item("S12", "Units",
                 "How many participants, documents or events there were, and what they are like",
                 _sample, "documents"),
            Item("S13", "Processing",
                 "How data were prepared: transcripts, checks, coding, anonymity", _processing,
                 "method"),
            Item("S14", "Analysis", "How themes were found and developed, and by whom", _analysis, "method"),
            Item("S15", "Trustworthiness", "What was done so that the analysis can be trusted", _trustworthy,
                 "method"),
        )),
        Part("Results", (
            Item("S16", "Synthesis",
                 "The main findings: interpretations, themes, perhaps a theory", themes_said, "themes"),
            Item("S17", "Evidence", "What stands behind them: quotes, notes, excerpts", quotes_said,
                 "codebook"),
        )),
        Part("Discussion", (
            Item("S18", "Contribution",
                 "How the findings fit earlier work, what they add, and where they apply"),
            Item("S19", "Limits", "How far the findings can be trusted", _limits, "limits"),
        )),
        Part("Other", (
            Item("S20", "Interests",
                 "What could have influenced the study or its conclusions, and how that was handled"),
            Item("S21", "Funding", "Who paid, and what part they had"),
        )),
    ),
)  # fmt: skip

CHECKLISTS = (COREQ, SRQR)
