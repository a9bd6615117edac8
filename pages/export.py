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
from cnnplay.ui.subject import choose_network
from cnnplay.ui.widgets import head, tabs

enter()

PARTS = {
    "lesson": ("Lesson", lesson),
    "code": ("Code", code),
    "weights": ("Weights", weights),
    "figures": ("Figures and tables", figures_and_tables),
    "link": ("Link", share),
}

head("Take it home", "What you built leaves with you: as a lesson, as code in three frameworks, as weights, as a link.")
looked = choose_network()
if looked and (run := taken(looked)):
    everything(run)
    tabs({name: (title, partial(part, run)) for name, (title, part) in PARTS.items()}, Export)
else:
    open_file()
