"""Agreement on a table of assignments: coders are compared where the table is, and measured here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import NotFoundError, StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_mapping, check_texts
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.hierarchy import LEVELS
from qualcode.model.codebooks.themes import Rollup
from qualcode.scale.asked.asking import ASKED, Asked
from qualcode.scale.asked.table_study import TableStudy, compared_nodes
from qualcode.scale.sources.engines import Engine
from qualcode.scale.sources.listed import Reads
from qualcode.scale.steps.countings import is_cut
from qualcode.stats.agreement.study import Uncoded
from qualcode.stats.agreement.study.levels import NothingComparedError
from qualcode.stats.agreement.study.rating_patterns import RatingPatterns, rating_partial
from qualcode.stats.arguments import check_one_of, check_unit
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.partials import Partial, merged
from qualcode.stats.counting.units import Unit, unit_name

__all__ = ["Rated", "study"]


@attrs.frozen(eq=False)
class Rated:
    """How coders rated the same units.

    Parameters
    ----------
    unit : str, regular expression or callable
        What the units are.
    coders : tuple of str, optional
        Ids of those who are compared; all when not given.
    coverage : mapping of str to frozenset of str
        By coder, the ids of the documents that they covered, where that is stated.
    lengths : bool
        Whether the documents' lengths are known.
    """

    unit: Unit
    coders: tuple[str, ...] | None
    coverage: Mapping[str, frozenset[str]]
    lengths: bool

    @property
    def reads(self) -> Reads:
        """Texts, where they are cut into units."""
        if self.unit != "character" and is_cut(self.unit):
            return "texts"
        return "lengths" if self.lengths else "nothing"

    def partial(self, coded: Coded) -> Partial:
        """Count some whole documents."""
        return rating_partial(
            coded, self.unit, coders=self.coders, coverage=self.coverage, lengths=self.lengths
        )

    def merge(self, partials: Iterable[Partial]) -> Partial:
        """Return what was counted in all parts together."""
        return merged(partials)

    def finish(self, partial: Partial) -> tuple[RatingPatterns, npt.NDArray[np.int64]]:
        """Return how units were rated, and how often each code was assigned there."""
        known = set(partial.documents)
        for coder, documents in self.coverage.items():
            if missing := sorted(documents - known):
                raise NotFoundError(
                    f"coverage[{coder!r}] names the document {missing[0]!r}, which has no assignment and is "
                    "in no table of documents: scan_assignments(…, documents=…) with all of them"
                )
        patterns = partial.arrays["patterns"]
        assert isinstance(patterns, RatingPatterns)
        return patterns, partial.added("assigned")


@question(called="function", named=ASKED)
def study(
    table: Any,
    codebook: Codebook,
    *,
    unit: Unit,
    coders: str | Iterable[str] | None = None,
    level: str = "code",
    rollup: str | Rollup | None = None,
    codes: str | Iterable[str] | None = None,
    coverage: Mapping[str, Iterable[str] | str] | None = None,
    uncoded: Uncoded = "decision",
    engine: Engine = None,
    repartition: bool = True,
) -> TableStudy:
    """Compare the coders of a table of assignments, on the engine that has it.

    Units that were rated alike are counted where they are; every measure of agreement is a function of
    these whole numbers.

    Parameters
    ----------
    table, codebook
        As for `qualcode.rollup`. Units that are cut from texts need documents with their text, characters
        with their length.
    unit, level, rollup, codes, uncoded
        As for `Project.study`.
    coders : str or iterable of str, optional
        Ids of those who are compared; everybody in the table when not given.
    coverage : mapping of str to iterable of str, optional
        Which documents each coder read. Of one who is not named here, those in which they assigned
        anything: a table does not say what was finished.
    engine, repartition
        As for `qualcode.rollup`.

    Raises
    ------
    StatisticsError
        When fewer than two coders remain, no document was covered by two, or nothing was used that could
        be compared.
    NotFoundError
        For a code, or a document of `coverage`, that is not there.

    Examples
    --------
    >>> import qualcode as qc
    >>> project = qc.load_project("partnership-interviews")
    >>> rows = project.assignments.to_frame()
    >>> found = qc.study(rows, project.codebook, unit="segment", coders=["ana", "ben"])
    >>> wanted = project.study(unit="segment")
    >>> found.n_units == wanted.n_units
    True
    >>> round(found.agreement().value, 9) == round(wanted.agreement().value, 9)
    True
    """
    check_one_of(uncoded, ("decision", "missing"), what="uncoded")
    check_one_of(level, LEVELS, what="level")
    unit = check_unit(unit, also=("character",))
    if unit == "case":
        raise StatisticsError("coders code documents, not cases: compare within documents or less")
    asked = Asked(table, codebook, coders, engine, repartition)
    asked.check_unit(unit)
    lengths = asked.has_lengths
    if unit == "character" and not lengths:
        raise StatisticsError(
            "unit='character' needs the documents: scan_assignments(…, documents=…) with their text or "
            "length"
        )
    stated = _stated(coverage)
    named = asked.coders
    if named is not None and len(named) < 2:
        raise StatisticsError(f"agreement needs two coders or more; there is {named[0]}")
    (patterns, assigned), material = asked.count(Rated(unit, named, stated, lengths))
    if len(patterns.coders) < 2:
        raise NothingComparedError(
            f"agreement needs two coders or more; there is {', '.join(patterns.coders) or 'none'}"
        )
    if not patterns.documents:
        raise NothingComparedError("no document was covered by two of the coders")
    used = tuple(id for id, number in zip(codebook.codes, assigned.tolist(), strict=True) if number)
    return TableStudy(
        coders=tuple(named) if named is not None else patterns.coders,
        nodes=compared_nodes(codebook, level, rollup, used=used, named=codes),
        unit=unit_name(unit), uncoded=uncoded, rollup=asked.along(rollup).rollup, chosen=codes is not None,
        coverage={id: tuple(sorted(read)) for id, read in stated.items()} or None, used=used,
        patterns=patterns, counted=material,
    )  # fmt: skip


def _stated(
    coverage: Mapping[str, Iterable[str] | str] | None,
) -> dict[str, frozenset[str]]:
    given = check_mapping(coverage, what="coverage", error=StatisticsError)
    return {
        coder: frozenset(check_texts(read, what=f"coverage[{coder!r}]", error=StatisticsError))
        for coder, read in given.items()
    }
