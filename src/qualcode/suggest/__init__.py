"""The suggester: suggests codes, shows why, knows when not to, and never decides.

It works on plain values (texts, documents, decisions, the codebook's words) and on the content of projects;
it needs the extra `suggest`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualcode._extras import require
from qualcode._faces import face

if TYPE_CHECKING:
    from qualcode.model.coding.suggestions import Explanation as Explanation
    from qualcode.model.coding.suggestions import NearRow as NearRow
    from qualcode.suggest.asking.project_suggester import ProjectSuggester as ProjectSuggester
    from qualcode.suggest.asking.shown_suggestions import Abstained as Abstained
    from qualcode.suggest.asking.shown_suggestions import Suggestions as Suggestions
    from qualcode.suggest.bench.coded_texts import CodedTexts as CodedTexts
    from qualcode.suggest.bench.coded_texts import CodeText as CodeText
    from qualcode.suggest.bench.protocols import ScoringSuggester as ScoringSuggester
    from qualcode.suggest.bench.protocols import Suggester as Suggester
    from qualcode.suggest.bench.scored import Scored as Scored
    from qualcode.suggest.bench.scoring import Scoring as Scoring
    from qualcode.suggest.bench.shortlists import Shortlists as Shortlists
    from qualcode.suggest.bench.shortlists import shortlists as shortlists
    from qualcode.suggest.bench.telling_words import TellingWord as TellingWord
    from qualcode.suggest.bench.telling_words import telling_words as telling_words
    from qualcode.suggest.bench.trust import Cut as Cut
    from qualcode.suggest.bench.trust import Trust as Trust
    from qualcode.suggest.codebook.drift import Drift as Drift
    from qualcode.suggest.codebook.drift import find_drift as find_drift
    from qualcode.suggest.codebook.gaps import Gap as Gap
    from qualcode.suggest.codebook.gaps import Gaps as Gaps
    from qualcode.suggest.codebook.gaps import find_gaps as find_gaps
    from qualcode.suggest.encoders.encoders import Encoder as Encoder
    from qualcode.suggest.encoders.encoders import load_encoder as load_encoder
    from qualcode.suggest.finding.rules import RuleMatch as RuleMatch
    from qualcode.suggest.finding.rules import Rules as Rules
    from qualcode.suggest.finding.searching import find as find
    from qualcode.suggest.judging.anchoring import Pairs as Pairs
    from qualcode.suggest.judging.anchoring import measure_anchoring as measure_anchoring
    from qualcode.suggest.judging.baselines import BASELINES as BASELINES
    from qualcode.suggest.judging.curve import LearningCurve as LearningCurve
    from qualcode.suggest.judging.curve import Needed as Needed
    from qualcode.suggest.judging.curve import fit_curve as fit_curve
    from qualcode.suggest.judging.evaluation import evaluate as evaluate
    from qualcode.suggest.judging.evaluation import evaluate_fitted as evaluate_fitted
    from qualcode.suggest.judging.human import BesideHumans as BesideHumans
    from qualcode.suggest.judging.human import beside_humans as beside_humans
    from qualcode.suggest.judging.project_evaluation import (
        SuggesterEvaluation as SuggesterEvaluation,
    )
    from qualcode.suggest.judging.project_evaluation import evaluate_suggester as evaluate_suggester
    from qualcode.suggest.judging.results import Evaluation as Evaluation
    from qualcode.suggest.judging.shown_and_blind import Anchoring as Anchoring
    from qualcode.suggest.stacker.doubts import Doubt as Doubt
    from qualcode.suggest.stacker.doubts import Doubts as Doubts
    from qualcode.suggest.stacker.doubts import doubts as doubts
    from qualcode.suggest.stacker.fitted import FittedStack as FittedStack
    from qualcode.suggest.stacker.next_to_code import next_to_code as next_to_code
    from qualcode.suggest.stacker.saving import fingerprint as fingerprint
    from qualcode.suggest.stacker.stacker import SharedStacker as SharedStacker
    from qualcode.suggest.standins.classifier import ClassifierSuggester as ClassifierSuggester
    from qualcode.suggest.standins.function import CallableSuggester as CallableSuggester
    from qualcode.suggest.standins.language_model import Account as Account
    from qualcode.suggest.standins.language_model import LanguageModel as LanguageModel
    from qualcode.suggest.suggesters import make_suggester as make_suggester
    from qualcode.suggest.suggesters import suggester_names as suggester_names
    from qualcode.suggest.suggesters import tfidf as tfidf

_HOMES = {
    "Account": "standins.language_model",
    "Abstained": "asking.shown_suggestions",
    "Anchoring": "judging.shown_and_blind",
    "BASELINES": "judging.baselines",
    "BesideHumans": "judging.human",
    "CallableSuggester": "standins.function",
    "ClassifierSuggester": "standins.classifier",
    "CodeText": "bench.coded_texts",
    "CodedTexts": "bench.coded_texts",
    "Cut": "bench.trust",
    "Doubt": "stacker.doubts",
    "Doubts": "stacker.doubts",
    "Drift": "codebook.drift",
    "Encoder": "encoders.encoders",
    "Evaluation": "judging.results",
    "Explanation": "bench.shortlists",
    "FittedStack": "stacker.fitted",
    "Gap": "codebook.gaps",
    "Gaps": "codebook.gaps",
    "LanguageModel": "standins.language_model",
    "LearningCurve": "judging.curve",
    "NearRow": "bench.shortlists",
    "Needed": "judging.curve",
    "Pairs": "judging.anchoring",
    "ProjectSuggester": "asking.project_suggester",
    "RuleMatch": "finding.rules",
    "Rules": "finding.rules",
    "Scored": "bench.scored",
    "Scoring": "bench.scoring",
    "ScoringSuggester": "bench.protocols",
    "SharedStacker": "stacker.stacker",
    "Shortlists": "bench.shortlists",
    "Suggester": "bench.protocols",
    "SuggesterEvaluation": "judging.project_evaluation",
    "Suggestions": "asking.shown_suggestions",
    "TellingWord": "bench.telling_words",
    "Trust": "bench.trust",
    "beside_humans": "judging.human",
    "doubts": "stacker.doubts",
    "evaluate": "judging.evaluation",
    "evaluate_fitted": "judging.evaluation",
    "evaluate_suggester": "judging.project_evaluation",
    "find": "finding.searching",
    "find_drift": "codebook.drift",
    "find_gaps": "codebook.gaps",
    "fingerprint": "stacker.saving",
    "fit_curve": "judging.curve",
    "load_encoder": "encoders.encoders",
    "make_suggester": "suggesters",
    "measure_anchoring": "judging.anchoring",
    "next_to_code": "stacker.next_to_code",
    "shortlists": "bench.shortlists",
    "suggester_names": "suggesters",
    "telling_words": "bench.telling_words",
    "tfidf": "suggesters",
}

__all__ = sorted(_HOMES)


_ON_PLAIN_TEXT = (
    "CodeText", "CodedTexts", "LearningCurve", "Needed", "RuleMatch", "Rules", "find", "fit_curve",
)  # fmt: skip


def _before(name: str) -> None:
    if name not in _ON_PLAIN_TEXT:
        require("sklearn", extra="suggest")


__getattr__, __dir__ = face(__name__, _HOMES, before=_before)
