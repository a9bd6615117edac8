"""A saved run comes back bit for bit, and any other file is refused in one sentence."""

import io
import json
import pickle
import struct
import tracemalloc
from dataclasses import asdict, replace

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open

from cnnplay.data.datasets import DATASETS, MNIST, OWN, Dataset, DataSource, Split
from cnnplay.errors import DataError, PlaygroundError
from cnnplay.export.saved_run import MOST_BYTES, SavedRun, load, read_parts, save
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.network.presets import PRESETS
from cnnplay.training.config import OPTIMIZERS, SCHEDULES, TrainConfig
from cnnplay.training.history import Evaluation, History
from cnnplay.training.history_files import ARRAYS, from_arrays, step_rows, to_arrays, to_csv, to_json
from cnnplay.training.trainer import Trainer, evaluate
from tests.payloads import PAYLOADS

NET = "conv2k3s2-relu-max4-flatten-dense10"
EACH, DONE = 32, 75  # steps of an epoch, and of the run: it was stopped in the middle of its third epoch


@pytest.fixture(scope="module")
def trainer(small):
    trainer = Trainer(
        Architecture.parse(NET), TrainConfig(batch_size=64, epochs=3, train_images=2000, learning_rate=0.03), small
    )
    trainer.advance(DONE)
    return trainer


@pytest.fixture(scope="module")
def run(trainer):
    return SavedRun(trainer.architecture, trainer.config, trainer.epoch_weights[2], trainer.history, 2)


@pytest.fixture(scope="module")
def file(run):
    return save(run)


def untrained(net, config=TrainConfig(), epoch=0):  # noqa: B008  frozen
    architecture = Architecture.parse(net)
    return SavedRun(architecture, config, initial_weights(architecture, config.seed), History(0), epoch)


def assert_same(one, other):
    assert (one.architecture, one.config, one.epoch) == (other.architecture, other.config, other.epoch)
    assert one.data == other.data
    assert set(one.weights) == set(other.weights)
    for name in one.weights:
        assert one.weights[name].dtype == np.float32
        assert one.weights[name].shape == other.weights[name].shape
        assert one.weights[name].tobytes() == other.weights[name].tobytes(), name
    for name in ("loss", "accuracy", "learning_rate"):
        assert getattr(one.history, name).tobytes() == getattr(other.history, name).tobytes(), name
    assert len(one.history.epochs) == len(other.history.epochs)
    for ours, theirs in zip(one.history.epochs, other.history.epochs, strict=True):
        np.testing.assert_array_equal(ours.test.confusion, theirs.test.confusion, strict=True)
        confusion = ours.test.confusion
        rest = [replace(epoch, test=replace(epoch.test, confusion=confusion)) for epoch in (ours, theirs)]
        assert asdict(rest[0]) | {"test": 0} == asdict(rest[1]) | {"test": 0}
        assert (ours.test.loss, ours.test.accuracy) == (theirs.test.loss, theirs.test.accuracy)


def test_a_run_stopped_in_the_middle_of_an_epoch_comes_back(run, file):
    loaded = load(file)
    assert_same(loaded, run)
    assert (loaded.history.steps, [epoch.step for epoch in loaded.history.epochs]) == (DONE, [EACH, 2 * EACH])
    assert to_csv(loaded.history) == to_csv(run.history)
    assert to_json(loaded.history) == to_json(run.history)


def test_it_answers_as_it_did(trainer, run, file):
    loaded = load(file)
    now = evaluate(loaded.architecture, loaded.weights, trainer.dataset.test)
    then = run.history.epochs[1].test
    assert (now.loss, now.accuracy) == (then.loss, then.accuracy)
    np.testing.assert_array_equal(now.confusion, then.confusion)


@pytest.mark.parametrize("epoch", [0, 1, 2])
def test_every_epoch_can_be_saved(trainer, epoch):
    weights = trainer.epoch_weights[epoch]
    run = SavedRun(trainer.architecture, trainer.config, weights, trainer.history, epoch)
    assert_same(load(save(run)), run)


def test_a_finished_run_comes_back_and_so_does_one_on_fewer_images_than_its_settings_have(small):
    trainer = Trainer(Architecture.parse("flatten-dense10"), TrainConfig(batch_size=512, epochs=2), small)
    for done in (0, 3, 4, 8):  # 4 steps an epoch
        trainer.advance(done - trainer.step)
        run = SavedRun(trainer.architecture, trainer.config, trainer.weights(), trainer.history.copy(), trainer.epoch)
        assert_same(load(save(run)), run)
    assert trainer.finished


@pytest.mark.parametrize("steps", [1, 7, 8, 9, 16, 17, 100, 103])
def test_a_long_history_comes_back_row_for_row(steps):
    """Beyond 8 rows its rows stand for several steps each, and the last for fewer."""
    values = np.random.default_rng(steps).random((3, steps)).astype(np.float32)
    history = History(200, most_rows=8)
    history.extend(*values)
    again = from_arrays(to_arrays(history))
    assert again.steps == steps
    assert again.record.every == min(history.record.every, steps)
    for name in ("step", "loss", "accuracy", "learning_rate"):
        np.testing.assert_array_equal(getattr(again.record, name), getattr(history.record, name), err_msg=name)
    assert step_rows(again) == step_rows(history)
    np.testing.assert_array_equal(to_arrays(again)["loss"], to_arrays(history)["loss"])


