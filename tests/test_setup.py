"""Set-up keeps its promises: tried without network, pip or a real environment."""

from __future__ import annotations

import ast
import os
import re
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from scripting import script

ROOT = Path(__file__).resolve().parent.parent
FILES = [
    "scripts/setup.py",
    "scripts/environment.py",
    "scripts/freeze.py",
    "Makefile",
    "constraints.txt",
    ".ci/run",
    ".streamlit/config.toml",
]
THIS = sys.version_info[:2]
PYPROJECT = """\
[project]
dependencies = ["torch==1.0", "torch-like>=2", "numpy>=2"]
optional-dependencies = { dev = ["pytest>=9"] }
"""


setup = script("setup")
environment = setup.environment


class Steps:
    """Stands in for venv and pip: notes each step, makes an environment's files, fails where told to."""

    def __init__(self, root: Path, fail_at: str = "", error: type[BaseException] = KeyboardInterrupt) -> None:
        self.root, self.fail_at, self.error = root, fail_at, error
        self.commands: list[list[str]] = []

    def __call__(self, label: str, command: list[str]) -> None:
        self.commands.append(command)
        if self.fail_at and self.fail_at in command:
            raise self.error("stopped here")
        if "venv" in command:
            make_venv(self.root, THIS)

    @property
    def kinds(self) -> list[str]:
        """`venv` or `pip` for each step, in order."""
        return [command[2] for command in self.commands]


