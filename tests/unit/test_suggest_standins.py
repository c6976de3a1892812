"""What stands in for the shared stacker: classifiers, functions, plugins; and how each is asked for."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.decomposition import TruncatedSVD
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.multioutput import MultiOutputClassifier
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC
from sklearn.utils import estimator_checks as checks

from qualcode.errors import NotFoundError, StoreError, SuggestionError
from qualcode.suggest.bench.coded_texts import CodedTexts, CodeText
from qualcode.suggest.bench.protocols import ScoringSuggester, Suggester
from qualcode.suggest.bench.scored import Scored
from qualcode.suggest.bench.scoring import calibrate
from qualcode.suggest.bench.trust import Trust
from qualcode.suggest.judging.baselines import logistic_regression
from qualcode.suggest.judging.evaluation import evaluate
from qualcode.suggest.stacker.saving import fingerprint
from qualcode.suggest.stacker.stacker import SharedStacker
from qualcode.suggest.standins.classifier import ClassifierSuggester
from qualcode.suggest.standins.function import CallableSuggester
from qualcode.suggest.suggesters import make_suggester, suggester_names

WORDS = {
    "trust": ["trust", "rely", "honest", "promise"],
    "money": ["money", "budget", "fund", "cost"],
    "time": ["time", "hour", "late", "deadline"],
}
FILLER = ["we", "they", "was", "then", "so", "people", "really", "always", "with", "our"]
BOOK = [CodeText(name, name.title()) for name in (*WORDS, "unused")]


def project(n_documents: int = 12, per_document: int = 12, seed: int = 0) -> CodedTexts:
    """Segments with words of none, one or two of three codes; a fourth code is never given."""
    rng = np.random.default_rng(seed)
    texts, documents, assigned = [], [], []
    for document in range(n_documents):
        for _ in range(per_document):
            has = rng.random(3) < [0.4, 0.3, 0.2]
            words = list(rng.choice(FILLER, 6))
            for code, name in enumerate(WORDS):
                if has[code]:
                    words += list(rng.choice(WORDS[name], 2))
            rng.shuffle(words)
            texts.append(" ".join(words).capitalize() + ".")
            documents.append(f"interview {document}")
            assigned.append([*has, False])
    return CodedTexts(texts, documents, np.array(assigned), BOOK)


@pytest.fixture(scope="module")
def coded() -> CodedTexts:
    return project()


@pytest.fixture(scope="module")
def plain(coded: CodedTexts) -> Any:
    return make_suggester("tfidf").fit(coded)


class Told(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Has nothing but fit and predict."""

    def fit(self, X: Any, y: Any) -> Told:
        self.classes_ = np.unique(y)
        self.means_ = [np.asarray(X[np.asarray(y) == i].mean(axis=0)).ravel() for i in (0, 1)]
        return self

    def predict(self, X: Any) -> Any:
        return (X @ self.means_[1] > X @ self.means_[0]).astype(int)


# ------------------------------------------------------------------------------------------- classifiers


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(),
        LinearSVC(),
        ComplementNB(),
        Told(),
        make_pipeline(TfidfVectorizer(), LogisticRegression()),
        make_pipeline(HashingVectorizer(n_features=256), LinearSVC()),
        make_pipeline(TfidfVectorizer(), TruncatedSVD(8, random_state=0), LogisticRegression()),
        GridSearchCV(
            make_pipeline(TfidfVectorizer(), LogisticRegression()),
            {"logisticregression__C": [1.0, 10.0]},
            cv=GroupKFold(2),
        ),
    ],
    ids=["proba", "margin", "bayes", "predict", "pipeline", "hashing", "topics", "search"],
)
def test_any_classifier_can_stand_in(estimator: Any, coded: CodedTexts) -> None:
    model = ClassifierSuggester(clone(estimator)).fit(coded)
    new = project(4, seed=99)
    truth = new.assigned.toarray()
    score = model.score_codes(new.texts, new.documents)
    assert score.min() >= 0
    assert score.max() <= 1
    some = truth.any(axis=1)
    assert truth[some][np.arange(some.sum()), score[some].argmax(axis=1)].mean() > 0.8
    assert (score[:, 3] == 0).all()
    shown = model.suggest(new.texts, new.documents)
    assert set(shown.codes) == set(WORDS)
    assert None not in shown.probabilities
    assert {shown.statuses[code] for code in shown.codes} == {"usable"}


