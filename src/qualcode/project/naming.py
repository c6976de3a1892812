"""Looking for what may be names, so that a person can decide which to replace."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, overload

import attrs

from qualcode.errors import PseudonymError
from qualcode.io.tables.frame_files import write_csv
from qualcode.model.checks import check_path, shown
from qualcode.model.ids import fold
from qualcode.model.readable import Readable
from qualcode.model.texts.names import Mention, lower_words, mentions
from qualcode.model.texts.replacing import Edit, Replacing, around
from qualcode.project.erasing import said_in
from qualcode.project.pseudonymising import Pseudonymising

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Candidate", "Candidates", "Naming"]

_CONTEXTS = 3
_PEOPLE = frozenset(
    (
        "PERSON",
        "PER",
        "ORG",
        "GPE",
        "LOC",
        "FAC",
        "NORP",
        "persName",
        "orgName",
        "placeName",
        "geogName",
    )
)
"""Labels by which spaCy's pipelines name people, organisations and places."""


@attrs.frozen
class Candidate:
    """Words that may be a name.

    Parameters
    ----------
    name : str
        The words.
    kinds : tuple of str
        Why: ``"capitalised"``, ``"always capitalised"``, ``"title"``, ``"speaker"``, ``"case"``, ``"coder"``,
        ``"document"``, ``"e-mail"``, ``"phone"``, or the label of an entity recogniser.
    count : int
        In how many places they stand.
    documents : tuple of str
        Ids of the documents in which they stand.
    contexts : tuple of str
        The first places, with the words in brackets.
    """

    name: str
    kinds: tuple[str, ...]
    count: int
    documents: tuple[str, ...]
    contexts: tuple[str, ...]


