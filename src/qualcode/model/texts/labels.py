"""Lines that may begin a turn: the forms in which transcripts name who speaks, and when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import attrs

from qualcode.model.texts.clock import BLANK, CLOCK, EMPHASIS, RANGE, STAMP, is_loose, seconds
from qualcode.model.texts.label_words import base_of, folded, kind_of
from qualcode.model.texts.sentence_words import TITLES

__all__ = [
    "LINE_END",
    "MARKS",
    "WORDS_BELOW",
    "Candidate",
    "Line",
    "candidate",
    "key_of",
    "lines_of",
    "said_of",
]

LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""Every way in which a line ends."""

_LONGEST_HEAD = 140  # what stands before the words; so no line takes long

# Marks that belong to a letter before them are no letters to regular expressions: in scripts of South and
# South-East Asia vowels, in others accents and points.
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0971-\u0dff"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ece\u102b-\u103e\u17b4-\u17d3\u200c\u200d"
)
# A star, colon or point within a word is one for all genders: "Interviewer*in", "Enquêteur·rice".
_WORD = rf"[^\W_](?:[\w.'’+/&·•{_MARKS}-]|[*:](?=in(?:nen)?\b)){{0,24}}"
_GAP = r"[ \u00a0\u202f]"
_LABEL = rf"(?:{_WORD}(?:,?{_GAP}(?:[&+/]{_GAP})?{_WORD}){{0,4}}|\?{{1,3}})"
_NOTE = rf"(?:{_GAP}?\((?!\d+:)[^()\r\n:]{{1,40}}\))"
_OPENING = rf"""
    {BLANK}{{0,40}}(?P<hashes>\#{{1,6}}{BLANK}{{1,4}}|>>{BLANK}{{0,4}})?
    (?:[-–—•·▪*]{BLANK}{{1,4}})?
    (?P<number>\d{{1,5}}[.)]?{BLANK}{{1,8}})?
    {EMPHASIS}\#?
"""
_NAMED = rf"[\[<]?(?P<label>{_LABEL}{_NOTE}?)[\]>]?"

_COLON = re.compile(
    rf"""{_OPENING}(?:(?P<before>{STAMP}){BLANK}{{0,4}}[-–—|]?{BLANK}{{0,4}}{EMPHASIS})?
    {_NAMED}(?:{EMPHASIS}{BLANK}{{0,4}}[,|]?{BLANK}{{0,4}}(?P<between>{STAMP}))?{EMPHASIS}
    {BLANK}?(?:[:∶︓](?={EMPHASIS}(?:\s|$))|：){EMPHASIS}
    (?:{BLANK}{{0,4}}(?P<after>{STAMP})(?=[\s*_]|$){EMPHASIS})?""",
    re.VERBOSE,
)
_NAME_TIME = re.compile(
    rf"""{_OPENING}{_NAMED}{EMPHASIS}{BLANK}{{0,20}}[,|–—•·-]?{BLANK}{{0,20}}(?P<between>{STAMP}){EMPHASIS}\s*$""",
    re.VERBOSE,
)
_NAME_STAMP = re.compile(
    rf"""{_OPENING}{_NAMED}{EMPHASIS}{BLANK}{{1,4}}
    (?P<between>[\[(]\s?{RANGE}\s?[\])]){EMPHASIS}[ \t]+(?=\S)""",
    re.VERBOSE,
)
_TIGHT = re.compile(
    rf"""{_OPENING}(?:(?P<before>{STAMP}){BLANK}{{0,4}})?{_NAMED}:(?=[^\W\d_]|[(¿¡"“„«‘])""",
    re.VERBOSE,
)
_TIME_NAME = re.compile(
    rf"""{_OPENING}(?P<before>{STAMP}){BLANK}{{0,8}}[-–—|]?{BLANK}{{0,8}}{EMPHASIS}{_NAMED}{EMPHASIS}\s*$""",
    re.VERBOSE,
)
_DASH = re.compile(
    rf"""{_OPENING}(?:(?P<before>{STAMP}){BLANK}{{1,4}})?{_NAMED}{EMPHASIS}{BLANK}{{0,4}}[-–—]{BLANK}{{1,4}}(?=\S)""",
    re.VERBOSE,
)


def _marked(mark: str) -> re.Pattern[str]:
    """Return the pattern of labels that a mark ends which ends other things more often."""
    return re.compile(
        rf"""{_OPENING}(?:(?P<before>{STAMP}){BLANK}{{1,4}})?{_NAMED}{EMPHASIS}{mark}{EMPHASIS}
        {BLANK}{{1,8}}(?=\S)""",
        re.VERBOSE,
    )


