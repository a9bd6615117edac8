"""Find a test image in words or by its number: "a seven", "another 7", "image 17"; "a red circle"."""

import re
from collections.abc import Sequence

import numpy as np

from ..bounds import is_whole
from ..data.datasets import DIGITS, Split, brightness
from ..errors import PictureError, Remedy

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

LONGEST_REQUEST = 40  # characters

NUMBER = re.compile(r"(?:the )?(?P<said>image |picture |number )?(?P<sign>#)? ?(?P<number>[0-9]+(?:,[0-9]{3})*)")

REQUEST = re.compile(r"(?:(?:(?P<more>another|(?:the )?next|one more)|an?|the|any|some) )?(?:digit )?(?P<name>.+)")

MORE = ("another", "next", "the next", "one more")


def digit(split: Split, number: int) -> np.ndarray:
    """Image `number` of a split, float32 [h w c] from 0 black to 1 white. Raises PictureError for no such image."""
    _check_number(split, number)
    return brightness(split.images[number])


def find_digit(split: Split, text: str, current: int | None = None, classes: Sequence[str] = DIGITS) -> int:
    """The number of the image that a text asks for.

    classes: the names by which images are asked for.

    "7", "seven", "a seven", "a 7", "7s": the first seven. "another seven", "next 7": the first seven after the image
    `current`, or the first of all after the last. "another", "next": the same for the digit that the image `current`
    shows. "#7", "image 7", and a number of two figures or more alone, as in "17": that image, counted from 0.
    Raises PictureError for a number out of range and for an unknown text.
    """
    asked = " ".join(text[: LONGEST_REQUEST + 1].lower().split()).strip(" .,!?")
    number = NUMBER.fullmatch(asked)
    if number and (number["said"] or number["sign"] or len(number["number"]) > 1):
        return _check_number(split, int(number["number"].replace(",", "")))
    if asked in MORE and len(split):
        return _next_of(split, int(split.labels[current or 0]), current, classes)
    request, names = REQUEST.fullmatch(asked), _names(classes)
    label = names.get(request["name"]) if request else None
    whole = names.get(asked)  # a name that begins as a request does: "the end"
    if len(text) > LONGEST_REQUEST or (label is None and whole is None):
        raise PictureError(
            f"No image is called {_quoted(text)}. Type {_wanted(classes)} or an image's number "
            f"(#{min(17, len(split) - 1)})."
        )
    if label is None or request is None:
        assert whole is not None
        return _next_of(split, whole, None, classes)
    return _next_of(split, label, current if request["more"] else None, classes)


def _names(classes: Sequence[str]) -> dict[str, int]:
    """What each class may be called: its name, and more than one of it; of digits also the words."""
    singular = {" ".join(name.lower().split()): label for label, name in enumerate(classes)}
    if tuple(classes) == DIGITS:
        singular |= {word: label for label, word in enumerate(WORDS)}
    plural = {f"{name}{ending}": label for name, label in singular.items() for ending in ("s", "es")}
    return plural | singular


def _wanted(classes: Sequence[str]) -> str:
    return "a digit (7)" if tuple(classes) == DIGITS else f"a class ({classes[0]})"


def check_request(split: Split, text: str, classes: Sequence[str] = DIGITS) -> None:
    """Raises PictureError where a text asks for no image of the split."""
    find_digit(split, text, 0, classes)


def _next_of(split: Split, label: int, current: int | None, classes: Sequence[str]) -> int:
    """The first image of a class after `current`, or the first of all where there is none after it."""
    numbers = np.flatnonzero(split.labels == label)
    if not numbers.size:
        name = WORDS[label] if tuple(classes) == DIGITS else _quoted(classes[label])
        raise PictureError(f"None of these {len(split):,} images shows {name}. Ask for another one.")
    later = numbers[numbers > current] if current is not None else numbers
    return int(later[0] if later.size else numbers[0])


def _quoted(text: str) -> str:
    """The beginning of a text in quotation marks, with escape sequences for what cannot be printed."""
    shown = text[:LONGEST_REQUEST]
    return f"“{shown if shown.isprintable() else repr(shown)[1:-1]}”"


def _check_number(split: Split, number: object) -> int:
    """The number of an image. Raises PictureError, with the last image as the remedy, where there is none such."""
    last = len(split) - 1
    if not is_whole(number) or not 0 <= number <= last:
        shown = f"#{number:,}" if is_whole(number) else repr(number)
        raise PictureError(
            f"There is no image {shown}: their numbers go from #0 to #{last:,}.",
            [Remedy(f"take image {last:,}", {"number": last})],
        )
    return int(number)
