"""What the measures accept, and what they say about what they cannot measure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from qualcode.errors import StatisticsError
from qualcode.stats.agreement import (
    MEASURES,
    AgreementResult,
    Ratings,
    brennan_prediger,
    cohen_kappa,
    disagreements,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    holsti,
    krippendorff_alpha,
    leave_one_coder_out,
    percent_agreement,
    scott_pi,
)

N = None
ARRAY_MEASURES = [
    "percent_agreement", "cohen_kappa", "light_kappa", "conger_kappa", "scott_pi", "fleiss_kappa",
    "randolph_kappa", "brennan_prediger", "gwet_ac1", "gwet_ac2", "krippendorff_alpha", "holsti",
]  # fmt: skip


def measured(name: str, ratings: Any, **options: Any) -> AgreementResult:
    if name == "gwet_ac2":
        # Its weights need an order, which the texts of these tests have not.
        options.setdefault("weights", None)
    result: AgreementResult = MEASURES[name].function(ratings, **options)
    return result


# -------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    "ratings",
    [
        [[1, 2, 3, N], [1, 2, 2, 1]],
        ([1, 2, 3, N], (1, 2, 2, 1)),
        np.array([[1, 2, 3, np.nan], [1, 2, 2, 1]]),
        np.array([[1, 2, 3, np.nan], [1, 2, 2, 1]], dtype=np.float32),
        np.array([[1, 2, 3, N], [1, 2, 2, 1]], dtype=object),
        [np.array([1, 2, 3, np.nan]), np.array([1, 2, 2, 1])],
        pd.DataFrame({"ana": [1, 2, 3, N], "ben": [1, 2, 2, 1]}),
        pd.DataFrame({"ana": [1, 2, 3, pd.NA], "ben": [1, 2, 2, 1]}, dtype="Int64"),
        np.ma.masked_equal([[1, 2, 3, 9], [1, 2, 2, 1]], 9),
    ],
    ids=lambda ratings: type(ratings).__name__,
)
def test_any_array_of_numbers_reads_alike(ratings: Any) -> None:
    read = Ratings.read(ratings)
    assert read.codes.tolist() == [[0, 1, 2, -1], [0, 1, 1, 0]]
    assert read.categories == (1, 2, 3)
    assert read.values is not None


@pytest.mark.parametrize(
    ("ratings", "categories"),
    [
        ([["b", "a"], ["a", N]], ("a", "b")),
        (np.array([["b", "a"], ["a", "a"]]), ("a", "b")),
        (pd.DataFrame({"x": ["b", "a"], "y": ["a", N]}), ("a", "b")),
        ([[1, "1"], [1, "1"]], (1, "1")),
        ([[(1, 2), (3, 4)], [(1, 2), (1, 2)]], ((1, 2), (3, 4))),
        ([[True, False], [True, True]], (False, True)),
        (np.array([[True, False], [True, True]]), (False, True)),
        ([[-3, 70_000], [5, 70_000]], (-3, 5, 70_000)),
        ([[-0.5, 1.25], [-0.5, 1.25]], (-0.5, 1.25)),
        (np.array([[0.1, 0.2], [0.2, np.nan]]), (0.1, 0.2)),
        (np.array([[10, 250], [10, 10]], dtype=np.uint8), (10, 250)),
        ([[frozenset("ab"), frozenset()], [frozenset("a"), N]],
         (frozenset(), frozenset("a"), frozenset("ab"))),
        ([["", "a"], [" ", "a"]], ("a",)),
        ([["nan", "a"], ["None", "a"]], ("None", "a", "nan")),
    ],
)  # fmt: skip
def test_labels_stay_what_they_are(ratings: Any, categories: tuple[Any, ...]) -> None:
    read = Ratings.read(ratings)
    assert read.categories == categories
    assert [type(label) for label in read.categories] == [type(label) for label in categories]


def test_categories_give_the_order_and_what_could_have_been() -> None:
    read = Ratings.read([["low", "high"], ["low", "low"]], categories=["low", "mid", "high"])
    assert read.codes.tolist() == [[0, 2], [0, 0]]
    assert Ratings.read(read) is read


def test_coded_ratings_are_taken_as_they_are() -> None:
    coded = Ratings(np.array([[0, 1, -1], [0, 1, 1]]), ("a", "b"))
    assert percent_agreement(coded).value == 1.0


@pytest.mark.parametrize(
    ("ratings", "message"),
    [
        ([1, 2, 3], "sequence of labels"),
        (["yes", "no"], "sequence of labels"),
        (np.array([1, 2]), "dimension"),
        (np.zeros((2, 2, 2)), "dimension"),
        ([[1, 2], [1]], "different numbers of units"),
        ({"ann": [1, 2], "ben": [1, 2]}, "mapping"),
        ([[{1}], [{2}]], "frozenset"),
        ([{"u1", "u2"}, {"u1", "u3"}], "a set, .* does not say the order"),
        ([{"u1": "a"}, {"u1": "b"}], "a mapping, .* does not say the order"),
        ([[frozenset({""}), frozenset("a")]] * 2, "holds a blank one"),
        ([[1.0, np.inf], [1.0, 2.0]], "infinite"),
        (np.array([[1.0, np.inf], [1.0, 2.0]]), "infinite"),
    ],
)
def test_what_is_no_table_of_ratings_is_refused(ratings: Any, message: str) -> None:
    with pytest.raises(StatisticsError, match=message):
        percent_agreement(ratings)


def test_unknown_labels_and_repeated_categories_are_refused() -> None:
    with pytest.raises(StatisticsError, match="trsut"):
        percent_agreement([["trsut"], ["trust"]], categories=["trust", "roles"])
    with pytest.raises(StatisticsError, match="more than once"):
        percent_agreement([["a"], ["a"]], categories=["a", "a"])


# --------------------------------------------------------------------------------- degenerate data


@pytest.mark.parametrize("name", ARRAY_MEASURES)
@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        ([], "no ratings"),
        ([[], []], "no ratings"),
        (np.empty((2, 0)), "no ratings"),
        ([[N, N], [N, N]], "no ratings"),
        (np.full((2, 3), np.nan), "no ratings"),
        ([["a", "b"]], "only one coder"),
        ([["a", "b"], [N, N]], "only one coder"),
    ],
)
def test_nothing_to_compare_is_a_reason(name: str, ratings: Any, reason: str) -> None:
    for options in ({}, {"interval": "analytic"}, {"interval": "unit-bootstrap"}):
        result = measured(name, ratings, **options)
        assert result.value is None
        assert reason in str(result.reason)
        assert result.interval is None
        assert (result.interval_reason is None) == (not options)


@pytest.mark.parametrize("name", [name for name in ARRAY_MEASURES if name != "holsti"])
def test_no_shared_unit_is_a_reason(name: str) -> None:
    result = measured(name, [["a", N], [N, "b"]])
    assert result.value is None
    assert "no unit was rated by two coders" in str(result.reason)
    assert (result.n_units, result.n_coders, result.n_categories) == (0, 2, 2)


def test_holsti_counts_units_that_one_coder_left_alone() -> None:
    assert holsti([["a", N], [N, "b"]]).value == 0.0


def test_holsti_leaves_out_who_rated_nothing() -> None:
    two = holsti([["a", "b", "a"], ["a", "a", "a"]])
    three = holsti([["a", "b", "a"], ["a", "a", "a"], [N, N, N]])
    assert (three.value, three.n_coders) == (two.value, two.n_coders) == (pytest.approx(2 / 3), 2)


@pytest.mark.parametrize("name", [name for name in ARRAY_MEASURES if name != "holsti"])
def test_a_coder_who_rated_nothing_changes_nothing(name: str) -> None:
    two = [[1, 2, 1, 2, 1, 1, 2, 2], [1, 2, 2, 2, 1, 1, 2, 1]]
    for options in ({"interval": "analytic"}, {"clusters": [1, 1, 2, 2, 3, 3, 4, 4]}):
        without, with_third = (measured(name, each, **options) for each in (two, [*two, [N] * 8]))
        assert (without.value, without.se) == pytest.approx((with_third.value, with_third.se))
        assert without.interval == with_third.interval


@pytest.mark.parametrize("name", sorted(set(ARRAY_MEASURES) - {"percent_agreement", "holsti"}))
def test_without_variation_there_is_no_value_but_an_observed_agreement(name: str) -> None:
    result = measured(name, [["trust", "trust"], ["trust", "trust"]], clusters=[1, 2])
    assert (result.value, result.observed) == (None, 1.0)
    assert "'trust'" in str(result.reason)
    assert result.interval_reason == "there is no value"
    with pytest.raises(StatisticsError, match="trust"):
        float(result)


def test_measures_without_chance_are_defined_without_variation() -> None:
    assert percent_agreement([["a", "a"], ["a", "a"]]).value == 1.0
    assert holsti([["a", "a"], ["a", "a"]]).value == 1.0


def test_free_margins_are_defined_once_other_categories_are_named() -> None:
    result = brennan_prediger([["a", "a"], ["a", "a"]], categories=["a", "b"])
    assert (result.value, result.expected) == (1.0, 0.5)


def test_two_coders_of_one_label_each_have_a_kappa_of_zero() -> None:
    assert cohen_kappa([["a", "a"], ["b", "b"]]).value == 0.0
    assert scott_pi([["a", "a"], ["b", "b"]]).value == -1.0


# --------------------------------------------------------------------------------- wrong arguments


@pytest.mark.parametrize("measure", [cohen_kappa, scott_pi])
def test_measures_of_two_coders_refuse_three(measure: Any) -> None:
    with pytest.raises(StatisticsError, match="3: use"):
        measure([["a"], ["a"], ["a"]])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"distance": "nominl"}, "there is no distance 'nominl'"),
        ({"distance": "ordinal"}, "order of the labels"),
        ({"distance": "interval"}, "needs numbers"),
        ({"distance": "jaccard"}, "compares sets"),
        ({"distance": lambda a, b: float(a < b)}, "symmetric"),
        ({"distance": lambda a, b: 1.0}, "0 for equal labels"),
        ({"distance": lambda a, b: float("nan")}, "finite number"),
        ({"clusters": [1]}, "document"),
        ({"clusters": [1, None, 2]}, "unit 1 has no cluster"),
        ({"interval": "jackknife"}, "needs clusters"),
        ({"interval": "bootstrap"}, "needs clusters"),
        ({"interval": "wald"}, "there is no interval 'wald'"),
        ({"confidence": 95}, "between 0 and 1"),
        ({"n_resamples": 1}, "n_resamples"),
        ({"cluster": [1, 2, 3]}, "no option 'cluster'"),
        ({"clusters": [1, 2, 3], "interval": "bootstrap", "random_state": "x"}, "random_state"),
    ],
)
def test_wrong_options_of_alpha_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(StatisticsError, match=message):
        krippendorff_alpha([["a", "b", "b"], ["a", "b", "a"]], **options)


def test_a_ratio_scale_starts_at_zero() -> None:
    with pytest.raises(StatisticsError, match="starts at zero"):
        krippendorff_alpha([[-1, 2], [1, 2]], distance="ratio")
    assert krippendorff_alpha([[0, 0, 2], [0, 0, 2]], distance="ratio").value == 1.0


def test_ordinal_labels_with_an_order_are_measured() -> None:
    coders = [["low", "mid", "high", "high"], ["low", "high", "high", "mid"]]
    result = krippendorff_alpha(coders, distance="ordinal", categories=["low", "mid", "high"])
    numbers = [[1, 2, 3, 3], [1, 3, 3, 2]]
    assert result.value == pytest.approx(krippendorff_alpha(numbers, distance="ordinal").value)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ("ordinal", "two weightings are called 'ordinal'"),
        ("quadrtic", "Did you mean 'quadratic'"),
        ([[1, 0], [0, 1], [0, 0]], "shape"),
        ([[1, 0.5], [0.5, 0]], "diagonal"),
        ([[1, 2], [2, 1]], "at most 1"),
    ],
)
def test_wrong_weights_are_refused(weights: Any, message: str) -> None:
    with pytest.raises(StatisticsError, match=message):
        gwet_ac2([["a", "b"], ["a", "b"]], weights=weights)


# --------------------------------------------------------------- no order or shape is invented

SCALE = ["low", "medium", "high"]
FIRST = ["low", "low", "medium", "high", "high", "medium"]
SECOND = ["low", "medium", "medium", "high", "medium", "high"]


@pytest.mark.parametrize("name", ["linear", "quadratic", "radical", "gwet-ordinal"])
@pytest.mark.parametrize("measure", [cohen_kappa, fleiss_kappa, gwet_ac2, percent_agreement])
def test_weights_on_texts_need_an_order(measure: Any, name: str) -> None:
    with pytest.raises(StatisticsError, match=r"needs the order of the labels.*categories=…"):
        measure([FIRST, SECOND], weights=name)
    numbers = [[SCALE.index(label) for label in coder] for coder in (FIRST, SECOND)]
    given = measure([FIRST, SECOND], weights=name, categories=SCALE)
    assert given.value == pytest.approx(measure(numbers, weights=name).value)


def test_a_table_of_weights_needs_to_know_which_row_is_which_label() -> None:
    table = [[1, 0.5, 0], [0.5, 1, 0.25], [0, 0.25, 1]]
    with pytest.raises(StatisticsError, match=r"nothing says which rows.*categories=…"):
        cohen_kappa([FIRST, SECOND], weights=table)
    # Where every two labels differ alike, any order of them gives the same.
    alike = [[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]]
    expected = cohen_kappa([FIRST, SECOND], weights=alike, categories=SCALE).value
    assert cohen_kappa([FIRST, SECOND], weights=alike).value == pytest.approx(expected)
    in_order = pd.Categorical([*FIRST, *SECOND], categories=SCALE, ordered=True)
    pair = pd.DataFrame({"ana": in_order[:6], "ben": in_order[6:]})
    by_names = cohen_kappa([FIRST, SECOND], weights=table, categories=SCALE).value
    assert cohen_kappa(pair, weights=table).value == pytest.approx(by_names)


def test_a_frame_of_weights_goes_by_its_labels() -> None:
    table = [[1, 0.5, 0], [0.5, 1, 0.25], [0, 0.25, 1]]
    right = cohen_kappa([FIRST, SECOND], weights=table, categories=SCALE).value
    named = pd.DataFrame(table, index=SCALE, columns=SCALE)
    for frame in (named, named.loc[SCALE[::-1], sorted(SCALE)]):
        assert cohen_kappa([FIRST, SECOND], weights=frame).value == pytest.approx(right)
    with pytest.raises(StatisticsError, match="give its index and its columns the names"):
        cohen_kappa([FIRST, SECOND], weights=named.rename(index={"low": "lo"}))


def test_weighted_values_by_hand() -> None:
    assert cohen_kappa(
        [FIRST, SECOND], weights="quadratic", categories=SCALE
    ).value == pytest.approx(4 / 7)
    three = [
        ["neg", "neg", "pos", "ind", "neg"],
        ["neg", "ind", "pos", "ind", "pos"],
        ["ind", "pos", "ind", "ind", "pos"],
    ]
    found = fleiss_kappa(three, weights="linear", categories=["neg", "ind", "pos"])
    assert found.value == pytest.approx(2 / 47)


def test_digits_kept_as_text_are_refused_where_numbers_are_needed() -> None:
    digits = [["1", "2", "10", "9", "3"], ["1", "2", "9", "10", "2"]]
    for ask in (
        lambda: cohen_kappa(digits, weights="quadratic"),
        lambda: cohen_kappa(digits, weights="ratio", categories=["1", "2", "3", "9", "10"]),
        lambda: krippendorff_alpha(digits, distance="interval"),
        lambda: krippendorff_alpha(digits, distance="ordinal"),
    ):
        with pytest.raises(StatisticsError, match="digits kept as text"):
            ask()
    numbers = [[int(label) for label in coder] for coder in digits]
    assert cohen_kappa(numbers, weights="quadratic").value == pytest.approx(0.9793, abs=5e-5)


def test_an_ordered_categorical_is_taken_as_given() -> None:
    columns = [pd.Categorical(each, categories=SCALE, ordered=True) for each in (FIRST, SECOND)]
    frame = pd.DataFrame(dict(zip(("ana", "ben"), columns, strict=True)))
    for ratings in (columns, [pd.Series(each) for each in columns], frame):
        read = Ratings.read(ratings)
        assert (read.categories, read.ordered) == (tuple(SCALE), True)
        assert cohen_kappa(ratings, weights="quadratic").value == pytest.approx(4 / 7)
    wide = pd.Categorical(FIRST, categories=["none", *SCALE], ordered=True)
    assert Ratings.read([wide, SECOND]).n_categories == 4
    with pytest.raises(StatisticsError, match="ordered categories differ"):
        Ratings.read([columns[0], wide])
    unordered = [pd.Categorical(each, categories=SCALE) for each in (FIRST, SECOND)]
    with pytest.raises(StatisticsError, match="needs the order"):
        cohen_kappa(unordered, weights="linear")


@pytest.mark.parametrize(
    "ask", [lambda table: krippendorff_alpha(table, distance="ordinal").value,
            lambda table: disagreements(table, distance="ordinal").units,
            lambda table: leave_one_coder_out(table, distance="ordinal").everyone.value],
)  # fmt: skip
def test_whatever_is_asked_of_ranks_needs_an_order(ask: Any) -> None:
    with pytest.raises(StatisticsError, match=r"needs the order of the labels.*categories=…"):
        ask([FIRST, SECOND])
    with pytest.raises(StatisticsError, match="sets have none: use distance='masi'"):
        ask([[frozenset("a"), frozenset("b")], [frozenset("b"), frozenset("b")]])
    columns = [pd.Categorical(each, categories=SCALE, ordered=True) for each in (FIRST, SECOND)]
    numbers = [[SCALE.index(label) for label in coder] for coder in (FIRST, SECOND)]
    assert ask(columns) is not None
    assert type(ask(columns)) is type(ask(numbers))


def test_an_order_of_numbers_that_is_not_theirs_is_refused_where_sizes_count() -> None:
    odd = [
        pd.Categorical(each, categories=[1, 3, 2], ordered=True) for each in ([1, 2, 3], [1, 3, 3])
    ]
    for weights in ("linear", "quadratic", "radical", "ratio"):
        with pytest.raises(StatisticsError, match=r"\[1, 3, 2\], is not theirs"):
            cohen_kappa(odd, weights=weights)
    texts = [["low", "high", "mid"], ["low", "mid", "mid"]]
    scale = {"distance": "ordinal", "categories": ["low", "mid", "high"]}
    by_rank = krippendorff_alpha(odd, distance="ordinal").value
    assert by_rank == pytest.approx(krippendorff_alpha(texts, **scale).value)
    falling = [
        pd.Categorical(each, categories=[3, 2, 1], ordered=True) for each in ([1, 2], [1, 3])
    ]
    assert cohen_kappa(falling, weights="linear").value == pytest.approx(
        cohen_kappa([[1, 2], [1, 3]], weights="linear", categories=[1, 2, 3]).value
    )


def test_weights_on_sets_need_a_distance() -> None:
    sets = [[frozenset("a"), frozenset("ab")], [frozenset("a"), frozenset("a")]]
    with pytest.raises(StatisticsError, match="sets have none: use weights='masi'"):
        gwet_ac2(sets, categories=[frozenset("a"), frozenset("ab")])
    assert percent_agreement(sets, weights="masi").value == pytest.approx((1 + 1 / 3) / 2)
    assert percent_agreement(sets, weights="jaccard").value == pytest.approx((1 + 1 / 2) / 2)
    by_size = percent_agreement(sets, weights=lambda a, b: abs(len(a) - len(b)))
    assert by_size.value == pytest.approx(0.5)
    with pytest.raises(StatisticsError, match="compares sets"):
        percent_agreement([["a", "b"], ["a", "b"]], weights="masi")


def test_a_frame_has_coders_in_columns() -> None:
    wide = pd.DataFrame({"ana": list("aba"), "ben": list("abb")}, index=["u1", "u2", "u3"])
    expected = 1 - 2 / 3.6
    assert krippendorff_alpha(wide).value == pytest.approx(expected)
    rows = Ratings.from_frame(wide.T, coders="rows")
    assert krippendorff_alpha(rows).value == pytest.approx(expected)
    assert krippendorff_alpha(wide.to_numpy().T).value == pytest.approx(expected)


def test_rows_of_one_unit_meet_by_their_names_or_not_at_all() -> None:
    ana = pd.Series(list("aba"), index=["u1", "u2", "u3"])
    ben = pd.Series(list("bab"), index=["u2", "u1", "u3"])
    with pytest.raises(StatisticsError, match="ratings of coder 1 are indexed"):
        krippendorff_alpha([ana, ben])
    frame = pd.DataFrame({"ana": ana, "ben": ben})
    assert Ratings.read(frame).codes.tolist() == [[0, 1, 0], [0, 1, 1]]
    assert disagreements(frame).units[0].unit == "u3"
    documents = pd.Series(["d1", "d2", "d2"], index=["u3", "u2", "u1"])
    with pytest.raises(StatisticsError, match="clusters are indexed"):
        krippendorff_alpha(frame, clusters=documents)
    together = krippendorff_alpha(frame, clusters=documents.reindex(frame.index))
    assert together.interval == krippendorff_alpha(frame, clusters=["d2", "d2", "d1"]).interval


def test_a_long_frame_is_read_by_the_names_of_its_columns() -> None:
    long = pd.DataFrame(
        {"unit": [1, 1, 2, 2], "coder": ["ana", "ben"] * 2, "label": ["x", "x", "y", "x"]}
    )
    assert krippendorff_alpha(long).value == pytest.approx(0.0)
    other = long.set_axis(["text", "who", "code"], axis="columns")
    read = Ratings.from_frame(other, coders="who", units="text", labels="code")
    assert krippendorff_alpha(read).value == pytest.approx(0.0)
    scale = long.assign(label=pd.Categorical(long.label, categories=["y", "x"], ordered=True))
    assert Ratings.read(scale).categories == ("y", "x")


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame([["a", "b"], ["b", "a"]]), "have no names"),
        (pd.DataFrame({"unit": ["u1", "u2"], "ana": ["a", "b"]}), "'unit' is no coder"),
        (pd.DataFrame({"unit": [1], "coder": ["ana"], "theme": ["x"]}), "from_frame"),
        (pd.DataFrame({"text": [1, 2], "who": ["ana", "ben"], "code": list("xy")}), "holds text"),
        (pd.DataFrame({"text": ["t", "t"], "who": ["ana", "ben"], "code": list("xy")}), "no label"),
        (pd.DataFrame({"who": list("pqr"), "code": list("xyx")}), "no label"),
        (pd.crosstab(pd.Series(list("aba")), pd.Series(list("abb"))), "how often labels met"),
        (
            pd.DataFrame(
                {"u1": ["a", "b"], "u2": ["a", "a"]}, index=pd.Index(["ana", "ben"], name="coder")
            ),
            "not in the columns",
        ),
        (pd.DataFrame({"unit": [1, 1], "coder": ["ana"] * 2, "label": list("xy")}), "two ratings"),
        (pd.DataFrame({"unit": [1, N], "coder": ["ana"] * 2, "label": list("xy")}), "no 'unit'"),
        (
            pd.DataFrame({"unit": [1, 2], "coder": ["ana", " "], "label": list("xy")}),
            "row 2 .* no 'coder'",
        ),
    ],
)
def test_frames_that_do_not_say_what_they_hold_are_refused(
    frame: pd.DataFrame, message: str
) -> None:
    with pytest.raises(StatisticsError, match=message):
        krippendorff_alpha(frame)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"coders": "who", "units": "text"}, "labels is not given"),
        ({"coders": "whom", "units": "text", "labels": "code"}, "Did you mean 'who'"),
    ],
)
def test_columns_of_a_long_frame_must_be_there(options: dict[str, str], message: str) -> None:
    frame = pd.DataFrame({"text": [1], "who": ["ana"], "code": ["x"]})
    with pytest.raises(StatisticsError, match=message):
        Ratings.from_frame(frame, **options)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([[1, float("nan")], [0, 1]], "finite"),
        ([[1, 0.5], [0, 1]], "the same both ways"),
        ([[0, 0], [0, 0]], "no two labels differ"),
        ([[1, 1], [1, 1]], "no two labels differ"),
    ],
)
def test_tables_of_weights_say_what_is_wrong_with_them(weights: Any, message: str) -> None:
    with pytest.raises(StatisticsError, match=message):
        cohen_kappa([[1, 2, 1], [1, 1, 2]], weights=weights)


def test_a_distance_of_zero_throughout_is_refused() -> None:
    for distance, message in ((0.0, "no two labels differ"), (float("nan"), "finite")):
        with pytest.raises(StatisticsError, match=message):
            krippendorff_alpha(
                [[1, 2], [1, 1]], distance=lambda a, b, d=distance: 0.0 if a == b else d
            )


def test_blank_is_missing() -> None:
    assert krippendorff_alpha([["a", "", " ", "b"], ["a", "a", "b", "b"]]).n_units == 2
    with pytest.raises(StatisticsError, match="what a missing rating looks like"):
        Ratings.read([["a", "b"], ["a", "b"]], categories=["a", "b", ""])


def test_numbers_near_the_largest_do_not_overflow() -> None:
    huge = krippendorff_alpha([[1e300, 2e300, 0], [1e300, 1e300, 0]], distance="interval")
    same = krippendorff_alpha([[1, 2, 0], [1, 1, 0]], distance="interval")
    assert huge.value == pytest.approx(same.value)


# ------------------------------------------------------------------------------------- results


def test_a_result_is_a_row_of_a_frame() -> None:
    frame = gwet_ac1([["a", "b", "a"], ["a", "b", "b"]], interval="analytic").to_frame()
    assert frame.loc[0, "measure"] == "gwet_ac1"
    assert frame.loc[0, "method"] == "analytic"
    assert frame.loc[0, "low"] < frame.loc[0, "value"] <= frame.loc[0, "high"]


def test_codes_are_a_frame_with_reasons() -> None:
    frame = fleiss_kappa([["a", "b", "a"], ["a", "b", "b"]], categories="abc").per_code
    assert list(frame["code"]) == ["a", "b", "c"]
    assert frame["reason"].iloc[2] == "nothing that two coders rated has this code"
    assert krippendorff_alpha([[1, 2], [1, 2]], distance="interval").per_code.empty


def test_equal_input_gives_equal_results() -> None:
    ratings = [["a", "b", "a", "b"], ["a", "b", "b", "b"]]
    options: Any = {"clusters": [1, 1, 2, 2], "interval": "bootstrap", "random_state": 3}
    assert gwet_ac1(ratings, **options) == gwet_ac1(ratings, **options)
