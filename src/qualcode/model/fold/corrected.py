"""Where things are in texts that were corrected: who saw which version, and what became of spans in it.

Whatever names a place in a text, a row of coding, a memo, a verdict, a decision about a split, keeps the
offsets that its author wrote, of the version that they had before them. Reading leads from there straight to
the version in force, so a correction that is taken back leaves everything exactly as it was.

Where passages come to stand on the same words, assignments of one code by one coder are one, with the memos
of all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import attrs
import numpy as np

from qualcode.errors import CorrectionError, HistoryError
from qualcode.model.log.letters import Letters
from qualcode.model.log.log import Log
from qualcode.model.log.rows import Events, Flags, Ints, Longs
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

_Row = tuple[int, str]
"""Number of a row, and the version that it is about."""

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
        By document, start and end of what is in force, the words as they were, where they were others. Of
        passages that came together the words of each, one below the other.
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

    def where(
        self, document: str, spans: Sequence[Span], version: str, at: int | None = None
    ) -> list[Placement]:
        """Return what became of spans of a version of a document's text: now, or for the author of an event.

        Where that is the version in force again, they are where they were, wherever a person placed them.
        """
        end = self.version(document, at)
        placed = self._texts[document].placed if version != end else {}
        found: dict[int, Placement] = {}
        for number, span in enumerate(spans):
            override = placed.get((version, span))
            if override is not None and self._knows(at, override[0]):
                found[number] = self._as_placed(document, span, version, override, end)
        rest = [number for number in range(len(spans)) if number not in found]
        moved = self._followed(document, [spans[number] for number in rest], version, end)
        found.update(zip(rest, moved, strict=True))
        return [found[number] for number in range(len(spans))]

    def _knows(self, at: int | None, earlier: int) -> bool:
        """Tell whether an event was known to the author of another, or to who writes now."""
        return at is None or at >= self._log.count or self._knew((at,), earlier)

    def _as_placed(
        self, document: str, span: Span, version: str, override: _Override, end: str
    ) -> Placement:
        _, there, to = override
        text = self._timeline.texts[version]
        if to is None:
            return Placement(span, None, GIVEN_UP, text, self._timeline.texts[end])
        (later,) = self._followed(document, [to], there, end)
        return Placement.unmoved(span, text).then(later)

    def _followed(
        self, document: str, spans: Sequence[Span], version: str, end: str
    ) -> Iterable[Placement]:
        path = self._path(document, version, end) if spans else []
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
        shared: list[list[_Row]] = []
        for number, id in enumerate(rows.documents):
            if id not in self._texts:
                continue
            own = np.flatnonzero(rows.document == number)
            came: dict[Span, list[Placement]] = {}
            by_version = self._by_version(id, rows, own, seals)
            for sha, part in by_version.items():
                spans, which = _distinct(rows, part)
                moved = self.where(id, spans, sha)
                for each in moved:
                    if each.new is not None:
                        came.setdefault(each.new, []).append(each)
                places = [each.new or Span(0, 1) for each in moved]
                start[part] = np.array([each.start for each in places], dtype=np.int32)[which]
                end[part] = np.array([each.end for each in places], dtype=np.int32)[which]
                gone = part[np.array([each.new is None for each in moved], dtype=np.bool_)[which]]
                lost[gone] = True
                version.update(dict.fromkeys(gone.tolist(), sha))
            several = [to for to, those in came.items() if len(those) > 1]
            groups = list(_sharing(rows, start, end, lost, by_version, several))
            shared += groups
            together = self._words_before(id, rows, groups)
            for to, those in came.items():
                if len(those) == 1 and those[0].outcome == "changed":
                    reworded[id, to.start, to.end] = those[0].quote
                elif to in together:
                    reworded[id, to.start, to.end] = together[to]
        away = np.flatnonzero(lost)
        moved_rows = attrs.evolve(rows, start=start, end=end)
        return Placed(
            self._joined(rows, moved_rows, shared, seals, lost),
            rows.take(away),
            [version[row] for row in away.tolist()],
            reworded,
        )

    def _words_before(
        self, document: str, rows: Events, groups: Iterable[list[_Row]]
    ) -> dict[Span, str]:
        """Return the words as they were of passages that came together, where some were others."""
        last = {
            (rows.code[row], rows.coder[row], sha, _span(rows, row)): row
            for members in groups
            for row, sha in members
        }
        spans: dict[str, dict[Span, None]] = {}
        for (_, _, sha, span), row in last.items():
            if not rows.retracted[row] and sha != self.current(document):
                spans.setdefault(sha, {})[span] = None
        found: dict[Span, list[Placement]] = {}
        for sha, own in spans.items():
            for each in self.where(document, list(own), sha):
                if each.new is not None:
                    found.setdefault(each.new, []).append(each)
        return {
            to: "\n".join(dict.fromkeys(each.quote for each in those))
            for to, those in found.items()
            if any(each.outcome == "changed" for each in those)
        }

    def _joined(
        self, written: Events, moved: Events, groups: list[list[_Row]], seals: Longs, lost: Flags
    ) -> Events:
        """Return the rows whose place is certain, those that became one assignment as one row.

        Parameters
        ----------
        written, moved : Events
            The rows where their authors wrote them, and where they are now.
        groups : list of list of _Row
            The rows, in the order of the log, of each assignment that is told of from several passages.
        seals : array of int
            For each block the position of the event that seals it.
        lost : array of bool
            Whose place is not certain.
        """
        gone = lost.copy()
        order: list[int] = []
        duplicate: list[bool] = []
        for members in groups:
            members.sort(key=lambda each: (seals[written.block[each[0]]], each[0]))
            standing: list[_Row] = []
            for each in members:
                standing = [one for one in standing if not self._meant(written, each, one, seals)]
                if not written.retracted[each[0]]:
                    standing.append(each)
            if not standing or standing == members[-1:]:
                continue
            order += [row for row, _ in standing]
            duplicate += [False] + [True] * (len(standing) - 1)
            kept = standing[0][0]
            # What was said at once in another copy is not over: whether that is a conflict is asked later.
            gone[
                [
                    row
                    for row, _ in members
                    if row != kept and self._in_turn(written, row, kept, seals)
                ]
            ] = True
            gone[[row for row, _ in standing[1:]]] = True
        if order:
            moved = moved.joined(
                np.array(order, dtype=np.intp), np.array(duplicate, dtype=np.bool_)
            )
        return moved.take(~gone)

    def _in_turn(self, rows: Events, one: int, other: int, seals: Longs) -> bool:
        """Tell whether one of two rows was written by somebody who had seen the other."""
        first, later = sorted((int(seals[rows.block[one]]), int(seals[rows.block[other]])))
        return first == later or self._knows(later, first)

    def _meant(self, rows: Events, later: _Row, earlier: _Row, seals: Longs) -> bool:
        """Tell whether the author of a row had an earlier one at the place that they wrote of."""
        (row, sha), (before, version) = later, earlier
        at = int(seals[rows.block[row]])
        if not self._in_turn(rows, row, before, seals):
            return False
        if sha == version:
            return _span(rows, row) == _span(rows, before)
        document = rows.documents[rows.document[row]]
        (there,) = self.where(document, [_span(rows, before)], version, at)
        return there.new == _span(rows, row)

    def _by_version(
        self, document: str, rows: Events, own: np.ndarray, seals: Longs
    ) -> dict[str, np.ndarray]:
        """Return the rows of a document by the version of the text that they are about."""
        blocks, which = np.unique(rows.block[own], return_inverse=True)
        versions = [self.version(document, int(seals[block])) for block in blocks.tolist()]
        names = list(dict.fromkeys(versions))
        number = np.array([names.index(each) for each in versions], dtype=np.intp)[which]
        return {name: own[number == at] for at, name in enumerate(names)}


def _sharing(
    rows: Events,
    start: Ints,
    end: Ints,
    lost: Flags,
    by_version: dict[str, np.ndarray],
    places: Iterable[Span],
) -> Iterator[list[_Row]]:
    """Yield the rows of each assignment at places where several passages of a document now are."""
    keys = [(to.start << 32) | to.end for to in places]
    found: dict[tuple[int, int, int, int], list[_Row]] = {}
    for sha, part in by_version.items() if keys else ():
        there = (start[part].astype(np.int64) << 32) | end[part]
        for row in part[np.isin(there, keys) & ~lost[part]].tolist():
            key = (int(start[row]), int(end[row]), int(rows.code[row]), int(rows.coder[row]))
            found.setdefault(key, []).append((row, sha))
    yield from found.values()


def _span(rows: Events, row: int) -> Span:
    return Span(int(rows.start[row]), int(rows.end[row]))


def _distinct(rows: Events, part: np.ndarray) -> tuple[list[Span], np.ndarray]:
    """Return the distinct spans of some rows, and for each row which it is."""
    both = (rows.start[part].astype(np.int64) << 32) | rows.end[part]
    keys, which = np.unique(both, return_inverse=True)
    return [Span(int(key >> 32), int(key & 0xFFFFFFFF)) for key in keys.tolist()], which
