"""The answer of a network, why it gave it, and what it would like to see."""

import streamlit as st

from ...figures.inside import answer_figure
from ...inspection.activation_maximization import Goal, maximize
from ...inspection.activations import Answer, answer
from ...inspection.attribution import METHODS, grad_cam, occlusion, saliency, smooth_grad, spread_over
from ...network.layers import CLASSES
from ..components.film import film
from ..components.maps import maps
from ..components.payloads.pictures import film_frames, picture, reach_of
from ..lab_state import begin, chosen, select_args, slider_args
from ..lab_widgets import sources
from ..subject import Looked, Shown
from ..widgets import a_digit, probability_text

AS_ANSWERED = "its answer"
STEPS = 60
UNITS = {"saliency": "a pixel", "smooth_grad": "a pixel", "occlusion": "of the probability", "grad_cam": "of the score"}


def the_answer(looked: Looked, shown: Shown) -> None:
    found = answer(looked.architecture, looked.weights, shown.image)
    left, middle, right = st.columns([2, 3, 4], gap="medium")
    with left:
        maps(
            [{"title": "", "caption": "", "joiner": "", "pictures": [picture("asked", "", shown.image, scale="grey")]}],
            alt="The image that the network is asked about.",
            key="asked_maps",
            size=170,
        )
    with middle:
        if shown.label is None:
            verdict = ""
        else:
            verdict = "Right." if found.best == shown.label else f"It is {a_digit(shown.label)}."
        st.markdown(f"### It says {found.best}\n{probability_text(found.probabilities[found.best])} sure. {verdict}")
        st.markdown(f"Second guess: **{found.second}**, {probability_text(found.probabilities[found.second])}.")
    with right:
        st.plotly_chart(
            answer_figure(found.probabilities, shown.label),
            config={"displayModeBar": False},
            alt="; ".join(f"{digit}: {probability:.1%}" for digit, probability in enumerate(found.probabilities)),
        )
    _softmax(found)


def _softmax(found: Answer) -> None:
    with st.expander("From scores to probabilities, with the numbers", icon=":material/calculate:"):
        powers, best = found.exponentials, found.best
        rows = [
            {"digit": digit, "score z": f"{score:.3f}", "eᶻ": f"{power:,.4g}", "eᶻ / sum": f"{probability:.2%}"}
            for digit, (score, power, probability) in enumerate(
                zip(found.logits, powers, found.probabilities, strict=True)
            )
        ]
        st.table(rows, hide_index=True, border="horizontal", alt="Score, its exponential and its share, for each digit")
        st.markdown(
            f"The last layer gives ten **scores** (logits). **Softmax** makes them positive and has them add up to 1: "
            f"e^{found.logits[best]:.2f} / {powers.sum():,.4g} = {powers[best]:,.4g} / {powers.sum():,.4g} = "
            f"**{found.probabilities[best]:.2%}** for {best}."
        )


def why(looked: Looked, shown: Shown) -> None:
    """The methods side by side, for a class of one's choice."""
    network = looked.architecture
    names = network.convolutions
    begin(why_target=AS_ANSWERED, why_patch=5, why_stride=2, why_layer=names[-1] if names else None)
    target_choice, layer_choice, patch, stride = st.columns(4, gap="medium")
    targets = [AS_ANSWERED, *range(CLASSES)]
    target_choice.selectbox("Why this digit?", targets, **select_args("why_target", targets))
    if names:
        if chosen().why_layer not in names:
            chosen().why_layer = names[-1]
        layer_choice.selectbox("Layer for Grad-CAM", names, **select_args("why_layer", names))
    patch.slider("Patch", 1, 14, **slider_args("why_patch"), help="Occlusion: so many pixels a side are painted black.")
    stride.slider("Step of the patch", 1, 5, **slider_args("why_stride"), help="Smaller is finer and slower.")
    now = chosen()
    target = now.why_target
    if target == AS_ANSWERED:
        target = answer(network, looked.weights, shown.image).best
    about = (network, looked.weights, shown.image, int(target))
    hidden = occlusion(*about, patch=now.why_patch, stride=now.why_stride)
    pictures = {
        "saliency": saliency(*about),
        "smooth_grad": smooth_grad(*about),
        "occlusion": spread_over(hidden, shown.image.shape[:2]),
    }
    if names:
        pictures["grad_cam"] = grad_cam(*about, now.why_layer)
    image = picture("why_image", "The image", shown.image, scale="grey")
    maps(
        [
            {
                "title": f"What speaks for {target}",
                "caption": "orange: for it; blue: against it; each picture on its own scale",
                "joiner": "",
                "pictures": [
                    image,
                    *(
                        picture(
                            f"why_{name}",
                            METHODS[name].title,
                            values,
                            reach=reach_of(values),
                            caption=f"to ±{reach_of(values):.2g} {UNITS[name]}",
                        )
                        for name, values in pictures.items()
                    ),
                ],
            }
        ],
        alt=f"Four ways to say which pixels speak for {target}.",
        key="why_maps",
        size=144,
    )
    for name in pictures:
        method = METHODS[name]
        st.markdown(
            f"**{method.title}** tells: {_begin_small(method.tells)} It does not tell: "
            f"{_begin_small(method.does_not_tell)} :gray[{method.paper}]"
        )
    sources("Each method is a short function.", METHODS["saliency"].function, METHODS["grad_cam"].function)


def _begin_small(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def wishes(looked: Looked) -> None:
    """An image that a class or a filter answers to most."""
    network = looked.architecture
    names = network.convolutions
    begin(maximize_of="class", maximize_class=3, maximize_filter=1, maximize_seed=0)
    of, which, seed = st.columns(3, gap="medium")
    of.selectbox(
        "What shall be as large as possible?",
        ["class", *names],
        **select_args("maximize_of", ["class", *names]),
        format_func=lambda name: "The score of a digit" if name == "class" else f"A map of {name}",
    )
    goal: Goal
    now = chosen()
    if now.maximize_of not in ("class", *names):
        now.maximize_of = "class"
    if now.maximize_of == "class":
        which.slider("Digit", 0, CLASSES - 1, **slider_args("maximize_class"))
        goal = now.maximize_class
    else:
        filters = len(looked.weights[f"{now.maximize_of}/bias"])
        now.maximize_filter = min(now.maximize_filter, filters)
        if filters > 1:
            which.slider("Filter", 1, filters, **slider_args("maximize_filter"))
        goal = (now.maximize_of, now.maximize_filter - 1 if filters > 1 else 0)
    seed.number_input(
        "Noise it begins with", 0, 999, **slider_args("maximize_seed"), help="Another number: another beginning."
    )
    made = maximize(network, looked.weights, goal, steps=STEPS, seed=now.maximize_seed)
    film(
        film_frames(made.frames, made.scores.tolist(), STEPS),
        alt="From noise to an image that the network answers to more and more.",
        key="maximize_film",
        note="Each step moves every pixel a little in the direction that raises the score.",
    )
    st.markdown(
        "This is **gradient ascent on the image**: the weights stand still and the pixels learn. A little of the image "
        "is taken away at each step and it is blurred now and then, or the result would be noise that happens to score "
        "high. It shows what the network looks for; it need not look like a digit, and that says something too."
    )
