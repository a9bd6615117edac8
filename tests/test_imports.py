"""Imports run one way, and only the app's own side knows Streamlit."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import cnnplay

PACKAGE = Path(cnnplay.__file__).parent
CORE = sorted(file for file in PACKAGE.rglob("*.py") if PACKAGE / "ui" not in file.parents)


def module_name(file):
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imported(file):
    """Full names of all modules that a file imports, at its top or inside a function."""
    package = ["cnnplay", *file.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("file", CORE, ids=module_name)
def test_the_core_does_not_know_streamlit(file):
    assert not [name for name in imported(file) if name.split(".")[0] == "streamlit"]
    assert not [name for name in imported(file) if name.startswith("cnnplay.ui")]


def test_the_walk_sees_the_imports_there_are():
    assert "cnnplay.arithmetic" in set(imported(PACKAGE / "convolution.py"))
    assert "cnnplay.errors" in set(imported(PACKAGE / "data" / "__init__.py"))
    assert "optax" in set(imported(PACKAGE / "settings.py"))
    assert len(CORE) >= 14


# Each module and those of the package that it may build on: the reading order, as design.md has it.
MAY_IMPORT = {
    "errors": set(),
    "kinds": set(),
    "arithmetic": {"errors"},
    "lowering": {"arithmetic"},
    "convolution": {"arithmetic", "lowering"},
    "pooling": {"arithmetic", "errors", "kinds"},
    "reference": {"arithmetic", "errors", "kinds"},
    "layers": {"arithmetic", "errors", "kinds"},
    "fitting": {"errors", "layers"},
    "text": {"arithmetic", "errors", "fitting", "kinds", "layers"},
    "architecture": {"arithmetic", "errors", "fitting", "kinds", "layers", "text"},
    "blocks": {"arithmetic", "errors", "kinds", "layers"},
    "settings": {"errors", "layers"},
    "link": {"architecture", "errors", "layers", "settings"},
    "once": set(),
    "data": {"errors", "once"},
    "pictures": {"data", "errors"},
    "kernels": {"errors", "pictures"},
    "handwriting": {"errors"},
    "photo": {"handwriting"},
    "signals": set(),
    "lessons": {"arithmetic", "convolution", "kinds", "pictures", "pooling"},
    "history": {"errors"},
    "model": {"architecture", "convolution", "errors", "kinds", "layers", "lowering", "pooling"},
    "programs": {"architecture", "data", "model", "settings"},
    "inspection": {"inspection"},
    "inspection/activations": {"architecture", "errors", "layers", "lessons", "model"},
    "inspection/why": {"architecture", "arithmetic", "errors", "inspection", "layers", "lessons", "model", "programs"},
    "inspection/wishes": {"architecture", "errors", "inspection", "lessons", "model"},
    "inspection/changes": {"architecture", "data", "errors", "inspection", "model", "programs"},
    "inspection/steps": {"architecture", "data", "handwriting", "inspection", "model"},
    "training": {"architecture", "data", "errors", "history", "layers", "model", "programs", "settings"},
    "runs": {"architecture", "errors", "history", "settings"},
    "limits": {"errors", "layers"},
    "memory": {"once"},
    "turns": {"limits", "runs"},
    "visits": {"runs", "settings"},
    "keeping": {"errors", "limits", "runs", "visits"},
    "worker": {"data", "errors", "history", "keeping", "limits", "memory", "programs", "runs", "training", "turns"},
    "engine": {
        "architecture",
        "data",
        "history",
        "keeping",
        "limits",
        "once",
        "runs",
        "settings",
        "training",
        "turns",
        "visits",
        "worker",
    },
    "export": set(),
    "export/source": {"architecture", "errors", "layers", "settings"},
    "export/in_keras": {"architecture", "export", "layers", "settings"},
    "export/in_pytorch": {"architecture", "export", "layers", "settings"},
    "export/in_flax": {"architecture", "export", "layers", "settings"},
    "export/code": {"architecture", "errors", "export", "settings"},
    "export/drawing": {"export"},
    "export/drawing/sheet": {"figures"},
    "export/drawing/digits": {"export"},
    "export/drawing/filters": {"export"},
    "export/drawing/places": {"export"},
    "export/drawing/layers": {"export", "figures"},
    "export/drawing/training": {"export", "figures"},
    "export/lesson": {"export"},
    "export/lesson/texts": set(),
    "export/lesson/cells": set(),
    "export/lesson/by_hand": set(),
    "export/lesson/subject": {
        "architecture",
        "data",
        "errors",
        "export",
        "history",
        "inspection",
        "layers",
        "model",
        "settings",
    },
    "export/lesson/beginning": {"export"},
    "export/lesson/convolution": {"arithmetic", "export", "kernels"},
    "export/lesson/filters": {"export", "kernels", "kinds", "layers"},
    "export/lesson/places": {"arithmetic", "export"},
    "export/lesson/pooling": {"arithmetic", "export", "kernels", "kinds", "layers"},
    "export/lesson/shapes": {"export", "layers"},
    "export/lesson/training": {"architecture", "export", "settings"},
    "export/lesson/learned": {"architecture", "data", "export", "inspection", "layers", "model"},
    "export/lesson/exercises": {"arithmetic", "export", "layers", "settings"},
    "export/notebook": {"architecture", "export", "settings"},
    "export/webpage": {"architecture", "export", "history", "model", "settings"},
    "export/weights": {"architecture", "errors", "history", "model", "settings", "training"},
}


@pytest.mark.parametrize("module", MAY_IMPORT)
def test_imports_run_one_way(module):
    file = PACKAGE / f"{module}.py"
    file = file if file.exists() else PACKAGE / module / "__init__.py"
    ours = {name.split(".")[1] for name in imported(file) if name.startswith("cnnplay.")}
    assert ours <= MAY_IMPORT[module]


def test_arithmetic_needs_nothing_but_the_standard_library():
    outside = {name.split(".")[0] for name in imported(PACKAGE / "arithmetic.py")} - {"cnnplay"}
    assert outside <= set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    "modules", ["errors, arithmetic, kinds, layers", "architecture, blocks, settings, link", "engine"]
)
def test_a_page_can_show_its_controls_before_jax_is_loaded(modules):
    code = f"import sys; from cnnplay import {modules}; print(sorted({{'jax', 'flax', 'optax'}} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=PACKAGE.parent, check=True
    )
    assert answer.stdout.strip() == "[]"
