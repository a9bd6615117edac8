"""Take it home: the lesson as a notebook and as a page, the code, the weights, figures and tables, the link."""

from cnnplay.ui.export.saved import open_file, weights
from cnnplay.ui.export.take import code, everything, figures_and_tables, lesson, saved_run, share
from cnnplay.ui.navigation import enter
from cnnplay.ui.subject import choose_network
from cnnplay.ui.widgets import head, tabs

enter()

head("Take it home", "What you built leaves with you: as a lesson, as code in three frameworks, as weights, as a link.")
looked = choose_network()
run = saved_run(looked) if looked else None
if run:
    taken = run
    files = everything(taken)
    tabs(
        {
            "Lesson": lambda: lesson(taken, files),
            "Code": lambda: code(taken, files),
            "Weights": lambda: weights(taken, files),
            "Figures and tables": lambda: figures_and_tables(taken, files),
            "Link": lambda: share(taken),
        },
        "take_part",
    )
else:
    open_file()
