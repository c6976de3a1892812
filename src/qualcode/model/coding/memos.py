"""Memos: dated notes on anything; and coders, who write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs

from qualcode.errors import ProjectError
from qualcode.model.checks import (
    Check,
    check_choice,
    check_kind,
    check_label,
    check_optional_text,
    check_text,
    check_texts,
    looked_up,
    settle,
)
from qualcode.model.mappings import Frozen
from qualcode.model.readable import Card, Readable, named
from qualcode.model.texts.segments import Segment
from qualcode.model.texts.spans import Span
from qualcode.model.times import time_shown, time_text, with_moments

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Coder",
    "CoderKind",
    "Coders",
    "Memo",
    "Memos",
    "check_target",
    "segment_place",
    "segment_target",
]

TARGETS = ("project", "journal", "code", "document", "case", "coder", "memo", "revision", "segment")
_TARGET = re.compile(
    r"(?:project|journal)\Z|(?:code|document|case|memo|revision):[^:]+\Z|coder:.+\Z|"
    r"segment:[^:]+:(?P<start>\d{1,10})-(?P<end>\d{1,10})\Z",
    re.ASCII,
)

CoderKind: TypeAlias = Literal["person", "machine", "consensus"]

_CODER_CHECKS: Mapping[str, Check] = {
    "id": partial(check_text, empty=False),
    "name": check_label,
    "kind": partial(check_choice, choices=get_args(CoderKind)),
}


@attrs.frozen
class Coder(Card):
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
        settle(self, _CODER_CHECKS, where=f"coder {looked_up(self.id)}", error=ProjectError)
        if self.id != self.id.strip():
            raise ProjectError(f"coder {self.id!r}: a coder's id has no white space at its ends")
        # Percent-encoded, what file names cannot hold takes three times its bytes.
        if any(ord(character) < 32 for character in self.id) or len(self.id.encode()) > 80:
            raise ProjectError(f"coder {self.id!r}: an id has at most 80 bytes and no line breaks")
        if not self.name:
            object.__setattr__(self, "name", self.id)

    @property
    def _head(self) -> str:
        return f"coder {named(self.id, self.name)}: {self.kind}"


@attrs.frozen
class Memo(Card):
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
    time : str, date or datetime
        When, in UTC; kept in ISO 8601.
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
    links: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "target", check_target(self.target))
        where = f"the memo on {self.target!r}"
        settle(self, _MEMO_CHECKS, where=where, error=ProjectError)
        if not self.text.strip():
            raise ProjectError(f"{where} has no text")

    @property
    def _head(self) -> str:
        return f"memo on {self.target}, {time_shown(self.time)}, {self.coder}"

    @property
    def _notes(self) -> tuple[str, ...]:
        return (self.text,)


class Memos(Readable, tuple[Memo, ...]):
    """Memos in the order written: a tuple that can be looked at as a table."""

    __slots__ = ()

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each memo: target, time, coder, text, revision, links (ids of memos), id."""
        import pandas as pd

        columns = ["target", "time", "coder", "text", "revision", "links", "id"]
        rows = [
            (
                each.target,
                each.time,
                each.coder,
                each.text,
                each.revision,
                list(each.links),
                each.id,
            )
            for each in self
        ]
        return with_moments(pd.DataFrame(rows, columns=columns))


class Coders(Readable, Frozen[str, Coder]):
    """Coders by id: a mapping that can be looked at as a table."""

    __slots__ = ()

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each coder: id, name, kind."""
        import pandas as pd

        rows = [(each.id, each.name, each.kind) for each in self.values()]
        return pd.DataFrame(rows, columns=["id", "name", "kind"])


_MEMO_CHECKS: Mapping[str, Check] = {
    "text": check_text,
    "coder": partial(check_text, empty=False),
    "time": time_text,
    "revision": check_optional_text,
    "id": check_text,
    "links": check_texts,
}


def check_target(target: str) -> str:
    """Return a memo's target if it has one of the forms that targets have.

    Raises
    ------
    ProjectError
        When it has none of them.
    """
    found = _TARGET.match(check_text(target, what="a memo's target", error=ProjectError))
    if not found:
        raise ProjectError(
            f"target: a memo cannot be about {looked_up(target)}; it is about 'project', 'journal', "
            "'code:ID', 'document:ID', 'case:ID', 'coder:ID', 'memo:ID', 'revision:ID' or "
            "'segment:DOCUMENT:START-END'"
        )
    if found["start"]:
        Span(int(found["start"]), int(found["end"]))
    return found[0]


def segment_target(segment: Segment) -> str:
    """Return the target of a memo on a segment."""
    check_kind(segment, Segment, what="segment", error=ProjectError)
    return f"segment:{segment.document.id}:{segment.start}-{segment.end}"


def segment_place(target: str) -> tuple[str, int, int]:
    """Return document id, start and end of a target that `segment_target` made.

    Examples
    --------
    >>> segment_place("segment:int-03:120-164")
    ('int-03', 120, 164)
    """
    document, _, span = target.removeprefix("segment:").rpartition(":")
    start, _, end = span.partition("-")
    return document, int(start), int(end)
