"""The report in a browser: links, addresses, search, filters, keys, print, axe, and no scripts."""

from __future__ import annotations

import io
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import qualcode as qc
from qualcode.errors import StatisticsError
from qualcode.report import write_html

if TYPE_CHECKING:
    from playwright.sync_api import Page

NewPage = Any
PROJECT = qc.load_project("partnership-interviews")
NUMBER = "theme/domains/standing"


TALKS = Path(__file__).parents[2] / "docs" / "examples" / "transcripts"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a report."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    return write_html(PROJECT, path, by=["sector"]).as_uri()


@contextmanager
def leading(page: Page) -> Iterator[None]:
    """Wait until the page shows the address that what is done leads to."""
    before = page.evaluate("location.hash")
    yield
    page.wait_for_function(
        "before => location.hash !== before && window.heard === location.hash", arg=before
    )


def counted(page: Page) -> str:
    return page.locator("#drawer-count").inner_text()


def test_it_asks_for_nothing_else(new_page: NewPage, report: str) -> None:
    page = new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report)
    page.get_by_role("link", name="Limits").click()
    assert asked == [report]


def test_a_number_opens_its_segments_and_has_an_address(new_page: NewPage, report: str) -> None:
    page = new_page()
    page.goto(report)
    with leading(page):
        page.locator(f"tr[data-node='{NUMBER}'] [data-count=segments] a").click()
    segments = PROJECT.rollup("domains").segments("standing")
    documents = len({each.document.id for each in segments})
    assert counted(page) == f"{len(segments)} segments in {documents} documents"
    assert page.locator("#drawer-body blockquote").first.inner_text() == segments[0].quote.strip()
    assert page.url == f"{report}#{NUMBER}"
    assert page.locator("#drawer-address").input_value() == f"report.html#{NUMBER}"
    # What was sent shows the same to somebody who opens it.
    other = new_page()
    other.goto(page.url)
    assert counted(other) == counted(page)
    other.go_back()
    other.go_forward()
    assert other.locator("#drawer").is_visible()


def test_all_segments_come_as_a_reader_goes_on(new_page: NewPage, report: str) -> None:
    page = new_page()
    page.goto(f"{report}#domain/domains/governance")
    wanted = len(PROJECT.rollup("domains").segments("governance"))
    items = page.locator("#drawer-body .quotes > li:not(.more)")
    assert items.count() < wanted
    for _ in range(20):
        page.locator("#drawer-body").evaluate("each => each.scrollTo(0, each.scrollHeight)")
        page.wait_for_timeout(30)
        if items.count() == wanted:
            break
    assert items.count() == wanted


def test_cells_pairs_and_groups_have_addresses(new_page: NewPage, report: str) -> None:
    page = new_page()
    page.goto(report)
    page.evaluate("drawAll()")
    first = page.locator("[data-matrix=domains] tbody a.n").first
    number = first.inner_text()
    with leading(page):
        first.click()
    assert counted(page).startswith(f"{number} segment")
    page.keyboard.press("Escape")
    pair = page.locator("[data-meetings=domains] td:not(.own) a.n").first
    both = pair.inner_text()
    with leading(page):
        pair.click()
    assert f"in {both} documents" in counted(page)
    page.keyboard.press("Escape")
    table = PROJECT.crosstab("sector", rollup="domains", count="documents").to_frame()
    row = page.locator("[data-compare=domains] tbody tr").first
    shown = [int(each) for each in row.locator("td a.n").all_inner_texts()]
    assert shown == [each for each in table.iloc[0, 1:-1].tolist() if each]
    with leading(page):
        row.locator("td a.n").first.click()
    assert "sector: " in counted(page)


def test_a_rollup_by_role_leads_to_what_the_role_says(new_page: NewPage, tmp_path: Path) -> None:
    codes = [
        qc.Code("money", keywords=["pay*", "budget", "money"]),
        qc.Code("trust", keywords=["trust"]),
    ]
    themes = [qc.Theme("means", codes=["money"]), qc.Theme("ties", codes=["trust"])]
    codebook = qc.Codebook("work", codes=codes, rollups=[qc.Rollup("main", themes=themes)])
    project = qc.Project.new("Harbour", codebook=codebook, coder="ana")
    project.add_documents(TALKS)
    for code in codes:
        project.accept(project.autocode(code.id))
    page = new_page()
    page.goto(project.report(tmp_path / "report.html", by=["role"]).as_uri())
    page.evaluate("drawAll()")
    compared = page.locator("[data-compare=main]")
    assert compared.locator("select").input_value() == "role"
    roles = [each.split("\n")[0] for each in compared.locator("thead th").all_inner_texts()]
    assert roles == ["interviewer", "participant"]
    for at, theme in enumerate(themes):
        for column, role in enumerate(roles):
            said = project.restricted(roles=role).rollup("main", count="documents")
            wanted = said.segments(theme.id)
            cell = compared.locator("tbody tr").nth(at).locator("td").nth(column)
            assert cell.inner_text().startswith(f"{said[theme.id]:g}")
            if not wanted:
                assert cell.locator("a").count() == 0
                continue
            with leading(page):
                cell.locator("a.n").click()
            assert f"said by {role}s" in counted(page)
            quotes = page.locator("#drawer-body blockquote").all_inner_texts()
            assert len(quotes) == len(wanted)
            for quote, segment in zip(quotes, wanted, strict=True):
                assert segment.quote.strip() in quote
            page.keyboard.press("Escape")


