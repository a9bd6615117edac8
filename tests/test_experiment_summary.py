"""How sure an experiment is: the statistics against counting by hand, and the sentences against made-up runs."""

import csv
import io
import json
from itertools import combinations, product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from cnnplay.errors import DataError
from cnnplay.experiments import Experiment
from cnnplay.experiments.comparison import comparisons
from cnnplay.experiments.execution import Run
from cnnplay.experiments.experiment import from_json
from cnnplay.experiments.groups import groups_of
from cnnplay.experiments.questions import QUESTIONS
from cnnplay.experiments.ranks import SURE, after_holm, enough_seeds, rank_test
from cnnplay.experiments.results import Results, columns, read_csv
from cnnplay.experiments.summary import summary
from cnnplay.training.history import Epoch, Evaluation
from tests.hostile import assert_a_sentence

DIVERGED = "At step 3 the loss became not a number (NaN)."


def epoch(number, accuracy):
    return Epoch(number, 4 * number, 0.5 / number, accuracy / 2, Evaluation(1 - accuracy, accuracy, np.zeros((0, 0))))


def made(experiment, accuracies):
    """Runs with these test accuracies in percent: values -> a list with one for each seed, "x" where it diverged."""
    runs = []
    for trial in experiment.trials:
        given_for = accuracies[tuple(trial.values.values())]
        accuracy = given_for[trial.seed] if trial.seed < len(given_for) else None
        run = Run(trial)
        if accuracy == "x":
            run.problem = DIVERGED
        elif accuracy is not None:
            run.epochs = tuple(epoch(number, accuracy / 100) for number in range(1, trial.config.epochs + 1))
            run.seconds = 1.5
        runs.append(run)
    return runs


def said(experiment, accuracies, final=False):
    text = summary(experiment, made(experiment, accuracies), final)
    for sentence in text:
        assert_a_sentence(sentence)
    return text


# The statistics


def counted(first, second):
    """The p-value by dealing all numbers to two samples in every way, as Mann and Whitney count wins and ties."""

    def wins(one, other):
        return sum((a > b) + (a == b) / 2 for a in one for b in other)

    everything, size = [*first, *second], len(first)
    expected, found, ways = size * len(second) / 2, 0, 0
    for chosen in combinations(range(len(everything)), size):
        one = [everything[at] for at in chosen]
        other = [everything[at] for at in range(len(everything)) if at not in chosen]
        found += abs(wins(one, other) - expected) >= abs(wins(first, second) - expected)
        ways += 1
    return found / ways


SAMPLES = st.integers(2, 5).flatmap(
    lambda size: st.tuples(*[st.lists(st.integers(0, 9), min_size=size, max_size=size)] * 2)
)


@settings(deadline=None, max_examples=60)
@given(SAMPLES)
def test_the_rank_test_counts_every_way_to_deal_the_runs_equal_ones_included(samples):
    assert rank_test(*samples) == pytest.approx(counted(*samples), abs=1e-12)


@pytest.mark.parametrize("size", [2, 3, 5, 10])
def test_without_equal_accuracies_the_rank_test_is_that_of_scipy(size):
    numbers = np.random.default_rng(size).permutation(2 * size) / 7
    first, second = numbers[:size], numbers[size:] + 0.3
    assert rank_test(first, second) == pytest.approx(mannwhitneyu(first, second, method="exact").pvalue)
    assert rank_test([1] * size, [1] * size) == 1


def test_holms_method_as_worked_by_hand():
    # Sorted 0.005, 0.01, 0.03, 0.04: times 4, 3, 2, 1 is 0.02, 0.03, 0.06, 0.04; the last may not fall below 0.06.
    assert after_holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert after_holm([0.6, 0.9]) == [1.0, 1.0]
    assert after_holm([]) == []


@pytest.mark.parametrize("tests", [1, 3, 6, 10, 66])
def test_enough_seeds_are_the_fewest_with_which_a_clear_difference_is_sure(tests):
    def best_p_value(seeds):
        return after_holm([rank_test(range(seeds), range(seeds, 2 * seeds))] * tests)[0]

    enough = enough_seeds(tests)
    assert best_p_value(enough) <= SURE < best_p_value(enough - 1)


# The sentences

KERNELS = Experiment(vary={"kernel": [3, 5]}, seeds=5, epochs=1)
CLEAR = {(3,): [94.0, 94.1, 94.2, 94.3, 94.4], (5,): [94.5, 94.7, 94.9, 95.1, 95.3]}


