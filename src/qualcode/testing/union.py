"""Strategies for several copies of one project that go apart and are united again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs
from hypothesis import strategies as st

from qualcode.errors import HistoryError, QualcodeError
from qualcode.io.store.uniting import united
from qualcode.model.fold.fold import fold
from qualcode.model.log.log import Log
from qualcode.model.log.uniting import unite
from qualcode.model.state import State, state_of
from qualcode.project.project import Project
from qualcode.project.recording import Recorder
from qualcode.testing.history import Clock
from qualcode.testing.picks import Picks, Step, steps
from qualcode.testing.project import DEEDS, Plan, Tokens, do, plans

__all__ = ["Copies", "Shown", "unions"]

_SKEWS = (0, 1, -3, 600, -600)


@attrs.frozen
class Shown:
    """What a copy showed when somebody had just written an event.

    Parameters
    ----------
    event : str
        Id of the event.
    state : State
        The content of the copy then.
    """

    event: str
    state: State


@attrs.define
class _Copy:
    project: Project
    clock: Clock
    tokens: Tokens


class Copies:
    """Copies of one project, each changed apart from the others.

    Parameters
    ----------
    plan : Plan
        How the project begins, who works on it, and what they do in one copy or another.
    max_copies : int
        How many copies there are at the most.
    """

    def __init__(self, plan: Plan, *, max_copies: int = 3) -> None:
        self._plan = plan
        self._max = max_copies
        clock, tokens = Clock(), Tokens()
        self._copies = [_Copy(plan.begun(clock, tokens), clock, tokens)]
        self.shown: list[Shown] = []
        """What copies showed on the way, in the order in which it came about."""
        for step in plan.steps:
            self._take(step)
        for copy in self._copies:
            copy.project._recorder.seal()

    def __repr__(self) -> str:
        told = ", ".join(repr(log) for log in self.logs)
        return f"<Copies: {told}>"

    @property
    def projects(self) -> tuple[Project, ...]:
        """The copies as they are in the end."""
        return tuple(copy.project for copy in self._copies)

    @property
    def logs(self) -> tuple[Log, ...]:
        """The logs of the copies."""
        return tuple(project.log for project in self.projects)

    def united(self, order: Iterable[int] | None = None) -> State:
        """Return the content of all copies together.

        Parameters
        ----------
        order : iterable of int, optional
            Numbers of copies, in the order in which they are united one after the other.
        """
        logs = self.logs
        chosen = [logs[number] for number in (range(len(logs)) if order is None else order)]
        whole = unite(chosen[:1])
        for log in chosen[1:]:
            whole = unite([whole, log])
        return content(whole)

    def project(self) -> Project:
        """Return a project with all that the copies hold, which can be changed further."""
        return _united(self.projects, Clock(10_000), Tokens(15), {})

    # On the way

    def _take(self, step: Step) -> None:
        picks = step.picks
        copy = self._copies[picks.below(len(self._copies))]
        if step.kind == "fork":
            if len(self._copies) < self._max:
                self._fork(copy, picks)
        elif step.kind == "pull":
            self._pull(copy, self._copies[picks.below(len(self._copies))])
        else:
            self._do(copy, step.kind, picks)

    def _fork(self, copy: _Copy, picks: Picks) -> None:
        """Copy the project; its authors go on in new logs, or in the same ones without noticing."""
        recorder = copy.project._recorder
        recorder.seal()
        clock = copy.clock.skewed(picks.one(_SKEWS))
        ends = dict(recorder.ends) if picks.chance() else {}
        tokens = Tokens(len(self._copies))
        self._copies.append(_Copy(_united([copy.project], clock, tokens, ends), clock, tokens))

    def _pull(self, copy: _Copy, other: _Copy) -> None:
        for each in (copy, other):
            each.project._recorder.seal()
        ends = copy.project._recorder.ends
        copy.project = _united([copy.project, other.project], copy.clock, copy.tokens, ends)

    def _do(self, copy: _Copy, kind: str, picks: Picks) -> None:
        recorder = copy.project._recorder
        known = len(recorder.timeline)
        try:
            do(copy.project, kind, picks, self._plan.coders, self._plan.changes)
        except HistoryError:
            raise
        except QualcodeError:
            pass  # what others did stands against it
        recorder.seal()
        if len(recorder.timeline) > known:
            event = recorder.timeline.events[-1]
            self.shown.append(Shown(event.id, copy.project.state))


def content(log: Log) -> State:
    """Return what the events of a log make together."""
    return state_of(log, fold(log))


def _united(
    projects: Iterable[Project],
    clock: Clock,
    tokens: Callable[[int], str],
    ends: Mapping[str, tuple[str, str]],
) -> Project:
    """Return a copy that holds what others hold, to be saved as a whole."""
    recorders = {each: each._recorder for each in projects}
    texts = {id: text for each in recorders.values() for id, text in each.timeline.texts.items()}
    made = united((each._store.files(recorder) for each, recorder in recorders.items()), texts)
    recorder = Recorder(made.timeline, made.rows, logs=ends, unsaved=made.unsaved, tokens=tokens)
    return Project(recorder, clock=clock, outdated=made.outdated)


def unions(
    *,
    max_copies: int = 3,
    max_steps: int = 24,
    max_coders: int = 2,
    deeds: Sequence[str] = DEEDS,
) -> st.SearchStrategy[Copies]:
    """Return a strategy for copies of one project that go apart and are united again.

    A project is copied at any time. Its authors work on in both copies, some on two machines, whose clocks
    may be hours apart, and some without having noticed that they go on in one and the same log. Copies take
    over what others hold at any time, and do what projects do: see `projects`.

    Parameters
    ----------
    max_copies : int
        How many copies at the most.
    max_steps : int
        How often something is done in one of them, or one is made of another or takes over what it holds.
    max_coders : int
        How many coders, up to four.
    deeds : sequence of str
        What is done, such as ``"assign"`` or ``"change"`` (of the codebook).

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=20)
    ... @given(unions())
    ... def test_who_unites_with_whom_does_not_matter(copies):
    ...     first, *others = range(len(copies.projects))
    ...     assert copies.united([first, *others]) == copies.united([*others, first])
    >>> test_who_unites_with_whom_does_not_matter()
    """
    kinds = ["fork"] * 6 + ["pull"] * 6 + [*deeds]
    begun = plans(max_documents=2, max_text=20, max_coders=max_coders, max_steps=1)
    return st.builds(
        lambda plan, taken: Copies(attrs.evolve(plan, steps=taken), max_copies=max_copies),
        begun,
        steps(kinds, max_size=max_steps, size=10),
    )
