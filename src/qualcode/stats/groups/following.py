"""Trajectories of cases over waves: who comes to say something, who stops, and who says it throughout."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_texts
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.stats.arguments import check_variable
from qualcode.stats.counting.grouping import NOT_KNOWN, variable_groups
from qualcode.stats.groups.group_tests import Correction, adjusted_for
from qualcode.stats.groups.prevalence import carried_units

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PATHS", "Trajectories", "trajectories"]

Floats: TypeAlias = NDArray[np.float64]

PATHS = ("always", "gained", "lost", "mixed", "never")
"""How what a case says can go on: throughout, from some wave on, up to some wave, on and off, or never."""


@attrs.frozen(eq=False)
class Trajectories(CountedResult):
    """For each case, whether it says something in each wave, and how many cases go which way.

    Parameters
    ----------
    state : State
        What was counted.
    by, level : str
        The variable; which nodes.
    rollup : Rollup
        Along which the nodes are.
    nodes : tuple of Node
        The codes, themes or domains.
    groups : tuple
        The waves, in order.
    cases : tuple of str
        Ids of the cases that have documents in two waves or more.
    present : array of int8, cases × groups × nodes
        1 where a document of the case and wave carries the node, 0 where none does, and -1 where there is no
        document.
    paths : array of int64, nodes × 5
        How many cases go each of the ways `PATHS`.
    p, adjusted : array of float
        Of McNemar's exact test of the first against the last wave of each case, and adjusted by
        `correction`; NaN where no case changed.
    correction : {"holm", "bh", "by", "none"}
        How p-values were adjusted.
    """

    _figure = "qualcode.report.plot.group_lines:trajectories"

    state: State = attrs.field(repr=False)
    by: str
    level: str
    rollup: Rollup = attrs.field(repr=False)
    nodes: tuple[Node, ...] = attrs.field(repr=False)
    groups: tuple[Value, ...]
    cases: tuple[str, ...]
    present: NDArray[np.int8] = attrs.field(repr=False)
    paths: NDArray[np.int64] = attrs.field(repr=False)
    p: Floats = attrs.field(repr=False)
    adjusted: Floats = attrs.field(repr=False)
    correction: Correction

    @property
    def _print_title(self) -> str:
        return f"How {len(self.cases)} cases go on along {self.by}, for each {self.level}"

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each node, the least likely by chance first.

        Columns: id, name; always, gained, lost, mixed and never (how many cases go that way); p, adjusted.
        """
        import pandas as pd

        frame = pd.DataFrame(
            {
                "id": [node.id for node in self.nodes],
                "name": [node.name for node in self.nodes],
                **{path: self.paths[:, at] for at, path in enumerate(PATHS)},
                "p": self.p,
                "adjusted": self.adjusted,
            }
        )
        return frame.sort_values(["p", "id"], ignore_index=True)

    def cases_frame(self) -> pd.DataFrame:
        """Return a row for each case and node.

        Columns: case, id; for each wave, such as ``wave=1``, 1 or 0, None where it has no document; path.
        """
        import pandas as pd

        way = _ways(self.present)
        rows = [
            {
                "case": case,
                "id": node.id,
                **{
                    f"{self.by}={group}": None if value < 0 else value
                    for group, value in zip(
                        self.groups, self.present[at, :, column].tolist(), strict=True
                    )
                },
                "path": PATHS[way[at, column]],
            }
            for at, case in enumerate(self.cases)
            for column, node in enumerate(self.nodes)
        ]
        return pd.DataFrame(rows)


