"""What a reader sees of a report: names in one piece, heads that leave room, and what is said where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import qualcode as qc
from qualcode.report import quotes, write_html

if TYPE_CHECKING:
    from playwright.sync_api import Page

NewPage = Any
PROJECT = qc.load_project("partnership-interviews")
TALKS = Path(__file__).parents[2] / "docs" / "examples" / "transcripts"

# The words of some elements that stand on more than one line.
BROKEN = """elements => elements.flatMap((element) => {
  const found = [], walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const { 0: word, index } of node.data.matchAll(/[^\\s-]+/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const edges = [...range.getClientRects()].map((box) => element.closest("thead") ? box.x : box.y);
      if (Math.max(...edges) - Math.min(...edges) > 4) found.push(word);
    }
  }
  return found;
})"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a report."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    return write_html(PROJECT, path, by=["sector"]).as_uri()


def drawn(page: Page, report: str) -> Page:
    page.goto(report)
    page.evaluate("drawAll()")
    return page


@pytest.mark.parametrize("width", [390, 1400])
def test_names_stay_whole_and_heads_leave_room(new_page: NewPage, report: str, width: int) -> None:
    page = drawn(new_page(width=width), report)
    names = page.locator(".themes tbody th, .heat tbody th, .documents tbody th, .pairs .chip")
    assert names.evaluate_all(BROKEN) == []
    themes = page.locator(".themes").first
    frame = themes.locator("xpath=..")
    assert frame.evaluate("each => each.scrollWidth <= each.clientWidth")
    heads = page.locator("[data-matrix=domains] thead").bounding_box()
    assert heads is not None
    assert heads["height"] < 200


def test_what_has_no_room_above_themes_is_numbered_and_named(
    new_page: NewPage, report: str
) -> None:
    page = drawn(new_page(), report)
    matrix = page.locator("[data-matrix=domains]")
    assert matrix.locator("[data-domains]").inner_text() == (
        "Above the themes: 1 Motivation; 2 Relationships; 3 Resources; 4 Governance; "
        "5 External conditions."
    )
    heads = matrix.locator(".groups th").all_text_contents()
    assert heads[:2] == [
        "1Motivation",
        "2Relationships",
    ]  # the number is seen, the name is read out


def test_of_documents_without_a_theme_it_speaks_only_where_there_are_any(
    new_page: NewPage, report: str, tmp_path: Path
) -> None:
    page = drawn(new_page(), report)
    assert page.locator("[data-matrix=domains] [data-empty]").inner_text() == ""
    project = qc.load_project("collaboration-reviews")
    path = write_html(project, tmp_path / "reviews.html", rollups=["factors"])
    drawn(page, path.as_uri())
    with_theme = project.rollup("factors", count="documents").rolled_up
    assert page.locator("[data-matrix=factors] [data-empty]").inner_text() == (
        f"Of 36 documents, {with_theme:g} have a theme of this rollup; the others are not listed."
    )


def test_what_is_not_counted_again_says_so_where_it_stands(new_page: NewPage, report: str) -> None:
    page = new_page()
    page.goto(report)
    said = page.locator(".whole")
    sections = said.evaluate_all("all => all.map((each) => each.closest('section').id)")
    assert sections == ["method", "agreement", "saturation", "documents", "limits"]
    assert not any(each.is_visible() for each in said.all())
    page.locator("[name=coder]").select_option("ben")
    assert all(each.is_visible() for each in said.all())


def test_a_quote_in_the_drawer_names_who_speaks(new_page: NewPage, tmp_path: Path) -> None:
    book = qc.Codebook("work", codes=[qc.Code("money")])
    project = qc.Project.new("Harbour", codebook=book, coder="ana")
    project.add_documents(TALKS)
    for turn in project.segments("turn"):
        project.assign(turn, "money")
    page = new_page()
    page.goto(f"{project.report(tmp_path / 'report.html').as_uri()}#code/money")
    shown = page.locator("#drawer .from a:first-child").all_inner_texts()
    wanted = [quote.source for quote in quotes(project, code="money")]
    assert shown == wanted[: len(shown)]
    assert any(", " in each for each in shown)


