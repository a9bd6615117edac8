"""The gap between training and test accuracy in a sentence, and buttons for what helps against a large one."""

from collections.abc import Iterator
from functools import partial

import streamlit as st

from ...bounds import bounds
from ...data.datasets import OWN
from ...engine.run import RunView
from ...errors import Remedy
from ...figures.percent import share_text
from ...network.layers import Dropout
from ...network.smaller import smaller, with_dropout
from ...training.config import TrainConfig
from .. import runs
from ..reserved import reserved
from ..widgets import ways_out

FEW_IMAGES = 5000
MORE_IMAGES = 10  # times as many


def overfitting(view: RunView) -> None:
    """A sentence about the gap; where the network overfits, what helps. Both take the same place."""
    with reserved("gap_note", 178, 260):
        if not view.history.overfits:
            st.info(_no_gap(view), icon=":material/balance:")
            return
        st.warning(in_words(view), icon=":material/psychology_alt:")
        ways_out(list(remedies(view)), "gap_fix", partial(runs.train_again, str(view.architecture), view.config))


def _no_gap(view: RunView) -> str:
    last = view.history.epochs[-1]
    right = f"It reads {share_text(last.test.accuracy, 1)} of the test images, and {share_text(last.accuracy, 1)} of"
    if last.gap <= 0:
        dropout = " and dropout was at work" * any(isinstance(layer, Dropout) for layer in view.architecture.layers)
        return (
            f"{right} the training images. That is no contradiction: training accuracy is the mean over the epoch, in "
            f"which the network was still learning{dropout}."
        )
    return (
        f"{right} the images that it learns from. The two are close: it does not learn its images by heart. A test "
        "accuracy far below the other would be **overfitting**."
    )


def in_words(view: RunView) -> str:
    """That it overfits, with the numbers of the run."""
    last, lowest = view.history.epochs[-1], view.history.lowest
    images, weights = view.images, view.architecture.parameter_count
    pictures = "pictures and their variants" if view.data.name == OWN else f"{images:,} images"
    heart = f"It learns its {pictures} by heart, rather than what all images of a class have in common."
    sentences = [f"**Overfitting.** {heart}"]
    if last.gap > 0:
        sentences = [
            f"**Overfitting.** The network reads {share_text(last.accuracy, 1)} of the images that it learns from, but "
            f"only {share_text(last.test.accuracy, 1)} of the test images: {100 * last.gap:.1f} points fewer. {heart}"
        ]
    if view.history.test_loss_rises:
        sentences.append(
            f"Since epoch {lowest.epoch} the test loss has risen from {lowest.test.loss:.3f} to {last.test.loss:.3f}, "
            "while the training loss went on falling."
        )
    if images < min(FEW_IMAGES, view.data.images[0]):
        sentences.append(f"{images:,} are few: there are {view.data.images[0]:,}. More images help most.")
    per_image = weights / images
    if per_image >= 1 and view.data.name != OWN:
        sentences.append(f"And it has {weights:,} weights, {per_image:,.0f} for each image.")
    return " ".join(sentences)


def remedies(view: RunView) -> Iterator[Remedy]:
    """More images, dropout, fewer weights: as far as there are any."""
    most, images = min(bounds(TrainConfig, "train_images")[1], view.data.images[0]), view.images
    if images < most:
        more = min(MORE_IMAGES * images, most)
        yield Remedy(f"Train again with {more:,} images", {"train_images": more})
    if dropout := with_dropout(view.architecture):
        yield dropout.remedy("Train again with")
    if fewer := smaller(view.architecture):
        yield fewer[0].remedy("Train again with")
