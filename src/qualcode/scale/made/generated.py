"""Answers made up by chance, as many as a machine or an engine shall be tried with."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qualcode._extras import require
from qualcode.errors import CodebookError, QualcodeError, StoreError
from qualcode.model.checks import check_path, check_whole
from qualcode.model.codebooks.codebook import Codebook
from qualcode.scale.sources.table import AssignmentTable, scan_assignments

__all__ = ["write_answers"]

Numbers = npt.NDArray[np.int64]

_CODERS = ("ana", "ben", "cleo")
_SITES = ("east", "north", "south", "west")
_SAID = ("Mostly it was {}.", "We had {} in mind.", "Nobody asked about {}.", "With {} it began.")
_MOST = 3
_TWICE = 0.1
_ALIKE = 0.8
_ALONG = 0.5
_BLOCK = 50_000


def write_answers(
    folder: str | Path,
    codebook: Codebook,
    answers: int,
    *,
    parts: int = 8,
    random_state: int = 0,
) -> AssignmentTable:
    """Write made-up answers to an open question, coded, as files of Parquet.

    An answer has one to three sentences, and a code for each: a few codes often, most seldom, some of them
    together. Three coders share the answers; a tenth is coded by two, who agree on four of five sentences.

    Parameters
    ----------
    folder : str or Path
        A folder that is not there yet, or empty. ``documents-*.parquet`` and ``assignments-*.parquet`` are
        written there, with the columns that `scan_assignments` reads and a variable ``site``.
    codebook : Codebook
        Whose codes are put on the answers: those that are live and codable.
    answers : int
        How many, 1 at least.
    parts : int, default 8
        How many files of each kind, of whole documents in order.
    random_state : int, default 0
        The same gives the same files.

    Returns
    -------
    AssignmentTable
        The table that the files are.

    Raises
    ------
    StoreError
        When the folder cannot be made, or something is in it.
    CodebookError
        When no code of the codebook can be assigned.
    MissingExtraError
        When pyarrow is not installed (extra ``parquet``).

    Examples
    --------
    >>> import qualcode as qc
    >>> codebook = qc.Codebook("answers", codes=[qc.Code("price"), qc.Code("waiting")])
    >>> table = qc.scale.write_answers("answers", codebook, 1_000, parts=2)
    >>> qc.rollup(table, codebook, count="documents").base
    1000
    """
    require("pyarrow", extra="parquet")
    check_whole(answers, what="answers", error=QualcodeError, least=1)
    check_whole(parts, what="parts", error=QualcodeError, least=1)
    check_whole(random_state, what="random_state", error=QualcodeError, least=0)
    drawing = _Drawing(codebook)
    place = _made(check_path(folder, what="folder", error=StoreError))
    bounds = np.linspace(0, answers, min(parts, answers) + 1).astype(np.int64)
    for part, (first, last) in enumerate(pairwise(bounds)):
        with _Files(place, part) as files:
            rng = np.random.default_rng([random_state, part])
            for start in range(int(first), int(last), _BLOCK):
                files.write(drawing.block(rng, start, min(start + _BLOCK, int(last))))
    return scan_assignments(
        str(place / "assignments-*.parquet"), documents=str(place / "documents-*.parquet")
    )


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        occupied = any(folder.iterdir())
    except OSError as error:
        raise StoreError(f"{folder}: cannot be made: {error.strerror or error}") from error
    if occupied:
        raise StoreError(f"{folder}: something is in it already; name another folder")
    return folder


class _Drawing:
    """What answers are drawn from: a sentence of each kind for each code, and how often it comes."""

    def __init__(self, codebook: Codebook) -> None:
        codes = [each for each in codebook.codes.values() if each.is_live and each.codable]
        if not codes:
            raise CodebookError(f"codebook {codebook.name!r} has no code that can be assigned")
        self.ids = np.array([each.id for each in codes], dtype=object)
        said = [[form.format(each.name.lower()) for form in _SAID] for each in codes]
        self.sentences = np.array(said, dtype=object)
        self.lengths = np.array([[len(each) for each in forms] for forms in said])
        often = 1 / np.arange(1, len(codes) + 1)
        self.shares = np.cumsum(often / often.sum())

    def block(self, rng: np.random.Generator, first: int, last: int) -> tuple[Any, Any]:
        """Return the documents from one number to another and their assignments, as columns."""
        count = last - first
        said = rng.integers(1, _MOST + 1, count)
        ids = np.array([f"a{at:09d}" for at in range(first, last)], dtype=object)
        of = np.repeat(np.arange(count), said)
        codes, forms = self._codes(rng, of), rng.integers(0, len(_SAID), len(of))
        starts = self._starts(of, self.lengths[codes, forms])
        ends = starts + self.lengths[codes, forms]
        sentences = iter(self.sentences[codes, forms].tolist())
        texts = [" ".join(next(sentences) for _ in range(number)) for number in said.tolist()]
        documents = {
            "document": ids,
            "text": texts,
            "length": [len(each) for each in texts],
            "site": np.array(_SITES, dtype=object)[rng.integers(0, len(_SITES), count)],
        }
        coder = rng.integers(0, len(_CODERS), count)
        # Who codes an answer again takes another code for a fifth of the sentences.
        again = np.flatnonzero((rng.random(count) < _TWICE)[of])
        other = np.where(
            rng.random(len(again)) < _ALIKE, codes[again], self._drawn(rng, len(again))
        )
        rows = np.concatenate([np.arange(len(of)), again])
        put = np.concatenate([codes, other])
        who = np.concatenate([coder[of], (coder[of[again]] + 1) % len(_CODERS)])
        order = np.lexsort((who, put, starts[rows], of[rows]))
        rows, put, who = rows[order], put[order], who[order]
        assignments = {
            "document": ids[of[rows]],
            "start": starts[rows],
            "end": ends[rows],
            "code": self.ids[put],
            "coder": np.array(_CODERS, dtype=object)[who],
        }
        return documents, assignments

    def _drawn(self, rng: np.random.Generator, count: int) -> Numbers:
        return np.minimum(np.searchsorted(self.shares, rng.random(count)), len(self.ids) - 1)

    def _codes(self, rng: np.random.Generator, of: Numbers) -> Numbers:
        """Return a code for each sentence; every other one goes along with the sentence before it."""
        codes = self._drawn(rng, len(of))
        along = np.flatnonzero((of[1:] == of[:-1]) & (rng.random(len(of) - 1) < _ALONG)) + 1
        codes[along] = (codes[along - 1] + 1) % len(self.ids)
        return codes

    @staticmethod
    def _starts(of: Numbers, lengths: Numbers) -> Numbers:
        """Return where each sentence starts in its answer, with a space between two."""
        ran = np.concatenate([[0], np.cumsum(lengths + 1)[:-1]])
        first = np.flatnonzero(np.concatenate([[True], of[1:] != of[:-1]]))
        starts: Numbers = ran - ran[first][of]
        return starts


class _Files:
    """The two files of a part, written block by block."""

    def __init__(self, folder: Path, part: int) -> None:
        self.paths = [
            folder / f"{kind}-{part:04d}.parquet" for kind in ("documents", "assignments")
        ]
        self.writers: list[Any] = []

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, *error: object) -> None:
        for writer in self.writers:
            writer.close()

    def write(self, block: tuple[Any, Any]) -> None:
        """Write a block of documents and of assignments."""
        arrow, parquet = (require(name, extra="parquet") for name in ("pyarrow", "pyarrow.parquet"))
        tables = [arrow.table(columns) for columns in block]
        if not self.writers:
            self.writers = [
                parquet.ParquetWriter(path, table.schema, compression="zstd")
                for path, table in zip(self.paths, tables, strict=True)
            ]
        for writer, table in zip(self.writers, tables, strict=True):
            writer.write_table(table)
