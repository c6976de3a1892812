"""Suggesting for documents that are no project: as the project would have, however they are divided."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import qualcode as qc
from qualcode import errors
from qualcode.scale.made import from_documents, learnt

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
compute = pytest.importorskip("pyarrow.compute")
pytest.importorskip("sklearn")

BOOK = qc.Codebook(
    "answers",
    codes=[
        qc.Code("price", definition="What it costs: too dear, cheap.", keywords=["refund*"]),
        qc.Code("staff", definition="People who work there, friendly or rude."),
        qc.Code("place", definition="Rooms and surroundings: clean, quiet."),
    ],
)
WORDS = {
    "price": [
        "Far too dear for what it is.",
        "Cheap, and a refund came.",
        "The price went up again.",
    ],
    "staff": [
        "Friendly people at the desk.",
        "The waiter was rude to us.",
        "Staff helped at once.",
    ],
    "place": ["A clean and quiet room.", "The room smelled of smoke.", "Lovely garden behind it."],
}
OTHER = ["We came by train.", "It rained.", "My sister told me of it."]
N_CODED, N = 45, 70


def answers() -> dict[str, str]:
    random = np.random.default_rng(4)
    sentences = [*(each for some in WORDS.values() for each in some), *OTHER]
    return {
        f"a{number:02d}": " ".join(random.choice(sentences, random.integers(1, 6)))
        for number in range(N)
    }


def coded_project() -> qc.Project:
    """Return a project in which the first documents are coded, and the others not."""
    made = qc.Project.new("Answers", codebook=BOOK, coder="ana")
    made.add_documents(answers())
    for document in [*made.documents.values()][:N_CODED]:
        for unit in qc.segment([document], unit="sentence"):
            for code, own in WORDS.items():
                if unit.quote in own:
                    made.assign(unit, code)
        made.finish(document.id)
    return made


@pytest.fixture(scope="module")
def project() -> qc.Project:
    return coded_project()


@pytest.fixture(scope="module")
def suggester(project: qc.Project) -> Any:
    return project.suggester().fit()


def table(ids: Sequence[str] | None = None) -> Any:
    texts = answers()
    chosen = list(texts) if ids is None else list(ids)
    return pa.table({"document": chosen, "text": [texts[id] for id in chosen]})


def as_rows(found: Any) -> list[tuple[Any, ...]]:
    """Return what a project suggests as the rows of a table, all digits of the scores in them."""
    rows = [
        (
            each.segment.document.id, each.segment.start, each.segment.end, each.rank, each.code.id,
            each.score, each.probability, each.status, each.reason,
        )
        for each in found
    ]  # fmt: skip
    rows += [
        (
            each.segment.document.id,
            each.segment.start,
            each.segment.end,
            0,
            *[None] * 4,
            each.reason,
        )
        for each in found.abstained
    ]
    return sorted(rows, key=lambda row: row[:4])


def in_table(found: Any) -> list[tuple[Any, ...]]:
    names = ("document", "start", "end", "rank", "code", "score", "probability", "status", "reason")
    rows = [tuple(row[name] for name in names) for row in found.to_pylist()]
    return [(*row[:3], row[3] or 0, *row[4:]) for row in rows]


def backwards(function: Callable[[Any], bytes], jobs: Sequence[Any]) -> Iterator[bytes]:
    """An engine that works on copies of what it was given, and finishes the last part first."""
    for job in reversed(jobs):
        yield pickle.loads(pickle.dumps(function))(pickle.loads(pickle.dumps(job)))


@pytest.mark.parametrize("asked", [{}, {"top": 1}, {"precision": 0.6}, {"recall": 0.9}], ids=str)
def test_a_table_is_suggested_what_the_project_is(
    project: qc.Project, suggester: Any, asked: dict[str, Any]
) -> None:
    wanted = as_rows(project.suggest(suggester, explain=False, **asked))
    found = qc.scale.suggest(table(), suggester, **asked)
    assert in_table(found) == wanted
    assert {*found["fingerprint"].to_pylist()} == {str(suggester.fingerprint)}
    assert any(row[6] is not None for row in wanted) or "precision" in asked


@pytest.mark.parametrize("parts", [1, 7])
@pytest.mark.parametrize(
    "engine", [None, map, backwards, "threads"], ids=["here", "map", "copies", "threads"]
)
def test_however_documents_are_divided_scores_are_the_same_to_the_last_bit(
    suggester: Any, engine: Any, parts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = in_table(qc.scale.suggest(table(), suggester))
    monkeypatch.setattr(from_documents, "_AT_ONCE", 5)
    monkeypatch.setattr(learnt, "_BATCH", 3)
    order = np.random.default_rng(parts).permutation(N)
    ids = [[*answers()][at] for at in order]
    divided = [table(ids[at::parts]) for at in range(parts)]
    with ThreadPoolExecutor(3) as pool:
        on = pool if engine == "threads" else engine
        found = in_table(qc.scale.suggest(divided, suggester, engine=on))
    assert sorted(found) == sorted(wanted)


def test_what_was_learned_is_left_out_or_without_a_probability(
    project: qc.Project, suggester: Any
) -> None:
    learned = [*answers()][:N_CODED]
    assert len(qc.scale.suggest(table(learned), suggester)) == 0
    found = qc.scale.suggest(table(learned), suggester, coded=True).to_pylist()
    assert found
    assert all(row["probability"] is None and row["reason"] for row in found)


def test_suggestions_come_back_and_are_decided_about_as_any_others(tmp_path: Path) -> None:
    project = coded_project()
    suggester = project.suggester().fit()
    wanted = project.suggest(suggester, explain=False)
    file = tmp_path / "suggested.parquet"
    parquet.write_table(qc.scale.suggest(table(), suggester), file)
    found = qc.scale.suggestions_of(file, project)
    assert as_rows(found) == as_rows(wanted)
    assert found.reason == wanted.reason
    assert [each.origin for each in found] == [each.origin for each in wanted]

    found.write(tmp_path / "review.csv")
    before = len(project.assignments)
    (assigned,) = project.accept(found[0], coder="ana")
    project.reject(found[1], coder="ana")
    assert (assigned.origin, len(project.assignments)) == (found[0].origin, before + 1)
    assert [each.code for each in project.verdicts] == [each.code.id for each in found[:2]]
    outcome = project.apply_review(tmp_path / "review.csv", coder="ana")
    assert outcome.undecided == len(found)


def test_a_suggester_from_its_file_suggests_the_same(
    project: qc.Project, suggester: Any, tmp_path: Path
) -> None:
    suggester.save(tmp_path / "suggester.zip")
    loaded = project.load_suggester(tmp_path / "suggester.zip")
    wanted = in_table(qc.scale.suggest(table(), suggester))
    assert in_table(qc.scale.suggest(table(), loaded, engine=backwards)) == wanted


def test_a_classifier_travels_and_a_function_does_not(project: qc.Project) -> None:
    from sklearn.naive_bayes import ComplementNB

    classifier = project.suggester(ComplementNB()).fit()
    here = in_table(qc.scale.suggest(table(), classifier))
    assert in_table(qc.scale.suggest(table(), classifier, engine=backwards)) == here
    assert here == as_rows(project.suggest(classifier, explain=False))

    rule = project.suggester(lambda text: "price" if "dear" in text else None, name="rule").fit()
    assert len(qc.scale.suggest(table(), rule))
    with pytest.raises(errors.SuggestionError, match=r"'rule' .* cannot be sent to an engine"):
        qc.scale.suggest(table(), rule, engine=map)


def test_no_text_goes_along_with_what_was_learned(suggester: Any) -> None:
    sent = learnt.Learnt.of(suggester, "sentence", coded=False, asked={})
    data = pickle.dumps(sent)
    uncoded = [*answers().values()][N_CODED:]
    assert not any(text.encode() in data for text in uncoded)


def test_speakers_who_do_not_count_are_passed_over() -> None:
    made = qc.Project.new("Interviews", codebook=BOOK, coder="ana")
    text = "I: How was the price?\nR: Far too dear.\nI: And the staff?\nR: Friendly people."
    made.add_documents({"i1": text, "i2": text.replace("Far too", "Much too")})
    made.assign(("i1", text.index("Far"), text.index("Far") + 12), "price")
    suggester = made.suggester(unit="turn", without_speakers="I").fit()
    texts = pa.table({"document": ["i2"], "text": [made.documents["i2"].text]})
    found = qc.scale.suggest(texts, suggester)
    assert in_table(found) == as_rows(made.suggest(suggester, documents="i2", explain=False))
    assert text.index("I: And") not in found["start"].to_pylist()


def test_what_cannot_be_suggested_for_is_refused(project: qc.Project, suggester: Any) -> None:
    with pytest.raises(errors.DocumentError, match="'a00' has another text"):
        qc.scale.suggest(pa.table({"document": ["a00"], "text": ["Another."]}), suggester)
    with pytest.raises(errors.DocumentError, match="no column 'document'"):
        qc.scale.suggest(pa.table({"id": ["a"], "text": ["Another."]}), suggester)
    with pytest.raises(errors.DocumentError, match="'a' has none"):
        qc.scale.suggest(
            pa.table({"document": ["a"], "text": pa.array([None], pa.string())}), suggester
        )
    with pytest.raises(errors.DuplicateDocumentError, match="'a50'"):
        qc.scale.suggest([table(["a50"]), table(["a51", "a50"])], suggester)
    with pytest.raises(errors.SuggestionError, match="has not learned anything yet"):
        qc.scale.suggest(table(), project.suggester())
    with pytest.raises(errors.SuggestionError, match="give unit="):
        qc.scale.suggest(table(), project.suggester(unit="segment").fit())
    with pytest.raises(errors.StatisticsError, match="top is 0"):
        qc.scale.suggest(table(), suggester, top=0)
    with pytest.raises(errors.StatisticsError, match="either a precision or a recall"):
        qc.scale.suggest(table(), suggester, precision=0.5, recall=0.5)


def test_what_is_no_table_of_suggestions_cannot_be_read_back(
    project: qc.Project, suggester: Any
) -> None:
    with pytest.raises(errors.SuggestionError, match="no column 'start'"):
        qc.scale.suggestions_of(table(), project)
    found = qc.scale.suggest(pa.table({"document": ["new"], "text": ["Too dear."]}), suggester)
    with pytest.raises(errors.NotFoundError, match="'new'"):
        qc.scale.suggestions_of(found, project)
    longer = qc.scale.suggest(table(["a60"]), suggester).to_pandas().assign(end=10_000)
    with pytest.raises(errors.SpanError, match=r"10,?000"):
        qc.scale.suggestions_of(longer, project)


def test_suggestions_are_no_assignments_until_somebody_says_whose_they_are(suggester: Any) -> None:
    found = qc.scale.suggest(table(), suggester)
    with pytest.raises(errors.AssignmentError, match="no column 'coder'"):
        qc.rollup(found, BOOK)
    every = found.append_column("coder", pa.array(["rule"] * len(found)))
    best = every.filter(compute.field("rank") == 1)
    assert qc.rollup(best, BOOK, count="assignments").total == len(best)
