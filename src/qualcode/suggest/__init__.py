"""The suggester: proposes codes, shows why, knows when not to, and never decides.

It works on plain values (texts, documents, decisions, the codebook's words) and needs the extra `suggest`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualcode._extras import require
from qualcode._faces import face

if TYPE_CHECKING:
    from qualcode.suggest.bench.coded_texts import CodedTexts as CodedTexts
    from qualcode.suggest.bench.coded_texts import CodeText as CodeText
    from qualcode.suggest.bench.evidence import Explanation as Explanation
    from qualcode.suggest.bench.evidence import explain as explain
    from qualcode.suggest.bench.proposals import Abstention as Abstention
    from qualcode.suggest.bench.proposals import Proposal as Proposal
    from qualcode.suggest.bench.proposals import Proposals as Proposals
    from qualcode.suggest.bench.proposals import propose as propose
    from qualcode.suggest.bench.protocols import Scored as Scored
    from qualcode.suggest.bench.protocols import ScoringSuggester as ScoringSuggester
    from qualcode.suggest.bench.protocols import Suggester as Suggester
    from qualcode.suggest.bench.trust import Cut as Cut
    from qualcode.suggest.bench.trust import Trust as Trust
    from qualcode.suggest.codebook.gaps import Gap as Gap
    from qualcode.suggest.codebook.gaps import Gaps as Gaps
    from qualcode.suggest.codebook.gaps import find_gaps as find_gaps
    from qualcode.suggest.encoders.encoders import Encoder as Encoder
    from qualcode.suggest.encoders.encoders import load_encoder as load_encoder
    from qualcode.suggest.finding.rules import RuleMatch as RuleMatch
    from qualcode.suggest.finding.rules import Rules as Rules
    from qualcode.suggest.finding.searching import find as find
    from qualcode.suggest.judging.evaluation import evaluate as evaluate
    from qualcode.suggest.judging.human import BesideHumans as BesideHumans
    from qualcode.suggest.judging.human import beside_humans as beside_humans
    from qualcode.suggest.judging.results import Evaluation as Evaluation
    from qualcode.suggest.registry import make_suggester as make_suggester
    from qualcode.suggest.registry import suggester_names as suggester_names
    from qualcode.suggest.stacker.fitted import FittedStack as FittedStack
    from qualcode.suggest.stacker.next_to_code import doubts as doubts
    from qualcode.suggest.stacker.next_to_code import next_to_code as next_to_code
    from qualcode.suggest.stacker.saving import fingerprint as fingerprint
    from qualcode.suggest.stacker.stacker import SharedStacker as SharedStacker
    from qualcode.suggest.standins.classifier import ClassifierSuggester as ClassifierSuggester
    from qualcode.suggest.standins.function import CallableSuggester as CallableSuggester

_HOMES = {
    "Abstention": "bench.proposals",
    "BesideHumans": "judging.human",
    "CallableSuggester": "standins.function",
    "ClassifierSuggester": "standins.classifier",
    "CodeText": "bench.coded_texts",
    "CodedTexts": "bench.coded_texts",
    "Cut": "bench.trust",
    "Encoder": "encoders.encoders",
    "Evaluation": "judging.results",
    "Explanation": "bench.evidence",
    "FittedStack": "stacker.fitted",
    "Gap": "codebook.gaps",
    "Gaps": "codebook.gaps",
    "Proposal": "bench.proposals",
    "Proposals": "bench.proposals",
    "RuleMatch": "finding.rules",
    "Rules": "finding.rules",
    "Scored": "bench.protocols",
    "ScoringSuggester": "bench.protocols",
    "SharedStacker": "stacker.stacker",
    "Suggester": "bench.protocols",
    "Trust": "bench.trust",
    "beside_humans": "judging.human",
    "doubts": "stacker.next_to_code",
    "evaluate": "judging.evaluation",
    "explain": "bench.evidence",
    "find": "finding.searching",
    "find_gaps": "codebook.gaps",
    "fingerprint": "stacker.saving",
    "load_encoder": "encoders.encoders",
    "make_suggester": "registry",
    "next_to_code": "stacker.next_to_code",
    "propose": "bench.proposals",
    "suggester_names": "registry",
}

__all__ = sorted(_HOMES)


_ON_PLAIN_TEXT = ("CodeText", "CodedTexts", "RuleMatch", "Rules", "find")


def _before(name: str) -> None:
    if name not in _ON_PLAIN_TEXT:
        require("sklearn", extra="suggest")


__getattr__, __dir__ = face(__name__, _HOMES, before=_before)
