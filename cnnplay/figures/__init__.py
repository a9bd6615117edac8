"""Arrays to figures: what the pages draw, as Plotly figures or as plain data for the components in `ui`.

One meaning of a colour everywhere: grey for images, blue and orange for the two signs of a number (blue below zero,
orange above), and a run's own colour, by its number, for all that is said of that run.
"""
