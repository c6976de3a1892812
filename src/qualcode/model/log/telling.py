"""Events in words, for people who read the log."""

from __future__ import annotations

from typing import Any

from qualcode.model.log.event import SHORT, Event
from qualcode.model.log.timeline import CODEBOOK
from qualcode.model.said import Said, said

__all__ = ["told", "told_lost"]

_LENGTH = 60


def told(event: Event) -> str:
    """Return in a few words what an event did."""
    what = event.target.partition(":")[2] or event.target
    fields = event.fields
    if event.kind in CODEBOOK:
        return _revised(event, what)
    match event.kind:
        case "begin":
            return Said("begin", name=event.words.get("name", ""))
        case "set":
            return Said("colon", what=what, text=_settings({**fields, **event.words}))
        case "place":
            return _placed(fields, what)
        case "join" | "leave":
            return Said(event.kind, what=what, case=fields.get("case"))
        case "memo" | "edit-memo":
            return Said("colon", what=event.target, text=_short(str(event.words.get("text", ""))))
        case "summarise":
            return _summary(event, what)
        case "judge":
            part, level = fields.get("component"), fields.get("judged")
            if level is None:
                return Said("judge-withdrawn", what=what, part=part)
            return Said("judge", what=what, part=part, level=level)
        case "back-link":
            sources = tuple(fields.get("sources", ()))
            name = "back-link" if fields.get("there") else "back-link-withdrawn"
            return Said(name, sources=sources, what=what)
        case "set-review":
            return Said("set-review", names=tuple(event.words))
        case "add-records":
            return Said("add-records", n=len(fields.get("ids", ())), source=fields.get("source"))
        case "tie-records":
            number = len(fields.get("pairs", ()))
            return Said("tie-records" if fields.get("same") else "part-records", n=number)
        case "screen":
            return _screened(event, what)
        case "sample-records":
            number = len(fields.get("records", ()))
            return Said(
                "sample-records", n=number, coder=fields.get("coder"), stage=fields.get("stage")
            )
        case "form":
            return Said("form" if event.words.get("definition") else "form-withdrawn", what=what)
        case "fill":
            return _filled(event, what)
        case "verdict":
            return said(
                str(fields.get("kind")), what=Said("in", what=fields.get("code"), document=what)
            )
        case "propose":
            return Said("propose", kind=fields.get("what"), what=fields.get("code") or what)
        case "answer":
            return said(str(fields.get("kind")), what=what)
        case "disclose":
            client = fields.get("machine", {}).get("client")
            if client:
                return Said("disclose", what=what, client=client)
            return Said("disclose-program", what=what)
        case "adjudicate":
            coder, codes = fields.get("coder"), tuple(fields.get("codes", ()))
            if codes:
                return Said("adjudicate", coder=coder, what=what, codes=codes)
            return Said("adjudicate-none", coder=coder, what=what)
        case "settle":
            return Said("settle", what=event.target, conflict=fields.get("conflict"))
        case "withdraw" | "reinstate":
            return Said(event.kind, what=event.target)
        case "erase" | "pseudonymise":
            if "what" in fields:
                return Said(event.kind, what=fields["what"])
            return Said(f"{event.kind}-again")
        case "erased":
            return Said("erased")
        case "carry":
            files = tuple(each["name"] for each in event.words.get("originals", ()))
            return Said("carry", files=files, what=event.target)
        case "withheld":
            return Said("lost" if event.is_lost else "withheld")
        case "seal":
            return Said("rows", n=event.rows)
        case "undo" | "redo":
            return Said(event.kind, what=_undone(fields))
        case _:
            return said(event.kind, what=what)