def test_a_classifier_of_numbers_gets_them_from_a_function(coded: CodedTexts) -> None:
    calls: list[int] = []
    vocabulary = [word for words in WORDS.values() for word in words]

    def encode(texts: list[str]) -> Any:
        calls.append(len(texts))
        return np.array([[text.lower().count(w) for w in vocabulary] for text in texts])

    model = make_suggester(make_pipeline(FunctionTransformer(encode), LogisticRegression()))
    model.fit(coded)
    assert calls == [144]  # once for all codes and folds
    best = model.suggest(["ξψω honest"], top=1)
    assert best.codes == ("trust",)
    (why,) = best.explanations
    assert why is not None
    assert why.terms == ()


def test_documents_go_to_classifiers_that_ask_for_groups(coded: CodedTexts) -> None:
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 10.0]}, cv=GroupKFold(3))
    model = ClassifierSuggester(search).fit(coded)
    assert model.fitted_.model.classifiers[0].best_params_["C"] in (0.1, 10.0)
    nested = make_pipeline(TfidfVectorizer(), search)
    assert ClassifierSuggester(nested).fit(coded).score_codes(["Honest people."]).argmax() == 0


def test_scores_of_left_out_documents_owe_nothing_to_their_codes() -> None:
    data = project(6)
    assigned = data.assigned.toarray()
    first = np.asarray(data.document) == 0
    other = assigned.copy()
    other[first] = ~other[first]
    one, two = (
        make_suggester("tfidf")
        .fit(CodedTexts(data.texts, data.documents, which, BOOK))
        .fitted_.trust.score
        for which in (assigned, other)
    )
    np.testing.assert_array_equal(one[first], two[first])
    assert not np.allclose(one[~first], two[~first])


def test_is_the_baseline_it_is_named_for(coded: CodedTexts, plain: Any) -> None:
    new = project(3, seed=7)
    np.testing.assert_allclose(
        plain.score_codes(new.texts), logistic_regression(coded, new.texts)[0], atol=1e-12
    )


def test_codes_on_all_segments_or_none_and_a_single_document() -> None:
    data = project(3)
    assigned = data.assigned.toarray()
    assigned[:, 2] = True
    model = make_suggester("tfidf").fit(CodedTexts(data.texts, ["one"] * 36, assigned, BOOK))
    score = model.score_codes(["Money."])
    assert (score[0, 2], score[0, 3]) == (1, 0)
    assert not model.fitted_.trust.score.any()
    assert model.fitted_.statuses == ("learning", "learning", "learning", "cold")
    shown = model.suggest(["Money."])
    assert "ranks only" in str(shown.reason)
    assert shown.probabilities == (None, None, None)


def test_probabilities_mean_what_they_say(coded: CodedTexts) -> None:
    model = make_suggester("tfidf").fit(project(40, seed=1))
    new = project(40, seed=2)
    probability = model.fitted_.calibration(model.score_codes(new.texts))
    truth = new.assigned.toarray()
    for low, high in ((0.0, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1.0)):
        inside = (probability >= low) & (probability <= high)
        if inside.sum() > 50:
            assert abs(probability[inside].mean() - truth[inside].mean()) < 0.08


