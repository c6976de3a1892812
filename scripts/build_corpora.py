"""Build the shipped projects from the tables beside them, or check that they are current.

    python scripts/build_corpora.py            write each corpora/NAME/project anew
    python scripts/build_corpora.py --check    name the files that would differ, and exit with 1

The builds use the library as anyone's script would. All times they record are given here, and so are the
random characters, so that the same tables make the same bytes each time.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

import qualcode as qc

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ROOT / "corpora"
OWN = (".qualcode", "documents")
"""What each copy of a project makes for itself, and git ignores."""

Row = dict[str, str]
Reader = Callable[[str], Any]
TRUTH = {"true": True, "false": False}.__getitem__


@dataclass
class Clock:
    """The time that a build records, until it is set to another."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Tokens:
    """Characters that look random, the same in each build."""

    seed: str
    count: int = 0

    def __call__(self, size: int) -> str:
        self.count += 1
        return hashlib.sha256(f"{self.seed} {self.count}".encode()).hexdigest()[: 2 * size]


def read_table(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def typed(row: Row, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Return variables from a row's cells; an empty cell is a variable that is not known."""
    return {name: read(row[name]) for name, read in readers.items() if row[name]}


# ---------------------------------------------------------------------- collaboration reviews

ARTICLE = "https://doi.org/10.1186/s12889-021-10630-1"
DERIVATION = f"""\
Derived from: Alderwick H, Hutchings A, Briggs A, Mays N. The impacts of collaboration between local \
health care and non-health care organizations and factors shaping how they work: a systematic review of \
reviews. BMC Public Health 2021;21:753. {ARTICLE} (open access, CC BY 4.0).

Each document lists what the article attributes to one of the reviews it includes, in our own words; this \
adaptation is shared under the same licence. The authors have neither made nor endorsed it. The memo of \
an assignment names the finding, by its row in facts.csv, and the citation as printed."""
REVIEW_READERS: dict[str, Reader] = {
    "number": int,
    "label": str,
    "country": str,
    "scope": str,
    "focus": str,
    "population": str,
    "reports_impacts": TRUTH,
    "reports_factors": TRUTH,
    "evidence_quality": str,
    "meta_analysis": TRUTH,
}


def collaboration_reviews() -> qc.Project:
    folder = CORPORA / "collaboration-reviews"
    facts = read_table(folder / "facts.csv")
    project = qc.Project.new(
        "Collaboration reviews",
        codebook=ROOT / "codebooks" / "collaboration.yaml",
        coder="qualcode",
        clock=Clock(datetime(2026, 11, 2, 9, tzinfo=UTC)),
        tokens=Tokens("collaboration reviews"),
    )
    project.add_coder("qualcode", name="The makers of qualcode")
    project.add_memo("project", DERIVATION, coder="qualcode")
    headings = {
        domain.id: f"{section.capitalize()}: {domain.name}"
        for section in ("impacts", "factors")
        for domain in project.codebook.rollups[section].domains
    }
    for review in read_table(folder / "reviews.csv"):
        number, name = review["number"], review["label"]
        if name != f"Review {number}":
            name = f"{name} [{number}]"
        findings = [fact for fact in facts if number in fact["reviews"].split()]
        document = project.add_document(
            review_text(name, findings, headings),
            id=number,
            name=name,
            variables=typed(review, REVIEW_READERS),
            source=ARTICLE,
        )
        for fact in findings:
            paragraph = project.segment(document.id).find(fact["text"], exact=True)
            for code in fact["codes"].split():
                project.assign(
                    paragraph,
                    code,
                    coder="qualcode",
                    origin="import:facts.csv",
                    memo=f"{fact['finding']}, cited as {fact['citation']}",
                )
    review = project.review()
    for link in read_table(folder / "links.csv"):
        ends = link["source"], link["type"], link["target"]
        review.link(*ends, sources=link["reviews"].split(), coder="qualcode")
    return project


def review_text(title: str, findings: Iterable[Row], headings: Mapping[str, str]) -> str:
    """Return a title, a heading for each domain, and a paragraph for each finding."""
    paragraphs = [f"# {title}"]
    for domain, group in groupby(findings, key=lambda fact: fact["domain"]):
        paragraphs += [f"## {headings[domain]}", *(fact["text"] for fact in group)]
    return "\n\n".join(paragraphs) + "\n"


# ---------------------------------------------------------------------- partnership interviews

CODERS = (
    qc.Coder("ana", name="Ana"),
    qc.Coder("ben", name="Ben"),
    qc.Coder("consensus", name="Consensus of Ana and Ben", kind="consensus"),
)
CASE_READERS: dict[str, Reader] = {
    "kind": str,
    "sector": str,
    "years_in_post": int,
    "setting": str,
    "population": int,
}
INTERVIEW_READERS: dict[str, Reader] = {
    "sector": str,
    "site": str,
    "role": str,
    "date": date.fromisoformat,
    "wave": int,
}
# What was done on which day: interviews of a round added, a round coded, the next revision made.
DIARY = (
    ("2025-03-24", "add", 1),
    ("2025-03-25", "ana", 1),
    ("2025-03-26", "ben", 1),
    ("2025-03-28", "consensus", 1),
    ("2025-03-31", "revise", 1),
    ("2025-10-08", "add", 2),
    ("2025-10-09", "ana", 2),
    ("2025-10-10", "ben", 2),
    ("2025-10-13", "consensus", 2),
    ("2025-10-15", "revise", 2),
    ("2025-11-07", "add", 3),  # before the third revision, which came of reading them
    ("2025-11-10", "revise", 3),
    ("2025-11-11", "ana", 3),
    ("2025-11-12", "ben", 3),
    ("2025-11-14", "consensus", 3),
)


def partnership_interviews() -> qc.Project:
    folder = CORPORA / "partnership-interviews"
    codings = read_table(folder / "codings.csv")
    interviews = read_table(folder / "documents.csv")
    revisions = YAML(typ="safe").load((folder / "revisions.yaml").read_text(encoding="utf-8"))
    # Coders also went back to earlier interviews, so an interview is of the first round it has.
    first_round: dict[str, int] = {}
    for coding in codings:
        seen = first_round.get(coding["document"], 3)
        first_round[coding["document"]] = min(seen, int(coding["round"]))

    clock = Clock(at(DIARY[0][0]))
    project = qc.Project.new(
        "Partnership interviews",
        codebook=folder / "codebook.yaml",
        coder="ana",
        clock=clock,
        tokens=Tokens("partnership interviews"),
    )
    for coder in CODERS:
        project.add_coder(coder.id, name=coder.name, kind=coder.kind)
    for row in read_table(folder / "cases.csv"):
        project.add_case(row["id"], name=row["name"], variables=typed(row, CASE_READERS))
    for day, what, number in DIARY:
        clock.now = at(day)
        if what == "add":
            for interview in interviews:
                if first_round[interview["id"]] == number:
                    add_interview(project, interview, folder)
        elif what == "revise":
            revise(project, revisions[number - 1])
        else:
            own = [c for c in codings if (c["coder"], c["round"]) == (what, str(number))]
            code_round(project, own, clock)
    return project


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:00:00+00:00")


def add_interview(project: qc.Project, interview: Row, folder: Path) -> None:
    source = f"interviews/{interview['id']}.txt"
    project.add_document(
        (folder / source).read_bytes().decode("utf-8"),
        id=interview["id"],
        name=interview["name"],
        variables=typed(interview, INTERVIEW_READERS),
        cases=interview["cases"].split(";"),
        source=source,
    )


def code_round(project: qc.Project, codings: Iterable[Row], clock: Clock) -> None:
    """Assign what one coder coded in one round, an interview an hour, each read to the end."""
    for document, group in groupby(codings, key=lambda coding: coding["document"]):
        for coding in group:
            project.assign(
                quoted(project, coding),
                coding["code"],
                coder=coding["coder"],
                memo=coding["memo"] or None,
            )
        project.finish(document, coder=coding["coder"])
        clock.now += timedelta(hours=1)


def quoted(project: qc.Project, row: Mapping[str, Any]) -> qc.Segment:
    """Return the segment that a row means by its document, quote and occurrence."""
    return project.segment(row["document"]).find(
        row["quote"], occurrence=int(row["occurrence"]), exact=True
    )


def revise(project: qc.Project, revision: Mapping[str, Any]) -> None:
    with project.revise(coder=revision["coder"], reason=revision["reason"]) as cb:
        for change in revision["changes"]:
            match change:
                case {"kind": "add", "code": code, **fields}:
                    cb.add(code, **fields)
                case {"kind": "rename", "code": code, "name": name}:
                    cb.rename(code, name)
                case {"kind": "redefine", "code": code, **fields}:
                    cb.redefine(code, **fields)
                case {"kind": "merge", "sources": sources, "into": into}:
                    cb.merge(sources, into=into)
                case {"kind": "split", "source": code, "parts": parts, "decisions": decisions}:
                    cb.split(code, choosers(project, parts, decisions))
                case _:
                    raise ValueError(f"revisions.yaml: no such change: {change}")


def choosers(
    project: qc.Project, parts: Iterable[Mapping[str, Any]], decisions: Iterable[Mapping[str, Any]]
) -> dict[str | qc.Code, Callable[[qc.Assignment], bool]]:
    """Return which assignments go to each part of a split code, as decided one by one."""
    decided = {}
    for row in decisions:
        segment = quoted(project, row)
        place = (segment.document.id, segment.start, segment.end, row["coder"])
        decided[place] = row["part"]

    def chooser(part: str) -> Callable[[qc.Assignment], bool]:
        return lambda assignment: decided.get(assignment.place) == part

    chosen: dict[str | qc.Code, Callable[[qc.Assignment], bool]] = {}
    for part in parts:
        fields = dict(part)
        id = fields.pop("code")
        chosen[qc.Code(id, **fields)] = chooser(id)
    return chosen


# ---------------------------------------------------------------------- partnership follow-up


def partnership_follow_up() -> qc.Project:
    """Go on with the partnership interviews in two copies at once, and then in the whole of both."""
    folder = CORPORA / "partnership-interviews" / "partnership-follow-up"
    changes = YAML(typ="safe").load((folder / "changes.yaml").read_text(encoding="utf-8"))
    codings = read_table(folder / "codings.csv")
    with tempfile.TemporaryDirectory() as scratch:
        copies = {coder: Path(scratch) / coder for coder in ("ana", "ben")}
        partnership_interviews().save(copies["ana"])
        shutil.copytree(copies["ana"], copies["ben"])
        for number, (coder, path) in enumerate(copies.items(), start=12):
            clock = Clock(at(f"2026-01-{number}"))
            with qc.Project.open(path, clock=clock, tokens=Tokens(f"{coder}'s copy")) as copy:
                go_on(copy, coder, changes[coder], codings, folder, clock)
        whole = qc.merge(
            *copies.values(), clock=(clock := Clock(at("2026-01-16"))), tokens=Tokens("the whole")
        ).project
    come_together(whole, changes["together"], clock)
    for row in read_table(folder / "decisions.csv"):
        clock.now += timedelta(minutes=5)
        decide(whole, row)
    whole.finish_decided(by="ana")
    clock.now = at("2026-02-02")
    leaves = changes["together"]["withdraw"]
    whole.withdraw(leaves["what"], coder=leaves["by"], reason=leaves["reason"])
    return whole


def go_on(
    copy: qc.Project,
    coder: str,
    changes: Mapping[str, Any],
    codings: Iterable[Row],
    folder: Path,
    clock: Clock,
) -> None:
    """Do in one copy what its coder did there."""
    if "correction" in changes:
        document, reason = changes["correction"]["document"], changes["correction"]["reason"]
        text = (folder / "errata" / f"{document}.txt").read_bytes().decode("utf-8")
        copy.correct(document, text, coder=coder, reason=reason)
    with copy.revise(coder=coder, reason=changes["reason"]) as cb:
        cb.redefine(changes["redefine"]["code"], definition=changes["redefine"]["definition"])
    copy.add_memo(changes["memo"]["on"], changes["memo"]["text"], coder=coder)
    clock.now += timedelta(hours=1)
    code_round(copy, [row for row in codings if row["coder"] == coder], clock)


def come_together(whole: qc.Project, changes: Mapping[str, Any], clock: Clock) -> None:
    """Settle what the two copies did not agree on, and place what a correction left without a place."""
    (conflict,) = whole.conflicts
    side = changes["resolve"]
    whole.resolve(conflict, take=side["take"], coder=side["by"], reason=side["reason"])
    clock.now += timedelta(hours=1)
    found = changes["place"]
    (passage,) = (each for each in whole.quarantine if each.quote == found["old"])
    new = whole.segment(passage.document).find(found["new"], exact=True)
    whole.place(passage, (new.start, new.end), coder=found["by"], reason=found["reason"])


def decide(whole: qc.Project, row: Row) -> None:
    """Decide what a row says of the disagreement on its words."""
    segment = quoted(whole, row)
    (found,) = (each for each in whole.disagreements() if each.segment == segment)
    codes = [] if row["codes"] == "none" else row["codes"].split("; ")
    whole.adjudicate(found, codes, by=row["by"], reason=row["reason"])


# ---------------------------------------------------------------------- writing and checking

BUILDERS: dict[str, Callable[[], qc.Project]] = {
    "collaboration-reviews": collaboration_reviews,
    "partnership-interviews": partnership_interviews,
    "partnership-follow-up": partnership_follow_up,
}
# One corpus goes on with another, and lies in its folder.
WITHIN = {"partnership-follow-up": "partnership-interviews"}


def shipped_folder(name: str) -> Path:
    return CORPORA / WITHIN.get(name, "") / name / "project"


def build(name: str, folder: Path) -> None:
    """Build one project into a new folder, without what each copy makes for itself."""
    BUILDERS[name]().save(folder)
    for name in OWN:
        shutil.rmtree(folder / name)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a project's folder that is part of the project, by its path."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder): path for path in paths}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in named.items()
        if name.parts[0] not in OWN
    }


def differing(name: str) -> list[str]:
    """Return which files of a shipped project are not as a build makes them, each with how."""
    with tempfile.TemporaryDirectory() as scratch:
        built = Path(scratch) / "project"
        build(name, built)
        new, old = contents(built), contents(shipped_folder(name))
    found = []
    for path in sorted(new.keys() | old.keys()):
        how = "is missing" if path not in old else "is not built" if path not in new else "differs"
        if old.get(path) != new.get(path):
            found.append(f"{shipped_folder(name).relative_to(ROOT) / path} {how}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the shipped projects from their tables.")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    check = parser.parse_args().check
    if check:
        stale = [line for name in BUILDERS for line in differing(name)]
        if stale:
            print(*stale, "Build anew: python scripts/build_corpora.py", sep="\n", file=sys.stderr)
        return 1 if stale else 0
    for name in BUILDERS:
        with tempfile.TemporaryDirectory() as scratch:
            built = Path(scratch) / "project"
            build(name, built)
            # What is there is replaced only once the build has gone through.
            shutil.rmtree(shipped_folder(name), ignore_errors=True)
            shutil.copytree(built, shipped_folder(name))
        print(f"wrote {shipped_folder(name).relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
