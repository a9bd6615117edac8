"""make latency: how long the server takes to answer when a slider of a lab moves.

Each move runs the page's script in Streamlit's test runner, without network and browser. Each slider goes through its
values twice: at first each value is a new setting, whose program has to be traced, and compiled if it is large; then it
is known.
"""

import logging
import statistics
import time
from collections.abc import Sequence
from typing import NamedTuple

from streamlit.testing.v1 import AppTest

from cnnplay.ui.navigation import PAGES
from tests.pages.driving import control, opened


class Move(NamedTuple):
    """A slider and the values to set, on a tab of a page."""

    page: str
    tab: str | None
    slider: str
    values: Sequence[int]


MOVES = (
    Move("convolution", "filter", "kernel.size", (2, 4, 5, 6, 7)),
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
CAPTION = (
    "The script of a page when a slider moves, in Streamlit's test runner, without network and browser. The program "
    "of a new setting has to be traced first, and compiled if it is large; that of a known one is there."
)
ROUNDS = ("new setting", "known setting")


def main() -> None:
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").disabled = True  # there is no server
    print(f"{CAPTION}\n")
    print(f"| page | slider | {' | '.join(f'{name}, median ms' for name in ROUNDS)} |\n|---|---|---|---|", flush=True)
    everything: tuple[list[float], list[float]] = ([], [])
    for move in MOVES:
        taken = measure(move)
        for all_of_round, of_round in zip(everything, taken, strict=True):
            all_of_round += of_round
        print(f"| {' | '.join((*titles(move), *map(median, taken)))} |", flush=True)
    print(f"| all | | {' | '.join(median(times) for times in everything)} |")


def median(times: list[float]) -> str:
    return f"{1000 * statistics.median(times):.0f}"


def opened_at(move: Move) -> AppTest:
    """The page, with the tab of the move in front."""
    return opened(f"{move.page}.py", **({f"{move.page}.tab": move.tab} if move.tab else {}))


def titles(move: Move) -> tuple[str, str]:
    """Page and slider, as a visitor reads them."""
    app = opened_at(move)
    tab = next((f", {tab.label}" for tab in app.tabs if tab.children), "")
    sidebar = " (sidebar)" if move.slider.startswith("edit_") else ""
    return PAGES[move.page][0] + tab, control(app, move.slider).label + sidebar


def measure(move: Move) -> tuple[list[float], list[float]]:
    """Seconds of each answer, in the first and in the second round."""
    app = opened_at(move)
    first = control(app, move.slider).value
    rounds: tuple[list[float], list[float]] = ([], [])
    for times in rounds:
        for value in move.values:
            changed = control(app, move.slider).set_value(value)
            began = time.perf_counter()
            changed.run()
            times.append(time.perf_counter() - began)
            assert not app.exception, (move, value)
            assert control(app, move.slider).value == value, (move, value)
        control(app, move.slider).set_value(first).run()
    return rounds


if __name__ == "__main__":
    main()
