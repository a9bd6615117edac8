"""Convolution: a filter on an image, the convolution of two functions, how filters find lines, and depth."""

from cnnplay.state.labs import ConvolutionTabs
from cnnplay.ui.convolution.depth import depth
from cnnplay.ui.convolution.filter_on_image import filter_on_an_image
from cnnplay.ui.convolution.oriented_filters import finding_lines
from cnnplay.ui.convolution.two_functions import two_functions
from cnnplay.ui.navigation import enter
from cnnplay.ui.widgets import head, tabs

enter()

PARTS = {
    "filter": ("A filter on an image", filter_on_an_image),
    "functions": ("Two functions", two_functions),
    "lines": ("Finding lines", finding_lines),
    "depth": ("Depth", depth),
}

head(
    "Convolution",
    "A **filter** slides over an image. Its weights, the **kernel**, multiply the pixels under them; the sum is one "
    "number of the **feature map**.",
)
tabs(PARTS, ConvolutionTabs)
