"""Searches, and what people decide on the records that they found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any, Literal, TypeAlias

import attrs

from qualcode.errors import ProjectError
from qualcode.model.checks import check_choice
from qualcode.model.ids import slug
from qualcode.model.review.criteria import Criteria
from qualcode.model.review.records import Record

__all__ = [
    "DECISIONS",
    "SOURCES",
    "STAGES",
    "Decision",
    "Sample",
    "Screened",
    "ScreeningContent",
    "Search",
    "Stage",
    "check_decision",
    "check_stage",
    "record_id",
    "search_of",
]

Stage: TypeAlias = Literal["title-abstract", "full-text"]
STAGES = ("title-abstract", "full-text")
"""The stages of screening, in order."""

Decision: TypeAlias = Literal["include", "exclude", "maybe", "not-retrieved"]
DECISIONS = ("include", "exclude", "maybe", "not-retrieved")
"""What can be decided on a record: a maybe goes on to the next stage; a full text may not be had."""

SOURCES = ("database", "register", "website", "organisation", "citations", "other")
"""The kinds of sources of records, as PRISMA 2020 tells them apart."""

_DIGITS = 8


@attrs.frozen
class Search:
    """One import of records.

    Parameters
    ----------
    id : str
        Its id: the source and a digest of what was found.
    source : str
        Which database, register, website, … was searched.
    kind : str
        One of `SOURCES`.
    file : str
        The file's name; empty where records came from a script.
    date : str
        When the search was made, as whoever imported it says.
    hits : int
        How many records it brought.
    """

    id: str
    source: str
    kind: str = "database"
    file: str = ""
    date: str = ""
    hits: int = 0


@attrs.frozen
class Screened:
    """What one coder decided on one record at one stage.

    Parameters
    ----------
    record : str
        The record's id.
    stage : str
        One of `STAGES`.
    coder : str
        Who decided.
    decision : str
        One of `DECISIONS`.
    reason : str
        The criterion by which it is excluded; empty where none was named.
    note : str
        What else was said.
    time : str
        When, in UTC (ISO 8601).
    """

    record: str
    stage: str
    coder: str
    decision: str
    reason: str = ""
    note: str = ""
    time: str = ""


@attrs.frozen
class Sample:
    """Records that were drawn for somebody to screen as well.

    Parameters
    ----------
    stage : str
        At which stage.
    coder : str
        Who screens them too.
    records : tuple of str
        Their ids.
    among : int
        How many records they were drawn from.
    seed : int
        What they were drawn by.
    """

    stage: str
    coder: str
    records: tuple[str, ...]
    among: int
    seed: int


@attrs.frozen
class ScreeningContent:
    """What was searched for and decided, as of one moment.

    Parameters
    ----------
    question : str
        What the review asks.
    criteria : Criteria
        What it takes in.
    searches : mapping of str to Search
        By id, in the order imported.
    records : mapping of str to Record
        What they found, by id.
    found : mapping of str to str
        For each record, the search that brought it first.
    decisions : mapping
        By record, stage and coder.
    samples : mapping of tuple of str to Sample
        By stage and coder.
    """

    question: str = ""
    criteria: Criteria = attrs.field(factory=Criteria)
    searches: Mapping[str, Search] = attrs.field(factory=dict)
    records: Mapping[str, Record] = attrs.field(factory=dict)
    found: Mapping[str, str] = attrs.field(factory=dict)
    decisions: Mapping[tuple[str, str, str], Screened] = attrs.field(factory=dict)
    samples: Mapping[tuple[str, str], Sample] = attrs.field(factory=dict)

    def of_coders(self, coders: Collection[str]) -> ScreeningContent:
        """Return it with what some coders decided only."""
        kept = {key: each for key, each in self.decisions.items() if each.coder in coders}
        return attrs.evolve(self, decisions=kept)


def record_id(record: Record) -> str:
    """Return the id of a record: its first author, year, and a digest of all that its file says of it.

    So the same file gives the same ids in every copy, and nothing else does.

    Examples
    --------
    >>> record_id(Record(title="Working together", authors=["Okoye, B."], year=2021))
    'okoye-2021-0526df19'
    """
    text = json.dumps(record.fields(), sort_keys=True, ensure_ascii=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
    who = slug(record.families[0])[:40] if record.families else ""
    return "-".join(filter(None, (who or "record", str(record.year or ""), digest)))


def check_stage(stage: object) -> str:
    """Return a stage of screening.

    Raises
    ------
    ProjectError
        When there is no such stage.
    """
    return check_choice(stage, STAGES, what="stage", error=ProjectError)


def check_decision(decision: object, of: str) -> str:
    """Return what can be decided on a record.

    Raises
    ------
    ProjectError
        When it is none of `DECISIONS`.
    """
    return check_choice(decision, DECISIONS, what=f"decision on {of}", error=ProjectError)


def search_of(said: Mapping[str, Any]) -> Search:
    """Return the search that an event names."""
    return Search(
        **{each.name: said[each.name] for each in attrs.fields(Search) if each.name in said}
    )
