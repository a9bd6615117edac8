"""python -m benchmarks [--quick | --redraw]: measure, print the table, write results, picture and README."""

import argparse
import json
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

from .conduct import ROOT, WorkerError
from .machine import machine, spent_by_others
from .measure import MEASUREMENTS
from .picture import draw
from .rows import rows
from .settings import FULL, QUICK, Scale
from .table import conditions, disturbance, table

FOLDER = Path(__file__).parent
RESULTS, QUICK_RESULTS = FOLDER / "results.json", FOLDER / "quick.json"
PICTURE = ROOT / "docs" / "images" / "benchmark.png"
README, SECTION = ROOT / "README.md", re.compile(r"(?<=<!-- benchmark -->\n).*(?=<!-- /benchmark -->)", re.DOTALL)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make benchmark", description="Measure cnnplay side by side with its peers.")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--quick", action="store_true", help="a minute, for a rough idea; leaves the README alone")
    form.add_argument("--redraw", action="store_true", help="table, picture and README from the last full results")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the workers are ended as well
    if chosen.redraw:
        results = json.loads(RESULTS.read_text(encoding="utf-8"))
    else:
        results = measure(QUICK if chosen.quick else FULL)
    results["rows"] = rows(results)
    print(f"\n{conditions(results)}\n\n{table(results)}")
    if not chosen.redraw:
        file = QUICK_RESULTS if chosen.quick else RESULTS
        file.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if chosen.quick:
        return bool(results["problems"])
    if (results["problems"] or disturbance(results)) and not chosen.redraw:
        print("\nPicture and README stay as they are; with --redraw they show these results all the same.")
    else:
        if "grid" in results["measured"]:
            draw(results, PICTURE)
        write_readme(results)
    return bool(results["problems"])


def measure(scale: Scale) -> dict[str, Any]:
    """Everything, as far as it can be measured. "others": the share of the machine that other processes took."""
    place, measured, others, problems = machine(), {}, {}, []
    for name, (title, function) in MEASUREMENTS.items():
        print(f"Measuring {title}", flush=True)
        began, before = time.perf_counter(), spent_by_others()
        try:
            measured[name] = function(scale)
        except WorkerError as error:
            problems.append(f"{title}: {str(error).splitlines()[0]}")  # the rest has paths of this machine
            print(f"  not measured. {error}", file=sys.stderr, flush=True)
        others[name] = (spent_by_others() - before) / (time.perf_counter() - began) / place["cores"]
    return {"machine": place, "scale": scale._asdict(), "measured": measured, "others": others, "problems": problems}


def write_readme(results: dict[str, Any]) -> None:
    text = README.read_text(encoding="utf-8")
    section = (
        f"\n{table(results)}\n\n{conditions(results)}\n\n"
        "![For each setting, how many times as fast as PyTorch](docs/images/benchmark.png)\n\n"
        "How the convolution got there: [docs/convolution.md](docs/convolution.md).\n\n"
    )
    README.write_text(SECTION.sub(lambda _: section, text), encoding="utf-8")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
