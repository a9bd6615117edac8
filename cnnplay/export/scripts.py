"""The network as one readable script, in each of three frameworks, with the same numbers in all."""

import re
from textwrap import fill

from ..data.datasets import MNIST, DataSource
from ..errors import PlaygroundError, Remedy
from ..network.architecture import Architecture
from ..training.config import TrainConfig
from .data_files import data_file, inside_docstring
from .frameworks.flax import FLAX
from .frameworks.keras import KERAS
from .frameworks.pytorch import PYTORCH
from .script_template import WIDTH, Framework, Parts

__all__ = ["FRAMEWORKS", "Framework", "Parts", "requirements", "script"]

FRAMEWORKS = {"keras": KERAS, "pytorch": PYTORCH, "flax": FLAX}


def script(framework: str, architecture: Architecture, config: TrainConfig, data: DataSource = MNIST) -> str:
    """A Python script that builds the network, loads or trains its weights, and evaluates it.

    data: what it is trained on, which lies beside the script (see data_files).
    Raises PlaygroundError for an unknown framework, or a network that is not for these data.
    """
    row = _row(framework)
    pieces, first = row.parts(architecture, config, data), _docstring(row, architecture, data)
    # "argparse" comes first in the alphabet of all that is imported, and only `main` needs it.
    head = f'"""{first}"""\n\nimport argparse\n{pieces.imports}\n{pieces.settings}'
    code = [pieces.data, pieces.model, pieces.weights, pieces.evaluation, pieces.training, pieces.main]
    return "\n\n".join([head, *code])


def requirements(framework: str) -> str:
    """The packages that a script needs, one per line. Raises PlaygroundError for an unknown framework."""
    return _row(framework).requirements


def _docstring(row: Framework, architecture: Architecture, data: DataSource) -> str:
    """The script's first words: the network, how to run it, and what this framework does differently."""
    packages = " ".join(re.split(r"\W", line)[0] for line in row.requirements.splitlines())
    file = data_file(data)
    first = f"A network that reads {inside_docstring(file.subject)}, in {row.title}."
    drawn = f"\n\n{file.name}, which has to lie beside this file, draws its images." if file.is_code else ""
    return f"""{fill(first, WIDTH, break_long_words=False, break_on_hyphens=False)}{drawn}

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
