"""The report: one page, CSV tables, and text, all saying what the library says."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import NotFoundError, StatisticsError, StoreError
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.report import (
    pairs_frame,
    pairs_text,
    rollup_text,
    table_text,
    write_frame,
    write_html,
    write_tables,
)
from qualcode.report.page.checklists import CHECKLISTS
from qualcode.report.page.colours import code_colours, heat_bins, heat_level, shared_colour
from qualcode.report.page.review_checklists import REVIEW_CHECKLISTS
from qualcode.report.workbook import write_workbook
from qualcode.testing import projects

EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)> & \"quoted\" </script>"
VOID = {"meta", "br", "img", "input", "link", "hr"}


def clock() -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC)


def study() -> qc.Project:
    """Return a small project with overlapping segments, two coders, a link and a rollup."""
    book = qc.Codebook(
        "study",
        name="Study",
        codes=[
            qc.Code("soft", name="Soft", codable=False, colour="#228833"),
            qc.Code("trust", name="Trust", parent="soft", definition="Not `money`, nor `more`."),
            qc.Code("roles", name="Roles", parent="soft"),
            qc.Code("money", name="Money", colour="#4477aa"),
            qc.Code("never", name="Never used"),
            qc.Code("loose", name="In no theme"),
        ],
        links=[qc.Link("trust", "supports", "money", "as ana noted")],
        rollups=[
            qc.Rollup(
                "main",
                "By domain",
                themes=[
                    qc.Theme("people", "People", subtrees=["soft"]),
                    qc.Theme("means", "Means", codes=["money", "never"]),
                    qc.Theme("care", "Care", codes=["trust"]),
                ],
                domains=[
                    qc.Domain("inner", "Inner", themes=["people", "care"]),
                    qc.Domain("outer", "Outer", themes=["means", "care"]),
                ],
            )
        ],
    )
    project = qc.Project.new("Study", codebook=book, clock=clock, tokens=lambda n: "0" * (2 * n))
    text = "We share one budget.\nWe trust them, and they trust us.\n\nNobody minds who pays."
    project.add_document(text, id="a", name="First", variables={"site": "north", "paid": True})
    project.add_document("Trust needs time. 🙂 Money too.", id="b", variables={"site": "south"})
    project.add_document("Nothing here.", id="c", variables={"site": "north"})
    project.assign(("a", 0, 20), "money", coder="ana", memo="the first mention")
    project.assign(("a", 3, 30), "trust", coder="ana")
    project.assign(("a", 3, 30), "trust", coder="ben")
    project.assign(("a", 21, 54), "trust", coder="ana")
    project.assign(("a", 21, 54), "roles", coder="ben")
    project.assign(("b", 0, 17), "trust", coder="ben")
    project.assign(("b", 20, 30), "money", coder="ben")
    project.assign(("b", 20, 30), "loose", coder="ben")
    project.add_memo("project", "A study of a study.", coder="ana")
    return project


def evil() -> qc.Project:
    """Return a project in which every word is HTML that would do something."""
    book = qc.Codebook(
        "evil",
        name=EVIL,
        description=EVIL,
        codes=[
            qc.Code("x", name=EVIL, definition=f"`{EVIL}` {EVIL}", include=EVIL, memos=EVIL,
                    keywords=EVIL, patterns=[[{EVIL: EVIL}]], attributes={"a": EVIL}),
            qc.Code("y", name="y"),
        ],
        links=[qc.Link("x", EVIL, "y", EVIL)],
        rollups=[qc.Rollup("r", EVIL, themes=[qc.Theme("t", EVIL, codes=["x"])],
                           domains=[qc.Domain("d", EVIL, themes=["t"])])],
    )  # fmt: skip
    project = qc.Project.new(EVIL, codebook=book)
    project.add_document(EVIL, id="a", name=EVIL, variables={EVIL: EVIL}, cases=["c"])
    for code in ("x", "y"):
        project.assign(("a", 0, 30), code, coder="ana <b>", memo=EVIL)
    project.assign(("a", 5, 60), "y", coder="ben")
    for target in ("project", "code:x", "document:a", "segment:a:0-30"):
        project.add_memo(target, EVIL, coder="ana")
    return project


class Page(HTMLParser):
    """A page as a reader without scripts has it; fails where a tag is not closed."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.source = path.read_text(encoding="utf-8")
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.numbers: list[tuple[str, str, int]] = []
        self._node = self._count = ""
        self.feed(self.source)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        assert len(named) == len(attrs), f"an attribute twice: {attrs}"
        self.elements.append((tag, named))
        if tag not in VOID:
            self.open.append(tag)
        self._node = named.get("data-node") or self._node
        self._count = named.get("data-count") or self._count

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag in ("td", "span"):
            self._count = ""

    def handle_data(self, data: str) -> None:
        if "script" in self.open or "style" in self.open:
            return
        self.text.append(data)
        if self._count and data.strip():
            self.numbers.append((self._node, self._count, int(data.replace(",", ""))))

    @property
    def words(self) -> str:
        """The text that a reader sees, with single spaces."""
        return " ".join("".join(self.text).split())

    @property
    def ids(self) -> list[str]:
        return [named["id"] or "" for _, named in self.elements if "id" in named]

    def json(self, id: str) -> Any:
        found = re.search(rf'<script type="application/json" id="{id}">(.*?)</script>', self.source)
        assert found
        return json.loads(found.group(1))


