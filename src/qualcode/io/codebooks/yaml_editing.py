"""Changing a YAML file where its content changes, and nowhere else.

A YAML library that keeps comments still lays the whole file out anew. Here the text stays what it is:
the parser says where each key and value stands, and only what differs is put in their place.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

import attrs

from qualcode.io.raw.yaml_text import parsed

__all__ = ["dumped", "edited"]

Record = Mapping[str, Any]
Entry = tuple[Any, Any]
"""The nodes of a key and of its value."""

# What breaks lines in some eyes and not in others, and what cannot be seen: only quotes keep it.
_RARE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def dumped(
    record: Any,
    *,
    width: int = 100,
    indent: int = 2,
    offset: int = 2,
    spaced: Sequence[tuple[str, ...]] = (),
) -> str:
    """Return a record as YAML in block style.

    Parameters
    ----------
    record : mapping or list
        What to write.
    width, indent, offset : int
        Where lines are broken, how far mappings are indented, and how far the dashes of lists.
    spaced : sequence of paths
        Mappings with a blank line before each entry that has a block of its own, each as the keys that
        lead to it.
    """
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    yaml.width = width
    yaml.indent(mapping=indent, sequence=offset + 2, offset=offset)
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    stream = io.StringIO()
    styled = _styled(record)
    for keys in spaced:
        node = _at(styled, keys)
        for name in [name for name in list(node)[1:] if isinstance(node[name], Mapping | list)]:
            node.yaml_set_comment_before_after_key(name, before="\n")
    # A list that is the whole text stands for items of a longer one, so it is never in a line.
    if isinstance(record, list):
        styled.fa.set_block_style()
    yaml.dump(styled, stream)
    # The writer leaves spaces where it breaks a line. Blocks of text, where they would count, have none.
    return re.sub(r" +$", "", stream.getvalue(), flags=re.MULTILINE)


def _styled(value: Any) -> Any:
    """Return plain values as people write them: short lists in a line, long texts as blocks."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

    if isinstance(value, Mapping):
        return CommentedMap((_styled(key), _styled(each)) for key, each in value.items())
    if isinstance(value, list | tuple):
        entries = CommentedSeq(_styled(each) for each in value)
        for entry in entries:
            if isinstance(entry, CommentedMap | CommentedSeq):
                entry.fa.set_flow_style()
        if all(isinstance(each, str) and len(each) < 30 for each in value):
            entries.fa.set_flow_style()
        return entries
    if isinstance(value, str) and "\n" in value and _is_tidy(value):
        return LiteralScalarString(value)
    # The library writes question marks and colons bare, and then reads them as signs of keys.
    if isinstance(value, str) and (value.startswith(("#", "?", ":")) or _RARE.search(value)):
        return DoubleQuotedScalarString(value)
    return value


def _is_tidy(text: str) -> bool:
    """Tell whether a text stays the same when written as a block."""
    return text == text.strip() and " \n" not in text and not _RARE.search(text)


def edited(
    text: str, root: Any, before: Record, after: Record, *, ordered: Sequence[tuple[str, ...]]
) -> str:
    """Return a YAML text with the changes that lead from one record to another.

    Parameters
    ----------
    text : str
        A file whose content is a mapping.
    root : node
        Its root, as `parsed` returns it.
    before : mapping
        What the text says. It may leave out what says the default, and give what the text leaves out.
    after : mapping
        What it shall say.
    ordered : sequence of paths
        Mappings whose order matters, each as the keys that lead to it, ``"*"`` for any.
    """
    found = _Editor.of(text, root).mapping(root, before, after)
    edits = sorted(found, key=lambda edit: (edit.start, edit.end))
    pieces, at = [], 0
    for edit in edits:
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    return _arranged("".join([*pieces, text[at:]]), before, after, ordered)


@attrs.frozen
class _Edit:
    start: int
    end: int
    text: str