def test_quotes_that_stand_for_a_code_differ(new_page: NewPage, tmp_path: Path) -> None:
    project = qc.Project.new(
        "Answers", codebook=qc.Codebook("b", codes=[qc.Code("no")]), coder="ana"
    )
    for at in range(4):
        project.add_document("Don't know." if at < 3 else "Nobody asked.", id=f"d{at}")
        project.assign(project.segment(f"d{at}"), "no")
    page = new_page(java_script_enabled=False)
    page.goto(project.report(tmp_path / "report.html").as_uri())
    shown = page.locator("details[id='codebook/no'] blockquote").all_text_contents()
    assert shown == ["Don't know.", "Nobody asked."]


def test_axe_finds_nothing_where_every_section_is_full(
    new_page: NewPage, violations: Callable[[Page], list[str]], tmp_path: Path
) -> None:
    """Summaries of cases, losses, several scripts, and a name that has no place to break."""
    codes = [
        qc.Code("trust", name="Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"),
        qc.Code("time", name="الوقت والعمل"),
    ]
    themes = [qc.Theme("ties", codes=["trust"]), qc.Theme("work", codes=["time"])]
    book = qc.Codebook("work", codes=codes, rollups=[qc.Rollup("main", themes=themes)])
    project = qc.Project.new("Harbour", codebook=book, coder="ana")
    page_of_web = tmp_path / "talk.html"
    page_of_web.write_text("<p>I: We trust them.</p><img src='a.png'>", encoding="utf-8")
    project.add_documents(page_of_web)
    project.add_document("نثق بهم كل يوم.", id="ar", name="مقابلة ليلى")
    project.add_case("pier", name="Pier")
    project.join(["talk", "ar"], "pier")
    for coder in ("ana", "ben"):
        project.assign(project.segment("talk"), "trust", coder=coder)
        project.assign(project.segment("ar"), "time", coder=coder)
    project.summarise("pier", "ties", "They trust each other, and say so.", rollup="main")
    page = new_page(width=390, color_scheme="dark")
    drawn(page, project.report(tmp_path / "report.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    sections = page.locator("main > section").evaluate_all("all => all.map((each) => each.id)")
    assert sections == [
        "method", "themes", "together", "framework", "codebook", "agreement", "saturation",
        "documents", "limits", "checklists",
    ]  # fmt: skip
    assert "loss: 1 × picture (html)" in page.locator("#limits").inner_text()
    assert "They trust each other" in page.locator("#framework").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []


def test_the_framework_matrix_is_filtered_and_sorted_by_variables(
    new_page: NewPage, tmp_path: Path
) -> None:
    book = qc.Codebook("work", codes=[qc.Code("trust", "Trust")])
    project = qc.Project.new("Harbour", codebook=book, coder="ana")
    for id, site, role in (
        ("a", "south", "nurse"),
        ("b", "north", "doctor"),
        ("c", "south", "doctor"),
    ):
        project.add_case(id, variables={"site": site})
        project.add_document(
            f"We trust them {id}.", id=f"talk-{id}", cases=id, variables={"role": role}
        )
        project.assign(project.segment(f"talk-{id}"), "trust")
        project.summarise(id, "trust", f"Trust of {id}.", level="code")
    page = new_page(width=1400)
    drawn(page, project.report(tmp_path / "report.html").as_uri())
    rows = page.locator("#framework tbody tr:visible th")
    assert [each.split("\n")[0] for each in rows.all_inner_texts()] == ["a", "b", "c"]
    assert "role: nurse; site: south" in rows.first.inner_text()
    page.get_by_label("Sort cases by").select_option("site")
    assert [each[0] for each in rows.all_inner_texts()] == ["b", "a", "c"]
    page.locator("select[name=group]").select_option(label="role: doctor")
    assert [each[0] for each in rows.all_inner_texts()] == ["b", "c"]
    page.locator("#reset").click()
    assert len(rows.all()) == 3
