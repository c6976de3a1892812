"""What can be asked of a table of assignments: the questions that a project answers, on any engine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, cast

import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_flag
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.coding.queries import Query
from qualcode.scale.asked.asking import ASKED, Asked
from qualcode.scale.asked.by_speaker import count_speech
from qualcode.scale.asked.results import (
    TableCooccurrence,
    TableCrosstab,
    TableEvidence,
    TableRollup,
)
from qualcode.scale.sources.engines import Engine
from qualcode.scale.sources.table import AssignmentTable
from qualcode.scale.steps.countings import ByDocuments, ByGroup, ByPolicy, Meetings, reads_of
from qualcode.stats.arguments import check_variable
from qualcode.stats.counting.grouped import GroupedPartial
from qualcode.stats.counting.meeting import Meeting, of_level
from qualcode.stats.counting.node_counts import plain_count
from qualcode.stats.counting.pairing import Pairing
from qualcode.stats.counting.policies import Count, Policy, policy_of
from qualcode.stats.counting.rollup import with_totals
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.kernels.pairs import chosen_pairs
from qualcode.stats.pairs.cooccurrence import check_meeting

__all__ = ["cooccurrence", "crosstab", "evidence", "rollup"]


@question(called="function", named=ASKED)
def rollup(
    table: Any,
    codebook: Codebook,
    rollup: str | Rollup | None = None,
    *,
    count: Count = "segments",
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
    engine: Engine = None,
    repartition: bool = True,
) -> TableRollup:
    """Count a table of assignments along a rollup, on the engine that has it.

    Parameters
    ----------
    table : AssignmentTable or anything that `scan_assignments` takes
        What is assigned.
    codebook : Codebook
        What the codes mean: merges and splits are followed.
    rollup : str or Rollup, optional
        The codebook's first rollup when not given, or else the code tree.
    count : str or Policy, default "segments"
        What to count, as `Project.rollup` does.
    coders : str or iterable of str, optional
        Ids of the coders who count; everybody in the table when not given.
    where : Query or str, optional
        Which of their assignments count, as in `Project.rollup`: by code, coder, document, variables and
        text, and by where these lie. A table does not say when, how or as of which revision something was
        assigned; and what is asked is decided within each document, so that there are no units of cases.
    engine : session of Spark, client of Dask, executor or callable, optional
        Where to count. When not given, a frame of Spark, Dask or Ray is counted where it is, and anything
        else in threads of this process. A callable takes a function and a list of jobs, and returns what
        the function returns for each, as `map` does. Never is a cluster started.
    repartition : bool, default True
        Whether documents whose rows lie in several parts are brought together, by reading these parts once
        more. When False they are refused, by name.

    Raises
    ------
    AssignmentError, NotFoundError
        For rows that are no assignments, and codes that the codebook does not have.
    QueryError
        For a query that cannot be read, or asks for what a table does not say.
    DuplicateDocumentError
        When a document lies in several parts and is not to be brought together.
    EngineError
        When the engine fails.

    Examples
    --------
    >>> import qualcode as qc
    >>> project = qc.load_project("collaboration-reviews")
    >>> rows = project.state.counting().assignments.to_frame()
    >>> found = qc.rollup(rows, project.codebook, "factors", count="documents")
    >>> found.total == project.rollup("factors", count="documents").total
    True
    """
    policy = policy_of(count)
    asked = Asked(table, codebook, coders, engine, repartition, where)
    hierarchy = asked.along(rollup)
    reads = reads_of(policy, texts=asked.has_texts)
    _check_documents(asked.table, policy)
    found, material = asked.count(ByPolicy(policy, with_totals(hierarchy), reads))
    rolled_up, total = map(plain_count, found.nodes[-2:])
    base = total if found.base is None else found.base
    return TableRollup(
        hierarchy, policy, found.nodes[:-2], rolled_up, total, base, found.unweighted,
        counted=material,
    )  # fmt: skip


@question(called="function", named=ASKED)
def crosstab(
    table: Any,
    codebook: Codebook,
    variable: str,
    *,
    rollup: str | Rollup | None = None,
    level: str | None = None,
    count: Count = "segments",
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
    engine: Engine = None,
    repartition: bool = True,
) -> TableCrosstab:
    """Count the nodes of one level of a rollup for each value of a variable of documents or cases.

    Parameters
    ----------
    table : AssignmentTable
        What is assigned, scanned with its documents.
    codebook : Codebook
        What the codes mean.
    variable : str
        A column of the documents or, where a document has no value in it, of their cases; see
        `scan_assignments`. Or ``"speaker"``, ``"role"``, ``"speaker.case"`` or ``"speaker.VARIABLE"``, as for
        `Project.crosstab`: found in the texts, or told by a table of turns.
    rollup : str or Rollup, optional
        As for `qualcode.rollup`.
    level : {"domain", "theme", "code"}, optional
        Which nodes; the highest level when not given.
    count, coders, where, engine, repartition
        As for `qualcode.rollup`.

    Examples
    --------
    >>> import pyarrow as pa
    >>> import qualcode as qc
    >>> rows = {"document": ["a", "b"], "start": [0, 4], "end": [3, 9],
    ...         "code": ["trust", "trust"], "coder": ["ana", "ben"]}
    >>> documents = pa.table({"document": ["a", "b", "c"], "site": ["north", "south", "south"]})
    >>> table = qc.scan_assignments(pa.table(rows), documents=documents)
    >>> codebook = qc.Codebook("study", codes=[qc.Code("trust")])
    >>> print(qc.crosstab(table, codebook, "site", level="code", count="documents").to_frame())
    site   name  north  south  total
    code
    trust  trust      1      1      2
    """
    policy, variable = policy_of(count), check_variable(variable)
    asked = Asked(table, codebook, coders, engine, repartition, where)
    if asked.table.documents is None:
        raise StatisticsError(
            f"variable={variable!r} is one of documents or cases: scan_assignments(…, documents=…) with a "
            "column of that name"
        )
    hierarchy = asked.along(rollup)
    level = hierarchy.top if level is None else level
    nodes, membership = hierarchy.level(level), hierarchy.members(level)
    if spoken := asked.is_of_speakers(variable):
        within, whole, material = count_speech(asked, variable, policy, membership)
    else:
        grouped = ByGroup(policy, membership, reads_of(policy, texts=asked.has_texts), variable)
        part, material = asked.part(grouped, (variable,))
        cases = asked.cases_by(policy, variable)
        within, whole = grouped.finish(cast(GroupedPartial, part.counted), cases)
    counts: Any = np.column_stack([each.nodes for each in within.values()])
    return TableCrosstab(
        nodes, tuple(within), counts, whole.nodes, variable, policy, hierarchy.rollup,
        whole.unweighted, counted=material, of_speakers=spoken,
    )  # fmt: skip


@question(called="function", named=ASKED)
def evidence(
    table: Any,
    codebook: Codebook,
    *,
    rollup: str | Rollup | None = None,
    level: str = "theme",
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
    engine: Engine = None,
    repartition: bool = True,
) -> TableEvidence:
    """Count the distinct segments of each document that carry each node of a rollup.

    Parameters
    ----------
    table, codebook
        As for `qualcode.rollup`.
    rollup : str or Rollup, optional
        As for `qualcode.rollup`.
    level : {"domain", "theme", "code"}, default "theme"
        What the columns are. The column of what rolls up to nothing is left out when it is empty.
    coders, where, engine, repartition
        As for `qualcode.rollup`.

    Examples
    --------
    >>> import qualcode as qc
    >>> project = qc.load_project("collaboration-reviews")
    >>> rows = project.state.counting().assignments.to_frame()
    >>> found = qc.evidence(rows, project.codebook, rollup="factors")
    >>> int(found.counts.sum()) == int(project.evidence(rollup="factors").counts.sum())
    True
    """
    asked = Asked(table, codebook, coders, engine, repartition, where)
    hierarchy = asked.along(rollup)
    nodes = hierarchy.level(level)
    found, material = asked.count(ByDocuments(hierarchy.members(level)))
    counts = found.values
    shown = [at for at, node in enumerate(nodes) if node.id != UNASSIGNED or counts[:, at].any()]
    of: Literal["document"] = "document"
    return TableEvidence(
        found.documents, tuple(nodes[at] for at in shown), counts[:, shown], of, hierarchy.rollup,
        counted=material,
    )  # fmt: skip


@question(called="function", named=ASKED)
def cooccurrence(
    table: Any,
    codebook: Codebook,
    unit: Unit | None = None,
    *,
    meeting: Meeting | None = None,
    gap: int | None = None,
    min_overlap: int | float | None = None,
    level: str = "code",
    rollup: str | Rollup | None = None,
    same_coder: bool = False,
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
    engine: Engine = None,
    repartition: bool = True,
) -> TableCooccurrence:
    """Count how often codes, themes or domains meet, on the engine that has the table.

    Parameters
    ----------
    table, codebook
        As for `qualcode.rollup`. Units that are cut from texts need documents with their text.
    unit, meeting, gap, min_overlap, level, rollup, same_coder
        As for `Project.cooccurrence`.
    coders, where, engine, repartition
        As for `qualcode.rollup`.

    Examples
    --------
    >>> import qualcode as qc
    >>> project = qc.load_project("collaboration-reviews")
    >>> rows = project.state.counting().assignments.to_frame()
    >>> found = qc.cooccurrence(rows, project.codebook, meeting="overlap")
    >>> bool((found.counts == project.cooccurrence(meeting="overlap").counts).all())
    True
    """
    check_flag(same_coder, what="same_coder", error=StatisticsError)
    unit = check_meeting(unit, meeting, min_overlap)
    asked = Asked(table, codebook, coders, engine, repartition, where)
    nodes, membership = of_level(hierarchy := asked.along(rollup), level)
    pairing = Pairing(
        membership, unit, gap=gap, min_overlap=min_overlap, inside=meeting == "contained",
        same_coder=same_coder,
    )  # fmt: skip
    counting = Meetings(pairing)
    if unit is not None:
        asked.check_unit(unit)
    found, material = asked.count(counting)
    shown = np.flatnonzero(np.diagonal(found.counts))
    return TableCooccurrence(
        tuple(nodes[at] for at in shown.tolist()), chosen_pairs(found.counts, shown),
        found.n_units, None if unit is None else unit_name(unit), meeting, same_coder,
        hierarchy.rollup, gap, min_overlap, counted=material,
    )  # fmt: skip


def _check_documents(table: AssignmentTable, policy: Policy) -> None:
    """Refuse to count cases of documents that are not given."""
    if policy.name == "cases" and table.documents is None:
        raise StatisticsError(
            "count='cases' needs to know which documents belong to which: scan_assignments(…, "
            "documents=…) with a column 'cases'"
        )
