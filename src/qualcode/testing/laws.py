"""The laws of counting along a rollup, each asked of a counting function on one project."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs
import numpy as np

from qualcode.errors import QualcodeError
from qualcode.model.codebooks.hierarchy import LEVELS, Hierarchy, Node, lay_over
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.project.view import View
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.policies import POLICIES, Count, Policy, policy_of
from qualcode.testing import variants
from qualcode.testing.counting import TOTALS, Counting, Key, is_known, read_counts, true_counts

__all__ = ["LawBroken", "Subject", "first_broken", "told"]

_AT_MOST = 12


class LawBroken(QualcodeError, AssertionError):
    """A counting function breaks a law of rollups; the message has the smallest case found.

    Parameters
    ----------
    message : str
        The law, the numbers, and the documents and assignments with which it breaks.
    law : str
        The law's name.
    view : View
        The project that breaks it, to look into.
    subject : Subject
        What was checked.
    """

    def __init__(self, message: str, *, law: str, view: View, subject: Subject) -> None:
        super().__init__(message)
        self.law = law
        self.view = view
        self.subject = subject


@attrs.frozen
class Subject:
    """What is checked: a counting function, and what it is meant to count.

    Parameters
    ----------
    counting : callable
        Takes a project, returns a count for each node.
    label : str
        What to call it in messages.
    rollup : str, Rollup or None
        What it counts along; None for the codebook's first rollup.
    count : str or Policy
        What it counts.
    merges : bool
        Whether it is the library's counting by that policy, so that parts of it can be merged.
    """

    counting: Counting
    label: str
    rollup: str | Rollup | None
    count: Count
    merges: bool = False

    @property
    def policy(self) -> Policy:
        """What it counts."""
        return policy_of(self.count)

    @property
    def things(self) -> str:
        """The name of what it counts."""
        return self.policy.name

    def truth(self, view: View, policy: Policy | None = None) -> dict[Key, int] | None:
        """Return the size of the union that each node stands for; None where that is not known."""
        counted = policy or self.policy
        return true_counts(view, self.hierarchy(view), counted) if is_known(counted) else None

    def hierarchy(self, view: View) -> Hierarchy:
        """Return the nodes it should count."""
        return lay_over(view.state.find_rollup(self.rollup), view.codebook)

    def counts(self, view: View) -> dict[Key, float]:
        """Return its count for each node of the levels it counts, and the totals if it gives them."""
        return read_counts(self.counting(view), self.hierarchy(view), self.label)


# The laws


@attrs.frozen
class _Law:
    name: str
    says: str
    ask: Callable[[Subject, View], str | None]
    """Return how the law is broken, or None."""


def _described(key: Key, hierarchy: Hierarchy) -> str:
    level, id = key
    if key in TOTALS.values():
        return f"the total {id!r}"
    held = ", ".join(hierarchy.node(id, level).children)
    return f"{level} {id!r} ({held})" if held else f"{level} {id!r}"


def _shown(number: float) -> str:
    return f"{number:g}"


def _union(subject: Subject, view: View) -> str | None:
    hierarchy = subject.hierarchy(view)
    true = subject.truth(view)
    if true is None:
        return None
    for key, number in subject.counts(view).items():
        # A row that is missing is the next law's.
        if number != true[key] and not (key[1] == UNASSIGNED and not number):
            return (
                f"{_described(key, hierarchy)} is counted {_shown(number)}, but carries "
                f"{true[key]} distinct {subject.things}"
            )
    return None


def _bounds(subject: Subject, view: View) -> str | None:
    hierarchy, counts = subject.hierarchy(view), subject.counts(view)
    for node in hierarchy.nodes:
        key = (node.level, node.id)
        below = [counts.get(child) for child in _children(node)]
        known = [number for number in below if number is not None]
        if key not in counts or not known or len(known) < len(below):
            continue
        if not max(known) <= counts[key] <= sum(known):
            return (
                f"{_described(key, hierarchy)} is counted {_shown(counts[key])}; what it holds is "
                f"counted {' and '.join(map(_shown, known))}"
            )
    return None


def _children(node: Node) -> list[Key]:
    if node.level == "code":
        return []
    below = LEVELS[LEVELS.index(node.level) + 1]
    return [(below, child) for child in node.children]


def _monotone(subject: Subject, view: View) -> str | None:
    fewer = variants.every_other_assignment(view)
    how = "without every second assignment"
    return _compared(subject, view, fewer, how, lambda now, then: then <= now)


def _duplicates(subject: Subject, view: View) -> str | None:
    def same(now: float, then: float) -> bool:
        return now == then

    broken = _compared(
        subject, view, variants.logged_twice(view), "with each assignment logged twice", same
    )
    if broken or subject.policy.by_coder:
        return broken
    other = variants.by_another_coder(view)
    return _compared(subject, view, other, "once another coder assigns the same", same)


def _partitions(subject: Subject, view: View) -> str | None:
    hierarchy, whole = subject.hierarchy(view), subject.counts(view)
    one, other = (
        variants.every_other_document(view, "first"),
        variants.every_other_document(view, "second"),
    )
    parts = subject.counts(one), subject.counts(other)
    adds = _adds(subject, view)
    for key, number in whole.items():
        first, second = (part.get(key, 0) for part in parts)
        least = first + second if adds else max(first, second)
        if not least <= number <= first + second:
            return (
                f"{_described(key, hierarchy)} is counted {_shown(number)}, but {_shown(first)} in "
                f"the documents {_listed(one)} and {_shown(second)} in {_listed(other)}"
            )
    return None


def _adds(subject: Subject, view: View) -> bool:
    """Tell whether counts add up; a case can have documents in two parts, and a coder code in both."""
    nothing = np.zeros((len(view.codebook.codes), 0), dtype=np.bool_)
    return subject.policy.partial(Coded.of(view.state), nothing).adds


def _merging(subject: Subject, view: View) -> str | None:
    if not subject.merges:
        return None
    policy, hierarchy = subject.policy, subject.hierarchy(view)
    coded = Coded.of(view.state.counting(persons=policy.persons))
    parts = coded.split(np.arange(len(coded.documents)) % 2)
    partials = [policy.partial(each, hierarchy.membership) for each in parts]
    whole = policy.count(coded, hierarchy.membership).nodes
    together = policy.finish(policy.merge(partials), hierarchy.membership).nodes
    for at in np.flatnonzero(whole != together).tolist():
        node = hierarchy.nodes[at]
        ids = [", ".join(each.ids) or "(none)" for each in parts]
        return (
            f"{_described((node.level, node.id), hierarchy)} is counted {_shown(whole[at])}, but "
            f"{_shown(together[at])} when the documents {ids[0]} and {ids[1]} are counted apart and "
            "merged"
        )
    return None


def _listed(view: View) -> str:
    return ", ".join(view.documents) or "(none)"


def _order(subject: Subject, view: View) -> str | None:
    changed = "with documents, assignments and coders in the opposite order"
    return _compared(
        subject, view, variants.in_reverse(view), changed, lambda now, then: now == then
    )


def _names(subject: Subject, view: View) -> str | None:
    changed = "once the codes have other names"
    return _compared(subject, view, variants.renamed(view), changed, lambda now, then: now == then)


def _unassigned(subject: Subject, view: View) -> str | None:
    hierarchy, counts = subject.hierarchy(view), subject.counts(view)
    true = subject.truth(view)
    if true is None:
        return None
    for key, number in counts.items():
        if key[1] == UNASSIGNED and not number and true[key]:
            return f"{_described(key, hierarchy)} carries {true[key]}, but is not counted"
    everything = true[TOTALS["total"]]
    for level in LEVELS:
        parts = [number for key, number in counts.items() if key[0] == level]
        if parts and not max(parts) <= everything <= sum(parts):
            return (
                f"the {level}s are counted {_shown(sum(parts))} in all, and the largest "
                f"{_shown(max(parts))}, but {everything} {subject.things} are coded"
            )
    return None


def _policies(subject: Subject, view: View) -> str | None:
    hierarchy, counts = subject.hierarchy(view), subject.counts(view)
    order = ("documents", "segments", "assignments")
    if subject.things not in order:
        return None
    at = order.index(subject.things)
    for other in order:
        true = true_counts(view, hierarchy, POLICIES[other])
        for key, number in counts.items():
            if (number - true[key]) * (order.index(other) - at) > 0:
                return (
                    f"{_described(key, hierarchy)} is counted {_shown(number)} {subject.things}, but "
                    f"has {true[key]} {other}"
                )
    return None


def _compared(
    subject: Subject,
    view: View,
    changed: View,
    how: str,
    holds: Callable[[float, float], bool],
) -> str | None:
    now, then = subject.counts(view), subject.counts(changed)
    for key in now:
        if not holds(now[key], then.get(key, 0)):
            return (
                f"{_described(key, subject.hierarchy(view))} is counted {_shown(now[key])}, but "
                f"{_shown(then.get(key, 0))} {how}"
            )
    return None


_LAWS = (
    _Law("order", "The order of documents, assignments and coders does not matter.", _order),
    _Law("names", "Renaming codes changes no count.", _names),
    _Law("duplicates", "Assigning the same again changes no count.", _duplicates),
    _Law("monotone", "More assignments never make a count smaller.", _monotone),
    _Law("partitions", "The counts of two sets of documents add up to that of all.", _partitions),
    _Law("merging", "Parts that are counted apart and merged give the count of all.", _merging),
    _Law("bounds", "A count lies between the largest of what a node holds and their sum.", _bounds),
    _Law("union", "A node counts the union of what its codes carry, each thing once.", _union),
    _Law(
        "unassigned",
        "What rolls up to nothing has a row 'unassigned', so that all that is coded is counted.",
        _unassigned,
    ),
    _Law(
        "policies", "Documents are at most segments, and segments at most assignments.", _policies
    ),
)


def first_broken(subject: Subject, view: View) -> LawBroken | None:
    """Return the first law that a counting function breaks on a project, if there is one."""
    for law in _LAWS:
        how = law.ask(subject, view)
        if how is not None:
            report = _report(subject, view, law, how)
            return LawBroken(report, law=law.name, view=view, subject=subject)
    return None


def _report(subject: Subject, view: View, law: _Law, how: str) -> str:
    rollup = subject.hierarchy(view).rollup
    lines = [
        f"{subject.label} breaks the law {law.name!r}: {law.says}",
        f"  {how}",
        f"counted: {subject.things}, along rollup {rollup.id!r}",
        *_rollup_lines(subject.hierarchy(view)),
        *told(view),
    ]
    return "\n".join(lines)


def told(view: View) -> list[str]:
    """Return the documents and assignments of a small project, a line for each."""
    return [
        "documents:",
        *_cut(f"  {each.id}: {_quoted(each.text)}" for each in view.documents.values()),
        "assignments:",
        *_cut(
            f"  {each.segment.document.id} {each.segment.start}–{each.segment.end} "
            f"{_quoted(each.segment.quote)}: {each.code.id}, by {each.coder}"
            for each in view.assignments
        ),
    ]


def _rollup_lines(hierarchy: Hierarchy) -> list[str]:
    return [
        f"  {node.level} {node.id}: {', '.join(node.children)}"
        for node in hierarchy.nodes
        if node.level != "code" and node.children
    ]


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:40]}…{text[-15:]}")


def _cut(lines: Iterable[str]) -> list[str]:
    listed = list(lines)
    if len(listed) <= _AT_MOST:
        return listed or ["  (none)"]
    return [*listed[:_AT_MOST], f"  … and {len(listed) - _AT_MOST} more"]
