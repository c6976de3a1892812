"""Reading what a REFI-QDA project says besides its sources: users, codes, cases, variables, notes, sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePath
from typing import Any, Protocol

import attrs

from qualcode.errors import DocumentError, QualcodeError
from qualcode.io.exchange.losses import Loss
from qualcode.io.exchange.refi.own import Own
from qualcode.io.exchange.refi.sources import variable_values
from qualcode.io.exchange.refi.values import (
    Names,
    as_colour,
    as_line,
    as_value,
    guid_key,
    is_true,
    text_of,
)
from qualcode.io.raw.elements import Element
from qualcode.model.codebooks.codes import Code, Link
from qualcode.model.coding.memos import Coder
from qualcode.model.texts.documents import Case, Value

__all__ = ["Files", "Frame", "Note", "codes_of", "read_frame"]


class Files(Protocol):
    """Where the files of a project are."""

    @property
    def path(self) -> PurePath:
        """The project's file."""

    @property
    def where(self) -> str:
        """The same, for messages."""

    def find(self, path: str) -> str | None:
        """Return the file that a path of the project means; None where it is not there."""

    def read(self, name: str) -> bytes:
        """Return what a file holds."""


@attrs.frozen
class Note:
    """A note of the file: its text, who wrote it and when."""

    guid: str
    name: str
    text: str
    user: str
    time: str
    missing: str = ""


@attrs.define
class Frame:
    """What a project says besides its sources, as values, and by which GUID each is known.

    Parameters
    ----------
    root : Element
        The project's element.
    where : str
        The file's name.
    own : Own
        What a file that was written here says beside its elements.
    """

    root: Element
    where: str
    own: Own = attrs.field(factory=Own)
    coders: dict[str, Coder] = attrs.field(factory=dict)
    codes: dict[str, Code] = attrs.field(factory=dict)
    cases: dict[str, Case] = attrs.field(factory=dict)
    links: list[Link] = attrs.field(factory=list)
    notes: dict[str, Note] = attrs.field(factory=dict)
    variables: dict[str, str] = attrs.field(factory=dict)
    """By key, what a variable is called."""
    case_sources: dict[str, list[str]] = attrs.field(factory=dict)
    """By key of a case, the keys of its sources."""
    case_says: dict[str, str] = attrs.field(factory=dict)
    code_notes: dict[str, list[str]] = attrs.field(factory=dict)
    code_sets: dict[str, list[str]] = attrs.field(factory=dict)
    """By name, keys of the codes in a set."""
    source_sets: dict[str, list[str]] = attrs.field(factory=dict)
    """By name, keys of the sources in a set."""
    linked_notes: dict[str, list[str]] = attrs.field(factory=dict)
    """By key of what a note is linked to, keys of notes."""
    ids: dict[str, str] = attrs.field(factory=dict)
    """By target, its GUID as the file spells it."""
    made: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    """By target, what was made of it where that is not what the file says."""
    kept: Counter[str] = attrs.field(factory=Counter)
    losses: list[Loss] = attrs.field(factory=list)
    _coder_names: Names = attrs.field(factory=lambda: Names("coder"), init=False)

    def tell(self, severity: str, element: Element, name: str, reason: str) -> None:
        """Note what is not as the file has it, with its line."""
        guid = element.get("guid")
        told = f"{reason} (line {element.line})" if element.line else reason
        self.losses.append(Loss(severity, element.tag, guid, name, told))

    def key(self, element: Element, number: int) -> str:
        """Return by what a thing is known: what has no GUID is another thing each time."""
        return guid_key(element.get("guid")) or f"without {number}"

    def coder_id(self, label: str, guid: str) -> str:
        """Return an id for a coder, that no other has."""
        own = self.own.id_of("coder", guid)
        with suppress(QualcodeError):  # what may be no id, or is taken
            if own and Coder(own).id == self._coder_names.label_for(own):
                return own
        return _short(self._coder_names.label_for(_short(label)))

    def children(self, wrapper: str, *tags: str) -> Iterator[Element]:
        """Yield the elements of some names in all wrappers of one name, wherever these stand."""
        for each in self.root.of(wrapper):
            yield from each.of(*tags)


def _short(name: str) -> str:
    return name.encode()[:76].decode(errors="ignore").strip() or "coder"


def read_frame(root: Element, package: Files, own: Own | None = None) -> Frame:
    """Return what a project says besides its sources."""
    frame = Frame(root, package.where, Own() if own is None else own)
    _users(frame)
    _variables(frame)
    _codes(frame)
    _cases(frame)
    for note in frame.children("Notes", "Note"):
        frame.notes[guid_key(note.get("guid"))] = _note(note, package)
    _links(frame)
    _sets(frame)
    return frame


def _users(frame: Frame) -> None:
    for user in frame.children("Users", "User"):
        said = user.get("name") or user.get("id")
        label = said if said.strip() else user.get("guid")
        id = frame.coder_id(label, user.get("guid"))
        key = frame.key(user, len(frame.coders))
        if key in frame.coders:
            frame.tell("note", user, said, "another user has the same GUID; both are one here")
            continue
        frame.coders[key] = Coder(id, label, frame.own.coder_kind(user.get("guid")))
        frame.ids[f"coder:{id}"] = user.get("guid")
        frame.kept["User"] += 1


def _variables(frame: Frame) -> None:
    names = Names("variable", exact=True)
    for each in frame.children("Variables", "Variable"):
        name = each.get("name") or "variable"
        label = names.label_for(name)
        frame.variables[guid_key(each.get("guid"))] = label
        frame.ids[f"variable:{label}"] = each.get("guid")
        frame.kept["Variable"] += 1
        if label != each.get("name"):
            frame.made[f"variable:{label}"] = {"name": label}


