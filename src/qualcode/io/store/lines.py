"""JSON Lines: one record a line; a bad line is named by file and number."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from qualcode.errors import StoreError

__all__ = ["decode_lines", "encode_lines", "read_bytes", "read_lines"]

T = TypeVar("T", bound=msgspec.Struct)

_encoder = msgspec.json.Encoder()


def encode_lines(records: Iterable[Any]) -> bytes:
    """Return records as JSON Lines, each line ended."""
    return _encoder.encode_lines(list(records))


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


def decode_lines(content: bytes, kind: type[T], path: Path) -> list[T]:
    """Return the records of JSON Lines.

    Raises
    ------
    StoreError
        Naming file and line, when a line is truncated, is not JSON, or lacks a field.
    """
    if content and not content.endswith(b"\n"):
        number = content.count(b"\n") + 1
        raise StoreError(
            f"{path}, line {number}: the last line is cut off (it has no end of line). Take the file "
            "from version control or a copy, or remove that line"
        )
    decoder = msgspec.json.Decoder(kind)
    try:
        return decoder.decode_lines(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        for number, line in enumerate(content.splitlines(), start=1):
            try:
                decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise StoreError(
                    f"{path}, line {number}: {_explained(line, error)}. Take the file from version "
                    "control or a copy, or mend that line"
                ) from error
        raise


def _explained(line: bytes, error: Exception) -> str:
    if line.startswith((b"<<<<<<<", b"=======", b">>>>>>>")):
        return "a mark of a merge conflict is left in it"
    if not line.strip():
        return "the line is empty"
    return f"not a whole record ({error})"


def read_lines(path: Path, kind: type[T]) -> list[T]:
    """Return the records of a file of JSON Lines; none when there is no such file."""
    return decode_lines(read_bytes(path), kind, path)
