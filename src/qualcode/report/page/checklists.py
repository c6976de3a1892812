"""COREQ and SRQR as lists to fill: each item in words of our own, with what the project says on it.

COREQ: Tong, Sainsbury and Craig (2007), International Journal for Quality in Health Care 19(6), 349–357.
SRQR: O'Brien, Harris, Beckman, Reed and Cook (2014), Academic Medicine 89(9), 1245–1251.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from qualcode.model.readable import many
from qualcode.model.state import State
from qualcode.report.describing.wording import listed
from qualcode.report.page.measured import Agreed, Saturated
from qualcode.report.page.method import Method

__all__ = ["CHECKLISTS", "Answered", "Checklist", "Item", "Known", "answers"]


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
    """One item of a checklist: its number, what it asks for, and what the project can say on it."""

    number: str
    asks: str
    fill: Fill | None = None
    section: str = ""


@attrs.frozen
class Checklist:
    """A checklist for reports of qualitative research."""

    title: str
    source: str
    items: tuple[Item, ...]


@attrs.frozen
class Answered:
    """An item with what the project says on it; empty where the author has to write it."""

    item: Item
    said: str

    @property
    def section(self) -> str:
        """The section of the report that says more, as its id."""
        return self.item.section if self.said else ""


def answers(checklist: Checklist, known: Known) -> tuple[Answered, ...]:
    """Return the items of a checklist, filled where the project can."""
    return tuple(Answered(item, item.fill(known) if item.fill else "") for item in checklist.items)


# What a project can say


def _coders(known: Known) -> str:
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
    told = f"{many(len(live), 'code')} in use, {defined:,} of them defined"
    return (
        f"{told}; codes go to themes by: {listed(each.name for each in rollups)}."
        if rollups
        else f"{told}."
    )


def _derived(known: Known) -> str:
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


def _software(known: Known) -> str:
    return "Coding was kept, and all numbers computed, with qualcode."


def _quotes(known: Known) -> str:
    n = known.state.assignments.n_segments
    return f"Each number leads to its segments, {n:,} in all, each with its document." if n else ""


def _consistent(known: Known) -> str:
    return (
        "Every number is computed from the coding that stands."
        if len(known.state.assignments)
        else ""
    )


def _themes(known: Known) -> str:
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
    return " ".join(filter(None, [_coders(known), _derived(known)]))


def _limits(known: Known) -> str:
    return "What is undecided, left out, or came from machines is counted in its section."


COREQ = Checklist(
    "COREQ: interviews and focus groups",
    "Tong, Sainsbury and Craig (2007), International Journal for Quality in Health Care 19, 349–357",
    (
        Item("1", "Who led the interviews or groups"),
        Item("2", "What degrees and titles the researchers hold"),
        Item("3", "What their work was at the time"),
        Item("4", "Their gender"),
        Item("5", "What experience and training they had for this"),
        Item("6", "Whether researchers and participants knew each other before"),
        Item("7", "What participants knew of the interviewer and the reasons for the study"),
        Item("8", "What about the interviewer may have mattered: interests, assumptions, reasons"),
        Item("9", "On which methodology the study rests"),
        Item("10", "How participants were selected"),
        Item("11", "How they were approached"),
        Item("12", "How many took part", _sample, "documents"),
        Item("13", "How many declined or dropped out, and why"),
        Item("14", "Where the data were collected"),
        Item("15", "Who else was present"),
        Item("16", "What is known of those who took part", _variables, "documents"),
        Item("17", "Which questions or guide were used, and whether these were tried out"),
        Item("18", "Whether interviews were repeated, and how often"),
        Item("19", "Whether sound or pictures were recorded"),
        Item("20", "Whether field notes were taken"),
        Item("21", "How long interviews or groups took"),
        Item("22", "Whether and how saturation was considered", _saturation, "saturation"),
        Item("23", "Whether transcripts went back to participants"),
        Item("24", "How many people coded", _coders, "method"),
        Item("25", "How the codes are organised", _tree, "codebook"),
        Item("26", "Whether themes came from the data or were there before", _derived, "method"),
        Item("27", "Which software held the data", _software, "method"),
        Item("28", "Whether participants commented on the findings"),
        Item(
            "29",
            "Whether quotes stand behind the findings, each with its source",
            _quotes,
            "codebook",
        ),
        Item("30", "Whether data and findings agree", _consistent, "themes"),
        Item("31", "Whether the main themes are presented clearly", _themes, "themes"),
        Item("32", "Whether rare and deviating findings are discussed", _minor, "codebook"),
    ),
)

SRQR = Checklist(
    "SRQR: qualitative research in general",
    "O’Brien, Harris, Beckman, Reed and Cook (2014), Academic Medicine 89, 1245–1251",
    (
        Item("S1", "A title that says the topic and that the study is qualitative"),
        Item("S2", "An abstract with background, aim, methods, results and conclusions"),
        Item("S3", "The problem, why it matters, and what is known of it"),
        Item("S4", "The aim or the questions of the study"),
        Item("S5", "The approach, the paradigm and the theory, with reasons"),
        Item("S6", "What the researchers bring with them, and how that may matter"),
        Item("S7", "The setting and what is particular about it"),
        Item("S8", "How participants, documents or events were sampled, and when that ended", _saturation,
             "saturation"),
        Item("S9", "Approval by an ethics board, consent, and confidentiality"),
        Item("S10", "Which data were collected, how, and over what time"),
        Item("S11", "Guides and instruments, and how they changed"),
        Item("S12", "How many participants, documents or events there were", _sample, "documents"),
        Item("S13", "How data were prepared: transcripts, coding, anonymity", _processing, "method"),
        Item("S14", "How themes were found and developed, and by whom", _analysis, "method"),
        Item("S15", "What was done so that the analysis can be trusted", _trustworthy, "method"),
        Item("S16", "The main findings: interpretations and themes", _themes, "themes"),
        Item("S17", "Evidence for them: quotes, notes, excerpts", _quotes, "codebook"),
        Item("S18", "How the findings fit earlier work, and to whom they transfer"),
        Item("S19", "How far the findings can be trusted, and their limits", _limits, "limits"),
        Item("S20", "What could have influenced the researchers, and how that was handled"),
        Item("S21", "Who paid, and what part they had"),
    ),
)  # fmt: skip

CHECKLISTS = (COREQ, SRQR)
