"""Adding documents and cases to a project, and saying more about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs

from qualcode.errors import DocumentError, DuplicateError, NotFoundError
from qualcode.io.readers.added import Added
from qualcode.io.readers.documents import COLUMN, gather_documents, ordered_columns
from qualcode.io.readers.files import LARGEST_ORIGINAL, Keeper, SpeakersGiven, Variables
from qualcode.io.readers.registry import Reader
from qualcode.model.checks import check_choice, check_text, check_texts, check_whole, shown
from qualcode.model.collecting import no_garbage_collected
from qualcode.model.ids import MARK, fold, slug
from qualcode.model.texts.documents import (
    Case,
    Document,
    Value,
    cases_labelled,
    check_types,
    check_variables,
    plain_value,
)
from qualcode.model.texts.originals import ORIGINALS
from qualcode.project.editing import Editing
from qualcode.project.losing import record_losses

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Adding", "plain_variables", "said_of_case"]


class Adding(Editing):
    """A project that documents and cases are added to."""

    _unnamed = 0

    def add_document(
        self,
        text: str,
        *,
        id: str | None = None,
        name: str = "",
        variables: Mapping[str, Value | None] | None = None,
        cases: str | Iterable[str] = (),
        source: str | Path | None = None,
        coder: str | None = None,
    ) -> Document:
        """Add one document; adding the same again changes nothing.

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
        cases : str or iterable of str
            Ids or names of cases; those that do not exist yet are made.
        source : str or Path, optional
            Where the text came from.
        coder : str, optional
            Who adds it; the project's author when not given.

        Raises
        ------
        DuplicateError
            When there is another document with the id.
        DocumentError
            When the text is the path of a file, and not what stands in it.
        """
        _check_no_path(text)
        document = Document(
            id="document" if id is None else id,
            text=text,
            name=name,
            variables=variables,
            cases=cases,
            source=source,  # type: ignore[arg-type]  # a path is taken, and kept as text
        )
        if id is None:
            name = document.name if isinstance(name, str) and name else ""
            own, unnamed = self._free_id(name, text)
            document = attrs.evolve(document, id=own, name=name)
        self._add_documents([document], coder=coder)
        if id is None:
            self._unnamed = unnamed
        return self._recorder.fold.documents[document.id]

    def _free_id(self, name: str, text: str) -> tuple[str, int]:
        """Return the id that a document without one gets, and how many without a name there were.

        They are the same again when a script is run again.
        """
        unnamed = self._unnamed
        if not name or not slug(name):
            unnamed += 1
            name = f"document-{unnamed}"
        base, number = slug(name), 1
        candidate = base
        documents = self._recorder.fold.documents
        while self._recorder.fold.letters.knows("document", candidate):
            known = documents.get(candidate)
            if known is not None and known.text == text:
                break
            number += 1
            candidate = f"{base}-{number}"
        return candidate, unnamed

    def add_documents(
        self,
        source: str | Path | Iterable[str | Path] | Mapping[str, str] | pd.DataFrame,
        *,
        variables: Variables | Iterable[str] = None,
        cases: str | Iterable[str] = (),
        text: str = "text",
        id: str | None = None,
        encoding: str | None = None,
        reader: Reader | str | None = None,
        speakers: SpeakersGiven = None,
        originals: bool | int = True,
        existing: Literal["error", "skip"] = "error",
        relative_to: str | Path | None = None,
        progress: Callable[[int, int], None] | None = None,
        coder: str | None = None,
    ) -> Added:
        """Add documents from files, a mapping of ids to texts, or a data frame.

        Adding the same again changes nothing.

        Parameters
        ----------
        source : path, glob, folder, several of these, mapping, or pandas.DataFrame
            Files of any kind in `qualcode.list_readers`, such as .docx, .pdf, .vtt and .txt; a mapping
            of ids to texts; or a frame with a row for each document, such as open answers of a survey.
            What of a folder cannot be read is told in what is returned; a file that is named itself
            must be readable.
        variables : mapping or callable, optional
            Variables for every document, or a function that takes a file's path and returns them. For
            a frame: the names of the columns that become variables (all with no other use when not
            given); those of an ordered categorical keep its order in tables and plots.
        cases : str or iterable of str
            Ids or names of cases for every document; for a frame, the columns that hold them. Cases
            that do not exist yet are made.
        text, id : str
            For a frame: the columns with the text and, if there is one, the id. Where the id is taken by
            an answer from another column, the document's is the id with the name of its own column behind
            it, as ``"r1-dislikes"``; `add_survey` adds several open questions at once.
        encoding : str, optional
            Of files of plain text; found by what they hold when not given.
        reader : Reader or str, optional
            Reads the files, instead of the one for their kind.
        speakers : mapping or str, optional
            Of files: labels with the names of speakers, None for what is no label; or a regular
            expression for labels, with the name in the group ``speaker``. The turns are kept with the
            document. Without it, speakers are found when they are asked for.
        originals : bool or int, default True
            Whether the files are kept beside the project as they were, by their digest, where a document's
            text is not all there is to them: True for files of up to 64 MiB, or the most bytes that one may
            have. What is larger is told in the losses.
        existing : {"error", "skip"}, default "error"
            What to do with a document that is there already with the same text, but with another name or
            other variables or cases. ``"skip"`` leaves it alone; another text is always an error.
        relative_to : str or Path, optional
            A folder: of the path of a file in it, a document's source keeps what comes after it, and so
            nothing of the machine where it lay.
        progress : callable, optional
            Called with how many files are read, and of how many.
        coder : str, optional
            Who adds them; the project's author when not given.

        Returns
        -------
        Added
            The documents that were added, as a tuple; its `files` say what became of each file.

        Raises
        ------
        DocumentError, DuplicateError
            When a document cannot be added; then none is. When nothing can be read.
        """
        check_choice(existing, ("error", "skip"), what="existing", error=DocumentError)
        documents, files = gather_documents(
            source,
            variables=variables,
            cases=cases,
            text=text,
            id=id,
            encoding=encoding,
            taken=(),
            progress=progress,
            reader=reader,
            speakers=speakers,
            keep=self._keeper(originals),
            relative_to=relative_to,
        )
        documents = self._apart(documents)
        orders = ordered_columns(source, {name for each in documents for name in each.variables})
        with self._step(self._who(coder)):
            added = self._add_documents(
                documents, skip=existing == "skip", coder=coder, orders=orders
            )
            fresh = {each.id for each in added}
            for each in files:
                if fresh.intersection(each.documents):
                    record_losses(self, each.reader, each.losses, coder=self._who(coder))
        return Added(
            added,
            (
                attrs.evolve(each, status="there already")
                if each.status == "added" and not fresh.intersection(each.documents)
                else each
                for each in files
            ),
        )

    def _apart(self, documents: Iterable[Document]) -> list[Document]:
        """Return documents, those under ids of their own whose id an answer in another column has.

        So several open questions of the same respondents can be added one after the other.
        """
        found = []
        for each in documents:
            known = self._recorder.fold.documents.get(each.id)
            if (
                known is not None
                and known.text != each.text
                and known.source != each.source
                and all((one.source or "").startswith(COLUMN) for one in (known, each))
            ):
                column = str(each.source).removeprefix(COLUMN)
                each = attrs.evolve(each, id=f"{each.id}-{slug(column) or 'answer'}")
            found.append(each)
        return found

    def _keeper(self, originals: object) -> Keeper | None:
        """Return what puts original files by, as far as it is wanted."""
        if originals is False:
            return None
        most = LARGEST_ORIGINAL
        if originals is not True:
            most = check_whole(originals, what="originals", error=DocumentError, least=0)
        return Keeper(self._recorder.originals.put, most)

    def read_original(self, document: str) -> bytes:
        """Return the file that a document was read from, byte for byte.

        Raises
        ------
        NotFoundError
            When there is no such document, or no file is kept for it.
        StoreError
            When the file is gone or was changed.

        Examples
        --------
        >>> import qualcode as qc
        >>> from pathlib import Path
        >>> _ = Path("menu.txt").write_bytes("Café".encode("utf-16"))
        >>> project = qc.Project.new("Study")
        >>> document, = project.add_documents("menu.txt")
        >>> project.read_original("menu").decode("utf-16"), document.original.name
        ('Café', 'menu.txt')
        """
        held = self._document(document)
        if held.original is None:
            raise NotFoundError(
                f"document {held.id!r}: no original file is kept for it; either its text is all there was to "
                "the file, or it was not added from one, or with originals=False"
            )
        return self._recorder.originals.read(held.original)

    @no_garbage_collected()
    def _add_documents(
        self,
        documents: Iterable[Document],
        *,
        skip: bool = False,
        coder: str | None,
        orders: Mapping[str, tuple[str, ...]] | None = None,
    ) -> tuple[Document, ...]:
        found = list(documents)
        cases, ids = cases_labelled(self.cases, (label for each in found for label in each.cases))
        found = [_with_cases(each, tuple(ids[label] for label in each.cases)) for each in found]
        who = self._who(coder)
        if self._earlier is not None:
            for each in found:
                self._did("add-document", f"document:{each.id}", *self._said(each), coder=who)
        fresh = self._fresh(found, skip=skip)
        for id in cases:
            self._refuse_withdrawn(f"case:{id}")
        news = self._orders_to_set(orders or {})
        if not fresh and not news:
            return ()
        who = self._doing(coder)
        with self._step(who):
            if news:
                words = {"orders": {name: list(order) for name, order in news.items()}}
                self._record("set", "project", {}, words, coder=who)
            for case in cases.values():
                if case.id not in self._recorder.fold.cases:
                    self._record_case(case, who)
            for document in fresh:
                self._record_document(document, who)
        return tuple(self._recorder.fold.documents[each.id] for each in fresh)

    def _fresh(self, documents: Iterable[Document], *, skip: bool = False) -> list[Document]:
        """Return the documents that are not there yet, checked."""
        fresh = [each for each in documents if not self._has(each, skip=skip)]
        if fresh:
            self._check_fresh(fresh)
        return fresh

    def _orders_to_set(self, orders: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Return the orders of categories that are new; one that lacks a value is refused."""
        held = self._recorder.fold.orders
        news = {name: each for name, each in orders.items() if held.get(name) != each}
        for name, order in news.items():
            if name in held and not set(held[name]) <= set(order):
                raise DocumentError(
                    f"the order of {name!r} is {list(held[name])!r}, and the categories given are "
                    f"{list(order)!r}: name all values in both, or add the column as plain text"
                )
        return news

    def _has(self, document: Document, *, skip: bool) -> bool:
        """Tell whether a document is there already, just so; another one under its id is refused."""
        known = self._recorder.fold.documents.get(document.id)
        if known is None:
            return False
        if known.text != document.text:
            raise DuplicateError(
                f"document {document.id!r} is there already with another text "
                f"({document.source or 'given now'}): offsets into it would no longer be true. Add the new "
                "text under another id, or correct the document's text"
            )
        if skip or self._added_so("add-document", f"document:{document.id}", *self._said(document)):
            return True
        said = _parts(*self._said(document))
        added = _parts(*self._said_at_first("add-document", f"document:{document.id}"))
        for field in ("name", "variables", "cases", "source"):
            was, given = getattr(known, field), getattr(document, field)
            if field == "source" and was is None and str(given).startswith(COLUMN):
                continue  # of a version that did not note the column
            if was != given and said.get(field) != added.get(field):
                how = {"name": "rename", "variables": "set_variables", "cases": "join or leave"}
                raise DuplicateError(
                    f"document {document.id!r} exists already, with the {field} {_shown(was)} instead of "
                    f"{_shown(given)}: use {how.get(field, 'another id')}, or existing='skip'"
                )
        return True

    def _check_fresh(self, fresh: list[Document]) -> None:
        check_types([*self._recorder.fold.documents.values(), *fresh])
        letters = self._recorder.fold.letters
        files = {fold(id): id for id in self._recorder.fold.documents}
        for each in fresh:
            self._refuse_withdrawn(f"document:{each.id}")
            if letters.knows("document", each.id):
                raise DuplicateError(
                    f"the id {each.id!r} was taken by a document whose addition was undone, and is never "
                    "free again: give this one another id"
                )
            if MARK in each.id:
                raise DocumentError(
                    f"document id {each.id!r}: {MARK!r} marks what was added by two people at once"
                )
            other = files.setdefault(fold(each.id), each.id)
            if other != each.id:
                raise DuplicateError(
                    f"document {each.id!r} differs from {other!r} only in case, and both would have the same "
                    "file on some systems: give one of them another id"
                )
        if len({each.id for each in fresh}) < len(fresh):
            twice = next(each.id for each in fresh if [e.id for e in fresh].count(each.id) > 1)
            raise DuplicateError(
                f"there are two documents with the id {twice!r}: give one another id"
            )

    def _said(self, document: Document) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what the event says that adds a document: fields and words."""
        fields: dict[str, Any] = {"sha256": document.checksum, "length": len(document)}
        if document.cases:
            fields["cases"] = list(document.cases)
        words: dict[str, Any] = {}
        if document.name != document.id:
            words["name"] = document.name
        if document.source is not None:
            words["source"] = document.source
        if document.variables:
            words["variables"] = plain_variables(document.variables)
        if document.structure.parts:
            words["structure"] = document.structure.plain()
        if document.speaking is not None:
            words["speakers"] = document.speaking.plain()
        if document.original is not None:
            words[ORIGINALS] = [document.original.plain()]
        return fields, words

    def _record_document(self, document: Document, who: str) -> None:
        self._recorder.timeline.texts[document.checksum] = document.text
        fields, words = self._said(document)
        self._record("add-document", f"document:{document.id}", fields, words, coder=who)

    # Cases

    def add_case(
        self,
        id: str,
        *,
        name: str = "",
        variables: Mapping[str, Value | None] | None = None,
        documents: str | Iterable[str] = (),
        coder: str | None = None,
    ) -> Case:
        """Add a case, and say which documents belong to it; adding the same again changes nothing.

        Parameters
        ----------
        id, name : str
            Readable and unique, and a label for people.
        variables : mapping, optional
            Text, numbers, dates, true and false.
        documents : str or iterable of str
            Ids of documents.
        coder : str, optional
            Who adds it; the project's author when not given.

        Raises
        ------
        DuplicateError
            When the case exists with another name or other variables.
        """
        case = Case(id=id, name=name, variables=variables)
        belonging = [
            self._document(each).id
            for each in check_texts(documents, what="documents", error=DocumentError)
        ]
        known = self._recorder.fold.cases.get(case.id)
        if known is None and MARK in case.id:
            raise DocumentError(
                f"case id {case.id!r}: {MARK!r} marks what was added by two people at once"
            )
        self._refuse_withdrawn(f"case:{case.id}")
        if known is None and self._recorder.fold.letters.knows("case", case.id):
            raise DuplicateError(
                f"the id {case.id!r} was taken by a case whose addition was undone, and is never free again: "
                "give this one another id"
            )
        target, said = f"case:{case.id}", said_of_case(case)
        self._did("add-case", target, {}, said, coder=self._who(coder))
        other = known is not None and (name or variables) and known != case
        if known is not None and other and not self._added_so("add-case", target, {}, said):
            raise DuplicateError(
                f"case {case.id!r} exists already, as {_shown(known.name)} with {_shown(known.variables)}: "
                "rename and set_variables change it, join adds documents to it"
            )
        if known is None:
            check_types([*self._recorder.fold.cases.values(), case])
        who = self._doing(coder)
        with self._step(who):
            if known is None:
                self._record_case(case, who)
            self.join(belonging, case.id, coder=who)
        return self._recorder.fold.cases[case.id]

    def _record_case(self, case: Case, who: str) -> None:
        self._record("add-case", f"case:{case.id}", {}, said_of_case(case), coder=who)

    def join(self, documents: str | Iterable[str], case: str, *, coder: str | None = None) -> None:
        """Let documents belong to a case that exists; those that do already stay.

        Parameters
        ----------
        documents : str or iterable of str
            Ids of documents.
        case : str
            Id of the case.
        coder : str, optional
            Who says so; the project's author when not given.
        """
        self._membership("join", documents, case, coder)

    def leave(self, documents: str | Iterable[str], case: str, *, coder: str | None = None) -> None:
        """Take documents out of a case; parameters as for `join`."""
        self._membership("leave", documents, case, coder)

    def _membership(
        self, kind: str, documents: str | Iterable[str], case: str, coder: str | None
    ) -> None:
        case = check_text(case, what="case", error=DocumentError)
        self._existing(f"case:{case}")
        ids = check_texts(documents, what="documents", error=DocumentError)
        concerned = [
            document
            for document in map(self._document, ids)
            if self._did(kind, f"document:{document.id}", {"case": case}, coder=self._who(coder))
            is None
            and (
                (case in document.cases) != (kind == "join")
                or self._is_open(f"document:{document.id}", f"case {case}")
            )
        ]
        if not concerned:
            return
        who = self._doing(coder)
        with self._step(who):
            for document in concerned:
                self._record(kind, f"document:{document.id}", {"case": case}, coder=who)

    # Variables

    def set_variables(
        self,
        target: str,
        *,
        variables: Mapping[str, Value | None] | None = None,
        coder: str | None = None,
        **named: Value | None,
    ) -> None:
        """Set variables of a document or case; ``None`` removes one.

        Parameters
        ----------
        target : str
            Id of a document or, with ``"case:"`` before it, of a case.
        variables : mapping, optional
            Their new values, for names that Python does not take as arguments.
        coder : str, optional
            Who says so; the project's author when not given.
        **named
            Their new values by name; variables not named stay.

        Raises
        ------
        NotFoundError
            When there is no such document or case.
        DocumentError
            When a value is of another type than the variable has elsewhere.
        """
        if not isinstance(target, str):
            raise NotFoundError(f"target {shown(target)} is no id of a document, nor 'case:ID'")
        kind, _, id = target.rpartition(":")
        made = self._recorder.fold
        if kind == "case":
            self._existing(target)
        else:
            kind, id = "document", self._document(id if kind == "document" else target).id
        held: Any = made.cases if kind == "case" else made.documents
        item = held[id]
        given = {**(_mapping(variables, target)), **named}
        merged = check_variables({**item.variables, **given}, where=target)
        changed = {
            name: plain_value(merged.get(name))
            for name in given
            if self._did(
                "set",
                f"{kind}:{id}",
                {},
                {"variables": {name: plain_value(merged.get(name))}},
                coder=self._who(coder),
            )
            is None
            and (
                self._is_open(f"{kind}:{id}", f"variable {name}")
                or item.variables.get(name) != merged.get(name)
                or type(item.variables.get(name)) is not type(merged.get(name))
            )
        }
        if not changed:
            return
        check_types(
            [
                attrs.evolve(
                    item,
                    variables={**item.variables, **{name: merged.get(name) for name in changed}},
                ),
                *(each for each in held.values() if each.id != id),
            ]
        )
        words = {"variables": dict(sorted(changed.items()))}
        self._record("set", f"{kind}:{id}", {}, words, coder=self._doing(coder))

    # Finished

    def finish(self, documents: str | Iterable[str], *, coder: str | None = None) -> None:
        """Say that a coder has read documents to the end.

        Agreement takes a document that its coder finished for covered, the suggester for coded through, and
        what a consensus coder finished is counted in place of what it was made from.

        Parameters
        ----------
        documents : str or iterable of str
            Ids of documents.
        coder : str, optional
            Who read them; the project's author when not given.
        """
        self._mark("finish", documents, coder)

    def unfinish(self, documents: str | Iterable[str], *, coder: str | None = None) -> None:
        """Say that a coder has not read documents to the end after all; parameters as for `finish`."""
        self._mark("unfinish", documents, coder)

    def _mark(self, kind: str, documents: str | Iterable[str], coder: str | None) -> None:
        ids = [
            self._document(each).id
            for each in check_texts(documents, what="documents", error=DocumentError)
        ]
        who = self._who(coder)
        held = self._recorder.fold.finished.get(who, {})
        changed = [
            id
            for id in ids
            if self._did(kind, f"document:{id}", coder=who) is None
            and (
                (id in held) != (kind == "finish")
                or self._is_open(f"document:{id}", f"finished by {who}")
            )
        ]
        if not changed:
            return
        who = self._doing(who)
        with self._step(who):
            for id in changed:
                self._record(kind, f"document:{id}", coder=who)


def _check_no_path(text: object) -> None:
    """Refuse the path of a file that is there: nobody means a document of these few letters."""
    if not isinstance(text, str) or len(text) > 255 or not text.isprintable():
        return
    path = Path(text)
    if path.suffix and path.is_file():
        raise DocumentError(
            f"{text!r} is the path of a file, and not a text: add_documents({text!r}) reads it"
        )


def _mapping(variables: object, target: str) -> Mapping[str, Any]:
    """Return variables given as a mapping, or none."""
    if variables is None:
        return {}
    if not isinstance(variables, Mapping):
        raise DocumentError(
            f"{target}: variables must be a mapping of names to values, not {shown(variables)}"
        )
    return variables


def _with_cases(document: Document, ids: tuple[str, ...]) -> Document:
    """Return a document with ids for the labels of its cases; to make one again is to check it again."""
    return document if document.cases == ids else attrs.evolve(document, cases=ids)


def _parts(fields: Mapping[str, Any], words: Mapping[str, Any]) -> dict[str, Any]:
    return {**fields, **words}


def said_of_case(case: Case) -> dict[str, Any]:
    """Return what the event says that adds a case."""
    words: dict[str, Any] = {} if case.name == case.id else {"name": case.name}
    if case.variables:
        words["variables"] = plain_variables(case.variables)
    return words


def plain_variables(variables: Mapping[str, Value]) -> dict[str, Any]:
    """Return variables as the log holds them."""
    return {name: plain_value(value) for name, value in variables.items()}


def _shown(value: object) -> str:
    return repr(dict(value)) if isinstance(value, Mapping) else repr(value)
