"""Writing the sources of a project in REFI-QDA: texts, selections, and what is coded in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import partial

import attrs
import numpy as np

from qualcode.errors import StudyError
from qualcode.io.exchange.refi.leaving import Carrying, Written, reference
from qualcode.io.exchange.refi.positions import Positions
from qualcode.io.exchange.refi.schema import told_of_order
from qualcode.io.exchange.refi.sources import SELECTIONS, texts_within
from qualcode.io.exchange.refi.values import as_whole, guid_key
from qualcode.io.exchange.study import joined_memos
from qualcode.io.raw.elements import FORBIDDEN, Element, element, parse_element
from qualcode.model.codebooks.codebook import Place
from qualcode.model.coding.memos import Memo, segment_place
from qualcode.model.log.rows import format_time
from qualcode.model.texts.documents import Document

__all__ = ["CodedHere", "SourceWriter"]

_LONGEST_NAME = 120


@attrs.frozen
class CodedHere:
    """One coding of a document: code in use, code as assigned, coder, time, memo."""

    code: str
    coder: str
    time: int
    memo: str | None


Key = tuple[int, int]


class SourceWriter:
    """Writes sources, those that were carried and those that are new.

    Parameters
    ----------
    written : Written
        What is written so far.
    positions : Positions
        How positions are counted.
    """

    def __init__(self, written: Written, positions: Positions) -> None:
        self.written = written
        self.positions = positions
        state = written.leaving.state.uncounted
        self.state = state
        self._rows = state.assignments.rows
        self._first = np.searchsorted(self._rows.document, np.arange(len(self._rows.documents) + 1))
        self._number = {id: at for at, id in enumerate(self._rows.documents)}
        self.memos: dict[str, list[Memo]] = defaultdict(list)
        self.memos_on: dict[str, list[Memo]] = defaultdict(list)
        for memo in state.memos:
            self.memos_on[memo.target].append(memo)
            kind, _, id = memo.target.partition(":")
            if kind == "segment":
                self.memos[segment_place(memo.target)[0]].append(memo)
            elif kind == "document":
                self.memos[id].append(memo)

    # A source that was carried

    def carried(self, carrying: Carrying) -> Element | None:
        """Return a source as it was read, with what has become of it since; None where it is gone."""
        said, leaving = carrying.said, self.written.leaving
        original = carrying.originals[said["sha256"]]
        source = parse_element(leaving.read(original), where=original.name, error=StudyError)
        told_of_order(source, self.written.losses.append)
        way = Positions(*said["positions"])
        for path, sha in said["files"].items():
            self._file(path, partial(leaving.read, carrying.originals[sha]))
        if source.tag not in ("TextSource", "PDFSource") and not any(said["texts"]):
            return source
        texts = list(zip(list(texts_within(source)), said["texts"], said["marked"], strict=True))
        present = [id for _, id, _ in texts if id in self.state.documents]
        if any(id for _, id, _ in texts) and not present:
            self.written.lose(
                "note",
                source.tag,
                "its document is not in the project any more",
                name=source.get("name"),
            )
            return None
        for holder, id, marked in texts:
            if id is None:
                continue
            if id not in self.state.documents:
                source.remove(holder)
                continue
            document = self.state.documents[id]
            self._text(holder, document, marked)
            above = source if holder is not source and id == present[0] else None
            self._selections(holder, document, carrying, way, marked, above)
        if present and not source.get("guid"):
            source.attributes = {
                "guid": self.written.guid(f"document:{present[0]}"), **source.attributes
            }  # fmt: skip
        if present:
            self._about(source, self.state.documents[present[0]])
        return source

    def _file(self, path: str, data: Callable[[], bytes]) -> None:
        name = path.replace("\\", "/").rpartition("/")[2]
        if self.written.inside:
            self.written.files[name] = data
        else:
            told = "a .qde holds no files; write a .qdpx to take it along"
            self.written.lose("loss", "file", told, name=name)

    def _text(self, holder: Element, document: Document, marked: bool) -> None:
        path, content = holder.get("plainTextPath"), holder.first("PlainTextContent")
        if path and self.written.inside:
            if content is not None:
                holder.remove(content)
            self._file(path, partial(_text_file, document.text, marked))
            return
        holder.attributes.pop("plainTextPath", None)
        if content is None:
            content = element("PlainTextContent")
            holder.insert(1 if holder.first("Description") is not None else 0, content)
        content.text = document.text

    def _selections(
        self,
        holder: Element,
        document: Document,
        carrying: Carrying,
        way: Positions,
        marked: bool,
        above: Element | None,
    ) -> None:
        """Bring what is selected and coded in a text up to date."""
        tag = SELECTIONS[holder.tag]
        kept = [each for each in holder if each.tag == tag]
        spans = self._spans(holder, kept, document, carrying, way, marked)
        present = {id(each) for each in holder}
        left = self._coded(document.id)
        to = self.positions
        coded = {id(each) for each in kept if each.of("Coding")}
        whole = (0, len(document.text))
        held = [
            *(
                (each, span, each.get("creatingUser"))
                for each, span in zip(kept, spans, strict=True)
            ),
            *((outer, whole, "") for outer in (holder, above) if outer is not None),
        ]
        used = self._recoded(document, held, left)
        for each, span in zip(kept, spans, strict=True):
            if span is not None:
                self._update_said(each, f"segment:{document.id}:{span[0]}-{span[1]}")
            if id(each) not in present:
                continue
            # What was coded, and is not any more, and says nothing else.
            if (
                id(each) in coded
                and not each.of("Coding", "NoteRef")
                and not each.says("Description")
            ):
                holder.remove(each)
            elif span is not None and tag == "PlainTextSelection":
                start, end = to.counted(document.text, *span, marked=marked)
                given = each.attributes
                was = as_whole(given["startPosition"]), as_whole(given["endPosition"])
                if was != (start, end):
                    given["startPosition"], given["endPosition"] = str(start), str(end)
        for key, codings in left.items():
            fresh = [each for each in codings if (key, each.code, each.coder) not in used]
            if fresh:
                self._add(holder, document, key, fresh, to, marked)
        self._add_notes(holder, document, kept, spans, to, marked)

    def _spans(
        self,
        holder: Element,
        kept: list[Element],
        document: Document,
        carrying: Carrying,
        way: Positions,
        marked: bool,
    ) -> list[Key | None]:
        """Return where selections are in the text in force; None for those that have no place in it."""
        points = {
            guid_key(each.get("guid")): as_whole(each.get("position"))
            for each in holder.of("SyncPoint")
        }
        places: list[tuple[int | None, int | None]] = []
        for each in kept:
            if each.tag == "TranscriptSelection":
                begins, until = (
                    points.get(guid_key(each.get(name)))
                    for name in ("fromSyncPoint", "toSyncPoint")
                )
                places.append((begins, until))
            else:
                places.append(
                    (as_whole(each.get("startPosition")), as_whole(each.get("endPosition")))
                )
        then = self.written.leaving.text_then(document.id, carrying.number)
        text = document.text if then == document.text else then
        starts = [-1 if start is None else start for start, _ in places]
        ends = [-1 if end is None else end for _, end in places]
        first, last = way.points(text, starts, ends, marked=marked)
        found: list[Key | None] = [
            (start, end) if 0 <= start < end else None
            for start, end in zip(first, last, strict=True)
        ]
        if text is document.text:
            return found
        known = [each for each in found if each is not None]
        moved = iter(self.written.leaving.moved(document.id, known, carrying.number))
        now = [None if each is None else next(moved) for each in found]
        for each, span in zip(kept, now, strict=True):
            if span is None:
                told = f"its place in the corrected text of {document.id!r} is not certain"
                self.written.lose("loss", each.tag, told, name=each.get("name"))
                holder.remove(each)
        return now

    def _recoded(
        self,
        document: Document,
        held: Iterable[tuple[Element, Key | None, str]],
        left: Mapping[Key, list[CodedHere]],
    ) -> set[tuple[Key, str, str]]:
        """Keep the codings of selections that stand, take the others away, and return which stand.

        Parameters
        ----------
        document : Document
            The text.
        held : iterable of (Element, Key or None, str)
            What has codings, where it is, and who selected it.
        left : mapping
            What is coded, by place.
        """
        groups: dict[tuple[Key, str, str], list[tuple[Element, Element, str]]] = {}
        for holder, span, selected_by in held:
            if span is None:
                continue
            here = {(each.code, each.coder) for each in left.get(span, ())}
            for coding in holder.of("Coding"):
                ref = coding.first("CodeRef")
                code = self._targets.get(guid_key("" if ref is None else ref.get("targetGUID")), "")
                if not code.startswith("code:"):
                    continue  # of a case, or of what the file does not have: it was carried
                coder = self._coder(coding.get("creatingUser") or selected_by)
                now = self._now(code.partition(":")[2], (document.id, *span, coder))
                if (now, coder) not in here:
                    holder.remove(coding)
                    continue
                groups.setdefault((span, now, coder), []).append((holder, coding, code))
        for (span, now, coder), members in groups.items():
            found = next(e for e in left[span] if (e.code, e.coder) == (now, coder))
            self._unite(members, found)
        return set(groups)

    def _unite(self, members: list[tuple[Element, Element, str]], found: CodedHere) -> None:
        """Write what is one coding now as one, unless the file had it several times."""
        memo = joined_memos(self._memo_of(coding) for _, coding, _ in members)
        if len({code for _, _, code in members}) > 1 or memo != found.memo:
            for holder, coding, _ in members[1:]:
                holder.remove(coding)
            del members[1:]
            first = members[0][1]
            if self._memo_of(first) != found.memo:
                for note in first.of("NoteRef"):
                    first.remove(note)
                if found.memo:
                    first.append(self._note_of(f"coding:{first.get('guid')}", found))
        wanted = self.written.guid(f"code:{found.code}")
        for _, coding, _ in members:
            ref = coding.first("CodeRef")
            if ref is not None and guid_key(ref.get("targetGUID")) != guid_key(wanted):
                ref.attributes["targetGUID"] = wanted

    def _memo_of(self, coding: Element) -> str | None:
        """Return what the notes on a coding say."""
        texts = (
            self.written.note_texts.get(guid_key(ref.get("targetGUID")))
            for ref in coding.of("NoteRef")
        )
        return "\n".join(text for text in texts if text) or None

    @property
    def _targets(self) -> Mapping[str, str]:
        if self._found is None:
            self._found = self.written.targets()
        return self._found

    _found: Mapping[str, str] | None = None

    def _coder(self, user: str) -> str:
        key = guid_key(user)
        target = self._targets.get(key, "")
        if target.startswith("coder:"):
            return target.partition(":")[2]
        return key[:76] if key else self.author

    @property
    def author(self) -> str:
        """Who did what the file names nobody for: who carried it."""
        return self.written.leaving.author

    def _now(self, code: str, place: Place) -> str:
        """Return the code that stands for one in a place now."""
        book = self.state.codebook
        return book.resolve(code, place) if code in book.codes else code

    def _note_of(self, what: str, found: CodedHere) -> Element:
        assert found.memo is not None
        time = format_time(found.time)
        return reference(
            "NoteRef", self.written.note(what, found.memo, user=found.coder, time=time)
        )

    def _add(
        self,
        holder: Element,
        document: Document,
        key: Key,
        codings: Iterable[CodedHere],
        way: Positions,
        marked: bool,
    ) -> None:
        where = f"{document.id}:{key[0]}-{key[1]}"
        selection = self._selection(holder, document, key, way, marked)
        for each in codings:
            what = f"coding:{where}:{each.code}:{each.coder}"
            given = {
                "guid": self.written.made(what),
                "creatingUser": self.written.guid(f"coder:{each.coder}"),
                "creationDateTime": format_time(each.time),
            }
            coding = element("Coding", given)
            coding.append(reference("CodeRef", self.written.guid(f"code:{each.code}")))
            if each.memo:
                coding.append(self._note_of(what, each))
            selection.append(coding)

    def _selection(
        self, holder: Element, document: Document, key: Key, way: Positions, marked: bool
    ) -> Element:
        start, end = way.counted(document.text, *key, marked=marked)
        quote = document.text[key[0] : key[1]]
        name = quote if len(quote) <= _LONGEST_NAME else f"{quote[:_LONGEST_NAME]}…"
        given = {
            "guid": self.written.made(f"selection:{document.id}:{key[0]}-{key[1]}"),
            "name": FORBIDDEN.sub("", name),
            "startPosition": str(start),
            "endPosition": str(end),
        }
        made = element("PlainTextSelection", given)
        if holder.tag == "Transcript":
            self.written.lose(
                "loss",
                "PlainTextSelection",
                "a transcript's text is selected by points of time",
                name=name,
            )
        holder.append(made)
        return made

    # Notes

    def _update_said(self, holder: Element, target: str) -> None:
        leaving = self.written.leaving
        memos = self.memos_on.get(target, ())
        says = holder.first("Description")
        own = next((m for m in memos if leaving.memo_ids.get(m.id) == "description"), None)
        if own is not None and says is not None and says.text != own.text:
            says.text = own.text
        if own is None and says is not None and (target, "description") in leaving.gone:
            holder.remove(says)
        for ref in holder.of("NoteRef"):
            if (target, guid_key(ref.get("targetGUID"))) in leaving.gone:
                holder.remove(ref)

    def _add_notes(
        self,
        holder: Element,
        document: Document,
        kept: list[Element],
        spans: list[Key | None],
        way: Positions,
        marked: bool,
    ) -> None:
        """Add notes on passages that no file had."""
        fresh = [
            memo
            for memo in self.memos.get(document.id, ())
            if memo.target.startswith("segment:") and memo.id not in self.written.leaving.memo_ids
        ]
        if not fresh:
            return
        held = {each.get("guid"): each for each in holder}
        present = {id(each) for each in holder}
        at = {
            span: each
            for each, span in zip(kept, spans, strict=True)
            if span is not None and id(each) in present
        }
        for memo in fresh:
            _, start, end = segment_place(memo.target)
            key = (start, end)
            selection = at.get(key)
            if selection is None:
                new = self.written.made(f"selection:{document.id}:{start}-{end}")
                selection = held.get(new) or self._selection(holder, document, key, way, marked)
                at[key] = selection
            note = self.written.note(f"memo:{memo.id}", memo.text, user=memo.coder, time=memo.time)
            selection.append(reference("NoteRef", note))

    def _about(self, source: Element, document: Document) -> None:
        """Bring the source's name, its notes and variables up to date."""
        holder = source
        if source.get("name") != document.name and source.tag == "TextSource":
            source.attributes["name"] = document.name
        self._update_said(holder, f"document:{document.id}")
        self._document_notes(source, document)
        self.written.values(source, document.variables)

    def _document_notes(self, source: Element, document: Document) -> None:
        for memo in self.memos.get(document.id, ()):
            if memo.target.startswith("document:") and memo.id not in self.written.leaving.memo_ids:
                note = self.written.note(
                    f"memo:{memo.id}", memo.text, user=memo.coder, time=memo.time
                )
                source.append(reference("NoteRef", note))

    # A source that is new

    def new(self, document: Document) -> Element:
        """Return the source of a document that no file had."""
        guid = self.written.guid(f"document:{document.id}")
        source = element("TextSource", {"guid": guid, "name": document.name})
        if document.time:
            source.attributes["creationDateTime"] = document.time
        if self.written.inside:
            name = f"{guid.strip('{}')}.txt"
            source.attributes["plainTextPath"] = f"internal://{name}"
            self.written.files[name] = partial(_text_file, document.text, False)
            self._original(source, document)
        else:
            source.append(element("PlainTextContent", text=document.text))
        way = self.positions
        for key, codings in self._coded(document.id).items():
            self._add(source, document, key, codings, way, False)
        self._add_notes(source, document, [], [], way, False)
        self._document_notes(source, document)
        self.written.values(source, document.variables)
        return source

    def _coded(self, document: str) -> dict[Key, list[CodedHere]]:
        """Return by span what is coded in a document, as it reads now."""
        found: dict[Key, list[CodedHere]] = {}
        number = self._number.get(document)
        if number is None:
            return found
        rows, assignments = self._rows, self.state.assignments
        here = slice(int(self._first[number]), int(self._first[number + 1]))
        columns = (rows.start, rows.end, assignments.code, rows.coder, rows.time)
        codes = assignments.codes
        for row, (start, end, code, coder, time) in enumerate(
            zip(*(column[here].tolist() for column in columns), strict=True), here.start
        ):
            made = CodedHere(
                codes[code], rows.coders[coder], rows.made.get(row, time), rows.memos.get(row)
            )
            found.setdefault((start, end), []).append(made)
        return found

    def _original(self, source: Element, document: Document) -> None:
        original = document.original
        if original is None:
            return
        ending = original.name.rpartition(".")[2].lower()
        if ending in ("docx", "doc", "odt", "rtf", "html", "htm"):
            name = f"{source.get('guid').strip('{}')}.{ending}"
            self.written.files[name] = partial(self.written.leaving.read, original)
            source.attributes["richTextPath"] = f"internal://{name}"


def _text_file(text: str, marked: bool) -> bytes:
    # A text that itself begins with what marks the byte order would lose it to those who take it for that.
    mark = "\ufeff" if marked or text.startswith("\ufeff") else ""
    return f"{mark}{text}".encode()
