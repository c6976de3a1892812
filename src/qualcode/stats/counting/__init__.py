"""Counting: units, groups and meetings of codes, rollups in every policy, and how far the coding has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualcode._faces import face

if TYPE_CHECKING:
    from qualcode.stats.counting.coding_progress import Progress as Progress
    from qualcode.stats.counting.coding_progress import progress as progress
    from qualcode.stats.counting.grouping import NOT_KNOWN as NOT_KNOWN
    from qualcode.stats.counting.grouping import GroupedClusters as GroupedClusters
    from qualcode.stats.counting.grouping import grouped_clusters as grouped_clusters
    from qualcode.stats.counting.grouping import variable_groups as variable_groups
    from qualcode.stats.counting.meeting import ClusterCounts as ClusterCounts
    from qualcode.stats.counting.meeting import Meeting as Meeting
    from qualcode.stats.counting.meeting import Near as Near
    from qualcode.stats.counting.meeting import NodeUnits as NodeUnits
    from qualcode.stats.counting.meeting import OnUnits as OnUnits
    from qualcode.stats.counting.meeting import Places as Places
    from qualcode.stats.counting.meeting import near_units as near_units
    from qualcode.stats.counting.meeting import of_level as of_level
    from qualcode.stats.counting.meeting import on_units as on_units
    from qualcode.stats.counting.meeting import overlapping as overlapping
    from qualcode.stats.counting.rollup import Count as Count
    from qualcode.stats.counting.rollup import Crosstab as Crosstab
    from qualcode.stats.counting.rollup import Evidence as Evidence
    from qualcode.stats.counting.rollup import RollupResult as RollupResult
    from qualcode.stats.counting.rollup import crosstab as crosstab
    from qualcode.stats.counting.rollup import evidence as evidence
    from qualcode.stats.counting.rollup import roll_up as roll_up
    from qualcode.stats.counting.units import Coding as Coding
    from qualcode.stats.counting.units import Unit as Unit
    from qualcode.stats.counting.units import code_units as code_units
    from qualcode.stats.counting.units import unit_name as unit_name

_HOMES = {
    "ClusterCounts": "meeting",
    "Coding": "units",
    "Count": "rollup",
    "Crosstab": "rollup",
    "Evidence": "rollup",
    "GroupedClusters": "grouping",
    "Meeting": "meeting",
    "NOT_KNOWN": "grouping",
    "Near": "meeting",
    "NodeUnits": "meeting",
    "OnUnits": "meeting",
    "Places": "meeting",
    "Progress": "coding_progress",
    "RollupResult": "rollup",
    "Unit": "units",
    "code_units": "units",
    "crosstab": "rollup",
    "evidence": "rollup",
    "grouped_clusters": "grouping",
    "near_units": "meeting",
    "of_level": "meeting",
    "on_units": "meeting",
    "overlapping": "meeting",
    "progress": "coding_progress",
    "roll_up": "rollup",
    "unit_name": "units",
    "variable_groups": "grouping",
}
__all__ = sorted(_HOMES)

__getattr__, __dir__ = face(__name__, _HOMES)
