"""A run that leaves a process as bytes goes on in another as if nothing had happened."""

import subprocess
import sys

import numpy as np
import pytest

from cnnplay.network.architecture import Architecture
from cnnplay.training.config import TrainConfig
from cnnplay.training.snapshots import from_bytes, to_bytes
from cnnplay.training.trainer import Trainer

NET = Architecture.parse("conv3k5s3-batchnorm-relu-max2-flatten-dropout20-dense10")
CONFIG = TrainConfig(batch_size=64, epochs=3, train_images=1000, schedule="one-cycle", optimizer="momentum")


def trained(dataset, steps):
    trainer = Trainer(NET, CONFIG, dataset)
    trainer.advance(steps)
    return trainer


def assert_same(one, other):
    assert (one.step, one.learning_rate) == (other.step, other.learning_rate)
    for name in ("step", "loss", "accuracy", "learning_rate"):
        np.testing.assert_array_equal(getattr(one.history.record, name), getattr(other.history.record, name))
    assert [epoch.loss for epoch in one.history.epochs] == [epoch.loss for epoch in other.history.epochs]
    for mine, theirs in zip(one.history.epochs, other.history.epochs, strict=True):
        np.testing.assert_array_equal(mine.test.confusion, theirs.test.confusion)
    assert set(one.epoch_weights) == set(other.epoch_weights)
    for epoch, weights in one.epoch_weights.items():
        for name, array in weights.items():
            np.testing.assert_array_equal(array, other.epoch_weights[epoch][name], err_msg=f"{epoch} {name}")


@pytest.mark.parametrize("cuts", [(16,), (32,), (5, 6, 20), (1, 47)], ids=str)
def test_a_run_that_is_moved_as_bytes_is_bit_for_bit_the_run_that_stays(small, cuts):
    moved = Trainer(NET, CONFIG, small)
    for steps in cuts:
        moved.advance(steps)
        moved = Trainer.restore(from_bytes(to_bytes(moved.snapshot())), small)
    moved.advance(48 - sum(cuts))
    stayed = trained(small, 48)
    assert stayed.finished and moved.finished
    assert_same(moved.snapshot(), stayed.snapshot())
    assert moved.history.diverging(10) == stayed.history.diverging(10)


def test_the_same_snapshot_gives_the_same_bytes_also_after_a_round_trip(small):
    data = to_bytes(trained(small, 20).snapshot())
    assert to_bytes(from_bytes(data)) == data


def test_a_long_history_goes_on_in_rows_of_several_steps(small):
    from cnnplay.training.history import History

    generator = np.random.default_rng(0)
    values = generator.random((3, 1000), np.float32)
    whole, cut = History(1000, most_rows=100), History(1000, most_rows=100)
    whole.extend(*values)
    for start in range(0, 1000, 77):
        cut.extend(*values[:, start : start + 77])
        cut = History.from_state(*cut.state(), cut.epochs)
    np.testing.assert_array_equal(cut.loss, whole.loss)
    assert cut.record.every == whole.record.every == 16


def test_another_process_goes_on(small, tmp_path):
    """What moves is bytes alone: nothing of this process is needed to go on."""
    (tmp_path / "before").write_bytes(to_bytes(trained(small, 20).snapshot()))
    code = f"""
from pathlib import Path
from cnnplay.data.datasets import Dataset, Split, mnist
from cnnplay.training.snapshots import from_bytes, to_bytes
from cnnplay.training.trainer import Trainer
both = mnist()
small = Dataset(*(Split(s.images[:n], s.labels[:n]) for s, n in ((both.train, 2000), (both.test, 500))))
trainer = Trainer.restore(from_bytes(Path({str(tmp_path / "before")!r}).read_bytes()), small)
trainer.advance(28)
Path({str(tmp_path / "after")!r}).write_bytes(to_bytes(trainer.snapshot()))
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    assert (tmp_path / "after").read_bytes() == to_bytes(trained(small, 48).snapshot())
