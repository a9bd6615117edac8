"""The chapters of the course, in the order in which a beginner takes them."""

from .designing import CHAPTER as DESIGNING
from .exercise import Chapter, Exercise, Step
from .filters import CHAPTER as FILTERS
from .handwriting import CHAPTER as HANDWRITING
from .inside import CHAPTER as INSIDE
from .notebook import CHAPTER as NOTEBOOK
from .overfitting import CHAPTER as OVERFITTING
from .padding import CHAPTER as PADDING
from .pooling import CHAPTER as POOLING
from .sharing import CHAPTER as SHARING
from .sliding import CHAPTER as SLIDING
from .stride import CHAPTER as STRIDE
from .training import CHAPTER as TRAINING
from .volumes import CHAPTER as VOLUMES

CHAPTERS: tuple[Chapter, ...] = (
    *(VOLUMES, SHARING, SLIDING, FILTERS, STRIDE, PADDING),
    *(POOLING, NOTEBOOK, TRAINING, OVERFITTING, INSIDE, HANDWRITING, DESIGNING),
)
EXERCISES: dict[str, Exercise] = {each.id: each for chapter in CHAPTERS for each in chapter.exercises}
STEPS: dict[str, tuple[Chapter, Step]] = {step.id: (chapter, step) for chapter in CHAPTERS for step in chapter.steps}
