"""Lines that may begin a turn: the forms in which transcripts name who speaks, and when."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

__all__ = [
    "LINE_END",
    "STAMP",
    "Candidate",
    "Line",
    "candidate",
    "holes",
    "is_time",
    "lines_of",
    "seconds",
]

LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""Every way in which a line ends."""

_LONGEST_HEAD = 140  # what stands before the words; so no line takes long
_CLOCK = r"\d{1,3}:\d{2}(?::\d{2}){0,2}(?:[.,]\d{1,3}|-\d)?"
# "0 minutes 5 seconds", as Teams says it.
_SPELT = r"(?:\d{1,2}\ hours?\ )?(?:\d{1,2}\ minutes?\ )?\d{1,2}\ seconds?"
# A date before it, as exports of chats have, and what half of the day it is.
_DATED = r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?[ \u00a0\u202f])?"
_HALF = r"(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?(?!\w))?"
_RANGE = rf"{_DATED}{_CLOCK}{_HALF}(?:\s?(?:-->|[-–—→])\s?{_CLOCK})?"
_MILLI = r"[\[(]\s?\d{1,9}(?:\.\d{1,3})?s?\s?[-–]\s?\d{1,9}(?:\.\d{1,3})?s?\s?[\])]"
STAMP = rf"(?:[\[(<{{\#]\s?{_RANGE}\s?[\])>}}\#]|{_MILLI}|(?<![\d:]){_RANGE}(?![\d:])|{_SPELT})"
"""A time, or two, in brackets or bare."""

# Marks that belong to a letter before them are no letters to regular expressions: in scripts of South and
# South-East Asia vowels, in others accents and points.
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0971-\u0dff"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ece\u102b-\u103e\u17b4-\u17d3\u200c\u200d"
)
_WORD = rf"[^\W_][\w.'’+/&{_MARKS}-]{{0,24}}"
_GAP = r"[ \u00a0\u202f]"
_LABEL = rf"(?:{_WORD}(?:,?{_GAP}{_WORD}){{0,4}}|\?{{1,3}})"
_NOTE = rf"(?:{_GAP}?\((?!\d+:)[^()\r\n:]{{1,40}}\))"
_EMPHASIS = r"[*_]{0,3}"
_BLANK = r"[ \t\u00a0\u202f]"
_OPENING = rf"""
    {_BLANK}{{0,40}}(?P<hashes>\#{{1,6}}{_BLANK}{{1,4}}|>>{_BLANK}{{0,4}})?
    (?P<number>\d{{1,5}}[.)]?{_BLANK}{{1,8}})?
    {_EMPHASIS}
"""
_NAMED = rf"[\[<]?(?P<label>{_LABEL}{_NOTE}?)[\]>]?"