def page_of(view: qc.View, folder: Path, **options: Any) -> Page:
    return Page(write_html(view, folder / "page.html", **options))


def check_whole(page: Page) -> None:
    """Check what holds of every page: nothing from elsewhere, nothing that leads nowhere."""
    ids = page.ids
    assert not [id for id, times in Counter(ids).items() if times > 1]
    for tag, named in page.elements:
        assert not {"src", "srcset", "style", "onclick", "onerror", "onload"} & set(named)
        assert tag not in {"link", "img", "iframe", "object", "embed", "base"}
        href = named.get("href")
        if href is not None and not href.startswith("https://"):
            assert href.startswith("#")
            assert href[1:] in ids, f"{href} leads nowhere"
    assert "@import" not in page.source
    assert "url(" not in page.source


# The page


@pytest.mark.parametrize("count", ["documents", "segments", "assignments", "characters", "coders"])
def test_tables_have_the_numbers_of_the_rollup(tmp_path: Path, count: Any) -> None:
    project = study()
    page = page_of(project, tmp_path, count=count)
    check_whole(page)
    results = {
        each: project.rollup("main", count=each) for each in (count, "documents", "segments")
    }
    known = set()
    for node, counted, number in page.numbers:
        level, *ids = node.split("/")
        assert number == results[counted].of(ids[-1], level)
        known.add((level, ids[-1], counted))
    for node in results[count].hierarchy.nodes:
        if node.level != "code" and node.id != "unassigned":
            assert {(node.level, node.id, each) for each in results} <= known


def test_intervals_are_those_of_prevalence(tmp_path: Path) -> None:
    project = study()
    frame = project.prevalence(level="theme", rollup="main", interval="wilson").to_frame()
    row = frame.set_index("id").loc["people"]
    told = f"{100 * row['low']:.0f}–{100 * row['high']:.0f}%"
    assert told in page_of(project, tmp_path).words


def test_what_no_theme_has_and_nothing_carries_is_said(tmp_path: Path) -> None:
    page = page_of(study(), tmp_path)
    assert "In no domain" in page.words
    assert "1 code of this rollup that nothing carries" in page.words
    assert "Found in 2 of 3 documents. All 2 equally often (2)." in page.words
    words = page_of(study(), tmp_path, count="segments").words
    assert "Most often: Outer (5). Least often: Inner (3)." in words


def test_what_was_done_is_read_from_the_log(tmp_path: Path) -> None:
    project = study()
    with project.revise(coder="ana", reason="They say the same.") as cb:
        cb.merge(["roles"], into="trust")
    project.correct("c", "Nothing is here.", coder="ben", reason="A word was missing.")
    project.finish("a", coder="ana")
    words = page_of(project, tmp_path).words
    assert f"2 coders put {len(project.assignments)} codes on segments that stand" in words
    assert "Codes were merged (1)." in words
    assert "merge roles into trust" in words
    assert "They say the same." in words
    assert "A word was missing." in words


