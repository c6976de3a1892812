"""Which way a coding points: whether what is coded supports or constrains what a synthesis is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias, get_args

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.checks import check_mapping, check_text, looked_up
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.assignments import Assignments
from qualcode.stats.arguments import check_one_of

__all__ = ["DIRECTIONS", "Directed", "Direction", "common_direction", "directed"]

Direction: TypeAlias = Literal["supports", "constrains", "mixed", "not stated"]

DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
"""Which way a coding, a source or a finding points; the last where nothing says so."""

_ATTRIBUTE = "direction"
_BITS = {"supports": 1, "constrains": 2, "mixed": 3}
_MEANT: tuple[Direction, ...] = ("not stated", "supports", "constrains", "mixed")
"""What each combination of bits means."""

Bits: TypeAlias = npt.NDArray[np.uint8]


@attrs.frozen(eq=False)
class Directed:
    """The direction of each assignment.

    Parameters
    ----------
    bits : array of uint8
        For each assignment 1 where it supports, 2 where it constrains, 3 for both, 0 where nothing says so.
    how : str
        Where the directions are from, in words.
    """

    bits: Bits
    how: str


def directed(
    rows: Assignments, codebook: Codebook, directions: str | Mapping[str, str] | None = None
) -> Directed:
    """Return which way each assignment points.

    Parameters
    ----------
    rows : Assignments
        The assignments.
    codebook : Codebook
        The codebook.
    directions : str or mapping, optional
        The name of an attribute of codes, or a mapping from ids of codes to directions; the attribute
        ``"direction"`` when not given, where any code has it. A code of a mapping says so of all that is on
        its segments: an assignment has the direction of its own code or, where that has none, of the codes
        of the mapping that stand on the same segment.

    Raises
    ------
    StatisticsError
        When no code has the attribute, the mapping names what is no code or no direction.
    """
    if directions is None or isinstance(directions, str):
        of_code, how = _by_attribute(rows.codes, codebook, directions)
        return Directed(of_code[rows.code], how)
    of_code, how = _by_mapping(rows.codes, codebook, directions)
    own = of_code[rows.code]
    beside = np.zeros(rows.n_segments, dtype=np.uint8)
    np.bitwise_or.at(beside, rows.segment, own)
    return Directed(np.where(own > 0, own, beside[rows.segment]), how)


def common_direction(found: Iterable[int]) -> Direction:
    """Return the direction of what points several ways.

    Parameters
    ----------
    found : iterable of int
        The bits of each part, as `Directed` has them.

    Examples
    --------
    >>> common_direction([1, 0, 1]), common_direction([1, 2]), common_direction([])
    ('supports', 'mixed', 'not stated')
    """
    bits = 0
    for each in found:
        bits |= int(each)
    return _MEANT[bits]


def _by_attribute(codes: tuple[str, ...], codebook: Codebook, name: str | None) -> tuple[Bits, str]:
    named = _ATTRIBUTE if name is None else name
    held = {code.id: code.attributes.get(named) for code in codebook.codes.values()}
    if not any(held.values()):
        if name is None:
            return np.zeros(len(codes), dtype=np.uint8), "no code has a direction"
        raise StatisticsError(
            f"no code has the attribute {looked_up(named)}: give the codes one, or say which codes support "
            'and constrain, as directions={"improved": "supports", "worsened": "constrains"}'
        )
    # Another value, such as "either", leaves open which way a coding points.
    bits = [_BITS.get(held.get(code) or "", 0) for code in codes]
    return np.array(bits, dtype=np.uint8), f"directions by the codes’ attribute “{named}”"


def _by_mapping(
    codes: tuple[str, ...], codebook: Codebook, directions: Mapping[str, str]
) -> tuple[Bits, str]:
    given = check_mapping(directions, what="directions", error=StatisticsError)
    said: dict[str, int] = {}
    for code, direction in given.items():
        id = check_text(code, what="a code of directions", error=StatisticsError)
        if id not in codebook.codes:
            raise StatisticsError(
                f"directions names {looked_up(id)}, which is no code.{did_you_mean(id, codebook.codes)}"
            )
        check_one_of(direction, _BITS, what=f"the direction of {id!r}")
        id = codebook.resolve(id)
        said[id] = said.get(id, 0) | _BITS[direction]
    bits = np.array([said.get(code, 0) for code in codes], dtype=np.uint8)
    told = ", ".join(f"{code} {direction}" for code, direction in given.items())
    return bits, f"directions by codes: {told}" if told else "no code has a direction"