_COLON = re.compile(
    rf"""{_OPENING}(?:(?P<before>{STAMP}){_BLANK}{{0,4}}[-–—|]?{_BLANK}{{0,4}}{_EMPHASIS})?
    {_NAMED}(?:{_EMPHASIS}{_BLANK}{{0,4}}[,|]?{_BLANK}{{0,4}}(?P<between>{STAMP}))?{_EMPHASIS}
    {_BLANK}?(?:[:∶︓](?={_EMPHASIS}(?:\s|$))|：){_EMPHASIS}
    (?:{_BLANK}{{0,4}}(?P<after>{STAMP})(?=[\s*_]|$){_EMPHASIS})?""",
    re.VERBOSE,
)
_NAME_TIME = re.compile(
    rf"""{_OPENING}{_NAMED}{_EMPHASIS}{_BLANK}{{0,20}}[,|–—•·-]?{_BLANK}{{0,20}}(?P<between>{STAMP}){_EMPHASIS}\s*$""",
    re.VERBOSE,
)
_NAME_STAMP = re.compile(
    rf"""{_OPENING}{_NAMED}{_EMPHASIS}{_BLANK}{{1,4}}
    (?P<between>[\[(]\s?{_RANGE}\s?[\])]){_EMPHASIS}[ \t]+(?=\S)""",
    re.VERBOSE,
)
_TIGHT = re.compile(
    rf"""{_OPENING}(?:(?P<before>{STAMP}){_BLANK}{{0,4}})?{_NAMED}:(?=[^\W\d_]|[(¿¡"“„«‘])""",
    re.VERBOSE,
)
_TIME_NAME = re.compile(
    rf"""{_OPENING}(?P<before>{STAMP}){_BLANK}{{0,8}}[-–—|]?{_BLANK}{{0,8}}{_EMPHASIS}{_NAMED}{_EMPHASIS}\s*$""",
    re.VERBOSE,
)
_DASH = re.compile(
    rf"""{_OPENING}(?:(?P<before>{STAMP}){_BLANK}{{1,4}})?{_NAMED}{_EMPHASIS}{_BLANK}{{1,4}}[-–—]{_BLANK}{{1,4}}(?=\S)""",
    re.VERBOSE,
)
_BRACKET = re.compile(
    rf"""{_OPENING}(?:(?P<before>{STAMP}){_BLANK}{{1,4}})?[\[(<{{](?P<label>{_LABEL})[\])>}}]{_EMPHASIS}{_BLANK}{{1,8}}(?=\S)""",
    re.VERBOSE,
)
_TAB = re.compile(
    rf"{_OPENING}(?:(?P<before>{STAMP}){_BLANK}{{1,4}})?{_NAMED}{_EMPHASIS}{_GAP}?\t"
    rf"(?:(?P<after>{_CLOCK})\t(?:{_CLOCK}\t){{0,2}})?[ \t]{{0,8}}(?=\S)",
    re.VERBOSE,
)
_CHAT = re.compile(
    rf"""(?P<before>{STAMP}){_BLANK}{{1,4}}(?:[Ff]rom{_BLANK}{{1,4}})(?P<label>{_LABEL}?)
    {_BLANK}{{1,4}}to{_BLANK}{{1,4}}[^:\r\n]{{1,60}}:""",
    re.VERBOSE,
)
_SLASHES = re.compile(rf"{_OPENING}{_NAMED}{_EMPHASIS}{_GAP}?//{_BLANK}{{1,8}}(?=\S)", re.VERBOSE)
_QUESTION = re.compile(rf"{_OPENING}(?P<label>[QA])\.{_EMPHASIS}{_BLANK}{{1,8}}(?=\S)", re.VERBOSE)
_ALONE = re.compile(rf"{_OPENING}{_NAMED}{_EMPHASIS}\s*$", re.VERBOSE)
_ARROWS = re.compile(r"[ \t]{0,40}(?:>>|&gt;&gt;)[ \t]{0,4}")
_VOICE = re.compile(
    rf"{_BLANK}{{0,40}}<v(?:\.[^\s>]{{1,40}})?{_BLANK}{{1,4}}(?P<label>[^<>\r\n]{{1,80}})>"
)
_PART_OF_TIME = re.compile(r"\d{1,4}[./-]\d{1,2}(?:[./-]\d{1,4})?,?|[AaPp]\.?[Mm]\.?")
_SPELT_BEHIND = re.compile(r"\s+\d{1,2}\s(?:hours?|minutes?)\b.*$")
_FORMS = (
    ("voice", _VOICE),
    ("chat", _CHAT),
    ("colon", _COLON),
    ("name time", _NAME_TIME),
    ("time name", _TIME_NAME),
    ("name stamp", _NAME_STAMP),
    ("tight", _TIGHT),
    ("tab", _TAB),
    ("bracket", _BRACKET),
    ("dash", _DASH),
    ("slashes", _SLASHES),
    ("question", _QUESTION),
    ("alone", _ALONE),
)
_WORDS_BELOW = ("name time", "time name", "alone")

# Times that are no words: alone on a line, first or last on it, or in square brackets anywhere.
_LONG = r"\d{1,2}:\d{2}:\d{2}(?:[.,:-]\d{1,3})?"
_LEADING = re.compile(rf"{_BLANK}{{0,40}}{_EMPHASIS}(?:{STAMP}){_EMPHASIS}(?=\s|$|[\[(])")
_TRUE_STAMP = re.compile(rf"{_BLANK}{{0,40}}{_EMPHASIS}(?:[\[({{\#<]|{_LONG})")
_TRAILING = re.compile(
    rf"{_BLANK}{{0,8}}{_EMPHASIS}(?:[\[{{\#<]\s?{_RANGE}\s?[\]}}\#>]|\({_LONG}\)){_EMPHASIS}\s*$"
)
_INSIDE = re.compile(rf"[\[{{\#]\s?{_LONG}\s?[\]}}\#]|\({_LONG}\)")
_CUE_TIMES = re.compile(rf"\s*{_CLOCK}\s?-->\s?{_CLOCK}(?:\s+\w+:\S{{1,20}})*\s*$")
_CLOSED = re.compile(r"</v>\s*$")
_STAMP_ALONE = re.compile(rf"\s*{_EMPHASIS}{STAMP}{_EMPHASIS}\s*$")


@attrs.frozen
class Line:
    """A line of a text that is not blank: its number from 1, and where it starts and ends."""

    number: int
    start: int
    end: int
    after_blank: bool


@attrs.frozen
class Candidate:
    """A line that may begin a turn.

    Parameters
    ----------
    line : Line
        The line.
    form : str
        How the label is set apart: ``"colon"``, ``"name time"``, and so on.
    label : str
        Who would speak; nothing where arrows mark a change of speaker without a name.
    words : int
        Where the words start.
    time : float or None
        Seconds, where a time is named.
    marked : bool
        Whether it is bold, a heading, or has a time: signs that somebody set it apart.
    number : int or None
        The number before the label.
    below : bool
        Whether the words are on the lines below.
    """

    line: Line
    form: str
    label: str
    words: int
    time: float | None
    marked: bool
    number: int | None
    below: bool


