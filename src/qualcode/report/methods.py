"""The methods paragraph of a result: what was computed, on what, with which choices."""

from __future__ import annotations

from importlib import metadata

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_flag
from qualcode.report.describing import Description, describe
from qualcode.report.describing.wording import listed

__all__ = ["Description", "describe", "methods"]


def methods(result: object, *, code: bool = False) -> str:
    """Return a paragraph on how a result was computed, to be pasted into a paper.

    It is written from the result alone: what was computed, on how many documents, coders, codes and
    units, with which choices, by which version of the software (of NumPy too where random numbers were
    drawn, of networkx where it was used), and what to cite.

    Parameters
    ----------
    result : object
        Any result of `qualcode.stats`: what a project's questions return, what their results return
        in turn, such as the tests of a co-occurrence, and what functions make of tables; suggestions,
        verdicts on them, and the evaluation of a suggester.
    code : bool, default False
        Add the line of code that computes it again, ``project`` being the project: its recipe, where it
        was asked for by itself. ``…`` stands for what has no name, such as a lambda.

    Raises
    ------
    StatisticsError
        For a type of result that has no paragraph; `describe.register` gives it one.

    Examples
    --------
    >>> from qualcode.stats.agreement import cohen_kappa
    >>> result = cohen_kappa([["a", "a", "b", "b"], ["a", "a", "b", "a"]])
    >>> print(methods(result, code=True))
    Agreement between 2 coders was measured on 4 units that two or more of them had rated, ...
    <BLANKLINE>
    Reference: Cohen (1960), A coefficient of agreement for nominal scales, ...
    <BLANKLINE>
    Code: cohen_kappa(ratings)
    """
    check_flag(code, what="code", error=StatisticsError)
    found = describe(result)
    versions = [f"qualcode {metadata.version('qualcode')}"]
    versions += [f"{name} {metadata.version(name)}" for name in found.software]
    parts = [" ".join([*found.sentences, f"Computed with {listed(versions)}."])]
    if found.references:
        noun = "Reference" if len(found.references) == 1 else "References"
        parts.append(f"{noun}: {'; '.join(found.references)}.")
    recipe = getattr(result, "recipe", None)
    if code and recipe is not None:
        parts.append(f"Code: {recipe}")
    return "\n\n".join(parts)
