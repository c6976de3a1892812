"""What pseudonymising makes of each event and each row of coding: words, ids, texts and places.

Every string of the log goes through one function, so an id is the same wherever it stands. A text gets
another digest, and what lies in it another place, in the version that its author had before them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import attrs
import msgspec
import numpy as np

from qualcode.errors import PseudonymError
from qualcode.io.store.rows import QuotedRow, abridged
from qualcode.model.fold.corrected import Corrected
from qualcode.model.ids import is_id
from qualcode.model.log.event import SHORT, Event
from qualcode.model.log.letters import Letters
from qualcode.model.log.log import Log
from qualcode.model.log.timeline import ERASURES, TEXTS
from qualcode.model.log.withdrawals import ADDS
from qualcode.model.texts.corrections import Correction
from qualcode.model.texts.originals import ORIGINALS
from qualcode.model.texts.replacing import Edit, Moved, Replacing, around, replaced

__all__ = ["Place", "PseudonymPlan"]

_KEPT = frozenset(
    (
        "kind", "status", "conflict", "of", "events", "undone", "left", "added", "sha256", "version", "in",
        "fingerprint", "machine", "project", "author", "origin", "colour", "rule", "what", "links_to",
    )
)  # fmt: skip
"""Fields that hold digests, ids of events and coders, or words of the program."""
_KEYED = frozenset(
    (
        "variables", "views", "queries", "sets", "codes", "rollups", "themes", "domains", "attributes",
        "orders",
    )
)  # fmt: skip
"""Fields whose names people chose: of variables, queries and the like."""
_CALLED: Mapping[Any, str] = {"text": "memo"}
"""What a field of an event is called, where that is not its name: the texts of documents are in no event."""
_SEGMENT = re.compile(r"segment:(.*):(\d+)-(\d+)(.*)", re.DOTALL)
_IDS = ("document", "case", "code")
_decode_row = msgspec.json.Decoder(QuotedRow).decode
_encode = msgspec.json.Encoder().encode


@attrs.frozen
class Place:
    """A place where names are replaced.

    Parameters
    ----------
    where : str
        What it is about, such as ``"document:int-07"`` or ``"code:trust"``.
    field : str
        Which part of it: ``"text"``, ``"name"``, ``"id"``, ``"memo"``, …
    old, new : str
        The words, and what takes their place.
    context : str
        What stands around them, with the words in brackets.
    event : str
        Short id of the event that says it; of a row of coding, that of its seal.
    """

    where: str
    field: str
    old: str
    new: str
    context: str
    event: str

    def __str__(self) -> str:
        return f"{self.where}, {self.field}: {self.context} → {self.new}"


class PseudonymPlan:
    """What becomes of the lines of a log.

    Parameters
    ----------
    log : Log
        The events.
    texts : mapping of str to str
        The texts of all versions by their SHA-256.
    replacing : Replacing
        What is replaced.
    """

    def __init__(self, log: Log, texts: Mapping[str, str], replacing: Replacing) -> None:
        self._log, self._old, self._replacing = log, texts, replacing
        self._timeline = log.timeline
        self.places: list[Place] = []
        self.cut: list[str] = []
        """Passages that begin or end within a name."""
        self.quotes = 0
        """How many rows are other lines than before."""
        self.rewritten: set[str] = set()
        """Ids of the events that are rewritten."""
        self._seen: dict[str, str] = {}
        self._coders = {event.author for event in log.timeline.events} | {
            event.target.partition(":")[2]
            for event in log.timeline.events
            if event.kind == "add-coder"
        }
        self._letters, self._first = Letters(log.timeline), dict[str, str]()
        for at, event in enumerate(log.timeline.events):
            kind = ADDS.get(event.kind)
            if kind is not None:
                id, _ = self._letters.added(kind, event.target.partition(":")[2], event, at)
                if kind == "document":
                    self._first.setdefault(id, event.fields["sha256"])
        self._corrected = Corrected.of(log)
        self._check_ids()

    # What the store asks for

    def words(self, text: str) -> str:
        """Return what people wrote into a file by hand with the names replaced."""
        return self._replacing.of(text)

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The texts that take the place of others, by their SHA-256."""
        return {
            _sha(text): text
            for sha in self._old
            if self._edits(sha)
            for text in [replaced(self._old[sha], self._edits(sha))]
        }

    def events(self) -> Mapping[int, Event]:
        """Return what events are to say that are rewritten, and note every place."""
        changed: dict[int, Event] = {}
        for at, event in enumerate(self._timeline.events):
            new = self._event(event, at)
            if (new.target, new.fields, new.words) != (event.target, event.fields, event.words):
                changed[at] = new
                self.rewritten.add(event.id)
        return changed

    def rows(self, at: int, lines: list[bytes]) -> list[bytes]:
        """Return what becomes of the rows that the event at a position seals."""
        made = [self._row(line, at) for line in lines]
        changed = sum(new != old for new, old in zip(made, lines, strict=True))
        self.quotes += changed
        if changed:
            self.rewritten.add(self._timeline.events[at].id)
        return made

    # Words

    def _said(self, text: str, where: str, field: str, event: str) -> str:
        """Return a string with the names replaced, having noted where."""
        if text in self._coders and field != "name":
            return text
        edits = self._replacing.edits(text)
        for each in edits:
            self._note(where, field, each, text, event)
        return replaced(text, edits)

    def _plain(self, text: str) -> str:
        return text if text in self._coders else self._replacing.of(text)

    def _note(self, where: str, field: str, edit: Edit, text: str, event: str) -> None:
        place = Place(where, field, edit.old, edit.new, around(text, edit), event[:SHORT])
        self.places.append(place)

    def _value(self, value: Any, where: str, field: str, event: str) -> Any:
        if isinstance(value, str):
            return self._said(value, where, field, event)
        if isinstance(value, list):
            return [self._value(each, where, field, event) for each in value]
        if isinstance(value, dict):
            made = {
                self._said(name, where, f"{field} {name}", event) if field in _KEYED else name: (
                    each
                    if name in _KEPT
                    else self._value(each, where, _CALLED.get(name, name), event)
                )
                for name, each in value.items()
            }
            if len(made) < len(value):
                raise PseudonymError(
                    f"{where}, {field}: two of {', '.join(map(repr, value))} would have one name"
                )
            return made
        return value

    # Texts and places in them

    def _edits(self, sha: str) -> tuple[Edit, ...]:
        return self._moved(sha).edits

    def _moved(self, sha: str) -> Moved:
        if sha not in self._by_sha:
            self._by_sha[sha] = Moved(self._replacing.edits(self._old[sha]))
        return self._by_sha[sha]

    @cached_property
    def _by_sha(self) -> dict[str, Moved]:
        return {}

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {}

    def _digest(self, sha: str) -> str:
        """Return the digest of what a text becomes."""
        if sha not in self._old or not self._edits(sha):
            return sha
        if sha not in self._digests:
            self._digests[sha] = _sha(replaced(self._old[sha], self._edits(sha)))
        return self._digests[sha]

    def _version(self, document: str, at: int) -> str:
        """Return the version of a text that the author of an event had before them."""
        id = self._letters.meant("document", document, at)
        if self._corrected is not None and id in self._corrected:
            return self._corrected.version(id, at)
        return self._first.get(id, "")

    def _span(self, sha: str, start: int, end: int, where: str) -> tuple[int, int]:
        if sha not in self._old or not self._edits(sha):
            return start, end
        moved = self._moved(sha)
        if moved.is_cut(start, end):
            self.cut.append(f"{where}:{start}-{end}")
        return moved.span(start, end)

    def _quote(self, sha: str, start: int, end: int, quote: str) -> str:
        """Return a quote as it is in the new text; of what is no quote, the words with names replaced."""
        if sha in self._old and self._old[sha][start:end] == quote:
            first, last = self._moved(sha).span(start, end)
            return replaced(self._old[sha], self._edits(sha))[first:last]
        return self._plain(quote)

    def _abridged(self, sha: str, start: int, end: int, quote: str) -> str:
        """Return the quote of a line as it is of the new text.

        A name that abridging cut in two is not found in the quote itself.
        """
        if sha not in self._old or not self._edits(sha):
            return quote
        first, last = self._moved(sha).span(start, end)
        return abridged(replaced(self._old[sha], self._edits(sha))[first:last])

    # Events

    def _event(self, event: Event, at: int) -> Event:
        if event.kind in ERASURES:
            return self._with_words(event)
        kind, _, id = event.target.partition(":")
        where = event.target
        if event.kind == "add-coder" or kind == "coder":
            return event
        target = self._target(event, at)
        if kind in _IDS and event.kind in (*ADDS, "add"):
            for each in self._replacing.edits(id):
                self._note(where, "id", each, id, event.id)
        fields, words = dict(event.fields), dict(event.words)
        sha = self._version_of(event, at)
        if sha:
            self._move(event, fields, sha, where)
        if event.kind in TEXTS:
            fields |= self._text_fields(event)
        if event.kind == "place":
            fields |= self._placing(event)
        special = self._special(fields, words, at)
        fields = {
            name: value
            if name in _KEPT or name in special
            else self._value(value, where, name, event.id)
            for name, value in fields.items()
        } | {name: value for name, value in special.items() if name in fields}
        made = self._value(
            {name: value for name, value in words.items() if name not in special},
            where,
            "",
            event.id,
        )
        made |= {name: value for name, value in special.items() if name in words}
        return msgspec.structs.replace(event, target=target, fields=fields, words=made)

    def _with_words(self, event: Event) -> Event:
        words = self._value(event.words, event.kind, "", event.id)
        return msgspec.structs.replace(event, words=words)

    def _target(self, event: Event, at: int) -> str:
        target = event.target
        found = _SEGMENT.fullmatch(target)
        if found is not None:
            document, start, end, rest = found.groups()
            sha = self._version(document, at)
            first, last = self._span(sha, int(start), int(end), f"segment:{document}")
            return f"segment:{self._plain(document)}:{first}-{last}{self._plain(rest)}"
        kind, colon, id = target.partition(":")
        return f"{kind}{colon}{self._plain(id)}" if kind in (*_IDS, "rollup") else target

    def _version_of(self, event: Event, at: int) -> str:
        """Return the version of the text that the offsets in an event count in; nothing for none."""
        kind, _, id = event.target.partition(":")
        if event.kind == "add-document":
            return str(event.fields["sha256"])
        return (
            self._version(id, at)
            if kind == "document" and event.kind in ("verdict", "propose", "set")
            else ""
        )

    def _move(self, event: Event, fields: dict[str, Any], sha: str, where: str) -> None:
        """Move the offsets of a verdict, or of what a proposal is about."""
        if event.kind in ("verdict", "propose") and "start" in fields:
            fields["start"], fields["end"] = self._span(sha, fields["start"], fields["end"], where)
            if fields.get("became"):
                first, last, code = fields["became"]
                fields["became"] = [*self._span(sha, first, last, where), code]

    def _text_fields(self, event: Event) -> dict[str, Any]:
        sha = event.fields["sha256"]
        text = self._old[sha]
        for each in self._edits(sha):
            self._note(event.target, "text", each, text, event.id)
        made: dict[str, Any] = {"sha256": self._digest(sha)}
        if "length" in event.fields:
            made["length"] = self._moved(sha).end(len(text))
        if "correction" in event.fields:
            data = event.fields["correction"]
            made["correction"] = self._correction(data).to_data()
        return made

    def _placing(self, event: Event) -> dict[str, Any]:
        said, where = event.fields, event.target
        start, end = self._span(said["version"], said["start"], said["end"], where)
        made = {
            "version": self._digest(said["version"]), "in": self._digest(said["in"]),
            "start": start, "end": end,
        }  # fmt: skip
        if said["to"] is not None:
            first, last = said["to"]
            made["to"] = list(self._span(said["in"], first, last, where))
        return made

    def _special(
        self, fields: Mapping[str, Any], words: Mapping[str, Any], at: int
    ) -> dict[str, Any]:
        """Return the parts that hold places in texts which each is said of."""
        made: dict[str, Any] = {}
        if isinstance(fields.get("decisions"), dict):
            made["decisions"] = {
                self._plain(part): [self._decided(each, at) for each in places]
                for part, places in fields["decisions"].items()
            }
        if self._timeline.events[at].kind == "summarise":
            made["level"] = fields["level"]
            made["had"] = {
                self._plain(id): self._spans(id, spans, at) for id, spans in fields["had"].items()
            }
        if self._timeline.events[at].kind == "add-records":
            # What databases print of publications is public, and records have their ids from it.
            made |= {**fields, **words}
        if self._timeline.events[at].kind in ("screen", "sample-records", "tie-records"):
            made |= {name: said for name, said in fields.items() if name != "coder"}
        if self._timeline.events[at].kind == "fill":
            # Which form and fields are meant is no word of anybody's.
            made |= {name: fields[name] for name in ("form", "named")}
            made["had"] = {
                field: {self._plain(id): self._spans(id, spans, at) for id, spans in had.items()}
                for field, had in fields.get("had", {}).items()
            }
        if "correction" in fields:
            made["correction"] = fields["correction"]
        for name in ("explanation", "evidence"):
            if isinstance(words.get(name), dict):
                made[name] = self._explanation(words[name], at)
        if "quote" in words:
            event = self._timeline.events[at]
            made["quote"] = self._abridged(
                self._version_of(event, at),
                event.fields["start"],
                event.fields["end"],
                words["quote"],
            )
        if words.get("structure"):
            sha = self._version_of(self._timeline.events[at], at)
            made["structure"] = {
                part: [self._part(row, sha) for row in rows]
                for part, rows in words["structure"].items()
            }
        if ORIGINALS in words:
            # What another program wrote cannot be rewritten.
            made[ORIGINALS] = []
        return made

    def _part(self, row: list[Any], sha: str) -> list[Any]:
        """Return one part of what a text is made of: its place, and its name where it has one."""
        named = [self._plain(each) if isinstance(each, str) else each for each in row[2:]]
        return [*self._moved(sha).span(row[0], row[1]), *named] if row[0] < row[1] else [
            self._moved(sha).end(row[0]), self._moved(sha).end(row[1]), *named
        ]  # fmt: skip

    def _spans(self, document: str, spans: list[list[int]], at: int) -> list[list[int]]:
        sha, where = self._version(document, at), f"segment:{document}"
        return [[*self._span(sha, start, end, where)] for start, end in spans]

    def _decided(self, place: list[Any], at: int) -> list[Any]:
        document, start, end, coder = place
        sha = self._version(document, at)
        return [self._plain(document), *self._span(sha, start, end, f"segment:{document}"), coder]

    def _explanation(self, said: Mapping[str, Any], at: int) -> dict[str, Any]:
        event = self._timeline.events[at]
        own = self._version_of(event, at)
        made = dict(said)
        for name in ("matches", "terms"):
            if said.get(name):
                made[name] = [self._words_of(each, own, "text") for each in said[name]]
        if said.get("nearest"):
            made["nearest"] = [
                {
                    **self._words_of(each, self._version(each["document"], at), "quote"),
                    "document": self._plain(each["document"]),
                }
                for each in said["nearest"]
            ]
        if isinstance(said.get("phrase"), dict):
            made["phrase"] = {**said["phrase"], "text": self._plain(said["phrase"]["text"])}
        return made

    def _words_of(self, said: Mapping[str, Any], sha: str, field: str) -> dict[str, Any]:
        start, end = self._span(sha, said["start"], said["end"], "an explanation")
        made = {**said, "start": start, "end": end}
        made[field] = self._quote(sha, said["start"], said["end"], said[field])
        if "pattern" in said:
            made["pattern"] = self._plain(said["pattern"])
        return made

    # Corrections

    def _correction(self, data: Mapping[str, Any]) -> Correction:
        """Return a correction of the new texts that leads from each place to the same."""
        old, new = self._old[data["old"]], self._old[data["new"]]
        made = Correction.from_data(data, old, new)
        before, after = self._moved(data["old"]), self._moved(data["new"])
        blocks, pinned = [], []
        for (i, j, size), bounds in zip(made.blocks.tolist(), made.pinned.tolist(), strict=True):
            for first, last in _common(before.edits, after.edits, i, j, size):
                start, end = before.span(first, last)
                there = after.span(first - i + j, last - i + j)[0]
                blocks.append([start, there, end - start])
                pinned.append(_clipped(bounds, first, last, before))
        rows, bounds = _merged(blocks, pinned)
        return Correction(
            replaced(old, before.edits),
            replaced(new, after.edits),
            np.array(rows, dtype=np.int64).reshape(-1, 3),
            np.array(bounds, dtype=np.int64).reshape(-1, 2),
        )

    # Rows

    def _row(self, line: bytes, at: int) -> bytes:
        row = _decode_row(line)
        if not row.document:
            return line
        sha = self._version(row.document, at)
        where = f"segment:{row.document}"
        start, end = self._span(sha, row.start, row.end, where)
        event = self._timeline.events[at].id
        quote = self._abridged(sha, row.start, row.end, row.quote)
        memo = row.memo
        if memo:
            memo = self._said(memo, f"{where}:{row.start}-{row.end}", "memo", event)
        made = msgspec.structs.replace(
            row, document=self._plain(row.document), code=self._plain(row.code), start=start, end=end,
            quote=quote, memo=memo,
        )  # fmt: skip
        return line if made == row else _encode(made) + b"\n"

    # Checks

    def _check_ids(self) -> None:
        """Refuse pseudonyms that ids cannot hold, or by which two things would have one id."""
        for kind, ids in _ids_of(self._timeline.events).items():
            new: dict[str, str] = {}
            for id in ids:
                made = self._replacing.of(id)
                if made != id and not is_id(made):
                    raise PseudonymError(
                        f"the {kind} {id!r} would be {made!r}, which can be no id: choose pseudonyms of "
                        "letters, digits, '.', '_' and '-'"
                    )
                if made != id and id in self._coders:
                    raise PseudonymError(
                        f"{id!r} is the id of a {kind} and of a coder: ids of coders cannot be replaced"
                    )
                other = new.setdefault(made, id)
                if other != id:
                    raise PseudonymError(
                        f"the {kind}s {other!r} and {id!r} would both be {made!r}: choose other pseudonyms"
                    )


