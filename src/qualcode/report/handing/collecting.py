"""The quotes of codes, a theme or a query, each with document, speaker, variables, code path and memos."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, overload

import attrs

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_kind, check_texts
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.assignments import Assignment, Assignments
from qualcode.model.coding.queries import Query, code
from qualcode.model.readable import Readable
from qualcode.model.state import State
from qualcode.model.texts.documents import Document, Value
from qualcode.model.texts.folded_text import Folded
from qualcode.model.texts.segments import Segment
from qualcode.project.view import View
from qualcode.stats.counting.rollup import roll_up

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CodePaths", "Quote", "Quotes", "gathered", "quotes"]


@attrs.frozen
class Quote:
    """A passage that carries a code, with all that belongs to it.

    Parameters
    ----------
    segment : Segment
        The passage.
    code : str
        The id of the code.
    path : tuple of str
        The names from the topmost code down to it.
    coders : tuple of str
        Ids of those who put it there.
    memos : tuple of str
        What they noted on it.
    exemplary : bool
        Whether the codebook has it as an example of the code.
    variables : mapping
        Those of the document that were asked for; what it lacks, those of its cases.
    """

    segment: Segment
    code: str
    path: tuple[str, ...]
    coders: tuple[str, ...]
    memos: tuple[str, ...] = ()
    exemplary: bool = False
    variables: Mapping[str, Value] = attrs.field(factory=dict, hash=False)

    @property
    def source(self) -> str:
        """Where it is from, in words: document, speaker, variables."""
        document = self.segment.document
        parts = [document.name]
        speaker = self.segment.speaker
        # As a word: the R who speaks in "harbour" is not named by its letters.
        said = rf"(?<!\w){re.escape(speaker.casefold())}(?!\w)" if speaker else ""
        if speaker and not re.search(said, document.name.casefold()):
            parts.append(speaker)
        parts += [f"{name}: {value}" for name, value in self.variables.items()]
        return ", ".join(parts)

    def __str__(self) -> str:
        return f"“{self.segment.quote}” ({self.source})"


@attrs.frozen(repr=False)
class Quotes(Readable, Sequence[Quote]):
    """Quotes by code; of each code the exemplary ones first, then in the order of documents.

    Parameters
    ----------
    items : tuple of Quote
        The quotes.
    of : str
        What was asked for.
    counted : str
        Whose assignments they are, and as of when.
    definitions : mapping of str to str
        Of each code by its id, what it means.
    """

    items: tuple[Quote, ...]
    of: str
    counted: str
    definitions: Mapping[str, str] = attrs.field(factory=dict, hash=False)

    @overload
    def __getitem__(self, index: int) -> Quote: ...
    @overload
    def __getitem__(self, index: slice) -> Quotes: ...
    def __getitem__(self, index: int | slice) -> Quote | Quotes:
        if isinstance(index, slice):
            return attrs.evolve(self, items=self.items[index])
        return self.items[index]

    def __iter__(self) -> Iterator[Quote]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"<{len(self)} quotes of {self.of}>"

    @property
    def caption(self) -> str:
        """How many quotes of what, whose coding, as of when."""
        noun = "quote" if len(self) == 1 else "quotes"
        return f"{len(self):,} {noun} of {self.of}\n{self.counted}"

    def __str__(self) -> str:
        lines = [self.caption]
        for path, found in self.by_path().items():
            lines += ["", " › ".join(path)]
            for quote in found:
                mark = "* " if quote.exemplary else "  "
                lines.append(f"{mark}“{' '.join(quote.segment.quote.split())}”")
                lines.append(f"    {quote.source}")
                lines += [f"    memo: {memo}" for memo in quote.memos]
        return "\n".join(lines)

    def by_path(self) -> dict[tuple[str, ...], list[Quote]]:
        """Return the quotes of each code, by the names from the topmost code down to it."""
        found: dict[tuple[str, ...], list[Quote]] = {}
        for quote in self.items:
            found.setdefault(quote.path, []).append(quote)
        return found

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each quote.

        Columns: path (of the code), code, exemplary, quote, document, name (of the document), speaker, start,
        end (code points, half-open), coders, memos, and one for each variable.
        """
        import pandas as pd

        rows = [
            {
                "path": " › ".join(each.path),
                "code": each.code,
                "exemplary": each.exemplary,
                "quote": each.segment.quote,
                "document": each.segment.document.id,
                "name": each.segment.document.name,
                "speaker": each.segment.speaker,
                "start": each.segment.start,
                "end": each.segment.end,
                "coders": ", ".join(each.coders),
                "memos": "; ".join(each.memos),
                **{f"variable.{name}": value for name, value in each.variables.items()},
            }
            for each in self.items
        ]
        columns = [
            "path", "code", "exemplary", "quote", "document", "name", "speaker", "start", "end", "coders",
            "memos",
        ]  # fmt: skip
        return pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)


