"""python -m benchmarks.browser [--rounds 5] [--times 30] [--only pages,points,moves]: print the tables."""

import argparse
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from cnnplay.ui.navigation import PAGES
from tests.browser.conftest import FLAGS
from tests.browser.find_chromium import find_chromium

from ..load.process import served
from ..load.rows import percentile
from .first_point import seconds_to_the_first_point
from .moves import LASTING, MOVES, TIMES, measure
from .observe import settled, shifts, watch

PARTS = ("pages", "points", "moves")
BY = {"keys": "a key", "drag": "the mouse, held"}
PATIENCE = 60_000  # milliseconds


def main() -> int:
    parser = argparse.ArgumentParser(prog="make latency", description="Measure how soon a browser shows an answer.")
    parser.add_argument("--rounds", type=int, default=5, help="visits of each page, and cold starts (5)")
    parser.add_argument("--times", type=int, default=TIMES, help=f"moves of each control ({TIMES})")
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts of it: {','.join(PARTS)}")
    chosen = parser.parse_args()
    parts = chosen.only.split(",")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_chromium()), args=FLAGS)
        if "pages" in parts:
            pages(browser, chosen.rounds)
        if "points" in parts:
            points(browser, chosen.rounds)
        if "moves" in parts:
            moves(browser, chosen.times)
        browser.close()
    print(f"\n{conditions(chosen.rounds, chosen.times)}")
    return 0


def pages(browser: Browser, rounds: int) -> None:
    """Until each page stands, for a new visitor of a warm server, and how much of it moved."""
    caption(
        "From following a link to a page on which nothing changes any more, for a new visitor of a server that has "
        "shown all pages before, and how much of the page moved by itself: its cumulative layout shift."
    )
    header("page", "settled, median s", "slowest s", "layout shift")
    with warm_server(browser) as base:
        for name in PAGES:
            taken, moved = [], []
            for _ in range(rounds):
                with visitor(browser) as page:
                    page.goto(f"{base}/{'' if name == 'home' else name}", wait_until="commit")
                    taken.append(settled(page))
                    moved.append(sum(shift.value for shift in shifts(page) if not shift.recent))
            row(PAGES[name][0], f"{median(taken):.1f}", f"{max(taken):.1f}", f"{median(moved):.2f}")


def points(browser: Browser, rounds: int) -> None:
    """Until the first point of a training: the first of a server that has just started, and the next ones."""
    cold, warm = [], []
    for _ in range(rounds):
        with served() as server:
            server.wait_until_healthy()
            base = f"http://127.0.0.1:{server.port}"
            for taken in (cold, warm):
                with visitor(browser) as page:
                    taken.append(seconds_to_the_first_point(page, base))
    caption("From the click on Start to the first point of the curve.")
    header("from Start to the first point", "median s", "slowest s")
    row("the first visitor of a new server, at once", f"{median(cold):.1f}", f"{max(cold):.1f}")
    row("the next visitor", f"{median(warm):.1f}", f"{max(warm):.1f}")


def moves(browser: Browser, times: int) -> None:
    """From the input event of a control to the changed picture, and how many pictures a second a drag shows."""
    caption(
        "From the input event of a control to the first frame with another picture. Some moves lead to a new setting, "
        f"the others to a known one. Pictures a second: seen in a drag of {LASTING:g} seconds."
    )
    header("page", "control", "moved by", "picture", "median ms", "95th percentile ms", "pictures a second")
    with warm_server(browser) as base:
        for move in MOVES:
            with visitor(browser) as page:
                taken, pictures = measure(page, base, move, times)
            share = percentile(taken, 0.95) or 0.0
            row(
                PAGES[move.page.partition("?")[0]][0],
                move.control + " (sidebar)" * (move.place == "stSidebar"),
                BY[move.by],
                move.picture.strip("[]").removeprefix("data-testid="),
                f"{1000 * median(taken):.0f}",
                f"{1000 * share:.0f}",
                "" if pictures is None else f"{pictures:.1f}",
            )


@contextmanager
def warm_server(browser: Browser) -> Iterator[str]:
    """A server that has shown every page once."""
    with served() as server:
        server.wait_until_healthy()
        base = f"http://127.0.0.1:{server.port}"
        with visitor(browser) as page:
            for name in PAGES:
                page.goto(f"{base}/{'' if name == 'home' else name}", wait_until="commit")
                settled(page)
        yield base


@contextmanager
def visitor(browser: Browser) -> Iterator[Page]:
    """A new visitor on a laptop, with nothing in the browser's cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    watch(context)
    yield context.new_page()
    context.close()


def caption(text: str) -> None:
    """What the next table tells."""
    print(f"\n{text}\n")


def header(*names: str) -> None:
    row(*names)
    print(f"|{'---|' * len(names)}", flush=True)


def row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def conditions(rounds: int, times: int) -> str:
    """The caption: how often, on what, and how busy it was."""
    cores = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    versions: Sequence[str] = [f"{name.title()} {version(name)}" for name in ("streamlit", "playwright")]
    return (
        f"Chromium and server on one machine: {cores}, Python {platform.python_version()}, JAX {version('jax')}, "
        f"{', '.join(versions)}. {rounds} visits of each page and cold starts, {times} moves of each control. Mean "
        f"load over the last 5 minutes: {os.getloadavg()[1]:.1f} processes, the measurement's own included."
    )


if __name__ == "__main__":
    sys.exit(main())
