"""The shipped projects are what their tables make them, and count what the article counts.

Alderwick H, Hutchings A, Briggs A, Mays N. The impacts of collaboration between local health care
and non-health care organizations and factors shaping how they work: a systematic review of reviews.
BMC Public Health 2021;21:753. doi:10.1186/s12889-021-10630-1
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from scripts import build_corpora
from scripts.build_corpora import BUILDERS, CORPORA, OWN, contents, differing, shipped_folder

import qualcode as qc
from qualcode.io import shipped

REVIEWS, INTERVIEWS = "collaboration-reviews", "partnership-interviews"
FOLLOW_UP = "partnership-follow-up"
SHIPPED = [REVIEWS, FOLLOW_UP, INTERVIEWS]
every_project = pytest.mark.parametrize("name", SHIPPED)

Row = dict[str, str]


@cache
def table(name: str, file: str) -> list[Row]:
    with (CORPORA / name / file).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


@pytest.fixture(scope="module")
def reviews() -> qc.View:
    return qc.load_project(REVIEWS)


@pytest.fixture(scope="module")
def interviews() -> qc.View:
    return qc.load_project(INTERVIEWS)


# ------------------------------------------------------------------ every shipped project


def test_every_shipped_project_is_built() -> None:
    assert qc.list_projects() == sorted(BUILDERS) == SHIPPED


@every_project
def test_it_is_current(name: str) -> None:
    assert differing(name) == [], "build anew: python scripts/build_corpora.py"


def test_a_build_leaves_out_what_each_copy_makes_for_itself(tmp_path: Path) -> None:
    build_corpora.build(INTERVIEWS, tmp_path / "project")
    assert not any((tmp_path / "project" / name).exists() for name in OWN)


@every_project
def test_checking_finds_nothing(name: str) -> None:
    assert qc.check_folder(shipped_folder(name)) == []


@every_project
def test_saving_it_again_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    qc.load_project(name).save(tmp_path / "copy")
    assert contents(tmp_path / "copy") == contents(shipped_folder(name))
    assert qc.Project.open(tmp_path / "copy").state == qc.load_project(name).state


@every_project
def test_nothing_in_it_depends_on_the_machine(name: str) -> None:
    for path, content in contents(shipped_folder(name)).items():
        assert b"\r" not in content, path
        assert str(build_corpora.ROOT).encode() not in content, path


@pytest.fixture
def read_only_copy(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A shipped project as installed where its user may not write."""
    folder = tmp_path / "shipped" / "corpora" / request.param / "project"
    for path, content in contents(shipped_folder(request.param)).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    everything = [folder, *folder.rglob("*")]
    for path in everything:
        path.chmod(0o555 if path.is_dir() else 0o444)
    monkeypatch.setattr(shipped, "_PACKAGE", tmp_path)
    yield folder
    for path in everything:
        path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.mark.parametrize("read_only_copy", SHIPPED, indirect=True)
def test_it_loads_and_counts_where_nothing_can_be_written(read_only_copy: Path) -> None:
    before = sorted(read_only_copy.rglob("*"))
    for project in (
        qc.load_project(read_only_copy.parent.name),
        qc.Project.open(read_only_copy),
    ):
        assert project.rollup(count="documents").total == len(project.documents) > 0
    assert qc.check_folder(read_only_copy) == []
    assert sorted(read_only_copy.rglob("*")) == before


