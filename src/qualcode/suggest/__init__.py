"""The suggester: proposes codes, shows why, knows when not to, and never decides.

It works on plain values (texts, documents, decisions, the codebook's words) and needs the extra `suggest`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from qualcode._extras import require

if TYPE_CHECKING:
    from qualcode.suggest.data import CodedTexts as CodedTexts
    from qualcode.suggest.data import CodeText as CodeText
    from qualcode.suggest.evaluation import evaluate as evaluate
    from qualcode.suggest.evidence import Evidence as Evidence
    from qualcode.suggest.evidence import explain as explain
    from qualcode.suggest.fitted import FittedStack as FittedStack
    from qualcode.suggest.learning import disagreements as disagreements
    from qualcode.suggest.learning import next_to_code as next_to_code
    from qualcode.suggest.proposals import Abstention as Abstention
    from qualcode.suggest.proposals import Proposal as Proposal
    from qualcode.suggest.proposals import Proposals as Proposals
    from qualcode.suggest.proposals import propose as propose
    from qualcode.suggest.results import Evaluation as Evaluation
    from qualcode.suggest.saving import fingerprint as fingerprint
    from qualcode.suggest.stacker import SharedStacker as SharedStacker
    from qualcode.suggest.trust import Cut as Cut
    from qualcode.suggest.trust import Trust as Trust

_HOMES = {
    "Abstention": "proposals",
    "CodeText": "data",
    "CodedTexts": "data",
    "Cut": "trust",
    "Evaluation": "results",
    "Evidence": "evidence",
    "FittedStack": "fitted",
    "Proposal": "proposals",
    "Proposals": "proposals",
    "SharedStacker": "stacker",
    "Trust": "trust",
    "disagreements": "learning",
    "evaluate": "evaluation",
    "explain": "evidence",
    "fingerprint": "saving",
    "next_to_code": "learning",
    "propose": "proposals",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name not in ("CodeText", "CodedTexts"):
        require("sklearn", extra="suggest")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
