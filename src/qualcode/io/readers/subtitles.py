"""Subtitles, WebVTT and SubRip: cues with their times, and who speaks by voice or label."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

import attrs

from qualcode.errors import DocumentError
from qualcode.io.readers.registry import File, Read
from qualcode.io.readers.speech import Said, write_speech
from qualcode.io.readers.writing import Writing
from qualcode.model.texts.clock import seconds
from qualcode.model.texts.labels import LINE_END
from qualcode.model.texts.turns import find_turns

__all__ = ["read_srt", "read_vtt"]


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TIMES = re.compile(
    r"\s*(?P<begin>(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*(?P<end>(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})"
)
_VOICE = re.compile(r"<v(?:\.[^ \t>]*)?[ \t]+(?P<name>[^<>]{1,100})>")
_TAG = re.compile(r"</?[a-zA-Z0-9][^<>]{0,200}>|\{\\[^{}]{0,100}\}")
# "- Hi. - Hello.": each dash is another speaker.
_DASH = re.compile(r"\s*(?:<[^<>]{1,20}>|\{\\[^{}]{1,40}\})?\s*[-‐–—]\s?(?=[^\W\d_]|[\"“„«¿¡(\[<])")
_DASH_WITHIN = re.compile(r"(?<=[.?!…])\s+(?=[-‐–—]\s?[^\W\d_])")
_ANOTHER = re.compile(r"\s*(?:>>|&gt;&gt;|[^\W\d_][\w.'’ -]{0,30}:\s)")
_OFTEN = 5
"""Cues begin often with a dash if one in so many does: most go on with who spoke before."""
# Programs that know no speaker name the language instead.
_LANGUAGES = _words_of(
    """
    english german french spanish italian dutch portuguese polish russian swedish danish
    norwegian finnish chinese japanese korean arabic turkish hindi deutsch français español
    italiano nederlands
    """
)


@attrs.frozen
class _Cue:
    begins: float | None
    ends: float | None
    lines: tuple[str, ...]


def read_vtt(file: File) -> list[Read]:
    """Return the transcript in a WebVTT file, as Zoom and Teams write it.

    A speaker is who a voice names, ``<v Ana Lim>``, or a label, ``Ana Lim:``; a cue without either
    goes on with the speaker before. Times and settings become cues; notes and styles are listed as
    left out.
    """
    found = file.decoded()
    if not found.text.lstrip().startswith("WEBVTT"):
        raise DocumentError(
            f"{file.path}: does not begin with WEBVTT, as such files do: give it the ending of what it is"
        )
    return _read(file, found.text, f"{found.encoding} ({found.evidence})")


def read_srt(file: File) -> list[Read]:
    """Return the transcript in a SubRip file; see `read_vtt`."""
    found = file.decoded()
    if found.text.strip() and not any(map(_TIMES.match, LINE_END.split(found.text[:100_000]))):
        raise DocumentError(
            f"{file.path}: has no line of times, such as 00:00:01,000 --> 00:00:04,000: give it the ending "
            "of what it is"
        )
    return _read(file, found.text, f"{found.encoding} ({found.evidence})")


def _read(file: File, text: str, encoding: str) -> list[Read]:
    writing = Writing(str(file.path))
    cues = list(_cues(text, writing))
    said = list(_voiced(cues))
    if not any(each.speaker for each in said):
        said = list(_labelled(said))
    write_speech(said, writing)
    return [Read(writing.text, writing.structure, writing.losses, encoding=encoding)]


def _cues(text: str, writing: Writing) -> Iterator[_Cue]:
    for block in _blocks(LINE_END.split(text)):
        at = next((at for at, line in enumerate(block[:2]) if _TIMES.match(line)), None)
        if at is None:
            _leave_out(block, writing)
            continue
        found = _TIMES.match(block[at])
        assert found is not None
        yield _Cue(seconds(found["begin"]), seconds(found["end"]), tuple(block[at + 1 :]))


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield stretches between blank lines; a line of times begins one too, with the number before it."""
    block: list[str] = []
    for line in lines:
        if not line.strip():
            if block:
                yield block
            block = []
        elif _TIMES.match(line) and len(block) > 1:
            number = block.pop() if block[-1].strip().isdecimal() else None
            yield block
            block = [line] if number is None else [number, line]
        else:
            block.append(line)
    if block:
        yield block


