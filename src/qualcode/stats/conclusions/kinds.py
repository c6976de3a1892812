"""The conclusions that studies draw most: a ranking, a share, a co-occurrence, an agreement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeAlias, get_args

import attrs

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_flag, check_named, check_text, check_whole
from qualcode.model.codebooks.hierarchy import LEVELS, lay_over
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.state import State
from qualcode.stats.agreement.measure_registry import MeasureLike, measure_of_ratings
from qualcode.stats.agreement.study import SETS, Uncoded, agreement_study
from qualcode.stats.arguments import check_one_of, check_unit
from qualcode.stats.coefficients import CoefficientLike, coefficient
from qualcode.stats.conclusions.conclusion import (
    Bounded,
    Conclusion,
    Finding,
    Variation,
    active_coders,
    check_rollup,
)
from qualcode.stats.counting.meeting import Meeting
from qualcode.stats.counting.policies import Count, policy_of
from qualcode.stats.counting.rollup import roll_up
from qualcode.stats.counting.units import Unit
from qualcode.stats.kernels.meetings import Meets
from qualcode.stats.pairs.association import association
from qualcode.stats.pairs.cooccurrence import check_meeting, cooccur

__all__ = ["Agreement", "Ranking", "Share", "Together", "ranks"]


def _named_coders(given: str | Iterable[str] | None) -> tuple[str, ...] | None:
    return None if given is None else check_named(given, what="coders", error=StatisticsError)


Level: TypeAlias = Literal["code", "theme", "domain"]


@attrs.frozen
class Ranking(Conclusion):
    """The order of the most frequent domains, themes or codes.

    It holds while everything that the base puts before something else is still before it, among the
    first `top` and between them and the rest. What is level with the last of them belongs to them.

    Parameters
    ----------
    rollup : str or Rollup, optional
        The codebook's first when not given.
    level : {"domain", "theme", "code"}, default "theme"
        What is ranked.
    count : str or Policy, default "segments"
        By what; as for `qualcode.stats.counting.roll_up`.
    top : int, default 3
        How many of the first the conclusion is about.

    Examples
    --------
    >>> Ranking("factors", level="theme", count="documents").sentence
    'the order of the 3 most frequent themes of factors, by documents'
    """

    rollup: str | Rollup | None = None
    level: Level = attrs.field(default="theme", kw_only=True)
    count: Count = attrs.field(default="segments", kw_only=True)
    top: int = attrs.field(default=3, kw_only=True)

    def __attrs_post_init__(self) -> None:
        policy_of(self.count)
        check_one_of(self.level, LEVELS, what="level")
        check_rollup(self.rollup)
        check_whole(self.top, what="top", error=StatisticsError, least=1)
        super().__attrs_post_init__()

    @property
    def sentence(self) -> str:
        """What is concluded, in words."""
        of = self.rollup.id if isinstance(self.rollup, Rollup) else self.rollup
        where = f" of {of}" if of else ""
        return f"the order of the {self.top} most frequent {self.level}s{where}, by {self._things}"

    @property
    def _things(self) -> str:
        return policy_of(self.count).name

    @property
    def counted(self) -> Count:
        """The counting policy."""
        return self.count

    def counting(self, count: Count) -> Ranking:
        """Return the same conclusion by another counting policy."""
        return attrs.evolve(self, count=count)

    def find(self, state: State) -> Finding:
        """Return the counts that make the ranking."""
        result = roll_up(state, self.rollup, count=self.count)
        nodes = [node for node in result.hierarchy.level(self.level) if node.id != UNASSIGNED]
        counts = {node.id: result.of(node.id, self.level) for node in nodes}
        if not any(counts.values()):
            if self._things == "cases" and not state.cases:
                return Finding.nothing("there are no cases")
            return Finding.nothing(f"nothing carries any {self.level}")
        names = {node.id: f"{node.name} ({counts[node.id]:,})" for node in nodes}
        return Finding(None, self._order(counts, names), counts=counts)

    def order(self, found: Finding) -> str | None:
        """Return the first of a finding's ranking by id, such as ``"trust > roles = money"``."""
        if not found.counts:
            return None
        return self._order(found.counts, {id: id for id in found.counts})

    def _order(self, counts: Mapping[str, float], names: Mapping[str, str]) -> str:
        parts: list[str] = []
        last = None
        for id in self.first(counts):
            sign = "" if last is None else " = " if counts[id] == last else " > "
            parts.append(sign + names[id])
            last = counts[id]
        return "".join(parts)

    def first(self, counts: Mapping[str, float]) -> tuple[str, ...]:
        """Return the ids of the first `top` by count, and what is level with the last of them."""
        ordered = sorted(counts, key=lambda id: -counts[id])
        least = max(counts[ordered[: self.top][-1]], 1) if ordered else 1
        return tuple(id for id in ordered if counts[id] >= least)

    def value(self, found: Finding, base: Finding) -> tuple[float | None, str | None]:
        """Return Kendall's τ_b between two rankings, over all that is ranked."""
        from scipy import stats

        if not found.counts or not base.counts:
            return None, found.reason or base.reason
        for each in (found.counts, base.counts):
            if len(set(each.values())) == 1:
                what = "all are level" if len(each) > 1 else "there is one only"
                return None, f"{what}: there is no order to correlate"
        ours = [found.counts[id] for id in base.counts]
        return float(stats.kendalltau(ours, list(base.counts.values())).statistic), None

    def holds(self, found: Finding, base: Finding) -> bool | None:
        """Tell whether nothing that the base puts first is level with, or behind, what follows it."""
        ordered = [
            (one, other)
            for one in self.first(base.counts)
            for other in base.counts
            if base.counts[one] > base.counts[other]
        ]
        if not found.counts or not ordered:
            return None
        return all(found.counts[one] > found.counts[other] for one, other in ordered)


