"""The description of a network of codes that meet."""

from __future__ import annotations

from typing import Literal

from qualcode.report.describing.arrays import (
    NETWORK_SOFTWARE,
    community_references,
    community_sentences,
)
from qualcode.report.describing.references import BRIN_PAGE_1998, OPSAHL_2010, SERRANO_2009
from qualcode.report.describing.units import (
    along,
    at_least,
    by_whom,
    level_of,
    node_count,
    where_met,
)
from qualcode.report.describing.wording import (
    Description,
    describe,
    material,
    there_were,
    unresolved,
)
from qualcode.stats.pairs.pair_network import PairNetwork

__all__: list[str] = []


@describe.register
def _network(result: PairNetwork) -> Description:
    met, found = result.of, result.communities
    state, level = met.state, level_of(met.nodes)
    cluster: Literal["document", "case"] = "case" if met.unit == "case" else "document"
    known = result.coefficient
    again = result.n_resamples or found.reason is not None
    return Description(
        (
            f"A network was made of {node_count(met.nodes)}{along(level, met.rollup)}. "
            f"{where_met(met)}",
            by_whom(met.same_coder, level),
            f"An edge joined two {level}s that met {at_least(result.min_count)}, and weighed "
            f"{_weight(result)}; {there_were(result.graph.number_of_edges(), 'edge')}.",
            "The backbone holds the edges whose weight would be as great with a probability below "
            f"{result.alpha:g} had one of their ends spread its strength over its edges at random "
            f"(disparity filter): {result.backbone.number_of_edges():,} of them.",
            f"Centralities of a {level} are its degree, strength, betweenness, closeness (a path being "
            "as long as the sum of 1/weight along it) and PageRank.",
            *community_sentences(found, level, cluster),
            "" if again else f"They were not sought again in samples of the {cluster}s.",
            material(state),
            unresolved(state),
        ),
        [
            *([] if known is None else [known.reference]),
            SERRANO_2009,
            OPSAHL_2010,
            BRIN_PAGE_1998,
            *community_references(found),
        ],
        NETWORK_SOFTWARE,
    )


def _weight(result: PairNetwork) -> str:
    known = result.coefficient
    if known is None:
        return "how often they did"
    if known.low < 0:
        return f"{known.label} = {known.formula}, where that was above 0"
    return f"{known.label} = {known.formula}"
