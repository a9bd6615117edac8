"""The experiments of many visitors: each sees their own, what nobody watches waits, and no more is kept than agreed."""

import threading
from concurrent.futures import Executor, Future

import pytest

from cnnplay.experiments import Experiment
from cnnplay.experiments.keeper import KEPT_FOR, MOST, MOST_A_VISIT, MOST_BYTES, SILENCE, Keeper
from cnnplay.experiments.place import Place
from cnnplay.experiments.settings import ExperimentError
from cnnplay.experiments.tasks import train_epoch

ASKED = Experiment("conv2k3s4-relu-flatten-dense10", {"learning_rate": [1e-3, 1e-2]}, 2, epochs=2, train_images=100)


class OnDemand(Executor):
    """Trains when it is told to: in the order in which the tasks were submitted."""

    def __init__(self):
        self.tasks = []

    def submit(self, function, /, *args, **kwargs):
        future = Future()
        self.tasks.append((future, function, args, kwargs))
        return future

    def do(self, count=1):
        for _ in range(count):
            future, function, args, kwargs = self.tasks.pop(0)
            if future.set_running_or_notify_cancel():
                future.set_result(function(*args, **kwargs))


class Watch:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Watch()


@pytest.fixture
def executor():
    return OnDemand()


@pytest.fixture
def keeper(executor, clock):
    return Keeper(lambda: Place(executor, 1, "a test"), clock)


def status(kept):
    return kept.execution.progress().status


def test_each_visitor_sees_their_own(keeper):
    mine, yours = keeper.start(ASKED, "me"), keeper.start(ASKED, "you")
    assert (keeper.of("me"), keeper.of("you"), keeper.of("nobody")) == ([mine], [yours], [])
    assert keeper.visit_of(mine.id) == "me" and keeper.visit_of("forged") is None
    assert mine.id != yours.id and len(mine.id) >= 20


def test_one_experiment_of_a_visit_trains_at_a_time(keeper, executor):
    first = keeper.start(ASKED, "me")
    second = keeper.start(ASKED, "me")
    assert (first.number, second.number) == (1, 2)
    assert (status(first), status(second)) == ("paused", "running")
    keeper.resume(first)
    assert (status(first), status(second)) == ("running", "paused")
    other = keeper.start(ASKED, "you")
    assert (status(first), status(other)) == ("running", "running")


def test_an_experiment_that_nobody_watches_waits_and_goes_on_when_its_visitor_is_back(keeper, executor, clock):
    kept = keeper.start(ASKED, "me")
    clock.now = SILENCE + 1
    keeper.heartbeat("you")
    assert (status(kept), kept.unwatched) == ("paused", True)
    assert all(future.cancelled() for future, *_ in executor.tasks)
    keeper.heartbeat("me")
    assert (status(kept), kept.unwatched) == ("running", False)
    executor.tasks = [task for task in executor.tasks if not task[0].cancelled()]
    while not kept.execution.wait(0):
        executor.do()
    assert status(kept) == "finished"


def test_one_that_its_visitor_paused_stays_paused(keeper, clock):
    kept = keeper.start(ASKED, "me")
    kept.execution.pause()
    clock.now = SILENCE + 1
    keeper.heartbeat("you")
    keeper.heartbeat("me")
    assert status(kept) == "paused"


def test_the_experiments_of_a_visitor_who_stays_away_go(keeper, clock):
    kept = keeper.start(ASKED, "me")
    clock.now = KEPT_FOR + 1
    keeper.heartbeat("you")
    assert keeper.of("me") == [] and keeper.visit_of(kept.id) is None
    assert status(kept) == "cancelled"


def test_a_visit_keeps_its_last_ones_and_those_that_train_go_last(keeper):
    kept = [keeper.start(ASKED, "me") for _ in range(MOST_A_VISIT + 2)]
    assert keeper.of("me") == kept[2:]
    keeper.resume(kept[2])
    new = keeper.start(ASKED, "me")
    assert new in keeper.of("me") and len(keeper.of("me")) == MOST_A_VISIT


def test_a_keeper_suits_hundreds_of_visitors():
    assert MOST >= 200 and MOST_BYTES >= 100_000_000


@pytest.fixture
def three(keeper, clock, monkeypatch):
    """Room for three; those of a, b and c, who came one after the other."""
    monkeypatch.setattr("cnnplay.experiments.keeper.MOST", 3)
    kept = []
    for visitor in "abc":
        clock.now += 1
        kept.append(keeper.start(ASKED, visitor))
    return kept


