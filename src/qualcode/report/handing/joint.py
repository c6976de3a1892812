"""Joint displays: numbers beside words, for each code and group how widespread it is and what was said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from qualcode.errors import StatisticsError, StoreError
from qualcode.io.raw.new_files import write_file
from qualcode.io.tables.cells import Column, write_cells
from qualcode.model.asking import question
from qualcode.model.checks import check_kind, check_path
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.readable import many
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.model.texts.places import Places
from qualcode.project.view import View
from qualcode.report.describing.inference import p_value
from qualcode.report.describing.wording import Description, describe, per_cent
from qualcode.report.handing.collecting import Quote, gathered
from qualcode.stats.arguments import check_count
from qualcode.stats.counting.belonging import Cluster
from qualcode.stats.counting.grouping import variable_groups
from qualcode.stats.counting.speaking import is_of_speakers, speech_groups
from qualcode.stats.counting.units import Unit
from qualcode.stats.groups.group_tests import Correction, GroupTests, group_tests

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["JointCell", "JointDisplay", "joint_display", "write_joint_display"]


@attrs.frozen
class JointCell:
    """One cell of a joint display: a code in a group.

    Parameters
    ----------
    count, units : int
        How many units of the group carry the code, of how many.
    quotes : tuple of Quote
        Some of what was said.
    of : int
        Of how many quotes these were chosen.
    """

    count: int
    units: int
    quotes: tuple[Quote, ...]
    of: int

    @property
    def numbers(self) -> str:
        """How many units of how many, in words."""
        share = f" ({per_cent(round(self.count / self.units, 3))})" if self.units else ""
        return f"{self.count:,} of {self.units:,}{share}"


@attrs.frozen(eq=False)
class JointDisplay(CountedResult):
    """Codes by groups: in each cell a share, and quotes of those whom it counts.

    Parameters
    ----------
    state : State
        What was counted.
    tests : GroupTests
        The shares, and whether groups differ in them.
    cells : array of JointCell, nodes × groups
        The cells.
    """

    _instead = "display.tests.plot() draws its numbers"

    state: State = attrs.field(repr=False)
    tests: GroupTests = attrs.field(repr=False)
    cells: NDArray[np.object_] = attrs.field(repr=False)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The codes, themes or domains: the rows."""
        return self.tests.nodes

    @property
    def groups(self) -> tuple[Value, ...]:
        """The groups: the columns."""
        return self.tests.groups

    @property
    def _print_title(self) -> str:
        tests = self.tests
        return (
            f"{tests.unit.capitalize()}s with each {tests.level}, and what was said, by {tests.by}"
        )

    def _print_rows(self, most: int) -> tuple[pd.DataFrame, int]:
        return self.to_frame().head(most), len(self.nodes)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each node.

        Columns: id, name; for each group, such as ``site=north``, how many units of how many; p (adjusted);
        and for each group, such as ``site=north, quotes``, the quotes, each on a line of its own.
        """
        import pandas as pd

        heads = [f"{self.tests.by}={group}" for group in self.groups]
        columns: dict[str, Any] = {
            "id": [node.id for node in self.nodes],
            "name": [node.name for node in self.nodes],
        }
        for at, head in enumerate(heads):
            columns[head] = [cell.numbers for cell in self.cells[:, at]]
        columns["p"] = self.tests.adjusted
        for at, head in enumerate(heads):
            columns[f"{head}, quotes"] = [
                "\n".join(map(str, cell.quotes)) for cell in self.cells[:, at]
            ]
        return pd.DataFrame(columns)

    def _repr_html_(self) -> str:
        return str(_table(self))


@question(called="function")
def joint_display(
    view: View | State,
    by: str,
    *,
    unit: Unit = "document",
    level: Literal["code", "theme", "domain"] = "theme",
    rollup: str | Rollup | None = None,
    n_quotes: int = 2,
    variables: Sequence[str] = (),
    correction: Correction = "holm",
    cluster: Cluster = "document",
    coders: str | Iterable[str] | None = None,
) -> JointDisplay:
    """Set numbers beside words: for each theme and group, how many units carry it and what was said.

    Parameters
    ----------
    view : View or Project
        The project, as it is or as it was.
    by : str
        A variable of documents or cases, or ``"role"`` and so on, as for `View.group_tests`.
    unit, level, rollup, correction, cluster, coders
        As for `View.group_tests`.
    n_quotes : int, default 2
        How many quotes a cell has at the most: those that the codebook has as examples first, then one of
        each document in turn, the first there. What is chosen by such a rule shows, and proves nothing.
    variables : sequence of str
        Variables of documents or cases that are told with each quote.

    Raises
    ------
    StatisticsError
        When nothing has the variable, or nothing is coded.

    Examples
    --------
    >>> import qualcode as qc
    >>> interviews = qc.load_project("partnership-interviews")
    >>> display = joint_display(interviews, "site", unit="turn", n_quotes=1)
    >>> display.cells[0, 0].numbers
    '10 of 115 (8.7 %)'
    """
    if not isinstance(view, State):  # as which a recipe gives it
        check_kind(
            view, View, what="view", error=StatisticsError, advice="pass a project or a view"
        )
    n_quotes = check_count(n_quotes, what="n_quotes")
    tests = group_tests(
        view if isinstance(view, State) else view.state, by, unit=unit, level=level, rollup=rollup,
        correction=correction, cluster=cluster, coders=coders,
    )  # fmt: skip
    state, rows = tests.state, tests.state.assignments
    if is_of_speakers(state, by):
        heard = speech_groups(state, by, Places.of_columns(rows.document, rows.start, rows.end))
        masks = [heard[group] for group in tests.groups]
    else:
        grouped = variable_groups(state, by)
        masks = [grouped[group][rows.document] for group in tests.groups]
    cells = np.empty((len(tests.nodes), len(tests.groups)), dtype=object)
    for at, node in enumerate(tests.nodes):
        held = np.isin(
            rows.code, [number for number, id in enumerate(rows.codes) if id in node.codes]
        )
        for column, mask in enumerate(masks):
            found = gathered(rows.take(held & mask), state, tuple(variables))
            cells[at, column] = JointCell(
                int(tests.counts[column, at]),
                int(tests.units[column]),
                tuple(_spread(found, n_quotes)),
                len(found),
            )
    return JointDisplay(state, tests, cells)


def _spread(found: Sequence[Quote], most: int) -> list[Quote]:
    """Return exemplary quotes, then one of each document in turn, no passage twice."""
    turn: dict[str, int] = {}
    ranked: list[tuple[bool, int, int, Quote]] = []
    seen: set[tuple[str, int, int]] = set()
    for quote in found:
        segment = quote.segment
        place = (segment.document.id, segment.start, segment.end)
        if place in seen:
            continue
        seen.add(place)
        turn[place[0]] = turn.get(place[0], 0) + 1
        ranked.append((not quote.exemplary, turn[place[0]], len(ranked), quote))
    return [quote for *_, quote in sorted(ranked, key=lambda each: each[:3])[:most]]


def write_joint_display(display: JointDisplay, path: str | Path, *, replace: bool = False) -> Path:
    """Write a joint display as a page, or as a table for a spreadsheet program.

    Parameters
    ----------
    display : JointDisplay
        From `joint_display`.
    path : str or Path
        A file that ends with ``.html``, ``.xlsx`` or ``.csv``.
    replace : bool, default False
        Whether a file that is there may be replaced.

    Raises
    ------
    StoreError
        When it ends otherwise, is there already, or cannot be written.
    MissingExtraError
        For .xlsx without openpyxl (extra ``xlsx``).
    """
    advice = "pass what joint_display(…) returns"
    check_kind(display, JointDisplay, what="display", error=StatisticsError, advice=advice)
    target = check_path(path, what="path", error=StoreError)
    kind = target.suffix.lower()
    if kind not in (".html", ".xlsx", ".csv"):
        raise StoreError(f"{target}: a joint display is written as .html, .xlsx or .csv")
    if kind == ".html":
        write_file(target, _page(display).encode(), replace=replace)
        return target
    frame = display.to_frame()
    columns = [
        Column(str(name), width=60 if name.endswith("quotes") else 20) for name in frame.columns
    ]
    rows = [
        [None if each != each else each for each in row]
        for row in frame.itertuples(index=False, name=None)
    ]
    write_cells(target, columns, rows, error=StoreError, replace=replace, sheet="joint display")
    return target


_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem; color: #222; background: #fff }
figure { margin: 0 } figcaption { margin-bottom: 1rem; white-space: pre-line }
table { border-collapse: collapse } th, td { padding: .5rem .7rem; text-align: left; vertical-align: top }
thead th { border-bottom: 2px solid #767676 } tbody tr { border-bottom: 1px solid #e4e4e4 }
td { min-width: 14rem } td.p { min-width: 0 } blockquote { margin: .4rem 0; white-space: pre-line }
cite { display: block; font-style: normal; font-size: .85em; color: #595959 }
"""


