"""An idle engine compiles the programs of the training that comes first, and not one more than that."""

import pytest

from cnnplay.caching import forget_programs
from cnnplay.engine import memory
from cnnplay.engine.engine import Engine
from cnnplay.engine.limits import Limits
from cnnplay.engine.warm_up import compile_expected, import_slow_modules
from cnnplay.network.architecture import Architecture
from cnnplay.training.compiled import evaluation_program, train_program
from cnnplay.training.config import TrainConfig
from cnnplay.training.trainer import Trainer
from tests.conftest import wait_until

EXPECTED = Architecture.parse("conv3k4-relu-max3-flatten-dense10"), TrainConfig(batch_size=64, epochs=1)


def test_a_training_that_was_expected_compiles_nothing(small):
    counted = memory.compilations()
    compile_expected(EXPECTED, small, lambda: False)
    compiled = counted.count
    assert compiled > 0
    trainer = Trainer(*EXPECTED, small)
    trainer.advance(trainer.total_steps)
    assert trainer.finished
    assert counted.count == compiled


def test_whoever_needs_the_worker_does_not_wait_for_programs(small):
    forget_programs()
    compile_expected(EXPECTED, small, lambda: True)
    import_slow_modules(lambda: True)
    assert train_program.cache_info().currsize == evaluation_program.cache_info().currsize == 0


@pytest.mark.parametrize("expected", [EXPECTED, None])
def test_an_engine_compiles_what_it_expects_while_it_is_idle(expected, small):
    forget_programs()
    engine = Engine(lambda: small, Limits(sweep_megabytes=100_000, full_megabytes=100_000), expected=expected)
    if expected:
        wait_until(lambda: evaluation_program.cache_info().currsize == 1)
    engine.close()
    assert train_program.cache_info().currsize == (1 if expected else 0)
