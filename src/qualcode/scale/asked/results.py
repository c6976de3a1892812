"""What was counted of a table of assignments: results as of a project, with what they were counted of."""

from __future__ import annotations

import attrs

from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.readable import many
from qualcode.stats.counting.node_counts import CrosstabCounts, EvidenceCounts, RollupCounts
from qualcode.stats.groups.prevalence import PrevalenceShares
from qualcode.stats.pairs.pair_table import PairTable

__all__ = [
    "Material",
    "TableCooccurrence",
    "TableCrosstab",
    "TableEvidence",
    "TablePrevalence",
    "TableRollup",
]

_SHOWN = 5


@attrs.frozen
class Material:
    """What was counted, where no project says it.

    Parameters
    ----------
    table : str
        What the table is called.
    codebook : Codebook
        Through which codes were read.
    documents : int
        How many documents there were.
    assignments : int
        How many distinct assignments counted.
    coders : tuple of str
        Ids of those who made them.
    named : bool
        Whether these coders were named; else everybody counted who is in the table.
    where : str or None
        The query that what counted fits.
    without : tuple of str
        Ids that were named as coders, and of whom there is no assignment.
    """

    table: str
    codebook: Codebook = attrs.field(repr=lambda codebook: repr(codebook.name))
    documents: int
    assignments: int
    coders: tuple[str, ...]
    named: bool
    where: str | None = None
    without: tuple[str, ...] = ()

    def __str__(self) -> str:
        some = ", ".join(self.coders[:_SHOWN])
        more = f" and {len(self.coders) - _SHOWN} more" if len(self.coders) > _SHOWN else ""
        return (
            f"{many(self.assignments, 'assignment')} in {many(self.documents, 'document')} by "
            f"{many(len(self.coders), 'coder')} ({some}{more}), from {self.table}"
            + ("" if self.where is None else f"; only what fits {self.where}")
            + (f"; nothing is by {', '.join(self.without)}" if self.without else "")
        )


@attrs.frozen(eq=False)
class TableRollup(RollupCounts):
    """Counts of domains, themes and codes in a table of assignments.

    Its fields are those of `qualcode.stats.RollupCounts`, and one more.

    Parameters
    ----------
    counted : Material
        What was counted.
    """

    counted: Material = attrs.field(repr=False, kw_only=True)

    @property
    def codebook(self) -> Codebook:
        """The codebook that codes were read through."""
        return self.counted.codebook


@attrs.frozen(eq=False)
class TableCrosstab(CrosstabCounts):
    """Counts of the nodes of one level for each value of a variable, in a table of assignments.

    Its fields are those of `qualcode.stats.CrosstabCounts`, and two more.

    Parameters
    ----------
    counted : Material
        What was counted.
    of_speakers : bool
        Whether the values are of who speaks, and not of a variable.
    """

    counted: Material = attrs.field(repr=False, kw_only=True)
    of_speakers: bool = attrs.field(default=False, repr=False, kw_only=True)


@attrs.frozen(eq=False)
class TableEvidence(EvidenceCounts):
    """How many distinct segments of each document of a table carry each node.

    Its fields are those of `qualcode.stats.EvidenceCounts`, and one more.

    Parameters
    ----------
    counted : Material
        What was counted.
    """

    counted: Material = attrs.field(repr=False, kw_only=True)


@attrs.frozen(eq=False)
class TableCooccurrence(PairTable):
    """Counts of units that carry two nodes, for each pair of nodes, in a table of assignments.

    Its fields are those of `qualcode.stats.PairTable`, and one more.

    Parameters
    ----------
    counted : Material
        What was counted.
    """

    counted: Material = attrs.field(repr=False, kw_only=True)

    @property
    def codebook(self) -> Codebook:
        """The codebook that codes were read through."""
        return self.counted.codebook


@attrs.frozen(eq=False)
class TablePrevalence(PrevalenceShares):
    """Shares of units that carry each node, in a table of assignments.

    Its fields are those of `qualcode.stats.PrevalenceShares`, and one more.

    Parameters
    ----------
    counted : Material
        What was counted.
    """

    counted: Material = attrs.field(repr=False, kw_only=True)