def _leave_out(block: list[str], writing: Writing) -> None:
    kind = block[0].split()[0]
    if kind == "WEBVTT":
        return
    if kind in ("NOTE", "STYLE", "REGION"):
        name = " ".join(block).removeprefix(kind).strip()
        writing.leave_out(kind.lower(), reason="is no speech", name=name, severity="note")
    else:
        reason = "has no times"
        writing.leave_out("block", reason=reason, name=" ".join(block))


def _voiced(cues: Sequence[_Cue]) -> Iterator[Said]:
    """Yield what each voice of each cue says; a dash is somebody else, without a name."""
    dashes = _are_others(cues)
    for number, cue in enumerate(cues):
        said = "\n".join(cue.lines)
        at, name = 0, None
        for voice in [*_VOICE.finditer(said), None]:
            words = said[at : len(said) if voice is None else voice.start()]
            pieces = _pieces(words.split("\n")) if name is None else [(False, words)]
            for dash, piece in pieces:
                if spoken := _plain(_DASH.sub("", piece) if dash and dashes else piece):
                    who = "" if dash and dashes else name
                    yield Said(spoken, who, cue.begins, cue.ends, number)
            if voice is not None:
                at = voice.end()
                name = html.unescape(voice["name"]).strip()
                name = None if name.casefold() in _LANGUAGES else name


def _are_others(cues: Sequence[_Cue]) -> bool:
    """Tell whether a dash is somebody else who speaks: two in a cue, or often the first of one."""
    begun = 0
    for each in cues:
        dashed = [dash for dash, _ in _pieces(each.lines)]
        if sum(dashed) > 1:
            return True
        begun += dashed[:1] == [True]
    return begun > 1 and _OFTEN * begun >= len(cues)


def _pieces(lines: Iterable[str]) -> list[tuple[bool, str]]:
    """Return the lines of a cue, joined where no other speaker begins, and whether each begins with a dash.

    Others begin with a dash, arrows or a label; with a dash perhaps on the same line.
    """
    found: list[tuple[bool, str]] = []
    for line in lines:
        parts = _DASH_WITHIN.split(line) if _DASH.match(line) else [line]
        for part in parts:
            dash = _DASH.match(part) is not None
            if found and not (dash or _ANOTHER.match(part)):
                found[-1] = (found[-1][0], f"{found[-1][1]}\n{part}")
            else:
                found.append((dash, part))
    return found


def _plain(words: str) -> str:
    """Return the words of a cue, its lines joined, without tags."""
    words = html.unescape(_TAG.sub("", words)).replace("\u200e", "")
    return " ".join(line.strip() for line in words.split("\n") if line.strip())


def _labelled(said: list[Said]) -> Iterator[Said]:
    """Yield what is said with the speakers that labels in the words tell."""
    text = "\n".join(each.text for each in said)
    turns = find_turns(text).turns
    if not turns:
        yield from said
        return
    start, before = 0, -1
    for each in said:
        end = start + len(each.text)
        met = [(at, turn) for at, turn in enumerate(turns) if turn.start < end and turn.end > start]
        if not met:
            yield each
        elif met[0][0] != before and turns[met[0][0]].start > start and before < 0:
            lead = text[start : turns[met[0][0]].start]
            if not lead.rstrip().endswith((":", ">>")):
                yield attrs.evolve(each, text=lead)
        for at, turn in met:
            words = text[max(start, turn.start) : min(end, turn.end)]
            yield attrs.evolve(each, text=words, speaker=turn.name if at != before else None)
            before = at
        start = end + 1