def test_the_script_says_what_is_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, content in contents(shipped_folder(INTERVIEWS)).items():
        copied = tmp_path / INTERVIEWS / "project" / path
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_bytes(content)
    project = tmp_path / INTERVIEWS / "project"
    (project / "codebook.yaml").write_bytes(b"")
    (text,) = (project / "texts").glob("int-03.*.txt")
    text.unlink()
    (project / "notes.txt").write_bytes(b"mine")
    monkeypatch.setattr(build_corpora, "BUILDERS", {INTERVIEWS: BUILDERS[INTERVIEWS]})
    monkeypatch.setattr(build_corpora, "shipped_folder", lambda name: tmp_path / name / "project")
    monkeypatch.setattr(build_corpora, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["build_corpora.py", "--check"])
    assert build_corpora.main() == 1
    prefix = f"{INTERVIEWS}/project"
    assert capsys.readouterr().err.splitlines()[:-1] == [
        f"{prefix}/codebook.yaml differs",
        f"{prefix}/notes.txt is not built",
        f"{prefix}/texts/{text.name} is missing",
    ]
    monkeypatch.setattr(sys, "argv", ["build_corpora.py"])
    assert build_corpora.main() == 0
    assert contents(project) == contents(CORPORA / INTERVIEWS / "project")


def test_the_script_runs_from_anywhere(tmp_path: Path) -> None:
    script = Path(build_corpora.__file__)
    subprocess.run([sys.executable, script, "--check"], cwd=tmp_path, check=True)


# ------------------------------------------------------------------ collaboration reviews

# Distinct reviews, and findings, that the article's citation groups give for each domain.
TOTALS = {
    "factors": {
        "motivation": (24, 49),
        "relationships": (28, 112),
        "resources": (29, 119),
        "governance": (24, 79),
        "external": (18, 37),
    },
    "impacts": {
        "health-outcomes": (18, 19),
        "service-use-and-quality": (13, 21),
        "resource-use-and-spending": (9, 9),
        "process": (8, 9),
    },
}
ANY = {"factors": 29, "impacts": 21}
every_rollup = pytest.mark.parametrize("rollup", list(TOTALS))


def findings() -> list[tuple[str, Row]]:
    """Each review with each finding that the article attributes to it, in the order of print."""
    return [
        (review, fact) for fact in table(REVIEWS, "facts.csv") for review in fact["reviews"].split()
    ]


@every_rollup
def test_domains_count_the_reviews_that_the_article_cites(reviews: qc.View, rollup: str) -> None:
    documents = reviews.rollup(rollup, count="documents")
    segments = reviews.rollup(rollup, count="segments")
    counted = {domain: (documents[domain], segments[domain]) for domain in TOTALS[rollup]}
    assert counted == TOTALS[rollup]
    frame = documents.to_frame()
    domains = frame[(frame["level"] == "domain") & (frame["id"] != "unassigned")]
    assert dict(zip(domains["id"], domains["count"], strict=True)) == {
        domain: number for domain, (number, _) in TOTALS[rollup].items()
    }


@every_rollup
def test_any_domain_counts_what_the_article_states(reviews: qc.View, rollup: str) -> None:
    result = reviews.rollup(rollup, count="documents")
    behind = {each.document.id for domain in TOTALS[rollup] for each in result.segments(domain)}
    assert len(behind) == ANY[rollup]
    reporting = reviews.crosstab(f"reports_{rollup}", rollup=rollup, count="documents").to_frame()
    of_domains = reporting.loc[list(TOTALS[rollup])]
    assert (of_domains[True] == of_domains["total"]).all()
    assert (of_domains[False] == 0).all()


def test_a_rollup_of_ones_own_gives_the_articles_two_numbers(reviews: qc.View) -> None:
    ends = qc.Rollup(
        "ends",
        themes=[
            qc.Theme("factors", subtrees=list(TOTALS["factors"])),
            qc.Theme("impacts", subtrees=["impacts"]),
        ],
    )
    result = reviews.rollup(ends, count="documents")
    assert (result["factors"], result["impacts"], result.total) == (29, 21, 36)
    assert reviews.rollup(ends, count="segments").total == 454


def test_every_review_reports_something(reviews: qc.View) -> None:
    assert len(reviews.documents) == 36
    for rollup in ("factors", "impacts", "evidence", "direction", "tree"):
        result = reviews.rollup(rollup, count="documents")
        assert (result.total, result.base) == (36, 36)


