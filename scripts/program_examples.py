"""Make the examples of other programs' databases in docs/examples/programs, from the interviews beside them.

Run it after a change of the interviews: ``python scripts/program_examples.py``. What is coded is invented.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
Table = tuple[str, Iterable[Sequence[Any]]]

TEXTS = {path.stem: path.read_text("utf-8") for path in sorted((EXAMPLES / "interviews").iterdir())}
CODED = [
    ("01-maria", "we share one budget", "Pooled budget", "ana", "From the first year on."),
    ("01-maria", "I trust Joan", "Trust", "ana", ""),
    ("01-maria", "I trust Joan", "Trust", "ben", ""),
    ("02-joan", "we want the same thing", "Shared vision", "ana", ""),
    ("03-samir", "You cannot build trust by the year.", "Trust", "ana", ""),
]


def write(path: Path, tables: Mapping[str, Table]) -> None:
    """Write a database with tables, each as its columns and its rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    base = sqlite3.connect(path)
    base.execute("PRAGMA page_size = 1024")
    for name, (columns, rows) in tables.items():
        names = columns.split()
        base.execute(f"CREATE TABLE {name} ({', '.join(names)})")
        base.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(names))})", rows)
    base.commit()
    base.execute("VACUUM")
    base.close()


def qualcoder() -> dict[str, Table]:
    """Return the tables of a project of QualCoder."""
    codes = ["Pooled budget", "Trust", "Shared vision"]
    documents = list(TEXTS)
    time = "2026-01-31 10:00:00"

    def coding(number: int, row: tuple[str, str, str, str, str]) -> tuple[Any, ...]:
        document, words, code, coder, memo = row
        start = TEXTS[document].index(words)
        place = (documents.index(document) + 1, words, start, start + len(words))
        return (number, codes.index(code) + 1, *place, coder, time, memo, None)

    return {
        "project": (
            "databaseversion date memo about codername",
            [("v11", time, "Second round.", "", "ana")],
        ),
        "source": (
            "id name fulltext mediapath memo owner date",
            [
                *(
                    (at, f"{id}.txt", text, None, "", "ana", time)
                    for at, (id, text) in enumerate(TEXTS.items(), 1)
                ),
                (4, "flat.jpg", None, "/images/flat.jpg", "", "ana", time),
            ],
        ),
        "code_cat": (
            "catid name owner date memo supercatid",
            [
                (1, "People", "ana", time, "What they are to each other.", None),
                (2, "Money", "ana", time, "", None),
            ],
        ),
        "code_name": (
            "cid name memo catid owner date color",
            [
                (1, "Pooled budget", "Funds of both sides are one.", 2, "ana", time, "#4477AA"),
                (2, "Trust", "They rely on each other.", 1, "ana", time, "#EE6677"),
                (3, "Shared vision", "They want the same.", 1, "ana", time, "#228833"),
            ],
        ),
        "code_text": (
            "ctid cid fid seltext pos0 pos1 owner date memo important",
            [coding(number, row) for number, row in enumerate(CODED, 1)],
        ),
        "code_image": (
            "imid id x1 y1 width height cid memo date owner",
            [(1, 4, 0, 0, 9, 9, 1, "", time, "ana")],
        ),
        "cases": (
            "caseid name memo owner date",
            [(1, "Maria", "", "ana", time), (2, "Joan", "", "ana", time)],
        ),
        "case_text": (
            "id caseid fid pos0 pos1 owner date memo",
            [(at, at, at, 0, len(TEXTS[documents[at - 1]]), "ana", time, "") for at in (1, 2)],
        ),
        "attribute_type": (
            "name date owner memo caseOrFile valuetype",
            [
                ("site", time, "ana", "", "case", "character"),
                ("years", time, "ana", "", "case", "numeric"),
            ],
        ),
        "attribute": (
            "attrid name attr_type value id date owner",
            [
                (1, "site", "case", "clinic", 1, time, "ana"),
                (2, "years", "case", "12", 1, time, "ana"),
                (3, "site", "case", "council", 2, time, "ana"),
                (4, "years", "case", "4", 2, time, "ana"),
            ],
        ),
        "annotation": (
            "anid fid pos0 pos1 memo owner date",
            [(1, 1, 0, 11, "Who asks?", "ben", time)],
        ),
        "journal": ("jid name jentry date owner", [(1, "Day 1", "Began with Maria.", time, "ana")]),
    }


def taguette() -> dict[str, Table]:
    """Return the tables of a project of Taguette."""
    tags = ["Pooled budget", "Trust", "Shared vision"]
    documents = list(TEXTS)

    def highlight(number: int, row: tuple[str, str, str, str, str]) -> tuple[Any, ...]:
        document, words, *_ = row
        plain = TEXTS[document].replace("\n\n", "\n").strip()
        start = len(plain[: plain.index(words)].encode())
        return (number, documents.index(document) + 1, start, start + len(words.encode()), words)

    def page(text: str) -> str:
        return "\n".join(
            f"<p>{escape(each, quote=False)}</p>" for each in text.strip().split("\n\n")
        )

    return {
        "projects": ("id name description created", [(1, "Damp homes", "Second round.", "")]),
        "users": ("login", [("ana",), ("ben",)]),
        "documents": (
            "id name description filename created project_id contents",
            [
                (at, id, "", f"{id}.txt", "", 1, page(text))
                for at, (id, text) in enumerate(TEXTS.items(), 1)
            ],
        ),
        "tags": (
            "id project_id path description",
            [
                (at, 1, tag, told)
                for at, (tag, told) in enumerate(
                    zip(
                        tags,
                        ["Funds of both sides are one.", "They rely on each other.", ""],
                        strict=True,
                    ),
                    1,
                )
            ],
        ),
        "highlights": (
            "id document_id start_offset end_offset snippet",
            [
                *(highlight(at, row) for at, row in enumerate(CODED, 1)),
                (6, 1, 0, 11, "INTERVIEWER"),
            ],
        ),
        "highlight_tags": (
            "highlight_id tag_id",
            [(at, tags.index(row[2]) + 1) for at, row in enumerate(CODED, 1)],
        ),
        "commands": (
            "id date user_login project_id document_id payload",
            [
                (
                    at,
                    "2026-01-31 10:00:00",
                    row[3],
                    1,
                    None,
                    f'{{"type": "highlight_add", "highlight_id": {at}}}',
                )
                for at, row in enumerate(CODED, 1)
            ],
        ),
    }


if __name__ == "__main__":
    write(EXAMPLES / "programs" / "homes.qda" / "data.qda", qualcoder())
    write(EXAMPLES / "programs" / "homes.sqlite3", taguette())