def _ids_of(events: list[Event]) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {"document": {}, "case": {}, "code": {}}
    for event in events:
        kind, _, id = event.target.partition(":")
        if event.kind in ADDS or event.kind == "add":
            found[kind][id] = None
        elif event.kind == "adopt":
            found["code"].update(dict.fromkeys(event.words["codebook"].get("codes") or {}))
    return {kind: list(ids) for kind, ids in found.items()}


def _common(
    before: tuple[Edit, ...], after: tuple[Edit, ...], i: int, j: int, size: int
) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a block in which the same is replaced in both texts, by places in the old."""
    here = [(each.start, each.end, each.new) for each in _within(before, i, i + size)]
    there = [
        (each.start - j + i, each.end - j + i, each.new) for each in _within(after, j, j + size)
    ]
    apart = sorted({(start, end) for start, end, _ in {*here} ^ {*there}})
    apart += [(start, end) for start, end, _ in {*here} & {*there} if start < i or end > i + size]
    at = i
    for start, end in sorted(apart):
        if at < start:
            yield at, start
        at = max(at, end)
    if at < i + size:
        yield at, i + size


def _within(edits: tuple[Edit, ...], start: int, end: int) -> list[Edit]:
    return [each for each in edits if each.start < end and each.end > start]


def _clipped(bounds: list[int], first: int, last: int, moved: Moved) -> list[int]:
    """Return what is certain of a stretch, where it is now."""
    start, end = bounds
    if start < 0 or end < first or start > last:
        return [-1, -1]
    return [moved.end(max(start, first)), moved.end(min(end, last))]


def _merged(
    blocks: list[list[int]], pinned: list[list[int]]
) -> tuple[list[list[int]], list[list[int]]]:
    """Return blocks with those as one that follow upon each other in both texts."""
    rows: list[list[int]] = []
    bounds: list[list[int]] = []
    for block, own in zip(blocks, pinned, strict=True):
        if rows and [rows[-1][0] + rows[-1][2], rows[-1][1] + rows[-1][2]] == block[:2]:
            rows[-1][2] += block[2]
            known = [each for each in (*bounds[-1], *own) if each >= 0]
            bounds[-1] = [min(known), max(known)] if known else [-1, -1]
        else:
            rows.append(list(block))
            bounds.append(list(own))
    return rows, bounds


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
