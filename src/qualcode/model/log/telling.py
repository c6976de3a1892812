"""Events in words, for people who read the log."""

from __future__ import annotations

from typing import Any

from qualcode.model.log.event import SHORT, Event
from qualcode.model.log.timeline import CODEBOOK

__all__ = ["told", "told_lost"]

_LENGTH = 60


def told(event: Event) -> str:
    """Return in a few words what an event did."""
    what = event.target.partition(":")[2] or event.target
    if event.kind in CODEBOOK:
        return _revised(event, what)
    match event.kind:
        case "begin":
            return f"begin the project {event.words.get('name', '')!r}"
        case "set":
            return f"{what}: {_settings({**event.fields, **event.words})}"
        case "add-document" | "add-case" | "add-coder":
            return f"add the {event.kind.removeprefix('add-')} {what}"
        case "correct":
            return f"correct the text of {what}"
        case "place":
            return f"place {_placed(event.fields)} in {what}"
        case "join" | "leave":
            return f"{what} {event.kind}s the case {event.fields.get('case')}"
        case "memo" | "edit-memo":
            return f"{event.target}: {_short(str(event.words.get('text', '')))}"
        case "summarise":
            return f"{what}, {event.fields.get('node')}: {_summary(event)}"
        case "verdict":
            return f"{event.fields.get('kind')} {event.fields.get('code')} in {what}"
        case "propose":
            said = event.fields.get("code") or what
            return f"propose {event.fields.get('what')}: {said}"
        case "answer":
            return f"{event.fields.get('kind')} {what}"
        case "disclose":
            client = event.fields.get("machine", {}).get("client")
            return f"open {what} to {client or 'a program'}"
        case "adjudicate":
            codes = ", ".join(event.fields.get("codes", ())) or "no code"
            return f"{event.fields.get('coder')} on {what}: {codes}"
        case "finish" | "unfinish":
            return f"{event.kind} {what}"
        case "settle":
            return f"settle as it is shown: {event.target} ({event.fields.get('conflict')})"
        case "withdraw" | "reinstate":
            return f"{event.kind} {event.target}"
        case "erase" | "pseudonymise":
            return f"{event.kind} {event.fields.get('what', 'what came back')}"
        case "erased":
            return "was erased"
        case "carry":
            files = ", ".join(each["name"] for each in event.words.get("originals", ()))
            return f"carry {files} with {event.target}"
        case "withheld":
            return "lost: it was damaged" if event.is_lost else "withheld from this copy"
        case "seal":
            return _rows(event.rows)
        case "undo" | "redo":
            return f"{event.kind} {_undone(event.fields)}"
        case _:
            return f"{event.kind} {what}"


def _revised(event: Event, what: str) -> str:
    """Return what a change of the codebook did."""
    said = {**event.fields, **event.words}
    match event.kind:
        case "adopt":
            book = said.get("codebook", {})
            return f"adopt the codebook {_short(book.get('name') or book.get('id') or '')!r}"
        case "add":
            return f"add the code {what}" + (
                f" under {said['parent']}" if said.get("parent") else ""
            )
        case "merge":
            return f"merge {_short(', '.join(said.get('sources', ())))} into {what}"
        case "rename" if said.get("name"):
            return f"rename {what} to {said['name']!r}"
        case "split":
            return f"split {what} into {_short(', '.join(said.get('parts', ())))}"
    settings = _settings(said)
    return f"{event.kind} {what}" + (f": {settings}" if settings else "")


def _summary(event: Event) -> str:
    return _short(event.words["text"]) if event.words.get("text") else "the summary is withdrawn"


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
    return f"{events:,} {'event' if events == 1 else 'events'} and {_rows(rows)}"


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'} of coding"


def _placed(fields: dict[str, Any]) -> str:
    old, to = f"{fields['start']}–{fields['end']}", fields["to"]
    return f"{old} nowhere" if to is None else f"{old} at {to[0]}–{to[1]}"


def _undone(fields: dict[str, Any]) -> str:
    parts = [id[:SHORT] for id in fields.get("of", ())]
    rows = sum(end - first for _, first, end in fields.get("rows", ()))
    return ", ".join([*parts, *([_rows(rows)] if rows else [])])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LENGTH else line[: _LENGTH - 1] + "…"
