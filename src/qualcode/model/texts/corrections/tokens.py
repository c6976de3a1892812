"""Texts as tokens: the pieces that a correction leaves whole or changes."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["cuts_word", "tokenise"]

_LONGEST_WORD = 40
# Scripts that put no space between words: there each character is a token of its own.
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x0F00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF),
    (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip
_SKIN = range(0x1F3FB, 0x1F400)
_FLAG = "\U0001f1e6-\U0001f1ff"


def tokenise(text: str) -> list[str]:
    r"""Return a text as a list of tokens, which joined are the text again.

    A token is a word, or one sign that is none; with the combining marks that belong to it. A line end of
    two code points is one, as is an emoji of several. A word beyond the length of words is no word, and
    each of its signs a token.

    Examples
    --------
    >>> tokenise("We share.\r\nGood 👍🏽")
    ['We', ' ', 'share', '.', '\r\n', 'Good', ' ', '👍🏽']
    """
    single, word = _patterns(text)
    found = re.findall(f"{word}|{single}", text, re.DOTALL)
    if max(map(len, found), default=0) <= _LONGEST_WORD:
        return found
    return [
        token
        for each in found
        for token in (
            (each,) if len(each) <= _LONGEST_WORD else re.findall(single, each, re.DOTALL)
        )
    ]


def cuts_word(text: str, at: int) -> bool:
    """Tell whether an offset lies within a word.

    Examples
    --------
    >>> cuts_word("We share", 2), cuts_word("We share", 4)
    (False, True)
    """
    pair = text[at - 1 : at + 1] if at else ""
    return len(pair) == 2 and pair.isalnum() and not any(map(_is_unspaced, pair))


def _patterns(text: str) -> tuple[str, str]:
    if text.isascii():
        return r"\r\n|.", r"\w+"
    signs = sorted(sign for sign in set(text) if not sign.isascii())
    # re knows no class of combining marks: those of this text are listed, and one so that some are.
    marks = "\ufe0f" + "".join(re.escape(sign) for sign in signs if _is_mark(sign))
    unspaced = "".join(re.escape(sign) for sign in signs if _is_unspaced(sign))
    single = rf"\r\n|[{_FLAG}]{{2}}|.(?:[{marks}]|\u200d.)*"
    return single, rf"(?:[^\W{unspaced}][{marks}\u200c\u200d]*)+"


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "M" or ord(sign) in _SKIN


def _is_unspaced(sign: str) -> bool:
    return any(first <= ord(sign) <= last for first, last in _UNSPACED)
