"""How good a suggester is on a project, judged on documents that it has not learned from."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import SuggestionError
from qualcode.model.asking import question
from qualcode.model.checks import check_flag, check_kind, check_mapping, check_named, check_text
from qualcode.model.codebooks.codes import texts
from qualcode.model.coding.suggestions import Verdict
from qualcode.model.counted import Counted
from qualcode.model.recipe import Answer
from qualcode.model.state import State
from qualcode.model.subject import Subject, state_shown
from qualcode.model.values import ByValue
from qualcode.stats.arguments import (
    check_between,
    check_count,
    check_function,
    check_list,
    check_progress,
)
from qualcode.stats.conclusions.conclusion import active_coders
from qualcode.stats.counting.units import unit_name
from qualcode.stats.uncertainty.resampling import RandomState
from qualcode.suggest.asking.new_suggester import suggester as new_suggester
from qualcode.suggest.asking.project_suggester import ProjectSuggester
from qualcode.suggest.asking.showing import place_of
from qualcode.suggest.bench.coded_texts import CodedTexts
from qualcode.suggest.bench.protocols import ScoringSuggester
from qualcode.suggest.judging.anchoring import Pairs, measure_anchoring
from qualcode.suggest.judging.curve import LearningCurve
from qualcode.suggest.judging.human import BesideHumans, beside_humans
from qualcode.suggest.judging.results import Evaluation
from qualcode.suggest.judging.shown_and_blind import Anchoring

# What needs scikit-learn is imported where it is used, so that results can be read without it.
if TYPE_CHECKING:
    import pandas as pd

    from qualcode.suggest.asking.material import CompleteFrom, Material
    from qualcode.suggest.judging.baselines import Baseline

__all__ = ["JudgedOn", "SuggesterEvaluation", "evaluate_suggester"]

Floats = npt.NDArray[np.float64]
BUDGETS = (50, 100, 200, 500, 1000)
# Of a project's coded segments, the share that may be learned from: the rest is to judge on.
_LEARNED = 0.7
MARKED = "segment"
# What was accepted when it was shown would flatter the suggester that showed it.
HAND = ("hand", "import")


@attrs.frozen(eq=False, kw_only=True)
class JudgedOn(ByValue):
    """What a suggester was judged on.

    Parameters
    ----------
    project : str
        The project's name.
    revision : str
        Number and short id of the codebook's revision.
    model : str
        What did the learning, with its options.
    coders : tuple of str
        Whose decisions were learned from and judged by.
    counted : Counted
        Whether they were named, and in how many documents they counted.
    codes : mapping of str to str
        Ids and names of the codes that could be suggested.
    chosen : bool
        Whether these were named, and not all that can be assigned.
    decided : mapping of str to int
        By unit, how many units these coders had decided about, with or without a code.
    learned : tuple of str
        Ids of the documents of the decisions: those that splits were made of, or those that the suggester
        had learned from when it was judged as it was.
    judged : tuple of str or None
        Ids of the documents judged on, where they were chosen; None for splits.
    complete : tuple of str or None
        Ids of the documents that were said to be coded from beginning to end; None where nothing was.
    complete_from : {"stated", "finished", "assigned"}
        Which documents count as coded from beginning to end: those that were said to be; those that
        coders marked as finished; or, as nobody marked any, those in which anything was assigned other
        than from a suggestion.
    without_speakers : tuple of str
        Speakers whose words were left out.
    """

    project: str
    revision: str
    model: str
    coders: tuple[str, ...]
    counted: Counted
    codes: Mapping[str, str] = attrs.field(repr=False)
    chosen: bool = attrs.field(repr=False)
    decided: Mapping[str, int]
    learned: tuple[str, ...] = attrs.field(repr=False)
    judged: tuple[str, ...] | None = attrs.field(repr=False)
    complete: tuple[str, ...] | None = attrs.field(repr=False)
    complete_from: CompleteFrom
    without_speakers: tuple[str, ...] = attrs.field(repr=False)


@attrs.frozen(eq=False)
class SuggesterEvaluation(Answer):
    """What a suggester and the baselines did on documents that they had not seen.

    Parameters
    ----------
    suggester : str
        Its name.
    by_unit : mapping of str to Evaluation
        By the suggester's own unit, uncoded units among them; and by ``"segment"``, the stretches that people
        marked, which is easier and not what a suggester meets in use.
    agreement : BesideHumans or None
        How far people agree with each other, and with the suggester, on the same units.
    anchoring : Anchoring or None
        What was accepted after being shown, against what was coded blind.
    reasons : mapping of str to str
        Why there is no agreement or anchoring.
    on : JudgedOn
        What it was judged on.
    """

    _figure = "qualcode.report.plot.suggester_panels:suggester"

    suggester: str
    by_unit: Mapping[str, Evaluation]
    agreement: BesideHumans | None
    anchoring: Anchoring | None
    reasons: Mapping[str, str]
    on: JudgedOn

    @property
    def counted(self) -> Counted:
        """Whose decisions it learned from and was judged by."""
        return self.on.counted

    @property
    def unit(self) -> str:
        """The suggester's own unit."""
        return next(iter(self.by_unit))

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each unit, budget and method: the mean over splits of each measure.

        Columns: unit, budget (s200: whole documents until 200 segments are coded; k10: 10 examples a
        code), method, macro_f1, precision_at_1, recall_at_3, map (mean average precision over codes),
        map_cold (of codes without an example yet), calibration_error, n_splits, n_train, n_test,
        n_duplicates (copies of learned segments, left out), n_quoted (judged, and quoted by the codebook).
        """
        return self._stacked(Evaluation.to_frame)

    def promises_frame(self) -> pd.DataFrame:
        """Return a row for each unit, budget, kind and wish: how often it was promised, and broken."""
        return self._stacked(Evaluation.promises_frame)

    def learning_curves(self) -> pd.DataFrame:
        """Return a row for each unit, split and code, with the interval of its F1 by document."""
        return self._stacked(Evaluation.learning_curves)

    def curve(
        self,
        measure: str = "macro_f1",
        *,
        method: str | None = None,
        random_state: RandomState = 0,
    ) -> LearningCurve:
        """Return a learning curve by the suggester's own unit, to ask how much must still be coded.

        Parameters
        ----------
        measure, method, random_state
            See `Evaluation.curve`.
        """
        return self.by_unit[self.unit].curve(
            measure, method=method, coded=self.on.decided[self.unit], random_state=random_state
        )

    def calibration_curve(self, budget: str, *, bins: int = 10) -> pd.DataFrame:
        """Return claimed and observed precision of the best code; see `Evaluation.calibration_curve`."""
        return self.by_unit[self.unit].calibration_curve(budget, bins=bins)

    def coverage_curve(self, budget: str, *, points: int = 20) -> pd.DataFrame:
        """Return precision by the share of segments shown; see `Evaluation.coverage_curve`."""
        return self.by_unit[self.unit].coverage_curve(budget, points=points)

    def _stacked(self, frame: Callable[[Evaluation], pd.DataFrame]) -> pd.DataFrame:
        import pandas as pd

        frames = {unit: frame(each) for unit, each in self.by_unit.items()}
        for unit, each in frames.items():
            each.insert(0, "unit", unit)
        filled = [each for each in frames.values() if len(each)] or list(frames.values())[:1]
        return pd.concat(filled, ignore_index=True)


@question(called="function")
def evaluate_suggester(
    project: Subject,
    suggester: ProjectSuggester | None = None,
    *,
    documents: str | Iterable[str] | None = None,
    budgets: Sequence[str] | None = None,
    seeds: Sequence[int] = range(5),
    marked: bool = True,
    baselines: Mapping[str, Baseline] | None = None,
    precisions: Sequence[float] = (0.6, 0.7, 0.8, 0.9),
    recalls: Sequence[float] = (0.8, 0.9),
    progress: Callable[[int, int], None] | None = None,
) -> SuggesterEvaluation:
    """Judge a suggester on documents it has not learned from, beside the baselines.

    Assignments that were made of suggestions count for nothing here: they would flatter what suggested them.

    Parameters
    ----------
    project : State, or what has one
        The project, coded: a project, a view, or its content.
    suggester : ProjectSuggester, optional
        A suggester of the project; the default one when not given. It is fitted anew for each split, on a
        copy: what it has learned stays.
    documents : str or iterable of str, optional
        Instead of splits: judge the suggester as it is on these documents, which must not be among those
        that it learned from.
    budgets : sequence of str, optional
        How much is coded: ``"s200"`` is whole documents in random order until 200 segments are coded,
        ``"k10"`` segments until each code has 10 examples. When not given: what the project has enough for.
    seeds : sequence of int
        Which splits.
    marked : bool, default True
        Also judge on the stretches that people marked, beside the suggester's own unit.
    baselines : mapping of str to callable, optional
        What to compare with; `qualcode.suggest.judging.baselines.BASELINES` when not given.
    precisions, recalls : sequence of float
        The promises to check.
    progress : callable, optional
        Called with how many splits are done, and of how many.

    Raises
    ------
    SuggestionError
        When too little is coded to learn and to judge, when documents to judge on were learned from, or when
        the suggester does not tell its scores.
    """
    from qualcode.suggest.judging.splits import check_budget

    state = state_shown(project, error=SuggestionError)
    if suggester is not None:
        check_kind(suggester, ProjectSuggester, what="suggester", error=SuggestionError)
    if documents is not None:
        documents = check_named(documents, what="documents", error=SuggestionError)
    if budgets is not None:
        budgets = check_named(budgets, what="budgets", error=SuggestionError)
        for budget in budgets:
            check_budget(budget)
    seeds = [
        check_count(seed, what="seeds") for seed in check_list(seeds, what="seeds", of="seeds")
    ]
    check_flag(marked, what="marked", error=SuggestionError)
    for name, function in check_mapping(baselines, what="baselines", error=SuggestionError).items():
        check_text(name, what="baselines: each name", error=SuggestionError, empty=False)
        check_function(function, what=f"baselines[{name!r}]")
    precisions, recalls = (
        tuple(
            check_between(each, 0, 1, what=what)
            for each in check_list(given, what=what, of="shares")
        )
        for given, what in ((precisions, "precisions"), (recalls, "recalls"))
    )
    progress = check_progress(progress)
    chosen = new_suggester(state) if suggester is None else suggester
    if not isinstance(chosen.model, ScoringSuggester):
        raise SuggestionError(
            f"the suggester {chosen.name!r} does not tell its scores (score_codes, fitted_), so it cannot be "
            "evaluated"
        )
    from qualcode.suggest.judging.baselines import BASELINES
    from qualcode.suggest.judging.evaluation import evaluate

    options: dict[str, Any] = {
        "baselines": BASELINES if baselines is None else baselines,
        "precisions": precisions,
        "recalls": recalls,
    }
    if documents is not None:
        return _as_fitted(state, chosen, documents, options)
    by_hand = state.restricted(origin=HAND)
    material = chosen.material(state=by_hand)
    model = fresh(chosen)
    data = {unit_name(chosen.unit): material.data}
    if marked and chosen.unit != MARKED:
        data[MARKED] = chosen.material(MARKED, state=by_hand).data
    chosen_budgets = {
        unit: _budgets(each) if budgets is None else budgets for unit, each in data.items()
    }
    steps = {unit: len(each) * len(seeds) for unit, each in chosen_budgets.items()}
    by_unit: dict[str, Evaluation] = {}
    for unit, each in data.items():
        before = sum(steps[done] for done in by_unit)
        by_unit[unit] = evaluate(
            each,
            budgets=chosen_budgets[unit],
            seeds=seeds,
            suggester=model,
            progress=_shifted(progress, before, sum(steps.values())),
            **options,
        )
    model.fit(material.data)
    decided = {unit: each.n_coded for unit, each in data.items()}
    on = _judged_on(state, chosen, material, decided, material.learned)
    return _beside_people(state, chosen, material, model, by_unit, on)


def _shifted(
    progress: Callable[[int, int], None] | None, before: int, total: int
) -> Callable[[int, int], None] | None:
    """Return what reports one of several parts of the work as a part of the whole."""
    if progress is None:
        return None
    return lambda done, _: progress(before + done, total)


def fresh(suggester: ProjectSuggester) -> Any:
    """Return a model like a suggester's, which can be fitted without changing what that has learned."""
    return copy.copy(suggester.model)


