"""Asking for suggestions: of a suggester that learns, or of a search. Neither ever assigns."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qualcode.errors import DocumentError, SuggestionError
from qualcode.model.asking import question
from qualcode.model.checks import check_flag, check_kind, check_text, check_texts
from qualcode.model.codebooks.codes import Code
from qualcode.model.coding.queries import Query
from qualcode.model.coding.suggestions import (
    Evidence,
    Fingerprint,
    PatternMatch,
    Status,
    Suggestion,
)
from qualcode.model.texts.segments import Segment, Segments
from qualcode.stats.arguments import check_unit
from qualcode.suggest.asking.suggestions import Suggestions

if TYPE_CHECKING:
    from qualcode.project.view import View
    from qualcode.stats.counting.units import Within
    from qualcode.suggest.asking.suggester import ProjectSuggester
    from qualcode.suggest.finding.rules import RuleMatch

__all__ = ["Suggesting"]

NOTHING = "nothing was found that has not the code, or a verdict, already"
FOUND = "ranks only: a search finds words, and nobody has counted how often it is right"


VIEW = "qualcode.project.view:View"


class Suggesting:
    """What a project suggests; every project and every view can be asked."""

    @question(look=VIEW)
    def suggester(
        self,
        what: Any = None,
        *,
        unit: Within = "sentence",
        name: str | None = None,
        coders: str | Iterable[str] | None = None,
        codes: Iterable[str] | None = None,
        complete: str | Iterable[str] | None = None,
        without_speakers: str | Iterable[str] | None = None,
        language: str = "en",
        pipeline: Any = None,
        **options: Any,
    ) -> ProjectSuggester:
        """Return a suggester for this project; `fit` makes it learn.

        Parameters
        ----------
        what : optional
            Nothing for the default, which needs no model: the shared stacker. Or the name of an installed
            suggester, such as ``"tfidf"``; a scikit-learn classifier; a function that takes a text and
            returns codes, or codes with scores; anything with `fit` and `suggest` (see
            `qualcode.suggest.Suggester`).
        unit : str, regular expression or callable, default "sentence"
            What is suggested for: ``"sentence"``, ``"paragraph"``, ``"turn"``, ``"line"``, ``"document"``,
            any segmenter; or ``"segment"``: learn from the stretches that people marked only, and suggest
            for segments that are given.
        name : str, optional
            What suggestions say they come from.
        coders : str or iterable of str, optional
            Whose decisions to learn from; by the rule of who counts when not given (see `Questions`).
        codes : iterable of str, optional
            Suggest these codes only.
        complete : str or iterable of str, optional
            Documents coded from beginning to end, in which a unit without a code was found to have none.
            When not given, those that were marked as finished or, where nobody marked any, all in which
            anything was assigned other than from a suggestion, unless far more units follow the last code
            than are without one before it: a document half coded is suggested for, and nothing is learned
            of its units without a code.
        without_speakers : str or iterable of str, optional
            Speakers whose words are neither learned nor suggested for, such as the interviewer.
        language, pipeline
            For the codes' spaCy patterns: a language for a blank pipeline, or a pipeline of your own.
        **options
            Of the suggester: ``encode`` (see `qualcode.suggest.load_encoder`), ``context``, ….

        Raises
        ------
        MissingExtraError
            When scikit-learn is not installed (extra ``suggest``).
        """
        from qualcode._extras import require
        from qualcode.suggest.asking.suggester import ProjectSuggester

        require("sklearn", extra="suggest")
        from qualcode.suggest.finding.token_patterns import check_pipeline
        from qualcode.suggest.registry import make_suggester

        def named(given: Any, what: str) -> list[str]:
            return list(check_texts(given, what=what, error=SuggestionError))

        unit = check_unit(unit)
        if name is not None:
            name = check_text(name, what="name", error=SuggestionError, empty=False)
        check_pipeline(pipeline)
        reading = {
            "coders": None if coders is None else named(coders, "coders"),
            "codes": None if codes is None else named(codes, "codes"),
            "complete": None if complete is None else named(complete, "complete"),
            "without_speakers": (
                None if without_speakers is None else named(without_speakers, "without_speakers")
            ),
            "language": check_text(language, what="language", error=SuggestionError, empty=False),
            "pipeline": pipeline,
        }
        model = make_suggester(what, **options)
        return ProjectSuggester(
            self._view,
            model,
            name=_label(what) if name is None else name,
            unit=unit,
            reading=reading,
        )

    def load_suggester(
        self, path: str | os.PathLike[str], *, encode: Any = None
    ) -> ProjectSuggester:
        """Return a suggester that `ProjectSuggester.save` wrote. Nothing in the file is run.

        Parameters
        ----------
        path : str or path
            The file.
        encode : optional
            The encoder that it was fitted with, if it was.

        Raises
        ------
        StoreError
            When the file is no saved suggester, or one of another project.
        """
        from qualcode._extras import require

        require("sklearn", extra="suggest")
        from qualcode.suggest.asking.suggester_file import load_suggester

        return load_suggester(self._view, path, encode=encode)

    @property
    def _view(self) -> View:
        return cast("View", self)

    @question(look=VIEW)
    def suggest(
        self,
        suggester: ProjectSuggester,
        segments: Iterable[Segment] | None = None,
        *,
        documents: str | Iterable[str] | None = None,
        coded: bool = False,
        again: bool = False,
        top: int = 3,
        precision: float | None = None,
        recall: float | None = None,
        evidence: bool = True,
        progress: Callable[[int, int], None] | None = None,
    ) -> Suggestions:
        """Return suggestions for segments. Nothing is assigned by it; see `Project.accept`.

        A code that the learned coders have put on the segment's text already is not suggested again, nor is
        one that anybody decided about there when it was suggested. When the
        codebook was changed since the suggester learned, it learns again first, from the merged, split
        or redefined codes.

        Parameters
        ----------
        suggester : ProjectSuggester
            A fitted suggester of this project, or of another moment of it.
        segments : iterable of Segment, optional
            What to suggest for; every unit that was not decided about yet when not given.
        documents : str or iterable of str, optional
            Ids of the documents whose units to suggest for.
        coded : bool, default False
            Also for units that were decided about. They get ranks only: they were learned from.
        again : bool, default False
            Also what was decided about before.
        top : int, default 3
            How many codes a segment at the most.
        precision : float, optional
            Show only what keeps this promise: the share of what is shown that is right.
        recall : float, optional
            Show so much that this share of a segment's codes is on its list, on average.
        evidence : bool, default True
            Whether to explain each suggestion, which takes some time.
        progress : callable, optional
            Called with how many segments are done, and of how many.

        Returns
        -------
        Suggestions
            By segment, then by rank, with the segments for which there is none.

        Raises
        ------
        SuggestionError
            When the suggester has not learned anything yet.
        """
        from qualcode.suggest.asking.suggester import ProjectSuggester

        check_kind(
            suggester,
            ProjectSuggester,
            what="suggester",
            error=SuggestionError,
            advice="make one with project.suggester().fit()",
        )
        return suggester.suggest(
            segments, view=self._view, documents=documents, coded=coded, again=again, top=top,
            precision=precision, recall=recall, evidence=evidence, progress=progress,
        )  # fmt: skip

    @question(look=VIEW)
    def autocode(
        self,
        code: str,
        *,
        text: str | Iterable[str] | None = None,
        regex: str | re.Pattern[str] | None = None,
        pattern: Sequence[Mapping[str, Any]] | None = None,
        speaker: str | None = None,
        query: Query | str | None = None,
        unit: Within = "sentence",
        documents: str | Iterable[str] | None = None,
        again: bool = False,
        language: str = "en",
        pipeline: Any = None,
    ) -> Suggestions:
        """Return the segments that a search finds, as suggestions of a code, to be accepted in bulk.

        Parameters
        ----------
        code : str
            Id or name of the code.
        text : str or iterable of str, optional
            Words to find, whole and ignoring case; ``*`` stands for any letters.
        regex : str or compiled regular expression, optional
            What must match.
        pattern : sequence of mapping, optional
            A spaCy Matcher pattern; needs the extra ``spacy``.
        speaker : str, optional
            Who speaks: in the turn that is the segment, or that the segment is a part of.
        query : Query or str, optional
            Look only at the passages that it finds (see `View.find`), instead of at the units of `unit`.
        unit : str, regular expression or callable, default "sentence"
            What is suggested for.
        documents : str or iterable of str, optional
            Ids of the documents to search; all when not given.
        again : bool, default False
            Also what was decided about before.
        language, pipeline
            For a spaCy pattern: a language for a blank pipeline, or a pipeline of your own.

        Returns
        -------
        Suggestions
            Where all conditions hold; without any condition, where the code's own keywords and patterns
            do. Segments that have the code already are left out.

        Raises
        ------
        SuggestionError
            When there is nothing to search for.
        """
        from qualcode.suggest.asking.material import codebook_digest, digest
        from qualcode.suggest.asking.showing import Hidden
        from qualcode.suggest.finding.searching import find

        check_flag(again, what="again", error=SuggestionError)
        view = self._view
        wanted = view.codebook.assignable(code)
        rows = view.segments(by=unit, documents=documents)
        if query is not None:
            rows = _found(view.find(query), view, documents)
        conditions: dict[str, Any] = {
            "text": text, "regex": regex, "pattern": pattern, "speaker": speaker
        }  # fmt: skip
        given = {name: value for name, value in conditions.items() if value is not None}
        spacy = {"language": language, "pipeline": pipeline}
        found: Iterable[tuple[Segment, tuple[RuleMatch, ...]]]
        if given:
            found = find(rows, **given, **spacy)
        elif query is not None:
            found = ((segment, ()) for segment in rows)
        else:
            found = _by_own_rules(wanted, rows, **spacy)
        if query is not None:
            given["query"] = str(query)
        source = Fingerprint(
            digest(f"{name} {getattr(value, 'pattern', value)!r}" for name, value in given.items()),
            codebook_digest([wanted]),
            digest(document.checksum for document in view.documents.values()),
        )
        status = _status(view, wanted)
        hidden = Hidden(view.assignments, [wanted], rows, () if again else view.verdicts)
        items = tuple(
            Suggestion(
                segment=segment,
                code=wanted,
                rank=1,
                score=1.0,
                probability=None,
                status=status,
                evidence=Evidence(_in_document(segment, matches)),
                reason=FOUND,
                suggester="search" if given else "rules",
                fingerprint=source,
            )
            for segment, matches in found
            if not hidden.hides(segment, wanted.id)
        )
        return Suggestions(items, reason=FOUND if items else NOTHING)


def _found(found: Segments, view: View, documents: str | Iterable[str] | None) -> Segments:
    """Return what a query found, in some of the documents."""
    if documents is None:
        return Segments(found.items)
    ids = check_texts(documents, what="documents", error=DocumentError)
    wanted = {view.documents[id].id for id in ids}
    return Segments(tuple(each for each in found if each.document.id in wanted))


def _label(what: Any) -> str:
    """Return what suggestions of a suggester say they come from, when no name is given."""
    if what is None or isinstance(what, str):
        return what or "stacker"
    return str(getattr(what, "__name__", type(what).__name__))


def _by_own_rules(
    code: Code, rows: Iterable[Segment], *, language: str, pipeline: Any
) -> Iterator[tuple[Segment, tuple[RuleMatch, ...]]]:
    from qualcode.suggest.finding.rules import Rules

    if not code.keywords and not code.patterns:
        raise SuggestionError(
            f"code {code.id!r} has neither keywords nor patterns: give text, regex, pattern or speaker to "
            "search for, or add keywords to the code (cb.redefine)"
        )
    rules = Rules.of([code], language=language, pipeline=pipeline)
    return ((each, matches) for each in rows if (matches := rules.matches(each.quote)))


def _in_document(segment: Segment, matches: Iterable[RuleMatch]) -> tuple[PatternMatch, ...]:
    return tuple(
        PatternMatch(segment.start + each.start, segment.start + each.end, each.text, each.pattern)
        for each in matches
    )


def _status(view: View, code: Code) -> Status:
    from qualcode.suggest.bench.coded_texts import status_of

    rows = view.state.counting().assignments
    having = rows.code == list(rows.codes).index(code.id) if code.id in rows.codes else None
    if having is None:
        return status_of(0, 0)
    segments = np.unique(rows.segment[having])
    return status_of(segments.size, np.unique(rows.document[having]).size)