def test_a_clear_difference_is_said_to_be_sure_with_how_often_and_how_much():
    varied, extremes, compared = said(KERNELS, CLEAR)
    assert varied == "Kernel size (3×3, 5×5) was varied, with 5 seeds each; everything else stayed the same."
    assert extremes == (
        "The highest median has kernel 5×5, 94.9 % test accuracy (94.5 % to 95.3 %); the lowest kernel 3×3, 94.2 % "
        "test accuracy (94.0 % to 94.4 %)."
    )
    assert compared == (
        "With kernel 5×5, the accuracy was higher than with kernel 3×3 in 5 of 5 seeds, by 0.5 to 0.9 points. That is "
        "hardly luck: if the kernel size made no difference, a gap this clear would appear in about 1 of 126 such "
        "experiments."
    )  # 2 of the 252 ways to deal ten runs to two kernels


def test_ranges_that_overlap_do_not_tell():
    (*_, compared) = said(KERNELS, {(3,): [94.0, 94.6, 94.2, 94.3, 94.4], (5,): [94.1, 94.3, 94.5, 94.9, 95.0]})
    assert compared == (
        "With kernel 5×5, the accuracy was higher than with kernel 3×3 in 4 of 5 seeds; the differences go from "
        "−0.3 to 0.6 points. Their ranges overlap: 5 seeds do not tell whether that is more than luck. More seeds "
        "would show whether that stays so."
    )


def test_equal_results_are_equal_whichever_comes_first():
    *_, medians, compared = said(KERNELS, {(3,): [94.0, 94.6, 94.2, 94.3, 94.4], (5,): [94.0, 94.6, 94.2, 94.3, 94.4]})
    assert medians == "All medians are equal: 94.3 % test accuracy."
    assert compared == "The two did equally well: kernel 3×3 and kernel 5×5."


@pytest.mark.parametrize(
    ("three", "five", "how"),
    [
        (
            [94.0, 94.1, 94.2, 94.3, 94.4],
            [95.0, 94.0, 94.25, 94.2, 94.3],
            "The medians with kernel 5×5 and with kernel 3×3 differ, but the first is higher in only 2 of 5 seeds; the "
            "differences go from −0.1 to 1.0 points.",
        ),
        (
            [94.0, 94.1, 94.2, 94.3, 94.4],
            [94.1, 94.0, 94.2, 94.3, 94.4],
            "The medians with kernel 3×3 and with kernel 5×5 are equal, but the first is higher in only 1 of 5 seeds; "
            "the differences go from −0.1 to 0.1 points.",
        ),
    ],
    ids=["other medians", "equal medians"],
)
def test_what_won_in_no_more_than_half_of_the_seeds_was_not_higher(three, five, how):
    assert said(KERNELS, {(3,): three, (5,): five})[-1].startswith(how)


def test_three_seeds_are_too_few_however_clear_they_look():
    experiment = Experiment(vary={"kernel": [3, 5]}, seeds=3, epochs=1)
    (*_, compared) = said(experiment, {(3,): [80, 81, 82], (5,): [95, 96, 97]})
    assert "in 3 of 3 seeds, by 15.0 points. Their ranges do not overlap, but 3 seeds are too few" in compared
    assert compared.endswith("With 4 seeds or more it could tell, if the ranges stay apart.")


def test_many_comparisons_need_more_seeds():
    """Of five values that lie apart the best is compared with each; ten pairs could be luck where one pair is not."""
    experiment = Experiment(vary={"filters": [1, 2, 3, 4, 6]}, seeds=5, epochs=1)
    apart = {(filters,): [90 + filters + seed / 10 for seed in range(5)] for filters in (1, 2, 3, 4, 6)}
    found = comparisons(experiment, made(experiment, apart))
    assert [(pair.better, pair.worse, pair.among) for pair in found] == [(6, 4, 10), (6, 3, 10), (6, 2, 10), (6, 1, 10)]
    assert [pair.p_value for pair in found] == pytest.approx([10 * 2 / 252] * 4)
    assert all("5 seeds are too few" in str(pair) and "With 6 seeds or more" in str(pair) for pair in found)


