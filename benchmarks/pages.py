"""make latency: how long the server takes to answer when a slider of a lab moves.

Each move runs the page's script in Streamlit's test runner, without network and browser. Each slider goes through its
values twice: at first each value is a new setting, whose program has to be compiled; then it is known.
"""

import logging
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[1] / "streamlit_app.py"


class Move(NamedTuple):
    """A slider and the values to set, on a tab of a page."""

    page: str
    tab: str | None
    slider: str
    values: Sequence[int]


MOVES = (
    Move("convolution", "filter", "kernel_size", (2, 4, 5, 6, 7)),
    Move("convolution", "filter", "slide.stride", (2, 3, 4)),
    Move("convolution", "filter", "slide.dilation", (2, 3)),
    Move("convolution", "lines", "lines.count", (4, 5, 6, 7, 9)),
    Move("convolution", "depth", "edit_0_filters", (2, 3, 4, 5, 7)),
    Move("stride_padding", None, "rows.size", (5, 9, 16, 28, 32)),
    Move("stride_padding", None, "rows.kernel", (1, 2, 4, 5, 7)),
    Move("pooling", "numbers", "numbers.size", (1, 3, 4)),
    Move("pooling", "maps", "maps.size", (1, 3, 4, 5)),
    Move("pooling", "invariance", "invariance.size", (3, 4, 5, 6)),
    Move("home", None, "edit_0_kernel", (3, 4, 5, 6)),
)
ROUNDS = ("new setting", "known setting")


def main() -> None:
    logging.getLogger("streamlit").setLevel(logging.ERROR)  # it warns of the missing server
    print(f"| page | slider | {' | '.join(f'{name}, median ms' for name in ROUNDS)} |\n|---|---|---|---|")
    everything: tuple[list[float], list[float]] = ([], [])
    for move in MOVES:
        taken = measure(move)
        for all_of_round, of_round in zip(everything, taken, strict=True):
            all_of_round += of_round
        title = f"{move.page}{f', {move.tab}' if move.tab else ''}"
        print(f"| {title} | `{move.slider}` | {' | '.join(median(times) for times in taken)} |", flush=True)
    print(f"| all | | {' | '.join(median(times) for times in everything)} |")


def median(times: list[float]) -> str:
    return f"{1000 * statistics.median(times):.0f}"


def measure(move: Move) -> tuple[list[float], list[float]]:
    """Seconds of each answer, in the first and in the second round."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    if move.tab:
        app.query_params[f"{move.page}.tab"] = move.tab
    app.run()
    if move.page != "home":
        app.switch_page(f"pages/{move.page}.py").run()
    first = slider(app, move.slider).value
    rounds: tuple[list[float], list[float]] = ([], [])
    for times in rounds:
        for value in move.values:
            widget = slider(app, move.slider).set_value(value)
            began = time.perf_counter()
            widget.run()
            times.append(time.perf_counter() - began)
            assert not app.exception, (move, value)
        slider(app, move.slider).set_value(first).run()
    return rounds


def slider(app: AppTest, name: str) -> Any:
    return next(widget for widget in app.slider if widget.key and widget.key.split("@")[0] == name)


if __name__ == "__main__":
    main()
