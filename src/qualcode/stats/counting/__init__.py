"""Counting: units, groups and meetings of codes, rollups in every policy, and how far the coding has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualcode._faces import face

if TYPE_CHECKING:
    from qualcode.stats.counting.belonging import Cluster as Cluster
    from qualcode.stats.counting.belonging import lots as lots
    from qualcode.stats.counting.coded import Coded as Coded
    from qualcode.stats.counting.coding_progress import Progress as Progress
    from qualcode.stats.counting.coding_progress import progress as progress
    from qualcode.stats.counting.found import Found as Found
    from qualcode.stats.counting.found import find as find
    from qualcode.stats.counting.grouped import GroupedPartial as GroupedPartial
    from qualcode.stats.counting.grouped import Groups as Groups
    from qualcode.stats.counting.grouped import count_groups as count_groups
    from qualcode.stats.counting.grouped import finish_groups as finish_groups
    from qualcode.stats.counting.grouped import merge_groups as merge_groups
    from qualcode.stats.counting.grouped import partial_groups as partial_groups
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
    from qualcode.stats.counting.node_counts import CrosstabCounts as CrosstabCounts
    from qualcode.stats.counting.node_counts import EvidenceCounts as EvidenceCounts
    from qualcode.stats.counting.node_counts import RollupCounts as RollupCounts
    from qualcode.stats.counting.pairing import Pairing as Pairing
    from qualcode.stats.counting.pairing import PairTotals as PairTotals
    from qualcode.stats.counting.partials import Added as Added
    from qualcode.stats.counting.partials import Array as Array
    from qualcode.stats.counting.partials import ByDocument as ByDocument
    from qualcode.stats.counting.partials import Kind as Kind
    from qualcode.stats.counting.partials import Partial as Partial
    from qualcode.stats.counting.partials import Present as Present
    from qualcode.stats.counting.partials import Weighed as Weighed
    from qualcode.stats.counting.partials import merged as merged
    from qualcode.stats.counting.policies import POLICIES as POLICIES
    from qualcode.stats.counting.policies import Assigned as Assigned
    from qualcode.stats.counting.policies import Characters as Characters
    from qualcode.stats.counting.policies import Coders as Coders
    from qualcode.stats.counting.policies import Count as Count
    from qualcode.stats.counting.policies import Counts as Counts
    from qualcode.stats.counting.policies import DocumentThings as DocumentThings
    from qualcode.stats.counting.policies import Policy as Policy
    from qualcode.stats.counting.policies import Units as Units
    from qualcode.stats.counting.policies import Weights as Weights
    from qualcode.stats.counting.policies import policy_of as policy_of
    from qualcode.stats.counting.rollup import Crosstab as Crosstab
    from qualcode.stats.counting.rollup import Evidence as Evidence
    from qualcode.stats.counting.rollup import RollupResult as RollupResult
    from qualcode.stats.counting.rollup import crosstab as crosstab
    from qualcode.stats.counting.rollup import evidence as evidence
    from qualcode.stats.counting.rollup import evidence_counts as evidence_counts
    from qualcode.stats.counting.rollup import evidence_partial as evidence_partial
    from qualcode.stats.counting.rollup import roll_up as roll_up
    from qualcode.stats.counting.tidy_units import unit_frame as unit_frame
    from qualcode.stats.counting.units import Coding as Coding
    from qualcode.stats.counting.units import Unit as Unit
    from qualcode.stats.counting.units import code_units as code_units
    from qualcode.stats.counting.units import unit_name as unit_name

_HOMES = {
    "Added": "partials",
    "Array": "partials",
    "Assigned": "policies",
    "ByDocument": "partials",
    "Characters": "policies",
    "Cluster": "belonging",
    "ClusterCounts": "meeting",
    "Coded": "coded",
    "Coders": "policies",
    "Coding": "units",
    "Count": "policies",
    "Counts": "policies",
    "Crosstab": "rollup",
    "DocumentThings": "policies",
    "CrosstabCounts": "node_counts",
    "Evidence": "rollup",
    "EvidenceCounts": "node_counts",
    "Found": "found",
    "GroupedClusters": "grouping",
    "GroupedPartial": "grouped",
    "Groups": "grouped",
    "Kind": "partials",
    "Meeting": "meeting",
    "NOT_KNOWN": "grouping",
    "Near": "meeting",
    "NodeUnits": "meeting",
    "OnUnits": "meeting",
    "POLICIES": "policies",
    "PairTotals": "pairing",
    "Pairing": "pairing",
    "Partial": "partials",
    "Places": "meeting",
    "Policy": "policies",
    "Present": "partials",
    "Progress": "coding_progress",
    "RollupCounts": "node_counts",
    "RollupResult": "rollup",
    "Unit": "units",
    "Units": "policies",
    "Weighed": "partials",
    "Weights": "policies",
    "code_units": "units",
    "count_groups": "grouped",
    "crosstab": "rollup",
    "evidence": "rollup",
    "evidence_counts": "rollup",
    "evidence_partial": "rollup",
    "find": "found",
    "finish_groups": "grouped",
    "grouped_clusters": "grouping",
    "lots": "belonging",
    "merge_groups": "grouped",
    "merged": "partials",
    "near_units": "meeting",
    "of_level": "meeting",
    "on_units": "meeting",
    "overlapping": "meeting",
    "partial_groups": "grouped",
    "policy_of": "policies",
    "progress": "coding_progress",
    "roll_up": "rollup",
    "unit_frame": "tidy_units",
    "unit_name": "units",
    "variable_groups": "grouping",
}
__all__ = sorted(_HOMES)

__getattr__, __dir__ = face(__name__, _HOMES)
