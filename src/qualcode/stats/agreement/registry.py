"""What each measure is called, what it computes, and who defined it; the documentation reads this."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import attrs

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.checks import shown

__all__ = ["MEASURES", "Measure", "Reference", "measure", "measure_of_ratings"]

Takes = Literal["ratings", "text"]


@attrs.frozen
class Reference:
    """A publication: authors and year, title and place, and its DOI if it has one."""

    authors: str
    title: str
    doi: str | None = None

    def __str__(self) -> str:
        end = f", doi:{self.doi}" if self.doi else ""
        return f"{self.authors}, {self.title}{end}"


@attrs.frozen
class Measure:
    """A measure of agreement.

    Parameters
    ----------
    name : str
        The name of the function.
    title : str
        What papers call it.
    formula : str
        What it computes, in one line; po and pe are agreement observed and expected by chance.
    reference : Reference
        Where it is defined.
    lowest : float
        The least value it can take.
    function : callable
        The function that computes it.
    takes : {"ratings", "text"}
        Whether it takes ratings of units, or what coders marked in a text.
    """

    name: str
    title: str
    formula: str
    reference: Reference
    lowest: float
    function: Callable[..., Any]
    takes: Takes


MEASURES: dict[str, Measure] = {}
"""Every measure by the name of its function, with title, formula and reference."""

Function = TypeVar("Function", bound=Callable[..., Any])


def measure(
    title: str,
    formula: str,
    reference: Reference,
    *,
    lowest: float = float("-inf"),
    takes: Takes = "ratings",
) -> Callable[[Function], Function]:
    """Enter the function below into `MEASURES`."""

    def enter(function: Function) -> Function:
        name = function.__name__
        MEASURES[name] = Measure(name, title, formula, reference, lowest, function, takes)
        return function

    return enter


def measure_of_ratings(name: str) -> Callable[..., Any]:
    """Return the function of a measure that takes ratings of units.

    Raises
    ------
    StatisticsError
        When there is none of the name.
    """
    known = [each.name for each in MEASURES.values() if each.takes == "ratings"]
    if not isinstance(name, str):
        raise StatisticsError(
            f"measure: there is none called {shown(name)}; there are {', '.join(known)}"
        )
    if name in known:
        function: Callable[..., Any] = MEASURES[name].function
        return function
    if name in MEASURES:
        raise StatisticsError(
            f"{name} takes what coders marked in a text, not ratings of units; of ratings there "
            f"are {', '.join(known)}"
        )
    raise StatisticsError(
        f"there is no measure {name!r}; there are {', '.join(known)}.{did_you_mean(name, known)}"
    )


SCOTT_1955 = Reference(
    "Scott (1955)",
    "Reliability of content analysis: the case of nominal scale coding, "
    "Public Opinion Quarterly 19",
    "10.1086/266577",
)
COHEN_1960 = Reference(
    "Cohen (1960)",
    "A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20",
    "10.1177/001316446002000104",
)
HOLSTI_1969 = Reference(
    "Holsti (1969)", "Content analysis for the social sciences and humanities, p. 140"
)
FLEISS_1971 = Reference(
    "Fleiss (1971)",
    "Measuring nominal scale agreement among many raters, Psychological Bulletin 76",
    "10.1037/h0031619",
)
LIGHT_1971 = Reference(
    "Light (1971)",
    "Measures of response agreement for qualitative data, Psychological Bulletin 76",
    "10.1037/h0031643",
)
CONGER_1980 = Reference(
    "Conger (1980)",
    "Integration and generalization of kappas for multiple raters, Psychological Bulletin 88",
    "10.1037/0033-2909.88.2.322",
)
BRENNAN_PREDIGER_1981 = Reference(
    "Brennan and Prediger (1981)",
    "Coefficient kappa: some uses, misuses, and alternatives, "
    "Educational and Psychological Measurement 41",
    "10.1177/001316448104100307",
)
RANDOLPH_2005 = Reference(
    "Randolph (2005)",
    "Free-marginal multirater kappa: an alternative to Fleiss' fixed-marginal multirater kappa, "
    "Joensuu Learning and Instruction Symposium",
)
GWET_2008 = Reference(
    "Gwet (2008)",
    "Computing inter-rater reliability and its variance in the presence of high agreement, "
    "British Journal of Mathematical and Statistical Psychology 61",
    "10.1348/000711006X126600",
)
GWET_2014 = Reference("Gwet (2014)", "Handbook of inter-rater reliability, 4th edition, ch. 2-4")
KRIPPENDORFF_2011 = Reference(
    "Hayes and Krippendorff (2007)",
    "Answering the call for a standard reliability measure for coding data, "
    "Communication Methods and Measures 1; computed as in Krippendorff (2011), "
    "Computing Krippendorff's alpha-reliability",
    "10.1080/19312450709336664",
)
KRIPPENDORFF_2016 = Reference(
    "Krippendorff, Mathet, Bouvry and Widlöcher (2016)",
    "On the reliability of unitizing textual continua: further developments, Quality & Quantity 50",
    "10.1007/s11135-015-0266-1",
)
FOURNIER_2013 = Reference(
    "Fournier (2013)",
    "Evaluating text segmentation using boundary edit distance, ACL, P13-1167",
)
NVIVO = Reference("NVivo help", "Coding comparison query, percentage agreement and Kappa")
MAXQDA = Reference("MAXQDA manual", "Intercoder agreement on the level of segments")
