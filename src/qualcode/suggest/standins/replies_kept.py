"""A file of what was answered, so that nothing is asked twice, and a crash loses no answer."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from qualcode.errors import SuggestionError
from qualcode.model.checks import check_path

__all__ = ["KeptReplies", "key_of"]


def key_of(*parts: str) -> str:
    """Return by what an answer is found again: a digest of all that was asked."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


class KeptReplies:
    """Answers by what was asked, in memory and, where a file is given, in a line of JSON each.

    Parameters
    ----------
    path : str or path, optional
        The file, made with the first answer. A line that a crash cut off is passed over.

    Raises
    ------
    SuggestionError
        When it cannot be read, or is another file.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self._path: Path | None = None
        self._held: dict[str, str] = {}
        self._is_torn = False
        if path is not None:
            self._path = check_path(path, what="cache", error=SuggestionError)
            self._read()

    def _read(self) -> None:
        assert self._path is not None
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            raise SuggestionError(f"{self._path}: cannot be read: {error.strerror}") from error
        lines = data.split(b"\n")
        self._is_torn = bool(lines[-1])
        for number, line in enumerate(lines[:-1], start=1):
            try:
                said = json.loads(line)
                self._held[said["key"]] = said["reply"]
            except (ValueError, KeyError, TypeError) as error:
                if number < len(lines) - 1 and not self._held:
                    raise SuggestionError(
                        f"{self._path}, line {number}: is no answer of a language model; name another file "
                        "as cache"
                    ) from error

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: str) -> str | None:
        """Return an answer, if there is one."""
        return self._held.get(key)

    def keep(self, key: str, reply: str) -> None:
        """Keep an answer; it is on the disk before anything else is asked."""
        self._held[key] = reply
        if self._path is None:
            return
        line = json.dumps({"key": key, "reply": reply}).encode() + b"\n"
        try:
            with self._path.open("ab") as file:
                file.write(b"\n" + line if self._is_torn else line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise SuggestionError(f"{self._path}: cannot be written: {error.strerror}") from error
        self._is_torn = False
