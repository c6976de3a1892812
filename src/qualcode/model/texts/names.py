"""Finding what looks like names: candidates for pseudonyms, to be decided by a person."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from qualcode.model.ids import fold
from qualcode.model.texts.sentences import ends_of_sentences

__all__ = ["Mention", "lower_words", "mentions"]

_UPPER = r"[^\W\d_a-zß-öø-ÿа-яёα-ω]"
_WORD = rf"{_UPPER}[\w\u0300-\u036f]*(?:['\u2019-]{_UPPER}?\w+)*"
_PARTICLE = r"(?:de la|von der|van der|van den|al|bin|d[aeiou]s?|del|della|la|le|van|von|zu|zum|zur|ter|ten)"
_NAME = re.compile(rf"\b{_WORD}(?:[ \t]+(?:{_PARTICLE}[ \t]+)?{_WORD})*")
_TITLE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Lady|Sister|Father|Rev|Herrn?|Frau|Fräulein|M|Mme|Mlle|Monsieur|"
    rf"Madame|Sr|Sra|Srta|Señora?|Don|Doña|Sig|Signora?|Dott|Pan|Pani)\b\.?[ \t]+({_WORD}(?:[ \t]+{_WORD})*)"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d ()/.-]{5,}\d(?!\w)")
_POSSESSIVE = re.compile(r"['\u2019]s?\Z")
_DIGITS = 7
_PRONOUN = re.compile(r"I(?:['\u2019]\w+)?")
_LINE = re.compile(r"(?:^|[:;\u2013\u2014]\s)", re.MULTILINE)


@attrs.frozen
class Mention:
    """A place where something looks like a name.

    Parameters
    ----------
    text : str
        What stands there.
    kind : str
        Why it looks like one: ``"capitalised"``, ``"always capitalised"`` (at the start of a sentence, and
        nowhere in lower case), ``"title"``, ``"e-mail"``, ``"phone"``, or what an entity recogniser said.
    start, end : int
        Where: code points, half-open.
    """

    text: str
    kind: str
    start: int
    end: int


def mentions(
    text: str,
    *,
    common: Callable[[str], bool] = lambda word: False,
    entities: Callable[[str], Iterable[tuple[int, int, str]]] | None = None,
) -> Iterator[Mention]:
    """Yield what looks like a name in a text.

    Parameters
    ----------
    text : str
        Any text.
    common : callable, optional
        Tells whether a word stands somewhere in lower case, so that it is no name where a sentence begins.
    entities : callable, optional
        Returns start, end and label of the named entities of a text.

    Examples
    --------
    >>> [(each.text, each.kind) for each in mentions("so Joan Smith wrote to Dr. Who: joan@example.org.")]
    [('Joan Smith', 'capitalised'), ('Who', 'title'), ('joan@example.org', 'e-mail')]
    """
    found: dict[tuple[int, int], Mention] = {}
    taken: list[tuple[int, int]] = []
    for kind, pattern, group in (("e-mail", _MAIL, 0), ("phone", _PHONE, 0), ("title", _TITLE, 1)):
        for match in pattern.finditer(text):
            start, end = match.span(group)
            if kind != "phone" or sum(each.isdigit() for each in match[0]) >= _DIGITS:
                found[start, end] = Mention(text[start:end], kind, start, end)
                taken.append(match.span())
    for start, end, label in entities(text) if entities is not None else ():
        found.setdefault((start, end), Mention(text[start:end], label, start, end))
    taken += found
    begins = sorted({*ends_of_sentences(text), *(each.end() for each in _LINE.finditer(text))})
    for match in _NAME.finditer(text):
        begin = begins[bisect_right(begins, match.start()) - 1]
        at_start = not any(map(str.isalnum, text[begin : match.start()]))
        for each in _names(text, match.start(), match.end(), common, at_start=at_start):
            if not any(start < each.end and each.start < end for start, end in taken):
                found[each.start, each.end] = each
    yield from (found[place] for place in sorted(found))


def _names(
    text: str, start: int, end: int, common: Callable[[str], bool], *, at_start: bool
) -> Iterator[Mention]:
    """Yield what of a run of capitalised words looks like a name."""
    first = re.match(r"\S+", text[start:end])
    assert first is not None
    kind = "capitalised"
    if at_start:
        alone = first.end() == end - start
        if common(_plain(first[0])) or _PRONOUN.fullmatch(first[0]):
            if alone:
                return
            start += first.end()
            start += len(text[start:end]) - len(text[start:end].lstrip())
        elif alone:
            kind = "always capitalised"
    shown = _POSSESSIVE.sub("", text[start:end])
    if len(shown) > 1 and not _PRONOUN.fullmatch(text[start:end]):
        yield Mention(shown, kind, start, start + len(shown))


def _plain(word: str) -> str:
    return fold(_POSSESSIVE.sub("", word))


def lower_words(texts: Iterable[str]) -> Mapping[str, int]:
    """Return the words that stand in lower case somewhere, folded, and how often."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(fold(each) for each in re.findall(r"[^\W\d_]+", text) if each.islower())
    return counts
