"""A field's bounds are declared once: the check reads them there, and its remedy is the nearest value in bounds."""

from dataclasses import dataclass

import pytest

from cnnplay.bounds import bounded, bounds, check_bounds
from cnnplay.errors import SettingsError, ShapeError


@dataclass(frozen=True)
class Oven:
    heat_level: int = bounded(1, 5, default=3)
    racks: tuple[int, int] = bounded(1, 2000, default=(1, 1))
    timer: float | None = bounded(0.5, 90, default=None)
    name: str = "oven"


@pytest.mark.parametrize(("name", "expected"), [("heat_level", (1, 5)), ("racks", (1, 2000)), ("timer", (0.5, 90))])
@pytest.mark.parametrize("owner", [Oven, Oven()], ids=["class", "instance"])
def test_bounds_are_read_from_the_class_or_an_instance(owner, name, expected):
    assert bounds(owner, name) == expected


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"heat_level": 1},
        {"heat_level": 5},
        {"racks": (1, 2000)},
        {"timer": 0.5},
        {"timer": None},
        {"name": "x" * 99},
    ],
    ids=str,
)
def test_both_bounds_belong_to_the_range_and_other_fields_have_none(values):
    check_bounds(Oven(**values), SettingsError, "Oven")


@pytest.mark.parametrize(
    ("values", "message", "nearest"),
    [
        ({"heat_level": 0}, "Oven: heat level must be between 1 and 5; you wrote 0.", 1),
        ({"heat_level": 6}, "Oven: heat level must be between 1 and 5; you wrote 6.", 5),
        ({"racks": (1, 2001)}, "Oven: racks must be between 1 and 2,000; you wrote 2,001.", 2000),
        ({"racks": (0, 7)}, "Oven: racks must be between 1 and 2,000; you wrote 0.", 1),
        ({"timer": 0.25}, "Oven: timer must be between 0.5 and 90; you wrote 0.25.", 0.5),
        ({"timer": float("inf")}, "Oven: timer must be between 0.5 and 90; you wrote inf.", 90),
    ],
    ids=str,
)
def test_a_value_out_of_bounds_is_refused_with_the_nearest_value_as_the_remedy(values, message, nearest):
    with pytest.raises(SettingsError) as caught:
        check_bounds(Oven(**values), SettingsError, "Oven")
    assert str(caught.value) == message
    (remedy,) = caught.value.remedies
    assert remedy.change == {next(iter(values)): nearest}
    assert f"{nearest:,}" in remedy.label
    check_bounds(Oven(**remedy.change | ({"racks": (nearest,) * 2} if "racks" in values else {})), ShapeError, "Oven")


def test_the_caller_chooses_the_error():
    with pytest.raises(ShapeError):
        check_bounds(Oven(heat_level=9), ShapeError, "Oven")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"heat_level": 2.0}, "Oven: heat level must be a whole number, not '2.0'."),
        ({"heat_level": True}, "Oven: heat level must be a whole number, not 'True'."),
        ({"heat_level": "3"}, "Oven: heat level must be a whole number, not '3'."),
        ({"racks": (1, 1.5)}, "Oven: racks must be a whole number, not '1.5'."),
        ({"timer": "soon"}, "Oven: timer must be a number, not 'soon'."),
        ({"timer": False}, "Oven: timer must be a number, not 'False'."),
    ],
    ids=str,
)
def test_what_is_no_number_is_refused_and_whole_bounds_want_whole_numbers(values, message):
    with pytest.raises(SettingsError) as caught:
        check_bounds(Oven(**values), SettingsError, "Oven")
    assert str(caught.value) == message


def test_the_remedy_of_what_is_no_number_is_the_default():
    with pytest.raises(SettingsError) as caught:
        check_bounds(Oven(heat_level="hot"), SettingsError, "Oven")
    (remedy,) = caught.value.remedies
    assert (remedy.label, remedy.change) == ("heat level 3", {"heat_level": 3})


def test_not_a_number_is_no_number():
    with pytest.raises(SettingsError, match="must be a number, not 'nan'"):
        check_bounds(Oven(timer=float("nan")), SettingsError, "Oven")
