"""Find a digit of MNIST in words or by the number of its image: "a seven", "another 7", "image 17"."""

import re

import numpy as np

from ..bounds import is_whole
from ..data.datasets import Split, brightness
from ..errors import PictureError, Remedy

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

LONGEST_REQUEST = 40  # characters

NUMBER = re.compile(r"(?:the )?(?P<said>image |picture |number )?(?P<sign>#)? ?(?P<number>[0-9]+(?:,[0-9]{3})*)")

REQUEST = re.compile(
    r"(?:(?:(?P<more>another|(?:the )?next|one more)|an?|the|any|some) )?(?:digit )?"
    rf"(?P<digit>{'|'.join(DIGITS)}|[0-9])(?:e?s)?"
)

MORE = ("another", "next", "the next", "one more")


def digit(split: Split, number: int) -> np.ndarray:
    """Image `number` of a split, float32 [28 28 1] from 0 black to 1 white. Raises PictureError for no such image."""
    _check_number(split, number)
    return brightness(split.images[number])


def find_digit(split: Split, text: str, current: int | None = None) -> int:
    """The number of the image that a text asks for.

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
        return _next_of(split, int(split.labels[current or 0]), current)
    request = REQUEST.fullmatch(asked)
    if request is None or len(text) > LONGEST_REQUEST:
        raise PictureError(
            f"No image is called {_quoted(text)}. Type a digit (7) or an image's number (#{min(17, len(split) - 1)})."
        )
    word = request["digit"]
    label = DIGITS.index(word) if word in DIGITS else int(word)
    return _next_of(split, label, current if request["more"] else None)


def check_request(split: Split, text: str) -> None:
    """Raises PictureError where a text asks for no image of the split."""
    find_digit(split, text, 0)


def _next_of(split: Split, label: int, current: int | None) -> int:
    """The first image of a digit after `current`, or the first of all where there is none after it."""
    numbers = np.flatnonzero(split.labels == label)
    if not numbers.size:
        raise PictureError(f"None of these {len(split):,} images shows {DIGITS[label]}. Ask for another digit.")
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
