"""Networks to begin with, a row each, some with training settings of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from .parsing import DEFAULT


@dataclass(frozen=True)
class Preset:
    """A network to begin with, and the training settings that belong to it where they are not the usual ones.

    made_for: what its description is about.
    """

    title: str
    net: str
    description: str
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    made_for: str = "handwritten digits"


PRESETS = {
    "notebook": Preset("The notebook's network", DEFAULT, "The smallest network that does the job: about 97 %."),
    "fast99": Preset(
        "Fast 99 %",
        "conv8k5-relu-max2-conv24k5-relu-max2-flatten-dense10",
        "Small, with a learning rate that rises and falls, and an optimizer that soon forgets earlier gradients: about "
        "99 % after two epochs.",
        MappingProxyType(
            {
                "optimizer": "adamw",
                "learning_rate": 1e-2,
                "schedule": "one-cycle",
                "batch_size": 128,
                "epochs": 2,
                "beta1": 0.7,
                "beta2": 0.9,
            }
        ),
    ),
    "modern": Preset(
        "Small and modern",
        "conv16k3same-batchnorm-relu-max2-conv32k3same-batchnorm-relu-max2-conv48k3same-batchnorm-relu-globalmean-dense10",
        "Batch normalization after every convolution, and a global average in place of flatten: 98.6 to 98.9 % after 4 "
        "epochs.",
        MappingProxyType({"learning_rate": 3e-3, "schedule": "cosine", "batch_size": 64, "epochs": 4}),
    ),
    "lenet5": Preset(
        "LeNet-5",
        "conv6k5p2-tanh-mean2-conv16k5-tanh-mean2-flatten-dense120-tanh-dense84-tanh-dense10",
        "Read cheques in the 1990s (LeCun, Bottou, Bengio & Haffner 1998), with plain mean pooling.",
    ),
    "keras": Preset(
        "Keras's MNIST convnet",
        "conv32k3-relu-max2-conv64k3-relu-max2-flatten-dropout50-dense10",
        "The example of the Keras documentation: 34,826 parameters, about 99 %.",
        MappingProxyType({"batch_size": 128, "epochs": 15}),
    ),
    "convnetjs": Preset(
        "ConvNetJS's MNIST net",
        "conv8k5p2-relu-max2-conv16k5p2-relu-max3-flatten-dense10",
        "The network of an early in-browser demo (Karpathy), here on whole images, and with Adam.",
        MappingProxyType({"batch_size": 20}),
    ),
    "shapes": Preset(
        "For coloured shapes",
        "conv12k5s2-relu-max2-conv24k3-relu-flatten-dense10",
        "Windows of 5×5 in three channels: about 95 % of the forms after 6 epochs.",
        MappingProxyType(
            {"learning_rate": 5e-3, "schedule": "one-cycle", "batch_size": 64, "epochs": 6, "beta1": 0.7, "beta2": 0.9}
        ),
        "coloured shapes",
    ),
    "pictures": Preset(
        "For your own pictures",
        "conv8k5same-relu-max2-conv16k3same-relu-max2-flatten-dense10",
        "Small: it learns a few thousand small pictures in seconds.",
        MappingProxyType({"learning_rate": 3e-3, "schedule": "one-cycle", "epochs": 8}),
        "pictures of your own",
    ),
}
