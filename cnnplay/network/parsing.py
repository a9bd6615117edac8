"""The text form of a network: a token a layer, joined by hyphens, so that it is a link as it stands.

    conv{filters}k{size}[x{size}][s{stride}][d{dilation}][same|full|p{pixels}]
    {max|mean|min}{size}[s{stride}][same|full|p{pixels}]
    an activation's name, dropout{percent}, flatten, dense{units}

Strides and dilations may be rectangular as sizes are (s2x1), padding uneven (p1.2: one before, two after).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from ..errors import Remedy, TextError
from ..ops.arithmetic import Padding
from ..ops.registry import ACTIVATIONS, POOLS
from .layers import MNIST_SHAPE, Activation, Convolution, Dense, Dropout, Flatten, Layer, Pair, Pooling, write_layers
from .validation import fits

__all__ = ["DEFAULT", "MOST_LAYERS", "MOST_LETTERS", "read_layer", "read_layers", "write_layers"]

DEFAULT = "conv6k2-relu-max2-flatten-dense10"
MOST_LETTERS, MOST_LAYERS = 600, 40

_PAD = r"(?P<padding>valid|same|full|p\d+(?:\.\d+)?)?"
_SIZE = r"\d+(?:x\d+)?"

# The text form: what a token looks like, and the layer it stands for.
LAYERS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "convolution": (
        rf"conv(?P<filters>\d+)k(?P<kernel>{_SIZE})(?:s(?P<stride>{_SIZE}))?(?:d(?P<dilation>{_SIZE}))?{_PAD}",
        lambda m: Convolution(
            int(m["filters"]),
            _pair(m["kernel"]),
            _pair(m["stride"] or "1"),
            _pair(m["dilation"] or "1"),
            _padding(m["padding"]),
        ),
    ),
    "pooling": (
        rf"(?P<pool>{'|'.join(POOLS)})(?P<window>{_SIZE})(?:s(?P<stride>{_SIZE}))?{_PAD}",
        lambda m: Pooling(
            m["pool"], _pair(m["window"]), _pair(m["stride"]) if m["stride"] else None, _padding(m["padding"])
        ),
    ),
    "activation": (rf"(?P<function>{'|'.join(ACTIVATIONS)})", lambda m: Activation(m["function"])),
    "dropout": (r"dropout(?P<percent>\d+)", lambda m: Dropout(int(m["percent"]))),
    "flatten": (r"flatten", lambda m: Flatten()),
    "dense": (r"dense(?P<units>\d+)", lambda m: Dense(int(m["units"]))),
}


def read_layer(token: str) -> Layer | None:
    """The layer that a token of the text form stands for, None where it is none. Raises TextError out of bounds."""
    for pattern, make in LAYERS.values():
        if match := re.fullmatch(pattern, token, re.ASCII):
            layer: Layer = make(match)
            return layer
    return None


def _pair(text: str) -> Pair:
    rows, _, columns = text.partition("x")
    return int(rows), int(columns or rows)


def _padding(text: str | None) -> Padding:
    if text is None or not text.startswith("p"):
        return text or "valid"
    first, _, second = text[1:].partition(".")
    before, after = int(first), int(second or first)
    return (before, after) if before != after else before or "valid"


def read_layers(text: str) -> tuple[Layer, ...]:
    """The layers of a text, whether they fit or not. Raises TextError, with remedies, where it cannot be read."""
    to_default = Remedy("Use the notebook's network", {"net": DEFAULT})
    if not isinstance(text, str) or not text.strip():
        raise TextError("The network's text is empty.", [to_default])
    if len(text) > MOST_LETTERS:
        raise TextError(f"The network's text has {len(text):,} letters; at most {MOST_LETTERS} are read.", [to_default])
    tokens = re.sub(r"\s+", "", text).lower().strip("-").split("-")
    if len(tokens) > MOST_LAYERS:
        raise TextError(f"The network has {len(tokens)} layers; at most {MOST_LAYERS} are read.", [to_default])
    layers = []
    for index, token in enumerate(tokens):
        try:
            layer = read_layer(token)
        except TextError as error:
            rest = [*tokens[:index], *tokens[index + 1 :]]
            raise TextError(
                f"Layer {index + 1}, “{_shown(token)}”: {str(error)[0].lower()}{str(error)[1:]}",
                [*_readable("-".join(rest), f"Leave out {_shown(token)}"), to_default],
            ) from error
        if layer is None:
            raise _unreadable(tokens, index, to_default)
        layers.append(layer)
    return tuple(layers)


def _unreadable(tokens: list[str], index: int, to_default: Remedy) -> TextError:
    token = tokens[index]
    guess = get_close_matches(token, [*ACTIVATIONS, "flatten", *_stems_with_numbers(token)], 1)
    swaps = [(f"Read it as {guess[0][:40]}", [*tokens[:index], guess[0], *tokens[index + 1 :]])] if guess else []
    swaps.append((f"Leave out {_shown(token) or 'the empty place'}", [*tokens[:index], *tokens[index + 1 :]]))
    remedies = [remedy for label, swap in swaps for remedy in _readable("-".join(swap), label)]
    return TextError(
        f"Layer {index + 1}, “{_shown(token)}”, is not a layer. Layers look like conv6k3, conv6k3s2same, max2, "
        f"mean3s2, {', '.join(ACTIVATIONS)}, dropout25, flatten and dense10.",
        [*remedies, to_default],
    )


def _shown(token: str) -> str:
    """A token as it may stand in a sentence: not too long, nothing that hides or turns round the letters beside it."""
    return "".join(letter if letter.isprintable() else "�" for letter in token[:40])


def _stems_with_numbers(token: str) -> Iterator[str]:
    """The layer names with the token's own numbers put in, to guess what a misspelt token meant."""
    numbers = re.findall("[0-9]+", token)
    if numbers:
        yield from (f"{stem}{numbers[0]}" for stem in (*POOLS, "dense", "dropout"))
        yield f"conv{numbers[0]}k{numbers[1] if len(numbers) > 1 else 3}"


def _readable(text: str, label: str) -> list[Remedy]:
    """The remedy, if its text is a network. It is not parsed: an error would look for remedies in turn, without end."""
    try:
        layers = [read_layer(token) for token in text.split("-")]
    except TextError:
        return []
    known = tuple(layer for layer in layers if layer)
    return [Remedy(label, {"net": text})] if len(known) == len(layers) and fits(known, MNIST_SHAPE) else []