def test_the_comparisons_of_every_setting_count_together():
    """Three pairs of kernels and one of pooling: what would be sure alone need not be so among four."""
    experiment = Experiment(vary={"kernel": [2, 3, 5], "pool": ["max", "mean"]}, seeds=4, epochs=1)
    apart = {(k, p): [90 + k + seed / 10 for seed in range(4)] for k in (2, 3, 5) for p in ("max", "mean")}
    accuracies = {cell: [each + (cell[1] == "max") for each in apart[cell]] for cell in apart}
    found = comparisons(experiment, made(experiment, accuracies))
    assert [pair.setting for pair in found] == ["kernel", "kernel", "pool"]
    assert [pair.p_value for pair in found] == pytest.approx([4 * 2 / 70] * 3)
    assert {pair.among for pair in found} == {4} and not any(pair.is_sure for pair in found)
    assert "in 4 of 4 seeds, by 1.0 points, on average over the kernel size. " in str(found[-1])
    assert "on average over the pooling. " in str(found[0])


@pytest.mark.parametrize("vary", [{"kernel": [5]}, {"kernel": [5], "pool": ["mean"]}, {}], ids=str)
def test_a_single_value_varies_nothing(vary):
    experiment = Experiment(vary=vary, seeds=3, epochs=1)
    varied, luck = said(experiment, {tuple(values[0] for values in vary.values()): [94.0, 95.2, 94.4]})
    assert varied == "The same network was trained with 3 seeds; nothing else changed."
    assert luck.startswith("From 94.0 % to 95.2 % test accuracy, the median 94.4 %")


def test_a_value_that_no_network_was_trained_with_did_not_vary():
    net = "conv6k9s4-relu-max2-flatten-dense10"
    experiment = Experiment(net, {"pool_size": [2, 6], "pool": ["max", "mean"]}, seeds=2, epochs=1)
    assert len(experiment.left_out) == 2
    assert summary(experiment, [])[0].startswith("Pooling (max, mean) was varied, with 2 seeds each")


def test_a_setting_with_a_single_value_is_not_among_those_that_varied():
    experiment = Experiment(vary={"pool": ["max"], "kernel": [3, 5]}, seeds=5, epochs=1)
    text = said(experiment, {("max", *kernel): found for kernel, found in CLEAR.items()})
    assert text[0].startswith("Kernel size (3×3, 5×5) was varied") and "average" not in text[-1]


def test_where_one_network_was_left_out_of_two_there_is_still_a_result():
    experiment = Experiment(vary={"kernel": [5, 12]}, seeds=3, epochs=1)
    assert said(experiment, {(5,): [94.0, 95.2, 94.4]})[-1].startswith("From 94.0 % to 95.2 %")
    text = said(KERNELS, {(3,): ["x"] * 5, (5,): [94, 95, 96, 97, 98]})
    assert text[-1] == "Only kernel 5×5, 96.0 % test accuracy (94.0 % to 98.0 %) is left."


CLAIMS = ("hardly luck", "highest median", "depends on", "too few")


@pytest.mark.parametrize(
    ("vary", "accuracies"),
    [
        ({"kernel": [3, 5]}, {(3,): [50], (5,): [99]}),
        ({"kernel": [3, 5], "pool": ["max", "mean"]}, {(3, "max"): [50], (3, "mean"): [90], (5, "max"): [90]}),
        ({}, {(): [95]}),
    ],
    ids=str,
)
@pytest.mark.parametrize("seeds", [1, 3])
def test_a_single_seed_claims_nothing(vary, accuracies, seeds):
    """Also where only the first seed of several has finished, and no more will."""
    experiment = Experiment(vary=vary, seeds=seeds, epochs=1)
    accuracies = {(5, "mean"): [50], **accuracies}
    text = said(experiment, accuracies, final=True)
    assert not [sentence for sentence in text for claim in CLAIMS if claim in sentence]
    assert any("luck" in sentence for sentence in text)
    assert all(pair.p_value is None for pair in comparisons(experiment, made(experiment, accuracies), final=True))


def test_runs_that_ended_early_do_not_count_and_are_told():
    text = said(KERNELS, {(3,): [94.0, 94.1, 94.2, 94.3, 94.4], (5,): ["x", 95, "x", 95.1, 95.2]})
    assert "2 of 5 runs with kernel 5×5 ended early and do not count." in text
    assert "in 3 of 3 seeds, by 0.8 to 0.9 points" in text[-1]


def test_where_all_runs_ended_early_nothing_is_compared():
    text = said(KERNELS, {(3,): ["x"] * 5, (5,): ["x"] * 5})
    assert text[1:] == [f"5 of 5 runs with kernel {k}×{k} ended early and do not count." for k in (3, 5)]


