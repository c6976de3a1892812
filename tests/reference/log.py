"""What a log makes, worked out the slow way: the whole past of every event, and all pairs of writes.

Nothing here uses the library's order, clocks, letters or registers; events and rows only are its own.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from qualcode.model.log.event import Event
from qualcode.model.log.log import Log
from qualcode.model.texts.corrections import Correction, follow
from qualcode.model.texts.spans import Span

ADDS = {"add": "code", "adopt": "code", "add-document": "document", "add-case": "case"}
MEANING = (
    "definition", "include", "exclude", "examples", "counterexamples", "keywords", "patterns", "codable",
    "attributes", "memos",
)  # fmt: skip

Register = tuple[str, str]


class Write(NamedTuple):
    event: str
    value: str


class Row(NamedTuple):
    document: str
    start: int
    end: int
    code: str
    coder: str


class Reference:
    """The events of a log, with all that each had seen.

    Parameters
    ----------
    log : Log
        The log; all its rows are sealed.
    """

    def __init__(self, log: Log) -> None:
        self.log = log
        self.events = {event.id: event for event in log}
        self.past: dict[str, set[str]] = {}
        self._depth: dict[str, int] = {}
        for id in self.events:
            self._look_back(id)
        self.order = sorted(self.events, key=self._key)
        self.place = {id: place for place, id in enumerate(self.order)}
        self.off = self._switched_off()
        self.additions = self._additions()

    def _look_back(self, id: str) -> None:
        waiting = [id]
        while waiting:
            at = waiting[-1]
            parents = _parents(self.events[at])
            if unknown := [parent for parent in parents if parent not in self.past]:
                waiting += unknown
                continue
            self.past[at] = {at}.union(*(self.past[parent] for parent in parents))
            self._depth[at] = 1 + max((self._depth[parent] for parent in parents), default=-1)
            waiting.pop()

    def _key(self, id: str) -> tuple[str, int, str]:
        return max(self.events[each].time for each in self.past[id]), self._depth[id], id

    def saw(self, later: str, earlier: str) -> bool:
        return earlier in self.past[later]

    def newest(self, ids: list[str]) -> list[str]:
        """Return those of some events that the author of no other one had seen."""
        return [id for id in ids if not any(other != id and self.saw(other, id) for other in ids)]

    # What was undone

    def _switched_off(self) -> set[str]:
        switched: dict[str, list[str]] = defaultdict(list)
        for id in self.order:
            event = self.events[id]
            if event.kind in ("undo", "redo"):
                rows = [f"{seal}:{at}" for seal, a, b in event.fields.get("rows", ())
                        for at in range(a, b)]  # fmt: skip
                for what in (*event.fields.get("of", ()), *rows):
                    switched[what].append(id)
        return {
            what
            for what, ids in switched.items()
            if any(self.events[id].kind == "undo" for id in self.newest(ids))
        }

    # What ids mean

    def _additions(self) -> dict[tuple[str, str], list[tuple[str, Any]]]:
        found: dict[tuple[str, str], list[tuple[str, Any]]] = defaultdict(list)
        for id in self.order:
            event = self.events[id]
            if event.kind == "adopt":
                for code in event.words["codebook"]["codes"]:
                    found["code", code].append((id, "adopted"))
            elif event.kind in ADDS:
                words = {name: each for name, each in event.words.items() if name != "reason"}
                said = (event.fields, words)
                found[ADDS[event.kind], event.target.partition(":")[2]].append((id, said))
        return found

    def called(self, kind: str, id: str, content: Any) -> str:
        """Return what an addition is called: the first of several keeps the id."""
        added = self.additions[kind, id]
        own = next(event for event, said in added if said == content)
        return id if added[0][0] == own else f"{id}#{own[:6]}"

    def meant(self, kind: str, id: str, event: str) -> str:
        plain, mark, tag = id.rpartition("#")
        if mark:
            said = next(said for each, said in self.additions[kind, plain] if each.startswith(tag))
            return self.called(kind, plain, said)
        seen = [said for each, said in self.additions[kind, id] if self.saw(event, each)]
        return self.called(kind, id, seen[0]) if seen else id

    def is_there(self, kind: str, id: str) -> bool:
        """Tell whether any addition of what is called so is in force."""
        plain = id.partition("#")[0]
        return any(
            event not in self.off and self.called(kind, plain, said) == id
            for event, said in self.additions[kind, plain]
        )

    # Registers

    def writes(self) -> dict[Register, list[Write]]:
        found: dict[Register, list[Write]] = defaultdict(list)
        for id in self.order:
            if id not in self.off:
                for target, field, value in self._written(self.events[id]):
                    told = json.dumps(value, sort_keys=True, ensure_ascii=False)
                    found[target, field].append(Write(id, told))
        return found

    def _written(self, event: Event) -> Iterator[tuple[str, str, Any]]:
        kind, _, id = event.target.partition(":")
        said = {**event.fields, **event.words}
        said.pop("reason", None)

        def code(each: str) -> str:
            return self.meant("code", each, event.id)

        def document(each: str) -> str:
            return self.meant("document", each, event.id)

        who = f"code:{code(id)}" if kind == "code" else event.target
        match event.kind:
            case "rename":
                yield who, "name", said["name"]
            case "recolour":
                yield who, "colour", said["colour"]
            case "redefine":
                yield from ((who, name, said[name]) for name in said)
            case "move":
                yield who, "parent", said["parent"] and code(said["parent"])
            case "retire" | "restore":
                yield who, "status", event.kind
            case "merge":
                yield from (
                    (f"code:{code(s)}", "status", ["merged", code(id)]) for s in said["sources"]
                )
            case "split" | "decide":
                if event.kind == "split":
                    yield who, "status", ["split", *map(code, said["parts"])]
                yield from self._decided(who, said["decisions"], code, document, event.id)
            case "link" | "unlink":
                ends = (code(said["source"]), said["type"], code(said["target"]))
                yield f"link:{' '.join(ends)}", "there", event.kind == "link"
            case "set-rollup":
                yield event.target, "definition", _with_codes(said["rollup"], code)
            case "drop-rollup":
                yield event.target, "definition", None
            case "describe":
                yield "codebook", "name", said["name"]
                yield "codebook", "description", said["description"]
                yield "codebook", "attributes", said["attributes"]
            case "reorder":
                yield "codebook", "order", [code(each) for each in said["order"]]
            case _:
                yield from self._written_elsewhere(event, kind, id, said)

    def _decided(
        self, who: str, decisions: Any, code: Any, document_: Any, event: str
    ) -> Iterator[tuple[str, str, Any]]:
        for part, places in decisions.items():
            for document, start, end, coder in places:
                own = document_(document)
                place = self.where(own, Span(start, end), event)
                if place is not None:
                    told = f"{own}:{place.start}:{place.end}:{coder}"
                    yield who, f"decision {told}", code(part)

    def _written_elsewhere(
        self, event: Event, kind: str, id: str, said: dict[str, Any]
    ) -> Iterator[tuple[str, str, Any]]:
        if kind in ("document", "case"):
            id = self.meant(kind, id, event.id)
        who = f"{kind}:{id}" if id else kind
        match event.kind:
            case "set" if kind == "project":
                for part, one in (("sets", "set"), ("views", "view"), ("queries", "query")):
                    for name, value in said.get(part, {}).items():
                        codes = part == "sets" and value is not None
                        told = [self.meant("code", c, event.id) for c in value] if codes else value
                        yield who, f"{one} {name}", told
                yield from ((who, name, said[name]) for name in ("name", "scale") if name in said)
            case "set":
                if kind == "case" and not self.is_there("case", id):
                    return
                variables = said.pop("variables", {})
                yield from ((who, name, value) for name, value in said.items())
                yield from ((who, f"variable {name}", value) for name, value in variables.items())
            case "add-coder":
                yield who, "name", said.get("name") or id
                yield who, "kind", said.get("kind", "person")
            case "join" | "leave":
                case_ = self.meant("case", said["case"], event.id)
                if self.is_there("case", case_):
                    yield who, f"case {case_}", event.kind == "join"
            case "correct":
                yield who, "text", said["sha256"]
            case "place":
                what = f"place {said['version'][:8]}:{said['start']}-{said['end']}"
                yield who, what, [said["in"], said["to"]]
            case "edit-memo" | "withdraw-memo":
                if any(each.startswith(id) and each not in self.off for each in self.events):
                    yield event.target, "text", said.get("text")
            case "finish" | "unfinish":
                yield who, f"finished by {said.get('coder', event.author)}", event.kind == "finish"

    def both_set(self) -> set[tuple[str, str, tuple[str, ...]]]:
        """Return the registers in conflict: target, field, and the writes that nobody overwrote."""
        found = set()
        for (target, field), writes in self.writes().items():
            newest = self.newest([write.event for write in writes])
            values = {write.value for write in writes if write.event in newest}
            if len(values) > 1:
                found.add((target, field, tuple(sorted(newest, key=self.place.__getitem__))))
        return found

    # Rows

    def standing(self) -> set[Row]:
        """Return what is assigned: what nobody took back who had seen it."""
        found: dict[Row, list[tuple[str, int, bool]]] = defaultdict(list)
        rows, timeline = self.log.rows, self.log.timeline
        count: dict[int, int] = defaultdict(int)
        for at in range(len(rows)):
            block = int(rows.block[at])
            seal, number = timeline.events[timeline.blocks[block]].id, count[block]
            count[block] += 1
            if f"{seal}:{number}" in self.off:
                continue
            document = self.meant("document", rows.documents[rows.document[at]], seal)
            place = self.where(document, Span(int(rows.start[at]), int(rows.end[at])), seal)
            if place is None:
                continue
            key = Row(
                document,
                place.start,
                place.end,
                self.meant("code", rows.codes[rows.code[at]], seal),
                rows.coders[rows.coder[at]],
            )
            found[key].append((seal, number, bool(rows.retracted[at])))
        return {key for key, told in found.items() if self._stands(told)}

    # Texts

    def where(self, document: str, span: Span, event: str) -> Span | None:
        """Return where a span is in the text in force that what an event seals was written about."""
        made = self._of(document, "correct")
        first = next(
            said[0]["sha256"]
            for id, said in self.additions["document", document.partition("#")[0]]
            if self.called("document", document.partition("#")[0], said) == document
        )
        seen = [id for id in made if id != event and self.saw(event, id) and self._on(id, event)]
        version = self.events[seen[-1]].fields["sha256"] if seen else first
        now = [id for id in made if id not in self.off]
        current = self.events[now[-1]].fields["sha256"] if now else first
        if version == current:
            return span
        for id in reversed(self._of(document, "place")):
            said = self.events[id].fields
            named = (said["version"], said["start"], said["end"])
            if id not in self.off and named == (version, span.start, span.end):
                if said["to"] is None:
                    return None
                version, span = said["in"], Span(*said["to"])
                break
        return self._followed(made, version, current, span)

    def _of(self, document: str, kind: str) -> list[str]:
        return [
            id
            for id in self.order
            if self.events[id].kind == kind
            and self.meant("document", self.events[id].target.partition(":")[2], id) == document
        ]

    def _on(self, id: str, event: str) -> bool:
        """Tell whether an event was in force for the author of another."""
        known = [
            each
            for each in self.past[event]
            if each != event
            and self.events[each].kind in ("undo", "redo")
            and id in self.events[each].fields["of"]
        ]
        return all(self.events[each].kind == "redo" for each in self.newest(known))

    def _followed(self, made: list[str], version: str, current: str, span: Span) -> Span | None:
        texts = self.log.timeline.texts
        steps: list[Correction] = []
        for id in made:
            data = self.events[id].fields["correction"]
            step = Correction.from_data(data, texts[data["old"]], texts[data["new"]])
            steps += [step, step.inverse()]
        paths: list[list[Correction]] = [[]]
        while paths:
            path = paths.pop(0)
            at = path[-1].checksums[1] if path else version
            if at == current:
                return follow(path, [span])[0].new if path else span
            been = {version, *(each.checksums[1] for each in path)}
            paths += [
                [*path, each]
                for each in steps
                if each.checksums[0] == at and each.checksums[1] not in been
            ]
        raise AssertionError(f"nothing leads from {version} to {current}")

    def _stands(self, told: list[tuple[str, int, bool]]) -> bool:
        def knew(later: tuple[str, int, bool], earlier: tuple[str, int, bool]) -> bool:
            if later[0] == earlier[0]:
                return later[1] > earlier[1]
            return self.saw(later[0], earlier[0])

        newest = [each for each in told if not any(knew(other, each) for other in told)]
        return any(not retracted for _, _, retracted in newest)


def _parents(event: Event) -> list[str]:
    return [id for id in (event.prev, *event.seen) if id]


def _with_codes(value: Any, code: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _with_codes(each, code, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_codes(each, code, key) for each in value]
    return code(value) if key in ("codes", "subtrees") else value
