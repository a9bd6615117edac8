"""python -m benchmarks.soak [--minutes 60] [--seed 1] [...]: random hands on the whole running app.

The exit code is 1 if a promise was broken.
"""

import argparse
import asyncio
import signal
import sys

from ..load.process import ServerError
from .faults import impossible
from .plan import Plan
from .report import explain, plateaus, table
from .soak import soak

HELP = {
    "minutes": "how long",
    "seed": "decides what is done, to what, and when faults come",
    "tabs": "visitors on simulated tabs",
    "browsers": "visitors in Chromium",
}


def main() -> int:
    default = Plan()
    parser = argparse.ArgumentParser(prog="make soak", description="Test the running app with random hands.")
    for name, text in HELP.items():
        value = getattr(default, name)
        parser.add_argument(f"--{name}", type=type(value), default=value, help=f"{text} ({value})")
    parser.add_argument("--calm", dest="faults", action="store_false", help="without faults")
    plan = Plan(**vars(parser.parse_args()))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # exits cleanly, so that the server ends too
    print(f"{plan.tabs + plan.browsers} visitors for {plan.minutes:g} min, seed {plan.seed}", flush=True)
    for fault in impossible() if plan.faults else ():
        print(f"Left out, because this system has no means for it: {fault}")
    try:
        return asyncio.run(_main(plan))
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1


async def _main(plan: Plan) -> int:
    world = await soak(plan)
    for failure in plateaus(world.samples):
        world.fail(failure)
    print(f"\n{table(world)}", flush=True)
    await explain(plan, world)
    return bool(world.failures)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
