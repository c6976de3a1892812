"""Adding documents and cases to a project, and their variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs

from qualcode.errors import DocumentError, DuplicateError
from qualcode.io.documents import Variables, gather_documents
from qualcode.model.documents import (
    Case,
    Document,
    Value,
    cases_labelled,
    check_types,
    check_variables,
)
from qualcode.model.ids import fold, unique_slug
from qualcode.project.editing import Editing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Adding"]


class Adding(Editing):
    """A project that documents and cases are added to."""

    def add_document(
        self,
        text: str,
        *,
        id: str | None = None,
        name: str = "",
        variables: Mapping[str, Value | None] | None = None,
        cases: Iterable[str] = (),
        source: str | None = None,
    ) -> Document:
        """Add one document.

        Parameters
        ----------
        text : str
            Kept exactly as given.
        id : str, optional
            Readable and unique; made from the name when not given.
        name : str
            A label for people.
        variables : mapping, optional
            Text, numbers, dates, true and false.
        cases : iterable of str
            Ids or names of cases; those that do not exist yet are made.
        source : str, optional
            Where the text came from.
        """
        chosen = id or unique_slug(
            name, self.documents, default=f"document-{len(self.documents) + 1}"
        )
        document = Document(
            id=chosen, text=text, name=name, variables=variables, cases=tuple(cases), source=source
        )
        return self._add_documents([document])[0]

    def add_documents(
        self,
        source: str | Path | Iterable[str | Path] | Mapping[str, str] | pd.DataFrame,
        *,
        variables: Variables | Iterable[str] = None,
        cases: str | Iterable[str] = (),
        text: str = "text",
        id: str | None = None,
        encoding: str = "utf-8",
        existing: Literal["error", "skip"] = "error",
        progress: Callable[[int, int], None] | None = None,
    ) -> tuple[Document, ...]:
        """Add documents from files, a mapping of ids to texts, or a data frame.

        Parameters
        ----------
        source : path, glob, folder, several of these, mapping, or pandas.DataFrame
            ``.txt`` and ``.md`` files; a mapping of ids to texts; or a frame with a row for each
            document, such as open answers of a survey.
        variables : mapping or callable, optional
            Variables for every document, or a function that takes a file's path and returns them. For
            a frame: the names of the columns that become variables (all with no other use when not
            given).
        cases : str or iterable of str
            Ids or names of cases for every document; for a frame, the columns that hold them. Cases
            that do not exist yet are made.
        text, id : str
            For a frame: the columns with the text and, if there is one, the id.
        encoding : str, default "utf-8"
            Of files.
        existing : {"error", "skip"}, default "error"
            What to do with a document whose id is there already. ``"skip"`` leaves it alone if its
            text is the same, so that a script can be run again; another text is always an error.
        progress : callable, optional
            Called with how many files are read, and of how many.

        Returns
        -------
        tuple of Document
            Those that were added.

        Raises
        ------
        DocumentError, DuplicateError
            When one cannot be added; then none is.
        """
        documents = gather_documents(
            source,
            variables=variables,
            cases=cases,
            text=text,
            id=id,
            encoding=encoding,
            # To be skipped, a row must have the id again that it had the first time.
            taken=() if existing == "skip" else self.documents,
            progress=progress,
        )
        if existing == "skip":
            documents = [each for each in documents if not self._has(each)]
        return self._add_documents(documents)

    def _has(self, document: Document) -> bool:
        known = self.documents.get(document.id)
        if known is not None and known.text != document.text:
            raise DocumentError(
                f"document {document.id!r} is there already with another text "
                f"({document.source or 'given now'}): offsets into it would no longer be true. Add the "
                "new text under another id"
            )
        return known is not None

    def _add_documents(self, documents: Iterable[Document]) -> tuple[Document, ...]:
        time, revision = self._time(), self.state.head
        found = list(documents)
        cases, ids = cases_labelled(self.cases, (label for each in found for label in each.cases))
        added = tuple(
            attrs.evolve(
                each, cases=[ids[label] for label in each.cases], time=time, revision=revision
            )
            for each in found
        )
        check_types([*self.documents.values(), *added])
        files = {fold(id): id for id in self.documents}
        for id in (each.id for each in added):
            if (other := files.setdefault(fold(id), id)) != id:
                raise DuplicateError(
                    f"document {id!r} differs from {other!r} only in case, and both would have the same "
                    "file on some systems: give one of them another id"
                )
        self._set(documents=self.documents.with_items(added), cases=cases)
        return added

    def add_case(
        self,
        id: str,
        *,
        name: str = "",
        variables: Mapping[str, Value | None] | None = None,
        documents: Iterable[str] = (),
    ) -> Case:
        """Add a case, and say which documents belong to it.

        Parameters
        ----------
        id, name : str
            Readable and unique, and a label for people.
        variables : mapping, optional
            Text, numbers, dates, true and false.
        documents : iterable of str
            Ids of documents.
        """
        case = Case(id=id, name=name, variables=variables)
        check_types([*self.cases.values(), case])
        belonging = [
            attrs.evolve(self.documents[each], cases=(*self.documents[each].cases, id))
            for each in documents
        ]
        self._set(
            cases=self.cases.with_items([case]),
            documents=self.documents.with_items(belonging, replace=True),
        )
        return case

    def set_variables(self, target: str, **variables: Value | None) -> None:
        """Set variables of a document or case; ``None`` removes one.

        Parameters
        ----------
        target : str
            Id of a document or, with ``"case:"`` before it, of a case.
        **variables
            Their new values; variables not named stay.
        """
        kind, _, id = target.rpartition(":")
        owner = self.cases[id] if kind == "case" else self.documents[target]
        merged = check_variables({**owner.variables, **variables}, where=target)
        changed = attrs.evolve(owner, variables=merged)
        registry: Any = self.cases if kind == "case" else self.documents
        replaced = registry.with_items([changed], replace=True)
        check_types(list(replaced.values()))
        self._set(**{"cases" if kind == "case" else "documents": replaced})
