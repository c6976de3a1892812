"""The commands on suggestions, used as a user uses them."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

import qualcode as qc
from qualcode.cli import main, shared

THEMES = {
    "trust": ("trust", "rely on", "believe", "honest", "keep a promise"),
    "money": ("budget", "money", "grant", "pay", "costs"),
    "time": ("late", "week", "hours", "waiting", "deadline"),
}
TOPICS = ("the clinic", "the council", "our nurses", "the families", "this town", "my team")
OPEN = "We rely on the new clinic. Nobody pays for the grant. It rained. We trust no promise.\n"


def said(document: int) -> list[tuple[str, str | None]]:
    """Return the sentences of a document, each with the code that it has."""
    sentences: list[tuple[str, str | None]] = []
    for at, (code, words) in enumerate(THEMES.items()):
        for number, word in enumerate(words):
            topic = TOPICS[(document + number + at) % len(TOPICS)]
            sentences.append((f"We spoke of {word} with {topic} again.", code))
        sentences.append((f"The weather was fine {document} times.", None))
    return sentences


@pytest.fixture(scope="session")
def coded(tmp_path_factory: pytest.TempPathFactory) -> qc.Project:
    """Return a project with six documents coded by ana, and one that nobody coded."""
    book = qc.Codebook(
        "study",
        codes=[
            qc.Code("trust", name="Trust", keywords=["trust*"], definition="They rely on others."),
            qc.Code("money", name="Money", definition="Budgets, grants and what things cost."),
            qc.Code("time", name="Time"),
        ],
    )
    made = qc.Project.new("A study", codebook=book)
    for document in range(6):
        sentences = said(document)
        made.add_document(" ".join(text for text, _ in sentences), id=f"doc-{document}")
        whole = qc.Segment.whole(made.documents[f"doc-{document}"])
        for text, code in sentences:
            if code is not None:
                made.assign(whole.find(text), code, coder="ana")
    made.add_document(OPEN, id="open")
    made.save(tmp_path_factory.mktemp("coded") / "study")
    return made


@pytest.fixture
def study(coded: qc.Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the project in a folder, in the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("QUALCODE_CODER", raising=False)
    folder = coded.path
    assert folder is not None
    shutil.copytree(folder, tmp_path / "study")
    return tmp_path / "study"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def ran(*words: str) -> str:
    """Run a command that must succeed; return what it printed, which is nothing on standard error."""
    result = run(*words)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def refused(*words: str, status: int = 1) -> str:
    result = run(*words)
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    assert not (status == 1 and result.stderr.count("\n") != 1)
    return result.stderr


def filled(path: Path, *verdicts: dict[str, str]) -> None:
    """Fill in the first rows of a review table."""
    if path.suffix == ".csv":
        text = path.read_bytes().decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        for row, more in zip(rows, verdicts, strict=False):
            row |= more
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
        path.write_bytes(out.getvalue().encode("utf-8-sig"))
        return
    book = openpyxl.load_workbook(path)
    sheet = book["review"]
    heads = [cell.value for cell in sheet[1]]
    for number, more in enumerate(verdicts, start=2):
        for name, value in more.items():
            sheet.cell(number, heads.index(name) + 1).value = value
    book.save(path)


# Suggesting


def test_suggest_prints_what_to_look_at(study: Path) -> None:
    before = qc.Project.open(study).state
    text = ran("suggest", "codes", "study", "--top", "1", "--unit", "sentence")
    lines = text.splitlines()
    assert lines[0].split() == ["document", "segment", "code", "probability", "why"]
    assert [line[:4] for line in lines[1:5]] == ["open"] * 4
    for line, quote, code, why in (
        (lines[1], "We trust no promise.", "Trust", "found: trust; words: trust"),
        (lines[2], "Nobody pays for the grant.", "Money", "words: grant"),
        (lines[3], "We rely on the new clinic.", "Trust", "words: rely"),
    ):
        assert quote in line
        assert code in line
        assert why in line
    assert "documents coded from beginning to end" in text or "%" in text
    assert qc.Project.open(study).state == before


def test_a_segment_is_printed_once_and_the_rest_is_counted(study: Path) -> None:
    text = ran("suggest", "codes", "study", "--top", "2", "--limit", "1")
    assert text.count("We trust no promise.") == 1
    assert [line.split()[0] for line in text.splitlines()[1:4]] == ["open", "Money", "…"]
    assert "more segments: --output FILE writes all, --limit " in text


def test_the_surest_come_first_unless_the_order_of_documents_is_asked_for(study: Path) -> None:
    def shown(*words: str) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = json.loads(
            ran("suggest", "codes", "study", "--top", "2", "--json", *words)
        )["suggestions"]
        return told

    best, by_document = shown(), shown("--order", "document")
    assert shown("--order", "best") == best
    surest: dict[int, float] = {}
    for each in best:
        surest.setdefault(each["start"], each["probability"])
        assert each["probability"] <= surest[each["start"]]
    assert list(surest.values()) == sorted(surest.values(), reverse=True)
    starts = [each["start"] for each in by_document]
    assert starts == sorted(starts)
    assert starts != [each["start"] for each in best]
    assert sorted(map(json.dumps, best)) == sorted(map(json.dumps, by_document))
    line = ran("suggest", "codes", "study", "--limit", "1", "--order", "document").splitlines()[1]
    assert "We rely on the new clinic." in line
    assert "'worst' is not one of" in refused(
        "suggest", "codes", "study", "--order", "worst", status=2
    )


@pytest.mark.parametrize("order", ["best", "document"])
def test_what_is_less_probable_than_the_floor_is_left_out(study: Path, order: str) -> None:
    words = ("suggest", "codes", "study", "--json", "--order", order)
    everything = json.loads(ran(*words))["suggestions"]
    kept = json.loads(ran(*words, "--floor", "0.5"))["suggestions"]
    assert kept == [each for each in everything if each["probability"] >= 0.5]
    assert 0 < len(kept) < len(everything)
    assert "--floor 0.5 cannot be kept" in refused(
        "suggest", "codes", "study", "--complete", "doc-1", "--order", order, "--floor", "0.5"
    )


def test_suggest_speaks_json(study: Path) -> None:
    value = json.loads(
        ran("suggest", "codes", "study", "--json", "--documents", "open", "--recall", "0.5")
    )
    assert {"suggestions", "abstained", "promise", "reason", "learned"} == set(value)
    assert value["learned"]["complete_from"] == "assigned"
    assert {each["document"] for each in value["suggestions"]} == {"open"}
    assert {"start", "end", "quote", "code", "probability"} < set(value["suggestions"][0])
    assert value["promise"]["wanted"] == 0.5
    assert json.loads(ran("suggest", "codes", "study", "--json"))["promise"] is None


def test_it_says_why_there_are_ranks_only_or_nothing(study: Path) -> None:
    few = ran("suggest", "codes", "study", "--complete", "doc-1", "--limit", "1")
    assert "ranks only: 18 segments are in documents coded from beginning to end" in few
    wish = ran("suggest", "codes", "study", "--complete", "doc-1", "--precision", "0.9")
    assert "a precision of 90% is not promised: ranks only: 18 segments" in wish
    assert ran("suggest", "codes", "study", "--documents", "doc-1") == (
        "there is nothing to suggest for: every segment has a code, or is in a document that is "
        "without a mark that says so, taken for coded to its end, so that it was found to have none; "
        "--coded asks for these too\n"
        "Learned from: person ana in 6 documents; nobody in 1\n"
        "Coded to the end: all in which anything is coded, for nobody has marked one as finished\n"
    )
    again = ran("suggest", "codes", "study", "--documents", "doc-1", "--coded", "--limit", "1")
    assert "suggestions: ranks only: the decision about this segment was learned" in again
    assert "precision" in refused("suggest", "codes", "study", "--precision", "80")


def test_a_promise_is_told_with_what_it_rests_on(study: Path) -> None:
    text = ran("suggest", "codes", "study", "--precision", "0.6")
    assert "a precision of 60% is promised: on documents left out it was" in text
    text = ran("suggest", "codes", "study", "--recall", "0.6")
    assert "a recall of 60% is promised: on documents left out it was" in text


def test_who_and_what_suggests_can_be_chosen(study: Path) -> None:
    assert "no suggester 'tfid'" in refused("suggest", "codes", "study", "--using", "tfid")
    assert "open" in ran("suggest", "codes", "study", "--using", "tfidf", "--top", "1")
    assert "'bob'" in refused("suggest", "codes", "study", "--coder", "bob")
    assert "open" in ran("suggest", "codes", "study", "--coder", "ana", "--at", "1")
    assert "no unit" in refused("suggest", "codes", "study", "--unit", "sentense")
    assert "no.vec" in refused("suggest", "codes", "study", "--encode", "no.vec")


def test_every_question_has_its_own_options(study: Path) -> None:
    for question, words in {
        "gaps": ("--documents", "open"),
        "drift": ("--strategy", "random"),
        "evaluate": ("--output", "x.csv"),
        "next": ("--budget", "s50"),
    }.items():
        assert "No such option" in refused("suggest", question, "study", *words, status=2)
    assert not Path("x.csv").exists()


def test_doubts_are_told_with_what_was_expected(study: Path) -> None:
    text = ran("suggest", "doubts", "study", "-n", "4")
    lines = text.splitlines()
    assert lines[0].split() == ["document", "segment", "code", "coded", "so", "expected"]
    assert len(lines) == 7
    value = json.loads(ran("suggest", "doubts", "study", "-n", "4", "--json"))
    assert {each["assigned"] for each in value["doubts"]} == {True, False}


def test_next_says_what_to_code(study: Path) -> None:
    text = ran("suggest", "next", "study", "-n", "2")
    assert text.splitlines()[0].split() == ["document", "start", "end", "segment"]
    assert [line[:4] for line in text.splitlines()[1:-2]] == ["open", "open"]
    value = json.loads(ran("suggest", "next", "study", "-n", "2", "--strategy", "random", "--json"))
    assert value["strategy"] == "random"
    assert len(value["segments"]) == 2
    assert "not 'best'" in refused("suggest", "next", "study", "-n", "2", "--strategy", "best")
    nothing = ran("suggest", "next", "study", "-n", "2", "--documents", "doc-1")
    assert nothing.startswith(
        "there is nothing left to code\nLearned from: person ana in 6 documents"
    )


def test_drift_is_shown_for_codes_that_are_used_enough(study: Path) -> None:
    text = ran("suggest", "drift", "partnership-interviews", "--coder", "ana")
    assert text.startswith("Early against late uses of ")
    assert text.splitlines()[1].split()[:4] == ["code", "early", "/", "late"]
    codes = json.loads(ran("suggest", "drift", "study", "--json"))["codes"]
    assert all(each["reason"] for each in codes)
    assert "used too little" in ran("suggest", "drift", "study")


def test_gaps_are_shown_with_quotes(study: Path) -> None:
    text = ran("suggest", "gaps", "study")
    assert "segments of 7 documents: fine, times, weather" in text
    assert "(closest code: " in text
    assert "  “The weather was fine 1 times.” (doc-1)" in text
    gap = json.loads(ran("suggest", "gaps", "study", "--json"))["gaps"][0]
    assert gap["documents"] == 7
    assert len(gap["quotes"]) == 3
    project = qc.Project.create("small", codebook=qc.Project.open(study).codebook)
    project.add_document("We trust them. The grant was late.", id="a")
    project.assign(("a", 0, 14), "trust", coder="ana")
    project.save()
    assert ran("suggest", "gaps", "small").startswith("no gap was found: ")
    assert json.loads(ran("suggest", "gaps", "small", "--json"))["gaps"] == []


def test_evaluate_prints_people_and_baselines_beside_it(study: Path) -> None:
    words = ("suggest", "evaluate", "study", "--budget", "s50", "--seeds", "1")
    text = ran(*words)
    for part in ("On documents not learned from", "Promises", "Agreement: ", "Anchoring: "):
        assert f"\n\n{part}" in f"\n\n{text}"
    assert "there is no second coder" in text
    assert "nobody has decided about a suggestion" in text
    rows = [line.split()[:3] for line in text.splitlines() if " s50 " in line]
    assert ["sentence", "s50", "suggester"] in rows
    assert ["segment", "s50", "prevalence"] in rows
    value = json.loads(ran(*words, "--json"))
    assert {row["method"] for row in value["results"]} > {"suggester", "keywords"}
    assert value["agreement"][0]["human"] is None
    assert value["anchoring"] is None
    assert set(value["reasons"]) == {"agreement", "anchoring"}


def test_long_work_is_told_on_a_terminal(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(shared, "sys", SimpleNamespace(stderr=terminal, stdout=sys.stdout))
    told = ran("suggest", "codes", "study", "--json")
    assert "Learning" in terminal.getvalue()
    assert "Suggesting" in terminal.getvalue()
    assert json.loads(told)["suggestions"]


# Review tables


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_review_table_goes_out_and_comes_back(study: Path, kind: str) -> None:
    file = f"review.{kind}"
    shown = json.loads(ran("suggest", "codes", "study", "--top", "1", "--json"))["suggestions"]
    n = len(shown)
    text = ran("suggest", "codes", "study", "--top", "1", "--output", file)
    assert text.startswith(f"{file}: {n} suggestions for {n} segments\n")
    assert "exists already" in refused("suggest", "codes", "study", "--output", file)
    told = json.loads(
        ran("suggest", "codes", "study", "--top", "1", "--output", file, "--replace", "--json")
    )
    assert (told["file"], told["suggestions"], told["segments"]) == (file, n, n)
    other = "money" if shown[2]["code"] == "time" else "time"
    edit = {"verdict": "edit", "new code": other.title()}
    filled(Path(file), {"verdict": "accept"}, {"verdict": "n"}, edit)
    before = len(qc.Project.open(study).assignments)
    assert ran("review", "study", file, "--coder", "ana").startswith(
        "study: 1 accepted, 1 rejected, 1 edited"
    )
    opened = qc.Project.open(study)
    made = opened.restricted(origin="suggestion").assignments
    # Assignments are in the order of the document, whatever that of the table was.
    assert [(each.segment.start, each.code.id, each.coder) for each in made] == sorted([
        (shown[0]["start"], shown[0]["code"], "ana"), (shown[2]["start"], other, "ana"),
    ])  # fmt: skip
    assert len(opened.assignments) == before + 2
    assert [each.kind for each in opened.verdicts] == ["accepted", "rejected", "edited"]
    assert ran("check", "study") == "study: no problems\n"
    assert "suggestions  1 accepted, 1 rejected, 1 edited" in ran("status", "study")
    value = json.loads(ran("review", "study", file, "--coder", "ana", "--json"))
    assert (value["known"], value["accepted"], value["assignments"]) == (3, 0, before + 2)
    assert "; 3 decided so before" in ran("review", "study", file, "--coder", "ana")
    # What was rejected is not shown again.
    again = json.loads(ran("suggest", "codes", "study", "--documents", "open", "--json"))[
        "suggestions"
    ]
    assert (shown[1]["start"], shown[1]["code"]) not in [
        (row["start"], row["code"]) for row in again
    ]


def test_a_table_that_does_not_fit_changes_nothing(study: Path) -> None:
    ran("suggest", "codes", "study", "--top", "1", "--output", "review.csv")
    filled(Path("review.csv"), {"verdict": "accept"}, {"verdict": "perhaps"})
    before = {path: path.read_bytes() for path in study.rglob("*.json*")}
    message = refused("review", "study", "review.csv", "--coder", "ana")
    assert "review.csv: 1 row cannot be read, so nothing was decided: row 3: " in message
    assert "the verdict 'perhaps' is none" in message
    assert {path: path.read_bytes() for path in study.rglob("*.json*")} == before
    assert "cannot be read" in refused("review", "study", "none.csv", "--coder", "ana")


def test_a_table_read_back_without_a_coder_is_decided_by_the_author(study: Path) -> None:
    ran("suggest", "codes", "study", "--top", "1", "--output", "review.csv")
    filled(Path("review.csv"), {"verdict": "accept"})
    ran("review", "study", "review.csv")
    opened = qc.Project.open(study)
    assert [each.coder for each in opened.verdicts] == [opened.author]


# Searching


def test_autocode_suggests_what_a_search_finds(study: Path) -> None:
    text = ran("autocode", "study", "Trust", "--text", "promise", "--documents", "open")
    assert "We trust no promise." in text
    assert "found: promise" in text
    assert "ranks only: a search finds words" in text
    value = json.loads(ran("autocode", "study", "time", "--regex", "rain(ed|s)", "--json"))
    assert [each["quote"] for each in value["suggestions"]] == ["It rained."]
    own = json.loads(ran("autocode", "study", "trust", "--json"))
    assert [each["document"] for each in own["suggestions"]] == ["open"]
    assert "neither keywords nor patterns" in refused("autocode", "study", "time")
    assert "Did you mean 'trust'" in refused("autocode", "study", "trsut", "--text", "x")
    assert len(qc.Project.open(study).verdicts) == 0


def test_autocode_accepts_only_when_told_and_by_whom(study: Path) -> None:
    search = ("autocode", "study", "time", "--text", "rain*")
    assert "--accept needs --coder" in refused(*search, "--accept", status=2)
    assert "do not go together" in refused(
        *search, "--accept", "--coder", "ana", "--output", "x.csv", status=2
    )
    before = len(qc.Project.open(study).assignments)
    assert ran(*search, "--accept", "--coder", "ana") == (
        f"study: 1 suggestion of 'time' accepted; there are {before + 1} assignments\n"
    )
    value: dict[str, Any] = json.loads(ran(*search, "--accept", "--coder", "ana", "--json"))
    assert value == {"accepted": 0, "assignments": before + 1}
    made = qc.Project.open(study).restricted(origin="suggestion").assignments
    assert [each.segment.quote for each in made] == ["It rained."]
    assert "is not changed in place" in refused(
        "autocode",
        "collaboration-reviews",
        "trust",
        "--text",
        "trust",
        "--accept",
        "--coder",
        "ana",
    )


def test_autocode_writes_a_review_table(study: Path) -> None:
    assert ran("autocode", "study", "money", "--text", "pays", "--output", "found.xlsx").startswith(
        "found.xlsx: 1 suggestion for 1 segment\n"
    )
    sheet = openpyxl.load_workbook("found.xlsx")["review"]
    assert sheet["C2"].value == "Nobody pays for the grant."
    filled(Path("found.xlsx"), {"verdict": "y"})
    assert "1 accepted" in ran("review", "study", "found.xlsx", "--coder", "ben")
