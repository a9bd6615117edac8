"""Stride and padding: the grid, its windows and its arithmetic."""

from cnnplay.ui.navigation import enter
from cnnplay.ui.stride_padding.windows import windows_on_a_grid
from cnnplay.ui.widgets import head

enter()

head("Stride and padding", "How many windows fit, which pixels do they read, and what falls off the edge?")
windows_on_a_grid()
