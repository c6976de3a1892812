"""Codes suggested for documents that are no project, as a table: scored where they lie, decided by people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qualcode._extras import require
from qualcode.errors import SuggestionError
from qualcode.model.checks import check_kind
from qualcode.model.coding.suggestions import Explanation, Fingerprint, NearSegment, Suggestion
from qualcode.model.subject import Subject, state_shown
from qualcode.model.texts.segmenters import resolve_segmenter
from qualcode.model.texts.segments import Segment
from qualcode.model.texts.spans import Span
from qualcode.scale.made.from_documents import made_from
from qualcode.scale.made.learnt import Learnt, check_travels, suggestion_schema
from qualcode.scale.sources.engines import Engine, is_frame
from qualcode.scale.sources.source import pieces_of
from qualcode.stats.arguments import check_unit
from qualcode.suggest.asking.project_suggester import ProjectSuggester
from qualcode.suggest.asking.suggesting_codes import check_asked

if TYPE_CHECKING:
    from qualcode.stats.counting.units import Unit
    from qualcode.suggest.asking.shown_suggestions import Suggestions

__all__ = ["suggest", "suggestions_of"]


def suggest(
    documents: Any,
    suggester: ProjectSuggester,
    unit: Unit | None = None,
    *,
    coded: bool = False,
    top: int = 3,
    precision: float | None = None,
    recall: float | None = None,
    engine: Engine = None,
) -> Any:
    """Suggest codes for documents that are no project, on the engine that has them; nothing is assigned.

    Scores, probabilities and ranks are those that `View.suggest` gives for the same texts. What the suggester
    learned goes to each part once, and no text comes back.

    Parameters
    ----------
    documents : path, iterable of paths, table or frame
        As for `units`: columns ``document`` (ids, each once) and ``text``.
    suggester : ProjectSuggester
        One of a project that has learned, or was loaded (`View.load_suggester`). For an engine it has to be
        one that pickle can write: the default one, or one made of a classifier.
    unit : str, regular expression or callable, optional
        What is suggested for; what the suggester learned by when not given.
    coded : bool, default False
        Also for the units whose decisions were learned. They get ranks only.
    top, precision, recall
        As for `View.suggest`.
    engine : session of Spark, client of Dask, executor or callable, optional
        As for `rollup`.

    Returns
    -------
    pyarrow.Table
        A row for each suggestion, by unit and rank: document, start and end (code points, half-open), code,
        rank, score, probability (missing where it is not known well enough), status (of the code: cold,
        learning or usable), reason (why there is no probability), suggester and fingerprint. A unit for which
        nothing is suggested has one row without a code; its reason says why.

    Raises
    ------
    SuggestionError
        When the suggester has learned nothing, or cannot be sent to the engine.
    DocumentError
        When a document has no text, or another one than was learned from under its id.
    DuplicateDocumentError, EngineError
        As for `units`.

    Notes
    -----
    A table does not know what was decided since the suggester learned. Read back into a project
    (`suggestions_of`), suggestions are accepted and rejected as any others.

    Examples
    --------
    >>> import pyarrow as pa
    >>> import qualcode as qc
    >>> price = qc.Code("price", definition="What it costs: too dear, cheap.")
    >>> book = qc.Codebook("answers", codes=[price])
    >>> project = qc.Project.new("Pilot", codebook=book, coder="ana")
    >>> _ = project.add_document("Far too dear. Friendly people.", id="p1")
    >>> _ = project.assign(("p1", 0, 13), "price")
    >>> suggester = project.suggester().fit()
    >>> answers = pa.table({"document": ["a1", "a2"], "text": ["All too dear.", "Xyzzy!"]})
    >>> for row in qc.scale.suggest(answers, suggester).to_pylist():
    ...     print(row["document"], row["code"], row["rank"], row["reason"][:24])
    a1 price 1 ranks only: 2 segments a
    a2 None None none of its words, nor a
    """
    require("sklearn", extra="suggest")
    check_kind(
        suggester,
        ProjectSuggester,
        what="suggester",
        error=SuggestionError,
        advice="make one with project.suggester().fit()",
    )
    check_asked(coded, again=False, explain=False, top=top, precision=precision, recall=recall)
    unit = suggester.unit if unit is None else check_unit(unit)
    if unit == "segment":
        raise SuggestionError(
            "the suggester learned from the stretches that people marked, and nothing tells it what to mark: "
            "give unit=, such as unit='sentence'"
        )
    resolve_segmenter(unit)
    learnt = Learnt.of(
        suggester, unit, coded=coded, asked={"top": top, "precision": precision, "recall": recall}
    )
    if engine is not None or is_frame(documents):
        check_travels(learnt)
    return made_from(documents, learnt, engine)


def suggestions_of(table: Any, project: Subject) -> Suggestions:
    """Return what `suggest` found as suggestions of a project that has the documents, to be decided about.

    Parameters
    ----------
    table : path, iterable of paths, or table
        What `suggest` returned, or some rows of it, such as those of the documents that were added to the
        project; a Parquet file of it, or anything that streams Arrow tables.
    project : Project, View or State
        The project, with the same texts.

    Returns
    -------
    Suggestions
        As those of `View.suggest`, without explanations; for these, ask the suggester for the segments that
        matter: ``project.suggest(suggester, segments)``. They are decided about by `Project.accept`,
        `Project.reject` and `Project.edit`, or in a review table (`Suggestions.write`).

    Raises
    ------
    SuggestionError
        When it is no table of suggestions.
    NotFoundError
        When the project has no such document or code.
    SpanError
        When a span reaches beyond the text, which then is another one.

    Examples
    --------
    >>> import pyarrow as pa
    >>> import qualcode as qc
    >>> price = qc.Code("price", definition="What it costs: too dear, cheap.")
    >>> book = qc.Codebook("answers", codes=[price])
    >>> project = qc.Project.new("Pilot", codebook=book, coder="ana")
    >>> _ = project.add_document("Far too dear. Friendly people.", id="p1")
    >>> _ = project.assign(("p1", 0, 13), "price")
    >>> more = {"document": ["a1"], "text": ["All of it is too dear."]}
    >>> found = qc.scale.suggest(pa.table(more), project.suggester().fit())
    >>> _ = project.add_document(more["text"][0], id="a1")
    >>> for each in qc.scale.suggestions_of(found, project):
    ...     _ = project.accept(each, coder="ana")
    >>> project.assignments[-1].origin.partition("@")[0]
    'suggestion:stacker'
    """
    from qualcode.suggest.asking.shown_suggestions import Abstained, Suggestions

    state = state_shown(project, error=SuggestionError)
    items, abstained = [], []
    for row in _rows(table):
        segment = Segment(state.documents[row["document"]], Span(row["start"], row["end"]))
        if row["code"] is None:
            abstained.append(Abstained(segment, row["reason"]))
            continue
        items.append(
            Suggestion(
                segment=segment,
                code=state.codebook[row["code"]],
                explanation=Explanation[NearSegment](),
                fingerprint=Fingerprint(*row["fingerprint"].split("-")),
                **{name: row[name] for name in _AS_THEY_ARE},
            )
        )
    reasons = {each.reason for each in items}
    return Suggestions(
        tuple(items), tuple(abstained), reason=reasons.pop() if len(reasons) == 1 else None
    )


_AS_THEY_ARE = ("rank", "score", "probability", "status", "reason", "suggester")


def _rows(table: Any) -> Iterator[dict[str, Any]]:
    names = suggestion_schema().names
    for piece in pieces_of(table, "suggestions"):
        there = piece.schema().names
        if missing := [name for name in names if name not in there]:
            raise SuggestionError(
                f"{piece.name} has no column {missing[0]!r}: give what qualcode.scale.suggest returned, with "
                f"all its columns ({', '.join(names)})"
            )
        for batch in piece.batches(names):
            yield from batch.to_pylist()
