"""Experiments on the command line.

python -m cnnplay.experiments "conv6k{kernel}-relu-max2-flatten-dense10" --vary kernel=2,3,5 --out results.csv

Trains the runs of an experiment and writes its table. Interrupted, it goes on where it was when it is called again.
"""

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import Field, fields
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from ..bounds import bounds
from ..data.datasets import DATASETS
from ..errors import DataError, PlaygroundError
from ..network.parsing import DEFAULT
from ..training.config import OPTIMIZERS, SCHEDULES, TrainConfig
from ..words import duration_text
from .estimate import estimate
from .execution import Execution, Progress, Run
from .executors import VARIABLE, place_named
from .experiment import MOST_VARIED, Experiment, from_json
from .place import Place
from .results import Results, read_csv
from .running import run
from .settings import SETTINGS, ExperimentError, Value

BAR = 30  # characters


def main(arguments: Sequence[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks × or −
    given = _parser().parse_args(arguments)
    try:
        return _answer(given)
    except PlaygroundError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nInterrupted. The same command goes on where it was.", file=sys.stderr)
        return 130


def _answer(given: argparse.Namespace) -> int:
    experiment = _experiment(given)
    known = _known(given.out, experiment)
    place = place_named(given.executor or os.environ.get(VARIABLE))
    print(_announced(experiment, known, place), file=sys.stderr)
    try:
        watch = Writer(given.out).watch
        results = run(experiment, place.executor, workers=place.workers, known=known, watch=watch)
    finally:
        place.executor.shutdown(wait=False, cancel_futures=True)
    if given.out:
        print(results.summary(final=True))
    else:
        print(results.to_csv(), end="")
        print(results.summary(final=True), file=sys.stderr)
    return 0


def _known(out: Path | None, experiment: Experiment) -> list[Run]:
    """The runs of a table that is there already. Raises PlaygroundError where it is of something else."""
    if out is None:
        return []
    if not out.parent.is_dir():
        raise ExperimentError(f"There is no folder {str(out.parent)!r} for the table.")
    try:
        return read_csv(out.read_text("utf-8"), experiment)
    except FileNotFoundError:
        return []
    except DataError as error:
        raise DataError(f"{out} is there already. {error} Choose another name.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ExperimentError(f"The table {out} cannot be read ({type(error).__name__}).") from error


class Writer:
    """Draws the progress, and writes the table whenever a run has finished."""

    def __init__(self, out: Path | None):
        self.out, self.written = out, 0

    def watch(self, execution: Execution, progress: Progress) -> None:
        full = round(BAR * progress.share)
        left = f", about {duration_text(progress.seconds_left)} left" if progress.seconds_left else ""
        text = f"[{'#' * full:<{BAR}}] {progress.finished_runs} of {progress.runs} runs{left}"
        ends = "\n" if progress.status != "running" else ""
        print(f"\r{text:<78}", end=ends, file=sys.stderr, flush=True)
        if self.out and progress.finished_runs > self.written:
            done = [each for each in execution.runs if each.finished]
            _write(self.out, Results(execution.experiment, done).to_csv())
            self.written = progress.finished_runs


def _write(file: Path, text: str) -> None:
    """In one step: an interruption leaves the text of before, or the new one."""
    new = file.with_name(f"{file.name}.new")
    try:
        new.write_text(text, "utf-8", newline="")
        new.replace(file)
    except OSError as error:
        raise ExperimentError(f"The table {file} cannot be written: {error.strerror}.") from error


OF_ALL = [name for name in SETTINGS if not re.search("_[0-9]$", name)]  # and not of one block
EPILOG = f"""
What can vary: {", ".join(OF_ALL)}; of one block, kernel_2 and so on; and
any name in braces in the network's text, as in conv6k{{size}}-relu-max2-flatten-dense10 with --vary size=2,3,5.
A command that was interrupted goes on where it was when it is given again.
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m cnnplay.experiments", description="Train the runs of an experiment.", epilog=EPILOG
    )
    parser.add_argument("net", nargs="?", default=DEFAULT, help="the network (default: %(default)s)")
    parser.add_argument(
        "--vary",
        action="append",
        default=[],
        metavar="NAME=VALUE,VALUE",
        help=f"a setting and its values, up to {MOST_VARIED} times",
    )
    low, high = bounds(Experiment, "seeds")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help=f"{low} to {high} (default: 3)")
    parser.add_argument("--file", type=Path, help="an experiment saved as a file, in place of all of these")
    parser.add_argument("--out", type=Path, help="the table (CSV); one that is there already is gone on with")
    parser.add_argument("--executor", help=f"process, thread, or tcp://host:8786 (default: {VARIABLE}, or a process)")
    training = parser.add_argument_group("training", "settings that do not vary")
    for entry in fields(TrainConfig):
        training.add_argument(
            f"--{entry.name.replace('_', '-')}",
            type=type(entry.default),
            metavar="NAME" if isinstance(entry.default, str) else "N",
            help=_help(entry),
        )
    return parser


TABLES: Mapping[str, Iterable[str]] = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES, "dataset": DATASETS}


def _help(entry: "Field[Any]") -> str:
    if entry.name in TABLES:
        return f"{', '.join(TABLES[entry.name])} (default: {entry.default})"
    low, high = bounds(TrainConfig, entry.name)
    takers = " and ".join(name for name, row in OPTIMIZERS.items() if entry.name in row.settings)
    return f"{low:,} to {high:,} (default: {entry.default:,}{f'; of {takers} alone' if takers else ''})"


def _experiment(given: argparse.Namespace) -> Experiment:
    if given.file:
        try:
            return from_json(given.file.read_bytes())
        except OSError as error:
            raise ExperimentError(f"The file {given.file} cannot be read: {error.strerror}.") from error
    settings = {entry.name: getattr(given, entry.name) for entry in fields(TrainConfig)}
    chosen = {name: value for name, value in settings.items() if value is not None}
    vary = [_values(text) for text in given.vary]
    if twice := [name for name, count in Counter(name for name, _ in vary).items() if count > 1]:
        raise ExperimentError(f"--vary has {twice[0][:40]!r} twice: write all its values at once, as in kernel=2,3,5.")
    return Experiment(given.net, dict(vary), given.seeds, **chosen)


def _values(text: str) -> tuple[str, list[Value]]:
    name, equals, values = text.partition("=")
    if not (name and equals):
        raise ExperimentError(f"{text[:60]!r} is not written as NAME=VALUE,VALUE, as in kernel=2,3,5.")
    return name, [read_value(name, value) for value in values.split(",")]


def read_value(name: str, text: str) -> Value:
    """The value of a setting as it is typed: one that is offered, else a number, else the text."""
    for value in SETTINGS[name].values if name in SETTINGS else ():
        if text in (str(value), str(value).lower()):
            return value
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _announced(experiment: Experiment, known: Sequence[Run], place: Place) -> str:
    needed = estimate(experiment, place)
    lines = [
        f"{len(experiment.trials)} runs, {experiment.epochs} epochs, on {place.description}: about "
        f"{duration_text(needed.seconds)} and {needed.bytes / 1e6:,.0f} MB.",
        *(f"Left out. {left}" for left in experiment.left_out),
        *([f"{len(known)} runs are done already."] if known else []),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