@attrs.frozen
class _Editor:
    """Finds the edits in a text; keeps its layout in what it adds."""

    text: str
    root: Any
    newline: str
    width: int

    @classmethod
    def of(cls, text: str, root: Any) -> _Editor:
        return cls(
            text=text,
            root=root,
            newline="\r\n" if "\r\n" in text else "\n",
            width=max(100, *(len(line) for line in text.split("\n"))),
        )

    def mapping(self, node: Any, before: Record, after: Record) -> Iterator[_Edit]:
        """Yield the edits that turn what a block mapping says from `before` to `after`."""
        entries = {key.value: (key, value) for key, value in node.value}
        for name in before:
            if name not in after and name in entries:
                yield self._removal(entries[name])
        placed = None
        for name, value in after.items():
            if name not in before or before[name] != value:
                if name in entries:
                    yield from self._change(node, entries[name], before.get(name), value)
                else:
                    yield self._addition(node, placed, name, value)
            placed = entries.get(name, placed)

    def _change(self, parent: Any, entry: Entry, before: Any, value: Any) -> Iterator[_Edit]:
        key, node = entry
        inside = not _is_alias(entry)
        if inside and _is_block(node, "mapping") and isinstance(value, Mapping):
            yield from self.mapping(node, before or {}, value)
        elif inside and _is_block(node, "sequence") and len(node.value) == len(_listed(before)):
            yield from self._sequence(node, _listed(before), _listed(value))
        else:
            shown = self._shown({key.value: value}, key.start_mark.column, parent)
            yield _Edit(key.start_mark.index, end_of(self.text, entry), shown)

    def _removal(self, entry: Entry) -> _Edit:
        start = self.text.rfind("\n", 0, entry[0].start_mark.index) + 1
        end = self.text.find("\n", end_of(self.text, entry)) + 1
        return _Edit(start, end or len(self.text), "")

    def _addition(self, node: Any, placed: Entry | None, name: str, value: Any) -> _Edit:
        column = node.value[0][0].start_mark.column
        shown = " " * column + self._shown({name: value}, column, node)
        gap = self.newline if _is_spaced(self.text, node) else ""
        if placed is None:
            start = self.text.rfind("\n", 0, node.value[0][0].start_mark.index) + 1
            return _Edit(start, start, shown + self.newline + gap)
        end = _line_end(self.text, end_of(self.text, placed))
        return _Edit(end, end, gap + self.newline + shown)

    def _sequence(self, node: Any, before: list[Any], after: list[Any]) -> Iterator[_Edit]:
        items = list(_items(self.text, node))
        column = node.start_mark.column
        matcher = SequenceMatcher(None, [repr(e) for e in before], [repr(e) for e in after], False)
        for _, first, last, start, end in matcher.get_opcodes():
            if before[first:last] == after[start:end]:
                continue
            fresh = [self._shown([value], column, node) for value in after[start:end]]
            # One by one as far as both go, so that a comment stays with the entry it stands beside.
            for (dash, stop), shown in zip(items[first:last], fresh, strict=False):
                yield _Edit(dash, stop, shown)
            for dash, stop in items[first + len(fresh) : last]:
                line = self.text.rfind("\n", 0, dash) + 1
                yield _Edit(line, self.text.find("\n", stop) + 1 or len(self.text), "")
            for shown in fresh[last - first :]:
                line = " " * column + shown
                if last:
                    at = _line_end(self.text, items[last - 1][1])
                    yield _Edit(at, at, self.newline + line)
                else:
                    at = self.text.rfind("\n", 0, items[0][0]) + 1
                    yield _Edit(at, at, line + self.newline)

    def _shown(self, value: Any, column: int, near: Any) -> str:
        """Return an entry as it looks at a column, less the first indent, laid out as what is near."""
        layout = {"indent": 2, "offset": 2, **_layout(self.root), **_layout(near)}
        shown = dumped(
            value,
            width=max(self.width - column, 40),
            indent=layout["indent"],
            offset=0 if isinstance(value, list) else layout["offset"],
        )
        first, *others = shown.rstrip("\n").split("\n")
        return self.newline.join([first, *(" " * column + each if each else "" for each in others)])


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


# Where things stand


def _is_block(node: Any, kind: str) -> bool:
    return node.id == kind and not node.flow_style and bool(node.value)


def _is_alias(entry: Entry) -> bool:
    # The node of an alias is the one it stands for, further up.
    return bool(entry[1].start_mark.index < entry[0].start_mark.index)


