"""The statistics of a project: one question a method, answered by `qualcode.stats`.

The statistics are imported when they are asked for: most scripts ask for few of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from qualcode.model.codebooks.themes import Rollup
    from qualcode.model.coding.queries import Query
    from qualcode.model.state import State
    from qualcode.model.texts.documents import Value
    from qualcode.stats.agreement.study import Study
    from qualcode.stats.coefficients import CoefficientLike
    from qualcode.stats.counting.belonging import Cluster
    from qualcode.stats.counting.coding_progress import Progress
    from qualcode.stats.counting.framework import Framework
    from qualcode.stats.counting.meeting import Meeting
    from qualcode.stats.counting.node_counts import EvidenceOf
    from qualcode.stats.counting.policies import Count
    from qualcode.stats.counting.rollup import Crosstab, Evidence, RollupResult
    from qualcode.stats.counting.units import Unit
    from qualcode.stats.epistemic.networks import EpistemicNetworks
    from qualcode.stats.epistemic.space import Rotation, Window
    from qualcode.stats.groups.comparison import Compared, GroupComparison
    from qualcode.stats.groups.following import Trajectories
    from qualcode.stats.groups.group_tests import Correction, GroupTests
    from qualcode.stats.groups.prevalence import Prevalence
    from qualcode.stats.groups.trends import Trends
    from qualcode.stats.order.portraits import Portraits
    from qualcode.stats.order.proximities import Proximity
    from qualcode.stats.order.stanzas import Stanzas
    from qualcode.stats.order.transitions import Sequences
    from qualcode.stats.pairs.cooccurrence import Cooccurrence
    from qualcode.stats.saturation import MeaningSaturation, Saturation
    from qualcode.stats.shape.correspondences import Correspondence
    from qualcode.stats.shape.likenesses import SimilarityOf
    from qualcode.stats.shape.similarities import Measure, Similarity
    from qualcode.stats.uncertainty.resampling import RandomState
    from qualcode.stats.words.contexts import KeywordsInContext
    from qualcode.stats.words.frequencies import WordFrequencies
    from qualcode.stats.words.word_places import Cutter

__all__ = ["Questions"]


class Questions(ABC):
    """What can be asked of anything that has a state: every project and every view.

    Who counts is one rule for all questions. Where a coder of the kind ``"consensus"`` has finished a
    document it alone counts there; elsewhere persons do, and machines nowhere. With ``coders=``
    exactly those count who are named, whatever their kind. Agreement and ``count="coders"`` are of
    persons everywhere. Every result says who was counted, as ``result.counted``.

    Every question can be asked of what fits a query: of ``project.restricted(where=query)``.
    """

    @property
    @abstractmethod
    def state(self) -> State:
        """The content, as the statistics take it."""

    def progress(self, *, coders: str | Iterable[str] | None = None) -> Progress:
        """Return how far each coder has come in each document, and who has finished it.

        Parameters
        ----------
        coders : str or iterable of str, optional
            Ids of the coders to look at; all when not given.
        """
        from qualcode.stats.counting.coding_progress import progress

        return progress(self.state, coders=coders)

    def rollup(
        self,
        rollup: str | Rollup | None = None,
        *,
        count: Count = "segments",
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> RollupResult:
        """Count domains, themes and codes along a rollup.

        Parameters
        ----------
        rollup : str or Rollup, optional
            Id of a rollup of the codebook, ``"tree"``, the name of a free attribute such as
            ``"direction"``, or a rollup of your own; the codebook's first when not given.
        count : str or Policy, default "segments"
            ``"assignments"``, ``"segments"``, ``"documents"``, ``"cases"``, ``"characters"`` or
            ``"coders"`` (persons, unless others are named), always distinct; or ``"weight"``, the sum
            over the segments of the greatest weight given there; or a policy of your own, such as
            `qualcode.stats.counting.policies.Units`.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        where : Query or str, optional
            Which of their assignments count, such as ``qualcode.code("trust").within("turn")`` or the text of
            a query; all when not given. Documents, cases and their bases stay as they are.
        """
        from qualcode.stats.counting.rollup import roll_up

        return roll_up(self.state, rollup, count=count, coders=coders, where=where)

    def crosstab(
        self,
        variable: str,
        *,
        rollup: str | Rollup | None = None,
        level: Literal["domain", "theme", "code"] | None = None,
        count: Count = "segments",
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> Crosstab:
        """Count the nodes of one level of a rollup for each value of a document or case variable.

        Parameters
        ----------
        variable : str
            Name of a variable of documents or, where no document has it, of cases. Or ``"speaker"``,
            ``"role"``, ``"speaker.case"`` or ``"speaker.VARIABLE"``, a variable of the speaker's case: each
            segment counts for whoever speaks all through it.
        rollup, count, coders, where
            As for `rollup`.
        level : {"domain", "theme", "code"}, optional
            Which nodes; the highest level when not given.
        """
        from qualcode.stats.counting.rollup import crosstab

        return crosstab(
            self.state,
            variable,
            rollup=rollup,
            level=level,
            count=count,
            coders=coders,
            where=where,
        )

    def evidence(
        self,
        *,
        of: EvidenceOf = "document",
        rollup: str | Rollup | None = None,
        level: Literal["domain", "theme", "code"] = "theme",
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> Evidence:
        """Return the evidence matrix: distinct segments of each document, or other row, for each theme.

        Parameters
        ----------
        of : {"document", "case", "speaker", "role"}, default "document"
            What the rows are; of speakers, segments count for whoever speaks all through them.
        rollup, coders, where
            As for `rollup`.
        level : {"domain", "theme", "code"}, default "theme"
            What the columns are.
        """
        from qualcode.stats.counting.rollup import evidence

        return evidence(self.state, of=of, rollup=rollup, level=level, coders=coders, where=where)

    def framework(
        self,
        rollup: str | Rollup | None = None,
        *,
        level: Literal["domain", "theme", "code"] = "theme",
        cases: str | Iterable[str] | None = None,
        variables: Mapping[str, Value | Iterable[Value]] | None = None,
        show: str | Iterable[str] = (),
        sort: str | Iterable[str] = (),
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> Framework:
        """Return the framework matrix: cases by themes, with the summaries that people wrote.

        Each cell has its segments, and says whether they have changed since its summary was written; see
        `Project.summarise`, and `qualcode.write_framework` to work on it in a spreadsheet program.

        Parameters
        ----------
        rollup : str or Rollup, optional
            As for `rollup`.
        level : {"domain", "theme", "code"}, default "theme"
            What the columns are.
        cases : str or iterable of str, optional
            Ids of the cases that are the rows; all when not given.
        variables : mapping, optional
            Only cases with these values of variables, as ``{"site": "north"}``; a case that has none itself
            has those of its documents.
        show : str or iterable of str
            Variables that are shown beside the cases.
        sort : str or iterable of str
            Variables to sort the cases by, which are shown too; cases without a value come last.
        coders, where
            Whose segments, and which, are shown: as for `rollup`. What is stale does not depend on them.
        """
        from qualcode.stats.counting.framework import framework

        return framework(
            self.state, rollup, level=level, cases=cases, variables=variables, show=show, sort=sort,
            coders=coders, where=where,
        )  # fmt: skip

    def cooccurrence(
        self,
        unit: Unit | None = None,
        *,
        meeting: Meeting | None = None,
        gap: int | None = None,
        min_overlap: int | float | None = None,
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        same_coder: bool = False,
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> Cooccurrence:
        """Count how often codes, themes or domains meet.

        Parameters
        ----------
        unit : str, regular expression or callable, optional
            On what they meet: ``"segment"`` (when neither unit nor meeting is given), ``"sentence"``,
            ``"paragraph"``, ``"line"``, ``"turn"``, ``"document"``, ``"case"``, or any segmenter.
        meeting : {"overlap", "contained"}, optional
            Instead of a unit, how spans meet: they share a code point, or the first lies inside the
            second.
        gap : int, optional
            With ``meeting="overlap"``: how many code points may lie between two spans that meet; with
            units of a text, such as sentences: how many of these.
        min_overlap : int or float, optional
            With ``meeting="overlap"``: how many code points two spans share at least that meet or, with
            a float from 0 to 1, how much of the shorter one.
        level : {"code", "theme", "domain"}, default "code"
            What is paired.
        rollup : str or Rollup, optional
            For themes and domains.
        same_coder : bool, default False
            Whether both codes must come from one coder.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        where : Query or str, optional
            Which of their assignments count; all when not given. The units stay as they are.
        """
        from qualcode.stats.pairs.cooccurrence import cooccur

        return cooccur(
            self.state, unit=unit, meeting=meeting, gap=gap, min_overlap=min_overlap, level=level,
            rollup=rollup, same_coder=same_coder, coders=coders, where=where,
        )  # fmt: skip

    def similarity(
        self,
        of: SimilarityOf = "code",
        *,
        measure: Measure = "jaccard",
        unit: Unit | None = None,
        meeting: Meeting | None = None,
        gap: int | None = None,
        min_overlap: int | float | None = None,
        same_coder: bool = False,
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> Similarity:
        """Return how alike codes are by where they meet, or documents, cases or speakers by what they say.

        Clusters and maps are made of it, with their stability: ``similarity(…).clusters()``, ``.map()``.

        Parameters
        ----------
        of : {"code", "document", "case", "speaker", "role"}, default "code"
            What is compared with what.
        measure : str or Coefficient, default "jaccard"
            A coefficient that is at most 1: of the units that carry two codes, or of the codes that two
            documents have. Or, of counts of segments, ``"cosine"``, ``"correlation"`` or
            ``"bray_curtis"``; of codes these compare counts by document, or by case with ``unit="case"``.
        unit, meeting, gap, min_overlap, same_coder
            Of codes: where they meet, as for `cooccurrence`.
        level, rollup
            Which nodes are compared, or what is counted in what is compared; as for `cooccurrence`.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        where : Query or str, optional
            Which of their assignments count; all when not given.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.load_project("partnership-interviews")
        >>> found = project.similarity("document", measure="cosine").clusters(3, random_state=1)
        >>> found.clusters_frame()[["size", "stability"]].round(2).to_numpy().tolist()
        [[1.0, 1.0], [7.0, 0.84], [4.0, 0.93]]
        """
        from qualcode.stats.shape.similarities import similarity

        return similarity(
            self.state, of, measure=measure, unit=unit, meeting=meeting, gap=gap, min_overlap=min_overlap,
            same_coder=same_coder, level=level, rollup=rollup, coders=coders, where=where,
        )  # fmt: skip

    def correspondence(
        self,
        by: str,
        *,
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
        n_resamples: int = 200,
        random_state: RandomState = None,
    ) -> Correspondence:
        """Put codes and groups on one map, by the distinct segments of each code in each group.

        Parameters
        ----------
        by : str
            A variable of documents or cases; ``"speaker"``, ``"role"`` and so on as for `crosstab`; or
            ``"document"`` or ``"case"`` themselves.
        level, rollup
            As for `cooccurrence`.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        where : Query or str, optional
            Which of their assignments count; all when not given.
        n_resamples : int, default 200
            On how many bootstrap samples of whole documents points are placed again; 0 for none.
        random_state : int or numpy.random.Generator
            Their seed; drawn, and kept with the result, when not given.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.load_project("partnership-interviews")
        >>> found = project.correspondence("sector", level="theme", random_state=1)
        >>> found.axes_frame().round(2).to_numpy().tolist()
        [[1.0, 0.02, 0.61, 0.61], [2.0, 0.01, 0.24, 0.85], [3.0, 0.0, 0.15, 1.0]]
        """
        from qualcode.stats.shape.correspondences import correspondence

        return correspondence(
            self.state, by, level=level, rollup=rollup, coders=coders, where=where,
            n_resamples=n_resamples, random_state=random_state,
        )  # fmt: skip

    def sequences(
        self,
        *,
        unit: Unit = "turn",
        lag: int | tuple[int, int] = 1,
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        uncoded: Literal["keep", "skip"] = "keep",
        coders: str | Iterable[str] | None = None,
    ) -> Sequences:
        """Count what comes after what, and compare it with a random order.

        Parameters
        ----------
        unit : str, regular expression or callable, default "turn"
            What follows what, within each document: ``"turn"``, ``"sentence"``, ``"segment"``, … or any
            segmenter.
        lag : int or pair of int, default 1
            How many units later; with a pair, how many at least and at most.
        level, rollup
            As for `cooccurrence`.
        uncoded : {"keep", "skip"}, default "keep"
            Whether a unit without any of the codes is a step, or is passed over.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        """
        from qualcode.stats.order.transitions import sequences

        return sequences(
            self.state, unit=unit, lag=lag, level=level, rollup=rollup, uncoded=uncoded,
            coders=coders,
        )  # fmt: skip

    def portraits(
        self,
        *,
        parts: int = 20,
        by: str | None = None,
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
        confidence: float = 0.95,
    ) -> Portraits:
        """Measure how much of each part of each document each code covers, from start to end.

        Parameters
        ----------
        parts : int, default 20
            Into how many parts of one length each document is cut.
        by : str, optional
            A variable of documents or cases: means within each of its values.
        level, rollup
            As for `cooccurrence`.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        where : Query or str, optional
            Which of their assignments count; all when not given.
        confidence : float, default 0.95
            The level of the intervals of means.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.load_project("partnership-interviews")
        >>> found = project.portraits(parts=4).to_frame()
        >>> found[found["id"] == "trust"]["share"].round(3).tolist()
        [0.055, 0.143, 0.009, 0.009]
        """
        from qualcode.stats.order.portraits import portraits

        return portraits(
            self.state, parts=parts, by=by, level=level, rollup=rollup, coders=coders, where=where,
            confidence=confidence,
        )  # fmt: skip

    def proximity(
        self,
        unit: Unit = "turn",
        *,
        codes: Iterable[str] | str | None = None,
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
        confidence: float = 0.95,
        n_resamples: int = 2000,
        random_state: RandomState = None,
    ) -> Proximity:
        """Measure how near codes lie to each other in the text, beside chance in the same documents.

        Parameters
        ----------
        unit : str, regular expression or callable, default "turn"
            In what distances are: ``"turn"``, ``"sentence"``, … or any segmenter, 0 being the same unit and
            1 the next; or ``"character"``, the code points between segments.
        codes : iterable of str, optional
            Ids of the nodes of the level; all that anything carries when not given.
        level, rollup
            As for `cooccurrence`.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        where : Query or str, optional
            Which of their assignments count; all when not given.
        confidence : float, default 0.95
            The level of the intervals.
        n_resamples : int, default 2000
            How many randomisations, in which the second code begins elsewhere in the same documents; 0 for
            none.
        random_state : int or numpy.random.Generator
            Their seed; drawn, and kept with the result, when not given.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.load_project("partnership-interviews")
        >>> near = project.proximity("turn", codes=["trust", "relationships"], random_state=1)
        >>> near.to_frame()[["a", "b", "distance", "expected"]].round(1).to_numpy().tolist()
        [['relationships', 'trust', 3.4, 7.8], ['trust', 'relationships', 2.6, 6.4]]
        """
        from qualcode.stats.order.proximities import proximity

        return proximity(
            self.state, unit, codes=codes, level=level, rollup=rollup, coders=coders, where=where,
            confidence=confidence, n_resamples=n_resamples, random_state=random_state,
        )  # fmt: skip

    def stanzas(
        self,
        *,
        window: int = 4,
        unit: Unit = "turn",
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        by: str | None = None,
        coders: str | Iterable[str] | None = None,
    ) -> Stanzas:
        """Count connections within a window that moves over the units of each document.

        Parameters
        ----------
        window : int, default 4
            How many units it holds, the last one included.
        unit, level, rollup
            As for `sequences`.
        by : str, optional
            Whose connections: ``"speaker"``, ``"role"`` and so on as for `crosstab`, or a variable of
            documents or cases.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        """
        from qualcode.stats.order.stanzas import stanzas

        return stanzas(
            self.state, unit=unit, window=window, level=level, rollup=rollup, by=by, coders=coders
        )

    def epistemic_networks(
        self,
        *,
        network: str = "document",
        by: str | None = None,
        contrast: Sequence[Value] | None = None,
        rotation: Rotation | None = None,
        unit: Unit = "turn",
        window: Window = 4,
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        cluster: Cluster = "document",
        n_axes: int = 2,
        coders: str | Iterable[str] | None = None,
        confidence: float = 0.95,
        n_resamples: int = 1000,
        random_state: RandomState = None,
    ) -> EpistemicNetworks:
        """Return what each document, case or speaker connects, as points in a space.

        Parameters
        ----------
        network : str, default "document"
            Whose networks: ``"document"``, ``"case"``, ``"speaker"``, ``"role"`` and so on, or a variable.
        by : str, optional
            The groups of networks: a variable of documents or cases, or ``"role"`` and the like.
        contrast : sequence of two values, optional
            Which two groups are compared, the reference first; the two there are when not given.
        rotation : {"means", "svd"}, optional
            Whether the first axis lies between the means of the two groups, or where networks differ
            most; between the means, where two groups are compared, when not given.
        unit, level, rollup
            As for `stanzas`.
        window : int or "conversation", default 4
            As for `stanzas`; or what one network says in a document is taken together.
        cluster : {"document", "case"} or iterable of str, default "document"
            What belongs together, as for `group_tests`.
        n_axes : int, default 2
            How many axes to keep.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        confidence : float, default 0.95
            The level of the intervals.
        n_resamples : int, default 1000
            How many regroupings the distance of two groups is compared with.
        random_state : int or numpy.random.Generator
            Their seed; drawn, and kept with the result, when not given.

        Examples
        --------
        >>> import qualcode as qc
        >>> interviews = qc.load_project("partnership-interviews")
        >>> found = interviews.epistemic_networks(
        ...     network="speaker", by="role", contrast=("director", "front-line"), level="theme"
        ... )
        >>> round(found.space.contrast.distance, 2), round(found.space.contrast.distance_p, 2)
        (0.47, 0.29)
        """
        from qualcode.stats.epistemic.networks import epistemic_networks

        return epistemic_networks(
            self.state, network=network, by=by, contrast=contrast, rotation=rotation, unit=unit,
            window=window, level=level, rollup=rollup, cluster=cluster, n_axes=n_axes, coders=coders,
            confidence=confidence, n_resamples=n_resamples, random_state=random_state,
        )  # fmt: skip

    def group_differences(
        self,
        statistic: Compared = "prevalence",
        *,
        by: str,
        unit: Unit | None = None,
        meeting: Meeting | None = None,
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        measure: CoefficientLike = "jaccard",
        same_coder: bool = False,
        gap: int | None = None,
        min_overlap: int | float | None = None,
        min_count: int = 1,
        coders: str | Iterable[str] | None = None,
        n_resamples: int = 1000,
        random_state: RandomState = None,
    ) -> GroupComparison:
        """Test whether groups of documents, cases or speakers differ, regrouping whole ones at random.

        Parameters
        ----------
        statistic : {"prevalence", "cooccurrence"}
            Of each code the share of units that carry it, or of each pair a coefficient.
        by : str
            A variable of documents or cases; or ``"speaker"``, ``"role"`` and so on as for `crosstab`:
            what the members of a group say in one document is regrouped as a whole.
        unit : str, regular expression or callable, optional
            As for `prevalence` (documents when not given) or `cooccurrence` (coded segments).
        level, rollup
            As for `cooccurrence`.
        measure : str or Coefficient, default "jaccard"
            Of pairs: a name of `qualcode.stats.coefficients.COEFFICIENTS`, or a coefficient of your own.
        meeting, same_coder, gap, min_overlap
            Of pairs: as for `cooccurrence`.
        min_count : int, default 1
            Of pairs: those that meet less often, over all groups, are left out.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        n_resamples : int, default 1000
            How many regroupings to draw. All are used, exactly, where there are no more than that.
        random_state : int or numpy.random.Generator
            The seed; drawn, and kept with the result, when not given.
        """
        from qualcode.stats.groups.comparison import compare_groups

        return compare_groups(
            self.state, statistic, by=by, unit=unit, meeting=meeting, level=level, rollup=rollup,
            measure=measure, same_coder=same_coder, gap=gap, min_overlap=min_overlap, min_count=min_count,
            coders=coders, n_resamples=n_resamples, random_state=random_state,
        )  # fmt: skip

    def group_tests(
        self,
        by: str,
        *,
        unit: Unit = "document",
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        reference: Value | None = None,
        test: Literal["rao-scott", "fisher", "pearson"] | None = None,
        correction: Correction = "holm",
        cluster: Cluster = "document",
        coders: str | Iterable[str] | None = None,
        confidence: float = 0.95,
    ) -> GroupTests:
        """Test for each node whether the share of units that carry it is the same in all groups.

        Parameters
        ----------
        by : str
            A variable of documents or cases; or as for `crosstab`, ``"speaker"``, ``"role"`` and so on.
        unit : str, regular expression or callable, default "document"
            Of what the share is, as for `prevalence`.
        level, rollup
            As for `cooccurrence`.
        reference : value of the variable, optional
            The group that others are set against in differences and ratios; the first when not given.
        test : {"rao-scott", "fisher", "pearson"}, optional
            Rao and Scott's χ², which takes whole documents for independent; or, where every document is one
            unit, Fisher's exact test of two groups, or Pearson's χ². What suits when not given.
        correction : {"holm", "bh", "by", "none"}, default "holm"
            How p-values are adjusted over the nodes.
        cluster : {"document", "case"} or iterable of str, default "document"
            What belongs together: each document; all documents of a case; or those of the cases named.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        confidence : float, default 0.95
            The level of the intervals.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.load_project("partnership-interviews")
        >>> found = project.group_tests("wave", unit="turn", level="domain")
        >>> found.to_frame()[["id", "difference", "low", "high", "adjusted"]].round(2).head(1)
                   id  difference   low  high  adjusted
        0  governance        0.05 -0.04  0.14      0.66
        """
        from qualcode.stats.groups.group_tests import group_tests

        return group_tests(
            self.state, by, unit=unit, level=level, rollup=rollup, reference=reference, test=test,
            correction=correction, cluster=cluster, coders=coders, confidence=confidence,
        )  # fmt: skip

    def trends(
        self,
        by: str,
        *,
        steps: Mapping[Value, float] | None = None,
        unit: Unit = "document",
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        correction: Correction = "holm",
        cluster: Cluster = "document",
        coders: str | Iterable[str] | None = None,
        confidence: float = 0.95,
    ) -> Trends:
        """Test for each node whether the share of units that carry it goes up or down along ordered groups.

        Parameters
        ----------
        by : str
            A variable of documents or cases whose values have an order, such as a wave or a year.
        steps : mapping of value to float, optional
            Where each value stands on the scale; when not given the values themselves, where all are
            numbers, or else 0, 1, 2 … in their order.
        unit, level, rollup, correction, cluster, coders, confidence
            As for `group_tests`.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.load_project("partnership-interviews")
        >>> found = project.trends("wave", unit="turn", level="domain")
        >>> found.to_frame()[["id", "slope", "low", "high", "p"]].round(2).head(1)
                   id  slope   low  high     p
        0  governance   0.05 -0.02  0.12  0.13
        """
        from qualcode.stats.groups.trends import trends

        return trends(
            self.state, by, steps=steps, unit=unit, level=level, rollup=rollup, correction=correction,
            cluster=cluster, coders=coders, confidence=confidence,
        )  # fmt: skip

    def trajectories(
        self,
        by: str,
        *,
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        cases: Iterable[str] | str | None = None,
        correction: Correction = "holm",
        coders: str | Iterable[str] | None = None,
    ) -> Trajectories:
        """Follow cases over waves: who comes to say something, who stops, who says it throughout.

        Parameters
        ----------
        by : str
            A variable of documents whose values have an order, such as a wave.
        level, rollup
            As for `cooccurrence`.
        cases : str or iterable of str, optional
            Ids of the cases to follow, such as participants and not sites; all when not given. Those without
            documents in two waves are left out.
        correction : {"holm", "bh", "by", "none"}, default "holm"
            How p-values are adjusted over the nodes.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.load_project("partnership-interviews")
        >>> found = project.trajectories("wave", cases=["north", "south", "east"])
        >>> frame = found.to_frame().set_index("id")
        >>> frame.loc["resident-voice", ["always", "gained", "lost", "mixed", "never"]].tolist()
        [2, 1, 0, 0, 0]
        """
        from qualcode.stats.groups.following import trajectories

        return trajectories(
            self.state,
            by,
            level=level,
            rollup=rollup,
            cases=cases,
            correction=correction,
            coders=coders,
        )

    def unit_frame(
        self,
        *,
        unit: Unit,
        codes: Iterable[str] | str | None = None,
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        variables: Iterable[str] | str | None = None,
        cluster: Cluster = "document",
        coders: str | Iterable[str] | None = None,
        wide: bool = False,
    ) -> pd.DataFrame:
        """Return a row for each unit and code, with what belongs together: for models of other libraries.

        Parameters
        ----------
        unit : str, regular expression or callable
            As for `prevalence`; not cases.
        codes : iterable of str, optional
            Ids of the nodes of the level; all that anything carries when not given.
        level, rollup
            As for `cooccurrence`.
        variables : iterable of str, optional
            Variables of documents, or else of their cases; all that there are when not given.
        cluster : {"document", "case"} or iterable of str, default "document"
            As for `group_tests`.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        wide : bool, default False
            One row for each unit and a column for each code instead.

        Returns
        -------
        DataFrame
            Columns: cluster, document, unit (its number in the document), start, end, length, speaker, role,
            code and present (0 or 1), or one for each code; then one for each variable.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.load_project("partnership-interviews")
        >>> frame = project.unit_frame(unit="turn", codes=["trust", "power"], variables=["wave"])
        >>> frame[["cluster", "document", "unit", "role", "code", "present", "wave"]].tail(2)
             cluster document  unit         role   code  present  wave
        632       11   int-12    30  participant  trust        0     2
        633       11   int-12    30  participant  power        0     2
        """
        from qualcode.stats.counting.tidy_units import unit_frame

        return unit_frame(
            self.state, unit=unit, codes=codes, level=level, rollup=rollup, variables=variables,
            cluster=cluster, coders=coders, wide=wide,
        )  # fmt: skip

    def prevalence(
        self,
        *,
        unit: Unit = "document",
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        by: str | None = None,
        coders: str | Iterable[str] | None = None,
        interval: Literal["wilson", "jackknife", "bootstrap"] | None = None,
        confidence: float = 0.95,
        n_resamples: int = 1000,
        random_state: RandomState = None,
    ) -> Prevalence:
        """Return what share of units carries each code, theme or domain, with intervals by document.

        Parameters
        ----------
        unit : str, regular expression or callable, default "document"
            Of what the share is. Shares of segments are of coded segments; all other units count
            whether coded or not.
        level, rollup
            As for `cooccurrence`.
        by : str, optional
            A variable of documents or cases: shares within each of its values. Or as for `crosstab`,
            ``"speaker"``, ``"role"`` and so on: shares of the units in which each group speaks.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        interval : {"wilson", "jackknife", "bootstrap"}, optional
            Wilson's score interval takes documents as independent units, and is the default where none
            has more than one; elsewhere one document is left out at a time, with Student's t. Or
            documents are drawn with replacement.
        confidence : float, default 0.95
            The level of the interval.
        n_resamples : int, default 1000
            The size of the bootstrap.
        random_state : int or numpy.random.Generator
            Its seed; drawn, and kept with the result, when not given.
        """
        from qualcode.stats.groups.prevalence import prevalence

        return prevalence(
            self.state, unit=unit, level=level, rollup=rollup, by=by, coders=coders,
            interval=interval, confidence=confidence, n_resamples=n_resamples,
            random_state=random_state,
        )  # fmt: skip

    def words(
        self,
        *,
        by: str | None = None,
        words: Cutter | None = None,
        without: Iterable[str] | str | None = None,
        rollup: str | Rollup | None = None,
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> WordFrequencies:
        """Count how often each word is used: in all that is said, under each code, or by each group.

        Which words set a group apart: ``words(by=…).keyness(group)``.

        Parameters
        ----------
        by : str, optional
            ``"code"``, ``"theme"`` or ``"domain"``: the words on which each lies. A variable of documents or
            cases; or ``"speaker"``, ``"role"`` and so on as for `crosstab`.
        words : callable, optional
            What cuts a text into words, such as `qualcode.stats.spacy_lemmas` of a spaCy pipeline.
        without : iterable of str, optional
            Words that are not counted, such as function words.
        rollup : str or Rollup, optional
            For themes and domains.
        coders : str or iterable of str, optional
            Whose codes: ids of the coders; by the rule when not given.
        where : Query or str, optional
            Which of their assignments count; all when not given.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.load_project("partnership-interviews")
        >>> told = project.words(by="code").keyness("short-term-money")
        >>> told.to_frame()[["word", "count", "reference", "log_ratio"]].head(2).to_numpy().tolist()
        [['buy', 5, 0, 8.28...], ['march', 5, 2, 6.28...]]
        """
        from qualcode.stats.words.frequencies import word_frequencies

        return word_frequencies(
            self.state,
            by=by,
            words=words,
            without=without,
            rollup=rollup,
            coders=coders,
            where=where,
        )

    def keywords_in_context(
        self,
        keywords: str | Iterable[str],
        *,
        width: int = 30,
        codes: str | Iterable[str] | None = None,
        coders: str | Iterable[str] | None = None,
    ) -> KeywordsInContext:
        """Find every place of keywords in the texts, coded or not, with what stands before and after.

        Parameters
        ----------
        keywords : str or iterable of str
            Whole words, whatever their case; ``*`` stands for any letters.
        width : int, default 30
            How many characters of context on each side.
        codes : str or iterable of str, optional
            Ids: only places on which one of these codes, or one below it, lies.
        coders : str or iterable of str, optional
            Whose codes: ids of the coders; by the rule when not given.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.load_project("partnership-interviews")
        >>> found = project.keywords_in_context("grant*", codes="short-term-money")
        >>> len(found), found[0].segment.document.id, found[0].codes
        (5, 'int-05', ('short-term-money',))
        """
        from qualcode.stats.words.contexts import keywords_in_context

        return keywords_in_context(self.state, keywords, width=width, codes=codes, coders=coders)

    def saturation(
        self,
        *,
        order: Iterable[str] | None = None,
        new_at: Literal["use", "creation"] = "use",
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        coders: str | Iterable[str] | None = None,
        base: int = 4,
        run: int = 2,
        threshold: float = 0.05,
        n_orders: int = 1000,
        confidence: float = 0.95,
        random_state: RandomState = None,
    ) -> Saturation:
        """Return how much of what there is to find has been found.

        Parameters
        ----------
        order : iterable of str, optional
            Ids of documents in the order to take them; that of coding when not given.
        new_at : {"use", "creation"}, default "use"
            Whether a code is new in the first document it was put on, or in the one that was being
            coded when the codebook got it.
        level, rollup
            As for `cooccurrence`.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        base : int, default 4
            How many documents come first, whose codes new ones are set against.
        run : int, default 2
            How many documents are looked at together for new codes.
        threshold : float, default 0.05
            The share of new codes below which saturation is reached.
        n_orders : int, default 1000
            How many random orders of the documents to draw.
        confidence : float, default 0.95
            The share of these orders within the band.
        random_state : int or numpy.random.Generator
            Their seed; drawn, and kept with the result, when not given.
        """
        from qualcode.stats.saturation import saturation

        return saturation(
            self.state, order=order, new_at=new_at, level=level, rollup=rollup, coders=coders, base=base,
            run=run, threshold=threshold, n_orders=n_orders, confidence=confidence,
            random_state=random_state,
        )  # fmt: skip

    def meaning_saturation(
        self,
        *,
        by: str | None = None,
        level: Literal["theme", "domain"] = "theme",
        rollup: str | Rollup | None = None,
        share: float = 0.9,
        coders: str | Iterable[str] | None = None,
    ) -> MeaningSaturation:
        """Return when all codes had been met, and when each theme had shown all its sides.

        Parameters
        ----------
        by : str, optional
            A variable of documents or cases: each of its values has a saturation of its own.
        level : {"theme", "domain"}, default "theme"
            What has sides: the codes below it.
        rollup : str or Rollup, optional
            Along which themes and domains are.
        share : float, default 0.9
            Which share of the codes that a group meets in all has to have been met for code saturation.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        """
        from qualcode.stats.saturation import meaning_saturation

        return meaning_saturation(
            self.state, by=by, level=level, rollup=rollup, share=share, coders=coders
        )

    def study(
        self,
        *,
        unit: Unit,
        coders: str | Iterable[str] | None = None,
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        codes: Iterable[str] | None = None,
        coverage: Mapping[str, Iterable[str]] | None = None,
        uncoded: Literal["decision", "missing"] = "decision",
    ) -> Study:
        """Say what is compared, for measuring how far coders agree.

        Parameters
        ----------
        unit : str, regular expression or callable
            ``"segment"``, ``"sentence"``, ``"paragraph"``, ``"turn"``, ``"line"``, ``"document"``,
            ``"character"``, or any segmenter. There is no default: agreement depends on it.
        coders : str or iterable of str, optional
            Ids; all persons who assigned or finished anything when not given. Coders of the kinds
            ``"machine"`` and ``"consensus"`` must be named.
        level : {"code", "theme", "domain"}, default "code"
            What is compared.
        rollup : str or Rollup, optional
            For themes and domains.
        codes : iterable of str, optional
            Only these nodes of that level.
        coverage : mapping of str to iterable of str, optional
            Which documents each coder read. Of those not named here, the documents that they finished
            or, where they finished none, those they assigned anything in; see `Study.coverage_from`.
        uncoded : {"decision", "missing"}, default "decision"
            What a unit means that a coder left uncoded in a document that they covered.
        """
        from qualcode.stats.agreement.study import agreement_study

        return agreement_study(
            self.state, unit=unit, coders=coders, level=level, rollup=rollup, codes=codes,
            coverage=coverage, uncoded=uncoded,
        )  # fmt: skip

    def recoding(
        self,
        coder: str,
        moment: int | str | None = None,
        *,
        unit: Unit,
        revision: int | str | None = None,
        time: str | date | None = None,
        documents: str | Iterable[str] | None = None,
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        codes: Iterable[str] | None = None,
        uncoded: Literal["decision", "missing"] = "decision",
    ) -> Study:
        """Compare one coder with themselves: what they had coded by a moment, and what they coded anew since.

        Parameters
        ----------
        coder : str
            Id of the coder.
        moment, revision, time
            The earlier moment, as for `View.at`; the later one is that of this project.
        unit, level, rollup, codes, uncoded
            As for `study`.
        documents : str or iterable of str, optional
            Which to compare. When not given, those coded anew: nothing that the coder had put there by then
            still stands.

        Examples
        --------
        >>> import qualcode as qc
        >>> book = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("money")])
        >>> project = qc.Project.new("Study", codebook=book, coder="ana")
        >>> document = project.add_document("We trust them. One budget. They trust us.", id="a")
        >>> sentences = project.segments(unit="sentence")
        >>> for each in sentences:
        ...     assignment = project.assign(each, "trust")
        >>> with project.revise() as cb:
        ...     code = cb.add("hope")
        >>> for each, code in zip(sentences, ("trust", "money", "trust")):
        ...     project.retract(each, "trust")
        ...     assignment = project.assign(each, code)
        >>> study = project.recoding("ana", revision=1, unit="sentence", documents="a")
        >>> study.coders, round(study.agreement("percent_agreement").value, 2)
        (('ana (earlier)', 'ana (later)'), 0.67)
        """
        from qualcode.stats.agreement.study.recoding import recoding

        return recoding(
            self.state, coder, moment, unit=unit, revision=revision, time=time, documents=documents,
            level=level, rollup=rollup, codes=codes, uncoded=uncoded,
        )  # fmt: skip
