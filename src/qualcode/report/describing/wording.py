"""What the descriptions share: how numbers, lists, material and code are written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import singledispatch
from typing import Any

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.counted import Counted
from qualcode.model.readable import many
from qualcode.model.state import State
from qualcode.model.texts.segmenters import SEGMENTERS
from qualcode.model.unsettled import Unsettled
from qualcode.scale.asked.results import Material
from qualcode.stats.conclusions.conclusion import active_coders
from qualcode.stats.counting.speaking import is_of_speakers

__all__ = [
    "Description",
    "about",
    "conflicting",
    "describe",
    "drawn_by",
    "each_group",
    "is_named",
    "listed",
    "material",
    "not_settled",
    "number",
    "per_cent",
    "plain",
    "there_were",
    "unresolved",
    "who_counted",
]

_NAMED_UNITS = {"segment", "overlap", "contained", "character", "case", *SEGMENTERS}


@attrs.frozen
class Description:
    """What a methods paragraph is made of.

    Parameters
    ----------
    sentences : tuple of str
        What was done, in the past tense.
    references : tuple of str
        The publications to cite, in the order of their use.
    software : tuple of str
        The packages beside this one whose version matters to the result: ``"NumPy"`` where random
        numbers were drawn, ``"networkx"``.
    """

    sentences: tuple[str, ...] = attrs.field(converter=tuple[str, ...])
    references: tuple[str, ...] = attrs.field(default=(), converter=tuple[str, ...])
    software: tuple[str, ...] = attrs.field(default=(), converter=tuple[str, ...])

    def __attrs_post_init__(self) -> None:
        kept = tuple(sentence for sentence in self.sentences if sentence)
        object.__setattr__(self, "sentences", kept)
        for name in ("references", "software"):
            object.__setattr__(self, name, tuple(dict.fromkeys(getattr(self, name))))


@singledispatch
def describe(result: object) -> Description:
    """Return what the methods paragraph of a result is made of.

    To have results of your own described, register a function for their type:
    ``@describe.register``.

    Raises
    ------
    StatisticsError
        For a type that nothing is registered for.
    """
    known = sorted(each.__name__ for each in describe.registry if each is not object)
    raise StatisticsError(
        f"there is no methods paragraph for a {type(result).__name__}; there is one for "
        f"{', '.join(known)}"
    )


def drawn_by(count: int | None) -> tuple[str, ...]:
    """Return the package that drew random numbers, if so many random things were drawn.

    Examples
    --------
    >>> drawn_by(1000), drawn_by(None)
    (('NumPy',), ())
    """
    return ("NumPy",) if count else ()


# Numbers and lists


def number(value: float, digits: int = 3) -> str:
    """Return a number as papers write it: a fixed number of decimals, a real minus sign.

    Examples
    --------
    >>> number(0.48299), number(-0.1225), number(float("inf"))
    ('0.483', '−0.123', '∞')
    """
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    # Half away from zero, as readers round, whatever the binary fraction says.
    text = f"{abs(value) + 1e-12:,.{digits}f}"
    return f"−{text}" if value < 0 and text.strip("0.,") else text


def plain(value: float) -> str:
    """Return a number that may be a count: whole numbers above 1 without decimals.

    Examples
    --------
    >>> plain(1048.0), plain(1.0), plain(0.5)
    ('1,048', '1.000', '0.500')
    """
    return number(value, 0 if float(value).is_integer() and abs(value) > 1 else 3)


def per_cent(share: float) -> str:
    """Return a share in per cent, such as ``"95 %"``.

    Examples
    --------
    >>> per_cent(0.95), per_cent(0.805), per_cent(0.999)
    ('95 %', '80.5 %', '99.9 %')
    """
    return f"{round(100 * share, 1):g} %"


def there_were(count: int, one: str) -> str:
    """Return that there were so many of something, in the middle of a sentence.

    Examples
    --------
    >>> there_were(1, "unit"), there_were(1048, "unit")
    ('there was 1 unit', 'there were 1,048 units')
    """
    return f"there {'was' if count == 1 else 'were'} {many(count, one)}"


def listed(items: Iterable[object], *, most: int | None = None) -> str:
    """Return items as a list in words; only the first ones where there are more than `most`.

    Examples
    --------
    >>> listed(["ana", "ben", "eve"]), listed(["a", "b", "c", "d"], most=2)
    ('ana, ben and eve', 'a, b and 2 more')
    """
    words = [str(item) for item in items]
    if most is not None and len(words) > most:
        words = [*words[:most], f"{len(words) - most} more"]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


# Material


def material(state: State) -> str:
    """Return a sentence on what was analysed: the documents, the coding and the codebook."""
    rows, coders = state.assignments, active_coders(state)
    who = f" ({listed(coders, most=8)})" if coders else ""
    used = len(np.unique(rows.code))
    return (
        f"The material was {many(len(state.documents), 'document')} of the project "
        f"“{state.name}” with {many(len(rows), 'assignment')} of {many(used, 'code')} to "
        f"{many(rows.n_segments, 'distinct segment')}, made by {many(len(coders), 'coder')}"
        f"{who}, with the codebook as of revision {len(state.history)} "
        f"({state.head}; {many(len(state.codebook), 'live code')}). {who_counted(state.counted)}"
    )


def who_counted(counted: Counted) -> str:
    """Return a sentence on whose coding counted, and in how many documents.

    Examples
    --------
    >>> who_counted(Counted("rule", persons=("ana", "ben"), by_persons=12))
    'Counted was the coding by persons (ana and ben) in 12 documents.'
    """
    of = counted.named or counted.persons
    persons = "a person" if len(of) == 1 else "persons"
    whose = {"named": "those named", "everybody": "all coders"}.get(counted.how, persons)
    ids = f" ({listed(of, most=8)})" if of else ""
    parts = [
        f"by {whose}{ids} in {many(number, 'document')}"
        for number in (counted.by_named + counted.by_persons,)
        if number
    ]
    if counted.by_consensus:
        settled = f" ({listed(counted.consensus, most=8)})" if counted.consensus else ""
        parts.append(
            f"by the consensus{settled} alone in the {many(counted.by_consensus, 'document')} that it "
            "had finished"
        )
    if not parts:
        return "Nothing that was coded counted."
    out = listed(str(each) for each in counted.not_counted)
    return (
        f"Counted was the coding {listed(parts)}"
        + (f"; nobody's in {counted.by_nobody:,}" if counted.by_nobody else "")
        + (f"; left out: {out}." if out else ".")
        + only_fitting(counted.where)
        + (f" {counted.reaching[0].upper()}{counted.reaching[1:]}." if counted.across else "")
    )


def each_group(state: State, by: str) -> str:
    """Return what groups are made of: values of a variable, or the words of speakers."""
    return words_of(by) if is_of_speakers(state, by) else f"each value of the variable {by}"


def words_of(by: str) -> str:
    """Return what groups of speakers are made of."""
    name = by.removeprefix("speaker.")
    if name in ("speaker", "role"):
        return f"the words of each {name}"
    return f"the words of speakers with each {name}{'' if name == 'case' else ' of their case'}"


def unresolved(state: State) -> str:
    """Return sentences on what is open: split codes that nobody decided, and what `conflicting` says."""
    return not_settled(state.unsettled)


def about(result: Any) -> tuple[str, ...]:
    """Return sentences on what a result was counted of: of a project, or of a table of assignments."""
    if isinstance(result.counted, Material):
        return (_of_table(result.counted),)
    return material(result.state), unresolved(result.state)


def _of_table(counted: Material) -> str:
    who = (
        f"Counted was what {listed(counted.coders, most=6)} had assigned."
        if counted.named
        else "Counted was what everybody in the table had assigned, persons or not."
    )
    return (
        f"The material was {many(counted.documents, 'document')} with "
        f"{many(counted.assignments, 'assignment')}, in {counted.table}, read through the codebook "
        f"“{counted.codebook.name}” ({many(len(counted.codebook.codes), 'code')}). {who}"
        + ("" if counted.where is None else only_fitting([counted.where]))
    )


def only_fitting(queries: Sequence[str]) -> str:
    """Return a sentence on the queries that what counted fits, to be put behind others."""
    if not queries:
        return ""
    return f" Of this, only what fits the query {listed(f'“{each}”' for each in queries)} counted."


def not_settled(left: Unsettled) -> str:
    """Return sentences on all that is not settled."""
    were = "was" if left.undecided == 1 else "were"
    told = [] if not left.undecided else [
        f"{many(left.undecided, 'assignment')} of split codes {were} not yet given to one of the parts and "
        f"counted for the split code."
    ]  # fmt: skip
    return " ".join([*told, *conflicting(left)])


def conflicting(left: Unsettled) -> list[str]:
    """Return sentences on what is lacking or contradicts: in quarantine, withheld, withdrawn, in conflict."""
    told = []
    if left.passages:
        rows = many(left.waiting, "assignment")
        be, were = ("is", "was") if left.passages == 1 else ("are", "were")
        told.append(
            f"{many(left.passages, 'passage')} of corrected texts, with {rows}, {be} in the quarantine for "
            f"want of a certain place in the new text, and {were} not counted."
        )
    if left.withheld:
        told.append(
            "This is a blind copy: what others coded, noted and decided was withheld and not counted."
        )
    if left.withdrawals:
        documents = many(left.withdrawn, "document")
        be = "is" if left.withdrawals == 1 else "are"
        told.append(
            f"{many(left.withdrawals, 'withdrawal')} of consent, of {documents}, {be} on record; "
            "nothing of what was withdrawn was counted."
        )
    if left.conflicts:
        what, be = ("change", "is") if left.conflicts == 1 else ("changes", "are")
        told.append(
            f"{left.conflicts:,} {what} made at once in different copies of the project {be} in conflict and "
            "not settled; what the project shows meanwhile was counted."
        )
    return told


def is_named(unit: str) -> bool:
    """Tell whether a unit has a name, and is not what a regular expression or a function cuts out.

    Examples
    --------
    >>> is_named("turn"), is_named("[^.]+")
    (True, False)
    """
    return unit in _NAMED_UNITS