@attrs.frozen
class Share(Bounded):
    """The share of everything that carries a domain, theme or code.

    Parameters
    ----------
    node : str
        Id of the domain, theme or code.
    count : str or Policy, default "documents"
        Of what; as for `qualcode.stats.counting.roll_up`.
    rollup : str or Rollup, optional
        The codebook's first when not given.
    level : {"domain", "theme", "code"}, optional
        Of the node, where levels share ids; the highest when not given.

    Examples
    --------
    >>> Share("trust", at_least=0.5).sentence
    'the share of documents with trust is at least 0.5'
    """

    node: str
    count: Count = attrs.field(default="documents", kw_only=True)
    rollup: str | Rollup | None = attrs.field(default=None, kw_only=True)
    level: Level | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_text(self.node, what="node", error=StatisticsError)
        policy_of(self.count)
        check_rollup(self.rollup)
        if self.level is not None:
            check_one_of(self.level, LEVELS, what="level")
        super().__attrs_post_init__()

    @property
    def _subject(self) -> str:
        return f"the share of {self._things} with {self.node}"

    @property
    def _things(self) -> str:
        return policy_of(self.count).name

    @property
    def counted(self) -> Count:
        """The counting policy."""
        return self.count

    def counting(self, count: Count) -> Share:
        """Return the same conclusion by another counting policy."""
        return attrs.evolve(self, count=count)

    def find(self, state: State) -> Finding:
        """Return the share."""
        share = roll_up(state, self.rollup, count=self.count).share(self.node, self.level)
        return self._found(share, f"there are no {self._things}")


@attrs.frozen
class Together(Bounded):
    """How strongly two domains, themes or codes go together.

    Parameters
    ----------
    first, second : str
        Their ids.
    measure : str or Coefficient, default "lift"
        A name of `qualcode.stats.coefficients.COEFFICIENTS`, or a coefficient of your own.
    unit, meeting, level, rollup, same_coder, gap, min_overlap
        As for `qualcode.stats.cooccur`.

    Examples
    --------
    >>> Together("trust", "roles", unit="paragraph", at_least=1).sentence
    'lift of trust and roles within the same paragraph is at least 1'
    """

    first: str
    second: str
    measure: CoefficientLike = attrs.field(default="lift", kw_only=True)
    unit: Unit | None = attrs.field(default=None, kw_only=True)
    meeting: Meeting | None = attrs.field(default=None, kw_only=True)
    level: Level = attrs.field(default="code", kw_only=True)
    rollup: str | Rollup | None = attrs.field(default=None, kw_only=True)
    same_coder: bool = attrs.field(default=False, kw_only=True)
    gap: int | None = attrs.field(default=None, kw_only=True)
    min_overlap: int | float | None = attrs.field(default=None, kw_only=True)

    units = ("segment", "overlap", "sentence", "paragraph", "document")

    def __attrs_post_init__(self) -> None:
        for name in ("first", "second"):
            check_text(getattr(self, name), what=name, error=StatisticsError)
        coefficient(self.measure)  # raises for what is none
        check_meeting(self.unit, self.meeting)
        check_one_of(self.level, LEVELS, what="level")
        check_rollup(self.rollup)
        check_flag(self.same_coder, what="same_coder", error=StatisticsError)
        Meets(gap=self.gap, min_overlap=self.min_overlap)  # raises for what is neither
        super().__attrs_post_init__()

    @property
    def _subject(self) -> str:
        where = {
            "overlap": "within overlapping segments",
            "contained": f"where {self.first} is inside {self.second}",
        }.get(str(self.meeting), f"within the same {self.unit or 'segment'}")
        return f"{coefficient(self.measure).name} of {self.first} and {self.second} {where}{self._reach}"

    @property
    def _reach(self) -> str:
        if self.gap is not None:
            what = "code point" if self.meeting == "overlap" else "other"
            return f", or with at most {self.gap} {what}{'' if self.gap == 1 else 's'} between"
        if self.min_overlap is not None:
            much = f"{self.min_overlap:g}"
            what = "of the shorter" if isinstance(self.min_overlap, float) else "code points"
            return f" that share at least {much} {what}"
        return ""

    @property
    def cut(self) -> Unit:
        """The unit, or else how spans meet."""
        return self.meeting or check_meeting(self.unit, None) or "segment"

    def cutting(self, unit: Unit) -> Together:
        """Return the same conclusion with another unit, or ``"overlap"`` or ``"contained"`` for none.

        How near spans were belonged to the old.
        """
        if isinstance(unit, str) and unit in get_args(Meeting):
            meeting: Meeting = "overlap" if unit == "overlap" else "contained"
            return attrs.evolve(self, unit=None, meeting=meeting, gap=None, min_overlap=None)
        return attrs.evolve(self, unit=unit, meeting=None, gap=None, min_overlap=None)

    def find(self, state: State) -> Finding:
        """Return the coefficient."""
        hierarchy = lay_over(state.find_rollup(self.rollup), state.codebook)
        pair = [hierarchy.node(id, self.level) for id in (self.first, self.second)]
        result = cooccur(
            state, unit=self.unit, meeting=self.meeting, gap=self.gap, min_overlap=self.min_overlap,
            level=self.level, rollup=self.rollup, same_coder=self.same_coder,
        )  # fmt: skip
        at = {node: number for number, node in enumerate(result.nodes)}
        own = [int(result.counts[at[node], at[node]]) if node in at else 0 for node in pair]
        both = int(result.counts[at[pair[0]], at[pair[1]]]) if all(own) else 0
        table = association(both, own[0], own[1], result.n_units)
        return self._found(float(table.value(self.measure)), str(table.reason(self.measure)[()]))