def test_explanations_quote_the_segment_and_the_coded(coded: CodedTexts, plain: Any) -> None:
    text = "Then there was an HONEST promise, really."
    (found,) = plain.fitted_.explain(text, [0])
    assert {term.text for term in found.terms} == {"HONEST promise"}
    for term in found.terms:
        assert text[term.start : term.end] == term.text
        assert term.weight > 0
    assert found.nearest
    assert all(coded.assigned[near.row, 0] for near in found.nearest)
    letters = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4)), LogisticRegression()
    )
    (found,) = ClassifierSuggester(letters).fit(coded).fitted_.explain(text, [0])
    assert {term.text for term in found.terms} <= {"HONEST promise", "HONEST", "promise"}
    topics = make_pipeline(TfidfVectorizer(), TruncatedSVD(4, random_state=0), LogisticRegression())
    (found,) = ClassifierSuggester(topics).fit(coded).fitted_.explain(text, [0])
    assert found.terms == ()
    assert found.nearest


def test_abstains_where_no_word_is_known(plain: Any) -> None:
    for explain in (True, False):
        shown = plain.suggest(["ξψω", "Budget."], top=1, explain=explain)
        assert (shown.rows, shown.codes) == ((1,), ("money",))
        assert "is known" in shown.silent[0]


def test_blocks_and_runs_do_not_matter(coded: CodedTexts, plain: Any) -> None:
    new = project(3, seed=8)
    small = make_suggester("tfidf", options={"block_size": 5}).fit(coded)
    np.testing.assert_allclose(small.score_codes(new.texts), plain.score_codes(new.texts))
    assert fingerprint(small.fitted_) == fingerprint(plain.fitted_)
    assert small.suggest(new.texts) == plain.suggest(new.texts)
    fewer = make_suggester("tfidf").fit(coded.hide(np.asarray(coded.document) == 0))
    assert fingerprint(fewer.fitted_) != fingerprint(plain.fitted_)


def test_is_evaluated_like_the_default() -> None:
    frame = evaluate(
        project(20, seed=2),
        budgets=["s120"],
        seeds=[0],
        suggester=make_suggester("tfidf"),  # type: ignore[arg-type]
    ).to_frame()
    methods = frame.set_index("method")["map"]
    assert methods["suggester"] == pytest.approx(methods["TF-IDF logistic regression"])


def test_what_cannot_be_fitted_is_refused(coded: CodedTexts, tmp_path: Path) -> None:
    with pytest.raises(SuggestionError, match="several codes at once"):
        ClassifierSuggester(MultiOutputClassifier(LogisticRegression())).fit(coded)
    with pytest.raises(SuggestionError, match="make_pipeline"):
        ClassifierSuggester(LogisticRegression(), vectorizer="tf-idf").fit(coded)
    with pytest.raises(SuggestionError, match="nothing to learn from"):
        make_suggester("tfidf").fit(coded.hide(np.ones(len(coded.texts), bool)))
    with pytest.raises(NotFittedError):
        ClassifierSuggester(LogisticRegression()).score_codes(["x"])
    with pytest.raises(StoreError, match="skops"):
        make_suggester("tfidf").fit(coded).save(tmp_path / "model.zip")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "check",
    [
        checks.check_no_attributes_set_in_init,
        checks.check_get_params_invariance,
        checks.check_set_params,
        checks.check_estimator_repr,
    ],
)
@pytest.mark.parametrize(
    "suggester",
    [SharedStacker(), ClassifierSuggester(LogisticRegression()), CallableSuggester(str)],
    ids=["stacker", "classifier", "callable"],
)
def test_parameters_are_as_scikit_learn_wants_them(check: Any, suggester: Any) -> None:
    # What scikit-learn checks beyond parameters feeds numbers, and these take coded texts.
    check(type(suggester).__name__, suggester)
    assert clone(suggester).get_params().keys() == suggester.get_params().keys()


def test_all_satisfy_the_protocols(coded: CodedTexts, plain: Any) -> None:
    assert isinstance(ClassifierSuggester(LogisticRegression()), ScoringSuggester)
    assert not isinstance(LogisticRegression(), Suggester)
    for model in (plain, SharedStacker().fit(coded), CallableSuggester(lambda _: None).fit(coded)):
        assert isinstance(model, Suggester)
        assert isinstance(model, ScoringSuggester)
        assert isinstance(model.fitted_, Scored)


# --------------------------------------------------------------------------------------------- functions


