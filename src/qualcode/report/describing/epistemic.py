"""Descriptions of epistemic networks."""

from __future__ import annotations

from qualcode.model.readable import many
from qualcode.report.describing.inference import regrouping_software, regroupings
from qualcode.report.describing.references import (
    BOWMAN_2021,
    MANN_WHITNEY_1947,
    PHIPSON_SMYTH_2010,
    SHAFFER_2016,
    SIEBERT_EVENSTONE_2017,
    WELCH_1947,
)
from qualcode.report.describing.units import along, cut_unit, node_count
from qualcode.report.describing.wording import (
    Description,
    describe,
    each_group,
    listed,
    material,
    number,
    per_cent,
    unresolved,
)
from qualcode.stats.epistemic.networks import EpistemicNetworks
from qualcode.stats.epistemic.space import EpistemicSpace

__all__: list[str] = []

_REGROUPED = {
    "network": "networks",
    "cluster": "networks, those that share a document staying together",
    "within clusters": "the networks of each lot that shares documents",
}


@describe.register
def _networks(result: EpistemicNetworks) -> Description:
    space = result.space
    groups = f" and {each_group(result.state, result.by)}" if result.by else ""
    where = f"within a window of {result.window} units, each with those before it in its document"
    if result.window == "conversation":
        where = f"where one {result.network} carried both anywhere in a document"
    return Description(
        (
            f"Epistemic networks of {node_count(result.nodes)}{along(result.level, result.rollup)} were made "
            f"for each {result.network}{groups}: {many(len(space.networks), 'network')}, "
            f"{space.n_connected:,} of which connected any {result.level}s.",
            f"Two {result.level}s were connected {where}. A unit was {cut_unit(result.unit)}.",
            f"{many(result.left_out, 'unit')} of nobody whose network it could be were in windows only."
            if result.left_out
            else "",
            *_space(space),
            material(result.state),
            unresolved(result.state),
        ),
        _references(space),
        _software(space),
    )


@describe.register
def _of_table(result: EpistemicSpace) -> Description:
    return Description(
        (
            f"Epistemic networks of {many(len(result.codes), 'code')} were made from a table of coded lines: "
            f"{many(len(result.networks), 'network')}, {result.n_connected:,} of which connected any codes.",
            *_space(result),
        ),
        _references(result),
        _software(result),
    )


def _space(space: EpistemicSpace) -> tuple[str, ...]:
    """Return sentences on the space, the places of codes, and the groups."""
    axes, fit = space.axes, space.placement
    shares = listed(
        f"{name} {per_cent(round(share, 3))}"
        for name, share in zip(axes.names, axes.variance.tolist(), strict=True)
    )
    first = "Axes were found by singular value decomposition"
    if space.rotation == "means" and space.contrast is not None:
        first = (
            f"The first axis was laid through the means of {space.contrast.reference} and "
            f"{space.contrast.group} (means rotation), the others found by singular value decomposition of "
            "what is at right angles to it"
        )
    how_well = fit.reason and f"The fit of these places tells nothing: {fit.reason}."
    if how_well is None:
        how_well = "Distances between these middles and between points correlated by " + listed(
            f"{number(pearson, 2)} (Pearson) and {number(spearman, 2)} (Spearman) along {name}"
            for name, pearson, spearman in zip(
                axes.names, fit.pearson.tolist(), fit.spearman.tolist(), strict=True
            )
        ) + "."  # fmt: skip
    return (
        "Each network was scaled to length 1 and the mean of all subtracted. "
        f"{first}; shares of the variance: {shares}.",
        "Codes were placed by least squares so that the middle of each network's connections lies close to "
        f"its point. {how_well}",
        *_groups(space),
    )


def _groups(space: EpistemicSpace) -> tuple[str, ...]:
    if not space.places:
        return ()
    sizes = listed(f"{place.group}: {place.n}" for place in space.places)
    told = f"Group means have {per_cent(space.confidence)} intervals by Student's t ({sizes})."
    if space.contrast is None:
        return (told,)
    far = space.contrast
    return (
        told,
        f"{far.group} was compared with {far.reference} along each axis by Welch's t and by Mann and "
        "Whitney's U, which take axes and networks for given. The distance of the two mean networks "
        f"({number(far.distance, 2)}) was compared with that under "
        f"{regroupings(far, _REGROUPED[far.regrouped])}.",
    )


def _references(space: EpistemicSpace) -> list[str]:
    found = [SHAFFER_2016, SIEBERT_EVENSTONE_2017, BOWMAN_2021]
    if space.contrast is not None:
        found += [WELCH_1947, MANN_WHITNEY_1947]
        found += [] if space.contrast.exact else [PHIPSON_SMYTH_2010]
    return found


def _software(space: EpistemicSpace) -> tuple[str, ...]:
    return () if space.contrast is None else regrouping_software(space.contrast)
