"""How long a redraw of the live curves takes in Chromium: `python -m benchmarks.curves [another module.js]`."""

import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from cnnplay.ui.components.modules import join_modules
from tests.browser.find_chromium import find_chromium

SCRIPTS = Path(__file__).parents[1] / "cnnplay" / "ui" / "components" / "scripts"
STYLE = "\n".join((SCRIPTS / name).read_text() for name in ("shared/base.css", "vendor/uPlot.css", "curves/curves.css"))
THEME = (
    "--st-text-color:#222;--st-background-color:#fff;--st-primary-color:#0067a5;--st-border-color:#ccc;--st-chart-"
    "categorical-colors:#0072b2,#d55e00,#009e73,#aa4499,#b8860b,#882255,#555555,#33aaff"
)
REDRAWS = 9
# A redraw counts from the call with new data until two frames have been shown and the browser is idle.
MEASURE = """
async ([runs, count, redraws, source]) => {
  const { default: curves } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const host = document.createElement("div");
  document.body.append(host);
  const noise = (i, run) => 0.05 * Math.sin(13 * i + run);
  const line = (f, run) => Array.from({ length: count }, (_, i) => [i + 1, f(i / count) + noise(i, run)]);
  const thin = (points) => points.filter((_, i) => i % Math.ceil(count / 300) === 0);
  const grow = (raw, by) => [...raw, [raw.length + by, raw.at(-1)[1]]];
  const metric = (raw, grown) => ({ raw: grow(raw, grown), smooth: thin(raw), test: [] });
  const lines = Array.from({ length: runs }, (_, run) => [
    line((t) => 2.3 * Math.exp(-4 * t) + 0.02 * run, run), line((t) => 0.9 - 0.8 * Math.exp(-6 * t), run)]);
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const settled = async () => { await frame(); await frame(); await new Promise((done) => setTimeout(done)); };
  const times = [];
  for (let grown = 1; grown <= redraws; grown += 1) {
    const shown = lines.map(([loss, accuracy], run) => ({
      id: `${run}`, label: `run ${run}`, colour: run, current: run === 0, epoch_steps: count / 10,
      loss: metric(loss, grown), accuracy: metric(accuracy, grown) }));
    const data = { total_steps: 1.05 * count + grown, live: true, removable: false, runs: shown };
    await settled();
    const start = performance.now();
    curves({ data: Object.assign([data], data), parentElement: host, setTriggerValue() {} });
    await settled();
    times.push(performance.now() - start);
  }
  host.remove();
  return times.slice(1);
}
"""


def main() -> None:
    modules = {"curves.js": join_modules(SCRIPTS / "curves" / "curves.js")}
    modules |= {path: Path(path).read_text() for path in sys.argv[1:]}
    with sync_playwright() as playwright:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=str(find_chromium()), args=flags)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_content(f'<style>{STYLE}</style><body style="{THEME}"></body>')
        for name, source in modules.items():
            print(f"{name}: {len(source.encode()):,} bytes")
            for runs, count in ((1, 500), (8, 500), (8, 50_000)):
                times = page.evaluate(MEASURE, [runs, count, REDRAWS, source])
                print(f"  {runs} runs of {count:,} points: {statistics.median(times):.0f} ms a redraw")
        browser.close()


if __name__ == "__main__":
    main()
