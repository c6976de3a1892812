"""Letters of symbol fonts, which stand in a place of their own and mean nothing in other fonts."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["symbol"]

_PRIVATE = range(0xF000, 0xF100)


def _from(start: int, signs: str) -> dict[int, str]:
    return {start + at: sign for at, sign in enumerate(signs)}


_FONTS: Mapping[str, Mapping[int, str]] = {
    "symbol": {
        **_from(0x41, "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"),
        **_from(0x61, "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"),
        **{0xA3: "≤", 0xA5: "∞", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷"},
        **{0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→"},
        **{0xAF: "↓", 0xC6: "∅", 0xCE: "∈", 0xD6: "√", 0xDE: "⇒", 0xE5: "∑"},
    },
    "wingdings": {
        **{0x4A: "☺", 0x4B: "😐", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x76: "❖"},
        **{0xA7: "▪", 0xA8: "◻", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xF0: "⇨"},
        **{0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑"},
    },
}
"""What the signs of the fonts that programs use most are in Unicode, by their number in the font."""


def symbol(font: str, number: str) -> str | None:
    """Return the letter for a sign of a font; None where the font alone shows what it is.

    Parameters
    ----------
    font : str
        Its name.
    number : str
        The sign's number, in sixteens.

    Examples
    --------
    >>> symbol("Symbol", "F061"), symbol("Wingdings", "F0FC"), symbol("Arial", "2192"), symbol("Mine", "F021")
    ('α', '✓', '→', None)
    """
    try:
        code = int(number, 16)
    except ValueError:
        return None
    if code in _PRIVATE or font.casefold() in _FONTS:
        return _FONTS.get(font.casefold(), {}).get(code & 0xFF)
    return chr(code) if 0x20 <= code < 0xD800 else None