@question("trajectories")
def trajectories(
    state: State,
    by: str,
    *,
    level: str = "code",
    rollup: str | Rollup | None = None,
    cases: Iterable[str] | str | None = None,
    correction: Correction = "holm",
    coders: str | Iterable[str] | None = None,
) -> Trajectories:
    """Follow cases over waves: whether a document of each wave carries each node.

    Parameters
    ----------
    state : State
        The project's content.
    by : str
        A variable of documents whose values have an order, such as a wave.
    level : {"code", "theme", "domain"}, default "code"
        Which nodes.
    rollup : str or Rollup, optional
        For themes and domains.
    cases : iterable of str, optional
        Ids of the cases to follow, such as participants and not sites; all when not given. Those without
        documents in two waves are left out.
    correction : {"holm", "bh", "by", "none"}, default "holm"
        As for `group_tests`.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.

    Raises
    ------
    StatisticsError
        When no case has documents in two waves, or nothing is coded.

    References
    ----------
    McNemar 1947, doi:10.1007/BF02295996; exact, as a binomial test of those who changed.
    """
    check_variable(by, what="by")
    state = state.counting(coders)
    chosen = tuple(state.cases)
    if cases is not None:
        given = check_texts(cases, what="cases", error=StatisticsError)
        chosen = tuple(state.cases[each].id for each in given)
    masks = {
        value: mask for value, mask in variable_groups(state, by).items() if value != NOT_KNOWN
    }
    found = carried_units(state, "document", level=level, rollup=rollup)
    documents = list(state.documents.values())
    present = np.full((len(chosen), len(masks), len(found.nodes)), -1, dtype=np.int8)
    for at, case in enumerate(chosen):
        own = np.array([case in each.cases for each in documents], dtype=np.bool_)
        for wave, mask in enumerate(masks.values()):
            if (own & mask).any():
                present[at, wave] = found.carrying[own & mask].any(axis=0)
    followed = (present[:, :, :1] >= 0).any(axis=2).sum(axis=1) > 1
    if not found.nodes or not followed.any():
        what = (
            "nothing is coded"
            if not found.nodes
            else f"none of {len(chosen)} cases has documents in two"
        )
        raise StatisticsError(f"there is nothing to follow along {by!r}: {what}")
    present = present[followed]
    way = _ways(present)
    paths = np.stack([(way == at).sum(axis=0) for at in range(len(PATHS))], axis=1)
    p = _mcnemar(present)
    return Trajectories(
        state, by, level, found.rollup, found.nodes, tuple(masks),
        tuple(case for case, there in zip(chosen, followed.tolist(), strict=True) if there), present,
        paths, p, adjusted_for(p, correction), correction,
    )  # fmt: skip


def _ways(present: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return which of `PATHS` each case goes for each node."""
    there = present >= 0
    ever, always = (present == 1).any(axis=1), ((present == 1) | ~there).all(axis=1)
    first, last = _ends(present)
    # From one wave with a document to the next one with any.
    changes = np.zeros(ever.shape, dtype=np.int64)
    before = first.copy()
    for wave in range(present.shape[1]):
        now = np.where(there[:, wave], present[:, wave], before)
        changes += now != before
        before = now
    once = changes == 1
    return np.select(
        [always, ~ever, once & (first == 0), once & (last == 0)],
        [PATHS.index("always"), PATHS.index("never"), PATHS.index("gained"), PATHS.index("lost")],
        PATHS.index("mixed"),
    ).astype(np.int64)


def _ends(present: NDArray[np.int8]) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Return what each case says in its first and in its last wave."""
    there = present >= 0
    first, last = there.argmax(axis=1), present.shape[1] - 1 - there[:, ::-1].argmax(axis=1)
    return (
        np.take_along_axis(present, first[:, None], axis=1)[:, 0],
        np.take_along_axis(present, last[:, None], axis=1)[:, 0],
    )


def _mcnemar(present: NDArray[np.int8]) -> Floats:
    from scipy import stats

    first, last = _ends(present)
    gained = ((first == 0) & (last == 1)).sum(axis=0)
    changed = gained + ((first == 1) & (last == 0)).sum(axis=0)
    return np.array(
        [
            stats.binomtest(int(up), int(all_of)).pvalue if all_of else np.nan
            for up, all_of in zip(gained.tolist(), changed.tolist(), strict=True)
        ]
    )
