"""The library is opened once, in the background, so that the first page does not wait for the models.

In: a function that opens the assistant, and one that keeps an answer by its receipt. Out: the assistant when it is
there, the questions that it answers well to begin with, and answers in the making. All visitors share the threads.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from pages.conversation import Exchange, Work
from rag import Answer, CitewellError, Turn
from rag.receipts import Request
from rag.schema import Catalogue

if TYPE_CHECKING:
    from rag.assistant import Assistant

THREADS = 4  # questions answered at the same time; more of them wait their turn
SHOWN = 4
# Offered as far as the library answers them; the rest comes from what the answers themselves suggest.
CANDIDATES = (
    "How should peers be trained?",
    "How does the work affect peers' own wellbeing?",
    "What do organisations do to integrate peers?",
    "What makes people want to become peer workers?",
    "Why are boundaries hard for peer support workers?",
    "What is known about paying peers?",
)
log = logging.getLogger("citewell.page")


class Opening:
    """The assistant, from the moment that it is wanted; opening that failed is tried again when asked for."""

    def __init__(
        self,
        open_: Callable[[], Assistant],
        candidates: Sequence[str] = CANDIDATES,
        keep: Callable[[Request, Answer], None] = lambda request, answer: None,
    ) -> None:
        """Nothing is opened yet, so that the first page is drawn first."""
        self._open = open_
        self._keep = keep
        self._candidates = candidates
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="citewell")
        self._opener = ThreadPoolExecutor(1, thread_name_prefix="citewell-open")  # never held up by questions
        self._later = ThreadPoolExecutor(1, thread_name_prefix="citewell-later")  # what nobody waits for
        self._future: Future[Assistant] | None = None
        self._examples: tuple[tuple[str, ...], Future[tuple[str, ...]]] | None = None

    def begin(self) -> Future[Assistant]:
        """Begin to open, unless that has been done; begin again where it failed."""
        with self._lock:
            if self._future is None or (self._future.done() and self._future.exception()):
                self._future = self._opener.submit(self._open)
                self._future.add_done_callback(lambda opened: None if opened.exception() else self.prepare())
            return self._future

    def wait(self) -> Assistant:
        """The assistant, when it is there. Raises what opening raised."""
        return self.begin().result()

    def assistant(self) -> Assistant | None:
        """The assistant, or None while it is not there yet. Where opening failed, it is tried again here and now."""
        return self.wait() if self._future and self._future.done() else None

    def prepare(self) -> None:
        """Have the questions that answers suggest prepared, for the library as it is now; nobody waits for it."""
        self._later.submit(self._quietly, lambda: self.wait().prepare())

    def examples(self, library: Mapping[str, Catalogue]) -> tuple[str, ...] | None:
        """Questions that this library, which has been opened, answers; None while they are being tried out."""
        key, assistant = tuple(library), self.wait()
        with self._lock:
            if self._examples is None or self._examples[0] != key:
                self._examples = (key, self._opener.submit(self._try_out, assistant))
            future = self._examples[1]
        return future.result() if future.done() else None

    def answer(self, exchange: Exchange, history: Sequence[Turn], words: int) -> Work:
        """Begin to answer; the work goes on, whatever is clicked meanwhile."""
        told: list[str] = []
        question, narrowed, alone = exchange.question, exchange.narrowed, exchange.alone

        def work() -> Answer:
            assistant = self.wait()
            only = narrowed.source_ids(assistant.catalogue())
            answer = assistant.ask(question, history, only=only, words=words, progress=told.append, as_written=alone)
            request = Request.of(answer.question, history, {"only": only}, words, alone)
            self._later.submit(self._quietly, lambda: self._keep(request, answer))
            return answer

        return Work(self._pool.submit(work), told)

    def _quietly(self, act: Callable[[], None]) -> None:
        """Do what no reader waits for; a failure is told in the terminal."""
        try:
            act()
        except CitewellError as error:
            log.warning("%s; %s", error.message, error.hint)
        except Exception:
            log.exception("in the background")

    def _try_out(self, assistant: Assistant) -> tuple[str, ...]:
        """Ask the candidates; those that abstain give way to what is suggested instead."""
        found: dict[str, None] = {}
        for question in self._candidates:
            try:
                answer = assistant.ask(question)
            except CitewellError:
                continue
            found.update(dict.fromkeys(answer.suggestions if answer.abstained else (question,)))
            if len(found) >= SHOWN:
                break
        return tuple(found)[:SHOWN]
