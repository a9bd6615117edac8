"""Draw: let the network read your handwriting, and see what it receives of it."""

from cnnplay.ui.draw.draw import draw_a_digit
from cnnplay.ui.navigation import enter
from cnnplay.ui.widgets import head

enter()

head("Draw", "Let it read your handwriting, and see what it receives: not your drawing, but 28 × 28 pixels made of it.")
draw_a_digit()
