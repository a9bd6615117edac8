"""The runs of an experiment: a dot for each, and the curves of each group of seeds as a band."""

from collections.abc import Callable
from typing import Any

from .component import component

_seeds = component("seeds")


def seeds(
    groups: list[dict[str, Any]],
    *,
    across: str,
    points: str,
    percent_points: bool,
    curves: str,
    percent: bool,
    epochs: int,
    chosen: str | None,
    key: str,
    on_choose: Callable[[], None],
) -> None:
    """Draw an experiment.

    A group is `{"letter", "label", "place", "median", "band": {"low", "middle", "high"}, "runs"}`, its runs
    `{"id", "words", "value", "problem", "curve"}`; curves are [[epochs trained, value], ...].
    across: what the places are values of. points: what `value` is; percent_points: whether it is a share.
    curves: what the curves show; percent: whether those are shares.
    chosen: the id of a run. When another is clicked, `on_choose` finds it in `st.session_state[key].choose`.
    """
    data = {
        "groups": groups,
        "across": across,
        "points": points,
        "percentPoints": percent_points,
        "curves": curves,
        "percent": percent,
        "epochs": epochs,
        "chosen": chosen,
    }
    _seeds(data=data, key=key, on_choose_change=on_choose)
