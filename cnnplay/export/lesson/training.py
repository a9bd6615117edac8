"""How the network learns, and its learning curves."""

from ...training.config import OPTIMIZER_SETTINGS, OPTIMIZERS, SCHEDULES, TrainConfig
from ...training.history import cross_entropy
from ...words import counted
from ..plots.training import draw_curves
from ..saved_run import ENTRY, HISTORY
from .cells import Cell, Chapter, Code, Picture, Words
from .subject import Subject
from .texts import percent

UNTRAINED = (
    "**The network of this page has not been trained yet**: what you see is what its random first weights make of it."
)
INITIAL = (
    "**The weights of this page are the initial ones of a network that has been trained since**: what you see is what "
    "its random first weights make of it. There are trained ones, and a lesson on them says what has been learned."
)


def training(subject: Subject) -> Chapter:
    """How it learns, and the curves."""
    classes = len(subject.data.classes)
    cells: list[Cell] = [
        Words(
            "At first the weights are random, and the answers are guesses. Then, **step** by step: the "
            f"network reads a **batch**, {subject.config.batch_size} of the training pictures. The **loss** says how "
            "wrong its answers are: it is −ln p, where p is the probability that it gave to the right "
            f"{subject.kind}. The "
            "**gradient** says for each weight in which direction the loss falls, and each weight moves a little that "
            "way; the **learning rate** says how far. When all training pictures have been read once, that is an "
            f"**epoch**. Nobody tells a filter what to look for; what helps to tell the {subject.kinds} apart "
            "stays.\n\n"
            + settings_text(subject)
            + f"\n\nGuessing among {subject.counted_classes} {subject.kinds} is right in {100 / classes:.3g} % of all "
            f"cases, and has a loss of ln {classes} = {cross_entropy(1 / classes):.2f}. Anything better than that has "
            "been learned."
        )
    ]
    cells += _by_framework(subject) if subject.is_notebook else _as_it_went(subject)
    return Chapter("How it learns", cells)


def settings_text(subject: Subject) -> str:
    """The training settings in a sentence or two."""
    config = subject.config
    images = subject.trained_on
    steps = config.steps_per_epoch(images)
    return (
        f"**{images:,}** training images in batches of **{config.batch_size}**: "
        f"⌈{images:,} / {config.batch_size}⌉ = **{steps:,} steps an epoch**, "
        f"{counted(config.epochs, 'epoch')}. The **optimizer**, the rule that makes steps of "
        f"gradients, is **{OPTIMIZERS[config.optimizer].title}**: "
        f"{OPTIMIZERS[config.optimizer].description}. Its learning rate is {config.learning_rate:g}: "
        f"{SCHEDULES[config.schedule].description}.{_own_settings(config)}"
    )


def _own_settings(config: TrainConfig) -> str:
    """The optimizer's own settings that are not the usual ones, a sentence each."""
    usual = TrainConfig()
    different = [name for name in OPTIMIZERS[config.optimizer].settings if name in config.differences()]
    rows = ((OPTIMIZER_SETTINGS[name], getattr(config, name), getattr(usual, name)) for name in different)
    return "".join(
        f" Its {row.title} is {value:g} ({default:g} is usual): it says {row.description}."
        for row, value, default in rows
    )


def untrained(subject: Subject) -> str:
    """A sentence that the weights of the page are the initial ones."""
    return INITIAL if subject.went_on else UNTRAINED


LOAD_HISTORY = f"""
def load_history(file):
    \"\"\"The history of a weights file, one value an epoch, as `train` returns it.\"\"\"
    tensors = load_file(file)
    names = ("epoch_loss", "epoch_accuracy", "validation_loss", "validation_accuracy")
    epochs = [tensors["{HISTORY}" + name] for name in names]
    return dict(zip(("loss", "accuracy", "val_loss", "val_accuracy"), epochs))


def load_epoch(file):
    \"\"\"The epoch after which the weights of a file were taken; the history may be longer.\"\"\"
    with safe_open(file, "np") as opened:
        return json.loads(opened.metadata()["{ENTRY}"])["epoch"]
"""
TRAIN_OR_LOAD = """\
first_kernels = kernels(model)
if TRAIN:
    history = train(model, (train_images, train_labels), (test_images, test_labels))
    epoch = EPOCHS
    print(f"Trained here, up to epoch {{epoch}}.")
else:
    load_weights(model, WEIGHTS)
    history, epoch = load_history(WEIGHTS), load_epoch(WEIGHTS)
    print(f"Loaded from {{WEIGHTS}}, after epoch {{epoch}}: nothing was trained here. TRAIN = True trains.")
loss, accuracy = evaluate(model, test_images, test_labels)
right = f"{{100 * accuracy:.2f}} % of {{len(test_images):,}} test {noun}s are read correctly"
print(f"{{right}}; the loss is {{loss:.3f}}")"""
CURVES_TEXT = (
    "Blue are the images that it learns from, orange the test images, which it has never been trained on. Both should "
    "get better together. If blue goes on getting better and orange does not, the network has begun to learn its "
    "examples by heart: **overfitting**."
)
MARKED_TEXT = " The thin line marks the epoch after which the weights of this page were taken; the training went on."


def _by_framework(subject: Subject) -> list[Cell]:
    parts = subject.parts
    return [
        Code(parts.training),
        Code(f"import json\n\nfrom safetensors import safe_open\n\n\n{parts.weights}\n{LOAD_HISTORY}", folded=True),
        Code(TRAIN_OR_LOAD.format(noun=subject.noun)),
        Words(
            f"{CURVES_TEXT} Where weights come from a file and their training went on after them, a thin line marks "
            "their epoch."
        ),
        Code("draw_curves(plt.figure(), history, epoch)", needs=draw_curves),
    ]


def _as_it_went(subject: Subject) -> list[Cell]:
    if not (subject.history and subject.epochs):
        no_record = "There is no record of how this network was trained, so there are no curves to show."
        return [Words(no_record if subject.trained else f"{UNTRAINED} There are no curves to show.")]
    curves = subject.history.by_epoch()
    marked = f" A line marks epoch {subject.taken}, after which these weights were taken." * subject.went_on
    return [
        Picture(
            draw_curves,
            ("history", "epoch"),
            lambda: (curves, subject.taken),
            "Loss and accuracy, epoch by epoch. Test accuracy: "
            + ", ".join(percent(accuracy, 1) for accuracy in curves["val_accuracy"])
            + f".{marked}",
        ),
        Words(f"{CURVES_TEXT}{MARKED_TEXT * subject.went_on}\n\n{_how_it_went(subject)}"),
    ]


def _how_it_went(subject: Subject) -> str:
    """The accuracy of these weights and of later epochs, and the best epoch."""
    epochs = subject.epochs
    last, best = epochs[-1], max(epochs, key=lambda epoch: epoch.test.accuracy)
    sentences = [f"The best epoch was number {best.epoch}, with {percent(best.test.accuracy)}."]
    if subject.went_on:
        sentences.insert(0, f"After the last one, number {last.epoch}, it read {percent(last.test.accuracy)}.")
    if not subject.taken:
        return " ".join([INITIAL, *sentences])
    taken = epochs[subject.taken - 1]
    of_all = f" of {len(epochs)}" * subject.went_on
    tested = f"**{percent(taken.test.accuracy)}** of the test images correctly"
    return " ".join(
        [
            f"After {counted(taken.epoch, 'epoch')}{of_all} it read {tested}, "
            f"and {percent(taken.accuracy)} of the images it learned from (the mean over the epoch).",
            *sentences,
        ]
    )
