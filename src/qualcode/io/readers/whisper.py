"""Transcripts that programs write as JSON: segments with words, times and, where known, speakers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from qualcode.errors import DocumentError
from qualcode.io.readers.registry import File, Read
from qualcode.io.readers.speech import Said, write_speech
from qualcode.io.readers.writing import Writing

__all__ = ["read_json"]

_LISTS = ("segments", "transcript", "results", "utterances", "monologues", "transcription")
_TEXTS = ("text", "transcript", "content", "utterance")
_SPEAKERS = ("speaker", "speaker_label", "speaker_id", "speakerName", "name")
_STARTS, _ENDS = ("start", "start_time", "begin", "from"), ("end", "end_time", "stop", "to")


def read_json(file: File) -> list[Read]:
    """Return the transcript in a JSON file of Whisper, WhisperX or a program that writes alike.

    What is needed is a list of objects with ``text``; ``speaker``, ``start`` and ``end`` are read where
    they are.
    """
    where = str(file.path)
    found = file.decoded()
    try:
        content = msgspec.json.decode(found.text.encode())
    except (msgspec.DecodeError, RecursionError) as error:
        raise DocumentError(f"{where}: is no valid JSON: {error}") from error
    rows = _rows(content)
    if rows is None:
        raise DocumentError(
            f"{where}: is no transcript: a list of segments with 'text' is needed, and 'speaker', 'start' "
            "and 'end' where they are known, as Whisper and WhisperX write them"
        )
    writing = Writing(where)
    write_speech([_said(row, number) for number, row in enumerate(rows)], writing)
    return [
        Read(
            writing.text,
            writing.structure,
            writing.losses,
            encoding=f"{found.encoding} ({found.evidence})",
        )
    ]


def _rows(content: Any) -> list[Mapping[str, Any]] | None:
    if isinstance(content, Mapping):
        for name in _LISTS:
            if isinstance(content.get(name), list):
                return _rows(content[name])
        return None
    if not isinstance(content, list) or not content:
        return None
    speech = all(
        isinstance(row, Mapping) and isinstance(_first(row, _TEXTS), str) for row in content
    )
    return content if speech else None


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _said(row: Mapping[str, Any], number: int) -> Said:
    who = _first(row, _SPEAKERS)
    times = (_first(row, _STARTS), _first(row, _ENDS))
    begins, ends = (
        float(t) if isinstance(t, int | float) and abs(t) < 1e9 else None for t in times
    )
    speaker = str(who).strip() if isinstance(who, str | int) and str(who).strip() else None
    return Said(str(_first(row, _TEXTS)), speaker, begins, ends, number)
