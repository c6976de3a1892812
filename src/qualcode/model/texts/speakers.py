"""Who speaks in a document, and what is known about that: a value to look at and to check."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import DocumentError, NotFoundError, did_you_mean
from qualcode.model.checks import check_choice, looked_up
from qualcode.model.ids import fold
from qualcode.model.readable import Readable, many
from qualcode.model.texts.structure import Part

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ROLES", "DocumentSpeakers", "Speaker", "Speakers", "Suspect", "read_speakers"]


ROLES = ("interviewer", "participant")
"""What a speaker may be in an interview."""


@attrs.frozen
class Speaker:
    """Somebody who speaks in a document.

    Parameters
    ----------
    name : str
        The label that is used most.
    aliases : tuple of str
        Other labels of the same speaker, as ``"Interviewer (I)"`` and ``"Interviewer"`` of ``"I"``.
    role : {"interviewer", "participant"} or None
        Where a label or legend tells, or somebody said so.
    turns, words : int
        How many.
    case : str or None
        Id of the case that the speaker is, where somebody said so.
    """

    name: str
    aliases: tuple[str, ...] = ()
    role: str | None = None
    turns: int = 0
    words: int = 0
    case: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.role is not None:
            check_choice(self.role, ROLES, what="a speaker's role", error=DocumentError)

    def is_called(self, label: str) -> bool:
        """Tell whether a label is the name of the speaker or an alias, whatever its case."""
        return fold(label) in map(fold, (self.name, *self.aliases))


@attrs.frozen
class Suspect:
    """A line that looks as if somebody began to speak there, and was not taken so.

    Parameters
    ----------
    line : int
        Its number, from 1.
    label : str
        What would be the label.
    reason : str
        Why it was not taken.
    """

    line: int
    label: str
    reason: str


@attrs.frozen(repr=False)
class Speakers(Readable, Mapping[str, Speaker]):
    r"""The speakers of a document by name, in the order in which they speak.

    Parameters
    ----------
    items : tuple of Speaker
        Who speaks.
    turns : tuple of Part
        Where, as parts of kind ``"turn"``: the words without label and time. Who is not named has the
        name ``""``. A time within a turn cuts it in two.
    suspects : tuple of Suspect
        Lines that look like labels and were not taken.
    sure : float
        How sure, from 0 to 1; 1 where the file itself says who speaks.
    form : str
        How labels are set apart, such as ``"colon"``.

    Examples
    --------
    >>> from qualcode import Document
    >>> text = "Date: 3 May\n\nI: Who pays?\nR: The council.\nI: All of it?\nR: Mostly."
    >>> found = Document(id="a", text=text).speakers
    >>> print(found)
    2 speakers, by labels with a colon; how sure: 0.95
      I            2 turns     5 words  interviewer
      R            2 turns     3 words  participant
      not taken:   line 1 'Date': names a fact
    >>> found["I"].role, found.suspects[0].label
    ('interviewer', 'Date')
    """

    _figure = "qualcode.report.plot.who:speakers"

    items_: tuple[Speaker, ...] = attrs.field(default=(), alias="items")
    turns: tuple[Part, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    sure: float = 0.0
    form: str = ""

    def __getitem__(self, key: str) -> Speaker:
        for each in self.items_:
            if key == each.name or key in each.aliases:
                return each
        names = [each.name for each in self.items_]
        raise NotFoundError(
            f"nobody called {looked_up(key)} speaks here.{did_you_mean(key, names)}"
        )

    def __contains__(self, key: object) -> bool:
        return any(key == each.name or key in each.aliases for each in self.items_)

    def __iter__(self) -> Iterator[str]:
        return iter([each.name for each in self.items_])

    def __len__(self) -> int:
        return len(self.items_)

    def __repr__(self) -> str:
        return f"<{len(self)} speakers: {', '.join(self) or 'none found'}; {len(self.turns)} turns>"

    def __str__(self) -> str:
        if not self.items_:
            # A label that no line looks like cannot be said by labels=.
            how = "labels= or pattern=" if self.suspects else "pattern="
            lines = [f"no speaker found: say what a label looks like, with {how}"]
            if self.turns:
                lines = [f"{many(len(self.turns), 'turn')} of speakers without a name"]
        else:
            how = _FORMS.get(self.form, self.form)
            lines = [f"{many(len(self), 'speaker')}, by {how}; how sure: {self.sure:g}"]
        width = min(max([10, *(len(each.name) for each in self.items_)]), 30)
        for each in self.items_:
            turns = "turn " if each.turns == 1 else "turns"
            also = f" (also {', '.join(each.aliases)})" if each.aliases else ""
            said = f"{each.turns:>4} {turns}{each.words:>6} words"
            told = f"  {each.name:<{width}}{said}  {each.role or ''}{also}"
            lines.append(
                textwrap.fill(told.rstrip(), 80, subsequent_indent=" " * 14, drop_whitespace=True)
            )
        for at, suspect in enumerate(self.suspects[:10]):
            start = "  not taken:  " if at == 0 else " " * 14
            lines.append(f"{start} line {suspect.line} {suspect.label[:30]!r}: {suspect.reason}")
        if len(self.suspects) > 10:
            lines.append(f"{' ' * 15}and {len(self.suspects) - 10} more, in suspects")
        return "\n".join(lines)

    def of(self, label: str) -> Speaker | None:
        """Return who is called so, by name or alias; None where nobody is."""
        return next((each for each in self.items_ if each.is_called(label)), None)

    @property
    def voices(self) -> tuple[Speaker | None, ...]:
        """Whose turn each is, in order; None where nobody is named."""
        named = {turn.name: self.of(turn.name) for turn in self.turns}
        return tuple(named[turn.name] if turn.name else None for turn in self.turns)

    def with_said(self, said: Speakers) -> Speakers:
        """Return these speakers with what was kept of them: who they are, and how they were found.

        Labels that were joined then are one speaker. What the turns are, and how much is said in them,
        stays as it is here.
        """
        people: dict[str, Speaker] = {}
        names: dict[str, str] = {}
        for each in self.items_:
            known = said.of(each.name) or each
            names[each.name] = known.name
            before = people.get(known.name, attrs.evolve(known, turns=0, words=0))
            people[known.name] = attrs.evolve(
                before, turns=before.turns + each.turns, words=before.words + each.words
            )
        where = tuple(
            attrs.evolve(turn, name=names.get(turn.name, turn.name)) for turn in self.turns
        )
        found = said if said.form else self
        return Speakers(tuple(people.values()), where, found.suspects, found.sure, found.form)

    def plain(self) -> dict[str, Any]:
        """Return what is known of the speakers as JSON holds it, without their turns and numbers."""
        found: dict[str, Any] = {"sure": self.sure, "form": self.form}
        found["people"] = [
            {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in attrs.asdict(each).items()
                if value and name not in ("turns", "words")
            }
            for each in self.items_
        ]
        if self.suspects:
            found["suspects"] = [list(attrs.astuple(each)) for each in self.suspects]
        return found

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each speaker: speaker, aliases, role, turns, words, case."""
        import pandas as pd

        columns = {
            "speaker": [each.name for each in self.items_],
            "aliases": [list(each.aliases) for each in self.items_],
            "role": pd.Series([each.role for each in self.items_], dtype=object),
            "turns": [each.turns for each in self.items_],
            "words": [each.words for each in self.items_],
            "case": pd.Series([each.case for each in self.items_], dtype=object),
        }
        return pd.DataFrame(columns)


