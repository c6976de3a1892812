"""Replacing names in texts: whole words, whatever their form, and where everything stands after it."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

import attrs

from qualcode.errors import PseudonymError
from qualcode.model.checks import check_flag, check_mapping, check_text, check_texts
from qualcode.model.texts.folded_text import Folded, Word, words

__all__ = ["Edit", "Moved", "Replacing", "around", "replaced"]

_AROUND = 30


@attrs.frozen
class Edit:
    """Words that are replaced.

    Parameters
    ----------
    start, end : int
        Where they stand: code points, half-open.
    old, new : str
        The words, and what takes their place.
    """

    start: int
    end: int
    old: str
    new: str


@attrs.frozen
class Moved:
    """Where things stand in a text after replacements.

    Parameters
    ----------
    edits : tuple of Edit
        In their order.

    Examples
    --------
    >>> moved = Moved((Edit(3, 7, "Joan", "P4"),))
    >>> moved.span(0, 12), moved.span(3, 7), moved.span(8, 12), moved.is_cut(4, 12)
    ((0, 10), (3, 5), (6, 10), True)
    """

    edits: tuple[Edit, ...]

    @cached_property
    def _starts(self) -> list[int]:
        return [each.start for each in self.edits]

    @cached_property
    def _shifts(self) -> list[int]:
        """By how much is moved what stands behind so many edits."""
        shifts = [0]
        for each in self.edits:
            shifts.append(shifts[-1] + len(each.new) - (each.end - each.start))
        return shifts

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a span is; one that cuts through a name cuts through what took its place."""
        inner, behind = self._within(start)
        first = start + self._shifts[behind]
        if inner is not None:
            first = (
                inner.start + self._shifts[behind] + min(start - inner.start, len(inner.new) - 1)
            )
        return first, self.end(end)

    def end(self, place: int) -> int:
        """Return where the end of a span is, or of the text."""
        inner, behind = self._within(place)
        if inner is None:
            return place + self._shifts[behind]
        return inner.start + self._shifts[behind] + min(place - inner.start, len(inner.new))

    def is_cut(self, start: int, end: int) -> bool:
        """Tell whether a span begins or ends within a name."""
        return self._within(start)[0] is not None or self._within(end)[0] is not None

    def _within(self, place: int) -> tuple[Edit | None, int]:
        """Return the edit that a place lies within, and how many edits end before it."""
        at = bisect_right(self._starts, place) - 1
        if at < 0:
            return None, 0
        each = self.edits[at]
        if each.start < place < each.end:
            return each, at
        return None, at + (place >= each.end)


def _check_forms(value: Mapping[str, Iterable[str]] | None) -> Mapping[str, tuple[str, ...]]:
    given = check_mapping(value or {}, what="inflections", error=PseudonymError)
    return {
        name: check_texts(forms, what=f"the inflections of {name!r}", error=PseudonymError)
        for name, forms in given.items()
    }


