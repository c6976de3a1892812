"""The W3C's Web Annotation Data Model: codings as annotations of texts, by position and by quote."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import attrs

from qualcode.errors import StudyError
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.exchange.programs.annotation_json import Labels, placed
from qualcode.io.exchange.programs.coding_table import Texts
from qualcode.io.exchange.programs.gathering import Gathering, line_of
from qualcode.io.exchange.study import Study
from qualcode.io.raw.decoding import read_text, utf8_or_found
from qualcode.io.raw.json_files import read_json
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.assignments import Assignments
from qualcode.model.ids import is_id
from qualcode.model.texts.documents import Document
from qualcode.model.texts.segments import Segment

__all__ = ["annotations_of", "as_json", "read_annotations", "text_files"]

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
TEXTS = "texts"
_BESIDE = 32
_CODE = "urn:qualcode:code:"
_GENERATOR = "qualcode"
_TAGGING = ("tagging", "classifying")


def read_annotations(path: Path, *, texts: Texts | None = None) -> Study:
    """Return the study in a file of Web Annotations: a collection, a page, a list, or one in each line.

    Parameters
    ----------
    path : Path
        The file.
    texts : Texts, optional
        What is annotated; files that the annotations name are looked for beside the file when not given.
    """
    held = read_json(path)
    found = list(_annotations(held, 0))
    if not found:
        raise StudyError(
            f"{path}: holds no annotation as the W3C's Web Annotation Data Model has it"
        )
    study = Gathering(str(path), "webannotation")
    reader = _Reader(study, Labels(study), path, texts)
    for number, each in enumerate(found, start=1):
        reader.annotation(each, number)
    if not study.documents:
        raise StudyError(
            f"{path}: none of the texts that are annotated is there ({', '.join(reader.absent[:3])}): give "
            "them as texts=, or put them beside the file"
        )
    name = held.get("label") if isinstance(held, dict) else None
    return study.study(str(name or path.stem))


def _annotations(held: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the annotations in whatever holds them."""
    if depth > 8:
        return
    if isinstance(held, list):
        for each in held:
            yield from _annotations(each, depth + 1)
    elif isinstance(held, dict):
        if "target" in held and (
            "body" in held or "bodyValue" in held or "tags" in held or "text" in held
        ):
            yield held
            return
        for name in ("first", "items", "resources", "rows", "annotations", "@graph"):
            if name in held:
                yield from _annotations(held[name], depth + 1)


