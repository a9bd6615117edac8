"""What networks learn from: DATASETS, a row each by its name."""

from .datasets import DATASETS as DATASETS
