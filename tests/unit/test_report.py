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
from qualcode.report import (
    pairs_frame,
    pairs_text,
    rollup_text,
    table_text,
    write_frame,
    write_html,
    write_tables,
)
from qualcode.report.page.colours import code_colours, heat_bins, heat_level, shared_colour
from qualcode.report.page.passages import cut
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


class Page(HTMLParser):
    """A page as a reader without scripts has it; fails where a tag is not closed."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.source = path.read_text(encoding="utf-8")
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.numbers: list[tuple[int, dict[str, str | None]]] = []
        self._number: dict[str, str | None] | None = None
        self.feed(self.source)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        assert len(named) == len(attrs), f"an attribute twice: {attrs}"
        self.elements.append((tag, named))
        if tag not in VOID:
            self.open.append(tag)
        if "data-n" in named:
            self._number = named

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self._number = None

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._number is not None:
            self.numbers.append((int(data.replace(",", "")), self._number))

    @property
    def ids(self) -> list[str]:
        return [named["id"] or "" for _, named in self.elements if "id" in named]

    @property
    def record(self) -> dict[str, Any]:
        found = re.search(
            r'<script type="application/json" id="record">(.*?)</script>', self.source
        )
        assert found
        record: dict[str, Any] = json.loads(found.group(1))
        return record

    def segments(self, link: dict[str, str | None]) -> list[int]:
        """Return the segments behind a number, found as the page's own script finds them."""
        record = self.record
        behind = []
        for steps in record["segments"]:
            at, numbers = 0, []
            for step in steps:
                at += step
                numbers.append(at)
            behind.append(numbers)
        units = record["units"] or [[document] for document in record["documents"]]
        nodes = [int(node) for node in (link["data-n"] or "").split()]
        found = set(behind[nodes[0]])
        if len(nodes) == 2:
            first, second = (
                {unit for each in behind[node] for unit in units[each]} for node in nodes
            )
            both = first & second
            found = {each for each in found | set(behind[nodes[1]]) if both & set(units[each])}
        if "data-d" in link:
            found = {
                each for each in found if record["documents"][each] == int(link["data-d"] or 0)
            }
        if "data-g" in link:
            group = record["groups"][int(link["data-g"] or 0)]
            found = {each for each in found if record["documents"][each] in group}
        return sorted(found)


def page_of(view: qc.View, folder: Path, **options: Any) -> Page:
    return Page(write_html(view, folder / "page.html", **options))


def check_whole(page: Page) -> None:
    """Check what holds of every page: nothing from elsewhere, nothing that leads nowhere."""
    ids = page.ids
    assert not [id for id, times in Counter(ids).items() if times > 1]
    for tag, named in page.elements:
        assert not {"src", "srcset", "onclick", "onerror", "onload"} & set(named)
        assert tag not in {"link", "img", "iframe", "object", "embed"}
        href = named.get("href")
        if href is not None and not href.startswith("https://"):
            assert href.startswith("#")
            assert href[1:] in ids, f"{href} leads nowhere"
    assert [tag for tag, _ in page.elements].count("script") == 2
    assert "@import" not in page.source
    assert "url(" not in page.source


# The page


def test_each_number_leads_to_its_segments(tmp_path: Path) -> None:
    project = study()
    page = page_of(project, tmp_path, count="segments")
    check_whole(page)
    result = project.rollup("main", count="segments")
    segments = list(project.assignments.segments())
    seen = set()
    for number, link in page.numbers:
        names = [page.record["names"][int(node)] for node in (link["data-n"] or "").split()]
        target = (link["href"] or "").removeprefix("#")
        if target.startswith("main-") and len(names) == 1 and "data-d" not in link:
            level, id = target.removeprefix("main-").split("-")[:2]
            if number == result.of(id, level):
                found = [segments[each] for each in page.segments(link)]
                assert tuple(found) == tuple(result.segments(id, level))
                seen.add(id)
    assert seen == {"inner", "outer", "people", "means", "care", "unassigned"}


@pytest.mark.parametrize("count", ["documents", "segments", "assignments", "characters", "coders"])
def test_bars_say_what_the_rollup_says(tmp_path: Path, count: Any) -> None:
    project = study()
    page = page_of(project, tmp_path, count=count)
    result = project.rollup("main", count=count)
    shown = {(link["href"], number) for number, link in page.numbers if " " not in link["data-n"]}
    for node in result.hierarchy.nodes:
        counted = result.of(node.id, node.level)
        target = f"#code-{node.id}" if node.level == "code" else f"#main-{node.level}-{node.id}"
        if counted and node.id != "unassigned":
            assert (target, counted) in shown


