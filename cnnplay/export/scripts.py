"""The network as one readable script, in each of three frameworks, with the same numbers in all."""

import re
from textwrap import fill

from ..errors import PlaygroundError, Remedy
from ..network.architecture import Architecture
from ..training.config import TrainConfig
from .frameworks.flax import FLAX
from .frameworks.keras import KERAS
from .frameworks.pytorch import PYTORCH
from .script_template import WIDTH, Framework, Parts

__all__ = ["FRAMEWORKS", "Framework", "Parts", "requirements", "script"]

FRAMEWORKS = {"keras": KERAS, "pytorch": PYTORCH, "flax": FLAX}


def script(framework: str, architecture: Architecture, config: TrainConfig) -> str:
    """A Python script that builds the network, loads or trains its weights, and evaluates it.

    Raises PlaygroundError for an unknown framework, or a network that does not tell digits apart.
    """
    pieces = _row(framework).parts(architecture, config)
    # "argparse" comes first in the alphabet of all that is imported, and only `main` needs it.
    head = f'"""{_docstring(_row(framework), architecture)}"""\n\nimport argparse\n{pieces.imports}\n{pieces.settings}'
    code = [pieces.data, pieces.model, pieces.weights, pieces.evaluation, pieces.training, pieces.main]
    return "\n\n".join([head, *code])


def requirements(framework: str) -> str:
    """The packages that a script needs, one per line. Raises PlaygroundError for an unknown framework."""
    return _row(framework).requirements


def _docstring(row: Framework, architecture: Architecture) -> str:
    """The script's first words: the network, how to run it, and what this framework does differently."""
    packages = " ".join(re.split(r"\W", line)[0] for line in row.requirements.splitlines())
    return f"""A network that reads handwritten digits, in {row.title}.

{fill(str(architecture), WIDTH)}

    pip install {packages}
    python {row.file}            # loads weights.safetensors beside this file, else trains
    python {row.file} --train    # trains in any case

{fill(row.differences, WIDTH)}
"""


def _row(framework: str) -> Framework:
    if framework not in FRAMEWORKS:
        raise PlaygroundError(
            f"There is no code for {str(framework)[:40]!r}; there is for {', '.join(FRAMEWORKS)}.",
            [Remedy(FRAMEWORKS[name].title, {"framework": name}) for name in FRAMEWORKS],
        )
    return FRAMEWORKS[framework]