@attrs.define
class _Reader:
    study: Gathering
    labels: Labels
    path: Path
    texts: Texts | None
    absent: list[str] = attrs.field(factory=list)
    _known: dict[str, Document | None] = attrs.field(factory=dict)

    def annotation(self, said: Mapping[str, Any], number: int) -> None:
        tags, notes = self._bodies(said)
        own = _code_id(said)
        who, time = _name(said.get("creator", said.get("user"))), said.get("created")
        id = line_of(said.get("id") or number)
        for target in _listed(said.get("target")):
            document = self._document(_source(target, said), said)
            if document is None:
                self.study.lose_many("loss", "coding", "its text is not there", count=max(1, len(tags)),
                                     name=_source(target, said))  # fmt: skip
                continue
            place = self._place(document, target, id)
            if place is None:
                continue
            for tag in tags:
                self.study.add_coding(
                    self._keys[document.id],
                    *place,
                    self.labels.key(tag, id=own if len(tags) == 1 else ""),
                    coder=who,
                    time=time,
                    memo="\n".join(notes),
                    id=id,
                )
            if not tags:
                whole = place == (0, len(document.text))
                span = f"segment:{document.id}:{place[0]}-{place[1]}"
                where = f"document:{document.id}" if whole else span
                self.study.add_memo(
                    where, "\n".join(notes) or "highlighted", coder=who, time=time, id=id
                )

    def _bodies(self, said: Mapping[str, Any]) -> tuple[list[str], list[str]]:
        """Return what an annotation tags, and what it says."""
        tags = [line_of(each) for each in _listed(said.get("tags")) if line_of(each)]
        notes = [
            str(said[name]) for name in ("bodyValue", "text") if isinstance(said.get(name), str)
        ]
        for body in _listed(said.get("body")):
            if isinstance(body, str):
                notes.append(body)
                continue
            if not isinstance(body, dict):
                continue
            purpose = body.get("purpose", said.get("motivation", ""))
            purposes = [str(each) for each in _listed(purpose)]
            words = str(body.get("value") or body.get("label") or "")
            if not words:
                continue  # another name of the same code, which `_code_id` reads
            if any(each.rpartition(":")[2].lower() in _TAGGING for each in purposes):
                tags.append(line_of(words))
            else:
                notes.append(words)
        return list(dict.fromkeys(filter(None, tags))), [each for each in notes if each.strip()]

    def _document(self, source: str, said: Mapping[str, Any]) -> Document | None:
        if source in self._known:
            return self._known[source]
        found = None
        name = _last_part(source)
        if self.texts is not None:
            found = self.texts.find(source) or self.texts.find(name)
            if found is not None:
                self.study.documents[found.id] = found
        else:
            file = self._beside(source)
            if file is not None:
                text = utf8_or_found(file) if _is_own(said) else read_text(file, encoding=None)
                made = self.study.add_document(source, Path(name).stem, text, source=name)
                found = self.study.documents.get(source) if made is not None else None
        if found is None:
            self.absent.append(source or "(no source)")
        else:
            self._keys[found.id] = found.id if self.texts is not None else source
        self._known[source] = found
        return found

    _keys: dict[str, str] = attrs.field(factory=dict)

    def _beside(self, source: str) -> Path | None:
        """Return the file that a relative address names, if it lies below the folder of the annotations."""
        try:
            parts = urlsplit(source)
        except ValueError:
            return None
        if parts.scheme or parts.netloc or not parts.path or "\0" in source:
            return None
        folder = self.path.parent.resolve()
        file = (folder / unquote(parts.path)).resolve()
        return file if file.is_relative_to(folder) and file.is_file() else None

    def _place(self, document: Document, target: Any, id: str) -> tuple[int, int] | None:
        selectors = list(_selectors(target, 0))
        if not selectors:
            return (0, len(document.text)) if document.text else None
        quoted = next((each for each in selectors if each.get("type") == "TextQuoteSelector"), {})
        exact = quoted.get("exact") if isinstance(quoted.get("exact"), str) else None
        for each in selectors:
            start, end = each.get("start"), each.get("end")
            if (
                each.get("type") == "TextPositionSelector"
                and isinstance(start, int)
                and isinstance(end, int)
            ):
                place = placed(document.text, start, end, exact, None, default="code point")
                return self.study.place(document, *place, exact, id=id)
        if exact:
            return self._quoted(document, exact, quoted, id)
        kinds = ", ".join(sorted({str(each.get("type")) for each in selectors}))
        self.study.lose("loss", "coding", f"its place is told by {kinds}, which is not read", id=id)
        return None

    def _quoted(
        self, document: Document, exact: str, said: Mapping[str, Any], id: str
    ) -> tuple[int, int] | None:
        """Return where a quote stands; of several places, that with these words before and after it."""
        before, after = (str(said.get(name) or "") for name in ("prefix", "suffix"))
        places = [
            (each.start, each.end)
            for each in (Segment.whole(document).find_all(exact) if exact.strip() else ())
        ]
        fitting = [
            (start, end)
            for start, end in places
            if _ends(document.text[:start], before) and _begins(document.text[end:], after)
        ]
        found = fitting if before or after else places
        if len(found) == 1:
            return found[0]
        told = (
            f"stands {len(found)} times with these words around it" if found else "does not stand"
        )
        reason = f"its quote {told} in document {document.id!r}"
        self.study.lose("loss", "coding", reason, id=id, name=exact)
        return None


def _last_part(source: str) -> str:
    """Return the last part of an address, which is the name of a file in most."""
    path = source.partition("?")[0].partition("#")[0].rstrip("/")
    return unquote(path.rpartition("/")[2]) or source


def _is_own(said: Mapping[str, Any]) -> bool:
    generator = said.get("generator")
    return isinstance(generator, dict) and generator.get("name") == _GENERATOR


def _code_id(said: Mapping[str, Any]) -> str:
    """Return the id of the code, where qualcode wrote the annotation."""
    for body in _listed(said.get("body")):
        source = body.get("source") if isinstance(body, dict) else None
        if isinstance(source, str) and source.startswith(_CODE) and is_id(source[len(_CODE) :]):
            return source[len(_CODE) :]
    return ""