def test_before_and_while_it_runs_it_says_how_far_it_is():
    assert said(KERNELS, {(3,): [], (5,): []})[1:] == ["No run has finished yet."]
    accuracies = {(3,): [94.0, 94.1], (5,): [94.5]}
    assert said(KERNELS, accuracies)[1:] == [
        "So far 1 of 5 seeds; the answer comes with the last run.",
        "Median test accuracy so far: kernel 3×3 94.0 %; kernel 5×5 94.5 %.",
    ]
    assert said(KERNELS, accuracies, final=True)[1] == "3 of 10 runs are done; what follows is of those."
    assert said(KERNELS, {(3,): [], (5,): []}, final=True)[1:] == ["No run has finished."]
    assert said(Experiment(seeds=3, epochs=1), {(): [94.0]})[-1] == "Median test accuracy so far: 94.0 %."


@pytest.mark.parametrize("missing", [1, 3])
def test_no_difference_is_sure_before_the_last_run(missing):
    """Who looks after every run, and stops at the first clear difference, finds one by luck."""
    accuracies = {(3,): CLEAR[(3,)], (5,): CLEAR[(5,)][:-missing]}
    runs = made(KERNELS, accuracies)
    assert comparisons(KERNELS, runs) == [] and any(pair.is_sure for pair in comparisons(KERNELS, made(KERNELS, CLEAR)))
    assert not any(word in sentence for sentence in summary(KERNELS, runs) for word in ("luck", "seeds or more"))
    assert summary(KERNELS, [run for run in runs if run.finished]) == summary(KERNELS, runs)  # as from a table
    assert "luck" in Results(KERNELS, runs).summary(final=True)
    assert len(comparisons(KERNELS, runs, final=True)) == 1


def test_the_same_network_with_several_seeds_shows_how_much_is_luck():
    experiment = Experiment(seeds=3, epochs=1)
    assert said(experiment, {(): [94.0, 95.2, 94.4]}) == [
        "The same network was trained with 3 seeds; nothing else changed.",
        "From 94.0 % to 95.2 % test accuracy, the median 94.4 %: 1.2 points between the luckiest and the "
        "unluckiest seed. Where two single runs differ by less, the difference says nothing.",
    ]


BOTH = Experiment(vary={"kernel": [3, 5], "pool": ["max", "mean"]}, seeds=5, epochs=1)


def crossed(low, high):
    return {(3, "max"): low, (5, "max"): high, (3, "mean"): high, (5, "mean"): low}


def test_what_depends_on_something_else_is_said_where_it_is_sure():
    text = said(BOTH, crossed([90, 90.1, 90.2, 90.3, 90.4], [95, 95.1, 95.2, 95.3, 95.4]))
    assert text[-2:] == [
        "Which kernel size did best depends on the pooling: kernel 5×5 with max pooling, kernel 3×3 with mean pooling.",
        "Which pooling did best depends on the kernel size: mean pooling with kernel 3×3, max pooling with kernel 5×5.",
    ]


def test_where_it_may_be_luck_that_it_depends_that_is_said():
    text = said(BOTH, crossed([94, 95, 94.2, 94.4, 94.6], [94.3, 94.1, 94.7, 94.9, 94.8]))
    assert not any("depends" in sentence for sentence in text)
    assert text[-1].endswith("but that may be luck: 5 seeds do not tell.")


def test_a_setting_is_compared_over_the_same_of_whatever_else_varies():
    """A mean over what has finished so far would compare other things with each other."""
    accuracies = {(3, "max"): [90, 90, 90], (5, "max"): [91, 91, 91], (3, "mean"): [50, 50], (5, "mean"): [51]}
    (kernel, _) = comparisons(BOTH, made(BOTH, accuracies), final=True)
    assert (kernel.setting, kernel.better, kernel.differences) == ("kernel", 5, pytest.approx((1.0,)))


def test_the_best_value_is_compared_with_all_others_also_where_it_lost():
    """The highest median need not win each comparison over the seeds that both have."""
    experiment = Experiment(vary={"kernel": [2, 3, 5]}, seeds=3, epochs=1)
    accuracies = {(2,): [90.0, 95.0, 95.1], (3,): [91.0, "x", "x"], (5,): [80, 80, 80]}
    pairs = comparisons(experiment, made(experiment, accuracies))
    assert {(pair.better, pair.worse) for pair in pairs} == {(3, 2), (2, 5)}


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_any_runs_are_told_in_sentences(data):
    vary = data.draw(st.sampled_from([{}, {"kernel": [3, 5]}, {"kernel_1": [2, 3], "batchnorm": [True, False]}]))
    experiment = Experiment("conv4k3-conv4k3-relu-flatten-dense10", vary=vary, seeds=3, epochs=1)
    accuracy = st.floats(0, 100) | st.none() | st.just("x") | st.sampled_from([95, 95.01])
    cells = {values: data.draw(st.lists(accuracy, max_size=3)) for values in product(*vary.values())}
    assert len(said(experiment, cells, data.draw(st.booleans()))) >= 2


