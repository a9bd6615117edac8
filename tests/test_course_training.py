"""What the chapter on training claims, and its exercises solved by really training."""

from contextlib import suppress
from math import log

import numpy as np
import pytest

from cnnplay.course import EXERCISES
from cnnplay.course.answers import Plan, Trained
from cnnplay.data.datasets import mnist
from cnnplay.errors import DivergedError
from cnnplay.network.architecture import Architecture
from cnnplay.network.layers import Dropout
from cnnplay.network.model import DropoutPart, Training
from cnnplay.training.config import TrainConfig
from cnnplay.training.trainer import Trainer

SEEDS = range(30)
TRAINED = [name for name, exercise in EXERCISES.items() if exercise.given == "training"]


def trained(plan):
    trainer = Trainer(Architecture.parse(plan.net), plan.config, mnist())
    with suppress(DivergedError):  # the history ends before that step
        trainer.advance(trainer.total_steps)
    epochs = trainer.history.epochs
    return Trained(trainer.architecture, plan.config, trainer.history, epochs[-1].test if epochs else None)


@pytest.mark.parametrize("name", TRAINED)
def test_a_training_exercise_is_solved_by_training(name):
    exercise = EXERCISES[name]
    task = max((exercise.pose(seed) for seed in range(10)), key=lambda task: str(sorted(task.numbers.items(), key=str)))
    run = trained(task.solution)
    for seed in range(10):
        found = exercise.check(exercise.pose(seed), run)
        assert found.passed, found
        assert found.why == exercise.pose(seed).explanation


@pytest.mark.parametrize("name", TRAINED)
def test_no_run_and_a_run_without_a_test_are_told_so(name):
    exercise = EXERCISES[name]
    task = exercise.pose(0)
    trainer = Trainer(Architecture.parse(task.solution.net), task.solution.config, mnist())
    none = exercise.check(task, Trained(trainer.architecture, task.solution.config, trainer.history, None))
    assert not none.passed and "getting ready" in none.seen
    trainer.advance(1)
    one = exercise.check(task, Trained(trainer.architecture, task.solution.config, trainer.history, None))
    assert not one.passed and ("has not been tested" in one.seen or "steps" in one.seen or "step" in one.why)


def test_the_usual_settings_do_not_diverge_and_overfit_nothing():
    run = trained(Plan("conv6k2-relu-max2-flatten-dense10", TrainConfig(train_images=5000, epochs=1)))
    assert not EXERCISES["training-diverge"].check(EXERCISES["training-diverge"].pose(0), run).passed
    assert not EXERCISES["overfitting-happens"].check(EXERCISES["overfitting-happens"].pose(0), run).passed
    found = EXERCISES["training-98"].check(EXERCISES["training-98"].pose(0), run)
    assert not found.passed and "10,180" in found.seen


def test_losses_are_minus_the_logarithm():
    for seed in SEEDS:
        task = EXERCISES["training-guess"].pose(seed)
        assert task.solution == pytest.approx(log(task.numbers["classes"]), abs=1e-3)
        task = EXERCISES["training-loss"].pose(seed)
        own = [task.numbers[name] for name in ("one", "two", "three")]
        assert task.solution == pytest.approx(-sum(map(log, own)) / 3, abs=1e-3)


def test_the_listed_losses_are_right():
    for entry in EXERCISES["training-guess"].question.partition("(−")[2].partition(".)")[0].split(", "):
        probability, loss = entry.removeprefix("−").removeprefix("ln ").split(" = ")
        assert f"{-log(float(probability)):.2f}" == loss


def test_batches_and_steps_are_those_of_a_trainer(small):
    for seed in SEEDS:
        numbers = EXERCISES["training-steps"].pose(seed).numbers
        if numbers["images"] <= len(small.train):
            config = TrainConfig(batch_size=numbers["batch"], epochs=numbers["epochs"], train_images=numbers["images"])
            trainer = Trainer(Architecture.parse("flatten-dense10"), config, small)
            assert trainer.total_steps == EXERCISES["training-steps"].pose(seed).solution


def test_two_layers_without_a_bend_are_one_and_with_it_they_are_not():
    for seed in SEEDS:
        task = EXERCISES["overfitting-no-bend"].pose(seed)
        a, b, c, d = (task.numbers[name] for name in "abcd")
        assert all(c * (a * x + b) + d == a * c * x + task.solution for x in range(-5, 6))
        task = EXERCISES["overfitting-bend"].pose(seed)
        a, b, c, d, x = (task.numbers[name] for name in "abcdx")
        assert task.solution == c * max(0, -a * x + b) + d == d


def test_a_step_goes_down_by_rate_times_gradient():
    for seed in SEEDS:
        task = EXERCISES["training-step"].pose(seed)
        weight, gradient, rate = (task.numbers[name] for name in ("weight", "gradient", "rate"))
        assert task.solution == pytest.approx(weight - rate * gradient, abs=1e-4)


def test_dropout_scales_up_in_training_and_lets_all_through_in_the_test():
    import jax

    values = np.linspace(1, 2, 1000, dtype=np.float32)
    for seed in range(6):
        numbers = EXERCISES["overfitting-dropout"].pose(seed).numbers
        part = DropoutPart(Dropout(numbers["percent"]), 0)
        assert np.array_equal(part(values), values)
        made = np.asarray(part(values, Training(jax.random.key(seed), np.ones(1))))
        assert np.allclose(made[made > 0], values[made > 0] / (1 - numbers["percent"] / 100))
        solution = EXERCISES["overfitting-dropout"].pose(seed).solution
        assert solution == pytest.approx(numbers["value"] / (1 - numbers["percent"] / 100))
