"""Draw a digit: the pad, what the network receives of it, its answer, and the drawings one keeps."""

from base64 import b64encode
from collections.abc import Mapping
from functools import partial

import numpy as np
import streamlit as st

from ...data.datasets import mnist
from ...errors import PlaygroundError
from ...figures.inside import answer_figure
from ...inputs import handwriting
from ...inputs.handwriting import STEPS
from ...inputs.photo import photo_steps
from ...inputs.uploads import MOST_BYTES, read_picture
from ...inspection.activations import answer
from ...inspection.preprocessing_study import preprocessing_accuracies
from ...network.architecture import Architecture
from ...network.layers import CLASSES
from ...network.presets import PRESETS
from ...training.config import TrainConfig
from .. import runs, saved_drawings
from ..components.maps import maps
from ..components.pad import pad
from ..components.payloads.pictures import picture
from ..image_picker import read_once
from ..lab_state import begin, choose, chosen, picked, select_args, slider_args
from ..lab_widgets import reading, sources
from ..subject import Looked, trained
from ..widgets import a_digit, counted, plain, probability_text, show_error

PAD, KEPT_MAPS = "pad", "kept_maps"
PHOTO_SIDE = 160  # pixels: enough for a stroke, few enough to be quick
PACE = 0.5  # seconds
ABOVE = "Train a network first, with the button above."
OWN_ACCURACY = 10  # drawings with a label that give an accuracy of one's own


def draw_a_digit() -> None:
    begin(draw_ink=None, draw_load=None, draw_loads=0, draw_label=None)
    begin(**{f"draw_{name}": True for name in STEPS})
    with st.container():  # so that the pad keeps its place on the page, and with it what is drawn on it
        _network_there_is()
    if chosen().draw_ink is not None:
        _put_on_pad(chosen().draw_ink, anew=False)
    st.fragment(_pad_and_answer)()
    _photo()
    what_the_steps_are_worth()
    sources("What is made of your drawing before the network sees it.", handwriting.strip, handwriting._centred)
    reading({"LeCun et al. 1998, section III-A: how MNIST was made": "https://doi.org/10.1109/5.726791"})


def _network_there_is() -> None:
    """Which network reads; where none is trained yet, that is said, with a button that trains one here and now."""
    looked = trained()
    view = runs.run_view()
    if looked:
        st.caption(f"It is read by {looked.description}: `{looked.architecture}`. Choose another on *Look inside*.")
    elif not (view and view.live):
        title = PRESETS["fast99"].title
        st.info(
            f"No network has been trained in this visit, so nobody can read yet. **{title}** takes about a quarter of "
            "a minute; your network in the sidebar stays as it is.",
            icon=":material/school:",
        )
        st.button(f"Train {title} now", type="primary", icon=":material/play_arrow:", on_click=_train)
    if view and view.live:
        st.fragment(_progress, run_every=PACE)()
    if problem := st.session_state.pop("problem", None):
        show_error(problem, "draw_fix")


def _train() -> None:
    preset = PRESETS["fast99"]
    runs.start_run(architecture=Architecture.parse(preset.net), settings=TrainConfig(**preset.settings))


def _progress() -> None:
    """How far the run is; the page follows where an epoch has ended."""
    view = runs.run_view()
    if view is None:
        return
    epoch = len(view.history.epochs)
    st.progress(
        view.step / view.total_steps,
        f"Run {view.number}: epoch {min(epoch + 1, view.config.epochs)} of {view.config.epochs}",
    )
    seen = (view.id, epoch, view.live)
    if st.session_state.setdefault("draw_seen", seen) != seen:
        st.session_state.draw_seen = seen
        st.rerun()


def _pad_and_answer() -> None:
    begin()
    left, right = st.columns([2, 3], gap="large")
    with left:
        pad(alt="A pad to draw a digit on", key=PAD, on_draw=_take_drawing, load=chosen().draw_load)
    skip = frozenset(name for name in STEPS if not getattr(chosen(), f"draw_{name}"))
    ink = chosen().draw_ink
    with right:
        _answer(ink, skip)
    _strip(ink, skip)
    _kept(ink, skip)