def codes_of(
    wrapper: Element, parent: str | None, names: Names, own: Own
) -> Iterator[tuple[Element, Code]]:
    """Yield each code below an element, parents first, with what it is here.

    Names that siblings share get a number; ids that the file does not say are made of the names in its order,
    so that the same file gives the same ids.
    """
    beside = Names("code")
    for each in wrapper.of("Code"):
        label = beside.label_for(as_line(each.get("name")) or "code")
        code = Code(
            names.id_for(label, own.id_of("code", each.get("guid"))),
            label,
            each.says("Description"),
            colour=as_colour(each.get("color")),
            parent=parent,
            codable=is_true(each.get("isCodable")),
        )
        yield each, code
        yield from codes_of(each, code.id, names, own)


def _codes(frame: Frame) -> None:
    names = Names("code", own=frame.own.of("code"))
    for book in frame.root.of("CodeBook"):
        for wrapper in book.of("Codes"):
            for each, code in codes_of(wrapper, None, names, frame.own):
                key = frame.key(each, len(frame.codes))
                if key in frame.codes:
                    frame.tell("loss", each, code.name, "another code has the same GUID")
                    continue
                frame.codes[key] = code
                frame.ids[f"code:{code.id}"] = each.get("guid")
                frame.kept["Code"] += 1
                if code.name != each.get("name"):
                    frame.made[f"code:{code.id}"] = {"name": code.name}
                    if code.name != each.get("name").strip():
                        told = f"another beside it has this name, or it has none; here it is {code.name!r}"
                        frame.tell("note", each, each.get("name"), told)
                refs = [guid_key(ref.get("targetGUID")) for ref in each.of("NoteRef")]
                if refs:
                    frame.code_notes[key] = refs


def _cases(frame: Frame) -> None:
    names = Names("case", own=frame.own.of("case"))
    for each in frame.children("Cases", "Case"):
        key = frame.key(each, len(frame.cases))
        label = each.get("name")
        if key in frame.cases:
            frame.tell("loss", each, label, "another case has the same GUID")
            continue
        id = names.id_for(label, frame.own.id_of("case", each.get("guid")))
        case = Case(id=id, name=label, variables=values_of(frame, each))
        frame.cases[key] = case
        frame.ids[f"case:{case.id}"] = each.get("guid")
        frame.kept["Case"] += 1
        frame.case_sources[key] = [guid_key(ref.get("targetGUID")) for ref in each.of("SourceRef")]
        if says := each.says("Description"):
            frame.case_says[key] = says


def values_of(frame: Frame, element: Element) -> dict[str, Value]:
    """Return the variables of a case."""
    found: dict[str, Value] = {}
    for key, tag, text in variable_values(element):
        value = value_or_told(frame, element, key, tag, text)
        if value is not None:
            found[frame.variables[key]] = value
            frame.kept["VariableValue"] += 1
    return found


def value_or_told(frame: Frame, element: Element, key: str, tag: str, text: str) -> Value | None:
    """Return the value of a variable, or note why there is none."""
    if key not in frame.variables:
        frame.tell("loss", element, text, "a value is of a variable that the file does not have")
        return None
    try:
        return as_value(tag, text)
    except (ValueError, OverflowError):
        told = f"the value of {frame.variables[key]!r} is no {tag.removesuffix('Value').lower()}"
        frame.tell("loss", element, text, told)
        return None


def _note(note: Element, package: Files) -> Note:
    text, missing = note.said("PlainTextContent"), ""
    path = note.get("plainTextPath")
    held = package.find(path) if path else None
    if held is not None:
        try:
            text = text_of(package.read(held), f"{package.path}, {held}")
        except DocumentError as error:
            missing = str(error)
    elif path:
        missing = f"its text, {path}, is not among the sources of the file"
    elif not text.strip():
        text = note.said("Description")
    name = note.get("name")
    return Note(
        note.get("guid"),
        name,
        text if text.strip() else name,
        guid_key(note.get("creatingUser")),
        note.get("creationDateTime"),
        missing if not text.strip() else "",
    )


def _links(frame: Frame) -> None:
    for each in frame.children("Links", "Link"):
        origin, target = guid_key(each.get("originGUID")), guid_key(each.get("targetGUID"))
        if origin in frame.codes and target in frame.codes and origin != target:
            name = each.get("name") if each.get("name").strip() else "link"
            link = Link(frame.codes[origin].id, name, frame.codes[target].id)
            if link not in frame.links:
                frame.links.append(link)
                frame.kept["Link"] += 1
        elif origin in frame.notes:
            # What NVivo calls an annotation: a note, and a link from it to what it is on.
            frame.linked_notes.setdefault(target, []).append(origin)


def _sets(frame: Frame) -> None:
    names = Names("set", exact=True)
    for each in frame.children("Sets", "Set"):
        label = names.label_for(each.get("name") or "set")
        codes = [_referred(ref) for ref in each.of("MemberCode")]
        sources = [_referred(ref) for ref in each.of("MemberSource")]
        if codes:
            frame.code_sets[label] = codes
        if sources:
            frame.source_sets[label] = sources
        if codes or sources:
            frame.ids[f"set:{label}"] = each.get("guid")
            if label != each.get("name"):
                frame.made[f"set:{label}"] = {"name": label}


def _referred(ref: Element) -> str:
    """Return the key of what a member of a set refers to, however that is written."""
    return guid_key(ref.get("targetGUID") or ref.get("guid") or ref.text)
