"""The review table: suggestions in a spreadsheet, to be accepted, rejected or edited there, and read back.

Each row holds its whole suggestion in its last column, so that the log of verdicts keeps everything that
was shown, even when the suggester is gone. That record is what counts. The columns before it are for
people; they are compared with it, because whoever sorts some columns without the others puts verdicts on
the wrong rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from qualcode.errors import QualcodeError, SuggestionError
from qualcode.io.tables.cells import CELL_LIMIT, Column, shown, write_cells
from qualcode.io.tables.reading import Cells, check_told, letters, read_cells
from qualcode.io.tables.suggestion_records import sealed, unsealed
from qualcode.io.tables.table_columns import Fault, first_faults
from qualcode.model.checks import check_flag, check_items, check_kind, check_path
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.suggestions import Kind, Suggestion
from qualcode.model.texts.documents import Document, Registry
from qualcode.model.texts.segments import Segment

__all__ = ["ReviewedRow", "read_review_table", "write_review_table"]

RECORD = "record"
NEEDED = ("quote", "code", "verdict", "new code", "new quote", "memo", "start", "end", RECORD)

_CONTEXT = 60
_VERDICTS: dict[str, Kind | None] = {
    "": None,
    **dict.fromkeys(("accept", "accepted", "a", "yes", "y", "+"), "accepted"),
    **dict.fromkeys(("reject", "rejected", "r", "no", "n", "-"), "rejected"),
    **dict.fromkeys(("edit", "edited", "e"), "edited"),
}
_ASKED = {"accepted": "accept", "rejected": "reject", "edited": "edit"}


@attrs.frozen(kw_only=True)
class ReviewedRow:
    """A row of a review table: a suggestion, and what somebody made of it.

    Parameters
    ----------
    row : int
        Its number in the spreadsheet, where the heads of the columns are row 1.
    suggestion : Suggestion
        What was shown.
    verdict : {"accepted", "rejected", "edited"} or None
        None where nobody decided yet.
    new_code : str or None
        Id of the code to assign instead.
    new_segment : Segment or None
        What to assign it to instead.
    memo : str
        What was noted.
    """

    row: int
    suggestion: Suggestion
    verdict: Kind | None
    new_code: str | None = None
    new_segment: Segment | None = None
    memo: str = ""


# Writing


def write_review_table(
    suggestions: Iterable[Suggestion],
    path: str | Path,
    *,
    codebook: Codebook | None = None,
    replace: bool = False,
) -> int:
    """Write suggestions as a table in which somebody accepts, rejects or edits them.

    Parameters
    ----------
    suggestions : iterable of Suggestion
        From `View.suggest` or `View.autocode`.
    path : str or Path
        A file that ends with ``.csv`` or ``.xlsx``.
    codebook : Codebook, optional
        For XLSX: what can be chosen as the new code of a suggestion.
    replace : bool, default False
        Whether a file that is there may be overwritten, with the verdicts in it.

    Returns
    -------
    int
        How many suggestions were written.

    Raises
    ------
    SuggestionError
        When the file is there already or cannot be written.
    MissingExtraError
        For XLSX, when openpyxl is not installed (extra ``xlsx``).

    Notes
    -----
    To be filled in are ``verdict`` (accept, reject or edit; empty is undecided), for an edited suggestion
    ``new code`` (id or name) or ``new quote`` (words in or around the suggested ones), and ``memo``. Rows
    may be sorted, filtered and taken out.
    """
    listed = check_items(suggestions, Suggestion, what="suggestions", error=SuggestionError)
    file = check_path(path, what="path", error=SuggestionError)
    if codebook is not None:
        check_kind(codebook, Codebook, what="codebook", error=SuggestionError)
    replace = check_flag(replace, what="replace", error=SuggestionError)
    records = [_pieces(sealed(each)) for each in listed]
    most = max(map(len, records), default=1)
    rows = (
        [*_shown(each), *pieces, *[None] * (most - len(pieces))]
        for each, pieces in zip(listed, records, strict=True)
    )
    return write_cells(file, _columns(codebook, most), rows, error=SuggestionError, replace=replace)


def _columns(codebook: Codebook | None, n_records: int) -> list[Column]:
    codes = [] if codebook is None else [code for code in codebook if code.is_live and code.codable]
    return [
        Column("document", 14),
        Column("before", 24),
        Column("quote", 50),
        Column("after", 24),
        Column("code", 18),
        Column("name", 22),
        Column("probability", 10, format="0%"),
        Column("why", 40),
        Column(
            "verdict",
            12,
            fill_in=True,
            choices=[[each] for each in _ASKED.values()],
            prompt="accept, reject or edit; leave it empty to decide later",
        ),
        Column(
            "new code",
            20,
            fill_in=True,
            choices=[(code.id, code.name, code.definition) for code in codes],
            prompt="To edit: the code to assign instead, by id or name",
        ),
        Column("new quote", 30, fill_in=True),
        Column("memo", 30, fill_in=True),
        Column("rank", 6),
        Column("status", 10),
        Column("suggester", 12),
        Column("start", 8),
        Column("end", 8),
        *(Column(_record_name(at), hidden=True) for at in range(n_records)),
    ]


def _record_name(at: int) -> str:
    return RECORD if at == 0 else f"{RECORD} {at + 1}"


def _shown(suggestion: Suggestion) -> list[str | int | float | None]:
    segment = suggestion.segment
    before, after = segment.context(_CONTEXT)
    return [
        segment.document.id,
        shown(before),
        shown(segment.quote),
        shown(after),
        suggestion.code.id,
        shown(suggestion.code.name),
        suggestion.probability,
        shown(str(suggestion.explanation)),
        None,
        None,
        None,
        None,
        suggestion.rank,
        suggestion.status,
        shown(suggestion.suggester),
        segment.start,
        segment.end,
    ]


def _pieces(text: str) -> list[str]:
    return [text[at : at + CELL_LIMIT] for at in range(0, len(text), CELL_LIMIT)]


# Reading


def read_review_table(
    path: str | Path, documents: Registry[Document], codebook: Codebook
) -> tuple[ReviewedRow, ...]:
    """Read a review table that somebody filled in.

    Parameters
    ----------
    path : str or Path
        A file as `write_review_table` wrote it, or as a spreadsheet program saved it: CSV (separated by
        comma, semicolon or tab) or XLSX. Rows may have been sorted, filtered and taken out.
    documents : Registry of Document
        The project's documents.
    codebook : Codebook
        The project's codebook.

    Returns
    -------
    tuple of ReviewedRow
        In the order of the file; a row that is there twice comes once.

    Raises
    ------
    SuggestionError
        When the file cannot be read, lacks a column, or when rows do not fit: a text that has changed, an
        unknown document or code, an edited record, a verdict that is none or that contradicts another. The
        first such rows are named, and how many there are.
    """
    file = check_path(path, what="path", error=SuggestionError)
    check_kind(documents, Registry, what="documents", error=SuggestionError)
    check_kind(codebook, Codebook, what="codebook", error=SuggestionError)
    cells = read_cells(file, needed=NEEDED, error=SuggestionError, lossy=True)
    rows: list[ReviewedRow] = []
    faults: list[Fault] = []
    for number, row in cells.rows:
        try:
            rows.append(_reviewed(number, row, cells, documents, codebook))
        except QualcodeError as error:
            faults.append(Fault(number - 1, str(error)))
    faults += _contradictions(rows)
    if faults:
        noun = "row" if len(faults) == 1 else "rows"
        raise SuggestionError(
            f"{file}: {len(faults)} {noun} cannot be read, so nothing was decided: {first_faults(faults)}"
        )
    return tuple(_once(rows))


def _reviewed(
    number: int,
    cells: Mapping[str, str],
    table: Cells,
    documents: Registry[Document],
    codebook: Codebook,
) -> ReviewedRow:
    pieces = (cells.get(_record_name(at), "") for at in range(len(table.columns)))
    suggestion = unsealed("".join(pieces), documents, codebook)
    _check_beside(suggestion, cells, lossy=table.lossy)
    verdict = _verdict(cells["verdict"])
    code, quote = cells["new code"].strip(), cells["new quote"].strip()
    memo = cells["memo"].strip()
    check_told(code + quote + memo, lossy=table.lossy, error=SuggestionError)
    new_code = codebook.assignable(code).id if code else None
    new_segment = _found(suggestion.segment, quote) if quote else None
    _check_verdict(suggestion, verdict, new_code, new_segment, codebook)
    return ReviewedRow(
        row=number,
        suggestion=suggestion,
        verdict=verdict,
        new_code=new_code,
        new_segment=new_segment,
        memo=memo,
    )


def _check_beside(suggestion: Suggestion, cells: Mapping[str, str], *, lossy: bool) -> None:
    """Refuse a row of which some cells belong to another suggestion."""
    segment = suggestion.segment
    wanted = {
        "quote": shown(segment.quote),
        "code": suggestion.code.id,
        "start": str(segment.start),
        "end": str(segment.end),
    }
    for name, value in wanted.items():
        if letters(cells[name], lossy=lossy) != letters(value, lossy=lossy):
            raise SuggestionError(
                f"its {name} is {cells[name][:40]!r}, and that of its record {value[:40]!r}: was the cell "
                "changed, or were some columns sorted without the others?"
            )


def _verdict(cell: str) -> Kind | None:
    try:
        return _VERDICTS[cell.strip().casefold()]
    except KeyError:
        raise SuggestionError(
            f"the verdict {cell[:40]!r} is none: write accept, reject or edit, or leave it empty"
        ) from None


def _found(segment: Segment, quote: str) -> Segment:
    """Return where words stand in a segment, or else around it."""
    around = [
        each
        for each in Segment.whole(segment.document).find_all(quote)
        if each.start < segment.end and segment.start < each.end
    ]
    within = [each for each in around if segment.start <= each.start and each.end <= segment.end]
    found = within or around
    if len(found) != 1:
        times = f"stands {len(found)} times" if found else "does not stand"
        raise SuggestionError(
            f"the new quote {quote[:40]!r} {times} in or around what is suggested: copy the words from "
            "the text" + (", and more of them" if found else "")
        )
    return found[0]


def _check_verdict(
    suggestion: Suggestion,
    verdict: Kind | None,
    new_code: str | None,
    new_segment: Segment | None,
    codebook: Codebook,
) -> None:
    new = "a new code" if new_code else "a new quote" if new_segment else None
    if verdict != "edited" and new is not None:
        asked = f"it says {_ASKED[verdict]!r}" if verdict else "it has no verdict"
        raise SuggestionError(
            f"{asked}, but has {new}: write 'edit' to assign that instead, or empty the cell"
        )
    standing = codebook.resolve(suggestion.code.id)
    if verdict == "edited":
        if new is None:
            raise SuggestionError("it says 'edit', but has neither a new code nor a new quote")
        if new_code in (None, standing) and new_segment in (None, suggestion.segment):
            raise SuggestionError(
                "it says 'edit', but what is new is what was suggested: accept it"
            )
    if verdict == "accepted" or (verdict == "edited" and new_code is None):
        codebook.assignable(standing)


Identity = tuple[object, ...]


def _place(row: ReviewedRow) -> Identity:
    segment = row.suggestion.segment
    return segment.document.id, segment.start, segment.end, row.suggestion.code.id


def _identity(row: ReviewedRow) -> Identity:
    return *_place(row), row.suggestion.suggester, row.suggestion.fingerprint


def _contradictions(rows: Sequence[ReviewedRow]) -> Iterator[Fault]:
    """Yield the rows whose verdict is not the one of an earlier row on the same code and text."""
    decided: dict[Identity, ReviewedRow] = {}
    for row in rows:
        if row.verdict is None:
            continue
        first = decided.setdefault(_place(row), row)
        if (row.verdict, row.new_code, row.new_segment) != (
            first.verdict,
            first.new_code,
            first.new_segment,
        ):
            yield Fault(
                row.row - 1,
                f"it decides otherwise than row {first.row} on {row.suggestion.code.id!r} for the same "
                f"words: {row.suggestion.segment.quote[:40]!r}",
            )


def _once(rows: Iterable[ReviewedRow]) -> Iterator[ReviewedRow]:
    """Yield each suggestion once: the row that decides, if one does, with all its memos."""
    alike: dict[Identity, list[ReviewedRow]] = {}
    for row in rows:
        alike.setdefault(_identity(row), []).append(row)
    for repeated in alike.values():
        decided = [row for row in repeated if row.verdict] or repeated
        memos = dict.fromkeys(row.memo for row in decided if row.memo)
        yield attrs.evolve(decided[0], memo="\n".join(memos))
