"""The laws of rollups as a check of a user's own rollup or counting function."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from qualcode.errors import StatisticsError
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code
from qualcode.model.codebooks.themes import Rollup
from qualcode.project.view import View
from qualcode.stats.counting.policies import POLICIES, Count, Policy, policy_of
from qualcode.testing.codebook import codebooks
from qualcode.testing.counting import COUNTS, Counting
from qualcode.testing.history import KINDS
from qualcode.testing.laws import LawBroken, Subject, first_broken, told
from qualcode.testing.project import assignments, projects
from qualcode.testing.variants import with_all_codes_at_once, with_events

__all__ = ["check_rollup"]

# A made-up project keeps the rollup that it is counted along, and the codes that it names.
_ANY = tuple(kind for kind in KINDS if kind not in ("set-rollup", "drop-rollup"))
_KEEPING_CODES: tuple[str, ...] = ("add", "rename", "recolour", "move", "link", "unlink")


def check_rollup(
    rollup_or_function: Rollup | Policy | Counting,
    *,
    project: View | None = None,
    rollup: str | Rollup | None = None,
    count: Count = "segments",
    max_examples: int = 100,
    random_state: int | np.random.Generator = 0,
) -> None:
    """Check the laws of rollups against a rollup, a counting policy, or a counting function.

    The laws are asked of many small projects: made up, or made of your own documents and codebook.
    When one breaks, the smallest project that breaks it is looked for and reported.

    Parameters
    ----------
    rollup_or_function : Rollup, Policy or callable
        A rollup: counting along it by the library is checked, by every policy. A policy of your own:
        counting by it is, also of parts that are merged. Or a function that
        takes a `View` (a project as it is, or was) and returns counts: a mapping or pandas Series of
        node id to number; a frame with the columns ``id`` and ``count`` and, where levels share ids,
        ``level``; or a `RollupResult`. A node is a domain, theme or code; a key may also be the pair of
        level and id. Levels the function does not count are not checked; a node that is missing
        from a level counts as 0. Three ids are the library's: ``"unassigned"`` for what rolls up
        to nothing; and, if the function gives them, ``"rolled-up"`` and ``"total"``, as in
        `RollupResult`.
    project : View, optional
        A project of yours. The laws are first asked of all of it, then of small samples: a few
        assignments, by chance, of its codes to its documents. Without one, projects are made up:
        with revisions of every kind or, where a rollup is given, with the codes that it names and
        some others, of which none goes.
    rollup : str or Rollup, optional
        What a function or policy counts along; the codebook's first rollup when not given.
    count : str or Policy, default "segments"
        What a function counts: ``"assignments"``, ``"segments"``, ``"documents"``, ``"cases"``,
        ``"characters"``, ``"coders"`` or a policy of your own.
    max_examples : int, default 100
        How many projects to try.
    random_state : int or numpy.random.Generator, default 0
        Which projects these are.

    Raises
    ------
    LawBroken
        With the law, the numbers, and the documents and assignments of the smallest case found. What
        the function itself raises is not caught.
    StatisticsError
        When the function counts what is no node of the rollup, or returns no numbers; and for a
        policy whose counts are no unions of things, as sums of weights are not.
    RollupError
        When the rollup names codes that the project's codebook does not have.

    Examples
    --------
    A function that adds up themes counts a segment with two codes twice:

    >>> from qualcode.model.codebooks.themes import Theme
    >>> soft = Rollup("soft", themes=[Theme("people", codes=["trust", "roles"])])
    >>> def summed(view):
    ...     found = view.rollup(soft)
    ...     people = found.of("trust", "code") + found.of("roles", "code")
    ...     return {"people": people, "unassigned": found["unassigned"]}
    >>> check_rollup(soft, max_examples=10)
    >>> check_rollup(summed, rollup=soft)
    Traceback (most recent call last):
        ...
    qualcode.testing.laws.LawBroken: summed breaks the law 'union': A node counts the union ...
      theme 'people' (trust, roles) is counted 2, but carries 1 distinct segments
    ...
    """
    subjects = _subjects(rollup_or_function, rollup, count)
    broken = None
    if project is None:
        drawn = _projects(subjects[0].rollup)
    else:
        drawn = _samples(View(project.state))
        broken = _first(subjects, View(project.state))
    if broken is None:
        number = random_state if isinstance(random_state, int) else random_state.integers(2**32)
        broken = _search(subjects, drawn, max_examples, int(number))
        if broken is None:
            # By chance alone codes seldom meet on a segment, which is where counts go wrong.
            meeting = drawn.map(with_all_codes_at_once)
            broken = _search(subjects, meeting, 1 + max_examples // 10, int(number))
    if broken is not None:
        raise _smallest(broken)


def _first(subjects: Iterable[Subject], view: View) -> LawBroken | None:
    found = (first_broken(subject, view) for subject in subjects)
    return next((broken for broken in found if broken is not None), None)


def _search(
    subjects: Iterable[Subject], drawn: st.SearchStrategy[View], max_examples: int, number: int
) -> LawBroken | None:
    @seed(number)
    @settings(
        max_examples=max_examples,
        derandomize=False,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn)
    def laws_hold(view: View) -> None:
        tried.append(view)
        broken = _first(subjects, view)
        if broken is not None:
            raise broken

    tried: list[View] = []
    try:
        laws_hold()
    except LawBroken as error:
        return error
    except Exception as error:
        # The last project tried is the smallest that fails, and shorter to tell than what made it.
        error.__notes__ = ["\n".join(["Raised on the project with", *told(tried[-1])])]
        raise
    return None


def _subjects(
    given: Rollup | Policy | Counting, rollup: str | Rollup | None, count: Count
) -> tuple[Subject, ...]:
    if isinstance(given, Rollup):
        label = f"rollup {given.id!r}"
        return tuple(_library(given, POLICIES[each], label) for each in COUNTS)
    policy = policy_of(given if isinstance(given, Policy) else count)
    if not policy.distinct:
        raise StatisticsError(
            f"{policy.things} are no things that a union counts once, so the laws of rollups say "
            f"nothing about them; they are about {', '.join(COUNTS)}, and policies of your own"
        )
    if isinstance(given, Policy):
        return (_library(rollup, policy, f"policy {policy.name!r}"),)
    return (Subject(given, getattr(given, "__name__", repr(given)), rollup, policy),)


def _library(rollup: str | Rollup | None, policy: Policy, label: str) -> Subject:
    """Return the library's own counting by a policy."""
    return Subject(partial(_counted, rollup, policy), label, rollup, policy, merges=True)


