"""Bringing the codings of a project up to date with a later export of its study."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from qualcode.model.log.rows import Events
from qualcode.model.texts.corrections import Correction
from qualcode.model.texts.documents import Document
from qualcode.model.texts.spans import Span
from qualcode.project.matching import Matched
from qualcode.project.saying import digest

__all__ = ["CodingUpdate", "placed"]

Place = tuple[int, int]
Coding = tuple[str, int, int, str, str]
"""Document, start, end, code as assigned, coder."""


def placed(theirs: Document, ours: Document, spans: Iterable[Place]) -> list[Place | None]:
    """Return where spans of a text are in another form of it; None where that is not certain."""
    listed = list(spans)
    if ours.text == theirs.text:
        return [*listed]
    found = Correction.between(theirs.text, ours.text).place_all(Span(*each) for each in listed)
    return [None if each.new is None else (each.new.start, each.new.end) for each in found]


class CodingUpdate:
    """Adds what is coded there alone, and finds or takes back what is not coded there any more.

    Parameters
    ----------
    matched : Matched
        The project, the later file, and what is what; documents and codes are up to date already.
    origin : str
        Where codings of such files come from.
    before : Events
        What was coded when the file was read last.
    kept : mapping of str to str
        By digest of a coding, that of what is noted on it in the file where that was not taken over.
    say : callable
        Told of what became of codings.
    """

    def __init__(
        self,
        matched: Matched,
        origin: str,
        before: Events,
        kept: Mapping[str, str],
        say: Callable[..., None],
    ) -> None:
        self.matched, self.project, self.origin = matched, matched.project, origin
        self.kept, self.say = kept, say
        self.still: dict[str, str] = {}
        """The same, of now."""
        self.noted_before = {
            key: before.memos.get(row)
            for row, key in enumerate(_codings_of(before))
            if not before.retracted[row]
        }

    def all(self, *, take_back: bool) -> None:
        """Do it all, and say so."""
        project = self.project
        events = self.matched.later.state.uncounted.events
        theirs = self._rows(events)
        ours = project.state.uncounted.events
        imported = ours.of_origin([self.origin])
        last: dict[Coding, int] = {}
        once: set[Coding] = set()
        for row, key in enumerate(_codings_of(ours)):
            last[key] = row
            if imported[row]:
                once.add(key)
        standing = {key for key, row in last.items() if not ours.retracted[row]}
        resolve = project.codebook.resolve
        meant = {self._meant(key, resolve) for key in standing}
        new, away = [], 0
        for key, row in theirs.items():
            if key in standing:
                self._noted(key, events, row, ours, last[key])
            elif self._meant(key, resolve) in meant:
                continue
            elif key in once:
                away += 1
            else:
                new.append((key, row))
        self._assign(new, events)
        if away:
            told = "coded otherwise or taken back here"
            self.say("codings", f"{away:,}", "", "left", told)
        self._retract(standing, theirs, ours, last, imported, take_back=take_back)

    def _meant(self, key: Coding, resolve: Callable[..., str]) -> Coding:
        document, start, end, code, coder = key
        if code not in self.project.codebook.codes:
            return key
        return document, start, end, resolve(code, (document, start, end, coder)), coder

    def _rows(self, events: Events) -> dict[Coding, int]:
        """Return by what is assigned here the row there; say what has no place here."""
        by_document: dict[int, list[int]] = {}
        for row, number in enumerate(events.document.tolist()):
            by_document.setdefault(number, []).append(row)
        found: dict[Coding, int] = {}
        codes = [self.matched.id("code", id) for id in events.codes]
        coders = [self.matched.id("coder", id) for id in events.coders]
        lost = 0
        self.unplaced: set[str] = set()
        for number, rows in by_document.items():
            document = events.documents[number]
            id = self.matched.id("document", document)
            here = self.project.documents.get(id)
            if here is None:
                continue  # it was withdrawn
            spans = [(int(events.start[row]), int(events.end[row])) for row in rows]
            for row, place in zip(
                rows, placed(self.matched.later.documents[document], here, spans), strict=True
            ):
                if place is None:
                    lost += 1
                    self.unplaced.add(id)
                    continue
                key = (id, *place, codes[events.code[row]], coders[events.coder[row]])
                found[key] = row
        if lost:
            told = "the text is another here, and where they belong in it is not certain"
            self.say("codings", f"{lost:,}", "", "left", told)
        return found

    def _assign(self, new: list[tuple[Coding, int]], events: Events) -> None:
        codes = self.project.codebook.codes
        resolve = self.project.codebook.resolve
        can = [(key, row) for key, row in new if codes[resolve(key[3])].status == "live"]
        if len(can) < len(new):
            told = "their codes are out of use here"
            self.say("codings", f"{len(new) - len(can):,}", "", "left", told)
        if not can:
            return
        columns = list(zip(*(key for key, _ in can), strict=True))
        made = Events.from_rows(
            document=columns[0], start=columns[1], end=columns[2], code=columns[3],
            coder=columns[4],
            time=[self.project._time()] * len(can),
            origin=[self.origin] * len(can),
            weight=[None] * len(can),
            retracted=np.zeros(len(can), dtype=np.bool_),
            memo=[events.memos.get(row) for _, row in can],
            made=[events.made.get(row) for _, row in can],
        )  # fmt: skip
        for each in made.coders:
            self.project._doing(each)
        self.project._record_rows(made)
        self.say("codings", f"{len(can):,}", f"{len(can):,}", "added")

    def _noted(self, key: Coding, events: Events, row: int, ours: Events, stands: int) -> None:
        """Take over what is noted on a coding, where that changed there and not here."""
        now, here = events.memos.get(row), ours.memos.get(stands)
        if now == here:
            return
        place = f"{key[0]}:{key[1]}-{key[2]} {key[3]} by {key[4]}"
        before = self.noted_before.get(key)
        told = self.kept.get(digest(key))
        if told is None and now != before and here == before:
            weight = float(ours.weight[stands])
            origin = ours.origins[ours.origin[stands]]
            self.project._record_row(
                key, time=self.project._time(), origin=origin, memo=now,
                weight=None if weight != weight else weight, made=events.made.get(row),
            )  # fmt: skip
            self.say("coding", place, place, "changed", f"its memo: {here!r} → {now!r}")
            return
        self.still[digest(key)] = digest(now)
        if told != digest(now) and (told is not None or now != before):
            self.say("coding", place, place, "kept", f"its memo: {here!r} here, {now!r} there")

    def _retract(
        self,
        standing: set[Coding],
        theirs: Mapping[Coding, int],
        ours: Events,
        last: Mapping[Coding, int],
        imported: Any,
        *,
        take_back: bool,
    ) -> None:
        """List codings that came from the file and are gone there, and take them back where that is asked."""
        resolve = self.project.codebook.resolve
        there = {self._meant(key, resolve) for key in theirs}
        places = {key[:3] + key[4:] for key in theirs}
        documents = {
            self.matched.id("document", id) for id in self.matched.later.documents
        } - self.unplaced
        codes = self.project.codebook.codes
        gone = [
            key
            for key in standing
            if imported[last[key]]
            and key[0] in documents
            and key not in theirs
            and self._meant(key, resolve) not in there
            # What was split here is by its parts another coding than there.
            and not (codes[key[3]].status == "split" and key[:3] + key[4:] in places)
        ]
        if not gone:
            return
        if take_back:
            for key in sorted(gone):
                self.project._record_row(key, time=self.project._time(), retracted=True)
        how = "taken back" if take_back else "gone"
        self.say("codings", f"{len(gone):,}", f"{len(gone):,}", how)


def _codings_of(rows: Events) -> Iterator[Coding]:
    """Yield for each row what identifies an assignment: document, span, code as assigned, coder."""
    columns = (rows.document, rows.start, rows.end, rows.code, rows.coder)
    for document, start, end, code, coder in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        yield rows.documents[document], start, end, rows.codes[code], rows.coders[coder]
