"""Reading a project in REFI-QDA: tolerant of what programs write, exact about what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from typing import Any

import attrs

from qualcode.errors import DocumentError, StudyError
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.exchange.refi.frame import read_frame, value_or_told
from qualcode.io.exchange.refi.own import read_own
from qualcode.io.exchange.refi.package import Package
from qualcode.io.exchange.refi.positions import Marked, Positions, is_quote, judge, written_so
from qualcode.io.exchange.refi.sources import (
    SELECTIONS,
    SOURCES,
    SourceText,
    SourceTexts,
    read_source,
    texts_within,
)
from qualcode.io.exchange.refi.values import (
    Names,
    as_moment_or_none,
    as_whole,
    guid_key,
    program_of,
)
from qualcode.io.exchange.study import Carried, Codings, ElementCount, Study, StudyMemo
from qualcode.io.raw.elements import Element, Pieces, element, write_element
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.memos import Coder
from qualcode.model.ids import slug
from qualcode.model.log.rows import format_time
from qualcode.model.texts.documents import Document, Value
from qualcode.model.texts.originals import Original
from qualcode.model.texts.structure import Part, Structure

__all__ = ["Keep", "read_study"]

Keep = Callable[[bytes, str], Original]
"""Puts a file by, and returns what the log says of it."""

_TEXTS = frozenset(
    ("Description", "PlainTextContent", "TextValue", "BooleanValue", "IntegerValue", "FloatValue",
     "DateValue", "DateTimeValue")
)  # fmt: skip
_WRAPPERS = frozenset(
    ("Project", "Users", "CodeBook", "Codes", "Variables", "Cases", "Sources", "Notes", "Links", "Sets",
     "Graphs", "CodeRef", "VariableRef", "PlainTextContent", "TextValue", "BooleanValue", "IntegerValue",
     "FloatValue", "DateValue", "DateTimeValue", "Description", "NoteRef", "SourceRef")
)  # fmt: skip
"""Elements that hold or name others, and are not counted themselves."""
_CARRIED = "kept beside the project, to be written again in its place; not in its counts"
_TOLD_APART = 20


def read_study(
    package: Package, keep: Keep, *, positions: Positions | None = None, name: str | None = None
) -> Study:
    """Return the study that a .qdpx or .qde holds.

    Parameters
    ----------
    package : Package
        The file.
    keep : callable
        Puts by what has no place in a project.
    positions : Positions, optional
        How positions are counted; found by what stands there when not given.
    name : str, optional
        The study's name; the project's when not given.
    """
    return _Reading(package, keep).study(positions, name)


class _Reading:
    def __init__(self, package: Package, keep: Keep) -> None:
        self.package, self.keep = package, keep
        self.losses: list[Loss] = []
        self.kept: Counter[str] = Counter()
        self.memos: list[StudyMemo] = []
        self.columns = Codings([], [], [], [], [], [], [], [])
        self.used_notes: set[str] = set()
        self.unknown: dict[str, str] = {}

    def study(self, given: Positions | None, name: str | None) -> Study:
        pieces = Pieces(
            self.package.chunks(),
            where=self.package.where,
            within="Sources",
            texts=_TEXTS,
            leave_out="PlainTextContent",
            error=StudyError,
        )
        sources: list[tuple[SourceTexts, Original]] = []
        with closing(iter(pieces)) as found_one_by_one:
            for piece in found_one_by_one:
                label = piece.element.get("guid").strip("{}") or "source"
                original = self.keep(piece.raw, f"{piece.element.tag}-{slug(label)}.xml")
                sources.append((read_source(piece, self.package), original))
        root = pieces.root
        if root.tag != "Project":
            raise StudyError(
                f"{self.package.where}, line {root.line}: is no project in REFI-QDA: it begins with "
                f"<{root.tag}>" + ("; read_codebook reads it" if root.tag == "CodeBook" else "")
            )
        self.own = read_own(pieces.instructions)
        self.frame = read_frame(root, self.package, self.own)
        self.codes = {key: code.id for key, code in self.frame.codes.items()}
        self.coders = {key: coder.id for key, coder in self.frame.coders.items()}
        self.program = program_of(root.get("origin"))
        self._linked_notes([source for source, _ in sources])
        texts = [text for source, _ in sources for text in source.texts if text.text is not None]
        given = written_so(root.get("origin")) if given is None else given
        found = judge([_marked(each) for each in texts], self.program, given)
        self.found = found
        documents, carried = self._sources(sources)
        self._notes_on_things(root)
        return self._made(root, name, documents, carried, pieces.counts)

    def _linked_notes(self, sources: list[SourceTexts]) -> None:
        """Find the selections that notes are linked to, in a second look, since few files have any."""
        frame = self.frame
        known = {*frame.codes, *frame.cases, *(guid_key(each.guid) for each in sources)}
        wanted = frame.linked_notes.keys() - known
        if not wanted:
            return
        pieces = Pieces(
            self.package.chunks(), where=self.package.where, within="Sources", error=StudyError
        )
        for source, piece in zip(sources, pieces, strict=True):
            for text, holder in zip(source.texts, texts_within(piece.element), strict=True):
                for each in holder.of("PlainTextSelection"):
                    key = guid_key(each.get("guid"))
                    start, end = (
                        as_whole(each.get("startPosition")),
                        as_whole(each.get("endPosition")),
                    )
                    if key in wanted and start is not None and end is not None:
                        notes = frame.linked_notes[key]
                        text.noted.append((start, end, each.get("name"), "", notes, "", "", -1))
                        frame.kept["Link"] += len(notes)

    # Sources

    def _sources(
        self, sources: list[tuple[SourceTexts, Original]]
    ) -> tuple[list[Document], list[Carried]]:
        names = Names("document", own=self.own.of("document"))
        documents: list[Document] = []
        carried: list[Carried] = []
        self.documents_of: dict[str, str] = {}
        cases: dict[str, list[str]] = {}
        for key, keys in self.frame.case_sources.items():
            for each in keys:
                cases.setdefault(each, []).append(self.frame.cases[key].id)
        self.files: dict[str, Original] = {}
        for source, original in sources:
            made: list[str | None] = []
            keys = [guid_key(each) for each in (source.guid, *(text.guid for text in source.texts))]
            for text in source.texts:
                if text.text is None:
                    made.append(None)
                    self._without_text(source, text)
                    continue
                label = text.name if text.tag == "Transcript" else source.name
                guid = source.guid or text.guid
                id = names.id_for(label, self.own.id_of("document", guid))
                joined = [case for key in dict.fromkeys(keys) for case in cases.get(key, ())]
                document = self._document(id, label, source, text, joined)
                cases_here = (case.id for case in self.frame.cases.values())
                documents.append(self.own.told(document, guid, cases_here))
                made.append(id)
                self.frame.ids[f"document:{id}"] = guid
                self.documents_of.setdefault(guid_key(source.guid), id)
                self.documents_of.setdefault(guid_key(text.guid), id)
            if not source.texts:
                self._carried_whole(source)
            carried.append(self._carry(source, original, made))
        return documents, carried

    def _carry(self, source: SourceTexts, original: Original, made: list[str | None]) -> Carried:
        originals = [original]
        file = self._file(source.rich) if source.rich else None
        files = {}
        if file is not None:
            originals.append(file)
            files[source.rich] = file.sha256
        way = self.found.positions
        first = next((each for each in made if each is not None), None)
        fields = {
            "texts": made,
            "marked": [each.marked for each in source.texts],
            "positions": [way.unit, way.line_end, way.mark, way.inclusive],
            "sha256": original.sha256,
            "source": guid_key(source.guid),
        }
        target = "project" if first is None else f"document:{first}"
        return Carried(target, originals, {**fields, "files": files})

    def _file(self, path: str) -> Original | None:
        """Put by a file of the package as it is; None where it is not there, or damaged."""
        held = self.package.find(path)
        if held is None:
            return None
        name = held.replace("\\", "/").rpartition("/")[2]
        try:
            return self.keep(self.package.read(held), name)
        except DocumentError as error:
            self.losses.append(Loss("damage", "file", name=name, reason=f"is left out: {error}"))
            return None

    def _document(
        self, id: str, label: str, source: SourceTexts, text: SourceText, cases: list[str]
    ) -> Document:
        assert text.text is not None
        self.kept[text.tag] += 1
        way, content = self.found.positions, text.text
        joined = self._codings(id, text, self._noted(id, text))
        if text.description:
            self._memo(f"document:{id}", text.description, "", "", "description")
        for key in text.notes:
            self._note(f"document:{id}", key)
        for key in self.frame.linked_notes.get(guid_key(source.guid), ()):
            self._note(f"document:{id}", key)
        for severity, why in text.told:
            self.losses.append(Loss(severity, "PlainTextContent", text.guid, label, why))
        for tag, guid, why in text.odd:
            self.losses.append(Loss("loss", tag, guid, reason=f"{why}: {_CARRIED}"))
        variables: dict[str, Value] = {}
        for key, tag, value in text.variables:
            placed = element(text.tag, {"guid": text.guid})
            read = value_or_told(self.frame, placed, key, tag, value)
            if read is not None:
                variables[self.frame.variables[key]] = read
                self.kept["VariableValue"] += 1
        parts: list[Part] = []
        if text.points:
            parts = _cues(text, way)
        return Document(
            id=id,
            text=content,
            name=label,
            variables=variables,
            cases=list(dict.fromkeys((*cases, *joined))),
            source=self.package.path.name,
            structure=Structure(parts),
        )

    def _codings(self, id: str, text: SourceText, noted: set[int]) -> list[str]:
        """Add what is coded in a text, and return the cases that it says the text belongs to."""
        coded, content, frame = text.coded, text.text or "", self.frame
        first, last = self.found.positions.points(
            content, coded.start, coded.end, marked=text.marked
        )
        joined: list[str] = []
        codes, coders = self.codes, self.coders
        by_quotes = self.found.by_quotes
        added = unknown = 0
        at_fault: list[tuple[int, str]] = []
        columns = self.columns
        put = [getattr(columns, field.name).append for field in attrs.fields(Codings)]
        put_document, put_start, put_end, put_code, put_coder, put_made, put_memo, put_weight = put
        selections: set[int] = set()
        for row, (start, end, name, key, user, made) in enumerate(
            zip(first, last, coded.name, coded.code, coded.user, coded.made, strict=True)
        ):
            if coded.start[row] == -1 and coded.end[row] == -1:
                start, end = 0, len(content)
            if not 0 <= start < end:
                at_fault.append((row, "is no span of the text"))
                continue
            code = codes.get(key)
            if code is None:
                if key in frame.cases and (start, end) == (0, len(content)):
                    joined.append(frame.cases[key].id)
                    self.kept["Coding"] += 1
                elif key in frame.cases:
                    self.losses.append(
                        Loss(
                            "loss",
                            "Coding",
                            reason=f"a part of {id!r} belongs to a case: {_CARRIED}",
                        )
                    )
                else:
                    unknown += 1
                continue
            if by_quotes and name and not is_quote(name, content[start:end]):
                at_fault.append((row, "is not where its quote stands"))
            if user and user not in coders:
                coders[user] = self._unknown_coder(user)
            put_document(id)
            put_start(start)
            put_end(end)
            put_code(code)
            put_coder(coders.get(user, ""))
            put_made(made)
            notes = coded.notes.get(row)
            put_memo(self._note_text(notes) if notes else None)
            put_weight(None)
            selections.add(coded.selection[row])
            added += 1
        self.kept["Coding"] += added
        self.kept[SELECTIONS[text.tag]] += len(selections | noted)
        self._tell_rows(id, coded, at_fault)
        if unknown:
            told = f"in {id!r}, names a code that the file does not have: {_CARRIED}"
            self.losses.append(Loss("loss", "Coding", reason=told, count=unknown))
        return joined

    def _tell_rows(self, id: str, coded: Any, at_fault: list[tuple[int, str]]) -> None:
        for row, why in at_fault[:_TOLD_APART]:
            severity = "loss" if "no span" in why else "damage"
            place = f"{coded.start[row]}–{coded.end[row]} of {id!r} {why}"
            told = f"{place}: {_CARRIED}" if severity == "loss" else place
            self.losses.append(Loss(severity, "selection", name=coded.name[row], reason=told))
        more: Counter[str] = Counter(why for _, why in at_fault[_TOLD_APART:])
        for why, count in more.items():
            severity = "loss" if "no span" in why else "damage"
            self.losses.append(Loss(severity, "selection", reason=f"in {id!r}, {why}", count=count))

    def _noted(self, id: str, text: SourceText) -> set[int]:
        """Add what selections of a text say, and return the numbers of those that have a place."""
        content = text.text or ""
        starts, ends = [each[0] for each in text.noted], [each[1] for each in text.noted]
        first, last = self.found.positions.points(content, starts, ends, marked=text.marked)
        placed: set[int] = set()
        for start, end, (_, _, name, says, notes, user, time, selection) in zip(
            first, last, text.noted, strict=True
        ):
            if not 0 <= start < end:
                if says or notes:
                    told = f"what is noted in {id!r} has no place in the text: {_CARRIED}"
                    self.losses.append(Loss("loss", "selection", name=name or says, reason=told))
                continue
            target = f"segment:{id}:{start}-{end}"
            if selection >= 0:
                placed.add(selection)
            if says:
                self._memo(target, says, user, time, "description")
            for key in notes:
                self._note(target, key)
        return placed

    def _without_text(self, source: SourceTexts, text: SourceText) -> None:
        told = f"{text.missing}; what is coded in it is {_CARRIED}"
        self.losses.append(Loss("loss", text.tag, text.guid, source.name, told))

    def _carried_whole(self, source: SourceTexts) -> None:
        if source.tag not in SOURCES:
            told = f"an element that no REFI-QDA has: {_CARRIED}"
            self.losses.append(Loss("note", source.tag, source.guid, source.name, told))

    # Coders and notes

    def _unknown_coder(self, key: str) -> str:
        """Return the coder for a user that the file names and does not have."""
        id = self.unknown.get(key)
        if id is None:
            id = self.unknown[key] = self.frame.coder_id(key, key)
            self.frame.ids[f"coder:{id}"] = key
            self.losses.append(
                Loss(
                    "note", "User", key, reason="is named and not among the users; here by its GUID"
                )
            )
        return id

    def _note_text(self, keys: list[str]) -> str | None:
        found = [self.frame.notes[key].text for key in keys if key in self.frame.notes]
        self.used_notes.update(keys)
        return "\n".join(each for each in found if each) or None

    def _note(self, target: str, key: str) -> None:
        """Add a note as a memo on something."""
        note = self.frame.notes.get(key)
        self.used_notes.add(key)
        if note is None:
            self.losses.append(
                Loss(
                    "loss",
                    "NoteRef",
                    key,
                    reason=f"{target} has a note that the file does not have",
                )
            )
        elif not note.missing and note.text:
            self._memo(target, note.text, note.user, note.time, note.guid)

    def _memo(self, target: str, text: str, user: str, time: str, id: str) -> None:
        coder = ""
        if user:
            known = self.frame.coders.get(user)
            coder = self._unknown_coder(user) if known is None else known.id
        moment = as_moment_or_none(time)
        made = None if moment is None else format_time(moment)
        self.memos.append(StudyMemo(target, text, coder, made, id))

    def _notes_on_things(self, root: Element) -> None:
        frame = self.frame
        if says := root.says("Description"):
            self._memo("project", says, "", "", "description")
        for ref in root.of("NoteRef"):
            self._note("project", guid_key(ref.get("targetGUID")))
        for key, notes in frame.code_notes.items():
            for each in notes:
                self._note(f"code:{frame.codes[key].id}", each)
        for key, says in frame.case_says.items():
            self._memo(f"case:{frame.cases[key].id}", says, "", "", "description")
        for key, notes in frame.linked_notes.items():
            target = None
            if key in frame.codes:
                target = f"code:{frame.codes[key].id}"
            elif key in frame.cases:
                target = f"case:{frame.cases[key].id}"
            for each in notes if target else ():
                self._note(target or "", each)
        for key, note in frame.notes.items():
            if note.missing:
                told = f"{note.missing}: {_CARRIED}"
                self.losses.append(Loss("loss", "Note", note.guid, note.name, told))
            elif key not in self.used_notes and note.text:
                self._memo("journal", note.text, note.user, note.time, note.guid)
            if not note.missing and note.text:
                self.kept["Note"] += 1

    # The whole

    def _made(
        self,
        root: Element,
        name: str | None,
        documents: list[Document],
        carried: list[Carried],
        counts: Counter[str],
    ) -> Study:
        frame, found = self.frame, self.found
        label = name or root.get("name") or self.package.path.stem
        frame.made["project"] = {"name": label}
        used = set(self.columns.code)
        codes = []
        for code in frame.codes.values():
            if code.id in used and not code.codable:
                code = attrs.evolve(code, codable=True)
                frame.made.setdefault(f"code:{code.id}", {})["codable"] = True
                told = "only groups others by the file, but is coded with; here it can be"
                frame.losses.append(Loss("note", "Code", name=code.name, reason=told))
            codes.append(code)
        sets = {
            set_: ids
            for set_, keys in frame.code_sets.items()
            if (ids := [frame.codes[key].id for key in dict.fromkeys(keys) if key in frame.codes])
        }
        groups = {
            set_: ids
            for set_, keys in frame.source_sets.items()
            if (
                ids := list(
                    dict.fromkeys(
                        self.documents_of[key] for key in keys if key in self.documents_of
                    )
                )
            )
        }
        self.kept["Set"] += len({*sets, *groups})
        self.kept["MemberCode"] += sum(map(len, sets.values()))
        self.kept["MemberSource"] += sum(
            sum(key in self.documents_of for key in keys) for keys in frame.source_sets.values()
        )
        self.kept.update(frame.kept)
        if not found.sure:
            self.losses.append(Loss("damage", "positions", reason=str(found)))
        elements = self._elements(counts)
        self._tell_carried(elements)
        frame_file = self.keep(write_element(root).encode(), "project.xml")
        files = {}
        for note in frame.children("Notes", "Note"):
            for path in (note.get("plainTextPath"), note.get("richTextPath")):
                file = self._file(path) if path else None
                if file is not None:
                    files[path] = file
        whole = Carried(
            "project",
            [frame_file, *files.values()],
            {
                "frame": frame_file.sha256,
                "ids": frame.ids,
                "made": frame.made,
                "files": {path: file.sha256 for path, file in files.items()},
            },
        )
        return Study(
            name=label,
            program=self.program,
            codebook=Codebook(slug(label) or "codebook", label, codes=codes, links=frame.links),
            documents=documents,
            cases=list(frame.cases.values()),
            coders=[*frame.coders.values(), *(Coder(id) for id in self.unknown.values())],
            codings=self.columns,
            memos=self.memos,
            sets=sets,
            groups=groups,
            ids=frame.ids,
            losses=Losses([*frame.losses, *self.losses]),
            elements=elements,
            carried=[whole, *carried],
            remarks=[f"positions: {found}"],
        )

    def _elements(self, counts: Counter[str]) -> list[ElementCount]:
        found = []
        for tag, read in counts.items():
            if tag in _WRAPPERS:
                continue
            kept = min(read, self.kept[tag])
            found.append(ElementCount(tag, read, kept, read - kept))
        return found

    def _tell_carried(self, elements: list[ElementCount]) -> None:
        told = {each.element for each in self.losses}
        for each in elements:
            if each.carried and each.element not in told:
                self.losses.append(Loss("note", each.element, reason=_CARRIED, count=each.carried))


def _marked(text: SourceText) -> Marked:
    coded = text.coded
    rows = [row for row, start in enumerate(coded.start) if start >= 0]
    whole = len(rows) == len(coded.start)
    return Marked(
        text.text or "",
        text.marked,
        coded.start if whole else [coded.start[row] for row in rows],
        coded.end if whole else [coded.end[row] for row in rows],
        coded.name if whole else [coded.name[row] for row in rows],
    )


def _cues(text: SourceText, way: Positions) -> list[Part]:
    """Return what is said between each two points of time of a transcript."""
    content = text.text or ""
    points = sorted(set(text.points))
    starts, _ = way.points(content, [at for at, _ in points], [0] * len(points), marked=text.marked)
    found = []
    for number, (start, (_, time)) in enumerate(zip(starts, points, strict=True)):
        last = number + 1 == len(points)
        end = len(content) if last else starts[number + 1]
        until = None if last else points[number + 1][1] / 1000
        if 0 <= start < end:
            found.append(Part("cue", start, end, begins=time / 1000, ends=until))
    return found