def end_of(text: str, entry: Entry) -> int:
    """Return where the value of an entry ends, before any comment."""
    key, value = entry
    if _is_alias(entry):
        alias = re.compile(r"\s*:\s*\*[^\s,\[\]{}]+").match(text, key.end_mark.index)
        return alias.end() if alias else int(key.end_mark.index)
    if value.start_mark.index == value.end_mark.index:
        return text.index(":", key.end_mark.index) + 1  # nothing stands behind the key
    return _node_end(text, value)


def _node_end(text: str, node: Any) -> int:
    if _is_block(node, "mapping"):
        return end_of(text, node.value[-1])
    if _is_block(node, "sequence"):
        return list(_items(text, node))[-1][1]
    start, end = node.start_mark.index, node.end_mark.index
    return int(start + len(text[start:end].rstrip()))  # a block of text reaches to the next key


def _items(text: str, node: Any) -> Iterator[tuple[int, int]]:
    """Yield where the dash of each item of a block sequence stands, and where the item ends."""
    end = node.start_mark.index
    for item in node.value:
        dash = text.rfind("-", end, item.start_mark.index)
        empty = item.start_mark.index == item.end_mark.index
        end = dash + 1 if empty else _node_end(text, item)
        yield dash, end


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if text[at:end].endswith("\r") else end


def _is_spaced(text: str, node: Any) -> bool:
    """Tell whether blank lines stand between the entries of a block mapping."""
    pairs = list(zip(node.value, node.value[1:], strict=False))
    gaps = [text[end_of(text, one) : other[0].start_mark.index] for one, other in pairs]
    return bool(gaps) and re.search(r"\n[ \r]*\n", gaps[-1]) is not None


def _layout(node: Any) -> dict[str, int]:
    """Return how far mappings and sequences below a node are indented, as first seen."""
    found: dict[str, int] = {}
    waiting = [node]
    while waiting and len(found) < 2:
        mapping = waiting.pop(0)
        for key, value in mapping.value if mapping.id == "mapping" else ():
            step = value.start_mark.column - key.start_mark.column
            if _is_block(value, "mapping") and not _is_alias((key, value)):
                found.setdefault("indent", step)
                waiting.append(value)
            elif _is_block(value, "sequence") and not _is_alias((key, value)):
                found.setdefault("offset", step)
    return found


# Order


def _arranged(text: str, before: Record, after: Record, ordered: Sequence[tuple[str, ...]]) -> str:
    """Return a text with the entries of mappings moved where a record has them in another order."""
    for keys in [keys for path in ordered for keys in _paths(after, path)]:
        known, wanted = _at(before, keys), _at(after, keys)
        if [key for key in known if key in wanted] != [key for key in wanted if key in known]:
            node = _node_at(parsed(text)[0], keys)
            if node is not None and _is_block(node, "mapping"):
                text = _with_order(text, node, list(wanted))
    return text


def _paths(record: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if not path:
        yield ()
    elif isinstance(record, Mapping):
        for key in record if path[0] == "*" else {path[0]} & set(record):
            for rest in _paths(record[key], path[1:]):
                yield (key, *rest)


def _at(record: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        record = record.get(key) or {}
    return record


def _node_at(node: Any, keys: tuple[str, ...]) -> Any:
    for name in keys:
        found = [value for key, value in node.value if key.value == name]
        if not found or found[0].id != "mapping":
            return None
        node = found[0]
    return node


def _with_order(text: str, node: Any, wanted: list[str]) -> str:
    names = [key.value for key, _ in node.value]
    places = {name: place for place, name in enumerate(wanted)}
    # An entry moves with the comments above it; the blank lines between entries stay.
    start = text.rfind("\n", 0, node.value[0][0].start_mark.index) + 1
    gaps, bodies = [], {}
    for entry in node.value:
        end = text.find("\n", end_of(text, entry)) + 1 or len(text)
        gap = re.compile(r"(?:[ \r]*\n)*").match(text, start, end)
        middle = gap.end() if gap else start
        gaps.append(text[start:middle])
        body = text[middle:end]
        bodies[entry[0].value] = body if body.endswith("\n") else f"{body}\n"
        start = end
    first = text.rfind("\n", 0, node.value[0][0].start_mark.index) + 1
    order = sorted(names, key=lambda name: places.get(name, len(places)))
    moved = "".join(gap + bodies[name] for gap, name in zip(gaps, order, strict=True))
    return text[:first] + moved + text[start:]