def _ends(text: str, words: str) -> bool:
    return " ".join(text[-2 * len(words) - 20 :].split()).endswith(" ".join(words.split()))


def _begins(text: str, words: str) -> bool:
    return " ".join(text[: 2 * len(words) + 20].split()).startswith(" ".join(words.split()))


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _name(value: Any) -> str:
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, dict):
        return str(value.get("nickname") or value.get("name") or value.get("id") or "")
    # As Hypothesis has it: acct:ana@example.org.
    return re.sub(r"\Aacct:|@[^@]*\Z", "", str(value or "")) if value else ""


def _source(target: Any, said: Mapping[str, Any]) -> str:
    if isinstance(target, str):
        return target.partition("#")[0]
    source = target.get("source") if isinstance(target, dict) else None
    source = source.get("id") if isinstance(source, dict) else source
    own = target.get("id") if isinstance(target, dict) else None
    return str(source or own or said.get("uri") or "")


def _selectors(target: Any, depth: int) -> Iterator[dict[str, Any]]:
    if not isinstance(target, dict) or depth > 6:
        return
    for each in _listed(target.get("selector")) + _listed(target.get("refinedBy")):
        if isinstance(each, dict):
            yield each
            yield from _selectors(each, depth + 1)
            for item in _listed(each.get("items")):
                if isinstance(item, dict):
                    yield item


# Writing


def text_files(documents: Mapping[str, Document]) -> Iterator[tuple[str, bytes]]:
    """Yield a file for each text: its path beside the annotations, and what it holds."""
    for document in documents.values():
        yield f"{TEXTS}/{document.id}.txt", document.text.encode("utf-8")


def annotations_of(
    name: str, assignments: Assignments, codebook: Codebook
) -> tuple[dict[str, Any], Losses]:
    """Return assignments as a collection of annotations in JSON-LD, and what it has no place for."""
    items = []
    weights = 0
    for each in assignments:
        segment = each.segment
        before, after = segment.context(_BESIDE)
        body: list[dict[str, Any]] = [
            {
                "type": "TextualBody",
                "purpose": "tagging",
                "value": each.code.name,
                "format": "text/plain",
            },
            {
                "type": "SpecificResource",
                "purpose": "identifying",
                "source": f"{_CODE}{each.code.id}",
            },
        ]
        if each.memo:
            body.append({"type": "TextualBody", "purpose": "commenting", "value": each.memo})
        weights += each.weight is not None
        place = f"{segment.document.id}/{segment.start}-{segment.end}/{each.code.id}/{each.coder}"
        digest = hashlib.sha256(place.encode()).hexdigest()
        items.append(
            {
                "type": "Annotation",
                "id": f"urn:qualcode:assignment:{digest[:32]}",
                "motivation": "tagging",
                "created": each.time,
                "generator": {"type": "Software", "name": _GENERATOR},
                "creator": {"type": "Person", "nickname": each.coder},
                "body": body,
                "target": {
                    "source": f"{TEXTS}/{quote(segment.document.id)}.txt",
                    "selector": [
                        {
                            "type": "TextPositionSelector",
                            "start": segment.start,
                            "end": segment.end,
                        },
                        {
                            "type": "TextQuoteSelector",
                            "exact": segment.quote,
                            "prefix": before,
                            "suffix": after,
                        },
                    ],
                },
            }
        )
    page = {"type": "AnnotationPage", "startIndex": 0, "items": items}
    collection = {
        "@context": CONTEXT,
        "type": "AnnotationCollection",
        "label": name,
        "total": len(items),
        "first": page,
    }
    reason = "an annotation has no place for it"
    told = [
        Loss("loss", what, reason=reason, count=number)
        for what, number in (
            ("weight", weights),
            ("definition of a code", sum(bool(code.definition) for code in codebook)),
            ("place of a code below another", sum(code.parent is not None for code in codebook)),
            ("link", len(codebook.links)),
            ("rollup", len(codebook.rollups)),
        )
        if number
    ]
    return collection, Losses(told)


def as_json(collection: Mapping[str, Any]) -> bytes:
    """Return a collection as the bytes of a file."""
    text = json.dumps(collection, ensure_ascii=False, indent=1) + "\n"
    # Control characters that JSON may hold as they are, and texts may not.
    text = re.sub("[\x7f-\x9f]", lambda found: f"\\u{ord(found.group()):04x}", text)
    return text.encode("utf-8", "replace")
