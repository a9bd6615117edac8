"""Ready questions can be answered: with their seeds a clear difference is one that the test calls clear."""

from math import comb

import pytest

from cnnplay.experiments import Experiment
from cnnplay.experiments.questions import QUESTIONS
from cnnplay.experiments.ranks import enough_seeds
from cnnplay.state.fields import kind_of
from cnnplay.state.labs import Experiments


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_a_question_has_seeds_enough_for_an_answer(question):
    pairs = sum(comb(len(values), 2) for values in question.vary.values())
    assert question.seeds >= enough_seeds(pairs)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_a_question_is_one_that_the_notebooks_network_and_the_controls_can_ask(question):
    length = {"epochs": question.epochs, "train_images": question.train_images}
    experiment = Experiment(vary=question.vary, seeds=question.seeds, **length)
    assert not experiment.left_out
    for name, value in (("seeds", question.seeds), ("epochs", question.epochs), ("images", question.train_images)):
        assert kind_of(Experiments, name).holds(value)