# Tables


def test_a_table_has_a_row_for_each_run_and_epoch_with_all_that_made_it():
    experiment = Experiment(vary={"kernel": [3, 5], "learning_rate": [1e-3, 0.1]}, seeds=2, epochs=2, batch_size=64)
    values = {(3, 1e-3): [90, 91], (3, 0.1): [80, "x"], (5, 1e-3): [92, 93], (5, 0.1): []}
    results = Results(experiment, made(experiment, values))
    rows = results.table()
    assert len(rows) == 5 * 2 + 1
    assert {key: rows[1][key] for key in ("kernel", "learning_rate", "seed", "epoch", "test_accuracy", "seconds")} == {
        "kernel": 3,
        "learning_rate": 1e-3,
        "seed": 0,
        "epoch": 2,
        "test_accuracy": 0.9,
        "seconds": 1.5,
    }
    assert rows[0]["seconds"] is None and rows[0]["net"] == "conv6k3-relu-max2-flatten-dense10"
    (failed,) = [row for row in rows if row["problem"]]
    assert (failed["problem"], failed["seed"], failed["epoch"], failed["loss"]) == (DIVERGED, 1, 1, None)
    assert all(set(row) == set(columns(experiment)) and row["batch_size"] == 64 for row in rows)
    in_json = json.loads(results.to_json())
    assert in_json["rows"] == rows and in_json["vary"] == {"kernel": [3, 5], "learning_rate": [1e-3, 0.1]}
    assert [len(group.accuracies) for group in results.groups] == [2, 1, 2, 0]
    assert results.summary().startswith("Kernel size (3×3, 5×5) and learning rate (0.001, 0.1) were varied")


LARGEST = max(QUESTIONS.values(), key=lambda one: one.seeds * one.epochs * prod(map(len, one.vary.values())))


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(vary=LARGEST.vary, seeds=LARGEST.seeds, epochs=LARGEST.epochs, train_images=LARGEST.train_images),
        Experiment(
            vary={"kernel": [2, 3, 4, 5], "filters": [1, 2, 4, 8, 16]}, seeds=10, epochs=10, learning_rate=1 / 3
        ),
    ],
    ids=["a ready question", "as many runs as can be"],
)
def test_the_file_of_a_finished_experiment_opens_again(experiment):
    generator = np.random.default_rng(0)
    accuracies = {tuple(values.values()): generator.uniform(90, 99, 10) for values in experiment.combinations}
    assert from_json(Results(experiment, made(experiment, accuracies)).to_json()) == experiment


@pytest.mark.parametrize(
    "experiment",
    [KERNELS, Experiment(vary={"batchnorm": [True, False]}, seeds=3, epochs=3, learning_rate=1 / 3), Experiment()],
    ids=lambda experiment: str(dict(experiment.vary)),
)
def test_finished_runs_come_back_from_a_table_as_they_were(experiment):
    generator = np.random.default_rng(0)
    accuracies = {
        tuple(values.values()): [*generator.uniform(90, 99, experiment.seeds - 1), "x"]
        for values in experiment.combinations
    }
    runs = made(experiment, accuracies)
    text = Results(experiment, runs).to_csv()
    again = read_csv(text, experiment)
    assert Results(experiment, again).to_csv() == text
    assert [run.accuracy for run in again] == [run.accuracy for run in runs]
    assert summary(experiment, again) == summary(experiment, runs)
    assert read_csv(text.replace("\n", "\r\n"), experiment) and not read_csv(text.splitlines()[0] + "\n", experiment)


def test_a_run_that_had_not_finished_begins_anew():
    experiment = Experiment(seeds=2, epochs=2)
    runs = made(experiment, {(): [95, 96]})
    runs[1].epochs = runs[1].epochs[:1]
    assert [run.trial.seed for run in read_csv(Results(experiment, runs).to_csv(), experiment)] == [0]


