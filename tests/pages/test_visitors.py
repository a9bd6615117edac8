"""What visitors are told when they are many, when they were away, and when something of theirs is gone."""

import pytest
from streamlit.testing.v1 import AppTest

from cnnplay.engine.cluster_worker import HELD_UP
from cnnplay.engine.engine import shared_engine
from cnnplay.training.config import TrainConfig

from .driving import link_of, opened, press, session_of, wait_for_run, words_of

LONG = {"images": "60000", "epochs": "50", "batch": "8"}
SHORT = {"images": "500", "epochs": "1"}


@pytest.fixture(autouse=True)
def free_places():
    """Every test leaves the places of the one engine free."""
    visits: set[str] = set()
    yield visits
    engine = shared_engine()
    for visit in visits:
        for view in engine.views(visit):
            engine.remove(view.id)


def training(free_places: set[str], **link: str) -> AppTest:
    app = opened("training.py", **(LONG | link))
    free_places.add(session_of(app).visit)
    return press(app, "Start")


def started(app: AppTest) -> None:
    """Until the run in view has taken its first step, and the page shows it."""
    run = session_of(app).run
    assert run
    while not shared_engine().view(run).step:
        app.run()
    app.run()


def progress(app: AppTest) -> str:
    return str(app.get("progress")[0].proto.text)


def test_the_ninth_visitor_reads_their_place_in_the_queue_and_what_they_wait_for(free_places: set[str]) -> None:
    visitors = [training(free_places, seed=str(seed)) for seed in range(shared_engine().limits.active_runs + 2)]
    ninth, tenth = visitors[-2:]
    ninth.run()
    expected = "is 1st in the queue: 8 runs are training, yours begins when one of them ends or pauses"
    assert expected in progress(ninth)
    assert "is 2nd in the queue" in progress(tenth.run())
    assert next(button for button in ninth.button if button.label == "Pause")
    press(visitors[0], "Pause")
    assert "queue" not in progress(ninth.run())
    assert "is 1st in the queue" in progress(tenth.run())


def test_a_third_run_of_ones_own_waits_for_ones_own(free_places: set[str]) -> None:
    app = training(free_places)
    engine, first = shared_engine(), session_of(app).run
    started(app)
    press(app, "New run")
    engine.resume(first)  # that which a new start paused
    started(app)
    press(app, "New run")
    third = session_of(app).run
    for view in engine.views(session_of(app).visit):
        engine.resume(view.id)
    waiting = [view for view in engine.views(session_of(app).visit) if view.queue_position]
    assert len(waiting) == 1
    session_of(app).run = waiting[0].id
    app.run()
    assert "waits: 2 runs of one visitor may train at a time" in progress(app)
    assert third


def test_a_run_says_that_its_cluster_is_gone_and_that_it_goes_on(free_places: set[str]) -> None:
    """The test's engine trains here, and asks no cluster."""
    app = training(free_places)
    started(app)
    run = shared_engine()._runs[session_of(app).run or ""]
    run.held_up = HELD_UP
    assert f"is held up: {HELD_UP}" in progress(app.run())
    assert _beats(app)
    run.held_up = None
    assert "is held up" not in progress(app.run())
    run.held_up = HELD_UP
    press(app, "Pause")
    assert "paused" in progress(app)


def test_a_page_gives_a_sign_of_life_only_while_runs_depend_on_it(free_places: set[str]) -> None:
    app = training(free_places)
    assert _beats(app)
    press(app, "Pause")
    assert not _beats(app)
    app.switch_page("pages/home.py").run()
    assert not _beats(app)


def _beats(app: AppTest) -> bool:
    views = shared_engine().views(session_of(app).visit)
    return any(view.live or view.unwatched for view in views)


def test_a_dropped_run_is_told_on_whatever_page_and_trains_again_by_a_button(free_places: set[str]) -> None:
    app = training(free_places, **SHORT)
    wait_for_run(app)
    engine, visit, run = shared_engine(), session_of(app).visit, session_of(app).run
    link = link_of(app)
    with engine._changed:
        engine._retention.evict(engine._runs[run], "nobody had watched it for 4 hours")
    app.switch_page("pages/pooling.py").run()
    told = (
        "Run 1 (6 filters 2×2, max 2) was dropped: nobody had watched it for 4 hours. Its network and settings are "
        "still here."
    )
    assert words_of(app).count(told) == 1
    app.run()
    assert words_of(app).count(told) == 1  # until it is understood
    # Whoever comes by the old link later - a tab that slept - is told as well, and is the same visitor.
    again = opened("home.py", **link)
    assert told in words_of(again)
    assert session_of(again).visit == visit
    press(app, "Understood")
    assert told not in words_of(app)
    press(again, "Train it again")
    assert again.title[0].value == "Training"
    assert told not in words_of(again)
    assert engine.view(session_of(again).run).config == TrainConfig(train_images=500, epochs=1, batch_size=8)


