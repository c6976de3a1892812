"""Texts as an assistant gets them: of the documents that were opened to it, with names replaced if asked for.

Whatever goes out is rewritten here, and whatever comes back is read here, so that places of the text that was
shown are places of the text that is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import attrs

from qualcode.errors import NotFoundError, ProjectError, did_you_mean
from qualcode.model.checks import looked_up
from qualcode.model.texts.documents import Document, Segment
from qualcode.model.texts.replacing import Edit, Moved, Replacing, replaced
from qualcode.model.texts.spans import Span
from qualcode.project.pseudonymising import read_key
from qualcode.project.view import View

__all__ = ["Lending", "Lent", "chosen_documents", "names_of"]

_PERSON = "Person "


def chosen_documents(view: View, patterns: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of the documents that patterns name, in the project's order.

    Parameters
    ----------
    view : View
        The project.
    patterns : iterable of str
        Ids, or patterns such as ``"int-0*"``.

    Raises
    ------
    NotFoundError
        When a pattern names none.
    """
    patterns = list(patterns)
    for pattern in patterns:
        if not any(fnmatchcase(id, pattern) for id in view.documents):
            raise NotFoundError(
                f"no document is called {looked_up(pattern)}.{did_you_mean(pattern, list(view.documents))}"
            )
    return tuple(id for id in view.documents if any(fnmatchcase(id, each) for each in patterns))


def names_of(
    view: View, key: str | Path | None = None, known: Replacing | None = None
) -> Replacing | None:
    """Return what replaces the names of those who speak, of cases, and what a key says besides.

    Parameters
    ----------
    view : View
        The project.
    key : str or Path, optional
        A table of names and pseudonyms; see `read_key`.
    known : Replacing, optional
        What was replaced so far, which stays so: people may be named while an assistant reads.

    Raises
    ------
    PseudonymError
        When the key cannot be read.
    """
    names: dict[str, str] = {}
    forms: Mapping[str, Iterable[str]] = {}
    if key is not None:
        names, forms = read_key(key)
    people = {each.name for document in view.documents.values() for each in document.voices if each}
    people |= {case.name or case.id for case in view.cases.values()}
    if known is not None:
        names, forms = dict(known.names), known.inflections
    elif names:
        known = Replacing(names, forms)
    number = sum(new.startswith(_PERSON) for new in names.values())
    for name in sorted(people):
        if any(character.isalpha() for character in name) and not (known and known.edits(name)):
            number += 1
            names[name] = f"{_PERSON}{number}"
    return Replacing(names, forms) if names else None


@attrs.frozen(eq=False)
class Lent:
    """A document as an assistant gets it.

    Parameters
    ----------
    id : str
        What it is called there.
    own : Document
        The document.
    shown : Document
        The same as it is shown.
    moved, back : Moved
        Where things stand in what is shown, and the other way round.
    """

    id: str
    own: Document = attrs.field(repr=False)
    shown: Document = attrs.field(repr=False)
    moved: Moved = attrs.field(repr=False)
    back: Moved = attrs.field(repr=False)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a span of the document is in what is shown."""
        return self.moved.span(start, end)

    def taken(self, shown: Segment) -> Segment:
        """Return the passage of the document that a passage of what is shown stands for."""
        start, end = self.back.span(shown.start, shown.end)
        return Segment(self.own, Span(start, end))


class Lending:
    """The documents that are opened to an assistant.

    Parameters
    ----------
    view : View
        The project.
    documents : sequence of str
        Ids of the documents that are opened; those that were withdrawn since are not.
    replacing : Replacing, optional
        What replaces names.
    """

    def __init__(
        self, view: View, documents: Sequence[str], replacing: Replacing | None = None
    ) -> None:
        self._replacing = replacing
        there = [view.documents[id] for id in documents if id in view.documents]
        self.documents: dict[str, Lent] = {}
        """By what they are called there."""
        self.named: dict[str, str] = {}
        """What they are called there, by their ids."""
        for document in there:
            lent = self._lent(document)
            if lent.id in self.documents:
                raise ProjectError(
                    f"two documents would be called {lent.id!r} with the names replaced: give them ids "
                    "without names first"
                )
            self.documents[lent.id] = lent
            self.named[document.id] = lent.id
        self._others = tuple(
            each.text for id, each in view.documents.items() if id not in self.named
        )

    def _lent(self, document: Document) -> Lent:
        if self._replacing is None:
            return Lent(document.id, document, document, Moved(()), Moved(()))
        edits = self._replacing.edits(document.text)
        moved = Moved(edits)
        back = []
        for each in edits:
            start, end = moved.span(each.start, each.end)
            back.append(Edit(start, end, each.new, each.old))
        id = self._replacing.of(document.id)
        shown = Document(id=id, text=replaced(document.text, edits))
        return Lent(id, document, shown, moved, Moved(tuple(back)))

    def __getitem__(self, id: str) -> Lent:
        found = self.documents.get(id)
        if found is None:
            raise NotFoundError(
                f"no document {looked_up(id)} is opened here.{did_you_mean(id, list(self.documents))}"
            )
        return found

    def words(self, text: str) -> str:
        """Return what people wrote with the names replaced."""
        return text if self._replacing is None else self._replacing.of(text)

    def examples(self, quotes: Iterable[str]) -> list[str]:
        """Return examples of a codebook, but for those that quote a document that is not opened."""
        return [
            self.words(quote)
            for quote in quotes
            if quote.strip() and not any(quote in text for text in self._others)
        ]
