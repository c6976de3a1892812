"""Counting along a rollup: domains, themes and codes, by a named policy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.asking import question
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.hierarchy import Hierarchy, Membership, lay_over
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.coding.assignments import Assignments
from qualcode.model.coding.queries import Query
from qualcode.model.readable import wrapped
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.model.texts.segments import Segments
from qualcode.stats import kernels
from qualcode.stats.arguments import check_one_of
from qualcode.stats.counting.by_speech import finish_speech, merge_speech, partial_speech
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.grouped import count_groups
from qualcode.stats.counting.grouping import NOT_KNOWN, cases_with, variable_groups
from qualcode.stats.counting.node_counts import (
    CrosstabCounts,
    EvidenceCounts,
    EvidenceOf,
    RollupCounts,
    plain_count,
)
from qualcode.stats.counting.partials import ByDocument, Partial, merged
from qualcode.stats.counting.policies import Count, Counts, Policy, policy_of
from qualcode.stats.counting.speaking import SEVERAL_SPEAK, is_of_speakers, speaker_values

if TYPE_CHECKING:
    pass


__all__ = [
    "Crosstab",
    "Evidence",
    "RollupResult",
    "crosstab",
    "evidence",
    "evidence_counts",
    "evidence_partial",
    "roll_up",
]

Numbers = npt.NDArray[np.int64] | npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@attrs.frozen(eq=False)
class RollupResult(RollupCounts, CountedResult):
    """Counts of a project's domains, themes and codes.

    Its fields are those of `RollupCounts`, and one more.

    Parameters
    ----------
    state : State
        What was counted.
    """

    state: State = attrs.field(repr=False, kw_only=True)

    @property
    def codebook(self) -> Codebook:
        """The codebook as of the project's moment."""
        return self.state.codebook

    def assignments(self, id: str, level: str | None = None) -> Assignments:
        """Return the assignments behind a count."""
        chosen = self.hierarchy.under(self._at(id, level))
        return self.state.assignments.take(chosen[self.state.assignments.code])

    def segments(self, id: str, level: str | None = None) -> Segments:
        """Return the distinct segments behind a count, in document order."""
        return Segments(self.assignments(id, level).segments())

    def _at(self, id: str, level: str | None) -> int:
        node = self.hierarchy.node(id, level)
        return self._position[node.level, node.id]

    def __str__(self) -> str:
        return f"{wrapped(self.caption)}\n{self.tree()}"


@question("rollup")
def roll_up(
    state: State,
    rollup: str | Rollup | None = None,
    *,
    count: Count = "segments",
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
) -> RollupResult:
    """Count along a rollup.

    Parameters
    ----------
    state : State
        The project's content.
    rollup : str or Rollup, optional
        The codebook's first rollup when not given, or else the code tree.
    count : str or Policy, default "segments"
        What to count, always distinct: ``"assignments"`` (coder × segment × code), ``"segments"``,
        ``"documents"``, ``"cases"``, ``"characters"`` (code points covered), ``"coders"`` (persons,
        unless others are named), ``"weight"`` (the sum over the segments of the greatest weight given
        there); or a policy of your own. A domain's segments are the union of its themes', and a
        theme's of its codes'.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.
    where : Query or str, optional
        Which of their assignments count; all when not given.

    Raises
    ------
    StatisticsError
        For a policy that is not known.
    NotFoundError
        For a rollup that is not known.
    """
    policy = policy_of(count)
    state = state.counting(coders, persons=policy.persons, where=where)
    hierarchy = lay_over(state.find_rollup(rollup), state.codebook)
    found = policy.count(Coded.of(state), with_totals(hierarchy))
    rolled_up, total = map(plain_count, found.nodes[-2:])
    base = total if found.base is None else found.base
    return RollupResult(
        hierarchy, policy, found.nodes[:-2], rolled_up, total, base, found.unweighted, state=state
    )


def with_totals(hierarchy: Hierarchy) -> Membership:
    """Return the membership with two more nodes: the codes that roll up, and all of them."""
    table = hierarchy.membership
    placed = [node.level == hierarchy.top and node.id != UNASSIGNED for node in hierarchy.nodes]
    totals = np.ones((len(hierarchy.codes), 2), dtype=np.bool_)
    totals[:, 0] = table[:, np.flatnonzero(placed)].sum(axis=1) > 0
    if isinstance(table, np.ndarray):
        return np.hstack([table, totals])
    from scipy.sparse import csr_array, hstack

    return hstack([table, csr_array(totals)], format="csr")


@attrs.frozen(eq=False)
class Crosstab(CrosstabCounts, CountedResult):
    """Counts of the nodes of one level for each value of a variable of a project.

    Its fields are those of `CrosstabCounts`, and one more.

    Parameters
    ----------
    state : State
        What was counted.
    """

    state: State = attrs.field(repr=False, kw_only=True)


