"""Saying who speaks in documents that are there, and looking at who does in all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from qualcode.errors import DocumentError
from qualcode.model.checks import check_texts
from qualcode.model.texts.speakers import Speakers
from qualcode.model.texts.structure import Structure
from qualcode.model.texts.turns import find_turns
from qualcode.project.adding import Adding

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Speaking"]


class Speaking(Adding):
    """A project in which it is said who speaks."""

    def set_speakers(
        self,
        documents: str | Iterable[str],
        *,
        labels: Mapping[str, str | None] | None = None,
        pattern: str | re.Pattern[str] | None = None,
        coder: str | None = None,
    ) -> dict[str, Speakers]:
        r"""Say who speaks in documents, and keep the turns with them.

        With neither labels nor a pattern, what is found today is kept, so that a later version of
        qualcode that finds more changes nothing. No text changes, and no segment.

        Parameters
        ----------
        documents : str or iterable of str
            Ids of documents.
        labels : mapping of str to str or None, optional
            Labels with the name of their speaker; None for what is no label. What else is found stays.
        pattern : str or compiled regular expression, optional
            What a label looks like, with the name in the group ``speaker``; nothing else is looked for.
        coder : str, optional
            Who says so; the project's author when not given.

        Returns
        -------
        dict of str to Speakers
            For each document, who speaks.

        Raises
        ------
        NotFoundError
            When there is no such document.
        DocumentError
            When no label is found in one.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.Project.new("Study")
        >>> _ = project.add_document("the first / We left.\nthe second / Why?", id="a")
        >>> found = project.set_speakers("a", pattern=r"(?P<speaker>the \w+) /")
        >>> list(found["a"]), list(project.documents["a"].speakers)
        (['the first', 'the second'], ['the first', 'the second'])
        """
        ids = check_texts(documents, what="documents", error=DocumentError)
        found: dict[str, Speakers] = {}
        structures: dict[str, Structure] = {}
        for document in map(self._document, ids):
            others = [part for part in document.structure if part.kind != "turn"]
            known = Structure(others) if labels or pattern is not None else document.structure
            speakers = find_turns(document.text, known, labels=labels, pattern=pattern)
            if not speakers:
                raise DocumentError(
                    f"document {document.id!r}: no label is found in it, so nobody speaks; say what labels "
                    "look like, with labels= or pattern="
                )
            found[document.id] = speakers
            structures[document.id] = Structure((*others, *speakers.turns))
        who = self._who(coder)
        news = {
            id: structure
            for id, structure in structures.items()
            if self._did("set", f"document:{id}", {}, {"structure": structure.plain()}, coder=who)
            is None
            and structure != self._document(id).structure
        }
        if news:
            who = self._doing(coder)
            with self._step(who):
                for id, structure in news.items():
                    words = {"structure": structure.plain()}
                    self._record("set", f"document:{id}", {}, words, coder=who)
        return found

    def speakers_frame(self) -> pd.DataFrame:
        r"""Return one table of who speaks in all documents, to be checked.

        Columns: document, speaker, aliases, role, turns, words, sure (of the document), suspects (how
        many lines of the document look like labels and were not taken). A document in which nobody was
        found has a row without a speaker.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.Project.new("Study")
        >>> _ = project.add_document("I: Who?\nR: Me.\nI: When?", id="a")
        >>> project.speakers_frame()[["document", "speaker", "role", "turns"]].values.tolist()
        [['a', 'I', 'interviewer', 2], ['a', 'R', 'participant', 1]]
        """
        import pandas as pd

        rows: list[tuple[object, ...]] = []
        for document in self._recorder.documents.values():
            found = document.speakers
            about = (found.sure, len(found.suspects))
            people = [
                (document.id, e.name, list(e.aliases), e.role, e.turns, e.words, *about)
                for e in found.values()
            ]
            rows += people or [(document.id, None, [], None, 0, 0, *about)]
        names = ["document", "speaker", "aliases", "role", "turns", "words", "sure", "suspects"]
        frame = pd.DataFrame(rows, columns=names)
        for at in (1, 3):  # who is not known is None, with every pandas
            frame[names[at]] = pd.Series([row[at] for row in rows], dtype=object)
        return frame
