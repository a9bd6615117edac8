"""Experiments on the command line: a real process that is killed and goes on, and mistakes that are explained."""

import csv
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from cnnplay.experiments import Experiment, run
from cnnplay.experiments.__main__ import main, read_value
from cnnplay.experiments.settings import SETTINGS
from tests.conftest import wait_until
from tests.hostile import assert_a_sentence

NET = "conv2k3s{step}-relu-flatten-dense10"
SMALL = ["--epochs", "1", "--train-images", "100"]
LONG = [NET, "--vary", "step=2,3,4", "--seeds", "8", *SMALL]
EXPERIMENT = Experiment(NET, {"step": [2, 3, 4]}, seeds=8, epochs=1, train_images=100)


def started(arguments):
    command = [sys.executable, "-m", "cnnplay.experiments", *arguments, "--executor", "process"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def rows_of(file):
    with file.open(encoding="utf-8", newline="") as opened:
        return [*csv.DictReader(opened)]


def without_seconds(rows):
    return [{name: cell for name, cell in row.items() if name != "seconds"} for row in rows]


def test_a_command_that_was_killed_goes_on_and_ends_with_the_table_of_one_that_was_not(tmp_path):
    table, whole = tmp_path / "results.csv", tmp_path / "whole.csv"
    killed = started([*LONG, "--out", str(table)])
    wait_until(table.exists)
    workers = psutil.Process(killed.pid).children()
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    done = rows_of(table)
    assert len(workers) == 1 and 1 <= len(done) < 24
    wait_until(lambda: not workers[0].is_running() or workers[0].status() == psutil.STATUS_ZOMBIE)

    again = started([*LONG, "--out", str(table)])
    out, errors = again.communicate(timeout=240)
    assert again.returncode == 0, errors
    assert f"{len(done)} runs are done already." in errors and "24 of 24 runs" in errors
    assert out.startswith("Step (2, 3, 4) was varied, with 8 seeds each")
    with ThreadPoolExecutor(1) as thread:
        whole.write_text(run(EXPERIMENT, thread).to_csv(), "utf-8")
    assert without_seconds(rows_of(table)) == without_seconds(rows_of(whole))
    by_run = {(row["step"], row["seed"]): row for row in rows_of(table)}
    assert all(by_run[row["step"], row["seed"]] == row for row in done)  # their seconds too: they were not repeated
    assert not [file for file in tmp_path.iterdir() if file not in (table, whole)]


def test_the_table_goes_to_the_terminal_without_a_file(capsys):
    assert main([NET, "--vary", "step=3,9", "--vary", "optimizer=adam,sgd", "--seeds", "1", *SMALL, *THREAD]) == 0
    out, errors = capsys.readouterr()
    rows = [*csv.DictReader(out.splitlines())]
    assert [(row["step"], row["optimizer"]) for row in rows] == [
        ("3", "adam"),
        ("3", "sgd"),
        ("9", "adam"),
        ("9", "sgd"),
    ]
    assert errors.startswith("4 runs, 4 epochs, on a thread of the app: about ")
    assert "With 5 seeds or more it could tell" in errors


def test_what_is_left_out_is_told_before_the_start(capsys, tmp_path):
    file = tmp_path / "asked.json"
    file.write_text(Experiment(NET, {"step": [3, 99]}, 1, epochs=1, train_images=100).to_json(), "utf-8")
    assert main(["--file", str(file), *THREAD]) == 0
    assert "Left out. Step 99: " in capsys.readouterr().err


THREAD = ["--executor", "thread"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--vary", "kernel"], "'kernel' is not written as NAME=VALUE,VALUE, as in kernel=2,3,5."),
        (["--vary", "=2,3"], "is not written as NAME=VALUE,VALUE"),
        (["--vary", "kernel=2", "--vary", "kernel=3"], "--vary has 'kernel' twice"),
        (["--vary", "kernal=2,3"], "There is no setting 'kernal' to vary. Take one of kernel, "),
        (["--vary", "kernel=a,b"], "The values of the kernel size are numbers; 'a' is none."),
        (["--vary", "kernel=12"], "kernel must be between 1 and 11; you wrote 12."),
        (["--vary", "pool="], "The values of the pooling are none, max"),
        (["--seeds", "11"], "seeds must be between 1 and 10"),
        (["--seeds", "10", "--vary", "kernel=1,2,3,4,5,6,7", "--vary", "epochs=1,2,3"], "has 210 runs"),
        (["--optimizer", "adamm"], "There is no optimizer 'adamm'; there are adam, "),
        (["--learning-rate", "nan"], "learning rate must be a number"),
        (["conv6k2-relu"], "the network must end in dense10"),
        (["conv6k{size}-flatten-dense10"], "has {size}, and no values"),
        (["--executor", "cluster"], "CNNPLAY_EXECUTOR is 'cluster'; it may be process, thread"),
        (["--file", "no-such-file"], "The file no-such-file cannot be read: No such file or directory."),
        (["--out", "no-such-folder/table.csv"], "There is no folder 'no-such-folder' for the table."),
        (["--out", "."], "The table . cannot be read (IsADirectoryError)."),
    ],
)
def test_a_mistake_is_explained_in_a_sentence_and_nothing_is_begun(arguments, message, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main([*arguments, *SMALL, *([] if "--executor" in arguments else THREAD)]) == 2
    out, errors = capsys.readouterr()
    assert message in errors and not out and not [*tmp_path.iterdir()]
    assert_a_sentence(errors.strip())


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"kernel,seed\n"])
def test_a_file_that_is_something_else_is_not_written_over(content, tmp_path, capsys):
    other = tmp_path / "letter.txt"
    other.write_bytes(content)
    assert main(["--out", str(other), *SMALL, *THREAD]) == 2
    assert other.read_bytes() == content
    assert str(other) in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--epochs", "x"], ["--seeds"], ["--momentum", "1"], ["a", "b"]])
def test_arguments_that_cannot_be_read_end_with_code_2(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2 and "usage: python -m cnnplay.experiments" in capsys.readouterr().err


def test_the_help_names_every_setting_with_its_bounds(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert caught.value.code == 0
    for part in (
        "--epochs N 1 to 50 (default: 10)",
        "--learning-rate N 1e-05 to 10.0 (default: 0.001)",
        "--train-images N 100 to 60,000 (default: 60,000)",
        "--optimizer NAME adam, adamw, sgd,",
        "--beta1 N 0.0 to 0.99 (default: 0.9; of adam and adamw alone)",
        "--schedule NAME constant, one-cycle, cosine (default: constant)",
        "--seeds N 1 to 10 (default: 3)",
    ):
        assert part in text
    assert all(name in text for name in SETTINGS if not re.search("_[0-9]$", name))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("kernel", "3", 3),
        ("learning_rate", "1e-4", 1e-4),
        ("learning_rate", "0.5", 0.5),
        ("batchnorm", "true", True),
        ("batchnorm", "False", False),
        ("padding", "same", "same"),
        ("padding", "2", 2),
        ("pool", "none", "none"),
        ("my_size", "3x5", "3x5"),
        ("my_size", "3", 3),
    ],
)
def test_a_value_is_read_as_its_setting_takes_it(name, text, value):
    read = read_value(name, text)
    assert read == value and type(read) is type(value)


def test_every_value_that_is_offered_can_be_typed():
    for name, setting in SETTINGS.items():
        for value in setting.values:
            assert read_value(name, str(value)) == value
