"""Limits: the defaults, and the environment variables that override them."""

from dataclasses import fields

import pytest

from cnnplay.engine.limits import Limits
from cnnplay.errors import SettingsError


def test_an_environment_variable_overrides_each_limit():
    defaults = Limits()
    for entry in fields(Limits):
        value = getattr(defaults, entry.name)
        limits = Limits.from_environment({f"CNNPLAY_{entry.name.upper()}": str(value + 1), "CNNPLAY_OTHER": "x"})
        assert getattr(limits, entry.name) == value + 1
        assert type(getattr(limits, entry.name)) is type(value)
    assert Limits.from_environment({}) == defaults


@pytest.mark.parametrize("gigabytes", [0.7, 1.0, 1.3])
def test_with_little_memory_all_that_is_kept_has_less_room(gigabytes):
    limits, usual = Limits.from_environment({}, gigabytes * 1e9), Limits()
    assert limits.kept_megabytes < usual.kept_megabytes
    assert limits.sweep_megabytes < limits.full_megabytes < 0.9 * 1000 * gigabytes
    assert limits.active_runs == usual.active_runs
    assert Limits.from_environment({"CNNPLAY_FULL_MEGABYTES": "1300"}, gigabytes * 1e9).full_megabytes == 1300


@pytest.mark.parametrize("gigabytes", [1.6, 24])
def test_with_enough_memory_the_defaults_are_as_documented(gigabytes):
    assert Limits.from_environment({}, gigabytes * 1e9) == Limits()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("CNNPLAY_ACTIVE_RUNS", "many", "CNNPLAY_ACTIVE_RUNS must be a whole number, not 'many'"),
        ("CNNPLAY_ACTIVE_RUNS", "2.5", "whole number"),
        ("CNNPLAY_ACTIVE_RUNS", "0", "active runs must be between 1 and 1,000; you wrote 0"),
        ("CNNPLAY_SILENCE", "", "must be a number, not ''"),
        ("CNNPLAY_SILENCE", "nan", "silence must be a number, not 'nan'"),
        ("CNNPLAY_KEPT_MEGABYTES", "inf", "kept megabytes must be between"),
    ],
)
def test_a_value_that_is_not_a_number_or_out_of_bounds_is_refused_with_an_explanation(name, text, message):
    with pytest.raises(SettingsError, match=message):
        Limits.from_environment({name: text})
