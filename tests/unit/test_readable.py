"""What is printed, and what a notebook shows: everything with rows, at 80 columns."""

from __future__ import annotations

import inspect
import unicodedata
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import qualcode as qc
from qualcode.errors import (
    AssignmentError,
    CodebookError,
    DocumentError,
    NotFoundError,
    ProjectError,
)
from qualcode.model.readable import Card, Readable, table_text

WIDE = {"W", "F"}


@pytest.fixture(scope="module")
def interviews() -> qc.Project:
    return qc.load_project("partnership-interviews")


ASKED: dict[str, Callable[[qc.Project], Any]] = {
    "project": lambda project: project,
    "past": lambda project: project.at(revision=1),
    "codebook": lambda project: project.codebook,
    "documents": lambda project: project.documents,
    "cases": lambda project: project.cases,
    "coders": lambda project: project.coders,
    "history": lambda project: project.history,
    "log": lambda project: project.log,
    "assignments": lambda project: project.assignments,
    "segments": lambda project: project.segments(unit="turn"),
    "memos": lambda project: project.memos,
    "conflicts": lambda project: project.conflicts,
    "verdicts": lambda project: project.verdicts,
    "worklist": lambda project: project.worklist(),
    "speakers": lambda project: project.speakers,
    "revision": lambda project: project.history[3],
    "case": lambda project: project.cases["north"],
    "coder": lambda project: project.coders["ana"],
    "assignment": lambda project: project.assignments[0],
    "code": lambda project: project.codebook["trust"],
    "document": lambda project: project.documents["int-01"],
    "segment": lambda project: project.assignments[0].segment,
    "found": lambda project: project.find("code(trust)"),
    "rollup": lambda project: project.rollup(count="documents"),
    "crosstab": lambda project: project.crosstab("site"),
    "evidence": lambda project: project.evidence(),
    "cooccurrence": lambda project: project.cooccurrence(unit="paragraph"),
    "association": lambda project: project.cooccurrence(unit="paragraph").association(),
    "intervals": lambda project: project.cooccurrence(unit="paragraph").intervals(),
    "prevalence": lambda project: project.prevalence(),
    "progress": lambda project: project.progress(),
    "saturation": lambda project: project.saturation(),
    "richness": lambda project: project.saturation().chao2,
    "sequences": lambda project: project.sequences(unit="turn"),
    "study": lambda project: project.study(unit="sentence", coders=["ana", "ben"]),
    "agreement": lambda project: project.study(unit="sentence", coders=["ana", "ben"]).agreement(),
    "diff": lambda project: qc.diff(project.at(revision=1).codebook, project.codebook),
    "readers": lambda project: qc.list_readers(),
}


def columns_of(text: str) -> int:
    """Return how many columns of a terminal the longest line takes."""
    return max(
        sum(1 + (unicodedata.east_asian_width(letter) in WIDE) for letter in line)
        for line in text.splitlines()
    )


@pytest.mark.parametrize("asked", ASKED)
def test_what_is_printed_fits_a_terminal(interviews: qc.Project, asked: str) -> None:
    found = ASKED[asked](interviews)
    text = str(found)
    assert text.strip()
    assert "object at 0x" not in text
    longest = max(text.splitlines(), key=len)
    # Trees and lists of one's own words have their own length; tables never exceed the terminal.
    assert (
        columns_of(text) <= 80
        or not any(letter.isspace() for letter in longest)
        or (type(found).__str__ is not Readable.__str__)
    )


@pytest.mark.parametrize("asked", ASKED)
def test_a_notebook_shows_a_table_with_its_caption(interviews: qc.Project, asked: str) -> None:
    found = ASKED[asked](interviews)
    page = Page()
    page.feed(found._repr_html_())
    page.close()
    assert not page.open
    assert page.captions == 1
    assert len(set(page.cells_of_rows)) <= 1, "rows of one length"
    caption = found._head if isinstance(found, Card) else found.caption
    assert "".join(caption.split()) in "".join("".join(page.text).split())


@pytest.mark.parametrize(
    "asked", ["crosstab", "evidence", "cooccurrence", "prevalence", "saturation"]
)
def test_a_caption_says_what_was_counted_of_whom_and_when(
    interviews: qc.Project, asked: str
) -> None:
    what, *rest = ASKED[asked](interviews).caption.splitlines()
    assert "project." not in what, "in words, not as code"
    told = "\n".join(rest)
    assert "Counted: persons ana and ben in 3 documents" in told
    assert told.endswith("Partnership interviews, as of revision 9")


