"""Stride and padding: the grid, its windows and its arithmetic."""

from cnnplay.ops.arithmetic import Window
from cnnplay.ui.lab_widgets import reading, sources
from cnnplay.ui.navigation import enter
from cnnplay.ui.stride_padding.windows import windows_on_a_grid
from cnnplay.ui.widgets import head

enter()

head("Stride and padding", "How many windows fit on an image, which pixels do they read, and which do they miss?")
windows_on_a_grid()
sources(
    "These lines compute every size in the playground: on this page, in the shape table, and in the network itself.",
    Window.pads,
    Window.output_size,
    Window.positions,
)
reading(
    {
        "Dumoulin & Visin 2016, A guide to convolution arithmetic, chapters 2 and 5": "https://arxiv.org/abs/1603.07285",
        "Yu & Koltun 2016, Multi-scale context aggregation by dilated convolutions": "https://arxiv.org/abs/1511.07122",
    }
)