@attrs.frozen
class Agreement(Bounded):
    """How far coders agree.

    Parameters
    ----------
    unit : str, regular expression or callable
        As for `qualcode.stats.agreement.agreement_study`; there is no default.
    measure : str or Measure, default "krippendorff_alpha"
        A name of `qualcode.stats.agreement.MEASURES`, or a measure of your own.
    of : str, default "sets"
        What is compared: ``"sets"``, ``"pooled"`` or one code.
    level, rollup, coders, uncoded
        As for `qualcode.stats.agreement.agreement_study`.

    Examples
    --------
    >>> Agreement(unit="sentence", coders=("ana", "ben"), at_least=0.667).sentence
    "Krippendorff's α of ana and ben by sentence is at least 0.667"
    """

    unit: Unit = attrs.field(kw_only=True)
    measure: MeasureLike = attrs.field(default="krippendorff_alpha", kw_only=True)
    of: str = attrs.field(default=SETS, kw_only=True)
    level: Level = attrs.field(default="code", kw_only=True)
    rollup: str | Rollup | None = attrs.field(default=None, kw_only=True)
    coders: tuple[str, ...] | None = attrs.field(
        default=None, converter=_named_coders, kw_only=True
    )
    uncoded: Uncoded = attrs.field(default="decision", kw_only=True)

    units = ("segment", "sentence", "paragraph", "document")

    def __attrs_post_init__(self) -> None:
        check_unit(self.unit, also=("character",))
        check_text(self.of, what="of", error=StatisticsError)
        check_one_of(self.level, LEVELS, what="level")
        check_rollup(self.rollup)
        check_one_of(self.uncoded, ("decision", "missing"), what="uncoded")
        super().__attrs_post_init__()
        measure_of_ratings(self.measure)  # raises for what is none

    @property
    def _subject(self) -> str:
        who = " and ".join(self.coders) if self.coders else "all persons"
        what = "" if self.of == SETS else f" on {self.of}"
        return f"{measure_of_ratings(self.measure).title} of {who}{what} by {self.unit}"

    @property
    def cut(self) -> Unit:
        """The unit."""
        return self.unit

    def cutting(self, unit: Unit) -> Agreement:
        """Return the same conclusion with another unit."""
        return attrs.evolve(self, unit=unit)

    def find(self, state: State) -> Finding:
        """Return the measure, without its interval."""
        study = agreement_study(
            state, unit=self.unit, coders=self.coders, level=self.level, rollup=self.rollup,
            uncoded=self.uncoded,
        )  # fmt: skip
        result = study.agreement(self.measure, of=self.of, clusters=None)
        return self._found(result.value, result.reason)

    def by_coder(self, state: State) -> Iterator[Variation]:
        """Yield, for each coder compared, what to look at without that coder."""
        coders = self.coders or active_coders(state.counting(persons=True))
        for coder in coders:
            rest = tuple(each for each in coders if each != coder)
            yield f"without {coder}", attrs.evolve(self, coders=rest), state.restricted(coders=rest)


def ranks(counts: Mapping[str, float]) -> dict[str, int]:
    """Return the rank of each by its count, the highest first; equal counts share the best rank.

    Examples
    --------
    >>> ranks({"trust": 3, "roles": 5, "money": 3, "time": 1})
    {'trust': 2, 'roles': 1, 'money': 2, 'time': 4}
    """
    values = list(counts.values())
    return {id: 1 + sum(other > count for other in values) for id, count in counts.items()}
