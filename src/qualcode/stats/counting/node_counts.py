"""What was counted along a rollup, wherever that was: of nodes, within values, and of rows."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_flag
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.hierarchy import Hierarchy, Node
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.recipe import Answer
from qualcode.model.texts.documents import Value
from qualcode.stats.counting.policies import Policy

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CrosstabCounts", "EvidenceCounts", "EvidenceOf", "RollupCounts", "plain_count"]

Numbers: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.float64]
Longs: TypeAlias = npt.NDArray[np.int64]
EvidenceOf: TypeAlias = Literal["document", "case", "speaker", "role"]


@attrs.frozen(eq=False)
class RollupCounts(Answer):
    """Counts of domains, themes and codes.

    Parameters
    ----------
    hierarchy : Hierarchy
        The nodes.
    policy : Policy
        What was counted.
    counts : array of int64, shape (nodes,)
        One count for each node, in the hierarchy's order; of float64 for weights.
    rolled_up : int or float
        The count of everything that rolls up to a node of the highest level, each thing once.
    total : int or float
        The count of everything coded, whatever it rolls up to.
    base : int or float
        What shares are of: all documents, cases or code points of text there are; all segments or
        assignments coded; all coders who coded; the weight of everything coded.
    unweighted : int
        Where weights are counted, how many coded segments have none from those who count, and so
        count as nothing.
    """

    _figure = "qualcode.report.plot.bars_and_cells:rollup"

    hierarchy: Hierarchy = attrs.field(repr=False)
    policy: Policy = attrs.field(repr=lambda policy: policy.name)
    counts: Numbers = attrs.field(repr=False)
    rolled_up: float
    total: float
    base: float
    unweighted: int = 0

    @property
    def codebook(self) -> Codebook:
        """The codebook that codes were read through."""
        raise NotImplementedError

    @property
    def count(self) -> str:
        """The name of what was counted."""
        return self.policy.name

    def __getitem__(self, id: str) -> float:
        """Return the count of a domain, theme or code; the highest where levels share the id."""
        return self.of(id)

    def of(self, id: str, level: str | None = None) -> float:
        """Return the count of a node given by id, and by level where levels share ids.

        It is a whole number, but for weights that are none.
        """
        node = self.hierarchy.node(id, level)
        return plain_count(self.counts[self._position[node.level, node.id]])

    def share(self, id: str, level: str | None = None) -> float | None:
        """Return a node's count as a share of the base; None when there is nothing to share."""
        return self.of(id, level) / self.base if self.base else None

    @cached_property
    def _position(self) -> dict[tuple[str, str], int]:
        return {(node.level, node.id): at for at, node in enumerate(self.hierarchy.nodes)}

    def _is_shown(self, node: Node) -> bool:
        if node.level != "code" or self.of(node.id, "code"):
            return True
        code = self.codebook.codes[node.id]
        return code.codable and code.is_live

    _print_columns = ("name", "level", "count", "share")

    @property
    def _print_title(self) -> str:
        return f"{self.count.capitalize()}, by the rollup “{self.hierarchy.rollup.name}”"

    def to_frame(self) -> pd.DataFrame:
        """Return a frame, top down, with a row for each domain, theme and code.

        Columns: level, id, name, count, share, under (id of the node above). A theme in two domains
        has a row in each. Rows with the id ``"unassigned"`` hold what rolls up to nothing. The last
        two rows, of level ``"total"``, count what rolls up at all, and everything coded. Codes that
        only group others, and codes out of use, are left out when nothing carries them.
        """
        import pandas as pd

        rows: list[tuple[Any, ...]] = [
            (node.level, node.id, node.name, self.of(node.id, node.level),
             self.share(node.id, node.level), path[-1] if path else None)
            for node, path in self.hierarchy.walk()
            if self._is_shown(node)
        ]  # fmt: skip
        for id, name, number in (
            ("rolled-up", "(everything rolled up)", self.rolled_up),
            ("total", "(everything coded)", self.total),
        ):
            rows.append(
                ("total", id, name, number, number / self.base if self.base else None, None)
            )
        return pd.DataFrame(rows, columns=["level", "id", "name", "count", "share", "under"])

    def tree(self) -> str:
        """Return the counts as an indented text, a line for each node that counts something."""
        lines = []
        for node, path in self.hierarchy.walk():
            number = self.of(node.id, node.level)
            if number and UNASSIGNED not in path:
                lines.append(f"{'  ' * len(path)}{node.name}: {number}")
        what = self.count.removesuffix("s") if self.total == 1 else self.count
        lines.append(f"everything coded: {self.total:,} {what}{self._unweighted()}")
        return "\n".join(lines)

    def _unweighted(self) -> str:
        if not self.unweighted:
            return ""
        noun = "segment" if self.unweighted == 1 else "segments"
        return f"; {self.unweighted} {noun} without a weight"

    def __str__(self) -> str:
        return self.tree()


