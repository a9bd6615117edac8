"""Whether a training step is too large, told without JAX for the many networks that are far from the limits."""

from math import prod

from ..network.architecture import Architecture
from ..network.layers import Convolution, Shape
from ..training.config import BYTES_PER_VALUE, STEP_BYTES, STEP_MACS, TrainConfig


def check_step(architecture: Architecture, config: TrainConfig) -> None:
    """Raises SettingsError, with a remedy, if a step would need too much memory or take too long."""
    batch = config.batch_size
    most = BYTES_PER_VALUE * most_values(architecture) * batch + 16 * architecture.parameter_count
    if most > STEP_BYTES or architecture.macs * batch > STEP_MACS:
        from ..training.trainer import check_size  # loads JAX, on which it depends how a convolution is computed

        check_size(architecture, config)


def most_values(architecture: Architecture) -> int:
    """At most so many values of one image are in memory: of all layers, and of any way to compute a convolution."""
    layers = zip(architecture.layers, architecture.shapes, architecture.shapes[1:], strict=False)
    return architecture.values + sum(
        _workspace(layer.kernel, before, after) for layer, before, after in layers if isinstance(layer, Convolution)
    )


def _workspace(kernel: tuple[int, int], before: Shape, after: Shape) -> int:
    """No less than the workspace of any of `ops.convolution_algorithms`: windows in full, columns, and the output."""
    (height, _, channels), (_, columns, filters) = before, after
    windows = prod(after[:2]) * prod(kernel) * channels
    return windows + height * columns * (kernel[1] * channels + kernel[0] * filters) + prod(after)
