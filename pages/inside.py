"""Look inside: what a network has learned, why it answers as it does, and what it takes to change its mind."""

from functools import partial

from cnnplay.state.labs import InsideTabs
from cnnplay.ui.inside.answer import the_answer
from cnnplay.ui.inside.changes import changed_warning, with_changes
from cnnplay.ui.inside.edit_filters import edit_filters
from cnnplay.ui.inside.feature_maps import feature_maps
from cnnplay.ui.inside.image import choose_image
from cnnplay.ui.inside.maximization import maximization
from cnnplay.ui.inside.mistakes import mistakes
from cnnplay.ui.inside.why import why
from cnnplay.ui.navigation import enter
from cnnplay.ui.subject import choose_network
from cnnplay.ui.widgets import head, tabs

enter()

head("Look inside", "What has a network learned, and why does it say 7? Choose a run, an epoch and an image.")
before = choose_network("Train it on the page *Training*, then see here what it has learned.")
if before:
    after = with_changes(before)
    shown = choose_image(after)
    the_answer(after, shown)
    changed_warning(before)
    tabs(
        {
            "maps": ("Filters and maps", partial(feature_maps, after, shown)),
            "why": ("Why", partial(why, after, shown)),
            "maximization": ("What it wants to see", partial(maximization, after)),
            "change": ("Change it", partial(edit_filters, before, after, shown)),
            "mistakes": ("Mistakes", partial(mistakes, after)),
        },
        InsideTabs,
    )
