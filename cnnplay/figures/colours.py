"""The colours of numbers, for figures; `ui/components/pixels.js` has those of pixels, for both themes."""

from base64 import b64encode
from io import BytesIO

import numpy as np
from PIL import Image

BLUE, ORANGE = "#3E8FC9", "#E08A3C"  # apart in both themes and for the common kinds of colour blindness

# Of several things that are compared: the light theme's chartCategoricalColors (.streamlit/config.toml).
CATEGORICAL = ("#0072B2", "#D55E00", "#009E73", "#AA4499", "#B8860B", "#56B4E9", "#882255", "#555555")


def png(values: np.ndarray, scale: str) -> str:
    """A picture [h w] as a data URL: "grey" from 0 black to 1 white, or "signed", where zero lets the theme through."""
    if scale == "grey":
        bright = np.rint(255 * np.clip(values, 0, 1))
        colours, strength = np.stack([bright] * 3, -1), np.full(values.shape, 255)
    else:
        colours = np.where((values < 0)[..., None], _numbers(BLUE), _numbers(ORANGE))
        strength = np.rint(255 * np.abs(values) / (np.abs(values).max() or 1))
    file = BytesIO()
    Image.fromarray(np.concatenate([colours, strength[..., None]], -1).astype(np.uint8)).save(file, "PNG")
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def _numbers(colour: str) -> np.ndarray:
    """[red green blue], 0 to 255, of "#3E8FC9"."""
    return np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)])
