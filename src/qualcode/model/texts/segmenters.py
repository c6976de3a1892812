"""Ways to cut a document into units: paragraph, sentence, turn, page and others, regex, your own.

A segmenter is a callable that takes a `Document` and yields spans (or segments, where it knows the
speaker). Units never include the white space around them, so that a unit's quote is what a reader
would mark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from qualcode._extras import require
from qualcode.errors import DocumentError, MissingExtraError, SpanError, did_you_mean
from qualcode.model.checks import check_items, check_named, check_text, looked_up, shown
from qualcode.model.texts.documents import Document
from qualcode.model.texts.labels import LINE_END
from qualcode.model.texts.segments import Segment, Segments
from qualcode.model.texts.sentences import ends_of_sentences
from qualcode.model.texts.spans import Span

__all__ = ["SEGMENTERS", "Segmenter", "by_regex", "by_spacy", "cut", "resolve_segmenter", "segment"]

Segmenter = Callable[[Document], Iterable["Segment | Span | tuple[int, int]"]]

# Atomic, so that one line end of two characters is never taken for two line ends.
_BREAK = r"(?>\r\n|\r|\n)"
_BLANK_LINE = re.compile(rf"{_BREAK}[^\S\r\n]*{_BREAK}\s*")


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the span less the white space at its ends, if anything is left."""
    stretch = text[start:end]
    left = len(stretch) - len(stretch.lstrip())
    right = len(stretch.rstrip())
    if right > left:
        yield Span(start + left, start + right)


def _between(text: str, pattern: re.Pattern[str]) -> Iterator[Span]:
    """Yield the trimmed stretches between the matches of a separator."""
    start = 0
    for match in pattern.finditer(text):
        yield from _trimmed(text, start, match.start())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def by_document(document: Document) -> Iterator[Span]:
    """Yield the whole document as one unit; nothing when it has no text."""
    if document.text:
        yield Span(0, len(document.text))


def by_paragraph(document: Document) -> Iterator[Span]:
    """Yield the paragraphs: those that the file has, otherwise stretches between blank lines."""
    known = document.structure.of("paragraph")
    if not known:
        yield from _between(document.text, _BLANK_LINE)
        return
    others = ("heading", "row") if document.structure.of("row") else ("heading",)
    for part in document.structure:
        if part.kind == "paragraph" or part.kind in others:
            yield from _trimmed(document.text, part.start, part.end)


def by_line(document: Document) -> Iterator[Span]:
    """Yield the lines that hold more than white space."""
    return _between(document.text, LINE_END)


def by_sentence(document: Document) -> Iterator[Span]:
    """Yield the sentences by rule: end marks, judged by the words before and behind them.

    A blank line always ends a sentence, and so does the end of a turn: nobody ends the sentence of another,
    with or without a full stop. Rules cannot know every abbreviation: where this matters,
    use a spaCy pipeline (`by_spacy`).
    """
    text, start = document.text, 0
    turns = {turn.end for turn in document.speakers.turns}
    for end in sorted(turns.union(ends_of_sentences(text))):
        yield from _trimmed(text, start, end)
        start = end
    yield from _trimmed(text, start, len(text))


def by_turn(document: Document) -> Iterator[Segment]:
    """Yield speaker turns, found by the whole document; see `Document.speakers`.

    Labels and times are no part of a turn, nor are headings and what stands before the first turn.
    A turn whose speaker is not named has none, and a text without speakers is one unit.
    """
    turns = document.speakers.turns
    for turn in turns:
        yield Segment(document, Span(turn.start, turn.end), turn.name or None)
    if not turns:
        for span in _trimmed(document.text, 0, len(document.text)):
            yield Segment(document, span)


def by_heading(document: Document) -> Iterator[Span]:
    """Yield the sections: a heading with what stands under it, up to the next heading."""
    return _sections(document, "heading")


def by_page(document: Document) -> Iterator[Span]:
    """Yield the pages; a document without pages is one unit."""
    pages = document.structure.of("page")
    if not pages:
        yield from _trimmed(document.text, 0, len(document.text))
    for page in pages:
        yield from _trimmed(document.text, page.start, page.end)