def _revised(event: Event, what: str) -> str:
    """Return what a change of the codebook did."""
    values = {**event.fields, **event.words}
    match event.kind:
        case "adopt":
            book = values.get("codebook", {})
            return Said("adopt-named", name=_short(book.get("name") or book.get("id") or ""))
        case "add" if values.get("parent"):
            return Said("add-code-under", what=what, parent=values["parent"])
        case "add":
            return Said("add-code", what=what)
        case "merge":
            return Said("merge", what=_short(", ".join(values.get("sources", ()))), into=what)
        case "rename" if values.get("name"):
            return Said("rename", what=what, name=values["name"])
        case "split":
            return Said("split", what=what, parts=_short(", ".join(values.get("parts", ()))))
    settings, done = _settings(values), said(f"code.{event.kind}", what=what)
    return Said("colon", what=done, text=settings) if settings else done


def _summary(event: Event, what: str) -> str:
    node, text = event.fields.get("node"), event.words.get("text")
    if not text:
        return Said("summary-withdrawn", what=what, node=node)
    return Said("colon", what=f"{what}, {node}", text=_short(text))


def _screened(event: Event, what: str) -> str:
    stage, decision = event.fields.get("stage"), event.fields.get("decision")
    if decision is None:
        return Said("screen-withdrawn", what=what, stage=stage)
    why = event.words.get("criterion")
    if why:
        return Said("screen-reason", what=what, stage=stage, decision=decision, reason=why)
    return Said("screen", what=what, stage=stage, decision=decision)


def _filled(event: Event, what: str) -> str:
    fields, values = event.fields, event.words.get("values", {})
    named = tuple(fields.get("named", ()))
    form, row = fields.get("form", ""), fields.get("row")
    place = f"{what}, {form}" + (f", {row}" if row else "")
    gone = tuple(field for field in named if field not in values)
    if gone:
        return Said("fill-withdrawn", what=place, fields=gone)
    told = ", ".join(f"{field} {values[field]}" for field in named)
    return Said("colon", what=place, text=_short(told))


def _settings(values: dict[str, Any]) -> str:
    parts = []
    for name, value in values.items():
        if name == "reason":
            continue
        if isinstance(value, dict) and name == "variables":
            parts += [f"{each} = {_variable(one)}" for each, one in value.items()]
        elif isinstance(value, dict) and name == "speakers":
            names = [str(each.get("name")) for each in value.get("people", ())]
            parts.append(f"speakers: {', '.join(names)}")
        elif isinstance(value, dict) and name == "structure":
            told = (f"{len(rows)} {kind}s" for kind, rows in value.items())
            parts.append(f"structure: {', '.join(told)}")
        elif name == "losses":
            lost = ", ".join(f"{n} × {element} ({source})" for source, _, element, n, *_ in value)
            parts.append(f"not taken over: {lost}")
        elif isinstance(value, dict):
            parts += [f"{name} {each!r}" for each in value]
        elif isinstance(value, list):
            parts.append(f"{name} = {', '.join(map(str, value))}")
        else:
            parts.append(f"{name} = {value!r}")
    return _short(", ".join(parts))


def _variable(value: Any) -> str:
    """Return the value of a variable, of which the log writes dates as mappings."""
    return str(value["date"]) if isinstance(value, dict) and "date" in value else repr(value)


def told_lost(events: int, rows: int) -> str:
    """Return how many events and rows of coding are lost, in words."""
    return f"{events:,} {'event' if events == 1 else 'events'} and {Said('rows', n=rows)}"


def _placed(fields: dict[str, Any], what: str) -> str:
    place, to = {"start": fields["start"], "end": fields["end"], "what": what}, fields["to"]
    if to is None:
        return Said("place-nowhere", **place)
    return Said("place", **place, to_start=to[0], to_end=to[1])


def _undone(fields: dict[str, Any]) -> tuple[str, ...]:
    parts = [id[:SHORT] for id in fields.get("of", ())]
    rows = sum(end - first for _, first, end in fields.get("rows", ()))
    return (*parts, *([Said("rows", n=rows)] if rows else []))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LENGTH else line[: _LENGTH - 1] + "…"