def lines_of(text: str) -> Iterator[Line]:
    """Yield the lines that are not blank."""
    start, number, blank = 0, 1, True
    for found in [*LINE_END.finditer(text), None]:
        end = len(text) if found is None else found.start()
        if text[start:end].strip():
            yield Line(number, start, end, blank)
            blank = False
        else:
            blank = True
        if found is not None:
            start, number = found.end(), number + 1


def seconds(stamp: str | None) -> float | None:
    """Return the seconds of a time as transcripts write it.

    Examples
    --------
    >>> seconds("[00:01:06]"), seconds("1:02:40"), seconds("#00:00:08-2#"), seconds("[2183.00 - 15764.00]")
    (66.0, 3760.0, 8.2, 2.183)
    """
    if not stamp:
        return None
    if spelt := re.findall(r"(\d+)\s+(hour|minute|second)", stamp):
        return float(sum(int(n) * {"hour": 3600, "minute": 60, "second": 1}[of] for n, of in spelt))
    if clock := re.search(r"(\d{1,3}(?::\d{2}){1,3})(?:[.,-](\d{1,3})(?![\d:]))?", stamp):
        parts = [int(each) for each in clock[1].split(":")][:3]
        whole = sum(each * 60**place for place, each in enumerate(reversed(parts)))
        return whole + float(f"0.{clock[2]}") if clock[2] else float(whole)
    number = re.search(r"\d+(?:\.\d+)?", stamp)
    return float(number.group()) / 1000 if number else None


def candidate(text: str, line: Line) -> Candidate | None:
    """Return how a line begins a turn, if it may."""
    head = text[line.start : min(line.end, line.start + _LONGEST_HEAD)]
    whole = line.end - line.start <= _LONGEST_HEAD
    for form, pattern in _FORMS:
        found = pattern.match(head)
        if found is None or (form in _WORDS_BELOW and not whole):
            continue
        made = _made(text, line, form, found)
        if made is not None:
            return made
    if arrows := _ARROWS.match(head):
        return Candidate(line, "arrows", "", line.start + arrows.end(), None, True, None, False)
    return None


def _made(text: str, line: Line, form: str, found: re.Match[str]) -> Candidate | None:
    groups = found.groupdict()
    stamps = [groups.get(name) for name in ("before", "between", "after")]
    stamp = next((each for each in stamps if each), None)
    label = groups["label"].strip()
    if spelt := _SPELT_BEHIND.search(label):  # "Ana Lim 0 minutes" and then "5 seconds"
        label, stamp = label[: spelt.start()], spelt.group() + " " + (stamp or "")
    hashes = (groups.get("hashes") or "").strip()
    number = re.sub(r"\D", "", groups.get("number") or "")
    words = line.start + found.end()
    below = form in _WORDS_BELOW or not text[words : line.end].strip()
    bold = "**" in found.group() or "__" in found.group()
    if _PART_OF_TIME.fullmatch(label):
        return None
    if form == "alone" and (re.search(r"\w{4,}\.$", label) or len(label.split()) > 4):
        return None
    return Candidate(
        line,
        form,
        label,
        words,
        seconds(stamp),
        bool(hashes or bold or stamp) or form == "voice",
        int(number) if number else None,
        below,
    )


def is_time(text: str, line: Line) -> bool:
    """Tell whether a line holds a time and nothing else."""
    return _STAMP_ALONE.match(text, line.start, line.end) is not None


def holes(
    text: str, line: Line, start: int, *, bare: bool = False
) -> Iterator[tuple[int, int, float | None]]:
    """Yield the times in a line from `start` on, which belong to no quote: start, end and seconds.

    Parameters
    ----------
    text : str
        The whole text.
    line : Line
        The line.
    start : int
        Where to look from: the line's start, or the words behind a label.
    bare : bool, default False
        Whether lines begin with short times without brackets throughout.
    """
    said = text[start : line.end]
    if _STAMP_ALONE.match(said) or _CUE_TIMES.match(said):
        yield start, line.end, seconds(said)
        return
    at = 0
    found = _LEADING.match(said) if start == line.start else None
    if found and (bare or _TRUE_STAMP.match(said)):
        yield start, start + found.end(), seconds(found.group())
        at = found.end()
    tail = _TRAILING.search(said, max(at, len(said) - 60)) or _CLOSED.search(said, at)
    stop = tail.start() if tail else len(said)
    for found in _INSIDE.finditer(said, at, stop):
        yield start + found.start(), start + found.end(), seconds(found.group())
    if tail:
        yield start + stop, line.end, seconds(tail.group())
