"""Writing the cells of the framework matrix: summaries of a case and a theme, domain or code."""

from __future__ import annotations

from collections.abc import Iterable

from qualcode.errors import NotFoundError, ProjectError
from qualcode.model.checks import check_kind, check_label, check_text, looked_up
from qualcode.model.codebooks.hierarchy import Hierarchy, Node, lay_over
from qualcode.model.codebooks.themes import UNASSIGNED
from qualcode.model.coding.summaries import (
    CellKey,
    Place,
    Summaries,
    Summary,
    cell_fields,
    cell_of,
    register_of,
)
from qualcode.model.log.event import Event
from qualcode.project.editing import Editing
from qualcode.stats.counting.framework import cell_key, places_by_cell

__all__ = ["Summarising"]


class Summarising(Editing):
    """A project in which summaries are written."""

    def summarise(
        self,
        case: str,
        node: str,
        text: str,
        *,
        rollup: str | None = None,
        level: str = "theme",
        coder: str | None = None,
        reason: str = "",
    ) -> Summary:
        """Write what a case says on a theme, domain or code: a cell of the framework matrix.

        It is kept with the segments that are coded so now, in the case's documents, so that the matrix can
        say when they have changed. What stood in the cell before stays in the log; writing the same again
        where nothing has changed changes nothing.

        Parameters
        ----------
        case : str
            Id of the case.
        node : str
            Id or name of the theme, domain or code.
        text : str
            The summary.
        rollup : str, optional
            Id of the rollup that has the theme or domain; the codebook's first when not given.
        level : {"domain", "theme", "code"}, default "theme"
            What it is about.
        coder : str, optional
            Who writes it; the project's author when not given.
        reason : str
            Why it is written, or written anew.

        Raises
        ------
        NotFoundError
            When there is no such case, rollup, theme, domain or code.

        Examples
        --------
        >>> import qualcode as qc
        >>> factors = qc.Rollup("factors", themes=[qc.Theme("ties", codes=["trust"])])
        >>> book = qc.Codebook("study", codes=[qc.Code("trust")], rollups=[factors])
        >>> project = qc.Project.new("Study", codebook=book)
        >>> _ = project.add_case("north")
        >>> _ = project.add_document("We trust them. They trust us.", id="a", cases="north")
        >>> _ = project.assign(("a", 0, 14), "trust", coder="ana")
        >>> summary = project.summarise("north", "ties", "Trust goes one way.", coder="ana")
        >>> _ = project.assign(("a", 15, 29), "trust", coder="ana")
        >>> cell = project.framework("factors")["north", "ties"]
        >>> cell.text, cell.is_stale, cell.why
        ('Trust goes one way.', True, '1 segment added')
        """
        text = check_text(text, what="text", error=ProjectError, empty=False)
        key, hierarchy, found = self._cell(case, node, rollup, level)
        places = self._coded_in(key[0], hierarchy, found)
        return self._write_summary(key, text, places, coder, reason)

    def withdraw_summary(
        self,
        case: str,
        node: str,
        *,
        rollup: str | None = None,
        level: str = "theme",
        coder: str | None = None,
        reason: str = "",
    ) -> None:
        """Empty a cell of the framework matrix; the log keeps what stood there.

        Parameters
        ----------
        case, node, rollup, level, coder, reason
            As for `summarise`.

        Raises
        ------
        NotFoundError
            When there is no such case, rollup, theme, domain or code, or no summary there.
        """
        key, *_ = self._cell(case, node, rollup, level)
        self._withdraw_summary(key, coder, reason)

    def summary_history(
        self,
        case: str,
        node: str,
        *,
        rollup: str | None = None,
        level: str = "theme",
    ) -> Summaries:
        """Return all that was ever written in a cell of the framework matrix, in the order of the log.

        Where it was withdrawn, the text is empty; what was undone, withdrawn or erased with what it is
        about is not there. Segments are those of the summary in force alone.

        Parameters
        ----------
        case, node, rollup, level
            As for `summarise`.
        """
        key, *_ = self._cell(case, node, rollup, level)
        made = self._recorder.fold
        found = []
        for at, event in enumerate(self._recorder.timeline.events):
            if event.kind != "summarise" or event.id in made.off or at in made.hidden.events:
                continue
            if self._key_in(event, at) == key:
                then = Summary(
                    *key, event.words.get("text", ""), event.author, event.time, made.revision(at),
                    event.short,
                )  # fmt: skip
                held = made.summaries.get(key)
                found.append(held if held is not None and held.id == then.id else then)
        return Summaries(found)

    def _key_in(self, event: Event, at: int) -> CellKey:
        letters, said = self._recorder.fold.letters, event.fields
        node = said["node"]
        if said["level"] == "code":
            node = letters.meant("code", node, at)
        case = letters.meant("case", event.target.partition(":")[2], at)
        return case, said["level"], node, said.get("rollup", "")

    # Cells

    def _cell(
        self, case: str, node: str, rollup: str | None, level: str
    ) -> tuple[CellKey, Hierarchy, Node]:
        """Return which cell is meant, with the rollup and what it is about there."""
        known = self.cases[case].id
        if rollup is not None:
            check_kind(
                rollup, str, what="rollup", error=ProjectError,
                advice="name a rollup of the codebook, for a summary is kept under its id",
            )  # fmt: skip
        hierarchy = lay_over(self.state.find_rollup(rollup), self.codebook)
        found = hierarchy.node(node, level)
        if found.id == UNASSIGNED:
            raise NotFoundError(f"{found.name}: what rolls up to nothing has no summary")
        return cell_key(hierarchy, known, found), hierarchy, found

    def _coded_in(self, case: str, hierarchy: Hierarchy, node: Node) -> frozenset[Place]:
        """Return where a case has segments that are coded so; all rows of coding are gone through."""
        found = places_by_cell(self.state.counting(), hierarchy, [node])
        return found.get((case, node.id), frozenset())

    # Events

    def _write_summary(
        self,
        key: CellKey,
        text: str,
        places: Iterable[Place],
        coder: str | None,
        reason: str,
    ) -> Summary:
        """Write a summary that rests on some places, unless it stands there just so."""
        case, level, node, rollup = key
        reason = check_label(reason, what="reason", error=ProjectError)
        target, who = f"case:{case}", self._who(coder)
        fields = cell_fields(level, node, rollup, places)
        words = {"text": text} | ({"reason": reason} if reason else {})
        held = self._recorder.fold.summaries
        done = self._did("summarise", target, fields, words, coder=who)
        if done is not None:
            then = Summary(*key, text, who, done.time, id=done.short)
            return held.get(key, then)
        known = held.get(key)
        if (
            known is None
            or known.text != text
            or not _rests_on(known, places)
            or self._is_open(target, register_of(level, node, rollup))
        ):
            self._record("summarise", target, fields, words, coder=self._doing(coder))
        return held[key]

    def _withdraw_summary(self, key: CellKey, coder: str | None, reason: str) -> None:
        case, level, node, rollup = key
        reason = check_label(reason, what="reason", error=ProjectError)
        target, fields = f"case:{case}", cell_fields(level, node, rollup, ())
        words = {"reason": reason} if reason else {}
        if self._did("summarise", target, fields, words, coder=self._who(coder)) is not None:
            return
        is_open = self._is_open(target, register_of(level, node, rollup))
        if key not in self._recorder.fold.summaries and not is_open:
            raise NotFoundError(
                f"there is no summary of {looked_up(node)} in the case {case!r}, or it was withdrawn"
            )
        self._record("summarise", target, fields, words, coder=self._doing(coder))

    def _settle_summary(
        self, target: str, field: str, text: str | None, coder: str, reason: str
    ) -> bool:
        """Write what was taken of a conflict about a cell; tell whether it is about one."""
        cell = cell_of(field)
        if cell is None:
            return False
        level, node, rollup = cell
        case = target.partition(":")[2]
        words: dict[str, str] = {"text": text} if text else {}
        words |= {"reason": reason} if reason else {}
        fields = cell_fields(level, node, rollup, self._places_of(case, cell) if text else ())
        self._record("summarise", target, fields, words, coder=coder)
        return True

    def _places_of(self, case: str, cell: tuple[str, str, str]) -> frozenset[Place]:
        """Return where a case has segments of a cell; none where the codebook has no such node any more."""
        level, node, rollup = cell
        try:
            hierarchy = lay_over(self.state.find_rollup(rollup or None), self.codebook)
            found = hierarchy.node(node, level)
        except NotFoundError:
            return frozenset()
        return self._coded_in(case, hierarchy, found)


def _rests_on(summary: Summary, places: Iterable[Place]) -> bool:
    """Tell whether a summary was written from some places, and no word there was corrected since."""
    return all(each.outcome == "kept" for each in summary.anchors) and {
        each.place for each in summary.anchors
    } == set(places)
