"""Rewriting lines of the log in place: what an erasure leaves of them, and how it is known again.

No line changes its place, no id its meaning, so that other copies can be united as before. The event that
rewrites says for each line the digest that it has now; see `vouching`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

import attrs
import msgspec

from qualcode.errors import HistoryError
from qualcode.io.store import layout
from qualcode.io.store.chains import Chains, link_chains
from qualcode.io.store.logfile import LogFile, kept_digest, read_log_file
from qualcode.io.store.originals import original_file
from qualcode.io.store.rows import RowLine, block_digest, sums_of
from qualcode.model.log.erasures import Scrubbing
from qualcode.model.log.event import Event, line_digest
from qualcode.model.log.log import Log
from qualcode.model.log.rows import Events
from qualcode.model.log.timeline import ERASURES, TEXTS, Timeline
from qualcode.model.texts.originals import ORIGINALS, read_originals

__all__ = ["Erasure", "Plan", "Rewriting", "rewriting", "texts_of"]

_GONE_ROW = b'{"document":"","start":0,"end":0,"code":"","time":"1970-01-01T00:00:00Z"}\n'
"""What stands in the place of a row of coding that was erased, so that those below keep their numbers."""

_encode = msgspec.json.Encoder().encode
_row = msgspec.json.Decoder(RowLine).decode


class Plan(Protocol):
    """What becomes of the lines of a log; by positions of events in it."""

    def events(self) -> Mapping[int, Event]:
        """Return what events are to say that are rewritten."""

    def rows(self, at: int, lines: list[bytes]) -> list[bytes]:
        """Return what becomes of the rows that the event at a position seals."""

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts that events name which are rewritten, by their SHA-256."""

    @property
    def words(self) -> Callable[[str], str] | None:
        """What replaces words in what people wrote into files by hand; None for nothing."""


@attrs.define
class Erasure:
    """Taking lines of coding out, as a `Scrubbing` says.

    Parameters
    ----------
    scrubbing : Scrubbing
        What goes.
    """

    scrubbing: Scrubbing
    count: int = 0
    """How many rows went."""
    texts: Mapping[str, str] = attrs.field(factory=dict)
    words: None = None

    def events(self) -> Mapping[int, Event]:
        """Return what events are to say that are rewritten."""
        return self.scrubbing.events()

    def rows(self, at: int, lines: list[bytes]) -> list[bytes]:
        """Return what becomes of the rows that the event at a position seals."""
        documents = [_row(line).document for line in lines]
        gone = {each for each in set(documents) if self._is_gone(each, at)}
        left = [
            _GONE_ROW if document in gone else line
            for document, line in zip(documents, lines, strict=True)
        ]
        # What was gone before is no news.
        self.count += sum(new != old for new, old in zip(left, lines, strict=True))
        return left

    def _is_gone(self, document: str, at: int) -> bool:
        return bool(document) and self.scrubbing.is_gone("document", document, at)


@attrs.frozen
class _Left:
    """What is left of an event, and of the rows above it."""

    line: bytes
    rows: list[bytes]


@attrs.frozen
class Rewriting:
    """The lines of a log that are written anew.

    Parameters
    ----------
    left : mapping of str to list of str
        For each event that is rewritten the digest of what is left; behind it those of forms it had before.
    lines : mapping of str to _Left
        What takes the place of lines, by the event's id.
    files : mapping of str to bytes
        The files of the log that change, whole.
    gone : frozenset of str
        Files of texts and originals, below the project's folder, that no event names any more.
    texts : mapping of str to str
        Texts that events name from now on, by their SHA-256.
    words : callable or None
        Replaces words in what people wrote into files by hand, such as comments.
    """

    left: Mapping[str, list[str]]
    lines: Mapping[str, _Left] = attrs.field(repr=False)
    files: Mapping[str, bytes] = attrs.field(repr=False)
    gone: frozenset[str]
    texts: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    words: Callable[[str], str] | None = None

    def of(self, data: bytes) -> bytes:
        """Return a file of the log as it is rewritten."""
        file = read_log_file(Path(), data, lines=True)
        return _rewritten(file, data, self.lines)


