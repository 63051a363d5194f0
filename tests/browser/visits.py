"""What the browser's tests stand on: the page as it is served, and one visitor's way through it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "var" / "screenshots"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PATIENCE = 120_000  # milliseconds; a busy machine is no failure
WIDE, PHONE, ZOOMED = (1280, 860), (400, 800), (640, 430)


@dataclass(frozen=True)
class Site:
    """A page being served, and where what it writes goes."""

    url: str
    settings: Settings


@dataclass
class Visit:
    """One visitor's page; what it asked of other hosts and what went wrong in it is held against it."""

    page: Page
    site: Site
    strange: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def go(self, name: str = "", path: str = "") -> None:
        """Come to the first page, or the one at `path`, and by its link to the one named."""
        self.page.goto(f"{self.site.url}/{path}")
        self.page.wait_for_selector("h1")
        if name:
            self.page.get_by_role("link", name=name).click()
            self.page.wait_for_selector(f"h1:text('{name}')")

    def ask(self, question: str) -> None:
        """Ask, and wait for what comes of it."""
        before = self.page.locator(".cw-question").count()
        self.page.locator("textarea").fill(question)
        self.page.keyboard.press("Enter")
        self.page.wait_for_function(f"document.querySelectorAll('.cw-question').length > {before}")
        self.page.wait_for_selector(f".st-key-turn-{before} :is(.cw-answer, .cw-note, .cw-problem)")
        self.still()

    def still(self) -> None:
        """Wait until the run has ended and nothing moves."""
        self.page.wait_for_selector(".stApp[data-test-script-state=notRunning]", state="attached")
        self.page.wait_for_timeout(250)

    def shot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.id"))


def free_port() -> int:
    with socket.socket() as attempt:
        attempt.bind(("localhost", 0))
        return int(attempt.getsockname()[1])


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    """Serve the page with all it writes inside `folder`."""
    places = {name: folder / name for name in ("index", "cache", "library", "feedback")}
    settings = Settings(**places)  # type: ignore[arg-type]
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CITEWELL_")}
    environment |= {f"CITEWELL_{name.upper()}": str(path) for name, path in places.items()}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield Site(f"http://localhost:{port}", settings)
        finally:
            process.terminate()
            process.wait(20)


Enter = Callable[..., Visit]


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical on the page as it stands."""
    import axe_playwright_python

    source = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)
    found: Any = page.evaluate("axe.run().then((result) => result.violations)")
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
