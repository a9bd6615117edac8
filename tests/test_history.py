"""A history records every step of a usual run, and of a long one the means of two, four, eight steps."""

import math

import numpy as np
import optax
import pytest

from cnnplay.training.history import (
    DIVERGING_STEPS,
    MOST_ROWS,
    Epoch,
    Evaluation,
    History,
    cross_entropy,
    guessing_loss,
    smoothed,
    thinned,
)
from cnnplay.ui.components.payloads.training import curve

EVALUATION = Evaluation(0.5, 0.9, np.diag([9, 9]) + 1)


def values(steps):
    random = np.random.default_rng(steps)
    return random.uniform(0, 3, (3, steps)).astype(np.float32)


def filled(given, pieces, most_rows=8, epoch=None):
    """A history of `given` [3, steps], recorded in pieces of these sizes, with an epoch of every `epoch` steps."""
    history, start, sizes = History(given.shape[1], most_rows), 0, list(pieces)
    while start < given.shape[1]:
        size = min(sizes[0], given.shape[1] - start)
        if epoch:
            size = min(size, epoch - start % epoch)
        sizes.append(sizes.pop(0))
        history.extend(*given[:, start : start + size])
        start += size
        if epoch and start % epoch == 0:
            history.end_epoch(epoch, EVALUATION)
    return history


@pytest.mark.parametrize(("steps", "every"), [(1, 1), (8, 1), (9, 2), (17, 2), (18, 4), (33, 4), (36, 8), (100, 16)])
def test_a_row_is_the_mean_of_as_many_steps_as_let_all_rows_fit(steps, every):
    given = values(steps)
    record = filled(given, [3]).record
    assert record.every == every
    assert len(record.step) <= 8 + 1
    assert record.step[-1] == steps
    for row, (loss, accuracy, rate) in enumerate(zip(record.loss, record.accuracy, record.learning_rate, strict=True)):
        own = given[:, row * every : (row + 1) * every].astype(float).mean(axis=1)
        np.testing.assert_allclose((loss, accuracy, rate), own, rtol=1e-6)
        assert record.step[row] == min((row + 1) * every, steps)


@pytest.mark.parametrize("pieces", [[1], [2, 1], [7], [512], [5, 1, 30]])
@pytest.mark.parametrize("steps", [40, 97, 256])
def test_the_record_does_not_depend_on_the_pieces_in_which_steps_are_added(steps, pieces):
    given = values(steps)
    ours, whole = filled(given, pieces, epoch=20), filled(given, [steps], epoch=20)
    for name in ("step", "loss", "accuracy", "learning_rate"):
        np.testing.assert_array_equal(getattr(ours.record, name), getattr(whole.record, name), err_msg=name)
    assert [(e.step, e.loss, e.accuracy) for e in ours.epochs] == [(e.step, e.loss, e.accuracy) for e in whole.epochs]


def test_an_epochs_means_are_taken_over_its_steps_and_not_over_rows():
    given = values(100)
    for index, epoch in enumerate(filled(given, [3], epoch=25).epochs):
        own = given[:, 25 * index : 25 * (index + 1)].mean(axis=1, dtype=float)
        assert (epoch.loss, epoch.accuracy) == (own[0], own[1])


def test_a_usual_run_keeps_every_step_and_a_long_one_a_bounded_number_of_rows():
    assert len(filled(values(5000), [512], MOST_ROWS).loss) == 5000
    history = filled(values(375_000), [512], MOST_ROWS, epoch=7500)
    assert len(history.loss) <= MOST_ROWS + 1
    assert history.steps == 375_000
    assert history.nbytes < 2_000_000


def test_a_record_is_read_only_and_does_not_change_later():
    history, given = History(40, 8), values(40)
    history.extend(*given[:, :8])
    before = history.record
    kept = before.loss.copy()
    history.extend(*given[:, 8:])
    np.testing.assert_array_equal(before.loss, kept)
    with pytest.raises(ValueError, match="read-only"):
        history.record.loss[0] = 0


def test_a_copy_is_independent():
    given = values(60)
    history = History(60, 8)
    history.extend(*given[:, :30])
    twin = history.copy()
    for each in (history, twin):
        each.extend(*given[:, 30:])
    np.testing.assert_array_equal(history.loss, twin.loss)
    twin.extend(*given[:, :3])
    assert history.steps == 60


def test_divergence_is_detected_from_the_last_steps_even_where_rows_are_means():
    history = History(1000, 8)
    good, bad = np.full(500, 0.1, np.float32), np.full(500, 9.0, np.float32)
    history.extend(good, good, good)
    assert not history.diverging(10)
    history.extend(bad[: DIVERGING_STEPS - 80], bad[: DIVERGING_STEPS - 80], bad[: DIVERGING_STEPS - 80])
    assert not history.diverging(10)  # 20 of a hundred at 9.0: a mean of 1.9
    history.extend(bad, bad, bad)
    assert history.diverging(10)


def test_a_test_loss_that_rises_from_nothing_to_next_to_nothing_is_no_overfitting():
    history = with_epochs((0.3, 0.9, 0.0001, 1.0), (0.001, 1.0, 0.0009, 1.0))
    assert not history.test_loss_rises
    assert not history.overfits


