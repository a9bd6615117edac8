"""An experiment as data: its grid, what it leaves out and why, its files, and what it will need."""

import json
from statistics import median

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.__main__ import RESULTS
from cnnplay.errors import DataError, PlaygroundError
from cnnplay.experiments import Experiment
from cnnplay.experiments.estimate import compilations, estimate, program_of, seconds_of_epoch
from cnnplay.experiments.executors import PROCESS_BYTES, local_process, local_thread
from cnnplay.experiments.experiment import MOST_BYTES, MOST_RUNS, MOST_VALUES, VERSION, from_json
from cnnplay.experiments.place import COMPILATION, STARTUP, Place
from cnnplay.experiments.questions import QUESTIONS
from cnnplay.experiments.settings import SETTINGS, ExperimentError
from cnnplay.experiments.size import check_step, most_values
from cnnplay.network.architecture import Architecture
from cnnplay.network.parsing import DEFAULT
from cnnplay.network.presets import PRESETS
from cnnplay.training.config import TrainConfig
from cnnplay.words import duration_text
from tests.hostile import JSON, PLAIN, VALUES, assert_a_sentence

BLOCKS = "conv64k11same-relu-conv64k11same-relu-flatten-dense10"  # heavy: 390 million multiply-adds an image


def grid(values, *names):
    return dict.fromkeys(names, values)


def test_the_grid_goes_through_the_last_setting_first_and_through_the_seeds_last():
    experiment = Experiment(
        "conv6k{kernel}-relu-{pool}2-flatten-dense10",
        vary={"kernel": [2, 5], "pool": ["max", "mean"]},
        seeds=2,
        seed=7,
        epochs=3,
        learning_rate=0.01,
    )
    assert [(trial.net, trial.seed) for trial in experiment.trials] == [
        ("conv6k2-relu-max2-flatten-dense10", 7),
        ("conv6k2-relu-mean2-flatten-dense10", 7),
        ("conv6k5-relu-max2-flatten-dense10", 7),
        ("conv6k5-relu-mean2-flatten-dense10", 7),
        ("conv6k2-relu-max2-flatten-dense10", 8),
        ("conv6k2-relu-mean2-flatten-dense10", 8),
        ("conv6k5-relu-max2-flatten-dense10", 8),
        ("conv6k5-relu-mean2-flatten-dense10", 8),
    ]
    assert [dict(trial.values) for trial in experiment.trials[:2]] == [
        {"kernel": 2, "pool": "max"},
        {"kernel": 2, "pool": "mean"},
    ]
    assert {trial.config.learning_rate for trial in experiment.trials} == {0.01}
    assert experiment.epochs == 24 and not experiment.left_out


def test_a_place_in_the_text_and_a_row_of_the_sidebar_ask_the_same():
    rows = Experiment(DEFAULT, {"kernel": [2, 3], "filters": [4, 8]})
    text = Experiment("conv{filters}k{kernel}-relu-max2-flatten-dense10", {"kernel": [2, 3], "filters": [4, 8]})
    assert [(trial.net, trial.config) for trial in rows.trials] == [(trial.net, trial.config) for trial in text.trials]


