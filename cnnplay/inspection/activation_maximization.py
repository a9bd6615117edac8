"""Activation maximization: an image that a class or a filter responds to most, made by gradient ascent."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ..caching import program_cache
from ..errors import PlaygroundError, ShapeError
from ..network.architecture import Architecture
from ..network.model import Weights, with_weights
from ..ops.quick_jit import MOST_PROGRAMS, quick
from .activations import one_class, one_convolution

FRAMES = 20  # of the film, at equal distances
MOST_STEPS = 1000
BLUR_EVERY = 4  # steps
SHIFT = 2  # pixels that the image is shifted by at most, differently in each step
SHARPNESS = 10.0  # of the softplus
TINY = 1e-12
FAINT = 0.1  # brightness of the initial noise, at most


@dataclass(frozen=True, eq=False)
class Maximization:
    """The image at each frame [n h w], from 0 to 1, noise first, and the score at each frame [n]."""

    frames: np.ndarray
    scores: np.ndarray


Goal = int | tuple[str, int]  # a class, or a filter of a convolution: ("conv1", 3)


def maximize(
    architecture: Architecture,
    weights: Weights,
    goal: Goal,
    steps: int = 60,
    rate: float = 0.08,
    decay: float = 0.05,
    blur: float = 0.7,
    seed: int = 0,
) -> Maximization:
    """An image that a class or a filter responds to strongly, by gradient ascent from faint noise: -> Maximization.

        x ← clip(blur((1 - decay) · (x + rate · g / rms(g))), 0, 1),   g = ∂score(x, shifted a little) / ∂x

    goal: a class, whose logit is the score, or (layer, filter), whose score is the mean of the map's softplus,
    log(1 + e^(10·z)) / 10: a ReLU with a rounded corner, so that a filter which is silent at first has a gradient too.
    steps: rounded up to a multiple of FRAMES. rate: the root mean square change of a pixel in a step. decay: the share
    of its brightness that a pixel loses in a step (L2). blur: σ of a Gaussian, in pixels, every BLUR_EVERY steps. The
    image is shifted by up to SHIFT pixels, differently in each step, so that strokes count and not single pixels.

    Raises PlaygroundError for an unknown class or settings out of bounds, ShapeError for an unknown filter.
    (Erhan, Bengio, Courville & Vincent 2009, "Visualizing higher-layer features of a deep network", "Maximizing the
    activation"; Simonyan et al. 2014, section 2: the L2 term; Yosinski et al. 2015, "Understanding neural networks
    through deep visualization", section 3: decay and blur; Mordvintsev, Olah & Tyka 2015, "Inceptionism": the shifts.)
    """
    if not (1 <= steps <= MOST_STEPS and rate > 0 and 0 <= decay < 1 and blur >= 0):
        raise PlaygroundError(
            f"An image is made in 1 to {MOST_STEPS} steps with a rate above 0, a decay from 0 to below 1 and a blur "
            f"from 0 up, not {steps} steps with {rate:g}, {decay:g} and {blur:g}."
        )
    layer, index = goal if isinstance(goal, tuple) else (None, goal)
    number = one_class(architecture, index) if layer is None else _one_filter(architecture, layer, index)
    generator = np.random.default_rng(seed)
    start = generator.uniform(0, FAINT, (1, *architecture.input_shape)).astype(np.float32)
    shifts = generator.integers(-SHIFT, SHIFT, (MOST_STEPS, 2), np.int32, endpoint=True)
    every, *settings = np.int32(-(-steps // FRAMES)), *(np.float32(setting) for setting in (rate, decay, blur))
    frames, scores = _ascent(architecture, layer)(dict(weights), start, shifts, number, every, *settings)
    return Maximization(np.asarray(frames), np.asarray(scores))


def _one_filter(architecture: Architecture, layer: str, index: int) -> np.int32:
    filters = architecture.shapes[one_convolution(architecture, layer) + 1][-1]
    if not 0 <= index < filters:
        raise ShapeError(f"The filters of {layer} go from 0 to {filters - 1}; there is no {index}.", layer=layer)
    return np.int32(index)


@program_cache(MOST_PROGRAMS)
def _ascent(architecture: Architecture, layer: str | None) -> Callable[..., tuple[Array, Array]]:
    """The whole ascent as one program. layer: of the filter; None for a class."""

    def program(
        weights: Weights,
        start: Array,
        shifts: Array,
        number: Array,
        every: Array,
        rate: Array,
        decay: Array,
        blur: Array,
    ) -> tuple[Array, Array]:
        network = with_weights(architecture, weights)

        def score(image: Array) -> Array:
            if layer is None:
                return network(image)[0, number]
            maps = network.activations(image)[layer][0, ..., number]
            return jax.nn.softplus(SHARPNESS * maps).mean() / SHARPNESS

        def picture(image: Array) -> Array:
            return image[0] if image.shape[-1] == 3 else image[0].mean(-1)

        def step(count: Array, image: Array) -> Array:
            gradient = jax.grad(lambda image: score(jnp.roll(image, shifts[count], (1, 2))))(image)
            size = jnp.sqrt((gradient**2).mean()) + TINY  # no division by 0 where the gradient vanishes
            image = (1 - decay) * (image + rate * gradient / size)
            image = jnp.where(count % BLUR_EVERY == 0, _blurred(image, blur), image)
            return jnp.clip(image, 0, 1)

        def to_next_frame(image: Array, frame: Array) -> tuple[Array, tuple[Array, Array]]:
            after = lax.fori_loop(frame * every, (frame + 1) * every, step, image)
            return after, (picture(image), score(image))

        last, (frames, scores) = lax.scan(to_next_frame, start, jnp.arange(FRAMES))
        return jnp.concatenate([frames, picture(last)[None]]), jnp.append(scores, score(last))

    return quick(program)


def _blurred(image: Array, sigma: Array) -> Array:
    """Gaussian blur along rows and columns, `sigma` in pixels; at the edges the weights are normalised again."""

    def mix(size: int) -> Array:
        far = jnp.arange(size)[:, None] - jnp.arange(size)
        return jax.nn.softmax(-(far**2) / (2 * jnp.maximum(sigma, 1e-3) ** 2), axis=1)

    return jnp.einsum("ij,njkc,lk->nilc", mix(image.shape[1]), image, mix(image.shape[2]))