def test_a_filter_counts_again_and_is_part_of_addresses(new_page: NewPage, report: str) -> None:
    page = new_page()
    page.goto(report)
    page.locator("[name=coder]").select_option("ben")
    page.locator("[name=group]").select_option(label="site: north")
    north = [id for id, each in PROJECT.documents.items() if each.variables["site"] == "north"]
    narrowed = PROJECT.restricted(documents=north)
    row = page.locator(f"tr[data-node='{NUMBER}']")
    for count in ("documents", "segments"):
        wanted = narrowed.rollup("domains", count=count, coders="ben")["standing"]
        assert row.locator(f"[data-count={count}]").inner_text() == f"{wanted:g}"
    share = narrowed.rollup("domains", count="documents", coders="ben").share("standing")
    assert share is not None
    assert row.locator("[data-share]").inner_text() == f"{100 * share:.0f}%"
    assert "coded by Ben; site: north" in page.locator("#filtered").inner_text()
    with leading(page):
        row.locator("[data-count=segments] a").click()
    assert page.url.endswith(f"#{NUMBER}?coder=ben&v.site=north")
    other = new_page()
    other.goto(page.url)
    assert counted(other) == counted(page)
    assert other.locator("[name=group]").input_value() == '["site","north"]'
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show all").click()
    assert page.locator("#filtered").inner_text() == ""


def test_search_finds_codes_passages_and_texts(new_page: NewPage, report: str) -> None:
    page = new_page()
    page.goto(report)
    page.get_by_role("searchbox").fill("Money")
    with leading(page):
        page.keyboard.press("Enter")
    segments = PROJECT.state.counting().assignments.segments()
    wanted = sum("money" in each.quote.lower() for each in segments)
    assert f"{wanted} coded passages" in counted(page)
    assert page.locator("#drawer mark.hit").first.inner_text().lower() == "money"
    with leading(page):
        page.goto(f"{report}#search/no%20such%20words")
    assert "Nothing in this report has these words" in page.locator("#drawer").inner_text()


def test_a_text_is_shown_as_it_is_with_its_passages(new_page: NewPage, report: str) -> None:
    document = next(iter(PROJECT.documents.values()))
    rows = PROJECT.state.counting().assignments
    segment = next(each for each in rows.segments() if each.document.id == document.id)
    page = new_page()
    page.goto(f"{report}#segment/{document.id}/{segment.start}-{segment.end}")
    lines = page.locator("#drawer .line > p:first-child").all_text_contents()
    assert "".join(lines) == document.text
    assert page.locator("#drawer mark.lit").first.text_content() in segment.quote
    assert page.locator("#drawer mark.lit").first.is_visible()


def test_it_works_with_the_keyboard_alone(new_page: NewPage, report: str) -> None:
    page = new_page()
    page.goto(report)
    link = page.locator(f"tr[data-node='{NUMBER}'] [data-count=segments] a")
    link.focus()
    page.keyboard.press("Enter")
    page.locator("#drawer[open]").wait_for()
    page.keyboard.press("Escape")
    assert not page.locator("#drawer").is_visible()
    assert link.evaluate("each => each === document.activeElement")
    summary = page.locator("#codebook summary").nth(1)
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("#codebook details").nth(1).get_attribute("open") is not None


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1400, "dark")])
def test_axe_finds_no_violation(
    new_page: NewPage, violations: Callable[[Page], list[str]], report: str, width: int, scheme: str
) -> None:
    page = new_page(width=width, color_scheme=scheme)
    page.goto(report)
    page.evaluate("drawAll()")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for address in (NUMBER, "document/int-01", "search/money", f"{NUMBER}?role=participant"):
        with leading(page):
            page.evaluate("address => { location.hash = address; }", address)
        assert violations(page) == [], address


def test_without_scripts_it_is_a_document(new_page: NewPage, report: str) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(report)
    text = page.locator("body").inner_text()
    for heading in ("Method as done", "Themes", "Codebook", "Agreement", "Saturation", "Limits"):
        assert heading in text
    assert "We could not tell Communication from Informal contact" in text
    assert "Getting to know what one needs" in text
    assert not page.locator("#filters").is_visible()
    assert not page.locator("#search").is_visible()
    page.locator("#codebook summary", has_text="Trust").click()
    assert page.locator("details[id='codebook/trust'] blockquote").first.is_visible()