def test_what_does_not_fit_is_left_out_with_the_reason_and_all_else_is_trained():
    net = "conv4k{kernel}s{stride}-relu-max2-conv4k5-relu-flatten-dense10"
    experiment = Experiment(net, {"kernel": [3, 11], "stride": [1, 2, 4]}, seeds=2)
    fits = []
    for kernel, stride in ((3, 1), (3, 2), (3, 4), (11, 1), (11, 2), (11, 4)):
        side = (28 - kernel) // stride + 1  # after the first convolution, then halved
        fits += [{"kernel": kernel, "stride": stride}] * (side // 2 >= 5)
    assert [dict(trial.values) for trial in experiment.trials] == fits * 2
    left_out = [dict(left.values) for left in experiment.left_out]
    assert len(left_out) == 3 and len(left_out) + len(fits) == 6
    assert all(values not in fits for values in left_out)
    for left in experiment.left_out:
        with pytest.raises(PlaygroundError) as caught:
            Architecture.parse(net.format(**left.values))
        assert str(caught.value) in str(left)
        assert str(left).startswith(f"Kernel {left.values['kernel']}×{left.values['kernel']}, stride ")


def test_values_out_of_bounds_are_left_out_as_well():
    experiment = Experiment(vary={"kernel": [3, 12], "batch_size": [8, 4]}, seeds=1)
    assert len(experiment.trials) == 1 and len(experiment.left_out) == 3
    assert "kernel must be between 1 and 11; you wrote 12" in str(experiment.left_out[1])


def test_a_step_that_is_too_large_is_left_out_before_the_start():
    experiment = Experiment(BLOCKS, {"batch_size": [16, 512]}, seeds=1)
    assert [trial.config.batch_size for trial in experiment.trials] == [16]
    (left,) = experiment.left_out
    assert "billion multiply-adds" in str(left) and left.why.remedies


def test_a_run_that_another_combination_is_already_is_not_trained_twice():
    experiment = Experiment("conv4k3-relu-flatten-dense10", {"pool": ["none", "max"], "pool_size": [2, 3]}, seeds=1)
    assert [trial.net for trial in experiment.trials] == [
        "conv4k3-relu-flatten-dense10",
        "conv4k3-relu-max2-flatten-dense10",
        "conv4k3-relu-max3-flatten-dense10",
    ]
    assert str(experiment.left_out[0]) == (
        "No pooling, pool size 3×3: That is the same run as no pooling, pool size 2×2."
    )


def test_a_decay_rate_is_varied_where_the_optimizer_takes_it_and_left_out_where_it_does_not():
    both = Experiment(vary={"optimizer": ["adam", "sgd"], "beta1": [0.7, 0.9]}, seeds=1)
    made = [(trial.config.optimizer, trial.config.beta1) for trial in both.trials]
    assert made == [("adam", 0.7), ("adam", 0.9), ("sgd", 0.9)]  # without effect it has its default
    assert [str(left) for left in both.left_out] == [
        "SGD, decay rate β₁ 0.9: That is the same run as SGD, decay rate β₁ 0.7."
    ]
    assert from_json(both.to_json()).trials == both.trials


def test_other_decay_rates_are_other_programs_to_compile():
    def compiled(**what):
        return compilations(Experiment(seeds=2, **what).trials, set())

    assert compiled(vary={"learning_rate": [1e-3, 1e-2, 0.1]}) == 1
    assert compiled(vary={"beta1": [0.7, 0.8, 0.9]}) == 3
    assert compiled(vary={"beta1": [0.7, 0.9], "beta2": [0.9, 0.999]}) == 4
    assert compiled(vary={"optimizer": ["sgd", "adam"], "beta2": [0.9, 0.999]}) == 3


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_ready_question_can_be_asked_of_every_preset_of_blocks(name):
    question = QUESTIONS[name]
    for preset in (DEFAULT, *(preset.net for preset in PRESETS.values())):
        try:
            experiment = Experiment(preset, question.vary, question.seeds, epochs=question.epochs)
        except ExperimentError as error:
            assert "sidebar's blocks" in str(error)
        else:
            assert len(experiment.trials) >= question.seeds
    for setting, values in question.vary.items():
        assert set(values) <= set(SETTINGS[setting].values)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seeds": 0}, "seeds must be between 1 and 10"),
        ({"seeds": 11}, "seeds must be between 1 and 10"),
        ({"seeds": 2.0}, "seeds must be a whole number"),
        ({"seeds": True}, "seeds must be a whole number"),
        ({"seeds": 2, "seed": 2**31 - 1}, "2 seeds from 2,147,483,647 on go beyond 2,147,483,647"),
        ({"net": None}, "The network is a text, not 'None'"),
        ({"net": "conv6k2-" * 100}, "has 800 letters"),
        ({"net": "conv6k2-relu"}, "No network of this experiment can be trained. To tell 10 classes apart"),
        ({"vary": {"kernel": [12, 13]}}, "can be trained. Kernel 12×12: A block: kernel must be between"),
        ({"vary": {"kernel": list(range(1, 14))}}, f"'kernel' has 13 values; at most {MOST_VALUES}"),
        ({"vary": grid([1], "kernel", "filters", "stride", "pool")}, "values of the pooling"),
        ({"vary": grid([1], "kernel", "filters", "stride", "epochs")}, "At most 3 settings vary"),
        ({"vary": grid([*range(1, 13)], "kernel", "filters", "epochs"), "seeds": 10}, "has 17,280 runs"),
        ({"vary": {"kernel": [*range(1, 8)], "epochs": [1, 2, 3]}, "seeds": 10}, f"210 runs; at most {MOST_RUNS}"),
        ({"momentum": 0.9}, "There is no setting 'momentum' of training"),
        ({"learning_rate": 11}, "learning rate must be between"),
    ],
    ids=str,
)
def test_an_experiment_that_cannot_be_done_is_refused_in_a_sentence(arguments, message):
    with pytest.raises(PlaygroundError, match=message) as caught:
        Experiment(**arguments)
    assert_a_sentence(str(caught.value))