def rewriting(
    files: Mapping[str, bytes], plan: Callable[[Log], Plan], salts: Callable[[], str]
) -> Rewriting:
    """Return how the files of a log are to be rewritten.

    Parameters
    ----------
    files : mapping of str to bytes
        The files, by name.
    plan : callable
        Returns what becomes of the lines of a log, given the events of the files without rows.
    salts : callable
        Returns random characters.

    Raises
    ------
    HistoryError
        When the files are damaged.
    """
    read = [read_log_file(Path(name), data, lines=True) for name, data in files.items()]
    chains = _linked(read)
    known = _digests_of(chains)
    timeline = Timeline(chains.events.values())
    made_plan = plan(Log(timeline, Events.empty(), len(timeline)))
    changed = {timeline.events[at].id: event for at, event in made_plan.events().items()}
    left: dict[str, list[str]] = {}
    lines: dict[str, _Left] = {}
    for id, event in chains.events.items():
        home, number = chains.homes[id]
        before = [row for row in home.sealed[number].splitlines(keepends=True) if row != b"\n"]
        after = made_plan.rows(timeline.position[id], before) if before else before
        new = changed.get(id)
        if new is None and after == before:
            if event.erased:  # other files may hold it as it was before
                lines[id] = _Left(_line(event), before)
            continue
        event = _without(event if new is None else _saying(event, new), after, salts)
        left[id] = [line_digest(event), *known.get(id, ())]
        lines[id] = _Left(_line(event), after)
    made = {
        name: data
        for file, (name, old) in zip(read, files.items(), strict=True)
        if (data := _rewritten(file, old, lines)) != old[: file.size]
    }
    before_and_after = _named(event for file in read for event in file.events)
    still = _named(changed.get(id, event) for id, event in chains.events.items())
    return Rewriting(left, lines, made, before_and_after - still, made_plan.texts, made_plan.words)


def _linked(files: list[LogFile]) -> Chains:
    chains = link_chains(files)
    for file in files:
        for fault in file.faults:
            raise HistoryError(f"{file.path}, line {fault.line}: {fault.message}")
    return chains


def _digests_of(chains: Chains) -> dict[str, list[str]]:
    """Return the digests of forms that events had already, as earlier erasures say."""
    known: dict[str, list[str]] = {}
    for event in chains.events.values():
        if event.kind in ERASURES:
            for id, digests in event.fields.get("left", {}).items():
                own = known.setdefault(id, [])
                own += [each for each in digests if each not in own]
    return {id: sorted(own) for id, own in known.items()}


def _saying(event: Event, new: Event) -> Event:
    return msgspec.structs.replace(
        event, kind=new.kind, target=new.target, fields=new.fields, words=new.words
    )


def _without(event: Event, rows: list[bytes], salts: Callable[[], str]) -> Event:
    """Return an event that says what is left of it and of the rows above it."""
    event = msgspec.structs.replace(event, salt="", wd="", erased=salts())
    if rows:
        salt = salts()
        event.rows_sha, event.rows_salt = block_digest(b"".join(rows), salt), salt
        numbered = [*rows]
        for at in event.lost:
            numbered.insert(at, b"")  # set aside by a repair: the others keep their numbers
        event.sums = sums_of(numbered)
        if event.kept:
            event.kept = kept_digest(event, event.lost, b"".join(rows))
    return event


def _line(event: Event) -> bytes:
    # What follows what cannot be seen from its digest any more, so the line says it.
    return _encode(msgspec.structs.replace(event, log="" if event.prev else event.log)) + b"\n"


def _rewritten(file: LogFile, data: bytes, lines: Mapping[str, _Left]) -> bytes:
    """Return the content of a file with some of its lines replaced, each event once."""
    if not any(event.id in lines for event in file.events):
        return data[: file.size]
    raw = data[: file.size].replace(b"\r\n", b"\n").split(b"\n")
    whole: dict[str, int] = {}
    for number, event in enumerate(file.events):
        if event.id not in whole or file.sizes[number] > file.sizes[whole[event.id]]:
            whole[event.id] = number
    written: list[bytes] = []
    for id in dict.fromkeys(event.id for event in file.events):
        number = whole[id]
        if id in lines:
            written += [*lines[id].rows, lines[id].line]
        else:
            written += [file.sealed[number], raw[file.lines[number] - 1], b"\n"]
    written += (line for _, line in file.open_lines)
    return b"".join(written)


def texts_of(event: Event) -> Iterator[str]:
    """Yield the files of texts and originals that an event names, below the project's folder."""
    if event.kind in TEXTS:
        yield layout.text_file(event.target.partition(":")[2], event.fields["sha256"])
    if ORIGINALS in event.words:
        yield from map(original_file, read_originals(event.words))


def _named(events: Iterable[Event]) -> frozenset[str]:
    return frozenset(name for event in events for name in texts_of(event))
