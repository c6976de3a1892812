"""Findings, their summary, the evidence behind them and the narrative skeleton, as files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from qualcode.errors import StatisticsError, StoreError
from qualcode.io.raw.markdown import literal
from qualcode.io.raw.new_files import write_file
from qualcode.io.tables.frame_files import write_csv
from qualcode.model.checks import check_flag, check_path, shown
from qualcode.report.word import WordFile
from qualcode.stats.synthesis.evidence_table import EvidenceTable
from qualcode.stats.synthesis.factor_links import FactorLinks
from qualcode.stats.synthesis.findings import Findings
from qualcode.stats.synthesis.narrative import Narrative
from qualcode.stats.synthesis.summary import SummaryOfFindings

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["write_synthesis"]

Written: TypeAlias = Findings | SummaryOfFindings | EvidenceTable | FactorLinks | Narrative

_ENDS = (".csv", ".md", ".docx")
_ROOM = 16.4
"""Centimetres that the columns of a table share."""


def write_synthesis(result: Written, path: str | Path, *, replace: bool = False) -> Path:
    """Write findings, their summary, the evidence behind them, links or a narrative skeleton into a file.

    Parameters
    ----------
    result : Findings, SummaryOfFindings, EvidenceTable, FactorLinks or Narrative
        What a review gives.
    path : str or Path
        What it ends with says how: ``.csv`` for all columns as a table, ``.md`` for Markdown, ``.docx`` for a
        word processor.
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
        For a word processor, when python-docx is not installed (extra ``docx``).

    Examples
    --------
    >>> import qualcode as qc
    >>> review = qc.load_project("collaboration-reviews").review()
    >>> qc.write_synthesis(review.narrative("factors"), "narrative.md").name
    'narrative.md'
    """
    if not isinstance(result, Written):
        raise StatisticsError(
            f"what is written is what a review gives, such as review.findings(…), not {shown(result)}"
        )
    target = check_path(path, what="path", error=StoreError)
    replace = check_flag(replace, what="replace", error=StoreError)
    end = target.suffix.lower()
    if end not in _ENDS:
        raise StoreError(f"{target}: a file that ends with {', '.join(_ENDS)} can be written")
    if end == ".csv":
        if target.exists() and not replace:
            raise StoreError(f"{target}: is there already; replace=True replaces it")
        write_csv(result.to_frame(), target, error=StoreError)
    elif end == ".md":
        write_file(target, ("\n".join(_markdown(result)) + "\n").encode(), replace=replace)
    else:
        write_file(target, _word(result), replace=replace)
    return target


def _markdown(result: Written) -> Iterator[str]:
    title, *rest = result.caption.splitlines()
    yield f"# {literal(title)}"
    for line in rest:
        yield from ("", literal(line))
    if isinstance(result, Narrative):
        yield from _narrative_markdown(result)
        return
    table = _shown(result)
    yield ""
    yield f"| {' | '.join(map(literal, table.columns))} |"
    yield f"|{'---|' * len(table.columns)}"
    for row in table.itertuples(index=False, name=None):
        cells = (literal(_cell(each)).replace("\n", "<br>") for each in row)
        yield f"| {' | '.join(cells)} |"


def _narrative_markdown(result: Narrative) -> Iterator[str]:
    for part in result:
        text = literal(part.text)
        match part.kind:
            case "domain":
                yield from ("", f"## {text}")
            case "theme":
                yield from ("", f"### {text}")
            case "definition":
                yield from ("", text, "")
            case "finding":
                yield f"- {text}"
            case "quote":
                yield from ("", *(f"> {line}" for line in text.splitlines()), ">")
                yield f"> — {literal(part.source)}"
            case "write":
                yield from ("", "*(to be written)*")


def _word(result: Written) -> bytes:
    title, *rest = result.caption.splitlines()
    book = WordFile(title)
    book.heading(title, 0)
    for line in rest:
        book.small(line)
    if isinstance(result, Narrative):
        for part in result:
            match part.kind:
                case "domain":
                    book.heading(part.text, 1)
                case "theme":
                    book.heading(part.text, 2)
                case "definition":
                    book.paragraph(part.text)
                case "finding":
                    book.paragraph(part.text, listed=True)
                case "quote":
                    book.quote(f"“{part.text}”", part.source)
                case "write":
                    book.paragraph("(to be written)", italic=True)
        return book.content()
    table = _shown(result)
    rows = [[_cell(each) for each in row] for row in table.itertuples(index=False, name=None)]
    # The more a column says, the wider it is; none is too narrow for its head.
    weights = [
        max([6, *(min(60, len(row[at])) for row in rows)]) ** 0.5
        for at in range(len(table.columns))
    ]
    widths = [_ROOM * each / sum(weights) for each in weights]
    book.table([str(each) for each in table.columns], rows, widths)
    return book.content()


def _shown(result: Written) -> pd.DataFrame:
    """Return the columns for reading, with reasons beside their levels."""
    frame = result.to_frame()
    if not isinstance(result, SummaryOfFindings):
        return frame.drop(
            columns=[each for each in ("id", "contradicted", "links") if each in frame]
        )
    for name in [each for each in frame.columns if f"{each}_reason" in frame]:
        reasons = frame.pop(f"{name}_reason")
        frame[name] = [
            f"{level}: {reason}" if reason else level
            for level, reason in zip(frame[name], reasons, strict=True)
        ]
    return frame.drop(columns=["id", "coders"])


def _cell(value: object) -> str:
    return str(value)
