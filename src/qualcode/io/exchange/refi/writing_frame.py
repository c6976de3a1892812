"""Writing what a project in REFI-QDA says besides its sources: users, codes, cases, notes, sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from qualcode.io.exchange.refi.frame import Frame
from qualcode.io.exchange.refi.leaving import Written, reference
from qualcode.io.exchange.refi.values import as_colour, guid_key
from qualcode.io.raw.elements import Element, element
from qualcode.model.codebooks.codes import Code
from qualcode.model.coding.memos import Memo
from qualcode.model.ids import fold
from qualcode.model.texts.documents import Value

__all__ = ["FrameWriter"]

_UNTOLD = (
    "include",
    "exclude",
    "examples",
    "counterexamples",
    "keywords",
    "patterns",
    "attributes",
    "memos",
)


class FrameWriter:
    """Brings what a file said up to date with the project.

    Parameters
    ----------
    written : Written
        What is written so far.
    root : Element
        The project's element; it is changed in place.
    frame : Frame
        What it said when it was read.
    """

    def __init__(self, written: Written, root: Element, frame: Frame) -> None:
        self.written, self.root, self.frame = written, root, frame
        self.state = written.leaving.state.uncounted
        self.gone = written.leaving.gone
        self.said_as = written.leaving.memo_ids
        self._memos: dict[str, list[Memo]] = defaultdict(list)
        for memo in self.state.memos:
            self._memos[memo.target].append(memo)
        self.chosen: set[str] = set()
        """Ids of the codes that are written."""

    def wrapper(self, tag: str) -> Element:
        """Return the wrapper of a name, all of whose namesakes are in it now."""
        first, *others = self.root.of(tag) or [self._added(tag)]
        for each in others:
            first.extend(each)
            self.root.remove(each)
        return first

    def _without_guid(self, wrapper: Element, tag: str) -> None:
        """Take out what has no GUID by which it could be found; it is written as what is new is."""
        wrapper[:] = [each for each in wrapper if each.tag != tag or each.get("guid")]

    def _added(self, tag: str) -> Element:
        made = element(tag)
        self.root.append(made)
        return made

    # Users, codes

    def users(self, spelled: Mapping[str, str]) -> None:
        """Write who coded, and whoever the file had.

        Parameters
        ----------
        spelled : mapping of str to str
            By key, the GUIDs of users as sources spell them.
        """
        wrapper, seen = self.wrapper("Users"), set()
        rows = self.state.assignments.rows
        active = {rows.coders[number] for number in set(rows.coder.tolist())}
        active |= {memo.coder for memo in self.state.memos}
        active |= {id for id in self.state.coders if self.written.ids.get(f"coder:{id}") == ""}
        self._without_guid(wrapper, "User")
        for each in wrapper.of("User"):
            key = guid_key(each.get("guid"))
            seen.add(key)
            was = self.frame.coders.get(key)
            now = next(
                (
                    c
                    for id, c in self.state.coders.items()
                    if guid_key(self.written.ids.get(f"coder:{id}", "")) == key
                ),
                None,
            )
            if was is not None and now is not None and was.name != now.name:
                each.attributes["name"] = now.name
        guids = {id: self.written.guid(f"coder:{id}") for id in self.state.coders if id in active}
        added = {id: guid for id, guid in guids.items() if guid_key(guid) not in seen}
        # Who was missing among the users is spelled as the file that names them does.
        said = (each.get("creatingUser") for each in self.root.all()) if added else ()
        spelled = {**spelled, **{guid_key(guid): guid for guid in said}}
        for id, guid in added.items():
            name = self.state.coders[id].name
            wrapper.append(
                element("User", {"guid": spelled.get(guid_key(guid), guid), "name": name})
            )

    def codes(self, named: Collection[str]) -> None:
        """Write the codes that are in use, in the order and under the codes where they stand now.

        Parameters
        ----------
        named : collection of str
            Codes that sources name, whether they are in use or not.
        """
        book = self.wrapper("CodeBook")
        tops = book.of("Codes")
        top = tops[0] if tops else element("Codes")
        book[:] = [each for each in book if each.tag != "Codes"] + [top]
        held: dict[str, Element] = {}
        for wrapper in tops:
            for each in wrapper.all():
                if each.tag == "Code":
                    held.setdefault(guid_key(each.get("guid")), each)
        codebook = self.state.codebook
        chosen = [code for code in codebook.codes.values() if code.is_live or code.id in named]
        for code in chosen:
            if not code.is_live:
                told = f"is {code.status} here, and in the file a code like any other"
                self.written.lose("note", "code", told, name=code.name)
            untold = [name for name in _UNTOLD if getattr(code, name)]
            if untold:
                told = f"its {', '.join(untold)} have no place in REFI-QDA"
                self.written.lose("loss", "code", told, name=code.name)
        placed: dict[str, Element] = {}
        below: dict[str | None, list[Element]] = {None: []}
        names: set[tuple[str | None, str]] = set()
        ids = self.chosen = {code.id for code in chosen}
        for code in chosen:
            guid = self.written.guid(f"code:{code.id}")
            placed[code.id] = self._code(code, held.get(guid_key(guid)), guid)
            parent = code.parent
            while parent is not None and parent not in ids:
                parent = codebook.codes[parent].parent
            below.setdefault(parent, []).append(placed[code.id])
            if (parent, fold(code.name)) in names:
                told = "another code beside it has this name, so where it is read it gets another"
                self.written.lose("note", "code", told, name=code.name)
            names.add((parent, fold(code.name)))
        for id, each in placed.items():
            each[:] = [child for child in each if child.tag != "Code"] + below.get(id, [])
        top[:] = below[None] + [each for each in top if each.tag != "Code"]
        if not below[None]:
            book.remove(top)

    def _code(self, code: Code, held: Element | None, guid: str) -> Element:
        if held is None:
            made = element("Code", {"guid": guid, "name": code.name})
            made.attributes["isCodable"] = "true" if code.codable else "false"
            if code.colour:
                made.attributes["color"] = code.colour
            self._say(made, "Description", code.definition)
            self._notes(made, f"code:{code.id}")
            return made
        was = self.frame.codes.get(guid_key(guid))
        if was is not None:
            made_so = self.frame.made.get(f"code:{code.id}", {})
            if code.name != was.name:
                held.attributes["name"] = code.name
            if code.codable != was.codable and "codable" not in made_so:
                held.attributes["isCodable"] = "true" if code.codable else "false"
            if (code.colour or "").lower() != (as_colour(held.get("color")) or "").lower():
                held.attributes.pop("color", None)
                if code.colour:
                    held.attributes["color"] = code.colour
            if code.definition != was.definition:
                self._say(held, "Description", code.definition)
        self._notes(held, f"code:{code.id}")
        return held

    def _say(self, holder: Element, tag: str, text: str) -> None:
        said = holder.first(tag)
        if said is not None:
            said.text = text
        elif text:
            holder.insert(0, element(tag, text=text))

    # Notes

    def _notes(self, holder: Element, target: str) -> None:
        """Bring the notes on something up to date that can have them."""
        for ref in holder.of("NoteRef"):
            if (target, guid_key(ref.get("targetGUID"))) in self.gone:
                holder.remove(ref)
        for memo in self._on(target):
            if memo.id not in self.said_as:
                holder.append(reference("NoteRef", self._note(memo)))

    def _on(self, target: str) -> list[Memo]:
        return self._memos[target]

    def _note(self, memo: Memo) -> str:
        return self.written.note(f"memo:{memo.id}", memo.text, user=memo.coder, time=memo.time)

    def _description(self, holder: Element, target: str) -> None:
        """Bring what something says of itself up to date, which is a memo here."""
        own = next((m for m in self._on(target) if self.said_as.get(m.id) == "description"), None)
        said = holder.says("Description")
        if own is not None and own.text != said:
            self._say(holder, "Description", own.text)
        elif own is None and (target, "description") in self.gone:
            self._say(holder, "Description", "")

    def other_memos(self) -> None:
        """Write the memos that are neither on codes nor on documents, each as a note."""
        self._notes(self.root, "project")
        self._description(self.root, "project")
        for memo in self.state.memos:
            kind = memo.target.partition(":")[0]
            if memo.id in self.said_as or kind in ("project", "code", "document", "segment"):
                continue
            note = self._note(memo)
            if kind == "case":
                self.written.link_note(note, memo.target)
            elif kind != "journal":
                told = f"a note on a {kind} is one on the project as a whole in the file"
                self.written.lose("note", "memo", told, name=memo.text[:60])

    def notes(self) -> None:
        """Write the notes: those of the file that are still there, and those that are new."""
        wrapper = self.wrapper("Notes")
        edited: dict[str, str] = {}
        for memo in self.state.memos:
            key = guid_key(self.said_as.get(memo.id, ""))
            if key in self.written.note_texts and memo.text != self.written.note_texts[key]:
                edited[key] = memo.text
        known = {
            guid_key(self.said_as[memo.id]) for memo in self.state.memos if memo.id in self.said_as
        }
        dropped = {key for _, key in self.gone} - known
        for each in wrapper.of("Note"):
            key = guid_key(each.get("guid"))
            if key in dropped:
                wrapper.remove(each)
            elif key in edited:
                each.attributes.pop("plainTextPath", None)
                self._say(each, "PlainTextContent", edited[key])
        wrapper.extend(self.written.notes.values())

    # Cases, variables

    def variables(self) -> None:
        """Write the variables, each with the type that its values have."""
        wrapper = self.wrapper("Variables")
        values: dict[str, list[Value]] = {}
        held_by = [each.variables for each in self.state.documents.values()]
        held_by += [each.variables for each in self.state.cases.values()]
        for variables in held_by:
            for name, value in variables.items():
                values.setdefault(name, []).append(value)
        targets = self.written.targets_of_variables
        for each in wrapper.of("Variable"):
            name = targets.get(guid_key(each.get("guid")), "")
            if name not in values:
                continue
            wanted, held = _type_of(values[name]), each.get("typeOfVariable")
            if held == "DateTime" and wanted == "Text":
                wanted = "DateTime"
            if held == "Float" and wanted == "Integer":
                wanted = "Float"
            if held != wanted:
                each.attributes["typeOfVariable"] = wanted
            self.written.types[name] = wanted
        for name, held_values in values.items():
            if name not in self.written.types:
                kind = self.written.types[name] = _type_of(held_values)
                guid = self.written.guid(f"variable:{name}")
                given = {"guid": guid, "name": name, "typeOfVariable": kind}
                wrapper.append(element("Variable", given))

    def cases(self) -> None:
        """Write the cases, with their variables and sources."""
        wrapper = self.wrapper("Cases")
        self._without_guid(wrapper, "Case")
        held = {guid_key(each.get("guid")): each for each in wrapper.of("Case")}
        cases = {
            guid_key(self.written.guid(f"case:{id}")): case for id, case in self.state.cases.items()
        }
        for key, each in held.items():
            if key in self.frame.cases and key not in cases:
                wrapper.remove(each)
        sources: dict[str, list[str]] = {}
        for document in self.state.documents.values():
            for id in document.cases:
                sources.setdefault(id, []).append(document.id)
        for key, case in cases.items():
            found = held.get(key)
            if found is None:
                found = element(
                    "Case", {"guid": self.written.guid(f"case:{case.id}"), "name": case.name}
                )
                wrapper.append(found)
            elif key in self.frame.cases and self.frame.cases[key].name != case.name:
                found.attributes["name"] = case.name
            self._description(found, f"case:{case.id}")
            self.written.values(found, case.variables)
            self._sources(found, sources.get(case.id, []))

    def _sources(self, case: Element, documents: list[str]) -> None:
        wanted = {guid_key(self.written.guid(f"document:{id}")): id for id in documents}
        ours = {guid_key(self.written.guid(f"document:{id}")) for id in self.state.documents}
        for ref in case.of("SourceRef"):
            key = guid_key(ref.get("targetGUID"))
            if key in ours and key not in wanted:
                case.remove(ref)
            wanted.pop(key, None)
        for id in wanted.values():
            case.append(reference("SourceRef", self.written.guid(f"document:{id}")))

    # Sets, links

    def sets(self) -> None:
        """Write the sets of codes, and the views that are a choice of documents."""
        wrapper = self.wrapper("Sets")
        groups = {}
        for name, view in self.state.views.items():
            if list(view) == ["documents"]:
                groups[name] = list(view["documents"])
            else:
                told = "a view by coders, origin or variables has no place in REFI-QDA"
                self.written.lose("loss", "view", told, name=name)
        held = {guid_key(each.get("guid")): each for each in wrapper.of("Set")}
        sets = {name: self._in_use(name, ids) for name, ids in self.state.code_sets.items()}
        was = {
            guid_key(guid): target.partition(":")[2]
            for target, guid in self.written.ids.items()
            if target.startswith("set:")
        }
        for key, name in was.items():
            found = held.get(key)
            if found is not None:
                self._members(found, "MemberCode", "code", sets.get(name, ()))
                self._members(found, "MemberSource", "document", groups.get(name, ()))
                if not found.of("MemberCode", "MemberSource", "MemberNote"):
                    wrapper.remove(found)
        for name in dict.fromkeys((*sets, *groups)):
            if name in was.values():
                continue
            made = element("Set", {"guid": self.written.guid(f"set:{name}"), "name": name})
            for tag, kind, ids in (
                ("MemberCode", "code", sets.get(name, ())),
                ("MemberSource", "document", groups.get(name, ())),
            ):
                made.extend(reference(tag, self.written.guid(f"{kind}:{id}")) for id in ids)
            wrapper.append(made)

    def _in_use(self, name: str, codes: Iterable[str]) -> list[str]:
        listed = list(codes)
        left = [id for id in listed if id in self.chosen]
        told = "a code of it is not in use"
        self.written.lose("loss", "set", told, name=name, count=len(listed) - len(left))
        return left

    def _members(self, found: Element, tag: str, kind: str, ids: Iterable[str]) -> None:
        wanted = {guid_key(self.written.guid(f"{kind}:{id}")): id for id in ids}
        known = {
            guid_key(guid)
            for target, guid in self.written.ids.items()
            if target.startswith(f"{kind}:")
        }
        for ref in found.of(tag):
            key = guid_key(ref.get("targetGUID") or ref.get("guid") or ref.text)
            if key in known and key not in wanted:
                found.remove(ref)
            wanted.pop(key, None)
        found.extend(reference(tag, self.written.guid(f"{kind}:{id}")) for id in wanted.values())

    def links(self) -> None:
        """Write the links between codes, and from notes to what has no place for one."""
        wrapper = self.wrapper("Links")
        targets = self.written.targets()
        wanted = {(each.source, each.type, each.target): each for each in self.state.codebook.links}
        for each in wrapper.of("Link"):
            ends = [
                targets.get(guid_key(each.get(name)), "") for name in ("originGUID", "targetGUID")
            ]
            if all(end.startswith("code:") for end in ends):
                source, target = (end.partition(":")[2] for end in ends)
                name = each.get("name")
                key = (source, name if name.strip() else "link", target)
                if wanted.pop(key, None) is None:
                    wrapper.remove(each)
        for (source, kind, target), link in wanted.items():
            if not {source, target} <= self.chosen:
                self.written.lose("loss", "link", "a code that it links is not in use", name=kind)
                continue
            given = {
                "guid": self.written.made(f"link:{source}:{kind}:{target}"),
                "name": kind,
                "direction": "OneWay",
                "originGUID": self.written.guid(f"code:{source}"),
                "targetGUID": self.written.guid(f"code:{target}"),
            }
            wrapper.append(element("Link", given))
            if link.note:
                self.written.lose("loss", "link", "its note has no place in REFI-QDA", name=kind)
        wrapper.extend(self.written.links)


def _type_of(values: Iterable[Value]) -> str:
    """Return the type of a variable that has these values."""
    kinds: Mapping[type, str] = {
        bool: "Boolean",
        int: "Integer",
        float: "Float",
        date: "Date",
        str: "Text",
    }
    found = {kinds[type(each)] for each in values}
    if found == {"Integer", "Float"}:
        return "Float"
    return found.pop() if len(found) == 1 else "Text"
