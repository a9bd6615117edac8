"""Dockerfile, compose.yaml and the documents agree with each other, with Streamlit and with the limits."""

import json
import re
import shlex
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from streamlit import config

from cnnplay.engine.limits import MEGABYTE, PREFIX, SHRINKING, Limits

ROOT = Path(__file__).parents[1]
LIMITS = {PREFIX + entry.name.upper() for entry in fields(Limits)}
DOCUMENTS = ("README.md", "SECURITY.md", "docs/deploying.md", "docs/cluster.md")
DEPLOYING = (ROOT / "docs" / "deploying.md").read_text("utf-8")


def instructions() -> list[tuple[str, str]]:
    """(instruction, what stands behind it) of the Dockerfile, in order."""
    lines = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in lines if line and line[0] != "#"]


def of(name: str) -> list[str]:
    return [rest for instruction, rest in instructions() if instruction == name]


def service() -> dict[str, Any]:
    (found,) = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"].values()
    assert isinstance(found, dict)
    return found


def copied() -> list[str]:
    return [path for rest in of("COPY") for path in shlex.split(rest)[:-1]]


def test_the_files_that_the_image_copies_exist_and_are_sent_to_docker() -> None:
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")]
    assert set(copied()) == set(kept)
    for path in kept:
        assert (ROOT / path).exists()


def test_the_image_has_all_that_the_app_reads() -> None:
    assert {"streamlit_app.py", "pages", "cnnplay", ".streamlit/config.toml", "requirements.txt"} <= set(copied())
    for rest in of("COPY"):
        *sources, target = shlex.split(rest)
        assert target == sources[0] or target in (".", "./")


def test_the_image_is_of_a_python_that_the_documents_name() -> None:
    (image,) = of("FROM")
    version = re.fullmatch(r"python:(3\.\d+)-slim", image)
    assert version
    assert version[1] in DEPLOYING.partition("## ")[2].partition("| processor")[0]


def test_the_app_does_not_run_as_root_and_nothing_after_that_needs_it() -> None:
    names = [name for name, _ in instructions()]
    (user,) = of("USER")
    assert int(user) >= 1000
    assert f"--uid {user} " in " ".join(of("RUN"))
    assert set(names[names.index("USER") + 1 :]) <= {"EXPOSE", "HEALTHCHECK", "CMD"}


def test_the_command_has_options_that_streamlit_knows_and_serves_the_port() -> None:
    command = json.loads(of("CMD")[0])
    assert command[:3] == ["streamlit", "run", "streamlit_app.py"]
    options = dict(zip(command[3::2], command[4::2], strict=True))
    for option in options:
        assert option.removeprefix("--") in config.get_config_options()
    (port,) = of("EXPOSE")
    assert options["--server.port"] == port
    assert [mapped.split(":")[-1] for mapped in service()["ports"]] == [port]
    (check,) = of("HEALTHCHECK")
    assert f":{port}/_stcore/health" in check
    compile(json.loads(check.partition("CMD ")[2])[2], "HEALTHCHECK", "exec")


def test_compose_takes_from_the_container_what_it_does_not_need() -> None:
    found = service()
    assert found["read_only"] is True
    assert [place.partition(":")[0] for place in found["tmpfs"]] == ["/tmp"]
    assert found["cap_drop"] == ["ALL"]
    assert found["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in found and "volumes" not in found
    environment = dict(pair.split("=", 1) for rest in of("ENV") for pair in shlex.split(rest))
    assert environment["HOME"] == "/tmp"
    assert environment["MPLCONFIGDIR"].startswith("/tmp/")


def test_the_memory_of_the_container_is_more_than_the_limits_allow() -> None:
    megabytes = int(service()["mem_limit"].removesuffix("m"))
    assert megabytes > Limits().full_megabytes
    assert f"--memory {megabytes}m" in DEPLOYING
    assert f"at most {megabytes} MB" in DEPLOYING


def test_every_limit_is_documented_and_passed_on_and_no_other() -> None:
    others = {"CNNPLAY_EXECUTOR", "CNNPLAY_NICENESS", "CNNPLAY_COMPILATION_CACHE"}
    rows = dict(re.findall(r"^\| `(CNNPLAY_\w+)` \| ?([\d.]*) ?\|", DEPLOYING, re.MULTILINE))
    passed_on = {name for name in service()["environment"] if "=" not in name}
    assert set(rows) == passed_on == LIMITS | others
    for entry in fields(Limits):
        assert float(rows[PREFIX + entry.name.upper()]) == entry.default


def test_the_smaller_limits_of_a_small_machine_are_those_that_the_document_names() -> None:
    shrunk = Limits.from_environment({}, memory=1000 * MEGABYTE)
    smaller = [f"{getattr(shrunk, name):.0f}" for name in SHRINKING]
    count = ("four", "five", "six", "seven", "eight")[len(smaller) - 4]
    stated = f"the {count} limits in MB shrink in proportion: to {', '.join(smaller[:-1])} and {smaller[-1]} MB with 1"
    assert stated in " ".join(DEPLOYING.split())


def test_the_proxy_is_believed_where_it_alone_reaches_the_port() -> None:
    assert "FORWARDED_ALLOW_IPS=*" in service()["environment"]
    assert service()["ports"] == ["127.0.0.1:8501:8501"]
    assert "docker run -p 127.0.0.1:8501:8501 --env 'FORWARDED_ALLOW_IPS=*' " in DEPLOYING


def test_the_address_of_a_visitor_is_the_proxy_s_word_and_not_the_visitor_s() -> None:
    """Where every proxy is believed, uvicorn takes the first address of the header."""
    (written,) = re.findall(r"proxy_set_header X-Forwarded-For (.+);", DEPLOYING)
    assert written == "$remote_addr"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_files_that_a_document_names_exist(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    links = re.findall(r"\]\(((?!https?:|#)[^)#]+)", text)
    named = re.findall(r"`([\w./-]+/[\w.-]+\.(?:py|js|toml|yaml|md)|Dockerfile|compose\.yaml|\.dockerignore)`", text)
    for link in links:
        assert ((ROOT / name).parent / link).exists(), link
    for file in named:
        assert (ROOT / file).exists(), file


def test_the_documents_lead_to_the_container_and_to_the_promises() -> None:
    assert "`Dockerfile`" in DEPLOYING and "`compose.yaml`" in DEPLOYING and "`.dockerignore`" in DEPLOYING
    assert "](SECURITY.md)" in (ROOT / "README.md").read_text("utf-8")
    assert "Report a vulnerability" in (ROOT / "SECURITY.md").read_text("utf-8")
