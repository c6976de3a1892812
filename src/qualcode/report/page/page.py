"""One HTML page about a project, complete in itself."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from qualcode.errors import StatisticsError, StoreError
from qualcode.model.checks import check_kind, check_path, check_texts
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.patterns import pattern_text
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import Query
from qualcode.model.state import State
from qualcode.project.view import View
from qualcode.report.describing.wording import conflicting
from qualcode.report.page.bars import bars_of, chosen_rollups
from qualcode.report.page.colours import code_colours
from qualcode.report.page.compare import compare
from qualcode.report.page.entries import codes_of, documents_of, memos_by_target
from qualcode.report.page.matrix import documents_by_themes, themes_by_themes
from qualcode.report.page.pair_list import links_of, pairs_of
from qualcode.report.page.sources import Sources
from qualcode.stats.arguments import check_count
from qualcode.stats.counting.policies import Count, Policy, policy_of
from qualcode.stats.counting.units import Unit

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

__all__ = ["write_html"]

QUOTES = 200
"""How many segments of a code a page lists."""
ROWS = 400
"""How many documents a heat map has."""
TEXT = 3_000_000
"""How many code points of documents a page holds."""


def write_html(
    view: View,
    path: str | Path,
    *,
    rollups: Iterable[str | Rollup] | None = None,
    count: Count = "documents",
    unit: Unit = "document",
    by: Iterable[str] = (),
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
    quotes: int = QUOTES,
    rows: int = ROWS,
    text: int = TEXT,
) -> Path:
    """Write one HTML page about a project, on which each number leads to its segments.

    The page asks nothing of any server, and is the same, byte for byte, for the same project.

    Parameters
    ----------
    view : View or Project
        What to report, as it is or as it was (`Project.at`).
    path : str or Path
        The file to write.
    rollups : iterable of str or Rollup, optional
        Which rollups; all of the codebook's when not given.
    count : str, default "documents"
        What the bars count; see `View.rollup`.
    unit : str, regular expression or callable, default "document"
        On what units codes meet; see `View.cooccurrence`.
    by : iterable of str
        Variables by whose values the domains are compared.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `View.rollup` when not given.
    where : Query or str, optional
        Which of their assignments count; all when not given.
    quotes : int, default 200
        How many segments are listed for each code. Where there are more, the page says how many.
    rows : int, default 400
        How many documents a heat map shows; likewise.
    text : int, default 3 000 000
        How many code points of documents the page holds; likewise.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    StoreError
        When the file cannot be written.
    StatisticsError, NotFoundError
        For a count, unit or rollup that is not known.

    Examples
    --------
    >>> import qualcode as qc
    >>> project = qc.load_project("collaboration-reviews")
    >>> write_html(project, "reviews.html", rollups=["factors"]).name
    'reviews.html'
    """
    check_kind(view, View, what="view", error=StatisticsError, advice="pass a project or a view")
    target = check_path(path, what="path", error=StoreError)
    quotes = check_count(quotes, what="quotes")
    rows = check_count(rows, what="rows")
    text = check_count(text, what="text")
    variables = check_texts(by, what="by", error=StatisticsError)
    policy = policy_of(count)
    state = view.state.counting(coders, where=where)
    page = _rendered(
        state,
        chosen_rollups(state, rollups),
        count=policy,
        unit=unit,
        by=variables,
        quotes=quotes,
        rows=rows,
        text=text,
    )
    try:
        target.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StoreError(f"{target}: cannot be written: {error.strerror or error}") from error
    return target


def _rendered(
    state: State,
    rollups: tuple[Rollup, ...],
    *,
    count: Policy,
    unit: Unit,
    by: tuple[str, ...],
    quotes: int,
    rows: int,
    text: int,
) -> str:
    colours = code_colours(state.codebook)
    sources = Sources(state, unit)
    codes = codes_of(state, sources=sources, colours=colours, limit=quotes)
    sections = [
        {
            "bars": bars_of(state, each, count=count, sources=sources, colours=colours),
            "evidence": documents_by_themes(
                state, each, sources=sources, colours=colours, limit=rows
            ),
            "comparisons": [
                compare(state, each, variable, count=count, sources=sources, colours=colours)
                for variable in by
            ],
            "meetings": themes_by_themes(state, each, unit=unit, sources=sources, colours=colours),
        }
        for each in rollups
    ]
    documents = documents_of(state, sources=sources, colours=colours, limit=text)
    style, script = _asset("page.css"), _asset("page.js")
    return _template(state.codebook).render(
        state=state,
        codebook=state.codebook,
        count=count.name,
        counted=_counted(state, count),
        colours=colours,
        codes=codes,
        sections=sections,
        pairs=pairs_of(state, unit=unit, sources=sources),
        links=links_of(state, unit=unit, sources=sources),
        documents=documents,
        with_text={entry.document.id for entry in documents if entry.lines},
        memos=memos_by_target(state).get("project", ()),
        n_segments=len(sources.segments),
        n_used=sum(entry.code.is_live and entry.number.count > 0 for entry in codes),
        n_codable=sum(code.codable for code in state.codebook),
        record=sources.record(),
        style=style,
        script=script,
        script_hash=_digest(script),
    )


def _counted(state: State, count: Policy) -> list[str]:
    """Return who was counted, and by the bars where these count coders."""
    told = [str(state.counted), *(each.rstrip(".") for each in conflicting(state.unsettled))]
    if count.persons:
        told.append(f"In the bars: {state.counting(persons=True).counted}")
    return told


def _asset(name: str) -> str:
    return files("qualcode.report").joinpath("templates", name).read_text(encoding="utf-8")


def _digest(script: str) -> str:
    """Return the hash by which the page's policy allows its own script, and no other."""
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


def _template(codebook: Codebook) -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("qualcode.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        grouped=_grouped,
        pattern_text=pattern_text,
        per_cent=_per_cent,
        plural=_plural,
        with_codes=partial(_with_codes, codebook),
    )
    return environment.get_template("page.html")


def _with_codes(codebook: Codebook, text: str) -> Markup:
    """Return a text in which ids in backticks, as definitions use them, lead to their codes."""
    from markupsafe import Markup

    parts = re.split(r"`([^`]+)`", text)
    for at in range(1, len(parts), 2):
        code = codebook.codes.get(parts[at])
        parts[at] = (
            Markup("<code>{}</code>").format(parts[at])
            if code is None
            else Markup('<a class="ref" href="#code-{}">{}</a>').format(code.id, code.name)
        )
    return Markup("").join(parts)


def _grouped(number: int) -> str:
    return f"{number:,}"


def _per_cent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f}%"


def _plural(number: int, one: str, several: str | None = None) -> str:
    """Return a number with its noun, such as "1 document" or "2 documents"."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