@every_rollup
def test_evidence_by_domain_agrees_with_the_facts(reviews: qc.View, rollup: str) -> None:
    frame = reviews.evidence(rollup=rollup, level="domain").to_frame()
    cited = Counter((review, fact["domain"]) for review, fact in findings())
    for review in reviews.documents:
        for domain in TOTALS[rollup]:
            assert frame.loc[review, domain] == cited[review, domain], (review, domain)
    if rollup == "factors":
        # A finding that is on no factor is on an impact, and none is lost.
        other = Counter(review for review, fact in findings() if fact["section"] == "impacts")
        assert frame["unassigned"].to_dict() == {each: other[each] for each in reviews.documents}


def test_evidence_by_code_agrees_with_the_facts(reviews: qc.View) -> None:
    frame = reviews.evidence(rollup="tree", level="code").to_frame()
    cited = Counter((review, code) for review, fact in findings() for code in fact["codes"].split())
    counted = {
        (review, code): count
        for review, row in frame.to_dict("index").items()
        for code, count in row.items()
        if count
    }
    assert counted == cited


def test_documents_are_the_reviews_by_their_numbers(reviews: qc.View) -> None:
    rows = table(REVIEWS, "reviews.csv")
    assert list(reviews.documents) == [row["number"] for row in rows]
    kinds = {"number": int, "reports_impacts": bool, "reports_factors": bool, "meta_analysis": bool}
    for row, document in zip(rows, reviews.documents.values(), strict=True):
        assert row["label"] in document.name
        assert set(document.variables) == {name for name, cell in row.items() if cell}
        for name, value in document.variables.items():
            assert type(value) is kinds.get(name, str)
            assert (str(value).lower() if value in (True, False) else str(value)) == row[name]


def test_a_document_is_title_headings_and_coded_findings(reviews: qc.View) -> None:
    names = {
        domain.id: domain.name
        for rollup in TOTALS
        for domain in reviews.codebook.rollups[rollup].domains
    }
    for document in reviews.documents.values():
        own = [fact for review, fact in findings() if review == document.id]
        expected = [f"# {document.name}"]
        for (section, domain), group in groupby(own, key=lambda f: (f["section"], f["domain"])):
            expected.append(f"## {section.capitalize()}: {names[domain]}")
            expected += [fact["text"] for fact in group]
        paragraphs = reviews.segments(unit="paragraph", documents=document.id)
        assert [each.quote for each in paragraphs] == expected
        coded = Counter(
            (each.segment.quote, each.code.id, each.memo)
            for each in reviews.assignments.where(qc.where(document=document.id))
        )
        assert coded == Counter(
            (fact["text"], code, f"{fact['finding']}, cited as {fact['citation']}")
            for fact in own
            for code in fact["codes"].split()
        )


def test_the_codebook_and_its_links_are_those_of_the_collaboration_codebook(
    reviews: qc.View,
) -> None:
    assert reviews.codebook == qc.load_codebook("collaboration")
    assert ("staff-involvement", "supports", "shared-vision") in {
        (link.source, link.type, link.target) for link in reviews.codebook.links
    }
    assert len(reviews.history) == 1


def test_the_article_is_cited_within_the_project(reviews: qc.View) -> None:
    (memo,) = reviews.memos_on("project")
    assert "10.1186/s12889-021-10630-1" in memo.text
    assert "CC BY 4.0" in memo.text
    assert {each.source for each in reviews.documents.values()} == {build_corpora.ARTICLE}


# ------------------------------------------------------------------ partnership interviews

KINDS = ["adopt", "merge", "redefine", "redefine", "add", "add", "split", "rename", "add"]
MERGE, BEFORE_SPLIT, SPLIT = 2, 6, 7
EVERYBODY = ["ana", "ben", "consensus"]


def places(*codes: str, rounds: tuple[int, ...] = (1, 2, 3)) -> set[tuple[str, str, str]]:
    """Distinct segments that the table codes so in some rounds."""
    return {
        (row["document"], row["quote"], row["occurrence"])
        for row in table(INTERVIEWS, "codings.csv")
        if row["code"] in codes and int(row["round"]) in rounds
    }