def test_a_remedy_of_a_varied_network_is_not_one_of_the_network_that_was_chosen():
    """It would take over the varied value as well: kernel 9 where the visitor has chosen 2."""
    with pytest.raises(ExperimentError, match=r"can be trained\. Kernel 9×9: ") as caught:
        Experiment("conv6k2s4-relu-max6-flatten-dense10", {"kernel": [9]})
    assert not caught.value.remedies
    with pytest.raises(ExperimentError, match="can be trained") as caught:
        Experiment("conv6k2-relu-max20-max20-flatten-dense10")
    assert caught.value.remedies


EXPERIMENTS = [
    Experiment(),
    Experiment("conv6k{kernel}-relu-max2-flatten-dense10", {"kernel": [2, 3, 5]}, 5, epochs=2, optimizer="sgd"),
    Experiment(vary={"pool": ("max", "mean"), "learning_rate": [1e-4, 0.1], "batchnorm": [True, False]}, seed=3),
    Experiment("conv2k3{extra}-flatten-dense10", {"extra": ["", "-relu"]}, 1, TrainConfig(batch_size=8), epochs=1),
]


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda experiment: experiment.net)
def test_a_file_and_the_code_give_the_experiment_back(experiment):
    assert from_json(experiment.to_json()) == experiment
    assert from_json(experiment.to_json().encode()) == experiment
    again = eval(experiment.code(), {"Experiment": Experiment})
    assert again == experiment and hash(again) == hash(experiment)
    assert [trial.net for trial in again.trials] == [trial.net for trial in experiment.trials]


def forged(**changes):
    return json.dumps({**json.loads(EXPERIMENTS[1].to_json()), **changes})


