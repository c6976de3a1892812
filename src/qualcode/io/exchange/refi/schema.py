"""The schema of REFI-QDA projects as a table, and elements made to fit it, each mend told."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from qualcode.io.exchange.losses import Loss
from qualcode.io.exchange.refi.values import GUID, guid_key
from qualcode.io.raw.elements import FORBIDDEN, Element, element

__all__ = ["NAMESPACE", "RANKS", "mended", "mended_in", "told_of_order", "valid_guid"]

NAMESPACE = "urn:QDA-XML:project:1.0"

_WHO = "creatingUser:guid creationDateTime:time modifyingUser:guid modifiedDateTime:time"
_BOX = "firstX!:whole firstY!:whole secondX!:whole secondY!:whole"
_TEXT_SOURCE = "Description? PlainTextContent? PlainTextSelection* Coding* NoteRef* VariableValue*"
_TEXT_FILE = f"guid!:guid name richTextPath plainTextPath {_WHO}"
_FILE = f"guid!:guid name path currentPath {_WHO}"
_SAID = "Description? Coding* NoteRef*"
_REFERS = "targetGUID!:guid"
_VALUES = "TextValue? BooleanValue? IntegerValue? FloatValue? DateValue? DateTimeValue?"

# For each element: its children in their order (? at most one, * any number, + at least one), and its
# attributes (! where it must have one) with their types.
_TABLE = {
    "Project": (
        "Users? CodeBook? Variables? Cases? Sources? Notes? Links? Sets? Graphs? Description? NoteRef*",
        "name! origin creatingUserGUID:guid creationDateTime:time modifyingUserGUID:guid "
        "modifiedDateTime:time basePath",
    ),
    "Users": ("User+", ""),
    "User": ("", "guid!:guid name id"),
    "CodeBook": ("Codes?", ""),
    "Codes": ("Code+", ""),
    "Code": ("Description? NoteRef* Code*", "guid!:guid name! isCodable!:boolean color:colour"),
    "Cases": ("Case+", ""),
    "Case": ("Description? CodeRef* VariableValue* SourceRef* SelectionRef*", "guid!:guid name"),
    "Variables": ("Variable+", ""),
    "Variable": ("Description?", "guid!:guid name! typeOfVariable!:type"),
    "VariableValue": (f"VariableRef? {_VALUES}", ""),
    "Sets": ("Set+", ""),
    "Set": ("Description? MemberCode* MemberSource* MemberNote*", "guid!:guid name!"),
    "Sources": ("TextSource|PictureSource|PDFSource|AudioSource|VideoSource", ""),
    "TextSource": (_TEXT_SOURCE, _TEXT_FILE),
    "Representation": (_TEXT_SOURCE, _TEXT_FILE),
    "TextDescription": (_TEXT_SOURCE, _TEXT_FILE),
    "Note": (_TEXT_SOURCE, _TEXT_FILE),
    "PlainTextSelection": (
        _SAID, f"guid!:guid name startPosition!:whole endPosition!:whole {_WHO}",
    ),
    "PictureSource": (
        "Description? TextDescription? PictureSelection* Coding* NoteRef* VariableValue*", _FILE,
    ),
    "PictureSelection": (_SAID, f"guid!:guid name {_BOX} {_WHO}"),
    "PDFSource": (
        "Description? PDFSelection* Representation? Coding* NoteRef* VariableValue*", _FILE,
    ),
    "PDFSelection": (
        "Description? Representation? Coding* NoteRef*", f"guid!:guid name page!:whole {_BOX} {_WHO}",
    ),
    "AudioSource": (
        "Description? Transcript* AudioSelection* Coding* NoteRef* VariableValue*", _FILE,
    ),
    "AudioSelection": (_SAID, f"guid!:guid name begin!:whole end!:whole {_WHO}"),
    "VideoSource": (
        "Description? Transcript* VideoSelection* Coding* NoteRef* VariableValue*", _FILE,
    ),
    "VideoSelection": (_SAID, f"guid!:guid name begin!:whole end!:whole {_WHO}"),
    "Transcript": (
        "Description? PlainTextContent? SyncPoint* TranscriptSelection* NoteRef*", _TEXT_FILE,
    ),
    "TranscriptSelection": (
        _SAID, f"guid!:guid name fromSyncPoint:guid toSyncPoint:guid {_WHO}",
    ),
    "SyncPoint": ("", "guid!:guid timeStamp:whole position:whole"),
    "Coding": ("CodeRef? NoteRef*", "guid!:guid creatingUser:guid creationDateTime:time"),
    "Graphs": ("Graph+", ""),
    "Graph": ("Vertex* Edge*", "guid!:guid name"),
    "Vertex": (
        "",
        "guid!:guid representedGUID:guid name firstX!:whole firstY!:whole secondX:whole secondY:whole "
        "shape:shape color:colour",
    ),
    "Edge": (
        "",
        "guid!:guid representedGUID:guid name sourceVertex!:guid targetVertex!:guid color:colour "
        "direction:direction lineStyle:line",
    ),
    "Notes": ("Note+", ""),
    "Links": ("Link+", ""),
    "Link": (
        "NoteRef*", "guid!:guid name direction:direction color:colour originGUID:guid targetGUID:guid",
    ),
    **dict.fromkeys(
        ("NoteRef", "CodeRef", "SourceRef", "SelectionRef", "VariableRef", "MemberCode", "MemberSource",
         "MemberNote"),
        ("", _REFERS),
    ),
    **dict.fromkeys(
        ("Description", "PlainTextContent", "TextValue", "BooleanValue", "IntegerValue", "FloatValue",
         "DateValue", "DateTimeValue"),
        ("", ""),
    ),
}  # fmt: skip

_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_DATE = r"-?\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_KINDS: Mapping[str, re.Pattern[str]] = {
    "guid": GUID,
    "time": re.compile(rf"\s*{_DATE}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?{_ZONE}\s*\Z"),
    "whole": re.compile(r"\s*[+-]?\d+\s*\Z"),
    "boolean": re.compile(r"\s*(?:true|false|0|1)\s*\Z"),
    "colour": re.compile(r"#(?:[A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})\Z"),
    "type": re.compile(r"(?:Text|Boolean|Integer|Float|Date|DateTime)\Z"),
    "direction": re.compile(r"(?:Associative|OneWay|Bidirectional)\Z"),
    "shape": re.compile(
        r"(?:Person|Oval|Rectangle|RoundedRectangle|Star|(?:Left|Right|Up|Down)Triangle|Note)\Z"
    ),
    "line": re.compile(r"(?:dotted|dashed|solid)\Z"),
}
_CONTENT: Mapping[str, re.Pattern[str]] = {
    "BooleanValue": _KINDS["boolean"],
    "IntegerValue": _KINDS["whole"],
    "FloatValue": re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)\s*\Z"),
    "DateValue": re.compile(rf"\s*{_DATE}{_ZONE}\s*\Z"),
    "DateTimeValue": _KINDS["time"],
}
_SAYING = frozenset(("Description", "PlainTextContent", "TextValue", *_CONTENT))
"""The elements that have text."""
_GIVEN = {"name": "", "isCodable": "true", "typeOfVariable": "Text"}
"""What stands for an attribute that must be there and is not."""


class _Rule:
    def __init__(self, children: str, attributes: str) -> None:
        self.order: dict[str, int] = {}
        self.once: set[str] = set()
        self.least = False
        for number, each in enumerate(children.split()):
            for tag in each.rstrip("?*+").split("|"):
                self.order[tag] = number
                if each.endswith("?"):
                    self.once.add(tag)
            self.least = self.least or each[-1] not in "?*"
        self.kinds: dict[str, str] = {}
        self.needed: list[str] = []
        for each in attributes.split():
            name, _, kind = each.partition(":")
            self.kinds[name.rstrip("!")] = kind
            if name.endswith("!"):
                self.needed.append(name.rstrip("!"))


_RULES = {tag: _Rule(*each) for tag, each in _TABLE.items()}
RANKS: Mapping[str, int] = _RULES["Project"].order
"""In which order the parts of a project stand."""
Tell = Callable[[Loss], None]


def valid_guid(value: str) -> str:
    """Return a GUID, or what stands for it in a file where it is none: the same for the same."""
    return value if GUID.match(value) else str(uuid.uuid5(uuid.NAMESPACE_OID, guid_key(value)))


def mended(project: Element, tell: Tell, without: Iterator[int]) -> Element:
    """Return a project's element as the schema has it, and tell of each mend.

    Parameters
    ----------
    project : Element
        It is changed in place.
    tell : callable
        Takes what was mended.
    without : iterator of int
        Numbers the elements that have no GUID and must have one.
    """
    _Mending(tell, without).mend(project)
    namespaces = {"xmlns": NAMESPACE}
    project.attributes = {**namespaces, **project.attributes}
    return project


def mended_in(wrapper: str, part: Element, tell: Tell, without: Iterator[int]) -> Element | None:
    """Return a part of a wrapper as the schema has it, and tell of each mend; None where it cannot stay."""
    held = element(wrapper)
    held.append(part)
    return held[0] if _Mending(tell, without).mend(held) else None


def told_of_order(whole: Element, tell: Tell) -> None:
    """Tell of elements that a file has in another order than the schema, before anything is added to them."""
    for each in whole.all():
        rule = _RULES.get(each.tag)
        ranks = [rule.order[child.tag] for child in each if child.tag in rule.order] if rule else []
        if any(later < earlier for earlier, later in pairwise(ranks)):
            reason = "what is in it stands in the order of the schema now"
            tell(Loss("note", each.tag, each.get("guid"), each.get("name")[:80], reason))


def _is_right(given: Mapping[str, str], rule: _Rule) -> bool:
    """Tell whether attributes are as the schema has them: so are nearly all, of millions of elements."""
    for name, value in given.items():
        kind = rule.kinds.get(name)
        if kind is None:
            return False
        if kind:
            if not _KINDS[kind].match(value):
                return False
        elif not value.isprintable() and FORBIDDEN.search(value):
            return False
    return all(name in given for name in rule.needed)


class _Mending:
    def __init__(self, tell: Tell, without: Iterator[int]) -> None:
        self.tell, self.without = tell, without

    def _told(self, whole: Element, reason: str, severity: str = "loss") -> None:
        self.tell(Loss(severity, whole.tag, whole.get("guid"), whole.get("name")[:80], reason))

    def mend(self, whole: Element) -> bool:
        """Mend an element and all in it; False where nothing of it can stay."""
        rule = _RULES[whole.tag]
        if not self._attributes(whole, rule):
            return False
        pattern = _CONTENT.get(whole.tag)
        if pattern is not None and not pattern.match(whole.text):
            self._told(whole, f"{whole.text[:40]!r} is no value of this type, so it is left out")
            return False
        if whole.text and FORBIDDEN.search(whole.text):
            whole.text = FORBIDDEN.sub("\ufffd", whole.text)
            self._told(
                whole,
                "it has control characters, which XML cannot hold: \ufffd stands there",
                "damage",
            )
        if len(whole):
            self._children(whole, rule)
        if whole.tag not in _SAYING:
            whole.text = ""
        return self._complete(whole, rule)

    def _complete(self, whole: Element, rule: _Rule) -> bool:
        if rule.least and not len(whole):
            return False  # a wrapper is absent rather than empty
        if whole.tag in ("CodeBook", "Coding", "VariableValue"):
            first = {"CodeBook": "Codes", "Coding": "CodeRef", "VariableValue": "VariableRef"}[
                whole.tag
            ]
            if whole.first(first) is None:
                if whole.tag != "CodeBook":
                    self._told(whole, f"it has no {first}, so it is left out")
                return False
        if whole.tag == "VariableValue":
            for each in whole[2:]:
                self._told(each, "a variable has one value; the first is kept")
            del whole[2:]
        return True

    def _children(self, whole: Element, rule: _Rule) -> None:
        kept: list[Element] = []
        for each in whole:
            if each.tag not in rule.order:
                where = f"{whole.tag} has no such element, so it is left out"
                told = each.text.strip() or each.get("name")
                self.tell(Loss("loss", each.tag or "element", each.get("guid"), told[:80], where))
            elif each.tag in rule.once and any(other.tag == each.tag for other in kept):
                if len(each) or each.text.strip():
                    self._told(each, f"{whole.tag} has only one of them; the first is kept")
            elif self.mend(each):
                kept.append(each)
        whole[:] = kept
        if len(kept) > 1:
            whole.sort(key=lambda each: rule.order[each.tag])

    def _attributes(self, whole: Element, rule: _Rule) -> bool:
        given = whole.attributes
        if _is_right(given, rule):
            return True
        if whole.tag.startswith("Member") and "targetGUID" not in given:
            said = given.pop("guid", "") or whole.text.strip()
            if said:
                given["targetGUID"] = said
        found: dict[str, str] = {}
        for name, value in given.items():
            kind = rule.kinds.get(name)
            if kind is None:
                if not name.startswith(("xmlns", "xsi:")):
                    self._told(whole, f"it has no attribute {name!r} (here {value[:40]!r})")
                continue
            if kind == "guid" and value and not GUID.match(value):
                value = self._guid(whole, name, value)
            elif kind and not _KINDS[kind].match(value):
                if name not in rule.needed:
                    if value:
                        self._told(whole, f"{name} {value[:40]!r} is none, so it is left out")
                    continue
                self._told(whole, f"{name} {value[:40]!r} is none")
                if name not in _GIVEN:
                    return False
                value = _GIVEN[name]
            elif FORBIDDEN.search(value):
                value = FORBIDDEN.sub("\ufffd", value)
                self._told(whole, f"{name} has control characters: \ufffd stands there", "damage")
            if value or not kind:
                found[name] = value
        for name in rule.needed:
            if name not in found:
                if name == "guid":
                    made = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{whole.tag} {next(self.without)}"))
                    self._told(whole, f"it has no GUID; {made} is given to it", "note")
                    found = {"guid": made, **found}
                    continue
                if name not in _GIVEN:
                    self._told(whole, f"it has no {name}, so it is left out")
                    return False
                found[name] = _GIVEN[name]
        whole.attributes = found
        return True

    def _guid(self, whole: Element, name: str, value: str) -> str:
        """Return a GUID for what is none: the same for the same, so that what refers to it still does."""
        made = valid_guid(value)
        self._told(whole, f"{name} {value[:40]!r} is no GUID; {made} stands for it", "note")
        return made
