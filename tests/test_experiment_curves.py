"""Curves of experiments: means over equal parts of a run, and bands that hold all seeds."""

from itertools import pairwise

import numpy as np
import pytest

from cnnplay.experiments.curves import POINTS, Band, accuracy_curve, band, loss_curve
from cnnplay.experiments.link import read_vary, write_vary
from cnnplay.experiments.questions import QUESTIONS
from cnnplay.experiments.settings import SETTINGS, ExperimentError
from cnnplay.training.history import Evaluation, History


def history(losses, epochs, most_rows=50_000):
    """A run of so many epochs, each with its share of the losses."""
    made = History(len(losses), most_rows)
    for part in np.array_split(np.asarray(losses, np.float32), epochs):
        made.extend(part, np.zeros_like(part), np.zeros_like(part))
        made.end_epoch(len(part), Evaluation(1.0, 0.5, np.eye(2, dtype=int)))
    return made


def test_a_point_is_the_mean_over_a_fortieth_of_the_run():
    losses = np.random.default_rng(0).random(800)
    curve = loss_curve(history(losses, 2), 2)
    assert [place for place, _ in curve] == pytest.approx((np.arange(POINTS) + 0.5) / POINTS * 2)  # in its middle
    np.testing.assert_allclose([value for _, value in curve], losses.reshape(POINTS, -1).mean(1), rtol=1e-6)


def test_a_run_that_goes_on_has_the_first_part_of_the_curve():
    losses = np.random.default_rng(1).random(800)
    whole, half = loss_curve(history(losses, 4), 4), loss_curve(history(losses[:400], 2), 4)
    assert half == whole[: POINTS // 2]


@pytest.mark.parametrize(("steps", "epochs"), [(3, 1), (7, 1), (44, 2), (41, 1)])
def test_a_short_run_has_fewer_points_and_no_step_twice(steps, epochs):
    losses = np.arange(1.0, steps + 1)
    curve = loss_curve(history(losses, epochs), epochs)
    assert 1 <= len(curve) <= min(steps, POINTS)
    # The loss of a step is its number, and its middle half a step before its end.
    assert [place * steps / epochs for place, _ in curve] == pytest.approx([mean - 0.5 for _, mean in curve])
    assert curve[-1][0] > epochs * (1 - 1 / len(curve))
    assert all(low[1] < high[1] for low, high in pairwise(curve))


def test_there_is_no_curve_before_the_first_epoch_ends():
    assert loss_curve(History(100), 1) == ()


def test_accuracies_stand_at_the_ends_of_epochs():
    assert accuracy_curve(history(np.ones(40), 4).epochs) == ((1.0, 0.5), (2.0, 0.5), (3.0, 0.5), (4.0, 0.5))


def test_a_band_goes_from_the_lowest_to_the_highest_seed_with_the_median_between():
    curves = [((1.0, 3.0), (2.0, 1.0)), ((1.0, 1.0), (2.0, 2.0)), ((1.0, 2.0), (2.0, 6.0))]
    found = band(curves)
    assert found.low == ((1.0, 1.0), (2.0, 1.0))
    assert found.middle == ((1.0, 2.0), (2.0, 2.0))
    assert found.high == ((1.0, 3.0), (2.0, 6.0))


def test_a_seed_that_has_not_got_as_far_does_not_cut_a_band_short():
    """Nor one that diverged after its first epoch."""
    complete = [((1.0, 3.0), (2.0, 1.0)), ((1.0, 1.0), (2.0, 2.0))]
    assert band([complete[0], ((1.0, 9.0),), (), complete[1]]) == band(complete)
    assert band([((1.0, 3.0),), ((1.0, 1.0),), ()]).high == ((1.0, 3.0),)


def test_a_band_of_a_single_run_is_that_run():
    curve = ((1.0, 3.0), (2.0, 1.0))
    assert band([curve, ((1.0, 9.0),)]) == Band(curve, curve, curve)
    assert band([]) == band([()]) == Band((), (), ())


@pytest.mark.parametrize("vary", [row.vary for row in QUESTIONS.values()], ids=QUESTIONS)
def test_a_link_gives_back_what_varies(vary):
    assert read_vary(write_vary(vary)) == vary


@pytest.mark.parametrize("name", SETTINGS)
def test_a_link_holds_every_value_that_is_offered(name):
    vary = {name: SETTINGS[name].values}
    found = read_vary(write_vary(vary))
    assert found == vary
    assert [type(value) for value in found[name]] == [type(value) for value in vary[name]]


@pytest.mark.parametrize("text", ["nothing:1", "kernel:99", "kernel:2;pool:no", "pool:max,,mean"])
def test_what_is_not_offered_is_refused_in_a_sentence(text):
    with pytest.raises(ExperimentError, match=r"\.$"):
        read_vary(text)
