"""Prevalence: what share of a project's units carries each code, theme or domain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.asking import question
from qualcode.model.codebooks.hierarchy import Membership, Node, lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.recipe import Answer
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.model.values import ByValue
from qualcode.stats import kernels
from qualcode.stats.arguments import check_unit, check_variable
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.grouping import variable_groups
from qualcode.stats.counting.meeting import of_level, on_units
from qualcode.stats.counting.partials import ByDocument, Partial, Present, merged
from qualcode.stats.counting.speaking import heard_of_groups, is_of_speakers
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.groups.proportions import (
    Interval,
    Proportions,
    check_interval,
    fitting_interval,
    proportions,
)
from qualcode.stats.uncertainty.resampling import RandomState, as_generator, seed_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Prevalence", "PrevalenceShares", "prevalence"]


Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@attrs.frozen(eq=False)
class PrevalenceShares(Answer):
    """Shares of units that carry each node, overall or for each value of a variable.

    Parameters
    ----------
    nodes : tuple of Node
        The codes, themes or domains that anything carries.
    unit : str
        What a unit is.
    variable : str or None
        By which variable of documents or cases, if any.
    shares : dict
        For each value of the variable, in order, the shares with their intervals; without a variable
        there is one entry, None.
    rollup : Rollup
        Along which the nodes are.
    seed : int or None
        The seed of the bootstrap, where there was one.
    """

    _figure = "qualcode.report.plot.groups:prevalence"

    nodes: tuple[Node, ...] = attrs.field(repr=False)
    unit: str
    variable: str | None
    shares: dict[Value | None, Proportions] = attrs.field(repr=False)
    rollup: Rollup = attrs.field(repr=False)
    seed: int | None = None

    @property
    def _print_title(self) -> str:
        by = f", by {self.variable}" if self.variable else ""
        return f"Share of {self.unit}s that carry each code{by}"

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each node and value.

        Columns: id, name, the variable if there is one, count (units that carry it), total (units),
        share, low, high, standard_error, n_clusters (documents, or cases), reason (why an interval is
        undefined), note (what to bear in mind of it, such as that documents are few).
        """
        import pandas as pd

        frames = []
        for value, found in self.shares.items():
            frame = found.to_frame([node.id for node in self.nodes])
            frame.insert(1, "name", [node.name for node in self.nodes])
            if self.variable is not None:
                frame.insert(2, self.variable, [value] * len(frame))
            frames.append(frame.rename(columns={"label": "id"}))
        return pd.concat(frames, ignore_index=True)


@attrs.frozen(eq=False)
class Prevalence(PrevalenceShares, CountedResult):
    """Shares of a project's units that carry each node, overall or for each value of a variable.

    Its fields are those of `PrevalenceShares`, and one more.

    Parameters
    ----------
    state : State
        What was counted.
    """

    state: State = attrs.field(repr=False, kw_only=True)


@question()
def prevalence(
    state: State,
    *,
    unit: Unit = "document",
    level: str = "code",
    rollup: str | Rollup | None = None,
    by: str | None = None,
    coders: str | Iterable[str] | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
    n_resamples: int = 1000,
    random_state: RandomState = None,
) -> Prevalence:
    """Return what share of units carries each node, with intervals by whole documents.

    Parameters
    ----------
    state : State
        The project's content.
    unit : str, regular expression or callable, default "document"
        As for `qualcode.stats.counting.code_units`. Shares of segments are of coded segments; all other
        units count whether coded or not.
    level : {"code", "theme", "domain"}, default "code"
        Which nodes.
    rollup : str or Rollup, optional
        For themes and domains.
    by : str, optional
        A variable of documents or cases: shares within each of its values, ordered, so that a date
        or a wave shows change over time. Or ``"speaker"``, ``"role"`` and so on as for
        `qualcode.stats.counting.crosstab`: shares of the units in which each group speaks.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.
    interval : {"wilson", "jackknife", "bootstrap"}, optional
        As for `qualcode.stats.proportions`, Wilson's where no document has more than one unit and the
        jackknife elsewhere when not given; clusters are documents, or cases when cases
        are the units.
    confidence, n_resamples, random_state
        Of the interval.
    """
    unit = check_unit(unit)
    if by is not None:
        by = check_variable(by, what="by")
    check_interval(interval)
    state = state.counting(coders)
    found = carried_units(state, unit, level=level, rollup=rollup)
    interval = interval or fitting_interval(found.carrying, found.units)
    options: dict[str, Any] = {
        "interval": interval, "confidence": confidence, "n_resamples": n_resamples,
        "random_state": as_generator(random_state),
    }  # fmt: skip
    if by is not None and is_of_speakers(state, by):
        spoken = spoken_units(state, by, found, unit, level, rollup)
        shares = {value: proportions(*each, **options) for value, each in spoken.items()}
    else:
        shares = {
            value: proportions(found.carrying[mask], found.units[mask], **options)
            for value, mask in _masks(state, unit, by, len(found.units)).items()
        }
    return Prevalence(
        found.nodes, unit_name(unit), by, shares, found.rollup,
        seed_of(random_state) if interval == "bootstrap" else None, state=state,
    )  # fmt: skip


