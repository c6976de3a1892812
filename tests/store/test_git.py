"""Two people code in two branches, and git puts their work together."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.store.making import clock, contents, log, made

import qualcode as qc
from qualcode.errors import HistoryError, QualcodeError
from qualcode.io.store import layout

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *arguments: str, fails: bool = False) -> str:
    settings = {
        "user.name": "A B",
        "user.email": "a@example.org",
        "core.autocrlf": "true",  # as on many machines: texts must keep their line ends all the same
        "core.safecrlf": "false",
        "init.defaultBranch": "main",
        "commit.gpgsign": "false",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    run = subprocess.run(
        ["git", *options, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert fails or run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", message)


@pytest.fixture(params=["as made", "without attributes"])
def repository(folder: Path, request: pytest.FixtureRequest) -> Path:
    """A project in git, with what it tells git about merging, and without."""
    made(folder)
    git(folder, "init", "--quiet")
    if request.param == "without attributes":
        # Texts must keep their line ends all the same: that much git must be told.
        (folder / ".gitattributes").write_text("texts/*.txt -text\n", encoding="utf-8")
    commit(folder, "start")
    git(folder, "branch", "other")
    return folder


def clone(repository: Path, name: str) -> Path:
    git(repository.parent, "clone", "--quiet", str(repository), name)
    return repository.parent / name


Work = Callable[[qc.Project], object]


def work(folder: Path, *deeds: Work) -> None:
    """Open a project, do something, save and commit it."""
    project = qc.Project.open(folder, clock=clock)
    for deed in deeds:
        deed(project)
    project.save()
    commit(folder, "work")


def merge(folder: Path, *arguments: str) -> None:
    """Merge; nothing but the codebook's file, which is made anew, may be in conflict."""
    git(folder, *arguments, fails=True)
    unmerged = git(folder, "diff", "--name-only", "--diff-filter=U").split()
    assert set(unmerged) <= {"codebook.yaml"}, unmerged
    if (folder / ".gitattributes").read_text("utf-8") == layout.GIT_ATTRIBUTES:
        assert not unmerged
    if unmerged:
        git(folder, "add", "codebook.yaml")
        git(folder, "commit", "--quiet", "--no-edit")


def events(folder: Path) -> set[str]:
    return {each.id for each in qc.Project.open(folder).log}


def sound(folder: Path, *sides: set[str]) -> qc.Project:
    """Return what a merge made, having checked that nothing is lost, and that it can be worked with."""
    merged = qc.Project.open(folder, clock=clock)
    assert qc.check_folder(folder) == []
    found = {each.id for each in merged.log}
    for side in sides:
        assert side <= found
    assert not merged.has_unapplied_edits
    merged.save()
    again = qc.Project.open(folder, clock=clock)
    assert again.state == merged.state
    text = (folder / "codebook.yaml").read_text("utf-8")
    assert "<<<<" not in text
    assert text.count("# codebook of ") == 1
    assert qc.check_folder(folder) == []
    commit(folder, "merged") if git(folder, "status", "--porcelain") else None
    return again


def both(repository: Path, here: Work, there: Work) -> qc.Project:
    """Do one thing on the main branch and another on the other branch, and merge."""
    sides = []
    for branch, deed in (("main", here), ("other", there)):
        git(repository, "checkout", "--quiet", branch)
        work(repository, deed)
        sides.append(events(repository))
    git(repository, "checkout", "--quiet", "main")
    merge(repository, "merge", "--quiet", "--no-edit", "other")
    return sound(repository, *sides)


def revise(coder: str, *steps: tuple[str, ...]) -> Work:
    def deed(project: qc.Project) -> None:
        with project.revise(coder=coder, reason=f"by {coder}") as cb:
            for name, *arguments in steps:
                getattr(cb, name)(*arguments)

    return deed


def test_nothing_private_is_committed(repository: Path) -> None:
    committed = {name for name in contents(repository) if not name.startswith("documents/")}
    assert set(git(repository, "ls-files").split()) == committed
    qc.Project.open(repository)
    assert git(repository, "status", "--porcelain") == ""


