"""The course: chapters of exercises whose answers come from the functions that compute the network."""

from .chapters import CHAPTERS, EXERCISES

__all__ = ["CHAPTERS", "EXERCISES"]
