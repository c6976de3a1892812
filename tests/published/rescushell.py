"""The data of RescuShell, which the R package rENA publishes as `RS.data` (GPL-3), and which is not here.

What is checked on it is skipped unless QUALCODE_RENA names the file that R writes of it::

    Rscript -e 'write.csv(rENA::RS.data, "rs.csv", row.names = FALSE)'
    QUALCODE_RENA=rs.csv make test ARGS="tests/published -k 'tan or rena'"
"""

from __future__ import annotations

import os
from functools import cache

import pandas as pd
import pytest

__all__ = ["CODES", "lines", "needs_data"]

CODES = ["data", "constraints", "parameters", "requests", "reasoning", "collaboration"]
_COLUMNS = {
    "Data": "data", "Technical.Constraints": "constraints", "Performance.Parameters": "parameters",
    "Client.and.Consultant.Requests": "requests", "Design.Reasoning": "reasoning",
    "Collaboration": "collaboration", "UserName": "person", "Condition": "game", "GroupName": "group",
    "ActivityNumber": "activity",
}  # fmt: skip
_FILE = os.environ.get("QUALCODE_RENA", "")

needs_data = pytest.mark.skipif(
    not _FILE,
    reason="QUALCODE_RENA names no file of rENA's RS.data (tests/published/rescushell.py)",
)


@cache
def lines() -> pd.DataFrame:
    """Return which codes each line of the design course carries, with who wrote it and where."""
    frame = pd.read_csv(_FILE)[list(_COLUMNS)].rename(columns=_COLUMNS)
    frame["game"] = frame["game"].map({"FirstGame": 1, "SecondGame": 2})
    return frame
