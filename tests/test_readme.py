"""The examples in the README work, its links lead to files, and its commands are there."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


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
    assert [path for path in linked if not (ROOT / path).exists()] == []


def test_the_commands_are_targets_of_the_makefile():
    named = set(re.findall(r"make ([a-z]+)\b", " ".join(re.findall(r"`[^`]+`|```sh.*?```", README, re.DOTALL))))
    targets = set(re.findall(r"^([a-z]+):.*  ## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"run", "test", "newer"} <= named <= targets


def test_without_a_newer_python_there_is_nothing_to_check():
    command = ["make", "--no-print-directory", "newer", "NEWER=no-such-python", f"BIN={Path(sys.executable).parent}"]
    command += ["--old-file", ".venv/.python"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    version = sys.version_info[:2]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"No Python newer than that of .venv, {version}, is installed: nothing more to check.\n"