def test_what_is_gone_is_counted_and_nothing_of_it_is_told(tmp_path: Path) -> None:
    project = study()
    project.withdraw("document:b", coder="ana", reason="Consent was withdrawn by a person.")
    page = page_of(project, tmp_path)
    assert "Money too" not in page.source
    assert "Consent was withdrawn" not in page.source
    assert "withdrawals1" in page.words
    assert "1 document and all that was said of them" in page.words


def test_limits_are_told_also_those_that_are_none(tmp_path: Path) -> None:
    project = study()
    with project.revise(coder="ana") as cb:
        cb.redefine("money", definition="What is paid.")
    words = page_of(project, tmp_path).words
    assert "2 Assignments made before their code was redefined" in words
    assert "Looked for, and none found:" in words
    assert "passages in quarantine;" in words
    assert "1 Documents in which nothing is coded" in words
    assert "losses at import." in words
    losses = Losses([Loss("loss", "coding", reason="its words are nowhere")])
    assert "its words are nowhere" in page_of(project, tmp_path, losses=losses).words
    with pytest.raises(StatisticsError, match="losses"):
        page_of(project, tmp_path, losses=["none"])


def test_checklists_are_filled_where_the_project_knows(tmp_path: Path) -> None:
    words = page_of(study(), tmp_path).words
    assert "2 persons coded: ana (1 document) and ben (2 documents)." in words
    assert words.count("to be written by the author") > 25
    # Tong et al. (2007), table 1: domains 1 to 3; O'Brien et al. (2014), table 1.
    ends = [
        [(part.items[0].number, part.items[-1].number) for part in each.parts]
        for each in CHECKLISTS
    ]
    assert ends == [
        [("1", "8"), ("9", "23"), ("24", "32")],
        [("S1", "S2"), ("S3", "S4"), ("S5", "S15"), ("S16", "S17"), ("S18", "S19"), ("S20", "S21")],
    ]
    for each, size, sign in zip(CHECKLISTS, (32, 21), ("", "S"), strict=True):
        numbers = [item.number for part in each.parts for item in part.items]
        assert numbers == [f"{sign}{at}" for at in range(1, size + 1)]
        assert each.doi in words


def test_a_review_has_the_checklists_of_reviews_filled_from_its_log(tmp_path: Path) -> None:
    project = study()
    assert "PRISMA 2020: systematic reviews" not in page_of(project, tmp_path).words
    review = project.review(question="Does it help?", criteria={"exclude": ["no review"]})
    ids = review.add_records(
        [qc.Record(title=each) for each in "ab"], source="Medline", date="May 2026"
    )
    review.screen(ids[0], "include", coder="ana")
    review.screen(ids[1], "exclude", reason="no review", coder="ana")
    review.appraise("a", "casp-qualitative", {1: "yes"}, coder="ben")
    words = page_of(project, tmp_path).words
    for told in (
        "Does it help?", "exclude: no review", "Medline (database), May 2026",
        "2 records were screened by title and abstract by ana", "records screened 2", "1 source by ben",
    ):  # fmt: skip
        assert told in words
    # Page et al. (2021), table 1; Tong et al. (2012), table 1; Campbell et al. (2020), table 1.
    numbers = [
        [item.number for part in each.parts for item in part.items] for each in REVIEW_CHECKLISTS
    ]
    assert [len(each) for each in numbers] == [42, 21, 9]
    assert [len({each.rstrip("abcdef") for each in own}) for own in numbers] == [27, 21, 9]
    assert all(each.doi in words for each in REVIEW_CHECKLISTS)


def test_agreement_and_saturation_say_why_there_is_none(tmp_path: Path) -> None:
    empty = qc.Project.new("Empty")
    words = page_of(empty, tmp_path).words
    assert "One person coded, so there is nobody to agree with." in words
    assert "nothing is coded yet" in words