def _budgets(data: CodedTexts) -> tuple[str, ...]:
    """Return what there is enough coded for, so that something is left to judge on."""
    found = tuple(f"s{n}" for n in BUDGETS if n <= _LEARNED * data.n_coded)
    if not found:
        raise SuggestionError(
            f"{data.n_coded} segments are coded: to learn from some and judge on others takes at least "
            f"{round(BUDGETS[0] / _LEARNED)}"
        )
    return (*found, "k10")


def _as_fitted(
    state: State,
    suggester: ProjectSuggester,
    documents: str | Iterable[str],
    options: dict[str, Any],
) -> SuggesterEvaluation:
    if suggester.learned is None:
        raise SuggestionError("the suggester has not learned anything yet: call fit() first")
    from qualcode.suggest.judging.evaluation import evaluate_fitted

    judged = tuple(state.documents[id].id for id in texts(documents))
    material = suggester.material(state=state.restricted(origin=HAND))
    learned = suggester.learned.documents
    found = evaluate_fitted(
        suggester.model, material.data, learned=learned, judged=judged, **options
    )
    unit = unit_name(suggester.unit)
    why = "looked at only when documents are split"
    return SuggesterEvaluation(
        suggester.name,
        {unit: found},
        None,
        None,
        {"agreement": why, "anchoring": why},
        _judged_on(state, suggester, material, {unit: material.data.n_coded}, learned, judged),
    )


