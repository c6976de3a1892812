"""The suggester: proposes codes, shows why, knows when not to, and never decides.

It works on plain values (texts, documents, decisions, the codebook's words) and needs the extra `suggest`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from qualcode._extras import require

if TYPE_CHECKING:
    from qualcode.suggest.curve import LearningCurve as LearningCurve
    from qualcode.suggest.curve import Needed as Needed
    from qualcode.suggest.curve import fit_curve as fit_curve
    from qualcode.suggest.data import CodedTexts as CodedTexts
    from qualcode.suggest.data import CodeText as CodeText
    from qualcode.suggest.encoders import Encoder as Encoder
    from qualcode.suggest.encoders import load_encoder as load_encoder
    from qualcode.suggest.evaluation import evaluate as evaluate
    from qualcode.suggest.evidence import Explanation as Explanation
    from qualcode.suggest.evidence import explain as explain
    from qualcode.suggest.fitted import FittedStack as FittedStack
    from qualcode.suggest.functions import CallableSuggester as CallableSuggester
    from qualcode.suggest.gaps import Gap as Gap
    from qualcode.suggest.gaps import Gaps as Gaps
    from qualcode.suggest.gaps import find_gaps as find_gaps
    from qualcode.suggest.human import BesideHumans as BesideHumans
    from qualcode.suggest.human import beside_humans as beside_humans
    from qualcode.suggest.learning import doubts as doubts
    from qualcode.suggest.learning import next_to_code as next_to_code
    from qualcode.suggest.proposals import Abstention as Abstention
    from qualcode.suggest.proposals import Proposal as Proposal
    from qualcode.suggest.proposals import Proposals as Proposals
    from qualcode.suggest.proposals import propose as propose
    from qualcode.suggest.protocols import Scored as Scored
    from qualcode.suggest.protocols import ScoringSuggester as ScoringSuggester
    from qualcode.suggest.protocols import Suggester as Suggester
    from qualcode.suggest.registry import make_suggester as make_suggester
    from qualcode.suggest.registry import suggester_names as suggester_names
    from qualcode.suggest.results import Evaluation as Evaluation
    from qualcode.suggest.rules import RuleMatch as RuleMatch
    from qualcode.suggest.rules import Rules as Rules
    from qualcode.suggest.saving import fingerprint as fingerprint
    from qualcode.suggest.searching import find as find
    from qualcode.suggest.stacker import SharedStacker as SharedStacker
    from qualcode.suggest.standins import ClassifierSuggester as ClassifierSuggester
    from qualcode.suggest.trust import Cut as Cut
    from qualcode.suggest.trust import Trust as Trust

_HOMES = {
    "Abstention": "proposals",
    "BesideHumans": "human",
    "CallableSuggester": "functions",
    "ClassifierSuggester": "standins",
    "CodeText": "data",
    "CodedTexts": "data",
    "Cut": "trust",
    "Encoder": "encoders",
    "Evaluation": "results",
    "Explanation": "evidence",
    "FittedStack": "fitted",
    "Gap": "gaps",
    "Gaps": "gaps",
    "LearningCurve": "curve",
    "Needed": "curve",
    "Proposal": "proposals",
    "Proposals": "proposals",
    "RuleMatch": "rules",
    "Rules": "rules",
    "Scored": "protocols",
    "ScoringSuggester": "protocols",
    "SharedStacker": "stacker",
    "Suggester": "protocols",
    "Trust": "trust",
    "beside_humans": "human",
    "doubts": "learning",
    "evaluate": "evaluation",
    "explain": "evidence",
    "find": "searching",
    "find_gaps": "gaps",
    "fingerprint": "saving",
    "fit_curve": "curve",
    "load_encoder": "encoders",
    "make_suggester": "registry",
    "next_to_code": "learning",
    "propose": "proposals",
    "suggester_names": "registry",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if _HOMES[name] not in ("curve", "data", "rules", "searching"):
        require("sklearn", extra="suggest")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