@pytest.mark.parametrize(
    "text",
    [
        *("", "null", "[]", "{}", "[" * 5000, '{"format": "cnnplay experiment 1"}', "\ud800", "9" * 5000),
        *(b"\xff\xfe\x00", b"", b"\x00" * 100),
        " " * (MOST_BYTES + 1),
        forged(format="cnnplay experiment 2"),
        forged(net=None),
        forged(net=["conv6k2"]),
        forged(net="conv6k{kernel}{kernel}{kernel}{kernel}-" * 15),
        forged(net="{kernel}" * 60),
        forged(net="<img src=x onerror=alert(1)>"),
        forged(vary=[["kernel", [2]]]),
        forged(vary={"": [1]}),
        forged(vary={"<b>": [1]}),
        forged(vary={"kernel": {"0": 2}}),
        forged(vary={"kernel": [[2]]}),
        forged(vary={"kernel": [float("nan")]}),
        forged(vary={"kernel": [10**4000]}),
        forged(vary={"kernel": [2], "learning_rate": [10**400]}),
        forged(vary={"kernel": ["2-relu-" * 5]}),
        forged(vary={"kernel": [2], "seed": [1]}),
        forged(seeds=10**4000),
        forged(seeds=-1),
        forged(seeds="5"),
        forged(seeds=float("inf")),
        forged(settings=None),
        forged(settings={"optimizer": []}),
        forged(settings={"optimizer": {"a": 1}}),
        forged(settings={"epochs": True}),
        forged(settings={"epochs": 10**300}),
        forged(settings={"__class__": 1}),
        forged(settings={"learning_rate": float("nan")}),
    ],
    ids=lambda text: ascii(text[:30]),
)
def test_a_forged_file_is_refused_in_a_sentence(text):
    with pytest.raises(PlaygroundError) as caught:
        from_json(text)
    assert_a_sentence(str(caught.value))


NAMES = st.sampled_from([*SETTINGS, "size", "seed", "loss"]) | st.text(max_size=8)
FORGED = st.fixed_dictionaries(
    {"format": st.just(VERSION)},
    optional={
        "net": st.sampled_from([DEFAULT, "conv6k{size}-flatten-dense10", "{size}", BLOCKS]) | JSON,
        "vary": st.dictionaries(NAMES, st.lists(PLAIN | st.integers(0, 20) | st.sampled_from(VALUES[:10]), max_size=5))
        | JSON,
        "seeds": st.integers(-2, 12) | JSON,
        "settings": st.dictionaries(
            st.sampled_from(["optimizer", "learning_rate", "batch_size", "epochs", "seed"]) | st.text(max_size=5), JSON
        )
        | st.just({})
        | JSON,
    },
)


@settings(deadline=None, max_examples=300)
@given(FORGED)
@example({"format": VERSION, "net": DEFAULT, "vary": {"pool": ["max", "\ud800"]}, "seeds": 3, "settings": {}})
@example(
    {"format": VERSION, "net": "conv1k1{size}-flatten-dense10", "vary": {"size": [""]}, "seeds": 1, "settings": {}}
)
def test_any_file_is_an_experiment_or_refused_in_a_sentence(data):
    try:
        experiment = from_json(json.dumps(data))
    except PlaygroundError as error:
        assert_a_sentence(str(error))
    else:
        assert from_json(experiment.to_json()) == experiment
        assert 1 <= len(experiment.trials) <= MOST_RUNS
        for left in experiment.left_out:
            assert_a_sentence(str(left))


def test_a_file_that_is_none_says_what_to_choose():
    with pytest.raises(DataError, match=r"holds no experiment\. Choose one that was saved on the page Experiments"):
        from_json("a, b\n1, 2")


SIZES = st.tuples(st.integers(1, 64), st.integers(1, 11), st.integers(1, 4), st.sampled_from(["", "same", "full"]))


@settings(deadline=None, max_examples=60)
@given(st.lists(SIZES, min_size=1, max_size=3))
def test_no_step_that_is_too_large_passes_for_small(sizes):
    """The bound that does without JAX is never below what the training allows for."""
    from cnnplay.network.model import workspace

    text = "-".join(f"conv{filters}k{kernel}s{stride}{padding}" for filters, kernel, stride, padding in sizes)
    try:
        architecture = Architecture.parse(f"{text}-flatten-dense10")
    except PlaygroundError:
        return
    assert most_values(architecture) >= architecture.values + sum(workspace(architecture))


