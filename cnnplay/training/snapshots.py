"""Snapshots as bytes: a run leaves one process and goes on in another, bit for bit.

They are safetensors, which nothing runs to read. They come from our own processes: files of visitors are another
matter (export/saved_run.py).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import safetensors.numpy

from ..network.architecture import Architecture
from .config import TrainConfig
from .history import History
from .history_files import ARRAYS, epochs_of, to_arrays
from .trainer import Snapshot

ENTRY = "snapshot"  # of the metadata: JSON
EPOCH_ARRAYS = [name for name, (_, axes) in ARRAYS.items() if axes[0] == "epoch"]


def to_bytes(snapshot: Snapshot) -> bytes:
    """The same snapshot gives the same bytes."""
    rows, numbers = snapshot.history.state()
    epochs = to_arrays(snapshot.history)
    tensors = {f"leaves/{at:04}": leaf for at, leaf in enumerate(snapshot.leaves)}
    tensors |= {f"history/{name}": array for name, array in rows.items()}
    tensors |= {f"epochs/{name}": epochs[name] for name in EPOCH_ARRAYS}
    for epoch, weights in snapshot.epoch_weights.items():
        tensors |= {f"weights/{epoch}/{name}": array for name, array in weights.items()}
    about = {
        "network": str(snapshot.architecture),
        "input_shape": snapshot.architecture.input_shape,
        "classes": snapshot.architecture.classes,
        "settings": asdict(snapshot.config),
        "step": snapshot.step,
        "learning_rate": snapshot.learning_rate,
        "history": numbers,
    }
    contiguous = {name: np.array(array, order="C") for name, array in tensors.items()}  # 0-d arrays stay so
    return bytes(safetensors.numpy.save(contiguous, {ENTRY: json.dumps(about)}))


def from_bytes(data: bytes) -> Snapshot:
    """The snapshot that `to_bytes` was given."""
    tensors = safetensors.numpy.load(data)
    length = int.from_bytes(data[:8], "little")
    about = json.loads(json.loads(data[8 : 8 + length])["__metadata__"][ENTRY])
    weights: dict[int, dict[str, np.ndarray]] = {}
    for place, array in _part(tensors, "weights").items():
        epoch, _, name = place.partition("/")
        weights.setdefault(int(epoch), {})[name] = array
    return Snapshot(
        architecture=Architecture.parse(about["network"], tuple(about["input_shape"]), about["classes"]),
        config=TrainConfig(**about["settings"]),
        step=about["step"],
        learning_rate=about["learning_rate"],
        leaves=tuple(array for _, array in sorted(_part(tensors, "leaves").items())),
        history=History.from_state(_part(tensors, "history"), about["history"], epochs_of(_part(tensors, "epochs"))),
        epoch_weights=dict(sorted(weights.items())),
    )


def _part(tensors: Mapping[str, np.ndarray], part: str) -> dict[str, np.ndarray]:
    """The tensors of one part, by their names in it."""
    start = f"{part}/"
    return {name.removeprefix(start): array for name, array in tensors.items() if name.startswith(start)}
