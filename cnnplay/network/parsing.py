"""The text form of a network: a token a layer, joined by hyphens, so that it is a link as it stands.

    conv{filters}k{size}[x{size}][s{stride}][d{dilation}][same|full|p{pixels}]
    {max|mean|min}{size}[s{stride}][same|full|p{pixels}]
    an activation's name, batchnorm, dropout{percent}, flatten, globalmean, dense{units}

Strides and dilations may be rectangular as sizes are (s2x1), padding uneven (p1.2: one before, two after). The pattern
of a token, its reader and its writer sit on the layer's class; here the text is split, and errors are explained.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from ..errors import Remedy, TextError
from ..words import printable
from .layers import LAYERS, MNIST_SHAPE, Layer, write_layers
from .validation import fits

__all__ = ["DEFAULT", "MOST_LAYERS", "MOST_LETTERS", "read_layer", "read_layers", "write_layers"]

DEFAULT = "conv6k2-relu-max2-flatten-dense10"
MOST_LETTERS, MOST_LAYERS = 600, 40


def read_layer(token: str) -> Layer | None:
    """The layer of a token of the text form, None where there is none. Raises TextError where it is out of bounds."""
    for layer in LAYERS:
        if match := re.fullmatch(layer.pattern(), token, re.ASCII):
            return layer.read(match)
    return None


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
    guess = get_close_matches(token, list(_examples_with_numbers(token)), 1)
    swaps = [(f"Read it as {guess[0][:40]}", [*tokens[:index], guess[0], *tokens[index + 1 :]])] if guess else []
    swaps.append((f"Leave out {_shown(token) or 'the empty place'}", [*tokens[:index], *tokens[index + 1 :]]))
    remedies = [remedy for label, swap in swaps for remedy in _readable("-".join(swap), label)]
    examples = [example for layer in LAYERS for example in layer.examples()]
    return TextError(
        f"Layer {index + 1}, “{_shown(token)}”, is not a layer. Layers look like {', '.join(examples[:-1])} "
        f"and {examples[-1]}.",
        [*remedies, to_default],
    )


def _shown(token: str) -> str:
    """A token that is safe to quote: not too long, without characters that hide or reverse their neighbours."""
    return printable(token[:40])


def _examples_with_numbers(token: str) -> Iterator[str]:
    """The layers' examples with the token's own numbers put in, to guess what a misspelt token meant."""
    numbers = re.findall("[0-9]+", token)
    for example in (example for layer in LAYERS for example in layer.examples()):
        words, own = re.split("[0-9]+", example), re.findall("[0-9]+", example)
        filled = [*numbers[: len(own)], *own[len(numbers) :], ""]
        yield "".join(word + number for word, number in zip(words, filled, strict=True))


def _readable(text: str, label: str) -> list[Remedy]:
    """The remedy, if its text is a network. It is not parsed: an error would look for remedies in turn, without end."""
    try:
        layers = [read_layer(token) for token in text.split("-")]
    except TextError:
        return []
    known = tuple(layer for layer in layers if layer)
    return [Remedy(label, {"net": text})] if len(known) == len(layers) and fits(known, MNIST_SHAPE) else []