def _page(display: JointDisplay) -> str:
    page = Markup(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>{}</title><style>{}</style></head>\n<body><main><h1>{}</h1>{}</main></body></html>\n"
    )
    title = f"{display.state.name}: joint display by {display.tests.by}"
    return str(page.format(title, Markup(_STYLE), title, _table(display)))


def _table(display: JointDisplay) -> Markup:
    """Return the display as a table that can be read with a screen reader."""
    heads = [*(f"{display.tests.by}: {group}" for group in display.groups), "p"]
    head = Markup().join(Markup('<th scope="col">{}</th>').format(each) for each in ("", *heads))
    body = Markup().join(
        Markup('<tr><th scope="row">{}</th>{}<td class="p">{}</td></tr>\n').format(
            node.name, Markup().join(map(_cell, display.cells[at])), _p(display.tests.adjusted[at])
        )
        for at, node in enumerate(display.nodes)
    )
    return Markup(
        "<figure><figcaption>{}</figcaption><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></figure>"
    ).format(display.caption, head, body)


def _cell(cell: JointCell) -> Markup:
    quotes = Markup().join(
        Markup("<blockquote>“{}” <cite>{}</cite></blockquote>").format(
            each.segment.quote.strip(), each.source
        )
        for each in cell.quotes
    )
    return Markup("<td><strong>{}</strong>{}</td>").format(cell.numbers, quotes)


def _p(value: float) -> str:
    return "–" if np.isnan(value) else p_value(value)


@describe.register
def _joint_display(result: JointDisplay) -> Description:
    found = describe(result.tests)
    shown = sum(len(cell.quotes) for cell in result.cells.ravel())
    every = sum(cell.of for cell in result.cells.ravel())
    told = (
        f"Beside the numbers stand {many(shown, 'quote')} of {every:,}: in each cell those that the codebook "
        "has as examples first, then one of each document in turn."
    )
    return attrs.evolve(found, sentences=(*found.sentences, told))