def quotes(
    view: View,
    query: Query | str | None = None,
    *,
    code: str | Iterable[str] | None = None,
    theme: str | None = None,
    rollup: str | Rollup | None = None,
    coders: str | Iterable[str] | None = None,
    variables: str | Iterable[str] = (),
) -> Quotes:
    """Collect the quotes of codes, of a theme or domain, or of a query.

    Parameters
    ----------
    view : View or Project
        The project, as it is or as it was.
    query : Query or str, optional
        Which assignments, such as ``"code(trust) and not code(conflict)"``.
    code : str or iterable of str, optional
        Ids or names of codes; those below them are with them.
    theme : str, optional
        Id or name of a theme or domain of the rollup.
    rollup : str or Rollup, optional
        Which rollup has it; the codebook's first when not given.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `View.rollup` when not given.
    variables : str or iterable of str
        Variables of documents or cases that are told with each quote.

    Returns
    -------
    Quotes
        One for each code on each segment.

    Raises
    ------
    StatisticsError
        When not exactly one of query, code and theme is given.
    NotFoundError
        When there is no such code or theme.

    Examples
    --------
    >>> import qualcode as qc
    >>> interviews = qc.load_project("partnership-interviews")
    >>> found = quotes(interviews, code="data-sharing", variables="sector")
    >>> found.caption.splitlines()[0]
    '28 quotes of data-sharing'
    >>> found[0].path
    ('Governance', 'Barriers to sharing information')
    """
    check_kind(view, View, what="view", error=StatisticsError, advice="pass a project or a view")
    if sum(each is not None for each in (query, code, theme)) != 1:
        raise StatisticsError("say of what: give one of query, code= and theme=")
    state = view.state.counting(coders)
    told, rows = _asked(state, query, code, theme, rollup)
    names = check_texts(variables, what="variables", error=StatisticsError) if variables else ()
    found = gathered(rows, state, names)
    counted = f"{state.counted}\n{state.name}, as of revision {len(state.history)}"
    definitions = {
        each.code: state.codebook.codes[each.code].definition
        for each in found
        if state.codebook.codes[each.code].definition
    }
    return Quotes(tuple(found), told, counted, definitions)


def _asked(
    state: State,
    query: Query | str | None,
    codes: str | Iterable[str] | None,
    theme: str | None,
    rollup: str | Rollup | None,
) -> tuple[str, Assignments]:
    if theme is not None:
        counts = roll_up(state, rollup)
        return counts.hierarchy.node(theme).name, counts.assignments(theme)
    if codes is not None:
        given = check_texts(codes, what="code", error=StatisticsError)
        return ", ".join(given), state.assignments.where(code(*given))
    return str(query), state.assignments.where(query)


def gathered(rows: Assignments, state: State, variables: Sequence[str]) -> list[Quote]:
    """Return the quotes of some assignments, one for each code on each segment, exemplary ones first.

    Parameters
    ----------
    rows : Assignments
        Whose words.
    state : State
        What they are of.
    variables : sequence of str
        Variables of documents or cases that are told with each quote.
    """
    places: dict[tuple[str, Segment], list[Assignment]] = {}
    for each in rows:
        places.setdefault((each.code.id, each.segment), []).append(each)
    paths = CodePaths(state.codebook)
    documents = {id: at for at, id in enumerate(state.documents)}
    order = {id: at for at, id in enumerate(state.codebook.codes)}
    found = [
        Quote(
            segment,
            id,
            paths.of(id),
            tuple(dict.fromkeys(each.coder for each in assigned)),
            tuple(dict.fromkeys(each.memo for each in assigned if each.memo)),
            paths.has_example(id, segment.quote),
            _values(segment.document, state, variables),
        )
        for (id, segment), assigned in places.items()
    ]
    return sorted(
        found,
        key=lambda each: (
            order[each.code],
            not each.exemplary,
            documents[each.segment.document.id],
            each.segment.start,
            each.segment.end,
        ),
    )


def _values(document: Document, state: State, names: Sequence[str]) -> dict[str, Value]:
    held = [document.variables, *(state.cases[id].variables for id in document.cases)]
    return {
        name: next(each[name] for each in held if name in each)
        for name in names
        if any(name in each for each in held)
    }


class CodePaths:
    """What the codebook says of codes, looked up once."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook
        self._paths: dict[str, tuple[str, ...]] = {}
        self._examples: dict[str, list[str]] = {}

    def of(self, id: str) -> tuple[str, ...]:
        """Return the names from the topmost code down to one."""
        if id not in self._paths:
            above = [each.name for each in self._codebook.ancestors(id)]
            self._paths[id] = (*reversed(above), self._codebook.codes[id].name)
        return self._paths[id]

    def has_example(self, id: str, quote: str) -> bool:
        """Tell whether an example of the code is these words, or part of them, or they of it."""
        if id not in self._examples:
            given = self._codebook.codes[id].examples
            self._examples[id] = [folded for folded in map(_folded, given) if folded]
        said = _folded(quote)
        return any(each in said or said in each for each in self._examples[id]) if said else False


def _folded(text: str) -> str:
    return " ".join(Folded.of(text).text.split())