def test_the_same_loss_is_worse_than_guessing_among_few_classes_and_not_among_many():
    history, losses = History(1000), np.full(DIVERGING_STEPS, 1.8, np.float32)
    history.extend(losses, losses, losses)
    assert history.diverging(4)  # ln 4 = 1.39
    assert not history.diverging(10)  # ln 10 = 2.30


def with_epochs(*epochs):
    """A history of epochs, each (training loss, training accuracy, test loss, test accuracy)."""
    made = [
        Epoch(number, 10 * number, loss, accuracy, Evaluation(test_loss, test_accuracy, np.eye(10, dtype=int)))
        for number, (loss, accuracy, test_loss, test_accuracy) in enumerate(epochs, 1)
    ]
    return History.restored(np.zeros(0, np.int32), np.zeros((3, 0), np.float32), made)


@pytest.mark.parametrize(
    ("epochs", "overfits", "rises"),
    [
        ([], False, False),
        ([(2.2, 0.2, 2.0, 0.4)], False, False),  # the mean over an epoch lags behind its end
        ([(0.10, 0.97, 0.09, 0.972), (0.08, 0.976, 0.085, 0.974)], False, False),
        ([(0.14, 1.0, 1.02, 0.69)], True, False),  # 31 points apart
        ([(0.2, 0.95, 0.30, 0.91)], False, False),
        ([(0.3, 0.91, 0.20, 0.93), (0.05, 0.98, 0.26, 0.935)], True, True),  # 4.5 points, but the loss rose by 30 %
        ([(0.3, 0.91, 0.20, 0.93), (0.9, 0.71, 0.80, 0.72)], False, False),  # both got worse: no overfitting
    ],
)
def test_overfitting_is_a_large_gap_or_a_test_loss_that_rises_while_the_training_loss_falls(epochs, overfits, rises):
    history = with_epochs(*epochs)
    assert (history.overfits, history.test_loss_rises) == (overfits, rises)


def test_the_loss_of_guessing_is_the_natural_logarithm_of_the_number_of_classes():
    assert guessing_loss(10) == pytest.approx(math.log(10)) == pytest.approx(2.302585)
    assert guessing_loss(4) == pytest.approx(math.log(4))
    equal = optax.softmax_cross_entropy_with_integer_labels(np.zeros(10, np.float32), np.int32(3))
    assert float(equal) == pytest.approx(guessing_loss(10), rel=1e-6)
    logits = np.log(np.array([0.01, 0.5, 0.49], np.float32))
    for label, p in enumerate((0.01, 0.5, 0.49)):
        loss = optax.softmax_cross_entropy_with_integer_labels(logits, np.int32(label))
        assert float(loss) == pytest.approx(cross_entropy(p), rel=1e-5)


def test_curves_are_drawn_at_the_steps_of_the_record():
    history = filled(values(100), [9], epoch=50)
    drawn = curve(history, 0.9, raw=True)["loss"]
    assert [point[0] for point in drawn["raw"]] == [16, 32, 48, 64, 80, 96, 100]
    assert [point[0] for point in drawn["test"]] == [50, 100]


def test_smoothing_covers_equally_many_steps_whether_or_not_rows_are_means():
    """A slow rise, recorded step by step and as means of eight: the smoothed ends agree."""
    rise = np.tile(np.linspace(0, 1, 512, dtype=np.float32), (3, 1))
    every_step, eighths = filled(rise, [512], 512), filled(rise, [512], 64)
    assert (every_step.record.every, eighths.record.every) == (1, 8)
    last = [curve(history, 0.95, raw=False)["loss"]["smooth"][-1][1] for history in (every_step, eighths)]
    assert last[0] == pytest.approx(last[1], abs=0.01)
    assert last[0] == pytest.approx(smoothed(rise[0], 0.95)[-1], abs=1e-6)


@pytest.mark.parametrize("weight", [0, 0.5, 0.9, 0.999])
def test_smoothing_is_the_bias_corrected_moving_average(weight):
    values = np.random.default_rng(4).normal(2, 1, 60)
    wanted = []
    for step in range(60):
        shares = [weight ** (step - i) for i in range(step + 1)]
        wanted.append(sum(share * value for share, value in zip(shares, values, strict=False)) / sum(shares))
    np.testing.assert_allclose(smoothed(values, weight), wanted, rtol=1e-9)
    np.testing.assert_allclose(smoothed(np.full(20, 3.0), weight), 3.0)


@pytest.mark.parametrize("points", [4, 10, 11, 100, 999])
@pytest.mark.parametrize("count", [3, 1000, 1001, 20_000])
def test_a_thinned_curve_keeps_its_ends_its_lowest_and_its_highest(points, count):
    values = np.random.default_rng(count).normal(size=count)
    kept = thinned(values, points)
    assert len(kept) <= max(points, min(count, points))
    assert (np.diff(kept) > 0).all()
    assert {0, count - 1, int(values.argmin()), int(values.argmax())} <= set(kept.tolist())
    assert len(kept) >= min(count, points // 2)