def keywords(text: str) -> list[str]:
    return [name for name, words in WORDS.items() if any(word in text.lower() for word in words)]


@pytest.mark.parametrize(
    ("function", "batch"),
    [
        (keywords, False),
        (lambda text: set(keywords(text)), False),
        (lambda text: dict.fromkeys(keywords(text), 0.7), False),
        (
            lambda text: SimpleNamespace(cats={**dict.fromkeys(keywords(text), 1), "unused": 0}),
            False,
        ),
        (lambda text: next(iter(keywords(text)), None), False),
        (lambda texts: [keywords(text) for text in texts], True),
        (lambda texts: (keywords(text) for text in texts), True),
    ],
    ids=["list", "set", "scores", "cats", "one", "batch", "generator"],
)
def test_any_function_can_stand_in(function: Any, batch: bool, coded: CodedTexts) -> None:
    model = CallableSuggester(function, batch=batch, block_size=7).fit(coded)
    shown = model.suggest(["They were honest.", "It rained.", "Budget!"])
    assert (shown.rows, shown.codes) == ((0, 2), ("trust", "money"))
    assert None not in shown.probabilities
    assert set(shown.explanations) == {None}
    assert shown.silent == {1: "nothing speaks for any code"}


def test_a_rule_is_as_sure_as_it_was_right(coded: CodedTexts) -> None:
    rng = np.random.default_rng(0)
    assigned = coded.assigned.toarray()
    assigned[:, 0] &= rng.random(144) < 0.7
    data = CodedTexts(coded.texts, coded.documents, assigned, BOOK)
    model = CallableSuggester(lambda text: [c for c in keywords(text) if c == "trust"]).fit(data)
    (best,) = model.suggest(["They were honest."]).probabilities
    given = model.fitted_.trust.score[:, 0] > 0
    assert best == pytest.approx(assigned[given, 0].mean(), abs=0.05)
    precise = model.suggest(coded.texts, precision=0.4)
    assert set(precise.codes) == {"trust"}
    assert not len(model.suggest(coded.texts, precision=0.7))
    # Most codes are none that it ever gives.
    recalled = model.suggest(["They were honest."], recall=0.9)
    assert "silent" in recalled.silent[0]


def test_scores_that_are_no_probabilities_are_calibrated() -> None:
    rng = np.random.default_rng(3)
    chance = rng.random((600, 2))
    assigned = rng.random((600, 2)) < chance
    document = np.repeat(np.arange(30), 20)
    trust = Trust(chance**4, assigned, document, np.arange(600))
    probability = calibrate(trust)(np.array([0.0, 0.1**4, 0.5**4, 0.9**4, 1.0]))
    assert (np.diff(probability) >= 0).all()
    np.testing.assert_allclose(probability[1:4], [0.1, 0.5, 0.9], atol=0.12)
    right = calibrate(Trust(np.ones((8, 1)), np.ones((8, 1), bool), document[:8], np.arange(8)))
    assert right(np.array([0.0, 1.0])).tolist() == [0, 0.9]


@pytest.mark.parametrize(
    ("answer", "error", "match"),
    [
        ("trsut", NotFoundError, "'trsut' for the text .* Did you mean 'trust'"),
        ([3], NotFoundError, "Ids are strings"),
        ({"trust": float("nan")}, SuggestionError, "nan of 'trust' for the text"),
        ({"trust": 1.5}, SuggestionError, "numbers from 0 to 1"),
        ({"trust": "high"}, SuggestionError, "'high'"),
        (3.5, SuggestionError, "returned 3.5 for the text"),
    ],
)
def test_an_answer_that_is_none_is_refused(
    answer: Any, error: type[Exception], match: str, coded: CodedTexts
) -> None:
    with pytest.raises(error, match=match):
        CallableSuggester(lambda text: answer, name="mine").fit(coded)


def test_lists_of_answers_have_to_fit(coded: CodedTexts) -> None:
    with pytest.raises(SuggestionError, match="return a list"):
        CallableSuggester(lambda texts: "trust", batch=True).fit(coded)
    with pytest.raises(SuggestionError, match="144 texts and returned 1 answers"):
        CallableSuggester(lambda texts: ["trust"], batch=True).fit(coded)


