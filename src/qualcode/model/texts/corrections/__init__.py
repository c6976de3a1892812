"""Corrections of texts: what two versions have in common, and where spans of the one are in the other.

Values and functions only: they know no project, no log and no store.

An event that corrects a text should carry what `Correction.to_data` returns, which is numbers and the
checksums of both texts, and in its words the reason. Then every machine that has the two texts moves a span
to the same place, whatever it would find itself if it compared them: `Correction.from_data` does not. The
texts lie in the log by their checksums, so the event holds no word of them, and words can be erased.

A row of coding keeps its offsets and the text that they count in, for ever; where it is now is `follow` of
the corrections in force from that text on. So a correction that is reverted has done nothing, in whatever
order things happened, and what somebody else coded meanwhile in the old text is moved by the same correction
as all the rest. What a person decided of a span in quarantine is an event of its own: from then on the span
has that place in that text, and `follow` goes on from there. Of two corrections of one text that were made
at once, one is shown and both are listed; a span in the text of the other goes back by its
`Correction.inverse`, and on.
"""

from __future__ import annotations

from qualcode.model.texts.corrections.candidates import Candidate
from qualcode.model.texts.corrections.correction import Correction, follow
from qualcode.model.texts.corrections.merging import MergedText, check_clean, merge_texts
from qualcode.model.texts.corrections.placing import Placement

__all__ = [
    "Candidate", "Correction", "MergedText", "Placement", "check_clean", "follow", "merge_texts",
]  # fmt: skip
