"""The codes' own rules: their keywords and patterns, found in texts. A match never assigns a code."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat, tee
from typing import Any

import numpy as np
from attrs import field, frozen

from qualcode.errors import SuggestionError
from qualcode.model.checks import check_items, check_text, plain_scalar, shown
from qualcode.model.codebooks.codes import Code
from qualcode.model.codebooks.patterns import pattern_text
from qualcode.model.texts.keywords import Keywords
from qualcode.model.values import ByValue
from qualcode.suggest.finding.token_patterns import TokenPatterns, check_pipeline

__all__ = ["RuleMatch", "Rules"]


@frozen
class RuleMatch:
    """Where a keyword or a pattern of a code stands in a text.

    Parameters
    ----------
    code : str or None
        Id of the code; None for a search that is of no code.
    start, end : int
        Code points of the text, half-open.
    text : str
        What stands there.
    pattern : str
        The keyword as it was written, or the pattern as JSON.
    """

    code: str | None
    start: int
    end: int
    text: str
    pattern: str


@frozen
class _Rule:
    """A keyword or a pattern: the place of its code, and how it is written."""

    code: int
    written: str


@frozen(eq=False)
class Rules(ByValue):
    """The keywords and patterns of some codes, ready to be found.

    Parameters
    ----------
    codes : tuple of str
        Ids of the codes, those without any rule included.
    keywords : Keywords
        All their keywords.
    patterns : TokenPatterns or None
        All their patterns, if there are any.
    of_keywords, of_patterns : tuple
        The code of each, and how it is written.

    Examples
    --------
    >>> codes = [Code("trust", keywords=["trust*", "rely on"]), Code("money", keywords="budget")]
    >>> rules = Rules.of(codes)
    >>> [(match.code, match.text) for match in rules.matches("We rely on one budget.")]
    [('trust', 'rely on'), ('money', 'budget')]
    >>> rules.hits(["We rely on one budget.", "It rained."]).toarray().tolist()
    [[True, True], [False, False]]
    """

    codes: tuple[str, ...]
    keywords: Keywords = field(repr=False)
    patterns: TokenPatterns | None = field(repr=False)
    of_keywords: tuple[_Rule, ...] = field(repr=False)
    of_patterns: tuple[_Rule, ...] = field(repr=False)

    @classmethod
    def of(cls, codes: Sequence[Code], *, language: str = "en", pipeline: Any = None) -> Rules:
        """Return the rules of some codes.

        Parameters
        ----------
        codes : sequence of Code
            Their order is that of the columns of `hits`.
        language : str, default "en"
            For patterns: of the blank spaCy pipeline that is used when there is no other.
        pipeline : spaCy pipeline or path, optional
            For patterns: a loaded pipeline, or the folder of one.

        Raises
        ------
        MissingExtraError
            When a code has patterns, and spaCy is not installed (extra ``spacy``).
        SuggestionError
            For a pattern that spaCy does not understand, or that asks for what the pipeline does not set.
        """
        codes = check_items(codes, Code, what="codes", error=SuggestionError)
        language = check_text(language, what="language", error=SuggestionError, empty=False)
        check_pipeline(pipeline)
        keywords = tuple(_Rule(at, each) for at, code in enumerate(codes) for each in code.keywords)
        named = []
        patterns = []
        for at, code in enumerate(codes):
            for pattern in code.patterns:
                written = pattern_text(pattern)
                named.append((f"code {code.id!r}: the pattern {written}", pattern))
                patterns.append(_Rule(at, written))
        return cls(
            codes=tuple(code.id for code in codes),
            keywords=Keywords.of(each.written for each in keywords),
            patterns=TokenPatterns.of(named, language=language, pipeline=pipeline)
            if named
            else None,
            of_keywords=keywords,
            of_patterns=tuple(patterns),
        )

    def __len__(self) -> int:
        return len(self.of_keywords) + len(self.of_patterns)

    def matches(self, text: str) -> tuple[RuleMatch, ...]:
        """Return all matches in a text, in its order; those of one keyword or pattern do not overlap.

        Parameters
        ----------
        text : str
            Such as the quote of a segment.
        """
        found = sorted(next(self._found([text])), key=lambda each: (*each[:2], each[2].code))
        return tuple(
            RuleMatch(self.codes[rule.code], start, end, text[start:end], rule.written)
            for start, end, rule in found
        )

    def hits(self, texts: Iterable[str]) -> Any:
        """Return which codes have a match in which text: a CSR matrix of bool, texts × codes.

        Parameters
        ----------
        texts : iterable of str
            Read one after the other, so that there may be very many.
        """
        from scipy import sparse

        if isinstance(texts, str | bytes) or not isinstance(plain_scalar(texts), Iterable):
            raise SuggestionError(f"texts must be a list of texts, not {shown(texts)}")
        columns, ends = array("i"), array("q", [0])
        for found in self._found(texts):
            columns.extend(sorted({rule.code for _, _, rule in found}))
            ends.append(len(columns))
        return sparse.csr_matrix(
            (np.ones(len(columns), bool), np.array(columns), np.array(ends)),
            shape=(len(ends) - 1, len(self.codes)),
        )

    def _found(self, texts: Iterable[str]) -> Iterator[list[tuple[int, int, _Rule]]]:
        """Yield what is found in each text: where it starts and ends, and by which rule."""
        read, again = tee(texts)
        by_pattern = repeat(()) if self.patterns is None else self.patterns.find(again)
        for text, found in zip(read, by_pattern, strict=False):
            if not isinstance(text, str):
                raise SuggestionError(f"texts must be text (str), not {shown(text)}")
            by_keyword = self.keywords.find(text)
            yield [
                *((start, end, self.of_keywords[number]) for number, start, end in by_keyword),
                *((start, end, self.of_patterns[number]) for number, start, end in found),
            ]
