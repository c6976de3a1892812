"""What a project says, thing by thing and property by property, so that states of it can be compared."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from qualcode.io.exchange.refi.values import guid_key
from qualcode.model.coding.memos import Memo, segment_place
from qualcode.model.log.timeline import Timeline
from qualcode.model.state import State

__all__ = ["NOTHING", "THERE", "Key", "Said", "digest", "known_memos", "memo_keys", "said_of"]

THERE: Final = "there"
"""The property of being there at all."""

NOTHING: Final = object()
"""Stands for what is not said."""

Key = tuple[str, str]
"""A thing, as ``"code:trust"``, and one of its properties."""

Said = dict[Key, Any]


def said_of(state: State, named: Callable[[str], str], memos: Mapping[str, Memo]) -> Said:
    """Return what a state says.

    Parameters
    ----------
    state : State
        Of a project.
    named : callable
        Returns of a thing of the state by which target it is to be known.
    memos : mapping of str to Memo
        What memos say, as `memo_keys` returns it. Values of variables go with their type, since 1 and true
        are equal in Python.
    """
    return dict(_said(state, named, memos))


def _said(
    state: State, named: Callable[[str], str], memos: Mapping[str, Memo]
) -> Iterator[tuple[Key, Any]]:
    for code in state.codebook.codes.values():
        target = named(f"code:{code.id}")
        if code.is_live:
            yield (target, THERE), True
        yield (target, "name"), code.name
        yield (target, "definition"), code.definition
        yield (target, "colour"), (code.colour or "").lower() or None
        yield (target, "codable"), code.codable
        above = None if code.parent is None else named(f"code:{code.parent}").partition(":")[2]
        yield (target, "parent"), above
    for document in state.documents.values():
        target = named(f"document:{document.id}")
        yield (target, THERE), True
        yield (target, "name"), document.name
        yield (target, "text"), document.text
        for case in document.cases:
            yield (target, f"case {named(f'case:{case}').partition(':')[2]}"), True
        for name, value in document.variables.items():
            yield (target, f"variable {name}"), (type(value).__name__, value)
    for case_ in state.cases.values():
        target = named(f"case:{case_.id}")
        yield (target, THERE), True
        yield (target, "name"), case_.name
        for name, value in case_.variables.items():
            yield (target, f"variable {name}"), (type(value).__name__, value)
    for coder in state.coders.values():
        target = named(f"coder:{coder.id}")
        yield (target, THERE), True
        yield (target, "name"), coder.name
    for name, codes in state.code_sets.items():
        yield (f"set:{name}", "codes"), _ids(named, "code", codes)
    for name, view in state.views.items():
        if list(view) == ["documents"]:
            yield (f"group:{name}", "documents"), _ids(named, "document", view["documents"])
    for link in state.codebook.links:
        ends = [named(f"code:{id}").partition(":")[2] for id in (link.source, link.target)]
        yield ("link:" + "\t".join((ends[0], link.type, ends[1])), "link"), True
    for key, memo in memos.items():
        yield (key, "text"), memo.text


def _ids(named: Callable[[str], str], kind: str, ids: Any) -> tuple[str, ...]:
    return tuple(named(f"{kind}:{id}").partition(":")[2] for id in ids)


def memo_keys(
    state: State, named: Callable[[str], str], known: Callable[[str], str]
) -> dict[str, Memo]:
    """Return the memos of a state by what they are about and the id that they have in the file.

    A memo on a segment goes by the document, for the segment moves where the text is corrected.

    Parameters
    ----------
    state : State
        Of a project.
    named : callable
        As for `said_of`.
    known : callable
        Returns of a memo's id the one that it has in the file.
    """
    found: dict[str, Memo] = {}
    beside: Counter[str] = Counter()

    def order(memo: Memo) -> tuple[str, int, int, str]:
        if memo.target.startswith("segment:"):
            return (*segment_place(memo.target), "")
        return "", 0, 0, memo.target

    for memo in sorted(state.memos, key=order):
        kind, _, id = memo.target.partition(":")
        about = memo.target
        if kind == "segment":
            about = "segment " + named(f"document:{segment_place(memo.target)[0]}")
        elif id:
            about = named(memo.target)
        key = f"memo:{guid_key(known(memo.id)) or digest(memo.text)} on {about}"
        beside[key] += 1
        found[f"{key} ({beside[key]})" if beside[key] > 1 else key] = memo
    return found


def known_memos(timeline: Timeline) -> dict[str, str]:
    """Return by id of a memo the one that it has in the file it came from."""
    return {
        event.short: str(event.fields["id"])
        for event in timeline.events
        if event.kind == "memo" and event.fields.get("id")
    }


def digest(value: Any) -> str:
    """Return what tells a value from others, without saying it: the log keeps no words by it."""
    said = repr("" if value is NOTHING else ("said", value))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]
