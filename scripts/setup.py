"""Set Citewell up and run it: `python scripts/setup.py app`; without a command it lists them all.

In: a command. Out: an environment `.venv` with what pyproject.toml asks for, the work done in it, and that
work's exit code. Needs Python 3.11 and nothing else. The syntax stays readable for Python 3.8, so that an
old Python is told what it lacks instead of meeting a syntax error.
"""

from __future__ import annotations

import argparse
import errno
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent))  # so that this file can be loaded from anywhere

import environment
from environment import SetupError, say, venv_python

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Call = Callable[[list[str]], int]  # arguments for the environment's Python; gives the exit code

ROOT = Path(__file__).resolve().parent.parent
NEEDED = (3, 11)
FIRST_PORT = 8501
CACHES = (".venv", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis")
TOOLS = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"])
COMMANDS = ("app", "test", "browser-test", "check", "index", "eval", "install", "freeze", "clean")
USAGE = """usage: python scripts/setup.py COMMAND

  app [--port N] [--no-browser]   set up, index corpus/, open the page on localhost
  test [PYTEST ARGUMENTS]         set up, run all tests on several processors, or those named on one
  browser-test [ARGUMENTS]        set up, go through the page in Chromium, installed on Debian if need be
  check                           set up, run ruff and mypy
  index [PATH ...]                set up, bring the index in step with corpus/ or the paths
  eval [ARGUMENTS]                set up, run the answer test set (python -m eval)
  install [--dev]                 set up only
  freeze                          write constraints.txt anew (`clean` first for the newest of everything)
  clean                           remove .venv and the caches, keep the library

On Linux the usual package of torch brings tools for graphics cards, several GB. For the small one, put the
address of PyTorch's index of CPU builds into the setting CITEWELL_TORCH_INDEX before the first run."""


def old_python(version: tuple[int, ...], executable: str) -> str | None:
    """The message for a Python that is too old, or None if it will do."""
    if version >= NEEDED:
        return None
    return (
        f"Citewell needs Python 3.11 or newer; this is Python {version[0]}.{version[1]} ({executable}).\n"
        "If a newer one is installed, name it: `make app PYTHON=python3.12`, "
        "or `python3.12 scripts/setup.py app` (Windows: `py -3.12 scripts\\setup.py app`)."
    )


def is_free(port: int) -> bool:
    """Whether a page could be served on localhost at this port."""
    for family, kind, _, _, address in socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM):
        with socket.socket(family, kind) as attempt:
            if os.name != "nt":  # so that a page that ended a moment ago does not hold its port
                attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind(address)
            except OSError as error:
                if error.errno != errno.EADDRNOTAVAIL:  # that one means: no IPv6 here
                    return False
    return True


def free_port(first: int) -> int:
    """The first free port from `first` on."""
    for port in range(first, min(first + 100, 65536)):
        if is_free(port):
            return port
    raise SetupError(f"No port from {first} on is free. Name another with --port.")


def answers(port: int) -> bool:
    """Whether something on localhost takes connections at this port."""
    try:
        socket.create_connection(("localhost", port), timeout=1).close()
    except OSError:
        return False
    return True


def wants_browser(environ: Mapping[str, str], platform: str) -> bool:
    """Whether somebody sits here who can be shown a page in a window."""
    screen = platform in ("win32", "darwin") or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
    return screen and not environ.get("CI")


def page_command(root: Path, port: int) -> list[str]:
    """The command that serves the page, on this computer only."""
    options = ["--server.address", "localhost", "--server.port", str(port), "--server.headless", "true"]
    options += ["--browser.gatherUsageStats", "false"]
    return [str(venv_python(root)), "-m", "streamlit", "run", "app.py", *options]


def serve(root: Path, port: int, browser: bool, environ: Mapping[str, str]) -> int:
    """Serve the page until it ends or Ctrl-C is pressed; tell its address as soon as it answers."""
    process = subprocess.Popen(page_command(root, port), cwd=root, env=environ)
    try:
        while process.poll() is None and not answers(port):
            time.sleep(0.2)
        if process.poll() is None:
            say(f"\n  Citewell is open at http://localhost:{port}\n  Ctrl-C ends it.\n")
            if browser:
                webbrowser.open(f"http://localhost:{port}")
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        environment.stop(process)


def build_index(root: Path, call: Call, environ: Mapping[str, str]) -> None:
    """Bring the index in step with `corpus/`; a document that fails does not keep the page from opening."""
    code = call(["-m", "ingest"])
    folder = root / (environment.setting("CITEWELL_INDEX", root, environ) or "var/index")
    if code == 1 and folder.is_dir() and any(folder.iterdir()):
        say("Not every document could be taken in (see above). The page opens with what is there.")
    elif code:
        raise SetupError("The index could not be built; the reason stands above.")