def without_columns(table, *names):
    rows = [*csv.reader(io.StringIO(table, newline=""))]
    kept = [at for at, name in enumerate(rows[0]) if name not in names]
    text = io.StringIO()
    csv.writer(text).writerows([[row[at] for at in kept] for row in rows])
    return text.getvalue()


def test_a_table_from_before_the_decay_rates_is_gone_on_with_where_they_are_the_usual_ones():
    runs = made(KERNELS, CLEAR)
    old = without_columns(Results(KERNELS, runs).to_csv(), "beta1", "beta2")
    assert [run.accuracy for run in read_csv(old, KERNELS)] == [run.accuracy for run in runs]
    other = Experiment(KERNELS.net, KERNELS.vary, KERNELS.seeds, KERNELS.settings, beta1=0.7)
    with pytest.raises(DataError, match="is no run of this experiment"):
        read_csv(old, other)
    varied = Experiment(vary={"beta1": [0.7, 0.9]}, seeds=1)
    table = Results(varied, made(varied, {(0.7,): [95], (0.9,): [96]})).to_csv()
    with pytest.raises(DataError, match="other columns"):
        read_csv(without_columns(table, "beta1", "beta2"), varied)


TABLE = Results(KERNELS, made(KERNELS, CLEAR)).to_csv()


def changed(row, **cells):
    """The table with other cells in one row."""
    rows = [*csv.DictReader(io.StringIO(TABLE))]
    rows[row].update(cells)
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty or damaged"),
        ("a,b\n1,2\n", "other columns"),
        (TABLE.replace("kernel", "filters", 1), "other columns"),
        (Results(BOTH, []).to_csv(), "other columns"),
        (changed(0, kernel=4), "Row 1 of the table is no run of this experiment"),
        (changed(3, seed=9), "Row 4 of the table is no run of this experiment"),
        (changed(0, batch_size=33), "Row 1 of the table is no run"),
        (changed(0, net="conv6k3-flatten-dense10"), "Row 1 of the table is no run"),
        (changed(0, epoch=2), r"Row 1 of the table is damaged \(epoch 2 after epoch 0 of 1\)"),
        (changed(0, epoch="0x1"), "Row 1 of the table is damaged"),
        (TABLE + TABLE.splitlines()[1] + "\n", r"Row 11 of the table is damaged \(epoch 1 after epoch 1 of 1\)"),
        (TABLE + TABLE.splitlines()[1].replace("3,0,1,", "3,0,2,") + "\n", "epoch 2 after epoch 1 of 1"),
        (changed(2, test_accuracy="95 %"), "Row 3 of the table is damaged"),
        (changed(2, test_accuracy=1.5), "an accuracy above 1"),
        (changed(2, test_accuracy="nan"), "nan is no measurement"),
        (changed(2, test_loss="inf"), "inf is no measurement"),
        (changed(2, loss=-1), "-1 is no measurement"),
        (changed(2, loss=""), "Row 3 of the table is damaged"),
        (changed(2, seconds="-3"), "-3 is no measurement"),
        (changed(2, problem="\x1b[31m"), "its problem is no sentence"),
        (changed(2, problem="x" * 5000), "its problem is no sentence"),
        (TABLE.rstrip("\n")[:-20], "Row 10 of the table"),
        (TABLE + "5,\n", "Row 11 of the table is no run"),
        (TABLE + '"', "empty or damaged"),
        ("x" * 200_000, "empty or damaged"),
        ("\x00", "other columns|empty or damaged"),
    ],
)
def test_a_table_of_another_experiment_or_a_damaged_one_is_refused_in_a_sentence(text, message):
    with pytest.raises(DataError, match=message) as caught:
        read_csv(text, KERNELS)
    assert_a_sentence(str(caught.value))


def test_groups_are_those_that_differ_in_their_seed_alone():
    groups = groups_of(made(KERNELS, {(3,): [94, "x", 95], (5,): []}))
    assert [dict(group.values) for group in groups] == [{"kernel": 3}, {"kernel": 5}]
    assert groups[0].accuracies == {0: 0.94, 2: 0.95} and groups[0].losses == {
        0: pytest.approx(0.06),
        2: pytest.approx(0.05),
    }
    assert [run.trial.seed for run in groups[0].failed] == [1]
    assert groups[0].parameters == 6 * 9 + 6 + 10 * 13 * 13 * 6 + 10
    assert (groups[0].seconds, groups[1].seconds) == (1.5, None)
