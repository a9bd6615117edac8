"""python -m benchmarks.load [--visitors 4 ...] [--slow 2] [--cluster] [--table]: test the server.

The exit code is 1 if a target is missed.
"""

import argparse
import json
import signal
import sys
from pathlib import Path

from .measure import measure
from .plan import FULL, HALF_AS_FAST, Plan
from .process import ServerError
from .rows import conditions, details, rows, table
from .tab import TabError

RESULTS = Path(__file__).parents[1] / "load.json"
HELP = {
    "visitors": "number of simultaneous visitors",
    "training": "how many of them train",
    "seconds": "how long they stay",
    "passing": "number of short visits afterwards",
    "starts": "number of cold starts",
    "seed": "random seed",
    "slow": "how many times as slow the machine is made, by other processes",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make load", description="Test a real server with many visitors at once.")
    for name, value in FULL._asdict().items():
        kind = _factor if name == "slow" else _count
        parser.add_argument(f"--{name}", type=kind, default=value, help=f"{HELP[name]} ({value})")
    parser.add_argument("--table", action="store_true", help="print the table of the last full results")
    parser.add_argument("--cluster", action="store_true", help="train on a Dask cluster of two workers, started here")
    chosen = vars(parser.parse_args())
    on_cluster, only_table = chosen.pop("cluster"), chosen.pop("table")
    plan = Plan(**chosen)
    file = results_file(plan, on_cluster)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # exits cleanly, so that the server ends too
    if only_table:
        results = json.loads(file.read_text(encoding="utf-8"))
        print(f"{table(results)}\n\n{conditions(results)}")
        return 0
    try:
        results = measure(plan, on_cluster)
    except (ServerError, TabError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    results["rows"] = rows(results)
    print(f"\n{details(results)}\n{results['log']}\n\n{conditions(results)}\n\n{table(results)}")
    if plan in (FULL, HALF_AS_FAST):
        file.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return not all(row["reached"] for row in results["rows"])


def results_file(plan: Plan, on_cluster: bool) -> Path:
    """Where the results of a full load are kept."""
    return RESULTS.with_stem("load" + "-cluster" * on_cluster + "-slow" * (plan.slow > 1))


def _factor(text: str) -> float:
    factor = float(text)
    if not 1 <= factor <= 10:
        raise argparse.ArgumentTypeError("must be from 1 to 10")
    return factor


def _count(text: str) -> int:
    count = int(text)
    if count < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return count


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