@attrs.frozen(repr=False)
class Candidates(Readable, Sequence[Candidate]):
    """What may be names, the likeliest first.

    Parameters
    ----------
    items : tuple of Candidate
        The candidates.
    """

    items: tuple[Candidate, ...] = ()
    _print_columns: ClassVar[tuple[str, ...]] = ("name", "kinds", "count", "context")

    @overload
    def __getitem__(self, index: int) -> Candidate: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Candidate]: ...
    def __getitem__(self, index: int | slice) -> Candidate | Sequence[Candidate]:
        return self.items[index]

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def caption(self) -> str:
        """What is shown, in words."""
        return f"{len(self):,} candidates for names"

    def __repr__(self) -> str:
        return f"<{self.caption}>"

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each: name, pseudonym and of (empty), kinds, count, documents, context."""
        import pandas as pd

        columns = ["name", "pseudonym", "of", "kinds", "count", "documents", "context"]
        rows = [
            (
                each.name, "", "", ", ".join(each.kinds), each.count, ", ".join(each.documents),
                " | ".join(each.contexts),
            )
            for each in self.items
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)

    def write_csv(self, path: str | Path) -> None:
        """Write them as a table in which to fill in pseudonyms, for `read_key`.

        Parameters
        ----------
        path : str or Path
            The file. It holds names: mind where it lies.
        """
        write_csv(
            self.to_frame(),
            check_path(path, what="path", error=PseudonymError),
            error=PseudonymError,
        )


class Naming(Pseudonymising):
    """A project in which names can be looked for."""

    def find_names(self, pipeline: Callable[[str], Any] | None = None) -> Candidates:
        """Return what looks like names, as candidates for a person to decide on.

        Looked for are capitalised words, but where sentences begin only those that nowhere stand in lower
        case; words after titles; labels of speakers; the names and ids of cases and coders, and the names of
        documents; e-mail addresses and phone numbers: in all texts, in all their versions, and in everything
        that was written. It finds too much, most of all in German, and not everything: nicknames in lower
        case, and scripts without capitals.

        Parameters
        ----------
        pipeline : callable, optional
            A spaCy pipeline, such as ``spacy.load("en_core_web_sm")``: entities that it takes for people,
            organisations and places are candidates too.

        Returns
        -------
        Candidates
            With counts and contexts; `Candidates.write_csv` writes the table to be filled in.

        Examples
        --------
        >>> from qualcode import Codebook, Project
        >>> project = Project.new("Study", codebook=Codebook("study"))
        >>> _ = project.add_document("Then the nurse came, and with her Joan Smith.", id="a")
        >>> [(each.name, each.kinds, each.count) for each in project.find_names()][:1]
        [('Joan Smith', ('capitalised',), 1)]
        """
        if pipeline is not None and not callable(pipeline):
            raise PseudonymError(
                "pipeline must be a spaCy pipeline, such as spacy.load('en_core_web_sm'), not "
                f"{shown(pipeline)}"
            )
        material = self._material()
        lower = lower_words(text for _, text in material)
        gathering = _Gathering()
        for document, text in material:
            entities = None if pipeline is None else lambda text: _entities(pipeline, text)
            for each in mentions(text, common=lower.__contains__, entities=entities):
                gathering.add(document, text, each)
        gathering.known(list(self._known_names()), material)
        return gathering.candidates()

    def _material(self) -> list[tuple[str, str]]:
        """Return everything that is written, each once: the document that it is of, and the text."""
        timeline = self._recorder.timeline
        found: dict[tuple[str, str], None] = {}
        for event in timeline.events:
            kind, _, id = event.target.partition(":")
            if "sha256" in event.fields and kind == "document":
                found[id, timeline.texts[event.fields["sha256"]]] = None
            found.update(
                {(id if kind == "document" else "", text): None for _, text in said_in(event.words)}
            )
        rows = self._recorder.coding.events
        for row, text in rows.memos.items():
            found[rows.documents[rows.document[row]], text] = None
        return list(found)

    def _known_names(self) -> Iterator[tuple[str, str]]:
        made = self._recorder.fold
        for document in made.documents.values():
            yield "document", document.name
            yield from (("speaker", each) for each in document.speakers)
        for case in made.cases.values():
            yield from (("case", each) for each in {case.id: 0, case.name: 0})
        for coder in made.coders.values():
            yield from (("coder", each) for each in {coder.id: 0, coder.name: 0})


class _Gathering:
    """Putting together what stands in several places."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._kinds: dict[str, dict[str, None]] = {}
        self._places: dict[str, dict[tuple[str, int, str], str]] = {}

    def add(self, document: str, text: str, mention: Mention) -> None:
        place = Edit(mention.start, mention.end, mention.text, "")
        self._add(mention.kind, mention.text, document, text, place)

    def known(self, names: Sequence[tuple[str, str]], material: Sequence[tuple[str, str]]) -> None:
        """Add the names that the project has, each with its kind, and the places where they stand."""
        kinds: dict[str, dict[str, None]] = {}
        for kind, name in names:
            if len(name) > 1 and any(map(str.isalpha, name)):
                kinds.setdefault(_key(name), {})[kind] = None
                self._names.setdefault(_key(name), name)
                self._kinds.setdefault(_key(name), {})[kind] = None
                self._places.setdefault(_key(name), {})
        if not kinds:
            return
        # All at once, for each text is gone through word by word.
        replacing = Replacing({self._names[key]: "\u2400" for key in kinds})
        for document, text in material:
            for each in replacing.edits(text):
                for kind in kinds.get(_key(each.old), ()):
                    self._add(kind, each.old, document, text, each)

    def _add(self, kind: str, name: str, document: str, text: str, place: Edit) -> None:
        key = _key(name)
        self._names.setdefault(key, " ".join(name.split()))
        self._kinds.setdefault(key, {})[kind] = None
        where = (document, place.start, text)
        self._places.setdefault(key, {})[where] = around(text, place)

    def candidates(self) -> Candidates:
        made = [
            Candidate(
                name,
                tuple(self._kinds[key]),
                len(self._places[key]),
                tuple(sorted({document for document, _, _ in self._places[key] if document})),
                tuple(dict.fromkeys(self._places[key].values()))[:_CONTEXTS],
            )
            for key, name in self._names.items()
        ]
        made.sort(key=lambda each: (each.kinds == ("always capitalised",), -each.count, each.name))
        return Candidates(tuple(made))


def _key(name: str) -> str:
    return fold(" ".join(name.split()))


def _entities(pipeline: Callable[[str], Any], text: str) -> Iterator[tuple[int, int, str]]:
    for each in pipeline(text).ents:
        if each.label_ in _PEOPLE:
            yield each.start_char, each.end_char, each.label_