def test_a_clone_is_the_same_and_begins_files_of_its_own(repository: Path) -> None:
    copy = clone(repository, "clone")
    assert contents(copy / "texts") == contents(repository / "texts")
    project = qc.Project.open(copy, clock=clock)
    assert project.state == qc.Project.open(repository).state
    assert qc.check_folder(copy) == []
    project.assign(("a", 16, 20), "trust", coder="ana")
    project.save()
    changed = [line.split() for line in git(copy, "status", "--porcelain", "-uall").splitlines()]
    assert [how for how, _ in changed] == ["??", "??"]
    assert sorted(name.split(".")[0] for _, name in changed) == ["heads/ana", "log/ana"]
    commit(copy, "more")
    project.assign(("a", 21, 26), "trust", coder="ana")
    project.save()
    changed = [line.split() for line in git(copy, "status", "--porcelain", "-uall").splitlines()]
    assert [how for how, _ in changed] == ["M", "M"], "from then on it goes on with them"


def test_two_coders_in_two_branches(repository: Path) -> None:
    def ana(project: qc.Project) -> None:
        project.assign(("a", 16, 20), "trust", coder="ana")
        project.retract(("b", 0, 15), "money", coder="ana")
        project.add_memo("code:trust", "Still too wide.", coder="ana")

    def ben(project: qc.Project) -> None:
        project.assign(("a", 16, 20), "trust", coder="ben", memo="sure")
        project.assign(("b", 16, 22), "time", coder="ben")
        project.add_memo("document:b", "Short.", coder="ben")

    merged = both(repository, ana, ben)
    found = {(each.coder, each.segment.start, each.code.id) for each in merged.assignments}
    assert found == {
        ("ana", 0, "trust"), ("ana", 16, "trust"), ("ben", 16, "trust"), ("ben", 16, "time"),
    }  # fmt: skip
    assert [memo.text for memo in merged.memos_on("document:b")] == ["Short."]
    merged.assign(("a", 0, 2), "trust", coder="ben")
    merged.save()


def test_the_same_new_coders_in_two_branches(repository: Path) -> None:
    merged = both(
        repository,
        lambda project: [
            project.assign(("a", 16, 20), "trust", coder=who) for who in ("cem", "dee")
        ],
        lambda project: [project.assign(("a", 3, 8), "trust", coder=who) for who in ("dee", "cem")],
    )
    assert set(merged.coders) == {"project", "ana", "ben", "cem", "dee"}
    assert len(merged.assignments.where(coder="dee")) == 2
    assert merged.conflicts == ()


def test_one_coder_on_two_branches_keeps_the_work_of_both(repository: Path) -> None:
    def morning(project: qc.Project) -> None:
        project.assign(("a", 16, 20), "trust", coder="ana")
        project.assign(("b", 16, 22), "time", coder="ana")
        project.add_memo("project", "Morning.", coder="ana")

    def evening(project: qc.Project) -> None:
        project.assign(("a", 16, 20), "trust", coder="ana")
        project.assign(("b", 16, 30), "money", coder="ana", memo="late")
        project.retract(("a", 0, 14), "trust", coder="ana")
        project.add_memo("project", "Evening.", coder="ana")

    merged = both(repository, morning, evening)
    found = {
        (each.segment.document.id, each.segment.end, each.code.id) for each in merged.assignments
    }
    assert found == {("a", 20, "trust"), ("b", 22, "time"), ("b", 30, "money"), ("b", 15, "money")}
    assert {memo.text for memo in merged.memos_on("project")} == {"Morning.", "Evening."}


def test_both_revised_the_codebook(repository: Path) -> None:
    merged = both(
        repository,
        revise("ana", ("rename", "trust", "Confidence"), ("add", "hope")),
        revise("ben", ("rename", "trust", "Faith"), ("add", "fear"), ("merge", ["time"], "money")),
    )
    assert {"hope", "fear"} <= {code.id for code in merged.codebook}
    assert "time" not in {code.id for code in merged.codebook}
    (conflict,) = merged.conflicts
    assert (conflict.kind, conflict.target, conflict.field) == ("both set", "code:trust", "name")
    assert set(conflict.values) == {"Confidence", "Faith"}
    with merged.revise(coder="ana", reason="settled") as cb:
        cb.rename("trust", "Trust, confidence or faith")
    assert merged.conflicts == ()


def test_both_added_another_document_under_one_id(repository: Path) -> None:
    def add(text: str, coder: str) -> Work:
        def deed(project: qc.Project) -> None:
            project.add_document(text, id="new", coder=coder)
            project.assign(("new", 0, 5), "trust", coder=coder)

        return deed

    merged = both(repository, add("First text.", "ana"), add("Second one, longer.", "ben"))
    assert {doc.text for id, doc in merged.documents.items() if id.startswith("new")} == {
        "First text.",
        "Second one, longer.",
    }
    assert {each.segment.quote for each in merged.assignments} >= {
        "First",
        "Secon",
    }
    assert [each.kind for each in merged.conflicts] == ["same id"]


