"""The codes of a page with their quotes, and the documents with their texts."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code
from qualcode.model.coding.memos import Memo, segment_target
from qualcode.model.state import State
from qualcode.model.texts.documents import Document
from qualcode.model.texts.segments import Segment
from qualcode.report.page.passages import Line, cut
from qualcode.report.page.sources import Number, Sources

__all__ = ["CodeEntry", "DocumentEntry", "Quote", "codes_of", "documents_of", "memos_by_target"]

QUOTE_LENGTH = 600
"""Code points of a quote that a list shows; the document has the rest."""


@attrs.frozen
class Quote:
    """A segment in the list of a code.

    Parameters
    ----------
    segment : int
        Its number.
    text : str
        Its words, or their beginning.
    length : int
        How many code points it has in all.
    document : Document
        Where it stands.
    also : tuple of str
        Ids of the other codes on it.
    coders : tuple of str
        Who put the code on it.
    memos : tuple of str
        Notes on it.
    """

    segment: int
    text: str
    length: int
    document: Document
    also: tuple[str, ...]
    coders: tuple[str, ...]
    memos: tuple[str, ...]

    @property
    def is_cut(self) -> bool:
        """Whether only its beginning is given."""
        return len(self.text) < self.length


@attrs.frozen
class CodeEntry:
    """A code with what it means and the segments that carry it."""

    code: Code
    depth: int
    colour: str
    number: Number
    n_documents: int
    quotes: tuple[Quote, ...]
    memos: tuple[Memo, ...]

    @property
    def hidden(self) -> int:
        """How many more segments carry the code than are listed."""
        return int(self.number.count) - len(self.quotes)


@attrs.frozen
class DocumentEntry:
    """A document with its text cut into lines; without lines where the text is not shown."""

    document: Document
    at: int
    n_segments: int
    lines: tuple[Line, ...]
    memos: tuple[Memo, ...]


def memos_by_target(state: State) -> Mapping[str, tuple[Memo, ...]]:
    """Return the memos on each thing that has any."""
    found: dict[str, tuple[Memo, ...]] = {}
    for memo in state.memos:
        found[memo.target] = (*found.get(memo.target, ()), memo)
    return found


def _in_order(codebook: Codebook) -> list[tuple[Code, int]]:
    """Return all codes as the tree has them, with their depth."""
    found: list[tuple[Code, int]] = []

    def add(parent: str | None, depth: int) -> None:
        for code in codebook.children(parent, all=True):
            found.append((code, depth))
            add(code.id, depth + 1)

    add(None, 0)
    return found


def codes_of(
    state: State, *, sources: Sources, colours: Mapping[str, str], limit: int
) -> tuple[CodeEntry, ...]:
    """Return the codes in the order of the tree, each with its segments.

    Parameters
    ----------
    state : State
        What is reported.
    sources : Sources
        Where it is noted which segments are listed.
    colours : mapping of str to str
        Of codes.
    limit : int
        How many segments of a code are listed.
    """
    memos = memos_by_target(state)
    entries = []
    for code, depth in _in_order(state.codebook):
        carrying = sources.of(frozenset([code.id]))
        if not code.is_live and not carrying:
            continue
        node = sources.node(code.name, frozenset([code.id]))
        shown = carrying[:limit]
        sources.listed.update(shown)
        entries.append(
            CodeEntry(
                code,
                depth,
                colours[code.id],
                Number(len(carrying), (node,), f"code-{code.id}"),
                len({sources.documents[each] for each in carrying}),
                tuple(_quote(sources, each, code.id, memos) for each in shown),
                memos.get(f"code:{code.id}", ()),
            )
        )
    return tuple(entries)


def _quote(
    sources: Sources, number: int, code: str, memos: Mapping[str, tuple[Memo, ...]]
) -> Quote:
    segment = sources.segments[number]
    words = segment.quote
    on_segment = (memo.text for memo in memos.get(segment_target(segment), ()))
    return Quote(
        number,
        words if len(words) <= QUOTE_LENGTH else words[:QUOTE_LENGTH],
        len(words),
        segment.document,
        tuple(each for each in sources.codes[number] if each != code),
        tuple(dict.fromkeys(sources.coders[number, code])),
        tuple(dict.fromkeys((*sources.notes.get((number, code), ()), *on_segment))),
    )


def documents_of(
    state: State, *, sources: Sources, colours: Mapping[str, str], limit: int
) -> tuple[DocumentEntry, ...]:
    """Return the documents, the first ones with their texts.

    Parameters
    ----------
    state : State
        What is reported.
    sources : Sources
        The segments by number.
    colours : mapping of str to str
        Of codes.
    limit : int
        How many code points of text in all; documents beyond it are without theirs.
    """
    memos = memos_by_target(state)
    inside: dict[int, dict[int, Segment]] = {}
    for number, (at, segment) in enumerate(zip(sources.documents, sources.segments, strict=True)):
        inside.setdefault(at, {})[number] = segment
    entries = []
    written = 0
    for at, document in enumerate(state.documents.values()):
        segments = inside.get(at, {})
        written += len(document)
        codes = {number: sources.codes[number] for number in segments}
        lines = cut(document.text, segments, codes, colours) if written <= limit else ()
        entries.append(
            DocumentEntry(
                document, at, len(segments), lines, memos.get(f"document:{document.id}", ())
            )
        )
    return tuple(entries)
