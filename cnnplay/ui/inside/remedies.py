"""What changed filters do to all other test images, and better ways to have an image read correctly."""

from dataclasses import replace

import numpy as np
import streamlit as st

from ...bounds import bounds
from ...inspection.activations import Answer, answer
from ...inspection.evaluation import fixed_and_broken
from ...network.layers import Convolution, Layer, write_layers
from ...state.labs import Digit, InsideImage
from .. import choice, runs, subject
from ..changed_filters import changes_of
from ..navigation import go_to
from ..reserved import reserved
from ..session import save, state
from ..subject import Looked, Source, probabilities_of
from .image import Shown

MOST_FILTERS = bounds(Convolution, "filters")[1]


def remedies(before: Looked, after: Looked, shown: Shown, old: Answer, new: Answer) -> None:
    """before, after: the network without and with the visitor's changes. old, new: their answers to the image."""
    with reserved("remedies_sentence", 52, 124):
        if changes_of(before):
            st.markdown(_effect(before, after, shown, old, new))
        else:
            st.caption("Change a filter, and read here which images that fixes and which it breaks.")
    if shown.label is not None and old.best != shown.label:
        _ways_out(before, shown)


def _effect(before: Looked, after: Looked, shown: Shown, old: Answer, new: Answer) -> str:
    labels = before.test.labels
    fixed, broken = fixed_and_broken(probabilities_of(before), probabilities_of(after), labels)
    others = np.arange(len(labels)) != (-1 if shown.number is None else shown.number)
    return effect_in_words(
        None if shown.label is None else (old.best == shown.label, new.best == shown.label),
        int((fixed & others).sum()),
        int((broken & others).sum()),
    )


def effect_in_words(here: tuple[bool, bool] | None, fixed: int, broken: int) -> str:
    """What a change of filters does.

    here: whether the image in view was read correctly before, and whether it is now; None where nobody knows its class.
    fixed, broken: how many of the other test images are read correctly only now, and only before.
    """
    sentences = {
        None: "",
        (False, True): "This **fixes** the image above. ",
        (False, False): "This **does not fix** the image above. ",
        (True, False): "This **breaks** the image above. ",
        (True, True): "The image above is **still read correctly**. ",
    }
    counts = f"Of the {'' if here is None else 'other '}test images it fixes {fixed:,} and breaks **{broken:,}**."
    if broken <= fixed:
        return sentences[here] + counts
    return (
        f"{sentences[here]}{counts} All classes share a filter, so it is not the place to fix one of them: give the "
        "network more filters, and train it."
    )


def _ways_out(looked: Looked, shown: Shown) -> None:
    """Another network that reads the image correctly, and this one with more filters, where it is trained already."""
    better, wider = _better(shown), with_more_filters(choice.layers()) if looked.epoch else None
    with st.container(horizontal=True, gap="small"):
        if better:
            st.button(
                f"Read it with {_inside_a_sentence(subject.names(subject.sources())[better.id])}",
                key="remedy_read",
                icon=":material/swap_horiz:",
                type="primary",
                on_click=_read_with,
                args=(better.id, shown),
                help="This network reads the image correctly. All pages show it then; Undo brings this one back.",
            )
        if wider:
            st.button(
                "Add filters and train",
                key="remedy_train",
                icon=":material/add:",
                on_click=_train,
                args=(wider,),
                help="Doubles the filters of the last convolution in the sidebar, opens Training and starts.",
            )


def _better(shown: Shown) -> Source | None:
    """The most accurate of the other trained networks, where it reads the image correctly."""
    here = subject.source()
    others = [one for one in subject.sources().values() if _reads_the_same(one) and (here is None or one.id != here.id)]
    best = max(others, key=_newest_accuracy, default=None)
    if best is None:
        return None
    found = answer(best.architecture, best.weights(best.epochs[-1]), shown.image)
    return best if found.best == shown.label else None


def _reads_the_same(source: Source) -> bool:
    """Whether a network was trained to tell the classes of the chosen dataset apart."""
    return source.data.has_classes_of(choice.data())


def _newest_accuracy(source: Source) -> float:
    return source.accuracy(source.epochs[-1]) or 0.0


def _inside_a_sentence(name: str) -> str:
    return name[0].lower() + name[1:] if name.startswith("The ") else name


def with_more_filters(layers: tuple[Layer, ...]) -> str | None:
    """A network's text with twice as many filters in its last convolution; None where there is no room for more."""
    at, layer = next(
        ((at, layer) for at, layer in reversed(list(enumerate(layers))) if isinstance(layer, Convolution)), (0, None)
    )
    if layer is None or layer.filters >= MOST_FILTERS:
        return None
    wider = replace(layer, filters=min(2 * layer.filters, MOST_FILTERS))
    return write_layers((*layers[:at], wider, *layers[at + 1 :]))


def _read_with(id: str, shown: Shown) -> None:
    """Look at another network. A test image stays in view, also where that one makes other mistakes."""
    subject.switch(id)
    if shown.number is not None:
        save(replace(state(InsideImage), kind="digit"), Digit(f"#{shown.number}", shown.number))


def _train(net: str) -> None:
    choice.choose_net(net)
    go_to("training")
    runs.start_run()
