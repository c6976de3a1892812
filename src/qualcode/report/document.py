"""The report of a project for a word processor: method, themes with quotes, codebook, limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from qualcode.errors import StatisticsError, StoreError
from qualcode.io.exchange.losses import Losses
from qualcode.io.raw.new_files import write_file
from qualcode.model.checks import check_kind, check_path
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import Query
from qualcode.model.readable import many
from qualcode.model.state import State
from qualcode.project.view import View
from qualcode.report.handing.collecting import Quote
from qualcode.report.methods import methods
from qualcode.report.page.choosing import chosen_rollups
from qualcode.report.page.colours import code_colours
from qualcode.report.page.entries import CodeEntry, codes_of
from qualcode.report.page.limits import limits_of
from qualcode.report.page.method import Method, Revised, method_of
from qualcode.report.page.quotes import Examples
from qualcode.report.page.themes import Row, Themes, themes_of
from qualcode.report.word import WordFile
from qualcode.stats.arguments import check_count
from qualcode.stats.counting.policies import policy_of

__all__ = ["write_docx"]


def write_docx(
    view: View,
    path: str | Path,
    *,
    rollups: Iterable[str | Rollup] | None = None,
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
    losses: Losses | None = None,
    quotes: int = 3,
    replace: bool = False,
) -> Path:
    """Write the report of a project for a word processor: method, themes, codebook and limits.

    It says what was done, from the log; of each rollup, in how many documents and segments each domain and
    theme is, the share of documents with Wilson's interval, and quotes; the codebook with definitions,
    criteria, counts and exemplary quotes; and what has to be borne in mind of the numbers.

    Parameters
    ----------
    view : View or Project
        What to report, as it is or as it was (`Project.at`).
    path : str or Path
        A file that ends with ``.docx``.
    rollups : iterable of str or Rollup, optional
        Which rollups; all of the codebook's when not given.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `View.rollup` when not given.
    where : Query or str, optional
        Which of their assignments count; all when not given.
    losses : Losses, optional
        What an import could not take over, from its report, to be told among the limits.
    quotes : int, default 3
        How many quotes stand for each theme and code: those that the codebook has as examples first, then
        one from each document.
    replace : bool, default False
        Whether a file that is there may be replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    StoreError
        When it ends otherwise, is there already, or cannot be written.
    MissingExtraError
        When python-docx is not installed (extra ``docx``).

    Examples
    --------
    >>> import qualcode as qc
    >>> project = qc.load_project("partnership-interviews")
    >>> qc.write_docx(project, "report.docx").name
    'report.docx'
    """
    check_kind(view, View, what="view", error=StatisticsError, advice="pass a project or a view")
    target = check_path(path, what="path", error=StoreError)
    if target.suffix.lower() != ".docx":
        raise StoreError(f"{target}: a report for a word processor is a file that ends with .docx")
    quotes = check_count(quotes, what="quotes")
    if losses is not None:
        check_kind(losses, Losses, what="losses", error=StatisticsError)
    state = view.state.counting(coders, where=where)
    content = _Writing(state, chosen_rollups(state, rollups), losses, quotes).content()
    write_file(target, content, replace=replace)
    return target


class _Writing:
    """Writes one report."""

    def __init__(
        self, state: State, rollups: Sequence[Rollup], losses: Losses | None, quotes: int
    ) -> None:
        self._state, self._losses = state, losses
        self._method = method_of(state)
        examples = Examples(state)
        colours, count = code_colours(state.codebook), policy_of("documents")
        self._tables = [
            themes_of(state, each, count=count, colours=colours, examples=examples, quotes=quotes)
            for each in rollups
        ]
        self._codes = codes_of(state, examples=examples, quotes=quotes)
        self._book = WordFile(f"{state.name}: report")

    def content(self) -> bytes:
        self._write_head()
        self._write_method(self._method)
        for table in self._tables:
            self._write_themes(table)
        self._write_codebook()
        self._write_limits()
        return self._book.content()

    def _write_head(self) -> None:
        state = self._state
        self._book.heading(state.name, 0)
        self._book.paragraph(
            f"{many(len(state.documents), 'document')}, {many(len(state.cases), 'case')}, "
            f"{many(len(state.codebook), 'code')}, {many(len(state.assignments), 'assignment')} on "
            f"{many(state.assignments.n_segments, 'segment')}. As of revision {len(state.history)} "
            f"of the codebook, {state.history.head.time[:10]}. {state.counted}."
        )

    def _write_method(self, method: Method) -> None:
        self._book.heading("Method", 1)
        if self._tables:
            self._book.paragraph(methods(self._tables[0].result))
        if method.coders:
            rows = [
                [
                    each.name, each.kind, f"{each.documents:,}", f"{each.finished:,}",
                    f"{each.assignments:,}", f"{each.first} – {each.last}" if each.first else "",
                ]
                for each in method.coders
            ]  # fmt: skip
            heads = ["Coder", "Kind", "Documents", "Finished", "Assigned", "When"]
            self._book.table(heads, rows, (3.0, 2.2, 2.5, 2.2, 2.2, 4.3))
        if method.changed:
            told = ", ".join(f"{number:,} {said}" for said, number in method.changed)
            self._book.paragraph(
                f"The codebook has {many(len(method.revisions), 'revision')}; of its codes {told}."
            )
        rows = [*_by_reason(method.revisions)]
        if rows:
            self._book.heading("Revisions of the codebook, with their reasons", 2)
            heads = ["No.", "Date", "Coder", "What", "Why"]
            self._book.table(heads, rows, (1.4, 2.3, 1.8, 4.9, 6.0))

    def _write_themes(self, table: Themes) -> None:
        self._book.heading(table.rollup.name, 1)
        shown = [row for row in table.rows if row.level != "code" and not row.outside]
        rows = [
            [
                "\u2003" * row.depth + row.name, f"{row.documents:,}", _share(row), _interval(row),
                f"{row.segments:,}",
            ]
            for row in shown
        ]  # fmt: skip
        heads = ["Domain or theme", "Documents", "Share", "95 % interval", "Segments"]
        several = len({row.level for row in shown}) > 1
        top = [at for at, row in enumerate(shown) if several and row.depth == 0]
        self._book.table(heads, rows, (6.5, 2.6, 1.8, 3.1, 2.4), bold=top)
        self._book.small(
            "A document counts once for a theme, however often it has it. The interval is Wilson's, of the "
            "share of documents."
        )
        for row in shown:
            if row.level == "theme" and row.first and row.quotes:
                self._book.heading(row.name, 2)
                self._write_quotes(row.quotes)

    def _write_quotes(self, found: Iterable[Quote]) -> None:
        for quote in found:
            exemplary = " (an example in the codebook)" if quote.exemplary else ""
            self._book.quote(f"“{quote.segment.quote}”", f"{quote.source}{exemplary}")

    def _write_codebook(self) -> None:
        self._book.heading("Codebook", 1)
        if self._state.codebook.description:
            self._book.paragraph(self._state.codebook.description)
        for entry in self._codes:
            self._write_code(entry)

    def _write_code(self, entry: CodeEntry) -> None:
        code = entry.code
        self._book.heading(code.name, min(2 + entry.depth, 4))
        number = f"{many(entry.segments, 'segment')} in {many(entry.documents, 'document')}"
        grouping = "" if code.codable else "groups other codes; "
        self._book.small(f"{code.id}: {grouping}{number}")
        if code.definition:
            self._book.paragraph(code.definition)
        for label, texts in (("Include", code.include), ("Exclude", code.exclude)):
            if any(texts):
                self._book.labelled(label, " ".join(each for each in texts if each))
        self._write_quotes(entry.quotes)

    def _write_limits(self) -> None:
        self._book.heading("Limits", 1)
        found = [each for each in limits_of(self._state, self._method, self._losses) if each.number]
        if not found:
            self._book.paragraph("Nothing waits for a decision, and nothing was left out.")
        for each in found:
            self._book.labelled(f"{each.title} ({each.number:,})", each.told)
            for item in each.items:
                self._book.paragraph(item, listed=True)


def _by_reason(revisions: Iterable[Revised]) -> Iterator[list[str]]:
    """Yield a row for what one coder did to the codebook on one day for one reason."""
    kept = (each for each in revisions if each.reason and not each.reverted)
    for (day, coder, reason), found in groupby(
        kept, key=lambda each: (each.time[:10], each.coder, each.reason)
    ):
        made = list(found)
        first, last = made[0].number, made[-1].number
        numbers = str(first) if first == last else f"{first}–{last}"
        yield [numbers, day, coder, "; ".join(each.told for each in made), reason]


def _share(row: Row) -> str:
    return "" if row.share is None else f"{100 * row.share:.0f} %"


def _interval(row: Row) -> str:
    if row.interval is None:
        return ""
    low, high = row.interval
    return f"{100 * low:.0f}–{100 * high:.0f} %"
