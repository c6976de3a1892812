"""All that a project can be asked and told, wherever it is kept."""

from __future__ import annotations

from qualcode.project.adjudicating import Adjudicating
from qualcode.project.adopting import Adopting
from qualcode.project.framework_reading import ReadingFrameworks
from qualcode.project.naming import Naming
from qualcode.project.organising import Organising
from qualcode.project.proposing import Proposing
from qualcode.project.speaking import Speaking
from qualcode.project.surveying import Surveying

__all__ = ["Whole"]


class Whole(
    Surveying,
    Speaking,
    Adopting,
    Naming,
    Proposing,
    Organising,
    ReadingFrameworks,
    Adjudicating,
):
    """A project that can be asked and told everything."""
