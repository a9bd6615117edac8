"""Compiled programs on disk: found again by another process, with the same numbers, and never in the way."""

import json
import os
import subprocess
import sys
import textwrap
import time
import zlib
from pathlib import Path

import jax
import pytest

from cnnplay import compilation_cache
from cnnplay.compilation_cache import delete_damaged, keep_latest

# Trains three steps and prints where programs are kept, how many were found there, and the losses.
TRAINING = textwrap.dedent(
    """
    import json, sys, warnings
    import jax
    import jax.monitoring
    from cnnplay import compilation_cache
    from cnnplay.data.datasets import mnist
    from cnnplay.network.architecture import Architecture
    from cnnplay.training.config import TrainConfig
    from cnnplay.training.trainer import Trainer

    warnings.simplefilter("ignore")
    if "compiled before" in sys.argv:
        jax.jit(lambda x: x + 1)(0)
    folder, events = compilation_cache.use(), []
    jax.monitoring.register_event_listener(lambda event, **_: events.append(event))
    trainer = Trainer(Architecture.parse("conv3k3-relu-max2-flatten-dense10"), TrainConfig(train_images=100), mnist())
    trainer.advance(3)
    print(json.dumps({
        "folder": folder and str(folder),
        "found": events.count("/jax/compilation_cache/cache_hits"),
        "losses": [float(loss) for loss in trainer.history.loss],
    }))
    """
)


def train(*arguments, **variables):
    """What TRAINING prints, in a process with these variables of the environment and no other setting of a cache."""
    environment = {name: value for name, value in os.environ.items() if "CACHE" not in name} | variables
    command = [sys.executable, "-c", TRAINING, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def without():
    """A training without a cache."""
    return train(CNNPLAY_COMPILATION_CACHE="off")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "programs"


def test_off_keeps_nothing(without):
    assert without["folder"] is None
    assert without["found"] == 0
    assert len(without["losses"]) == 3


@pytest.mark.parametrize("when", ["compiled before", "compiled nothing before"])
def test_another_process_finds_the_programs_and_computes_the_same_numbers_bit_for_bit(without, folder, when):
    first = train(when, CNNPLAY_COMPILATION_CACHE=str(folder))
    second = train(when, CNNPLAY_COMPILATION_CACHE=str(folder))
    assert first["found"] == 0
    assert second["found"] >= 2  # the training step, and the optimizer's first state
    assert first["losses"] == second["losses"] == without["losses"]
    (kind,) = folder.iterdir()
    assert first["folder"] == second["folder"] == str(kind)


def test_damaged_programs_are_compiled_again(without, folder):
    kept = Path(train(CNNPLAY_COMPILATION_CACHE=str(folder))["folder"])
    for number, file in enumerate(sorted(kept.iterdir())):
        file.write_bytes(file.read_bytes()[: number % 2 * file.stat().st_size // 2])
    for found in (range(1), range(2, 100)):  # written again by the first, found by the second
        after = train(CNNPLAY_COMPILATION_CACHE=str(folder))
        assert after["found"] in found
        assert after["losses"] == without["losses"]


def test_a_folder_that_cannot_be_made_is_no_reason_not_to_train(without, tmp_path):
    (tmp_path / "file").write_text("in the way")
    after = train(CNNPLAY_COMPILATION_CACHE=str(tmp_path / "file" / "programs"))
    assert after["folder"] is None
    assert after["losses"] == without["losses"]


def test_jaxs_own_setting_has_precedence(without, folder, tmp_path):
    own = tmp_path / "own"
    after = train(CNNPLAY_COMPILATION_CACHE=str(folder), JAX_COMPILATION_CACHE_DIR=str(own))
    assert after["folder"] == str(own)
    assert not folder.exists()
    assert after["losses"] == without["losses"]


FIRST = "processor\t: 0\nmodel name\t: A\nflags\t\t: sse avx2 avx512f\ncpu MHz\t\t: 2400.1\n\nprocessor\t: 1\n"


@pytest.mark.parametrize(
    ("told", "same"),
    [
        (FIRST.replace("2400.1", "1200.7"), True),  # how fast it runs now
        (FIRST.replace("avx512f", "avx"), False),  # what it can do
        (FIRST.replace(": A", ": B"), False),
        (None, False),
    ],
)
def test_each_kind_of_processor_has_a_folder_of_its_own(monkeypatch, tmp_path, told, same):
    """Else a program could use instructions that the processor lacks, which ends the process."""
    folders = []
    for number, text in enumerate((FIRST, told)):
        info = tmp_path / str(number)
        if text is not None:
            info.write_text(text)
        monkeypatch.setattr(compilation_cache, "CPU_INFO", info)
        folders.append(compilation_cache._prepared(tmp_path / "programs"))
    assert (folders[0] == folders[1]) is same
    assert all(folder.is_dir() for folder in folders)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="there are no owners of files to compare")
def test_a_folder_of_somebody_else_is_not_used(monkeypatch, tmp_path):
    """Its programs would run here."""
    assert compilation_cache._prepared(tmp_path) is not None
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)
    assert compilation_cache._prepared(tmp_path) is None


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="there are no permissions of groups")
@pytest.mark.parametrize(("mode", "used"), [(0o755, True), (0o775, False), (0o707, False)])
def test_a_folder_in_which_others_can_write_is_not_used(tmp_path, mode, used):
    kept = compilation_cache._prepared(tmp_path)
    kept.chmod(mode)
    assert (compilation_cache._prepared(tmp_path) is not None) == used


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="there are no permissions of groups")
@pytest.mark.parametrize(("mode", "used"), [(0o755, True), (0o777, False), (0o1777, True)])  # the last is sticky
def test_a_folder_below_one_in_which_others_can_write_is_not_used(tmp_path, mode, used):
    """They could put a folder of theirs in its place."""
    above = tmp_path / "above"
    above.mkdir()
    above.chmod(mode)
    assert (compilation_cache._prepared(above / "programs") is not None) == used