def segments_of(view: qc.View) -> dict[str, int]:
    """Distinct segments of each code that the codebook counts, whoever coded them."""
    frame = view.rollup("tree", count="segments", coders=EVERYBODY).to_frame()
    codes = frame[frame["level"] == "code"]
    return dict(zip(codes["id"], codes["count"], strict=True))


def test_codings_are_those_of_the_table(interviews: qc.View) -> None:
    made = Counter(
        (each.segment.document.id, each.coder, each.assigned_as, each.segment.quote, each.memo)
        for each in interviews.assignments
    )
    assert made == Counter(
        (row["document"], row["coder"], row["code"], row["quote"], row["memo"] or None)
        for row in table(INTERVIEWS, "codings.csv")
    )
    assert [(each.name, each.kind) for each in interviews.coders.values()] == [
        ("Ana", "person"),
        ("Ben", "person"),
        ("Consensus of Ana and Ben", "consensus"),
    ]


def test_a_quote_that_occurs_twice_is_coded_at_the_place_meant(interviews: qc.View) -> None:
    for row in table(INTERVIEWS, "codings.csv"):
        if row["occurrence"] == "2":
            first, second, *_ = interviews.segment(row["document"]).find_all(
                row["quote"], exact=True
            )
            starts = {
                each.segment.start
                for each in interviews.assignments.where(
                    qc.where(document=row["document"], coder=row["coder"])
                )
                if each.assigned_as == row["code"] and each.segment.quote == row["quote"]
            }
            assert second.start in starts <= {first.start, second.start}


def test_documents_and_cases_have_typed_variables(interviews: qc.View) -> None:
    def cells(variables: dict[str, Any]) -> Row:
        return {name: str(value) for name, value in variables.items()}

    for row in table(INTERVIEWS, "documents.csv"):
        document = interviews.documents[row["id"]]
        assert (document.name, ";".join(document.cases)) == (row["name"], row["cases"])
        text = (CORPORA / INTERVIEWS / document.source).read_bytes().decode("utf-8")
        assert document.text == text
        rest = {name: row[name] for name in row.keys() - {"id", "name", "cases"}}
        assert cells(document.variables) == rest
        assert type(document.variables["wave"]) is int
        assert document.variables["date"].year == 2025
    for row in table(INTERVIEWS, "cases.csv"):
        case = interviews.cases[row["id"]]
        assert case.name == row["name"]
        assert cells(case.variables) == {n: row[n] for n in row.keys() - {"id", "name"} if row[n]}


def test_the_history_is_that_of_the_readme(interviews: qc.View) -> None:
    log = interviews.history.to_frame()
    assert log["kind"].tolist() == KINDS
    assert log["revision"].tolist() == list(range(1, 10))
    assert log["coder"].tolist() == ["ana"] * 4 + ["ben"] * 4 + ["ana"]
    assert log["time"].is_monotonic_increasing
    # A document comes to the project after the interview, and before it is coded.
    for each in interviews.assignments:
        document = each.segment.document
        assert document.variables["date"].isoformat() < document.time[:10] < each.time[:10]


@pytest.mark.parametrize(
    ("revision", "documents", "rounds"),
    [(1, 4, (1,)), (4, 8, (1, 2)), (8, 12, (1, 2)), (9, 12, (1, 2, 3))],
)
def test_as_of_a_revision_there_is_what_there_was(
    interviews: qc.View, revision: int, documents: int, rounds: tuple[int, ...]
) -> None:
    view = interviews.at(revision)
    assert len(view.documents) == documents
    coded = [row for row in table(INTERVIEWS, "codings.csv") if int(row["round"]) in rounds]
    assert len(view.assignments) == len(coded)
    assert len(view.history) == revision


