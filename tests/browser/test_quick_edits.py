"""Quick and careless hands: whatever they change, controls, link, table and text agree with it afterwards."""

import random
import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cnnplay import link
from cnnplay.network.architecture import Architecture
from cnnplay.network.blocks import BLOCK_ACTIVATIONS, BLOCK_POOLS, PADDINGS, Blocks
from cnnplay.network.layers import write_layers
from cnnplay.network.parsing import read_layers
from cnnplay.network.validation import shapes_that_fit
from cnnplay.training.config import TrainConfig
from cnnplay.ui.widgets import activation_title, padding_title, pool_title

from .driving import button, go, last_step, open_page, parts_of, settle, slide, wait_for_step, wait_until
from .hands import READ, RECORD, edit, inputs

EDITS = 300
START = "conv6k2-relu-max2-conv8k3same-relu-max2-flatten-dense10"
SLIDERS = ("filters", "kernel", "stride", "pool_size", "pool_stride")
TITLES = {"padding": padding_title, "activation": activation_title, "pool": pool_title}
OPTIONS: dict[str, Any] = {"padding": PADDINGS, "activation": BLOCK_ACTIVATIONS, "pool": BLOCK_POOLS}
SIDEBAR = [f"edit_{block}_{name}" for block in (0, 1) for name in (*SLIDERS, *TITLES, "batchnorm")]
SIDEBAR += ["edit_hidden", "edit_dropout"]
SETTINGS = [f"train_{name}" for name in ("learning_rate", "batch_size", "epochs")]


def option_of(name: str, title: str) -> Any:
    """The option of a block that a list shows by this title."""
    return next(option for option in OPTIONS[name] if TITLES[name](option) == title)


def edited(blocks: Blocks, field: str, shown: Any) -> Blocks:
    """The blocks after a change; windows of a pooling that did not overlap go on not to."""
    match = re.fullmatch(r"edit_(?:(\d)_)?(\w+)", field)
    assert match
    name = match[2]
    value = option_of(name, shown) if name in TITLES else shown if isinstance(shown, bool) else int(shown)
    if match[1] is None:
        return replace(blocks, **{name: value})
    number = int(match[1])
    block = blocks.blocks[number]
    changes = {name: value}
    if name == "pool_size" and block.pool_stride == block.pool_size:
        changes["pool_stride"] = value
    changed = [replace(block, **changes) if at == number else other for at, other in enumerate(blocks.blocks)]
    return replace(blocks, blocks=tuple(changed))


def done(changes: list[tuple[str, Any]]) -> tuple[Blocks, dict[str, Any]]:
    """What all changes in their order come to: the blocks, and what the training settings show."""
    blocks, settings = Blocks.of(read_layers(START)), {}
    assert blocks
    for field, shown in changes:
        if field.startswith("edit_"):
            blocks = edited(blocks, field, shown)
        else:
            settings[field] = shown
    return blocks, settings


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(metafunc.config.getoption("series")))


@pytest.mark.parametrize("trains", [False, True], ids=["idle", "training"])
def test_no_edit_is_lost(page: Page, app: str, seed: int, trains: bool) -> None:
    """A series takes minutes. `make test` runs one without and one beside a training, `make edits` five of each."""
    chance = random.Random(f"{seed} {trains}")
    open_page(page, f"{app}/training?net={START}" + "&epochs=50&batch=8" * trains)
    page.get_by_test_id("stSidebar").get_by_text("Block 2").click()
    expect(inputs(page, "edit_1_filters")).to_be_visible()
    fields = [*SIDEBAR, *SETTINGS]
    if trains:
        button(page, "Start").click()
    page.evaluate(RECORD.replace("READ", f"({READ})"))
    for _ in range(EDITS):
        edit(page, chance, chance.choice(fields))
        page.wait_for_timeout(30 * 20 ** chance.random())  # 30 to 600 ms: the pace of a hand
    changes = page.evaluate("window.changes")
    assert len(changes) >= EDITS / 2
    assert len({field for field, _ in changes}) == len(fields)

    blocks, settings = done(changes)
    net = write_layers(blocks.layers())
    wait_until(page, lambda: parts_of(page.url)[1]["net"] == [net])
    settle(page)
    for field, shown in settings.items():
        assert inputs(page, field).evaluate(READ) == shown, field
    for number, block in enumerate(blocks.blocks):
        for name in SLIDERS:
            assert inputs(page, f"edit_{number}_{name}").evaluate(READ) == str(getattr(block, name)), name
        for name, title in TITLES.items():
            assert inputs(page, f"edit_{number}_{name}").evaluate(READ) == title(getattr(block, name)), name
        assert inputs(page, f"edit_{number}_batchnorm").evaluate(READ) == block.batchnorm
    assert inputs(page, "edit_hidden").evaluate(READ) == str(blocks.hidden)
    assert inputs(page, "edit_dropout").evaluate(READ) == str(blocks.dropout)
    assert_the_link_holds(page.url, settings)
    if trains:  # it has trained all the while, and goes on
        wait_for_step(page, last_step(page) + 1)

    go(page, "Architecture")
    expect(page.locator("[data-field=net_text] input")).to_have_value(net)
    if len(shapes_that_fit(blocks.layers(), (28, 28, 1))) > len(blocks.layers()):
        row = Architecture(blocks.layers()).table()[0]
        table = page.get_by_test_id("stMain").locator("table").first
        expect(table).to_contain_text("×".join(map(str, row.output_shape)))
        expect(table).to_contain_text(f"{row.parameters:,}")


def assert_the_link_holds(address: str, settings: dict[str, Any]) -> None:
    _, config, problems = link.from_parameters({name: values[0] for name, values in parts_of(address)[1].items()})
    assert not problems
    assert isinstance(config, TrainConfig)
    for field, shown in settings.items():
        value = getattr(config, field.removeprefix("train_"))
        if isinstance(value, int | float):
            assert float(shown.replace(",", "")) == value, field


def test_one_press_of_back_leaves_the_page(page: Page, app: str) -> None:
    open_page(page, app)
    go(page, "Architecture")
    for filters in range(7, 11):
        slide(page, "Filters", f"conv{filters}k2-relu-max2-flatten-dense10")
    page.go_back()
    expect(page).to_have_url(re.compile(r"/\?net=conv10k2-"))
    expect(page.get_by_role("heading", level=1, name="Architecture")).to_have_count(0)
    page.go_forward()
    expect(page.get_by_role("heading", level=1, name="Architecture")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/architecture\?net=conv10k2-"))


def test_a_drag_is_followed_before_the_release_and_undone_as_one(page: Page, app: str) -> None:
    open_page(page, f"{app}/architecture")
    slider = inputs(page, "edit_0_filters")
    box = slider.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 30, middle)
    page.mouse.down()
    for share in (0.3, 0.5, 0.7):
        page.mouse.move(box["x"] + share * box["width"], middle)
        filters = slider.input_value()
        expect(page.get_by_test_id("volumes").locator("[data-layer=conv1]")).to_have_attribute(
            "data-shape", f"27,27,{filters}"
        )
        expect(page.get_by_test_id("stMain").locator("table").first).to_contain_text(f"27×27×{filters}")
    page.mouse.up()
    settle(page)
    button(page, "Undo").click()
    expect(slider).to_have_value("6")
    settle(page)
    expect(button(page, "Undo")).to_be_disabled()
