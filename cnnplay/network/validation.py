"""What fits and what does not: the sizes from layer to layer, and the changes that fix a network."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import prod

from ..errors import Remedy, ShapeError
from .layers import Convolution, Dense, Flatten, Layer, Pooling, Shape, layer_names, write_layers

NUMBER = re.compile(r" an? \d+(×\d+)? | \d+ ")  # in a phrase: "a 3×3", "32", not that of a name
MOST_PARAMETERS, MOST_VALUES = 16_000_000, 1_000_000

Layers = tuple[Layer, ...]
Named = tuple[tuple[str, Layer], ...]  # each with its name


def shapes_of(layers: Layers, shape: Shape) -> list[Shape]:
    """The input's shape and then each layer's. Raises ShapeError where one does not fit."""
    shapes = [shape]
    for layer in layers:
        shapes.append(layer.output_shape(shapes[-1]))
    return shapes


def parameters_of(layers: Layers, shape: Shape) -> list[int]:
    """The parameters of each layer, trained or not."""
    return [layer.parameters(below) for layer, below in zip(layers, shapes_of(layers, shape), strict=False)]


def shapes_that_fit(layers: Layers, shape: Shape) -> list[Shape]:
    """`shapes_of`, as far as it goes."""
    misfit = _first_misfit(layers, shape)
    return shapes_of(layers[: misfit[0]] if misfit else layers, shape)


def longest_beginning(layers: Layers, shape: Shape) -> Layers:
    """The layers up to the first that does not fit or has too many parameters."""
    count = len(shapes_that_fit(layers, shape)) - 1
    while not fits(layers[:count], shape):
        count -= 1
    return layers[:count]


def for_classes(layers: Layers, classes: int) -> Layers:
    """The layers with a score for each class where they end in scores for another number of them."""
    return (*layers[:-1], Dense(classes)) if layers and isinstance(layers[-1], Dense) else layers


def check_fit(layers: Layers, shape: Shape) -> None:
    """Raises ShapeError, naming the layer and with remedies, unless all layers fit and train here."""
    if misfit := _first_misfit(layers, shape):
        raise _explained(layers, shape, *misfit)
    if sum(parameters_of(layers, shape)) > MOST_PARAMETERS:
        raise _too_large(layers, shape)


def fits(layers: Layers, shape: Shape) -> bool:
    """Whether `check_fit` raises nothing, without its search for remedies."""
    return not _first_misfit(layers, shape) and sum(parameters_of(layers, shape)) <= MOST_PARAMETERS


def _first_misfit(layers: Layers, shape: Shape) -> tuple[int, ShapeError] | None:
    for index, layer in enumerate(layers):
        try:
            shape = layer.output_shape(shape)
            if prod(shape) > MOST_VALUES:
                raise ShapeError(
                    f"it would make {prod(shape):,} values of an image, and at most {MOST_VALUES:,} are allowed",
                    layer.lighter(),
                )
        except ShapeError as error:
            return index, error
    return None


def _explained(layers: Layers, shape: Shape, index: int, error: ShapeError) -> ShapeError:
    name = layer_names(layers)[index]
    arriving = " × ".join(f"{n:,}" for n in shapes_of(layers[:index], shape)[-1])
    return ShapeError(
        f"{name} ({layers[index].title}) does not fit on {arriving}: {error}.",
        list(_fixes(layers, shape)),
        layer=name,
    )


def _fixes(layers: Layers, shape: Shape, most: int = 4) -> Iterator[Remedy]:
    """Changes after which the whole network fits, each tried before it is offered."""
    offered: set[str] = set()
    for phrase, changed in _changes(tuple(zip(layer_names(layers), layers, strict=True)), shape):
        phrases = [phrase]
        # What fixes this layer may leave a later one without room: go on with the first change that helps there.
        while (again := _first_misfit(_layers(changed), shape)) and len(phrases) < 6:
            further = next(
                (
                    (more, after)
                    for more, after in _changes(changed, shape)
                    if _further(_layers(after), shape, again[0])
                ),
                None,
            )
            if further is None:
                break
            phrases.append(further[0])
            changed = further[1]
        text = write_layers(_layers(changed))
        if again is None and changed and fits(_layers(changed), shape) and text not in offered and len(offered) < most:
            offered.add(text)
            yield Remedy(_sentence(phrases), {"net": text})


def _sentence(phrases: Sequence[str]) -> str:
    """ "Use same padding in conv2, and a 3×3 window in max2"; a verb is said once where the next phrase has it too."""
    last = list({NUMBER.sub(" ", phrase): phrase for phrase in phrases}.values())  # of two sizes of one layer, the last
    said = [last[0][0].upper() + last[0][1:]]
    for before, phrase in pairwise(last):
        verb, rest = phrase.split(" ", 1)
        said.append(rest if before.startswith(f"{verb} ") else phrase)
    return ", ".join(said[:-1]) + f", and {said[-1]}" if said[1:] else said[0]


def _layers(named: Named) -> Layers:
    return tuple(layer for _, layer in named)


def _further(layers: Layers, shape: Shape, than: int) -> bool:
    misfit = _first_misfit(layers, shape)
    return misfit is None or misfit[0] > than


def _changes(named: Named, shape: Shape) -> Iterator[tuple[str, Named]]:
    """Single changes that may fix the first layer that does not fit: (what to do, the layers then).

    The layers keep the names that they have in the network as it was written.
    """
    misfit = _first_misfit(_layers(named), shape)
    if misfit is None:
        return
    index, error = misfit
    (name, layer), before, after = named[index], named[:index], named[index + 1 :]
    for phrase, instead in layer.fixes(name, error):
        added = tuple((new.stem, new) for new in instead[:-1])
        yield phrase, (*before, *added, *((name, last) for last in instead[-1:]), *after)
    yield f"remove {name}", (*before, *after)
    if layer.needs_maps and (at := _last_flattening(_layers(before), shape)) is not None:
        yield f"remove {before[at][0]}", (*before[:at], *before[at + 1 :], named[index], *after)
    unpadded = [name for name, layer in before if isinstance(layer, Convolution) and layer.padding == "valid"]
    if unpadded:
        where = " and ".join(unpadded) if len(unpadded) < 3 else f"every convolution before {name}"
        yield f"use same padding in {where}", (*map(_padded, before), named[index], *after)


def _padded(named: tuple[str, Layer]) -> tuple[str, Layer]:
    name, layer = named
    if isinstance(layer, Convolution) and layer.padding == "valid":
        return name, replace(layer, padding="same")
    return named


def _last_flattening(layers: Layers, shape: Shape) -> int | None:
    """Where maps become flat, None where they do not."""
    shapes = shapes_of(layers, shape)
    return next((at for at in range(len(layers)) if len(shapes[at]) == 3 and len(shapes[at + 1]) == 1), None)


def _too_large(layers: Layers, shape: Shape) -> ShapeError:
    counts, names = parameters_of(layers, shape), layer_names(layers)
    widest = counts.index(max(counts))
    before, layer, after = layers[:widest], layers[widest], layers[widest + 1 :]
    candidates: list[tuple[str, Layers]] = []
    if Flatten() in before:
        at = layers.index(Flatten())
        for size in (2, 4):
            pooled = Pooling("max", (size, size))
            candidates.append((f"Put max{size} before flatten", (*layers[:at], pooled, *layers[at:])))
    if after or not isinstance(layer, Dense):  # the last dense layer has a unit for each class
        for remedy in layer.lighter():
            changed = (*before, replace(layer, **remedy.change), *after)  # type: ignore[type-var]
            candidates.append((f"{remedy.label} in {names[widest]}", changed))
    return ShapeError(
        f"The network would have {sum(counts):,} parameters, {max(counts):,} of them in {names[widest]}; "
        f"at most {MOST_PARAMETERS:,} train here.",
        [Remedy(label, {"net": write_layers(changed)}) for label, changed in candidates if fits(changed, shape)],
        layer=names[widest],
    )
