"""The page to code on, in a real browser and against the real server."""

from __future__ import annotations

import itertools
import random
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import qualcode as qc
from qualcode.model.said import SENTENCES

pytest.importorskip("starlette", reason="needs the extra serve")
pytest.importorskip("uvicorn", reason="needs the extra serve")

from tests.browser.serving import (
    Served,
    code,
    codings_of,
    enter,
    press,
    run_server,
    settle,
    wait_until,
)
from tests.browser.studies import EVIL, FIND, ODD, PLAIN, drag_over, make_study, touch_over

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_study(tmp_path_factory.mktemp("page") / "study")


@pytest.fixture(scope="module")
def served(study: Path) -> Iterator[Served]:
    with run_server(study) as server:
        yield server


@pytest.fixture
def open_page(served: Served, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """Open the page as a coder, on a document: ``open_page("plain", coder="ben", width=390)``."""

    def make(document: str = "plain", *, coder: str = "ana", **options: Any) -> Page:
        return enter(new_page(**options), served.address, document, coder)

    return make


def test_places_in_utf_16_and_in_code_points_are_each_others_inverse(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    made = random.Random(7)
    texts = [
        "".join(made.choices("ab é\u0301👩‍👧𝒳\r\n مש", k=made.randrange(60))) for _ in range(60)
    ]
    found = page.evaluate(
        """async (texts) => {
          const { Offsets, rowsOf } = await import("/static/offsets.js");
          return texts.map((text) => {
            const offsets = new Offsets(text);
            const units = [...text].map((_, at) => offsets.toUnits(at));
            const back = units.map((at) => offsets.toPoints(at));
            const rows = rowsOf(text).map(({ start, end }) => text.slice(start, end));
            return { units, back, rows, length: offsets.toPoints(text.length) };
          });
        }""",
        texts,
    )
    for text, each in zip(texts, found, strict=True):
        assert each["back"] == list(range(len(text)))
        assert each["units"] == [len(text[:at].encode("utf-16-le")) // 2 for at in range(len(text))]
        assert each["length"] == len(text)
        assert each["rows"] == text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def test_codings_that_overlap_never_share_a_lane(open_page: Callable[..., Page]) -> None:
    page = open_page()
    made = random.Random(7)
    spans = [(at := made.randrange(3000), at + 1 + made.randrange(300)) for _ in range(80)]
    lanes = page.evaluate(
        """async (spans) => {
          const { freeLane, giveLanes, pieces } = await import("/static/lanes.js");
          const codings = spans.map(([a, z]) => ({ a, z }));
          giveLanes(codings.slice(0, 60));
          for (const each of codings.slice(60)) {
            each.lane = freeLane(each, codings.filter((other) => other.lane !== undefined));
          }
          const cut = pieces({ start: 0, end: 4000 }, codings);
          const lanes = codings.map((each) => each.lane);
          return { lanes, cut: cut.map(([start, end, on]) => [start, end, on.length]) };
        }""",
        spans,
    )
    for at, (start, end) in enumerate(spans):
        for other, (from_, to) in enumerate(spans[:at]):
            if from_ < end and start < to:
                assert lanes["lanes"][at] != lanes["lanes"][other]
    assert [start for start, _, _ in lanes["cut"][1:]] == [end for _, end, _ in lanes["cut"][:-1]]
    for start, end, count in lanes["cut"]:
        assert count == sum(a <= start and end <= z for a, z in spans)


def test_words_and_sentences_are_coded_exactly_in_every_script(
    open_page: Callable[..., Page], study: Path
) -> None:
    page = open_page("odd")
    # Sentence by sentence, then words from right to left, then an emoji of seven code points.
    for _ in range(3):
        press(page, "ArrowDown")
        code(page, "trust")
    press(page, "Control+Home", "Shift+ArrowRight", "Shift+ArrowRight")
    code(page, "money")
    press(page, "Control+End", "ArrowLeft")
    code(page, "money")
    quotes = [quote for quote, code, _ in codings_of(study, "odd") if code == "trust"]
    assert sorted(quotes) == sorted(
        ["Emoji 👩‍👩‍👧 family.", "Then e\u0301 combining, 𝒳 math.", "قالت مريم: لم أنم."]
    )
    words = [quote for quote, code, _ in codings_of(study, "odd") if code == "money"]
    assert sorted(words) == ["Emoji 👩‍👩‍👧 family", "🏳️‍🌈"]


def test_what_a_mouse_selects_is_whole_letters_at_exact_places(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("odd")
    made = random.Random(7)
    ends = [sorted(made.sample(range(200), 2)) for _ in range(60)]
    found = page.evaluate(
        """async (ends) => {
          const { passageOf } = await import("/static/model.js");
          const { state } = await import("/static/store.js");
          const host = document.querySelector("#text");
          const nodes = [];
          const walker = document.createTreeWalker(host, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) nodes.push(node);
          const point = (at) => {
            for (const node of nodes) {
              if (at <= node.length) return [node, at];
              at -= node.length;
            }
            return [nodes.at(-1), nodes.at(-1).length];
          };
          const found = [];
          const options = { pointerType: "mouse", bubbles: true };
          const mouse = (what) => host.dispatchEvent(new PointerEvent(what, options));
          for (const [from, to] of ends) {
            mouse("pointerdown");
            getSelection().setBaseAndExtent(...point(from), ...point(to));
            const words = getSelection().toString();
            mouse("pointerup");
            await new Promise((resolve) => setTimeout(resolve));
            found.push([words, state.selection && passageOf(state.selection)]);
          }
          const letters = [...new Intl.Segmenter("en").segment(state.doc.text)];
          return { found, letters: letters.map(({ segment }) => segment) };
        }""",
        ends,
    )
    assert "".join(found["letters"]) == ODD
    borders = set(itertools.accumulate(map(len, found["letters"]), initial=0))
    for words, passage in found["found"]:
        start, end, quote = passage["start"], passage["end"], passage["quote"]
        assert ODD[start:end] == quote
        assert {start, end} <= borders
        # Rows are paragraphs here, which a browser parts by empty lines.
        assert re.sub(r"\s+", " ", words).strip() in re.sub(r"\s+", " ", quote)


def test_a_document_is_coded_without_the_mouse(open_page: Callable[..., Page], study: Path) -> None:
    page = open_page("plain")
    # A sentence: "Dr." ends none, and the name of who speaks is not part of it.
    press(page, "ArrowDown")
    assert page.locator("#aloud").inner_text().startswith("We trust them.")
    code(page, "tru")
    # A new code with a definition and a reason.
    press(page, "ArrowDown", "Enter")
    page.keyboard.type("Rumour")
    press(page, "Alt+Enter", "Tab", "Tab")
    page.keyboard.type("What others say.")
    press(page, "Control+Enter")
    settle(page)
    # In vivo: two words.
    press(page, "ArrowDown", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "v")
    settle(page)
    found = codings_of(study, "plain")
    assert ("We trust them.", "trust", "ana") in found
    assert ("Dr. Okafor said so, and they trust us, too.", "rumour", "ana") in found
    assert qc.Project.open(study).codebook["rumour"].definition == "What others say."
    assert len(found) == 3
    # A memo on the coding at the cursor, another code for it, and take it back.
    press(page, "Control+Home", "j", "j", "m")
    page.locator("dialog textarea").wait_for()
    page.keyboard.type("Said twice.")
    press(page, "Control+Enter")
    settle(page)
    press(page, "c")
    page.keyboard.type("shared")
    press(page, "Enter")
    settle(page)
    press(page, "x")
    settle(page)
    assert len(codings_of(study, "plain")) == 2
    # All of it is undone, step by step, and done again.
    for _ in range(3):
        press(page, "z")
        settle(page)
    again = codings_of(study, "plain")
    assert ("We trust them.", "trust", "ana") in again
    assert len(again) == 3
    for _ in range(3):
        press(page, "Control+Shift+z")
        settle(page)
    assert len(codings_of(study, "plain")) == 2
    press(page, "f")
    settle(page)
    page.locator(".finish.done").wait_for()
    press(page, "f")
    settle(page)
    press(page, "]")
    page.locator("h1", has_text="odd").wait_for()
    press(page, "[")
    page.locator("h1", has_text="plain").wait_for()


def test_the_mouse_selects_and_one_click_codes(open_page: Callable[..., Page], study: Path) -> None:
    page = open_page("plain")
    drag_over(page, "every penny")
    page.locator(".palette [role=option]", has_text="Money").first.click()
    settle(page)
    assert ("every penny", "money", "ana") in codings_of(study, "plain")


def test_a_selection_may_end_beside_or_below_the_text(open_page: Callable[..., Page]) -> None:
    page = open_page("plain")
    box = page.evaluate(f"({FIND})('every penny').getBoundingClientRect().toJSON()")
    chosen = page.locator(".palette blockquote")
    for x, y, words in ((1290, 0, "every penny."), (1290, 400, "every penny.")):
        page.mouse.move(box["left"] + 1, box["top"] + 8)
        page.mouse.down()
        page.mouse.move(x, box["top"] + 8 + y, steps=3)
        page.mouse.up()
        chosen.wait_for()
        assert chosen.inner_text().startswith(words)
        page.keyboard.press("Escape")
    assert chosen.count() == 0


def test_two_people_and_a_script_see_each_other(
    open_page: Callable[..., Page], study: Path
) -> None:
    ana, ben = open_page("plain"), open_page("plain", coder="ben")
    before = ana.locator(".lane.other").count()
    press(ben, "Control+End", "s")
    code(ben, "trust")
    wait_until(ana, "({ n }) => document.querySelectorAll('.lane.other').length > n", n=before)
    assert "ben" in ana.locator(".notes").inner_text().lower()
    assert "ben" in ana.locator(".people").inner_text().lower()
    project = qc.Project.open(study)
    sentence = next(
        each for each in project.segments(unit="sentence") if each.document.id == "plain"
    )
    project.assign(sentence, "money", coder="carl")
    project.save()
    wait_until(ana, "({ n }) => document.querySelectorAll('.lane.other').length > n", n=before + 1)


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def test_a_server_that_is_killed_loses_nothing(
    new_page: Callable[..., Page], tmp_path: Path
) -> None:
    study = make_study(tmp_path / "study")
    port = free_port()
    page = new_page(quiet=True)
    with run_server(study, "--coder", "ana", "--port", port) as server:
        page.goto(server.address)
        page.wait_for_selector("p.row")
        page.locator("#text").focus()
        press(page, "ArrowDown")
        code(page, "trust")
        server.kill()
        confirmed = codings_of(study, page.evaluate("location.hash.slice(1)"))
        assert len(confirmed) == 1
        # There is no server now: the coding is shown as what waits.
        press(page, "ArrowDown", "Enter")
        page.keyboard.type("money")
        press(page, "Enter")
        page.locator(".lane.waiting").first.wait_for()
        page.locator(".status.off").wait_for()
    with run_server(study, "--coder", "ana", "--port", port):
        settle(page)
        assert len(codings_of(study, page.evaluate("location.hash.slice(1)"))) == 2
        page.locator(".lane.waiting").wait_for(state="detached")


def test_what_waits_is_never_sent_to_another_project_on_the_same_port(
    new_page: Callable[..., Page], tmp_path: Path
) -> None:
    mine, other, port = make_study(tmp_path / "mine"), make_study(tmp_path / "other"), free_port()
    page = new_page(quiet=True)
    with run_server(mine, "--coder", "ana", "--port", port) as server:
        address = server.address
        page.goto(address)
        page.wait_for_selector("p.row")
        page.locator("#text").focus()
        server.kill()
        press(page, "ArrowDown", "Enter")
        page.keyboard.type("money")
        press(page, "Enter")
        page.locator(".lane.waiting").first.wait_for()
        # Something that no page can read is there too, from another program perhaps.
        page.evaluate("localStorage.setItem('qualcode.waiting.broken', '{')")
    with run_server(other, "--coder", "ana", "--port", port) as server:
        # The cookie of one port is that of all its projects: the open page talks to the other one now.
        page.context.request.get(server.address)
        page.locator(".lane.waiting").first.wait_for(state="detached")
        page.wait_for_selector("p.row")
        page.locator("#text").focus()
        document = page.evaluate("location.hash.slice(1)")
        press(page, "ArrowDown")
        code(page, "trust", left=2)
        assert [each[1] for each in codings_of(other, document)] == ["trust"]
    with run_server(mine, "--coder", "ana", "--port", port) as server:
        page.goto(server.address)
        page.wait_for_selector("p.row")
        settle(page, left=1)
    assert [each[1] for each in codings_of(mine, document)] == ["money"]


def test_nothing_in_a_text_or_a_name_is_ever_run(
    open_page: Callable[..., Page], study: Path
) -> None:
    page = open_page("evil")
    press(page, "ArrowDown")
    code(page, "<img")
    press(page, "o", "Escape", "l")
    assert page.evaluate("window.hacked") is None
    assert page.locator("#text img, #text script, #panel img").count() == 0
    shown = page.locator("p.row").first.inner_text()
    assert shown == EVIL.splitlines()[0]
    assert codings_of(study, "evil")[0][1] == "evil"


@pytest.mark.parametrize("width", [390, 700, 820])
def test_a_narrow_window_or_200_percent_zoom_scrolls_in_one_direction(
    open_page: Callable[..., Page], width: int
) -> None:
    page = open_page("plain", width=width, height=450)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    press(page, "o")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_finger_selects_and_codes(open_page: Callable[..., Page], study: Path) -> None:
    page = open_page("plain", width=820, height=1100, has_touch=True)
    touch_over(page, "It helped")
    bar = page.locator(".quick")
    bar.wait_for()
    assert all(
        each.bounding_box()["height"] >= 44  # type: ignore[index]
        for each in bar.locator("button").all()
    )
    bar.locator("button").first.tap()
    page.locator(".palette [role=option]", has_text="Trust").first.tap()
    settle(page)
    assert ("It helped", "trust", "ana") in codings_of(study, "plain")


def test_keys_can_be_changed_and_stay_so(open_page: Callable[..., Page]) -> None:
    page = open_page("plain")
    press(page, "?")
    page.get_by_role("button", name="Change the key for: Documents").click()
    press(page, "h")
    page.locator("dialog [role=status]", has_text="History").wait_for()
    page.reload()
    page.wait_for_selector("p.row")
    page.locator("#text").focus()
    press(page, "h")
    page.locator("#panel h2", has_text="Documents").wait_for()
    assert page.locator(".bar .title").get_attribute("title") == "Documents (H)"
    press(page, "Escape", "?")
    page.get_by_role("button", name="Change the key for: Search").click()
    press(page, "h")
    page.reload()
    page.wait_for_selector("p.row")
    assert page.locator(".bar .title").get_attribute("title") == "Documents"


def test_every_language_has_every_word(open_page: Callable[..., Page]) -> None:
    page = open_page("plain", locale="de-DE")
    page.locator(".rail", has_text="Verlauf").wait_for()
    tables = page.evaluate(
        """async () => {
          const { LANGUAGES } = await import("/static/words.js");
          const { GROUPS } = await import("/static/keys.js");
          const actions = GROUPS.flatMap((group) => [
            group.name, ...Object.keys(group.actions).map((action) => `do.${action}`),
          ]);
          const tables = {};
          for (const id in LANGUAGES) tables[id] = (await import(`/static/words-${id}.js`)).WORDS;
          return { tables, actions };
        }"""
    )
    english = tables["tables"].pop("en")
    assert set(tables["actions"]) <= set(english)
    # What the server says in sentences has its English there.
    everything = set(english) | {f"said.{name}" for name in SENTENCES}
    for words in tables["tables"].values():
        assert set(words) == everything
        for name, form in SENTENCES.items():
            assert _blanks(words[f"said.{name}"]) <= _blanks(form), name
            assert isinstance(words[f"said.{name}"], str) == isinstance(form, str), name


def _blanks(form: str | Sequence[str]) -> set[str]:
    return set(re.findall(r"\{(\w+)", " ".join([form] if isinstance(form, str) else form)))


def test_the_page_uses_only_words_that_there_are() -> None:
    static = files("qualcode.serve") / "static"
    used: set[str] = set()
    for each in static.iterdir():
        if each.name.endswith(".js") and not each.name.startswith(("words", "preact")):
            used |= set(re.findall(r"\bt\(\s*\"([^\"]+)\"", each.read_text(encoding="utf-8")))
    table = (static / "words-en.js").read_text(encoding="utf-8")
    # A name of one word is written without quotes there.
    missing = {name for name in used if not re.search(rf"[\s\"]{re.escape(name)}\"?: ", table)}
    assert missing == set()


def test_a_text_is_corrected_in_place_and_its_codings_stay(
    open_page: Callable[..., Page], tmp_path: Path, study: Path
) -> None:
    page = open_page("plain")
    press(page, "Control+Home", "ArrowDown", "ArrowDown")
    code(page, "shared")
    press(page, "e")
    area = page.locator("dialog textarea")
    area.wait_for()
    area.fill(area.input_value().replace("budget", "budget 🪙"))
    page.locator("dialog input[name=reason]").fill("heard again")
    page.locator("dialog button.main").click()
    page.locator("dialog").wait_for(state="detached")
    settle(page)
    text = qc.Project.open(study).documents["plain"].text
    assert text == PLAIN.replace("budget", "budget 🪙")
    assert ("The budget 🪙 is shared.", "shared-budget", "ana") in codings_of(study, "plain")
    page.locator("p.row", has_text="🪙").wait_for()
    press(page, "z")
    settle(page)
    assert qc.Project.open(study).documents["plain"].text == PLAIN


def test_all_passages_that_a_search_finds_are_coded_at_once(
    open_page: Callable[..., Page], study: Path
) -> None:
    page = open_page("odd")
    press(page, "/")
    page.keyboard.type("met on")
    page.locator(".hit .go").click()
    page.locator("h1", has_text="plain").wait_for()
    page.locator("#panel button.main", has_text="passage").click()
    page.keyboard.type("money")
    press(page, "Enter")
    settle(page)
    assert ("met on", "money", "ana") in codings_of(study, "plain")


def test_a_passage_without_a_place_is_placed_and_a_conflict_settled(
    open_page: Callable[..., Page], tmp_path: Path, new_page: Callable[..., Page]
) -> None:
    study = make_study(tmp_path / "study")
    project = qc.Project.open(study)
    said = PLAIN.index("Nobody counts")
    project.assign(("plain", said, said + 13), "money", coder="ana")
    project.save()
    other = qc.Project.open(study)
    project.correct("plain", PLAIN.replace("Nobody counts every penny.", "All is well here."))
    with project.revise(coder="ana") as codebook:
        codebook.rename("trust", "Confidence")
    with other.revise(coder="ben") as codebook:
        codebook.rename("trust", "Faith")
    project.save()
    other.save()
    with run_server(study, "--coder", "ana") as server:
        page = enter(new_page(quiet=True), server.address, "plain", "ana")
        press(page, "q")
        page.get_by_role("button", name="To settle").click()
        page.locator(".settle blockquote", has_text="Nobody counts").wait_for()
        press(page, "Escape", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown")
        page.get_by_role("button", name="Place it at the selection").click()
        settle(page)
        page.locator(".settle li", has_text="Faith").get_by_role("button").click()
        settle(page)
        page.locator("#panel", has_text="Nothing has to be settled").wait_for()
    assert codings_of(study, "plain") == [("All is well here.", "money", "ana")]
    assert qc.Project.open(study).codebook["trust"].name == "Faith"


def test_figures_are_drawn_again_when_they_show_something_else_and_are_dark_in_the_dark(
    new_page: Callable[..., Page], tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    with run_server(make_study(tmp_path / "study"), "--coder", "ana") as server:
        page = enter(new_page(color_scheme="dark", quiet=True), server.address, "plain", "ana")
        press(page, "ArrowDown")
        code(page, "trust")
        asked: list[str] = []
        figure = re.compile(r"/api/figures/(\w+)")
        page.on("request", lambda request: asked.extend(figure.findall(request.url)))
        # They are asked for one after the other, and this one is the last.
        with page.expect_response(re.compile("/api/figures/agreement")):
            press(page, "i")
        page.locator(".figures img").first.wait_for()
        shade = "image => getComputedStyle(image).filter"
        assert "invert" in page.locator(".figures img").first.evaluate(shade)
        drawn = {*asked}
        asked.clear()
        press(page, "Escape", "ArrowDown")
        with page.expect_response(re.compile("/api/figures/agreement")):
            code(page, "money")
        assert sorted(asked) == sorted(drawn - {"codebook"})
