"""BibTeX and BibLaTeX, with their commands of LaTeX as letters."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from qualcode._extras import require
from qualcode.errors import DocumentError
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.references.file import Found, ReferenceFile
from qualcode.io.references.making import make_record, split_keywords
from qualcode.model.review.records import Record

__all__ = ["read_bibtex"]

_NAMES = {
    "title": ("title",),
    "authors": ("author", "editor"),
    "year": ("year", "date"),
    "journal": ("journal", "journaltitle", "booktitle"),
    "volume": ("volume",),
    "issue": ("number", "issue"),
    "pages": ("pages",),
    "doi": ("doi", "url", "note"),
    "pmid": ("pmid", "pubmed_id", "pubmedid"),
    "abstract": ("abstract",),
    "keywords": ("keywords", "author_keywords"),
    "url": ("url",),
    "type": ("ENTRYTYPE",),
    "language": ("language", "langid"),
    "issn": ("issn",),
}


def read_bibtex(file: ReferenceFile) -> Found:
    """Return the records of a file in BibTeX; an entry that is broken is listed as lost, with its line."""
    parser = require("bibtexparser", extra="references")
    require("pylatexenc", extra="references")
    from bibtexparser.middlewares import LatexDecodingMiddleware

    with _silent():
        library = parser.parse_string(
            file.text, append_middleware=[LatexDecodingMiddleware(allow_inplace_modification=True)]
        )
    records: list[Record] = []
    lost: list[Loss] = []
    for block in library.blocks:
        entry = _entry(block)
        line = block.start_line + 1
        if entry is None:
            if not _is_harmless(block):
                fault = getattr(block, "error", None)
                reason = str(getattr(fault, "abort_reason", None) or fault or "cannot be read")
                lost.append(Loss("loss", "entry", f"line {line}", _begin(block), reason))
            continue
        if entry is not block:
            lost.append(Loss("note", "entry", f"line {line}", _begin(block), str(block.error)))
        records.append(_record(entry, line, len(records) + 1, file))
    if not records:
        raise DocumentError(
            f"{file.path}: holds no entry of BibTeX that can be read"
            + (f": {lost[0]}" if lost else "; export it anew, or say with format=… what it is")
        )
    return Found(tuple(records), Losses(lost))


def _entry(block: Any) -> Any:
    """Return the entry of a block; one whose key or field is there twice is one all the same."""
    from bibtexparser.model import Entry

    held = block if isinstance(block, Entry) else getattr(block, "ignore_error_block", None)
    return held if isinstance(held, Entry) else None


def _is_harmless(block: Any) -> bool:
    from bibtexparser.model import ExplicitComment, ImplicitComment, Preamble, String

    return isinstance(block, ExplicitComment | ImplicitComment | Preamble | String)


def _begin(block: Any) -> str:
    return " ".join((getattr(block, "raw", "") or "").split())[:60]


def _record(entry: Any, line: int, number: int, file: ReferenceFile) -> Record:
    raw: dict[str, list[str]] = {"ENTRYTYPE": [entry.entry_type], "ID": [entry.key]}
    for field in entry.fields:
        raw.setdefault(field.key.lower(), []).append(_plain(str(field.value)))
    fields = dict(raw)
    for name in ("author", "editor"):
        if name in raw:
            fields[name] = [each for text in raw[name] for each in text.split(" and ")]
    for name in ("keywords", "author_keywords"):
        if name in raw:
            fields[name] = [each for text in raw[name] for each in split_keywords(text)]
    fields["pages"] = [each.replace("--", "-").replace("–", "-") for each in raw.get("pages", ())]
    return make_record(
        fields, _NAMES, format=file.format, file=file.name, line=line, number=number, written=raw
    )


def _plain(text: str) -> str:
    """Return a field without the braces that only keep capitals, and without quotes or braces around it."""
    text = text.strip()
    if len(text) > 1 and (text[0], text[-1]) in (("{", "}"), ('"', '"')):
        text = text[1:-1]
    return " ".join(text.replace("{", "").replace("}", "").split())


@contextmanager
def _silent() -> Iterator[None]:
    """Keep the parser from telling on the screen what the losses tell."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        logging.disable(before)
