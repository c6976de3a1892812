"""The collaboration reviews: the table of facts and the codebooks, against their source article.

Alderwick H, Hutchings A, Briggs A, Mays N. The impacts of collaboration between local health care
and non-health care organizations and factors shaping how they work: a systematic review of reviews.
BMC Public Health 2021;21:753. doi:10.1186/s12889-021-10630-1

Tests that need the article's text skip where it is not at hand; the rest need the shipped files.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

REPOSITORY = Path(__file__).resolve().parents[2]
PAPER = REPOSITORY.parent / "shared" / "seeds" / "review-paper.txt"
CORPUS = REPOSITORY / "corpora" / "collaboration-reviews"
CODEBOOK = REPOSITORY / "codebooks" / "collaboration.yaml"
EXTENSION = REPOSITORY / "codebooks" / "integrated-care.yaml"

INCLUDED = {4, *range(23, 32), 34, *range(61, 86)}
TITLE = (
    "The impacts of collaboration between local health care and non-health care organizations and "
    "factors shaping how they work: a systematic review of reviews"
)
SUBSECTIONS = {
    "Health outcomes": ("impacts", "health-outcomes"),
    "Service use and quality": ("impacts", "service-use-and-quality"),
    "Resource use and spending": ("impacts", "resource-use-and-spending"),
    "Process impacts": ("impacts", "process"),
    "Motivation and purpose": ("factors", "motivation"),
    "Relationships and cultures": ("factors", "relationships"),
    "Resources and capabilities": ("factors", "resources"),
    "Governance and leadership": ("factors", "governance"),
    "External factors": ("factors", "external"),
}
DOMAINS = list(SUBSECTIONS.values())
EVIDENCE = {"improved", "mixed", "no-effect", "worsened", "limited-evidence", "low-certainty"}
CITATION = re.compile(r"\[(\d+(?:\s*[,–-]\s*\d+)*)\]")


class Fact(NamedTuple):
    """One row of facts.csv."""

    finding: str
    section: str
    domain: str
    paragraph: int
    citation: str
    reviews: tuple[int, ...]
    codes: tuple[str, ...]
    text: str


def expand(citation: str) -> tuple[int, ...]:
    """Every number that a bracketed list of citations stands for, ranges included."""
    numbers: list[int] = []
    for part in citation.strip("[]").split(","):
        first, _, last = part.strip().replace("–", "-").partition("-")
        numbers.extend(range(int(first), int(last or first) + 1))
    return tuple(numbers)


def read_facts() -> list[Fact]:
    with (CORPUS / "facts.csv").open(encoding="utf-8", newline="") as stream:
        return [
            Fact(
                row["finding"],
                row["section"],
                row["domain"],
                int(row["paragraph"]),
                row["citation"],
                tuple(map(int, row["reviews"].split(" "))),
                tuple(row["codes"].split(" ")),
                row["text"],
            )
            for row in csv.DictReader(stream, strict=True)
        ]


def read_reviews() -> dict[int, dict[str, str]]:
    with (CORPUS / "reviews.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, strict=True))
    reviews = {int(row["number"]): row for row in rows}
    assert len(reviews) == len(rows), "a review has two rows"
    return reviews


def read_codebook(path: Path) -> dict[str, Any]:
    book: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return book


FACTS = read_facts()
REVIEWS = read_reviews()
BOOK = read_codebook(CODEBOOK)
CODES: dict[str, dict[str, Any]] = BOOK["codes"]
ADDED = read_codebook(EXTENSION)
ALL_CODES = {**CODES, **{i: {**CODES.get(i, {}), **c} for i, c in ADDED["codes"].items()}}


def ancestors(code: str) -> list[str]:
    """The code, its parent, and so on to the top."""
    line = [code]
    while parent := ALL_CODES[line[-1]].get("parent"):
        assert parent not in line, f"cycle at {parent}"
        line.append(parent)
    return line


def themes_of(code: str, rollup: str) -> list[str]:
    above = set(ancestors(code))
    return [
        theme
        for theme, entry in BOOK["rollups"][rollup]["themes"].items()
        if code in entry.get("codes", ()) or above & set(entry.get("subtrees", ()))
    ]


def domains_of(code: str, rollup: str) -> list[str]:
    themes = set(themes_of(code, rollup))
    domains = BOOK["rollups"][rollup]["domains"].items()
    return [domain for domain, entry in domains if themes & set(entry["themes"])]


@pytest.fixture(scope="module")
def paper() -> str:
    if not PAPER.exists():
        pytest.skip("the article's text is not beside this repository")
    return PAPER.read_text(encoding="utf-8")


def cited(paper: str) -> Iterator[tuple[str, str, int, str]]:
    """Section, domain, paragraph and brackets of each citation for an impact or a factor."""
    place: tuple[str, str] | None = None
    paragraph = 0
    for line in filter(None, map(str.strip, paper.splitlines())):
        if line in SUBSECTIONS:
            place, paragraph = SUBSECTIONS[line], 0
        elif line in {"Factors influencing collaboration functioning", "Discussion"}:
            place = None
        elif place:
            paragraph += 1
            for match in CITATION.finditer(line):
                yield *place, paragraph, match.group()


def bracket_after(paper: str, words: str) -> set[int]:
    """Numbers in the first citation after some words of the article."""
    match = CITATION.search(paper, paper.index(words))
    assert match
    return set(expand(match.group()))


# ------------------------------------------------------------------ facts.csv against the article


@pytest.mark.parametrize(
    ("citation", "numbers"),
    [
        ("[4]", (4,)),
        ("[23, 27,28,29, 34]", (23, 27, 28, 29, 34)),
        ("[4, 23–26, 28]", (4, 23, 24, 25, 26, 28)),
        ("[67-69]", (67, 68, 69)),
    ],
)
def test_expand_reads_lists_and_ranges(citation: str, numbers: tuple[int, ...]) -> None:
    assert expand(citation) == numbers


def test_facts_hold_every_citation_group_and_no_other(paper: str) -> None:
    printed = Counter((domain, expand(group)) for _, domain, _, group in cited(paper))
    assert Counter((fact.domain, fact.reviews) for fact in FACTS) == printed
    assert printed.total() == 119


def test_facts_stand_in_the_order_and_place_of_print(paper: str) -> None:
    rows = [(fact.section, fact.domain, fact.paragraph, fact.citation) for fact in FACTS]
    assert rows == list(cited(paper))


def test_no_bracket_in_the_results_is_missed_by_the_pattern(paper: str) -> None:
    start = paper.index("\nImpacts of collaboration\n")
    results = paper[start : paper.index("\nDiscussion\n", start)]
    # 119 findings, and the list of reviews that opens the section on impacts.
    assert results.count("[") == len(CITATION.findall(results)) == 120


def test_results_cite_all_included_reviews_and_no_other_work(paper: str) -> None:
    assert {n for *_, group in cited(paper) for n in expand(group)} == INCLUDED
    assert bracket_after(paper, "Thirty-six reviews were included") == INCLUDED


def test_facts_agree_with_themselves() -> None:
    assert [fact.finding for fact in FACTS] == [f"f{n:03}" for n in range(1, len(FACTS) + 1)]
    for fact in FACTS:
        assert expand(fact.citation) == fact.reviews, fact.finding
        assert list(fact.reviews) == sorted(set(fact.reviews)), fact.finding
        assert len(set(fact.codes)) == len(fact.codes), fact.finding
        assert (fact.section, fact.domain) in DOMAINS, fact.finding
        assert fact.text.endswith("."), fact.finding
        assert "  " not in fact.text, fact.finding
        assert "\n" not in fact.text, fact.finding


def test_each_finding_has_words_of_its_own() -> None:
    assert [text for text, n in Counter(fact.text for fact in FACTS).items() if n > 1] == []


# ------------------------------------------------------------------ the article's own totals


@pytest.mark.parametrize(
    ("domain", "reviews", "groups", "findings"),
    [
        ("motivation", 24, 7, 49),
        ("relationships", 28, 21, 112),
        ("resources", 29, 18, 119),
        ("governance", 24, 16, 79),
        ("external", 18, 14, 37),
        ("health-outcomes", 18, 15, 19),
        ("service-use-and-quality", 13, 14, 21),
        ("resource-use-and-spending", 9, 6, 9),
        ("process", 8, 8, 9),
    ],
)
def test_totals_of_a_domain(domain: str, reviews: int, groups: int, findings: int) -> None:
    facts = [fact for fact in FACTS if fact.domain == domain]
    numbers = [n for fact in facts for n in fact.reviews]
    assert (len(set(numbers)), len(facts), len(numbers)) == (reviews, groups, findings)


def test_totals_of_factors_and_impacts_are_those_the_article_states() -> None:
    by_section = {
        section: {n for fact in FACTS if fact.section == section for n in fact.reviews}
        for section in ("factors", "impacts")
    }
    factors, impacts = by_section["factors"], by_section["impacts"]
    assert len(factors) == 29
    assert len(impacts) == 21
    assert (len(factors & impacts), len(factors - impacts), len(impacts - factors)) == (14, 15, 7)
    assert factors | impacts == INCLUDED
    assert len(INCLUDED) == 36


@pytest.mark.parametrize("rollup", ["factors", "impacts"])
def test_codes_roll_up_to_the_same_reviews_as_the_citations(rollup: str) -> None:
    for section, domain in DOMAINS:
        if section == rollup:
            coded = {
                n
                for fact in FACTS
                for code in fact.codes
                if domain in domains_of(code, rollup)
                for n in fact.reviews
            }
            assert coded == {n for f in FACTS if f.domain == domain for n in f.reviews}, domain


# ------------------------------------------------------------------ reviews.csv


def test_reviews_are_the_included_ones() -> None:
    assert set(REVIEWS) == INCLUDED
    for row in REVIEWS.values():
        assert row["reports_impacts"] in {"true", "false"}
        assert row["reports_factors"] in {"true", "false"}
        assert row["evidence_quality"] in {"", "high", "critically low"}
        assert row["meta_analysis"] in {"", "true"}


@pytest.mark.parametrize("section", ["impacts", "factors"])
def test_what_a_review_reports_is_what_it_is_cited_for(section: str) -> None:
    reported = {n for n, row in REVIEWS.items() if row[f"reports_{section}"] == "true"}
    assert reported == {n for fact in FACTS if fact.section == section for n in fact.reviews}


def test_the_opening_list_of_the_impacts_is_kept_as_a_variable(paper: str) -> None:
    listed = bracket_after(paper, "Twenty-one studies reported on collaboration impacts")
    assert {n for n, row in REVIEWS.items() if row["reports_impacts"] == "true"} == listed
    assert "Twenty-nine studies reported on factors" in paper


def test_country_and_scope_follow_the_lists_in_the_article(paper: str) -> None:
    lists = {
        ("country", "UK"): ("such as the UK", set()),
        ("country", "US"): ("] or US", set()),
        ("scope", "broad population health"): ("broad population health goals", set()),
        # 82 is on no list; the results call it a review of health and social care collaboration.
        ("scope", "health and social care"): ("such as integration between health care", {82}),
        ("scope", "mental health"): ("care for people with mental health needs", set()),
    }
    for (variable, value), (words, besides) in lists.items():
        rows = {n for n, row in REVIEWS.items() if row[variable] == value}
        assert rows == bracket_after(paper, words) | besides, value
    assert "Liljas et al’s review of health and social care collaboration" in paper


def test_authors_are_those_the_results_name(paper: str) -> None:
    results = paper[paper.index("\nImpacts of collaboration\n") : paper.index("\nDiscussion\n")]
    named = {n: row["label"] for n, row in REVIEWS.items() if row["label"] != f"Review {n}"}
    for number, label in named.items():
        surname = re.sub(r"( et al\.| and .*)$", "", label)
        assert bracket_after(results, surname) == {number}, label
    et_al = set(re.findall(r"([A-Z][\w-]+)(?:’s)? et al", results))
    assert et_al == {v.removesuffix(" et al.") for v in named.values() if v.endswith("et al.")}
    assert len(named) == 17


# ------------------------------------------------------------------ codes and rollups


def test_findings_use_codes_that_exist_and_may_be_assigned() -> None:
    for fact in FACTS:
        for code in fact.codes:
            assert code in CODES, (fact.finding, code)
            assert CODES[code].get("codable", True), (fact.finding, code)


def test_findings_on_factors_are_coded_within_the_domain_that_cites_them() -> None:
    for fact in FACTS:
        if fact.section == "factors":
            for code in fact.codes:
                assert domains_of(code, "factors") == [fact.domain], (fact.finding, code)


def test_findings_on_impacts_have_an_outcome_and_what_the_evidence_amounts_to() -> None:
    for fact in FACTS:
        if fact.section == "impacts":
            evidence = [code for code in fact.codes if code in EVIDENCE]
            outcomes = [code for code in fact.codes if code not in EVIDENCE]
            assert evidence, fact.finding
            assert outcomes, fact.finding
            for code in outcomes:
                assert domains_of(code, "impacts") == [fact.domain], (fact.finding, code)
            for code in evidence:
                assert domains_of(code, "impacts") == [], (fact.finding, code)


def test_each_codable_code_has_a_finding_behind_it() -> None:
    used = {code for fact in FACTS for code in fact.codes}
    assert used == {i for i, code in CODES.items() if code.get("codable", True)}


def test_each_codable_code_sits_in_one_theme_of_one_rollup() -> None:
    for code, entry in CODES.items():
        if entry.get("codable", True):
            rollups = ("factors", "impacts", "evidence")
            themes = [theme for rollup in rollups for theme in themes_of(code, rollup)]
            assert len(themes) == 1, (code, themes)


def test_domains_are_the_subsections_of_the_article() -> None:
    for rollup in ("factors", "impacts"):
        assert [d for s, d in DOMAINS if s == rollup] == list(BOOK["rollups"][rollup]["domains"])


def test_rollups_refer_to_what_exists() -> None:
    for rollup in BOOK["rollups"].values():
        placed = [theme for d in rollup.get("domains", {}).values() for theme in d["themes"]]
        assert sorted(placed) == sorted(rollup.get("themes", {}))
        for theme, entry in rollup.get("themes", {}).items():
            assert theme not in CODES, f"{theme} names a theme and a code"
            assert {*entry.get("codes", ()), *entry.get("subtrees", ())} <= set(CODES), theme


def test_ids_the_documentation_relies_on() -> None:
    for code in ("trust", "pooled-budget", "shared-resources", "role-clarity", "flexible-roles"):
        assert CODES[code].get("codable", True)
    assert "role-flexibility" not in CODES


# ------------------------------------------------------------------ the codebooks as such


@pytest.mark.parametrize("path", [CODEBOOK, EXTENSION], ids=lambda path: path.stem)
def test_codes_are_complete(path: Path) -> None:
    book = read_codebook(path)
    assert (book["format"], book["id"]) == ("qualcode-codebook/1", path.stem)
    for code in book["codes"]:
        entry = ALL_CODES[code]
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert re.fullmatch(r"#[0-9a-f]{6}", entry["colour"]), code
        needed = {"name", "definition"}
        if entry.get("codable", True):
            needed |= {"include", "exclude", "examples", "counterexamples"}
        assert [field for field in sorted(needed) if not entry.get(field)] == [], code
        for field in ("examples", "counterexamples"):
            assert all(isinstance(quote, str) for quote in entry.get(field, ())), code


def test_factors_have_a_direction_and_nothing_else_has() -> None:
    allowed = set(BOOK["attributes"]["direction"])
    assert allowed == {"supports", "constrains", "either"}
    factors = {domain for section, domain in DOMAINS if section == "factors"}
    for code, entry in ALL_CODES.items():
        is_factor = ancestors(code)[-1] in factors and entry.get("codable", True)
        direction = entry.get("attributes", {}).get("direction")
        assert (direction in allowed) if is_factor else (direction is None), code


def test_names_are_unique_among_siblings() -> None:
    names = Counter((c.get("parent"), c["name"].casefold()) for c in ALL_CODES.values())
    assert [name for name, n in names.items() if n > 1] == []


def test_quotes_are_unique() -> None:
    quotes = Counter(
        quote
        for entry in ALL_CODES.values()
        for field in ("examples", "counterexamples")
        for quote in entry.get(field, ())
    )
    assert [quote for quote, n in quotes.items() if n > 1] == []


def test_criteria_send_the_coder_to_codes_that_exist() -> None:
    for code, entry in ALL_CODES.items():
        for field in ("definition", "include", "exclude"):
            for other in re.findall(r"`([^`]+)`", str(entry.get(field, ""))):
                assert other in ALL_CODES, (code, other)
                assert other != code, code
                assert other not in ADDED["hide"], (code, other)


def test_links_join_codes_and_are_given_once() -> None:
    links = [*BOOK["links"], *ADDED["links"]]
    for link in links:
        assert set(link) == {"source", "type", "target", "note"}
        assert link["type"] in {"supports", "constrains", "affects"}
        for end in (link["source"], link["target"]):
            assert ALL_CODES[end].get("codable", True), link
            assert end not in ADDED["hide"]
        assert link["source"] != link["target"]
    assert len({(link["source"], link["target"]) for link in links}) == len(links)


def test_citations_in_notes_are_citation_groups_of_the_article() -> None:
    groups = {fact.reviews for fact in FACTS}
    for link in BOOK["links"]:
        for citation in CITATION.finditer(link["note"]):
            assert expand(citation.group()) in groups, link


def test_the_extension_adds_redefines_and_hides() -> None:
    assert ADDED["extends"] == BOOK["id"]
    assert set(ADDED["codes"]) & set(CODES) == {"pooled-budget"}
    assert len(set(ADDED["codes"]) - set(CODES)) == 10
    for hidden in ADDED["hide"]:
        assert hidden in CODES
        assert all(code.get("parent") != hidden for code in ALL_CODES.values())
    for rollup, changes in ADDED["rollups"].items():
        base = BOOK["rollups"][rollup]
        for domain, entry in changes["domains"].items():
            inherited = base["domains"][domain]["themes"]
            assert entry["themes"][: len(inherited)] == inherited
            assert set(entry["themes"][len(inherited) :]) == set(changes["themes"])
        for theme in changes["themes"].values():
            assert set(theme["subtrees"]) <= set(ALL_CODES)


# ------------------------------------------------------------------ our own words


def words(text: str) -> list[str]:
    """Lower-case words, with British and American spelling of `organise` made one."""
    plain = re.sub(r"['’]", "", text.lower()).replace("organis", "organiz")
    return re.findall(r"[a-z0-9]+", plain)


def own_texts() -> Iterator[tuple[str, str]]:
    for fact in FACTS:
        yield fact.finding, fact.text
    for number, row in REVIEWS.items():
        for variable, value in row.items():
            yield f"review {number} {variable}", value
    for path in (CODEBOOK, EXTENSION, CORPUS / "README.md"):
        # A title is a name, and lists of numbers are nobody's words.
        text = re.sub(r"(?m)^[#>\s]+", " ", path.read_text(encoding="utf-8"))
        text = " ".join(text.split()).replace(TITLE, " ; ")
        assert TITLE not in text
        for part in CITATION.split(text)[::2]:
            yield path.name, part


def test_no_run_of_eight_words_is_the_articles(paper: str) -> None:
    length = 8
    theirs = words(paper)
    runs = {tuple(theirs[i : i + length]) for i in range(len(theirs) - length + 1)}
    for where, text in own_texts():
        ours = words(text)
        for i in range(len(ours) - length + 1):
            run = tuple(ours[i : i + length])
            assert run not in runs, f"{where}: {' '.join(run)}"


def test_the_title_is_quoted_where_the_article_is_cited() -> None:
    readme = (CORPUS / "README.md").read_text(encoding="utf-8")
    assert TITLE in " ".join(readme.replace("\n> ", " ").split())
    assert "CC BY 4.0" in readme
    assert "10.1186/s12889-021-10630-1" in readme


def test_the_totals_in_the_readme_are_these() -> None:
    readme = (CORPUS / "README.md").read_text(encoding="utf-8")
    for _, domain in DOMAINS:
        facts = [fact for fact in FACTS if fact.domain == domain]
        reviews = len({n for fact in facts for n in fact.reviews})
        assert f"| {domain} | {reviews} | {len(facts)} |" in readme, domain
