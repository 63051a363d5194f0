"""The environment `.venv`: what belongs in it, whether it is all there, and how it gets there.

In: the project's root and the settings. Out: a filled `.venv` with a stamp that says so, or a SetupError.
Standard library only, readable for Python 3.8; setup.py holds the commands that use it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Step = Callable[[str, list[str]], None]  # what to call it, the command; raises SetupError

UNFINISHED = "unfinished"
PIP = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
HINTS = (
    (r"No space left|Errno 28", "The disk is full: about 3 GB are needed."),
    (
        r"name resolution|getaddrinfo|ConnectionError|ConnectTimeout|timed out|Max retries|"
        r"NewConnectionError|Network is unreachable|ProxyError|SSLError",
        "Is this computer online? Behind a proxy, set HTTPS_PROXY or pip's own settings.",
    ),
    (
        r"No matching distribution|Could not find a version",
        "A package is not on offer for this Python or computer. Python 3.11 to 3.13, 64 bit, will do, "
        "on Linux, on Windows, and on a Mac with an Apple chip.",
    ),
    (r"ensurepip", "This Python cannot make environments: on Debian and Ubuntu, install `python3-venv`."),
    (r"Permission denied|Access is denied", "A file cannot be written: is another program using .venv?"),
)


class SetupError(Exception):
    """A failure with what to do about it. `touched`: whether packages may be half installed."""

    def __init__(self, message: str, touched: bool = False) -> None:
        """Keep the message to show and whether `.venv` was touched."""
        super().__init__(message)
        self.touched = touched


def say(text: str, end: str = "\n") -> None:
    """Print at once, so that progress shows also where the output is a file."""
    print(text, end=end, flush=True)


def setting(name: str, root: Path, environ: Mapping[str, str]) -> str:
    """The value of a setting: from the environment, else from the file `.env`, else empty."""
    if environ.get(name):
        return environ[name]
    file = root / ".env"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    found = [line.partition("=")[2] for line in lines if line.partition("=")[0].strip() == name]
    return found[-1].strip().strip("'\"") if found else ""


def venv_python(root: Path) -> Path:
    """Where the environment's Python is, or would be."""
    return root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def stamp(root: Path) -> Path:
    """The file that says what the environment holds: `app` or `dev`, and the fingerprint."""
    return root / ".venv" / "citewell-stamp"


def requirements(root: Path) -> dict[str, list[str]]:
    """What pyproject.toml asks for, as three lists: `torch`, the `app`'s others, and `dev` on top."""
    import tomllib  # an old Python has none, and has to get as far as its message

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    torch = [item for item in project["dependencies"] if re.split(r"[^\w.-]", item)[0] == "torch"]
    others = [item for item in project["dependencies"] if item not in torch]
    return {"torch": torch, "app": others, "dev": project["optional-dependencies"]["dev"]}


def fingerprint(root: Path, version: tuple[int, ...]) -> str:
    """A hash of all that decides what belongs in the environment."""
    file = root / "constraints.txt"
    pins = file.read_text(encoding="utf-8") if file.is_file() else ""
    return hashlib.sha256(json.dumps([requirements(root), pins, version[:2]]).encode()).hexdigest()


