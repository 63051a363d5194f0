"""Documents that people bring and take away, by the work of `ingest`, in the background.

In: uploads, source ids. Out: files in the folder of uploads and one `Job` at a time, with its progress in words and
the ledger's verdict. A file's name is only a name: it cannot lead out of the folder.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.ledger import Row
from ingest.read import advice
from rag import CitewellError, Settings
from rag.index.layout import write_atomically

if TYPE_CHECKING:
    from rag.encode import Encoder

LONGEST_NAME = 120  # characters
_STRANGE = re.compile(r"[^\w.,()\[\]&+' -]+")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
log = logging.getLogger("citewell.page")
Work = Callable[[Callable[[str], None]], tuple[Row, ...]]


@dataclass
class Job:
    """One piece of work on the library, while it goes on and after it has ended.

    Attributes:
        about: what it does, for people. told: how far it is. paths: files that it brings.
        removes: the document that it takes out, which can be brought back.
    """

    about: str
    paths: tuple[str, ...] = ()
    removes: str = ""
    told: str = "Beginning"
    rows: tuple[Row, ...] = ()
    problem: tuple[str, str] | None = None
    ended: threading.Event = field(default_factory=threading.Event)


class Intake:
    """The one who takes documents in; one job at a time, whoever asked for it."""

    def __init__(
        self,
        settings: Settings,
        open_: Callable[[], Encoder] | None = None,
        then: Callable[[], None] = lambda: None,
    ) -> None:
        """`settings` name the folder of uploads and the index; `open_` loads the encoder; `then` follows each job."""
        self._settings = settings
        self._open = open_
        self._then = then
        self._lock = threading.Lock()
        self.job: Job | None = None

    @property
    def busy(self) -> bool:
        """Whether a job goes on."""
        return self.job is not None and not self.job.ended.is_set()

    def check(self) -> None:
        """Raise CitewellError while a job goes on."""
        if self.busy:
            raise CitewellError("the library is being changed at the moment", "wait until it is done, then try again")

    def put_away(self) -> None:
        """Forget a job that has ended."""
        if not self.busy:
            self.job = None

    def save(self, name: str, data: bytes) -> Path:
        """Put an upload into the folder; one of the same name gives way to it. Returns its path.

        Raises CitewellError where it cannot be written.
        """
        path = self._settings.library / safe_name(name)
        try:
            write_atomically(path, data)
        except OSError as error:
            raise CitewellError(
                f"`{path}` cannot be written: {error.strerror}",
                "make room, or name another folder with CITEWELL_LIBRARY",
            ) from error
        return path

    def take_in(self, paths: Sequence[Path]) -> None:
        """Bring the index in step with the folder of uploads."""
        from ingest.sync import sync

        self._start(
            Job(f"Taking in {len(paths)} document{'s' * (len(paths) != 1)}", tuple(str(p.resolve()) for p in paths)),
            lambda tell: sync([], self._settings, progress=tell, open_=self._open),
        )

    def remove(self, source_id: str, title: str) -> None:
        """Take a document out of the library; its file stays, and it can be brought back."""
        from ingest.keep import remove

        job = Job(f"Removing “{title}”", removes=source_id)
        self._start(job, lambda tell: (remove(source_id, self._settings, progress=tell),))

    def restore(self, source_id: str, title: str) -> None:
        """Bring back a document that was taken out."""
        from ingest.keep import restore

        job = Job(f"Bringing back “{title}”")
        self._start(job, lambda tell: (restore(source_id, self._settings, progress=tell, open_=self._open),))

    def _start(self, job: Job, work: Work) -> None:
        with self._lock:
            self.check()
            self.job = job

        def go() -> None:
            try:
                job.rows = work(lambda words: setattr(job, "told", words))
            except CitewellError as error:
                job.problem = (error.message, error.hint)
            except Exception:
                log.exception("%s", job.about)
                job.problem = ("Something went wrong", "The terminal in which the page was started says more.")
            finally:
                job.ended.set()
                self._then()

        threading.Thread(target=go, name="citewell-intake", daemon=True).start()


def safe_name(name: str) -> str:
    """A file name that stays in its folder, is no hidden file, and does not stand for something else.

    Raises CitewellError for a kind of file that cannot be read.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = last.rpartition(".")
    what_to_do = advice(f"x.{ending}")
    if not dot or what_to_do:
        raise CitewellError(f"no reader for this kind of file: `{last}`", what_to_do)
    stem = (
        " ".join(_STRANGE.sub(" ", stem).split()).strip(". ")[: LONGEST_NAME - len(ending) - 1].strip(". ")
        or "document"
    )
    if _RESERVED.fullmatch(stem):
        stem = f"document {stem}"
    return f"{stem}.{ending.lower()}"
