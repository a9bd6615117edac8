"""make watching: how much a training slows while the page Training shows it, on a real server.

A tab shows a long run. In turns it lets the page update itself, progress, curves and the network at work, as often as
a browser would, and leaves it still; the median speeds of the turns are compared. A browser's own work, drawing what it
receives, is not in it. The machine should be otherwise idle: training gives way to every other process. The processor
time that the page takes, the last column, tells more where it isn't.
"""

import asyncio
import re
import statistics
import time
from typing import NamedTuple

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

from cnnplay.network.presets import PRESETS

from .load.process import Server, served
from .load.tab import PATIENCE, Tab, TabError

LINKS = {
    PRESETS["notebook"].title: "epochs=50&batch=16",
    PRESETS["fast99"].title: f"net={PRESETS['fast99'].net}&epochs=50&batch=64",
}
PAIRS, TURN, SETTLING = 15, 1.5, 6.0  # turns of this many seconds; until everything is compiled
STEP = re.compile(r"step ([\d,]+) of")


class Watcher(Tab):
    """A tab that knows the step that the page last told, and when.

    pictures: of the network at work, that have arrived. still: whether its page does not update itself.
    """

    def __init__(self, socket: ClientConnection):
        self.told = (0.0, 0)
        self.pictures, self.still = 0, False
        self._intervals: dict[str, float] = {}  # of the fragments that update themselves
        super().__init__(socket)

    def _start_timer(self, fragment: str, interval: float) -> None:
        self._intervals[fragment] = interval
        if not self.still:
            super()._start_timer(fragment, interval)

    def _take_delta(self, message: ForwardMsg) -> None:
        super()._take_delta(message)
        element = message.delta.new_element
        if element.WhichOneof("type") == "progress" and (found := STEP.search(element.progress.text)):
            self.told = time.perf_counter(), int(found[1].replace(",", ""))
        if element.WhichOneof("type") == "bidi_component":
            self.pictures += element.bidi_component.component_name == "cnnplay_live_network"

    async def look(self) -> tuple[float, int]:
        """Time and step of an answer to a question asked now."""
        asked = time.perf_counter()
        for fragment in self._intervals:
            await self._send(fragment_id=fragment, is_auto_rerun=True)
        while self.told[0] < asked:
            if time.perf_counter() > asked + PATIENCE:
                raise TabError("The page told no step.")
            await asyncio.sleep(0.005)
        return self.told

    async def turn(self, *, still: bool) -> float:
        """Steps a second over a turn."""
        self.still = still
        if still:
            self._stop_timers(list(self._timers))
        else:
            for fragment, interval in self._intervals.items():
                self._start_timer(fragment, interval)
        began, first = await self.look()
        await asyncio.sleep(TURN)
        ended, last = await self.look()
        return (last - first) / (ended - began)


class Turns(NamedTuple):
    """Steps a second of each turn; and over all turns of a kind, pictures and seconds of processor time a second."""

    speeds: list[float]
    pictures: float
    processor: float


async def measure(server: Server, link: str) -> dict[bool, Turns]:
    """The turns in which the page is still, and those in which it updates itself."""
    tab, _ = await Watcher.open(server.port, "training", link)
    assert isinstance(tab, Watcher)
    await tab.press("run_start")
    await asyncio.sleep(SETTLING)
    speeds: dict[bool, list[float]] = {True: [], False: []}
    pictures, processor, elapsed = ({True: 0.0, False: 0.0} for _ in range(3))
    for still in [False, True] * PAIRS:
        before = time.perf_counter(), server.page_seconds(), tab.pictures
        speeds[still].append(await tab.turn(still=still))
        elapsed[still] += time.perf_counter() - before[0]
        processor[still] += server.page_seconds() - before[1]
        pictures[still] += tab.pictures - before[2]
    await tab.close()
    return {
        still: Turns(speeds[still], pictures[still] / elapsed[still], processor[still] / elapsed[still])
        for still in speeds
    }


def main() -> None:
    print(
        "| network | steps a second, not watched | watched | slower by | pictures a second | processor time a second |"
    )
    print("|---|---|---|---|---|---|")
    for name, link in LINKS.items():
        with served() as server:
            server.wait_until_healthy()
            turns = asyncio.run(measure(server, link))
        still, watched = (statistics.median(turns[kind].speeds) for kind in (True, False))
        pictures, processor = turns[False].pictures, turns[False].processor - turns[True].processor
        print(
            f"| {name} | {still:,.0f} | {watched:,.0f} | {1 - watched / still:.1%} | {pictures:.1f} "
            f"| {1000 * processor:.0f} ms |",
            flush=True,
        )


if __name__ == "__main__":
    main()
