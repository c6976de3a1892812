"""From labels to turns: what is said between two of them, less what belongs to no quote."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from qualcode.model.texts.choosing import Choice, are_counted
from qualcode.model.texts.label_words import role_of
from qualcode.model.texts.labels import Candidate, Line, key_of
from qualcode.model.texts.stamps import Stamps
from qualcode.model.texts.structure import Part, Structure

__all__ = ["cut", "is_heading", "trimmed"]

Gap = tuple[int, int, float | None]
"""What belongs to no quote: its start and end, and the seconds it tells."""

_FOOT = re.compile(
    r"""(?ix) ^ \W* (?:
        transcri (?:bed|ption|pt) \s (?:by|ended|end)\b .*
        | (?:transcrit\ par | transkribiert\ (?:von|mit))\b .*
        | end\ of\ (?:the\ )? (?:file|transcript|transcription|recording|interview|tape|audio|side\ \w+)\b .*
        | (?:interview|recording|audio|transcript|transcription) \s (?:ends|ended|stops|stopped)\b .*
        | .{2,60} \s (?:started|stopped) \s (?:the\ )? (?:transcription|recording)
        | ende\ (?:der|des) \s (?:aufnahme|interviews|transkripts|datei|gesprächs)\b .*
        | fin\ (?:de\ l['’]|du|de\ la) \s? (?:entretien|enregistrement|transcription|fichier)\b .*
    ) $"""
)
_TIER = re.compile(r"@[A-Z]|%[a-z]{3,4}:")
"""Lines of CHAT, the format of CHILDES, that hold facts and analyses, not words."""
_MARKDOWN_HEADING = re.compile(r"[ \t]{0,3}#{1,6}[ \t]")


def is_heading(text: str, line: Line, titles: Iterable[tuple[int, int]]) -> bool:
    """Tell whether a line is a heading, or lies around one."""
    if _MARKDOWN_HEADING.match(text, line.start, line.end):
        return True
    return any(line.start <= start < end <= line.end for start, end in titles)


def cut(
    text: str,
    structure: Structure,
    lines: Sequence[Line],
    choice: Choice,
    aliases: Mapping[str, str],
) -> Iterator[Part]:
    """Yield the turns, each the words behind a label up to the next one.

    Parameters
    ----------
    text : str
        The whole text.
    structure : Structure
        Where its headings are.
    lines : sequence of Line
        Its lines.
    choice : Choice
        The labels.
    aliases : mapping of str to str
        For each label, folded, the speaker's name.
    """
    heads = choice.heads
    gaps = sorted(_gaps(text, structure, lines, choice), key=lambda gap: gap[:2])
    end = _end(text, lines, choice)
    starts = [*(each.line.start for each in heads[1:]), end]
    single = _only_the_moderator(lines, heads, aliases)
    for head, stop in zip(heads, starts, strict=True):
        name = aliases[key_of(head)] if head.label else ""
        if single and not head.below:
            ends = min(stop, _paragraph_end(lines, head, apart=single == "apart"))
            yield from _stretches(text, head.words, ends, gaps, name, head.time)
            yield from _stretches(text, ends, stop, gaps, "", None)
        else:
            yield from _stretches(text, head.words, stop, gaps, name, head.time)


def _end(text: str, lines: Sequence[Line], choice: Choice) -> int:
    """Return where the last turn ends at the latest: before what stands below the transcript."""
    last, end = choice.heads[-1].line.start, len(text)
    own = [line for line in lines if line.start > last]
    while own and _FOOT.match(text[own[-1].start : own[-1].end].strip()):
        end = own.pop().start
    return end


def _gaps(text: str, structure: Structure, lines: Sequence[Line], choice: Choice) -> Iterator[Gap]:
    """Yield what belongs to no quote: times, headings, numbers of lines, notes of the program."""
    words = {each.line.start: each.words for each in choice.heads}
    stamps = Stamps(text, lines, choice.heads)
    titles = [(part.start, part.end) for part in structure.of("heading")]
    numbers = _line_numbers(text, lines)
    is_chat = text.startswith(("@Begin", "@UTF8"))
    for line in lines:
        start = words.get(line.start, line.start)
        if start == line.start:
            said = text[line.start : line.end]
            if (
                is_heading(text, line, titles)
                or _FOOT.match(said.strip())
                or (is_chat and _TIER.match(said))
            ):
                yield line.start, line.end, None
                continue
            if line.start in numbers:
                yield line.start, numbers[line.start], None
            if said.strip().isdecimal() and "-->" in text[line.end : line.end + 40]:
                yield line.start, line.end, None  # the number of a cue
                continue
        yield from stamps.of(line, start)


_NUMBERED = re.compile(r"\s*(\d{1,5})[.)]?(?=\s|\Z)\s*")


def _line_numbers(text: str, lines: Sequence[Line]) -> dict[int, int]:
    """Return where the numbers of lines end, by the start of the line.

    They stand before nearly every line, anew from 1 on each page perhaps; or on lines of their own, each the
    same number of lines or turns after the one before.
    """
    found = [(line, _NUMBERED.match(text, line.start, line.end)) for line in lines]
    met = [(line, int(each[1]), each.end()) for line, each in found if each is not None]
    alone = [
        (at, line)
        for at, line in enumerate(lines)
        if text[line.start : line.end].strip().isdecimal()
    ]
    if (
        len(met) >= 4
        and len(met) >= 0.7 * len(lines)
        and are_counted([number for _, number, _ in met])
    ):
        return {line.start: end for line, _, end in met}
    numbers = [int(text[line.start : line.end]) for _, line in alone]
    steps = {other - one for one, other in pairwise(numbers)}
    apart = all(other - one > 1 for (one, _), (other, _) in pairwise(alone))
    if len(numbers) > 2 and len(steps) == 1 and steps.pop() in (1, 5, 10) and apart:
        return {line.start: line.end for _, line in alone}
    return {}


def _stretches(
    text: str, start: int, end: int, gaps: Sequence[Gap], name: str, time: float | None
) -> Iterator[Part]:
    """Yield what is said between two places, less what belongs to no quote."""
    first = max(0, bisect_left(gaps, start, key=_start_of) - 1)
    for number in range(first, len(gaps)):
        begins, ends, after = gaps[number]
        if begins >= end:
            break
        if ends > start:
            yield from trimmed(text, start, begins, name, time)
            start, time = max(start, ends), after
    yield from trimmed(text, start, end, name, time)


def _start_of(gap: Gap) -> int:
    return gap[0]


def trimmed(text: str, start: int, end: int, name: str, time: float | None) -> Iterator[Part]:
    """Yield a turn between two places, less the white space at its ends, if there are words."""
    said = text[start:end]
    left = len(said) - len(said.lstrip())
    right = len(said.rstrip())
    if right > left and re.search(r"\w", said):
        yield Part("turn", start + left, start + right, name, None, time)


# Interviews in which only the interviewer is named


def _only_the_moderator(
    lines: Sequence[Line], heads: Sequence[Candidate], aliases: Mapping[str, str]
) -> str:
    """Tell whether only the interviewer is named, so that lines without a label are somebody else's.

    Returns
    -------
    str
        Nothing; or how lines belong together: ``"apart"`` by blank lines, ``"line"`` each for itself.
    """
    if len(set(aliases.values())) != 1 or len(heads) < 3 or any(each.below for each in heads):
        return ""
    if role_of(heads[0].label) != "interviewer":
        return ""
    starts = {each.line.start for each in heads}
    after = lines[_behind(lines, heads[0]) :]
    followers = (lines[at] for at in (_behind(lines, each) for each in heads) if at < len(lines))
    if sum(each.start not in starts for each in followers) < 0.6 * len(heads):
        return ""
    return "apart" if sum(line.after_blank for line in after) > 0.6 * len(after) else "line"


def _behind(lines: Sequence[Line], head: Candidate) -> int:
    """Return the position of the line after a head's."""
    return bisect_right(lines, head.line.start, key=lambda line: line.start)


def _paragraph_end(lines: Sequence[Line], head: Candidate, *, apart: bool) -> int:
    end = head.line.end
    for at in range(_behind(lines, head), len(lines)):
        if not apart or lines[at].after_blank:
            break
        end = lines[at].end
    return end