def test_every_result_can_be_printed() -> None:
    """A class with a frame also has a text for people and one for notebooks."""
    from qualcode import stats, suggest

    without = [
        kind.__name__
        for kind in {*_classes(stats), *_classes(suggest)}
        if hasattr(kind, "to_frame") and not hasattr(kind, "_repr_html_")
    ]
    assert without == []


def _classes(module: Any) -> Iterator[type]:
    for name in module.__all__:
        value = getattr(module, name)
        if inspect.isclass(value) and value.__module__.startswith("qualcode."):
            yield value


def test_agreement_says_its_value_first(interviews: qc.Project) -> None:
    told = str(ASKED["agreement"](interviews)).splitlines()[0]
    assert told == "Krippendorff's α: 0.484 (95% interval 0.450 to 0.517)"


def test_saturation_says_whether_it_was_reached(interviews: qc.Project) -> None:
    told = ASKED["saturation"](interviews).caption
    assert told.startswith("21 codes in 12 documents; saturation reached after 4 documents")


def test_what_does_not_fit_is_told() -> None:
    class Wide(Readable):
        @property
        def caption(self) -> str:
            return "Wide"

        def to_frame(self) -> pd.DataFrame:
            return pd.DataFrame({f"number-{at}": range(30) for at in range(20)})

    text = str(Wide())
    assert columns_of(text) <= 80
    assert text.splitlines()[-1].startswith("… 10 more rows and ")
    assert "20" not in text.splitlines()[1], "columns that do not fit are left out whole"


def test_a_number_is_never_cut() -> None:
    rows = [["a name that is much too long for this", 1234567.25, 10**12]]
    text = table_text(["name", "value", "big"], rows, width=20)
    assert "1.235e+06" in text
    assert str(10**12) in text


def test_words_of_a_text_are_no_markup() -> None:
    project = qc.Project.new("<b>Study</b>", codebook=qc.Codebook(codes=[qc.Code("trust")]))
    project.add_document("<script>alert(1)</script>", id="a", name="<i>")
    project.assign(("a", 0, 8), "trust")
    shown = [project, project.documents["a"], project.assignments, project.segment("a", 0, 8)]
    for each in shown:
        assert "<script>" not in each._repr_html_()
        assert "<b>" not in each._repr_html_()


def test_a_document_and_a_segment_are_shown_as_text(interviews: qc.Project) -> None:
    document = interviews.documents["int-01"]
    first, second, *_ = str(document).splitlines()
    assert first == "int-01, Ruth Adeyemi, hospital discharge: 4,521 characters"
    assert "site: north" in second
    assert document.text[:100] in str(document)
    segment = interviews.assignments[0].segment
    assert str(segment) == f"int-01 154–208, RUTH ADEYEMI: “{segment.quote}”"


def test_a_project_says_who_did_what(interviews: qc.Project) -> None:
    frame = interviews.to_frame().set_index("coder")
    for coder in interviews.coders:
        own = interviews.assignments.where(coder=coder)
        assert frame.loc[coder, "assignments"] == len(own)
        assert frame.loc[coder, "documents"] == len({each.segment.document.id for each in own})
        assert frame.loc[coder, "finished"] == len(interviews.finished.get(coder, ()))


def test_single_things_are_told_in_words(interviews: qc.Project) -> None:
    told = {
        name: str(ASKED[name](interviews)) for name in ("revision", "case", "coder", "assignment")
    }
    assert told["revision"].startswith("revision f20d7c2c3f1f, 2025-03-31 09:00 UTC, ana: redefine")
    assert "\n  reason: We could not tell Communication" in told["revision"]
    assert told["case"].splitlines()[0] == "case north, Ravelmoor"
    assert told["coder"] == "coder ana, Ana: person"
    first = interviews.assignments[0]
    assert f"“{first.segment.quote}”" in told["assignment"]
    assert str(interviews.codebook["trust"]) == "Trust", "a code in a sentence is its name"
    assert "relies on another" in interviews.codebook["trust"]._repr_html_()
    assert not any(
        f"{type(ASKED[name](interviews)).__name__}(" in text for name, text in told.items()
    )


def test_times_say_their_zone(interviews: qc.Project) -> None:
    for table in (interviews.documents, qc.Project.new("Study").summaries):
        assert str(table.to_frame()["time"].dtype) == "datetime64[us, UTC]"
    for table in (interviews.log, interviews.history):
        assert "time (UTC)" in str(table)
        assert "time (UTC)" in table._repr_html_()
        assert str(table.to_frame()["time"].dtype) == "datetime64[us, UTC]"
    assert " UTC" in str(interviews.assignments[0])