@attrs.frozen(eq=False)
class CarriedUnits(ByValue):
    """How many units of each document carry each node.

    Parameters
    ----------
    nodes : tuple of Node
        Those that anything carries.
    carrying : array of int64, clusters × nodes
        Of the units of each document (or of each case, where these are the units), those that carry
        each node.
    units : array of int64, shape (clusters,)
        All units of each.
    rollup : Rollup
        Along which the nodes are.
    """

    nodes: tuple[Node, ...]
    carrying: npt.NDArray[np.int64]
    units: npt.NDArray[np.int64]
    rollup: Rollup

    def of_nodes(self, nodes: Sequence[Node]) -> Longs:
        """Return what `carrying` is for other nodes, all of these included: 0 where nothing carries one."""
        column = {node.id: at for at, node in enumerate(nodes)}
        carrying = np.zeros((len(self.units), len(column)), dtype=np.int64)
        carrying[:, [column[node.id] for node in self.nodes]] = self.carrying
        return carrying


def carried_units(
    state: State, unit: Unit, *, level: str = "code", rollup: str | Rollup | None = None
) -> CarriedUnits:
    """Return how many units of each document carry each node; the arguments as for `prevalence`.

    Whose assignments count is for the caller to say: all of the state's do.
    """
    hierarchy = lay_over(state.find_rollup(rollup), state.codebook)
    nodes, membership = of_level(hierarchy, level)
    found = merged([carried_partial(Coded.of(state), membership, unit)])
    clusters = tuple(state.cases if unit == "case" else state.documents)
    carrying, units = carried_counts(found, membership, clusters)
    shown = np.flatnonzero(carrying.any(axis=0))
    return CarriedUnits(
        tuple(nodes[at] for at in shown.tolist()), carrying[:, shown], units, hierarchy.rollup
    )


def carried_partial(coded: Coded, membership: Membership, unit: Unit) -> Partial:
    """Count the units of some whole documents that carry each node, and all units.

    Partial results of several parts unite by `qualcode.stats.counting.merged`.

    Parameters
    ----------
    coded : Coded
        What is coded in the documents.
    membership : array of bool, codes × nodes
        Which codes lie under which node; the same for every part.
    unit : str, regular expression or callable
        As for `qualcode.stats.counting.code_units`.
    """
    coding = on_units(coded, membership, unit).coding
    code = coded.code[coding.row]
    if unit == "case":
        # A case has documents in several parts, and is one unit all the same.
        bits = kernels.code_presence(coding.unit, len(coded.cases), code, membership.shape[0])
        return Partial("prevalence", coded.ids, {"cases": Present(coded.cases, bits)})
    n_documents = len(coded.documents)
    carrying = kernels.crosstab(
        coding.unit, code, membership, coding.document[coding.unit], n_documents
    ).T
    units = np.bincount(coding.document, minlength=n_documents)
    arrays = {
        "carrying": ByDocument(coded.ids, carrying),
        "units": ByDocument(coded.ids, units[:, None].astype(np.int64)),
    }
    return Partial("prevalence", coded.ids, arrays)


def carried_counts(
    partial: Partial, membership: Membership, clusters: Sequence[str]
) -> tuple[Longs, Longs]:
    """Return clusters × nodes of what was counted in all parts together, and the units of each cluster.

    Clusters are documents, or cases where these are the units, by their ids.
    """
    if "cases" not in partial.arrays:
        carrying, units = (partial.by_document(each) for each in ("carrying", "units"))
        return carrying.of(clusters), units.of(clusters)[:, 0]
    present = partial.present("cases")
    number = {id: at for at, id in enumerate(present.things)}
    bits = present.bits[[number[id] for id in clusters]]
    carrying_cases = np.zeros((len(clusters), membership.shape[1]), dtype=np.int64)
    for case, code in kernels.carried_codes(bits, membership.shape[0]):
        carrying_cases |= kernels.crosstab(case, code, membership, case, len(clusters)).T
    return carrying_cases, np.ones(len(clusters), dtype=np.int64)


def spoken_units(
    state: State,
    by: str,
    whole: CarriedUnits,
    unit: Unit,
    level: str,
    rollup: str | Rollup | None,
) -> dict[Value | None, tuple[Longs, Longs]]:
    """Return how many units carry each node, and how many there are, of the words of each group.

    Parameters
    ----------
    state, by, unit, level, rollup
        As for `prevalence`.
    whole : CarriedUnits
        Of everybody's words, for the nodes.
    """
    found: dict[Value | None, tuple[Longs, Longs]] = {}
    for value, heard in heard_of_groups(state, by):
        part = carried_units(heard, unit, level=level, rollup=rollup)
        found[value] = part.of_nodes(whole.nodes), part.units
    return found


def _masks(
    state: State, unit: Unit, by: str | None, n_clusters: int
) -> dict[Value | None, npt.NDArray[np.bool_]]:
    if by is None:
        return {None: np.ones(n_clusters, dtype=np.bool_)}
    groups = variable_groups(state, by, of="case" if unit == "case" else "document")
    return {value: mask for value, mask in groups.items()}  # noqa: C416 - the key type is wider