def test_a_function_is_told_apart_by_name_and_version(coded: CodedTexts) -> None:
    def prints(**options: Any) -> str:
        return fingerprint(CallableSuggester(keywords, **options).fit(coded).fitted_)

    assert prints() == prints(name="keywords")
    assert len({prints(), prints(version="2"), prints(name="mine")}) == 3


# ---------------------------------------------------------------------------------------------- registry


def test_suggesters_by_name() -> None:
    assert {"stacker", "tfidf"} <= set(suggester_names())
    assert isinstance(make_suggester(), SharedStacker)
    assert make_suggester("stacker", options={"n_topics": 5}).n_topics == 5  # type: ignore[attr-defined]
    with pytest.raises(NotFoundError, match="Did you mean 'stacker'"):
        make_suggester("staker")
    with pytest.raises(SuggestionError, match=r"(?s)'tfidf' of the distribution qualcode .*block"):
        make_suggester("tfidf", options={"block": 5})


def test_suggesters_from_objects() -> None:
    model = make_suggester()
    assert make_suggester(model) is model
    assert isinstance(make_suggester(LogisticRegression()), ClassifierSuggester)
    assert isinstance(make_suggester(keywords, version="1"), CallableSuggester)
    encoded = make_suggester(encode=lambda texts: [[len(text), 1] for text in texts])
    assert encoded.encode.dimensions == 2  # type: ignore[attr-defined]
    with pytest.raises(SuggestionError, match="SharedStacker is a class"):
        make_suggester(SharedStacker)
    with pytest.raises(SuggestionError, match="options does not go with SharedStacker"):
        make_suggester(model, options={"n_topics": 3})
    with pytest.raises(SuggestionError, match="batch does not go with 'tfidf'"):
        make_suggester("tfidf", batch=True)
    with pytest.raises(SuggestionError, match="version does not go with the shared stacker"):
        make_suggester(version="2")
    with pytest.raises(SuggestionError, match="FunctionTransformer"):
        make_suggester(LogisticRegression(), encode=len)
    with pytest.raises(
        SuggestionError, match=r"3\.5 \(float\) is no suggester: give a name \(.*tfidf"
    ):
        make_suggester(3.5)


def test_plugins_are_found_and_broken_ones_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, coded: CodedTexts
) -> None:
    (tmp_path / "plugin_of_mine.py").write_text(
        "from qualcode.suggest.standins.function import CallableSuggester\n"
        "def good(): return CallableSuggester(lambda text: 'trust')\n"
        "def bad(): return 1 / 0\n"
        "def other(): return 3\n"
    )
    for number in (1, 2):
        info = tmp_path / f"mine{number}-1.{number}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Name: mine{number}\nVersion: 1.{number}\n")
    names = ("good", "bad", "other", "absent")
    lines = "".join(f"my-{name} = plugin_of_mine:{name}\n" for name in names)
    group = "[qualcode.suggesters]\n"
    (tmp_path / "mine1-1.1.dist-info" / "entry_points.txt").write_text(f"{group}{lines}")
    (tmp_path / "mine2-1.2.dist-info" / "entry_points.txt").write_text(
        f"{group}tfidf = plugin_of_mine:good\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    assert "my-good" in suggester_names()
    made = make_suggester("my-good").fit(coded)
    assert made.suggest(["x"]).codes == ("trust",)
    with pytest.raises(SuggestionError, match=r"mine1 1\.1 .* ZeroDivisionError"):
        make_suggester("my-bad")
    with pytest.raises(SuggestionError, match=r"mine1 1\.1 .* cannot be made: AttributeError"):
        make_suggester("my-absent")
    with pytest.raises(SuggestionError, match="int lacks fit or suggest"):
        make_suggester("my-other")
    with pytest.raises(SuggestionError, match="remove one of them"):
        make_suggester("tfidf")
