"""What a network makes of an image, why, what it looks for, and what it loses: arrays in, arrays out.

In the order to read them: activations, why, wishes, changes, steps.
"""

from .activations import Answer, activations, answer
from .changes import accuracy_of, confusion_of, examples, predictions, with_filter, without_each, wrong
from .steps import worth_of_steps
from .why import METHODS, Method, Occlusion, grad_cam, occlusion, saliency, smooth_grad, spread_over
from .wishes import Goal, Wish, maximised

__all__ = [
    "METHODS",
    "Answer",
    "Goal",
    "Method",
    "Occlusion",
    "Wish",
    "accuracy_of",
    "activations",
    "answer",
    "confusion_of",
    "examples",
    "grad_cam",
    "maximised",
    "occlusion",
    "predictions",
    "saliency",
    "smooth_grad",
    "spread_over",
    "with_filter",
    "without_each",
    "worth_of_steps",
    "wrong",
]