def test_both_corrected_a_text(repository: Path) -> None:
    def correct(text: str, coder: str) -> Work:
        return lambda project: project.correct("b", text, coder=coder)

    merged = both(
        repository,
        correct("Money is scarce. Nobody decides.", "ana"),
        correct("Money is short. Nobody decides it.", "ben"),
    )
    assert [each.kind for each in merged.conflicts] == ["both set"]
    assert len([*(repository / "texts").iterdir()]) == 4
    merged.save()
    shown = [
        path.read_text(encoding="utf-8") for path in (repository / "documents").glob("b.*.txt")
    ]
    assert shown == [merged.documents["b"].text]
    # An older checkout does not know the version of the other, which may be the one that was shown last.
    merge = git(repository, "rev-parse", "HEAD").strip()
    seen = set()
    for parent in ("^1", "^2"):
        git(repository, "checkout", "--quiet", merge + parent)
        assert qc.check_folder(repository) == []
        seen.add(qc.Project.open(repository).documents["b"].text)
    assert seen == {"Money is scarce. Nobody decides.", "Money is short. Nobody decides it."}


def test_both_changed_a_document(repository: Path) -> None:
    merged = both(
        repository,
        lambda project: project.set_variables("a", site="east", coder="ana"),
        lambda project: project.set_variables("a", site="west", coder="ben"),
    )
    (conflict,) = merged.conflicts
    assert set(conflict.values) == {"east", "west"}


def test_an_old_checkout_is_worked_on(repository: Path) -> None:
    """Of a branch that was at an earlier commit, with the private folder of the newest."""
    work(repository, lambda p: p.add_memo("project", "One.", coder="ana"))
    work(repository, lambda p: p.add_memo("project", "Two.", coder="ana"))
    newest = events(repository)
    git(repository, "checkout", "--quiet", "-b", "old", "HEAD~1")
    work(repository, lambda p: p.add_memo("project", "Other.", coder="ana"))
    old = events(repository)
    git(repository, "checkout", "--quiet", "main")
    merge(repository, "merge", "--quiet", "--no-edit", "old")
    merged = sound(repository, newest, old)
    assert {memo.text for memo in merged.memos_on("project")} == {"One.", "Two.", "Other."}


def test_a_rebase_loses_nothing(repository: Path) -> None:
    work(repository, lambda p: p.assign(("a", 16, 20), "trust", coder="ana"))
    here = events(repository)
    git(repository, "checkout", "--quiet", "other")
    work(repository, lambda p: p.assign(("a", 3, 8), "trust", coder="ana"))
    work(repository, lambda p: p.add_memo("project", "x", coder="ana"))
    there = events(repository)
    git(repository, "rebase", "--quiet", "main")
    sound(repository, here, there)


def test_three_clones_and_a_criss_cross(repository: Path) -> None:
    one, two = clone(repository, "one"), clone(repository, "two")
    git(one, "checkout", "--quiet", "main")
    for round_ in range(3):
        for folder, who in ((one, "ana"), (two, "ben"), (repository, "ana")):
            work(
                folder,
                lambda p, who=who, n=round_: p.add_memo("project", f"{who} {n}", coder=who),  # type: ignore[misc]
                lambda p, who=who, n=round_: p.assign(
                    ("a", n, n + 3 + len(who)), "trust", coder=who
                ),  # type: ignore[misc]
                revise(f"{who}-{folder.name}", ("add", f"c{round_}-{folder.name}")),
            )
        sides = [events(one), events(two)]
        # Each takes what the other had before either merged: two bases for the next merge.
        git(one, "branch", "--force", "before")
        git(two, "branch", "--force", "before")
        merge(one, "pull", "--quiet", "--no-rebase", "--no-edit", str(two), "before")
        merge(two, "pull", "--quiet", "--no-rebase", "--no-edit", str(one), "before")
        sound(one, *sides)
        sound(two, *sides)
    sides = [events(one), events(two), events(repository)]
    for other in (two, repository):
        merge(one, "pull", "--quiet", "--no-rebase", "--no-edit", str(other), "HEAD")
    merged = sound(one, *sides)
    assert len(merged.memos_on("project")) == 9


