"""How much memory the process may use is read from the control group that bounds it, of either version."""

import psutil
import pytest

from cnnplay import machine
from cnnplay.machine import memory_of_machine

HERE = "/jobs/app"


@pytest.mark.parametrize(
    "lines, files, megabytes",
    [
        ("0::/", {"memory.max": "1000000000"}, 1000),
        ("0::/", {"memory.max": "max"}, None),
        (f"0::{HERE}", {"memory.max": "max", "jobs/app/memory.max": "700000000"}, 700),
        (f"0::{HERE}", {"memory.max": "500000000"}, 500),
        ("5:cpu,memory:/", {"memory/memory.limit_in_bytes": "900000000"}, 900),
        (f"3:cpu:/else\n5:memory:{HERE}", {"memory/jobs/app/memory.limit_in_bytes": "800000000"}, 800),
        ("5:memory:/", {"memory/memory.limit_in_bytes": "9223372036854771712"}, None),
        ("", {}, None),
        ("nonsense", {"memory.max": "nonsense"}, None),
    ],
)
def test_the_smallest_bound_counts(lines, files, megabytes, tmp_path, monkeypatch):
    own = tmp_path / "cgroup"
    own.write_text(lines)
    for name, text in files.items():
        file = tmp_path / "groups" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    monkeypatch.setattr(machine, "OWN_GROUP", own)
    monkeypatch.setattr(machine, "GROUPS", tmp_path / "groups")
    assert memory_of_machine() == (megabytes * 1_000_000 if megabytes else psutil.virtual_memory().total)
