"""Finding in a project the things that a later export of its study names."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import attrs

from qualcode.io.exchange.refi.values import guid_key
from qualcode.model.ids import fold
from qualcode.model.log.timeline import TEXTS
from qualcode.project.importing import free_id
from qualcode.project.project import Project

__all__ = ["MATCHED", "Matched"]

MATCHED = ("coder", "case", "document", "code")
"""Kinds of things that have GUIDs, in the order in which they are matched."""


@attrs.define(slots=False)
class Matched:
    """Which thing of a later file is which of a project: by GUID, else by its text or name.

    Parameters
    ----------
    project : Project
        What there is.
    later : Project
        What the later file alone comes to.
    ids : mapping of str to str
        By target in the later file, its GUID there.
    """

    project: Project
    later: Project
    ids: Mapping[str, str]
    map: dict[str, str] = attrs.field(factory=dict)
    """By target in the later file, the target here."""
    fresh: dict[str, str] = attrs.field(factory=dict)
    """The same, for what is not here yet."""
    told: list[tuple[str, str, str, str]] = attrs.field(factory=list)
    """What was not matched by GUID: kind, id there, id here, and by what."""

    def __attrs_post_init__(self) -> None:
        self._match()

    def derived(self, what: str) -> str:
        """Return the GUID that `write_refi` makes for what no file gave one."""
        project = self.project._recorder.timeline.project
        space = uuid.uuid5(uuid.NAMESPACE_URL, f"qualcode:{project}")
        return str(uuid.uuid5(space, what))

    @cached_property
    def _guids(self) -> dict[str, str]:
        """Return by kind and key of a GUID what has it here, what is out of use or withdrawn too."""
        state = self.project.state.uncounted
        ids: dict[str, str] = {}
        recorder = self.project._recorder
        for at in recorder.fold.carried:
            event = recorder.timeline.events[at]
            for target, guid in event.words.get("ids", {}).items():
                ids.setdefault(target, guid)
        things = [f"code:{id}" for id in state.codebook.codes]
        things += [f"document:{id}" for id in state.documents]
        things += [f"case:{id}" for id in state.cases]
        things += [f"coder:{id}" for id in state.coders]
        for target in things:
            ids.setdefault(target, self.derived(target))
        return {
            f"{target.partition(':')[0]}:{guid_key(guid)}": target for target, guid in ids.items()
        }

    def _match(self) -> None:
        """Find what here is what there: by GUID, or else documents by their text and all by name."""
        later, taken = self.later.state, set[str]()
        there: dict[str, Mapping[str, Any]] = {
            "coder": later.coders,
            "case": later.cases,
            "document": later.documents,
            "code": later.codebook.codes,
        }
        ways = (("", self._by_guid), ("by its text", self._by_text), ("by name", self._by_name))
        for told, way in ways:
            for kind in MATCHED:
                for id, thing in there[kind].items():
                    target = f"{kind}:{id}"
                    found = () if target in self.map else way(kind, thing)
                    ours = next((each for each in found if each not in taken), None)
                    if ours is None:
                        continue
                    self.map[target] = ours
                    taken.add(ours)
                    if told and ours != target:
                        self.told.append((kind, id, ours.partition(":")[2], told))
        for kind in MATCHED:
            for id in there[kind]:
                if f"{kind}:{id}" not in self.map:
                    new = free_id(id, self._taken(kind))
                    self.map[f"{kind}:{id}"] = self.fresh[f"{kind}:{id}"] = f"{kind}:{new}"

    def _by_guid(self, kind: str, thing: Any) -> Iterator[str]:
        guid = self.ids.get(f"{kind}:{thing.id}")
        if guid is not None and (key := f"{kind}:{guid_key(guid)}") in self._guids:
            yield self._guids[key]

    def _by_text(self, kind: str, thing: Any) -> Iterator[str]:
        if kind == "document":
            for id, each in self.project.state.documents.items():
                if each.checksum == thing.checksum:
                    yield f"document:{id}"
            yield from self._withdrawn.get(thing.checksum, ())

    @cached_property
    def _withdrawn(self) -> dict[str, list[str]]:
        """By the digest of a text, the documents that had it and are withdrawn."""
        recorder = self.project._recorder
        found: dict[str, list[str]] = {}
        for at in recorder.fold.hidden.events:
            event = recorder.timeline.events[at]
            if event.kind in TEXTS:
                found.setdefault(event.fields["sha256"], []).append(event.target)
        return found

    def _by_name(self, kind: str, thing: Any) -> Iterator[str]:
        state = self.project.state
        if kind == "code":
            above = None if thing.parent is None else self.named(f"code:{thing.parent}")
            for code in state.codebook:
                if (code.parent and f"code:{code.parent}") == above and code.name == thing.name:
                    yield f"code:{code.id}"
            return
        held: dict[str, Mapping[str, Any]] = {
            "coder": state.coders, "case": state.cases, "document": state.documents
        }  # fmt: skip
        for id, each in held[kind].items():
            if each.name == thing.name or (kind == "coder" and fold(id) == fold(thing.id)):
                yield f"{kind}:{id}"

    def _taken(self, kind: str) -> Callable[[str], bool]:
        made = self.project._recorder.fold
        used = {fold(each.partition(":")[2]) for each in self.fresh.values()
                if each.startswith(f"{kind}:")}  # fmt: skip
        held: set[str] = set()
        if kind == "code":
            held = {fold(id) for id in self.project.codebook.codes}
        elif kind == "coder":
            held = {fold(id) for id in made.coders}
        else:
            held = {fold(id) for id in getattr(made, f"{kind}s")}
        return lambda id: (
            fold(id) in used | held
            or (kind in ("document", "case") and made.letters.knows(kind, id))
        )

    def named(self, target: str) -> str:
        """Return what a target of the later file is called here."""
        return self.map.get(target, target)

    def id(self, kind: str, id: str) -> str:
        """Return the id here of a thing of the later file."""
        return self.named(f"{kind}:{id}").partition(":")[2]

    def fresh_of(self, kind: str) -> Iterator[tuple[str, str]]:
        """Yield ids there and here of what is not here yet."""
        for theirs, ours in self.fresh.items():
            if theirs.startswith(f"{kind}:"):
                yield theirs.partition(":")[2], ours.partition(":")[2]