def test_themes_and_codes_have_quotes_without_a_script(tmp_path: Path) -> None:
    project = study()
    with project.revise(coder="ana") as cb:
        cb.redefine("trust", examples=["they trust us"])
    page = page_of(project, tmp_path, quotes=1)
    # The one that the codebook has as an example comes before the first of a document.
    assert "We trust them, and they trust us." in page.words
    assert "example in the codebook" in page.words
    assert "the first mention" in page.words
    assert page.words.count("Trust needs time.") == 0
    assert page_of(project, tmp_path, quotes=3).words.count("Trust needs time.") > 0


def test_a_definition_leads_to_the_codes_it_names(tmp_path: Path) -> None:
    page = page_of(study(), tmp_path)
    assert 'Not <a href="#codebook/money">Money</a>, nor <code>more</code>.' in page.source


def test_links_between_codes_stand_with_them(tmp_path: Path) -> None:
    assert "supports Money as ana noted" in page_of(study(), tmp_path).words


def test_keywords_and_patterns_stand_below_the_criteria(tmp_path: Path) -> None:
    project = study()
    fields = {"keywords": ["trust*", "rely on"], "patterns": [[{"LOWER": "rely"}, {"OP": "?"}]]}
    with project.revise(coder="ana") as cb:
        cb.redefine("trust", **fields)
    page = page_of(project, tmp_path)
    check_whole(page)
    assert '<dt>Keywords</dt>\n<dd dir="auto">trust*, rely on</dd>' in page.source
    assert '[{"LOWER": "rely"}, {"OP": "?"}]' in page.words


def test_the_same_project_gives_the_same_bytes(tmp_path: Path) -> None:
    first = study()
    first.save(tmp_path / "study")
    again = qc.Project.open(tmp_path / "study")
    pages = [
        write_html(each, tmp_path / "page.html").read_bytes() for each in (first, again, study())
    ]
    assert pages[0] == pages[1] == pages[2]


def test_a_project_writes_its_report(tmp_path: Path) -> None:
    project = study()
    one = project.report(tmp_path / "one.html", by=["site"])
    assert one.read_bytes() == write_html(project, tmp_path / "two.html", by=["site"]).read_bytes()


def test_only_its_own_scripts_and_style_may_be_used(tmp_path: Path) -> None:
    page = page_of(study(), tmp_path)
    policy = next(named["content"] for _, named in page.elements if "http-equiv" in named) or ""
    assert policy.startswith("default-src 'none'; ")
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    written = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", page.source, re.DOTALL)
    assert len(written) > 5
    for text in written:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_evil_text_is_only_text(tmp_path: Path) -> None:
    page = page_of(evil(), tmp_path, by=[EVIL])
    check_whole(page)
    assert "<script>alert" not in page.source
    assert "<img" not in page.source
    assert "".join(page.text).count("<script>alert('x')</script>") > 10
    assert page.json("texts") == [EVIL]


def test_nothing_coded_is_a_page_too(tmp_path: Path) -> None:
    empty = qc.Project.new("Empty")
    check_whole(page_of(empty, tmp_path))
    coded = study()
    check_whole(page_of(coded.at(1), tmp_path))
    fresh = qc.Project.new("Fresh", codebook=coded.codebook)
    fresh.add_document("", id="blank")
    page = page_of(fresh, tmp_path)
    check_whole(page)
    assert "Nothing is coded yet" in page.words
    assert "Nothing carries a code of this rollup" in page.words


def test_a_part_of_a_project_says_so(tmp_path: Path) -> None:
    project = study()
    with project.revise(coder="ana", reason="test") as cb:
        cb.merge(["roles"], into="trust")
    assert "This is a part of the project" not in page_of(project, tmp_path).words
    assert "This is a part of the project: at(revision=1)" in page_of(project.at(1), tmp_path).words


