"""The pictures of the lesson: a function each, which takes a matplotlib figure and arrays, and draws.

One home for two readers: the notebook shows and runs this source, the page calls it. So a function here knows NumPy,
matplotlib and its neighbours in this folder, nothing else of the package but two colours. Images are grey, 0 black to
1 white; other numbers are blue below zero, white at zero and orange above.
"""

from .digits import draw_digits, draw_pixels
from .filters import draw_answers, draw_channels, draw_filters, draw_row, draw_slide, draw_window
from .layers import draw_layers, draw_maps, draw_network
from .places import draw_shift, draw_windows
from .training import draw_confusion, draw_curves, draw_mistakes

__all__ = [
    "draw_answers",
    "draw_channels",
    "draw_confusion",
    "draw_curves",
    "draw_digits",
    "draw_filters",
    "draw_layers",
    "draw_maps",
    "draw_mistakes",
    "draw_network",
    "draw_pixels",
    "draw_row",
    "draw_shift",
    "draw_slide",
    "draw_window",
    "draw_windows",
]
