"""What the numbers of pictures in a visitor's classes mean, in sentences."""

from collections.abc import Sequence
from typing import NamedTuple

from ..words import counted

LEAST_CLASSES = 2
EVERY = 4  # of the pictures of a class, one in so many is held out
FEW = 2  # classes of which each gets a sentence of its own
ENOUGH_HELD_OUT = 10  # in each class: with fewer, an accuracy says little


class Count(NamedTuple):
    """How many pictures of a class there are to train on, and how many are held out."""

    train: int
    held_out: int

    @property
    def both(self) -> int:
        """All pictures of the class."""
        return self.train + self.held_out


def problems(classes: Sequence[str], counts: Sequence[Count]) -> tuple[str, ...]:
    """A sentence for each thing that is missing before a network can learn from these."""
    if len(classes) < LEAST_CLASSES:
        have = "only one class" if classes else "no class"
        return (f"There is {have} yet, and a network has to tell at least {LEAST_CLASSES} apart. Add a class.",)
    lacking = [name for name, count in zip(classes, counts, strict=True) if count.both < EVERY]
    if len(lacking) > FEW:
        names = ", ".join(f"“{name}”" for name in lacking)
        return (f"Each class needs at least {EVERY} pictures, one of which is held out. These have too few: {names}.",)
    return tuple(filter(None, map(_missing, classes, counts)))


def _missing(name: str, count: Count) -> str:
    """What a class lacks, as a sentence, or ""."""
    if count.both < EVERY:
        return (
            f"“{name}” has {counted(count.both, 'picture')}, and each class needs at least {EVERY}, one of which is "
            f"held out: add {EVERY - count.both} more."
        )
    if not count.held_out:
        return f"None of the {count.both:,} pictures of “{name}” is held out: add {EVERY} more, one of which will be."
    if not count.train:
        return f"All {count.both:,} pictures of “{name}” are held out, and none is left to train on: add one more."
    return ""


def uneven(classes: Sequence[str], counts: Sequence[Count]) -> str:
    """A sentence where the largest class has more than twice as many pictures as the smallest, or ""."""
    totals = [count.both for count in counts]
    if len(totals) < LEAST_CLASSES or max(totals) <= 2 * min(totals):
        return ""
    large, small = (classes[totals.index(extreme(totals))] for extreme in (max, min))
    return (
        f"“{large}” has {counted(max(totals), 'picture')} and “{small}” has {min(totals):,}: a network that prefers "
        f"“{large}” is right more often than it deserves. Add more of “{small}”."
    )


def few(classes: Sequence[str], counts: Sequence[Count]) -> str:
    """A sentence on how little an accuracy means where a class has fewer than ten pictures held out, or ""."""
    held = [count.held_out for count in counts]
    if not sum(held) or min(held) >= ENOUGH_HELD_OUT:
        return ""
    least = min(held)
    return (
        f"Only {counted(sum(held), 'picture')} {'is' if sum(held) == 1 else 'are'} held out, {least} of "
        f"“{classes[held.index(least)]}”: one more mistake lowers the accuracy by {100 / sum(held):.1f} percentage "
        f"points. With {ENOUGH_HELD_OUT} or more of each class, it would say more."
    )