class DocumentSpeakers(Readable, dict[str, Speakers]):
    r"""Who speaks in each of several documents, by their ids: one table to be checked.

    Examples
    --------
    >>> from qualcode import Project
    >>> project = Project.new("Study")
    >>> _ = project.add_document("I: Who?\nR: Me.\nI: When?", id="a")
    >>> print(project.speakers)
    2 speakers in 1 document
    document  speaker  role         turns  words   sure  suspects
    a         I        interviewer      2      2  0.930         0
    a         R        participant      1      1  0.930         0
    """

    _instead = "project.documents[…].speakers.plot() draws those of one document"

    @property
    def caption(self) -> str:
        """How many speakers there are in how many documents; one who speaks in two is two here."""
        people = many(sum(map(len, self.values())), "speaker")
        return f"{people} in {many(len(self), 'document')}"

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each speaker in each document.

        Columns: document, speaker, aliases, role, case, turns, words, sure (of the document), suspects
        (how many lines of the document look like labels and were not taken). A document in which nobody
        was found has a row without a speaker.
        """
        import pandas as pd

        rows: list[tuple[object, ...]] = []
        for id, found in self.items():
            about = (found.sure, len(found.suspects))
            people = [
                (id, e.name, list(e.aliases), e.role, e.case, e.turns, e.words, *about)
                for e in found.values()
            ]
            rows += people or [(id, None, [], None, None, 0, 0, *about)]
        names = (
            "document",
            "speaker",
            "aliases",
            "role",
            "case",
            "turns",
            "words",
            "sure",
            "suspects",
        )
        frame = pd.DataFrame(rows, columns=list(names))
        for at in (1, 3, 4):  # who is not known is None, with every pandas
            frame[names[at]] = pd.Series([row[at] for row in rows], dtype=object)
        return frame


def read_speakers(plain: Mapping[str, Any]) -> Speakers:
    """Return what `Speakers.plain` made: speakers without turns.

    Raises
    ------
    DocumentError
        When it is something else.
    """
    try:
        people = tuple(
            Speaker(**{**each, "aliases": tuple(each.get("aliases", ()))})
            for each in plain.get("people", ())
        )
        suspects = tuple(Suspect(*each) for each in plain.get("suspects", ()))
        return Speakers(people, (), suspects, plain.get("sure", 0.0), plain.get("form", ""))
    except (AttributeError, TypeError) as error:
        raise DocumentError(f"this tells no speakers of a document: {error}") from error


_FORMS = {
    "voice": "voices of subtitles",
    "colon": "labels with a colon",
    "name time": "lines with name and time",
    "time name": "lines with time and name",
    "name stamp": "names with a time",
    "tight": "labels with a colon",
    "tab": "labels with a tab",
    "chat": "lines of a chat, from whom to whom",
    "slashes": "labels with slashes",
    "full stop": "labels with a full stop",
    "question": "Q. and A.",  # of an earlier version
    "semicolon": "labels with a semicolon",
    "parenthesis": "labels with a parenthesis",
    "bar": "labels with a bar",
    "angle": "labels with an angle bracket",
    "equals sign": "labels with an equals sign",
    "bracket": "labels in brackets",
    "dash": "labels with a dash",
    "alone": "labels on lines of their own",
    "arrows": "arrows",
    "table": "a column of a table",
    "file": "what the file says",
    "pattern": "the pattern given",
}
