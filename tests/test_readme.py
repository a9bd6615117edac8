"""The examples in the README work, and its links lead to files."""

import json
import re
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_first_example_trains_a_network(capsys):
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    assert len([line for line in code.splitlines() if line]) <= 11
    exec(compile(code, "README.md", "exec"), {})
    output = capsys.readouterr().out
    assert "conv1 (27, 27, 6) 30 ⌊(28 + 0 + 0 − 2) / 1⌋ + 1 = 27" in output
    assert float(re.search(r"([\d.]+)% of the 10,000 test images", output)[1]) > 90


def test_the_experiment_trains_its_runs_and_answers_in_words(capsys):
    names = {}
    exec(compile(re.findall(r"```python\n(.*?)```", README, re.DOTALL)[1], "README.md", "exec"), names)
    assert len(names["results"].table()) == len(names["experiment"].trials) == 4
    assert "Kernel size (2×2, 5×5) was varied, with 2 seeds each" in capsys.readouterr().out


def test_the_export_example_writes_a_script_and_a_notebook(capsys):
    names = {}
    exec(compile(re.findall(r"```python\n(.*?)```", README, re.DOTALL)[2], "README.md", "exec"), names)
    compile(capsys.readouterr().out, "network_pytorch.py", "exec")
    assert json.loads(names["lesson"])["nbformat"] == 4


def test_linked_pictures_and_files_exist():
    linked = re.findall(r"\]\(([^)h][^)]*)\)", README)
    assert len(linked) >= 5
    assert [path for path in linked if not (Path(__file__).parents[1] / path).exists()] == []
