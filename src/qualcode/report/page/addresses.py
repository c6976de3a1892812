"""The addresses of numbers and things on a page: what stands behind the # of its own address."""

from __future__ import annotations

from urllib.parse import quote

__all__ = ["address"]

# What `encodeURIComponent` leaves as it is, so that the page's script makes the same ones.
_PLAIN = "!'()*"


def address(level: str, *ids: str, rollup: str | None = None) -> str:
    """Return the address of a number or a thing, such as ``theme/factors/trust`` or ``document/int-01``.

    Parameters
    ----------
    level : str
        What it is: ``"domain"``, ``"theme"``, ``"code"``, ``"document"``, ``"codebook"``, …
    *ids : str
        Which one.
    rollup : str, optional
        Of domains and themes: in which rollup. A code is the same in all.

    Examples
    --------
    >>> address("theme", "trust", rollup="factors"), address("code", "a/b", rollup="factors")
    ('theme/factors/trust', 'code/a%2Fb')
    """
    parts = [level, *([rollup] if rollup is not None and level != "code" else []), *ids]
    return "/".join(quote(each, safe=_PLAIN) for each in parts)
