"""JSON Lines: one record a line; a bad line is named by file and number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from qualcode.errors import StoreError

__all__ = ["bad_lines", "decode_lines", "encode_lines", "read_bytes"]

T = TypeVar("T", bound=msgspec.Struct)

_encoder = msgspec.json.Encoder()


def encode_lines(records: Iterable[Any]) -> bytes:
    """Return records as JSON Lines, each line ended.

    Raises
    ------
    StoreError
        When a text holds half of a surrogate pair, which no file can hold.
    """
    listed = list(records)
    try:
        return _encoder.encode_lines(listed)
    except UnicodeEncodeError as error:
        raise StoreError(
            f"nothing was saved: the text {error.object[:40]!r} holds half of a surrogate pair (code "
            f"point {error.start}), which no file can hold"
        ) from error


def read_bytes(path: Path) -> bytes:
    """Return a file's content, or nothing when there is no such file.

    Raises
    ------
    StoreError
        When the file cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror or error}") from error


def decode_lines(content: bytes, kind: type[T], path: Path, *, above: int = 0) -> list[T]:
    """Return the records of JSON Lines.

    Parameters
    ----------
    content : bytes
        A file, or a stretch of whole lines of one.
    kind : type
        Of record.
    path : Path
        The file, for messages.
    above : int, default 0
        How many lines of the file stand above the content.

    Raises
    ------
    StoreError
        Naming file and line, when a line is truncated, is not JSON, or lacks a field.
    """
    if not content or content.endswith(b"\n"):
        try:
            return msgspec.json.Decoder(kind).decode_lines(content)
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass
    number, problem = next(bad_lines(content, kind))
    raise StoreError(
        f"{path}, line {above + number}: {problem}. Take the file from version control or a copy, or "
        "mend that line"
    )


def bad_lines(content: bytes, kind: type[msgspec.Struct]) -> Iterator[tuple[int, str]]:
    """Yield the number of each line that is not a whole record, and what is wrong with it."""
    decoder = msgspec.json.Decoder(kind)
    *lines, rest = content.split(b"\n")
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield number, _explained(line, error)
    if rest:
        yield len(lines) + 1, "the last line is cut off, or its end of line is missing"


def _explained(line: bytes, error: Exception) -> str:
    if line.startswith((b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")):
        return "a mark of a merge conflict is left in it"
    return f"not a whole record ({error})"
