from random import Random
from .world import World
def browse(world: World, number: int, port: int, chance: Random, until: float) -> None:
    return None
