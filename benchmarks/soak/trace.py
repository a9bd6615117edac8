"""What a visitor did, and the shortest tail of it that fails again."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Step(NamedTuple):
    """An act by its name, and the seed of all that it decides."""

    act: str
    seed: int


@dataclass(frozen=True)
class Failure:
    """A visitor's promise that was broken. kind: which one; message: how; trace: all that the visitor had done."""

    visitor: int
    kind: str
    message: str
    trace: tuple[Step, ...] = ()


async def shortest(
    trace: Sequence[Step], fails: Callable[[Sequence[Step]], Awaitable[bool]], attempts: int
) -> tuple[Step, ...] | None:
    """The shortest tail found that fails when it is replayed, by halving; None where not even all of it does.

    fails: replays steps. It is asked `attempts` times at most.
    """
    if attempts < 1 or not await fails(trace):
        return None
    found, too_short, left = tuple(trace), 0, attempts - 1
    while left and len(found) - too_short > 1:
        middle = (len(found) + too_short) // 2
        tail = tuple(trace[len(trace) - middle :])
        if await fails(tail):
            found = tail
        else:
            too_short = middle
        left -= 1
    return found


def lines(trace: Sequence[Step]) -> str:
    return "\n".join(f"    {number}. {step.act} (seed {step.seed})" for number, step in enumerate(trace, 1))
