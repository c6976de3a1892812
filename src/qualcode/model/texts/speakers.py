"""Who speaks in a document, and what is known about that: a value to look at and to check."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import attrs

from qualcode.errors import NotFoundError, did_you_mean
from qualcode.model.checks import looked_up
from qualcode.model.readable import Readable
from qualcode.model.texts.structure import Part

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Speaker", "Speakers", "Suspect"]


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
        Where a label or legend tells.
    turns, words : int
        How many.
    """

    name: str
    aliases: tuple[str, ...] = ()
    role: str | None = None
    turns: int = 0
    words: int = 0


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
            lines = ["no speaker found: say what a label looks like, with labels= or pattern="]
        else:
            how = _FORMS.get(self.form, self.form)
            number = f"{len(self)} speaker{'' if len(self) == 1 else 's'}"
            lines = [f"{number}, by {how}; how sure: {self.sure:g}"]
        for each in self.items_:
            also = f" (also {', '.join(each.aliases)})" if each.aliases else ""
            told = f"  {each.name:<10}{each.turns:>4} turns{each.words:>6} words  {each.role or ''}{also}"
            lines.append(
                textwrap.fill(told.rstrip(), 80, subsequent_indent=" " * 14, drop_whitespace=True)
            )
        for at, suspect in enumerate(self.suspects[:10]):
            start = "  not taken:  " if at == 0 else " " * 14
            lines.append(f"{start} line {suspect.line} {suspect.label[:30]!r}: {suspect.reason}")
        if len(self.suspects) > 10:
            lines.append(f"{' ' * 15}and {len(self.suspects) - 10} more, in suspects")
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each speaker: speaker, aliases, role, turns, words."""
        import pandas as pd

        columns = {
            "speaker": [each.name for each in self.items_],
            "aliases": [list(each.aliases) for each in self.items_],
            "role": pd.Series([each.role for each in self.items_], dtype=object),
            "turns": [each.turns for each in self.items_],
            "words": [each.words for each in self.items_],
        }
        return pd.DataFrame(columns)


_FORMS = {
    "voice": "voices of subtitles",
    "colon": "labels with a colon",
    "name time": "lines with name and time",
    "time name": "lines with time and name",
    "name stamp": "names with a time",
    "tight": "labels with a colon",
    "tab": "labels with a tab",
    "bracket": "labels in brackets",
    "dash": "labels with a dash",
    "alone": "labels on lines of their own",
    "arrows": "arrows",
    "table": "a column of a table",
    "file": "what the file says",
    "pattern": "the pattern given",
}
