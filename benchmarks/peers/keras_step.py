"""Keras on TensorFlow: compile and fit with their default settings, as in a notebook."""

import time
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf
from keras import layers

from cnnplay.data.datasets import mnist
from cnnplay.network.architecture import Architecture
from cnnplay.network.layers import Activation, Convolution, Dense, Dropout, Flatten, Layer, Pooling

from . import check


class _Clock(keras.callbacks.Callback):
    """Time from the end of the first step to the end of the last, without what `fit` does before and after."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.ended = time.perf_counter()
        if batch == 0:
            self.began = self.ended


def prepare(network: str, batch: int) -> Callable[[int], float]:
    train = mnist().train
    model = network_of(network)

    def run(steps: int) -> float:
        seconds = 0.0
        while steps:
            count, clock = min(steps, 60_000 // batch - 1), _Clock()
            model.fit(
                train.images, train.labels, batch, steps_per_epoch=count + 1, verbose=0, callbacks=[clock], shuffle=True
            )
            seconds += clock.ended - clock.began
            steps -= count
        return seconds

    run(1)
    return run


def job(network: str, batch: int, epochs: int) -> dict[str, Any]:
    train, test = mnist().train, mnist().test
    tf.constant(0)  # initializes TensorFlow before the clock starts; the others initialize when they load the images
    began = time.perf_counter()
    history = network_of(network).fit(
        train.images, train.labels, batch, epochs, verbose=0, validation_data=(test.images, test.labels)
    )
    return {"seconds": time.perf_counter() - began, "accuracies": history.history["val_accuracy"]}


def network_of(text: str) -> keras.Model:
    keras.utils.set_random_seed(0)
    architecture = Architecture.parse(text)
    parts = [_layer(layer) for layer in architecture.layers]
    model = keras.Sequential([keras.Input(architecture.input_shape), layers.Rescaling(1 / 255), *parts])
    check(architecture, [part.output.shape[1:] for part in parts], model.count_params())
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(1e-3), loss, metrics=["accuracy"])
    return model


def _layer(layer: Layer) -> keras.Layer:
    match layer:
        case Convolution(padding="valid" | "same"):
            return layers.Conv2D(layer.filters, layer.kernel, layer.stride, layer.padding, dilation_rate=layer.dilation)
        case Pooling(pool="max", padding="valid"):
            return layers.MaxPooling2D(layer.window, layer.stride)
        case Pooling(pool="mean", padding="valid"):
            return layers.AveragePooling2D(layer.window, layer.stride)
        case Activation(function="relu"):
            return layers.ReLU()
        case Dropout():
            return layers.Dropout(layer.percent / 100)
        case Flatten():
            return layers.Flatten()
        case Dense():
            return layers.Dense(layer.units)
    raise ValueError(f"the benchmark has no Keras layer for {layer}")
