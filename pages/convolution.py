"""Convolution: a filter on an image, two functions that make a third, how filters find lines, and depth."""

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
    "functions": ("Two functions make a third", two_functions),
    "lines": ("How a filter finds lines", finding_lines),
    "depth": ("Depth", depth),
}

head("Convolution", "Slide a small window of weights over an image, multiply and add: what does the sum tell?")
tabs(PARTS, ConvolutionTabs)
