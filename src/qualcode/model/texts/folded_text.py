"""Texts with what does not matter taken out, so that they can be compared, and where each part stood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

from attrs import field, frozen

__all__ = ["Folded", "Word", "spoken_words", "words"]

Word = tuple[str, int, int]
"""A word or a single sign, and where it starts and ends."""

# Scripts that put no spaces between words: there each character is a word.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
# Letters beyond the basic plane, roughly; to go through all of them would take longer than it is worth.
_RARE = "\U00010000-\U0001cfff\U0001d400-\U0001d7ff\U0001e000-\U0001efff\U000e0100-\U000e01ef"
_JOINERS = "\u200c\u200d"
# What cannot be seen, and separates no more than it joins.
_UNSEEN = "\u00ad\u200b\u200e\u200f\u2060\ufeff"
# What looks alike and is typed for one another.
_ALIKE = {"\u2019": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-"}
# What the Turkish capital İ becomes in lower case elsewhere: an i with a second dot, which nobody writes.
_DOTTED = "i\u0307"


@frozen
class Folded:
    """A text in the form in which texts are compared.

    Parameters
    ----------
    text : str
        In Unicode form NFC, without differences of case, with one apostrophe and one hyphen.
    places : sequence of (int, int), optional
        For each of its characters where what it stands for starts and ends in the text as it was; not
        given if they stand in the same places.

    Examples
    --------
    >>> folded = Folded.of("Große E\u0301tude")
    >>> folded.text, folded.place(7, 12)
    ('grosse étude', (6, 12))
    """

    text: str
    places: Sequence[tuple[int, int]] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, text: str, *, ignore_case: bool = True) -> Folded:
        """Return a text folded.

        Parameters
        ----------
        text : str
            Any text.
        ignore_case : bool, default True
            Whether upper and lower case are the same.
        """
        if text.isascii():
            return cls(text.lower() if ignore_case else text)
        for odd, usual in _ALIKE.items():
            text = text.replace(odd, usual)
        cased = text.casefold() if ignore_case else text
        normal = unicodedata.is_normalized("NFC", text) and unicodedata.is_normalized("NFC", cased)
        if normal and len(cased) == len(text) and not (ignore_case and _DOTTED in cased):
            return cls(cased)
        pieces, places = [], []
        for start, end in _composed(text):
            piece = unicodedata.normalize("NFC", text[start:end])
            if ignore_case:
                piece = unicodedata.normalize("NFC", piece.casefold().replace(_DOTTED, "i"))
            pieces.append(piece)
            places += [(start, end)] * len(piece)
        return cls("".join(pieces), places)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a part of the folded text stands in the text as it was."""
        if self.places is None:
            return start, end
        return self.places[start][0], self.places[end - 1][1]


def _composed(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text that can become one character: a character and the marks on it."""
    start = 0
    for at in range(1, len(text)):
        character = text[at]
        # The second and third part of a Korean syllable are no marks, but compose like them.
        if unicodedata.category(character)[0] != "M" and not "\u1160" <= character <= "\u11ff":
            yield start, at
            start = at
    yield start, len(text)


def words(text: str, *, stars: bool = False) -> list[Word]:
    """Return the words of a folded text, and each sign that is no letter by itself, with their places.

    A word is a run of letters, digits and the marks on them; where a script puts no spaces between
    words, a single character.

    Parameters
    ----------
    text : str
        A folded text.
    stars : bool, default False
        Whether ``*`` counts as a letter.

    Examples
    --------
    >>> words("so-called 信任")
    [('so', 0, 2), ('-', 2, 3), ('called', 3, 9), ('信', 10, 11), ('任', 11, 12)]
    """
    return [(each.group(), each.start(), each.end()) for each in _words(stars).finditer(text)]


def spoken_words(text: str) -> Iterator[Word]:
    """Yield the words of a folded text with their places: those of `words`, without signs.

    An apostrophe within a word belongs to it.

    Parameters
    ----------
    text : str
        A folded text.

    Examples
    --------
    >>> [word for word, start, end in spoken_words("so-called 'don't' 信任.")]
    ['so', 'called', "don't", '信', '任']
    """
    for each in _spoken_words(text.isascii()).finditer(text):
        word = each.group()
        # A mark alone is no word, and neither is what joins letters.
        if word[0].isalnum() or any(map(str.isalnum, word)):
            yield word, each.start(), each.end()


@cache
def _spoken_words(plain: bool) -> re.Pattern[str]:
    letters = "0-9A-Za-z" if plain else _letters()
    return re.compile(f"[{letters}]+(?:'[{letters}]+)*|[{_UNSPACED}]")


@cache
def _words(stars: bool) -> re.Pattern[str]:
    letters = _letters() + ("*" if stars else "")
    return re.compile(f"[{letters}]+|[{_UNSPACED}]|[^\\s{_UNSEEN}]")


@cache
def _letters() -> str:
    """Return ranges of letters, digits and marks, as they stand in a class of a regular expression.

    The class that regular expressions have for them leaves out marks, and so breaks the words of Indic
    scripts at their vowels.
    """
    unspaced = re.compile(f"[{_UNSPACED}]")
    ranges: list[str] = []
    start = None
    for point in range(0x10001):
        character = chr(point)
        is_letter = unicodedata.category(character)[0] in "LMN" and not unspaced.match(character)
        if is_letter and start is None:
            start = character
        elif not is_letter and start is not None:
            ranges.append(f"{start}-{chr(point - 1)}")
            start = None
    return "".join([*ranges, _RARE, _JOINERS])
