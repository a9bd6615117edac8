"""Look inside: what a network has learned, why it answers as it does, and what it takes to change its mind."""

from cnnplay.ui.inside.change import change_it, changed, say_what_is_changed
from cnnplay.ui.inside.mistakes import mistakes
from cnnplay.ui.inside.sees import what_it_sees
from cnnplay.ui.inside.why import the_answer, why, wishes
from cnnplay.ui.navigation import enter
from cnnplay.ui.subject import choose_image, choose_network
from cnnplay.ui.widgets import head, tabs

enter()

head("Look inside", "What did it learn, and why did it say 7? Choose a run, an epoch and an image; all below follows.")
looked = choose_network("Train it on the page *Training*, and look at what it has learned here.")
if looked:
    before = looked
    after = changed(before)
    shown = choose_image(after)
    the_answer(after, shown)
    say_what_is_changed()
    tabs(
        {
            "Filters and maps": lambda: what_it_sees(after, shown),
            "Why": lambda: why(after, shown),
            "What it wants to see": lambda: wishes(after),
            "Change it": lambda: change_it(before, after, shown),
            "Mistakes": lambda: mistakes(after),
        },
        "inside_part",
    )