def test_everybody_finished_what_they_coded(interviews: qc.View) -> None:
    coded = {
        coder: {
            row["document"] for row in table(INTERVIEWS, "codings.csv") if row["coder"] == coder
        }
        for coder in EVERYBODY
    }
    assert interviews.finished == coded
    assert set(interviews.documents) - coded["consensus"] == {"int-04", "int-08", "int-10"}
    first = interviews.at(1)
    assert first.finished["consensus"] == {"int-01", "int-02", "int-03"}


def test_what_was_settled_is_counted_once(interviews: qc.View) -> None:
    settled = coded_places("trust", ("consensus",))
    single = {
        p for p in coded_places("trust", ("ana", "ben")) if p[0] in {"int-04", "int-08", "int-10"}
    }
    assert (len(settled), len(single)) == (22, 5)
    assert interviews.rollup("tree", count="segments").of("trust", "code") == 27
    everybody = interviews.rollup("tree", count="segments", coders=EVERYBODY)
    assert everybody.of("trust", "code") == len(places("trust")) == 52


def coded_places(code: str, coders: tuple[str, ...]) -> set[tuple[str, str, str]]:
    return {
        (row["document"], row["quote"], row["occurrence"])
        for row in table(INTERVIEWS, "codings.csv")
        if row["code"] == code and row["coder"] in coders
    }


def test_the_merge_unites_what_both_codes_had(interviews: qc.View) -> None:
    before, after = segments_of(interviews.at(MERGE - 1)), segments_of(interviews.at(MERGE))
    informal = places("informal-contact", rounds=(1,))
    arranged = places("communication", rounds=(1,))
    assert (before["informal-contact"], before["communication"]) == (len(informal), len(arranged))
    assert after["communication"] == len(informal | arranged) == 23
    assert "informal-contact" not in after
    others = before.keys() - {"informal-contact", "communication"}
    assert {code: before[code] for code in others} == {code: after[code] for code in others}


def test_the_merge_can_be_undone_after_all_that_followed_and_done_again(
    interviews: qc.View, tmp_path: Path
) -> None:
    qc.load_project(INTERVIEWS).save(tmp_path / "copy")
    project = qc.Project.open(tmp_path / "copy")
    shipped_counts = segments_of(interviews)

    project.revert(MERGE, coder="ana", reason="they can be told apart after all")
    apart = segments_of(project)
    assert apart["informal-contact"] == len(places("informal-contact"))
    assert apart["communication"] == len(places("communication"))
    others = shipped_counts.keys() - {"communication"}
    assert {code: apart[code] for code in others} == {code: shipped_counts[code] for code in others}
    assert project.codebook["communication"].definition.startswith("Partners keep one another")

    project.save()
    project = qc.Project.open(tmp_path / "copy")
    assert segments_of(project) == apart
    project.revert(len(project.history), coder="ana", reason="they cannot")
    project.save()
    assert segments_of(qc.Project.open(tmp_path / "copy")) == shipped_counts
    assert qc.check_folder(tmp_path / "copy") == []


def test_the_split_parts_and_the_undecided_partition_what_was_there(interviews: qc.View) -> None:
    def assigned(view: qc.View, *codes: str) -> set[tuple[str, int, int, str]]:
        return {each.place for each in view.assignments if each.code.id in codes}

    before, after = interviews.at(BEFORE_SPLIT), interviews.at(SPLIT)
    parts = [assigned(after, "flexible-money"), assigned(after, "short-term-money")]
    undecided = {each.place for each in after.unresolved}
    assert assigned(before, "funding") == parts[0] | parts[1] | undecided
    assert len(assigned(before, "funding")) == len(parts[0]) + len(parts[1]) + len(undecided)
    assert segments_of(before)["funding"] == len(places("funding", rounds=(1, 2)))
    assert assigned(before, "flexible-money", "short-term-money") == set()


def test_two_codings_of_funding_are_undecided_to_this_day(interviews: qc.View) -> None:
    assert {(each.coder, each.segment.quote) for each in interviews.unresolved} == {
        ("ana", "The money comes to the council first, and then to us."),
        ("consensus", "The money comes to the council first, and then to us."),
    }
    result = interviews.rollup("domains", count="assignments", coders=EVERYBODY)
    assert result.of("funding", "code") == 2


