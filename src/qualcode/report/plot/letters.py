"""Fonts for letters that the usual one lacks: found on the machine, and said where there are none."""

from __future__ import annotations

import functools
import logging
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from qualcode._extras import require

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FIRST", "supply_fonts"]

_log = logging.getLogger(__name__)

FIRST = "DejaVu Sans"
"""Comes with matplotlib, so that a figure is the same on every machine as far as its letters go."""
_FONTS = (
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans CJK KR",
    "Source Han Sans SC",
    "PingFang SC",
    "Hiragino Sans",
    "Apple SD Gothic Neo",
    "Microsoft YaHei",
    "Yu Gothic",
    "Malgun Gothic",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Tamil",
    "Noto Sans Thai",
    "Noto Sans Ethiopic",
    "Nirmala UI",
    "Leelawadee UI",
    "Arial Unicode MS",
)
"""Looked at first, in this order; then all others of the machine."""


def supply_fonts(figure: Figure) -> None:
    """Give texts with letters that the usual font lacks another one as well, and say what no font has.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What was drawn.
    """
    kind = require("matplotlib.text", extra="plots").Text
    usual = _letters_of(_path_of(FIRST))
    lacking = []
    for text in figure.findobj(kind):
        missing = _beyond(text.get_text()) - usual
        if missing:
            lacking.append((text, missing))
    nowhere: set[int] = set()
    for text, missing in lacking:
        families, left = _families_for(frozenset(missing))
        nowhere |= left
        if families:
            text.set_fontfamily([FIRST, *families])
    if nowhere:
        scripts = sorted({_script(letter) for letter in nowhere})
        _log.warning(
            "no font of this machine has %d letters of a figure (%s), and boxes stand for them; install a "
            "font that has them, for example one of the Noto family",
            len(nowhere),
            ", ".join(scripts),
        )


def _beyond(text: str) -> set[int]:
    """Return the letters of a text that the usual font may lack."""
    if text.isascii():
        return set()
    return {ord(each) for each in text if not each.isspace() and not _is_unseen(each)}


def _is_unseen(letter: str) -> bool:
    """Tell whether a letter only says how others are shown."""
    name = unicodedata.name(letter, "")
    return unicodedata.category(letter) == "Cf" or name.startswith("VARIATION SELECTOR")


@functools.cache
def _families_for(letters: frozenset[int]) -> tuple[tuple[str, ...], frozenset[int]]:
    """Return the fonts that have some letters, as few as do, and the letters that none has."""
    left = set(letters)
    families = []
    for family, path in _installed().items():
        has = left & _letters_of(path)
        if has:
            families.append(family)
            left -= has
        if not left:
            break
    return tuple(families), frozenset(left)


@functools.cache
def _installed() -> dict[str, str]:
    """Return the fonts of the machine with their files, those to be looked at first in front.

    matplotlib remembers what was installed when it was first used, so what came since is added.
    """
    fonts = require("matplotlib.font_manager", extra="plots")
    known = {each.fname for each in fonts.fontManager.ttflist}
    for path in sorted(set(fonts.findSystemFonts()) - known):
        # A file that is no font after all is nothing to draw with.
        try:
            fonts.fontManager.addfont(path)
        except (OSError, RuntimeError, ValueError):
            continue
    upright: dict[str, str] = {}
    for each in fonts.fontManager.ttflist:
        plain = each.style == "normal" and each.weight in (400, "normal", "regular")
        # The last resort has a box for every letter.
        if plain and Path(each.fname).exists() and "Last Resort" not in each.name:
            upright.setdefault(each.name, each.fname)
    first = {name: upright[name] for name in _FONTS if name in upright}
    return first | {name: upright[name] for name in sorted(upright) if name not in first}


def _path_of(family: str) -> str:
    fonts = require("matplotlib.font_manager", extra="plots")
    return str(fonts.findfont(family))


@functools.cache
def _letters_of(path: str) -> frozenset[int]:
    font = require("matplotlib.ft2font", extra="plots").FT2Font(path)
    return frozenset(font.get_charmap())


def _script(letter: int) -> str:
    name = unicodedata.name(chr(letter), "unnamed").split()[0]
    return "Chinese, Japanese or Korean" if name in ("CJK", "KANGXI") else name.capitalize()