def _take_drawing() -> None:
    text = st.session_state[PAD].drawing
    if text == "":
        choose(draw_ink=None, draw_label=None)  # the next drawing is another digit
        return
    try:
        choose(draw_ink=handwriting.read_ink(text))
    except PlaygroundError as error:
        st.toast(plain(str(error)), icon=":material/error:")


def _answer(ink: np.ndarray | None, skip: frozenset[str]) -> None:
    looked = trained()
    if ink is None:
        st.markdown("#### Draw a digit\nFrom 0 to 9, as large as you like, anywhere on the pad.")
    elif looked is None:
        view = runs.run_view()
        wait = "It is learning: it reads as soon as its first epoch has ended." if view and view.live else ABOVE
        st.markdown(f"#### Nobody can read it yet\n{wait}")
    else:
        found = answer(looked.architecture, looked.weights, handwriting.received(ink, skip))
        st.markdown(
            f"#### It reads {a_digit(found.best)}\n{probability_text(found.probabilities[found.best])} sure. "
            f"Second guess: {found.second}, {probability_text(found.probabilities[found.second])}."
        )
        st.plotly_chart(
            answer_figure(found.probabilities, None),
            config={"displayModeBar": False},
            alt="; ".join(f"{digit}: {probability:.1%}" for digit, probability in enumerate(found.probabilities)),
        )


def _strip(ink: np.ndarray | None, skip: frozenset[str]) -> None:
    st.subheader("What the network receives", anchor=False)
    with st.container(horizontal=True, gap="large"):
        for name, step in STEPS.items():
            st.toggle(step.title, **slider_args(f"draw_{name}"), help=f"{step.description} {step.without}")
    if ink is None:
        st.caption("Each step of the way from your drawing to the 28 × 28 pixels is shown here once there is one.")
        return
    pictures = [
        picture(
            f"strip_{step.name}",
            step.title if step.on else f"{step.title}: left out",
            step.image,
            scale="grey",
            caption=f"{step.image.shape[0]}×{step.image.shape[1]}",
        )
        for step in handwriting.strip(ink, skip)
    ]
    maps(
        [{"title": "", "caption": "", "joiner": "→", "pictures": pictures}],
        alt="The drawing on its way: " + ", ".join(part["title"] for part in pictures),
        key="strip_maps",
        size=112,
    )


def _kept(ink: np.ndarray | None, skip: frozenset[str]) -> None:
    """Keep the drawing with what it is meant to be; the drawings kept, and how many of them are read rightly."""
    st.subheader("Your drawings", anchor=False)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.selectbox(
            "It is meant to be",
            range(CLASSES),
            **select_args("draw_label", range(CLASSES)),
            placeholder="not said",
            width=160,
        )
        st.button("Keep it", icon=":material/bookmark_add:", disabled=ink is None, on_click=_keep, args=(ink, skip))
        own = saved_drawings.kept_drawings()
        if own:
            st.button("Forget the last one", icon=":material/delete:", on_click=saved_drawings.forget_last)
    if not own:
        st.caption(
            "What you keep stays for this visit and can be chosen on the other pages: as *drawing 1* where they ask "
            f"for a digit. With its digit said it counts for an accuracy of your own: draw {OWN_ACCURACY}."
        )
        return
    looked = trained()
    captions = _own_accuracy(looked, own) if looked else {}
    pictures = [
        picture(
            f"own_{drawing.number}",
            drawing.title,
            drawing.received,
            scale="grey",
            caption=captions.get(drawing.number, ""),
        )
        for drawing in own
    ]
    maps(
        [{"title": "", "caption": "Choose one to put it back on the pad.", "joiner": "", "pictures": pictures}],
        alt=f"{counted(len(own), 'drawing')} of yours.",
        key=KEPT_MAPS,
        size=84,
        on_choose=partial(_open, {f"own_{drawing.number}": drawing for drawing in own}),
    )


