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
    assert "cnnplay.ops.arithmetic" in set(imported(PACKAGE / "ops" / "convolution.py"))
    assert "cnnplay.errors" in set(imported(PACKAGE / "data" / "datasets.py"))
    assert "optax" in set(imported(PACKAGE / "training" / "config.py"))
    assert "cnnplay.engine.memory" in set(imported(PACKAGE / "engine" / "worker.py"))


# Every package: its modules in the reading order, each of which builds on those before it alone, and the packages that
# they may build on. "" is the top of `cnnplay`.
BASE = {"errors", "bounds", "caching", "words", "csv_text", "source", "machine", "compilation_cache"}
CORE_PACKAGES = {"ops", "data", "network", "training"}
PACKAGES = {
    "": (
        "errors bounds caching words csv_text source machine compilation_cache link",
        {"data", "network", "training", "state"},
    ),
    "ops": (
        "arithmetic registry numpy_operations by_numpy quick_jit convolution_algorithms convolution pooling "
        "normalization reference",
        BASE,
    ),
    "data": ("coloured_shapes datasets augmentation resizing given npz own_counts own", BASE),
    "network": (
        "layer sliding_layers flat_layers elementwise_layers layers wording validation parsing architecture smaller "
        "presets blocks model",
        BASE | {"ops"},
    ),
    "training": ("config history history_files compiled trainer snapshots", BASE | {"data", "network", "ops"}),
    "inputs": (
        "patterns digit_search uploads handwriting photo pixels zipped npz_arrays own_npz own_pictures own_csv "
        "own_files",
        {"errors", "bounds", "words", "data"},
    ),
    "labs": ("kernels signals demonstrations", BASE | {"ops", "inputs"}),
    "state": ("kinds fields labs", {"errors", "bounds", "data", "ops", "network", "labs", "inputs"}),
    "inspection": (
        "activations class_activation attribution activation_maximization evaluation ablation preprocessing_study",
        BASE | CORE_PACKAGES | {"inputs"},
    ),
    "course": (
        "exercise answers goals writing volumes sharing sliding filters stride padding pooling notebook training "
        "overfitting inside handwriting designing chapters challenges progress teaching",
        BASE | CORE_PACKAGES | {"figures", "inputs", "labs", "inspection", "export"},
    ),
    "experiments": (
        "settings size link experiment questions place estimate tasks worker versions cluster executors curves "
        "execution groups ranks comparison summary results keeper running __main__",
        BASE | CORE_PACKAGES,
    ),
    "engine": (
        "limits memory pace capacity live remote run visitors scheduler retention yielding slices warm_up worker "
        "cluster_worker engine",
        BASE | {"data", "network", "training", "experiments"},
    ),
    "figures": ("percent colours plotted lines training inside experiments", set()),
    "export": (
        "tables data_files script_template scripts saved_run pretrained notebook experiment_picture "
        "experiment_notebook report_figures html_page archive",
        BASE
        | CORE_PACKAGES
        | {"experiments", "inputs", "inspection", "export.lesson", "export.plots", "export.frameworks"},
    ),
    "export.frameworks": ("keras pytorch flax", BASE | {"network", "training", "ops", "export"}),
    "export.plots": ("sheet digits filters layers places training experiment", {"figures"}),
    "export.lesson": (
        "cells texts subject beginning convolution filters places pooling shapes training learned exercises chapters",
        BASE | CORE_PACKAGES | {"course", "inspection", "labs", "export", "export.plots"},
    ),
    "ui": (
        "plain_text session toasts reserved log navigation widget_values choice runs address controls "
        "subject chip widgets changed_filters lab_widgets notices uploads saved_drawings image_picker on_pad "
        "filter_picker block_editor training_bar sidebar streamlit_details session_cleanup first_document reruns "
        "downloads frames turns crowd shares intake server",
        None,
    ),
    "ui.components": (
        "modules bundle component packing address answer connections copy curves fields film live_network maps "
        "orientations overlap pad player quick_pad seeds shift storage volumes zoom",
        {"errors", "data", "inputs"},
    ),
    "ui.components.payloads": (
        "pictures slides labs network training zoom experiments",
        BASE | {"ui.components.packing", "experiments", "figures", "labs", "network", "ops", "training"},
    ),
    "ui.course": ("given sitting parts challenges panel chapters progress_files teachers", None),
    "ui.home": ("path flow", None),
    "ui.convolution": ("filter_on_image two_functions oriented_filters depth", None),
    "ui.stride_padding": ("arithmetic stacked windows", None),
    "ui.pooling": ("kinds by_numbers on_feature_maps invariance", None),
    "ui.architecture": ("largest_layer shape_table sharing text_form unfitting", None),
    "ui.training": ("settings progress buttons network_now live glossary overfitting results", None),
    "ui.experiments": ("asked questions builder opened plan findings files", None),
    "ui.inside": (
        "image changes answer dense_weights feature_maps filters_for_class why maximization ablation remedies "
        "edit_filters mistakes untrained",
        None,
    ),
    "ui.draw": ("reader own_drawings none_of_these reading photo step_accuracies", None),
    "ui.own_data": ("keeping drawing classes files training variants page", None),
    "ui.export": ("files everything lesson code weights_file figures share", None),
}
MODULES = {
    f"{package}.{module}".removeprefix("."): package
    for package, (names, _) in PACKAGES.items()
    for module in names.split()
}