@question()
def crosstab(
    state: State,
    variable: str,
    *,
    rollup: str | Rollup | None = None,
    level: str | None = None,
    count: Count = "segments",
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
) -> Crosstab:
    """Count the nodes of one level of a rollup for each value of a document or case variable.

    Parameters
    ----------
    state : State
        The project's content.
    variable : str
        Name of a variable of documents or, where no document has it, of cases. Or, where nothing has a
        variable of that name, ``"speaker"``, ``"role"``, ``"speaker.case"`` or ``"speaker.VARIABLE"``, a
        variable of the speaker's case: of each segment, by who speaks all through it.
    rollup : str or Rollup, optional
        As for `roll_up`.
    level : {"domain", "theme", "code"}, optional
        Which nodes; the highest level when not given.
    count : str or Policy, default "segments"
        As for `roll_up`.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.
    where : Query or str, optional
        Which of their assignments count; all when not given.

    Raises
    ------
    StatisticsError
        When neither documents nor cases have the variable.
    """
    policy = policy_of(count)
    state = state.counting(coders, persons=policy.persons, where=where)
    hierarchy = lay_over(state.find_rollup(rollup), state.codebook)
    level = hierarchy.top if level is None else level
    nodes, membership = hierarchy.level(level), hierarchy.members(level)
    if is_of_speakers(state, variable):
        within, whole = _by_speech(state, variable, policy, membership)
        groups: Iterable[Value] = within
    else:
        masks = groups = variable_groups(state, variable)
        within, whole = count_groups(
            policy,
            Coded.of(state),
            membership,
            masks,
            cases=cases_with(state.cases, variable, masks),
        )
    counts: Any = np.column_stack([within[value].nodes for value in groups])
    return Crosstab(
        nodes, tuple(groups), counts, whole.nodes, variable, policy, hierarchy.rollup,
        whole.unweighted, state=state,
    )  # fmt: skip


def _by_speech(
    state: State, by: str, policy: Policy, membership: Membership
) -> tuple[dict[Value, Counts], Counts]:
    """Return the counts of what each group of speakers says, in order, and of everything."""
    values = speaker_values(state, by)
    part = partial_speech(policy, Coded.of(state), membership, by)
    within, whole = finish_speech(policy, merge_speech(policy, [part]), membership)
    last = [value for value in (SEVERAL_SPEAK, NOT_KNOWN) if value in within]
    return {value: within[value] for value in (*values, *last)}, whole


@attrs.frozen(eq=False)
class Evidence(EvidenceCounts, CountedResult):
    """The evidence matrix of a project: how many distinct segments of each row carry each node.

    Its fields are those of `EvidenceCounts`, and one more.

    Parameters
    ----------
    state : State
        What was counted.
    """

    state: State = attrs.field(repr=False, kw_only=True)


@question()
def evidence(
    state: State,
    *,
    of: EvidenceOf = "document",
    rollup: str | Rollup | None = None,
    level: str = "theme",
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
) -> Evidence:
    """Count the distinct segments of each document, case, speaker or role that carry each node of a rollup.

    Parameters
    ----------
    state : State
        The project's content.
    of : {"document", "case", "speaker", "role"}, default "document"
        What the rows are; of speakers, segments count for whoever speaks all through them.
    rollup : str or Rollup, optional
        As for `roll_up`.
    level : {"domain", "theme", "code"}, default "theme"
        What the columns are. The column of what rolls up to nothing is left out when it is empty.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.
    where : Query or str, optional
        Which of their assignments count; all when not given.
    """
    check_one_of(of, ("document", "case", "speaker", "role"), what="of")
    state = state.counting(coders, where=where)
    hierarchy = lay_over(state.find_rollup(rollup), state.codebook)
    nodes, membership = hierarchy.level(level), hierarchy.members(level)
    if of in ("speaker", "role"):
        within, _ = _by_speech(state, f"speaker.{of}", policy_of("segments"), membership)
        ids = tuple(map(str, within))
        counts = np.array([each.nodes for each in within.values()], dtype=np.int64)
    else:
        found = merged([evidence_partial(Coded.of(state), membership)])
        ids, counts = tuple(state.documents), evidence_counts(found, tuple(state.documents))
    if of == "case":
        ids, counts = tuple(state.cases), _by_case(state, counts)
    shown = [at for at, node in enumerate(nodes) if node.id != UNASSIGNED or counts[:, at].any()]
    return Evidence(
        ids, tuple(nodes[at] for at in shown), counts[:, shown], of, hierarchy.rollup, state=state
    )


def evidence_partial(coded: Coded, membership: Membership) -> Partial:
    """Count the distinct segments of each document that carry each node.

    Partial results of several parts unite by `qualcode.stats.counting.partials.merged`.

    Parameters
    ----------
    coded : Coded
        What is coded in some whole documents.
    membership : array of bool, codes × nodes
        Which codes lie under which node; the same for every part.
    """
    counts = kernels.crosstab(
        coded.segment, coded.code, membership, coded.document, len(coded.documents)
    )
    return Partial("evidence", coded.ids, {"segments": ByDocument(coded.ids, counts.T)})


def evidence_counts(partial: Partial, documents: tuple[str, ...]) -> Longs:
    """Return documents × nodes of what was counted in all parts together."""
    return partial.by_document("segments").of(documents)


def _by_case(state: State, counts: Longs) -> Longs:
    """Return the sum over the documents of each case: a segment lies in one document."""
    number = {case: at for at, case in enumerate(state.cases)}
    belongs = [
        (number[case], at)
        for at, document in enumerate(state.documents.values())
        for case in document.cases
    ]
    case, document = np.array(belongs, dtype=np.int64).reshape(-1, 2).T
    sums = np.zeros((len(number), counts.shape[1]), dtype=np.int64)
    np.add.at(sums, case, counts[document])
    return sums