def test_what_has_ended_makes_room_and_theirs_first_who_have_been_silent_longest(keeper, clock, three):
    a, b, c = three
    for kept in (b, c):
        keeper.cancel(kept)
    clock.now += 1
    keeper.heartbeat("b")
    keeper.start(ASKED, "d")
    assert (keeper.of("a"), keeper.of("b"), keeper.of("c")) == ([a], [b], [])
    assert status(a) == "running"


def test_where_all_train_or_were_paused_by_their_visitors_nobody_loses_one(keeper, three):
    a, b, c = three
    keeper.pause(b)
    with pytest.raises(ExperimentError, match=r"^3 experiments train on this server already; try again in a few minu"):
        keeper.start(ASKED, "d")
    assert [keeper.of(visitor) for visitor in "abcd"] == [[a], [b], [c], []]
    assert [status(kept) for kept in three] == ["running", "paused", "running"]


def test_what_waits_for_a_visitor_who_has_left_makes_room_after_all_that_has_ended(keeper, clock, three):
    a, b, c = three
    keeper.cancel(b)
    clock.now += SILENCE + 1
    keeper.heartbeat("b")
    assert (a.unwatched, c.unwatched) == (True, True)
    keeper.heartbeat("c")
    keeper.start(ASKED, "d")
    assert [keeper.of(visitor) for visitor in "abc"] == [[a], [], [c]]
    keeper.start(ASKED, "e")
    assert [keeper.of(visitor) for visitor in "abc"] == [[], [], [c]]


def test_the_states_of_ended_experiments_are_freed_where_they_take_too_much_memory(keeper, executor, monkeypatch):
    """The experiments stay, with their table and their curves."""
    kept = [keeper.start(ASKED, visitor) for visitor in "ab"]
    while executor.tasks:
        executor.do()
    assert [status(each) for each in kept] == ["finished"] * 2
    size = kept[0].execution.state_bytes
    monkeypatch.setattr("cnnplay.experiments.keeper.MOST_BYTES", size + 1)
    keeper.heartbeat("b")
    assert [each.execution.state_bytes for each in kept] == [0, size] == [0, kept[1].execution.state_bytes]
    assert all(run.accuracy is not None and run.losses for run in kept[0].execution.runs)
    monkeypatch.setattr("cnnplay.experiments.keeper.MOST_BYTES", 0)
    with pytest.raises(ExperimentError, match="try again"):
        keeper.start(ASKED, "c")


def test_the_last_visitor_who_leaves_has_nothing_trained_for_nobody(keeper, executor, clock):
    """Nobody else's page is there to notice."""
    kept = keeper.start(ASKED, "me")
    executor.do()
    clock.now = SILENCE + 1
    executor.do()
    assert (status(kept), kept.unwatched) == ("paused", True)
    assert all(future.cancelled() for future, *_ in executor.tasks)
    keeper.heartbeat("me")
    assert (status(kept), kept.unwatched) == ("running", False)


@pytest.mark.parametrize("act", ["start", "resume", "pause", "cancel"])
def test_what_its_visitor_stopped_while_nobody_watched_does_not_resume_by_itself(keeper, clock, act):
    kept, other = keeper.start(ASKED, "me"), None
    if act == "resume":
        other, kept = kept, keeper.start(ASKED, "me")
    clock.now = SILENCE + 1
    keeper.heartbeat("you")
    assert kept.unwatched
    if act == "start":
        keeper.start(ASKED, "me")
    elif act == "resume":
        keeper.resume(other)
    else:
        getattr(keeper, act)(kept)
    keeper.heartbeat("me")
    assert (status(kept), kept.unwatched) == ("cancelled" if act == "cancel" else "paused", False)


def test_a_place_that_lets_one_visitor_wait_does_not_hold_up_the_others(clock):
    """As a Dask scheduler may, while it takes or cancels a task."""
    asked, answer = threading.Event(), threading.Event()

    class Slow(OnDemand):
        def submit(self, *arguments):
            asked.set()
            assert answer.wait(60)
            return super().submit(*arguments)

    quick = []
    keeper = Keeper(lambda: Place(quick[0] if quick else Slow(), 1, "a test"), clock)
    waiting = threading.Thread(target=keeper.start, args=(ASKED, "me"))
    waiting.start()
    assert asked.wait(60)
    keeper.heartbeat("you")
    assert keeper.of("you") == [] and len(keeper.of("me")) == 1
    quick.append(OnDemand())
    assert status(keeper.start(ASKED, "you")) == "running"
    answer.set()
    waiting.join()


def test_the_tasks_are_epochs_of_its_runs(keeper, executor):
    keeper.start(ASKED, "me")
    assert {function for _, function, *_ in executor.tasks} == {train_epoch}
