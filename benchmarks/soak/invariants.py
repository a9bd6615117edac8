"""What must hold after every act, as functions of what was seen."""

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from cnnplay.figures.percent import share_text

Run = Mapping[str, Any]  # as server.py writes it

ROUNDED = 2e-6  # the curves have six decimals

LABEL = re.compile(r"run (\d+), epoch (\d+) of \d+ · (\d+\.\d) %")
PROGRESS = re.compile(r"step ([\d,]+) of ([\d,]+)")


class Markers:
    """Texts that belong to one visitor each, and must be shown to no other. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owners: dict[bytes, int] = {}
        self._found: dict[int, re.Pattern[bytes] | None] = {}

    def add(self, owner: int, texts: Iterable[str]) -> None:
        with self._lock:
            new = {text.encode(): owner for text in texts if text.encode() not in self._owners}
            if new:
                self._owners |= new
                self._found.clear()

    def foreign(self, visitor: int, data: bytes) -> str | None:
        """The first text of another visitor in what was sent to this one."""
        with self._lock:
            if visitor not in self._found:
                others = [re.escape(text) for text, owner in self._owners.items() if owner != visitor]
                self._found[visitor] = re.compile(b"|".join(others)) if others else None
            pattern = self._found[visitor]
        match = pattern.search(data) if pattern else None
        return f"{match[0].decode()!r} of visitor {self._owners[match[0]]}" if match else None


class Histories:
    """The history of each run as it was seen last."""

    def __init__(self) -> None:
        self._seen: dict[str, Run] = {}

    def forget(self) -> None:
        """The server begins anew."""
        self._seen.clear()

    def shrunk(self, runs: Mapping[str, Run], was_reset: Iterable[str] = ()) -> Iterator[tuple[str, str]]:
        """(run, what has become less or other) since the last time, but for runs that were reset meanwhile."""
        reset = set(was_reset)
        for id, run in runs.items():
            before = self._seen.get(id)
            if before and id not in reset and (lost := _lost(before, run)):
                yield id, lost
            self._seen[id] = run


def _lost(before: Run, now: Run) -> str | None:
    if now["step"] < before["step"]:
        return f"its step went from {before['step']} back to {now['step']}"
    if now["epochs"][: len(before["epochs"])] != before["epochs"]:
        return f"its epochs were {before['epochs']} and are {now['epochs']}"
    return None


def disagreements(curves: Mapping[str, Any] | None, texts: Iterable[str], runs: Sequence[Run]) -> Iterator[str]:
    """Where a page's numbers are not the engine's, which is asked after the page was drawn.

    curves: the data of the live curves. texts: of the progress and of the chip. runs: those of the visit.
    """
    by_number = {run["number"]: run for run in runs}
    for drawn in curves["runs"] if curves else ():
        if run := by_number.get(int(drawn["id"])):
            yield from _of_curve(drawn, run)
    for text in texts:
        for number, epoch, percent in LABEL.findall(text):
            if run := by_number.get(int(number)):
                yield from _of_label(run, int(epoch), f"{percent} %")


def _of_curve(drawn: Mapping[str, Any], run: Run) -> Iterator[str]:
    name = f"run {run['number']}"
    for at, (quantity, points) in enumerate((key, drawn[key]) for key in ("loss", "accuracy")):
        tested = [(epoch[0], epoch[1 + at]) for epoch in run["epochs"]]
        for point, truth in zip(points["test"], tested, strict=False):
            if point[0] != truth[0] or abs(point[1] - truth[1]) > ROUNDED:
                yield f"{name}: its test {quantity} is drawn as {point}, and is {truth}"
        if len(points["test"]) > len(tested):
            yield f"{name}: {len(points['test'])} tests are drawn, and there were {len(tested)}"
    raw, last = drawn["loss"]["raw"], dict(map(tuple, run["last"]))
    if raw and raw[-1][0] > run["step"]:
        yield f"{name}: it is drawn up to step {raw[-1][0]}, and is at {run['step']}"
    if raw and raw[-1][0] in last and abs(raw[-1][1] - last[raw[-1][0]]) > ROUNDED:
        yield f"{name}: its loss at step {raw[-1][0]} is drawn as {raw[-1][1]}, and is {last[raw[-1][0]]}"


def _of_label(run: Run, epoch: int, percent: str) -> Iterator[str]:
    if epoch > len(run["epochs"]):
        yield f"run {run['number']}: epoch {epoch} is shown, and {len(run['epochs'])} have ended"
    elif epoch and share_text(run["epochs"][epoch - 1][2], 1) != percent:
        yield f"run {run['number']}: epoch {epoch} is shown with {percent}, and has {run['epochs'][epoch - 1][2]}"


def wrong_progress(text: str, run: Run) -> str | None:
    """Where the progress of a run says more than there is, or, of one that rests, anything else than there is."""
    match = PROGRESS.search(text)
    if not match:
        return None
    step, total = (int(number.replace(",", "")) for number in match.groups())
    rests = run["status"] in ("paused", "stopped", "finished")
    if total != run["total"] or step > run["step"] or (rests and "paused" in text and step != run["step"]):
        return f"step {step} of {total} is shown, and the run is {run['status']} at {run['step']} of {run['total']}"
    return None


def lost_edits(sent: Mapping[str, int], fields: Iterable[Mapping[str, Any]]) -> list[str]:
    """The fields on the page that have not taken what was sent. sent: the number of the last edit of each."""
    return [field["name"] for field in fields if (field.get("taken") or -1) < sent.get(field["name"], -1)]


def growth(values: Sequence[float]) -> float | None:
    """How much more the last quarter has than the second; None for too few values."""
    quarter = len(values) // 4
    if quarter < 5:
        return None
    return median(values[-quarter:]) - median(values[quarter : 2 * quarter])
