"""What REFI-QDA has no place for: said beside the elements, where only qualcode reads it again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, get_args

import attrs

from qualcode.errors import DocumentError
from qualcode.io.exchange.refi.values import guid_key
from qualcode.model.coding.memos import Coder, CoderKind
from qualcode.model.texts.documents import Document
from qualcode.model.texts.speakers import read_speakers
from qualcode.model.texts.structure import read_structure

__all__ = ["IDS", "Own", "own_lines", "read_own"]

IDS = "qualcode-ids"
_DOCUMENT = "qualcode-document"
_CODER_KIND = "coder-kind"
KINDS = ("code", "coder", "case", "document")


def own_lines(
    ids: Mapping[str, str], documents: Iterable[Document] = (), coders: Iterable[Coder] = ()
) -> Iterator[str]:
    """Yield the lines that stand before the project: processing instructions, which any program may have.

    Parameters
    ----------
    ids : mapping of str to str
        By target, such as ``"code:trust"``, the GUID that it has in the file.
    documents : iterable of Document
        Those in the file.
    coders : iterable of Coder
        Those in the file.
    """
    by_kind: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for target, guid in sorted(ids.items()):
        kind, _, id = target.partition(":")
        if kind in by_kind:
            by_kind[kind][guid_key(guid)] = id
    by_kind[_CODER_KIND] = {
        guid_key(ids[f"coder:{each.id}"]): each.kind for each in coders if each.kind != "person"
    }
    yield _line(IDS, {kind: held for kind, held in by_kind.items() if held})
    # One for each document: some parsers take no more than ten million letters at once.
    for each in documents:
        said: dict[str, Any] = {}
        if each.structure.parts:
            said["structure"] = each.structure.plain()
        if each.speaking is not None:
            said["speakers"] = each.speaking.plain()
        if said:
            told = {"guid": guid_key(ids[f"document:{each.id}"]), "sha256": each.checksum, **said}
            yield _line(_DOCUMENT, told)


def _line(name: str, said: Mapping[str, Any]) -> str:
    # What would end the instruction stands in texts alone, where a number stands for any letter.
    held = json.dumps(said, sort_keys=True, separators=(",", ":")).replace(">", "\\u003e")
    return f"<?{name} {held}?>\n"


@attrs.frozen
class Own:
    """What a file says beside its elements that was written here; nothing for others.

    Parameters
    ----------
    ids : mapping
        By kind and key of the GUID, the id that the thing had.
    documents : mapping
        By key of the GUID, what a document is made of and who speaks.
    """

    ids: Mapping[tuple[str, str], str] = attrs.field(factory=dict)
    documents: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)

    def id_of(self, kind: str, guid: str) -> str:
        """Return the id that a thing had where the file was written; nothing where that is not known."""
        return self.ids.get((kind, guid_key(guid)), "")

    def coder_kind(self, guid: str) -> CoderKind:
        """Return what a coder is: a person, unless something else is said."""
        said = self.id_of(_CODER_KIND, guid)
        return next((each for each in get_args(CoderKind) if each == said), "person")

    def of(self, kind: str) -> Iterator[str]:
        """Yield the ids of a kind."""
        return (id for (of, _), id in self.ids.items() if of == kind)

    def told(self, document: Document, guid: str, cases: Iterable[str]) -> Document:
        """Return a document with its structure and speakers, where its text is the one they were said of."""
        held = self.documents.get(guid_key(guid))
        if held is None or held.get("sha256") != document.checksum:
            return document
        with suppress(DocumentError):  # somebody edited it, and no text is concerned
            if "structure" in held:
                structure = read_structure(held["structure"])
                document = attrs.evolve(document, structure=structure)
            if "speakers" in held:
                speaking, known = read_speakers(held["speakers"]), {*cases}
                people = tuple(
                    attrs.evolve(each, case=each.case if each.case in known else None)
                    for each in speaking.items_
                )
                document = attrs.evolve(document, speaking=attrs.evolve(speaking, items=people))
        return document


def read_own(instructions: Iterable[tuple[str, str]]) -> Own:
    """Return what processing instructions say; what is no JSON, as after an edit by hand, says nothing."""
    ids: dict[tuple[str, str], str] = {}
    documents: dict[str, Mapping[str, Any]] = {}
    for name, text in instructions:
        try:
            held = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if not isinstance(held, dict):
            continue
        if name == IDS:
            for kind in (*KINDS, _CODER_KIND):
                said = held.get(kind)
                for guid, id in said.items() if isinstance(said, dict) else ():
                    ids[kind, guid] = str(id)
        elif name == _DOCUMENT and isinstance(held.get("guid"), str):
            documents[held["guid"]] = held
    return Own(ids, documents)
