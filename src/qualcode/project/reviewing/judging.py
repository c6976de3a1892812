"""Judging findings, and saying which sources stand behind links between factors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qualcode.errors import CycleError, NotFoundError, ProjectError
from qualcode.model.checks import (
    check_choice,
    check_kind,
    check_label,
    check_mapping,
    check_texts,
    looked_up,
)
from qualcode.model.codebooks.codes import Link
from qualcode.model.codebooks.hierarchy import lay_over
from qualcode.model.codebooks.themes import UNASSIGNED
from qualcode.model.fold.reviewed import (
    backed_field,
    backing_target,
    finding_target,
    judged_field,
)
from qualcode.model.review.cerqual import PARTS, Judgement, read_assessment
from qualcode.model.review.content import LinkKey
from qualcode.model.review.sources import source_target
from qualcode.project.editing import Editing
from qualcode.project.review_questions import ReviewQuestions

__all__ = ["ACYCLIC", "Judging"]

ACYCLIC = frozenset(("precedes", "part of"))
"""Types of links that cannot run in a circle: nothing comes before itself, or is a part of itself."""


class Judging(ReviewQuestions):
    """A review in which findings are judged and links between factors get sources.

    Parameters
    ----------
    project : Project
        The project.
    """

    def __init__(self, project: Editing) -> None:
        super().__init__(project)
        self._project = project

    # Confidence in findings

    def judge(
        self,
        node: str,
        judgements: Mapping[str, object],
        *,
        rollup: str | None = None,
        level: str = "theme",
        coder: str | None = None,
    ) -> tuple[Judgement, ...]:
        """Judge the confidence in a finding after GRADE-CERQual: each component, and overall.

        Nothing computes the overall judgement. Each is a register of its own: what is not named stays as it
        is, and what somebody judges anew takes the place of what they judged before.

        Parameters
        ----------
        node : str
            Id or name of the theme, domain or code that the finding is about.
        judgements : mapping
            By component (``"methods"``, ``"coherence"``, ``"adequacy"``, ``"relevance"``) or ``"overall"`` a
            level, or a level and the reason for it; None takes back what this coder judged.
        rollup : str, optional
            Id of the rollup that has the theme or domain; the codebook's first when not given.
        level : {"domain", "theme", "code"}, default "theme"
            What the finding is about.
        coder : str, optional
            Who judges; the project's author when not given.

        Returns
        -------
        tuple of Judgement
            What this coder judges of the finding now.

        Raises
        ------
        NotFoundError
            When there is no such rollup, theme, domain or code.
        ProjectError
            For a component or a level that there is not.

        Examples
        --------
        >>> import qualcode as qc
        >>> review = qc.load_project("collaboration-reviews").review()
        >>> judged = review.judge("roles", {"adequacy": ("minor", "few words in each")}, coder="ana")
        >>> [(each.component, each.judged.level) for each in judged]
        [('adequacy', 'minor')]
        """
        project = self._project
        level, id, rollup_id = self._finding(node, rollup, level)
        said = check_mapping(judgements, what="judgements", error=ProjectError)
        taken_back = [name for name, value in said.items() if value is None]
        given = read_assessment(
            {name: value for name, value in said.items() if value is not None}, of=id
        )
        for component in taken_back:
            check_choice(component, PARTS, what=f"a component of {id!r}", error=ProjectError)
        target, who = finding_target(level, id, rollup_id), project._who(coder)
        held = project._recorder.fold.review.judgements
        with project._step(who):
            for component, judged in {**given, **dict.fromkeys(taken_back)}.items():
                fields: dict[str, Any] = {"level": level, "node": id}
                fields |= {"rollup": rollup_id} if rollup_id else {}
                fields |= {
                    "component": component, "coder": who, "judged": judged and judged.level,
                }  # fmt: skip
                words = {"reason": judged.reason} if judged and judged.reason else {}
                if project._did("judge", target, fields, words, coder=who) is not None:
                    continue
                known = held.get((level, id, rollup_id, component, who))
                is_open = project._is_open(target, judged_field(component, who))
                if is_open or (known and known.judged) != judged:
                    project._record("judge", target, fields, words, coder=project._doing(who))
        return tuple(
            each
            for each in held.values()
            if each.finding == (level, id, rollup_id) and each.coder == who
        )

    def judge_all(
        self,
        rollup: str | None,
        cerqual: Mapping[str, Mapping[str, object]],
        *,
        level: str = "theme",
        coder: str | None = None,
    ) -> None:
        """Judge several findings at once: what `Findings.summary` shows, put into the log.

        Parameters
        ----------
        rollup : str or None
            Id of the rollup; the codebook's first for None.
        cerqual : mapping
            For each finding, by id or name, what was judged; see `judge`.
        level, coder
            As for `judge`.
        """
        said = check_mapping(cerqual, what="cerqual", error=ProjectError)
        for node, judgements in said.items():
            self._finding(node, rollup, level)
            read_assessment(judgements, of=str(node))
        with self._project._step(self._project._who(coder)):
            for node, judgements in said.items():
                self.judge(node, judgements, rollup=rollup, level=level, coder=coder)

    def _finding(self, node: str, rollup: str | None, level: str) -> tuple[str, str, str]:
        """Return how events name what is judged."""
        if rollup is not None:
            check_kind(
                rollup, str, what="rollup", error=ProjectError,
                advice="name a rollup of the codebook, for a judgement is kept under its id",
            )  # fmt: skip
        hierarchy = lay_over(self.state.find_rollup(rollup), self._project.codebook)
        found = hierarchy.node(node, level)
        if found.id == UNASSIGNED:
            raise NotFoundError(f"{found.name}: what rolls up to nothing is no finding")
        return found.level, found.id, "" if found.level == "code" else hierarchy.rollup.id

    # Links between factors

    def link(
        self,
        source: str,
        type: str,
        target: str,
        *,
        sources: str | Iterable[str] = (),
        note: str = "",
        coder: str | None = None,
        reason: str = "",
    ) -> None:
        """Say that one factor bears on another, and which sources say so.

        Where the codebook has the link already, the sources are added to those behind it.

        Parameters
        ----------
        source, target : str
            Ids or names of the codes that it runs from and to.
        type : str
            What it says, such as ``"supports"`` or ``"constrains"``.
        sources : str or iterable of str
            Which sources stand behind it: documents by id, cases as ``"case:ID"``.
        note : str
            On what grounds; kept with the link.
        coder : str, optional
            Who says so; the project's author when not given.
        reason : str
            Why it is said.

        Raises
        ------
        NotFoundError
            When there is no such code, document or case.
        CycleError
            When it would close a circle of a type that allows none (``"precedes"``, ``"part of"``).

        Examples
        --------
        >>> import qualcode as qc
        >>> review = qc.load_project("collaboration-reviews").review()
        >>> review.link("staff-involvement", "supports", "shared-vision", sources=["23", "28"])
        >>> review.diagram("factors").items[0].sources[:2]
        ('23', '28')
        """
        project = self._project
        who = project._who(coder)
        link = self._link(source, type, target, note)
        behind = self._sources(sources)
        self._check_circle(link)
        reason = check_label(reason, what="reason", error=ProjectError)
        known = {(each.source, each.type, each.target) for each in project.codebook.links}
        with project._step(who):
            if _key(link) not in known:
                with project.revise(coder=who, reason=reason) as cb:
                    cb.link(link.source, link.type, link.target, note=link.note)
            self._back(_key(link), behind, there=True, who=who, reason=reason)

    def unlink(
        self,
        source: str,
        type: str,
        target: str,
        *,
        sources: str | Iterable[str] = (),
        coder: str | None = None,
        reason: str = "",
    ) -> None:
        """Take back that some sources stand behind a link, or the whole link.

        Parameters
        ----------
        source, type, target
            As for `link`.
        sources : str or iterable of str
            Which sources; when none is given, the link itself goes. Should it be made again, those that stood
            behind it do so again.
        coder, reason
            As for `link`.

        Raises
        ------
        NotFoundError
            When there is no such link, or a source does not stand behind it.
        """
        project = self._project
        who = project._who(coder)
        link = self._link(source, type, target, "")
        behind = self._sources(sources)
        if not behind:
            with project.revise(coder=who, reason=reason) as cb:
                cb.unlink(link.source, link.type, link.target)
            return
        held = project._recorder.fold.review.link_sources.get(_key(link), {})
        gone = [each for each in behind if each.removeprefix("document:") not in held]
        if gone and project._earlier is None:
            raise NotFoundError(
                f"{' '.join(_key(link))}: {looked_up(gone[0].removeprefix('document:'))} does not stand "
                "behind "
                f"it; there are {', '.join(held) or 'none'}"
            )
        self._back(_key(link), behind, there=False, who=who, reason=reason)

    def _link(self, source: str, type: str, target: str, note: str) -> Link:
        find = self._project.codebook
        return Link(find[source].id, type, find[target].id, note)

    def _sources(self, given: str | Iterable[str]) -> list[str]:
        """Return sources as events name them, checked."""
        documents, cases = self._project.documents, self._project.cases
        listed = check_texts(given, what="sources", error=ProjectError)
        return [source_target(each, documents, cases) for each in listed]

    def _check_circle(self, link: Link) -> None:
        if link.type not in ACYCLIC:
            return
        onward: dict[str, list[str]] = {}
        for each in self._project.codebook.links:
            if each.type == link.type:
                onward.setdefault(each.source, []).append(each.target)
        waiting, seen = [link.target], {link.target}
        while waiting:
            fresh = [each for each in onward.get(waiting.pop(), ()) if each not in seen]
            seen.update(fresh)
            waiting += fresh
        if link.source in seen:
            raise CycleError(
                f"{' '.join(_key(link))} would close a circle, and what {link.type!r} says cannot run in "
                "one: "
                "take one of the others back with review.unlink(…), or use another type"
            )

    def _back(
        self, link: LinkKey, sources: list[str], *, there: bool, who: str, reason: str
    ) -> None:
        """Record which sources stand behind a link, or do not any more."""
        project = self._project
        target = backing_target(link)
        held = project._recorder.fold.review.link_sources.get(link, {})
        words = {"reason": reason} if reason else {}
        fields: dict[str, Any] = {"link": list(link), "sources": sources, "there": there}
        if not sources or project._did("back-link", target, fields, words, coder=who) is not None:
            return
        if any(
            (each.removeprefix("document:") in held) != there
            or project._is_open(target, backed_field(each))
            for each in sources
        ):
            project._record("back-link", target, fields, words, coder=project._doing(who))


def _key(link: Link) -> LinkKey:
    return link.source, link.type, link.target
