"""One HTML page about a project, complete in itself."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualcode.errors import StatisticsError, StoreError
from qualcode.io.exchange.losses import Losses
from qualcode.io.raw.new_files import write_file
from qualcode.model.checks import check_kind, check_path, check_texts
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.patterns import pattern_text
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import Query
from qualcode.model.readable import many
from qualcode.model.state import State
from qualcode.project.view import View
from qualcode.report.describing.wording import conflicting
from qualcode.report.methods import methods
from qualcode.report.page.addresses import address
from qualcode.report.page.checklists import CHECKLISTS, Checklist, Known, answers
from qualcode.report.page.choosing import chosen_rollups, few_valued, unit_name, value_label
from qualcode.report.page.colours import code_colours, style_of
from qualcode.report.page.data import as_script, record, shown_texts
from qualcode.report.page.entries import codes_of, documents_of, memos_by_target
from qualcode.report.page.limits import limits_of
from qualcode.report.page.measured import agreed, saturated
from qualcode.report.page.method import method_of
from qualcode.report.page.quotes import Examples
from qualcode.report.page.review_checklists import REVIEW_CHECKLISTS, is_review
from qualcode.report.page.summed import case_values, frameworks_of
from qualcode.report.page.themes import Themes, themes_of
from qualcode.stats.arguments import check_count, check_unit
from qualcode.stats.counting.policies import Count, Policy, policy_of
from qualcode.stats.counting.speaking import is_of_speakers, speaker_values
from qualcode.stats.counting.units import Unit
from qualcode.stats.pairs.cooccurrence import Cooccurrence, cooccur

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

__all__ = ["write_html"]

QUOTES = 3
"""How many quotes stand for a code where no script lists all of them."""
TEXT = 3_000_000
"""How many code points of whole texts a page holds."""
SCRIPTS = (
    "data", "counting", "filters", "elements", "addresses", "passages", "drawer", "tables", "matrix",
    "frameworks", "together", "search", "page",
)  # fmt: skip
"""The files of the page's script, in the order in which they run."""


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
    agreement: Unit = "paragraph",
    losses: Losses | None = None,
    quotes: int = QUOTES,
    text: int = TEXT,
    random_state: int = 0,
) -> Path:
    """Write the report of a project: one HTML file that needs no network.

    It has the method as done, themes with numbers and intervals, the evidence matrix, co-occurrence,
    agreement, saturation, the codebook with quotes, the texts, limits, and checklists for authors. Each
    number leads to its segments and has an address; filters count again within the page. Without
    JavaScript it is still a document. The file is the same, byte for byte, for the same project.

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
        Variables by whose values the themes are compared first; those with at most twelve values, and
        who speaks, can be chosen in the page as well.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `View.rollup` when not given.
    where : Query or str, optional
        Which of their assignments count; all when not given.
    agreement : str, regular expression or callable, default "paragraph"
        Of what units coders are compared; see `View.study`.
    losses : Losses, optional
        What an import could not take over, from its report, to be told one by one among the limits; as the
        log counted it by kind when not given.
    quotes : int, default 3
        How many quotes stand for each code and theme where no script lists all of them: those that the
        codebook has as examples first, then one from each document.
    text : int, default 3 000 000
        How many code points of whole texts the page holds; of later documents it has the coded passages.
    random_state : int, default 0
        The seed for the random orders of saturation.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    StoreError
        When the file cannot be written.
    StatisticsError, NotFoundError
        For a count, unit, variable or rollup that is not known.

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
    text = check_count(text, what="text")
    seed = check_count(random_state, what="random_state", least=0)
    unit = check_unit(unit)
    agreement = check_unit(agreement, also=("character",))
    if losses is not None:
        check_kind(losses, Losses, what="losses", error=StatisticsError)
    variables = check_texts(by, what="by", error=StatisticsError)
    policy = policy_of(count)
    state = view.state.counting(coders, where=where)
    chosen = chosen_rollups(state, rollups)
    page = _rendered(
        state, chosen, count=policy, unit=unit, by=variables, agreement=agreement, losses=losses,
        quotes=quotes, text=text, random_state=seed,
    )  # fmt: skip
    write_file(target, page.encode("utf-8"), replace=True)
    return target


def _rendered(
    state: State,
    rollups: tuple[Rollup, ...],
    *,
    count: Policy,
    unit: Unit,
    by: tuple[str, ...],
    agreement: Unit,
    losses: Losses | None,
    quotes: int,
    text: int,
    random_state: int,
) -> str:
    colours = code_colours(state.codebook)
    examples = Examples(state)
    method = method_of(state)
    met = cooccur(state, unit=unit)
    tables = [
        themes_of(state, each, count=count, colours=colours, examples=examples, quotes=quotes)
        for each in rollups
    ]
    first = rollups[0] if rollups else state.find_rollup()
    compared, found = agreed(state, first, agreement), saturated(state, random_state)
    known = Known(state, method, compared, found)
    codes = codes_of(state, examples=examples, quotes=quotes)
    shown_codes = frozenset(each.code.id for each in codes)
    palette = dict.fromkeys(
        [*colours.values(), *(row.colour for table in tables for row in table.rows)]
    )
    number = {colour: at for at, colour in enumerate(palette)}
    shown = shown_texts(state.uncounted, limit=text)
    variables = _variables(state, by)
    columns = record(
        state,
        rollups,
        shown,
        count=count,
        unit=unit,
        variables=variables,
        colours={id: number[colour] for id, colour in colours.items()},
    )
    columns["by"] = list(by)
    style = _asset("page.css") + style_of(palette)
    scripts = [_asset(f"{name}.js") for name in SCRIPTS]
    return _template(state, number, shown_codes).render(
        state=state,
        codebook=state.codebook,
        count=count.name,
        counted=_counted(state, count),
        method=method,
        tables=tables,
        frameworks=frameworks_of(state, rollups),
        case_values=case_values(state, variables),
        unit=unit_name(unit),
        agreed=compared,
        saturated=found,
        codes=codes,
        shown=shown_codes,
        colours=colours,
        documents=documents_of(state),
        limits=limits_of(state, method, losses),
        checklists=[(each, answers(each, known)) for each in _checklists(state)],
        told=_told(tables, met),
        n_units=met.n_units,
        memos=memos_by_target(state),
        n_segments=state.assignments.n_segments,
        n_codable=sum(code.codable and code.is_live for code in state.codebook),
        record=as_script(columns),
        texts=as_script([each.text for each in shown]),
        style=style,
        scripts=scripts,
        policy=_policy(style, scripts),
    )


def _checklists(state: State) -> tuple[Checklist, ...]:
    """Return the checklists that a report of this project may have to fill."""
    return (*CHECKLISTS, *(REVIEW_CHECKLISTS if is_review(state) else ()))


def _variables(state: State, by: tuple[str, ...]) -> tuple[str, ...]:
    """Return the variables to filter and compare by; who speaks is known of every page.

    Raises
    ------
    StatisticsError
        When nobody speaks who is to be compared, or it is by what the page does not know of speakers.
    """
    given = [each for each in by if not is_of_speakers(state, each)]
    for each in set(by).difference(given):
        if each not in ("speaker", "role"):
            raise StatisticsError(
                f"by={each!r}: of speakers a report compares 'speaker' and 'role'; "
                f"project.crosstab({each!r}) counts the others"
            )
        speaker_values(state, each)
    return tuple(dict.fromkeys([*given, *few_valued(state)]))


def _told(tables: list[Themes], met: Cooccurrence) -> dict[str, str]:
    """Return how the numbers were computed, a paragraph for each section."""
    themes = methods(tables[0].result) if tables else ""
    return {"themes": themes, "together": methods(met)}


def _counted(state: State, count: Policy) -> list[str]:
    """Return who was counted, and by the bars where these count coders."""
    told = [str(state.counted), *(each.rstrip(".") for each in conflicting(state.unsettled))]
    if count.persons:
        told.append(f"In the bars: {state.counting(persons=True).counted}")
    return told


def _asset(name: str) -> str:
    return files("qualcode.report").joinpath("static", name).read_text(encoding="utf-8")


def _policy(style: str, scripts: Iterable[str]) -> str:
    """Return the page's policy: its own style and scripts, by their hashes, and nothing else at all."""
    allowed = " ".join(map(_digest, scripts))
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {allowed}; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _digest(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def _template(state: State, colours: Mapping[str, int], shown: frozenset[str]) -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("qualcode.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    coders = state.coders
    filters: dict[str, Any] = {
        "coder_name": lambda id: coders[id].name if id in coders else id,
        "decimal": _decimal,
        "grouped": "{:,}".format,
        "hue": lambda colour: f"k{colours[colour]}",
        "many": many,
        "pattern_text": pattern_text,
        "per_cent": _per_cent,
        "value_label": value_label,
        "with_codes": partial(_with_codes, state.codebook, shown),
    }
    environment.filters.update(filters)
    environment.globals["address"] = address
    return environment.get_template("page.html")


def _with_codes(codebook: Codebook, shown: frozenset[str], text: str) -> Markup:
    """Return a text in which ids in backticks, as definitions use them, lead to their codes."""
    from markupsafe import Markup

    parts = re.split(r"`([^`]+)`", text)
    for at in range(1, len(parts), 2):
        code = codebook.codes.get(parts[at])
        parts[at] = (
            Markup("<code>{}</code>").format(parts[at])
            if code is None or code.id not in shown
            else Markup('<a href="#{}">{}</a>').format(address("codebook", code.id), code.name)
        )
    return Markup("").join(parts)


def _per_cent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f}%"


def _decimal(value: float | None, digits: int = 2) -> str:
    """Return a number with a real minus sign, or a dash where there is none."""
    return "–" if value is None or value != value else f"{value:.{digits}f}".replace("-", "−")
