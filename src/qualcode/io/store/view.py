"""The codebook's file in a project's folder: a view of the log that people may edit.

Its first line says which events it was made from and has a digest of the rest. So an edit is told from a view
that is merely older than the log, and what a merge made of two views is made anew.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs

from qualcode.errors import ChangeError, CodebookError, StoreError
from qualcode.io.codebooks import codebook_file
from qualcode.io.store.lines import read_bytes
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.diff import diff
from qualcode.model.fold.fold import fold
from qualcode.model.log.log import Log

__all__ = ["CodebookView", "codebook_heads", "view_text"]

_STAMP = re.compile(rb"# codebook of (?P<heads>[0-9a-f ]*); (?P<body>[0-9a-f]{12})\r?\n")
_MARKS = re.compile(rb"^(<<<<<<< |=======$|>>>>>>> )", re.MULTILINE)


@attrs.frozen
class CodebookView:
    """The codebook's file as it stands.

    Parameters
    ----------
    path : Path
        The file.
    heads : tuple of str or None
        Ids of the events that it was made from; None where it does not say.
    touched : bool
        Whether it is another than was written.
    mixed : bool
        Whether a merge made it of several.
    exists : bool
        Whether there is one.
    """

    path: Path
    heads: tuple[str, ...] | None
    touched: bool
    mixed: bool
    exists: bool

    @classmethod
    def read(cls, path: Path) -> CodebookView:
        """Return how a file stands."""
        data = read_bytes(path)
        stamps = list(_STAMP.finditer(data))
        mixed = len(stamps) > 1 or _MARKS.search(data) is not None
        if not stamps or mixed:
            return cls(path, None, bool(data), mixed, bool(data))
        heads = tuple(stamps[0]["heads"].decode().split())
        body = _STAMP.sub(b"", data)
        return cls(path, heads, _digest(body) != stamps[0]["body"].decode(), False, True)

    def is_current(self, log: Log) -> bool:
        """Tell whether the file shows what the log says now."""
        return self.exists and not self.mixed and self.heads == codebook_heads(log)

    def base(self, log: Log, otherwise: tuple[str, ...] = ()) -> Codebook:
        """Return the codebook that the file was made from, or that of other heads where it does not say."""
        heads = otherwise if self.heads is None else self.heads
        positions = [at for at in log.revisions if log.timeline.events[at].short in heads]
        if not positions:
            return fold(log, codebook_only=True).draft.codebook()
        seen = log.as_seen(*positions)
        return fold(seen, codebook_only=True).draft.codebook()

    def is_edited(self, log: Log, otherwise: tuple[str, ...] = ()) -> bool:
        """Tell whether somebody changed what the file says; parameters as for `base`.

        Raises
        ------
        StoreError
            When it was edited into something that cannot be read; the line is named.
        """
        if not self.exists or self.mixed or not self.touched:
            return False
        try:
            edited = codebook_file.read_codebook(self.path)
        except CodebookError as error:
            raise StoreError(
                f"{error}. The project's codebook file was edited and cannot be read: mend it, or remove "
                "it to have it written again"
            ) from error
        try:
            return len(diff(self.base(log, otherwise), edited, retire_missing=True)) > 0
        except (ChangeError, CodebookError) as error:
            raise StoreError(
                f"{self.path}: {error}. The project's codebook file was edited into what it cannot become: "
                "mend it, or remove it to have it written again"
            ) from error


def codebook_heads(log: Log) -> tuple[str, ...]:
    """Return the short ids of the revisions that no other had seen."""
    timeline = log.timeline
    heads: list[int] = []
    for at in log.revisions:
        heads = [each for each in heads if not timeline.saw(at, each)] + [at]
    return tuple(timeline.events[at].short for at in heads)


def view_text(
    codebook: Codebook, log: Log, view: CodebookView, words: Callable[[str], str] | None = None
) -> bytes:
    """Return what the codebook's file shall hold, keeping comments and order of the one there is.

    Parameters
    ----------
    codebook, log : Codebook, Log
        What it shows.
    view : CodebookView
        The file that there is.
    words : callable, optional
        Replaces words in the comments; the codebook says the new ones already.
    """
    try:
        body = codebook_file.codebook_text(codebook, None if view.mixed else view.path)
    except CodebookError:
        if view.touched or not view.exists:
            raise
        # Two codes of one name beside each other, say, which a merge can bring about and no file may say.
        body = codebook_file.plain_text(codebook)
    data = _STAMP.sub(b"", (body if words is None else words(body)).encode("utf-8"))
    stamp = f"# codebook of {' '.join(codebook_heads(log))}; {_digest(data)}\n"
    return stamp.encode() + data


def _digest(body: bytes | Sequence[int]) -> str:
    return hashlib.sha256(bytes(body).replace(b"\r\n", b"\n")).hexdigest()[:12]
