"""Cells with several codes, parted by commas that names of codes may hold themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qualcode.model.ids import fold

__all__ = ["split_codes", "vocabulary"]

_PARTS = re.compile(r"\s*[\n;|]\s*")


def vocabulary(
    cells: Iterable[tuple[str, int | None]], known: Iterable[str] = ()
) -> dict[str, str]:
    """Return the names of codes that cells show, each by the form in which names are compared.

    Parameters
    ----------
    cells : iterable of (str, int or None)
        Cells, and how many codes each has, where the table says so.
    known : iterable of str
        Names that are known otherwise.

    Examples
    --------
    >>> cells = [("Security, Privacy", 1), ("Trust, Security, Privacy", 2)]
    >>> list(vocabulary(cells).values())
    ['Security, Privacy', 'Trust']
    """
    names = {fold(each): each for each in known}
    waiting = []
    for cell, number in cells:
        if number == 1 and cell.strip():
            names.setdefault(fold(cell), cell.strip())
        elif number is not None and number > 1:
            waiting.append((cell, number))
    while waiting:
        # What is known of the others may leave one name over, which is known then.
        still = []
        for cell, number in waiting:
            parts = split_codes(cell, names, number)
            fresh = [each for each in parts or () if fold(each) not in names]
            if parts is None or len(fresh) > 1:
                still.append((cell, number))
            names.update((fold(each), each) for each in (parts or ()) if len(fresh) <= 1)
        if len(still) == len(waiting):
            break
        waiting = still
    return names


def split_codes(
    cell: str, names: dict[str, str] | None = None, number: int | None = None
) -> list[str] | None:
    r"""Return the names of the codes in a cell; None where it can be read in several ways.

    Lines, semicolons and bars part names for certain. A comma does so unless that leaves a name that is not
    known, where joining it with its neighbours gives one that is.

    Parameters
    ----------
    cell : str
        The cell.
    names : dict of str to str, optional
        Known names, as of `vocabulary`.
    number : int, optional
        How many codes the table says there are.

    Examples
    --------
    >>> split_codes("a; b"), split_codes("a, b"), split_codes("Trust, Security, Privacy", number=2)
    (['a', 'b'], ['a', 'b'], None)
    >>> split_codes("Trust, Security, Privacy", {"security, privacy": "Security, Privacy"}, 2)
    ['Trust', 'Security, Privacy']
    """
    text = cell.strip()
    if not text:
        return []
    names = names or {}
    if fold(text) in names or number == 1:
        return [text]
    firm = [each for each in _PARTS.split(text) if each]
    if len(firm) > 1 and number in (None, len(firm)):
        return firm
    between = ", " if ", " in text else ","
    pieces = text.split(between)
    ways = _ways(pieces, between, names, number)
    if len(ways) == 1:
        return ways[0]
    if number == len(pieces) and not names:
        return pieces
    return None if ways or number is not None else pieces


def _ways(
    pieces: Sequence[str], between: str, names: dict[str, str], number: int | None
) -> list[list[str]]:
    """Return the best ways to join pieces to names: those with the fewest names that are not known."""
    count = len(pieces)
    if count > 200:
        return []
    # By where they end and how many names they have: how many are unknown, how many ways, the last way.
    best: list[dict[int, tuple[int, int, list[str]]]] = [{} for _ in range(count + 1)]
    best[0][0] = (0, 1, [])
    longest = max((name.count(between) + 1 for name in names), default=1)
    limit = longest if number is None else max(longest, count - number + 1)
    for end in range(1, count + 1):
        for start in range(max(0, end - limit), end):
            name = between.join(pieces[start:end])
            strange = fold(name) not in names
            for size, (cost, ways, path) in best[start].items():
                key, price = size + 1, cost + strange
                held = best[end].get(key)
                if held is None or price < held[0]:
                    best[end][key] = (price, ways, [*path, name])
                elif price == held[0]:
                    best[end][key] = (price, held[1] + ways, held[2])
    ends = best[count]
    if number is not None:
        ends = {number: ends[number]} if number in ends else {}
    if not ends:
        return []
    least = min(cost for cost, _, _ in ends.values())
    found = [(ways, path) for cost, ways, path in ends.values() if cost == least]
    if len(found) > 1:  # as many names as there can be, where nothing else tells
        found = [max(found, key=lambda each: len(each[1]))]
    ways, path = found[0]
    return [path] * ways if ways < 3 else [path, path]
