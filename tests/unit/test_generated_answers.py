"""Made-up answers: what is said of them holds, and tables of them count as a project does."""

from __future__ import annotations

from pathlib import Path

import pytest

import qualcode as qc
from qualcode.errors import CodebookError, QualcodeError, StoreError

pytest.importorskip("pyarrow", reason="needs the extra parquet")

import pyarrow.parquet as pq

BOOK = qc.Codebook("answers", codes=[qc.Code(each) for each in ("price", "waiting", "staff")])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    qc.scale.write_answers(tmp_path / "answers", BOOK, 500, parts=3)
    return tmp_path / "answers"


def test_every_assignment_is_on_a_whole_sentence_that_names_its_code_or_was_coded_twice(
    folder: Path,
) -> None:
    texts, sites = {}, set()
    for path in sorted(folder.glob("documents-*.parquet")):
        for row in pq.read_table(path).to_pylist():
            texts[row["document"]] = row["text"]
            sites.add(row["site"])
            assert row["length"] == len(row["text"])
    assert len(texts) == 500
    assert sites == {"east", "north", "south", "west"}
    seen: dict[tuple[str, int], set[str]] = {}
    alike = rows = 0
    for path in sorted(folder.glob("assignments-*.parquet")):
        for row in pq.read_table(path).to_pylist():
            quote = texts[row["document"]][row["start"] : row["end"]]
            assert quote.endswith(".")
            assert quote.count(".") == 1
            rows += 1
            alike += row["code"] in quote
            seen.setdefault((row["document"], row["start"]), set()).add(row["coder"])
    assert set().union(*seen.values()) == {"ana", "ben", "cleo"}
    assert alike / rows > 0.9
    twice = {document for (document, _), coders in seen.items() if len(coders) == 2}
    assert 20 < len(twice) < 90


def test_the_same_seed_gives_the_same_files_and_another_others(tmp_path: Path) -> None:
    made = []
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        qc.scale.write_answers(tmp_path / name, BOOK, 40, parts=2, random_state=seed)
        made.append(
            [
                pq.read_table(path)
                for path in sorted((tmp_path / name).glob("assignments-*.parquet"))
            ]
        )
    assert made[0] == made[1] != made[2]


def test_tables_of_them_count_as_a_project_does(folder: Path) -> None:
    table = qc.scan_assignments(
        str(folder / "assignments-*.parquet"), documents=str(folder / "documents-*.parquet")
    )
    project = qc.Project.new("Answers", codebook=BOOK, coder="ana")
    for coder in ("ben", "cleo"):
        project.add_coder(coder)
    for path in sorted(folder.glob("documents-*.parquet")):
        project.add_documents(
            {row["document"]: row["text"] for row in pq.read_table(path).to_pylist()}
        )
    for path in sorted(folder.glob("assignments-*.parquet")):
        project.assign_frame(pq.read_table(path).to_pandas())
    for count in ("documents", "segments", "assignments"):
        counted = qc.rollup(table, BOOK, count=count)
        own = project.rollup(count=count)
        assert counted.to_frame()["count"].tolist() == own.to_frame()["count"].tolist()


def test_what_is_wrong_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(StoreError, match="something is in it"):
        qc.scale.write_answers(tmp_path / "full", BOOK, 5)
    with pytest.raises(StoreError, match="cannot be made"):
        qc.scale.write_answers(tmp_path / "full" / "mine.txt" / "x", BOOK, 5)
    closed = qc.Codebook("closed", codes=[qc.Code("price", codable=False)])
    with pytest.raises(CodebookError, match="no code that can be assigned"):
        qc.scale.write_answers(tmp_path / "new", closed, 5)
    with pytest.raises(QualcodeError, match="answers"):
        qc.scale.write_answers(tmp_path / "new", BOOK, 0)
    assert not (tmp_path / "new").exists()