def pip_steps(root: Path, dev: bool, pinned: bool, environ: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """The calls of pip that fill the environment, each with the name to show for it."""
    wanted = requirements(root)
    pip = [str(venv_python(root)), *PIP, *(["-c", "constraints.txt"] if pinned else [])]
    index = setting("CITEWELL_TORCH_INDEX", root, environ)
    extra = ["--extra-index-url", index] if index else []
    others = wanted["app"] + (wanted["dev"] if dev else [])
    # torch comes first: where a small build for the processor is on offer, its exact version picks that
    # build, and the packages that need torch then keep it
    return [
        ("Installing the language tools", [*pip, *extra, *wanted["torch"]]),
        ("Installing the other packages", [*pip, *others]),
    ]


def usable(root: Path, version: tuple[int, ...]) -> bool:
    """Whether `.venv` can be built upon: its Python still there, of this version, and with pip."""
    venv = root / ".venv"
    if not (venv / "pyvenv.cfg").is_file() or not venv_python(root).exists():
        return False
    lines = (venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    config = {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in lines)}
    made_by = (config.get("version") or config.get("version_info", "")).split(".")[:2]
    has_pip = any(venv.glob("lib/*/site-packages/pip")) or any(venv.glob("Lib/site-packages/pip"))
    has_home = Path(config.get("home", "")).is_dir()
    return has_pip and has_home and made_by == [str(part) for part in version[:2]]


def is_ready(root: Path, dev: bool, version: tuple[int, ...]) -> bool:
    """Whether the environment holds all that is wanted, so that pip need not be asked."""
    if not stamp(root).is_file() or not usable(root, version):
        return False
    holds, _, mark = stamp(root).read_text(encoding="utf-8").partition(" ")
    return mark == fingerprint(root, version) and holds in (["dev"] if dev else ["app", "dev"])


def write_stamp(root: Path, dev: bool, version: tuple[int, ...]) -> None:
    """Note that the environment now holds all that is wanted."""
    stamp(root).write_text(f"{'dev' if dev else 'app'} {fingerprint(root, version)}", encoding="utf-8")


def ensure(root: Path, dev: bool, step: Step, environ: Mapping[str, str], version: tuple[int, ...]) -> None:
    """Bring the environment in step with pyproject.toml; if it is already, do nothing."""
    if is_ready(root, dev, version):
        return
    with only_one(root):
        if not is_ready(root, dev, version):  # another set-up may have done it while this one waited
            say("Setting up: a few minutes the first time, about 2 GB on disk.")
            install(root, dev, True, step, environ, version)


def install(
    root: Path, dev: bool, pinned: bool, step: Step, environ: Mapping[str, str], version: tuple[int, ...]
) -> None:
    """Make `.venv` if there is none to build upon, fill it, and stamp it when all is in."""
    mark = stamp(root)
    unfinished = mark.is_file() and mark.read_text(encoding="utf-8") == UNFINISHED
    kept = usable(root, version) and not unfinished  # half an installation can look whole to pip
    if not kept:
        remove(root / ".venv")
    mark.parent.mkdir(exist_ok=True)
    mark.write_text(UNFINISHED, encoding="utf-8")
    try:
        if not kept:
            base = getattr(sys, "_base_executable", "") or sys.executable  # not the one just removed
            step("Making the environment", [base, "-m", "venv", ".venv"])
        for label, command in pip_steps(root, dev, pinned, environ):
            step(label, command)
    except SetupError as error:
        if not error.touched:  # no network, say: what is there is whole, and the next try goes on from it
            mark.unlink()
        raise
    write_stamp(root, dev, version)


def remove(path: Path) -> None:
    """Delete a folder with all in it; a link loses only itself."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


@contextlib.contextmanager
def only_one(root: Path) -> Iterator[None]:
    """Keep a second set-up in this folder waiting; the system frees the lock however a process ends."""
    (root / "var").mkdir(exist_ok=True)
    with (root / "var" / "setup.lock").open("a+b") as file:
        # pip inherits the lock: if set-up is killed and pip lives on, the next set-up waits for pip's end
        os.set_inheritable(file.fileno(), True)
        if not locked(file):
            say("Another set-up is at work in this folder; waiting for it …")
            while not locked(file):
                time.sleep(0.5)
        yield


def locked(file: IO[bytes]) -> bool:
    """Try to lock an open file; False if another process holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # a disk without locks: better unguarded than stuck
    return True


def hint(text: str) -> str:
    """What to do about a failure, judged by the last words of pip or venv."""
    return next((advice for pattern, advice in HINTS if re.search(pattern, text)), "The log has the details.")


def run_step(label: str, command: list[str], root: Path, environ: Mapping[str, str]) -> None:
    """Run a long command, its output into `.venv/install.log`, and show how many seconds it takes."""
    live, started, told = sys.stdout.isatty(), time.monotonic(), 0
    say(f"{label} …", end="")
    log = root / ".venv" / "install.log"
    with log.open("ab") as out:
        before = out.tell()
        process = subprocess.Popen(
            command, cwd=root, env=environ, stdin=subprocess.DEVNULL, stdout=out, stderr=out, close_fds=False
        )
        try:
            while process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=1)
                seconds = int(time.monotonic() - started)
                if live:
                    say(f"\r{label} … {seconds} s", end="")
                elif seconds >= told + 30:
                    told = seconds
                    say(f" {seconds} s …", end="")
        finally:
            stop(process)
    seconds = int(time.monotonic() - started)
    say(f"\r{label} … {seconds} s" if live else f" {seconds} s")
    if process.returncode:
        text = log.read_bytes()[before:].decode("utf-8", "replace")
        last = "\n".join("  " + line for line in text.splitlines()[-12:])
        ended = process.returncode < 0  # by a signal
        advice = "It was ended from outside; the same command does it again." if ended else hint(text)
        message = f"{label} did not work. The last lines of {log}:\n{last}\n{advice}"
        raise SetupError(message, touched="Installing collected packages" in text)


def stop(process: subprocess.Popen[Any]) -> None:
    """End a child that is still running, politely first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
