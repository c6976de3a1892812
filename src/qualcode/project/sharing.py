"""What goes into a copy for others: memos and variables that were chosen, and no names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import attrs
import msgspec

from qualcode.errors import ProjectError
from qualcode.io.store.rows import QuotedRow
from qualcode.model.checks import check_choice, check_texts
from qualcode.model.log.event import Event, stub
from qualcode.model.log.log import Log
from qualcode.model.texts.originals import ORIGINALS
from qualcode.model.texts.replacing import Replacing

__all__ = ["MEMOS", "Chosen", "Stripping", "names_in"]

MEMOS = (
    "assignment", "case", "code", "coder", "document", "journal", "note", "project", "reason", "revision",
    "segment", "summary", "verdict",
)  # fmt: skip
"""What memos are on; with reasons of what was done, notes in forms, and summaries of the framework matrix."""

_decode_row = msgspec.json.Decoder(QuotedRow).decode
_encode = msgspec.json.Encoder().encode
_ESCAPED = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_MEANT = {"n": "\n", "t": "\t", "r": "\r", "b": " ", "f": " "}


@attrs.frozen
class Chosen:
    """What of memos and variables goes along.

    Parameters
    ----------
    memos : frozenset of str or None
        Of `MEMOS`; all when None.
    variables : frozenset of str or None
        Names of variables; all when None.
    """

    memos: frozenset[str] | None
    variables: frozenset[str] | None

    @classmethod
    def of(cls, memos: str | Iterable[str], variables: str | Iterable[str]) -> Chosen:
        """Return what was chosen, checked: ``"all"``, or some.

        Raises
        ------
        ProjectError
            For memos on something that there are none on.
        """
        kinds = None if memos == "all" else check_texts(memos, what="memos", error=ProjectError)
        for kind in kinds or ():
            check_choice(kind, MEMOS, what="memos", error=ProjectError)
        names = (
            None
            if variables == "all"
            else check_texts(variables, what="variables", error=ProjectError)
        )
        return cls(
            None if kinds is None else frozenset(kinds), None if names is None else frozenset(names)
        )

    def memo(self, kind: str) -> bool:
        """Tell whether memos on something go along."""
        return self.memos is None or kind in self.memos

    def variable(self, name: str) -> bool:
        """Tell whether a variable goes along."""
        return self.variables is None or name in self.variables


class Stripping:
    """Leaving out of a log what was not chosen; see `qualcode.io.store.rewriting.Plan`.

    Parameters
    ----------
    log : Log
        The log.
    chosen : Chosen
        What stays.
    """

    texts: Mapping[str, str] = {}
    words: None = None

    def __init__(self, log: Log, chosen: Chosen) -> None:
        self._events, self._chosen = log.timeline.events, chosen
        self._about = {
            f"memo:{event.short}": event.target for event in self._events if event.kind == "memo"
        }

    def events(self) -> Mapping[int, Event]:
        """Return what events are to say that are rewritten."""
        changed: dict[int, Event] = {}
        for at, event in enumerate(self._events):
            new = self._left(event)
            if new is not event:
                changed[at] = new
        return changed

    def rows(self, at: int, lines: list[bytes]) -> list[bytes]:
        """Return what becomes of the rows that the event at a position seals."""
        if self._chosen.memo("assignment"):
            return lines
        return [
            _encode(msgspec.structs.replace(row, memo=None)) + b"\n" if row.memo else line
            for line in lines
            for row in [_decode_row(line)]
        ]

    def _left(self, event: Event) -> Event:
        if event.kind in ("memo", "edit-memo", "withdraw-memo"):
            target = event.target
            while target in self._about:
                target = self._about[target]
            if not self._chosen.memo(target.partition(":")[0]):
                return stub(event)
        if event.kind == "screen" and not self._chosen.memo("note"):
            event = msgspec.structs.replace(
                event, words={name: each for name, each in event.words.items() if name != "note"}
            )
        if event.kind == "fill" and not self._chosen.memo("note"):
            event = msgspec.structs.replace(
                event, words={name: each for name, each in event.words.items() if name != "notes"}
            )
        if event.kind == "summarise" and not self._chosen.memo("summary"):
            return stub(event)
        fields = dict(event.fields)
        words = self._words(event.words)
        if event.kind == "verdict" and not self._chosen.memo("verdict"):
            words.pop("memo", None)
        elif event.kind != "verdict" and not self._chosen.memo("reason"):
            words.pop("reason", None)
        if isinstance(fields.get("orders"), dict):
            fields["orders"] = self._only(fields["orders"])
        if (fields, words) == (event.fields, event.words):
            return event
        return msgspec.structs.replace(event, fields=fields, words=words)

    def _words(self, said: Mapping[str, Any]) -> dict[str, Any]:
        words = {name: value for name, value in said.items() if name not in ("source", ORIGINALS)}
        for name in ("variables", "orders"):
            if isinstance(words.get(name), dict):
                words[name] = self._only(words[name])
        for name, part in (("views", self._keeps_view), ("queries", self._keeps_query)):
            if isinstance(words.get(name), dict):
                words[name] = {each: value for each, value in words[name].items() if part(value)}
        return words if self._chosen.memo("code") else _without_memos(words)

    def _only(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if self._chosen.variable(name)}

    def _keeps_view(self, view: Any) -> bool:
        """Tell whether a view narrows by nothing that is left out: without that it would show more."""
        return not isinstance(view, dict) or all(
            map(self._chosen.variable, view.get("variables", ()))
        )

    def _keeps_query(self, query: Any) -> bool:
        return self._chosen.variables is None or not (
            isinstance(query, str) and re.search(r"\bwhere\s*\(", query)
        )


def _without_memos(said: Any) -> Any:
    """Return what an event says of codes without the memos that the codebook has on them."""
    if isinstance(said, list):
        return [_without_memos(each) for each in said]
    if not isinstance(said, dict):
        return said
    return {name: _without_memos(value) for name, value in said.items() if name != "memos"}


def names_in(folder: Path, replacing: Replacing) -> Iterator[str]:
    """Yield where files of a folder hold a name, in whatever form files hold it.

    Parameters
    ----------
    folder : Path
        The folder; every byte of every file in it is looked at, and what the files are called.
    replacing : Replacing
        The names.
    """
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(replacing.edits(each) for each in {path.name, unquote(path.name)}):
            yield f"{name}: in its name"
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            for number, line in enumerate(text.split("\n"), start=1):
                found = {
                    edit.old
                    for form in {line, unquote(line), _ESCAPED.sub(_unescaped, line)}
                    for edit in replacing.edits(form)
                }
                yield from (f"{name}, line {number}: {each}" for each in sorted(found))


def _unescaped(match: re.Match[str]) -> str:
    said = match[1]
    if said[0] == "u" and len(said) > 1:
        return chr(int(said[1:], 16))
    return _MEANT.get(said, said)
