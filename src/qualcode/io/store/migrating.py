"""From format 1 of the store to the log: a function of the files alone, the same on every machine.

Each old file becomes a log of its own. So two copies that were migrated apart from each other unite: what
both had is the same to the byte, and a file that one has longer is a longer log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import attrs
import msgspec

from qualcode.errors import HistoryError, QualcodeError, StoreError
from qualcode.io.store import format1, layout
from qualcode.io.store.format1 import decode_lines
from qualcode.io.store.lines import read_bytes
from qualcode.io.store.opened import Opened
from qualcode.io.store.rows import BLOCK, RowTuple, block_digest, row_lines, sums_of
from qualcode.model.codebooks.changes import change_from_record
from qualcode.model.coding.suggestions import VERDICT_WORDS
from qualcode.model.ids import check_id
from qualcode.model.log.event import Event, make_event
from qualcode.model.log.rows import Events, parse_times
from qualcode.model.log.timeline import OPEN, Timeline
from qualcode.model.texts.documents import check_variables, plain_value, read_value

__all__ = ["migrated"]

Line = TypeVar("Line", bound=msgspec.Struct)

_encode = msgspec.json.Encoder(order="sorted").encode
_line = msgspec.json.Encoder().encode
_OLD_DIGEST = 12


@attrs.define
class _Log:
    """A log being made of an old file."""

    name: str
    head: Event | None = None
    seen: set[str] = attrs.field(factory=set)
    lines: list[bytes] = attrs.field(factory=list)


def migrated(root: Path, head: layout.ProjectFile) -> Opened:
    """Return what a folder of format 1 holds, as a log that no file holds yet.

    Parameters
    ----------
    root : Path
        The project's folder.
    head : ProjectFile
        What its `project.json` says.

    Raises
    ------
    StoreError, HistoryError
        When a file is damaged; file and line are named.
    """
    if any((root / layout.LOG).glob("*.jsonl")):
        raise StoreError(
            f"{root / layout.PROJECT}: says that the project has format {head.format}, but its log is of a "
            f"later one: put {layout.PROJECT} back, as it is in git or in another copy"
        )
    return _Migration(root).run(head)


class _Migration:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.logs: dict[str, _Log] = {}
        self.events: list[Event] = []
        self.revisions: dict[str, str] = {}
        """Ids of the new events by the short old ids of revisions."""
        self.texts: dict[str, str] = {}
        self.by_id: dict[str, str] = {}
        self.codes: set[str] = set()
        self.text_of: dict[str, str] = {}
        self.rows: list[RowTuple] = []
        self.blocks: list[tuple[str, int]] = []
        self.old: list[str] = []

    def run(self, head: layout.ProjectFile) -> Opened:
        author = self._history()
        root_event = self.events[1].id
        self._event(f"{author}.1-name", "set", "project", {}, {"name": head.name}, seen=root_event)
        state = f"{author}.1-state"
        self._coders(state, root_event)
        self._cases(state, root_event)
        self._documents(state, root_event)
        for folder, take in (
            (format1.ASSIGNMENTS, self._assignments),
            (format1.MEMOS, self._memos),
            (format1.VERDICTS, self._verdicts),
        ):
            for path in sorted((self.root / folder).glob("*.jsonl")):
                self.old.append(f"{folder}/{path.name}")
                take(path)
        return self._opened()

    def _opened(self) -> Opened:
        timeline = Timeline(self.events)
        timeline.texts.update(self.texts)
        sizes = []
        for id, size in self.blocks:
            timeline.blocks.append(OPEN)
            timeline.seal(len(timeline.blocks) - 1, timeline.position[id])
            sizes.append(size)
        unsaved = {log.name: log.lines for log in self.logs.values() if log.lines}
        return Opened(
            timeline, _columns(self.rows, sizes), unsaved=unsaved, old=tuple(sorted(self.old))
        )

    # Events

    def _event(
        self,
        log: str,
        kind: str,
        target: str,
        fields: Mapping[str, Any],
        words: Mapping[str, Any],
        *,
        time: str | None = None,
        seen: str = "",
        rows: list[bytes] | None = None,
    ) -> Event:
        own = self.logs.setdefault(log, _Log(log))
        prev = own.head
        new = [seen] if seen and seen not in own.seen and (prev is None or prev.id != seen) else []
        own.seen.update(new)
        said = _encode((kind, target, fields, words))
        salt = hashlib.sha256(b"format 1" + said).hexdigest()[:16]
        sealed: dict[str, Any] = {}
        if rows:
            own.lines += rows
            sealed = {
                "rows": len(rows),
                "rows_sha": block_digest(b"".join(rows), salt),
                "rows_salt": salt,
                "sums": sums_of(rows),
            }
        event = make_event(
            log=log,
            n=1 if prev is None else prev.n + 1,
            prev="" if prev is None else prev.id,
            seen=new,
            time=time if time is not None else self.events[0].time,
            kind=kind,
            target=target,
            fields=dict(fields),
            words=dict(words),
            salt=salt if words else "",
            **sealed,
        )
        own.head = event
        shown = msgspec.structs.replace(event, log="" if event.prev else log, prev="")
        own.lines.append(_line(shown) + b"\n")
        self.events.append(event)
        return event

    def _lines(self, name: str, kind: type[Line], take: Callable[[Line], None]) -> None:
        path = self.root / name
        data = read_bytes(path)
        if name not in self.old and path.exists():
            self.old.append(name)
        for number, line in enumerate(decode_lines(data, kind, path), start=1):
            try:
                take(line)
            except QualcodeError as error:
                located = HistoryError if isinstance(error, HistoryError) else StoreError
                raise located(f"{path}, line {number}: {error}") from error

    def _revision(self, old: str | None) -> str:
        """Return the id of the event for a revision that an old line names, or of the adoption."""
        if old is None:
            return self.events[1].id
        if old not in self.revisions:
            raise StoreError(f"revision {old!r} is not in the history")
        return self.revisions[old]

    # The history

    def _history(self) -> str:
        """Make the events of the codebook, and return who adopted it."""
        before: list[tuple[str, format1.RevisionLine]] = []

        def take(line: format1.RevisionLine) -> None:
            content = {
                "parent": line.parent,
                "coder": line.coder,
                "time": line.time,
                "reason": line.reason,
                "change": line.change,
            }
            number = len(before) + 1
            if hashlib.sha256(_encode(content)).hexdigest() != line.id:
                raise HistoryError(
                    f"revision {number} was edited by hand: its content has another digest than the line "
                    "says. Take the file from version control or a copy"
                )
            if line.parent != (before[-1][0] if before else None):
                raise HistoryError(
                    f"the chain breaks at revision {number}: a line was changed, moved or removed, or the "
                    "history forks"
                )
            before.append((line.id, line))
            self._take_revision(line)

        self._lines(format1.HISTORY, format1.RevisionLine, take)
        if not before:
            raise StoreError(
                f"{self.root / format1.HISTORY}: is missing or empty, so the project has no codebook"
            )
        return before[0][1].coder

    def _take_revision(self, line: format1.RevisionLine) -> None:
        log = f"{line.coder}.1-history"
        if not self.events:
            fields = {"project": line.id[:16], "author": line.coder}
            self._event(log, "begin", "project", fields, {}, time=line.time)
        words: dict[str, Any] = {"reason": line.reason} if line.reason else {}
        previous = self.events[-1].id
        kind = str(line.change.get("kind"))
        if kind == "revert":
            kind, fields = self._reverted(str(line.change["revision"]))
            event = self._event(log, kind, "codebook", fields, words, time=line.time, seen=previous)
        else:
            change = change_from_record(line.change)
            target, fields, said = change.content()
            event = self._event(
                log, kind, target, fields, {**said, **words}, time=line.time, seen=previous
            )
            self.codes.update(change.touched if kind in ("adopt", "add") else ())
        self.revisions[line.id[:_OLD_DIGEST]] = event.id
        self.by_id[line.id] = event.id

    def _reverted(self, old: str) -> tuple[str, dict[str, Any]]:
        """Return the kind and fields of the event that stands for the reverting of a revision."""
        if old not in self.by_id:
            raise HistoryError(f"it reverts {old[:_OLD_DIGEST]}, which does not come before it")
        id = self.by_id[old]
        event = next(each for each in self.events if each.id == id)
        if event.kind in ("undo", "redo"):
            kind = "redo" if event.kind == "undo" else "undo"
            return kind, {"of": event.fields["of"], "undone": [id]}
        return "undo", {"of": [id]}

    # What had no history

    def _coders(self, log: str, root: str) -> None:
        taken: dict[str, tuple[str, str]] = {}

        def take(line: format1.CoderLine) -> None:
            said = line.name, line.kind
            if taken.setdefault(line.id, said) != said:
                raise StoreError(
                    f"coder {line.id!r} is listed twice, each time differently: keep one of the lines"
                )
            words = {"name": line.name} if line.name not in ("", line.id) else {}
            self._event(log, "add-coder", f"coder:{line.id}", {"kind": line.kind}, words, seen=root)

        self._lines(format1.CODERS, format1.CoderLine, take)

    def _cases(self, log: str, root: str) -> None:
        taken: set[str] = set()

        def take(line: format1.CaseLine) -> None:
            check_id(line.id, what="case", error=StoreError)
            if line.id in taken:
                raise StoreError(f"{line.id!r} is listed twice")
            taken.add(line.id)
            words = {"name": line.name} if line.name not in ("", line.id) else {}
            target = f"case:{line.id}"
            self._event(log, "add-case", target, {}, words, seen=root)
            self._set_variables(log, target, line.variables, None)

        self._lines(format1.CASES, format1.CaseLine, take)

    def _set_variables(
        self, log: str, target: str, given: Mapping[str, Any], time: str | None
    ) -> None:
        read = {name: read_value(value) for name, value in given.items()}
        variables = check_variables(read, where=target)
        if variables:
            plain = {name: plain_value(value) for name, value in variables.items()}
            self._event(log, "set", target, {}, {"variables": plain}, time=time)

    def _documents(self, log: str, root: str) -> None:
        taken: set[str] = set()

        def take(line: format1.DocumentLine) -> None:
            if line.id in taken:
                raise StoreError(f"{line.id!r} is listed twice")
            taken.add(line.id)
            text = self._text(line)
            words: dict[str, Any] = {}
            if line.name not in ("", line.id):
                words["name"] = line.name
            if line.source is not None:
                words["source"] = line.source
            target = f"document:{line.id}"
            fields = {"sha256": line.sha256, "length": len(text)}
            seen = root if line.revision is None else self._revision(line.revision)
            self._event(log, "add-document", target, fields, words, time=line.time, seen=seen)
            self._set_variables(log, target, line.variables, line.time)
            for case in line.cases:
                self._event(log, "join", target, {"case": case}, {}, time=line.time)

        self._lines(format1.INDEX, format1.DocumentLine, take)

    def _text(self, line: format1.DocumentLine) -> str:
        name = f"{format1.DOCUMENTS}/{check_id(line.id, what='document', error=StoreError)}.txt"
        path = self.root / name
        if not path.exists():
            raise StoreError(f"{name} is missing, but the document is listed")
        data = read_bytes(path)
        if hashlib.sha256(data).hexdigest() != line.sha256:
            raise StoreError(
                f"{name} was changed since it was added: it has another checksum, so offsets into it are no "
                "longer true. Take the file from version control or a copy; mind settings that change line "
                "ends"
            )
        self.old.append(name)
        self.texts[line.sha256] = data.decode("utf-8")
        self.text_of[line.id] = self.texts[line.sha256]
        return self.texts[line.sha256]

    # Assignments, memos, verdicts

    def _assignments(self, path: Path) -> None:
        coder = format1.coder_of(path)
        log = f"{coder}.1-coding"
        block: list[RowTuple] = []
        under: list[str] = []

        def seal() -> None:
            if block:
                lines = row_lines(block, self.text_of)
                event = self._event(
                    log, "seal", "", {}, {}, time=block[-1][5], seen=under[-1], rows=lines
                )
                self.blocks.append((event.id, len(block)))
                self.rows.extend(block)
                block.clear()

        def take(line: format1.QuoteLine) -> None:
            self._check(line.document, line.start, line.end, line.code, line.time)
            revision = self._revision(line.revision)
            if len(block) == BLOCK or (block and under[-1] != revision):
                seal()
            under.append(revision)
            block.append(
                (
                    line.document, line.start, line.end, line.code, coder, line.time, line.origin,
                    line.weight, line.retracted, line.memo, None,
                )
            )  # fmt: skip

        self._lines(f"{format1.ASSIGNMENTS}/{path.name}", format1.QuoteLine, take)
        seal()

    def _check(self, document: str, start: int, end: int, code: str, time: str) -> None:
        parse_times([time])
        if code not in self.codes:
            raise StoreError(f"the code {code!r} does not exist")
        if document not in self.text_of:
            raise StoreError(f"the document {document!r} does not exist")
        if not start < end <= len(self.text_of[document]):
            raise StoreError(
                f"the span {start}–{end} is empty or outside document {document!r}, which has "
                f"{len(self.text_of[document])} code points"
            )

    def _memos(self, path: Path) -> None:
        log = f"{format1.coder_of(path)}.1-memos"

        def take(line: format1.MemoLine) -> None:
            parse_times([line.time])
            target = line.target
            if target.startswith("revision:"):
                old = target.removeprefix("revision:")
                found = [new for id, new in self.by_id.items() if id.startswith(old)]
                if len(found) != 1:
                    raise StoreError(f"the memo is about {target!r}, which does not exist")
                target = f"revision:{found[0][:12]}"
            seen = self._revision(line.revision)
            self._event(log, "memo", target, {}, {"text": line.text}, time=line.time, seen=seen)

        self._lines(f"{format1.MEMOS}/{path.name}", format1.MemoLine, take)

    def _verdicts(self, path: Path) -> None:
        log = f"{format1.coder_of(path)}.1-verdicts"

        def take(line: format1.VerdictLine) -> None:
            self._check(line.document, line.start, line.end, line.code, line.time)
            record = msgspec.to_builtins(line)
            record["kind"] = record.pop("verdict")
            if "evidence" in record:
                record["explanation"] = record.pop("evidence")
            for name in ("document", "time", "revision"):
                record.pop(name, None)
            words = {name: record.pop(name, None) for name in (*VERDICT_WORDS, "quote")}
            words = {name: value for name, value in words.items() if value}
            fields = {name: value for name, value in record.items() if value is not None}
            seen = self._revision(line.revision)
            target = f"document:{line.document}"
            self._event(log, "verdict", target, fields, words, time=line.time, seen=seen)

        self._lines(f"{format1.VERDICTS}/{path.name}", format1.VerdictLine, take)


def _columns(rows: list[RowTuple], sizes: list[int]) -> Events:
    if not rows:
        return Events.empty()
    names = (
        "document", "start", "end", "code", "coder", "time", "origin", "weight", "retracted", "memo", "made",
    )  # fmt: skip
    block = [number for number, size in enumerate(sizes) for _ in range(size)]
    fields: dict[str, Any] = dict(zip(names, zip(*rows, strict=True), strict=True))
    return Events.from_rows(**fields, block=block)