def _judged_on(
    state: State,
    suggester: ProjectSuggester,
    material: Material,
    decided: Mapping[str, int],
    learned: Collection[str],
    judged: tuple[str, ...] | None = None,
) -> JudgedOn:
    complete, without = suggester.reading["complete"], suggester.reading["without_speakers"]
    return JudgedOn(
        project=state.name,
        revision=f"{len(state.history)} ({state.head})",
        # Without addresses in memory, which differ each time.
        model=re.sub(r" at 0x[0-9a-fA-F]+", "", " ".join(repr(suggester.model).split())),
        coders=_learned_from(state, suggester),
        counted=material.counted,
        codes={code.id: code.name for code in material.codes},
        chosen=suggester.reading["codes"] is not None,
        decided=decided,
        learned=tuple(id for id in state.documents if id in learned),
        judged=judged,
        complete=None if complete is None else tuple(complete),
        complete_from=material.complete_from,
        without_speakers=texts(without),
    )


def _beside_people(
    state: State,
    suggester: ProjectSuggester,
    material: Material,
    model: Any,
    by_unit: Mapping[str, Evaluation],
    on: JudgedOn,
) -> SuggesterEvaluation:
    """Return the evaluation with what people did beside it, on documents left out in turn."""
    trust = model.fitted_.trust
    probability = model.fitted_.calibration(trust.score)
    reasons: dict[str, str] = {}
    agreement = None
    if suggester.unit == MARKED:
        reasons["agreement"] = (
            "people mark different segments: agreement needs a unit that is the same for all"
        )
    elif not trust.rows.size:
        reasons["agreement"] = "no document was coded from beginning to end"
    else:
        agreement = _agreement(state, suggester, material, trust.rows, probability)
        if agreement is None:
            reasons["agreement"] = "the suggester learns from no person's own decisions"
        elif agreement.reason is not None:
            reasons["agreement"] = agreement.reason
    anchoring = None
    shown = _shown(state)
    if not shown:
        reasons["anchoring"] = "nobody has decided about a suggestion that had a probability"
    else:
        blind = _blind(state, material, model, most=max(verdict.rank for verdict in shown))
        if isinstance(blind, str):
            reasons["anchoring"] = blind
        else:
            anchoring = measure_anchoring(_pairs(shown), blind)
    return SuggesterEvaluation(suggester.name, by_unit, agreement, anchoring, reasons, on)


