"""What programs are known to drop when they read a project in REFI-QDA, told before it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qualcode.io.exchange.losses import Loss
from qualcode.io.raw.elements import Element

__all__ = ["FOR_PROGRAMS", "known_losses"]

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


def known_losses(program: str, project: Element) -> Iterator[Loss]:
    """Yield what a program is known to drop of a project.

    Parameters
    ----------
    program : str
        One of `FOR_PROGRAMS`.
    project : Element
        What is to be written.
    """
    for path, reason in FOR_PROGRAMS[program].items():
        *above, tag = path.split("/")
        holders = [each for each in project.all() if each.tag in above] if above else [project]
        count = sum(
            len(each.of(tag)) if above else sum(one.tag == tag for one in each.all())
            for each in holders
        )
        if count:
            yield Loss("loss", tag, reason=f"{program}: {reason}", count=count)
