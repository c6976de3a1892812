"""Where sentences end: by the mark, the word before it and the word that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["ends_of_sentences"]

# Atomic, so that one line end of two characters is never taken for two line ends.
_BREAK = r"(?>\r\n|\r|\n)"
_CLOSERS = r"\"'”’“‘»«›‹)\]}*_"
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
# Vowel signs of Indian scripts are no \w.
_LAST_WORD = re.compile(r"([^\W_](?:[\w.’'\u0900-\u0dff-]*[\w\u0900-\u0dff])?)\.\Z")
_BEFORE = re.compile(r"(\S+)\s+\S+\Z")


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A name follows, always.
_TITLES = _words_of(
    """
    mr mrs ms mx dr prof st rev gen sgt capt col lt hon messrs mme mlle hr fr frl dipl ing
    sra srta dra sig dott prof.ssa sig.ra dhr mevr mw ks inż doc mgr डॉ प्रो ডা ডঃ
    """
)
# A number follows, or they are words: "No. It was bad.", "I met Jan."
_BEFORE_NUMBER = _words_of(
    """
    no nos nr nrs p pp vol vols fig figs art ch sec par abs ziff s bd kap pag pág núm n jan
    feb mar apr jun jul aug sep sept oct nov dec okt dez dic gen febr
    """
)
# Ends a sentence only before a capital letter.
_AT_THE_END_TOO = _words_of(
    """
    etc inc ltd co corp al usw ecc enz itd itp osv mfl m.m a.m p.m u.s u.k u.s.a e.u d.c
    dept mon tue tues thu thur thurs fri ave blvd rd kl sr jr
    """
)
# Something follows that belongs to the sentence.
_WITHIN = _words_of(
    """
    eg e.g ie i.e cf vs approx ca c viz resp incl excl bzw z.b d.h u.a ggf evtl inkl exkl
    vgl sog bspw zzgl abzgl ugs p.ex env av p.ej aprox ud uds bijv bv d.w.z o.a m.b.t i.v.m
    np tzw m.in tj tzn bl.a t.ex dvs f.eks ex
    """
)
# Words that open sentences more often than they are names, so that a letter before them stands for itself.
_OPENERS = _words_of(
    """
    i it he she we you they the a an this that these those there then and but so or if when
    what why how who where no yes well now my our his her their in on at for not maybe
    because also after before ich er sie es wir ihr der die das ein eine und aber dann da so
    wenn was warum wie ja nein doch je il elle nous vous ils elles le la les un une et mais
    alors puis on ce cela oui non yo él ella nosotros el los las y pero entonces luego sí io
    lui lei noi gli e ma poi sì ik hij zij wij het de en maar dan ja nee jag han hon vi det
    den och men sedan
    """
)
_SOUNDS = _words_of("mm mmm mhm mhmm hm hmm hmmm shh sh pst brr tsk pff pfft grr")
_VOWEL = re.compile(r"[^\Wbcdfghjklmnpqrstvwxz\d_]")
# "am 3. Mai", "der 2. Weltkrieg": a number with a full stop is an ordinal in some languages.
_ORDINAL = re.compile(r"(?:(\w+)\s+)?\b\d{1,2}$")
_ORDINALS = re.compile(r"\b\d{1,2}\.(?:,| (?:und|oder|bis|och|eller|og|i|lub)) \d{1,2}$")
_BEFORE_ORDINAL = _words_of(
    """
    ab am beim bis das dem den der des die im ins seit vom zum zur ihr ihrem ihren sein
    seinem
    """
)
_MONTHS = _words_of(
    """
    januar jänner februar feber märz april mai juni juli august september oktober november
    dezember januari februari mars marts maj augusti desember december
    """
)


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
        return True
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
    if not following:
        return True
    if len(word) == 1 and word.islower() and re.match(r"\w{1,2}\.", following):
        return False  # "z. B.", "d. h.", "p. ex."
    if word.isdecimal():
        return not (small or _is_ordinal(text, at, following))
    if len(word) == 1 and word.isupper() and word != "I":
        return not small and _letter_stops(text, at, start, following)
    if len(word) == 1 and not word.isascii() and (small or word.lower() == word.upper()):
        return False  # "т. е.", "1990 г. он", "د. أحمد"
    if folded in _TITLES or folded in _WITHIN:
        return False
    if folded == "sr" and _is_small_before(text, at, start):
        return False  # "el Sr. Gil", and not "John Dow Sr. He"
    if folded in _BEFORE_NUMBER:
        return not following[0].isdecimal()
    shortened = "." in word or (folded not in _SOUNDS and not _VOWEL.search(folded))
    return not (small and (shortened or folded in _AT_THE_END_TOO))


def _is_small_before(text: str, at: int, start: int) -> bool:
    """Tell whether the word at a place opens the sentence, or stands behind one in small letters."""
    before = _BEFORE.search(text, max(start, at - 40), at)
    return before is None or _is_lower(before.group(1)) or before.group(1).casefold() in _OPENERS


def _letter_stops(text: str, at: int, start: int, following: str) -> bool:
    """Tell "plan B. It failed" from "J. Smith"."""
    before = _BEFORE.search(text, max(start, at - 40), at)
    if before is None:  # it opens the sentence
        return False
    word = before.group(1)
    if re.fullmatch(r"\w\.", word) or word.casefold().rstrip(".") in _TITLES:
        return False
    return re.sub(r"\W.*", "", following).casefold() in _OPENERS


def _is_ordinal(text: str, end: int, following: str) -> bool:
    """Tell the number of a day, or of one of several things, from a number that ends a sentence."""
    found = _ORDINAL.search(text, max(0, end - 40), end)
    if found is None:
        return False
    if _ORDINALS.search(text, max(0, end - 40), end):
        return True  # "am 1. und 2. Tag"
    before = (found.group(1) or "").casefold()
    return re.sub(r"\W.*", "", following).casefold() in _MONTHS or before in _BEFORE_ORDINAL