def _agreement(
    state: State,
    suggester: ProjectSuggester,
    material: Material,
    rows: npt.NDArray[np.int64],
    probability: Floats,
) -> BesideHumans | None:
    from qualcode.suggest.bench.trust import best_f1_cuts

    by_hand = state.restricted(origin=HAND)
    people, read = {}, {}
    for coder in _learned_from(state, suggester):
        if state.coders[coder].kind != "person":
            continue
        own = suggester.material(state=by_hand, coders=coder).data
        people[coder] = np.asarray(own.assigned[rows].toarray(), bool)
        read[coder] = own.coded[rows]
    if not people:
        return None
    found = beside_humans(
        people,
        probability,
        [material.data.documents[row] for row in rows.tolist()],
        [code.id for code in material.codes],
        covered=read,
        cuts=best_f1_cuts(probability),
    )
    return attrs.evolve(found, names={code.id: code.name for code in material.codes})


def _learned_from(state: State, suggester: ProjectSuggester) -> tuple[str, ...]:
    """Return those whose decisions are learned and who have assigned anything by themselves."""
    by_hand = state.restricted(origin=HAND)
    return active_coders(by_hand.counting(suggester.reading["coders"]))


def _shown(state: State) -> list[Verdict]:
    """Return the last verdict on each suggestion that had a probability."""
    last = {
        (verdict.document, verdict.start, verdict.end, verdict.code, verdict.coder): verdict
        for verdict in state.verdicts
    }
    return [verdict for verdict in last.values() if verdict.probability is not None]


def _pairs(shown: Sequence[Verdict]) -> Pairs:
    return Pairs(
        [verdict.probability for verdict in shown],
        [verdict.became is not None and verdict.became[2] == verdict.code for verdict in shown],
        [verdict.document for verdict in shown],
        [verdict.coder for verdict in shown],
    )


def _blind(state: State, material: Material, model: Any, *, most: int) -> Pairs | str:
    """Return what would have been shown, had people not coded without it; or why nothing is known of it."""
    from qualcode.suggest.bench.trust import rank_codes

    trust = model.fitted_.trust
    if trust.reason is not None:
        return str(trust.reason)
    seen = {(verdict.document, verdict.start, verdict.end) for verdict in state.verdicts}
    blind = np.array(
        [place_of(material.segments[at]) not in seen for at in trust.rows.tolist()], bool
    )
    row, code = np.nonzero((rank_codes(trust.score) < most) & blind[:, None])
    return Pairs(
        model.fitted_.calibration(trust.score)[row, code],
        trust.assigned[row, code],
        [material.data.documents[at] for at in trust.rows[row].tolist()],
    )