def test_cells_are_the_evidence_matrix(tmp_path: Path) -> None:
    project = study()
    page = page_of(project, tmp_path)
    frame = project.evidence(rollup="main").to_frame()
    cells = [
        (number, link) for number, link in page.numbers
        if "data-d" in link and page.record["names"][int(link["data-n"] or 0)] == "People"
    ]  # fmt: skip
    assert [number for number, _ in cells] == frame["people"].loc[["a", "b"]].tolist()
    for number, link in cells:
        assert len(page.segments(link)) == number
    assert "1 document with nothing here" in page.source


@pytest.mark.parametrize("within", ["document", "sentence", "segment", re.compile(r"[^.]+\.")])
def test_pairs_lead_to_the_units_in_which_they_meet(tmp_path: Path, within: Any) -> None:
    project = study()
    page = page_of(project, tmp_path, unit=within)
    check_whole(page)
    met = project.cooccurrence(within)
    names = {code.name: code.id for code in project.codebook}
    segments = project.assignments.segments()
    checked = 0
    for number, link in page.numbers:
        pair = [page.record["names"][int(node)] for node in (link["data-n"] or "").split()]
        if len(pair) == 2 and set(pair) <= set(names):
            assert number == met.both(*(names[name] for name in pair))
            assert page.segments(link)
            if within == "document":
                documents = {segments[each].document.id for each in page.segments(link)}
                assert documents == set(met.units(*(names[name] for name in pair)))
            checked += 1
    assert checked >= 1


def test_domains_are_compared_by_a_variable(tmp_path: Path) -> None:
    project = study()
    page = page_of(project, tmp_path, by=["site", "paid"])
    check_whole(page)
    table = project.crosstab("site", rollup="main", count="documents").to_frame()
    shown = [
        (number, page.record["groups"][int(link["data-g"] or 0)])
        for number, link in page.numbers
        if "data-g" in link and page.record["names"][int(link["data-n"] or 0)] == "Inner"
    ]
    assert shown[:2] == [(table.at["inner", "north"], [0, 2]), (table.at["inner", "south"], [1])]
    assert "south <small>1 document</small>" in page.source
    with pytest.raises(StatisticsError, match="no document has a variable 'sit'"):
        page_of(project, tmp_path, by=["sit"])


def test_what_no_theme_has_and_nothing_carries_is_said(tmp_path: Path) -> None:
    page = page_of(study(), tmp_path)
    assert "documents carry codes that are not in this rollup" in page.source
    assert "1 code of this rollup that nothing carries" in page.source
    text = " ".join(" ".join(page.text).split())
    assert "Found in 2 of 3 documents. All 2 equally often (2)." in text
    text = " ".join(" ".join(page_of(study(), tmp_path, count="segments").text).split())
    assert "Most often: Outer (5). Least often: Inner (3)." in text


def test_a_definition_leads_to_the_codes_it_names(tmp_path: Path) -> None:
    page = page_of(study(), tmp_path)
    assert 'Not <a class="ref" href="#code-money">Money</a>, nor <code>more</code>.' in page.source


def test_keywords_and_patterns_stand_below_the_criteria(tmp_path: Path) -> None:
    project = study()
    fields = {"keywords": ["trust*", "rely on"], "patterns": [[{"LOWER": "rely"}, {"OP": "?"}]]}
    with project.revise(coder="ana") as cb:
        cb.redefine("trust", **fields)
    page = page_of(project, tmp_path)
    check_whole(page)
    assert '<dt>Keywords</dt>\n<dd dir="auto">trust*, rely on</dd>' in page.source
    assert "Patterns" in page.text
    assert '[{"LOWER": "rely"}, {"OP": "?"}]' in "".join(page.text)


def test_the_same_project_gives_the_same_bytes(tmp_path: Path) -> None:
    first = study()
    first.save(tmp_path / "study")
    again = qc.Project.open(tmp_path / "study")
    pages = [
        write_html(each, tmp_path / "page.html").read_bytes() for each in (first, again, study())
    ]
    assert pages[0] == pages[1] == pages[2]


def test_only_its_own_script_may_run(tmp_path: Path) -> None:
    page = page_of(study(), tmp_path)
    script = re.findall(r"<script>(.*?)</script>", page.source, re.DOTALL)[-1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = next(named["content"] for _, named in page.elements if "http-equiv" in named) or ""
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}'" in policy


def test_evil_text_is_only_text(tmp_path: Path) -> None:
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
    page = page_of(project, tmp_path, by=[EVIL])
    check_whole(page)
    assert "<script>alert" not in page.source
    assert "<img" not in page.source
    assert "".join(page.text).count("<script>alert('x')</script>") > 10


