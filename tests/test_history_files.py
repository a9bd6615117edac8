"""A history's CSV and JSON hold the numbers of its record. Its arrays are tested with the weights file."""

import csv
import io
import json

import numpy as np

from cnnplay.network.architecture import Architecture
from cnnplay.training.config import TrainConfig
from cnnplay.training.history_files import to_csv, to_json
from cnnplay.training.trainer import Trainer
from tests.test_history import filled, values

TINY = Architecture.parse("conv3k5s3-relu-max2-flatten-dropout20-dense10")


def test_csv_and_json_hold_the_same_numbers(small):
    trainer = Trainer(TINY, TrainConfig(batch_size=64, epochs=2), small)
    trainer.advance(50)
    history = trainer.history
    rows = list(csv.DictReader(io.StringIO(to_csv(history))))
    document = json.loads(to_json(history, net=str(TINY)))
    assert document["net"] == str(TINY)
    for steps in (rows, document["steps"]):
        assert [int(row["step"]) for row in steps] == list(range(1, 51))
        for name in ("loss", "accuracy", "learning_rate"):
            numbers = np.array([float(row[name]) for row in steps], np.float32)
            np.testing.assert_array_equal(numbers, getattr(history, name), err_msg=name)
        assert [int(row["epoch"]) for row in steps if row["epoch"]] == [1]
        assert float(steps[31]["test_loss"]) == history.epochs[0].test.loss
        assert float(steps[31]["test_accuracy"]) == history.epochs[0].test.accuracy
    (epoch,) = document["epochs"]
    assert epoch["confusion"] == history.epochs[0].test.confusion.tolist()
    assert epoch["loss"] == history.epochs[0].loss


def test_the_csv_has_the_steps_of_each_row_and_where_an_epoch_ended():
    history = filled(values(100), [9], epoch=50)
    rows = list(csv.DictReader(io.StringIO(to_csv(history))))
    assert [int(row["step"]) for row in rows] == [16, 32, 48, 64, 80, 96, 100]
    assert [int(row["steps"]) for row in rows] == [16, 16, 16, 16, 16, 16, 4]
    assert [(int(row["step"]), int(row["epoch"])) for row in rows if row["epoch"]] == [(64, 1), (100, 2)]
