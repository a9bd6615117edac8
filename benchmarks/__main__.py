"""python -m benchmarks [--quick | --redraw] [--only NAME ...]: measure, print the table, write results and README."""

import argparse
import json
import re
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .conduct import ROOT, WorkerError
from .machine import machine, seconds_of_others
from .measure import MEASUREMENTS, Bench
from .picture import draw
from .rows import rows
from .settings import COLUMNS, FULL, QUICK
from .table import conditions, disturbance, table

FOLDER = Path(__file__).parent
RESULTS, QUICK_RESULTS = FOLDER / "results.json", FOLDER / "quick.json"
PICTURE = ROOT / "docs" / "images" / "benchmark.png"
README, SECTION = ROOT / "README.md", re.compile(r"(?<=<!-- benchmark -->\n).*(?=<!-- /benchmark -->)", re.DOTALL)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make benchmark", description="Measure cnnplay side by side with its peers.")
    parser.add_argument(
        "--next", metavar="PYTHON", help="the interpreter for a second column, of an environment with JAX"
    )
    parser.add_argument(
        "--only", metavar="NAME", nargs="+", choices=MEASUREMENTS, help=f"print these alone: {', '.join(MEASUREMENTS)}"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--quick", action="store_true", help="a rough estimate in six minutes; leaves the README alone")
    form.add_argument("--redraw", action="store_true", help="rewrite picture and README from the last full results")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # exits cleanly, so that the workers end too
    if chosen.redraw and chosen.only:
        parser.error("--redraw is for the results of all measurements")
    if chosen.redraw:
        results = json.loads(RESULTS.read_text(encoding="utf-8"))
    else:
        pythons = {COLUMNS[0]: sys.executable}
        if chosen.next:
            pythons[COLUMNS[1]] = str(Path(chosen.next).absolute())  # not resolved: it is a link out of its environment
        try:
            results = measure(Bench(QUICK if chosen.quick else FULL, pythons), chosen.only or list(MEASUREMENTS))
        except ValueError as error:
            parser.error(str(error))
    results["rows"] = rows(results)
    print(f"\n{conditions(results)}\n\n{table(results)}")
    if chosen.only:
        return bool(results["problems"])
    if not chosen.redraw:
        file = QUICK_RESULTS if chosen.quick else RESULTS
        file.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if chosen.quick:
        return bool(results["problems"])
    if (results["problems"] or disturbance(results)) and not chosen.redraw:
        print("\nPicture and README are unchanged; --redraw writes them from these results.")
    else:
        if "grid" in results["measured"]:
            draw(results, PICTURE)
        write_readme(results)
    return bool(results["problems"])


def measure(bench: Bench, asked: Sequence[str]) -> dict[str, Any]:
    """The results of the measurements asked for. "others": the share of the machine that other processes used."""
    place, measured, others, problems = machine(bench.pythons), {}, {}, []
    for name in asked:
        title, function = MEASUREMENTS[name]
        print(f"Measuring {title}", flush=True)
        began, before = time.perf_counter(), seconds_of_others()
        try:
            measured[name] = function(bench)
        except WorkerError as error:
            problems.append(f"{title}: {str(error).splitlines()[0]}")  # later lines contain paths of this machine
            print(f"  not measured. {error}", file=sys.stderr, flush=True)
        others[name] = (seconds_of_others() - before) / (time.perf_counter() - began) / place["cores"]
    return {
        "machine": place,
        "scale": bench.scale._asdict(),
        "asked": asked,
        "measured": measured,
        "others": others,
        "problems": problems,
    }


def write_readme(results: dict[str, Any]) -> None:
    text = README.read_text(encoding="utf-8")
    section = (
        f"\n{table(results)}\n\n{conditions(results)}\n\n"
        "![For each setting, how many times as fast as PyTorch](docs/images/benchmark.png)\n\n"
        "Why the convolution is fast: [docs/convolution.md](docs/convolution.md).\n\n"
    )
    README.write_text(SECTION.sub(lambda _: section, text), encoding="utf-8")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