def plain_count(number: float) -> float:
    """Return a count as Python has it: whole, where it is."""
    value = float(number)
    return int(value) if value.is_integer() else value


@attrs.frozen(eq=False)
class CrosstabCounts(Answer):
    """Counts of the nodes of one level for each value of a variable.

    Parameters
    ----------
    nodes : tuple of Node
        The rows.
    values : tuple
        The columns: the variable's values in order, then what has no value.
    counts : array of int64, shape (nodes, values)
        Counts within each value.
    totals : array of int64, shape (nodes,)
        Counts over everything; less than a row's sum where a document counts in several columns, as
        one that belongs to two cases can.
    variable : str
        By which variable.
    policy : Policy
        What was counted.
    rollup : Rollup
        Along which the nodes are.
    unweighted : int
        As for `RollupResult`.
    """

    _figure = "qualcode.report.plot.groups:crosstab"

    nodes: tuple[Node, ...] = attrs.field(repr=False)
    values: tuple[Value, ...]
    counts: Numbers = attrs.field(repr=False)
    totals: Numbers = attrs.field(repr=False)
    variable: str
    policy: Policy = attrs.field(repr=lambda policy: policy.name)
    rollup: Rollup = attrs.field(repr=False)
    unweighted: int = 0

    @property
    def count(self) -> str:
        """The name of what was counted."""
        return self.policy.name

    @property
    def _print_title(self) -> str:
        return f"{self.count.capitalize()} by {self.variable}, by the rollup “{self.rollup.name}”"

    def _print_rows(self, most: int) -> tuple[pd.DataFrame, int]:
        return self.to_frame().reset_index(drop=True).head(most), len(self.nodes)

    def to_frame(self) -> pd.DataFrame:
        """Return a frame: a row for each node (index: id), a column for each value, and the total."""
        import pandas as pd

        frame = pd.DataFrame(
            self.counts,
            index=pd.Index([node.id for node in self.nodes], name=self.nodes[0].level),
            columns=pd.Index(self.values, name=self.variable, dtype=object),
        )
        frame.insert(0, "name", [node.name for node in self.nodes])
        return frame.assign(total=self.totals)


@attrs.frozen(eq=False)
class EvidenceCounts(Answer):
    """The evidence matrix: how many distinct segments of each document, or other row, carry each node.

    Parameters
    ----------
    rows : tuple of str
        Ids of the documents or cases; or names of speakers, or roles.
    nodes : tuple of Node
        The columns.
    counts : array of int64, shape (rows, nodes)
        Distinct segments.
    of : {"document", "case", "speaker", "role"}
        What the rows are.
    rollup : Rollup
        Along which the nodes are.
    """

    _figure = "qualcode.report.plot.bars_and_cells:evidence"

    rows: tuple[str, ...] = attrs.field(repr=False)
    nodes: tuple[Node, ...] = attrs.field(repr=False)
    counts: Longs = attrs.field(repr=False)
    of: EvidenceOf
    rollup: Rollup = attrs.field(repr=False)

    @property
    def _print_title(self) -> str:
        level = f", by {self.nodes[0].level}" if self.nodes else ""
        return f"Segments of each {self.of}{level} of the rollup “{self.rollup.name}”"

    def _print_rows(self, most: int) -> tuple[pd.DataFrame, int]:
        # Themes have long names and documents short ids, so they stand down the side.
        frame = self.to_frame().T.reset_index(drop=True)
        frame.columns.name = None
        frame.insert(0, "name", [node.name for node in self.nodes])
        return frame.head(most), len(self.nodes)

    def to_frame(self, *, presence: bool = False) -> pd.DataFrame:
        """Return a frame: a row for each document or case, a column for each node.

        Parameters
        ----------
        presence : bool, default False
            True and false instead of counts.
        """
        import pandas as pd

        check_flag(presence, what="presence", error=StatisticsError)
        return pd.DataFrame(
            self.counts > 0 if presence else self.counts,
            index=pd.Index(self.rows, name=self.of),
            columns=pd.Index(
                [node.id for node in self.nodes],
                name=self.nodes[0].level if self.nodes else None,
            ),
        )