@pytest.mark.parametrize("batch", [8, 32, 512])
def test_what_is_too_large_for_a_trainer_is_too_large_for_an_experiment(batch):
    from cnnplay.training.trainer import check_size

    def refused(check, net):
        try:
            check(Architecture.parse(net), TrainConfig(batch_size=batch))
        except PlaygroundError as error:
            return str(error)
        return None

    nets = [BLOCKS, DEFAULT, "conv64k11full-batchnorm-relu-conv64k11full-batchnorm-relu-max6-flatten-dense10"]
    for net in nets:
        assert refused(check_step, net) == refused(check_size, net)
    assert refused(check_step, DEFAULT) is None
    assert batch < 512 or refused(check_step, BLOCKS)


def test_the_time_of_a_step_is_in_proportion_to_what_was_measured():
    """Of the 30 settings of the benchmark: whatever the machine, no ratio is far from the median one."""
    grid = json.loads(RESULTS.read_text("utf-8"))["measured"]["grid"]
    ratios = []
    for row in grid:
        experiment = Experiment(row["network"], seeds=1, batch_size=row["batch"], epochs=1)
        one, two = (
            seconds_of_epoch(Experiment(row["network"], seeds=1, train_images=n, batch_size=row["batch"]).trials[0])
            for n in (5120, 10_240)
        )
        step = (two - one) / (5120 / experiment.settings.batch_size)
        ratios.append(step / median(row["frameworks"]["cnnplay"]))
    assert all(1 / 3.5 < ratio / median(ratios) < 3.5 for ratio in ratios)


def test_an_experiment_twice_as_large_takes_twice_the_time():
    small = estimate(Experiment(vary={"kernel": [2, 3]}, seeds=2, epochs=2))
    more_seeds = estimate(Experiment(vary={"kernel": [2, 3]}, seeds=4, epochs=2))
    assert 1.5 * small.seconds < more_seeds.seconds < 2 * small.seconds  # compiled once
    assert more_seeds.bytes > small.bytes
    heavier = estimate(Experiment("conv32k{kernel}-relu-max2-flatten-dense10", {"kernel": [2, 3]}, 2, epochs=2))
    assert heavier.bytes > small.bytes and heavier.seconds > small.seconds


def test_an_estimate_goes_by_what_the_place_has_timed_and_by_its_workers():
    experiment = Experiment(seeds=2, epochs=2)
    place = Place(None, 2, "two workers")
    before = estimate(experiment).seconds
    assert estimate(experiment, place).seconds == pytest.approx(before / 2)
    place.speed.measure(expected=1.0, took=3.0)
    assert estimate(experiment, place).seconds == pytest.approx((3 * (before - COMPILATION) + COMPILATION) / 2)
    place.speed.measure(expected=0.001, took=1.0)  # a hiccup of a second, in an epoch of a millisecond
    assert estimate(experiment, place).seconds < 3 * before / 2 * 1.5
    for _ in range(50):
        place.speed.measure(expected=1.0, took=1.0)
    assert estimate(experiment, place).seconds == pytest.approx(before / 2, rel=0.02)


def test_a_process_that_must_begin_first_takes_its_time_and_its_memory():
    experiment = Experiment(seeds=2, epochs=2)
    place, alone = local_process(), estimate(experiment)
    assert place.is_cold and not local_thread().is_cold
    found = estimate(experiment, place)
    assert found.seconds == pytest.approx(alone.seconds + STARTUP) and found.bytes == alone.bytes + PROCESS_BYTES
    assert estimate(experiment, local_thread()).bytes == alone.bytes
    place.speed.measure_start("a process that has ended", program_of(experiment.trials[0]), 4.0, COMPILATION)
    assert estimate(experiment, place).seconds == pytest.approx(alone.seconds + 4.0)  # it compiles again


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 seconds"), (1, "1 second"), (89, "89 seconds"), (600, "10 minutes"), (9000, "2 hours")],
)
def test_a_duration_reads_as_people_say_it(seconds, text):
    assert duration_text(seconds) == text
