"""The same training in four frameworks. Each module has

    prepare(network, batch) -> run(steps) -> seconds            training steps, Adam, batches gathered from uint8 images
    prepare_evaluation(network, batch) -> run(times) -> seconds loss and accuracy on the 10,000 test images
    job(network, batch, epochs) -> {"seconds", "accuracies"}    a whole training, tested after each epoch

nnx_step has only `prepare`, keras_step no `prepare_evaluation`; cnnplay_step has functions for the other measurements.
Each builds the network of an Architecture and checks its shapes and its parameter count.
"""

from collections.abc import Sequence

from cnnplay.network.architecture import Architecture

TEST_BATCH = 500  # images


def check(architecture: Architecture, shapes: Sequence[Sequence[int]], parameters: int) -> None:
    """Raise ValueError if a network has other shapes (of one image after each layer, channels last) or parameters."""
    built = [tuple(shape) for shape in shapes], parameters
    expected = list(architecture.shapes[1:]), architecture.parameter_count
    if built != expected:
        raise ValueError(f"{architecture} has shapes and parameters {expected}, but was built with {built}")
