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
from .machine import machine, seconds_of_others
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
    form.add_argument("--quick", action="store_true", help="a rough estimate in a minute; does not change the README")
    form.add_argument("--redraw", action="store_true", help="rewrite picture and README from the last full results")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # exits cleanly, so that the workers end too
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
        print("\nPicture and README are unchanged; --redraw writes them from these results.")
    else:
        if "grid" in results["measured"]:
            draw(results, PICTURE)
        write_readme(results)
    return bool(results["problems"])


def measure(scale: Scale) -> dict[str, Any]:
    """The results of all measurements. "others": the share of the machine that other processes used."""
    place, measured, others, problems = machine(), {}, {}, []
    for name, (title, function) in MEASUREMENTS.items():
        print(f"Measuring {title}", flush=True)
        began, before = time.perf_counter(), seconds_of_others()
        try:
            measured[name] = function(scale)
        except WorkerError as error:
            problems.append(f"{title}: {str(error).splitlines()[0]}")  # later lines contain paths of this machine
            print(f"  not measured. {error}", file=sys.stderr, flush=True)
        others[name] = (seconds_of_others() - before) / (time.perf_counter() - began) / place["cores"]
    return {"machine": place, "scale": scale._asdict(), "measured": measured, "others": others, "problems": problems}


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
