"""What the soak came to: failures with their traces, and a short table."""

from collections.abc import Awaitable, Callable, Iterator, Sequence

from .invariants import growth
from .plan import LIVED, MORE_FILES, MORE_THREADS, REPLAYS, Plan
from .soak import replay
from .trace import Failure, Step, lines, shortest
from .world import Sample, World

MOST_SHORTENED = 3  # failures whose traces are replayed: each replay starts a server


def plateaus(samples: Sequence[Sample]) -> Iterator[Failure]:
    """Threads and files that grow in the life of a process, each life for itself."""
    for life in sorted({sample.life for sample in samples}):
        own = [sample for sample in samples if sample.life == life]
        if own[-1].at - own[0].at < LIVED:
            continue
        for name, most in (("threads", MORE_THREADS), ("files", MORE_FILES)):
            more = growth([getattr(sample, name) for sample in own])
            if more is not None and more > most:
                yield Failure(-1, name, f"{more:.0f} more in the last quarter of life {life} than in its second")


async def explain(plan: Plan, world: World) -> None:
    """Print each failure, and of the first the shortest trace that fails again alone."""
    for number, failure in enumerate(world.failures):
        print(f"\nFAILED {failure.kind}, seed {plan.seed}, visitor {failure.visitor}: {failure.message}")
        if not failure.trace:
            print(f"  What all visitors did last:\n{lines([step for _, step in world.recent])}")
        elif number < MOST_SHORTENED:
            await _shorten(plan, failure)
        else:
            print(f"  Not replayed. The visitor's last acts:\n{lines(failure.trace[-12:])}")


async def _shorten(plan: Plan, failure: Failure) -> None:
    print(f"  Replaying {len(failure.trace)} acts alone, {REPLAYS} times at most ...", flush=True)
    found = await shortest(failure.trace, _fails(plan, failure), REPLAYS)
    if found is None:
        print(f"  Alone, the visitor's acts do not fail again. The last of them:\n{lines(failure.trace[-12:])}")
    else:
        print(f"  The shortest trace found that fails again:\n{lines(found)}")


def _fails(plan: Plan, failure: Failure) -> Callable[[Sequence[Step]], Awaitable[bool]]:
    async def fails(steps: Sequence[Step]) -> bool:
        again = await replay(failure.visitor, steps, in_chromium=failure.visitor >= plan.tabs)
        return any(each.kind == failure.kind for each in again)

    return fails


def table(world: World) -> str:
    """Acts by kind, faults, failures, memory, threads and files."""
    rows = [(name, str(count)) for name, count in sorted(world.acts.items())]
    rows += [("all acts", str(world.acts.total())), ("faults", ", ".join(world.faults) or "none")]
    rows += [("failures", str(len(world.failures)))]
    if world.samples:
        rows += [("memory", f"{max(sample.megabytes for sample in world.samples):.0f} MB at most")]
    for life in sorted({sample.life for sample in world.samples}):
        own = [sample for sample in world.samples if sample.life == life]
        for name in ("threads", "files"):
            values = [getattr(sample, name) for sample in own]
            rows.append((f"{name}, process {life}", f"{min(values)} to {max(values)}, {values[-1]} at the end"))
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:{width}}  {value}" for name, value in rows)
