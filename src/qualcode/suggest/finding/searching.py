"""Finding segments by words, regular expression, spaCy pattern or speaker: what can be coded in bulk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from qualcode.errors import CodebookError, SuggestionError
from qualcode.model.checks import (
    check_flag,
    check_stream,
    check_text,
    check_texts,
    shown,
)
from qualcode.model.codebooks.patterns import as_patterns, check_patterns, pattern_text
from qualcode.model.texts.documents import Heard
from qualcode.model.texts.keywords import Keywords
from qualcode.model.texts.segments import Segment
from qualcode.model.texts.speakers import Speaker
from qualcode.model.texts.spoken import speaker_names
from qualcode.suggest.finding.rules import RuleMatch
from qualcode.suggest.finding.token_patterns import TokenPatterns, check_pipeline

__all__ = ["find"]

Matches = tuple[RuleMatch, ...]
Hits = Iterator[tuple[Segment, Matches]]
Search = Callable[[str], Matches]

_BLOCK = 500


def find(
    segments: Iterable[Segment],
    *,
    text: str | Iterable[str] | None = None,
    regex: str | re.Pattern[str] | None = None,
    pattern: Sequence[Mapping[str, Any]] | None = None,
    speaker: str | Iterable[str] | None = None,
    whole_word: bool = True,
    ignore_case: bool = True,
    language: str = "en",
    pipeline: Any = None,
) -> Iterator[tuple[Segment, Matches]]:
    r"""Return an iterator over the segments for which all conditions hold, each with what was found.

    Parameters
    ----------
    segments : iterable of Segment
        Where to look; read one after the other, so that there may be very many.
    text : str or iterable of str, optional
        Words to find, any of them, as keywords of codes are found: ``*`` stands for any letters.
    regex : str or compiled regular expression, optional
        What must match.
    pattern : sequence of mapping, optional
        A pattern of tokens, as spaCy's Matcher reads it; needs the extra ``spacy``.
    speaker : str or iterable of str, optional
        Who speaks, any of them. A segment that does not say who speaks is of the speaker whose turn it
        is a part of.
    whole_word : bool, default True
        For `text`: False to find also words that hold it.
    ignore_case : bool, default True
        For `text`, and for a regular expression that is not compiled.
    language : str, default "en"
        For `pattern`: of the blank spaCy pipeline that is used when there is no other.
    pipeline : spaCy pipeline or path, optional
        For `pattern`: a loaded pipeline, or the folder of one.

    Returns
    -------
    iterator of (Segment, tuple of RuleMatch)
        The matches are in the order of the text, with places in the segment's quote.

    Raises
    ------
    SuggestionError
        When there is no condition, or one is empty or malformed.

    Examples
    --------
    >>> from qualcode.model.texts.documents import Document
    >>> from qualcode.model.texts.segmenters import by_turn
    >>> interview = Document(id="a", text="ANA: We rely on them.\nBEN: On whom? Rely?")
    >>> found = find(by_turn(interview), text="rely on", speaker="Ana")
    >>> [(segment.speaker, matches[0].text) for segment, matches in found]
    [('ANA', 'rely on')]
    """
    for name, flag in (("whole_word", whole_word), ("ignore_case", ignore_case)):
        check_flag(flag, what=name, error=SuggestionError)
    language = check_text(language, what="language", error=SuggestionError, empty=False)
    check_pipeline(pipeline)
    if text is None and regex is None and pattern is None and speaker is None:
        raise SuggestionError("nothing to search for: give text, regex, pattern or speaker")
    texts = check_stream(segments, Segment, what="segments", error=SuggestionError)
    found: Hits = ((segment, ()) for segment in texts)
    if speaker is not None:
        found = _by_speaker(found, speaker_names(speaker, error=SuggestionError))
    if text is not None:
        found = _by_search(found, _words(text, whole_word=whole_word, ignore_case=ignore_case))
    if regex is not None:
        found = _by_search(found, _expression(regex, ignore_case=ignore_case))
    if pattern is not None:
        found = _by_pattern(found, pattern, language=language, pipeline=pipeline)
    return ((segment, _in_order(matches)) for segment, matches in found)


def _in_order(matches: Matches) -> Matches:
    return tuple(sorted(matches, key=lambda match: (match.start, match.end)))


# By words and by regular expression


def _by_search(found: Hits, search: Search) -> Hits:
    for segment, matches in found:
        if more := search(segment.quote):
            yield segment, (*matches, *more)


def _words(text: str | Iterable[str], *, whole_word: bool, ignore_case: bool) -> Search:
    wanted = (
        (text,) if isinstance(text, str) else check_texts(text, what="text", error=SuggestionError)
    )
    if not wanted:
        raise SuggestionError("text is an empty list: give the words to find")
    keywords = Keywords.of(wanted, whole_word=whole_word, ignore_case=ignore_case)
    return lambda quote: tuple(
        RuleMatch(None, start, end, quote[start:end], wanted[number])
        for number, start, end in keywords.find(quote)
    )


def _expression(regex: str | re.Pattern[str], *, ignore_case: bool) -> Search:
    if isinstance(regex, re.Pattern):
        if isinstance(regex.pattern, bytes):
            raise SuggestionError(f"regex {shown(regex.pattern)} finds bytes: make it of text")
        compiled = regex
    else:
        regex = check_text(regex, what="regex", error=SuggestionError)
        try:
            compiled = re.compile(regex, re.IGNORECASE if ignore_case else 0)
        except (re.error, OverflowError, RecursionError) as error:
            raise SuggestionError(
                f"regex {shown(regex)} is not a regular expression: {error}"
            ) from error
    if not compiled.pattern:
        raise SuggestionError("the regular expression is empty: it would match everywhere")
    # What is found has to be shown, so a match of nothing is none.
    return lambda quote: tuple(
        RuleMatch(None, *match.span(), match.group(), compiled.pattern)
        for match in compiled.finditer(quote)
        if match.group()
    )


# By pattern


def _by_pattern(found: Hits, pattern: Any, *, language: str, pipeline: Any) -> Hits:
    (wanted,) = patterns = as_patterns([pattern])
    try:
        check_patterns(patterns, "search", at=())
    except CodebookError as error:
        raise SuggestionError(str(error)) from error
    written = pattern_text(wanted)
    compiled = TokenPatterns.of(
        [(f"the pattern {written}", wanted)], language=language, pipeline=pipeline
    )

    def hits() -> Hits:
        while block := list(islice(found, _BLOCK)):
            quotes = [segment.quote for segment, _ in block]
            for each, quote, places in zip(block, quotes, compiled.find(quotes), strict=True):
                more = [RuleMatch(None, s, e, quote[s:e], written) for _, s, e in places]
                if more:
                    yield each[0], (*each[1], *more)

    return hits()


# By speaker


def _by_speaker(found: Hits, names: frozenset[str]) -> Hits:
    heard = Heard(speakers=names)
    for segment, matches in found:
        people: tuple[Speaker | None, ...]
        named = segment.named_speaker
        if named is None:
            people = segment.document.spoken(segment.start, segment.end)
        else:
            people = (segment.document.speakers.of(named) or Speaker(named),)
        if people and all(map(heard.includes, people)):
            yield segment, matches
