"""Ready questions, a row each: what to vary so that the playground answers them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .settings import Value


@dataclass(frozen=True)
class Question:
    """vary: setting -> values. epochs and train_images make one run of the notebook's network short."""

    title: str
    why: str
    vary: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    seeds: int = 5
    epochs: int = 2
    train_images: int = 10_000


QUESTIONS = {
    "kernel": Question(
        "Does a larger kernel help?",
        "A larger window sees more of the digit at once, and has more weights to learn.",
        {"kernel": (2, 3, 5, 7)},
    ),
    "pool": Question(
        "Max or mean?",
        "Max pooling keeps the strongest response of a window, mean pooling blends all of them.",
        {"pool": ("max", "mean")},
    ),
    "filters": Question(
        "How many filters are enough?",
        "Each filter looks for something of its own. At some point there is little left to look for.",
        {"filters": (1, 2, 4, 8, 16)},
        seeds=6,  # ten comparisons of five values: with five seeds none could be sure
    ),
    "pooling": Question(
        "What does pooling cost?",
        "Pooling throws numbers away (1×1 means no pooling). Compare accuracy, parameters and time.",
        {"pool_size": (1, 2, 3, 4)},
    ),
    "rate": Question(
        "Which learning rate?",
        "If it is too small, the network hardly learns; if it is too large, the loss jumps about or grows.",
        {"learning_rate": (1e-4, 1e-3, 1e-2, 0.1)},
        epochs=1,
    ),
    "luck": Question(
        "How much luck is a seed?",
        "The seed sets the initial weights and the order of the images. Nothing else changes here.",
        seeds=10,
        epochs=1,
    ),
}