def _counted(rollup: str | Rollup | None, policy: Policy, view: View) -> object:
    return view.rollup(rollup, count=policy)


def _smallest(broken: LawBroken) -> LawBroken:
    """Leave out assignments, many at a time and then fewer, as long as a law stays broken."""
    subject, state = broken.subject, broken.view.state
    events = state.events.standing()
    # Asked anew, so that the error is without what Hypothesis adds for its own tests.
    broken = first_broken(subject, broken.view) or broken
    rows = np.arange(len(events))
    chunk = max(1, len(rows) // 2)
    while True:
        at = 0
        while at < len(rows):
            fewer = np.delete(rows, slice(at, at + chunk))
            still = first_broken(subject, with_events(state, events.take(fewer)))
            if still is None:
                at += chunk
            else:
                rows, broken = fewer, still
        if chunk == 1:
            return broken
        chunk //= 2


def _samples(view: View) -> st.SearchStrategy[View]:
    """Return a strategy for the project with a few assignments, by chance, in place of its own."""
    drawn = assignments(documents=view.documents.values(), codebook=view.codebook)
    return drawn.map(lambda rows: with_events(view.state, rows.rows))


# Made up projects


def _projects(rollup: str | Rollup | None) -> st.SearchStrategy[View]:
    if isinstance(rollup, str) and rollup != "tree":
        raise StatisticsError(
            f"the rollup {rollup!r} of which codebook? Give the project, or the rollup itself"
        )
    if isinstance(rollup, Rollup) and not rollup.tree:
        books, changes = st.just(_codebook_for(rollup)), _KEEPING_CODES
    else:
        books, changes = codebooks(min_rollups=1, max_rollups=1), _ANY
    made = projects(codebooks=books, max_steps=12, changes=changes)
    return made.map(lambda project: View(project.state))


def _codebook_for(rollup: Rollup) -> Codebook:
    """Return a codebook with the codes that a rollup names, one below each, and one besides."""
    named = dict.fromkeys(
        code for theme in rollup.themes for code in (*theme.codes, *theme.subtrees)
    )
    attributes = {rollup.attribute: "some"} if rollup.attribute else {}
    ids = list(named) or ["some-code", "other-code"]
    codes = [Code(id, attributes=attributes) for id in ids]
    extra = {f"below-{number}": id for number, id in enumerate(ids[:3], 1)} | {"besides": None}
    codes += [Code(id, parent=parent) for id, parent in extra.items() if id not in named]
    return Codebook("study", codes=codes)
