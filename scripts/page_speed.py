"""How fast is the page? Measures in Chromium what docs/page.md promises, and prints a table.

    .venv/bin/python scripts/page_speed.py [--passages 20000] [--people 10] [--keep DIR]

In: nothing; a library of the shipped documents among generated ones is built in a temporary folder (`--keep DIR`: in
that one, and used again). Out: a row a promise, with what was measured; exit code 1 if one was missed. Needs what
`make browser-test` installs. Times are taken in the page itself, from the key to the answer drawn; run it on a machine
that does nothing else. The generated passages have random vectors: they make the index large, not the answers good.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from ingest.sync import sync
from rag.assistant import open_assistant
from rag.bench import made_up_reading
from rag.encode import Encoder, Vectors, open_encoder, unit
from rag.interaction import key
from rag.memory import Memory
from rag.reader import READINGS, reading_of
from rag.settings import Settings, load_settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PER_DOCUMENT = 80  # passages of a generated document
ROUNDS = 5
QUESTIONS = (
    "How should peers be trained?",
    "How does the work affect peers' own wellbeing?",
    "What do organisations do to integrate peers?",
    "What makes people want to become peer workers?",
    "Why are boundaries hard for peer support workers?",
)
NEW = "# Kite flying\n\n## Results\n\nKite flying lowered boredom among lighthouse keepers in one small trial.\n"
# Notes the moment of the Enter key and the moment when an answer, or the lack of one, stands under the last question.
WATCH = """() => {
  addEventListener("keydown", (event) => { if (event.key === "Enter") window.pressed = performance.now(); }, true);
  window.asked = 0;
  new MutationObserver(() => {
    const done = document.querySelectorAll(":is(.cw-answer, .cw-note, .cw-problem)").length;
    if (done > window.asked) { window.asked = done; window.took = performance.now() - window.pressed; }
  }).observe(document.body, { childList: true, subtree: true });
}"""


class Filler:
    """An encoder of generated passages: any vector will do, as long as it is there."""

    def __init__(self, real: Encoder) -> None:
        self.fingerprint, self.dim, self.max_tokens = real.fingerprint, real.dim, real.max_tokens
        self.count_tokens = real.count_tokens
        self._random = np.random.default_rng(7)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Random vectors of length 1."""
        return unit(self._random.standard_normal((len(texts), self.dim)).astype(np.float32))

    encode_questions = encode_passages


def build(folder: Path, passages: int) -> Settings:
    """A library of the shipped documents among generated ones."""
    settings = load_settings(
        index=folder / "index", cache=folder / "cache", library=folder / "library", feedback=folder / "feedback.sqlite"
    )
    if (folder / "index" / "CURRENT").exists():
        return settings
    words = re.findall(r"[a-z]{3,}", " ".join(path.read_text(encoding="utf-8") for path in ROOT.glob("corpus/*.md")))
    chance = random.Random(7)
    generated = folder / "generated"
    generated.mkdir(parents=True, exist_ok=True)
    for number in range(passages // PER_DOCUMENT):
        paragraphs = (
            " ".join(" ".join(chance.choices(words, k=20)).capitalize() + "." for _ in range(4))
            for _ in range(PER_DOCUMENT)
        )
        text = f"# Generated brief {number}\n\n## Findings\n\n" + "\n\n".join(paragraphs) + "\n"
        (generated / f"generated-{number:04}.md").write_text(text, encoding="utf-8")
    real = open_encoder(settings)
    sync([generated], settings, open_=lambda: Filler(real))
    sync([ROOT / "corpus"], settings, open_=lambda: real)
    prepare(settings)
    return settings


def prepare(settings: Settings) -> None:
    """What `python -m ingest` does ahead; what would be read of generated passages is made up."""
    assistant = open_assistant(settings)
    memory, numbers = Memory(settings.cache / READINGS), np.random.default_rng(7)
    for source_id in assistant.catalogue():
        document = assistant.document(source_id)
        if document.catalogue.title.startswith("Generated"):
            keys = [key(reading_of(document, passage)) for passage in document.passages]
            memory.keep({one: made_up_reading(numbers) for one in keys})
    memory.close()
    assistant.prepare()


@contextmanager
def served(settings: Settings) -> Iterator[tuple[str, int]]:
    """Serve the page; gives its address as soon as the server answers, and the server's process id."""
    with socket.socket() as attempt:
        attempt.bind(("localhost", 0))
        port = attempt.getsockname()[1]
    names = ("index", "cache", "library", "feedback")
    environment = os.environ | {f"CITEWELL_{name.upper()}": str(getattr(settings, name)) for name in names}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            try:
                urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.02)
        yield f"http://localhost:{port}", process.pid
    finally:
        process.terminate()
        process.wait(20)


