"""Pooling: by numbers, on feature maps, and what it buys and costs."""

from cnnplay.ui.navigation import enter
from cnnplay.ui.pooling.pooling import buys_and_costs, four_by_four, on_a_digit, source_and_links
from cnnplay.ui.widgets import head, tabs

enter()

PARTS = {
    "By numbers": four_by_four,
    "On feature maps": on_a_digit,
    "What it buys and costs": buys_and_costs,
}

head("Pooling", "One number for each window: the largest, the mean or the smallest. What is kept, and what is lost?")
tabs(PARTS, "pool_part")
source_and_links()