def test_parts_of_the_split_have_a_direction_each(interviews: qc.View) -> None:
    frame = interviews.rollup("direction", count="segments").to_frame()
    under = dict(zip(frame["id"], frame["under"], strict=True))
    assert under["flexible-money"] == "supports"
    assert under["short-term-money"] == "constrains"
    assert under["resident-voice"] == under["funding"] == "unassigned"


# ------------------------------------------------------------------ partnership follow-up


@pytest.fixture(scope="module")
def follow_up() -> qc.Project:
    return qc.load_project(FOLLOW_UP)


def follow_up_table(file: str) -> list[Row]:
    return table(f"{INTERVIEWS}/{FOLLOW_UP}", file)


def test_it_goes_on_with_the_interviews(interviews: qc.View, follow_up: qc.Project) -> None:
    then = follow_up.at(interviews.log.timeline.events[-1].id)
    kept = [id for id in interviews.documents if id != "int-10"]
    there = interviews.state.restricted(documents=kept)
    assert then.assignments == there.assignments
    assert then.codebook == there.codebook
    assert follow_up.history.to_frame()["kind"].tolist()[9:] == ["redefine", "redefine"]


def test_what_was_coded_meanwhile_moved_along_with_the_corrected_text(
    follow_up: qc.Project,
) -> None:
    corrected = (CORPORA / INTERVIEWS / FOLLOW_UP / "errata" / "int-04.txt").read_bytes()
    assert follow_up.documents["int-04"].text == corrected.decode("utf-8")
    (correction,) = follow_up.corrections
    waiting = {each.quote: each.assignments for each in follow_up.quarantine}
    assert waiting == {
        "This spring we're told that councils may be next.": (
            ("national-policy", "ana"),
            ("national-policy", "ben"),
        )
    }
    there = {
        (each.code.id, follow_up.state.reworded.get(each.place[:3], each.segment.quote))
        for each in follow_up.assignments.where(document="int-04", coder="ben")
    }
    coded = {
        (row["code"], row["quote"])
        for row in follow_up_table("codings.csv")
        if row["document"] == "int-04"
    }
    assert {row[1] for row in coded - there} == set(waiting)
    assert there < coded
    assert all(correction.before.count(quote) == 1 for _, quote in coded)


def test_what_both_said_at_once_was_settled(follow_up: qc.Project) -> None:
    assert follow_up.conflicts == ()
    power = follow_up.codebook["power"]
    assert power.definition.startswith("A partner decides")
    assert {task.coder for task in follow_up.worklist().of("stale") if task.about == "code:power"} == {
        "ana", "ben", "consensus",
    }  # fmt: skip


def test_decisions_are_those_of_the_table_and_one_is_open(follow_up: qc.Project) -> None:
    made = [
        (each.document, "; ".join(each.codes) or "none", each.by, each.reason)
        for each in follow_up.adjudications
        if each.reason  # the others took over what both had
    ]
    assert made == [
        (row["document"], row["codes"], row["by"], row["reason"])
        for row in follow_up_table("decisions.csv")
    ]
    assert all(len(each.had) == 2 for each in follow_up.adjudications)
    progress = follow_up.disagreements().by_document().set_index("document")
    assert progress.loc["int-04"].tolist() == [10, 9, 1]
    assert progress.loc["int-08"].tolist() == [7, 7, 0]
    assert "int-08" in follow_up.finished["consensus"]
    assert "int-04" not in follow_up.finished["consensus"]


def test_who_withdrew_is_in_nothing(interviews: qc.View, follow_up: qc.Project) -> None:
    (withdrawal,) = follow_up.withdrawals
    assert (withdrawal.target, withdrawal.documents) == ("case:nadia-belhaj", 1)
    assert set(interviews.documents) - set(follow_up.documents) == {"int-10"}
    assert "int-10" not in follow_up.at(revision=9).documents