def check(call: Call) -> int:
    """Run the linter, the formatter and the type checker, all three; 0 if none complains."""
    codes = []
    for tool in TOOLS:
        say("— " + " ".join(tool))
        codes.append(call(["-m", *tool]))
    return max(codes)


def spread(processors: int) -> list[str]:
    """Arguments by which pytest runs all tests on up to four processors.

    A file stays in one process, for its tests share what is slow to make; by their names, no long file comes last.
    """
    return ["-n", str(min(processors, 4)), "--dist", "loadfile", "--no-loadscope-reorder"]


def fetch_chromium() -> None:
    """Install Debian's Chromium and a plain font, where it is absent and can be had; the tests say so if not."""
    wanted = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    if any(shutil.which(name) for name in wanted) or not shutil.which("apt-get"):
        return
    ask = [] if os.name == "nt" or os.geteuid() == 0 else ["sudo", "-n"]
    install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"]
    for words in (["apt-get", "update"], install):
        say("— " + " ".join(words))
        try:
            subprocess.call([*ask, *words], stdout=subprocess.DEVNULL)
        except OSError:  # no sudo
            return


def clean(root: Path) -> int:
    """Remove the environment and the caches; `var/` stays, for it holds what users have uploaded."""
    for path in [*(root / name for name in CACHES), *root.glob("[a-z]*/**/__pycache__")]:
        environment.remove(path)
    say("Removed .venv and the caches. The library and its index (var/) are kept.")
    return 0


def app(rest: list[str], root: Path, call: Call, environ: Mapping[str, str]) -> int:
    """Build the index and serve the page; gives the exit code."""
    parser = argparse.ArgumentParser(prog="setup.py app")
    parser.add_argument("--port", type=int, default=FIRST_PORT)
    parser.add_argument("--no-browser", action="store_true")
    options = parser.parse_args(rest)
    build_index(root, call, environ)
    browser = wants_browser(environ, sys.platform) and not options.no_browser
    return serve(root, free_port(options.port), browser, environ)


def freeze(root: Path, call: Call, step: environment.Step, environ: Mapping[str, str]) -> int:
    """Let pip choose freely within pyproject.toml, and write down what it chose."""
    version = sys.version_info[:2]
    with environment.only_one(root):
        environment.install(root, True, False, step, environ, version)
        code = call(["scripts/freeze.py"])
        if code == 0:
            environment.write_stamp(root, True, version)
    return code


def run(command: str, rest: list[str], root: Path, environ: Mapping[str, str]) -> int:
    """Bring the environment in step as far as the command needs it, and do the command's work."""

    def step(label: str, words: list[str]) -> None:
        environment.run_step(label, words, root, environ)

    def call(words: list[str]) -> int:
        return subprocess.call([str(venv_python(root)), *words], cwd=root, env=environ)

    if command == "clean":
        return clean(root)
    if command == "freeze":
        return freeze(root, call, step, environ)
    dev = command in ("test", "browser-test", "check") or (command == "install" and "--dev" in rest)
    environment.ensure(root, dev, step, environ, sys.version_info[:2])
    if command == "app":
        return app(rest, root, call, environ)
    if command == "check":
        return check(call)
    if command == "browser-test":
        fetch_chromium()
        return call(["-m", "pytest", "-m", "browser", "-rs", "tests/browser", *rest])
    if command == "install":
        say("All is in place.")
        return 0
    if command == "test":
        return call(["-m", "pytest", *(rest or spread(os.cpu_count() or 1))])
    return call(["-m", {"index": "ingest", "eval": "eval"}[command], *rest])


def main(argv: list[str], environ: Mapping[str, str]) -> int:
    """Run one command; gives the exit code: 0 done, 1 failed with a message, 2 wrong usage."""
    message = old_python(sys.version_info[:2], sys.executable)
    if message:
        say(message)
        return 1
    if not argv or argv[0] not in COMMANDS:
        say(USAGE)
        return 0 if argv in ([], ["help"], ["-h"], ["--help"]) else 2
    try:
        return run(argv[0], argv[1:], ROOT, {**environ, "PYTHONUTF8": "1"})
    except KeyboardInterrupt:
        say("\nStopped. The same command takes up the work again.")
        return 130
    except (SetupError, OSError) as error:
        say(str(error))
        return 1


def end(*_: object) -> None:
    """Leave, when the system asks, by way of the `finally` clauses, so that no child stays behind."""
    sys.exit(143)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # an old console may lack "…"
    sys.exit(main(sys.argv[1:], os.environ))