def test_one_author_on_two_machines(repository: Path) -> None:
    other = clone(repository, "laptop")
    for number in range(2):
        for folder in (repository, other):
            work(folder, lambda p, n=number: p.assign(("a", n, n + 9), "trust", coder="ana"))  # type: ignore[misc]
            work(folder, lambda p, n=number, f=folder: p.set_variables("a", wave=n, coder="ana"))  # type: ignore[misc]
        sides = [events(repository), events(other)]
        merge(other, "pull", "--quiet", "--no-rebase", "--no-edit", str(repository), "main")
        merge(repository, "pull", "--quiet", "--no-rebase", "--no-edit", str(other), "main")
        sound(repository, *sides)
        merge(other, "pull", "--quiet", "--no-rebase", "--no-edit", str(repository), "main")


def test_of_copies_that_take_turns_the_last_is_right(repository: Path) -> None:
    """Each has seen all that came before; the names of their files are in no order."""
    for turn in range(1, 6):
        copy = clone(repository, f"copy-{turn}")
        work(copy, lambda p, n=turn: p.assign(("a", 0, 9), "trust", coder="ana", weight=n))  # type: ignore[misc]
        merge(repository, "pull", "--quiet", "--no-rebase", "--no-edit", str(copy), "main")
        project = qc.Project.open(repository, clock=clock)
        found = [each.weight for each in project.assignments if each.place == ("a", 0, 9, "ana")]
        assert found == [turn]


def test_a_folder_copied_with_its_private_folder(repository: Path) -> None:
    copy = repository.parent / "copy"
    shutil.copytree(repository, copy)
    for folder, name in ((repository, "one"), (copy, "two")):
        work(folder, lambda p, name=name: p.add_memo("project", name, coder="ana"))  # type: ignore[misc]
    sides = [events(repository), events(copy)]
    merge(repository, "pull", "--quiet", "--no-rebase", "--no-edit", str(copy), "main")
    sound(repository, *sides)


@pytest.mark.parametrize("names", ["ab", "ba"])
def test_the_names_of_files_do_not_order_what_one_coder_did(repository: Path, names: str) -> None:
    other = clone(repository, "laptop")
    before = set((other / "log").iterdir())
    work(other, lambda p: p.assign(("a", 0, 9), "money", coder="dora"))
    third = clone(other, "desk")
    work(third, lambda p: p.retract(("a", 0, 9), "money", coder="dora"))
    known = [path.name for path in before]
    (first,) = [path for path in (other / "log").iterdir() if path.name not in known]
    known.append(first.name)
    (second,) = [path for path in (third / "log").iterdir() if path.name not in known]
    for name, path in zip(names, (third / "log" / first.name, second), strict=True):
        path.rename(path.with_name(f"{name}.jsonl"))
    assert not qc.Project.open(third).assignments.where(coder="dora"), "the retraction saw it"


def test_reverting_what_another_saw_is_noticed(repository: Path) -> None:
    work(repository, lambda p: p.add_memo("project", "One.", coder="ana"))
    work(repository, lambda p: p.add_memo("project", "Two.", coder="ben"))
    git(repository, "revert", "--no-edit", "HEAD~1")
    with pytest.raises(HistoryError, match=r"log/.*is missing"):
        qc.Project.open(repository)
    assert qc.check_folder(repository)


def test_reverting_the_newest_save_is_no_alarm(repository: Path) -> None:
    before = events(repository)
    work(repository, lambda p: p.add_memo("project", "One.", coder="ana"))
    git(repository, "revert", "--no-edit", "HEAD")
    assert qc.check_folder(repository) == []
    assert events(repository) == before
    work(repository, lambda p: p.add_memo("project", "Again.", coder="ana"))
    assert [memo.text for memo in qc.Project.open(repository).memos_on("project")] == ["Again."]
    assert qc.check_folder(repository) == []


def test_edits_by_hand_are_edits_after_a_merge_too(repository: Path) -> None:
    both(
        repository,
        revise("ana", ("rename", "trust", "Confidence")),
        revise("ben", ("rename", "money", "Means")),
    )
    path = repository / "codebook.yaml"
    path.write_text(path.read_text("utf-8").replace("name: Time", "name: Hours"), encoding="utf-8")
    project = qc.Project.open(repository, clock=clock)
    assert project.has_unapplied_edits
    found = project.apply_codebook(coder="ana")
    assert [str(change) for change in found] == ["rename time to 'Hours'"]
    project.save()
    assert qc.check_folder(repository) == []