def test_a_rollup_prints_its_caption_above_its_tree(interviews: qc.Project) -> None:
    counts = interviews.rollup("domains", count="documents")
    title, *rest = str(counts).splitlines()
    assert title == "Documents, by the rollup “Themes by domain”"
    assert "Partnership interviews, as of revision 9" in rest
    assert str(counts).endswith(counts.tree())


def test_a_worklist_prints_a_few_tasks_of_each_kind() -> None:
    project = qc.Project.new("Study", codebook="collaboration", coder="ana")
    told = str(project.worklist()).splitlines()
    unused = len(project.worklist().of("never used"))
    assert told[0] == f"never used: {unused} tasks"
    assert told[-1] == f"  … {unused - 5} more: of('never used').to_frame() has all"
    assert len(told) < 20


# Errors say what to write


def test_errors_say_what_to_write(interviews: qc.Project) -> None:
    with pytest.raises(AssignmentError, match=r"where\(code='trust'\)"):
        qc.where("trust")
    with pytest.raises(AssignmentError, match=r"write qualcode\.code\('trust', 'power'\)"):
        interviews.assignments.where(["trust", "power"])  # type: ignore[arg-type]
    with pytest.raises(AssignmentError, match=r"project\.segment\('int-01'\).find\('…'\)"):
        interviews.assign("int-01", "trust", coder="ana")  # type: ignore[arg-type]
    with pytest.raises(AssignmentError, match="call it once for each code"):
        interviews.assign(("int-01", 0, 9), ["trust"], coder="ana")  # type: ignore[arg-type]
    with pytest.raises(CodebookError, match=r"pass qc\.Code"):
        qc.Codebook(codes=["trust"])  # type: ignore[list-item]


def test_beginners_are_told_what_to_call(
    interviews: qc.Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ProjectError, match=r"Project\.open_or_create\(folder\) opens a project"):
        qc.Project("study")  # type: ignore[arg-type]
    monkeypatch.chdir(tmp_path)
    Path("maria.txt").write_text("We left.", encoding="utf-8")
    project = qc.Project.new("Study")
    with pytest.raises(DocumentError, match=r"add_documents\('maria\.txt'\) reads it"):
        project.add_document("maria.txt")
    assert project.add_document("See maria.txt.").text == "See maria.txt."
    with pytest.raises(NotFoundError, match=r"'we share' does not occur in document 'int-01'$"):
        interviews.documents["int-01"].find("we share")


def test_a_rollup_is_looked_up_by_name_as_codes_are(interviews: qc.Project) -> None:
    counts = interviews.rollup(count="documents")
    assert counts["Trust"] == counts["trust"] == counts.of("Trust", "code")
    assert counts["Ties between people"] == counts["ties"]
    assert len(counts.segments("Trust")) == len(counts.segments("trust"))
    with pytest.raises(NotFoundError, match="Did you mean 'trust'"):
        counts["Trus"]


def test_a_name_of_two_themes_is_asked_about() -> None:
    themes = [qc.Theme("one", "Ties", codes=["trust"]), qc.Theme("two", "Ties", codes=["money"])]
    book = qc.Codebook(
        codes=[qc.Code("trust"), qc.Code("money")], rollups=[qc.Rollup("main", themes=themes)]
    )
    counts = qc.Project.new("Study", codebook=book).rollup("main")
    with pytest.raises(NotFoundError, match=r"several nodes named 'Ties': .*'one', 'two'"):
        counts["Ties"]


class Page(HTMLParser):
    """What a piece of HTML holds."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.captions = 0
        self.cells_of_rows: list[int] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "br":
            return
        self.open.append(tag)
        self.captions += tag == "figcaption"
        if tag == "tr":
            self.cells_of_rows.append(0)
        elif tag in ("td", "th"):
            self.cells_of_rows[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_what_is_not_settled_is_said_of_a_project_and_its_results() -> None:
    project = qc.load_project("partnership-follow-up")
    for told in (str(project), str(project.rollup("domains")), str(project.prevalence())):
        lines = " ".join(told.split())
        assert "1 passage in the quarantine, with 2 assignments, not counted" in lines
        assert "Withdrawn, and counted nowhere: 1 document" in lines
    assert "Not settled" not in str(qc.load_project("collaboration-reviews").rollup("factors"))