def _own_accuracy(looked: Looked, own: list[saved_drawings.Drawing]) -> dict[int, str]:
    """What each drawing is read as, and how many of those with a label rightly."""
    answers = {d.number: answer(looked.architecture, looked.weights, d.received).best for d in own}
    labelled = [drawing for drawing in own if drawing.label is not None]
    right = sum(answers[drawing.number] == drawing.label for drawing in labelled)
    if labelled:
        rest = OWN_ACCURACY - len(labelled)
        more = f" Draw {rest} more for a fair figure." if rest > 0 else ""
        st.metric(
            "Accuracy on your own digits",
            f"{right / len(labelled):.0%}",
            help=f"Of {counted(len(labelled), 'drawing')}.",
        )
        st.caption(f"{right} of {len(labelled)} are read rightly.{more}")
    return {number: f"read as {read}" for number, read in answers.items()}


def _keep(ink: np.ndarray, skip: frozenset[str]) -> None:
    saved_drawings.keep(ink, handwriting.received(ink, skip), chosen().draw_label)
    choose(draw_label=None)


def _open(own: Mapping[str, saved_drawings.Drawing]) -> None:
    if drawing := picked(KEPT_MAPS, own):
        _put_on_pad(drawing.ink)
        choose(draw_label=drawing.label)


def _put_on_pad(ink: np.ndarray, *, anew: bool = True) -> None:
    """Have the pad show this ink: at once, or, where not `anew`, when the page is drawn anew."""
    pixels = b64encode(np.rint(255 * ink).astype(np.uint8).tobytes()).decode()
    number = chosen().draw_loads + anew
    choose(draw_ink=ink, draw_loads=number, draw_load={"id": number, "pixels": pixels})


def _photo() -> None:
    with st.expander("A photo or a file instead", icon=":material/photo_camera:"):
        file = st.file_uploader(
            "A picture of one digit",
            ["png", "jpg", "jpeg", "webp", "gif", "bmp"],
            key="draw_file",
            max_upload_size=MOST_BYTES // 2**20,
            help="Dark on light or light on dark, at most 2 MB. It is made small here and forgotten when you leave.",
        )
        if file is None:
            st.caption("One digit, written with a thick pen, filling most of the picture.")
            return
        steps = read_once("draw_read", file, lambda data: photo_steps(read_picture(data, most=PHOTO_SIDE)))
        if steps is None:
            return
        pictures = [picture(f"photo_{step.name}", step.title, step.image, scale="grey") for step in steps]
        maps(
            [{"title": "", "caption": "", "joiner": "→", "pictures": pictures}],
            alt="The photo on its way to ink: " + ", ".join(step.title for step in steps),
            key="photo_maps",
            size=112,
        )
        ink = handwriting.on_paper(steps[-1].image)
        st.button("Put it on the pad", icon=":material/input:", type="primary", on_click=_put_on_pad, args=(ink,))


def what_the_steps_are_worth() -> None:
    """Test digits moved and scaled at random: how many are read with all steps, and with one or all left out."""
    st.subheader("Why the steps matter", anchor=False)
    looked = trained()
    st.markdown(
        "A network that learned from centred digits of one size has never seen a small one in a corner. Take test "
        "digits, shrink or enlarge each, put it anywhere on the paper, and read it with and without the steps."
    )
    if looked is None:
        return
    begin(draw_worth={})
    known = chosen().draw_worth
    st.button(
        "Try it on 1,000 test digits",
        icon=":material/science:",
        on_click=choose,
        kwargs={"draw_worth": {looked.key: None}},
    )
    if looked.key not in known:
        return
    if known[looked.key] is None:
        with st.spinner("Putting 1,000 digits on paper, and reading them in five ways"):
            known[looked.key] = preprocessing_accuracies(looked.architecture, looked.weights, mnist().test)
    worth = known[looked.key]
    rows = [{"the network receives": title, "read rightly": f"{share:.1%}"} for title, share in worth.items()]
    st.table(rows, hide_index=True, border="horizontal", alt="Share of moved and scaled digits that are read rightly")
