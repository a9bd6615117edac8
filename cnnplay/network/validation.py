"""What fits and what does not: the sizes from layer to layer, and the changes that fix a network."""

from collections.abc import Iterator
from dataclasses import replace
from math import prod

from ..errors import Remedy, ShapeError
from .layers import Convolution, Dense, Flatten, Layer, Pooling, Shape, layer_names, write_layers

MOST_PARAMETERS, MOST_VALUES = 16_000_000, 1_000_000

Layers = tuple[Layer, ...]


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
    for label, changed in _changes(layers, shape):
        labels = [label]
        # What fixes this layer may leave a later one without room: go on with the first change that helps there.
        while (again := _first_misfit(changed, shape)) and len(labels) < 6:
            further = next(
                ((more, after) for more, after in _changes(changed, shape) if _further(after, shape, again[0])), None
            )
            if further is None:
                break
            labels.append(further[0])
            changed = further[1]
        text = write_layers(changed)
        if again is None and changed and fits(changed, shape) and text not in offered and len(offered) < most:
            offered.add(text)
            label = ", ".join(labels)
            yield Remedy(label[0].upper() + label[1:], {"net": text})


def _further(layers: Layers, shape: Shape, than: int) -> bool:
    misfit = _first_misfit(layers, shape)
    return misfit is None or misfit[0] > than


def _changes(layers: Layers, shape: Shape) -> Iterator[tuple[str, Layers]]:
    """Single changes that may fix the first layer that does not fit: (what the change is called, the layers then)."""
    misfit = _first_misfit(layers, shape)
    if misfit is None:
        return
    index, error = misfit
    names, layer = layer_names(layers), layers[index]
    before, after = layers[:index], layers[index + 1 :]
    for label, instead in layer.fixes(names[index], error):
        yield label, (*before, *instead, *after)
    yield f"leave out {layer}", (*before, *after)
    if layer.needs_maps and (at := _last_flattening(before, shape)) is not None:
        yield f"leave out {names[at]}", (*before[:at], *before[at + 1 :], layer, *after)
    padded = tuple(
        replace(earlier, padding="same") if isinstance(earlier, Convolution) and earlier.padding == "valid" else earlier
        for earlier in before
    )
    if padded != before:
        yield "pad the convolutions before, same", (*padded, layer, *after)


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
            candidates.append((f"Max{size} before flatten", (*layers[:at], pooled, *layers[at:])))
    if after or not isinstance(layer, Dense):  # the last dense layer has a unit for each class
        for remedy in layer.lighter():
            changed = (*before, replace(layer, **remedy.change), *after)  # type: ignore[type-var]
            candidates.append((f"{names[widest].capitalize()}: {remedy.label}", changed))
    return ShapeError(
        f"The network would have {sum(counts):,} parameters, {max(counts):,} of them in {names[widest]}; "
        f"at most {MOST_PARAMETERS:,} train here.",
        [Remedy(label, {"net": write_layers(changed)}) for label, changed in candidates if fits(changed, shape)],
        layer=names[widest],
    )