def test_the_folder_and_those_made_for_it_are_for_their_user_alone(tmp_path):
    programs = compilation_cache._prepared(tmp_path / "new" / "programs")
    for folder in (programs, programs.parent, programs.parent.parent):
        assert folder.stat().st_mode & 0o077 == 0


def test_the_programs_that_were_read_last_are_kept_of_all_kinds_of_processors(tmp_path):
    now = time.time()
    for age in range(6):
        file = tmp_path / f"kind{age % 2}" / f"program{age}-cache"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(bytes(100))
        os.utime(file, (now - 60 * age, now - 600))  # read, written
    (tmp_path / "kind0" / "note.txt").write_bytes(bytes(1000))
    keep_latest(tmp_path, 350)
    names = {file.name for file in tmp_path.glob("*/*")}
    assert names == {*(f"program{age}-cache" for age in range(3)), "note.txt"}
    keep_latest(tmp_path / "not there", 0)


@pytest.fixture
def told_folder():
    """A way to tell JAX of a folder, which is taken back."""
    before = jax.config.jax_compilation_cache_dir
    yield lambda folder: jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_compilation_cache_dir", before)


@pytest.mark.parametrize("whose", ["ours", "of somebody else"])
def test_nothing_is_deleted_in_a_folder_that_jax_was_told_of_by_somebody_else(
    monkeypatch, tmp_path, told_folder, whose
):
    folder = compilation_cache._prepared(tmp_path) if whose == "ours" else tmp_path / "theirs"
    folder.mkdir(exist_ok=True)
    (folder / "program-cache").write_bytes(bytes(100))
    told_folder(folder)
    monkeypatch.setattr(compilation_cache, "MOST_BYTES", 50)
    compilation_cache.prune()
    assert any(folder.iterdir()) == (whose != "ours")


def test_only_programs_that_are_whole_are_kept(tmp_path):
    whole, now = zlib.compress(bytes(range(256)) * 50), time.time()
    contents = {"whole": whole, "too short": whole[:-10], "empty": b"", "another packing": b"\x28\xb5\x2f\xfd"}
    for name, content in contents.items():
        (tmp_path / f"{name}-cache").write_bytes(content)
    (tmp_path / "empty before-cache").touch()
    os.utime(tmp_path / "empty before-cache", (now - 600, now - 600))
    delete_damaged(tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"whole-cache", "another packing-cache"}