def test_codes_out_of_use_are_shown_while_something_carries_them(tmp_path: Path) -> None:
    project = study()
    with project.revise(coder="ana", reason="test") as cb:
        cb.retire("loose")
        cb.retire("never")
    page = page_of(project, tmp_path)
    assert "codebook/loose" in page.ids
    assert "codebook/never" not in page.ids
    assert '<span class="status">retired</span>' in page.source


def test_of_texts_that_are_too_long_only_coded_passages_are_there(tmp_path: Path) -> None:
    project = study()
    project.add_document("🙂 Secret. Told. Secret. Said here. Secret.", id="long")
    for start, end in ((10, 15), (24, 34), (29, 33)):
        project.assign(("long", start, end), "money", coder="ana")
    page = page_of(
        project, tmp_path, text=len("".join(each.text for each in study().documents.values()))
    )
    assert "Secret" not in page.source
    record, texts = page.json("record"), page.json("texts")
    assert record["documents"]["whole"] == [1, 1, 1, 0]
    assert texts[-1] == "Told.\n[…]\nSaid here."
    starts, lengths = record["segments"]["start"][-3:], record["segments"]["length"][-3:]
    quotes = [
        texts[-1][start : start + length] for start, length in zip(starts, lengths, strict=True)
    ]
    assert quotes == ["Told.", "Said here.", "here"]


def test_unknown_rollups_counts_and_units_are_refused(tmp_path: Path) -> None:
    project = study()
    with pytest.raises(NotFoundError, match="Did you mean 'main'"):
        write_html(project, tmp_path / "page.html", rollups=["mian"])
    with pytest.raises(StatisticsError, match="no counting policy"):
        write_html(project, tmp_path / "page.html", count="docs")  # type: ignore[arg-type]
    with pytest.raises(StatisticsError, match="no unit of counting"):
        write_html(project, tmp_path / "page.html", unit="overlap")
    with pytest.raises(StatisticsError, match="no document has a variable 'sit'"):
        write_html(project, tmp_path / "page.html", by=["sit"])
    assert not (tmp_path / "page.html").exists()


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        write_html(study(), tmp_path)
    with pytest.raises(StoreError, match="cannot be written"):
        write_tables(study(), tmp_path / "taken")
    with pytest.raises(StoreError, match="cannot be written"):
        write_frame(study().rollup().to_frame(), tmp_path)


def test_tables_are_never_put_into_a_folder_with_the_name_of_a_file(tmp_path: Path) -> None:
    for name in ("t.odt", "t.CSV", "t.docx"):
        with pytest.raises(StoreError, match=r"ends with \.xlsx, or a folder for CSV files"):
            write_tables(study(), tmp_path / name)
        assert not (tmp_path / name).exists()
    # Names of folders may have points, and a folder that is there is one.
    (tmp_path / "there.odt").mkdir()
    for name in ("tables.2024", "v1.0", "there.odt"):
        assert write_tables(study(), tmp_path / name)


@settings(max_examples=10)
@given(project=projects(max_steps=10))
def test_any_project_has_a_whole_page(project: qc.Project, tmp_path_factory: Any) -> None:
    page = page_of(project, tmp_path_factory.mktemp("page"), count="segments")
    check_whole(page)
    record, texts = page.json("record"), page.json("texts")
    quotes = []
    at = 0
    for document, n in enumerate(record["segments"]["documents"]):
        for _ in range(n):
            start, length = record["segments"]["start"][at], record["segments"]["length"][at]
            units = texts[document].encode("utf-16-le", "surrogatepass")
            quotes.append(
                units[2 * start : 2 * (start + length)].decode("utf-16-le", "surrogatepass")
            )
            at += 1
    assert quotes == [each.quote for each in project.state.uncounted.assignments.segments()]


# Colours


def test_codes_have_their_own_colour_or_that_above_them() -> None:
    book = study().codebook
    colours = code_colours(book)
    assert colours["trust"] == colours["soft"] == "#228833"
    assert colours["money"] == "#4477aa"
    assert re.fullmatch("#[0-9a-f]{6}", colours["never"])
    assert shared_colour(frozenset(["trust", "roles", "money"]), book, colours) == "#4477aa"
    assert shared_colour(frozenset(), book, colours) == "#808080"


