"""The learning curves of several runs, drawn in place in the browser while one of them trains."""

from collections.abc import Callable
from typing import Any

from .component import component

_curves = component("curves")


def live_curves(
    runs: list[dict[str, Any]],
    *,
    total_steps: int,
    live: bool,
    waiting: str = "",
    key: str = "curves",
    on_remove: Callable[[], None] | None = None,
) -> None:
    """Draw loss and accuracy of `runs` side by side; zoom and toggles outlive every update of the data.

    A run is `{"id", "label", "colour", "current", "epoch_steps", "loss", "accuracy"}`: `colour` 0 to 7 indexes the
    theme's categorical colours, and `loss` and `accuracy` are each
    `{"raw", "smooth", "test"}: [[step, value], ...]`, sorted by step, accuracies between 0 and 1.
    `total_steps` is the planned length of the current run, `live` whether it still trains,
    `waiting` what to say while there is nothing to draw.

    When the user removes a run, `on_remove` is called and finds the run's id in `st.session_state[key].remove`;
    without it no remove buttons are shown.
    """
    data = {
        "runs": runs,
        "total_steps": total_steps,
        "live": live,
        "waiting": waiting,
        "removable": on_remove is not None,
    }
    _curves(data=data, key=key, on_remove_change=on_remove or (lambda: None))
