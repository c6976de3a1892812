"""Words to hand: quotes with all that belongs to them, for a word processor too, and keywords in context."""

from qualcode.report.handing.collecting import Quote, Quotes, quotes
from qualcode.report.handing.context import KeywordsInContext, keywords_in_context
from qualcode.report.handing.joint import (
    JointCell,
    JointDisplay,
    joint_display,
    write_joint_display,
)
from qualcode.report.handing.writing import write_quotes

__all__ = [
    "JointCell",
    "JointDisplay",
    "KeywordsInContext",
    "Quote",
    "Quotes",
    "joint_display",
    "keywords_in_context",
    "quotes",
    "write_joint_display",
    "write_quotes",
]
