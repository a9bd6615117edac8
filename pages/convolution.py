"""Convolution: a filter on an image, two functions that make a third, how filters find lines, and depth."""

from cnnplay.ui.convolution.depth import depth
from cnnplay.ui.convolution.functions import two_functions
from cnnplay.ui.convolution.lines import finding_lines
from cnnplay.ui.convolution.slide import filter_on_an_image
from cnnplay.ui.navigation import enter
from cnnplay.ui.widgets import head, tabs

enter()

PARTS = {
    "A filter on an image": filter_on_an_image,
    "Two functions make a third": two_functions,
    "How a filter finds lines": finding_lines,
    "Depth": depth,
}

head("Convolution", "Slide a small window of weights over an image, multiply and add: what does the sum tell?")
tabs(PARTS, "conv_part")