@attrs.frozen
class Replacing:
    """Names, and what takes their place.

    A name is found as whole words, in any Unicode form and with any spaces between its words, and so in
    front of ``'s``; of two names that begin at one place the longer counts.

    Parameters
    ----------
    names : mapping of str to str
        What takes the place of each.
    inflections : mapping of str to iterable of str, optional
        Other forms of names, which are replaced by the same.
    ignore_case : bool, default True
        Whether ``joan`` and ``JOAN`` are ``Joan``.

    Examples
    --------
    >>> replacing = Replacing({"Joan": "P4", "Joan Smith": "P4"}, inflections={"Joan": ["Joanie"]})
    >>> replacing.of("Joan's sister, JOAN  SMITH, not Joanna. Joanie!")
    "P4's sister, P4, not Joanna. P4!"
    """

    names: Mapping[str, str]
    inflections: Mapping[str, tuple[str, ...]] = attrs.field(default=None, converter=_check_forms)
    ignore_case: bool = True

    def __attrs_post_init__(self) -> None:
        given = check_mapping(self.names, what="names", error=PseudonymError)
        check_flag(self.ignore_case, what="ignore_case", error=PseudonymError)
        if not given:
            raise PseudonymError(
                "there is no name to replace: give a mapping such as {'Joan': 'P4'}"
            )
        for name, new in given.items():
            check_text(name, what="a name", error=PseudonymError, empty=False)
            check_text(new, what=f"what replaces {name!r}", error=PseudonymError, empty=False)
            if not any(character.isalnum() for character in name):
                raise PseudonymError(f"the name {name!r} has no word")
        for name in self.inflections:
            if name not in given:
                raise PseudonymError(f"{name!r} has inflections, but is no name that is replaced")
        for new in given.values():
            if self.edits(new):
                raise PseudonymError(
                    f"{new!r} holds a name that is replaced, so it would still be there: choose another"
                )

    def only(self, name: str) -> Replacing:
        """Return what replaces one name only."""
        forms = {name: self.inflections[name]} if name in self.inflections else None
        return Replacing({name: self.names[name]}, forms, self.ignore_case)

    @cached_property
    def _by_first(self) -> Mapping[str, Sequence[tuple[tuple[str, ...], str]]]:
        """By the first word of a name, its words and what takes their place, the longest first."""
        found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name, new in self.names.items():
            for form in (name, *self.inflections.get(name, ())):
                own = tuple(word for word, _, _ in _tokens(form, self.ignore_case))
                if own:
                    found.setdefault(own[0], []).append((own, new))
        for each in found.values():
            each.sort(key=lambda one: -len(one[0]))
        return found

    def edits(self, text: str) -> tuple[Edit, ...]:
        """Return what is replaced in a text, in order."""
        folded = Folded.of(text, ignore_case=self.ignore_case)
        tokens = words(folded.text)
        found: list[Edit] = []
        at = 0
        while at < len(tokens):
            for own, new in self._by_first.get(tokens[at][0], ()):
                end = at + len(own)
                found_here = tokens[at:end]
                same = tuple(word for word, _, _ in found_here) == own
                if same and _stand_together(folded.text, found_here):
                    start, stop = folded.place(tokens[at][1], tokens[end - 1][2])
                    found.append(Edit(start, stop, text[start:stop], new))
                    at = end - 1
                    break
            at += 1
        return tuple(found)

    def there_already(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Return the pseudonyms that already stand in some texts, as whole words.

        Who has such a pseudonym is afterwards one with whoever is called so there.

        Parameters
        ----------
        texts : iterable of str
            As they are before anything is replaced.

        Examples
        --------
        >>> Replacing({"Ann": "P1", "Bo": "P2"}).there_already(["Ann met P1 and Bo."])
        ('P1',)
        """
        sought = {new: _joined(new, self.ignore_case) for new in self.names.values()}
        found: set[str] = set()
        for text in texts:
            own = _joined(text, self.ignore_case)
            found.update(new for new, words in sought.items() if words in own)
        return tuple(new for new in sought if new in found)

    def of(self, text: str) -> str:
        """Return a text with the names replaced."""
        return replaced(text, self.edits(text))


def replaced(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with some words replaced."""
    pieces, at = [], 0
    for each in edits:
        pieces += [text[at : each.start], each.new]
        at = each.end
    return "".join([*pieces, text[at:]])


def around(text: str, edit: Edit) -> str:
    """Return what is replaced with a little of what stands around it, on one line."""
    before, after = text[max(edit.start - _AROUND, 0) : edit.start], text[edit.end :][:_AROUND]
    return " ".join(f"{before}[{edit.old}]{after}".split())


def _tokens(name: str, ignore_case: bool) -> list[Word]:
    return words(Folded.of(unicodedata.normalize("NFC", name), ignore_case=ignore_case).text)


def _joined(text: str, ignore_case: bool) -> str:
    """Return the words of a text with one space around each."""
    return f" {' '.join(word for word, _, _ in _tokens(text, ignore_case))} "


def _stand_together(text: str, tokens: Sequence[Word]) -> bool:
    """Tell whether nothing but spaces stands between words."""
    return all(not text[one[2] : other[1]].strip() for one, other in pairwise(tokens))