@pytest.mark.parametrize(
    "steps", [[2, 3, 5], [0], [-1, -2], [1, 1], [3, 6, 12], [2, 4, 4], [5, 3], [2**31 - 1, 5]], ids=str
)
def test_rows_that_do_not_follow_one_another_are_refused(steps):
    arrays = to_arrays(History(0))
    arrays |= {name: np.zeros(len(steps), np.float32) for name in ("loss", "accuracy", "learning_rate")}
    with pytest.raises(DataError, match="rows do not stand for steps"):
        from_arrays(arrays | {"step": np.array(steps, np.int32)})


def test_a_run_whose_epoch_has_not_been_evaluated_yet_comes_back(run):
    history = History(EACH)
    record = run.history.record
    history.extend(record.loss[:EACH], record.accuracy[:EACH], record.learning_rate[:EACH])
    waiting = replace(run, history=history, epoch=0)
    assert_same(load(save(waiting)), waiting)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_comes_back_with_its_settings(preset):
    run = untrained(PRESETS[preset].net, TrainConfig(**PRESETS[preset].settings))
    assert_same(load(save(run)), run)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_all_settings_come_back(optimizer, schedule):
    rate = OPTIMIZERS[optimizer].usual_rate / 3  # no short decimal
    config = TrainConfig(optimizer, rate, batch_size=8, epochs=50, seed=2**31 - 1, train_images=101, schedule=schedule)
    assert load(save(untrained("flatten-dense10", config))).config == config


def test_settings_of_numpy_and_whole_rates_can_be_saved():
    config = TrainConfig(learning_rate=1, seed=np.int64(5), batch_size=np.int32(16))
    assert load(save(untrained("flatten-dense10", config))).config == config


def test_the_same_run_is_the_same_bytes(run, file):
    assert {save(run) for _ in range(20)} == {file}
    assert save(load(file)) == file


def test_arrays_that_lie_in_another_order_are_saved_as_they_read(run):
    turned = {name: np.asfortranarray(array) for name, array in run.weights.items()}
    assert_same(load(save(replace(run, weights=turned))), run)


def test_what_is_loaded_cannot_be_changed(file):
    for array in load(file).weights.values():
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_the_library_alone_can_read_it(run, file, tmp_path):
    tensors = safetensors.numpy.load(file)
    assert {name for name in tensors if not name.startswith("history/")} == set(run.weights)
    for name, array in run.weights.items():
        np.testing.assert_array_equal(tensors[name], array, strict=True)
    np.testing.assert_array_equal(tensors["history/loss"], run.history.loss, strict=True)
    assert tensors["history/confusion"].shape == (2, 10, 10)
    path = tmp_path / "weights.safetensors"
    path.write_bytes(file)
    with safe_open(path, framework="np") as opened:
        about = json.loads(opened.metadata()["cnnplay"])
    data = {"title": MNIST.title, "classes": list("0123456789"), "input_shape": [28, 28, 1]}
    assert about == {"version": 3, "network": NET, "settings": asdict(run.config), "epoch": 2, "data": data}


def test_a_run_that_goes_on_is_saved_as_it_was(run, file):
    growing = History(200)
    growing.extend(run.history.loss, run.history.accuracy, run.history.learning_rate)
    growing.epochs = run.history.epochs
    before = replace(run, history=growing)
    growing.extend(np.ones(21), np.ones(21), np.ones(21))
    growing.end_epoch(32, run.history.epochs[0].test)
    assert save(before) == file


def test_a_history_is_the_arrays_that_the_table_names(run):
    arrays = to_arrays(run.history)
    assert {name: array.dtype for name, array in arrays.items()} == {name: row[0] for name, row in ARRAYS.items()}
    arrays["loss"][:] = 0  # copies
    assert run.history.loss.all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda run: {"epoch": 3}, "epoch 3"),
        (lambda run: {"epoch": -1}, "epoch -1"),
        (lambda run: {"weights": {**run.weights, "dense1/bias": np.full(10, np.nan, np.float32)}}, "10 are infinite"),
        (lambda run: {"weights": {**run.weights, "dense1/bias": np.zeros(10)}}, "float64"),
        (lambda run: {"weights": {}}, "missing"),
        (lambda run: {"architecture": Architecture.parse("conv2k3-relu-flatten-dense10")}, "those of the network are"),
        (lambda run: {"architecture": Architecture.parse("flatten-dense9")}, "dense10"),
        (lambda run: {"architecture": Architecture.parse("flatten-dense10", (8, 8, 1))}, "(8, 8, 1)"),
        (lambda run: {"config": replace(run.config, epochs=1)}, "75 steps and 2 epochs"),
    ],
)
def test_parts_that_do_not_belong_together_are_no_run(run, change, words):
    with pytest.raises(PlaygroundError) as refused:
        replace(run, **change(run))
    assert words in str(refused.value)


