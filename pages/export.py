"""Take it home: the lesson as a notebook and as a page, the code, the weights, figures and tables, the link."""

from functools import partial

from cnnplay.state.labs import Export
from cnnplay.ui.export.code import code
from cnnplay.ui.export.everything import everything
from cnnplay.ui.export.figures import figures_and_tables
from cnnplay.ui.export.files import taken
from cnnplay.ui.export.lesson import lesson
from cnnplay.ui.export.share import share
from cnnplay.ui.export.weights_file import open_file, weights
from cnnplay.ui.navigation import enter
from cnnplay.ui.widgets import head, looked_at, tabs

enter()

PARTS = {
    "lesson": ("Lesson", lesson),
    "code": ("Code", code),
    "weights": ("Weights", weights),
    "figures": ("Figures and tables", figures_and_tables),
    "link": ("Link", share),
}

head("Take it home", "Download what you built: a lesson, code in three frameworks, the weights, a link.")
looked = looked_at("export_fix")
if looked and (run := taken(looked)):
    everything(run)
    tabs({name: (title, partial(part, run)) for name, (title, part) in PARTS.items()}, Export)
else:
    open_file()