@given(highest=st.integers(0, 5000))
def test_every_count_has_one_step_of_the_scale(highest: int) -> None:
    bins = heat_bins(highest)
    assert [count for low, high in bins for count in range(low, high + 1)] == list(
        range(1, highest + 1)
    )
    levels = [heat_level(count, bins) for count in range(highest + 1)]
    assert levels == sorted(levels)
    assert set(levels) <= set(range(6))
    assert levels[0] == 0
    assert all(levels[1:])


# Tables


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:  # spreadsheets need the mark
        return list(csv.DictReader(file))


def test_tables_say_what_the_library_says(tmp_path: Path) -> None:
    project = study()
    files = write_tables(project, tmp_path / "new" / "tables")
    assert sorted(path.name for path in files) == sorted(
        path.name for path in (tmp_path / "new" / "tables").iterdir()
    )
    tables = {path.name: path for path in files}
    frame = project.rollup("main", count="documents").to_frame()
    rows = read_csv(tables["rollup-main.csv"])
    assert [(row["level"], row["id"], int(row["count"])) for row in rows] == list(
        zip(frame["level"], frame["id"], frame["count"], strict=True)
    )
    evidence = read_csv(tables["evidence-main.csv"])
    assert [(row["document"], row["people"]) for row in evidence] == [
        ("a", "2"), ("b", "1"), ("c", "0"),
    ]  # fmt: skip
    pairs = read_csv(tables["cooccurrence.csv"])
    assert pairs[0]["both"] == str(project.cooccurrence("document").to_frame()["both"].max())
    assert len(read_csv(tables["assignments.csv"])) == len(project.assignments)
    assert tables["codebook.md"].read_text(encoding="utf-8") == project.codebook.to_markdown()


def test_crosstabs_have_a_block_for_each_variable(tmp_path: Path) -> None:
    project = study()
    write_tables(project, tmp_path, by=["site"])
    rows = {(row["level"], row["id"]): row for row in read_csv(tmp_path / "crosstab-main.csv")}
    assert rows["all", "documents"]["site: north"] == "2"
    assert rows["domain", "inner"]["site: north"] == "1"
    assert rows["theme", "means"]["total"] == "2"
    assert rows["total", "total"]["site: south"] == "1"
    write_tables(project, tmp_path, count="segments")
    rows = {(row["level"], row["id"]): row for row in read_csv(tmp_path / "crosstab-main.csv")}
    assert ("all", "documents") not in rows
    assert {"site: north", "paid: yes", "paid: (not known)"} <= set(rows["total", "total"])


def test_variables_with_many_values_have_no_crosstab_unless_asked_for(tmp_path: Path) -> None:
    project = qc.Project.new("Many", codebook=study().codebook)
    for at in range(20):
        project.add_document("Text.", id=f"d{at}", variables={"age": at})
    write_tables(project, tmp_path)
    assert not (tmp_path / "crosstab-main.csv").exists()
    write_tables(project, tmp_path, by=["age"])
    assert "age: 19" in (tmp_path / "crosstab-main.csv").read_text()


def test_tables_have_times_and_lists_as_files_have_them(tmp_path: Path) -> None:
    project = qc.Project.new("Study", coder="ana")
    project.add_case("north")
    project.add_case("maria")
    project.add_document("We trust them.", id="a", cases=["north", "maria"])
    write_tables(project, tmp_path / "tables")
    told = (tmp_path / "tables" / "documents.csv").read_text("utf-8-sig")
    assert '"north, maria"' in told
    assert re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told)


def test_an_empty_project_has_tables(tmp_path: Path) -> None:
    files = write_tables(qc.Project.new("Empty"), tmp_path)
    assert {"rollup-tree.csv", "cooccurrence.csv"} <= {path.name for path in files}


