"""What programs are known to drop when they read a project in REFI-QDA, told before it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from qualcode.io.exchange.losses import Loss
from qualcode.io.raw.elements import Element

__all__ = ["FOR_PROGRAMS", "counted", "known_losses"]

FOR_PROGRAMS: Mapping[str, Mapping[str, str]] = {
    "nvivo": {
        "PDFSelection/NoteRef": "annotations of PDFs do not travel to or from NVivo",
        "PictureSelection/NoteRef": "annotations of pictures do not travel to or from NVivo",
    },
    "atlasti": {
        "Code/Code": "ATLAS.ti tells a tree of codes by names such as A::B, so what stands below another may "
        "arrive beside it",
    },
    "maxqda": {},
    "qualcoder": {
        "Set": "QualCoder reads no sets",
        "Graph": "QualCoder reads no graphs",
    },
    "quirkos": {
        "Note": "Quirkos has one kind of memo, so notes of several kinds become one",
    },
    "transana": {},
    "dedoose": {},
    "f4analyse": {},
    "webqda": {},
}
"""By program, what of each element is known not to arrive; where nothing is known, nothing is listed."""


def counted(program: str, whole: Element) -> Counter[str]:
    """Return how many there are, in an element, of each thing that a program is known to drop."""
    found: Counter[str] = Counter()
    for path in FOR_PROGRAMS[program]:
        *above, tag = path.split("/")
        for each in whole.all():
            if above:
                found[path] += len(each.of(tag)) if each.tag in above else 0
            else:
                found[path] += each.tag == tag
    return found


def known_losses(program: str, counts: Mapping[str, int]) -> Iterator[Loss]:
    """Yield what a program is known to drop of a project.

    Parameters
    ----------
    program : str
        One of `FOR_PROGRAMS`.
    counts : mapping
        How many there are of each, as `counted` has them.
    """
    for path, reason in FOR_PROGRAMS[program].items():
        if counts[path]:
            tag = path.rpartition("/")[2]
            yield Loss("loss", tag, reason=f"{program}: {reason}", count=counts[path])
