"""The skeleton of a narrative synthesis: for each domain and theme its findings with citations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs

from qualcode.model.asking import question
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.readable import many, wrapped
from qualcode.model.results import CountedOf
from qualcode.stats.synthesis.directions import DIRECTIONS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Narrative", "Part", "PartKind", "narrative"]

PartKind: TypeAlias = Literal["domain", "theme", "definition", "finding", "quote", "write"]

_SAYS = {
    "supports": "supporting", "constrains": "constraining", "mixed": "both ways", "not stated": "not said",
}  # fmt: skip


@attrs.frozen
class Part:
    """One paragraph or heading of a narrative.

    Parameters
    ----------
    kind : {"domain", "theme", "definition", "finding", "quote", "write"}
        What it is: two kinds of headings, what a code means, a finding with its citations, a quote, and the
        place where a person writes on.
    text : str
        The words: those of the project, and of a finding the sources behind it.
    source : str
        Of a quote, the name of its source.
    """

    kind: PartKind
    text: str
    source: str = ""


@attrs.frozen(eq=False)
class Narrative(CountedOf):
    """The skeleton of a narrative synthesis: the project's own words, in order, to be written on by a person.

    Parameters
    ----------
    parts : tuple of Part
        Headings, findings with citations, quotes, and places to write, from top to bottom.
    of : EvidenceTable
        What it was made of.
    """

    _instead = "it is a text to write on; write_synthesis writes it"

    parts: tuple[Part, ...] = attrs.field(repr=False)
    of: Any = attrs.field(repr=False)

    def __iter__(self) -> Iterator[Part]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    @property
    def _print_title(self) -> str:
        return f"Skeleton of a narrative: {many(len(self.of), 'finding')}"

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each part: kind, text, source."""
        import pandas as pd

        rows = [(each.kind, each.text, each.source) for each in self.parts]
        return pd.DataFrame(rows, columns=["kind", "text", "source"])

    def __str__(self) -> str:
        shown = {
            "domain": "\n{0}\n",
            "theme": "\n{0}",
            "finding": "- {0}",
            "quote": "  “{0}” ({1})",
            "write": "[…]",
        }
        lines = [shown.get(each.kind, "{0}").format(each.text, each.source) for each in self.parts]
        return wrapped("\n".join([self.caption, *lines]))


@question("narrative")
def narrative(table: Any) -> Narrative:
    """Return the skeleton of a narrative synthesis.

    For each theme, or what else the findings are about, it has the codes below it with the sources that put
    them there, by direction; quotes; and a place where a person writes what it comes to.

    Parameters
    ----------
    table : EvidenceTable
        The evidence behind each finding.

    Examples
    --------
    >>> import qualcode as qc
    >>> reviews = qc.load_project("collaboration-reviews")
    >>> made = reviews.review().narrative("factors")
    >>> [(each.kind, each.text) for each in made][:2]
    [('domain', 'Motivation and purpose'), ('theme', 'Vision and aims')]
    """
    return Narrative(tuple(_parts(table)), table)


def _parts(table: Any) -> Iterator[Part]:
    found = table.of
    above: tuple[Node, ...] = ()
    for row in table:
        finding = row.finding
        for node in finding.above:
            if node not in above:
                yield Part("domain" if node.level == "domain" else "theme", node.name)
        above = finding.above
        yield Part("theme", finding.name)
        yield Part("definition", _in_short(found, finding))
        for text in _by_code(found, finding):
            yield Part("finding", text)
        for source, segment in row.quotes:
            yield Part("quote", segment.quote, found.named(source))
        yield Part("write", "")


def _in_short(found: Any, finding: Any) -> str:
    """Return how many sources stand behind a finding, and which way they point."""
    told = [f"{len(ids)} {_SAYS[way]}" for way in DIRECTIONS if (ids := finding.pointing(way))]
    text = f"{many(len(finding.sources), found.of)}: {', '.join(told)}."
    return f"{text} Some contradict others." if finding.is_contradicted else text


def _by_code(found: Any, finding: Any) -> Iterator[str]:
    """Yield each code of a finding that is used, by direction, with the sources that have it."""
    book = found.state.codebook
    for code in (each for each in found.hierarchy.codes if each in finding.node.codes):
        ways = found.ways_of_code(code)
        for way in DIRECTIONS:
            if ids := [id for id, each in ways.items() if each == way]:
                said = "" if way == "not stated" else f" ({way})"
                yield f"{book[code].name}{said}: {_cited(found, ids)}"


def _cited(found: Any, ids: Iterable[str]) -> str:
    return "; ".join(found.named(id) for id in ids)
