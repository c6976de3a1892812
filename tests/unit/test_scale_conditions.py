"""Conditions and cases of tables: what is told, what is refused, and what a result says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import qualcode as qc
from qualcode import errors
from qualcode.report.methods import methods

pa = pytest.importorskip("pyarrow")

BOOK = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("budget"), qc.Code("roles")])
BOTH = qc.code("trust") & qc.code("budget")


def rows() -> Any:
    return pa.table(
        {
            "document": ["a", "a", "a", "b", "b", "c"],
            "start": [0, 0, 4, 0, 2, 7],
            "end": [3, 3, 9, 5, 6, 9],
            "code": ["trust", "budget", "trust", "trust", "roles", "budget"],
            "coder": ["ana", "ben", "ana", "ana", "ben", "ben"],
        }
    )


def documents() -> Any:
    return pa.table(
        {
            "document": ["a", "b", "c", "d"],
            "text": ["One. Two, two.", "We trust.", "A budget.", ""],
            "site": ["north", "south", None, "south"],
        }
    )


class Untouched:
    """An engine that must not be asked."""

    def __call__(self, function: Any, jobs: Any) -> Any:
        raise AssertionError("something was counted")


@pytest.mark.parametrize(
    ("where", "total"),
    [
        (BOTH.within("segment"), 2),
        (BOTH.within("document"), 3),
        (~qc.units("document").narrowed(document="a"), 3),
        (qc.code("trust").overlaps(qc.code("roles")), 1),
        (qc.code("trust").followed_by(qc.code("trust"), within=1), 1),
        (qc.where(coder="ana", also="budget"), 1),
        ("not by(ana)", 3),
    ],
)
def test_a_table_alone_says_where_codes_lie(where: Any, total: int) -> None:
    """Nobody gave texts, and so no lengths."""
    assert qc.rollup(rows(), BOOK, count="assignments", where=where).total == total
    parts = [rows().slice(at, 1) for at in range(6)]
    assert qc.rollup(parts, BOOK, count="assignments", where=where).total == total


@pytest.mark.parametrize(
    ("where", "total"),
    [
        ("where(site=north)", 3),
        ("where(site=none)", 1),
        ("where(site=[north, south])", 5),
        ("text(tr*)", 2),
        ("code(trust) and code(budget) within sentence", 2),
        ("code(trust) overlaps (units(sentence) text(two))", 1),
    ],
)
def test_documents_say_their_variables_and_texts(where: str, total: int) -> None:
    table = qc.scan_assignments(rows(), documents=documents())
    found = qc.rollup(table, BOOK, count="assignments", where=where)
    assert (found.total, found.counted.documents) == (total, 4)
    assert qc.rollup(table, BOOK, count="documents", where=where).base == 4


@pytest.mark.parametrize(
    ("where", "error", "message"),
    [
        ("since(2020-01-01)", errors.QueryError, 'since("2020-01-01") asks how assignments were'),
        ("code(trust) origin(hand)", errors.QueryError, "origin(hand) asks how assignments were"),
        (qc.where(test=bool), errors.QueryError, "asks how assignments were made"),
        ("code(trust) at(1)", errors.QueryError, "code(trust) at(1) asks for how things stood"),
        ("query(mine)", errors.NotFoundError, "no query has the name 'mine' here"),
        ("code(trust) within case", errors.QueryError, "a case may have documents in several"),
        ("code(trust) and units(sentence)", errors.QueryError, "which cannot be combined"),
        ("code(trust", errors.QueryError, "the query ends where"),
        (7, errors.AssignmentError, "where must be a query"),
        ("code(trsut)", errors.NotFoundError, "'trsut'. Did you mean 'trust'?"),
        ("where(sight=1)", errors.NotFoundError, "variable 'sight'"),
        ("where(site=1)", None, ""),
    ],
)
def test_what_a_table_cannot_answer_is_refused_before_anything_is_counted(
    where: Any, error: type[Exception] | None, message: str
) -> None:
    table = qc.scan_assignments(rows(), documents=documents())
    if error is None:
        assert qc.rollup(table, BOOK, where=where).total == 0
        return
    with pytest.raises(error, match=re.escape(message)):
        qc.rollup(table, BOOK, where=where, engine=Untouched())
    with pytest.raises(error, match=re.escape(message)):
        qc.prevalence(table, BOOK, where=where, engine=Untouched())


def test_texts_that_are_not_given_are_not_searched() -> None:
    for where in ("text(two)", "code(trust) within sentence", "speaker(Ana)"):
        with pytest.raises(errors.StatisticsError, match="is about texts, which are not given"):
            qc.cooccurrence(rows(), BOOK, where=where, engine=Untouched())
    with pytest.raises(errors.NotFoundError, match="no document has a variable 'site'"):
        qc.evidence(rows(), BOOK, where="where(site=north)", engine=Untouched())


def test_names_of_nobody_are_refused_when_all_parts_are_seen() -> None:
    parts = [rows().slice(at, 1) for at in range(6)]
    assert qc.rollup(parts, BOOK, where="by(ben) document(a)").total == 1
    with pytest.raises(errors.NotFoundError, match=r"no coder .* 'bne'.* Did you mean 'ben'"):
        qc.rollup(parts, BOOK, where="by(bne)")
    with pytest.raises(errors.NotFoundError, match="no document of the table has the id 'z'"):
        qc.rollup(parts, BOOK, where="not document(z)")
    with pytest.raises(errors.NotFoundError, match="no coder of the table has the id 'ben'"):
        qc.rollup(parts, BOOK, coders="ana", where="by(ben)")


# Cases


def of_cases(**columns: Any) -> qc.scale.AssignmentTable:
    cases = pa.table({"case": ["p", "q", "r"], "wave": [1, 2, 2], **columns})
    belonging = pa.array([["p", "q"], ["q"], None, ["p"]], pa.list_(pa.string()))
    return qc.scan_assignments(
        rows(), documents=documents().append_column("cases", belonging), cases=cases
    )


def test_a_document_of_several_cases_is_in_the_group_of_each() -> None:
    found = qc.crosstab(of_cases(), BOOK, "wave", level="code", count="documents")
    assert found.values == (1, 2, "(not known)")
    assert found.to_frame().loc["trust"].tolist() == ["trust", 1, 2, 0, 2]
    assert qc.rollup(of_cases(), BOOK, count="assignments", where="where(wave=1)").total == 3
    assert qc.rollup(of_cases(), BOOK, count="cases").base == 3
    shares = qc.prevalence(of_cases(), BOOK, "case", by="wave").to_frame()
    assert shares["total"].tolist() == [1] * 3 + [2] * 3


def test_cases_are_found_in_what_a_project_writes(tmp_path: Path) -> None:
    project = qc.load_project("partnership-interviews")
    project.write_parquet(tmp_path / "out")
    table = qc.scan_assignments(
        tmp_path / "out/assignments.parquet",
        documents=tmp_path / "out/documents.parquet",
        cases=tmp_path / "out/cases.parquet",
    )
    options: dict[str, Any] = {"coders": ["ana", "ben"], "rollup": "tree"}
    for name in ("site", "wave"):
        found = qc.crosstab(table, project.codebook, name, **options)
        wanted = project.crosstab(name, **options)
        assert found.values == wanted.values
        assert found.counts.tolist() == wanted.counts.tolist()


def test_cases_that_do_not_go_with_the_documents_are_refused() -> None:
    cases = pa.table({"case": ["p"], "wave": [1]})
    with pytest.raises(errors.StatisticsError, match="no use without the documents"):
        qc.scan_assignments(rows(), cases=cases)
    with pytest.raises(errors.DocumentError, match=r"no column 'cases'.*those of the cases"):
        qc.scan_assignments(rows(), documents=documents(), cases=cases)
    with pytest.raises(errors.DocumentError, match=r"no column 'case'.*A table of cases has their"):
        qc.scan_assignments(rows(), documents=documents(), cases=documents())
    with pytest.raises(errors.NotFoundError, match="case 'q' is named by documents or turns"):
        qc.crosstab(of_cases(case=["p", "x", "r"]), BOOK, "wave")
    with pytest.raises(
        errors.DocumentError, match="case 'p': the column 'variables' holds 'north'"
    ):
        qc.crosstab(of_cases(variables=["north", None, None]), BOOK, "wave")
    with pytest.raises(errors.DocumentError, match="case 'q' has 2 rows in the table of cases"):
        qc.rollup(of_cases(case=["p", "q", "q"]), BOOK)
    with pytest.raises(errors.StatisticsError, match="no document has a variable 'wage'"):
        qc.crosstab(of_cases(), BOOK, "wage")
    with pytest.raises(errors.StatisticsError, match="no case has a variable 'site'"):
        qc.prevalence(of_cases(), BOOK, "case", by="site")


def test_a_result_says_what_it_was_narrowed_to() -> None:
    found = qc.rollup(rows(), BOOK, where=qc.code("trust").by("ana"))
    assert str(found.counted).endswith("in memory; only what fits code(trust) by(ana)")
    told = methods(found, code=True)
    assert "Of this, only what fits the query “code(trust) by(ana)” counted." in told
    assert "where='code(trust) by(ana)'" in told