def test_tables_can_be_the_sheets_of_one_file(tmp_path: Path) -> None:
    project = study()
    (file,) = write_tables(project, tmp_path / "tables.xlsx")
    book = openpyxl.load_workbook(file)
    assert book.sheetnames[0] == "methods"
    assert {"rollup-main", "evidence-main", "codebook", "assignments", "documents", "cases"} <= set(
        book.sheetnames
    )
    frame = project.rollup("main", count="documents").to_frame()
    heads, *rows = book["rollup-main"].values
    assert [row[list(heads).index("count")] for row in rows] == frame["count"].tolist()
    assert all(sheet.freeze_panes == "B2" for sheet in book)
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    assert len(list(book["assignments"].values)) == len(project.assignments) + 1


def test_sheets_have_names_of_their_own(tmp_path: Path) -> None:
    frame = qc.load_project("partnership-interviews").cases.to_frame()
    names = [
        "crosstab-a-long-name-of-a-rollup-1",
        "crosstab-a-long-name-of-a-rollup-2",
        "a/b",
        "A:B",
    ]
    write_workbook(tmp_path / "t.xlsx", dict.fromkeys(names, frame))
    made = openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames
    assert len({each.casefold() for each in made}) == 4
    assert all(len(each) <= 31 for each in made)


def test_pairs_are_sorted_by_any_measure() -> None:
    met = study().cooccurrence("document")
    by_count = pairs_frame(met)
    assert by_count["both"].is_monotonic_decreasing
    assert list(by_count.columns[:4]) == ["a", "b", "name_a", "name_b"]
    assert pairs_frame(met, measure="phi")["phi"].dropna().is_monotonic_decreasing
    assert len(pairs_frame(met, min_count=2)) < len(by_count)
    with pytest.raises((StatisticsError, NotFoundError), match="jacard"):
        pairs_frame(met, measure="jacard")


# Text


def test_a_table_is_aligned_and_fits() -> None:
    text = table_text(
        ["name", "n", "share"],
        [["a very long name indeed", 3, 0.5], ["日本", 12, None], ["x\ny", 1, -1.0]],
        width=30,
    )
    assert text.splitlines() == [
        "name                 n   share",
        "a very long name …   3   0.500",
        "日本                12       –",
        "x y                  1  −1.000",
    ]


def test_a_table_without_rows_has_its_heads() -> None:
    assert table_text(["code", "n"], []) == "code  n"
    assert table_text(["flag"], [[True], [False]]) == "flag\n yes\n  no"


def test_a_rollup_as_text_has_a_bar_for_each_count() -> None:
    result = study().rollup("main", count="segments")
    lines = rollup_text(result, width=60, ascii=True).splitlines()
    assert lines[0] == "By domain: 5 of 5 segments"
    by_name = {line[:16].strip(): line for line in lines[1:]}
    assert by_name["Inner"].count("#") > by_name["Means"].count("#") > 0
    assert "Never used" not in by_name
    assert lines[-1] == "(1 code that nothing carries is not shown)"
    assert max(map(len, lines)) <= 60
    blocks = rollup_text(result, width=60)
    assert "█" in blocks
    assert "#" not in blocks


def test_a_rollup_as_text_can_show_one_level() -> None:
    result = study().rollup("main", count="documents")
    themes = rollup_text(result, level="theme")
    assert [line.split("  ")[0] for line in themes.splitlines()] == [
        "By domain: 2 of 3 documents", "People", "Means", "Care", "(no theme)", "everything coded",
    ]  # fmt: skip
    assert "In no theme" in rollup_text(result, level="code")


def test_an_empty_rollup_as_text() -> None:
    assert "everything coded" in rollup_text(qc.Project.new("Empty").rollup())


def test_pairs_as_text_say_how_they_are_counted() -> None:
    project = study()
    text = pairs_text(project.cooccurrence("document"), top=1)
    assert text.startswith(
        "5 pairs of codes meet in documents (3 in all); the 1 strongest by count:"
    )
    assert "overlapping segments" in pairs_text(project.cooccurrence(meeting="overlap"))
    assert pairs_text(project.cooccurrence("document"), top=None).count("\n") == 6
    nothing = pairs_text(qc.Project.new("Empty").cooccurrence())
    assert nothing.startswith("0 pairs of codes meet")