def test_a_file_that_could_not_be_loaded_again_is_not_saved():
    run = untrained("flatten-dense4096-dense600-dense10")
    with pytest.raises(DataError, match=r"22,7\d\d,\d{3} bytes, more than the 20 MB"):
        save(run)


def parts(file):
    """(tensors, what the metadata says) of a file."""
    (length,) = struct.unpack("<Q", file[:8])
    return dict(safetensors.numpy.load(file)), json.loads(json.loads(file[8 : 8 + length])["__metadata__"]["cnnplay"])


def remade(file, tensors=None, about=None):
    """The file with tensors (None: without it) and entries of its metadata exchanged; `about` may also be a text."""
    old_tensors, old_about = parts(file)
    new = {name: array for name, array in (old_tensors | (tensors or {})).items() if array is not None}
    text = about if isinstance(about, str) else json.dumps(old_about | (about or {}))
    return safetensors.numpy.save(new, {"cnnplay": text})


def written(header, body=b""):
    """A file of a header, an object or bytes, and what comes after it."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def refusal(data):
    """The sentence with which a file is refused."""
    with pytest.raises(DataError) as refused:
        load(data)
    sentence = str(refused.value)
    assert sentence.startswith("This file cannot be used: ")
    assert sentence.endswith("; take a file that this playground has saved.")
    assert ". " not in sentence and len(sentence) < 500 and sentence.isprintable()
    return sentence


def npz():
    file = io.BytesIO()
    np.savez(file, a=np.zeros(3))
    return file.getvalue()


FOUR = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
NO_SAFETENSORS = {
    "nothing": b"",
    "a byte": b"\0",
    "only a length": struct.pack("<Q", 0),
    "text": b"conv1/kernel = 1, 2, 3\n" * 9,
    "a pickle": pickle.dumps({"conv1/kernel": [1.0, 2.0]}),
    "an npz": npz(),
    "a header of 2^63 bytes": struct.pack("<Q", 2**63) + b"{}",
    "a header longer than the file": struct.pack("<Q", 500) + b"{}",
    "no JSON": written(b"{hello}"),
    "a JSON list": written([]),
    "no UTF-8": written(b'{"\xff": 1}'),
    "nested too deep": written(b'{"a":' * 10_000),
    "a long header": written({"a" * 70_000: FOUR}, b"0000"),
    "offsets that overlap": written({"a": FOUR, "b": FOUR}, b"0000"),
    "offsets outside": written({"a": {**FOUR, "data_offsets": [4, 8]}}, b"0000"),
    "offsets that go back": written({"a": {**FOUR, "data_offsets": [4, 0]}}, b"0000"),
    "bytes left over": written({"a": FOUR}, b"00000"),
    "a shape that overflows": written({"a": {**FOUR, "shape": [2**62, 2**62]}}, b"0000"),
    "a forged shape": written({"a": {**FOUR, "shape": [2**40]}}, b"0000"),
    "a negative shape": written({"a": {**FOUR, "shape": [-1]}}, b"0000"),
    "an unknown type": written({"a": {**FOUR, "dtype": "F33"}}, b"0000"),
    "metadata of numbers": written({"__metadata__": {"cnnplay": 1}}),
}


@pytest.mark.parametrize("name", NO_SAFETENSORS)
def test_what_is_no_safetensors_file_is_refused(name):
    assert "safetensors" in refusal(NO_SAFETENSORS[name])


NOT_OURS = {
    "a type that NumPy has not": (written({"a": {**FOUR, "dtype": "BF16", "shape": [2]}}, b"0000"), "BF16"),
    "too many axes": (written({"a": {**FOUR, "shape": [1] * 100}}, b"0000"), "shape"),
    "an endless empty shape": (written({"a": {**FOUR, "shape": [2**63, 0], "data_offsets": [0, 0]}}), "shape"),
    "no metadata": (safetensors.numpy.save({"a": np.zeros(3)}), "not made here"),
    "empty metadata": (safetensors.numpy.save({"a": np.zeros(3)}, {}), "not made here"),
    "metadata of another's": (safetensors.numpy.save({"a": np.zeros(3)}, {"format": "pt"}), "not made here"),
    "metadata that are null": (written({"__metadata__": None, "a": FOUR}, b"0000"), "not made here"),
    "no tensors": (written({}), "not made here"),
    "a tensor twice": (written(b'{"a":%s,"a":%s}' % ((json.dumps(FOUR).encode(),) * 2), b"0000"), "the header"),
    "metadata twice": (written(b'{"__metadata__":{"cnnplay":"{}","cnnplay":"{}"}}'), "the header"),
    "a number of 300 digits": (
        written(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":%s}}' % (b"9" * 300), b"0000"),
        "the header",
    ),
    "too large": (bytes(MOST_BYTES + 1), "20,000,001 bytes, more than the 20 MB"),
}


@pytest.mark.parametrize("name", NOT_OURS)
def test_a_safetensors_file_of_other_making_is_refused(name):
    data, words = NOT_OURS[name]
    assert words in refusal(data)


SETTINGS = asdict(TrainConfig(batch_size=64, epochs=3, train_images=2000))
DIGITS = {"title": MNIST.title, "classes": list(MNIST.classes), "input_shape": [28, 28, 1]}
NOTES = {
    "no JSON": ("hello", "no JSON"),
    "a list": ("[1]", "a list"),
    "a number": ("3", "'3'"),
    "nested": ("[" * 30_000, "no JSON"),
    "nested just so": ("[" * 900 + "]" * 900, "cannot be"),
    "a name twice": ('{"version": 1, "version": 1}', "no JSON"),
    "NaN": ('{"version": NaN}', "no JSON"),
    "a long number": (f'{{"version": {"9" * 5000}}}', "no JSON"),
    "an empty object": ("{}", "version 'None'"),
    "another version": ({"version": 4}, "version '4', and versions 1 to 3"),
    "version 0": ({"version": 0}, "version '0'"),
    "a version that is true": ({"version": True}, "version 'True'"),
    "version 1 with what it does not have": ({"version": 1}, "wrong about 'data'"),
    "version 2 with what it does not have": ({"version": 2}, "'beta1' is not known here"),
    "version 3 without what it has": (
        {"settings": {name: value for name, value in SETTINGS.items() if name != "beta2"}},
        "'beta2' is missing",
    ),
    "a decay rate that is text": ({"settings": {**SETTINGS, "beta1": "0.9"}}, "beta1 must be a number, not '0.9'"),
    "a decay rate out of bounds": ({"settings": {**SETTINGS, "beta2": 1}}, "between 0.0 and 0.9999; you wrote 1"),
    "a long version": ({"version": "v" * 5000}, f"version '{'v' * 40}…'"),
    "an entry too many": ({"more": 1}, "'more'"),
    "no network": ({"network": None}, "network is 'None'"),
    "an empty network": ({"network": ""}, "network is ''"),
    "a network that is a list": ({"network": [NET]}, "network is a list"),
    "a network of other letters": ({"network": "conv6k2\u202e-<b>"}, "network is"),
    "a network of 601 letters": ({"network": "relu-" * 120 + "a"}, "'relu-relu-"),
    "a network that is none": ({"network": "hello-dense10"}, "“hello”, is not a layer"),
    "a number in the network of 500 digits": ({"network": f"conv{'9' * 500}k2-flatten-dense10"}, "between 1 and 512"),
    "a network that does not fit": ({"network": "max32-flatten-dense10"}, "a window of 32 does not fit"),
    "a network without classes": ({"network": "flatten-dense9"}, "dense10, a score for each"),
    "a network without end": ({"network": "conv2k3"}, "ends in conv2k3"),
    "a network with too many weights": ({"network": "flatten-dense4096-dense4096-dense10"}, "16,000,000"),
    "a network too large to train": (
        {"network": "conv512k5same-conv512k5same-flatten-dense10"},
        "40 billion are allowed",
    ),
    "another network": (
        {"network": "conv3k3s2-relu-max4-flatten-dense10"},
        "[2], and those of the network are float32 [3]",
    ),
    "a network of more layers": (
        {"network": "conv2k3s2-relu-max4-flatten-dense9-dense10"},
        "'dense2/bias' are missing",
    ),
    "settings that are a list": ({"settings": [1]}, "settings are a list"),
    "settings as text": ({"settings": json.dumps(SETTINGS)}, "settings are"),
    "no settings": ({"settings": {}}, "'batch_size' is missing"),
    "an unknown setting": ({"settings": {**SETTINGS, "x" * 99: 1}}, f"'{'x' * 40}…' is not known here"),
    "a setting that is a list": ({"settings": {**SETTINGS, "optimizer": ["adam"]}}, "optimizer is a list"),
    "a setting that is null": ({"settings": {**SETTINGS, "epochs": None}}, "epochs is 'None'"),
    "an unknown optimizer": ({"settings": {**SETTINGS, "optimizer": "sophia" * 20}}, "no optimizer 'sophia"),
    "an optimizer that is a number": ({"settings": {**SETTINGS, "optimizer": 5}}, "no optimizer '5'"),
    "an unknown schedule": ({"settings": {**SETTINGS, "schedule": "warm"}}, "no schedule 'warm'"),
    "half a batch": ({"settings": {**SETTINGS, "batch_size": 32.5}}, "whole number, not '32.5'"),
    "a batch that is true": ({"settings": {**SETTINGS, "batch_size": True}}, "whole number, not 'True'"),
    "a rate that is text": ({"settings": {**SETTINGS, "learning_rate": "1e-3"}}, "must be a number"),
    "a rate out of bounds": ({"settings": {**SETTINGS, "learning_rate": 10.5}}, "you wrote 10.5"),
    "a seed out of bounds": ({"settings": {**SETTINGS, "seed": 2**31}}, "you wrote 2,147,483,648"),
    "an endless rate": (
        json.dumps(
            {"version": 3, "network": NET, "settings": SETTINGS | {"learning_rate": 0}, "epoch": 2, "data": DIGITS}
        ).replace('"learning_rate": 0', '"learning_rate": 1e999'),
        "must be between 1e-05 and 10.0; you wrote inf",
    ),
    "fewer images than were seen": (
        {"settings": {**SETTINGS, "train_images": 100}},
        "75 steps and 2 epochs are no part of a run of 3 × 2 steps",
    ),
    "fewer epochs than were done": (
        {"settings": {**SETTINGS, "epochs": 1}},
        "75 steps and 2 epochs are no part of a run of 1 × 32 steps",
    ),
    "steps after the last epoch": ({"settings": {**SETTINGS, "epochs": 2}}, "75 steps and 2 epochs are no part"),
    "an unknown dataset": ({"settings": {**SETTINGS, "dataset": "cifar" * 20}}, "no dataset 'cifar"),
    "a dataset that is a list": ({"settings": {**SETTINGS, "dataset": []}}, "dataset is a list"),
    "another dataset": ({"settings": {**SETTINGS, "dataset": "forms"}}, "they are 32 × 32 × 3 in 4"),
    "no data": ({"data": None}, "is 'None', not a title"),
    "data that are a list": ({"data": [1]}, "is a list, not a title"),
    "data without a title": ({"data": {n: v for n, v in DIGITS.items() if n != "title"}}, "is a dict, not a title"),
    "data with more": ({"data": {**DIGITS, "more": 1}}, "is a dict, not a title"),
    "a title that is a number": ({"data": {**DIGITS, "title": 5}}, "title of its data is '5'"),
    "a long title": ({"data": {**DIGITS, "title": "a b\n" * 99}}, "title of its data is 'a b"),
    "classes that are a text": ({"data": {**DIGITS, "classes": "0123456789"}}, "not a list of 2 to 16 names"),
    "one class": ({"data": {**DIGITS, "classes": ["a"]}}, "not a list of 2 to 16 names"),
    "a million classes": ({"data": {**DIGITS, "classes": ["a"] * 5000}}, "not a list of 2 to 16 names"),
    "a class without a name": ({"data": {**DIGITS, "classes": [""] * 10}}, "name of a class is ''"),
    "a class that is a list": ({"data": {**DIGITS, "classes": [[]] * 10}}, "name of a class is a list"),
    "a long name of a class": ({"data": {**DIGITS, "classes": ["x" * 300] * 10}}, f"name of a class is '{'x' * 40}…'"),
    "other names of the digits": (
        {"data": {**DIGITS, "classes": list("abcdefghij")}},
        "or the classes have other names",
    ),
    "images without a size": ({"data": {**DIGITS, "input_shape": None}}, "shape of its images is 'None'"),
    "images of two axes": ({"data": {**DIGITS, "input_shape": [28, 28]}}, "shape of its images is a list"),
    "images of half a pixel": ({"data": {**DIGITS, "input_shape": [28.0, 28, 1]}}, "shape of its images is a list"),
    "images without pixels": ({"data": {**DIGITS, "input_shape": [0, 28, 1]}}, "images are 0 × 28 × 1"),
    "images too large": ({"data": {**DIGITS, "input_shape": [28, 2**60, 1]}}, f"images are 28 × {2**60} × 1"),
    "images in four channels": ({"data": {**DIGITS, "input_shape": [28, 28, 4]}}, "in 1 or 3 channels"),
    "other images of the digits": ({"data": {**DIGITS, "input_shape": [32, 32, 3]}}, "and they are 28 × 28 × 1 in 10"),
    "no epoch": ({"epoch": None}, "epoch is 'None'"),
    "an epoch as text": ({"epoch": "2" * 60}, f"epoch is '{'2' * 40}…'"),
    "half an epoch": ({"epoch": 1.5}, "epoch is '1.5'"),
    "an epoch that is true": ({"epoch": True}, "epoch is 'True'"),
    "an epoch to come": ({"epoch": 3}, "weights are of epoch 3, and the history has 2"),
    "an epoch before the first": ({"epoch": -1}, "weights are of epoch -1"),
}


@pytest.mark.parametrize("name", NOTES)
def test_a_note_on_network_and_settings_that_is_wrong_is_refused(file, name):
    about, words = NOTES[name]
    assert words in refusal(remade(file, about=about))


@pytest.mark.parametrize("missing", ["network", "settings", "epoch"])
def test_a_note_that_lacks_something_is_refused(file, missing):
    note = {name: value for name, value in parts(file)[1].items() if name != missing}
    assert repr(missing) in refusal(remade(file, about=json.dumps(note)))


def filled(like, value):
    return lambda tensors: {like: np.full_like(tensors[like], value)}


def one_more(name, by, where=0):
    def change(tensors):
        array = tensors[name].copy()
        array.flat[where] += by
        return {name: array}

    return change


def moved(tensors):
    """As many images and as many right ones, but one count below 0."""
    confusion = tensors["history/confusion"].copy()
    confusion[0, 0, 1:3] += [-1000, 1000]
    return {"history/confusion": confusion}


def typed(name, dtype):
    return lambda tensors: {name: tensors[name].astype(dtype)}


TENSORS = {
    "a missing weight": (lambda t: {"conv1/bias": None}, "'conv1/bias' are missing"),
    "a weight too many": (lambda t: {"conv2/bias": np.zeros(2, np.float32)}, "'conv2/bias' are not the network’s"),
    "a weight of a long name": (lambda t: {"a b. " * 99: np.zeros(2)}, "'a b"),
    "a weight of another shape": (
        lambda t: {"conv1/bias": np.zeros(3, np.float32)},
        "float32 [3], and those of the network",
    ),
    "a weight turned round": (lambda t: {"dense1/kernel": t["dense1/kernel"].T.copy()}, "float32 [10 × 18]"),
    "a weight without axes": (lambda t: {"conv1/bias": np.zeros((), np.float32)}, "float32 []"),
    "a weight of no numbers": (lambda t: {"conv1/bias": np.zeros((2, 0), np.float32)}, "float32 [2 × 0]"),
    **{f"a weight of {d}": (typed("dense1/bias", d), d) for d in ("float16", "float64", "int64", "bool", "complex64")},
    "a weight that is NaN": (filled("dense1/bias", np.nan), "of the 10 weights dense1/bias, 10 are"),
    "a weight that is infinite": (one_more("dense1/kernel", -np.inf), "dense1/kernel, 1 are"),
    "no history": (lambda t: {name: None for name in t if name.startswith("history/")}, "'accuracy' is missing"),
    "a history too many": (lambda t: {"history/x": np.zeros(1)}, "'x' is not known here"),
    "a history without loss": (lambda t: {"history/loss": None}, "history's 'loss' is missing"),
    "a history of another type": (typed("history/loss", np.float64), "loss is float64"),
    "a history of another length": (
        lambda t: {"history/accuracy": np.zeros(74, np.float32)},
        "accuracy is float32 [74], not float32 [75]",
    ),
    "a history with an axis more": (
        lambda t: {"history/loss": t["history/loss"][:, None]},
        "loss is float32 [75 × 1], not float32 [75]",
    ),
    "a history of scalars": (lambda t: {"history/loss": np.array(1, np.float32)}, "loss is float32 []"),
    "a loss that is NaN": (one_more("history/loss", np.nan), "loss has 1 numbers"),
    "an endless rate": (filled("history/learning_rate", np.inf), "learning_rate has 75 numbers"),
    "an endless loss of an epoch": (filled("history/epoch_loss", np.inf), "epoch_loss has 2 numbers"),
    "an endless validation": (filled("history/validation_loss", np.nan), "validation_loss has 2 numbers"),
    "an accuracy above 1": (filled("history/accuracy", 1.5), "accuracy goes from 1.5 to 1.5, not from 0 to 1"),
    "an accuracy below 0": (filled("history/epoch_accuracy", -0.5), "epoch_accuracy goes from -0.5"),
    "a validation above 1": (filled("history/validation_accuracy", 97.0), "validation_accuracy goes from 97"),
    "an epoch that ends too early": (one_more("history/epoch_step", -1), "are not all of one length"),
    "an epoch that ends too late": (filled("history/epoch_step", 2**31 - 1), "are not all of one length"),
    "epochs that end after the last step": (
        lambda t: {"history/epoch_step": np.array([38, 76], np.int32)},
        "up to step 76, are not all of one length within 75 steps",
    ),
    "epochs that end together": (filled("history/epoch_step", EACH), "are not all of one length"),
    "an epoch before the first step": (filled("history/epoch_step", 0), "are not all of one length"),
    "epochs that go backwards": (
        lambda t: {"history/epoch_step": -t["history/epoch_step"]},
        "are not all of one length",
    ),
    "epochs too long for the settings": (
        lambda t: {"history/epoch_step": np.array([33, 66], np.int32)},
        "no part of a run of 3 × 32 steps",
    ),
    "an epoch less than there were": (
        lambda t: {n: a[:1] for n, a in t.items() if n.startswith(("history/epoch", "history/val", "history/conf"))},
        "75 steps and 1 epochs",
    ),
    "more epochs than numbers": (
        lambda t: {"history/epoch_step": np.array([25, 50, 75], np.int32)},
        "float64 [2], not float64 [3]",
    ),
    "a count below 0": (moved, "do not count the same images"),
    "an image more": (one_more("history/confusion", 1), "do not count the same images"),
    "no images": (filled("history/confusion", 0), "do not count the same images"),
    "another share": (filled("history/confusion", 1), "another share of right answers"),
    "another accuracy": (filled("history/validation_accuracy", 0.25), "another share of right answers"),
    "a confusion of one epoch": (
        lambda t: {"history/confusion": t["history/confusion"][:1]},
        "int32 [1 × 10 × 10], not int32 [2 × 10 × 10]",
    ),
    "a confusion that is no square": (
        lambda t: {"history/confusion": t["history/confusion"][:, :9].copy()},
        "[2 × 9 × 10], not int32 [2 × 9 × 9]",
    ),
    "a confusion of nine classes": (
        lambda t: {
            "history/confusion": np.tile(np.eye(9, dtype=np.int32), (2, 1, 1)),
            "history/validation_accuracy": np.ones(2),
        },
        "9 × 9, not one row and column for each class",
    ),
}


@pytest.mark.parametrize("name", TENSORS)
def test_tensors_that_are_wrong_are_refused(file, name):
    change, words = TENSORS[name]
    assert words in refusal(remade(file, tensors=change(parts(file)[0])))


def test_the_tables_change_nothing_but_what_they_say(file):
    assert remade(file) == file


def opens_or_says(data):
    try:
        run = load(data)
    except DataError as error:
        assert str(error).endswith("; take a file that this playground has saved.")
        assert len(str(error)) < 500
    else:
        assert_same(load(save(run)), run)


def test_a_file_cut_off_anywhere_is_refused(file):
    for length in range(len(file)):
        with pytest.raises(DataError, match="cut off"):
            load(file[:length])


@settings(deadline=None, max_examples=1000)
@given(st.data())
def test_a_file_with_bytes_changed_opens_or_is_refused(file, data):
    changed = bytearray(file)
    (length,) = struct.unpack("<Q", file[:8])
    for _ in range(data.draw(st.integers(1, 3))):
        part = data.draw(st.sampled_from([8, 8 + length, len(file)]))  # few bytes weigh as much as many
        changed[data.draw(st.integers(0, part - 1))] = data.draw(st.integers(0, 255))
    opens_or_says(bytes(changed))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
SIZES = st.integers(-1, 4) | st.sampled_from([2**31, 2**32, 2**62, 2**63, 2**64 - 1, 2**64, 10**30])
TENSOR = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F32", "F64", "F16", "BF16", "I32", "I64", "BOOL", "C64", "F8_E4M3", "F4", "X", ""]),
        "shape": st.lists(SIZES, max_size=4),
        "data_offsets": st.lists(SIZES, min_size=2, max_size=2) | st.lists(SIZES, max_size=3),
    }
)
NAMES = st.sampled_from(["conv1/kernel", "dense1/bias", "history/loss", "history/confusion", ""]) | st.text(max_size=8)


@settings(deadline=None, max_examples=1000)
@given(st.dictionaries(NAMES, TENSOR | JSON, max_size=4), st.none() | JSON, st.binary(max_size=32))
def test_any_header_opens_or_is_refused(tensors, metadata, body):
    opens_or_says(written({"__metadata__": metadata, **tensors} if metadata else tensors, body))


@settings(deadline=None, max_examples=1000)
@given(st.dictionaries(NAMES, st.lists(SIZES.filter(lambda n: 0 <= n < 2**64), max_size=4), min_size=1, max_size=3))
def test_any_empty_shape_is_refused(shapes):
    empty = {name: {"dtype": "F32", "shape": [*shape, 0], "data_offsets": [0, 0]} for name, shape in shapes.items()}
    refusal(written(empty))


@settings(deadline=None, max_examples=500)
@given(
    st.sampled_from(["version", "network", "settings", "epoch", "data", *DIGITS, *SETTINGS]),
    JSON | st.sampled_from([1, 2, NET]),
)
def test_any_note_opens_or_is_refused(file, name, value):
    change = {"settings": {**SETTINGS, name: value}} if name in SETTINGS else {name: value}
    change = {"data": {**DIGITS, name: value}} if name in DIGITS else change
    opens_or_says(remade(file, about=change))


@settings(deadline=None, max_examples=500)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_refused(data, as_header):
    refusal(written(data) if as_header else data)


@pytest.mark.parametrize("shape", [[2**28], [2**40], [2**62, 2**62], [2**63, 0], [2**31, 2**31, 0], [0] * 60])
def test_a_forged_shape_costs_no_memory(file, shape):
    size = 0 if 0 in shape else 4
    forged = written({"conv1/kernel": {"dtype": "F32", "shape": shape, "data_offsets": [0, size]}}, bytes(size))
    large = remade(file, about={"network": "flatten-dense4096-dense3000-dense10", "settings": SETTINGS})
    for data in (forged, large):
        refusal(data)  # so that what is imported or compiled once is not counted
    tracemalloc.start()
    try:
        for data in (forged, large):
            refusal(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000


def test_evaluations_of_other_sizes_do_not_reach_a_file(run):
    history = run.history.copy()
    history.end_epoch(11, Evaluation(0.1, 1.0, np.eye(3, dtype=np.int64)))
    with pytest.raises(DataError, match="3 × 3"):
        replace(run, history=history)


def own_source(classes=("heart", "<b>arrow</b>"), shape=(12, 10, 3), title="my *hearts*"):
    """Own data of a visitor: 60 images to train on and 20 to test with, of random pixels."""
    generator = np.random.default_rng(0)

    def split(count):
        labels = (np.arange(count) % len(classes)).astype(np.uint8)
        return Split(generator.integers(0, 256, (count, *shape), np.uint8), labels)

    dataset = Dataset(split(60), split(20), classes)
    return DataSource(OWN, title, "picture", "pictures of your own", "", shape, (60, 20), classes, lambda: dataset)


def untrained_on(data, layers="conv2k3-relu-max2-flatten"):
    architecture = Architecture.parse(f"{layers}-dense{len(data.classes)}", data.input_shape, len(data.classes))
    config = TrainConfig(dataset=data.name)
    return SavedRun(architecture, config, initial_weights(architecture), History(0), 0, data)


@pytest.mark.parametrize("name", DATASETS)
def test_a_run_on_each_dataset_comes_back_with_its_data(name):
    run = untrained_on(DATASETS[name])
    assert_same(load(save(run)), run)
    found = read_parts(save(run))
    wanted = DATASETS[name]
    assert (found.title, found.classes, found.input_shape) == (wanted.title, tuple(wanted.classes), wanted.input_shape)


def test_a_trained_run_on_own_data_comes_back_where_they_are_open():
    data = own_source()
    network = Architecture.parse("conv2k3-relu-flatten-dense2", data.input_shape, 2)
    trainer = Trainer(network, TrainConfig(batch_size=10, epochs=2, dataset=OWN), data.load())
    trainer.advance(trainer.total_steps)
    run = SavedRun(network, trainer.config, trainer.weights(), trainer.history, 2, data)
    assert_same(load(save(run), own_source()), run)
    renamed = own_source(title="another title")
    assert_same(load(save(run), renamed), replace(run, data=renamed))


@pytest.mark.parametrize(
    "own",
    [None, own_source(("heart", "arrow")), own_source(shape=(10, 12, 3)), own_source(("<b>arrow</b>", "heart"))],
    ids=["none", "other names", "another shape", "another order"],
)
def test_own_data_that_are_not_open_are_asked_for_by_their_names(own):
    with pytest.raises(DataError) as refused:
        load(save(untrained_on(own_source())), own)
    assert str(refused.value) == (
        "This file's weights were trained on “my *hearts*” (classes heart, <b>arrow</b>), which is not open here: "
        "open its data first."
    )


def test_own_data_that_are_open_do_not_take_the_place_of_a_dataset_with_a_name():
    own = own_source(MNIST.classes, (28, 28, 1))
    assert load(save(untrained("flatten-dense10")), own).data is MNIST


@pytest.mark.parametrize("text", PAYLOADS)
def test_names_of_own_data_come_back_letter_for_letter_and_are_printable_in_the_sentence(text):
    text = text[:200]
    data = own_source((text, "x"), title=text)
    file = save(untrained_on(data))
    assert load(file, data).data is data
    parts = read_parts(file)
    assert (parts.title, parts.classes) == (text, (text, "x"))
    with pytest.raises(DataError) as refused:
        load(file)
    assert str(refused.value).isprintable() and len(str(refused.value)) < 500


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda run: {"data": MNIST}, "settings are for the data 'forms', not for 'mnist'"),
        (lambda run: {"data": DATASETS["colours"]}, "'forms', not for 'colours'"),
        (lambda run: {"config": TrainConfig()}, "settings are for the data 'mnist', not for 'forms'"),
        (
            lambda run: {"architecture": Architecture.parse("flatten-dense4", (32, 32, 1), 4)},
            "images (32, 32, 1) in 4 classes, and the data are images (32, 32, 3) in 4",
        ),
        (lambda run: {"architecture": Architecture.parse("flatten-dense4", (32, 32, 3), 10)}, "in 10 classes"),
        (lambda run: {"architecture": Architecture.parse("flatten-dense3", (32, 32, 3), 4)}, "dense4"),
    ],
)
def test_network_settings_and_data_agree(change, words):
    run = untrained_on(DATASETS["forms"])
    with pytest.raises(PlaygroundError) as refused:
        replace(run, **change(run))
    assert words in str(refused.value)


def test_a_file_of_version_1_is_a_run_on_mnist_and_nothing_else():
    new = save(untrained("flatten-dense10"))
    later = ("dataset", "beta1", "beta2")
    settings = {name: value for name, value in parts(new)[1]["settings"].items() if name not in later}
    note = {"version": 1, "network": "flatten-dense10", "settings": settings, "epoch": 0}
    old = remade(new, about=json.dumps(note))
    assert_same(load(old), load(new))
    assert save(load(old)) == new
    named = json.dumps({**note, "settings": {**settings, "dataset": "mnist"}})
    assert "'dataset' is not known here" in refusal(remade(new, about=named))


def test_a_file_of_version_2_has_the_usual_decay_rates(run, file):
    note = parts(file)[1]
    settings = {name: value for name, value in note["settings"].items() if name not in ("beta1", "beta2")}
    old = load(remade(file, about=json.dumps({**note, "version": 2, "settings": settings})))
    assert_same(old, run)
    assert (old.config.beta1, old.config.beta2) == (0.9, 0.999)
    assert save(old) == file


def test_other_decay_rates_are_saved():
    run = replace(untrained("flatten-dense10"), config=TrainConfig(beta1=0.7, beta2=0.9))
    assert load(save(run)).config == run.config