def test_an_edit_by_hand_of_an_older_view_is_told_from_what_came_since(repository: Path) -> None:
    """Somebody edits the file while somebody else revises; git keeps the edit, or marks it."""
    path = repository / "codebook.yaml"
    path.write_text(path.read_text("utf-8").replace("name: Time", "name: Hours"), encoding="utf-8")
    edited = path.read_bytes()
    git(repository, "stash", "--quiet")
    work(repository, revise("ben", ("rename", "money", "Means")))
    path.write_bytes(edited)
    project = qc.Project.open(repository, clock=clock)
    assert project.has_unapplied_edits
    found = project.apply_codebook(coder="ana")
    assert [str(change) for change in found] == ["rename time to 'Hours'"]
    project.save()
    names = {code.name for code in qc.Project.open(repository).codebook}
    assert {"Hours", "Means"} <= names


# What used to go wrong


def test_an_id_that_was_taken_back_is_not_another_codes(repository: Path) -> None:
    work(repository, lambda p: p.add_document("x" * 50, id="d"), revise("ana", ("add", "z")))
    two = clone(repository, "two")

    def again(project: qc.Project) -> None:
        project.revert(len(project.history), coder="ana")
        with pytest.raises(QualcodeError), project.revise(coder="ana") as cb:
            cb.add("z", definition="Zoning law")
        with project.revise(coder="ana") as cb:
            cb.add("zoning", definition="Zoning law")

    work(repository, again)
    work(two, lambda p: p.assign(("d", 0, 5), "z", coder="ben"))
    sides = [events(repository), events(two)]
    merge(repository, "pull", "--quiet", "--no-rebase", "--no-edit", str(two), "main")
    merged = sound(repository, *sides)
    (row,) = [each for each in merged.assignments if each.segment.document.id == "d"]
    assert (row.coder, row.assigned_as) == ("ben", "z")
    assert [each.kind for each in merged.conflicts] == ["used while removed"]


@pytest.mark.parametrize("use", [True, False])
def test_both_sides_new_codes_are_kept(repository: Path, use: bool) -> None:
    def side(coder: str, code: str) -> Work:
        def deed(project: qc.Project) -> None:
            revise(coder, ("add", code))(project)
            project.assign(("a", 0, 4), code if use or coder == "ana" else "trust", coder=coder)

        return deed

    merged = both(repository, side("ana", "z"), side("ben", "w"))
    assert {"z", "w"} <= {code.id for code in merged.codebook}
    assert merged.conflicts == ()
    assert len(merged.assignments) == 4


def test_the_newest_revision_is_the_project(repository: Path) -> None:
    def side(coder: str) -> Work:
        def deed(project: qc.Project) -> None:
            revise(coder, ("rename", "trust", f"Name by {coder}"))(project)
            project.assign(("a", 0, 4), "trust", coder=coder)

        return deed

    merged = both(repository, side("ana"), side("ben"))
    newest = merged.at(-1)
    assert len(newest.assignments) == len(merged.assignments) == 4
    assert (
        newest.rollup(count="assignments")["trust"] == merged.rollup(count="assignments")["trust"]
    )


@pytest.mark.parametrize("what", ["merge", "split"])
def test_a_merge_or_a_split_beside_a_rename_is_kept(repository: Path, what: str) -> None:
    for start in range(4):
        work(repository, lambda p, s=start: p.assign(("a", s, s + 3), "trust", coder="ana"))  # type: ignore[misc]
    git(repository, "branch", "--force", "other")

    def careful(project: qc.Project) -> None:
        with project.revise(coder="ben", reason="careful reading") as cb:
            if what == "merge":
                cb.merge(["trust"], into="time")
            else:
                cb.split(
                    "trust",
                    {
                        "early": lambda each: each.segment.start < 2,
                        "late": lambda each: each.segment.start >= 2,
                    },
                )

    merged = both(repository, revise("ana", ("rename", "money", "Means")), careful)
    counts = {
        code.id: len(merged.assignments.where(code=code.id, descendants=False))
        for code in merged.codebook
    }
    expected = {"time": 5} if what == "merge" else {"early": 3, "late": 2}
    assert {code: counts[code] for code in expected} == expected
    assert merged.codebook["money"].name == "Means"
    assert merged.conflicts == ()
    assert len(merged.unresolved) == 0


def test_a_clone_that_lost_a_file_says_so(repository: Path) -> None:
    work(repository, *(lambda p, k=k: p.add_memo("project", k, coder=k) for k in ("ana", "ben")))  # type: ignore[misc]
    (repository / log(repository, "ben")).unlink()
    with pytest.raises(HistoryError, match="missing"):
        qc.Project.open(repository)
    assert qc.check_folder(repository)