@pytest.mark.parametrize("run", ["x", "A" * 22, "../../etc", "<b>run</b>", "🏃" * 500])
def test_a_run_that_the_process_does_not_know_brings_its_network_back_by_a_button(
    run: str, free_places: set[str]
) -> None:
    app = opened("home.py", run=run, net="conv3k5-relu-max2-flatten-dense10", seed="7", **SHORT)
    free_places.add(session_of(app).visit)
    assert "it ended when the server was restarted" in words_of(app)
    assert run not in words_of(app) or len(run) == 1
    press(app, "Train it again")
    view = shared_engine().view(session_of(app).run)
    assert str(view.architecture) == "conv3k5-relu-max2-flatten-dense10"
    assert view.config == TrainConfig(seed=7, train_images=500, epochs=1)
    assert "was restarted" not in words_of(app)


def test_a_tab_that_comes_back_finds_its_runs_and_they_go_on(free_places: set[str]) -> None:
    app = training(free_places)
    engine, run = shared_engine(), session_of(app).run
    with engine._changed:
        engine._runs[run].unwatched = True
        engine._worker.update_queue()
    assert engine.view(run).status == "paused"
    again = opened("training.py", **link_of(app))
    assert session_of(again).run == run
    assert engine.view(run).status in ("waiting", "running")
    told = "Run 1 (6 filters 2×2, max 2) paused while nobody watched it, and goes on."
    assert [toast.value for toast in again.toast] == [told]
    assert not again.run().toast
    assert not engine.take_notices(session_of(again).visit)


def test_a_run_that_nobody_watched_says_so_while_it_is_paused(free_places: set[str]) -> None:
    """What another tab of the same visit shows before its next sign of life."""
    app = training(free_places)
    engine, run = shared_engine(), session_of(app).run
    while engine.view(run).step < 1:
        app.run()
    engine.pause(run)
    app.run()
    assert "paused: epoch 1" in progress(app)


def test_the_ninth_run_of_a_visit_is_told_in_passing(free_places: set[str]) -> None:
    app = training(free_places, **SHORT)
    wait_for_run(app)
    for _ in range(shared_engine().limits.runs_a_visit):
        press(app.run(), "Start")
        told = [toast.value for toast in app.toast]
        wait_for_run(app)
    dropped = "Run 1 (6 filters 2×2, max 2) was dropped: at most 8 runs of one visitor are kept"
    assert [dropped in each for each in told] == [True]
    assert not app.run().toast
    assert "was dropped" not in words_of(app)
    assert [view.number for view in shared_engine().views(session_of(app).visit)] == list(range(2, 10))


def test_one_visitors_pages_do_not_know_of_anothers_runs(free_places: set[str]) -> None:
    one, other = training(free_places, **SHORT), opened("training.py", **SHORT)
    free_places.add(session_of(other).visit)
    assert session_of(other).visit != session_of(one).visit
    other.run()
    assert session_of(other).run is None
    assert progress(other) == "No run yet"
    assert next(button for button in other.button if button.label == "Reset").disabled
    assert len(session_of(one).visit) >= 20
    # A choice of a run that is not one's own is none.
    press(other, "Start")
    other.session_state.run_shown = session_of(one).run
    other.run()
    assert session_of(other).run != session_of(one).run


def test_a_run_at_its_longest_says_what_to_do(free_places: set[str]) -> None:
    app = training(free_places)
    engine, run = shared_engine(), session_of(app).run
    while engine.view(run).step < 1:
        app.run()
    with engine._changed:
        engine._runs[run].usage.seconds = engine.limits.longest_run
    while engine.view(run).live:
        app.run()
    app.run()
    assert any("has trained for 30 minutes, the limit for one run" in info.value for info in app.info)
