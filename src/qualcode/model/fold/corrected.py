"""Where things are in texts that were corrected: who saw which version, and what became of spans in it.

Whatever names a place in a text, a row of coding, a memo, a verdict, a decision about a split, keeps the
offsets that its author wrote, of the version that they had before them. Reading leads from there straight to
the version in force, so a correction that is taken back leaves everything exactly as it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

import attrs
import numpy as np

from qualcode.errors import CorrectionError, HistoryError
from qualcode.model.log.letters import Letters
from qualcode.model.log.log import Log
from qualcode.model.log.rows import Events, Longs
from qualcode.model.texts.corrections import (
    Correction,
    MergedText,
    Placement,
    follow,
    merge_texts,
)
from qualcode.model.texts.spans import Span
from qualcode.model.texts.structure import Structure

__all__ = ["GIVEN_UP", "Corrected", "Lost", "Placed"]

GIVEN_UP = "it was decided that the passage is not in the text any more"

_Override = tuple[int, str, Span | None]
"""Position of the event that placed a span, and the version and the place; no place where it was given up."""


@attrs.frozen
class _Versions:
    """The versions of one document's text.

    Parameters
    ----------
    first : str
        Checksum of the text as it was added.
    made : list of (int, str)
        Position of each correction, and the checksum of what it made.
    placed : dict
        By version and span, where a person placed it.
    """

    first: str
    made: list[tuple[int, str]] = attrs.field(factory=list)
    placed: dict[tuple[str, Span], _Override] = attrs.field(factory=dict)


@attrs.frozen
class Lost:
    """A memo or a verdict on a passage whose place is not certain.

    Parameters
    ----------
    document, version : str
        Id of the document, and the checksum of the version that the passage is of.
    span : Span
        Where it was.
    memo : str
        Id of the memo; nothing for a verdict.
    """

    document: str
    version: str
    span: Span
    memo: str = ""


@attrs.frozen(eq=False)
class Placed:
    """Rows of coding as they are in the texts in force.

    Parameters
    ----------
    rows : Events
        Those whose place is certain.
    lost : Events
        The others, where they were.
    versions : list of str
        For each of the others the version of its text.
    reworded : dict
        By document, start and end of what is in force, the words as they were, where they were others.
    """

    rows: Events
    lost: Events
    versions: list[str]
    reworded: dict[tuple[str, int, int], str]


class Corrected:
    """The texts that were corrected, as of one moment.

    Parameters
    ----------
    log : Log
        The log.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._timeline = log.timeline
        self._texts: dict[str, _Versions] = {}
        self._steps: dict[tuple[str, str, str], Correction] = log.timeline.worked_out.setdefault(
            "corrections", {}
        )
        self._seen: dict[tuple[str, int], str] = {}
        letters = Letters(log.timeline)
        for at in log.positions:
            event = log.timeline.events[at]
            id = event.target.partition(":")[2]
            if event.kind == "add-document":
                own, new = letters.added("document", id, event, at)
                if new:
                    self._texts[own] = _Versions(event.fields["sha256"])
            elif event.kind in ("correct", "place"):
                held = self._texts.get(letters.meant("document", id, at))
                if held is not None:
                    self._note(held, at)
        self._texts = {id: each for id, each in self._texts.items() if each.made}

    @classmethod
    def of(cls, log: Log) -> Corrected | None:
        """Return the corrected texts of a log; nothing where there is none."""
        events = log.timeline.events
        return cls(log) if any(events[at].kind == "correct" for at in log.positions) else None

    def _note(self, held: _Versions, at: int) -> None:
        event = self._timeline.events[at]
        if event.kind == "correct":
            held.made.append((at, event.fields["sha256"]))
        elif event.id not in self._log.switches.off:
            said = event.fields
            to = said["to"]
            where = None if to is None else Span(*to)
            held.placed[said["version"], Span(said["start"], said["end"])] = (at, said["in"], where)

    # Versions

    def __contains__(self, document: str) -> bool:
        return document in self._texts

    def documents(self) -> Iterable[str]:
        """Return the ids of the documents whose texts were corrected."""
        return self._texts

    def current(self, document: str) -> str:
        """Return the checksum of the version in force."""
        held, off = self._texts[document], self._log.switches.off
        in_force = [sha for at, sha in held.made if self._timeline.events[at].id not in off]
        return in_force[-1] if in_force else held.first

    def version(self, document: str, at: int | None) -> str:
        """Return the version that the author of an event had before them, or who writes now."""
        if at is None or at >= self._log.count:
            return self.current(document)
        key = (document, at)
        if key not in self._seen:
            # What an event seals was written before it, and so was what it says.
            self._seen[key] = self._version_of(document, (at,))
        return self._seen[key]

    def merged(self, document: str, made: Sequence[int]) -> tuple[str, MergedText]:
        """Return the version that all had who corrected a text at once, and what their corrections come to.

        Parameters
        ----------
        document : str
            Its id.
        made : sequence of int
            The positions of the corrections, each the last of its side.
        """
        events, texts = self._timeline.events, self._timeline.texts
        versions = self._version_of(document, made), *(events[at].fields["sha256"] for at in made)
        known: dict[tuple[str, ...], MergedText] = self._timeline.worked_out.setdefault(
            "merged texts", {}
        )
        before = texts[versions[0]]
        if versions not in known:
            merged = MergedText(before, ())
            for version in versions[1:]:
                if merged.is_clean:
                    merged = merge_texts(before, merged.text, texts[version])
            known[versions] = merged
        return before, known[versions]

    def _version_of(self, document: str, ats: Sequence[int]) -> str:
        """Return the version that the authors of events all had before them."""
        held = self._texts[document]
        seen = [sha for made, sha in held.made if self._knew(ats, made) and self._was_on(ats, made)]
        return seen[-1] if seen else held.first

    def _knew(self, ats: Sequence[int], earlier: int) -> bool:
        return all(earlier < at and self._timeline.saw(at, earlier) for at in ats)

    def _was_on(self, ats: Sequence[int], made: int) -> bool:
        """Tell whether a correction was in force, as far as the authors of events all knew."""
        id, saw = self._timeline.events[made].id, self._timeline.saw
        last: list[tuple[int, bool]] = []
        for switch in self._timeline.switches:
            event = self._timeline.events[switch]
            if self._log.knows(switch) and self._knew(ats, switch) and id in event.fields["of"]:
                last = [each for each in last if not saw(switch, each[0])]
                last.append((switch, event.kind == "redo"))
        return all(on for _, on in last)

    # Places

    def where(self, document: str, spans: Sequence[Span], version: str) -> list[Placement]:
        """Return what became of spans of a version of a document's text.

        Where that is the version in force again, they are where they were, wherever a person placed them.
        """
        placed = self._texts[document].placed if version != self.current(document) else {}
        found: dict[int, Placement] = {}
        for number, span in enumerate(spans):
            if (version, span) in placed:
                found[number] = self._as_placed(document, span, version)
        rest = [number for number in range(len(spans)) if number not in found]
        moved = self._followed(document, [spans[number] for number in rest], version)
        found.update(zip(rest, moved, strict=True))
        return [found[number] for number in range(len(spans))]

    def _as_placed(self, document: str, span: Span, version: str) -> Placement:
        _, there, to = self._texts[document].placed[version, span]
        text = self._timeline.texts[version]
        now = self._timeline.texts[self.current(document)]
        if to is None:
            return Placement(span, None, GIVEN_UP, text, now)
        (later,) = self._followed(document, [to], there)
        return Placement.unmoved(span, text).then(later)

    def _followed(self, document: str, spans: Sequence[Span], version: str) -> Iterable[Placement]:
        path = self._path(document, version, self.current(document)) if spans else []
        if not path:
            text = self._timeline.texts[version]
            return [Placement.unmoved(span, text) for span in spans]
        # Each event that places a span makes the fold anew, and moves no other.
        steps = tuple(each.checksums for each in path)
        known: dict[Span, Placement] = self._timeline.worked_out.setdefault(steps, {})
        new = [span for span in dict.fromkeys(spans) if span not in known]
        if new:
            known.update(zip(new, follow(path, new), strict=True))
        return [known[span] for span in spans]

    def _path(self, document: str, start: str, end: str) -> list[Correction]:
        """Return the fewest corrections, forward or back, that lead from one version to another."""
        edges: dict[str, list[tuple[str, int]]] = {}
        for at, sha in self._texts[document].made:
            old = str(self._timeline.events[at].fields["correction"]["old"])
            edges.setdefault(old, []).append((sha, at))
            edges.setdefault(sha, []).append((old, at))
        came: dict[str, tuple[str, int]] = {start: ("", -1)}
        waiting = deque([start])
        while waiting and end not in came:
            version = waiting.popleft()
            for other, at in edges.get(version, ()):
                if other not in came:
                    came[other] = version, at
                    waiting.append(other)
        if end not in came:
            raise HistoryError(f"no correction of {document!r} leads to its version {end[:8]}")
        path: list[Correction] = []
        while end != start:
            before, at = came[end]
            path.append(self._correction(before, end, at))
            end = before
        return path[::-1]

    def _correction(self, old: str, new: str, at: int) -> Correction:
        event = self._timeline.events[at]
        key = (event.id, old, new)
        if key not in self._steps:
            data, texts = event.fields["correction"], self._timeline.texts
            try:
                made = Correction.from_data(data, texts[data["old"]], texts[data["new"]])
            except CorrectionError as error:
                raise HistoryError(
                    f"event {event.short} ({event.kind} {event.target}): {error}"
                ) from error
            self._steps[event.id, data["old"], data["new"]] = made
            self._steps[event.id, data["new"], data["old"]] = made.inverse()
        return self._steps[key]

    def structure(self, document: str, structure: Structure, version: str) -> Structure:
        """Return what a version of a text is made of, in the text in force.

        A part without a certain place is what stands where it was, or gone with it: parts help to cut a text
        and are no statements of anybody.
        """
        if version == self.current(document) or not structure.parts:
            return structure
        filled = [part for part in structure if part.length]
        spans = [Span(part.start, part.end) for part in filled]
        moved = self.where(document, spans, version)
        there = [(part, each.new or each.near) for part, each in zip(filled, moved, strict=True)]
        return Structure(
            attrs.evolve(part, start=to.start, end=to.end) for part, to in there if to is not None
        )

    # Rows

    def placed(self, rows: Events, seals: Longs) -> Placed:
        """Return rows as they are in the texts in force.

        Parameters
        ----------
        rows : Events
            Rows as they were written.
        seals : array of int
            For each block the position of the event that seals it; behind all where there is none.
        """
        start, end = rows.start.copy(), rows.end.copy()
        lost = np.zeros(len(rows), dtype=np.bool_)
        version: dict[int, str] = {}
        reworded: dict[tuple[str, int, int], str] = {}
        for number, id in enumerate(rows.documents):
            if id not in self._texts:
                continue
            own = np.flatnonzero(rows.document == number)
            for sha, part in self._by_version(id, rows, own, seals).items():
                spans, which = _distinct(rows, part)
                moved = self.where(id, spans, sha)
                for each in moved:
                    if each.new is not None and each.outcome == "changed":
                        reworded[id, each.new.start, each.new.end] = each.quote
                places = [each.new or Span(0, 1) for each in moved]
                start[part] = np.array([each.start for each in places], dtype=np.int32)[which]
                end[part] = np.array([each.end for each in places], dtype=np.int32)[which]
                gone = part[np.array([each.new is None for each in moved], dtype=np.bool_)[which]]
                lost[gone] = True
                version.update(dict.fromkeys(gone.tolist(), sha))
        away = np.flatnonzero(lost)
        return Placed(
            attrs.evolve(rows, start=start, end=end).take(~lost),
            rows.take(away),
            [version[row] for row in away.tolist()],
            reworded,
        )

    def _by_version(
        self, document: str, rows: Events, own: np.ndarray, seals: Longs
    ) -> dict[str, np.ndarray]:
        """Return the rows of a document by the version of the text that they are about."""
        blocks, which = np.unique(rows.block[own], return_inverse=True)
        versions = [self.version(document, int(seals[block])) for block in blocks.tolist()]
        names = list(dict.fromkeys(versions))
        number = np.array([names.index(each) for each in versions], dtype=np.intp)[which]
        return {name: own[number == at] for at, name in enumerate(names)}


def _distinct(rows: Events, part: np.ndarray) -> tuple[list[Span], np.ndarray]:
    """Return the distinct spans of some rows, and for each row which it is."""
    both = (rows.start[part].astype(np.int64) << 32) | rows.end[part]
    keys, which = np.unique(both, return_inverse=True)
    return [Span(int(key >> 32), int(key & 0xFFFFFFFF)) for key in keys.tolist()], which
