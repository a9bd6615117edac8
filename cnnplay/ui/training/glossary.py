"""The words of training, explained with the numbers of the chosen network and settings."""

import streamlit as st

from ...data.datasets import DataSource
from ...network.layers import Activation, Dropout
from ...training.config import TrainConfig
from ...training.history import cross_entropy, guessing_loss
from ...words import counted
from .. import choice
from ..widgets import activation_title
from .settings import BATCHES

TITLE = "What these words mean: batch, epoch, loss, dropout, ReLU"


def glossary() -> None:
    """What happens in training on the left, how the network is built on the right."""
    config, layers, data = choice.config(), choice.layers(), choice.data()
    with st.expander(TITLE, icon=":material/menu_book:", key="glossary"):
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("\n\n".join([_batch(config), _epoch(config, data), _loss(data), _batch_size(config, data)]))
        with right:
            percents = [layer.percent for layer in layers if isinstance(layer, Dropout)]
            functions = {layer.function: None for layer in layers if isinstance(layer, Activation)}
            st.markdown("\n\n".join([_dropout(percents), _activation(list(functions)), NEIGHBOURS]))


def _batch(config: TrainConfig) -> str:
    return (
        f"**Batch and step.** In one step the network reads a batch of {config.batch_size} images. The gradient of the "
        "loss says for each weight in which direction the loss grows. Each weight moves a little the other way; the "
        "learning rate says how far."
    )


def _epoch(config: TrainConfig, data: DataSource) -> str:
    images = config.images_of(data.images[0])
    steps = config.steps_per_epoch(images)
    return (
        f"**Epoch.** {images:,} images in batches of {config.batch_size} make {counted(steps, 'step')}: "
        "one epoch, in which the network sees every image once. At its end it reads the "
        f"{data.images[1]:,} test images, from which it never learns."
    )


def _loss(data: DataSource) -> str:
    count, guessed = len(data.classes), guessing_loss(len(data.classes))
    examples = ", ".join(f"{cross_entropy(p):.2f} where p is {p:g}" for p in (0.99, 0.5, 0.01))
    return (
        "**Loss.** How wrong an answer is: −ln p, where p is the probability that the network gives to the right "
        f"class. It is {examples}. An untrained network can only guess, and gives each of the {count} classes about "
        f"1/{count}: −ln(1/{count}) = ln {count} = **{guessed:.2f}**. This is why the curve begins near {guessed:.2f}."
    )


def _batch_size(config: TrainConfig, data: DataSource) -> str:
    images = config.images_of(data.images[0])
    few, many = BATCHES[0], BATCHES[-1]
    steps = {size: TrainConfig(batch_size=size).steps_per_epoch(images) for size in (few, many)}
    return (
        f"**Size of the batch.** The gradient of {few} images is quick to compute, but noisy: the curve jitters. The "
        f"mean of {many} images is steadier, but an epoch then has {counted(steps[many], 'step')} in place of "
        f"{steps[few]:,}: the network learns less in it, unless the learning rate grows too."
    )


def _dropout(percents: list[int]) -> str:
    yours = f"{' and '.join(map(str, percents))} %" if percents else "none: set it in the sidebar"
    return (
        f"**Dropout** (your network: {yours}) sets a share of the values to zero while the network trains. Chance "
        "decides which ones, anew for each image in each step; the others are scaled up, so that their sum stays about "
        "the same. No weight can rely on a single other value, so the network learns several signs of each class, "
        "and learns less by heart. When it is tested, and when it reads your drawing, it uses all values."
    )


def _activation(functions: list[str]) -> str:
    yours = " and ".join(map(activation_title, functions)) or "none"
    return (
        f"**Activation** (your network: {yours}). A layer multiplies and adds. Two such layers in a row multiply and "
        "add as well: one layer could do the same. ReLU puts a bend between them, max(0, x): what is below zero "
        "becomes zero. With bends, a second layer can find what no single layer finds."
    )


NEIGHBOURS = (
    "**What a convolution assumes.** Neighbouring pixels belong together, and a stroke means the same in every place. "
    "Images are like that. If somebody shuffled the pixels of all images in the same way, a dense layer could learn "
    "them as well as before; a convolution would find no strokes any more."
)
