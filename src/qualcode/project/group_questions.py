"""What differs between groups, and over time.

The statistics are imported when they are asked for: most scripts ask for few of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from qualcode.project.asked import Asked

if TYPE_CHECKING:
    import pandas as pd

    from qualcode.model.codebooks.themes import Rollup
    from qualcode.model.texts.documents import Value
    from qualcode.stats.coefficients import CoefficientLike
    from qualcode.stats.counting.belonging import Cluster
    from qualcode.stats.counting.meeting import Meeting
    from qualcode.stats.counting.units import Unit
    from qualcode.stats.groups.comparison import Compared, GroupComparison
    from qualcode.stats.groups.following import Trajectories
    from qualcode.stats.groups.group_tests import Correction, GroupTests
    from qualcode.stats.groups.prevalence import Prevalence
    from qualcode.stats.groups.trends import Trends
    from qualcode.stats.uncertainty.resampling import RandomState

__all__ = ["GroupQuestions"]


class GroupQuestions(Asked):
    """Whether groups of documents and cases differ."""

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