def test_nothing_coded_is_a_page_too(tmp_path: Path) -> None:
    empty = qc.Project.new("Empty")
    check_whole(page_of(empty, tmp_path))
    coded = study()
    page = page_of(coded.at(1), tmp_path)
    check_whole(page)
    fresh = qc.Project.new("Fresh", codebook=coded.codebook)
    fresh.add_document("", id="blank")
    page = page_of(fresh, tmp_path)
    check_whole(page)
    assert "Nothing is coded yet" in page.source
    assert "It has no text" in page.source
    assert "Nothing carries a code of this rollup" in page.source
    assert not page.numbers


def test_a_part_of_a_project_says_so(tmp_path: Path) -> None:
    project = study()
    with project.revise(coder="ana", reason="test") as cb:
        cb.merge(["roles"], into="trust")
    assert "This is a part of the project" not in page_of(project, tmp_path).source
    assert "<code>at(revision=1)</code>" in page_of(project.at(1), tmp_path).source


def test_codes_out_of_use_are_shown_while_something_carries_them(tmp_path: Path) -> None:
    project = study()
    with project.revise(coder="ana", reason="test") as cb:
        cb.retire("loose")
        cb.retire("never")
    page = page_of(project, tmp_path)
    assert "code-loose" in page.ids
    assert "code-never" not in page.ids
    assert '<span class="status">retired</span>' in page.source


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    project = study()
    page = page_of(project, tmp_path, quotes=1, rows=1, text=90)
    check_whole(page)
    assert "2 more segments are not listed here" in page.source  # Trust is on three
    assert "1 more document with segments of this rollup is not shown" in page.source
    assert "Its text of 30 characters is not shown" in page.source
    trust = page.record["names"].index("Trust")
    assert page.record["totals"][trust] == 3
    assert len(page.record["segments"][trust]) == 2  # one more is listed under Roles


def test_long_quotes_are_cut_in_lists_and_whole_in_the_document(tmp_path: Path) -> None:
    project = study()
    project.add_document("word " * 400, id="long")
    project.assign(("long", 0, 1999), "money", coder="ana")
    page = page_of(project, tmp_path)
    assert "1,999 characters in all" in page.source
    assert "word " * 399 in page.source


def test_unknown_rollups_counts_and_units_are_refused(tmp_path: Path) -> None:
    project = study()
    with pytest.raises(NotFoundError, match="Did you mean 'main'"):
        write_html(project, tmp_path / "page.html", rollups=["mian"])
    with pytest.raises(StatisticsError, match="no counting policy"):
        write_html(project, tmp_path / "page.html", count="docs")  # type: ignore[arg-type]
    with pytest.raises(StatisticsError, match="no unit of counting"):
        write_html(project, tmp_path / "page.html", unit="overlap")
    assert not (tmp_path / "page.html").exists()


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        write_html(study(), tmp_path)
    with pytest.raises(StoreError, match="cannot be written"):
        write_tables(study(), tmp_path / "taken")
    with pytest.raises(StoreError, match="cannot be written"):
        write_frame(study().rollup().to_frame(), tmp_path)


@settings(max_examples=15)
@given(project=projects(max_steps=10))
def test_any_project_has_a_whole_page(project: qc.Project, tmp_path_factory: Any) -> None:
    page = page_of(project, tmp_path_factory.mktemp("page"), count="segments")
    check_whole(page)
    for number, link in page.numbers:
        found = page.segments(link)
        assert found
        if "data-d" in link:
            assert len(found) == number


# Passages


@given(
    text=st.text(alphabet="ab \n\r🙂é", min_size=1, max_size=40),
    cuts=st.lists(st.tuples(st.integers(0, 39), st.integers(1, 40)), max_size=6),
)
def test_lines_hold_the_text_exactly_and_each_run_its_segments(
    text: str, cuts: list[tuple[int, int]]
) -> None:
    document = qc.Document(id="a", text=text)
    spans = [(start, min(start + length, len(text))) for start, length in cuts if start < len(text)]
    segments = {
        at: qc.Segment(document, qc.Span(start, end)) for at, (start, end) in enumerate(spans)
    }
    lines = cut(text, segments, {at: ["x"] for at in segments}, {"x": "#000000"})
    assert "".join(run.text for line in lines for run in line.runs) == text
    at = 0
    for line in lines:
        for run in line.runs:
            for place in range(at, at + len(run.text)):
                covering = [
                    number for number, (start, end) in enumerate(spans) if start <= place < end
                ]
                assert list(run.segments) == covering
            assert all(spans[number][0] == at for number in run.begins)
            at += len(run.text)
    begun = sorted(number for line in lines for run in line.runs for number in run.begins)
    assert begun == sorted(segments)
    tagged = sorted(number for line in lines for tag in line.tags for number in tag.segments)
    assert tagged == sorted(segments)


def test_lines_know_headings_and_blanks() -> None:
    lines = cut("# Title\r\n\r\nText", {}, {}, {})
    assert [(line.is_heading, line.is_blank) for line in lines] == [
        (True, False), (False, True), (False, False),
    ]  # fmt: skip


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
