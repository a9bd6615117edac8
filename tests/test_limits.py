"""Limits: the usual ones, and what the environment says in their place."""

from dataclasses import fields

import pytest

from cnnplay.engine.limits import Limits
from cnnplay.errors import SettingsError


def test_every_limit_can_be_set_by_a_variable_of_its_name():
    usual = Limits()
    for entry in fields(Limits):
        value = getattr(usual, entry.name)
        limits = Limits.from_environment({f"CNNPLAY_{entry.name.upper()}": str(value + 1), "CNNPLAY_OTHER": "x"})
        assert getattr(limits, entry.name) == value + 1
        assert type(getattr(limits, entry.name)) is type(value)
    assert Limits.from_environment({}) == usual


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("CNNPLAY_ACTIVE_RUNS", "many", "CNNPLAY_ACTIVE_RUNS must be a whole number, not 'many'"),
        ("CNNPLAY_ACTIVE_RUNS", "2.5", "whole number"),
        ("CNNPLAY_ACTIVE_RUNS", "0", "active runs goes from 1 to 100, not 0"),
        ("CNNPLAY_SILENCE", "", "must be a number, not ''"),
        ("CNNPLAY_SILENCE", "nan", "silence goes from"),
        ("CNNPLAY_KEPT_MEGABYTES", "inf", "kept megabytes goes from"),
    ],
)
def test_what_is_no_number_or_out_of_bounds_is_said_in_a_sentence(name, text, says):
    with pytest.raises(SettingsError, match=says):
        Limits.from_environment({name: text})