def by_chapter(document: Document) -> Iterator[Span]:
    """Yield the chapters; a document without chapters is one unit."""
    return _sections(document, "chapter")


def by_table(document: Document) -> Iterator[Span]:
    """Yield the tables, each as one unit."""
    for table in document.structure.of("table"):
        yield from _trimmed(document.text, table.start, table.end)


def by_row(document: Document) -> Iterator[Span]:
    """Yield the rows of tables."""
    for row in document.structure.of("row"):
        yield from _trimmed(document.text, row.start, row.end)


def by_cue(document: Document) -> Iterator[Segment]:
    """Yield the cues of subtitles, with their speakers."""
    for cue in document.structure.of("cue"):
        for span in _trimmed(document.text, cue.start, cue.end):
            yield Segment(document, span, cue.name or None)


def _sections(document: Document, kind: str) -> Iterator[Span]:
    starts = [part.start for part in document.structure.of(kind)]
    places = [0, *starts, len(document.text)]
    for start, end in pairwise(places):
        yield from _trimmed(document.text, start, end)


def by_regex(pattern: str | re.Pattern[str]) -> Segmenter:
    r"""Return a segmenter that yields what a regular expression matches.

    Where the pattern has a group named ``unit``, that group is the unit; a group named ``speaker``
    gives the speaker.

    Raises
    ------
    DocumentError
        When the pattern is not a regular expression.

    Examples
    --------
    >>> document = Document(id="a", text="Q1. Why? Q2. How?")
    >>> [each.quote for each in segment([document], unit=by_regex(r"Q\d\. \w+\?"))]
    ['Q1. Why?', 'Q2. How?']
    """
    if not isinstance(pattern, re.Pattern):
        pattern = check_text(pattern, what="pattern", error=DocumentError)
    elif isinstance(pattern.pattern, bytes):
        raise DocumentError(f"pattern {pattern.pattern!r} finds bytes: make it of text")
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise DocumentError(f"pattern {pattern!r} is not a regular expression: {error}") from error
    groups = compiled.groupindex
    unit = "unit" if "unit" in groups else 0

    def segmenter(document: Document) -> Iterator[Segment]:
        for match in compiled.finditer(document.text):
            speaker = match["speaker"] if "speaker" in groups else None
            if match.end(unit) > match.start(unit):
                yield Segment(document, Span(match.start(unit), match.end(unit)), speaker)

    return segmenter


def by_spacy(pipeline: Any = "en") -> Segmenter:
    """Return a segmenter that yields the sentences a spaCy pipeline finds.

    Parameters
    ----------
    pipeline : spaCy pipeline or str, default "en"
        A loaded pipeline, or a language code: then a blank pipeline with spaCy's rule-based
        sentencizer is used, which needs no model.

    Raises
    ------
    MissingExtraError
        When spaCy is not installed (extra ``spacy``).
    """
    if isinstance(pipeline, str):
        try:
            pipeline = require("spacy", extra="spacy").blank(pipeline)
        except ImportError as error:
            if isinstance(error, MissingExtraError):
                raise
            raise DocumentError(f"pipeline: spaCy has no language {pipeline!r}") from error
        pipeline.add_pipe("sentencizer")
    elif not callable(pipeline):
        raise DocumentError(
            f"pipeline must be a spaCy pipeline or the code of a language, not {shown(pipeline)}"
        )

    def segmenter(document: Document) -> Iterator[Span]:
        for sentence in pipeline(document.text).sents:
            yield from _trimmed(document.text, sentence.start_char, sentence.end_char)

    return segmenter


SEGMENTERS: dict[str, Segmenter] = {
    "document": by_document,
    "paragraph": by_paragraph,
    "line": by_line,
    "turn": by_turn,
    "sentence": by_sentence,
    "heading": by_heading,
    "chapter": by_chapter,
    "page": by_page,
    "table": by_table,
    "row": by_row,
    "cue": by_cue,
}
"""The segmenters that have a name."""


