"""Images at another size and in other colours, as a dataset of one's own needs them."""

import numpy as np

LUMA = (0.299, 0.587, 0.114)  # weights of red, green and blue in the luma of a pixel (ITU-R BT.601)
AT_ONCE = 2**22  # numbers that are converted together


def resized(images: np.ndarray, side: int) -> np.ndarray:
    """Images uint8 [n h w c] at another size: uint8 [n side side c]. Another shape than a square is stretched."""
    count, height, width, channels = images.shape
    if height == width == side:
        return images
    small = np.empty((count, side, side, channels), np.uint8)
    step = max(1, AT_ONCE // max(height * width * channels, side * side * channels))
    for start in range(0, count, step):
        part = scaled(images[start : start + step].astype(np.float32), side)
        small[start : start + step] = np.rint(part).clip(0, 255)
    return small


def scaled(images: np.ndarray, side: int) -> np.ndarray:
    """Images float32 [n h w c] scaled to [n side side c]; each pixel is the mean of the area that it covers.

    An area is never narrower than a pixel: an enlarged image is interpolated.
    """
    return _averaged(_averaged(images, side, axis=1), side, axis=2)


def _averaged(images: np.ndarray, count: int, axis: int) -> np.ndarray:
    """The means over so many intervals of equal length along an axis.

    mean = (I(last) - I(first)) / (last - first), I the integral of the pixels, which is linear within each of them.
    """
    values = np.moveaxis(images, axis, 0)
    size = len(values)
    length = max(size / count, 1.0)
    first = (np.arange(count) + 0.5) * size / count - length / 2
    first, last = np.clip(first, 0, size), np.clip(first + length, 0, size)
    integral = np.zeros((size + 1, *values.shape[1:]))
    np.cumsum(values, axis=0, out=integral[1:])

    def until(place: np.ndarray) -> np.ndarray:
        pixel = np.minimum(place.astype(int), size - 1)
        part = (place - pixel)[:, None, None, None]
        return integral[pixel] * (1 - part) + integral[pixel + 1] * part

    means = (until(last) - until(first)) / (last - first)[:, None, None, None]
    return np.ascontiguousarray(np.moveaxis(means.astype(np.float32), 0, axis))


def with_channels(images: np.ndarray, channels: int) -> np.ndarray:
    """Images [n h w c] in grey (1 channel: their luma) or in colour (3: a grey repeated), of the same type."""
    if images.shape[-1] == channels:
        return images
    if channels == 3:
        return np.repeat(images, 3, axis=-1)
    grey = images @ np.array(LUMA, np.float32)
    return (np.rint(grey) if images.dtype == np.uint8 else grey).astype(images.dtype)[..., None]
