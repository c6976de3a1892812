"""Where sentences end: by the mark, the word before it and the word that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qualcode.model.texts.sentence_words import (
    AT_THE_END_TOO,
    BEFORE_NAMES,
    BEFORE_NUMBER,
    BEFORE_ORDINAL,
    DAYS,
    FIRMS,
    GOES_ON,
    LETTERED,
    MONTHS,
    MONTHS_CUT,
    OPENERS,
    SOUNDS,
    TITLES,
    TITLES_IN_CAPITALS,
    WITHIN,
)

__all__ = ["ends_of_sentences"]

# Atomic, so that one line end of two characters is never taken for two line ends.
_BREAK = r"(?>\r\n|\r|\n)"
_CLOSERS = r"\"'”’“‘»«›‹)\]}」』】）*_"
# Sentences end at . ! ? … with closing quotes and brackets, before white space; at the marks of other
# scripts (full-width, Arabic, Urdu, Armenian, Devanagari, Ethiopic, Burmese, Khmer, Tibetan), which stand
# for nothing else; at a semicolon behind a Greek letter, which asks there; where Thai or Lao leave a space,
# which they do between sentences and not between words; or at a blank line. French puts a space before
# its closing quotation mark.
_END = re.compile(
    rf"[.!?…‽]+[{_CLOSERS}]*(?:[ \u00a0\u202f][»›](?=\s|\Z))?(?=\s)"
    r"|[。！？｡．؟۔։।॥።፧፨။។៕།༎᠃]+[!?！？\"'”’»)\]」』）]*"
    rf"|(?<=[\u0370-\u03ff\u1f00-\u1fff])[;\u037e][{_CLOSERS}]*(?=\s)"
    rf"|{_BREAK}[^\S\r\n]*{_BREAK}|(?<=[\u0e01-\u0e45\u0e47-\u0edf])[ ]+(?=[\u0e01-\u0edf])"
)
_NEXT_WORD = re.compile(r"\s*[\"'“‘„«»‹›(\[¿¡*_–—-]*\s?([^\W_][^\s]*)")
# 「はい。」と言った, “好。”他说: what was said goes on with who says it.
_SAYS = re.compile(
    r"[とっなのはがをにもで、，,]|[^\s。！？」』”’]{0,3}(?:说|說|道|问|問|答|喊|叫|想)"
)
_ACRONYM = re.compile(r"(?:[A-Z]\.)+[A-Z]")
# Vowel signs of Indian scripts are no \w.
_LAST_WORD = re.compile(r"([^\W_](?:[\w.’'\u0900-\u0dff-]*[\w\u0900-\u0dff])?)\.\Z")
# "1990 г.", "XX в.", "и т. д.": the letter ends more than itself.
_BEFORE_LETTER = re.compile(r"(?:\d|\b[IVXLC]+|\bт\.)\s*\w\Z")
_BEFORE = re.compile(r"(\S+)\s+\S+\Z")
_VOWEL = re.compile(r"[^\Wbcdfghjklmnpqrstvwxz\d_]")
# "am 3. Mai", "der 2. Weltkrieg": a number with a full stop is an ordinal in some languages.
_ORDINAL = re.compile(r"(?:(\w+)\s+)?\b\d{1,2}$")
_ORDINALS = re.compile(r"\b\d{1,2}\.(?:,| (?:und|oder|bis|och|eller|og|i|lub)) \d{1,2}$")


def ends_of_sentences(text: str) -> Iterator[int]:
    """Yield where sentences end, behind the mark and the quotes and brackets that close with it.

    Examples
    --------
    >>> text = "Was it good? No. It was bad, see no. 5."
    >>> list(ends_of_sentences(text))
    [12, 16]
    """
    start = 0
    for match in _END.finditer(text):
        if match.group().isspace() or _ends(text, match, start):
            start = match.end()
            yield start


def _ends(text: str, match: re.Match[str], start: int) -> bool:
    mark = match.group()
    if mark[0] not in ".!?…‽":
        return mark[-1] not in "」』”’" or _SAYS.match(text, match.end()) is None
    found = _NEXT_WORD.match(text, match.end())
    following = found.group(1) if found else ""
    goes_on = _is_lower(following)
    full_stop = mark[0] == "." and not mark.startswith("..")
    if not full_stop or len(mark) > 1:
        return not goes_on
    last = _LAST_WORD.search(text, max(start, match.start() - 40), match.start() + 1)
    return last is None or _stops(text, match.start(), start, last.group(1), following)


def _is_lower(word: str) -> bool:
    """Tell a word in small letters from names such as iPhone and z/OS."""
    return word[:1].islower() and word == word.lower() and "/" not in word


def _stops(text: str, at: int, start: int, word: str, following: str) -> bool:
    """Tell whether the full stop at a place, after a word, ends a sentence."""
    folded, small = word.casefold(), _is_lower(following)
    next_word = re.sub(r"\W.*", "", following).casefold()
    if not following:
        return True
    if len(word) == 1 and word.islower() and re.match(r"\w{1,2}\.", following):
        return False  # "z. B.", "d. h.", "p. ex."
    if word.isdecimal():
        return not (small or _is_ordinal(text, at, next_word))
    if len(word) == 1 and word.isupper() and word != "I":
        return not small and _letter_stops(text, at, start, next_word)
    if folded == "sr" and _is_small_before(text, at, start):
        return False  # "el Sr. Gil", and not "John Dow Sr. He"
    if len(word) == 1 and not word.isascii():  # "т. е.", "1990 г. он", "г. Москва", "د. أحمد"
        return not small and _BEFORE_LETTER.search(text, max(start, at - 40), at) is not None
    if folded in TITLES or folded in WITHIN or (word[0].isupper() and folded in TITLES_IN_CAPITALS):
        return False
    if folded == "p" and not small:
        return False  # "p. 5", "p. Kowalski"
    if folded in BEFORE_NUMBER:
        return not (following[0].isdecimal() or (folded in MONTHS_CUT and next_word in GOES_ON))
    if _ACRONYM.fullmatch(word) or folded in BEFORE_NAMES:
        return not small and next_word in OPENERS  # "the U.S. They", and not "the U.S. Army"
    if folded in AT_THE_END_TOO and (next_word in DAYS or next_word in FIRMS):
        return False
    shortened = "." in word or (folded not in SOUNDS and not _VOWEL.search(folded))
    return not (small and (shortened or folded in AT_THE_END_TOO))


def _is_small_before(text: str, at: int, start: int) -> bool:
    """Tell whether the word at a place opens the sentence, or stands behind one in small letters."""
    before = _BEFORE.search(text, max(start, at - 40), at)
    return before is None or _is_lower(before.group(1)) or before.group(1).casefold() in OPENERS


def _letter_stops(text: str, at: int, start: int, next_word: str) -> bool:
    """Tell "plan B. It failed" from "J. Smith"."""
    before = _BEFORE.search(text, max(start, at - 40), at)
    if before is None:  # it opens the sentence
        return False
    word = before.group(1)
    if re.fullmatch(r"\w\.", word) or word.casefold().rstrip(".") in TITLES:
        return False
    return next_word in OPENERS or word.casefold() in LETTERED


def _is_ordinal(text: str, end: int, next_word: str) -> bool:
    """Tell the number of a day, or of one of several things, from a number that ends a sentence."""
    found = _ORDINAL.search(text, max(0, end - 40), end)
    if found is None:
        return False
    if _ORDINALS.search(text, max(0, end - 40), end):
        return True  # "am 1. und 2. Tag"
    before = (found.group(1) or "").casefold()
    return next_word in MONTHS or before in BEFORE_ORDINAL
