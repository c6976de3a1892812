"""Coders compared in a table of assignments, and what can be asked of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.hierarchy import LEVELS, Node, find_rollup, lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.counted import Counted
from qualcode.scale.asked.results import Material
from qualcode.stats.agreement.ratings import Ratings
from qualcode.stats.agreement.result import StudySummary
from qualcode.stats.agreement.study.coding_table import POOLED, Flags, Uncoded
from qualcode.stats.agreement.study.compared import Compared
from qualcode.stats.agreement.study.levels import named_nodes, nodes_at
from qualcode.stats.agreement.study.rating_patterns import RatingPatterns
from qualcode.stats.agreement.unit_sums import Groups
from qualcode.stats.arguments import check_one_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TableStudy", "compared_nodes"]


def compared_nodes(
    codebook: Codebook,
    level: str,
    rollup: str | Rollup | None,
    *,
    used: Collection[str],
    named: str | Iterable[str] | None = None,
) -> tuple[Node, ...]:
    """Return the nodes of a level that are compared: those named, or all that hold codes in use."""
    hierarchy = lay_over(find_rollup(rollup, codebook), codebook)
    if named is None:
        return nodes_at(hierarchy, level, used)
    return named_nodes(hierarchy, level, named)


@attrs.frozen(eq=False, repr=False)
class TableStudy(Compared):
    """Coders compared on the same units of a table, as `qualcode.study` makes it.

    Units that were rated alike in a document are held once, with how many there are.

    Parameters
    ----------
    coders : tuple of str
        Who is compared.
    nodes : tuple of Node
        The codes, themes or domains compared.
    unit : str
        What a unit is.
    uncoded : {"decision", "missing"}
        What a unit means that a coder left uncoded in a document that they covered.
    rollup : Rollup
        Along which the nodes are.
    chosen : bool
        Whether the nodes were named, and not all that anybody used.
    coverage : mapping of str to tuple of str, or None
        The documents that coders covered, where that was stated.
    used : tuple of str
        The codes that the coders used where they are compared.
    patterns : RatingPatterns
        How units were rated, and how many.
    counted : Material
        What was counted.
    """

    _figure = "qualcode.report.plot.forest:agreement"

    coders: tuple[str, ...]
    nodes: tuple[Node, ...]
    unit: str
    uncoded: Uncoded
    rollup: Rollup
    chosen: bool
    coverage: Mapping[str, tuple[str, ...]] | None
    used: tuple[str, ...]
    patterns: RatingPatterns
    counted: Material

    def __repr__(self) -> str:
        return (
            f"<TableStudy of {', '.join(self.coders)} on {len(self.nodes)} {self.level}s: "
            f"{self.n_units} units ({self.unit}) in {len(self.documents)} documents, "
            f"uncoded is {'a decision' if self.uncoded == 'decision' else 'missing'}>"
        )

    @property
    def _print_title(self) -> str:
        return repr(self).strip("<>")

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each document and each way in which units of it were rated.

        Columns: document, units (how many), and one for each coder with the ids of what they gave, as a
        list; None where they did not decide.
        """
        import pandas as pd

        ids = np.array([node.id for node in self.nodes], dtype=object)
        given = [
            [
                sorted(ids[has].tolist()) if rated else None
                for has, rated in zip(present, decided, strict=True)
            ]
            for present, decided in zip(self.present, self.rated, strict=True)
        ]
        columns: dict[str, Any] = {
            "document": [self.documents[at] for at in self.patterns.document.tolist()],
            "units": self.patterns.times,
        }
        pattern = self.patterns.pattern.tolist()
        for coder, own in zip(self.coders, given, strict=True):
            columns[coder] = [own[at] for at in pattern]
        return pd.DataFrame(columns)

    @property
    def documents(self) -> tuple[str, ...]:
        """Documents that at least two of the coders covered."""
        return self.patterns.documents

    @property
    def n_units(self) -> int:
        """How many units are compared."""
        return int(self.patterns.times.sum())

    @cached_property
    def _sets(self) -> npt.NDArray[np.int32]:
        """Which set each of the coders gave, shape (coders, patterns)."""
        row = {id: at for at, id in enumerate(self.patterns.coders)}
        return self.patterns.ratings[[row[id] for id in self.coders]]

    @cached_property
    def present(self) -> Flags:
        """Whether the coder put the node on units of the pattern, shape (coders, patterns, nodes)."""
        ids = tuple(self.counted.codebook.codes)
        has = np.zeros((len(self.patterns.sets) + 1, len(self.nodes)), dtype=np.bool_)
        for at, codes in enumerate(self.patterns.sets):
            given = {ids[code] for code in codes}
            has[at] = [not given.isdisjoint(node.codes) for node in self.nodes]
        # Of the set -1 the last row is taken, which has nothing.
        return has[self._sets]

    @cached_property
    def rated(self) -> Flags:
        """Whether the coder decided about units of the pattern, shape (coders, patterns)."""
        read: Flags = self._sets >= 0
        return read & self.present.any(axis=2) if self.uncoded == "missing" else read

    def clusters_of(self, of: str) -> Groups:
        """Return the document of each column of the ratings, and how many units it stands for."""
        n = len(self.nodes) if of == POOLED else 1
        found = self.patterns
        return Groups(np.tile(found.document, n), len(found.documents), np.tile(found.times, n))

    def of_every_unit(self, present: Flags) -> Ratings:
        """Return whether something is on the unit as ratings, with a column for every single unit."""
        return self.yes_or_no(present).repeated(self.patterns.times)

    def units_with(self, node: int) -> tuple[int, ...]:
        """Return on how many units each coder put a node."""
        return tuple((self.present[:, :, node] @ self._units).tolist())

    @property
    def coded_units(self) -> tuple[int, ...]:
        """On how many units any coder put each node."""
        return tuple((self._units @ self.present.any(axis=0)).tolist())

    @cached_property
    def _units(self) -> npt.NDArray[np.int64]:
        """How many units each pattern has."""
        found = np.zeros(self.patterns.ratings.shape[1], dtype=np.int64)
        np.add.at(found, self.patterns.pattern, self.patterns.times)
        return found

    def _by_unit(self, ratings: Ratings) -> Ratings:
        n = self.patterns.ratings.shape[1]
        stretches = np.arange(0, ratings.n_units, max(1, n))[:, None]
        columns = (stretches + self.patterns.pattern).ravel()
        return attrs.evolve(ratings, codes=ratings.codes[:, columns])

    def summary(
        self, of: str, *, part: Literal["where", "what", "weight", "order"] | None = None
    ) -> StudySummary:
        """Return what a result says of the study that it was computed on, as `Study.summary` does."""
        stated = self.coverage or {}
        return StudySummary(
            project=self.counted.table,
            revision=None,
            coders=self.coders,
            level=self.level,
            rollup=None if self.level == "code" else self.rollup.id,
            nodes=tuple(node.id for node in self.nodes),
            chosen=self.chosen,
            unit=self.unit,
            documents=len(self.documents),
            units=self.n_units,
            coverage=self.coverage,
            coverage_from={id: "stated" if id in stated else "assigned" for id in self.coders},
            counted=Counted(
                "named" if self.counted.named else "everybody", named=self.coders,
                by_named=len(self.documents),
            ),
            uncoded=self.uncoded,
            of=of,
            part=part,
            names={node.id: node.name for node in self.nodes},
            codebook=self.counted.codebook.name,
        )  # fmt: skip

    @question()
    def at_level(self, level: str, rollup: str | Rollup | None = None) -> TableStudy:
        """Return the same study with codes, themes or domains compared; nothing is counted again.

        Parameters
        ----------
        level : {"code", "theme", "domain"}
            What is compared.
        rollup : str or Rollup, optional
            For themes and domains; the study's own when not given.

        Raises
        ------
        StatisticsError
            When the study compares chosen codes only, or nothing that was used is on the level.
        """
        if self.chosen:
            raise StatisticsError(
                "this study compares chosen codes only: make it without codes=… to see it at other levels"
            )
        check_one_of(level, LEVELS, what="level")
        codebook = self.counted.codebook
        other = self.rollup if rollup is None else find_rollup(rollup, codebook)
        nodes = compared_nodes(codebook, level, other, used=self.used)
        return attrs.evolve(self, nodes=nodes, rollup=other)