def test_print_has_quotes_and_whole_tables_with_their_labels(
    new_page: NewPage, report: str, tmp_path: Path
) -> None:

    import pypdfium2

    page = new_page()
    page.goto(report)
    page.pdf(path=tmp_path / "report.pdf", format="A4")
    document = pypdfium2.PdfDocument(tmp_path / "report.pdf")
    printed = " ".join(" ".join(each.get_textpage().get_text_range() for each in document).split())
    document.close()
    trust = PROJECT.codebook.codes["trust"]
    assert trust.definition in printed
    for each in PROJECT.documents.values():
        assert each.name in printed
    page.emulate_media(media="print")
    page.evaluate("drawAll()")
    assert not page.locator(".sticky").is_visible()
    # Nothing is fixed over anything else, and no row is hidden behind another.
    fixed = "each => ['sticky', 'fixed'].includes(getComputedStyle(each).position)"
    assert not any(page.locator("table, table *").evaluate_all(f"all => all.map({fixed})"))
    rows = page.locator("[data-matrix=domains] tbody tr, [data-matrix=domains] tfoot tr")
    boxes = [each.bounding_box() for each in rows.all()]
    edges = [(box["y"], box["y"] + box["height"]) for box in boxes if box]
    assert len(edges) == len(PROJECT.documents) + 1
    assert all(one[1] <= other[0] + 1 for one, other in itertools.pairwise(edges))


def test_no_html_of_a_document_or_code_ever_runs(new_page: NewPage, tmp_path: Path) -> None:
    evil = (
        "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script></script>"
    )
    book = qc.Codebook("evil", codes=[qc.Code("x", name=evil, definition=evil, examples=[evil])])
    project = qc.Project.new(evil, codebook=book)
    project.add_document(f"I: {evil}\nR: {evil}", id="a", name=evil, variables={"v": evil})
    project.assign(("a", 3, 80), "x", coder="ana", memo=evil)
    page = new_page()
    page.goto(write_html(project, tmp_path / "report.html", by=["v"]).as_uri())
    page.evaluate("drawAll()")
    for address in ("code/x", "document/a", "search/img", "codebook/x"):
        with leading(page):
            page.evaluate("address => { location.hash = address; }", address)
    assert page.title() == f"{evil}: report"
    assert page.locator("img").count() == 0


def test_the_pictures_of_the_docs_are_of_this_report(new_page: NewPage, report: str) -> None:
    """``QUALCODE_PICTURES=1`` writes them anew; look at them before they are committed."""
    page = new_page(width=1100, height=760, reduced_motion="reduce")
    page.goto(report)
    page.locator("table.themes").first.evaluate("each => each.scrollIntoView()")
    page.evaluate("scrollBy(0, -150)")
    seen = {"report": page.screenshot()}
    with leading(page):
        page.goto(f"{report}#{NUMBER}")
    seen["report-number"] = page.screenshot()
    folder = Path(__file__).parents[2] / "docs" / "howto"
    words = (folder / "write-a-report.md").read_text(encoding="utf-8")
    for name, picture in seen.items():
        if os.environ.get("QUALCODE_PICTURES"):
            from PIL import Image

            (folder / "pictures").mkdir(exist_ok=True)
            with Image.open(io.BytesIO(picture)) as image:
                reduced = image.convert("RGB").quantize(96)
                reduced.save(folder / "pictures" / f"{name}.png", optimize=True)
        assert f"pictures/{name}.png" in words
        assert (folder / "pictures" / f"{name}.png").exists()


def test_themes_are_compared_by_role(new_page: NewPage, tmp_path: Path) -> None:
    project = qc.Project.new("Two", codebook=qc.Codebook("b", codes=[qc.Code("x", name="X")]))
    project.add_document("I: Who pays?\nR: We pay.\nI: Still?\nR: Still.", id="a")
    project.assign(("a", 3, 12), "x", coder="ana")
    for start, end in ((16, 23), (36, 42)):
        project.assign(("a", start, end), "x", coder="ana")
    page = new_page()
    page.goto(write_html(project, tmp_path / "report.html", by=["role"], count="segments").as_uri())
    page.evaluate("drawAll()")
    table = project.crosstab("role", count="segments").to_frame()
    cells = page.locator("[data-compare] tbody td a.n").all_inner_texts()
    assert [int(each) for each in cells] == [
        table.at["x", "interviewer"],
        table.at["x", "participant"],
    ]
    with pytest.raises(StatisticsError, match=r"by='speaker\.case'"):
        write_html(project, tmp_path / "report.html", by=["speaker.case"])
