"""Memos: dated notes on anything; and coders, who write them."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias, get_args

import attrs

from qualcode.errors import ProjectError
from qualcode.model.segments import Segment

__all__ = ["Coder", "CoderKind", "Memo", "check_target", "segment_target"]

TARGETS = ("project", "journal", "code", "document", "case", "coder", "memo", "revision", "segment")
_TARGET = re.compile(
    r"(?:project|journal)\Z|(?:code|document|case|memo|revision):[^:]+\Z|coder:.+\Z"
    r"|segment:[^:]+:\d+-\d+\Z"
)

CoderKind: TypeAlias = Literal["person", "machine", "consensus"]


@attrs.frozen
class Coder:
    """Who assigns: a person, a machine, or what persons settled on together.

    Parameters
    ----------
    id : str
        Short and unique, whatever its case: it names the coder's file.
    name : str
        A label for people.
    kind : {"person", "machine", "consensus"}
        Only persons are compared in studies of agreement unless others are named. Everywhere else the
        kinds count alike.
    """

    id: str
    name: str = ""
    kind: CoderKind = "person"

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.id, str) or not self.id.strip() or self.id != self.id.strip():
            raise ProjectError(
                f"coder {self.id!r}: a coder's id is text that is not empty, without white space "
                "at its ends"
            )
        # Percent-encoded, what file names cannot hold takes three times its bytes.
        if any(ord(character) < 32 for character in self.id) or len(self.id.encode()) > 80:
            raise ProjectError(f"coder {self.id!r}: an id has at most 80 bytes and no line breaks")
        if self.kind not in get_args(CoderKind):
            raise ProjectError(
                f"coder {self.id!r}: kind is {self.kind!r}; it is 'person', 'machine' or 'consensus'"
            )
        if not self.name:
            object.__setattr__(self, "name", self.id)


@attrs.frozen
class Memo:
    """A dated note on anything.

    Parameters
    ----------
    target : str
        What it is about: ``"project"``, ``"code:ID"``, ``"document:ID"``, ``"case:ID"``,
        ``"coder:ID"``, ``"memo:ID"``, ``"revision:ID"`` or ``"segment:DOCUMENT:START-END"``; or
        ``"journal"``, for an entry of the project's journal.
    text : str
        The note.
    coder : str
        Who wrote it.
    time : str
        When, in UTC (ISO 8601).
    revision : str or None
        Id of the codebook revision that was the newest then.
    id : str
        What other memos call it by.
    links : tuple of str
        Ids of memos that it refers to.
    """

    target: str
    text: str
    coder: str
    time: str
    revision: str | None = None
    id: str = ""
    links: tuple[str, ...] = attrs.field(default=(), converter=tuple[str, ...])

    def __attrs_post_init__(self) -> None:
        check_target(self.target)
        if not self.text.strip():
            raise ProjectError(f"the memo on {self.target!r} has no text")


def check_target(target: str) -> str:
    """Return a memo's target if it has one of the forms that targets have.

    Raises
    ------
    ProjectError
        When it has none of them.
    """
    if not _TARGET.match(target):
        raise ProjectError(
            f"a memo cannot be about {target!r}; it is about 'project', 'journal', 'code:ID', "
            "'document:ID', 'case:ID', 'coder:ID', 'memo:ID', 'revision:ID' or "
            "'segment:DOCUMENT:START-END'"
        )
    return target


def segment_target(segment: Segment) -> str:
    """Return the target of a memo on a segment."""
    return f"segment:{segment.document.id}:{segment.start}-{segment.end}"