def package_of(module):
    return module.rpartition(".")[0]


def ours(module):
    """The modules of the package that a module imports, also inside functions."""
    found = {name.removeprefix("cnnplay.") for name in imported(PACKAGE / f"{module.replace('.', '/')}.py")}
    return found & MODULES.keys()


def test_every_module_has_its_place():
    files = {module_name(file) for file in PACKAGE.rglob("*.py") if file.name != "__init__.py"}
    assert files == set(MODULES)


def test_the_inits_are_empty_but_for_those_with_public_names():
    public = {PACKAGE, PACKAGE / "course", PACKAGE / "data", PACKAGE / "experiments"}
    assert not [file for file in PACKAGE.rglob("__init__.py") if file.parent not in public and file.stat().st_size]


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_one_way(module):
    package, order = package_of(module), list(MODULES)
    _, builds_on = PACKAGES[package]
    for other in ours(module):
        if package_of(other) == package:
            assert order.index(other) < order.index(module), f"{other} comes after {module} in the reading order"
        elif builds_on is None:  # the app's own side: everything but the other pages
            assert not package_of(other).startswith("ui.") or package_of(other).startswith("ui.components")
        else:
            assert package_of(other) in builds_on or other in builds_on, f"{module} must not build on {other}"


def test_packages_build_on_one_another_without_a_circle():
    """Of the whole, as it is and not as it is allowed: `export` and its own parts count as one."""
    built_on = {package.partition(".")[0]: set() for package in PACKAGES if package}
    for module in MODULES:
        top = module.partition(".")[0]
        if top in built_on:
            built_on[top] |= {other.partition(".")[0] for other in ours(module)} & built_on.keys() - {top}
    while ready := {package for package, others in built_on.items() if not others & built_on.keys()}:
        built_on = {package: others for package, others in built_on.items() if package not in ready}
    assert not built_on


def test_arithmetic_needs_nothing_but_the_standard_library():
    outside = {name.split(".")[0] for name in imported(PACKAGE / "ops" / "arithmetic.py")} - {"cnnplay"}
    assert outside <= set(sys.stdlib_module_names)


LATE = {"jax", "flax", "optax"}


@pytest.mark.parametrize(
    "statement",
    [
        "import cnnplay",
        "from cnnplay import Architecture, TrainConfig, Window, mnist",
        "import cnnplay.network.presets, cnnplay.network.blocks, cnnplay.link",
        "import cnnplay.engine.engine",
        "import cnnplay.experiments; cnnplay.experiments.Experiment(vary={'kernel': [2, 3]}).trials",
        "from cnnplay.export.pretrained import pretrained; pretrained('notebook')",
    ],
)
def test_a_page_can_show_its_controls_before_jax_is_loaded(statement):
    code = f"import sys; {statement}; print(sorted({LATE!r} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=PACKAGE.parent, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_the_public_names_are_loaded_on_first_use_and_listed():
    names = ("Architecture", "TrainConfig", "Trainer", "Window", "conv2d", "mnist", "pool2d")
    assert set(names) == set(cnnplay.__all__) <= set(dir(cnnplay))
    for name in names:
        value = getattr(cnnplay, name)
        assert value.__name__ == name and value.__module__.startswith("cnnplay.")
    with pytest.raises(AttributeError, match="no_such_name"):
        cnnplay.no_such_name  # noqa: B018
