"""What is alike, and in which order codes come: similarity, sequences, networks.

The statistics are imported when they are asked for: most scripts ask for few of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from qualcode.project.asked import Asked

if TYPE_CHECKING:
    from qualcode.model.codebooks.themes import Rollup
    from qualcode.model.coding.queries import Query
    from qualcode.model.texts.documents import Value
    from qualcode.stats.counting.belonging import Cluster
    from qualcode.stats.counting.meeting import Meeting
    from qualcode.stats.counting.units import Unit
    from qualcode.stats.epistemic.networks import EpistemicNetworks
    from qualcode.stats.epistemic.space import Rotation, Window
    from qualcode.stats.order.portraits import Portraits
    from qualcode.stats.order.proximities import Proximity
    from qualcode.stats.order.stanzas import Stanzas
    from qualcode.stats.order.transitions import Sequences
    from qualcode.stats.shape.correspondences import Correspondence
    from qualcode.stats.shape.likenesses import SimilarityOf
    from qualcode.stats.shape.similarities import Measure, Similarity
    from qualcode.stats.uncertainty.resampling import RandomState

__all__ = ["ShapeQuestions"]


class ShapeQuestions(Asked):
    """What is alike, and what comes after what."""

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
