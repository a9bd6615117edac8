"""The lesson: what a convolutional network computes, for one network, in a notebook or on a page.

In the reading order: beginning, convolution, filters, places, pooling, shapes, training, learned, exercises. The plain
loops that it shows are those of ops/reference.py.
"""

from collections.abc import Iterator

from .beginning import pictures, start
from .cells import Cell, Chapter, Code, Picture, Question, Table, Words
from .convolution import convolution
from .exercises import exercises, further
from .filters import how_filters_work
from .learned import how_good, what_it_learned
from .places import stride_and_padding
from .pooling import pooling
from .shapes import as_code, sizes
from .subject import Subject
from .training import training

__all__ = ["TITLE", "Cell", "Chapter", "Code", "Picture", "Question", "Subject", "Table", "Words", "lesson"]

TITLE = "What a convolutional network computes"


def lesson(subject: Subject) -> Iterator[Chapter]:
    """The chapters, in their order."""
    yield start(subject)
    yield pictures(subject)
    yield convolution(subject)
    yield how_filters_work(subject)
    yield stride_and_padding(subject)
    yield pooling(subject)
    yield sizes(subject)
    if subject.is_notebook:
        yield as_code(subject)
    yield training(subject)
    yield what_it_learned(subject)
    if subject.is_notebook or subject.trained:
        yield how_good(subject)
    yield exercises(subject)
    yield further(subject)
