"""Corrections of texts: what two versions have in common, and where spans of the one are in the other.

Values and functions only: they know no project, no log and no store.
"""

from __future__ import annotations

from qualcode.model.corrections.candidates import Candidate
from qualcode.model.corrections.correction import Correction, follow
from qualcode.model.corrections.placing import Placement

__all__ = ["Candidate", "Correction", "Placement", "follow"]
