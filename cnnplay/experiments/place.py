"""A place where tasks run, and what it has shown of its speed."""

import threading
from collections.abc import Hashable
from concurrent.futures import Executor
from dataclasses import dataclass, field

from ..training.config import PROGRAMS

MEMORY = 8  # measurements over which a speed is averaged
COMPILATION = 1.0  # seconds, once a network, optimizer and batch size, before a place has measured it
STARTUP = 2.0  # seconds until a process has loaded JAX and the images, before a place has measured it


class _Ratio:
    """Seconds that were taken for each that was expected: of decaying sums, so that a short epoch weighs little."""

    def __init__(self) -> None:
        self._took = self._expected = 0.0

    def add(self, took: float, expected: float) -> None:
        keep = 1 - 1 / MEMORY
        self._took, self._expected = keep * self._took + took, keep * self._expected + expected

    @property
    def value(self) -> float | None:
        return self._took / self._expected if self._expected else None


class Speed:
    """How long a place takes for epochs, for compiling a program, and until a new process can begin. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._epochs, self._compilations = _Ratio(), _Ratio()
        self._programs: dict[str, dict[Hashable, None]] = {}  # of each process, the newest last
        self.startup = STARTUP

    @property
    def factor(self) -> float | None:
        """Seconds that an epoch takes for each that was expected, once compiled; None before the first measurement."""
        return self._epochs.value

    @property
    def compilation(self) -> float:
        """Seconds to compile a program."""
        found = self._compilations.value
        return COMPILATION if found is None else found

    @property
    def compiled(self) -> set[Hashable]:
        """The programs that the processes of the place hold."""
        with self._lock:
            return {program for held in self._programs.values() for program in held}

    def measure(self, expected: float, took: float) -> None:
        """An epoch took some seconds where others were expected, compilation and start-up left out."""
        with self._lock:
            self._epochs.add(took, expected)

    def measure_start(
        self, process: str, program: Hashable, startup: float, compilation: float, processes: int = 1
    ) -> None:
        """A process has used a program, and what it took before. It holds its last PROGRAMS; of others, which have made
        room for newer processes, nothing is left."""
        with self._lock:
            if process not in self._programs:
                self.startup = max(startup, 0.0) or self.startup
            held = self._programs.pop(process, {})
            if program not in held:
                self._compilations.add(compilation, 1.0)
            held.pop(program, None)
            self._programs[process] = {**dict(list(held.items())[1 - PROGRAMS :]), program: None}
            for gone in list(self._programs)[:-processes]:
                del self._programs[gone]


@dataclass(frozen=True)
class Place:
    """Where tasks run. workers: how many at a time. description: within a sentence. speed: so far.

    trainer: what stops where it trains no more, "the process that trains"; else the description. bytes: of memory that
    it takes beside the app, before it has trained anything.
    """

    executor: Executor
    workers: int
    description: str
    speed: Speed = field(default_factory=Speed, compare=False)
    trainer: str = ""
    bytes: int = 0

    @property
    def is_cold(self) -> bool:
        """Whether a process must begin first: that of `executors.OneProcess` ends where it has no tasks."""
        return getattr(self.executor, "pid", 0) is None