def make_venv(root: Path, version: tuple[int, ...]) -> None:
    """The files by which an environment is recognised."""
    python = environment.venv_python(root)
    python.parent.mkdir(parents=True, exist_ok=True)
    python.touch()
    (root / ".venv" / "lib" / "python3" / "site-packages" / "pip").mkdir(parents=True, exist_ok=True)
    major, minor = version
    config = f"home = {root}\nversion = {major}.{minor}.7\n"
    (root / ".venv" / "pyvenv.cfg").write_text(config, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project that has nothing yet but its dependencies."""
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (tmp_path / "constraints.txt").write_text("numpy==2.0\n", encoding="utf-8")
    return tmp_path


def ensure(
    root: Path, dev: bool = False, environ: dict[str, str] | None = None, version: tuple[int, ...] = THIS
) -> list[str]:
    """Bring the environment in step; what steps it took."""
    steps = Steps(root)
    environment.ensure(root, dev, steps, environ or {}, version)
    return steps.kinds


# An old Python


@pytest.mark.parametrize("name", ["setup.py", "environment.py"])
def test_an_old_python_can_read_the_files(name: str) -> None:
    ast.parse((ROOT / "scripts" / name).read_text(encoding="utf-8"), feature_version=(3, 8))


def test_an_old_python_is_told_what_it_lacks() -> None:
    message = setup.old_python((3, 9), "/usr/bin/python3")
    assert "3.11 or newer" in message
    assert "3.9" in message
    assert "/usr/bin/python3" in message
    assert setup.old_python((3, 11), "python") is None
    assert setup.old_python((3, 13), "python") is None


# When pip runs, and when it does not


def test_the_second_call_installs_nothing(root: Path) -> None:
    assert ensure(root) == ["venv", "pip", "pip"]
    assert ensure(root) == []


def test_changed_constraints_or_dependencies_install_again_into_the_same_environment(root: Path) -> None:
    ensure(root)
    (root / "constraints.txt").write_text("numpy==2.1\n", encoding="utf-8")
    assert ensure(root) == ["pip", "pip"]
    (root / "pyproject.toml").write_text(PYPROJECT.replace("numpy>=2", "numpy>=2.1"), encoding="utf-8")
    assert ensure(root) == ["pip", "pip"]
    assert ensure(root) == []


def test_a_comment_in_pyproject_installs_nothing(root: Path) -> None:
    ensure(root)
    (root / "pyproject.toml").write_text("# a word\n" + PYPROJECT, encoding="utf-8")
    assert ensure(root) == []


def test_the_tools_for_development_come_on_top_and_serve_the_page_too(root: Path) -> None:
    ensure(root)
    assert ensure(root, dev=True) == ["pip", "pip"]
    assert ensure(root, dev=False) == []
    assert ensure(root, dev=True) == []


@pytest.mark.parametrize("where", ["venv", "torch==1.0", "numpy>=2"])
def test_an_interrupted_installation_is_done_again_from_the_start(root: Path, where: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        environment.ensure(root, False, Steps(root, fail_at=where), {}, THIS)
    assert ensure(root) == ["venv", "pip", "pip"]
    assert ensure(root) == []


def test_an_interrupted_update_is_done_again_from_the_start(root: Path) -> None:
    ensure(root)
    (root / "constraints.txt").write_text("numpy==2.1\n", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        environment.ensure(root, False, Steps(root, fail_at="numpy>=2"), {}, THIS)
    assert ensure(root) == ["venv", "pip", "pip"]


def test_a_failure_that_touched_nothing_keeps_what_is_there(root: Path) -> None:
    steps = Steps(root, fail_at="numpy>=2", error=environment.SetupError)
    with pytest.raises(environment.SetupError):
        environment.ensure(root, False, steps, {}, THIS)
    assert ensure(root) == ["pip", "pip"]


def test_an_environment_of_another_python_is_built_anew(root: Path) -> None:
    ensure(root)
    make_venv(root, (3, 2))
    assert ensure(root) == ["venv", "pip", "pip"]


@pytest.mark.parametrize("part", ["python", "pyvenv.cfg", "pip"])
def test_a_broken_environment_is_built_anew(root: Path, part: str) -> None:
    ensure(root)
    parts = {"python": environment.venv_python(root), "pyvenv.cfg": root / ".venv/pyvenv.cfg"}
    environment.remove(parts.get(part, root / ".venv/lib/python3/site-packages/pip"))
    assert ensure(root) == ["venv", "pip", "pip"]


def test_an_environment_made_by_hand_is_built_upon(root: Path) -> None:
    make_venv(root, THIS)
    assert ensure(root) == ["pip", "pip"]


def test_a_second_setup_waits_for_the_first(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first_steps, second_steps = Steps(root), Steps(root)
    second = threading.Thread(target=environment.ensure, args=(root, False, second_steps, {}, THIS))
    with environment.only_one(root):
        second.start()
        second.join(timeout=0.2)
        assert second.is_alive()
        environment.install(root, False, True, first_steps, {}, THIS)
    second.join(timeout=10)
    assert first_steps.kinds == ["venv", "pip", "pip"]
    assert second_steps.kinds == []
    assert "waiting" in capsys.readouterr().out


# What pip is asked for


def test_torch_comes_first_with_its_exact_version_and_nothing_else(root: Path) -> None:
    (_, first), (_, second) = environment.pip_steps(root, False, True, {})
    assert first[-1] == "torch==1.0"
    assert second[-2:] == ["torch-like>=2", "numpy>=2"]
    assert "torch==1.0" not in second


def test_the_extra_index_is_named_only_with_the_setting_and_only_for_torch(root: Path) -> None:
    plain = environment.pip_steps(root, False, True, {})
    assert not any("--extra-index-url" in command for _, command in plain)
    (_, first), (_, second) = environment.pip_steps(root, False, True, {"CITEWELL_TORCH_INDEX": "some-index"})
    assert first[first.index("--extra-index-url") + 1] == "some-index"
    assert "--extra-index-url" not in second


def test_a_setting_may_stand_in_the_env_file_and_the_environment_wins(root: Path) -> None:
    assert environment.setting("CITEWELL_INDEX", root, {}) == ""
    (root / ".env").write_text("# note\nCITEWELL_INDEX='a folder'\n", encoding="utf-8")
    assert environment.setting("CITEWELL_INDEX", root, {}) == "a folder"
    assert environment.setting("CITEWELL_INDEX", root, {"CITEWELL_INDEX": "other"}) == "other"


def test_versions_are_held_by_the_constraints_and_pip_keeps_its_own_settings(root: Path) -> None:
    for _, command in environment.pip_steps(root, True, True, {}):
        assert command[command.index("-c") + 1] == "constraints.txt"
        assert {"--disable-pip-version-check", "--no-input"} <= set(command)
        assert "--isolated" not in command


# The real run of a step


def test_a_failing_step_shows_the_last_lines_and_a_hint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".venv").mkdir()
    code = "print('ERROR: No matching distribution found for torch'); raise SystemExit(1)"
    with pytest.raises(environment.SetupError, match="64 bit, will do") as caught:
        environment.run_step("Installing", [sys.executable, "-c", code], tmp_path, os.environ)
    assert "ERROR: No matching distribution" in str(caught.value)
    assert not caught.value.touched
    assert re.fullmatch(r"Installing … \d+ s\n", capsys.readouterr().out)
    assert "No matching" in (tmp_path / ".venv" / "install.log").read_text(encoding="utf-8")


def test_a_failure_while_packages_are_written_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    code = "print('Installing collected packages: a'); raise SystemExit('No space left on device')"
    with pytest.raises(environment.SetupError, match="disk is full") as caught:
        environment.run_step("Installing", [sys.executable, "-c", code], tmp_path, os.environ)
    assert caught.value.touched


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("NewConnectionError: Temporary failure in name resolution", "online"),
        ("ERROR: No matching distribution found for torch", "64 bit"),
        ("Error: ensurepip is not available", "python3-venv"),
        ("something else", "log"),
    ],
)
def test_each_common_failure_has_its_hint(words: str, advice: str) -> None:
    assert advice in environment.hint(words)


# The page


@pytest.fixture
def taken() -> Iterator[int]:
    """A port of localhost that something listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_leads_to_the_next(taken: int) -> None:
    assert not setup.is_free(taken)
    assert setup.answers(taken)
    assert setup.free_port(taken) > taken


def test_the_page_is_served_on_this_computer_only(root: Path) -> None:
    command = " ".join(setup.page_command(root, 8502))
    assert "--server.address localhost" in command
    assert "--server.port 8502" in command
    assert "--browser.gatherUsageStats false" in command


def test_a_window_opens_only_where_somebody_sits() -> None:
    assert setup.wants_browser({}, "darwin")
    assert setup.wants_browser({"DISPLAY": ":0"}, "linux")
    assert not setup.wants_browser({}, "linux")
    assert not setup.wants_browser({"CI": "true"}, "win32")


def test_a_document_that_fails_does_not_keep_the_page_from_opening(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(environment.SetupError, match="could not be built"):
        setup.build_index(root, lambda command: 1, {})
    (root / "var" / "index" / "state").mkdir(parents=True)
    setup.build_index(root, lambda command: 1, {})
    assert "opens with what is there" in capsys.readouterr().out
    with pytest.raises(environment.SetupError):
        setup.build_index(root, lambda command: 2, {})


# The other commands


def test_check_runs_all_three_tools_and_reports_a_failure() -> None:
    asked: list[list[str]] = []

    def call(command: list[str]) -> int:
        asked.append(command)
        return int(command[1:3] == ["ruff", "check"])

    assert setup.check(call) == 1
    assert len(asked) == 3


def test_clean_keeps_the_library(root: Path) -> None:
    ensure(root)
    kept = root / "var" / "library" / "brief.md"
    kept.parent.mkdir(parents=True)
    kept.touch()
    (root / "rag" / "__pycache__").mkdir(parents=True)
    assert setup.clean(root) == 0
    assert kept.exists()
    assert not (root / ".venv").exists()
    assert not (root / "rag" / "__pycache__").exists()


def test_a_link_instead_of_an_environment_loses_only_itself(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    try:
        (root / ".venv").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    except OSError:
        pytest.skip("this system does not let a user make links")
    environment.remove(root / ".venv")
    assert (tmp_path / "elsewhere").is_dir()
    assert not (root / ".venv").exists()


def test_a_word_that_is_no_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.main(["deploy"], {}) == 2
    assert setup.main([], {}) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {command}" in out for command in setup.COMMANDS)


def test_all_tests_are_spread_over_the_processors_and_a_file_stays_together() -> None:
    assert setup.spread(2) == ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    assert setup.spread(1)[1] == "1"
    assert setup.spread(64)[1] == "4"


def test_make_offers_what_setup_offers() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.MULTILINE))
    assert targets == {*setup.COMMANDS, "help", "crash-test"} - {"freeze"}
    assert set(re.findall(r"\$\(SETUP\) ([a-z-]+)", makefile)) <= set(setup.COMMANDS)


# The files


@pytest.mark.parametrize("name", FILES)
def test_no_address_stands_in_the_files(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert set(re.findall(r"\w+://[\w.]*", text)) <= {"http://localhost"}
    assert ("../" in text) == (name == ".ci/run")  # only the checks look beside the project


def test_the_constraints_are_exact_sorted_and_fit_every_direct_dependency() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[a-z0-9.]+", pin) for pin in pins)
    held = dict(pin.split("==") for pin in pins)
    assert list(held) == sorted(held)
    assert len(held) == len(pins)
    wanted = environment.requirements(ROOT)
    assert [Requirement(item).name for item in wanted["torch"]] == ["torch"]
    assert "torch" not in held
    for item in map(Requirement, wanted["app"] + wanted["dev"]):
        assert item.specifier.contains(held[canonicalize_name(item.name)]), item
