"""A notebook that repeats an experiment with cnnplay: its code, its table, its picture."""

import json
from collections.abc import Callable

import nbformat
from nbformat import NotebookNode

from ..experiments.experiment import Experiment
from .notebook import ABOUT

PLOT = """import matplotlib.pyplot as plt

from cnnplay.export.experiment_picture import draw_experiment

draw_experiment(plt.figure(), results)
plt.show()"""


def experiment_notebook(experiment: Experiment) -> str:
    """A notebook (nbformat 4.5, JSON); the same experiment, the same bytes. It needs cnnplay beside it."""
    words: Callable[[str], NotebookNode] = nbformat.v4.new_markdown_cell
    code: Callable[[str], NotebookNode] = nbformat.v4.new_code_cell
    cells = [
        words(
            "# An experiment\n\nIt trains every network with several seeds, and says how sure the answer is. Start it "
            "in the folder that holds the package `cnnplay`."
        ),
        code(f"from cnnplay.experiments import Experiment, run\n\nexperiment = {experiment.code()}"),
        words("Every run trains from its own initial weights. This may take minutes."),
        code("results = run(experiment)\nprint(results.summary())"),
        words("Every point is a run: the points of one row differ in their seed alone."),
        code(PLOT),
        words("The table has a row for each run and epoch."),
        code("import pandas as pd\n\npd.DataFrame(results.table())"),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    made = nbformat.v4.new_notebook(cells=cells, metadata=ABOUT)  # type: ignore[no-untyped-call]
    nbformat.validate(made)
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"
