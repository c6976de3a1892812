"""Statistics of codes, each defined and checked: what a project answers, and more for tables of your own.

Tests, intervals, networks, sequences and groups hang here: ``qc.stats.odds_ratio_interval``. What belongs
together has a name of its own: `agreement`, `coefficients`, `conclusions`, `counting`, `kernels`,
`saturation`, `synthesis`. Names are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualcode._faces import face

if TYPE_CHECKING:
    from qualcode.stats import agreement as agreement
    from qualcode.stats import coefficients as coefficients
    from qualcode.stats import conclusions as conclusions
    from qualcode.stats import counting as counting
    from qualcode.stats import kernels as kernels
    from qualcode.stats import saturation as saturation
    from qualcode.stats import synthesis as synthesis
    from qualcode.stats.epistemic.axes import CodePlacement as CodePlacement
    from qualcode.stats.epistemic.axes import EpistemicAxes as EpistemicAxes
    from qualcode.stats.epistemic.contrasts import GroupPlace as GroupPlace
    from qualcode.stats.epistemic.contrasts import NetworkContrast as NetworkContrast
    from qualcode.stats.epistemic.networks import EpistemicNetworks as EpistemicNetworks
    from qualcode.stats.epistemic.networks import epistemic_networks as epistemic_networks
    from qualcode.stats.epistemic.space import EpistemicSpace as EpistemicSpace
    from qualcode.stats.epistemic.space import epistemic_space as epistemic_space
    from qualcode.stats.groups.clustered_tables import Tests as Tests
    from qualcode.stats.groups.clustered_tables import chi_squared_tests as chi_squared_tests
    from qualcode.stats.groups.clustered_tables import ratio_bounds as ratio_bounds
    from qualcode.stats.groups.clustered_tables import slope_bounds as slope_bounds
    from qualcode.stats.groups.clustered_tables import strength_bounds as strength_bounds
    from qualcode.stats.groups.clustered_tables import trend_tests as trend_tests
    from qualcode.stats.groups.comparison import GroupComparison as GroupComparison
    from qualcode.stats.groups.comparison import compare_groups as compare_groups
    from qualcode.stats.groups.differences import GroupDifferences as GroupDifferences
    from qualcode.stats.groups.differences import group_differences as group_differences
    from qualcode.stats.groups.following import PATHS as PATHS
    from qualcode.stats.groups.following import Trajectories as Trajectories
    from qualcode.stats.groups.following import trajectories as trajectories
    from qualcode.stats.groups.group_tests import Contrast as Contrast
    from qualcode.stats.groups.group_tests import Correction as Correction
    from qualcode.stats.groups.group_tests import GroupTests as GroupTests
    from qualcode.stats.groups.group_tests import group_tests as group_tests
    from qualcode.stats.groups.prevalence import Prevalence as Prevalence
    from qualcode.stats.groups.prevalence import PrevalenceShares as PrevalenceShares
    from qualcode.stats.groups.prevalence import prevalence as prevalence
    from qualcode.stats.groups.proportions import Proportions as Proportions
    from qualcode.stats.groups.proportions import proportions as proportions
    from qualcode.stats.groups.proportions import proportions_by as proportions_by
    from qualcode.stats.groups.trends import Trends as Trends
    from qualcode.stats.groups.trends import trends as trends
    from qualcode.stats.order.connections import ConnectionTable as ConnectionTable
    from qualcode.stats.order.distances import TextPlaces as TextPlaces
    from qualcode.stats.order.distances import nearest as nearest
    from qualcode.stats.order.distances import places_in_texts as places_in_texts
    from qualcode.stats.order.portraits import Portraits as Portraits
    from qualcode.stats.order.portraits import portraits as portraits
    from qualcode.stats.order.proximities import Proximity as Proximity
    from qualcode.stats.order.proximities import proximity as proximity
    from qualcode.stats.order.sequences import LagSequential as LagSequential
    from qualcode.stats.order.sequences import lag_sequential as lag_sequential
    from qualcode.stats.order.sequences import stanza_counts as stanza_counts
    from qualcode.stats.order.sequences import transition_counts as transition_counts
    from qualcode.stats.order.stanzas import Stanzas as Stanzas
    from qualcode.stats.order.stanzas import stanzas as stanzas
    from qualcode.stats.order.transition_table import Lag as Lag
    from qualcode.stats.order.transition_table import TransitionTable as TransitionTable
    from qualcode.stats.order.transitions import Sequences as Sequences
    from qualcode.stats.order.transitions import sequences as sequences
    from qualcode.stats.pairs.association import Association as Association
    from qualcode.stats.pairs.association import association as association
    from qualcode.stats.pairs.association import association_bounds as association_bounds
    from qualcode.stats.pairs.association import interval_scale as interval_scale
    from qualcode.stats.pairs.association import why_undefined as why_undefined
    from qualcode.stats.pairs.cooccurrence import Cooccurrence as Cooccurrence
    from qualcode.stats.pairs.cooccurrence import cooccur as cooccur
    from qualcode.stats.pairs.exact_tests import PairTest as PairTest
    from qualcode.stats.pairs.exact_tests import StratifiedTest as StratifiedTest
    from qualcode.stats.pairs.exact_tests import false_discovery as false_discovery
    from qualcode.stats.pairs.exact_tests import family_wise as family_wise
    from qualcode.stats.pairs.exact_tests import fisher_exact as fisher_exact
    from qualcode.stats.pairs.exact_tests import hypergeometric_test as hypergeometric_test
    from qualcode.stats.pairs.exact_tests import (
        stratified_hypergeometric as stratified_hypergeometric,
    )
    from qualcode.stats.pairs.network_measures import Communities as Communities
    from qualcode.stats.pairs.network_measures import backbone as backbone
    from qualcode.stats.pairs.network_measures import centralities as centralities
    from qualcode.stats.pairs.network_measures import communities as communities
    from qualcode.stats.pairs.network_measures import community_stability as community_stability
    from qualcode.stats.pairs.network_measures import disparity as disparity
    from qualcode.stats.pairs.network_measures import network as network
    from qualcode.stats.pairs.nulls import NullModel as NullModel
    from qualcode.stats.pairs.nulls import density_null as density_null
    from qualcode.stats.pairs.nulls import fixed_margin_null as fixed_margin_null
    from qualcode.stats.pairs.nulls import rotation_null as rotation_null
    from qualcode.stats.pairs.nulls import within_document_null as within_document_null
    from qualcode.stats.pairs.odds import OddsRatios as OddsRatios
    from qualcode.stats.pairs.odds import odds_ratio_interval as odds_ratio_interval
    from qualcode.stats.pairs.pair_counts import PairCounts as PairCounts
    from qualcode.stats.pairs.pair_intervals import PairIntervals as PairIntervals
    from qualcode.stats.pairs.pair_intervals import pair_intervals as pair_intervals
    from qualcode.stats.pairs.pair_intervals import pair_odds_ratios as pair_odds_ratios
    from qualcode.stats.pairs.pair_network import PairNetwork as PairNetwork
    from qualcode.stats.pairs.pair_network import pair_graph as pair_graph
    from qualcode.stats.pairs.pair_network import pair_network as pair_network
    from qualcode.stats.pairs.pair_table import BASIC as BASIC
    from qualcode.stats.pairs.pair_table import PairTable as PairTable
    from qualcode.stats.pairs.pair_tests import Null as Null
    from qualcode.stats.pairs.pair_tests import PairTests as PairTests
    from qualcode.stats.pairs.pair_tests import pair_tests as pair_tests
    from qualcode.stats.shape.clusterings import Clustering as Clustering
    from qualcode.stats.shape.clusterings import Linkage as Linkage
    from qualcode.stats.shape.clusterings import (
        agglomerative_coefficient as agglomerative_coefficient,
    )
    from qualcode.stats.shape.clusterings import clustering as clustering
    from qualcode.stats.shape.clusterings import linked as linked
    from qualcode.stats.shape.correspondences import Correspondence as Correspondence
    from qualcode.stats.shape.correspondences import CorrespondenceAxes as CorrespondenceAxes
    from qualcode.stats.shape.correspondences import correspondence as correspondence
    from qualcode.stats.shape.correspondences import correspondence_axes as correspondence_axes
    from qualcode.stats.shape.likenesses import ByMeeting as ByMeeting
    from qualcode.stats.shape.likenesses import ByProfile as ByProfile
    from qualcode.stats.shape.likenesses import Likenesses as Likenesses
    from qualcode.stats.shape.likenesses import ProfileMeasure as ProfileMeasure
    from qualcode.stats.shape.likenesses import SimilarityOf as SimilarityOf
    from qualcode.stats.shape.maps import Scaling as Scaling
    from qualcode.stats.shape.maps import SimilarityMap as SimilarityMap
    from qualcode.stats.shape.maps import classical_scaling as classical_scaling
    from qualcode.stats.shape.maps import similarity_map as similarity_map
    from qualcode.stats.shape.maps import smacof as smacof
    from qualcode.stats.shape.maps import stress as stress
    from qualcode.stats.shape.similarities import Measure as Measure
    from qualcode.stats.shape.similarities import Similarity as Similarity
    from qualcode.stats.shape.similarities import similarity as similarity
    from qualcode.stats.uncertainty.intervals import Bounds as Bounds
    from qualcode.stats.uncertainty.intervals import Interval as Interval
    from qualcode.stats.uncertainty.intervals import Scale as Scale
    from qualcode.stats.uncertainty.intervals import bootstrap_bounds as bootstrap_bounds
    from qualcode.stats.uncertainty.intervals import bootstrap_interval as bootstrap_interval
    from qualcode.stats.uncertainty.intervals import jackknife_bounds as jackknife_bounds
    from qualcode.stats.uncertainty.intervals import jackknife_interval as jackknife_interval
    from qualcode.stats.uncertainty.resampling import Method as Method
    from qualcode.stats.uncertainty.resampling import RandomState as RandomState
    from qualcode.stats.uncertainty.resampling import bootstrap_weights as bootstrap_weights
    from qualcode.stats.uncertainty.resampling import cluster_bounds as cluster_bounds
    from qualcode.stats.uncertainty.resampling import leave_one_out as leave_one_out
    from qualcode.stats.words.contexts import InContext as InContext
    from qualcode.stats.words.contexts import KeywordsInContext as KeywordsInContext
    from qualcode.stats.words.contexts import keywords_in_context as keywords_in_context
    from qualcode.stats.words.frequencies import WordFrequencies as WordFrequencies
    from qualcode.stats.words.frequencies import word_frequencies as word_frequencies
    from qualcode.stats.words.keywords import Formula as Formula
    from qualcode.stats.words.keywords import Keyness as Keyness
    from qualcode.stats.words.keywords import keyness as keyness
    from qualcode.stats.words.keywords import log_likelihood as log_likelihood
    from qualcode.stats.words.keywords import log_ratio as log_ratio
    from qualcode.stats.words.word_counts import CountedWords as CountedWords
    from qualcode.stats.words.word_counts import WordCounts as WordCounts
    from qualcode.stats.words.word_places import Cutter as Cutter
    from qualcode.stats.words.word_places import cut_into_words as cut_into_words
    from qualcode.stats.words.word_places import spacy_lemmas as spacy_lemmas

_HOMES = {
    "Association": "pairs.association",
    "BASIC": "pairs.pair_table",
    "Bounds": "uncertainty.intervals",
    "ByMeeting": "shape.likenesses",
    "ByProfile": "shape.likenesses",
    "Clustering": "shape.clusterings",
    "CodePlacement": "epistemic.axes",
    "Communities": "pairs.network_measures",
    "ConnectionTable": "order.connections",
    "Contrast": "groups.group_tests",
    "Cooccurrence": "pairs.cooccurrence",
    "Correction": "groups.group_tests",
    "Correspondence": "shape.correspondences",
    "CorrespondenceAxes": "shape.correspondences",
    "CountedWords": "words.word_counts",
    "Cutter": "words.word_places",
    "EpistemicAxes": "epistemic.axes",
    "EpistemicNetworks": "epistemic.networks",
    "EpistemicSpace": "epistemic.space",
    "Formula": "words.keywords",
    "GroupComparison": "groups.comparison",
    "GroupDifferences": "groups.differences",
    "GroupPlace": "epistemic.contrasts",
    "GroupTests": "groups.group_tests",
    "InContext": "words.contexts",
    "Interval": "uncertainty.intervals",
    "Keyness": "words.keywords",
    "KeywordsInContext": "words.contexts",
    "Lag": "order.transition_table",
    "LagSequential": "order.sequences",
    "Likenesses": "shape.likenesses",
    "Linkage": "shape.clusterings",
    "Measure": "shape.similarities",
    "Method": "uncertainty.resampling",
    "NetworkContrast": "epistemic.contrasts",
    "Null": "pairs.pair_tests",
    "NullModel": "pairs.nulls",
    "OddsRatios": "pairs.odds",
    "PATHS": "groups.following",
    "PairCounts": "pairs.pair_counts",
    "PairIntervals": "pairs.pair_intervals",
    "PairNetwork": "pairs.pair_network",
    "PairTable": "pairs.pair_table",
    "PairTest": "pairs.exact_tests",
    "PairTests": "pairs.pair_tests",
    "Portraits": "order.portraits",
    "Prevalence": "groups.prevalence",
    "PrevalenceShares": "groups.prevalence",
    "ProfileMeasure": "shape.likenesses",
    "Proportions": "groups.proportions",
    "Proximity": "order.proximities",
    "RandomState": "uncertainty.resampling",
    "Scale": "uncertainty.intervals",
    "Scaling": "shape.maps",
    "Sequences": "order.transitions",
    "Similarity": "shape.similarities",
    "SimilarityMap": "shape.maps",
    "SimilarityOf": "shape.likenesses",
    "Stanzas": "order.stanzas",
    "StratifiedTest": "pairs.exact_tests",
    "Tests": "groups.clustered_tables",
    "TextPlaces": "order.distances",
    "Trajectories": "groups.following",
    "TransitionTable": "order.transition_table",
    "Trends": "groups.trends",
    "WordCounts": "words.word_counts",
    "WordFrequencies": "words.frequencies",
    "agglomerative_coefficient": "shape.clusterings",
    "association": "pairs.association",
    "association_bounds": "pairs.association",
    "backbone": "pairs.network_measures",
    "bootstrap_bounds": "uncertainty.intervals",
    "bootstrap_interval": "uncertainty.intervals",
    "bootstrap_weights": "uncertainty.resampling",
    "centralities": "pairs.network_measures",
    "chi_squared_tests": "groups.clustered_tables",
    "classical_scaling": "shape.maps",
    "cluster_bounds": "uncertainty.resampling",
    "clustering": "shape.clusterings",
    "communities": "pairs.network_measures",
    "community_stability": "pairs.network_measures",
    "compare_groups": "groups.comparison",
    "cooccur": "pairs.cooccurrence",
    "correspondence": "shape.correspondences",
    "correspondence_axes": "shape.correspondences",
    "cut_into_words": "words.word_places",
    "density_null": "pairs.nulls",
    "disparity": "pairs.network_measures",
    "epistemic_networks": "epistemic.networks",
    "epistemic_space": "epistemic.space",
    "false_discovery": "pairs.exact_tests",
    "family_wise": "pairs.exact_tests",
    "fisher_exact": "pairs.exact_tests",
    "fixed_margin_null": "pairs.nulls",
    "group_differences": "groups.differences",
    "group_tests": "groups.group_tests",
    "hypergeometric_test": "pairs.exact_tests",
    "interval_scale": "pairs.association",
    "jackknife_bounds": "uncertainty.intervals",
    "jackknife_interval": "uncertainty.intervals",
    "keyness": "words.keywords",
    "keywords_in_context": "words.contexts",
    "lag_sequential": "order.sequences",
    "leave_one_out": "uncertainty.resampling",
    "linked": "shape.clusterings",
    "log_likelihood": "words.keywords",
    "log_ratio": "words.keywords",
    "nearest": "order.distances",
    "network": "pairs.network_measures",
    "odds_ratio_interval": "pairs.odds",
    "pair_graph": "pairs.pair_network",
    "pair_intervals": "pairs.pair_intervals",
    "pair_network": "pairs.pair_network",
    "pair_odds_ratios": "pairs.pair_intervals",
    "pair_tests": "pairs.pair_tests",
    "places_in_texts": "order.distances",
    "portraits": "order.portraits",
    "prevalence": "groups.prevalence",
    "proportions": "groups.proportions",
    "proportions_by": "groups.proportions",
    "proximity": "order.proximities",
    "ratio_bounds": "groups.clustered_tables",
    "rotation_null": "pairs.nulls",
    "sequences": "order.transitions",
    "similarity": "shape.similarities",
    "similarity_map": "shape.maps",
    "slope_bounds": "groups.clustered_tables",
    "smacof": "shape.maps",
    "spacy_lemmas": "words.word_places",
    "stanza_counts": "order.sequences",
    "stanzas": "order.stanzas",
    "stratified_hypergeometric": "pairs.exact_tests",
    "strength_bounds": "groups.clustered_tables",
    "stress": "shape.maps",
    "trajectories": "groups.following",
    "transition_counts": "order.sequences",
    "trend_tests": "groups.clustered_tables",
    "trends": "groups.trends",
    "why_undefined": "pairs.association",
    "within_document_null": "pairs.nulls",
    "word_frequencies": "words.frequencies",
}
_MODULES = {
    "agreement": "agreement",
    "coefficients": "coefficients",
    "conclusions": "conclusions",
    "counting": "counting",
    "kernels": "kernels",
    "saturation": "saturation",
    "synthesis": "synthesis",
}

__all__ = sorted([*_HOMES, *_MODULES])

__getattr__, __dir__ = face(__name__, _HOMES, modules=_MODULES)