def busy(pid: int) -> float:
    """Processor time of a process so far, in seconds; Linux only, else 0."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def enter(browser: Browser, address: str) -> tuple[Page, float]:
    """A new visitor's page, and the seconds until its heading stood there."""
    page = browser.new_context().new_page()
    page.set_default_timeout(120_000)
    started = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("h1")
    took = time.perf_counter() - started
    page.evaluate(WATCH)
    return page, took


def ask(page: Page, question: str) -> None:
    """Type a question and press Enter."""
    page.locator("textarea").fill(question)
    page.keyboard.press("Enter")


def answered(page: Page, turns: int) -> float:
    """Seconds from Enter to the answer of the last of `turns` questions."""
    page.wait_for_function(f"window.asked >= {turns}")
    took: Any = page.evaluate("window.took")
    return float(took) / 1000


def measure(browser: Browser, settings: Settings, people: int) -> list[tuple[str, float, float]]:
    """What is promised, what it may take and what it took, in seconds."""
    rows = []
    with served(settings) as (address, server):
        page, first = enter(browser, address)
        rows.append(("first page after the server is up", 2.5, first))
        started = time.perf_counter()
        ask(page, QUESTIONS[0])
        answered(page, 1)
        rows.append(("first answer after the first page", 3.0, time.perf_counter() - started))
        warm = []
        for turn, question in enumerate(QUESTIONS[1:], start=2):
            ask(page, question)
            warm.append(answered(page, turn))
        rows.append(("warm answer, median", 0.7, statistics.median(warm)))
        settings.library.mkdir(parents=True, exist_ok=True)
        (settings.library / "kites.md").write_text(NEW, encoding="utf-8")
        sync([], settings)
        ask(page, "does kite flying help lighthouse keepers?")
        took = answered(page, len(QUESTIONS) + 1)
        found = "lighthouse keepers" in page.locator(".cw-answer").last.inner_text()
        rows.append(("answer from a document ingested meanwhile", 2.0, took if found else float("inf")))
        crowd = [enter(browser, address)[0] for _ in range(people)]
        times: list[float] = []
        before = busy(server)
        for turn in range(1, ROUNDS + 1):
            for number, one in enumerate(crowd):
                ask(one, QUESTIONS[(number + turn) % len(QUESTIONS)])
            times += [answered(one, turn) for one in crowd]
        rows.append((f"{people} people at once, 95th percentile", 2.0, statistics.quantiles(times, n=20)[-1]))
        # What is left of it where each of them has a computer of his own: here their browsers share the server's.
        rows.append((f"the server's part in {people} answers", 2.0, (busy(server) - before) / ROUNDS))
    return rows


def main() -> int:
    """Measure and print; 1 when a promise is missed."""
    parser = argparse.ArgumentParser(description="How fast is the page, measured in Chromium?")
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--keep", type=Path, help="build the library there, and use it again")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("no Chromium here: `make browser-test` installs it on Debian", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        settings = build((options.keep or Path(temporary)).resolve(), options.passages)
        browser = playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        rows = measure(browser, settings, options.people)
        browser.close()
    for promise, most, took in rows:
        print(f"{'ok  ' if took <= most else 'MISS'}  {promise:<44} {took:6.2f} s  (at most {most} s)")
    return int(any(took > most for _, most, took in rows))


if __name__ == "__main__":
    raise SystemExit(main())
