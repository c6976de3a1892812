"""Keywords, found in texts all at once: whole words, whatever their case, ``*`` for any letters.

Whatever looks for words looks for them here: queries, searches, autocoding and the keywords of codes. A
text and a keyword are cut into words and signs alike, and a keyword is found where its words follow each
other, on one line or over several. Each word of a text is looked up once, however many keywords there are.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from attrs import field, frozen

from qualcode.errors import SuggestionError
from qualcode.model.checks import Raised
from qualcode.model.texts.folded_text import Folded, Word, words
from qualcode.model.values import ByValue

__all__ = ["Keywords"]

_WORDS_KEPT = 1 << 16
_LETTER = re.compile(r"[^\W_]")


@frozen(eq=False)
class _Part:
    """One word of a keyword.

    Parameters
    ----------
    word : str
        The word or sign, with stars.
    apart : bool
        Whether white space stands before it.
    starred : compiled regular expression or None
        What a word with stars matches; None for one that matches itself only.
    """

    word: str
    apart: bool
    starred: re.Pattern[str] | None

    @classmethod
    def of(cls, word: str, *, apart: bool) -> _Part:
        if "*" not in word:
            return cls(word, apart, None)
        # There is nothing but letters and stars in it, so it means what it would mean of file names.
        return cls(word, apart, re.compile(fnmatch.translate(word)) if word.strip("*") else _LETTER)

    def fits(self, word: str) -> bool:
        return word == self.word if self.starred is None else self.starred.match(word) is not None


@frozen(eq=False)
class Keywords(ByValue):
    r"""Keywords to be found in texts.

    Parameters
    ----------
    parts : sequence of tuples
        The words of each keyword.
    beginning : callable
        Takes a word and returns the numbers of the keywords that it can begin.
    ignore_case : bool
        Whether upper and lower case are the same.

    Examples
    --------
    >>> keywords = Keywords.of(["trust*", "rely on"])
    >>> list(keywords.find("They RELY\n on us: mistrust, then trusting."))
    [(1, 5, 13), (0, 33, 41)]
    """

    parts: Sequence[tuple[_Part, ...]] = field(repr=False)
    beginning: Callable[[str], tuple[int, ...]] = field(repr=False)
    ignore_case: bool = True

    @classmethod
    def of(
        cls,
        keywords: Iterable[str],
        *,
        whole_word: bool = True,
        ignore_case: bool = True,
        error: Raised = SuggestionError,
    ) -> Keywords:
        """Return keywords ready to be found.

        Parameters
        ----------
        keywords : iterable of str
            Each one word or several; ``*`` stands for any letters, by itself for any one word.
        whole_word : bool, default True
            False to find also words that hold them.
        ignore_case : bool, default True
            Whether upper and lower case are the same.
        error : type
            What is raised.

        Raises
        ------
        QualcodeError
            For one that has no word, or nothing but stars.
        """
        parts = [
            _parts(each, whole_word=whole_word, ignore_case=ignore_case, error=error)
            for each in keywords
        ]
        literal: dict[str, list[int]] = {}
        starred = []
        for number, (first, *_) in enumerate(parts):
            if first.starred is None:
                literal.setdefault(first.word, []).append(number)
            else:
                starred.append((number, first))

        @lru_cache(_WORDS_KEPT)
        def beginning(word: str) -> tuple[int, ...]:
            fitting = [number for number, part in starred if part.fits(word)]
            return (*literal.get(word, ()), *fitting)

        return cls(parts, beginning, ignore_case)

    def __len__(self) -> int:
        return len(self.parts)

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield the number of each keyword found, and where it starts and ends in the text.

        The matches of one keyword do not overlap.

        Parameters
        ----------
        text : str
            Any text.
        """
        folded = Folded.of(text, ignore_case=self.ignore_case)
        found = words(folded.text)
        free: dict[int, int] = {}
        for at, (word, start, _) in enumerate(found):
            for number in self.beginning(word):
                parts = self.parts[number]
                if at >= free.get(number, 0) and _follow(found, at, parts):
                    free[number] = at + len(parts)
                    yield number, *folded.place(start, found[free[number] - 1][2])


def _follow(found: Sequence[Word], at: int, parts: tuple[_Part, ...]) -> bool:
    """Tell whether the words after one, which is the first of a keyword, are the rest of it."""
    if at + len(parts) > len(found):
        return False
    for place, part in enumerate(parts[1:], at + 1):
        word, start, _ = found[place]
        if part.apart != (start > found[place - 1][2]) or not part.fits(word):
            return False
    return True


def _parts(
    keyword: str, *, whole_word: bool, ignore_case: bool, error: Raised
) -> tuple[_Part, ...]:
    found = words(Folded.of(keyword, ignore_case=ignore_case).text, stars=True)
    if not any(word.strip("*") for word, _, _ in found):
        raise error(
            f"there is nothing to look for in {keyword!r}: give words, or some of their letters"
        )
    # Any letters may be none: beside a sign, or a character that is a word, a star says nothing.
    if not found[0][0].strip("*") and found[0][2] == found[1][1]:
        found = found[1:]
    if not found[-1][0].strip("*") and found[-2][2] == found[-1][1]:
        found = found[:-1]
    texts = [word for word, _, _ in found]
    if not whole_word:
        texts[0] = f"*{texts[0]}" if _LETTER.search(texts[0]) else texts[0]
        texts[-1] = f"{texts[-1]}*" if _LETTER.search(texts[-1]) else texts[-1]
    ends = [found[0][1], *(end for _, _, end in found)]
    return tuple(
        _Part.of(text, apart=start > end)
        for text, (_, start, _), end in zip(texts, found, ends, strict=False)
    )
