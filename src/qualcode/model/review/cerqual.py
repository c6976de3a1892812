"""GRADE-CERQual: how much confidence people have in a finding, and on what grounds.

Four components, each with a level of concern and a reason, and an overall judgement that people make. There
is no formula from the components to the overall judgement, so nothing here computes it; `misfits` only says
where a judgement plainly departs from the published guidance.

References
----------
Lewin S et al. (2018). Applying GRADE-CERQual to qualitative evidence synthesis findings: introduction to the
series. Implementation Science 13(Suppl 1), 2. doi:10.1186/s13012-017-0688-3
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import attrs

from qualcode.errors import ProjectError
from qualcode.model.checks import check_choice, check_label, check_mapping, shown

__all__ = [
    "COMPONENTS",
    "CONCERNS",
    "CONFIDENCE",
    "OVERALL",
    "PARTS",
    "Assessment",
    "Judged",
    "Judgement",
    "misfits",
    "read_assessment",
]

COMPONENTS: Mapping[str, str] = {
    "methods": "methodological limitations",
    "coherence": "coherence",
    "adequacy": "adequacy of data",
    "relevance": "relevance",
}
"""The four components, each with what it is called in print."""

CONCERNS: Mapping[str, str] = {
    "none": "no or very minor concerns",
    "minor": "minor concerns",
    "moderate": "moderate concerns",
    "serious": "serious concerns",
}
"""The levels of a component, from the least, each with what it is called in print."""

CONFIDENCE = ("high", "moderate", "low", "very low")
"""The levels of the overall judgement, from the top, where each finding starts."""

OVERALL = "overall"

PARTS = (*COMPONENTS, OVERALL)
"""What can be judged of a finding."""

_MOST = {"none": 0, "minor": 1, "moderate": 2, "serious": 3}
"""By how many levels a concern could lower confidence at the very most."""


@attrs.frozen
class Judged:
    """A level and the reason for it.

    Parameters
    ----------
    level : str
        Of a component one of `CONCERNS`, of the overall judgement one of `CONFIDENCE`.
    reason : str
        Why.
    """

    level: str
    reason: str = ""


Assessment: TypeAlias = Mapping[str, Judged]
"""By component, or ``"overall"``, what was judged; what was not judged is not there."""


@attrs.frozen
class Judgement:
    """What a person judged of a finding: one component of it, or the confidence in it overall.

    Parameters
    ----------
    level : {"domain", "theme", "code"}
        What the finding is about.
    node : str
        Id of the theme, domain or code.
    rollup : str
        Id of the rollup that has it; empty for a code.
    component : str
        One of `COMPONENTS`, or ``"overall"``.
    judged : Judged
        The level and the reason.
    coder, time : str
        Who judged, and when (UTC, ISO 8601).
    id : str
        Short id of the event by which it was judged.
    """

    level: str
    node: str
    rollup: str
    component: str
    judged: Judged
    coder: str
    time: str
    id: str = ""

    @property
    def finding(self) -> tuple[str, str, str]:
        """What it is about: level, node and rollup."""
        return self.level, self.node, self.rollup


def read_assessment(given: object, *, of: str) -> dict[str, Judged]:
    """Return what was judged of a finding, as people write it.

    Parameters
    ----------
    given : mapping
        By component (``"methods"``, ``"coherence"``, ``"adequacy"``, ``"relevance"``) or ``"overall"``: a
        level, or a level with a reason.
    of : str
        Which finding, for messages.

    Raises
    ------
    ProjectError
        For a component or a level that there is not.

    Examples
    --------
    >>> found = read_assessment({"methods": ("minor", "few say who was asked")}, of="trust")
    >>> found["methods"].level, found["methods"].reason
    ('minor', 'few say who was asked')
    """
    said = check_mapping(given, what=f"the judgements of {of!r}", error=ProjectError)
    found = {}
    for component, value in said.items():
        name = check_choice(component, PARTS, what=f"a component of {of!r}", error=ProjectError)
        level, reason = _level_and_reason(value, f"{name} of {of!r}")
        levels = CONFIDENCE if name == OVERALL else CONCERNS
        level = check_choice(level, levels, what=f"{name} of {of!r}", error=ProjectError)
        found[name] = Judged(
            level, check_label(reason, what=f"the reason for {name}", error=ProjectError)
        )
    return found


def _level_and_reason(value: Any, what: str) -> tuple[Any, Any]:
    if isinstance(value, Judged):
        return value.level, value.reason
    if isinstance(value, str):
        return value, ""
    if isinstance(value, tuple | list) and len(value) == 2:
        return value[0], value[1]
    raise ProjectError(
        f"{what} is a level, or a level and a reason, as ('minor', 'few say who was asked'), not "
        f"{shown(value)}"
    )


def misfits(assessment: Assessment) -> tuple[str, ...]:
    """Return where an overall judgement departs from the published guidance, or lacks its grounds.

    Confidence starts high and is lowered for concerns, by how much people decide. So it is odd where it is
    lowered further than all concerns together could, or not at all in spite of a serious concern. One
    moderate concern need not lower it. A concern, and a confidence that was lowered, want a reason.

    Parameters
    ----------
    assessment : mapping of str to Judged
        What was judged of a finding.

    Examples
    --------
    >>> parts = {"methods": "moderate", "coherence": "none", "adequacy": "none", "relevance": "minor"}
    >>> told = {name: Judged(level, "for a reason") for name, level in parts.items()}
    >>> misfits({**told, "overall": Judged("high", "for a reason")})
    ()
    >>> misfits({**told, "adequacy": Judged("serious", "thin"), "overall": Judged("high", "")})
    ('overall is high in spite of serious concerns: adequacy of data',)
    """
    told = list(_without_reason(assessment))
    overall = assessment.get(OVERALL)
    missing = [COMPONENTS[name] for name in COMPONENTS if name not in assessment]
    if overall is None:
        return tuple(told)
    if missing:
        return (*told, f"overall is judged without {', '.join(missing)}")
    levels = {name: assessment[name].level for name in COMPONENTS}
    lowered = CONFIDENCE.index(overall.level)
    serious = [COMPONENTS[name] for name, level in levels.items() if level == "serious"]
    if serious and not lowered:
        told.append(f"overall is high in spite of serious concerns: {', '.join(serious)}")
    most = sum(_MOST[level] for level in levels.values())
    if lowered > most:
        least = "no concern" if not most else "so few concerns"
        told.append(f"overall is {overall.level} with {least} in the components")
    return tuple(told)


def _without_reason(assessment: Assessment) -> Iterable[str]:
    for name, judged in assessment.items():
        if not judged.reason and judged.level not in ("none", CONFIDENCE[0]):
            yield f"{COMPONENTS.get(name, name)} is {judged.level} without a reason"
