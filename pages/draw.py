"""Draw: let the network read your handwriting, and see what it receives of it."""

from cnnplay.inputs import handwriting
from cnnplay.ui.draw.photo import photo
from cnnplay.ui.draw.reader import network_that_reads
from cnnplay.ui.draw.reading import draw_and_read, what_it_sees
from cnnplay.ui.draw.step_accuracies import why_the_steps_matter
from cnnplay.ui.lab_widgets import reading, sources
from cnnplay.ui.navigation import enter
from cnnplay.ui.widgets import head

enter()

head("Draw", what_it_sees())
draw_and_read()
photo()
network_that_reads()
why_the_steps_matter()
sources("What happens to your drawing before the network sees it.", handwriting.strip, handwriting.centred_by_mass)
reading({"LeCun et al. 1998, section III-A: how MNIST was made": "https://doi.org/10.1109/5.726791"})
