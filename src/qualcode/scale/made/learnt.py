"""What of a trained suggester goes to where documents are: all that proposing codes takes, and no project."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from qualcode._extras import require
from qualcode.errors import DocumentError, SuggestionError
from qualcode.model.codebooks.codes import Code
from qualcode.model.texts.documents import Document
from qualcode.model.texts.segmenters import segment
from qualcode.model.texts.segments import Segment
from qualcode.suggest.asking.project_suggester import ProjectSuggester
from qualcode.suggest.asking.showing import LEARNED_FROM, batches, place_of, with_neighbours
from qualcode.suggest.finding.rules import Rules

if TYPE_CHECKING:
    from qualcode.stats.counting.units import Unit
    from qualcode.suggest.bench.shortlists import Shortlists

__all__ = ["Learnt", "check_travels", "suggestion_schema"]

_BATCH = 1000
"""Units that are scored together; a document is never cut."""

_ALONE = Lock()
"""Sums are added in the same order in every run only while one thread adds, which is set for a process.

Nor does spaCy read in several threads at once.
"""


def suggestion_schema() -> Any:
    """Return the columns of a table of suggestions."""
    arrow = require("pyarrow", extra="parquet")
    few = arrow.dictionary(arrow.int32(), arrow.string())
    return arrow.schema(
        [
            arrow.field("document", arrow.string(), nullable=False),
            arrow.field("start", arrow.int64(), nullable=False),
            arrow.field("end", arrow.int64(), nullable=False),
            ("code", few),
            ("rank", arrow.int32()),
            ("score", arrow.float64()),
            ("probability", arrow.float64()),
            ("status", few),
            ("reason", few),
            arrow.field("suggester", few, nullable=False),
            arrow.field("fingerprint", few, nullable=False),
        ]
    )


@attrs.frozen(eq=False, slots=False)
class Learnt:
    """What a suggester learned, and what is asked of it.

    Parameters
    ----------
    model : Suggester
        What learned it.
    codes : tuple of Code
        The codes, with their keywords and patterns.
    reading : mapping of str to object
        As of `ProjectSuggester`: whose words are passed over, and how patterns are read.
    name, fingerprint : str
        What suggestions say they come from.
    unit : str, regular expression or callable
        What is suggested for.
    decided : mapping of str to frozenset of (int, int)
        Start and end of the units whose decisions were learned, by document.
    checksums : mapping of str to str
        Of the texts of these documents.
    coded : bool
        Whether these units are suggested for, too.
    asked : mapping of str to object
        How many codes, and what is promised.
    """

    model: Any
    codes: tuple[Code, ...]
    reading: Mapping[str, Any]
    name: str
    fingerprint: str
    unit: Unit
    decided: Mapping[str, frozenset[tuple[int, int]]]
    checksums: Mapping[str, str]
    coded: bool
    asked: Mapping[str, Any]

    @classmethod
    def of(
        cls, suggester: ProjectSuggester, unit: Unit, *, coded: bool, asked: Mapping[str, Any]
    ) -> Learnt:
        """Return what goes to the documents of a suggester that has learned."""
        learned = suggester.ready()
        places: dict[str, set[tuple[int, int]]] = {}
        for document, start, end in learned.places.values():
            places.setdefault(document, set()).add((start, end))
        there = suggester.state.documents
        return cls(
            suggester.model, learned.codes, suggester.reading, suggester.name,
            str(learned.fingerprint), unit,
            {id: frozenset(found) for id, found in places.items()},
            {id: there[id].checksum for id in places if id in there},
            coded, asked,
        )  # fmt: skip

    def __call__(self, documents: list[Document]) -> Any:
        """Return a table of what is suggested for some whole documents."""
        self._check_texts(documents)
        units = self._units(documents)
        asked = np.array([self.coded or not self._was_learned(each) for each in units], bool)
        rows, asked = with_neighbours(units, asked)
        arrow = require("pyarrow", extra="parquet")
        made = (self._table(rows[batch], asked[batch].tolist()) for batch in batches(rows, _BATCH))
        empty = suggestion_schema().empty_table()
        return arrow.concat_tables([empty, *made]).unify_dictionaries()

    @cached_property
    def _rules(self) -> Rules:
        """The codes' rules, made where they are used: what finds words is no value that travels."""
        options = {name: self.reading[name] for name in ("language", "pipeline")}
        return Rules.of(self.codes, **options)

    def _check_texts(self, documents: list[Document]) -> None:
        """Refuse another text by the name of one that was learned from: places would be wrong."""
        for each in documents:
            learned = self.checksums.get(each.id)
            if learned is not None and learned != each.checksum:
                raise DocumentError(
                    f"document {each.id!r} has another text than the one that the suggester {self.name!r} "
                    "learned from under that id: give the text that was coded, or another id"
                )

    def _units(self, documents: list[Document]) -> Sequence[Segment]:
        units = segment(documents, unit=self.unit)
        if (without := self.reading["without_speakers"]) is None:
            return units
        from qualcode.suggest.asking.material import spoken_by

        gone = spoken_by(units, without)
        return [each for each in units if id(each) not in gone]

    def _was_learned(self, unit: Segment) -> bool:
        return (unit.start, unit.end) in self.decided.get(unit.document.id, ())

    def _table(self, rows: Sequence[Segment], asked: Sequence[bool]) -> Any:
        texts = [each.quote for each in rows]
        with _ALONE:
            hits = self._rules.hits(texts) if self._rules else None
            found: Shortlists = self.model.suggest(
                texts, [each.document.id for each in rows], hits, **self.asked, explain=False
            )
        entries = [*self._shown(found, rows, asked), *_silent(found, asked)]
        entries.sort(key=lambda entry: entry[:2])
        made = []
        for row, rank, rest in entries:
            document, start, end = place_of(rows[row])
            made.append(
                {
                    "document": document, "start": start, "end": end, "rank": rank or None, **rest,
                    "suggester": self.name, "fingerprint": self.fingerprint,
                }
            )  # fmt: skip
        arrow = require("pyarrow", extra="parquet")
        return arrow.Table.from_pylist(made, schema=suggestion_schema())

    def _shown(
        self, found: Shortlists, rows: Sequence[Segment], asked: Sequence[bool]
    ) -> list[tuple[int, int, dict[str, Any]]]:
        """Return row, rank and the rest of what is shown."""
        limit = None if self.asked["recall"] is not None else self.asked["top"]
        shown = []
        columns = zip(
            found.rows, found.ranks, found.codes, found.scores, found.probabilities, strict=True
        )
        for row, rank, code, score, probability in columns:
            if not asked[row] or (limit is not None and rank > limit):
                continue
            reason = LEARNED_FROM if self._was_learned(rows[row]) else found.reason
            rest = {
                "code": code, "score": score,
                "probability": probability if reason is None else None,
                "status": found.statuses[code], "reason": reason,
            }  # fmt: skip
            shown.append((row, rank, rest))
        return shown


def _silent(found: Shortlists, asked: Sequence[bool]) -> list[tuple[int, int, dict[str, Any]]]:
    """Return the rows for which nothing is suggested, and why."""
    return [(row, 0, {"reason": reason}) for row, reason in found.silent.items() if asked[row]]


def check_travels(learnt: Learnt) -> None:
    """Refuse a suggester that cannot be sent to where an engine has the documents.

    Raises
    ------
    SuggestionError
        With what it is that cannot.
    """
    try:
        pickle.dumps(learnt, pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # whatever a class of somebody else's raises
        raise SuggestionError(
            f"the suggester {learnt.name!r} ({type(learnt.model).__name__}) cannot be sent to an engine: "
            f"{type(error).__name__}: {error}. Leave out engine= to suggest here, give files in place of a "
            "frame, or take the default suggester or one that pickle can write"
        ) from error