_BRACKET = re.compile(
    rf"""{_OPENING}(?:(?P<before>{STAMP}){BLANK}{{1,4}})?[\[(<{{\#](?P<label>{_LABEL})[\])>}}\#]{EMPHASIS}{BLANK}{{1,8}}(?=\S)""",
    re.VERBOSE,
)
_TAB = re.compile(
    rf"{_OPENING}(?:(?P<before>{STAMP}){BLANK}{{1,4}})?{_NAMED}{EMPHASIS}{_GAP}?\t"
    rf"(?:(?P<after>{CLOCK})\t(?:{CLOCK}\t){{0,2}})?[ \t]{{0,8}}(?=\S)",
    re.VERBOSE,
)
_CHAT = re.compile(
    rf"""(?P<before>{STAMP}){BLANK}{{1,4}}(?:[Ff]rom{BLANK}{{1,4}})(?P<label>{_LABEL}?)
    {BLANK}{{1,4}}to{BLANK}{{1,4}}[^:\r\n]{{1,60}}:""",
    re.VERBOSE,
)
MARKS = {
    "slashes": rf"{_GAP}?//",
    "full stop": r"\.",
    "semicolon": rf"{_GAP}?;",
    "parenthesis": r"\)",
    "bar": rf"{_GAP}{{0,4}}\|",
    "angle": rf"{_GAP}{{0,4}}>{{1,2}}",
    "equals sign": rf"{_GAP}{{0,4}}=",
}
"""Marks that end labels in some transcripts, and much else in most."""
_ALONE = re.compile(rf"{_OPENING}{_NAMED}{EMPHASIS}\s*$", re.VERBOSE)
_ARROWS = re.compile(r"[ \t]{0,40}(?:>>|&gt;&gt;)[ \t]{0,4}")
_VOICE = re.compile(
    rf"{BLANK}{{0,40}}<v(?:\.[^\s>]{{1,40}})?{BLANK}{{1,4}}(?P<label>[^<>\r\n]{{1,80}})>"
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
)
_ANY_MARK = _marked(f"(?:{'|'.join(MARKS.values())})")
_BY_MARK = tuple((form, _marked(mark)) for form, mark in MARKS.items())
# "MRS. HALL" alone on a line, "No. 5": more of the same follows the full stop.
_BEFORE_MORE = {*TITLES, "no", "nr"} - {"κ"}
_ONLY_CODES = ("full stop", "semicolon", "parenthesis")
"""The marks behind which no name is looked for: they stand behind words of every kind."""
WORDS_BELOW = ("name time", "time name", "alone")
"""The forms that take a line of their own."""


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
    loose : int or None
        Where the words start if the time, which nothing sets apart from words, is one of them: "R: 7:45 at
        the gate".
    """

    line: Line
    form: str
    label: str
    words: int
    time: float | None
    marked: bool
    number: int | None
    below: bool
    loose: int | None = None


def key_of(each: Candidate) -> str:
    """Return what a candidate's label is known by."""
    return _key(each.label)


@lru_cache(maxsize=4096)
def _key(label: str) -> str:
    return folded(base_of(label))


def said_of(text: str, each: Candidate) -> str:
    """Return the words behind a candidate's label on its line."""
    return text[each.words : each.line.end].strip()


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


def candidate(text: str, line: Line) -> Candidate | None:
    """Return how a line begins a turn, if it may."""
    head = text[line.start : min(line.end, line.start + _LONGEST_HEAD)]
    whole = line.end - line.start <= _LONGEST_HEAD
    for form, pattern in _forms_of(head):
        found = pattern.match(head)
        if found is None or (form in WORDS_BELOW and not whole):
            continue
        made = _made(text, line, form, found)
        if made is not None:
            return made
    if arrows := _ARROWS.match(head):
        return Candidate(line, "arrows", "", line.start + arrows.end(), None, True, None, False)
    return None


def _forms_of(head: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the forms to look for at a line's start, in order; marks only where there is one of them."""
    yield from _FORMS
    if _ANY_MARK.match(head):
        yield from _BY_MARK
    yield "alone", _ALONE


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
    below = form in WORDS_BELOW or not text[words : line.end].strip()
    bold = "**" in found.group() or "__" in found.group()
    if _PART_OF_TIME.fullmatch(label):
        return None
    if form in _ONLY_CODES and not (label[0].isupper() and kind_of(label) in ("code", "role")):
        return None
    if form == "full stop" and label.lower() in _BEFORE_MORE:
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
        line.start + found.start("after") if is_loose(groups.get("after")) else None,
    )
