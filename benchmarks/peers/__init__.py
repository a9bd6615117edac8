"""The same training in four frameworks. A module each, with

    prepare(network, batch) -> run(steps) -> seconds            training steps, Adam, batches gathered from uint8 images
    job(network, batch, epochs) -> {"seconds", "accuracies"}    a whole training, tested after each epoch

`job` stands where the notebook's job is measured; cnnplay has a few functions more. All build what an Architecture
says, and check that they did.
"""

from collections.abc import Sequence

from cnnplay.network.architecture import Architecture

TESTED = 500  # images a call while testing


def check(architecture: Architecture, shapes: Sequence[Sequence[int]], parameters: int) -> None:
    """Raises ValueError where a peer's network is another one. shapes: of one image after each layer, channels last."""
    made = [tuple(shape) for shape in shapes], parameters
    meant = list(architecture.shapes[1:]), architecture.parameter_count
    if made != meant:
        raise ValueError(f"{architecture} has shapes and parameters {meant}, and was built with {made}")