def resolve_segmenter(by: str | re.Pattern[str] | Segmenter) -> Segmenter:
    """Return the segmenter that a name, a compiled regular expression or a callable stands for.

    Raises
    ------
    DocumentError
        When `by` is a name that no segmenter has.
    """
    if isinstance(by, re.Pattern):
        return by_regex(by)
    if callable(by):
        return by
    if not isinstance(by, str) or by not in SEGMENTERS:
        raise DocumentError(
            f"there is no segmenter {looked_up(by)}; unit is one of {', '.join(SEGMENTERS)}, "
            "re.compile(…), and any callable that takes a document and yields spans."
            f"{did_you_mean(by, SEGMENTERS)}"
        )
    return SEGMENTERS[by]


def segment(
    documents: Iterable[Document], *, unit: str | re.Pattern[str] | Segmenter = "paragraph"
) -> Segments:
    r"""Cut documents into units.

    Parameters
    ----------
    documents : iterable of Document
        The texts, in the order in which the units shall come.
    unit : str, compiled regular expression, or callable
        ``"paragraph"``, ``"sentence"``, ``"line"``, ``"turn"``, ``"document"``; where the file has them
        ``"heading"``, ``"chapter"``, ``"page"``, ``"table"``, ``"row"``, ``"cue"``; a regular expression,
        whose matches are the units; or a callable that takes a document and yields spans, pairs of
        offsets (code points, half-open) or segments.

    Raises
    ------
    SpanError
        When a callable yields a span outside the text.

    Examples
    --------
    >>> interview = Document(id="a", text="ANA: We share one budget.\nBEN: Since when?")
    >>> [(unit.speaker, unit.quote) for unit in segment([interview], unit="turn")]
    [('ANA', 'We share one budget.'), ('BEN', 'Since when?')]
    """
    segmenter = resolve_segmenter(unit)
    texts = check_items(
        documents,
        Document,
        what="documents",
        error=DocumentError,
        advice="pass a list of documents, such as project.documents.values()",
    )
    return Segments(
        tuple(
            each
            for document in texts
            for each in _heard(
                document, (_as_segment(document, found) for found in _units(document, segmenter))
            )
        )
    )


def cut(
    documents: Mapping[str, Document],
    unit: str | re.Pattern[str] | Segmenter = "paragraph",
    *,
    only: str | Iterable[str] | None = None,
) -> Segments:
    """Cut the documents of a project into units.

    Parameters
    ----------
    documents : mapping of str to Document
        The documents by id, in the order in which the units shall come.
    unit : str, compiled regular expression, or callable
        As for `segment`.
    only : str or iterable of str, optional
        Ids of the documents to cut; all when not given.

    Raises
    ------
    NotFoundError
        When there is no such document.
    """
    if only is None:
        return segment(list(documents.values()), unit=unit)
    ids = check_named(only, what="documents", error=DocumentError)
    return segment([documents[id] for id in ids], unit=unit)


def _heard(document: Document, units: Iterable[Segment]) -> Iterable[Segment]:
    """Yield the units in which somebody speaks whose words count; all, where those of all do."""
    heard = document.heard
    if heard is None:
        return units
    return (
        unit for unit in units if any(map(heard.includes, document.spoken(unit.start, unit.end)))
    )


def _units(document: Document, segmenter: Segmenter) -> Iterable[Any]:
    found: Any = segmenter(document)
    if not isinstance(found, Iterable):
        raise SpanError(
            f"document {document.id!r}: the segmenter returned {shown(found)}: return or yield spans"
        )
    return found


def _as_segment(document: Document, found: Segment | Span | tuple[int, int]) -> Segment:
    if isinstance(found, Segment):
        if found.document.id != document.id:
            raise SpanError(
                f"document {document.id!r}: the segmenter yielded a segment of document "
                f"{found.document.id!r}: yield only segments of the document it is given"
            )
        return found
    if isinstance(found, Span):
        return Segment(document, found)
    fault = f"document {document.id!r}: the segmenter yielded {shown(found)}, which is no span"
    if not isinstance(found, tuple | list) or len(found) != 2:
        raise SpanError(f"{fault}: yield Span(start, end), (start, end) or a Segment")
    try:
        span = Span(*found)
    except SpanError as error:
        raise SpanError(f"{fault}: {error}") from error
    return Segment(document, span)
