"""Look inside: what a network has learned, why it answers as it does, and what it takes to change its mind."""

from functools import partial

from cnnplay.state.labs import InsideTabs
from cnnplay.ui.inside.answer import the_answer
from cnnplay.ui.inside.changes import changed_here, with_changes
from cnnplay.ui.inside.edit_filters import edit_filters
from cnnplay.ui.inside.feature_maps import feature_maps
from cnnplay.ui.inside.image import choose_image
from cnnplay.ui.inside.maximization import maximization
from cnnplay.ui.inside.mistakes import mistakes
from cnnplay.ui.inside.untrained import what_it_means_untrained
from cnnplay.ui.inside.why import why
from cnnplay.ui.navigation import enter
from cnnplay.ui.widgets import head, looked_at, tabs

enter()

head("Look inside", "What has a network learned, and why does it answer as it does? Choose an image, and ask.")
before = looked_at("inside_fix")
if before:
    after = with_changes(before)
    changed_here(before, after)
    shown = choose_image(before)
    the_answer(before, after, shown)
    what_it_means_untrained(before)
    tabs(
        {
            "maps": ("Filters and maps", partial(feature_maps, after, shown)),
            "why": ("Why this answer", partial(why, before, after, shown)),
            "change": ("Change the filters", partial(edit_filters, before, after, shown)),
            "mistakes": ("Mistakes", partial(mistakes, before, after, shown)),
            "maximization": ("What it looks for", partial(maximization, after)),
        },
        InsideTabs,
    )
